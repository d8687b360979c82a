// A summary of another program beside our figures: its part of the side panel.
#include "app/rooms/chain/graph_view.h"
#include "app/rooms/format.h"

namespace poolglass::chain {
namespace {

constexpr int kShown = 8;  // layers that differ

// The layer that is selected, as the summary has it.
void selected_rows(Ui& ui, const CheckResults& results, size_t layer) {
  if (layer >= results.check.layers.size()) return;
  const network::Checked& at = results.check.layers[layer];
  if (at.row < 0) return note(ui, results.graph->names[layer] + " has no row in it.");
  const network::SummaryRow& row = results.summary->rows[static_cast<size_t>(at.row)];
  readout(ui, at.output == false ? "≠ Output" : "Output", network::sizes_text(row.sizes), row.name,
          at.output == false);
  readout(ui, at.params == false ? "≠ Parameters" : "Parameters", row.params ? grouped(*row.params) : "—",
          row.name, at.params == false);
}

}  // namespace

void check_group(Ui& ui, const Model& model, const Derived& derived, size_t layer) {
  if (!model.document.summary) return;
  const CheckResults& results = derived.check;
  section(ui, "chain/check", "Check with " + model.document.summary->program, false);
  note(ui, check_sentence(model, derived) + ".");
  selected_rows(ui, results, layer);
  int shown = 0;
  for (size_t i = 0; i < results.check.layers.size(); ++i) {
    const network::Checked& at = results.check.layers[i];
    if (!at.differs() || i == layer) continue;
    if (++shown > kShown) {
      note(ui, "… and more; the table has all");
      break;
    }
    const network::SummaryRow& row = results.summary->rows[static_cast<size_t>(at.row)];
    const bool output = at.output == false;
    readout(ui, "≠ " + results.graph->names[i],
            output ? network::sizes_text(row.sizes) : grouped(row.params.value_or(0)) + " parameters",
            row.name, true);
  }
  if (button(ui, "chain/summary", {"Put it away", "The figures stand alone again", "chain.summary", ""}))
    ui.push(Action(SetSummary{}));
}

}  // namespace poolglass::chain
