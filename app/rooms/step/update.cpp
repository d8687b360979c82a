#include "app/rooms/step/model.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <concepts>
#include <utility>

#include "app/rooms/step/code_panel.h"
#include "app/rooms/step/gradient.h"
#include "app/rooms/step/predict_state.h"
#include "app/rooms/step/presets.h"

namespace poolglass::step {
namespace {

// Undo merge keys: a drag of one control is one step.
constexpr uint64_t kMergeFields = 1;
constexpr uint64_t kMergeOrigin = 100;
constexpr uint64_t kMergeChannel = 101;
constexpr uint64_t kMergeCells = 1000;
constexpr uint64_t kMergeUpstream = 10000;
constexpr int64_t kMaxOutputSide = 2 * kMaxSide;  // with padding

uint64_t merge_key(Field field) { return kMergeFields + static_cast<uint64_t>(field); }

bool& link(Links& links, Field field) {
  switch (field) {
    case Field::kGrid:
      return links.size;
    case Field::kKernel:
      return links.kernel;
    case Field::kStride:
      return links.stride;
    case Field::kPadding:
      return links.padding;
    case Field::kBins:
      return links.bins;
    case Field::kDilation:
      break;
  }
  return links.dilation;
}

Size2 get(const Document& document, Field field) {
  switch (field) {
    case Field::kGrid:
      return document.grid.size;
    case Field::kKernel:
      return document.params.kernel;
    case Field::kStride:
      return document.params.stride;
    case Field::kPadding:
      return {document.params.padding.top, document.params.padding.left};
    case Field::kBins:
      return document.bins;
    case Field::kDilation:
      break;
  }
  return document.params.dilation;
}

// An untouched grid takes the new size's picture; an edited one keeps its cells, and new ones follow the
// source.
void resize(Document& document, Size2 size) {
  const Grid before = std::exchange(document.grid, source_grid(document.source, size));
  if (before == source_grid(document.source, before.size)) return;
  for (int64_t row = 0; row < std::min(size.h, before.size.h); ++row) {
    for (int64_t column = 0; column < std::min(size.w, before.size.w); ++column) {
      document.grid.at({row, column}) = before.at({row, column});
    }
  }
}

void take_kind(Document& document) {
  std::optional<Size2>& output = document.params.adaptive_output;
  output.reset();
  if (document.kind == Kind::kAdaptive) output = document.bins;
  if (document.kind == Kind::kGlobal) output = Size2{1, 1};
}

void set(Document& document, Field field, Size2 size) {
  const Limits range = limits(field, document);
  size = {std::clamp(size.h, range.low, range.high), std::clamp(size.w, range.low, range.high)};
  PoolParams& params = document.params;
  switch (field) {
    case Field::kGrid:
      return resize(document, size);
    case Field::kKernel:
      params.kernel = size;
      if (document.stride_follows) {
        params.stride = size;
        document.links.stride = document.links.kernel;
      }
      return;
    case Field::kStride:
      params.stride = size;
      document.stride_follows = false;
      return;
    case Field::kPadding:
      params.padding = {size.h, size.w, size.h, size.w};
      return;
    case Field::kDilation:
      params.dilation = size;
      return;
    case Field::kBins:
      document.bins = size;
      take_kind(document);
      return;
  }
}

void take_source(Document& document, Source source) {
  document.source = std::move(source);
  document.grid = source_grid(document.source, natural_size(document.source));
}

void take_preset(Document& document, const Preset& preset) {
  Source source;
  source.preset = preset.id;
  source.seed = document.source.seed;
  take_source(document, std::move(source));
  if (!preset.params) return;
  const Reduction reduction = document.params.reduction;
  document.params = *preset.params;
  document.params.reduction = reduction;
  document.kind = Kind::kSliding;
  if (const std::optional<Size2>& output = preset.params->adaptive_output) {
    document.kind = Kind::kAdaptive;
    document.bins = *output;
  }
  document.stride_follows = document.params.stride == document.params.kernel;
  document.links = {};
}

void step_preset(Document& document, int delta) {
  const auto all = presets();
  const Preset* current = find_preset(document.source.preset);
  const auto count = static_cast<std::ptrdiff_t>(all.size());
  std::ptrdiff_t at = delta > 0 ? 0 : count - 1;
  if (current != nullptr) at = (current - all.data() + delta + count) % count;
  take_preset(document, all[static_cast<size_t>(at)]);
}

void reset(Document& document, Section section) {
  const Document fresh;
  PoolParams& params = document.params;
  switch (section) {
    case Section::kOperation:
      params.reduction = fresh.params.reduction;
      return;
    case Section::kWindow:
      params.kernel = fresh.params.kernel;
      params.stride = fresh.params.stride;
      params.padding = fresh.params.padding;
      params.dilation = fresh.params.dilation;
      document.stride_follows = true;
      document.links = {.size = document.links.size};
      document.kind = fresh.kind;
      document.bins = fresh.bins;
      take_kind(document);
      return;
    case Section::kOptions:
      params.ceil_mode = fresh.params.ceil_mode;
      params.count_include_pad = fresh.params.count_include_pad;
      return;
    case Section::kGrid:
      document.grid = source_grid(document.source, natural_size(document.source));
      return;
    case Section::kGradient:
      document.upstream = fresh.upstream;
      document.ties = fresh.ties;
      return;
  }
}

// How each edit changes the document. An action that is no edit has its place in Updater.
struct Edit {
  Document& document;

  void operator()(const SetReduction& a) { document.params.reduction = a.reduction; }
  void operator()(const ToggleReduction&) {
    Reduction& reduction = document.params.reduction;
    reduction = reduction == Reduction::kMax ? Reduction::kAverage : Reduction::kMax;
  }
  void operator()(const SetKernel& a) { set(document, Field::kKernel, a.size); }
  void operator()(const SetStride& a) { set(document, Field::kStride, a.size); }
  void operator()(const SetStrideFollows& a) {
    document.stride_follows = a.on;
    if (!a.on) return;
    document.params.stride = document.params.kernel;
    document.links.stride = document.links.kernel;
  }
  void operator()(const SetPadding& a) { set(document, Field::kPadding, a.size); }
  void operator()(const SetDilation& a) { set(document, Field::kDilation, a.size); }
  void operator()(const SetCeilMode& a) { document.params.ceil_mode = a.on; }
  void operator()(const SetCountIncludePad& a) { document.params.count_include_pad = a.on; }
  void operator()(const SetKind& a) {
    document.kind = a.kind;
    take_kind(document);
  }
  void operator()(const SetBins& a) { set(document, Field::kBins, a.size); }
  void operator()(const SetLinked& a) {
    link(document.links, a.field) = a.on;
    const Size2 size = get(document, a.field);
    if (!a.on || size.h == size.w) return;
    const bool follows = document.stride_follows;
    set(document, a.field, {size.h, size.h});
    if (a.field == Field::kStride)
      document.stride_follows = follows && document.params.kernel == document.params.stride;
  }
  void operator()(const Nudge& a) {
    const Size2 size = get(document, a.field);
    set(document, a.field, {size.h + a.delta, size.w + a.delta});
  }
  void operator()(const SetGridSize& a) { set(document, Field::kGrid, a.size); }
  void operator()(const SetCell& a) {
    if (document.grid.contains(a.cell)) document.grid.at(a.cell) = a.value;
  }
  void operator()(const ApplyPreset& a) {
    if (const Preset* preset = find_preset(a.id)) take_preset(document, *preset);
  }
  void operator()(const StepPreset& a) { step_preset(document, a.delta); }
  void operator()(const NewSeed&) {
    const Size2 size = document.grid.size;
    Source source;
    source.preset = "random";
    source.seed = document.source.preset == "random" ? document.source.seed + 1 : document.source.seed;
    document.grid = source_grid(source, size);
    document.source = std::move(source);
  }
  void operator()(const SetCells& a) {
    for (int64_t row = 0; row < a.cells.size.h; ++row) {
      for (int64_t column = 0; column < a.cells.size.w; ++column) {
        const Cell cell{a.at.row + row, a.at.column + column};
        if (document.grid.contains(cell)) document.grid.at(cell) = a.cells.at({row, column});
      }
    }
  }
  void operator()(const OpenTensor& a) {
    if (!a.tensor || a.tensor->shape.elements() == 0) return;
    Source source{.preset = "",
                  .seed = document.source.seed,
                  .file = a.name,
                  .path = a.path,
                  .tensor = a.tensor,
                  .plane = 0,
                  .origin = {}};
    take_source(document, std::move(source));
  }
  void operator()(const SetChannel& a) {
    Source source = document.source;
    if (!source.tensor) return;
    source.plane = std::clamp<int64_t>(a.plane, 0, source.tensor->shape.planes() - 1);
    document.grid = source_grid(source, document.grid.size);
    document.source = std::move(source);
  }
  void operator()(const SetOrigin& a) {
    Source source = document.source;
    if (!source.tensor) return;
    const Shape& shape = source.tensor->shape;
    source.origin = {
        std::clamp<int64_t>(a.origin.row, 0, std::max<int64_t>(0, shape.h - document.grid.size.h)),
        std::clamp<int64_t>(a.origin.column, 0, std::max<int64_t>(0, shape.w - document.grid.size.w))};
    document.grid = source_grid(source, document.grid.size);
    document.source = std::move(source);
  }
  void operator()(const SetUpstream& a) {
    if (a.kind == UpstreamKind::kTyped) document.upstream.typed = current_upstream();
    document.upstream.kind = a.kind;
    document.upstream.cell = a.cell;
  }
  void operator()(const NewUpstreamSeed&) {
    if (document.upstream.kind == UpstreamKind::kRandom) ++document.upstream.seed;
    document.upstream.kind = UpstreamKind::kRandom;
  }
  void operator()(const SetUpstreamCell& a) {
    Grid upstream = current_upstream();
    if (!upstream.contains(a.cell) || upstream.at(a.cell) == a.value) return;
    upstream.at(a.cell) = a.value;
    document.upstream.kind = UpstreamKind::kTyped;
    document.upstream.typed = std::move(upstream);
  }
  void operator()(const SetTies& a) { document.ties = a.policy; }
  void operator()(const ResetSection& a) { reset(document, a.section); }

  Grid current_upstream() const {
    const poolglass::Result<Size2> size = output_size(document.params, document.grid.size);
    return upstream_grid(document.upstream, size.ok() ? *size : document.upstream.typed.size);
  }
};

uint64_t merge_of(const Action& action) {
  if (std::holds_alternative<SetKernel>(action)) return merge_key(Field::kKernel);
  if (std::holds_alternative<SetStride>(action)) return merge_key(Field::kStride);
  if (std::holds_alternative<SetPadding>(action)) return merge_key(Field::kPadding);
  if (std::holds_alternative<SetDilation>(action)) return merge_key(Field::kDilation);
  if (std::holds_alternative<SetGridSize>(action)) return merge_key(Field::kGrid);
  if (std::holds_alternative<SetBins>(action)) return merge_key(Field::kBins);
  if (std::holds_alternative<SetOrigin>(action)) return kMergeOrigin;
  if (std::holds_alternative<SetChannel>(action)) return kMergeChannel;
  if (const auto* cell = std::get_if<SetCell>(&action); cell != nullptr && cell->drag) {
    return kMergeCells + static_cast<uint64_t>(cell->cell.row * kMaxSide + cell->cell.column);
  }
  if (const auto* cell = std::get_if<SetUpstreamCell>(&action); cell != nullptr && cell->drag) {
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

template <class A>
concept EditsDocument = std::invocable<Edit, const A&>;

template <EditsDocument A>
void change(Model& model, const A& edit) {
  Document next = model.document;
  Edit{next}(edit);
  if (next == model.document) return;
  const int64_t before = window_count(model.document);
  model.history.remember(model.document, merge_of(Action(edit)));
  model.document = std::move(next);
  fit_playhead(model.playhead, before, window_count(model.document));
}

void travel(Model& model, bool back) {
  if (asks(model)) return;
  const int64_t before = window_count(model.document);
  const bool moved = back ? model.history.undo(model.document) : model.history.redo(model.document);
  if (moved) fit_playhead(model.playhead, before, window_count(model.document));
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

Document::Document() : params(window_pool(Reduction::kMax, {2, 2})) {
  grid = source_grid(source, natural_size(source));
}

int64_t unshared_bytes(const Document& older, const Document& newer) {
  const std::shared_ptr<const Tensor>& tensor = older.source.tensor;
  return tensor && tensor != newer.source.tensor ? tensor->shape.elements() * int64_t{sizeof(float)} : 0;
}

bool operator==(const Grid& a, const Grid& b) {
  return a.size == b.size &&
         std::equal(a.values.begin(), a.values.end(), b.values.begin(), b.values.end(), [](float x, float y) {
           return std::bit_cast<uint32_t>(x) == std::bit_cast<uint32_t>(y);
         });
}

double ValueRange::unit(float value) const {
  if (!(high > low)) return 0.5;
  return std::clamp((static_cast<double>(value) - low) / (high - low), 0.0, 1.0);
}

void update(Model& model, const Action& action) { std::visit(Updater{model}, action); }

void moved_on(Model& model) { model.pin.reset(); }

// Which numbers move together is a way of editing, not work; an array's other planes are its file's, not the
// document's.
bool same_work(const Document& a, const Document& b) {
  return a.params == b.params && a.kind == b.kind && a.stride_follows == b.stride_follows &&
         a.source.preset == b.source.preset && a.source.seed == b.source.seed &&
         a.source.file == b.source.file && a.grid == b.grid && a.upstream == b.upstream && a.ties == b.ties;
}

bool only_looks(const Action& action) {
  return std::holds_alternative<Hover>(action) || std::holds_alternative<EndMerge>(action);
}

void restored(Model&, const Model&) {}  // derive() compares the document itself
void advance(Model& model, double dt, bool reduce_motion) {
  model.playhead.halts = walks_lines(model);
  if (animating(model)) model.predict.shown_for += reduce_motion ? kRevealSeconds : dt;
}
bool animating(const Model& model) {
  return model.predict.state == GuessState::kRevealed && model.predict.shown_for < kRevealSeconds;
}

void undo(Model& model) { travel(model, true); }
void redo(Model& model) { travel(model, false); }

Limits limits(Field field, const Document& document) {
  if (field == Field::kGrid || field == Field::kBins) return {1, kMaxSide};
  if (field != Field::kPadding) return {1, kMaxWindow};
  const auto [smaller, larger] = std::minmax(document.params.kernel.h, document.params.kernel.w);
  return {0, (document.links.padding ? smaller : larger) / 2};
}

bool is_default(Section section, const Document& document) {
  Document other = document;
  reset(other, section);
  return other == document;
}

}  // namespace poolglass::step
