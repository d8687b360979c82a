// The strip of channels: thumbnails of a file's planes, and the pointer over them.
#include <imgui.h>

#include <algorithm>
#include <cmath>
#include <glm/common.hpp>

#include "app/rooms/format.h"
#include "app/rooms/step/map_view.h"
#include "app/views/widgets.h"

namespace poolglass::step {
namespace {

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

void draw_strip(Picture& p, const StripLayout& layout, StripBitmaps& bitmaps) {
  if (layout.thumbnails.empty()) return;
  const StripFacts& strip = p.derived.strip;
  const float size = kCaption * p.em, y = layout.title.min.y + 0.9f * p.em;
  p.canvas.line(layout.title.min, {layout.title.max.x, layout.title.min.y}, p.theme.hairline, p.hair());
  const std::string name = (strip.of_images() ? "Image " : "Channel ") + grouped(strip.at());
  std::string more = "of " + grouped(strip.count());
  if (strip.images > 1 && !strip.of_images())
    more += ", image " + grouped(strip.image) + " of " + grouped(strip.images);
  p.canvas.text({layout.title.min.x, y}, name, Font::kStrong, size, p.theme.text, AlignX::kLeft,
                AlignY::kMiddle);
  const float after = layout.title.min.x + p.canvas.text_size(name, Font::kStrong, size).x + 0.6f * p.em;
  p.canvas.text({after, y}, more, Font::kText, size, p.theme.muted, AlignX::kLeft, AlignY::kMiddle);
  const float used = after + p.canvas.text_size(more, Font::kText, size).x + 1.5f * p.em;
  const float end = layout.images == Rect{} ? layout.title.max.x : layout.images.min.x - 1.5f * p.em;
  for (const std::string_view words :
       {"largest values, each thumbnail on its own scale", "each on its own scale"}) {
    if (used + p.canvas.text_size(words, Font::kText, size).x > end) continue;
    p.canvas.text({end, y}, words, Font::kText, size, p.theme.muted, AlignX::kRight, AlignY::kMiddle);
    break;
  }
  for (size_t i = 0; i < std::min(layout.thumbnails.size(), strip.thumbnails.size()); ++i) {
    const Grid& grid = strip.thumbnails[i];
    if (grid.values.empty()) {
      p.canvas.fill(layout.thumbnails[i], p.theme.surface);
      continue;
    }
    paint_whole(bitmaps[i], grid, strip.ranges[i], strip.revision);
    const Rect& square = layout.thumbnails[i];
    const auto rows = static_cast<float>(grid.size.h), columns = static_cast<float>(grid.size.w);
    const glm::vec2 shown = square.size() * glm::vec2(columns, rows) / std::max(rows, columns);
    p.canvas.image(bitmaps[i].bitmap, Rect::from_size(glm::round(square.centre() - 0.5f * shown), shown));
    const int64_t channel = strip.first + static_cast<int64_t>(i);
    const bool current = channel == strip.at();
    if (current) p.canvas.stroke(square.inset(-2 * p.hair()), p.theme.text, 2 * p.hair(), 0.2f * p.em);
    p.canvas.text({square.centre().x, layout.number}, std::to_string(channel), Font::kMono, 0.8f * p.em,
                  current ? p.theme.text : p.theme.muted, AlignX::kCentre, AlignY::kMiddle);
  }
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
