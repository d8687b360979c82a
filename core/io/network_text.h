// Networks as other programs write them down: print(model) of torch modules and nn.Sequential in source,
// Keras' JSON configuration, Caffe's prototxt. Untrusted text of at most 4 MiB; every failure is one sentence
// that names the layer.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/network/network.h"
#include "core/status.h"

namespace poolglass {

enum class NetworkText { kTorch, kKeras, kCaffe };
std::optional<NetworkText> network_text_from_name(std::string_view name);  // "torch", "keras", "caffe"

struct TextNetwork {
  network::Network network;  // in order
  std::string remark;        // empty, or one sentence on what the text does not say
};

// The input is {channels, height, width}; without it the text has to say it. Of torch modules nothing is
// known but their order: they are taken one after the other, and a layer whose channels do not fit the one
// before is refused. Keras' channels are last; the network has them first. Caffe's pools round up.
using TextInput = std::optional<std::array<int64_t, 3>>;
Result<TextNetwork> parse_network_text(NetworkText kind, std::string_view text, const TextInput& input);

inline constexpr size_t kMostNetworkText = size_t{4} << 20;

}  // namespace poolglass
