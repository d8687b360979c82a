// The words around a map's squares: titles, notes, legends.
#include <cmath>
#include <string>

#include "app/rooms/format.h"
#include "app/rooms/step/dialects.h"
#include "app/rooms/step/map_view.h"

namespace poolglass::step {
namespace {

// A line of two texts, the second at the right where there is room for both.
void draw_note(Picture& p, const Rect& at, const std::string& left, const std::string& right) {
  if (at == Rect{}) return;
  const float size = kCaption * p.em, y = at.centre().y;
  p.canvas.text({at.min.x, y}, left, Font::kMono, size, p.theme.text, AlignX::kLeft, AlignY::kMiddle);
  const float used = p.canvas.text_size(left, Font::kMono, size).x + 1.2f * p.em;
  if (used + p.canvas.text_size(right, Font::kText, size).x > at.width()) return;
  p.canvas.text({at.max.x, y}, right, Font::kText, size, p.theme.muted, AlignX::kRight, AlignY::kMiddle);
}

std::string in_sight(const GridBox& box) {
  return grouped(box.rows.count()) + " × " + grouped(box.columns.count()) + " in sight";
}

// How the dialect's windows differ.
void draw_dialect_note(Picture& p) {
  const DialectView& view = shown_dialect(p.derived);
  const Rect& at = p.layout.output_note;
  if (at == Rect{} || !view.refusal.empty()) return;
  const std::string text = differing_windows(view);
  const float size = kCaption * p.em;
  p.canvas.text({at.min.x, at.centre().y},
                fitted(p.canvas, (view.differing > 0 ? "≠ " : "") + text, Font::kText, size, at.width()),
                Font::kText, size, view.differing > 0 ? p.theme.warning : p.theme.muted, AlignX::kLeft,
                AlignY::kMiddle);
}

std::string percent(float cell) {
  const float share = 100 * cell;
  return short_text(share < 10 ? share : std::round(share), share < 10 ? 2 : 6) + " %";
}

// Of a file's plane that the map is a part of.
std::optional<Size2> whole_plane(const Picture& p) {
  const Source& source = p.model.document.source;
  if (!source.tensor || !source.preset.empty()) return std::nullopt;
  const Size2 plane = source.tensor->shape.plane();
  return plane == p.derived.grid.size ? std::nullopt : std::optional(plane);
}

// Squares of the rebuild lens: what is put back and lost, or what each operation loses.
void name_map_rebuild(Picture& p) {
  const std::vector<Panel>& panels = p.layout.panels;
  const bool max = p.derived.params.reduction == Reduction::kMax, both = p.derived.both;
  draw_name(p, panels[1].title, max ? "max" : "average", max ? NameMark::kMax : NameMark::kAverage);
  if (both) {
    draw_name(p, panels[2].title, "Lost by max", NameMark::kNone);
    return draw_name(p, panels[3].title, "Lost by average", NameMark::kNone);
  }
  draw_name(p, panels[2].title, max ? "Put back, zeros beside it" : "Spread over its window", NameMark::kNone,
            max ? "Put back" : "Spread");
  draw_name(p, panels[3].title, "Lost: input − rebuilt", NameMark::kNone, "Lost");
}

void draw_percent(Picture& p, const Panel& panel) {
  const glm::vec2 at(panel.title.max.x, panel.title.min.y + 0.5f * p.em);
  p.canvas.text(at, percent(panel.box.cell), Font::kMono, kCaption * p.em, p.theme.muted, AlignX::kRight,
                AlignY::kMiddle);
}

}  // namespace

void draw_map_titles(Picture& p) {
  const Derived& d = p.derived;
  const std::vector<Panel>& panels = p.layout.panels;
  if (!p.layout.titles) return;
  Rect input = panels[0].title;
  input.max.x -= 4 * p.em;
  const size_t lens = p.lens();
  std::string more = d.source_title + (d.edited ? ", edited" : "");
  if (lens == kCoverageLens) more = "read by how many windows?";
  if (lens == kGradientLens) more = "∂L/∂in";
  const bool upstream_first = !p.layout.panels[0].input;
  draw_title(p, input, upstream_first ? "Upstream" : "Input", upstream_first ? d.output.size : d.grid.size,
             upstream_first ? "" : more, upstream_first ? std::nullopt : whole_plane(p));
  draw_percent(p, panels[0]);
  if (lens == kRebuildLens) return name_map_rebuild(p);
  if (panels.size() > 2) {
    draw_name(p, panels[1].title, "max", NameMark::kMax);
    draw_name(p, panels[2].title, "average", NameMark::kAverage);
    return draw_name(p, panels[3].title, "max − average", NameMark::kNone);
  }
  const bool gradient = lens == kGradientLens;
  const std::optional<Size2> output = d.predict.hides_size ? std::nullopt : std::optional(d.output.size);
  if (lens == kDialectsLens) {
    const DialectView& view = shown_dialect(d);
    const std::string_view name = dialect_title(view.dialect);
    if (view.refusal.empty()) draw_title(p, panels[1].title, name, view.output.size, "");
    if (!view.refusal.empty()) draw_name(p, panels[1].title, name, NameMark::kNone);
  } else {
    draw_title(p, panels[1].title, gradient ? "Upstream" : "Output", output, gradient ? "∂L/∂out" : "");
  }
  if (p.layout.arrangement != Arrangement::kBeside || gradient) return;
  const Cell cell = p.window().output;
  const float x = p.layout.arithmetic.min.x + 0.8f * p.em;
  const Rect title{{x, panels[0].title.min.y}, {p.layout.arithmetic.max.x, panels[0].title.max.y}};
  const std::string place = "(" + std::to_string(cell.row) + ", " + std::to_string(cell.column) + ")";
  const float caption = kCaption * p.em, y = title.min.y + 0.5f * p.em;
  p.canvas.text({x, y}, "Window", Font::kStrong, caption, p.theme.text, AlignX::kLeft, AlignY::kMiddle);
  const float after = x + p.canvas.text_size("Window", Font::kStrong, caption).x + 0.6f * p.em;
  if (after + p.canvas.text_size(place, Font::kMono, caption).x > title.max.x) return;
  p.canvas.text({after, y}, place, Font::kMono, caption, p.theme.muted, AlignX::kLeft, AlignY::kMiddle);
}

void draw_map_notes(Picture& p) {
  const GridBox& box = p.layout.panels.front().box;
  const size_t level = shown_level(p.derived.map.squares.front().levels, box);
  const std::string side = grouped(int64_t{1} << level);
  const std::string largest = p.lens() == kCoverageLens ? "most of " : "largest of ";
  draw_note(p, p.layout.input_note, in_sight(box),
            level > 0 ? largest + side + " × " + side : "wheel zooms, drag pans");
  if (p.derived.predict.hides_size) return;
  if (p.lens() == kDialectsLens) return draw_dialect_note(p);
  const std::string unread = p.derived.never_read > 0 ? grouped(p.derived.never_read) + " never read" : "";
  if (p.layout.panels.size() == 2) {
    draw_note(p, p.layout.output_note, in_sight(p.layout.output),
              unread.empty() ? "same place as the input" : unread);
  }
}

void draw_map_legends(Picture& p) {
  const std::vector<MapSquare>& squares = p.derived.map.squares;
  if (p.layout.arrangement != Arrangement::kBoard) return;
  const auto legend_of = [&](MapSquare::Look look) -> Rect {  // of the last, as notes are under the first
    for (size_t i = squares.size(); i-- > 1;) {
      if (squares[i].look == look) return p.layout.panels[i].legend;
    }
    return {};
  };
  const ValueRange& range = p.derived.range;
  if (const Rect room = legend_of(MapSquare::Look::kValues); room != Rect{})
    draw_scale(p, room, static_cast<float>(range.low), static_cast<float>(range.high), cividis);
  if (const Rect room = legend_of(MapSquare::Look::kSigned); room != Rect{})
    draw_signed_scale(p, room, squares.back().span);
}

}  // namespace poolglass::step
