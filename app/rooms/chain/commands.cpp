// The Chain room's keys.
#include <algorithm>
#include <array>

#include "app/state/commands.h"

namespace poolglass::chain {
namespace {

constexpr std::string_view kSection = "Chain room";
constexpr float kZoomStep = 1.25f;

template <int delta>
poolglass::Action select_neighbour(const Model&, const Derived&) {
  return Action(SelectNeighbour{delta});
}

template <int delta>
poolglass::Action move_layer(const Model&, const Derived& derived) {
  const auto to = static_cast<size_t>(static_cast<int64_t>(*derived.selected) + delta);
  return Action(MoveLayer{derived.rows[*derived.selected].id, to});
}

template <int delta>
WhyNot why_not_move(const Model&, const Derived& derived) {
  if (!derived.selected) return "The input stays where it is";
  const int64_t to = static_cast<int64_t>(*derived.selected) + delta;
  if (to < 0) return "It is the first layer";
  if (to >= static_cast<int64_t>(derived.rows.size())) return "It is the last layer";
  return {};
}

WhyNot needs_layer(const Model& model, const Derived&) {
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
                 return Action(likely_layer(model, derived));
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
                 return Action(DeleteLayer{model.document.selected});
               },
               needs_layer},
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
               "Paste layers after the selected one: conv 64 k7 s2 p3, one a line",
               [](const Model&, const Derived&) -> poolglass::Action { return Request(PasteText{}); }},
    CommandRow{"chain.pick",
               {.key = 'A', .shift = true},
               kSection,
               "Choose a layer to add after the selected one",
               [](const Model&, const Derived& derived) -> poolglass::Action {
                 return Action(OpenPicker{derived.selected ? *derived.selected + 1 : 0});
               }},
    CommandRow{"chain.pin",
               {kKeyEnter},
               kSection,
               "Pin the map's cell, or let go of it",
               [](const Model& model, const Derived& derived) -> poolglass::Action {
                 return model.pinned ? Action(LetGo{}) : Action(PinCell{derived.cell});
               },
               [](const Model&, const Derived& derived) {
                 return derived.cell_known ? WhyNot() : WhyNot("Select a layer whose figures are known");
               }},
    CommandRow{"chain.pan-left",
               {.key = kKeyLeft, .shift = true},
               kSection,
               "Move the diagram",
               [](const Model& model, const Derived&) { return panned(model, -1); }},
    CommandRow{"chain.pan-right",
               {.key = kKeyRight, .shift = true},
               kSection,
               "… the other way",
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
               "Let go of picker, pinned cell, layer",
               [](const Model&, const Derived&) -> poolglass::Action { return Action(LetGo{}); }},
};

}  // namespace

std::span<const CommandRow> commands() { return kCommands; }

}  // namespace poolglass::chain
