#include <doctest/doctest.h>

#include "app/rooms/step/code.h"

namespace poolglass::step {
namespace {

std::string code_of(CodeTarget target, const PoolParams& params) {
  const Result<std::string> code = pooling_code(target, params);
  return code.ok() ? *code : code.status().message();
}

bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

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

}  // namespace poolglass::step
