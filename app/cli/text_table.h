// Columns of text, aligned for a terminal.
#pragma once

#include <string>
#include <vector>

namespace poolglass::cli {

// A line a row; the first `left` columns stand left, the others right. Cells are UTF-8 without line breaks.
std::string text_table(const std::vector<std::vector<std::string>>& rows, size_t left);

}  // namespace poolglass::cli
