#include <doctest/doctest.h>

#include "core/chain/presets.h"
#include "core/io/chain_json.h"
#include "core/io/npy.h"
#include "tests/support/onnx_writer.h"
#include "tests/support/sessions.h"
#include "tests/support/temp_folder.h"

namespace poolglass {

using namespace testing;

TEST_CASE("opening decides by what is in the file") {
  TempFolder folder;
  const auto open = [&](const std::string& name) {
    Result<std::vector<Action>> actions = open_path(folder / name);
    REQUIRE_MESSAGE(actions.ok(), actions.status().message());
    Model model;
    for (const Action& action : *actions) act(model, action);
    return model;
  };
  REQUIRE(write_chain_file(folder / "c.txt", chain_preset("odd").value()).ok());
  const Model chain = open("c.txt");
  CHECK(chain.room == Room::kChain);
  CHECK(chain.chain.document.chain == chain_preset("odd").value());

  const float x[6] = {1, 2, 3, 4, 5, 6};
  REQUIRE(write_npy(folder / "x", {2, 3}, x).ok());
  const Model grid = open("x");
  CHECK(grid.room == Room::kStep);
  CHECK(grid.step.document.grid.size == Size2{2, 3});
  CHECK(grid.step.document.source.file == "x");

  REQUIRE(write_state_file(folder / "s.json", busy()).ok());
  CHECK(write_state_json(open("s.json")) == write_state_json(busy()));

  folder.write("p.png", "\x89PNG\r\n");
  folder.write("bad.npy", "nonsense");
  folder.write("bad.json", state("\"room\": 1"));
  folder.write("empty", "");
  for (const char* name : {"p.png", "bad.npy", "bad.json", "empty", "none", ""}) {
    const Result<std::vector<Action>> actions = open_path(folder / name);
    REQUIRE(!actions.ok());
    CHECK(actions.status().message().find(folder / name) == 0);
  }
}

TEST_CASE("a plain chain in an .onnx file opens as a chain") {
  using namespace onnx_writer;
  const TempFolder folder;
  const std::string window = attribute("kernel_shape", Sizes{2, 2}) + attribute("strides", Sizes{2, 2});
  Writer plain;
  plain.input("photo", {"N", "3", "8", "10"})
      .weight("w", {6, 3, 3, 3})
      .node("Conv", {"photo", "w"}, {"c"}, attribute("pads", Sizes{1, 1, 1, 1}), "stem")
      .node("Relu", {"c"}, {"r"})
      .node("MaxPool", {"r"}, {"p"}, window)
      .output("p");
  folder.write("plain.onnx", plain.model());
  folder.write("no-ending", plain.model());
  for (const char* name : {"plain.onnx", "no-ending"}) {
    const Result<std::vector<Action>> actions = open_path(folder / name);
    REQUIRE_MESSAGE(actions.ok(), actions.status().message());
    Model model;
    for (const Action& action : *actions) act(model, action);
    CHECK(model.room == Room::kChain);
    const Chain& chain = model.chain.document.chain;
    CHECK(chain.plane == Size2{8, 10});
    REQUIRE(chain.layers.size() == 3);
    CHECK(chain.layers[0].name == "stem");
    CHECK(chain.layers[2].kind == LayerKind::kMaxPool2d);
  }
  Writer branch;
  branch.input("x", Sizes{1, 3, 8, 8})
      .node("Relu", {"x"}, {"a"})
      .node("Add", {"a", "x"}, {"y"}, "", "join")
      .output("y");
  folder.write("branch.onnx", branch.model());
  const Result<std::vector<Action>> actions = open_path(folder / "branch.onnx");
  REQUIRE_MESSAGE(actions.ok(), actions.status().message());
  Model model;
  for (const Action& action : *actions) act(model, action);
  REQUIRE(model.chain.document.graph != nullptr);
  CHECK(model.chain.document.graph->names == std::vector<std::string>{"x", "relu1", "join"});
  CHECK(model.chain.document.graph->title == "branch");
  CHECK(model.chain.document.graph_layer == 2);
}

constexpr const char* kBranches = R"({"format": 2, "input": [3, 8, 8], "layers": [
  {"type": "conv2d", "name": "stem", "out_channels": 4, "kernel": 3, "padding": 1},
  {"repeat": 3, "layers": [
    {"type": "conv2d", "name": "b{i}", "out_channels": 4, "kernel": 3, "padding": 1},
    {"type": "add", "name": "j{i}", "inputs": ["b{i}", "@in"]}]}]})";

TEST_CASE("a network opens, is saved with its undo history and comes back") {
  const TempFolder folder;
  folder.write("net.json", kBranches);
  const Result<std::vector<Action>> actions = open_path(folder / "net.json");
  REQUIRE_MESSAGE(actions.ok(), actions.status().message());
  Model model;
  for (const Action& action : *actions) act(model, action);
  REQUIRE(model.chain.document.graph != nullptr);
  act(model, chain::Action(chain::SetInput{3, {16, 16}}));
  act(model, chain::Action(chain::SelectLayer{2}));
  act(model, chain::Action(chain::PinCell{{3, 5}}));
  act(model, chain::Action(chain::OpenFold{2, true}));
  chain::GraphLook look = model.chain.look;
  look.view = chain::GraphView::kLayers;
  look.tint = chain::Tint::kField;
  act(model, chain::Action(chain::SetLook{look}));
  const std::string text = write_state_json(model);
  const Model again = read(text);
  CHECK(write_state_json(again) == text);
  CHECK(chain::same_work(again.chain.document, model.chain.document));
  CHECK(again.chain.document.graph_layer == 2);
  CHECK(again.chain.look == model.chain.look);
  CHECK(again.chain.pinned == model.chain.pinned);

  KeptState kept;
  kept.model = model;
  const std::string kept_text = write_kept_state_json(kept);
  const Result<KeptState> back = parse_kept_state_json(kept_text);
  REQUIRE_MESSAGE(back.ok(), back.status().message());
  CHECK(write_kept_state_json(*back) == kept_text);
  Model undone = back->model;
  act(undone, Undo{});
  REQUIRE(undone.chain.document.graph != nullptr);
  CHECK(undone.chain.document.graph->figures.input_size == Size2{8, 8});
  act(undone, Undo{});  // the lesson's chain, from before it was opened
  CHECK(undone.chain.document.graph == nullptr);
  act(undone, Redo{});
  CHECK(undone.chain.document.graph != nullptr);
}

TEST_CASE("a file of format 2 that is a plain chain opens as one") {
  const TempFolder folder;
  folder.write("plain.json", R"({"format": 2, "input": [3, 8, 8], "layers": [{"type": "relu"}]})");
  const Result<std::vector<Action>> actions = open_path(folder / "plain.json");
  REQUIRE_MESSAGE(actions.ok(), actions.status().message());
  Model model;
  for (const Action& action : *actions) act(model, action);
  CHECK(model.chain.document.graph == nullptr);
  CHECK(model.chain.document.chain.layers.size() == 1);
}

TEST_CASE("networks of torch, Keras, Caffe and this program are pasted") {
  chain::Model room;
  const auto paste = [&](std::string_view text) {
    const Result<chain::Action> action = chain::pasted(text, room);
    REQUIRE_MESSAGE(action.ok(), action.status().message());
    chain::update(room, *action);
  };
  paste(kBranches);
  REQUIRE(room.document.graph != nullptr);
  CHECK(room.document.graph->size() == 8);
  CHECK_FALSE(chain::pasted("conv 8", room).ok());
  paste("Sequential(\n  (0): Conv2d(3, 6, kernel_size=(3, 3), stride=(1, 1))\n  (1): ReLU()\n)");
  CHECK(room.document.graph == nullptr);
  REQUIRE(room.document.chain.layers.size() == 2);
  CHECK(room.document.chain.plane == Size2{8, 8});  // of what was there
  paste("Sequential(\n  (0): Conv2d(3, 6, kernel_size=(3, 3), stride=(1, 1))\n  (1): BatchNorm2d(6)\n)");
  CHECK(room.document.graph != nullptr);
  paste(
      "input: \"data\" input_dim: 1 input_dim: 3 input_dim: 9 input_dim: 9\n"
      "layer { name: \"c\" type: \"Convolution\" bottom: \"data\" top: \"c\"\n"
      "convolution_param { num_output: 4 kernel_size: 3 } }");
  CHECK(room.document.graph == nullptr);
  CHECK(room.document.chain.layers.size() == 1);
}

TEST_CASE("published networks are presets, of a state too") {
  const Model model = read(state(R"("room": "chain", "chain": {"preset": "resnet18", "layer": 3})"));
  REQUIRE(model.chain.document.graph != nullptr);
  CHECK(model.chain.document.graph->title == "resnet18");
  CHECK(model.chain.document.graph_layer == 3);
  Model edited = model;
  act(edited, chain::Action(chain::AddNetworkLayer{1, network::Place::kInLine}));
  act(edited, chain::Action(chain::SetRival{{network::WhatIf::kConv3, "", model.chain.document.graph}}));
  const std::string text = write_state_json(edited), key = ", \"published\": true";
  const Model again = read(text);
  CHECK(unnamed_words(again.chain.document) == "resnet18, edited");
  CHECK(again.chain.document.rival.held->origin == chain::Origin::kPublished);
  REQUIRE(text.find(key) != std::string::npos);  // a state of before does not tell
  CHECK(unnamed_words(read(std::string(text).erase(text.find(key), key.size())).chain.document) ==
        "A file's");
  CHECK(error_of(state(R"("chain": {"preset": "resnet18", "layer": 99999})")).find("layer must be") !=
        std::string::npos);
  CHECK(error_of(state(R"("chain": {"network": {"format": 2, "input": [1, 4, 4], "layers": [7]}})"))
            .find("network: ") != std::string::npos);
}

}  // namespace poolglass
