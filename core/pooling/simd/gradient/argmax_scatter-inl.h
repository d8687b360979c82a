// Backward passes of maxima over any window but adaptive ones, in both layouts: the positions of a stretch of
// windows are found as in the forward pass (argmax/any_window-inl.h), then gradients are added to them window
// by window. Larger windows take no more steps.
#if defined(POOLGLASS_SIMD_GRADIENT_ARGMAX_SCATTER_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef POOLGLASS_SIMD_GRADIENT_ARGMAX_SCATTER_INL_H_
#undef POOLGLASS_SIMD_GRADIENT_ARGMAX_SCATTER_INL_H_
#else
#define POOLGLASS_SIMD_GRADIENT_ARGMAX_SCATTER_INL_H_
#endif

#include <algorithm>

#include "core/pooling/kernels.h"
#include "core/pooling/simd/argmax/any_window-inl.h"
#include "core/pooling/simd/argmax/nchw_wide_window-inl.h"
#include "core/pooling/simd/base/selection-inl.h"
#include "core/pooling/simd/gradient/scatter-inl.h"

HWY_BEFORE_NAMESPACE();
namespace poolglass {
namespace HWY_NAMESPACE {

// Finder: AnyWindowArgmax or WideWindowArgmax.
template <class Finder>
class ArgmaxGradients {
 public:
  ArgmaxGradients(const PoolTask& task, float* scratch)
      : task_(task),
        stretch_(stretch(task)),
        positions_(reinterpret_cast<int32_t*>(scratch)),
        argmax_scratch_(scratch + kept(task)) {}

  static int64_t scratch(const PoolTask& task) { return kept(task) + Finder::scratch(task); }

  // Unit: a row of dx.
  void run(int64_t begin, int64_t end) const {
    const int64_t oh = task_.output.h, n = task_.out_plane(), cells = task_.in_plane();
    const int64_t together = task_.pixel == 1 ? HWY_MAX(stretch_ / oh, 1) : 1;
    ForParts(task_, together, begin, end, [&](const PartOfPlanes& part) HWY_ATTR {
      if (task_.pixel == 1 && part.end - part.begin == task_.input.h && stretch_ >= oh) {
        find_positions(part.plane * oh, (part.plane + part.planes) * oh);
        ScatterPlanesOf(positions_, task_.dy + part.plane * n, part.planes, n, task_.y + part.plane * cells,
                        cells);
        return;
      }
      ClearRows(task_, part);
      ForReadingRows(task_, part, stretch_, [&](int64_t r, int64_t behind) HWY_ATTR {
        find_positions(part.plane * oh + r, part.plane * oh + behind);
        ScatterRows(task_, part, positions_, r, behind - r);
      });
    });
  }

 private:
  // Window rows whose positions are kept: enough that those beginning in two stretches' rows hardly count.
  static int64_t stretch(const PoolTask& task) {
    const int64_t least = 4 * ArgmaxBlocks(task).windows, rows = kPositions / task.out_row();
    if (rows < task.output.h || task.pixel > 1) return HWY_MIN(HWY_MAX(least, rows), task.output.h);
    return HWY_MIN(rows / task.output.h, task.planes) * task.output.h;
  }

  // Positions, in whole cache lines.
  static int64_t kept(const PoolTask& task) { return (stretch(task) * task.out_row() + 15) / 16 * 16; }

  static constexpr int64_t kPositions = 32 * 1024;

  // Of window rows begin ... end - 1, of all planes in one list.
  void find_positions(int64_t begin, int64_t end) const {
    Finder(task_, nullptr, positions_, begin * task_.out_row(), argmax_scratch_).run(begin, end);
  }

  const PoolTask& task_;
  const int64_t stretch_;
  int32_t* const positions_;
  float* const argmax_scratch_;
};

template <class Finder>
void ArgmaxGradientRows(const PoolTask& task, int64_t begin, int64_t end, float* scratch) {
  ArgmaxGradients<Finder>(task, scratch).run(begin, end);
}

template <class Finder>
KernelWork ArgmaxGradientWork(const PoolTask& task) {
  return {&ArgmaxGradientRows<Finder>, task.planes * task.input.h, ArgmaxGradients<Finder>::scratch(task)};
}

// The same windows as NchwWideWindowArgmax takes, adaptive ones aside.
struct NchwWideWindowMaxGradient {
  static bool can(const PoolTask& task) {
    return IsGradientOf<GradientOf::kMaximum>(task) && NchwWideWindowArgmax::can(task) &&
           !task.geometry.rows.adaptive;
  }
  static bool expected_to_win(const PoolTask& task) { return NchwWideWindowArgmax::expected_to_win(task); }
  static KernelWork work(const PoolTask& task) { return ArgmaxGradientWork<WideWindowArgmax>(task); }
};

// The same windows as SeparableArgmax takes.
struct MaxGradientByArgmax : ExpectedEverywhere {
  static bool can(const PoolTask& task) {
    return IsGradientOf<GradientOf::kMaximum>(task) && HasArgmaxBlocks(task);
  }
  static KernelWork work(const PoolTask& task) { return ArgmaxGradientWork<AnyWindowArgmax>(task); }
};

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace poolglass
HWY_AFTER_NAMESPACE();

#endif
