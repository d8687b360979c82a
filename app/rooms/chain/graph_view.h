// What the parts of a network's picture share; others include parts_view.h instead.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/rooms/chain/graph_layout.h"
#include "app/rooms/chain/parts_view.h"

namespace poolglass::chain {

// One frame of a network's picture.
struct GraphScene : Frame {
  const GraphResults& net;
  const Lanes& lanes;  // the network's own, or spread over columns that two networks share
  bool brief = false;  // too low for words on lanes
  GraphLayout layout = {};
  std::vector<Block> blocks = {};        // of each column
  std::vector<size_t> columns = {};      // in sight, ascending: those in which a node stands
  std::vector<int32_t> matches = {};     // nodes that hold what is being looked for, ascending
  std::optional<int32_t> hovered = {};   // node under the pointer
  std::optional<int32_t> lit_fold = {};  // group whose × is under the pointer
  bool rival = false;                    // B of a comparison

  // The cone's: the window's, but for A of a comparison.
  Color cone() const { return model.lens == kCompareLens && !rival ? theme().text : theme().accent; }

  const Graph& graph() const { return *net.graph; }
  const Node& node(int32_t index) const { return net.outline.nodes[static_cast<size_t>(index)]; }
  const Node& at_column(size_t column) const { return node(lanes.spine[column]); }
  // The nearest column before this one in which a node stands.
  std::optional<size_t> column_before(size_t column) const {
    while (column-- > 0) {
      if (lanes.spine[column] >= 0) return column;
    }
    return std::nullopt;
  }
  bool known(const Node& n) const { return graph().known(static_cast<size_t>(n.layer)); }
  const network::LayerFigures& figures(const Node& n) const {
    return graph().figures.layers[static_cast<size_t>(n.layer)];
  }
  float hair() const { return std::max(1.0f, em() / 15); }
  bool words() const { return diagram.pitch >= kLeastWords * em(); }

  static constexpr float kLeastWords = 0.53f;  // ems of a column that has any
};

// A network's picture in an area. Brief: blocks and two lines of words, nothing below; the panel's width is
// that of an area `whole` pixels high.
struct SceneShape {
  bool brief = false;
  float whole = 0;
  const Lanes* lanes = nullptr;  // null: the network's own
};
GraphScene make_graph_scene(Ui& ui, Canvas& canvas, const Rect& area, const Model& model,
                            const Derived& derived, ViewState& view, const GraphResults& net,
                            const SceneShape& shape = {});

// A row of labels, one a column; of those that touch, the selected and hovered column's are written, then
// those of higher rank.
struct ColumnLabel {
  size_t column = 0;
  std::string text;
  Color color = {};
  int64_t rank = 0;
  bool struck = false;  // after ≠: wrong, and marked as such by glyph, colour and line
  float room = 0;       // that it takes where its text is narrower
};
using ColumnLabels = std::vector<ColumnLabel>;
void write_labels(GraphScene& scene, ColumnLabels labels, Font font, float middle);
void write_names(GraphScene& scene);
int64_t label_rank(const GraphScene& scene, size_t column);  // of landmarks
float label_row(const GraphScene& scene, int line);          // the middle of a line of labels

Rect group_rect(const GraphScene& scene, int32_t group);  // the frame of what was opened

Color kind_color(const Theme& theme, network::Kind kind);
// Of a share of the most, 0 to 1: a part of the map that stands out from the ground.
Color tint_color(const Theme& theme, double share);
Color node_color(const GraphScene& scene, const Node& node);  // by what the picture is tinted by

// Pans to the selection when it changed; where the reader has panned since is left alone.
void bring_into_sight(GraphScene& scene);

void draw_blocks(GraphScene& scene);    // the spine: frames, cone, blocks, their arrows
void draw_branches(GraphScene& scene);  // lanes, chips, rings
void draw_network_labels(GraphScene& scene);
void draw_network_bars(GraphScene& scene);
void draw_network_minimap(GraphScene& scene);
void draw_network_legend(GraphScene& scene);
void draw_fold_buttons(GraphScene& scene);  // the × of what was opened, over all else
void draw_fault(GraphScene& scene);         // the sentence of a join or layer that does not fit

void handle_network(GraphScene& scene);  // pointer on strip, minimap and input
void explain_node(GraphScene& scene);    // tooltip

}  // namespace poolglass::chain
