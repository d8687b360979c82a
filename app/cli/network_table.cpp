#include "app/cli/network_table.h"

#include <string_view>
#include <vector>

#include "app/cli/text_table.h"
#include "app/rooms/format.h"
#include "core/printable.h"

namespace poolglass::cli {
namespace {

using network::Convention;
using network::Field;
using network::FieldState;
using network::kUnknownSize;

constexpr size_t kLeftColumns = 3;
constexpr size_t kNamedInputs = 6;  // inputs of a layer that are named

std::string known_text(const network::Count& count) {
  if (count.known == network::Known::kUnavailable) return "?";
  return (count.known == network::Known::kPartial ? "≥ " : "") + count_text(count.value);
}

// What is known of the figure is as the terms count it.
std::string params_text(network::Count figure, int64_t counted) {
  figure.value = counted;
  return known_text(figure);
}

std::string both(const std::string& rows, const std::string& columns) {
  return rows == columns ? rows : rows + "×" + columns;
}

std::string field_text(const Field& field, int64_t extent) {
  if (field.state == FieldState::kUnavailable) return "?";
  if (field.state == FieldState::kWhole && extent == kUnknownSize) return "all";
  const network::Receptive r = network::receptive(field, extent);
  const std::string most = r.most == kUnknownSize ? "?" : grouped(r.most);
  const std::string range = r.least == r.most ? most : grouped(r.least) + "–" + most;
  return (field.state == FieldState::kBound ? "≤ " : "") + range + (field.gated ? "*" : "");
}

std::string jump_text(const Field& field) {
  if (field.state != FieldState::kLocal) return "–";
  const network::Ratio jump = field.jump();
  return grouped(jump.numerator) + (jump.denominator == 1 ? "" : "/" + grouped(jump.denominator));
}

std::string padding_text(const Field& field) {
  if (field.state != FieldState::kLocal) return "–";
  return field.start_known ? grouped(field.padding()) : "?";
}

// What a layer reads where that is not the layer before alone.
std::string inputs_text(const network::Network& network, const std::vector<std::string>& names,
                        size_t index) {
  const network::Sources from = network::sources(network, index);
  if (from.size() == 0 || (from.size() == 1 && from[0] == static_cast<int32_t>(index) - 1)) return "";
  std::string text;
  for (size_t i = 0; i < from.size() && i < kNamedInputs; ++i) {
    text += (i > 0 ? ", " : "") + one_line(names[static_cast<size_t>(from[i])], kShownName);
  }
  return from.size() > kNamedInputs ? text + ", … (" + grouped(static_cast<int64_t>(from.size())) + ")"
                                    : text;
}

// Which joins the branches do not meet centre on centre, the first of them by name.
std::string alignment_text(const network::Network& network, const network::Figures& figures,
                           const std::vector<std::string>& names) {
  size_t joins = 0, first = 0, input = 0;
  for (size_t i = figures.layers.size(); i-- > 0;) {
    const network::LayerFigures& at = figures.layers[i];
    const bool rows = at.align_rows.state == network::Alignment::kMisaligned;
    if (!rows && at.align_columns.state != network::Alignment::kMisaligned) continue;
    ++joins;
    first = i;
    input = static_cast<size_t>((rows ? at.align_rows : at.align_columns).input);
  }
  if (joins == 0) return "";
  const network::Sources from = network::sources(network, first);
  const auto name = [&](size_t index) { return one_line(names[index], kShownName); };
  return "Branches that meet off centre: at " + name(first) + ", " + name(static_cast<size_t>(from[input])) +
         " and " + name(static_cast<size_t>(from[0])) +
         (joins > 1 ? ", and at " + grouped(static_cast<int64_t>(joins) - 1) + " more" : "") +
         "; the field is the union of their paths.\n";
}

}  // namespace

std::string network_table(const network::Network& network, const network::Figures& figures,
                          const NetworkTable& options) {
  const Convention convention = options.convention;
  const auto count = [&](const network::Terms& terms) {
    return multiply_adds(terms, convention, options.written);
  };
  const std::vector<std::string> names = network::effective_names(network);
  std::vector<std::vector<std::string>> rows{{"layer", "operation", "reads", "output", "RF", "jump",
                                              "padding", "parameters", "MACs", "activations"}};
  network::Terms sum;
  bool gated = false;
  for (size_t i = 0; i < figures.layers.size(); ++i) {
    const network::LayerFigures& at = figures.layers[i];
    const network::Layer& layer = network.layers[i];
    const bool input = layer.kind == network::Kind::kInput;
    const network::Sources from = network::sources(network, i);
    const int64_t channels =
        from.size() > 0 ? figures.layers[static_cast<size_t>(from[0])].channels() : kUnknownSize;
    const network::Terms terms =
        options.terms != nullptr ? (*options.terms)[i] : network::layer_terms(network, figures, i);
    if (!input) sum += terms;
    gated = gated || at.rows.gated || at.columns.gated;
    rows.push_back(
        {one_line(names[i], kShownName), input ? "" : network::operation_label(layer, channels),
         inputs_text(network, names, i), network::dims_text(at.output),
         both(field_text(at.rows, figures.input_size.h), field_text(at.columns, figures.input_size.w)),
         both(jump_text(at.rows), jump_text(at.columns)),
         both(padding_text(at.rows), padding_text(at.columns)),
         input ? "" : params_text(at.params, terms.params),
         input            ? ""
         : terms.complete ? count_text(count(terms))
                          : "?",
         known_text(at.activations)});
  }
  const std::string macs = count_text(count(sum));
  const std::string most = sum.complete ? "" : "≥ ";
  rows.push_back({"total", "", "", "", "", "", "", params_text(figures.params, sum.params), most + macs,
                  known_text(figures.activations)});
  std::string text =
      text_table(rows, kLeftColumns) + "\n" + params_text(figures.params, sum.params) + " parameters, " +
      most + macs +
      (convention == Convention::kFlops || convention == Convention::kSlim ? " floating-point operations"
                                                                           : " multiply-adds");
  if (convention != Convention::kPlain) text += " as " + std::string(convention_name(convention)) + " counts";
  text += ", " + known_text(figures.activations) + " activations (without the input)\n";
  text += alignment_text(network, figures, names);
  if (gated) text += "* seen without the gates; through them, a unit sees the whole input.\n";
  return text;
}

}  // namespace poolglass::cli
