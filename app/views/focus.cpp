#include "app/views/focus.h"

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <utility>

namespace poolglass {
namespace {

std::vector<FocusStop> stops_of(const Focus& focus, std::string_view panel) {
  std::vector<FocusStop> stops;
  std::ranges::copy_if(focus.stops, std::back_inserter(stops),
                       [&](const FocusStop& stop) { return stop.panel == panel; });
  return stops;
}

bool is_end(const KeyPress& press) { return is_plain(press, kKeyHome) || is_plain(press, kKeyEnd); }

bool is_figure(char32_t c) { return (c >= '0' && c <= '9') || c == '-' || c == '+'; }

}  // namespace

const FocusStop* Focus::stop() const {
  const auto at = std::ranges::find(stops, name, &FocusStop::name);
  return name.empty() || at == stops.end() ? nullptr : &*at;
}

void begin_frame(Focus& focus) {
  focus.stops = std::exchange(focus.drawn, {});
  focus.keys.clear();
  focus.panel = {};
  if (!focus.name.empty() && focus.stop() == nullptr && !focus.stops.empty()) focus.name.clear();
}

void move(Focus& focus, int by, std::string_view panel) {
  const std::vector<FocusStop> stops = stops_of(focus, panel);
  if (stops.empty()) return;
  const std::string& from = focus.name.empty() ? focus.after : focus.name;
  const auto at = std::ranges::find(stops, from, &FocusStop::name);
  const auto count = static_cast<int>(stops.size());
  int next = at == stops.end() ? (by > 0 ? 0 : count - 1) : static_cast<int>(at - stops.begin()) + by;
  focus.keys.clear();
  if (panel.empty() && (next < 0 || next >= count)) {  // the picture's turn
    focus.name.clear();
    focus.after.clear();
    return;
  }
  next = (next + count) % count;
  give_to(focus, stops[static_cast<size_t>(next)].name);
}

void give_to(Focus& focus, std::string_view name) {
  focus.name = focus.after = name;
  focus.moved = true;
}

void let_go(Focus& focus) {
  focus.name.clear();
  focus.keys.clear();
}

bool takes(StopKind kind, const KeyPress& press) {
  if (press.chord.ctrl || press.chord.alt) return false;
  switch (kind) {
    case StopKind::kButton:
    case StopKind::kSwitch:
      return activates(press);
    case StopKind::kChoice:
      return activates(press) || is_end(press) || std::abs(stepped(press, 2)) == 1;
    case StopKind::kList:
      return activates(press) || is_plain(press, kKeyDown) || is_plain(press, kKeyUp);
    case StopKind::kNumber:
      return opens_editor(press) || is_end(press) || stepped(press, 10) != 0 || is_figure(press.text);
    case StopKind::kSlider:
      return is_end(press) || stepped(press, 10) != 0;
    case StopKind::kText:
      return opens_editor(press) || press.text > ' ';
  }
  return false;
}

bool is_plain(const KeyPress& press, int key) { return press.chord == Chord{key, false, false, false}; }

bool activates(const KeyPress& press) { return is_plain(press, ' ') || is_plain(press, kKeyEnter); }

bool opens_editor(const KeyPress& press) { return is_plain(press, kKeyEnter) || is_plain(press, kKeyF1 + 1); }

int stepped(const KeyPress& press, int page) {
  if (is_plain(press, kKeyUp) || is_plain(press, kKeyRight)) return 1;
  if (is_plain(press, kKeyDown) || is_plain(press, kKeyLeft)) return -1;
  if (is_plain(press, kKeyPageUp)) return page;
  return is_plain(press, kKeyPageDown) ? -page : 0;
}

void append_utf8(std::string& text, char32_t c) {
  const auto put = [&](char32_t byte) { text += static_cast<char>(static_cast<unsigned char>(byte)); };
  if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xC0 | (c >> 6));
    put(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    put(0xE0 | (c >> 12));
    put(0x80 | ((c >> 6) & 0x3F));
    put(0x80 | (c & 0x3F));
  } else {
    put(0xF0 | (c >> 18));
    put(0x80 | ((c >> 12) & 0x3F));
    put(0x80 | ((c >> 6) & 0x3F));
    put(0x80 | (c & 0x3F));
  }
}

}  // namespace poolglass
