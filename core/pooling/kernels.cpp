#include "core/pooling/kernels.h"

#include <algorithm>

namespace poolglass {

std::vector<Kernel> kernel_table() {
  std::vector<Kernel> table;
  // The fewer windows a kernel takes, the faster it is.
  for (const std::span<const Kernel> part :
       {nchw_window_kernels(), nchw_plane_kernels(), nhwc_kernels(), separable_kernels(), gradient_kernels(),
        argmax_kernels(), reference_kernels()}) {
    table.insert(table.end(), part.begin(), part.end());
  }
  return table;
}

bool is_definition(const Kernel& kernel) {
  const std::span<const Kernel> rows = reference_kernels();
  return std::any_of(rows.begin(), rows.end(), [&](const Kernel& row) { return row.id == kernel.id; });
}

bool takes(const Kernel& kernel, Pass pass, const PoolTask& task) {
  const Layouts layout = task.pixel > 1 ? Layouts::kNhwc : Layouts::kNchw;
  return kernel.pass == pass && (kernel.layouts == Layouts::kBoth || kernel.layouts == layout) &&
         kernel.can(task);
}

const Kernel& choose_kernel(std::span<const Kernel> table, Pass pass, const PoolTask& task) {
  for (const Kernel& kernel : table) {
    if (takes(kernel, pass, task) && kernel.expected_to_win(task)) return kernel;
  }
  return table.back();  // not reached: the definition takes every task
}

}  // namespace poolglass
