// The spine of a network: frames of what was opened, blocks, the cone of the cell that is shown, and the
// arrows between them.
#include <algorithm>
#include <array>
#include <cmath>

#include "app/rooms/chain/graph_view.h"
#include "app/rooms/format.h"

namespace poolglass::chain {
namespace {

// Rows that the shown cell reads of a node's map, cut at its border; empty: none, or the map has no rows. Of
// a node that the cone leaves or meets inside, those of the last layer that is read.
network::Interval read_rows(const GraphScene& scene, const Node& node) {
  if (scene.net.traced < 0 || !scene.known(node) || scene.figures(node).axes.rows < 0) return {0, -1};
  const auto read = [&](int32_t layer) {
    const network::Interval cells = scene.net.rows.cells[static_cast<size_t>(layer)];
    return cells.last >= cells.first;
  };
  const auto at = std::find_if(node.layers.rbegin(), node.layers.rend(), read);
  if (at == node.layers.rend()) return {0, -1};
  const network::LayerFigures& met = scene.graph().figures.layers[static_cast<size_t>(*at)];
  if (met.height() != scene.figures(node).height()) return {0, -1};
  const network::Interval cells = scene.net.rows.cells[static_cast<size_t>(*at)];
  const int64_t rows = std::max<int64_t>(scene.figures(node).height(), 1);
  return {std::max<int64_t>(cells.first, 0), std::min(cells.last, rows - 1)};
}

// The part of a block's front that rows are: seen from the side, they run down.
std::optional<Rect> part_of(const GraphScene& scene, const Node& node, const Slab& s,
                            const network::Interval& rows) {
  if (rows.last < rows.first) return std::nullopt;
  const auto all = static_cast<float>(std::max<int64_t>(scene.figures(node).height(), 1));
  const float cell = s.front.height() / all;
  Rect part{{s.front.min.x, s.front.min.y + static_cast<float>(rows.first) * cell},
            {s.front.max.x, s.front.min.y + static_cast<float>(rows.last + 1) * cell}};
  const float least = 2 * scene.hair();
  if (s.front.height() <= least) return s.front;
  if (part.height() < least) {
    const float middle = std::clamp(part.centre().y, s.front.min.y + least / 2, s.front.max.y - least / 2);
    part.min.y = middle - least / 2;
    part.max.y = middle + least / 2;
  }
  return part;
}

std::optional<Rect> read_part(const GraphScene& scene, const Node& node, const Slab& s) {
  return part_of(scene, node, s, read_rows(scene, node));
}

// What the pixel under the pointer reaches.
std::optional<Rect> lit_part(const GraphScene& scene, const Node& node, const Slab& s) {
  if (scene.net.lit_rows.empty() || scene.figures(node).axes.rows < 0) return std::nullopt;
  return part_of(scene, node, s, scene.net.lit_rows[static_cast<size_t>(node.layer)]);
}

// What the second pinned cell reads.
std::optional<Rect> second_part(const GraphScene& scene, const Node& node, const Slab& s) {
  if (scene.net.second_rows.empty() || !scene.known(node) || scene.figures(node).axes.rows < 0)
    return std::nullopt;
  network::Interval rows = scene.net.second_rows[static_cast<size_t>(node.layer)];
  rows = {std::max<int64_t>(rows.first, 0), std::min(rows.last, scene.figures(node).height() - 1)};
  return part_of(scene, node, s, rows);
}

Slab slab_at(const GraphScene& scene, size_t column) {
  return slab(scene.diagram, scene.blocks[column], static_cast<double>(column));
}

// The columns in sight, and the one before them.
std::vector<size_t> columns_of_cone(const GraphScene& scene) {
  std::vector<size_t> columns = scene.columns;
  if (columns.empty()) return columns;
  if (const auto before = scene.column_before(columns.front())) columns.insert(columns.begin(), *before);
  return columns;
}

void draw_selected(GraphScene& scene) {
  const Diagram& d = scene.diagram;
  const auto column = scene.lanes.column[static_cast<size_t>(scene.net.node)];
  const Rect rect = column_rect(d, column);
  const bool bars = scene.model.lens == kCostLens;  // other lenses' shelves have columns of their own
  scene.canvas.fill({{rect.min.x, d.labels.min.y}, {rect.max.x, (bars ? d.bars.back() : d.labels).max.y}},
                    with_alpha(scene.theme().text, 0.07f), 0.4f * scene.em());
}

void draw_frames(GraphScene& scene) {
  std::vector<bool> met(scene.net.outline.groups.size(), false);
  for (const size_t c : scene.columns) {
    const int32_t group = scene.at_column(c).group;
    if (group < 0 || met[static_cast<size_t>(group)]) continue;
    met[static_cast<size_t>(group)] = true;
    const Rect rect = group_rect(scene, group);
    const float radius = 0.53f * scene.em(), size = scene.em() * kCaption;
    scene.canvas.fill(rect, mix(scene.theme().ground, scene.theme().surface, 0.75f), radius);
    scene.canvas.stroke(rect, scene.theme().hairline, scene.hair(), radius);
    const std::string name = fitted(scene.canvas, scene.net.outline.groups[static_cast<size_t>(group)].name,
                                    Font::kStrong, size, rect.width() - 2.6f * scene.em());
    scene.canvas.text({rect.min.x + 0.6f * scene.em(), rect.min.y + 0.8f * scene.em()}, name, Font::kStrong,
                      size, scene.theme().text, AlignX::kLeft, AlignY::kMiddle);
  }
}

// Two sheets behind what is folded.
void draw_sheets(GraphScene& scene, const Slab& s, Color color) {
  const float step = std::clamp(0.03f * scene.diagram.pitch, 2.0f, 0.3f * scene.em());
  for (int i = 2; i >= 1; --i) {
    const float by = step * static_cast<float>(i);
    const Rect sheet = s.front.translated({by + s.depth.x, -by - s.depth.y});
    const Color behind = mix(scene.theme().ground, color, 0.5f - 0.15f * static_cast<float>(i));
    scene.canvas.fill({sheet.min, {sheet.max.x, s.front.max.y}}, behind);
    scene.canvas.stroke({sheet.min, {sheet.max.x, s.front.max.y}}, scene.theme().ground, scene.hair());
  }
}

void draw_block(GraphScene& scene, size_t column) {
  Canvas& canvas = scene.canvas;
  const Theme& theme = scene.theme();
  const int32_t index = scene.lanes.spine[column];
  const Node& node = scene.node(index);
  Slab s = slab_at(scene, column);
  if (!scene.known(node)) {
    s.depth = {0, 0};
    canvas.dashed_stroke(s.front, theme.muted, scene.hair(), 0.35f * scene.em());
    return;
  }
  const Color color = node_color(scene, node);
  const bool selected = scene.net.node == index;
  const std::optional<Rect> part = read_part(scene, node, s);
  const bool cone = scene.net.traced >= 0 && scene.layer_selected && !scene.net.figures.whole_input;
  const bool dim = cone && (!part || part->height() < s.front.height() - 1);
  const Color base = dim ? mix(color, theme.ground, 0.5f) : color;
  if (node.folded && scene.words()) draw_sheets(scene, s, base);
  draw_slab(canvas, theme, s, base, selected || scene.hovered == index);
  if (dim && part) canvas.fill(*part, mix(theme.surface, color, 0.95f));
  if (cone && part) canvas.stroke(*part, scene.cone(), 1.6f * scene.hair());
  if (const std::optional<Rect> second = second_part(scene, node, s))
    canvas.stroke(*second, theme.text, 1.6f * scene.hair());
  if (const std::optional<Rect> lit = lit_part(scene, node, s))
    canvas.stroke(*lit, theme.text, 2 * scene.hair());
  if (std::ranges::binary_search(scene.matches, index))
    canvas.polyline(slab_outline(s, 0.35f * scene.em()), theme.focus, 2 * scene.hair(), true);
  if (selected) canvas.polyline(slab_outline(s, 0.2f * scene.em()), theme.text, 2 * scene.hair(), true);
  const auto& marked = scene.model.marked;
  if (marked && !scene.rival && scene.net.outline.node_of[static_cast<size_t>(*marked)] == index)
    canvas.dashed_stroke(s.bounds().inset(-0.4f * scene.em()), theme.text, scene.hair(), 0.3f * scene.em());
}

// The cone fills only the gaps between blocks.
void draw_cone(GraphScene& scene) {
  if (scene.net.traced < 0 || !scene.layer_selected || scene.net.figures.whole_input) return;
  std::optional<Rect> before;
  for (const size_t c : columns_of_cone(scene)) {
    const std::optional<Rect> part = read_part(scene, scene.at_column(c), slab_at(scene, c));
    if (before && part) {
      const std::array gap = {glm::vec2{before->max.x, before->min.y}, glm::vec2{part->min.x, part->min.y},
                              glm::vec2{part->min.x, part->max.y}, glm::vec2{before->max.x, before->max.y}};
      scene.canvas.fill_convex(gap, with_alpha(scene.cone(), 0.16f));
      scene.canvas.line(gap[0], gap[1], scene.cone(), 1.2f * scene.hair());
      scene.canvas.line(gap[2], gap[3], scene.cone(), 1.2f * scene.hair());
    }
    if (part) before = part;
  }
}

// The second cone is an outline.
void draw_second_cone(GraphScene& scene) {
  std::optional<Rect> before;
  for (const size_t c : columns_of_cone(scene)) {
    const std::optional<Rect> part = second_part(scene, scene.at_column(c), slab_at(scene, c));
    if (before && part) {
      scene.canvas.line({before->max.x, before->min.y}, part->min, scene.theme().text, 1.2f * scene.hair());
      scene.canvas.line(before->max, {part->min.x, part->max.y}, scene.theme().text, 1.2f * scene.hair());
    }
    if (part) before = part;
  }
}

// One line for all, under blocks: each reads the one before.
void draw_flow(GraphScene& scene) {
  const float y = flow_line(scene.layout);
  const Color color = mix(scene.theme().muted, scene.theme().ground, 0.35f);
  for (const size_t c : scene.columns) {
    const std::optional<size_t> before = scene.column_before(c);
    if (!before) continue;
    const float from = slab_at(scene, *before).bounds().max.x, to = slab_at(scene, c).front.min.x;
    if (to > from) scene.canvas.line({from, y}, {to, y}, color, 1.2f * scene.hair());
  }
}

void draw_operation(GraphScene& scene, size_t column) {
  const Node& node = scene.at_column(column);
  if (node.folded || column == 0) return;
  const Rect rect = operation_rect(scene.diagram, static_cast<double>(column));
  const float size = scene.em() * kCaption;
  const auto room = static_cast<size_t>((rect.width() - 0.3f * scene.em()) /
                                        scene.canvas.text_size("0", Font::kMono, size).x);
  auto lines = two_lines(scene.graph().operations[static_cast<size_t>(node.main)], room);
  float y = rect.centre().y - 0.85f * scene.em();
  for (std::string& text : lines) {
    // Before figures are cut short, the unit goes.
    if (text.ends_with(" C") && scene.canvas.text_size(text, Font::kMono, size).x > rect.width())
      text.resize(text.size() - 2);
    text = fitted(scene.canvas, text, Font::kMono, size, rect.width() - 0.3f * scene.em());
    if (!text.empty() && scene.whole(rect.centre().x, scene.canvas.text_size(text, Font::kMono, size).x)) {
      scene.canvas.text({rect.centre().x, y}, text, Font::kMono, size, scene.theme().muted, AlignX::kCentre,
                        AlignY::kMiddle);
    }
    y += 1.7f * scene.em();
  }
  const Gap gap = operation_arrow(scene.diagram, static_cast<double>(column));
  scene.canvas.arrow(gap.from, gap.to, mix(scene.theme().muted, scene.theme().surface, 0.25f),
                     std::max(1.0f, scene.em() * 0.09f), 0.45f * scene.em());
}

// Columns thinner than a pixel: the highest block of each pixel stands for all.
void draw_silhouettes(GraphScene& scene) {
  const Diagram& d = scene.diagram;
  const auto pixels = static_cast<size_t>(std::ceil(d.strip.width()));
  struct Peak {
    float top = INFINITY;
    size_t column = 0;
  };
  std::vector<Peak> peaks(pixels + 1);
  for (const size_t c : scene.columns) {
    const Slab s = slab_at(scene, c);
    const float x = column_rect(d, static_cast<double>(c)).centre().x - d.strip.min.x;
    Peak& peak = peaks[static_cast<size_t>(std::clamp(x, 0.0f, static_cast<float>(pixels)))];
    if (s.front.min.y < peak.top) peak = {s.front.min.y, c};
  }
  for (size_t i = 0; i < peaks.size(); ++i) {
    if (std::isinf(peaks[i].top)) continue;
    const float x = d.strip.min.x + static_cast<float>(i);
    const float right = x + std::max(1.0f, d.pitch);
    scene.canvas.fill({{x, peaks[i].top}, {right, d.baseline()}},
                      mix(scene.theme().surface, node_color(scene, scene.at_column(peaks[i].column)), 0.82f));
  }
}

}  // namespace

void draw_blocks(GraphScene& scene) {
  const Diagram& d = scene.diagram;
  draw_frames(scene);
  draw_selected(scene);
  const float ground = std::round(d.baseline()) + 0.5f;
  scene.canvas.line({d.strip.min.x, ground}, {d.strip.max.x, ground}, scene.theme().hairline, scene.hair());
  if (d.pitch < 1.5f) return draw_silhouettes(scene);
  if (scene.words()) draw_flow(scene);
  for (const size_t c : scene.columns) {
    if (d.texts) draw_operation(scene, c);
    draw_block(scene, c);
  }
  draw_cone(scene);
  if (!scene.net.second_rows.empty()) draw_second_cone(scene);
}

}  // namespace poolglass::chain
