#include "app/rooms/shift/layout.h"

#include <algorithm>
#include <cmath>
#include <glm/common.hpp>
#include <numeric>

namespace poolglass::shift {
namespace {

// Distances in em.
constexpr float kEdge = 1.6f;     // left and right
constexpr float kTop = 0.55f;     // over the headings
constexpr float kHeading = 1.6f;  // with their space below
constexpr float kLabels = 3.9f;   // words between the picture and the columns
constexpr float kColumnGap = 0.95f;
constexpr float kRowGap = 0.5f;
constexpr float kMeter = 2.25f;  // words and bar
constexpr float kMeterWords = 1.25f;
constexpr float kMeterGap = 0.6f;  // between the squares and the first
constexpr float kNote = 1.4f;
constexpr float kChartGap = 0.3f;
constexpr float kLeastChart = 7.5f;
constexpr float kBottom = 0.7f;
constexpr float kPictureShare = 1.8f;  // of a column's square
constexpr float kLeastColumn = 3.0f;
constexpr float kLeastSquare = 2.2f;  // in two rows
// In low areas, where the meters' names stand under the picture.
constexpr float kLowLabels = 5.3f, kLowColumnGap = 0.9f;
constexpr float kLowShare = 0.85f;  // of a column's width: squares as small leave room to bars
constexpr float kEvenCell = 16;  // pixels: from here on a cell that is a pixel larger than others would show

float whole(float pixels) { return std::round(pixels); }

// Beside each other: the picture over the meters' names, and one square over each one's meters.
Layout arrange_low(const Rect& area, float em) {
  Layout layout;
  layout.em = em;
  layout.low = true;
  const float columns = static_cast<float>(kColumns), gap = kLowColumnGap * em;
  const float x = whole(area.min.x + kEdge * em), right = area.max.x - kEdge * em;
  const float top = whole(area.min.y + (kTop + kHeading) * em), bottom = area.max.y - kBottom * em;
  const float wide = std::floor(
      std::max((right - x - kLowLabels * em - (columns - 1) * gap) / columns, kLeastSquare / 2 * em));
  const auto room = [&](float meter) { return bottom - top - (kRowGap + 2 * meter) * em; };
  layout.bars = room(kMeter) >= kLowShare * wide;
  const float meter = (layout.bars ? kMeter : kMeterWords) * em;
  const float side = std::max(std::floor(std::min(wide, room(layout.bars ? kMeter : kMeterWords))), 1.0f);
  const float first = whole(right - columns * wide - (columns - 1) * gap);
  layout.labels = first - 0.55f * em;
  const float picture = std::max(std::floor(std::min(side, layout.labels - x)), 1.0f);
  layout.heading = {{x, area.min.y + kTop * em}, {layout.labels, top}};
  layout.picture = Rect::from_size({x, top}, glm::vec2(picture));
  layout.under = {{x, bottom}, {layout.labels, bottom}};
  const float meters = whole(top + side + kRowGap * em);
  for (size_t i = 0; i < kColumns; ++i) {
    Column& column = layout.columns[i];
    const float left = whole(first + static_cast<float>(i) * (wide + gap));
    column.heading = {{left, layout.heading.min.y}, {left + wide, top}};
    column.first = Rect::from_size({left, top}, {0, 0});
    column.second = Rect::from_size({left, top}, glm::vec2(side));
    column.identical = {{left, meters}, {left + wide, meters + meter}};
    column.correlation = column.identical.translated({0, meter});
  }
  const float below = layout.columns[0].correlation.max.y;
  if (bottom - below >= kNote * em) layout.note = {{first, below}, {right, below + kNote * em}};
  return layout;
}

}  // namespace

Layout arrange(const Rect& area, float em) {
  Layout layout;
  layout.em = em;
  const float width = area.width() - 2 * kEdge * em;
  const float columns = static_cast<float>(kColumns);
  const float across = (width - (kLabels + (columns - 1) * kColumnGap) * em) / (kPictureShare + columns);
  const float words = (kTop + kHeading + kRowGap + kMeterGap + 2 * kMeter) * em;
  const float charts = (kNote + kChartGap + kLeastChart + kBottom) * em;
  const bool with_charts = area.height() - words - charts >= 2 * kLeastColumn * em &&
                           (area.height() - words - charts) / 2 >= 0.6f * across;
  const float rest = area.height() - words - (with_charts ? charts : (kNote + kBottom) * em);
  if (rest / 2 < std::min(kLeastSquare * em, across)) return arrange_low(area, em);
  const float side = std::max(std::floor(std::min(across, rest / 2)), 1.0f);

  const float x = whole(area.min.x + kEdge * em), top = whole(area.min.y + (kTop + kHeading) * em);
  const float picture = std::floor(std::min(kPictureShare * side, area.max.y - kBottom * em - top));
  const float right = area.max.x - kEdge * em, gap = kColumnGap * em;
  // Where squares are low, their words take the width that is left.
  const float share = (right - x - kPictureShare * side - kLabels * em - (columns - 1) * gap) / columns;
  const float wide = std::floor(std::max(share, side));
  layout.heading = {{x, area.min.y + kTop * em}, {x + picture, top}};
  layout.picture = Rect::from_size({x, top}, glm::vec2(std::max(picture, 1.0f)));
  const float first = whole(right - columns * wide - (columns - 1) * gap);
  layout.labels = first - 0.55f * em;
  for (size_t i = 0; i < kColumns; ++i) {
    Column& column = layout.columns[i];
    const float left = whole(first + static_cast<float>(i) * (wide + gap));
    const auto row = [&](float y, float height) { return Rect{{left, y}, {left + wide, y + height}}; };
    const auto square = [&](float y) { return Rect::from_size({left, y}, glm::vec2(side)); };
    column.heading = row(layout.heading.min.y, layout.heading.height());
    column.first = square(top);
    column.second = square(whole(top + side + kRowGap * em));
    const float meters = column.second.max.y + kMeterGap * em;
    column.identical = row(meters, kMeter * em);
    column.correlation = row(meters + kMeter * em, kMeter * em);
  }
  const float below = layout.columns[0].correlation.max.y;
  layout.note = {{first, below}, {right, below + kNote * em}};
  const float bottom = area.max.y - kBottom * em;
  layout.under = {{x, layout.picture.max.y}, {x + picture, std::max(bottom, layout.picture.max.y)}};
  if (!with_charts) return layout;
  const float chart_top = layout.note.max.y + kChartGap * em, middle = (right - first) / 2;
  layout.charts[0] = {{first, chart_top}, {whole(first + middle - 0.6f * em), bottom}};
  layout.charts[1] = {{whole(first + middle + 0.6f * em), chart_top}, {right, bottom}};
  return layout;
}

CellBox fit_cells(const Rect& square, Size2 cells) {
  CellBox box;
  box.cells = cells;
  box.cell =
      std::min(square.width() / static_cast<float>(cells.w), square.height() / static_cast<float>(cells.h));
  if (box.cell >= kEvenCell) box.cell = std::floor(box.cell);
  const glm::vec2 size(box.cell * static_cast<float>(cells.w), box.cell * static_cast<float>(cells.h));
  box.rect = Rect::from_size(glm::round(square.min), size);
  return box;
}

Rect cell_rect(const CellBox& box, Cell cell) {
  const glm::vec2 at(static_cast<float>(cell.column), static_cast<float>(cell.row));
  return Rect::from_size(box.rect.min + at * box.cell, glm::vec2(box.cell));
}

std::optional<Cell> cell_at(const CellBox& box, glm::vec2 point) {
  if (!box.rect.contains(point)) return std::nullopt;
  const glm::vec2 at = (point - box.rect.min) / box.cell;
  return Cell{std::min(static_cast<int64_t>(at.y), box.cells.h - 1),
              std::min(static_cast<int64_t>(at.x), box.cells.w - 1)};
}

ChartBox chart_box(const Rect& chart, float em) {
  ChartBox box;
  box.title = {chart.min, {chart.max.x, chart.min.y + 1.5f * em}};
  const float names = std::min(6.0f * em, 0.3f * chart.width());
  box.plot = {{whole(chart.min.x + 2.1f * em), whole(box.title.max.y + 0.8f * em)},
              {whole(chart.max.x - names), whole(chart.max.y - 1.4f * em)}};
  box.names = box.plot.max.x + 0.9f * em;
  return box;
}

std::array<float, kColumns> spread(const std::array<float, kColumns>& wanted, float apart, float low,
                                   float high) {
  std::array<size_t, kColumns> order;
  std::iota(order.begin(), order.end(), size_t{0});
  std::ranges::stable_sort(order, [&](size_t a, size_t b) { return wanted[a] < wanted[b]; });
  // Down from the top each as low as it must be, then up from the bottom where that went too far.
  std::array<float, kColumns> placed;
  float least = low;
  for (const size_t i : order) {
    placed[i] = std::max(wanted[i], least);
    least = placed[i] + apart;
  }
  float most = std::max(high, low + apart * static_cast<float>(kColumns - 1));
  for (auto at = order.rbegin(); at != order.rend(); ++at) {
    placed[*at] = std::min(placed[*at], most);
    most = placed[*at] - apart;
  }
  return placed;
}

}  // namespace poolglass::shift
