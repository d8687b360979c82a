#include <algorithm>
#include <concepts>
#include <utility>

#include "app/rooms/head/backbones.h"
#include "app/rooms/head/model.h"

namespace poolglass::head {
namespace {

// Undo merge keys: a drag of one control is one step.
constexpr uint64_t kMergeSide = 1, kMergeClasses = 2;

// How each edit changes the document.
struct Edit {
  Document& document;
  const Model& model;

  Size2 own_plane() const {
    return model.graph != nullptr ? model.graph->figures.input_size : model.chain.plane;
  }
  int64_t own_side() const {
    const NamedBackbone* named = find_backbone(document.backbone);
    if (named == nullptr || named->network.empty())
      return std::clamp(std::max(own_plane().h, own_plane().w), kLeastSide, kMostSide);
    return named->side;
  }

  void operator()(const SetBackbone& a) {
    if (find_backbone(a.id) == nullptr) return;
    document.backbone = a.id;
    document.side = own_side();
  }
  void operator()(const StepBackbone& a) {
    const auto all = backbones();
    const NamedBackbone* now = find_backbone(document.backbone);
    const auto count = static_cast<std::ptrdiff_t>(all.size());
    const std::ptrdiff_t at = now == nullptr ? 0 : (now - all.data() + a.delta + count) % count;
    (*this)(SetBackbone{std::string(all[static_cast<size_t>(at)].id)});
  }
  void operator()(const SetSide& a) { document.side = std::clamp(a.side, kLeastSide, kMostSide); }
  void operator()(const SetClasses& a) { document.classes = std::clamp<int64_t>(a.classes, 1, kMostClasses); }
  void operator()(const SetMaps& a) { document.maps = a.maps; }
  void operator()(const Shuffle&) { ++document.shuffle; }
  void operator()(const Unshuffle&) { document.shuffle = 0; }
  void operator()(const Reset&) {
    document.side = own_side();
    document.classes = Document().classes;
  }
};

uint64_t merge_of(const Action& action) {
  if (holds<SetSide>(action)) return kMergeSide;
  return holds<SetClasses>(action) ? kMergeClasses : 0;
}

template <class A>
concept EditsDocument = std::invocable<Edit, const A&>;

// A new action without a place here or in Edit does not compile.
struct Updater {
  Model& model;

  template <EditsDocument A>
  void operator()(const A& edit) {
    Document next = model.document;
    Edit{next, model}(edit);
    if (next == model.document) return;
    model.history.remember(model.document, merge_of(Action(edit)));
    model.document = std::move(next);
  }
  void operator()(const EndMerge&) { model.history.end_merge(); }
};

}  // namespace

Document::Document() : backbone(kFirstBackbone) {}

Model::Model() { playhead.index = playhead.from = kShownMaps; }

bool is_default(const Document& document) {
  const NamedBackbone* named = find_backbone(document.backbone);
  const bool own = named == nullptr || named->network.empty() || document.side == named->side;
  return own && document.classes == Document().classes;
}

void update(Model& model, const Action& action) { action.visit(Updater{model}); }

bool only_looks(const Action& action) { return holds<EndMerge>(action); }
void moved_on(Model&) {}
bool same_work(const Document& a, const Document& b) { return a == b; }
void restored(Model&, const Model&) {}  // derive() compares the document itself
void advance(Model&, double, bool) {}
bool animating(const Model&) { return false; }

void undo(Model& model) { model.history.undo(model.document); }
void redo(Model& model) { model.history.redo(model.document); }

}  // namespace poolglass::head
