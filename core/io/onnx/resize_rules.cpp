// Operators that make planes larger or smaller.
#include <cmath>

#include "core/io/onnx/call.h"

namespace poolglass::onnx {
namespace {

// floor(size * scale) as the standard has it, in single precision.
Result<int64_t> scaled(int64_t size, double scale) {
  const float product = std::floor(static_cast<float>(size) * static_cast<float>(scale));
  if (!(product >= 0 && product < 1e12f)) return invalid_argument("has a scale of " + std::to_string(scale));
  return static_cast<int64_t>(product);
}

Status scale_all(Call& call, const std::vector<int64_t>& axes, const std::vector<double>& scales) {
  if (scales.size() != axes.size()) {
    return invalid_argument("scales has " + std::to_string(scales.size()) + " numbers for " +
                            std::to_string(axes.size()) + " axes");
  }
  Dims out = call.dims(0);
  for (size_t i = 0; i < axes.size(); ++i) {
    int64_t& size = out[static_cast<size_t>(axes[i])];
    const Result<int64_t> next = scaled(size, scales[i]);
    if (!next.ok()) return next.status();
    size = *next;
  }
  call.set(0, out);
  return {};
}

std::vector<int64_t> all_axes(int64_t rank) {
  std::vector<int64_t> axes;
  for (int64_t i = 0; i < rank; ++i) axes.push_back(i);
  return axes;
}

Status upsample(Call& call) {
  if (!call.shape_known(0)) return {};
  const std::vector<int64_t> axes = all_axes(call.rank(0));
  const auto real = [&](const char* name) {
    const Attribute* found = call.attribute(name);
    return found != nullptr ? found->real : 1.0;
  };
  if (call.opset < 7) return scale_all(call, axes, {1, 1, real("height_scale"), real("width_scale")});
  if (call.opset < 9) {
    const Attribute* scales = call.attribute("scales");
    return scales == nullptr ? invalid_argument("has no scales") : scale_all(call, axes, scales->reals);
  }
  const auto scales = call.reals(1);
  return scales ? scale_all(call, axes, *scales) : Status();
}

Status resize_to(Call& call, const std::vector<int64_t>& axes, const std::vector<int64_t>& sizes) {
  if (sizes.size() != axes.size()) {
    return invalid_argument("sizes has " + std::to_string(sizes.size()) + " numbers for " +
                            std::to_string(axes.size()) + " axes");
  }
  const std::string_view policy = call.text("keep_aspect_ratio_policy", "stretch");
  Dims out = call.dims(0);
  double scale = 0;
  for (size_t i = 0; i < axes.size(); ++i) {
    const auto from = static_cast<double>(out[static_cast<size_t>(axes[i])]);
    if (sizes[i] < 0) return invalid_argument("a size of " + std::to_string(sizes[i]) + " is below 0");
    const double one = from > 0 ? static_cast<double>(sizes[i]) / from : 0;
    scale = i == 0 ? one : policy == "not_larger" ? std::min(scale, one) : std::max(scale, one);
  }
  for (size_t i = 0; i < axes.size(); ++i) {
    int64_t& size = out[static_cast<size_t>(axes[i])];
    size = policy == "not_larger" || policy == "not_smaller" ? std::llround(scale * static_cast<double>(size))
                                                             : sizes[i];
  }
  call.set(0, out);
  return {};
}

Status resize(Call& call) {
  if (!call.shape_known(0)) return {};
  const Listed named = call.list("axes");
  const Result<std::vector<int64_t>> axes =
      axes_of(named.given ? named.values : all_axes(call.rank(0)), call.rank(0));
  if (!axes.ok()) return axes.status();
  const size_t at = call.opset < 11 ? 1 : 2;
  const bool scales_empty = call.shape_known(at) && elements_of(call.dims(at)) == 0;
  if (call.input(at) != nullptr && !scales_empty) {
    const auto scales = call.reals(at);
    return scales ? scale_all(call, *axes, *scales) : Status();
  }
  if (call.input(3) == nullptr || call.opset < 11) return invalid_argument("has neither scales nor sizes");
  const auto sizes = call.integers(3);
  return sizes ? resize_to(call, *axes, *sizes) : Status();
}

Status depth_to_space(Call& call) {
  if (!call.shape_known(0)) return {};
  const Dims& in = call.dims(0);
  const int64_t block = call.integer("blocksize", 0);
  if (in.size() != 4) return invalid_argument("needs an input of 4 dimensions, not " + dims_text(in));
  if (block < 1 || block > 1 << 20 || in[1] % (block * block) != 0)
    return invalid_argument("blocks of " + std::to_string(block) + " do not fit " + std::to_string(in[1]) +
                            " channels");
  call.set(0, {in[0], in[1] / (block * block), in[2] * block, in[3] * block});
  return {};
}

Status space_to_depth(Call& call) {
  if (!call.shape_known(0)) return {};
  const Dims& in = call.dims(0);
  const int64_t block = call.integer("blocksize", 0);
  if (in.size() != 4) return invalid_argument("needs an input of 4 dimensions, not " + dims_text(in));
  int64_t channels = 0;
  if (block < 1 || block > 1 << 20 || in[2] % block != 0 || in[3] % block != 0 ||
      __builtin_mul_overflow(in[1], block * block, &channels))
    return invalid_argument("blocks of " + std::to_string(block) + " do not fit the input " + dims_text(in));
  call.set(0, {in[0], channels, in[2] / block, in[3] / block});
  return {};
}

constexpr NamedRule kResizeRules[] = {
    {"DepthToSpace", depth_to_space},
    {"Resize", resize},
    {"SpaceToDepth", space_to_depth},
    {"Upsample", upsample},
};

}  // namespace

std::span<const NamedRule> resize_rules() { return kResizeRules; }

}  // namespace poolglass::onnx
