// The pointer over the picture: hovering explores, a click pins, a vertical drag changes a cell, a double
// click or a digit opens it for typing.
#include <imgui.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <glm/geometric.hpp>

#include "app/rooms/step/map_view.h"
#include "app/rooms/step/picture_view.h"
#include "app/rooms/step/predict_state.h"
#include "app/rooms/step/predict_view.h"
#include "app/views/widgets.h"

namespace poolglass::step {
namespace {

// The cell at a point, on either grid; none on the padding.
std::optional<Selection> selection_at(const Model& model, const Derived& derived, const Layout& layout,
                                      glm::vec2 point) {
  for (const Panel& panel : layout.panels) {
    const auto cell = cell_at(panel.box, point);
    if (!cell) continue;
    if (!panel.input && shown_lens(model, derived) == kDialectsLens) {
      const auto dialect = layout.map ? static_cast<size_t>(derived.dialects.shown)
                                      : static_cast<size_t>(&panel - layout.panels.data()) - 1;
      const DialectView& view = derived.dialects.all[dialect];
      if (!view.refusal.empty() || !view.output.contains(*cell)) return std::nullopt;
      return Selection{Side::kOutput, *cell, dialect};
    }
    if (!panel.input) return Selection{Side::kOutput, *cell};
    return derived.grid.contains(*cell) ? std::optional(Selection{Side::kInput, *cell}) : std::nullopt;
  }
  return std::nullopt;
}

// The grid at a point, else that of the selection's side.
const GridBox& box_of(const Layout& layout, Side side, glm::vec2 point) {
  for (const Panel& panel : layout.panels) {
    if (panel.box.area().contains(point)) return panel.box;
  }
  return side == Side::kInput ? layout.input : layout.output;
}

// The value of a cell that can be changed: of the input, and in the gradient lens of the upstream gradient,
// while the picture shows the document's own grid.
std::optional<float> editable_value(const std::optional<Selection>& at, const Model& model,
                                    const Derived& derived) {
  const Grid& grid = model.document.grid;
  if (!at || asks(model) || !derived.status.ok() || grid.size != derived.grid.size) return std::nullopt;
  if (at->side == Side::kInput)
    return grid.contains(at->cell) ? std::optional(grid.at(at->cell)) : std::nullopt;
  const Grid& upstream = derived.gradient.upstream;
  if (model.lens != kGradientLens || derived.map.shown || !upstream.contains(at->cell)) return std::nullopt;
  return upstream.at(at->cell);
}

Action set_value(const Selection& at, float value, bool drag = false) {
  if (at.side == Side::kInput) return SetCell{at.cell, value, drag};
  return SetUpstreamCell{at.cell, value, drag};
}

std::optional<float> parsed(std::string text) {
  if (text == "∞" || text == "+inf") text = "inf";
  if (text == "−∞" || text == "-∞") text = "-inf";
  std::replace(text.begin(), text.end(), ',', '.');
  float value = 0;
  const char* begin = text.data() + (!text.empty() && text.front() == '+' ? 1 : 0);
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(begin, end, value);
  if (error != std::errc() || stop != end) return std::nullopt;
  return value;
}

constexpr std::string_view kCellField = "step/cell-edit";

void open_typing(Ui& ui, ViewState& view, const Selection& at, std::string text, bool keep) {
  view.typed = at;
  open_number(ui, kCellField, std::move(text), keep);
}

// The field over a cell that is being typed.
void type_value(Ui& ui, const Model& model, const Derived& derived, const Layout& layout, ViewState& view) {
  if (ui.widgets.edit.name != kCellField) view.typed.reset();
  if (!view.typed) return;
  if (!editable_value(view.typed, model, derived)) {
    view.typed.reset();
    return;
  }
  const Selection at = *view.typed;
  if (pastes_several(ui) && at.side == Side::kInput) {  // not into one cell: a block that begins here
    ui.push(Action(Pin{at}));
    ui.push(Request(PasteText{}));
    close_field(ui);
    view.typed.reset();
    return;
  }
  const GridBox& box = at.side == Side::kInput ? layout.input : layout.output;
  const glm::vec2 centre = cell_rect(box, at.cell).centre();
  const glm::vec2 half(std::max(box.cell / 2, 2.6f * ui.em),
                       std::max(std::min(box.cell / 2, 1.4f * ui.em), 1.0f * ui.em));
  const EditResult result = edit_number_at(ui, kCellField, {centre - half, centre + half});
  if (result == EditResult::kOpen) return;
  view.typed.reset();
  if (result == EditResult::kCancelled) return;
  const std::string& text = ui.widgets.edit.text;
  if (const auto value = parsed(text)) {
    ui.push(set_value(at, *value));
  } else {
    ui.push(SetNotice{"“" + text + "” is not a number: the cell keeps its value", true});
  }
}

// A number's first characters: figures, sign, point, comma; letters, for nan, inf and what a hand slips to.
bool begins_value(char32_t c) {
  const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  constexpr std::u32string_view kOthers = U"+-−.,∞";
  return letter || (c >= '0' && c <= '9') || kOthers.find(c) != std::u32string_view::npos;
}

void start_typing(Ui& ui, const Model& model, const Derived& derived, ViewState& view) {
  const std::vector<KeyPress>& keys = ui.widgets.picture_keys;
  const std::optional<float> value = editable_value(model.pin, model, derived);
  if (keys.empty() || view.typed || !value) return;
  std::string text;
  for (const KeyPress& press : keys) {
    if (press.text != 0) append_utf8(text, press.text);
  }
  const bool typed = !text.empty();
  if (!typed) text = exact_text(*value);
  open_typing(ui, view, *model.pin, std::move(text), typed);
}

// Values change by whole numbers where all are whole, else by a hundredth of the range.
float drag_step(const Derived& derived) {
  const auto& values = derived.grid.values;
  const bool whole = std::all_of(values.begin(), values.end(), [](float v) { return v == std::floor(v); });
  return whole ? 1.0f : static_cast<float>(std::max(derived.range.high - derived.range.low, 1e-6) / 100);
}

void drag_value(Ui& ui, const Pointer& pointer, const Model& model, const Derived& derived, ViewState& view) {
  const std::optional<float> now = editable_value(view.pressed, model, derived);
  if (!now) return;
  if (!view.dragged && std::abs(pointer.drag.y) < 0.4f * ui.em) return;
  if (!view.dragged) view.pressed_value = *now;
  view.dragged = true;
  ImGui::SetMouseCursor(ImGuiMouseCursor_ResizeNS);
  const float steps = std::round(-pointer.drag.y / (0.5f * ui.em));
  const float value = view.pressed_value + steps * drag_step(derived) * (pointer.shift ? 10.0f : 1.0f);
  if (std::isfinite(value)) ui.push(set_value(*view.pressed, value, true));
}

void wheel_value(Ui& ui, const Pointer& pointer, const std::optional<Selection>& at, const Model& model,
                 const Derived& derived) {
  const std::optional<float> now = editable_value(at, model, derived);
  if (pointer.wheel == 0 || !now || pointer.dragging) return;
  const float notches = pointer.wheel > 0 ? std::ceil(pointer.wheel) : std::floor(pointer.wheel);
  const float value = *now + notches * drag_step(derived) * (pointer.shift ? 10.0f : 1.0f);
  if (std::isfinite(value)) ui.push(set_value(*at, value, true));
}

void click(Ui& ui, const Model& model, const std::optional<Selection>& at) {
  if (click_is_guess(ui, model, at)) return;
  if (!at || model.pin == at) {
    if (model.pin) ui.push(Action(Unpin{}));
    return;
  }
  if (model.playhead.playing) ui.push(PlayheadAction(TogglePlay{}));
  ui.push(Action(Pin{*at}));
}

void press_and_release(Ui& ui, const Pointer& pointer, const std::optional<Selection>& at, const Model& model,
                       const Derived& derived, const Layout& layout, ViewState& view) {
  if (pointer.pressed) {
    view.pressed = at;
    view.dragged = false;
  }
  if (pointer.pressed) view.pans = layout.map && on_map(layout, pointer.position);
  if (pointer.dragging && layout.map) {
    view.dragged = view.dragged || (view.pans && glm::length(pointer.drag) > 0.3f * ui.em);
    if (view.dragged) drag_map(ui, pointer, model, derived, layout);
  } else if (pointer.dragging) {
    drag_value(ui, pointer, model, derived, view);
  }
  if (pointer.released) {
    if (view.dragged) {
      ui.push(Action(EndMerge{}));
    } else if (view.pressed == at) {
      click(ui, model, at);
    }
    view.pressed.reset();
    view.dragged = false;
  }
  if (!pointer.double_clicked) return;
  if (const std::optional<float> value = editable_value(at, model, derived)) {
    open_typing(ui, view, *at, exact_text(*value), false);
  }
}

std::string_view how_to_edit(const Derived& derived) {
  return derived.map.shown ? "; double-click to type a value"
                           : "; double-click to type a value, drag or turn the wheel to change it";
}

std::string explanation(const Selection& at, const Model& model, const Derived& derived) {
  if (at.side == Side::kOutput && shown_lens(model, derived) == kDialectsLens) {
    const DialectView& view = derived.dialects.all[at.grid];
    std::string text =
        std::string(kDialects[at.grid].title) + ": " + cell_name("out", at.cell) + " = " +
        exact_text(derived.map.shown ? derived.dialects.window.result : view.output.at(at.cell));
    if (!derived.output.contains(at.cell)) return text + "; PyTorch has no such window";
    return text + (at.grid > 0 ? "; PyTorch: " + exact_text(derived.output.at(at.cell)) : std::string());
  }
  if (at.side == Side::kOutput) {
    std::string text = cell_name("out", at.cell) + " = " + exact_text(derived.output.at(at.cell));
    if (derived.both) text += " (max), " + exact_text(derived.other.at(at.cell)) + " (average)";
    if (derived.focus == at && derived.window.winner)
      text += ", from " + cell_name("in", *derived.window.winner);
    if (editable_value(at, model, derived)) text += how_to_edit(derived);
    return text;
  }
  std::string text = cell_name("in", at.cell) + " = " + exact_text(derived.grid.at(at.cell));
  const size_t readers = derived.focus == at ? derived.readers.size() : 0;
  text += readers == 0 ? ", never read"
                       : ", read by " + std::to_string(readers) + (readers == 1 ? " window" : " windows");
  if (editable_value(at, model, derived)) text += how_to_edit(derived);
  return text;
}

std::string padding_explanation(const PoolParams& params) {
  if (params.reduction == Reduction::kMax) return "Padding: it never wins a maximum";
  return params.count_include_pad ? "Padding: adds nothing to the sum, counts in the divisor"
                                  : "Padding: adds nothing to the sum, does not count in the divisor";
}
void explain(Ui& ui, const Pointer& pointer, const std::optional<Selection>& at, const Model& model,
             const Derived& derived, const Layout& layout) {
  if (!pointer.hovered || pointer.dragging || asks(model)) return;
  if (at) {
    const GridBox& box = box_of(layout, at->side, pointer.position);
    tooltip(ui, cell_rect(box, at->cell), explanation(*at, model, derived), box.area());
    return;
  }
  const GridBox& box = box_of(layout, Side::kInput, pointer.position);
  if (const auto cell = cell_at(box, pointer.position)) {
    tooltip(ui, cell_rect(box, *cell), padding_explanation(derived.params), box.area());
  }
}

// Playback waits while the pointer explores, but a pointer that merely lies there when Space is pressed must
// not keep it from starting.
bool explores(Ui& ui, const Pointer& pointer, const Model& model, ViewState& view) {
  if (model.playhead.playing && !view.was_playing) {
    view.rest_x = pointer.position.x;
    view.rest_y = pointer.position.y;
  }
  view.was_playing = model.playhead.playing;
  if (!pointer.hovered) view.rest_x = view.rest_y = -1e6f;
  return pointer.hovered &&
         (!model.playhead.playing ||
          glm::distance(pointer.position, glm::vec2(view.rest_x, view.rest_y)) > 0.4f * ui.em);
}

// A click or a drag on the whole map brings that place into the grid.
void handle_whole(Ui& ui, const Model& model, const Derived& derived, const Layout& layout) {
  const Rect rect = whole_view(layout, derived.whole_size, ui.em);
  if (derived.whole.values.empty() || rect == Rect{}) return;
  const Pointer pointer = pointer_area(ui, "step/whole", rect);
  if (pointer.hovered) tooltip(ui, rect, "The whole map: click or drag to choose the part in the grid");
  if (!pointer.pressed && !pointer.dragging) return;
  const glm::vec2 at = (pointer.position - rect.min) / rect.size();
  const auto start = [](float share, int64_t all, int64_t part) {
    return static_cast<int64_t>(std::lround(share * static_cast<float>(all))) - part / 2;
  };
  const Cell origin{start(at.y, derived.whole_size.h, derived.grid.size.h),
                    start(at.x, derived.whole_size.w, derived.grid.size.w)};
  if (origin != model.document.source.origin) ui.push(Action(SetOrigin{origin}));
}

}  // namespace

// What opens a pinned input cell for typing.
bool takes_key(const KeyPress& press, bool more, const Model& model, const Derived& derived) {
  if (guess_takes_key(press, more, model)) return true;
  if (!editable_value(model.pin, model, derived)) return false;
  const bool types = !press.chord.ctrl && !press.chord.alt && begins_value(press.text);
  return types || opens_editor(press) || (more && press.text != 0);
}

void handle_pointer(Ui& ui, const Rect& area, const Model& model, const Derived& derived,
                    const Layout& layout, ViewState& view) {
  type_guess(ui, model);
  start_typing(ui, model, derived, view);
  type_value(ui, model, derived, layout, view);
  handle_whole(ui, model, derived, layout);
  handle_overview(ui, model, derived, layout);
  const Pointer pointer = pointer_area(ui, "step/canvas", area);
  const bool exploring = explores(ui, pointer, model, view) && !view.typed && !asks(model);
  const auto at = pointer.hovered ? selection_at(model, derived, layout, pointer.position) : std::nullopt;
  auto hover = exploring ? at : std::nullopt;
  if (view.dragged && view.pressed) hover = layout.map ? std::nullopt : view.pressed;
  if (hover != model.hover) ui.push(Action(Hover{hover}));
  if (const bool hold = hover.has_value() || view.typed.has_value(); hold != model.playhead.held) {
    ui.push(PlayheadAction(HoldPlayback{hold}));
  }
  press_and_release(ui, pointer, at, model, derived, layout, view);
  if (layout.map) {
    zoom_map(ui, pointer, model, derived, layout);
  } else {
    wheel_value(ui, pointer, at, model, derived);
  }
  explain(ui, pointer, hover, model, derived, layout);
}

void tag_cells(Ui& ui, const Derived& derived, const Layout& layout) {
  if (ui.tags == nullptr) return;
  const auto tag_all = [&](std::string_view name, const GridBox& box, Size2 size) {
    for (int64_t row = 0; row < size.h; ++row) {
      for (int64_t column = 0; column < size.w; ++column) {
        ui.tag(std::string(name) + std::to_string(row) + "/" + std::to_string(column),
               cell_rect(box, {row, column}));
      }
    }
  };
  if (layout.map) {
    ui.tag("step/in", layout.input.area());
    ui.tag("step/out", layout.output.area());
    return;
  }
  tag_all("step/in/", layout.input, derived.grid.size);
  if (!derived.predict.hides_size) tag_all("step/out/", layout.output, derived.output.size);
}

}  // namespace poolglass::step
