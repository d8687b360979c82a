#include "app/rooms/views.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "app/rooms/format.h"
#include "app/rooms/head/picture_view.h"
#include "app/rooms/head/words.h"
#include "app/views/widget_parts.h"

namespace poolglass::head {
namespace {

// A tick, or a ring with a cross: it runs, or it breaks.
void draw_mark(Scene& scene, glm::vec2 centre, bool breaks) {
  const float r = 0.62f * scene.em(), width = 1.6f * scene.hair();
  const Theme& theme = scene.theme();
  if (!breaks) {
    const std::array tick = {centre + glm::vec2(-0.6f, 0.05f) * r, centre + glm::vec2(-0.15f, 0.5f) * r,
                             centre + glm::vec2(0.7f, -0.5f) * r};
    scene.canvas.polyline(tick, theme.average_pool, width, false);
    return;
  }
  scene.canvas.stroke_circle(centre, r, theme.warning, width);
  const float d = 0.4f * r;
  scene.canvas.line(centre + glm::vec2(-d, -d), centre + glm::vec2(d, d), theme.warning, width);
  scene.canvas.line(centre + glm::vec2(d, -d), centre + glm::vec2(-d, d), theme.warning, width);
}

void draw_title(Scene& scene, size_t head) {
  const Rect& at = scene.layout.columns[head].title;
  const HeadKind kind = kHeadKinds[head];
  const float em = scene.em();
  std::string title(head_title(kind));
  const float room = at.width() - 1.8f * em;
  // "Global average + dense", "Global average", "Global"
  for (const char* end : {" +", " "}) {
    const bool wide = scene.canvas.text_size(title, Font::kStrong, em).x > room;
    if (wide) title.resize(std::min(title.find(end), title.size()));
  }
  title = fitted(scene.canvas, title, Font::kStrong, em, room);
  scene.canvas.text({at.min.x, at.min.y + 0.6f * em}, title, Font::kStrong, em, scene.theme().text,
                    AlignX::kLeft, AlignY::kMiddle);
  const std::string_view note = head_note(kind);
  if (scene.canvas.text_size(note, Font::kText, scene.caption()).x <= at.width())
    write(scene, {at.min.x, at.min.y + 1.95f * em}, note, scene.theme().muted);
  draw_mark(scene, {at.max.x - 0.7f * em, at.min.y + 0.6f * em}, scene.derived.heads[head].breaks);
}

void draw_verdict(Scene& scene, size_t head) {
  const Rect& at = scene.layout.columns[head].verdict;
  if (at.height() < scene.em()) return;
  const HeadRow& row = scene.derived.heads[head];
  const float em = scene.em(), line = 1.3f * em;
  const Theme& theme = scene.theme();
  std::string text = row.status.ok() ? row.verdict : row.status.message();
  if (scene.model.document.shuffle != 0 && !row.breaks) {
    const std::string before = output_text(scene.derived.straight[head]),
                      after = output_text(scene.derived.outputs[head]);
    text = "Shuffled: one output of the dense layer " +
           (before == after ? "stays " + before : "goes from " + before + " to " + after) + ".";
  }
  const float pad = row.breaks ? 0.7f * em : 0;
  const auto lines =
      wrapped_within(scene.canvas, text, Font::kText, scene.caption(), at.width() - 2 * pad, 3);
  if (row.breaks) {
    const Rect box{at.min, {at.max.x, at.min.y + static_cast<float>(lines.size()) * line + 1.1f * em}};
    scene.canvas.fill(box, with_alpha(theme.warning, 0.12f), 0.4f * em);
    scene.canvas.stroke(box, theme.warning, scene.hair(), 0.4f * em);
  }
  float y = at.min.y + (row.breaks ? 1.2f : 0.6f) * em;
  for (const std::string& each : lines) {
    write(scene, {at.min.x + pad, y}, each, row.breaks ? theme.text : theme.muted);
    y += line;
  }
}

// The sentence of an input that does not fit, over what was last good.
void draw_refusal(Scene& scene, const Rect& area) {
  if (scene.derived.status.ok()) return;
  const float em = scene.em();
  std::string text = "⚠ " + scene.derived.refusal;
  if (scene.derived.known)
    text += "; the picture is that of " + std::to_string(scene.derived.map_side) + " px";
  const auto lines = wrapped(scene.canvas, text, Font::kText, scene.caption(), area.width() - 6 * em);
  const float height = (static_cast<float>(lines.size()) * 1.3f + 0.8f) * em;
  const Rect box{{area.min.x + 2 * em, area.max.y - height - 0.5f * em},
                 {area.max.x - 2 * em, area.max.y - 0.5f * em}};
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
                 ViewState&) {
  Scene scene{ui, canvas, model, derived, arrange(area, ui.em)};
  if (derived.known) {
    for (size_t i = 0; i < kHeadCount; ++i) {
      draw_title(scene, i);
      draw_maps(scene, i);
      draw_squares(scene, i);
      draw_figures(scene, i);
      draw_verdict(scene, i);
    }
  }
  draw_refusal(scene, area);
}

// The input's size takes the lens row: a slider with the backbone's own size on it, and the last map.
void draw_selectors(Ui& ui, const Rect& area, const Model& model, const Derived& derived) {
  const float em = ui.em, size = em * kCaption, y = area.centre().y;
  if (area.width() < 12 * em) return;
  ImGuiCanvas canvas = parts::window_canvas(ui);
  const auto put = [&](float x, const std::string& text, Font font, Color color, AlignX align) {
    canvas.text({x, y}, text, font, size, color, align, AlignY::kMiddle);
  };
  const std::string side = std::to_string(model.document.side) + " px";
  const std::string map = derived.known ? tight_shape_text(derived.map) : "—";
  const bool words = area.width() > 26 * em;
  float left = area.min.x, right = area.max.x;
  if (words) {
    put(left, "input size", Font::kStrong, ui.theme.text, AlignX::kLeft);
    left += canvas.text_size("input size", Font::kStrong, size).x + em;
    put(right, map, Font::kMono, ui.theme.text, AlignX::kRight);
    right -= canvas.text_size(map, Font::kMono, size).x + 0.5f * em;
    put(right, "last map", Font::kText, ui.theme.muted, AlignX::kRight);
    right -= canvas.text_size("last map", Font::kText, size).x + 1.2f * em;
  }
  put(right, side, Font::kMono, ui.theme.text, AlignX::kRight);
  right -= canvas.text_size("512 px", Font::kMono, size).x + 0.8f * em;
  const Rect track{{left, y - 0.9f * em}, {right, y + 0.9f * em}};
  int64_t index = model.document.side - kLeastSide;
  if (scrubber(ui, "head/side-slider", track, kMostSide - kLeastSide + 1, &index))
    ui.push(Action(SetSide{kLeastSide + index}));
  tooltip(ui, track, "Side of the network's square input; arrows change it by a pixel or by 32");
}

bool takes_key(const KeyPress&, bool, const Model&, const Derived&) { return false; }

// Many lines that become few.
void draw_sign(const IconPen& pen, const Model&) {
  pen.path({{-0.95f, -0.9f}, {-0.95f, 0.9f}});
  pen.path({{-0.45f, -0.7f}, {0.45f, -0.1f}, {0.45f, 0.1f}, {-0.45f, 0.7f}}, true);
  pen.path({{0.95f, -0.25f}, {0.95f, 0.25f}});
}

}  // namespace poolglass::head
