// Small windows at any stride (nchw/strided-inl.h): how their rows lie in a buffer, and the pass that reduces
// the rows of windows down into it. Output rows that share input rows go two at a time, so that fewer are
// loaded.
#if defined(POOLGLASS_SIMD_NCHW_STRIDED_DOWN_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef POOLGLASS_SIMD_NCHW_STRIDED_DOWN_INL_H_
#undef POOLGLASS_SIMD_NCHW_STRIDED_DOWN_INL_H_
#else
#define POOLGLASS_SIMD_NCHW_STRIDED_DOWN_INL_H_
#endif

#include <algorithm>

#include "core/pooling/kernels.h"
#include "core/pooling/simd/base/vectors-inl.h"
#include "core/pooling/simd/base/windows-inl.h"

HWY_BEFORE_NAMESPACE();
namespace poolglass {
namespace HWY_NAMESPACE {

// How a task lies in the buffers, in floats.
struct StridedShape {
  Axis rows, columns;
  int64_t cells;                      // of a row, as far as windows read them
  int64_t margin;                     // before the first row's cells
  int64_t pitch;                      // of a row of cells
  int64_t slots;                      // results per row, some of them meaningless
  bool one_row_divisor, one_divisor;  // of all rows, of all windows
  bool flat;                          // rows of results are reduced along as one
  bool in_place;                      // and follow each other as they do in the plane
  int64_t batch;                      // output rows
  int64_t reduced;                    // size of the buffer of reduced rows

  explicit StridedShape(const PoolTask& task) : rows(task.geometry.rows), columns(task.geometry.columns) {
    const int64_t n = columns.output, stride = columns.stride, before = columns.pad_begin;
    const int64_t reach = (n - 1) * stride + columns.kernel;  // from the first window's start
    cells = HWY_MIN(columns.input, reach - before);
    const auto whole = [](int64_t floats, int64_t unit) { return (floats + unit - 1) / unit * unit; };
    // Padding behind a row and before the next are the same.
    const int64_t shared = HWY_MAX(before + cells, reach - before);
    slots = HWY_MAX(n, whole(shared, stride) / stride);
    const auto& divisors = task.row_divisor;
    one_row_divisor =
        std::all_of(divisors.begin(), divisors.end(), [&](float d) { return d == divisors[0]; });
    one_divisor = one_row_divisor && task.inner_begin == 0 && task.inner_end >= n;
    in_place = slots == n && (task.params.reduction == Reduction::kMax || one_divisor);
    flat = in_place || n <= kFlat;
    if (!flat) slots = whole(n, kN);
    margin = flat ? before : whole(before, 16);
    pitch = flat ? slots * stride : whole(HWY_MAX(before + cells, reach), 16);
    batch = HWY_MIN(HWY_MAX(2, kBatch / pitch), task.out_rows());
    // Whole vectors of results are read, and one more.
    reduced = whole(margin + batch * pitch + 3 * kN * stride, 16);
  }

  int64_t scratch() const { return reduced + batch * slots + 4 * kN; }

 private:
  static constexpr int64_t kBatch = 2048, kFlat = kN;
};

// One vector of columns under an output row or, where kStride is not 0, under it and the next, kStride rows
// further down: those share what they have in common.
template <class Op, int kTaps, int kStride, class L>
HWY_INLINE void ReduceColumns(const float* const* row, int64_t c, const L& load,
                              NanOrNegativeZero& nan_or_negative_zero, V* v) {
  constexpr int kRows = kTaps + kStride;
  V cell[kRows];
  Unroll<kRows>([&](auto j) HWY_ATTR { cell[j] = InRegister(load(row[j] + c)); });
  const auto from = [&](auto first) POOLGLASS_INLINE_LAMBDA {
    return [&](int64_t j) HWY_ATTR { return cell[first() + j]; };
  };
  if constexpr (Op::kIsMax) {
    Unroll<(kRows + 1) / 2>([&](auto j) HWY_ATTR {
      nan_or_negative_zero.look_for_nan(cell[2 * j], cell[HWY_MIN(2 * j() + 1, kRows - 1)]);
    });
  }
  using std::integral_constant;
  if constexpr (Op::kIsMax && kStride > 0) {
    const V both = WindowOf<Op, kTaps - kStride>(from(integral_constant<int, kStride>()));
    v[0] = Op::apply(WindowOf<Op, kStride>(from(integral_constant<int, 0>())), both);
    v[1] = Op::apply(both, WindowOf<Op, kStride>(from(integral_constant<int, kTaps>())));
  } else {
    v[0] = WindowOf<Op, kTaps>(from(integral_constant<int, 0>()));
    if constexpr (kStride > 0) v[1] = WindowOf<Op, kTaps>(from(integral_constant<int, kStride>()));
  }
}

// n columns of them, to rows `pitch` apart.
template <class Op, int kTaps, int kStride>
HWY_INLINE void ReduceColumns(const float* const* row, int64_t n, float* to, int64_t pitch,
                              NanOrNegativeZero& nan_or_negative_zero) {
  constexpr int kResults = kStride > 0 ? 2 : 1;
  V v[kResults];
  int64_t c = 0;
  for (; c + kN <= n; c += kN) {
    ReduceColumns<Op, kTaps, kStride>(
        row, c, [](const float* p) HWY_ATTR { return Load(p); }, nan_or_negative_zero, v);
    Unroll<kResults>([&](auto i) HWY_ATTR {
      if constexpr (Op::kIsMax) nan_or_negative_zero.look_for_zero(v[i]);
      Store(v[i], to + c + i() * pitch);
    });
  }
  if (c == n) return;
  const M inside = hn::FirstN(D(), static_cast<size_t>(n - c));
  const auto load = [&](const float* p) HWY_ATTR {
#if POOLGLASS_MASKED_MEMORY
    return hn::MaskedLoad(inside, D(), p);
#else
    return LoadFirst(p, n - c, hn::Zero(D()));
#endif
  };
  ReduceColumns<Op, kTaps, kStride>(row, c, load, nan_or_negative_zero, v);
  Unroll<kResults>([&](auto i) HWY_ATTR {
    v[i] = hn::IfThenElse(inside, v[i], Op::identity());
    if constexpr (Op::kIsMax) nan_or_negative_zero.look_for_zero(v[i]);
    if constexpr (i() + 1 < kResults) {
      StoreFirst(v[i], to + c, n - c);  // the row behind may begin there, and has been stored
    } else {
      Store(v[i], to + c + i() * pitch);
    }
  });
}

// Output rows unit ... unit + count - 1, reduced down. Whether their order matters. kStride: of rows that go
// two at a time, or 0.
template <class Op, int kTaps, int kStride>
HWY_NOINLINE bool ReduceDown(const PoolTask& task, const StridedShape& shape, int64_t unit, int64_t count,
                             float* to) {
  const int64_t w = task.input.w, h = task.input.h, oh = task.output.h, pitch = shape.pitch;
  const int64_t stride = shape.rows.stride, step = shape.rows.dilation, before = shape.rows.pad_begin;
  // Rows without anything between them, here and there, are one. (Padding before a row may take the place of
  // cells that no window reads.)
  const bool one_row =
      stride == 1 && pitch == w && shape.columns.pad_begin == 0 && (kStride == 0 || w < 2 * kN);
  const bool prefetch = task.prefetches_rows();
  const int64_t inner = h - (kTaps - 1) * step;  // windows that start before are inside
  NanOrNegativeZero nan_or_negative_zero;
  for (const int64_t end = unit + count; unit < end;) {
    const int64_t plane = unit / oh, first = unit - plane * oh, last = HWY_MIN(oh, first + end - unit);
    const float* const x = task.x + plane * task.in_plane();
    for (int64_t r = first, rows; r < last; r += rows, to += rows * pitch) {
      const int64_t start = r * stride - before;
      const float* row[kTaps + kStride];
      rows = 1;
      if (HWY_LIKELY(0 <= start && start < inner)) {
        for (int64_t j = 0; j < kTaps + kStride; ++j) row[j] = x + (start + j * step) * w;
        if (one_row) {
          rows = HWY_MIN(last - r, inner - start);
        } else if (kStride > 0 && r + 1 < last && start + kStride < inner) {
          rows = 2;
        }
        if (prefetch) PrefetchInOrder(row[kTaps - 1], w * HWY_MIN(rows * stride, inner - start));
      } else {
        for (int64_t j = 0; j < kTaps; ++j) {
          const int64_t at = start + j * step;
          row[j] = 0 <= at && at < h ? x + at * w : task.identity_row.data();
        }
      }
      if (!one_row && rows == 2) {
        ReduceColumns<Op, kTaps, kStride>(row, shape.cells, to, pitch, nan_or_negative_zero);
      } else {
        ReduceColumns<Op, kTaps, 0>(row, one_row ? rows * w : shape.cells, to, pitch, nan_or_negative_zero);
      }
    }
    unit += last - first;
  }
  return Op::kIsMax && nan_or_negative_zero.any();
}

using ReduceDownKernel = bool (*)(const PoolTask&, const StridedShape&, int64_t, int64_t, float*);

template <class Op>
ReduceDownKernel ReduceDownOf(const Axis& rows) {
  ReduceDownKernel kernel = nullptr;
  const int64_t stride =
      rows.dilation == 1 && rows.stride <= 2 && rows.stride < rows.kernel ? rows.stride : 0;
  WithTaps(rows.kernel, [&](auto taps) {
    kernel = &ReduceDown<Op, taps(), 0>;
    if constexpr (taps() > 1) {
      if (stride == 1) kernel = &ReduceDown<Op, taps(), 1>;
    }
    if constexpr (taps() > 2) {
      if (stride == 2) kernel = &ReduceDown<Op, taps(), 2>;
    }
  });
  return kernel;
}

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace poolglass
HWY_AFTER_NAMESPACE();

#endif
