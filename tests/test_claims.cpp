// The auditor of claims: verdicts and figures as they were derived without the engine.
#include <doctest/doctest.h>

#include <set>
#include <string>

#include "core/claims/claims.h"
#include "core/claims/experiments.h"

namespace poolglass {
namespace {

struct Expected {
  const char* id;
  Verdict verdict;
  const char* figure;  // part of what is found
};

constexpr auto kTrue = Verdict::kTrue, kFalse = Verdict::kFalse, kApproximate = Verdict::kApproximate;
constexpr Expected kExpected[] = {
    {"activations-3.2m", kTrue, "3,211,264"},
    {"activations-19m", kTrue, "19,267,584"},
    {"quarter", kTrue, "1,024 of 1,024"},
    {"channels-stay", kTrue, "64 of 64"},
    {"no-parameters", kTrue, "4 kinds of pools, 0 parameters"},
    {"smoke-alarm", kTrue, "average 2.25, maximum 9"},
    {"full-strength", kApproximate, "1000 of 1000"},
    {"gradient-routes", kTrue, "1 to 16 cells and nothing to 48, the average 0.25 to 64"},
    {"three-programs", kApproximate, "maxima: 16,384 of 16,384 agree"},
    {"odd-size", kTrue, "3×3, and 13 of 49"},
    {"nudge", kFalse, "(1/3 by the law); on the lesson's grid 7, 9, 3 of 16"},
    {"two-convolutions", kTrue, "5×5"},
    {"conv-pool-conv", kFalse, "8×8"},
    {"four-blocks-30", kFalse, "46×46; with pools that only skip, 31×31"},
    {"four-blocks-76", kFalse, "46×46; adding 2 a convolution and doubling at each pool gives 76"},
    {"four-blocks-76", kFalse, "do see: 76"},
    {"four-blocks-grid", kTrue, "14×14"},
    {"flat-activations", kFalse, "24,576, 12,288, 6,144, 3,072"},
    {"exercise-parameters", kTrue, "388,416"},
    {"exercise-sizes", kTrue, "64 → 32 → 16 → 8 → 4"},
    {"stride-2x2", kTrue, "348,640 more parameters, a field of 46×46"},
    {"stride-3x3", kTrue, "783,840 more parameters, a field of 61×61"},
    {"flatten-weights", kTrue, "102,760,448"},
    {"flatten-alexnet", kFalse, "AlexNet's reads 9,216 numbers, VGG-16's 25,088"},
    {"alexnet-dense", kTrue,
     "58,631,144 of 61,100,840 parameters (96.0 %), the first dense layer alone 37,752,832 (61.8 %)"},
    {"alexnet-pools", kTrue, "3 of its 3"},
    {"gap-head", kTrue, "513,000"},
    {"gap-vector", kTrue, "0 parameters, a vector of 512"},
    {"gap-any-size", kTrue, "4,096 of 4,096"},
    {"gap-everywhere", kApproximate, "alexnet"},
    {"strides-replaced-pools", kApproximate, "still 1 maximum pool"},
    {"doubles-the-field", kFalse, "of 3×3 a 2×2 pool makes 4×4"},
    {"pixels-alike", kFalse, "the inner 24 of 46 pixels hold 81.2 %"},
    {"law-maximum", kTrue, "10 of 10"},
    {"law-average", kTrue, "10 of 10"},
    {"max-is-robust", kApproximate, "48.0 % of the maxima and 13.7 % of the averages"},
    {"max-is-robust", kApproximate, "98.1 % and 99.0 %"},
    {"invariance", kFalse, "subsampling keeps 0.0 %, 2×2 maxima keep 100.0 %"},
    {"lone-peak", kFalse, "2×2 3/8, 3×3 5/9, 4×4 21/32"},
    {"polyphase", kTrue, "81 of 81"},
    {"fewer-parameters", kFalse, "388,416 with pools and 388,416 without"},
    {"fewer-parameters", kFalse, "from 10,485,770 to 40,970"},
    {"sizes-halve", kFalse, "32 of 63"},
    {"zero-padding", kFalse, "4 of 4 maxima are −1; zeros would win 3"},
    {"divisor", kFalse, "4, 6, 9 where it does not"},
    {"gradient-ties", kFalse, "of four equal cells 1 gets a gradient"},
    {"mixes-channels", kFalse, "12 of 12"},
    {"one-size", kFalse, "of 289 sizes from 32 to 320 VGG-16's weights fit 32, and 289"},
    {"equal-means", kTrue, "0.5, 0.5, 0.5"},
    {"relu-order", kApproximate, "maxima: 16,384 of 16,384"},
    {"adaptive-kernel", kFalse,
     "of the 528 pairs of output and input up to 32 259 have bins of unequal size, and no kernel and stride "
     "makes "
     "those of 327"},
};

const Claim& claim_named(std::string_view id) {
  for (const Claim& claim : claims()) {
    if (claim.id == id) return claim;
  }
  FAIL("no claim " << std::string(id));
  return claims().front();
}

}  // namespace

TEST_CASE("every claim comes out as it was derived") {
  std::set<std::string_view> expected, told;
  for (const Expected& e : kExpected) {
    const Result<Finding> finding = claim_named(e.id).experiment();
    REQUIRE_MESSAGE(finding.ok(), e.id << ": " << finding.status().message());
    CHECK_MESSAGE(finding->verdict == e.verdict, e.id << ": " << finding->found);
    CHECK_MESSAGE(finding->found.find(e.figure) != std::string::npos, e.id << ": " << finding->found);
    expected.insert(e.id);
  }
  for (const Claim& claim : claims()) {
    CHECK_MESSAGE(told.insert(claim.id).second, "two claims are called " << std::string(claim.id));
    CHECK_MESSAGE(expected.contains(claim.id), "nobody derived " << std::string(claim.id));
    CHECK(!claim.sentence.empty());
    CHECK(claim.sentence.back() != '.');
  }
}

TEST_CASE("averages behind a ReLU differ in seven of eight cells") {
  // Of four signed values some are negative in 15/16; the sum is positive with them, or negative, in 14/16.
  const Result<Finding> finding = claim_named("relu-order").experiment();
  REQUIRE(finding.ok());
  const size_t at = finding->found.find("averages: ");
  REQUIRE(at != std::string::npos);
  CHECK(std::stod(finding->found.substr(at + 10)) == doctest::Approx(87.5).epsilon(0.01));
}

TEST_CASE("numbers in findings are grouped by thousands") {
  using experiment::grouped;
  CHECK(grouped(0) == "0");
  CHECK(grouped(999) == "999");
  CHECK(grouped(1000) == "1,000");
  CHECK(grouped(-1000) == "-1,000");
  CHECK(grouped(-100) == "-100");
  CHECK(grouped(102'760'448) == "102,760,448");
}

}  // namespace poolglass
