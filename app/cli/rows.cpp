#include "app/cli/rows.h"

#include "core/io/json_quote.h"

namespace poolglass::cli {
namespace {

std::string json_text(const Cell& cell) {
  if (cell.null) return "null";
  return cell.number ? cell.text : json_quote(cell.text);
}

}  // namespace

std::string rows_tsv(const Rows& rows) {
  std::string text;
  for (size_t i = 0; i < rows.columns.size(); ++i) text += (i > 0 ? "\t" : "") + rows.columns[i];
  text += "\n";
  for (const std::vector<Cell>& row : rows.rows) {
    for (size_t i = 0; i < row.size(); ++i) text += (i > 0 ? "\t" : "") + row[i].text;
    text += "\n";
  }
  return text;
}

std::string rows_json(const Rows& rows) {
  std::string text = "[";
  for (size_t r = 0; r < rows.rows.size(); ++r) {
    text += r > 0 ? ",\n " : "";
    for (size_t i = 0; i < rows.rows[r].size(); ++i) {
      text += (i > 0 ? ", " : "{") + json_quote(rows.columns[i]) + ": " + json_text(rows.rows[r][i]);
    }
    text += "}";
  }
  return text + "]\n";
}

}  // namespace poolglass::cli
