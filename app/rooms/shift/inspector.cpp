// The Shift room's inspector: what is nudged, how far, the window, and the law.
#include <array>
#include <string>
#include <vector>

#include "app/rooms/format.h"
#include "app/rooms/openable.h"
#include "app/rooms/shift/presets.h"
#include "app/rooms/shift/words.h"
#include "app/rooms/views.h"
#include "app/views/widgets.h"
#include "core/printable.h"

namespace poolglass::shift {
namespace {

void picture_list(Ui& ui, const Document& document) {
  std::vector<std::string_view> titles, ids;
  int selected = -1;
  for (const Preset& preset : presets()) {
    if (!preset.listed) continue;
    if (preset.id == document.picture) selected = static_cast<int>(titles.size());
    titles.push_back(preset.title);
    ids.push_back(preset.id);
  }
  const std::string file = one_line(document.file.name, 200);
  if (document.file.plane != nullptr) {
    if (document.picture.empty()) selected = static_cast<int>(titles.size());
    titles.push_back(file);
    ids.emplace_back();
  }
  if (dropdown(ui, "shift/picture-list", {"Picture", "Pictures worth nudging", "shift.picture-next", ""},
               titles, &selected)) {
    ui.push(Action(SetPicture{std::string(ids[static_cast<size_t>(selected)])}));
  }
}

void pattern_choice(Ui& ui, const Model& model) {
  static constexpr std::array<std::string_view, 2> kOptions = {"stripes", "checkers"};
  int selected = shown_picture(model.lens, model.document) == kCheckers ? 1 : 0;
  if (segmented(ui, "shift/pattern", {"Pattern", "Stripes along one side, or squares", "", ""}, kOptions,
                &selected)) {
    ui.push(Action(SetPicture{std::string(selected == 1 ? kCheckers : kStripes)}));
  }
}

void input(Ui& ui, const Model& model) {
  const Document& document = model.document;
  if (section(ui, "shift/input-section", "Input", !is_default(Section::kInput, document))) {
    ui.push(Action(ResetSection{Section::kInput}));
  }
  if (model.lens == kNudgeLens) picture_list(ui, document);
  if (model.lens == kAliasingLens) pattern_choice(ui, model);
  const Preset* preset = find_preset(shown_picture(model.lens, document));
  int64_t period = document.period;
  if (preset != nullptr && preset->periodic &&
      number(ui, "shift/period", {"Period", "Pixels from one stripe to the next", "shift.period-up", ""},
             &period, kLeastPeriod, kMostPeriod)) {
    ui.push(Action(SetPeriod{period}));
  }
  if (model.lens == kPeakLens) {
    Cell at = document.peak;
    bool moved =
        number(ui, "shift/peak-row", {"Peak's row", "Its place in the window", "shift.peak-down", ""},
               &at.row, 0, document.window.kernel.h - 1);
    moved |=
        number(ui, "shift/peak-column", {"Peak's column", "Its place in the window", "shift.peak-right", ""},
               &at.column, 0, document.window.kernel.w - 1);
    if (moved) ui.push(Action(SetPeak{at}));
  }
  static constexpr std::array<std::string_view, 2> kBorders = {"circular", "zero"};
  int border = document.border == Border::kZero ? 1 : 0;
  if (segmented(
          ui, "shift/border",
          {"Border", "What comes in where the picture goes: its other side, or zeros", "shift.border", ""},
          kBorders, &border)) {
    ui.push(Action(SetBorder{border == 1 ? Border::kZero : Border::kCircular}));
  }
  if (model.lens != kNudgeLens) return;
  const bool seeded = preset != nullptr && preset->seeded;
  const std::string tip =
      "Nudge a picture of yours: " + endings(FileKind::kPicture) + ", " + endings(FileKind::kArray);
  const std::array fill = {
      ControlText{seeded ? "New seed" : "Random cells", "Another random picture", "shift.new-seed", ""},
      ControlText{"Open…", tip, "open", ""}};
  const int clicked = button_row(ui, "shift/fill", fill);
  if (clicked == 0) ui.push(Action(NewSeed{}));
  if (clicked == 1) ui.push(Request(AskOpen{}));
}

void nudge(Ui& ui, const Model& model) {
  const bool away = right_steps(model) != 0 || model.down != 0;
  if (section(ui, "shift/nudge-section", "Nudge", away)) ui.push(Action(SetNudge{0, 0}));
  const int64_t high = most_steps(model.document);
  const bool fine = model.document.fine;
  int64_t right = right_steps(model), down = model.down;
  const std::string_view unit = fine ? "Quarters of a pixel" : "Pixels";
  bool moved = number(ui, "shift/right", {fine ? "Right, ¼ px" : "Right", unit, "shift.right", ""}, &right,
                      -high, high);
  moved |=
      number(ui, "shift/down", {fine ? "Down, ¼ px" : "Down", unit, "shift.down", ""}, &down, -high, high);
  if (moved) ui.push(Action(SetNudge{right, down}));
  bool on = fine;
  if (toggle(ui, "shift/fine",
             {"Sub-pixel, bilinear",
              "Nudges by quarters of a pixel: each pixel is then a mean of its neighbours", "shift.fine", ""},
             &on)) {
    ui.push(Action(SetFine{on}));
  }
}

void size_row(Ui& ui, std::string_view name, const ControlText& text, Field field, bool linked,
              const Document& document) {
  const Size2 size = size_of(document, field);
  Size2 next = size;
  bool link = linked;
  if (!number_pair(ui, name, text, &next.h, &next.w, 1, most(field), &link)) return;
  if (link != linked) {
    ui.push(Action(SetLinked{field, link}));
  } else {
    ui.push(Action(SetSize{field, next}));
  }
}

void window(Ui& ui, const Model& model, const Derived& derived) {
  const Document& document = model.document;
  if (section(ui, "shift/window-section", "Window", !is_default(Section::kWindow, document))) {
    ui.push(Action(ResetSection{Section::kWindow}));
  }
  size_row(ui, "shift/kernel",
           {"Kernel", "Cells that a maximum or an average reads per side", "shift.kernel-up", ""},
           Field::kKernel, document.links.kernel, document);
  size_row(ui, "shift/stride",
           {"Stride", "Cells from one output to the next, of all five", "shift.stride-up", ""},
           Field::kStride, document.links.stride, document);
  size_row(ui, "shift/dilation",
           {"Dilation", "Distance between the cells a window reads", "shift.dilation-up", ""},
           Field::kDilation, document.links.dilation, document);
  if (!derived.status.ok()) error_note(ui, derived.refusal);
}

std::string law_text(int64_t part, int64_t whole) {
  const Fraction fraction{part, whole};
  return std::to_string(part) + "/" + std::to_string(whole) + " = " +
         value_text(static_cast<float>(fraction.value()));
}

void law(Ui& ui, const Model& model, const Derived& derived) {
  section(ui, "shift/law-section", "The law, for noise", false);
  const int64_t per_pixel = steps_per_pixel(model.document);
  if (right_steps(model) % per_pixel != 0 || model.down % per_pixel != 0) {
    note(ui, "The law is for whole pixels: between them each pixel is a mean, and no cell stays.");
    return;
  }
  const Cell nudge{model.down / per_pixel, right_steps(model) / per_pixel};
  const int64_t shared = shared_cells(derived.window, nudge), cells = window_cells(derived.window);
  readout(ui, "Max stays", law_text(shared, 2 * cells - shared),
          "|A∩B| / |A∪B|: A is a window, B the same window after the nudge");
  readout(ui, "Averages correlate", law_text(shared, cells), "|A∩B| / |A|");
  note(ui, derived.moved ? "Polyphase keeps all: it only moves its cells."
                         : "Pictures are smoother than noise: more stays.");
}

// Things worth doing, as buttons.
void try_it(Ui& ui, const Model& model) {
  section(ui, "shift/try-section", "Try", false);
  const int64_t twice = 2 * model.document.window.stride.w, per_pixel = steps_per_pixel(model.document);
  const std::string slide = "Period " + std::to_string(twice) + ": twice the stride";
  if (button(ui, "shift/try-period", {slide, "The shortest stripes that a stride can tell apart", "", ""}))
    ui.push(Action(SetPeriod{twice}));
  const int64_t stride = model.document.window.stride.w;
  const std::string back = "Nudge by " + std::to_string(stride) + ": everything returns";
  if (button(ui, "shift/try-stride",
             {back, "A circular nudge by the stride moves outputs by whole cells", "", ""}))
    ui.push(Action(SetNudge{std::min(stride, kMostNudge) * per_pixel, 0}));
  const bool zero = model.document.border == Border::kZero;
  if (button(ui, "shift/try-border",
             {zero ? "Border circular: the edge goes" : "Border zero: an edge appears",
              "What comes in is the pattern again, or zeros", "", ""}))
    ui.push(Action(SetBorder{zero ? Border::kCircular : Border::kZero}));
}

void lone_peak(Ui& ui, const Model& model, const Derived& derived) {
  section(ui, "shift/peak-section", "Eight nudges", false);
  const int64_t kept = nudges_that_keep(derived.window, model.document.peak);
  readout(ui, "Keep it here", std::to_string(kept) + " of 8",
          "Nudges by one pixel that leave it in its window");
  readout(
      ui, "Over all places",
      fraction_text(derived.peak_stays) + " = " + value_text(static_cast<float>(derived.peak_stays.value())),
      "Of all places in the window and all eight nudges");
  note(ui, "2×2: 3/8, 3×3: 5/9, 4×4: 21/32. At no nudge, full dots stay and hollow ones leave.");
}

}  // namespace

void draw_inspector(Ui& ui, const Model& model, const Derived& derived, ViewState&) {
  input(ui, model);
  nudge(ui, model);
  window(ui, model, derived);
  if (model.lens == kNudgeLens) law(ui, model, derived);
  if (model.lens == kAliasingLens) try_it(ui, model);
  if (model.lens == kPeakLens) lone_peak(ui, model, derived);
  // What one press of the button or of a key changes is one undo step.
  if (ui.widgets.keyed || (edit_over(ui) && model.history.merging())) ui.push(Action(EndMerge{}));
}

}  // namespace poolglass::shift
