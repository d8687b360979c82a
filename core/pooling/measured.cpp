#include "core/pooling/measured.h"

#include <mutex>

namespace poolglass {
namespace {

struct Known {
  std::mutex mutex;
  MeasuredKernels kernels;
};

Known& known() {
  static Known instance;
  return instance;
}

}  // namespace

MeasuredKernels measured_kernels() {
  const std::lock_guard lock(known().mutex);
  return known().kernels;
}

void add_measured_kernels(const MeasuredKernels& found) {
  const std::lock_guard lock(known().mutex);
  for (const auto& [pooling, kernel] : found) known().kernels[pooling] = kernel;
}

void forget_measured_kernels() {
  const std::lock_guard lock(known().mutex);
  known().kernels.clear();
}

std::optional<std::string> measured_kernel(const std::string& pooling) {
  const std::lock_guard lock(known().mutex);
  const auto found = known().kernels.find(pooling);
  if (found == known().kernels.end()) return std::nullopt;
  return found->second;
}

}  // namespace poolglass
