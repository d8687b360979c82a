// Summary tables of torchinfo and Keras beside our own figures.
#include <doctest/doctest.h>

#include <string>

#include "core/chain/as_network.h"
#include "core/chain/presets.h"
#include "core/io/summary_text.h"
#include "core/network/check.h"

using namespace poolglass;
using network::Kind;

namespace {

// As torchinfo 1.8 prints it, nested.
constexpr const char* kTorchinfo = R"(
==========================================================================================
Layer (type:depth-idx)                   Output Shape              Param #
==========================================================================================
Net                                      [1, 10]                   --
├─Sequential: 1-1                        [1, 16, 8, 8]             --
│    └─Conv2d: 2-1                       [1, 16, 16, 16]           448
│    └─BatchNorm2d: 2-2                  [1, 16, 16, 16]           32
│    └─ReLU: 2-3                         [1, 16, 16, 16]           --
│    └─MaxPool2d: 2-4                    [1, 16, 8, 8]             --
├─Flatten: 1-2                           [1, 1024]                 --
├─Linear: 1-3                            [1, 10]                   10,250
==========================================================================================
Total params: 10,730
Trainable params: 10,730
Non-trainable params: 0
Total mult-adds (M): 0.12
==========================================================================================
)";

// As Keras 2 and 3 print it.
constexpr const char* kKeras = R"(Model: "sequential"
_________________________________________________________________
 Layer (type)                Output Shape              Param #
=================================================================
 conv2d (Conv2D)             (None, 16, 16, 16)        448

 batch_normalization (Batch  (None, 16, 16, 16)        64
 Normalization)

 activation (Activation)     (None, 16, 16, 16)        0
 max_pooling2d (MaxPooling2D)  (None, 8, 8, 16)        0
 flatten (Flatten)           (None, 1024)              0
 dense (Dense)               (None, 10)                10250
=================================================================
Total params: 10,762 (42.04 KB)
)";
constexpr const char* kKeras3 = R"(
┏━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━┓
┃ Layer (type)                    ┃ Output Shape           ┃       Param # ┃
┡━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━┩
│ conv2d (Conv2D)                 │ (None, 16, 16, 16)     │           448 │
├─────────────────────────────────┼────────────────────────┼───────────────┤
│ flatten (Flatten)               │ (None, 4096)           │             0 │
└─────────────────────────────────┴────────────────────────┴───────────────┘
 Total params: 448 (1.75 KB)
)";

network::Network net() {
  network::Network net = network::with_input(3, 16, 16);
  const auto add = [&](Kind kind) -> network::Layer& {
    net.layers.push_back(network::default_layer(kind));
    return net.layers.back();
  };
  add(Kind::kConv2d).out_channels = 16;
  add(Kind::kBatchNorm2d);
  add(Kind::kRelu);
  add(Kind::kMaxPool2d);
  add(Kind::kFlatten);
  add(Kind::kLinear).out_features = 10;
  return net;
}

network::Check checked(const network::Network& net, const char* text) {
  return check(net, analyze(net), parse_summary(text).value());
}

}  // namespace

TEST_CASE("torchinfo's table is read leaf by leaf, and every figure agrees") {
  const Result<network::Summary> summary = parse_summary(kTorchinfo);
  REQUIRE_MESSAGE(summary.ok(), summary.status().message());
  REQUIRE(summary->rows.size() == 6);
  CHECK(summary->rows[0].name == "Conv2d: 2-1");
  CHECK(summary->rows[0].sizes == std::vector<int64_t>{16, 16, 16});
  CHECK(summary->rows[0].params == 448);
  CHECK_FALSE(summary->rows[2].params);
  CHECK(summary->params == 10'730);
  const network::Check check = checked(net(), kTorchinfo);
  CHECK(check.agree == 6);
  CHECK(check.differ == 0);
  CHECK(check.left_over.empty());
  CHECK(check.total == true);
  CHECK(check.layers[0].row == -1);  // torch names no input
}

TEST_CASE("Keras' tables are read in both styles; channels are last, statistics count as parameters") {
  const network::Summary summary = parse_summary(kKeras).value();
  CHECK(summary.rows.size() == 6);
  CHECK(summary.rows[0].name == "conv2d");
  CHECK(summary.rows[3].sizes == std::vector<int64_t>{8, 8, 16});
  const network::Check check = checked(net(), kKeras);
  CHECK(check.differ == 0);
  CHECK(check.total == true);  // 10,730 and 32 moving means and variances
  const network::Summary boxed = parse_summary(kKeras3).value();
  CHECK(boxed.rows.size() == 2);
  CHECK(boxed.rows[1].kind == Kind::kFlatten);
  CHECK(boxed.rows[1].sizes == std::vector<int64_t>{4096});
}

TEST_CASE("what differs is told by layer: a shape, a number of parameters, a row too many") {
  network::Network other = net();
  other.layers[1].bias = false;     // 432 parameters
  other.layers[4].stride = {1, 1};  // 15 x 15, and all behind it
  const network::Check check = checked(other, kTorchinfo);
  CHECK(check.layers[1].params == false);
  CHECK(check.layers[1].output == true);
  CHECK(check.layers[4].output == false);
  CHECK(check.layers[6].params == false);
  CHECK(check.total == false);
  network::Network shorter = net();
  shorter.layers.erase(shorter.layers.begin() + 2);
  const network::Check fewer = checked(shorter, kTorchinfo);
  REQUIRE(fewer.left_over.size() == 1);
  CHECK(fewer.left_over[0] == 1);
}

TEST_CASE("what is no summary is refused in one sentence") {
  CHECK_FALSE(is_summary("Sequential(\n  (0): Conv2d(3, 16)\n)"));
  CHECK_FALSE(parse_summary("").ok());
  CHECK(parse_summary("Layer (type)  Output Shape  Param #\n").status().message() ==
        "the summary has no layer with a shape");
  const std::string huge = "Layer (type) Output Shape Param #\n x (Dense) (None, 99999999999999999999) 7\n";
  CHECK_FALSE(parse_summary(huge).ok());
}
