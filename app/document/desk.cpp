#include "app/document/desk.h"

#include <sys/stat.h>

#include <algorithm>
#include <iterator>
#include <memory>
#include <utility>

#include "app/document/folders.h"
#include "app/files/exercise_file.h"
#include "app/files/open.h"
#include "app/files/state_file.h"
#include "core/io/chain_json.h"
#include "core/io/network_json.h"
#include "core/io/npy.h"
#include "core/io/outputs.h"

namespace poolglass {
namespace {

Status write_grid(const std::string& path, const step::Grid& grid) {
  return write_npy(path, {grid.size.h, grid.size.w}, grid.values.data());
}

// Of both operations the maxima, then the averages: (2, H, W).
Status write_output(const std::string& path, const step::Derived& derived) {
  if (!derived.both) return write_grid(path, derived.output);
  std::vector<float> values = derived.output.values.copied();
  values.insert(values.end(), derived.other.values.begin(), derived.other.values.end());
  return write_npy(path, {2, derived.output.size.h, derived.output.size.w}, values.data());
}

bool is_picture(SaveKind kind) { return kind == SaveKind::kPng || kind == SaveKind::kSvg; }

// What this program can open again.
bool reopens(SaveKind kind) {
  return !is_picture(kind) && kind != SaveKind::kStepCode && kind != SaveKind::kStepAnswer;
}

// As at the first start, but as this person likes to look at it.
Model fresh(const Model& model) {
  Model fresh;
  fresh.room = model.room;
  fresh.theme = model.theme;
  fresh.scale = model.scale;
  fresh.reduce_motion = model.reduce_motion;
  return fresh;
}

// What is said about a file outlasts what else is done with it.
void say_last(std::vector<Action>& actions) {
  std::stable_partition(actions.begin(), actions.end(), [](const Action& a) { return !holds<SetNotice>(a); });
}

bool replaces_everything(const std::vector<Action>& actions) {
  return std::ranges::any_of(actions, [](const Action& a) { return holds<Restore>(a); });
}

}  // namespace

std::optional<Desk::Stamp> Desk::stamp(const std::string& path) {
  struct stat info;
  if (stat(path.c_str(), &info) != 0) return std::nullopt;
  return Stamp{static_cast<int64_t>(info.st_dev), static_cast<int64_t>(info.st_ino),
               static_cast<int64_t>(info.st_size), static_cast<int64_t>(info.st_mtim.tv_sec),
               static_cast<int64_t>(info.st_mtim.tv_nsec)};
}

Status Desk::write(SaveKind kind, const std::string& path, const Model& model, const Derived& derived) const {
  switch (kind) {
    case SaveKind::kStepInput:
      return write_grid(path, model.step.document.grid);
    case SaveKind::kStepOutput:
      if (locked(model)) return invalid_argument("the output waits while a guess is open");
      // What is on the screen may be older than parameters that do not fit: never write that as their result.
      return derived.step.status.ok() ? write_output(path, derived.step) : derived.step.status;
    case SaveKind::kStepCode: {
      const auto code = step::pooling_code(model.step.code, model.step.document.params);
      return code.ok() ? write_file(path, *code) : code.status();
    }
    case SaveKind::kStepExercise:
      return write_file(path, exercise_text(model.step, file_stem(path)));
    case SaveKind::kStepAnswer: {
      const step::Prediction& predict = model.step.predict;
      if (predict.exercise == nullptr) return invalid_argument("only the answer to an exercise can be saved");
      return write_file(path, answer_file_text({predict.exercise->title, predict.typed}));
    }
    case SaveKind::kChain:
      if (const auto& graph = model.chain.document.graph) return write_network_file(path, graph->network);
      return write_chain_file(path, model.chain.document.chain);
    case SaveKind::kState:
      // What is written while the tour shows something else: one's own.
      if (!step::can_be_saved(tour::own_rooms(model, Room::kStep).step.document))
        return invalid_argument(
            "the Step room's grid came from standard input and is too large for a document: save the grid "
            "(Ctrl+I) and open that file");
      return write_state_file(path, model);
    case SaveKind::kPng:
    case SaveKind::kSvg:
      break;
  }
  return save_picture ? save_picture(kind, path) : invalid_argument("there is no picture to save");
}

void Desk::knows(const std::string& path) { known_ = stamp(path); }

// A list of recent files that cannot be written is not worth a sentence: it is still right in this window.
void Desk::add_recent(const std::string& path) { (void)recent_.add(path); }

Result<std::vector<Action>> Desk::read(const std::string& path, Room room, ReadProgress* progress,
                                       std::optional<Layout> layout) {
  return open_path(path, {.room = room, .layout = layout, .progress = progress});
}

Desk::Outcome Desk::open(const OpenPath& file, bool discards, const Model& model) {
  const std::string full = absolute_path(with_home(file.path));
  return opened(full, read(full, model.room, nullptr, file.layout), discards, model);
}

Desk::Outcome Desk::opened(const std::string& full, Result<std::vector<Action>> actions, bool discards,
                           const Model& model) {
  Outcome outcome;
  if (!actions.ok()) {
    outcome.status = actions.status();
    return outcome;
  }
  if (replaces_everything(*actions)) {
    if (!discards && modified(model)) {
      waiting_ = Waiting{full, *std::move(actions), stamp(full)};
      return {.actions = {SetLeave{Leave{Leave::For::kOpen, full}}}};
    }
    knows(full);
    actions->push_back(SetDocument{full, ""});
  } else if (model.file.path.empty() && !modified(model)) {
    // Opened and only looked at: nothing that would have to be saved.
    actions->push_back(SetDocument{"", file_stem(full)});
  }
  say_last(*actions);
  add_recent(full);
  outcome.actions = *std::move(actions);
  return outcome;
}

Desk::Outcome Desk::save(const SavePath& request, const Model& model, const Derived& derived) {
  const std::string full = absolute_path(with_home(request.path));
  const bool own = request.kind == SaveKind::kState && full == model.file.path;
  const std::optional<Stamp> there = stamp(full);
  Outcome outcome;
  if (there && !request.replace && !(own && there == known_)) {
    outcome.replaces = full;
    return outcome;
  }
  const std::optional<Stamp> awaited = waiting_ ? stamp(waiting_->path) : std::nullopt;
  outcome.status = write(request.kind, full, model, derived);
  if (!outcome.status.ok()) return outcome;
  // What waits to be opened was read of the file that has just been written: it is read again.
  if (waiting_ && stamp(waiting_->path) != awaited) waiting_.reset();
  if (reopens(request.kind)) add_recent(full);
  if (request.kind == SaveKind::kState) {
    knows(full);
    outcome.actions.push_back(SetDocument{full, ""});
  }
  outcome.actions.push_back(SetNotice{"saved " + full});
  if (request.kind == SaveKind::kState && model.leave) {
    Outcome next = leave(*model.leave, model);
    std::ranges::move(next.actions, std::back_inserter(outcome.actions));
    next.actions = std::move(outcome.actions);
    return next;
  }
  return outcome;
}

Desk::Outcome Desk::save_document(const Model& model, const Derived& derived) {
  Outcome outcome;
  if (model.file.path.empty()) {
    outcome.ask = SaveKind::kState;
    return outcome;
  }
  outcome = save({SaveKind::kState, model.file.path}, model, derived);
  if (!outcome.replaces.empty()) outcome.ask = SaveKind::kState;
  return outcome;
}

// Nothing stands in the way any more.
Desk::Outcome Desk::leave(const Leave& leave, const Model& model) {
  Outcome outcome;
  const std::optional<Waiting> waiting = std::exchange(waiting_, std::nullopt);
  switch (leave.what) {
    case Leave::For::kQuit:
      outcome.quit = true;
      break;
    case Leave::For::kNew:
      known_.reset();
      outcome.actions.push_back(Restore{std::make_shared<const Model>(fresh(model))});
      break;
    case Leave::For::kOpen:
      if (waiting && waiting->path == leave.path) {
        outcome = opened(leave.path, waiting->actions, true, model);
        known_ = waiting->stamp;  // it may have been written since
      } else {
        outcome = open({leave.path}, true, model);
      }
      break;
  }
  outcome.actions.push_back(SetLeave{});
  return outcome;
}

Desk::Outcome Desk::answer_leave(LeaveAnswer answer, const Model& model, const Derived& derived) {
  if (!model.leave) return {};
  if (answer == LeaveAnswer::kCancel) {
    waiting_.reset();
    return {.actions = {SetLeave{}}};
  }
  if (answer == LeaveAnswer::kSave) return save_document(model, derived);
  if (model.leave->what != Leave::For::kQuit) return leave(*model.leave, model);
  // What is discarded must not be back at the next start: that begins with what was saved.
  Outcome outcome;
  outcome.quit = true;
  if (!model.file.path.empty()) {
    outcome = open({model.file.path}, true, model);
    outcome.quit = true;
    if (outcome.status.ok()) return outcome;
    outcome.status = {};
  }
  outcome.actions = {Restore{std::make_shared<const Model>(fresh(model))}};
  return outcome;
}

Desk::Outcome Desk::answer(const Request& request, const Model& model, const Derived& derived) {
  if (const auto* file = get_if<OpenPath>(request)) return open(*file, false, model);
  if (const auto* path = get_if<SavePath>(request)) return save(*path, model, derived);
  if (holds<SaveDocument>(request)) return save_document(model, derived);
  if (const auto* given = get_if<AnswerLeave>(request)) return answer_leave(given->answer, model, derived);
  const bool quits = holds<Quit>(request);
  if (!quits && !holds<NewDocument>(request)) return {};
  const Leave wanted{quits ? Leave::For::kQuit : Leave::For::kNew, ""};
  if (modified(model)) return {.actions = {SetLeave{wanted}}};
  return leave(wanted, model);
}

}  // namespace poolglass
