// Parts of infer.cpp: what the rules of layers share, and the rules themselves, one a kind or family. Each
// fills what it knows better than its input of `out`, `rows` and `columns`; fails with a sentence without the
// layer.
#pragma once

#include <algorithm>
#include <string>

#include "core/integer.h"
#include "core/network/infer.h"

namespace poolglass::network::rules {

using Wide = __int128;

inline Status beyond(const char* figure) {
  return resource_exhausted(std::string(figure) + " is beyond 2^63-1");
}

inline Status at_least(const char* field, int64_t value, int64_t limit) {
  if (value >= limit) return {};
  return invalid_argument(std::string(field) + " is " + std::to_string(value) + ", but must be at least " +
                          std::to_string(limit));
}

inline Status at_least(const char* field, Size2 value, int64_t limit) {
  return at_least(field, std::min(value.h, value.w), limit);
}

inline std::string size_text(int64_t size) { return size < 0 ? "?" : std::to_string(size); }
inline std::string text(Size2 size) { return size_text(size.h) + "x" + size_text(size.w); }

// Product of sizes; kUnknownSize when one is unknown. False: beyond 63 bits.
inline bool multiply(int64_t a, int64_t b, int64_t* product) {
  if (a < 0 || b < 0) {
    *product = kUnknownSize;
    return true;
  }
  return checked_multiply(a, b, product);
}

inline void set_count(int64_t value, Count* count) {
  *count = value < 0 ? Count{0, Known::kUnavailable, -1} : Count{value, Known::kComplete, -1};
}

// Tensors that hold several pieces of each image have their number folded into the batch.
inline int64_t pieces(const Dims& dims, const Context& context) {
  if (dims.rank == 0) return kUnknownSize;
  if (dims[0] < 0 || dims[0] == context.batch) return 1;
  return dims[0] % context.batch == 0 ? dims[0] / context.batch : dims[0];
}

// Elements of one image, all sizes but those on the axes left out.
inline bool elements(const Dims& dims, const Context& context, int skip, int64_t* out) {
  *out = pieces(dims, context);
  for (int i = 1; i < dims.rank; ++i) {
    if (i != skip && !multiply(*out, dims[i], out)) return false;
  }
  return true;
}

// One axis of an output, and how it reads its input.
struct AxisResult {
  int64_t size = kUnknownSize;
  AxisMap map;
  AxisWindow window;
};

inline void set_plane(const LayerFigures& in, int64_t channels, int64_t height, int64_t width,
                      LayerFigures* out) {
  out->output = {in.output.rank == 0 ? kUnknownSize : in.output[0], channels, height, width};
  out->axes = kPlanes;
}

// infer_windows.cpp
Status check_groups(const Layer& layer, int64_t channels);
Status count_weights(int64_t per_output, int64_t outputs, bool bias, int64_t positions, LayerFigures* out);
Status infer_conv(const Layer& layer, const LayerFigures& in, const Context& context, LayerFigures* out,
                  AxisResult* rows, AxisResult* columns);
Status infer_transposed(const Layer& layer, const LayerFigures& in, const Context& context, LayerFigures* out,
                        AxisResult* rows, AxisResult* columns);
Status infer_window_pool(const Layer& layer, const LayerFigures& in, LayerFigures* out, AxisResult* rows,
                         AxisResult* columns);
Status infer_adaptive(const Layer& layer, const LayerFigures& in, LayerFigures* out, AxisResult* rows,
                      AxisResult* columns);

// infer_shapes.cpp
Status infer_norm(const Layer& layer, const LayerFigures& in, const Context& context, LayerFigures* out,
                  AxisResult* rows, AxisResult* columns);
Status infer_scale(const Layer& layer, const LayerFigures& in, LayerFigures* out);
Status infer_frame(const Layer& layer, const LayerFigures& in, LayerFigures* out, AxisResult* rows,
                   AxisResult* columns);
Status infer_upsample(const Layer& layer, const LayerFigures& in, LayerFigures* out, AxisResult* rows,
                      AxisResult* columns);
Status infer_depth_to_space(const Layer& layer, const LayerFigures& in, LayerFigures* out, AxisResult* rows,
                            AxisResult* columns);
Status infer_space_to_depth(const Layer& layer, const LayerFigures& in, LayerFigures* out, AxisResult* rows,
                            AxisResult* columns);
Status infer_slice(const Layer& layer, const LayerFigures& in, LayerFigures* out);
Status infer_permute(const Layer& layer, const LayerFigures& in, LayerFigures* out);
Status infer_flatten(const LayerFigures& in, LayerFigures* out);
Status infer_linear(const Layer& layer, const LayerFigures& in, const Context& context, LayerFigures* out,
                    AxisResult* rows, AxisResult* columns);

}  // namespace poolglass::network::rules
