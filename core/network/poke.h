// Which units move when one pixel of the input changes: found by running the network, as a check of what
// formulas say of its receptive fields.
//
// Every convolution has weights that are positive and all alike, no bias, and the input is zero but for the
// pixel. So all channels of a layer hold the same plane up to a factor: one is computed. Nothing cancels, no
// maximum hides a change, and a unit moves exactly where it is no longer zero. Window pools and adaptive
// pools run in the engine's definition (core/pooling/reference.h), convolutions and upsampling in double.
// Activations, and norms over channels, leave zero at zero and grow from there (or, like the sigmoid, change
// where their input does): they pass on what moves. Factors of one cell (squeeze and excitation) are left
// out, as in the local field. After each layer the plane is scaled to a maximum of 1, and what moves is kept
// at 1e-30 at least: no change underflows, over however many layers.
#pragma once

#include <cstdint>
#include <vector>

#include "core/network/figures.h"
#include "core/network/network.h"
#include "core/network/trace.h"
#include "core/status.h"
#include "core/stop.h"
#include "core/tensor.h"

namespace poolglass::network {

// Row-major, one channel, from 0 to 1; 0: did not move.
struct Response {
  Size2 plane;
  std::vector<float> values;
  bool moved(int64_t row, int64_t column) const {
    return values[static_cast<size_t>(row * plane.w + column)] > 0;
  }
};

// More products, sums and comparisons than this are not computed, in all layers together.
inline constexpr int64_t kMostPokeWork = int64_t{1} << 28;

// How the units of `layer` answer to pixel (row, column) of the first input. Fails with a sentence where a
// layer on the way cannot be run this way (a box that is not known, a product of two planes, a size that is
// not known) or there is too much to compute.
// `stop`: when it becomes true, no further row of a layer is run, and it fails.
Result<Response> poke(const Network& network, const Figures& figures, size_t layer, int64_t row,
                      int64_t column, const Stop* stop = nullptr);

// What the formulas say of it: the units of `layer` along one axis whose fields, as far as there are cells,
// have row or column `pixel` of the first input between their ends; empty: none. Fields as they are defined
// hold it in more units at most, which see it through cells only that padding or lost rows would be.
Interval units_reading(const Network& network, const Figures& figures, size_t layer, Along along,
                       int64_t pixel);

// The bounding box of what moved; empty intervals where nothing did.
struct MovedBox {
  Interval rows{0, -1};
  Interval columns{0, -1};
  int64_t cells = 0;  // that moved
  friend bool operator==(const MovedBox&, const MovedBox&) = default;
};
MovedBox moved_box(const Response& response);

// The box of the units that the formulas say read pixel (row, column), of both axes.
MovedBox formula_box(const Network& network, const Figures& figures, size_t layer, int64_t row,
                     int64_t column);

}  // namespace poolglass::network
