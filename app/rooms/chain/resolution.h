// How finely a layer's output samples the input.
#pragma once

#include <array>
#include <cstdint>

#include "core/network/figures.h"

namespace poolglass::chain {

// Its plane, or where that is not known its jump.
struct Resolution {
  std::array<int64_t, 4> sizes{};
  bool point = false;  // one cell, of which every other is made: what gates are computed from
  friend bool operator==(const Resolution&, const Resolution&) = default;
};
Resolution resolution(const network::LayerFigures& figures);

}  // namespace poolglass::chain
