#include "app/layout/step_layout.h"

#include <array>
#include <cmath>
#include <glm/geometric.hpp>

namespace poolglass::step {
namespace {

// Distances in em.
constexpr float kMargin = 1.2f;
constexpr float kTitle = 1.7f;       // grid title with its space below
constexpr float kLabels = 1.5f;      // row and column indices
constexpr float kUnder = 2.3f;       // caption or legend under a grid, with its space above
constexpr float kGapBeside = 17.3f;  // room for the arithmetic
constexpr float kGapBelow = 4.0f;
constexpr float kArithmetic = 3.4f;  // two lines
constexpr float kFormulaLine = 1.6f;
constexpr float kFormulaGap = 1.4f;
constexpr float kLegendWidth = 11.0f;
constexpr float kCaptionWidth = 22.0f;

struct Need {
  float width, height;  // besides the cells
  int64_t columns, rows;
};

float formula_height(const Content& content) {
  return static_cast<float>(content.formula_lines) * kFormulaLine;
}

Need need(Arrangement arrangement, const Content& c) {
  const float frame = 2 * kMargin + kFormulaGap + formula_height(c) + kTitle + kLabels + kUnder;
  const int64_t rows = std::max(c.rows.count(), c.output_rows.count());
  switch (arrangement) {
    case Arrangement::kBeside:
      return {2 * kMargin + 2 * kLabels + kGapBeside, frame, c.columns.count() + c.output_columns.count(),
              rows};
    case Arrangement::kBelow:
      return {2 * kMargin + 2 * kLabels + kGapBelow, frame + kArithmetic,
              c.columns.count() + c.output_columns.count(), rows};
    case Arrangement::kStacked:
      break;
  }
  return {2 * kMargin + 2 * kLabels, frame + kTitle + kLabels + kUnder + kArithmetic,
          std::max(c.columns.count(), c.output_columns.count()), c.rows.count() + c.output_rows.count()};
}

float largest_cell(const Rect& area, float em, const Need& need) {
  const float across = (area.width() - need.width * em) / static_cast<float>(need.columns);
  const float down = (area.height() - need.height * em) / static_cast<float>(need.rows);
  return std::clamp(std::floor(std::min(across, down)), 1.0f, std::floor(kLargestCell * em));
}

// The arithmetic reads best between the grids: it moves away only for cells that are clearly larger.
Arrangement choose(const Rect& area, float em, const Content& content) {
  Arrangement best = Arrangement::kBeside;
  float best_cell = largest_cell(area, em, need(best, content));
  for (const Arrangement other : {Arrangement::kBelow, Arrangement::kStacked}) {
    const float cell = largest_cell(area, em, need(other, content));
    if (cell <= best_cell * 1.15f) continue;
    best = other;
    best_cell = cell;
  }
  return best;
}

int64_t label_step(float cell, float em) {
  if (cell >= kSmallestNumberCell * em) return 1;
  int64_t step = 2;
  while (static_cast<float>(step) * cell < 1.9f * em && step < 64) step *= 2;
  return step;
}

Rect title_over(const GridBox& box, float em, const Rect& area) {
  const Rect grid = box.area();
  const float bottom = grid.min.y - kLabels * em;
  const float right = std::min(std::max(grid.max.x, grid.min.x + 14 * em), area.max.x - kMargin * em);
  return {{grid.min.x, bottom - kTitle * em}, {right, bottom}};
}

// A line under a grid, centred on it and at least `width` em wide, inside the picture's margins.
Rect line_under(const Rect& grid, float y, float width, float em, const Rect& area) {
  const float half = std::max(grid.width(), width * em) / 2;
  const float low = area.min.x + kMargin * em + half, high = area.max.x - kMargin * em - half;
  const float x = low < high ? std::clamp(grid.centre().x, low, high) : area.centre().x;
  return {{x - half, y + 0.7f * em}, {x + half, y + kUnder * em}};
}

glm::vec2 whole(glm::vec2 p) { return {std::round(p.x), std::round(p.y)}; }

void place_beside(Layout& layout, const Rect& area, float em, glm::vec2 at, float gap, float rows_height) {
  GridBox& input = layout.input;
  GridBox& output = layout.output;
  input.origin = whole(at + glm::vec2(kLabels * em, (rows_height - input.area().height()) / 2));
  const float right = input.area().max.x;
  output.origin = whole({right + (gap + kLabels) * em, at.y + (rows_height - output.area().height()) / 2});
  const float bottom = at.y + rows_height;
  layout.caption = line_under(input.area(), bottom, kCaptionWidth, em, area);
  layout.legend = line_under(output.area(), output.area().max.y, kLegendWidth, em, area);
  layout.arithmetic = {{right + em, at.y}, {output.area().min.x - (kLabels + 0.5f) * em, bottom}};
  if (layout.arrangement == Arrangement::kBelow) {
    const float y = bottom + kUnder * em;
    layout.arithmetic = {{area.min.x + kMargin * em, y}, {area.max.x - kMargin * em, y + kArithmetic * em}};
  }
}

void place_stacked(Layout& layout, const Rect& area, float em, glm::vec2 at, float width) {
  GridBox& input = layout.input;
  GridBox& output = layout.output;
  input.origin = whole({at.x + (width - input.area().width()) / 2, at.y});
  const float middle = input.area().max.y + kUnder * em;
  layout.caption = line_under(input.area(), input.area().max.y, kCaptionWidth, em, area);
  layout.arithmetic = {{area.min.x + kMargin * em, middle},
                       {area.max.x - kMargin * em, middle + kArithmetic * em}};
  output.origin =
      whole({at.x + (width - output.area().width()) / 2, middle + (kArithmetic + kTitle + kLabels) * em});
  layout.legend = line_under(output.area(), output.area().max.y, kLegendWidth, em, area);
}

}  // namespace

Rect GridBox::area() const {
  return Rect::from_size(
      origin, {cell * static_cast<float>(columns.count()), cell * static_cast<float>(rows.count())});
}

Rect cell_rect(const GridBox& box, Cell cell) {
  const glm::vec2 at(static_cast<float>(cell.column - box.columns.first),
                     static_cast<float>(cell.row - box.rows.first));
  return Rect::from_size(box.origin + at * box.cell, glm::vec2(box.cell));
}

std::optional<Cell> cell_at(const GridBox& box, glm::vec2 point) {
  if (!box.area().contains(point)) return std::nullopt;
  const glm::vec2 at = (point - box.origin) / box.cell;
  return Cell{box.rows.first + static_cast<int64_t>(at.y), box.columns.first + static_cast<int64_t>(at.x)};
}

Rect window_rect(const GridBox& box, const AxisWindow& rows, const AxisWindow& columns) {
  return {cell_rect(box, {rows.start, columns.start}).min, cell_rect(box, {rows.last(), columns.last()}).max};
}

Layout arrange(const Rect& area, float em, const Content& content) {
  Layout layout;
  layout.arrangement = choose(area, em, content);
  const Need frame = need(layout.arrangement, content);
  const float cell = largest_cell(area, em, frame);
  layout.input = {{}, cell, content.rows, content.columns};
  layout.output = {{}, cell, content.output_rows, content.output_columns};
  layout.numbers = cell >= kSmallestNumberCell * em;
  layout.label_step = label_step(cell, em);

  const float width = frame.width * em + cell * static_cast<float>(frame.columns);
  const float height = frame.height * em + cell * static_cast<float>(frame.rows);
  const glm::vec2 corner = area.min + glm::max((area.size() - glm::vec2(width, height)) / 2.0f, glm::vec2(0));
  const glm::vec2 grids = corner + glm::vec2(kMargin, kMargin + kTitle + kLabels) * em;
  if (layout.arrangement == Arrangement::kStacked) {
    place_stacked(layout, area, em, grids, width - 2 * kMargin * em);
  } else {
    const float gap = layout.arrangement == Arrangement::kBeside ? kGapBeside : kGapBelow;
    place_beside(layout, area, em, grids, gap, cell * static_cast<float>(frame.rows));
  }
  layout.input_title = title_over(layout.input, em, area);
  layout.output_title = title_over(layout.output, em, area);
  const float bottom = corner.y + height - kMargin * em;
  layout.formulas = {{area.min.x + kMargin * em, bottom - formula_height(content) * em},
                     {area.max.x - kMargin * em, bottom}};
  return layout;
}

Motion motion(double phase) {
  const auto eased = [](double t) {
    t = std::clamp(t, 0.0, 1.0);
    return static_cast<float>(t * t * (3 - 2 * t));
  };
  // At speed 1 a phase lasts 675 ms: the glide takes 250 of them.
  return {eased(phase / 0.37), eased((phase - 0.37) / 0.56), eased((phase - 0.86) / 0.14)};
}

glm::vec2 travel_point(glm::vec2 from, glm::vec2 to, float t) {
  const glm::vec2 straight = from + (to - from) * t;
  const float lift = 0.12f * glm::length(to - from) * 4 * t * (1 - t);
  return straight - glm::vec2(0, lift);
}

}  // namespace poolglass::step
