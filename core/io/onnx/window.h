// The windows of ONNX's convolutions and pools along one axis, padding resolved. Internal to core/io/onnx.
#pragma once

#include <cstdint>
#include <vector>

#include "core/io/onnx/call.h"

namespace poolglass::onnx {

struct AxisWindow {
  int64_t kernel = 1;
  int64_t stride = 1;
  int64_t dilation = 1;
  int64_t begin = 0, end = 0;  // padding; what auto_pad means for this input
  bool ceil = false;
  bool same = false;  // from auto_pad SAME_UPPER or SAME_LOWER: padding hangs on the input's size
};

// From kernel_shape, strides, dilations, pads, auto_pad and ceil_mode of a convolution or pool of the kernel
// over an input of the sizes, axis by axis.
Result<std::vector<AxisWindow>> windows_of(const Call& call, const Dims& kernel, const Dims& sizes);

// How many windows there are. With ceil mode the last one begins inside the input or the padding before it,
// as in PyTorch and in ONNX since it says so.
Result<int64_t> outputs_of(const AxisWindow& window, int64_t size);

struct TransposedWindow {
  AxisWindow window;  // begin and end: what output_shape leaves, where it is given
  int64_t output_padding = 0;
  int64_t outputs = 0;
};
Result<std::vector<TransposedWindow>> transposed_windows_of(const Call& call, const Dims& kernel,
                                                            const Dims& sizes);

}  // namespace poolglass::onnx
