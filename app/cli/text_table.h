// Columns of text, aligned for a terminal.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace poolglass::cli {

// A line a row; the first `left` columns stand left, the others right. Cells are UTF-8 without line breaks.
std::string text_table(const std::vector<std::vector<std::string>>& rows, size_t left);

inline constexpr size_t kShownName = 60;  // bytes of a layer's name that such tables show

std::string count_text(int64_t count);  // "13,860"; "> 2^63" where sums stop

}  // namespace poolglass::cli
