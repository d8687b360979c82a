#include "core/network/trace.h"

#include <algorithm>
#include <string>

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
int64_t extent(const LayerFigures& at, Along along) {
  return along == Along::kRows ? at.height() : at.width();
}

bool has_axis(const LayerFigures& at, Along along) {
  return (along == Along::kRows ? at.axes.rows : at.axes.columns) >= 0;
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
    const AxisMap& map = reads(figures.layers[i], along);
    const Layer& kind = network.layers[i];
    const bool spaced = kind.kind == Kind::kConv2d || kind.kind == Kind::kMaxPool2d;
    const int64_t dilation = spaced ? (along == Along::kRows ? kind.dilation.h : kind.dilation.w) : 1;
    for (const int32_t source : sources(network, i)) {
      if (is_gate(network, figures, i, source, along)) continue;
      const size_t to = static_cast<size_t>(source);
      const int64_t size = extent(figures.layers[to], along);
      const bool flattened = !has_axis(figures.layers[i], along) && has_axis(figures.layers[to], along);
      for (int64_t u = from.first; u <= from.last; ++u) {
        const double paths = of(i)[static_cast<size_t>(u - from.first)];
        Interval taps = one_for_all(network, figures, i, source, along) ? Interval{0, 0}
                        : map.reads == Reads::kWhole || flattened       ? Interval{0, size - 1}
                                                                        : read_interval(map, {u, u});
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
