// Convolutions and pools.
#include "core/network/infer_parts.h"
#include "core/pooling/window.h"

namespace poolglass::network::rules {

namespace {

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

Status check_window(const Layer& layer) {
  const Padding& pad = layer.padding;
  if (Status s = at_least("kernel", layer.kernel, 1); !s.ok()) return s;
  if (Status s = at_least("stride", layer.stride, 1); !s.ok()) return s;
  if (Status s = at_least("dilation", layer.dilation, 1); !s.ok()) return s;
  return at_least("padding", std::min({pad.top, pad.left, pad.bottom, pad.right}), 0);
}

}  // namespace

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

namespace {

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

}  // namespace

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

namespace {

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

}  // namespace

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

namespace {

PoolParams pool_params(const Layer& layer) {
  const bool max = layer.kind == Kind::kMaxPool2d;
  PoolParams params = window_pool(max ? Reduction::kMax : Reduction::kAverage, layer.kernel);
  params.stride = layer.stride;
  if (layer.padding_mode == PaddingMode::kNumbers) params.padding = layer.padding;
  if (max) params.dilation = layer.dilation;
  params.ceil_mode = layer.ceil_mode;
  return params;
}

}  // namespace

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

namespace {

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

}  // namespace

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

}  // namespace poolglass::network::rules
