// The same layer in other libraries. Each takes the numbers of a PoolParams as far as it has words for them,
// and its own rules and defaults for the rest; so shapes, divisors and even maxima differ.
//
//   PyTorch    torch.nn.MaxPool2d, AvgPool2d: core/pooling/params.h. An average has no dilation.
//   ONNX       MaxPool, AveragePool with pads, dilations and ceil_mode (opset 22): PyTorch's windows. An
//              average counts padding only where count_include_pad is written; PyTorch's counts it unless
//              told.
//   TF SAME    tf.nn.max_pool2d, tf.nn.avg_pool2d and Keras' layers, padding="same": ceil(n / s) windows.
//   Padding
//              follows from that, the odd cell goes to the end, an average never counts it; p and ceil mode
//              have no words. No dilation.
//   TF VALID   the same, padding="valid": no padding, sizes rounded down.
//   Keras      ZeroPadding2D(p), then MaxPooling2D or AveragePooling2D, padding="valid": how layers with p
//   are
//              carried over. The zeros are cells: they win against negative values, and count. No dilation.
//   Caffe      Pooling: sizes are rounded up, always; a last window that starts outside is dropped only where
//              there is padding (Caffe's src/caffe/layers/pooling_layer.cpp). An average counts padding; a
//              maximum of no cell is the lowest float. No dilation.
// NaN and ties are treated as PyTorch treats them everywhere.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "core/cell.h"
#include "core/pooling/params.h"
#include "core/pooling/window.h"
#include "core/status.h"
#include "core/tensor.h"

namespace poolglass {

enum class Dialect { kPyTorch, kOnnx, kTensorFlowSame, kTensorFlowValid, kKerasZeroPadding, kCaffe };
struct DialectName {
  Dialect dialect;
  std::string_view name;   // "tf-same"
  std::string_view title;  // "TF · Keras SAME"
};
inline constexpr std::array kDialects = {
    DialectName{Dialect::kPyTorch, "pytorch", "PyTorch"},
    DialectName{Dialect::kOnnx, "onnx", "ONNX"},
    DialectName{Dialect::kTensorFlowSame, "tf-same", "TF, Keras SAME"},
    DialectName{Dialect::kTensorFlowValid, "tf-valid", "TF, Keras VALID"},
    DialectName{Dialect::kKerasZeroPadding, "keras-zeros", "Keras, zeros"},
    DialectName{Dialect::kCaffe, "caffe", "Caffe"},
};

// Where a dialect's windows lie. `zeros_are_cells`: padding holds zeros that take part like any cell.
struct DialectWindows {
  WindowGeometry geometry;
  bool zeros_are_cells = false;
};

// Fails with a sentence where the dialect cannot say it, where no window fits, and where validate() does.
// Adaptive poolings are PyTorch's alone.
Result<DialectWindows> dialect_windows(Dialect dialect, const PoolParams& params, Size2 input);

// What the windows make of a plane, and what an average divides by, of each window. x: input, row-major.
// Time of the order of all cells that windows read.
struct DialectResult {
  std::vector<float> y;
  std::vector<int64_t> divisors;
};
DialectResult pool_dialect(Dialect dialect, const DialectWindows& windows, Reduction reduction,
                           const float* x);

// The same of one window.
struct DialectValue {
  float y = 0;
  int64_t divisor = 1;
};
DialectValue pool_dialect_window(Dialect dialect, const DialectWindows& windows, Reduction reduction,
                                 const float* x, Cell output);

// Along one axis, which windows are not the one of `than` with the same index: they read other cells, an
// average is divided otherwise, zeros that are cells take part in a maximum, or `than` has none there. Two
// windows of the plane pool the same where neither their rows nor their columns are others.
std::vector<bool> other_windows(const Axis& axis, bool zeros_are_cells, const Axis& than,
                                Reduction reduction);

}  // namespace poolglass
