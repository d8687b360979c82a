// What the pointer does on the strip of layers: select, reorder, pan, zoom, add.
#include <algorithm>
#include <cmath>

#include "app/rooms/chain/parts_view.h"
#include "app/views/imgui_compat.h"

namespace poolglass::chain {
namespace {

constexpr float kDragStart = 0.45f;    // ems the pointer travels before a press becomes a drag
constexpr float kScrollPerSecond = 7;  // columns, while a block is held at the strip's edge

void set_camera(Scene& scene, float zoom, float left) { scene.ui.push(Action(SetCamera{{zoom, left}})); }

// Zooms about the pointer: the column under it stays there.
void zoom_at(Scene& scene, float x, float notches) {
  const Diagram& diagram = scene.diagram;
  const float factor = std::pow(1.15f, notches);
  const float zoom = std::clamp(scene.model.camera.zoom * factor, Camera::kMinZoom, Camera::kMaxZoom);
  const float at = (x - diagram.strip.min.x) / diagram.pitch;
  const float grown = zoom / scene.model.camera.zoom;
  set_camera(scene, zoom, std::max(diagram.left + at - at / grown, 0.0f));
}

void press(Scene& scene, const Pointer& pointer) {
  ViewState& view = scene.view;
  view.moving = view.panning = false;
  view.grabbed = kInput;
  if (scene.on_plus) {
    const bool open = scene.model.picking == scene.near_plus;
    scene.ui.push(Action(OpenPicker{open ? std::nullopt : scene.near_plus}));
  } else if (scene.hovered) {
    const size_t row = *scene.hovered;
    view.grabbed = scene.derived.rows[row].id;
    view.grip = pointer.position.x - column_rect(scene.diagram, static_cast<double>(row)).min.x;
    scene.ui.push(Action(Select{view.grabbed}));
  } else {
    view.panning = true;
  }
  if (!scene.on_plus && scene.model.picking) scene.ui.push(Action(OpenPicker{}));
}

void drag(Scene& scene, const Pointer& pointer) {
  ViewState& view = scene.view;
  if (view.panning) {
    view.scroll -= pointer.delta.y;
    const float left = scene.diagram.left - pointer.delta.x / scene.diagram.pitch;
    if (pointer.delta.x != 0) set_camera(scene, scene.model.camera.zoom, std::max(left, 0.0f));
    return;
  }
  if (view.grabbed == kInput) return;
  if (std::abs(pointer.drag.x) > kDragStart * scene.em()) view.moving = true;
  if (!view.moving || scene.diagram.minimap.height() <= 0) return;
  const Rect& strip = scene.diagram.strip;
  const float edge = 2.5f * scene.em();
  const int direction = pointer.position.x > strip.max.x - edge   ? 1
                        : pointer.position.x < strip.min.x + edge ? -1
                                                                  : 0;
  const float left = scene.diagram.left + static_cast<float>(direction * scene.ui.dt) * kScrollPerSecond;
  if (direction != 0) set_camera(scene, scene.model.camera.zoom, std::max(left, 0.0f));
}

void release(Scene& scene, const Pointer& pointer) {
  ViewState& view = scene.view;
  const auto row = std::ranges::find(scene.derived.rows, view.grabbed, &LayerRow::id);
  if (view.moving && row != scene.derived.rows.end()) {
    const auto from = static_cast<size_t>(row - scene.derived.rows.begin());
    const size_t boundary = insertion_at(scene.diagram, pointer.position.x);
    const size_t to = boundary > from ? boundary - 1 : boundary;
    if (to != from) scene.ui.push(Action(MoveLayer{view.grabbed, to}));
  }
  view.moving = view.panning = false;
  view.grabbed = kInput;
}

// The `+` nearest to the pointer shows while the pointer is level with the slabs.
void find_plus(Scene& scene) {
  const Diagram& diagram = scene.diagram;
  if (scene.view.moving || scene.pointer.y > diagram.operations.max.y) return;
  const size_t boundary = insertion_at(diagram, scene.pointer.x);
  const Rect plus = plus_rect(diagram, boundary);
  if (std::abs(plus.centre().x - scene.pointer.x) > std::max(2.2f * scene.em(), 0.3f * diagram.pitch)) return;
  scene.near_plus = boundary;
  scene.on_plus = plus.contains(scene.pointer);
}

void tag_strip(Scene& scene) {
  if (scene.ui.tags == nullptr) return;
  for (size_t i = 0; i < scene.blocks.size(); ++i) {
    if (!scene.in_sight(i)) continue;
    const Rect block = slab(scene.diagram, scene.blocks[i], scene.columns[i]).bounds();
    scene.ui.tag("chain/block/" + std::to_string(i), block);
  }
  for (size_t i = 0; i <= scene.blocks.size(); ++i) {
    const Rect plus = plus_rect(scene.diagram, i);
    if (scene.diagram.strip.encloses(plus)) scene.ui.tag("chain/plus/" + std::to_string(i), plus);
  }
}

}  // namespace

void handle_strip(Scene& scene) {
  const Diagram& diagram = scene.diagram;
  tag_strip(scene);
  const Rect& area = diagram.sight;
  scene.mouse = im::vec(ImGui::GetIO().MousePos);
  const Pointer pointer = pointer_area(scene.ui, "chain/strip", area);
  scene.pointer = pointer.position;
  if (pointer.hovered) {
    if (!scene.view.moving) scene.hovered = column_at(diagram, pointer.position);
    find_plus(scene);
  }
  if (pointer.pressed) press(scene, pointer);
  if (pointer.dragging) drag(scene, pointer);
  if (pointer.released) release(scene, pointer);
  if (pointer.wheel == 0) return;
  if (pointer.ctrl) {
    zoom_at(scene, pointer.position.x, pointer.wheel);
  } else if (diagram.overflow > 0 && !pointer.shift) {
    scene.view.scroll = diagram.scroll - pointer.wheel * 3 * scene.em();
  } else if (diagram.minimap.height() > 0) {
    set_camera(scene, scene.model.camera.zoom, std::max(diagram.left - pointer.wheel * kWheelColumns, 0.0f));
  }
}

void handle_minimap(Scene& scene) {
  const Diagram& diagram = scene.diagram;
  if (diagram.minimap.height() <= 0) return;
  const Pointer pointer = pointer_area(scene.ui, "chain/minimap", diagram.minimap);
  if (!pointer.dragging) return;
  const float left = minimap_left(diagram, pointer.position.x);
  if (left != diagram.left) set_camera(scene, scene.model.camera.zoom, left);
}

}  // namespace poolglass::chain
