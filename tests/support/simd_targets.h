// Runs a test body once per SIMD target of this machine.
#pragma once

#include <doctest/doctest.h>

#include <string>

#include "core/simd_targets.h"

namespace poolglass::testing {

template <class F>
void for_each_simd_target(const F& body) {
  for (const std::string& target : runnable_simd_targets()) {
    REQUIRE(force_simd_target(target).ok());
    CAPTURE(target);
    body();
  }
  REQUIRE(force_simd_target("").ok());
}

}  // namespace poolglass::testing
