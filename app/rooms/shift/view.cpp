#include "app/rooms/views.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "app/rooms/shift/picture_view.h"

namespace poolglass::shift {
namespace {

// The sentence of a window that does not fit, over what was last good.
void draw_refusal(Scene& scene, const Rect& area) {
  if (scene.derived.status.ok()) return;
  const float em = scene.em(), size = scene.caption();
  const std::string text = "⚠ " + scene.derived.refusal;
  const auto lines = wrapped(scene.canvas, text, Font::kText, size, area.width() - 6 * em);
  const float height = (static_cast<float>(lines.size()) * 1.3f + 0.8f) * em;
  const Rect box{{area.min.x + 2 * em, area.max.y - height - 0.6f * em},
                 {area.max.x - 2 * em, area.max.y - 0.6f * em}};
  scene.canvas.fill(box, scene.theme().surface, 0.4f * em);
  scene.canvas.stroke(box, scene.theme().warning, scene.hair(), 0.4f * em);
  float y = box.min.y + 1.05f * em;
  for (const std::string& line : lines) {
    write(scene, {box.min.x + em, y}, line, scene.theme().warning);
    y += 1.3f * em;
  }
}

}  // namespace

void draw_canvas(Ui& ui, Canvas& canvas, const Rect& area, const Model& model, const Derived& derived,
                 ViewState& view) {
  Scene scene{ui, canvas, model, derived, view, arrange(area, ui.em)};
  if (derived.contest != nullptr) {
    draw_picture(scene);
    draw_under(scene);
    draw_columns(scene);
    draw_meters(scene);
    draw_charts(scene);
  }
  draw_refusal(scene, area);
}

void draw_selectors(Ui& ui, const Rect& area, const Model& model, const Derived&) {
  static constexpr std::array<std::string_view, 2> kOptions = {"same cell", "moved output"};
  const glm::vec2 size(std::round(std::min(ui.em * 13, area.width())), std::round(ui.em * 1.8f));
  const glm::vec2 corner(area.max.x - size.x, std::round(area.centre().y - size.y / 2));
  int selected = model.document.moved ? 1 : 0;
  const ControlText text{"Compare with",
                         "The same cell before the nudge (invariance), or the output moved back by the "
                         "whole cells that fit best (equivariance)",
                         "shift.moved", ""};
  if (segmented_at(ui, "shift/moved", Rect::from_size(corner, size), text, kOptions, &selected)) {
    ui.push(Action(SetMoved{selected == 1}));
  }
}

bool takes_key(const KeyPress&, bool, const Model&, const Derived&) { return false; }

// A square and where it went.
void draw_sign(const IconPen& pen, const Model&) {
  pen.box(-0.95f, -0.65f, 0.35f, 0.65f);
  pen.path({{-0.3f, -0.95f}, {1.0f, -0.95f}, {1.0f, 0.35f}});
  pen.bar(-0.45f, -0.15f, -0.15f, 0.15f);
}

}  // namespace poolglass::shift
