// Chains worth looking at, one table for the command line, the window and the tests.
#pragma once

#include <span>
#include <string_view>

#include "core/chain/chain.h"
#include "core/status.h"

namespace poolglass {

struct ChainPreset {
  std::string_view
      name;  // for the command line: "lesson", "exercise", "lenet5", "alexnet", "vgg16", "gap", "odd"
  std::string_view title;    // for people: "The lesson's chain"
  std::string_view summary;  // one sentence
  Chain (*make)();
};

std::span<const ChainPreset> chain_presets();
Result<Chain> chain_preset(std::string_view name);  // fails with the list of names

}  // namespace poolglass
