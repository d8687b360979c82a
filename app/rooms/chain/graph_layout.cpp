#include "app/rooms/chain/graph_layout.h"

#include <algorithm>
#include <cmath>
#include <glm/geometric.hpp>
#include <limits>
#include <utility>

namespace poolglass::chain {
namespace {

constexpr float kChip = 1.73f;       // ems of a chip's height, with words in it
constexpr float kLowChip = 0.8f;     // without
constexpr float kLaneGap = 0.75f;    // between lanes, chips, blocks
constexpr float kCorner = 0.53f;     // radius
constexpr float kWordsPitch = 2.9f;  // columns that hold words on chips
constexpr float kLanePitch = 0.25f;  // thinner columns show no lanes
constexpr int kTries = 6;            // that blocks are made lower to leave the lanes their room

struct Sight {
  int32_t first = 0, last = -1;  // slots
};

Sight slots_in_sight(const GraphLayout& layout) {
  return {2 * static_cast<int32_t>(layout.first) - 1, 2 * static_cast<int32_t>(layout.last)};
}

void find_columns(GraphLayout& layout) {
  const Diagram& d = layout.diagram;
  const auto column = [&](float x) {
    const float at = std::floor((x - d.origin) / d.pitch);
    return static_cast<size_t>(std::clamp(at, 0.0f, static_cast<float>(d.count)));
  };
  layout.first = column(d.strip.min.x);
  layout.last = std::min(column(d.strip.max.x) + 1, d.count);
}

// The highest a block or a lane reaches in each slot that is in sight.
class Skyline {
 public:
  Skyline(const GraphLayout& layout, const GraphRequest& request)
      : sight_(slots_in_sight(layout)), flow_(flow_line(layout)) {
    const float gap = 0.4f * layout.diagram.em;
    tops_.assign(static_cast<size_t>(sight_.last - sight_.first + 1), flow_ - gap);
    for (size_t c = layout.first; c < layout.last; ++c) {
      const Slab s = slab(layout.diagram, request.diagram.blocks[c], static_cast<double>(c));
      const float crown = request.crowns.empty() ? 0 : request.crowns[c];
      tops_[index(2 * static_cast<int32_t>(c))] = std::min(s.bounds().min.y, flow_ - gap) - crown;
    }
  }
  float highest() const { return *std::ranges::min_element(tops_); }
  bool sees(const Slots& slots) const { return slots.first <= sight_.last && sight_.first <= slots.last; }
  float top(const Slots& slots) const {
    float top = flow_;
    for (int32_t s = first(slots); s <= last(slots); ++s) top = std::min(top, tops_[index(s)]);
    return top;
  }
  void raise(const Slots& slots, float y) {
    for (int32_t s = first(slots); s <= last(slots); ++s) tops_[index(s)] = y;
  }

 private:
  int32_t first(const Slots& slots) const { return std::max(slots.first, sight_.first); }
  int32_t last(const Slots& slots) const { return std::min(slots.last, sight_.last); }
  size_t index(int32_t slot) const { return static_cast<size_t>(slot - sight_.first); }

  Sight sight_;
  float flow_;
  std::vector<float> tops_;
};

// How far the lanes reach above the slabs' row.
float place_lanes(GraphLayout& layout, const GraphRequest& request) {
  const float em = layout.diagram.em;
  layout.branches.clear();
  layout.bundles.clear();
  layout.lane_y.assign(layout.lanes->branches.size(), std::numeric_limits<float>::quiet_NaN());
  if (!layout.shows_lanes) return 0;
  const float squeeze = std::clamp(layout.diagram.pitch / (3 * em), 0.35f, 1.0f);
  const float gap = kLaneGap * em * squeeze;
  Skyline sky(layout, request);
  float highest = sky.highest();
  const auto place_bundles = [&] {
    for (size_t i = 0; i < layout.lanes->bundles.size(); ++i) {
      const Slots& slots = layout.lanes->bundles[i].slots;
      if (!sky.sees(slots)) continue;
      const float y = sky.top(slots) - 1.5f * gap;
      sky.raise(slots, y);
      layout.bundles.push_back({i, y});
      highest = std::min(highest, y);
    }
  };
  bool bundled = false;
  for (size_t i = 0; i < layout.lanes->branches.size(); ++i) {
    const Branch& branch = layout.lanes->branches[i];
    if (branch.lane >= kBundle && !std::exchange(bundled, true)) place_bundles();
    if (branch.lane == kBundle || !sky.sees(branch.slots)) continue;
    const float half = branch.nodes.empty() ? 0 : layout.chip_height / 2;
    const float y = std::round(sky.top(branch.slots) - gap - half);
    sky.raise(branch.slots, y - half);
    layout.lane_y[i] = y;
    layout.branches.push_back({i, y});
    highest = std::min(highest, y - half);
  }
  return layout.diagram.slabs.min.y - highest + 0.3f * em;
}

// A lane runs from gap to gap: where a column leaves or joins it.
float slot_x(const GraphLayout& layout, int32_t slot, bool leaving) {
  const Diagram& d = layout.diagram;
  const int32_t column = (slot - (slot & 1)) / 2;
  if ((slot & 1) == 0) return column_rect(d, column).centre().x;
  return leaving ? leave_x(layout, column) : join_x(layout, column + 1);
}

}  // namespace

GraphLayout make_graph_layout(const GraphRequest& request) {
  GraphLayout layout;
  layout.lanes = request.lanes;
  DiagramRequest wanted = request.diagram;
  for (int i = 0; i < kTries; ++i) {
    layout.diagram = make_diagram(wanted);
    const float em = layout.diagram.em;
    layout.chip_words = layout.diagram.pitch >= kWordsPitch * em;
    layout.chip_height = std::round((layout.chip_words ? kChip : kLowChip) * em);
    layout.shows_lanes = layout.diagram.pitch >= kLanePitch * em;
    find_columns(layout);
    const float over = place_lanes(layout, request);
    if (over < 1) break;
    wanted.lanes += over;
  }
  return layout;
}

float flow_line(const GraphLayout& layout) {
  return std::round(layout.diagram.baseline() - 0.5f * layout.diagram.em) + 0.5f;
}

float node_line(const GraphLayout& layout, int32_t node) {
  const int32_t branch = layout.lanes->branch_of[static_cast<size_t>(node)];
  if (branch < 0) return flow_line(layout);
  const float y = layout.lane_y[static_cast<size_t>(branch)];
  return std::isnan(y) ? flow_line(layout) : y;
}

float leave_x(const GraphLayout& layout, int32_t column) {
  const Rect rect = column_rect(layout.diagram, column);
  return std::round(rect.max.x - 0.1f * rect.width()) + 0.5f;
}

float join_x(const GraphLayout& layout, int32_t column) {
  const Rect rect = column_rect(layout.diagram, column);
  return std::round(rect.min.x + 0.06f * rect.width()) + 0.5f;
}

std::vector<glm::vec2> rounded(std::span<const glm::vec2> points, float radius) {
  constexpr int kSteps = 5;
  std::vector<glm::vec2> line;
  for (size_t i = 0; i < points.size(); ++i) {
    if (i == 0 || i + 1 == points.size()) {
      line.push_back(points[i]);
      continue;
    }
    const glm::vec2 in = points[i] - points[i - 1], out = points[i + 1] - points[i];
    const float a = glm::length(in), b = glm::length(out);
    const float r = std::min({radius, a / 2, b / 2});
    if (r < 0.5f) {
      line.push_back(points[i]);
      continue;
    }
    const glm::vec2 from = points[i] - in * (r / a), to = points[i] + out * (r / b);
    for (int k = 0; k <= kSteps; ++k) {  // a quarter of a circle as a quadratic curve
      const float t = static_cast<float>(k) / kSteps;
      line.push_back(from * ((1 - t) * (1 - t)) + points[i] * (2 * t * (1 - t)) + to * (t * t));
    }
  }
  return line;
}

std::vector<glm::vec2> branch_line(const GraphLayout& layout, const BranchPlace& place) {
  const Branch& branch = layout.lanes->branches[place.branch];
  const float x0 = slot_x(layout, branch.slots.first, true), x1 = slot_x(layout, branch.slots.last, false);
  std::vector<glm::vec2> points;
  if (branch.source >= 0) points.push_back({x0, node_line(layout, branch.source)});
  points.push_back({x0, place.y});
  points.push_back({x1, place.y});
  if (branch.target >= 0) points.push_back({x1, node_line(layout, branch.target)});
  return rounded(points, kCorner * layout.diagram.em);
}

std::vector<glm::vec2> bundle_line(const GraphLayout& layout, const BundlePlace& place) {
  const Slots& slots = layout.lanes->bundles[place.bundle].slots;
  const float x0 = slot_x(layout, slots.first, true), x1 = slot_x(layout, slots.last, false);
  const float y = flow_line(layout);
  const glm::vec2 points[] = {{x0, y}, {x0, place.y}, {x1, place.y}, {x1, y}};
  return rounded(points, kCorner * layout.diagram.em);
}

std::span<const int32_t> chips(const GraphLayout& layout, const BranchPlace& place) {
  const std::span<const int32_t> all = layout.lanes->branches[place.branch].nodes;
  const auto column = [&](int32_t node) {
    return static_cast<size_t>(layout.lanes->column[static_cast<size_t>(node)]);
  };
  const auto first = std::ranges::lower_bound(all, layout.first, {}, column);
  const auto last = std::ranges::lower_bound(all, layout.last, {}, column);
  return {first, last};
}

Rect chip_rect(const GraphLayout& layout, int32_t node) {
  const Diagram& d = layout.diagram;
  const float x = column_rect(d, layout.lanes->column[static_cast<size_t>(node)]).centre().x;
  const float half =
      layout.chip_words ? std::min(0.39f * d.pitch, 3.2f * d.em) : std::max(0.3f * d.pitch, 1.5f);
  const float y = node_line(layout, node);
  return {{x - half, y - layout.chip_height / 2}, {x + half, y + layout.chip_height / 2}};
}

namespace {

Rect ring(const GraphLayout& layout, float x, float y) {
  const float r = std::min(0.6f * layout.diagram.em, 0.24f * layout.diagram.pitch);
  return {{x - r, y - r}, {x + r, y + r}};
}

}  // namespace

Rect ring_rect(const GraphLayout& layout, int32_t node) {
  const int32_t column = layout.lanes->column[static_cast<size_t>(node)];
  return ring(layout, join_x(layout, column), node_line(layout, node));
}

Rect end_ring_rect(const GraphLayout& layout, int32_t node) {
  const int32_t column = layout.lanes->column[static_cast<size_t>(node)];
  return ring(layout, leave_x(layout, column), node_line(layout, node));
}

Rect frame_rect(const GraphLayout& layout, int32_t first, int32_t last) {
  const Diagram& d = layout.diagram;
  const float inset = std::min(0.03f * d.pitch, 0.2f * d.em);
  return {{column_rect(d, first).min.x + inset, d.slabs.min.y - 0.4f * d.em},
          {column_rect(d, last).max.x - inset, d.labels.max.y}};
}

std::optional<int32_t> node_at(const GraphLayout& layout, glm::vec2 p) {
  for (auto at = layout.branches.rbegin(); at != layout.branches.rend(); ++at) {
    for (const int32_t node : chips(layout, *at)) {
      if (chip_rect(layout, node).inset(-2).contains(p)) return node;
    }
  }
  const std::optional<size_t> column = column_at(layout.diagram, p);
  if (!column || layout.lanes->spine[*column] < 0) return std::nullopt;
  return layout.lanes->spine[*column];
}

}  // namespace poolglass::chain
