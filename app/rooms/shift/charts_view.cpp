// The two charts: what each contestant keeps over the nudge, over the stripes' period, over the kernel; the
// law is dashed.
#include <algorithm>
#include <cmath>
#include <limits>

#include "app/rooms/format.h"
#include "app/rooms/shift/picture_view.h"
#include "app/rooms/shift/presets.h"
#include "app/rooms/shift/words.h"

namespace poolglass::shift {
namespace {

using Curve = std::vector<std::optional<double>>;  // at equal steps

// Axes of a chart and what is drawn in it.
struct Chart {
  Scene& scene;
  ChartBox box;
  double x_low, x_high, y_low, y_high;

  glm::vec2 at(double x, double y) const {
    const auto fx = static_cast<float>((x - x_low) / (x_high - x_low)),
               fy = static_cast<float>((y - y_low) / (y_high - y_low));
    return {box.plot.min.x + fx * box.plot.width(), box.plot.max.y - fy * box.plot.height()};
  }
  double x_of(float pixel) const {
    return x_low + static_cast<double>((pixel - box.plot.min.x) / box.plot.width()) * (x_high - x_low);
  }
};

void draw_title(const Chart& chart, const std::string& title) {
  Scene& s = chart.scene;
  write(s, {chart.box.title.min.x, chart.box.title.min.y + 0.6f * s.em()}, title, s.theme().text,
        Font::kStrong);
}

void draw_axes(const Chart& chart, const std::vector<std::pair<double, std::string>>& x_ticks,
               const std::vector<std::pair<double, std::string>>& y_ticks) {
  Scene& s = chart.scene;
  const Rect& plot = chart.box.plot;
  for (const auto& [y, text] : y_ticks) {
    const float at = std::round(chart.at(chart.x_low, y).y) + 0.5f;
    s.canvas.line({plot.min.x, at}, {plot.max.x, at}, s.theme().hairline, s.hair());
    write(s, {plot.min.x - 0.4f * s.em(), at}, text, s.theme().muted, Font::kMono, AlignX::kRight);
  }
  for (const auto& [x, text] : x_ticks) {
    write(s, {chart.at(x, chart.y_low).x, plot.max.y + 0.8f * s.em()}, text, s.theme().muted, Font::kMono,
          AlignX::kCentre);
  }
}

void draw_curve(const Chart& chart, const Curve& curve, Color color, float lift, float width) {
  Scene& s = chart.scene;
  const double step =
      (chart.x_high - chart.x_low) / static_cast<double>(std::max<size_t>(curve.size(), 2) - 1);
  const auto point = [&](size_t i) {
    const double y = std::clamp(*curve[i], chart.y_low, chart.y_high);
    return chart.at(chart.x_low + static_cast<double>(i) * step, y) - glm::vec2(0, lift);
  };
  for (size_t i = 0; i + 1 < curve.size(); ++i) {  // line by line: a joint of steep ones would be a spike
    if (curve[i] && curve[i + 1]) s.canvas.line(point(i), point(i + 1), color, width);
  }
}

// What lies under the chart is left out.
void draw_dashed(const Chart& chart, const Curve& curve, Color color) {
  Scene& s = chart.scene;
  const double step =
      (chart.x_high - chart.x_low) / static_cast<double>(std::max<size_t>(curve.size(), 2) - 1);
  for (size_t i = 0; i + 1 < curve.size(); ++i) {
    if (!curve[i] || !curve[i + 1]) continue;
    double x0 = chart.x_low + static_cast<double>(i) * step, x1 = x0 + step;
    double y0 = *curve[i], y1 = *curve[i + 1];
    if (std::max(y0, y1) < chart.y_low) continue;
    const double cut = y0 == y1 ? x0 : x0 + (chart.y_low - y0) / (y1 - y0) * step;
    if (y0 < chart.y_low) x0 = cut;
    if (y1 < chart.y_low) x1 = cut;
    y0 = std::max(y0, chart.y_low);
    y1 = std::max(y1, chart.y_low);
    s.canvas.dashed_line(chart.at(x0, y0), chart.at(x1, y1), color, 1.5f * s.hair(), 0.3f * s.em());
  }
}

// Names at the lines' right ends, moved apart.
void name_curves(const Chart& chart, const std::array<Curve, kColumns>& curves) {
  Scene& s = chart.scene;
  std::array<float, kColumns> wanted{};
  for (size_t i = 0; i < kColumns; ++i) {
    const auto last = curves[i].empty() ? std::nullopt : curves[i].back();
    wanted[i] = chart.at(chart.x_high, last ? std::clamp(*last, chart.y_low, chart.y_high) : chart.y_low).y;
  }
  const Rect& plot = chart.box.plot;
  const std::array<float, kColumns> placed =
      spread(wanted, 0.9f * s.em(), plot.min.y, plot.max.y + 0.3f * s.em());
  for (size_t i = 0; i < kColumns; ++i) {
    const bool known = !curves[i].empty() && curves[i].back();
    const Color color = known ? contestant_color(s.theme(), i) : s.theme().muted;
    if (known) {
      s.canvas.line({plot.max.x + 0.1f * s.em(), wanted[i]}, {chart.box.names - 0.25f * s.em(), placed[i]},
                    color, s.hair());
    }
    write(s, {chart.box.names, placed[i]}, contestant_name(i), color);
  }
}

// The present place: a line, a mark over it, a dot on every curve.
void draw_mark(const Chart& chart, double x) {
  Scene& s = chart.scene;
  const Color amber = s.theme().accent;
  const glm::vec2 low = chart.at(x, chart.y_low), high = chart.at(x, chart.y_high);
  s.canvas.line(low, high, amber, 1.5f * s.hair());
  const float side = 0.32f * s.em();
  const std::array mark = {glm::vec2(high.x - side, high.y - 1.7f * side),
                           glm::vec2(high.x + side, high.y - 1.7f * side), high};
  s.canvas.fill_convex(mark, amber);
}

void draw_dots(const Chart& chart, const std::array<Curve, kColumns>& curves, size_t index, double x) {
  Scene& s = chart.scene;
  for (size_t i = 0; i < kColumns; ++i) {
    if (index >= curves[i].size() || !curves[i][index]) continue;
    const glm::vec2 at = chart.at(x, std::clamp(*curves[i][index], chart.y_low, chart.y_high));
    s.canvas.fill_circle(at, 0.27f * s.em(), s.theme().ground);
    s.canvas.fill_circle(at, 0.2f * s.em(), contestant_color(s.theme(), i));
  }
}

void draw_law_key(const Chart& chart, bool at_left) {
  Scene& s = chart.scene;
  const std::string_view text = "law, noise";
  const float em = s.em(), width = 1.5f * em + s.canvas.text_size(text, Font::kText, s.caption()).x;
  const Rect& plot = chart.box.plot;
  const float x = at_left ? plot.min.x + 0.5f * em : plot.max.x - width - 0.3f * em;
  const float y = at_left ? plot.max.y - 0.9f * em : plot.min.y + 0.9f * em;
  s.canvas.fill({{x - 0.3f * em, y - 0.6f * em}, {x + width + 0.3f * em, y + 0.6f * em}},
                with_alpha(s.theme().ground, 0.8f), 0.3f * em);
  s.canvas.dashed_line({x, y}, {x + 1.2f * em, y}, s.theme().text, 1.5f * s.hair(), 0.3f * em);
  write(s, {x + 1.5f * em, y}, text, s.theme().muted);
}

std::array<Curve, kColumns> curves_of(const std::vector<Readings>& rows, bool correlation) {
  std::array<Curve, kColumns> curves;
  for (const Readings& readings : rows) {
    for (size_t i = 0; i < kColumns; ++i)
      curves[i].push_back(correlation ? readings[i].correlation : std::optional(readings[i].identical));
  }
  return curves;
}

void draw_contest(const Chart& chart, const std::array<Curve, kColumns>& curves) {
  Scene& s = chart.scene;
  for (size_t i = kColumns; i-- > 0;) {
    const float lift = (2 - static_cast<float>(i)) * 0.6f * s.hair();  // equal ones stay visible side by side
    draw_curve(chart, curves[i], contestant_color(s.theme(), i), lift, 1.6f * s.hair());
  }
  name_curves(chart, curves);
}

const std::vector<std::pair<double, std::string>> kShareTicks = {{0, "0"}, {0.5, "50"}, {1, "100"}};

std::vector<std::pair<double, std::string>> nudge_ticks() {
  return {{-8, "−8"}, {-4, "−4"}, {0, "0"}, {4, "+4"}, {8, "+8"}};
}

double lowest(const std::array<Curve, kColumns>& curves) {
  double low = 1;
  for (const Curve& curve : curves) {
    for (const auto& value : curve) low = value ? std::min(low, *value) : low;
  }
  return low;
}

// A click or a drag in the plot goes there.
void handle_nudge(const Chart& chart, std::string_view name) {
  Scene& s = chart.scene;
  const Pointer pointer = pointer_area(s.ui, name, chart.box.plot);
  if (pointer.hovered) tooltip(s.ui, chart.box.plot, "Click or drag: nudge there", chart.box.plot);
  if (!pointer.pressed && !pointer.dragging) return;
  const auto steps = static_cast<double>(steps_per_pixel(s.model.document));
  const int64_t right = std::llround(chart.x_of(pointer.position.x) * steps);
  if (right != right_steps(s.model)) s.ui.push(Action(SetNudge{right, s.model.down}));
}

std::string held_down(const Derived& d) { return d.down == 0 ? "" : ", " + nudge_words(0, d.down); }

void draw_identical(Scene& scene, const Rect& rect) {
  const Derived& d = scene.derived;
  const Chart chart{scene, chart_box(rect, scene.em()), -8, 8, 0, 1};
  draw_title(chart, "identical, by nudge to the right" + held_down(d));
  draw_axes(chart, nudge_ticks(), kShareTicks);
  const auto curves = curves_of(d.by_nudge, false);
  draw_mark(chart, d.right);
  draw_contest(chart, curves);
  if (scene.model.lens == kNudgeLens && !d.moved && !d.law.empty()) {
    Curve law;
    for (const LawPoint& point : d.law) law.push_back(point.maximum.value());
    draw_dashed(chart, law, scene.theme().text);
    draw_law_key(chart, false);
  }
  draw_dots(chart, curves, static_cast<size_t>(scene.model.playhead.index), d.right);
  handle_nudge(chart, "shift/identical");
}

void draw_correlation(Scene& scene, const Rect& rect) {
  const Derived& d = scene.derived;
  const auto curves = curves_of(d.by_nudge, true);
  // To a tenth below the lowest; noise goes to 0.
  const double low = std::clamp(std::floor(lowest(curves) * 10) / 10, -1.0, 0.8);
  const Chart chart{scene, chart_box(rect, scene.em()), -8, 8, low, 1};
  draw_title(chart, "correlation");
  draw_axes(chart, nudge_ticks(),
            {{low, value_text(static_cast<float>(low))},
             {(low + 1) / 2, value_text(static_cast<float>((low + 1) / 2))},
             {1, "1"}});
  draw_mark(chart, d.right);
  draw_contest(chart, curves);
  if (!d.moved && !d.law.empty()) {
    Curve law;
    for (const LawPoint& point : d.law) law.push_back(point.average.value());
    draw_dashed(chart, law, scene.theme().text);
    draw_law_key(chart, true);
  }
  draw_dots(chart, curves, static_cast<size_t>(scene.model.playhead.index), d.right);
  handle_nudge(chart, "shift/correlation");
}

void draw_by_period(Scene& scene, const Rect& rect) {
  const Derived& d = scene.derived;
  const Chart chart{scene, chart_box(rect, scene.em()), kLeastPeriod, kMostPeriod, 0, 1};
  draw_title(chart, "identical at " + pixels_text(d.right) + ", by period");
  draw_axes(chart, {{2, "2"}, {4, "4"}, {6, "6"}, {8, "8"}, {10, "10"}, {12, "12"}}, kShareTicks);
  const auto twice = static_cast<double>(2 * d.window.stride.w);
  if (twice >= kLeastPeriod && twice <= kMostPeriod) {
    const glm::vec2 top = chart.at(twice, 1), foot = chart.at(twice, 0);
    scene.canvas.dashed_line(foot, top, scene.theme().muted, scene.hair(), 0.2f * scene.em());
    write(scene, {top.x + 0.4f * scene.em(), top.y - 0.5f * scene.em()}, "2 × stride", scene.theme().muted);
  }
  const auto curves = curves_of(d.by_period, false);
  const auto period = static_cast<double>(scene.model.document.period);
  draw_mark(chart, period);
  draw_contest(chart, curves);
  draw_dots(chart, curves, static_cast<size_t>(scene.model.document.period - kLeastPeriod), period);
  const Pointer pointer = pointer_area(scene.ui, "shift/by-period", chart.box.plot);
  if (pointer.hovered)
    tooltip(scene.ui, chart.box.plot, "Click or drag: stripes of that period  [P]", chart.box.plot);
  if (!pointer.pressed && !pointer.dragging) return;
  const int64_t wanted =
      std::clamp<int64_t>(std::llround(chart.x_of(pointer.position.x)), kLeastPeriod, kMostPeriod);
  if (wanted != scene.model.document.period) scene.ui.push(Action(SetPeriod{wanted}));
}

// A lone peak under kernels of every size, windows side by side.
void draw_by_kernel(Scene& scene, const Rect& rect) {
  constexpr int64_t kKernels = 8;
  Chart chart{scene, chart_box(rect, scene.em()), 1, kKernels, 0, 1};
  chart.box.plot.max.x = rect.max.x - 0.8f * scene.em();  // no names stand there
  draw_title(chart, "nudges by one pixel that keep a peak, by kernel");
  std::vector<std::pair<double, std::string>> ticks;
  for (int64_t k = 1; k <= kKernels; ++k) ticks.emplace_back(static_cast<double>(k), std::to_string(k));
  draw_axes(chart, ticks, kShareTicks);
  const ShiftWindow& window = scene.derived.window;
  const bool square = window.kernel.h == window.kernel.w && window.kernel.h <= kKernels;
  if (square) draw_mark(chart, static_cast<double>(window.kernel.h));
  Curve curve;
  for (int64_t k = 1; k <= kKernels; ++k) {
    curve.push_back(lone_peak_stays({{k, k}, {k, k}, window.dilation}).value());
  }
  const Color color = contestant_color(scene.theme(), 0);
  draw_curve(chart, curve, color, 0, 1.6f * scene.hair());
  for (int64_t k = 1; k <= kKernels; ++k) {
    const Fraction kept = lone_peak_stays({{k, k}, {k, k}, window.dilation});
    const glm::vec2 at = chart.at(static_cast<double>(k), kept.value());
    scene.canvas.fill_circle(at, 0.2f * scene.em(), color);
    if (k == 1 || (k > 4 && k < kKernels)) continue;  // their words would touch their neighbours'
    const bool last = k == kKernels, now = square && k == window.kernel.h;
    write(scene, at + glm::vec2(last ? 0.4f : 0.35f, 0.95f) * scene.em(), fraction_text(kept),
          now ? scene.theme().text : scene.theme().muted, Font::kMono, last ? AlignX::kRight : AlignX::kLeft);
  }
}

}  // namespace

void draw_charts(Scene& scene) {
  const auto& charts = scene.layout.charts;
  if (charts[0] == Rect{}) return;
  draw_identical(scene, charts[0]);
  switch (static_cast<Lens>(scene.model.lens)) {
    case kNudgeLens:
      return draw_correlation(scene, charts[1]);
    case kAliasingLens:
      return draw_by_period(scene, charts[1]);
    case kPeakLens:
      return draw_by_kernel(scene, charts[1]);
  }
}

}  // namespace poolglass::shift
