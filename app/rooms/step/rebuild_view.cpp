// The rebuild lens: the plane made again from the output, what it lacks, and the output pooled from it.
#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "app/rooms/format.h"
#include "app/rooms/step/picture_view.h"
#include "app/rooms/step/rebuild.h"
#include "app/rooms/step/view_state.h"

namespace poolglass::step {
namespace {

// The grids of one operation, by their place in Layout::panels.
struct Panels {
  size_t output, again, plane, residual;
};
constexpr Panels kShown{1, 2, 3, 4}, kAverage{5, 6, 7, 8};

uint64_t revision_of(const Picture& p, int64_t part) {
  return (p.derived.rebuild_revision * 4 + static_cast<uint64_t>(part)) * kRevisions + kRebuildLens;
}

// Cells of the input's plane that windows so far have told of.
// `kept`: not empty, the others are zeros that stand for nothing.
void draw_plane(Picture& p, Figures& figures, const GridBox& box, const Grid& grid, const LookOf& look,
                const std::vector<bool>& kept = {}) {
  const Derived& d = p.derived;
  draw_ring(p, box);
  if (p.layout.numbers) update_figures(p, figures, revision_of(p, 0), grid.values, box);
  const float corner = cell_corner(p, box);
  size_t index = 0;
  for (int64_t row = 0; row < grid.size.h; ++row) {
    for (int64_t column = 0; column < grid.size.w; ++column, ++index) {
      const Rect cell = face(p, box, {row, column});
      if (!d.rebuild.told[index]) {
        p.canvas.fill(cell, p.theme.raised, corner);
        continue;
      }
      const bool hollow = !kept.empty() && !kept[index];
      const CellLook colors = hollow ? CellLook{p.theme.raised, p.theme.muted} : look(grid.values[index]);
      p.canvas.fill(cell, colors.fill, corner);
      const bool read = d.reads({row, column}) > 0;
      if (!read) draw_unread(p, cell);
      if (p.layout.numbers) draw_figure(p, figures, index, cell, read ? colors.ink : p.theme.text);
    }
  }
  draw_indices(p, box, grid.size);
}

// A corner and a stroke: not colour alone.
void mark_changed(Picture& p, const Rect& cell) {
  const float width = std::max(p.hair(), std::round(0.1f * p.em));
  p.canvas.stroke(cell.inset(0.5f * width), p.theme.warning, width);
  if (!p.layout.output_numbers) return;
  const float side = std::clamp(0.26f * cell.width(), 3.0f, 0.8f * p.em);
  const glm::vec2 corner(cell.max.x, cell.min.y);
  const glm::vec2 flag[] = {corner, corner + glm::vec2(0, side), corner - glm::vec2(side, 0)};
  p.canvas.fill_convex(flag, p.theme.warning);
}

void draw_operation(Picture& p, ViewState& view, const Rebuilt& r, const Grid& output, const Panels& at) {
  const std::vector<Panel>& panels = p.layout.panels;
  draw_map(p, view.board[at.output], revision_of(p, 1), panels[at.output].box, output, value_look(p));
  draw_map(p, view.board[at.again], revision_of(p, 2), panels[at.again].box, r.again, value_look(p));
  for (int64_t i = 0; i < std::ssize(r.changed); ++i) {
    const Cell cell = p.derived.output_cell(i);
    if (r.changed[static_cast<size_t>(i)] && p.filled(cell))
      mark_changed(p, face(p, panels[at.again].box, cell));
  }
  draw_plane(p, view.board[at.plane], panels[at.plane].box, r.so_far, value_look(p), r.kept);
  draw_plane(p, view.board[at.residual], panels[at.residual].box, r.residual_so_far,
             signed_look(p, p.derived.rebuild.span));
}

void name_operation(Picture& p, const Rebuilt& r, const Panels& at) {
  const std::vector<Panel>& panels = p.layout.panels;
  const bool max = r.reduction == Reduction::kMax;
  draw_name(p, panels[at.output].title, max ? "max" : "average", max ? NameMark::kMax : NameMark::kAverage);
  draw_name(p, panels[at.again].title, "Pooled again", NameMark::kNone);
  draw_name(p, panels[at.plane].title, max ? "Put back, zeros beside it" : "Spread over its window",
            NameMark::kNone, max ? "Put back" : "Spread");
  draw_name(p, panels[at.residual].title, "Lost: input − rebuilt", NameMark::kNone, "Lost");
}

struct Fact {
  std::string label, value;
  bool warning = false;
};

void draw_facts(Picture& p, const Rect& room, const Rebuilt& r) {
  const Derived& d = p.derived;
  const std::string cells = grouped(r.kept_cells) + " of " + grouped(d.grid.size.h * d.grid.size.w);
  const std::string at =
      " at (" + std::to_string(r.largest_at.row) + ", " + std::to_string(r.largest_at.column) + ")";
  const Fact facts[] = {{"Energy kept", energy_text(r)},
                        {"Cells as they were", cells},
                        {"Largest loss", r.largest == 0 ? "none" : short_text(r.largest) + at},
                        {"Pooled again",
                         r.changed_windows == 0
                             ? "the same"
                             : "≠ in " + grouped(r.changed_windows) + " of " + grouped(std::ssize(r.changed)),
                         r.changed_windows > 0}};
  const float size = kCaption * p.em;
  for (size_t i = 0; i < std::size(facts); ++i) {
    const float x = room.min.x + room.width() * static_cast<float>(i) / 4;
    const float y = room.min.y + 0.8f * p.em;
    p.canvas.text({x, y}, facts[i].label, Font::kText, size, p.theme.muted, AlignX::kLeft, AlignY::kMiddle);
    p.canvas.text({x, y + 1.6f * p.em}, facts[i].value, Font::kMono, size,
                  facts[i].warning ? p.theme.warning : p.theme.text, AlignX::kLeft, AlignY::kMiddle);
  }
}

// Sentences, each with its operation before it where there are two.
std::vector<std::string> sentences(const Derived& d, size_t most) {
  std::vector<std::string> lines;
  const auto again = [](const Rebuilt& r) {
    if (r.changed_windows == 0) return std::string("the same");
    return "≠ in " + grouped(r.changed_windows) + " of " + grouped(std::ssize(r.changed));
  };
  if (d.both && most < 2) {
    return {"Pooled again: max " + again(d.rebuild.shown) + ", average " + again(d.rebuild.average)};
  }
  const auto add = [&](const Rebuilt& r) {
    const std::string name = !d.both ? "" : r.reduction == Reduction::kMax ? "max · " : "average · ";
    const std::string sums = energy_sentence(r);
    if (d.both) {
      lines.push_back(name + energy_text(r) + " of the energy kept. " + round_trip_sentence(r));
    } else {
      lines.push_back(round_trip_sentence(r));
      if (!sums.empty()) lines.push_back("Energy, the sum of squares: " + sums);
    }
  };
  add(d.rebuild.shown);
  if (d.both) add(d.rebuild.average);
  return lines;
}

// The first in the text's colour. Sentences that are too long go on in the next line, in smaller letters
// where they do not all fit so; those that do not fit at all give way from the last, and what is left is cut.
void draw_sentences(Picture& p, std::vector<std::string> texts, const Rect& room) {
  struct SentenceLine {
    std::string text;
    bool first;
  };
  std::vector<SentenceLine> lines;
  float size = 0;
  const auto fits = [&] {
    for (const float tried : {p.em, kCaption * p.em}) {
      size = tried;
      lines.clear();
      for (const std::string& text : texts) {
        for (std::string& line : wrapped(p.canvas, text, Font::kText, size, room.width()))
          lines.push_back({std::move(line), &text == &texts.front() || p.derived.both});
      }
      if (static_cast<float>(lines.size()) * 1.6f * size <= room.height() + 0.1f * size) return true;
    }
    return false;
  };
  while (!fits() && texts.size() > 1) texts.pop_back();
  const auto most = static_cast<size_t>(std::max(1.0f, room.height() / (1.6f * size) + 0.1f));
  if (lines.size() > most)
    lines.assign(1, {fitted(p.canvas, texts.front(), Font::kText, size, room.width()), true});
  float y = room.min.y + 0.8f * size;
  for (const SentenceLine& line : lines) {
    p.canvas.text({room.min.x, y}, line.text, Font::kText, size, line.first ? p.theme.text : p.theme.muted,
                  AlignX::kLeft, AlignY::kMiddle);
    y += 1.6f * size;
  }
}

}  // namespace

void draw_rebuild_band(Picture& p) {
  const Derived& d = p.derived;
  const Rect& room = p.layout.arithmetic;
  if (room == Rect{}) return;
  std::vector<std::string> lines = sentences(d, 2);
  if (const Rebuilt& r = d.rebuild.shown; !d.both) {
    lines.push_back(energy_text(r) + " of the energy kept; " + grouped(r.kept_cells) + " of " +
                    grouped(d.grid.size.h * d.grid.size.w) + " cells are as they were");
    if (r.largest != 0) {
      lines.push_back("Largest loss " + short_text(r.largest) + " at (" + std::to_string(r.largest_at.row) +
                      ", " + std::to_string(r.largest_at.column) + ")");
    }
  }
  draw_sentences(p, lines, room);
}

std::vector<std::vector<BoardPlace>> rebuild_places(bool both) {
  // Input; output, and under it the output pooled again; rebuilt; lost.
  std::vector<BoardPlace> wide = {
      {true, 0, 0, false}, {false, 0, 1, false}, {false, 0, 1, false}, {true, 0, 2}, {true, 0, 3}};
  std::vector<BoardPlace> high = {
      {true, 0, 0, false}, {false, 0, 1, false}, {false, 0, 1, false}, {true, 1, 0}, {true, 1, 1}};
  if (both) {
    for (const BoardPlace& at : {BoardPlace{false, 1, 1, false}, BoardPlace{false, 1, 1, false},
                                 BoardPlace{true, 1, 2, false}, BoardPlace{true, 1, 3, false}}) {
      wide.push_back(at);
    }
    for (const BoardPlace& at : {BoardPlace{false, 2, 0, false}, BoardPlace{false, 2, 0, false},
                                 BoardPlace{true, 2, 1, false}, BoardPlace{true, 3, 1, false}}) {
      high.push_back(at);
    }
  }
  return {wide, high};
}

void draw_rebuild(Picture& p, ViewState& view) {
  const Derived& d = p.derived;
  draw_input(p, view.input);
  draw_operation(p, view, d.rebuild.shown, d.output, kShown);
  if (d.both) draw_operation(p, view, d.rebuild.average, d.other, kAverage);
}

void draw_rebuild_titles(Picture& p) {
  const Derived& d = p.derived;
  draw_title(p, p.layout.panels[0].title, "Input", d.grid.size, d.source_title + (d.edited ? ", edited" : ""),
             d.whole.values.empty() ? std::nullopt : std::optional(d.whole_size));
  name_operation(p, d.rebuild.shown, kShown);
  if (d.both) name_operation(p, d.rebuild.average, kAverage);
}

void draw_rebuild_words(Picture& p) {
  const Derived& d = p.derived;
  const std::vector<Panel>& panels = p.layout.panels;
  draw_scale(p, panels[kShown.plane].legend, static_cast<float>(d.range.low),
             static_cast<float>(d.range.high), cividis);
  draw_signed_scale(p, panels[kShown.residual].legend, d.rebuild.span);
  if (p.layout.facts != Rect{} && !d.both) draw_facts(p, p.layout.facts, d.rebuild.shown);
  const Rect& room = p.layout.arithmetic;
  if (room == Rect{}) return;
  const auto most = static_cast<size_t>(std::max(1.0f, room.height() / (1.6f * p.em)));
  const float left = panels[0].box.origin.x;
  draw_sentences(p, sentences(d, most), {{left, room.min.y}, room.max});
}

}  // namespace poolglass::step
