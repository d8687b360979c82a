#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <random>
#include <span>
#include <vector>

#include "app/rooms/step/dialects.h"
#include "app/rooms/step/layout.h"
#include "app/rooms/step/model.h"
#include "tests/support/rects.h"

namespace poolglass::step {
namespace {

constexpr Rect kMapAreas[] = {Rect{{56, 88}, {980, 520}}, Rect{{56, 88}, {1620, 980}},
                              Rect{{112, 112}, {1960, 1264}}, Rect{{0, 0}, {720, 420}},
                              Rect{{0, 0}, {420, 640}}};

WindowGeometry geometry_of(Size2 kernel, Size2 stride, Size2 grid) {
  PoolParams params = window_pool(Reduction::kMax, kernel);
  params.stride = stride;
  params.padding = {kernel.h / 2, kernel.w / 2, kernel.h / 2, kernel.w / 2};
  return *window_geometry(params, grid);
}

template <class Check>
void for_every_map(Check check) {
  for (const Rect& area : kMapAreas) {
    for (const float em : {15.0f, 30.0f}) {
      for (const Size2 grid : {Size2{4096, 4096}, Size2{65, 65}, Size2{1, 3000}, Size2{1080, 1920}}) {
        const Size2 kernel{std::min<int64_t>(3, grid.h), 3};
        for (const double cells : {0.0, 400.0, 37.0, 4.0}) {
          for (const int outputs : {1, 3}) {
            const Sight sight = clamped({static_cast<double>(grid.h) * 0.3, 700, cells}, grid);
            MapContent content{grid, geometry_of(kernel, {1 + grid.h % 3, 2}, grid), sight};
            if (outputs > 1) content.inputs = {cells > 0, !(cells > 0), cells > 100, false};
            CAPTURE(area.width());
            CAPTURE(em);
            CAPTURE(grid.w);
            CAPTURE(cells);
            CAPTURE(outputs);
            check(arrange_map(area, em, content), content, area, em);
          }
        }
      }
    }
  }
}

}  // namespace

TEST_CASE("all squares of a map are of one size and show the same place") {
  for_every_map([](const Layout& layout, const MapContent& content, const Rect&, float) {
    REQUIRE(layout.panels.size() == content.inputs.size());
    const GridBox& input = layout.input;
    const AxisPlace rows = output_place(content.geometry.rows),
                    columns = output_place(content.geometry.columns);
    for (const Panel& panel : layout.panels) {
      CHECK(panel.box.frame->size() == input.frame->size());
      if (panel.input) continue;
      const Cell cell{panel.box.rows.first, panel.box.columns.last - 1};
      const Rect there = cell_rect(panel.box, cell).translated(-panel.box.frame->min);
      // The same place on the input, from the place of its first cell in sight.
      const glm::vec2 origin = input.origin - input.frame->min;
      const auto of = [&](double input_cell, int64_t first) {
        return static_cast<float>((input_cell - static_cast<double>(first)) *
                                  static_cast<double>(input.cell));
      };
      const double row = rows.first + rows.step * static_cast<double>(cell.row);
      const double column = columns.first + columns.step * static_cast<double>(cell.column);
      CHECK(there.min.y == doctest::Approx(origin.y + of(row, input.rows.first)).epsilon(0.001).scale(1000));
      CHECK(there.min.x ==
            doctest::Approx(origin.x + of(column, input.columns.first)).epsilon(0.001).scale(1000));
      CHECK(there.height() == doctest::Approx(of(rows.step, 0)).epsilon(0.001));
      CHECK(there.width() == doctest::Approx(of(columns.step, 0)).epsilon(0.001));
    }
  });
}

TEST_CASE("a map's cells and the points in them are inverses, within its square") {
  for_every_map([](const Layout& layout, const MapContent& content, const Rect&, float) {
    for (const Panel& panel : layout.panels) {
      const GridBox& box = panel.box;
      const Size2 size =
          panel.input ? content.grid : Size2{content.geometry.rows.output, content.geometry.columns.output};
      CHECK(box.rows.first >= 0);
      CHECK(box.rows.last <= size.h);
      CHECK(box.columns.first >= 0);
      CHECK(box.columns.last <= size.w);
      if (box.cell < 1 || box.cell_width() < 1) continue;
      for (int64_t row = box.rows.first; row < box.rows.last; row += 3) {
        for (int64_t column = box.columns.first; column < box.columns.last; column += 5) {
          const glm::vec2 middle = cell_rect(box, {row, column}).centre();
          const auto found = cell_at(box, middle);
          CHECK(found.has_value() == box.frame->contains(middle));
          if (found) CHECK(*found == Cell{row, column});
        }
      }
      CHECK_FALSE(cell_at(box, box.frame->min - glm::vec2(1)).has_value());
    }
  });
}

TEST_CASE("squares, overview and words of a map lie in the picture, apart from each other") {
  for_every_map([](const Layout& layout, const MapContent&, const Rect& area, float em) {
    if (area.width() < 30 * em || area.height() < 20 * em) return;  // a window too small for a map
    std::vector<Rect> all;
    for (const Panel& panel : layout.panels) all.push_back(*panel.box.frame);
    if (layout.overview != Rect{}) all.push_back(layout.overview);
    for (size_t i = 0; i < all.size(); ++i) {
      CHECK(area.inset(-1).encloses(all[i]));
      if (area.width() >= 50 * em) CHECK(all[i].max.x <= area.max.x - 1.6f * em + 1);  // the canvas's margin
      for (size_t j = 0; j < i; ++j) CHECK_FALSE(all[i].overlaps(all[j]));
    }
    for (const Panel& panel : layout.panels) {
      if (panel.legend == Rect{}) continue;
      CHECK(panel.legend.min.y > panel.box.frame->max.y);
      CHECK(panel.legend.height() > em);
    }
    if (layout.arrangement == Arrangement::kBeside) {
      CHECK_FALSE(layout.arithmetic.overlaps(*layout.input.frame));
      CHECK_FALSE(layout.arithmetic.overlaps(*layout.output.frame));
    } else if (layout.overview != Rect{} && area.width() >= 50 * em) {
      // Under the squares: the arithmetic from their left edge, the overview to their right edge.
      const auto right = [](const Rect& a, const Rect& b) { return a.max.x < b.max.x; };
      const std::span squares(all.data(), all.size() - 1);
      const Rect last = *std::max_element(squares.begin(), squares.end(), right);
      CHECK(std::abs(layout.overview.max.x - last.max.x) <= 1.6f * em);
      CHECK(layout.arithmetic.max.x < layout.overview.min.x);
      CHECK(layout.lane == layout.arithmetic.centre().y);
    }
  });
}

TEST_CASE("in a high window a map's squares stand over each other and share its height in two") {
  const Size2 grid{1000, 1000};
  const MapContent content{grid, geometry_of({3, 3}, {2, 2}, grid), Sight{}};
  const Layout layout = arrange_map({{0, 0}, {400, 900}}, 15, content);
  const Rect input = *layout.input.frame, output = *layout.output.frame;
  CHECK(input.min.x == output.min.x);
  CHECK(output.min.y > input.max.y);
  CHECK(input.height() + output.height() > 0.6f * 900);
}

TEST_CASE("a map goes where its area goes") {
  for_every_map([](const Layout& layout, const MapContent& content, const Rect& area, float em) {
    const glm::vec2 way(320, -64);
    const Layout there = arrange_map(area.translated(way), em, content);
    for (size_t i = 0; i < layout.panels.size(); ++i) {
      CHECK(testing::went(*layout.panels[i].box.frame, *there.panels[i].box.frame, way));
      CHECK(testing::went(layout.panels[i].title, there.panels[i].title, way));
    }
    CHECK(testing::went(layout.overview, there.overview, way));
    CHECK(testing::went(layout.arithmetic, there.arithmetic, way));
    CHECK(testing::went(layout.legend, there.legend, way));
    CHECK(testing::went(layout.facts, there.facts, way));
    CHECK(testing::went(layout.input_note, there.input_note, way));
  });
}

TEST_CASE("a map gives up rulers, then notes, then names for larger squares") {
  const Size2 grid{1000, 1000};
  MapContent content{grid, geometry_of({3, 3}, {2, 2}, grid), Sight{}};
  int rulers = 0, notes = 0, titles = 0, sizes = 0;
  for (const float aspect : {0.6f, 1.0f, 1.7f, 2.6f, 5.0f}) {
    for (const bool board : {false, true}) {
      content.inputs = {true, false};
      if (board) content.inputs = {true, false, false, false};
      for (float side = 900; side >= 60; side -= 10) {
        const Layout layout = arrange_map({{0, 0}, {side * aspect, side}}, 15, content);
        const bool has_notes = layout.input_note != Rect{};
        CAPTURE(side);
        if (layout.rulers) CHECK(has_notes);
        if (has_notes) CHECK(layout.titles);
        CHECK(has_notes == (layout.output_note != Rect{}));
        if (has_notes) CHECK(layout.input_note.min.y > layout.input.frame->max.y);
        rulers += layout.rulers;
        notes += has_notes;
        titles += layout.titles;
        ++sizes;
      }
    }
  }
  CHECK(rulers > 100);
  CHECK(notes > rulers);
  CHECK(titles > notes);
  CHECK(sizes > titles);
}

TEST_CASE("cells of eight pixels and more are whole pixels; all of a map fits its square") {
  for_every_map([](const Layout& layout, const MapContent& content, const Rect&, float) {
    const GridBox& box = layout.input;
    if (box.cell >= 8) CHECK(box.cell == std::round(box.cell));
    if (content.sight.cells > 0) return;
    CHECK(box.rows == CellRange{0, content.grid.h});
    CHECK(box.columns == CellRange{0, content.grid.w});
    // Small cells are whole pixels too, and none of them is cut off.
    const Rect all{cell_rect(box, {0, 0}).min, cell_rect(box, {content.grid.h - 1, content.grid.w - 1}).max};
    CHECK(box.frame->inset(-1).encloses(all));
  });
}

TEST_CASE("each cell of a library's output that a square shows has its value, at the edges too") {
  Model model;
  update(model, OpenTensor{std::make_shared<Tensor>(Shape{1, 1, 300, 400}), "map.npy"});
  update(model, SetKernel{{3, 3}});
  update(model, SetStride{{2, 2}});
  update(model, SetPadding{{1, 1}});
  model.lens = kDialectsLens;
  int64_t squares = 0;
  for (const Dialect dialect : {Dialect::kOnnx, Dialect::kTensorFlowSame, Dialect::kKerasZeroPadding}) {
    model.dialect = dialect;
    for (const Sight sight :
         {Sight{0, 0, 9}, Sight{150.3, 201.7, 11}, Sight{300, 400, 14}, Sight{80, 90, 21}}) {
      model.sight = clamped(sight, model.document.grid.size);
      Derived derived;
      derive(model, derived);
      const DialectSight& values = derived.dialects.sight;
      for (const Rect& area : kMapAreas) {
        const MapContent content{derived.grid.size, shown_dialect(derived).windows.geometry, model.sight};
        const GridBox box = arrange_map(area, 15, content).output;
        if (box.cell < kMapNumberCell * 15) continue;
        ++squares;
        CAPTURE(static_cast<int>(dialect));
        CAPTURE(sight.cells);
        CAPTURE(area.width());
        CHECK(values.contains({box.rows.first, box.columns.first}));
        CHECK(values.contains({box.rows.last - 1, box.columns.last - 1}));
      }
    }
  }
  CHECK(squares > 20);
}

TEST_CASE("the strip has a square for each thumbnail, in a row, where the picture leaves room for it") {
  CHECK(strip_height({{0, 0}, {900, 300}}, 15) == 0);
  const float height = strip_height(kMapAreas[1], 15);
  REQUIRE(height > 0);
  for (const int64_t count : {1, 3, 16}) {
    const Rect room{{100, 500}, {1000, 500 + height}};
    const StripLayout strip = arrange_strip(room, 15, count);
    REQUIRE(std::ssize(strip.thumbnails) == count);
    for (size_t i = 0; i < strip.thumbnails.size(); ++i) {
      CHECK(room.encloses(strip.thumbnails[i]));
      if (i > 0) CHECK_FALSE(strip.thumbnails[i].overlaps(strip.thumbnails[i - 1]));
    }
    CHECK(strip.number < room.max.y);
  }
}

}  // namespace poolglass::step
