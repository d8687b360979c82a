// What planning by measurement (Planning::kMeasure) has found in this process: for each pooling the id of the
// kernel that was fastest. All kernels give the same bits, so that these choices change nothing but time.
//
// core/io/measured_file.h saves and loads it, one file for a machine.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace poolglass {

// By pooling in words, e.g. "AVX3 forward max kernel 3x3 stride 2x2 ... nchw 1x64x112x112 threads 1".
using MeasuredKernels = std::map<std::string, std::string>;

// All of these may be called from several threads at once.
MeasuredKernels measured_kernels();
void add_measured_kernels(const MeasuredKernels& found);  // over what is there
void forget_measured_kernels();
std::optional<std::string> measured_kernel(const std::string& pooling);

}  // namespace poolglass
