// The Shift room: a picture is nudged, and five ways of making it smaller are asked again. Its document, its
// actions, and what follows from them.
//
// The nudge to the right is where the playhead stands, so that playing, scrubbing and stepping nudge; the
// nudge down is beside it. Neither is part of the document: they are looks, not work.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/rooms/environment.h"
#include "app/rooms/history.h"
#include "app/rooms/one_of.h"
#include "app/rooms/playhead.h"
#include "app/rooms/room_words.h"
#include "core/shift/compare.h"
#include "core/shift/contest.h"
#include "core/shift/law.h"
#include "core/status.h"
#include "core/tensor.h"

namespace poolglass::shift {

enum Lens : size_t { kNudgeLens, kAliasingLens, kPeakLens };  // in the order of kLenses
inline constexpr std::array kLenses = {
    LensWords{"nudge", "Nudge", "Does the output survive a nudge?"},
    LensWords{"aliasing", "Aliasing", "What if the detail is finer than the stride?"},
    LensWords{"peak", "Lone peak", "How often does a lone peak stay in its window?"},
};
inline constexpr RoomWords kWords{"Shift", kLenses, "--position",
                                  "this step of the nudge to the right, counted from 0: -8 px"};

inline constexpr int64_t kMostSide = 512;   // of the picture; of a larger file the middle
inline constexpr int64_t kMostKernel = 16;  // kernel and stride per side
inline constexpr int64_t kMostDilation = 8;
inline constexpr int64_t kLeastPeriod = 2, kMostPeriod = 12;  // of stripes and checkers, in pixels
inline constexpr int64_t kFineSteps = 4;                      // of a pixel, where nudges may be part of one
inline constexpr int64_t kNudges = 2 * kMostNudge + 1;        // along one axis, in whole pixels
inline constexpr size_t kContestantCount = kContestants.size();

// An opened file's picture, at most kMostSide a side.
struct PictureFile {
  std::string name;  // to show
  std::string path;  // where it can be read again; empty: nowhere
  std::shared_ptr<const Plane> plane;
  friend bool operator==(const PictureFile&, const PictureFile&) = default;
};

// Whether height and width move together.
struct Links {
  bool kernel = true, stride = true, dilation = true;
  friend bool operator==(const Links&, const Links&) = default;
};

struct Document {
  std::string picture;  // id in presets(); empty: the file's
  PictureFile file;
  uint64_t seed = 1;   // of random pictures
  int64_t period = 2;  // of stripes and checkers
  Cell peak;           // of the lone peak: its place in the window
  Border border = Border::kCircular;
  ShiftWindow window;
  Links links;
  bool fine = false;   // nudges go by quarters of a pixel
  bool moved = false;  // compare with the moved output
  Document();
  friend bool operator==(const Document&, const Document&) = default;
};
int64_t unshared_bytes(const Document& older, const Document& newer);  // for the history

struct Model {
  Model();  // the photograph, nudged by one pixel to the right

  Document document;
  size_t lens = kNudgeLens;
  History<Document> history;
  Playhead playhead;      // over the nudges to the right, from -kMostNudge
  int64_t down = 0;       // in the same steps, 0: none
  size_t shown = 0;       // in kContestants: whose cells the map of every nudge counts
  Cell detail{112, 226};  // of the picture: first pixel of the part that is shown large
};

// Edits of the document. Those that a drag repeats merge into one undo step until EndMerge.
struct SetPicture {
  std::string id;
};
struct StepPicture {
  int delta;
};                  // next or previous in presets()
struct NewSeed {};  // another random picture
struct SetPeriod {
  int64_t period;
};
struct SetPeak {
  Cell at;
};
struct SetBorder {
  Border border;
};
enum class Field { kKernel, kStride, kDilation };
struct SetSize {
  Field field;
  Size2 size;
};
struct StepSize {
  Field field;
  int64_t delta;
};  // both axes; never merges
struct SetLinked {
  Field field;
  bool on;
};  // linking copies the height to the width
struct SetFine {
  bool on;
};  // the nudge stays where it is, to the nearest step
struct SetMoved {
  bool on;
};
struct OpenPicture {
  std::shared_ptr<const Plane> plane;
  std::string name;
  std::string path = {};
};  // larger ones are cut to their middle
enum class Section { kInput, kWindow };
struct ResetSection {
  Section section;
};
struct EndMerge {};
// Looks.
struct SetNudge {
  int64_t right, down;
};  // in steps: pixels, or quarters of one
struct StepNudge {
  int64_t right, down;
};
struct SetShown {
  size_t contestant;
};
struct SetDetail {
  Cell first;
};
struct MoveDetail {
  Cell by;
};

struct Action : OneOf<SetPicture, StepPicture, NewSeed, SetPeriod, SetPeak, SetBorder, SetSize, StepSize,
                      SetLinked, SetFine, SetMoved, OpenPicture, ResetSection, EndMerge, SetNudge, StepNudge,
                      SetShown, SetDetail, MoveDetail> {
  using OneOf::OneOf;
};

// A nudge's steps in a pixel, and the playhead's positions.
int64_t steps_per_pixel(const Document& document);
int64_t positions(const Document& document);
int64_t right_steps(const Model& model);  // where the playhead stands, 0: no nudge
int64_t most_steps(const Document& document);

// One contestant's answers and meters.
struct Contender {
  Plane before, after;
  Agreement agreement;
};

// A contestant's meters at one nudge or period.
struct Reading {
  double identical = 1;
  std::optional<double> correlation;
};
using Readings = std::array<Reading, kContestantCount>;

// What the law says at a whole pixel to the right.
struct LawPoint {
  Fraction maximum, average;
};

struct Derived {
  uint64_t revision = 0;  // changes whenever a number of the picture does

  Status status;        // not ok: why the window does not fit the picture; everything below is from before
  std::string refusal;  // the same as a sentence for the screen

  std::string picture_title;
  bool grey = false;        // the picture is a photograph: shown in greys
  float low = 0, high = 1;  // values that the colours span
  Plane picture, nudged;
  ShiftWindow window;
  Border border = Border::kCircular;
  bool moved = false;
  double right = 0, down = 0;  // the nudge in pixels
  std::array<Contender, kContestantCount> contenders;
  float largest_change = 0;  // of one cell of any contestant

  int64_t positions = 1;            // nudges to the right
  std::vector<Readings> by_nudge;   // at each, at the present nudge down
  std::vector<LawPoint> law;        // at whole pixels, from -kMostNudge
  std::vector<Readings> by_period;  // aliasing: at the present nudge, from kLeastPeriod
  std::vector<double> every;  // share of the shown contestant's cells that stay, of kNudges x kNudges nudges
  double least_every = 0, most_every = 1;  // of nudges that are not none
  Fraction peak_stays;                     // lone peak

  // What the above was computed from.
  struct Key {
    bool valid = false;
    Document document;
    size_t lens = 0;
    int64_t index = 0, down = 0;
    size_t shown = 0;
  } key;
  std::shared_ptr<const Plane> source;
  std::shared_ptr<const Contest> contest;             // of whole pixels
  std::vector<std::shared_ptr<const Contest>> parts;  // of parts of a pixel to the right, at fraction `part`
  double part = -1;                                   // of a pixel down, that `parts` are for
};

// What every room has (app/rooms/README.md).
void update(Model& model, const Action& action);
bool only_looks(const Action& action);
void moved_on(Model& model);
void undo(Model& model);
void redo(Model& model);
void restored(Model& model, const Model& before);
bool same_work(const Document& a, const Document& b);
void advance(Model& model, double dt, bool reduce_motion);
bool animating(const Model& model);
void derive(const Model& model, Derived& derived, const Environment& environment = {});
int64_t playback_length(const Derived& derived);
std::string status_sentence(const Model& model, const Derived& derived);
std::string gpu_in_use(const Derived& derived);
Status apply_preset(Model& model, const std::string& id);
Result<std::string> describe(Model model, const DescribeWhat& what);

// The meters as text for other programs: a line a contestant, tab-separated.
std::string copied_text(const Derived& derived);

// What pasted text means: cells, as the picture.
Result<Action> pasted(std::string_view text, const Model& model);

// Largest value of a field; the smallest is 1.
int64_t most(Field field);
Size2 size_of(const Document& document, Field field);
bool is_default(Section section, const Document& document);

// The preset that the lens shows: aliasing has stripes or checkers, the lone peak a picture of its own.
std::string_view shown_picture(size_t lens, const Document& document);

// The middle of a plane, at most kMostSide a side.
Plane middle_of(const float* values, Size2 size);

}  // namespace poolglass::shift
