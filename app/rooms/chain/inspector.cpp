// The Chain room's inspector: what is selected and its parameters, its figures, the input, the whole chain.
#include <imgui.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <vector>

#include "app/rooms/chain/lens_view.h"
#include "app/rooms/chain/parts_view.h"
#include "app/rooms/format.h"
#include "app/rooms/openable.h"
#include "app/rooms/views.h"
#include "app/views/widgets.h"
#include "core/chain/presets.h"

namespace poolglass::chain {
namespace {

// The selected layer while its controls are drawn: they change the copy, and the change becomes an action.
struct Editor {
  Ui& ui;
  const Model& model;
  const Derived& derived;
  size_t row;
  Layer layer;
  Links links;

  void changed(Field field) { ui.push(Action(SetLayer{derived.rows[row].id, field, layer})); }
};

void pair_row(Editor& e, std::string_view name, const ControlText& text, Size2* size, bool* linked,
              Field field, int64_t low, int64_t high) {
  const Size2 before = *size;
  number_pair(e.ui, name, text, &size->h, &size->w, low, high, linked);
  if (*size != before) e.changed(field);
}

void padding_rows(Editor& e) {
  Padding& p = e.layer.padding;
  const Padding before = p;
  int64_t high = kMaxWindow;
  std::string why;
  if (is_pool(e.layer.kind)) {
    high = std::max(e.layer.kernel.h, e.layer.kernel.w) / 2;
    if (high == 0 && p == Padding{}) why = "A pool's padding is at most half its kernel, and half of 1 is 0";
  }
  const ControlText text{
      "Padding", "Cells added around the map: zeros for a convolution, never a pool's maximum", "", why};
  if (e.links.padding_sides) {
    number_pair(e.ui, "chain/padding", text, &p.top, &p.left, 0, high, &e.links.padding);
    p.bottom = p.top;
    p.right = p.left;
  } else {
    ControlText begin = text, end = text;
    begin.label = "Top, left";
    end.label = "Bottom, right";
    const bool linked = e.links.padding;
    bool begin_linked = linked, end_linked = linked;
    number_pair(e.ui, "chain/padding-begin", begin, &p.top, &p.left, 0, high, &begin_linked);
    number_pair(e.ui, "chain/padding-end", end, &p.bottom, &p.right, 0, high, &end_linked);
    if (begin_linked != linked || end_linked != linked) {  // one button is for both
      e.links.padding = !linked;
      if (!linked) p = {p.top, p.top, p.bottom, p.bottom};
    }
  }
  bool sides = !e.links.padding_sides;
  if (toggle(e.ui, "chain/padding-sides",
             {"Each side apart", "Top and bottom, left and right on their own", "", why}, &sides)) {
    e.links.padding_sides = !sides;
  }
  if (p != before) e.changed(Field::kPadding);
}

void window_rows(Editor& e) {
  pair_row(e, "chain/kernel", {"Kernel", "Height and width of the window", "", ""}, &e.layer.kernel,
           &e.links.kernel, Field::kKernel, 1, kMaxWindow);
  pair_row(e, "chain/stride", {"Stride", "How far the window moves from one output to the next", "", ""},
           &e.layer.stride, &e.links.stride, Field::kStride, 1, kMaxWindow);
  padding_rows(e);
  if (e.layer.kind == LayerKind::kAvgPool2d) return;
  pair_row(e, "chain/dilation", {"Dilation", "Distance between the cells that one window reads", "", ""},
           &e.layer.dilation, &e.links.dilation, Field::kDilation, 1, kMaxWindow);
}

void switch_row(Editor& e, std::string_view name, std::string_view label, std::string_view tip,
                bool Layer::*flag, Field field) {
  if (toggle(e.ui, name, {label, tip, "", ""}, &(e.layer.*flag))) e.changed(field);
}

void kind_row(Editor& e) {
  std::array<std::string_view, std::size(kAllLayerKinds)> titles;
  int selected = 0;
  for (size_t i = 0; i < titles.size(); ++i) {
    titles[i] = kind_title(kAllLayerKinds[i]);
    if (kAllLayerKinds[i] == e.layer.kind) selected = static_cast<int>(i);
  }
  if (dropdown(e.ui, "chain/kind", {"Kind", "What the layer computes", "", ""}, titles, &selected)) {
    e.ui.push(Action(SetKind{e.derived.rows[e.row].id, kAllLayerKinds[static_cast<size_t>(selected)]}));
  }
}

void name_row(Editor& e) {
  const std::string& shown = e.derived.rows[e.row].name;
  std::string name = shown;
  if (!text_field(e.ui, "chain/name", {"Name", "Empty: named by kind and number", "", ""}, &name)) return;
  if (name == shown) return;  // may stand for a longer one
  e.layer.name = name;
  e.changed(Field::kName);
}

void parameter_rows(Editor& e) {
  const LayerKind kind = e.layer.kind;
  if (kind == LayerKind::kConv2d &&
      number(e.ui, "chain/out-channels", {"Channels out", "Feature maps that the convolution makes", "", ""},
             &e.layer.out_channels, 1, kMaxChannels)) {
    e.changed(Field::kOutChannels);
  }
  if (has_window(kind)) window_rows(e);
  if (kind == LayerKind::kLinear &&
      number(e.ui, "chain/out-features", {"Features out", "Numbers it makes", "", ""}, &e.layer.out_features,
             1, kMaxFeatures)) {
    e.changed(Field::kOutFeatures);
  }
  if (kind == LayerKind::kAdaptiveAvgPool2d) {
    pair_row(e, "chain/output-size",
             {"Output size", "Cells of the output, whatever the input's size", "", ""}, &e.layer.output_size,
             &e.links.output_size, Field::kOutputSize, 1, kMaxWindow);
  }
  if (kind == LayerKind::kConv2d || kind == LayerKind::kLinear) {
    switch_row(e, "chain/bias", "Bias", "One more parameter for each output channel", &Layer::bias,
               Field::kBias);
  }
  if (kind == LayerKind::kMaxPool2d || kind == LayerKind::kAvgPool2d) {
    switch_row(e, "chain/ceil-mode", "Ceil mode",
               "Rounds the output's size up: the last window may hang over", &Layer::ceil_mode,
               Field::kCeilMode);
  }
  if (kind == LayerKind::kAvgPool2d) {
    switch_row(e, "chain/count-include-pad", "Count padding", "Padding counts in the divisor of the average",
               &Layer::count_include_pad, Field::kCountIncludePad);
  }
}

bool has_parameters(LayerKind kind) {
  return has_window(kind) || kind == LayerKind::kAdaptiveAvgPool2d || kind == LayerKind::kLinear;
}

void layer_group(Ui& ui, const Model& model, const Derived& derived) {
  const size_t row = *derived.selected;
  const LayerId id = derived.rows[row].id;
  Editor e{ui, model, derived, row, model.document.chain.layers[row], model.document.identities[row].links};
  const std::string title = "Layer " + std::to_string(row + 1) + " of " + std::to_string(derived.rows.size());
  if (section(ui, "chain/layer", title, has_parameters(e.layer.kind))) ui.push(Action(ResetLayer{id}));
  kind_row(e);
  name_row(e);
  parameter_rows(e);
  if (e.links != model.document.identities[row].links) ui.push(Action(SetLinks{id, e.links}));
}

void input_group(Ui& ui, const Model& model) {
  const Chain& chain = model.document.chain;
  if (section(ui, "chain/input-group", "Input", chain.channels != 3 || chain.plane != Size2{64, 64})) {
    ui.push(Action(SetInput{3, {64, 64}}));
  }
  int64_t channels = chain.channels;
  Size2 plane = chain.plane;
  bool linked = model.document.input_linked;
  number(ui, "chain/input-channels", {"Channels", "Planes of the input: 3 for a colour image", "", ""},
         &channels, 1, kMaxInputChannels);
  number_pair(ui, "chain/input-size", {"Height, width", "Size of the input's planes", "", ""}, &plane.h,
              &plane.w, 1, kMaxInputSide, &linked);
  if (channels != chain.channels || plane != chain.plane) ui.push(Action(SetInput{channels, plane}));
  if (linked != model.document.input_linked) ui.push(Action(SetInputLinked{linked}));
}

std::string interval_text(const LayerFigures& f) {
  const std::string h = grouped(-f.padding.h), w = grouped(-f.padding.w);
  return h == w ? h : h + ", " + w;
}

void field_rows(Ui& ui, const Model& model, const Derived& derived, size_t row) {
  const LayerFigures& f = derived.rows[row].figures;
  if (f.whole_input) {
    readout(ui, "Receptive field", "whole input", "Every output sees the whole input");
    return;
  }
  const std::string bound = f.field_is_bound ? "≤ " : "";
  readout(ui, "Receptive field", bound + size_text(f.receptive_field), exact_arithmetic(model, derived, row));
  const std::string shortcut = shortcut_arithmetic(model, derived, row);
  const std::string why = f.shortcut_differs ? shortcut + ": " + kShortcutReason : shortcut;
  readout(ui, "Shortcut says", size_text(f.shortcut), why, f.shortcut_differs);
  readout(ui, "Jump", size_text(f.jump), "Cells of the input between the fields of neighbouring outputs");
  readout(ui, "First field starts at", interval_text(f),
          "Row and column where output (0,0) begins to see; negative: in the padding");
  const Centre centre = receptive_centre(f, derived.cell.row, derived.cell.column);
  std::string cell = "(";
  cell.append(std::to_string(derived.cell.row))
      .append(",")
      .append(std::to_string(derived.cell.column))
      .append(")");
  readout(ui, "Centre of " + cell, decimal(centre.row) + ", " + decimal(centre.column),
          "Row and column of the input on which this output's field is centred");
}

void figures_group(Ui& ui, const Model& model, const Derived& derived) {
  const size_t row = *derived.selected;
  const LayerRow& layer = derived.rows[row];
  section(ui, "chain/figures",
          layer.standing == Standing::kGood || !layer.known ? "Figures" : "Figures, as they last were",
          false);
  if (!layer.known) {
    note(ui, "No figures yet: they appear as soon as the layers up to this one fit together.");
    return;
  }
  const LayerFigures& f = layer.figures;
  readout(ui, "Output", f.flat ? grouped(f.output.c) + " numbers" : shape_text(f.output),
          f.flat ? "A vector: no height and width" : "Channels × height × width");
  field_rows(ui, model, derived, row);
  readout(ui, "Parameters", grouped(f.params), "Weights and biases");
  readout(ui, "MACs", grouped(f.macs), "Multiply-adds for one input; one multiply-add counts as 1");
  readout(ui, "Activations", grouped(f.activations), "Numbers in the output");
  readout(ui, "As float32", bytes_text(f.bytes), grouped(f.bytes) + " bytes");
}

void edit_group(Ui& ui, const Model& model, const Derived& derived) {
  section(ui, "chain/edit", "Edit", false);
  const size_t row = derived.selected.value_or(0);
  const LayerId id = model.document.selected;
  const std::string_view none = derived.selected ? "" : "Select a layer first";
  const size_t after = derived.selected ? row + 1 : 0;
  const std::array add = {ControlText{"Add before", "Choose a layer to put before this one", "", none},
                          ControlText{"Add after", "Choose a layer to put after this one", "", ""}};
  const int added = button_row(ui, "chain/add", add);
  if (added == 0) ui.push(Action(OpenPicker{row}));
  if (added == 1) ui.push(Action(OpenPicker{after}));
  const std::array both = {ControlText{"Duplicate", "Put a copy after it", "chain.duplicate", none},
                           ControlText{"Delete", "Take it out of the chain", "chain.delete", none}};
  const int copied = button_row(ui, "chain/copy", both);
  if (copied == 0) ui.push(Action(DuplicateLayer{id}));
  if (copied == 1) ui.push(Action(DeleteLayer{id}));
  const bool first = !derived.selected || row == 0;
  const bool last = !derived.selected || row + 1 == derived.rows.size();
  const std::string_view no_left = !none.empty() ? none : first ? "It is the first layer" : "";
  const std::string_view no_right = !none.empty() ? none : last ? "It is the last layer" : "";
  const std::array move = {ControlText{"← Move", "Towards the input", "chain.move-left", no_left},
                           ControlText{"Move →", "Towards the output", "chain.move-right", no_right}};
  const int moved = button_row(ui, "chain/move", move);
  if (moved == 0 && !first) ui.push(Action(MoveLayer{id, row - 1}));
  if (moved == 1 && !last) ui.push(Action(MoveLayer{id, row + 1}));
}

// Chains to start from, and the published networks.
void chain_group(Ui& ui, const Model& model, const Derived& derived) {
  section(ui, "chain/chain", model.document.graph ? "Network" : "Chain", false);
  std::vector<std::string_view> titles;
  for (const ChainPreset& preset : chain_presets()) titles.push_back(preset.title);
  const size_t chains = titles.size();
  for (const std::string& name : published_networks()) titles.push_back(name);
  int selected = derived.preset;
  const bool chain = selected >= 0 && static_cast<size_t>(selected) < chains;
  const std::string summary = chain ? std::string(chain_presets()[static_cast<size_t>(selected)].summary)
                                    : "Start from a known chain or a published network";
  if (dropdown(ui, "chain/preset", {"Preset", summary, "", ""}, titles, &selected,
               unnamed_words(model.document)) &&
      selected >= 0) {
    const auto index = static_cast<size_t>(selected);
    ui.push(Action(ApplyPreset{std::string(index < chains ? chain_presets()[index].name : titles[index])}));
  }
}

void totals_group(Ui& ui, const Derived& derived) {
  const bool known = derived.totals_known;
  section(ui, "chain/totals", known && derived.totals_stale ? "Totals, as they last were" : "Totals", false);
  const auto total = [&](std::string_view label, int64_t value, const std::string& words) {
    readout(ui, label, known ? grouped(value) : "—",
            known ? words : "The chain has none before its layers fit together");
  };
  total("Parameters", derived.total_params, "All weights and biases: " + compact(derived.total_params));
  total("MACs", derived.total_macs, "Multiply-adds for one input: " + compact(derived.total_macs));
  total("Activations", derived.total_activations, "Numbers in all layers' outputs, the input not counted");
}

void file_group(Ui& ui) {
  section(ui, "chain/file", "File", false);
  const std::string tip =
      "Open a chain or network (" + endings(FileKind::kDocument) + ", " + endings(FileKind::kNetwork) + ")";
  const std::array texts = {ControlText{"Open…", tip, "open", ""},
                            ControlText{"Export…", "Write the chain or network as JSON", "export-data", ""}};
  const int clicked = button_row(ui, "chain/file", texts);
  if (clicked == 0) ui.push(Request(AskOpen{}));
  if (clicked == 1) ui.push(Request(AskSave{SaveKind::kChain}));
}

}  // namespace

void draw_inspector(Ui& ui, const Model& model, const Derived& derived, ViewState&) {
  chain_group(ui, model, derived);
  if (model.lens != kCostLens && derived.network.graph) {
    draw_lens_inspector(ui, model, derived);
    if (edit_over(ui)) ui.push(Action(EndEdit{}));
    return;
  }
  if (derived.network.graph) {
    draw_network_inspector(ui, model, derived);
    file_group(ui);
    if (edit_over(ui)) ui.push(Action(EndEdit{}));
    return;
  }
  input_group(ui, model);
  if (derived.selected) {
    layer_group(ui, model, derived);
    figures_group(ui, model, derived);
  }
  check_group(ui, model, derived, static_cast<size_t>(edited_layer(model.document)));
  edit_group(ui, model, derived);
  totals_group(ui, derived);
  file_group(ui);
  if (edit_over(ui)) ui.push(Action(EndEdit{}));
}

}  // namespace poolglass::chain
