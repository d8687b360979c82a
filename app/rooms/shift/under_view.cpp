// What stands under the picture: the map of every nudge; the period with a row before and after; the places
// of a peak in its window.
#include <algorithm>
#include <cmath>
#include <glm/common.hpp>

#include "app/rooms/format.h"
#include "app/rooms/shift/picture_view.h"
#include "app/rooms/shift/presets.h"
#include "app/rooms/shift/words.h"

namespace poolglass::shift {
namespace {

// Lines of words from the top of the room under the picture.
class Lines {
 public:
  explicit Lines(Scene& scene)
      : scene_(scene), y_(scene.layout.under.min.y + 0.9f * scene.em()), line_(1.25f * scene.em()) {}

  bool has_room(float ems) const { return y_ + ems * scene_.em() <= scene_.layout.under.max.y; }
  float y() const { return y_; }
  void skip(float ems) { y_ += ems * scene_.em(); }
  void put(const std::string& text, Color color, Font font = Font::kText) {
    for (const std::string& line : lines_of(text, font)) put_line(line, color, font);
  }
  void paragraph(const std::string& text) {
    for (const std::string& line : lines_of(text, Font::kText)) {
      if (!has_room(1.2f)) return;
      put_line(line, scene_.theme().muted, Font::kText);
    }
  }

 private:
  std::vector<std::string> lines_of(const std::string& text, Font font) const {
    return wrapped(scene_.canvas, text, font, scene_.caption(), scene_.layout.under.width());
  }
  void put_line(const std::string& line, Color color, Font font) {
    write(scene_, {scene_.layout.under.min.x, y_ + 0.55f * scene_.em()}, line, color, font);
    y_ += line_;
  }

  Scene& scene_;
  float y_, line_;
};

double shade(const Derived& d, double share) {
  if (!(d.most_every > d.least_every)) return 0.5;
  return std::clamp((share - d.least_every) / (d.most_every - d.least_every), 0.0, 1.0);
}

void draw_map_legend(Scene& scene, const Rect& map) {
  const Derived& d = scene.derived;
  const float em = scene.em(), y = map.max.y + 0.95f * em;
  const std::string low = percent(d.least_every), high = percent(d.most_every);
  const float left = map.min.x + scene.canvas.text_size(low, Font::kMono, scene.caption()).x + 0.5f * em;
  const Rect bar{{left, y - 0.3f * em}, {left + 4.5f * em, y + 0.3f * em}};
  write(scene, {map.min.x, y}, low, scene.theme().muted, Font::kMono);
  constexpr int kSteps = 24;
  for (int i = 0; i < kSteps; ++i) {
    const float from = bar.min.x + bar.width() * static_cast<float>(i) / kSteps,
                to = bar.min.x + bar.width() * static_cast<float>(i + 1) / kSteps;
    scene.canvas.fill({{from, bar.min.y}, {to, bar.max.y}}, cividis(static_cast<double>(i) / (kSteps - 1)));
  }
  write(scene, {bar.max.x + 0.5f * em, y}, high, scene.theme().muted, Font::kMono);
  const float used = bar.max.x + scene.canvas.text_size(high + "  ±8 px", Font::kMono, scene.caption()).x;
  if (used + 0.6f * em < map.max.x)
    write(scene, {map.max.x, y}, "±8 px", scene.theme().muted, Font::kMono, AlignX::kRight);
}

void handle_map(Scene& scene, const CellBox& box) {
  const Pointer pointer = pointer_area(scene.ui, "shift/every", box.rect);
  const auto at = pointer.hovered || pointer.dragging ? cell_at(box, pointer.position) : std::nullopt;
  if (!at) return;
  const int64_t down = at->row - kMostNudge, right = at->column - kMostNudge;
  const double share = scene.derived.every[static_cast<size_t>(at->row * kNudges + at->column)];
  const auto pixels = [](int64_t n) { return static_cast<double>(n); };
  tooltip(scene.ui, cell_rect(box, *at),
          "Nudged " + nudge_words(pixels(right), pixels(down)) + ": " +
              std::string(contestant_name(scene.model.shown)) + " keeps " + percent(share) +
              " of its cells. Click: nudge there",
          box.rect);
  if (!pointer.pressed && !pointer.dragging) return;
  const int64_t per_pixel = steps_per_pixel(scene.model.document);
  if (right * per_pixel == right_steps(scene.model) && down * per_pixel == scene.model.down) return;
  scene.ui.push(Action(SetNudge{right * per_pixel, down * per_pixel}));
}

void draw_every_nudge(Scene& scene) {
  const Derived& d = scene.derived;
  Lines lines(scene);
  if (!lines.has_room(10)) return;
  lines.put("every nudge", scene.theme().text, Font::kStrong);
  const std::string what = std::string(contestant_name(scene.model.shown)) +
                           (d.moved ? ": cells that only move" : ": cells that stay the same");
  lines.put(what, scene.theme().muted);
  const Rect& under = scene.layout.under;
  const float room = under.max.y - lines.y() - 1.9f * scene.em();
  if (room < 6 * scene.em() || d.every.empty()) return;
  const float side = std::min(under.width(), room);
  const Rect square = Rect::from_size({under.min.x, lines.y() + 0.3f * scene.em()}, glm::vec2(side));
  const CellBox box = fit_cells(square, {kNudges, kNudges});
  const float gap = box.cell >= 6 ? scene.hair() : 0;
  for (Cell at; at.row < kNudges; ++at.row) {
    for (at.column = 0; at.column < kNudges; ++at.column) {
      Rect cell = cell_rect(box, at);
      cell = {glm::round(cell.min), glm::round(cell.max) - gap};
      const double share = d.every[static_cast<size_t>(at.row * kNudges + at.column)];
      const bool centre = at == Cell{kMostNudge, kMostNudge};
      scene.canvas.fill(cell, centre ? rgb(0xFFFFFF) : cividis(shade(d, share)));
    }
  }
  const glm::vec2 nudge(static_cast<float>(d.right), static_cast<float>(d.down));
  const Rect now = cell_rect(box, {kMostNudge, kMostNudge}).translated(nudge * box.cell).inset(-scene.hair());
  scene.canvas.stroke(now, rgb(0x000000), 4 * scene.hair());
  scene.canvas.stroke(now, rgb(0xF2B134), 2 * scene.hair());
  draw_map_legend(scene, box.rect);
  handle_map(scene, box);
}

// Values of the picture's first row, as windows read them, with a line under each window.
void draw_strip(Scene& scene, float y, std::string_view name, const Plane& plane) {
  const Rect& under = scene.layout.under;
  const float em = scene.em(), left = under.min.x + 3.0f * em;
  constexpr int64_t kShown = 8;
  const int64_t count = std::min(kShown, plane.size.w);
  const float cell = std::floor((under.max.x - left) / static_cast<float>(kShown));
  write(scene, {under.min.x, y + 0.5f * cell}, name, scene.theme().muted);
  for (int64_t i = 0; i < count; ++i) {
    const Rect rect =
        Rect::from_size({left + static_cast<float>(i) * cell, y}, glm::vec2(cell - scene.hair()));
    const Color fill = value_color(scene, plane.at(0, i));
    scene.canvas.fill(rect, fill);
    scene.canvas.text(rect.centre(), value_text(plane.at(0, i)), Font::kMono,
                      std::min(scene.caption(), 0.6f * cell), readable_on(fill), AlignX::kCentre,
                      AlignY::kMiddle);
  }
  const ShiftWindow& w = scene.derived.window;
  const int64_t span = (w.kernel.w - 1) * w.dilation.w + 1;
  for (int64_t at = 0; at + span <= count; at += w.stride.w) {
    const float from = left + static_cast<float>(at) * cell, to = from + static_cast<float>(span) * cell;
    scene.canvas.line({from + 1, y + cell + 0.2f * em}, {to - 2, y + cell + 0.2f * em}, scene.theme().muted,
                      scene.hair());
  }
}

void draw_period_slider(Scene& scene, Lines& lines) {
  const Rect& under = scene.layout.under;
  const float em = scene.em(), y = lines.y() + 0.55f * em;
  const int64_t period = scene.model.document.period;
  write(scene, {under.min.x, y}, "period", scene.theme().text, Font::kStrong);
  write(scene, {under.max.x, y}, std::to_string(period) + " px", scene.theme().text, Font::kMono,
        AlignX::kRight);
  lines.skip(1.4f);
  const Rect track{{under.min.x, lines.y()}, {under.max.x, lines.y() + 1.6f * em}};
  int64_t index = period - kLeastPeriod;
  if (scrubber(scene.ui, "shift/period-slider", track, kMostPeriod - kLeastPeriod + 1, &index))
    scene.ui.push(Action(SetPeriod{kLeastPeriod + index}));
  lines.skip(1.6f);
  const int64_t twice = 2 * scene.derived.window.stride.w;
  const float margin = 0.5f * em;  // as the scrubber's
  for (const int64_t tick : {kLeastPeriod, twice, int64_t{8}, kMostPeriod}) {
    if (tick < kLeastPeriod || tick > kMostPeriod || (tick == 8 && std::abs(twice - 8) == 1)) continue;
    const float share =
        static_cast<float>(tick - kLeastPeriod) / static_cast<float>(kMostPeriod - kLeastPeriod);
    const float x = track.min.x + margin + share * (track.width() - 2 * margin);
    write(scene, {x, lines.y() + 0.4f * em}, std::to_string(tick),
          tick == twice ? scene.theme().text : scene.theme().muted, Font::kMono, AlignX::kCentre);
  }
  lines.skip(1.3f);
}

void draw_pattern(Scene& scene) {
  const Derived& d = scene.derived;
  Lines lines(scene);
  const Size2 size = d.picture.size;
  const CellBox box = picture_box(scene);
  if (!lines.has_room(6)) return;
  if (box.cells != size) lines.put(size_text(box.cells) + " of " + size_text(size), scene.theme().muted);
  lines.skip(0.4f);
  draw_period_slider(scene, lines);
  const int64_t twice = 2 * d.window.stride.w;
  lines.paragraph(std::to_string(twice) +
                  " = twice the stride: shorter stripes alias, longer ones keep some edge in place.");
  if (!lines.has_room(6.5f)) return;
  lines.skip(0.7f);
  lines.put("one row, before and after", scene.theme().text, Font::kStrong);
  draw_strip(scene, lines.y() + 0.1f * scene.em(), "before", d.picture);
  draw_strip(scene, lines.y() + 2.2f * scene.em(), "after", d.nudged);
}

// The window large: in each place how many of eight nudges keep a peak there.
void draw_places(Scene& scene) {
  const Derived& d = scene.derived;
  const Size2 kernel = d.window.kernel;
  Lines lines(scene);
  if (!lines.has_room(8)) return;
  lines.put("the window, place by place", scene.theme().text, Font::kStrong);
  lines.put("nudges of 8 that keep a peak", scene.theme().muted);
  const Rect& under = scene.layout.under;
  const float room = under.max.y - lines.y() - 3.2f * scene.em();
  const float side = std::min({under.width(), room, 9.5f * scene.em()});
  if (side < 4 * scene.em()) return;
  const Rect square = Rect::from_size({under.min.x, lines.y() + 0.3f * scene.em()}, glm::vec2(side));
  const CellBox box = fit_cells(square, kernel);
  for (Cell at; at.row < kernel.h; ++at.row) {
    for (at.column = 0; at.column < kernel.w; ++at.column) {
      const int64_t kept = nudges_that_keep(d.window, at);
      const Color fill = cividis(static_cast<double>(kept) / 8);
      Rect cell = cell_rect(box, at);
      cell.max -= glm::vec2(scene.hair());
      scene.canvas.fill(cell, fill);
      if (box.cell >= 1.2f * scene.em()) {
        scene.canvas.text(cell.centre(), std::to_string(kept), Font::kMono,
                          std::min(0.45f * box.cell, 1.2f * scene.em()), readable_on(fill), AlignX::kCentre,
                          AlignY::kMiddle);
      }
      if (at == scene.model.document.peak) {
        scene.canvas.stroke(cell.inset(scene.hair()), rgb(0x000000), 4 * scene.hair());
        scene.canvas.stroke(cell.inset(scene.hair()), scene.theme().accent, 2 * scene.hair());
      }
    }
  }
  lines.skip(0.3f + box.rect.height() / scene.em() + 0.5f);
  int64_t kept = 0;
  for (const Cell nudge : kNeighbours) kept += shared_cells(d.window, nudge);
  const std::string sum =
      grouped(kept) + " of " + grouped(8 * window_cells(d.window)) + " = " + fraction_text(d.peak_stays);
  lines.put(sum, scene.theme().text, Font::kMono);
  if (kernel == Size2{3, 3} && d.window.dilation == Size2{1, 1})
    lines.put("not 5/8, as is often told", scene.theme().muted);
  const Pointer pointer = pointer_area(scene.ui, "shift/places", box.rect);
  if (pointer.hovered) tooltip(scene.ui, box.rect, "Click: put the peak there  [Shift+arrows]", box.rect);
  if (!pointer.pressed && !pointer.dragging) return;
  if (const auto at = cell_at(box, pointer.position); at && *at != scene.model.document.peak)
    scene.ui.push(Action(SetPeak{*at}));
}

}  // namespace

void draw_under(Scene& scene) {
  constexpr float kLeast = 7;  // em: what is narrower tells nothing
  Rect& under = scene.layout.under;
  if (const auto names = left_of_names(scene)) under.max.x = std::min(under.max.x, *names - scene.em());
  if (under.width() < kLeast * scene.em()) return;
  switch (static_cast<Lens>(scene.model.lens)) {
    case kNudgeLens:
      return draw_every_nudge(scene);
    case kAliasingLens:
      return draw_pattern(scene);
    case kPeakLens:
      return draw_places(scene);
  }
}

}  // namespace poolglass::shift
