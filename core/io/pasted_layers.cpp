#include <algorithm>
#include <array>
#include <charconv>
#include <string>

#include "core/io/pasted_text.h"
#include "core/trimmed.h"

namespace poolglass {
namespace {

constexpr int64_t kMostNumber = 1'000'000'000;
constexpr size_t kMostPastedLayers = 10'000;

struct KindWord {
  std::string_view word;
  LayerKind kind;
};
constexpr std::array kKindWords = {
    KindWord{"conv", LayerKind::kConv2d},
    KindWord{"convolution", LayerKind::kConv2d},
    KindWord{"max", LayerKind::kMaxPool2d},
    KindWord{"pool", LayerKind::kMaxPool2d},
    KindWord{"maxpool", LayerKind::kMaxPool2d},
    KindWord{"avg", LayerKind::kAvgPool2d},
    KindWord{"average", LayerKind::kAvgPool2d},
    KindWord{"avgpool", LayerKind::kAvgPool2d},
    KindWord{"global", LayerKind::kGlobalAvgPool2d},
    KindWord{"gap", LayerKind::kGlobalAvgPool2d},
    KindWord{"adaptive", LayerKind::kAdaptiveAvgPool2d},
    KindWord{"dense", LayerKind::kLinear},
    KindWord{"fc", LayerKind::kLinear},
};

std::optional<LayerKind> kind_of(std::string_view word) {
  for (const KindWord& known : kKindWords) {
    if (known.word == word) return known.kind;
  }
  return layer_kind_from_name(word);
}

constexpr std::string_view kBetweenWords = " \t\r\n,";

std::vector<std::string> words_of(std::string_view line) {
  std::vector<std::string> words;
  while (!(line = trimmed(line, kBetweenWords)).empty()) {
    const size_t end = std::min(line.find_first_of(" \t,"), line.size());
    std::string word(line.substr(0, end));
    for (char& c : word) {
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    words.push_back(std::move(word));
    line.remove_prefix(end);
  }
  return words;
}

// "7", "7x5", "3x64x64": at most three numbers.
std::optional<std::vector<int64_t>> numbers_of(std::string_view text) {
  std::vector<int64_t> numbers;
  while (numbers.size() < 3) {
    int64_t value = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || value < 0 || value > kMostNumber) return std::nullopt;
    numbers.push_back(value);
    text.remove_prefix(static_cast<size_t>(stop - text.data()));
    if (text.empty()) return numbers;
    for (std::string_view times : {"x", "×", "*"}) {
      if (!text.starts_with(times)) continue;
      text.remove_prefix(times.size());
      break;
    }
    if (text.empty() || text[0] < '0' || text[0] > '9') return std::nullopt;
  }
  return std::nullopt;
}

// One line while it is read.
struct LayerReader {
  std::string line;  // "line 3"
  Layer layer;
  bool kernel = false, stride = false, number = false;

  Status wrong(const std::string& what) const {
    return invalid_argument(line + " of the pasted layers: " + what);
  }
  Status take(const std::string& word);
  Status take_pair(char which, Size2 pair);
  Status take_number(const std::string& word, const std::vector<int64_t>& numbers);
};

Status LayerReader::take_pair(char which, Size2 pair) {
  const bool dilates = layer.kind == LayerKind::kConv2d || layer.kind == LayerKind::kMaxPool2d;
  if (!has_window(layer.kind) || (which == 'd' && !dilates)) {
    return wrong(std::string(layer_kind_name(layer.kind)) + " has no " + which);
  }
  if (which != 'p' && (pair.h < 1 || pair.w < 1)) return wrong(std::string(1, which) + " must be at least 1");
  switch (which) {
    case 'k':
      layer.kernel = pair;
      kernel = true;
      break;
    case 's':
      layer.stride = pair;
      stride = true;
      break;
    case 'p':
      layer.padding = {pair.h, pair.w, pair.h, pair.w};
      break;
    default:
      layer.dilation = pair;
  }
  return {};
}

Status LayerReader::take_number(const std::string& word, const std::vector<int64_t>& numbers) {
  const bool sizes = layer.kind == LayerKind::kAdaptiveAvgPool2d;
  const bool counts = layer.kind == LayerKind::kConv2d || layer.kind == LayerKind::kLinear;
  if (number || numbers.size() > (sizes ? 2u : 1u) || !(sizes || counts)) {
    return wrong("\"" + word + "\" says nothing about " + std::string(layer_kind_name(layer.kind)));
  }
  if (numbers.front() < 1 || numbers.back() < 1) return wrong("\"" + word + "\" must be at least 1");
  number = true;
  if (layer.kind == LayerKind::kConv2d) layer.out_channels = numbers.front();
  if (layer.kind == LayerKind::kLinear) layer.out_features = numbers.front();
  if (sizes) layer.output_size = {numbers.front(), numbers.back()};
  return {};
}

Status LayerReader::take(const std::string& word) {
  const bool pools = layer.kind == LayerKind::kMaxPool2d || layer.kind == LayerKind::kAvgPool2d;
  const bool weighs = layer.kind == LayerKind::kConv2d || layer.kind == LayerKind::kLinear;
  if (word == "nobias" && weighs) return layer.bias = false, Status();
  if (word == "ceil" && pools) return layer.ceil_mode = true, Status();
  if (word == "nopad" && layer.kind == LayerKind::kAvgPool2d)
    return layer.count_include_pad = false, Status();
  if (const auto numbers = numbers_of(word)) return take_number(word, *numbers);
  const std::string_view rest = std::string_view(word).substr(word.size() > 1 && word[1] == '=' ? 2 : 1);
  const auto numbers = numbers_of(rest);
  if (std::string_view("kspd").find(word[0]) == std::string_view::npos || !numbers || numbers->size() > 2) {
    return wrong("\"" + word + "\" is not understood");
  }
  return take_pair(word[0], {numbers->front(), numbers->back()});
}

Result<Layer> layer_of(std::string_view text, const std::string& line) {
  LayerReader reader{line, {}};
  std::string name;
  if (const size_t colon = text.find(':'); colon != std::string_view::npos) {
    name = trimmed(text.substr(0, colon), kBetweenWords);
    text.remove_prefix(colon + 1);
  }
  const std::vector<std::string> words = words_of(text);
  if (words.empty()) return reader.wrong("no layer follows the name");
  const std::optional<LayerKind> kind = kind_of(words[0]);
  if (!kind) return reader.wrong("\"" + words[0] + "\" is no kind of layer");
  reader.layer = default_layer(*kind);
  reader.layer.name = name;
  reader.layer.padding = {};
  reader.layer.stride = {1, 1};
  for (size_t i = 1; i < words.size(); ++i) {
    if (Status status = reader.take(words[i]); !status.ok()) return status;
  }
  const bool pools = *kind == LayerKind::kMaxPool2d || *kind == LayerKind::kAvgPool2d;
  if (pools && !reader.stride) reader.layer.stride = reader.layer.kernel;
  if (*kind == LayerKind::kConv2d && !reader.kernel) return reader.wrong("conv needs its kernel, as in k3");
  if ((*kind == LayerKind::kConv2d || *kind == LayerKind::kLinear) && !reader.number) {
    return reader.wrong(words[0] + " needs a number: what it makes");
  }
  if (!has_window(*kind)) {
    const Layer plain = default_layer(*kind);
    reader.layer.stride = plain.stride;
    reader.layer.padding = plain.padding;
  }
  return reader.layer;
}

Status read_input(const std::vector<std::string>& words, const std::string& line, PastedLayers& pasted) {
  std::string joined;
  for (size_t i = 1; i < words.size(); ++i) joined += words[i];
  const auto numbers = numbers_of(joined);
  const bool good = numbers && numbers->size() == 3 && std::ranges::min(*numbers) >= 1;
  if (!good || pasted.input || !pasted.layers.empty()) {
    return invalid_argument(line +
                            " of the pasted layers: input is channels x height x width, and comes first");
  }
  pasted.input = Chain{(*numbers)[0], {(*numbers)[1], (*numbers)[2]}, {}};
  return {};
}

}  // namespace

Result<PastedLayers> parse_layers(std::string_view text) {
  PastedLayers pasted;
  int64_t number = 0;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    std::string_view all = text.substr(0, end);
    all = all.substr(0, all.find('#'));
    text.remove_prefix(std::min(end + 1, text.size()));
    const std::string line = "line " + std::to_string(++number);
    while (!all.empty()) {
      const size_t stop = std::min(all.find(';'), all.size());
      const std::string_view part = trimmed(all.substr(0, stop), kBetweenWords);
      all.remove_prefix(std::min(stop + 1, all.size()));
      if (part.empty()) continue;
      if (const std::vector<std::string> words = words_of(part); words[0] == "input") {
        if (Status status = read_input(words, line, pasted); !status.ok()) return status;
        continue;
      }
      Result<Layer> layer = layer_of(part, line);
      if (!layer.ok()) return layer.status();
      if (pasted.layers.size() == kMostPastedLayers)
        return invalid_argument("more than 10000 layers were pasted");
      pasted.layers.push_back(*std::move(layer));
    }
  }
  if (pasted.layers.empty() && !pasted.input) return invalid_argument("the pasted text has no layers");
  return pasted;
}

}  // namespace poolglass
