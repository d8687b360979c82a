// The Step room's lenses beside the window: coverage and gradient.
#include <doctest/doctest.h>

#include <random>

#include "app/rooms/step/gradient.h"
#include "app/rooms/step/model.h"
#include "core/pooling/pooling.h"

namespace poolglass::step {
namespace {

Derived derived_of(const Model& model) {
  Derived derived;
  derive(model, derived);
  return derived;
}

// A random pooling that fits its grid.
Model random_model(std::mt19937& random, Lens lens) {
  const auto pick = [&](int64_t low, int64_t high) {
    return std::uniform_int_distribution<int64_t>(low, high)(random);
  };
  for (;;) {
    Model model;
    model.lens = lens;
    update(model, SetGridSize{{pick(1, 12), pick(1, 12)}});
    update(model, SetReduction{pick(0, 1) == 0 ? Reduction::kMax : Reduction::kAverage});
    update(model, SetKernel{{pick(1, 4), pick(1, 4)}});
    update(model, SetStride{{pick(1, 4), pick(1, 4)}});
    update(model, SetDilation{{pick(1, 2), pick(1, 2)}});
    update(model, SetPadding{{pick(0, 1), pick(0, 1)}});
    update(model, SetCeilMode{pick(0, 1) == 1});
    const PoolParams& params = model.document.params;
    const Size2 grid = model.document.grid.size;
    if (window_geometry(params, grid).ok()) return model;
  }
}

}  // namespace

TEST_CASE("reads add up to the kernel's cells for each window, where none meets padding") {
  std::mt19937 random(17);
  int whole = 0;
  for (int round = 0; round < 500; ++round) {
    const Derived d = derived_of(random_model(random, kCoverageLens));
    int64_t sum = 0, unread = 0, taps = 0;
    for (int64_t row = 0; row < d.grid.size.h; ++row) {
      for (int64_t column = 0; column < d.grid.size.w; ++column) {
        sum += d.reads({row, column});
        unread += d.reads({row, column}) == 0 ? 1 : 0;
      }
    }
    for (int64_t i = 0; i < d.windows; ++i) {
      const Cell window = d.output_cell(i);
      taps += d.geometry.rows.window(window.row).count * d.geometry.columns.window(window.column).count;
    }
    CHECK(d.total_reads == sum);
    CHECK(d.never_read == unread);
    CHECK(sum == taps);
    if (d.params.padding != Padding{} || d.params.ceil_mode) continue;
    CHECK(sum == d.params.kernel.h * d.params.kernel.w * d.windows);
    ++whole;
  }
  CHECK(whole > 50);
}

TEST_CASE("a fix does what it says") {
  std::mt19937 random(3);
  int applied = 0;
  for (int round = 0; round < 300; ++round) {
    const Model model = random_model(random, kCoverageLens);
    const Derived before = derived_of(model);
    CHECK((before.never_read > 0 || before.fixes.empty()));
    for (const Fix& fix : before.fixes) {
      CAPTURE(fix.words);
      Model mended = model;
      update(mended, fix.action);
      const Derived after = derived_of(mended);
      REQUIRE(after.status.ok());
      CHECK(after.output.size == fix.output);
      CHECK(after.never_read == fix.never_read);
      CHECK(after.never_read < before.never_read);
      ++applied;
    }
  }
  CHECK(applied > 100);
}

TEST_CASE("7x7 under 2x2/2: ceil mode, padding, stride and cutting mend it") {
  Model model;
  model.lens = kCoverageLens;
  update(model, ApplyPreset{"odd"});
  const Derived d = derived_of(model);
  std::vector<std::string> words;
  for (const Fix& fix : d.fixes) {
    words.push_back(fix.words);
    CHECK(fix.never_read == 0);
  }
  CHECK(words == std::vector<std::string>{"Ceil mode", "Padding 1×1", "Stride 1×1", "Cut the grid to 6×6"});
  model.lens = kWindowLens;
  CHECK(derived_of(model).fixes.empty());
}

TEST_CASE("at the end of the walk the gradient is the engine's, bit for bit") {
  std::mt19937 random(29);
  for (int round = 0; round < 300; ++round) {
    Model model = random_model(random, kGradientLens);
    update(model, NewUpstreamSeed{});
    Derived d = derived_of(model);
    model.playhead.index = d.windows - 1;
    derive(model, d);
    const Grid& upstream = d.gradient.upstream;
    std::vector<float> expected(d.grid.values.size());
    const PoolPlan plan = PoolPlan::make(d.params, {1, 1, d.grid.size.h, d.grid.size.w}).value();
    plan.backward(d.grid.values.data(), upstream.values.data(), expected.data());
    CHECK(d.gradient.arrived.values == expected);
    double lost = 0;  // to windows that read nothing but padding
    for (int64_t i = 0; i < d.windows; ++i) {
      const Cell window = d.output_cell(i);
      const bool reads =
          d.geometry.rows.window(window.row).count > 0 && d.geometry.columns.window(window.column).count > 0;
      if (!reads) lost += static_cast<double>(upstream.at(window));
    }
    if (d.params.reduction == Reduction::kMax)
      CHECK(d.gradient.sum + lost == doctest::Approx(d.gradient.sent));
  }
}

TEST_CASE("the gradient of one peak is told as the windows send it") {
  Model model;
  model.lens = kGradientLens;
  update(model, SetKernel{{3, 3}});
  update(model, SetStride{{2, 2}});
  update(model, SetPadding{{1, 1}});
  model.playhead.index = 15;
  Derived d = derived_of(model);
  CHECK(d.gradient.arrived.at({1, 1}) == 4);
  CHECK(totals_sentence(d.gradient) == "16 sent, 16 arrived");
  update(model, Pin{{Side::kInput, {1, 1}}});
  derive(model, d);
  CHECK(status_sentence(model, d) == "in[1,1] collects 1 + 1 + 1 + 1 = 4 from 4 windows");
  model.playhead.index = 0;
  derive(model, d);
  CHECK(status_sentence(model, d) == "in[1,1] collects 1 = 1 from 1 window");
  CHECK(d.gradient.before.at({1, 1}) == 0);
  update(model, Unpin{});
  derive(model, d);
  CHECK(status_sentence(model, d) ==
        "Window (0,0) sends its 1 to in[1,1], which now holds 1; 1 sent, 1 arrived");
}

TEST_CASE("the rule for ties decides what arrives, and can be undone") {
  Model model;
  model.lens = kGradientLens;
  update(model, ApplyPreset{"ties"});
  model.playhead.index = 3;
  Derived d = derived_of(model);
  CHECK(d.gradient.tied_windows == 4);
  CHECK(d.gradient.sum == 4);
  update(model, SetTies{TiePolicy::kAll});
  derive(model, d);
  CHECK(d.gradient.sum > d.gradient.sent);
  undo(model);
  derive(model, d);
  CHECK(d.gradient.sum == 4);
}

TEST_CASE("an upstream gradient keeps what was typed when the output grows") {
  Upstream upstream;
  upstream.kind = UpstreamKind::kTyped;
  upstream.typed = {{1, 2}, {3, 4}};
  CHECK(upstream_grid(upstream, {2, 2}).values == std::vector<float>{3, 4, 0, 0});
  upstream.kind = UpstreamKind::kOneCell;
  upstream.cell = {9, 9};
  CHECK(upstream_grid(upstream, {2, 2}).values == std::vector<float>{0, 0, 0, 1});
}

}  // namespace poolglass::step
