// Global pooling, NCHW: one result per plane. The rows of a plane are joined into one, which is then padded
// with identity in front, up to a power of two: the definition's runs, the smallest first, are then exactly
// the pairs, pairs of pairs, ... of that row. As many planes as a vector has lanes are halved together, a
// pair's sum per lane, until a vector of results is left (L - 1 steps for rows padded to L floats).
//
// Rows are joined eight at a time, in memory order; the sums of eight are pairs of pairs again.
//
// A maximum joined down the columns first is the row-major one unless a NaN takes part, or a 0 wins: its sign
// may be that of another 0 then. Such planes are looked over, and done by the definition if they hold a NaN
// or -0.
#if defined(POOLGLASS_SIMD_GLOBAL_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef POOLGLASS_SIMD_GLOBAL_INL_H_
#undef POOLGLASS_SIMD_GLOBAL_INL_H_
#else
#define POOLGLASS_SIMD_GLOBAL_INL_H_
#endif

#include <algorithm>
#include <bit>
#include <type_traits>

#include "core/pooling/kernels.h"
#include "core/pooling/reference_rows.h"
#include "core/pooling/simd/average-inl.h"
#include "core/pooling/simd/rows-inl.h"

HWY_BEFORE_NAMESPACE();
namespace poolglass {
namespace HWY_NAMESPACE {

// Tag: the vectors a kernel works with. Halves suit rows that fit them: three of them are added in a cycle
// where two whole ones are, and fewer cross a cache line.
template <class Tag>
inline constexpr int64_t kLanesOf = static_cast<int64_t>(hn::MaxLanes(Tag()));

// Where things lie in a thread's scratch memory, in floats.
template <class Tag>
struct GlobalShape {
  static constexpr int64_t kGroup = 8;  // rows joined at a time
  static_assert(kGroup <= kDirectTaps);
  static constexpr int64_t kUnits = 4;  // of short rows at a time, so that their halvings overlap

  int64_t units;   // of kLanes planes at a time
  int64_t width;   // of a padded row: a power of two of vectors
  int64_t groups;  // of rows in a plane; the first one may be smaller
  int64_t levels;  // where the levels of the tree of groups are
  int64_t pitch;   // of a row of them
  int64_t plane;   // where the first plane is copied to, with room before it
  int64_t size;

  explicit GlobalShape(const PoolTask& task) {
    const int64_t w = task.input.w;
    width = HWY_MAX(kLanesOf<Tag>, static_cast<int64_t>(std::bit_ceil(static_cast<uint64_t>(w))));
    groups = (task.input.h + kGroup - 1) / kGroup;
    pitch = (w + kN + 15) / 16 * 16;
    units = w <= kLanesOf<Tag> ? kUnits : 1;
    levels = units * kLanesOf<Tag> * width;
    plane = levels + std::bit_width(static_cast<uint64_t>(groups - 1)) * pitch + kVectorSlack;
    size = plane + (w <= kLanesOf<Tag> ? task.in_plane() : 0) + kVectorSlack;
  }
};

template <class Op, class Tag>
class GlobalKernel {
 public:
  using W = hn::Vec<Tag>;
  static constexpr int64_t kLanes = kLanesOf<Tag>;

  GlobalKernel(const PoolTask& task, float* scratch)
      : task_(task),
        shape_(task),
        rows_(scratch),
        first_plane_(scratch + shape_.plane),
        tree_(TreeOf(shape_.groups, scratch + shape_.levels, shape_.pitch)),
        divisor_(task.row_divisor[0] * task.column_divisor[0]),
        w_(task.input.w) {}

  // Unit: kLanes planes.
  void run(int64_t begin, int64_t end) {
    for (int64_t i = 0; i < shape_.levels; i += kLanes) hn::StoreU(identity(), Tag(), rows_ + i);
    if (begin == 0 && w_ <= kLanes) std::copy_n(task_.x, task_.in_plane(), first_plane_);
    const int64_t first_group = (task_.input.h - 1) % kGroup + 1, stop = HWY_MIN(end * kLanes, task_.planes);
    const int64_t some = shape_.units * kLanes;
    WithTaps(first_group, [&](auto taps) {
      for (int64_t p = begin * kLanes; p < stop; p += some) some_planes<taps()>(p, HWY_MIN(some, stop - p));
    });
  }

 private:
  template <class>
  friend class GlobalPixelKernel;
  static constexpr int64_t kGroup = GlobalShape<Tag>::kGroup, kUnits = GlobalShape<Tag>::kUnits;

  // The tree of groups of rows, padded in front like that of the columns. A group completes the nodes whose
  // right halves it ends; their left halves wait in as many levels, unless they are padding.
  struct Tree {
    int64_t groups, padding;
    float* levels;
    int64_t pitch;

    float* level_of(int64_t g) const {
      return levels + std::countr_one(static_cast<uint64_t>(g + padding)) * pitch;
    }
    int waiting(int64_t g) const {
      const int64_t at = g + padding;
      int level = 0;
      while ((at >> level & 1) != 0 && (at >> level << level) > padding) ++level;
      return level;
    }
    // Column c of the levels that wait.
    HWY_INLINE W join(W v, int waiting, int64_t c) const {
      for (int level = 0; level < waiting; ++level)
        v = Op::apply(hn::LoadU(Tag(), levels + level * pitch + c), v);
      return v;
    }
  };

  static Tree TreeOf(int64_t groups, float* levels, int64_t pitch) {
    return {groups, static_cast<int64_t>(std::bit_ceil(static_cast<uint64_t>(groups))) - groups, levels,
            pitch};
  }

  static HWY_INLINE W identity() { return hn::Set(Tag(), hn::GetLane(Op::identity())); }

  template <int kFirst>
  HWY_INLINE void some_planes(int64_t first, int64_t count) {
    M nan = hn::FirstN(D(), 0);
    if (w_ <= kLanes) {
      nan = short_rows<kFirst>(first, count);
    } else {
      for (int64_t p = 0; p < count; ++p) {
        float* row = rows_ + p * shape_.width;
        for (int64_t i = 0; i < shape_.width - w_; i += kLanes) hn::StoreU(identity(), Tag(), row + i);
        const float* x = task_.x + (first + p) * task_.in_plane();
        nan = hn::Or(nan, LongRows<kFirst>(x, w_, tree_, row + shape_.width - w_));
      }
    }
    HWY_ALIGN float results[kUnits * kLanes];
    const bool zero = Halve(rows_, (count + kLanes - 1) / kLanes, shape_.width, divisor_, results);
    std::copy_n(results, count, task_.y + first);
    if constexpr (Op::kIsMax) {
      if (HWY_UNLIKELY(zero || !hn::AllFalse(D(), nan))) repair(first, count);
    }
  }

  // Rows of at most a vector, read with what is before them; identity then takes its place.
  template <int kFirst>
  HWY_INLINE M short_rows(int64_t first, int64_t count) const {
    const int64_t step = task_.in_plane(), before = kLanes - w_;
    const float* x = task_.x + first * step - before;
    if (HWY_LIKELY(first > 0)) return ShortRows<kFirst>(x, step, w_, count, tree_, rows_);
    // Nothing before the first plane may be read.
    return hn::Or(ShortRows<kFirst>(first_plane_ - before, step, w_, 1, tree_, rows_),
                  ShortRows<kFirst>(x + step, step, w_, count - 1, tree_, rows_ + kLanes));
  }

  // The loops are functions of their own, without members: a vector's store might change those, for all the
  // compiler knows. They return where there is a NaN.
  template <int kFirst>
  static HWY_NOINLINE M ShortRows(const float* x, int64_t step, int64_t w, int64_t count, const Tree& tree,
                                  float* to) {
    const auto outside = hn::FirstN(Tag(), static_cast<size_t>(kLanes - w));
    const W nothing = identity();
    M nan = hn::FirstN(D(), 0);
    float* const end = to + count * kLanes;
    if (tree.groups == 1) {
      for (; to < end; to += kLanes, x += step) {
        hn::StoreU(hn::IfThenElse(outside, nothing, JoinGroup<kFirst>(x, w, nan)), Tag(), to);
      }
      return nan;
    }
    for (; to < end; to += kLanes, x += step) {
      W v = JoinGroup<kFirst>(x, w, nan);
      const float* rows = x + kFirst * w;
      for (int64_t g = 1; g < tree.groups; ++g, rows += kGroup * w) {
        hn::StoreU(v, Tag(), tree.level_of(g - 1));
        v = tree.join(JoinGroup<kGroup>(rows, w, nan), tree.waiting(g), 0);
      }
      hn::StoreU(hn::IfThenElse(outside, nothing, v), Tag(), to);
    }
    return nan;
  }

  static constexpr int64_t kAhead = 1024;  // floats

  // Longer rows; the last vector overlaps the one before it.
  template <int kFirst>
  static HWY_NOINLINE M LongRows(const float* x, int64_t w, const Tree& tree, float* out) {
    M nan = hn::FirstN(D(), 0);
    for (int64_t g = 0; g < tree.groups; ++g) {
      const int waiting = tree.waiting(g);
      float* const to = g + 1 == tree.groups ? out : tree.level_of(g);
      for (int64_t i = 0; i < w; i += kLanes) {
        // Vectors that are not aligned need two lines each: have them ready.
        for (int64_t r = 0; r < kGroup; ++r) hwy::Prefetch(x + kAhead + kGroup * i + r * kLanes);
        const int64_t c = HWY_MIN(i, w - kLanes);
        const W v = g == 0 ? JoinGroup<kFirst>(x + c, w, nan) : JoinGroup<kGroup>(x + c, w, nan);
        hn::StoreU(tree.join(v, waiting, c), Tag(), to + c);
      }
      x += (g == 0 ? kFirst : kGroup) * w;
    }
    return nan;
  }

  // kRows rows of w floats.
  template <int kRows>
  static HWY_INLINE W JoinGroup(const float* x, int64_t w, M& nan) {
    const float *const x3 = x + 3 * w, *const x6 = x3 + 3 * w;  // w and 2 w are index and scale of an address
    const auto load = [&](int64_t r) HWY_ATTR {
      return hn::LoadU(Tag(), r < 3 ? x + r * w : r < 6 ? x3 + (r - 3) * w : x6 + (r - 6) * w);
    };
    if constexpr (!Op::kIsMax) {
      return WindowOf<Op, kRows>(load);
    } else {
      W joined = load(0);
      if constexpr (kRows % 2 == 1) nan = hn::Or(nan, EitherNaN(joined, joined));
      for (int64_t r = kRows % 2; r < kRows; r += 2) {  // two at a time are looked at
        const W a = load(r), b = load(r + 1);
        nan = hn::Or(nan, EitherNaN(a, b));
        joined = Op::apply(joined, Op::apply(a, b));
      }
      return joined;
    }
  }

  // Pairs of lanes, pairs of those, ... of all rows, to one lane a plane. Whether a result is 0.
  static HWY_NOINLINE bool Halve(float* rows, int64_t units, int64_t width, float divisor, float* results) {
    bool zero = false;
    for (int64_t unit = 0; unit < units; ++unit, rows += kLanes * width, results += kLanes) {
      int64_t n = width;
      for (; n > kLanes; n /= 2) {
        for (int64_t i = 0; i < n / 2; ++i) {
          hn::StoreU(Halves<2>(rows + 2 * i * kLanes), Tag(), rows + i * kLanes);
        }
      }
      const W v = Halves<kLanes>(rows);
      if constexpr (Op::kIsMax) {
        hn::StoreU(v, Tag(), results);
        zero |= !hn::AllFalse(Tag(), hn::Eq(v, hn::Zero(Tag())));
      } else {
        hn::StoreU(hn::Div(hn::Add(v, hn::Zero(Tag())), hn::Set(Tag(), divisor)), Tag(), results);
      }
    }
    return zero;
  }

  template <int kVectors>
  static HWY_INLINE W Halves(const float* rows) {
    if constexpr (kVectors == 1) {
      return hn::LoadU(Tag(), rows);
    } else {
      const W low = Halves<kVectors / 2>(rows), high = Halves<kVectors / 2>(rows + kVectors / 2 * kLanes);
      return Op::apply(hn::ConcatEven(Tag(), high, low), hn::ConcatOdd(Tag(), high, low));
    }
  }

  void repair(int64_t first, int64_t count) const {
    for (int64_t p = first; p < first + count; ++p) {
      const float* x = task_.x + p * task_.in_plane();
      if (HasSpecial(x, task_.in_plane())) reference_max_row(task_.geometry, 0, 1, x, task_.y + p, nullptr);
    }
  }

  const PoolTask& task_;
  const GlobalShape<Tag> shape_;
  float *const rows_, *const first_plane_;
  const Tree tree_;
  const float divisor_;
  const int64_t w_;
};

template <class Op, class Tag>
void GlobalPlanes(const PoolTask& task, int64_t begin, int64_t end, float* scratch) {
  GlobalKernel<Op, Tag>(task, scratch).run(begin, end);
}

template <class Op, class Tag>
KernelChoice GlobalBy(const PoolTask& task, const char* name) {
  // Only the first plane may have less than a vector before it.
  if (task.input.w <= kLanesOf<Tag> && task.in_plane() < kLanesOf<Tag>) return {};
  return {name, &GlobalPlanes<Op, Tag>, (task.planes + kLanesOf<Tag> - 1) / kLanesOf<Tag>,
          GlobalShape<Tag>(task).size};
}

HWY_INLINE KernelChoice ChooseGlobalPlanes(const PoolTask& task) {
  if (task.pixel > 1 || task.params.adaptive_output != Size2{1, 1}) return {};
  if (task.input.w > 128) return {};  // rows that long would need much scratch memory
  if (task.params.reduction == Reduction::kMax) return GlobalBy<Maximum, D>(task, "global max");
  if constexpr (kN >= 8) {
    if (2 * task.input.w <= kN) return GlobalBy<Sum, hn::Half<D>>(task, "global average");
  }
  return GlobalBy<Sum, D>(task, "global average");
}

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace poolglass
HWY_AFTER_NAMESPACE();

#endif
