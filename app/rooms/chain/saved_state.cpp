// The Chain room's part of a saved state.
#include <algorithm>
#include <array>
#include <deque>
#include <set>
#include <span>
#include <utility>
#include <vector>

#include "app/files/state_rooms.h"
#include "app/rooms/chain/summary_saved_state.h"
#include "core/chain/presets.h"
#include "core/io/chain_json_value.h"
#include "core/io/network_json.h"
#include "core/io/network_json_value.h"
#include "core/trimmed.h"

namespace poolglass::chain {
namespace {

constexpr int64_t kMostIds = 1'000'000'001;

LayerId id_of(const Document& document, int64_t number) {
  return number == 0 ? kInput : document.identities[static_cast<size_t>(number - 1)].id;
}

int64_t number_of(const Document& document, LayerId id) {
  for (size_t i = 0; i < document.identities.size(); ++i) {
    if (document.identities[i].id == id) return static_cast<int64_t>(i) + 1;
  }
  return 0;
}

// Layers keep their identities across the steps of the history: "ids", one per layer.
void read_ids(FieldReader& fields, Document* document) {
  const Json* list = fields.list("ids");
  if (list == nullptr) return;
  std::set<int64_t> seen;
  bool good = list->size() == document->identities.size();
  for (size_t i = 0; good && i < list->size(); ++i) {
    int64_t id = 0;
    good = json_integer((*list)[i], &id) && id >= 1 && id < kMostIds && seen.insert(id).second;
    if (good) document->identities[i].id = static_cast<LayerId>(id);
  }
  if (!good) fields.fail("ids must be one number from 1 to 1000000000 per layer, all different");
}

constexpr std::array<std::string_view, 2> kViews = {"spine", "layers"};
constexpr std::array<GraphView, 2> kViewOf = {GraphView::kSpine, GraphView::kLayers};
constexpr std::array<std::string_view, kTints> kTintNames = {"kind", "macs", "params", "memory", "field"};

// A network's title, and whether it is, or was edited from, the published one of that name.
std::shared_ptr<const Graph> read_titled(FieldReader& fields, network::Network network, const char* title_key,
                                         const char* published_key) {
  std::string title;
  fields.text(title_key, &title);
  bool published = false;
  fields.boolean(published_key, &published);
  return make_graph(std::move(network), title, published ? Origin::kPublished : Origin::kFile);
}

std::string titled_text(const Graph& graph, const char* title_key, const char* published_key) {
  const std::string title = ", \"" + std::string(title_key) + "\": " + json_quote(graph.title);
  if (graph.origin != Origin::kPublished) return title;
  return title + ", \"" + published_key + "\": true";
}

// "network": a network in place of a chain, as a file of it, with "title" and "published".
std::shared_ptr<const Graph> read_network_part(FieldReader& fields) {
  const Json* json = fields.object("network");
  if (json == nullptr) return nullptr;
  Result<network::Network> network = read_network(*json);
  if (!network.ok()) {
    fields.fail("network: " + network.status().message());
    return nullptr;
  }
  return read_titled(fields, *std::move(network), "title", "published");
}

// That, or "preset": a published network; null: it is a chain. "layer": the selected one.
std::shared_ptr<const Graph> read_graph(FieldReader& fields, int32_t* selected) {
  std::string preset;
  if (fields.has("preset")) fields.text("preset", &preset);
  const Result<Action> action = preset_action(preset);
  std::shared_ptr<const Graph> graph = read_network_part(fields);
  if (graph == nullptr && action.ok() && holds<SetGraph>(*action)) graph = get_if<SetGraph>(*action)->graph;
  if (graph == nullptr) return nullptr;
  int64_t layer = static_cast<int64_t>(graph->size()) - 1;
  fields.integer("layer", &layer);
  if (layer < 0 || layer >= static_cast<int64_t>(graph->size())) {
    fields.fail("layer must be between 0 and " + std::to_string(graph->size() - 1));
    return nullptr;
  }
  *selected = static_cast<int32_t>(layer);
  return graph;
}

std::string network_text(const Graph& graph) {
  return std::string(trimmed(write_network_json(graph.network)));
}

std::string graph_text(const Document& document) {
  return "\"network\": " + network_text(*document.graph) +
         titled_text(*document.graph, "title", "published") +
         ", \"layer\": " + std::to_string(document.graph_layer);
}

template <size_t count>
size_t read_name(FieldReader& fields, const char* key, const std::array<std::string_view, count>& names) {
  std::string name(names[0]);
  fields.text(key, &name);
  const auto at = std::ranges::find(names, name);
  if (at != names.end()) return static_cast<size_t>(at - names.begin());
  std::string all;
  for (const std::string_view one : names) all += (all.empty() ? "" : ", ") + std::string(one);
  fields.fail(std::string(key) + " must be one of " + all);
  return 0;
}

// "view", "tint", "opened": how a network is looked at.
void read_look(FieldReader& fields, GraphLook* look) {
  look->view = kViewOf[read_name(fields, "view", kViews)];
  look->tint = static_cast<Tint>(read_name(fields, "tint", kTintNames));
  const Json* list = fields.list("opened");
  if (list == nullptr) return;
  for (const Json& json : *list) {
    int64_t key = 0;
    if (!json_integer(json, &key) || key < 0 || key > INT32_MAX)
      return fields.fail("opened must be a list of layers' numbers");
    look->opened.push_back(static_cast<int32_t>(key));
  }
}

std::string look_text(const GraphLook& look) {
  const size_t view = look.view == GraphView::kSpine ? 0 : 1;
  std::string text = ", \"view\": " + json_quote(std::string(kViews[view])) +
                     ", \"tint\": " + json_quote(std::string(kTintNames[static_cast<size_t>(look.tint)])) +
                     ", \"opened\": [";
  for (size_t i = 0; i < look.opened.size(); ++i)
    text += (i == 0 ? "" : ", ") + std::to_string(look.opened[i]);
  return text + "]";
}

// "change", "other" and "held": B of a comparison.
void read_rival(FieldReader& fields, Rival* rival) {
  std::string change(network::what_if_name(rival->change));
  fields.text("change", &change);
  if (const auto known = network::what_if_from_name(change)) {
    rival->change = *known;
  } else {
    fields.fail("change must be one of average, conv2, conv3, dilate, blur, gap");
  }
  fields.text("other", &rival->network);
  const Json* held = fields.object("held");
  if (held == nullptr) return;
  Result<network::Network> network = read_network(*held);
  if (!network.ok()) return fields.fail("held: " + network.status().message());
  rival->held = read_titled(fields, *std::move(network), "held_title", "held_published");
}

std::string rival_text(const Rival& rival) {
  std::string text = ", \"change\": " + json_quote(std::string(what_if_name(rival.change)));
  if (!rival.network.empty()) text.append(", \"other\": ").append(json_quote(rival.network));
  if (!rival.held) return text;
  text.append(", \"held\": ").append(network_text(*rival.held));
  return text.append(titled_text(*rival.held, "held_title", "held_published"));
}

// What a step of the history tells: B ("change") and the summary ("no_summary" where there is none) are those
// of the step nearer to the present unless it tells its own.
struct Told {
  bool rival = false, summary = false;
};
Told read_told(FieldReader& fields, Document* document) {
  Told told{fields.has("change"), fields.has("summary")};
  if (told.rival) read_rival(fields, &document->rival);
  if (told.summary) document->summary = read_summary(fields, "summary");
  bool none = false;
  fields.boolean("no_summary", &none);
  told.summary = told.summary || none;
  return told;
}

std::string told_text(const Document& document, const Document& nearer) {
  std::string text;
  if (document.rival != nearer.rival) text += rival_text(document.rival);
  if (document.summary == nearer.summary) return text;
  if (!document.summary) return text + ", \"no_summary\": true";
  return text + ", \"summary\": " + summary_json(*document.summary);
}

void read_document(FieldReader& fields, Document* document) {
  if (fields.has("network")) {
    document->graph = read_graph(fields, &document->graph_layer);
    return;
  }
  const Result<Chain> chain = read_chain_fields(fields);
  if (!chain.ok()) return fields.fail(chain.status().message());
  Model model;
  model.document.rival = document->rival;
  model.document.summary = document->summary;
  update(model, SetChain{*chain});
  *document = model.document;
  read_ids(fields, document);
  int64_t selected = 0;
  fields.integer("selected", &selected);
  if (selected < 0 || selected > static_cast<int64_t>(chain->layers.size())) {
    return fields.fail("selected must be between 0 (the input) and " + std::to_string(chain->layers.size()));
  }
  document->selected = id_of(*document, selected);
}

std::string ids_text(const Document& document) {
  std::string text = ", \"ids\": [";
  for (const Identity& identity : document.identities) {
    text += (&identity == document.identities.data() ? "" : ", ") + std::to_string(identity.id);
  }
  return text + "]";
}

std::string document_text(const Document& document, const Document& nearer) {
  const std::string told = told_text(document, nearer);
  if (document.graph) return graph_text(document) + told;
  return chain_fields_text(document.chain, "      ") +
         ", \"selected\": " + std::to_string(number_of(document, document.selected)) + ids_text(document) +
         told;
}

LayerId largest_id(const Document& document) {
  LayerId largest = kInput;
  for (const Identity& identity : document.identities) largest = std::max(largest, identity.id);
  return largest;
}

// What steps do not tell, from those nearer to the present, the last of which are at the end.
template <class Documents>
void inherit(std::span<const Told> told, const Document& present, Documents* documents) {
  const Document* nearer = &present;
  for (size_t i = told.size(); i-- > 0;) {
    Document& document = (*documents)[i];
    if (!told[i].rival) document.rival = nearer->rival;
    if (!told[i].summary) document.summary = nearer->summary;
    nearer = &document;
  }
}

// B, the summary, the history, and a number for the next new layer that nothing in it has.
void take_history(FieldReader& fields, Model* model) {
  read_rival(fields, &model->document.rival);
  if (fields.has("summary")) model->document.summary = read_summary(fields, "summary");
  std::vector<Told> told;
  const auto read = [&](FieldReader& step, Document* document) {
    told.push_back(read_told(step, document));
    read_document(step, document);
  };
  History<Document> history;
  read_history(fields, read, &history);
  std::deque<Document> past = history.past();
  std::vector<Document> future = history.future();
  if (told.size() == past.size() + future.size()) {
    inherit({told.data(), past.size()}, model->document, &past);
    inherit({told.data() + past.size(), future.size()}, model->document, &future);
  }
  model->history = History<Document>(std::move(past), std::move(future));
  LayerId largest = largest_id(model->document);
  for (const Document& document : model->history.past()) largest = std::max(largest, largest_id(document));
  for (const Document& document : model->history.future()) largest = std::max(largest, largest_id(document));
  model->next_id = std::max(model->next_id, largest + 1);
}

constexpr std::array<std::string_view, 2> kProofs = {"walks", "poke"};
constexpr int64_t kMostPixel = int64_t{1} << 40;

// What lenses look at: "second" (of "second_layer"), "poked", "photo", "proof" and "columns".
void read_lens_looks(FieldReader& fields, Model* model) {
  Cell cell;
  if (fields.has("second")) {
    read_cell(fields, "second", {kMostPixel, kMostPixel}, &cell.row, &cell.column);
    model->second = cell;
    int64_t layer = edited_layer(model->document);
    fields.integer("second_layer", &layer);
    const int64_t layers = layer_count(model->document);
    if (layer < 0 || layer >= layers)
      return fields.fail("second_layer must be below " + std::to_string(layers));
    model->second_layer = static_cast<int32_t>(layer);
  }
  if (fields.has("poked")) {
    read_cell(fields, "poked", {kMostPixel, kMostPixel}, &cell.row, &cell.column);
    model->poked = cell;
  }
  fields.boolean("photo", &model->photo);
  model->proof = static_cast<Proof>(read_name(fields, "proof", kProofs));
  bool columns = false;
  fields.boolean("columns", &columns);
  if (columns) model->along = network::Along::kColumns;
}

std::string lens_looks_text(const Model& model) {
  std::string text;
  if (model.second) {
    text.append(", \"second\": ").append(pair_text(model.second->row, model.second->column));
    if (model.second_layer != edited_layer(model.document))
      text.append(", \"second_layer\": ").append(std::to_string(model.second_layer));
  }
  if (model.poked) text.append(", \"poked\": ").append(pair_text(model.poked->row, model.poked->column));
  if (!model.photo) text.append(", \"photo\": false");
  if (model.proof != Proof::kWalks) text.append(", \"proof\": ").append(json_quote(std::string(kProofs[1])));
  if (model.along == network::Along::kColumns) text.append(", \"columns\": true");
  return text;
}

}  // namespace

// What is shown of the layer that was selected: the pinned cell, the hovered one, lens, playback, camera.
void read_looks(FieldReader& fields, Model* model) {
  Cell cell, hover;
  const bool walked = model->walked.h > 0;  // else the chain is broken there, and no cell can be shown
  if (fields.has("cell") && walked) {
    read_cell(fields, "cell", model->walked, &cell.row, &cell.column);
    update(*model, PinCell{cell});
  }
  size_t lens = kCostLens;
  read_lens(fields, kLenses, &lens);
  change_lens(*model, lens);
  if (fields.has("hover") && walked) {
    read_cell(fields, "hover", model->walked, &hover.row, &hover.column);
    model->hovered = hover;
  }
  read_playback(fields, &model->playhead);
  read_lens_looks(fields, model);
  double zoom = 1, left = 0;
  fields.number("zoom", &zoom);
  fields.number("left", &left);
  if (zoom < 0.2 || zoom > double{Camera::kMaxZoom}) fields.fail("zoom must be between 0.2 and 8192");
  zoom = std::max(zoom, double{Camera::kMinZoom});  // files of the first version may hold less
  if (left < 0 || left > 1e6) fields.fail("left must be between 0 and 1000000");
  model->camera = {static_cast<float>(zoom), static_cast<float>(left)};
}

Status read_state(const Json& json, Model* model) {
  FieldReader fields(json, "chain");
  int32_t layer = 0;
  if (auto graph = read_graph(fields, &layer)) {
    update(*model, SetGraph{std::move(graph)});
    update(*model, SelectLayer{layer});
    read_look(fields, &model->look);
    take_history(fields, model);
    read_looks(fields, model);
    return fields.status();
  }
  if (!fields.ok()) return fields.status();
  std::string preset;
  fields.text("preset", &preset);
  const bool own = fields.has("input") || fields.has("layers");
  if (own && !preset.empty()) return invalid_argument("chain: preset and layers exclude each other");
  const std::string name = preset.empty() ? "lesson" : preset;
  const Result<Chain> chain = own ? read_chain_fields(fields) : chain_preset(name);
  if (!chain.ok()) return Status(chain.status().code(), "chain: " + chain.status().message());
  update(*model, SetChain{*chain});
  read_ids(fields, &model->document);
  const auto& identities = model->document.identities;
  model->document.selected = identities.empty() ? kInput : identities.back().id;
  take_history(fields, model);

  int64_t selected = static_cast<int64_t>(chain->layers.size());
  fields.integer("selected", &selected);
  if (selected < 0 || selected > static_cast<int64_t>(chain->layers.size())) {
    fields.fail("selected must be between 0 (the input) and " + std::to_string(chain->layers.size()));
    return fields.status();
  }
  update(*model, Select{id_of(model->document, selected)});
  read_looks(fields, model);
  return fields.status();
}

std::string state_text(const Model& model, bool with_history) {
  std::string text = "{";
  if (model.document.graph) {
    text.append(graph_text(model.document)).append(look_text(model.look));
  } else {
    text.append(chain_fields_text(model.document.chain, "    "));
    text.append(",\n    \"selected\": ")
        .append(std::to_string(number_of(model.document, model.document.selected)));
  }
  if (model.pinned && model.walked.w > 0) {
    text.append(", \"cell\": ")
        .append(pair_text(*model.pinned / model.walked.w, *model.pinned % model.walked.w));
  }
  text.append(", ").append(lens_text(kLenses, model.lens)).append(playback_text(model.playhead));
  text.append(", \"zoom\": ").append(number_text(model.camera.zoom));
  text.append(", \"left\": ").append(number_text(model.camera.left));
  text.append(lens_looks_text(model)).append(told_text(model.document, {}));
  if (with_history && !model.document.graph) text.append(ids_text(model.document));
  const Document* nearer = &model.document;
  const auto step_text = [&](const Document& step) {
    const bool nearest = (model.history.can_undo() && &step == &model.history.past().back()) ||
                         (model.history.can_redo() && &step == &model.history.future().back());
    const Document& before = nearest ? model.document : *nearer;
    nearer = &step;
    return document_text(step, before);
  };
  if (with_history) text.append(history_text(model.history, step_text));
  return text.append("}");
}

}  // namespace poolglass::chain
