// The Step room: a window walks the grid. Its document, its actions, and what follows from them.
//
// The document is what is saved and undone: the grid, where it came from, and the pooling's parameters. A
// pinned and a hovered cell belong to the model, not to the document. Derived holds every number and sentence
// the room shows; when the parameters do not fit the grid it carries the sentence and keeps the last good
// picture.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "app/rooms/environment.h"
#include "app/rooms/history.h"
#include "app/rooms/playhead.h"
#include "app/rooms/room_words.h"
#include "app/rooms/step/actions.h"
#include "app/rooms/step/code.h"
#include "app/rooms/step/derived.h"
#include "app/rooms/step/document.h"
#include "app/rooms/step/predict.h"
#include "app/rooms/step/sight.h"
#include "core/pooling/dialects.h"
#include "core/status.h"

namespace poolglass::step {

enum Lens : size_t {
  kWindowLens,
  kGradientLens,
  kCoverageLens,
  kRebuildLens,
  kDialectsLens
};  // in the order of kLenses
inline constexpr std::array kLenses = {
    LensWords{"window", "Window", "How does a window turn a grid into a smaller one?"},
    LensWords{"gradient", "Gradient", "Where does the gradient go?"},
    LensWords{"coverage", "Coverage", "How many windows read each cell?"},
    LensWords{"rebuild", "Rebuild", "What did the smaller grid lose?"},
    LensWords{"dialects", "Dialects", "Do other libraries mean the same layer?"},
};
enum SidePanel : size_t { kSettings, kCodePanel, kPredictPanel };  // in the order of kPanels
inline constexpr std::array kPanels = {
    kSettingsPanel,
    PanelWords{"code", "Code", 'C', "The pooling as a program, line by line", PanelSign::kCode, 29},
    PanelWords{"predict", "Predict", 'P', "A question about the picture, and your guess",
               PanelSign::kPredict},
};
inline constexpr RoomWords kWords{"Step", kLenses, "--window", "this window, counted from 0", kPanels};

struct Model {
  Document document;
  size_t lens = kWindowLens;
  size_t panel = kSettings;
  CodeTarget code = CodeTarget::kPython;  // the language of the code panel
  Prediction predict;
  bool both = false;                    // maximum and average side by side, and their difference
  Dialect dialect = Dialect::kPyTorch;  // whose windows the dialects lens shows
  bool divisors = false;                // in the output's cells: what their average divides by
  std::optional<size_t> preview;        // of Derived::fixes, whose picture is shown while it is pointed at
  Device device = Device::kCpu;         // the CPU takes over where there is no GPU
  History<Document> history;
  Playhead playhead;
  Sight sight;                     // what is seen of a map
  int64_t followed = 0;            // window that it went with last
  std::optional<Selection> pin;    // clicked: stays until Esc, or until playback or stepping moves on
  std::optional<Selection> hover;  // under the pointer
};

// What every room has (app/rooms/README.md).
void update(Model& model, const Action& action);
bool only_looks(const Action& action);  // nobody asked for it: the pointer moved, a button came up
void moved_on(Model& model);            // playback or stepping began: lets go of the pin
void undo(Model& model);
void redo(Model& model);
void restored(Model& model, const Model& before);
bool same_work(const Document& a, const Document& b);  // what is worth saving is the same
void advance(Model& model, double dt, bool reduce_motion);
bool animating(const Model& model);
// Recomputes only what changed. What the environment's backends answer is asked once.
void derive(const Model& model, Derived& derived, const Environment& environment = {});
int64_t playback_length(const Derived& derived);
// Whether playback, another lens, and what leaves the room as text must wait, as a guess is open.
bool locked(const Model& model);
// The panel has just come, or gone back to the settings.
void panel_shown(Model& model);
void panel_closed(Model& model);
// How many times longer than usual a window takes, where its lines are shown one by one.
double pace(const Model& model, const Derived& derived);
std::string status_sentence(const Model& model, const Derived& derived);
std::string gpu_in_use(const Derived& derived);
Status apply_preset(Model& model, const std::string& id);
Result<std::string> describe(Model model, const DescribeWhat& what);

// The picture's numbers as text for other programs: the pinned cell, else the output, tab-separated.
std::string copied_text(const Model& model, const Derived& derived);

// What pasted text means: cells at the pinned input cell where they fit, else as the grid.
Result<Action> pasted(std::string_view text, const Model& model);

// Limits of a field, for widgets and keys; both axes have the same.
struct Limits {
  int64_t low = 1;
  int64_t high = kMaxWindow;
};
Limits limits(Field field, const Document& document);

// False: the grid is larger than what a saved state can hold, and no file has it.
bool can_be_saved(const Document& document);

// The lens that is on, or where that cannot show a map, the windows'.
inline size_t shown_lens(const Model& model, const Derived& derived) {
  return derived.map.refusal.empty() ? model.lens : kWindowLens;
}

// False: the cell was of a larger grid. A pin stays for it; it may come back. True where parameters that do
// not fit leave open which cells the output has, and of a dialect's own output.
bool has_cell(const Document& document, const Selection& at);

// Which operations the picture shows.
inline bool shows_max(const Model& model) {
  return model.both || model.document.params.reduction == Reduction::kMax;
}
inline bool shows_average(const Model& model) {
  return model.both || model.document.params.reduction == Reduction::kAverage;
}

// True when the section has its defaults.
bool is_default(Section section, const Document& document);

}  // namespace poolglass::step
