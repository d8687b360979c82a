#include "core/network/join_fixes.h"

#include <algorithm>
#include <utility>

#include "core/network/edit.h"

namespace poolglass::network {
namespace {

constexpr size_t kMostPaths = 64;

Size2 plane_of(const LayerFigures& at) { return {at.height(), at.width()}; }

// The planes that meet in the join that does not fit; empty where it is not for their rows or columns alone.
std::vector<Size2> planes_at(const Network& network, const Figures& figures) {
  if (!figures.error || !is_join(network.layers[figures.error->layer].kind)) return {};
  const bool stacked = network.layers[figures.error->layer].kind == Kind::kConcat;
  std::vector<Size2> planes;
  const LayerFigures* first = nullptr;
  for (const int32_t source : sources(network, figures.error->layer)) {
    const LayerFigures& at = figures.layers[static_cast<size_t>(source)];
    if (first == nullptr) first = &at;
    const Size2 plane = plane_of(at);
    const bool alike = at.output.rank == first->output.rank && at.axes == first->axes && at.axes.rows >= 0 &&
                       (stacked || at.channels() == first->channels());
    if (!alike || plane.h < 1 || plane.w < 1) return {};
    planes.push_back(plane);
  }
  return planes;
}

Size2 smallest(const std::vector<Size2>& planes) {
  Size2 size = planes.front();
  for (const Size2 plane : planes) size = {std::min(size.h, plane.h), std::min(size.w, plane.w)};
  return size;
}

Size2 largest(const std::vector<Size2>& planes) {
  Size2 size = planes.front();
  for (const Size2 plane : planes) size = {std::max(size.h, plane.h), std::max(size.w, plane.w)};
  return size;
}

// Crops or pads what the join reads to `to`, path by path.
Result<Network> with_planes(const Network& network, const Figures& figures, JoinFix fix, Size2 to,
                            std::vector<FixedPath>* paths) {
  Network net = network;
  size_t join = figures.error->layer;
  const std::vector<std::string> names = effective_names(network);
  const Sources from = sources(network, join);
  for (size_t i = 0; i < from.size(); ++i) {
    const Size2 plane = plane_of(figures.layers[static_cast<size_t>(from[i])]);
    const int64_t rows = std::abs(plane.h - to.h), columns = std::abs(plane.w - to.w);
    if (rows == 0 && columns == 0) continue;
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

FixedJoins by_planes(const Network& network, const Figures& figures, JoinFix fix,
                     const std::atomic<bool>* stop) {
  FixedJoins fixed{fix, network, "", {}};
  Figures now = figures;
  while (now.error) {
    const std::vector<Size2> planes = planes_at(*fixed.network, now);
    const bool same = planes.empty() || smallest(planes) == largest(planes);
    Result<Network> next = invalid_argument(now.error->status.message());
    const bool over = fixed.paths.size() >= kMostPaths || (stop != nullptr && *stop);
    if (!same && !over) {
      const Size2 to = fix == JoinFix::kCrop ? smallest(planes) : largest(planes);
      next = with_planes(*fixed.network, now, fix, to, &fixed.paths);
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

FixedJoins by_ceil_mode(const Network& network, const Figures& figures) {
  FixedJoins fixed{JoinFix::kCeil, std::nullopt, "", {}};
  Network net = network;
  bool any = false;
  for (size_t i = 0; i < figures.layers.size(); ++i) {
    Layer& layer = net.layers[i];
    if ((layer.kind != Kind::kMaxPool2d && layer.kind != Kind::kAvgPool2d) || layer.ceil_mode) continue;
    const auto from = static_cast<size_t>(sources(network, i)[0]);
    if (!drops(layer, figures.layers[i], figures.layers[from])) continue;
    layer.ceil_mode = any = true;
  }
  if (!any) {
    fixed.why_not = "no pool before it drops a row or column";
    return fixed;
  }
  net.repeats.clear();  // a block's copies may differ now
  const Figures now = analyze(net);
  if (!now.error) {
    fixed.network = std::move(net);
    return fixed;
  }
  const std::vector<Size2> planes = planes_at(net, now);
  if (planes.empty()) {
    fixed.why_not = now.error->status.message();
    return fixed;
  }
  const auto text = [](Size2 size) {
    return std::to_string(size.h) + (size.h == size.w ? "" : "x" + std::to_string(size.w));
  };
  fixed.why_not = "still " + text(smallest(planes)) + " and " + text(largest(planes));
  return fixed;
}

}  // namespace

std::vector<FixedJoins> join_fixes(const Network& network, const Figures& figures,
                                   const std::atomic<bool>* stop) {
  const std::vector<Size2> planes = planes_at(network, figures);
  if (planes.empty() || smallest(planes) == largest(planes)) return {};
  return {by_planes(network, figures, JoinFix::kCrop, stop), by_planes(network, figures, JoinFix::kPad, stop),
          by_ceil_mode(network, figures)};
}

}  // namespace poolglass::network
