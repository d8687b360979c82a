// The three rows of bars under the diagram, and the minimap.
#include <algorithm>
#include <array>
#include <cmath>

#include "app/rooms/chain/parts_view.h"
#include "app/rooms/format.h"

namespace poolglass::chain {
namespace {

struct BarRow {
  const char* title;
  int64_t LayerFigures::*figure;
  int64_t Derived::*total;
};
constexpr std::array<BarRow, kBarRows> kRows = {{
    {"Activations", &LayerFigures::activations, &Derived::total_activations},
    {"Parameters", &LayerFigures::params, &Derived::total_params},
    {"MACs", &LayerFigures::macs, &Derived::total_macs},
}};

int64_t largest(const Derived& derived, int64_t LayerFigures::*figure) {
  int64_t most = 0;
  for (const LayerRow& row : derived.rows) {
    if (row.known) most = std::max(most, row.figures.*figure);
  }
  return most;
}

// In the gutter, at the band's baseline: what is counted, and how much of it the chain has.
void draw_heading(Scene& scene, int index) {
  const float size = scene.em() * kCaption;
  const BarRow& row = kRows[static_cast<size_t>(index)];
  const Rect& gutter = scene.diagram.gutter;
  const float y = bar_value_rect(scene.diagram, index, 0).min.y - 0.45f * scene.em();
  name_row(scene, row.title, y - 1.25f * scene.em());
  const bool known = scene.derived.totals_known && !scene.derived.totals_stale;
  const std::string total = known ? compact(scene.derived.*row.total) : "—";
  scene.canvas.text({gutter.min.x, y}, total, Font::kMono, size, scene.theme().text, AlignX::kLeft,
                    AlignY::kMiddle);
  const Rect heading{{gutter.min.x, y - 2 * scene.em()}, {gutter.max.x, y + size}};
  if (!known || !heading.contains(scene.mouse)) return;
  scene.explained = true;
  tooltip(scene.ui, heading,
          std::string(row.title) + " of all layers together: " + grouped(scene.derived.*row.total));
}

void draw_bar(Scene& scene, int index, size_t row, int64_t most) {
  const LayerRow& layer = scene.derived.rows[row];
  const Theme& theme = scene.theme();
  const int64_t value = layer.figures.*kRows[static_cast<size_t>(index)].figure;
  const double share = most == 0 ? 0 : static_cast<double>(value) / static_cast<double>(most);
  Rect bar = bar_rect(scene.diagram, index, scene.columns[row], share);
  // What is there, however small, is seen to be there.
  if (value > 0) bar.min.y = std::min(bar.min.y, bar.max.y - std::max(1.0f, scene.em() / 12));
  const Color color =
      scene.good(row) ? mix(theme.surface, kind_color(theme, scene.kind(row)), 0.85f) : theme.hairline;
  if (value > 0) scene.canvas.fill(bar, color, std::min(0.12f * scene.em(), bar.height() / 2));
}

}  // namespace

void draw_bars(Scene& scene) {
  if (scene.blocks.empty()) return;
  const Diagram& diagram = scene.diagram;
  const Theme& theme = scene.theme();
  scene.canvas.push_clip({{diagram.gutter.min.x, diagram.sight.min.y}, diagram.sight.max});
  for (int index = 0; index < kBarRows; ++index) {
    const auto figure = kRows[static_cast<size_t>(index)].figure;
    const int64_t most = largest(scene.derived, figure);
    const Rect values = bar_value_rect(diagram, index, 0);
    const float ground = std::round(values.min.y) + 0.5f;
    scene.canvas.line({diagram.strip.min.x, ground}, {diagram.strip.max.x, ground}, theme.hairline,
                      std::max(1.0f, scene.em() / 15));
    std::vector<RowLabel> labels;
    for (size_t row = 0; row < scene.blocks.size(); ++row) {
      if (!scene.in_sight(row) || !scene.derived.rows[row].known) continue;
      draw_bar(scene, index, row, most);
      const int64_t value = scene.derived.rows[row].figures.*figure;
      const bool bright = scene.good(row) && value > 0;
      labels.push_back({row, compact(value), Font::kMono,
                        bright ? theme.text : with_alpha(theme.muted, 0.75f), false, value});
    }
    write_row(scene, std::move(labels), values.centre().y);
    draw_heading(scene, index);
  }
  scene.canvas.pop_clip();
}

void draw_minimap(Scene& scene) {
  const Diagram& diagram = scene.diagram;
  if (diagram.minimap.height() <= 0) return;
  const Theme& theme = scene.theme();
  const float em = scene.em(), hair = std::max(1.0f, em / 15);
  const Rect track = diagram.minimap.inset(0, 0.3f * em);
  scene.canvas.fill(track, theme.raised, 0.3f * em);
  float tallest = 1;
  for (const Block& block : scene.blocks)
    tallest = std::max(tallest, std::sqrt(static_cast<float>(block.output.h)));
  for (size_t i = 0; i < scene.blocks.size(); ++i) {
    const Rect column = minimap_column(diagram, i);
    const float room = track.height() - 0.4f * em;
    const float share = std::sqrt(static_cast<float>(scene.blocks[i].output.h)) / tallest;
    const float height = std::max(room * share, 0.15f * em);
    const float inset = column.width() > 4 ? 0.15f * column.width() : 0;
    Color color = scene.good(i) ? kind_color(theme, scene.kind(i)) : theme.muted;
    if (scene.derived.broken == i) color = theme.warning;
    scene.canvas.fill({{column.min.x + inset, track.max.y - 0.2f * em - height},
                       {column.max.x - inset, track.max.y - 0.2f * em}},
                      with_alpha(color, scene.derived.selected == i ? 1 : 0.6f));
  }
  Rect window = minimap_window(diagram);
  window = {{window.min.x, track.min.y}, {window.max.x, track.max.y}};
  scene.canvas.fill(window, with_alpha(theme.text, 0.08f), 0.3f * em);
  scene.canvas.stroke(window.inset(hair / 2), theme.muted, hair, 0.3f * em);
}

}  // namespace poolglass::chain
