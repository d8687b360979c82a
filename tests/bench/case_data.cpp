#include "tests/bench/case_data.h"

#include <sys/mman.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <limits>
#include <numeric>
#include <random>

#include "core/pooling/pooling.h"
#include "tests/support/pooling.h"

namespace poolglass::bench {
namespace {

// Random, and no two alike, so that every maximum has one winner: one value from each of n equal parts of
// [-1, 1).
std::vector<float> distinct_values(size_t n) {
  std::mt19937 random(1);
  std::uniform_real_distribution<double> within(0, 0.9);
  std::vector<size_t> part(n);
  std::iota(part.begin(), part.end(), 0);
  std::shuffle(part.begin(), part.end(), random);
  std::vector<float> values(n);
  for (size_t i = 0; i < n; ++i) {
    const double at = (static_cast<double>(part[i]) + within(random)) / static_cast<double>(n);
    values[i] = static_cast<float>(2 * at - 1);
  }
  return values;
}

std::vector<float> random_values(size_t n) {
  std::mt19937 random(2);
  std::uniform_real_distribution<float> uniform(-1, 1);
  std::vector<float> values(n);
  for (float& v : values) v = uniform(random);
  return values;
}

Array array_of(const std::vector<float>& values) {
  Array array(values.size());
  std::copy(values.begin(), values.end(), array.data());
  return array;
}

CaseData::Side nchw_side(const Case& c) {
  PlanOptions options;
  options.implementation = Implementation::kReference;
  const Result<PoolPlan> plan = PoolPlan::make(c.params, c.input, options);
  const size_t inputs = static_cast<size_t>(c.input.elements());
  const size_t outputs = static_cast<size_t>(plan->output_shape().elements());
  CaseData::Side side{array_of(distinct_values(inputs)),
                      Array(outputs),
                      array_of(random_values(outputs)),
                      Array(inputs),
                      std::vector<float>(outputs),
                      std::vector<float>(inputs),
                      {}};
  if (c.params.reduction == Reduction::kMax) {
    side.expected_positions.resize(outputs);
    plan->forward_with_indices(side.x.data(), side.expected_y.data(), side.expected_positions.data());
  } else {
    plan->forward(side.x.data(), side.expected_y.data());
  }
  plan->backward(side.x.data(), side.dy.data(), side.expected_dx.data());
  return side;
}

CaseData::Side nhwc_side(const CaseData::Side& nchw, const Shape& input, const Shape& output) {
  const auto turned = [](const Array& a, const Shape& s) {
    return array_of(testing::to_nhwc(std::vector<float>(a.data(), a.data() + a.size()), s));
  };
  return {turned(nchw.x, input),
          Array(nchw.y.size()),
          turned(nchw.dy, output),
          Array(nchw.dx.size()),
          testing::to_nhwc(nchw.expected_y, output),
          testing::to_nhwc(nchw.expected_dx, input),
          nchw.expected_positions.empty() ? std::vector<int64_t>{}
                                          : testing::to_nhwc(nchw.expected_positions, output)};
}

std::array<CaseData::Side, 2> both_sides(const Case& c) {
  CaseData::Side nchw = nchw_side(c);
  CaseData::Side nhwc = nhwc_side(nchw, c.input, output_of(c));
  return {std::move(nchw), std::move(nhwc)};
}

bool agrees(float expected, float actual, double tolerance, bool bits) {
  if (bits) return std::bit_cast<uint32_t>(expected) == std::bit_cast<uint32_t>(actual);
  return std::abs(static_cast<double>(actual) - static_cast<double>(expected)) <= tolerance;
}

int64_t windows_over_a_cell(const PoolParams& p) {
  return ((p.kernel.h - 1) / p.stride.h + 1) * ((p.kernel.w - 1) / p.stride.w + 1);
}

// |x| and |dy| are below 1, an ulp of 1 is 2^-23. Maxima are picked, not computed.
//
// An average of n taps, or a gradient that n averages share, depends on the order of its n additions. Their
// roundings, each of half an ulp of a sum that after division is below 1, have random signs: sqrt(n) half
// ulps are to be expected, four times that are allowed. A tap too many or too few changes a result by about
// 1/n, which is more for windows of up to 160x160.
//
// The gradient of a maximum is one dy where windows do not overlap, else the sum of up to n of them, of about
// sqrt(n): n half ulps to be expected, and again four times that.
double tolerance(const Job& job) {
  const PoolParams& p = job.params;
  const bool backward = job.pass == Pass::kBackward;
  constexpr double kFourHalfUlps = 0x1p-22;
  if (p.reduction == Reduction::kMax) {
    const int64_t n = p.adaptive_output ? 1 : windows_over_a_cell(p);
    return backward && n > 1 ? kFourHalfUlps * static_cast<double>(n) : 0;
  }
  const int64_t n = p.adaptive_output ? job.input.h * job.input.w : p.kernel.h * p.kernel.w;
  return kFourHalfUlps * std::sqrt(static_cast<double>(n));
}

}  // namespace

Array::Array(size_t size) : size_(size) {
  constexpr size_t kPage = 4096, kHuge = size_t{2} << 20, kPastTheEnd = 64;
  const size_t bytes = size * sizeof(float) + kPastTheEnd;
  const size_t page = bytes < kHuge ? kPage : kHuge;
  const size_t whole = (bytes + page - 1) / page * page;
  memory_.reset(static_cast<float*>(std::aligned_alloc(page, whole)));
  madvise(memory_.get(), whole, MADV_HUGEPAGE);  // advice: where it is not taken, the figures are only slower
  std::memset(memory_.get(), 0, whole);
}

CaseData::CaseData(const Case& c) : sides(both_sides(c)) {}

Shape output_of(const Case& c) {
  const Size2 plane = output_size(c.params, c.input.plane()).value();
  return {c.input.n, c.input.c, plane.h, plane.w};
}

int64_t taps(const Case& c) {
  if (c.params.adaptive_output) return c.input.elements();
  return output_of(c).elements() * c.params.kernel.h * c.params.kernel.w;
}

std::string verify(const Job& job, const Call& call, const CaseData& data, Agreement agreement) {
  const bool bits = agreement == Agreement::kBits;
  const double allowed = tolerance(job);
  const CaseData::Side& side = data.side(job.layout);
  const bool backward = job.pass == Pass::kBackward;
  const Array& result = backward ? side.dx : side.y;
  const std::vector<float>& expected = backward ? side.expected_dx : side.expected_y;
  std::fill_n(result.data(), result.size(), std::numeric_limits<float>::quiet_NaN());
  call.run();
  for (size_t i = 0; i < expected.size(); ++i) {
    if (agrees(expected[i], result.data()[i], allowed, bits)) continue;
    char text[128];
    std::snprintf(text, sizeof text, "differs from the definition: element %zu is %.9g, not %.9g", i,
                  static_cast<double>(result.data()[i]), static_cast<double>(expected[i]));
    return text;
  }
  if (job.pass == Pass::kIndices && call.positions && call.positions() != side.expected_positions) {
    return "winners' positions differ from the definition";
  }
  return {};
}

}  // namespace poolglass::bench
