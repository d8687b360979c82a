#include <doctest/doctest.h>

#include <string>
#include <type_traits>
#include <vector>

#include "app/rooms/one_of.h"

namespace poolglass {
namespace {

struct Up {
  int steps;
};
struct Say {
  std::string text;
};
struct Stay {};
struct Move : OneOf<Up, Stay> {
  using OneOf::OneOf;
};
struct Any : OneOf<Move, Say> {
  using OneOf::OneOf;
};

TEST_CASE("one of several types is the one it was made of") {
  const Move move = Up{3};
  REQUIRE(get_if<Up>(move) != nullptr);
  CHECK(get_if<Up>(move)->steps == 3);
  CHECK(get_if<Stay>(move) == nullptr);
  CHECK(holds<Up>(move));
  CHECK_FALSE(holds<Stay>(move));
}

TEST_CASE("what a type among them can hold is held by it") {
  const Any any = Up{-2};
  REQUIRE(holds<Move>(any));
  CHECK(get_if<Up>(*get_if<Move>(any))->steps == -2);
  static_assert(!std::is_constructible_v<Any, int>);
  static_assert(!std::is_constructible_v<Move, Say>);
}

TEST_CASE("a type that stands twice among several is told") {
  static_assert(kDistinct<Up, Say, Stay>);
  static_assert(!kDistinct<Up, Say, Up>);
  static_assert(kDistinct<>);
}

TEST_CASE("a copy outlives what it was copied from, and assigning changes one of them alone") {
  std::vector<Any> all;
  {
    const Any said = Say{"a text that is too long to be stored within the string itself"};
    all.assign(2, said);
  }
  all[0] = Stay{};
  CHECK(holds<Move>(all[0]));
  REQUIRE(holds<Say>(all[1]));
  CHECK(get_if<Say>(all[1])->text == "a text that is too long to be stored within the string itself");
}

TEST_CASE("a visitor is called once, with the value") {
  struct {
    int* ups;
    int* others;
    void operator()(const Up& up) { *ups += up.steps; }
    void operator()(const Stay&) { ++*others; }
  } visitor{};
  int ups = 0, others = 0;
  visitor.ups = &ups;
  visitor.others = &others;
  for (const Move& move : {Move(Up{4}), Move(Stay{}), Move(Up{5})}) move.visit(visitor);
  CHECK(ups == 9);
  CHECK(others == 1);
}

}  // namespace
}  // namespace poolglass
