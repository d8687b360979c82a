// What tests of the Step room share.
#pragma once

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

}  // namespace poolglass::step
