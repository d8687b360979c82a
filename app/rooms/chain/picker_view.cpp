// The `+` between blocks, the picker it opens, and the sentence at an invalid layer.
#include <algorithm>
#include <array>
#include <cmath>
#include <glm/common.hpp>
#include <iterator>
#include <utility>

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

void draw_choice(Scene& scene, const Rect& line, LayerKind kind, bool marked) {
  Canvas& canvas = scene.canvas;
  const Theme& theme = scene.theme();
  const float em = scene.em();
  const bool usable = why_not(kind, *scene.model.picking, scene.derived).empty();
  if (marked && usable) canvas.fill(line, mix(theme.raised, theme.text, 0.1f), 0.3f * em);
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
    draw_choice(scene, line, kAllLayerKinds[i], i == scene.view.choice);
  }
}

}  // namespace

bool takes_key(const KeyPress&, bool, const Model& model, const Derived&) {
  return model.picking.has_value();  // nothing behind the open picker gets any
}

namespace {

bool usable(const Scene& scene, size_t line) {
  return why_not(kAllLayerKinds[line], *scene.model.picking, scene.derived).empty();
}

// The next usable line after `from` in steps of `by`; `from` when there is none.
size_t usable_line(const Scene& scene, int64_t from, int64_t by) {
  for (int64_t line = from + by; line >= 0 && line < static_cast<int64_t>(kKinds); line += by) {
    if (usable(scene, static_cast<size_t>(line))) return static_cast<size_t>(line);
  }
  return static_cast<size_t>(std::clamp<int64_t>(from, 0, kKinds - 1));
}

size_t line_spelled(const Scene& scene, char32_t character) {
  const auto wanted =
      static_cast<char32_t>(character >= 'a' && character <= 'z' ? character - 'a' + 'A' : character);
  for (size_t n = 1; n <= kKinds; ++n) {
    const size_t line = (scene.view.choice + n) % kKinds;
    if (static_cast<unsigned char>(kind_title(kAllLayerKinds[line])[0]) == wanted && usable(scene, line))
      return line;
  }
  return scene.view.choice;
}

void take_picker_keys(Scene& scene) {
  size_t& choice = scene.view.choice;
  for (const KeyPress& press : scene.ui.widgets.picture_keys) {
    const auto at = static_cast<int64_t>(choice);
    if (is_plain(press, kKeyEscape) || press.chord.key == kKeyTab) {
      scene.ui.push(Action(OpenPicker{}));
      return;
    }
    if (activates(press)) {
      if (usable(scene, choice))
        scene.ui.push(Action(AddLayer{kAllLayerKinds[choice], *scene.model.picking}));
      return;
    }
    if (is_plain(press, kKeyDown)) choice = usable_line(scene, at, 1);
    if (is_plain(press, kKeyUp)) choice = usable_line(scene, at, -1);
    if (is_plain(press, kKeyHome)) choice = usable_line(scene, -1, 1);
    if (is_plain(press, kKeyEnd)) choice = usable_line(scene, kKinds, -1);
    if (press.text != 0) choice = line_spelled(scene, press.text);
  }
}

}  // namespace

void handle_picker(Scene& scene) {
  const bool opened = !std::exchange(scene.view.was_picking, scene.model.picking.has_value());
  if (!scene.model.picking) return;
  if (opened) scene.view.choice = usable_line(scene, -1, 1);
  take_picker_keys(scene);
  const Rect picker = picker_rect(scene);
  for (size_t i = 0; i < kKinds; ++i) {
    const LayerKind kind = kAllLayerKinds[i];
    const Rect line = picker_line(scene, picker, i);
    const Pointer pointer = pointer_area(scene.ui, "chain/pick/" + std::string(layer_kind_name(kind)), line);
    const std::string why = why_not(kind, *scene.model.picking, scene.derived);
    if (pointer.hovered && pointer.delta != glm::vec2(0)) scene.view.choice = i;
    if (pointer.pressed && why.empty()) scene.ui.push(Action(AddLayer{kind, *scene.model.picking}));
    if (!why.empty()) tooltip(scene.ui, line, std::string(kind_title(kind)) + " " + why, picker);
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
  std::optional<float> top;
  if (scene.derived.broken) {
    const size_t row = *scene.derived.broken;
    top = slab(scene.diagram, scene.blocks[row], static_cast<double>(row)).bounds().min.y;
  }
  draw_error_box(scene, static_cast<double>(scene.derived.broken.value_or(0)), top);
}

void draw_error_box(Frame& frame, double column, std::optional<float> top, float floor) {
  Canvas& canvas = frame.canvas;
  const Theme& theme = frame.theme();
  const float em = frame.em(), size = em * kCaption, line = 1.35f * size;
  const Rect& strip = frame.diagram.strip;
  const float width = std::min(23 * em, strip.width());
  float pad = 0.55f * em;
  auto lines = wrapped(canvas, frame.derived.error, Font::kText, size, width - 3.2f * em);
  const glm::vec2 box{width, line * static_cast<float>(lines.size()) + 2 * pad};
  const float anchor = column_rect(frame.diagram, column).centre().x;
  // To the right of the layer, over what has to wait for it, rather than over what is right.
  const float x = std::clamp(column_rect(frame.diagram, column).min.x, strip.min.x, strip.max.x - width);
  Rect rect = Rect::from_size(glm::round(glm::vec2(x, strip.min.y)), box);
  if (rect.max.y > floor) {  // what there is room for of it in a line, over the names of the rows, too
    pad = 0.25f * em;
    rect = {{frame.diagram.gutter.min.x, rect.min.y}, {strip.max.x, rect.min.y + line + 2 * pad}};
    if (rect.max.y > floor) return;
    lines = {fitted(canvas, frame.derived.error, Font::kText, size, rect.width() - 3.2f * em)};
    tooltip(frame.ui, rect, frame.derived.error);
  }
  if (top && *top > rect.max.y && anchor > strip.min.x && anchor < strip.max.x) {
    canvas.line({anchor, rect.max.y}, {anchor, *top - 0.3f * em}, theme.warning, std::max(1.0f, em / 12));
  }
  canvas.fill(rect, mix(theme.surface, theme.warning, theme.dark ? 0.16f : 0.07f), 0.4f * em);
  canvas.stroke(rect, theme.warning, std::max(1.0f, em / 15), 0.4f * em);
  frame.ui.tag("chain/error", rect);
  const glm::vec2 sign{rect.min.x + 1.25f * em, rect.centre().y};
  const std::array triangle = {sign + glm::vec2(0, -0.62f) * em, sign + glm::vec2(0.68f, 0.52f) * em,
                               sign + glm::vec2(-0.68f, 0.52f) * em};
  canvas.fill_convex(triangle, theme.warning);
  canvas.text(sign + glm::vec2(0, 0.1f) * em, "!", Font::kStrong, size, readable_on(theme.warning),
              AlignX::kCentre, AlignY::kMiddle);
  float y = rect.min.y + pad + line / 2;
  for (const std::string& text : lines) {
    canvas.text({rect.min.x + 2.5f * em, y}, text, Font::kText, size, theme.text, AlignX::kLeft,
                AlignY::kMiddle);
    y += line;
  }
}

}  // namespace poolglass::chain
