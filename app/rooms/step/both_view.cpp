// Both operations on one board: maxima, averages and their difference under one playhead, and in the band
// under the grids the window that makes them.
#include <algorithm>
#include <cmath>
#include <string>

#include "app/rooms/format.h"
#include "app/rooms/step/comparison.h"
#include "app/rooms/step/gradient.h"
#include "app/rooms/step/picture_view.h"
#include "app/rooms/step/view_state.h"

namespace poolglass::step {
namespace {

void draw_facts(Picture& p) {
  const Rect& room = p.layout.facts;
  if (room == Rect{}) return;
  const Comparison& c = p.derived.comparison;
  struct Fact {
    std::string label, value;
  };
  Fact facts[] = {{"Equal cells", grouped(c.equal) + " of " + grouped(c.windows)},
                  {"Mean difference", c.windows > 0 ? short_text(static_cast<float>(c.mean)) : "—"},
                  {"Largest", "—"}};
  if (c.windows > 0) {
    facts[2].value = short_text(c.largest) + " at (" + std::to_string(c.largest_at.row) + ", " +
                     std::to_string(c.largest_at.column) + ")";
  }
  const float size = kCaption * p.em, line = room.height() / 2;
  if (p.layout.map) {  // one below the other
    for (size_t i = 0; i < std::size(facts); ++i) {
      const float y = room.min.y + room.height() * (static_cast<float>(i) + 0.5f) / 3;
      p.canvas.text({room.min.x, y}, facts[i].label, Font::kText, size, p.theme.muted, AlignX::kLeft,
                    AlignY::kMiddle);
      p.canvas.text({room.min.x + 8.5f * p.em, y}, facts[i].value, Font::kMono, size, p.theme.text,
                    AlignX::kLeft, AlignY::kMiddle);
    }
    return;
  }
  for (size_t i = 0; i < std::size(facts); ++i) {
    // In line with the grids where they stand in one row above.
    const Rect& grid = p.layout.panels[i + 1].title;
    const bool beside =
        grid.min.x >= room.min.x - 1 && p.layout.panels[1].box.origin.y == p.layout.panels[3].box.origin.y;
    const float x = beside ? grid.min.x : room.min.x + room.width() * static_cast<float>(i) / 3;
    p.canvas.text({x, room.min.y + 0.5f * line}, facts[i].label, Font::kText, size, p.theme.muted,
                  AlignX::kLeft, AlignY::kMiddle);
    p.canvas.text({x, room.min.y + 1.5f * line}, facts[i].value, Font::kMono, size, p.theme.text,
                  AlignX::kLeft, AlignY::kMiddle);
  }
}

// The window as tiles, and an arrow to each of its two results.
void draw_two_results(Picture& p, const Rect& room) {
  const WindowFacts& window = p.derived.window;
  const float em = p.em, size = kCaption * em;
  const std::string place =
      "(" + std::to_string(window.output.row) + ", " + std::to_string(window.output.column) + ")";
  const float x = p.layout.panels.front().box.origin.x, y = room.min.y + 0.5f * em;
  p.canvas.text({x, y}, "Window", Font::kStrong, size, p.theme.text, AlignX::kLeft, AlignY::kMiddle);
  p.canvas.text({x + p.canvas.text_size("Window ", Font::kStrong, size).x, y}, place, Font::kMono, size,
                p.theme.muted, AlignX::kLeft, AlignY::kMiddle);
  const Rect tiles{{x, room.min.y + 1.6f * em}, {x + 9 * em, room.max.y}};
  const glm::vec2 end = draw_window_tiles(p, tiles);
  const Color color = with_alpha(p.theme.muted, 0.8f);
  const auto result = [&](float down, std::string_view name, float value) {
    const float at = end.y + down * em;
    const float from = end.x + 0.5f * em, to = from + 2 * em;
    p.canvas.arrow({from, end.y + 0.35f * down * em}, {to, at}, color, p.hair(), 0.5f * em);
    p.canvas.text({to + 0.5f * em, at}, name, Font::kMono, size, p.theme.muted, AlignX::kLeft,
                  AlignY::kMiddle);
    const std::string text = short_text(value);
    const float width = std::max(2.8f * em, p.canvas.text_size(text, Font::kMono, em).x + 0.9f * em);
    const Rect chip{{to + 4.3f * em, at - 0.95f * em}, {to + 4.3f * em + width, at + 0.95f * em}};
    p.canvas.fill(chip, p.value_color(value), 0.13f * em);
    p.canvas.text(chip.centre(), text, Font::kMono, em, p.ink_on(value), AlignX::kCentre, AlignY::kMiddle);
  };
  result(-1.3f, "max", window.result);
  result(1.3f, "mean", p.derived.other.at(window.output));
}

}  // namespace

// A grid's name, and the caret that its operation has on the number line.
void draw_name(Picture& p, const Rect& at, std::string_view name, NameMark mark,
               std::string_view short_name) {
  if (at == Rect{}) return;
  const float caption = kCaption * p.em, y = at.min.y + 0.5f * p.em;
  const bool fits = p.canvas.text_size(name, Font::kStrong, caption).x <= at.width();
  if (!fits && !short_name.empty()) name = short_name;
  p.canvas.text({at.min.x, y}, name, Font::kStrong, caption, p.theme.text, AlignX::kLeft, AlignY::kMiddle);
  if (mark == NameMark::kNone) return;
  const glm::vec2 middle(at.min.x + p.canvas.text_size(name, Font::kStrong, caption).x + 0.9f * p.em, y);
  const bool max = mark == NameMark::kMax;
  const float half = 0.4f * p.em, high = (max ? 0.32f : -0.32f) * p.em;
  const glm::vec2 points[] = {middle + glm::vec2(0, high), middle + glm::vec2(-half, -high),
                              middle + glm::vec2(half, -high)};
  p.canvas.fill_convex(points, max ? p.theme.winner : p.theme.average_pool);
}

void draw_both(Picture& p, ViewState& view) {
  const Derived& d = p.derived;
  const std::vector<Panel>& panels = p.layout.panels;
  if (p.lens() == kGradientLens) {
    draw_upstream(p, view.upstream);
    return draw_both_gradients(p, view);
  }
  if (p.lens() == kCoverageLens) {
    draw_reads(p, view.reads);
  } else {
    draw_input(p, view.input);
  }
  const uint64_t revision = d.revision * kRevisions + kWindowLens;
  draw_map(p, view.board[1], revision, panels[1].box, d.output, value_look(p));
  draw_map(p, view.board[2], revision, panels[2].box, d.other, value_look(p), true);
  draw_map(p, view.board[3], revision, panels[3].box, d.comparison.difference,
           signed_look(p, d.comparison.span));
}

void draw_both_titles(Picture& p) {
  const Derived& d = p.derived;
  const std::vector<Panel>& panels = p.layout.panels;
  const bool coverage = p.lens() == kCoverageLens, gradient = p.lens() == kGradientLens;
  const std::string more =
      coverage ? "read by how many windows?" : d.source_title + (d.edited ? ", edited" : "");
  draw_title(p, panels[0].title, gradient ? "Upstream" : "Input", gradient ? d.output.size : d.grid.size,
             gradient ? "" : more,
             d.whole.values.empty() || gradient ? std::nullopt : std::optional(d.whole_size));
  draw_name(p, panels[1].title, "max", NameMark::kMax);
  draw_name(p, panels[2].title, "average", NameMark::kAverage);
  draw_name(p, panels[3].title, "max − average", NameMark::kNone);
}

void draw_both_band(Picture& p) {
  const Derived& d = p.derived;
  const std::vector<Panel>& panels = p.layout.panels;
  if (panels[1].legend != Rect{} && !p.layout.map) {
    if (p.lens() == kGradientLens) {
      draw_signed_scale(p, panels[1].legend, d.gradient.span);
    } else {
      draw_scale(p, panels[1].legend, static_cast<float>(d.range.low), static_cast<float>(d.range.high),
                 cividis);
      draw_signed_scale(p, panels[3].legend, d.comparison.span);
    }
  }
  const bool room_for_facts = p.layout.map ? p.lens() == kWindowLens : p.lens() != kGradientLens;
  if (room_for_facts) draw_facts(p);
  const Rect& room = p.layout.arithmetic;
  if (room == Rect{}) return;
  if (room.height() < 5 * p.em) {
    const std::string sentence = p.lens() == kGradientLens ? gradient_sentence(d) : both_sentence(d);
    const std::string text = fitted(p.canvas, sentence, Font::kText, p.em, room.width());
    p.canvas.text(room.centre(), text, Font::kText, p.em, p.theme.text, AlignX::kCentre, AlignY::kMiddle);
    return;
  }
  const float line = room.min.y - 0.6f * p.em;
  p.canvas.line({room.min.x, line}, {room.max.x, line}, p.theme.hairline, p.hair());
  switch (static_cast<Lens>(p.lens())) {
    case kWindowLens:
      draw_two_results(p, room);
      return draw_number_line(p);
    case kGradientLens:
      return draw_both_routings(p, room);
    case kCoverageLens:
      return draw_sides_in(p, room);
    case kRebuildLens:  // they have boards of their own
    case kDialectsLens:
      break;
  }
}

}  // namespace poolglass::step
