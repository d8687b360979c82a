// Two meters for each contestant: the share of identical cells, and the correlation.
#include <algorithm>
#include <cmath>

#include "app/rooms/shift/picture_view.h"
#include "app/rooms/shift/words.h"

namespace poolglass::shift {
namespace {

constexpr float kNameSize = 0.8f;  // em
constexpr double kBarFrom = 0.9;   // where correlations' bars begin

struct Meter {
  std::string_view name;
  std::string value;
  double share;  // of the bar
  bool best, known, broken;
};

void draw_bar(Scene& scene, const Rect& at, const Meter& meter, Color color) {
  const float em = scene.em(), height = std::round(0.4f * em), y = std::round(at.min.y + 1.35f * em);
  const Rect track{{at.min.x, y}, {at.max.x, y + height}};
  scene.canvas.fill(track, scene.theme().raised, height / 2);
  const float share = static_cast<float>(std::clamp(meter.share, 0.0, 1.0));
  if (meter.known && share > 0) {
    Rect bar = track;
    bar.max.x = bar.min.x + std::max(share * track.width(), height);
    scene.canvas.fill(bar, color, height / 2);
  }
  if (!meter.broken) return;
  const float x = track.min.x + 0.75f * em;  // the bar does not begin at 0
  for (const float dx : {-0.1f * em, 0.1f * em}) {
    scene.canvas.line({x + dx - 0.12f * em, track.max.y + 1}, {x + dx + 0.12f * em, track.min.y - 1},
                      scene.theme().ground, 1.5f * scene.hair());
  }
}

// Whether a meter's name, the sign of the best and a value share their line.
bool has_room(const Scene& scene, float width, std::string_view name, std::string_view value) {
  const float words = scene.canvas.text_size(name, Font::kText, kNameSize * scene.em()).x +
                      scene.canvas.text_size(value, Font::kMono, scene.caption()).x;
  return words + 0.85f * scene.em() <= width;
}

void draw_meter(Scene& scene, const Rect& at, const Meter& meter, Color color, bool named) {
  const Theme& theme = scene.theme();
  const float em = scene.em(), y = at.min.y + 0.6f * em;
  const Font font = Font::kMono;
  const float width = scene.canvas.text_size(meter.value, font, scene.caption()).x;
  if (named) {
    scene.canvas.text({at.min.x, y}, meter.name, Font::kText, kNameSize * em, theme.muted, AlignX::kLeft,
                      AlignY::kMiddle);
  }
  write(scene, {at.max.x, y}, meter.value, theme.text, font, AlignX::kRight);
  if (meter.best) {
    scene.canvas.fill_circle({at.max.x - width - 0.5f * em, y}, 0.2f * em, theme.winner);
  }
  if (scene.layout.bars) draw_bar(scene, at, meter, color);
}

constexpr std::string_view kIdentical = "identical", kCorrelation = "correlation";

}  // namespace

std::optional<float> left_of_names(const Scene& scene) {
  const float width = scene.layout.columns[0].identical.width();
  if (has_room(scene, width, kIdentical, "48.0 %") && has_room(scene, width, kCorrelation, ".981"))
    return std::nullopt;
  return scene.layout.labels - scene.canvas.text_size(kCorrelation, Font::kText, scene.caption()).x;
}

void draw_meters(Scene& scene) {
  const Derived& d = scene.derived;
  bool any_best = false, all_correlate = true;
  const bool named = !left_of_names(scene);
  for (size_t i = 0; i < kContestantCount; ++i) {
    const Agreement& agreement = d.contenders[i].agreement;
    const Column& column = scene.layout.columns[i];
    const Color color = contestant_color(scene.theme(), i);
    const bool best = is_best_identical(d, i);
    any_best |= best;
    all_correlate &= agreement.correlation.has_value();
    draw_meter(scene, column.identical,
               {kIdentical, percent(agreement.identical), agreement.identical, best, true, false}, color,
               named);
    const double r = agreement.correlation.value_or(0);
    draw_meter(scene, column.correlation,
               {kCorrelation, correlation_text(agreement.correlation), (r - kBarFrom) / (1 - kBarFrom),
                is_best_correlation(d, i), agreement.correlation.has_value(), true},
               color, named);
  }
  float gutter = 0;  // of the names that stand there
  if (!named) {
    const auto name = [&](const Rect& row, std::string_view text) {
      write(scene, {scene.layout.labels, row.min.y + 0.6f * scene.em()}, text, scene.theme().muted,
            Font::kText, AlignX::kRight);
    };
    name(scene.layout.columns[0].identical, kIdentical);
    name(scene.layout.columns[0].correlation, kCorrelation);
    gutter = scene.canvas.text_size(kIdentical, Font::kText, scene.caption()).x + 0.8f * scene.em();
  }
  const Rect& note = scene.layout.note;
  if (!all_correlate && note.height() > 0) {
    write(scene, {note.min.x, note.centre().y}, "— an output that is constant has no correlation",
          scene.theme().muted);
  }
  if (!any_best) return;
  const float y = scene.layout.columns[0].identical.min.y + 0.6f * scene.em();
  const float right = scene.layout.labels - gutter;
  const float best = scene.canvas.text_size("best", Font::kText, scene.caption()).x;
  if (right - best - 0.8f * scene.em() < scene.layout.picture.min.x) return;
  write(scene, {right, y}, "best", scene.theme().muted, Font::kText, AlignX::kRight);
  scene.canvas.fill_circle({right - best - 0.5f * scene.em(), y}, 0.2f * scene.em(), scene.theme().winner);
}

}  // namespace poolglass::shift
