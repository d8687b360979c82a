#include <doctest/doctest.h>

#include <algorithm>

#include "app/rooms/chain/model.h"
#include "core/chain/presets.h"

using namespace poolglass;
using namespace poolglass::chain;

namespace {

// A room with its derived figures kept up to date, as the app does between frames.
struct Room {
  chain::Model model;
  chain::Derived derived;

  Room() { derive(model, derived); }
  template <class A>
  void act(const A& action) {
    update(model, chain::Action(action));
    derive(model, derived);
  }
  void back() {
    undo(model);
    derive(model, derived);
  }
  void forth() {
    redo(model);
    derive(model, derived);
  }
  const Layer& layer(size_t index) const { return model.document.chain.layers[index]; }
  LayerId id(size_t index) const { return model.document.identities[index].id; }
  std::string names() const {
    std::string all;
    for (const LayerRow& row : derived.rows) all += (all.empty() ? "" : " ") + row.name;
    return all;
  }
  void set_kernel(size_t index, Size2 kernel) {
    Layer next = layer(index);
    next.kernel = kernel;
    act(SetLayer{id(index), Field::kKernel, next});
  }
};

Chain made_of(std::initializer_list<LayerKind> kinds) {
  Chain made{3, {32, 32}, {}};
  for (const LayerKind kind : kinds) made.layers.push_back(default_layer(kind));
  return made;
}

}  // namespace

TEST_CASE("the room opens on the lesson's chain, its last layer selected at the centre") {
  Room room;
  CHECK(room.derived.rows.size() == 8);
  CHECK(room.derived.total_params == 13860);
  CHECK(room.derived.preset == 0);
  REQUIRE(room.derived.selected == 7u);
  CHECK(room.derived.cells == 16);
  CHECK(room.derived.cell == Cell{1, 1});
  CHECK(room.derived.field.rows == Interval{1, 46});
  CHECK(status_sentence(room.model, room.derived) ==
        "pool4 sees 46×46 of the 64×64 input (the shortcut says 76×76); unit (1,1) covers rows 1…46, columns "
        "1…46");
}

TEST_CASE("every layer shows the exact field and the shortcut") {
  Room room;
  const int64_t exact[] = {3, 4, 8, 10, 18, 22, 38, 46};
  const int64_t shortcut[] = {3, 6, 8, 16, 18, 36, 38, 76};
  for (size_t i = 0; i < 8; ++i) {
    CAPTURE(i);
    CHECK(room.derived.rows[i].figures.receptive_field.h == exact[i]);
    CHECK(room.derived.rows[i].figures.shortcut.h == shortcut[i]);
    CHECK(room.derived.rows[i].figures.shortcut_differs == (exact[i] != shortcut[i]));
  }
  CHECK(exact_arithmetic(room.model, room.derived, 7) == "38 + (2−1)·8 = 46");
  CHECK(shortcut_arithmetic(room.model, room.derived, 7) == "38 × 2 = 76");
  CHECK(exact_arithmetic(room.model, room.derived, 0) == "1 + (3−1)·1 = 3");
  CHECK(shortcut_arithmetic(room.model, room.derived, 0) == "1 + 2 = 3");
}

TEST_CASE("selecting goes to the centre of the map, and neighbours stop at both ends") {
  Room room;
  room.act(Select{room.id(6)});
  CHECK(room.derived.cell == Cell{3, 3});
  CHECK(room.model.playhead.phase == 1);  // it stands there, and does not glide
  CHECK(room.model.playhead.from == room.model.playhead.index);
  CHECK(room.derived.field.rows == Interval{9, 46});
  for (int i = 0; i < 20; ++i) room.act(SelectNeighbour{-1});
  CHECK_FALSE(room.derived.selected.has_value());
  CHECK(room.derived.cells == 1);
  CHECK_FALSE(room.derived.cell_known);
  room.act(SelectNeighbour{+1});
  CHECK(room.derived.selected == 0u);
  for (int i = 0; i < 20; ++i) room.act(SelectNeighbour{+1});
  CHECK(room.derived.selected == 7u);
  room.act(Select{9999});
  CHECK(room.derived.selected == 7u);
  CHECK_FALSE(room.model.history.can_undo());
}

TEST_CASE("a new convolution keeps the channels that reach it, and is selected") {
  Room room;
  room.act(AddLayer{LayerKind::kConv2d, 4});
  CHECK(room.derived.rows.size() == 9);
  CHECK(room.derived.selected == 4u);
  CHECK(room.layer(4).out_channels == 12);
  CHECK(room.derived.rows[8].figures.output == Shape{1, 48, 4, 4});
  room.act(AddLayer{LayerKind::kMaxPool2d, 999});
  CHECK(room.derived.selected == 9u);
  room.back();
  room.back();
  CHECK(room.model.document.chain == chain_preset("lesson").value());
  CHECK(room.derived.selected == 7u);
}

TEST_CASE("deleting selects what takes the place, and undo brings layer and selection back") {
  Room room;
  const LayerId third = room.id(2);
  room.act(Select{third});
  room.act(DeleteLayer{third});
  CHECK(room.derived.rows.size() == 7);
  CHECK(room.derived.selected == 2u);
  room.back();
  CHECK(room.id(2) == third);
  CHECK(room.model.document.selected == third);
  room.forth();
  CHECK(room.derived.rows.size() == 7);
  while (!room.derived.rows.empty()) room.act(DeleteLayer{room.id(0)});
  CHECK(room.model.document.selected == kInput);
  CHECK(status_sentence(room.model, room.derived) == "Input 3 × 64 × 64: no layers yet, press A to add one");
}

TEST_CASE("ids are never used twice, so figures of a lost layer cannot reappear") {
  Room room;
  room.act(AddLayer{LayerKind::kRelu, 0});
  const LayerId first = room.id(0);
  room.back();
  room.act(AddLayer{LayerKind::kRelu, 0});
  CHECK(room.id(0) != first);
}

TEST_CASE("a duplicate follows its original under a name of its own") {
  Room room;
  Layer named = room.layer(1);
  named.name = "shrink";
  room.act(SetLayer{room.id(1), Field::kName, named});
  room.act(DuplicateLayer{room.id(1)});
  CHECK(room.derived.selected == 2u);
  CHECK(room.layer(2).kernel == room.layer(1).kernel);
  CHECK(room.derived.rows[1].name == "shrink");
  CHECK(room.derived.rows[2].name != "shrink");
}

TEST_CASE("moving keeps ids with their layers and records where blocks came from") {
  Room room;
  const LayerId moved = room.id(7), first = room.id(0);
  room.act(MoveLayer{moved, 0});
  CHECK(room.id(0) == moved);
  CHECK(room.id(1) == first);
  CHECK(room.layer(0).kind == LayerKind::kMaxPool2d);
  CHECK(room.derived.rows[0].came_from == 7);
  CHECK(room.derived.rows[1].came_from == 0);
  CHECK(room.derived.selected == 0u);
  CHECK(animating(room.model));
  advance(room.model, 0.1, false);
  CHECK(room.model.slide_phase == doctest::Approx(0.5));
  advance(room.model, 0.2, false);
  CHECK_FALSE(animating(room.model));
  room.act(MoveLayer{moved, 7});
  CHECK(room.model.document.chain == chain_preset("lesson").value());
  advance(room.model, 0, true);
  CHECK_FALSE(animating(room.model));
  room.act(AddLayer{LayerKind::kRelu, 2});
  CHECK(room.derived.rows[2].came_from == -1);
  CHECK(room.derived.rows[3].came_from == 2);
}

TEST_CASE("moving to the place it has is no step of undo") {
  Room room;
  room.act(MoveLayer{room.id(3), 3});
  CHECK_FALSE(room.model.history.can_undo());
}

TEST_CASE("a drag of one control is one step of undo, and letting go ends it") {
  Room room;
  for (int64_t k = 3; k <= 9; k += 2) room.set_kernel(0, {k, k});
  room.back();
  CHECK(room.layer(0).kernel == Size2{3, 3});
  CHECK_FALSE(room.model.history.can_undo());
  room.set_kernel(0, {5, 5});
  room.act(EndEdit{});
  room.set_kernel(0, {7, 7});
  room.back();
  CHECK(room.layer(0).kernel == Size2{5, 5});
  room.back();
  CHECK(room.layer(0).kernel == Size2{3, 3});
  room.set_kernel(0, {5, 5});
  room.set_kernel(2, {5, 5});  // another layer: another step
  room.back();
  CHECK(room.layer(0).kernel == Size2{5, 5});
}

TEST_CASE("switches are a step each") {
  Room room;
  Layer next = room.layer(1);
  next.ceil_mode = true;
  room.act(SetLayer{room.id(1), Field::kCeilMode, next});
  next.ceil_mode = false;
  room.act(SetLayer{room.id(1), Field::kCeilMode, next});
  room.back();
  CHECK(room.layer(1).ceil_mode);
}

TEST_CASE("what changes the chain's order or its layers is a step each") {
  Room room;
  const auto steps = [&] { return room.model.history.past().size(); };
  const auto twice = [&](const auto& first, const auto& second) {
    const size_t before = steps();
    room.act(first);
    room.act(second);
    CHECK(steps() == before + 2);
  };
  twice(AddLayer{LayerKind::kRelu, 0}, AddLayer{LayerKind::kRelu, 0});
  twice(AddLayers{{default_layer(LayerKind::kRelu)}, 0}, AddLayers{{default_layer(LayerKind::kRelu)}, 0});
  CHECK(room.derived.rows.size() == 12);
  twice(DuplicateLayer{room.id(0)}, DuplicateLayer{room.id(0)});
  twice(MoveLayer{room.id(0), 2}, MoveLayer{room.id(0), 5});
  twice(SetKind{room.id(0), LayerKind::kMaxPool2d}, SetKind{room.id(0), LayerKind::kRelu});
  twice(DeleteLayer{room.id(0)}, DeleteLayer{room.id(1)});
  twice(ApplyPreset{"vgg16"}, ApplyPreset{"lesson"});
  room.set_kernel(0, {5, 5});
  room.set_kernel(2, {5, 5});
  twice(ResetLayer{room.id(0)}, ResetLayer{room.id(2)});
}

TEST_CASE("an edit cannot change the kind behind the room's back, and edits of nothing are nothing") {
  Room room;
  room.act(SetLayer{room.id(0), Field::kKernel, default_layer(LayerKind::kRelu)});
  CHECK(room.layer(0).kind == LayerKind::kConv2d);
  room.act(SetLayer{room.id(0), Field::kKernel, room.layer(0)});
  room.act(SetLayer{4242, Field::kKernel, room.layer(0)});
  CHECK_FALSE(room.model.history.can_undo());
}

TEST_CASE("changing the kind keeps what both kinds have") {
  Room room;
  room.set_kernel(1, {3, 3});
  Layer padded = room.layer(1);
  padded.padding = {1, 1, 1, 1};
  room.act(SetLayer{room.id(1), Field::kPadding, padded});
  room.act(SetKind{room.id(1), LayerKind::kAvgPool2d});
  CHECK(room.layer(1).kind == LayerKind::kAvgPool2d);
  CHECK(room.layer(1).kernel == Size2{3, 3});
  CHECK(room.layer(1).padding == Padding{1, 1, 1, 1});
  room.act(SetKind{room.id(1), LayerKind::kConv2d});
  CHECK(room.layer(1).kernel == default_layer(LayerKind::kConv2d).kernel);
  room.act(SetKind{room.id(7), LayerKind::kAdaptiveAvgPool2d});
  Layer adaptive = room.layer(7);
  adaptive.output_size = {3, 2};
  room.act(SetLayer{room.id(7), Field::kOutputSize, adaptive});
  room.act(SetKind{room.id(7), LayerKind::kMaxPool2d});
  room.act(SetKind{room.id(7), LayerKind::kAdaptiveAvgPool2d});
  CHECK(room.layer(7).output_size == Size2{3, 2});
}

TEST_CASE("changing the kind drops a made-up name and keeps a given one") {
  Room room;
  Layer named = room.layer(1);
  named.name = "pool1";
  room.act(SetLayer{room.id(1), Field::kName, named});
  room.act(SetKind{room.id(1), LayerKind::kConv2d});
  CHECK(room.derived.rows[1].name.starts_with("conv"));
  named = room.layer(3);
  named.name = "shrink";
  room.act(SetLayer{room.id(3), Field::kName, named});
  room.act(SetKind{room.id(3), LayerKind::kAvgPool2d});
  CHECK(room.derived.rows[3].name == "shrink");
}

TEST_CASE("resetting a layer keeps its name and channels") {
  Room room;
  room.set_kernel(0, {7, 5});
  room.act(ResetLayer{room.id(0)});
  CHECK(room.layer(0).kernel == default_layer(LayerKind::kConv2d).kernel);
  CHECK(room.layer(0).out_channels == 6);
}

TEST_CASE("an invalid layer explains itself and keeps the last good figures, as do those after it") {
  Room room;
  room.set_kernel(2, {99, 99});
  REQUIRE(room.derived.broken == 2u);
  CHECK(room.derived.error.find("conv2") != std::string::npos);
  CHECK(room.derived.rows[1].standing == Standing::kGood);
  CHECK(room.derived.rows[2].standing == Standing::kBroken);
  CHECK(room.derived.rows[3].standing == Standing::kAfterBroken);
  CHECK(room.derived.rows[2].known);
  CHECK(room.derived.rows[2].figures.receptive_field == Size2{8, 8});
  CHECK(room.derived.rows[7].figures.receptive_field == Size2{46, 46});
  CHECK(room.derived.total_params == 13860);
  CHECK(room.derived.totals_stale);
  CHECK(status_sentence(room.model, room.derived).find("conv2") != std::string::npos);
  CHECK(exact_arithmetic(room.model, room.derived, 2).empty());
  // Its last good map can still be walked over.
  CHECK(room.derived.cells == 16);
  CHECK(room.derived.cell_known);
  room.act(SelectNeighbour{-1});
  CHECK(room.derived.cells == 64);
  room.set_kernel(2, {3, 3});
  CHECK_FALSE(room.derived.broken.has_value());
  CHECK_FALSE(room.derived.totals_stale);
}

TEST_CASE("totals of another chain never stand beside an invalid one") {
  Room room;
  REQUIRE(room.derived.total_params == 13860);
  Chain broken = made_of({LayerKind::kConv2d});
  broken.layers[0].kernel = {99, 99};
  room.act(SetChain{broken});
  CHECK(room.derived.broken == 0u);
  CHECK_FALSE(room.derived.totals_known);
  CHECK_FALSE(room.derived.rows[0].known);
  room.set_kernel(0, {98, 98});  // still invalid, still none
  CHECK_FALSE(room.derived.totals_known);
  room.set_kernel(0, {3, 3});
  CHECK(room.derived.totals_known);
  room.set_kernel(0, {99, 99});  // its own last good ones
  CHECK(room.derived.totals_known);
  CHECK(room.derived.totals_stale);
  while (room.model.history.can_undo()) room.back();
  CHECK(room.derived.total_params == 13860);
  room.forth();
  CHECK_FALSE(room.derived.totals_known);
}

TEST_CASE("a restored state's layers are others, even where their numbers are the same") {
  Room room;
  chain::Model saved;
  Chain broken = chain_preset("lesson").value();
  broken.layers[0].kernel = {99, 99};
  saved.document.chain = broken;
  REQUIRE(saved.document.identities[0].id == room.id(0));
  const chain::Model before = room.model;
  room.model = saved;
  restored(room.model, before);
  derive(room.model, room.derived);
  CHECK(room.derived.broken == 0u);
  CHECK_FALSE(room.derived.totals_known);
  CHECK_FALSE(room.derived.rows[0].known);
}

TEST_CASE("a pool that becomes a convolution keeps the channels that reach it") {
  Room room;
  room.act(SetChain{made_of({LayerKind::kConv2d, LayerKind::kMaxPool2d, LayerKind::kMaxPool2d})});
  Layer first = room.layer(0);
  first.out_channels = 12;
  room.act(SetLayer{room.id(0), Field::kOutChannels, first});
  room.act(SetKind{room.id(2), LayerKind::kConv2d});
  CHECK(room.layer(2).out_channels == 12);
  room.act(SetKind{room.id(0), LayerKind::kMaxPool2d});
  room.act(SetKind{room.id(0), LayerKind::kConv2d});  // what it was
  CHECK(room.layer(0).out_channels == 12);
  room.act(SetKind{room.id(1), LayerKind::kRelu});
  room.act(SetKind{room.id(1), LayerKind::kConv2d});
  CHECK(room.layer(1).out_channels == 12);
}

TEST_CASE("a layer that was never valid has no figures to show") {
  Room room;
  room.act(AddLayer{LayerKind::kLinear, 8});
  CHECK(room.derived.broken == 8u);
  CHECK_FALSE(room.derived.rows[8].known);
  CHECK_FALSE(room.derived.cell_known);
  CHECK(room.derived.cells == 1);
}

TEST_CASE("an input that cannot be is named, and every layer waits for it") {
  Room room;
  room.act(SetInput{0, {64, 64}});
  CHECK(room.derived.input_broken);
  CHECK_FALSE(room.derived.broken.has_value());
  CHECK(room.derived.error.find("input channels") != std::string::npos);
  CHECK(room.derived.rows[0].standing == Standing::kAfterBroken);
  CHECK(room.derived.rows[7].known);
  room.act(SetInput{3, {0, 0}});
  room.act(Select{kInput});
  CHECK(room.derived.cells >= 1);
  room.act(SetInput{3, {64, 64}});
  CHECK_FALSE(room.derived.input_broken);
}

TEST_CASE("the walked cell stays over the same part of the picture when the map changes size") {
  Room room;
  room.act(Select{room.id(0)});
  room.act(PinCell{{63, 0}});
  CHECK(room.derived.cell == Cell{63, 0});
  room.act(SetInput{3, {32, 32}});
  CHECK(room.derived.cell == Cell{31, 0});
  room.act(SetInput{3, {128, 16}});
  CHECK(room.derived.plane == Size2{128, 16});
  CHECK(room.derived.cell.row > 120);
  CHECK(room.derived.cell.column < 2);
}

TEST_CASE("the sides of a map scale apart when the walked cell finds its place again") {
  Room room;
  room.act(SetChain{made_of({LayerKind::kConv2d})});
  room.act(SetInput{3, {8, 40}});
  room.act(Select{room.id(0)});
  room.act(PinCell{{7, 29}});
  Layer next = room.layer(0);
  next.stride = {4, 2};
  room.act(SetLayer{room.id(0), Field::kStride, next});
  CHECK(room.derived.plane == Size2{2, 20});
  CHECK(room.derived.cell == Cell{1, 14});
  next.stride = {1, 1};
  room.act(SetLayer{room.id(0), Field::kStride, next});
  CHECK(room.derived.cell == Cell{6, 29});
}

TEST_CASE("hovering explores, clicking pins, letting go frees the pin and then the layer") {
  Room room;
  room.act(HoverCell{Cell{0, 3}});
  CHECK(room.derived.cell == Cell{0, 3});
  CHECK(room.derived.field.columns == Interval{-15 + 48, -15 + 48 + 45});
  CHECK(room.derived.visible.columns == Interval{33, 63});
  room.act(HoverCell{std::nullopt});
  CHECK(room.derived.cell == Cell{1, 1});
  room.act(PinCell{{0, 0}});
  room.act(HoverCell{Cell{3, 3}});
  CHECK(room.derived.cell == Cell{0, 0});
  room.act(LetGo{});
  CHECK(room.derived.cell == Cell{3, 3});
  CHECK(room.derived.selected.has_value());
  room.act(LetGo{});
  CHECK_FALSE(room.derived.selected.has_value());
}

TEST_CASE("playback walks on from a pinned cell") {
  Room room;
  room.act(PinCell{{0, 0}});
  room.model.playhead.index = 5;
  room.act(HoverCell{Cell{3, 3}});
  CHECK(room.derived.cell == Cell{3, 3});
  room.act(PinCell{{100, -7}});
  CHECK(room.derived.cell == Cell{3, 0});
}

TEST_CASE("the picker of a new layer closes before anything else lets go, and with every edit") {
  Room room;
  room.act(OpenPicker{99});
  CHECK(room.model.picking == 8u);
  room.act(LetGo{});
  CHECK_FALSE(room.model.picking.has_value());
  CHECK(room.derived.selected.has_value());
  room.act(OpenPicker{2});
  room.act(AddLayer{LayerKind::kRelu, 2});
  CHECK_FALSE(room.model.picking.has_value());
}

TEST_CASE("an opened chain replaces everything in one step") {
  Room room;
  room.act(ApplyPreset{"vgg16"});
  CHECK(room.derived.rows.size() == 22);
  CHECK(chain_presets()[static_cast<size_t>(room.derived.preset)].name == "vgg16");
  CHECK_FALSE(animating(room.model));
  room.act(ApplyPreset{"no such"});
  CHECK(room.derived.rows.size() == 22);
  room.back();
  CHECK(room.derived.rows.size() == 8);
  Chain tall = made_of({LayerKind::kConv2d});
  tall.layers[0].kernel = {5, 1};
  room.act(SetChain{tall});
  CHECK_FALSE(room.model.document.identities[0].links.kernel);
  CHECK(room.model.document.identities[0].links.stride);
  CHECK(room.derived.preset == -1);
}

TEST_CASE("which kinds can stand where") {
  Room room;
  room.act(SetChain{made_of({LayerKind::kConv2d, LayerKind::kFlatten})});
  CHECK(why_not(LayerKind::kConv2d, 0, room.derived).empty());
  CHECK(why_not(LayerKind::kConv2d, 1, room.derived).empty());
  CHECK_FALSE(why_not(LayerKind::kConv2d, 2, room.derived).empty());
  CHECK_FALSE(why_not(LayerKind::kLinear, 1, room.derived).empty());
  CHECK(why_not(LayerKind::kLinear, 2, room.derived).empty());
  CHECK(why_not(LayerKind::kRelu, 2, room.derived).empty());
}

TEST_CASE("a layer that sees everything says so") {
  Room room;
  room.act(AddLayer{LayerKind::kGlobalAvgPool2d, 8});
  CHECK(status_sentence(room.model, room.derived).find("sees the whole 64×64 input") != std::string::npos);
  CHECK(room.derived.visible.rows == Interval{0, 63});
}

TEST_CASE("walking over all layers says what selecting each one says") {
  for (const ChainPreset& preset : chain_presets()) {
    Model walked, selecting;
    Derived a, b;
    update(walked, ApplyPreset{std::string(preset.name)});
    update(selecting, ApplyPreset{std::string(preset.name)});
    derive(walked, a);
    derive(selecting, b);
    for (size_t row = 0; row < a.rows.size(); ++row) {
      look_at_row(walked, a, row);
      update(selecting, Select{b.rows[row].id});
      derive(selecting, b);
      CHECK(status_sentence(walked, a) == status_sentence(selecting, b));
      CHECK(walked.playhead.index == selecting.playhead.index);
      CHECK(a.selected == b.selected);
    }
  }
}

TEST_CASE("names are shown on one line without controls, however long they are") {
  Model model;
  Derived derived;
  Chain chain{1, {8, 8}, {}};
  for (const std::string& name : {std::string("a\nb\x1b[31m\u202e"), std::string(100000, 'n')}) {
    Layer layer = default_layer(LayerKind::kMaxPool2d);
    layer.name = name;
    chain.layers.push_back(layer);
  }
  update(model, SetChain{chain});
  derive(model, derived);
  CHECK(derived.rows[0].name == "a\\nb\\x1b[31m\\u202e");
  CHECK(derived.rows[1].name.size() <= 200);
  chain.layers[1].kernel = {99, 99};
  update(model, SetChain{chain});
  derive(model, derived);
  CHECK(derived.error.size() <= 500);
  CHECK(derived.error.find("larger") != std::string::npos);
  CHECK(model.document.chain.layers[1].name.size() == 100000);
}

TEST_CASE("the table has one line per layer and exact figures") {
  Room room;
  const std::string table = table_text(room.derived);
  CHECK(std::count(table.begin(), table.end(), '\n') == 10);
  CHECK(table.find("pool4\tmax 2×2 /2\t48 × 4 × 4\t46×46\t76×76\t16×16\t0\t0\t768\n") != std::string::npos);
}

TEST_CASE("links do not count as edits and follow the layer") {
  Room room;
  Links links;
  links.kernel = false;
  room.act(SetLinks{room.id(1), links});
  CHECK_FALSE(room.model.history.can_undo());
  const LayerId id = room.id(1);
  room.act(MoveLayer{id, 3});
  CHECK(room.model.document.identities[3] == Identity{id, links});
}

TEST_CASE("a thousand layers are analysed layer by layer without surprise") {
  Chain longest{1, {64, 64}, {}};
  for (int i = 0; i < 1000; ++i) longest.layers.push_back(default_layer(LayerKind::kConv2d));
  Room room;
  room.act(SetChain{longest});
  CHECK(room.derived.rows.size() == 1000);
  CHECK(room.derived.rows[999].figures.receptive_field.h == 2001);
  room.act(DeleteLayer{room.id(500)});
  CHECK(room.derived.rows[998].figures.receptive_field.h == 1999);
}
