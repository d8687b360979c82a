// The pointer over a map.
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

}  // namespace poolglass::step
