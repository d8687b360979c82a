// A pooling as a program: the lesson's three ways to write it, and what other libraries call it.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "core/pooling/params.h"
#include "core/status.h"
#include "core/tensor.h"

namespace poolglass::step {

enum class CodeTarget { kPython, kNumpy, kTorch, kKeras, kOnnx, kCpp };

struct CodeTargetWords {
  CodeTarget target;
  std::string_view name;   // on the command line
  std::string_view title;  // for people
  std::string_view tab;    // the same where room is short
  std::string_view file;   // what its program is saved as
};
inline constexpr std::array kCodeTargets = {
    CodeTargetWords{CodeTarget::kPython, "python", "Python, nested loops", "Loops", "pool.py"},
    CodeTargetWords{CodeTarget::kNumpy, "numpy", "NumPy", "NumPy", "pool_numpy.py"},
    CodeTargetWords{CodeTarget::kTorch, "torch", "PyTorch", "PyTorch", "pool_torch.py"},
    CodeTargetWords{CodeTarget::kKeras, "keras", "Keras", "Keras", "pool_keras.py"},
    CodeTargetWords{CodeTarget::kOnnx, "onnx", "ONNX node", "ONNX", "pool_onnx.py"},
    CodeTargetWords{CodeTarget::kCpp, "cpp", "C++, this engine", "C++", "pool.cpp"},
};

constexpr const CodeTargetWords& words_of(CodeTarget target) {
  return kCodeTargets[static_cast<size_t>(target)];
}

// A program that defines pool(x): x is a list of rows in Python, an array whose last two axes are the plane
// in NumPy, N x C x H x W in PyTorch, N x H x W x C in Keras; in C++ pool(x, shape). For ONNX it makes a
// model with the one node. Fails, naming what it lacks, where the library cannot say this pooling.
Result<std::string> pooling_code(CodeTarget target, const PoolParams& params);

// The same as one call on an x of a `plane`, where the library has one: "nn.MaxPool2d(2, 2)(x)".
std::optional<std::string> pooling_call(CodeTarget target, const PoolParams& params, Size2 plane);

}  // namespace poolglass::step
