#include <doctest/doctest.h>

#include <cmath>

#include "core/io/pasted_text.h"

namespace poolglass {
namespace {

std::vector<float> values(std::string_view text, Size2 size) {
  const Result<PastedCells> cells = parse_cells(text);
  REQUIRE_MESSAGE(cells.ok(), cells.status().message());
  CHECK(cells->size == size);
  return cells->values;
}

std::vector<Layer> layers(std::string_view text) {
  const Result<PastedLayers> pasted = parse_layers(text);
  REQUIRE_MESSAGE(pasted.ok(), pasted.status().message());
  return pasted->layers;
}

}  // namespace

TEST_CASE("cells are told apart by tabs, semicolons, commas or blanks") {
  const std::vector<float> four = {1, 2, 3, 4};
  CHECK(values("1\t2\n3\t4\n", {2, 2}) == four);
  CHECK(values("1,2\r\n3,4\r\n", {2, 2}) == four);
  CHECK(values("1;2\n3;4", {2, 2}) == four);
  CHECK(values("1 2\n 3   4 ", {2, 2}) == four);
  CHECK(values("1\t2\t3\t4", {1, 4}) == four);
  CHECK(values("1\n2\n3\n4\n\n", {4, 1}) == four);
  CHECK(values("7", {1, 1}) == std::vector<float>{7});
}

TEST_CASE("numbers as programs and people write them") {
  CHECK(values("-7\t.5\t1e2\t+3", {1, 4}) == std::vector<float>{-7, 0.5f, 100, 3});
  CHECK(values("−1.5 ∞ −∞", {1, 3})[0] == -1.5f);
  CHECK(values("0,5;1,25", {1, 2}) == std::vector<float>{0.5f, 1.25f});
  CHECK(values("0,5\t1,25", {1, 2}) == std::vector<float>{0.5f, 1.25f});
  CHECK(std::isnan(values("nan,inf", {1, 2})[0]));
  CHECK(std::isinf(values("nan,inf", {1, 2})[1]));
}

TEST_CASE("cells that are none are refused with their place") {
  const auto sentence = [](std::string_view text) { return parse_cells(text).status().message(); };
  CHECK(sentence("1\t2\n3\tx") == "row 2, column 2 of the pasted cells, \"x\", is not a number");
  CHECK(sentence("1\t2\n3") == "row 2 of the pasted cells has 1, the first row 2");
  CHECK(sentence("1\t\t3") == "row 1, column 2 of the pasted cells is empty");
  CHECK(sentence("") == "the pasted text has no cells");
  CHECK(sentence("1e999") == "row 1, column 1 of the pasted cells, \"1e999\", is not a number");
}

TEST_CASE("one cell and several") {
  CHECK_FALSE(several_cells("12"));
  CHECK_FALSE(several_cells(" -1.5\n"));
  CHECK(several_cells("1\t2"));
  CHECK(several_cells("1\n2"));
  CHECK(several_cells("1,2"));
}

TEST_CASE("layers in words") {
  const std::vector<Layer> all = layers(
      "conv 64 k7 s2 p3\n"
      "stem: Conv 8 K=3x5 p1x2 nobias  # a remark\n"
      "max\n"
      "avg k3 s2 p1 ceil nopad; relu\n\n"
      "adaptive 7x5\n"
      "global\n"
      "flatten\n"
      "linear 10");
  REQUIRE(all.size() == 9);
  CHECK(all[0].kind == LayerKind::kConv2d);
  CHECK(all[0].out_channels == 64);
  CHECK(all[0].kernel == Size2{7, 7});
  CHECK(all[0].stride == Size2{2, 2});
  CHECK(all[0].padding == Padding{3, 3, 3, 3});
  CHECK(all[1].name == "stem");
  CHECK(all[1].kernel == Size2{3, 5});
  CHECK(all[1].padding == Padding{1, 2, 1, 2});
  CHECK_FALSE(all[1].bias);
  CHECK(all[2] == default_layer(LayerKind::kMaxPool2d));
  CHECK(all[3].ceil_mode);
  CHECK_FALSE(all[3].count_include_pad);
  CHECK(all[4] == default_layer(LayerKind::kRelu));
  CHECK(all[5].output_size == Size2{7, 5});
  CHECK(all[8].out_features == 10);
  CHECK(layers("pool k3")[0].stride == Size2{3, 3});  // PyTorch: as the kernel
}

TEST_CASE("an input may come first and makes a whole chain of the text") {
  const Result<PastedLayers> pasted = parse_layers("input 3 x 224 x 200\nmax_pool2d k2");
  REQUIRE(pasted.ok());
  REQUIRE(pasted->input.has_value());
  CHECK(pasted->input->channels == 3);
  CHECK(pasted->input->plane == Size2{224, 200});
}

TEST_CASE("what is no layer is refused with its line") {
  const auto sentence = [](std::string_view text) { return parse_layers(text).status().message(); };
  CHECK(sentence("max\nconf 3 k3") == "line 2 of the pasted layers: \"conf\" is no kind of layer");
  CHECK(sentence("conv 64") == "line 1 of the pasted layers: conv needs its kernel, as in k3");
  CHECK(sentence("conv k3") == "line 1 of the pasted layers: conv needs a number: what it makes");
  CHECK(sentence("conv 64 k3 q9") == "line 1 of the pasted layers: \"q9\" is not understood");
  CHECK(sentence("relu k3") == "line 1 of the pasted layers: relu has no k");
  CHECK(sentence("max s0") == "line 1 of the pasted layers: s must be at least 1");
  CHECK(sentence("max 3") == "line 1 of the pasted layers: \"3\" says nothing about max_pool2d");
  CHECK(sentence("conv 99999999999 k3") == "line 1 of the pasted layers: \"99999999999\" is not understood");
  CHECK(sentence("relu\ninput 3x4x4") ==
        "line 2 of the pasted layers: input is channels x height x width, and comes first");
  CHECK(sentence(" \n# nothing") == "the pasted text has no layers");
}

}  // namespace poolglass
