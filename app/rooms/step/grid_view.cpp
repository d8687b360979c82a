// The two grids: colour, figures, padding, cells that nobody reads.
#include <algorithm>
#include <array>
#include <cmath>

#include "app/layout/color_scale.h"
#include "app/rooms/format.h"
#include "app/rooms/step/picture_view.h"
#include "app/rooms/step/predict_view.h"

namespace poolglass::step {
namespace {

constexpr float kLargestShare = 0.46f;  // of a cell: figures' size

// 256 steps of the map with the ink that reads on each: contrast is dear to compute.
struct Palette {
  std::array<Color, 256> fill, ink;
  Palette() {
    for (size_t i = 0; i < fill.size(); ++i) {
      fill[i] = cividis(static_cast<double>(i) / 255.0);
      ink[i] = readable_on(fill[i]);
    }
  }
};

const Palette& palette() {
  static const Palette kPalette;
  return kPalette;
}

size_t step_of(const ValueRange& range, float value) {
  return static_cast<size_t>(std::lround(range.unit(value) * 255));
}

int columns_in(float cell, float em) {
  return std::clamp(static_cast<int>(cell * kFigureShare / (kFigureAdvance * kSmallestFigure * em)), 1, 5);
}

size_t point_of(const std::string& text) {
  const size_t point = text.find_first_of(".e");
  return point == std::string::npos ? text.size() : point;
}

// How visible an output cell is: all of it once its window's result has landed.
float presence(const Picture& p, Cell cell, int64_t index) {
  if (p.explores() && p.derived.focus->cell == cell) return 1;
  if (index == p.model.playhead.index) return p.motion.land;
  return p.filled(cell) ? 1.0f : 0.0f;
}

}  // namespace

float Picture::hair() const { return std::max(1.0f, std::round(em / 15)); }

Color Picture::value_color(float value) const {
  return std::isnan(value) ? kNoNumber : palette().fill[step_of(derived.range, value)];
}

Color Picture::ink_on(float value) const {
  return std::isnan(value) ? rgb(0x000000) : palette().ink[step_of(derived.range, value)];
}

bool Picture::filled(Cell output) const {
  return output.row * derived.output.size.w + output.column <= model.playhead.index;
}

void update_figures(Picture& p, Figures& figures, uint64_t revision, std::span<const float> values,
                    const GridBox& box) {
  const int columns = columns_in(box.cell, p.em);
  if (figures.revision == revision && figures.columns == columns) return;
  figures = {revision, columns, {}, 0, 0};
  figures.texts.reserve(values.size());
  for (const float value : values) {
    std::string text = fitted_text(value, columns);
    const int before = columns_of(std::string_view(text).substr(0, point_of(text)));
    figures.before = std::max(figures.before, before);
    figures.after = std::max(figures.after, columns_of(text) - before);
    figures.texts.push_back(std::move(text));
  }
}

// Figures of a grid stand with their decimal points in line; only where that costs too much room are they
// centred.
void draw_figure(Picture& p, const Figures& figures, size_t index, const Rect& cell, Color ink) {
  const std::string& text = figures.texts[index];
  if (text.empty()) return;
  const int block = figures.before + figures.after;
  const bool aligned = block <= figures.columns;
  const int columns = aligned ? block : figures.columns;
  const float size =
      std::min(cell.width() * kLargestShare,
               cell.width() * kFigureShare / (kFigureAdvance * static_cast<float>(std::max(columns, 1))));
  if (!aligned) {
    p.canvas.text(cell.centre(), text, Font::kMono, size, ink, AlignX::kCentre, AlignY::kMiddle);
    return;
  }
  const float advance = p.canvas.text_size("0", Font::kMono, size).x;
  const int before = columns_of(std::string_view(text).substr(0, point_of(text)));
  const float left = cell.centre().x -
                     advance * (static_cast<float>(block) / 2 - static_cast<float>(figures.before - before));
  p.canvas.text({left, cell.centre().y}, text, Font::kMono, size, ink, AlignX::kLeft, AlignY::kMiddle);
}

// Cells stand a hair apart where they are large enough for it.
Rect face(const Picture& p, const GridBox& box, Cell cell) {
  Rect rect = cell_rect(box, cell);
  if (box.cell >= 0.5f * p.em) rect.max -= glm::vec2(p.hair());
  return rect;
}

float cell_corner(const Picture& p, const GridBox& box) {
  return box.cell >= 2 * p.em ? std::round(0.13f * p.em) : 0;
}

bool has_small_figures(const Picture& p, const GridBox& box) { return box.cell >= 2.4f * p.em; }

void draw_small_figure(Picture& p, const Rect& cell, float value, Color ink) {
  draw_small_text(p, cell, fitted_text(value, 4), ink);
}

void draw_small_text(Picture& p, const Rect& cell, const std::string& text, Color ink) {
  const float size = std::clamp(0.26f * cell.width(), 0.6f * p.em, 1.1f * p.em);
  p.canvas.text(cell.min + glm::vec2(0.13f, 0.2f) * size + glm::vec2(0.12f * cell.width(), 0.5f * size), text,
                Font::kMono, size, ink, AlignX::kLeft, AlignY::kMiddle);
}

void draw_indices(Picture& p, const GridBox& box, Size2 size) {
  if (!p.layout.indices) return;
  const float gap = 0.45f * p.em, text = 0.73f * p.em;
  const auto column_at = [&](int64_t column) {
    const Rect cell = cell_rect(box, {box.rows.first, column});
    p.canvas.text({cell.centre().x, cell.min.y - gap - 0.3f * p.em}, std::to_string(column), Font::kMono,
                  text, p.theme.muted, AlignX::kCentre, AlignY::kMiddle);
  };
  const auto row_at = [&](int64_t row) {
    const Rect cell = cell_rect(box, {row, box.columns.first});
    p.canvas.text({cell.min.x - gap, cell.centre().y}, std::to_string(row), Font::kMono, text, p.theme.muted,
                  AlignX::kRight, AlignY::kMiddle);
  };
  for (int64_t column = 0; column < size.w; column += p.layout.label_step) column_at(column);
  for (int64_t row = 0; row < size.h; row += p.layout.label_step) row_at(row);
}

// The ring around the input: dashed cells, or one dashed frame where cells are small.
void draw_ring(Picture& p, const GridBox& box) {
  const Derived& d = p.derived;
  if (box.rows.count() == d.grid.size.h && box.columns.count() == d.grid.size.w) return;
  if (!p.layout.numbers) {
    p.canvas.fill(box.area(), with_alpha(p.theme.muted, 0.10f));
    p.canvas.dashed_stroke(box.area(), p.theme.muted, p.hair(), 0.35f * p.em);
    return;
  }
  const Axis &rows = d.geometry.rows, &columns = d.geometry.columns;
  for (int64_t row = box.rows.first; row < box.rows.last; ++row) {
    for (int64_t column = box.columns.first; column < box.columns.last; ++column) {
      if (d.grid.contains({row, column})) continue;
      const bool declared = row < rows.input + rows.pad_end && column < columns.input + columns.pad_end;
      const Rect cell = cell_rect(box, {row, column}).inset(std::round(0.08f * box.cell));
      p.canvas.dashed_stroke(cell, with_alpha(p.theme.muted, declared ? 0.6f : 0.25f), p.hair(),
                             0.28f * p.em);
    }
  }
}

void draw_unread(Picture& p, const Rect& cell) {
  p.canvas.fill(cell, with_alpha(p.theme.ground, 0.62f));
  p.canvas.hatch(cell, with_alpha(p.theme.muted, 0.8f), std::max(3.0f, 0.42f * p.em), p.hair());
}

void draw_title(Picture& p, const Rect& at, std::string_view name, std::optional<Size2> known,
                std::string_view more, const std::optional<Size2>& whole) {
  const float caption = kCaption * p.em, y = at.min.y + 0.5f * p.em;
  float x = at.min.x;
  const auto piece = [&](std::string_view text, Font font, Color color) {
    if (text.empty()) return;
    const float width = p.canvas.text_size(text, font, caption).x;
    if (x > at.min.x && x + width > at.max.x) return;
    p.canvas.text({x, y}, text, font, caption, color, AlignX::kLeft, AlignY::kMiddle);
    x += width + 0.6f * p.em;
  };
  piece(name, Font::kStrong, p.theme.text);
  if (!known) return piece("? × ?", Font::kMono, p.theme.guess);
  const Size2 size = *known;
  piece(std::to_string(size.h) + " × " + std::to_string(size.w), Font::kMono, p.theme.muted);
  const Size2 all = whole ? *whole : size;
  if (all != size) piece("of " + grouped(all.h) + " × " + grouped(all.w), Font::kMono, p.theme.muted);
  piece(more, Font::kText, p.theme.muted);
}

void draw_input(Picture& p, Figures& figures) {
  draw_ring(p, p.layout.input);
  draw_input_cells(p, figures);
}

void draw_input_cells(Picture& p, Figures& figures) {
  const Derived& d = p.derived;
  const GridBox& box = p.layout.input;
  if (p.layout.numbers) update_figures(p, figures, d.revision, d.grid.values, box);
  const float corner = cell_corner(p, box);
  size_t index = 0;
  for (int64_t row = 0; row < d.grid.size.h; ++row) {
    for (int64_t column = 0; column < d.grid.size.w; ++column, ++index) {
      const Rect cell = face(p, box, {row, column});
      const float value = d.grid.values[index];
      p.canvas.fill(cell, p.value_color(value), corner);
      const auto& [rows, columns] = p.geometry();
      const bool read = p.lens() == kDialectsLens
                            ? !windows_reading(rows, row).empty() && !windows_reading(columns, column).empty()
                            : d.reads({row, column}) > 0;
      const bool marked =
          !read && !p.derived.predict.hides_size;  // where windows end tells how many there are
      if (marked) draw_unread(p, cell);
      if (p.layout.numbers) draw_figure(p, figures, index, cell, marked ? p.theme.text : p.ink_on(value));
    }
  }
  draw_indices(p, box, d.grid.size);
}

LookOf value_look(const Picture& p) {
  return [&p](float value) { return CellLook{p.value_color(value), p.ink_on(value)}; };
}

LookOf signed_look(const Picture& p, float span) {
  return [dark = p.theme.dark, span](float value) {
    if (std::isnan(value)) return CellLook{kNoNumber, rgb(0x000000)};
    const Color fill = diverging(0.5 + 0.5 * static_cast<double>(value) / static_cast<double>(span), dark);
    return CellLook{fill, readable_on(fill)};
  };
}

void draw_map(Picture& p, Figures& figures, uint64_t revision, const GridBox& box, const Grid& grid,
              const LookOf& look, bool divisors) {
  const bool numbers = p.layout.output_numbers;
  divisors = divisors && p.model.divisors && has_small_figures(p, box);
  if (numbers) update_figures(p, figures, revision, grid.values, box);
  const float corner = cell_corner(p, box);
  if (!numbers) p.canvas.stroke(box.area(), p.theme.hairline, p.hair());
  int64_t index = 0;
  for (int64_t row = 0; row < grid.size.h; ++row) {
    for (int64_t column = 0; column < grid.size.w; ++column, ++index) {
      const Rect cell = face(p, box, {row, column});
      if (p.derived.predict.hides_result && p.model.predict.cell == Cell{row, column}) {
        draw_asked(p, cell);
        continue;
      }
      const float shown = presence(p, {row, column}, index);
      if (shown < 1 && numbers)
        p.canvas.stroke(cell.inset(0.5f * p.hair()), p.theme.hairline, p.hair(), corner);
      if (shown <= 0) continue;
      const CellLook colors = look(grid.values[static_cast<size_t>(index)]);
      p.canvas.fill(cell, with_alpha(colors.fill, shown), corner);
      if (!numbers || shown < 0.5f) continue;
      draw_figure(p, figures, static_cast<size_t>(index), cell, colors.ink);
      if (!divisors) continue;
      const int64_t divisor =
          p.derived.geometry.rows.window(row).divisor * p.derived.geometry.columns.window(column).divisor;
      draw_small_text(p, cell, "÷" + grouped(divisor), with_alpha(colors.ink, 0.85f));
    }
  }
  draw_indices(p, box, grid.size);
}

void draw_output(Picture& p, Figures& figures) {
  if (p.derived.predict.hides_size) return draw_asked(p, p.layout.output.area());
  const bool average = p.derived.params.reduction == Reduction::kAverage;
  draw_map(p, figures, p.derived.revision, p.layout.output, p.derived.output, value_look(p), average);
}

void draw_titles(Picture& p) {
  if (!p.layout.titles) return;
  if (p.lens() == kRebuildLens) return draw_rebuild_titles(p);
  if (p.lens() == kDialectsLens) return draw_dialect_titles(p);
  if (p.layout.arrangement == Arrangement::kBoard) return draw_both_titles(p);
  const Derived& d = p.derived;
  const bool coverage = p.lens() == kCoverageLens, gradient = p.lens() == kGradientLens;
  draw_title(p, p.layout.input_title, gradient ? "Gradient at the input" : "Input", d.grid.size,
             coverage ? "read by how many windows?" : d.source_title + (d.edited ? ", edited" : ""),
             d.whole.values.empty() ? std::nullopt : std::optional(d.whole_size));
  const std::optional<Size2> output = d.predict.hides_size ? std::nullopt : std::optional(d.output.size);
  draw_title(p, p.layout.output_title, gradient ? "Upstream" : "Output", output, "");
  if (p.layout.arrangement != Arrangement::kBeside || d.predict.hides_gradient) return;
  const float caption = kCaption * p.em, y = p.layout.input_title.min.y + 0.5f * p.em;
  const float x = p.layout.arithmetic.min.x + 0.8f * p.em;
  const Cell cell = d.window.output;
  if (coverage || gradient) {
    const std::string title = coverage ? "Along each side" : routing_title(p);
    p.canvas.text({x, y}, title, Font::kStrong, caption, p.theme.text, AlignX::kLeft, AlignY::kMiddle);
    return;
  }
  const std::string place = "(" + std::to_string(cell.row) + ", " + std::to_string(cell.column) + ")";
  p.canvas.text({x, y}, "Window", Font::kStrong, caption, p.theme.text, AlignX::kLeft, AlignY::kMiddle);
  const float after = x + p.canvas.text_size("Window", Font::kStrong, caption).x + 0.6f * p.em;
  if (after + p.canvas.text_size(place, Font::kMono, caption).x > p.layout.arithmetic.max.x) return;
  p.canvas.text({after, y}, place, Font::kMono, caption, p.theme.muted, AlignX::kLeft, AlignY::kMiddle);
}

void draw_whole(Picture& p) {
  const Derived& d = p.derived;
  const Rect rect = whole_view(p.layout, d.whole_size, p.em);
  if (d.whole.values.empty() || rect == Rect{}) return;
  const Size2 tiles = d.whole.size;
  const glm::vec2 tile = rect.size() / glm::vec2(static_cast<float>(tiles.w), static_cast<float>(tiles.h));
  for (int64_t row = 0; row < tiles.h; ++row) {
    for (int64_t column = 0; column < tiles.w; ++column) {
      const glm::vec2 at(static_cast<float>(column), static_cast<float>(row));
      p.canvas.fill({rect.min + at * tile, rect.min + (at + 1.0f) * tile},
                    p.value_color(d.whole.at({row, column})));
    }
  }
  p.canvas.stroke(rect, p.theme.hairline, p.hair());
  const Source& source = p.model.document.source;
  const glm::vec2 scale =
      rect.size() / glm::vec2(static_cast<float>(d.whole_size.w), static_cast<float>(d.whole_size.h));
  const glm::vec2 origin(static_cast<float>(source.origin.column), static_cast<float>(source.origin.row));
  const glm::vec2 size(static_cast<float>(d.grid.size.w), static_cast<float>(d.grid.size.h));
  const Rect part{rect.min + origin * scale, rect.min + (origin + size) * scale};
  p.canvas.stroke(part, with_alpha(p.theme.ground, 0.9f), 4 * p.hair());
  p.canvas.stroke(part, p.theme.text, 2 * p.hair());
  p.canvas.text({rect.min.x, rect.min.y - 0.8f * p.em}, "Whole map, largest values", Font::kText,
                kCaption * p.em, p.theme.muted, AlignX::kLeft, AlignY::kMiddle);
}

}  // namespace poolglass::step
