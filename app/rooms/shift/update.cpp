#include <algorithm>
#include <concepts>
#include <utility>

#include "app/rooms/shift/model.h"
#include "app/rooms/shift/presets.h"

namespace poolglass::shift {
namespace {

// Undo merge keys: a drag of one control is one step.
constexpr uint64_t kMergeFields = 1, kMergePeriod = 10, kMergePeak = 11;

Size2& size_in(ShiftWindow& window, Field field) {
  switch (field) {
    case Field::kKernel:
      return window.kernel;
    case Field::kStride:
      return window.stride;
    case Field::kDilation:
      break;
  }
  return window.dilation;
}

bool& link(Links& links, Field field) {
  switch (field) {
    case Field::kKernel:
      return links.kernel;
    case Field::kStride:
      return links.stride;
    case Field::kDilation:
      break;
  }
  return links.dilation;
}

void set(Document& document, Field field, Size2 size) {
  const int64_t high = most(field);
  size = {std::clamp<int64_t>(size.h, 1, high), std::clamp<int64_t>(size.w, 1, high)};
  // Windows side by side stay so: the stride goes with the kernel while they are equal.
  ShiftWindow& window = document.window;
  const bool beside = field == Field::kKernel && window.kernel == window.stride;
  size_in(window, field) = size;
  if (beside) {
    window.stride = size;
    document.links.stride = document.links.kernel;
  }
  document.peak = {std::min(document.peak.row, window.kernel.h - 1),
                   std::min(document.peak.column, window.kernel.w - 1)};
}

void step_picture(Document& document, int delta) {
  std::vector<std::string_view> listed;
  for (const Preset& preset : presets()) {
    if (preset.listed) listed.push_back(preset.id);
  }
  const auto count = static_cast<std::ptrdiff_t>(listed.size());
  const auto found = std::ranges::find(listed, document.picture);
  std::ptrdiff_t at = delta > 0 ? 0 : count - 1;
  if (found != listed.end()) at = (found - listed.begin() + delta + count) % count;
  document.picture = listed[static_cast<size_t>(at)];
}

// How each edit changes the document. An action that is no edit has its place in Updater.
struct Edit {
  Document& document;

  void operator()(const SetPicture& a) {
    const Preset* preset = find_preset(a.id);
    const bool file = a.id.empty() && document.file.plane != nullptr;
    if (file || (preset != nullptr && preset->listed)) document.picture = a.id;
  }
  void operator()(const StepPicture& a) { step_picture(document, a.delta); }
  void operator()(const NewSeed&) {
    const Preset* preset = find_preset(document.picture);
    if (preset == nullptr || !preset->seeded) {
      document.picture = "noise";
    } else {
      ++document.seed;
    }
  }
  void operator()(const SetPeriod& a) { document.period = std::clamp(a.period, kLeastPeriod, kMostPeriod); }
  void operator()(const SetPeak& a) {
    document.peak = {std::clamp<int64_t>(a.at.row, 0, document.window.kernel.h - 1),
                     std::clamp<int64_t>(a.at.column, 0, document.window.kernel.w - 1)};
  }
  void operator()(const SetBorder& a) { document.border = a.border; }
  void operator()(const SetSize& a) { set(document, a.field, a.size); }
  void operator()(const StepSize& a) {
    const Size2 size = size_of(document, a.field);
    set(document, a.field, {size.h + a.delta, size.w + a.delta});
  }
  void operator()(const SetLinked& a) {
    link(document.links, a.field) = a.on;
    const Size2 size = size_of(document, a.field);
    if (a.on) set(document, a.field, {size.h, size.h});
  }
  void operator()(const SetMoved& a) { document.moved = a.on; }
  void operator()(const OpenPicture& a) {
    if (a.plane == nullptr || a.plane->values.empty()) return;
    document.picture.clear();
    document.file = {a.name, a.path, a.plane};
  }
  void operator()(const ResetSection& a) {
    const Document fresh;
    if (a.section == Section::kWindow) {
      document.window = fresh.window;
      document.links = fresh.links;
      document.peak = {std::min<int64_t>(document.peak.row, 1), std::min<int64_t>(document.peak.column, 1)};
      return;
    }
    document.picture = fresh.picture;
    document.seed = fresh.seed;
    document.period = fresh.period;
    document.border = fresh.border;
  }
};

uint64_t merge_of(const Action& action) {
  if (const auto* size = get_if<SetSize>(action)) return kMergeFields + static_cast<uint64_t>(size->field);
  if (holds<SetPeriod>(action)) return kMergePeriod;
  if (holds<SetPeak>(action)) return kMergePeak;
  return 0;
}

template <class A>
concept EditsDocument = std::invocable<Edit, const A&>;

template <EditsDocument A>
void change(Model& model, const A& edit) {
  Document next = model.document;
  Edit{next}(edit);
  if (next == model.document) return;
  model.history.remember(model.document, merge_of(Action(edit)));
  model.document = std::move(next);
}

void put_nudge(Model& model, int64_t right, int64_t down) {
  const int64_t high = most_steps(model.document);
  model.playhead.index = model.playhead.from = std::clamp(right, -high, high) + high;
  model.playhead.phase = 1;
  model.down = std::clamp(down, -high, high);
}

// To the nearest step.
int64_t rescaled(int64_t steps, int64_t from, int64_t to) {
  const int64_t twice = 2 * steps * to;
  return (twice + (twice < 0 ? -from : from)) / (2 * from);
}

// What belongs to a document that came another way than by an edit: steps may be of another size now.
void settle_nudge(Model& model, const Document& before) {
  const int64_t from = steps_per_pixel(before), to = steps_per_pixel(model.document);
  if (from == to) return;
  const int64_t right = model.playhead.index - most_steps(before);
  put_nudge(model, rescaled(right, from, to), rescaled(model.down, from, to));
}

// A new action without a place here or in Edit does not compile.
struct Updater {
  Model& model;

  template <EditsDocument A>
  void operator()(const A& edit) {
    change(model, edit);
  }
  void operator()(const SetFine& a) {
    if (a.on == model.document.fine) return;
    const Document before = model.document;
    model.history.remember(before, 0);
    model.document.fine = a.on;
    settle_nudge(model, before);
  }
  void operator()(const EndMerge&) { model.history.end_merge(); }
  void operator()(const SetNudge& a) {
    model.playhead.playing = false;
    put_nudge(model, a.right, a.down);
  }
  void operator()(const StepNudge& a) {
    model.playhead.playing = false;
    put_nudge(model, right_steps(model) + a.right, model.down + a.down);
  }
  void operator()(const SetShown& a) { model.shown = std::min(a.contestant, kContestantCount - 1); }
  void operator()(const SetDetail& a) {
    model.detail = {std::clamp<int64_t>(a.first.row, 0, kMostSide - 1),
                    std::clamp<int64_t>(a.first.column, 0, kMostSide - 1)};
  }
  void operator()(const MoveDetail& a) {
    (*this)(SetDetail{{model.detail.row + a.by.row, model.detail.column + a.by.column}});
  }
};

void travel(Model& model, bool back) {
  const Document before = model.document;
  const bool moved = back ? model.history.undo(model.document) : model.history.redo(model.document);
  if (moved) settle_nudge(model, before);
}

}  // namespace

Document::Document() : picture(kPhotograph) {}

Model::Model() { put_nudge(*this, 1, 0); }

int64_t unshared_bytes(const Document& older, const Document& newer) {
  const auto& plane = older.file.plane;
  return plane != nullptr && plane != newer.file.plane
             ? static_cast<int64_t>(plane->values.size() * sizeof(float))
             : 0;
}

int64_t steps_per_pixel(const Document& document) { return document.fine ? kFineSteps : 1; }
int64_t most_steps(const Document& document) { return kMostNudge * steps_per_pixel(document); }
int64_t positions(const Document& document) { return 2 * most_steps(document) + 1; }
int64_t right_steps(const Model& model) { return model.playhead.index - most_steps(model.document); }

int64_t most(Field field) { return field == Field::kDilation ? kMostDilation : kMostKernel; }

Size2 size_of(const Document& document, Field field) {
  ShiftWindow window = document.window;
  return size_in(window, field);
}

bool is_default(Section section, const Document& document) {
  Document other = document;
  Edit{other}(ResetSection{section});
  return other == document;
}

std::string_view shown_picture(size_t lens, const Document& document) {
  if (lens == kPeakLens) return kLonePeak;
  if (lens == kAliasingLens && document.picture != kCheckers) return kStripes;
  return document.picture;
}

Plane middle_of(const float* values, Size2 size) {
  Plane plane({std::min(size.h, kMostSide), std::min(size.w, kMostSide)});
  const Cell first{(size.h - plane.size.h) / 2, (size.w - plane.size.w) / 2};
  for (int64_t row = 0; row < plane.size.h; ++row) {
    const float* from = values + (first.row + row) * size.w + first.column;
    std::copy_n(from, plane.size.w, &plane.at(row, 0));
  }
  return plane;
}

void update(Model& model, const Action& action) { action.visit(Updater{model}); }

bool only_looks(const Action& action) { return holds<EndMerge>(action); }
void moved_on(Model&) {}

// Which numbers move together is a way of editing, not work.
bool same_work(const Document& a, const Document& b) {
  Document other = b;
  other.links = a.links;
  return a == other;
}

void restored(Model&, const Model&) {}  // derive() compares the document itself
void advance(Model&, double, bool) {}
bool animating(const Model&) { return false; }

void undo(Model& model) { travel(model, true); }
void redo(Model& model) { travel(model, false); }

}  // namespace poolglass::shift
