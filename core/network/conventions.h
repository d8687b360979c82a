// Multiply-adds and parameters as published tables count them. Everybody counts the weights of convolutions
// and linear layers once per output position; what else counts, and how often, differs:
//
//   plain    nothing else (torchvision's documentation; analyze())
//   flops    2 x plain: many papers
//   timm     fvcore: + 2 per output of a batch norm, 5 per output of a layer norm, 1 per input of an adaptive
//            average pool
//   ptflops  its "pytorch" backend: + biases, 2 per output of a batch or layer norm, 1 per input of a
//            pool, 1 per activation. It counts modules and, again, the functions that they call, so that
//            pools, ReLUs and GELUs written as modules count twice. Its "aten" backend: plain + biases
//   thop     thop 0.1.1's README: linear layers twice, + biases, 4 per output of a batch norm, 1 per input of
//            an adaptive average pool
//   slim     TensorFlow's profiler in the receptive field tables of TF-Slim, in FLOPs: 2 x plain + 1 per
//            bias, output of a batch norm that is not fused, multiplication by a constant, and tap of a pool
//
// Each was found from rows that its authors published; tests/compare_reference.py repeats the comparison.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "core/network/figures.h"
#include "core/network/network.h"

namespace poolglass::network {

// What layers do to one image, in the terms that conventions weigh. Sums stop at kBeyondCount.
struct Terms {
  int64_t conv_macs = 0;  // weights x positions
  int64_t linear_macs = 0;
  int64_t other_macs = 0;        // of named boxes that say so
  int64_t weighted_outputs = 0;  // outputs of convolutions and linear layers
  int64_t bias_adds = 0;         // those of them with a bias
  int64_t batch_norm_outputs = 0;
  int64_t layer_norm_outputs = 0;
  int64_t adaptive_inputs = 0;  // of adaptive average pools
  int64_t pool_inputs = 0;      // of window and adaptive pools
  int64_t pool_taps = 0;        // window cells x outputs, of window pools
  int64_t rectified = 0;        // outputs of ReLU, leaky ReLU, GELU
  int64_t curved = 0;           // outputs of the other activations that ptflops sees
  int64_t constant_products = 0;
  int64_t activations = 0;    // outputs of whatever it is
  int64_t params = 0;         // PyTorch's
  int64_t moving_stats = 0;   // of batch norms: Keras counts them
  int64_t absent_gammas = 0;  // factors that batch norms do without: PyTorch's always have them
  bool complete = true;       // no size or count was unknown
};
Terms& operator+=(Terms& sum, const Terms& more);

// Of layer `index`, which analyze() found valid.
Terms layer_terms(const Network& network, const Figures& figures, size_t index);

enum class Convention : uint8_t { kPlain, kFlops, kTimm, kPtflops, kPtflopsAten, kThop, kSlim };
inline constexpr std::array kConventions = {Convention::kPlain,   Convention::kFlops,       Convention::kTimm,
                                            Convention::kPtflops, Convention::kPtflopsAten, Convention::kThop,
                                            Convention::kSlim};
std::string_view convention_name(Convention convention);  // "plain", "ptflops-aten", ...
std::optional<Convention> convention_from_name(std::string_view name);

// How the program that was counted is written.
struct Written {
  bool functional = false;        // ReLUs and pools are functions, not modules
  bool fused_batch_norm = false;  // which TensorFlow's profiler does not see
};
int64_t multiply_adds(const Terms& terms, Convention convention, const Written& written = {});

}  // namespace poolglass::network
