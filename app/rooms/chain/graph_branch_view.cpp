// Branches over the spine: lanes with their chips, rings where they join, the loops of folds.
#include <algorithm>
#include <cmath>

#include "app/rooms/chain/graph_view.h"
#include "app/rooms/format.h"

namespace poolglass::chain {
namespace {

Color neutral(const GraphScene& scene) { return mix(scene.theme().muted, scene.theme().ground, 0.15f); }

// Whether the join at a branch's end is the one that does not fit.
bool fails(const GraphScene& scene, int32_t target) {
  const auto& error = scene.graph().figures.error;
  if (!error || target < 0) return false;
  return scene.net.outline.node_of[error->layer] == target;
}

bool lit(const GraphScene& scene, const Branch& branch) {
  const auto is = [&](int32_t node) {
    return node >= 0 && (scene.hovered == node || scene.net.node == node);
  };
  return std::ranges::any_of(branch.nodes, is);
}

// A line that interrupts what it crosses by two pixels on each side.
void draw_line(GraphScene& scene, std::span<const glm::vec2> points, Color color, float width) {
  scene.canvas.polyline(points, scene.theme().ground, width + 4 * scene.hair(), false);
  scene.canvas.polyline(points, color, width, false);
}

void draw_chip(GraphScene& scene, int32_t index) {
  const Node& node = scene.node(index);
  const Rect rect = chip_rect(scene.layout, index);
  const Theme& theme = scene.theme();
  const Color color = scene.known(node) ? node_color(scene, node) : theme.muted;
  const bool bright = scene.hovered == index || scene.net.node == index;
  const Color fill = mix(theme.surface, color, bright ? 0.95f : 0.8f);
  const float radius = 0.2f * scene.em();
  if (scene.known(node)) {
    scene.canvas.fill(rect, fill, radius);
  } else {
    scene.canvas.fill(rect, theme.ground, radius);
    scene.canvas.dashed_stroke(rect, theme.muted, scene.hair(), 0.3f * scene.em());
  }
  if (std::ranges::binary_search(scene.matches, index))
    scene.canvas.stroke(rect.inset(-3 * scene.hair()), theme.focus, 2 * scene.hair(), radius);
  if (scene.net.node == index)
    scene.canvas.stroke(rect.inset(-2 * scene.hair()), theme.text, 2 * scene.hair(), radius);
  if (!scene.layout.chip_words) return;
  const float size = scene.em() * kCaption, room = rect.width() - 0.4f * scene.em();
  for (const std::string& text : chip_labels(scene.graph(), node.main)) {
    if (scene.canvas.text_size(text, Font::kMono, size).x > room) continue;
    scene.canvas.text(rect.centre(), text, Font::kMono, size,
                      scene.known(node) ? readable_on(fill) : theme.muted, AlignX::kCentre, AlignY::kMiddle);
    return;
  }
}

// The shape that a skip carries, over its middle.
void write_shape(GraphScene& scene, const Branch& branch, const BranchPlace& place, Color color) {
  if (!branch.nodes.empty() || branch.source < 0 || !scene.words()) return;
  const Node& source = scene.node(branch.source);
  if (!scene.known(source)) return;
  const std::vector<glm::vec2> line = branch_line(scene.layout, place);
  const float left = line.front().x, right = line.back().x, size = scene.em() * kCaption;
  const std::string text = dims_label(scene.figures(source));
  const float width = scene.canvas.text_size(text, Font::kMono, size).x;
  if (width + 2 * scene.em() > right - left) return;
  const glm::vec2 at{(left + right) / 2, place.y};
  if (!scene.whole(at.x, width)) return;
  scene.canvas.fill(
      {{at.x - width / 2 - 0.4f * scene.em(), at.y - 3}, {at.x + width / 2 + 0.4f * scene.em(), at.y + 3}},
      scene.theme().ground);
  scene.canvas.text(at, text, Font::kMono, size, color, AlignX::kCentre, AlignY::kMiddle);
}

Color line_color(const GraphScene& scene, const Branch& branch) {
  if (fails(scene, branch.target)) return scene.theme().warning;
  return lit(scene, branch) ? scene.cone() : neutral(scene);
}

// Over all lines.
void draw_on_branch(GraphScene& scene, const BranchPlace& place) {
  const Branch& branch = scene.lanes.branches[place.branch];
  const bool wrong = fails(scene, branch.target);
  if (!scene.brief) write_shape(scene, branch, place, wrong ? scene.theme().warning : scene.theme().muted);
  for (const int32_t node : chips(scene.layout, place)) draw_chip(scene, node);
}

// "× n" on a plate.
void draw_pill(GraphScene& scene, glm::vec2 at, const std::string& text) {
  const float size = scene.em() * kCaption;
  const float half = scene.canvas.text_size(text, Font::kMono, size).x / 2 + 0.5f * scene.em();
  const Rect rect{{at.x - half, at.y - 0.65f * scene.em()}, {at.x + half, at.y + 0.65f * scene.em()}};
  const float radius = 0.65f * scene.em();
  scene.canvas.fill(rect, scene.theme().raised, radius);
  scene.canvas.stroke(rect, scene.theme().hairline, scene.hair(), radius);
  scene.canvas.text(at, text, Font::kMono, size, scene.theme().text, AlignX::kCentre, AlignY::kMiddle);
}

// As thick as it says that there are many.
void draw_bundle(GraphScene& scene, const BundlePlace& place) {
  const bool many = scene.lanes.bundles[place.bundle].skips > 1;
  draw_line(scene, bundle_line(scene.layout, place), neutral(scene), (many ? 5 : 1.6f) * scene.hair());
}

void count_bundle(GraphScene& scene, const BundlePlace& place) {
  const Bundle& bundle = scene.lanes.bundles[place.bundle];
  const std::vector<glm::vec2> line = bundle_line(scene.layout, place);
  if (bundle.skips < 2 || line.back().x - line.front().x < 4 * scene.em()) return;
  draw_pill(scene, {(line.front().x + line.back().x) / 2, place.y}, "× " + grouped(bundle.skips));
}

void draw_sign_in(GraphScene& scene, const Rect& ring, network::Kind kind, bool wrong) {
  const Theme& theme = scene.theme();
  const glm::vec2 c = ring.centre();
  const float r = ring.width() / 2, arm = 0.5f * r, thick = std::max(1.2f * scene.hair(), 0.16f * r);
  const Color color = wrong ? theme.warning : theme.text;
  scene.canvas.fill_circle(c, r, theme.ground);
  scene.canvas.stroke_circle(c, r, wrong ? theme.warning : neutral(scene), 1.4f * scene.hair());
  const auto line = [&](glm::vec2 a, glm::vec2 b) {
    scene.canvas.line(c + a * arm, c + b * arm, color, thick);
  };
  if (wrong) {
    line({-1, -0.35f}, {1, -0.35f});
    line({-1, 0.35f}, {1, 0.35f});
    line({-0.6f, 1}, {0.6f, -1});
  } else if (kind == network::Kind::kConcat) {
    line({-0.4f, -0.9f}, {-0.4f, 0.9f});
    line({0.4f, -0.9f}, {0.4f, 0.9f});
  } else if (kind == network::Kind::kMul) {
    line({-0.7f, -0.7f}, {0.7f, 0.7f});
    line({-0.7f, 0.7f}, {0.7f, -0.7f});
  } else {
    line({-1, 0}, {1, 0});
    line({0, -1}, {0, 1});
  }
}

// The ring of a join whose paths are not aligned has a second one around it.
void mark_misaligned(GraphScene& scene, const Rect& ring, int32_t join) {
  if (!scene.graph().known(static_cast<size_t>(join))) return;
  const network::LayerFigures& at = scene.graph().figures.layers[static_cast<size_t>(join)];
  const bool apart = at.align_rows.state == network::Alignment::kMisaligned ||
                     at.align_columns.state == network::Alignment::kMisaligned;
  if (apart)
    scene.canvas.stroke_circle(ring.centre(), ring.width() / 2 + 2.5f * scene.hair(), scene.theme().warning,
                               1.4f * scene.hair());
}

void draw_ring(GraphScene& scene, int32_t index) {
  const Node& node = scene.node(index);
  const auto kind = [&](int32_t layer) {
    return scene.graph().network.layers[static_cast<size_t>(layer)].kind;
  };
  if (node.join >= 0) {
    draw_sign_in(scene, ring_rect(scene.layout, index), kind(node.join), fails(scene, index));
    mark_misaligned(scene, ring_rect(scene.layout, index), node.join);
  }
  if (node.end_join >= 0) draw_sign_in(scene, end_ring_rect(scene.layout, index), kind(node.end_join), false);
}

// A fold that ends in a join goes around itself; "× n" stands on the loop, else over the block.
void draw_loop(GraphScene& scene, size_t column) {
  const int32_t index = scene.lanes.spine[column];
  const Node& node = scene.node(index);
  if (node.times < 2 && node.end_join < 0) return;
  const Slab s = slab(scene.diagram, scene.blocks[column], static_cast<double>(column));
  const float y = std::round(s.bounds().min.y - 1.05f * scene.em()) + 0.5f;
  const auto at = static_cast<int32_t>(column);
  if (node.end_join >= 0) {
    const float x0 = join_x(scene.layout, at), x1 = leave_x(scene.layout, at), low = flow_line(scene.layout);
    const glm::vec2 points[] = {{x0, low}, {x0, y}, {x1, y}, {x1, low}};
    scene.canvas.polyline(rounded(points, 0.53f * scene.em()), neutral(scene), 1.6f * scene.hair(), false);
  }
  if (node.times > 1) {
    const float x = column_rect(scene.diagram, static_cast<double>(column)).centre().x;
    const std::string text = "× " + grouped(node.times);
    const float width = scene.canvas.text_size(text, Font::kMono, scene.em() * kCaption).x + scene.em();
    if (width < 0.95f * scene.diagram.pitch) draw_pill(scene, {x, y}, text);
  }
}

}  // namespace

void draw_branches(GraphScene& scene) {
  if (!scene.layout.shows_lanes) return;
  for (const BundlePlace& place : scene.layout.bundles) draw_bundle(scene, place);
  for (auto at = scene.layout.branches.rbegin(); at != scene.layout.branches.rend(); ++at) {
    const Color color = line_color(scene, scene.lanes.branches[at->branch]);
    draw_line(scene, branch_line(scene.layout, *at), color, 1.6f * scene.hair());
  }
  for (const BranchPlace& place : scene.layout.branches) draw_on_branch(scene, place);
  for (const BundlePlace& place : scene.layout.bundles) count_bundle(scene, place);
  for (const size_t c : scene.columns) draw_loop(scene, c);
  if (!scene.words()) return;
  for (const BranchPlace& place : scene.layout.branches) {
    for (const int32_t node : chips(scene.layout, place)) draw_ring(scene, node);
  }
  for (const size_t c : scene.columns) draw_ring(scene, scene.lanes.spine[c]);
}

}  // namespace poolglass::chain
