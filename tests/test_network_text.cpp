// Networks as torch, Keras and Caffe write them down: the same layers and figures, and what the text cannot
// say.
#include <doctest/doctest.h>

#include <string>

#include "core/io/network_text.h"
#include "core/network/figures.h"

using namespace poolglass;
using network::Kind;

namespace {

constexpr std::array<int64_t, 3> kPhoto{3, 64, 64};

struct Read {
  TextNetwork text;
  network::Figures figures;
  std::string failure;

  std::string names() const {
    std::string all;
    for (const std::string& name : effective_names(text.network)) all += (all.empty() ? "" : " ") + name;
    return all;
  }
  std::string output() const { return network::dims_text(figures.layers.back().output); }
  const network::Layer& layer(const std::string& name) const {
    for (const network::Layer& layer : text.network.layers) {
      if (layer.name == name) return layer;
    }
    FAIL("no layer ", name);
    return text.network.layers[0];
  }
};

Read read(NetworkText kind, const std::string& text, const TextInput& input = {}) {
  Result<TextNetwork> found = parse_network_text(kind, text, input);
  if (!found.ok()) return {{}, {}, found.status().message()};
  Read all{*std::move(found), {}, ""};
  all.figures = analyze(all.text.network);
  if (all.figures.error) all.failure = all.figures.error->status.message();
  return all;
}
Read torch(const std::string& text, const TextInput& input = kPhoto) {
  return read(NetworkText::kTorch, text, input);
}

const std::string kPrinted = R"(VGG(
  (features): Sequential(
    (0): Conv2d(3, 8, kernel_size=(3, 3), stride=(1, 1), padding=(1, 1))
    (1): BatchNorm2d(8, eps=1e-05, momentum=0.1, affine=True, track_running_stats=True)
    (2): ReLU(inplace=True)
    (3): MaxPool2d(kernel_size=2, stride=2, padding=0, dilation=1, ceil_mode=False)
    (4): Conv2d(8, 16, kernel_size=(5, 3), stride=(2, 2), padding=(2, 1), groups=4, bias=False)
  )
  (avgpool): AdaptiveAvgPool2d(output_size=(7, 7))
  (classifier): Sequential(
    (0): Linear(in_features=784, out_features=10, bias=True)
    (1): Dropout(p=0.5, inplace=False)
  )
)
)";

}  // namespace

TEST_CASE("torch text: a print") {
  const Read all = torch(kPrinted);
  REQUIRE(all.failure.empty());
  CHECK(all.names() ==
        "input features.0 features.1 features.2 features.3 features.4 avgpool flatten1 classifier.0 "
        "classifier.1");
  CHECK(all.output() == "10");
  CHECK(all.figures.params.value == 224 + 16 + 8 / 4 * 15 * 16 + 7850);
  CHECK(all.layer("features.4").kernel == Size2{5, 3});
  CHECK(all.layer("features.4").padding == Padding{2, 1, 2, 1});
  CHECK(all.layer("features.4").groups == 4);
  CHECK_FALSE(all.layer("features.4").bias);
  CHECK(all.text.remark ==
        "modules of VGG are taken one after the other: print(model) does not say how they are connected; a "
        "flatten "
        "stands where a linear layer meets a map");
}

TEST_CASE("torch text: nn.Sequential in source") {
  const Read all = torch(R"(model = nn.Sequential(  # the lesson
      nn.Conv2d(3, 6, 3, padding=1), nn.ReLU(),
      torch.nn.MaxPool2d(2),
      nn.AvgPool2d(3, 2, ceil_mode=True, count_include_pad=False),
      nn.Conv2d(6, 12, (3, 5), padding='same', bias=False),
      nn.ConvTranspose2d(12, 4, kernel_size=2, stride=2), nn.Upsample(scale_factor=2.0, mode='bilinear'),
      nn.Sequential(nn.Dropout(0.5), nn.Flatten()), nn.Linear(16384 , 2, bias=False),
  ))");
  CHECK(all.text.network.layers.size() == 11);
  CHECK(all.text.remark.empty());
  REQUIRE(all.failure.empty());
  CHECK(all.output() == "2");
  const Read good = torch("nn.Sequential(nn.Conv2d(3, 6, 3), nn.MaxPool2d(2, ceil_mode=True))");
  REQUIRE(good.failure.empty());
  CHECK(good.output() == "6×31×31");
  CHECK(good.names() == "input 0 1");
}

TEST_CASE("torch text: newer prints say modules that repeat once") {
  const Read all = torch(
      "Net(\n  (blocks): Sequential(\n    (0-2): 3 x Sequential(\n      (c): Conv2d(3, 3, kernel_size=(3, "
      "3), stride=(1, 1), padding=(1, 1))\n    )\n  )\n)");
  REQUIRE(all.failure.empty());
  CHECK(all.names() == "input blocks.0.c blocks.1.c blocks.2.c");
  CHECK(torch("Net((0-9): 99999999 x ReLU())").failure.find("repeats a module") != std::string::npos);
  CHECK(torch("Net((a): 90000 x Net((b): 90000 x ReLU()))").failure.find("more than 100000 modules") !=
        std::string::npos);
}

TEST_CASE("torch text: what is refused") {
  CHECK(torch("nn.Sequential(nn.ReLU())", {}).failure ==
        "torch modules do not say their input: give --input 3x224x224");
  CHECK(torch("").failure == "line 1: a module's name is missing");
  CHECK(torch("Sequential(").failure == "line 1: a ) is missing");
  CHECK(torch("Sequential()").failure == "has no layer");
  CHECK(torch("Sequential(\n(0): ReLU()) x").failure == "line 2: ends before the text does");
  CHECK(torch("nn.Sequential(nn.Conv2d(3, 6))").failure ==
        "module 0: Conv2d has no kernel_size that can be read");
  CHECK(torch("nn.Sequential(nn.Conv2d(3, 6, 2.5))").failure ==
        "module 0: Conv2d has no kernel_size that can be read");
  CHECK(torch("nn.Sequential(nn.Conv2d(3, 6, 3), nn.Conv2d(3, 6, 3))").failure ==
        "module 1 reads 3 channels, the one before, 0, has 6: the modules are not in a row, and print(model) "
        "does not "
        "say how they are connected");
  std::string deep;
  for (int i = 0; i < 1000; ++i) deep += "A(";
  CHECK(torch(deep).failure == "line 1: modules are nested more than 64 deep");
  CHECK(torch("A((" + std::string(100000, '(')).failure.size() < 300);
  const Read box = torch("nn.Sequential(nn.Conv2d(3, 6, 3), MyBlock(6), nn.ReLU())");
  REQUIRE(box.failure.empty());
  CHECK(box.layer("1").op == "MyBlock");
  CHECK(box.figures.layers.back().rows.state == network::FieldState::kUnavailable);
}

TEST_CASE("caffe text: layers, in-place layers, pools that round up") {
  const std::string net = R"(name: "Net"
    input: "data"  # before there were layers for it
    input_dim: 10 input_dim: 3 input_dim: 227 input_dim: 227
    layer { name: "conv1" type: "Convolution" bottom: "data" top: "conv1" param { lr_mult: 1 }
      convolution_param { num_output: 96 kernel_size: 11 stride: 4 weight_filler { type: "gaussian" std: 0.01 } } }
    layer { name: "relu1" type: "ReLU" bottom: "conv1" top: "conv1" }
    layer { name: "norm1" type: "LRN" bottom: "conv1" top: "norm1" lrn_param { local_size: 5 } }
    layer { name: "pool1" type: "Pooling" bottom: "norm1" top: "pool1" pooling_param { pool: MAX kernel_size: 3 stride: 2 } }
    layer { name: "conv2" type: "Convolution" bottom: "pool1" top: "conv2"
      convolution_param { num_output: 256 kernel_h: 5 kernel_w: 5 pad: 2 group: 2 bias_term: false } }
    layers { name: "sum" type: ELTWISE bottom: "conv2" bottom: "conv2" top: "sum" }
    layer { name: "fc" type: "InnerProduct" bottom: "sum" top: "fc" inner_product_param { num_output: 10 } }
    layer { name: "drop" type: "Dropout" bottom: "fc" top: "fc" }
    layer { name: "loss" type: "SoftmaxWithLoss" bottom: "fc" bottom: "label" top: "loss" include { phase: TRAIN } }
    layer { name: "prob" type: "Softmax" bottom: "fc" top: "prob" })";
  const Read all = read(NetworkText::kCaffe, net);
  REQUIRE(all.failure.empty());
  CHECK(all.names() == "data conv1 relu1 norm1 pool1 conv2 sum flatten1 fc drop prob");
  CHECK(network::dims_text(all.figures.layers[4].output) == "96×27×27");
  CHECK(all.layer("conv2").inputs == std::vector<int32_t>{4});
  CHECK(all.layer("norm1").inputs == std::vector<int32_t>{2});  // conv1 as relu1 left it
  CHECK(all.layer("sum").kind == Kind::kAdd);
  CHECK(all.figures.params.value == 34944 + 48 * 25 * 256 + (256 * 27 * 27 * 10 + 10));

  const Read up =
      read(NetworkText::kCaffe,
           R"(layer { name: "in" type: "Input" top: "x" input_param { shape { dim: [1, 3, 6], dim: 7 } } }
    layer { name: "p" type: "Pooling" bottom: "x" top: "p" pooling_param { pool: AVE kernel_size: 3 stride: 2 } }
    layer { name: "s" type: "Slice" bottom: "p" top: "a" top: "b" slice_param { slice_point: 1 } }
    layer { name: "b" type: "BatchNorm" bottom: "b" top: "b" } layer { name: "c" type: "Scale" bottom: "b" top: "b" scale_param { bias_term: true } }
    layer { name: "g" type: "Pooling" bottom: "b" top: "g" pooling_param { pool: AVE global_pooling: true } }
    layer { name: "k" type: "Concat" bottom: ["g", "g"] bottom: [] top: "k" })");
  REQUIRE(up.failure.empty());
  CHECK(network::dims_text(up.figures.layers[1].output) == "3×3×3");
  CHECK(up.output() == "4×1×1");
  CHECK(up.figures.params.value == 4);
}

TEST_CASE("caffe text: an input has a batch and one to three sizes") {
  const auto input = [](const std::string& dims) {
    return read(NetworkText::kCaffe,
                "layer { name: \"in\" type: \"Input\" top: \"x\" input_param { shape { dim: [" + dims +
                    "] } } } layer { name: \"r\" type: \"ReLU\" bottom: \"x\" top: \"r\" }");
  };
  CHECK(input("5").failure == "layer in (Input): input x is no map: it has 1 size");
  CHECK(input("5, 8").output() == "8×1×1");
  CHECK(input("5, 8, 3").output() == "8×3×1");
  CHECK(input("5, 8, 3, 2").output() == "8×3×2");
  CHECK(input("5, 8, 3, 2, 2").failure == "layer in (Input): input x is no map: it has 5 sizes");
}

TEST_CASE("caffe text: slices of equal parts, or up to given channels") {
  const auto sliced = [](const std::string& tops, const std::string& param) {
    std::string text =
        "input: \"x\" input_dim: 1 input_dim: 6 input_dim: 8 input_dim: 8 "
        "layer { name: \"s\" type: \"Slice\" bottom: \"x\" " +
        param;
    for (const char top : tops) text += std::string(" top: \"") + top + "\"";
    return read(NetworkText::kCaffe, text + " }");
  };
  const auto channels = [](const Read& all) {
    std::string sizes;
    for (size_t i = 1; i < all.figures.layers.size(); ++i)
      sizes += std::to_string(all.figures.layers[i].output[1]) + " ";
    return sizes;
  };
  CHECK(channels(sliced("abc", "")) == "2 2 2 ");
  CHECK(channels(sliced("ab", "slice_param { axis: 1 }")) == "3 3 ");
  CHECK(channels(sliced("abc", "slice_param { slice_point: 1 slice_point: 5 }")) == "1 4 1 ");
  CHECK(sliced("abcd", "").failure == "layer s (Slice): does not slice its channels into 4");
  CHECK(sliced("abc", "slice_param { slice_point: 1 }").failure ==
        "layer s (Slice): does not slice its channels into 3");
  CHECK(sliced("ab", "slice_param { axis: 2 }").failure ==
        "layer s (Slice): does not slice its channels into 2");
  CHECK(sliced("ab", "slice_param { slice_point: 7 }").failure ==
        "layer s (Slice): slice_point 7 is beyond its channels");
  CHECK(sliced("abc", "slice_param { slice_point: 2 slice_point: 2 }").failure ==
        "layer s (Slice): slice_point 2 is beyond its channels");
}

TEST_CASE("caffe text: what is refused") {
  const auto failure = [](const std::string& text) { return read(NetworkText::kCaffe, text).failure; };
  CHECK(failure("") == "has no layer");
  CHECK(failure("layer {") == "line 1: a } is missing");
  CHECK(failure("layer }") == "line 1: : is missing after layer");
  CHECK(failure("input: [\"x\"") == "line 1: a ] is missing");
  CHECK(failure("name: \"x") == "line 1: a text does not end");
  CHECK(failure("input: \"data\"") == "input data says no size: give --input 3x224x224");
  CHECK(failure("layer { name: \"r\" type: \"ReLU\" bottom: \"q\" top: \"r\" }") ==
        "layer r (ReLU): bottom \"q\" is made by no layer before it");
  const std::string input = "input: \"x\" input_dim: 1 input_dim: 3 input_dim: 8 input_dim: 8 ";
  CHECK(failure(input + "layer { name: \"c\" type: \"Convolution\" bottom: \"x\" top: \"c\" "
                        "convolution_param { num_output: 1e3 } }") ==
        "layer c (Convolution): num_output \"1e3\" is no whole number");
  CHECK(failure(input + "layer { name: \"c\" type: \"Convolution\" bottom: \"x\" top: \"c\" "
                        "convolution_param { num_output: 4 } }")
            .find("kernel is 0") != std::string::npos);
  std::string deep;
  for (int i = 0; i < 1000; ++i) deep += "a {";
  CHECK(failure(deep) == "line 1: messages are nested more than 32 deep");
}

TEST_CASE("keras text: sequential") {
  const Read all =
      read(NetworkText::kKeras, R"({"class_name": "Sequential", "config": {"name": "s", "layers": [
    {"class_name": "Conv2D", "config": {"name": "c1", "batch_input_shape": [null, 28, 28, 1], "filters": 32, "kernel_size": [3, 3],
      "strides": [1, 1], "padding": "same", "activation": "relu", "use_bias": true}},
    {"class_name": "MaxPooling2D", "config": {"name": "p1", "pool_size": [2, 2], "strides": [2, 2], "padding": "valid"}},
    {"class_name": "SeparableConv2D", "config": {"name": "s1", "filters": 8, "kernel_size": [3, 3], "depth_multiplier": 2}},
    {"class_name": "Flatten", "config": {"name": "f"}},
    {"class_name": "Dense", "config": {"name": "d", "units": 10, "activation": "softmax"}}]}})");
  REQUIRE(all.failure.empty());
  CHECK(all.names() == "input c1 c1.relu p1 s1.depthwise s1 f d d.softmax");
  CHECK(all.output() == "10");
  CHECK(all.figures.params.value == 320 + 32 * 2 * 9 + (64 * 8 + 8) + (8 * 12 * 12 * 10 + 10));
  CHECK(all.layer("c1").padding_mode == network::PaddingMode::kSame);
}

TEST_CASE("keras text: transposed convolutions have n * s cells, or as many as their last window reaches") {
  const auto sizes = [](int k, int s, const std::string& padding) {
    const std::string text =
        R"({"class_name": "Sequential", "config": {"layers": [{"class_name": "Conv2DTranspose",
      "config": {"name": "t", "batch_input_shape": [null, 8, 5, 1], "filters": 2, "kernel_size": [KH, KW], "strides": [SH, SW],
        "padding": "PAD"}}]}})";
    const std::pair<const char*, std::string> values[] = {{"KH", std::to_string(k)},
                                                          {"KW", std::to_string(k + 1)},
                                                          {"SH", std::to_string(s)},
                                                          {"SW", std::to_string(s + 1)},
                                                          {"PAD", padding}};
    std::string filled = text;
    for (const auto& [key, value] : values) filled.replace(filled.find(key), std::string(key).size(), value);
    return read(NetworkText::kKeras, filled).output();
  };
  CHECK(sizes(3, 2, "same") == "2×16×15");
  CHECK(sizes(3, 2, "valid") == "2×17×16");
  CHECK(sizes(2, 3, "valid") == "2×24×20");  // windows do not touch: the stride's cells behind the last
  CHECK(sizes(2, 2, "same") == "2×16×15");
  CHECK(sizes(5, 1, "same") == "2×8×10");
  CHECK(sizes(5, 1, "valid") == "2×12×14");
}

TEST_CASE("keras text: functional, of Keras 2 and 3, with a gate") {
  const auto model = [](bool three) {
    const auto nodes = [&](const std::vector<std::string>& from) {
      std::string text;
      for (const std::string& name : from) {
        text += text.empty() ? "" : ", ";
        text += three ? "{\"class_name\": \"__keras_tensor__\", \"config\": {\"shape\": [1], "
                        "\"keras_history\": [\"" +
                            name + "\", 0, 0]}}"
                      : "[\"" + name + "\", 0, 0, {}]";
      }
      return three ? "[{\"args\": [[" + text + "]], \"kwargs\": {}}]" : "[[" + text + "]]";
    };
    const auto layer = [&](const std::string& type, const std::string& name, const std::string& config,
                           const std::vector<std::string>& from) {
      return ", {\"class_name\": \"" + type + "\", \"name\": \"" + name + "\", \"config\": {" + config +
             "}, \"inbound_nodes\": " + nodes(from) + "}";
    };
    return "{\"class_name\": \"Functional\", \"config\": {\"layers\": [{\"class_name\": \"InputLayer\", "
           "\"name\": \"x\", \"config\": {\"" +
           std::string(three ? "batch_shape" : "batch_input_shape") +
           "\": [null, 32, 32, 3]}, \"inbound_nodes\": []}" +
           layer("ZeroPadding2D", "z", "\"padding\": [[0, 1], [0, 1]]", {"x"}) +
           layer("Conv2D", "c",
                 "\"filters\": 8, \"kernel_size\": [3, 3], \"strides\": [2, 2], \"use_bias\": false", {"z"}) +
           layer("BatchNormalization", "b", "\"scale\": false", {"c"}) +
           layer("ReLU", "r", "\"max_value\": 6.0", {"b"}) + layer("GlobalAveragePooling2D", "g", "", {"r"}) +
           layer("Reshape", "m", "\"target_shape\": [1, 1, 8]", {"g"}) +
           layer("Conv2D", "e", "\"filters\": 8, \"kernel_size\": [1, 1], \"activation\": \"sigmoid\"",
                 {"m"}) +
           layer("Multiply", "k", "", {"r", "e"}) + layer("Add", "a", "", {"k", "r"}) +
           layer("Concatenate", "q", "\"axis\": -1", {"a", "r"}) + "]}}";
  };
  for (const bool three : {false, true}) {
    const Read all = read(NetworkText::kKeras, model(three));
    REQUIRE(all.failure.empty());
    CHECK(all.output() == "16×16×16");
    CHECK(all.layer("r").kind == Kind::kRelu6);
    CHECK(all.figures.params.value == 216 + 8 + 72);
    CHECK(all.figures.layers.back().rows.gated);
    CHECK(all.figures.layers.back().rows.r_most() == 3);
  }
}

TEST_CASE("keras text: what is refused") {
  const auto failure = [](const std::string& text) { return read(NetworkText::kKeras, text).failure; };
  CHECK(failure("{}") == "is no configuration of a Keras model: it has no config with layers");
  CHECK(failure("[]") == "is no configuration of a Keras model: it has no config with layers");
  CHECK(failure("{").find("not valid JSON") == 0);
  CHECK(
      failure(
          R"({"class_name": "Sequential", "config": {"layers": [{"class_name": "Conv2D", "config": {"name": "c", "filters": 3}}]}})") ==
      "layer c (Conv2D): says no input size: give --input 3x224x224");
  CHECK(
      failure(
          R"({"class_name": "Sequential", "config": {"layers": [{"class_name": "Conv2D", "config": {"name": "c", "filters": "3", "batch_input_shape": [null, 8, 8, 3]}}]}})") ==
      "layer c (Conv2D): filters is no whole number");
  CHECK(
      failure(
          R"({"class_name": "Functional", "config": {"layers": [{"class_name": "ReLU", "name": "r", "config": {}, "inbound_nodes": [[["q", 0, 0, {}]]]}]}})") ==
      "layer r (ReLU): reads \"q\", which is no layer before it");
}
