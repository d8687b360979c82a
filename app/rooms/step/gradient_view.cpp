// The gradient lens: what arrives at the output and what of it has reached the input, in one signed map, and
// between them what the window in focus sends, or what a cell collects.
#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "app/rooms/format.h"
#include "app/rooms/step/gradient.h"
#include "app/rooms/step/picture_view.h"

namespace poolglass::step {
namespace {

constexpr Color kNoNumber = rgb(0x8A8A8A);

Color gradient_color(const GradientFacts& facts, float value) {
  if (std::isnan(value)) return kNoNumber;
  return diverging(0.5 + 0.5 * static_cast<double>(value) / static_cast<double>(facts.span));
}

std::string place(std::string_view grid, Cell cell) {
  return std::string(grid) + "[" + std::to_string(cell.row) + "," + std::to_string(cell.column) + "]";
}

// The last window's part lands when its figure has travelled.
bool has_landed(const Picture& p) { return p.explores() || p.motion.travel >= 1; }

Rect lowered(const Picture& p, const GridBox& box, Rect cell) {
  const glm::vec2 down(0, has_small_figures(p, box) ? 0.08f * box.cell : 0);
  return {cell.min + down, cell.max + down};
}

struct Line {
  std::string left, right;
  bool strong = false;
};

// What stands under the arrow: a heading, and lines with figures at the right.
struct Words {
  std::string heading;
  std::vector<Line> lines;
};

std::string signed_text(float value) { return (value < 0 ? "" : "+ ") + short_text(value); }

Words collected_words(const Derived& d) {
  const GradientFacts& facts = d.gradient;
  const Cell cell = d.focus->cell;
  Words words{place("in", cell) + " collects", {}};
  for (const RoutedGradient& part : facts.collected) {
    words.lines.push_back({"from " + place("out", part.cell), signed_text(part.gradient), false});
  }
  if (facts.collected.empty()) words.lines.push_back({"nothing so far", "", false});
  words.lines.push_back({"∂L/∂" + place("in", cell), short_text(facts.arrived.at(cell)), true});
  return words;
}

Words sent_words(const Derived& d, TiePolicy ties) {
  const GradientFacts& facts = d.gradient;
  const Cell window = d.window.output;
  Words words{place("out", window) + " sends", {}};
  words.lines.push_back({"∂L/∂" + place("out", window), short_text(facts.upstream.at(window)), true});
  if (facts.window.empty()) {
    words.lines.push_back({"its window reads only padding", "", false});
    return words;
  }
  if (d.params.reduction == Reduction::kAverage) {
    words.lines.push_back({"÷ " + grouped(d.window.divisor) + ", to each cell",
                           short_text(facts.window.front().gradient), false});
    return words;
  }
  constexpr size_t kNamed = 6;
  for (size_t i = 0; i < std::min(facts.window.size(), kNamed); ++i) {
    const RoutedGradient& part = facts.window[i];
    words.lines.push_back({"to " + place("in", part.cell), short_text(part.gradient), false});
  }
  if (facts.window.size() > kNamed) {
    words.lines.push_back({"… " + grouped(std::ssize(facts.window)) + " cells in all", "", false});
  }
  const auto maxima = std::ssize(maxima_of_window(d.geometry, d.grid.values.data(), window));
  if (maxima > 1) {
    constexpr std::string_view kRules[] = {"the first gets it", "the last gets it", "they share it",
                                           "each gets all"};
    words.lines.push_back(
        {grouped(maxima) + " tie: " + std::string(kRules[static_cast<size_t>(ties)]), "", false});
  }
  return words;
}

Words words_of(const Picture& p) {
  const Derived& d = p.derived;
  const bool input = d.focus && d.focus->side == Side::kInput;
  return input ? collected_words(d) : sent_words(d, p.model.document.ties);
}

}  // namespace

void draw_gradient(Picture& p, Figures& figures) {
  const Derived& d = p.derived;
  const GridBox& box = p.layout.input;
  const Grid& shown = has_landed(p) ? d.gradient.arrived : d.gradient.before;
  draw_ring(p);
  if (p.layout.numbers) {
    const uint64_t revision = 2 * d.gradient_revision + (has_landed(p) ? 1 : 0);
    update_figures(p, figures, revision, shown.values, box);
  }
  const bool values = has_small_figures(p, box);
  const float corner = cell_corner(p, box);
  size_t index = 0;
  for (int64_t row = 0; row < d.grid.size.h; ++row) {
    for (int64_t column = 0; column < d.grid.size.w; ++column, ++index) {
      const Rect cell = face(p, box, {row, column});
      const bool sends_now = std::ranges::find(d.gradient.window, Cell{row, column}, &RoutedGradient::cell) !=
                             d.gradient.window.end();
      // Only what has landed counts: a cell that the travelling figure alone reaches is still empty.
      const bool reached =
          d.gradient.reached.values[index] > 0 && (has_landed(p) || !sends_now || shown.values[index] != 0);
      const Color color = reached ? gradient_color(d.gradient, shown.values[index]) : p.theme.raised;
      p.canvas.fill(cell, color, corner);
      if (d.reads({row, column}) == 0) draw_unread(p, cell);
      const Color ink = reached ? readable_on(color) : p.theme.muted;
      if (values) draw_small_figure(p, cell, d.grid.values[index], with_alpha(ink, 0.85f));
      if (p.layout.numbers && reached) draw_figure(p, figures, index, lowered(p, box, cell), ink);
    }
  }
  draw_indices(p, box, d.grid.size);
}

void draw_upstream(Picture& p, Figures& figures) {
  const Derived& d = p.derived;
  const GridBox& box = p.layout.output;
  if (p.layout.output_numbers) {
    update_figures(p, figures, d.gradient_revision, d.gradient.upstream.values, box);
  }
  const bool values = has_small_figures(p, box);
  const float corner = cell_corner(p, box);
  int64_t index = 0;
  for (int64_t row = 0; row < d.output.size.h; ++row) {
    for (int64_t column = 0; column < d.output.size.w; ++column, ++index) {
      const Rect cell = face(p, box, {row, column});
      const auto at = static_cast<size_t>(index);
      const bool sent = index <= d.gradient.last;
      const Color color = sent ? gradient_color(d.gradient, d.gradient.upstream.values[at]) : p.theme.raised;
      p.canvas.fill(cell, color, corner);
      const Color ink = sent ? readable_on(color) : p.theme.text;
      if (values) draw_small_figure(p, cell, d.output.values[at], with_alpha(ink, 0.85f));
      if (p.layout.output_numbers) draw_figure(p, figures, at, lowered(p, box, cell), ink);
    }
  }
  draw_indices(p, box, d.output.size);
}

void draw_routing(Picture& p) {
  const Rect &input = p.layout.input.area(), output = p.layout.output.area(), room = p.layout.arithmetic;
  const Color color = with_alpha(p.theme.muted, 0.8f);
  const float head = 0.55f * p.em, caption = kCaption * p.em;
  if (p.layout.arrangement != Arrangement::kBeside) {
    const std::string text = gradient_sentence(p.derived);
    const bool fits = p.canvas.text_size(text, Font::kText, p.em).x <= room.width();
    const std::string shown = fits ? text : totals_sentence(p.derived.gradient);
    p.canvas.text(room.centre(), shown, Font::kText, p.em, p.theme.text, AlignX::kCentre, AlignY::kMiddle);
    if (p.layout.arrangement == Arrangement::kBelow) {
      const float y = std::round(output.min.y + std::min(0.5f * output.height(), 2 * p.layout.output.cell));
      const float indices = p.layout.indices ? 1.6f * p.em : 0.4f * p.em;
      p.canvas.arrow({output.min.x - indices, y}, {input.max.x + 0.5f * p.em, y}, color, p.hair(), head);
    } else {
      const float x = std::round(room.min.x + 0.8f * p.em);
      p.canvas.arrow({x, room.max.y}, {x, room.min.y}, color, p.hair(), head);
    }
    return;
  }
  const Words words = words_of(p);
  const float left = room.min.x + 0.8f * p.em, right = room.max.x - 0.8f * p.em, leading = 1.75f * p.em;
  float y = room.min.y + 0.9f * p.em;
  p.canvas.arrow({room.max.x, y}, {room.min.x, y}, color, p.hair(), head);
  y += 1.8f * p.em;
  // Where lines do not all fit, the last, the sum, stays.
  const auto fit = static_cast<size_t>(std::max(1.0f, (room.max.y - y) / leading));
  const size_t count = words.lines.size();
  for (size_t i = 0; i < count && i < fit; ++i) {
    const bool cut = count > fit && i + 2 == fit;
    const Line& line = count > fit && i + 1 == fit ? words.lines.back() : words.lines[i];
    if (cut) {
      p.canvas.text({left, y}, "…", Font::kMono, caption, p.theme.muted, AlignX::kLeft, AlignY::kMiddle);
    } else {
      const Color ink = line.strong ? p.theme.text : p.theme.muted;
      const Font font = line.right.empty() ? Font::kText : Font::kMono;
      p.canvas.text({left, y}, line.left, font, caption, ink, AlignX::kLeft, AlignY::kMiddle);
      p.canvas.text({right, y}, line.right, Font::kMono, caption, p.theme.text, AlignX::kRight,
                    AlignY::kMiddle);
      if (line.strong && i > 0) {
        p.canvas.line({left, y - 0.5f * leading}, {right, y - 0.5f * leading}, p.theme.hairline, p.hair());
      }
    }
    y += leading;
  }
}

std::string routing_title(const Picture& p) { return words_of(p).heading; }

void draw_gradient_legend(Picture& p) {
  const Rect& room = p.layout.legend;
  if (room == Rect{}) return;
  const float span = p.derived.gradient.span, size = kCaption * p.em, gap = 0.5f * p.em, y = room.centre().y;
  const std::string low = short_text(-span), high = short_text(span);
  const float low_width = p.canvas.text_size(low, Font::kMono, size).x + gap;
  const float texts = low_width + p.canvas.text_size(high, Font::kMono, size).x + gap;
  const float thick = std::round(0.6f * p.em);
  const float length = std::round(std::clamp(room.width() - texts, 3.0f * p.em, 10.0f * p.em));
  const float x = std::round(room.min.x + low_width), top = std::round(y - thick / 2);
  p.canvas.text({x - gap, y}, low, Font::kMono, size, p.theme.muted, AlignX::kRight, AlignY::kMiddle);
  p.canvas.text({x + length + gap, y}, high, Font::kMono, size, p.theme.muted, AlignX::kLeft,
                AlignY::kMiddle);
  constexpr int kSteps = 48;
  for (int i = 0; i < kSteps; ++i) {
    const float from = std::round(length * static_cast<float>(i) / kSteps);
    const float to = std::round(length * static_cast<float>(i + 1) / kSteps);
    p.canvas.fill({{x + from, top}, {x + to, top + thick}}, diverging((i + 0.5) / kSteps));
  }
}

void draw_totals(Picture& p) {
  if (p.layout.caption == Rect{}) return;
  const Rect& room = p.layout.caption;
  const std::string text = totals_sentence(p.derived.gradient);
  const float size = kCaption * p.em;
  const auto line = [&](std::string_view words, float y) {
    p.canvas.text({room.min.x, y}, words, Font::kText, size, p.theme.text, AlignX::kLeft, AlignY::kMiddle);
  };
  if (p.canvas.text_size(text, Font::kText, size).x <= room.width()) return line(text, room.centre().y);
  const size_t comma = text.find(", ");
  line(text.substr(0, comma), room.centre().y - 0.65f * p.em);
  line(text.substr(comma + 2), room.centre().y + 0.65f * p.em);
}

void draw_sent(Picture& p) {
  const float t = p.motion.travel;
  if (p.explores() || t <= 0 || t >= 1 || p.derived.gradient.window.empty()) return;
  const RoutedGradient& part = p.derived.gradient.window.front();
  const bool one = p.derived.gradient.window.size() == 1;
  const Rect from = cell_rect(p.layout.output, p.derived.window.output);
  const Rect to = one ? cell_rect(p.layout.input, part.cell) : p.window_now();
  const glm::vec2 at = travel_point(from.centre(), to.centre(), t);
  const std::string text = short_text(part.gradient);
  const Color color = gradient_color(p.derived.gradient, part.gradient);
  const float size = std::min(1.33f * p.em, 0.4f * p.layout.output.cell);
  const glm::vec2 half = (p.canvas.text_size(text, Font::kMono, size) + glm::vec2(1.0f, 0.5f) * p.em) * 0.5f;
  const Rect chip{at - half, at + half};
  p.canvas.fill(chip, color, 0.35f * p.em);
  p.canvas.stroke(chip, p.theme.accent, std::round(0.13f * p.em), 0.35f * p.em);
  p.canvas.text(at, text, Font::kMono, size, readable_on(color), AlignX::kCentre, AlignY::kMiddle);
}

}  // namespace poolglass::step
