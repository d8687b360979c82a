#include "core/io/summary_text.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <string>
#include <utility>

#include "core/io/network_text_parts.h"
#include "core/printable.h"

namespace poolglass {
namespace {

using network::Kind;

constexpr size_t kMostRows = 100'000;

// Types as torch and Keras call them, beside those of plain_torch_kinds.
constexpr std::array<std::pair<std::string_view, Kind>, 31> kTypes = {{
    {"Conv2d", Kind::kConv2d},
    {"Conv2D", Kind::kConv2d},
    {"DepthwiseConv2D", Kind::kConv2d},
    {"ConvTranspose2d", Kind::kConvTranspose2d},
    {"Conv2DTranspose", Kind::kConvTranspose2d},
    {"MaxPool2d", Kind::kMaxPool2d},
    {"MaxPooling2D", Kind::kMaxPool2d},
    {"AvgPool2d", Kind::kAvgPool2d},
    {"AveragePooling2D", Kind::kAvgPool2d},
    {"AdaptiveAvgPool2d", Kind::kAdaptiveAvgPool2d},
    {"AdaptiveMaxPool2d", Kind::kAdaptiveMaxPool2d},
    {"GlobalAveragePooling2D", Kind::kGlobalAvgPool2d},
    {"GlobalMaxPooling2D", Kind::kGlobalMaxPool2d},
    {"BatchNorm2d", Kind::kBatchNorm2d},
    {"BatchNormalization", Kind::kBatchNorm2d},
    {"LayerNorm", Kind::kLayerNorm},
    {"LayerNorm2d", Kind::kLayerNorm},
    {"LayerNormalization", Kind::kLayerNorm},
    {"GroupNorm", Kind::kGroupNorm},
    {"InstanceNorm2d", Kind::kInstanceNorm2d},
    {"Activation", Kind::kRelu},
    {"Upsample", Kind::kUpsample},
    {"UpSampling2D", Kind::kUpsample},
    {"ZeroPadding2D", Kind::kPad},
    {"ZeroPad2d", Kind::kPad},
    {"Add", Kind::kAdd},
    {"Multiply", Kind::kMul},
    {"Concatenate", Kind::kConcat},
    {"Linear", Kind::kLinear},
    {"Dense", Kind::kLinear},
    {"InputLayer", Kind::kInput},
}};

// `cut`: the table broke the line, and `type` is its beginning.
std::optional<Kind> kind_of(std::string_view type, bool cut) {
  const auto is = [&](const auto& known) {
    return cut && !type.empty() ? known.first.starts_with(type) : known.first == type;
  };
  if (const auto at = std::ranges::find_if(kTypes, is); at != kTypes.end()) return at->second;
  const auto& plain = plain_torch_kinds();
  const auto at = std::ranges::find_if(plain, is);
  return at == plain.end() ? std::nullopt : std::optional(at->second);
}

bool starts_name(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back())) != 0) text.remove_suffix(1);
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.front())) != 0) text.remove_prefix(1);
  return text;
}

// "1,792" -> 1792; nothing where there is no number.
std::optional<int64_t> number_in(std::string_view text) {
  std::string digits;
  for (const char c : trimmed(text)) {
    if (c == ',') continue;
    if (c < '0' || c > '9') break;
    digits += c;
  }
  int64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (digits.empty() || error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return value;
}

// "[1, 64, 112, 112]" or "(None, 112, 112, 64)" at `from`: the sizes without the batch, and where it ends.
struct Sizes {
  std::vector<int64_t> sizes;
  size_t begin = 0, end = 0;
};
std::optional<Sizes> sizes_at(std::string_view line, size_t from) {
  const char close = line[from] == '[' ? ']' : ')';
  const size_t end = line.find(close, from);
  if (end == std::string_view::npos || end - from > 200) return std::nullopt;
  Sizes found{{}, from, end + 1};
  std::string_view list = line.substr(from + 1, end - from - 1);
  while (!list.empty()) {
    const size_t comma = list.find(',');
    const std::string_view part = trimmed(list.substr(0, comma));
    list = comma == std::string_view::npos ? std::string_view() : list.substr(comma + 1);
    if (part.empty() && list.empty()) break;  // "(None, )"
    if (part == "None" || part == "-1" || part == "?") {
      found.sizes.push_back(network::kUnknownSize);
    } else if (const auto size = number_in(part);
               size && std::ranges::all_of(part, [](char c) { return c >= '0' && c <= '9'; })) {
      found.sizes.push_back(*size);
    } else {
      return std::nullopt;
    }
  }
  if (found.sizes.size() < 2) return std::nullopt;
  found.sizes.erase(found.sizes.begin());  // the batch
  return found;
}

std::optional<Sizes> sizes_in(std::string_view line) {
  for (size_t at = 0; at < line.size(); ++at) {
    if (line[at] != '[' && line[at] != '(') continue;
    // Keras writes "[(None, 224, 224, 3)]".
    if (std::optional<Sizes> sizes = sizes_at(line, at)) return sizes;
  }
  return std::nullopt;
}

// The number behind the shape: of parameters.
std::optional<int64_t> params_behind(std::string_view line, size_t from) {
  while (from < line.size() && !(line[from] >= '0' && line[from] <= '9') && line[from] != '-') ++from;
  return from < line.size() ? number_in(line.substr(from)) : std::nullopt;
}

// What stands before the shape, without the lines of tables and trees.
std::string name_before(std::string_view line, size_t end) {
  std::string name;
  for (const char c : line.substr(0, end)) {
    const bool drawn = static_cast<unsigned char>(c) >= 0x80 || (name.empty() && !starts_name(c));
    if (!drawn) name += c;
  }
  std::string_view text = trimmed(name);
  while (!text.empty() && (text.back() == '[' || text.back() == '|'))
    text = trimmed(text.substr(0, text.size() - 1));
  return std::string(text);
}

// torchinfo: "Conv2d: 2-1", how deep it is nested. -1: not torchinfo's.
int depth_of(std::string_view name) {
  const size_t colon = name.rfind(": ");
  if (colon == std::string_view::npos) return -1;
  const std::string_view place = name.substr(colon + 2);
  const size_t dash = place.find('-');
  const auto depth = number_in(place.substr(0, dash));
  return dash != std::string_view::npos && depth ? static_cast<int>(std::min<int64_t>(*depth, 1000)) : -1;
}

std::string_view type_in(std::string_view name, bool torch) {
  if (torch) return name.substr(0, name.find_first_of(":("));
  const size_t open = name.rfind('('), close = name.rfind(')');
  if (open == std::string_view::npos) return {};
  return name.substr(open + 1, close == std::string_view::npos || close < open ? close : close - open - 1);
}

}  // namespace

bool is_summary(std::string_view text) {
  const std::string_view head = text.substr(0, 4096);
  return head.find("Layer (type") != std::string_view::npos &&
         head.find("Output Shape") != std::string_view::npos && head.find("Param") != std::string_view::npos;
}

Result<network::Summary> parse_summary(std::string_view text) {
  if (text.size() > kMostNetworkText)
    return resource_exhausted("a summary may have " + std::to_string(kMostNetworkText) + " bytes at most");
  if (!is_summary(text))
    return invalid_argument("there is no heading with Layer (type), Output Shape and Param #");
  network::Summary summary;
  const bool torch = text.find("depth-idx") != std::string_view::npos;
  summary.program = torch ? "torchinfo" : "Keras";
  summary.channels_last = !torch;
  std::vector<int> depths;
  while (!text.empty()) {
    const size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    if (const size_t total = line.find("Total params:"); total != std::string_view::npos && !summary.params)
      summary.params = number_in(line.substr(total + 13));
    if (line.find("Layer (type") != std::string_view::npos) continue;
    const std::optional<Sizes> sizes = sizes_in(line);
    if (!sizes) continue;
    if (summary.rows.size() >= kMostRows)
      return resource_exhausted("a summary may have " + std::to_string(kMostRows) + " layers at most");
    network::SummaryRow row;
    const std::string name = name_before(line, sizes->begin);
    row.kind = kind_of(type_in(name, torch), !torch && name.find(')') == std::string::npos);
    row.name = one_line(torch ? name : name.substr(0, name.find(" (")), 100);
    row.sizes = sizes->sizes;
    row.params = params_behind(line, sizes->end);
    depths.push_back(depth_of(name));
    summary.rows.push_back(std::move(row));
  }
  if (torch) {  // what holds others is told by them
    std::vector<network::SummaryRow> leaves;
    for (size_t i = 0; i < summary.rows.size(); ++i) {
      const bool holds = i + 1 < depths.size() && depths[i + 1] > depths[i];
      if (!holds && depths[i] >= 0) leaves.push_back(std::move(summary.rows[i]));
    }
    summary.rows = std::move(leaves);
  }
  if (summary.rows.empty()) return invalid_argument("the summary has no layer with a shape");
  return summary;
}

}  // namespace poolglass
