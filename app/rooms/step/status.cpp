// The Step room's status line, and what it puts on the clipboard.
#include <algorithm>
#include <string>
#include <string_view>

#include "app/rooms/format.h"
#include "app/rooms/step/comparison.h"
#include "app/rooms/step/dialects.h"
#include "app/rooms/step/gradient.h"
#include "app/rooms/step/model.h"
#include "app/rooms/step/predict_state.h"
#include "app/rooms/step/rebuild.h"

namespace poolglass::step {
namespace {

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

// "13 of 49 cells are never read; the others by 1 window", "Every cell is read, by 1 to 4 windows"
std::string coverage_sentence(const Model& model, const Derived& derived) {
  if (model.preview && *model.preview < derived.fixes.size()) {
    const Fix& fix = derived.fixes[*model.preview];
    return fix.words + ": " + fix.effect + "; a click applies it";
  }
  std::string by = grouped(derived.least_reads);
  if (derived.least_reads != derived.most_reads) by += " to " + grouped(derived.most_reads);
  by += derived.most_reads == 1 ? " window" : " windows";
  if (derived.never_read == 0) return "Every cell is read, by " + by;
  return derived.never_read_sentence + "; the others by " + by;
}

std::string tabbed(const Grid& grid) {
  std::string text;
  for (int64_t row = 0; row < grid.size.h; ++row) {
    for (int64_t column = 0; column < grid.size.w; ++column) {
      if (column > 0) text += '\t';
      text += exact_text(grid.at({row, column}));
    }
    text += '\n';
  }
  return text;
}

// The window's sentence after the name of what it is in; a large window is told by its place.
std::string map_sentence(const Model& model, const Derived& derived) {
  if (!derived.map.refusal.empty()) return derived.map.refusal;
  if (model.lens == kGradientLens) return gradient_sentence(derived);
  if (model.lens == kRebuildLens) return rebuild_sentence(derived);
  if (derived.focus && derived.focus->side == Side::kInput) return readers_sentence(derived);
  if (model.lens == kDialectsLens) return dialect_sentence(derived);
  std::string text = derived.both ? both_sentence(derived) : window_sentence(derived.window, derived.params);
  if (derived.strip.shown()) text = derived.source_title + " · " + text;
  if (model.pin && derived.focus == model.pin) return text + " · pinned, Esc lets go";
  return text;
}

}  // namespace

std::string status_sentence(const Model& model, const Derived& derived) {
  if (!derived.status.ok()) return derived.refusal;
  if (const std::string& why = model.document.source.lost; !why.empty())
    return "The map that was here is not: " + why;
  if (model.predict.state != GuessState::kNone && (asks(model) || model.panel == kPredictPanel))
    return predict_sentence(model, derived);
  const bool input = derived.focus && derived.focus->side == Side::kInput;
  if (model.lens == kCoverageLens && !derived.focus) return coverage_sentence(model, derived);
  if (derived.map.shown) return map_sentence(model, derived);
  if (model.lens == kGradientLens) return gradient_sentence(derived);
  if (model.lens == kRebuildLens) return rebuild_sentence(derived);
  if (model.lens == kDialectsLens && !input) return dialect_sentence(derived);
  if (derived.code.follows) return line_sentence(*derived.code.run, derived.code.now);
  std::string text = input          ? readers_sentence(derived)
                     : derived.both ? both_sentence(derived)
                                    : window_sentence(derived.window, derived.params);
  const bool pinned = model.pin && derived.focus == model.pin;
  if (pinned) return text + " · pinned, Esc lets go";
  if (model.hover) return text + " · click pins";
  if (!model.playhead.playing && derived.windows > 1 && model.playhead.index == 0) text += " · Space plays";
  return text;
}

std::string copied_text(const Model& model, const Derived& derived) {
  const Grid& selected = model.pin && model.pin->side == Side::kInput ? derived.grid : derived.output;
  if (model.pin && selected.contains(model.pin->cell)) {
    const std::string text = exact_text(selected.at(model.pin->cell));
    const bool two = derived.both && model.pin->side == Side::kOutput;
    return two ? text + "\t" + exact_text(derived.other.at(model.pin->cell)) : text;
  }
  if (!derived.both) return tabbed(derived.output);
  return "max\n" + tabbed(derived.output) + "\naverage\n" + tabbed(derived.other);
}

}  // namespace poolglass::step
