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

void draw_heading(Scene& scene, int index) {
  const Rect& band = scene.diagram.bars[static_cast<size_t>(index)];
  const float size = scene.em() * kCaption;
  const BarRow& row = kRows[static_cast<size_t>(index)];
  const float y = band.min.y + 0.65f * scene.em();
  scene.canvas.text({band.min.x, y}, row.title, Font::kText, size, scene.theme().muted, AlignX::kLeft,
                    AlignY::kMiddle);
  const float x = band.min.x + scene.canvas.text_size(row.title, Font::kText, size).x + 0.6f * scene.em();
  const Color ink = scene.derived.totals_stale ? with_alpha(scene.theme().muted, 0.75f) : scene.theme().text;
  const std::string total = scene.derived.totals_known ? compact(scene.derived.*row.total) : "–";
  scene.canvas.text({x, y}, total, Font::kMono, size, ink, AlignX::kLeft, AlignY::kMiddle);
  const Rect heading{{band.min.x, band.min.y},
                     {x + scene.canvas.text_size(total, Font::kMono, size).x, y + size}};
  if (!scene.derived.totals_known || !heading.contains(scene.pointer)) return;
  scene.explained = true;
  tooltip(scene.ui, heading,
          std::string(row.title) + " of all layers together: " + grouped(scene.derived.*row.total));
}

void draw_bar(Scene& scene, int index, size_t row, int64_t most) {
  const LayerRow& layer = scene.derived.rows[row];
  if (!layer.known) return;
  const Theme& theme = scene.theme();
  const int64_t value = layer.figures.*kRows[static_cast<size_t>(index)].figure;
  const double share = most == 0 ? 0 : static_cast<double>(value) / static_cast<double>(most);
  Rect bar = bar_rect(scene.diagram, index, scene.columns[row], share);
  const bool good = scene.good(row);
  // What is there, however small, is seen to be there.
  if (value > 0) bar.min.y = std::min(bar.min.y, bar.max.y - std::max(1.0f, scene.em() / 12));
  const Color color = good ? mix(theme.surface, kind_color(theme, scene.kind(row)), 0.85f) : theme.hairline;
  if (value > 0) scene.canvas.fill(bar, color, std::min(0.12f * scene.em(), bar.height() / 2));
  if (!scene.diagram.texts) return;
  const Rect place = bar_value_rect(scene.diagram, index, scene.columns[row]);
  const Color ink = good && value > 0 ? theme.text : with_alpha(theme.muted, 0.75f);
  const std::string text = compact(value);
  const float size = scene.em() * kCaption;
  if (!scene.whole(place.centre().x, scene.canvas.text_size(text, Font::kMono, size).x)) return;
  scene.canvas.text(place.centre(), text, Font::kMono, size, ink, AlignX::kCentre, AlignY::kMiddle);
}

}  // namespace

void draw_bars(Scene& scene) {
  if (scene.blocks.empty()) return;
  scene.canvas.push_clip(scene.diagram.strip);
  for (int index = 0; index < kBarRows; ++index) {
    if (scene.diagram.bars[static_cast<size_t>(index)].height() <= 0) continue;
    const int64_t most = largest(scene.derived, kRows[static_cast<size_t>(index)].figure);
    const float ground = std::round(bar_value_rect(scene.diagram, index, 0).min.y) + 0.5f;
    scene.canvas.line({scene.diagram.strip.min.x, ground}, {scene.diagram.strip.max.x, ground},
                      scene.theme().hairline, std::max(1.0f, scene.em() / 15));
    for (size_t row = 0; row < scene.blocks.size(); ++row) {
      if (scene.in_sight(row)) draw_bar(scene, index, row, most);
    }
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
