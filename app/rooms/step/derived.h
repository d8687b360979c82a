// What follows from the Step room's model: every number and sentence that the room shows. When the parameters
// do not fit the grid it carries the sentence and keeps the last good picture.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/rooms/search.h"
#include "app/rooms/step/actions.h"
#include "app/rooms/step/lens_facts.h"
#include "app/rooms/step/map.h"
#include "app/rooms/step/panel_facts.h"
#include "app/rooms/step/sight.h"
#include "app/rooms/step/words.h"
#include "core/pooling/fixed_pool.h"
#include "core/pooling/window.h"
#include "core/status.h"

namespace poolglass::step {

// A change of the document after which fewer cells are never read.
struct Fix {
  std::string words;  // "Ceil mode"
  Action action;
  Size2 output;
  int64_t never_read = 0;
  std::string effect;  // "Adds 7 windows that hang over the edge"
};

// What is found of a map beside the window, for two lenses (map_lens.h).
struct MapFound {
  MapLensKey of;
  std::string why_not;  // not empty: why there is nothing
  GradientFacts gradient;
  RebuildFacts rebuild;
  std::vector<MapSquare> squares;
};

// A grid and what its pooling gives: all that is needed to find what a lens shows of it, on another thread
// too.
struct PooledGrid {
  Grid grid;
  PoolParams params;  // of both operations: the maximum's
  WindowGeometry geometry;
  Grid output;
  Grid other;         // the same windows under the other operation; of a map where both are shown
  bool both = false;  // `output` is the maximum, `other` the average
  int64_t windows = 1;
  std::vector<int64_t> winners;  // per window, position in the plane; empty for an average and of a map
};

// What the picture shows, with the rest up to `device`, is of the last parameters that fitted.
struct Derived : PooledGrid {
  uint64_t revision = 0;  // changes whenever a number of the picture does

  Comparison comparison;  // of both operations
  MapFacts map;
  CellRange rows, columns;  // of the input's picture: the padding and ceil mode's overhang included
  std::vector<int64_t> row_reads, column_reads;  // windows that read each row and each column
  int64_t never_read = 0;
  int64_t least_reads = 0;  // of a cell that is read
  int64_t most_reads = 0;   // of one cell
  int64_t total_reads = 0;  // of all cells: kernel cells x windows, where no window meets padding
  ValueRange range;
  int input_figures = 1, output_figures = 1;  // most characters a value needs
  Formula row_formula, column_formula;
  // Of an adaptive pooling: the fixed one that comes closest, per axis, and the largest difference between a
  // value of its output and of this one; none where there is no such pooling.
  std::optional<FixedPool> fixed_rows, fixed_columns;
  std::optional<float> fixed_error;
  std::string never_read_sentence;  // "13 of 49 cells are never read"; empty when all are
  std::vector<Fix> fixes;           // in the coverage lens: what leaves fewer cells unread

  Device device = Device::kCpu;  // that made the picture
  std::string gpu_name;          // as the driver calls it; empty when it cannot be chosen
  std::string gpu_refusal;       // why it cannot, as a sentence; empty when it can

  // Of the document as it is now.
  Status status;        // not ok: why the parameters do not fit; everything above is from before
  std::string refusal;  // the same as a sentence for the screen; empty when they fit
  std::string source_title;
  Grid whole = {{}, {}};  // a file's plane larger than the grid, in tiles' maxima; no values: there is none
  Size2 whole_size;       // of that plane
  StripFacts strip;
  bool edited = false;  // the grid differs from its source

  // The window in focus: hovered, else pinned, else the playhead's.
  std::optional<Selection> focus;  // what is explored; none: the playhead's window
  WindowFacts window;
  std::vector<Cell> readers;  // focus on an input cell: the windows that read it
  GradientFacts gradient;     // in the gradient lens
  uint64_t gradient_revision = 0;
  RebuildFacts rebuild;  // in the rebuild lens
  uint64_t rebuild_revision = 0;
  SharedSearch<MapFound> finding;  // of a map in these two lenses
  DialectFacts dialects;           // in the dialects lens
  uint64_t dialects_revision = 0;
  CodeFacts code;  // while its panel shows
  PredictFacts predict;

  int64_t reads(Cell cell) const {  // windows that read the input cell
    return row_reads[static_cast<size_t>(cell.row)] * column_reads[static_cast<size_t>(cell.column)];
  }
  Cell output_cell(int64_t index) const { return {index / output.size.w, index % output.size.w}; }

  struct Key {  // what the above was computed from
    bool valid = false;
    Grid grid;
    PoolParams params;
    Device device = Device::kCpu;
    bool devices_known = false;
    Source source;
    Grid sourced;  // that `edited` belongs to, with the source
    std::optional<Selection> focus;
    int64_t index = -1;
    bool both = false;
    struct Map {  // what the map's squares show
      uint64_t revision = 0;
      size_t lens = 0;
      bool both = false;
      friend bool operator==(const Map&, const Map&) = default;
    } map;
    std::optional<MapLensKey> map_lens;  // that the squares of a map are of instead; none: windows
    std::optional<Cell> explored;        // the window whose gradient was followed there
    std::optional<Selection> explored_for;
    std::shared_ptr<const Tensor> strip_of;
    int64_t strip_first = 0;
    uint64_t revision = 0;                   // that the window in focus belongs to
    std::optional<PoolParams> fixes_params;  // that the fixes belong to, with the grid's size
    Size2 fixes_size;
    uint64_t comparison_revision = 0;
    int64_t comparison_index = -1;
    uint64_t rebuild_for = 0;  // revision that the rebuilt planes belong to; 0: another lens
    bool rebuild_both = false;
    int64_t rebuild_index = -1;
    uint64_t dialects_for = 0;  // revision that the dialects belong to; 0: another lens
    bool dialects_both = false;
    struct DialectsMap {  // what of a map is in sight of a dialect
      uint64_t revision = 0;
      Dialect dialect = Dialect::kPyTorch;
      Sight sight;
      friend bool operator==(const DialectsMap&, const DialectsMap&) = default;
    } dialects_map;
    struct Gradient {
      uint64_t revision = 0;  // 0: another lens
      Upstream upstream;
      TiePolicy ties = TiePolicy::kFirst;
      bool both = false;
      int64_t index = -1;
      Cell window;
      std::optional<Selection> focus;
    } gradient;
    struct Code {
      uint64_t revision = 0;  // 0: another panel
      CodeTarget target = CodeTarget::kPython;
      Cell window;
      bool asks = false;
    } code;
  } key;
};

}  // namespace poolglass::step
