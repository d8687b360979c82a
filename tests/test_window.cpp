#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "core/pooling/coverage.h"
#include "core/pooling/window.h"
#include "tests/support/window.h"

using namespace poolglass;
using poolglass::testing::geometry_of;

namespace {

PoolParams square(int64_t kernel, int64_t stride, int64_t padding = 0, bool ceil_mode = false) {
  PoolParams p = window_pool(Reduction::kMax, {kernel, kernel});
  p.stride = {stride, stride};
  p.padding = {padding, padding, padding, padding};
  p.ceil_mode = ceil_mode;
  return p;
}

std::string sentence(const PoolParams& p, Size2 input) {
  const Result<Size2> size = output_size(p, input);
  REQUIRE(!size.ok());
  CHECK(size.status().code() == StatusCode::kInvalidArgument);
  return size.status().message();
}

// Taps by walking them: what Axis::window does by arithmetic.
std::set<int64_t> walked_taps(const AxisWindow& w, int64_t input) {
  std::set<int64_t> taps;
  for (int64_t j = 0; j < w.taps; ++j) {
    const int64_t cell = w.start + j * w.step;
    if (cell >= 0 && cell < input) taps.insert(cell);
  }
  return taps;
}

}  // namespace

TEST_CASE("output sizes from the table of hand-checked shapes") {
  struct Row {
    int64_t kernel, stride, padding;
    bool ceil_mode;
    int64_t input, output;
  };
  const Row rows[] = {
      {2, 2, 0, false, 8, 4},    {2, 2, 0, false, 7, 3},   {2, 2, 0, true, 7, 4},
      {1, 2, 0, true, 2, 1},     {1, 2, 0, true, 6, 3},    {1, 2, 0, true, 7, 4},
      {2, 2, 1, true, 5, 3},     {3, 3, 1, true, 5, 2},    {3, 2, 0, true, 4, 2},
      {3, 2, 1, false, 112, 56}, {3, 2, 0, true, 112, 56}, {3, 1, 1, false, 28, 28},
      {13, 1, 6, false, 13, 13}, {5, 7, 0, true, 3, 1},    {100001, 1, 50000, false, 3, 3},
  };
  for (const Row& r : rows) {
    CAPTURE(r.kernel);
    CAPTURE(r.input);
    const Result<Size2> size =
        output_size(square(r.kernel, r.stride, r.padding, r.ceil_mode), {r.input, r.input});
    REQUIRE(size.ok());
    CHECK(*size == Size2{r.output, r.output});
  }
}

TEST_CASE("what cannot be pooled is refused with a sentence that names field, value and limit") {
  const Size2 input{8, 8};
  CHECK(sentence(square(9, 1), input) == "kernel 9x9 is larger than the input 8x8");
  CHECK(sentence(square(0, 1), input) == "kernel height 0 must be at least 1");
  CHECK(sentence(square(2, 0), input) == "stride height 0 must be at least 1");
  CHECK(sentence(square(2, 1, -1), input) == "padding top -1 must not be negative");
  CHECK(sentence(square(3, 1, 2), input) == "padding top 2 is larger than half the kernel height 3");
  CHECK(sentence(square(2, 1), {0, 8}) == "input height 0 must be at least 1");
  CHECK(sentence(square(12, 1, 1), input) == "kernel 12x12 is larger than the padded input 10x10");
  PoolParams dilated = square(5, 1, 1);
  dilated.dilation = {3, 3};
  CHECK(sentence(dilated, input) ==
        "kernel 5x5 with dilation 3x3 spans 13x13 and is larger than the padded input 10x10");
  dilated.dilation.w = 0;
  CHECK(sentence(dilated, input) == "dilation width 0 must be at least 1");
  dilated.dilation.w = INT64_MAX;
  CHECK(sentence(dilated, input) == "dilation width 9223372036854775807 must be less than 2^62");
  dilated.dilation.w = int64_t{1} << 61;
  CHECK(sentence(dilated, input) ==
        "kernel width 5 with dilation 2305843009213693952 spans more than 2^62 cells");
  CHECK(sentence(square(int64_t{1} << 40, 1), input) ==
        "kernel 1099511627776x1099511627776 has more than 2^63 - 1 taps");
  CHECK(sentence(adaptive_pool(Reduction::kMax, {0, 1}), input) == "output height 0 must be at least 1");
  CHECK(sentence(adaptive_pool(Reduction::kMax, {1, int64_t{1} << 61}), {1, 64}) ==
        "output width 2305843009213693952 times input width 64 is more than 2^63 - 1");
}

TEST_CASE("each side of the padding has its own name and its own half-kernel limit") {
  PoolParams p = window_pool(Reduction::kAverage, {2, 4});
  p.padding = {1, 2, 1, 3};
  CHECK(validate(p).message() == "padding right 3 is larger than half the kernel width 4");
  p.padding = {1, 3, 1, 2};
  CHECK(validate(p).message() == "padding left 3 is larger than half the kernel width 4");
  p.padding = {1, 2, 2, 2};
  CHECK(validate(p).message() == "padding bottom 2 is larger than half the kernel height 2");
  p.padding = {1, 2, 1, 2};
  CHECK(validate(p).ok());
}

TEST_CASE("windows agree with walking their taps, for every small axis") {
  int64_t windows = 0;
  for (int64_t n = 1; n <= 9; ++n)
    for (int64_t k = 1; k <= 5; ++k)
      for (int64_t s = 1; s <= 4; ++s)
        for (int64_t d = 1; d <= 3; ++d)
          for (int64_t p = 0; p <= k / 2; ++p)
            for (const int64_t p_end : {p, k / 2 - p})
              for (const bool ceil_mode : {false, true})
                for (const bool include : {false, true}) {
                  PoolParams params = square(k, s, 0, ceil_mode);
                  params.dilation = {d, d};
                  params.padding = {p, p, p_end, p_end};
                  params.count_include_pad = include;
                  const Result<WindowGeometry> g = window_geometry(params, {n, n});
                  if (!g.ok()) continue;
                  for (int64_t i = 0; i < g->rows.output; ++i, ++windows) {
                    const AxisWindow w = g->rows.window(i);
                    const std::set<int64_t> taps = walked_taps(w, n);
                    REQUIRE(w.start == i * s - p);
                    REQUIRE(w.count == static_cast<int64_t>(taps.size()));
                    if (w.count > 0) REQUIRE(w.first == *taps.begin());
                    for (int64_t cell = 0; cell < n; ++cell)
                      REQUIRE(w.reads(cell) == (taps.count(cell) == 1));
                    int64_t declared = 0;
                    for (int64_t j = 0; j < k; ++j) declared += w.start + j * d < n + p_end;
                    REQUIRE(w.divisor == (include ? declared : w.count));
                  }
                  const AxisWindow last = g->rows.window(g->rows.output - 1);
                  REQUIRE(last.start < n);  // never starts in the padding behind the input
                }
  CHECK(windows > 10000);
}

TEST_CASE("kernels far larger than the plane are clipped by arithmetic") {
  PoolParams p = square(100001, 1, 50000);
  const WindowGeometry g = geometry_of(p, {3, 5});
  const AxisWindow w = g.rows.window(1);
  CHECK(w.start == -49999);
  CHECK(w.first == 0);
  CHECK(w.count == 3);
  CHECK(w.divisor == 100001);  // 100001 * 100001 does not fit in 32 bits
  const int64_t huge = (int64_t{1} << 62) - 2;
  p.kernel = {1, huge};
  p.padding = {0, huge / 2, 0, huge / 2};
  const WindowGeometry far = geometry_of(p, {1, 1000});
  CHECK(far.columns.output == 1001);
  CHECK(far.columns.window(1000).start == 1000 - huge / 2);
  CHECK(far.columns.window(1000).first == 0);
  CHECK(far.columns.window(0).count == 1000);
  CHECK(far.columns.window(0).divisor == huge);
}

TEST_CASE("adaptive windows cover [floor(i n / o), ceil((i + 1) n / o))") {
  const WindowGeometry g = geometry_of(adaptive_pool(Reduction::kAverage, {3, 7}), {10, 3});
  const int64_t starts[] = {0, 3, 6}, ends[] = {4, 7, 10};
  for (int64_t i = 0; i < 3; ++i) {
    const AxisWindow w = g.rows.window(i);
    CHECK(w.first == starts[i]);
    CHECK(w.last() + 1 == ends[i]);
    CHECK(w.divisor == w.count);
  }
  CHECK(g.columns.output == 7);  // more windows than cells: windows repeat cells
  for (int64_t i = 0; i < 7; ++i) CHECK(g.columns.window(i).count >= 1);
}

TEST_CASE("how often cells are read, and by which windows") {
  for (int64_t n = 1; n <= 12; ++n)
    for (int64_t k = 1; k <= 4; ++k)
      for (int64_t s = 1; s <= 5; ++s)
        for (int64_t d = 1; d <= 4; ++d)
          for (int64_t p = 0; p <= k / 2; ++p) {
            PoolParams params = square(k, s, p, true);
            params.dilation = {d, d};
            const Result<WindowGeometry> g = window_geometry(params, {n, n});
            if (!g.ok()) continue;
            const std::vector<int64_t> reads = axis_reads(g->rows);
            for (int64_t cell = 0; cell < n; ++cell) {
              std::vector<int64_t> readers;
              for (int64_t i = 0; i < g->rows.output; ++i) {
                if (g->rows.window(i).reads(cell)) readers.push_back(i);
              }
              REQUIRE(windows_reading(g->rows, cell) == readers);
              REQUIRE(reads[static_cast<size_t>(cell)] == static_cast<int64_t>(readers.size()));
              if (s > 1 && d > 1) continue;
              const AxisWindow reading = readers_axis(g->rows).window(cell);
              REQUIRE(reading.count == static_cast<int64_t>(readers.size()));
              for (int64_t i = 0; i < reading.count; ++i) {
                REQUIRE(reading.first + i * reading.step == readers[static_cast<size_t>(i)]);
                REQUIRE((reading.first - reading.start) % reading.step == 0);
              }
              REQUIRE(reading.count <= reading.taps);
            }
          }
  const WindowGeometry adaptive = geometry_of(adaptive_pool(Reduction::kMax, {3, 7}), {10, 3});
  CHECK(windows_reading(adaptive.rows, 3) == std::vector<int64_t>{0, 1});
  CHECK(axis_reads(adaptive.rows) == std::vector<int64_t>{1, 1, 1, 2, 1, 1, 2, 1, 1, 1});
  CHECK(axis_reads(adaptive.columns) == std::vector<int64_t>{3, 3, 3});
  for (int64_t cell = 0; cell < 3; ++cell) {
    const std::vector<int64_t> readers = windows_reading(adaptive.columns, cell);
    for (int64_t i = 0; i < 7; ++i) {
      const bool found = std::find(readers.begin(), readers.end(), i) != readers.end();
      CHECK(found == adaptive.columns.window(i).reads(cell));
    }
  }
}

TEST_CASE("a 7x7 plane under 2x2/2 never reads 13 of its 49 cells") {
  CHECK(never_read_cells(geometry_of(square(2, 2), {7, 7})) == 13);
  CHECK(never_read_cells(geometry_of(square(2, 2), {8, 8})) == 0);
  CHECK(never_read_cells(geometry_of(square(1, 2), {4, 4})) == 12);
}
