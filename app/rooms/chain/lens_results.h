// What the Chain room's lenses find, beside the figures that all of them show. Each lens fills its part, and
// only while it is looked through.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app/rooms/chain/graph.h"
#include "app/rooms/search.h"
#include "core/chain/chain.h"
#include "core/network/join_fixes.h"
#include "core/network/poke.h"
#include "core/network/sizes.h"
#include "core/network/trace.h"
#include "core/network/walks.h"
#include "core/network/what_if.h"

namespace poolglass::chain {

struct Cell {
  int64_t row = 0;
  int64_t column = 0;
  friend bool operator==(const Cell&, const Cell&) = default;
};

// Where a unit looks: paths from each pixel, all weights 1.
struct PathResults {
  std::shared_ptr<const Graph> graph;  // that they belong to, with layer and cell
  int32_t layer = -1;
  Cell cell;
  std::string why_not;  // there are none
  network::PathPlane plane;
  network::PathCounts rows, columns;
  double all = 0, most = 0;               // over the plane: sum, and of one pixel
  network::Core core_rows, core_columns;  // the middle that holds 95 % of each axis
  double core_share = 0;                  // of the sum over the plane, in the box of both
  uint64_t revision = 0;                  // of the counts; not raised where they only move
};
inline constexpr double kCoreShare = 0.95;

// What two pinned units share of the input.
struct Overlap {
  ReceptiveBox second, shared;                 // of the second unit; what both see; not cut at the border
  int64_t cells = 0, of = 0;                   // pixels of the shared box, and of the first field
  double centres_down = 0, centres_right = 0;  // how far the second unit's centre lies from the first's
};

// Which sizes fit, and how the layer looks at others. Of square inputs; of an input that is not square, which
// heights fit beside its width.
struct SizeResults {
  std::shared_ptr<const Graph> graph;  // that they belong to, with layer
  int32_t layer = -1;
  std::optional<int64_t> width;  // of an input that is not square
  std::string why_not;           // sizes were not tried
  network::FittingSizes fitting;
  bool searched = false;  // for it
  network::Needed needed;
  struct At {
    int64_t side = 0;
    bool fits = false;
    int64_t height = 0, r = 0, padding = 0, macs = 0;
    bool local = false;  // r and padding hold something
  };
  std::vector<At> resolutions;
  std::optional<int64_t> smaller,
      larger;  // nearest sizes that fit, without losing a row where there are such
  std::vector<network::FixedJoins> fixes;  // of joins that do not fit
  Size2 plane(int64_t side) const { return {side, width.value_or(side)}; }
  bool fits(int64_t side) const { return fitting.fit && fitting.fit->has(side); }
  bool loses_nothing(int64_t side) const { return fitting.whole && fitting.whole->has(side); }
};

// The field in four ways, along the rows, or along the columns where these are walked.
struct WalkResults {
  std::shared_ptr<const Graph> graph;  // that they belong to, with layer, axis and row or column
  int32_t layer = -1;
  network::Along along = network::Along::kRows;
  int64_t unit = -1;
  bool axes_differ = false;  // in any layer's field
  const char* cells() const { return along == network::Along::kRows ? "rows read" : "columns read"; }
  std::vector<std::optional<network::WalkStep>> forward, backward;  // by layer
  std::vector<std::optional<int64_t>> shortcut;
  std::vector<network::Interval> indices;  // of the unit; empty intervals: not read
  std::string why_no_indices;
};

// What moves when a pixel changes.
struct PokeResults {
  std::shared_ptr<const Graph> graph;
  int32_t layer = -1;
  std::optional<Cell> pixel;
  std::string why_not;
  network::Response response;
  network::MovedBox moved;
  network::MovedBox formula;  // the units whose fields, as far as there are cells, hold the pixel
  uint64_t revision = 0;
  bool same() const { return moved.rows == formula.rows && moved.columns == formula.columns; }
};

struct LensResults {
  // Layers of the picture's columns up to the selected one: what walks walk. They belong to the rest.
  std::vector<int32_t> columns;
  std::shared_ptr<const Graph> columns_of;
  std::pair<int32_t, size_t> columns_at = {-1, 0};  // the selected layer, and how many nodes there are
  int64_t steps = 0;                                // of playback in the Proof lens; 0: cells are played
  PathResults paths;
  std::optional<Cell> second;  // the second unit's, in its layer's plane
  std::optional<Overlap> overlap;
  SizeResults sizes;
  WalkResults walks;
  PokeResults poke;
  SharedSearch<PathResults> finding_paths;
  SharedSearch<SizeResults> finding_sizes;
  SharedSearch<PokeResults> finding_poke;
  bool finding() const { return finding_paths || finding_sizes || finding_poke; }
  std::vector<uint8_t> photo;  // grey, photo_size rows and columns, as the input is shaped
  Size2 photo_size{0, 0};
};

}  // namespace poolglass::chain
