#include "app/rooms/step/presets.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <utility>

#include "app/rooms/format.h"
#include "core/pictures/pictures.h"
#include "core/printable.h"

namespace poolglass::step {
namespace {

// A small picture, repeated when the grid is larger.
template <size_t H, size_t W>
float tiled(const std::array<std::array<float, W>, H>& picture, Cell cell) {
  return picture[static_cast<size_t>(cell.row) % H][static_cast<size_t>(cell.column) % W];
}

float lesson(Cell cell, Size2, uint64_t) {
  const Plane& grid = lesson_grid();
  return grid.at(cell.row % grid.size.h, cell.column % grid.size.w);
}

float alarm(Cell cell, Size2, uint64_t) { return cell.row % 2 == 1 && cell.column % 2 == 1 ? 9.0f : 0.0f; }

// Every 2x2 window has a tied maximum, each in another arrangement.
float ties(Cell cell, Size2, uint64_t) {
  static constexpr std::array<std::array<float, 4>, 4> kGrid = {
      {{4, 4, 1, 6}, {2, 4, 6, 6}, {5, 0, 3, 3}, {5, 5, 3, 3}}};
  return tiled(kGrid, cell);
}

// A vertical and a horizontal edge, both off the beat of a 2x2 window.
float edges(Cell cell, Size2 size, uint64_t) {
  const int64_t row = size.h * 5 / 8, column = size.w * 3 / 8;
  return (cell.column >= column) != (cell.row >= row) ? 9.0f : 0.0f;
}

float checkerboard(Cell cell, Size2, uint64_t) { return (cell.row + cell.column) % 2 == 0 ? 0.0f : 9.0f; }

float ramp(Cell cell, Size2 size, uint64_t) { return static_cast<float>(cell.row * size.w + cell.column); }

// splitmix64 (Steele, Lea, Flood, OOPSLA 2014) of the seed and the cell: growing the grid keeps its values.
float random_digit(Cell cell, Size2, uint64_t seed) {
  constexpr int64_t kBlock = 64;  // cells within it are numbered row by row, blocks beyond it far apart
  const int64_t block = (cell.row / kBlock) * kMaxSide + cell.column / kBlock;
  const int64_t place = (cell.row % kBlock) * kBlock + cell.column % kBlock + 1;
  uint64_t z = seed * 0x9E3779B97F4A7C15u + static_cast<uint64_t>(block * kBlock * kBlock + place);
  for (int round = 0; round < 2; ++round) {
    z += 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    z ^= z >> 31;
  }
  return static_cast<float>(z % 10);
}

float all_minus_one(Cell, Size2, uint64_t) { return -1; }

PoolParams padded_three_by_three() {
  PoolParams params = window_pool(Reduction::kMax, {3, 3});
  params.stride = {2, 2};
  params.padding = {1, 1, 1, 1};
  return params;
}

PoolParams two_by_two(Reduction reduction) { return window_pool(reduction, {2, 2}); }

const std::array<Preset, 10>& table() {
  static const std::array<Preset, 10> kPresets = {{
      {"lesson",
       "The lesson's grid",
       "A 2×2 window makes 8×8 into 4×4",
       {8, 8},
       lesson,
       two_by_two(Reduction::kMax)},
      {"smoke-alarm",
       "Smoke alarm",
       "Three zeros and a nine: the maximum is 9, the average 2.25",
       {2, 2},
       alarm,
       two_by_two(Reduction::kMax)},
      {"ties",
       "Ties",
       "Every window has a tied maximum: the first cell wins",
       {4, 4},
       ties,
       two_by_two(Reduction::kMax)},
      {"edges", "Edges", "The maximum moves an edge, the average softens it", {8, 8}, edges, std::nullopt},
      {"checkerboard",
       "Checkerboard",
       "Both operations lose the pattern, in different ways",
       {8, 8},
       checkerboard,
       std::nullopt},
      {"ramp", "Ramp", "Every maximum sits in the last cell of its window", {8, 8}, ramp, std::nullopt},
      {"random", "Random digits", "Another grid with every seed", {8, 8}, random_digit, std::nullopt},
      {"odd",
       "Odd: 7×7",
       "A 2×2 window loses the last row and column",
       {7, 7},
       lesson,
       two_by_two(Reduction::kMax)},
      {"padding",
       "Padding is not zeros",
       "Every maximum is −1; zeros around the grid would win 3 of 4",
       {4, 4},
       all_minus_one,
       padded_three_by_three()},
      {"adaptive",
       "Adaptive: 7 to 5",
       "Bins of two and three cells that overlap: no fixed window makes them",
       {7, 7},
       lesson,
       adaptive_pool(Reduction::kMax, {5, 5})},
  }};
  return kPresets;
}

// The plane from the origin on; beyond it the grid is 0.
void take_plane(const Source& source, Size2 size, float* to) {
  const Tensor& tensor = *source.tensor;
  const Shape& shape = tensor.shape;
  const int64_t rows = std::clamp<int64_t>(shape.h - source.origin.row, 0, size.h);
  const int64_t columns = std::clamp<int64_t>(shape.w - source.origin.column, 0, size.w);
  const float* from = tensor.plane(source.plane) + source.origin.column;
  for (int64_t row = 0; row < rows; ++row)
    std::copy_n(from + (source.origin.row + row) * shape.w, columns, to + row * size.w);
}

}  // namespace

std::span<const Preset> presets() { return table(); }

const Preset* find_preset(std::string_view id) {
  const auto found =
      std::find_if(table().begin(), table().end(), [&](const Preset& p) { return p.id == id; });
  return found == table().end() ? nullptr : &*found;
}

Grid source_grid(const Source& source, Size2 size) {
  if (source.tensor && source.preset.empty() && source.origin == Cell{} &&
      size == source.tensor->shape.plane()) {  // the file's plane itself
    return {size, Cells(std::shared_ptr<const float>(source.tensor, source.tensor->plane(source.plane)),
                        static_cast<size_t>(size.h * size.w))};
  }
  std::vector<float> values(static_cast<size_t>(size.h * size.w));
  if (const Preset* preset = find_preset(source.preset)) {
    size_t at = 0;
    for (int64_t row = 0; row < size.h; ++row) {
      for (int64_t column = 0; column < size.w; ++column)
        values[at++] = preset->value({row, column}, size, source.seed);
    }
  } else if (source.tensor) {
    take_plane(source, size, values.data());
  }
  return {size, std::move(values)};
}

Size2 natural_size(const Source& source) {
  if (const Preset* preset = find_preset(source.preset)) return preset->size;
  if (!source.tensor) return {1, 1};
  const Shape& shape = source.tensor->shape;
  return {std::clamp<int64_t>(shape.h - source.origin.row, 1, kMaxSide),
          std::clamp<int64_t>(shape.w - source.origin.column, 1, kMaxSide)};
}

std::string source_title(const Source& source) {
  if (const Preset* preset = find_preset(source.preset)) {
    std::string title(preset->title);
    if (source.preset == "random") title += ", seed " + std::to_string(source.seed);
    return title;
  }
  std::string title = one_line(source.file, kShownName);
  if (source.tensor && source.tensor->shape.planes() > 1) {
    const Shape& shape = source.tensor->shape;
    title += shape.n == 1 ? ", channel " : ", plane ";
    title += grouped(source.plane) + " of " + grouped(shape.planes());
  }
  return title;
}

std::string_view why_no_layouts(const Source& source) {
  if (!source.tensor) return "Only an array of a file has channels to place";
  return source.tensor->shape.planes() > 1 ? "A picture's channels are known"
                                           : "An array of two dimensions has no channels";
}

std::string_view grid_summary(const Document& document) {
  const Preset* preset = find_preset(document.source.preset);
  return preset != nullptr && is_default(Section::kGrid, document) ? preset->summary : std::string_view();
}

std::string_view plane_word(const Shape& shape) { return shape.n == 1 ? "Channel" : "Plane"; }

Status apply_preset(Model& model, const std::string& id) {
  if (find_preset(id) == nullptr) {
    std::string names;
    for (const Preset& preset : presets()) names += (names.empty() ? "" : ", ") + std::string(preset.id);
    return invalid_argument("no such preset; the presets are " + names);
  }
  update(model, ApplyPreset{id});
  return {};
}

}  // namespace poolglass::step
