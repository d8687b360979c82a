#include "app/rooms/chain/model.h"

#include <algorithm>
#include <type_traits>

#include "app/rooms/chain/changes.h"
#include "app/rooms/chain/edits.h"
#include "core/chain/as_network.h"
#include "core/chain/presets.h"
#include "core/network/edit.h"
#include "core/network/sizes.h"

namespace poolglass::chain {
namespace {

constexpr uint64_t kMergeInput = ~uint64_t{0};
constexpr int64_t kAllSteps = int64_t{1} << 20;  // a walk begins with its result in sight

void select(Model& model, LayerId id) {
  if (id == model.document.selected) return;
  if (id != kInput && !index_of(model.document, id)) return;
  model.document.selected = id;
  look_elsewhere(model);
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

void select_layer(Model& model, int32_t layer) {
  const std::shared_ptr<const Graph>& graph = model.document.graph;
  if (!graph || layer == model.document.graph_layer) return;
  if (layer < 0 || layer >= static_cast<int32_t>(graph->size())) return;
  model.document.graph_layer = layer;
  look_elsewhere(model);
}

// The last layer whose units have a field of their own, or the last that has figures.
int32_t telling_layer(const Graph& graph) {
  const int32_t last = network::last_local_layer(graph.figures);
  return last >= 0 ? last : std::max(static_cast<int32_t>(graph.figures.layers.size()) - 1, 0);
}

// The network in place of what is there.
void replace(Model& model, std::shared_ptr<const Graph> graph) {
  model.camera = {};
  model.look.opened.clear();
  model.find = {};
  model.playhead.playing = false;
  const int32_t selected = telling_layer(*graph);
  change(model, 0, [&](Document& document) {
    document.graph = std::move(graph);
    document.graph_layer = selected;
  });
  model.slide_phase = 1;
}

void replace(Model& model, Chain chain) {
  Document next = fresh_document(model, std::move(chain));
  model.camera = {};
  model.playhead.playing = false;
  next.rival = model.document.rival;
  next.summary = model.document.summary;
  change(model, 0, [&](Document& document) { document = std::move(next); });
  model.slide_phase = 1;  // a different chain is not the old one rearranged
}

bool is_switch(Field field) {
  return field == Field::kBias || field == Field::kCeilMode || field == Field::kCountIncludePad;
}

// What means nothing where a network is shown.
bool edits_chain(const Action& action) {
  return holds<Select>(action) || holds<SelectNeighbour>(action) || holds<AddLayer>(action) ||
         holds<AddLayers>(action) || holds<DeleteLayer>(action) || holds<DuplicateLayer>(action) ||
         holds<MoveLayer>(action) || holds<SetLayer>(action) || holds<SetKind>(action) ||
         holds<ResetLayer>(action) || holds<SetLinks>(action) || holds<OpenPicker>(action);
}

// Where playback of the Proof lens stands at first: at the end of the walks, at the pixel that is held, or in
// the middle of the input.
void begin_proof(Model& model) {
  Playhead& head = model.playhead;
  head.phase = 1;
  head.index = kAllSteps;
  if (model.proof == Proof::kPoke) {
    const Document& document = model.document;
    const Size2 input = document.graph ? document.graph->figures.input_size : document.chain.plane;
    const Cell pixel = model.poked.value_or(Cell{input.h / 2, input.w / 2});
    const bool inside = pixel.row >= 0 && pixel.column >= 0 && pixel.row < input.h && pixel.column < input.w;
    head.index = inside ? pixel.row * input.w + pixel.column : 0;
  }
  head.from = head.index;
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
    if (model.document.graph) return resize_graph(a.plane);
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
    const Result<Action> action = preset_action(a.name);
    if (action.ok()) action->visit(*this);
  }

  void operator()(const SetGraph& a) {
    if (a.graph && a.graph->size() > 0) replace(model, a.graph);
  }

  void operator()(const SelectLayer& a) {
    if (model.document.graph) return select_layer(model, a.layer);
    const auto& identities = model.document.identities;  // of the chain, shown as a network
    if (a.layer < 0 || a.layer > std::ssize(identities)) return;
    select(model, a.layer == 0 ? kInput : identities[static_cast<size_t>(a.layer) - 1].id);
  }
  void operator()(const SetLook& a) { model.look = a.look; }

  void operator()(const OpenFold& a) {
    std::vector<int32_t>& opened = model.look.opened;
    std::erase(opened, a.key);
    if (a.open) opened.push_back(a.key);
  }

  void operator()(const DeleteNetworkLayer& a) {
    const std::shared_ptr<const Graph>& graph = model.document.graph;
    if (!graph || a.layer < 0) return;
    adopt(without_layer(graph->network, static_cast<size_t>(a.layer)), std::max(a.layer - 1, 0));
  }

  void operator()(const DeletePath& a) {
    const std::shared_ptr<const Graph>& graph = model.document.graph;
    if (!graph || a.join < 0) return;
    adopt(without_path(graph->network, static_cast<size_t>(a.join), a.input), a.join);
  }

  // What is shown, as a network.
  network::Network network_now() const {
    return model.document.graph ? model.document.graph->network : as_network(model.document.chain);
  }

  void operator()(const AddBypass& a) {
    if (a.layer < 0) return;
    adopt(with_bypass(network_now(), static_cast<size_t>(a.layer), a.join), a.layer + 1);
  }

  void operator()(const AddNetworkLayer& a) {
    const network::Network network = network_now();
    const network::Figures figures = network::analyze(network);
    const auto layer = static_cast<size_t>(a.layer);
    if (a.layer < 0 || layer >= figures.layers.size()) return;
    const network::LayerFigures& at = figures.layers[layer];
    const bool map = at.axes.rows >= 0;
    network::Layer added = network::default_layer(map ? network::Kind::kConv2d : network::Kind::kLinear);
    added.out_channels = added.out_features = std::max<int64_t>(at.channels(), 1);
    adopt(with_layer(network, layer, std::move(added), a.place), a.layer + 1);
  }

  void operator()(const MarkLayer& a) {
    if (!a.layer || (*a.layer >= 0 && *a.layer < layer_count(model.document))) model.marked = a.layer;
  }

  void operator()(const JoinLayers& a) {
    if (a.a < 0 || a.b < 0) return;
    adopt(with_join(network_now(), static_cast<size_t>(a.a), static_cast<size_t>(a.b), a.join),
          std::max(a.a, a.b) + 1);
  }

  void operator()(const FixJoins& a) {
    const std::shared_ptr<const Graph>& graph = model.document.graph;
    if (!graph || !a.network) return;
    const std::string name = effective_names(graph->network)[static_cast<size_t>(model.document.graph_layer)];
    const std::vector<std::string> names = effective_names(*a.network);
    adopt(*a.network, static_cast<int32_t>(std::ranges::find(names, name) - names.begin()));
  }

  // The edited network in place of what is there, a layer of it selected; a failed edit changes nothing.
  void adopt(Result<network::Network> edited, int32_t selected) {
    if (!edited.ok()) return;
    const Graph* before = model.document.graph.get();
    auto graph = before ? make_graph(*std::move(edited), before->title, before->origin)
                        : make_graph(*std::move(edited), "");
    change(model, 0, [&](Document& document) {
      document.graph_layer = std::min(selected, static_cast<int32_t>(graph->size()) - 1);
      document.graph = std::move(graph);
    });
    model.look.opened.clear();  // its keys are of the network before
  }

  void operator()(const SetFind& a) { model.find = a.find; }

  void resize_graph(Size2 plane) {
    const std::shared_ptr<const Graph>& graph = model.document.graph;
    if (graph->figures.input_size == plane) return;
    auto resized = make_graph(network::resized(graph->network, plane), graph->title, graph->origin);
    change(model, kMergeInput, [&](Document& document) { document.graph = std::move(resized); });
  }

  void operator()(const EndEdit&) { model.history.end_merge(); }
  void operator()(const HoverPixel& a) { model.pixel = a.pixel; }
  void operator()(const HoverCell& a) { model.hovered = a.cell; }
  void operator()(const HoverLayer& a) { model.hovered_layer = a.layer; }

  Cell within_walked(Cell cell) const {
    return {std::clamp<int64_t>(cell.row, 0, model.walked.h - 1),
            std::clamp<int64_t>(cell.column, 0, model.walked.w - 1)};
  }

  void operator()(const PinCell& a) {
    if (model.walked.h < 1) return;
    const Cell cell = within_walked(a.cell);
    put_playhead(model, cell.row * model.walked.w + cell.column);
    cell_head(model).playing = false;
    model.pinned = cell_head(model).index;
  }

  void operator()(const UnpinCell&) { model.pinned.reset(); }

  void operator()(const PinSecond& a) {
    model.second.reset();
    if (a.cell && model.walked.h > 0) model.second = within_walked(*a.cell);
    model.second_layer = edited_layer(model.document);
  }

  void operator()(const PokePixel& a) {
    model.poked = a.pixel;
    if (a.pixel && model.lens == kProofLens) begin_proof(model);
  }

  void operator()(const SetProof& a) {
    if (model.proof == a.proof) return;
    model.proof = a.proof;
    model.poked.reset();
    if (model.lens != kProofLens) return;
    model.playhead.playing = false;
    begin_proof(model);
  }

  void operator()(const SetPhoto& a) { model.photo = a.on; }
  void operator()(const SetAlong& a) { model.along = a.along; }
  void operator()(const SetSummary& a) {
    if (a.summary == model.document.summary) return;
    model.history.remember(model.document);
    model.document.summary = a.summary;
  }
  void operator()(const SetRival& a) {
    if (a.rival == model.document.rival) return;
    const bool looks = a.rival.is_change() && model.document.rival.is_change();
    if (!looks) model.history.remember(model.document);
    model.document.rival = a.rival;
  }

  void operator()(const SwapRival& a) {
    if (!a.a || !a.b) return;
    show_network(a.b->network, a.b->title, a.b->origin).visit(*this);
    model.document.rival.network.clear();  // in the step that the network's change is
    model.document.rival.held = a.a;
  }

  void operator()(const ApplyWhatIf& a) {
    const network::Network network = network_now();
    const Result<network::Changed> changed = network::what_if(network, network::analyze(network), a.change);
    if (!changed.ok()) return;
    const int32_t selected = edited_layer(model.document);
    // The last of the layers that stand for the selected one, or for one before it.
    int32_t to = 0;
    for (size_t i = 0; i < changed->from.size(); ++i) {
      if (changed->from[i] <= selected) to = static_cast<int32_t>(i);
    }
    if (model.document.graph) return adopt(changed->network, to);
    const std::optional<Chain> chain = as_chain(changed->network);
    if (!chain) return;
    change(model, 0, [&](Document& document) {
      const std::vector<Identity> before = document.identities;
      document.chain = *chain;
      document.identities.clear();
      for (size_t i = 0; i < chain->layers.size(); ++i) {
        const int32_t from = changed->from[i + 1];
        const bool first = from != changed->from[i];  // of those that stand for one layer, the first is it
        Identity identity{model.next_id, links_of(chain->layers[i])};
        if (first) identity.id = before[static_cast<size_t>(from) - 1].id;
        model.next_id += !first;
        document.identities.push_back(identity);
      }
      document.selected = to == 0 ? kInput : document.identities[static_cast<size_t>(to) - 1].id;
    });
  }

  void operator()(const OpenPicker& a) {
    model.picking = a.boundary;
    if (model.picking) *model.picking = std::min(*model.picking, model.document.identities.size());
  }

  void operator()(const LetGo&) {
    if (model.picking) {
      model.picking.reset();
    } else if (model.find.open) {
      model.find = {};
    } else if (holds_pixel(model)) {
      model.poked.reset();
    } else if (shows_second(model)) {
      model.second.reset();
    } else if (shows_pin(model)) {
      model.pinned.reset();
    } else if (model.marked) {
      model.marked.reset();
    } else if (model.document.graph && !model.look.opened.empty()) {
      model.look.opened.pop_back();
    } else if (model.document.graph) {
      select_layer(model, 0);
    } else {
      select(model, kInput);
    }
  }

  void operator()(const SetCamera& a) {
    model.camera.zoom = std::clamp(a.camera.zoom, Camera::kMinZoom, Camera::kMaxZoom);
    model.camera.left = std::max(a.camera.left, 0.0f);
  }
};

// A change of A is looked at, and no step of the history: where B is one before and after, it stays.
template <class Travel>
bool keeping_change(Document& document, Travel travel) {
  const Rival looked = document.rival;
  if (!travel()) return false;
  if (looked.is_change() && document.rival.is_change()) document.rival = looked;
  return true;
}

}  // namespace

Model::Model() {
  Result<Chain> chain = chain_preset("lesson");
  document = fresh_document(*this, chain.ok() ? *std::move(chain) : Chain{});
  settle(*this, true);
}

void update(Model& model, const Action& action) {
  if (model.document.graph && edits_chain(action)) return;
  action.visit(Updater{model});
}

int32_t edited_layer(const Document& document) {
  if (document.graph) return document.graph_layer;
  const auto row = index_of(document, document.selected);
  return row ? static_cast<int32_t>(*row) + 1 : 0;
}

int32_t layer_count(const Document& document) {
  return static_cast<int32_t>(document.graph ? document.graph->size() : document.identities.size() + 1);
}

bool poking(const Model& model) { return model.lens == kProofLens && model.proof == Proof::kPoke; }
bool holds_pixel(const Model& model) { return model.poked && poking(model); }
bool shows_second(const Model& model) { return model.second && model.lens != kCostLens; }
bool shows_pin(const Model& model) {
  const Playhead& head = cell_head(model);
  return model.pinned && *model.pinned == head.index && !head.playing;
}

const Playhead& cell_head(const Model& model) {
  return model.lens == kProofLens ? model.parked : model.playhead;
}
Playhead& cell_head(Model& model) { return model.lens == kProofLens ? model.parked : model.playhead; }

void change_lens(Model& model, size_t lens) {
  const bool walked = model.lens == kProofLens;
  if (walked != (lens == kProofLens)) {
    model.playhead.playing = false;
    std::swap(model.playhead, model.parked);
    model.playhead.phase = 1;
    if (!walked) begin_proof(model);
  }
  model.lens = lens;
  model.hovered.reset();
  model.pixel.reset();
  model.hovered_layer.reset();
  model.picking.reset();
}

bool same_work(const Document& a, const Document& b) {
  const bool same_summary = a.summary == b.summary || (a.summary && b.summary && *a.summary == *b.summary);
  const bool same_rival = a.rival.network == b.rival.network && same_network(a.rival.held, b.rival.held);
  return same_summary && same_rival && same_network(a.graph, b.graph) && (a.graph || a.chain == b.chain);
}

int64_t unshared_bytes(const Document& older, const Document& newer) {
  // A layer with its figures, names and labels; what phases and lists of inputs hold beside is small.
  constexpr size_t kEach = sizeof(network::Layer) + sizeof(network::LayerFigures) + 2 * sizeof(std::string);
  constexpr size_t kEachRow = sizeof(network::SummaryRow) + 4 * sizeof(int64_t);
  size_t bytes = 0;
  if (older.graph && older.graph != newer.graph) bytes += older.graph->size() * kEach;
  const std::shared_ptr<const Graph>& held = older.rival.held;
  if (held && held != newer.rival.held && held != newer.graph) bytes += held->size() * kEach;
  if (older.summary && older.summary != newer.summary) bytes += older.summary->rows.size() * kEachRow;
  return static_cast<int64_t>(bytes);
}

bool only_looks(const Action&) { return false; }
void moved_on(Model&) {}  // a pinned cell stays: it is where the walk goes on

// What was derived from the model before must not pass for the restored one's.
void restored(Model& model, const Model& before) {
  model.revision = std::max(model.revision, before.revision) + 1;
  model.lineage = std::max(model.lineage, before.lineage) + 1;
}

void undo(Model& model) {
  carry_out(model, [&] {
    return keeping_change(model.document, [&] { return model.history.undo(model.document); });
  });
}

void redo(Model& model) {
  carry_out(model, [&] {
    return keeping_change(model.document, [&] { return model.history.redo(model.document); });
  });
}

void advance(Model& model, double dt, bool reduce_motion) {
  if (!animating(model)) return;
  model.slide_phase = reduce_motion ? 1 : std::min(1.0, model.slide_phase + dt / Model::kSlideSeconds);
}

bool animating(const Model& model) { return model.slide_phase < 1; }

}  // namespace poolglass::chain
