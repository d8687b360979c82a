// The Chain room driven by pointer and keys, frame by frame.
#include <doctest/doctest.h>

#include "app/rooms/chain/parts_view.h"
#include "app/shell/svg_canvas.h"
#include "core/chain/presets.h"
#include "core/printable.h"
#include "tests/support/app_driver.h"

namespace poolglass {
namespace {

using testing::AppDriver;
using testing::ctrl;

constexpr Chord kEscape{kKeyEscape, false, false, false};
constexpr Chord kLeft{kKeyLeft, false, false, false};
constexpr Chord kRight{kKeyRight, false, false, false};
constexpr Chord alt(int key) { return {key, false, false, true}; }

// Tall enough that the whole inspector is in sight.
struct ChainRoom : AppDriver {
  explicit ChainRoom(glm::vec2 size = {1500, 1500}) : AppDriver(size) {
    shell.model.room = Room::kChain;
    frames(3);
  }
  const chain::Model& room() const { return model().chain; }
  const chain::Derived& figures() const { return derived().chain; }
  const std::vector<Layer>& layers() const { return room().document.chain.layers; }
  std::vector<std::string> names() const {
    std::vector<std::string> all;
    for (const chain::LayerRow& row : figures().rows) all.push_back(row.name);
    return all;
  }
  void act(chain::Action action) {
    chain::update(shell.model.chain, action);
    frames(3);
  }
  void settle() { frames(20); }  // blocks slide for 200 ms
};

Chain long_chain(size_t count) {
  Chain made{3, {64, 64}, {}};
  for (size_t i = 0; i < count; ++i) made.layers.push_back(default_layer(LayerKind::kConv2d));
  return made;
}

TEST_CASE("clicking a block selects it, clicking the input lets go of it") {
  ChainRoom app;
  app.click("chain/block/2");
  CHECK(app.figures().selected == 2u);
  app.click("chain/input");
  CHECK_FALSE(app.figures().selected.has_value());
}

TEST_CASE("dragging a block to another place moves the layer there, in one step of undo") {
  ChainRoom app;
  const chain::LayerId last = app.room().document.identities[7].id;
  app.drag_to("chain/block/7", "chain/plus/0");
  CHECK(app.room().document.identities[0].id == last);
  CHECK(app.figures().selected == 0u);
  app.settle();
  CHECK_FALSE(chain::animating(app.room()));
  app.press(ctrl('Z'));
  CHECK(app.room().document.identities[7].id == last);
  CHECK_FALSE(app.room().history.can_undo());
}

TEST_CASE("dragging right lands between the blocks under the pointer") {
  ChainRoom app;
  const chain::LayerId first = app.room().document.identities[0].id;
  app.drag_to("chain/block/0", "chain/plus/3");
  CHECK(app.room().document.identities[2].id == first);
}

TEST_CASE("a press that hardly moves is no drag") {
  ChainRoom app;
  app.drag("chain/block/3", {3, 2});
  CHECK_FALSE(app.room().history.can_undo());
  CHECK(app.figures().selected == 3u);
}

TEST_CASE("the plus between blocks opens a picker that adds a layer there") {
  ChainRoom app;
  app.click("chain/plus/2");
  REQUIRE(app.on_screen("chain/pick/avg_pool2d"));
  app.click("chain/pick/avg_pool2d");
  REQUIRE(app.layers().size() == 9);
  CHECK(app.layers()[2].kind == LayerKind::kAvgPool2d);
  CHECK(app.figures().selected == 2u);
  CHECK_FALSE(app.on_screen("chain/pick/avg_pool2d"));
}

TEST_CASE("the picker closes by Esc, by its own plus, and by a click elsewhere") {
  ChainRoom app;
  app.click("chain/plus/2");
  app.press(kEscape);
  CHECK_FALSE(app.on_screen("chain/picker"));
  CHECK(app.figures().selected.has_value());
  app.click("chain/plus/2");
  app.click("chain/plus/2");
  CHECK_FALSE(app.on_screen("chain/picker"));
  app.click("chain/plus/2");
  app.click("chain/block/7");
  CHECK_FALSE(app.on_screen("chain/picker"));
  CHECK(app.layers().size() == 8);
}

TEST_CASE("a kind that cannot stand there cannot be picked") {
  ChainRoom app;
  app.click("chain/plus/2");
  app.click("chain/pick/linear");
  CHECK(app.layers().size() == 8);
}

TEST_CASE("hovering the map moves the field and holds playback; leaving resumes") {
  ChainRoom app;
  app.press(' ');
  CHECK(app.room().playhead.playing);
  app.hover("chain/map/3/0");
  CHECK(app.figures().cell == chain::Cell{3, 0});
  CHECK(app.room().playhead.held);
  app.move_to({5, 5});
  CHECK_FALSE(app.room().playhead.held);
  CHECK_FALSE(app.room().hovered.has_value());
}

TEST_CASE("clicking a cell of the map pins it until Esc") {
  ChainRoom app;
  app.click("chain/map/0/0");
  app.hover("chain/map/3/3");
  CHECK(app.figures().cell == chain::Cell{0, 0});
  app.press(kEscape);
  CHECK(app.figures().cell == chain::Cell{3, 3});
  app.move_to({5, 5});
  CHECK(app.figures().cell == chain::Cell{0, 0});
}

TEST_CASE("playback walks the selected layer's cells and moves the field") {
  ChainRoom app;
  app.press(Chord{kKeyHome, false, false, false});
  CHECK(app.figures().field.columns.first == -15);
  app.press('.');
  CHECK(app.figures().field.columns.first == 1);
  CHECK(app.figures().cell == chain::Cell{0, 1});
}

TEST_CASE("keys select, move, duplicate, add, delete and copy") {
  ChainRoom app;
  app.press(kLeft);
  CHECK(app.figures().selected == 6u);
  app.press(kRight);
  CHECK(app.figures().selected == 7u);
  app.press(alt(kKeyLeft));
  CHECK(app.figures().selected == 6u);
  CHECK(app.layers()[6].kind == LayerKind::kMaxPool2d);
  app.press(alt(kKeyRight));
  CHECK(app.layers()[7].kind == LayerKind::kMaxPool2d);
  app.press(ctrl('D'));
  CHECK(app.layers().size() == 9);
  app.press(Chord{kKeyDelete, false, false, false});
  CHECK(app.layers().size() == 8);
  app.press('A');
  CHECK(app.layers().size() == 9);
  CHECK(app.layers()[8].kind == LayerKind::kConv2d);
  app.press(ctrl('C'));
  REQUIRE(!app.requests.empty());
  const auto* copy = get_if<CopyText>(app.requests.back());
  REQUIRE(copy != nullptr);
  CHECK(copy->text.find("conv1\t") != std::string::npos);
}

TEST_CASE("what was told goes with the next thing that is done") {
  ChainRoom app;
  app.shell.model.notice = "told";
  app.press('A');
  CHECK(app.model().notice.empty());
}

TEST_CASE("the inspector edits the selected layer, and reset brings its window back") {
  ChainRoom app;
  app.click("chain/kernel/plus");
  CHECK(app.layers()[7].kernel == Size2{3, 3});
  app.click("chain/stride/minus");
  CHECK(app.layers()[7].stride == Size2{1, 1});
  app.click("chain/ceil-mode");
  CHECK(app.layers()[7].ceil_mode);
  app.click("chain/padding/plus");
  CHECK(app.layers()[7].padding == Padding{1, 1, 1, 1});
  app.click("chain/layer/reset");
  CHECK(app.layers()[7] == default_layer(LayerKind::kMaxPool2d));
}

TEST_CASE("height and width part and join") {
  ChainRoom app;
  app.click("chain/kernel/link");
  app.click("chain/kernel/w/plus");
  CHECK(app.layers()[7].kernel == Size2{2, 3});
  app.click("chain/kernel/link");
  CHECK(app.layers()[7].kernel == Size2{2, 2});
}

TEST_CASE("each side's padding can stand on its own") {
  ChainRoom app;
  app.click("chain/block/0");
  app.click("chain/padding-sides");
  app.click("chain/padding-begin/link");  // of all four sides
  app.click("chain/padding-begin/h/plus");
  CHECK(app.layers()[0].padding == Padding{2, 1, 1, 1});
  app.click("chain/padding-end/w/minus");
  CHECK(app.layers()[0].padding == Padding{2, 1, 1, 0});
}

TEST_CASE("dragging a number is one step of undo") {
  ChainRoom app;
  app.click("chain/block/0");
  app.drag("chain/out-channels", {90, 0});
  CHECK(app.layers()[0].out_channels > 8);
  app.press(ctrl('Z'));
  CHECK(app.layers()[0].out_channels == 6);
  CHECK_FALSE(app.room().history.can_undo());
}

TEST_CASE("kind and preset come from lists; undo and redo from the header") {
  ChainRoom app;
  app.click("chain/kind");
  app.click("chain/kind/Average pool");
  CHECK(app.layers()[7].kind == LayerKind::kAvgPool2d);
  app.click("tools/undo");
  CHECK(app.layers()[7].kind == LayerKind::kMaxPool2d);
  app.click("tools/redo");
  CHECK(app.layers()[7].kind == LayerKind::kAvgPool2d);
  app.click("chain/preset");
  app.click("chain/preset/VGG-16");
  CHECK(app.layers().size() == 22);
}

TEST_CASE("an invalid layer shows its sentence and the last good figures until it is put right") {
  ChainRoom app;
  CHECK_FALSE(app.on_screen("chain/error"));
  Layer wide = app.layers()[2];
  wide.kernel = {99, 99};
  app.act(chain::SetLayer{app.room().document.identities[2].id, chain::Field::kKernel, wide});
  CHECK(app.on_screen("chain/error"));
  CHECK(app.figures().rows[7].figures.receptive_field == Size2{46, 46});
  app.press(ctrl('Z'));
  CHECK_FALSE(app.on_screen("chain/error"));
}

TEST_CASE("a long chain opens whole; closer, it follows the selection, and its minimap pans") {
  ChainRoom app({1280, 720});
  app.act(chain::SetChain{long_chain(60)});
  app.frames(3);
  CHECK(app.on_screen("chain/block/0"));
  CHECK(app.on_screen("chain/block/59"));
  for (int i = 0; i < 10; ++i) app.press('+');
  app.press(kLeft);
  app.press(kRight);
  app.frames(3);
  CHECK(app.on_screen("chain/block/59"));
  CHECK_FALSE(app.on_screen("chain/block/0"));
  const Rect minimap = app.find("chain/minimap");
  app.click_at({minimap.min.x + 2, minimap.centre().y});
  CHECK(app.on_screen("chain/block/0"));
  CHECK(app.room().camera.left == 0);
  for (int i = 0; i < 40; ++i) app.press(kLeft);
  app.frames(3);
  CHECK(app.on_screen("chain/block/19"));
  app.press('0');
  app.frames(3);
  CHECK(app.on_screen("chain/block/0"));
  CHECK(app.on_screen("chain/block/59"));
}

TEST_CASE("zoom keys widen and narrow the columns, down to the whole chain") {
  ChainRoom app({1280, 720});
  app.act(chain::ApplyPreset{"vgg16"});
  const auto pitch = [&] { return app.find("chain/block/1").min.x - app.find("chain/block/0").min.x; };
  const float width = pitch();
  app.press('+');
  app.frames(2);
  CHECK(pitch() > width);
  app.press('-');
  app.press('-');
  app.frames(2);
  CHECK(pitch() == doctest::Approx(width).epsilon(0.05));
  app.press('+');
  app.press('0');
  app.frames(2);
  CHECK(pitch() == doctest::Approx(width).epsilon(0.05));
}

TEST_CASE("where the rows are higher than the canvas the wheel scrolls them") {
  ChainRoom app({1280, 400});
  const Rect before = app.find("chain/block/0");
  app.hover("chain/block/3");
  ImGui::GetIO().MouseWheel = -2;
  app.frame();
  ImGui::GetIO().MouseWheel = 0;
  app.frames(2);
  CHECK(app.find("chain/block/0").max.y < before.max.y);
}

TEST_CASE("blocks slide to their new places, or jump when motion is reduced") {
  for (const bool reduce : {false, true}) {
    ChainRoom app;
    app.shell.model.reduce_motion = reduce;
    app.frame();
    const glm::vec2 home = app.find("chain/block/6").min;
    app.press(alt(kKeyLeft));
    const bool moving = app.find("chain/block/6").min.x > home.x + 40;  // columns are wider than that
    CHECK(moving == !reduce);
    app.settle();
    CHECK(app.find("chain/block/6").min.x == doctest::Approx(home.x).epsilon(0.05));
  }
}

TEST_CASE("windows far too small for the picture still draw it and still work") {
  for (const glm::vec2 size : {glm::vec2(320, 200), glm::vec2(640, 360), glm::vec2(900, 300)}) {
    ChainRoom app(size);
    app.act(chain::ApplyPreset{"vgg16"});
    app.press(kLeft);
    CHECK(app.figures().selected == 20u);
  }
}

// Draws nothing. Every character is as wide as its bytes; counts the bytes that are measured.
struct CountingCanvas final : Canvas {
  CountingCanvas() : Canvas(15) {}
  void fill(const Rect&, Color, float) override {}
  void stroke(const Rect&, Color, float, float) override {}
  void line(glm::vec2, glm::vec2, Color, float) override {}
  void polyline(std::span<const glm::vec2>, Color, float, bool) override {}
  void fill_convex(std::span<const glm::vec2>, Color) override {}
  void fill_circle(glm::vec2, float, Color) override {}
  void stroke_circle(glm::vec2, float, Color, float) override {}
  void image(const Bitmap&, const Rect&) override {}
  void push_clip(const Rect&) override {}
  void pop_clip() override {}
  void text(glm::vec2, std::string_view, Font, float, Color, AlignX, AlignY) override {}
  glm::vec2 text_size(std::string_view text, Font, float) const override {
    measured += text.size();
    return {static_cast<float>(text.size()), 1};
  }
  mutable size_t measured = 0;
};

TEST_CASE("text is cut to its width at whole characters, without measuring what cannot fit") {
  const CountingCanvas canvas;
  const auto fitted = [&](const std::string& text, float width) {
    return poolglass::fitted(canvas, text, Font::kText, 15, width);
  };
  CHECK(fitted("short", 5) == "short");
  CHECK(fitted("short", 4) == "s…");
  CHECK(fitted("short", 3).empty());
  CHECK(fitted("", 0).empty());
  CHECK(fitted("日本語", 9) == "日本語");
  CHECK(fitted("日本語", 8) == "日…");
  CHECK(fitted(std::string(16, 'a') + "日本", 21) == std::string(16, 'a') + "…");
  for (const size_t length : {size_t{15}, size_t{16}, size_t{17}, size_t{63}, size_t{64}, size_t{100}}) {
    for (float width = 3; width < 120; ++width) {
      const std::string text(length, 'x'), cut = fitted(text, width);
      const auto room = static_cast<size_t>(width);
      CHECK(cut == (length <= room ? text : room < 4 ? "" : text.substr(0, room - 3) + "…"));
    }
  }
  canvas.measured = 0;
  CHECK(fitted(std::string(1000000, 'n'), 100).size() == 100);
  CHECK(canvas.measured < 3000);
}

TEST_CASE("sentences take as many lines as they may, and end after a whole word where not all is told") {
  using Lines = std::vector<std::string>;
  const CountingCanvas canvas;
  const auto lines = [&](const std::string& text, float width, size_t most) {
    return wrapped_within(canvas, text, Font::kText, 15, width, most);
  };
  CHECK(lines("", 20, 2).empty());
  CHECK(lines("one two three", 13, 2) == Lines{"one two three"});
  CHECK(lines("one two three", 12, 2) == Lines{"one two", "three"});
  CHECK(lines("one two three", 12, 1) == Lines{"one two …"});
  CHECK(lines("one two three", 10, 1) == Lines{"one …"});
  CHECK(lines("one two three four five", 9, 2) == Lines{"one two", "three …"});
  CHECK(lines("unbreakable", 9, 2) == Lines{"unbrea…"});
}

TEST_CASE("names of any length and with any control are drawn, and the SVG stays well-formed") {
  ChainRoom app({900, 700});
  Chain chain{1, {8, 8}, {}};
  for (const std::string& name :
       {std::string("\x1b[2J\a\n\0<&>\x7f", 10), std::string(100000, 'n'), std::string("\uffff\u202e")}) {
    Layer layer = default_layer(LayerKind::kMaxPool2d);
    layer.name = name;
    chain.layers.push_back(layer);
  }
  app.act(chain::SetChain{chain});
  for (const chain::LayerRow& row : app.figures().rows) CHECK(is_printable(row.name));
  SvgCanvas svg({{0, 0}, {10, 10}}, {}, 15);
  svg.text({0, 0}, chain.layers[0].name + "\xff\ufffe", Font::kText, 15, {}, AlignX::kLeft, AlignY::kTop);
  const std::string text = svg.finish();
  CHECK(text.find("\\x1b[2J\\x07\\n\\x00&lt;&amp;&gt;") != std::string::npos);
  for (const char c : text) CHECK((c == '\n' || static_cast<unsigned char>(c) >= 0x20));
}

// The names in the picture, of those given, that are whole and inside the strip.
size_t names_written(ChainRoom& app) {
  const std::string svg = app.room_svg();
  size_t written = 0;
  for (const std::string& name : app.names())
    written += svg.find(">" + name + "</text>") != std::string::npos;
  return written;
}

TEST_CASE("every layer keeps its name, in long chains on small windows and at large scales") {
  struct Case {
    glm::vec2 size;
    double scale;
    size_t layers;
  };
  for (const Case& c : {Case{{1280, 720}, 1, 9},
                        {{1280, 720}, 1, 12},
                        {{1280, 720}, 2, 8},
                        {{1280, 720}, 2, 9},
                        {{1280, 720}, 3, 8},
                        {{1920, 1080}, 3, 9},
                        {{2560, 1440}, 3, 9}}) {
    CAPTURE(c.size.x);
    CAPTURE(c.scale);
    CAPTURE(c.layers);
    ChainRoom app(c.size);
    app.shell.model.scale = static_cast<float>(c.scale);
    Chain chain = chain_preset("lesson").value();
    while (chain.layers.size() < c.layers) chain.layers.push_back(default_layer(LayerKind::kRelu));
    app.act(chain::SetChain{chain});
    CHECK(names_written(app) == c.layers);
  }
}

TEST_CASE("everything that can be clicked lies within the window, for short and long chains at every size") {
  for (const glm::vec2 size : {glm::vec2(1280, 720), glm::vec2(1920, 1080), glm::vec2(2560, 1440)}) {
    for (const size_t count : {0, 1, 8, 60}) {
      ChainRoom app(size);
      app.act(chain::SetChain{long_chain(count)});
      const Rect canvas = app.find("canvas");
      for (const Tag& tag : app.shell.tags()) {
        if (!tag.name.starts_with("chain/plus") && !tag.name.starts_with("chain/map")) continue;
        CAPTURE(tag.name);
        CHECK(canvas.encloses(tag.rect));
      }
    }
  }
}

}  // namespace
}  // namespace poolglass
