// Global pooling in NHWC: the columns of a plane are reduced eight rows at a time, in the order of
// base/row_tree-inl.h; then their results, whose tree is like that of the groups of rows. A strip of channels
// is walked along, column by column.
//
// A maximum reduced down the columns first is the row-major one unless a NaN takes part, or a -0 is the
// maximum of a column. Strips with such values are done by the definition.
#if defined(POOLGLASS_SIMD_NHWC_GLOBAL_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef POOLGLASS_SIMD_NHWC_GLOBAL_INL_H_
#undef POOLGLASS_SIMD_NHWC_GLOBAL_INL_H_
#else
#define POOLGLASS_SIMD_NHWC_GLOBAL_INL_H_
#endif

#include <limits>
#include <type_traits>

#include "core/pooling/kernels.h"
#include "core/pooling/reference_rows.h"
#include "core/pooling/simd/base/average-inl.h"
#include "core/pooling/simd/base/row_tree-inl.h"
#include "core/pooling/simd/base/selection-inl.h"

HWY_BEFORE_NAMESPACE();
namespace poolglass {
namespace HWY_NAMESPACE {

// Tag: the vectors it works with.
template <class Op, class Tag>
class GlobalPixelKernel {
 public:
  using W = hn::Vec<Tag>;
  using Mask = hn::Mask<Tag>;
  static constexpr int64_t kLanes = static_cast<int64_t>(hn::MaxLanes(Tag()));

  // A unit is so many channels of an image, the last one up to twice as many; neighbouring units are done
  // together, up to a strip.
  static constexpr int64_t kUnit = 16;
  static int64_t units(const PoolTask& task) { return HWY_MAX(task.pixel / kUnit, 1); }

  static int64_t scratch(const PoolTask& task) {
    return (LeafOrder::levels(Tree::Groups(task.input.h)) + LeafOrder::levels(task.input.w)) * kPitch;
  }

  GlobalPixelKernel(const PoolTask& task, float* scratch)
      : task_(task),
        strip_(is_large(task) ? kWideStrip : kStrip),
        result_(task, 0),
        groups_(Tree::Groups(task.input.h)),
        levels_(scratch) {}

  void run(int64_t begin, int64_t end) const {
    const int64_t units = this->units(task_);
    for (int64_t unit = begin, some; unit < end; unit += some) {
      const int64_t image = unit / units, first = unit % units;
      some = HWY_MIN(units - first, end - unit);
      const int64_t last = first + some, strips = (some + strip_ - 1) / strip_;
      const int64_t width = (some + strips - 1) / strips;  // of about the same width
      const auto channel = [&](int64_t u) { return u == units ? task_.pixel : u * kUnit; };
      for (int64_t u = first; u < last; u += width) {
        const int64_t c = channel(u);
        strip(image, c, channel(HWY_MIN(u + width, last)) - c);
      }
      if constexpr (!Op::kIsMax) divide(image, channel(first), channel(last));
    }
  }

 private:
  using Tree = RowTree<Op, Tag>;
  // Units of a strip. With longer ones rows a multiple of 4 KiB apart push each other, and the results that
  // wait, out of the first-level cache; what comes from further than the second is fetched better in them.
  static constexpr int64_t kStrip = 8, kWideStrip = 32;
  static constexpr int64_t kPitch = kWideStrip * kUnit + 2 * kUnit;
  static constexpr int kSideBySide =
      HWY_TARGET <= HWY_AVX3 ? 4 : 2;  // vectors; eight rows of them fill 20 or 10 registers

  static bool is_large(const PoolTask& task) { return task.planes * task.in_plane() > (3 << 16); }  // floats

  // Channels c ... c + width - 1 of an image.
  void strip(int64_t image, int64_t c, int64_t width) const {
    const float* const x = task_.x + image * task_.in_plane() + c;
    float* const y = task_.y + image * task_.pixel + c;
    const int64_t rows = Tree::FirstGroup(task_.input.h);
    const bool nan_or_negative_zero =
        Reduce(x, task_.in_row(), rows, groups_, task_.pixel, LeafOrder(task_.input.w), width, levels_, y);
    if (Op::kIsMax && HWY_UNLIKELY(nan_or_negative_zero)) {
      for (int64_t i = 0; i < width; ++i)
        reference_max_row(task_.geometry, 0, task_.pixel, x + i, y + i, nullptr);
    }
  }

  // The sums of channels c ... end - 1 of an image.
  void divide(int64_t image, int64_t c, int64_t end) const {
    float* const y = task_.y + image * task_.pixel;
    for (; c + kN <= end; c += kN) Store(result_(c, Load(y + c)), y + c);
    if (c < end) StoreFirst(result_(c, LoadFirst(y + c, end - c, Op::identity())), y + c, end - c);
  }

  // first: rows of the first group. out: kN <= n <= kPitch floats of all rows reduced, then those of all
  // columns. A function of its own, without members, for the compiler to see that stores do not change them.
  static HWY_NOINLINE bool Reduce(const float* x, int64_t row, int64_t first, const LeafOrder groups,
                                  int64_t pixel, const LeafOrder columns, int64_t n, float* const levels,
                                  float* out) {
    const int64_t last = groups.last(), row_levels = groups.waiting(last);
    const hn::RebindToSigned<Tag> di;
    Mask nan = hn::FirstN(Tag(), 0);
    auto lowest = hn::Zero(di);
    const auto pass = [&](auto rows, const float* from, int64_t waiting, float* to) POOLGLASS_INLINE_LAMBDA {
      const auto at = [&](int64_t i, auto vectors) POOLGLASS_INLINE_LAMBDA {
        W reduced[vectors];
        Tree::template Group<rows()>(from + i, row, nan, reduced);
        if constexpr (Op::kIsMax) {
          Unroll<vectors>(
              [&](auto v) POOLGLASS_INLINE_LAMBDA { lowest = hn::Min(lowest, hn::BitCast(di, reduced[v])); });
        }
        const float* level = levels + i;
        for (int64_t l = 0; l < waiting; ++l, level += kPitch) {
          Unroll<vectors>([&](auto v) POOLGLASS_INLINE_LAMBDA {
            reduced[v] = Op::apply(hn::LoadU(Tag(), level + v * kLanes), reduced[v]);
          });
        }
        Unroll<vectors>([&](auto v)
                            POOLGLASS_INLINE_LAMBDA { hn::StoreU(reduced[v], Tag(), to + i + v * kLanes); });
      };
      constexpr std::integral_constant<int, kSideBySide> kSeveral;
      constexpr std::integral_constant<int, 1> kOne;
      int64_t i = 0;
      // Side by side in memory: 64x13x13 took 1.27 times as long one by one.
      for (; i + kSideBySide * kLanes <= n; i += kSideBySide * kLanes) at(i, kSeveral);
      for (; i + kLanes <= n; i += kLanes) at(i, kOne);
      if (i < n) at(n - kLanes, kOne);
    };
    const auto pass_first = [&](const float* from, int64_t waiting, float* to) POOLGLASS_INLINE_LAMBDA {
      WithTaps(first, [&](auto rows) POOLGLASS_INLINE_LAMBDA { pass(rows, from, waiting, to); });
    };
    constexpr std::integral_constant<int, Tree::kGroup> kWholeGroup;
    for (int64_t k = 0; k < columns.leaves(); ++k, x += pixel) {
      float* const to = k == columns.last() ? out : levels + (row_levels + columns.level(k)) * kPitch;
      const int64_t waiting = row_levels + columns.waiting(k);
      pass_first(x, last == 0 ? waiting : 0, last == 0 ? to : levels + groups.level(0) * kPitch);
      if (last == 0) continue;
      const float* from = x + first * row;
      for (int64_t g = 1; g < last; ++g, from += Tree::kGroup * row)
        pass(kWholeGroup, from, groups.waiting(g), levels + groups.level(g) * kPitch);
      pass(kWholeGroup, from, waiting, to);
    }
    const auto minus_zero = hn::Set(di, std::numeric_limits<int32_t>::min());  // the smallest integer
    return Op::kIsMax && !(hn::AllFalse(Tag(), nan) && hn::AllFalse(di, hn::Eq(lowest, minus_zero)));
  }

  const PoolTask& task_;
  const int64_t strip_;
  const RowResult<Op> result_;
  const LeafOrder groups_;
  float* const levels_;
};

template <class Op, class Tag>
void GlobalPixels(const PoolTask& task, int64_t begin, int64_t end, float* scratch) {
  GlobalPixelKernel<Op, Tag>(task, scratch).run(begin, end);
}

template <class Op, class Tag>
KernelWork GlobalPixelsBy(const PoolTask& task) {
  using Kernel = GlobalPixelKernel<Op, Tag>;
  return {&GlobalPixels<Op, Tag>, task.planes * Kernel::units(task), Kernel::scratch(task)};
}

struct NhwcGlobal {
  static bool can(const PoolTask& task) { return IsGlobal(task) && task.pixel >= kN; }
  // Shorter pixels make for many short stretches.
  static bool expected_to_win(const PoolTask& task) { return task.pixel >= 64; }
  static KernelWork work(const PoolTask& task) {
    if (IsMax(task)) return GlobalPixelsBy<Maximum, D>(task);
    if constexpr (kN > 8) {
      // Where vectors are not aligned, fewer halves of them cross a cache line.
      if (task.pixel % kN != 0) return GlobalPixelsBy<Sum, hn::Half<D>>(task);
    }
    return GlobalPixelsBy<Sum, D>(task);
  }
};

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace poolglass
HWY_AFTER_NAMESPACE();

#endif
