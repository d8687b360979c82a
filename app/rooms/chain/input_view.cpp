// The left part: the input to scale with the receptive field on it, and the map of the selected layer's
// cells, over which the pointer or playback moves the field.
#include <algorithm>
#include <cmath>
#include <glm/common.hpp>

#include "app/rooms/chain/parts_view.h"
#include "app/rooms/format.h"

namespace poolglass::chain {
namespace {

constexpr float kSurround = 0.14f;  // of the input's longer side, for fields that reach beyond it

float hair(const Scene& scene) { return std::max(1.0f, scene.em() / 15); }

// Whether fields of the selected layer reach beyond the input: then it leaves room for them in its square.
bool reaches_out(const Scene& scene) {
  if (!scene.derived.cell_known) return false;
  const LayerFigures& figures = selected_figures(scene.derived);
  return !figures.whole_input && std::max(figures.padding.h, figures.padding.w) > 0;
}

PlaneLayout input_plane(const Scene& scene) {
  return fit_plane(scene.diagram.input_square, scene.derived.input.output.plane(),
                   reaches_out(scene) ? kSurround : 0, 1e6f);
}

PlaneLayout map_plane(const Scene& scene) {
  return fit_plane(scene.diagram.map_square, scene.derived.plane, 0, 1e6f);
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
  canvas.push_clip(scene.diagram.input_square.inset(-2 * hair(scene)));
  if (uncut != visible) canvas.dashed_stroke(uncut, with_alpha(color, 0.8f), hair(scene), 0.4f * em);
  canvas.fill(visible, with_alpha(color, 0.26f));
  canvas.stroke(visible, color, 2 * hair(scene));
  canvas.fill_circle(uncut.centre(), std::max(1.5f, 0.17f * em), color);
  canvas.pop_clip();
}

// Name at the left, shape at the right, on one line as wide as the squares.
void draw_heading(Scene& scene, float middle, const std::string& name, const std::string& shape) {
  const float size = scene.em() * kCaption;
  const Rect& square = scene.diagram.input_square;
  const float left = square.min.x, right = std::max(square.max.x, scene.diagram.panel.max.x);
  const float width = scene.canvas.text_size(shape, Font::kMono, size).x;
  const std::string shown =
      fitted(scene.canvas, name, Font::kStrong, size, right - left - width - 0.5f * scene.em());
  scene.canvas.text({left, middle}, shown, Font::kStrong, size, scene.theme().text, AlignX::kLeft,
                    AlignY::kMiddle);
  const float x = left + scene.canvas.text_size(shown, Font::kStrong, size).x + 0.7f * scene.em();
  scene.canvas.text({std::max(x, std::min(square.max.x, right) - width), middle}, shape, Font::kMono, size,
                    scene.theme().muted, AlignX::kLeft, AlignY::kMiddle);
}

void draw_input(Scene& scene) {
  Canvas& canvas = scene.canvas;
  const Theme& theme = scene.theme();
  const bool selected = !scene.derived.selected;
  const PlaneLayout plane = input_plane(scene);
  const Rect& square = scene.diagram.input_square;
  draw_heading(scene, square.min.y - 0.9f * scene.em(), "Input",
               tight_shape_text(scene.derived.input.output));
  if (reaches_out(scene)) {  // beyond the input there is padding
    canvas.hatch(square, with_alpha(theme.hairline, 0.8f), 0.6f * scene.em(), hair(scene));
  }
  canvas.fill(plane.rect, theme.raised);
  draw_grid(scene, plane, 0.9f * scene.em(), with_alpha(theme.hairline, 0.6f));
  canvas.stroke(plane.rect, mix(theme.hairline, theme.muted, 0.5f), hair(scene));
  if (selected) canvas.stroke(plane.rect.inset(-2 * hair(scene)), theme.text, 2 * hair(scene));
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

// From the field's lower corners to the cell's upper ones: what is seen, and by whom.
void draw_joints(Scene& scene) {
  const PlaneLayout plane = map_plane(scene);
  Cell from;
  const float t = glide(scene, &from);
  const Cell to = scene.derived.cell;
  const Rect cell = lerp(plane_cell(plane, from.row, from.column), plane_cell(plane, to.row, to.column), t);
  const Rect field = gliding_field(scene, input_plane(scene), true);
  const Color color = with_alpha(field_color(scene), 0.7f);
  const float dash = 0.3f * scene.em();
  scene.canvas.dashed_line({field.min.x, field.max.y}, cell.min, color, hair(scene), dash);
  scene.canvas.dashed_line(field.max, {cell.max.x, cell.min.y}, color, hair(scene), dash);
}

void draw_map(Scene& scene) {
  Canvas& canvas = scene.canvas;
  const Theme& theme = scene.theme();
  const float em = scene.em(), size = em * kCaption, line = 1.3f * em;
  const Rect& square = scene.diagram.map_square;
  const Rect& words = scene.diagram.map_words;
  float y = words.min.y + 0.75f * em;
  const auto write = [&](const std::string& text, Font font, Color color) {
    if (y + 0.5f * size > words.max.y + 1) return;
    canvas.text({square.min.x, y}, fitted(canvas, text, font, size, words.width()), font, size, color,
                AlignX::kLeft, AlignY::kMiddle);
    y += line;
  };
  if (!scene.derived.selected) {
    y = square.min.y + 0.75f * em;
    const std::string hint =
        "Select a layer: its map appears here, and what one of its outputs sees is drawn on the input";
    for (const std::string& text : wrapped(canvas, hint, Font::kText, size, words.width())) {
      if (y + 0.5f * size > words.max.y) break;
      canvas.text({square.min.x, y}, text, Font::kText, size, theme.muted, AlignX::kLeft, AlignY::kMiddle);
      y += line;
    }
    return;
  }
  if (!scene.derived.cell_known) {
    canvas.dashed_stroke(square, theme.muted, hair(scene), 0.35f * em);
    write(selected_name(scene.derived), Font::kStrong, theme.text);
    write("no figures yet", Font::kText, theme.muted);
    return;
  }
  const LayerFigures& figures = selected_figures(scene.derived);
  draw_map_cells(scene, map_plane(scene));
  draw_joints(scene);
  draw_heading(scene, y, selected_name(scene.derived),
               figures.flat ? cells_text(figures, scene.derived.plane) : tight_shape_text(figures.output));
  y += line;
  if (whole(scene)) {
    write("sees the whole input", Font::kText, field_color(scene));
    return;
  }
  const Cell cell = scene.derived.cell;
  write("unit (" + grouped(cell.row) + "," + grouped(cell.column) + ") sees", Font::kText, theme.muted);
  write(span("rows ", scene.derived.field.rows, scene.derived.visible.rows), Font::kMono, field_color(scene));
  write(span("cols ", scene.derived.field.columns, scene.derived.visible.columns), Font::kMono,
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
  if (!scene.derived.cell_known) {
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
  const Pointer input = pointer_area(scene.ui, "chain/input", scene.diagram.input_square);
  if (input.pressed) scene.ui.push(Action(Select{kInput}));
  if (input.hovered) {
    tooltip(scene.ui, scene.diagram.input_square,
            "The input, to scale: click to select it and edit its size");
  }
}

void draw_panel(Scene& scene) {
  draw_input(scene);
  draw_map(scene);
}

}  // namespace poolglass::chain
