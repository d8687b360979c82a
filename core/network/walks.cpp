#include "core/network/walks.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "core/integer.h"

namespace poolglass::network {
namespace {

constexpr int64_t kMost = int64_t{1} << 53;  // of what recurrences carry

int64_t of(Size2 size, Along along) { return along == Along::kRows ? size.h : size.w; }

const AxisWindow& window(const LayerFigures& at, Along along) {
  return along == Along::kRows ? at.window_rows : at.window_columns;
}

int64_t before(const Layer& layer, Along along) {
  return along == Along::kRows ? layer.padding.top : layer.padding.left;
}

bool is_window(Kind kind) {
  return kind == Kind::kConv2d || kind == Kind::kMaxPool2d || kind == Kind::kAvgPool2d;
}

// What a recurrence knows of a layer; windows, shifts and what leaves cells where they are.
std::optional<StepWindow> recurrence(const Network& network, const Figures& figures, size_t layer,
                                     Along along) {
  const Layer& at = network.layers[layer];
  if (!has_axis(figures.layers[layer], along)) return std::nullopt;
  if (const auto step = step_window(network, figures, layer, along)) return step;
  switch (at.kind) {
    case Kind::kPad:
      return StepWindow{1, 1, 1, before(at, along)};
    case Kind::kCrop:
      return StepWindow{1, 1, 1, -before(at, along)};
    case Kind::kSpaceToDepth:
      return StepWindow{of(at.scale, along), of(at.scale, along), 1, 0};
    case Kind::kLayerNorm:
      if (at.norm_axes == NormAxes::kAll) return std::nullopt;
      return StepWindow{};
    case Kind::kInput:
    case Kind::kAdd:
    case Kind::kMul:
    case Kind::kConcat:
    case Kind::kBatchNorm2d:
    case Kind::kLocalResponseNorm:
    case Kind::kDropout:
    case Kind::kIdentity:
    case Kind::kScale:
    case Kind::kChannelShuffle:
    case Kind::kSlice:
    case Kind::kPermute:
      return StepWindow{};
    case Kind::kOp:
      return at.effect == Effect::kPointwise ? std::optional(StepWindow{}) : std::nullopt;
    default:
      return is_pointwise(at.kind) ? std::optional(StepWindow{}) : std::nullopt;
  }
}

// A step of wide numbers; nothing beyond kMost.
using Wide = __int128;
std::optional<WalkStep> step_of(Wide r, Wide jump, Wide start) {
  if (std::max({r, jump, start < 0 ? -start : start}) > kMost) return std::nullopt;
  return WalkStep{static_cast<int64_t>(r), static_cast<int64_t>(jump), static_cast<int64_t>(start)};
}

// The union; false where the two move at unequal jumps.
bool unite(const WalkStep& other, std::optional<WalkStep>* step) {
  if (!*step) {
    *step = other;
    return true;
  }
  if (other.jump != (*step)->jump) return false;
  const int64_t first = std::min(other.start, (*step)->start);
  const int64_t last = std::max(other.start + other.r, (*step)->start + (*step)->r);
  (*step)->start = first;
  (*step)->r = last - first;
  return true;
}

std::optional<WalkStep> forward_step(const Network& network, const Figures& figures, size_t layer,
                                     Along along, const std::vector<std::optional<WalkStep>>& steps) {
  const auto window = recurrence(network, figures, layer, along);
  if (!window) return std::nullopt;
  if (network.layers[layer].kind == Kind::kInput) return WalkStep{};
  std::optional<WalkStep> step;
  for (const int32_t source : sources(network, layer)) {
    if (is_factor(network, figures, layer, source)) continue;
    const auto& from = steps[static_cast<size_t>(source)];
    if (!from || !unite(*from, &step)) return std::nullopt;
  }
  if (!step) return std::nullopt;
  const Wide jump = step->jump;
  return step_of(step->r + window->reach() * jump, jump * window->stride,
                 step->start - window->padding * jump);
}

// ---- indices ----------------------------------------------------------------------------------------------

using Cells = std::vector<int64_t>;

// Taps of a resampling, by the place of unit u's centre in the input's cells, as a fraction a / b.
void taps_between(int64_t a, int64_t b, int64_t more, Cells* cells) {
  const int64_t low = floor_divide(a, b);
  cells->push_back(low);
  if (low * b != a) cells->push_back(low + 1);
  for (int64_t i = 1; i <= more; ++i) {
    cells->push_back(low - i);
    cells->push_back(low + 1 + i);
  }
}

void upsampling_taps(const Layer& layer, int64_t n, int64_t out, int64_t u, Along along, Cells* cells) {
  const bool by_size = layer.scale == Size2{0, 0};
  const int64_t from = by_size ? n : 1, to = by_size ? out : of(layer.scale, along);
  switch (layer.mode) {
    case Upsampling::kNearest:
      cells->push_back(floor_divide(u * from, to));
      return;
    case Upsampling::kBilinearCorners:
      if (out == 1) return cells->push_back(0);
      return taps_between(u * (n - 1), out - 1, 0, cells);
    case Upsampling::kBilinear:
      return taps_between((2 * u + 1) * from - to, 2 * to, 0, cells);
    case Upsampling::kBicubic:
      return taps_between((2 * u + 1) * from - to, 2 * to, 1, cells);
  }
}

void all_cells(int64_t n, Cells* cells) {
  for (int64_t i = 0; i < n; ++i) cells->push_back(i);
}

bool reads_all(const Layer& layer) {
  switch (layer.kind) {
    case Kind::kGlobalAvgPool2d:
    case Kind::kGlobalMaxPool2d:
    case Kind::kGroupNorm:
    case Kind::kInstanceNorm2d:
    case Kind::kFlatten:
    case Kind::kLinear:
      return true;
    case Kind::kLayerNorm:
      return layer.norm_axes == NormAxes::kAll;
    case Kind::kOp:
      return layer.effect == Effect::kWhole;
    default:
      return false;
  }
}

// How many cells of an input of n cells are looked at for one unit, and how far from it, at most: more than
// there are is fine, fewer is not. Doubles, as a file's numbers may be large.
struct Looks {
  double cells = 1;
  double step = 1, beyond = 0;  // place <= |unit| * step + beyond
};
Looks looks_of(const Layer& layer, int64_t n, int64_t out, Along along) {
  const auto k = static_cast<double>(of(layer.kernel, along)),
             s = static_cast<double>(of(layer.stride, along));
  const auto d = static_cast<double>(of(layer.dilation, along));
  const auto size = static_cast<double>(std::max(n, out));
  const double pad = std::abs(static_cast<double>(before(layer, along))) + size;  // SAME: less than the input
  switch (layer.kind) {
    case Kind::kConv2d:
    case Kind::kMaxPool2d:
    case Kind::kAvgPool2d:
    case Kind::kConvTranspose2d:
      return {k, s, pad + k * d};
    case Kind::kUpsample:
      return {4, 4 * std::max(size, static_cast<double>(of(layer.scale, along))), size};
    case Kind::kSpaceToDepth: {
      const auto block = static_cast<double>(of(layer.scale, along));
      return {block, block, block};
    }
    case Kind::kAdaptiveAvgPool2d:
    case Kind::kAdaptiveMaxPool2d: {
      const auto bins = static_cast<double>(std::max<int64_t>(of(layer.output_size, along), 1));
      return {static_cast<double>(n) / bins + 2, size, size};
    }
    default:
      return {1, 1, pad};
  }
}

// The cells of an input of n cells that unit u reads, of a layer that does not read all.
void read_cells(const Layer& layer, const LayerFigures& at, int64_t n, int64_t u, Along along, Cells* cells) {
  const int64_t k = of(layer.kernel, along), s = of(layer.stride, along);
  switch (layer.kind) {
    case Kind::kConv2d:
    case Kind::kMaxPool2d:
    case Kind::kAvgPool2d: {
      const int64_t d = layer.kind == Kind::kAvgPool2d ? 1 : of(layer.dilation, along);
      for (int64_t tap = 0; tap < k; ++tap) cells->push_back(u * s - window(at, along).pad_begin + tap * d);
      return;
    }
    case Kind::kConvTranspose2d:  // cell i adds to units i*s - p + d*tap
      for (int64_t tap = 0; tap < k; ++tap) {
        const int64_t from = u + before(layer, along) - tap * of(layer.dilation, along);
        if (floor_divide(from, s) * s == from) cells->push_back(floor_divide(from, s));
      }
      return;
    case Kind::kUpsample:
      return upsampling_taps(layer, n, extent(at, along), u, along, cells);
    case Kind::kPad:
      return cells->push_back(u - before(layer, along));
    case Kind::kCrop:
      return cells->push_back(u + before(layer, along));
    case Kind::kDepthToSpace:
      return cells->push_back(floor_divide(u, of(layer.scale, along)));
    case Kind::kSpaceToDepth:
      for (int64_t i = 0; i < of(layer.scale, along); ++i) cells->push_back(u * of(layer.scale, along) + i);
      return;
    case Kind::kAdaptiveAvgPool2d:
    case Kind::kAdaptiveMaxPool2d: {
      const int64_t out = of(layer.output_size, along);
      for (int64_t i = floor_divide(u * n, out); i < ceil_divide((u + 1) * n, out); ++i) cells->push_back(i);
      return;
    }
    default:
      return cells->push_back(u);
  }
}

void sort_unique(Cells* cells) {
  std::ranges::sort(*cells);
  cells->erase(std::unique(cells->begin(), cells->end()), cells->end());
}

}  // namespace

std::optional<StepWindow> step_window(const Network& network, const Figures& figures, size_t layer,
                                      Along along) {
  const Layer& at = network.layers[layer];
  if (layer >= figures.layers.size() || !is_window(at.kind)) return std::nullopt;
  if (!window(figures.layers[layer], along).pad_known) return std::nullopt;
  const int64_t dilation = at.kind == Kind::kAvgPool2d ? 1 : of(at.dilation, along);
  return StepWindow{of(at.kernel, along), of(at.stride, along), dilation,
                    window(figures.layers[layer], along).pad_begin};
}

std::vector<std::optional<WalkStep>> forward_walk(const Network& network, const Figures& figures,
                                                  Along along) {
  std::vector<std::optional<WalkStep>> steps(figures.layers.size());
  for (size_t i = 0; i < steps.size(); ++i) steps[i] = forward_step(network, figures, i, along, steps);
  return steps;
}

std::vector<std::optional<WalkStep>> backward_walk(const Network& network, const Figures& figures,
                                                   size_t layer, Along along) {
  std::vector<std::optional<WalkStep>> steps(layer + 1);
  std::vector<bool> lost(layer + 1, false);  // read through what the recurrence does not apply to
  steps[layer] = WalkStep{};
  for (size_t i = layer + 1; i-- > 0;) {
    if (lost[i]) steps[i].reset();
    if (!steps[i] && !lost[i]) continue;
    const auto window = recurrence(network, figures, i, along);
    const WalkStep at = steps[i].value_or(WalkStep());
    for (const int32_t source : sources(network, i)) {
      if (is_factor(network, figures, i, source)) continue;
      const auto to = static_cast<size_t>(source);
      if (lost[i] || !window) {
        lost[to] = true;
        continue;
      }
      const Wide stride = window->stride;
      const auto read = step_of(stride * (at.r - 1) + window->reach() + 1, stride * at.jump,
                                stride * at.start - window->padding);
      if (!read || !unite(*read, &steps[to])) lost[to] = true;
    }
  }
  return steps;
}

Result<std::vector<std::vector<int64_t>>> index_walk(const Network& network, const Figures& figures,
                                                     size_t layer, int64_t unit, Along along, Cut cut) {
  const std::vector<std::string> names = effective_names(network);
  std::vector<Cells> read(layer + 1);
  read[layer].push_back(unit);
  double looked_at = 0;
  for (size_t i = layer + 1; i-- > 0;) {
    sort_unique(&read[i]);
    if (read[i].empty()) continue;
    const Layer& at = network.layers[i];
    const std::string& name = names[i];
    if (at.kind == Kind::kOp && at.effect == Effect::kUnknown)
      return invalid_argument("it is not known which cells " + name + " reads");
    if (!window(figures.layers[i], along).pad_known)
      return invalid_argument("the padding of " + name + " depends on a size that is not known");
    for (const int32_t source : sources(network, i)) {
      if (is_factor(network, figures, i, source)) continue;
      const LayerFigures& from = figures.layers[static_cast<size_t>(source)];
      const int64_t n = extent(from, along);
      if (n < 0) return invalid_argument("the size of what " + name + " reads is not known");
      const bool all = reads_all(at) || (!has_axis(figures.layers[i], along) && has_axis(from, along));
      const bool one = is_join(at.kind) && n == 1 && extent(figures.layers[i], along) != 1;
      const Looks looks = looks_of(at, n, extent(figures.layers[i], along), along);
      const auto units = static_cast<double>(read[i].size());
      looked_at += all ? static_cast<double>(n) : one ? 1 : units * looks.cells;
      if (looked_at > static_cast<double>(kMostIndices))
        return resource_exhausted("more than " + std::to_string(kMostIndices) +
                                  " cells would be followed at " + name);
      const double farthest = std::max(std::abs(static_cast<double>(read[i].front())),
                                       std::abs(static_cast<double>(read[i].back())));
      if (!all && !one && (farthest + 1) * looks.step + looks.beyond > static_cast<double>(kMost))
        return resource_exhausted("the cells that " + name + " reads are beyond 2^53");
      Cells& to = read[static_cast<size_t>(source)];
      if (all) {
        all_cells(n, &to);
      } else if (one) {
        to.push_back(0);
      } else {
        for (const int64_t u : read[i]) read_cells(at, figures.layers[i], n, u, along, &to);
      }
      if (cut == Cut::kEdge) std::erase_if(to, [&](int64_t cell) { return cell < 0 || cell >= n; });
    }
  }
  return read;
}

std::vector<std::optional<int64_t>> shortcut_walk(const Network& network, const Figures& figures,
                                                  Along along) {
  std::vector<std::optional<int64_t>> steps(figures.layers.size());
  for (size_t i = 0; i < steps.size(); ++i) {
    const Layer& at = network.layers[i];
    const auto window = recurrence(network, figures, i, along);
    if (!window) continue;
    std::optional<int64_t> r;
    if (at.kind == Kind::kInput) r = 1;
    for (const int32_t source : sources(network, i)) {
      const auto& from = steps[static_cast<size_t>(source)];
      if (from && !is_factor(network, figures, i, source)) r = std::max(r.value_or(1), *from);
    }
    if (!r) continue;
    const bool pool = at.kind == Kind::kMaxPool2d || at.kind == Kind::kAvgPool2d;
    if (pool && *r > kMost / window->stride) continue;
    steps[i] = pool ? *r * window->stride : *r + window->reach();
  }
  return steps;
}

}  // namespace poolglass::network
