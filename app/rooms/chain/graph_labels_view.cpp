// Words and figures under a network's columns, the bars and the minimap. A row is written at the richest
// level at which all its labels in sight leave room to each other; at the poorest some are left out.
#include <algorithm>
#include <array>
#include <cmath>
#include <functional>

#include "app/rooms/chain/graph_view.h"
#include "app/rooms/format.h"

namespace poolglass::chain {
namespace {

using Label = ColumnLabel;
using Labels = ColumnLabels;

float width_of(const GraphScene& scene, const Label& label, Font font) {
  return scene.canvas.text_size(label.text, font, scene.em() * kCaption).x;
}

float centre_of(const GraphScene& scene, const Label& label) {
  return column_rect(scene.diagram, static_cast<double>(label.column)).centre().x;
}

// Labels in the order of columns.
bool all_fit(const GraphScene& scene, const Labels& labels, Font font) {
  float end = -INFINITY;
  for (const Label& label : labels) {
    const float half = width_of(scene, label, font) / 2, centre = centre_of(scene, label);
    if (centre - half < end + kApart * scene.em()) return false;
    end = centre + half;
  }
  return true;
}

using TextOf = std::function<std::string(const Node&)>;

Labels labels_of(const GraphScene& scene, const TextOf& text, Color color) {
  Labels labels;
  for (const size_t c : scene.columns) {
    const Node& node = scene.at_column(c);
    const bool known = scene.known(node);
    std::string words = known ? text(node) : "—";
    if (words.empty()) continue;
    labels.push_back(
        {c, std::move(words), known ? color : with_alpha(scene.theme().muted, 0.75f), label_rank(scene, c)});
  }
  return labels;
}

// Rows of the map that the shown cell reads.
std::string cone_text(const GraphScene& scene, const Node& node) {
  if (scene.net.traced < 0 || scene.figures(node).axes.rows < 0) return {};
  const network::Interval cells = scene.net.rows.cells[static_cast<size_t>(node.layer)];
  if (cells.last < cells.first) return {};
  return grouped(cells.last - cells.first + 1);
}

struct GraphBarRow {
  const char* title;
  int64_t Costs::*figure;
  network::Count network::Figures::*total;
};
constexpr std::array<GraphBarRow, kBarRows> kGraphBarRows = {{
    {"Activations", &Costs::activations, &network::Figures::activations},
    {"Parameters", &Costs::params, &network::Figures::params},
    {"MACs", &Costs::macs, &network::Figures::macs},
}};

std::string total_text(const network::Count& count) {
  if (count.known == network::Known::kUnavailable) return "—";
  return (count.known == network::Known::kPartial ? "≥ " : "") + compact(count.value);
}

void draw_heading(GraphScene& scene, int index) {
  const GraphBarRow& row = kGraphBarRows[static_cast<size_t>(index)];
  const float size = scene.em() * kCaption;
  const Rect& gutter = scene.diagram.gutter;
  const float y = bar_value_rect(scene.diagram, index, 0).min.y - 0.45f * scene.em();
  name_row(scene, row.title, y - 1.25f * scene.em());
  const network::Count& total = scene.graph().figures.*row.total;
  scene.canvas.text({gutter.min.x, y}, total_text(total), Font::kMono, size, scene.theme().text,
                    AlignX::kLeft, AlignY::kMiddle);
  const Rect heading{{gutter.min.x, y - 2 * scene.em()}, {gutter.max.x, y + size}};
  if (!heading.contains(scene.mouse)) return;
  scene.explained = true;
  tooltip(scene.ui, heading,
          std::string(row.title) + " of all layers together: " + grouped(total.value) +
              (total.known == network::Known::kComplete ? "" : ", as far as they are known"));
}

void draw_bars_of(GraphScene& scene, int index) {
  const Diagram& d = scene.diagram;
  const auto figure = kGraphBarRows[static_cast<size_t>(index)].figure;
  const int64_t most = scene.net.most.*figure;
  float done = -INFINITY, highest = INFINITY;  // of columns that share a pixel the highest is drawn
  for (const size_t c : scene.columns) {
    const int64_t value = scene.net.columns[c].*figure;
    if (value <= 0 || most <= 0) continue;
    Rect bar =
        bar_rect(d, index, static_cast<double>(c), static_cast<double>(value) / static_cast<double>(most));
    bar.min.y = std::min(bar.min.y, bar.max.y - std::max(1.0f, scene.em() / 12));
    if (d.pitch < 1.5f) {
      bar.min.x = std::floor(bar.min.x);
      bar.max.x = bar.min.x + 1;
      if (bar.min.x <= done && bar.min.y >= highest) continue;
      done = bar.min.x;
      highest = bar.min.y;
    }
    const Color color = mix(scene.theme().surface, node_color(scene, scene.at_column(c)), 0.85f);
    scene.canvas.fill(bar, color, d.pitch < 6 ? 0 : std::min(0.12f * scene.em(), bar.height() / 2));
  }
}

void write_values(GraphScene& scene, int index) {
  Labels labels;
  for (const size_t c : scene.columns) {
    const int64_t value = scene.net.columns[c].*kGraphBarRows[static_cast<size_t>(index)].figure;
    const Color color = value > 0 ? scene.theme().text : with_alpha(scene.theme().muted, 0.75f);
    if (scene.known(scene.at_column(c))) labels.push_back({c, compact(value), color, value});
  }
  write_labels(scene, std::move(labels), Font::kMono, bar_value_rect(scene.diagram, index, 0).centre().y);
}

}  // namespace

void write_labels(GraphScene& scene, Labels labels, Font font, float middle) {
  const auto urgent = [&](const Label& label) {
    const int32_t node = scene.lanes.spine[label.column];
    return node == scene.net.node ? 2 : scene.hovered == node ? 1 : 0;
  };
  std::ranges::stable_sort(labels, [&](const Label& a, const Label& b) {
    return std::pair(urgent(a), a.rank) > std::pair(urgent(b), b.rank);
  });
  std::vector<std::pair<float, float>> taken;
  for (const Label& label : labels) {
    const float glyph = label.struck ? scene.canvas.text_size("≠ ", Font::kMono, scene.em() * kCaption).x : 0;
    const float own = glyph + width_of(scene, label, font), centre = centre_of(scene, label);
    const float width = std::max(own, label.room);
    const float low = scene.diagram.strip.min.x, high = scene.diagram.strip.max.x - width;
    float left = std::clamp(centre - width / 2, std::min(low, high), std::max(low, high));
    if (std::abs(left - (centre - width / 2)) > 0.5f * scene.diagram.pitch + scene.em()) continue;
    const float apart = kApart * scene.em();
    const auto touches = [&](const auto& other) {
      return left < other.second + apart && other.first < left + width + apart;
    };
    if (std::ranges::any_of(taken, touches)) continue;
    taken.emplace_back(left, left + width);
    left += (width - own) / 2;
    if (label.struck) {
      scene.canvas.text({left, middle}, "≠", Font::kMono, scene.em() * kCaption, label.color, AlignX::kLeft,
                        AlignY::kMiddle);
      const float strike = std::round(middle) + 0.5f;
      scene.canvas.line({left + glyph - 2, strike}, {left + own + 2, strike}, label.color,
                        std::max(1.0f, scene.em() * 0.08f));
    }
    scene.canvas.text({left + glyph, middle}, label.text, font, scene.em() * kCaption, label.color,
                      AlignX::kLeft, AlignY::kMiddle);
  }
}

// Blocks whose resolution or channels differ from the one before are the landmarks.
int64_t label_rank(const GraphScene& scene, size_t column) {
  if (scene.lanes.spine[column] < 0) return 1;
  const Node& node = scene.at_column(column);
  const std::optional<size_t> last = scene.column_before(column);
  if (!last || !scene.known(node) || !scene.known(scene.at_column(*last))) return 1;
  const network::LayerFigures& at = scene.figures(node);
  const network::LayerFigures& before = scene.figures(scene.at_column(*last));
  return at.height() != before.height() ? 2 : at.channels() != before.channels() ? 1 : 0;
}

void write_names(GraphScene& scene) {
  const auto lines = static_cast<size_t>(scene.diagram.name_lines);
  std::array<Labels, kMostNameLines> names;
  const auto& error = scene.graph().figures.error;
  for (const size_t c : scene.columns) {
    const Node& node = scene.at_column(c);
    const bool broken = error && scene.net.outline.node_of[error->layer] == scene.lanes.spine[c];
    const Color color = broken              ? scene.theme().warning
                        : scene.known(node) ? scene.theme().text
                                            : with_alpha(scene.theme().muted, 0.75f);
    const bool differs = std::ranges::any_of(
        node.layers, [&](int32_t layer) { return scene.derived.check.differs(static_cast<size_t>(layer)); });
    names[c % lines].push_back({c, differs ? "≠ " + node.name : node.name,
                                differs ? scene.theme().warning : color,
                                label_rank(scene, c) + (differs ? 5 : 0)});
  }
  for (size_t turn = 0; turn < lines; ++turn) {
    write_labels(scene, std::move(names[turn]), Font::kStrong,
                 label_rect(scene.diagram, static_cast<double>(turn), 0).centre().y);
  }
}

float label_row(const GraphScene& scene, int line) { return label_rect(scene.diagram, 0, line).centre().y; }

void draw_network_labels(GraphScene& scene) {
  if (!scene.words()) return;
  const Theme& theme = scene.theme();
  write_names(scene);
  const auto row = [&](int line) { return label_row(scene, line); };
  Labels shapes = labels_of(
      scene, [&](const Node& n) { return dims_label(scene.figures(n)); }, theme.text);
  Labels fields = labels_of(
      scene, [&](const Node& n) { return field_text(scene.graph(), static_cast<size_t>(n.layer)); },
      theme.accent);
  int line = 1;
  if (all_fit(scene, shapes, Font::kMono)) {
    name_row(scene, "shape", row(line));
    write_labels(scene, std::move(shapes), Font::kMono, row(line++));
  } else {
    const auto channels = [&](const Node& n) {
      const int64_t c = scene.figures(n).channels();
      return c < 0 ? std::string("?") : std::to_string(c);
    };
    const auto side = [&](const Node& n) {
      const network::LayerFigures& at = scene.figures(n);
      if (at.axes.rows < 0 || at.height() < 0) return std::string();
      return at.height() == at.width() ? std::to_string(at.height())
                                       : std::to_string(at.height()) + "×" + std::to_string(at.width());
    };
    name_row(scene, "channels", row(line));
    write_labels(scene, labels_of(scene, channels, theme.text), Font::kMono, row(line++));
    name_row(scene, "side", row(line));
    write_labels(scene, labels_of(scene, side, theme.text), Font::kMono, row(line++));
  }
  name_row(scene, "receptive field", row(line));
  write_labels(scene, std::move(fields), Font::kMono, row(line++));
  if (line >= kLabelLines || scene.net.traced < 0) return;
  name_row(scene, "rows read", row(line));
  write_labels(scene,
               labels_of(
                   scene, [&](const Node& n) { return cone_text(scene, n); }, theme.muted),
               Font::kMono, row(line));
}

void draw_network_bars(GraphScene& scene) {
  const Diagram& d = scene.diagram;
  for (int index = 0; index < kBarRows; ++index) {
    const float ground = std::round(bar_value_rect(d, index, 0).min.y) + 0.5f;
    scene.canvas.line({d.strip.min.x, ground}, {d.strip.max.x, ground}, scene.theme().hairline, scene.hair());
    draw_bars_of(scene, index);
    if (scene.words()) write_values(scene, index);
    draw_heading(scene, index);
  }
}

void draw_network_minimap(GraphScene& scene) {
  const Diagram& d = scene.diagram;
  if (d.minimap.height() <= 0) return;
  const Theme& theme = scene.theme();
  const float em = scene.em();
  const Rect track = d.minimap.inset(0, 0.3f * em);
  scene.canvas.fill(track, theme.raised, 0.3f * em);
  float tallest = 1;
  for (const Block& block : scene.blocks)
    tallest = std::max(tallest, std::sqrt(static_cast<float>(block.output.h)));
  float done = -INFINITY, highest = INFINITY;
  for (size_t c = 0; c < scene.blocks.size(); ++c) {
    if (scene.lanes.spine[c] < 0) continue;
    const Rect column = minimap_column(d, c);
    const float share = std::sqrt(static_cast<float>(scene.blocks[c].output.h)) / tallest;
    const float height = std::max((track.height() - 0.4f * em) * share, 0.15f * em);
    float x0 = column.min.x, x1 = column.max.x;
    if (column.width() > 4) x0 += 0.15f * column.width(), x1 -= 0.15f * column.width();
    if (column.width() < 1.5f) {
      x0 = std::floor(x0);
      x1 = x0 + 1;
      if (x0 <= done && -height >= highest) continue;
      done = x0;
      highest = -height;
    }
    const bool selected = scene.lanes.column[static_cast<size_t>(scene.net.node)] == static_cast<int32_t>(c);
    scene.canvas.fill({{x0, track.max.y - 0.2f * em - height}, {x1, track.max.y - 0.2f * em}},
                      with_alpha(node_color(scene, scene.at_column(c)), selected ? 1 : 0.6f));
  }
  for (const int32_t node : scene.matches) {
    const auto column = static_cast<size_t>(scene.lanes.column[static_cast<size_t>(node)]);
    const float x = minimap_column(d, column).centre().x;
    scene.canvas.fill({{x - 1, track.min.y}, {x + 1, track.min.y + 0.3f * em}}, theme.focus);
  }
  Rect window = minimap_window(d);
  window = {{window.min.x, track.min.y}, {window.max.x, track.max.y}};
  scene.canvas.fill(window, with_alpha(theme.text, 0.08f), 0.3f * em);
  scene.canvas.stroke(window.inset(scene.hair() / 2), theme.muted, scene.hair(), 0.3f * em);
}

}  // namespace poolglass::chain
