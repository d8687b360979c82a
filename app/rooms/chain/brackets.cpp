#include "app/rooms/chain/brackets.h"

namespace poolglass::chain {
namespace {

using Plane2 = std::optional<Size2>;

std::string side_text(const Plane2& plane, const char* squared) {
  if (!plane) return "—";
  if (plane->h == 0) return "1";
  const std::string side = std::to_string(plane->h);
  return plane->h == plane->w ? side + squared : side + "×" + std::to_string(plane->w);
}

bool is_map(const Plane2& plane) { return plane && plane->h > 0; }

}  // namespace

std::vector<Bracket> brackets_of(std::span<const BracketColumn> columns, Plane2 input) {
  std::vector<Bracket> brackets;
  Plane2 before = input, begin = input;  // of the layer before; of what the block reads
  for (size_t c = 0, first = 0; c < columns.size(); ++c) {
    const Plane2& plane = columns[c].plane;
    const bool last = c + 1 == columns.size();
    const bool smaller = is_map(plane) && before && (plane->h < before->h || plane->w < before->w);
    const bool plane_ends = is_map(plane) && !last && columns[c + 1].plane == Size2{0, 0};
    before = plane;
    if (!smaller && !plane_ends && !last) continue;
    Bracket bracket{first, c, {}, {}};
    const std::string end = side_text(plane, "²"), plain = side_text(plane, "");
    if (plane && begin && plane != begin) {
      bracket.sides.push_back(side_text(begin, "²") + " → " + end);
      bracket.sides.push_back(side_text(begin, "") + " → " + plain);
    } else {
      bracket.sides.push_back(end);
    }
    bracket.sides.push_back(plain);
    if (first != c) bracket.names.push_back(columns[first].name + " … " + columns[c].name);
    bracket.names.push_back(columns[c].name);
    brackets.push_back(std::move(bracket));
    first = c + 1;
    begin = plane;
  }
  return brackets;
}

}  // namespace poolglass::chain
