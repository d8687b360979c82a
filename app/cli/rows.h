// Tables for programs: tab-separated values or JSON.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace poolglass::cli {

// A number stands for itself, null for what is not there.
struct Cell {
  std::string text;
  bool number = false;
  bool null = false;

  static Cell of(int64_t value) { return {std::to_string(value), true, false}; }
  static Cell of(std::string text) { return {std::move(text), false, false}; }
  static Cell none(std::string as) { return {std::move(as), false, true}; }  // `as` in TSV
};

struct Rows {
  std::vector<std::string> columns;
  std::vector<std::vector<Cell>> rows;
};

std::string rows_tsv(const Rows& rows);   // a line of column names, then a line a row
std::string rows_json(const Rows& rows);  // a list of objects, one a line

}  // namespace poolglass::cli
