#include "core/head/head.h"

#include <algorithm>
#include <optional>

#include "core/network/figures.h"
#include "core/network/sizes.h"
#include "core/pooling/window.h"

namespace poolglass {
namespace {

using network::Kind;

constexpr int64_t kMostSide = 2048;  // of inputs that are tried

bool belongs_to_head(Kind kind) {
  switch (kind) {
    case Kind::kGlobalAvgPool2d:
    case Kind::kGlobalMaxPool2d:
    case Kind::kAdaptiveAvgPool2d:
    case Kind::kAdaptiveMaxPool2d:
    case Kind::kFlatten:
    case Kind::kLinear:
    case Kind::kDropout:
    case Kind::kRelu:
    case Kind::kRelu6:
    case Kind::kSoftmax:
    case Kind::kSigmoid:
    case Kind::kTanh:
    case Kind::kIdentity:
      return true;
    default:
      return false;
  }
}

std::optional<Shape> shape_of(const network::LayerFigures& figures) {
  const network::Dims& dims = figures.output;
  if (dims.rank != 4 || figures.axes != network::kPlanes) return std::nullopt;
  const Shape shape{1, dims[1], dims[2], dims[3]};
  if (std::min({shape.c, shape.h, shape.w}) < 1) return std::nullopt;
  return shape;
}

std::string sentence_of(const Status& status) { return status.message(); }

// The same map for this square input as for the native one.
bool same_map(const Backbone& backbone, int64_t side) {
  const Result<Shape> map = map_at(backbone, {side, side});
  return map.ok() && *map == backbone.native_map;
}

// The run of sizes around the native one that give its map.
void find_native_sizes(Backbone& backbone) {
  const int64_t side = std::max(backbone.native.h, backbone.native.w);
  if (!same_map(backbone, side)) return;
  backbone.native_least = backbone.native_most = side;
  while (backbone.native_least > 1 && same_map(backbone, backbone.native_least - 1)) --backbone.native_least;
  while (backbone.native_most < kMostSide && same_map(backbone, backbone.native_most + 1))
    ++backbone.native_most;
}

std::string matrices(int64_t numbers, const Dense& dense) {
  return "mat1 and mat2 shapes cannot be multiplied (1x" + std::to_string(numbers) + " and " +
         std::to_string(dense.in) + "x" + std::to_string(dense.out) + ")";
}

Status add_dense(int64_t in, int64_t out, Head& head) {
  int64_t weights = 0, bytes = 0;
  const bool fits = checked_multiply(in, out, &weights) && !__builtin_add_overflow(weights, out, &weights) &&
                    !__builtin_add_overflow(head.params, weights, &head.params) &&
                    checked_multiply(head.params, sizeof(float), &bytes);
  if (!fits) {
    return resource_exhausted("a dense layer of " + std::to_string(in) + " × " + std::to_string(out) +
                              " has more parameters than 2^63 bytes hold");
  }
  head.layers.push_back({in, out});
  head.macs += in * out;
  head.bytes = bytes;
  return {};
}

}  // namespace

Result<Backbone> backbone_of(const network::Network& whole) {
  const auto inputs = std::ranges::count(whole.layers, Kind::kInput, &network::Layer::kind);
  if (inputs != 1)
    return invalid_argument("a backbone has one input, this network has " + std::to_string(inputs));
  size_t end = whole.layers.size();
  while (end > 1 && belongs_to_head(whole.layers[end - 1].kind)) --end;
  Backbone backbone;
  for (size_t i = end; i < whole.layers.size(); ++i) {
    if (whole.layers[i].kind == Kind::kLinear) backbone.hidden.push_back(whole.layers[i].out_features);
  }
  if (!backbone.hidden.empty()) backbone.hidden.pop_back();  // the classes
  backbone.network = whole;
  backbone.network.layers.resize(end);
  backbone.network.repeats.clear();
  backbone.network.outputs.clear();
  const network::Figures figures = network::analyze(backbone.network);
  if (figures.error) return invalid_argument(sentence_of(figures.error->status));
  backbone.native = figures.input_size;
  const std::optional<Shape> map = shape_of(figures.layers.back());
  if (!map) return invalid_argument("the network ends without a feature map of known size");
  backbone.native_map = *map;
  backbone.smallest = network::smallest_input(backbone.network, kMostSide).value_or(0);
  find_native_sizes(backbone);
  return backbone;
}

Result<Shape> map_at(const Backbone& backbone, Size2 plane) {
  const network::Figures figures = network::analyze(network::resized(backbone.network, plane));
  if (figures.error) return invalid_argument(sentence_of(figures.error->status));
  const std::optional<Shape> map = shape_of(figures.layers.back());
  if (!map) return invalid_argument("the network ends without a feature map of known size");
  return *map;
}

Result<Head> head_of(HeadKind kind, const Backbone& backbone, const Shape& map, int64_t classes) {
  Head head;
  const Shape& native = backbone.native_map;
  int64_t expected = native.c;
  head.numbers = map.c;
  std::vector<int64_t> features;
  if (kind != HeadKind::kGlobal) {
    features = backbone.hidden;
    if (!checked_elements(native, &expected) || !checked_elements(map, &head.numbers))
      return resource_exhausted("the feature map has more than 2^63 - 1 numbers");
    if (kind == HeadKind::kAdaptive) head.numbers = expected;
  }
  features.push_back(classes);
  int64_t in = expected;
  for (const int64_t out : features) {
    if (Status s = add_dense(in, out, head); !s.ok()) return s;
    in = out;
  }
  if (head.numbers != expected) head.error = matrices(head.numbers, head.layers.front());
  head.least = kind == HeadKind::kFlatten ? backbone.native_least : backbone.smallest;
  head.most = kind == HeadKind::kFlatten ? backbone.native_most : 0;
  return head;
}

BinCells bin_cells(Size2 map, Size2 bins) {
  const auto along = [](int64_t input, int64_t output) {
    BinCells cells{input, 1};
    const Axis axis{.input = input, .output = output, .adaptive = true};
    for (int64_t i = 0; i < output; ++i) {
      const int64_t taps = axis.window(i).taps;
      cells = {std::min(cells.least, taps), std::max(cells.most, taps)};
    }
    return cells;
  };
  const BinCells rows = along(map.h, bins.h), columns = along(map.w, bins.w);
  return {rows.least * columns.least, rows.most * columns.most};
}

}  // namespace poolglass
