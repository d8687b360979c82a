#include "core/chain/presets.h"

#include <initializer_list>
#include <string>

namespace poolglass {
namespace {

Layer conv(int64_t channels, int64_t kernel, int64_t padding, int64_t stride = 1, const char* name = "") {
  Layer layer = default_layer(LayerKind::kConv2d);
  layer.name = name;
  layer.out_channels = channels;
  layer.kernel = {kernel, kernel};
  layer.stride = {stride, stride};
  layer.padding = {padding, padding, padding, padding};
  return layer;
}

Layer pool(LayerKind kind, int64_t kernel, int64_t stride, const char* name = "") {
  Layer layer = default_layer(kind);
  layer.name = name;
  layer.kernel = {kernel, kernel};
  layer.stride = {stride, stride};
  return layer;
}

Layer max_pool(int64_t kernel, int64_t stride, const char* name = "") {
  return pool(LayerKind::kMaxPool2d, kernel, stride, name);
}

Layer linear(int64_t features, const char* name = "") {
  Layer layer = default_layer(LayerKind::kLinear);
  layer.name = name;
  layer.out_features = features;
  return layer;
}

// conv 3x3 pad 1, max 2x2/2 for each number of channels.
Chain conv_pool_blocks(Size2 plane, std::initializer_list<int64_t> channels) {
  Chain chain{3, plane, {}};
  for (int64_t c : channels) {
    chain.layers.push_back(conv(c, 3, 1));
    chain.layers.push_back(max_pool(2, 2));
  }
  return chain;
}

Chain lesson() { return conv_pool_blocks({64, 64}, {6, 12, 24, 48}); }

Chain exercise() { return conv_pool_blocks({64, 64}, {32, 64, 128, 256}); }

Chain odd() { return conv_pool_blocks({31, 31}, {6, 12, 24, 48}); }

Chain lenet5() {
  const Layer subsample = pool(LayerKind::kAvgPool2d, 2, 2);
  return {1,
          {32, 32},
          {conv(6, 5, 0), subsample, conv(16, 5, 0), subsample, default_layer(LayerKind::kFlatten),
           linear(120), linear(84), linear(10)}};
}

Chain alexnet() {
  return {3,
          {224, 224},
          {conv(64, 11, 0, 4, "conv1"), max_pool(3, 2, "pool1"), conv(192, 5, 2, 1, "conv2"),
           max_pool(3, 2, "pool2"), conv(384, 3, 1, 1, "conv3"), conv(384, 3, 1, 1, "conv4"),
           conv(256, 3, 1, 1, "conv5"), max_pool(3, 2, "pool5"), conv(4096, 5, 0, 1, "fc6"),
           conv(4096, 1, 0, 1, "fc7"), conv(1000, 1, 0, 1, "fc8")}};
}

Chain vgg_body() {
  Chain chain{3, {224, 224}, {}};
  const struct {
    int64_t channels;
    int convolutions;
  } groups[] = {{64, 2}, {128, 2}, {256, 3}, {512, 3}, {512, 3}};
  int group = 0;
  for (const auto& [channels, convolutions] : groups) {
    const std::string number = std::to_string(++group);
    for (int i = 1; i <= convolutions; ++i) {
      chain.layers.push_back(conv(channels, 3, 1, 1, ("conv" + number + "_" + std::to_string(i)).c_str()));
    }
    chain.layers.push_back(max_pool(2, 2, ("pool" + number).c_str()));
  }
  return chain;
}

Chain vgg16() {
  Chain chain = vgg_body();
  chain.layers.insert(chain.layers.end(), {default_layer(LayerKind::kFlatten), linear(4096, "fc6"),
                                           linear(4096, "fc7"), linear(1000, "fc8")});
  return chain;
}

Chain gap() {
  Chain chain = vgg_body();
  chain.layers.insert(chain.layers.end(), {default_layer(LayerKind::kGlobalAvgPool2d),
                                           default_layer(LayerKind::kFlatten), linear(1000, "classifier")});
  return chain;
}

Chain resnet_stem() {
  Layer convolution = conv(64, 7, 3, 2, "conv1");
  convolution.bias = false;  // a batch normalisation follows, which has one
  Layer pool = max_pool(3, 2, "maxpool");
  pool.padding = {1, 1, 1, 1};
  return {3, {224, 224}, {convolution, pool}};
}

Chain empty() { return {3, {64, 64}, {}}; }

// ReLU layers are left out of every preset: of all figures they would change only the count of activations.
constexpr ChainPreset kPresets[] = {
    {"lesson", "The lesson's chain", "Four blocks of conv 3×3 and max 2×2/2, each doubling the channels.",
     lesson},
    {"exercise", "The exercise", "The same blocks with 32, 64, 128 and 256 channels.", exercise},
    {"lenet5", "LeNet-5", "LeCun et al. 1998: two convolutions with average pools, then three linear layers.",
     lenet5},
    {"alexnet", "AlexNet", "The one-tower variant (Krizhevsky 2014) with its classifier as convolutions.",
     alexnet},
    {"vgg16", "VGG-16", "Simonyan and Zisserman 2014, configuration D, with its three linear layers.", vgg16},
    {"gap", "GAP classifier", "VGG-16's convolutions under global average pooling and one linear layer.",
     gap},
    {"odd", "Odd sizes", "31 → 15 → 7 → 3 → 1: every pool silently loses a row and a column.", odd},
    {"resnet-stem", "ResNet stem",
     "He et al. 2015: conv 7×7/2 and max 3×3/2 before the first block, 224 → 112 → 56.", resnet_stem},
    {"empty", "Empty", "No layers yet: a place to build a chain of one's own.", empty},
};

}  // namespace

std::span<const ChainPreset> chain_presets() { return kPresets; }

Result<Chain> chain_preset(std::string_view name) {
  std::string names;
  for (const ChainPreset& preset : kPresets) {
    if (preset.name == name) return preset.make();
    names += (names.empty() ? "" : ", ") + std::string(preset.name);
  }
  return invalid_argument("no such preset; the presets are " + names);
}

}  // namespace poolglass
