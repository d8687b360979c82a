#include "app/rooms/chain/summary_saved_state.h"

#include <optional>
#include <utility>

#include "app/files/state_rooms.h"
#include "core/network/network.h"
#include "core/printable.h"

namespace poolglass::chain {
namespace {

std::optional<int64_t> read_params(FieldReader& fields) {
  if (!fields.has("params")) return std::nullopt;
  int64_t params = 0;
  fields.integer("params", &params);
  if (params < 0) fields.fail("params must not be negative");
  return params;
}

void read_sizes(FieldReader& fields, std::vector<int64_t>* sizes) {
  fields.require("sizes");
  const Json* list = fields.list("sizes");
  if (list == nullptr) return;
  for (const Json& json : *list) {
    int64_t size = 0;
    if (!json_integer(json, &size) || size < network::kUnknownSize ||
        sizes->size() >= network::kMostSummarySizes)
      return fields.fail("sizes must be 1 to " + std::to_string(network::kMostSummarySizes) +
                         " integers, -1 where one is open");
    sizes->push_back(size);
  }
  if (sizes->empty()) fields.fail("sizes must not be empty");
}

network::SummaryRow read_row(FieldReader& fields) {
  network::SummaryRow row;
  read_short_text(fields, "name", &row.name);
  row.name = one_line(row.name, network::kMostSummaryName);
  std::string type;
  if (fields.has("type")) {
    fields.text("type", &type);
    row.kind = network::kind_from_name(type);
    if (!row.kind) fields.fail("type \"" + one_line(type, 60) + "\" is not known");
  }
  read_sizes(fields, &row.sizes);
  row.params = read_params(fields);
  return row;
}

}  // namespace

std::shared_ptr<const network::Summary> read_summary(FieldReader& fields, const char* key) {
  const Json* json = fields.object(key);
  if (json == nullptr) return nullptr;
  FieldReader own(*json, key);
  network::Summary summary;
  own.require("program");
  own.text("program", &summary.program);
  if (summary.program != "torchinfo" && summary.program != "Keras")
    own.fail("program must be torchinfo or Keras");
  own.boolean("channels_last", &summary.channels_last);
  summary.params = read_params(own);
  own.require("rows");
  const Json* rows = own.list("rows");
  const size_t count = rows == nullptr ? 0 : rows->size();
  if (count < 1 || count > static_cast<size_t>(network::kMostSummaryRows))
    own.fail("rows must be 1 to " + std::to_string(network::kMostSummaryRows));
  for (size_t i = 0; i < count && own.ok(); ++i) {
    FieldReader row((*rows)[i], "row " + std::to_string(i + 1));
    summary.rows.push_back(read_row(row));
    if (const Status s = row.status(); !s.ok()) own.fail(s.message());
  }
  if (const Status s = own.status(); !s.ok()) {
    fields.fail(s.message());
    return nullptr;
  }
  return std::make_shared<const network::Summary>(std::move(summary));
}

std::string summary_json(const network::Summary& summary) {
  std::string text = "{\"program\": " + json_quote(summary.program);
  if (summary.channels_last) text += ", \"channels_last\": true";
  if (summary.params) text += ", \"params\": " + std::to_string(*summary.params);
  text += ", \"rows\": [";
  for (const network::SummaryRow& row : summary.rows) {
    text += (&row == summary.rows.data() ? "" : ", ") + std::string("{\"name\": ") + json_quote(row.name);
    if (row.kind) text += ", \"type\": " + json_quote(std::string(kind_name(*row.kind)));
    text += ", \"sizes\": [";
    for (size_t i = 0; i < row.sizes.size(); ++i) text += (i == 0 ? "" : ", ") + std::to_string(row.sizes[i]);
    text += "]";
    if (row.params) text += ", \"params\": " + std::to_string(*row.params);
    text += "}";
  }
  return text + "]}";
}

}  // namespace poolglass::chain
