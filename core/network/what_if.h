// Another network, made by one change to this one: what would it cost, and what would it see?
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "core/network/figures.h"
#include "core/network/network.h"
#include "core/status.h"

namespace poolglass::network {

// Of window pools those that step (stride above 1) are meant, but for kAverage, which means all.
//   - kAverage: every max pool becomes an average pool with the same window.
//   - kConv2, kConv3: every pool becomes a convolution 2x2 or 3x3 from its C channels to C, with its stride
//     (J. Springenberg et al., "Striving for Simplicity", 2014). Padding keeps the size where it can.
//   - kDilate: pools go, and later windows are dilated instead (F. Yu, V. Koltun, "Multi-Scale Context
//     Aggregation by Dilated Convolutions", 2015): the resolution stays, and no weight is added.
//   - kBlur: every max pool goes on with stride 1, then a binomial blur 3x3 takes its stride (R. Zhang,
//     "Making Convolutional Networks Shift-Invariant Again", 2019). The blur is written as two averages of
//     2x2, whose product it is. Sizes stay as they are, but for windows that ceil mode hangs over an edge
//     by more than the blur does.
//   - kGap: flatten and the dense layers behind it become a global average and one dense layer with as many
//     outputs (M. Lin et al., "Network In Network", 2013); a pool to a fixed size before flatten goes.
enum class WhatIf : uint8_t { kAverage, kConv2, kConv3, kDilate, kBlur, kGap };
inline constexpr std::array kWhatIfs = {WhatIf::kAverage, WhatIf::kConv2, WhatIf::kConv3,
                                        WhatIf::kDilate,  WhatIf::kBlur,  WhatIf::kGap};
std::string_view what_if_name(WhatIf change);     // "average", "conv2", ...
std::string_view what_if_title(WhatIf change);    // "max → average", "pool → conv 2×2"
std::string_view what_if_becomes(WhatIf change);  // "average", "conv 2×2": the title's end
std::string_view what_if_words(WhatIf change);    // one sentence: what becomes what
std::optional<WhatIf> what_if_from_name(std::string_view name);

struct Changed {
  Network network;
  // For each of its layers the one it stands for: itself, unchanged or not, or the pool that it replaces.
  std::vector<int32_t> from;
};

// Fails with a sentence where there is nothing to change, or the network that it would make does not fit
// together. `figures` are analyze()'s, without an error.
Result<Changed> what_if(const Network& network, const Figures& figures, WhatIf change);

// A network in seven figures.
struct Outcome {
  int32_t field_layer = -1;  // the last whose units have a field of their own; -1: none has
  Receptive rows, columns;   // of it
  int64_t padding = 0;       // of it along the rows: the field of unit 0 starts at minus that
  Ratio jump;                // of it along the rows
  Count params, macs, activations;
  int64_t peak_bytes = 0;  // of live tensors, float32 (core/network/memory.h)
  Dims output;             // of the last layer
  friend bool operator==(const Outcome&, const Outcome&) = default;
};
Outcome outcome_of(const Network& network, const Figures& figures);

// The last layer with a plane whose units have a field of their own; -1: none has.
int32_t last_local_layer(const Figures& figures);

}  // namespace poolglass::network
