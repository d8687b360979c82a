// The backbones that the Head room offers, one table for the command line, the window and the tests.
#pragma once

#include <span>
#include <string_view>

#include "app/rooms/head/model.h"

namespace poolglass::head {

inline constexpr std::string_view kFirstBackbone = "vgg16-head", kOwnChain = "chain";

struct NamedBackbone {
  std::string_view id;       // for the command line: "vgg16-head"
  std::string_view title;    // "VGG-16"
  std::string_view network;  // in core/zoo; empty: the Chain room's
  std::string_view note;     // what to know of it
  int64_t side = 224;        // published for
};
std::span<const NamedBackbone> backbones();
const NamedBackbone* find_backbone(std::string_view id);  // null when there is none

// The network cut; of the model only what stands in the Chain room counts.
Result<Backbone> make_backbone(const NamedBackbone& named, const Model& model);

}  // namespace poolglass::head
