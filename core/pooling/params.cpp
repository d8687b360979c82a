#include "core/pooling/params.h"

#include <array>

#include "core/pooling/size_text.h"
#include "core/pooling/window.h"

namespace poolglass {
namespace {

// A window must span less than this, and so must every figure it is made of. Positions then stay below 2^63:
// a plane of at most 2^61 cells (window.cpp), half a kernel of padding on either side, one whole window
// beyond the last.
constexpr int64_t kSpanLimit = int64_t{1} << 62;

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

}  // namespace poolglass
