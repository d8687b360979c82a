#include <doctest/doctest.h>

#include "app/rooms/head/backbones.h"
#include "app/rooms/head/words.h"
#include "core/chain/as_network.h"
#include "core/chain/presets.h"

namespace poolglass::head {
namespace {

Derived derived_of(const Model& model) {
  Derived derived;
  derive(model, derived);
  return derived;
}

Model with(std::initializer_list<Action> actions) {
  Model model;
  for (const Action& action : actions) update(model, action);
  return model;
}

}  // namespace

TEST_CASE("the room begins with VGG-16 at 224 px, where every head runs") {
  const Model model;
  const Derived d = derived_of(model);
  REQUIRE(d.status.ok());
  CHECK(d.map == Shape{1, 512, 7, 7});
  for (const HeadRow& row : d.heads) CHECK_FALSE(row.breaks);
  CHECK(d.heads[0].accepts == "224…255 px");
  CHECK(d.heads[1].accepts == "32 px and more");
  CHECK(d.unit == 513000);
  CHECK(status_sentence(model, d) ==
        "At 224 px the last map is 512×7×7: 25,088 numbers. Flattened they cost 123,642,856 parameters, "
        "averaged "
        "513,000: 241 × fewer");
}

TEST_CASE("backbones are stepped through in their order, and around") {
  const auto all = backbones();
  REQUIRE(all.size() > 2);
  Model model = with({SetBackbone{std::string(all[0].id)}});
  update(model, Action(StepBackbone{1}));
  CHECK(model.document.backbone == all[1].id);
  update(model, Action(StepBackbone{-1}));
  CHECK(model.document.backbone == all[0].id);
  update(model, Action(StepBackbone{-1}));
  CHECK(model.document.backbone == all.back().id);
  update(model, Action(StepBackbone{1}));
  CHECK(model.document.backbone == all[0].id);
}

TEST_CASE("at 256 px flatten breaks, and says what PyTorch says") {
  const Model model = with({SetSide{256}});
  const Derived d = derived_of(model);
  CHECK(d.heads[0].breaks);
  CHECK(d.heads[0].verdict == "mat1 and mat2 shapes cannot be multiplied (1x32768 and 25088x4096)");
  CHECK(d.heads[1].verdict ==
        "Runs, but every 7×7 bin averages 4 of 64 cells: the dense layer sees a resampled map.");
  CHECK_FALSE(d.heads[2].breaks);
  CHECK(status_sentence(model, d) ==
        "At 256 px the last map is 512×8×8: 32,768 numbers where the dense layer expects 25,088. "
        "Average pooling does not mind.");
}

TEST_CASE("an input too small for the backbone is said, and the last picture stays") {
  Model model = with({SetSide{40}});
  Derived d;
  derive(model, d);
  const Shape before = d.map;
  update(model, SetSide{20});
  derive(model, d);
  CHECK_FALSE(d.status.ok());
  CHECK(status_sentence(model, d) == d.refusal);
  CHECK(d.map == before);
  CHECK(d.map_side == 40);
  update(model, SetSide{32});
  derive(model, d);
  CHECK(d.status.ok());
}

TEST_CASE("every backbone opens at its own size with all heads running") {
  for (const NamedBackbone& named : backbones()) {
    CAPTURE(std::string(named.id));
    Model model;
    model.chain = chain_preset("lesson").value();
    CHECK(apply_preset(model, std::string(named.id)).ok());
    const Derived d = derived_of(model);
    CHECK_MESSAGE(d.status.ok(), d.status.message());
    for (const HeadRow& row : d.heads) CHECK_FALSE(row.breaks);
  }
  Model model;
  CHECK_FALSE(apply_preset(model, "nonsense").ok());
}

TEST_CASE("the Chain room's chain is followed as it changes") {
  Model model = with({SetBackbone{std::string(kOwnChain)}});
  model.chain = chain_preset("lesson").value();
  update(model, SetBackbone{"vgg16-head"});
  update(model, SetBackbone{std::string(kOwnChain)});
  CHECK(model.document.side == 64);
  Derived d;
  derive(model, d);
  CHECK(d.map == Shape{1, 48, 4, 4});
  model.chain.layers[0].out_channels = 7;
  model.chain.layers.back().kind = LayerKind::kAvgPool2d;
  derive(model, d);
  CHECK(d.map == Shape{1, 48, 4, 4});
  model.chain.layers.clear();
  derive(model, d);
  CHECK(d.map == Shape{1, 3, 64, 64});
  // A network stands there instead.
  model.graph = chain::make_graph(as_network(chain_preset("vgg16").value()), "vgg16");
  derive(model, d);
  CHECK(d.backbone.native_map == Shape{1, 512, 7, 7});
  update(model, Reset{});
  CHECK(model.document.side == 224);
}

TEST_CASE("shuffling changes what a dense layer says and not what means say") {
  Model model = with({SetMaps{MapSource::kEqualMeans}});
  Derived d;
  derive(model, d);
  for (const double mean : d.means) CHECK(mean == doctest::Approx(0.5).epsilon(1e-6));
  CHECK(d.outputs == d.straight);
  update(model, Shuffle{});
  derive(model, d);
  CHECK(output_text(d.outputs[0]) != output_text(d.straight[0]));
  CHECK(output_text(d.outputs[2]) == output_text(d.straight[2]));
  update(model, Unshuffle{});
  derive(model, d);
  CHECK(d.outputs == d.straight);
}

TEST_CASE("a drag of a slider is one step of undo, limits hold") {
  Model model;
  for (int64_t side = 225; side < 300; ++side) update(model, SetSide{side});
  update(model, EndMerge{});
  undo(model);
  CHECK(model.document.side == 224);
  update(model, SetSide{1});
  CHECK(model.document.side == kLeastSide);
  update(model, SetSide{99999});
  CHECK(model.document.side == kMostSide);
  update(model, SetClasses{0});
  CHECK(model.document.classes == 1);
  update(model, Reset{});
  CHECK(is_default(model.document));
}

TEST_CASE("describe tells all three heads and the smallest inputs") {
  const Result<std::string> all = describe(with({SetSide{256}}), {.all = true, .place = {}});
  REQUIRE(all.ok());
  for (const char* part : {"123,642,856", "513,000", "(1x32768 and 25088x4096)", "VGG-16: 32 px",
                           "AlexNet, torchvision's: 63 px", "GoogLeNet: 15 px"})
    CHECK_MESSAGE(all->find(part) != std::string::npos, part);
  CHECK(describe(Model{}, {.all = false, .place = 2})->starts_with("Global average + dense: 512"));
  CHECK_FALSE(describe(Model{}, {.all = false, .place = 3}).ok());
}

}  // namespace poolglass::head
