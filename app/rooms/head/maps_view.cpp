// The shown channels, and what a head makes of them: a strip of flattened numbers, or means.
#include <algorithm>
#include <array>
#include <cmath>

#include "app/rooms/format.h"
#include "app/rooms/head/picture_view.h"
#include "app/rooms/head/words.h"

namespace poolglass::head {
namespace {

constexpr size_t kGlobal = 2;

void draw_plane(Scene& scene, const Rect& square, const Plane& plane) {
  const float rows = static_cast<float>(plane.size.h), columns = static_cast<float>(plane.size.w);
  const float cell = std::min(square.width() / columns, square.height() / rows);
  const auto edge = [&](float from, int64_t count) {
    return std::round(from + static_cast<float>(count) * cell);
  };
  for (int64_t row = 0; row < plane.size.h; ++row) {
    for (int64_t column = 0; column < plane.size.w; ++column) {
      scene.canvas.fill({{edge(square.min.x, column), edge(square.min.y, row)},
                         {edge(square.min.x, column + 1), edge(square.min.y, row + 1)}},
                        cividis(double{plane.at(row, column)}));
    }
  }
}

// How far a channel has collapsed, 0 to 1: those behind the playhead wholly, the one under it by its phase.
float collapse(const Scene& scene, int64_t channel) {
  const Playhead& playhead = scene.model.playhead;
  const int64_t now = playhead.index - 1;
  if (channel < now) return 1;
  if (channel > now) return 0;
  if (scene.ui.reduce_motion || playhead.from >= playhead.index) return 1;
  const auto t = static_cast<float>(std::clamp(playhead.phase, 0.0, 1.0));
  return t * t * (3 - 2 * t);
}

std::string mean_text(double mean) { return output_text(mean); }

// Cells that move together until one is left: the mean.
void draw_collapse(Scene& scene, const Column& column, int64_t channel) {
  const Rect map = map_rect(column.maps, scene.em(), channel);
  const Rect mean = mean_rect(column.means, map, scene.em());
  const float t = collapse(scene, channel);
  const double value = scene.derived.means[static_cast<size_t>(channel)];
  const std::array funnel = {glm::vec2(map.min.x, map.max.y + 1), glm::vec2(map.max.x, map.max.y + 1),
                             glm::vec2(mean.max.x, mean.min.y - 1), glm::vec2(mean.min.x, mean.min.y - 1)};
  scene.canvas.fill_convex(funnel, with_alpha(scene.theme().hairline, 0.25f + 0.35f * t));
  if (t <= 0) {
    scene.canvas.stroke(mean.inset(0.5f * scene.hair()), scene.theme().hairline, scene.hair());
    return;
  }
  const Rect moving = lerp(map, mean, t);
  if (t < 1) {
    Plane plane = scene.derived.maps[static_cast<size_t>(channel)];
    for (float& cell : plane.values) cell += (static_cast<float>(value) - cell) * t;
    draw_plane(scene, moving, plane);
    return;
  }
  scene.canvas.fill(mean, cividis(value));
  scene.canvas.stroke(mean.inset(-0.5f * scene.hair()), scene.theme().hairline, scene.hair());
  write(scene, {mean.centre().x, mean.max.y + 0.75f * scene.em()}, mean_text(value), scene.theme().muted,
        Font::kMono, AlignX::kCentre);
}

// The first and the last of the flattened numbers, with a break between.
void draw_strip(Scene& scene, const Column& column, const std::vector<Plane>& maps, int64_t numbers) {
  const float em = scene.em();
  const Rect strip{{column.means.min.x, column.means.min.y + 0.75f * em},
                   {column.means.max.x, column.means.min.y + 1.8f * em}};
  const float cell = std::max(std::floor(0.62f * em), 4.0f), half = (strip.width() - 2.2f * em) / 2;
  const int64_t count = std::max<int64_t>(static_cast<int64_t>(half / cell), 1);
  const std::vector<float>&first = maps.front().values, &last = maps.back().values;
  const auto put = [&](float x, float value) {
    scene.canvas.fill({{x, strip.min.y}, {x + cell - scene.hair(), strip.max.y}}, cividis(double{value}));
  };
  for (int64_t i = 0; i < count; ++i) {
    const auto at = static_cast<size_t>(i);
    if (at < first.size()) put(strip.min.x + static_cast<float>(i) * cell, first[at]);
    if (at < last.size()) put(strip.max.x - static_cast<float>(i + 1) * cell, last[last.size() - 1 - at]);
  }
  const glm::vec2 middle = strip.centre();
  for (const float dx : {-0.25f, 0.25f}) {
    scene.canvas.line(middle + glm::vec2(dx - 0.25f, 0.65f) * em, middle + glm::vec2(dx + 0.25f, -0.65f) * em,
                      scene.theme().muted, 1.5f * scene.hair());
  }
  const float y = strip.max.y + 0.7f * em;
  write(scene, {strip.min.x, y}, "0", scene.theme().muted, Font::kMono);
  write(scene, {strip.max.x, y}, grouped(numbers - 1), scene.theme().muted, Font::kMono, AlignX::kRight);
}

void draw_numbers(Scene& scene, const Column& column, size_t head) {
  const HeadRow& row = scene.derived.heads[head];
  if (row.head.layers.empty()) return;
  const Theme& theme = scene.theme();
  const float y = column.numbers.min.y + 0.8f * scene.em();
  const Dense& dense = row.head.layers.front();
  const std::string left = grouped(row.head.numbers) + (head == kGlobal ? " means" : " numbers");
  const Color color = row.breaks ? theme.warning : theme.text;
  write(scene, {column.numbers.min.x, y}, left, color, Font::kMono);
  const float used = scene.canvas.text_size(left, Font::kMono, scene.caption()).x + 0.6f * scene.em();
  const std::string sign = row.breaks ? "≠ " : "→ ";
  for (const std::string& right :
       {sign + "dense " + grouped(dense.in) + " → " + grouped(dense.out),
        sign + grouped(dense.in) + " → " + grouped(dense.out), sign + grouped(dense.in)}) {
    if (used + scene.canvas.text_size(right, Font::kMono, scene.caption()).x > column.numbers.width())
      continue;
    write(scene, {column.numbers.max.x, y}, right, row.breaks ? theme.warning : theme.muted, Font::kMono,
          AlignX::kRight);
    return;
  }
}

}  // namespace

void write(Scene& scene, glm::vec2 at, std::string_view text, Color color, Font font, AlignX x) {
  scene.canvas.text(at, text, font, scene.caption(), color, x, AlignY::kMiddle);
}

void draw_maps(Scene& scene, size_t head) {
  const Column& column = scene.layout.columns[head];
  const Derived& d = scene.derived;
  const std::vector<Plane>& maps = head == 1 ? d.resampled : d.maps;
  if (column.maps.height() < 1) return draw_numbers(scene, column, head);
  for (int64_t i = 0; i < static_cast<int64_t>(maps.size()); ++i) {
    const Rect square = map_rect(column.maps, scene.em(), i);
    // The original stays where a mean was made of it, only fainter.
    draw_plane(scene, square, maps[static_cast<size_t>(i)]);
    if (head != kGlobal) continue;
    const float t = collapse(scene, i);
    if (t > 0 && t < 1) scene.canvas.fill(square, with_alpha(scene.theme().ground, 0.6f * t));
    draw_collapse(scene, column, i);
  }
  if (head != kGlobal) draw_strip(scene, column, maps, d.heads[head].head.numbers);
  draw_numbers(scene, column, head);
}

}  // namespace poolglass::head
