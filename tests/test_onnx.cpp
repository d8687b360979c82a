// Reading .onnx files: each operator's shape in every opset's form, what is folded, and what hostile files
// are told.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "core/io/onnx/infer.h"
#include "tests/support/onnx_writer.h"

using namespace poolglass;
using namespace poolglass::onnx_writer;
using onnx::dims_text;

namespace {

Result<onnx::Model> read(const std::string& file) { return onnx::read_model(*ByteSource::of(file)); }

Result<onnx::Shapes> shapes(const Writer& writer, const onnx::GivenSizes& given = {}) {
  const Result<onnx::Model> model = read(writer.model());
  return model.ok() ? onnx::infer_shapes(*model, given) : model.status();
}

// The shape of value `name`, "?" where it is not known, or the failure.
std::string shape_of(const Writer& writer, const std::string& name, const onnx::GivenSizes& given = {}) {
  const Result<onnx::Shapes> found = shapes(writer, given);
  if (!found.ok()) return found.status().message();
  for (const onnx::Value& value : found->values) {
    if (value.name == name) return value.shape_known ? dims_text(value.dims) : "?";
  }
  return "no value " + name;
}

// One node that makes y of x.
std::string one(const std::string& type, const Sizes& x, const std::string& attributes = "",
                int64_t opset = 13, const std::vector<std::string>& more = {}, Writer writer = {}) {
  writer.opset = opset;
  std::vector<std::string> inputs{"x"};
  inputs.insert(inputs.end(), more.begin(), more.end());
  writer.input("x", x).node(type, inputs, {"y"}, attributes);
  return shape_of(writer, "y");
}

std::string failure(const std::string& file) { return read(file).status().message(); }

}  // namespace

TEST_CASE("onnx: windows of convolutions and pools") {
  const auto conv = [](const Sizes& x, const Sizes& w, const std::string& attributes) {
    return one("Conv", x, attributes, 13, {"w"}, Writer().weight("w", w));
  };
  CHECK(conv({1, 3, 224, 224}, {64, 3, 7, 7},
             attribute("strides", Sizes{2, 2}) + attribute("pads", Sizes{3, 3, 3, 3})) == "1x64x112x112");
  CHECK(conv({2, 8, 10, 11}, {8, 1, 3, 3}, attribute("group", 8)) == "2x8x8x9");
  CHECK(conv({1, 3, 9, 9}, {4, 3, 3, 3}, attribute("dilations", Sizes{2, 3})) == "1x4x5x3");
  CHECK(conv({1, 3, 9, 9}, {4, 3, 3, 3}, attribute("pads", Sizes{1, 0, 0, 2})) == "1x4x8x9");
  CHECK(conv({1, 3, 7}, {4, 3, 3}, "") == "1x4x5");
  CHECK(conv({1, 3, 7, 7, 7}, {4, 3, 3, 1, 2}, "") == "1x4x5x7x6");
  for (const char* same : {"SAME_UPPER", "SAME_LOWER"}) {
    CHECK(conv({1, 3, 11, 12}, {4, 3, 3, 3},
               attribute("auto_pad", same) + attribute("strides", Sizes{2, 2})) == "1x4x6x6");
  }
  CHECK(conv({1, 3, 11, 12}, {4, 3, 3, 3},
             attribute("auto_pad", "VALID") + attribute("pads", Sizes{9, 9, 9, 9})) == "1x4x9x10");
  CHECK(conv({1, 4, 9, 9}, {4, 3, 3, 3}, "") ==
        "node 0 (Conv): a weight of 4x3x3x3 in 1 group does not fit the input 1x4x9x9");
  CHECK(conv({1, 3, 2, 9}, {4, 3, 3, 3}, "") ==
        "node 0 (Conv): kernel 3 with dilation 1 is larger than the padded input 2");

  const std::string k2s2 = attribute("kernel_shape", Sizes{2, 2}) + attribute("strides", Sizes{2, 2});
  CHECK(one("MaxPool", {1, 3, 7, 8}, k2s2) == "1x3x3x4");
  CHECK(one("MaxPool", {1, 3, 7, 8}, k2s2 + attribute("ceil_mode", 1)) == "1x3x4x4");
  CHECK(one("AveragePool", {1, 3, 7, 8}, k2s2 + attribute("count_include_pad", 1)) == "1x3x3x4");
  // PyTorch's rule: no window begins beyond the input.
  CHECK(one("MaxPool", {1, 1, 2, 2},
            attribute("kernel_shape", Sizes{1, 1}) + attribute("strides", Sizes{2, 2}) +
                attribute("ceil_mode", 1)) == "1x1x1x1");
  CHECK(one("GlobalAveragePool", {1, 3, 7, 8}) == "1x3x1x1");
  CHECK(one("MaxPool", {1, 3, 7, 8}) == "node 0 (MaxPool): has no kernel_shape");
}

TEST_CASE("onnx: transposed convolutions") {
  const auto conv = [](const std::string& attributes) {
    return one("ConvTranspose", {1, 4, 5, 5}, attributes, 11, {"w"}, Writer().weight("w", {4, 3, 3, 3}));
  };
  CHECK(conv("") == "1x3x7x7");
  CHECK(conv(attribute("strides", Sizes{2, 2})) == "1x3x11x11");
  CHECK(conv(attribute("strides", Sizes{2, 2}) + attribute("pads", Sizes{1, 1, 1, 1}) +
             attribute("output_padding", Sizes{1, 1})) == "1x3x10x10");
  CHECK(conv(attribute("strides", Sizes{2, 2}) + attribute("output_shape", Sizes{10, 9})) == "1x3x10x9");
  CHECK(conv(attribute("strides", Sizes{2, 2}) + attribute("auto_pad", "SAME_UPPER")) == "1x3x10x10");
}

TEST_CASE("onnx: attributes that became inputs") {
  const auto with = [](const Sizes& values, const std::string& name = "a") {
    return Writer().sizes(name, values);
  };
  CHECK(one("Squeeze", {1, 3, 1, 5}, attribute("axes", Sizes{2}), 11) == "1x3x5");
  CHECK(one("Squeeze", {1, 3, 1, 5}, "", 13, {"a"}, with({-2})) == "1x3x5");
  CHECK(one("Squeeze", {1, 3, 1, 5}, "", 13) == "3x5");
  CHECK(one("Unsqueeze", {3, 5}, attribute("axes", Sizes{0, 3}), 11) == "1x3x5x1");
  CHECK(one("Unsqueeze", {3, 5}, "", 13, {"a"}, with({0, -1})) == "1x3x5x1");
  CHECK(one("Slice", {1, 9, 8},
            attribute("starts", Sizes{2, -3}) + attribute("ends", Sizes{INT64_MAX, -1}) +
                attribute("axes", Sizes{1, 2}),
            9) == "1x7x2");
  Writer slice;
  slice.sizes("s", {8, 0}).sizes("e", {INT64_MIN, 100}).sizes("a", {1, 2}).sizes("t", {-2, 3});
  CHECK(one("Slice", {1, 9, 8}, "", 13, {"s", "e", "a", "t"}, slice) == "1x5x3");
  CHECK(one("Pad", {1, 2, 3, 4}, attribute("pads", Sizes{0, 0, 1, 2, 0, 0, 3, -1}), 9) == "1x2x7x5");
  CHECK(one("Pad", {1, 2, 3, 4}, "", 13, {"a"}, with({0, 0, 1, 2, 0, 0, 3, -1})) == "1x2x7x5");
  Writer axes = with({1, 2});
  CHECK(one("Pad", {1, 2, 3, 4}, "", 18, {"a", "", "n"}, axes.sizes("n", {-1})) == "1x2x3x7");
  CHECK(one("ReduceMean", {1, 2, 3, 4}, attribute("axes", Sizes{2, 3}), 13) == "1x2x1x1");
  CHECK(one("ReduceMean", {1, 2, 3, 4}, attribute("keepdims", 0), 18, {"a"}, with({-1, -2})) == "1x2");
  CHECK(one("ReduceSum", {1, 2, 3, 4}, attribute("keepdims", 0), 13, {"a"}, with({1})) == "1x3x4");
  CHECK(one("ReduceSum", {1, 2, 3, 4}, attribute("noop_with_empty_axes", 1), 13) == "1x2x3x4");
  CHECK(one("Upsample", {1, 2, 3, 4},
            bytes(5, bytes(1, "scales") + fixed32(7, 1) + fixed32(7, 1) + fixed32(7, 2) + fixed32(7, 2.5f)),
            7) == "1x2x6x10");
  std::string floats;  // packed: without a tag for each
  for (const float scale : {1.0f, 1.0f, 2.0f, 2.5f}) floats += fixed32(7, scale).substr(1);
  CHECK(one("Upsample", {1, 2, 3, 4}, bytes(5, bytes(1, "scales") + bytes(7, floats)), 7) == "1x2x6x10");
  CHECK(one("Upsample", {1, 2, 3, 4}, "", 9, {"s"}, Writer().scales("s", {1, 1, 2, 2.5f})) == "1x2x6x10");
  CHECK(one("Resize", {1, 2, 3, 4}, "", 10, {"s"}, Writer().scales("s", {1, 1, 0.5f, 2})) == "1x2x1x8");
  CHECK(one("Resize", {1, 2, 3, 4}, "", 13, {"", "s"}, Writer().scales("s", {1, 1, 3, 2})) == "1x2x9x8");
  CHECK(one("Resize", {1, 2, 3, 4}, "", 11, {"r", "e", "a"},
            with({1, 2, 5, 6}).scales("r", {}).scales("e", {})) == "1x2x5x6");
  CHECK(one("Resize", {1, 2, 3, 4}, attribute("axes", Sizes{2, 3}), 18, {"", "", "a"}, with({5, 6})) ==
        "1x2x5x6");
  for (const int64_t opset : {7, 10, 12, 13, 21}) CHECK(one("Dropout", {1, 2}, "", opset) == "1x2");
  for (const int64_t opset : {7, 11, 13, 21}) CHECK(one("Clip", {1, 2}, "", opset) == "1x2");
}

TEST_CASE("onnx: splits") {
  const auto split = [](int64_t opset, const std::string& attributes, bool sizes, int parts) {
    Writer writer;
    writer.opset = opset;
    writer.input("x", Sizes{1, 7, 4}).sizes("s", {3, 4});
    std::vector<std::string> outputs;
    for (int i = 0; i < parts; ++i) outputs.push_back("y" + std::to_string(i));
    writer.node("Split", sizes ? std::vector<std::string>{"x", "s"} : std::vector<std::string>{"x"}, outputs,
                attributes);
    return shape_of(writer, "y1");
  };
  const std::string axis = attribute("axis", 1);
  CHECK(split(11, axis + attribute("split", Sizes{3, 4}), false, 2) == "1x4x4");
  CHECK(split(13, axis, true, 2) == "1x4x4");
  CHECK(split(13, attribute("axis", -1), false, 2) == "1x7x2");
  CHECK(split(18, axis + attribute("num_outputs", 2), false, 2) == "1x3x4");
  CHECK(split(13, axis, false, 2) == "node 0 (Split): 7 is not 2 equal parts");
  CHECK(split(13, axis, true, 3) ==
        "node 0 (Split): 2 parts with 7 in all do not fit 3 outputs of axis 1 of the input 1x7x4");
}

TEST_CASE("onnx: shapes that move") {
  const auto reshape = [](const Sizes& x, const Sizes& to, const std::string& attributes = "",
                          int64_t opset = 14) {
    return one("Reshape", x, attributes, opset, {"s"}, Writer().sizes("s", to));
  };
  CHECK(reshape({2, 3, 4}, {0, -1}) == "2x12");
  CHECK(reshape({2, 3, 4}, {4, 0, -1}) == "4x3x2");
  CHECK(reshape({2, 3, 4}, {0, 24}, attribute("allowzero", 1)) ==
        "node 0 (Reshape): shape 0x24 does not fit the 24 elements of the input 2x3x4");
  CHECK(reshape({2, 3, 4}, {5, -1}) ==
        "node 0 (Reshape): shape 5x-1 does not fit the 24 elements of the input 2x3x4");
  CHECK(reshape({2, 3, 4}, {-1, -1}) == "node 0 (Reshape): shape -1x-1 leaves more than one size open");
  CHECK(one("Flatten", {2, 3, 4}) == "2x12");
  CHECK(one("Flatten", {2, 3, 4}, attribute("axis", -1)) == "6x4");
  CHECK(one("Flatten", {2, 3, 4}, attribute("axis", 0)) == "1x24");
  CHECK(one("Transpose", {1, 2, 3, 4}, attribute("perm", Sizes{0, 2, 3, 1})) == "1x3x4x2");
  CHECK(one("Transpose", {1, 2, 3}) == "3x2x1");
  CHECK(one("Transpose", {1, 2, 3}, attribute("perm", Sizes{0, 0, 1})) ==
        "node 0 (Transpose): perm does not name every dimension of 1x2x3 once");
  CHECK(one("DepthToSpace", {1, 8, 2, 3}, attribute("blocksize", 2)) == "1x2x4x6");
  CHECK(one("SpaceToDepth", {1, 2, 4, 6}, attribute("blocksize", 2)) == "1x8x2x3");
  CHECK(one("Expand", {3, 1}, "", 13, {"s"}, Writer().sizes("s", {2, 1, 4})) == "2x3x4");
  CHECK(one("Tile", {3, 1}, "", 13, {"s"}, Writer().sizes("s", {2, 4})) == "6x4");
  CHECK(one("Gather", {5, 6}, attribute("axis", 1), 13, {"i"}, Writer().sizes("i", {0, -1, 2})) == "5x3");
  CHECK(one("Gather", {5, 6}, "", 13, {"i"}, Writer().sizes("i", {5})) ==
        "node 0 (Gather): index 5 is beyond the 5 of axis 0 of the input 5x6");
  CHECK(one("MatMul", {2, 3, 4}, "", 13, {"w"}, Writer().weight("w", {4, 5})) == "2x3x5");
  CHECK(one("MatMul", {4}, "", 13, {"w"}, Writer().weight("w", {4})) == "scalar");
  CHECK(one("Gemm", {3, 4}, attribute("transB", 1), 13, {"w", "b"},
            Writer().weight("w", {5, 4}).weight("b", {5})) == "3x5");
  CHECK(one("Gemm", {3, 4}, "", 13, {"w"}, Writer().weight("w", {5, 4})) ==
        "node 0 (Gemm): shapes 3x4 and 5x4 do not fit together");
  CHECK(one("Add", {3, 1, 4}, "", 13, {"w"}, Writer().weight("w", {2, 1})) == "3x2x4");
  CHECK(one("Add", {3, 4}, "", 13, {"w"}, Writer().weight("w", {3})) ==
        "node 0 (Add): shapes 3x4 and 3 do not fit together");
  CHECK(one("Einsum", {2, 3, 4}, attribute("equation", "bij,bjk->bik"), 13, {"w"},
            Writer().weight("w", {2, 4, 5})) == "2x3x5");
  Writer concat;
  concat.input("a", Sizes{1, 2, 4})
      .input("b", Sizes{1, 3, 4})
      .node("Concat", {"a", "b"}, {"y"}, attribute("axis", -2));
  CHECK(shape_of(concat, "y") == "1x5x4");
}

// y = Reshape(x, Concat(Gather(Shape(x), 0), -1)), as PyTorch writes x.view(x.size(0), -1); twice the height
// by Resize with a size that is computed in floating point.
TEST_CASE("onnx: sizes that are computed from shapes are folded") {
  Writer writer;
  writer.input("x", {"N", "3", "8", "8"})
      .node("Shape", {"x"}, {"shape"})
      .node("Constant", {}, {"zero"}, tensor_attribute("value", number(2, kInt64) + packed(7, {0})))
      .node("Gather", {"shape", "zero"}, {"n"})
      .sizes("axes", {0})
      .node("Unsqueeze", {"n", "axes"}, {"n1"})
      .sizes("rest", {-1})
      .node("Concat", {"n1", "rest"}, {"to"}, attribute("axis", 0))
      .node("Reshape", {"x", "to"}, {"flat"})
      .sizes("two", {2})
      .sizes("four", {4})
      .node("Slice", {"shape", "two", "four"}, {"plane"})
      .node("Cast", {"plane"}, {"real"}, attribute("to", 1))
      .scales("factor", {2.5f})
      .node("Mul", {"real", "factor"}, {"bigger"})
      .node("Floor", {"bigger"}, {"floor"})
      .node("Cast", {"floor"}, {"size"}, attribute("to", 7))
      .node("Slice", {"shape", "axes", "two"}, {"images"})
      .node("Concat", {"images", "size"}, {"sizes"}, attribute("axis", 0))
      .node("Resize", {"x", "", "", "sizes"}, {"big"})
      .output("flat")
      .output("big");
  CHECK(shape_of(writer, "flat") == "1x192");
  CHECK(shape_of(writer, "big") == "1x3x20x20");
  CHECK(shape_of(writer, "big", {{"x", {4, 3, 6, 10}}}) == "4x3x15x25");
  const Result<onnx::Shapes> found = shapes(writer);
  REQUIRE(found.ok());
  int64_t live = 0;
  for (const onnx::NodeValues& node : found->nodes) live += !node.plumbing;
  CHECK(live == 2);
}

TEST_CASE("onnx: what is gathered along any axis is known where the data is") {
  const auto gathered = [](int64_t axis, const std::vector<int64_t>& indices) {
    // [[1, 2, 3], [4, 5, 6]], then what is picked of it in a row, as a shape
    const std::string data = packed(1, {2, 3}) + number(2, kInt64) + packed(7, {1, 2, 3, 4, 5, 6});
    Writer writer;
    writer.node("Constant", {}, {"data"}, tensor_attribute("value", data))
        .sizes("indices", indices)
        .node("Gather", {"data", "indices"}, {"picked"}, attribute("axis", axis))
        .sizes("row", {-1})
        .node("Reshape", {"picked", "row"}, {"shape"})
        .node("ConstantOfShape", {"shape"}, {"y"})
        .output("y");
    return shape_of(writer, "y");
  };
  CHECK(gathered(1, {2, -3}) == "3x1x6x4");
  CHECK(gathered(1, {1, 1, 1}) == "2x2x2x5x5x5");
  CHECK(gathered(0, {1, -2}) == "4x5x6x1x2x3");
}

TEST_CASE("onnx: weights are weights wherever they come from") {
  Writer writer;
  writer.ir_version = 3;  // initializers are inputs, too
  writer.opset = 9;
  writer.input("w_shape", Sizes{4}, kInt64).sizes("w_shape", {8, 3, 3, 3});
  writer.input("x", Sizes{1, 3, 8, 8});
  writer.node("ConstantOfShape", {"w_shape"}, {"w"}).node("Conv", {"x", "w"}, {"y"}).output("y");
  CHECK(shape_of(writer, "y") == "1x8x6x6");
  const Result<onnx::Shapes> found = shapes(writer);
  REQUIRE(found.ok());
  REQUIRE(found->inputs.size() == 1);
  CHECK(found->values[static_cast<size_t>(found->inputs[0])].name == "x");
  CHECK(found->nodes[0].plumbing);
  CHECK_FALSE(found->nodes[1].plumbing);
}

TEST_CASE("onnx: open sizes are asked for") {
  Writer writer;
  writer.input("img", {"N", "3", "H", "W"}).node("Relu", {"img"}, {"y"});
  CHECK(shape_of(writer, "y") ==
        "input \"img\" has the sizes Nx3xHxW: say them with --input img=1x3x224x224");
  CHECK(shape_of(writer, "y", {{"img", {2, 3, 5, 6}}}) == "2x3x5x6");
  CHECK(shape_of(writer, "y", {{"image", {2, 3, 5, 6}}}) ==
        "--input \"image\" is no input of this model; it has \"img\"");
  CHECK(shape_of(writer, "y", {{"img", {2, 3}}}) == "--input \"img\" has 2 sizes, the model's Nx3xHxW has 4");
  for (const char* batch : {"N", "-1", "0"}) {
    Writer open;
    open.input("x", {batch, "3", "4", "5"}).node("Relu", {"x"}, {"y"});
    CHECK(shape_of(open, "y") == "1x3x4x5");
  }
  CHECK(onnx::parse_given("a=b=1x3x224x224")->first == "a=b");
  for (const char* wrong :
       {"x", "x=", "=1x2", "x=1x", "x=1xx2", "x=0x2", "x=-1x2", "x=1x2 ", "x=99999999999999999999"}) {
    CAPTURE(wrong);
    CHECK_FALSE(onnx::parse_given(wrong).ok());
  }
}

TEST_CASE("onnx: operators without a rule stop nothing but the shapes behind them") {
  Writer writer;
  writer.input("x", Sizes{1, 3, 4, 4})
      .node("FancyOp", {"x"}, {"a"})
      .node("Relu", {"a"}, {"b"})
      .node("Relu", {"x"}, {"c"})
      .node("If", {"x"}, {"d"}, bytes(5, bytes(1, "then_branch") + bytes(6, bytes(1, "anything"))));
  CHECK(shape_of(writer, "b") == "?");
  CHECK(shape_of(writer, "c") == "1x3x4x4");
  CHECK(shape_of(writer, "d") == "?");
}

TEST_CASE("onnx: graphs that do not hang together are told by node and operator") {
  Writer circle;
  circle.input("x", Sizes{1, 2})
      .node("Relu", {"x"}, {"r"})
      .node("Add", {"r", "c"}, {"b"}, "", "sum")
      .node("Relu", {"b"}, {"c"});
  CHECK(shape_of(circle, "c") == "node \"sum\" (Add): needs its own output: the graph goes in a circle");
  Writer loop;
  loop.input("x", Sizes{1, 2}).node("Add", {"x", "y"}, {"y"}, "", "own");
  CHECK(shape_of(loop, "y") == "node \"own\" (Add): needs its own output: the graph goes in a circle");
  Writer missing;
  missing.input("x", Sizes{1, 2}).node("Add", {"x", "lost"}, {"y"}, "", "sum");
  CHECK(shape_of(missing, "y") == "node \"sum\" (Add): input \"lost\" is made by no node");
  Writer twice;
  twice.input("x", Sizes{1, 2}).node("Relu", {"x"}, {"y"}).node("Relu", {"x"}, {"y"});
  CHECK(shape_of(twice, "y") == "node 1 (Relu): output \"y\" is made twice, also by node 0 (Relu)");
  Writer backwards;  // not in the order the format wants, but whole
  backwards.input("x", Sizes{1, 2}).node("Relu", {"a"}, {"y"}).node("Relu", {"x"}, {"a"});
  CHECK(shape_of(backwards, "y") == "1x2");
  Writer output;
  output.input("x", Sizes{1, 2}).output("z");
  CHECK(shape_of(output, "x") == "output \"z\" is made by no node");
}

TEST_CASE("onnx: hostile files get a sentence") {
  const std::string good = Writer().input("x", Sizes{1, 2}).node("Relu", {"x"}, {"y"}).output("y").model();
  REQUIRE(read(good).ok());
  for (size_t length = 0; length < good.size(); ++length) {
    CAPTURE(length);
    const Result<onnx::Model> part = read(good.substr(0, length));
    CHECK((part.ok() || !part.status().message().empty()));
  }
  CHECK(failure("") == "is not an ONNX model: it has no graph");
  CHECK(failure(number(1, 8)) == "is not an ONNX model: it has no graph");
  CHECK(failure("hello, world") == "is not an ONNX model: no field of one begins at byte 2");
  // Lengths that lie.
  CHECK(failure(varint(7 << 3 | 2) + varint(uint64_t{1} << 62) + "x") == "ends in the middle, at byte 11");
  CHECK(failure(bytes(7, varint(1 << 3 | 2) + varint(1000))) ==
        "has a field of 1000 bytes at byte 2, beyond the end of its message");
  CHECK(failure(varint(7 << 3 | 2) + std::string(11, '\xff')) ==
        "has a number of more than 10 bytes at byte 1");
  CHECK(failure(bytes(7, bytes(1, bytes(4, "Relu") + std::string("\x2a\x7f", 2)))) ==
        "node 0: has a field of 127 bytes at byte 10, beyond the end of its message");
  // Groups, which nest without end, are no part of the format.
  CHECK(failure(std::string(1000, '\x3b')) == "is not an ONNX model: no field of one begins at byte 0");
  // A billion dimensions; dimensions whose product is beyond all bounds; a negative one.
  std::string many = varint(1 << 3 | 2) + varint(1000000000) + std::string(100, '\1');
  CHECK(failure(bytes(7, bytes(5, packed(1, Sizes(33, 1))))) ==
        "has an initializer's dims of more than 32 numbers");
  CHECK(failure(bytes(7, bytes(5, many))).find("beyond the end of its message") != std::string::npos);
  CHECK(failure(Writer().weight("w", {INT64_MAX, INT64_MAX}).model()) ==
        "initializer \"w\" has sizes that do not fit in 63 bits");
  CHECK(failure(Writer().weight("w", {-5}).model()) ==
        "initializer \"w\" has sizes that do not fit in 63 bits");
  CHECK(failure(Writer().node(std::string(5000, 'a'), {}, {}).model()).find("more than the limit of 4096") !=
        std::string::npos);
  CHECK(failure(bytes(7, bytes(1, bytes(1, "x")))) == "node 0: has no op_type");
  // Sizes that grow beyond all bounds on the way.
  Writer growing;
  growing.input("x", Sizes{1000, 1000}).sizes("r", {1000000, 1000000});
  for (int i = 0; i < 4; ++i)
    growing.node("Tile", {i == 0 ? "x" : "y" + std::to_string(i - 1), "r"}, {"y" + std::to_string(i)});
  CHECK(shape_of(growing, "y3") ==
        "node 1 (Tile): an output of 1000000000000000x1000000000000000 is too large");
  // Numbers of windows that no arithmetic stands.
  CHECK(one("MaxPool", {1, 1, 8, 8}, attribute("kernel_shape", Sizes{INT64_MAX, 1})).find("2^31") !=
        std::string::npos);
  CHECK(
      one("MaxPool", {1, 1, 8, 8}, attribute("kernel_shape", Sizes{2, 2}) + attribute("strides", Sizes{0, 1}))
          .find("strides has a 0") != std::string::npos);
}
