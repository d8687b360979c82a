#include "core/network/trace.h"

#include <algorithm>
#include <string>

#include "core/stop.h"

namespace poolglass::network {
namespace {

constexpr Interval kNone{0, -1};
bool empty(Interval cells) { return cells.last < cells.first; }

const AxisMap& reads(const LayerFigures& at, Along along) {
  return along == Along::kRows ? at.reads_rows : at.reads_columns;
}
const Field& field(const LayerFigures& at, Along along) {
  return along == Along::kRows ? at.rows : at.columns;
}
// The same that analyze() leaves out of the local field.
bool is_gate(const Network& network, const Figures& figures, size_t layer, int32_t source, Along along) {
  const LayerFigures& input = figures.layers[static_cast<size_t>(source)];
  return network.layers[layer].kind == Kind::kMul && field(input, along).state == FieldState::kWhole &&
         field(figures.layers[layer], along).state != FieldState::kWhole && input.height() == 1 &&
         input.width() == 1;
}

bool one_for_all(const Network& network, const Figures& figures, size_t layer, int32_t source, Along along) {
  return is_join(network.layers[layer].kind) &&
         extent(figures.layers[static_cast<size_t>(source)], along) == 1 &&
         extent(figures.layers[layer], along) != 1;
}

void widen(Interval by, Interval* cells) {
  if (empty(by)) return;
  *cells = empty(*cells) ? by : Interval{std::min(cells->first, by.first), std::max(cells->last, by.last)};
}

Interval clip(Interval cells, int64_t size) {
  return {std::max<int64_t>(cells.first, 0), size < 0 ? cells.last : std::min(cells.last, size - 1)};
}

struct Way {
  const Network& network;
  const Figures& figures;
  Along along;
  Cut cut;
  bool all;  // gates and unknown layers, too
};

// What cells `from` of layer `index` read of one of its inputs.
void follow_edge(const Way& way, size_t index, int32_t source, Interval from, Trace* result) {
  const AxisMap& map = reads(way.figures.layers[index], way.along);
  const int64_t size = extent(way.figures.layers[static_cast<size_t>(source)], way.along);
  Interval& to = result->cells[static_cast<size_t>(source)];
  const auto cut_to = [&](Interval read) { return way.cut == Cut::kEdge ? clip(read, size) : read; };
  const bool flattened = !has_axis(way.figures.layers[index], way.along) &&
                         has_axis(way.figures.layers[static_cast<size_t>(source)], way.along);
  const bool unknown = map.reads == Reads::kUnknown || !map.size_known || !map.start_known ||
                       (map.reads == Reads::kWhole && size < 0);
  if (!way.all && is_gate(way.network, way.figures, index, source, way.along)) {
    result->through_gates = true;
  } else if (one_for_all(way.network, way.figures, index, source, way.along)) {
    widen({0, 0}, &to);
  } else if (unknown) {
    result->unavailable_at = static_cast<int32_t>(index);
    if (way.all) widen({0, size - 1}, &to);
  } else if (map.reads == Reads::kWhole || flattened) {
    widen({0, size - 1}, &to);
  } else {
    widen(cut_to(read_interval(map, from)), &to);
  }
}

void follow(const Way& way, size_t last, Trace* result) {
  for (size_t i = last + 1; i-- > 0;) {
    const Interval from = result->cells[i];
    if (empty(from)) continue;
    for (const int32_t source : sources(way.network, i)) follow_edge(way, i, source, from, result);
  }
}

}  // namespace

bool is_factor(const Network& network, const Figures& figures, size_t layer, int32_t source) {
  const LayerFigures& from = figures.layers[static_cast<size_t>(source)];
  const LayerFigures& at = figures.layers[layer];
  return network.layers[layer].kind == Kind::kMul && from.height() == 1 && from.width() == 1 &&
         (at.height() != 1 || at.width() != 1);
}

Trace trace(const Network& network, const Figures& figures, size_t layer, Interval cells, Along along,
            Cut cut) {
  Trace result;
  result.cells.assign(figures.layers.size(), kNone);
  result.cells[layer] = cut == Cut::kEdge ? clip(cells, extent(figures.layers[layer], along)) : cells;
  follow({network, figures, along, cut, false}, layer, &result);
  return result;
}

Trace trace_all(const Network& network, const Figures& figures, std::vector<Interval> cells, Along along,
                Cut cut) {
  Trace result;
  result.cells = std::move(cells);
  if (!figures.layers.empty())
    follow({network, figures, along, cut, true}, figures.layers.size() - 1, &result);
  return result;
}

namespace {

// How far apart the cells lie that a window reads.
int64_t spacing(const Layer& layer, Along along) {
  const bool spaced = layer.kind == Kind::kConv2d || layer.kind == Kind::kMaxPool2d;
  return !spaced ? 1 : along == Along::kRows ? layer.dilation.h : layer.dilation.w;
}

// What unit `unit` of a layer reads of a source: every spacing()th cell of the interval.
Interval taps_of(const Network& network, const Figures& figures, size_t layer, int32_t source, Along along,
                 int64_t unit) {
  const AxisMap& map = reads(figures.layers[layer], along);
  const LayerFigures& from = figures.layers[static_cast<size_t>(source)];
  if (one_for_all(network, figures, layer, source, along)) return {0, 0};
  const bool flattened = !has_axis(figures.layers[layer], along) && has_axis(from, along);
  if (map.reads == Reads::kWhole || flattened) return {0, extent(from, along) - 1};
  return read_interval(map, {unit, unit});
}

}  // namespace

Result<PathCounts> path_counts(const Network& network, const Figures& figures, size_t layer, int64_t unit,
                               Along along, size_t input) {
  const Trace cells = trace(network, figures, layer, {unit, unit}, along, Cut::kNot);
  const std::vector<std::string> names = effective_names(network);
  if (cells.unavailable_at >= 0) {
    return invalid_argument("paths are unavailable past " + names[static_cast<size_t>(cells.unavailable_at)]);
  }
  int64_t total = 0;
  for (const Interval& part : cells.cells) {
    if (empty(part)) continue;
    int64_t length;
    if (__builtin_sub_overflow(part.last, part.first, &length) || length >= kMostPathCells ||
        (total += length + 1) > kMostPathCells) {
      return resource_exhausted("the paths to " + names[layer] + " touch more than the limit of " +
                                std::to_string(kMostPathCells) + " cells");
    }
  }
  std::vector<std::vector<double>> counts(layer + 1);
  const auto of = [&](size_t index) -> std::vector<double>& {
    const Interval& part = cells.cells[index];
    if (counts[index].empty()) counts[index].resize(static_cast<size_t>(part.last - part.first + 1));
    return counts[index];
  };
  of(layer)[0] = 1;
  int64_t work = 0;
  for (size_t i = layer + 1; i-- > 0;) {
    const Interval from = cells.cells[i];
    if (empty(from) || i == input) continue;
    const int64_t dilation = spacing(network.layers[i], along);
    for (const int32_t source : sources(network, i)) {
      if (is_gate(network, figures, i, source, along)) continue;
      const size_t to = static_cast<size_t>(source);
      for (int64_t u = from.first; u <= from.last; ++u) {
        const double paths = of(i)[static_cast<size_t>(u - from.first)];
        const Interval taps = taps_of(network, figures, i, source, along, u);
        if (paths == 0 || empty(taps)) continue;
        if ((work += (taps.last - taps.first) / dilation + 1) > 16 * kMostPathCells) {
          return resource_exhausted("the paths to " + names[layer] + " are more than can be followed");
        }
        for (int64_t cell = taps.first; cell <= taps.last; cell += dilation) {
          of(to)[static_cast<size_t>(cell - cells.cells[to].first)] += paths;
        }
      }
    }
    if (i != layer) std::vector<double>().swap(counts[i]);
  }
  if (input >= counts.size() || counts[input].empty()) {
    return invalid_argument(names[layer] + " does not depend on " + names[std::min(input, names.size() - 1)]);
  }
  return PathCounts{cells.cells[input].first, std::move(counts[input])};
}

namespace {

int64_t length_of(Interval cells) { return cells.last - cells.first + 1; }

// A plane of counts for each layer that is read.
class PathPlanes {
 public:
  PathPlanes(const Network& network, const Figures& figures, Trace rows, Trace columns, const Stop* stop)
      : network_(network),
        figures_(figures),
        rows_(std::move(rows)),
        columns_(std::move(columns)),
        stop_(stop) {
    counts_.resize(rows_.cells.size());
  }

  bool reads(size_t layer) const { return !empty(rows_.cells[layer]) && !empty(columns_.cells[layer]); }

  std::vector<double>& counts(size_t layer) {
    std::vector<double>& plane = counts_[layer];
    if (plane.empty()) plane.resize(static_cast<size_t>(height(layer) * width(layer)));
    return plane;
  }

  // The paths through `layer` go on to its source: first along the columns, then along the rows. False: too
  // many.
  bool spread(size_t layer, int32_t source) {
    const auto to = static_cast<size_t>(source);
    if (!reads(to)) return true;
    if (stays(layer, source)) return add(layer, to);
    const int64_t in = width(layer), out = width(to);
    std::vector<Taps> across_taps;
    for (int64_t c = 0; c < in; ++c) {
      across_taps.push_back(taps_at(layer, source, Along::kColumns, columns_.cells[layer].first + c));
      if (!count(across_taps.back(), height(layer))) return false;
    }
    const std::vector<double>& from = counts(layer);
    std::vector<double> across(static_cast<size_t>(height(layer) * out));
    for (int64_t r = 0; r < height(layer); ++r) {
      double* row = &across[static_cast<size_t>(r * out)];
      for (int64_t c = 0; c < in; ++c) {
        const double paths = from[static_cast<size_t>(r * in + c)];
        const Taps& taps = across_taps[static_cast<size_t>(c)];
        if (paths == 0) continue;
        for (int64_t cell = taps.cells.first; cell <= taps.cells.last; cell += taps.step)
          row[cell - columns_.cells[to].first] += paths;
      }
    }
    std::vector<double>& plane = counts(to);
    for (int64_t r = 0; r < height(layer); ++r) {
      const Taps taps = taps_at(layer, source, Along::kRows, rows_.cells[layer].first + r);
      if (!count(taps, out)) return false;
      for (int64_t cell = taps.cells.first; cell <= taps.cells.last; cell += taps.step)
        add_row(&across[static_cast<size_t>(r * out)], out,
                &plane[static_cast<size_t>((cell - rows_.cells[to].first) * out)]);
    }
    return true;
  }

  void forget(size_t layer) { std::vector<double>().swap(counts_[layer]); }
  PathPlane take(size_t layer) {
    std::vector<double> plane = std::move(counts(layer));
    return {rows_.cells[layer], columns_.cells[layer], std::move(plane)};
  }

 private:
  struct Taps {
    Interval cells;
    int64_t step = 1;
  };
  Taps taps_at(size_t layer, int32_t source, Along along, int64_t unit) const {
    return {taps_of(network_, figures_, layer, source, along, unit), spacing(network_.layers[layer], along)};
  }
  static void add_row(const double* from, int64_t cells, double* to) {
    for (int64_t c = 0; c < cells; ++c) to[c] += from[c];
  }
  // Whether every cell comes from the same cell.
  bool stays(size_t layer, int32_t source) const {
    const LayerFigures& at = figures_.layers[layer];
    const bool alike = at.reads_rows.identity() && at.reads_columns.identity();
    const LayerFigures& from = figures_.layers[static_cast<size_t>(source)];
    return alike && from.height() == at.height() && from.width() == at.width() &&
           has_axis(at, Along::kRows) == has_axis(from, Along::kRows);
  }
  bool add(size_t layer, size_t to) {
    work_ += height(layer) * width(layer);
    if (work_ > 4 * kMostPathCells) return false;
    const std::vector<double>& from = counts(layer);
    std::vector<double>& plane = counts(to);
    const int64_t down = rows_.cells[layer].first - rows_.cells[to].first;
    const int64_t right = columns_.cells[layer].first - columns_.cells[to].first;
    for (int64_t r = 0; r < height(layer); ++r)
      add_row(&from[static_cast<size_t>(r * width(layer))], width(layer),
              &plane[static_cast<size_t>((r + down) * width(to) + right)]);
    return true;
  }
  bool count(const Taps& taps, int64_t each) {
    work_ += std::max<int64_t>(length_of(taps.cells) / taps.step + 1, 0) * each;
    return work_ <= 4 * kMostPathCells && !stopped(stop_);
  }
  int64_t height(size_t layer) const { return length_of(rows_.cells[layer]); }
  int64_t width(size_t layer) const { return length_of(columns_.cells[layer]); }

  const Network& network_;
  const Figures& figures_;
  Trace rows_, columns_;
  std::vector<std::vector<double>> counts_;
  const Stop* stop_;
  int64_t work_ = 0;
};

PathCounts sums_along(const PathPlane& plane, bool rows) {
  PathCounts sums{rows ? plane.rows.first : plane.columns.first, {}};
  sums.counts.resize(static_cast<size_t>(length_of(rows ? plane.rows : plane.columns)));
  for (size_t i = 0; i < plane.counts.size(); ++i) {
    const size_t width = static_cast<size_t>(plane.width());
    sums.counts[rows ? i / width : i % width] += plane.counts[i];
  }
  return sums;
}

}  // namespace

Result<PathPlane> path_plane(const Network& network, const Figures& figures, size_t layer, int64_t row,
                             int64_t column, size_t input, const Stop* stop) {
  Trace rows = trace(network, figures, layer, {row, row}, Along::kRows, Cut::kNot);
  Trace columns = trace(network, figures, layer, {column, column}, Along::kColumns, Cut::kNot);
  const std::vector<std::string> names = effective_names(network);
  for (const Trace* cells : {&rows, &columns}) {
    if (cells->unavailable_at >= 0) {
      return invalid_argument("paths are unavailable past " +
                              names[static_cast<size_t>(cells->unavailable_at)]);
    }
  }
  const Status too_many = resource_exhausted("the paths to " + names[layer] + " are more than are counted");
  int64_t total = 0;
  for (size_t i = 0; i <= layer; ++i) {
    if (empty(rows.cells[i]) || empty(columns.cells[i])) continue;
    int64_t cells, height, width;
    if (__builtin_sub_overflow(rows.cells[i].last, rows.cells[i].first, &height) ||
        __builtin_sub_overflow(columns.cells[i].last, columns.cells[i].first, &width) ||
        height >= kMostPathCells || width >= kMostPathCells ||
        (cells = (height + 1) * (width + 1)) > kMostPathCells || (total += cells) > kMostPathCells) {
      return too_many;
    }
  }
  PathPlanes planes(network, figures, std::move(rows), std::move(columns), stop);
  planes.counts(layer)[0] = 1;
  for (size_t i = layer + 1; i-- > 0;) {
    if (!planes.reads(i) || i == input) continue;
    for (const int32_t source : sources(network, i)) {
      const bool gate = is_gate(network, figures, i, source, Along::kRows) ||
                        is_gate(network, figures, i, source, Along::kColumns);
      if (!gate && !planes.spread(i, source)) return too_many;
    }
    planes.forget(i);
  }
  if (input > layer || !planes.reads(input))
    return invalid_argument(names[layer] + " does not depend on " + names[std::min(input, names.size() - 1)]);
  return planes.take(input);
}

PathCounts rows_of(const PathPlane& plane) { return sums_along(plane, true); }
PathCounts columns_of(const PathPlane& plane) { return sums_along(plane, false); }

double share_of(const PathCounts& paths, int64_t cells) {
  const int64_t count = static_cast<int64_t>(paths.counts.size());
  const int64_t skip = std::clamp<int64_t>((count - cells) / 2, 0, count);
  double sum = 0, inner = 0;
  for (int64_t i = 0; i < count; ++i) {
    const double value = paths.counts[static_cast<size_t>(i)];
    sum += value;
    if (i >= skip && i < count - skip) inner += value;
  }
  return sum > 0 ? inner / sum : 0;
}

Core core_of(const PathCounts& paths, double share) {
  const int64_t count = static_cast<int64_t>(paths.counts.size());
  double sum = 0;
  for (const double value : paths.counts) sum += value;
  int64_t cells = count % 2 == 0 ? 2 : 1;
  double inner = 0;
  for (int64_t i = (count - cells) / 2; i < (count + cells) / 2; ++i)
    inner += paths.counts[static_cast<size_t>(i)];
  while (cells < count && inner < share * sum) {
    cells += 2;
    inner += paths.counts[static_cast<size_t>((count - cells) / 2)];
    inner += paths.counts[static_cast<size_t>((count + cells) / 2 - 1)];
  }
  return {cells, sum > 0 ? inner / sum : 0};
}

}  // namespace poolglass::network
