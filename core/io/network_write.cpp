// Writes networks.
#include "core/chain/as_network.h"
#include "core/io/chain_json.h"
#include "core/io/network_json.h"
#include "core/io/network_json_value.h"
#include "core/io/outputs.h"

namespace poolglass {
namespace {

using network::Kind;
using network::kUnknownSize;
using network::Network;
using network::Repeat;

class Writer {
 public:
  explicit Writer(const Network& network) : network_(network), names_(network::effective_names(network)) {}

  std::string write() {
    text_ = "{\n  \"format\": 2,\n  ";
    const size_t first = write_inputs();
    text_ += ",\n  \"layers\": [";
    write_layers(first, network_.layers.size(), "    ");
    text_ += first < network_.layers.size() ? "\n  ]" : "]";
    if (!network_.outputs.empty()) {
      text_ += ",\n  \"outputs\": [";
      for (size_t i = 0; i < network_.outputs.size(); ++i) {
        text_ += (i > 0 ? ", " : "") + json_quote(names_[static_cast<size_t>(network_.outputs[i])]);
      }
      text_ += "]";
    }
    return std::move(text_) + "\n}\n";
  }

 private:
  // The number of inputs.
  size_t write_inputs() {
    size_t count = 0;
    while (count < network_.layers.size() && network_.layers[count].kind == Kind::kInput) ++count;
    if (count == 1 && network_.layers[0].name == "input") {
      text_ += "\"input\": " + shape_text(network_.layers[0]);
      return count;
    }
    text_ += "\"inputs\": [";
    for (size_t i = 0; i < count; ++i) {
      const network::Layer& input = network_.layers[i];
      text_ += i > 0 ? ", {" : "{";
      if (!input.name.empty()) text_ += "\"name\": " + json_quote(input.name) + ", ";
      text_ += "\"shape\": " + shape_text(input) + "}";
    }
    text_ += "]";
    return count;
  }

  static std::string shape_text(const network::Layer& input) {
    const bool batch = input.output.rank == 4 && input.output[0] >= 0;
    return dims_json(input.output, batch ? 0 : 1);
  }

  void write_layers(size_t begin, size_t end, const std::string& indent) {
    for (size_t i = begin; i < end;) {
      text_ += (i > begin ? ",\n" : "\n") + indent;
      if (next_ < network_.repeats.size() && static_cast<size_t>(network_.repeats[next_].first) == i) {
        const Repeat& repeat = network_.repeats[next_++];
        write_repeat(repeat, indent);
        i += static_cast<size_t>(repeat.length) * static_cast<size_t>(repeat.times);
        while (next_ < network_.repeats.size() && static_cast<size_t>(network_.repeats[next_].first) < i)
          ++next_;
      } else {
        write_layer(i);
        ++i;
      }
    }
  }

  void write_repeat(const Repeat& repeat, const std::string& indent) {
    text_ += "{\"repeat\": " + std::to_string(repeat.times);
    if (repeat.from != 1) text_ += ", \"from\": " + std::to_string(repeat.from);
    if (repeat.index != "i") text_ += ", \"index\": " + json_quote(repeat.index);
    text_ += ", \"layers\": [";
    open_.push_back(&repeat);
    const size_t first = static_cast<size_t>(repeat.first);
    write_layers(first, first + static_cast<size_t>(repeat.length), indent + "  ");
    open_.pop_back();
    text_ += "\n" + indent + "]}";
  }

  void write_layer(size_t index) {
    const network::Layer& layer = network_.layers[index];
    text_ += "{\"type\": \"" + std::string(network::kind_name(layer.kind)) + "\"";
    const std::string& name = open_.empty() || layer.written.empty() ? layer.name : layer.written;
    if (!name.empty()) text_ += ", \"name\": " + json_quote(name);
    const network::Sources from = network::sources(network_, index);
    if (!reads_before(index)) {
      text_ += ", \"inputs\": [";
      for (size_t i = 0; i < from.size(); ++i) text_ += (i > 0 ? ", " : "") + json_quote(reference(index, i));
      text_ += "]";
    }
    text_ += layer_fields_text(layer) + "}";
  }

  bool one_before(size_t index) const {
    if (index >= network_.layers.size()) return false;  // of a repeat that is none
    const network::Sources from = network::sources(network_, index);
    return from.size() == 1 && from[0] == static_cast<int32_t>(index) - 1;
  }

  // In every copy: what stands before the first may be read by all.
  bool reads_before(size_t index) const {
    if (!one_before(index)) return false;
    for (const Repeat* repeat : open_) {
      if (repeat->times > 1 && !one_before(index + static_cast<size_t>(repeat->length))) return false;
    }
    return true;
  }

  // Input `place` of the layer as this copy names it.
  std::string reference(size_t index, size_t place) const {
    const int32_t source = network::sources(network_, index)[place];
    for (auto at = open_.rbegin(); at != open_.rend(); ++at) {
      const Repeat& repeat = **at;
      const bool inside = source >= repeat.first && source < repeat.first + repeat.length;
      if (inside && !network_.layers[static_cast<size_t>(source)].written.empty()) {
        return network_.layers[static_cast<size_t>(source)].written;
      }
      if (at == open_.rbegin() && source == repeat.first - 1 && moves(repeat, index, place)) return "@in";
    }
    return names_[static_cast<size_t>(source)];
  }

  // Whether what the first copy reads of the layer before it, the second reads of the first's last.
  bool moves(const Repeat& repeat, size_t index, size_t place) const {
    if (repeat.times < 2 || index + static_cast<size_t>(repeat.length) >= network_.layers.size()) return true;
    const network::Sources next = network::sources(network_, index + static_cast<size_t>(repeat.length));
    return place < next.size() && next[place] == repeat.first + repeat.length - 1;
  }

  const Network& network_;
  const std::vector<std::string> names_;
  std::string text_;
  size_t next_ = 0;  // of the repeats
  std::vector<const Repeat*> open_;
};

bool fits(const Network& network) {
  const int64_t count = static_cast<int64_t>(network.layers.size());
  for (const Repeat& repeat : network.repeats) {
    int64_t length;
    if (repeat.first < 0 || repeat.length < 1 || repeat.times < 1 ||
        !checked_multiply(repeat.length, repeat.times, &length) || length > count - repeat.first) {
      return false;
    }
  }
  return true;
}

Network written_out(const Network& network) {
  Network plain = network;
  plain.repeats.clear();
  for (network::Layer& layer : plain.layers) layer.written.clear();
  return plain;
}

}  // namespace

std::string write_network_json(const Network& network) {
  if (const std::optional<Chain> chain = as_chain(network)) return write_chain_json(*chain);
  if (!network.repeats.empty() && fits(network)) {
    // Folded only where it unfolds to the same: an edit may have changed one copy.
    std::string folded = Writer(network).write();
    const Result<Network> again = parse_network_json(folded);
    if (again.ok() && *again == network) return folded;
  }
  return Writer(written_out(network)).write();
}

Status write_network_file(const std::string& path, const Network& network) {
  return write_file(path, write_network_json(network));
}

}  // namespace poolglass
