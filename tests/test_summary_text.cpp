// Summary tables of torchinfo and Keras beside our own figures.
#include <doctest/doctest.h>

#include <atomic>
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

// Every column that torchinfo has, moved by hand nowhere.
constexpr const char* kEveryColumn = R"(
Layer (type:depth-idx)                   Kernel Shape         Input Shape          Output Shape         Param #              Param %              Trainable
===========================================================================================================================================================
Net                                      --                   [1, 3, 16, 16]       [1, 10]              --                        --              True
├─Sequential: 1-1                        --                   [1, 3, 16, 16]       [1, 16, 8, 8]        --                        --              True
│    └─Conv2d: 2-1                       [3, 3]               [1, 3, 16, 16]       [1, 16, 16, 16]      448                    4.18%              True
│    └─BatchNorm2d: 2-2                  --                   [1, 16, 16, 16]      [1, 16, 16, 16]      (32)                   0.30%              False
│    └─ReLU: 2-3                         --                   [1, 16, 16, 16]      [1, 16, 16, 16]      --                        --              --
│    └─MaxPool2d: 2-4                    2                    [1, 16, 16, 16]      [1, 16, 8, 8]        --                        --              --
├─Flatten: 1-2                           --                   [1, 16, 8, 8]        [1, 1024]            --                        --              --
├─Linear: 1-3                            --                   [1, 1024]            [1, 10]              10,250                95.53%              True
===========================================================================================================================================================
Total params: 10,730
)";

// Variables' names in place of indices, plain characters, and each module's parameters below it.
constexpr const char* kVariables = R"(
Layer (type (var_name))                  Kernel Shape         Output Shape         Param #
==========================================================================================
Net (Net)                                --                   [1, 10]              --
|--Sequential (features)                 --                   [1, 16, 8, 8]        --
|    |--Conv2d (conv)                    [3, 3]               [1, 16, 16, 16]      448
|    |    |--weight                      [3, 16, 3, 3]                             |--432
|    |    '--bias                        [16]                                      '--16
|    |--BatchNorm2d (norm)               --                   [1, 16, 16, 16]      32
|    |--ReLU (relu)                      --                   [1, 16, 16, 16]      --
|    '--MaxPool2d (pool)                 2                    [1, 16, 8, 8]        --
|--Flatten (flatten)                     --                   [1, 1024]            --
'--Linear (classifier)                   --                   [1, 10]              10,250
==========================================================================================
Total params: 10,730
)";

constexpr const char* kKeras3Narrow = R"(
┏━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━┓
┃ Layer (type)        ┃ Output Shape      ┃    Param # ┃ Connected to      ┃
┡━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━┩
│ input_layer         │ (None, 224, 224,  │          0 │ -                 │
│ (InputLayer)        │ 3)                │            │                   │
├─────────────────────┼───────────────────┼────────────┼───────────────────┤
│ conv1_pad           │ (None, 230, 230,  │          0 │ input_layer[0][0] │
│ (ZeroPadding2D)     │ 3)                │            │                   │
├─────────────────────┼───────────────────┼────────────┼───────────────────┤
│ batch_normalization │ (None, 112, 112,  │        256 │ conv1_conv[0][0]  │
│ (BatchNormalizatio… │ 64)               │            │                   │
├─────────────────────┼───────────────────┼────────────┼───────────────────┤
│ add (Add)           │ (None, 56, 56,    │          0 │ a[0][0], b[0][0], │
│                     │ 256)              │            │ c[0][0]           │
└─────────────────────┴───────────────────┴────────────┴───────────────────┘
 Total params: 1,234,567 (4.71 MB)
)";

constexpr const char* kKeras2Narrow = R"(
__________________________________________________________________________________________________
 Layer (type)                   Output Shape         Param #     Connected to
==================================================================================================
 input_1 (InputLayer)           [(None, 224, 224, 3  0           []
                                )]

 conv1_conv (Conv2D)            (None, 112, 112, 64  9472        ['conv1_pad[0][0]']
                                )

 conv1_bn (BatchNormalization)  (None, 112, 112, 64  256         ['conv1_conv[0][0]',
                                )                                 'conv1_pad[0][0]']
==================================================================================================
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

TEST_CASE("torchinfo's output is found by its heading, whatever stands beside it") {
  const network::Summary summary = parse_summary(kEveryColumn).value();
  CHECK(summary.program == "torchinfo");
  REQUIRE(summary.rows.size() == 6);
  CHECK(summary.rows[0].sizes == std::vector<int64_t>{16, 16, 16});  // not the input's 3x16x16
  CHECK(summary.rows[0].params == 448);
  CHECK(summary.rows[1].params == 32);  // in brackets: it does not learn
  CHECK(summary.rows[5].sizes == std::vector<int64_t>{10});
  CHECK(summary.rows[5].params == 10'250);
  CHECK(checked(net(), kEveryColumn).agree == 6);

  // Columns may come in any order, and what is too wide moves the rest of its line.
  const network::Summary moved = parse_summary(R"(
Layer (type:depth-idx)  Param #  Input Shape  Output Shape
==========================================================
├─Conv2d: 1-1           1,792    [1, 3, 224, 224] [1, 64, 112, 112]
├─ReLU: 1-2             --       [[1, 64, 112, 112]] [1, 64, 112, 112]
)")
                                     .value();
  REQUIRE(moved.rows.size() == 2);
  CHECK(moved.rows[0].name == "Conv2d: 1-1");
  CHECK(moved.rows[0].sizes == std::vector<int64_t>{64, 112, 112});
  CHECK(moved.rows[0].params == 1'792);
  CHECK(moved.rows[1].sizes == std::vector<int64_t>{64, 112, 112});
}

TEST_CASE("torchinfo's rows are known by the names of variables, with an index or without") {
  const network::Summary summary = parse_summary(kVariables).value();
  CHECK(summary.program == "torchinfo");
  REQUIRE(summary.rows.size() == 6);
  CHECK(summary.rows[0].name == "Conv2d (conv)");
  CHECK(summary.rows[0].kind == Kind::kConv2d);
  CHECK(summary.rows[3].kind == Kind::kMaxPool2d);
  const network::Check check = checked(net(), kVariables);
  CHECK(check.agree == 6);
  CHECK(check.left_over.empty());
  const network::Summary both = parse_summary(R"(
Layer (type (var_name):depth-idx)        Output Shape              Param #
==========================================================================
Net (Net)                                [1, 16, 16, 16]           --
├─Conv2d (conv): 1-1                     [1, 16, 16, 16]           448
)")
                                    .value();
  REQUIRE(both.rows.size() == 1);
  CHECK(both.rows[0].name == "Conv2d (conv): 1-1");
  CHECK(both.rows[0].kind == Kind::kConv2d);
}

TEST_CASE("what Keras breaks over several lines is put together") {
  const network::Summary boxed = parse_summary(kKeras3Narrow).value();
  REQUIRE(boxed.rows.size() == 4);
  CHECK(boxed.rows[0].name == "input_layer");
  CHECK(boxed.rows[0].kind == Kind::kInput);
  CHECK(boxed.rows[0].sizes == std::vector<int64_t>{224, 224, 3});
  CHECK(boxed.rows[1].kind == Kind::kPad);
  CHECK(boxed.rows[1].sizes == std::vector<int64_t>{230, 230, 3});
  CHECK(boxed.rows[2].name == "batch_normalization");
  CHECK(boxed.rows[2].kind == Kind::kBatchNorm2d);
  CHECK(boxed.rows[2].params == 256);
  CHECK(boxed.rows[3].kind == Kind::kAdd);
  CHECK(boxed.params == 1'234'567);
  const network::Summary plain = parse_summary(kKeras2Narrow).value();
  REQUIRE(plain.rows.size() == 3);
  CHECK(plain.rows[0].sizes == std::vector<int64_t>{224, 224, 3});
  CHECK(plain.rows[1].name == "conv1_conv");
  CHECK(plain.rows[1].sizes == std::vector<int64_t>{112, 112, 64});
  CHECK(plain.rows[1].params == 9'472);
  CHECK(plain.rows[2].kind == Kind::kBatchNorm2d);
}

TEST_CASE("layers whose channels are last are so in torch, too, and rows of tokens have three axes") {
  network::Network net = network::with_input(3, 16, 16);
  network::Layer to_last = network::default_layer(Kind::kPermute);
  net.layers.push_back(to_last);
  net.layers.push_back(network::default_layer(Kind::kLayerNorm));
  to_last.channels_last = false;
  net.layers.push_back(to_last);
  const network::Check check = checked(net, R"(
Layer (type:depth-idx)                   Output Shape              Param #
==========================================================================
├─Permute: 1-1                           [1, 16, 16, 3]            --
├─LayerNorm: 1-2                         [1, 16, 16, 3]            6
├─Permute: 1-3                           [1, 3, 16, 16]            --
)");
  CHECK(check.layers[2].output == true);
  CHECK(check.differ == 0);
  network::Network tokens;
  tokens.layers.push_back(network::make_input({1, 197, 768}, {2, -1, -1}));
  tokens.layers.push_back(network::default_layer(Kind::kLinear));
  tokens.layers.back().out_features = 3072;
  const char* const rows = R"(
Layer (type:depth-idx)                   Output Shape              Param #
==========================================================================
├─Linear: 1-1                            [1, 197, 3072]            2,362,368
)";
  REQUIRE_FALSE(analyze(tokens).error);
  CHECK(checked(tokens, rows).agree == 1);
  tokens.layers[0].output[1] = 196;
  CHECK(checked(tokens, rows).layers[1].output == false);
}

TEST_CASE("layers of which nothing can be compared do not agree; too many are not compared at all") {
  network::Network net = network::with_input(3, network::kUnknownSize, network::kUnknownSize);
  net.layers.push_back(network::default_layer(Kind::kRelu));
  const char* const one = R"(
Layer (type:depth-idx)                   Output Shape              Param #
==========================================================================
├─ReLU: 1-1                              [1, 3, 16, 16]            --
Total params: 0
)";
  const network::Check check = checked(net, one);
  CHECK(check.layers[1].row == 0);
  CHECK(check.agree == 0);
  CHECK(check.silent == 1);
  network::Network long_net = network::with_input(3, 16, 16);
  long_net.layers.resize(5000, network::default_layer(Kind::kRelu));
  network::Summary summary = parse_summary(one).value();
  summary.rows.resize(5000, summary.rows[0]);
  const network::Figures figures = analyze(long_net);
  const network::Check many = network::check(long_net, figures, summary);
  CHECK(many.too_many);
  CHECK(many.agree == 0);
  CHECK(many.total == true);
  std::atomic<bool> stop = true;
  summary.rows.resize(500);
  CHECK(network::check(long_net, figures, summary).agree == 500);
  CHECK(network::check(long_net, figures, summary, &stop).agree == 0);
}

TEST_CASE("moving statistics of a number that is not known say nothing of another one") {
  network::Network net = network::with_input(network::kUnknownSize, 8, 8);
  net.layers.push_back(network::default_layer(Kind::kBatchNorm2d));
  net.layers[1].gamma = net.layers[1].beta = false;
  const network::Figures figures = analyze(net);
  network::Summary summary;
  summary.program = "Keras";
  summary.rows.push_back({"bn", Kind::kBatchNorm2d, {-1, 8, 8, 64}, 128});
  summary.params = 128;
  const network::Check check = network::check(net, figures, summary);
  CHECK(check.layers[1].params != false);
  CHECK(check.total != false);
}

TEST_CASE("a summary has as many rows as a session keeps, and no more") {
  const auto rows = [](int64_t count) {
    std::string text = "Layer (type) Output Shape Param #\n";
    for (int64_t i = 0; i < count; ++i) text += " x (Dense) (None, 9) 7\n";
    return text + "Total params: 9\n";
  };
  CHECK(parse_summary(rows(network::kMostSummaryRows)).ok());
  CHECK(parse_summary(rows(network::kMostSummaryRows + 1)).status().message() ==
        "a summary may have 10000 rows at most");
}

TEST_CASE("a summary's row has at most 10,000 bytes; a longer line is none of it") {
  const auto rows = [](size_t length) {
    std::string row = " x (Dense) (None, 9) 7";
    row.resize(length, ' ');
    const Result<network::Summary> summary = parse_summary(
        "Layer (type) Output Shape Param #\n y (Dense) (None, 9) 7\n" + row + "\nTotal params: 9\n");
    return summary.ok() ? summary->rows.size() : 0;
  };
  CHECK(rows(10'000) == 2);
  CHECK(rows(10'001) == 1);
}

TEST_CASE("what is no summary is refused in one sentence") {
  CHECK_FALSE(is_summary("Sequential(\n  (0): Conv2d(3, 16)\n)"));
  CHECK_FALSE(parse_summary("").ok());
  CHECK(parse_summary("Layer (type)  Output Shape  Param #\n").status().message() ==
        "the summary has no layer with a shape");
  const std::string huge = "Layer (type) Output Shape Param #\n x (Dense) (None, 99999999999999999999) 7\n";
  CHECK_FALSE(parse_summary(huge).ok());
  const std::string row = " x (Dense) " + std::string(20'000, '|') + " (None, 9) 7\n";
  CHECK_FALSE(parse_summary("Layer (type) Output Shape Param #\n" + row).ok());
}
