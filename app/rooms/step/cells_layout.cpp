#include "app/rooms/step/cells_layout.h"

#include <algorithm>

namespace poolglass::step {

float cell_for(int columns, float size) {
  return std::max(kSmallestNumberCell, static_cast<float>(columns) * kFigureAdvance * size / kFigureShare);
}

float wanted_cell(float em, const Content& content, float bare) {
  constexpr float kComfortable = 0.65f;
  const auto [least, most] = std::minmax(content.input_figures, content.output_figures);
  for (const float cell :
       {cell_for(most, kComfortable), cell_for(most, kSmallestFigure), cell_for(least, kSmallestFigure)}) {
    if (bare >= cell * em) return cell * em;
  }
  return 0.6f * bare;
}

int64_t label_step(float cell, float em) {
  int64_t step = 1;
  while (static_cast<float>(step) * cell < 1.5f * em && step < 64) step *= 2;
  return step;
}

}  // namespace poolglass::step
