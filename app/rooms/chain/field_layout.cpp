#include "app/rooms/chain/field_layout.h"

#include <cmath>
#include <glm/common.hpp>

namespace poolglass {
namespace {

int64_t place(float offset, float cell, int64_t count) {
  const auto index = static_cast<int64_t>(std::floor(offset / cell));
  return std::clamp<int64_t>(index, 0, count - 1);
}

}  // namespace

PlaneLayout fit_plane(const Rect& area, Size2 cells, float margin, float largest) {
  cells = {std::max<int64_t>(cells.h, 1), std::max<int64_t>(cells.w, 1)};
  const auto rows = static_cast<float>(cells.h), columns = static_cast<float>(cells.w);
  const float border = 2 * margin * std::max(rows, columns);
  const float fits = std::min(area.width() / (columns + border), area.height() / (rows + border));
  const float cell = std::max(std::min(fits, largest), 0.0f);
  const glm::vec2 size{columns * cell, rows * cell};
  return {Rect::from_size(area.centre() - size * 0.5f, size), cells, cell};
}

Rect plane_cell(const PlaneLayout& plane, int64_t row, int64_t column) {
  const glm::vec2 at{static_cast<float>(column) * plane.cell, static_cast<float>(row) * plane.cell};
  return Rect::from_size(plane.rect.min + at, glm::vec2(plane.cell));
}

std::optional<PlaneCell> plane_cell_at(const PlaneLayout& plane, glm::vec2 p) {
  if (plane.cell <= 0 || !plane.rect.contains(p)) return std::nullopt;
  const glm::vec2 at = p - plane.rect.min;
  return PlaneCell{place(at.y, plane.cell, plane.cells.h), place(at.x, plane.cell, plane.cells.w)};
}

Rect plane_box(const PlaneLayout& plane, const ReceptiveBox& box) {
  const auto x = [&](int64_t column) { return plane.rect.min.x + static_cast<float>(column) * plane.cell; };
  const auto y = [&](int64_t row) { return plane.rect.min.y + static_cast<float>(row) * plane.cell; };
  const glm::vec2 min{x(box.columns.first), y(box.rows.first)};
  return {min, glm::max(min, glm::vec2(x(box.columns.last + 1), y(box.rows.last + 1)))};
}

}  // namespace poolglass
