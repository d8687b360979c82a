// A network: layers that read each other's outputs, a directed acyclic graph. A chain is the case in which
// every layer reads the one before. Here is what a network is; analyze() in core/network/figures.h says what
// follows from it, core/io/network_json.h reads and writes it.
//
// Layers stand in an order of execution: each reads only layers before it (order() makes it so). The inputs
// are layers, too (Kind::kInput), so that every tensor has the index of the layer that makes it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/pooling/params.h"
#include "core/status.h"
#include "core/tensor.h"

namespace poolglass::network {

// An extent that is not known: a symbolic size, or one past a layer of unknown shape.
inline constexpr int64_t kUnknownSize = -1;

// Sizes of a tensor, batch first: {N, C, H, W}, after flatten {N, features}. Each is >= 0 or kUnknownSize.
// rank 0: nothing is known, not even how many there are.
struct Dims {
  static constexpr int kMost = 8;
  int rank = 0;
  std::array<int64_t, kMost> size{};

  Dims() = default;
  Dims(std::initializer_list<int64_t> sizes) {
    for (int64_t s : sizes) size[static_cast<size_t>(rank++)] = s;
  }
  int64_t operator[](int axis) const { return size[static_cast<size_t>(axis)]; }
  int64_t& operator[](int axis) { return size[static_cast<size_t>(axis)]; }
  bool known() const;  // rank and every size
  friend bool operator==(const Dims&, const Dims&) = default;
};
// "6×32×32", an unknown size as "?".
std::string sizes_text(std::span<const int64_t> sizes);
std::string dims_text(const Dims& dims);  // without a batch of 1, or of unknown size

// Which axis of a tensor is what; -1: it has no such axis. Feature maps are {1, 2, 3}, channels last
// {3, 1, 2}, vectors {1, -1, -1}.
struct Axes {
  int8_t channels = 1;
  int8_t rows = 2;
  int8_t columns = 3;
  friend bool operator==(const Axes&, const Axes&) = default;
};
inline constexpr Axes kPlanes{1, 2, 3};
inline constexpr Axes kChannelsLast{3, 1, 2};
inline constexpr Axes kVector{1, -1, -1};

enum class Kind : uint8_t {
  kInput,
  kConv2d,
  kConvTranspose2d,
  kMaxPool2d,
  kAvgPool2d,
  kGlobalAvgPool2d,
  kGlobalMaxPool2d,
  kAdaptiveAvgPool2d,
  kAdaptiveMaxPool2d,
  kBatchNorm2d,
  kLayerNorm,
  kGroupNorm,
  kInstanceNorm2d,
  kLocalResponseNorm,
  kRelu,
  kRelu6,
  kLeakyRelu,
  kElu,
  kGelu,
  kSilu,
  kMish,
  kHardswish,
  kHardsigmoid,
  kSigmoid,
  kTanh,
  kSoftmax,
  kDropout,
  kIdentity,
  kScale,           // a learned factor per channel, with `bias` a summand, too
  kChannelShuffle,  // groups
  kUpsample,
  kPad,
  kCrop,
  kSlice,  // some of the channels
  kDepthToSpace,
  kSpaceToDepth,
  kPermute,  // to channels last, or back
  kAdd,
  kMul,
  kConcat,  // along the channels
  kFlatten,
  kLinear,
  kOp,  // a named box: what it does is said by `op`, `effect`, `output`, ...
};
inline constexpr int kKinds = static_cast<int>(Kind::kOp) + 1;

std::string_view kind_name(Kind kind);  // the file's "type": "conv2d", "batch_norm2d", ...
std::optional<Kind> kind_from_name(std::string_view name);
bool has_window(Kind kind);    // convolutions and the two window pools: kernel, stride, padding apply
bool is_pool(Kind kind);       // window, global and adaptive pools
bool is_pointwise(Kind kind);  // one input, each cell from the same cell alone (activations, batch norm, ...)
bool is_join(Kind kind);       // add, mul, concat: two inputs or more
bool in_chain_format(Kind kind);  // what version 1 of the file format knows

// How the window's padding is given.
enum class PaddingMode : uint8_t {
  kNumbers,    // `padding`
  kSame,       // TensorFlow's SAME: ceil(n / s) outputs; the odd cell goes to the end ("same", "same_upper")
  kSameLower,  // ONNX's SAME_LOWER: the odd cell goes to the beginning
};
enum class Upsampling : uint8_t { kNearest, kBilinear, kBilinearCorners, kBicubic };  // Corners: aligned
enum class NormAxes : uint8_t { kChannels, kAll };                                    // layer_norm

// What a named box does to the receptive field.
enum class Effect : uint8_t {
  kUnknown,    // the field is unavailable past it
  kPointwise,  // none: each cell comes from the same cell of the inputs (shapes may change, axes may move)
  kWhole,      // every output sees everything (attention, a reduction over the plane)
};

// One layer. Fields that its kind does not use are ignored and not written. Rules are PyTorch's.
struct Layer {
  Kind kind = Kind::kConv2d;
  std::string name;             // empty: effective_names() makes one
  std::vector<int32_t> inputs;  // indices of layers; empty: the layer before (an input layer has none)
  std::string written;          // the name as it stands in a repeat: "block{i}.conv"; else empty

  int64_t out_channels = 1;                          // convolutions
  int64_t groups = 1;                                // convolutions, group_norm, channel_shuffle
  Size2 kernel{3, 3};                                // convolutions, window pools
  Size2 stride{1, 1};                                // the same
  Padding padding;                                   // the same, pad; crop: cells taken away
  PaddingMode padding_mode = PaddingMode::kNumbers;  // convolutions (not transposed), window pools
  Size2 dilation{1, 1};                              // convolutions, max pool
  Size2 output_padding{0, 0};                        // transposed convolution
  bool bias = true;                                  // convolutions, linear, scale
  bool ceil_mode = false;                            // window pools
  bool count_include_pad = true;                     // average pool
  Size2 output_size{1, 1};                           // adaptive pools; upsample when scale is {0, 0}
  Size2 scale{2, 2};                                 // upsample, depth_to_space, space_to_depth (block size)
  Upsampling mode = Upsampling::kNearest;            // upsample
  int64_t out_features = 1;                  // linear: works on the last axis, which must not be a plane's
  bool gamma = true;                         // batch_norm2d, layer_norm, group_norm, instance_norm2d:
  bool beta = true;                          //   learned factor and summand per channel
  NormAxes norm_axes = NormAxes::kChannels;  // layer_norm
  int64_t begin = 0;                         // slice: channels [begin, end)
  int64_t end = 0;
  bool channels_last = true;  // permute: to NHWC, or (false) back to NCHW

  // Input: its sizes, kUnknownSize where symbolic, and its axes. A named box: its output, rank 0 where it is
  // not known (then Effect::kPointwise takes the first input's).
  Dims output;
  Axes axes = kPlanes;
  std::string op;                    // a named box: what it is called, "TopK"
  Effect effect = Effect::kUnknown;  // a named box
  std::optional<int64_t> params;     // a named box: learned parameters; unset: not known
  std::optional<int64_t> macs;       // a named box: multiply-adds of one image; unset: not known
  friend bool operator==(const Layer&, const Layer&) = default;
};

// Layers [first, first + length * times) are one block written `times` times. Blocks nest, an outer one
// comes before those inside it; of a repeated block only the first copy's inner blocks are listed.
struct Repeat {
  int32_t first = 0;
  int32_t length = 0;
  int64_t times = 1;
  int64_t from = 1;         // number of the first copy, for names
  std::string index = "i";  // what stands for the copy's number in names: "{i}"
  friend bool operator==(const Repeat&, const Repeat&) = default;
};

struct Network {
  std::vector<Layer> layers;
  std::vector<Repeat> repeats;
  std::vector<int32_t> outputs;  // layers whose results are wanted; empty: those that nobody reads
  friend bool operator==(const Network&, const Network&) = default;
};

// A network of one input of unknown batch: channels x height x width, each may be kUnknownSize.
Network with_input(int64_t channels, int64_t height, int64_t width, std::string name = "input");

Layer make_input(const Dims& output, Axes axes = kPlanes, std::string name = "input");
// A layer of the kind with the field's usual parameters (conv 3x3 pad 1, pool 2x2/2, ...).
Layer default_layer(Kind kind);

// What layer `index` reads: its inputs, or the layer before. Empty for input layers (and a first layer that
// names none). Refers to the network.
class Sources {
 public:
  Sources() = default;
  explicit Sources(const std::vector<int32_t>& named) : named_(&named) {}
  explicit Sources(int32_t before) : before_(before), count_(1) {}
  const int32_t* begin() const { return named_ != nullptr ? named_->data() : &before_; }
  const int32_t* end() const { return begin() + size(); }
  size_t size() const { return named_ != nullptr ? named_->size() : count_; }
  int32_t operator[](size_t i) const { return begin()[i]; }

 private:
  const std::vector<int32_t>* named_ = nullptr;
  int32_t before_ = -1;
  size_t count_ = 0;
};
Sources sources(const Network& network, size_t index);

// Checks references and names, and puts the layers into an order of execution: the order they stand in where
// that is one, else the first that each layer's inputs allow. Where layers move, repeats are written out.
// Fails with a sentence that names the layers: a cycle, an index that is no layer, a join of one input, two
// layers of one name, a layer that reads nothing.
Status order(Network* network);

// A non-empty name for every layer: the given one as it is, else kind and number ("conv1", "pool1", "relu2").
// A made name is unlike every other name in the network.
std::vector<std::string> effective_names(const Network& network);

// "conv 3×3, ×2 C", "max 2×2 /2" (UTF-8): what stands on an arrow of the diagram. channels_in may be
// kUnknownSize.
std::string operation_label(const Layer& layer, int64_t channels_in);

}  // namespace poolglass::network
