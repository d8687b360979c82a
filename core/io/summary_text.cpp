#include "core/io/summary_text.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <string>
#include <utility>

#include "core/io/network_text_parts.h"
#include "core/printable.h"
#include "core/trimmed.h"

namespace poolglass {
namespace {

using network::Kind;

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

// "1,792", or "(1,792)" of layers that do not learn -> 1792; nothing where there is no number.
std::optional<int64_t> number_in(std::string_view text) {
  std::string digits;
  for (const char c : trimmed(text, " \t\r(")) {
    if (c == ',') continue;
    if (c < '0' || c > '9') break;
    digits += c;
  }
  int64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (digits.empty() || error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return value;
}

using Sizes = std::vector<int64_t>;

// "[1, 64, 112, 112]" or "(None, 112, 112, 64)" at the beginning: the sizes without the batch.
std::optional<Sizes> sizes_at(std::string_view text) {
  const size_t end = text.find(text[0] == '[' ? ']' : ')');
  if (end == std::string_view::npos) return std::nullopt;
  Sizes sizes;
  std::string_view list = text.substr(1, end - 1);
  while (!list.empty()) {
    const size_t comma = list.find(',');
    const std::string_view part = trimmed(list.substr(0, comma));
    list = comma == std::string_view::npos ? std::string_view() : list.substr(comma + 1);
    if (part.empty() && list.empty()) break;  // "(None, )"
    const bool digits = std::ranges::all_of(part, [](char c) { return c >= '0' && c <= '9'; });
    const std::optional<int64_t> size = digits ? number_in(part) : std::nullopt;
    const bool open = part == "None" || part == "-1" || part == "?";
    if (!open && !size) return std::nullopt;
    sizes.push_back(size.value_or(network::kUnknownSize));
  }
  if (sizes.size() < 2 || sizes.size() > network::kMostSummarySizes + 1) return std::nullopt;
  sizes.erase(sizes.begin());  // the batch
  return sizes;
}

// The first in the text: Keras writes "[(None, 224, 224, 3)]".
std::optional<Sizes> sizes_in(std::string_view text) {
  constexpr size_t kLongest = 200;
  for (size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '[' && text[at] != '(') continue;
    if (std::optional<Sizes> sizes = sizes_at(text.substr(at, kLongest))) return sizes;
  }
  return std::nullopt;
}

// What a row says, by the headings.
struct Cells {
  std::string name, output, params;
};

// What is told of a table's lines by its heading. Columns begin where their titles do, counted in characters,
// or where there is a bar; where lines were moved, what a row ends with stands in for that.
class Columns {
 public:
  explicit Columns(std::string_view heading) {
    boxed_ = !bars_of(heading).empty();
    const std::array titles = {"Input Shape", "Output Shape", "Kernel Shape", "Groups",      "Param #",
                               "Param %",     "Mult-Adds",    "Trainable",    "Connected to"};
    for (const std::string_view title : titles) {
      const size_t at = heading.find(title);
      if (at != std::string_view::npos) titles_.emplace_back(at, title);
    }
    std::ranges::sort(titles_);
    for (size_t i = 0; i < titles_.size(); ++i) {
      if (titles_[i].second == "Output Shape") output_ = i;
      if (titles_[i].second == "Param #") params_ = i;
    }
  }
  bool usable() const { return output_ < titles_.size() && params_ < titles_.size(); }

  // Nothing: the line is none of a table of these columns.
  std::optional<Cells> cut(std::string_view line) const {
    if (boxed_) return boxed(line);
    std::optional<Cells> cells = by_place(line);
    if (cells && sizes_in(cells->output)) return cells;
    if (std::optional<Cells> moved = by_end(line)) return moved;
    return cells;
  }

 private:
  // Where bars stand, and how long they are.
  static std::vector<std::pair<size_t, size_t>> bars_of(std::string_view line) {
    std::vector<std::pair<size_t, size_t>> bars;
    for (const std::string_view bar : {"\u2502", "\u2503", "|"}) {
      for (size_t at = line.find(bar); at != std::string_view::npos; at = line.find(bar, at + bar.size()))
        bars.emplace_back(at, bar.size());
    }
    std::ranges::sort(bars);
    return bars;
  }

  std::optional<Cells> boxed(std::string_view line) const {
    const auto bars = bars_of(line);
    if (bars.size() < titles_.size() + 2) return std::nullopt;
    const size_t before = bars.size() - titles_.size() - 2;  // more of them belong to a tree of names
    const auto part = [&](size_t column) {
      const auto [at, length] = bars[before + column];
      return std::string(trimmed(line.substr(at + length, bars[before + column + 1].first - at - length)));
    };
    return Cells{part(0), part(output_ + 1), part(params_ + 1)};
  }

  std::optional<Cells> by_place(std::string_view line) const {
    std::vector<size_t> begins;
    size_t at = 0, character = 0;
    for (const auto& [place, title] : titles_) {
      for (; character < place && at < line.size(); ++character) {
        do ++at;
        while (at < line.size() && (static_cast<unsigned char>(line[at]) & 0xC0) == 0x80);
      }
      if (at > 0 && at < line.size() && line[at - 1] != ' ') return std::nullopt;
      begins.push_back(at);
    }
    begins.push_back(line.size());
    const auto part = [&](size_t column) {
      return std::string(trimmed(line.substr(begins[column], begins[column + 1] - begins[column])));
    };
    return Cells{std::string(line.substr(0, begins[0])), part(output_), part(params_)};
  }

  // The last words, a list in brackets being one of them.
  std::optional<Cells> by_end(std::string_view line) const {
    std::vector<std::pair<size_t, size_t>> words;  // from, to
    int open = 0;
    for (size_t i = 0; i < line.size(); ++i) {
      const bool blank = open == 0 && std::isspace(static_cast<unsigned char>(line[i])) != 0;
      if (line[i] == '[' || line[i] == '(') ++open;
      if ((line[i] == ']' || line[i] == ')') && open > 0) --open;
      if (blank) continue;
      if (!words.empty() && words.back().second == i) {
        ++words.back().second;
      } else {
        words.emplace_back(i, i + 1);
      }
    }
    if (words.size() <= titles_.size()) return std::nullopt;
    const size_t before = words.size() - titles_.size();
    const auto part = [&](size_t column) {
      const auto [from, to] = words[before + column];
      return std::string(line.substr(from, to - from));
    };
    Cells cells{std::string(line.substr(0, words[before - 1].second)), part(output_), part(params_)};
    return sizes_in(cells.output) ? std::optional(std::move(cells)) : std::nullopt;
  }

  std::vector<std::pair<size_t, std::string_view>> titles_;  // but for the names', by where they begin
  size_t output_ = SIZE_MAX, params_ = SIZE_MAX;             // of titles_
  bool boxed_ = false;
};

// Lines between rows: "====", "├───┼───┤", or nothing.
bool is_rule(std::string_view line) {
  return std::ranges::none_of(line, [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '(' || c == ')' || c == '[' || c == ']';
  });
}

// A table's rows: what does not fit into a cell goes on in the line below.
class Table {
 public:
  Table(std::string_view heading, bool torch) : columns_(heading), torch_(torch) {}
  bool usable() const { return columns_.usable(); }

  void take(std::string_view line) {
    constexpr size_t kLongest = 10'000;  // bytes; wider tables are none
    if (line.size() > kLongest || is_rule(line)) {
      open_ = false;
      return;
    }
    std::optional<Cells> cells = columns_.cut(line);
    if (!cells) return;
    // torchinfo breaks no cell; Keras writes a number in the first line of each row.
    if (!cells->params.empty()) {
      rows.push_back(*std::move(cells));
      open_ = true;
    } else if (open_ && !torch_) {
      rows.back().name += cells->name;
      rows.back().output += cells->output;
    }
  }

  std::vector<Cells> rows;

 private:
  Columns columns_;
  bool torch_;
  bool open_ = false;
};

bool starts_name(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

// A name without the lines of trees before it, and how deep it is nested: torchinfo moves each level by five
// characters, the lines beside it being two or three.
struct Name {
  std::string text;
  int depth = 0;
};
Name name_in(std::string_view cell) {
  size_t at = 0, characters = 0;
  for (; at < cell.size() && !starts_name(cell[at]); ++at)
    characters += (static_cast<unsigned char>(cell[at]) & 0xC0) != 0x80;
  return {std::string(trimmed(cell.substr(at))),
          static_cast<int>((std::min<size_t>(characters, 5000) + 3) / 5)};
}

// "Conv2d" of torchinfo's "Conv2d (conv1): 1-1", of Keras' "conv1(Conv2D)".
std::string type_in(std::string_view name, bool torch) {
  if (torch) return std::string(trimmed(name.substr(0, name.find_first_of(":("))));
  const size_t open = name.rfind('(');
  if (open == std::string_view::npos) return {};
  std::string type(name.substr(open + 1, name.find(')', open) - open - 1));
  constexpr std::string_view kCut = "…";
  if (type.ends_with(kCut)) type.resize(type.size() - kCut.size());
  return type;
}

// Of torchinfo's nested modules those that hold no others: what holds others is told by them.
void keep_leaves(const std::vector<int>& depths, std::vector<network::SummaryRow>* rows) {
  std::vector<network::SummaryRow> leaves;
  for (size_t i = 0; i < rows->size(); ++i) {
    const bool holds = i + 1 < depths.size() && depths[i + 1] > depths[i];
    if (!holds) leaves.push_back(std::move((*rows)[i]));
  }
  *rows = std::move(leaves);
}

bool is_heading(std::string_view line) { return line.find("Layer (type") != std::string_view::npos; }

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
  const bool torch = text.find(":depth-idx") != std::string_view::npos ||
                     text.find("(var_name)") != std::string_view::npos ||
                     text.find("Total mult-adds") != std::string_view::npos;
  summary.program = torch ? "torchinfo" : "Keras";
  summary.channels_last = !torch;
  std::optional<Table> table;
  while (!text.empty()) {
    const size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    if (is_heading(line)) {
      if (table && !table->rows.empty()) break;  // another one
      table.emplace(line, torch);
      if (!table->usable()) return invalid_argument("the heading's titles are not in one line");
    } else if (const size_t total = line.find("Total params:"); total != std::string_view::npos) {
      summary.params = number_in(line.substr(total + 13));
      break;
    } else if (table) {
      table->take(line);
      if (std::ssize(table->rows) > network::kMostSummaryRows)
        return resource_exhausted("a summary may have " + std::to_string(network::kMostSummaryRows) +
                                  " rows at most");
    }
  }
  std::vector<int> depths;
  for (const Cells& cells : table ? table->rows : std::vector<Cells>()) {
    const std::optional<Sizes> sizes = sizes_in(cells.output);
    if (!sizes) continue;
    Name name = name_in(cells.name);
    if (!torch) std::erase(name.text, ' ');  // Keras' have none, but for what a broken line left
    network::SummaryRow row;
    const bool cut = !torch && name.text.find(')') == std::string::npos;
    row.kind = kind_of(type_in(name.text, torch), cut);
    row.name =
        one_line(torch ? name.text : name.text.substr(0, name.text.find('(')), network::kMostSummaryName);
    row.sizes = *sizes;
    row.params = number_in(cells.params);
    depths.push_back(name.depth);
    summary.rows.push_back(std::move(row));
  }
  if (torch) keep_leaves(depths, &summary.rows);
  if (summary.rows.empty()) return invalid_argument("the summary has no layer with a shape");
  return summary;
}

}  // namespace poolglass
