// Grids worth looking at, one table for the command line, the window and the tests.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "app/rooms/step/model.h"
#include "core/pooling/params.h"

namespace poolglass::step {
inline constexpr size_t kShownName = 200;  // bytes of a file's name that are shown

struct Preset {
  std::string_view id;       // for the command line: "lesson"
  std::string_view title;    // for people: "The lesson's grid"
  std::string_view summary;  // one sentence: what to see
  Size2 size;
  float (*value)(Cell cell, Size2 size, uint64_t seed);  // defined for every cell up to kMaxSide
  std::optional<PoolParams> params;                      // unset: the parameters stay as they are
};

std::span<const Preset> presets();
const Preset* find_preset(std::string_view id);  // null when there is none

// The values that `source` has at a grid's cells, for any size that it may take. A whole plane of a file is
// shared with it.
Grid source_grid(const Source& source, Size2 size);

// Plane and grid size of a source: a preset's own, or the file's plane from the origin on, cut to kMaxSide.
Size2 natural_size(const Source& source);

// "The lesson's grid", "Random, seed 3", "features.npy, channel 2 of 8".
std::string source_title(const Source& source);

// Why an array cannot be taken with its channels elsewhere, as a sentence.
std::string_view why_no_layouts(const Source& source);

// What to see in the grid; empty when its size or its cells are not the preset's any more, and for a file.
std::string_view grid_summary(const Document& document);

// What planes of an array are called: channels, or planes when there are several images.
std::string_view plane_word(const Shape& shape);  // "Channel"

}  // namespace poolglass::step
