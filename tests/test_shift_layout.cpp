#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "app/rooms/shift/layout.h"

namespace poolglass::shift {
namespace {

constexpr Rect kAreas[] = {Rect{{56, 88}, {980, 630}}, Rect{{56, 88}, {1620, 990}},
                           Rect{{112, 96}, {1199, 541}}, Rect{{56, 88}, {2260, 1350}},
                           Rect{{40, 60}, {560, 420}}};

}  // namespace

TEST_CASE("nothing of the shift room's picture overlaps or leaves the canvas") {
  for (const Rect& area : kAreas) {
    for (const float em : {12.0f, 15.0f, 30.0f}) {
      if (area.width() < 30 * em) continue;
      CAPTURE(area.width());
      CAPTURE(em);
      const Layout layout = arrange(area, em);
      std::vector<Rect> parts = {layout.heading, layout.picture};
      for (const Column& column : layout.columns) {
        for (const Rect& part :
             {column.heading, column.first, column.second, column.identical, column.correlation})
          parts.push_back(part);
        CHECK(column.first.width() == doctest::Approx(column.first.height()));
        CHECK((layout.low || column.first.size() == column.second.size()));
      }
      for (const Rect& chart : layout.charts) {
        if (chart != Rect{}) parts.push_back(chart);
      }
      for (size_t i = 0; i < parts.size(); ++i) {
        CHECK(area.inset(-1).encloses(parts[i]));
        for (size_t j = 0; j < i; ++j) CHECK_FALSE(parts[i].inset(0.51f).overlaps(parts[j].inset(0.51f)));
      }
    }
  }
}

TEST_CASE("in low areas a row of squares gives way, and the picture can be seen") {
  constexpr float em = 34;  // 1280x720 at 300 %
  for (const float height : {380.0f, 420.0f, 500.0f, 560.0f, 640.0f}) {
    CAPTURE(height);
    const Rect area = Rect::from_size({150, 120}, {1050, height});
    const Layout layout = arrange(area, em);
    CHECK(layout.picture.width() >= 2.2f * em);
    std::vector<Rect> parts = {layout.picture, layout.heading};
    for (const Column& column : layout.columns) {
      CHECK(column.second.width() >= 1.8f * em);
      CHECK(column.identical.width() >= column.second.width());
      for (const Rect& part : {column.heading, column.second, column.identical, column.correlation})
        parts.push_back(part);
      if (!layout.low) parts.push_back(column.first);
    }
    if (layout.note.height() > 0) parts.push_back(layout.note);
    for (size_t i = 0; i < parts.size(); ++i) {
      CHECK(area.inset(-1).encloses(parts[i]));
      for (size_t j = 0; j < i; ++j) CHECK_FALSE(parts[i].inset(0.51f).overlaps(parts[j].inset(0.51f)));
    }
  }
  CHECK(arrange(Rect::from_size({150, 120}, {1050, 391}), em).low);
  CHECK_FALSE(arrange(Rect::from_size({56, 88}, {924, 542}), 15).low);
}

TEST_CASE("a chart's plot stands between its title and its axis, its names beside it") {
  for (const Rect& area : {Rect::from_size({700, 90}, {500, 200}), Rect::from_size({56, 600}, {300, 120})}) {
    for (const float em : {11.25f, 15.0f}) {
      const ChartBox box = chart_box(area, em);
      CHECK(area.encloses(box.title));
      CHECK(area.encloses(box.plot));
      CHECK(box.plot.min.y >= box.title.max.y);
      CHECK(box.plot.height() > 2 * em);
      CHECK(box.plot.width() > area.width() / 2);
      CHECK(box.names > box.plot.max.x);
      CHECK(box.names < area.max.x);
    }
  }
}

TEST_CASE("cells are found where they are drawn") {
  for (const Size2 cells : {Size2{17, 17}, {1, 1}, {32, 5}, {3, 40}}) {
    const CellBox box = fit_cells({{10, 20}, {212, 222}}, cells);
    CHECK(Rect{{9, 19}, {213, 223}}.encloses(box.rect));
    for (Cell at; at.row < cells.h; ++at.row) {
      for (at.column = 0; at.column < cells.w; ++at.column)
        REQUIRE(cell_at(box, cell_rect(box, at).centre()) == at);
    }
    CHECK_FALSE(cell_at(box, box.rect.max + glm::vec2(1)).has_value());
  }
}

TEST_CASE("names at the ends of lines keep their distance and their order") {
  const auto placed = spread({100, 101, 50, 100, 180}, 13, 40, 185);
  for (size_t i = 0; i < kColumns; ++i) {
    CHECK(placed[i] >= 40);
    CHECK(placed[i] <= 185);
    for (size_t j = 0; j < i; ++j) CHECK(std::abs(placed[i] - placed[j]) >= 12.99f);
  }
  CHECK(placed[2] < placed[0]);
  CHECK(placed[1] < placed[4]);
  const auto crowded = spread({180, 180, 180, 180, 180}, 13, 40, 185);
  CHECK(*std::ranges::max_element(crowded) <= 185.01f);
}

}  // namespace poolglass::shift
