// The window's values as dots on one number line, with the maximum and the mean as carets: what each of the
// two operations makes of the same window.
#include <algorithm>
#include <cmath>
#include <map>
#include <string>

#include "app/rooms/step/picture_view.h"
#include "app/rooms/step/predict_view.h"

namespace poolglass::step {
namespace {

// Filled for the operation that is on, an outline for the other. `down`: it points down.
void draw_caret(Picture& p, glm::vec2 tip, bool down, Color color, bool filled) {
  const float half = 0.45f * p.em, high = (down ? -0.7f : 0.7f) * p.em;
  const glm::vec2 points[] = {tip, tip + glm::vec2(half, high), tip + glm::vec2(-half, high)};
  if (filled) p.canvas.fill_convex(points, color);
  p.canvas.polyline(points, color, std::max(p.hair(), 0.1f * p.em), true);
}

// While the loops run: what a maximum has found so far.
void draw_best_so_far(Picture& p, const Rect& area, float y, size_t read) {
  const Derived& d = p.derived;
  const float best = static_cast<float>(so_far(*d.code.run, d.code.now));
  if (d.params.reduction != Reduction::kMax || read == 0 || !std::isfinite(best)) return;
  const float x = area.min.x + area.width() * static_cast<float>(d.range.unit(best));
  draw_caret(p, {x, y - 1.75f * p.em}, true, p.theme.winner, true);
  p.canvas.text({x, y - 3.1f * p.em}, "best " + short_text(best), Font::kMono, kCaption * p.em, p.theme.text,
                AlignX::kCentre, AlignY::kMiddle);
}

}  // namespace

void draw_number_line(Picture& p) {
  const Derived& d = p.derived;
  const Rect area = number_line(p.layout, p.em);
  if (area == Rect{} || !d.whole.values.empty() || d.window.cells < 2) return;
  const bool max = d.params.reduction == Reduction::kMax;
  const bool asked = d.predict.hides_result, walking = d.code.walking();
  const size_t read = walking ? cells_read(*d.code.run, d.code.now) : d.window.taps.size();
  const float here = d.output.at(d.window.output), other = d.other.at(d.window.output);
  if (!std::isfinite(here) || !std::isfinite(other)) return;
  const float y = std::round(area.min.y + 2.4f * p.em), size = kCaption * p.em;
  const auto x_of = [&](float value) {
    return area.min.x + area.width() * static_cast<float>(d.range.unit(value));
  };
  p.canvas.line({area.min.x, y}, {area.max.x, y}, p.theme.muted, p.hair());
  // Values that fall on the same pixel are stacked, as far as the line's height allows; more are not seen.
  constexpr int kHighest = 2;
  std::map<float, int> stacked;
  for (size_t i = 0; i < d.window.taps.size() && d.window.lists_all(); ++i) {
    const Tap& tap = d.window.taps[i];
    if (tap.kind != TapKind::kCell || !std::isfinite(tap.value)) continue;
    const bool winner = tap.winner && !asked && !walking;
    const float x = x_of(tap.value);
    const int level = stacked[std::round(x)]++;
    if (level > kHighest && !winner) continue;
    const glm::vec2 at(x, y - 0.55f * p.em * static_cast<float>(std::min(level, kHighest)));
    p.canvas.fill_circle(at, 0.3f * p.em, p.theme.ground);
    if (i < read) p.canvas.fill_circle(at, 0.24f * p.em, winner ? p.theme.winner : p.theme.text);
    if (i >= read) p.canvas.stroke_circle(at, 0.24f * p.em, p.theme.muted, p.hair());
  }
  if (asked) return;
  if (walking) return draw_best_so_far(p, area, y, read);
  const float largest = max ? here : other, mean = max ? other : here;
  draw_caret(p, {x_of(largest), y - 1.75f * p.em}, true, p.theme.winner, max);
  draw_caret(p, {x_of(mean), y + 0.5f * p.em}, false, p.theme.average_pool, !max || d.both);
  const auto words = [&](float value, std::string_view name, float at_y, Color color) {
    const std::string text = std::string(name) + " " + short_text(value);
    const float half = p.canvas.text_size(text, Font::kMono, size).x / 2;
    const float x = std::clamp(x_of(value), area.min.x + half - 0.4f * p.em, area.max.x - half + 0.4f * p.em);
    p.canvas.text({x, at_y}, text, Font::kMono, size, color, AlignX::kCentre, AlignY::kMiddle);
  };
  draw_guess_on_line(p, x_of, y + 0.85f * p.em, area);
  words(largest, "max", y - 3.1f * p.em, max ? p.theme.text : p.theme.muted);
  words(mean, "mean", y + 1.85f * p.em, max && !d.both ? p.theme.muted : p.theme.text);
  if (!d.both || y + 5 * p.em > area.max.y) return;
  const float top = y + 2.6f * p.em, low = top + 0.6f * p.em;
  const glm::vec2 points[] = {
      {x_of(mean), top}, {x_of(mean), low}, {x_of(largest), low}, {x_of(largest), top}};
  p.canvas.polyline(points, p.theme.text, p.hair(), false);
  const std::string text = "difference " + short_text(d.comparison.difference.at(d.window.output));
  const float half = p.canvas.text_size(text, Font::kMono, size).x / 2;
  const float middle = std::clamp((x_of(mean) + x_of(largest)) / 2, area.min.x + half, area.max.x - half);
  p.canvas.text({middle, low + 1.0f * p.em}, text, Font::kMono, size, p.theme.text, AlignX::kCentre,
                AlignY::kMiddle);
}

}  // namespace poolglass::step
