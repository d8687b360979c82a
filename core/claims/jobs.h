// The three jobs of pooling, measured on one chain as its pools are taken out: what it costs, how far it
// sees, and how much of it stays when the picture is nudged.
#pragma once

#include <cstdint>

#include "core/chain/chain.h"
#include "core/shift/law.h"
#include "core/status.h"

namespace poolglass {

inline constexpr int64_t kMostPools = 4;

struct Jobs {
  int64_t pools = 0;
  Shape map;                           // the last one
  int64_t macs = 0, params = 0;        // multiply-adds of one picture
  int64_t activations = 0, bytes = 0;  // of all layers' outputs, as float32
  int64_t field = 1;                   // side of the exact receptive field of the last map
  Fraction law;                        // random cells: share of the pools' maxima that stay
  double stays = 0;                    // camera_picture(): the same, measured
};

// The exercise's chain (conv 3x3 from 3 to 32, 64, 128, 256 channels, a 2x2 max pool after each), with its
// first `pools` pools, the others left out.
Chain chain_with_pools(int64_t pools);

// `pools` from 0 to kMostPools. The shares that stay are those of the pools alone, without the convolutions,
// under a nudge by one pixel to the right: n pools in a row are one maximum over 2^n x 2^n cells. Takes some
// milliseconds.
Result<Jobs> jobs_of(int64_t pools);

}  // namespace poolglass
