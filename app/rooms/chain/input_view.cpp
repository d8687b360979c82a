// The left part: the input to scale with the receptive field on it, and the map of the selected layer's
// cells, over which the pointer or playback moves the field.
#include <algorithm>
#include <cmath>
#include <glm/common.hpp>

#include "app/rooms/chain/painted_view.h"
#include "app/rooms/chain/parts_view.h"
#include "app/rooms/format.h"

namespace poolglass::chain {
namespace {

constexpr float kSurround = 0.14f;  // of the input's longer side, for fields that reach beyond it
constexpr float kMostSurround = 1.0f;

float hair(const Frame& frame) { return std::max(1.0f, frame.em() / 15); }

// Whether fields of the selected layer reach beyond the input: then it leaves room for them in its square.
bool reaches_out(const Frame& frame) {
  if (!frame.derived.cell_known) return false;
  const LayerFigures& figures = selected_figures(frame.derived);
  return !figures.whole_input && std::max(figures.padding.h, figures.padding.w) > 0;
}

// What is left around the input, as a share of its longer side: large fields lie beyond it on all sides.
float surround(const Frame& frame) {
  if (!reaches_out(frame)) return 0;
  const LayerFigures& figures = selected_figures(frame.derived);
  const Size2 input = frame.derived.input.output.plane();
  const auto beyond = static_cast<float>(std::max(figures.padding.h, figures.padding.w));
  const auto side = static_cast<float>(std::max<int64_t>({input.h, input.w, 1}));
  return std::clamp(beyond / side + 0.02f, kSurround, kMostSurround);
}

PlaneLayout input_plane(const Frame& frame) {
  return fit_plane(frame.diagram.input_square, frame.derived.input.output.plane(), surround(frame), 1e6f);
}

PlaneLayout map_plane(const Frame& frame) {
  return fit_plane(frame.diagram.map_square, frame.derived.plane, 0, 1e6f);
}

bool whole(const Frame& frame) { return selected_figures(frame.derived).whole_input; }

// In a comparison A has the text's colour, B the window's.
Color field_color(const Frame& frame) {
  if (!frame.layer_good) return frame.theme().muted;
  return frame.model.lens == kCompareLens ? frame.theme().text : frame.theme().accent;
}

// Lines between cells; of a plane whose cells are too small for that, every 2nd, 4th, 8th ...
void draw_grid(Frame& frame, const PlaneLayout& plane, float least, Color color) {
  int64_t step = 1;
  const int64_t cells = std::max(plane.cells.h, plane.cells.w);
  while (step < cells && static_cast<float>(step) * plane.cell < least) step *= 2;
  for (int64_t c = step; c < plane.cells.w; c += step) {
    const float x = std::round(plane.rect.min.x + static_cast<float>(c) * plane.cell) + 0.5f;
    frame.canvas.line({x, plane.rect.min.y}, {x, plane.rect.max.y}, color, hair(frame));
  }
  for (int64_t r = step; r < plane.cells.h; r += step) {
    const float y = std::round(plane.rect.min.y + static_cast<float>(r) * plane.cell) + 0.5f;
    frame.canvas.line({plane.rect.min.x, y}, {plane.rect.max.x, y}, color, hair(frame));
  }
}

// While playback glides from one cell to the next, everything drawn for the cell is in between.
float glide(const Frame& frame, Cell* from) {
  const Playhead& playhead = cell_head(frame.model);
  const int64_t width = std::max<int64_t>(frame.derived.plane.w, 1);
  *from = frame.derived.cell;
  const bool follows = frame.derived.cell == Cell{playhead.index / width, playhead.index % width};
  if (!follows || playhead.phase >= 1 || frame.ui.reduce_motion || playhead.from >= frame.derived.cells)
    return 1;
  *from = {playhead.from / width, playhead.from % width};
  return eased(playhead.phase);
}

Rect gliding_field(const Frame& frame, const PlaneLayout& plane, bool clipped) {
  const Size2 input = frame.derived.input.output.plane();
  Cell from;
  const float t = glide(frame, &from);
  const auto box = [&](Cell cell) {
    const ReceptiveBox uncut = field_of(frame.derived, cell);
    return plane_box(plane, clipped ? clip(uncut, input) : uncut);
  };
  return lerp(box(from), box(frame.derived.cell), t);
}

bool shows_photo(const Frame& frame) {
  return frame.model.lens != kCostLens && frame.model.photo && !frame.derived.lens.photo.empty();
}

void draw_photo(Frame& frame, const PlaneLayout& plane) {
  const LensResults& lens = frame.derived.lens;
  const auto of = static_cast<uint64_t>(lens.photo_size.h * 4096 + lens.photo_size.w);
  const Bitmap& photo = painted(frame.view.photo, of, lens.photo_size, [&](int64_t r, int64_t c) {
    const uint8_t grey = lens.photo[static_cast<size_t>(r * lens.photo_size.w + c)];
    return Color{grey, grey, grey, 255};
  });
  frame.canvas.image(photo, plane.rect);
}

// The second unit's field, and what both see.
void draw_second(Frame& frame, const PlaneLayout& plane) {
  const auto& overlap = frame.derived.lens.overlap;
  if (!overlap) return;
  Canvas& canvas = frame.canvas;
  const Size2 input = frame.derived.input.output.plane();
  canvas.push_clip(frame.diagram.input_square.inset(-2 * hair(frame)));
  if (overlap->cells > 0) {
    canvas.hatch(plane_box(plane, clip(overlap->shared, input)), with_alpha(frame.theme().text, 0.6f),
                 0.45f * frame.em(), hair(frame));
  }
  const Rect box = plane_box(plane, clip(overlap->second, input));
  canvas.stroke(box, with_alpha(rgb(0x000000), 0.6f), 3.5f * hair(frame));
  canvas.stroke(box, rgb(0xFFFFFF), 1.6f * hair(frame));
  canvas.pop_clip();
}

// "A 46" in a field's corner, on a ground that no photograph hides.
void draw_field_name(Frame& frame, const Rect& field, bool at_top, const std::string& name,
                     const ReceptiveBox& box, Color color) {
  const float em = frame.em(), size = em * kCaption;
  const Size2 cells{box.rows.last - box.rows.first + 1, box.columns.last - box.columns.first + 1};
  const std::string text = name + " " + short_size_text(cells);
  const glm::vec2 plate = frame.canvas.text_size(text, Font::kStrong, size) + 0.5f * em;
  if (field.width() < plate.x || field.height() < plate.y) return;
  const glm::vec2 inner(2 * hair(frame));
  const Rect rect = Rect::from_size(at_top ? field.min + inner : field.max - plate - inner, plate);
  frame.canvas.fill(rect, with_alpha(frame.theme().ground, 0.8f), 0.2f * em);
  frame.canvas.text(rect.centre(), text, Font::kStrong, size, color, AlignX::kCentre, AlignY::kMiddle);
}

// In a comparison, what B's unit at the same place sees, and both fields' names.
void draw_rival_field(Frame& frame, const PlaneLayout& plane) {
  const auto& field = frame.derived.comparison.field;
  if (frame.model.lens != kCompareLens || !field || !frame.derived.cell_known) return;
  const Size2 input = frame.derived.input.output.plane();
  const Color color = frame.theme().accent;
  // Around the cells by a line more, so that a field of A as large is seen within.
  const auto around = [&](const ReceptiveBox& cells) {
    return plane_box(plane, cells).inset(-2 * hair(frame));
  };
  const Rect box = around(clip(*field, input)), uncut = around(*field);
  frame.canvas.push_clip(frame.diagram.input_square.inset(-2 * hair(frame)));
  if (uncut != box)
    frame.canvas.dashed_stroke(uncut, with_alpha(color, 0.8f), hair(frame), 0.4f * frame.em());
  frame.canvas.stroke(box, with_alpha(rgb(0x000000), 0.7f), 4 * hair(frame));
  frame.canvas.stroke(box, color, 2 * hair(frame));
  draw_field_name(frame, box, true, "B", *field, color);
  draw_field_name(frame, plane_box(plane, frame.derived.visible), false, "A", frame.derived.field,
                  field_color(frame));
  frame.canvas.pop_clip();
}

// What the layer under the pointer sees there.
void draw_hovered(Frame& frame, const PlaneLayout& plane) {
  const auto& field = frame.derived.network.hovered_field;
  if (!field) return;
  const Rect box = plane_box(plane, *field);
  frame.canvas.push_clip(frame.diagram.input_square.inset(-2 * hair(frame)));
  frame.canvas.stroke(box, with_alpha(rgb(0x000000), 0.6f), 3 * hair(frame));
  frame.canvas.dashed_stroke(box, rgb(0xFFFFFF), 1.4f * hair(frame), 0.3f * frame.em());
  frame.canvas.pop_clip();
}

// The pixel that is changed.
void draw_poked(Frame& frame, const PlaneLayout& plane) {
  const auto& pixel = frame.derived.lens.poke.pixel;
  if (!poking(frame.model) || !pixel) return;
  Rect cell = plane_cell(plane, pixel->row, pixel->column);
  const float least = 0.4f * frame.em();
  if (cell.width() < least) cell = Rect::from_size(cell.centre() - least / 2, glm::vec2(least));
  frame.canvas.fill(cell.inset(-2 * hair(frame)), rgb(0x000000));
  frame.canvas.fill(cell, rgb(0xFFFFFF));
}

void draw_field(Frame& frame, const PlaneLayout& plane) {
  if (!frame.derived.cell_known || !frame.derived.field_known) return;
  Canvas& canvas = frame.canvas;
  const float em = frame.em();
  const Color color = field_color(frame);
  const Rect visible = gliding_field(frame, plane, true), uncut = gliding_field(frame, plane, false);
  canvas.push_clip(frame.diagram.input_square.inset(-2 * hair(frame)));
  if (uncut != visible) canvas.dashed_stroke(uncut, with_alpha(color, 0.8f), hair(frame), 0.4f * em);
  const bool photo = shows_photo(frame);
  canvas.fill(visible, with_alpha(color, photo ? 0.12f : 0.26f));
  if (photo) canvas.stroke(visible, with_alpha(rgb(0x000000), 0.7f), 4 * hair(frame));
  canvas.stroke(visible, color, 2 * hair(frame));
  canvas.fill_circle(uncut.centre(), std::max(1.5f, 0.17f * em), color);
  for (const ReceptiveBox& path : frame.derived.network.paths)
    canvas.dashed_stroke(plane_box(plane, path), frame.theme().text, hair(frame), 0.25f * em);
  canvas.pop_clip();
}

// Name at the left, shape at the right, on one line as wide as the squares.
void draw_heading(Frame& frame, float middle, const std::string& name, const std::string& shape) {
  const float size = frame.em() * kCaption;
  const Rect& square = frame.diagram.input_square;
  const float left = square.min.x, right = std::max(square.max.x, frame.diagram.panel.max.x);
  const float width = frame.canvas.text_size(shape, Font::kMono, size).x;
  const std::string shown =
      fitted(frame.canvas, name, Font::kStrong, size, right - left - width - 0.5f * frame.em());
  frame.canvas.text({left, middle}, shown, Font::kStrong, size, frame.theme().text, AlignX::kLeft,
                    AlignY::kMiddle);
  const float x = left + frame.canvas.text_size(shown, Font::kStrong, size).x + 0.7f * frame.em();
  frame.canvas.text({std::max(x, std::min(square.max.x, right) - width), middle}, shape, Font::kMono, size,
                    frame.theme().muted, AlignX::kLeft, AlignY::kMiddle);
}

void draw_input(Frame& frame) {
  Canvas& canvas = frame.canvas;
  const Theme& theme = frame.theme();
  const bool selected = !frame.layer_selected;
  const PlaneLayout plane = input_plane(frame);
  const Rect& square = frame.diagram.input_square;
  draw_heading(frame, square.min.y - 0.9f * frame.em(), "Input",
               tight_shape_text(frame.derived.input.output));
  if (reaches_out(frame)) {  // beyond the input there is padding
    canvas.hatch(square, with_alpha(theme.hairline, 0.8f), 0.6f * frame.em(), hair(frame));
  }
  canvas.fill(plane.rect, theme.raised);
  if (shows_photo(frame)) {
    draw_photo(frame, plane);
  } else {
    draw_grid(frame, plane, 0.9f * frame.em(), with_alpha(theme.hairline, 0.6f));
  }
  canvas.stroke(plane.rect, mix(theme.hairline, theme.muted, 0.5f), hair(frame));
  if (selected) canvas.stroke(plane.rect.inset(-2 * hair(frame)), theme.text, 2 * hair(frame));
  if (!poking(frame.model)) draw_field(frame, plane);
  draw_rival_field(frame, plane);
  draw_second(frame, plane);
  draw_hovered(frame, plane);
  draw_poked(frame, plane);
}

std::string cells_text(const LayerFigures& figures, Size2 plane) {
  if (figures.flat) return grouped(figures.output.c) + (figures.output.c == 1 ? " number" : " numbers");
  return grouped(plane.h) + " × " + grouped(plane.w) + (plane.h * plane.w == 1 ? " cell" : " cells");
}

void draw_map_cells(Frame& frame, const PlaneLayout& plane) {
  Canvas& canvas = frame.canvas;
  const Theme& theme = frame.theme();
  const float em = frame.em();
  const Color color = field_color(frame);
  const Color ground = mix(theme.surface, frame.layer_good ? frame.layer_color : theme.muted, 0.3f);
  canvas.fill(plane.rect, ground);
  draw_grid(frame, plane, 0.4f * em, with_alpha(theme.ground, 0.45f));
  canvas.stroke(plane.rect, mix(theme.hairline, theme.muted, 0.5f), hair(frame));
  Cell from;
  const float t = glide(frame, &from);
  const Cell to = frame.derived.cell;
  Rect cell = lerp(plane_cell(plane, from.row, from.column), plane_cell(plane, to.row, to.column), t);
  const float least = 0.3f * em;  // a cell too small to see is shown larger
  if (cell.width() < least) cell = Rect::from_size(cell.centre() - least / 2, glm::vec2(least));
  canvas.fill(cell, with_alpha(color, 0.9f));
  const bool here = frame.derived.network.graph && frame.model.second_layer == frame.derived.network.selected;
  if (const auto& second = frame.derived.lens.second; second && here) {
    Rect other = plane_cell(plane, second->row, second->column);
    if (other.width() < least) other = Rect::from_size(other.centre() - least / 2, glm::vec2(least));
    canvas.fill(other, theme.text);
    canvas.stroke(other, theme.ground, hair(frame));
  }
  if (shows_pin(frame.model))
    canvas.stroke(cell.inset(-2.5f * hair(frame)), theme.text, 2 * hair(frame), 0.15f * em);
}

std::string span(const char* axis, const Interval& uncut) {
  return std::string(axis) + grouped(uncut.first) + "…" + grouped(uncut.last);
}

// Behind it, where not all of it are cells of the input.
std::string seen_of(const Interval& uncut, const Interval& visible) {
  const int64_t all = uncut.last - uncut.first + 1,
                seen = std::max<int64_t>(visible.last - visible.first + 1, 0);
  return seen < all ? ", " + grouped(seen) + " seen" : "";
}

// From the field's lower corners to the cell's upper ones: what is seen, and by whom.
void draw_joints(Frame& frame) {
  const PlaneLayout plane = map_plane(frame);
  Cell from;
  const float t = glide(frame, &from);
  const Cell to = frame.derived.cell;
  const Rect cell = lerp(plane_cell(plane, from.row, from.column), plane_cell(plane, to.row, to.column), t);
  const Rect field = gliding_field(frame, input_plane(frame), true);
  const Color color = with_alpha(field_color(frame), 0.7f);
  const float dash = 0.3f * frame.em();
  frame.canvas.dashed_line({field.min.x, field.max.y}, cell.min, color, hair(frame), dash);
  frame.canvas.dashed_line(field.max, {cell.max.x, cell.min.y}, color, hair(frame), dash);
}

void draw_map(Frame& frame) {
  Canvas& canvas = frame.canvas;
  const Theme& theme = frame.theme();
  const float em = frame.em(), size = em * kCaption, line = 1.3f * em;
  const Rect& square = frame.diagram.map_square;
  const Rect& words = frame.diagram.map_words;
  float y = words.min.y + 0.75f * em;
  const auto write = [&](const std::string& text, Font font, Color color) {
    if (y + 0.5f * size > words.max.y + 1) return;
    canvas.text({square.min.x, y}, fitted(canvas, text, font, size, words.width()), font, size, color,
                AlignX::kLeft, AlignY::kMiddle);
    y += line;
  };
  if (!frame.layer_selected) {
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
  if (!frame.derived.cell_known) {
    canvas.dashed_stroke(square, theme.muted, hair(frame), 0.35f * em);
    write(selected_name(frame.derived), Font::kStrong, theme.text);
    write("no figures yet", Font::kText, theme.muted);
    return;
  }
  const LayerFigures& figures = selected_figures(frame.derived);
  draw_map_cells(frame, map_plane(frame));
  if (frame.derived.field_known && !poking(frame.model)) draw_joints(frame);
  draw_heading(frame, y, selected_name(frame.derived),
               figures.flat ? cells_text(figures, frame.derived.plane) : tight_shape_text(figures.output));
  y += line;
  if (!frame.derived.field_known) {
    write("field not known", Font::kText, theme.muted);
    return;
  }
  if (whole(frame)) {
    write("sees the whole input", Font::kText, field_color(frame));
    return;
  }
  const Cell cell = frame.derived.cell;
  write("unit (" + grouped(cell.row) + "," + grouped(cell.column) + ") sees", Font::kText, theme.muted);
  const auto write_span = [&](const char* axis, const Interval& uncut, const Interval& visible) {
    const std::string text = span(axis, uncut), whole = text + seen_of(uncut, visible);
    const bool fits = canvas.text_size(whole, Font::kMono, size).x <= words.width();
    write(fits ? whole : text, Font::kMono, field_color(frame));
  };
  write_span("rows ", frame.derived.field.rows, frame.derived.visible.rows);
  write_span("cols ", frame.derived.field.columns, frame.derived.visible.columns);
}

void tag_map(Frame& frame, const PlaneLayout& plane) {
  if (frame.ui.tags == nullptr) return;
  // At most eight a side, so that a large map does not flood the list; corners are always among them.
  const auto step = [](int64_t extent) { return std::max<int64_t>((extent + 7) / 8, 1); };
  for (int64_t r = 0; r < plane.cells.h; r += step(plane.cells.h)) {
    for (int64_t c = 0; c < plane.cells.w; c += step(plane.cells.w)) {
      frame.ui.tag("chain/map/" + std::to_string(r) + "/" + std::to_string(c), plane_cell(plane, r, c));
    }
  }
  const int64_t r = plane.cells.h - 1, c = plane.cells.w - 1;
  frame.ui.tag("chain/map/" + std::to_string(r) + "/" + std::to_string(c), plane_cell(plane, r, c));
}

void hold(Frame& frame, bool held) {
  if (frame.view.holding == held) return;
  frame.view.holding = held;
  frame.ui.push(PlayheadAction(HoldPlayback{held}));
}

void handle_map(Frame& frame) {
  if (!frame.derived.cell_known) {
    hold(frame, false);
    return;
  }
  const PlaneLayout plane = map_plane(frame);
  tag_map(frame, plane);
  const Pointer pointer = pointer_area(frame.ui, "chain/map", plane.rect);
  std::optional<Cell> cell;
  if (pointer.hovered || pointer.dragging) {
    if (const auto at = plane_cell_at(plane, pointer.position)) cell = Cell{at->row, at->column};
  }
  hold(frame, pointer.hovered);
  if (cell != frame.model.hovered) frame.ui.push(Action(HoverCell{cell}));
  if (cell && (pointer.pressed || pointer.dragging)) {
    const bool second = pointer.shift && frame.model.lens != kCostLens;
    frame.ui.push(second ? Action(PinSecond{*cell}) : Action(PinCell{*cell}));
  }
  if (pointer.hovered) {
    tooltip(frame.ui, plane.rect, "Move over the cells to move the receptive field; click pins, Esc lets go");
  }
}

// What a pixel reaches lights up in every map.
void hover_pixel(Frame& frame, const Pointer& input) {
  std::optional<Cell> pixel;
  if (input.hovered) {
    if (const auto at = plane_cell_at(input_plane(frame), input.position)) pixel = Cell{at->row, at->column};
  }
  if (pixel != frame.model.pixel) frame.ui.push(Action(HoverPixel{pixel}));
}

}  // namespace

void handle_panel(Frame& frame) {
  handle_map(frame);
  const Pointer input = pointer_area(frame.ui, "chain/input", frame.diagram.input_square);
  const bool pokes = poking(frame.model);
  if (input.pressed && pokes) {
    if (const auto at = plane_cell_at(input_plane(frame), input.position))
      frame.ui.push(Action(PokePixel{Cell{at->row, at->column}}));
  } else if (input.pressed) {
    frame.ui.push(frame.derived.network.graph ? Action(SelectLayer{0}) : Action(Select{kInput}));
  }
  if (frame.derived.network.graph) hover_pixel(frame, input);
  if (input.hovered) {
    tooltip(frame.ui, frame.diagram.input_square,
            pokes ? "Move to change another pixel; click holds it, Esc lets go"
                  : "The input, to scale: click to select it and edit its size");
  }
}

void draw_panel(Frame& frame) {
  draw_input(frame);
  draw_map(frame);
}

}  // namespace poolglass::chain
