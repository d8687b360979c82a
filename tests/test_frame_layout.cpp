#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "app/layout/color.h"
#include "app/layout/color_scale.h"
#include "app/layout/frame_layout.h"

namespace poolglass {
namespace {

TEST_CASE("the parts of the frame tile the window at every size and scale") {
  for (float em : {11.25f, 15.0f, 30.0f, 45.0f}) {
    for (glm::vec2 size :
         {glm::vec2(480, 320), glm::vec2(1280, 720), glm::vec2(2560, 1440), glm::vec2(900, 2000)}) {
      CAPTURE(em);
      CAPTURE(size.x);
      const FrameLayout layout = frame_layout(size, em);
      const std::array parts = {
          layout.rail,      layout.header, layout.canvas, layout.merged ? Rect{} : layout.lens,
          layout.transport, layout.status, layout.tools,  layout.tabs,
          layout.panel};
      float area = 0;
      for (const Rect& part : parts) {
        CHECK(Rect{{0, 0}, size}.encloses(part));
        area += part.width() * part.height();
        for (const Rect& other : parts) CHECK((&part == &other || !part.overlaps(other)));
      }
      CHECK(area == doctest::Approx(size.x * size.y));
    }
  }
}

TEST_CASE("the rail holds all its buttons at every height") {
  constexpr int kBottom = 2;
  for (const float em : {11.25f, 15.0f, 30.0f, 45.0f}) {
    for (const float height : {320.0f, 640.0f, 720.0f, 2160.0f}) {
      for (const int count : {4, 6, 8}) {
        CAPTURE(em);
        CAPTURE(height);
        CAPTURE(count);
        const Rect rail{{0, 0}, {std::round(3.75f * em), height}};
        for (int i = 0; i < count; ++i) {
          const Rect button = rail_button(rail, em, i, count, kBottom);
          CHECK(rail.encloses(button));
          const float share = (height - em) / static_cast<float>(count);
          CHECK(button.height() >= std::min(2.9f * em, share) - 1);
          if (i > 0) CHECK(button.min.y >= rail_button(rail, em, i - 1, count, kBottom).max.y);
        }
      }
    }
  }
}

TEST_CASE("at 1280x720 the frame has the designed sizes") {
  const FrameLayout layout = frame_layout({1280, 720}, 15);
  CHECK(layout.rail.width() == 56);
  CHECK(layout.panel.width() == 300);
  CHECK(layout.transport.height() == 56);
  CHECK(layout.header.height() == 48);
  CHECK(layout.lens.max.y == doctest::Approx(88.5f).epsilon(0.01));
  CHECK(layout.tabs.max.y == layout.lens.max.y);
  CHECK_FALSE(layout.drawer);
}

TEST_CASE("where the canvas would be narrow the panel is a drawer that covers the output's side only") {
  const FrameLayout closed = frame_layout({1280, 720}, 30), open = frame_layout({1280, 720}, 30, {true});
  CHECK(closed.drawer);
  CHECK(closed.merged);
  CHECK(closed.panel == Rect{});
  CHECK(closed.canvas == open.canvas);
  CHECK(open.panel.width() == 600);
  CHECK(open.panel.min.x > open.canvas.min.x + 0.3f * open.canvas.width());
  CHECK(open.panel.max.x == open.tools.min.x);
}

TEST_CASE("presenting leaves the picture, a sentence and the playhead") {
  const FrameLayout layout = frame_layout({1280, 720}, 20, {false, true});
  CHECK(layout.canvas.width() == 1280);
  CHECK(layout.canvas.height() > 0.85f * 720);
  CHECK(layout.rail == Rect{});
  CHECK(layout.panel == Rect{});
  CHECK(layout.transport.max.y == 720);
  CHECK(frame_layout({1280, 720}, 20, {false, true, true}).transport.height() == 75);
}

TEST_CASE("text follows the display and the user's scale, and grows with windows beyond 1920x1080") {
  CHECK(frame_em({1280, 720}, 1, 1, false) == 15);
  CHECK(frame_em({1920, 1080}, 1, 1, false) == 15);
  CHECK(frame_em({2560, 1440}, 1, 1, false) > 17);
  CHECK(frame_em({3840, 2160}, 1, 1, false) > 23);
  CHECK(frame_em({3840, 2160}, 2, 1, false) == 30);  // a display set to 200 %: as large as 1920x1080
  CHECK(frame_em({1920, 1080}, 1, 0.75f, false) == 11.25f);
  CHECK(frame_em({1280, 720}, 1, 3, false) == 36);  // what it can hold
  CHECK(frame_em({1280, 720}, 1, 1, true) > 19);
}

TEST_CASE("tools stand in their area without touching, in a row or in a column") {
  for (const Rect& area : {Rect{{980, 0}, {1280, 48}}, Rect{{1200, 0}, {1240, 400}}}) {
    Rect before = tool_button(area, 15, 0, 6, 2);
    for (int i = 0; i < 6; ++i) {
      const Rect tool = tool_button(area, 15, i, 6, 2);
      CHECK(area.encloses(tool));
      if (i > 0) CHECK_FALSE(tool.overlaps(before));
      before = tool;
    }
  }
}

TEST_CASE("transport controls stand in order without touching") {
  for (float em : {15.0f, 30.0f}) {
    const FrameLayout layout = frame_layout(em * glm::vec2(85, 48), em);
    const TransportLayout t = transport_layout(layout.transport, em);
    const std::array in_order = {t.first,    t.back,    t.play,  t.forward, t.last,
                                 t.scrubber, t.counter, t.speed, t.loop};
    for (size_t i = 0; i < in_order.size(); ++i) {
      CHECK(layout.transport.encloses(in_order[i]));
      if (i > 0) CHECK(in_order[i].min.x >= in_order[i - 1].max.x);
    }
    CHECK(t.scrubber.width() > em * 5);
  }
}

TEST_CASE("in a narrow bar the scrubber goes before it gets in the way, then the counter") {
  for (const float width : {60.0f, 40.0f, 30.0f, 22.0f}) {
    const float em = 30;
    const TransportLayout t = transport_layout({{0, 0}, {width * em, 4 * em}}, em);
    CAPTURE(width);
    for (const Rect& part : {t.scrubber, t.counter}) {
      if (part == Rect{}) continue;
      CHECK(part.min.x >= t.last.max.x);
      CHECK(part.max.x <= t.speed.min.x);
    }
    CHECK((t.scrubber == Rect{}) == (width < 30.5f));
    CHECK((t.counter == Rect{}) == (width < 22.5f));
  }
}

TEST_CASE(
    "perceptual maps start and end at their published colours, rise in lightness, and survive any input") {
  CHECK(cividis(0) == rgb(0x00204D));
  CHECK(cividis(1) == rgb(0xFFEA46));
  CHECK(viridis(0) == rgb(0x440154));
  CHECK(viridis(1) == rgb(0xFDE725));
  CHECK(diverging(0.5, false) == rgb(0xF7F7F7));
  CHECK(diverging(0.5, true) == rgb(0x262A2E));
  CHECK(cividis(-1) == cividis(0));
  CHECK(cividis(2) == cividis(1));
  CHECK(cividis(__builtin_nan("")) == cividis(0));
  const Color black = rgb(0);
  for (int i = 1; i <= 100; ++i) {
    CHECK(contrast_ratio(cividis(i / 100.0), black) >= contrast_ratio(cividis((i - 1) / 100.0), black));
  }
}

TEST_CASE("a colour scale holds in any range of floats") {
  const auto grey = [](double t) {
    const auto level = static_cast<uint8_t>(255 * t);
    return Color{level, level, level, 255};
  };
  const auto step_of = [&](double low, double high, float value) {
    return static_cast<int>(color_scale(low, high, grey).of(value) & 0xff);
  };
  constexpr float kMost = std::numeric_limits<float>::max(),
                  kLeast = std::numeric_limits<float>::denorm_min();
  const auto most = static_cast<double>(kMost), least = static_cast<double>(kLeast);
  CHECK(step_of(0, 255, 0) == 0);
  CHECK(step_of(0, 255, 100.4f) == 100);
  CHECK(step_of(0, 255, 255) == 255);
  CHECK(step_of(-most, most, 0) == 128);
  CHECK(step_of(-most, most, kMost / 2) == 191);
  CHECK(step_of(0, 100 * least, 40 * kLeast) == 102);
  CHECK(step_of(0, 255, std::numeric_limits<float>::infinity()) == 255);
  CHECK(step_of(0, 255, -std::numeric_limits<float>::infinity()) == 0);
  CHECK(step_of(3, 3, 3) == 127);
  CHECK(color_scale(0, 1, grey).of(std::numeric_limits<float>::quiet_NaN()) == pixel(kNoNumber));
}

TEST_CASE("numbers on any value colour reach 4.5:1") {
  for (int i = 0; i <= 255; ++i) {
    for (Color color :
         {cividis(i / 255.0), viridis(i / 255.0), diverging(i / 255.0, false), diverging(i / 255.0, true)}) {
      CHECK(contrast_ratio(readable_on(color), color) >= 4.5);
    }
  }
  CHECK(contrast_ratio(rgb(0), rgb(0xFFFFFF)) == doctest::Approx(21));
}

}  // namespace
}  // namespace poolglass
