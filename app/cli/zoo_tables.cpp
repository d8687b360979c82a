#include "app/cli/zoo_tables.h"

#include <cstdio>

#include "app/cli/text_table.h"
#include "core/network/sizes.h"
#include "core/zoo/report.h"
#include "core/zoo/zoo.h"

namespace poolglass::cli {
namespace {

using network::Convention;
using network::multiply_adds;
using network::Terms;
using zoo::FieldSummary;
using zoo::Studied;

Cell known(bool is_known, int64_t value) { return is_known ? Cell::of(value) : Cell::none("None"); }

// "0.136": thousandths of 10^9.
Cell giga(int64_t value) {
  const int64_t thousandths = value / 1'000'000 + (value % 1'000'000 >= 500'000 ? 1 : 0);
  char text[32];
  std::snprintf(text, sizeof text, "%lld.%03lld", static_cast<long long>(thousandths / 1000),
                static_cast<long long>(thousandths % 1000));
  return {text, true, false};
}

// 46 or "351x255".
Cell figure(const std::string& text) {
  return {text, text.find_first_not_of("0123456789-") == std::string::npos, false};
}

void append(std::vector<Cell>* row, std::initializer_list<Cell> cells) { row->insert(row->end(), cells); }

void append_field(std::vector<Cell>* row, const FieldSummary& field) {
  if (!field.local) return append(row, {Cell::none("-"), Cell::none("-"), Cell::none("-")});
  append(row, {figure(field.rf), figure(field.jump),
               field.padding_known ? figure(field.padding) : Cell::none("None")});
}

Cell input_cell(const Studied& studied) {
  return studied.input == "None" ? Cell::none("None") : figure(studied.input);
}

Status add_endpoints(const Studied& studied, const ZooRequest& request, Rows* rows) {
  const Result<std::vector<zoo::EndpointRow>> endpoints = zoo::endpoint_rows(studied);
  if (!endpoints.ok()) return endpoints.status();
  for (const zoo::EndpointRow& endpoint : *endpoints) {
    const Terms& terms = endpoint.terms;
    const network::Written& written = studied.model.written;
    std::vector<Cell> row{Cell::of(studied.model.published), input_cell(studied),
                          Cell::of(endpoint.endpoint)};
    row.push_back(terms.complete ? giga(multiply_adds(terms, Convention::kSlim, written))
                                 : Cell::none("None"));
    append_field(&row, endpoint.field);
    append(&row,
           {Cell::of(terms.params), known(terms.complete, multiply_adds(terms, request.convention, written)),
            known(terms.complete, terms.activations), Cell::of(endpoint.output_shape)});
    rows->rows.push_back(std::move(row));
  }
  return {};
}

void add_totals(const Studied& studied, const ZooRequest& request, Rows* rows) {
  const zoo::Totals sum = zoo::totals(studied);
  std::vector<Cell> row{Cell::of(studied.model.published),
                        input_cell(studied),
                        Cell::of(sum.terms.params),
                        Cell::of(multiply_adds(sum.terms, request.convention, studied.model.written)),
                        Cell::of(sum.terms.weighted_outputs),
                        Cell::of(sum.terms.batch_norm_outputs),
                        Cell::of(sum.terms.adaptive_inputs),
                        Cell::of(sum.convs),
                        Cell::of(sum.linears),
                        Cell::of(sum.pools)};
  append_field(&row, sum.field);
  append(&row, {Cell::of(std::string(sum.aligned ? "yes" : "no")),
                Cell::of(std::string(sum.global_gate ? "yes" : "no"))});
  rows->rows.push_back(std::move(row));
}

void add_layers(const Studied& studied, const ZooRequest& request, Rows* rows) {
  for (const zoo::LayerRow& layer : zoo::layer_rows(studied)) {
    std::vector<Cell> row{Cell::of(studied.model.published), input_cell(studied), Cell::of(layer.name),
                          Cell::of(layer.kind), Cell::of(layer.output_shape)};
    append_field(&row, layer.field);
    append(&row, {Cell::of(layer.terms.params),
                  Cell::of(multiply_adds(layer.terms, request.convention, studied.model.written)),
                  Cell::of(layer.terms.activations)});
    rows->rows.push_back(std::move(row));
  }
}

void add_costs(const Studied& studied, int64_t smallest, Rows* rows) {
  const zoo::Totals sum = zoo::totals(studied);
  const Terms& terms = sum.terms;
  const auto name = [](const std::string& text) { return text.empty() ? Cell::none("-") : Cell::of(text); };
  std::vector<Cell> row{Cell::of(studied.model.name),
                        Cell::of(studied.model.library),
                        name(studied.model.timm),
                        name(studied.model.keras),
                        input_cell(studied),
                        Cell::of(terms.params),
                        Cell::of(terms.params + terms.absent_gammas),
                        Cell::of(terms.params + terms.moving_stats)};
  for (const Convention convention : network::kConventions) {
    row.push_back(Cell::of(multiply_adds(terms, convention, studied.model.written)));
  }
  append(&row, {Cell::of(terms.weighted_outputs), Cell::of(terms.activations),
                smallest > 0 ? Cell::of(smallest) : Cell::none("-")});
  rows->rows.push_back(std::move(row));
}

std::vector<std::string> columns(ZooTable table) {
  switch (table) {
    case ZooTable::kEndpoints:
      return {"model", "resolution",       "endpoint",          "gflops",
              "rf",    "effective_stride", "effective_padding", "params",
              "macs",  "activations",      "output_shape"};
    case ZooTable::kTotals:
      return {"model",           "input",      "params",  "macs",    "activations",
              "bn_outputs",      "gap_inputs", "convs",   "linears", "pools",
              "receptive_field", "jump",       "padding", "aligned", "global_gate"};
    case ZooTable::kLayers:
      return {"model", "input",   "layer",  "kind", "output_shape", "receptive_field",
              "jump",  "padding", "params", "macs", "outputs"};
    case ZooTable::kCosts:
      break;
  }
  std::vector<std::string> names{"model", "library", "timm",         "keras",
                                 "input", "params",  "params_torch", "params_keras"};
  for (const Convention convention : network::kConventions) {
    names.push_back("macs_" + std::string(network::convention_name(convention)));
  }
  names.insert(names.end(), {"activations_weighted", "activations", "min_input"});
  return names;
}

bool is_in(const zoo::Model& model, const ZooRequest& request) {
  if (!request.model.empty()) return model.name == request.model;
  if (request.table != ZooTable::kTotals && request.table != ZooTable::kLayers) return true;
  return model.library == "torchvision" && !model.variant;
}

Status add(const Studied& studied, const ZooRequest& request, int64_t smallest, Rows* rows) {
  switch (request.table) {
    case ZooTable::kEndpoints:
      return add_endpoints(studied, request, rows);
    case ZooTable::kTotals:
      add_totals(studied, request, rows);
      break;
    case ZooTable::kLayers:
      add_layers(studied, request, rows);
      break;
    case ZooTable::kCosts:
      add_costs(studied, smallest, rows);
      break;
  }
  return {};
}

}  // namespace

Result<ZooRows> zoo_rows(const ZooRequest& request) {
  if (!request.model.empty()) {
    if (const Result<zoo::Model> model = zoo::find(request.model); !model.ok()) return model.status();
  }
  const Result<std::vector<zoo::Model>> models = zoo::models();
  if (!models.ok()) return models.status();
  ZooRows result;
  result.rows.columns = columns(request.table);
  for (const zoo::Model& model : *models) {
    if (!is_in(model, request)) continue;
    const Result<std::vector<Studied>> sizes = zoo::study(model, request.input);
    if (!sizes.ok()) {
      if (!request.input || !request.model.empty()) return sizes.status();
      result.left_out += (result.left_out.empty() ? "" : ", ") + model.name;
      continue;
    }
    const int64_t smallest = request.table == ZooTable::kCosts && !sizes->empty()
                                 ? network::smallest_input(sizes->front().network).value_or(0)
                                 : 0;
    for (const Studied& studied : *sizes) {
      if (request.table != ZooTable::kEndpoints && studied.input == "None") continue;
      if (Status s = add(studied, request, smallest, &result.rows); !s.ok()) return s;
    }
  }
  return result;
}

Result<std::string> zoo_names() {
  const Result<std::vector<zoo::Model>> models = zoo::models();
  if (!models.ok()) return models.status();
  std::vector<std::vector<std::string>> rows;
  for (const zoo::Model& model : *models) rows.push_back({model.name, model.library, model.about});
  return text_table(rows, 3);
}

}  // namespace poolglass::cli
