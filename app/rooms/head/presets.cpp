#include <algorithm>
#include <array>

#include "app/rooms/head/backbones.h"
#include "core/chain/as_network.h"
#include "core/zoo/zoo.h"

namespace poolglass::head {
namespace {

constexpr std::array kBackbones = {
    NamedBackbone{"vgg16-head", "VGG-16", "vgg16", "Published with flatten and three dense layers, in 2014"},
    NamedBackbone{"alexnet-paper", "AlexNet, the paper's", "alexnet_one_tower",
                  "Its two towers joined to one; flattens 6·6·256 = 9,216 numbers", 227},
    NamedBackbone{"alexnet-torch", "AlexNet, torchvision's", "alexnet",
                  "Fewer channels in front, and an adaptive pool before its dense layers"},
    NamedBackbone{"resnet50-head", "ResNet-50", "resnet50",
                  "Published with global average pooling: the other two are what it saves"},
    NamedBackbone{"googlenet-head", "GoogLeNet", "googlenet",
                  "The first of the winners with global average pooling, in 2014"},
    NamedBackbone{kOwnChain, "The Chain room's chain", "",
                  "What stands in the Chain room, up to its last map"},
};

}  // namespace

std::span<const NamedBackbone> backbones() { return kBackbones; }

const NamedBackbone* find_backbone(std::string_view id) {
  const auto* at = std::ranges::find(kBackbones, id, &NamedBackbone::id);
  return at == kBackbones.end() ? nullptr : at;
}

Result<Backbone> make_backbone(const NamedBackbone& named, const Model& own) {
  if (named.network.empty())
    return backbone_of(own.graph != nullptr ? own.graph->network : as_network(own.chain));
  const Result<zoo::Model> model = zoo::find(named.network);
  if (!model.ok()) return model.status();
  const Result<network::Network> network = zoo::open(*model);
  return network.ok() ? backbone_of(*network) : Result<Backbone>(network.status());
}

Status apply_preset(Model& model, const std::string& id) {
  if (find_backbone(id) == nullptr && id != "equal-means") {
    std::string names;
    for (const NamedBackbone& named : backbones()) names += std::string(named.id) + ", ";
    return invalid_argument("no such preset; the presets are " + names + "equal-means");
  }
  if (id == "equal-means") {
    update(model, SetMaps{MapSource::kEqualMeans});
  } else {
    update(model, SetBackbone{id});
  }
  return {};
}

}  // namespace poolglass::head
