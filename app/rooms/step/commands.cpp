// The Step room's keys, its status line, and what it puts on the clipboard.
#include <array>

#include "app/rooms/step/model.h"
#include "app/rooms/step/presets.h"
#include "app/state/commands.h"

namespace poolglass::step {
namespace {

constexpr std::string_view kGroup = "Step room";
constexpr std::array kCommands = {
    Command{"step.toggle-operation", {'M'}, kGroup, "Maximum or average"},
    Command{"step.kernel-up", {'K'}, kGroup, "Larger kernel"},
    Command{"step.kernel-down", {.key = 'K', .shift = true}, kGroup, "Smaller kernel"},
    Command{"step.stride-up", {'S'}, kGroup, "Larger stride"},
    Command{"step.stride-down", {.key = 'S', .shift = true}, kGroup, "Smaller stride"},
    Command{"step.stride-follows", {'F'}, kGroup, "Stride = kernel, or its own"},
    Command{"step.padding-up", {'P'}, kGroup, "More padding"},
    Command{"step.padding-down", {.key = 'P', .shift = true}, kGroup, "Less padding"},
    Command{"step.dilation-up", {'D'}, kGroup, "Larger dilation"},
    Command{"step.dilation-down", {.key = 'D', .shift = true}, kGroup, "Smaller dilation"},
    Command{"step.ceil-mode", {'C'}, kGroup, "Ceil mode on or off"},
    Command{"step.count-include-pad", {'I'}, kGroup, "Averages count padding, or not"},
    Command{"step.device", {'U'}, kGroup, "Pool on the CPU or on the GPU"},
    Command{"step.grid-up", {'G'}, kGroup, "Larger grid"},
    Command{"step.grid-down", {.key = 'G', .shift = true}, kGroup, "Smaller grid"},
    Command{"step.preset-next", {'N'}, kGroup, "Next preset"},
    Command{"step.preset-previous", {.key = 'N', .shift = true}, kGroup, "Previous preset"},
    Command{"step.new-seed", {'R'}, kGroup, "New random grid"},
    Command{"step.left", {kKeyLeft}, kGroup, "Window, or pinned cell, to the left"},
    Command{"step.right", {kKeyRight}, kGroup, "… to the right"},
    Command{"step.up", {kKeyUp}, kGroup, "… up"},
    Command{"step.down", {kKeyDown}, kGroup, "… down"},
    Command{"step.pin", {kKeyEnter}, kGroup, "Pin the current window; type to change a pinned input cell"},
    Command{"step.let-go", {kKeyEscape}, kGroup, "Let go of the pinned cell"},
    Command{"step.save-input", {.key = 'I', .ctrl = true}, kGroup, "Save the input grid"},
    Command{"step.copy", {.key = 'C', .ctrl = true}, kGroup, "Copy the pinned cell or the output as text"},
};

struct NudgeCommand {
  std::string_view id;
  Field field;
  int64_t delta;
};
constexpr std::array kNudges = {
    NudgeCommand{"step.kernel-up", Field::kKernel, 1},
    NudgeCommand{"step.kernel-down", Field::kKernel, -1},
    NudgeCommand{"step.stride-up", Field::kStride, 1},
    NudgeCommand{"step.stride-down", Field::kStride, -1},
    NudgeCommand{"step.padding-up", Field::kPadding, 1},
    NudgeCommand{"step.padding-down", Field::kPadding, -1},
    NudgeCommand{"step.dilation-up", Field::kDilation, 1},
    NudgeCommand{"step.dilation-down", Field::kDilation, -1},
    NudgeCommand{"step.grid-up", Field::kGrid, 1},
    NudgeCommand{"step.grid-down", Field::kGrid, -1},
};

struct ArrowCommand {
  std::string_view id;
  Cell by;
};
constexpr std::array kArrows = {ArrowCommand{"step.left", {0, -1}}, ArrowCommand{"step.right", {0, 1}},
                                ArrowCommand{"step.up", {-1, 0}}, ArrowCommand{"step.down", {1, 0}}};

poolglass::Action arrow(Cell by, const Model& model, const Derived& derived) {
  if (model.pin) return Action(MovePin{by});
  return PlayheadAction(StepBy{by.row * derived.output.size.w + by.column});
}

std::string cell_name(std::string_view grid, Cell cell) {
  return std::string(grid) + "[" + std::to_string(cell.row) + "," + std::to_string(cell.column) + "]";
}

std::string readers_sentence(const Derived& derived) {
  constexpr size_t kNamed = 4;
  const Cell cell = derived.focus->cell;
  const auto& readers = derived.readers;
  std::string text = cell_name("in", cell) + " = " + short_text(derived.grid.at(cell));
  if (readers.empty()) return text + " is never read";
  text += readers.size() == 1 ? " is read by 1 window: "
                              : " is read by " + std::to_string(readers.size()) + " windows: ";
  for (size_t i = 0; i < std::min(readers.size(), kNamed); ++i) {
    if (i > 0) text += ", ";
    text += cell_name("out", readers[i]);
  }
  return readers.size() > kNamed ? text + ", …" : text;
}

}  // namespace

std::span<const Command> commands() { return kCommands; }

std::optional<poolglass::Action> action_for(std::string_view id, const Model& model, const Derived& derived) {
  for (const NudgeCommand& nudge : kNudges) {
    if (nudge.id == id) return Action(Nudge{nudge.field, nudge.delta});
  }
  for (const ArrowCommand& command : kArrows) {
    if (command.id == id) return arrow(command.by, model, derived);
  }
  const Document& document = model.document;
  if (id == "step.toggle-operation") return Action(ToggleReduction{});
  if (id == "step.stride-follows") return Action(SetStrideFollows{!document.stride_follows});
  if (id == "step.ceil-mode") return Action(SetCeilMode{!document.params.ceil_mode});
  if (id == "step.count-include-pad") {
    if (document.params.reduction == Reduction::kMax) return std::nullopt;
    return Action(SetCountIncludePad{!document.params.count_include_pad});
  }
  if (id == "step.device") {
    if (!derived.gpu_refusal.empty()) return SetNotice{derived.gpu_refusal, true};
    return Action(SetDevice{model.device == Device::kCpu ? Device::kGpu : Device::kCpu});
  }
  if (id == "step.preset-next") return Action(StepPreset{1});
  if (id == "step.preset-previous") return Action(StepPreset{-1});
  if (id == "step.new-seed") return Action(NewSeed{});
  if (id == "step.pin" && !model.pin) return Action(Pin{{Side::kOutput, derived.window.output}});
  if (id == "step.let-go" && model.pin) return Action(Unpin{});
  if (id == "step.save-input") return Request(AskSave{SaveKind::kStepInput});
  if (id == "step.copy") return Request(CopyText{copied_text(model, derived)});
  return std::nullopt;
}

std::string status_sentence(const Model& model, const Derived& derived) {
  if (!derived.status.ok()) return derived.refusal;
  const bool input = derived.focus && derived.focus->side == Side::kInput;
  std::string text = input ? readers_sentence(derived) : window_sentence(derived.window, derived.params);
  const bool pinned = model.pin && derived.focus == model.pin;
  if (pinned) return text + " · pinned, Esc lets go";
  if (model.hover) return text + " · click pins";
  if (!model.playhead.playing && derived.windows > 1 && model.playhead.index == 0) text += " · Space plays";
  return text;
}

std::string copied_text(const Model& model, const Derived& derived) {
  const Grid& selected = model.pin && model.pin->side == Side::kInput ? derived.grid : derived.output;
  if (model.pin && selected.contains(model.pin->cell)) return exact_text(selected.at(model.pin->cell));
  std::string text;
  for (int64_t row = 0; row < derived.output.size.h; ++row) {
    for (int64_t column = 0; column < derived.output.size.w; ++column) {
      if (column > 0) text += '\t';
      text += exact_text(derived.output.at({row, column}));
    }
    text += '\n';
  }
  return text;
}

}  // namespace poolglass::step
