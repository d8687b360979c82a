// Maxima and their positions for the common windows (2x2 and 3x3 with strides up to their size) in NHWC: a
// vector of channels at a time, all taps of a window unrolled.
//
// The argmax of each row of a window comes first, then the argmax of its rows: that is row-major order, so
// the first of equals wins. Two output rows go together where they share input rows, and with stride 1 pairs
// of 3x3 windows, which share their middle columns: 5 comparisons a result instead of 8, and 4 loads instead
// of 9. A tap outside the plane is replaced by the nearest one inside, with its position: the copy loses to
// it or is the same argmax. A NaN needs the rule in full: the rows are done again. A tap is looked at once,
// by the first window that holds it.
#if defined(POOLGLASS_SIMD_ARGMAX_NHWC_WINDOW_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef POOLGLASS_SIMD_ARGMAX_NHWC_WINDOW_INL_H_
#undef POOLGLASS_SIMD_ARGMAX_NHWC_WINDOW_INL_H_
#else
#define POOLGLASS_SIMD_ARGMAX_NHWC_WINDOW_INL_H_
#endif

#include "core/pooling/kernels.h"
#include "core/pooling/simd/argmax/argmax_rows-inl.h"
#include "core/pooling/simd/base/selection-inl.h"

HWY_BEFORE_NAMESPACE();
namespace poolglass {
namespace HWY_NAMESPACE {

template <int kSize, int kStride>
class PixelArgmax {
 public:
  explicit PixelArgmax(const PoolTask& task)
      : task_(task),
        indices_(task.short_indices),
        stream_(streams(task)),
        x_end_(task.x + task.planes * task.in_plane()),
        pixel_(task.pixel),
        pad_(task.geometry.columns.pad_begin),
        inner_begin_((pad_ + kStride - 1) / kStride),
        inner_end_(HWY_MIN((task.input.w + pad_ - kSize + kStride) / kStride, task.output.w)) {
    // Columns read side by side hide the order in memory from the hardware, once they are further apart than
    // its lines.
    const bool apart = 128 <= pixel_ && pixel_ < 1024;
    if (apart && task.input.elements() > kSecondCache) ahead_ = HWY_MIN(HWY_MAX(pixel_, 256), 512);
  }

  // Unit: an output row.
  void run(int64_t begin, int64_t end) {
    const int64_t oh = task_.output.h;
    y_end_ = task_.y + end * task_.out_row();
    bool look_at_all = true;
    for (int64_t unit = begin, rows; unit < end; unit += rows) {
      const int64_t r = unit % oh;
      // What a vector writes behind a short pixel must be overwritten by what follows.
      const bool several = kRows > 1 && pixel_ >= kN && r + kRows <= oh && unit + kRows <= end;
      rows = several ? kRows : 1;
      const bool all = look_at_all || r == 0;
      if (several) {
        look_at_all = all ? output_rows<kRows, 0>(unit) : output_rows<kRows, kHeld>(unit);
      } else {
        look_at_all = all ? output_rows<1, 0>(unit) : output_rows<1, kHeld>(unit);
      }
      if (HWY_LIKELY(!look_at_all)) continue;  // otherwise the next rows may hold the NaN too
      for (int64_t row = unit; row < unit + rows; ++row) exact_row(row);
    }
    if (stream_) hwy::FlushStream();
  }

 private:
  static bool streams(const PoolTask& task) {
    const auto aligned = [](const void* p) { return reinterpret_cast<uintptr_t>(p) % 64 == 0; };
    return task.pixel % 16 == 0 && aligned(task.y) && aligned(task.short_indices) &&
           IsBeyondCaches(task.input.elements() + 2 * task.output.elements());
  }

  // Rows and columns of a window that the window before has too.
  static constexpr int kHeld = kSize - HWY_MIN(kStride, kSize);
  // Windows below each other, and side by side, that are done together, because they share the argmaxes of
  // rows, or of parts of them.
  static constexpr int kRows = kHeld > 0 ? 2 : 1, kColumns = kHeld > 1 ? 2 : 1;
  static constexpr int64_t kSecondCache = (512 << 10) / sizeof(float);  // half of one, in floats

  // Rows, or columns, of `together` windows.
  static constexpr int reach(int together) { return (together - 1) * kStride + kSize; }

  // Positions of the taps of windows.
  template <int kTall, int kWide>
  struct Positions {
    VI at[kTall][kWide];

    // f(i, j): of tap j in row i.
    template <class F>
    HWY_INLINE explicit Positions(const F& f) {
      for (int i = 0; i < kTall; ++i)
        for (int j = 0; j < kWide; ++j) at[i][j] = hn::Set(DI(), static_cast<int32_t>(f(i, j)));
    }
  };

  // The rows of the input under output rows; those outside are the nearest ones inside.
  template <int kTall>
  struct Rows {
    int64_t row[kTall];
    const float* x[kTall];
  };
  template <int kTall>
  HWY_INLINE Rows<kTall> find_rows(int64_t unit) const {
    const int64_t oh = task_.output.h;
    const int64_t start = unit % oh * kStride - task_.geometry.rows.pad_begin;
    Rows<kTall> rows;
    for (int i = 0; i < kTall; ++i) {
      rows.row[i] = HWY_MIN(HWY_MAX(start + i, 0), task_.input.h - 1);
      rows.x[i] = task_.x + unit / oh * task_.in_plane() + rows.row[i] * task_.in_row();
    }
    return rows;
  }

  // kDown output rows. Whether there is a NaN in the windows' rows from kLook on.
  template <int kDown, int kLook>
  HWY_NOINLINE bool output_rows(int64_t unit) const {
    constexpr int kTall = reach(kDown), kWide = reach(kColumns);
    const int64_t ow = task_.output.w, w = task_.input.w;
    const Rows<kTall> rows = find_rows<kTall>(unit);
    const Positions<kTall, kWide> positions([&](int i, int j) { return rows.row[i] * w + j; });
    M nan = hn::FirstN(D(), 0);
    const int64_t inner_end = inner_end_;
    int64_t c = 0;
    for (; c < HWY_MIN(inner_begin_, ow); ++c) nan = hn::Or(nan, edge<false, kDown, kLook>(rows, unit, c));
    if (c < inner_end) {
      Pixels<kTall> pixels(*this, rows, unit, c);
      outputs<kDown, 1, kLook, 0>(pixels, positions, nan);
      pixels.move_on(1);
      for (++c; c + kColumns <= inner_end; c += kColumns, pixels.move_on(kColumns))
        outputs<kDown, kColumns, kLook, kHeld>(pixels, positions, nan);
      if constexpr (kColumns > 1) {
        for (; c < inner_end; ++c, pixels.move_on(1)) outputs<kDown, 1, kLook, kHeld>(pixels, positions, nan);
      }
    }
    for (; c < ow; ++c) nan = hn::Or(nan, edge<false, kDown, kLook>(rows, unit, c));
    return !hn::AllFalse(D(), nan);
  }

  // An output row, by the rule in full.
  HWY_NOINLINE void exact_row(int64_t unit) const {
    const Rows<kSize> rows = find_rows<kSize>(unit);
    for (int64_t c = 0; c < task_.output.w; ++c) edge<true, 1, 0>(rows, unit, c);
  }

  // The output pixels at hand. Copies, lest each store has the compiler read them again.
  template <int kTall>
  struct Pixels {
    const float* x[kTall];  // the first tap in each row
    int64_t column;         // and its column
    float* y;
    int32_t* indices;
    const int64_t pixel, out_row;
    const int64_t ahead;  // floats to the input that is prefetched
    const bool stream;
    const float* const x_end;
    const float* const y_end;

    HWY_INLINE Pixels(const PixelArgmax& all, const Rows<kTall>& rows, int64_t unit, int64_t c)
        : column(c * kStride - all.pad_),
          y(all.task_.y + unit * all.task_.out_row() + c * all.pixel_),
          indices(all.indices_ + unit * all.task_.out_row() + c * all.pixel_),
          pixel(all.pixel_),
          out_row(all.task_.out_row()),
          ahead(all.ahead_),
          stream(all.stream_),
          x_end(all.x_end_),
          y_end(all.y_end_) {
      for (int i = 0; i < kTall; ++i) x[i] = rows.x[i] + column * pixel;
    }
    HWY_INLINE void move_on(int along) {
      for (int i = 0; i < kTall; ++i) x[i] += along * kStride * pixel;
      column += along * kStride;
      y += along * pixel;
      indices += along * pixel;
    }
    HWY_INLINE int64_t offset(int j) const { return j * pixel; }  // of tap j in a row
  };

  // Some of whose taps may lie outside the columns.
  template <int kTall>
  struct EdgePixels : Pixels<kTall> {
    int64_t nearest[kSize];

    HWY_INLINE EdgePixels(const PixelArgmax& all, const Rows<kTall>& rows, int64_t unit, int64_t c)
        : Pixels<kTall>(all, rows, unit, c) {
      for (int j = 0; j < kSize; ++j)
        nearest[j] = HWY_MIN(HWY_MAX(this->column + j, 0), all.task_.input.w - 1);
      for (int i = 0; i < kTall; ++i) this->x[i] = rows.x[i];
      this->column = 0;
    }
    HWY_INLINE int64_t offset(int j) const { return nearest[j] * this->pixel; }
  };

  // Output c of each row, wherever its taps are. Where there is a NaN in the rows from kLook on.
  template <bool kExact, int kDown, int kLook, int kTall>
  HWY_NOINLINE M edge(const Rows<kTall>& rows, int64_t unit, int64_t c) const {
    M nan = hn::FirstN(D(), 0);
    const EdgePixels<kTall> pixels(*this, rows, unit, c);
    const Positions<kTall, kSize> positions(
        [&](int i, int j) { return rows.row[i] * task_.input.w + pixels.nearest[j]; });
    outputs<kDown, 1, kLook, 0, kExact>(pixels, positions, nan);
    return nan;
  }

  // kAlong output pixels of kDown rows, whose taps' positions count from the first one's column; looks for
  // NaN in the rows from kLook and the columns from kLookColumn on.
  template <int kDown, int kAlong, int kLook, int kLookColumn, bool kExact = false, class Pixels, class P>
  static HWY_INLINE void outputs(const Pixels& pixels, const P& positions, M& nan) {
    constexpr int kTall = reach(kDown), kWide = reach(kAlong);
    const int64_t pixel = pixels.pixel;
    const VI from = hn::Set(DI(), static_cast<int32_t>(pixels.column));
    const auto one = [&](int64_t i, int64_t n, const auto& load) POOLGLASS_INLINE_LAMBDA {
      Argmax best[kDown][kAlong];
      if (kHeld == 0 && pixels.ahead > 0) {
        for (const float* x : pixels.x) {
          hwy::Prefetch(x + 2 * i + pixels.ahead);
          hwy::Prefetch(x + 2 * i + pixels.ahead + kN);
        }
      }
      reduce<kExact, kLook, kLookColumn>(
          [&](int row, int column)
              POOLGLASS_INLINE_LAMBDA { return load(pixels.x[row] + pixels.offset(column) + i); },
          positions, best, nan);
      Unroll<kDown>([&](auto down) POOLGLASS_INLINE_LAMBDA {
        Unroll<kAlong>([&](auto along) POOLGLASS_INLINE_LAMBDA {
          const int64_t to = down() * pixels.out_row + along() * pixel + i;
          const V value = best[down()][along()].value;
          const VI index = hn::Add(best[down()][along()].index, from);
          if (pixels.stream) {
            hn::Stream(value, D(), pixels.y + to);
            hn::Stream(index, DI(), pixels.indices + to);
          } else {
            StoreUpTo(value, pixels.y + to, n);
            StoreIndices(index, pixels.indices + to, n);
          }
        });
      });
    };
    const auto load = [](const float* p) POOLGLASS_INLINE_LAMBDA { return InRegister(Load(p)); };
    int64_t i = 0;
    for (; i + kN <= pixel; i += kN) one(i, kN, load);
    if (i == pixel) return;
    if (kDown > 1 || pixel >= kN) return one(pixel - kN, kN, load);  // overlaps the vector before
    if constexpr (kDown == 1) {
      if (pixels.x_end - (pixels.x[kTall - 1] + pixels.offset(kWide - 1)) >= kN &&
          pixels.y_end - pixels.y >= (kAlong - 1) * pixel + kN) {
        return one(0, kN, load);  // the lanes left over are overwritten by the pixel that follows
      }
      one(0, pixel,
          [&](const float* p) POOLGLASS_INLINE_LAMBDA { return LoadFirst(p, pixel, hn::Zero(D())); });
    }
  }

  template <bool kExact, int kLook, int kLookColumn, int kDown, int kAlong, class L, class P>
  static HWY_INLINE void reduce(const L& load, const P& positions, Argmax (&best)[kDown][kAlong], M& nan) {
    constexpr int kTall = reach(kDown), kWide = reach(kAlong);
    V odd_one = hn::Zero(D());
    bool odd = false;
    Unroll<kTall>([&](auto i) POOLGLASS_INLINE_LAMBDA {
      Argmax tap[kWide], row[kAlong];
      Unroll<kWide>([&](auto j) POOLGLASS_INLINE_LAMBDA {
        tap[j()] = {load(i(), j()), positions.at[i()][j()]};
        if (kExact || i() < kLook || j() < kLookColumn) return;
        if (odd) nan = hn::Or(nan, EitherNaN(odd_one, tap[j()].value));  // two at a time
        odd_one = tap[j()].value;
        odd = !odd;
      });
      if constexpr (kAlong == 2 && kStride == 1 && kSize == 3) {
        Argmax common = tap[1];
        common.template challenge_by<kExact>(tap[2].value, tap[2].index);
        row[0] = tap[0];
        row[0].template challenge_by<kExact>(common.value, common.index);
        row[1] = common;
        row[1].template challenge_by<kExact>(tap[3].value, tap[3].index);
      } else {
        Unroll<kAlong>([&](auto along) POOLGLASS_INLINE_LAMBDA {
          row[along()] = tap[along() * kStride];
          Unroll<kSize, 1>([&](auto j) POOLGLASS_INLINE_LAMBDA {
            const Argmax& next = tap[along() * kStride + j()];
            row[along()].template challenge_by<kExact>(next.value, next.index);
          });
        });
      }
      Unroll<kDown>([&](auto down) POOLGLASS_INLINE_LAMBDA {
        constexpr int kRow = i() - down() * kStride;
        Unroll<kAlong>([&](auto along) POOLGLASS_INLINE_LAMBDA {
          Argmax& argmaxes = best[down()][along()];
          if constexpr (kRow == 0) argmaxes = row[along()];
          if constexpr (0 < kRow && kRow < kSize)
            argmaxes.template challenge_by<kExact>(row[along()].value, row[along()].index);
        });
      });
    });
    if (odd) nan = hn::Or(nan, EitherNaN(odd_one, odd_one));
  }

  const PoolTask& task_;
  int32_t* const indices_;
  const bool stream_;  // whole aligned lines, which are stored non-temporally
  const float* const x_end_;
  float* y_end_ = nullptr;
  const int64_t pixel_, pad_;
  const int64_t inner_begin_, inner_end_;  // outputs whose taps are all inside the columns
  int64_t ahead_ = 0;
};

template <int kSize, int kStride>
void PixelIndexRows(const PoolTask& task, int64_t begin, int64_t end, float* /*scratch*/) {
  PixelArgmax<kSize, kStride>(task).run(begin, end);
}

struct NhwcWindowArgmax : ExpectedEverywhere {
  static bool can(const PoolTask& task) {
    return IsMax(task) && HasSmallPlanes(task) &&
           (IsSquare(task, 2, 2) || IsSquare(task, 2, 1) || IsSquare(task, 3, 3) || IsSquare(task, 3, 2) ||
            IsSquare(task, 3, 1));
  }
  static KernelWork work(const PoolTask& task) {
    const RangeKernel run = IsSquare(task, 2, 2)   ? &PixelIndexRows<2, 2>
                            : IsSquare(task, 2, 1) ? &PixelIndexRows<2, 1>
                            : IsSquare(task, 3, 3) ? &PixelIndexRows<3, 3>
                            : IsSquare(task, 3, 2) ? &PixelIndexRows<3, 2>
                                                   : &PixelIndexRows<3, 1>;
    return {run, task.out_rows(), 0};
  }
};

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace poolglass
HWY_AFTER_NAMESPACE();

#endif
