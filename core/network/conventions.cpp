#include "core/network/conventions.h"

namespace poolglass::network {
namespace {

int64_t plus(int64_t a, int64_t b) {
  int64_t sum = 0;
  return __builtin_add_overflow(a, b, &sum) ? kBeyondCount : sum;
}

int64_t times(int64_t a, int64_t b) {
  int64_t product = 0;
  return __builtin_mul_overflow(a, b, &product) ? kBeyondCount : product;
}

// Elements of one image; nothing where a size is not known.
std::optional<int64_t> elements(const LayerFigures& at) {
  if (at.output.rank == 0) return std::nullopt;
  int64_t count = 1;
  for (int axis = 1; axis < at.output.rank; ++axis) {
    if (at.output[axis] == kUnknownSize) return std::nullopt;
    count = times(count, at.output[axis]);
  }
  return count;
}

constexpr std::string_view kNames[] = {"plain", "flops", "timm", "ptflops", "ptflops-aten", "thop", "slim"};
static_assert(std::size(kNames) == kConventions.size());

}  // namespace

Terms& operator+=(Terms& sum, const Terms& more) {
  for (int64_t Terms::*term :
       {&Terms::conv_macs, &Terms::linear_macs, &Terms::other_macs, &Terms::weighted_outputs,
        &Terms::bias_adds, &Terms::batch_norm_outputs, &Terms::layer_norm_outputs, &Terms::adaptive_inputs,
        &Terms::pool_inputs, &Terms::pool_taps, &Terms::rectified, &Terms::curved, &Terms::constant_products,
        &Terms::activations, &Terms::params, &Terms::moving_stats, &Terms::absent_gammas}) {
    sum.*term = plus(sum.*term, more.*term);
  }
  sum.complete = sum.complete && more.complete;
  return sum;
}

Terms layer_terms(const Network& network, const Figures& figures, size_t index) {
  const Layer& layer = network.layers[index];
  const LayerFigures& at = figures.layers[index];
  const Sources from = sources(network, index);
  const std::optional<int64_t> out = elements(at);
  const std::optional<int64_t> in =
      from.size() > 0 ? elements(figures.layers[static_cast<size_t>(from[0])]) : std::optional<int64_t>(0);
  const int64_t outputs = out.value_or(0), inputs = in.value_or(0);

  Terms terms;
  terms.complete = out && in && at.params.known == Known::kComplete && at.macs.known == Known::kComplete;
  terms.activations = at.activations.value;
  terms.params = at.params.value;
  terms.moving_stats = at.moving_stats.value;
  switch (layer.kind) {
    case Kind::kConv2d:
    case Kind::kConvTranspose2d:
      terms.conv_macs = at.macs.value;
      terms.weighted_outputs = outputs;
      terms.bias_adds = layer.bias ? outputs : 0;
      break;
    case Kind::kLinear:
      terms.linear_macs = at.macs.value;
      terms.weighted_outputs = outputs;
      terms.bias_adds = layer.bias ? outputs : 0;
      break;
    case Kind::kBatchNorm2d:
      terms.batch_norm_outputs = outputs;
      terms.absent_gammas = layer.gamma ? 0 : at.moving_stats.value / 2;
      break;
    case Kind::kLayerNorm:
      terms.layer_norm_outputs = outputs;
      break;
    case Kind::kMaxPool2d:
    case Kind::kAvgPool2d:
      terms.pool_inputs = inputs;
      terms.pool_taps = times(outputs, times(layer.kernel.h, layer.kernel.w));
      break;
    case Kind::kAdaptiveAvgPool2d:
      terms.adaptive_inputs = inputs;
      terms.pool_inputs = inputs;
      break;
    case Kind::kAdaptiveMaxPool2d:
      terms.pool_inputs = inputs;
      break;
    case Kind::kRelu:
    case Kind::kLeakyRelu:
    case Kind::kGelu:
      terms.rectified = outputs;
      break;
    case Kind::kRelu6:
    case Kind::kElu:
    case Kind::kSilu:
    case Kind::kHardswish:
      terms.curved = outputs;
      break;
    case Kind::kOp:
      terms.other_macs = at.macs.value;
      terms.constant_products = layer.op == "Mul" && from.size() == 1 ? outputs : 0;
      break;
    default:
      break;
  }
  return terms;
}

std::string_view convention_name(Convention convention) { return kNames[static_cast<size_t>(convention)]; }

std::optional<Convention> convention_from_name(std::string_view name) {
  for (const Convention convention : kConventions) {
    if (convention_name(convention) == name) return convention;
  }
  return std::nullopt;
}

int64_t multiply_adds(const Terms& terms, Convention convention, const Written& written) {
  const int64_t plain = plus(plus(terms.conv_macs, terms.linear_macs), terms.other_macs);
  switch (convention) {
    case Convention::kPlain:
      return plain;
    case Convention::kFlops:
      return times(2, plain);
    case Convention::kTimm:
      return plus(plus(plain, times(2, terms.batch_norm_outputs)),
                  plus(times(5, terms.layer_norm_outputs), terms.adaptive_inputs));
    case Convention::kPtflops: {
      const int64_t norm_outputs = plus(terms.batch_norm_outputs, terms.layer_norm_outputs);
      const int64_t often = written.functional ? 1 : 2;
      return plus(plus(plus(plain, terms.bias_adds), times(2, norm_outputs)),
                  plus(times(often, plus(terms.pool_inputs, terms.rectified)), terms.curved));
    }
    case Convention::kPtflopsAten:
      return plus(plain, terms.bias_adds);
    case Convention::kThop:
      return plus(plus(plus(plain, terms.linear_macs), terms.bias_adds),
                  plus(times(4, terms.batch_norm_outputs), terms.adaptive_inputs));
    case Convention::kSlim: {
      const int64_t norms = written.fused_batch_norm ? 0 : terms.batch_norm_outputs;
      return plus(plus(times(2, plain), terms.bias_adds),
                  plus(norms, plus(terms.constant_products, terms.pool_taps)));
    }
  }
  return plain;
}

}  // namespace poolglass::network
