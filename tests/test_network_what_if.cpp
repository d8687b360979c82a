// One change to a network: what it costs and what it sees then.
#include <doctest/doctest.h>

#include <random>

#include "core/chain/as_network.h"
#include "core/chain/presets.h"
#include "core/network/sizes.h"
#include "core/network/what_if.h"
#include "tests/support/random_network.h"

namespace poolglass::network {
namespace {

struct Pair {
  Outcome a, b;
};
Pair change(const Network& net, WhatIf what) {
  const Figures figures = analyze(net);
  const Changed changed = what_if(net, figures, what).value();
  REQUIRE(changed.from.size() == changed.network.layers.size());
  return {outcome_of(net, figures), outcome_of(changed.network, analyze(changed.network))};
}

Network preset(const char* name) { return as_network(chain_preset(name).value()); }

Network classifier() {  // of VGG's kind: conv, pool, adaptive pool, flatten, three dense layers
  Network net = with_input(3, 64, 64);
  const auto add = [&](Kind kind) -> Layer& {
    net.layers.push_back(default_layer(kind));
    return net.layers.back();
  };
  add(Kind::kConv2d).out_channels = 512;
  add(Kind::kMaxPool2d);
  add(Kind::kAdaptiveAvgPool2d).output_size = {7, 7};
  add(Kind::kFlatten);
  add(Kind::kLinear).out_features = 4096;
  add(Kind::kRelu);
  add(Kind::kDropout);
  add(Kind::kLinear).out_features = 1000;
  return net;
}

}  // namespace

TEST_CASE("what if: the exercise's pools become convolutions") {
  const Pair two = change(preset("exercise"), WhatIf::kConv2);
  CHECK(two.a.params.value == 388'416);
  CHECK(two.b.params.value - two.a.params.value == 348'640);
  CHECK(two.b.rows.most == 46);
  CHECK(two.b.output == two.a.output);
  const Pair three = change(preset("exercise"), WhatIf::kConv3);
  CHECK(three.b.params.value - three.a.params.value == 783'840);
  CHECK(three.b.rows.most == 61);
  CHECK(three.b.padding == 30);
  CHECK(three.b.output == three.a.output);
}

TEST_CASE("a network in seven figures: the lesson's") {
  const Network net = preset("lesson");
  const Outcome lesson = outcome_of(net, analyze(net));
  CHECK(lesson.params.value == 13'860);
  CHECK(lesson.macs.value == 2'654'208);
  CHECK(lesson.activations.value == 57'600);
  CHECK(lesson.field_layer == 8);
  CHECK(lesson.rows.most == 46);
  CHECK(lesson.columns.most == 46);
  CHECK(lesson.jump == Ratio{16, 1});
  CHECK(dims_text(lesson.output) == "48×4×4");
}

TEST_CASE("what if: layers that stay keep their names, and sizes stay where padding can make them") {
  const Network net = preset("exercise");
  const Changed changed = what_if(net, analyze(net), WhatIf::kConv3).value();
  CHECK(effective_names(changed.network) == std::vector<std::string>{"input", "conv1", "down1", "conv2",
                                                                     "down2", "conv3", "down3", "conv4",
                                                                     "down4"});
  for (const int64_t side : {15, 16, 17, 30}) {
    Network stem = with_input(3, side, side);
    Layer pool = default_layer(Kind::kMaxPool2d);
    pool.kernel = {3, 3};
    pool.padding = {1, 1, 1, 1};
    stem.layers.push_back(pool);
    const Figures figures = analyze(stem);
    for (const WhatIf what : {WhatIf::kConv2, WhatIf::kConv3}) {
      const Changed made = what_if(stem, figures, what).value();
      CHECK(analyze(made.network).layers.back().output[2] == figures.layers.back().output[2]);
    }
  }
}

TEST_CASE("what if: the exercise with averages, with a blur, without pools") {
  const Pair average = change(preset("exercise"), WhatIf::kAverage);
  CHECK(average.a == average.b);
  const Pair blur = change(preset("exercise"), WhatIf::kBlur);
  CHECK(blur.b.rows.most == 76);  // the shortcut's wrong number of the pools, by coincidence
  CHECK(blur.b.params == blur.a.params);
  CHECK(blur.b.output == blur.a.output);
  const Pair dilated = change(preset("exercise"), WhatIf::kDilate);
  CHECK(dilated.b.rows.most == 31);
  CHECK(dilated.b.params == dilated.a.params);
  CHECK(dilated.b.macs.value / 1'000'000 == 1588);
  CHECK(dilated.b.output[2] == 64);
}

TEST_CASE("what if: dilation along each axis makes up for the stride that went along it") {
  Network net = with_input(1, 32, 48);
  Layer pool = default_layer(Kind::kMaxPool2d);
  pool.kernel = pool.stride = {2, 3};
  net.layers.push_back(pool);
  Layer conv = default_layer(Kind::kConv2d);
  conv.padding = {1, 2, 0, 1};
  net.layers.push_back(conv);
  const Changed dilated = what_if(net, analyze(net), WhatIf::kDilate).value();
  const Layer& after = dilated.network.layers.back();
  CHECK(after.kind == Kind::kConv2d);
  CHECK(after.dilation == Size2{2, 3});
  CHECK(after.padding == Padding{2, 6, 0, 3});
}

TEST_CASE("what if: a blur keeps every size, whatever the window, the padding and the rounding") {
  for (const int64_t side : {17, 18, 19, 20, 21}) {
    for (int64_t kernel = 2; kernel <= 5; ++kernel) {
      for (int64_t stride = 2; stride <= 4; ++stride) {
        for (const bool ceil_mode : {false, true}) {
          Network net = with_input(3, side, side);
          Layer pool = default_layer(Kind::kMaxPool2d);
          pool.kernel = {kernel, kernel};
          pool.stride = {stride, stride};
          pool.padding = {kernel / 2, 0, 0, kernel / 2};
          pool.ceil_mode = ceil_mode;
          net.layers.push_back(pool);
          const Figures figures = analyze(net);
          if (figures.error) continue;
          const Changed changed = what_if(net, figures, WhatIf::kBlur).value();
          CHECK(changed.from == std::vector<int32_t>{0, 1, 1, 1});
          const LayerFigures is = analyze(changed.network).layers.back(), was = figures.layers.back();
          const int64_t fewer = was.height() - is.height();
          CHECK(fewer >= 0);
          CHECK(fewer <= (ceil_mode ? 1 : 0));
          if (kernel == 3 && stride == 2) CHECK(fewer == 0);
        }
      }
    }
  }
}

TEST_CASE("what if: dense layers become a global average and one dense layer") {
  const Network net = classifier();
  const Pair pair = change(net, WhatIf::kGap);
  CHECK(pair.a.params.value == 3 * 512 * 9 + 512 + (25'088LL * 4096 + 4096) + (4096LL * 1000 + 1000));
  CHECK(pair.b.params.value == 3 * 512 * 9 + 512 + 513'000);
  CHECK(pair.b.output == pair.a.output);
  const Changed changed = what_if(net, analyze(net), WhatIf::kGap).value();
  CHECK(changed.from == std::vector<int32_t>{0, 1, 2, 3, 4, 8});
  CHECK(changed.network.layers[3].kind == Kind::kGlobalAvgPool2d);
  // It takes any size now that its pool does not say one.
  CHECK_FALSE(analyze(resized(changed.network, {96, 80})).error);
}

TEST_CASE("what if: what cannot be changed is refused in one sentence") {
  const Network lesson = preset("lesson");
  const auto refusal = [](const Network& net, WhatIf what) {
    const auto changed = what_if(net, analyze(net), what);
    return changed.ok() ? std::string() : changed.status().message();
  };
  CHECK(refusal(lesson, WhatIf::kGap) == "there is no flatten of a map");
  Network plain = with_input(3, 16, 16);
  plain.layers.push_back(default_layer(Kind::kConv2d));
  for (const WhatIf what : {WhatIf::kConv2, WhatIf::kConv3, WhatIf::kDilate})
    CHECK(refusal(plain, what) == "there is no pool with a stride");
  CHECK(refusal(plain, WhatIf::kAverage) == "there is no max pool");
  CHECK(refusal(plain, WhatIf::kBlur) == "there is no max pool with a stride");
  Network up = lesson;
  up.layers.push_back(default_layer(Kind::kUpsample));
  up.layers.back().name = "up";
  CHECK(refusal(up, WhatIf::kDilate) == "up changes the resolution by itself");
}

TEST_CASE("what if: titles end with what becomes of it") {
  for (const WhatIf change : kWhatIfs)
    CHECK(std::string(what_if_title(change)).ends_with("→ " + std::string(what_if_becomes(change))));
}

TEST_CASE("what if: names lead back to changes; changed networks of all kinds fit together") {
  for (const WhatIf what : kWhatIfs) {
    CHECK(what_if_from_name(what_if_name(what)) == what);
    CHECK_FALSE(what_if_words(what).empty());
  }
  CHECK_FALSE(what_if_from_name("nothing"));
  std::mt19937_64 random(50);
  int made = 0;
  for (int i = 0; i < 1000; ++i) {
    const Network net = random_network(random, true);
    const Figures figures = analyze(net);
    for (const WhatIf what : kWhatIfs) {
      const auto changed = what_if(net, figures, what);
      if (!changed.ok()) continue;
      ++made;
      REQUIRE_FALSE(analyze(changed->network).error);
      for (const int32_t from : changed->from) {
        REQUIRE(from >= 0);
        REQUIRE(from < static_cast<int32_t>(net.layers.size()));
      }
    }
  }
  CHECK(made > 1000);
}

TEST_CASE("what if: a convolution in the place of a pool that rounds up makes as many outputs") {
  int tried = 0;
  for (int64_t side = 7; side <= 24; ++side) {
    for (int64_t kernel = 2; kernel <= 4; ++kernel) {
      for (int64_t stride = 2; stride <= 3; ++stride) {
        for (const bool ceil_mode : {false, true}) {
          Network net = with_input(3, side, side);
          Layer pool = default_layer(Kind::kMaxPool2d);
          pool.kernel = {kernel, kernel};
          pool.stride = {stride, stride};
          pool.ceil_mode = ceil_mode;
          net.layers.push_back(pool);
          const Figures figures = analyze(net);
          for (const WhatIf what : {WhatIf::kConv2, WhatIf::kConv3}) {
            const int64_t k = what == WhatIf::kConv2 ? 2 : 3, outputs = figures.layers.back().output[2];
            if ((side - k) / stride + 1 > outputs) continue;  // no padding makes that fewer
            const Changed changed = what_if(net, figures, what).value();
            CHECK(analyze(changed.network).layers.back().output[2] == outputs);
            ++tried;
          }
        }
      }
    }
  }
  CHECK(tried > 200);
}

TEST_CASE("what if: squeeze and excitation fits any resolution") {
  Network net = with_input(8, 32, 32);
  net.layers.push_back(default_layer(Kind::kMaxPool2d));
  net.layers.push_back(default_layer(Kind::kGlobalAvgPool2d));
  net.layers.push_back(of(Kind::kSigmoid));
  net.layers.push_back(of(Kind::kMul, {1, 3}));
  net.layers.push_back(of(Kind::kMul, {3, 4}));  // the factor first
  net.layers.push_back(default_layer(Kind::kMaxPool2d));
  Layer conv = default_layer(Kind::kConv2d);
  conv.out_channels = 8;
  net.layers.push_back(conv);
  const Changed changed = what_if(net, analyze(net), WhatIf::kDilate).value();
  CHECK(analyze(changed.network).layers.back().output[2] == 32);
  CHECK(changed.network.layers.back().dilation == Size2{4, 4});
}

TEST_CASE("what if: names that are made are nobody's") {
  Network net = with_input(3, 32, 32);
  Layer conv = default_layer(Kind::kConv2d);
  for (const char* name : {"down1", "pool1_blur1", "pool1_blur2"}) {
    conv.name = name;
    conv.out_channels = 3;
    net.layers.push_back(conv);
  }
  net.layers.push_back(default_layer(Kind::kMaxPool2d));
  const Figures figures = analyze(net);
  CHECK(effective_names(what_if(net, figures, WhatIf::kConv2).value().network).back() == "down1_2");
  CHECK(effective_names(what_if(net, figures, WhatIf::kBlur).value().network).back() == "pool1_blur2_2");
}

}  // namespace poolglass::network
