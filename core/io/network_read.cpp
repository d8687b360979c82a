// Reads networks: the document into a tree of layers and repeats, the tree written out, names resolved.
#include <unordered_map>

#include "core/chain/as_network.h"
#include "core/io/file.h"
#include "core/io/network_json.h"
#include "core/io/network_json_value.h"

namespace poolglass {
namespace {

using network::Dims;
using network::Kind;
using network::kUnknownSize;
using network::Network;
using network::Repeat;

constexpr JsonLimits kNetworkLimits;

// A layer, or a repeat of others, as it stands in the document.
struct Item {
  std::string where;  // "layer 3 (conv2d)"
  network::Layer layer;
  bool names_inputs = false;
  std::vector<std::string> inputs;
  int64_t times = 0;  // 0: a layer
  int64_t from = 1;
  std::string index = "i";
  std::vector<Item> items;
};

bool read_names(FieldReader& fields, const char* key, std::vector<std::string>* names) {
  const Json* list = fields.list(key);
  if (list == nullptr) return false;
  for (const Json& name : *list) {
    if (!name.is_string()) {
      fields.fail(std::string(key) + " must be a list of names");
      return false;
    }
    names->push_back(name.get_ref<const std::string&>());
  }
  if (list->empty()) fields.fail(std::string(key) + " must name at least one layer");
  return true;
}

Status read_items(const Json& list, const std::string& prefix, std::vector<Item>* items);

Status read_repeat(const Json& json, const std::string& number, Item* item) {
  FieldReader fields(json, "layer " + number);
  fields.integer("repeat", &item->times);
  if (fields.ok() && item->times < 1) fields.fail("repeat must be at least 1");
  fields.integer("from", &item->from);
  if (item->from < 0) fields.fail("from must be at least 0");
  fields.text("index", &item->index);
  if (item->index.empty() || item->index.size() > 20 ||
      item->index.find_first_of("{}") != std::string::npos) {
    fields.fail("index must be a name of 1 to 20 bytes without braces");
  }
  fields.require("layers");
  const Json* layers = fields.list("layers");
  if (layers != nullptr && layers->empty()) fields.fail("a repeat needs layers");
  if (Status s = fields.status(); !s.ok()) return s;
  if (int64_t last; __builtin_add_overflow(item->times, item->from, &last)) {
    return invalid_argument("layer " + number + ": repeat is beyond 2^63-1");
  }
  return read_items(*layers, number + ".", &item->items);
}

Status read_item(const Json& json, const std::string& number, Item* item) {
  item->where = "layer " + number;
  if (json.is_object() && json.contains("repeat")) return read_repeat(json, number, item);
  std::string type;
  FieldReader head(json, item->where);
  head.require("type");
  head.text("type", &type);
  if (!head.ok()) return head.status();  // first failure; other keys are judged below
  const std::optional<Kind> kind = network::kind_from_name(type);
  if (!kind || *kind == Kind::kInput) {
    return invalid_argument(item->where + ": type \"" + type.substr(0, 40) + "\" is unknown");
  }
  item->where += " (" + type + ")";
  FieldReader fields(json, item->where);
  item->layer.kind = *kind;
  fields.has("type");
  fields.text("name", &item->layer.name);
  item->names_inputs = read_names(fields, "inputs", &item->inputs);
  read_layer_fields(fields, &item->layer);
  return fields.status();
}

Status read_items(const Json& list, const std::string& prefix, std::vector<Item>* items) {
  items->reserve(list.size());
  for (const Json& json : list) {
    items->emplace_back();
    if (Status s = read_item(json, prefix + std::to_string(items->size()), &items->back()); !s.ok()) return s;
  }
  return {};
}

// Writes the tree out and resolves names when all layers are there.
class Expander {
 public:
  explicit Expander(Network* network) : network_(network) {}

  Status expand(const std::vector<Item>& items) {
    scopes_.push_back({});
    if (Status s = add_items(items, 0); !s.ok()) return s;
    return resolve();
  }

  // Of a name outside all repeats.
  int32_t find(const std::string& name) const {
    const auto at = names_.find(name);
    return at == names_.end() ? -1 : at->second;
  }

 private:
  // One copy of a repeat's layers; scope 0 is outside all.
  struct Scope {
    int32_t parent = -1;
    int32_t before = -1;                             // the layer that stands before the copy: "@in"
    std::unordered_map<std::string, int32_t> names;  // as written, of this copy
    std::vector<CopyNumber> copies;
  };
  struct Reference {
    int32_t layer;
    int32_t scope;
    const Item* item;
  };

  Status add_items(const std::vector<Item>& items, int32_t scope) {
    for (const Item& item : items) {
      if (Status s = item.times > 0 ? add_repeat(item, scope) : add_layer(item, scope); !s.ok()) return s;
    }
    return {};
  }

  Status add_repeat(const Item& item, int32_t scope) {
    const size_t first = network_->layers.size();
    const size_t mine = network_->repeats.size();
    const bool listed = listing_;  // of a repeated block only the first copy's blocks are
    if (listed)
      network_->repeats.push_back({static_cast<int32_t>(first), 0, item.times, item.from, item.index});
    for (int64_t copy = 0; copy < item.times; ++copy) {
      Scope inner;
      inner.parent = scope;
      inner.before = static_cast<int32_t>(network_->layers.size()) - 1;
      inner.copies = scopes_[static_cast<size_t>(scope)].copies;
      inner.copies.push_back({item.index, item.from + copy, item.times > 1});
      scopes_.push_back(std::move(inner));
      listing_ = listed && copy == 0;
      if (Status s = add_items(item.items, static_cast<int32_t>(scopes_.size()) - 1); !s.ok()) return s;
      if (listed && copy == 0)
        network_->repeats[mine].length = static_cast<int32_t>(network_->layers.size() - first);
    }
    listing_ = listed;
    return {};
  }

  Status add_layer(const Item& item, int32_t scope) {
    if (static_cast<int64_t>(network_->layers.size() - inputs_) >= kMostLayers) {
      return invalid_argument(item.where + ": layers written out are more than the limit of " +
                              std::to_string(kMostLayers));
    }
    connections_ += static_cast<int64_t>(item.inputs.size());
    for (const std::string& name : item.inputs) name_bytes_ += static_cast<int64_t>(name.size());
    if (connections_ > kMostConnections) {
      return invalid_argument(item.where + ": inputs written out are more than the limit of " +
                              std::to_string(kMostConnections));
    }
    const int32_t index = static_cast<int32_t>(network_->layers.size());
    Scope& in = scopes_[static_cast<size_t>(scope)];
    network::Layer layer = item.layer;
    if (scope > 0 && !layer.name.empty()) {
      layer.written = layer.name;
      layer.name = copy_name(layer.written, in.copies);
      name_bytes_ += static_cast<int64_t>(layer.name.size() + layer.written.size());
      in.names.emplace(layer.written, index);
    }
    if (name_bytes_ > kMostNameBytes) {
      return invalid_argument(item.where + ": names written out have more bytes than the limit of " +
                              std::to_string(kMostNameBytes));
    }
    if (item.names_inputs) references_.push_back({index, scope, &item});
    network_->layers.push_back(std::move(layer));
    return {};
  }

  Status resolve() {
    const std::vector<std::string> made = network::effective_names(*network_);
    for (size_t i = 0; i < made.size(); ++i) names_.emplace(made[i], static_cast<int32_t>(i));
    for (size_t i = made.size(); i-- > 0;) {  // "conv" outside means the last copy's
      const std::string& written = network_->layers[i].written;
      if (!written.empty()) names_.emplace(written, static_cast<int32_t>(i));
    }
    for (const Reference& reference : references_) {
      network::Layer& layer = network_->layers[static_cast<size_t>(reference.layer)];
      for (const std::string& name : reference.item->inputs) {
        const int32_t source = look_up(name, reference.scope);
        if (source < 0) {
          return invalid_argument(reference.item->where + ": input \"" + name.substr(0, 80) +
                                  "\" is no layer");
        }
        layer.inputs.push_back(source);
      }
      const bool usual = layer.inputs.size() == 1 && layer.inputs[0] == reference.layer - 1;
      if (usual) layer.inputs.clear();
    }
    return {};
  }

  int32_t look_up(const std::string& name, int32_t scope) const {
    const Scope& here = scopes_[static_cast<size_t>(scope)];
    if (name == "@in" && scope > 0) return here.before;
    for (int32_t at = scope; at > 0; at = scopes_[static_cast<size_t>(at)].parent) {
      const auto& names = scopes_[static_cast<size_t>(at)].names;
      if (const auto found = names.find(name); found != names.end()) return found->second;
    }
    return find(scope > 0 ? place_numbers(name, here.copies) : name);
  }

  Network* network_;
  size_t inputs_ = network_->layers.size();
  std::vector<Scope> scopes_;
  std::vector<Reference> references_;
  std::unordered_map<std::string, int32_t> names_;
  bool listing_ = true;
  int64_t connections_ = 0;
  int64_t name_bytes_ = 0;
};

// [C, H, W], [N, C, H, W] or [features].
bool read_shape(const Json& json, network::Layer* input) {
  Dims dims;
  if (!read_dims(json, &dims) || dims.rank == 2 || dims.rank > 4) return false;
  if (dims.rank == 4) {
    input->output = dims;
    return true;
  }
  input->output = {kUnknownSize};
  for (int i = 0; i < dims.rank; ++i) input->output[input->output.rank++] = dims[i];
  if (dims.rank == 1) input->axes = network::kVector;
  return true;
}

void read_input(FieldReader& fields, Network* network) {
  network::Layer input = network::make_input({});
  const Json* json = fields.any("input");
  const bool fits = json != nullptr && read_shape(*json, &input);
  if (json != nullptr && !fits) {
    int64_t sizes[3] = {};
    fields.integers("input", {&sizes[0], &sizes[1], &sizes[2]});  // format 1's sentence
    input.output = {kUnknownSize, sizes[0], sizes[1], sizes[2]};  // sizes below 0: analyze() refuses them
    for (const int64_t size : sizes) {
      if (size < 0 && fields.ok())
        fields.fail("input is " + std::to_string(size) + ", but must be at least 1");
    }
  }
  network->layers.push_back(std::move(input));
}

void read_inputs(FieldReader& fields, Network* network) {
  const Json* list = fields.list("inputs");
  if (list == nullptr) return;
  for (const Json& json : *list) {
    const std::string where = "input " + std::to_string(network->layers.size() + 1);
    FieldReader one(json, where);
    network::Layer input = network::make_input({});
    input.name.clear();
    one.text("name", &input.name);
    one.require("shape");
    const Json* shape = one.any("shape");
    if (shape != nullptr && !read_shape(*shape, &input)) {
      one.fail("shape must be [C, H, W], [N, C, H, W] or [features], integers or null");
    }
    if (Status s = one.status(); !s.ok()) return fields.fail(s.message());
    network->layers.push_back(std::move(input));
  }
  if (list->empty()) fields.fail("inputs must name at least one");
}

}  // namespace

Result<Network> read_network_fields(FieldReader& fields) {
  Network network;
  int64_t format = 2;
  fields.integer("format", &format);
  if (format != 1 && format != 2)
    fields.fail("format " + std::to_string(format) + " is unknown: 1 and 2 are");
  if (fields.has("inputs")) {
    if (fields.has("input")) fields.fail("input and inputs exclude each other");
    read_inputs(fields, &network);
  } else {
    fields.require("input");
    read_input(fields, &network);
  }
  fields.require("layers");
  const Json* layers = fields.list("layers");
  if (layers != nullptr && static_cast<int64_t>(layers->size()) > kMostLayers) {
    fields.fail("layers are " + std::to_string(layers->size()) + ", more than the limit of " +
                std::to_string(kMostLayers));
  }
  std::vector<std::string> outputs;
  read_names(fields, "outputs", &outputs);
  if (!fields.ok()) return fields.status();

  std::vector<Item> items;
  if (Status s = read_items(*layers, "", &items); !s.ok()) return s;
  Expander expander(&network);
  if (Status s = expander.expand(items); !s.ok()) return s;
  for (const std::string& name : outputs) {
    network.outputs.push_back(expander.find(name));
    if (network.outputs.back() < 0) {
      return invalid_argument("outputs: \"" + name.substr(0, 80) + "\" is no layer");
    }
  }
  if (as_chain(network)) return network;  // format 1 has no rules about names
  if (Status s = network::order(&network); !s.ok()) return s;
  return network;
}

Result<Network> read_network(const Json& json) {
  FieldReader fields(json, json.is_object() ? "" : "a chain");
  Result<Network> network = read_network_fields(fields);
  if (!network.ok()) return network;
  if (Status s = fields.status(); !s.ok()) return s;
  return network;
}

Result<Network> parse_network_json(std::string_view text) {
  const Result<Json> json = parse_strict_json(text, kNetworkLimits);
  return json.ok() ? read_network(*json) : json.status();
}

Result<Network> read_network_file(const std::string& path) {
  const Result<std::string> text = read_file(path, kNetworkLimits.bytes);
  if (!text.ok()) return text.status();
  Result<Network> network = parse_network_json(*text);
  if (!network.ok()) return Status(network.status().code(), path + ": " + network.status().message());
  return network;
}

}  // namespace poolglass
