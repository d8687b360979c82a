// The Chain room's keys.
#include <array>

#include "app/state/commands.h"

namespace poolglass::chain {
namespace {

constexpr std::string_view kGroup = "Chain room";
constexpr float kZoomStep = 1.25f;

constexpr std::array kCommands = {
    Command{"chain.previous", {kKeyLeft}, kGroup, "Select the layer before"},
    Command{"chain.next", {kKeyRight}, kGroup, "Select the layer after"},
    Command{"chain.move-left", {kKeyLeft, false, false, true}, kGroup, "Move the layer towards the input"},
    Command{"chain.move-right", {kKeyRight, false, false, true}, kGroup, "Move the layer towards the output"},
    Command{"chain.add", {'A'}, kGroup, "Add a layer after the selected one"},
    Command{"chain.duplicate", {'D', true}, kGroup, "Duplicate the layer"},
    Command{"chain.delete", {kKeyDelete}, kGroup, "Delete the layer"},
    Command{"chain.copy", {'C', true}, kGroup, "Copy the table of figures as text"},
    Command{"chain.zoom-in", {'+'}, kGroup, "Widen the diagram"},
    Command{"chain.zoom-out", {'-'}, kGroup, "Narrow the diagram"},
    Command{"chain.zoom-fit", {'0'}, kGroup, "Show the diagram at its own width"},
    Command{"chain.let-go", {kKeyEscape}, kGroup, "Let go of picker, pinned cell, layer"},
};

poolglass::Action wrapped(Action action) { return action; }

poolglass::Action zoomed(const Model& model, float factor) {
  return wrapped(SetCamera{{model.camera.zoom * factor, model.camera.left}});
}

std::optional<poolglass::Action> moved(const Derived& derived, int delta) {
  if (!derived.selected) return {};
  const int64_t to = static_cast<int64_t>(*derived.selected) + delta;
  if (to < 0 || to >= static_cast<int64_t>(derived.rows.size())) return {};
  return wrapped(MoveLayer{derived.rows[*derived.selected].id, static_cast<size_t>(to)});
}

// The kind that a reader would most likely add next: what stands before the place decides.
AddLayer likely_layer(const Model& model, const Derived& derived) {
  const size_t position = derived.selected ? *derived.selected + 1 : 0;
  if (position == 0) return {LayerKind::kConv2d, position};
  const LayerKind before = model.document.chain.layers[position - 1].kind;
  if (!why_not(LayerKind::kConv2d, position, derived).empty()) return {LayerKind::kLinear, position};
  return {before == LayerKind::kConv2d ? LayerKind::kMaxPool2d : LayerKind::kConv2d, position};
}

}  // namespace

std::span<const Command> commands() { return kCommands; }

std::optional<poolglass::Action> action_for(std::string_view id, const Model& model, const Derived& derived) {
  const LayerId selected = model.document.selected;
  if (id == "chain.previous") return wrapped(SelectNeighbour{-1});
  if (id == "chain.next") return wrapped(SelectNeighbour{+1});
  if (id == "chain.move-left") return moved(derived, -1);
  if (id == "chain.move-right") return moved(derived, +1);
  if (id == "chain.add") return wrapped(likely_layer(model, derived));
  if (id == "chain.copy") return Request(CopyText{table_text(derived)});
  if (id == "chain.zoom-in") return zoomed(model, kZoomStep);
  if (id == "chain.zoom-out") return zoomed(model, 1 / kZoomStep);
  if (id == "chain.zoom-fit") return wrapped(SetCamera{{1, model.camera.left}});
  if (id == "chain.let-go") return wrapped(LetGo{});
  if (selected == kInput) return {};
  if (id == "chain.duplicate") return wrapped(DuplicateLayer{selected});
  if (id == "chain.delete") return wrapped(DeleteLayer{selected});
  return {};
}

}  // namespace poolglass::chain
