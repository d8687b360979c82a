// A pooling as a program: the lesson's three ways to write it, and what other libraries call it.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "core/pooling/params.h"
#include "core/status.h"

namespace poolglass::step {

enum class CodeTarget { kPython, kNumpy, kTorch, kKeras, kOnnx, kCpp };

struct CodeTargetWords {
  CodeTarget target;
  std::string_view name;   // on the command line
  std::string_view title;  // for people
};
inline constexpr std::array kCodeTargets = {
    CodeTargetWords{CodeTarget::kPython, "python", "Python, nested loops"},
    CodeTargetWords{CodeTarget::kNumpy, "numpy", "NumPy"},
    CodeTargetWords{CodeTarget::kTorch, "torch", "PyTorch"},
    CodeTargetWords{CodeTarget::kKeras, "keras", "Keras"},
    CodeTargetWords{CodeTarget::kOnnx, "onnx", "ONNX node"},
    CodeTargetWords{CodeTarget::kCpp, "cpp", "C++, this engine"},
};

// A program that defines pool(x): x is a list of rows in Python, an array whose last two axes are the plane
// in NumPy, N x C x H x W in PyTorch, N x H x W x C in Keras; in C++ pool(x, shape). For ONNX it makes a
// model with the one node. Fails, naming what it lacks, where the library cannot say this pooling.
Result<std::string> pooling_code(CodeTarget target, const PoolParams& params);

}  // namespace poolglass::step
