// The Step room's keys.
#include <algorithm>
#include <array>

#include "app/rooms/format.h"
#include "app/rooms/step/code_panel.h"
#include "app/rooms/step/dialects.h"
#include "app/rooms/step/gradient.h"
#include "app/rooms/step/map.h"
#include "app/rooms/step/model.h"
#include "app/rooms/step/predict_state.h"
#include "app/rooms/step/presets.h"
#include "app/state/commands.h"

namespace poolglass::step {
namespace {

constexpr std::string_view kSection = "Step room";

// A reason that is empty where there is none.
WhyNot unless_empty(const std::string& why) { return why.empty() ? WhyNot() : WhyNot(why); }

template <Field field, int64_t delta>
poolglass::Action nudge(const Model&, const Derived&) {
  return Action(Nudge{field, delta});
}

// The window steps along the output; a pinned cell moves by itself.
template <int64_t rows, int64_t columns>
poolglass::Action arrow(const Model& model, const Derived& derived) {
  if (model.pin) return Action(MovePin{{rows, columns}});
  return PlayheadAction(StepBy{rows * derived.output.size.w + columns});
}

template <int delta>
poolglass::Action step_preset(const Model&, const Derived&) {
  return Action(StepPreset{delta});
}

// What Enter means in the Predict panel: reveal, then go on.
poolglass::Action answer(const Model& model, const Derived&) {
  const Prediction& predict = model.predict;
  if (predict.state == GuessState::kNone) return Action(Ask{});
  if (predict.state == GuessState::kRevealed) return next_question(predict);
  if (parsed_answer(predict.asked, predict.typed)) return Action(Guess{predict.typed});
  const std::string wanted = numbers_of(predict.asked) == 2 ? "two numbers, as in 3, 4" : "a number";
  return SetNotice{"“" + predict.typed + "” is not " + wanted + ": nothing is revealed", true};
}

WhyNot why_not_answer(const Model& model, const Derived& derived) {
  if (model.predict.state == GuessState::kNone)
    return unless_empty(why_not_asked(model.document, model.predict.asked));
  if (!derived.predict.status.ok()) return sentence(derived.predict.status.message());
  if (asks(model) && model.predict.typed.empty()) return "Type your guess first: figures go to its field";
  return {};
}

// The current window, then the input cell that its result came from: the winner, else the first one.
poolglass::Action pin(const Model& model, const Derived& derived) {
  if (model.panel == kPredictPanel) return answer(model, derived);
  const WindowFacts& window = derived.window;
  if (!model.pin) return Action(Pin{{Side::kOutput, window.output}});
  return Action(Pin{{Side::kInput, window.winner.value_or(Cell{window.rows.first, window.columns.first})}});
}

WhyNot why_not_pin(const Model& model, const Derived& derived) {
  if (model.panel == kPredictPanel) return why_not_answer(model, derived);
  if (asks(model)) return "";
  if (!model.pin) return {};
  if (model.pin->side == Side::kInput) return "";
  return derived.window.cells > 0 ? WhyNot() : "This window lies in the padding: it reads no input cell";
}

WhyNot only_in_gradient_lens(const Model& model, const Derived& derived) {
  if (model.lens != kGradientLens) return "The gradient has its own lens";
  return unless_empty(derived.map.refusal);
}

poolglass::Action next_upstream(const Model& model, const Derived& derived) {
  auto next = (static_cast<size_t>(model.document.upstream.kind) + 1) % kUpstreams.size();
  if (derived.map.shown && kUpstreams[next].kind == UpstreamKind::kTyped)
    next = (next + 1) % kUpstreams.size();
  return Action(SetUpstream{kUpstreams[next].kind, derived.window.output});
}

WhyNot why_not_ties(const Model& model, const Derived& derived) {
  if (const WhyNot why = only_in_gradient_lens(model, derived)) return why;
  return shows_max(model) ? WhyNot() : "An average has no winner: every cell gets its share";
}

poolglass::Action next_ties(const Model& model, const Derived&) {
  const auto next = (static_cast<size_t>(model.document.ties) + 1) % kTieNames.size();
  return Action(SetTies{static_cast<TiePolicy>(next)});
}

WhyNot only_sliding(const Model& model, const Derived&) {
  if (asks(model)) return std::string(kWhyLocked);
  if (model.document.kind == Kind::kSliding) return {};
  return "Bins of adaptive and global pooling follow from their number: A chooses a sliding window";
}

poolglass::Action next_kind(const Model& model, const Derived&) {
  return Action(SetKind{static_cast<Kind>((static_cast<int>(model.document.kind) + 1) % 3)});
}

// Larger and smaller: the kernel, or the number of bins.
template <int64_t delta>
poolglass::Action nudge_window(const Model& model, const Derived&) {
  return Action(Nudge{model.document.kind == Kind::kAdaptive ? Field::kBins : Field::kKernel, delta});
}
WhyNot not_global(const Model& model, const Derived&) {
  if (asks(model)) return std::string(kWhyLocked);
  return model.document.kind == Kind::kGlobal ? WhyNot("The window of global pooling is the whole grid")
                                              : WhyNot();
}

WhyNot only_in_code_panel(const Model& model, const Derived& derived) {
  if (model.panel != kCodePanel) return "The code has its own panel";
  if (!derived.code.status.ok()) return sentence(derived.code.status.message());
  return {};
}

WhyNot why_not_lines(const Model& model, const Derived& derived) {
  if (const WhyNot why = only_in_code_panel(model, derived)) return why;
  if (!derived.window.lists_all()) return "A window of so many cells is not walked line by line";
  if (walks_lines(model) && derived.code.run) return {};
  return "The playhead walks the lines of the loops, beside the window's picture";
}

WhyNot only_in_predict_panel(const Model& model, const Derived&) {
  return model.panel == kPredictPanel ? WhyNot() : "Questions have their own panel";
}

// What changes the document waits while a guess is open.
WhyNot unless_locked(const Model& model, const Derived&) {
  return asks(model) ? WhyNot(kWhyLocked) : WhyNot();
}

// The line before or after, in this window or the next; beyond the first and the last there is none.
template <int by>
poolglass::Action step_line(const Model& model, const Derived& derived) {
  constexpr double kFirstLine = 1e-6, kLastLine = 1 - kFirstLine;
  const LoopRun& run = *derived.code.run;
  const int64_t window = model.playhead.index;
  const auto now = static_cast<int64_t>(line_at(run, model.playhead.phase));
  const int64_t line = now + by;
  if (line >= 0 && line < static_cast<int64_t>(run.lines.size()))
    return PlayheadAction(SeekTo{window, phase_of(run, static_cast<size_t>(line))});
  const bool ends = by < 0 ? window == 0 : window + 1 == derived.windows;
  if (ends) return PlayheadAction(SeekTo{window, by < 0 ? kFirstLine : kLastLine});
  return PlayheadAction(SeekTo{window + by, by < 0 ? kLastLine : kFirstLine});
}

poolglass::Action next_language(const Model& model, const Derived&) {
  const auto next = (static_cast<size_t>(model.code) + 1) % kCodeTargets.size();
  return Action(SetCode{kCodeTargets[next].target});
}

// What is seen of a map.
WhyNot only_of_maps(const Model&, const Derived& derived) {
  return derived.map.shown ? WhyNot() : "The whole grid is in sight: only larger ones are zoomed";
}

template <int percent>
poolglass::Action zoom(const Model& model, const Derived& derived) {
  const Sight at = clamped(model.sight, derived.grid.size);
  return Action(SetSight{zoomed(at, derived.grid.size, percent / 100.0, at.row, at.column)});
}

template <int rows, int columns>
poolglass::Action pan(const Model& model, const Derived& derived) {
  constexpr double kShare = 0.2;  // of what is in sight
  const double by = kShare * cells_in_sight(clamped(model.sight, derived.grid.size), derived.grid.size);
  return Action(SetSight{moved(model.sight, derived.grid.size, rows * by, columns * by)});
}

// A clipboard is for what people paste.
WhyNot why_not_copy(const Model& model, const Derived& derived) {
  constexpr int64_t kMostCopied = 65536;
  if (asks(model)) return std::string(kWhyLocked);
  if (model.pin || derived.windows <= kMostCopied) return {};
  return grouped(derived.windows) +
         " cells are too many for the clipboard: Ctrl+E saves them, a pinned one is copied";
}

// Along the strip, or to another image of the batch; beyond the last one nothing.
template <int along, int images>
poolglass::Action next_plane(const Model&, const Derived& derived) {
  const StripFacts& strip = derived.strip;
  if (images == 0) {
    return Action(SetChannel{strip.plane(std::clamp<int64_t>(strip.at() + along, 0, strip.count() - 1))});
  }
  const int64_t image = std::clamp<int64_t>(strip.image + images, 0, strip.images - 1);
  return Action(SetChannel{image * strip.channels + strip.channel});
}
WhyNot why_not_channel(const Model& model, const Derived& derived) {
  if (asks(model)) return std::string(kWhyLocked);
  return derived.strip.shown() ? WhyNot() : WhyNot("");  // the key is the tour's then
}
WhyNot why_not_image(const Model& model, const Derived& derived) {
  if (asks(model)) return std::string(kWhyLocked);
  if (derived.strip.images > 1) return {};
  const bool file = model.document.source.preset.empty();
  return file ? "This file holds one image" : "Only a file's batch has several images";
}

poolglass::Action other_layout(const Model& model, const Derived&) {
  const bool last = model.document.source.layout == Layout::kNhwc;
  return Action(SetLayout{last ? Layout::kNchw : Layout::kNhwc});
}
WhyNot why_not_layout(const Model& model, const Derived&) {
  if (asks(model)) return std::string(kWhyLocked);
  const Source& source = model.document.source;
  return has_layouts(source) ? WhyNot() : WhyNot(why_no_layouts(source));
}

// A map is cropped to what is in sight, a part of a file's plane gives way to all of it.
poolglass::Action crop(const Model& model, const Derived& derived) {
  if (derived.map.shown) return Action(crop_to_sight(model.sight, derived.grid.size));
  return Action(ShowWhole{});
}
WhyNot why_not_crop(const Model& model, const Derived& derived) {
  if (asks(model)) return std::string(kWhyLocked);
  if (derived.map.shown) return {};
  return derived.whole.values.empty() ? WhyNot("This grid is no part of a larger one") : WhyNot();
}

constexpr Chord shifted(int key) { return {.key = key, .shift = true}; }
constexpr Chord ctrl(int key) { return {.key = key, .ctrl = true}; }
constexpr Chord alt(int key) { return {.key = key, .alt = true}; }
constexpr Chord ctrl_shift(int key) { return {.key = key, .ctrl = true, .shift = true}; }

constexpr std::array kCommands = {
    CommandRow{"step.toggle-operation",
               {'M'},
               kSection,
               "Maximum or average",
               [](const Model&, const Derived&) -> poolglass::Action { return Action(ToggleReduction{}); },
               unless_locked},
    CommandRow{
        "step.both",
        {'B'},
        kSection,
        "Maximum and average side by side, with their difference",
        [](const Model& model, const Derived&) -> poolglass::Action { return Action(SetBoth{!model.both}); },
        unless_locked},
    CommandRow{
        "step.kind", {'A'}, kSection, "Sliding window, adaptive or global pooling", next_kind, unless_locked},
    CommandRow{"step.kernel-up", {'K'}, kSection, "Larger kernel, or more bins", nudge_window<1>, not_global},
    CommandRow{"step.kernel-down", shifted('K'), kSection, "Smaller kernel, or fewer bins", nudge_window<-1>,
               not_global},
    CommandRow{"step.stride-up", {'S'}, kSection, "Larger stride", nudge<Field::kStride, 1>, only_sliding},
    CommandRow{"step.stride-down", shifted('S'), kSection, "Smaller stride", nudge<Field::kStride, -1>,
               only_sliding},
    CommandRow{"step.stride-follows",
               {'F'},
               kSection,
               "Stride = kernel, or its own",
               [](const Model& model, const Derived&) -> poolglass::Action {
                 return Action(SetStrideFollows{!model.document.stride_follows});
               },
               only_sliding},
    CommandRow{"step.padding-up", {'P'}, kSection, "More padding", nudge<Field::kPadding, 1>, only_sliding},
    CommandRow{"step.padding-down", shifted('P'), kSection, "Less padding", nudge<Field::kPadding, -1>,
               only_sliding},
    CommandRow{
        "step.dilation-up", {'D'}, kSection, "Larger dilation", nudge<Field::kDilation, 1>, only_sliding},
    CommandRow{"step.dilation-down", shifted('D'), kSection, "Smaller dilation", nudge<Field::kDilation, -1>,
               only_sliding},
    CommandRow{"step.ceil-mode",
               {'C'},
               kSection,
               "Ceil mode on or off",
               [](const Model& model, const Derived&) -> poolglass::Action {
                 return Action(SetCeilMode{!model.document.params.ceil_mode});
               },
               only_sliding},
    CommandRow{"step.count-include-pad",
               {'I'},
               kSection,
               "Averages count padding, or not",
               [](const Model& model, const Derived&) -> poolglass::Action {
                 return Action(SetCountIncludePad{!model.document.params.count_include_pad});
               },
               [](const Model& model, const Derived& derived) -> WhyNot {
                 if (const WhyNot why = only_sliding(model, derived)) return why;
                 return shows_average(model) ? WhyNot() : "A maximum never counts padding";
               }},
    CommandRow{
        "step.device",
        {'U'},
        kSection,
        "Pool on the CPU or on the GPU",
        [](const Model& model, const Derived&) -> poolglass::Action {
          return Action(SetDevice{model.device == Device::kCpu ? Device::kGpu : Device::kCpu});
        },
        [](const Model&, const Derived& derived) -> WhyNot { return unless_empty(derived.gpu_refusal); }},
    CommandRow{"step.grid-up", {'G'}, kSection, "Larger grid", nudge<Field::kGrid, 1>, unless_locked},
    CommandRow{"step.grid-down", shifted('G'), kSection, "Smaller grid", nudge<Field::kGrid, -1>,
               unless_locked},
    CommandRow{"step.zoom-in", {'+'}, kSection, "A map larger, or the wheel", zoom<80>, only_of_maps},
    CommandRow{"step.zoom-out", {'-'}, kSection, "A map smaller", zoom<125>, only_of_maps},
    CommandRow{"step.zoom-fit",
               {'0'},
               kSection,
               "Fit: the whole map in sight",
               [](const Model&, const Derived&) -> poolglass::Action { return Action(SetSight{}); },
               only_of_maps},
    CommandRow{"step.pan-left", shifted(kKeyLeft), kSection, "Look left on a map, or drag it", pan<0, -1>,
               only_of_maps},
    CommandRow{"step.pan-right", shifted(kKeyRight), kSection, "Look right on a map", pan<0, 1>,
               only_of_maps},
    CommandRow{"step.pan-up", shifted(kKeyUp), kSection, "Look up on a map", pan<-1, 0>, only_of_maps},
    CommandRow{"step.pan-down", shifted(kKeyDown), kSection, "Look down on a map", pan<1, 0>, only_of_maps},
    CommandRow{"step.crop",
               {'X'},
               kSection,
               "Crop a map to what is in sight, or go back to the whole of it",
               crop,
               why_not_crop},
    CommandRow{"step.channel-next",
               {kKeyPageDown},
               kSection,
               "Next channel of a file, or image of a batch of one channel",
               next_plane<1, 0>,
               why_not_channel},
    CommandRow{"step.channel-previous",
               {kKeyPageUp},
               kSection,
               "Previous channel",
               next_plane<-1, 0>,
               why_not_channel},
    CommandRow{"step.image-next", ctrl(kKeyPageDown), kSection, "Next image of a batch", next_plane<0, 1>,
               why_not_image},
    CommandRow{"step.image-previous", ctrl(kKeyPageUp), kSection, "Previous image", next_plane<0, -1>,
               why_not_image},
    CommandRow{
        "step.layout", {'H'}, kSection, "A file's channels first, or last", other_layout, why_not_layout},
    CommandRow{"step.preset-next", {'N'}, kSection, "Next preset", step_preset<1>, unless_locked},
    CommandRow{"step.preset-previous", shifted('N'), kSection, "Previous preset", step_preset<-1>,
               unless_locked},
    CommandRow{"step.new-seed",
               {'R'},
               kSection,
               "New random grid",
               [](const Model&, const Derived&) -> poolglass::Action { return Action(NewSeed{}); },
               unless_locked},
    CommandRow{
        "step.upstream", {'E'}, kSection, "Next upstream gradient", next_upstream, only_in_gradient_lens},
    CommandRow{"step.ties", {'T'}, kSection, "Next rule for ties", next_ties, why_not_ties},
    CommandRow{"step.dialect",
               {'W'},
               kSection,
               "Next library's windows",
               [](const Model& model, const Derived&) -> poolglass::Action {
                 const auto next = (static_cast<size_t>(model.dialect) + 1) % kDialects.size();
                 return Action(SetDialect{kDialects[next].dialect});
               },
               [](const Model& model, const Derived&) -> WhyNot {
                 return model.lens == kDialectsLens ? WhyNot()
                                                    : "Other libraries have their own lens, Dialects";
               }},
    CommandRow{"step.divisors",
               {'V'},
               kSection,
               "Divisors in the output's cells, or not",
               [](const Model& model, const Derived&) -> poolglass::Action {
                 return Action(ShowDivisors{!model.divisors});
               },
               [](const Model& model, const Derived&) -> WhyNot {
                 if (asks(model)) return std::string(kWhyLocked);
                 return shows_average(model) ? WhyNot() : "A maximum divides by nothing";
               }},
    CommandRow{"step.left",
               {kKeyLeft},
               kSection,
               "Window, or pinned cell, to the left",
               arrow<0, -1>,
               unless_locked},
    CommandRow{"step.right",
               {kKeyRight},
               kSection,
               "Window, or pinned cell, to the right",
               arrow<0, 1>,
               unless_locked},
    CommandRow{"step.up", {kKeyUp}, kSection, "Window, or pinned cell, up", arrow<-1, 0>, unless_locked},
    CommandRow{"step.down", {kKeyDown}, kSection, "Window, or pinned cell, down", arrow<1, 0>, unless_locked},
    CommandRow{
        "step.pin",
        {kKeyEnter},
        kSection,
        "Pin the window; again: an input cell of it; again, or F2, or figures: change its value. In the "
        "Predict panel: reveal the truth, then the next question",
        pin,
        why_not_pin},
    CommandRow{"step.let-go",
               {kKeyEscape},
               kSection,
               "Let go of the pinned cell, or of what a lens is looking for",
               [](const Model&, const Derived& derived) -> poolglass::Action {
                 return derived.finding ? poolglass::Action(SetLens{kWindowLens}) : Action(Unpin{});
               },
               [](const Model& model, const Derived& derived) {
                 return model.pin || derived.finding ? WhyNot() : WhyNot("");
               }},
    CommandRow{"step.asked", alt('A'), kSection, "Ask for something else",
               [](const Model& model, const Derived&) -> poolglass::Action {
                 const auto next = (static_cast<size_t>(model.predict.asked) + 1) % kAsked.size();
                 return Action(SetAsked{kAsked[next].asked});
               },
               only_in_predict_panel},
    CommandRow{"step.exercises", alt('E'), kSection, "The twelve exercises: the next one to do",
               [](const Model& model, const Derived&) -> poolglass::Action {
                 return Request(OpenExerciseNumber{first_to_do(model.predict.score)});
               }},
    CommandRow{"step.make-exercise", alt('M'), kSection, "Make an exercise of this picture",
               [](const Model&, const Derived&) -> poolglass::Action {
                 return Request(AskSave{SaveKind::kStepExercise});
               },
               [](const Model& model, const Derived& derived) -> WhyNot {
                 if (const WhyNot why = only_in_predict_panel(model, derived)) return why;
                 return unless_empty(why_no_exercise(model));
               }},
    CommandRow{"step.save-answer", alt('K'), kSection, "Save the answer to an exercise",
               [](const Model&, const Derived&) -> poolglass::Action {
                 return Request(AskSave{SaveKind::kStepAnswer});
               },
               [](const Model& model, const Derived&) -> WhyNot {
                 if (model.predict.exercise == nullptr) return "Only the answer to an exercise can be marked";
                 return model.predict.typed.empty() ? WhyNot("There is no guess yet") : WhyNot();
               }},
    CommandRow{"step.line-next", alt('.'), kSection, "One line of the loops on", step_line<1>, why_not_lines},
    CommandRow{"step.line-previous", alt(','), kSection, "One line of the loops back", step_line<-1>,
               why_not_lines},
    CommandRow{"step.code-next", alt('L'), kSection, "The code in the next language", next_language,
               [](const Model& model, const Derived&) -> WhyNot {
                 return model.panel == kCodePanel ? WhyNot() : "The code has its own panel";
               }},
    CommandRow{"step.code-copy", ctrl_shift('C'), kSection, "Copy the code",
               [](const Model&, const Derived& derived) -> poolglass::Action {
                 return Request(CopyText{derived.code.program});
               },
               only_in_code_panel},
    CommandRow{"step.code-save", ctrl_shift('L'), kSection, "Save the code",
               [](const Model&, const Derived&) -> poolglass::Action {
                 return Request(AskSave{SaveKind::kStepCode});
               },
               only_in_code_panel},
    CommandRow{"step.save-input", ctrl('I'), kSection, "Save the input grid",
               [](const Model&, const Derived&) -> poolglass::Action {
                 return Request(AskSave{SaveKind::kStepInput});
               }},
    CommandRow{"step.copy", ctrl('C'), kSection, "Copy the pinned cell or the output as text",
               [](const Model& model, const Derived& derived) -> poolglass::Action {
                 return Request(CopyText{copied_text(model, derived)});
               },
               why_not_copy},
    CommandRow{"step.paste", ctrl('V'), kSection, "Paste cells at the pinned input cell, or as the grid",
               [](const Model&, const Derived&) -> poolglass::Action { return Request(PasteText{}); }},
};

}  // namespace

std::span<const CommandRow> commands() { return kCommands; }

}  // namespace poolglass::step
