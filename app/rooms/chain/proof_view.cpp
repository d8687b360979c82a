// The Proof lens: recurrences walked from both ends, layer by layer, or a pixel that is changed.
#include <algorithm>
#include <array>
#include <cmath>

#include "app/rooms/chain/lens_view.h"
#include "app/rooms/chain/lens_words.h"
#include "app/rooms/chain/painted_view.h"
#include "app/rooms/format.h"

namespace poolglass::chain {
namespace {

// What the walks have come to: columns whose forward, and whose backward step is done.
struct Progress {
  size_t step = 0, last = 0;  // of the walk; its last column
  bool forward(size_t column) const { return column <= step; }
  bool backward(size_t column) const { return column <= last && column + step >= last; }
};

Progress progress_of(const GraphScene& scene) {
  const size_t count = std::max<size_t>(scene.derived.lens.columns.size(), 1);
  return {walk_step(scene.model, scene.derived), count - 1};
}

size_t layer_at(const GraphScene& scene, size_t column) {
  return static_cast<size_t>(scene.derived.lens.columns[column]);
}

template <class TextOf>
void write_walk(GraphScene& scene, std::string_view name, int line, bool forward, const TextOf& text_of) {
  const Progress progress = progress_of(scene);
  ColumnLabels labels;
  for (size_t c = scene.layout.first; c < scene.layout.last && c <= progress.last; ++c) {
    const bool done = forward ? progress.forward(c) : progress.backward(c);
    ColumnLabel label{c, "·", scene.theme().muted, label_rank(scene, c)};
    if (done) text_of(layer_at(scene, c), &label);
    const bool current = c == (forward ? progress.step : progress.last - progress.step);
    if (current) label.rank = 20;
    labels.push_back(std::move(label));
  }
  name_row(scene, name, label_row(scene, line));
  write_labels(scene, std::move(labels), Font::kMono, label_row(scene, line));
}

void write_walks(GraphScene& scene) {
  const WalkResults& walks = scene.derived.lens.walks;
  const Theme& theme = scene.theme();
  const auto r_of = [&](const std::vector<std::optional<network::WalkStep>>& steps) {
    return [&theme, at = &steps](size_t layer, ColumnLabel* label) {
      const bool known = layer < at->size() && (*at)[layer];
      label->text = known ? grouped((*at)[layer]->r) : "—";
      label->color = known ? theme.accent : theme.muted;
    };
  };
  write_walk(scene, "forward", 1, true, r_of(walks.forward));
  write_walk(scene, "shortcut", 2, true, [&](size_t layer, ColumnLabel* label) {
    const auto& r = walks.shortcut[layer];
    label->text = r ? grouped(*r) : "—";
    const auto& exact = walks.forward[layer];
    label->struck = r && exact && *r != exact->r;
    label->color = label->struck ? theme.warning : theme.muted;
    label->rank += label->struck ? 5 : 0;
  });
  write_walk(scene, "backward", 3, false, r_of(walks.backward));
}

// In the row below the backward walk, the cells themselves.
void write_indices(GraphScene& scene, float middle) {
  const WalkResults& walks = scene.derived.lens.walks;
  const Progress progress = progress_of(scene);
  ColumnLabels labels;
  for (size_t c = scene.layout.first; c < scene.layout.last && c <= progress.last; ++c) {
    if (!progress.backward(c)) continue;
    const size_t layer = layer_at(scene, c);
    const std::string text = layer < walks.indices.size() ? span_text(walks.indices[layer]) : "—";
    labels.push_back(
        {c, text, scene.theme().text, c + progress.step == progress.last ? 20 : label_rank(scene, c)});
  }
  name_row(scene, walks.cells(), middle);
  write_labels(scene, std::move(labels), Font::kMono, middle);
}

// ---- chart ------------------------------------------------------------------------------------------------

struct Chart {
  Rect rect;
  double most = 1;
  float y(double r) const { return rect.max.y - static_cast<float>(r / most) * rect.height(); }
};

double step_of(double most) {
  const double power = std::pow(10, std::floor(std::log10(std::max(most, 1.0))));
  for (const double part : {0.2, 0.5, 1.0, 2.0}) {
    if (most / (part * power) <= 5) return std::max(part * power, 1.0);
  }
  return 5 * power;
}

std::optional<int64_t> exact_at(const GraphScene& scene, size_t column) {
  const auto& step = scene.derived.lens.walks.forward[layer_at(scene, column)];
  return step ? std::optional(step->r) : std::nullopt;
}

float x_at(const GraphScene& scene, size_t column) {
  return column_rect(scene.diagram, static_cast<double>(column)).centre().x;
}

void draw_grid(GraphScene& scene, const Chart& chart) {
  const Theme& theme = scene.theme();
  const double step = step_of(chart.most);
  for (double r = 0; r <= chart.most; r += step) {
    const float y = std::round(chart.y(r)) + 0.5f;
    scene.canvas.line({chart.rect.min.x, y}, {chart.rect.max.x, y}, with_alpha(theme.hairline, 0.8f),
                      scene.hair());
    shelf_text(scene, {chart.rect.min.x - 0.4f * scene.em(), y}, grouped(static_cast<int64_t>(r)),
               Font::kMono, theme.muted, AlignX::kRight);
  }
  const int64_t input = scene.graph().figures.input_size.h;
  if (input < 1 || static_cast<double>(input) > chart.most) return;
  const float y = chart.y(static_cast<double>(input));
  scene.canvas.dashed_line({chart.rect.min.x, y}, {chart.rect.max.x, y}, theme.muted, scene.hair(),
                           0.2f * scene.em());
  shelf_text(scene, {chart.rect.min.x + 0.4f * scene.em(), y - 0.7f * scene.em()},
             "the whole input, " + grouped(input), Font::kText, theme.muted);
}

// One of the two lines: whole up to the step, dashed and faint behind it.
template <class ValueAt>
void draw_line(GraphScene& scene, const Chart& chart, Color color, bool crossed, const ValueAt& value_at) {
  const Progress progress = progress_of(scene);
  std::optional<glm::vec2> before;
  for (size_t c = 0; c <= progress.last; ++c) {
    const std::optional<int64_t> value = value_at(c);
    if (!value) {
      before.reset();
      continue;
    }
    const glm::vec2 at{x_at(scene, c), chart.y(static_cast<double>(*value))};
    if (before) {
      if (c > progress.step) {
        scene.canvas.dashed_line(*before, at, with_alpha(color, 0.45f), scene.hair(), 0.25f * scene.em());
      } else {
        scene.canvas.line(*before, at, color, 1.6f * scene.hair());
      }
    }
    before = at;
    if (c > progress.step) continue;
    const float radius = 0.22f * scene.em();
    if (crossed && value != exact_at(scene, c)) {
      scene.canvas.line(at - radius, at + radius, color, 1.6f * scene.hair());
      scene.canvas.line({at.x - radius, at.y + radius}, {at.x + radius, at.y - radius}, color,
                        1.6f * scene.hair());
    } else if (!crossed) {
      scene.canvas.fill_circle(at, radius, color);
    }
  }
}

// How far down, or up, both lines go between two places.
float reach_of_lines(const GraphScene& scene, const Chart& chart, float from, float to, bool down) {
  const WalkResults& walks = scene.derived.lens.walks;
  float reach = down ? chart.rect.min.y : chart.rect.max.y;
  std::vector<glm::vec2> line;
  const auto take = [&] {
    if (const auto at = reach_between(line, from, to, down))
      reach = down ? std::max(reach, *at) : std::min(reach, *at);
    line.clear();
  };
  const auto along = [&](const auto& value_at) {
    for (size_t c = 0; c <= progress_of(scene).last; ++c) {
      const std::optional<int64_t> value = value_at(c);
      if (!value) take();
      if (value) line.emplace_back(x_at(scene, c), chart.y(static_cast<double>(*value)));
    }
    take();
  };
  along([&](size_t c) { return exact_at(scene, c); });
  along([&](size_t c) { return walks.shortcut[layer_at(scene, c)]; });
  return reach;
}

void draw_chart(GraphScene& scene, const Rect& rect) {
  const WalkResults& walks = scene.derived.lens.walks;
  const Theme& theme = scene.theme();
  const Progress progress = progress_of(scene);
  Chart chart{rect};
  for (size_t c = 0; c <= progress.last; ++c) {
    chart.most = std::max(chart.most, static_cast<double>(exact_at(scene, c).value_or(1)));
    chart.most = std::max(chart.most, static_cast<double>(walks.shortcut[layer_at(scene, c)].value_or(1)));
  }
  chart.most *= 1.08;
  name_row(scene, "field", rect.min.y + 0.5f * scene.em());
  draw_grid(scene, chart);
  scene.canvas.push_clip({{scene.diagram.strip.min.x, rect.min.y - scene.em()},
                          {scene.diagram.strip.max.x, rect.max.y + scene.em()}});
  draw_line(scene, chart, theme.warning, true, [&](size_t c) { return walks.shortcut[layer_at(scene, c)]; });
  draw_line(scene, chart, theme.accent, false, [&](size_t c) { return exact_at(scene, c); });
  const auto exact = exact_at(scene, progress.step);
  const auto& wrong = walks.shortcut[layer_at(scene, progress.step)];
  const bool both = exact && wrong && *wrong != *exact;
  // The higher one's label above its point, the lower one's below: clear of lines that pass there.
  const float x = std::min(x_at(scene, progress.step) + 0.45f * scene.diagram.pitch, rect.max.x);
  const auto label = [&](int64_t r, const std::string& text, Color color, bool above) {
    const float width = scene.canvas.text_size(text, Font::kStrong, scene.em() * kCaption).x;
    const float point = chart.y(static_cast<double>(r));
    const float lines = reach_of_lines(scene, chart, x - width, x, !above);
    const float y = above ? std::min(lines, point) - 0.9f * scene.em() : std::max(lines, point) + scene.em();
    shelf_text(scene, {x, std::clamp(y, rect.min.y - 0.3f * scene.em(), rect.max.y - 0.5f * scene.em())},
               text, Font::kStrong, color, AlignX::kRight);
  };
  if (both) label(*wrong, "shortcut " + grouped(*wrong), theme.warning, *wrong > *exact);
  if (exact) label(*exact, "exact " + grouped(*exact), theme.accent, !both || *exact > *wrong);
  scene.canvas.pop_clip();
}

// The columns that the walks have come to.
void draw_heads(GraphScene& scene) {
  const Progress progress = progress_of(scene);
  const float half = 0.55f * label_rect(scene.diagram, 0, 1).height();
  const auto head = [&](size_t column, int first, int last) {
    const Rect rect = column_rect(scene.diagram, static_cast<double>(column));
    scene.canvas.fill(
        {{rect.min.x, label_row(scene, first) - half}, {rect.max.x, label_row(scene, last) + half}},
        scene.theme().raised, 0.3f * scene.em());
  };
  head(progress.step, 1, 2);
  head(progress.last - progress.step, 3, 3);
}

// ---- poke -------------------------------------------------------------------------------------------------

void draw_response(GraphScene& scene, const Rect& area) {
  const PokeResults& poke = scene.derived.lens.poke;
  const Theme& theme = scene.theme();
  const Size2 plane = poke.response.plane;
  const PlaneLayout layout = fit_plane(area, plane, 0, 1e6f);
  scene.canvas.fill(layout.rect, theme.raised);
  const Bitmap& moved = painted_plane(
      scene.view.response, 2 * poke.revision + (theme.dark ? 1 : 0), plane,
      [&](int64_t r, int64_t c) { return poke.response.values[static_cast<size_t>(r * plane.w + c)]; },
      [&](float value) {
        if (value <= 0) return Color{0, 0, 0, 0};
        // Equal steps of the map for equal factors: a change of a millionth is one, too.
        return tint_color(theme, std::clamp(1 + std::log10(static_cast<double>(value)) / 8, 0.15, 1.0));
      });
  scene.canvas.image(moved, layout.rect);
  scene.canvas.stroke(layout.rect, mix(theme.hairline, theme.muted, 0.5f), scene.hair());
  const auto box_of = [](const network::MovedBox& box) {
    return ReceptiveBox{{box.rows.first, box.rows.last}, {box.columns.first, box.columns.last}};
  };
  if (poke.formula.rows.last >= poke.formula.rows.first) {
    const Rect box = plane_box(layout, box_of(poke.formula));
    scene.canvas.stroke(box, poke.same() ? theme.accent : theme.warning, 2 * scene.hair());
  }
  if (poke.moved.cells > 0)
    scene.canvas.dashed_stroke(plane_box(layout, box_of(poke.moved)), theme.text, scene.hair(),
                               0.35f * scene.em());
}

void draw_poke(GraphScene& scene) {
  const PokeResults& poke = scene.derived.lens.poke;
  const Theme& theme = scene.theme();
  const float em = scene.em();
  Rect shelf = shelf_rect(scene);
  shelf.min.y = label_rect(scene.diagram, 0, 1).min.y + 0.5f * em;
  const std::string layer = scene.graph().names[static_cast<size_t>(scene.net.selected)];
  const glm::vec2 heading{shelf.min.x, shelf.min.y + 0.7f * em};
  if (!poke.why_not.empty()) return shelf_heading(scene, heading, "Nothing can be poked", poke.why_not);
  if (poke.response.values.empty())
    return shelf_heading(scene, heading, "what moves in " + layer, "it is being computed …");
  shelf_heading(scene, heading, "what moves in " + layer, "every weight positive, every bias 0, computed");
  const float top = shelf.min.y + 1.8f * em, side = shelf.max.y - top - 0.3f * em;
  const Rect area = Rect::from_size({shelf.min.x, top}, glm::vec2(std::min(side, 0.45f * shelf.width())));
  draw_response(scene, area);
  float y = top + 0.8f * em;
  const float x = area.max.x + 2.5f * em, values = x + 9 * em;
  const auto line = [&](const std::string& name, const std::string& value, Color color) {
    shelf_text(scene, {x, y}, name, Font::kText, theme.muted);
    shelf_text(scene, {values, y}, value, Font::kMono, color);
    y += 1.5f * em;
  };
  const Color verdict = poke.same() ? theme.text : theme.warning;
  line("pixel", cell_text(*poke.pixel), theme.text);
  line("rows moved", span_text(poke.moved.rows), theme.text);
  line("by the formula", span_text(poke.formula.rows), verdict);
  line("columns moved", span_text(poke.moved.columns), theme.text);
  line("by the formula", span_text(poke.formula.columns), verdict);
  line("units moved",
       grouped(poke.moved.cells) + " of " + grouped(poke.response.plane.h * poke.response.plane.w),
       theme.text);
  y += 0.5f * em;
  for (const char* words :
       {poke.same() ? "The box that moves is the box of the formula." : "≠ The two boxes differ.",
        "Move over the input to change another pixel; click holds it."}) {
    shelf_text(scene, {x, y}, words, Font::kText, poke.same() ? theme.text : theme.warning);
    y += 1.5f * em;
  }
}

}  // namespace

void draw_proof_shelf(GraphScene& scene) {
  if (scene.derived.lens.columns.empty()) return;
  if (scene.model.proof == Proof::kPoke) {
    if (scene.words()) write_names(scene);
    return draw_poke(scene);
  }
  if (scene.derived.lens.walks.forward.size() <= layer_at(scene, progress_of(scene).last)) return;
  Rect shelf = shelf_rect(scene);
  const float em = scene.em();
  draw_heads(scene);
  if (scene.words()) {
    write_names(scene);
    write_walks(scene);
    write_indices(scene, shelf.min.y + 0.6f * em);
  }
  shelf.min.y += 2.2f * em;
  draw_chart(scene,
             {{scene.diagram.strip.min.x + 0.5f * em, shelf.min.y}, {shelf.max.x, shelf.max.y - 0.8f * em}});
}

}  // namespace poolglass::chain
