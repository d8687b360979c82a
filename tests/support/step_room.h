// What tests of the Step room share.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <string_view>

#include "app/rooms/step/model.h"

namespace poolglass::step {

inline Derived derived_of(const Model& model) {
  Derived derived;
  derive(model, derived);
  return derived;
}

inline bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

// A random pooling that fits its grid.
inline Model random_model(std::mt19937& random, Lens lens) {
  const auto pick = [&](int64_t low, int64_t high) {
    return std::uniform_int_distribution<int64_t>(low, high)(random);
  };
  for (;;) {
    Model model;
    model.lens = lens;
    update(model, SetGridSize{{pick(1, 12), pick(1, 12)}});
    update(model, SetReduction{pick(0, 1) == 0 ? Reduction::kMax : Reduction::kAverage});
    update(model, SetKernel{{pick(1, 4), pick(1, 4)}});
    update(model, SetStride{{pick(1, 4), pick(1, 4)}});
    update(model, SetDilation{{pick(1, 2), pick(1, 2)}});
    update(model, SetPadding{{pick(0, 1), pick(0, 1)}});
    update(model, SetCeilMode{pick(0, 1) == 1});
    const PoolParams& params = model.document.params;
    const Size2 grid = model.document.grid.size;
    if (window_geometry(params, grid).ok()) return model;
  }
}

}  // namespace poolglass::step
