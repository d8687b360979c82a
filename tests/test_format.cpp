#include <doctest/doctest.h>

#include "app/rooms/format.h"

using namespace poolglass;

TEST_CASE("thousands are grouped and the minus is a real one") {
  CHECK(grouped(0) == "0");
  CHECK(grouped(999) == "999");
  CHECK(grouped(1000) == "1,000");
  CHECK(grouped(13860) == "13,860");
  CHECK(grouped(102760448) == "102,760,448");
  CHECK(grouped(-15) == "−15");
  CHECK(grouped(-1234) == "−1,234");
  CHECK(grouped(INT64_MAX) == "9,223,372,036,854,775,807");
  CHECK(grouped(INT64_MIN) == "−9,223,372,036,854,775,808");
}

TEST_CASE("large numbers keep three significant digits and never read 1000 of a unit") {
  CHECK(compact(9999) == "9,999");
  CHECK(compact(10000) == "10.0 K");
  CHECK(compact(13860) == "13.9 K");
  CHECK(compact(99949) == "99.9 K");
  CHECK(compact(99951) == "100 K");
  CHECK(compact(999499) == "999 K");
  CHECK(compact(999500) == "1.00 M");
  CHECK(compact(102760448) == "103 M");
  CHECK(compact(15470264320) == "15.5 G");
  CHECK(compact(INT64_MAX) == "9.22 E");
}

TEST_CASE("bytes use decimal units") {
  CHECK(bytes_text(4) == "4 B");
  CHECK(bytes_text(3072) == "3.07 kB");
  CHECK(bytes_text(12845056) == "12.8 MB");
}

TEST_CASE("decimals show a half, not a trailing zero") {
  CHECK(decimal(7.5) == "7.5");
  CHECK(decimal(8) == "8");
  CHECK(decimal(-0.5) == "−0.5");
  CHECK(decimal(-0.01) == "0");
  CHECK(decimal(2.96) == "3");
}

TEST_CASE("sizes in the engine's sentences get the real sign, and nothing else does") {
  CHECK(with_times_signs("kernel 9x9 exceeds 8x8 at x 2x") == "kernel 9×9 exceeds 8×8 at x 2x");
  CHECK(with_times_signs("2x3x4") == "2×3×4");
  CHECK(with_times_signs("xx").size() == 2);
}

TEST_CASE("a number and its unit are not parted, words are") {
  CHECK(with_whole_units("1.05 MB, 13.9 K weights, 95 % of 3 px") ==
        "1.05\u00A0MB, 13.9\u00A0K weights, 95\u00A0% of 3\u00A0px");
  CHECK(with_whole_units("(20 ms)\n7 s") == "(20\u00A0ms)\n7\u00A0s");
  CHECK(with_whole_units("3 Kinds of 5 Muls; conv1 M; 4 ") == "3 Kinds of 5 Muls; conv1\u00A0M; 4 ");
  CHECK(with_whole_units("") == "");
}

TEST_CASE("sizes and shapes use the multiplication sign") {
  CHECK(size_text({3, 5}) == "3×5");
  CHECK(short_size_text({46, 46}) == "46");
  CHECK(short_size_text({46, 22}) == "46×22");
  CHECK(shape_text({1, 48, 4, 4}) == "48 × 4 × 4");
  CHECK(shape_text({1, 25088, 1, 1}) == "25,088 × 1 × 1");
  CHECK(tight_shape_text({1, 512, 14, 14}) == "512×14×14");
}
