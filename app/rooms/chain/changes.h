// What goes with every change of the Chain room's document: internal to update.cpp.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "app/rooms/chain/model.h"

namespace poolglass::chain {

std::optional<size_t> index_of(const Document& document, LayerId id);
std::vector<LayerId> order(const Document& document);

// Whether layers' indices mean others than in the network that was there, or, null, in the chain of these.
bool counted_anew(const Graph* graph, const std::vector<LayerId>& before, const Document& now);

void put_playhead(Model& model, int64_t index);  // at rest

// Keeps the playhead over the same part of the picture when the selected layer's plane changed; starts from
// the centre, where the field is least cut, when another layer was selected.
void settle(Model& model, bool fresh);

void look_elsewhere(Model& model);  // another layer was selected: lets go of cell, pin, picker, playback
void start_slide(Model& model, std::vector<LayerId> from);

// Makes a change of the document, whichever way it comes about; false: there was none.
template <class Change>
void carry_out(Model& model, Change change) {
  const LayerId selected = model.document.selected;
  const std::shared_ptr<const Graph> graph = model.document.graph;
  const int32_t graph_layer = model.document.graph_layer;
  std::vector<LayerId> before = order(model.document);
  if (!change()) return;
  if ((model.document.graph == nullptr) != (graph == nullptr)) model.camera = {};
  ++model.revision;
  model.hovered.reset();
  model.picking.reset();
  model.hovered_layer.reset();
  if (counted_anew(graph.get(), before, model.document)) {
    model.second.reset();
    model.marked.reset();
  }
  const bool fresh = model.document.selected != selected || model.document.graph_layer != graph_layer ||
                     (model.document.graph == nullptr) != (graph == nullptr);
  if (fresh) model.pinned.reset();
  if (order(model.document) != before) start_slide(model, std::move(before));
  settle(model, fresh);
}

// Runs `edit` on the document as one step of undo.
template <class Edit>
void change(Model& model, uint64_t merge, Edit edit) {
  carry_out(model, [&] {
    model.history.remember(model.document, merge);
    edit(model.document);
    return true;
  });
}

}  // namespace poolglass::chain
