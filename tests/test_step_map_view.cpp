#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <memory>

#include "app/rooms/format.h"
#include "app/rooms/step/map.h"
#include "app/rooms/step/model.h"
#include "tests/support/app_driver.h"

namespace poolglass::step {
namespace {

using testing::AppDriver;

void open_map(AppDriver& app, const Shape& shape) {
  auto tensor = std::make_shared<Tensor>(shape);
  for (size_t i = 0; i < tensor->values.size(); ++i)
    tensor->values[i] = static_cast<float>(i * 2654435761u % 1009);
  update(app.shell.model.step, OpenTensor{std::move(tensor), "map.npy"});
  app.frames(2);
}

const Model& map_room(const AppDriver& app) { return app.model().step; }
int64_t count(std::string_view text, std::string_view part) {
  int64_t times = 0;
  for (size_t at = text.find(part); at != std::string_view::npos; at = text.find(part, at + 1)) ++times;
  return times;
}

std::string told(const AppDriver& app) { return poolglass::status_sentence(app.model(), app.derived()); }

}  // namespace

TEST_CASE("the wheel zooms a map about the pointer, a drag moves it, 0 shows all of it again") {
  AppDriver app;
  open_map(app, {1, 1, 1000, 1000});
  CHECK(map_room(app).sight.cells == 0);
  app.hover("step/in");
  for (int i = 0; i < 12; ++i) app.wheel(1);
  const Sight near = map_room(app).sight;
  CHECK(near.cells < 200);
  CHECK(near.cells > 4);
  CHECK(near.row == doctest::Approx(500).epsilon(0.02));
  app.drag("step/in", {60, 30});
  CHECK(map_room(app).sight.cells == near.cells);
  CHECK(map_room(app).sight.column < near.column - 1);
  CHECK(map_room(app).sight.row < near.row - 1);
  CHECK_FALSE(map_room(app).pin.has_value());  // a drag is no click
  app.press('0');
  CHECK(map_room(app).sight.cells == 0);
}

TEST_CASE("keys zoom and move a map; a small grid says that there is nothing to zoom") {
  AppDriver app;
  app.press('+');
  CHECK(app.model().notice.starts_with("The whole grid is in sight"));
  open_map(app, {1, 1, 500, 700});
  for (int i = 0; i < 8; ++i) app.press('+');
  const Sight near = map_room(app).sight;
  CHECK(near.cells == doctest::Approx(700 * std::pow(0.8, 8)));
  app.press(Chord{kKeyRight, false, true, false});
  CHECK(map_room(app).sight.column > near.column);
  app.press(Chord{kKeyDown, false, true, false});
  CHECK(map_room(app).sight.row > near.row);
  app.press(Chord{kKeyLeft, false, true, false});
  app.press(Chord{kKeyUp, false, true, false});
  CHECK(map_room(app).sight.row == doctest::Approx(near.row));
  app.press('-');
  CHECK(map_room(app).sight.cells == doctest::Approx(near.cells * 1.25));
}

TEST_CASE("the overview is brushed: a click looks there, a drag takes the frame along") {
  AppDriver app;
  open_map(app, {1, 1, 800, 800});
  for (int i = 0; i < 10; ++i) app.press('+');
  const Rect overview = app.find("step/overview");
  app.click_at(overview.min + 0.25f * overview.size());
  CHECK(map_room(app).sight.row == doctest::Approx(200).epsilon(0.03));
  CHECK(map_room(app).sight.column == doctest::Approx(200).epsilon(0.03));
  app.drag("step/overview", {0.25f * overview.width(), 0});
  CHECK(map_room(app).sight.column == doctest::Approx(600).epsilon(0.05));
}

TEST_CASE("a click pins a cell of a map, and figures typed change it") {
  AppDriver app;
  open_map(app, {1, 1, 300, 300});
  for (int i = 0; i < 14; ++i) app.press('+');
  app.click("step/in");
  REQUIRE(map_room(app).pin.has_value());
  const Cell cell = map_room(app).pin->cell;
  CHECK(map_room(app).pin->side == Side::kInput);
  app.type("4711");
  app.press_key(kKeyEnter);
  CHECK(map_room(app).document.grid.at(cell) == 4711);
  CHECK(app.derived().step.edited);
}

TEST_CASE("a map of one value and infinities is drawn") {
  AppDriver app;
  auto tensor = std::make_shared<Tensor>(Shape{1, 1, 100, 100});
  std::fill(tensor->values.begin(), tensor->values.end(), 3.0f);
  tensor->values[5] = std::numeric_limits<float>::infinity();
  tensor->values[700] = -std::numeric_limits<float>::infinity();
  tensor->values[400] = std::numeric_limits<float>::quiet_NaN();
  update(app.shell.model.step, OpenTensor{tensor, "map.npy"});
  app.frames(2);
  CHECK(told(app).starts_with("Window (0,0) reads 3 3 / 3 3"));
  CHECK(app.room_svg().find(">3</text>") != std::string::npos);  // the window, beside the squares
  update(app.shell.model.step, SetSight{{4, 4, 8}});
  app.frames(2);
  const std::string svg = app.room_svg();
  CHECK(count(svg, ">∞</text>") == 2);  // in the input and in the output
  CHECK(count(svg, ">−∞</text>") == 1);
  CHECK(count(svg, ">NaN</text>") == 2);
}

TEST_CASE("the first square's title and note are about the plane that it shows") {
  AppDriver app({1500, 1400});
  open_map(app, {1, 1, 5000, 300});  // a part of its file
  const auto shows = [&](const std::string& text) { return app.room_svg().find(">" + text + "</text>"); };
  CHECK(shows("Input") != std::string::npos);
  CHECK(shows("of 5,000 × 300") != std::string::npos);
  update(app.shell.model.step, SetStride{{16, 16}});
  update(app.shell.model.step, SetBoth{true});
  app.shell.model.step.lens = kGradientLens;
  app.frames(3);
  CHECK(shows("Upstream") != std::string::npos);
  CHECK(shows("256 × 19") != std::string::npos);
  CHECK(shows("of 5,000 × 300") == std::string::npos);
  CHECK(shows("wheel zooms, drag pans") != std::string::npos);  // no two of its cells share a pixel
}

TEST_CASE("the wheel over the overview zooms about that place, from the whole map on") {
  AppDriver app;
  open_map(app, {1, 1, 800, 800});
  const Rect overview = app.find("step/overview");
  app.move_to(overview.min + 0.75f * overview.size());
  for (int i = 0; i < 8; ++i) app.wheel(1);
  const Sight near = map_room(app).sight;
  CHECK(near.cells < 400);
  CHECK(near.row > 450);
  CHECK(near.column > 450);
}

TEST_CASE("a drag that begins beside the squares moves nothing") {
  AppDriver app;
  open_map(app, {1, 1, 800, 800});
  for (int i = 0; i < 10; ++i) app.press('+');
  const Sight before = map_room(app).sight;
  const Rect input = app.find("step/in");
  app.drag_from({input.max.x + 30, input.min.y - 12}, {-90, 60});
  CHECK(map_room(app).sight == before);
}

TEST_CASE("rows that no window reads are hatched where they are wide, dimmed where they are not") {
  AppDriver app;
  open_map(app, {1, 1, 1000, 1000});
  // Bands over the first square, and the lines of a hatch, which alone are aslant.
  const auto slanted = [&] {
    int64_t lines = 0;
    const std::string svg = app.room_svg();
    for (size_t at = svg.find("<line"); at != std::string::npos; at = svg.find("<line", at + 1)) {
      float x1 = 0, y1 = 0, x2 = 0, y2 = 0;
      REQUIRE(std::sscanf(svg.c_str() + at, "<line x1=\"%f\" y1=\"%f\" x2=\"%f\" y2=\"%f\"", &x1, &y1, &x2,
                          &y2) == 4);
      if (x1 != x2 && y1 != y2) ++lines;
    }
    return lines;
  };
  const auto dimmed = [&] { return count(app.room_svg(), "fill-opacity=\"0.31"); };  // half of 0.62
  CHECK(slanted() == 0);
  CHECK(dimmed() == 0);
  update(app.shell.model.step, SetKernel{{1, 1}});
  update(app.shell.model.step, SetStride{{2, 2}});
  app.frames(2);
  REQUIRE(app.derived().step.never_read == 750000);
  CHECK(slanted() == 0);
  CHECK(dimmed() >= 2);  // all rows and all columns
  update(app.shell.model.step, SetSight{{500, 500, 12}});
  app.frames(2);
  CHECK(slanted() > 20);
  CHECK(dimmed() == 0);
}

TEST_CASE("channels are scrubbed along the strip and by key, images by key, and the picture follows") {
  AppDriver app({1600, 1000});
  open_map(app, {2, 12, 100, 100});
  const size_t before = app.picture_hash();
  app.click("step/channel/5");
  CHECK(map_room(app).document.source.plane == 5);
  CHECK(app.picture_hash() != before);
  app.press_key(kKeyPageDown);
  CHECK(map_room(app).document.source.plane == 6);
  app.press(Chord{kKeyPageDown, true, false, false});
  CHECK(map_room(app).document.source.plane == 18);
  app.press_key(kKeyPageUp);
  CHECK(map_room(app).document.source.plane == 17);
  CHECK(told(app).starts_with("map.npy, plane 17 of 24 · Window (0,0)"));
  const auto steps = map_room(app).history.past().size();
  app.drag_to("step/channel/2", "step/channel/9");
  CHECK(map_room(app).document.source.plane == 12 + 9);
  CHECK(map_room(app).history.past().size() == steps + 1);  // one stroke, one step back
}

TEST_CASE("images of a batch are scrubbed, along the strip where they have one channel, else along a track") {
  AppDriver app({1600, 1000});
  open_map(app, {12, 1, 100, 100});
  app.click("step/channel/5");
  CHECK(map_room(app).document.source.plane == 5);
  app.press_key(kKeyPageDown);
  CHECK(map_room(app).document.source.plane == 6);
  CHECK_FALSE(app.on_screen("step/images"));
  open_map(app, {8, 3, 100, 100});
  app.click("step/channel/2");
  const auto steps = map_room(app).history.past().size();
  const Rect track = app.find("step/images");
  const glm::vec2 first{track.min.x + 0.06f * track.width(), track.centre().y};
  app.drag_from(first, {0.9f * track.width(), 0});
  CHECK(map_room(app).document.source.plane == 7 * 3 + 2);
  CHECK(map_room(app).history.past().size() == steps + 1);  // one stroke, one step back
}

TEST_CASE("X crops a map to what is in sight, and goes back to the whole of it") {
  AppDriver app;
  open_map(app, {1, 1, 400, 400});
  app.press(Chord{'5', false, false, true});
  CHECK(told(app).starts_with("PyTorch: Window (0,0) reads"));
  app.press('W');
  CHECK(told(app).starts_with("ONNX: Window (0,0) reads"));
  app.press(Chord{'2', false, false, true});
  app.press('X');
  CHECK(map_room(app).document.grid.size == Size2{64, 64});
  CHECK(map_room(app).document.source.origin == Cell{168, 168});
  CHECK(app.on_screen("step/whole"));
  app.press('X');
  CHECK(map_room(app).document.grid.size == Size2{400, 400});
}

TEST_CASE("Esc gives up what a lens is looking for, and the window is woken to look at it") {
  Environment hurried;
  hurried.patience = 0;
  AppDriver app({1280, 720}, 1, hurried);
  open_map(app, {1, 1, 4000, 4000});
  CHECK(app.shell.wake_in() > 1);
  app.press(Chord{'2', false, false, true});
  app.frame();
  REQUIRE(app.derived().step.finding);
  CHECK(app.shell.wake_in() < 0.1);
  CHECK(told(app).starts_with("The Gradient lens follows 4,000,000 windows"));
  CHECK(app.on_screen("step/upstream"));  // the settings stay where they are
  app.press_key(kKeyEscape);
  app.frame();
  CHECK(map_room(app).lens == kWindowLens);
  CHECK_FALSE(app.derived().step.finding);
  CHECK(told(app).starts_with("Window (0,0)"));
}

TEST_CASE("a map is drawn in every lens, near and far, whole windows and both operations") {
  for (const glm::vec2 size : {glm::vec2(1280, 720), glm::vec2(2560, 1440), glm::vec2(640, 480)}) {
    AppDriver app(size, size.x > 2000 ? 2.0f : 1.0f);
    for (const Shape& shape : {Shape{1, 1, 65, 65}, Shape{1, 3, 1, 900}, Shape{4, 1, 600, 70}}) {
      open_map(app, shape);
      for (size_t lens = 0; lens < kLenses.size(); ++lens) {
        app.press(Chord{static_cast<char>('1' + lens), false, false, true});
        for (const bool both : {true, false}) {
          update(app.shell.model.step, SetBoth{both});
          for (const double cells : {0.0, 20.0, 4.0}) {
            update(app.shell.model.step, SetSight{{30, 30, cells}});
            app.frames(2);
            CHECK_FALSE(told(app).empty());
            CHECK(app.room_svg().find("<image") != std::string::npos);
          }
        }
      }
      app.press(Chord{'1', false, false, true});
    }
  }
}

TEST_CASE("an open question about a map hides its answer, and its size where that is asked for") {
  AppDriver app;
  open_map(app, {1, 1, 120, 90});
  app.click("step/operation/average");
  app.click("panel/predict");
  app.frames(3);
  REQUIRE(locked(map_room(app)));
  const Cell cell = map_room(app).predict.cell;
  const std::string value = fitted_text(app.derived().step.output.at(cell), 5);
  const auto shows = [&](const std::string& text) { return count(app.room_svg(), ">" + text + "<"); };
  const int64_t hidden = shows(value);
  CHECK(shows("?") >= 2);  // of the output's cell, and of the arithmetic
  app.click("step/show-truth");
  app.frames(60);
  CHECK(shows(value) > hidden);
  CHECK(shows("?") == 0);
  CHECK(shows("60 × 45") == 1);
  update(app.shell.model.step, SetAsked{Asked::kOutputSize});
  app.frames(3);
  CHECK(shows("60 × 45") == 0);
  CHECK(shows("?") == 1);
  CHECK(app.room_svg().find("in sight") == app.room_svg().rfind("in sight"));
}

}  // namespace poolglass::step
