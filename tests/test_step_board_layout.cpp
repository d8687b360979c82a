// Boards: several grids of one cell size in rows and columns, words around them and in a band below.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "app/rooms/step/layout.h"
#include "tests/support/rects.h"

namespace poolglass::step {
namespace {

constexpr Rect kBoardAreas[] = {Rect{{56, 56}, {980, 632}}, Rect{{112, 112}, {1960, 1264}},
                                Rect{{56, 56}, {2260, 1350}}, Rect{{112, 120}, {772, 534}},
                                Rect{{0, 0}, {500, 700}}};

struct Grids {
  int64_t rows, columns, output_rows, output_columns;
};
constexpr Grids kBoardGrids[] = {{8, 8, 4, 4},     {1, 1, 1, 1},   {7, 9, 3, 4},
                                 {64, 64, 32, 32}, {1, 64, 1, 32}, {12, 3, 12, 3}};

// The input and three outputs in a row, in two rows, in one column; and two rows of an input, a stack of two
// outputs and two inputs.
std::vector<BoardContent> boards(const Grids& grids) {
  const bool four[] = {true, false, false, false};
  const std::vector<BoardPlace> stacks = {{true, 0, 0},  {false, 0, 1, false}, {false, 0, 1}, {true, 0, 2},
                                          {false, 1, 1}, {false, 1, 1, false}, {true, 1, 2}};
  BoardContent rows{{}, {in_rows(four, 4), in_rows(four, 2), in_rows(four, 1)}, 9.4f, 2};
  BoardContent stacked{{}, {stacks}, 3.4f, 0};
  BoardContent bare{{}, {in_rows(four, 4)}, 4.6f, 0};
  std::vector<BoardContent> all = {rows, stacked, bare};
  for (BoardContent& board : all) {
    board.content.rows = {0, grids.rows};
    board.content.columns = {0, grids.columns};
    board.content.output_rows = {0, grids.output_rows};
    board.content.output_columns = {0, grids.output_columns};
  }
  return all;
}

// The way of placing them that was taken: the one whose grids stand as the panels do.
const std::vector<BoardPlace>& places_of(const BoardContent& board, const Layout& layout) {
  const auto stands = [&](const std::vector<BoardPlace>& places) {
    for (size_t i = 1; i < places.size(); ++i) {
      const bool later_row = places[i].row > places[i - 1].row;
      const bool lower = layout.panels[i].box.origin.y > layout.panels[i - 1].box.area().max.y;
      const bool stacked = places[i].row == places[i - 1].row && places[i].column == places[i - 1].column;
      if (lower != (later_row || stacked)) return false;
    }
    return true;
  };
  const auto found = std::find_if(board.places.begin(), board.places.end(), stands);
  REQUIRE(found != board.places.end());
  return *found;
}

template <class Check>
void for_every_board(Check check) {
  for (const Rect& area : kBoardAreas) {
    for (const Grids& grids : kBoardGrids) {
      for (const BoardContent& board : boards(grids)) {
        for (const float em : {11.25f, 15.0f, 30.0f}) {
          const Layout layout = arrange_board(area, em, board);
          CAPTURE(area.width());
          CAPTURE(grids.rows);
          CAPTURE(grids.columns);
          CAPTURE(board.band);
          CAPTURE(em);
          REQUIRE(layout.panels.size() == board.places[0].size());
          // Where not even cells of two pixels fit, the grids reach beyond their room.
          if (layout.input.cell >= 2) check(layout, area, em, board);
        }
      }
    }
  }
}

}  // namespace

TEST_CASE("on a board nothing overlaps and everything lies inside the picture") {
  for_every_board([](const Layout& layout, const Rect& area, float em, const BoardContent&) {
    std::vector<Rect> parts = {layout.facts, layout.arithmetic};
    for (const Panel& panel : layout.panels) {
      Rect grid = panel.box.area();
      if (layout.indices) grid.min -= glm::vec2(1.2f * em);  // with the indices above and to the left
      parts.insert(parts.end(), {grid, panel.title, panel.legend});
    }
    for (size_t i = 0; i < parts.size(); ++i) {
      CAPTURE(i);
      if (parts[i] == Rect{}) continue;  // left out
      CHECK(area.inset(-0.51f).encloses(parts[i]));
      for (size_t j = i + 1; j < parts.size(); ++j) {
        CAPTURE(j);
        CHECK_FALSE(parts[i].inset(0.51f).overlaps(parts[j]));
      }
    }
  });
}

TEST_CASE("a board's grids have one cell size, and stand level in rows and columns, in order") {
  for_every_board([](const Layout& layout, const Rect&, float em, const BoardContent& board) {
    const std::vector<BoardPlace>& places = places_of(board, layout);
    for (size_t i = 0; i < places.size(); ++i) {
      CAPTURE(i);
      const Panel& panel = layout.panels[i];
      CHECK(panel.input == places[i].input);
      CHECK(panel.box.cell == layout.input.cell);
      CHECK(panel.box.rows.last == (panel.input ? board.content.rows.last : board.content.output_rows.last));
      CHECK(panel.box.columns.last ==
            (panel.input ? board.content.columns.last : board.content.output_columns.last));
      if (panel.title != Rect{}) {
        CHECK(panel.title.max.y <= panel.box.origin.y + 0.5f);
        CHECK(panel.title.min.x == panel.box.origin.x);
      }
      if (panel.legend != Rect{}) CHECK(panel.legend.min.y >= panel.box.area().max.y);
      for (size_t j = 0; j < i; ++j) {
        CAPTURE(j);
        const Panel& other = layout.panels[j];
        const bool same_row = places[j].row == places[i].row,
                   same_column = places[j].column == places[i].column;
        if (same_column) CHECK(other.box.origin.x == panel.box.origin.x);
        if (same_row && same_column) {
          CHECK(panel.box.origin.y >= std::max(other.box.area().max.y, other.legend.max.y) + 0.9f * em);
        } else if (same_row && j == 0) {
          CHECK(panel.box.origin.x >= other.box.area().max.x + 1.4f * em - 1);
        } else if (!same_row) {
          CHECK(panel.box.origin.y >= std::max(other.box.area().max.y, other.legend.max.y) + 0.9f * em - 1);
        }
      }
    }
    CHECK(layout.panels[0].box.origin == layout.input.origin);
  });
}

TEST_CASE("a board goes where its area goes") {
  for_every_board([](const Layout& layout, const Rect& area, float em, const BoardContent& board) {
    const glm::vec2 way(320, -64);
    const Layout there = arrange_board(area.translated(way), em, board);
    for (size_t i = 0; i < layout.panels.size(); ++i) {
      CHECK(testing::went(layout.panels[i].box.area(), there.panels[i].box.area(), way));
      CHECK(testing::went(layout.panels[i].title, there.panels[i].title, way));
      CHECK(testing::went(layout.panels[i].legend, there.panels[i].legend, way));
    }
    CHECK(testing::went(layout.arithmetic, there.arithmetic, way));
    CHECK(testing::went(layout.facts, there.facts, way));
  });
}

TEST_CASE("a board stands in the middle of its room, its band and figures along the grids") {
  for_every_board([](const Layout& layout, const Rect& area, float em, const BoardContent&) {
    float left = area.max.x, right = area.min.x, foot = area.min.y, most = area.max.y;
    for (const Panel& panel : layout.panels) {
      left = std::min(left, panel.box.origin.x);
      right = std::max({right, panel.box.area().max.x, panel.title.max.x});
      most = std::min(most, panel.title == Rect{} ? panel.box.origin.y : panel.title.min.y);
      foot = std::max({foot, panel.box.area().max.y, panel.legend.max.y});
    }
    foot = std::max({foot, layout.facts.max.y, layout.arithmetic.max.y});
    // Indices stand to the left of the grids, so that these lie to the right of the middle by half of that.
    if (layout.titles) CHECK(std::abs((left - area.min.x) - (area.max.x - right)) <= 1.6f * em + 1);
    CHECK(std::abs((most - area.min.y) - (area.max.y - foot)) <= 1.6f * em + 1);
    if (layout.arithmetic != Rect{}) {
      CHECK(layout.lane == layout.arithmetic.centre().y);
      CHECK(layout.arithmetic.max.x >= right - 0.51f);
      CHECK(layout.arithmetic.min.x <= left);
      CHECK(layout.arithmetic.min.y > std::max(layout.facts.max.y, layout.panels.back().box.area().max.y));
    }
  });
}

TEST_CASE("a board takes the largest cells that fit, in more rows where that makes them much larger") {
  int compared = 0;
  for (const Rect& area : kBoardAreas) {
    for (const Grids& grids : kBoardGrids) {
      for (const BoardContent& board : boards(grids)) {
        CAPTURE(area.width());
        CAPTURE(grids.rows);
        const Layout here = arrange_board(area, 15, board);
        CHECK(here.input.cell <= kLargestCell * 15);
        // Twice the room for words twice as large has cells twice as large, but for a pixel.
        const Layout twice = arrange_board({area.min, area.min + 2.0f * area.size()}, 30, board);
        if (here.indices != twice.indices || here.titles != twice.titles) continue;
        if (places_of(board, here).data() != places_of(board, twice).data()) continue;
        ++compared;
        CHECK(std::abs(twice.input.cell - 2 * here.input.cell) <= 2);
      }
    }
  }
  CHECK(compared > 60);
  const BoardContent four = boards(kBoardGrids[0])[0];
  CHECK(places_of(four, arrange_board(kBoardAreas[0], 15, four)).back().row == 0);  // wide: one row
  CHECK(places_of(four, arrange_board(kBoardAreas[4], 15, four)).back().row > 0);   // high: more
}

TEST_CASE("a board gives up indices, then its band, figures and legends for cells; names last") {
  const BoardContent four = boards(kBoardGrids[0])[0];
  int indices = 0, facts = 0, legends = 0, titles = 0;
  for (float side = 1200; side >= 100; side -= 10) {
    const Layout layout = arrange_board({{0, 0}, {side * 1.6f, side}}, 15, four);
    const bool has_facts = layout.facts != Rect{}, has_legends = layout.panels.back().legend != Rect{};
    CAPTURE(side);
    if (layout.indices) CHECK(has_facts);
    if (has_facts) CHECK(has_legends);
    if (has_legends) CHECK(layout.titles);
    CHECK(layout.titles == (layout.panels[0].title != Rect{}));
    CHECK(layout.panels[0].legend == Rect{});  // the first has none
    indices += layout.indices;
    facts += has_facts;
    legends += has_legends;
    titles += layout.titles;
  }
  CHECK(indices > 10);
  CHECK(facts > indices);
  CHECK(legends >= facts);
  CHECK(titles > legends);
}

}  // namespace poolglass::step
