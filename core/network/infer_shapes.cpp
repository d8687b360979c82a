// What keeps the shape, or moves it: norms, padding, resampling, blocks, slices, flatten and linear.
#include <numeric>

#include "core/network/infer_parts.h"

namespace poolglass::network::rules {

Status infer_norm(const Layer& layer, const LayerFigures& in, const Context& context, LayerFigures* out,
                  AxisResult* rows, AxisResult* columns) {
  const bool layer_norm = layer.kind == Kind::kLayerNorm;
  const bool over_plane = layer.kind == Kind::kGroupNorm || layer.kind == Kind::kInstanceNorm2d ||
                          (layer_norm && layer.norm_axes == NormAxes::kAll);
  int64_t features = in.channels();
  if (layer_norm && over_plane && !elements(in.output, context, -1, &features)) {
    return beyond("its number of parameters");
  }
  if (layer.kind == Kind::kGroupNorm) {
    if (Status s = check_groups(layer, features); !s.ok()) return s;
  }
  int64_t params = 0;
  for (const bool learned : {layer.gamma, layer.beta}) {
    if (learned && features >= 0 && __builtin_add_overflow(params, features, &params)) {
      return beyond("its number of parameters");
    }
  }
  set_count(features < 0 && (layer.gamma || layer.beta) ? kUnknownSize : params, &out->params);
  if (layer.kind == Kind::kBatchNorm2d) {
    int64_t moving = kUnknownSize;
    if (features >= 0 && !checked_multiply(features, 2, &moving)) return beyond("its number of parameters");
    set_count(moving, &out->moving_stats);
  }
  if (over_plane) rows->map.reads = columns->map.reads = Reads::kWhole;
  return {};
}

Status infer_scale(const Layer& layer, const LayerFigures& in, LayerFigures* out) {
  int64_t params;
  if (!multiply(in.channels(), layer.bias ? 2 : 1, &params)) return beyond("its number of parameters");
  set_count(params, &out->params);
  return {};
}

namespace {

Status frame(int64_t n, int64_t before, int64_t after, AxisResult* out) {
  if (!fits(-static_cast<Wide>(before), &out->map.first)) return beyond("its padding");
  out->map.last = out->map.first;
  out->window = {before, after, true, after < 0 ? -after : 0};
  if (n < 0) return {};
  const Wide size = static_cast<Wide>(n) + before + after;
  if (size > INT64_MAX) return beyond("its output size");
  out->size = size < 1 ? 0 : static_cast<int64_t>(size);
  return {};
}

}  // namespace

Status infer_frame(const Layer& layer, const LayerFigures& in, LayerFigures* out, AxisResult* rows,
                   AxisResult* columns) {
  const Padding& pad = layer.padding;
  const bool crop = layer.kind == Kind::kCrop;
  if (Status s = at_least("padding", std::min({pad.top, pad.left, pad.bottom, pad.right}), 0); !s.ok()) {
    return s;
  }
  const int64_t sign = crop ? -1 : 1;
  if (Status s = frame(in.height(), sign * pad.top, sign * pad.bottom, rows); !s.ok()) return s;
  if (Status s = frame(in.width(), sign * pad.left, sign * pad.right, columns); !s.ok()) return s;
  if (rows->size == 0 || columns->size == 0) {
    return invalid_argument("crop takes away all of its input of " + text({in.height(), in.width()}) +
                            " cells");
  }
  set_plane(in, in.channels(), rows->size, columns->size, out);
  return {};
}

namespace {

// n cells become `factor` times as many, or `size`.
Status stretch(Upsampling mode, int64_t n, int64_t factor, int64_t size, AxisResult* out) {
  constexpr int64_t kMost = int64_t{1} << 60;  // room for twice its sum with another
  out->size = size;
  if (factor > 0 && !multiply(n, factor, &out->size)) return beyond("its output size");
  if (std::max({factor, n, out->size}) > kMost) return resource_exhausted("its output size is beyond 2^60");
  int64_t in_cells = factor > 0 ? 1 : n, out_cells = factor > 0 ? factor : size;
  const bool corners = mode == Upsampling::kBilinearCorners;
  if (corners) {
    in_cells = n - 1;
    out_cells = out->size - 1;
  }
  out->map.size_known = corners ? n >= 0 : factor > 0 || n >= 0;
  if (!out->map.size_known) return {};
  if (out_cells == 0) {  // a single cell that takes the first
    in_cells = 0;
    out_cells = 1;
  }
  const int64_t divisor = std::max<int64_t>(std::gcd(in_cells, out_cells), 1);
  in_cells /= divisor;
  out_cells /= divisor;
  AxisMap& map = out->map;
  map.step = in_cells;
  map.per = out_cells;
  if (corners) {
    map.last = out_cells - 1;  // rounded up
  } else if (mode != Upsampling::kNearest) {
    // The centre of cell u lies at (u + 1/2) * in / out - 1/2: its neighbours on both sides.
    map.step *= 2;
    map.per *= 2;
    map.first = in_cells - out_cells;
    map.last = map.first + map.per - 1;
    if (mode == Upsampling::kBicubic) {  // and one more on each side
      map.first -= map.per;
      map.last += map.per;
    }
  }
  return {};
}

}  // namespace

Status infer_upsample(const Layer& layer, const LayerFigures& in, LayerFigures* out, AxisResult* rows,
                      AxisResult* columns) {
  const bool by_size = layer.scale == Size2{0, 0};
  if (Status s = by_size ? at_least("size", layer.output_size, 1) : at_least("scale", layer.scale, 1);
      !s.ok()) {
    return s;
  }
  if (Status s = stretch(layer.mode, in.height(), layer.scale.h, layer.output_size.h, rows); !s.ok())
    return s;
  if (Status s = stretch(layer.mode, in.width(), layer.scale.w, layer.output_size.w, columns); !s.ok())
    return s;
  set_plane(in, in.channels(), rows->size, columns->size, out);
  return {};
}

Status infer_depth_to_space(const Layer& layer, const LayerFigures& in, LayerFigures* out, AxisResult* rows,
                            AxisResult* columns) {
  if (Status s = at_least("scale", layer.scale, 1); !s.ok()) return s;
  int64_t block;
  if (!checked_multiply(layer.scale.h, layer.scale.w, &block)) return beyond("its block");
  if (in.channels() >= 0 && in.channels() % block != 0) {
    return invalid_argument("its block of " + text(layer.scale) + " does not divide its " +
                            std::to_string(in.channels()) + " channels");
  }
  rows->map.per = layer.scale.h;
  columns->map.per = layer.scale.w;
  if (!multiply(in.height(), layer.scale.h, &rows->size) ||
      !multiply(in.width(), layer.scale.w, &columns->size)) {
    return beyond("its output size");
  }
  set_plane(in, in.channels() < 0 ? in.channels() : in.channels() / block, rows->size, columns->size, out);
  return {};
}

Status infer_space_to_depth(const Layer& layer, const LayerFigures& in, LayerFigures* out, AxisResult* rows,
                            AxisResult* columns) {
  if (Status s = at_least("scale", layer.scale, 1); !s.ok()) return s;
  const Size2 plane{in.height(), in.width()};
  if ((plane.h >= 0 && plane.h % layer.scale.h != 0) || (plane.w >= 0 && plane.w % layer.scale.w != 0)) {
    return invalid_argument("its block of " + text(layer.scale) + " does not divide its input of " +
                            text(plane) + " cells");
  }
  int64_t channels;
  if (!multiply(in.channels(), layer.scale.h, &channels) || !multiply(channels, layer.scale.w, &channels)) {
    return beyond("its number of channels");
  }
  rows->map = {Reads::kInterval, layer.scale.h, 1, 0, layer.scale.h - 1};
  columns->map = {Reads::kInterval, layer.scale.w, 1, 0, layer.scale.w - 1};
  rows->size = plane.h < 0 ? plane.h : plane.h / layer.scale.h;
  columns->size = plane.w < 0 ? plane.w : plane.w / layer.scale.w;
  set_plane(in, channels, rows->size, columns->size, out);
  return {};
}

Status infer_slice(const Layer& layer, const LayerFigures& in, LayerFigures* out) {
  const int64_t channels = in.channels();
  if (layer.begin < 0 || layer.end <= layer.begin || (channels >= 0 && layer.end > channels)) {
    return invalid_argument("channels [" + std::to_string(layer.begin) + ", " + std::to_string(layer.end) +
                            ") are not among its " + size_text(channels));
  }
  if (out->output.rank > 0) out->output[out->axes.channels] = layer.end - layer.begin;
  return {};
}

Status infer_permute(const Layer& layer, const LayerFigures& in, LayerFigures* out) {
  const Dims from = in.output;
  if (from.rank == 0) return {};
  const Axes wanted = layer.channels_last ? kPlanes : kChannelsLast;
  if (from.rank != 4 || !(in.axes == wanted)) {
    return invalid_argument(std::string("permute needs a feature map with the channels ") +
                            (layer.channels_last ? "before the plane" : "last"));
  }
  if (layer.channels_last) {
    out->output = {from[0], from[2], from[3], from[1]};
    out->axes = kChannelsLast;
  } else {
    out->output = {from[0], from[3], from[1], from[2]};
    out->axes = kPlanes;
  }
  return {};
}

Status infer_flatten(const LayerFigures& in, LayerFigures* out) {
  out->output = {kUnknownSize, kUnknownSize};
  out->axes = kVector;
  if (in.output.rank == 0) return {};
  int64_t features = 1;
  for (int i = 1; i < in.output.rank; ++i) {
    if (!multiply(features, in.output[i], &features)) return beyond("its number of features");
  }
  out->output = {in.output[0], features};
  return {};
}

Status infer_linear(const Layer& layer, const LayerFigures& in, const Context& context, LayerFigures* out,
                    AxisResult* rows, AxisResult* columns) {
  const Dims& from = in.output;
  const int last = from.rank - 1;
  if (from.rank > 0 && (last == in.axes.rows || last == in.axes.columns)) {
    return invalid_argument("linear needs a vector, so a flatten layer must come before it");
  }
  if (Status s = at_least("out_features", layer.out_features, 1); !s.ok()) return s;
  if (from.rank <= 2) rows->map.reads = columns->map.reads = Reads::kWhole;
  if (from.rank == 0) return count_weights(kUnknownSize, layer.out_features, layer.bias, kUnknownSize, out);
  int64_t positions;
  if (!elements(from, context, last, &positions)) return beyond("its number of multiply-adds");
  out->output[last] = layer.out_features;
  return count_weights(from[last], layer.out_features, layer.bias, positions, out);
}

}  // namespace poolglass::network::rules
