// Text pasted into the Head room: an input size.
#include <string>

#include "app/rooms/head/model.h"
#include "core/io/pasted_text.h"

namespace poolglass::head {

Result<Action> pasted(std::string_view text, const Model&) {
  const Result<PastedCells> cells = parse_cells(text);
  if (!cells.ok()) return cells.status();
  const float side = cells->values.front();
  const bool whole = cells->size == Size2{1, 1} && side >= static_cast<float>(kLeastSide) &&
                     side <= static_cast<float>(kMostSide) &&
                     side == static_cast<float>(static_cast<int64_t>(side));
  if (whole) return Action(SetSide{static_cast<int64_t>(side)});
  return invalid_argument("the Head room takes one number, an input size from " + std::to_string(kLeastSide) +
                          " to " + std::to_string(kMostSide));
}

}  // namespace poolglass::head
