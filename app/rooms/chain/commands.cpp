// The Chain room's keys.
#include <algorithm>
#include <array>

#include "app/state/commands.h"

namespace poolglass::chain {
namespace {

constexpr std::string_view kSection = "Chain room";
constexpr float kZoomStep = 1.25f;

template <int delta>
poolglass::Action select_neighbour(const Model&, const Derived& derived) {
  const GraphResults& net = derived.network;
  if (!net.graph) return Action(SelectNeighbour{delta});
  const auto last = static_cast<int32_t>(net.outline.nodes.size()) - 1;
  const int32_t to = std::clamp(net.node + delta, 0, last);
  return Action(SelectLayer{net.outline.nodes[static_cast<size_t>(to)].layer});
}

WhyNot needs_network(const Model& model, const Derived&) {
  return model.document.graph ? WhyNot() : WhyNot("A plain chain shows all of its layers");
}

WhyNot no_network(const Model& model, const Derived&) {
  if (!model.document.graph && model.lens != kCostLens) return "Layers are edited in the Cost lens (Alt+1)";
  return model.document.graph ? WhyNot("Layers are added and moved in plain chains only") : WhyNot();
}

// Enter opens what is folded; else it pins the cell of the map.
poolglass::Action open_or_pin(const Model& model, const Derived& derived) {
  const GraphResults& net = derived.network;
  if (net.graph) {
    const Node& node = net.outline.nodes[static_cast<size_t>(net.node)];
    if (node.folded) return Action(OpenFold{node.key(), true});
  }
  return shows_pin(model) ? Action(UnpinCell{}) : Action(PinCell{derived.cell});
}

WhyNot why_not_open_or_pin(const Model&, const Derived& derived) {
  const GraphResults& net = derived.network;
  const bool folded = net.graph && net.outline.nodes[static_cast<size_t>(net.node)].folded;
  return folded || derived.cell_known ? WhyNot() : WhyNot("Select a layer whose figures are known");
}

// The group around the selected layer, else what was opened last.
poolglass::Action fold(const Model& model, const Derived& derived) {
  const GraphResults& net = derived.network;
  const int32_t group = net.outline.nodes[static_cast<size_t>(net.node)].group;
  const int32_t key =
      group >= 0 ? net.outline.groups[static_cast<size_t>(group)].key : model.look.opened.back();
  return Action(OpenFold{key, false});
}

WhyNot why_not_fold(const Model& model, const Derived& derived) {
  if (const WhyNot why = needs_network(model, derived)) return why;
  return model.look.opened.empty() ? WhyNot("Nothing has been opened") : WhyNot();
}

// The lens that a command belongs to.
template <size_t lens>
WhyNot in_lens(const Model& model, const Derived&) {
  if (model.lens == lens) return {};
  return "It belongs to the " + std::string(kLenses[lens].title) + " lens";
}

poolglass::Action next_change(const Model& model, const Derived&) {
  const bool other = !model.document.rival.is_change();
  const size_t next =
      (static_cast<size_t>(model.document.rival.change) + (other ? 0 : 1)) % network::kWhatIfs.size();
  return Action(SetRival{{network::kWhatIfs[next], "", nullptr}});
}

// The nearest size that loses no row, in the Sizes lens.
template <bool larger>
poolglass::Action next_size(const Model&, const Derived& derived) {
  const SizeResults& sizes = derived.lens.sizes;
  return Action(
      SetInput{derived.input.output.c, sizes.plane((larger ? sizes.larger : sizes.smaller).value_or(1))});
}

template <bool larger>
WhyNot why_not_size(const Model& model, const Derived& derived) {
  if (const WhyNot why = in_lens<kSizesLens>(model, derived)) return why;
  const SizeResults& sizes = derived.lens.sizes;
  const bool found = (larger ? sizes.larger : sizes.smaller).has_value();
  return found ? WhyNot() : WhyNot(larger ? "No larger size was found" : "No smaller size fits");
}

WhyNot why_not_keep(const Model& model, const Derived& derived) {
  if (const WhyNot why = in_lens<kCompareLens>(model, derived)) return why;
  const Comparison& comparison = derived.comparison;
  if (!model.document.rival.is_change()) return "B is another network: choose a change first (W)";
  return comparison.net.graph ? WhyNot() : WhyNot(comparison.why_not);
}

WhyNot why_not_second(const Model& model, const Derived& derived) {
  if (model.lens == kCostLens) return "Two units are compared in the Field lens (Alt+2)";
  return model.second || derived.cell_known ? WhyNot() : WhyNot("Select a layer whose figures are known");
}

template <int delta>
poolglass::Action move_layer(const Model&, const Derived& derived) {
  const auto to = static_cast<size_t>(static_cast<int64_t>(*derived.selected) + delta);
  return Action(MoveLayer{derived.rows[*derived.selected].id, to});
}

template <int delta>
WhyNot why_not_move(const Model& model, const Derived& derived) {
  if (const WhyNot why = no_network(model, derived)) return why;
  if (!derived.selected) return "The input stays where it is";
  const int64_t to = static_cast<int64_t>(*derived.selected) + delta;
  if (to < 0) return "It is the first layer";
  if (to >= static_cast<int64_t>(derived.rows.size())) return "It is the last layer";
  return {};
}

// Why no branch can be made: a chain that gets one becomes a network.
WhyNot why_not_branch(const Model& model, const Derived& derived) {
  if (!model.document.graph && model.lens != kCostLens) return "Layers are edited in the Cost lens (Alt+1)";
  return derived.error.empty() ? WhyNot() : WhyNot("First make it fit: " + derived.error);
}

WhyNot why_not_join(const Model& model, const Derived& derived) {
  if (const WhyNot why = why_not_branch(model, derived)) return why;
  if (!model.marked) return "Mark the layer to join with first (M)";
  return *model.marked == edited_layer(model.document) ? WhyNot("Select another layer than the marked one")
                                                       : WhyNot();
}

template <network::Kind join>
poolglass::Action join_marked(const Model& model, const Derived&) {
  return Action(JoinLayers{*model.marked, edited_layer(model.document), join});
}

// Why the selected layer of a network cannot be deleted or bypassed.
WhyNot why_not_edit(const Model& model, const Derived& derived) {
  if (const WhyNot why = why_not_branch(model, derived)) return why;
  if (!model.document.graph)
    return model.document.selected == kInput ? WhyNot("Select a layer first: the input is none") : WhyNot();
  const auto layer = static_cast<size_t>(model.document.graph_layer);
  const Graph& graph = *model.document.graph;
  if (graph.network.layers[layer].kind == network::Kind::kInput)
    return "Select a layer first: the input is none";
  if (graph.inputs(layer).size() != 1) return "It joins several paths: the panel deletes one of them";
  return {};
}

template <network::Kind join>
poolglass::Action bypass(const Model& model, const Derived&) {
  return Action(AddBypass{edited_layer(model.document), join});
}

WhyNot needs_layer(const Model& model, const Derived& derived) {
  if (const WhyNot why = no_network(model, derived)) return why;
  return model.document.selected == kInput ? WhyNot("Select a layer first: the input is no layer") : WhyNot();
}

poolglass::Action zoomed(const Model& model, float factor) {
  return Action(SetCamera{{model.camera.zoom * factor, model.camera.left}});
}

poolglass::Action panned(const Model& model, float columns) {
  return Action(SetCamera{{model.camera.zoom, std::max(model.camera.left + columns, 0.0f)}});
}

// The kind that a reader would most likely add next: what stands before the place decides.
AddLayer likely_layer(const Model& model, const Derived& derived) {
  const size_t position = derived.selected ? *derived.selected + 1 : 0;
  if (position == 0) return {LayerKind::kConv2d, position};
  const LayerKind before = model.document.chain.layers[position - 1].kind;
  if (!why_not(LayerKind::kConv2d, position, derived).empty()) return {LayerKind::kLinear, position};
  return {before == LayerKind::kConv2d ? LayerKind::kMaxPool2d : LayerKind::kConv2d, position};
}

constexpr std::array kCommands = {
    CommandRow{"chain.previous", {kKeyLeft}, kSection, "Select the layer before", select_neighbour<-1>},
    CommandRow{"chain.next", {kKeyRight}, kSection, "Select the layer after", select_neighbour<1>},
    CommandRow{"chain.move-left",
               {.key = kKeyLeft, .alt = true},
               kSection,
               "Move the layer towards the input",
               move_layer<-1>,
               why_not_move<-1>},
    CommandRow{"chain.move-right",
               {.key = kKeyRight, .alt = true},
               kSection,
               "Move the layer towards the output",
               move_layer<1>,
               why_not_move<1>},
    CommandRow{"chain.add",
               {'A'},
               kSection,
               "Add a layer after the selected one",
               [](const Model& model, const Derived& derived) -> poolglass::Action {
                 if (model.document.graph)
                   return Action(AddNetworkLayer{model.document.graph_layer, network::Place::kInLine});
                 return Action(likely_layer(model, derived));
               },
               [](const Model& model, const Derived& derived) {
                 return model.document.graph ? why_not_branch(model, derived) : no_network(model, derived);
               }},
    CommandRow{"chain.duplicate",
               {.key = 'D', .ctrl = true},
               kSection,
               "Duplicate the layer",
               [](const Model& model, const Derived&) -> poolglass::Action {
                 return Action(DuplicateLayer{model.document.selected});
               },
               needs_layer},
    CommandRow{"chain.delete",
               {kKeyDelete},
               kSection,
               "Delete the layer",
               [](const Model& model, const Derived&) -> poolglass::Action {
                 if (model.document.graph) return Action(DeleteNetworkLayer{model.document.graph_layer});
                 return Action(DeleteLayer{model.document.selected});
               },
               [](const Model& model, const Derived& derived) {
                 return model.document.graph ? why_not_edit(model, derived) : needs_layer(model, derived);
               }},
    CommandRow{"chain.bypass",
               {'B'},
               kSection,
               "A path around the layer, added to its output",
               bypass<network::Kind::kAdd>,
               why_not_edit},
    CommandRow{"chain.bypass-concat",
               {.key = 'B', .shift = true},
               kSection,
               "A path around the layer, joined to its output as channels",
               bypass<network::Kind::kConcat>,
               why_not_edit},
    CommandRow{"chain.branch",
               {'F'},
               kSection,
               "A branch off the layer: a convolution that reads it, too",
               [](const Model& model, const Derived&) -> poolglass::Action {
                 return Action(AddNetworkLayer{edited_layer(model.document), network::Place::kBranch});
               },
               why_not_branch},
    CommandRow{"chain.mark",
               {'M'},
               kSection,
               "Mark the layer, to join another with it, or let go of it",
               [](const Model& model, const Derived&) -> poolglass::Action {
                 const int32_t layer = edited_layer(model.document);
                 return Action(MarkLayer{model.marked == layer ? std::nullopt : std::optional(layer)});
               },
               why_not_branch},
    CommandRow{"chain.join",
               {'J'},
               kSection,
               "Join the layer with the marked one: their sum",
               join_marked<network::Kind::kAdd>,
               why_not_join},
    CommandRow{"chain.join-concat",
               {.key = 'J', .shift = true},
               kSection,
               "Join the layer with the marked one: as channels",
               join_marked<network::Kind::kConcat>,
               why_not_join},
    CommandRow{"chain.copy",
               {.key = 'C', .ctrl = true},
               kSection,
               "Copy the table of figures as text",
               [](const Model&, const Derived& derived) -> poolglass::Action {
                 return Request(CopyText{table_text(derived)});
               }},
    CommandRow{"chain.paste",
               {.key = 'V', .ctrl = true},
               kSection,
               "Paste layers (conv 64 k7 s2 p3, one a line), a network of torch, Keras, Caffe, or a summary "
               "to check with",
               [](const Model&, const Derived&) -> poolglass::Action { return Request(PasteText{}); }},
    CommandRow{"chain.summary",
               {'S'},
               kSection,
               "Put the pasted summary away",
               [](const Model&, const Derived&) -> poolglass::Action { return Action(SetSummary{}); },
               [](const Model& model, const Derived&) {
                 return model.document.summary
                            ? WhyNot()
                            : WhyNot("Paste what torchinfo or Keras prints first (Ctrl+V)");
               }},
    CommandRow{"chain.pick",
               {.key = 'A', .shift = true},
               kSection,
               "Choose a layer to add after the selected one",
               [](const Model&, const Derived& derived) -> poolglass::Action {
                 return Action(OpenPicker{derived.selected ? *derived.selected + 1 : 0});
               },
               no_network},
    CommandRow{"chain.pin",
               {kKeyEnter},
               kSection,
               "Pin the map's cell, or let go of it; open a folded block",
               open_or_pin,
               why_not_open_or_pin},
    CommandRow{"chain.pin-second",
               {.key = kKeyEnter, .shift = true},
               kSection,
               "Pin a second unit, to see what both share, or let go of it",
               [](const Model& model, const Derived& derived) -> poolglass::Action {
                 return Action(PinSecond{model.second ? std::nullopt : std::optional(derived.cell)});
               },
               why_not_second},
    CommandRow{"chain.photo",
               {'P'},
               kSection,
               "A photograph under the input, or none",
               [](const Model& model, const Derived&) -> poolglass::Action {
                 return Action(SetPhoto{!model.photo});
               },
               [](const Model& model, const Derived&) {
                 return model.lens == kCostLens ? WhyNot("The Cost lens shows the input as it is") : WhyNot();
               }},
    CommandRow{"chain.proof",
               {'K'},
               kSection,
               "Proof: two walks, or poke a pixel",
               [](const Model& model, const Derived&) -> poolglass::Action {
                 return Action(SetProof{model.proof == Proof::kWalks ? Proof::kPoke : Proof::kWalks});
               },
               in_lens<kProofLens>},
    CommandRow{"chain.along",
               {'O'},
               kSection,
               "Proof: walk along the other axis, where fields differ",
               [](const Model& model, const Derived&) -> poolglass::Action {
                 const bool rows = model.along == network::Along::kRows;
                 return Action(SetAlong{rows ? network::Along::kColumns : network::Along::kRows});
               },
               [](const Model& model, const Derived& derived) -> WhyNot {
                 if (const WhyNot why = in_lens<kProofLens>(model, derived)) return why;
                 return derived.lens.walks.axes_differ ? WhyNot()
                                                       : WhyNot("Rows and columns walk alike here");
               }},
    CommandRow{"chain.larger",
               {'N'},
               kSection,
               "Sizes: the next larger input that fits, without losing a row where there is one",
               next_size<true>,
               why_not_size<true>},
    CommandRow{"chain.smaller",
               {.key = 'N', .shift = true},
               kSection,
               "Sizes: the next smaller input that fits, without losing a row where there is one",
               next_size<false>,
               why_not_size<false>},
    CommandRow{"chain.what-if",
               {'W'},
               kSection,
               "Compare with the next change: average, convolution, dilation, blur, GAP",
               next_change,
               in_lens<kCompareLens>},
    CommandRow{"chain.keep",
               {.key = 'W', .shift = true},
               kSection,
               "Keep B: make the change that is compared with",
               [](const Model& model, const Derived&) -> poolglass::Action {
                 return Action(ApplyWhatIf{model.document.rival.change});
               },
               why_not_keep},
    CommandRow{"chain.hold",
               {'R'},
               kSection,
               "Hold what is shown as B; then open A",
               [](const Model& model, const Derived& derived) -> poolglass::Action {
                 return Action(SetRival{{model.document.rival.change, "", derived.network.graph}});
               },
               in_lens<kCompareLens>},
    CommandRow{"chain.swap",
               {'X'},
               kSection,
               "Swap A and B",
               [](const Model&, const Derived& derived) -> poolglass::Action {
                 return Action(SwapRival{derived.comparison.of, derived.comparison.net.graph});
               },
               [](const Model& model, const Derived& derived) -> WhyNot {
                 if (const WhyNot why = in_lens<kCompareLens>(model, derived)) return why;
                 return derived.comparison.net.graph ? WhyNot() : WhyNot("There is no B");
               }},
    CommandRow{"chain.fold", {kKeyBackspace}, kSection, "Fold again what was opened", fold, why_not_fold},
    CommandRow{"chain.view",
               {'V'},
               kSection,
               "All layers, or only what changes resolution or channels",
               [](const Model& model, const Derived&) -> poolglass::Action {
                 GraphLook look = model.look;
                 look.view = look.view == GraphView::kSpine ? GraphView::kLayers : GraphView::kSpine;
                 return Action(SetLook{look});
               },
               needs_network},
    CommandRow{"chain.tint",
               {'C'},
               kSection,
               "Colour by kind, MACs, parameters, memory, field",
               [](const Model& model, const Derived&) -> poolglass::Action {
                 GraphLook look = model.look;
                 look.tint = static_cast<Tint>((static_cast<int>(look.tint) + 1) % kTints);
                 return Action(SetLook{look});
               },
               needs_network},
    CommandRow{"chain.find",
               {.key = 'F', .ctrl = true},
               kSection,
               "Find layers by name or operation",
               [](const Model& model, const Derived&) -> poolglass::Action {
                 return Action(SetFind{{!model.find.open, ""}});
               },
               needs_network},
    CommandRow{"chain.pan-left",
               {.key = kKeyLeft, .shift = true},
               kSection,
               "Look left along the diagram",
               [](const Model& model, const Derived&) { return panned(model, -1); }},
    CommandRow{"chain.pan-right",
               {.key = kKeyRight, .shift = true},
               kSection,
               "Look right along the diagram",
               [](const Model& model, const Derived&) { return panned(model, 1); }},
    CommandRow{"chain.zoom-in",
               {'+'},
               kSection,
               "Widen the diagram",
               [](const Model& model, const Derived&) { return zoomed(model, kZoomStep); }},
    CommandRow{"chain.zoom-out",
               {'-'},
               kSection,
               "Narrow the diagram",
               [](const Model& model, const Derived&) { return zoomed(model, 1 / kZoomStep); }},
    CommandRow{"chain.zoom-fit",
               {'0'},
               kSection,
               "Fit: the whole chain in sight",
               [](const Model&, const Derived&) -> poolglass::Action {
                 return Action(SetCamera{{1, 0}});
               }},
    CommandRow{"chain.let-go",
               {kKeyEscape},
               kSection,
               "Let go of picker, find, pixel, pinned cells, mark, fold, layer",
               [](const Model&, const Derived&) -> poolglass::Action { return Action(LetGo{}); },
               [](const Model& model, const Derived&) {
                 const Document& document = model.document;
                 const bool selected = document.graph
                                           ? document.graph_layer != 0 || !model.look.opened.empty()
                                           : document.selected != kInput;
                 return model.picking || model.find.open || holds_pixel(model) || shows_second(model) ||
                                shows_pin(model) || model.marked || selected
                            ? WhyNot()
                            : WhyNot("");
               }},
};

}  // namespace

std::span<const CommandRow> commands() { return kCommands; }

}  // namespace poolglass::chain
