// Words for a pooling in a failure message, and arrays in the other layout.
#pragma once

#include <string>
#include <vector>

#include "core/pooling/params.h"
#include "core/tensor.h"

namespace poolglass::testing {

inline std::string describe(const PoolParams& p, const Shape& s) {
  std::string text = p.reduction == Reduction::kMax ? "max" : "average";
  const auto add = [&](const char* name, int64_t a, int64_t b) {
    text += std::string(" ") + name + " " + std::to_string(a) + "x" + std::to_string(b);
  };
  if (p.adaptive_output) {
    add("adaptive", p.adaptive_output->h, p.adaptive_output->w);
  } else {
    add("kernel", p.kernel.h, p.kernel.w);
    add("stride", p.stride.h, p.stride.w);
    add("dilation", p.dilation.h, p.dilation.w);
    add("padding", p.padding.top, p.padding.left);
    add("and", p.padding.bottom, p.padding.right);
    if (p.ceil_mode) text += " ceil";
    if (!p.count_include_pad) text += " exclude-pad";
  }
  add("batch x channels", s.n, s.c);
  add("input", s.h, s.w);
  return text;
}

// The same array in the other layout.
template <class T>
std::vector<T> to_nhwc(const std::vector<T>& nchw, const Shape& s) {
  std::vector<T> nhwc(nchw.size());
  for (int64_t n = 0; n < s.n; ++n)
    for (int64_t c = 0; c < s.c; ++c)
      for (int64_t i = 0; i < s.h * s.w; ++i) {
        const int64_t from = (n * s.c + c) * s.h * s.w + i, to = (n * s.h * s.w + i) * s.c + c;
        nhwc[static_cast<size_t>(to)] = nchw[static_cast<size_t>(from)];
      }
  return nhwc;
}

}  // namespace poolglass::testing
