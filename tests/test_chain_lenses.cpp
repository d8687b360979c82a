// The Chain room's lenses, driven by pointer and keys, frame by frame.
#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <string>

#include "tests/support/app_driver.h"

namespace poolglass {
namespace {

using testing::AppDriver;
using testing::ctrl;

constexpr int kCompareKey = 4;
constexpr Chord lens_key(int lens) { return {'1' + lens, false, false, true}; }
constexpr Chord shifted(int key) { return {key, false, true, false}; }

struct LensRoom : AppDriver {
  explicit LensRoom(const char* preset, int lens, glm::vec2 size = {1280, 720}) : AppDriver(size) {
    shell.model.room = Room::kChain;
    const Status opened = chain::apply_preset(shell.model.chain, preset);
    REQUIRE_MESSAGE(opened.ok(), opened.message());
    frames(2);
    press(lens_key(lens));
    frames(2);
  }
  const chain::Model& room() const { return model().chain; }
  const chain::Derived& found() const { return derived().chain; }
};

}  // namespace

TEST_CASE("every lens draws every kind of network, at small and large sizes, and each its own picture") {
  for (const char* preset : {"lesson", "empty", "gap", "resnet50", "unet", "vgg16", "densenet121"}) {
    for (const glm::vec2 size : {glm::vec2{800, 600}, glm::vec2{1280, 720}, glm::vec2{2560, 1440}}) {
      CAPTURE(preset);
      LensRoom app(preset, 0, size);
      std::set<size_t> pictures;
      for (int lens = 0; lens < 5; ++lens) {
        app.press(lens_key(lens));
        app.frames(3);
        CHECK(app.room().lens == static_cast<size_t>(lens));
        pictures.insert(app.picture_hash());
      }
      CHECK(pictures.size() == 5);
    }
  }
}

TEST_CASE("in the Field lens a click pins a unit, Shift+Enter the second, P takes the photograph away") {
  LensRoom app("lesson", chain::kFieldLens);
  app.click("chain/map/1/2");
  app.frames(2);
  CHECK(app.found().cell == chain::Cell{1, 2});
  app.press(shifted(kKeyEnter));
  app.frames(2);
  CHECK(app.room().second == chain::Cell{1, 2});
  app.click("chain/map/3/3");
  app.frames(2);
  REQUIRE(app.found().lens.overlap);
  CHECK(app.found().lens.overlap->cells == 14 * 30);
  app.press('P');
  app.frames(2);
  CHECK_FALSE(app.room().photo);
  app.press_key(kKeyEscape);
  app.frames(2);
  CHECK_FALSE(app.room().second);
}

TEST_CASE("arrows walk a chain's layers in its lenses, and the chain is edited in the Cost lens alone") {
  LensRoom app("lesson", chain::kFieldLens);
  app.press_key(kKeyLeft);
  app.frames(2);
  CHECK(app.found().network.selected == 7);
  app.press('A');
  app.frames(2);
  CHECK(app.room().document.chain.layers.size() == 8);
  CHECK(app.model().notice.find("Cost lens") != std::string::npos);
  app.press(lens_key(0));
  app.press('A');
  app.frames(2);
  CHECK(app.room().document.chain.layers.size() == 9);
}

TEST_CASE("the ruler of the Sizes lens sets the input's size, and so do its buttons") {
  LensRoom app("unet", chain::kSizesLens);
  const int64_t before = app.room().document.graph->figures.input_size.h;
  app.click("chain/fix/0");
  app.frames(3);
  const int64_t smaller = app.room().document.graph->figures.input_size.h;
  CHECK(smaller < before);
  const Rect ruler = app.find("chain/ruler");
  app.click_at({ruler.min.x + 0.1f * ruler.width(), ruler.centre().y});
  app.frames(3);
  const Size2 pressed = app.room().document.graph->figures.input_size;
  CHECK(pressed.h == pressed.w);
  CHECK(std::abs(pressed.h - (smaller - 64 + 12)) <= 1);  // a tenth of 129 sizes
  app.press(ctrl('Z'));
  app.frames(3);
  CHECK(app.room().document.graph->figures.input_size.h == smaller);
}

TEST_CASE("the Sizes lens fills windows of every size, and its fixes stand apart from the ruler") {
  for (const char* preset : {"lesson", "unet", "resnet18"}) {
    for (const glm::vec2 size : {glm::vec2{1280, 720}, glm::vec2{1920, 1080}, glm::vec2{2560, 1440}}) {
      LensRoom app(preset, chain::kSizesLens, size);
      for (const float scale : {1.0f, 2.0f}) {
        app.shell.model.scale = scale;
        app.frames(4);
        if (size.x < 2500 && scale > 1) continue;  // rows scroll
        CAPTURE(preset);
        CAPTURE(size.x);
        CAPTURE(scale);
        const float em = app.shell.em();
        const Rect strip = app.find("chain/strip"), ruler = app.find("chain/ruler"),
                   fix = app.find("chain/fix/0");
        CHECK(fix.max.y <= strip.max.y);
        CHECK(fix.max.y > strip.max.y - 2.5f * em);
        CHECK(fix.min.y - ruler.max.y > 3 * em);  // numbers and a heading between them
        CHECK(ruler.height() < 7 * em);
        if (size.x < 1900 || scale > 1) continue;
        CHECK(ruler.min.y - strip.min.y > 0.55f * strip.height());  // the blocks have the rest
        CHECK(fix.min.y - ruler.max.y > 4 * em);
      }
    }
  }
}

TEST_CASE("a join that does not fit is mended by a click, on the picture and in the panel") {
  LensRoom app("unet", chain::kSizesLens);
  chain::update(app.shell.model.chain, chain::Action(chain::SetInput{3, {200, 200}}));
  app.frames(3);
  REQUIRE_FALSE(app.found().error.empty());
  const size_t layers = app.room().document.graph->size();
  app.click("chain/fix/4");  // ceil mode, which does not help
  app.frames(2);
  CHECK(app.room().document.graph->size() == layers);
  app.click("chain/fix/3");
  app.frames(3);
  CHECK(app.found().error.empty());
  CHECK(app.room().document.graph->size() == layers + 1);  // zeros around one path
  app.press(ctrl('Z'));
  app.frames(3);
  app.click("chain/join-fix-0");
  app.frames(3);
  CHECK(app.found().error.empty());
  CHECK(app.room().document.graph->size() == layers + 4);  // four skips are cropped
}

TEST_CASE("the note of a fault leaves the shelf alone in low windows, and the status line has it whole") {
  LensRoom app("unet", chain::kSizesLens);
  chain::update(app.shell.model.chain, chain::Action(chain::SetInput{3, {200, 200}}));
  for (const size_t lens : {chain::kFieldLens, chain::kSizesLens, chain::kProofLens}) {
    app.press(lens_key(static_cast<int>(lens)));
    for (const float scale : {1.0f, 1.5f, 2.0f, 3.0f}) {
      app.shell.model.scale = scale;
      app.frames(4);
      CAPTURE(lens);
      CAPTURE(scale);
      REQUIRE_FALSE(app.found().error.empty());
      CHECK(chain::status_sentence(app.room(), app.found()).find(app.found().error) != std::string::npos);
      if (scale < 3) REQUIRE(app.on_screen("chain/error"));
      if (lens == chain::kSizesLens && app.on_screen("chain/error"))
        CHECK(app.find("chain/error").max.y < app.find("chain/ruler").min.y - app.shell.em());
    }
  }
}

TEST_CASE("the transport walks layers in the Proof lens; K pokes, a click holds the pixel, Esc lets go") {
  LensRoom app("lesson", chain::kProofLens);
  CHECK(chain::playback_length(app.found()) == 9);
  app.press_key(kKeyHome);
  app.frames(3);
  CHECK(app.room().playhead.index == 0);
  const size_t hash = app.picture_hash();
  app.press('.');
  app.frames(60);
  CHECK(app.room().playhead.index == 1);
  CHECK(app.picture_hash() != hash);
  app.press('K');
  app.frames(3);
  CHECK(app.room().proof == chain::Proof::kPoke);
  app.click("chain/input");
  app.frames(3);
  REQUIRE(app.room().poked);
  CHECK(app.found().lens.poke.pixel == app.room().poked);
  CHECK(app.found().lens.poke.same());
  app.press_key(kKeyEscape);
  app.frames(3);
  CHECK_FALSE(app.room().poked);
}

TEST_CASE("W goes through changes, Shift+W keeps one, and one undo takes it back") {
  LensRoom app("exercise", chain::kCompareLens);
  CHECK(app.room().document.rival.change == network::WhatIf::kConv3);
  app.press('W');
  app.frames(2);
  CHECK(app.room().document.rival.change == network::WhatIf::kDilate);
  const Chain before = app.room().document.chain;
  app.press(shifted('W'));
  app.frames(3);
  CHECK(app.room().document.chain.layers.size() == 4);
  app.press(ctrl('Z'));
  app.frames(3);
  CHECK(app.room().document.chain == before);
  app.click("chain/change-conv2");
  app.frames(3);
  CHECK(app.found().comparison.b.params.value - app.found().comparison.a.params.value == 348'640);
}

TEST_CASE("where Compare's parts are higher than the canvas the wheel reaches the last of them") {
  LensRoom app("exercise", chain::kCompareLens, {1280, 420});
  const auto lowest = [&] {  // of what is written
    const std::string svg = app.room_svg();
    double y = 0;
    for (size_t at = svg.find("<text"); at != svg.npos; at = svg.find("<text", at + 1))
      y = std::max(y, std::stod(svg.substr(svg.find(" y=\"", at) + 4)));
    return y;
  };
  REQUIRE(lowest() > 420);
  app.hover("chain/strip");
  for (int i = 0; i < 20; ++i) app.wheel(-1);
  app.frames(2);
  CHECK(lowest() < 420 - 2 * 15);  // above the status line
}

TEST_CASE("where names have no room Compare leaves out the same ones of A and B") {
  LensRoom app("densenet121", chain::kCompareLens, {800, 600});
  const std::string svg = app.room_svg();
  int written = 0;
  for (const chain::Node& node : app.found().comparison.net.outline.nodes) {
    const std::string name = ">" + node.name + "</text>";
    int times = 0;
    for (size_t at = svg.find(name); at != svg.npos; at = svg.find(name, at + 1)) ++times;
    CAPTURE(node.name);
    CHECK(times % 2 == 0);
    written += times;
  }
  CHECK(written >= 4);
}

TEST_CASE("the ruler is dragged through sizes as one step of undo, and they stay under the pointer") {
  LensRoom app("lesson", chain::kSizesLens);
  const Rect ruler = app.find("chain/ruler");
  const float unit = ruler.width() / 129;
  app.drag("chain/ruler", {8 * unit, 0});  // from the middle of sizes 1 to 129
  app.frames(3);
  const Size2 plane = app.room().document.chain.plane;
  CHECK(plane.h == plane.w);
  CHECK(std::abs(plane.h - 73) <= 1);
  app.press(ctrl('Z'));
  app.frames(3);
  CHECK(app.room().document.chain.plane == Size2{64, 64});
}

TEST_CASE("a drag of the ruler ends with the lens") {
  LensRoom app("lesson", chain::kSizesLens);
  const Rect ruler = app.find("chain/ruler");
  const glm::vec2 middle = ruler.centre();
  const auto size = [&] { return app.room().document.chain.plane.h; };
  const auto drag = [&] {
    app.hold_at(middle);
    app.move_to(middle + glm::vec2(ruler.width() / 8, 0));
    app.frames(2);
  };
  drag();
  const int64_t dragged = size();
  CHECK(dragged > 64);
  app.press(lens_key(chain::kFieldLens));
  app.let_go();
  app.press(lens_key(chain::kSizesLens));
  app.frames(3);
  drag();  // another edit, of a ruler around the size that is there now
  app.let_go();
  CHECK(size() > dragged);
  app.press(ctrl('Z'));
  app.frames(3);
  CHECK(size() == dragged);
}

TEST_CASE("F, M and J make a branch and a join of a chain; R holds what is shown, X swaps it") {
  LensRoom app("exercise", chain::kCostLens);
  app.press_key(kKeyLeft);
  app.press('F');
  app.frames(2);
  REQUIRE(app.room().document.graph);
  const size_t layers = app.room().document.graph->size();
  app.press('M');
  app.press_key(kKeyLeft);
  app.frames(2);
  app.press(shifted('J'));
  app.frames(2);
  CHECK(app.room().document.graph->size() == layers + 1);
  app.press(lens_key(kCompareKey));
  app.press('R');
  app.frames(2);
  CHECK(app.found().comparison.differ == 0);
  app.press('W');
  app.frames(2);
  REQUIRE(app.found().comparison.net.graph);
  const auto b = app.found().comparison.net.graph->network;
  app.press('X');
  app.frames(2);
  CHECK(app.room().document.graph->network == b);
  app.press(ctrl('Z'));
  app.frames(2);
  CHECK_FALSE(app.room().document.graph->network == b);
}

TEST_CASE("a network that does not fit together is shown in every lens, whichever layer is selected") {
  LensRoom app("lesson", chain::kCostLens);
  app.press('F');
  app.press('M');
  app.frames(2);
  app.press_key(kKeyLeft);
  app.press_key(kKeyLeft);
  app.frames(2);
  app.press('J');  // 48x4x4 and 48x8x8
  app.frames(2);
  REQUIRE(app.room().document.graph);
  REQUIRE_FALSE(app.found().error.empty());
  for (int step = 0; step < 12; ++step) {
    for (int lens = 0; lens < 5; ++lens) {
      app.press(lens_key(lens));
      if (lens == chain::kProofLens) app.press('K');
      app.frames(2);
      CHECK_FALSE(status_sentence(app.room(), app.found()).empty());
    }
    app.press_key(step == 0 ? kKeyHome : kKeyRight);
  }
}

}  // namespace poolglass
