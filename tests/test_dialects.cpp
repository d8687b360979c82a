// The same layer in other libraries: their definitions, figures they publish, and cases made with them.
#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <random>

#include "core/io/npy.h"
#include "core/pooling/dialects.h"
#include "core/pooling/pooling.h"
#include "tests/support/conformance.h"

namespace poolglass {
namespace {

PoolParams pooling(Reduction reduction, int64_t kernel, int64_t stride, int64_t padding, bool ceil = false) {
  PoolParams params = window_pool(reduction, {kernel, kernel});
  params.stride = {stride, stride};
  params.padding = {padding, padding, padding, padding};
  params.ceil_mode = ceil;
  return params;
}

Size2 output_of(Dialect dialect, const PoolParams& params, Size2 input) {
  const Result<DialectWindows> windows = dialect_windows(dialect, params, input);
  REQUIRE(windows.ok());
  return {windows->geometry.rows.output, windows->geometry.columns.output};
}

DialectResult pooled(Dialect dialect, const PoolParams& params, Size2 input, const std::vector<float>& x) {
  const Result<DialectWindows> windows = dialect_windows(dialect, params, input);
  REQUIRE(windows.ok());
  return pool_dialect(dialect, *windows, params.reduction, x.data());
}

// A plane with a border, for definitions that pad first. `outside` marks what is no cell.
struct Padded {
  int64_t rows, columns;
  std::vector<double> values;
  std::vector<bool> cell;
};
Padded padded(Size2 plane, const std::vector<float>& x, int64_t top, int64_t left, int64_t bottom,
              int64_t right) {
  Padded p{plane.h + top + bottom, plane.w + left + right, {}, {}};
  for (int64_t row = 0; row < p.rows; ++row) {
    for (int64_t column = 0; column < p.columns; ++column) {
      const int64_t y = row - top, z = column - left;
      const bool inside = y >= 0 && y < plane.h && z >= 0 && z < plane.w;
      p.cell.push_back(inside);
      p.values.push_back(inside ? static_cast<double>(x[static_cast<size_t>(y * plane.w + z)]) : 0.0);
    }
  }
  return p;
}

// One window over a padded plane, cut at its end. zeros: the border takes part.
double window_of(const Padded& p, int64_t row, int64_t column, Size2 kernel, Reduction reduction, bool zeros,
                 bool count_border) {
  double most = -std::numeric_limits<double>::infinity(), sum = 0;
  int64_t counted = 0;
  for (int64_t y = row; y < std::min(row + kernel.h, p.rows); ++y) {
    for (int64_t x = column; x < std::min(column + kernel.w, p.columns); ++x) {
      const auto at = static_cast<size_t>(y * p.columns + x);
      if (p.cell[at] || count_border) ++counted;
      if (!p.cell[at] && !zeros) continue;
      most = std::max(most, p.values[at]);
      sum += p.values[at];
    }
  }
  if (reduction == Reduction::kMax) return most;
  return counted > 0 ? sum / static_cast<double>(counted) : 0;
}

struct Random {
  std::mt19937 engine{31};
  int64_t operator()(int64_t low, int64_t high) {
    return std::uniform_int_distribution<int64_t>(low, high)(engine);
  }
};

}  // namespace

TEST_CASE("sizes that the libraries document, and nets that depend on them") {
  // TensorFlow's guide: 13 cells, a window of 6, stride 5.
  const PoolParams guide = pooling(Reduction::kMax, 6, 5, 0);
  CHECK(output_of(Dialect::kTensorFlowValid, guide, {13, 13}) == Size2{2, 2});
  CHECK(output_of(Dialect::kTensorFlowSame, guide, {13, 13}) == Size2{3, 3});
  const Axis same = dialect_windows(Dialect::kTensorFlowSame, guide, {13, 13})->geometry.rows;
  CHECK(same.pad_begin == 1);
  CHECK(same.pad_end == 2);
  // GoogLeNet's and ResNet's first pool, 3x3/2 on 112x112, as their Caffe files have it: without padding 56.
  const PoolParams stem = pooling(Reduction::kMax, 3, 2, 0);
  CHECK(output_of(Dialect::kCaffe, stem, {112, 112}) == Size2{56, 56});
  CHECK(output_of(Dialect::kPyTorch, stem, {112, 112}) == Size2{55, 55});
  CHECK(output_of(Dialect::kTensorFlowSame, stem, {112, 112}) == Size2{56, 56});
  // keras.applications.ResNet50: ZeroPadding2D(1), then 3x3/2, valid.
  CHECK(output_of(Dialect::kKerasZeroPadding, pooling(Reduction::kMax, 3, 2, 1), {112, 112}) ==
        Size2{56, 56});
  // CaffeNet: 3x3/2 of 55, 27 and 13 cells.
  for (const auto& [from, to] : {std::pair<int64_t, int64_t>{55, 27}, {27, 13}, {13, 6}}) {
    for (const DialectName& name : kDialects) {
      if (name.dialect == Dialect::kTensorFlowSame) continue;
      CHECK(output_of(name.dialect, stem, {from, from}) == Size2{to, to});
    }
  }
}

TEST_CASE("zeros for padding win over a plane of -1 in 3 of 4 cells") {
  const std::vector<float> x(16, -1);
  const PoolParams params = pooling(Reduction::kMax, 3, 2, 1);
  CHECK(pooled(Dialect::kPyTorch, params, {4, 4}, x).y == std::vector<float>{-1, -1, -1, -1});
  CHECK(pooled(Dialect::kCaffe, params, {4, 4}, x).y.size() == 9);
  CHECK(pooled(Dialect::kKerasZeroPadding, params, {4, 4}, x).y == std::vector<float>{0, 0, 0, -1});
}

TEST_CASE("divisors: PyTorch and Caffe count padding, ONNX and TensorFlow do not unless told") {
  const std::vector<float> x(16, 9);
  const PoolParams params = pooling(Reduction::kAverage, 3, 1, 1);
  const auto corner = [&](Dialect dialect) { return pooled(dialect, params, {4, 4}, x).divisors.front(); };
  CHECK(corner(Dialect::kPyTorch) == 9);
  CHECK(corner(Dialect::kCaffe) == 9);
  CHECK(corner(Dialect::kKerasZeroPadding) == 9);
  CHECK(corner(Dialect::kOnnx) == 4);
  CHECK(corner(Dialect::kTensorFlowSame) == 4);
  CHECK(pooled(Dialect::kOnnx, params, {4, 4}, x).y.front() == 9);
  CHECK(pooled(Dialect::kPyTorch, params, {4, 4}, x).y.front() == 4);
}

TEST_CASE("Caffe keeps a last window that starts outside where there is no padding") {
  const PoolParams params = pooling(Reduction::kMax, 1, 5, 0);
  const DialectResult max = pooled(Dialect::kCaffe, params, {1, 3}, {1, 2, 3});
  CHECK(max.y == std::vector<float>{1, std::numeric_limits<float>::lowest()});
  PoolParams average = params;
  average.reduction = Reduction::kAverage;
  CHECK(pooled(Dialect::kCaffe, average, {1, 3}, {1, 2, 3}).y == std::vector<float>{1, 0});
}

TEST_CASE("what a dialect has no word for it refuses in a sentence") {
  PoolParams params = pooling(Reduction::kMax, 2, 1, 0);
  params.dilation = {2, 2};
  for (const DialectName& name : kDialects) {
    const bool knows = name.dialect == Dialect::kPyTorch || name.dialect == Dialect::kOnnx;
    CHECK(dialect_windows(name.dialect, params, {8, 8}).ok() == knows);
  }
  params.reduction = Reduction::kAverage;
  CHECK(dialect_windows(Dialect::kPyTorch, params, {8, 8}).status().message() ==
        "torch.nn.AvgPool2d has no dilation");
  for (const DialectName& name : kDialects) {
    CHECK(dialect_windows(name.dialect, adaptive_pool(Reduction::kMax, {2, 2}), {8, 8}).ok() ==
          (name.dialect == Dialect::kPyTorch));
    CHECK_FALSE(dialect_windows(name.dialect, pooling(Reduction::kMax, 2, 0, 0), {8, 8}).ok());
    CHECK_FALSE(dialect_windows(name.dialect, pooling(Reduction::kMax, 2, 2, 0), {0, 8}).ok());
    const bool fits = name.dialect == Dialect::kTensorFlowSame;
    CHECK(dialect_windows(name.dialect, pooling(Reduction::kMax, 9, 1, 0), {4, 4}).ok() == fits);
  }
}

namespace {

PoolParams random_params(Random& pick, int round) {
  PoolParams params =
      window_pool(round % 2 == 0 ? Reduction::kMax : Reduction::kAverage, {pick(1, 5), pick(1, 5)});
  params.stride = {pick(1, 4), pick(1, 4)};
  const int64_t rows = pick(0, params.kernel.h / 2), columns = pick(0, params.kernel.w / 2);
  params.padding = {rows, columns, rows, columns};
  params.ceil_mode = pick(0, 1) == 1;
  return params;
}

// The cells that a window reads along an axis, and whether it reads padding.
struct Reads {
  std::vector<int64_t> cells;
  bool padding = false;
};
Reads reads_of(const Axis& axis, int64_t window) {
  Reads reads;
  const AxisWindow at = axis.window(window);
  for (int64_t tap = 0; tap < at.taps; ++tap) {
    const int64_t cell = at.start + tap * at.step;
    if (cell >= 0 && cell < axis.input) reads.cells.push_back(cell);
    if (cell < 0 || (cell >= axis.input && cell < axis.input + axis.pad_end)) reads.padding = true;
  }
  return reads;
}

}  // namespace

TEST_CASE("every dialect pools as its library's own loops do") {
  Random pick;
  int compared = 0;
  for (int round = 0; round < 1500; ++round) {
    const PoolParams params = random_params(pick, round);
    const int64_t rows = params.padding.top, columns = params.padding.left;
    const Size2 plane{pick(1, 9), pick(1, 9)};
    std::vector<float> x(static_cast<size_t>(plane.h * plane.w));
    for (float& value : x) value = static_cast<float>(pick(-9, 3));
    for (const DialectName& name : kDialects) {
      const Result<DialectWindows> windows = dialect_windows(name.dialect, params, plane);
      if (!windows.ok()) continue;
      CAPTURE(round);
      CAPTURE(name.name);
      Size2 out{windows->geometry.rows.output, windows->geometry.columns.output};
      int64_t top = rows, left = columns, bottom = rows, right = columns;
      const auto down = [](int64_t a, int64_t b) { return a / b; };
      const auto up = [](int64_t a, int64_t b) { return (a + b - 1) / b; };
      Size2 expected = out;
      bool zeros = false, border = true;
      switch (name.dialect) {
        case Dialect::kTensorFlowSame: {
          expected = {up(plane.h, params.stride.h), up(plane.w, params.stride.w)};
          const auto total = [](int64_t o, int64_t s, int64_t k, int64_t n) {
            return std::max<int64_t>((o - 1) * s + k - n, 0);
          };
          const int64_t high = total(expected.h, params.stride.h, params.kernel.h, plane.h);
          const int64_t wide = total(expected.w, params.stride.w, params.kernel.w, plane.w);
          top = high / 2, bottom = high - top, left = wide / 2, right = wide - left;
          border = false;
          break;
        }
        case Dialect::kTensorFlowValid:
          top = bottom = left = right = 0;
          expected = {up(plane.h - params.kernel.h + 1, params.stride.h),
                      up(plane.w - params.kernel.w + 1, params.stride.w)};
          break;
        case Dialect::kKerasZeroPadding:
          zeros = true;
          expected = {down(plane.h + 2 * rows - params.kernel.h, params.stride.h) + 1,
                      down(plane.w + 2 * columns - params.kernel.w, params.stride.w) + 1};
          break;
        case Dialect::kCaffe:
          expected = {up(plane.h + 2 * rows - params.kernel.h, params.stride.h) + 1,
                      up(plane.w + 2 * columns - params.kernel.w, params.stride.w) + 1};
          if (rows > 0 || columns > 0) {
            if ((expected.h - 1) * params.stride.h >= plane.h + rows) --expected.h;
            if ((expected.w - 1) * params.stride.w >= plane.w + columns) --expected.w;
          }
          break;
        case Dialect::kOnnx:
          border = false;
          break;
        case Dialect::kPyTorch:
          break;
      }
      CHECK(out == expected);
      const DialectResult result = pool_dialect(name.dialect, *windows, params.reduction, x.data());
      const Padded p = padded(plane, x, top, left, bottom, right);
      for (int64_t row = 0; row < out.h; ++row) {
        for (int64_t column = 0; column < out.w; ++column) {
          double value = window_of(p, row * params.stride.h, column * params.stride.w, params.kernel,
                                   params.reduction, zeros, border);
          if (std::isinf(value) && name.dialect == Dialect::kCaffe)
            value = static_cast<double>(std::numeric_limits<float>::lowest());
          const float got = result.y[static_cast<size_t>(row * out.w + column)];
          CHECK((static_cast<double>(got) == value || got == doctest::Approx(value).epsilon(1e-6)));
          ++compared;
        }
      }
    }
  }
  CHECK(compared > 20000);
}

TEST_CASE("windows that are no others pool the same; other means are other numbers") {
  Random pick;
  int64_t same = 0, other = 0;
  for (int round = 0; round < 600; ++round) {
    PoolParams params = random_params(pick, round);
    params.count_include_pad = pick(0, 1) == 1;
    const Size2 plane{pick(1, 9), pick(1, 9)};
    const Result<WindowGeometry> than = window_geometry(params, plane);
    if (!than.ok()) continue;
    std::vector<float> x(static_cast<size_t>(plane.h * plane.w));
    for (float& value : x) value = -1 - static_cast<float>(pick(0, 1'000'000)) / 1024;
    const DialectResult ours = pooled(Dialect::kPyTorch, params, plane, x);
    for (const DialectName& name : kDialects) {
      const Result<DialectWindows> windows = dialect_windows(name.dialect, params, plane);
      if (!windows.ok()) continue;
      CAPTURE(round);
      CAPTURE(name.name);
      const auto& [down, across] = windows->geometry;
      const bool zeros = windows->zeros_are_cells;
      const std::vector<bool> other_rows = other_windows(down, zeros, than->rows, params.reduction);
      const std::vector<bool> other_columns = other_windows(across, zeros, than->columns, params.reduction);
      const DialectResult theirs = pool_dialect(name.dialect, *windows, params.reduction, x.data());
      for (int64_t row = 0; row < down.output; ++row) {
        for (int64_t column = 0; column < across.output; ++column) {
          const bool told =
              other_rows[static_cast<size_t>(row)] || other_columns[static_cast<size_t>(column)];
          (told ? other : same) += 1;
          if (row >= than->rows.output || column >= than->columns.output) {
            CHECK(told);
            continue;
          }
          const float mine = ours.y[static_cast<size_t>(row * than->columns.output + column)];
          const float theirs_here = theirs.y[static_cast<size_t>(row * across.output + column)];
          const bool empty = down.window(row).count == 0 || across.window(column).count == 0;
          if (!told && !empty) CHECK(mine == theirs_here);
          if (told && !empty && params.reduction == Reduction::kAverage) CHECK(mine != theirs_here);
          if (params.reduction == Reduction::kAverage) continue;
          const Reads r = reads_of(down, row), c = reads_of(across, column);
          const bool others = r.cells != reads_of(than->rows, row).cells ||
                              c.cells != reads_of(than->columns, column).cells ||
                              (zeros && (r.padding || c.padding));
          CHECK(told == others);
        }
      }
    }
  }
  CHECK(same > 5000);
  CHECK(other > 5000);
}

TEST_CASE("PyTorch and ONNX agree with cases made with them") {
  const std::vector<testing::PoolCase> cases = testing::pool_cases(POOLGLASS_CONFORMANCE);
  if (cases.empty()) {
    MESSAGE("no cases here; not compared");
    return;
  }
  int torch = 0, onnx = 0, same = 0;
  for (const testing::PoolCase& test : cases) {
    if (!test.tagged("forward") || test.own_bounds || test.in.empty() || test.out.empty()) continue;
    const PoolParams& params = test.params;
    const auto in = read_npy(test.in);
    const auto out = read_npy(test.out);
    if (!in.ok() || !out.ok()) continue;
    const auto agrees = [&](Dialect dialect) {
      const Size2 plane = in->tensor.shape.plane();
      const Result<DialectWindows> windows = dialect_windows(dialect, params, plane);
      if (!windows.ok()) return false;
      CAPTURE(test.name);
      CHECK(out->tensor.shape.plane() ==
            Size2{windows->geometry.rows.output, windows->geometry.columns.output});
      for (int64_t i = 0; i < in->tensor.shape.planes(); ++i) {
        const DialectResult result = pool_dialect(dialect, *windows, params.reduction, in->tensor.plane(i));
        const float* expected = out->tensor.plane(i);
        int wrong = 0;
        for (size_t at = 0; at < result.y.size(); ++at) {
          const float got = result.y[at], wanted = expected[at];
          const bool equal = got == wanted || (std::isnan(got) && std::isnan(wanted)) ||
                             std::abs(got - wanted) <= 1e-4f * std::max(1.0f, std::abs(wanted));
          wrong += equal ? 0 : 1;
        }
        CHECK(wrong == 0);
      }
      return true;
    };
    torch += agrees(Dialect::kPyTorch) ? 1 : 0;
    if (test.tagged("onnx") && (test.tagged("max") || !params.count_include_pad))
      onnx += agrees(Dialect::kOnnx) ? 1 : 0;
    if (test.name.find("same-upper") != std::string::npos) same += agrees(Dialect::kTensorFlowSame) ? 1 : 0;
  }
  CHECK(torch > 50);
  CHECK(onnx >= 8);
  CHECK(same >= 1);
}

}  // namespace poolglass
