// The whole state of the app as one value, the actions that change it, and what is computed from it.
// Views read a const Model and a const Derived and push actions; update() is the only writer.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "app/rooms/environment.h"
#include "app/rooms/list.h"
#include "app/rooms/one_of.h"
#include "app/rooms/playhead.h"
#include "app/state/document.h"
#include "app/state/log.h"
#include "app/tour/tour.h"

namespace poolglass {

enum class ThemeName { kDark, kLight };
inline constexpr float kMinScale = 0.75f;
inline constexpr float kMaxScale = 3.0f;

// What the window is about to do that unsaved changes would not survive: the question that waits for an
// answer.
struct Leave {
  enum class For { kQuit, kNew, kOpen };
  For what = For::kQuit;
  std::string path;  // kOpen: of the other document
};

// A file that is being opened meanwhile.
struct OpeningFile {
  std::string name;
  std::optional<double> share;  // of it that has been read, 0 to 1; none: not known, and nothing stops it
  friend bool operator==(const OpeningFile&, const OpeningFile&) = default;
};

struct Model : RoomModels {
  Room room = kRooms.front().room;
  ThemeName theme = ThemeName::kDark;
  float scale = 1;  // on top of the display's own scale
  bool reduce_motion = false;
  bool help_open = false;   // the `?` sheet
  bool panel_open = false;  // where the side panel is a drawer
  bool presenting = false;  // only picture, sentence and playhead, larger
  std::string notice;       // last outcome worth a sentence ("saved out.npy"); empty: none
  bool notice_is_error = false;
  DocumentFile file;
  std::optional<Leave> leave;
  std::optional<OpeningFile> opening;
  tour::Place tour;
  Log log;
};

struct Derived : RoomResults {
  tour::Results tour;
};

// Shell actions.
struct SelectRoom {
  Room room;
};
struct SetLens {
  size_t lens;
};  // of the current room; one that it does not have changes nothing
struct SetTheme {
  ThemeName theme;
};
struct SetScale {
  float scale;
};
struct SetReduceMotion {
  bool on;
};
struct SetHelpOpen {
  bool open;
};
// What stands beside the current room's picture; one that it does not have changes nothing. Of a drawer that
// shows it already, closes it.
struct SetPanel {
  size_t panel;
};
struct ClosePanel {};  // back to the settings or to the tour, or out of it, or a drawer closed
struct ShowLog {
  bool on;
};               // in the side panel
struct Hear {};  // the notice, and what the room and the tour say now, go to the log
struct SetPresenting {
  bool on;
};
struct SetNotice {
  std::string text;
  bool is_error = false;
};
struct Restore {
  std::shared_ptr<const Model> model;
};  // a saved state: everything as it was then, without its history
// The contents are now those of a document's file, or of nothing that was saved ("": untitled, or `name`).
struct SetDocument {
  std::string path;
  std::string name;
};
struct SetLeave {
  std::optional<Leave> leave;
};
struct SetOpening {
  std::optional<OpeningFile> opening;
};
struct Undo {};  // of the current room's document
struct Redo {};
struct Tick {
  double dt;  // seconds
};

// Requests reach outside the model; the session carries them out and answers with actions.
enum class SaveKind {
  kStepInput,
  kStepOutput,
  kStepCode,
  kStepExercise,
  kStepAnswer,
  kChain,
  kState,
  kPng,
  kSvg
};
struct OpenPath {
  std::string path;
  std::optional<Layout> layout = {};  // of an array; none: guessed
  friend bool operator==(const OpenPath&, const OpenPath&) = default;
};
struct SavePath {
  SaveKind kind;
  std::string path;
  bool replace = false;  // over another file that is there: somebody was asked
};
struct StopOpening {};  // the file that is being opened: the picture stays as it is
struct NewDocument {};
struct SaveDocument {};  // to where it is from; asks for a name when it is from nowhere
enum class LeaveAnswer { kSave, kDiscard, kCancel };
struct AnswerLeave {
  LeaveAnswer answer;
};
struct AskOpen {};  // show the file panel
struct AskSave {
  SaveKind kind;
};
struct CopyText {
  std::string text;
};
struct OpenExerciseNumber {
  int64_t index;
};                    // of those that come with the program, from 0
struct PasteText {};  // the clipboard, into the current room
struct ToggleFullscreen {};
struct OpenTour {
  std::string step = {};  // by its name; empty: where it was left
};
struct Quit {};
struct Request : OneOf<OpenPath, StopOpening, SavePath, NewDocument, SaveDocument, AnswerLeave, AskOpen,
                       AskSave, CopyText, PasteText, OpenExerciseNumber, OpenTour, ToggleFullscreen, Quit> {
  using OneOf::OneOf;
};

struct Action : OneOf<SelectRoom, SetLens, SetTheme, SetScale, SetReduceMotion, SetHelpOpen, SetPanel,
                      ClosePanel, ShowLog, Hear, SetPresenting, SetNotice, Restore, SetDocument, SetLeave,
                      SetOpening, Undo, Redo, Tick, PlayheadAction, tour::Action,
#define ROOM(Name, name) name::Action,
                      POOLGLASS_ROOMS(ROOM)
#undef ROOM
                          Request> {
  using OneOf::OneOf;
};

// Time, hovering, notices: nobody did anything.
bool is_passive(const Action& action);

void update(Model& model, const Derived& derived, const Action& action);  // a Request changes nothing here
// Of the current room; the others' results are made when they are shown.
void derive(const Model& model, Derived& derived, const Environment& environment = {});

// The notice as it is shown, empty where there is none; and whether the log has not heard it yet.
std::string notice_text(const Model& model);
bool has_news(const Model& model);

// What the status line says: a file on its way comes first, then what has just happened.
std::string status_line(const Model& model, const Derived& derived);

// What the current room says there.
std::string status_sentence(const Model& model, const Derived& derived);

// The GPU that made the current room's numbers, as its driver calls it; empty: the CPU did.
std::string gpu_in_use(const Model& model, const Derived& derived);

// How the current room is looked at.
size_t current_lens(const Model& model);
const LensWords& lens_words(const Model& model);

// What stands beside its picture.
size_t current_panel(const Model& model);
const PanelWords& panel_words(const Model& model);

// What the transport bar shows: the current room's playhead, and over how many positions it moves.
const Playhead& current_playhead(const Model& model);
int64_t playback_length(const Model& model, const Derived& derived);

// Of the current room's document.
bool can_undo(const Model& model);
bool can_redo(const Model& model);

// Whether the current room keeps its answer to itself: playback and another lens wait.
bool locked(const Model& model);

// True while the picture changes by itself.
bool animating(const Model& model);

}  // namespace poolglass
