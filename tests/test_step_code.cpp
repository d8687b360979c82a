#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

#include "app/rooms/step/code.h"
#include "app/rooms/step/code_panel.h"
#include "app/rooms/step/loops.h"
#include "app/rooms/step/syntax.h"
#include "tests/support/step_room.h"

namespace poolglass::step {
namespace {

std::string code_of(CodeTarget target, const PoolParams& params) {
  const Result<std::string> code = pooling_code(target, params);
  return code.ok() ? *code : code.status().message();
}

}  // namespace

TEST_CASE("windows side by side are a reshape in NumPy, others a view of windows") {
  PoolParams params = window_pool(Reduction::kMax, {2, 3});
  CHECK(contains(code_of(CodeTarget::kNumpy, params), ".reshape(*x.shape[:-2], rows, 2, columns, 3)"));
  params.stride = {1, 1};
  CHECK(contains(code_of(CodeTarget::kNumpy, params), "sliding_window_view"));
  params = window_pool(Reduction::kMax, {2, 2});
  params.ceil_mode = true;
  CHECK(contains(code_of(CodeTarget::kNumpy, params), "it would begin beyond the input"));
}

TEST_CASE("libraries are asked for the pooling by their own names") {
  PoolParams params = window_pool(Reduction::kAverage, {3, 3});
  params.stride = {2, 2};
  params.padding = {1, 1, 1, 1};
  params.count_include_pad = false;
  CHECK(contains(code_of(CodeTarget::kTorch, params),
                 "F.avg_pool2d(x, kernel_size=(3, 3), stride=(2, 2), padding=(1, 1), ceil_mode=False, "
                 "count_include_pad=False)"));
  CHECK(
      contains(code_of(CodeTarget::kOnnx, params), "\"AveragePool\", [\"x\"], [\"y\"], kernel_shape=[3, 3]"));
  CHECK(contains(code_of(CodeTarget::kCpp, params), "params.count_include_pad = false;"));
  CHECK(contains(code_of(CodeTarget::kKeras, global_pool(Reduction::kMax)),
                 "GlobalMaxPooling2D(keepdims=True)"));
  CHECK(contains(code_of(CodeTarget::kTorch, adaptive_pool(Reduction::kMax, {3, 5})),
                 "F.adaptive_max_pool2d(x, output_size=(3, 5))"));
}

TEST_CASE("what a library cannot say is refused with what it lacks") {
  PoolParams params = window_pool(Reduction::kAverage, {3, 3});
  params.dilation = {2, 2};
  CHECK(contains(code_of(CodeTarget::kTorch, params), "PyTorch's average pool has no dilation"));
  CHECK(contains(code_of(CodeTarget::kKeras, params), "no dilation"));
  CHECK(contains(code_of(CodeTarget::kOnnx, params), "helper.make_opsetid(\"\", 19)"));
  params = window_pool(Reduction::kMax, {3, 3});
  params.padding = {1, 0, 0, 0};
  CHECK(contains(code_of(CodeTarget::kTorch, params), "both ends"));
  params.ceil_mode = true;
  CHECK(contains(code_of(CodeTarget::kKeras, params), "ceil mode"));
  CHECK(contains(code_of(CodeTarget::kOnnx, adaptive_pool(Reduction::kMax, {2, 2})), "no adaptive pool"));
  params.padding = {2, 2, 2, 2};
  CHECK_FALSE(pooling_code(CodeTarget::kPython, params).ok());
}

namespace {

struct RandomPooling {
  PoolParams params;
  Size2 plane;
  std::vector<float> x;
};

// Whole digits, so that sums are exact; a NaN in some planes.
RandomPooling random_pooling(std::mt19937& rng) {
  const auto in = [&](int64_t low, int64_t high) {
    return std::uniform_int_distribution<int64_t>(low, high)(rng);
  };
  RandomPooling pooling;
  PoolParams& params = pooling.params;
  params.reduction = in(0, 1) == 0 ? Reduction::kMax : Reduction::kAverage;
  pooling.plane = {in(1, 9), in(1, 9)};
  params.kernel = {in(1, 4), in(1, 4)};
  params.stride = {in(1, 4), in(1, 4)};
  params.dilation = {in(1, 3), in(1, 3)};
  params.padding.top = params.padding.bottom = in(0, params.kernel.h / 2);
  params.padding.left = params.padding.right = in(0, params.kernel.w / 2);
  params.ceil_mode = in(0, 1) == 1;
  params.count_include_pad = in(0, 1) == 1;
  if (in(0, 5) == 0) params.adaptive_output = Size2{in(1, 4), in(1, 4)};
  for (int64_t i = 0; i < pooling.plane.h * pooling.plane.w; ++i)
    pooling.x.push_back(static_cast<float>(in(-9, 9)));
  if (in(0, 9) == 0) pooling.x.front() = NAN;
  return pooling;
}

}  // namespace

TEST_CASE("the loops run line by line to what the engine makes of every window") {
  std::mt19937 rng(17);
  int windows = 0;
  for (int trial = 0; trial < 400; ++trial) {
    const RandomPooling pooling = random_pooling(rng);
    const Result<WindowGeometry> geometry = window_geometry(pooling.params, pooling.plane);
    if (!geometry.ok()) continue;
    const bool max = pooling.params.reduction == Reduction::kMax;
    Model model;
    model.document.grid = {pooling.plane, pooling.x};
    model.document.params = pooling.params;
    model.panel = kCodePanel;
    Derived derived;
    for (int64_t window = 0; window < geometry->rows.output * geometry->columns.output; ++window, ++windows) {
      CAPTURE(code_of(CodeTarget::kPython, pooling.params));
      CAPTURE(window);
      model.playhead.index = window;
      derive(model, derived);
      const LoopRun& run = *derived.code.run;
      REQUIRE(run.lines.size() > 2);
      const LoopPart end = run.listing[run.lines.back().line].part;
      const bool last = window + 1 == derived.windows;
      CHECK(end == (last ? LoopPart::kReturn : LoopPart::kStore));
      int64_t read = 0;
      for (const LineRun& line : run.lines) read += run.listing[line.line].part == LoopPart::kRead ? 1 : 0;
      CHECK(read == derived.window.cells);
      const float expected = derived.window.result;
      if (!run.steps.empty() && derived.window.cells > 0) {
        const LoopStep& done = run.steps.back();
        const double got = max ? done.after : done.after / static_cast<double>(done.count);
        if (std::isnan(expected)) CHECK(std::isnan(got));
        if (!std::isnan(expected)) CHECK(static_cast<float>(got) == doctest::Approx(expected));
      }
      for (size_t i = 0; i < run.lines.size(); ++i) {
        CHECK(line_at(run, phase_of(run, i)) == i);
        CHECK(line_values(run, i).size() == run.listing.size());
        CHECK_FALSE(line_sentence(run, i).empty());
      }
      CHECK(stored(run, run.lines.size() - 1));
      CHECK_FALSE(stored(run, 0));
      CHECK(cells_read(run, run.lines.size() - 1) == run.steps.size());
    }
  }
  CHECK(windows > 1000);
}

TEST_CASE("what a line has come to, and what it says") {
  Model model;  // the lesson's grid under a 2x2 maximum
  model.panel = kCodePanel;
  model.playhead.index = 5;
  Derived derived;
  derive(model, derived);
  const LoopRun& run = *derived.code.run;
  size_t take = 0;
  for (size_t i = 0; i < run.lines.size(); ++i) {
    if (run.listing[run.lines[i].line].part == LoopPart::kTake) take = i;
  }
  CHECK(line_sentence(run, take) ==
        "i = 1, j = 1, r = 2, c = 3: a = x[2][3] = 6 is larger than best = 1, so best becomes 6");
  CHECK(line_values(run, take)[run.lines[take].line] == "1 → 6");
  CHECK(line_sentence(run, run.lines.size() - 1) == "i = 1, j = 1: out[1][1] = best = 6");
  model.document.params.reduction = Reduction::kAverage;
  derive(model, derived);
  CHECK(line_sentence(*derived.code.run, derived.code.now) == "i = 1, j = 1: out[1][1] = 10 / 4 = 2.5");
}

TEST_CASE("the same in one call, where a library has it") {
  PoolParams params = window_pool(Reduction::kMax, {2, 2});
  const auto call = [&](CodeTarget target) { return pooling_call(target, params, {8, 8}).value_or(""); };
  CHECK(call(CodeTarget::kNumpy) == "x.reshape(4, 2, 4, 2).max(axis=(1, 3))");
  CHECK(call(CodeTarget::kTorch) == "nn.MaxPool2d(2, 2)(x)");
  CHECK(call(CodeTarget::kKeras) == "MaxPooling2D(2, 2)(x)");
  params.padding = {1, 1, 1, 1};
  params.ceil_mode = true;
  CHECK(call(CodeTarget::kNumpy).empty());
  CHECK(call(CodeTarget::kTorch) == "nn.MaxPool2d(2, 2, padding=1, ceil_mode=True)(x)");
  CHECK(call(CodeTarget::kKeras).empty());
  params = global_pool(Reduction::kAverage);
  CHECK(call(CodeTarget::kTorch) == "nn.AdaptiveAvgPool2d(1)(x)");
}

TEST_CASE("tokens cover every line of every program") {
  std::mt19937 rng(3);
  for (int trial = 0; trial < 200; ++trial) {
    const RandomPooling pooling = random_pooling(rng);
    for (const CodeTargetWords& words : kCodeTargets) {
      const Result<std::string> code = pooling_code(words.target, pooling.params);
      if (!code.ok()) continue;
      std::string joined;
      const Language language = words.target == CodeTarget::kCpp ? Language::kCpp : Language::kPython;
      for (size_t at = 0; at < code->size(); ++at) {
        const size_t end = code->find('\n', at);
        for (const Token& token : tokens(std::string_view(*code).substr(at, end - at), language))
          joined += token.text;
        joined += '\n';
        at = end;
      }
      CHECK(joined == *code);
    }
  }
  const std::vector<Token> line = tokens("for r in range(2*i, 10):  # rows", Language::kPython);
  CHECK(line.front().kind == TokenKind::kKeyword);
  CHECK(line.back().kind == TokenKind::kComment);
  CHECK(line.back().text == "# rows");
}

}  // namespace poolglass::step
