// Text pasted into the Shift room: cells.
#include <memory>
#include <string>
#include <utility>

#include "app/rooms/shift/model.h"
#include "core/io/pasted_text.h"

namespace poolglass::shift {

Result<Action> pasted(std::string_view text, const Model&) {
  const Result<PastedCells> cells = parse_cells(text);
  if (!cells.ok()) return cells.status();
  if (cells->size == Size2{1, 1}) return invalid_argument("one value makes no picture");
  auto plane = std::make_shared<const Plane>(middle_of(cells->values.data(), cells->size));
  return Action(OpenPicture{std::move(plane), "Pasted cells"});
}

}  // namespace poolglass::shift
