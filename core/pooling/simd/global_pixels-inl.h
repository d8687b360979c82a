// Global pooling in NHWC: the columns of a plane are joined as the rows in global-inl.h are, then their
// results, whose tree is like that of the groups of rows. Memory is read in long stretches. Where rows are
// short enough for the first-level cache, all their floats are joined down in one pass, then along; else a
// strip of channels is walked along, column by column.
//
// A maximum joined down the columns first is the row-major one unless a NaN takes part, or a -0 is the
// maximum of a column. Strips with such values are done by the definition.
#if defined(POOLGLASS_SIMD_GLOBAL_PIXELS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef POOLGLASS_SIMD_GLOBAL_PIXELS_INL_H_
#undef POOLGLASS_SIMD_GLOBAL_PIXELS_INL_H_
#else
#define POOLGLASS_SIMD_GLOBAL_PIXELS_INL_H_
#endif

#include <bit>
#include <type_traits>

#include "core/pooling/kernels.h"
#include "core/pooling/reference_rows.h"
#include "core/pooling/simd/average-inl.h"
#include "core/pooling/simd/global-inl.h"
#include "core/pooling/simd/windows-inl.h"

HWY_BEFORE_NAMESPACE();
namespace poolglass {
namespace HWY_NAMESPACE {

// Fewer rows at a time, strips of 256 or 2048 channels, and prefetching were all slower on AMD Zen 4.
template <class Op>
class GlobalPixelKernel {
 public:
  // A unit is so many channels of an image, the last one up to twice as many; neighbouring units are done
  // together, up to a strip.
  static constexpr int64_t kUnit = 16;
  static int64_t units(const PoolTask& task) { return HWY_MAX(task.pixel / kUnit, 1); }

  static int64_t scratch(const PoolTask& task) {
    const int64_t joined =
        is_flat(task) ? 2 * padded(task) * task.pixel + levels(task.input.w) * kVectorSlack : kStrip + kUnit;
    return (levels(groups(task)) + levels(task.input.w)) * kPitch + joined + 2 * kVectorSlack;
  }

  GlobalPixelKernel(const PoolTask& task, float* scratch)
      : task_(task),
        flat_(is_flat(task)),
        rows_(Planes::TreeOf(groups(task), scratch, kPitch)),
        columns_(Planes::TreeOf(task.input.w, scratch + levels(groups(task)) * kPitch, kPitch)),
        joined_(scratch + (levels(groups(task)) + levels(task.input.w)) * kPitch) {}

  void run(int64_t begin, int64_t end) const {
    const int64_t units = this->units(task_), some = flat_ ? units : kStrip / kUnit;
    for (int64_t unit = begin; unit < end;) {
      const int64_t image = unit / units, first = unit % units;
      const int64_t last = HWY_MIN(HWY_MIN(first + some, units), first + end - unit);
      const int64_t c = first * kUnit, width = (last == units ? task_.pixel : last * kUnit) - c;
      strip(task_.x + image * task_.in_plane() + c, c, width, task_.y + image * task_.pixel + c);
      unit += last - first;
    }
  }

 private:
  using Planes = GlobalKernel<Op, D>;
  using Tree = typename Planes::Tree;
  static constexpr int64_t kGroup = Planes::kGroup;
  static constexpr int64_t kStrip = 512;     // channels
  static constexpr int64_t kStretch = 1024;  // floats of a row at a time
  static constexpr int64_t kPitch = kStretch + kVectorSlack;

  static int64_t groups(const PoolTask& task) { return (task.input.h + kGroup - 1) / kGroup; }
  static int64_t levels(int64_t leaves) { return std::bit_width(static_cast<uint64_t>(leaves - 1)); }

  // Columns and as many of identity before them as make a power of two.
  static int64_t padded(const PoolTask& task) {
    return static_cast<int64_t>(std::bit_ceil(static_cast<uint64_t>(task.input.w)));
  }
  // Pixels this short would make for many short passes.
  static bool is_flat(const PoolTask& task) { return task.pixel < 64 || task.in_row() <= 2048; }

  // Channels c ... c + width - 1 of an image.
  void strip(const float* x, int64_t c, int64_t width, float* y) const {
    SpecialValues special;
    WithTaps((task_.input.h - 1) % kGroup + 1, [&](auto taps) {
      special = flat_ && width == task_.pixel ? flat<decltype(taps)::value>(x)
                                              : along<decltype(taps)::value>(x, width);
    });
    if (Op::kIsMax && HWY_UNLIKELY(special.any())) {
      for (int64_t i = 0; i < width; ++i)
        reference_max_row(task_.geometry, 0, task_.pixel, x + i, y + i, nullptr);
      return;
    }
    const RowResult<Op> result(task_, 0);
    if (width < kN) return StoreFirst(result(c, Load(joined_)), y, width);
    for (int64_t i = 0; i < width; i += kN) {
      const int64_t at = HWY_MIN(i, width - kN);
      Store(result(c + at, Load(joined_ + at)), y + at);
    }
  }

  // Column by column.
  template <int kFirst>
  SpecialValues along(const float* x, int64_t width) const {
    SpecialValues special;
    for (int64_t k = 0; k < task_.input.w; ++k) {
      special.add(Join<kFirst>(x + k * task_.pixel, task_.in_row(), width, rows_, columns_, k, joined_));
    }
    return special;
  }

  // All columns, then pairs of them, pairs of those, ...
  template <int kFirst>
  SpecialValues flat(const float* x) const {
    const int64_t pixel = task_.pixel, before = (padded(task_) - task_.input.w) * pixel;
    for (int64_t i = 0; i < before; i += kN) Store(Op::identity(), joined_ + i);
    const Tree single{1, 0, nullptr, 0};
    const SpecialValues special =
        Join<kFirst>(x, task_.in_row(), task_.in_row(), rows_, single, 0, joined_ + before);
    // What is written behind the last channel is overwritten by the next column.
    const float* from = joined_;
    float* to = joined_ + padded(task_) * pixel + kVectorSlack;
    for (int64_t n = padded(task_) / 2; n > 0; n /= 2) {
      float* const results = n == 1 ? joined_ : to;
      for (int64_t k = 0; k < n; ++k) {
        const float* pair = from + 2 * k * pixel;
        for (int64_t i = 0; i < pixel; i += kN)
          Store(Op::apply(Load(pair + i), Load(pair + pixel + i)), results + k * pixel + i);
      }
      from = results;
      to += n * pixel + kVectorSlack;
    }
    return special;
  }

  // n >= kN floats of all rows, `row` floats apart, joined with those of the columns before column k that
  // wait for them. A function of its own, without members, for the compiler to see that stores do not change
  // them.
  template <int kFirst>
  static HWY_NOINLINE SpecialValues Join(const float* x, int64_t row, int64_t n, const Tree& rows,
                                         const Tree& columns, int64_t k, float* out) {
    SpecialValues special;
    if (k + 1 < columns.groups) out = columns.level_of(k);
    const int columns_waiting = columns.waiting(k);
    for (int64_t start = 0, length; start < n; start += length) {
      length = n - start < kStretch + kN ? n - start : kStretch;  // nothing shorter than a vector is left
      const float* from = x + start;
      for (int64_t g = 0; g < rows.groups; ++g) {
        const bool last = g + 1 == rows.groups;
        float* const to = last ? out + start : rows.level_of(g);
        const int waiting = rows.waiting(g);
        const auto store = [&](int64_t i, V v) POOLGLASS_INLINE_LAMBDA {
          v = rows.join(v, waiting, i);
          if (last) {
            if constexpr (Op::kIsMax) special.look_for_zero(v);
            v = columns.join(v, columns_waiting, start + i);
          }
          Store(v, to + i);
        };
        if (g == 0) {
          JoinRows<kFirst>(from, row, length, special, store);
          from += kFirst * row;
        } else {
          JoinRows<kGroup>(from, row, length, special, store);
          from += kGroup * row;
        }
      }
    }
    return special;
  }

  template <int kRows, class S>
  static HWY_INLINE void JoinRows(const float* x, int64_t row, int64_t n, SpecialValues& special,
                                  const S& store) {
    M nan = hn::FirstN(D(), 0);
    int64_t i = 0;
    for (; i + kN <= n; i += kN) store(i, Planes::template JoinGroup<kRows>(x + i, row, nan));
    if (i < n) store(n - kN, Planes::template JoinGroup<kRows>(x + n - kN, row, nan));
    if constexpr (Op::kIsMax) special.add_nan(nan);
  }

  const PoolTask& task_;
  const bool flat_;
  const Tree rows_, columns_;
  float* const joined_;
};

template <class Op>
void GlobalPixels(const PoolTask& task, int64_t begin, int64_t end, float* scratch) {
  GlobalPixelKernel<Op>(task, scratch).run(begin, end);
}

template <class Op>
KernelChoice GlobalByPixels(const PoolTask& task, const char* name) {
  using Kernel = GlobalPixelKernel<Op>;
  return {name, &GlobalPixels<Op>, task.planes * Kernel::units(task), Kernel::scratch(task)};
}

HWY_INLINE KernelChoice ChooseGlobalPixels(const PoolTask& task) {
  const bool fits = task.pixel > 1 && task.params.adaptive_output == Size2{1, 1} && task.in_row() >= kN &&
                    task.in_row() <= 65536;  // flat rows take as much scratch memory
  if (!fits) return {};
  return task.params.reduction == Reduction::kMax ? GlobalByPixels<Maximum>(task, "global max by pixels")
                                                  : GlobalByPixels<Sum>(task, "global average by pixels");
}

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace poolglass
HWY_AFTER_NAMESPACE();

#endif
