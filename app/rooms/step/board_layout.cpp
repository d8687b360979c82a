// Several grids with the same cell in rows and columns, a band of words under them.
#include <algorithm>
#include <cmath>
#include <glm/common.hpp>

#include "app/rooms/step/cells_layout.h"
#include "app/rooms/step/layout.h"

namespace poolglass::step {
namespace {

// Distances in em.
constexpr float kColumnGap = 1.4f, kRowGap = 0.9f;
constexpr float kLeastColumn = 6.6f;  // width, for titles and legends
constexpr float kFactLine = 1.6f;
constexpr float kBandGap = 1.2f;

struct BoardWords {
  float margin = 1.0f, title = 1.7f, labels = 1.5f, legend = 2.0f, band = 0;
  float facts = 0;
};

// From all words to none. Names of grids go last, and only where cells are much larger for it.
constexpr int kBoardLevels = 6;
constexpr float kWorthNames = 0.35f;
BoardWords words_at(int level, const BoardContent& content) {
  BoardWords words;
  words.band = content.band;
  words.facts = static_cast<float>(content.facts) * kFactLine;
  if (level >= 1) words.labels = 0.3f;
  if (level >= 2) words.band = std::min(words.band, 2.0f);
  if (level >= 3) words.facts = 0;
  if (level >= 4) {
    words.margin = 0.5f;
    words.legend = 0;
  }
  if (level >= 5) words.title = words.band = 0;
  return words;
}

// One way to place the grids, with the sizes that a cell gives it. All in pixels.
class Board {
 public:
  Board(const BoardContent& content, const std::vector<BoardPlace>& places, const BoardWords& words, float em)
      : content_(content), places_(places), words_(words), em_(em) {
    for (const BoardPlace& place : places) {
      rows_ = std::max(rows_, place.row + 1);
      columns_ = std::max(columns_, place.column + 1);
    }
  }

  float largest_cell(const Rect& area) const {
    float cell = std::floor(kLargestCell * em_);
    while (cell > 1) {
      const glm::vec2 need = size(cell);
      if (need.x <= area.width() && need.y <= area.height()) break;
      cell -= 1;
    }
    return std::max(cell, 1.0f);
  }

  glm::vec2 size(float cell) const {
    glm::vec2 total(2 * words_.margin * em_);
    for (int column = 0; column < columns_; ++column) {
      total.x += column_width(column, cell) + (column > 0 ? kColumnGap * em_ : 0);
    }
    for (int row = 0; row < rows_; ++row) total.y += row_height(row, cell) + (row > 0 ? kRowGap * em_ : 0);
    total.y += own_facts(cell) + band();
    return total;
  }

  void place(const Rect& area, Layout& layout) const {
    const float cell = layout.input.cell;
    const glm::vec2 all = size(cell);
    const glm::vec2 corner = area.min + glm::max((area.size() - all) / 2.0f, glm::vec2(0));
    const float left = corner.x + words_.margin * em_, right = corner.x + all.x - words_.margin * em_;
    float y = corner.y + words_.margin * em_;
    for (int row = 0; row < rows_; ++row) {
      float x = left;
      for (int column = 0; column < columns_; ++column) {
        float down = y;
        for (const BoardPlace& at : places_) {
          if (at.row != row || at.column != column) continue;
          place_panel(at, {x, down}, column_width(column, cell), layout);
          down += grid_height(at, cell) + (legend_of(at) + kRowGap + words_.title + words_.labels) * em_;
        }
        x += column_width(column, cell) + kColumnGap * em_;
      }
      y += row_height(row, cell) + kRowGap * em_;
    }
    y -= kRowGap * em_;
    place_facts(left, right, y, cell, layout);
    y += own_facts(cell);
    if (words_.band > 0) {
      layout.arithmetic = {{left, y + kBandGap * em_}, {right, y + band()}};
      layout.lane = layout.arithmetic.centre().y;
    }
  }

 private:
  const CellRange& rows_of(const BoardPlace& at) const {
    return at.input ? content_.content.rows : content_.content.output_rows;
  }
  const CellRange& columns_of(const BoardPlace& at) const {
    return at.input ? content_.content.columns : content_.content.output_columns;
  }
  float grid_height(const BoardPlace& at, float cell) const {
    return cell * static_cast<float>(rows_of(at).count());
  }

  float column_width(int column, float cell) const {
    float width = kLeastColumn * em_;
    for (const BoardPlace& at : places_) {
      if (at.column == column) width = std::max(width, cell * static_cast<float>(columns_of(at).count()));
    }
    return width + words_.labels * em_;
  }

  float row_height(int row, float cell) const {
    float height = 0;
    for (int column = 0; column < columns_; ++column)
      height = std::max(height, stack_height(row, column, cell));
    return height + (words_.title + words_.labels) * em_;
  }

  // The grids in one place, without the words over the first.
  float stack_height(int row, int column, float cell) const {
    float height = 0;
    for (const BoardPlace& at : places_) {
      if (at.row != row || at.column != column) continue;
      if (height > 0) height += (kRowGap + words_.title + words_.labels) * em_;
      height += grid_height(at, cell) + legend_of(at) * em_;
    }
    return height;
  }

  float legend_of(const BoardPlace& at) const { return at.legend ? words_.legend : 0; }
  float band() const { return words_.band > 0 ? (words_.band + kBandGap) * em_ : 0; }

  // In a board of one row whose other grids are lower than the first, figures stand under those.
  float under_small_grids(float cell) const {
    if (rows_ > 1) return 0;
    float tallest = 0;
    for (int column = 1; column < columns_; ++column) {
      tallest = std::max(tallest, stack_height(0, column, cell));
    }
    return row_height(0, cell) - (words_.title + words_.labels) * em_ - tallest;
  }
  bool facts_beside(float cell) const {
    return words_.facts > 0 && under_small_grids(cell) >= (words_.facts + 0.8f) * em_;
  }
  float own_facts(float cell) const {
    return words_.facts > 0 && !facts_beside(cell) ? (words_.facts + 0.6f) * em_ : 0;
  }

  void place_facts(float left, float right, float bottom, float cell, Layout& layout) const {
    if (words_.facts == 0) return;
    if (facts_beside(cell)) {
      const float x = left + column_width(0, cell) + (kColumnGap + words_.labels) * em_;
      layout.facts = {{x, bottom - words_.facts * em_}, {right, bottom}};
    } else {
      layout.facts = {{left + words_.labels * em_, bottom + 0.6f * em_},
                      {right, bottom + (words_.facts + 0.6f) * em_}};
    }
  }

  void place_panel(const BoardPlace& at, glm::vec2 corner, float width, Layout& layout) const {
    Panel panel;
    panel.input = at.input;
    const float x = corner.x + words_.labels * em_, top = corner.y + words_.title * em_;
    panel.box = {glm::round(glm::vec2(x, top + words_.labels * em_)), layout.input.cell, rows_of(at),
                 columns_of(at)};
    if (words_.title > 0) panel.title = {{panel.box.origin.x, corner.y}, {corner.x + width, top}};
    if (const float legend = legend_of(at); legend > 0) {
      const float y = panel.box.area().max.y;
      panel.legend = {{panel.box.origin.x, y + 0.2f * em_}, {corner.x + width, y + legend * em_}};
    }
    layout.panels.push_back(panel);
  }

  const BoardContent& content_;
  const std::vector<BoardPlace>& places_;
  const BoardWords& words_;
  float em_;
  int rows_ = 0, columns_ = 0;
};

struct BoardChoice {
  const std::vector<BoardPlace>* places = nullptr;
  BoardWords words;
  float cell = 0;
};

BoardChoice choose_places(const Rect& area, float em, const BoardContent& content, const BoardWords& words) {
  BoardChoice best;
  for (const std::vector<BoardPlace>& places : content.places) {
    const float cell = Board(content, places, words, em).largest_cell(area);
    if (best.places == nullptr || cell > best.cell * 1.15f) best = {&places, words, cell};
  }
  return best;
}

BoardChoice choose(const Rect& area, float em, const BoardContent& content) {
  const BoardChoice bare = choose_places(area, em, content, words_at(kBoardLevels - 1, content));
  const float wanted = wanted_cell(em, content.content, bare.cell);
  for (int level = 0; level < kBoardLevels - 1; ++level) {
    const BoardChoice choice = choose_places(area, em, content, words_at(level, content));
    const bool names_stay = level == kBoardLevels - 2 && choice.cell >= kWorthNames * bare.cell;
    if (choice.cell >= wanted || names_stay) return choice;
  }
  return bare;
}

}  // namespace

std::vector<BoardPlace> in_rows(std::span<const bool> inputs, int per_row) {
  std::vector<BoardPlace> places;
  for (const bool input : inputs) {
    const int at = static_cast<int>(places.size());
    places.push_back({input, at / per_row, at % per_row, at > 0});
  }
  return places;
}

Layout arrange_board(const Rect& area, float em, const BoardContent& content) {
  const BoardChoice choice = choose(area, em, content);
  const Content& c = content.content;
  Layout layout;
  layout.arrangement = Arrangement::kBoard;
  layout.input = {{}, choice.cell, c.rows, c.columns};
  layout.output = {{}, choice.cell, c.output_rows, c.output_columns};
  layout.numbers = choice.cell >= cell_for(c.input_figures, kSmallestFigure) * em;
  layout.output_numbers = choice.cell >= cell_for(c.output_figures, kSmallestFigure) * em;
  layout.label_step = label_step(choice.cell, em);
  layout.titles = choice.words.title > 0;
  layout.indices = choice.words.labels > 1;
  layout.formula_lines = 0;
  Board(content, *choice.places, choice.words, em).place(area, layout);
  for (auto panel = layout.panels.rbegin(); panel != layout.panels.rend(); ++panel) {
    (panel->input ? layout.input : layout.output) = panel->box;
  }
  return layout;
}

}  // namespace poolglass::step
