// The Head room's inspector: the network, the maps that are shown, least inputs, and what is counted.
#include <array>
#include <string>
#include <vector>

#include "app/rooms/format.h"
#include "app/rooms/head/backbones.h"
#include "app/rooms/head/words.h"
#include "app/rooms/views.h"
#include "app/views/widgets.h"

namespace poolglass::head {
namespace {

void network(Ui& ui, const Model& model, const Derived& derived) {
  const Document& document = model.document;
  if (section(ui, "head/network-section", "Network", !is_default(document))) ui.push(Action(Reset{}));
  std::vector<std::string_view> titles;
  int selected = -1;
  for (const NamedBackbone& named : backbones()) {
    if (named.id == document.backbone) selected = static_cast<int>(titles.size());
    titles.push_back(named.title);
  }
  const NamedBackbone* now = find_backbone(document.backbone);
  if (dropdown(ui, "head/backbone", {"Backbone", now == nullptr ? "" : now->note, "head.backbone-next", ""},
               titles, &selected)) {
    ui.push(Action(SetBackbone{std::string(backbones()[static_cast<size_t>(selected)].id)}));
  }
  int64_t side = document.side, classes = document.classes;
  if (number(ui, "head/side", {"Input size", "Side of the square input, in pixels", "head.larger", ""}, &side,
             kLeastSide, kMostSide))
    ui.push(Action(SetSide{side}));
  if (number(ui, "head/classes", {"Classes", "Outputs of the last dense layer", "head.classes-up", ""},
             &classes, 1, kMostClasses))
    ui.push(Action(SetClasses{classes}));
  if (!derived.status.ok()) error_note(ui, derived.refusal);
}

void maps(Ui& ui, const Model& model, const Derived& derived) {
  section(ui, "head/maps-section", "Maps shown", false);
  static constexpr std::array<std::string_view, 2> kOptions = {"photograph", "equal means"};
  int selected = model.document.maps == MapSource::kEqualMeans ? 1 : 0;
  if (segmented(ui, "head/maps",
                {"Source", "Six filters made by hand, on a photograph; or six different maps of mean .5",
                 "head.maps", ""},
                kOptions, &selected)) {
    ui.push(Action(SetMaps{selected == 1 ? MapSource::kEqualMeans : MapSource::kPhotograph}));
  }
  const bool straight = model.document.shuffle == 0;
  const std::array buttons = {
      ControlText{"Shuffle the cells", "All maps alike: another order at each click", "head.shuffle", ""},
      ControlText{"Put back", "The cells go where they belong", "head.unshuffle",
                  straight ? "The cells are where they belong" : ""}};
  const int clicked = button_row(ui, "head/shuffle", buttons);
  if (clicked == 0) ui.push(Action(Shuffle{}));
  if (clicked == 1) ui.push(Action(Unshuffle{}));
  if (!derived.known) return;
  const auto output = [&](size_t head) {
    const std::string before = output_text(derived.straight[head]),
                      after = output_text(derived.outputs[head]);
    return before == after ? after : before + " → " + after;
  };
  readout(ui, "A dense output", output(0),
          "One neuron over all cells, with made-up weights; before and after shuffling",
          output_text(derived.straight[0]) != output_text(derived.outputs[0]));
  readout(ui, "Over the means", output(2),
          "One neuron over the six means: no order of the cells can change it");
}

void least(Ui& ui, const Derived& derived) {
  section(ui, "head/least-section", "Smallest input", false);
  for (const LeastInput& each : derived.least_inputs) {
    readout(ui, each.title, std::to_string(each.side) + " px",
            "Least side of a square input that every layer up to the last map takes");
  }
}

void counted(Ui& ui, const Derived& derived) {
  section(ui, "head/counted-section", "What is counted", false);
  if (derived.known) {
    const Shape& native = derived.backbone.native_map;
    note(ui, std::to_string(native.c) + "·" + std::to_string(native.h) + "·" + std::to_string(native.w) +
                 " = " + grouped(native.elements()) + " numbers at its own size.");
  }
  note(ui,
       "Parameters with biases; multiply-adds without. Counts, not promises: fewer weights can overfit less, "
       "they need not.");
}

}  // namespace

void draw_inspector(Ui& ui, const Model& model, const Derived& derived, ViewState&) {
  network(ui, model, derived);
  maps(ui, model, derived);
  least(ui, derived);
  counted(ui, derived);
  // What one press of the button or of a key changes is one undo step.
  if (ui.widgets.keyed || (edit_over(ui) && model.history.merging())) ui.push(Action(EndMerge{}));
}

}  // namespace poolglass::head
