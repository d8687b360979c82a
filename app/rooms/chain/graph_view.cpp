// A network's picture: what it is made of in one frame, its legend, and what the pointer does on it.
#include "app/rooms/chain/graph_view.h"

#include <algorithm>
#include <cmath>
#include <glm/common.hpp>

#include "app/rooms/chain/lens_view.h"
#include "app/rooms/chain/lens_words.h"
#include "app/rooms/format.h"
#include "app/views/imgui_compat.h"

namespace poolglass::chain {
namespace {

constexpr float kCrown = 1.9f;  // ems over a fold for its loop and "× n"

Block block_of(const Graph& graph, const Node& node) {
  if (!graph.known(static_cast<size_t>(node.layer))) return {{1, 1, 1, 1}, false};
  const network::LayerFigures& at = graph.figures.layers[static_cast<size_t>(node.layer)];
  const auto some = [](int64_t extent) { return std::max<int64_t>(extent, 1); };
  return {{1, some(at.channels()), some(at.height()), some(at.width())}, at.axes.rows < 0};
}

int name_lines(const GraphScene& scene) {
  const float size = scene.em() * kCaption, pitch = scene.layout.diagram.pitch;
  if (!scene.words()) return 1;
  float widest = 0;
  for (const size_t c : scene.columns)
    widest = std::max(widest, scene.canvas.text_size(scene.at_column(c).name, Font::kStrong, size).x);
  const float lines = std::ceil((widest + kApart * scene.em()) / pitch);
  return static_cast<int>(std::clamp(lines, 1.0f, static_cast<float>(kMostNameLines)));
}

}  // namespace

GraphScene make_graph_scene(Ui& ui, Canvas& canvas, const Rect& area, const Model& model,
                            const Derived& derived, ViewState& view, const GraphResults& net,
                            const SceneShape& shape) {
  const Lanes& lanes = shape.lanes != nullptr ? *shape.lanes : net.lanes;
  GraphScene scene{{ui, canvas, model, derived, view}, net, lanes, shape.brief};
  GraphRequest request;
  std::vector<float> crowns;
  for (const int32_t node : lanes.spine) {
    if (node < 0) {
      scene.blocks.push_back({{1, 1, 1, 1}, true});
      crowns.push_back(0);
      continue;
    }
    const Node& at = scene.node(node);
    scene.blocks.push_back(block_of(scene.graph(), at));
    crowns.push_back(at.times > 1 || at.end_join >= 0 ? kCrown * ui.em : 0);
  }
  request.lanes = &lanes;
  request.crowns = crowns;
  request.diagram.area = area.inset(1.6f * canvas.em(), 0.7f * canvas.em());
  request.diagram.em = canvas.em();
  request.diagram.input = derived.input.output;
  request.diagram.brief = shape.brief;
  request.diagram.whole = shape.whole;
  request.diagram.blocks = scene.blocks;
  request.diagram.zoom = model.camera.zoom;
  request.diagram.left = model.camera.left;
  request.diagram.scroll = view.scroll;
  request.diagram.shelf = most_shelf(model.lens) * canvas.em();
  scene.layout = make_graph_layout(request);
  scene.diagram = scene.layout.diagram;
  for (size_t c = scene.layout.first; c < scene.layout.last; ++c) {
    if (lanes.spine[c] >= 0) scene.columns.push_back(c);
  }
  request.diagram.name_lines = shape.brief ? 1 : name_lines(scene);
  if (request.diagram.name_lines > 1) scene.layout = make_graph_layout(request);
  scene.diagram = scene.layout.diagram;

  const auto selected = static_cast<size_t>(scene.net.selected);
  scene.layer_selected = scene.graph().network.layers[selected].kind != network::Kind::kInput;
  scene.layer_color = kind_color(ui.theme, scene.graph().network.layers[selected].kind);
  for (const int32_t layer : scene.net.found)
    scene.matches.push_back(scene.net.outline.node_of[static_cast<size_t>(layer)]);
  std::ranges::sort(scene.matches);
  return scene;
}

void bring_into_sight(GraphScene& scene) {
  const auto selected = static_cast<LayerId>(scene.net.selected) + 1;
  const size_t count = scene.blocks.size();
  if (scene.view.revealed == selected && scene.view.revealed_count == count) return;
  scene.view.revealed = selected;
  scene.view.revealed_count = count;
  const auto column = static_cast<size_t>(scene.lanes.column[static_cast<size_t>(scene.net.node)]);
  const float left = reveal(scene.diagram, column);
  if (left != scene.diagram.left) scene.ui.push(Action(SetCamera{{scene.model.camera.zoom, left}}));
}

namespace {

void set_camera(GraphScene& scene, float zoom, float left) { scene.ui.push(Action(SetCamera{{zoom, left}})); }

void zoom_at(GraphScene& scene, float x, float notches) {
  const Diagram& d = scene.diagram;
  const float zoom =
      std::clamp(scene.model.camera.zoom * std::pow(1.15f, notches), Camera::kMinZoom, Camera::kMaxZoom);
  const float at = (x - d.strip.min.x) / d.pitch;
  set_camera(scene, zoom, std::max(d.left + at - at * scene.model.camera.zoom / zoom, 0.0f));
}

void tag_strip(GraphScene& scene) {
  if (scene.ui.tags == nullptr) return;
  for (const size_t c : scene.columns) {
    const Slab s = slab(scene.diagram, scene.blocks[c], static_cast<double>(c));
    scene.ui.tag("chain/node/" + scene.at_column(c).name, s.bounds());
  }
  for (const BranchPlace& place : scene.layout.branches) {
    for (const int32_t node : chips(scene.layout, place))
      scene.ui.tag("chain/node/" + scene.node(node).name, chip_rect(scene.layout, node));
  }
}

void handle_strip(GraphScene& scene) {
  const Diagram& d = scene.diagram;
  tag_strip(scene);
  scene.mouse = im::vec(ImGui::GetIO().MousePos);
  const Pointer pointer = pointer_area(scene.ui, "chain/strip", d.sight);
  scene.pointer = pointer.position;
  if (pointer.hovered && !scene.view.panning) scene.hovered = node_at(scene.layout, pointer.position);
  std::optional<int32_t> layer;
  if (scene.model.lens == kFieldLens && scene.hovered) layer = scene.node(*scene.hovered).layer;
  if (layer != scene.model.hovered_layer && !scene.brief) scene.ui.push(Action(HoverLayer{layer}));
  if (pointer.pressed) {
    scene.view.panning = !scene.hovered;
    if (scene.hovered) scene.ui.push(Action(SelectLayer{scene.node(*scene.hovered).layer}));
  }
  if (pointer.double_clicked && scene.hovered && scene.node(*scene.hovered).folded)
    scene.ui.push(Action(OpenFold{scene.node(*scene.hovered).key(), true}));
  if (pointer.dragging && scene.view.panning) {
    scene.view.scroll -= pointer.delta.y;
    if (pointer.delta.x != 0)
      set_camera(scene, scene.model.camera.zoom, std::max(d.left - pointer.delta.x / d.pitch, 0.0f));
  }
  if (pointer.released) scene.view.panning = false;
  if (pointer.wheel == 0) return;
  if (pointer.ctrl) {
    zoom_at(scene, pointer.position.x, pointer.wheel);
  } else if (d.overflow > 0 && !pointer.shift) {
    scene.view.scroll = d.scroll - pointer.wheel * 3 * scene.em();
  } else if (d.minimap.height() > 0) {
    set_camera(scene, scene.model.camera.zoom, std::max(d.left - pointer.wheel * kWheelColumns, 0.0f));
  } else if (scene.brief) {
    scene.view.scroll -= pointer.wheel * 3 * scene.em();
  }
}

void handle_network_minimap(GraphScene& scene) {
  if (scene.diagram.minimap.height() <= 0) return;
  const Pointer pointer = pointer_area(scene.ui, "chain/minimap", scene.diagram.minimap);
  if (!pointer.dragging) return;
  const float left = minimap_left(scene.diagram, pointer.position.x);
  if (left != scene.diagram.left) set_camera(scene, scene.model.camera.zoom, left);
}

// The × in the frame of what was opened in place, where it is in sight.
struct FoldButton {
  int32_t group = 0;
  Rect rect;
};
std::vector<FoldButton> fold_buttons(const GraphScene& scene) {
  std::vector<FoldButton> buttons;
  const float side = 1.5f * scene.em();
  for (size_t i = 0; i < scene.net.outline.groups.size(); ++i) {
    const auto group = static_cast<int32_t>(i);
    const Rect frame = group_rect(scene, group);
    const Rect rect = Rect::from_size({frame.max.x - side - 0.2f * scene.em(), frame.min.y}, {side, side});
    if (scene.diagram.strip.encloses(rect)) buttons.push_back({group, rect});
  }
  return buttons;
}

// Before the strip, which lies under them.
void handle_fold_buttons(GraphScene& scene) {
  for (const FoldButton& button : fold_buttons(scene)) {
    const std::string name = "chain/fold/" + std::to_string(button.group);
    const Pointer pointer = pointer_area(scene.ui, name, button.rect);
    if (pointer.hovered) {
      scene.explained = true;
      scene.lit_fold = button.group;
      tooltip(scene.ui, button.rect, "Fold it again (Backspace)");
    }
    const OpenGroup& open = scene.net.outline.groups[static_cast<size_t>(button.group)];
    if (pointer.pressed) scene.ui.push(Action(OpenFold{open.key, false}));
  }
}

std::string cost_text(const Node& node) {
  const std::string some = node.complete ? "" : "at least ";
  return some + grouped(node.params) + " parameters, " + grouped(node.macs) + " MACs";
}

std::string explanation(const GraphScene& scene, const Node& node) {
  const Graph& graph = scene.graph();
  std::string text = node.name;
  if (node.times > 1) text += " × " + std::to_string(node.times);
  if (!scene.known(node)) return text + ": no figures, because a layer before it does not fit";
  text += ": " + dims_label(scene.figures(node));
  if (!node.folded) text += ", " + graph.operations[static_cast<size_t>(node.main)];
  if (node.layers.size() > 1) text += "\n" + std::to_string(node.layers.size()) + " layers in one block";
  text += "\n" + cost_text(node);
  text += "\nRF " + field_text(graph, static_cast<size_t>(node.layer));
  if (const auto& field = scene.net.hovered_field; field && scene.model.hovered_layer == node.layer)
    text += "\n" + cell_text(scene.net.hovered_cell) + " sees rows " +
            span_text({field->rows.first, field->rows.last}) + ", columns " +
            span_text({field->columns.first, field->columns.last});
  if (node.folded) text += "\nEnter or a double click opens it in place";
  return text;
}

}  // namespace

void draw_fold_buttons(GraphScene& scene) {
  for (const FoldButton& button : fold_buttons(scene)) {
    const bool lit = scene.lit_fold == button.group;
    if (lit) scene.canvas.fill(button.rect, scene.theme().raised, 0.3f * scene.em());
    draw_icon(scene.canvas, button.rect, Icon::kClose, lit ? scene.theme().text : scene.theme().muted);
  }
}

Rect group_rect(const GraphScene& scene, int32_t group) {
  int32_t first = INT32_MAX, last = -1;
  for (const Node& node : scene.net.outline.nodes) {
    if (node.group != group) continue;
    const auto index = static_cast<size_t>(&node - scene.net.outline.nodes.data());
    first = std::min(first, scene.lanes.column[index]);
    last = std::max(last, scene.lanes.column[index]);
  }
  return frame_rect(scene.layout, first, last);
}

Color kind_color(const Theme& theme, network::Kind kind) {
  switch (kind) {
    case network::Kind::kConv2d:
    case network::Kind::kConvTranspose2d:
      return theme.convolution;
    case network::Kind::kMaxPool2d:
    case network::Kind::kGlobalMaxPool2d:
    case network::Kind::kAdaptiveMaxPool2d:
      return theme.max_pool;
    case network::Kind::kAvgPool2d:
    case network::Kind::kGlobalAvgPool2d:
    case network::Kind::kAdaptiveAvgPool2d:
      return theme.average_pool;
    default:
      return theme.other;
  }
}

Color tint_color(const Theme& theme, double share) {
  return cividis(theme.dark ? 0.14 + 0.86 * share : 0.92 * share);
}

Color node_color(const GraphScene& scene, const Node& node) {
  const Theme& theme = scene.theme();
  const auto share = [](int64_t part, int64_t most) {
    return most > 0 ? static_cast<double>(part) / static_cast<double>(most) : 0;
  };
  const auto field = [&] {
    if (!scene.known(node)) return 0.0;
    const network::LayerFigures& at = scene.figures(node);
    if (at.rows.state != network::FieldState::kLocal) return 1.0;
    return share(std::max(at.rows.r_most(), at.columns.r_most()), scene.net.widest_field);
  };
  switch (scene.model.look.tint) {
    case Tint::kMacs:
      return tint_color(theme, share(node.macs, scene.net.most.macs));
    case Tint::kParams:
      return tint_color(theme, share(node.params, scene.net.most.params));
    case Tint::kMemory:
      return tint_color(theme, share(node.bytes, scene.net.most.bytes));
    case Tint::kField:
      return tint_color(theme, field());
    case Tint::kKind:
      break;
  }
  return kind_color(theme, scene.graph().network.layers[static_cast<size_t>(node.main)].kind);
}

void handle_network(GraphScene& scene) {
  handle_network_minimap(scene);
  handle_fold_buttons(scene);
  handle_strip(scene);
}

void explain_node(GraphScene& scene) {
  if (!scene.hovered || scene.explained) return;
  const Node& node = scene.node(*scene.hovered);
  const auto column = scene.lanes.column[static_cast<size_t>(*scene.hovered)];
  const bool chip = scene.lanes.branch_of[static_cast<size_t>(*scene.hovered)] >= 0;
  const Rect rect = chip ? chip_rect(scene.layout, *scene.hovered) : column_rect(scene.diagram, column);
  Rect clear = scene.diagram.strip;
  if (chip) {
    clear = rect;
  } else if (scene.pointer.y < scene.diagram.labels.max.y) {
    clear.max.y = scene.diagram.labels.max.y;
  } else {
    clear.min.y = scene.diagram.labels.max.y;
  }
  tooltip(scene.ui, rect, explanation(scene, node), clear);
}

void draw_shelf(GraphScene& scene) {
  switch (scene.model.lens) {
    case kFieldLens:
      return draw_field_shelf(scene);
    case kSizesLens:
      return draw_sizes_shelf(scene);
    case kProofLens:
      return draw_proof_shelf(scene);
    default:
      draw_network_labels(scene);
      draw_network_bars(scene);
  }
}

void draw_network(Ui& ui, Canvas& canvas, const Rect& area, const Model& model, const Derived& derived,
                  ViewState& view) {
  if (model.lens == kCompareLens) return draw_comparison(ui, canvas, area, model, derived, view);
  GraphScene scene = make_graph_scene(ui, canvas, area, model, derived, view, derived.network);
  view.scroll = scene.diagram.scroll;
  bring_into_sight(scene);
  handle_panel(scene);
  handle_shelf(scene);
  handle_network(scene);
  draw_panel(scene);
  const Diagram& d = scene.diagram;
  canvas.push_clip({{d.gutter.min.x, d.sight.min.y}, d.sight.max});
  draw_network_legend(scene);
  draw_blocks(scene);
  draw_branches(scene);
  draw_shelf(scene);
  canvas.pop_clip();
  draw_network_minimap(scene);
  draw_fault(scene);
  draw_fold_buttons(scene);
  explain_node(scene);
}

}  // namespace poolglass::chain
