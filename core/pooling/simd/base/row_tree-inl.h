// Many rows reduced into one, in the order of reference.h: eight at a time, whose tree is done in registers,
// then pairs of eight, pairs of those, ... by binary counting. Rows are thought of as padded with identity in
// front, up to a power of two of groups: the definition's runs, the smallest first, are then exactly the
// nodes of a full tree.
#if defined(POOLGLASS_SIMD_BASE_ROW_TREE_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef POOLGLASS_SIMD_BASE_ROW_TREE_INL_H_
#undef POOLGLASS_SIMD_BASE_ROW_TREE_INL_H_
#else
#define POOLGLASS_SIMD_BASE_ROW_TREE_INL_H_
#endif

#include <bit>
#include <cstdint>

#include "core/pooling/simd/base/vectors-inl.h"
#include "core/pooling/simd/base/windows-inl.h"
#include "core/pooling/simd/nhwc/window_sums-inl.h"

HWY_BEFORE_NAMESPACE();
namespace poolglass {
namespace HWY_NAMESPACE {

// Leaves of a full tree that come one after another, behind those that are padding. Each completes the nodes
// whose right halves it ends; their left halves wait in as many levels, unless they are padding.
class LeafOrder {
 public:
  explicit LeafOrder(int64_t leaves)
      : leaves_(leaves),
        padding_(static_cast<int64_t>(std::bit_ceil(static_cast<uint64_t>(leaves))) - leaves) {}
  static int64_t levels(int64_t leaves) { return std::bit_width(static_cast<uint64_t>(leaves - 1)); }

  HWY_INLINE int64_t leaves() const { return leaves_; }
  HWY_INLINE int64_t last() const { return leaves_ - 1; }
  HWY_INLINE int64_t waiting(int64_t leaf) const {
    const int64_t at = leaf + padding_;
    int64_t level = 0;
    while ((at >> level & 1) != 0 && (at >> level << level) > padding_) ++level;
    return level;
  }
  // Where the node waits that the leaf completes.
  HWY_INLINE int64_t level(int64_t leaf) const {
    return std::countr_one(static_cast<uint64_t>(leaf + padding_));
  }

 private:
  int64_t leaves_, padding_;
};

#if POOLGLASS_X86_VECTORS && HWY_TARGET <= HWY_AVX3
HWY_INLINE hn::Mask<hn::Half<D>> EitherNaN(hn::Vec<hn::Half<D>> a, hn::Vec<hn::Half<D>> b) {
  return hn::Mask<hn::Half<D>>{_mm256_cmp_ps_mask(a.raw, b.raw, _CMP_UNORD_Q)};
}
#endif

// Tag: the vectors it works with.
template <class Op, class Tag>
struct RowTree {
  using W = hn::Vec<Tag>;
  using Mask = hn::Mask<Tag>;
  static constexpr int64_t kLanes = static_cast<int64_t>(hn::MaxLanes(Tag()));
  static constexpr int64_t kGroup = 8;  // rows; the first group may have less
  static_assert(kGroup <= kDirectTaps);

  static int64_t Groups(int64_t rows) { return (rows + kGroup - 1) / kGroup; }
  static int64_t FirstGroup(int64_t rows) { return (rows - 1) % kGroup + 1; }

  // v behind the nodes that wait for it.
  static HWY_INLINE W Reduce(W v, const float* levels, int64_t waiting, int64_t pitch) {
    for (int64_t level = 0; level < waiting; ++level, levels += pitch)
      v = Op::apply(hn::LoadU(Tag(), levels), v);
    return v;
  }

  // kRows rows, w floats apart, several vectors side by side. nan: also where there is one, for a maximum.
  template <int kRows, int kVectors>
  static HWY_INLINE void Group(const float* x, int64_t w, Mask& nan, W (&reduced)[kVectors]) {
    const float *const x3 = x + 3 * w, *const x6 = x3 + 3 * w;  // w and 2 w are index and scale of an address
    const auto from = [&](int64_t r) POOLGLASS_INLINE_LAMBDA {
      return r < 3 ? x + r * w : r < 6 ? x3 + (r - 3) * w : x6 + (r - 6) * w;
    };
    const auto load = [&](int64_t r, W(&taps)[kVectors]) POOLGLASS_INLINE_LAMBDA {
      Unroll<kVectors>([&](auto v)
                           POOLGLASS_INLINE_LAMBDA { taps[v] = hn::LoadU(Tag(), from(r) + v * kLanes); });
    };
    if constexpr (!Op::kIsMax && kVectors == 1) {
      reduced[0] = WindowOf<Op, kRows>([&](int64_t r) HWY_ATTR { return hn::LoadU(Tag(), from(r)); });
    } else if constexpr (!Op::kIsMax) {
      WindowsOf<Op, kRows>(load, reduced);
    } else {
      constexpr int kOdd = kRows % 2;
      load(0, reduced);
      if constexpr (kOdd)
        Unroll<kVectors>([&](auto v) POOLGLASS_INLINE_LAMBDA { nan = hn::Or(nan, hn::IsNaN(reduced[v])); });
      Unroll<kRows / 2>([&](auto pair) POOLGLASS_INLINE_LAMBDA {  // two at a time are looked at
        W a[kVectors], b[kVectors];
        load(kOdd + 2 * pair, a);
        load(kOdd + 2 * pair + 1, b);
        Unroll<kVectors>([&](auto v) POOLGLASS_INLINE_LAMBDA {
          nan = hn::Or(nan, EitherNaN(a[v], b[v]));
          reduced[v] = Op::apply(reduced[v], Op::apply(a[v], b[v]));
        });
      });
    }
  }
  template <int kRows>
  static HWY_INLINE W Group(const float* x, int64_t w, Mask& nan) {
    W reduced[1];
    Group<kRows>(x, w, nan, reduced);
    return reduced[0];
  }
};

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace poolglass
HWY_AFTER_NAMESPACE();

#endif
