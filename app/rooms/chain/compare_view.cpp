// The Compare lens: A above B, each with its cone, and under them what differs.
#include <algorithm>
#include <array>
#include <cmath>

#include "app/rooms/chain/lens_view.h"
#include "app/rooms/chain/lens_words.h"
#include "app/rooms/format.h"

namespace poolglass::chain {
namespace {

constexpr float kLeastHeight = 29;  // ems of all parts together; a lower canvas scrolls
constexpr float kLine = 1.3f;       // ems
constexpr int kDifferences = 3;     // lines: shape, parameters, MACs

// Where A, B, what differs layer by layer, and the bars stand.
struct Parts {
  Rect a, b, layers, bars;
};
Parts parts_of(const Rect& area, float em) {
  const float margin = 0.7f * em, height = area.height();
  const float layers = (kDifferences * kLine + 0.4f) * em;
  const float bars = std::clamp(0.32f * height, 8 * em, 14 * em);
  const float each = (height - bars - layers) / 2;
  const float below = area.min.y + 2 * each;
  return {{area.min, {area.max.x, area.min.y + each + margin}},
          {{area.min.x, area.min.y + each - margin}, {area.max.x, below}},
          {{area.min.x, below - 0.5f * em}, {area.max.x, below + layers - 0.5f * em}},
          {{area.min.x, below + layers}, area.max}};
}

// All parts, of which `area` shows some.
Rect scrolled(const Rect& area, float em, ViewState& view) {
  const float height = std::max(area.height(), kLeastHeight * em);
  view.scroll = std::clamp(view.scroll, 0.0f, height - area.height());
  return {{area.min.x, area.min.y - view.scroll}, {area.max.x, area.min.y - view.scroll + height}};
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

// What differs between a layer of B and what stands for it in A; null: nothing is known of it.
const Comparison::Difference* difference_at(const GraphScene& scene, int32_t layer) {
  const Comparison& comparison = scene.derived.comparison;
  const int32_t at = comparison.of_b[static_cast<size_t>(layer)];
  return at < 0 ? nullptr : &comparison.layers[static_cast<size_t>(at)];
}

// "4 → 5" where B's field is another one.
std::string field_words(const GraphScene& scene, const Node& node) {
  if (!scene.known(node)) return "—";
  const std::string is = field_text(scene.graph(), static_cast<size_t>(node.layer));
  const Comparison::Difference* at = scene.rival ? difference_at(scene, node.layer) : nullptr;
  if (at == nullptr || at->layers.a < 0 || !at->what.field) return is;
  return field_text(*scene.derived.network.graph, static_cast<size_t>(at->layers.a)) + " → " + is;
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
    fields.push_back({c, field_words(scene, node), marked ? theme.accent : theme.muted, rank});
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

// Under B's columns: shapes, and by how much parameters and MACs of their layers differ from A's.
void write_differences(GraphScene& scene, const Rect& area) {
  if (!scene.words()) return;
  const Theme& theme = scene.theme();
  ColumnLabels shapes, params, macs;
  for (size_t c = scene.layout.first; c < scene.layout.last; ++c) {
    const Node& node = scene.at_column(c);
    if (!scene.known(node)) continue;
    network::Count more_params, more_macs;
    const auto add = [](const network::Count& part, network::Count* sum) {
      const bool known = part.known == network::Known::kComplete &&
                         !__builtin_add_overflow(sum->value, part.value, &sum->value);
      if (!known) sum->known = network::Known::kUnavailable;
    };
    for (const int32_t layer : node.layers) {
      const Comparison::Difference* at = difference_at(scene, layer);
      if (at != nullptr) add(at->what.params, &more_params), add(at->what.macs, &more_macs);
    }
    const Comparison::Difference* at = difference_at(scene, node.layer);
    const bool reshaped = at != nullptr && (at->what.output || at->what.only_one);
    const int64_t rank = label_rank(scene, c);
    shapes.push_back({c, dims_label(scene.figures(node)), reshaped ? theme.accent : theme.muted,
                      rank + (reshaped ? 3 : 0)});
    const auto label = [&](const network::Count& more, ColumnLabels* labels) {
      const std::string text = difference_text({}, more);
      const bool same = text == "=";
      labels->push_back({c, text, same ? theme.muted : theme.accent, rank + (same ? 0 : 3)});
    };
    label(more_params, &params);
    label(more_macs, &macs);
  }
  float y = area.min.y + 0.5f * kLine * scene.em();
  const auto row = [&](const char* name, ColumnLabels labels) {
    name_row(scene, name, y);
    write_labels(scene, std::move(labels), Font::kMono, y);
    y += kLine * scene.em();
  };
  row("shape", std::move(shapes));
  row("parameters", std::move(params));
  row("MACs", std::move(macs));
}

// One figure of both: two bars on one scale, and the difference.
struct Figure {
  std::string name;
  double a = 0, b = 0;
  std::string a_text, b_text, difference;  // "=" where both are the same
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
  const auto sum = [&](const char* name, const network::Count& was, const network::Count& is) {
    figures.push_back({name, static_cast<double>(was.value), static_cast<double>(is.value), count_text(was),
                       count_text(is), difference_text(was, is)});
  };
  sum("parameters", a.params, b.params);
  sum("MACs", a.macs, b.macs);
  sum("activations", a.activations, b.activations);
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
  const Rect all = scrolled(area, ui.em, view);
  const Parts parts = parts_of(all, ui.em);
  GraphScene whole = make_graph_scene(ui, canvas, area, model, derived, view, derived.network);
  handle_panel(whole);
  draw_panel(whole);
  const SceneShape shape{true, whole.diagram.strip.height()};
  canvas.push_clip(area);
  GraphScene a = make_graph_scene(ui, canvas, parts.a, model, derived, view, derived.network, shape);
  bring_into_sight(a);
  handle_network(a);
  if (all.height() > area.height()) {
    const Pointer pointer = pointer_area(ui, "chain/compare", area);
    view.scroll -= 3 * ui.em * pointer.wheel;
  }
  draw_network_of(a, {});
  draw_badge(a, "A", derived.network.graph->title.empty() ? "the chain" : derived.network.graph->title,
             ui.theme.text);
  draw_network_minimap(a);
  const Comparison& comparison = derived.comparison;
  if (!comparison.net.graph) {
    draw_reason(a, {{a.diagram.strip.min.x, parts.b.min.y}, {a.diagram.strip.max.x, parts.b.max.y}});
    canvas.pop_clip();
    return explain_node(a);
  }
  GraphScene b = make_graph_scene(ui, canvas, parts.b, model, derived, view, comparison.net, shape);
  b.rival = true;
  draw_network_of(b, comparison.changed);
  draw_badge(b, "B", rival_title(model.rival), ui.theme.accent);
  write_differences(b, parts.layers);
  draw_figures(b, parts.bars.inset(0, 0.3f * ui.em));
  canvas.pop_clip();
  explain_node(a);
}

}  // namespace poolglass::chain
