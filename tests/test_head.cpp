#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <string>

#include "core/chain/as_network.h"
#include "core/chain/presets.h"
#include "core/head/head.h"
#include "core/head/maps.h"
#include "core/shift/patterns.h"
#include "core/zoo/zoo.h"

namespace poolglass {
namespace {

Backbone published(const char* name) {
  const Result<zoo::Model> model = zoo::find(name);
  REQUIRE(model.ok());
  const Result<network::Network> network = zoo::open(*model);
  REQUIRE(network.ok());
  Result<Backbone> backbone = backbone_of(*network);
  REQUIRE_MESSAGE(backbone.ok(), backbone.status().message());
  return *std::move(backbone);
}

Head head_at(HeadKind kind, const Backbone& backbone, int64_t side, int64_t classes = 1000) {
  const Result<Shape> map = map_at(backbone, {side, side});
  REQUIRE_MESSAGE(map.ok(), map.status().message());
  Result<Head> head = head_of(kind, backbone, *map, classes);
  REQUIRE(head.ok());
  return *std::move(head);
}

}  // namespace

TEST_CASE(
    "VGG-16's heads: 102,764,544 in the first layer, 123,642,856 in all, 513,000 with global averages") {
  const Backbone vgg = published("vgg16");
  CHECK(vgg.native_map == Shape{1, 512, 7, 7});
  CHECK(vgg.hidden == std::vector<int64_t>{4096, 4096});
  const Head flatten = head_at(HeadKind::kFlatten, vgg, 224);
  CHECK(flatten.numbers == 25088);
  CHECK(flatten.layers[0].params() == 102764544);
  CHECK(flatten.params == 123642856);
  CHECK(flatten.bytes == 4 * int64_t{123642856});
  CHECK(flatten.macs == 25088 * int64_t{4096} + 4096 * 4096 + 4096 * 1000);
  CHECK(flatten.error.empty());
  CHECK(flatten.least == 224);
  CHECK(flatten.most == 255);
  CHECK(head_at(HeadKind::kAdaptive, vgg, 224).params == 123642856);
  const Head global = head_at(HeadKind::kGlobal, vgg, 224);
  CHECK(global.params == 513000);
  CHECK(global.macs == 512000);
  CHECK(global.least == 32);
  CHECK(global.most == 0);
}

TEST_CASE("smallest inputs: AlexNet 63, VGG-16 32, GoogLeNet 15") {
  CHECK(published("alexnet").smallest == 63);
  CHECK(published("vgg16").smallest == 32);
  CHECK(published("googlenet").smallest == 15);
  CHECK(published("resnet50").smallest == 1);
  for (const char* name : {"alexnet", "vgg16", "googlenet"}) {
    const Backbone backbone = published(name);
    const int64_t side = backbone.smallest;
    CHECK(map_at(backbone, {side, side}).ok());
    CHECK_FALSE(map_at(backbone, {side - 1, side - 1}).ok());
  }
}

TEST_CASE("AlexNet flattens 6·6·256, as published and as torchvision ships it") {
  for (const char* name : {"alexnet", "alexnet_one_tower"}) {
    const Backbone alexnet = published(name);
    CHECK(alexnet.native_map == Shape{1, 256, 6, 6});
    CHECK(head_of(HeadKind::kFlatten, alexnet, alexnet.native_map, 1000)->params == 58631144);
  }
}

TEST_CASE("at another size flatten breaks with PyTorch's sentence, the others run") {
  const Backbone vgg = published("vgg16");
  CHECK(head_at(HeadKind::kFlatten, vgg, 256).error ==
        "mat1 and mat2 shapes cannot be multiplied (1x32768 and 25088x4096)");
  CHECK(head_at(HeadKind::kFlatten, vgg, 192).error ==
        "mat1 and mat2 shapes cannot be multiplied (1x18432 and 25088x4096)");
  const Backbone resnet = published("resnet50");
  CHECK(resnet.hidden.empty());
  CHECK(head_at(HeadKind::kFlatten, resnet, 320, 10).error ==
        "mat1 and mat2 shapes cannot be multiplied (1x204800 and 100352x10)");
  const Backbone alexnet = published("alexnet");
  CHECK(head_at(HeadKind::kFlatten, alexnet, 300).error ==
        "mat1 and mat2 shapes cannot be multiplied (1x16384 and 9216x4096)");
  for (int64_t side = 32; side <= 400; side += 23) {
    const Head flatten = head_at(HeadKind::kFlatten, vgg, side);
    CHECK(flatten.error.empty() == (side >= flatten.least && side <= flatten.most));
    for (const HeadKind kind : {HeadKind::kAdaptive, HeadKind::kGlobal}) {
      const Head head = head_at(kind, vgg, side);
      CHECK(head.error.empty());
      CHECK(head.numbers == head.layers.front().in);
    }
  }
}

TEST_CASE("parameters follow the classes") {
  const Backbone vgg = published("vgg16");
  for (const int64_t classes : {1, 2, 10, 365, 21841, 1000000}) {
    const Head flatten = head_at(HeadKind::kFlatten, vgg, 224, classes);
    CHECK(flatten.params == 102764544 + 4096 * 4096 + 4096 + 4096 * classes + classes);
    CHECK(head_at(HeadKind::kGlobal, vgg, 224, classes).params == 513 * classes);
  }
}

TEST_CASE("a chain is cut before its head; one that never had one is its own backbone") {
  const Result<Backbone> lesson = backbone_of(as_network(chain_preset("lesson").value()));
  REQUIRE(lesson.ok());
  CHECK(lesson->native_map == Shape{1, 48, 4, 4});
  CHECK(lesson->hidden.empty());
  CHECK(head_of(HeadKind::kFlatten, *lesson, lesson->native_map, 10)->params == 48 * 16 * 10 + 10);
  const Result<Backbone> vgg = backbone_of(as_network(chain_preset("vgg16").value()));
  REQUIRE(vgg.ok());
  CHECK(vgg->native_map == Shape{1, 512, 7, 7});
  CHECK(head_of(HeadKind::kFlatten, *vgg, vgg->native_map, 1000)->params == 123642856);
  Chain broken{3, {4, 4}, {default_layer(LayerKind::kMaxPool2d)}};
  broken.layers[0].kernel = {9, 9};
  CHECK_FALSE(backbone_of(as_network(broken)).ok());
}

TEST_CASE("bins of an adaptive pool: 8 to 7 average four cells, 3 to 7 repeat") {
  CHECK(bin_cells({8, 8}, {7, 7}).least == 4);
  CHECK(bin_cells({8, 8}, {7, 7}).most == 4);
  CHECK(bin_cells({7, 7}, {7, 7}).most == 1);
  CHECK(bin_cells({3, 3}, {7, 7}).least == 1);
  CHECK(bin_cells({16, 16}, {7, 7}).most == 16);
  CHECK(bin_cells({16, 16}, {7, 7}).least == 9);
}

TEST_CASE("global averages do not see where cells are, dense layers do") {
  for (const Size2 size : {Size2{7, 7}, {8, 8}, {3, 5}}) {
    for (const std::vector<Plane>& maps :
         {hand_made_maps(pattern::zone_plate({128, 128}), size), maps_of_equal_mean(size)}) {
      REQUIRE(maps.size() == static_cast<size_t>(kShownMaps));
      for (const uint64_t seed : {1, 2, 77}) {
        const std::vector<Plane> other = shuffled(maps, seed);
        CHECK(dense_output_of_means(other) == doctest::Approx(dense_output_of_means(maps)).epsilon(1e-6));
        CHECK(std::abs(dense_output(other) - dense_output(maps)) > 1e-4);
        for (size_t i = 0; i < maps.size(); ++i) {
          CHECK(mean_of(other[i]) == doctest::Approx(mean_of(maps[i])).epsilon(1e-9));
          CHECK(std::multiset<float>(other[i].values.begin(), other[i].values.end()) ==
                std::multiset<float>(maps[i].values.begin(), maps[i].values.end()));
        }
        CHECK(shuffled(maps, seed) == other);
      }
      CHECK(shuffled(maps, 0) == maps);
    }
  }
}

TEST_CASE("maps of equal mean are six different maps of mean .5") {
  for (const Size2 size : {Size2{7, 7}, {8, 8}, {6, 6}, {13, 13}}) {
    const std::vector<Plane> maps = maps_of_equal_mean(size);
    for (size_t i = 0; i < maps.size(); ++i) {
      CHECK(mean_of(maps[i]) == doctest::Approx(0.5).epsilon(1e-6));
      for (size_t j = 0; j < i; ++j) CHECK(maps[i] != maps[j]);
    }
  }
}

}  // namespace poolglass
