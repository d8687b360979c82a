// The Compare lens: A above B, each with its cone, and under them what differs.
#include <algorithm>
#include <array>
#include <cmath>

#include "app/rooms/chain/lens_view.h"
#include "app/rooms/chain/lens_words.h"
#include "app/rooms/format.h"

namespace poolglass::chain {
namespace {

// Where A, B and the bars stand.
struct Parts {
  Rect a, b, bars;
};
Parts parts_of(const Rect& area, float em) {
  const float margin = 0.7f * em, height = area.height();
  const float bars = std::clamp(0.36f * height, 8 * em, 15 * em);
  const float each = (height - bars) / 2;
  return {{area.min, {area.max.x, area.min.y + each + margin}},
          {{area.min.x, area.min.y + each - margin}, {area.max.x, area.min.y + 2 * each}},
          {{area.min.x, area.min.y + 2 * each}, area.max}};
}

void draw_badge(GraphScene& scene, std::string_view letter, std::string_view words, Color color) {
  const Rect& gutter = scene.diagram.gutter;
  const float em = scene.em(), side = 1.6f * em;
  const Rect box = Rect::from_size({gutter.min.x, scene.diagram.legend.min.y + 0.2f * em}, glm::vec2(side));
  scene.canvas.stroke(box, color, 1.6f * scene.hair(), 0.3f * em);
  scene.canvas.text(box.centre(), letter, Font::kStrong, em, color, AlignX::kCentre, AlignY::kMiddle);
  float y = box.max.y + 0.9f * em;
  for (const std::string& line : wrapped_within(scene.canvas, std::string(words), Font::kText, em * kCaption,
                                                gutter.width() - 0.4f * em, 3)) {
    shelf_text(scene, {gutter.min.x, y}, line, Font::kText, scene.theme().muted);
    y += 1.3f * em;
  }
}

// Names and fields; those that are not A's in the accent.
void write_words(GraphScene& scene, const std::vector<bool>& changed) {
  if (!scene.words()) return;
  const Theme& theme = scene.theme();
  ColumnLabels names, fields;
  for (size_t c = scene.layout.first; c < scene.layout.last; ++c) {
    const Node& node = scene.at_column(c);
    const auto is_changed = [&](int32_t layer) {
      return static_cast<size_t>(layer) < changed.size() && changed[static_cast<size_t>(layer)];
    };
    const bool marked = std::ranges::any_of(node.layers, is_changed);
    const int64_t rank = label_rank(scene, c) + (marked ? 3 : 0);
    names.push_back({c, node.name, marked ? theme.accent : theme.text, rank});
    const std::string field =
        scene.known(node) ? field_text(scene.graph(), static_cast<size_t>(node.layer)) : "—";
    fields.push_back({c, field, marked ? theme.accent : theme.muted, rank});
  }
  write_labels(scene, std::move(names), Font::kStrong, label_row(scene, 0));
  name_row(scene, "receptive field", label_row(scene, 1));
  write_labels(scene, std::move(fields), Font::kMono, label_row(scene, 1));
}

void draw_network_of(GraphScene& scene, const std::vector<bool>& changed) {
  const Diagram& d = scene.diagram;
  scene.canvas.push_clip({{d.gutter.min.x, d.sight.min.y}, d.sight.max});
  draw_blocks(scene);
  draw_branches(scene);
  write_words(scene, changed);
  scene.canvas.pop_clip();
}

// One figure of both: two bars on one scale, and the difference.
struct Figure {
  std::string name;
  double a = 0, b = 0;
  std::string a_text, b_text, difference;
};

std::vector<Figure> figures_of(const Comparison& comparison) {
  const network::Outcome &a = comparison.a, &b = comparison.b;
  std::vector<Figure> figures;
  const auto count = [&](const char* name, int64_t was, int64_t is, const auto& text) {
    figures.push_back({name, static_cast<double>(was), static_cast<double>(is), text(was), text(is),
                       was == is ? "=" : (is > was ? "+" : "−") + text(std::abs(is - was))});
  };
  const auto short_text = [](int64_t value) { return compact(value); };
  const auto memory = [](int64_t value) { return bytes_text(value); };
  count("parameters", a.params.value, b.params.value, short_text);
  count("MACs", a.macs.value, b.macs.value, short_text);
  count("activations", a.activations.value, b.activations.value, short_text);
  count("peak memory", a.peak_bytes, b.peak_bytes, memory);
  if (a.field_layer >= 0 && b.field_layer >= 0)
    count("receptive field", a.rows.most, b.rows.most, short_text);
  return figures;
}

void draw_figures(GraphScene& scene, const Rect& area) {
  const std::vector<Figure> figures = figures_of(scene.derived.comparison);
  const Theme& theme = scene.theme();
  const float em = scene.em();
  const float row = std::min((area.height() - 0.6f * em) / static_cast<float>(figures.size()), 3.2f * em);
  const float left = scene.diagram.strip.min.x, right = scene.diagram.strip.max.x - 14 * em;
  float y = area.min.y + 0.6f * em;
  for (const Figure& figure : figures) {
    const double most = std::max({figure.a, figure.b, 1.0});
    const auto bar = [&](double value, float top, Color color, bool filled) {
      const float width = static_cast<float>(value / most) * (right - left);
      const Rect rect{{left, top}, {left + std::max(width, scene.hair()), top + 0.32f * row}};
      if (filled) scene.canvas.fill(rect, color);
      if (!filled) scene.canvas.stroke(rect.inset(0.5f), color, scene.hair());
    };
    name_row(scene, figure.name, y + 0.4f * row);
    bar(figure.a, y, theme.text, false);
    bar(figure.b, y + 0.42f * row, theme.accent, true);
    const bool same = figure.difference == "=";
    const float x = right + 0.8f * em, middle = y + 0.37f * row;
    shelf_text(scene, {x, middle}, figure.a_text, Font::kMono, theme.text);
    shelf_text(scene, {x + 5 * em, middle}, figure.b_text, Font::kMono, same ? theme.muted : theme.accent);
    shelf_text(scene, {scene.diagram.strip.max.x, middle}, figure.difference, Font::kMono,
               same ? theme.muted : theme.accent, AlignX::kRight);
    y += row;
  }
}

void draw_reason(GraphScene& scene, const Rect& area) {
  const float em = scene.em(), width = std::min(area.width() - 2 * em, 40 * em);
  float y = area.centre().y - em;
  for (const std::string& line :
       wrapped(scene.canvas, "There is no B: " + scene.derived.comparison.why_not, Font::kText, em, width)) {
    scene.canvas.text({area.centre().x, y}, line, Font::kText, em, scene.theme().muted, AlignX::kCentre,
                      AlignY::kMiddle);
    y += 1.4f * em;
  }
}

}  // namespace

void draw_comparison(Ui& ui, Canvas& canvas, const Rect& area, const Model& model, const Derived& derived,
                     ViewState& view) {
  const Parts parts = parts_of(area, ui.em);
  GraphScene whole = make_graph_scene(ui, canvas, area, model, derived, view, derived.network);
  handle_panel(whole);
  draw_panel(whole);
  const SceneShape shape{true, whole.diagram.strip.height()};
  GraphScene a = make_graph_scene(ui, canvas, parts.a, model, derived, view, derived.network, shape);
  bring_into_sight(a);
  handle_network(a);
  draw_network_of(a, {});
  draw_badge(a, "A", derived.network.graph->title.empty() ? "the chain" : derived.network.graph->title,
             ui.theme.text);
  draw_network_minimap(a);
  const Comparison& comparison = derived.comparison;
  if (!comparison.net.graph) {
    draw_reason(a, {{a.diagram.strip.min.x, parts.b.min.y}, {a.diagram.strip.max.x, parts.b.max.y}});
    return explain_node(a);
  }
  GraphScene b = make_graph_scene(ui, canvas, parts.b, model, derived, view, comparison.net, shape);
  draw_network_of(b, comparison.changed);
  const std::string words =
      model.rival.network.empty() ? std::string(what_if_title(model.rival.change)) : model.rival.network;
  draw_badge(b, "B", words, ui.theme.accent);
  draw_figures(b, parts.bars.inset(0, 0.3f * ui.em));
  explain_node(a);
}

}  // namespace poolglass::chain
