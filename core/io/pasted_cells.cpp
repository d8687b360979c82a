#include <algorithm>
#include <charconv>
#include <string>

#include "core/io/pasted_text.h"
#include "core/trimmed.h"

namespace poolglass {
namespace {

constexpr std::string_view kBlanks = " \t\r\v\f";

std::vector<std::string_view> split(std::string_view text, char at) {
  std::vector<std::string_view> parts;
  for (size_t from = 0;;) {
    const size_t end = text.find(at, from);
    parts.push_back(text.substr(from, end - from));
    if (end == std::string_view::npos) return parts;
    from = end + 1;
  }
}

// Lines without their ends; empty ones at the end of the text do not count.
std::vector<std::string_view> lines_of(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);  // a byte order mark
  return split(trimmed(text, "\r\n"), '\n');
}

char separator_of(std::string_view text) {
  for (char c : {'\t', ';', ','}) {
    if (text.find(c) != std::string_view::npos) return c;
  }
  return ' ';
}

std::vector<std::string_view> cells_of(std::string_view line, char separator) {
  std::vector<std::string_view> cells = split(trimmed(line, separator == '\t' ? "\r" : kBlanks), separator);
  for (std::string_view& cell : cells) cell = trimmed(cell, kBlanks);
  if (separator == ' ') std::erase(cells, std::string_view());  // any number of blanks
  return cells;
}

void replace_prefix(std::string& text, std::string_view from, std::string_view to) {
  if (text.starts_with(from)) text.replace(0, from.size(), to);
}

std::optional<float> number_of(std::string_view cell, bool decimal_comma) {
  std::string text(cell);
  replace_prefix(text, "−", "-");
  if (text.starts_with('+')) text.erase(0, 1);
  if (text == "∞" || text == "-∞")
    replace_prefix(text, text == "∞" ? "∞" : "-∞", text == "∞" ? "inf" : "-inf");
  if (decimal_comma) std::ranges::replace(text, ',', '.');
  float value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stop != end) return std::nullopt;
  return value;
}

std::string where(size_t row, size_t column) {
  return "row " + std::to_string(row + 1) + ", column " + std::to_string(column + 1);
}

// Foreign text in a sentence: not all of it.
std::string quoted(std::string_view text) {
  constexpr size_t kMost = 24;
  if (text.size() <= kMost) return "\"" + std::string(text) + "\"";
  size_t end = kMost;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return "\"" + std::string(text.substr(0, end)) + "…\"";
}

}  // namespace

Result<PastedCells> parse_cells(std::string_view text) {
  const char separator = separator_of(text);
  PastedCells cells;
  const std::vector<std::string_view> lines = lines_of(text);
  size_t columns = 0;
  for (size_t row = 0; row < lines.size(); ++row) {
    const std::vector<std::string_view> line = cells_of(lines[row], separator);
    if (row == 0) columns = line.size();
    if (line.size() != columns) {
      return invalid_argument("row " + std::to_string(row + 1) + " of the pasted cells has " +
                              std::to_string(line.size()) + ", the first row " + std::to_string(columns));
    }
    for (size_t column = 0; column < columns; ++column) {
      if (line[column].empty()) return invalid_argument(where(row, column) + " of the pasted cells is empty");
      const std::optional<float> value = number_of(line[column], separator != ',');
      if (!value) {
        return invalid_argument(where(row, column) + " of the pasted cells, " + quoted(line[column]) +
                                ", is not a number");
      }
      cells.values.push_back(*value);
    }
  }
  if (cells.values.empty()) return invalid_argument("the pasted text has no cells");
  cells.size = {static_cast<int64_t>(lines.size()), static_cast<int64_t>(columns)};
  return cells;
}

bool several_cells(std::string_view text) {
  const std::vector<std::string_view> lines = lines_of(text);
  return lines.size() > 1 || cells_of(lines[0], separator_of(text)).size() > 1;
}

}  // namespace poolglass
