// The figures of a network as JSON.
#include "core/io/network_json.h"
#include "core/io/network_json_value.h"

namespace poolglass {
namespace {

using network::Alignment;
using network::Count;
using network::FieldState;
using network::Known;
using network::Network;

// `text(true)` for the rows, `text(false)` for the columns.
template <class Text>
std::string pair_text(const Text& text) {
  return "{\"h\": " + std::string(text(true)) + ", \"w\": " + std::string(text(false)) + "}";
}

std::string number(int64_t value) {
  return value < 0 || value == network::kBeyondCount ? "null" : std::to_string(value);
}

std::string count_text(const Count& count) {
  return count.known == Known::kUnavailable ? "null" : number(count.value);
}

bool is_local(const network::Field& field) { return field.state == FieldState::kLocal; }
bool is_whole(const network::Field& field) {
  return field.state == FieldState::kWhole || field.state == FieldState::kBound;
}

std::string jump_text(const network::Field& field) {
  if (!is_local(field)) return is_whole(field) ? "0" : "null";
  const network::Ratio jump = field.jump();
  if (jump.denominator == 1) return std::to_string(jump.numerator);
  return "\"" + std::to_string(jump.numerator) + "/" + std::to_string(jump.denominator) + "\"";
}

std::string padding_text(const network::Field& field) {
  if (is_whole(field)) return "0";
  return is_local(field) && field.start_known ? std::to_string(field.padding()) : "null";
}

const char* alignment_text(Alignment alignment) {
  switch (alignment) {
    case Alignment::kAligned:
      return "\"aligned\"";
    case Alignment::kWithin:
      return "\"within\"";
    case Alignment::kMisaligned:
      return "\"misaligned\"";
    case Alignment::kUnknown:
      break;
  }
  return "\"unknown\"";
}

class FiguresText {
 public:
  FiguresText(const Network& network, const network::Figures& figures)
      : network_(network), figures_(figures), names_(network::effective_names(network)) {}

  std::string write() const {
    std::string text = "{\n  \"layers\": [";
    for (size_t i = 0; i < figures_.layers.size(); ++i) text += (i > 0 ? ",\n    " : "\n    ") + layer(i);
    text += figures_.layers.empty() ? "],\n" : "\n  ],\n";
    if (figures_.error) {
      text += "  \"error\": {\"layer\": " + std::to_string(figures_.error->layer) +
              ", \"message\": " + json_quote(figures_.error->status.message()) + "},\n";
    }
    return text + "  \"totals\": {\"params\": " + count_text(figures_.params) +
           ", \"macs\": " + count_text(figures_.macs) +
           ", \"activations\": " + count_text(figures_.activations) +
           ", \"complete\": " + (complete() ? "true" : "false") + "}\n}\n";
  }

 private:
  bool complete() const {
    return figures_.params.known == Known::kComplete && figures_.macs.known == Known::kComplete &&
           figures_.activations.known == Known::kComplete;
  }

  std::string inputs(size_t index) const {
    std::string text;
    for (const int32_t source : network::sources(network_, index)) {
      text += (text.empty() ? "" : ", ") + json_quote(names_[static_cast<size_t>(source)]);
    }
    return "[" + text + "]";
  }

  std::string layer(size_t index) const {
    const network::LayerFigures& at = figures_.layers[index];
    const auto field = [&](bool rows) -> const network::Field& { return rows ? at.rows : at.columns; };
    const auto r = [&](bool rows, bool most) {
      const network::Receptive seen =
          receptive(field(rows), rows ? figures_.input_size.h : figures_.input_size.w);
      return number(most ? seen.most : seen.least);
    };
    std::string text = "{\"name\": " + json_quote(names_[index]) + ", \"kind\": \"" +
                       std::string(network::kind_name(network_.layers[index].kind)) +
                       "\", \"inputs\": " + inputs(index) + ", \"output_shape\": " + dims_json(at.output, 1);
    text += ", \"receptive_field\": " + pair_text([&](bool rows) { return r(rows, true); });
    if (at.rows.period > 1 || at.columns.period > 1) {
      text += ", \"receptive_field_least\": " + pair_text([&](bool rows) { return r(rows, false); });
    }
    text += ", \"jump\": " + pair_text([&](bool rows) { return jump_text(field(rows)); });
    text += ", \"padding\": " + pair_text([&](bool rows) { return padding_text(field(rows)); });
    text +=
        std::string(", \"whole_input\": ") + (is_whole(at.rows) && is_whole(at.columns) ? "true" : "false");
    text += std::string(", \"through_gates\": ") + (at.rows.gated || at.columns.gated ? "true" : "false");
    text += ", \"alignment\": " + pair_text([&](bool rows) {
              return alignment_text((rows ? at.align_rows : at.align_columns).upstream);
            });
    if (const std::string words = field_words(at.rows, names_); !words.empty()) {
      text += ", \"field\": " + json_quote(words);
    }
    return text + ", \"params\": " + count_text(at.params) + ", \"macs\": " + count_text(at.macs) +
           ", \"activations\": " + count_text(at.activations) +
           ", \"bytes\": " + (at.activations.known == Known::kComplete ? number(at.bytes) : "null") + "}";
  }

  const Network& network_;
  const network::Figures& figures_;
  const std::vector<std::string> names_;
};

}  // namespace

std::string write_network_figures_json(const Network& network, const network::Figures& figures) {
  return FiguresText(network, figures).write();
}

}  // namespace poolglass
