// The Step room's gradients, as the room finds them: beside cases made with PyTorch, and beside differences
// of the pooling itself.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>

#include "app/rooms/step/model.h"
#include "core/io/npy.h"
#include "tests/support/conformance.h"
#include "tests/support/step_room.h"

namespace poolglass::step {
namespace {

void set_pooling(Model& model, const PoolParams& params) {
  update(model, SetReduction{params.reduction});
  update(model, SetKernel{params.kernel});
  update(model, SetStride{params.stride});
  update(model, SetDilation{params.dilation});
  update(model, SetLinked{Field::kPadding, false});
  update(model, SetPadding{{params.padding.top, params.padding.left}});
  update(model, SetCeilMode{params.ceil_mode});
  update(model, SetCountIncludePad{params.count_include_pad});
  model.document.params.padding = params.padding;  // no control pads two sides differently
}

void set_upstream(Model& model, const float* values, Size2 size) {
  if (is_map(model.document.grid.size)) {  // nobody types so many
    model.document.upstream.kind = UpstreamKind::kTyped;
    model.document.upstream.typed = {size, std::vector<float>(values, values + size.h * size.w)};
    return;
  }
  update(model, SetUpstream{UpstreamKind::kTyped});
  for (int64_t row = 0; row < size.h; ++row) {
    for (int64_t column = 0; column < size.w; ++column)
      update(model, SetUpstreamCell{{row, column}, values[row * size.w + column], true});
  }
}

// Elements that differ by more than the case allows.
int64_t wrong_elements(const testing::PoolCase& test, const Cells& found, const float* expected) {
  int64_t wrong = 0;
  for (size_t i = 0; i < found.size(); ++i) {
    const auto got = static_cast<double>(found[i]), wanted = static_cast<double>(expected[i]);
    const bool equal = got == wanted || (std::isnan(got) && std::isnan(wanted)) ||
                       std::abs(got - wanted) <= test.atol + test.rtol * std::abs(wanted);
    wrong += equal ? 0 : 1;
  }
  return wrong;
}

// One axis of a pooling, by its definition: the cells that a window reads, and how many its average divides
// by.
struct Reads {
  std::vector<int64_t> cells;
  int64_t divisor = 0;
};
Reads reads_of(const Document& document, bool rows, int64_t window, int64_t windows) {
  const PoolParams& p = document.params;
  const int64_t n = rows ? document.grid.size.h : document.grid.size.w;
  Reads reads;
  if (document.kind != Kind::kSliding) {
    const int64_t end = ((window + 1) * n + windows - 1) / windows;
    for (int64_t cell = window * n / windows; cell < end; ++cell) reads.cells.push_back(cell);
    reads.divisor = std::ssize(reads.cells);
    return reads;
  }
  const auto [kernel, stride, step, pad] =
      rows ? std::tuple{p.kernel.h, p.stride.h, p.dilation.h, p.padding.top}
           : std::tuple{p.kernel.w, p.stride.w, p.dilation.w, p.padding.left};
  for (int64_t tap = 0; tap < kernel; ++tap) {
    const int64_t cell = window * stride - pad + tap * step;
    const bool inside = cell >= 0 && cell < n;
    if (inside) reads.cells.push_back(cell);
    if (inside || (p.count_include_pad && cell < n + pad)) ++reads.divisor;
  }
  return reads;
}

// What the windows up to `last` make of x, each times its upstream gradient, in double.
double weighted_sum(const Document& document, const Grid& upstream, int64_t last,
                    const std::vector<double>& x) {
  double total = 0;
  for (int64_t i = 0; i <= last; ++i) {
    const Reads rows = reads_of(document, true, i / upstream.size.w, upstream.size.h);
    const Reads columns = reads_of(document, false, i % upstream.size.w, upstream.size.w);
    if (rows.cells.empty() || columns.cells.empty()) continue;  // only padding: a constant
    double sum = 0, most = -INFINITY;
    for (const int64_t row : rows.cells) {
      for (const int64_t column : columns.cells) {
        const double value = x[static_cast<size_t>(row * document.grid.size.w + column)];
        sum += value;
        most = std::max(most, value);
      }
    }
    const bool max = document.params.reduction == Reduction::kMax;
    const double y = max ? most : sum / static_cast<double>(rows.divisor * columns.divisor);
    total += y * static_cast<double>(upstream.values[static_cast<size_t>(i)]);
  }
  return total;
}

// A random pooling of either kind on a grid whose values are 0, 1, 2, ... in random order, its upstream
// gradient random and its playhead anywhere.
Model without_ties(std::mt19937& random, Reduction reduction) {
  Model model = random_model(random, kGradientLens);
  const Size2 size = model.document.grid.size;
  update(model, SetReduction{reduction});
  update(model, SetCountIncludePad{random() % 2 == 0});
  update(model, SetTies{static_cast<TiePolicy>(random() % 4)});
  update(model, NewUpstreamSeed{});
  if (random() % 4 == 0) {
    update(model, SetKind{Kind::kAdaptive});
    const auto bins = [&](int64_t side) { return 1 + static_cast<int64_t>(random()) % side; };
    update(model, SetBins{{bins(size.h), bins(size.w)}});
  }
  std::vector<float> values(static_cast<size_t>(size.h * size.w));
  std::iota(values.begin(), values.end(), 0.0f);
  std::ranges::shuffle(values, random);
  update(model, SetCells{{0, 0}, {size, values}});
  const int64_t windows = derived_of(model).windows;
  model.playhead.index = static_cast<int64_t>(random()) % windows;
  return model;
}

}  // namespace

TEST_CASE("gradients are those of cases made with PyTorch") {
  const std::vector<testing::PoolCase> cases = testing::pool_cases(POOLGLASS_CONFORMANCE);
  if (cases.empty()) {
    MESSAGE("no cases here; not compared");
    return;
  }
  int max = 0, average = 0, maps = 0;
  for (const testing::PoolCase& test : cases) {
    if (!test.tagged("backward")) continue;
    CAPTURE(test.name);
    const auto in = read_npy(test.in), grad = read_npy(test.grad), out = read_npy(test.out);
    REQUIRE((in.ok() && grad.ok() && out.ok()));
    Model model;
    model.lens = kGradientLens;
    update(model, OpenTensor{std::make_shared<const Tensor>(in->tensor), "case.npy"});
    REQUIRE(model.document.grid.size == in->tensor.shape.plane());
    set_pooling(model, test.params);
    REQUIRE(model.document.params == test.params);
    Derived derived;
    for (int64_t plane = 0; plane < in->tensor.shape.planes(); ++plane) {
      update(model, SetChannel{plane});
      set_upstream(model, grad->tensor.plane(plane), grad->tensor.shape.plane());
      model.playhead.index = grad->tensor.shape.h * grad->tensor.shape.w - 1;
      derive(model, derived);
      REQUIRE((derived.status.ok() && derived.map.refusal.empty()));
      CHECK(derived.output.size == grad->tensor.shape.plane());
      CHECK(wrong_elements(test, derived.gradient.arrived.values, out->tensor.plane(plane)) == 0);
    }
    (test.tagged("max") ? max : average) += 1;
    maps += derived.map.shown ? 1 : 0;
  }
  CHECK(max >= 17);
  CHECK(average >= 12);
  CHECK(maps >= 1);
}

TEST_CASE("off ties a gradient is the slope of what the windows so far make") {
  std::mt19937 random(43);
  for (const Reduction reduction : {Reduction::kMax, Reduction::kAverage}) {
    for (int round = 0; round < 200; ++round) {
      CAPTURE(round);
      const Model model = without_ties(random, reduction);
      const Derived derived = derived_of(model);
      REQUIRE(derived.status.ok());
      const Grid& upstream = derived.gradient.upstream;
      const Cells& arrived = derived.gradient.arrived.values;
      std::vector<double> x(derived.grid.values.begin(), derived.grid.values.end());
      int wrong = 0;
      for (size_t i = 0; i < x.size(); ++i) {
        constexpr double kStep = 0.25;  // a quarter of what lies between any two values
        const double here = x[i];
        x[i] = here + kStep;
        const double above = weighted_sum(model.document, upstream, model.playhead.index, x);
        x[i] = here - kStep;
        const double below = weighted_sum(model.document, upstream, model.playhead.index, x);
        x[i] = here;
        const double slope = (above - below) / (2 * kStep);
        const auto found = static_cast<double>(arrived[i]);
        wrong += std::abs(found - slope) <= 1e-5 * std::max(1.0, std::abs(slope)) ? 0 : 1;
      }
      CHECK(wrong == 0);
    }
  }
}

}  // namespace poolglass::step
