// Text pasted into the Step room: cells.
#include <memory>
#include <string>
#include <utility>

#include "app/rooms/format.h"
#include "app/rooms/step/model.h"
#include "core/io/pasted_text.h"

namespace poolglass::step {

Result<Action> pasted(std::string_view text, const Model& model) {
  Result<PastedCells> cells = parse_cells(text);
  if (!cells.ok()) return cells.status();
  const Size2 size = cells->size, grid = model.document.grid.size;
  const bool pinned = model.pin && model.pin->side == Side::kInput;
  if (pinned && model.pin->cell.row + size.h <= grid.h && model.pin->cell.column + size.w <= grid.w) {
    return Action(SetCells{model.pin->cell, {size, std::move(cells->values)}});
  }
  if (size == Size2{1, 1}) return invalid_argument("one value: pin the input cell that it is for");
  if (size.h > kMaxSide || size.w > kMaxSide) {
    const std::string most = size_text({kMaxSide, kMaxSide});
    return invalid_argument("the cells are " + size_text(size) + ", the grid has at most " + most);
  }
  auto tensor = std::make_shared<const Tensor>(Shape{1, 1, size.h, size.w}, std::move(cells->values));
  return Action(OpenTensor{std::move(tensor), "Pasted cells"});
}

}  // namespace poolglass::step
