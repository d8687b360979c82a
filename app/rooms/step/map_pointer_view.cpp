// The pointer over a map and over the strip of channels.
#include <imgui.h>

#include <algorithm>
#include <cmath>
#include <glm/common.hpp>

#include "app/rooms/step/map_view.h"
#include "app/views/widgets.h"

namespace poolglass::step {
namespace {

// The square at a point.
const GridBox* box_at(const Layout& layout, glm::vec2 point) {
  for (const Panel& panel : layout.panels) {
    if (panel.box.area().contains(point)) return &panel.box;
  }
  return nullptr;
}

// The place of the input that a point of any square shows: all show the same.
glm::dvec2 input_at(const Layout& layout, const GridBox& box, glm::vec2 point) {
  const GridBox& input = layout.input;
  const glm::dvec2 in_frame(point - box.frame->min);
  const glm::dvec2 first(input.origin - input.frame->min);
  const glm::dvec2 at = (in_frame - first) / static_cast<double>(input.cell);
  return {at.x + static_cast<double>(input.columns.first), at.y + static_cast<double>(input.rows.first)};
}

// Which image of the batch is shown.
void draw_images(Ui& ui, const StripFacts& strip, const Rect& room) {
  if (room == Rect{}) return;
  int64_t image = strip.image;
  if (scrubber(ui, "step/images", room, strip.images, &image))
    ui.push(Action(SetChannel{image * strip.channels + strip.channel}));
  if (ImGui::IsItemDeactivated()) ui.push(Action(EndMerge{}));
  tooltip(ui, room, "Images of the batch: drag to scrub, Ctrl+PageDown is the next one");
}

}  // namespace

void zoom_map(Ui& ui, const Pointer& pointer, const Model& model, const Derived& derived,
              const Layout& layout) {
  const GridBox* box = box_at(layout, pointer.position);
  if (pointer.wheel == 0 || box == nullptr) return;
  const glm::dvec2 at = input_at(layout, *box, pointer.position);
  const double factor = std::pow(1.2, -static_cast<double>(pointer.wheel));
  ui.push(Action(SetSight{zoomed(model.sight, derived.grid.size, factor, at.y, at.x)}));
}

bool on_map(const Layout& layout, glm::vec2 point) { return box_at(layout, point) != nullptr; }

void drag_map(Ui& ui, const Pointer& pointer, const Model& model, const Derived& derived,
              const Layout& layout) {
  if (pointer.delta == glm::vec2(0)) return;
  const double cell = static_cast<double>(layout.input.cell);
  ui.push(Action(SetSight{moved(model.sight, derived.grid.size, -static_cast<double>(pointer.delta.y) / cell,
                                -static_cast<double>(pointer.delta.x) / cell)}));
}

void handle_overview(Ui& ui, const Model& model, const Derived& derived, const Layout& layout) {
  const Rect& rect = layout.overview;
  if (!layout.map || rect == Rect{}) return;
  const Pointer pointer = pointer_area(ui, "step/overview", rect);
  ui.tag("step/overview", rect);
  if (pointer.hovered) tooltip(ui, rect, "The whole map, largest values: click or drag to look elsewhere");
  const Size2 grid = derived.grid.size;
  const glm::dvec2 share = (pointer.position - rect.min) / rect.size();
  const double row = share.y * static_cast<double>(grid.h), column = share.x * static_cast<double>(grid.w);
  if (pointer.wheel != 0) {
    const double factor = std::pow(1.2, -static_cast<double>(pointer.wheel));
    ui.push(Action(SetSight{zoomed(model.sight, grid, factor, row, column)}));
  }
  if (!pointer.pressed && !pointer.dragging) return;
  Sight sight = clamped(model.sight, grid);
  sight.row = row;
  sight.column = column;
  sight = clamped(sight, grid);
  if (sight != model.sight) ui.push(Action(SetSight{sight}));
}

void handle_strip(Ui& ui, const Model&, const Derived& derived, const StripLayout& layout) {
  const StripFacts& strip = derived.strip;
  if (layout.thumbnails.empty()) return;
  draw_images(ui, strip, layout.images);
  const Rect room{layout.thumbnails.front().min, {layout.thumbnails.back().max.x, layout.number}};
  const Pointer pointer = pointer_area(ui, "step/strip", room);
  const auto show = [&](int64_t at) {
    at = std::clamp<int64_t>(at, 0, strip.count() - 1);
    if (at != strip.at()) ui.push(Action(SetChannel{strip.plane(at)}));
  };
  if (pointer.wheel != 0) show(strip.at() - static_cast<int64_t>(std::copysign(1.0f, pointer.wheel)));
  const std::string name = strip.of_images() ? "Image " : "Channel ";
  for (size_t i = 0; i < layout.thumbnails.size(); ++i) {
    const Rect& square = layout.thumbnails[i];
    const int64_t at = strip.first + static_cast<int64_t>(i);
    ui.tag("step/channel/" + std::to_string(at), square, true);
    // Pressed and moved along, the picture follows.
    const bool here = pointer.position.x >= square.min.x && pointer.position.x < square.max.x;
    if (!here) continue;
    if (pointer.pressed || pointer.dragging) show(at);
    if (pointer.hovered) {
      tooltip(ui, square, name + std::to_string(at) + ": click to show it, drag along the strip to scrub",
              room);
    }
  }
  if (pointer.released) ui.push(Action(EndMerge{}));
}

}  // namespace poolglass::step
