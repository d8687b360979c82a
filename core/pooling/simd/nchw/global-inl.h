// Global pooling, NCHW: one result per plane. The rows of a plane are reduced into one, which ends where a
// vector does: padded with identity in front, up to a power of two, the definition's runs, the smallest
// first, are exactly the pairs, pairs of pairs, ... of that row. It is halved to a vector, and as many planes
// as a vector has lanes are halved together, a pair's sum per lane, until a vector of results is left.
//
// What lies before a row is read with it, and identity then takes its place. Vectors have at most eight
// lanes: most loads are not aligned, and fewer of these cross a cache line, which costs as much as another
// load.
//
// A maximum reduced down the columns first is the row-major one unless a NaN takes part, or a 0 wins: its
// sign may be that of another 0 then. Such planes are looked over, and done by the definition if they hold a
// NaN or -0.
#if defined(POOLGLASS_SIMD_NCHW_GLOBAL_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef POOLGLASS_SIMD_NCHW_GLOBAL_INL_H_
#undef POOLGLASS_SIMD_NCHW_GLOBAL_INL_H_
#else
#define POOLGLASS_SIMD_NCHW_GLOBAL_INL_H_
#endif

#include <algorithm>
#include <type_traits>

#include "core/pooling/kernels.h"
#include "core/pooling/reference_rows.h"
#include "core/pooling/simd/base/row_tree-inl.h"
#include "core/pooling/simd/base/rows-inl.h"
#include "core/pooling/simd/base/selection-inl.h"

HWY_BEFORE_NAMESPACE();
namespace poolglass {
namespace HWY_NAMESPACE {

// Tag: the vectors it works with.
template <class Op, class Tag>
class GlobalKernel {
 public:
  using W = hn::Vec<Tag>;
  using Mask = hn::Mask<Tag>;
  static constexpr int64_t kLanes = static_cast<int64_t>(hn::MaxLanes(Tag()));

  // Only the first plane may have less than a vector before it. Rows and planes that are copied must not need
  // much scratch memory.
  static bool fits(const PoolTask& task) {
    return task.in_plane() >= kLanes && task.input.w <= 65536 && Copied(task) <= 65536;
  }
  // Planes in a unit.
  static int64_t unit(const PoolTask& task) { return task.in_plane() < 4096 ? kLanes : 1; }
  static int64_t scratch(const PoolTask& task) {
    return (kSome + Vectors(task) + 2) * kLanes + Levels(task) + Copied(task);
  }

  GlobalKernel(const PoolTask& task, float* scratch)
      : task_(task),
        vectors_(scratch),
        row_(vectors_ + kSome * kLanes + kLanes),
        levels_(row_ + Vectors(task) * kLanes),
        copy_(levels_ + Levels(task) + kLanes) {}

  void run(int64_t begin, int64_t end) const {
    const int64_t unit = this->unit(task_), stop = HWY_MIN(end * unit, task_.planes);
    const auto run = [&](auto vectors) {
      for (int64_t p = begin * unit; p < stop; p += kSome)
        some_planes<vectors()>(p, HWY_MIN(kSome, stop - p));
    };
    switch (Vectors(task_)) {
      case 1:
        return run(std::integral_constant<int, 1>());
      case 2:
        return run(std::integral_constant<int, 2>());
      case 3:
        return run(std::integral_constant<int, 3>());
      case 4:
        return run(std::integral_constant<int, 4>());
      default:
        return run(std::integral_constant<int, 0>());
    }
  }

 private:
  using Tree = RowTree<Op, Tag>;
  static constexpr int64_t kSome = 8 * kLanes;  // planes at a time, so that their halvings overlap
  static constexpr int64_t kStretch = 16;       // vectors of a row at a time

  static int64_t Vectors(const PoolTask& task) { return (task.input.w + kLanes - 1) / kLanes; }
  static int64_t Levels(const PoolTask& task) {
    return LeafOrder::levels(Tree::Groups(task.input.h)) * kStretch * kLanes;
  }
  static int64_t Copied(const PoolTask& task) {
    return task.input.w < kLanes ? task.in_plane() : Tree::FirstGroup(task.input.h) * task.input.w;
  }

  static HWY_INLINE W identity() { return hn::Set(Tag(), hn::GetLane(Op::identity())); }

  // kVectors: of a row; 0 for any number.
  template <int kVectors>
  void some_planes(int64_t first, int64_t count) const {
    const int64_t step = task_.in_plane(), w = task_.input.w, vectors = Vectors(task_),
                  before = vectors * kLanes - w;
    const float* x = task_.x + first * step;
    const LeafOrder groups(Tree::Groups(task_.input.h));
    const auto reduce = [&](const float* top, const float* plane, int64_t n, float* to) {
      if constexpr (kVectors == 0) {
        return Long(top - before, plane - before, step, task_.input.h, w, vectors, n, groups, levels_, row_,
                    to);
      } else {
        return Short<kVectors>(top - before, plane - before, step, task_.input.h, w, n, groups, levels_, to);
      }
    };
    bool nan;
    if (HWY_LIKELY(first > 0)) {
      nan = reduce(x, x, count, vectors_);
    } else {
      // Nothing before the first plane may be read.
      hn::StoreU(identity(), Tag(), copy_ - kLanes);
      std::copy_n(x, Copied(task_), copy_);
      nan = reduce(copy_, w < kLanes ? copy_ : x, 1, vectors_);
      nan |= reduce(x + step, x + step, count - 1, vectors_ + kLanes);
    }
    // Lanes without a plane.
    for (int64_t i = count; i % kLanes != 0; ++i) hn::StoreU(identity(), Tag(), vectors_ + i * kLanes);
    HWY_ALIGN float results[kLanes];
    const float divisor = task_.row_divisor[0] * task_.column_divisor[0];
    float* const y = task_.y + first;
    const int64_t whole = count / kLanes;
    bool zero = Finish(vectors_, whole, divisor, y);
    if (const int64_t rest = count - whole * kLanes; rest > 0) {
      zero |= Finish(vectors_ + whole * kLanes * kLanes, 1, divisor, results);
      std::copy_n(results, rest, y + whole * kLanes);
    }
    if (Op::kIsMax && HWY_UNLIKELY(zero || nan)) repair(first, count);
  }

  // The loops are functions of their own, without members: a vector's store might change those, for all the
  // compiler knows. x, top: the first vector of a row, which begins before it. to: a vector for each plane.
  // They return whether there is a NaN.
  template <int kVectors>
  static HWY_NOINLINE bool Short(const float* top, const float* x, int64_t step, int64_t h, int64_t w,
                                 int64_t count, const LeafOrder groups, float* levels, float* to) {
    const int64_t first = Tree::FirstGroup(h);
    constexpr int64_t kPitch = kVectors * kLanes;
    const Mask outside = hn::FirstN(Tag(), static_cast<size_t>(kPitch - w));
    const W nothing = identity();
    const int64_t last = groups.last(), last_waiting = groups.waiting(last);
    Mask nan = hn::FirstN(Tag(), 0);
    const auto group = [&](const float* from, auto b) POOLGLASS_INLINE_LAMBDA {
      return Tree::template Group<Tree::kGroup>(from + b * kLanes, w, nan);
    };
    // reduce(v): all rows of a plane.
    const auto planes = [&](const auto& reduce) POOLGLASS_INLINE_LAMBDA {
      for (float* const end = to + count * kLanes; to < end; to += kLanes, top += step, x += step) {
        W v[kVectors];
        reduce(v);
        v[0] = hn::IfThenElse(outside, nothing, v[0]);
        if constexpr (kVectors == 1) hn::StoreU(v[0], Tag(), to);
        if constexpr (kVectors == 2) hn::StoreU(Halve(v[0], v[1]), Tag(), to);
        if constexpr (kVectors == 3) hn::StoreU(Halve(Halve(nothing, v[0]), Halve(v[1], v[2])), Tag(), to);
        if constexpr (kVectors == 4) hn::StoreU(Halve(Halve(v[0], v[1]), Halve(v[2], v[3])), Tag(), to);
      }
    };
    const auto first_group = [&](auto rows, W(&v)[kVectors]) POOLGLASS_INLINE_LAMBDA {
      Unroll<kVectors>([&](auto b)
                           HWY_ATTR { v[b] = Tree::template Group<rows()>(top + b * kLanes, w, nan); });
    };
    if (kVectors == 1 && last == 0) {
      // So little to do that it counts to know what before the first plane.
      WithTaps(first, [&](auto rows) POOLGLASS_INLINE_LAMBDA {
        planes([&](W(&v)[kVectors]) POOLGLASS_INLINE_LAMBDA { first_group(rows, v); });
      });
      return !hn::AllFalse(Tag(), nan);
    }
    planes([&](W(&v)[kVectors]) POOLGLASS_INLINE_LAMBDA {
      WithTaps(first, [&](auto rows) POOLGLASS_INLINE_LAMBDA { first_group(rows, v); });
      if (last == 0) return;
      const float* from = x + first * w;
      if (last == 1) {
        Unroll<kVectors>([&](auto b) HWY_ATTR { v[b] = Op::apply(v[b], group(from, b)); });
        return;
      }
      if (kVectors > 2 && last == kVectors - 1) {
        // As many as in a square plane: in registers, in the order of their tree, which padding in front
        // makes that of a window.
        Unroll<kVectors>([&](auto b) HWY_ATTR {
          v[b] = WindowOf<Op, kVectors>([&](int64_t g) POOLGLASS_INLINE_LAMBDA {
            return g == 0 ? v[b] : group(from + (g - 1) * Tree::kGroup * w, b);
          });
        });
        return;
      }
      float* wait = levels + groups.level(0) * kPitch;
      Unroll<kVectors>([&](auto b) HWY_ATTR { hn::StoreU(v[b], Tag(), wait + b * kLanes); });
      for (int64_t g = 1; g < last; ++g, from += Tree::kGroup * w) {
        const int64_t waiting = groups.waiting(g);
        wait = levels + groups.level(g) * kPitch;
        Unroll<kVectors>([&](auto b) HWY_ATTR {
          hn::StoreU(Tree::Reduce(group(from, b), levels + b * kLanes, waiting, kPitch), Tag(),
                     wait + b * kLanes);
        });
      }
      Unroll<kVectors>([&](auto b) HWY_ATTR {
        v[b] = Tree::Reduce(group(from, b), levels + b * kLanes, last_waiting, kPitch);
      });
    });
    return !hn::AllFalse(Tag(), nan);
  }

  // Rows of more vectors. row: as many, and a vector of identity before them.
  static HWY_NOINLINE bool Long(const float* top, const float* x, int64_t step, int64_t h, int64_t w,
                                int64_t vectors, int64_t count, const LeafOrder groups, float* levels,
                                float* row, float* to) {
    const int64_t first = Tree::FirstGroup(h);
    constexpr int64_t kPitch = kStretch * kLanes;
    const Mask outside = hn::FirstN(Tag(), static_cast<size_t>(vectors * kLanes - w));
    const W nothing = identity();
    const int64_t last = groups.last(), last_waiting = groups.waiting(last);
    Mask nan = hn::FirstN(Tag(), 0);
    hn::StoreU(nothing, Tag(), row - kLanes);
    for (float* const end = to + count * kLanes; to < end; to += kLanes, top += step, x += step) {
      for (int64_t c = 0; c < vectors * kLanes; c += kPitch) {
        const int64_t n = HWY_MIN(kPitch, vectors * kLanes - c);
        const auto pass = [&](auto rows, const float* from, int64_t waiting,
                              float* out) POOLGLASS_INLINE_LAMBDA {
          for (int64_t i = 0; i < n; i += kLanes) {
            const W group = Tree::template Group<rows()>(from + i, w, nan);
            hn::StoreU(Tree::Reduce(group, levels + i, waiting, kPitch), Tag(), out + i);
          }
        };
        constexpr std::integral_constant<int, Tree::kGroup> kWholeGroup;
        float* const out = last == 0 ? row + c : levels + groups.level(0) * kPitch;
        WithTaps(first, [&](auto rows) POOLGLASS_INLINE_LAMBDA { pass(rows, top + c, 0, out); });
        if (last == 0) continue;
        const float* from = x + first * w + c;
        for (int64_t g = 1; g < last; ++g, from += Tree::kGroup * w)
          pass(kWholeGroup, from, groups.waiting(g), levels + groups.level(g) * kPitch);
        pass(kWholeGroup, from, last_waiting, row + c);
      }
      hn::StoreU(hn::IfThenElse(outside, nothing, hn::LoadU(Tag(), row)), Tag(), row);
      for (int64_t n = vectors; n > 1;) {
        const float* from = row - n % 2 * kLanes;
        n = (n + 1) / 2;
        for (int64_t i = 0; i < n; ++i) {
          const W low = hn::LoadU(Tag(), from + 2 * i * kLanes),
                  high = hn::LoadU(Tag(), from + (2 * i + 1) * kLanes);
          hn::StoreU(Halve(low, high), Tag(), row + i * kLanes);
        }
      }
      hn::StoreU(hn::LoadU(Tag(), row), Tag(), to);
    }
    return !hn::AllFalse(Tag(), nan);
  }

  // Vectors of `units` times kLanes planes to a lane each. Whether a result is 0.
  static HWY_NOINLINE bool Finish(const float* vectors, int64_t units, float divisor, float* results) {
    bool zero = false;
    for (int64_t unit = 0; unit < units; ++unit, vectors += kLanes * kLanes, results += kLanes) {
      const W v = Halves<kLanes>(vectors);
      if constexpr (Op::kIsMax) {
        hn::StoreU(v, Tag(), results);
        zero |= !hn::AllFalse(Tag(), hn::Eq(v, hn::Zero(Tag())));
      } else {
        hn::StoreU(hn::Div(hn::Add(v, hn::Zero(Tag())), hn::Set(Tag(), divisor)), Tag(), results);
      }
    }
    return zero;
  }

  // Whether HalveBlocks() sees to each block of 128 bits by itself, which is cheaper.
  static constexpr bool kBlocks = POOLGLASS_X86_VECTORS && kLanes == 8;

  // Pairs of lanes reduced.
  static HWY_INLINE W HalveBlocks(W low, W high) {
#if POOLGLASS_X86_VECTORS && HWY_TARGET <= HWY_AVX2
    if constexpr (kBlocks) {
      const W even{_mm256_shuffle_ps(low.raw, high.raw, 0x88)},
          odd{_mm256_shuffle_ps(low.raw, high.raw, 0xdd)};
      return Op::apply(even, odd);
    }
#endif
    return Op::apply(hn::ConcatEven(Tag(), high, low), hn::ConcatOdd(Tag(), high, low));
  }
  // In order.
  static HWY_INLINE W Halve(W low, W high) {
    if constexpr (!kBlocks) {
      return HalveBlocks(low, high);
    } else {
      return HalveBlocks(hn::ConcatLowerLower(Tag(), high, low), hn::ConcatUpperUpper(Tag(), high, low));
    }
  }
  // A lane for each of kLanes vectors; kVectors of them.
  template <int kVectors>
  static HWY_INLINE W Halves(const float* vectors) {
    if constexpr (kVectors == 1) {
      return hn::LoadU(Tag(), vectors);
    } else {
      const W low = Halves<kVectors / 2>(vectors),
              high = Halves<kVectors / 2>(vectors + kVectors / 2 * kLanes);
      if constexpr (!kBlocks || kVectors < kLanes) {
        return HalveBlocks(low, high);
      } else {
        return Op::apply(hn::ConcatLowerLower(Tag(), high, low), hn::ConcatUpperUpper(Tag(), high, low));
      }
    }
  }

  void repair(int64_t first, int64_t count) const {
    for (int64_t p = first; p < first + count; ++p) {
      const float* x = task_.x + p * task_.in_plane();
      if (HasNanOrNegativeZero(x, task_.in_plane()))
        reference_max_row(task_.geometry, 0, 1, x, task_.y + p, nullptr);
    }
  }

  const PoolTask& task_;
  float *const vectors_, *const row_, *const levels_, *const copy_;
};

template <class Op, class Tag>
void GlobalPlanes(const PoolTask& task, int64_t begin, int64_t end, float* scratch) {
  GlobalKernel<Op, Tag>(task, scratch).run(begin, end);
}

struct NchwGlobal : ExpectedEverywhere {
  using Tag = std::conditional_t<(kN > 8), hn::Half<D>, D>;

  static bool can(const PoolTask& task) {
    return IsGlobal(task) &&
           (IsMax(task) ? GlobalKernel<Maximum, Tag>::fits(task) : GlobalKernel<Sum, Tag>::fits(task));
  }
  static KernelWork work(const PoolTask& task) {
    return ForReduction(task, [&](auto op) -> KernelWork {
      using Op = decltype(op);
      using Planes = GlobalKernel<Op, Tag>;
      const int64_t unit = Planes::unit(task);
      return {&GlobalPlanes<Op, Tag>, (task.planes + unit - 1) / unit, Planes::scratch(task)};
    });
  }
};

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace poolglass
HWY_AFTER_NAMESPACE();

#endif
