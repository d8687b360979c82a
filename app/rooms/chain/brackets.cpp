#include "app/rooms/chain/brackets.h"

namespace poolglass::chain {
namespace {

std::string side_text(int64_t side) { return side == 0 ? "1" : std::to_string(side) + "²"; }
std::string plain_text(int64_t side) { return std::to_string(side == 0 ? 1 : side); }

}  // namespace

std::vector<Bracket> brackets_of(std::span<const BracketColumn> columns, int64_t input) {
  std::vector<Bracket> brackets;
  int64_t before = input, begin = input;  // side of the layer before; of what the block reads
  for (size_t c = 0, first = 0; c < columns.size(); ++c) {
    const bool last = c + 1 == columns.size();
    const bool smaller = columns[c].side > 0 && columns[c].side < before;
    const bool plane_ends = columns[c].side > 0 && !last && columns[c + 1].side == 0;
    before = columns[c].side;
    if (!smaller && !plane_ends && !last) continue;
    Bracket bracket{first, c, {}, {}};
    const int64_t end = columns[c].side;
    if (end != begin) {
      bracket.sides.push_back(side_text(begin) + " → " + side_text(end));
      bracket.sides.push_back(plain_text(begin) + " → " + plain_text(end));
    } else {
      bracket.sides.push_back(side_text(end));
    }
    bracket.sides.push_back(plain_text(end));
    if (first != c) bracket.names.push_back(columns[first].name + " … " + columns[c].name);
    bracket.names.push_back(columns[c].name);
    brackets.push_back(std::move(bracket));
    first = c + 1;
    begin = columns[c].side;
  }
  return brackets;
}

}  // namespace poolglass::chain
