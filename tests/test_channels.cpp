#include <doctest/doctest.h>

#include <numeric>

#include "core/channels.h"

namespace poolglass {

TEST_CASE("which dimension is the channels is guessed for pictures and for batches of square planes") {
  using Dimensions = std::vector<int64_t>;
  for (const Dimensions& last : {Dimensions{480, 640, 3},
                                 {480, 640, 4},
                                 {28, 28, 1},
                                 {8, 480, 640, 3},
                                 {2, 28, 28, 64},
                                 {1, 7, 7, 512}}) {
    CAPTURE(last.back());
    CHECK(channels_look_last(last));
  }
  for (const Dimensions& first : {Dimensions{480, 640},
                                  {3, 480, 640},
                                  {64, 28, 28},
                                  {3, 3, 3},
                                  {2, 64, 28, 28},
                                  {1, 512, 7, 7},
                                  {4, 4, 4, 4},
                                  {2, 3, 480, 640},
                                  {3, 200, 3},
                                  {28, 28, 64},
                                  {1, 28, 28, 30},
                                  {1, 1, 1, 200},
                                  {5},
                                  {1, 2, 3, 4, 3}}) {
    CAPTURE(first.size());
    CAPTURE(first.back());
    CHECK_FALSE(channels_look_last(first));
  }
}

TEST_CASE("an array taken in the other layout has each element at its place, and comes back as it was") {
  const std::vector<int64_t> dimensions{2, 3, 4, 5};
  Tensor first(shape_of(dimensions, Layout::kNchw));
  std::iota(first.values.begin(), first.values.end(), 0.0f);
  const Tensor last = retaken(first, dimensions, Layout::kNchw, Layout::kNhwc);
  REQUIRE(last.shape == Shape{2, 5, 3, 4});
  for (int64_t n = 0; n < 2; ++n) {
    for (int64_t y = 0; y < 3; ++y) {
      for (int64_t x = 0; x < 4; ++x) {
        for (int64_t c = 0; c < 5; ++c)
          CHECK(last.at(n, c, y, x) == static_cast<float>(((n * 3 + y) * 4 + x) * 5 + c));
      }
    }
  }
  CHECK(retaken(last, dimensions, Layout::kNhwc, Layout::kNchw) == first);
  CHECK(retaken(last, dimensions, Layout::kNhwc, Layout::kNhwc) == last);
}

}  // namespace poolglass
