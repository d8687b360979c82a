#include <doctest/doctest.h>

#include <cmath>

#include "app/rooms/step/cells_layout.h"
#include "app/rooms/step/layout.h"
#include "tests/support/rects.h"

namespace poolglass::step {
namespace {

struct Case {
  int64_t rows, columns, output_rows, output_columns, ring;
};
constexpr Case kCases[] = {{8, 8, 4, 4, 0},   {1, 1, 1, 1, 0},     {64, 64, 32, 32, 0}, {64, 64, 64, 64, 1},
                           {1, 64, 1, 32, 0}, {64, 1, 32, 1, 0},   {64, 64, 1, 1, 32},  {7, 7, 3, 3, 0},
                           {5, 64, 5, 64, 2}, {64, 64, 63, 63, 32}};
constexpr Rect kAreas[] = {Rect{{56, 56}, {980, 632}}, Rect{{112, 112}, {1960, 1264}},
                           Rect{{56, 56}, {2260, 1350}}, Rect{{112, 120}, {772, 534}},
                           Rect{{0, 0}, {500, 700}}};

Content content_of(const Case& c) {
  Content content;
  content.rows = {-c.ring, c.rows + c.ring};
  content.columns = {-c.ring, c.columns + c.ring};
  content.output_rows = {0, c.output_rows};
  content.output_columns = {0, c.output_columns};
  return content;
}

template <class Check>
void for_every_layout(Check check) {
  for (const Rect& area : kAreas) {
    for (const Case& c : kCases) {
      for (const float em : {15.0f, 30.0f}) {
        if (em > 20 && area.height() < 400) continue;
        CAPTURE(area.width());
        CAPTURE(c.rows);
        CAPTURE(c.columns);
        CAPTURE(em);
        check(arrange(area, em, content_of(c)), area, em, content_of(c));
      }
    }
  }
}

}  // namespace

TEST_CASE("cell_rect and cell_at are inverses, ring included") {
  for_every_layout([](const Layout& layout, const Rect&, float, const Content&) {
    for (const GridBox* box : {&layout.input, &layout.output}) {
      for (int64_t row = box->rows.first; row < box->rows.last; ++row) {
        for (int64_t column = box->columns.first; column < box->columns.last; column += 3) {
          const Rect rect = cell_rect(*box, {row, column});
          REQUIRE(cell_at(*box, rect.centre()) == Cell{row, column});
          REQUIRE(cell_at(*box, rect.min) == Cell{row, column});
          REQUIRE(cell_at(*box, rect.max - glm::vec2(0.25f)) == Cell{row, column});
        }
      }
      CHECK_FALSE(cell_at(*box, box->area().min - glm::vec2(0.5f)).has_value());
      CHECK_FALSE(cell_at(*box, box->area().max).has_value());
    }
  });
}

TEST_CASE("cells are square and whole pixels, alike in both grids, and start on whole pixels") {
  for_every_layout([](const Layout& layout, const Rect&, float, const Content&) {
    CHECK(layout.input.cell == layout.output.cell);
    CHECK(layout.input.cell >= 1);
    CHECK(layout.input.cell == static_cast<float>(static_cast<int>(layout.input.cell)));
    for (const GridBox* box : {&layout.input, &layout.output}) {
      CHECK(box->origin.x == static_cast<float>(static_cast<int>(box->origin.x)));
      CHECK(box->origin.y == static_cast<float>(static_cast<int>(box->origin.y)));
    }
  });
}

TEST_CASE("a layout goes where its area goes") {
  for_every_layout([](const Layout& layout, const Rect& area, float em, const Content& content) {
    const glm::vec2 way(320, -64);
    const Layout there = arrange(area.translated(way), em, content);
    CHECK(there.arrangement == layout.arrangement);
    CHECK(testing::went(layout.input.area(), there.input.area(), way));
    CHECK(testing::went(layout.output.area(), there.output.area(), way));
    CHECK(testing::went(layout.input_title, there.input_title, way));
    CHECK(testing::went(layout.output_title, there.output_title, way));
    CHECK(testing::went(layout.arithmetic, there.arithmetic, way));
    CHECK(testing::went(layout.legend, there.legend, way));
    CHECK(testing::went(layout.caption, there.caption, way));
    CHECK(testing::went(layout.formulas, there.formulas, way));
    CHECK(testing::went(number_line(layout, em), number_line(there, em), way));
    CHECK(testing::went(whole_view(layout, {300, 100}, em), whole_view(there, {300, 100}, em), way));
  });
}

TEST_CASE("nothing overlaps and everything lies inside the picture") {
  for_every_layout([](const Layout& layout, const Rect& area, float em, const Content&) {
    if (area.width() < 22 * em || layout.input.cell < 2) return;  // smaller than the window can get
    const Rect parts[] = {layout.input.area(), layout.output.area(), layout.input_title, layout.output_title,
                          layout.arithmetic,   layout.caption,       layout.legend,      layout.formulas};
    for (size_t i = 0; i < std::size(parts); ++i) {
      CAPTURE(i);
      if (parts[i] == Rect{}) continue;  // left out
      CHECK(area.inset(-0.51f).encloses(parts[i]));
      for (size_t j = i + 1; j < std::size(parts); ++j) {
        CAPTURE(j);
        CHECK_FALSE(parts[i].inset(0.51f).overlaps(parts[j]));
      }
    }
  });
}

TEST_CASE("the lesson stands side by side with its arithmetic between, in cells that show numbers") {
  const Layout layout = arrange(kAreas[0], 15, content_of(kCases[0]));
  CHECK(layout.arrangement == Arrangement::kBeside);
  CHECK(layout.numbers);
  CHECK(layout.label_step == 1);
  CHECK(layout.input.cell >= 40);
  CHECK(layout.arithmetic.width() >= 14 * 15);
}

TEST_CASE(
    "beside each other the grids' top edges are level, padding ring included, and the lane keeps its "
    "height") {
  for_every_layout([](const Layout& layout, const Rect&, float em, const Content&) {
    if (layout.arrangement == Arrangement::kStacked) return;
    CHECK(layout.input.area().min.y == layout.output.area().min.y);
    if (layout.arrangement != Arrangement::kBeside) return;
    CHECK(layout.lane > layout.arithmetic.min.y);
    CHECK(layout.lane < layout.arithmetic.max.y);
    CHECK(layout.arithmetic.min.x > layout.input.area().max.x);
    CHECK(layout.arithmetic.max.x < layout.output.origin.x - (layout.indices ? 1.5f : 0.3f) * em);
    if (layout.caption == Rect{}) return;
    CHECK(layout.legend.min.y >= layout.output.area().max.y);
    CHECK(layout.caption.min.y >= layout.legend.max.y - 0.01f);
  });
}

TEST_CASE("a plane larger than the grid is shown whole in the lane") {
  const Layout layout = arrange(kAreas[0], 15, content_of({64, 64, 32, 32, 0}));
  const Rect whole = whole_view(layout, {512, 512}, 15);
  CHECK(whole.width() == whole.height());
  CHECK(whole.width() >= 4 * 15);
  CHECK(layout.arithmetic.encloses(whole));
  const Rect wide = whole_view(layout, {100, 400}, 15);
  CHECK(wide.width() == doctest::Approx(4 * wide.height()).epsilon(0.05));
}

TEST_CASE("the number line covers neither grids nor words, and a 2x2 grid has one") {
  int shown = 0;
  for_every_layout([&](const Layout& layout, const Rect& area, float em, const Content&) {
    const Rect line = number_line(layout, em);
    if (line == Rect{}) return;
    ++shown;
    CHECK(area.encloses(line));
    for (const Rect& other :
         {layout.input.area(), layout.output.area(), layout.legend, layout.caption, layout.formulas}) {
      CHECK_FALSE(line.overlaps(other));
    }
  });
  CHECK(shown > 10);
  Content alarm;
  alarm.rows = alarm.columns = {0, 2};
  CHECK(number_line(arrange(kAreas[0], 15, alarm), 15) != Rect{});
}

TEST_CASE("in a small window at 200 % words give way to cells that show numbers") {
  const Layout layout = arrange(kAreas[3], 30, content_of(kCases[0]));
  CHECK(layout.numbers);
  CHECK(layout.titles);
  CHECK(layout.formula_lines == 0);
  CHECK(layout.formulas == Rect{});
  // What a low output leaves under it holds the legend; a high one leaves nothing.
  CHECK(layout.legend.height() > 0);
  CHECK(arrange(kAreas[3], 30, content_of({8, 8, 8, 8, 0})).legend == Rect{});
}

TEST_CASE("words give way where figures need larger cells; figures that do not fit are not shown") {
  Content content = content_of(kCases[0]);
  const Layout ones = arrange(kAreas[1], 30, content);
  content.output_figures = 4;
  const Layout fours = arrange(kAreas[1], 30, content);
  CHECK(fours.numbers);
  CHECK(fours.output_numbers);
  CHECK(fours.input.cell >= ones.input.cell);
  content.output_figures = 5;
  const Layout small = arrange(kAreas[3], 30, content);
  CHECK(small.numbers);
  CHECK_FALSE(small.output_numbers);
}

TEST_CASE("grids much wider than high are stacked; a 64x64 grid at 720 lines drops its numbers") {
  CHECK(arrange(kAreas[0], 15, content_of(kCases[4])).arrangement == Arrangement::kStacked);
  const Layout large = arrange(kAreas[0], 15, content_of(kCases[2]));
  CHECK_FALSE(large.numbers);
  CHECK(large.label_step > 1);
}

TEST_CASE("stacked grids stand in the middle of the picture") {
  for_every_layout([](const Layout& layout, const Rect& area, float, const Content&) {
    if (layout.arrangement != Arrangement::kStacked) return;
    for (const Rect& grid : {layout.input.area(), layout.output.area()})
      CHECK(std::abs(grid.centre().x - area.centre().x) <= 1);
  });
}

TEST_CASE("indices are written as soon as one is 1.5 em from the next, every 64th at last") {
  CHECK(label_step(15, 10) == 1);
  CHECK(label_step(14, 10) == 2);
  CHECK(label_step(7.5f, 10) == 2);
  CHECK(label_step(7, 10) == 4);
  CHECK(label_step(0.01f, 10) == 64);
}

TEST_CASE("a window's rectangle spans its first to its last tap, padding included") {
  const Layout layout = arrange(kAreas[0], 15, content_of({8, 8, 4, 4, 1}));
  const AxisWindow rows{.start = -1, .taps = 2, .step = 3}, columns{.start = 2, .taps = 2, .step = 1};
  const Rect rect = window_rect(layout.input, rows, columns);
  CHECK(rect.min == cell_rect(layout.input, {-1, 2}).min);
  CHECK(rect.max == cell_rect(layout.input, {2, 3}).max);
}

TEST_CASE("the glide comes before the journey, the landing last, and all end together") {
  CHECK(motion(0).glide == 0);
  CHECK(motion(0.3).glide > 0.5f);
  CHECK(motion(0.3).travel == 0);
  CHECK(motion(0.6).glide == 1);
  CHECK(motion(0.6).travel > 0);
  CHECK(motion(0.6).land == 0);
  const Motion end = motion(1);
  CHECK(end.glide == 1);
  CHECK(end.travel == 1);
  CHECK(end.land == 1);
  CHECK(travel_point({0, 0}, {10, 4}, 0) == glm::vec2(0, 0));
  CHECK(travel_point({0, 0}, {10, 4}, 1) == glm::vec2(10, 4));
}

}  // namespace poolglass::step
