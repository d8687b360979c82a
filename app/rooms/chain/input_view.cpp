// The left part: the input to scale with the receptive field on it, and the map of the selected layer's
// cells, over which the pointer or playback moves the field.
#include <algorithm>
#include <cmath>
#include <glm/common.hpp>

#include "app/rooms/chain/parts_view.h"
#include "app/rooms/format.h"

namespace poolglass::chain {
namespace {

constexpr float kHeading = 2.9f;    // ems above the input square
constexpr float kSurround = 0.14f;  // of the input's longer side, for fields that reach beyond it
constexpr float kMapText = 3.1f;    // ems above and below the map
constexpr float kLargestCell = 2.4f;

float hair(const Scene& scene) { return std::max(1.0f, scene.em() / 15); }

float surround(const PlaneLayout& plane) {
  return kSurround * std::max(plane.rect.width(), plane.rect.height());
}

PlaneLayout input_plane(const Scene& scene) {
  Rect area = scene.diagram.field_area;
  area.min.y += kHeading * scene.em();
  PlaneLayout plane = fit_plane(area, scene.derived.input.output.plane(), kSurround, 1e6f);
  // Down to the baseline that the blocks stand on, but for the surround.
  plane.rect = plane.rect.translated({0, area.max.y - surround(plane) - plane.rect.max.y});
  return plane;
}

PlaneLayout map_plane(const Scene& scene) {
  Rect area = scene.diagram.map_area;
  area.min.y += kMapText * scene.em();
  area.max.y -= kMapText * scene.em();
  PlaneLayout plane = fit_plane(area, scene.derived.plane, 0, kLargestCell * scene.em());
  // Up against its heading rather than afloat in a tall panel.
  const float lift = plane.rect.min.y - area.min.y;
  plane.rect = plane.rect.translated({0, -lift});
  return plane;
}

bool whole(const Scene& scene) { return selected_figures(scene.derived).whole_input; }

Color field_color(const Scene& scene) {
  const bool good = !scene.derived.selected || scene.good(*scene.derived.selected);
  return good ? scene.theme().accent : scene.theme().muted;
}

// Lines between cells; of a plane whose cells are too small for that, every 2nd, 4th, 8th ...
void draw_grid(Scene& scene, const PlaneLayout& plane, float least, Color color) {
  int64_t step = 1;
  const int64_t cells = std::max(plane.cells.h, plane.cells.w);
  while (step < cells && static_cast<float>(step) * plane.cell < least) step *= 2;
  for (int64_t c = step; c < plane.cells.w; c += step) {
    const float x = std::round(plane.rect.min.x + static_cast<float>(c) * plane.cell) + 0.5f;
    scene.canvas.line({x, plane.rect.min.y}, {x, plane.rect.max.y}, color, hair(scene));
  }
  for (int64_t r = step; r < plane.cells.h; r += step) {
    const float y = std::round(plane.rect.min.y + static_cast<float>(r) * plane.cell) + 0.5f;
    scene.canvas.line({plane.rect.min.x, y}, {plane.rect.max.x, y}, color, hair(scene));
  }
}

// While playback glides from one cell to the next, everything drawn for the cell is in between.
float glide(const Scene& scene, Cell* from) {
  const Playhead& playhead = scene.model.playhead;
  const int64_t width = std::max<int64_t>(scene.derived.plane.w, 1);
  *from = scene.derived.cell;
  const bool follows = scene.derived.cell == Cell{playhead.index / width, playhead.index % width};
  if (!follows || playhead.phase >= 1 || scene.ui.reduce_motion || playhead.from >= scene.derived.cells)
    return 1;
  *from = {playhead.from / width, playhead.from % width};
  return eased(playhead.phase);
}

Rect gliding_field(const Scene& scene, const PlaneLayout& plane, bool clipped) {
  const LayerFigures& figures = selected_figures(scene.derived);
  const Size2 input = scene.derived.input.output.plane();
  Cell from;
  const float t = glide(scene, &from);
  const auto box = [&](Cell cell) {
    const ReceptiveBox uncut = receptive_box(figures, cell.row, cell.column);
    return plane_box(plane, clipped ? clip(uncut, input) : uncut);
  };
  return lerp(box(from), box(scene.derived.cell), t);
}

void draw_field(Scene& scene, const PlaneLayout& plane) {
  if (!scene.derived.cell_known) return;
  Canvas& canvas = scene.canvas;
  const float em = scene.em();
  const Color color = field_color(scene);
  const Rect visible = gliding_field(scene, plane, true), uncut = gliding_field(scene, plane, false);
  canvas.push_clip(plane.rect.inset(-surround(plane)));
  if (uncut != visible) canvas.dashed_stroke(uncut, with_alpha(color, 0.8f), hair(scene), 0.4f * em);
  canvas.fill(visible, with_alpha(color, 0.26f));
  canvas.stroke(visible, color, 2 * hair(scene));
  canvas.fill_circle(uncut.centre(), std::max(1.5f, 0.17f * em), color);
  canvas.pop_clip();
}

void draw_input(Scene& scene) {
  Canvas& canvas = scene.canvas;
  const Theme& theme = scene.theme();
  const float em = scene.em(), size = em * kCaption;
  const Rect& area = scene.diagram.field_area;
  const bool selected = !scene.derived.selected;
  const PlaneLayout plane = input_plane(scene);
  const float top = plane.rect.min.y - surround(plane);
  canvas.text({area.centre().x, top - 2.0f * em}, "Input", Font::kStrong, size,
              selected ? theme.accent : theme.text, AlignX::kCentre, AlignY::kMiddle);
  canvas.text({area.centre().x, top - 0.7f * em}, shape_text(scene.derived.input.output), Font::kMono, size,
              scene.derived.input_broken ? theme.muted : theme.text, AlignX::kCentre, AlignY::kMiddle);
  canvas.fill(plane.rect, theme.raised);
  draw_grid(scene, plane, 0.9f * em, with_alpha(theme.hairline, 0.6f));
  canvas.stroke(plane.rect, mix(theme.hairline, theme.muted, 0.5f), hair(scene));
  if (selected) canvas.stroke(plane.rect.inset(-2 * hair(scene)), theme.accent, 2 * hair(scene));
  draw_field(scene, plane);
}

std::string cells_text(const LayerFigures& figures, Size2 plane) {
  if (figures.flat) return grouped(figures.output.c) + (figures.output.c == 1 ? " number" : " numbers");
  return grouped(plane.h) + " × " + grouped(plane.w) + (plane.h * plane.w == 1 ? " cell" : " cells");
}

void draw_map_cells(Scene& scene, const PlaneLayout& plane) {
  Canvas& canvas = scene.canvas;
  const Theme& theme = scene.theme();
  const float em = scene.em();
  const Color color = field_color(scene);
  const size_t row = *scene.derived.selected;
  const Color ground =
      mix(theme.surface, scene.good(row) ? kind_color(theme, scene.kind(row)) : theme.muted, 0.3f);
  canvas.fill(plane.rect, ground);
  draw_grid(scene, plane, 0.4f * em, with_alpha(theme.ground, 0.45f));
  canvas.stroke(plane.rect, mix(theme.hairline, theme.muted, 0.5f), hair(scene));
  Cell from;
  const float t = glide(scene, &from);
  const Cell to = scene.derived.cell;
  Rect cell = lerp(plane_cell(plane, from.row, from.column), plane_cell(plane, to.row, to.column), t);
  const float least = 0.3f * em;  // a cell too small to see is shown larger
  if (cell.width() < least) cell = Rect::from_size(cell.centre() - least / 2, glm::vec2(least));
  canvas.fill(cell, with_alpha(color, 0.9f));
  const bool pinned = scene.model.pinned == scene.model.playhead.index && !scene.model.playhead.playing;
  if (pinned) canvas.stroke(cell.inset(-2.5f * hair(scene)), theme.text, 2 * hair(scene), 0.15f * em);
}

std::string span(const char* axis, const Interval& uncut, const Interval& visible) {
  std::string text = std::string(axis) + grouped(uncut.first) + "…" + grouped(uncut.last);
  const int64_t all = uncut.last - uncut.first + 1,
                seen = std::max<int64_t>(visible.last - visible.first + 1, 0);
  if (seen < all) text += ", " + grouped(seen) + " seen";
  return text;
}

void draw_map(Scene& scene) {
  Canvas& canvas = scene.canvas;
  const Theme& theme = scene.theme();
  const float em = scene.em(), size = em * kCaption;
  const Rect& area = scene.diagram.map_area;
  const float x = area.centre().x;
  const auto line = [&](float y, const std::string& text, Font font, Color color) {
    canvas.text({x, y}, fitted(canvas, text, font, size, area.width()), font, size, color, AlignX::kCentre,
                AlignY::kMiddle);
  };
  if (!scene.derived.selected) {
    float y = area.min.y + 0.95f * em;
    const std::string hint =
        "Select a layer: its map appears here, and what one of its outputs sees is drawn on the input";
    for (const std::string& text : wrapped(canvas, hint, Font::kText, size, area.width() - em)) {
      line(y, text, Font::kText, theme.muted);
      y += 1.3f * em;
    }
    return;
  }
  line(area.min.y + 0.95f * em, selected_name(scene.derived) + " output", Font::kStrong, theme.text);
  if (!scene.derived.cell_known) {
    line(area.min.y + 2.2f * em, "no figures yet", Font::kText, theme.muted);
    return;
  }
  line(area.min.y + 2.2f * em, cells_text(selected_figures(scene.derived), scene.derived.plane), Font::kMono,
       theme.muted);
  const PlaneLayout plane = map_plane(scene);
  draw_map_cells(scene, plane);
  const float y = plane.rect.max.y + 0.95f * em;
  if (whole(scene)) {
    line(y, "sees the whole input", Font::kText, field_color(scene));
    return;
  }
  line(y, span("rows ", scene.derived.field.rows, scene.derived.visible.rows), Font::kMono,
       field_color(scene));
  line(y + 1.3f * em, span("cols ", scene.derived.field.columns, scene.derived.visible.columns), Font::kMono,
       field_color(scene));
}

void tag_map(Scene& scene, const PlaneLayout& plane) {
  if (scene.ui.tags == nullptr) return;
  // At most eight a side, so that a large map does not flood the list; corners are always among them.
  const auto step = [](int64_t extent) { return std::max<int64_t>((extent + 7) / 8, 1); };
  for (int64_t r = 0; r < plane.cells.h; r += step(plane.cells.h)) {
    for (int64_t c = 0; c < plane.cells.w; c += step(plane.cells.w)) {
      scene.ui.tag("chain/map/" + std::to_string(r) + "/" + std::to_string(c), plane_cell(plane, r, c));
    }
  }
  const int64_t r = plane.cells.h - 1, c = plane.cells.w - 1;
  scene.ui.tag("chain/map/" + std::to_string(r) + "/" + std::to_string(c), plane_cell(plane, r, c));
}

void hold(Scene& scene, bool held) {
  if (scene.view.holding == held) return;
  scene.view.holding = held;
  scene.ui.push(PlayheadAction(HoldPlayback{held}));
}

void handle_map(Scene& scene) {
  if (!scene.derived.cell_known || scene.diagram.map_area.height() <= 0) {
    hold(scene, false);
    return;
  }
  const PlaneLayout plane = map_plane(scene);
  tag_map(scene, plane);
  const Pointer pointer = pointer_area(scene.ui, "chain/map", plane.rect);
  std::optional<Cell> cell;
  if (pointer.hovered || pointer.dragging) {
    if (const auto at = plane_cell_at(plane, pointer.position)) cell = Cell{at->row, at->column};
  }
  hold(scene, pointer.hovered);
  if (cell != scene.model.hovered) scene.ui.push(Action(HoverCell{cell}));
  if (cell && (pointer.pressed || pointer.dragging)) scene.ui.push(Action(PinCell{*cell}));
  if (pointer.hovered) {
    tooltip(scene.ui, plane.rect, "Move over the cells to move the receptive field; click pins, Esc lets go");
  }
}

}  // namespace

void handle_panel(Scene& scene) {
  handle_map(scene);
  const Pointer input = pointer_area(scene.ui, "chain/input", scene.diagram.field_area);
  if (input.pressed) scene.ui.push(Action(Select{kInput}));
  if (input.hovered) {
    tooltip(scene.ui, scene.diagram.field_area, "The input, to scale: click to select it and edit its size");
  }
}

void draw_panel(Scene& scene) {
  draw_input(scene);
  if (scene.diagram.map_area.height() > 0) draw_map(scene);
}

}  // namespace poolglass::chain
