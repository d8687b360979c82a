// What can be done in the Step room: edits of its document, ways of looking at it, exploring, guessing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/rooms/one_of.h"
#include "app/rooms/step/code.h"
#include "app/rooms/step/document.h"
#include "app/rooms/step/predict.h"
#include "app/rooms/step/sight.h"
#include "core/pooling/dialects.h"

namespace poolglass::step {

enum class Side { kInput, kOutput };
struct Selection {
  Side side = Side::kOutput;
  Cell cell;
  size_t grid = 0;  // of the outputs in the dialects lens: whose, as in kDialects
  friend bool operator==(const Selection&, const Selection&) = default;
};

// Where the windows are pooled. The numbers are the same; it is a choice of the machine, not of the document.
enum class Device { kCpu, kGpu };

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
  std::vector<int64_t> dimensions = {};  // as in Source
  poolglass::Layout layout = poolglass::Layout::kNchw;
};  // first plane, top-left corner
struct SetLayout {
  poolglass::Layout layout;
};  // the file's array taken with its channels there
struct SetChannel {
  int64_t plane;
};
struct SetOrigin {
  Cell origin;
};
struct Crop {
  Cell origin;
  Size2 size;
};                    // the grid becomes a part of itself
struct ShowWhole {};  // of a file's plane whose part the grid is, as much as a grid can hold
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
struct PreviewFix {
  std::optional<size_t> fix;
};  // of the coverage lens: the picture as it would be; none: as it is
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
struct SetSight {
  Sight sight;
};  // a way of looking at a map
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

struct Action
    : OneOf<SetReduction, ToggleReduction, SetKernel, SetStride, SetStrideFollows, SetPadding, SetDilation,
            SetCeilMode, SetCountIncludePad, SetKind, SetBins, SetLinked, Nudge, SetGridSize, SetCell,
            SetCells, ApplyPreset, StepPreset, NewSeed, OpenTensor, SetLayout, SetChannel, SetOrigin, Crop,
            ShowWhole, SetSight, SetUpstream, NewUpstreamSeed, SetUpstreamCell, SetTies, ResetSection,
            EndMerge, SetDevice, SetBoth, SetDialect, ShowDivisors, PreviewFix, Pin, Unpin, MovePin, Hover,
            SetCode, Ask, SetAsked, SetDraft, Guess, ShowTruth, AskNext, OpenExercise, SetHidden> {
  using OneOf::OneOf;
};

}  // namespace poolglass::step
