#include <doctest/doctest.h>

#include <cmath>
#include <initializer_list>
#include <vector>

#include "app/rooms/head/layout.h"

namespace poolglass::head {
namespace {

constexpr Rect kAreas[] = {Rect{{56, 88}, {980, 630}},    Rect{{56, 88}, {1620, 990}},
                           Rect{{112, 96}, {1199, 541}},  Rect{{56, 88}, {2260, 1350}},
                           Rect{{134, 114}, {1184, 504}}, Rect{{40, 60}, {560, 420}}};

}  // namespace

TEST_CASE("nothing of the head room's picture overlaps or leaves the canvas") {
  for (const Rect& area : kAreas) {
    for (const float em : {11.25f, 15.0f, 30.0f, 36.0f}) {
      if (area.width() < 25 * em || area.height() < 9 * em) continue;
      CAPTURE(area.width());
      CAPTURE(em);
      const Layout layout = arrange(area, em);
      std::vector<Rect> parts;
      for (const Column& column : layout.columns) {
        for (const Rect& part : {column.title, column.maps, column.means, column.numbers, column.squares,
                                 column.legend, column.figures, column.verdict}) {
          if (part.width() > 0 && part.height() > 0) parts.push_back(part);
        }
        CHECK(column.figures.height() >= 2 * kFigureLine * em - 1);
        if (column.verdict.height() > 0) {  // then there is room for all the others
          CHECK(column.figures.height() >= static_cast<float>(kFigureLines) * kFigureLine * em - 1);
          CHECK(column.verdict.height() >= 3 * em);
        }
        CHECK(column.title.min.y == layout.columns[0].title.min.y);
        CHECK(column.figures.min.y == layout.columns[0].figures.min.y);
      }
      for (size_t i = 0; i < parts.size(); ++i) {
        CHECK(area.inset(-1).encloses(parts[i]));
        for (size_t j = 0; j < i; ++j) CHECK_FALSE(parts[i].inset(0.51f).overlaps(parts[j].inset(0.51f)));
      }
    }
  }
}

TEST_CASE("maps and their means stand side by side inside their rows") {
  const Layout layout = arrange(kAreas[0], 15);
  const Column& column = layout.columns[1];
  for (int64_t i = 0; i < kShownChannels; ++i) {
    const Rect map = map_rect(column.maps, 15, i);
    CHECK(column.maps.inset(-1).encloses(map));
    CHECK(map.width() == doctest::Approx(map.height()));
    const Rect mean = mean_rect(column.means, map, 15);
    CHECK(column.means.inset(-1).encloses(mean));
    CHECK(std::abs(mean.centre().x - map.centre().x) <= 1);
    if (i > 0) CHECK(map.min.x >= map_rect(column.maps, 15, i - 1).max.x);
  }
}

TEST_CASE("squares fill their rectangle as large as they fit, or break") {
  const Rect area{{100, 50}, {400, 190}};
  for (const double units : {1.0, 17.0, 241.0, 1000.0, 5000.0, 1e6}) {
    CAPTURE(units);
    const SquareGrid grid = square_grid(area, 15, units);
    CHECK(grid.broken == (units > static_cast<double>(grid.columns * grid.rows)));
    const int64_t last = grid.broken ? grid.columns * grid.rows - 1 : static_cast<int64_t>(units) - 1;
    CHECK(area.inset(-1).encloses(square_rect(area, grid, 0)));
    CHECK(area.inset(-1).encloses(square_rect(area, grid, last)));
    if (last > 0) CHECK_FALSE(square_rect(area, grid, last).overlaps(square_rect(area, grid, last - 1)));
  }
  CHECK_FALSE(square_grid(area, 15, 241).broken);
  CHECK(square_grid(area, 15, 1e6).broken);
}

}  // namespace poolglass::head
