#include "core/zoo/zoo.h"

#include <algorithm>

#include "assets/assets.h"
#include "core/io/network_json.h"
#include "core/io/strict_json.h"
#include "core/network/sizes.h"
#include "core/printable.h"

namespace poolglass::zoo {
namespace {

using network::kUnknownSize;

constexpr size_t kNamesLimit = 400;  // bytes of names in a sentence

std::string_view asset_text(const std::string& name) {
  const std::span<const unsigned char> bytes = assets::find("zoo/" + name);
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

void read_sizes(FieldReader& fields, Model* model) {
  const Json* sizes = fields.list("sizes");
  if (sizes == nullptr) return;
  for (const Json& size : *sizes) {
    int64_t side = kUnknownSize;
    if (!size.is_null() && !json_integer(size, &side)) return fields.fail("sizes must be integers or null");
    model->sizes.push_back(side);
  }
}

void read_endpoints(FieldReader& fields, Model* model) {
  const Json* endpoints = fields.list("endpoints");
  if (endpoints == nullptr) return;
  for (const Json& endpoint : *endpoints) {
    const bool both = endpoint.is_array() && endpoint.size() == 2;
    if (!both && !endpoint.is_string()) return fields.fail("endpoints must be names or [name, layer]");
    model->endpoints.push_back({(both ? endpoint[0] : endpoint).get<std::string>(),
                                (both ? endpoint[1] : endpoint).get<std::string>()});
  }
}

Result<Model> read_model(const Json& json) {
  Model model;
  FieldReader fields(json, "the zoo's index");
  fields.require("name");
  fields.text("name", &model.name);
  model.published = model.name;
  fields.text("published", &model.published);
  fields.text("about", &model.about);
  fields.text("library", &model.library);
  fields.text("timm", &model.timm);
  fields.text("keras", &model.keras);
  fields.boolean("variant", &model.variant);
  fields.text("auxiliary", &model.auxiliary);
  fields.text("fixed", &model.fixed);
  fields.boolean("functional", &model.written.functional);
  fields.boolean("fused_batch_norm", &model.written.fused_batch_norm);
  read_sizes(fields, &model);
  read_endpoints(fields, &model);
  if (Status s = fields.status(); !s.ok()) return s;
  return model;
}

}  // namespace

Result<std::vector<Model>> models() {
  const Result<Json> index = parse_strict_json(asset_text("index.json"));
  if (!index.ok()) return index.status();
  std::vector<Model> all;
  for (const Json& json : *index) {
    Result<Model> model = read_model(json);
    if (!model.ok()) return model.status();
    all.push_back(std::move(*model));
  }
  return all;
}

Result<Model> find(std::string_view name) {
  Result<std::vector<Model>> all = models();
  if (!all.ok()) return all.status();
  size_t longest = 0;  // beginning that a name shares with this one
  std::string alike;
  for (Model& model : *all) {
    if (model.name == name) return std::move(model);
    const auto end = std::mismatch(name.begin(), name.end(), model.name.begin(), model.name.end()).first;
    const size_t shared = static_cast<size_t>(end - name.begin());
    if (shared < longest) continue;
    if (shared > longest) alike.clear();
    longest = shared;
    if (alike.size() < kNamesLimit) alike += (alike.empty() ? "" : ", ") + model.name;
  }
  return invalid_argument("no network is called \"" + one_line(name, 64) + "\", but these are: " + alike +
                          " (chain --models lists all)");
}

Size2 default_size(const Model& model) {
  const auto known =
      std::find_if(model.sizes.begin(), model.sizes.end(), [](int64_t n) { return n != kUnknownSize; });
  const int64_t side = known == model.sizes.end() ? kUnknownSize : *known;
  return {side, side};
}

Result<network::Network> open(const Model& model) {
  Result<network::Network> network = parse_network_json(asset_text(model.name + ".json"));
  if (!network.ok()) return Status(network.status().code(), model.name + ": " + network.status().message());
  return network::resized(*network, default_size(model));
}

}  // namespace poolglass::zoo
