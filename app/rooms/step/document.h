// The Step room's document: the grid, where it came from, and the pooling's parameters. It is what is saved
// and undone.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "app/rooms/step/grid.h"
#include "core/cell.h"
#include "core/pooling/gradient_routing.h"
#include "core/pooling/params.h"
#include "core/tensor.h"

namespace poolglass::step {

inline constexpr int64_t kMaxSide = 4096;  // cells per side of the grid
// Up to this side every cell is drawn, in every lens. A larger grid is a map: a part of it is in sight.
inline constexpr int64_t kSmallSide = 64;
inline bool is_map(Size2 size) { return size.h > kSmallSide || size.w > kSmallSide; }
inline constexpr int64_t kMaxWindow = 64;  // kernel, stride and dilation per side
inline constexpr std::string_view kFirstPreset = "lesson";

// Where the grid's values came from. Growing the grid continues its source: a preset's pattern goes on, a
// file's plane shows more of itself, and beyond the file's plane cells are 0.
struct Source {
  std::string preset{kFirstPreset};      // id in presets(); empty: a file
  uint64_t seed = 1;                     // of the random preset
  std::string file;                      // name to show
  std::string path;                      // where the file is; empty: nowhere that it could be read again
  std::shared_ptr<const Tensor> tensor;  // the whole array of the file
  // As the file has the array, and where its channels were taken to be; empty: they are known, as a
  // picture's.
  std::vector<int64_t> dimensions;
  poolglass::Layout layout = poolglass::Layout::kNchw;
  int64_t plane = 0;  // of tensor->shape.planes()
  Cell origin;        // cell of the plane that is the grid's (0, 0)
  std::string
      lost;  // why a map that was here is not, and the first start's grid instead; empty: nothing is missing
  friend bool operator==(const Source&, const Source&) = default;
};

// Whether the file's channels can be taken to be before its rows and columns, or after them.
inline bool has_layouts(const Source& source) { return source.dimensions.size() > 2; }

// A window that slides, or bins that divide the grid: as many as are asked for, or the whole of it.
enum class Kind { kSliding, kAdaptive, kGlobal };

// Whether height and width move together.
struct Links {
  bool size = true, kernel = true, stride = true, padding = true, dilation = true, bins = true;
  friend bool operator==(const Links&, const Links&) = default;
};

// The gradient that arrives at the output: a value for each window.
enum class UpstreamKind { kOnes, kRandom, kOneCell, kTyped };
struct Upstream {
  UpstreamKind kind = UpstreamKind::kOnes;
  uint64_t seed = 1;  // kRandom
  Cell cell;          // kOneCell: the one that has 1, the others have 0
  Grid typed;         // kTyped: what windows beyond it receive is 0
  friend bool operator==(const Upstream&, const Upstream&) = default;
};

struct Document {
  Grid grid;
  Source source;
  PoolParams params;  // adaptive_output by `kind` and `bins`
  Kind kind = Kind::kSliding;
  Size2 bins{4, 4};  // of an adaptive pooling, rows and columns
  Upstream upstream;
  TiePolicy ties = TiePolicy::kFirst;
  bool stride_follows = true;  // stride = kernel, PyTorch's default
  Links links;
  Document();  // the lesson's grid under a 2x2 maximum
  friend bool operator==(const Document&, const Document&) = default;
};

// For the history: what the older document keeps in memory and the newer does not.
int64_t unshared_bytes(const Document& older, const Document& newer);

}  // namespace poolglass::step
