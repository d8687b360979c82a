// A map's squares and its overview: colours as one picture of what is in sight, figures where cells can hold
// them, indices along the edges.
#include "app/rooms/step/map_view.h"

#include <algorithm>
#include <cmath>
#include <glm/common.hpp>
#include <string>

#include "app/layout/color_scale.h"
#include "app/rooms/format.h"
#include "app/rooms/step/dialects.h"
#include "app/rooms/step/predict_view.h"

namespace poolglass::step {
namespace {

ColorScale value_scale(const ValueRange& range) { return color_scale(range.low, range.high, cividis); }

// Levels of what an axis's cells are read by: [0] each cell's, a part of [i] the most of 2^i of them.
std::vector<int64_t> most_of_parts(const std::vector<int64_t>& reads, size_t level) {
  const size_t size = size_t{1} << level;
  std::vector<int64_t> most((reads.size() + size - 1) / size);
  for (size_t i = 0; i < reads.size(); ++i) most[i / size] = std::max(most[i / size], reads[i]);
  return most;
}

// Rows and columns of `levels[level]` that cover those of the grid.
CellRange covering(CellRange range, size_t level) {
  const int64_t size = int64_t{1} << level;
  return {range.first / size, (range.last + size - 1) / size};
}

// Fills the bitmap anew where it shows something else than before, with the colours that `colors()` gives
// then: a function of row and column.
template <class Colors>
void paint(MapBitmap& shown, const MapBitmap::Key& key, const Colors& colors) {
  if (shown.key == key) return;
  shown.key = key;
  const auto color_of = colors();
  Bitmap& bitmap = shown.bitmap;
  bitmap.width = static_cast<int>(key.columns.count());
  bitmap.height = static_cast<int>(key.rows.count());
  bitmap.pixels.resize(static_cast<size_t>(key.rows.count() * key.columns.count()));
  uint32_t* to = bitmap.pixels.data();
  for (int64_t row = key.rows.first; row < key.rows.last; ++row) {
    for (int64_t column = key.columns.first; column < key.columns.last; ++column) {
      *to++ = color_of(row, column);
    }
  }
  ++bitmap.revision;
}

// The grid's values on a scale.
auto values_of(const Grid& grid, const ColorScale& scale) {
  return [&grid, scale](int64_t row, int64_t column) { return scale.of(grid.at({row, column})); };
}

Rect whole_map(const GridBox& box, Size2 size) {
  return {cell_rect(box, {0, 0}).min, cell_rect(box, {size.h - 1, size.w - 1}).max};
}

Rect common(const Rect& a, const Rect& b) { return {glm::max(a.min, b.min), glm::min(a.max, b.max)}; }

// Lines between cells that are large enough for them.
void draw_lines(Picture& p, const GridBox& box) {
  const Color color = with_alpha(p.theme.ground, 0.55f);
  const Rect all{cell_rect(box, {box.rows.first, box.columns.first}).min,
                 cell_rect(box, {box.rows.last - 1, box.columns.last - 1}).max};
  if (box.cell >= 0.8f * p.em) {
    for (int64_t row = box.rows.first + 1; row < box.rows.last; ++row) {
      const float y = cell_rect(box, {row, 0}).min.y - 0.5f * p.hair();
      p.canvas.line({all.min.x, y}, {all.max.x, y}, color, p.hair());
    }
  }
  if (box.cell_width() < 0.8f * p.em) return;
  for (int64_t column = box.columns.first + 1; column < box.columns.last; ++column) {
    const float x = cell_rect(box, {box.rows.first, column}).min.x - 0.5f * p.hair();
    p.canvas.line({x, all.min.y}, {x, all.max.y}, color, p.hair());
  }
}

bool has_figures(const Picture& p, const GridBox& box) {
  return std::min(box.cell, box.cell_width()) >= kMapNumberCell * p.em;
}

template <class Draw>
void for_each_cell(const GridBox& box, const Draw& draw) {
  for (int64_t row = box.rows.first; row < box.rows.last; ++row) {
    for (int64_t column = box.columns.first; column < box.columns.last; ++column) draw(Cell{row, column});
  }
}

struct MapFigure {
  float value;
  Color ink;
};

// Figures of the cells in sight, each in what is seen of its cell, where that has room for it.
// figure_of(cell): a MapFigure; none: the cell has no figure. `most`: characters that they need.
template <class FigureOf>
void draw_figures(Picture& p, const GridBox& box, const FigureOf& figure_of, int most = 5) {
  if (!has_figures(p, box)) return;
  const float width = std::min(box.cell, box.cell_width());
  const int columns = std::min(most, width < 2.6f * p.em ? 4 : 5);
  const float size =
      std::min(0.4f * width, kFigureShare * width / (kFigureAdvance * static_cast<float>(columns)));
  for_each_cell(box, [&](Cell cell) {
    const std::optional<MapFigure> figure = figure_of(cell);
    if (!figure) return;
    const std::string text = fitted_text(figure->value, columns);
    const Rect seen = common(cell_rect(box, cell), *box.frame);
    const glm::vec2 needed = p.canvas.text_size(text, Font::kMono, size) + glm::vec2(2);
    if (needed.x > seen.width() || needed.y > seen.height()) return;  // half a figure would be another one
    p.canvas.text(seen.centre(), text, Font::kMono, size, figure->ink, AlignX::kCentre, AlignY::kMiddle);
  });
}

// Rows and columns that no window reads: what is dark of them by the share of each pixel that they take, and
// hatched where they are wide enough for it. As many bands as there are pixels, however many cells there are.
class UnreadBands {
 public:
  UnreadBands(Picture& p, const GridBox& box) : p_(p), box_(box) {}

  int64_t cells() const { return dialect() ? shown_dialect(p_.derived).never_read : p_.derived.never_read; }

  void draw() {
    const Rect seen = common(*box_.frame, whole_map(box_, p_.derived.grid.size));
    const auto rows = [&](float from, float to) -> Rect { return {{seen.min.x, from}, {seen.max.x, to}}; };
    const auto columns = [&](float from, float to) -> Rect { return {{from, seen.min.y}, {to, seen.max.y}}; };
    const auto& [row_reads, column_reads] = reads();
    shade(row_reads, {box_.origin.y, box_.cell, box_.rows.first}, seen.min.y, seen.max.y, rows);
    shade(column_reads, {box_.origin.x, box_.cell_width(), box_.columns.first}, seen.min.x, seen.max.x,
          columns);
  }

 private:
  // By the windows that the picture shows.
  bool dialect() const { return p_.lens() == kDialectsLens && shown_dialect(p_.derived).refusal.empty(); }
  std::pair<const std::vector<int64_t>&, const std::vector<int64_t>&> reads() const {
    const DialectFacts& facts = p_.derived.dialects;
    if (dialect()) return {facts.row_reads, facts.column_reads};
    return {p_.derived.row_reads, p_.derived.column_reads};
  }

  struct Ruler {  // where an axis's cells are on the screen
    float origin, cell;
    int64_t first;
    double at(float pixel) const {
      return static_cast<double>(first) + static_cast<double>((pixel - origin) / cell);
    }
  };

  // Pixels of equal shares as one band.
  template <class RectOf>
  void shade(const std::vector<int64_t>& reads, const Ruler& ruler, float from, float to,
             const RectOf& rect_of) {
    constexpr int kShades = 16;
    std::vector<int64_t> unread(reads.size() + 1);  // up to each cell
    for (size_t i = 0; i < reads.size(); ++i) unread[i + 1] = unread[i] + (reads[i] == 0 ? 1 : 0);
    const auto up_to = [&](double cells) {
      const double inside = std::clamp(cells, 0.0, static_cast<double>(reads.size()));
      const auto whole = std::min(static_cast<size_t>(inside), reads.size() - 1);
      return static_cast<double>(unread[whole]) +
             (inside - static_cast<double>(whole)) * static_cast<double>(unread[whole + 1] - unread[whole]);
    };
    // Cells that are much smaller than a pixel are counted over some of them: their rhythm and the pixels'
    // would make a pattern of its own.
    const float around = ruler.cell < 0.5f ? 2.0f : 0.0f;
    int shade = 0;
    float begin = from;
    for (float pixel = std::floor(from); pixel < to; pixel += 1) {
      const double first = std::max(ruler.at(pixel - around), 0.0);
      const double last = std::min(ruler.at(pixel + 1 + around), static_cast<double>(reads.size()));
      const double share = last > first ? (up_to(last) - up_to(first)) / (last - first) : 0;
      const int now = static_cast<int>(std::lround(std::clamp(share, 0.0, 1.0) * kShades));
      if (now == shade) continue;
      band(rect_of(begin, std::max(pixel, from)), shade, kShades);
      shade = now;
      begin = std::max(pixel, from);
    }
    band(rect_of(begin, to), shade, kShades);
  }

  void band(const Rect& rect, int shade, int shades) {
    const float least = 0.42f * p_.em;  // a hatch's pitch
    if (shade == 0 || rect.width() <= 0 || rect.height() <= 0) return;
    if (shade == shades && std::min(rect.width(), rect.height()) >= least) return draw_unread(p_, rect);
    const float share = static_cast<float>(shade) / static_cast<float>(shades);
    p_.canvas.fill(rect, with_alpha(p_.theme.ground, 0.62f * share));
  }

  Picture& p_;
  const GridBox& box_;
};

// A round number of cells between two indices.
int64_t ruler_step(float cell, float least) {
  int64_t step = 1;
  while (static_cast<float>(step) * cell < least && step < kMaxSide) step *= 2;
  return step;
}

void draw_rulers(Picture& p, const GridBox& box) {
  if (!p.layout.rulers) return;
  const Rect& frame = *box.frame;
  const float size = 0.73f * p.em, tick = 0.3f * p.em;
  const auto first_of = [](CellRange range, int64_t step) { return (range.first + step - 1) / step * step; };
  const int64_t across = ruler_step(box.cell_width(), 3.2f * p.em), down = ruler_step(box.cell, 2.4f * p.em);
  for (int64_t column = first_of(box.columns, across); column < box.columns.last; column += across) {
    const float x = cell_rect(box, {box.rows.first, column}).centre().x;
    if (x < frame.min.x || x > frame.max.x) continue;
    p.canvas.line({x, frame.min.y - tick}, {x, frame.min.y - p.hair()}, p.theme.hairline, p.hair());
    p.canvas.text({x, frame.min.y - 0.75f * p.em}, std::to_string(column), Font::kMono, size, p.theme.muted,
                  AlignX::kCentre, AlignY::kMiddle);
  }
  for (int64_t row = first_of(box.rows, down); row < box.rows.last; row += down) {
    const float y = cell_rect(box, {row, box.columns.first}).centre().y;
    if (y < frame.min.y || y > frame.max.y) continue;
    p.canvas.line({frame.min.x - tick, y}, {frame.min.x - p.hair(), y}, p.theme.hairline, p.hair());
    p.canvas.text({frame.min.x - 0.45f * p.em, y}, std::to_string(row), Font::kMono, size, p.theme.muted,
                  AlignX::kRight, AlignY::kMiddle);
  }
}

// Where a bitmap of the cells in sight stands, at a level.
Rect picture_of(const GridBox& box, const MapBitmap::Key& key) {
  const Cell first{key.rows.first << key.level, key.columns.first << key.level};
  const auto size = static_cast<float>(int64_t{1} << key.level);
  const glm::vec2 cells(static_cast<float>(key.columns.count()) * size,
                        static_cast<float>(key.rows.count()) * size);
  return Rect::from_size(cell_rect(box, first).min, cells * glm::vec2(box.cell_width(), box.cell));
}

// The cells in sight of a grid of `size` cells. `look` changes with what the colours mean; colors(level) as
// for paint().
template <class Colors>
void draw_square(Picture& p, MapBitmap& bitmap, const GridBox& box, const Levels& levels, Size2 size,
                 uint64_t look, const Colors& colors) {
  const size_t level = shown_level(levels, box);
  const MapBitmap::Key key{p.derived.map.revision, look, level, covering(box.rows, level),
                           covering(box.columns, level)};
  paint(bitmap, key, [&] { return colors(level); });
  const Clip inside(p.canvas, common(*box.frame, whole_map(box, size)));
  p.canvas.image(bitmap.bitmap, picture_of(box, key));
  draw_lines(p, box);
}

void draw_frame(Picture& p, const GridBox& box) {
  p.canvas.fill(*box.frame, p.theme.surface);
  p.canvas.stroke(box.frame->inset(-0.5f * p.hair()), p.theme.hairline, p.hair());
}

void draw_values(Picture& p, MapBitmap& bitmap, const GridBox& box, const Levels& levels) {
  const Grid& grid = levels.front();
  draw_square(p, bitmap, box, levels, grid.size, 0,
              [&](size_t level) { return values_of(levels[level], value_scale(p.derived.range)); });
  draw_figures(p, box, [&](Cell cell) {
    return std::optional(MapFigure{grid.at(cell), p.ink_on(grid.at(cell))});
  });
}

// Around 0; where nothing has come, nothing.
void draw_signed_values(Picture& p, MapBitmap& bitmap, const GridBox& box, const MapSquare& square) {
  const Grid& grid = square.levels.front();
  draw_square(p, bitmap, box, square.levels, grid.size, p.theme.dark ? 1 : 2, [&](size_t level) {
    const auto map = [dark = p.theme.dark](double t) { return diverging(t, dark); };
    const auto most = static_cast<double>(square.span);
    return [&square, level, scale = color_scale(-most, most, map), none = pixel(p.theme.raised)](
               int64_t row, int64_t column) {
      const Cell cell{row, column};
      return square.reaches(level, cell) ? scale.of(square.levels[level].at(cell)) : none;
    };
  });
  const LookOf look = signed_look(p, square.span);
  draw_figures(p, box, [&](Cell cell) -> std::optional<MapFigure> {
    if (!square.reaches(0, cell)) return std::nullopt;
    return MapFigure{grid.at(cell), look(grid.at(cell)).ink};
  });
}

// How many windows read each cell, of a part of several the most.
void draw_read_counts(Picture& p, MapBitmap& bitmap, const GridBox& box, const Levels& levels) {
  const Derived& d = p.derived;
  draw_square(p, bitmap, box, levels, d.grid.size, p.theme.dark ? 3 : 4, [&](size_t level) {
    const auto most = static_cast<double>(std::max<int64_t>(d.most_reads, 2));
    return [rows = most_of_parts(d.row_reads, level), columns = most_of_parts(d.column_reads, level),
            scale = color_scale(1, most, reads_map),
            unread = pixel(p.theme.raised)](int64_t row, int64_t column) {
      const int64_t reads = rows[static_cast<size_t>(row)] * columns[static_cast<size_t>(column)];
      return reads > 0 ? scale.of(static_cast<float>(reads)) : unread;
    };
  });
  const auto figure_of = [&](Cell cell) {
    const int64_t reads = d.reads(cell);
    const Color ink = reads > 0 ? readable_on(reads_color(d, reads)) : p.theme.text;
    return std::optional(MapFigure{static_cast<float>(reads), ink});
  };
  draw_figures(p, box, figure_of, columns_of(std::to_string(d.most_reads)));
}

// Levels of which windows along an axis are others: a part of [i] is one where one of 2^i is.
std::vector<bool> any_of_parts(const std::vector<bool>& others, size_t level) {
  std::vector<bool> any((others.size() + (size_t{1} << level) - 1) >> level);
  for (size_t i = 0; i < others.size(); ++i) any[i >> level] = any[i >> level] || others[i];
  return any;
}

void write_dialect_refusal(Picture& p, const Rect& frame) {
  const float size = kCaption * p.em;
  float y = frame.min.y + 1.2f * p.em;
  for (const std::string& line :
       wrapped(p.canvas, shown_dialect(p.derived).refusal, Font::kText, size, frame.width() - 2 * p.em)) {
    p.canvas.text({frame.min.x + p.em, y}, line, Font::kText, size, p.theme.muted, AlignX::kLeft,
                  AlignY::kMiddle);
    y += 1.4f * size;
  }
}

// The picture's own values where a dialect's windows are the same; in the warning's colour those that differ.
// Figures are the dialect's.
void draw_dialect_square(Picture& p, MapBitmap& bitmap, const GridBox& box, const Levels& levels) {
  const DialectView& view = shown_dialect(p.derived);
  if (!view.refusal.empty()) return write_dialect_refusal(p, *box.frame);
  const uint64_t look = 16 + 2 * static_cast<uint64_t>(view.dialect) + (p.theme.dark ? 0 : 1);
  draw_square(p, bitmap, box, levels, view.output.size, look, [&](size_t level) {
    return [rows = any_of_parts(view.other_rows, level), columns = any_of_parts(view.other_columns, level),
            own = values_of(levels[level], value_scale(p.derived.range)),
            other = pixel(mix(p.theme.raised, p.theme.warning, 0.45f))](int64_t row, int64_t column) {
      const bool differs = rows[static_cast<size_t>(row)] || columns[static_cast<size_t>(column)];
      return differs ? other : own(row, column);
    };
  });
  const auto differs = [&](Cell cell) {
    return view.other_rows[static_cast<size_t>(cell.row)] ||
           view.other_columns[static_cast<size_t>(cell.column)];
  };
  if (has_figures(p, box)) {
    const Clip inside(p.canvas, *box.frame);
    for_each_cell(box, [&](Cell cell) {
      if (differs(cell)) mark_differing(p, cell_rect(box, cell).inset(p.hair()));
    });
  }
  const DialectSight& values = p.derived.dialects.sight;
  draw_figures(p, box, [&](Cell cell) -> std::optional<MapFigure> {
    if (!values.contains(cell)) return std::nullopt;
    const float value = values.at(cell);
    return MapFigure{value, differs(cell) ? p.theme.text : p.ink_on(value)};
  });
}

// In place of a cell's value, large enough to be seen.
void draw_asked_cell(Picture& p, const GridBox& box) {
  const Rect cell = cell_rect(box, p.model.predict.cell);
  const glm::vec2 grow = glm::max(glm::vec2(1.1f * p.em) - cell.size(), glm::vec2(0)) * 0.5f;
  const Clip inside(p.canvas, *box.frame);
  draw_asked(p, cell.inset(-grow.x, -grow.y));
}

void draw_look(Picture& p, MapBitmap& bitmap, const GridBox& box, const MapSquare& square) {
  draw_frame(p, box);
  const PredictFacts& predict = p.derived.predict;
  if (predict.hides_size && !square.input) return draw_asked(p, *box.frame);
  if (square.look == MapSquare::Look::kReads) draw_read_counts(p, bitmap, box, square.levels);
  if (square.look == MapSquare::Look::kSigned) draw_signed_values(p, bitmap, box, square);
  if (square.look == MapSquare::Look::kDialect) draw_dialect_square(p, bitmap, box, square.levels);
  if (square.look == MapSquare::Look::kValues) draw_values(p, bitmap, box, square.levels);
  UnreadBands unread(p, box);
  if (square.input && unread.cells() > 0 && !predict.hides_size) unread.draw();
  if (!square.input && predict.hides_result) draw_asked_cell(p, box);
  draw_rulers(p, box);
}

// The overview's frame around what the squares show.
void draw_overview(Picture& p, MapBitmap& bitmap) {
  const Rect& rect = p.layout.overview;
  if (rect == Rect{}) return;
  const Derived& d = p.derived;
  paint_whole(bitmap, d.map.input.back(), d.range, d.revision);
  p.canvas.image(bitmap.bitmap, rect);
  p.canvas.stroke(rect.inset(-0.5f * p.hair()), p.theme.hairline, p.hair());
  const Sight sight = clamped(p.model.sight, d.grid.size);
  const double half = cells_in_sight(sight, d.grid.size) / 2;
  const glm::vec2 scale =
      rect.size() / glm::vec2(static_cast<float>(d.grid.size.w), static_cast<float>(d.grid.size.h));
  const glm::vec2 from(static_cast<float>(sight.column - half), static_cast<float>(sight.row - half));
  const glm::vec2 to(static_cast<float>(sight.column + half), static_cast<float>(sight.row + half));
  const Rect part = common(rect, {rect.min + from * scale, rect.min + to * scale});
  p.canvas.stroke(part, with_alpha(p.theme.ground, 0.9f), 4 * p.hair());
  p.canvas.stroke(part, p.theme.text, 2 * p.hair());
  const std::string words = p.layout.arrangement == Arrangement::kBeside ? "Whole map" : "";
  p.canvas.text({rect.min.x, rect.min.y - 0.8f * p.em}, words, Font::kText, kCaption * p.em, p.theme.muted,
                AlignX::kLeft, AlignY::kMiddle);
}

}  // namespace

size_t shown_level(const Levels& levels, const GridBox& box) {
  return level_for(levels, static_cast<double>(std::min(box.cell, box.cell_width())));
}

void paint_whole(MapBitmap& shown, const Grid& grid, const ValueRange& range, uint64_t revision) {
  paint(shown, {revision, 0, 0, {0, grid.size.h}, {0, grid.size.w}},
        [&] { return values_of(grid, value_scale(range)); });
}

void draw_map_squares(Picture& p, ViewState& view) {
  const std::vector<MapSquare>& squares = p.derived.map.squares;
  for (size_t i = 0; i < squares.size(); ++i) draw_look(p, view.map[i], p.layout.panels[i].box, squares[i]);
  draw_overview(p, view.overview);
}

}  // namespace poolglass::step
