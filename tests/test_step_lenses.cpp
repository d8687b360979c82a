// The Step room's lenses beside the window: coverage and gradient.
#include <doctest/doctest.h>

#include <random>

#include "app/rooms/step/comparison.h"
#include "app/rooms/step/dialects.h"
#include "app/rooms/step/gradient.h"
#include "app/rooms/step/model.h"
#include "app/rooms/step/rebuild.h"
#include "core/pooling/pooling.h"
#include "tests/support/step_room.h"

namespace poolglass::step {

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
      const PoolParams& p = d.params;
      const auto inside = [](int64_t at, int64_t stride, int64_t begin, int64_t kernel, int64_t step,
                             int64_t cells) {
        int64_t count = 0;
        for (int64_t tap = 0; tap < kernel; ++tap) {
          const int64_t cell = at * stride - begin + tap * step;
          count += cell >= 0 && cell < cells ? 1 : 0;
        }
        return count;
      };
      taps += inside(window.row, p.stride.h, p.padding.top, p.kernel.h, p.dilation.h, d.grid.size.h) *
              inside(window.column, p.stride.w, p.padding.left, p.kernel.w, p.dilation.w, d.grid.size.w);
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
  CHECK(d.never_read == 13);
  CHECK(d.never_read_sentence == "13 of 49 cells are never read");
  Model ceil = model;
  update(ceil, SetCeilMode{true});
  CHECK(derived_of(ceil).never_read == 0);
  CHECK(derived_of(ceil).total_reads == 49);
  std::vector<std::string> words;
  for (const Fix& fix : d.fixes) {
    words.push_back(fix.words);
    CHECK(fix.never_read == 0);
  }
  CHECK(words == std::vector<std::string>{"Ceil mode", "Padding 1×1", "Stride 1×1", "Cut to 6×6"});
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

TEST_CASE("both operations are the two by themselves, and their difference") {
  std::mt19937 random(41);
  for (int round = 0; round < 200; ++round) {
    Model model = random_model(random, kWindowLens);
    model.both = true;
    model.playhead.index = 1000000;
    const Derived both = derived_of(model);
    model.both = false;
    update(model, SetReduction{Reduction::kMax});
    const Derived max = derived_of(model);
    update(model, SetReduction{Reduction::kAverage});
    const Derived average = derived_of(model);
    CHECK(both.output == max.output);
    CHECK(both.other == average.output);
    int64_t equal = 0;
    for (size_t i = 0; i < both.output.values.size(); ++i) {
      const float difference = max.output.values[i] - average.output.values[i];
      if (std::isfinite(difference)) CHECK(both.comparison.difference.values[i] == difference);
      equal += difference == 0 ? 1 : 0;
    }
    CHECK(both.comparison.equal == equal);
  }
}

TEST_CASE("the lesson under both: no cell is equal, and the playhead bounds what is counted") {
  Model model;
  model.both = true;
  model.playhead.index = 5;
  Derived d = derived_of(model);
  CHECK(comparison_sentence(d.comparison) ==
        "Of 6 windows 0 equal, mean difference 2.5, largest 3.75 at out[0,1]");
  CHECK(status_sentence(model, d).starts_with(
      "Window (1,1) reads 1 6 / 0 3: max = 6, average = 2.5, difference = 3.5 → out[1,1]"));
  CHECK_FALSE(d.window.winner == std::nullopt);
  model.document.params.reduction = Reduction::kAverage;  // what both show does not depend on it
  CHECK(derived_of(model).output == d.output);
}

TEST_CASE("both gradients are those of either operation, and the difference lies between them") {
  std::mt19937 random(43);
  for (int round = 0; round < 100; ++round) {
    Model model = random_model(random, kGradientLens);
    model.both = true;
    model.playhead.index = 3;
    const Derived both = derived_of(model);
    model.both = false;
    update(model, SetReduction{Reduction::kMax});
    CHECK(both.gradient.arrived == derived_of(model).gradient.arrived);
    update(model, SetReduction{Reduction::kAverage});
    const Derived average = derived_of(model);
    CHECK(both.gradient.average.arrived == average.gradient.arrived);
    CHECK(both.gradient.average.window == average.gradient.window);
    CHECK(both.gradient.difference == difference_of(both.gradient.arrived, average.gradient.arrived));
  }
}

TEST_CASE("rebuilt and lost add up to the input; the playhead bounds what is put back") {
  std::mt19937 random(47);
  for (int round = 0; round < 200; ++round) {
    Model model = random_model(random, kRebuildLens);
    model.both = round % 3 == 0;
    Derived d = derived_of(model);
    for (int64_t at = 0; at < d.windows; at += 3) {
      model.playhead.index = at;
      derive(model, d);
      for (const Rebuilt* r : {&d.rebuild.shown, &d.rebuild.average}) {
        if (r == &d.rebuild.average && !model.both) continue;
        for (size_t i = 0; i < d.grid.values.size(); ++i) {
          CHECK(r->plane.values[i] + r->residual.values[i] == doctest::Approx(d.grid.values[i]));
          if (!d.rebuild.told[i]) CHECK(r->so_far.values[i] == 0);
        }
      }
    }
    model.playhead.index = d.windows - 1;
    derive(model, d);
    CHECK(d.rebuild.shown.so_far == d.rebuild.shown.plane);
    CHECK((d.rebuild.shown.round_trip != RoundTrip::kSame || d.rebuild.shown.changed_windows == 0));
  }
}

TEST_CASE("what the lesson's grid loses, in words") {
  Model model;
  model.lens = kRebuildLens;
  Derived d = derived_of(model);
  CHECK(rebuild_sentence(d).starts_with("Window (0,0) puts its 8 back at in[1,1]; "));
  CHECK(round_trip_sentence(d.rebuild.shown) ==
        "Pooled again it is the same output: no maximum is below the zeros beside it");
  update(model, SetCell{{0, 0}, -5});
  update(model, SetCell{{0, 1}, -3});
  update(model, SetCell{{1, 0}, -5});
  update(model, SetCell{{1, 1}, -8});
  derive(model, d);
  CHECK(round_trip_sentence(d.rebuild.shown) ==
        "Pooled again 1 of 16 values differs: a negative maximum loses to the zeros beside it");
  update(model, SetReduction{Reduction::kAverage});
  derive(model, d);
  CHECK(d.rebuild.shown.round_trip == RoundTrip::kSame);
  update(model, SetStride{{1, 1}});
  derive(model, d);
  CHECK(round_trip_sentence(d.rebuild.shown).find("windows overlap") != std::string::npos);
}

TEST_CASE("PyTorch's dialect is the picture's own output; each marks what differs from it") {
  std::mt19937 random(53);
  for (int round = 0; round < 200; ++round) {
    Model model = random_model(random, kDialectsLens);
    update(model, SetDilation{{1, 1}});
    const Derived d = derived_of(model);
    if (!d.status.ok()) continue;
    for (const DialectView& view : d.dialects.all) {
      if (!view.refusal.empty()) continue;
      if (view.dialect == Dialect::kPyTorch) CHECK(view.output == d.output);
      int64_t differing = 0;
      for (int64_t i = 0; i < std::ssize(view.output.values); ++i) {
        const Cell cell{i / view.output.size.w, i % view.output.size.w};
        const float value = view.output.at(cell);
        const bool same = d.output.contains(cell) && (d.output.at(cell) == value ||
                                                      (std::isnan(value) && std::isnan(d.output.at(cell))));
        CHECK(view.differs[static_cast<size_t>(i)] == !same);
        differing += same ? 0 : 1;
      }
      CHECK(view.differing == differing);
      model.dialect = view.dialect;
      CHECK_FALSE(dialect_sentence(derived_of(model)).empty());
    }
  }
}

TEST_CASE("zeros for padding are told as what they are") {
  Model model;
  model.lens = kDialectsLens;
  update(model, ApplyPreset{"padding"});
  CHECK(model.document.params.stride == Size2{2, 2});
  CHECK_FALSE(model.document.stride_follows);
  model.dialect = Dialect::kKerasZeroPadding;
  const Derived d = derived_of(model);
  CHECK(d.output.values == std::vector<float>{-1, -1, -1, -1});
  CHECK(shown_dialect(d).output.values == std::vector<float>{0, 0, 0, -1});
  CHECK(d.dialects.window.winner == Cell{-1, -1});
  CHECK(joined(d.dialects.window.pieces) == "max(0, 0, 0, 0, −1, −1, 0, −1, −1) = 0");
  CHECK(dialect_sentence(d).ends_with("max = 0 → out[0,0]; PyTorch has −1"));
  CHECK(dialect_note(d.dialects.all[static_cast<size_t>(Dialect::kCaffe)], d) == "3×3, not 2×2");
}

TEST_CASE("adaptive, 7 to 5: bins that overlap, and the fixed window that comes closest") {
  Model model;
  update(model, ApplyPreset{"adaptive"});
  CHECK(model.document.kind == Kind::kAdaptive);
  Derived d = derived_of(model);
  REQUIRE(d.status.ok());
  CHECK(d.output.size == Size2{5, 5});
  CHECK(d.row_formula.text == "[0, 2) [1, 3) [2, 5) [4, 6) [5, 7)");
  REQUIRE(d.fixed_error.has_value());
  CHECK(d.fixed_rows->kernel == 3);
  CHECK(d.fixed_rows->stride == 1);
  CHECK(*d.fixed_error > 0);
  CHECK(d.window.taps.size() == 4);
  model.playhead.index = 2 * 5 + 2;
  derive(model, d);
  CHECK(d.window.taps.size() == 9);
  update(model, SetKind{Kind::kGlobal});
  derive(model, d);
  CHECK(d.output.size == Size2{1, 1});
  CHECK(d.window.taps.size() == 49);
  CHECK(*d.fixed_error == 0);
  update(model, SetKind{Kind::kSliding});
  CHECK_FALSE(model.document.params.adaptive_output.has_value());
  CHECK_FALSE(derived_of(model).fixed_error.has_value());
  undo(model);
  CHECK(model.document.params.adaptive_output == Size2{1, 1});
}

TEST_CASE("every lens takes adaptive and global pooling of any size") {
  std::mt19937 random(59);
  const auto pick = [&](int64_t low, int64_t high) {
    return std::uniform_int_distribution<int64_t>(low, high)(random);
  };
  for (int round = 0; round < 200; ++round) {
    Model model;
    update(model, SetGridSize{{pick(1, 12), pick(1, 12)}});
    update(model, SetBins{{pick(1, 12), pick(1, 12)}});
    update(model, SetKind{round % 4 == 0 ? Kind::kGlobal : Kind::kAdaptive});
    update(model, SetReduction{round % 2 == 0 ? Reduction::kMax : Reduction::kAverage});
    model.both = round % 3 == 0;
    for (model.lens = 0; model.lens < kLenses.size(); ++model.lens) {
      const Derived d = derived_of(model);
      REQUIRE(d.status.ok());
      CHECK(d.never_read == 0);
      CHECK_FALSE(status_sentence(model, d).empty());
      const Size2 expected = round % 4 == 0 ? Size2{1, 1} : model.document.bins;
      CHECK(d.output.size == expected);
      const PoolPlan plan = PoolPlan::make(d.params, {1, 1, d.grid.size.h, d.grid.size.w}).value();
      std::vector<float> y(d.output.values.size());
      plan.forward(d.grid.values.data(), y.data());
      CHECK(d.output.values == y);
    }
  }
}

}  // namespace poolglass::step
