// The picture at the left: nudged, with the mark of its nudge, and draggable.
#include <algorithm>
#include <cmath>
#include <glm/common.hpp>
#include <glm/geometric.hpp>

#include "app/rooms/format.h"
#include "app/rooms/shift/picture_view.h"
#include "app/rooms/shift/presets.h"
#include "app/rooms/shift/words.h"

namespace poolglass::shift {
namespace {

constexpr int64_t kMostTiles = 96;    // of a large picture, per side
constexpr int64_t kPatternPart = 24;  // of stripes and checkers: pixels that are shown

// What of the picture is in sight.
Part sight(const Scene& scene) {
  const Size2 size = scene.derived.nudged.size;
  if (scene.model.lens != kAliasingLens) return {{0, 0}, size};
  return {{0, 0}, {std::min(size.h, kPatternPart), std::min(size.w, kPatternPart)}};
}

// A picture of more cells than the square has room for, as the means of tiles.
Plane tiled(const Plane& plane, int64_t step) {
  if (step == 1) return plane;
  Plane tiles({(plane.size.h + step - 1) / step, (plane.size.w + step - 1) / step});
  for (int64_t row = 0; row < tiles.size.h; ++row) {
    for (int64_t column = 0; column < tiles.size.w; ++column) {
      const int64_t bottom = std::min((row + 1) * step, plane.size.h),
                    right = std::min((column + 1) * step, plane.size.w);
      float sum = 0;
      for (int64_t y = row * step; y < bottom; ++y) {
        for (int64_t x = column * step; x < right; ++x) sum += plane.at(y, x);
      }
      tiles.at(row, column) = sum / static_cast<float>((bottom - row * step) * (right - column * step));
    }
  }
  return tiles;
}

// A picture's pixels in the box, which may be cut at its edges.
Rect pixels_rect(const CellBox& box, const Part& part) {
  const Rect first = cell_rect(box, part.first);
  const glm::vec2 size(box.cell * static_cast<float>(part.size.w),
                       box.cell * static_cast<float>(part.size.h));
  const Rect rect = Rect::from_size(first.min, size);
  return {glm::max(rect.min, box.rect.min), glm::min(rect.max, box.rect.max)};
}

void draw_title(Scene& scene) {
  if (scene.layout.low) return;  // the row of squares has its name there
  const Rect& at = scene.layout.heading;
  const float y = at.min.y + 0.62f * scene.em();
  const std::string size = size_text(scene.derived.picture.size);
  const float width = scene.canvas.text_size(size, Font::kMono, scene.caption()).x;
  const float room = at.width() - width - 0.6f * scene.em();
  std::string title = scene.model.lens == kAliasingLens ? "drag the pattern" : "drag the picture";
  if (scene.canvas.text_size(title, Font::kStrong, scene.caption()).x > room)
    title = fitted(scene.canvas, "drag", Font::kStrong, scene.caption(), room);
  write(scene, {at.min.x, y}, title, scene.theme().text, Font::kStrong);
  if (width <= at.width())
    write(scene, {at.max.x, y}, size, scene.theme().muted, Font::kMono, AlignX::kRight);
}

// Labels on a picture have a dark plate.
void write_on_picture(Scene& scene, glm::vec2 left_middle, std::string_view text, Font font) {
  const float em = scene.em(), width = scene.canvas.text_size(text, font, scene.caption()).x;
  scene.canvas.fill(
      {left_middle - glm::vec2(0.45f, 0.75f) * em, left_middle + glm::vec2(width + 0.45f * em, 0.75f * em)},
      with_alpha(rgb(0x0E1116), 0.85f), 0.7f * em);
  write(scene, left_middle, text, rgb(0xE8ECF1), font);
}

void draw_detail(Scene& scene, const CellBox& box) {
  const Part pixels = shown_pixels(scene);
  const Size2 all = scene.derived.picture.size;
  if (pixels.size.h >= all.h && pixels.size.w >= all.w) return;
  const Rect rect = pixels_rect(box, pixels);
  scene.canvas.stroke(rect, with_alpha(rgb(0x000000), 0.7f), 3 * scene.hair());
  scene.canvas.stroke(rect, rgb(0xFFFFFF), scene.hair());
  const float width = scene.canvas.text_size("detail", Font::kText, scene.caption()).x;
  const bool right = rect.max.x + width + 1.2f * scene.em() < box.rect.max.x;
  const float x = right ? rect.max.x + 0.75f * scene.em() : rect.min.x - width - 0.75f * scene.em();
  if (x - 0.5f * scene.em() < box.rect.min.x) return;
  write_on_picture(scene, {x, rect.centre().y}, "detail", Font::kText);
}

// The first windows: what each output cell reads.
void draw_window(Scene& scene, const CellBox& box) {
  const ShiftWindow& w = scene.derived.window;
  const Cell at = scene.model.lens == kPeakLens
                      ? Cell{kPeakWindows / 2 * w.stride.h, kPeakWindows / 2 * w.stride.w}
                      : Cell{0, 0};
  const Size2 span{(w.kernel.h - 1) * w.dilation.h + 1, (w.kernel.w - 1) * w.dilation.w + 1};
  const Rect rect = pixels_rect(box, {at, span});
  scene.canvas.stroke(rect, with_alpha(rgb(0x000000), 0.7f), 4 * scene.hair());
  scene.canvas.stroke(rect, scene.theme().accent, 2 * scene.hair());
}

// Where the peak can go by one pixel: full dots stay in its window, hollow ones leave it.
void draw_neighbours(Scene& scene, const CellBox& box) {
  const ShiftWindow& w = scene.derived.window;
  const Cell place = scene.model.document.peak;
  const Cell at{kPeakWindows / 2 * w.stride.h + place.row * w.dilation.h,
                kPeakWindows / 2 * w.stride.w + place.column * w.dilation.w};
  const float radius = std::clamp(0.22f * box.cell, 2.0f, 0.4f * scene.em());
  for (const Cell nudge : kNeighbours) {
    const glm::vec2 centre = cell_rect(box, {at.row + nudge.row, at.column + nudge.column}).centre();
    if (!box.rect.contains(centre)) continue;
    if (keeps_peak(w, place, nudge)) {
      scene.canvas.fill_circle(centre, radius, rgb(0xFFFFFF));
    } else {
      scene.canvas.stroke_circle(centre, radius, rgb(0xFFFFFF), 1.5f * scene.hair());
    }
  }
}

// An arrow that points where the picture went, and how far.
void draw_nudge(Scene& scene, const CellBox& box) {
  const Derived& d = scene.derived;
  const float em = scene.em(), radius = 1.0f * em;
  const Rect& rect = box.rect;
  if (rect.height() < 6 * em) return;
  const glm::vec2 centre(rect.min.x + 1.6f * em, rect.max.y - 1.6f * em);
  const Color dark = rgb(0x0E1116), amber = rgb(0xF2B134);  // on a picture, the same in both themes
  scene.canvas.fill_circle(centre, radius + scene.hair(), dark);
  scene.canvas.fill_circle(centre, radius, amber);
  const glm::vec2 nudge(static_cast<float>(d.right), static_cast<float>(d.down));
  if (d.right == 0 && d.down == 0) {
    scene.canvas.fill_circle(centre, 0.22f * em, dark);
  } else {
    const glm::vec2 along = glm::normalize(nudge) * 0.55f * em;
    scene.canvas.arrow(centre - along, centre + along, dark, 2 * scene.hair(), 0.42f * em);
  }
  std::string text = pixels_text(d.right);
  if (d.down != 0) text = "→ " + pixels_text(d.right) + "  ↓ " + pixels_text(d.down);
  if (d.right == 0 && d.down != 0) text = "↓ " + pixels_text(d.down);
  write_on_picture(scene, centre + glm::vec2(radius + 0.9f * em, 0), text, Font::kMono);
}

// A drag nudges by the pixels it goes; a click shows that place large.
void handle(Scene& scene, const CellBox& box) {
  ViewState& view = scene.view;
  const Pointer pointer = pointer_area(scene.ui, "shift/picture", box.rect);
  const auto steps = static_cast<float>(steps_per_pixel(scene.model.document));
  if (pointer.pressed) {
    view.from_right = right_steps(scene.model);
    view.from_down = scene.model.down;
    view.dragged = false;
  }
  if (pointer.dragging && (view.dragged || glm::length(pointer.drag) > 0.3f * scene.em())) {
    view.dragged = true;
    // Small pixels would fly past: a step is at least a fifth of an em.
    const float pixel = std::max(box.cell, 0.2f * scene.em());
    const int64_t right = view.from_right + std::llround(pointer.drag.x / pixel * steps);
    const int64_t down = view.from_down + std::llround(pointer.drag.y / pixel * steps);
    if (right != right_steps(scene.model) || down != scene.model.down)
      scene.ui.push(Action(SetNudge{right, down}));
  }
  if (pointer.released && !view.dragged && scene.model.lens == kNudgeLens) {
    const auto at = cell_at(box, pointer.position);
    const Part part = shown_pixels(scene);
    if (at) scene.ui.push(Action(SetDetail{{at->row - part.size.h / 2, at->column - part.size.w / 2}}));
  }
  if (pointer.released) view.dragged = false;
  if (!pointer.hovered || pointer.dragging) return;
  tooltip(scene.ui, box.rect,
          scene.model.lens == kNudgeLens ? "Drag to nudge, click to see that part large; arrows nudge, too"
                                         : "Drag to nudge; arrows nudge, too",
          box.rect);
}

}  // namespace

CellBox picture_box(const Scene& scene) { return fit_cells(scene.layout.picture, sight(scene).size); }

void draw_picture(Scene& scene) {
  const Part part = sight(scene);
  const CellBox box = picture_box(scene);
  draw_title(scene);
  const int64_t side = std::max(part.size.h, part.size.w), step = (side + kMostTiles - 1) / kMostTiles;
  const Plane tiles = tiled(scene.derived.nudged, step);
  const Part shown = step == 1 ? part : Part{{0, 0}, tiles.size};
  draw_cells(scene, box.rect, tiles, shown, [&](float value) { return value_color(scene, value); });
  scene.canvas.push_clip(box.rect.inset(-2 * scene.hair()));
  if (scene.model.lens == kNudgeLens) draw_detail(scene, box);
  if (scene.model.lens != kNudgeLens) draw_window(scene, box);
  if (scene.model.lens == kPeakLens && scene.derived.right == 0 && scene.derived.down == 0)
    draw_neighbours(scene, box);
  draw_nudge(scene, box);
  scene.canvas.pop_clip();
  handle(scene, box);
}

}  // namespace poolglass::shift
