#include "core/zoo/report.h"

#include <algorithm>
#include <unordered_map>

#include "core/network/sizes.h"

namespace poolglass::zoo {
namespace {

using network::Field;
using network::FieldState;
using network::Kind;
using network::Known;
using network::kUnknownSize;
using network::LayerFigures;
using network::Terms;

std::string both(const std::string& rows, const std::string& columns, bool alike) {
  return alike ? rows : rows + "x" + columns;
}

std::string jump_text(const Field& field) {
  const network::Ratio jump = field.jump();
  const std::string whole = std::to_string(jump.numerator);
  return jump.denominator == 1 ? whole : whole + "/" + std::to_string(jump.denominator);
}

// "64x112x112", of one image.
std::string shape_text(const network::Dims& dims) {
  std::string text;
  for (int axis = 1; axis < dims.rank; ++axis) {
    text += (axis > 1 ? "x" : "") + (dims[axis] == kUnknownSize ? "?" : std::to_string(dims[axis]));
  }
  return text.empty() ? "?" : text;
}

bool is_window_pool(Kind kind) { return kind == Kind::kMaxPool2d || kind == Kind::kAvgPool2d; }
bool is_conv(Kind kind) { return kind == Kind::kConv2d || kind == Kind::kConvTranspose2d; }
bool is_listed(Kind kind) { return is_conv(kind) || kind == Kind::kLinear || network::is_pool(kind); }

// Which layers an endpoint needs.
std::vector<bool> needed(const network::Network& network, size_t end) {
  std::vector<bool> marked(end + 1, false);
  marked[end] = true;
  for (size_t i = end + 1; i-- > 0;) {
    if (!marked[i]) continue;
    for (const int32_t source : network::sources(network, i)) marked[static_cast<size_t>(source)] = true;
  }
  return marked;
}

Terms terms_of(const Studied& studied, size_t index) {
  const std::string& name = studied.names[index];
  Terms terms = network::layer_terms(studied.network, studied.figures, index);
  if (!studied.model.auxiliary.empty() && name.starts_with(studied.model.auxiliary)) {
    Terms only;
    only.params = terms.params;
    only.moving_stats = terms.moving_stats;
    only.absent_gammas = terms.absent_gammas;
    return only;
  }
  if (!studied.model.fixed.empty() && name.ends_with(studied.model.fixed)) terms.params = 0;
  return terms;
}

}  // namespace

FieldSummary summarize(const LayerFigures& at) {
  FieldSummary summary;
  if (at.rows.state != FieldState::kLocal || at.columns.state != FieldState::kLocal) return summary;
  summary.local = true;
  summary.padding_known = at.rows.start_known && at.columns.start_known;
  const bool alike = at.rows.longest_r == at.columns.longest_r && at.rows.jump() == at.columns.jump() &&
                     (!summary.padding_known || at.rows.longest_padding == at.columns.longest_padding);
  summary.rf = both(std::to_string(at.rows.longest_r), std::to_string(at.columns.longest_r), alike);
  summary.jump = both(jump_text(at.rows), jump_text(at.columns), alike);
  if (summary.padding_known) {
    summary.padding =
        both(std::to_string(at.rows.longest_padding), std::to_string(at.columns.longest_padding), alike);
  }
  return summary;
}

Result<Studied> study(const Model& model, const network::Network& network, Size2 plane) {
  Studied studied;
  studied.model = model;
  const std::string height = std::to_string(plane.h), width = std::to_string(plane.w);
  studied.input = plane.h == kUnknownSize ? "None" : both(height, width, plane.h == plane.w);
  studied.network = network::resized(network, plane);
  studied.figures = network::analyze(studied.network);
  if (studied.figures.error) {
    const Status& why = studied.figures.error->status;
    return Status(why.code(), model.name + " at " + studied.input + ": " + why.message());
  }
  studied.names = network::effective_names(studied.network);
  for (size_t i = 0; i < studied.network.layers.size(); ++i) studied.terms.push_back(terms_of(studied, i));
  return studied;
}

Result<std::vector<Studied>> study(const Model& model, std::optional<Size2> plane) {
  const Result<network::Network> network = open(model);
  if (!network.ok()) return network.status();
  std::vector<Size2> planes;
  if (plane) {
    planes.push_back(*plane);
  } else {
    for (const int64_t side : model.sizes) planes.push_back({side, side});
  }
  std::vector<Studied> all;
  for (const Size2 size : planes) {
    Result<Studied> studied = study(model, *network, size);
    if (!studied.ok()) return studied.status();
    all.push_back(std::move(*studied));
  }
  return all;
}

Result<std::vector<EndpointRow>> endpoint_rows(const Studied& studied) {
  std::unordered_map<std::string_view, size_t> index;
  for (size_t i = 0; i < studied.names.size(); ++i) index.emplace(studied.names[i], i);
  std::vector<EndpointRow> rows;
  for (const Endpoint& endpoint : studied.model.endpoints) {
    const auto found = index.find(endpoint.layer);
    if (found == index.end()) {
      return invalid_argument(studied.model.name + " has no layer \"" + endpoint.layer + "\"");
    }
    const LayerFigures& at = studied.figures.layers[found->second];
    EndpointRow row;
    row.endpoint = endpoint.name;
    row.field = summarize(at);
    row.output_shape = shape_text(at.output);
    const std::vector<bool> marked = needed(studied.network, found->second);
    for (size_t i = 0; i < marked.size(); ++i) {
      if (!marked[i] || studied.network.layers[i].kind == Kind::kInput) continue;
      row.terms += studied.terms[i];
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

std::vector<LayerRow> layer_rows(const Studied& studied) {
  std::vector<LayerRow> rows;
  for (size_t i = 0; i < studied.network.layers.size(); ++i) {
    const network::Layer& layer = studied.network.layers[i];
    if (!is_listed(layer.kind)) continue;
    const LayerFigures& at = studied.figures.layers[i];
    LayerRow row;
    row.name = studied.names[i];
    row.kind = network::kind_name(layer.kind);
    row.output_shape = shape_text(at.output);
    if (layer.kind == Kind::kGlobalAvgPool2d) {  // x.mean([2, 3])
      row.kind = "mean";
      row.output_shape = std::to_string(at.channels());
    }
    row.field = summarize(at);
    row.terms = studied.terms[i];
    rows.push_back(std::move(row));
  }
  return rows;
}

Totals totals(const Studied& studied) {
  Totals sum;
  for (size_t i = 0; i < studied.network.layers.size(); ++i) {
    const Kind kind = studied.network.layers[i].kind;
    const LayerFigures& at = studied.figures.layers[i];
    if (kind == Kind::kInput) continue;
    sum.terms += studied.terms[i];
    sum.convs += is_conv(kind);
    sum.linears += kind == Kind::kLinear;
    sum.pools += is_window_pool(kind);
    if (FieldSummary field = summarize(at); field.local) sum.field = std::move(field);
    sum.global_gate = sum.global_gate || at.rows.gated || at.columns.gated;
    for (const network::AxisAlignment* axis : {&at.align_rows, &at.align_columns}) {
      sum.aligned = sum.aligned && axis->state != network::Alignment::kMisaligned;
    }
  }
  return sum;
}

}  // namespace poolglass::zoo
