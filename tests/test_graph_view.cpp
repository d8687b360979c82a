// The Chain room with a network in it, driven by pointer and keys, frame by frame.
#include <doctest/doctest.h>

#include <algorithm>

#include "core/network/sizes.h"
#include "core/printable.h"
#include "core/zoo/zoo.h"
#include "tests/support/app_driver.h"

namespace poolglass {
namespace {

using testing::AppDriver;
using testing::ctrl;

struct NetworkRoom : AppDriver {
  explicit NetworkRoom(const char* name, glm::vec2 size = {1500, 900}) : AppDriver(size) {
    shell.model.room = Room::kChain;
    const Status opened = chain::apply_preset(shell.model.chain, name);
    REQUIRE_MESSAGE(opened.ok(), opened.message());
    frames(3);
  }
  const chain::Model& room() const { return model().chain; }
  const chain::GraphResults& net() const { return derived().chain.network; }
  const chain::Node& selected() const { return net().outline.nodes[static_cast<size_t>(net().node)]; }
  void act(chain::Action action) {
    chain::update(shell.model.chain, action);
    frames(3);
  }
  void select(std::string_view name) {
    const auto at = std::ranges::find(net().outline.nodes, name, &chain::Node::name);
    REQUIRE_MESSAGE(at != net().outline.nodes.end(), name);
    act(chain::SelectLayer{at->layer});
  }
};

TEST_CASE("a click selects a block, arrows walk, Enter opens a fold in place and Esc folds it") {
  NetworkRoom app("resnet50");
  app.click("chain/node/layer2");
  CHECK(app.selected().name == "layer2");
  app.press_key(kKeyRight);
  CHECK(app.selected().name == "layer3");
  app.press_key(kKeyLeft);
  app.press_key(kKeyEnter);
  app.frames(3);
  REQUIRE(app.net().outline.groups.size() == 1);
  CHECK(app.on_screen("chain/node/downsample"));
  app.click("chain/node/downsample");
  CHECK(app.selected().name == "downsample");
  app.press_key(kKeyEscape);
  app.frames(3);
  CHECK(app.net().outline.groups.empty());
  CHECK(app.selected().name == "layer2");
  app.double_click("chain/node/layer4");
  app.frames(3);
  REQUIRE(app.net().outline.groups.size() == 1);
  app.click("chain/fold/0");
  app.frames(3);
  CHECK(app.net().outline.groups.empty());
}

TEST_CASE("V shows all layers, C colours them, and nothing of it can be undone") {
  NetworkRoom app("googlenet");
  const size_t spine = app.net().outline.nodes.size();
  const size_t hash = app.picture_hash();
  app.press('V');
  app.frames(3);
  CHECK(app.net().outline.nodes.size() > spine);
  app.press('V');
  app.press('C');
  app.frames(3);
  CHECK(app.room().look.tint == chain::Tint::kMacs);
  CHECK(app.picture_hash() != hash);
  app.press(ctrl('Z'));  // opening it is the one step there is
  app.frames(3);
  CHECK(app.room().document.graph == nullptr);
}

TEST_CASE("Ctrl+F finds layers by name; Enter goes from one to the next, Esc closes") {
  NetworkRoom app("resnet18");
  app.press(ctrl('F'));
  app.frames(3);
  app.type("downsample.0");
  app.frames(3);
  REQUIRE(app.net().found.size() == 3);
  app.press_key(kKeyEnter);
  app.frames(3);
  const int32_t first = app.net().selected;
  CHECK(std::ranges::count(app.net().found, first) == 1);
  app.press_key(kKeyEnter);
  app.frames(3);
  CHECK(app.net().selected != first);
  app.press_key(kKeyEscape);
  app.frames(3);
  CHECK_FALSE(app.room().find.open);
}

TEST_CASE("the cone follows the cell, and a pixel of the input lights what it reaches") {
  NetworkRoom app("resnet18");
  app.select("layer2");
  const network::Interval middle = app.net().rows.cells[0];
  app.hover("chain/map/0/0");
  app.frames(2);
  CHECK(app.net().rows.cells[0].first < middle.first);
  CHECK(app.derived().chain.field.rows.first == app.net().rows.cells[0].first);
  app.hover("chain/input");
  app.frames(2);
  REQUIRE(app.room().pixel.has_value());
  REQUIRE(app.net().lit_rows.size() == app.net().graph->size());
  const int64_t row = app.room().pixel->row;
  CHECK(app.net().lit_rows[0] == network::Interval{row, row});
}

TEST_CASE("what a pixel reaches is what has it in its field") {
  for (const char* name : {"resnet18", "unet", "googlenet", "densenet121", "yolov3_spp"}) {
    CAPTURE(name);
    const Result<zoo::Model> model = zoo::find(name);
    REQUIRE(model.ok());
    const Result<network::Network> network = zoo::open(*model);
    REQUIRE(network.ok());
    const network::Figures figures = analyze(network::resized(*network, {96, 96}));
    for (const network::LayerFigures& at : figures.layers) {
      if (at.rows.state != network::FieldState::kLocal) continue;
      for (const int64_t pixel : {0, 17, 48, 95}) {
        const network::Interval found = network::units_seeing(at.rows, at.height(), pixel);
        int64_t count = 0;
        for (int64_t unit = 0; unit < at.height(); ++unit) {
          const network::Interval field = at.rows.unit(unit);
          const bool has = field.first <= pixel && pixel <= field.last;
          count += has;
          if (has) CHECK((found.first <= unit && unit <= found.last));
        }
        CHECK(count == std::max<int64_t>(found.last - found.first + 1, 0));
      }
    }
  }
}

TEST_CASE("a join that fails is named where it stands, and what follows has no figures") {
  NetworkRoom app("unet");
  app.act(chain::SetInput{1, {200, 200}});
  CHECK_FALSE(app.derived().chain.error.empty());
  CHECK(app.on_screen("chain/error"));
  app.press(ctrl('Z'));
  app.frames(3);
  CHECK(app.derived().chain.error.empty());
}

TEST_CASE("branches are made and taken away, and every edit can be undone") {
  NetworkRoom app("resnet18");
  const size_t layers = app.net().graph->size();
  app.select("conv1");
  const int32_t conv = app.net().selected;  // the activation that stands with it
  app.press('B');
  app.frames(3);
  REQUIRE(app.net().graph->size() == layers + 1);
  CHECK(app.net().graph->network.layers[static_cast<size_t>(conv) + 1].kind == network::Kind::kAdd);
  CHECK(app.net().selected == conv + 1);
  app.act(chain::DeletePath{conv + 1, 1});
  CHECK(app.net().graph->size() == layers);
  CHECK(app.derived().chain.error.empty());
  app.act(chain::SelectLayer{conv});
  app.press_key(kKeyDelete);
  app.frames(3);
  CHECK(app.net().graph->size() == layers - 1);
  for (int i = 0; i < 3; ++i) app.press(ctrl('Z'));
  app.frames(3);
  CHECK(app.net().graph->size() == layers);
}

TEST_CASE("editing keys of chains say why they do nothing here") {
  NetworkRoom app("resnet18");
  const auto before = app.room().document.graph;
  app.press(Chord{kKeyRight, false, false, true});
  app.frames(2);
  CHECK(app.room().document.graph == before);
  CHECK(app.model().notice.find("plain chains") != std::string::npos);
}

}  // namespace
}  // namespace poolglass
