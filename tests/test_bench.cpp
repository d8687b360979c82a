// The benchmark's table of cases and the arithmetic of its table of ratios.
#include <doctest/doctest.h>

#include <cmath>
#include <set>
#include <string>

#include "core/pooling/pooling.h"
#include "tests/bench/cases.h"
#include "tests/bench/ratios.h"

using namespace poolglass;
using namespace poolglass::bench;

TEST_CASE("every case of the benchmark has a name of its own and can be planned") {
  std::set<std::string> names;
  for (const Case& c : cases()) {
    CAPTURE(c.name);
    CHECK(names.insert(c.name).second);
    CHECK(PoolPlan::make(c.params, c.input).ok());
  }
}

namespace {

const Class kNchw{"a", "forward", "nchw", 1};
const Class kNhwc{"a", "forward", "nhwc", 1};
const Class kGradient{"a", "backward", "nchw", 1};
const Class kTwoThreads{"a", "forward", "nchw", 2};
const Class kOther{"b", "forward", "nchw", 1};

Timing engine(const Class& of, double us) { return {of, Who::kEngine, "", us}; }
Timing peer(const Class& of, const char* name, double us) { return {of, Who::kPeer, name, us}; }
Timing copy(const char* name, int threads, double us) {
  return {{name, "", "", threads}, Who::kCopy, "", us};
}

}  // namespace

TEST_CASE("a class is compared with its own peers and with the copy of its case and threads") {
  const std::vector<Comparison> list = compare(
      {copy("a", 1, 2), copy("a", 2, 1), engine(kNchw, 3), peer(kNchw, "slow", 30), peer(kNchw, "fast", 6),
       peer(kNhwc, "other layout", 1), engine(kTwoThreads, 4), peer(kGradient, "other pass", 1)});
  REQUIRE(list.size() == 2);
  CHECK(list[0].of == kNchw);
  CHECK(list[0].us == 3);
  CHECK(list[0].copies == 1.5);
  CHECK(list[0].best_peer == "fast");
  CHECK(list[0].peers == std::map<std::string, double>{{"fast", 6}, {"slow", 30}});
  CHECK(list[0].times_faster == 2);
  CHECK(list[1].of == kTwoThreads);
  CHECK(list[1].copies == 4);
  CHECK(list[1].best_peer.empty());
  CHECK(std::isnan(list[1].times_faster));
}

TEST_CASE("without a copy there is no ratio to one") {
  const std::vector<Comparison> list = compare({engine(kNchw, 3), copy("b", 1, 1)});
  REQUIRE(list.size() == 1);
  CHECK(std::isnan(list[0].copies));
}

TEST_CASE("means are geometric, one per layout and threads, over the classes that have a peer") {
  const std::vector<Mean> list = means(compare({engine(kNchw, 1), peer(kNchw, "p", 8),    // 8 times faster
                                                engine(kOther, 4), peer(kOther, "p", 2),  // half as fast
                                                engine(kGradient, 5),                     // alone
                                                engine(kNhwc, 1), peer(kNhwc, "p", 3)}));
  REQUIRE(list.size() == 2);
  CHECK(list[0].layout == "nchw");
  CHECK(list[0].times_faster == doctest::Approx(2));
  CHECK(list[0].won == 1);
  CHECK(list[0].classes == 2);
  CHECK(list[1].layout == "nhwc");
  CHECK(list[1].times_faster == doctest::Approx(3));
  CHECK(list[1].won == 1);
  CHECK(list[1].classes == 1);
}
