// The gradient lens: what arrives at the output and what of it has reached the input, in one signed map, and
// between them what the window in focus sends, or what a cell collects.
#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "app/rooms/format.h"
#include "app/rooms/step/gradient.h"
#include "app/rooms/step/picture_view.h"
#include "app/rooms/step/predict_view.h"

namespace poolglass::step {
namespace {

Color gradient_color(const Picture& p, float value) {
  return signed_look(p, p.derived.gradient.span)(value).fill;
}

// The last window's part lands when its figure has travelled.
bool has_landed(const Picture& p) { return p.explores() || p.motion.travel >= 1; }

Rect lowered(const Picture& p, const GridBox& box, Rect cell) {
  const glm::vec2 down(0, has_small_figures(p, box) ? 0.08f * box.cell : 0);
  return {cell.min + down, cell.max + down};
}

struct SumLine {
  std::string left, right;
  bool strong = false;
};

// What stands under the arrow: a heading, and lines with figures at the right.
struct Words {
  std::string heading;
  std::vector<SumLine> lines;
};

std::string signed_text(float value) { return (value < 0 ? "" : "+ ") + short_text(value); }

Words collected_words(const Derived& d, const ArrivedGradient& facts) {
  const Cell cell = d.focus->cell;
  Words words{cell_name("in", cell) + " collects", {}};
  for (const RoutedGradient& part : facts.collected) {
    words.lines.push_back({"from " + cell_name("out", part.cell), signed_text(part.gradient), false});
  }
  if (facts.collected.empty()) words.lines.push_back({"nothing so far", "", false});
  words.lines.push_back({"∂L/∂" + cell_name("in", cell), short_text(facts.arrived.at(cell)), true});
  return words;
}

Words sent_words(const Derived& d, Reduction reduction, const ArrivedGradient& facts, TiePolicy ties) {
  const Cell window = d.window.output;
  Words words{cell_name("out", window) + " sends", {}};
  words.lines.push_back(
      {"∂L/∂" + cell_name("out", window), short_text(d.gradient.upstream.at(window)), true});
  if (facts.window.empty()) {
    words.lines.push_back({"its window reads only padding", "", false});
    return words;
  }
  if (reduction == Reduction::kAverage) {
    words.lines.push_back({"÷ " + grouped(d.window.divisor) + ", to each cell",
                           short_text(facts.window.front().gradient), false});
    return words;
  }
  constexpr size_t kNamed = 6;
  for (size_t i = 0; i < std::min(facts.window.size(), kNamed); ++i) {
    const RoutedGradient& part = facts.window[i];
    words.lines.push_back({"to " + cell_name("in", part.cell), short_text(part.gradient), false});
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

// Cells of the input's plane with the gradient that has reached them.
void draw_arrived(Picture& p, Figures& figures, const GridBox& box, const Grid& shown, const Grid& reached_by,
                  const std::vector<RoutedGradient>& sends) {
  const Derived& d = p.derived;
  draw_ring(p, box);
  if (p.layout.numbers) {
    const uint64_t revision =
        (2 * d.gradient_revision + (has_landed(p) ? 1 : 0)) * kRevisions + kGradientLens;
    update_figures(p, figures, revision, shown.values, box);
  }
  const bool values = has_small_figures(p, box);
  const float corner = cell_corner(p, box);
  size_t index = 0;
  for (int64_t row = 0; row < d.grid.size.h; ++row) {
    for (int64_t column = 0; column < d.grid.size.w; ++column, ++index) {
      const Rect cell = face(p, box, {row, column});
      if (d.predict.hides_gradient && p.model.predict.cell == Cell{row, column}) {
        draw_asked(p, cell);
        if (values) draw_small_figure(p, cell, d.grid.values[index], p.theme.text);
        continue;
      }
      const bool sends_now =
          std::ranges::find(sends, Cell{row, column}, &RoutedGradient::cell) != sends.end();
      // Only what has landed counts: a cell that the travelling figure alone reaches is still empty.
      const bool reached =
          reached_by.values[index] > 0 && (has_landed(p) || !sends_now || shown.values[index] != 0);
      const Color color = reached ? gradient_color(p, shown.values[index]) : p.theme.raised;
      p.canvas.fill(cell, color, corner);
      if (d.reads({row, column}) == 0) draw_unread(p, cell);
      const Color ink = reached ? readable_on(color) : p.theme.muted;
      if (values) draw_small_figure(p, cell, d.grid.values[index], with_alpha(ink, 0.85f));
      if (p.layout.numbers && reached) draw_figure(p, figures, index, lowered(p, box, cell), ink);
    }
  }
  draw_indices(p, box, d.grid.size);
}

Words routing_words(const Derived& d, Reduction reduction, const ArrivedGradient& gradient, TiePolicy ties) {
  const bool input = d.focus && d.focus->side == Side::kInput;
  return input ? collected_words(d, gradient) : sent_words(d, reduction, gradient, ties);
}

Words routing_words(const Picture& p) {
  const Derived& d = p.derived;
  return routing_words(d, d.params.reduction, d.gradient, p.model.document.ties);
}

}  // namespace

void draw_gradient(Picture& p, Figures& figures) {
  const GradientFacts& facts = p.derived.gradient;
  draw_arrived(p, figures, p.layout.input, has_landed(p) ? facts.arrived : facts.before, facts.reached,
               facts.window);
}

void draw_both_gradients(Picture& p, ViewState& view) {
  const GradientFacts& facts = p.derived.gradient;
  const bool landed = has_landed(p);
  const ArrivedGradient& average = facts.average;
  const std::vector<Panel>& panels = p.layout.panels;
  draw_arrived(p, view.board[1], panels[1].box, landed ? facts.arrived : facts.before, facts.reached,
               facts.window);
  draw_arrived(p, view.board[2], panels[2].box, landed ? average.arrived : average.before, average.reached,
               average.window);
  draw_arrived(p, view.board[3], panels[3].box, landed ? facts.difference : facts.difference_before,
               facts.reached_by_any, average.window);
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
      const Color color = sent ? gradient_color(p, d.gradient.upstream.values[at]) : p.theme.raised;
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
  const Words words = routing_words(p);
  const float left = room.min.x + 0.8f * p.em, right = room.max.x - 0.8f * p.em, leading = 1.75f * p.em;
  float y = room.min.y + 0.9f * p.em;
  p.canvas.arrow({room.max.x, y}, {room.min.x, y}, color, p.hair(), head);
  y += 1.8f * p.em;
  // Where lines do not all fit, the last, the sum, stays.
  const Rect& overview = p.layout.overview;
  const float end = overview == Rect{} ? room.max.y : overview.min.y - 1.6f * p.em;
  const auto fit = static_cast<size_t>(std::max(1.0f, (end - y) / leading));
  const size_t count = words.lines.size();
  for (size_t i = 0; i < count && i < fit; ++i) {
    const bool cut = count > fit && i + 2 == fit;
    const SumLine& line = count > fit && i + 1 == fit ? words.lines.back() : words.lines[i];
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

std::string routing_title(const Picture& p) { return routing_words(p).heading; }

void draw_gradient_legend(Picture& p) { draw_signed_scale(p, p.layout.legend, p.derived.gradient.span); }

void draw_both_routings(Picture& p, const Rect& room) {
  const Derived& d = p.derived;
  const float size = kCaption * p.em, half = room.width() / 2, leading = 1.75f * p.em;
  const auto column = [&](float x, Reduction reduction, const ArrivedGradient& gradient) {
    const Words words = routing_words(d, reduction, gradient, p.model.document.ties);
    float y = room.min.y + 0.5f * p.em;
    const float right = x + std::min(half - 2 * p.em, 20 * p.em);
    const std::string title = (reduction == Reduction::kMax ? "max: " : "average: ") + words.heading;
    p.canvas.text({x, y}, title, Font::kStrong, size, p.theme.text, AlignX::kLeft, AlignY::kMiddle);
    y += leading;
    const auto fit = static_cast<size_t>(std::max(0.0f, (room.max.y - y) / leading + 0.5f));
    for (size_t i = 0; i < std::min(fit, words.lines.size()); ++i) {
      const SumLine& line = i + 1 == fit ? words.lines.back() : words.lines[i];
      const Font font = line.right.empty() ? Font::kText : Font::kMono;
      p.canvas.text({x, y}, line.left, font, size, line.strong ? p.theme.text : p.theme.muted, AlignX::kLeft,
                    AlignY::kMiddle);
      p.canvas.text({right, y}, line.right, Font::kMono, size, p.theme.text, AlignX::kRight, AlignY::kMiddle);
      y += leading;
    }
  };
  column(room.min.x + 1.5f * p.em, Reduction::kMax, d.gradient);
  column(room.min.x + half + 1.5f * p.em, Reduction::kAverage, d.gradient.average);
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
  const Color color = gradient_color(p, part.gradient);
  const float size = std::min(1.33f * p.em, 0.4f * p.layout.output.cell);
  const glm::vec2 half = (p.canvas.text_size(text, Font::kMono, size) + glm::vec2(1.0f, 0.5f) * p.em) * 0.5f;
  const Rect chip{at - half, at + half};
  p.canvas.fill(chip, color, 0.35f * p.em);
  p.canvas.stroke(chip, p.theme.accent, std::round(0.13f * p.em), 0.35f * p.em);
  p.canvas.text(at, text, Font::kMono, size, readable_on(color), AlignX::kCentre, AlignY::kMiddle);
}

}  // namespace poolglass::step
