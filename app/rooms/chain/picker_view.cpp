// The `+` between blocks, the picker it opens, and the sentence at an invalid layer.
#include <algorithm>
#include <array>
#include <cmath>
#include <glm/common.hpp>
#include <iterator>

#include "app/rooms/chain/parts_view.h"

namespace poolglass::chain {
namespace {

constexpr float kPickerWidth = 11.5f, kPickerLine = 1.9f, kPickerPadding = 0.4f;
constexpr size_t kKinds = std::size(kAllLayerKinds);

Rect picker_rect(const Scene& scene) {
  const float em = scene.em();
  const Rect plus = plus_rect(scene.diagram, *scene.model.picking);
  const glm::vec2 size{kPickerWidth * em,
                       (kPickerLine * static_cast<float>(kKinds) + 2 * kPickerPadding) * em};
  const Rect& strip = scene.diagram.strip;
  glm::vec2 at{plus.centre().x - size.x / 2, plus.min.y - 0.4f * em - size.y};
  if (at.y < strip.min.y) {
    // No room above: beside the `+`, which stays in sight.
    const bool right = plus.max.x + 0.4f * em + size.x <= strip.max.x;
    at = {right ? plus.max.x + 0.4f * em : plus.min.x - 0.4f * em - size.x, strip.min.y};
  }
  at.x = std::clamp(at.x, strip.min.x, std::max(strip.max.x - size.x, strip.min.x));
  return Rect::from_size(glm::round(at), size);
}

Rect picker_line(const Scene& scene, const Rect& picker, size_t index) {
  const float em = scene.em();
  const glm::vec2 at =
      picker.min + glm::vec2(kPickerPadding, kPickerPadding + kPickerLine * static_cast<float>(index)) * em;
  return Rect::from_size(at, {picker.width() - 2 * kPickerPadding * em, kPickerLine * em});
}

void draw_choice(Scene& scene, const Rect& line, LayerKind kind, bool under_pointer) {
  Canvas& canvas = scene.canvas;
  const Theme& theme = scene.theme();
  const float em = scene.em();
  const bool usable = why_not(kind, *scene.model.picking, scene.derived).empty();
  if (under_pointer && usable) canvas.fill(line, mix(theme.raised, theme.text, 0.1f), 0.3f * em);
  const float fade = usable ? 1.0f : 0.35f;
  const Rect swatch =
      Rect::from_size({line.min.x + 0.5f * em, line.centre().y - 0.4f * em}, glm::vec2(0.8f * em));
  canvas.fill(swatch, with_alpha(kind_color(theme, kind), fade), 0.15f * em);
  canvas.text({swatch.max.x + 0.7f * em, line.centre().y}, kind_title(kind), Font::kText, em * kCaption,
              with_alpha(usable ? theme.text : theme.muted, usable ? 1 : 0.6f), AlignX::kLeft,
              AlignY::kMiddle);
}

void draw_picker(Scene& scene) {
  const float em = scene.em();
  const Rect picker = picker_rect(scene);
  scene.canvas.fill(picker.translated({0, 0.25f * em}),
                    with_alpha(rgb(0x000000), scene.theme().dark ? 0.4f : 0.12f), 0.5f * em);
  scene.canvas.fill(picker, scene.theme().raised, 0.5f * em);
  scene.canvas.stroke(picker, scene.theme().hairline, std::max(1.0f, em / 15), 0.5f * em);
  for (size_t i = 0; i < kKinds; ++i) {
    const Rect line = picker_line(scene, picker, i);
    draw_choice(scene, line, kAllLayerKinds[i], line.contains(scene.pointer));
  }
}

}  // namespace

void handle_picker(Scene& scene) {
  if (!scene.model.picking) return;
  const Rect picker = picker_rect(scene);
  for (size_t i = 0; i < kKinds; ++i) {
    const LayerKind kind = kAllLayerKinds[i];
    const Rect line = picker_line(scene, picker, i);
    const Pointer pointer = pointer_area(scene.ui, "chain/pick/" + std::string(layer_kind_name(kind)), line);
    const std::string why = why_not(kind, *scene.model.picking, scene.derived);
    if (pointer.pressed && why.empty()) scene.ui.push(Action(AddLayer{kind, *scene.model.picking}));
    if (!why.empty()) tooltip(scene.ui, line, std::string(kind_title(kind)) + " " + why);
  }
  // The rest of the panel takes clicks too, so that they do not fall through to the blocks.
  pointer_area(scene.ui, "chain/picker", picker);
}

void draw_plus(Scene& scene) {
  const std::optional<size_t> boundary = scene.model.picking ? scene.model.picking : scene.near_plus;
  const bool always = scene.blocks.empty();
  if (!boundary && !always) return;
  Canvas& canvas = scene.canvas;
  const Theme& theme = scene.theme();
  const float em = scene.em();
  const Rect plus = plus_rect(scene.diagram, boundary.value_or(0));
  const bool lit = scene.on_plus || scene.model.picking.has_value();
  const glm::vec2 c = glm::round(plus.centre());
  canvas.push_clip(scene.diagram.strip);
  canvas.fill_circle(c, plus.width() / 2, lit ? theme.text : theme.raised);
  canvas.stroke_circle(c, plus.width() / 2, lit ? theme.text : theme.muted, std::max(1.0f, em / 15));
  const Color ink = lit ? readable_on(theme.text) : theme.text;
  const float arm = 0.32f * em, width = std::max(1.0f, std::round(0.12f * em));
  canvas.fill({c - glm::vec2(arm, width / 2), c + glm::vec2(arm, width / 2)}, ink);
  canvas.fill({c - glm::vec2(width / 2, arm), c + glm::vec2(width / 2, arm)}, ink);
  canvas.pop_clip();
  if (scene.model.picking) draw_picker(scene);
}

void draw_error(Scene& scene) {
  if (scene.derived.error.empty()) return;
  Canvas& canvas = scene.canvas;
  const Theme& theme = scene.theme();
  const float em = scene.em(), size = em * kCaption, line = 1.35f * size;
  const Rect& strip = scene.diagram.strip;
  const float width = std::min(23 * em, strip.width());
  const auto lines = wrapped(canvas, scene.derived.error, Font::kText, size, width - 3.2f * em);
  const glm::vec2 box{width, line * static_cast<float>(lines.size()) + 1.1f * em};
  const auto broken = static_cast<double>(scene.derived.broken.value_or(0));
  const float anchor = column_rect(scene.diagram, broken).centre().x;
  // To the right of the layer, over what has to wait for it, rather than over what is right.
  const float x = std::clamp(column_rect(scene.diagram, broken).min.x, strip.min.x, strip.max.x - width);
  const Rect rect = Rect::from_size(glm::round(glm::vec2(x, strip.min.y)), box);
  if (scene.derived.broken && anchor > strip.min.x && anchor < strip.max.x) {
    const float top = slab(scene.diagram, scene.blocks[*scene.derived.broken], broken).bounds().min.y;
    if (top > rect.max.y) {
      canvas.line({anchor, rect.max.y}, {anchor, top - 0.3f * em}, theme.warning, std::max(1.0f, em / 12));
    }
  }
  canvas.fill(rect, mix(theme.surface, theme.warning, theme.dark ? 0.16f : 0.07f), 0.4f * em);
  canvas.stroke(rect, theme.warning, std::max(1.0f, em / 15), 0.4f * em);
  scene.ui.tag("chain/error", rect);
  const glm::vec2 sign{rect.min.x + 1.25f * em, rect.centre().y};
  const std::array triangle = {sign + glm::vec2(0, -0.62f) * em, sign + glm::vec2(0.68f, 0.52f) * em,
                               sign + glm::vec2(-0.68f, 0.52f) * em};
  canvas.fill_convex(triangle, theme.warning);
  canvas.text(sign + glm::vec2(0, 0.1f) * em, "!", Font::kStrong, size, readable_on(theme.warning),
              AlignX::kCentre, AlignY::kMiddle);
  float y = rect.min.y + 0.55f * em + line / 2;
  for (const std::string& text : lines) {
    canvas.text({rect.min.x + 2.5f * em, y}, text, Font::kText, size, theme.text, AlignX::kLeft,
                AlignY::kMiddle);
    y += line;
  }
}

}  // namespace poolglass::chain
