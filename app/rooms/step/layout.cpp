#include "app/rooms/step/layout.h"

#include <algorithm>
#include <cmath>
#include <glm/common.hpp>
#include <glm/geometric.hpp>
#include <utility>
#include "app/rooms/step/cells_layout.h"

namespace poolglass::step {
namespace {

// Distances in em.
constexpr float kGapBeside = 16.5f, kLeastBeside = 12.5f;  // room for the arithmetic
constexpr float kWideGap = 7.0f;                           // added to it where there is room to spare
constexpr float kGapBelow = 4.0f;
constexpr float kStackedSlack = 0.8f;  // between the arithmetic and the output's title
constexpr float kFormulaLine = 1.6f;
constexpr float kFormulaGap = 1.4f;
constexpr float kOutputWidth = 12.5f;  // least, for the words under the output
constexpr float kLegendLine = 1.9f, kCaptionLine = 1.6f;
constexpr float kLeastLegend = 5.0f;  // width of a legend's figures and its bar
constexpr float kLaneHeight = 4.25f;  // from the grids' top to the arithmetic's middle

// Which words are shown, and the room they take in em.
struct Words {
  float margin = 1.0f;
  float title = 1.7f;                               // a grid's title with its space below
  float labels = 1.5f;                              // row and column indices
  float under = 0.3f + kLegendLine + kCaptionLine;  // legend and caption under the output
  float arithmetic = 3.4f;                          // two lines
  float lane = kGapBeside;
  int formula_lines = 2;

  float formulas() const {
    return formula_lines == 0 ? 0 : kFormulaGap + static_cast<float>(formula_lines) * kFormulaLine;
  }
};

// From all words to none but the arithmetic.
constexpr int kLevels = 5;
Words words_at(int level, const Content& content) {
  Words words;
  words.formula_lines = content.formula_lines;
  if (level >= 1) --words.formula_lines;
  if (level >= 2) words.formula_lines = 0;
  if (level >= 3) {
    words.margin = 0.5f;
    words.title = 1.6f;
    words.labels = 0.3f;
    words.under = 0.0f;  // what a low output leaves under it is used all the same
    words.arithmetic = 1.9f;
    words.lane = kLeastBeside;
  }
  if (level >= 4) words.title = 0.0f;
  return words;
}

struct Need {
  float width, height;  // besides the cells, in em
  int64_t columns, rows;
  float output_height = 0;  // the same for the output's rows, where they are not the input's
  int64_t output_rows = 0;
  int64_t output_columns = 0;  // that the words under them widen to kOutputWidth
};

// What the words under a narrow output add to its width, in pixels.
float widening(const Need& need, float cell, float em) {
  if (need.output_columns == 0) return 0;
  return std::max(0.0f, kOutputWidth * em - cell * static_cast<float>(need.output_columns));
}

Need need(Arrangement arrangement, const Content& c, const Words& w) {
  const float across = 2 * w.margin + 2 * w.labels;
  const float down = 2 * w.margin + w.formulas() + w.title + w.labels;
  const int64_t beside = c.columns.count() + c.output_columns.count();
  const int64_t rows = c.rows.count(), output = c.output_rows.count();
  const int64_t columns = w.under > 0 ? c.output_columns.count() : 0;
  switch (arrangement) {
    case Arrangement::kBeside:
      return {across + w.lane, down, beside, rows, down + w.under, output, columns};
    case Arrangement::kBelow: {
      const float strip = down + w.arithmetic;
      return {across + kGapBelow, strip, beside, rows, strip + w.under, output, columns};
    }
    case Arrangement::kStacked:
    case Arrangement::kBoard:  // board_layout.cpp
      break;
  }
  return {across, down + w.title + w.labels + w.under + w.arithmetic + kStackedSlack,
          std::max(c.columns.count(), c.output_columns.count()), rows + output};
}

float largest_cell(const Rect& area, float em, const Need& need) {
  const auto per = [](float room, int64_t cells) { return room / static_cast<float>(cells); };
  const float width = area.width() - need.width * em;
  float across = per(width, need.columns);
  if (widening(need, across, em) > 0)
    across = per(width - kOutputWidth * em, need.columns - need.output_columns);
  float down = per(area.height() - need.height * em, need.rows);
  if (need.output_rows > 0)
    down = std::min(down, per(area.height() - need.output_height * em, need.output_rows));
  return std::clamp(std::floor(std::min(across, down)), 1.0f, std::floor(kLargestCell * em));
}

struct Choice {
  Arrangement arrangement = Arrangement::kBeside;
  Words words;
  Need need;
  float cell = 0;
};

// The arithmetic reads best between the grids, in a lane that is not narrow: it draws in, or moves away, only
// for cells that are clearly larger.
Choice choose_arrangement(const Rect& area, float em, const Content& content, const Words& words) {
  Words narrow = words;
  narrow.lane = std::min(words.lane, kLeastBeside);
  const std::pair<Arrangement, const Words&> ways[] = {{Arrangement::kBeside, words},
                                                       {Arrangement::kBeside, narrow},
                                                       {Arrangement::kBelow, words},
                                                       {Arrangement::kStacked, words}};
  Choice best;
  for (const auto& [arrangement, its] : ways) {
    const Need frame = need(arrangement, content, its);
    const float cell = largest_cell(area, em, frame);
    if (best.cell > 0 && cell <= best.cell * 1.15f) continue;
    best = {arrangement, its, frame, cell};
  }
  return best;
}

Choice choose(const Rect& area, float em, const Content& content) {
  const Choice bare = choose_arrangement(area, em, content, words_at(kLevels - 1, content));
  const float wanted = wanted_cell(em, content, bare.cell);
  for (int level = 0; level < kLevels - 1; ++level) {
    const Choice choice = choose_arrangement(area, em, content, words_at(level, content));
    if (choice.cell >= wanted) return choice;
  }
  return bare;
}

// Places everything around the grids, for one choice.
class Placer {
 public:
  Placer(Layout& layout, const Choice& choice, const Rect& area, float em)
      : layout_(layout), words_(choice.words), need_(choice.need), area_(area), em_(em) {}

  void place() {
    const float cell = layout_.input.cell;
    const auto high = [&](float ems, int64_t rows) { return ems * em_ + cell * static_cast<float>(rows); };
    glm::vec2 size(high(need_.width, need_.columns) + widening(need_, cell, em_),
                   std::max(high(need_.height, need_.rows), high(need_.output_height, need_.output_rows)));
    if (layout_.arrangement == Arrangement::kBeside) {
      spare_ = std::clamp((area_.width() - size.x) / 2, 0.0f, kWideGap * em_);
      size.x += spare_;
    }
    const glm::vec2 corner = area_.min + glm::max((area_.size() - size) / 2.0f, glm::vec2(0));
    const glm::vec2 grids =
        corner + glm::vec2(words_.margin, words_.margin + words_.title + words_.labels) * em_;
    if (layout_.arrangement == Arrangement::kStacked) {
      stacked(grids, size.x - 2 * words_.margin * em_);
    } else {
      beside(grids, corner.y + size.y - (words_.margin + words_.formulas()) * em_);
    }
    if (layout_.titles) {
      Rect& title = layout_.input_title = title_over(layout_.input.area());
      layout_.output_title = title_over(layout_.output.area());
      if (title.overlaps(layout_.output_title)) title.max.x = layout_.output_title.min.x - 0.5f * em_;
      if (layout_.arrangement == Arrangement::kBeside) title.max.x = layout_.arithmetic.min.x;
    }
    const float bottom = corner.y + size.y - words_.margin * em_;
    if (words_.formula_lines == 0) return;
    layout_.formulas =
        full_width(bottom - static_cast<float>(words_.formula_lines) * kFormulaLine * em_, bottom);
  }

 private:
  // Top edges level; the words under the output reach down to `bottom` at most, or to the arithmetic's strip.
  void beside(glm::vec2 at, float bottom) {
    GridBox &input = layout_.input, &output = layout_.output;
    const bool between = layout_.arrangement == Arrangement::kBeside;
    const float gap = between ? words_.lane * em_ + spare_ : kGapBelow * em_, labels = words_.labels * em_;
    input.origin = whole(at + glm::vec2(labels, 0));
    const float right = input.area().max.x;
    output.origin = whole({right + gap + labels, at.y});
    if (!between) {
      const float y = bottom - words_.arithmetic * em_;
      layout_.arithmetic = full_width(y, y + words_.arithmetic * em_);
      under_output(y);
      return;
    }
    under_output(bottom);
    const float low = std::max(input.area().max.y, output.area().max.y);
    layout_.arithmetic = {{right + 0.8f * em_, at.y}, {output.origin.x - labels - 0.4f * em_, low}};
    // Two cells below the top once cells are large, so that it stays level with rows that are read.
    const float lane = input.cell > 4 * em_ ? 2 * input.cell : kLaneHeight * em_;
    layout_.lane = std::round(std::min(at.y + lane, layout_.arithmetic.centre().y));
  }

  void stacked(glm::vec2 at, float width) {
    GridBox &input = layout_.input, &output = layout_.output;
    input.origin = whole({at.x + (width - input.area().width()) / 2, at.y});
    const float y = input.area().max.y + 0.5f * em_;
    layout_.arithmetic = full_width(y, y + words_.arithmetic * em_);
    const float top = y + (words_.arithmetic + kStackedSlack + words_.title + words_.labels) * em_;
    output.origin = whole({at.x + (width - output.area().width()) / 2, top});
    if (words_.under > 0) under_output(area_.max.y);
  }

  // Legend and caption, down to `bottom` at most. Where no room was kept for them they are as wide as what is
  // left.
  void under_output(float bottom) {
    const Rect output = layout_.output.area();
    const bool kept = words_.under > 0;
    const float right = area_.max.x - words_.margin * em_;
    const Span x = kept ? inside(output.min.x, std::max(output.width(), kOutputWidth * em_))
                        : Span(output.min.x, std::min(output.min.x + kOutputWidth * em_, right));
    const float y = output.max.y + 0.3f * em_, middle = y + kLegendLine * em_;
    const float lines =
        kept ? 1 : std::clamp(std::floor((bottom - middle) / (kCaptionLine * em_)), 0.0f, 2.0f);
    if (!kept && (middle > bottom || x.second - x.first < kLeastLegend * em_)) return;
    layout_.legend = {{x.first, y}, {x.second, middle}};
    if (lines > 0) layout_.caption = {{x.first, middle}, {x.second, middle + lines * kCaptionLine * em_}};
  }

  using Span = std::pair<float, float>;
  Span inside(float start, float width) const {
    const float low = area_.min.x + words_.margin * em_, high = area_.max.x - words_.margin * em_;
    start = std::max(low, std::min(start, high - width));
    return {start, std::min(start + width, high)};
  }
  Rect full_width(float top, float bottom) const {
    return {{area_.min.x + words_.margin * em_, top}, {area_.max.x - words_.margin * em_, bottom}};
  }
  Rect title_over(const Rect& grid) const {
    const float bottom = grid.min.y - words_.labels * em_;
    const Span x = inside(grid.min.x, std::max(grid.width(), 14 * em_));
    return {{grid.min.x, bottom - words_.title * em_}, {std::max(x.second, grid.min.x), bottom}};
  }
  static glm::vec2 whole(glm::vec2 p) { return {std::round(p.x), std::round(p.y)}; }

  Layout& layout_;
  const Words& words_;
  const Need& need_;
  const Rect& area_;
  float em_;
  float spare_ = 0;
};

}  // namespace

Rect GridBox::area() const {
  if (frame) return *frame;
  return Rect::from_size(
      origin, {cell_width() * static_cast<float>(columns.count()), cell * static_cast<float>(rows.count())});
}

Rect cell_rect(const GridBox& box, Cell cell) {
  const glm::vec2 at(static_cast<float>(cell.column - box.columns.first),
                     static_cast<float>(cell.row - box.rows.first));
  const glm::vec2 size(box.cell_width(), box.cell);
  return Rect::from_size(box.origin + at * size, size);
}

std::optional<Cell> cell_at(const GridBox& box, glm::vec2 point) {
  if (!box.area().contains(point)) return std::nullopt;
  const glm::vec2 at = glm::floor((point - box.origin) / glm::vec2(box.cell_width(), box.cell));
  const Cell cell{box.rows.first + static_cast<int64_t>(at.y),
                  box.columns.first + static_cast<int64_t>(at.x)};
  const auto in = [](const CellRange& range, int64_t i) { return i >= range.first && i < range.last; };
  return in(box.rows, cell.row) && in(box.columns, cell.column) ? std::optional(cell) : std::nullopt;
}

Rect window_rect(const GridBox& box, const AxisWindow& rows, const AxisWindow& columns) {
  return {cell_rect(box, {rows.start, columns.start}).min, cell_rect(box, {rows.last(), columns.last()}).max};
}

Layout arrange(const Rect& area, float em, const Content& content) {
  const Choice choice = choose(area, em, content);
  Layout layout;
  layout.arrangement = choice.arrangement;
  layout.input = {{}, choice.cell, content.rows, content.columns};
  layout.output = {{}, choice.cell, content.output_rows, content.output_columns};
  layout.numbers = choice.cell >= cell_for(content.input_figures, kSmallestFigure) * em;
  layout.output_numbers = choice.cell >= cell_for(content.output_figures, kSmallestFigure) * em;
  layout.label_step = label_step(choice.cell, em);
  layout.titles = choice.words.title > 0;
  layout.indices = choice.words.labels > 1;
  layout.formula_lines = choice.words.formula_lines;
  Placer(layout, choice, area, em).place();
  layout.panels = {{true, layout.input, layout.input_title, {}},
                   {false, layout.output, layout.output_title, layout.legend}};
  return layout;
}

Rect whole_view(const Layout& layout, Size2 plane, float em) {
  if (layout.arrangement != Arrangement::kBeside || layout.map) return {};
  const Rect& lane = layout.arithmetic;
  const float width = lane.width() - 1.2f * em;
  const float top = layout.lane + 6.5f * em, height = lane.max.y - top;
  if (std::min(width, height) < 4 * em) return {};
  const auto rows = static_cast<float>(plane.h), columns = static_cast<float>(plane.w);
  const float scale = std::min({width / columns, height / rows, 14 * em / std::max(rows, columns)});
  const glm::vec2 size = glm::max(glm::round(glm::vec2(columns, rows) * scale), glm::vec2(1));
  return Rect::from_size(glm::round(glm::vec2(lane.min.x + 0.8f * em, lane.max.y - size.y)), size);
}

Rect number_line(const Layout& layout, float em) {
  if (layout.arrangement == Arrangement::kBoard) {  // in the band, beside the window
    const Rect& band = layout.arithmetic;
    const float from = std::max(band.min.x + 21 * em, layout.panels[1].box.origin.x + em);
    const float width = std::min(band.max.x - 1.5f * em - from, 30 * em);
    if (band.height() < 8 * em || width < 8 * em) return {};
    return Rect::from_size(glm::round(glm::vec2(from, band.min.y + 1.3f * em)),
                           {width, band.height() - 1.3f * em});
  }
  if (layout.arrangement != Arrangement::kBeside || layout.map) return {};  // a map's overview is there
  // `from`, `to`: what it may span; its foot is `bottom`, its head at or below `top`.
  const auto placed = [&](float from, float to, float top, float bottom) -> Rect {
    const float width = std::min(to - from - 2.4f * em, 20 * em), height = 4.6f * em;
    if (width < 6 * em || bottom - height < top) return {};
    return Rect::from_size(glm::round(glm::vec2(from + 1.2f * em, bottom - height)), {width, height});
  };
  const Rect& lane = layout.arithmetic;
  const Rect in_lane = placed(lane.min.x, lane.max.x, layout.lane + 7 * em, lane.max.y);
  if (in_lane != Rect{} || layout.legend == Rect{} || layout.formulas == Rect{}) return in_lane;
  const float under = std::max(layout.legend.max.y, layout.caption.max.y);
  return placed(layout.legend.min.x, layout.legend.max.x, under, layout.formulas.min.y - 0.4f * em);
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
