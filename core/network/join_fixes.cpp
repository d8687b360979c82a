#include "core/network/join_fixes.h"

#include <algorithm>
#include <utility>

#include "core/network/edit.h"
#include "core/stop.h"

namespace poolglass::network {
namespace {

Size2 plane_of(const LayerFigures& at) { return {at.height(), at.width()}; }

// What meets in the join that does not fit.
struct Meeting {
  std::vector<Size2> planes;
  bool broadcasts = false;  // a side of 1 stands for any
  Size2 smallest, largest;  // of the sides that stand for themselves
};

// Nothing where it is not for rows or columns alone.
std::optional<Meeting> meeting_at(const Network& network, const Figures& figures) {
  if (!figures.error || !is_join(network.layers[figures.error->layer].kind)) return std::nullopt;
  Meeting met;
  met.broadcasts = network.layers[figures.error->layer].kind != Kind::kConcat;
  const LayerFigures* first = nullptr;
  for (const int32_t source : sources(network, figures.error->layer)) {
    const LayerFigures& at = figures.layers[static_cast<size_t>(source)];
    if (first == nullptr) first = &at;
    const Size2 plane = plane_of(at);
    const bool alike = at.output.rank == first->output.rank && at.axes == first->axes && at.axes.rows >= 0 &&
                       (!met.broadcasts || at.channels() == first->channels());
    if (!alike || plane.h < 1 || plane.w < 1) return std::nullopt;
    met.planes.push_back(plane);
  }
  const auto range = [&](int64_t Size2::*side) {
    int64_t least = 0, most = 0;  // 0: none yet
    for (const Size2& plane : met.planes) {
      const int64_t n = plane.*side;
      if (met.broadcasts && n == 1) continue;
      least = least == 0 ? n : std::min(least, n);
      most = std::max(most, n);
    }
    met.smallest.*side = std::max<int64_t>(least, 1);
    met.largest.*side = std::max<int64_t>(most, 1);
  };
  range(&Size2::h);
  range(&Size2::w);
  if (met.smallest == met.largest) return std::nullopt;
  return met;
}

// Crops or pads what the join reads, path by path.
Result<Network> with_planes(const Network& network, const Figures& figures, JoinFix fix, const Meeting& met,
                            std::vector<FixedPath>* paths) {
  Network net = network;
  size_t join = figures.error->layer;
  const std::vector<std::string> names = effective_names(network);
  const Sources from = sources(network, join);
  const auto side = [&](int64_t n, int64_t to) { return met.broadcasts && n == 1 ? n : to; };
  for (size_t i = 0; i < from.size(); ++i) {
    const Size2 plane = met.planes[i], all = fix == JoinFix::kCrop ? met.smallest : met.largest;
    const Size2 to = {side(plane.h, all.h), side(plane.w, all.w)};
    if (plane == to) continue;
    const int64_t rows = std::abs(plane.h - to.h), columns = std::abs(plane.w - to.w);
    Layer added = default_layer(fix == JoinFix::kCrop ? Kind::kCrop : Kind::kPad);
    added.padding = {rows / 2, columns / 2, rows - rows / 2, columns - columns / 2};
    Result<Network> longer = with_layer_before(net, join, i, std::move(added));
    if (!longer.ok()) return longer.status();
    net = *std::move(longer);
    ++join;
    paths->push_back({names[static_cast<size_t>(from[i])], names[figures.error->layer], plane, to});
  }
  return net;
}

FixedJoins by_planes(const Network& network, const Figures& figures, JoinFix fix, const Stop* stop) {
  FixedJoins fixed{fix, network, "", {}};
  Figures now = figures;
  while (now.error) {
    const std::optional<Meeting> met = meeting_at(*fixed.network, now);
    Result<Network> next = invalid_argument(now.error->status.message());
    if (stopped(stop)) {
      next = invalid_argument("it was stopped");
    } else if (met) {
      next = with_planes(*fixed.network, now, fix, *met, &fixed.paths);
    }
    if (std::ssize(fixed.paths) > kMostFixedPaths) {
      next = invalid_argument("more than " + std::to_string(kMostFixedPaths) + " paths would have to change");
    }
    if (!next.ok()) {
      fixed.network.reset();
      fixed.why_not = next.status().message();
      return fixed;
    }
    fixed.network = *std::move(next);
    now = analyze(*fixed.network);
  }
  return fixed;
}

// Whether steps of the window end before the input does.
bool drops(const Layer& layer, const LayerFigures& at, const LayerFigures& from) {
  const auto along = [](int64_t n, const AxisWindow& window, int64_t kernel, int64_t stride,
                        int64_t dilation) {
    const int64_t left = n + window.pad_begin + window.pad_end - (kernel - 1) * dilation - 1;
    return n > 0 && left > 0 && left % stride != 0;
  };
  const Size2 dilation = layer.kind == Kind::kMaxPool2d ? layer.dilation : Size2{1, 1};
  return along(from.height(), at.window_rows, layer.kernel.h, layer.stride.h, dilation.h) ||
         along(from.width(), at.window_columns, layer.kernel.w, layer.stride.w, dilation.w);
}

// Sets ceil mode in the pools that drop something, as far as the analysis got. Whether there were any.
bool keep_dropped(Network* net, const Figures& figures) {
  bool any = false;
  for (size_t i = 0; i < figures.layers.size(); ++i) {
    Layer& layer = net->layers[i];
    if ((layer.kind != Kind::kMaxPool2d && layer.kind != Kind::kAvgPool2d) || layer.ceil_mode) continue;
    const auto from = static_cast<size_t>(sources(*net, i)[0]);
    if (drops(layer, figures.layers[i], figures.layers[from])) layer.ceil_mode = any = true;
  }
  return any;
}

FixedJoins by_ceil_mode(const Network& network, const Figures& figures, const Stop* stop) {
  FixedJoins fixed{JoinFix::kCeil, std::nullopt, "", {}};
  Network net = network;
  if (!keep_dropped(&net, figures)) {
    fixed.why_not = "no pool before it drops a row or column";
    return fixed;
  }
  net.repeats.clear();  // a block's copies may differ now
  Figures now = analyze(net);
  while (now.error && !stopped(stop) && keep_dropped(&net, now)) now = analyze(net);
  if (!now.error) {
    fixed.network = std::move(net);
    return fixed;
  }
  if (stopped(stop)) {
    fixed.why_not = "it was stopped";
    return fixed;
  }
  const std::optional<Meeting> met = meeting_at(net, now);
  if (!met) {
    fixed.why_not = now.error->status.message();
    return fixed;
  }
  const auto text = [](Size2 size) {
    return std::to_string(size.h) + (size.h == size.w ? "" : "x" + std::to_string(size.w));
  };
  fixed.why_not = "still " + text(met->smallest) + " and " + text(met->largest);
  return fixed;
}

}  // namespace

std::vector<FixedJoins> join_fixes(const Network& network, const Figures& figures, const Stop* stop) {
  if (!meeting_at(network, figures)) return {};
  return {by_planes(network, figures, JoinFix::kCrop, stop), by_planes(network, figures, JoinFix::kPad, stop),
          by_ceil_mode(network, figures, stop)};
}

}  // namespace poolglass::network
