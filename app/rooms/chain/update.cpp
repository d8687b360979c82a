#include "app/rooms/chain/model.h"

#include <algorithm>

#include "core/chain/presets.h"

namespace poolglass::chain {
namespace {

constexpr uint64_t kMergeInput = ~uint64_t{0};

std::optional<size_t> index_of(const Document& document, LayerId id) {
  const auto at = std::ranges::find(document.identities, id, &Identity::id);
  if (at == document.identities.end()) return std::nullopt;
  return static_cast<size_t>(at - document.identities.begin());
}

template <class T>
void insert_at(std::vector<T>& items, size_t position, T item) {
  items.insert(items.begin() + static_cast<std::ptrdiff_t>(position), std::move(item));
}

template <class T>
void erase_at(std::vector<T>& items, size_t position) {
  items.erase(items.begin() + static_cast<std::ptrdiff_t>(position));
}

template <class T>
void move_item(std::vector<T>& items, size_t from, size_t to) {
  const auto first = items.begin() + static_cast<std::ptrdiff_t>(std::min(from, to));
  const auto last = items.begin() + static_cast<std::ptrdiff_t>(std::max(from, to)) + 1;
  if (from < to) std::rotate(first, first + 1, last);
  if (from > to) std::rotate(first, last - 1, last);
}

int64_t scaled_place(int64_t place, int64_t old_extent, int64_t extent) {
  const double share = (static_cast<double>(place) + 0.5) / static_cast<double>(old_extent);
  return std::clamp<int64_t>(static_cast<int64_t>(share * static_cast<double>(extent)), 0, extent - 1);
}

void put_playhead(Model& model, int64_t index) {
  model.playhead.index = index;
  model.playhead.from = index;
  model.playhead.phase = 1;
}

// Keeps the playhead over the same part of the picture when the selected layer's plane changed; starts from
// the centre, where the field is least cut, when another layer was selected.
void settle(Model& model, bool fresh) {
  const Document& document = model.document;
  const std::optional<size_t> row = index_of(document, document.selected);
  const ChainFigures figures = analyze(document.chain);
  if (!row || *row >= figures.layers.size()) {
    // Nothing to walk over: the input, or no figures. Of those derive() shows the last good ones, whose plane
    // this function cannot know.
    if (fresh) {
      model.walked = {0, 0};
      put_playhead(model, 0);
    }
    return;
  }
  const Size2 plane = figures.layers[*row].output.plane();
  if (!fresh && plane == model.walked) return;
  Cell cell{(plane.h - 1) / 2, (plane.w - 1) / 2};
  if (!fresh && model.walked.h > 0) {
    cell.row = scaled_place(model.playhead.index / model.walked.w, model.walked.h, plane.h);
    cell.column = scaled_place(model.playhead.index % model.walked.w, model.walked.w, plane.w);
  }
  model.walked = plane;
  put_playhead(model, cell.row * plane.w + cell.column);
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

// What goes with every change of the document, whichever way it came about.
template <class Change>
void carry_out(Model& model, Change change) {
  const LayerId selected = model.document.selected;
  std::vector<LayerId> before = order(model.document);
  if (!change()) return;
  ++model.revision;
  model.hovered.reset();
  model.picking.reset();
  const bool fresh = model.document.selected != selected;
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

void select(Model& model, LayerId id) {
  if (id == model.document.selected) return;
  if (id != kInput && !index_of(model.document, id)) return;
  model.document.selected = id;
  model.hovered.reset();
  model.pinned.reset();
  model.picking.reset();
  model.playhead.playing = false;
  settle(model, true);
}

// Drops a name that was only made from the layer's old kind and number.
void forget_made_up_name(Chain& chain, size_t index) {
  Chain unnamed = chain;
  for (Layer& layer : unnamed.layers) layer.name.clear();
  if (effective_names(unnamed)[index] == chain.layers[index].name) chain.layers[index].name.clear();
}

Layer with_kind(const Layer& layer, LayerKind kind) {
  Layer next = default_layer(kind);
  next.name = layer.name;
  next.out_channels = layer.out_channels;
  next.out_features = layer.out_features;
  next.output_size = layer.output_size;
  next.bias = layer.bias;
  // A pool's window means the same under max and average; a convolution's does not.
  if (has_window(layer.kind) && has_window(kind) && is_pool(layer.kind) == is_pool(kind)) {
    next.kernel = layer.kernel;
    next.stride = layer.stride;
    next.padding = layer.padding;
    next.ceil_mode = layer.ceil_mode;
    next.count_include_pad = layer.count_include_pad;
  }
  return next;
}

// A new convolution keeps the channels that reach it, so that nothing after it changes but its field.
Layer new_layer(const Chain& chain, LayerKind kind, size_t position) {
  Layer layer = default_layer(kind);
  if (kind == LayerKind::kConv2d) {
    const ChainFigures figures = analyze(chain);
    const size_t known = std::min(position, figures.layers.size());
    layer.out_channels = known == 0 ? chain.channels : figures.layers[known - 1].output.c;
  }
  return layer;
}

// Pairs that are equal move together.
Links links_of(const Layer& layer) {
  Links links;
  links.kernel = layer.kernel.h == layer.kernel.w;
  links.stride = layer.stride.h == layer.stride.w;
  links.dilation = layer.dilation.h == layer.dilation.w;
  links.output_size = layer.output_size.h == layer.output_size.w;
  links.padding = layer.padding.top == layer.padding.left;
  links.padding_sides =
      layer.padding.top == layer.padding.bottom && layer.padding.left == layer.padding.right;
  return links;
}

Document fresh_document(Model& model, Chain chain) {
  Document document;
  document.input_linked = chain.plane.h == chain.plane.w;
  for (const Layer& layer : chain.layers) {
    document.identities.push_back({model.next_id++, links_of(layer)});
  }
  if (!document.identities.empty()) document.selected = document.identities.back().id;
  document.chain = std::move(chain);
  return document;
}

void replace(Model& model, Chain chain) {
  Document next = fresh_document(model, std::move(chain));
  model.camera = {};
  model.playhead.playing = false;
  change(model, 0, [&](Document& document) { document = std::move(next); });
  model.slide_phase = 1;  // a different chain is not the old one rearranged
}

bool is_switch(Field field) {
  return field == Field::kBias || field == Field::kCeilMode || field == Field::kCountIncludePad;
}

struct Updater {
  Model& model;

  void operator()(const Select& a) { select(model, a.id); }

  void operator()(const SelectNeighbour& a) {
    const auto& identities = model.document.identities;
    const auto row = index_of(model.document, model.document.selected);
    const int64_t at = (row ? static_cast<int64_t>(*row) : -1) + a.delta;
    const int64_t to = std::clamp<int64_t>(at, -1, static_cast<int64_t>(identities.size()) - 1);
    select(model, to < 0 ? kInput : identities[static_cast<size_t>(to)].id);
  }

  void operator()(const AddLayer& a) {
    const size_t position = std::min(a.position, model.document.identities.size());
    const LayerId id = model.next_id++;
    change(model, 0, [&](Document& document) {
      insert_at(document.chain.layers, position, new_layer(document.chain, a.kind, position));
      insert_at(document.identities, position, Identity{id, {}});
      document.selected = id;
    });
  }

  void operator()(const AddLayers& a) {
    if (a.layers.empty()) return;
    const size_t position = std::min(a.position, model.document.identities.size());
    change(model, 0, [&](Document& document) {
      for (size_t i = 0; i < a.layers.size(); ++i) {
        document.selected = model.next_id++;
        insert_at(document.chain.layers, position + i, a.layers[i]);
        insert_at(document.identities, position + i, Identity{document.selected, links_of(a.layers[i])});
      }
    });
  }

  void operator()(const DeleteLayer& a) {
    const auto row = index_of(model.document, a.id);
    if (!row) return;
    change(model, 0, [&](Document& document) {
      erase_at(document.chain.layers, *row);
      erase_at(document.identities, *row);
      if (document.selected != a.id) return;
      const size_t left = document.identities.size();
      document.selected = left == 0 ? kInput : document.identities[std::min(*row, left - 1)].id;
    });
  }

  void operator()(const DuplicateLayer& a) {
    const auto row = index_of(model.document, a.id);
    if (!row) return;
    const LayerId id = model.next_id++;
    change(model, 0, [&](Document& document) {
      Layer layer = document.chain.layers[*row];
      layer.name.clear();
      insert_at(document.chain.layers, *row + 1, std::move(layer));
      insert_at(document.identities, *row + 1, Identity{id, document.identities[*row].links});
      document.selected = id;
    });
  }

  void operator()(const MoveLayer& a) {
    const auto row = index_of(model.document, a.id);
    if (!row) return;
    const size_t to = std::min(a.to, model.document.identities.size() - 1);
    if (to == *row) return;
    change(model, 0, [&](Document& document) {
      move_item(document.chain.layers, *row, to);
      move_item(document.identities, *row, to);
      document.selected = a.id;
    });
  }

  void operator()(const SetLayer& a) {
    const auto row = index_of(model.document, a.id);
    if (!row || model.document.chain.layers[*row] == a.layer) return;
    if (model.document.chain.layers[*row].kind != a.layer.kind) return;
    const uint64_t merge = is_switch(a.field) ? 0 : (uint64_t{a.id} << 8) + static_cast<uint64_t>(a.field);
    change(model, merge, [&](Document& document) { document.chain.layers[*row] = a.layer; });
  }

  void operator()(const SetKind& a) {
    const auto row = index_of(model.document, a.id);
    if (!row || model.document.chain.layers[*row].kind == a.kind) return;
    change(model, 0, [&](Document& document) {
      forget_made_up_name(document.chain, *row);
      Layer& layer = document.chain.layers[*row];
      const bool had_channels = layer.out_channels != default_layer(layer.kind).out_channels;
      const int64_t channels = new_layer(document.chain, a.kind, *row).out_channels;
      layer = with_kind(layer, a.kind);
      // One that was a convolution before is what it was; of others, what reaches it goes on.
      if (a.kind == LayerKind::kConv2d && !had_channels) layer.out_channels = channels;
    });
  }

  void operator()(const ResetLayer& a) {
    const auto row = index_of(model.document, a.id);
    if (!row) return;
    Layer next = default_layer(model.document.chain.layers[*row].kind);
    const Layer& layer = model.document.chain.layers[*row];
    next.name = layer.name;
    next.out_channels = layer.out_channels;
    next.out_features = layer.out_features;
    if (next == layer) return;
    change(model, 0, [&](Document& document) {
      document.chain.layers[*row] = next;
      document.identities[*row].links = {};
    });
  }

  void operator()(const SetLinks& a) {
    if (const auto row = index_of(model.document, a.id)) model.document.identities[*row].links = a.links;
  }

  void operator()(const SetInput& a) {
    Chain& chain = model.document.chain;
    if (chain.channels == a.channels && chain.plane == a.plane) return;
    change(model, kMergeInput, [&](Document& document) {
      document.chain.channels = a.channels;
      document.chain.plane = a.plane;
    });
  }

  void operator()(const SetInputLinked& a) { model.document.input_linked = a.linked; }
  void operator()(const SetChain& a) { replace(model, a.chain); }

  void operator()(const ApplyPreset& a) {
    Result<Chain> chain = chain_preset(a.name);
    if (chain.ok()) replace(model, *std::move(chain));
  }

  void operator()(const EndEdit&) { model.history.end_merge(); }
  void operator()(const HoverCell& a) { model.hovered = a.cell; }

  void operator()(const PinCell& a) {
    if (model.walked.h < 1) return;
    const int64_t row = std::clamp<int64_t>(a.cell.row, 0, model.walked.h - 1);
    const int64_t column = std::clamp<int64_t>(a.cell.column, 0, model.walked.w - 1);
    put_playhead(model, row * model.walked.w + column);
    model.playhead.playing = false;
    model.pinned = model.playhead.index;
  }

  void operator()(const OpenPicker& a) {
    model.picking = a.boundary;
    if (model.picking) *model.picking = std::min(*model.picking, model.document.identities.size());
  }

  void operator()(const LetGo&) {
    if (model.picking) {
      model.picking.reset();
    } else if (model.pinned) {
      model.pinned.reset();
    } else {
      select(model, kInput);
    }
  }

  void operator()(const SetCamera& a) {
    model.camera.zoom = std::clamp(a.camera.zoom, Camera::kMinZoom, Camera::kMaxZoom);
    model.camera.left = std::max(a.camera.left, 0.0f);
  }
};

}  // namespace

Model::Model() {
  Result<Chain> chain = chain_preset("lesson");
  document = fresh_document(*this, chain.ok() ? *std::move(chain) : Chain{});
  settle(*this, true);
}

void update(Model& model, const Action& action) { std::visit(Updater{model}, action); }

bool same_work(const Document& a, const Document& b) { return a.chain == b.chain; }

bool only_looks(const Action&) { return false; }
void moved_on(Model&) {}  // a pinned cell stays: it is where the walk goes on

// What was derived from the model before must not pass for the restored one's.
void restored(Model& model, const Model& before) {
  model.revision = std::max(model.revision, before.revision) + 1;
  model.lineage = std::max(model.lineage, before.lineage) + 1;
}

void undo(Model& model) {
  carry_out(model, [&] { return model.history.undo(model.document); });
}

void redo(Model& model) {
  carry_out(model, [&] { return model.history.redo(model.document); });
}

void advance(Model& model, double dt, bool reduce_motion) {
  if (!animating(model)) return;
  model.slide_phase = reduce_motion ? 1 : std::min(1.0, model.slide_phase + dt / Model::kSlideSeconds);
}

bool animating(const Model& model) { return model.slide_phase < 1; }

}  // namespace poolglass::chain
