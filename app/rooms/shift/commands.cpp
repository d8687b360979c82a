// The Shift room's keys.
#include <array>

#include "app/rooms/shift/presets.h"
#include "app/rooms/shift/words.h"
#include "app/state/commands.h"

namespace poolglass::shift {
namespace {

constexpr std::string_view kSection = "Shift room";
constexpr int64_t kDetailStep = 8;

template <int64_t right, int64_t down>
poolglass::Action nudge(const Model&, const Derived&) {
  return Action(StepNudge{right, down});
}

template <Field field, int64_t delta>
poolglass::Action size(const Model&, const Derived&) {
  return Action(StepSize{field, delta});
}

template <int delta>
poolglass::Action picture(const Model&, const Derived&) {
  return Action(StepPicture{delta});
}

template <int64_t delta>
poolglass::Action period(const Model& model, const Derived&) {
  return Action(SetPeriod{model.document.period + delta});
}

WhyNot why_no_period(const Model& model, const Derived&) {
  const Preset* preset = find_preset(shown_picture(model.lens, model.document));
  if (preset != nullptr && preset->periodic) return {};
  return "Only stripes and checkers have a period";
}

template <int64_t rows, int64_t columns>
poolglass::Action peak(const Model& model, const Derived&) {
  const Cell at = model.document.peak;
  return Action(SetPeak{{at.row + rows, at.column + columns}});
}

WhyNot only_lone_peak(const Model& model, const Derived&) {
  return model.lens == kPeakLens ? WhyNot() : "The lone peak has its own lens";
}

template <int64_t rows, int64_t columns>
poolglass::Action detail(const Model&, const Derived&) {
  return Action(MoveDetail{{rows * kDetailStep, columns * kDetailStep}});
}

WhyNot why_no_detail(const Model& model, const Derived&) {
  return model.lens == kNudgeLens ? WhyNot() : "This lens shows the whole output";
}

WhyNot why_no_picture(const Model& model, const Derived&) {
  return model.lens == kNudgeLens ? WhyNot() : "This lens has pictures of its own";
}

poolglass::Action next_shown(const Model& model, const Derived&) {
  return Action(SetShown{(model.shown + 1) % kContestantCount});
}

poolglass::Action other_border(const Model& model, const Derived&) {
  const bool circular = model.document.border == Border::kCircular;
  return Action(SetBorder{circular ? Border::kZero : Border::kCircular});
}

constexpr Chord shifted(int key) { return {.key = key, .shift = true}; }
constexpr Chord ctrl(int key) { return {.key = key, .ctrl = true}; }
constexpr Chord alt(int key) { return {.key = key, .alt = true}; }

constexpr std::array kCommands = {
    CommandRow{"shift.right", {kKeyRight}, kSection, "Nudge the picture to the right", nudge<1, 0>},
    CommandRow{"shift.left", {kKeyLeft}, kSection, "Nudge the picture to the left", nudge<-1, 0>},
    CommandRow{"shift.down", {kKeyDown}, kSection, "Nudge the picture down", nudge<0, 1>},
    CommandRow{"shift.up", {kKeyUp}, kSection, "Nudge the picture up", nudge<0, -1>},
    CommandRow{"shift.back",
               {'0'},
               kSection,
               "Back to where it was",
               [](const Model&, const Derived&) -> poolglass::Action {
                 return Action(SetNudge{0, 0});
               }},
    CommandRow{"shift.fine",
               {'U'},
               kSection,
               "Nudges by quarters of a pixel, or by whole ones",
               [](const Model& model, const Derived&) -> poolglass::Action {
                 return Action(SetFine{!model.document.fine});
               }},
    CommandRow{"shift.moved",
               {'C'},
               kSection,
               "Compare with the same cell, or with the moved output",
               [](const Model& model, const Derived&) -> poolglass::Action {
                 return Action(SetMoved{!model.document.moved});
               }},
    CommandRow{"shift.border", {'B'}, kSection, "Circular border, or zeros", other_border},
    CommandRow{"shift.picture-next", {'N'}, kSection, "Next picture", picture<1>, why_no_picture},
    CommandRow{"shift.picture-previous", shifted('N'), kSection, "Previous picture", picture<-1>,
               why_no_picture},
    CommandRow{"shift.new-seed",
               {'R'},
               kSection,
               "Another random picture",
               [](const Model&, const Derived&) -> poolglass::Action { return Action(NewSeed{}); },
               why_no_picture},
    CommandRow{"shift.period-up", {'P'}, kSection, "Longer period", period<1>, why_no_period},
    CommandRow{"shift.period-down", shifted('P'), kSection, "Shorter period", period<-1>, why_no_period},
    CommandRow{"shift.kernel-up", {'K'}, kSection, "Larger kernel", size<Field::kKernel, 1>},
    CommandRow{"shift.kernel-down", shifted('K'), kSection, "Smaller kernel", size<Field::kKernel, -1>},
    CommandRow{"shift.stride-up", {'S'}, kSection, "Larger stride", size<Field::kStride, 1>},
    CommandRow{"shift.stride-down", shifted('S'), kSection, "Smaller stride", size<Field::kStride, -1>},
    CommandRow{"shift.dilation-up", {'D'}, kSection, "Larger dilation", size<Field::kDilation, 1>},
    CommandRow{"shift.dilation-down", shifted('D'), kSection, "Smaller dilation", size<Field::kDilation, -1>},
    CommandRow{"shift.shown",
               {'E'},
               kSection,
               "Next contestant in the map of every nudge",
               next_shown,
               why_no_detail},
    CommandRow{"shift.detail-left", alt(kKeyLeft), kSection, "Move the part that is shown large to the left",
               detail<0, -1>, why_no_detail},
    CommandRow{"shift.detail-right", alt(kKeyRight), kSection,
               "Move the part that is shown large to the right", detail<0, 1>, why_no_detail},
    CommandRow{"shift.detail-up", alt(kKeyUp), kSection, "Move the part that is shown large up",
               detail<-1, 0>, why_no_detail},
    CommandRow{"shift.detail-down", alt(kKeyDown), kSection, "Move the part that is shown large down",
               detail<1, 0>, why_no_detail},
    CommandRow{"shift.peak-left", shifted(kKeyLeft), kSection, "Move the peak in its window to the left",
               peak<0, -1>, only_lone_peak},
    CommandRow{"shift.peak-right", shifted(kKeyRight), kSection, "Move the peak in its window to the right",
               peak<0, 1>, only_lone_peak},
    CommandRow{"shift.peak-up", shifted(kKeyUp), kSection, "Move the peak in its window up", peak<-1, 0>,
               only_lone_peak},
    CommandRow{"shift.peak-down", shifted(kKeyDown), kSection, "Move the peak in its window down", peak<1, 0>,
               only_lone_peak},
    CommandRow{"shift.copy", ctrl('C'), kSection, "Copy the meters as text",
               [](const Model&, const Derived& derived) -> poolglass::Action {
                 return Request(CopyText{copied_text(derived)});
               }},
    CommandRow{"shift.paste", ctrl('V'), kSection, "Paste cells as the picture",
               [](const Model&, const Derived&) -> poolglass::Action { return Request(PasteText{}); }},
};

}  // namespace

std::span<const CommandRow> commands() { return kCommands; }

}  // namespace poolglass::shift
