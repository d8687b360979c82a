// What several layers of a network are called together, from their names.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace poolglass::chain {

// What the names of `layers` (ascending indices) begin with, up to a full component: "layer1" of
// layer1.0.conv1 and layer1.2.relu; empty where one of `others` begins so, too.
std::string own_name(const std::vector<std::string>& names, std::span<const int32_t> layers,
                     std::span<const int32_t> others);

// That, or else from which component to which: "layer2.1…3"; empty where neither can be said.
std::string shared_name(const std::vector<std::string>& names, std::span<const int32_t> layers,
                        std::span<const int32_t> others);

// "conv1" of layer2.0.conv1 inside layer2.0; else the name as it is.
std::string name_inside(const std::string& name, const std::string& group);

}  // namespace poolglass::chain
