// Summary tables as torchinfo and Keras print them. Untrusted text of at most kMostNetworkText bytes.
#pragma once

#include <string_view>

#include "core/network/check.h"
#include "core/status.h"

namespace poolglass {

// Whether the text looks like one: a heading with "Layer (type", "Output Shape" and "Param #".
bool is_summary(std::string_view text);

// Its layers; of torchinfo's nested modules those that hold no others. Fails with a sentence where there is
// no layer in it.
Result<network::Summary> parse_summary(std::string_view text);

}  // namespace poolglass
