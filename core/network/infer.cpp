#include "core/network/infer.h"

#include <algorithm>
#include <numeric>

#include "core/integer.h"

namespace poolglass::network {
namespace {

using Wide = __int128;

Status beyond(const char* figure) { return resource_exhausted(std::string(figure) + " is beyond 2^63-1"); }

Status at_least(const char* field, int64_t value, int64_t limit) {
  if (value >= limit) return {};
  return invalid_argument(std::string(field) + " is " + std::to_string(value) + ", but must be at least " +
                          std::to_string(limit));
}

Status at_least(const char* field, Size2 value, int64_t limit) {
  return at_least(field, std::min(value.h, value.w), limit);
}

std::string size_text(int64_t size) { return size < 0 ? "?" : std::to_string(size); }
std::string text(Size2 size) { return size_text(size.h) + "x" + size_text(size.w); }

// Product of sizes; kUnknownSize when one is unknown. False: beyond 63 bits.
bool multiply(int64_t a, int64_t b, int64_t* product) {
  if (a < 0 || b < 0) {
    *product = kUnknownSize;
    return true;
  }
  return checked_multiply(a, b, product);
}

void set_count(int64_t value, Count* count) {
  *count = value < 0 ? Count{0, Known::kUnavailable, -1} : Count{value, Known::kComplete, -1};
}

// Tensors that hold several pieces of each image have their number folded into the batch.
int64_t pieces(const Dims& dims, const Context& context) {
  if (dims.rank == 0) return kUnknownSize;
  if (dims[0] < 0 || dims[0] == context.batch) return 1;
  return dims[0] % context.batch == 0 ? dims[0] / context.batch : dims[0];
}

// Elements of one image, all sizes but those on the axes left out.
bool elements(const Dims& dims, const Context& context, int skip, int64_t* out) {
  *out = pieces(dims, context);
  for (int i = 1; i < dims.rank; ++i) {
    if (i != skip && !multiply(*out, dims[i], out)) return false;
  }
  return true;
}

// ---- windows ----------------------------------------------------------------------------------------------

// One axis of a window.
struct Window {
  int64_t kernel = 1;
  int64_t stride = 1;
  int64_t dilation = 1;
  int64_t pad_begin = 0;
  int64_t pad_end = 0;
};
Window row_window(const Layer& layer) {
  return {layer.kernel.h, layer.stride.h, layer.dilation.h, layer.padding.top, layer.padding.bottom};
}
Window column_window(const Layer& layer) {
  return {layer.kernel.w, layer.stride.w, layer.dilation.w, layer.padding.left, layer.padding.right};
}

// TensorFlow's SAME: ceil(n / s) outputs, total = max(k - s, 0) if n mod s = 0, else max(k - n mod s, 0).
// At an unknown size the left part is known for stride 1, kernel 1, and stride 2 with an even kernel.
bool same_padding(PaddingMode mode, int64_t n, int64_t reach, Window* window) {
  const bool lower = mode == PaddingMode::kSameLower;
  const int64_t s = window->stride;
  int64_t total = s == 1 ? reach : std::max<int64_t>(reach + 1 - s, 0);
  bool known = n >= 0 || s == 1 || reach == 0 || (s == 2 && reach % 2 == 1 && !lower);
  if (n >= 0 && n % s != 0) total = std::max<int64_t>(reach + 1 - n % s, 0);
  window->pad_begin = lower ? total - total / 2 : total / 2;
  window->pad_end = total - window->pad_begin;
  return known;
}

struct AxisResult {
  int64_t size = kUnknownSize;
  AxisMap map;
  AxisWindow window;
};

// A convolution's or pool's axis of n cells; `given` is the output if the caller knows it, else found here.
// size 0: the window does not fit.
Status slide(PaddingMode mode, int64_t n, Window window, int64_t given, AxisResult* out) {
  int64_t reach;
  if (!checked_multiply(window.dilation, window.kernel - 1, &reach)) return beyond("its kernel's reach");
  const bool known = mode == PaddingMode::kNumbers || same_padding(mode, n, reach, &window);
  out->window.pad_begin = window.pad_begin;
  out->window.pad_end = window.pad_end;
  out->window.pad_known = known && (n >= 0 || mode == PaddingMode::kNumbers || window.stride == 1);
  out->map.step = window.stride;
  out->map.first = -window.pad_begin;
  out->map.last = reach - window.pad_begin;
  out->map.start_known = known;
  if (n < 0) return {};
  const Wide room = static_cast<Wide>(n) + window.pad_begin + window.pad_end - reach - 1;
  int64_t ignored;
  if (!fits(room, &ignored) || !fits(static_cast<Wide>(n) + window.pad_begin + window.pad_end, &ignored)) {
    return beyond("its padded input");
  }
  out->size = given >= 0 ? given : room < 0 ? 0 : static_cast<int64_t>(room / window.stride) + 1;
  const Wide over = room - static_cast<Wide>(out->size - 1) * window.stride - window.pad_end;
  out->window.unread = over > 0 ? static_cast<int64_t>(over) : 0;
  return {};
}

Status needs_planes(const Layer& layer, const LayerFigures& in) {
  if (in.output.rank == 0 || in.axes == kPlanes) return {};
  const std::string kind(kind_name(layer.kind));
  if (in.axes.rows < 0) {
    return invalid_argument(kind + " needs a feature map, but flatten has made it a vector");
  }
  return invalid_argument(kind + " needs the channels before the plane, but they are last: permute to nchw");
}

void set_plane(const LayerFigures& in, int64_t channels, int64_t height, int64_t width, LayerFigures* out) {
  out->output = {in.output.rank == 0 ? kUnknownSize : in.output[0], channels, height, width};
  out->axes = kPlanes;
}

Status check_window(const Layer& layer) {
  const Padding& pad = layer.padding;
  if (Status s = at_least("kernel", layer.kernel, 1); !s.ok()) return s;
  if (Status s = at_least("stride", layer.stride, 1); !s.ok()) return s;
  if (Status s = at_least("dilation", layer.dilation, 1); !s.ok()) return s;
  return at_least("padding", std::min({pad.top, pad.left, pad.bottom, pad.right}), 0);
}

Status check_groups(const Layer& layer, int64_t channels) {
  if (Status s = at_least("groups", layer.groups, 1); !s.ok()) return s;
  if (channels >= 0 && channels % layer.groups != 0) {
    return invalid_argument("groups " + std::to_string(layer.groups) + " does not divide its " +
                            std::to_string(channels) + " input channels");
  }
  return {};
}

// Weights `per_output` for each of `outputs`, used at `positions`.
Status count_weights(int64_t per_output, int64_t outputs, bool bias, int64_t positions, LayerFigures* out) {
  int64_t weights, params, macs;
  if (!multiply(per_output, outputs, &weights)) return beyond("its number of parameters");
  params = weights;
  if (weights >= 0 && __builtin_add_overflow(weights, bias ? outputs : 0, &params)) {
    return beyond("its number of parameters");
  }
  if (!multiply(weights, positions, &macs)) return beyond("its number of multiply-adds");
  set_count(params, &out->params);
  set_count(macs, &out->macs);
  return {};
}

Status positions_of(const LayerFigures& figures, const Context& context, int64_t* positions) {
  return elements(figures.output, context, figures.axes.channels, positions)
             ? Status()
             : beyond("its number of multiply-adds");
}

Status count_conv(const Layer& layer, int64_t channels, const LayerFigures& at, const Context& context,
                  LayerFigures* out) {
  int64_t taps, per_output, positions;
  const bool transposed = layer.kind == Kind::kConvTranspose2d;
  if (!checked_multiply(layer.kernel.h, layer.kernel.w, &taps) ||
      !multiply(taps, channels < 0 ? channels : channels / layer.groups, &per_output)) {
    return beyond("its number of parameters");
  }
  if (Status s = positions_of(transposed ? at : *out, context, &positions); !s.ok()) return s;
  return count_weights(per_output, layer.out_channels, layer.bias, positions, out);
}

Status check_conv(const Layer& layer, int64_t channels) {
  if (Status s = at_least("out_channels", layer.out_channels, 1); !s.ok()) return s;
  if (Status s = check_window(layer); !s.ok()) return s;
  if (Status s = check_groups(layer, channels); !s.ok()) return s;
  if (layer.out_channels % layer.groups == 0) return {};
  return invalid_argument("groups " + std::to_string(layer.groups) + " does not divide its " +
                          std::to_string(layer.out_channels) + " output channels");
}

Status infer_conv(const Layer& layer, const LayerFigures& in, const Context& context, LayerFigures* out,
                  AxisResult* rows, AxisResult* columns) {
  if (Status s = check_conv(layer, in.channels()); !s.ok()) return s;
  if (Status s = slide(layer.padding_mode, in.height(), row_window(layer), -1, rows); !s.ok()) return s;
  if (Status s = slide(layer.padding_mode, in.width(), column_window(layer), -1, columns); !s.ok()) return s;
  if (rows->size == 0 || columns->size == 0) {
    return invalid_argument("kernel " + text(layer.kernel) + " with dilation " + text(layer.dilation) +
                            " is larger than its padded input of " + text({in.height(), in.width()}) +
                            " cells");
  }
  set_plane(in, layer.out_channels, rows->size, columns->size, out);
  return count_conv(layer, in.channels(), in, context, out);
}

Status spread(int64_t n, const Window& window, int64_t output_padding, AxisResult* out) {
  int64_t reach;
  if (!checked_multiply(window.dilation, window.kernel - 1, &reach)) return beyond("its kernel's reach");
  if (output_padding < 0 || output_padding >= std::max(window.stride, window.dilation)) {
    return invalid_argument("output_padding is " + std::to_string(output_padding) +
                            ", but must be from 0 to less than stride or dilation");
  }
  out->window = {window.pad_begin, window.pad_end, true, 0};
  out->map.per = window.stride;
  out->map.last = window.pad_begin;
  if (!fits(static_cast<Wide>(window.pad_begin) - reach + window.stride - 1, &out->map.first)) {
    return beyond("its kernel's reach");
  }
  if (n < 0) return {};
  const Wide size = (static_cast<Wide>(n) - 1) * window.stride - window.pad_begin - window.pad_end + reach +
                    output_padding + 1;
  if (size > INT64_MAX) return beyond("its output size");
  out->size = size < 1 ? 0 : static_cast<int64_t>(size);
  return {};
}

Status infer_transposed(const Layer& layer, const LayerFigures& in, const Context& context, LayerFigures* out,
                        AxisResult* rows, AxisResult* columns) {
  if (Status s = check_conv(layer, in.channels()); !s.ok()) return s;
  if (layer.padding_mode != PaddingMode::kNumbers) {
    return invalid_argument("padding of conv_transpose2d must be numbers");
  }
  if (Status s = spread(in.height(), row_window(layer), layer.output_padding.h, rows); !s.ok()) return s;
  if (Status s = spread(in.width(), column_window(layer), layer.output_padding.w, columns); !s.ok()) return s;
  if (rows->size == 0 || columns->size == 0) {
    return invalid_argument("padding takes away all of its output for an input of " +
                            text({in.height(), in.width()}) + " cells");
  }
  set_plane(in, layer.out_channels, rows->size, columns->size, out);
  return count_conv(layer, in.channels(), in, context, out);
}

PoolParams pool_params(const Layer& layer) {
  const bool max = layer.kind == Kind::kMaxPool2d;
  PoolParams params = window_pool(max ? Reduction::kMax : Reduction::kAverage, layer.kernel);
  params.stride = layer.stride;
  if (layer.padding_mode == PaddingMode::kNumbers) params.padding = layer.padding;
  if (max) params.dilation = layer.dilation;
  params.ceil_mode = layer.ceil_mode;
  return params;
}

Status infer_window_pool(const Layer& layer, const LayerFigures& in, LayerFigures* out, AxisResult* rows,
                         AxisResult* columns) {
  const PoolParams params = pool_params(layer);
  Size2 given{kUnknownSize, kUnknownSize};
  if (Status s = validate(params); !s.ok()) return s;
  if (layer.padding_mode == PaddingMode::kNumbers) {
    // An axis of unknown size is judged at a size that fits any window.
    constexpr int64_t kAmple = int64_t{1} << 30;
    const Size2 plane{in.height() < 0 ? kAmple : in.height(), in.width() < 0 ? kAmple : in.width()};
    const Result<Size2> size = output_size(params, plane);
    if (!size.ok()) return size.status();
    given = *size;
  }
  Layer window = layer;
  window.dilation = params.dilation;
  if (Status s = slide(layer.padding_mode, in.height(), row_window(window), given.h, rows); !s.ok()) return s;
  if (Status s = slide(layer.padding_mode, in.width(), column_window(window), given.w, columns); !s.ok()) {
    return s;
  }
  set_plane(in, in.channels(), rows->size, columns->size, out);
  return {};
}

// One axis of an adaptive pool to `size` cells: one cell sees all; windows all alike are a plain pool.
void adapt(int64_t n, int64_t size, AxisResult* out) {
  out->size = size;
  if (size == 1) {
    out->map.reads = Reads::kWhole;
  } else if (n >= 0 && n % size == 0) {
    out->map.step = n / size;
    out->map.last = n / size - 1;
  } else {
    out->map.reads = Reads::kBound;
    out->map.size_known = n >= 0;
    out->map.step = std::max<int64_t>(n, 1);
    out->map.per = size;
    out->map.last = out->map.step - 1;
  }
}

Status infer_adaptive(const Layer& layer, const LayerFigures& in, LayerFigures* out, AxisResult* rows,
                      AxisResult* columns) {
  const bool global = layer.kind == Kind::kGlobalAvgPool2d || layer.kind == Kind::kGlobalMaxPool2d;
  const Size2 size = global ? Size2{1, 1} : layer.output_size;
  if (Status s = at_least("output_size", size, 1); !s.ok()) return s;
  adapt(in.height(), size.h, rows);
  adapt(in.width(), size.w, columns);
  set_plane(in, in.channels(), size.h, size.w, out);
  return {};
}

// ---- what keeps the shape or moves it ---------------------------------------------------------------------

Status infer_norm(const Layer& layer, const LayerFigures& in, const Context& context, LayerFigures* out,
                  AxisResult* rows, AxisResult* columns) {
  const bool layer_norm = layer.kind == Kind::kLayerNorm;
  const bool over_plane = layer.kind == Kind::kGroupNorm || layer.kind == Kind::kInstanceNorm2d ||
                          (layer_norm && layer.norm_axes == NormAxes::kAll);
  int64_t features = in.channels();
  if (layer_norm && over_plane && !elements(in.output, context, -1, &features)) {
    return beyond("its number of parameters");
  }
  if (layer.kind == Kind::kGroupNorm) {
    if (Status s = check_groups(layer, features); !s.ok()) return s;
  }
  int64_t params = 0;
  for (const bool learned : {layer.gamma, layer.beta}) {
    if (learned && features >= 0 && __builtin_add_overflow(params, features, &params)) {
      return beyond("its number of parameters");
    }
  }
  set_count(features < 0 && (layer.gamma || layer.beta) ? kUnknownSize : params, &out->params);
  if (layer.kind == Kind::kBatchNorm2d) {
    int64_t moving = kUnknownSize;
    if (features >= 0 && !checked_multiply(features, 2, &moving)) return beyond("its number of parameters");
    set_count(moving, &out->moving_stats);
  }
  if (over_plane) rows->map.reads = columns->map.reads = Reads::kWhole;
  return {};
}

Status infer_scale(const Layer& layer, const LayerFigures& in, LayerFigures* out) {
  int64_t params;
  if (!multiply(in.channels(), layer.bias ? 2 : 1, &params)) return beyond("its number of parameters");
  set_count(params, &out->params);
  return {};
}

Status frame(int64_t n, int64_t before, int64_t after, AxisResult* out) {
  if (!fits(-static_cast<Wide>(before), &out->map.first)) return beyond("its padding");
  out->map.last = out->map.first;
  out->window = {before, after, true, after < 0 ? -after : 0};
  if (n < 0) return {};
  const Wide size = static_cast<Wide>(n) + before + after;
  if (size > INT64_MAX) return beyond("its output size");
  out->size = size < 1 ? 0 : static_cast<int64_t>(size);
  return {};
}

Status infer_frame(const Layer& layer, const LayerFigures& in, LayerFigures* out, AxisResult* rows,
                   AxisResult* columns) {
  const Padding& pad = layer.padding;
  const bool crop = layer.kind == Kind::kCrop;
  if (Status s = at_least("padding", std::min({pad.top, pad.left, pad.bottom, pad.right}), 0); !s.ok()) {
    return s;
  }
  const int64_t sign = crop ? -1 : 1;
  if (Status s = frame(in.height(), sign * pad.top, sign * pad.bottom, rows); !s.ok()) return s;
  if (Status s = frame(in.width(), sign * pad.left, sign * pad.right, columns); !s.ok()) return s;
  if (rows->size == 0 || columns->size == 0) {
    return invalid_argument("crop takes away all of its input of " + text({in.height(), in.width()}) +
                            " cells");
  }
  set_plane(in, in.channels(), rows->size, columns->size, out);
  return {};
}

// n cells become `factor` times as many, or `size`.
Status stretch(Upsampling mode, int64_t n, int64_t factor, int64_t size, AxisResult* out) {
  constexpr int64_t kMost = int64_t{1} << 60;  // room for twice its sum with another
  out->size = size;
  if (factor > 0 && !multiply(n, factor, &out->size)) return beyond("its output size");
  if (std::max({factor, n, out->size}) > kMost) return resource_exhausted("its output size is beyond 2^60");
  int64_t in_cells = factor > 0 ? 1 : n, out_cells = factor > 0 ? factor : size;
  const bool corners = mode == Upsampling::kBilinearCorners;
  if (corners) {
    in_cells = n - 1;
    out_cells = out->size - 1;
  }
  out->map.size_known = corners ? n >= 0 : factor > 0 || n >= 0;
  if (!out->map.size_known) return {};
  if (out_cells == 0) {  // a single cell that takes the first
    in_cells = 0;
    out_cells = 1;
  }
  const int64_t divisor = std::max<int64_t>(std::gcd(in_cells, out_cells), 1);
  in_cells /= divisor;
  out_cells /= divisor;
  AxisMap& map = out->map;
  map.step = in_cells;
  map.per = out_cells;
  if (corners) {
    map.last = out_cells - 1;  // rounded up
  } else if (mode != Upsampling::kNearest) {
    // The centre of cell u lies at (u + 1/2) * in / out - 1/2: its neighbours on both sides.
    map.step *= 2;
    map.per *= 2;
    map.first = in_cells - out_cells;
    map.last = map.first + map.per - 1;
    if (mode == Upsampling::kBicubic) {  // and one more on each side
      map.first -= map.per;
      map.last += map.per;
    }
  }
  return {};
}

Status infer_upsample(const Layer& layer, const LayerFigures& in, LayerFigures* out, AxisResult* rows,
                      AxisResult* columns) {
  const bool by_size = layer.scale == Size2{0, 0};
  if (Status s = by_size ? at_least("size", layer.output_size, 1) : at_least("scale", layer.scale, 1);
      !s.ok()) {
    return s;
  }
  if (Status s = stretch(layer.mode, in.height(), layer.scale.h, layer.output_size.h, rows); !s.ok())
    return s;
  if (Status s = stretch(layer.mode, in.width(), layer.scale.w, layer.output_size.w, columns); !s.ok())
    return s;
  set_plane(in, in.channels(), rows->size, columns->size, out);
  return {};
}

Status infer_depth_to_space(const Layer& layer, const LayerFigures& in, LayerFigures* out, AxisResult* rows,
                            AxisResult* columns) {
  if (Status s = at_least("scale", layer.scale, 1); !s.ok()) return s;
  int64_t block;
  if (!checked_multiply(layer.scale.h, layer.scale.w, &block)) return beyond("its block");
  if (in.channels() >= 0 && in.channels() % block != 0) {
    return invalid_argument("its block of " + text(layer.scale) + " does not divide its " +
                            std::to_string(in.channels()) + " channels");
  }
  rows->map.per = layer.scale.h;
  columns->map.per = layer.scale.w;
  if (!multiply(in.height(), layer.scale.h, &rows->size) ||
      !multiply(in.width(), layer.scale.w, &columns->size)) {
    return beyond("its output size");
  }
  set_plane(in, in.channels() < 0 ? in.channels() : in.channels() / block, rows->size, columns->size, out);
  return {};
}

Status infer_space_to_depth(const Layer& layer, const LayerFigures& in, LayerFigures* out, AxisResult* rows,
                            AxisResult* columns) {
  if (Status s = at_least("scale", layer.scale, 1); !s.ok()) return s;
  const Size2 plane{in.height(), in.width()};
  if ((plane.h >= 0 && plane.h % layer.scale.h != 0) || (plane.w >= 0 && plane.w % layer.scale.w != 0)) {
    return invalid_argument("its block of " + text(layer.scale) + " does not divide its input of " +
                            text(plane) + " cells");
  }
  int64_t channels;
  if (!multiply(in.channels(), layer.scale.h, &channels) || !multiply(channels, layer.scale.w, &channels)) {
    return beyond("its number of channels");
  }
  rows->map = {Reads::kInterval, layer.scale.h, 1, 0, layer.scale.h - 1};
  columns->map = {Reads::kInterval, layer.scale.w, 1, 0, layer.scale.w - 1};
  rows->size = plane.h < 0 ? plane.h : plane.h / layer.scale.h;
  columns->size = plane.w < 0 ? plane.w : plane.w / layer.scale.w;
  set_plane(in, channels, rows->size, columns->size, out);
  return {};
}

Status infer_slice(const Layer& layer, const LayerFigures& in, LayerFigures* out) {
  const int64_t channels = in.channels();
  if (layer.begin < 0 || layer.end <= layer.begin || (channels >= 0 && layer.end > channels)) {
    return invalid_argument("channels [" + std::to_string(layer.begin) + ", " + std::to_string(layer.end) +
                            ") are not among its " + size_text(channels));
  }
  if (out->output.rank > 0) out->output[out->axes.channels] = layer.end - layer.begin;
  return {};
}

Status infer_permute(const Layer& layer, const LayerFigures& in, LayerFigures* out) {
  const Dims from = in.output;
  if (from.rank == 0) return {};
  const Axes wanted = layer.channels_last ? kPlanes : kChannelsLast;
  if (from.rank != 4 || !(in.axes == wanted)) {
    return invalid_argument(std::string("permute needs a feature map with the channels ") +
                            (layer.channels_last ? "before the plane" : "last"));
  }
  if (layer.channels_last) {
    out->output = {from[0], from[2], from[3], from[1]};
    out->axes = kChannelsLast;
  } else {
    out->output = {from[0], from[3], from[1], from[2]};
    out->axes = kPlanes;
  }
  return {};
}

Status infer_flatten(const LayerFigures& in, LayerFigures* out) {
  out->output = {kUnknownSize, kUnknownSize};
  out->axes = kVector;
  if (in.output.rank == 0) return {};
  int64_t features = 1;
  for (int i = 1; i < in.output.rank; ++i) {
    if (!multiply(features, in.output[i], &features)) return beyond("its number of features");
  }
  out->output = {in.output[0], features};
  return {};
}

Status infer_linear(const Layer& layer, const LayerFigures& in, const Context& context, LayerFigures* out,
                    AxisResult* rows, AxisResult* columns) {
  const Dims& from = in.output;
  const int last = from.rank - 1;
  if (from.rank > 0 && (last == in.axes.rows || last == in.axes.columns)) {
    return invalid_argument("linear needs a vector, so a flatten layer must come before it");
  }
  if (Status s = at_least("out_features", layer.out_features, 1); !s.ok()) return s;
  if (from.rank <= 2) rows->map.reads = columns->map.reads = Reads::kWhole;
  if (from.rank == 0) return count_weights(kUnknownSize, layer.out_features, layer.bias, kUnknownSize, out);
  int64_t positions;
  if (!elements(from, context, last, &positions)) return beyond("its number of multiply-adds");
  out->output[last] = layer.out_features;
  return count_weights(from[last], layer.out_features, layer.bias, positions, out);
}

// ---- joins ------------------------------------------------------------------------------------------------

Status disagree(const Context& context, std::span<const LayerFigures* const> inputs, size_t index) {
  if (context.network == nullptr) return invalid_argument("its inputs do not fit together");
  const std::vector<std::string> names = effective_names(*context.network);
  const Sources from = sources(*context.network, context.index);
  const auto told = [&](size_t i) {
    return "\"" + names[static_cast<size_t>(from[i])].substr(0, 80) + "\" is " +
           plain_text(inputs[i]->output);
  };
  return invalid_argument("its inputs do not fit together: " + told(0) + ", but " + told(index));
}

// Element by element, a size of 1 stands for any (NumPy's broadcasting, ranks alike).
Status infer_elementwise(std::span<const LayerFigures* const> inputs, const Context& context,
                         LayerFigures* out) {
  for (size_t i = 1; i < inputs.size(); ++i) {
    const Dims& other = inputs[i]->output;
    if (other.rank == 0) continue;
    if (out->output.rank == 0) {
      out->output = other;
      out->axes = inputs[i]->axes;
      continue;
    }
    if (other.rank != out->output.rank) return disagree(context, inputs, i);
    for (int axis = 0; axis < other.rank; ++axis) {
      int64_t& size = out->output[axis];
      if (size == other[axis] || other[axis] == 1) continue;
      if (size == 1 || size < 0) {
        size = other[axis];
      } else if (other[axis] >= 0) {
        return disagree(context, inputs, i);
      }
    }
  }
  return {};
}

Status infer_concat(std::span<const LayerFigures* const> inputs, const Context& context, LayerFigures* out) {
  for (size_t i = 1; i < inputs.size(); ++i) {
    const Dims& other = inputs[i]->output;
    if (out->output.rank == 0 || other.rank == 0) {  // the channels are the sum of something unknown
      if (out->output.rank == 0) {
        out->output = other;
        out->axes = inputs[i]->axes;
      }
      if (out->output.rank > 0) out->output[out->axes.channels] = kUnknownSize;
      continue;
    }
    if (other.rank != out->output.rank || !(inputs[i]->axes == out->axes)) {
      return disagree(context, inputs, i);
    }
    for (int axis = 0; axis < other.rank; ++axis) {
      int64_t& size = out->output[axis];
      if (axis == out->axes.channels) {
        if (size < 0 || other[axis] < 0) {
          size = kUnknownSize;
        } else if (__builtin_add_overflow(size, other[axis], &size)) {
          return beyond("its number of channels");
        }
      } else if (size < 0) {
        size = other[axis];
      } else if (other[axis] >= 0 && other[axis] != size) {
        return disagree(context, inputs, i);
      }
    }
  }
  return {};
}

// ---- boxes ------------------------------------------------------------------------------------------------

Status check_dims(const Dims& dims, const Axes& axes) {
  for (int i = 0; i < dims.rank; ++i) {
    if (dims[i] != kUnknownSize && dims[i] < 1) {
      return invalid_argument("size " + std::to_string(dims[i]) + " of axis " + std::to_string(i) +
                              " must be at least 1");
    }
  }
  for (const int axis : {int{axes.channels}, int{axes.rows}, int{axes.columns}}) {
    if (axis < -1 || (dims.rank > 0 && axis >= dims.rank)) {
      return invalid_argument("axis " + std::to_string(axis) + " is none of its output's " +
                              std::to_string(dims.rank));
    }
  }
  if (axes.channels < 0) return invalid_argument("its output has no axis of channels");
  return {};
}

Status infer_op(const Layer& layer, LayerFigures* out, AxisResult* rows, AxisResult* columns) {
  const bool kept = layer.effect == Effect::kPointwise;
  if (layer.output.rank > 0 || !kept) {
    out->output = layer.output;
    out->axes = layer.axes;
  }
  if (Status s = check_dims(out->output, out->axes); !s.ok()) return s;
  for (const auto& given : {layer.params, layer.macs}) {
    if (given && *given < 0) return invalid_argument("params and macs must be at least 0");
  }
  set_count(layer.params.value_or(kept ? 0 : kUnknownSize), &out->params);
  set_count(layer.macs.value_or(kept ? 0 : kUnknownSize), &out->macs);
  rows->map.reads = columns->map.reads = kept                             ? Reads::kInterval
                                         : layer.effect == Effect::kWhole ? Reads::kWhole
                                                                          : Reads::kUnknown;
  return {};
}

Status infer_input(const Layer& layer, LayerFigures* out) {
  out->output = layer.output;
  out->axes = layer.axes;
  if (layer.output.rank == 0) return invalid_argument("its shape is missing");
  const Dims& dims = layer.output;
  const auto bad = [&](int axis) {
    return axis >= 0 && axis < dims.rank && dims[axis] != kUnknownSize && dims[axis] < 1;
  };
  if (bad(layer.axes.channels)) return at_least("input channels", dims[layer.axes.channels], 1);
  if (bad(layer.axes.rows)) return at_least("input height", dims[layer.axes.rows], 1);
  if (bad(layer.axes.columns)) return at_least("input width", dims[layer.axes.columns], 1);
  return check_dims(dims, layer.axes);
}

Status infer_kind(const Layer& layer, std::span<const LayerFigures* const> inputs, const Context& context,
                  LayerFigures* out, AxisResult* rows, AxisResult* columns) {
  if (layer.kind == Kind::kInput) return infer_input(layer, out);
  const LayerFigures& in = *inputs[0];
  out->output = in.output;
  out->axes = in.axes;
  switch (layer.kind) {
    case Kind::kConv2d:
      return infer_conv(layer, in, context, out, rows, columns);
    case Kind::kConvTranspose2d:
      return infer_transposed(layer, in, context, out, rows, columns);
    case Kind::kMaxPool2d:
    case Kind::kAvgPool2d:
      return infer_window_pool(layer, in, out, rows, columns);
    case Kind::kGlobalAvgPool2d:
    case Kind::kGlobalMaxPool2d:
    case Kind::kAdaptiveAvgPool2d:
    case Kind::kAdaptiveMaxPool2d:
      return infer_adaptive(layer, in, out, rows, columns);
    case Kind::kBatchNorm2d:
    case Kind::kLayerNorm:
    case Kind::kGroupNorm:
    case Kind::kInstanceNorm2d:
      return infer_norm(layer, in, context, out, rows, columns);
    case Kind::kScale:
      return infer_scale(layer, in, out);
    case Kind::kChannelShuffle:
      return check_groups(layer, in.channels());
    case Kind::kUpsample:
      return infer_upsample(layer, in, out, rows, columns);
    case Kind::kPad:
    case Kind::kCrop:
      return infer_frame(layer, in, out, rows, columns);
    case Kind::kSlice:
      return infer_slice(layer, in, out);
    case Kind::kDepthToSpace:
      return infer_depth_to_space(layer, in, out, rows, columns);
    case Kind::kSpaceToDepth:
      return infer_space_to_depth(layer, in, out, rows, columns);
    case Kind::kPermute:
      return infer_permute(layer, in, out);
    case Kind::kAdd:
    case Kind::kMul:
      return infer_elementwise(inputs, context, out);
    case Kind::kConcat:
      return infer_concat(inputs, context, out);
    case Kind::kFlatten:
      return infer_flatten(in, out);
    case Kind::kLinear:
      return infer_linear(layer, in, context, out, rows, columns);
    case Kind::kOp:
      return infer_op(layer, out, rows, columns);
    default:  // pointwise
      return {};
  }
}

bool works_on_planes(Kind kind) {
  return (has_window(kind) || is_pool(kind) || kind == Kind::kUpsample || kind == Kind::kPad ||
          kind == Kind::kCrop || kind == Kind::kDepthToSpace || kind == Kind::kSpaceToDepth);
}

}  // namespace

std::string plain_text(const Dims& dims) {
  if (dims.rank == 0) return "?";
  std::string text;
  for (int i = dims.rank > 1 && dims[0] <= 1 ? 1 : 0; i < dims.rank; ++i) {
    text += (text.empty() ? "" : "x") + size_text(dims[i]);
  }
  return text;
}

Status infer(const Layer& layer, std::span<const LayerFigures* const> inputs, const Context& context,
             LayerFigures* out) {
  if (works_on_planes(layer.kind)) {
    if (Status s = needs_planes(layer, *inputs[0]); !s.ok()) return s;
  }
  AxisResult down, across;
  if (Status s = infer_kind(layer, inputs, context, out, &down, &across); !s.ok()) return s;
  out->reads_rows = down.map;
  out->reads_columns = across.map;
  out->window_rows = down.window;
  out->window_columns = across.window;
  int64_t count;
  if (!elements(out->output, context, -1, &count)) return beyond("its number of activations");
  set_count(count, &out->activations);
  if (count >= 0 && !checked_multiply(count, int64_t{sizeof(float)}, &out->bytes)) out->bytes = kBeyondCount;
  return {};
}

}  // namespace poolglass::network
