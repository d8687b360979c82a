#include "app/rooms/step/model.h"

#include <algorithm>
#include <cmath>
#include <concepts>
#include <utility>

#include "app/rooms/step/code_panel.h"
#include "app/rooms/step/edits.h"
#include "app/rooms/step/predict_state.h"

namespace poolglass::step {
namespace {

// Undo merge keys: a drag of one control is one step.
constexpr uint64_t kMergeFields = 1;
constexpr uint64_t kMergeOrigin = 100;
constexpr uint64_t kMergeChannel = 101;
constexpr uint64_t kMergeCells = uint64_t{1} << 32;
constexpr uint64_t kMergeUpstream = uint64_t{2} << 32;
constexpr int64_t kMaxOutputSide = 2 * kMaxSide;  // with padding

uint64_t merge_key(Field field) { return kMergeFields + static_cast<uint64_t>(field); }

uint64_t merge_of(const Action& action) {
  if (holds<SetKernel>(action)) return merge_key(Field::kKernel);
  if (holds<SetStride>(action)) return merge_key(Field::kStride);
  if (holds<SetPadding>(action)) return merge_key(Field::kPadding);
  if (holds<SetDilation>(action)) return merge_key(Field::kDilation);
  if (holds<SetGridSize>(action)) return merge_key(Field::kGrid);
  if (holds<SetBins>(action)) return merge_key(Field::kBins);
  if (holds<SetOrigin>(action)) return kMergeOrigin;
  if (holds<SetChannel>(action)) return kMergeChannel;
  if (const auto* cell = get_if<SetCell>(action); cell != nullptr && cell->drag) {
    return kMergeCells + static_cast<uint64_t>(cell->cell.row * kMaxSide + cell->cell.column);
  }
  if (const auto* cell = get_if<SetUpstreamCell>(action); cell != nullptr && cell->drag) {
    return kMergeUpstream + static_cast<uint64_t>(cell->cell.row * kMaxOutputSide + cell->cell.column);
  }
  return 0;
}

int64_t window_count(const Document& document) {
  const Result<Size2> size = output_size(document.params, document.grid.size);
  return size.ok() ? size->h * size->w : 0;
}

// A finished walk stays finished when the number of windows changes; otherwise the window keeps its index.
void fit_playhead(Playhead& playhead, int64_t before, int64_t after) {
  if (after == 0 || before == after) return;
  const bool finished = !playhead.playing && before > 1 && playhead.index == before - 1;
  const int64_t index = finished ? after - 1 : std::min(playhead.index, after - 1);
  apply(playhead, SeekTo{index}, after, true);
}

// What is in sight of a map goes with the window that the playhead is on.
void follow_playhead(Model& model) {
  const int64_t index = model.playhead.index;
  if (std::exchange(model.followed, index) == index || !is_map(model.document.grid.size)) return;
  const Result<WindowGeometry> geometry = window_geometry(model.document.params, model.document.grid.size);
  if (!geometry.ok()) return;
  const AxisWindow row = geometry->rows.window(index / geometry->columns.output);
  const AxisWindow column = geometry->columns.window(index % geometry->columns.output);
  model.sight = following(model.sight, model.document.grid.size, {row.start, row.last() + 1},
                          {column.start, column.last() + 1});
}

// Another file's or preset's grid is looked at as a whole first, whatever was in sight of the one before.
void look_anew(Model& model, const Source& before) {
  const Source& now = model.document.source;
  if (now.tensor != before.tensor || now.preset != before.preset) model.sight = {};
}

template <class A>
concept EditsDocument = std::invocable<Edit, const A&>;

template <EditsDocument A>
void change(Model& model, const A& edit) {
  Document next = model.document;
  Edit{next}(edit);
  model.preview.reset();
  if (next == model.document) return;
  next.source.lost.clear();
  const int64_t before = window_count(model.document);
  model.history.remember(model.document, merge_of(Action(edit)));
  std::swap(model.document, next);
  look_anew(model, next.source);
  fit_playhead(model.playhead, before, window_count(model.document));
}

void travel(Model& model, bool back) {
  if (asks(model)) return;
  const int64_t before = window_count(model.document);
  const Source source = model.document.source;
  const bool moved = back ? model.history.undo(model.document) : model.history.redo(model.document);
  if (!moved) return;
  look_anew(model, source);
  fit_playhead(model.playhead, before, window_count(model.document));
}

Size2 size_of_grid(const Model& model, const Selection& at) {
  if (at.side == Side::kInput) return model.document.grid.size;
  if (at.grid > 0) {
    const Result<DialectWindows> windows =
        dialect_windows(static_cast<Dialect>(at.grid), model.document.params, model.document.grid.size);
    return windows.ok() ? Size2{windows->geometry.rows.output, windows->geometry.columns.output}
                        : Size2{1, 1};
  }
  const Result<Size2> size = output_size(model.document.params, model.document.grid.size);
  return size.ok() ? *size : Size2{1, 1};
}

// A new action without a place here or in Edit does not compile.
struct Updater {
  Model& model;

  template <EditsDocument A>
  void operator()(const A& edit) {
    if (!asks(model)) change(model, edit);
  }
  void operator()(const SetReduction& a) {
    model.both = false;
    change(model, a);
  }
  void operator()(const ToggleReduction& a) {
    model.both = false;
    change(model, a);
  }
  void operator()(const SetBoth& a) {
    if (!asks(model)) model.both = a.on;
  }
  void operator()(const SetDialect& a) { model.dialect = a.dialect; }
  void operator()(const ShowDivisors& a) {
    if (!asks(model)) model.divisors = a.on;
  }
  void operator()(const PreviewFix& a) {
    if (!asks(model)) model.preview = a.fix;
  }
  void operator()(const EndMerge&) { model.history.end_merge(); }
  void operator()(const SetDevice& a) { model.device = a.device; }
  void operator()(const Pin& a) {
    if (!asks(model)) model.pin = a.selection;
  }
  void operator()(const Unpin&) { model.pin.reset(); }
  void operator()(const MovePin& a) {
    if (!model.pin) return;
    const Size2 size = size_of_grid(model, *model.pin);
    Cell& cell = model.pin->cell;
    cell.row = std::clamp<int64_t>(cell.row + a.by.row, 0, size.h - 1);
    cell.column = std::clamp<int64_t>(cell.column + a.by.column, 0, size.w - 1);
  }
  void operator()(const Hover& a) {
    if (!asks(model)) model.hover = a.selection;
  }
  void operator()(const SetSight& a) { model.sight = clamped(a.sight, model.document.grid.size); }
  void operator()(const SetCode& a) { model.code = a.target; }
  void operator()(const Ask&) { ask(model); }
  void operator()(const SetAsked& a) {
    model.predict.exercise.reset();
    model.predict.asked = a.asked;
    ask(model);
  }
  void operator()(const SetDraft& a) {
    if (asks(model)) model.predict.typed = a.text;
  }
  void operator()(const Guess& a) { reveal(model, a.text); }
  void operator()(const ShowTruth&) { reveal(model, ""); }
  void operator()(const AskNext&) { ask_next(model); }
  void operator()(const OpenExercise& a) {
    if (a.exercise) open_exercise(model, a.exercise);
  }
  void operator()(const SetHidden& a) { model.predict.hidden = a.hidden; }
};

}  // namespace

int64_t unshared_bytes(const Document& older, const Document& newer) {
  const std::shared_ptr<const Tensor>& tensor = older.source.tensor;
  const bool own_tensor = tensor && tensor != newer.source.tensor;
  const bool own_cells = !older.grid.values.shares(newer.grid.values);
  return (own_tensor ? tensor->shape.elements() * int64_t{sizeof(float)} : 0) +
         (own_cells ? older.grid.values.own_bytes() : 0);
}

bool has_cell(const Document& document, const Selection& at) {
  if (at.side == Side::kInput) return document.grid.contains(at.cell);
  const Result<Size2> output = output_size(document.params, document.grid.size);
  return at.grid > 0 || !output.ok() || (at.cell.row < output->h && at.cell.column < output->w);
}

double ValueRange::unit(float value) const {
  if (!(high > low)) return 0.5;
  return std::clamp((static_cast<double>(value) - low) / (high - low), 0.0, 1.0);
}

void update(Model& model, const Action& action) { action.visit(Updater{model}); }

void moved_on(Model& model) { model.pin.reset(); }

// Which numbers move together is a way of editing, not work; an array's other planes are its file's, not the
// document's.
bool same_work(const Document& a, const Document& b) {
  return a.params == b.params && a.kind == b.kind && a.stride_follows == b.stride_follows &&
         a.source.preset == b.source.preset && a.source.seed == b.source.seed &&
         a.source.file == b.source.file && a.grid == b.grid && a.upstream == b.upstream && a.ties == b.ties;
}

bool only_looks(const Action& action) {
  return holds<Hover>(action) || holds<EndMerge>(action) || holds<PreviewFix>(action);
}

void restored(Model&, const Model&) {}  // derive() compares the document itself
void advance(Model& model, double dt, bool reduce_motion) {
  follow_playhead(model);
  model.playhead.halts = walks_lines(model);
  if (animating(model)) model.predict.shown_for += reduce_motion ? kRevealSeconds : dt;
}
bool animating(const Model& model) {
  return model.predict.state == GuessState::kRevealed && model.predict.shown_for < kRevealSeconds;
}

void undo(Model& model) { travel(model, true); }
void redo(Model& model) { travel(model, false); }

}  // namespace poolglass::step
