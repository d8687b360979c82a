// Squares of cells: what each contestant makes of the picture.
#include <algorithm>
#include <array>
#include <cmath>

#include "app/rooms/format.h"
#include "app/rooms/shift/picture_view.h"
#include "app/rooms/shift/words.h"

namespace poolglass::shift {
namespace {

constexpr float kNumberCell = 1.6f;     // em: the smallest cell that shows its value
constexpr int64_t kDetail = 32;         // most output cells that are shown, per side
constexpr float kFigureAdvance = 0.6f;  // of figures' size: JetBrains Mono's width

// 256 steps of the map: it is asked for every cell of every frame.
const std::array<Color, 256>& cividis_steps() {
  static const std::array<Color, 256> kSteps = [] {
    std::array<Color, 256> steps;
    for (size_t i = 0; i < steps.size(); ++i) steps[i] = cividis(static_cast<double>(i) / 255);
    return steps;
  }();
  return kSteps;
}

size_t step_of(float value, float low, float high) {
  if (!(high > low)) return 128;
  return static_cast<size_t>(std::lround(255 * std::clamp((value - low) / (high - low), 0.0f, 1.0f)));
}

bool shows_numbers(const Scene& scene, const CellBox& box) { return box.cell >= kNumberCell * scene.em(); }

// In one size, that of the longest; none where that would be too small to read.
void draw_numbers(Scene& scene, const CellBox& box, const Plane& plane, const Part& part,
                  const std::function<Color(float)>& color) {
  const auto value_at = [&](Cell at) {
    return plane.at(part.first.row + at.row, part.first.column + at.column);
  };
  const auto for_each = [&](auto f) {
    for (Cell at; at.row < part.size.h; ++at.row) {
      for (at.column = 0; at.column < part.size.w; ++at.column) f(at);
    }
  };
  constexpr float kProbe = 100;
  float widest = 1;
  for_each([&](Cell at) {
    widest = std::max(widest, scene.canvas.text_size(value_text(value_at(at)), Font::kMono, kProbe).x);
  });
  const float face = scene.canvas.text_size("0", Font::kMono, kProbe).x;  // the largest face there is
  const float per_em = widest / face * kFigureAdvance;
  const float size = std::min({0.42f * box.cell, 0.9f * scene.em(), 0.84f * box.cell / per_em});
  if (size < 0.58f * scene.em()) return;
  for_each([&](Cell at) {
    const float value = value_at(at);
    scene.canvas.text(cell_rect(box, at).centre(), value_text(value), Font::kMono, size,
                      readable_on(color(value)), AlignX::kCentre, AlignY::kMiddle);
  });
}

// All cells of one value: the value itself, large.
void draw_constant(Scene& scene, const Rect& square, float value) {
  const Color fill = value_color(scene, value);
  scene.canvas.fill(square, fill);
  scene.canvas.stroke(square, scene.theme().hairline, scene.hair());
  const float size = std::min(0.26f * square.height(), 2 * scene.em());
  scene.canvas.text(square.centre(), value_text(value), Font::kMono, size, readable_on(fill), AlignX::kCentre,
                    AlignY::kMiddle);
}

void draw_answer(Scene& scene, const Rect& square, const Plane& plane) {
  const bool aliasing = scene.model.lens == kAliasingLens;
  if (const auto value = constant_value(plane); aliasing && value && plane.values.size() > 1)
    return draw_constant(scene, square, *value);
  draw_cells(scene, square, plane, shown_cells(scene),
             [&](float value) { return value_color(scene, value); });
}

// Cells that stay have the raised surface's colour, the others their change's.
void draw_change(Scene& scene, const Rect& square, const Contender& contender) {
  Plane change = contender.after;
  for (size_t i = 0; i < change.values.size(); ++i) {
    const float before = contender.before.values[i], after = contender.after.values[i];
    const bool same = after == before || (std::isnan(after) && std::isnan(before));
    change.values[i] = same ? 0 : std::max(std::abs(after - before), 1e-30f);
  }
  const Color stays = scene.theme().raised;
  const float most = scene.derived.largest_change;
  draw_cells(scene, square, change, shown_cells(scene), [&](float value) {
    return value == 0 ? stays : cividis_steps()[step_of(std::sqrt(value), 0, std::sqrt(most))];
  });
}

void draw_heading(Scene& scene, size_t contestant) {
  const Rect& at = scene.layout.columns[contestant].heading;
  const float em = scene.em(), y = at.min.y + 0.62f * em;
  std::string title = contestant_title(contestant, scene.derived.window);
  float left = at.min.x + 0.95f * em;
  const auto wide = [&] {
    return scene.canvas.text_size(title, Font::kStrong, scene.caption()).x > at.max.x - left;
  };
  if (wide()) title = contestant_name(contestant);
  if (wide()) title = contestant_brief(contestant);
  if (wide()) {
    left = at.min.x;  // the bars below have the colour, too
  } else {
    scene.canvas.fill(Rect::from_size({at.min.x, y - 0.33f * em}, glm::vec2(0.66f * em)),
                      contestant_color(scene.theme(), contestant), 0.12f * em);
  }
  title = fitted(scene.canvas, title, Font::kStrong, scene.caption(), at.max.x - left);
  const bool shown = scene.model.lens == kNudgeLens && scene.model.shown == contestant;
  write(scene, {left, y}, title, scene.theme().text, Font::kStrong);
  if (!shown || !scene.layout.under.height()) return;
  const float width = scene.canvas.text_size(title, Font::kStrong, scene.caption()).x;
  const float line = y + 0.72f * em;
  scene.canvas.line({left, line}, {left + width, line}, scene.theme().text, 2 * scene.hair());
}

// Beside the row, or where the picture stands there, over it.
void draw_row_name(Scene& scene, const Rect& square, std::string_view name) {
  const bool over = scene.layout.low;
  const float y = over ? scene.layout.heading.min.y + 0.62f * scene.em() : square.centre().y;
  write(scene, {scene.layout.labels, y}, std::string(name) + (over ? " →" : ""), scene.theme().muted,
        Font::kText, AlignX::kRight);
}

}  // namespace

Color contestant_color(const Theme& theme, size_t contestant) {
  switch (kContestants[contestant]) {
    case Contestant::kMax:
      return theme.max_pool;
    case Contestant::kAverage:
      return theme.average_pool;
    case Contestant::kPlain:
      return theme.other;
    case Contestant::kMaxBlur:
      return theme.convolution;
    case Contestant::kPolyphase:
      break;
  }
  return theme.dark ? rgb(0xD98CBB) : rgb(0x94386F);
}

void write(Scene& scene, glm::vec2 at, std::string_view text, Color color, Font font, AlignX x) {
  scene.canvas.text(at, text, font, scene.caption(), color, x, AlignY::kMiddle);
}

Part shown_cells(const Scene& scene) {
  const Size2 output = scene.derived.contenders[0].before.size, stride = scene.derived.window.stride;
  Part part{{0, 0}, {std::min(output.h, kDetail), std::min(output.w, kDetail)}};
  if (scene.model.lens != kNudgeLens) return part;
  const Cell detail = scene.model.detail;
  part.first = {std::min(detail.row / stride.h, output.h - part.size.h),
                std::min(detail.column / stride.w, output.w - part.size.w)};
  return part;
}

Part shown_pixels(const Scene& scene) {
  const Part cells = shown_cells(scene);
  const Size2 stride = scene.derived.window.stride, picture = scene.derived.picture.size;
  const Cell first{cells.first.row * stride.h, cells.first.column * stride.w};
  return {first,
          {std::min(cells.size.h * stride.h, picture.h - first.row),
           std::min(cells.size.w * stride.w, picture.w - first.column)}};
}

Color value_color(const Scene& scene, float value) {
  if (std::isnan(value)) return rgb(0x8A8A8A);
  const size_t step = step_of(value, scene.derived.low, scene.derived.high);
  if (!scene.derived.grey) return cividis_steps()[step];
  const auto level = static_cast<uint8_t>(step);
  return {level, level, level, 255};
}

// Neighbours of one colour in a row are one rectangle. Edges lie on whole pixels, so that nothing shines
// through between them.
void draw_cells(Scene& scene, const Rect& square, const Plane& plane, const Part& part,
                const std::function<Color(float)>& color) {
  const CellBox box = fit_cells(square, part.size);
  const auto edge = [&](float from, int64_t count) {
    return std::round(from + static_cast<float>(count) * box.cell);
  };
  const bool apart = box.cell >= 0.8f * scene.em();
  const float gap = apart ? scene.hair() : 0;
  for (int64_t row = 0; row < part.size.h; ++row) {
    const float top = edge(box.rect.min.y, row), bottom = edge(box.rect.min.y, row + 1) - gap;
    for (int64_t column = 0; column < part.size.w;) {
      const auto color_at = [&](int64_t at) {
        return color(plane.at(part.first.row + row, part.first.column + at));
      };
      const Color fill = color_at(column);
      int64_t end = column + 1;
      while (!apart && end < part.size.w && color_at(end) == fill) ++end;
      scene.canvas.fill({{edge(box.rect.min.x, column), top}, {edge(box.rect.min.x, end) - gap, bottom}},
                        fill);
      column = end;
    }
  }
  if (!apart) scene.canvas.stroke(box.rect, scene.theme().hairline, scene.hair());
  if (shows_numbers(scene, box)) draw_numbers(scene, box, plane, part, color);
}

void draw_columns(Scene& scene) {
  const bool change = scene.model.lens == kNudgeLens;
  const Column& first = scene.layout.columns[0];
  if (!scene.layout.low) draw_row_name(scene, first.first, change ? "after" : "before");
  draw_row_name(scene, first.second, change ? "change" : "after");
  for (size_t i = 0; i < kContestantCount; ++i) {
    const Column& column = scene.layout.columns[i];
    const Contender& contender = scene.derived.contenders[i];
    draw_heading(scene, i);
    if (!scene.layout.low) draw_answer(scene, column.first, change ? contender.after : contender.before);
    if (change) {
      draw_change(scene, column.second, contender);
    } else {
      draw_answer(scene, column.second, contender.after);
    }
  }
  if (!change) return;
  const Rect headings{first.heading.min, scene.layout.columns.back().heading.max};
  const Pointer pointer = pointer_area(scene.ui, "shift/headings", headings);
  for (size_t i = 0; i < kContestantCount; ++i) {
    const Rect& heading = scene.layout.columns[i].heading;
    if (!pointer.hovered || !heading.contains(pointer.position)) continue;
    if (pointer.pressed) scene.ui.push(Action(SetShown{i}));
    tooltip(scene.ui, heading, "Click: the map of every nudge counts this contestant's cells  [E]");
  }
}

}  // namespace poolglass::shift
