#include "core/pooling/params.h"

#include <array>

#include "core/pooling/window.h"

namespace poolglass {
namespace {

// A window must span less than this, and so must every figure it is made of. Positions then stay below 2^63:
// a plane of at most 2^61 cells, half a kernel of padding on either side, one whole window beyond the last.
constexpr int64_t kSpanLimit = int64_t{1} << 62;
constexpr int64_t kPlaneLimit = int64_t{1} << 61;

std::string text(int64_t value) { return std::to_string(value); }
std::string text(Size2 size) { return text(size.h) + "x" + text(size.w); }

// One axis of the parameters, with the word that names it in a sentence.
struct AxisParams {
  const char* name;
  int64_t kernel, stride, dilation, pad_begin, pad_end;
  const char* pad_begin_name;
  const char* pad_end_name;
};

std::array<AxisParams, 2> axes_of(const PoolParams& p) {
  return {AxisParams{"height", p.kernel.h, p.stride.h, p.dilation.h, p.padding.top, p.padding.bottom, "top",
                     "bottom"},
          AxisParams{"width", p.kernel.w, p.stride.w, p.dilation.w, p.padding.left, p.padding.right, "left",
                     "right"}};
}

Status check_range(const char* field, const char* axis, int64_t value) {
  const std::string name = std::string(field) + " " + axis + " " + text(value);
  if (value < 1) return invalid_argument(name + " must be at least 1");
  if (value >= kSpanLimit) return invalid_argument(name + " must be less than 2^62");
  return {};
}

Status check_padding(const char* side, int64_t pad, const AxisParams& axis) {
  const std::string name = std::string("padding ") + side + " " + text(pad);
  if (pad < 0) return invalid_argument(name + " must not be negative");
  if (pad > axis.kernel / 2) {
    return invalid_argument(name + " is larger than half the kernel " + axis.name + " " + text(axis.kernel));
  }
  return {};
}

Status check_axis(const AxisParams& axis) {
  if (Status s = check_range("kernel", axis.name, axis.kernel); !s.ok()) return s;
  if (Status s = check_range("stride", axis.name, axis.stride); !s.ok()) return s;
  if (Status s = check_range("dilation", axis.name, axis.dilation); !s.ok()) return s;
  if (Status s = check_padding(axis.pad_begin_name, axis.pad_begin, axis); !s.ok()) return s;
  if (Status s = check_padding(axis.pad_end_name, axis.pad_end, axis); !s.ok()) return s;
  int64_t span = 0;
  if (!checked_multiply(axis.dilation, axis.kernel - 1, &span) || span >= kSpanLimit - 1) {
    return invalid_argument(std::string("kernel ") + axis.name + " " + text(axis.kernel) + " with dilation " +
                            text(axis.dilation) + " spans more than 2^62 cells");
  }
  return {};
}

}  // namespace

PoolParams window_pool(Reduction reduction, Size2 kernel) {
  PoolParams params;
  params.reduction = reduction;
  params.kernel = kernel;
  params.stride = kernel;
  return params;
}

PoolParams adaptive_pool(Reduction reduction, Size2 output) {
  PoolParams params;
  params.reduction = reduction;
  params.adaptive_output = output;
  return params;
}

PoolParams global_pool(Reduction reduction) { return adaptive_pool(reduction, {1, 1}); }

Status validate(const PoolParams& params) {
  if (params.adaptive_output) {
    const Size2 out = *params.adaptive_output;
    if (Status s = check_range("output", "height", out.h); !s.ok()) return s;
    return check_range("output", "width", out.w);
  }
  for (const AxisParams& axis : axes_of(params)) {
    if (Status s = check_axis(axis); !s.ok()) return s;
  }
  int64_t taps = 0;
  if (!checked_multiply(params.kernel.h, params.kernel.w, &taps)) {
    return invalid_argument("kernel " + text(params.kernel) + " has more than 2^63 - 1 taps");
  }
  return {};
}

Result<Size2> output_size(const PoolParams& params, Size2 input) {
  Result<WindowGeometry> geometry = window_geometry(params, input);
  if (!geometry.ok()) return geometry.status();
  return Size2{geometry->rows.output, geometry->columns.output};
}

// Lives here for the sentences' sake; the arithmetic of the axes is window.cpp's.
Result<WindowGeometry> window_geometry(const PoolParams& params, Size2 input) {
  if (Status s = validate(params); !s.ok()) return s;
  const std::array<int64_t, 2> cells = {input.h, input.w};
  const std::array<AxisParams, 2> axes = axes_of(params);
  std::array<Axis, 2> result;
  for (size_t i = 0; i < 2; ++i) {
    const std::string name = std::string("input ") + axes[i].name + " " + text(cells[i]);
    if (cells[i] < 1) return invalid_argument(name + " must be at least 1");
    if (cells[i] > kPlaneLimit) return invalid_argument(name + " must be at most 2^61");
    Axis& axis = result[i];
    axis.input = cells[i];
    if (params.adaptive_output) {
      axis.adaptive = true;
      axis.output = i == 0 ? params.adaptive_output->h : params.adaptive_output->w;
      int64_t product = 0;  // the edges are quotients of (index + 1) * input
      if (!checked_multiply(axis.output, axis.input, &product)) {
        return invalid_argument(std::string("output ") + axes[i].name + " " + text(axis.output) + " times " +
                                name + " is more than 2^63 - 1");
      }
      continue;
    }
    axis.kernel = axes[i].kernel;
    axis.stride = axes[i].stride;
    axis.dilation = axes[i].dilation;
    axis.pad_begin = axes[i].pad_begin;
    axis.pad_end = axes[i].pad_end;
    axis.count_include_pad = params.count_include_pad;
    axis.output = strided_output(axis, params.ceil_mode);
  }
  if (result[0].output < 1 || result[1].output < 1) {
    std::string kernel = "kernel " + text(params.kernel);
    if (params.dilation != Size2{1, 1}) {
      kernel += " with dilation " + text(params.dilation) + " spans " +
                text(Size2{(params.kernel.h - 1) * params.dilation.h + 1,
                           (params.kernel.w - 1) * params.dilation.w + 1}) +
                " and";
    }
    const bool padded = params.padding != Padding{};
    return invalid_argument(kernel + " is larger than the " + (padded ? "padded input " : "input ") +
                            text(Size2{input.h + params.padding.top + params.padding.bottom,
                                       input.w + params.padding.left + params.padding.right}));
  }
  return WindowGeometry{result[0], result[1]};
}

}  // namespace poolglass
