// What one layer makes of its inputs' figures: output, weights, and how it reads along each axis.
#pragma once

#include <span>

#include "core/network/axis_map.h"
#include "core/network/figures.h"
#include "core/network/network.h"

namespace poolglass::network {

struct Context {
  int64_t batch = 1;                 // images at once; figures are of one
  const Network* network = nullptr;  // for names in error sentences: whose layer `index` it is; or null
  size_t index = 0;
};

// Fills output, axes, windows, reads, params, moving_stats, macs and activations of `out` (`because` of a
// count is left at -1), and how it reads its inputs. Fails with a sentence without the layer.
Status infer(const Layer& layer, std::span<const LayerFigures* const> inputs, const Context& context,
             LayerFigures* out);

// "6×32×32" in error sentences is ASCII: "6x32x32", an unknown size as "?".
std::string plain_text(const Dims& dims);

}  // namespace poolglass::network
