// The Compare lens: A above B, each with its cone, and under them what differs.
#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "app/rooms/chain/lens_view.h"
#include "app/rooms/chain/lens_words.h"
#include "app/rooms/format.h"

namespace poolglass::chain {
namespace {

constexpr float kLeastHeight = 35;  // ems of all parts together; a lower canvas scrolls
constexpr float kLine = 1.3f;       // ems

// Where A, B, the shapes of B's layers, and the bars stand.
struct Parts {
  Rect a, b, shapes, bars;
};
Parts parts_of(const Rect& area, float em) {
  const float margin = 0.7f * em, height = area.height();
  const float apart = std::clamp(0.02f * height, 0.4f * em, 1.2f * em);  // A's words and B's badge
  const float shapes = (kLine + 0.4f) * em;
  const float bars = std::clamp(0.38f * height, 11 * em, 22 * em);
  const float each = (height - bars - shapes - apart) / 2;
  const float below = area.min.y + 2 * each + apart;
  return {{area.min, {area.max.x, area.min.y + each + margin}},
          {{area.min.x, area.min.y + each + apart - margin}, {area.max.x, below}},
          {{area.min.x, below - 0.5f * em}, {area.max.x, below + shapes - 0.5f * em}},
          {{area.min.x, below + shapes}, area.max}};
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

struct Words {
  ColumnLabels names, fields;
};

// Those that are not A's in the accent.
Words words_of(const GraphScene& scene, const std::vector<bool>& changed) {
  const Theme& theme = scene.theme();
  Words words;
  for (const size_t c : scene.columns) {
    const Node& node = scene.at_column(c);
    const auto is_changed = [&](int32_t layer) {
      return static_cast<size_t>(layer) < changed.size() && changed[static_cast<size_t>(layer)];
    };
    const bool marked = std::ranges::any_of(node.layers, is_changed);
    const int64_t rank = label_rank(scene, c) + (marked ? 3 : 0);
    words.names.push_back({c, node.name, marked ? theme.accent : theme.text, rank});
    words.fields.push_back({c, field_words(scene, node), marked ? theme.accent : theme.muted, rank});
  }
  return words;
}

// Where not all labels have room, both networks show those of the same columns: both of a column are as
// urgent as one of them, and take as much room.
void match(const GraphScene& scene, ColumnLabels& a, ColumnLabels& b, Font font) {
  const auto width = [&](const ColumnLabel& label) {
    return scene.canvas.text_size(label.text, font, scene.em() * kCaption).x;
  };
  auto of_b = b.begin();  // in the order of columns, as A's
  for (ColumnLabel& of_a : a) {
    while (of_b != b.end() && of_b->column < of_a.column) ++of_b;
    if (of_b == b.end() || of_b->column != of_a.column) continue;
    of_a.rank = of_b->rank = std::max(of_a.rank, of_b->rank);
    of_a.room = of_b->room = std::max(width(of_a), width(*of_b));
  }
}

void write_words(GraphScene& scene, Words words) {
  if (!scene.words()) return;
  write_labels(scene, std::move(words.names), Font::kStrong, label_row(scene, 0));
  name_row(scene, "receptive field", label_row(scene, 1));
  write_labels(scene, std::move(words.fields), Font::kMono, label_row(scene, 1));
}

void draw_network_of(GraphScene& scene, Words words) {
  const Diagram& d = scene.diagram;
  scene.canvas.push_clip({{d.gutter.min.x, d.sight.min.y}, d.sight.max});
  draw_blocks(scene);
  draw_branches(scene);
  write_words(scene, std::move(words));
  scene.canvas.pop_clip();
}

// Under B's columns: their shapes.
void write_shapes(GraphScene& scene, const Rect& area) {
  if (!scene.words()) return;
  const Theme& theme = scene.theme();
  ColumnLabels shapes;
  for (const size_t c : scene.columns) {
    const Node& node = scene.at_column(c);
    if (!scene.known(node)) continue;
    const Comparison::Difference* at = difference_at(scene, node.layer);
    const bool reshaped = at != nullptr && (at->what.output || at->what.only_one);
    shapes.push_back({c, dims_label(scene.figures(node)), reshaped ? theme.accent : theme.muted,
                      label_rank(scene, c) + (reshaped ? 3 : 0)});
  }
  const float y = area.min.y + 0.5f * kLine * scene.em();
  name_row(scene, "shape", y);
  write_labels(scene, std::move(shapes), Font::kMono, y);
}

// Of each column two bars on one scale, A's an outline, B's filled, and below them the difference.
struct Band {
  const char* name;
  Comparison::Sums Comparison::Column::*sums;
  int64_t most;
};

// In the gutter, at the band's foot: what is counted, and both totals.
void write_totals(GraphScene& scene, const Band& band, float foot) {
  const Comparison::Sums& total = scene.derived.comparison.total.*band.sums;
  const float em = scene.em(), left = scene.diagram.gutter.min.x;
  name_row(scene, band.name, foot - 3.1f * em);
  const auto line = [&](const char* letter, const network::Count& count, float y, Color color) {
    shelf_text(scene, {left, y}, letter, Font::kStrong, color);
    shelf_text(scene, {left + 1.2f * em, y}, count_text(count), Font::kMono, color);
  };
  line("A", total.a, foot - 1.8f * em, scene.theme().text);
  line("B", total.b, foot - 0.6f * em, scene.theme().accent);
}

void draw_band(GraphScene& scene, const Band& band, const Rect& area) {
  const Theme& theme = scene.theme();
  const float em = scene.em(), foot = area.max.y - kLine * em, top = area.min.y + 0.5f * em;
  const float half = std::min(0.42f * scene.diagram.pitch, 1.3f * em);
  const double most = static_cast<double>(std::max<int64_t>(band.most, 1));
  ColumnLabels labels;
  for (size_t c = scene.layout.first; c < scene.layout.last; ++c) {
    const Comparison::Sums& sums = scene.derived.comparison.columns[c].*band.sums;
    const float x = column_rect(scene.diagram, static_cast<double>(c)).centre().x;
    const bool same = sums.more == network::Count();
    const auto bar = [&](const network::Count& count, float from, float to) {
      const float height = static_cast<float>(static_cast<double>(count.value) / most) * (foot - top);
      return Rect{{from, foot - std::max(height, 1.5f * scene.hair())}, {to, foot}};
    };
    if (sums.a.value > 0)
      scene.canvas.stroke(bar(sums.a, x - half, x - scene.hair()).inset(0.5f * scene.hair()), theme.text,
                          scene.hair());
    if (sums.b.value > 0)
      scene.canvas.fill(bar(sums.b, x + scene.hair(), x + half),
                        same ? mix(theme.ground, theme.accent, 0.4f) : theme.accent);
    if (sums.a.value == 0 && sums.b.value == 0 && same) continue;
    labels.push_back({c, difference_text(sums.more), same ? theme.muted : theme.accent,
                      label_rank(scene, c) + (same ? 0 : 3)});
  }
  scene.canvas.line({scene.diagram.strip.min.x, foot}, {scene.diagram.strip.max.x, foot}, theme.hairline,
                    scene.hair());
  write_totals(scene, band, foot);
  if (scene.words()) write_labels(scene, std::move(labels), Font::kMono, foot + 0.5f * kLine * em);
}

void draw_bands(GraphScene& scene, const Rect& area) {
  const Comparison& comparison = scene.derived.comparison;
  const std::array bands = {Band{"parameters", &Comparison::Column::params, comparison.most_params},
                            Band{"MACs", &Comparison::Column::macs, comparison.most_macs}};
  const float height = area.height() / static_cast<float>(bands.size());
  scene.canvas.push_clip({{scene.diagram.gutter.min.x, area.min.y}, {scene.diagram.strip.max.x, area.max.y}});
  for (size_t i = 0; i < bands.size(); ++i) {
    const float top = area.min.y + static_cast<float>(i) * height;
    draw_band(scene, bands[i], {{area.min.x, top}, {area.max.x, top + height}});
  }
  scene.canvas.pop_clip();
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
  const Comparison& comparison = derived.comparison;
  SceneShape shape{true, whole.diagram.strip.height()};
  if (comparison.net.graph) shape.lanes = &comparison.lanes_a;
  canvas.push_clip(area);
  GraphScene a = make_graph_scene(ui, canvas, parts.a, model, derived, view, derived.network, shape);
  bring_into_sight(a);
  handle_network(a);
  if (all.height() > area.height()) {
    const Pointer pointer = pointer_area(ui, "chain/compare", area);
    view.scroll -= 3 * ui.em * pointer.wheel;
  }
  std::optional<GraphScene> b;
  Words of_a = words_of(a, {}), of_b;
  if (comparison.net.graph) {
    shape.lanes = &comparison.lanes_b;
    b.emplace(make_graph_scene(ui, canvas, parts.b, model, derived, view, comparison.net, shape));
    b->rival = true;
    of_b = words_of(*b, comparison.changed);
    match(a, of_a.names, of_b.names, Font::kStrong);
    match(a, of_a.fields, of_b.fields, Font::kMono);
  }
  draw_network_of(a, std::move(of_a));
  draw_badge(a, "A", derived.network.graph->title.empty() ? "the chain" : derived.network.graph->title,
             ui.theme.text);
  draw_fold_buttons(a);
  draw_network_minimap(a);
  if (!b) {
    draw_reason(a, {{a.diagram.strip.min.x, parts.b.min.y}, {a.diagram.strip.max.x, parts.b.max.y}});
    canvas.pop_clip();
    return explain_node(a);
  }
  draw_network_of(*b, std::move(of_b));
  draw_badge(*b, "B", rival_title(model.document.rival), ui.theme.accent);
  write_shapes(*b, parts.shapes);
  draw_bands(*b, parts.bars);
  canvas.pop_clip();
  explain_node(a);
}

}  // namespace poolglass::chain
