// Experiments on networks: the analysis of core/chain and core/network, published networks of core/zoo.
#include <algorithm>
#include <vector>

#include "core/chain/as_network.h"
#include "core/chain/chain.h"
#include "core/chain/presets.h"
#include "core/claims/experiments.h"
#include "core/network/figures.h"
#include "core/network/network.h"
#include "core/network/trace.h"
#include "core/zoo/zoo.h"

namespace poolglass::experiment {
namespace {

Layer conv(int64_t channels, int64_t kernel, int64_t stride, int64_t padding) {
  Layer layer = default_layer(LayerKind::kConv2d);
  layer.out_channels = channels;
  layer.kernel = {kernel, kernel};
  layer.stride = {stride, stride};
  layer.padding = {padding, padding, padding, padding};
  return layer;
}

Layer linear(int64_t features, bool bias = true) {
  Layer layer = default_layer(LayerKind::kLinear);
  layer.out_features = features;
  layer.bias = bias;
  return layer;
}

Result<ChainFigures> figures_of(const Chain& chain) {
  ChainFigures figures = analyze(chain);
  if (figures.error) return figures.error->status;
  return figures;
}

Result<ChainFigures> figures_of_preset(std::string_view name) {
  const Result<Chain> chain = chain_preset(name);
  return chain.ok() ? figures_of(*chain) : chain.status();
}

// The side of what the chain's last output sees.
Result<int64_t> field_of(const Chain& chain) {
  const Result<ChainFigures> figures = figures_of(chain);
  if (!figures.ok()) return figures.status();
  return figures->layers.back().receptive_field.h;
}

Chain of_layers(std::vector<Layer> layers, int64_t channels = 3, int64_t side = 64) {
  return {channels, {side, side}, std::move(layers)};
}

// The preset with each of its maximum pools replaced by `replaced(channels)`.
template <class F>
Result<Chain> without_pools(std::string_view preset, const F& replaced) {
  const Result<Chain> chain = chain_preset(preset);
  if (!chain.ok()) return chain.status();
  Chain changed = *chain;
  changed.layers.clear();
  int64_t channels = chain->channels;
  for (const Layer& layer : chain->layers) {
    if (layer.kind == LayerKind::kConv2d) channels = layer.out_channels;
    if (layer.kind == LayerKind::kMaxPool2d) {
      for (const Layer& other : replaced(channels)) changed.layers.push_back(other);
    } else {
      changed.layers.push_back(layer);
    }
  }
  return changed;
}

std::string field_text(int64_t side) { return std::to_string(side) + "×" + std::to_string(side); }

struct Published {
  network::Network network;
  network::Figures figures;
};
Result<Published> published(const zoo::Model& model) {
  Result<network::Network> network = zoo::open(model);
  if (!network.ok()) return network.status();
  network::Figures figures = network::analyze(*network);
  if (figures.error) return figures.error->status;
  return Published{*std::move(network), std::move(figures)};
}
Result<Published> published(std::string_view name) {
  const Result<zoo::Model> model = zoo::find(name);
  return model.ok() ? published(*model) : model.status();
}

int64_t count_layers(const network::Network& network, bool (*wanted)(const network::Layer&)) {
  return std::ranges::count_if(network.layers, wanted);
}

// What the lesson calls a block, four times, and what its last unit sees.
Result<int64_t> four_blocks(const std::vector<Layer>& block) {
  Chain chain = of_layers({});
  for (int i = 0; i < 4; ++i) chain.layers.insert(chain.layers.end(), block.begin(), block.end());
  return field_of(chain);
}

Layer pool(int64_t kernel, int64_t stride) {
  Layer layer = default_layer(LayerKind::kMaxPool2d);
  layer.kernel = {kernel, kernel};
  layer.stride = {stride, stride};
  return layer;
}

// Parameters that the exercise gains when its pools become convolutions, and the field it then has.
Result<Finding> pools_as_convolutions(int64_t kernel, int64_t padding, int64_t more, int64_t field) {
  const Result<ChainFigures> before = figures_of_preset("exercise");
  const Result<Chain> changed = without_pools(
      "exercise", [&](int64_t channels) { return std::vector{conv(channels, kernel, 2, padding)}; });
  if (!before.ok()) return before.status();
  if (!changed.ok()) return changed.status();
  const Result<ChainFigures> after = figures_of(*changed);
  if (!after.ok()) return after.status();
  const int64_t added = after->total_params - before->total_params;
  const int64_t seen = after->layers.back().receptive_field.h;
  return decided(added == more && seen == field,
                 grouped(added) + " more parameters, a field of " + field_text(seen));
}

}  // namespace

Result<Finding> activations_of_one_layer() {
  const Result<ChainFigures> figures = figures_of(of_layers({conv(64, 3, 1, 1)}, 3, 224));
  if (!figures.ok()) return figures.status();
  const int64_t made = figures->layers.front().activations;
  return decided((made + 50'000) / 100'000 == 32, grouped(made));
}

Result<Finding> activations_of_six_layers() {
  const Result<ChainFigures> figures = figures_of(of_layers(std::vector(6, conv(64, 3, 1, 1)), 3, 224));
  if (!figures.ok()) return figures.status();
  return decided((figures->total_activations + 50'000) / 100'000 == 193, grouped(figures->total_activations));
}

Result<Finding> pool_has_no_parameters() {
  int64_t params = 0, pools = 0;
  for (const LayerKind kind : kAllLayerKinds) {
    if (!is_pool(kind)) continue;
    const Result<ChainFigures> figures = figures_of(of_layers({default_layer(kind)}));
    if (!figures.ok()) return figures.status();
    params += figures->total_params;
    ++pools;
  }
  return decided(params == 0,
                 std::to_string(pools) + " kinds of pools, " + std::to_string(params) + " parameters");
}

Result<Finding> two_convolutions_see_five() {
  const Result<int64_t> field = field_of(of_layers({conv(8, 3, 1, 1), conv(8, 3, 1, 1)}));
  if (!field.ok()) return field.status();
  return decided(*field == 5, field_text(*field));
}

Result<Finding> pool_between_sees_six() {
  const Result<int64_t> field = field_of(of_layers({conv(8, 3, 1, 1), pool(2, 2), conv(8, 3, 1, 1)}));
  if (!field.ok()) return field.status();
  return decided(*field == 6, field_text(*field) +
                                  ": after a pool of stride 2 a 3×3 convolution reaches 4 pixels further");
}

Result<Finding> pool_doubles_the_field() {
  const Result<int64_t> before = field_of(of_layers({conv(8, 3, 1, 1)}));
  const Result<int64_t> after = field_of(of_layers({conv(8, 3, 1, 1), pool(2, 2)}));
  if (!before.ok()) return before.status();
  if (!after.ok()) return after.status();
  return decided(*after == 2 * *before, "of " + field_text(*before) + " a 2×2 pool makes " +
                                            field_text(*after) +
                                            "; what doubles is the step from one unit to the next");
}

Result<Finding> four_blocks_see_thirty() {
  const Result<int64_t> field = four_blocks({conv(8, 3, 1, 1), pool(2, 2)});
  const Result<int64_t> convolutions = four_blocks({conv(8, 3, 1, 1), pool(1, 2)});
  if (!field.ok()) return field.status();
  if (!convolutions.ok()) return convolutions.status();
  return decided(std::abs(*field - 30) <= 3,
                 field_text(*field) + "; with pools that only skip, " + field_text(*convolutions));
}

Result<Finding> four_blocks_see_seventy_six() {
  const Result<Chain> lesson = chain_preset("lesson");
  if (!lesson.ok()) return lesson.status();
  const Result<ChainFigures> figures = figures_of(*lesson);
  // A maximum at stride 1, then a 3x3 blur at stride 2: a convolution to the receptive field.
  const Result<int64_t> blurred = four_blocks({conv(8, 3, 1, 1), pool(2, 1), conv(8, 3, 2, 1)});
  if (!figures.ok()) return figures.status();
  if (!blurred.ok()) return blurred.status();
  const LayerFigures& last = figures->layers.back();
  return decided(last.receptive_field.h == 76,
                 field_text(last.receptive_field.h) +
                     "; adding 2 a convolution and doubling at each pool gives " +
                     std::to_string(last.shortcut.h) +
                     ", which blocks with a 3×3 blur after the maximum do see: " + std::to_string(*blurred));
}

Result<Finding> pixels_count_alike() {
  const Result<Chain> lesson = chain_preset("lesson");
  if (!lesson.ok()) return lesson.status();
  const network::Network network = as_network(*lesson);
  const Result<network::PathCounts> paths = network::path_counts(
      network, network::analyze(network), network.layers.size() - 1, 0, network::Along::kRows);
  if (!paths.ok()) return paths.status();
  const auto cells = static_cast<int64_t>(paths->counts.size()), inner = (cells + 2) / 2;
  const double share = network::share_of(*paths, inner);
  const auto [least, most] = std::ranges::minmax(paths->counts);
  return decided(least == most, "along each axis the inner " + std::to_string(inner) + " of " +
                                    std::to_string(cells) + " pixels hold " + percent(share) +
                                    " of the paths");
}

Result<Finding> activations_stay_flat() {
  const Result<Chain> lesson = chain_preset("lesson");
  if (!lesson.ok()) return lesson.status();
  const Result<ChainFigures> figures = figures_of(*lesson);
  if (!figures.ok()) return figures.status();
  std::string all;
  std::vector<int64_t> made;
  for (size_t i = 0; i < figures->layers.size(); ++i) {
    if (lesson->layers[i].kind != LayerKind::kConv2d) continue;
    made.push_back(figures->layers[i].activations);
    all += (all.empty() ? "" : ", ") + grouped(made.back());
  }
  const auto [least, most] = std::ranges::minmax(made);
  return decided(4 * least >= 3 * most, "they halve from convolution to convolution: " + all);
}

Result<Finding> four_blocks_on_224() {
  Result<Chain> lesson = chain_preset("lesson");
  if (!lesson.ok()) return lesson.status();
  lesson->plane = {224, 224};
  const Result<ChainFigures> figures = figures_of(*lesson);
  if (!figures.ok()) return figures.status();
  const Size2 end = figures->layers.back().output.plane();
  return decided(end == Size2{14, 14}, std::to_string(end.h) + "×" + std::to_string(end.w));
}

Result<Finding> exercise_parameters() {
  const Result<ChainFigures> figures = figures_of_preset("exercise");
  if (!figures.ok()) return figures.status();
  return decided(figures->total_params == 388'416, grouped(figures->total_params));
}

Result<Finding> exercise_sizes() {
  const Result<Chain> chain = chain_preset("exercise");
  if (!chain.ok()) return chain.status();
  const Result<ChainFigures> figures = figures_of(*chain);
  if (!figures.ok()) return figures.status();
  std::string all = std::to_string(chain->plane.h);
  for (size_t i = 0; i < figures->layers.size(); ++i) {
    if (is_pool(chain->layers[i].kind)) all += " → " + std::to_string(figures->layers[i].output.h);
  }
  return decided(all == "64 → 32 → 16 → 8 → 4", all);
}

Result<Finding> pools_as_2x2_convolutions() { return pools_as_convolutions(2, 0, 348'640, 46); }
Result<Finding> pools_as_3x3_convolutions() { return pools_as_convolutions(3, 1, 783'840, 61); }

Result<Finding> pooling_reduces_parameters() {
  const Result<Chain> with = chain_preset("exercise");
  const Result<Chain> without = without_pools("exercise", [](int64_t) { return std::vector<Layer>(); });
  if (!with.ok()) return with.status();
  if (!without.ok()) return without.status();
  const auto studied = [](Chain chain, bool head) {
    if (head) chain.layers.insert(chain.layers.end(), {default_layer(LayerKind::kFlatten), linear(10)});
    return figures_of(chain);
  };
  const Result<ChainFigures> pools = studied(*with, false), none = studied(*without, false);
  const Result<ChainFigures> pools_head = studied(*with, true), none_head = studied(*without, true);
  for (const auto* one : {&pools, &none, &pools_head, &none_head}) {
    if (!one->ok()) return one->status();
  }
  return decided(pools->total_params < none->total_params,
                 "the exercise's convolutions have " + grouped(pools->total_params) + " with pools and " +
                     grouped(none->total_params) + " without; what falls are multiply-adds, from " +
                     grouped(none->total_macs) + " to " + grouped(pools->total_macs) +
                     ", and a flattened head of 10 classes, from " +
                     grouped(none_head->total_params - none->total_params) + " to " +
                     grouped(pools_head->total_params - pools->total_params));
}

Result<Finding> flatten_weights() {
  const Result<ChainFigures> figures =
      figures_of(of_layers({default_layer(LayerKind::kFlatten), linear(4096, false)}, 512, 7));
  if (!figures.ok()) return figures.status();
  return decided(figures->total_params == 102'760'448, grouped(figures->total_params));
}

Result<Finding> flatten_is_alexnet() {
  const Result<Published> alexnet = published("alexnet"), vgg = published("vgg16");
  const auto first_dense = [](const Published& p) -> int64_t {
    for (size_t i = 0; i < p.network.layers.size(); ++i) {
      const network::Layer& layer = p.network.layers[i];
      if (layer.kind == network::Kind::kLinear) return p.figures.layers[i].macs.value / layer.out_features;
    }
    return 0;
  };
  if (!alexnet.ok()) return alexnet.status();
  if (!vgg.ok()) return vgg.status();
  const int64_t alexnets = first_dense(*alexnet), vggs = first_dense(*vgg);
  return decided(alexnets == 7 * 7 * 512, "AlexNet's reads " + grouped(alexnets) + " numbers, VGG-16's " +
                                              grouped(vggs) + " = 7·7·512");
}

Result<Finding> most_weights_are_dense() {
  const Result<Published> alexnet = published("alexnet");
  if (!alexnet.ok()) return alexnet.status();
  int64_t dense = 0, first = 0;
  for (size_t i = 0; i < alexnet->network.layers.size(); ++i) {
    if (alexnet->network.layers[i].kind != network::Kind::kLinear) continue;
    const int64_t params = alexnet->figures.layers[i].params.value;
    if (first == 0) first = params;
    dense += params;
  }
  const int64_t all = alexnet->figures.params.value;
  const auto share = [&](int64_t part) {
    return percent(static_cast<double>(part) / static_cast<double>(all));
  };
  return decided(2 * dense > all, grouped(dense) + " of " + grouped(all) + " parameters (" + share(dense) +
                                      "), the first dense layer alone " + grouped(first) + " (" +
                                      share(first) + ")");
}

Result<Finding> alexnet_pools_3x3() {
  const Result<Published> alexnet = published("alexnet");
  if (!alexnet.ok()) return alexnet.status();
  const int64_t pools = count_layers(
      alexnet->network, [](const network::Layer& layer) { return layer.kind == network::Kind::kMaxPool2d; });
  const int64_t such = count_layers(alexnet->network, [](const network::Layer& layer) {
    return layer.kind == network::Kind::kMaxPool2d && layer.kernel == Size2{3, 3} &&
           layer.stride == Size2{2, 2};
  });
  return decided(pools > 0 && such == pools,
                 std::to_string(such) + " of its " + std::to_string(pools) + " maximum pools");
}

Result<Finding> global_average_head() {
  const Result<ChainFigures> figures = figures_of(of_layers(
      {default_layer(LayerKind::kGlobalAvgPool2d), default_layer(LayerKind::kFlatten), linear(1000)}, 512,
      7));
  if (!figures.ok()) return figures.status();
  return decided(figures->total_params == 513'000, grouped(figures->total_params));
}

Result<Finding> global_average_has_no_parameters() {
  const Result<ChainFigures> figures = figures_of(
      of_layers({default_layer(LayerKind::kGlobalAvgPool2d), default_layer(LayerKind::kFlatten)}, 512, 7));
  if (!figures.ok()) return figures.status();
  const int64_t vector = figures->layers.back().output.c;
  return decided(
      figures->total_params == 0 && vector == 512,
      std::to_string(figures->total_params) + " parameters, a vector of " + std::to_string(vector));
}

Result<Finding> one_input_size_only() {
  int64_t sizes = 0, flattened = 0, averaged = 0;
  Result<Chain> vgg = chain_preset("vgg16"), gap = chain_preset("gap");
  if (!vgg.ok()) return vgg.status();
  if (!gap.ok()) return gap.status();
  const int64_t vgg_params = analyze(*vgg).total_params, gap_params = analyze(*gap).total_params;
  for (int64_t side = 32; side <= 320; ++side) {
    vgg->plane = gap->plane = {side, side};
    const ChainFigures one = analyze(*vgg), other = analyze(*gap);
    ++sizes;
    flattened += !one.error && one.total_params == vgg_params;  // its weights fit
    averaged += !other.error && other.total_params == gap_params;
  }
  return decided(averaged == 1, "of " + std::to_string(sizes) +
                                    " sizes from 32 to 320 VGG-16's weights fit " +
                                    std::to_string(flattened) + ", and " + std::to_string(averaged) +
                                    " under a global average");
}

Result<Finding> classifiers_end_with_global_average() {
  const Result<std::vector<zoo::Model>> models = zoo::models();
  if (!models.ok()) return models.status();
  int64_t classifiers = 0, averaged = 0;
  std::string others;
  for (const zoo::Model& model : *models) {
    if (model.library != "torchvision" || model.variant) continue;
    const Result<Published> p = published(model);
    if (!p.ok()) return p.status();
    const auto& layers = p->network.layers;
    const int64_t dense = std::ranges::count(layers, network::Kind::kLinear, &network::Layer::kind);
    if (dense == 0 && layers.back().kind != network::Kind::kFlatten) continue;  // answers with a map
    const bool average = std::ranges::any_of(layers, [](const network::Layer& layer) {
      return layer.kind == network::Kind::kGlobalAvgPool2d ||
             (layer.kind == network::Kind::kAdaptiveAvgPool2d && layer.output_size == Size2{1, 1});
    });
    ++classifiers;
    averaged += average;
    if (!average) others += (others.empty() ? "" : ", ") + model.name;
  }
  const std::string found = std::to_string(averaged) + " of torchvision's " + std::to_string(classifiers) +
                            " do; not " + others + ", of GoogLeNet's year and before";
  if (averaged == classifiers || 2 * averaged <= classifiers) return decided(averaged == classifiers, found);
  return Finding{Verdict::kApproximate, found};
}

Result<Finding> strides_replaced_pooling() {
  const Result<Published> first = published("resnet50"), second = published("resnet_v2_50");
  if (!first.ok()) return first.status();
  if (!second.ok()) return second.status();
  int64_t pools = 0, strided = 0;
  std::string found;
  for (const auto& [p, name] : {std::pair{&*first, "ResNet-50"}, std::pair{&*second, "its second version"}}) {
    const int64_t one = count_layers(p->network, [](const network::Layer& layer) {
      return layer.kind == network::Kind::kMaxPool2d && layer.kernel != Size2{1, 1};
    });
    const int64_t other = count_layers(p->network, [](const network::Layer& layer) {
      return layer.kind == network::Kind::kConv2d && layer.stride != Size2{1, 1};
    });
    pools += one;
    strided += other;
    found += (found.empty() ? "" : "; ") + std::string(name) + " has " + std::to_string(other) +
             " strided convolutions and still " + std::to_string(one) + " maximum pool" +
             (one == 1 ? "" : "s");
  }
  if (pools == 0 || strided == 0) return decided(pools == 0, found);
  return Finding{Verdict::kApproximate, found};
}

}  // namespace poolglass::experiment
