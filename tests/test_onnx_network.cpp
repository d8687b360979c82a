// .onnx files as networks: which layer a node becomes, what is folded, and where the field of view ends.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "core/io/onnx_network.h"
#include "core/network/figures.h"
#include "tests/support/onnx_writer.h"

using namespace poolglass;
using namespace poolglass::onnx_writer;
using network::FieldState;
using network::Kind;

namespace {

struct ReadNetwork {
  OnnxNetwork onnx;
  network::Figures figures;
  std::string failure;

  // Of the layer that makes a tensor.
  size_t index(const std::string& tensor) const {
    for (const OnnxShape& at : onnx.shapes) {
      if (at.value == tensor && at.layer >= 0) return static_cast<size_t>(at.layer);
    }
    FAIL("no layer makes ", tensor);
    return 0;
  }
  const network::Layer& layer(const std::string& tensor) const { return onnx.network.layers[index(tensor)]; }
  const network::LayerFigures& at(const std::string& tensor) const { return figures.layers[index(tensor)]; }
  Kind kind(const std::string& tensor) const { return layer(tensor).kind; }
  FieldState field(const std::string& tensor) const { return at(tensor).rows.state; }
};

// Reads, and checks what holds for every network: it is in order, its figures are found, and its shapes are
// those of the file.
ReadNetwork read(const Writer& writer, const OnnxSizes& sizes = {}) {
  const std::string file = writer.model();
  const auto source = ByteSource::of(file);
  Result<OnnxNetwork> found = read_onnx(*source, sizes);
  if (!found.ok()) return {{}, {}, found.status().message()};
  ReadNetwork all{*std::move(found), {}, ""};
  network::Network ordered = all.onnx.network;
  CHECK(network::order(&ordered).ok());
  CHECK(ordered == all.onnx.network);
  all.figures = analyze(all.onnx.network);
  if (all.figures.error) FAIL(all.figures.error->status.message());
  for (const OnnxShape& shape : all.onnx.shapes) {
    if (shape.layer < 0 || shape.shape == "?") continue;
    const network::Dims& dims = all.figures.layers[static_cast<size_t>(shape.layer)].output;
    std::string text;
    for (int i = 0; i < dims.rank; ++i) text += (i > 0 ? "x" : "") + std::to_string(dims[i]);
    CAPTURE(shape.value);
    CHECK(text == (shape.shape == "scalar" ? "1" : shape.shape));
  }
  return all;
}

const std::string kThree = attribute("kernel_shape", Sizes{3, 3}) + attribute("pads", Sizes{1, 1, 1, 1});
const std::string kDown = attribute("kernel_shape", Sizes{2, 2}) + attribute("strides", Sizes{2, 2});

}  // namespace

// The lesson's first three layers, with BatchNorm and a classifier.
TEST_CASE("onnx network: a plain chain") {
  Writer writer;
  writer.input("x", {"N", "3", "64", "64"})
      .weight("w1", {6, 3, 3, 3})
      .weight("b1", {6})
      .node("Conv", {"x", "w1", "b1"}, {"c1"}, kThree, "conv1")
      .weight("s", {6})
      .weight("b", {6})
      .weight("m", {6})
      .weight("v", {6})
      .node("BatchNormalization", {"c1", "s", "b", "m", "v"}, {"n1"}, "", "norm1")
      .node("Relu", {"n1"}, {"r1"})
      .node("MaxPool", {"r1"}, {"p1"}, kDown, "pool1")
      .weight("w2", {12, 6, 3, 3})
      .node("Conv", {"p1", "w2"}, {"c2"}, kThree, "conv2")
      .node("Flatten", {"c2"}, {"f"})
      .weight("w3", {10, 12 * 32 * 32})
      .weight("b3", {10})
      .node("Gemm", {"f", "w3", "b3"}, {"y"}, attribute("transB", 1))
      .output("y");
  const ReadNetwork all = read(writer);
  REQUIRE(all.failure.empty());
  CHECK(all.onnx.network.layers.size() == 8);
  CHECK(all.onnx.folded == 0);
  CHECK(all.layer("c1").name == "conv1");
  CHECK(all.layer("c1").bias);
  CHECK_FALSE(all.layer("c2").bias);
  CHECK(all.at("p1").rows.unit0 == network::Interval{-1, 2});
  CHECK(all.at("c2").rows.r_most() == 8);
  CHECK(all.at("c2").rows.jump() == network::Ratio{2, 1});
  CHECK(all.kind("n1") == Kind::kBatchNorm2d);
  CHECK(all.at("n1").params.value == 12);
  CHECK(all.at("n1").moving_stats.value == 12);
  CHECK(all.kind("y") == Kind::kLinear);
  CHECK(all.field("y") == FieldState::kWhole);
  CHECK(all.figures.params.value == 168 + 12 + 648 + 122890);
  CHECK(all.figures.macs.value == 162 * 4096 + 648 * 1024 + 122880);
}

TEST_CASE("onnx network: residual branches, gates and concatenations") {
  for (const char* join : {"Add", "Sum"}) {
    Writer writer;
    writer.input("x", Sizes{1, 8, 16, 16})
        .weight("w", {8, 8, 3, 3})
        .node("Conv", {"x", "w"}, {"c"}, kThree)
        .node(join, {"c", "x"}, {"y"})
        .node("GlobalAveragePool", {"y"}, {"g"})
        .weight("w1", {8, 8, 1, 1})
        .node("Conv", {"g", "w1"}, {"e"})
        .node("Sigmoid", {"e"}, {"s"})
        .node("Mul", {"y", "s"}, {"z"})
        .node("Concat", {"z", "x"}, {"k"}, attribute("axis", 1))
        .output("k");
    const ReadNetwork all = read(writer);
    REQUIRE(all.failure.empty());
    CHECK(all.kind("y") == Kind::kAdd);
    CHECK(all.at("y").rows.r_most() == 3);
    CHECK(all.field("s") == FieldState::kWhole);
    CHECK(all.kind("z") == Kind::kMul);
    CHECK(all.field("z") == FieldState::kLocal);
    CHECK(all.at("z").rows.gated);
    CHECK(all.at("z").rows.r_most() == 3);
    CHECK(all.kind("k") == Kind::kConcat);
    CHECK(all.at("k").channels() == 16);
  }
}

TEST_CASE("onnx network: global average pooling in its disguises") {
  const auto pooled = [](const std::string& type, const std::string& attributes, int64_t opset, bool axes) {
    Writer writer;
    writer.opset = opset;
    writer.input("x", Sizes{1, 8, 7, 7}).sizes("axes", {-1, -2});
    writer.node(type, axes ? std::vector<std::string>{"x", "axes"} : std::vector<std::string>{"x"}, {"y"},
                attributes);
    const ReadNetwork all = read(writer.output("y"));
    REQUIRE(all.failure.empty());
    CHECK(all.field("y") == FieldState::kWhole);
    for (const network::Layer& layer : all.onnx.network.layers) {
      if (layer.kind == Kind::kGlobalAvgPool2d) return true;
    }
    return false;
  };
  CHECK(pooled("GlobalAveragePool", "", 13, false));
  CHECK(pooled("AveragePool", attribute("kernel_shape", Sizes{7, 7}), 13, false));
  CHECK(pooled("ReduceMean", attribute("axes", Sizes{2, 3}), 13, false));
  CHECK(pooled("ReduceMean", attribute("axes", Sizes{-1, 2}) + attribute("keepdims", 0), 13, false));
  CHECK(pooled("ReduceMean", "", 18, true));

  // An export from TensorFlow: channels last, the mean over (1, 2).
  Writer last;
  last.input("x", Sizes{1, 9, 9, 3})
      .node("Transpose", {"x"}, {"t"}, attribute("perm", Sizes{0, 3, 1, 2}))
      .weight("w", {4, 3, 3, 3})
      .node("Conv", {"t", "w"}, {"c"},
            attribute("auto_pad", "SAME_UPPER") + attribute("strides", Sizes{2, 2}))
      .node("Transpose", {"c"}, {"u"}, attribute("perm", Sizes{0, 2, 3, 1}))
      .node("ReduceMean", {"u"}, {"y"}, attribute("axes", Sizes{1, 2}) + attribute("keepdims", 0))
      .output("y");
  const ReadNetwork all = read(last);
  REQUIRE(all.failure.empty());
  CHECK(all.onnx.network.layers[0].axes == network::kChannelsLast);
  CHECK(all.kind("t") == Kind::kPermute);
  CHECK(all.at("c").rows.r_most() == 3);
  CHECK(all.at("c").rows.padding() == 1);
  CHECK(all.layer("c").padding_mode == network::PaddingMode::kSame);
  CHECK(all.field("u") == FieldState::kLocal);
  CHECK(all.field("y") == FieldState::kWhole);

  // An adaptive pool of 7 to 7 is exported as AveragePool 1x1: the field stays.
  Writer one;
  one.input("x", Sizes{1, 8, 7, 7})
      .node("AveragePool", {"x"}, {"y"}, attribute("kernel_shape", Sizes{1, 1}))
      .output("y");
  CHECK(read(one).at("y").rows.r_most() == 1);
}

TEST_CASE("onnx network: channels are split, shuffled and put together") {
  Writer writer;
  writer.input("x", Sizes{1, 8, 6, 6})
      .sizes("five", {1, 2, 4, 6, 6})
      .sizes("four", {1, -1, 6, 6})
      .sizes("parts", {3, 5})
      .node("Reshape", {"x", "five"}, {"a"})
      .node("Transpose", {"a"}, {"b"}, attribute("perm", Sizes{0, 2, 1, 3, 4}))
      .node("Reshape", {"b", "four"}, {"c"})
      .node("Split", {"c", "parts"}, {"d", "e"}, attribute("axis", 1), "split")
      .weight("w", {5, 1, 3, 3})
      .node("Conv", {"e", "w"}, {"f"}, kThree + attribute("group", 5))
      .node("Concat", {"f", "d"}, {"g"}, attribute("axis", 1))
      .output("g");
  const ReadNetwork all = read(writer);
  REQUIRE(all.failure.empty());
  CHECK(all.kind("e") == Kind::kSlice);
  CHECK(all.layer("d").name == "split.0");
  CHECK(all.layer("e").begin == 3);
  CHECK(all.layer("e").end == 8);
  CHECK(all.field("c") == FieldState::kLocal);
  CHECK(all.at("g").rows.r_most() == 3);
  CHECK(all.at("g").channels() == 8);
}

TEST_CASE("onnx network: a shape has up to eight sizes") {
  Writer writer;
  writer.input("x", Sizes{1, 4, 8, 8})
      .sizes("eight", {1, 1, 2, 2, 2, 2, 4, 4})
      .node("Reshape", {"x", "eight"}, {"y"})
      .output("y");
  const ReadNetwork all = read(writer);
  REQUIRE(all.failure.empty());
  CHECK(all.at("y").output.rank == 8);
}

TEST_CASE("onnx network: upsampling, padding, cropping") {
  Writer writer;
  writer.input("x", Sizes{1, 4, 8, 8})
      .scales("two", {1, 1, 2, 2})
      .node("Resize", {"x", "", "two"}, {"near"}, attribute("mode", "nearest"))
      .node("Resize", {"x", "", "two"}, {"linear"},
            attribute("mode", "linear") + attribute("coordinate_transformation_mode", "half_pixel"))
      .node("Resize", {"x", "", "two"}, {"old"},
            attribute("mode", "linear") + attribute("coordinate_transformation_mode", "asymmetric"))
      .sizes("pads", {0, 0, 1, 2, 0, 0, 3, 4})
      .node("Pad", {"x", "pads"}, {"pad"})
      .sizes("one", {1})
      .sizes("seven", {7})
      .sizes("rows", {2})
      .node("Slice", {"x", "one", "seven", "rows"}, {"cut"})
      .weight("w", {4, 3, 2, 2})
      .node("ConvTranspose", {"x", "w"}, {"up"}, attribute("strides", Sizes{2, 2}))
      .node("DepthToSpace", {"x"}, {"space"}, attribute("blocksize", 2));
  for (const char* name : {"near", "linear", "old", "pad", "cut", "up", "space"}) writer.output(name);
  const ReadNetwork all = read(writer);
  REQUIRE(all.failure.empty());
  CHECK(all.kind("near") == Kind::kUpsample);
  CHECK(all.layer("near").scale == Size2{2, 2});
  CHECK(all.at("near").rows.jump() == network::Ratio{1, 2});
  CHECK(all.at("near").rows.r_most() == 1);
  CHECK(all.layer("linear").mode == network::Upsampling::kBilinear);
  CHECK(all.at("linear").rows.r_most() == 2);
  CHECK(all.field("old") == FieldState::kUnavailable);
  CHECK(all.layer("pad").padding == Padding{1, 2, 3, 4});
  CHECK(all.kind("cut") == Kind::kCrop);
  CHECK(all.layer("cut").padding == Padding{1, 0, 1, 0});
  CHECK(all.kind("up") == Kind::kConvTranspose2d);
  CHECK(all.kind("space") == Kind::kDepthToSpace);
}

// A patch, tokens, one more token, attention, and back.
TEST_CASE("onnx network: tokens keep their patch until attention mixes them") {
  Writer writer;
  writer.input("x", Sizes{1, 3, 32, 32})
      .weight("w", {8, 3, 16, 16})
      .node("Conv", {"x", "w"}, {"patch"}, attribute("strides", Sizes{16, 16}))
      .sizes("flat", {0, 0, -1})
      .node("Reshape", {"patch", "flat"}, {"r"})
      .node("Transpose", {"r"}, {"t"}, attribute("perm", Sizes{0, 2, 1}))
      .weight("class", {1, 1, 8})
      .node("Concat", {"class", "t"}, {"k"}, attribute("axis", 1))
      .node("ReduceMean", {"k"}, {"mean"}, attribute("axes", Sizes{-1}))
      .node("Sub", {"k", "mean"}, {"n"})
      .weight("q", {8, 8})
      .node("MatMul", {"n", "q"}, {"m"})
      .node("Transpose", {"m"}, {"mt"}, attribute("perm", Sizes{0, 2, 1}))
      .node("MatMul", {"m", "mt"}, {"a"})
      .node("Softmax", {"a"}, {"s"}, attribute("axis", -1))
      .output("s");
  const ReadNetwork all = read(writer);
  REQUIRE(all.failure.empty());
  for (const char* name : {"patch", "r", "t", "k", "n", "m"}) {
    CAPTURE(name);
    CHECK(all.field(name) == FieldState::kLocal);
    CHECK(all.at(name).rows.r_most() == 16);
  }
  CHECK(all.kind("m") == Kind::kLinear);
  CHECK(all.field("a") == FieldState::kWhole);
  CHECK(all.field("s") == FieldState::kWhole);
  CHECK(all.at("k").params.value == 8);
  CHECK(all.at("m").macs.value == 5 * 64);
  CHECK(all.at("a").macs.value == 5 * 5 * 8);
}

TEST_CASE("onnx network: rows that are cut to pieces end the field, not the shapes") {
  Writer writer;
  writer.input("x", Sizes{1, 4, 8, 8})
      .sizes("windows", {1, 4, 2, 4, 8})
      .node("Reshape", {"x", "windows"}, {"r"}, "", "cut")
      .node("Relu", {"r"}, {"y"})
      .output("y");
  const ReadNetwork all = read(writer);
  REQUIRE(all.failure.empty());
  CHECK(all.field("y") == FieldState::kUnavailable);
  CHECK(field_words(all.at("y").rows, effective_names(all.onnx.network)) == "unavailable past cut");
}

TEST_CASE("onnx network: boxes by name where the trace stops") {
  Writer writer;
  writer.input("x", Sizes{1, 4, 8, 8})
      .weight("w", {4, 4, 3, 3})
      .node("Conv", {"x", "w"}, {"c"}, kThree)
      .node("Fancy", {"c"}, {"f"}, "", "odd")
      .node("Relu", {"f"}, {"r"})
      .node("If", {"c"}, {"i"}, bytes(5, bytes(1, "then_branch") + bytes(6, "\x0a\x02hi")), "choice")
      .node("Relu", {"c"}, {"y"})
      .output("r")
      .output("i")
      .output("y");
  const ReadNetwork all = read(writer);
  REQUIRE(all.failure.empty());
  CHECK(all.kind("f") == Kind::kOp);
  CHECK(all.layer("f").op == "Fancy");
  CHECK(field_words(all.at("r").rows, effective_names(all.onnx.network)) == "unavailable past odd");
  CHECK(all.kind("i") == Kind::kOp);
  CHECK(all.at("y").rows.r_most() == 3);
  CHECK(all.onnx.unknown == std::vector<std::string>{"Fancy", "If"});
  CHECK(all.figures.params.known == network::Known::kPartial);
  CHECK(all.figures.params.value == 144);
}

TEST_CASE("onnx network: a weight that two layers share is said to be counted twice") {
  Writer writer;
  writer.input("x", Sizes{1, 4, 8, 8})
      .weight("w", {4, 4, 3, 3})
      .node("Conv", {"x", "w"}, {"a"}, kThree)
      .node("Conv", {"a", "w"}, {"b"}, kThree)
      .weight("s", {4, 1, 1})
      .node("Mul", {"b", "s"}, {"c"})
      .node("Mul", {"c", "s"}, {"d"})
      .output("d");
  const ReadNetwork all = read(writer);
  REQUIRE(all.failure.empty());
  CHECK(all.onnx.shared_params == 144);
  CHECK(all.at("c").params.value == 4);
  CHECK(all.at("d").params.value == 0);
}

TEST_CASE("onnx network: names, and what no picture can be made of") {
  Writer writer;
  writer.input("x", Sizes{1, 4, 8, 8})
      .node("Relu", {"x"}, {"a"}, "", "same")
      .node("Relu", {"a"}, {"b"}, "", "same")
      .node("Relu", {"b"}, {"c"}, "", "x")
      .output("c");
  const ReadNetwork all = read(writer);
  REQUIRE(all.failure.empty());
  std::string names;
  for (const std::string& name : effective_names(all.onnx.network)) names += name + " ";
  CHECK(names == "input1 relu1 relu2 relu3 ");
  Writer empty;
  empty.node("Constant", {}, {"c"}, attribute("value_int", 3)).output("c");
  CHECK(read(empty).failure == "has no layer that reads one of its inputs");
  Writer mute;  // nodes without an output, or without their first
  mute.input("x", Sizes{1, 4, 8, 8})
      .node("Relu", {"x"}, {})
      .node("Split", {"x"}, {})
      .node("Split", {"x"}, {"", "h"}, attribute("axis", 1))
      .node("Relu", {"h"}, {"y"})
      .output("y");
  CHECK(read(mute).failure.empty());
  Writer wide;  // more padding than half the kernel: a layer of its own
  wide.input("x", Sizes{1, 1, 5, 5})
      .node("MaxPool", {"x"}, {"y"},
            attribute("kernel_shape", Sizes{3, 3}) + attribute("pads", Sizes{2, 2, 2, 2}))
      .output("y");
  const ReadNetwork padded = read(wide);
  REQUIRE(padded.failure.empty());
  CHECK(padded.at("y").rows.unit0 == network::Interval{-2, 0});
}
