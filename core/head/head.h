// What stands between a network's last feature map and its classes: three heads on one backbone, what each
// costs, and which input sizes each takes.
//
//   flatten    flatten + dense, as published: the first dense layer expects the map of one input size
//   adaptive   the map averaged to that size first, then the same dense layers (as torchvision ships them)
//   global     global average pooling + one dense layer (M. Lin, Q. Chen, S. Yan, "Network In Network",
//              ICLR 2014, from which GoogLeNet and those after it have it)
//
// Dense layers have biases, which parameters count and multiply-adds do not.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "core/network/network.h"
#include "core/status.h"
#include "core/tensor.h"

namespace poolglass {

// A network without its head.
struct Backbone {
  network::Network network;     // up to its last feature map
  Size2 native;                 // input plane that it was made for
  Shape native_map;             // its last map then, of one image
  std::vector<int64_t> hidden;  // features of the dense layers between the map and the classes
  int64_t smallest = 0;         // least side of a square input that it takes; 0: none was found
  int64_t native_least = 0;     // square inputs whose map is as large as the native one: least and most
  int64_t native_most = 0;      //   side; 0: none is
};

// Cuts off what follows the last feature map: pools to one size, flatten, dense layers, and activations,
// dropout and softmax among them. Fails with a sentence where the network has no such map, more than one
// input, or no size of its own. Takes time for some hundred analyses of the network.
Result<Backbone> backbone_of(const network::Network& whole);

// The last map of one image at an input plane; a sentence where the plane is too small for a layer.
Result<Shape> map_at(const Backbone& backbone, Size2 plane);

enum class HeadKind { kFlatten, kAdaptive, kGlobal };
inline constexpr std::array kHeadKinds = {HeadKind::kFlatten, HeadKind::kAdaptive, HeadKind::kGlobal};

struct Dense {
  int64_t in = 1, out = 1;
  int64_t params() const { return in * out + out; }
  int64_t macs() const { return in * out; }
  friend bool operator==(const Dense&, const Dense&) = default;
};

struct Head {
  std::vector<Dense> layers;
  int64_t numbers = 0;                      // that reach the first dense layer
  int64_t params = 0, macs = 0, bytes = 0;  // of the dense layers; bytes of the parameters as float32
  // What PyTorch says when the numbers are not as many as the first dense layer expects; empty: it runs.
  std::string error;
  int64_t least = 0, most = 0;  // sides of the square inputs it takes; most 0: no limit, least 0: none
};

inline constexpr int64_t kMostClasses = 1'000'000;

// Fails where a count does not fit 63 bits. `map`: the last map as it is; classes from 1 to kMostClasses.
Result<Head> head_of(HeadKind kind, const Backbone& backbone, const Shape& map, int64_t classes);

// Cells of a map that the bins of an adaptive pool read: least and most, of one bin.
struct BinCells {
  int64_t least = 1, most = 1;
};
BinCells bin_cells(Size2 map, Size2 bins);

}  // namespace poolglass
