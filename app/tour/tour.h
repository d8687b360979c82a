// The tour: the lesson in a dozen steps, told in the side panel beside live pictures of the rooms. Each step
// has a state of a room that it begins with, text, mostly a question to be answered before the picture tells,
// and ways on to try.
//
// One's own work waits meanwhile: it is put aside when the tour begins and comes back, history included, when
// it ends. The texts are data (assets/tour, app/tour/course_file.h); numbers in them that are results are
// made by the engine (app/tour/figures.h).
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/rooms/list.h"
#include "app/rooms/one_of.h"
#include "core/claims/claims.h"
#include "core/claims/jobs.h"
#include "core/pooling/questions.h"

namespace poolglass {

struct Model;
struct Derived;

namespace tour {

// A state of one room.
struct View {
  Room room = Room::kStep;
  RoomModels rooms;  // `room`'s part counts
};

// A run of words of one style. kFigure: `text` is a figure's name, or, once it is filled in, its figures.
enum class Style { kPlain, kStrong, kMono, kFigure, kLink };
struct Run {
  Style style = Style::kPlain;
  std::string text;
};
using Words = std::vector<Run>;

enum class BlockKind {
  kParagraph,
  kHeading,
  kPoint,   // of a list
  kLink,    // of a list: shows `view`
  kJobs,    // the three jobs of pooling, with a slider of pools
  kClaims,  // what is said about pooling, each claim with its verdict and a way to see it
};
struct Block {
  BlockKind kind = BlockKind::kParagraph;
  Words words;
  std::shared_ptr<const View> view;
};

// What the answer to a number's question would be by a mistake that is often made: another figure.
struct Slip {
  std::string figure;
  Words words;
};
struct Option {
  std::string key;  // the right one's is what the figure says
  Words words;
};
enum class AskKind {
  kNone,
  kPooling,  // a question that the Step room's Predict panel knows
  kNumber,   // a figure's
  kChoice,
};
struct Question {
  AskKind kind = AskKind::kNone;
  Words words;
  Asked asked = Asked::kOutputCell;  // kPooling
  Cell cell;
  std::shared_ptr<const step::Exercise> exercise;  // kPooling: the same for the Step room
  std::string figure;  // kNumber, kChoice: of the view that the truth is shown with
  double within = 0;   // kNumber: a guess that is this near is right
  std::vector<Slip> slips;
  std::vector<Option> options;
};

struct Step {
  std::string name;  // of its file, without number and ending: "smoke-alarm"
  std::string title;
  View view;                         // what it begins with
  std::shared_ptr<const View> then;  // with the truth; null: the same
  std::vector<Block> before;         // its text, up to the question
  Question question;
  std::vector<Block> after;                         // once it was answered, or where nothing is asked
  std::vector<std::shared_ptr<const View>> claims;  // of kClaims: where each of claims() is seen
};

struct Course {
  std::vector<Step> steps;
};

inline constexpr std::string_view kClaimsStep = "claims";  // the name of the step with the claims

struct Answered {
  bool given = false;  // the truth is shown
  std::string guess;   // as it was typed, or the option's key; empty: none
  friend bool operator==(const Answered&, const Answered&) = default;
};

// One's own rooms where the tour shows something else in them, and what else comes back when it ends.
struct Own {
  std::array<bool, kRooms.size()> aside{};  // by room: it waits in `rooms`
  RoomModels rooms;
  Room room = Room::kStep;  // in sight
  bool panel_open = false;
};

// Where one is in it. Kept with the session.
struct Place {
  std::shared_ptr<const Course> course;  // null: it was never begun
  bool open = false;
  bool shown = false;  // open: in the side panel, and not the room's own panels
  size_t step = 0;
  std::vector<Answered> answers;   // one a step
  std::string draft;               // of the guess
  bool away = false;               // a link was followed: the picture is not the step's own any more
  int64_t pools = 0;               // of the three jobs' slider
  std::optional<size_t> claim;     // in claims(): which one shows its finding
  std::shared_ptr<const Own> own;  // open: never null
};

struct Enter {
  std::shared_ptr<const Course> course;
  std::optional<size_t> step = {};  // none: where it was left
};
struct Leave {};
struct Restart {};  // from its first step, nothing answered
struct Show {
  bool on;
};  // the tour, or the room's panels, in the side panel; of a drawer, nothing instead
struct Turn {
  int64_t by;
};  // to another step; beyond the last: finishes
struct GoTo {
  size_t step;
};
struct Follow {
  std::shared_ptr<const View> view;
};
struct Again {};  // the step's own picture
struct Draft {
  std::string text;
};
struct Answer {
  std::string text;
};  // shows the truth; empty: without a guess
struct SetPools {
  int64_t pools;
};
struct ShowClaim {
  size_t claim;
};  // its finding, and its picture
struct Action
    : OneOf<Enter, Leave, Restart, Show, Turn, GoTo, Follow, Again, Draft, Answer, SetPools, ShowClaim> {
  using OneOf::OneOf;
};

// The question's truth, and the guess beside it.
struct Outcome {
  std::string truth;          // "46", or an option's words
  std::string guess;          // as it is shown; empty: none
  std::optional<bool> right;  // none: nothing was guessed
  Words slip;                 // what mistake the guess is; empty: none that is known
};

// What the panel shows that takes the engine to know.
struct Results {
  std::vector<Block> before, after;  // their figures filled in
  Words question;
  Outcome outcome;  // once the answer was given
  // Of the Step room's questions.
  step::Prediction prediction;
  step::PredictFacts predicted;
  std::vector<Jobs> jobs;                        // by the number of pools, where the step has them
  std::vector<std::optional<Finding>> findings;  // of claims(): those that were looked at in this step

  struct Key {
    const Course* course = nullptr;
    size_t step = 0;
    friend bool operator==(const Key&, const Key&) = default;
  } key;
  Answered answered;  // that `after`, `outcome` and what the Step room is asked are of
};

bool is_open(const Model& model);
bool is_shown(const Model& model);  // in the side panel, where the log does not cover it
bool in_sight(const Model& model);  // and neither a closed drawer nor a presentation hides it
// Open, at a step whose question waits for its answer.
bool asks(const Model& model);
const Step& current(const Place& place);  // open
bool has_block(const Step& step, BlockKind kind);
// Whether this can be answered to it, right or wrong; "" can to all: no guess.
bool is_answer(const Question& question, const std::string& text);
inline constexpr size_t kMostAnswer = 100;  // bytes of one

// Where `room` is as it is without the tour: one's own. The other rooms' parts do not count.
const RoomModels& own_rooms(const Model& model, Room room);
Room own_room(const Model& model);

void update(Model& model, const Action& action);
// After any action: a guess that the Step room's panel took is the step's.
void look_along(Model& model);
void derive(const Model& model, Results& results);
// The same of a step that somebody is at whose answer is this.
void derive_step(const Step& step, const Answered& answered, Results& results);

// A number as it is typed: "5.25", "5,25", "48 %", "102,764,544", "102.8M". None when it is none. `whole`:
// one is meant without a fraction, so that "13,860" is not read as 13.86.
std::optional<double> parsed_number(std::string_view typed, bool whole);

// "Step 3 of 14, The one loud cell", and what is asked, or how the guess went.
std::string sentence(const Model& model, const Results& results);
// All of a step as text.
std::string step_text(const Course& course, size_t step);
std::string plain(const Words& words);

}  // namespace tour
}  // namespace poolglass
