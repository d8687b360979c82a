// A map's squares: all show the same place, an output cell as large as the input cells that it stands for.
#include <algorithm>
#include <cmath>
#include <glm/common.hpp>

#include "app/rooms/step/layout.h"

namespace poolglass::step {
namespace {

// Distances in em.
constexpr float kMargin = 0.8f, kSide = 1.6f;  // above and below, left and right: as the other lenses'
constexpr float kTitle = 1.7f, kRuler = 1.4f, kRowRuler = 2.2f, kNote = 1.9f;
constexpr float kLeastLane = 12.5f, kWideLane = 24.0f;
constexpr float kGap = 1.6f;                          // between squares of a board
constexpr float kBand = 9.4f, kLeastBand = 5.0f;      // under them
constexpr float kOverviewGap = 1.6f, kLegend = 1.9f;  // around the overview
constexpr float kLeastSquare = 6.0f;

// Which words are shown, from all to none.
struct MapWords {
  float title = kTitle, ruler = kRuler, row_ruler = kRowRuler, note = kNote, band = kBand;
  float above() const { return title + ruler; }
};
constexpr int kMapLevels = 4;
MapWords map_words_at(int level) {
  MapWords words;
  if (level >= 1) words.ruler = 0.3f, words.row_ruler = 0;
  if (level >= 2) words.note = 0, words.band = kLeastBand;
  if (level >= 3) words.title = 0;
  return words;
}

struct Squares {
  int columns = 2, rows = 1;
  bool lane = true;  // between input and output; else a band under all
  float side = 0;
};

float side_of(const Rect& area, float em, const MapWords& words, const Squares& squares, float lane) {
  const float gaps = squares.lane ? lane : static_cast<float>(squares.columns - 1) * kGap;
  const float across =
      area.width() - (2 * kSide + gaps + static_cast<float>(squares.columns) * words.row_ruler) * em;
  const float down =
      area.height() - (2 * kMargin + static_cast<float>(squares.rows) * (words.above() + words.note) +
                       (squares.lane ? 0 : words.band)) *
                          em;
  return std::floor(
      std::min(across / static_cast<float>(squares.columns), down / static_cast<float>(squares.rows)));
}

Squares choose_squares(const Rect& area, float em, const MapWords& words, bool board) {
  std::vector<Squares> ways = {{2, 1, true, 0}, {2, 1, false, 0}, {1, 2, false, 0}};
  if (board) ways = {{4, 1, false, 0}, {2, 2, false, 0}};
  Squares best;
  for (Squares& way : ways) {
    way.side = side_of(area, em, words, way, kLeastLane);
    if (best.side == 0 || way.side > 1.25f * best.side) best = way;
  }
  return best;
}

// The part of an axis that a frame shows, and the scale of its cells.
struct Part {
  CellRange cells;
  float origin = 0;  // of the first of them, from the frame's edge
};
Part part_of(double from, double to, const AxisPlace& axis, int64_t count, double pixels) {
  Part part{cells_between(axis, count, from, to)};
  const double place = axis.first + axis.step * static_cast<double>(part.cells.first) - from;
  part.origin = static_cast<float>(place * pixels);
  return part;
}

class MapPlacer {
 public:
  MapPlacer(const MapContent& content, float em) : content_(content), em_(em) {
    sight_ = clamped(content.sight, content.grid);
  }

  // Cells whose sides one compares are whole pixels, so that all are the same; of smaller ones the square
  // would lose too much of its side to that.
  void scale(float side) {
    double pixels = static_cast<double>(side) / cells_in_sight(sight_, content_.grid);
    if (pixels >= kWholePixels) pixels = std::floor(pixels);  // what is to be in sight is, and a little more
    pixels_ = pixels;
  }

  GridBox box(const Rect& frame, bool input) const {
    const double half = static_cast<double>(frame.width()) / pixels_ / 2;
    const AxisPlace rows = input ? AxisPlace{} : output_place(content_.geometry.rows);
    const AxisPlace columns = input ? AxisPlace{} : output_place(content_.geometry.columns);
    const int64_t height = input ? content_.grid.h : content_.geometry.rows.output;
    const int64_t width = input ? content_.grid.w : content_.geometry.columns.output;
    const Part down = part_of(sight_.row - half, sight_.row + half, rows, height, pixels_);
    const Part across = part_of(sight_.column - half, sight_.column + half, columns, width, pixels_);
    GridBox box;
    box.origin = frame.min + glm::vec2(across.origin, down.origin);
    if (pixels_ >= kWholePixels) box.origin = glm::round(box.origin);
    box.cell = static_cast<float>(rows.step * pixels_);
    box.aspect = static_cast<float>(columns.step / rows.step);
    box.rows = down.cells;
    box.columns = across.cells;
    box.frame = frame;
    return box;
  }

 private:
  const MapContent& content_;
  Sight sight_;
  float em_;
  double pixels_ = 1;
};

void add_square(Layout& layout, const MapPlacer& placer, const Rect& frame, bool input, const MapWords& words,
                float em) {
  Panel panel;
  panel.input = input;
  panel.box = placer.box(frame, input);
  if (words.title > 0) {
    const float top = frame.min.y - words.above() * em;
    panel.title = {{frame.min.x, top}, {frame.max.x, top + words.title * em}};
  }
  layout.panels.push_back(panel);
}

// All of the map, as large as `room` allows, at its foot.
Rect overview_in(const Rect& room, Size2 grid, float em) {
  const auto rows = static_cast<float>(grid.h), columns = static_cast<float>(grid.w);
  const float scale =
      std::min({room.width() / columns, room.height() / rows, 14 * em / std::max(rows, columns)});
  const glm::vec2 size = glm::max(glm::round(glm::vec2(columns, rows) * scale), glm::vec2(1));
  if (std::min(room.width(), room.height()) < 3.5f * em) return {};
  return Rect::from_size(glm::round(glm::vec2(room.min.x, room.max.y - size.y)), size);
}

void place_words(Layout& layout, const MapWords& words, float em) {
  layout.titles = words.title > 0;
  layout.indices = layout.rulers = words.ruler > 1;
  layout.formula_lines = 0;
  layout.input_title = layout.panels.front().title;
  layout.output_title = layout.panels[1].title;
  if (words.note == 0) return;
  const auto under = [&](const Rect& frame) -> Rect {
    return {{frame.min.x, frame.max.y + 0.3f * em}, {frame.max.x, frame.max.y + words.note * em}};
  };
  for (Panel& panel : layout.panels) panel.legend = under(*panel.box.frame);
  layout.input_note = layout.panels.front().legend;
  layout.output_note = layout.panels[1].legend;
}

}  // namespace

Layout arrange_map(const Rect& area, float em, const MapContent& content) {
  const bool board = content.inputs.size() > 2;
  const auto squares_at = [&](int level) { return choose_squares(area, em, map_words_at(level), board); };
  int level = 0;
  while (level + 1 < kMapLevels && squares_at(level).side < 2 * kLeastSquare * em) ++level;
  // Words that take no room from the squares stay.
  const float enough = 0.95f * squares_at(level).side;
  while (level > 0 && squares_at(level - 1).side >= enough) --level;
  const MapWords words = map_words_at(level);
  Squares squares = squares_at(level);
  const float side = squares.side = std::max(squares.side, 16.0f);
  Layout layout;
  layout.map = true;
  MapPlacer placer(content, em);
  placer.scale(side);
  const float wide = area.width() - (2 * kSide + 2 * words.row_ruler) * em - 2 * side;
  const float lane = std::clamp(wide, kLeastLane * em, kWideLane * em);
  const float gap = squares.lane ? lane : kGap * em, step_down = side + (words.above() + words.note) * em;
  const float width = static_cast<float>(squares.columns) * (side + words.row_ruler * em) +
                      static_cast<float>(squares.columns - 1) * gap;
  const float height = static_cast<float>(squares.rows) * step_down + (squares.lane ? 0 : words.band * em);
  const glm::vec2 corner =
      glm::round(area.min + glm::max((area.size() - glm::vec2(width, height)) / 2.0f, glm::vec2(0)));
  const auto frame_at = [&](int index) {
    const auto column = static_cast<float>(index % squares.columns),
               row = static_cast<float>(index / squares.columns);
    const glm::vec2 at(corner.x + column * (side + words.row_ruler * em + gap) + words.row_ruler * em,
                       corner.y + row * step_down + words.above() * em);
    return Rect::from_size(glm::round(at), glm::vec2(side));
  };
  for (size_t i = 0; i < content.inputs.size(); ++i)
    add_square(layout, placer, frame_at(static_cast<int>(i)), content.inputs[i], words, em);
  layout.input = std::ranges::find(layout.panels, true, &Panel::input)->box;
  layout.output = std::ranges::find(layout.panels, false, &Panel::input)->box;
  layout.numbers = layout.input.cell >= kMapNumberCell * em;
  layout.output_numbers = std::min(layout.output.cell, layout.output.cell_width()) >= kMapNumberCell * em;
  place_words(layout, words, em);
  const Rect input = *layout.input.frame, output = *layout.output.frame;
  if (squares.lane) {
    layout.arrangement = Arrangement::kBeside;
    layout.arithmetic = {{input.max.x + 0.8f * em, input.min.y},
                         {output.min.x - words.row_ruler * em - 0.4f * em, input.max.y}};
    layout.lane = std::round(std::min(input.min.y + 4.25f * em, layout.arithmetic.centre().y));
    const Rect& room = layout.arithmetic;
    const float left = room.min.x + 0.8f * em;
    layout.overview =
        overview_in({{left, layout.lane + (6.6f + kOverviewGap) * em}, {room.max.x - 0.4f * em, room.max.y}},
                    content.grid, em);
    if (layout.overview != Rect{}) {
      layout.legend = {{left, room.max.y + 0.3f * em}, {room.max.x, room.max.y + kLegend * em}};
    }
    return layout;
  }
  layout.arrangement = board ? Arrangement::kBoard : Arrangement::kBelow;
  const float top = corner.y + static_cast<float>(squares.rows) * step_down + 1.2f * em;
  const float bottom = corner.y + height;
  const Rect band{{corner.x + words.row_ruler * em, top}, {corner.x + width, bottom}};
  layout.overview = overview_in(
      {{std::max(band.min.x, band.max.x - 10 * em), band.min.y + 0.4f * em}, band.max}, content.grid, em);
  layout.arithmetic = band;
  if (layout.overview != Rect{}) {
    const glm::vec2 shift(band.max.x - layout.overview.max.x, 0);
    layout.overview = layout.overview.translated(shift);
    layout.arithmetic.max.x = layout.overview.min.x - 1.6f * em;
  }
  layout.lane = layout.arithmetic.centre().y;
  // Figures of all windows, between the one window with its number line and the overview.
  constexpr float kTiles = 21, kLine = 33;  // em: as number_line() has them
  const float line = std::max(band.min.x + kTiles * em, layout.panels[1].box.frame->min.x + em);
  const float from = line + kLine * em;
  if (board && band.height() > 7 * em && layout.arithmetic.max.x - from > 21 * em)
    layout.facts = {{from, top + 1.6f * em}, {layout.arithmetic.max.x, top + 7 * em}};
  return layout;
}

float strip_height(const Rect& area, float em) {
  constexpr float kLeast = 7.6f, kMost = 10.0f, kShare = 0.16f, kLeastPicture = 24.0f;
  if (area.height() < (kLeastPicture + kLeast) * em) return 0;
  return std::clamp(kShare * area.height(), kLeast * em, kMost * em);
}

StripLayout arrange_strip(const Rect& room, float em, int64_t count, int64_t images) {
  constexpr float kHead = 2.4f, kNumber = 1.4f, kSpace = 0.6f, kMost = 6.2f;
  StripLayout layout;
  layout.title = {room.min, {room.max.x, room.min.y + kHead * em}};
  const float space = kSpace * em;
  const float free = room.width() - space * static_cast<float>(count - 1);
  const float down = room.height() - (kHead + kNumber) * em;
  const float side = std::floor(std::min({free / static_cast<float>(count), down, kMost * em}));
  for (int64_t i = 0; i < count; ++i) {
    const glm::vec2 at(room.min.x + static_cast<float>(i) * (side + space), layout.title.max.y);
    layout.thumbnails.push_back(Rect::from_size(glm::round(at), glm::vec2(side)));
  }
  layout.number = layout.title.max.y + side + 0.75f * em;
  if (images > 1 && room.width() > 40 * em) {
    const float top = room.min.y + 0.2f * em;
    layout.images = {{room.max.x - 14 * em, top}, {room.max.x, top + 1.6f * em}};
  }
  return layout;
}

}  // namespace poolglass::step
