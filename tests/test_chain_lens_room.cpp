// What the Chain room's lenses find and let go of, and edits that make a chain a network.
#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <new>
#include <string>
#include <utility>

#include "app/rooms/chain/lens_words.h"
#include "app/rooms/chain/model.h"
#include "core/chain/as_network.h"
#include "core/chain/presets.h"

using namespace poolglass;
using namespace poolglass::chain;

namespace {

struct Looked {
  chain::Model model;
  chain::Derived derived;
  Environment environment;

  explicit Looked(const char* preset = "lesson", size_t lens = kCostLens) {
    const Status opened = apply_preset(model, preset);
    REQUIRE_MESSAGE(opened.ok(), opened.message());
    look(lens);
  }
  void find() { derive(model, derived, environment); }
  void look(size_t lens) {
    change_lens(model, lens);
    find();
  }
  template <class A>
  void act(const A& action) {
    update(model, chain::Action(action));
    find();
  }
  LayerId id(size_t index) const { return model.document.identities[index].id; }
  void back() {
    undo(model);
    find();
  }
  // Derives until nothing is being found any more.
  void settle() {
    for (int i = 0; i < 10'000 && derived.finding(); ++i) {
      environment.patience = 0.01;
      find();
    }
    REQUIRE_FALSE(derived.finding());
  }
};

}  // namespace

TEST_CASE("lenses show a chain as a network; the Cost lens edits it as before") {
  Looked room;
  room.look(kFieldLens);
  REQUIRE(room.derived.network.graph != nullptr);
  CHECK(room.derived.network.graph->size() == 9);
  CHECK(room.derived.network.selected == 8);
  CHECK(room.derived.lens.paths.columns.counts.size() == 46);
  CHECK(room.derived.lens.paths.core_columns.cells == 34);
  room.act(SelectLayer{2});
  CHECK(room.model.document.selected == room.id(1));
  CHECK(room.derived.network.selected == 2);
  room.act(SelectLayer{0});
  CHECK(room.model.document.selected == kInput);
  CHECK_FALSE(room.derived.lens.paths.why_not.empty());
  room.look(kCostLens);
  CHECK(room.derived.network.graph == nullptr);
  CHECK(room.derived.rows.size() == 8);
  CHECK(room.derived.lens.paths.plane.counts.empty());
}

TEST_CASE("two pinned units share what both see") {
  Looked room;
  room.look(kFieldLens);
  room.act(PinCell{{1, 2}});
  room.act(PinSecond{Cell{2, 1}});
  REQUIRE(room.derived.lens.overlap);
  CHECK(room.derived.lens.overlap->cells == 900);
  CHECK(room.derived.lens.overlap->of == 2116);
  CHECK(room.derived.lens.overlap->centres_down == 16);
  CHECK(room.derived.lens.overlap->centres_right == -16);
  CHECK(status_sentence(room.model, room.derived).find("share 30×30 px, 42.5 %") != std::string::npos);
  CHECK(room.derived.network.second_rows.front() == network::Interval{17, 62});
  room.act(LetGo{});
  CHECK_FALSE(room.model.second);
  CHECK(room.model.pinned);
  room.act(PinSecond{Cell{9, 9}});  // into the map
  CHECK(*room.model.second == Cell{3, 3});
  room.act(SelectLayer{6});  // pool3, 8 x 8 cells: the second unit stays pool4's
  CHECK(room.model.second_layer == 8);
  room.act(PinCell{{7, 7}});
  REQUIRE(room.derived.lens.overlap);
  CHECK(room.derived.lens.overlap->second.rows == Interval{33, 78});
  CHECK(room.derived.lens.overlap->of == 22 * 22);
  room.act(AddNetworkLayer{1, network::Place::kBranch});
  CHECK_FALSE(room.model.second);
}

TEST_CASE("a cell of a join that is not aligned reads through each of its paths") {
  Looked room;
  network::Network bent = network::with_input(1, 32, 24);
  const auto add = [&](network::Kind kind, std::vector<int32_t> inputs) -> network::Layer& {
    network::Layer layer = network::default_layer(kind);
    layer.inputs = std::move(inputs);
    return bent.layers.emplace_back(std::move(layer));
  };
  network::Layer& wide = add(network::Kind::kConv2d, {0});
  wide.out_channels = 1;
  wide.kernel = {3, 5};
  wide.padding = {0, 2, 0, 2};
  add(network::Kind::kCrop, {0}).padding = {0, 0, 2, 0};  // below: rows alone are not aligned
  add(network::Kind::kAdd, {1, 2});
  room.act(SetGraph{make_graph(std::move(bent), "bent")});
  room.look(kFieldLens);
  room.act(SelectLayer{3});
  room.act(PinCell{{7, 10}});
  REQUIRE(room.derived.network.paths.size() == 2);
  CHECK(room.derived.network.paths[0].rows == Interval{7, 9});
  CHECK(room.derived.network.paths[0].columns == Interval{8, 12});
  CHECK(room.derived.network.paths[1].rows == Interval{7, 7});
  CHECK(room.derived.network.paths[1].columns == Interval{10, 10});
  room.act(SelectLayer{1});
  CHECK(room.derived.network.paths.empty());
  CHECK(room.derived.network.figures.padding == Span2{0, 2});
}

TEST_CASE("the second unit is shown in its layer's plane, whatever a saved state says") {
  Looked room;
  room.look(kFieldLens);
  room.model.second = chain::Cell{500, 1};
  room.model.second_layer = 8;
  room.find();
  CHECK(room.derived.lens.second == chain::Cell{3, 1});
  CHECK(room.derived.lens.overlap);
  room.act(Select{kInput});
  CHECK(room.derived.lens.second == chain::Cell{3, 1});
  room.act(PinSecond{});
  CHECK_FALSE(room.derived.lens.second);
}

TEST_CASE("the mark and the second unit go when layers are counted anew, and no layer beyond is marked") {
  Looked room("lesson", kFieldLens);
  room.act(MarkLayer{9});
  CHECK_FALSE(room.model.marked);
  room.act(MarkLayer{-1});
  CHECK_FALSE(room.model.marked);
  const auto pin = [&] {
    room.act(Select{room.model.document.identities.back().id});
    room.act(PinSecond{Cell{1, 1}});
    room.act(MarkLayer{8});
    REQUIRE(room.model.second);
    REQUIRE(room.model.marked == 8);
  };
  pin();
  room.act(MoveLayer{room.id(2), 3});  // as many layers as before
  CHECK_FALSE(room.model.second);
  CHECK_FALSE(room.model.marked);
  pin();
  room.act(SetInput{3, {96, 96}});  // the layers are the same
  CHECK(room.model.second);
  CHECK(room.model.marked == 8);
  // Networks of as many layers, of other names.
  network::Network net = as_network(room.model.document.chain);
  room.act(SetGraph{make_graph(net, "a")});
  room.act(MarkLayer{3});
  net.layers[4].name = "another";
  room.act(SetGraph{make_graph(net, "b")});
  CHECK_FALSE(room.model.marked);
}

TEST_CASE("a search that finds no memory says so") {
  const std::atomic<bool> stop = false;
  const auto find = [](PathResults, const std::atomic<bool>&) -> PathResults { throw std::bad_alloc(); };
  PathResults wanted;
  wanted.layer = 7;
  const PathResults none = found_or_why(wanted, find, stop);
  CHECK(none.layer == 7);
  CHECK(none.why_not == "there is not enough memory");
  Looked room("lesson", kSizesLens);
  room.derived.lens.sizes.why_not = none.why_not;
  CHECK(lens_report(room.model, room.derived).find("sizes were not tried: there is not enough memory") !=
        std::string::npos);
}

TEST_CASE("what a cell reads is found anew in another network") {
  Looked room("lesson", kFieldLens);
  for (const int64_t kernel : {3, 5}) {
    network::Network network = network::with_input(1, 16, 16);
    network.layers.push_back(network::default_layer(network::Kind::kConv2d));
    network.layers[1].kernel = {kernel, kernel};
    network.layers[1].padding = {kernel / 2, kernel / 2, kernel / 2, kernel / 2};
    room.act(SetGraph{make_graph(network, "mine")});
    room.act(SelectLayer{1});
    room.act(PinCell{{8, 8}});
    CAPTURE(kernel);
    REQUIRE(room.derived.network.traced == 1);
    CHECK(room.derived.network.rows.cells[0] == network::Interval{8 - kernel / 2, 8 + kernel / 2});
    CHECK(room.derived.network.columns_read.cells[0] == network::Interval{8 - kernel / 2, 8 + kernel / 2});
  }
}

TEST_CASE("a playhead beyond a map's last cell shows its last cell") {
  Looked room("lesson", kFieldLens);
  room.act(SelectLayer{8});  // 4x4
  room.model.playhead.index = 64 * 64 - 1;
  room.find();
  CHECK(room.derived.cell.row == 3);
  CHECK(room.derived.cell.column == 3);
}

TEST_CASE("a hovered layer shows what its unit at the same place sees") {
  Looked room("lesson", kFieldLens);
  room.act(PinCell{{3, 3}});
  room.act(HoverLayer{2});  // pool1
  REQUIRE(room.derived.network.hovered_field);
  CHECK(room.derived.network.hovered_cell == Cell{28, 28});
  CHECK(room.derived.network.hovered_field->rows == Interval{55, 58});
  room.act(HoverLayer{8});  // is shown anyway
  CHECK_FALSE(room.derived.network.hovered_field);
  room.look(kProofLens);
  CHECK_FALSE(room.model.hovered_layer);
}

TEST_CASE("the Proof lens walks layers, and cells go on where they were") {
  Looked room;
  room.act(PinCell{{3, 3}});
  room.look(kProofLens);
  CHECK(playback_length(room.derived) == 9);
  CHECK(room.derived.cell.row == 3);
  CHECK(room.derived.cell.column == 3);
  CHECK(status_sentence(room.model, room.derived) ==
        "pool4: forward 46, backward 46, by index 46: they agree; the shortcut says 76");
  room.model.playhead.index = 6;
  derive(room.model, room.derived);
  CHECK(status_sentence(room.model, room.derived).find("Step 6 of 8. Forward, pool3: 18 + (2 − 1)·4 = 22") ==
        0);
  CHECK(status_sentence(room.model, room.derived).find("the shortcut: 18·2 = 36") != std::string::npos);
  room.look(kFieldLens);
  CHECK(room.derived.cell.row == 3);
  CHECK(room.derived.cell.column == 3);
  CHECK(room.model.playhead.index == 15);
}

TEST_CASE("there is no pixel to poke where a side of the input is not known") {
  for (const Size2 size : {Size2{8, network::kUnknownSize}, Size2{network::kUnknownSize, 8}}) {
    network::Network network = network::with_input(3, size.h, size.w);
    network.layers.push_back(network::default_layer(network::Kind::kConv2d));
    Looked room("lesson", kProofLens);
    room.act(SetGraph{make_graph(network, "mine")});
    room.act(SetProof{Proof::kPoke});
    CHECK_FALSE(room.derived.lens.poke.pixel);
  }
}

TEST_CASE("a poked pixel moves the box that the formula gives") {
  Looked room;
  room.look(kProofLens);
  room.act(SetProof{Proof::kPoke});
  CHECK(room.derived.lens.poke.same());
  room.act(PokePixel{Cell{0, 63}});
  CHECK(room.derived.lens.poke.moved.rows == network::Interval{0, 0});
  CHECK(room.derived.lens.poke.moved.columns == network::Interval{3, 3});
  CHECK(room.derived.lens.poke.same());
  room.act(LetGo{});
  CHECK_FALSE(room.model.poked);
}

TEST_CASE("a change that is compared with is kept as one step of undo") {
  Looked room;
  room.act(SetChain{chain_preset("exercise").value()});
  room.look(kCompareLens);
  CHECK(room.derived.comparison.options.size() == network::kWhatIfs.size());
  CHECK(room.derived.comparison.b.rows.most == 61);
  CHECK(room.derived.comparison.b.params.value - room.derived.comparison.a.params.value == 783'840);
  CHECK(std::ranges::count(room.derived.comparison.changed, true) == 4);
  const LayerId pool = room.id(7);
  room.act(ApplyWhatIf{network::WhatIf::kBlur});
  CHECK(room.model.document.chain.layers.size() == 16);
  CHECK(room.model.document.identities.size() == 16);
  CHECK(std::ranges::count(room.model.document.identities, pool, &Identity::id) == 1);
  room.back();
  CHECK(room.model.document.chain == chain_preset("exercise").value());
  room.act(SetRival{{network::WhatIf::kGap, ""}});
  CHECK(room.derived.comparison.net.graph == nullptr);
  CHECK(room.derived.comparison.why_not == "there is no flatten of a map");
  room.act(ApplyWhatIf{network::WhatIf::kGap});  // changes nothing
  CHECK(room.model.document.chain == chain_preset("exercise").value());
  room.act(SetRival{{network::WhatIf::kGap, "vgg16"}});
  REQUIRE(room.derived.comparison.net.graph != nullptr);
  CHECK(room.derived.comparison.b.rows.most == 212);
  room.act(SetRival{{network::WhatIf::kGap, "nothing"}});
  CHECK_FALSE(room.derived.comparison.why_not.empty());
}

TEST_CASE("the Sizes lens finds what fits, and the resolutions of the selected layer") {
  Looked room;
  room.look(kSizesLens);
  const SizeResults& sizes = room.derived.lens.sizes;
  CHECK(sizes.fitting.smallest == 16);
  CHECK(sizes.smaller == 48);
  CHECK(sizes.larger == 80);
  room.act(SetInput{3, {70, 70}});
  CHECK(room.derived.lens.sizes.larger == 80);
  CHECK(room.derived.lens.sizes.smaller == 64);
  CHECK(status_sentence(room.model, room.derived).find("multiples of 16 lose no row") != std::string::npos);
}

TEST_CASE(
    "the Sizes lens tells a layer's field and padding at other sizes, where units see no more than a part") {
  Looked room("resnet18", kSizesLens);
  const auto lines_with_field = [&](int32_t layer) {
    room.act(SelectLayer{layer});
    const std::string report = lens_report(room.model, room.derived);
    const std::string words = ", field 435, padding 217, ";  // as published for ResNet-18
    int lines = 0;
    for (size_t at = 0; (at = report.find(words, at)) != std::string::npos; ++at) ++lines;
    CHECK((report.find(", field ") == std::string::npos) == (lines == 0));
    return lines;
  };
  const auto& layers = room.model.document.graph->network.layers;
  const auto pool = std::find_if(layers.begin(), layers.end(), [](const network::Layer& layer) {
    return layer.kind == network::Kind::kGlobalAvgPool2d || layer.kind == network::Kind::kAdaptiveAvgPool2d;
  });
  REQUIRE(pool != layers.end());
  const auto at = static_cast<int32_t>(pool - layers.begin());
  CHECK(lines_with_field(at - 1) == std::ssize(room.derived.lens.sizes.resolutions));
  CHECK(lines_with_field(at) == 0);  // sees everything
}

TEST_CASE("letting go takes what is in sight: no pin of another lens, none that playback has left") {
  Looked room("lesson", kFieldLens);
  room.act(PinCell{{1, 1}});
  room.act(PinSecond{Cell{2, 2}});
  room.look(kCostLens);
  room.act(LetGo{});
  CHECK(room.model.second == Cell{2, 2});  // is not shown there
  CHECK_FALSE(room.model.pinned);
  room.look(kProofLens);
  room.act(SetProof{Proof::kPoke});
  room.act(PokePixel{Cell{3, 3}});
  room.look(kFieldLens);
  room.act(LetGo{});
  CHECK_FALSE(room.model.second);
  CHECK(room.model.poked == Cell{3, 3});
  room.act(PinCell{{0, 0}});
  room.model.playhead.playing = true;
  const LayerId selected = room.model.document.selected;
  room.act(LetGo{});
  CHECK(room.model.document.selected != selected);
}

TEST_CASE("the Proof lens comes back to the pixel that is held, or begins in the middle") {
  Looked room("lesson", kProofLens);
  room.act(SetProof{Proof::kPoke});
  CHECK(room.derived.lens.poke.pixel == Cell{32, 32});
  room.look(kCostLens);
  room.look(kProofLens);
  CHECK(room.derived.lens.poke.pixel == Cell{32, 32});
  room.act(PokePixel{Cell{5, 60}});
  room.look(kFieldLens);
  room.look(kProofLens);
  CHECK(room.derived.lens.poke.pixel == Cell{5, 60});
}

TEST_CASE("paths, sizes and what a pixel moves are found beside the window, and stopped when not wanted") {
  Looked room("densenet121");
  room.environment.patience = 0;
  room.look(kFieldLens);
  CHECK(room.derived.lens.finding_paths);
  CHECK(room.derived.lens.paths.plane.counts.empty());
  CHECK(status_sentence(room.model, room.derived).find("being counted") != std::string::npos);
  room.settle();
  CHECK_FALSE(room.derived.lens.paths.plane.counts.empty());
  // The same counts, moved: nothing is counted again.
  room.environment.patience = 0;
  room.act(HoverCell{Cell{0, 0}});
  CHECK_FALSE(room.derived.lens.finding());
  CHECK(room.derived.lens.paths.cell == Cell{0, 0});
  room.look(kProofLens);
  room.act(SetProof{Proof::kPoke});
  room.settle();
  CHECK(room.derived.lens.poke.moved.cells > 0);
  CHECK(room.derived.lens.poke.same());
  room.environment.patience = 0;
  room.look(kSizesLens);
  room.look(kCostLens);
  CHECK_FALSE(room.derived.lens.finding());
  room.environment.patience = kUntilDone;
  room.look(kSizesLens);
  CHECK(room.derived.lens.sizes.fitting.smallest > 0);
}

TEST_CASE("what is refused is refused once, not for every pixel") {
  Looked room("lesson", kProofLens);
  room.act(SetProof{Proof::kPoke});
  network::Network net = network::with_input(3, 16, 16);
  net.layers.push_back(network::default_layer(network::Kind::kSigmoid));
  network::Layer product = network::default_layer(network::Kind::kMul);
  product.inputs = {0, 1};
  net.layers.push_back(product);
  room.act(SetGraph{make_graph(net, "")});
  const std::string why = room.derived.lens.poke.why_not;
  REQUIRE_FALSE(why.empty());
  room.environment.patience = 0;
  room.act(HoverPixel{Cell{1, 1}});
  CHECK(room.derived.lens.poke.why_not == why);
  CHECK(room.derived.lens.poke.pixel == Cell{1, 1});
  CHECK_FALSE(room.derived.lens.finding());
}

TEST_CASE("an input that is not square stays so: its height is looked for beside its width") {
  Looked room("lesson", kSizesLens);
  room.act(SetInput{3, {50, 70}});
  const SizeResults& sizes = room.derived.lens.sizes;
  CHECK(sizes.width == 70);
  REQUIRE(sizes.larger);
  CHECK(*sizes.larger == 64);  // rows alone are looked at
  CHECK(sizes.plane(*sizes.larger) == Size2{64, 70});
  CHECK(sizes.loses_nothing(64));
  CHECK_FALSE(sizes.loses_nothing(50));
  room.act(SetInput{3, {64, 64}});
  CHECK_FALSE(room.derived.lens.sizes.width);
}

TEST_CASE("what is held is B; A and B change places; what differs is told layer by layer") {
  Looked room("exercise", kCompareLens);
  room.act(SetRival{{network::WhatIf::kConv3, "", nullptr}});
  CHECK(room.derived.comparison.differ == 7);  // four pools, and three convolutions' fields behind them
  CHECK(room.derived.comparison.layers.size() == 9);
  const auto a = room.derived.comparison.of, b = room.derived.comparison.net.graph;
  room.act(SwapRival{a, b});
  CHECK(room.model.document.chain.layers[1].kind == LayerKind::kConv2d);
  REQUIRE(room.derived.comparison.net.graph);
  CHECK(room.derived.comparison.net.graph->network == a->network);
  CHECK(room.derived.comparison.differ == 11);  // a pool is no convolution of another name: each stands alone
  CHECK(room.derived.comparison.b.params.value - room.derived.comparison.a.params.value == -783'840);
  undo(room.model);
  room.find();
  CHECK(room.model.document.chain == chain_preset("exercise").value());
  CHECK(room.model.document.rival.is_change());  // B is what it was, too
  CHECK(room.derived.comparison.differ == 7);
  redo(room.model);
  room.find();
  CHECK(room.model.document.rival.held == a);
  CHECK(room.derived.comparison.differ == 11);
  const Status opened = apply_preset(room.model, "lesson");
  REQUIRE(opened.ok());
  room.find();
  CHECK(room.derived.comparison.net.graph->network == a->network);
  CHECK(room.derived.comparison.differ > 0);
  const std::string report = lens_report(room.model, room.derived);
  CHECK(report.find("layers differ:") != std::string::npos);
  CHECK(report.find("conv1: ") != std::string::npos);
}

TEST_CASE("a branch and a join make a chain a network, each as one step of undo") {
  Looked room("lesson");
  room.act(Select{room.model.document.identities[0].id});
  room.act(AddNetworkLayer{1, network::Place::kBranch});
  REQUIRE(room.model.document.graph);
  CHECK(unnamed_words(room.model.document) == "Edited");
  CHECK(room.model.document.graph->size() == 10);
  CHECK(room.derived.network.selected == 2);
  CHECK(room.derived.error.empty());
  room.act(MarkLayer{1});
  room.act(JoinLayers{1, 2, network::Kind::kAdd});
  CHECK_FALSE(room.model.marked);
  REQUIRE(room.model.document.graph->size() == 11);
  CHECK(room.model.document.graph->network.layers[3].kind == network::Kind::kAdd);
  CHECK(room.derived.error.empty());
  CHECK(room.model.document.graph->inputs(4)[0] == 3);
  undo(room.model);
  undo(room.model);
  CHECK_FALSE(room.model.document.graph);
  CHECK(room.model.document.chain == chain_preset("lesson").value());
  redo(room.model);
  CHECK(room.model.document.graph->size() == 10);
  room.act(AddBypass{3, network::Kind::kAdd});
  CHECK(room.model.document.graph->size() == 11);
  for (const char* title : {"mine", "resnet18"}) {  // a file may be called as a published network is
    room.act(SetGraph{make_graph(room.model.document.graph->network, title)});
    CHECK(unnamed_words(room.model.document) == "A file's");
    room.act(SetInput{3, {96, 96}});
    CHECK(unnamed_words(room.model.document) == "A file's");
  }
}

TEST_CASE("the input can be joined, nothing before it can") {
  Looked room("lesson");
  room.act(JoinLayers{-1, 2, network::Kind::kConcat});
  room.act(JoinLayers{2, -1, network::Kind::kConcat});
  CHECK_FALSE(room.model.document.graph);
  room.act(JoinLayers{0, 1, network::Kind::kConcat});
  REQUIRE(room.model.document.graph);
  CHECK(room.model.document.graph->network.layers[2].kind == network::Kind::kConcat);
}

TEST_CASE("a layer after one whose channels nobody knows has one") {
  network::Network network = network::with_input(3, 8, 8);
  network.layers.push_back(network::default_layer(network::Kind::kOp));
  network.layers[1].op = "MyBlock";
  Looked room("lesson");
  room.act(SetGraph{make_graph(network, "mine")});
  REQUIRE(room.model.document.graph->figures.layers[1].channels() == network::kUnknownSize);
  room.act(AddNetworkLayer{1, network::Place::kInLine});
  REQUIRE(room.model.document.graph->size() == 3);
  CHECK(room.model.document.graph->network.layers[2].out_channels == 1);
  CHECK(room.model.document.graph->network.layers[2].out_features == 1);
}

TEST_CASE("a published network that was edited is no preset, and keeps its title") {
  Looked room("resnet18");
  const auto preset = [&] {
    const auto at = static_cast<size_t>(room.derived.preset) - chain_presets().size();
    return room.derived.preset < 0 ? "" : published_networks()[at];
  };
  CHECK(preset() == "resnet18");
  room.act(SetInput{3, {192, 160}});  // another size is the same network
  CHECK(room.model.document.graph->figures.input_size == Size2{192, 160});
  CHECK(preset() == "resnet18");
  room.act(AddNetworkLayer{1, network::Place::kInLine});
  CHECK(preset().empty());
  CHECK(unnamed_words(room.model.document) == "resnet18, edited");
  CHECK(room.model.document.graph->title == "resnet18");
  room.act(SetInput{3, {96, 96}});
  CHECK(unnamed_words(room.model.document) == "resnet18, edited");
  room.look(kCompareLens);
  room.act(SetRival{{network::WhatIf::kBlur, "", nullptr}});
  REQUIRE(room.derived.comparison.net.graph);
  room.act(SwapRival{room.derived.comparison.of, room.derived.comparison.net.graph});
  CHECK(unnamed_words(room.model.document) == "resnet18, edited");
  room.back();
  room.back();
  room.back();
  CHECK(preset() == "resnet18");
  room.act(ApplyPreset{"lesson"});
  CHECK(room.derived.preset == 0);
}

TEST_CASE("walks go along the other axis where fields differ") {
  Looked room("lesson", kProofLens);
  CHECK_FALSE(room.derived.lens.walks.axes_differ);
  Layer layer = room.model.document.chain.layers[0];
  layer.kernel = {3, 5};
  layer.padding = {1, 2, 1, 2};
  room.act(SetLayer{room.model.document.identities[0].id, chain::Field::kKernel, layer});
  const WalkResults& walks = room.derived.lens.walks;
  CHECK(walks.axes_differ);
  CHECK(walks.forward[8]->r == 46);
  room.act(SetAlong{network::Along::kColumns});
  CHECK(walks.forward[8]->r == 48);
  CHECK(walks.backward[0]->r == 48);
  CHECK(walks.indices[0].last - walks.indices[0].first + 1 == 48);
  CHECK(status_sentence(room.model, room.derived).find("pool4 columns: forward 48, backward 48") == 0);
}

TEST_CASE("a pasted summary stands beside the figures until it is put away") {
  Looked room("lesson");
  network::Summary summary;
  summary.program = "Keras";
  summary.channels_last = true;
  summary.params = 13'860;
  summary.rows = {{"conv2d", network::Kind::kConv2d, {64, 64, 6}, 168},
                  {"pool", network::Kind::kMaxPool2d, {31, 31, 6}, 0}};
  room.act(SetSummary{std::make_shared<const network::Summary>(std::move(summary))});
  CHECK(room.model.document.chain.layers.size() == 8);  // nothing is edited
  CHECK_FALSE(room.derived.check.differs(1));
  CHECK(room.derived.check.differs(2));
  CHECK(check_sentence(room.model, room.derived) == "Keras: 1 of 2 layers agree; all parameters agree");
  room.act(SetSummary{});
  CHECK_FALSE(room.derived.check.differs(2));
  CHECK(check_sentence(room.model, room.derived).empty());
  room.back();
  CHECK(room.derived.check.differs(2));
  room.back();
  CHECK_FALSE(room.model.document.summary);
}

TEST_CASE("a change of A is looked at and no step of the history; another network as B is one, and work") {
  Looked room("exercise", kCompareLens);
  const Document first = room.model.document;
  const Rival gap{network::WhatIf::kGap, "", nullptr}, blur{network::WhatIf::kBlur, "", nullptr};
  room.act(DeleteLayer{first.identities[0].id});
  room.back();
  const size_t steps = room.model.history.past().size();
  room.act(SetRival{gap});
  room.act(SetRival{blur});
  CHECK(room.model.history.past().size() == steps);
  CHECK(same_work(room.model.document, first));
  REQUIRE(room.model.history.can_redo());
  redo(room.model);
  room.find();
  CHECK(room.model.document.chain.layers.size() + 1 == first.chain.layers.size());
  CHECK(room.model.document.rival == blur);  // not what it was when the layer was deleted
  room.back();
  CHECK(room.model.document.rival == blur);

  const Rival published{network::WhatIf::kBlur, "vgg16", nullptr};
  const Rival held{network::WhatIf::kBlur, "", room.derived.comparison.of};
  for (const Rival& rival : {published, held}) {
    room.act(SetRival{rival});
    CHECK_FALSE(same_work(room.model.document, first));
    const Document with = room.model.document;
    room.act(SetRival{gap});  // B is not lost with it
    CHECK_FALSE(same_work(room.model.document, with));
    room.back();
    CHECK(room.model.document.rival == rival);
    room.back();
    CHECK(room.model.document.rival == blur);
    CHECK(same_work(room.model.document, first));
  }
}

TEST_CASE("a check and a comparison of large networks are found beside the window") {
  Looked room("lesson", kCompareLens);
  room.environment.patience = 0;
  network::Network large = network::with_input(3, 16, 16);
  large.layers.resize(4000, network::default_layer(network::Kind::kRelu));
  const auto graph = make_graph(large, "large");
  network::Summary summary;
  summary.program = "torchinfo";
  summary.rows.resize(4000, {"ReLU", network::Kind::kRelu, {3, 16, 16}, std::nullopt});
  room.act(SetGraph{graph});
  room.act(SetRival{{network::WhatIf::kConv3, "", graph}});
  room.act(SetSummary{std::make_shared<const network::Summary>(summary)});
  CHECK(room.derived.finding_check);
  CHECK(room.derived.finding_comparison);
  CHECK(room.derived.finding());
  CHECK(check_sentence(room.model, room.derived) == "torchinfo: its rows are being compared");
  CHECK(status_sentence(room.model, room.derived).ends_with("what changes is being found"));
  room.settle();
  CHECK(room.derived.check.check.agree == 3999);
  CHECK(room.derived.comparison.layers.size() == 4000);
  CHECK(room.derived.comparison.differ == 0);
  room.environment.patience = 0;
  room.act(SetRival{{network::WhatIf::kBlur, ""}});
  room.look(kCostLens);  // it is not wanted any more
  CHECK_FALSE(room.derived.finding());
}

TEST_CASE("A and B stand in the same columns wherever their layers are the same") {
  Looked room("resnet18", kCompareLens);
  const Comparison& comparison = room.derived.comparison;
  const GraphResults& a = room.derived.network;
  const auto spine_place = [](const Outline& outline, const Lanes& lanes, int32_t layer) {
    const auto node = static_cast<size_t>(outline.node_of[static_cast<size_t>(layer)]);
    return lanes.branch_of[node] < 0 ? lanes.column[node] : -1;
  };
  // A layer of both that a block is called after stands in one column; no layer is lost.
  const auto check_columns = [&] {
    REQUIRE(comparison.net.graph);
    for (const Comparison::Difference& at : comparison.layers) {
      const auto [of_a, of_b] = at.layers;
      const int32_t in_a = of_a < 0 ? -1 : spine_place(a.outline, comparison.lanes_a, of_a);
      const int32_t in_b = of_b < 0 ? -1 : spine_place(comparison.net.outline, comparison.lanes_b, of_b);
      const bool main =
          of_a >= 0 &&
          a.outline.nodes[static_cast<size_t>(a.outline.node_of[static_cast<size_t>(of_a)])].main == of_a;
      if (main && in_a >= 0 && in_b >= 0) {
        CAPTURE(a.graph->names[static_cast<size_t>(of_a)]);
        CHECK(in_a == in_b);
      }
    }
    network::Count sum_a, sum_b;
    for (const Comparison::Column& column : comparison.columns) {
      sum_a = sum_of(sum_a, column.params.a);
      sum_b = sum_of(sum_b, column.params.b);
    }
    CHECK(sum_a == comparison.a.params);
    CHECK(sum_b == comparison.b.params);
  };
  const auto look_through = [&](GraphView view) {
    GraphLook look = room.model.look;
    look.view = view;
    room.act(SetLook{look});
  };
  const auto gaps = [](const Lanes& lanes) { return std::ranges::count(lanes.spine, -1); };
  const auto named_at = [](const Outline& outline, const Lanes& lanes, size_t column) {
    return outline.nodes[static_cast<size_t>(lanes.spine[column])].name;
  };
  for (const char* preset : {"resnet18", "vgg16", "googlenet", "inception_v3", "densenet121", "unet",
                             "mobilenet_v2", "squeezenet1_0", "lesson", "exercise"}) {
    room.act(ApplyPreset{preset});
    for (const GraphView view : {GraphView::kSpine, GraphView::kLayers}) {
      look_through(view);
      for (const network::WhatIf change : network::kWhatIfs) {
        room.act(SetRival{{change, "", nullptr}});
        room.settle();
        if (!comparison.net.graph) continue;  // it cannot be made
        CAPTURE(preset);
        CAPTURE(network::what_if_name(change));
        check_columns();
        if (change != network::WhatIf::kDilate && change != network::WhatIf::kGap) {
          CHECK(gaps(comparison.lanes_a) == 0);
          CHECK(gaps(comparison.lanes_b) == 0);
        }
      }
    }
  }
  room.act(ApplyPreset{"resnet18"});
  look_through(GraphView::kSpine);
  room.act(SetRival{{network::WhatIf::kConv3, "", nullptr}});
  REQUIRE(comparison.lanes_b.spine.size() == 9);
  CHECK(named_at(comparison.net.outline, comparison.lanes_b, 2) == "maxpool");
  CHECK(named_at(comparison.net.outline, comparison.lanes_b, 3) == "layer1");
  CHECK(comparison.columns[2].params.a.value == 0);
  CHECK(comparison.columns[2].params.b.value == 36'928);
  CHECK(comparison.columns[3].macs.more.value == 0);
  SUBCASE("what is opened in A is open in B") {
    room.act(OpenFold{a.outline.nodes[static_cast<size_t>(comparison.lanes_a.spine[3])].key(), true});
    check_columns();
    CHECK(comparison.lanes_a.spine.size() == 12);
    CHECK(gaps(comparison.lanes_b) == 0);
    REQUIRE(comparison.net.outline.groups.size() == 1);
    CHECK(comparison.net.outline.groups[0].name == "layer1.0");
  }
  SUBCASE("what only one of them has is above or below a gap") {
    room.act(SetRival{{network::WhatIf::kDilate, "", nullptr}});
    CHECK(gaps(comparison.lanes_a) == 0);
    CHECK(comparison.lanes_b.spine[2] == -1);
    room.act(SetRival{{network::WhatIf::kDilate, "resnet34", nullptr}});  // has all of resnet18's layers
    room.settle();
    check_columns();
    CHECK(gaps(comparison.lanes_a) == 4);
    CHECK(gaps(comparison.lanes_b) == 0);
    CHECK(named_at(comparison.net.outline, comparison.lanes_b, 4) == "layer1.2");
    CHECK(comparison.columns[3].params.more.value == 0);
    room.act(ApplyPreset{"vgg16"});
    room.act(SetRival{{network::WhatIf::kGap, "", nullptr}});
    CHECK(gaps(comparison.lanes_a) == 1);  // the average
    CHECK(gaps(comparison.lanes_b) == 2);  // fc6, fc7
  }
  SUBCASE("another network folds on its own") {
    room.act(SetRival{{network::WhatIf::kConv3, "vgg16", nullptr}});
    room.settle();
    CHECK(comparison.stands_for.empty());
    const Outline own = make_outline(*comparison.net.graph, GraphView::kSpine, {});
    CHECK(own.node_of == comparison.net.outline.node_of);
  }
}

TEST_CASE("B traces what is selected in it, and nothing while that is its input") {
  Looked room("exercise", kCompareLens);
  const Comparison& comparison = room.derived.comparison;
  room.act(SelectLayer{3});
  CHECK(comparison.net.traced == comparison.net.selected);
  CHECK(comparison.field);
  room.act(SelectLayer{0});
  CHECK(comparison.net.selected == 0);
  CHECK(comparison.net.traced == -1);
  CHECK_FALSE(comparison.field);
}

TEST_CASE("what the layers of one column come to is summed where the numbers come from") {
  Looked room("exercise", kCompareLens);
  const Comparison& comparison = room.derived.comparison;
  const auto check_sums = [&] {
    REQUIRE(comparison.columns.size() == comparison.lanes_b.spine.size());
    network::Count params, macs;
    int64_t most = 0;
    for (const Comparison::Column& column : comparison.columns) {
      params = sum_of(params, column.params.b);
      macs = sum_of(macs, column.macs.more);
      most = std::max({most, column.params.a.value, column.params.b.value});
    }
    CHECK(params == comparison.b.params);
    CHECK(macs == comparison.more.macs);
    CHECK(most == comparison.most_params);
  };
  check_sums();
  CHECK(comparison.total.params.more.value == 783'840);
  CHECK(comparison.columns.back().params.more.value == 590'080);  // conv4's 256 channels, 3x3
  CHECK(comparison.columns.back().params.a.value == 0);
  REQUIRE(comparison.field);
  CHECK(comparison.field->rows.last - comparison.field->rows.first + 1 == 61);
  room.act(ApplyPreset{"googlenet"});  // layers in branches count where these join
  check_sums();
  room.act(SetRival{{network::WhatIf::kConv3, "lesson", nullptr}});
  CHECK_FALSE(comparison.field);  // of an input of another size
}

TEST_CASE("joins that do not fit are offered what makes them fit, each as one step of undo") {
  Looked room("unet", kSizesLens);
  CHECK(room.derived.lens.sizes.fixes.empty());
  room.act(SetInput{3, {200, 200}});
  REQUIRE_FALSE(room.derived.error.empty());
  REQUIRE(room.derived.lens.sizes.fixes.size() == 3);
  const JoinFixWords crop = join_fix_words(room.derived.lens.sizes.fixes[0]);
  const JoinFixWords pad = join_fix_words(room.derived.lens.sizes.fixes[1]);
  const JoinFixWords ceil = join_fix_words(room.derived.lens.sizes.fixes[2]);
  CHECK(crop.title.starts_with("Crop "));
  CHECK(crop.words == "25 → 24, 4 paths");
  CHECK(pad.words == "24 → 25, zeros");
  CHECK(ceil.words == "still 25 and 26");
  CHECK(lens_report(room.model, room.derived).find(crop.title + ": " + crop.words) != std::string::npos);
  const auto broken = room.model.document.graph;
  const int32_t selected = room.model.document.graph_layer;
  CHECK_FALSE(room.derived.lens.sizes.fixes[2].network);
  const auto apply = [&](size_t fix) {
    update(room.model, fix_joins(room.derived.lens.sizes.fixes[fix]));
    room.find();
  };
  apply(1);
  CHECK(room.derived.error.empty());
  CHECK(room.model.document.graph->size() == broken->size() + 1);
  CHECK(room.model.document.graph->names[static_cast<size_t>(room.model.document.graph_layer)] ==
        broken->names[static_cast<size_t>(selected)]);
  CHECK(room.derived.lens.sizes.fixes.empty());
  room.back();
  CHECK(room.model.document.graph == broken);
  apply(0);
  CHECK(room.derived.error.empty());
}
