#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "app/rooms/chain/lens_words.h"
#include "app/rooms/chain/model.h"
#include "app/rooms/format.h"
#include "core/chain/as_network.h"
#include "core/chain/presets.h"
#include "core/network/sizes.h"
#include "core/printable.h"

namespace poolglass::chain {
namespace {

using RowsById = std::unordered_map<LayerId, const LayerRow*>;

bool countable(const LayerFigures& figures) {
  int64_t elements = 0;
  return checked_elements(figures.output, &elements) && elements > 0;
}

void adopt_figures(LayerRow& row, size_t index, const ChainFigures& figures, const RowsById& last_good) {
  if (index < figures.layers.size()) {
    row.figures = figures.layers[index];
    row.known = true;
    return;
  }
  const bool broken = index == figures.layers.size() && countable(figures.input);
  row.standing = broken ? Standing::kBroken : Standing::kAfterBroken;
  const auto found = last_good.find(row.id);
  if (found == last_good.end() || !found->second->known) return;
  row.figures = found->second->figures;
  row.known = true;
}

int matching_chain(const Chain& chain) {
  const auto presets = chain_presets();
  for (size_t i = 0; i < presets.size(); ++i) {
    if (presets[i].make() == chain) return static_cast<int>(i);
  }
  return -1;
}

// `published`: the one that was opened last, and is now.
int matching_network(const Graph& graph, std::shared_ptr<const Graph>* published) {
  const auto names = published_networks();
  const auto name = std::ranges::find(names, graph.title);
  if (name == names.end()) return -1;
  if (!*published || (*published)->title != graph.title) {
    const Result<Action> action = preset_action(graph.title);
    const SetGraph* opened = action.ok() ? get_if<SetGraph>(*action) : nullptr;
    if (opened == nullptr) return -1;
    *published = opened->graph;
  }
  const network::Network& original = (*published)->network;
  const bool same =
      graph.network == original || graph.network == network::resized(original, graph.figures.input_size);
  return same ? static_cast<int>(chain_presets().size()) + static_cast<int>(name - names.begin()) : -1;
}

void derive_preset(const Model& model, Derived& derived) {
  if (derived.preset_revision == model.revision) return;
  const Document& document = model.document;
  derived.preset =
      document.graph ? matching_network(*document.graph, &derived.published) : matching_chain(document.chain);
  derived.preset_revision = model.revision;
}

void derive_rows(const Model& model, const ChainFigures& figures, Derived& derived) {
  const Document& document = model.document;
  const std::vector<LayerRow> last = std::exchange(derived.rows, {});
  RowsById last_good;
  if (figures.error) {
    for (const LayerRow& row : last) last_good.emplace(row.id, &row);
  }
  std::unordered_map<LayerId, double> came_from;
  for (const LayerId id : model.slide_from) came_from.emplace(id, static_cast<double>(came_from.size()));
  const std::vector<std::string> names = effective_names(document.chain);

  derived.rows.reserve(document.identities.size());
  int64_t channels = document.chain.channels;
  for (size_t i = 0; i < document.identities.size(); ++i) {
    LayerRow row;
    row.id = document.identities[i].id;
    row.name = one_line(names[i], kShownName);
    row.operation = operation_label(document.chain.layers[i], channels);
    adopt_figures(row, i, figures, last_good);
    const auto found = came_from.find(row.id);
    row.came_from = found == came_from.end() ? -1 : found->second;
    if (row.known) channels = row.figures.output.c;
    derived.rows.push_back(std::move(row));
  }
}

// The rows show the chain as it was before an edit, not another one that stood here before.
bool same_chain_edited(const Document& document, const std::vector<LayerRow>& rows) {
  if (rows.empty() || document.identities.empty()) return rows.empty() == document.identities.empty();
  std::unordered_set<LayerId> before;
  for (const LayerRow& row : rows) before.insert(row.id);
  return std::ranges::any_of(document.identities, [&](const Identity& i) { return before.contains(i.id); });
}

void derive_chain(const Model& model, Derived& derived) {
  const ChainFigures figures = analyze(model.document.chain);
  if (derived.lineage != model.lineage) derived.rows.clear();
  if (derived.lineage != model.lineage || !same_chain_edited(model.document, derived.rows)) {
    derived.totals_known = false;
  }
  derived.lineage = model.lineage;
  derive_rows(model, figures, derived);
  derived.input_broken = !countable(figures.input);
  if (!derived.input_broken) derived.input = figures.input;
  derived.broken.reset();
  derived.error.clear();
  if (figures.error) {
    if (!derived.input_broken) derived.broken = figures.error->layer;
    derived.error = with_times_signs(one_line(figures.error->status.message(), kShownError));
  }
  derived.totals_stale = figures.error.has_value();
  if (!derived.totals_stale) {
    derived.totals_known = true;
    derived.total_params = figures.total_params;
    derived.total_macs = figures.total_macs;
    derived.total_activations = figures.total_activations;
  }
  derived.revision = model.revision;
}

Cell cell_in(int64_t index, Size2 plane) {
  index = std::clamp<int64_t>(index, 0, plane.h * plane.w - 1);
  return {index / plane.w, index % plane.w};
}

// What is being looked at in the layer, or in the input. The pin holds against hovering, but not against
// playback.
void derive_selection(const Model& model, std::optional<size_t> selected, Derived& derived) {
  derived.selected = selected;
  derived.cell_known = selected && derived.rows[*selected].known;
  const LayerFigures& figures = selected_figures(derived);
  derived.plane = derived.cell_known ? figures.output.plane() : Size2{1, 1};
  derived.cells = derived.plane.h * derived.plane.w;

  const Playhead& head = cell_head(model);
  derived.cell = cell_in(head.index, derived.plane);
  if (model.hovered && !shows_pin(model)) {
    derived.cell = {std::clamp<int64_t>(model.hovered->row, 0, derived.plane.h - 1),
                    std::clamp<int64_t>(model.hovered->column, 0, derived.plane.w - 1)};
  }
  derived.field_known = true;
  derived.field = receptive_box(figures, derived.cell.row, derived.cell.column);
  derived.visible = clip(derived.field, derived.input.output.plane());
}

void derive_check(const Model& model, double patience, Derived& derived) {
  CheckResults& results = derived.check;
  CheckResults wanted;
  wanted.graph = model.document.graph ? model.document.graph : derived.chain_graph;
  wanted.summary = model.document.summary;
  if (!wanted.summary) results = {};
  const auto same = [](const CheckResults& a, const CheckResults& b) {
    return a.graph == b.graph && a.summary == b.summary;
  };
  if (!wanted.summary || same(results, wanted)) return derived.finding_check.reset();
  const auto find = [](CheckResults of, const Stop& stop) {
    of.check = network::check(of.graph->network, of.graph->figures, *of.summary, &stop);
    return of;
  };
  search_for(std::move(wanted), patience, same, find, derived.finding_check, results);
}

}  // namespace

std::string check_sentence(const Model& model, const Derived& derived) {
  if (!model.document.summary) return {};
  const network::Summary& summary = *model.document.summary;
  if (derived.finding_check) return summary.program + ": its rows are being compared";
  const CheckResults& results = derived.check;
  return results.why_not.empty() ? check_words(summary, results.check)
                                 : summary.program + ": " + results.why_not;
}

int64_t playback_length(const Derived& derived) {
  return derived.lens.steps > 0 ? derived.lens.steps : derived.cells;
}
std::string gpu_in_use(const Derived&) { return {}; }

ReceptiveBox field_of(const Derived& derived, Cell cell) {
  const GraphResults& results = derived.network;
  if (!results.graph) return receptive_box(selected_figures(derived), cell.row, cell.column);
  const auto layer = static_cast<size_t>(results.selected);
  if (!results.graph->known(layer)) return {};
  const UnitField unit = unit_field(*results.graph, layer, cell.row, cell.column);
  return {{unit.rows.first, unit.rows.last}, {unit.columns.first, unit.columns.last}};
}

Shown shown(const Model& model, const Derived& derived) {
  const Document& document = model.document;
  if (document.graph) return {document.graph, document.graph_layer};
  if (model.lens == kCostLens || derived.chain_graph_revision != model.revision) return {};
  const auto row = std::ranges::find(document.identities, document.selected, &Identity::id);
  const auto place = static_cast<int32_t>(row - document.identities.begin());
  return {derived.chain_graph, row == document.identities.end() ? 0 : place + 1};
}

void derive(const Model& model, Derived& derived, const Environment& environment) {
  if (!model.document.graph && (model.lens != kCostLens || model.document.summary) &&
      (derived.chain_graph == nullptr || derived.chain_graph_revision != model.revision)) {
    derived.chain_graph = make_graph(as_network(model.document.chain), "");
    derived.chain_graph_revision = model.revision;
  }
  derive_preset(model, derived);
  derive_check(model, environment.patience, derived);
  if (const Shown what = shown(model, derived); what.graph) {
    derive_graph(model, what, derived);
    return derive_lens(model, derived, environment.patience);
  }
  derived.network = {};
  derived.lens = {};
  derived.comparison = {};
  derived.finding_comparison.reset();
  if (derived.revision != model.revision) derive_chain(model, derived);
  const auto row = std::ranges::find(derived.rows, model.document.selected, &LayerRow::id);
  const auto place = static_cast<size_t>(row - derived.rows.begin());
  derive_selection(model, row == derived.rows.end() ? std::nullopt : std::optional(place), derived);
}

void look_at_row(Model& model, Derived& derived, size_t row) {
  model.document.selected = derived.rows[row].id;
  model.hovered.reset();
  model.pinned.reset();
  const Size2 plane = derived.rows[row].figures.output.plane();
  model.walked = plane;
  model.playhead.index = (plane.h - 1) / 2 * plane.w + (plane.w - 1) / 2;
  derive_selection(model, row, derived);
}

const LayerFigures& selected_figures(const Derived& derived) {
  if (derived.network.graph) return derived.network.figures;
  return derived.selected ? derived.rows[*derived.selected].figures : derived.input;
}

std::string selected_name(const Derived& derived) {
  if (const auto& graph = derived.network.graph)
    return graph->names[static_cast<size_t>(derived.network.selected)];
  return derived.selected ? derived.rows[*derived.selected].name : "input";
}

}  // namespace poolglass::chain
