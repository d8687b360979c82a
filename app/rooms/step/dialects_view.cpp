// The dialects lens: the input with the padding of the dialect in focus, and what each library makes of it.
#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "app/rooms/format.h"
#include "app/rooms/step/dialects.h"
#include "app/rooms/step/picture_view.h"
#include "app/rooms/step/view_state.h"

namespace poolglass::step {
namespace {

const Panel& panel_of(const Picture& p, const DialectView& view) {
  return p.layout.panels[1 + static_cast<size_t>(view.dialect)];
}

// Padding of the dialect in focus: dashed cells, with a 0 where zeros take part.
void draw_own_ring(Picture& p) {
  const Derived& d = p.derived;
  const DialectView& view = shown_dialect(d);
  if (!view.refusal.empty()) return;
  const GridBox& box = p.layout.input;
  const auto& [rows, columns] = view.windows.geometry;
  const CellRange across{-columns.pad_begin, columns.input + columns.pad_end};
  for (int64_t row = -rows.pad_begin; row < rows.input + rows.pad_end; ++row) {
    for (int64_t column = across.first; column < across.last; ++column) {
      if (d.grid.contains({row, column})) continue;
      const Rect cell = cell_rect(box, {row, column}).inset(std::round(0.08f * box.cell));
      const bool zeros = view.windows.zeros_are_cells;
      if (zeros) p.canvas.fill(cell, with_alpha(p.value_color(0), 0.45f));
      p.canvas.dashed_stroke(cell, with_alpha(p.theme.muted, zeros ? 1.0f : 0.6f), p.hair(), 0.28f * p.em);
      if (!zeros || !p.layout.numbers) continue;
      p.canvas.text(cell.centre(), "0", Font::kMono, 0.4f * box.cell, p.theme.muted, AlignX::kCentre,
                    AlignY::kMiddle);
    }
  }
}

void draw_dialect(Picture& p, Figures& figures, const DialectView& view) {
  const Derived& d = p.derived;
  const Panel& panel = panel_of(p, view);
  const GridBox& box = panel.box;
  if (!view.refusal.empty()) {
    const float size = kCaption * p.em, width = std::max(box.area().width(), panel.title.width());
    float y = box.origin.y + 0.6f * p.em;
    for (const std::string& line : wrapped(p.canvas, view.refusal, Font::kText, size, width)) {
      p.canvas.text({box.origin.x, y}, line, Font::kText, size, p.theme.muted, AlignX::kLeft,
                    AlignY::kMiddle);
      y += 1.4f * size;
    }
    return;
  }
  if (p.layout.output_numbers) {
    update_figures(p, figures, d.dialects_revision * kRevisions + kDialectsLens, view.output.values, box);
  }
  const bool divisors = p.model.divisors && shows_average(p.model);
  const bool small = has_small_figures(p, box) && (divisors || d.both);
  const float corner = cell_corner(p, box);
  size_t index = 0;
  for (int64_t row = 0; row < view.output.size.h; ++row) {
    for (int64_t column = 0; column < view.output.size.w; ++column, ++index) {
      const Rect cell = face(p, box, {row, column});
      const float value = view.output.values[index];
      p.canvas.fill(cell, p.value_color(value), corner);
      const bool empty = std::ranges::find(view.empty, Cell{row, column}) != view.empty.end();
      if (empty) draw_unread(p, cell);
      const Color ink = empty ? p.theme.text : p.ink_on(value);
      if (small) {
        const std::string text =
            divisors ? "÷" + grouped(view.divisors[index]) : fitted_text(view.average.values[index], 4);
        draw_small_text(p, cell, text, with_alpha(ink, 0.85f));
      }
      if (p.layout.output_numbers) {
        const glm::vec2 down(0, small ? 0.08f * box.cell : 0);
        draw_figure(p, figures, index, {cell.min + down, cell.max + down}, ink);
      }
      if (view.differs[index]) mark_differing(p, cell);
    }
  }
  draw_indices(p, box, view.output.size);
}

}  // namespace

// Not colour alone.
void mark_differing(Picture& p, const Rect& cell) {
  const float width = std::max(p.hair(), std::round(0.12f * p.em));
  p.canvas.stroke(cell.inset(0.5f * width), p.theme.ground, width + 2 * p.hair());
  p.canvas.stroke(cell.inset(0.5f * width), p.theme.warning, width);
  const float side = std::clamp(0.26f * cell.width(), 3.0f, 0.8f * p.em);
  const glm::vec2 corner(cell.max.x, cell.min.y);
  const glm::vec2 flag[] = {corner, corner + glm::vec2(0, side), corner - glm::vec2(side, 0)};
  p.canvas.fill_convex(flag, p.theme.warning);
}

std::vector<std::vector<BoardPlace>> dialect_places() {
  // The input, and two dialects in a column each.
  std::vector<BoardPlace> wide = {{true, 0, 0, false}}, high = wide;
  for (int i = 0; i < static_cast<int>(kDialects.size()); ++i) {
    wide.push_back({false, 0, 1 + i / 2});
    high.push_back({false, (i + 2) / 4, (i / 2 + 1) % 2});
  }
  return {wide, high};
}

void draw_dialects(Picture& p, ViewState& view) {
  draw_own_ring(p);
  draw_input_cells(p, view.input);
  for (const DialectView& dialect : p.derived.dialects.all) {
    draw_dialect(p, view.board[1 + static_cast<size_t>(dialect.dialect)], dialect);
  }
}

void draw_dialect_titles(Picture& p) {
  const Derived& d = p.derived;
  draw_title(p, p.layout.panels[0].title, "Input", d.grid.size, d.source_title + (d.edited ? ", edited" : ""),
             d.whole.values.empty() ? std::nullopt : std::optional(d.whole_size));
  for (const DialectView& view : d.dialects.all) {
    const Rect& at = panel_of(p, view).title;
    const bool shown = view.dialect == d.dialects.shown;
    const float size = kCaption * p.em, y = at.min.y + 0.5f * p.em;
    const std::string_view title = dialect_title(view.dialect);
    const Font font = shown ? Font::kStrong : Font::kText;
    p.canvas.text({at.min.x, y}, title, font, size, shown ? p.theme.text : p.theme.muted, AlignX::kLeft,
                  AlignY::kMiddle);
    if (!shown) continue;
    const float width = p.canvas.text_size(title, font, size).x, low = std::round(y + 0.75f * p.em);
    p.canvas.fill({{at.min.x, low}, {at.min.x + width, low + std::max(p.hair(), std::round(0.13f * p.em))}},
                  p.theme.text);
  }
}

void draw_dialect_words(Picture& p) {
  const Derived& d = p.derived;
  for (const DialectView& view : d.dialects.all) {
    const Rect& at = panel_of(p, view).legend;
    if (at == Rect{}) continue;
    // Under the cells there are, not under the room for the largest output.
    const float y = view.refusal.empty()
                        ? cell_rect(panel_of(p, view).box, {view.output.size.h - 1, 0}).max.y + 1.1f * p.em
                        : at.centre().y;
    const std::string note = dialect_note(view, d);
    const bool warns = view.differing > 0 || view.output.size != d.output.size;
    const std::string text = fitted(p.canvas, (warns && view.refusal.empty() ? "≠ " : "") + note, Font::kText,
                                    kCaption * p.em, at.width());
    p.canvas.text({at.min.x, y}, text, Font::kText, kCaption * p.em,
                  warns && view.refusal.empty() ? p.theme.warning : p.theme.muted, AlignX::kLeft,
                  AlignY::kMiddle);
  }
  const Rect& room = p.layout.arithmetic;
  if (room == Rect{}) return;
  const DialectView& shown = shown_dialect(d);
  std::vector<std::string> lines = {dialect_sentence(d), std::string(dialect_title(shown.dialect)) + ": " +
                                                             std::string(dialect_rule(shown.dialect))};
  if (const std::string empty = empty_windows_sentence(shown); !empty.empty()) {
    lines.push_back("Hatched: " + empty.substr(0, 1) + empty.substr(1));
  }
  const auto most = static_cast<size_t>(std::max(1.0f, room.height() / (1.6f * p.em)));
  float y = room.min.y + 0.8f * p.em;
  for (size_t i = 0; i < std::min(most, lines.size()); ++i) {
    p.canvas.text({p.layout.input.origin.x, y},
                  fitted(p.canvas, lines[i], Font::kText, p.em, room.max.x - p.layout.input.origin.x),
                  Font::kText, p.em, i == 0 ? p.theme.text : p.theme.muted, AlignX::kLeft, AlignY::kMiddle);
    y += 1.6f * p.em;
  }
}

}  // namespace poolglass::step
