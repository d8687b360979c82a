// A feed-forward chain of layers and everything that follows from it: shapes, receptive field, jump, padding,
// parameters, multiply-adds, activations. Integers only, every product checked against 63 bits.
//
// Receptive field: Araujo, Norris, Sim, "Computing Receptive Fields of Convolutional Neural Networks",
// Distill 2019, doi 10.23915/distill.00021. From r = 1, jump = 1, padding = 0, per axis:
//   r += d*(k-1)*jump;  padding += p_begin*jump;  jump *= s.
// Output u covers input cells [-padding + u*jump, -padding + u*jump + r - 1], not cut at the border.
// An adaptive pool whose windows are all alike (n divisible by o) is a pool with k = s = n/o. Along an axis
// that was pooled to one cell, or read by a linear layer, every output sees the whole input: there r is the
// input's extent, padding 0 and jump 0, so that the formula above gives the whole input for every u, and no
// later layer changes that. Adaptive windows that differ in size have no common field: the whole input is
// then an upper bound.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/pooling/params.h"
#include "core/status.h"
#include "core/tensor.h"

namespace poolglass {

enum class LayerKind {
  kConv2d,
  kMaxPool2d,
  kAvgPool2d,
  kGlobalAvgPool2d,
  kAdaptiveAvgPool2d,
  kRelu,
  kFlatten,
  kLinear,
};
inline constexpr LayerKind kAllLayerKinds[] = {LayerKind::kConv2d,
                                               LayerKind::kMaxPool2d,
                                               LayerKind::kAvgPool2d,
                                               LayerKind::kGlobalAvgPool2d,
                                               LayerKind::kAdaptiveAvgPool2d,
                                               LayerKind::kRelu,
                                               LayerKind::kFlatten,
                                               LayerKind::kLinear};

std::string_view layer_kind_name(LayerKind kind);  // the JSON "type": "conv2d", "max_pool2d", ...
std::optional<LayerKind> layer_kind_from_name(std::string_view name);
bool is_pool(LayerKind kind);     // max, average, global, adaptive
bool has_window(LayerKind kind);  // conv2d, max_pool2d, avg_pool2d: kernel, stride, padding, dilation apply
bool accepts_plane(LayerKind kind);  // may not follow flatten

// One layer. Fields that its kind does not use are ignored and not written to JSON.
// Rules are PyTorch's: kernel, stride, dilation >= 1; padding >= 0, for pools at most half the kernel; conv2d
// and pools need a plane, linear needs the vector that flatten makes.
struct Layer {
  LayerKind kind = LayerKind::kConv2d;
  std::string name;               // empty: effective_names() makes one
  int64_t out_channels = 1;       // conv2d
  Size2 kernel{3, 3};             // conv2d, max, avg
  Size2 stride{1, 1};             // conv2d, max, avg
  Padding padding;                // conv2d, max, avg
  Size2 dilation{1, 1};           // conv2d, max
  bool bias = true;               // conv2d, linear
  bool ceil_mode = false;         // max, avg
  bool count_include_pad = true;  // avg
  Size2 output_size{1, 1};        // adaptive
  int64_t out_features = 1;       // linear
  friend bool operator==(const Layer&, const Layer&) = default;
};

// A layer of the kind with the field's usual parameters (conv 3x3 pad 1, pool 2x2/2, ...).
Layer default_layer(LayerKind kind);

struct Chain {
  int64_t channels = 3;  // input [C, H, W]
  Size2 plane{64, 64};
  std::vector<Layer> layers;
  friend bool operator==(const Chain&, const Chain&) = default;
};

// Per axis: {h, w}.
struct Span2 {
  int64_t h = 0;
  int64_t w = 0;
  friend bool operator==(const Span2&, const Span2&) = default;
};

struct LayerFigures {
  Shape output;                 // n = 1; after flatten and linear: c = features, h = w = 1
  bool flat = false;            // after flatten: a vector, not a plane
  Size2 receptive_field{1, 1};  // exact, not cut at the border
  Size2 jump{1, 1};
  Span2 padding;             // -(start offset of output 0)
  bool whole_input = false;  // a global pool or linear layer was met: every output sees the whole input
  bool field_is_bound =
      false;             // an adaptive pool with unequal windows was met: no output sees more than this
  Size2 shortcut{1, 1};  // the lesson's shortcut: conv adds d*(k-1), a pool multiplies by its stride
  bool shortcut_differs = false;  // shortcut != receptive_field
  int64_t params = 0;
  int64_t macs = 0;         // one multiply-add = 1
  int64_t activations = 0;  // elements of the output
  int64_t bytes = 0;        // of the output as float32; kBeyondCount if that does not fit
};

// What sums and byte counts show when the layers' figures fit in 63 bits and they do not. A figure of a layer
// never takes this value by overflow: such a layer is invalid. The shortcut stops here too.
inline constexpr int64_t kBeyondCount = INT64_MAX;

struct ChainError {
  size_t layer = 0;  // index of the first invalid layer
  Status status;     // one sentence that starts with the layer: "layer 2 (pool1): kernel 9x9 is ..."
};

struct ChainFigures {
  LayerFigures input;                // the input seen as a layer: RF 1, jump 1
  std::vector<LayerFigures> layers;  // one per valid layer, in order; stops before the first invalid one
  std::optional<ChainError> error;   // set: layers.size() == error->layer (or the input itself is invalid: 0)
  int64_t total_params = 0;
  int64_t total_macs = 0;
  int64_t total_activations = 0;  // of the layers' outputs, the input not counted
};

// Never fails as a whole: everything before an invalid layer is valid. Linear in the number of layers.
ChainFigures analyze(const Chain& chain);

// A non-empty name for every layer: the given one as it is, else kind and number ("conv1", "pool1", "relu2").
// A made name is unlike every other name in the chain.
std::vector<std::string> effective_names(const Chain& chain);

// "conv 3×3, ×2 C", "max 2×2 /2" (UTF-8): what stands on an arrow of the diagram. `channels_in` is the
// layer's input.
std::string operation_label(const Layer& layer, int64_t channels_in);

// Closed interval of input cells that output `index` sees along one axis, uncut: [first, last].
struct Interval {
  int64_t first = 0;
  int64_t last = 0;
  friend bool operator==(const Interval&, const Interval&) = default;
};
struct ReceptiveBox {
  Interval rows;
  Interval columns;
};
// The field of output cell (row, column) of the layer, and the same cut at the input's border (a field that
// lies in the padding alone becomes empty: last < first).
ReceptiveBox receptive_box(const LayerFigures& layer, int64_t row, int64_t column);
ReceptiveBox clip(const ReceptiveBox& box, Size2 input);
// Centre of the field along each axis, in input cells: -padding + u*jump + (r - 1) / 2.
struct Centre {
  double row = 0;
  double column = 0;
};
Centre receptive_centre(const LayerFigures& layer, int64_t row, int64_t column);

}  // namespace poolglass
