// What a unit reads, layer by layer, followed back through every path; and how many paths lead where.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/network/figures.h"
#include "core/network/network.h"
#include "core/status.h"
#include "core/stop.h"

namespace poolglass::network {

enum class Along : uint8_t { kRows, kColumns };

inline int64_t extent(const LayerFigures& at, Along along) {
  return along == Along::kRows ? at.height() : at.width();
}

inline bool has_axis(const LayerFigures& at, Along along) {
  return (along == Along::kRows ? at.axes.rows : at.axes.columns) >= 0;
}

// The cells of every layer (index as in the network) that cells [first, last] of `layer` read along one axis:
// the hull over all paths; layers that are not read have an empty interval. A vector's cells are no cells of
// the map it was made of: it reads all of it. Costs one pass over the layers.
struct Trace {
  std::vector<Interval> cells;
  bool through_gates = false;   // gates were met, whose paths are not followed
  int32_t unavailable_at = -1;  // a layer of which it is not known what it reads; followed no further
};
enum class Cut : uint8_t {
  kNot,   // as the receptive field is defined: padding counts as cells, also between layers
  kEdge,  // only cells there are: padding of a layer reads nothing
};
Trace trace(const Network& network, const Figures& figures, size_t layer, Interval cells, Along along,
            Cut cut);

// Whether a layer multiplies its other inputs by one cell of this one (squeeze and excitation): recurrences,
// and what runs one plane, leave such a factor out, as the local field does.
bool is_factor(const Network& network, const Figures& figures, size_t layer, int32_t source);

// The same from several layers at once: `cells` holds what is wanted of each, empty for most. What may be
// read is followed through gates, and past layers of which it is not known what they read (all of their
// inputs).
Trace trace_all(const Network& network, const Figures& figures, std::vector<Interval> cells, Along along,
                Cut cut);

// Where influence sits: the number of paths from each input cell to unit `unit` of `layer` along one axis,
// all weights 1, not cut at borders. Of linear layers with equal weights that is the effective receptive
// field, which is bell-shaped and smaller than what can be seen (W. Luo et al., "Understanding the Effective
// Receptive Field in Deep Convolutional Neural Networks", 2016). Exact while below 2^53. The cells [first,
// first + counts.size()) of `input`.
struct PathCounts {
  int64_t first = 0;
  std::vector<double> counts;
};
// The largest number of cells times layers that is followed.
inline constexpr int64_t kMostPathCells = int64_t{1} << 26;
Result<PathCounts> path_counts(const Network& network, const Figures& figures, size_t layer, int64_t unit,
                               Along along, size_t input = 0);

// The same over the plane: paths to unit (row, column) from each cell of the input, row-major. Where paths of
// unequal shapes meet, this is no product of rows and columns. Fails like path_counts().
struct PathPlane {
  Interval rows, columns;  // of the input
  std::vector<double> counts;
  int64_t width() const { return columns.last - columns.first + 1; }
};
// `stop`: when it becomes true, the count is given up, and fails.
Result<PathPlane> path_plane(const Network& network, const Figures& figures, size_t layer, int64_t row,
                             int64_t column, size_t input = 0, const Stop* stop = nullptr);
// The shares of the sum that each row and each column holds.
PathCounts rows_of(const PathPlane& plane);
PathCounts columns_of(const PathPlane& plane);

// The shortest run of cells that holds at least `share` of the sum and has its middle in the middle: 34 of 46
// cells hold 95 %.
struct Core {
  int64_t cells = 0;
  double share = 0;
};
Core core_of(const PathCounts& paths, double share);
// The share of the sum that the middle `cells` hold.
double share_of(const PathCounts& paths, int64_t cells);

}  // namespace poolglass::network
