#include "app/rooms/chain/changes.h"

#include <algorithm>

namespace poolglass::chain {
namespace {

int64_t scaled_place(int64_t place, int64_t old_extent, int64_t extent) {
  const double share = (static_cast<double>(place) + 0.5) / static_cast<double>(old_extent);
  return std::clamp<int64_t>(static_cast<int64_t>(share * static_cast<double>(extent)), 0, extent - 1);
}

// The plane of the selected layer's output; nothing for the input, and where there are no figures.
std::optional<Size2> selected_plane(const Document& document) {
  if (document.graph) {
    const auto layer = static_cast<size_t>(document.graph_layer);
    const bool input = document.graph->network.layers[layer].kind == network::Kind::kInput;
    if (input || !document.graph->known(layer)) return std::nullopt;
    return plane_of(*document.graph, document.graph_layer);
  }
  const std::optional<size_t> row = index_of(document, document.selected);
  const ChainFigures figures = analyze(document.chain);
  if (!row || *row >= figures.layers.size()) return std::nullopt;
  return figures.layers[*row].output.plane();
}

}  // namespace

void put_playhead(Model& model, int64_t index) {
  Playhead& head = cell_head(model);
  head.index = index;
  head.from = index;
  head.phase = 1;
}

std::optional<size_t> index_of(const Document& document, LayerId id) {
  const auto at = std::ranges::find(document.identities, id, &Identity::id);
  if (at == document.identities.end()) return std::nullopt;
  return static_cast<size_t>(at - document.identities.begin());
}

void start_slide(Model& model, std::vector<LayerId> from) {
  model.slide_from = std::move(from);
  model.slide_phase = 0;
}

std::vector<LayerId> order(const Document& document) {
  std::vector<LayerId> ids;
  ids.reserve(document.identities.size());
  for (const Identity& identity : document.identities) ids.push_back(identity.id);
  return ids;
}

bool counted_anew(const Graph* graph, const std::vector<LayerId>& before, const Document& now) {
  if ((graph == nullptr) != (now.graph == nullptr)) return true;
  return graph != nullptr ? graph->names != now.graph->names : order(now) != before;
}

void settle(Model& model, bool fresh) {
  const std::optional<Size2> walked = selected_plane(model.document);
  if (!walked) {
    // Nothing to walk over: the input, or no figures. Of those derive() shows the last good ones, whose plane
    // this function cannot know.
    if (fresh) {
      model.walked = {0, 0};
      put_playhead(model, 0);
    }
    return;
  }
  const Size2 plane = *walked;
  if (!fresh && plane == model.walked) return;
  Cell cell{(plane.h - 1) / 2, (plane.w - 1) / 2};
  if (!fresh && model.walked.h > 0) {
    const int64_t index = cell_head(model).index;
    cell.row = scaled_place(index / model.walked.w, model.walked.h, plane.h);
    cell.column = scaled_place(index % model.walked.w, model.walked.w, plane.w);
  }
  model.walked = plane;
  put_playhead(model, cell.row * plane.w + cell.column);
}

void look_elsewhere(Model& model) {
  model.hovered.reset();
  model.pinned.reset();
  model.picking.reset();
  model.playhead.playing = false;
  settle(model, true);
}

}  // namespace poolglass::chain
