// Networks drawn at random, for tests of what holds for every one.
#pragma once

#include <cstdint>
#include <random>
#include <vector>

#include "core/network/network.h"

namespace poolglass::network {

// A layer as default_layer() makes it, that reads the layers `inputs`.
Layer of(Kind kind, std::vector<int32_t> inputs = {});

// One layer of every kind, every field away from its default. It need not fit together.
Network every_kind();

// Anything a file can say: branches, names, repeats that nest, boxes, inputs, outputs. Need not fit together.
Network random_document(std::mt19937_64& random);

// A network that fits together: convolutions, pools, SAME, dilation, upsampling, crops, branches and joins.
// With `branches` false a chain of windows.
Network random_network(std::mt19937_64& random, bool branches);

}  // namespace poolglass::network
