#include "app/rooms/head/layout.h"

#include <algorithm>
#include <cmath>

namespace poolglass::head {
namespace {

// Distances in em.
constexpr float kEdge = 1.6f, kColumnGap = 1.85f, kTop = 1.3f, kBottom = 0.8f;
constexpr float kTitle = 2.9f, kMaps = 2.75f, kMeans = 2.9f, kNumbers = 2.3f, kLegend = 1.5f;
constexpr float kFigureGap = 0.9f, kVerdict = 4.0f;
constexpr float kGap = 0.55f;
constexpr float kMostSquares = 8.6f, kLeastSquares = 2.6f;
constexpr float kTallSquares = 0.9f;  // of a column's width, where the window is high

}  // namespace

Layout arrange(const Rect& area, float em) {
  Layout layout;
  layout.em = em;
  const float columns = static_cast<float>(kColumns);
  const float width = (area.width() - (2 * kEdge + (columns - 1) * kColumnGap) * em) / columns;
  const float tall = std::clamp(0.1f * area.height(), kMaps * em, 6 * em);
  const float map = std::min(tall, (width - 5 * 0.35f * em) / 6);
  const float figures = static_cast<float>(kFigureLines) * kFigureLine * em;
  const float fixed =
      (kTop + kTitle + kMeans + kNumbers + kLegend + kFigureGap + kBottom + 2 * kGap) * em + figures + map;
  const bool low = area.height() < fixed;  // no room for pictures: titles, numbers and figures
  const bool verdicts = area.height() - fixed >= (kVerdict + kLeastSquares) * em;
  const float rest = area.height() - fixed - (verdicts ? kVerdict * em : 0);
  const float squares = std::clamp(rest, 0.0f, std::max(kMostSquares * em, kTallSquares * width));
  // What is left over stands between the rows.
  const float spare = std::clamp((rest - squares) / 5, 0.0f, 1.4f * em);
  for (size_t i = 0; i < kColumns; ++i) {
    const float x = std::round(area.min.x + kEdge * em + static_cast<float>(i) * (width + kColumnGap * em));
    float y = area.min.y + kTop * em;
    const auto take = [&](float height, float gap) {
      const Rect rect{{x, std::round(y)}, {x + width, std::round(y + height)}};
      y += height + gap;
      return rect;
    };
    Column& column = layout.columns[i];
    column.title = take(kTitle * em, spare);
    if (!low) {
      column.maps = take(map, 0);
      column.means = take(kMeans * em, 0);
    }
    column.numbers = take(kNumbers * em, spare);
    if (!low) {
      column.squares = take(squares, kGap * em);
      column.legend = take(kLegend * em, kGap * em + spare);
    }
    column.figures = take(figures, kFigureGap * em);
    column.figures.max.y = std::max(std::min(column.figures.max.y, area.max.y), column.figures.min.y);
    if (verdicts) column.verdict = {{x, y}, {x + width, std::min(y + kVerdict * em, area.max.y - 0.3f * em)}};
  }
  return layout;
}

Rect map_rect(const Rect& maps, float em, int64_t index) {
  const float side = maps.height();
  const float channels = static_cast<float>(kShownChannels);
  const float step = std::min((maps.width() - side) / (channels - 1), side + 1.6f * em);
  const float x = std::round(maps.min.x + static_cast<float>(index) * step);
  return {{x, maps.min.y}, {x + side, maps.max.y}};
}

Rect mean_rect(const Rect& means, const Rect& map, float em) {
  const float side = std::round(0.95f * em), x = std::round(map.centre().x - side / 2);
  return Rect::from_size({x, std::round(means.min.y + 0.65f * em)}, {side, side});
}

SquareGrid square_grid(const Rect& area, float em, double units) {
  SquareGrid grid;
  const auto fit = [&](float cell) {
    grid.cell = cell;
    grid.columns = std::max<int64_t>(static_cast<int64_t>(area.width() / cell), 1);
    grid.rows = std::max<int64_t>(static_cast<int64_t>(area.height() / cell), 1);
    grid.broken = std::ceil(units) > static_cast<double>(grid.columns * grid.rows);
  };
  // As large as they fit, and a little smaller than is good to look at before they break.
  const float least = std::max(0.4f * em, 4.0f);
  float cell = std::max(std::floor(2.2f * em), least);
  for (fit(cell); grid.broken && cell - 1 >= least; fit(cell)) cell -= 1;
  if (grid.broken) fit(std::max(std::floor(0.77f * em), 3.0f));
  return grid;
}

Rect square_rect(const Rect& area, const SquareGrid& grid, int64_t index) {
  const auto column = static_cast<float>(index % grid.columns),
             row = static_cast<float>(index / grid.columns);
  const float gap = std::max(1.0f, std::round(grid.cell * 0.14f));
  return Rect::from_size(area.min + glm::vec2(column, row) * grid.cell, glm::vec2(grid.cell - gap));
}

}  // namespace poolglass::head
