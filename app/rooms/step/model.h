// The Step room: a window walks the grid. Its document, its actions, and what follows from them.
//
// The document is what is saved and undone: the grid, where it came from, and the pooling's parameters. A
// pinned and a hovered cell belong to the model, not to the document. Derived holds every number and sentence
// the room shows; when the parameters do not fit the grid it carries the sentence and keeps the last good
// picture.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "app/rooms/environment.h"
#include "app/rooms/history.h"
#include "app/rooms/playhead.h"
#include "app/rooms/room_words.h"
#include "app/rooms/step/code.h"
#include "app/rooms/step/grid.h"
#include "app/rooms/step/lens_facts.h"
#include "app/rooms/step/panel_facts.h"
#include "app/rooms/step/predict.h"
#include "app/rooms/step/words.h"
#include "core/pooling/dialects.h"
#include "core/pooling/fixed_pool.h"
#include "core/pooling/gradient_routing.h"
#include "core/pooling/params.h"
#include "core/pooling/window.h"
#include "core/status.h"
#include "core/tensor.h"

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

inline constexpr int64_t kMaxSide = 64;    // cells per side of the grid
inline constexpr int64_t kMaxWindow = 64;  // kernel, stride and dilation per side
inline constexpr std::string_view kFirstPreset = "lesson";

// Where the grid's values came from. Growing the grid continues its source: a preset's pattern goes on, a
// file's plane shows more of itself, and beyond the file's plane cells are 0.
struct Source {
  std::string preset{kFirstPreset};      // id in presets(); empty: a file
  uint64_t seed = 1;                     // of the random preset
  std::string file;                      // name to show
  std::string path;                      // where the file is; empty: nowhere that it could be read again
  std::shared_ptr<const Tensor> tensor;  // the whole array of the file
  int64_t plane = 0;                     // of tensor->shape.planes()
  Cell origin;                           // cell of the plane that is the grid's (0, 0)
  friend bool operator==(const Source&, const Source&) = default;
};

// A window that slides, or bins that divide the grid: as many as are asked for, or the whole of it.
enum class Kind { kSliding, kAdaptive, kGlobal };

// Whether height and width move together.
struct Links {
  bool size = true, kernel = true, stride = true, padding = true, dilation = true, bins = true;
  friend bool operator==(const Links&, const Links&) = default;
};

// The gradient that arrives at the output: a value for each window.
enum class UpstreamKind { kOnes, kRandom, kOneCell, kTyped };
struct Upstream {
  UpstreamKind kind = UpstreamKind::kOnes;
  uint64_t seed = 1;  // kRandom
  Cell cell;          // kOneCell: the one that has 1, the others have 0
  Grid typed;         // kTyped: what windows beyond it receive is 0
  friend bool operator==(const Upstream&, const Upstream&) = default;
};

struct Document {
  Grid grid;
  Source source;
  PoolParams params;  // adaptive_output by `kind` and `bins`
  Kind kind = Kind::kSliding;
  Size2 bins{4, 4};  // of an adaptive pooling, rows and columns
  Upstream upstream;
  TiePolicy ties = TiePolicy::kFirst;
  bool stride_follows = true;  // stride = kernel, PyTorch's default
  Links links;
  Document();  // the lesson's grid under a 2x2 maximum
  friend bool operator==(const Document&, const Document&) = default;
};

// For the history: what the older document keeps in memory and the newer does not.
int64_t unshared_bytes(const Document& older, const Document& newer);

enum class Side { kInput, kOutput };
struct Selection {
  Side side = Side::kOutput;
  Cell cell;
  size_t grid = 0;  // of the outputs in the dialects lens: whose, as in kDialects
  friend bool operator==(const Selection&, const Selection&) = default;
};

// Where the windows are pooled. The numbers are the same; it is a choice of the machine, not of the document.
enum class Device { kCpu, kGpu };

struct Model {
  Document document;
  size_t lens = kWindowLens;
  size_t panel = kSettings;
  CodeTarget code = CodeTarget::kPython;  // the language of the code panel
  Prediction predict;
  bool both = false;                    // maximum and average side by side, and their difference
  Dialect dialect = Dialect::kPyTorch;  // whose windows the dialects lens shows
  bool divisors = false;                // in the output's cells: what their average divides by
  Device device = Device::kCpu;         // the CPU takes over where there is no GPU
  History<Document> history;
  Playhead playhead;
  std::optional<Selection> pin;    // clicked: stays until Esc, or until playback or stepping moves on
  std::optional<Selection> hover;  // under the pointer
};

// Edits of the document. Those that a drag repeats merge into one undo step until EndMerge.
struct SetReduction {
  Reduction reduction;
};
struct ToggleReduction {};
struct SetBoth {
  bool on;
};  // a way of looking, not an edit; choosing one operation ends it
struct SetKernel {
  Size2 size;
};
struct SetStride {
  Size2 size;
};
struct SetStrideFollows {
  bool on;
};
struct SetPadding {
  Size2 size;
};  // h: top and bottom, w: left and right
struct SetDilation {
  Size2 size;
};
struct SetCeilMode {
  bool on;
};
struct SetCountIncludePad {
  bool on;
};
struct SetKind {
  Kind kind;
};
struct SetBins {
  Size2 size;
};
enum class Field { kGrid, kKernel, kStride, kPadding, kDilation, kBins };
struct SetLinked {
  Field field;
  bool on;
};  // linking copies the height to the width
struct Nudge {
  Field field;
  int64_t delta;
};  // both axes, within the field's limits; never merges
struct SetGridSize {
  Size2 size;
};  // keeps the cells that remain
struct SetCell {
  Cell cell;
  float value;
  bool drag = false;
};
struct SetCells {
  Cell at;
  Grid cells;
};  // those inside the grid
struct ApplyPreset {
  std::string id;
};
struct StepPreset {
  int delta;
};                  // next or previous in presets()
struct NewSeed {};  // another random grid of the same size
struct OpenTensor {
  std::shared_ptr<const Tensor> tensor;
  std::string name;
  std::string path = {};
};  // first plane, top-left corner
struct SetChannel {
  int64_t plane;
};
struct SetOrigin {
  Cell origin;
};
enum class Section { kOperation, kWindow, kOptions, kGrid, kGradient };
struct SetUpstream {
  UpstreamKind kind;
  Cell cell = {};  // kOneCell: which
};
struct NewUpstreamSeed {};  // another random gradient
struct SetUpstreamCell {
  Cell cell;
  float value;
  bool drag = false;
};
struct SetTies {
  TiePolicy policy;
};
struct ResetSection {
  Section section;
};
struct SetDialect {
  Dialect dialect;
};
struct ShowDivisors {
  bool on;
};
struct EndMerge {};
struct SetDevice {
  Device device;
};
// What the pointer and the keys explore.
struct Pin {
  Selection selection;
};
struct Unpin {};
struct MovePin {
  Cell by;
};  // stays inside its grid
struct Hover {
  std::optional<Selection> selection;
};
struct SetCode {
  CodeTarget target;
};
// The Predict panel. While a question is open, nothing changes the document or tells the answer.
struct Ask {};
struct SetAsked {
  Asked asked;
};  // and asks
struct SetDraft {
  std::string text;
};  // of the guess
struct Guess {
  std::string text;
};  // reveals the truth; one that is no number changes nothing
struct ShowTruth {};
struct AskNext {};  // of the picture as it is
struct OpenExercise {
  std::shared_ptr<const Exercise> exercise;
};
struct SetHidden {
  Hidden hidden;
};

using Action =
    std::variant<SetReduction, ToggleReduction, SetKernel, SetStride, SetStrideFollows, SetPadding,
                 SetDilation, SetCeilMode, SetCountIncludePad, SetKind, SetBins, SetLinked, Nudge,
                 SetGridSize, SetCell, SetCells, ApplyPreset, StepPreset, NewSeed, OpenTensor, SetChannel,
                 SetOrigin, SetUpstream, NewUpstreamSeed, SetUpstreamCell, SetTies, ResetSection, EndMerge,
                 SetDevice, SetBoth, SetDialect, ShowDivisors, Pin, Unpin, MovePin, Hover, SetCode, Ask,
                 SetAsked, SetDraft, Guess, ShowTruth, AskNext, OpenExercise, SetHidden>;

// A change of the document after which fewer cells are never read.
struct Fix {
  std::string words;  // "Ceil mode"
  Action action;
  Size2 output;
  int64_t never_read = 0;
  std::string effect;  // "Adds 7 windows that hang over the edge"
};

// Values that the colours and the legend span: every finite value of input and output.
struct ValueRange {
  double low = 0;
  double high = 1;
  double unit(float value) const;  // position in the range, 0 to 1; a range of one value is 0.5
  friend bool operator==(const ValueRange&, const ValueRange&) = default;
};

struct Derived {
  uint64_t revision = 0;  // changes whenever a number of the picture does

  // Of the last parameters that fitted: what the picture shows.
  Grid grid;
  PoolParams params;  // of both operations: the maximum's
  WindowGeometry geometry;
  Grid output;
  Grid other;                    // the same windows under the other operation
  bool both = false;             // `output` is the maximum, `other` the average
  Comparison comparison;         // of both
  std::vector<int64_t> winners;  // per window, position in the plane; empty for an average
  CellRange rows, columns;       // of the input's picture: the padding and ceil mode's overhang included
  std::vector<int64_t> row_reads, column_reads;  // windows that read each row and each column
  int64_t never_read = 0;
  int64_t least_reads = 0;  // of a cell that is read
  int64_t most_reads = 0;   // of one cell
  int64_t total_reads = 0;  // of all cells: kernel cells x windows, where no window meets padding
  ValueRange range;
  int input_figures = 1, output_figures = 1;  // most characters a value needs
  int64_t windows = 1;
  Formula row_formula, column_formula;
  // Of an adaptive pooling: the fixed one that comes closest, per axis, and the largest difference between a
  // value of its output and of this one; none where there is no such pooling.
  std::optional<FixedPool> fixed_rows, fixed_columns;
  std::optional<float> fixed_error;
  std::string never_read_sentence;  // "13 of 49 cells are never read"; empty when all are
  std::vector<Fix> fixes;           // in the coverage lens: what leaves fewer cells unread

  Device device = Device::kCpu;  // that made the picture
  std::string gpu_name;          // as the driver calls it; empty when it cannot be chosen
  std::string gpu_refusal;       // why it cannot, as a sentence; empty when it can

  // Of the document as it is now.
  Status status;        // not ok: why the parameters do not fit; everything above is from before
  std::string refusal;  // the same as a sentence for the screen; empty when they fit
  std::string source_title;
  Grid whole = {{}, {}};  // a file's plane larger than the grid, in tiles' maxima; no values: there is none
  Size2 whole_size;       // of that plane
  bool edited = false;    // the grid differs from its source

  // The window in focus: hovered, else pinned, else the playhead's.
  std::optional<Selection> focus;  // what is explored; none: the playhead's window
  WindowFacts window;
  std::vector<Cell> readers;  // focus on an input cell: the windows that read it
  GradientFacts gradient;     // in the gradient lens
  uint64_t gradient_revision = 0;
  RebuildFacts rebuild;  // in the rebuild lens
  uint64_t rebuild_revision = 0;
  DialectFacts dialects;  // in the dialects lens
  uint64_t dialects_revision = 0;
  CodeFacts code;  // while its panel shows
  PredictFacts predict;

  int64_t reads(Cell cell) const {  // windows that read the input cell
    return row_reads[static_cast<size_t>(cell.row)] * column_reads[static_cast<size_t>(cell.column)];
  }
  Cell output_cell(int64_t index) const { return {index / output.size.w, index % output.size.w}; }

  struct Key {  // what the above was computed from
    bool valid = false;
    Grid grid;
    PoolParams params;
    Device device = Device::kCpu;
    bool devices_known = false;
    Source source;
    std::optional<Selection> focus;
    int64_t index = -1;
    uint64_t revision = 0;        // that the window in focus belongs to
    uint64_t fixes_revision = 0;  // that the fixes belong to; 0: there are none
    uint64_t comparison_revision = 0;
    int64_t comparison_index = -1;
    uint64_t rebuild_for = 0;  // revision that the rebuilt planes belong to; 0: another lens
    bool rebuild_both = false;
    int64_t rebuild_index = -1;
    uint64_t dialects_for = 0;  // revision that the dialects belong to; 0: another lens
    bool dialects_both = false;
    struct Gradient {
      uint64_t revision = 0;  // 0: another lens
      Upstream upstream;
      TiePolicy ties = TiePolicy::kFirst;
      bool both = false;
      int64_t index = -1;
      Cell window;
      std::optional<Selection> focus;
    } gradient;
    struct Code {
      uint64_t revision = 0;  // 0: another panel
      CodeTarget target = CodeTarget::kPython;
      Cell window;
      bool asks = false;
    } code;
  } key;
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
