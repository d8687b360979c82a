#include "core/chain/chain.h"

#include <algorithm>

namespace poolglass {
namespace {

Status beyond(const char* figure) { return resource_exhausted(std::string(figure) + " is beyond 2^63-1"); }

int64_t saturating_add(int64_t a, int64_t b) {
  int64_t sum;
  return __builtin_add_overflow(a, b, &sum) ? kBeyondCount : sum;
}

int64_t saturating_multiply(int64_t a, int64_t b) {
  int64_t product;
  return checked_multiply(a, b, &product) ? product : kBeyondCount;
}

// sum += a * b, for non-negative values.
bool checked_add_product(int64_t a, int64_t b, int64_t* sum) {
  int64_t product;
  return checked_multiply(a, b, &product) && !__builtin_add_overflow(*sum, product, sum);
}

Status at_least(const char* field, int64_t value, int64_t limit) {
  if (value >= limit) return {};
  return invalid_argument(std::string(field) + " is " + std::to_string(value) + ", but must be at least " +
                          std::to_string(limit));
}

Status at_least(const char* field, Size2 value, int64_t limit) {
  return at_least(field, std::min(value.h, value.w), limit);
}

std::string text(Size2 size) { return std::to_string(size.h) + "x" + std::to_string(size.w); }

// A window along one axis: what the receptive field, and a convolution's size, are made from.
struct AxisStep {
  int64_t kernel = 1;
  int64_t stride = 1;
  int64_t dilation = 1;
  int64_t pad_begin = 0;
  int64_t pad_end = 0;
};

// floor((n + p0 + p1 - d*(k-1) - 1) / s) + 1, or 0 when the window does not fit; false when it overflows.
bool convolved_extent(const AxisStep& step, int64_t n, int64_t* out) {
  int64_t room, reach;
  if (__builtin_add_overflow(n, step.pad_begin, &room) || __builtin_add_overflow(room, step.pad_end, &room) ||
      !checked_multiply(step.dilation, step.kernel - 1, &reach)) {
    return false;
  }
  *out = reach >= room ? 0 : (room - reach - 1) / step.stride + 1;
  return true;
}

Status grow_field(const AxisStep& step, bool pool, int64_t* field, int64_t* jump, int64_t* padding,
                  int64_t* shortcut) {
  if (*jump == 0) return {};  // sees the whole input already
  int64_t reach;
  if (!checked_multiply(step.dilation, step.kernel - 1, &reach) ||
      !checked_add_product(reach, *jump, field)) {
    return beyond("its receptive field");
  }
  if (!checked_add_product(step.pad_begin, *jump, padding)) return beyond("its effective padding");
  if (!checked_multiply(*jump, step.stride, jump)) return beyond("its jump");
  *shortcut = pool ? saturating_multiply(*shortcut, step.stride) : saturating_add(*shortcut, reach);
  return {};
}

Status grow_field(const AxisStep& rows, const AxisStep& columns, bool pool, LayerFigures* at) {
  if (Status s = grow_field(rows, pool, &at->receptive_field.h, &at->jump.h, &at->padding.h, &at->shortcut.h);
      !s.ok()) {
    return s;
  }
  return grow_field(columns, pool, &at->receptive_field.w, &at->jump.w, &at->padding.w, &at->shortcut.w);
}

AxisStep row_step(const Layer& layer, bool dilated) {
  return {layer.kernel.h, layer.stride.h, dilated ? layer.dilation.h : 1, layer.padding.top,
          layer.padding.bottom};
}

AxisStep column_step(const Layer& layer, bool dilated) {
  return {layer.kernel.w, layer.stride.w, dilated ? layer.dilation.w : 1, layer.padding.left,
          layer.padding.right};
}

void see_whole_rows(int64_t extent, LayerFigures* at) {
  at->receptive_field.h = at->shortcut.h = extent;
  at->jump.h = at->padding.h = 0;
}

void see_whole_columns(int64_t extent, LayerFigures* at) {
  at->receptive_field.w = at->shortcut.w = extent;
  at->jump.w = at->padding.w = 0;
}

void see_whole_input(Size2 input, LayerFigures* at) {
  see_whole_rows(input.h, at);
  see_whole_columns(input.w, at);
  at->whole_input = true;
  at->field_is_bound = false;
}

// Weights and multiply-adds of a layer that has them: `per_output` weights for each of `outputs` channels.
Status count_weights(int64_t per_output, int64_t outputs, bool bias, LayerFigures* at) {
  int64_t weights;
  if (!checked_multiply(per_output, outputs, &weights) ||
      __builtin_add_overflow(weights, bias ? outputs : 0, &at->params)) {
    return beyond("its number of parameters");
  }
  if (!checked_multiply(weights, at->output.h, &at->macs) ||
      !checked_multiply(at->macs, at->output.w, &at->macs)) {
    return beyond("its number of multiply-adds");
  }
  return {};
}

Status apply_conv(const Layer& layer, LayerFigures* at) {
  const Padding& pad = layer.padding;
  if (Status s = at_least("out_channels", layer.out_channels, 1); !s.ok()) return s;
  if (Status s = at_least("kernel", layer.kernel, 1); !s.ok()) return s;
  if (Status s = at_least("stride", layer.stride, 1); !s.ok()) return s;
  if (Status s = at_least("dilation", layer.dilation, 1); !s.ok()) return s;
  if (Status s = at_least("padding", std::min({pad.top, pad.left, pad.bottom, pad.right}), 0); !s.ok())
    return s;

  const Size2 in = at->output.plane();
  const AxisStep rows = row_step(layer, true), columns = column_step(layer, true);
  Shape& out = at->output;
  if (!convolved_extent(rows, in.h, &out.h) || !convolved_extent(columns, in.w, &out.w)) {
    return beyond("its padded input");
  }
  if (out.h < 1 || out.w < 1) {
    return invalid_argument("kernel " + text(layer.kernel) + " with dilation " + text(layer.dilation) +
                            " is larger than its padded input of " + text(in) + " cells");
  }
  int64_t per_output;
  if (!checked_multiply(layer.kernel.h, layer.kernel.w, &per_output) ||
      !checked_multiply(per_output, out.c, &per_output)) {
    return beyond("its number of parameters");
  }
  out.c = layer.out_channels;
  if (Status s = count_weights(per_output, layer.out_channels, layer.bias, at); !s.ok()) return s;
  return grow_field(rows, columns, false, at);
}

Status apply_window_pool(const Layer& layer, LayerFigures* at) {
  const bool max = layer.kind == LayerKind::kMaxPool2d;
  PoolParams params = window_pool(max ? Reduction::kMax : Reduction::kAverage, layer.kernel);
  params.stride = layer.stride;
  params.padding = layer.padding;
  if (max) params.dilation = layer.dilation;
  params.ceil_mode = layer.ceil_mode;
  const Result<Size2> size = output_size(params, at->output.plane());
  if (!size.ok()) return size.status();
  at->output.h = size->h;
  at->output.w = size->w;
  return grow_field(row_step(layer, max), column_step(layer, max), true, at);
}

Status apply_adaptive(Size2 size, Size2 input, LayerFigures* at) {
  if (Status s = at_least("output_size", size, 1); !s.ok()) return s;
  const Size2 in = at->output.plane();
  at->output.h = size.h;
  at->output.w = size.w;
  if (size == Size2{1, 1}) {
    see_whole_input(input, at);
    return {};
  }
  AxisStep rows, columns;  // one cell, or windows all alike: a plain pool
  if (size.h == 1) {
    see_whole_rows(input.h, at);
  } else if (in.h % size.h == 0) {
    rows.kernel = rows.stride = in.h / size.h;
  } else if (at->jump.h != 0) {
    see_whole_rows(input.h, at);
    at->field_is_bound = true;
  }
  if (size.w == 1) {
    see_whole_columns(input.w, at);
  } else if (in.w % size.w == 0) {
    columns.kernel = columns.stride = in.w / size.w;
  } else if (at->jump.w != 0) {
    see_whole_columns(input.w, at);
    at->field_is_bound = true;
  }
  if (at->jump == Size2{0, 0} && !at->field_is_bound) at->whole_input = true;
  return grow_field(rows, columns, true, at);
}

Status apply_linear(const Layer& layer, Size2 input, LayerFigures* at) {
  if (!at->flat) return invalid_argument("linear needs a vector, so a flatten layer must come before it");
  if (Status s = at_least("out_features", layer.out_features, 1); !s.ok()) return s;
  const int64_t in = at->output.c;
  at->output.c = layer.out_features;
  see_whole_input(input, at);
  return count_weights(in, layer.out_features, layer.bias, at);
}

Status apply_kind(const Layer& layer, Size2 input, LayerFigures* at) {
  switch (layer.kind) {
    case LayerKind::kConv2d:
      return apply_conv(layer, at);
    case LayerKind::kMaxPool2d:
    case LayerKind::kAvgPool2d:
      return apply_window_pool(layer, at);
    case LayerKind::kGlobalAvgPool2d:
      return apply_adaptive({1, 1}, input, at);
    case LayerKind::kAdaptiveAvgPool2d:
      return apply_adaptive(layer.output_size, input, at);
    case LayerKind::kRelu:
      return {};
    case LayerKind::kFlatten:
      at->output = {1, at->activations, 1, 1};
      at->flat = true;
      return {};
    case LayerKind::kLinear:
      return apply_linear(layer, input, at);
  }
  return invalid_argument("its kind is unknown");
}

Status count_output(LayerFigures* at) {
  if (!checked_elements(at->output, &at->activations)) return beyond("its number of activations");
  at->bytes = saturating_multiply(at->activations, int64_t{sizeof(float)});
  return {};
}

// Turns the figures of the layer before into those of `layer`.
Status apply(const Layer& layer, Size2 input, LayerFigures* at) {
  if (at->flat && accepts_plane(layer.kind)) {
    return invalid_argument(std::string(layer_kind_name(layer.kind)) +
                            " needs a feature map, but flatten has made it a vector");
  }
  at->params = at->macs = 0;
  if (Status s = apply_kind(layer, input, at); !s.ok()) return s;
  at->shortcut_differs = at->shortcut != at->receptive_field;
  return count_output(at);
}

Status check_input(const Chain& chain) {
  if (Status s = at_least("input channels", chain.channels, 1); !s.ok()) return s;
  if (Status s = at_least("input height", chain.plane.h, 1); !s.ok()) return s;
  return at_least("input width", chain.plane.w, 1);
}

ChainError layer_error(const Chain& chain, size_t index, const Status& status) {
  const std::string name = effective_names(chain)[index];
  return {index, Status(status.code(),
                        "layer " + std::to_string(index + 1) + " (" + name + "): " + status.message())};
}

Interval field_along(int64_t field, int64_t jump, int64_t padding, int64_t index) {
  const auto fit = [](__int128 cell) {
    return static_cast<int64_t>(std::clamp<__int128>(cell, INT64_MIN, INT64_MAX));
  };
  const __int128 first = static_cast<__int128>(index) * jump - padding;
  return {fit(first), fit(first + field - 1)};
}

}  // namespace

ChainFigures analyze(const Chain& chain) {
  ChainFigures figures;
  figures.input.output = {1, chain.channels, chain.plane.h, chain.plane.w};
  Status status = check_input(chain);
  if (status.ok()) status = count_output(&figures.input);
  if (!status.ok()) {
    figures.error = ChainError{0, Status(status.code(), "input: " + status.message())};
    return figures;
  }
  figures.layers.reserve(chain.layers.size());
  LayerFigures at = figures.input;
  for (size_t i = 0; i < chain.layers.size(); ++i) {
    if (Status s = apply(chain.layers[i], chain.plane, &at); !s.ok()) {
      figures.error = layer_error(chain, i, s);
      break;
    }
    figures.layers.push_back(at);
    figures.total_params = saturating_add(figures.total_params, at.params);
    figures.total_macs = saturating_add(figures.total_macs, at.macs);
    figures.total_activations = saturating_add(figures.total_activations, at.activations);
  }
  return figures;
}

ReceptiveBox receptive_box(const LayerFigures& layer, int64_t row, int64_t column) {
  return {field_along(layer.receptive_field.h, layer.jump.h, layer.padding.h, row),
          field_along(layer.receptive_field.w, layer.jump.w, layer.padding.w, column)};
}

ReceptiveBox clip(const ReceptiveBox& box, Size2 input) {
  return {{std::max<int64_t>(box.rows.first, 0), std::min(box.rows.last, input.h - 1)},
          {std::max<int64_t>(box.columns.first, 0), std::min(box.columns.last, input.w - 1)}};
}

Centre receptive_centre(const LayerFigures& layer, int64_t row, int64_t column) {
  const ReceptiveBox box = receptive_box(layer, row, column);
  const auto middle = [](const Interval& span) {
    return static_cast<double>(span.first) + static_cast<double>(span.last - span.first) / 2;
  };
  return {middle(box.rows), middle(box.columns)};
}

}  // namespace poolglass
