// What stands around a network's picture: its legend, the selectors of view and tint, find, and the side
// panel.
#include <imgui.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <span>

#include "app/rooms/chain/graph_view.h"
#include "app/rooms/chain/lens_view.h"
#include "app/rooms/format.h"
#include "app/views/widget_parts.h"
#include "core/chain/presets.h"

namespace poolglass::chain {
namespace {

constexpr std::array<std::string_view, kTints> kTintNames = {"kind", "MACs", "params", "memory", "field"};

// A scale from nothing to the most of any block. Returns its left end, as draw_kinds() does.
float draw_scale(GraphScene& scene) {
  const Rect& row = scene.diagram.legend;
  const float em = scene.em(), size = em * kCaption, y = row.min.y + 0.75f * em;
  const auto tint = static_cast<size_t>(scene.model.look.tint);
  const std::array<int64_t, kTints> ends = {0, scene.net.most.macs, scene.net.most.params,
                                            scene.net.most.bytes, scene.net.widest_field};
  const std::string most = scene.model.look.tint == Tint::kMemory  ? bytes_text(ends[tint])
                           : scene.model.look.tint == Tint::kField ? grouped(ends[tint]) + " px"
                                                                   : compact(ends[tint]);
  float x = row.max.x - scene.canvas.text_size(most, Font::kMono, size).x;
  scene.canvas.text({x, y}, most, Font::kMono, size, scene.theme().muted, AlignX::kLeft, AlignY::kMiddle);
  const float width = 6 * em;
  x -= width + 0.5f * em;
  constexpr int kSteps = 32;
  for (int i = 0; i < kSteps; ++i) {
    const float step = width / kSteps;
    scene.canvas.fill({{x + static_cast<float>(i) * step, y - 0.35f * em},
                       {x + static_cast<float>(i + 1) * step + 0.5f, y + 0.35f * em}},
                      tint_color(scene.theme(), static_cast<double>(i) / (kSteps - 1)));
  }
  const std::string name = std::string(kTintNames[tint]) + "  0 ";
  scene.canvas.text({x - 0.4f * em, y}, name, Font::kText, size, scene.theme().muted, AlignX::kRight,
                    AlignY::kMiddle);
  return x - 0.4f * em - scene.canvas.text_size(name, Font::kText, size).x;
}

float draw_kinds(GraphScene& scene) {
  struct Entry {
    const char* title;
    Color color;
  };
  const Theme& theme = scene.theme();
  const Entry entries[] = {{"other layer", theme.other},
                           {"average pool", theme.average_pool},
                           {"max pool", theme.max_pool},
                           {"convolution", theme.convolution}};
  std::vector<Entry> present;
  for (const Entry& entry : entries) {
    const auto has_color = [&](const Node& node) {
      const network::Layer& layer = scene.graph().network.layers[static_cast<size_t>(node.main)];
      return layer.kind != network::Kind::kInput && kind_color(theme, layer.kind) == entry.color;
    };
    if (std::ranges::any_of(scene.net.outline.nodes, has_color)) present.push_back(entry);
  }
  const Rect& row = scene.diagram.legend;
  const float em = scene.em(), size = em * kCaption, y = row.min.y + 0.75f * em;
  const auto words = [&](const Entry& entry) {
    return scene.canvas.text_size(entry.title, Font::kText, size).x;
  };
  // Whole entries, the last in order going first where there is no room for all.
  std::span<const Entry> shown = present;
  const auto width = [&] {
    float all = 0;
    for (const Entry& entry : shown) all += words(entry) + 2.3f * em;
    return all;
  };
  while (!shown.empty() && width() > row.width()) shown = shown.subspan(1);
  float x = row.max.x - 0.2f * em;
  for (const Entry& entry : shown) {
    x -= words(entry);
    scene.canvas.text({x, y}, entry.title, Font::kText, size, theme.muted, AlignX::kLeft, AlignY::kMiddle);
    x -= 1.1f * em;
    scene.canvas.fill(Rect::from_size({x, y - 0.35f * em}, glm::vec2(0.7f * em)),
                      mix(theme.surface, entry.color, 0.85f), 0.12f * em);
    x -= 1.2f * em;
  }
  return x;
}

// What to know of the picture, the longest first.
std::vector<std::string> captions(const GraphScene& scene) {
  if (scene.model.document.graph && scene.model.look.view == GraphView::kSpine)
    return {"height: √ of the side · Enter opens a fold", "Enter opens a fold"};
  if (!scene.words() && scene.model.document.graph)
    return {"V: only what changes resolution or channels", "V: the spine"};
  return {"height: √ of the side · width: log₂ of the channels", "height: √ of the side"};
}

float draw_find(Ui& ui, const Rect& area, const Model& model, const Derived& derived) {
  constexpr std::string_view kName = "chain/find";
  const float side = std::round(1.8f * ui.em), width = 11 * ui.em;
  const float y = std::round(area.centre().y - side / 2);
  if (!model.find.open) {
    const Rect rect = Rect::from_size({area.max.x - side, y}, {side, side});
    const ControlText text{"", "Find layers by name or operation", "chain.find", ""};
    const auto sign = [rect, em = ui.em](Canvas& canvas, Color color) {
      const glm::vec2 c = rect.centre() - glm::vec2(0.12f * em);
      canvas.stroke_circle(c, 0.38f * em, color, 0.12f * em);
      canvas.line(c + glm::vec2(0.28f * em), c + glm::vec2(0.6f * em), color, 0.14f * em);
    };
    if (sign_button(ui, "chain/find-open", rect, sign, text, false)) ui.push(Action(SetFind{{true, ""}}));
    return rect.min.x;
  }
  const Rect rect = Rect::from_size({area.max.x - width, y}, {width, side});
  ImGuiCanvas canvas = parts::window_canvas(ui);
  canvas.fill(rect, ui.theme.raised, parts::corner(ui));
  canvas.stroke(rect, ui.theme.focus, parts::hair(ui), parts::corner(ui));
  if (ui.widgets.edit.name != kName) parts::open_editor(ui, kName, model.find.text, true);
  const std::string before = model.find.text;
  const Rect field{rect.min, {rect.max.x - 3.6f * ui.em, rect.max.y}};
  const EditResult result = parts::edit_at(ui, kName, field, false);
  const std::string& typed = ui.widgets.edit.text;
  const auto& found = derived.network.found;
  const size_t next =
      static_cast<size_t>(std::ranges::upper_bound(found, derived.network.selected) - found.begin());
  const std::string count = model.find.text.empty() ? "" : grouped(std::ssize(found)) + " found";
  canvas.text({rect.max.x - 0.4f * ui.em, rect.centre().y}, count, Font::kText, ui.em * kCaption,
              ui.theme.muted, AlignX::kRight, AlignY::kMiddle);
  if (result == EditResult::kOpen) {
    if (typed != before) ui.push(Action(SetFind{{true, typed}}));
    return rect.min.x;
  }
  // Enter: to the next of them, and go on; Esc closes.
  if (result == EditResult::kCancelled || found.empty()) {
    ui.push(Action(SetFind{}));
  } else {
    ui.push(Action(SelectLayer{found[next < found.size() ? next : 0]}));
  }
  return rect.min.x;
}

}  // namespace

void draw_network_legend(GraphScene& scene) {
  if (!scene.derived.error.empty()) return;  // its sentence stands here
  const float end = scene.model.look.tint == Tint::kKind ? draw_kinds(scene) : draw_scale(scene);
  const Rect& row = scene.diagram.legend;
  const float size = scene.em() * kCaption;
  for (const std::string& text : captions(scene)) {
    if (scene.canvas.text_size(text, Font::kText, size).x > end - row.min.x - scene.em()) continue;
    scene.canvas.text({row.min.x, row.min.y + 0.75f * scene.em()}, text, Font::kText, size,
                      scene.theme().muted, AlignX::kLeft, AlignY::kMiddle);
    return;
  }
}

void draw_fault(GraphScene& scene) {
  const auto& error = scene.graph().figures.error;
  if (!error) return;
  const int32_t node = scene.net.outline.node_of[error->layer];
  const bool shelf = scene.model.lens != kCostLens;
  draw_error_box(scene, scene.lanes.column[static_cast<size_t>(node)], std::nullopt,
                 shelf ? shelf_rect(scene).min.y : INFINITY);
}

void draw_network_selectors(Ui& ui, const Rect& area, const Model& model, const Derived& derived) {
  static constexpr std::array<std::string_view, 2> kViews = {"spine", "layers"};
  float right = draw_find(ui, area, model, derived) - 0.6f * ui.em;
  const float height = std::round(1.8f * ui.em), y = std::round(area.centre().y - height / 2);
  const auto place = [&](float ems) {
    const float width = std::round(ems * ui.em);
    const Rect rect = Rect::from_size({right - width, y}, {width, height});
    right -= width + 0.6f * ui.em;
    return rect;
  };
  GraphLook look = model.look;
  int tint = static_cast<int>(look.tint), view = look.view == GraphView::kSpine ? 0 : 1;
  const Rect tints = place(22);
  if (tints.min.x > area.min.x &&
      segmented_at(ui, "chain/tint", tints, {"", "What colours the blocks", "chain.tint", ""}, kTintNames,
                   &tint)) {
    look.tint = static_cast<Tint>(tint);
    ui.push(Action(SetLook{look}));
  }
  const Rect views = place(9);
  if (views.min.x > area.min.x &&
      segmented_at(ui, "chain/view", views,
                   {"", "All layers, or only what changes resolution or channels", "chain.view", ""}, kViews,
                   &view)) {
    look.view = view == 0 ? GraphView::kSpine : GraphView::kLayers;
    ui.push(Action(SetLook{look}));
  }
}

namespace {

void network_group(Ui& ui, const Model& model, const Derived& derived) {
  const Graph& graph = *derived.network.graph;
  section(ui, "chain/network", graph.title.empty() ? "Figures" : graph.title, false);
  const network::Figures& figures = graph.figures;
  readout(ui, "Layers", grouped(static_cast<int64_t>(graph.size()) - 1), "Without the input");
  const auto total = [&](std::string_view label, const network::Count& count, const std::string& words) {
    const bool none = count.known == network::Known::kUnavailable;
    const std::string some = count.known == network::Known::kPartial ? "≥ " : "";
    const std::string why = count_words(count, graph.names);
    readout(ui, label, none ? "—" : some + grouped(count.value), why.empty() ? words : words + "; " + why);
  };
  total("Parameters", figures.params, "All weights and biases, and norms' factors and summands");
  total("MACs", figures.macs, "Multiply-adds for one input; one multiply-add counts as 1");
  total("Activations", figures.activations, "Numbers in all layers' outputs, the input not counted");
  const Size2 plane = figures.input_size;
  if (plane.h < 1 || plane.w < 1) return;
  int64_t h = plane.h, w = plane.w;
  bool linked = model.document.input_linked;
  number_pair(ui, "chain/input-size", {"Height, width", "Size of the input's planes", "", ""}, &h, &w, 1,
              kMaxInputSide, &linked);
  if (Size2{h, w} != plane) {
    const int64_t channels = derived.input.output.c;
    ui.push(Action(SetInput{channels, {h, w}}));
  }
  if (linked != model.document.input_linked) ui.push(Action(SetInputLinked{linked}));
}

std::string padding_share(const Derived& derived) {
  const auto cells = [](const Interval& span) {
    return static_cast<double>(std::max<int64_t>(span.last - span.first + 1, 0));
  };
  const double all = cells(derived.field.rows) * cells(derived.field.columns);
  const double seen = cells(derived.visible.rows) * cells(derived.visible.columns);
  return all > 0 ? decimal(100 * (1 - seen / all)) + " %" : "—";
}

std::string middle_of(const Interval& span) {
  return decimal(static_cast<double>(span.first) + static_cast<double>(span.last - span.first) / 2);
}

void field_rows(Ui& ui, const Derived& derived, size_t layer) {
  const Graph& graph = *derived.network.graph;
  const network::LayerFigures& at = graph.figures.layers[layer];
  const std::string why = field_words(at.rows, graph.names);
  readout(ui, "Receptive field", field_text(graph, layer), why.empty() ? "Rows × columns of the input" : why);
  if (at.rows.gated || at.columns.gated)
    readout(ui, "Through gates", "all",
            "The whole input also acts through a factor (squeeze and excitation)");
  if (!derived.field_known || selected_figures(derived).whole_input) return;
  const auto ratio = [](const network::Ratio& jump) {
    return std::to_string(jump.numerator) +
           (jump.denominator == 1 ? "" : "/" + std::to_string(jump.denominator));
  };
  if (at.rows.state == network::FieldState::kLocal && at.columns.state == network::FieldState::kLocal) {
    const std::string h = ratio(at.rows.jump()), w = ratio(at.columns.jump());
    readout(ui, "Jump", h == w ? h : h + "×" + w, "Cells of the input between neighbouring outputs' fields");
  }
  const std::string cell =
      "(" + std::to_string(derived.cell.row) + "," + std::to_string(derived.cell.column) + ")";
  readout(ui, "Centre of " + cell, middle_of(derived.field.rows) + ", " + middle_of(derived.field.columns),
          "Row and column of the input on which this unit's field is centred");
  readout(ui, "Padding in it", padding_share(derived),
          "Share of the field's cells that lie beyond the input");
}

// The paths that meet at a join: what each brings.
void join_group(Ui& ui, const Derived& derived, size_t layer) {
  const Graph& graph = *derived.network.graph;
  const network::Sources inputs = graph.inputs(layer);
  if (inputs.size() < 2) return;
  section(ui, "chain/join", "What meets here", false);
  size_t told = 0;
  for (const int32_t from : inputs) {
    if (++told > 6) break;
    const auto index = static_cast<size_t>(from);
    if (!graph.known(index)) continue;
    readout(
        ui, graph.names[index], field_text(graph, index),
        "Shape " + dims_label(graph.figures.layers[index]) + ", receptive field " + field_text(graph, index));
  }
  const auto paths = std::min<size_t>(inputs.size(), 3);
  for (size_t i = 0; i < paths; ++i) {
    const std::string label = "Delete path from " + graph.names[static_cast<size_t>(inputs[i])];
    if (button(ui, "chain/delete-path-" + std::to_string(i),
               {label, "The connection, and layers that nobody reads then", "", ""}))
      ui.push(Action(DeletePath{static_cast<int32_t>(layer), i}));
  }
  if (told > 6) note(ui, "… and " + grouped(static_cast<int64_t>(inputs.size()) - 6) + " more");
  if (!graph.known(layer)) return;
  const network::LayerFigures& at = graph.figures.layers[layer];
  const network::AxisAlignment& rows = at.align_rows;
  const double low = static_cast<double>(rows.half_cells_least) / 2;
  const double high = static_cast<double>(rows.half_cells_most) / 2;
  switch (rows.state) {
    case network::Alignment::kAligned:
      note(ui, "Aligned: all paths have one jump and one centre.");
      break;
    case network::Alignment::kWithin:
      note(ui, "Aligned within " + decimal(low) + " … " + decimal(high) +
                   " px: after upsampling two cells share a centre.");
      break;
    case network::Alignment::kMisaligned:
      error_note(ui,
                 "Not aligned: " +
                     graph.names[static_cast<size_t>(inputs[static_cast<size_t>(std::max(rows.input, 0))])] +
                     " lies " + decimal(low) + " px beside " + graph.names[static_cast<size_t>(inputs[0])] +
                     ", so the field is wider than each.");
      break;
    case network::Alignment::kUnknown:
      note(ui, "Whether the paths are aligned depends on a size that is not known.");
      break;
  }
}

void layer_group(Ui& ui, const Derived& derived) {
  const Graph& graph = *derived.network.graph;
  const auto layer = static_cast<size_t>(derived.network.selected);
  section(ui, "chain/layer", graph.names[layer], false);
  const bool input = graph.network.layers[layer].kind == network::Kind::kInput;
  if (!input) note(ui, graph.operations[layer]);
  if (!graph.known(layer)) {
    error_note(ui, derived.error);
    return;
  }
  const network::LayerFigures& at = graph.figures.layers[layer];
  readout(ui, "Output", dims_label(at), "Channels × height × width");
  if (input) return;
  field_rows(ui, derived, layer);
  const auto count = [&](std::string_view label, const network::Count& figure) {
    const std::string why = count_words(figure, graph.names);
    readout(ui, label, figure.known == network::Known::kUnavailable ? "—" : grouped(figure.value), why);
  };
  count("Parameters", at.params);
  count("MACs", at.macs);
  count("Activations", at.activations);
}

// Branches are made and taken away; what no longer fits is said in the picture, and undone like all edits.
void network_edit_group(Ui& ui, const Model& model, const Derived& derived) {
  const Graph& graph = *derived.network.graph;
  const int32_t layer = derived.network.selected;
  const auto index = static_cast<size_t>(layer);
  section(ui, "chain/edit-network", "Edit", false);
  const std::string broken = derived.error.empty() ? "" : "First make it fit: " + derived.error;
  const std::array adds = {
      ControlText{"Add after", "A convolution between the layer and what reads it", "chain.add", broken},
      ControlText{"Branch", "A convolution that reads the layer, too", "chain.branch", broken}};
  const int add = button_row(ui, "chain/add-layer", adds);
  if (add == 0 && broken.empty()) ui.push(Action(AddNetworkLayer{layer, network::Place::kInLine}));
  if (add == 1 && broken.empty()) ui.push(Action(AddNetworkLayer{layer, network::Place::kBranch}));
  const bool is_marked = model.marked == layer;
  if (model.marked && !is_marked) {
    const std::string& other = graph.names[static_cast<size_t>(*model.marked)];
    const std::string sum = "The sum of this layer and of " + other;
    const std::array joins = {ControlText{"Join +", sum, "chain.join", broken},
                              ControlText{"Join ‖", "The channels of both", "chain.join-concat", broken}};
    const int join = button_row(ui, "chain/join-marked", joins);
    if (join == 0 && broken.empty()) ui.push(Action(JoinLayers{*model.marked, layer, network::Kind::kAdd}));
    if (join == 1 && broken.empty())
      ui.push(Action(JoinLayers{*model.marked, layer, network::Kind::kConcat}));
  }
  if (button(ui, "chain/mark",
             {is_marked ? "Let go of the mark" : "Mark", "Another layer is joined with it", "chain.mark",
              broken}))
    ui.push(Action(MarkLayer{is_marked ? std::nullopt : std::optional(layer)}));
  if (graph.network.layers[index].kind == network::Kind::kInput) return;
  const std::string_view why =
      graph.inputs(index).size() == 1 ? "" : "It joins several paths: delete one of them above";
  const std::array bypasses = {
      ControlText{"Bypass +", "A path around the layer, added to its output", "chain.bypass", why},
      ControlText{"Bypass ‖", "A path around the layer, joined as channels", "chain.bypass-concat", why}};
  const int bypass = button_row(ui, "chain/bypass", bypasses);
  if (bypass == 0 && why.empty()) ui.push(Action(AddBypass{layer, network::Kind::kAdd}));
  if (bypass == 1 && why.empty()) ui.push(Action(AddBypass{layer, network::Kind::kConcat}));
  if (button(ui, "chain/delete-layer", {"Delete", "What read it reads what it read", "chain.delete", why}))
    ui.push(Action(DeleteNetworkLayer{layer}));
}

void node_group(Ui& ui, const Derived& derived) {
  const GraphResults& net = derived.network;
  const Node& node = net.outline.nodes[static_cast<size_t>(net.node)];
  if (node.layers.size() < 2) return;
  const std::string times = node.times > 1 ? " × " + grouped(node.times) : "";
  section(ui, "chain/fold", "Block " + node.name + times, false);
  readout(ui, "Layers", grouped(std::ssize(node.layers)), "In one block of the picture");
  readout(ui, "Parameters", (node.complete ? "" : "≥ ") + grouped(node.params), "Of all of them");
  readout(ui, "MACs", (node.complete ? "" : "≥ ") + grouped(node.macs), "Of all of them");
  if (!node.folded) return;
  if (button(ui, "chain/open-fold", {"Open in place", "Show what is folded", "chain.pin", ""}))
    ui.push(Action(OpenFold{node.key(), true}));
}

}  // namespace

void draw_network_inspector(Ui& ui, const Model& model, const Derived& derived) {
  network_group(ui, model, derived);
  layer_group(ui, derived);
  check_group(ui, model, derived, static_cast<size_t>(derived.network.selected));
  node_group(ui, derived);
  join_group(ui, derived, static_cast<size_t>(derived.network.selected));
  network_edit_group(ui, model, derived);
}

}  // namespace poolglass::chain
