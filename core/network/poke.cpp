#include "core/network/poke.h"

#include <algorithm>
#include <string>
#include <utility>

#include "core/integer.h"
#include "core/pooling/reference_rows.h"
#include "core/stop.h"

namespace poolglass::network {
namespace {

// No unit that moves holds less: over many layers the outermost units come to shares of 1e-50 and less, which
// a float has not, and what is lost there would be lost to all layers after it.
constexpr double kLeast = 1e-30;

Response zeros(Size2 plane) {
  return {plane, std::vector<float>(static_cast<size_t>(plane.h * plane.w), 0.0f)};
}

float& at(Response& response, int64_t row, int64_t column) {
  return response.values[static_cast<size_t>(row * response.plane.w + column)];
}

// To a maximum of 1, and to kLeast at least where there is anything.
template <class Value>
Response scaled(Size2 plane, const std::vector<Value>& values) {
  Response response = zeros(plane);
  const auto most = static_cast<double>(values.empty() ? 0 : *std::ranges::max_element(values));
  for (size_t i = 0; i < values.size(); ++i) {
    if (values[i] > 0)
      response.values[i] = static_cast<float>(std::max(static_cast<double>(values[i]) / most, kLeast));
  }
  return response;
}

// A cell of an input and its weight, along one axis.
struct Tap {
  int64_t cell = 0;
  double weight = 1;
};
using Taps = std::vector<std::vector<Tap>>;  // of each unit, those inside the input

// Sum over rows' taps of sums over columns' taps, each with its weight.
Response weighted(const Response& in, const Taps& rows, const Taps& columns, const Stop* stop) {
  const Size2 out{std::ssize(rows), std::ssize(columns)};
  std::vector<double> across(static_cast<size_t>(in.plane.h * out.w), 0.0);
  for (int64_t r = 0; r < in.plane.h; ++r) {
    if (stopped(stop)) return {};
    for (int64_t c = 0; c < out.w; ++c) {
      double sum = 0;
      for (const Tap& tap : columns[static_cast<size_t>(c)])
        sum += tap.weight * static_cast<double>(in.values[static_cast<size_t>(r * in.plane.w + tap.cell)]);
      across[static_cast<size_t>(r * out.w + c)] = sum;
    }
  }
  std::vector<double> sums(static_cast<size_t>(out.h * out.w), 0.0);
  for (int64_t r = 0; r < out.h; ++r) {
    if (stopped(stop)) return {};
    for (const Tap& tap : rows[static_cast<size_t>(r)]) {
      for (int64_t c = 0; c < out.w; ++c)
        sums[static_cast<size_t>(r * out.w + c)] +=
            tap.weight * across[static_cast<size_t>(tap.cell * out.w + c)];
    }
  }
  return scaled(out, sums);
}

struct AxisOf {
  bool rows;
  int64_t of(Size2 size) const { return rows ? size.h : size.w; }
  int64_t before(const Padding& padding) const { return rows ? padding.top : padding.left; }
  const AxisWindow& window(const LayerFigures& at) const { return rows ? at.window_rows : at.window_columns; }
};

// One axis of a linear layer as taps: `n` cells to `out`.
class AxisTaps {
 public:
  AxisTaps(int64_t n, int64_t out) : n_(n), taps_(static_cast<size_t>(out)) {}
  void add(int64_t unit, int64_t cell, double weight = 1) {
    if (cell >= 0 && cell < n_ && unit >= 0 && unit < std::ssize(taps_) && weight > 0)
      taps_[static_cast<size_t>(unit)].push_back({cell, weight});
  }
  int64_t units() const { return std::ssize(taps_); }
  Taps take() { return std::move(taps_); }

 private:
  int64_t n_;
  Taps taps_;
};

Taps conv_taps(const Layer& layer, const LayerFigures& figures, AxisOf axis, int64_t n, int64_t out) {
  AxisTaps taps(n, out);
  for (int64_t u = 0; u < out; ++u) {
    for (int64_t t = 0; t < axis.of(layer.kernel); ++t)
      taps.add(u, u * axis.of(layer.stride) - axis.window(figures).pad_begin + t * axis.of(layer.dilation));
  }
  return taps.take();
}

Taps transposed_taps(const Layer& layer, AxisOf axis, int64_t n, int64_t out) {
  AxisTaps taps(n, out);
  for (int64_t cell = 0; cell < n; ++cell) {
    for (int64_t t = 0; t < axis.of(layer.kernel); ++t)
      taps.add(cell * axis.of(layer.stride) - axis.before(layer.padding) + t * axis.of(layer.dilation), cell);
  }
  return taps.take();
}

// Linear interpolation between the cells around a / b; beyond the last cell, the last one's value.
void interpolate(AxisTaps* taps, int64_t unit, int64_t a, int64_t b, int64_t n) {
  const int64_t low = floor_divide(a, b);
  const double share = static_cast<double>(a - low * b) / static_cast<double>(b);
  taps->add(unit, std::clamp<int64_t>(low, 0, n - 1), 1 - share);
  taps->add(unit, std::clamp<int64_t>(low + 1, 0, n - 1), share);
}

Taps upsampling_taps(const Layer& layer, AxisOf axis, int64_t n, int64_t out) {
  const bool by_size = layer.scale == Size2{0, 0};
  const int64_t from = by_size ? n : 1, to = by_size ? out : axis.of(layer.scale);
  AxisTaps taps(n, out);
  for (int64_t u = 0; u < out; ++u) {
    if (layer.mode == Upsampling::kNearest) {
      taps.add(u, floor_divide(u * from, to));
    } else if (layer.mode == Upsampling::kBilinearCorners) {
      interpolate(&taps, u, u * (n - 1), std::max<int64_t>(out - 1, 1), n);
    } else {
      interpolate(&taps, u, (2 * u + 1) * from - to, 2 * to, n);
    }
  }
  return taps.take();
}

// out[u] = in[(u * step + shift) / per ...] of `count` cells.
Taps block_taps(int64_t n, int64_t out, int64_t step, int64_t per, int64_t shift, int64_t count) {
  AxisTaps taps(n, out);
  for (int64_t u = 0; u < out; ++u) {
    for (int64_t i = 0; i < count; ++i) taps.add(u, floor_divide(u * step + shift, per) + i);
  }
  return taps.take();
}

bool is_max(Kind kind) {
  return kind == Kind::kMaxPool2d || kind == Kind::kGlobalMaxPool2d || kind == Kind::kAdaptiveMaxPool2d;
}

Axis pool_axis(const Layer& layer, const LayerFigures& figures, AxisOf along, int64_t n, int64_t out) {
  Axis axis;
  axis.input = n;
  axis.output = out;
  axis.adaptive = layer.kind != Kind::kMaxPool2d && layer.kind != Kind::kAvgPool2d;
  axis.kernel = along.of(layer.kernel);
  axis.stride = along.of(layer.stride);
  axis.dilation = layer.kind == Kind::kMaxPool2d ? along.of(layer.dilation) : 1;
  axis.pad_begin = along.window(figures).pad_begin;
  axis.pad_end = along.window(figures).pad_end;
  axis.count_include_pad = layer.count_include_pad;
  return axis;
}

// A pool as the engine defines it.
Response pooled(const Layer& layer, const LayerFigures& figures, const Response& in, Size2 plane,
                const Stop* stop) {
  const WindowGeometry geometry{pool_axis(layer, figures, {true}, in.plane.h, plane.h),
                                pool_axis(layer, figures, {false}, in.plane.w, plane.w)};
  Response out = zeros(plane);
  for (int64_t r = 0; r < plane.h; ++r) {
    if (stopped(stop)) return {};
    float* row = out.values.data() + r * plane.w;
    if (is_max(layer.kind)) {
      reference_max_row(geometry, r, 1, in.values.data(), row, nullptr);  // -inf: padding alone
    } else {
      reference_average_row(geometry, r, 1, in.values.data(), row);
    }
  }
  return scaled(plane, out.values);
}

// What every unit makes of all cells.
Response everywhere(const Response& in, Size2 plane) {
  Response out = zeros(plane);
  if (std::ranges::any_of(in.values, [](float v) { return v > 0; })) std::ranges::fill(out.values, 1.0f);
  return out;
}

// Runs layers one by one.
class Run {
 public:
  // `needed`: the layers that will be run.
  Run(const Network& network, const Figures& figures, const std::vector<bool>& needed, const Stop* stop)
      : network_(network),
        figures_(figures),
        stop_(stop),
        names_(effective_names(network)),
        planes_(needed.size()) {
    last_reader_.assign(needed.size(), needed.size() - 1);
    for (size_t i = 0; i < needed.size(); ++i) {
      if (!needed[i]) continue;
      for (const int32_t source : sources(network, i)) last_reader_[static_cast<size_t>(source)] = i;
    }
  }

  Status step(size_t index, Size2 pixel, bool first) {
    const LayerFigures& at_layer = figures_.layers[index];
    const Size2 plane{at_layer.height(), at_layer.width()};
    if (plane.h < 1 || plane.w < 1 || at_layer.output.rank == 0)
      return invalid_argument("the size of " + names_[index] + " is not known");
    if (Status s = count_work(index, plane); !s.ok()) return s;
    if (network_.layers[index].kind == Kind::kInput) {
      planes_[index] = zeros(plane);
      if (first) at(planes_[index], pixel.h, pixel.w) = 1;
      return {};
    }
    Result<Response> out = is_join(network_.layers[index].kind) ? joined(index, plane) : made(index, plane);
    if (stopped(stop_)) return resource_exhausted("it was stopped");
    if (!out.ok()) return out.status();
    planes_[index] = *std::move(out);
    for (const int32_t source : sources(network_, index)) {
      if (last_reader_[static_cast<size_t>(source)] == index) planes_[static_cast<size_t>(source)] = {};
    }
    return {};
  }

  Response take(size_t index) { return std::move(planes_[index]); }

 private:
  Status count_work(size_t index, Size2 plane) {
    work_ += work_of(index, plane);
    if (work_ <= static_cast<double>(kMostPokeWork)) return {};
    return resource_exhausted("there is too much to compute up to " + names_[index]);
  }

  // The products, sums and comparisons of a layer, a few per cell at least.
  double work_of(size_t index, Size2 plane) const {
    const Layer& layer = network_.layers[index];
    const Sources from = sources(network_, index);
    const auto h = static_cast<double>(plane.h), w = static_cast<double>(plane.w);
    if (is_join(layer.kind) || from.size() == 0) return h * w * static_cast<double>(from.size() + 1);
    const Size2 in = planes_[static_cast<size_t>(from[0])].plane;
    const auto in_h = static_cast<double>(in.h), in_w = static_cast<double>(in.w);
    const auto k_h = static_cast<double>(layer.kernel.h), k_w = static_cast<double>(layer.kernel.w);
    const auto scale_h = static_cast<double>(layer.scale.h), scale_w = static_cast<double>(layer.scale.w);
    switch (layer.kind) {  // first along the columns of all rows that there are, then along the rows
      case Kind::kConv2d:
        return in_h * w * (k_w + 1) + h * w * (k_h + 1) + h * k_h;
      case Kind::kConvTranspose2d:
        return in_h * (in_w * k_w + w) + w * (in_h * k_h + h);
      case Kind::kUpsample:
      case Kind::kPad:
      case Kind::kCrop:
      case Kind::kDepthToSpace:
        return 2 * in_h * w + 2 * h * w;
      case Kind::kSpaceToDepth:
        return in_h * w * scale_w + h * w * scale_h;
      case Kind::kMaxPool2d:
      case Kind::kAvgPool2d:
        return h * w * k_h * k_w;
      default:  // adaptive pools' windows overlap by a cell at each end at most
        return (in_h + 2 * h) * (in_w + 2 * w);
    }
  }

  Result<Response> joined(size_t index, Size2 plane) {
    std::vector<double> sums(static_cast<size_t>(plane.h * plane.w), 0.0);
    int planes = 0;
    for (const int32_t source : sources(network_, index)) {
      if (is_factor(network_, figures_, index, source)) continue;
      const Response& in = planes_[static_cast<size_t>(source)];
      for (int64_t r = 0; r < plane.h && !stopped(stop_); ++r) {
        for (int64_t c = 0; c < plane.w; ++c)
          sums[static_cast<size_t>(r * plane.w + c)] += static_cast<double>(in.values[static_cast<size_t>(
              (in.plane.h == 1 ? 0 : r) * in.plane.w + (in.plane.w == 1 ? 0 : c))]);
      }
      ++planes;
    }
    if (network_.layers[index].kind == Kind::kMul && planes > 1)
      return invalid_argument(names_[index] + " multiplies two planes, which zero input leaves at zero");
    return scaled(plane, sums);
  }

  Result<Response> made(size_t index, Size2 plane) {
    const Layer& layer = network_.layers[index];
    const LayerFigures& figures = figures_.layers[index];
    const auto from = static_cast<size_t>(sources(network_, index)[0]);
    const Response& in = planes_[from];
    const AxisOf rows{true}, columns{false};
    const auto linear = [&](const auto& taps_along) {
      return weighted(in, taps_along(rows, in.plane.h, plane.h), taps_along(columns, in.plane.w, plane.w),
                      stop_);
    };
    switch (layer.kind) {
      case Kind::kConv2d:
        return linear([&](AxisOf a, int64_t n, int64_t m) { return conv_taps(layer, figures, a, n, m); });
      case Kind::kConvTranspose2d:
        return linear([&](AxisOf a, int64_t n, int64_t m) { return transposed_taps(layer, a, n, m); });
      case Kind::kUpsample:
        if (layer.mode == Upsampling::kBicubic)
          return invalid_argument(names_[index] + " has negative weights: bicubic upsampling overshoots");
        return linear([&](AxisOf a, int64_t n, int64_t m) { return upsampling_taps(layer, a, n, m); });
      case Kind::kPad:
        return linear([&](AxisOf a, int64_t n, int64_t m) {
          return block_taps(n, m, 1, 1, -a.before(layer.padding), 1);
        });
      case Kind::kCrop:
        return linear([&](AxisOf a, int64_t n, int64_t m) {
          return block_taps(n, m, 1, 1, a.before(layer.padding), 1);
        });
      case Kind::kDepthToSpace:
        return linear(
            [&](AxisOf a, int64_t n, int64_t m) { return block_taps(n, m, 1, a.of(layer.scale), 0, 1); });
      case Kind::kSpaceToDepth:
        return linear([&](AxisOf a, int64_t n, int64_t m) {
          return block_taps(n, m, a.of(layer.scale), 1, 0, a.of(layer.scale));
        });
      case Kind::kGroupNorm:
      case Kind::kInstanceNorm2d:
      case Kind::kFlatten:
      case Kind::kLinear:
        return everywhere(in, plane);
      case Kind::kLayerNorm:
        return layer.norm_axes == NormAxes::kAll ? everywhere(in, plane) : in;
      case Kind::kOp:
        if (layer.effect == Effect::kWhole) return everywhere(in, plane);
        if (layer.effect == Effect::kPointwise && in.plane == plane) return in;
        return invalid_argument("it is not known what " + names_[index] + " computes");
      default:
        return is_pool(layer.kind) ? pooled(layer, figures, in, plane, stop_) : in;
    }
  }

  const Network& network_;
  const Figures& figures_;
  const Stop* stop_;
  std::vector<std::string> names_;
  std::vector<Response> planes_;
  std::vector<size_t> last_reader_;
  double work_ = 0;
};

// The layers that `layer` depends on.
std::vector<bool> upstream(const Network& network, size_t layer) {
  std::vector<bool> needed(layer + 1, false);
  needed[layer] = true;
  for (size_t i = layer + 1; i-- > 0;) {
    if (!needed[i]) continue;
    for (const int32_t source : sources(network, i)) needed[static_cast<size_t>(source)] = true;
  }
  return needed;
}

}  // namespace

Result<Response> poke(const Network& network, const Figures& figures, size_t layer, int64_t row,
                      int64_t column, const Stop* stop) {
  if (layer >= figures.layers.size()) return invalid_argument("there is no such layer");
  const LayerFigures& input = figures.layers[0];
  if (network.layers[0].kind != Kind::kInput || row < 0 || column < 0 || row >= input.height() ||
      column >= input.width()) {
    return invalid_argument("pixel (" + std::to_string(row) + ", " + std::to_string(column) +
                            ") is not in the first input");
  }
  const std::vector<bool> needed = upstream(network, layer);
  Run run(network, figures, needed, stop);
  for (size_t i = 0; i <= layer; ++i) {
    if (!needed[i]) continue;
    if (Status s = run.step(i, {row, column}, i == 0); !s.ok()) return s;
  }
  return run.take(layer);
}

Interval units_reading(const Network& network, const Figures& figures, size_t layer, Along along,
                       int64_t pixel) {
  const LayerFigures& at = figures.layers[layer];
  const bool rows = along == Along::kRows;
  Interval units = units_seeing(rows ? at.rows : at.columns, rows ? at.height() : at.width(), pixel);
  const auto reads = [&](int64_t unit) {
    const Interval cells = trace(network, figures, layer, {unit, unit}, along, Cut::kEdge).cells[0];
    return cells.first <= pixel && pixel <= cells.last;
  };
  while (units.first <= units.last && !reads(units.first)) ++units.first;
  while (units.first <= units.last && !reads(units.last)) --units.last;
  return units;
}

MovedBox moved_box(const Response& response) {
  MovedBox box;
  const auto widen = [](int64_t at, Interval* cells) {
    *cells = cells->last < cells->first ? Interval{at, at}
                                        : Interval{std::min(at, cells->first), std::max(at, cells->last)};
  };
  for (int64_t r = 0; r < response.plane.h; ++r) {
    for (int64_t c = 0; c < response.plane.w; ++c) {
      if (!response.moved(r, c)) continue;
      widen(r, &box.rows);
      widen(c, &box.columns);
      ++box.cells;
    }
  }
  return box;
}

MovedBox formula_box(const Network& network, const Figures& figures, size_t layer, int64_t row,
                     int64_t column) {
  MovedBox box;
  box.rows = units_reading(network, figures, layer, Along::kRows, row);
  box.columns = units_reading(network, figures, layer, Along::kColumns, column);
  const auto length = [](const Interval& units) {
    return std::max<int64_t>(units.last - units.first + 1, 0);
  };
  box.cells = length(box.rows) * length(box.columns);
  return box.cells > 0 ? box : MovedBox();
}

}  // namespace poolglass::network
