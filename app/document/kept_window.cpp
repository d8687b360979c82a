#include "app/document/kept_window.h"

#include <utility>

namespace poolglass {
namespace {

constexpr double kPoll = 0.02;  // seconds between looks at a write that has begun

// A kept state brings the document's contents along; its file may have gone on without it, or be gone.
void meet_file(Model* model, std::string* notice, ReadProgress* progress) {
  if (model->file.path.empty()) return;
  Result<Model> on_disk = read_state_file(model->file.path, progress);
  if (!on_disk.ok()) {
    model->file.unsaved = true;
    return;
  }
  const bool was_saved = !modified(*model);
  model->file.saved = snapshot(*on_disk);
  model->file.unsaved = false;
  if (!was_saved || !modified(*model)) return;
  const DocumentFile file = model->file;
  *model = *std::move(on_disk);
  model->file = file;
  *notice = file.path + " has changed since it was last open here, and was read again";
}

bool stopped(const ReadProgress* progress) { return progress != nullptr && progress->stopped(); }

void wear(const Looks& looks, Model* model) {
  model->theme = looks.theme;
  model->scale = looks.scale;
  model->reduce_motion = looks.reduce_motion;
}

void tell(const std::string& notice, Model* model) {
  if (notice.empty()) return;
  model->notice = notice;
  model->notice_is_error = true;
}

std::string damaged(const Status& why, const Result<std::string>& aside) {
  const std::string what = "the session that was kept cannot be read (" + why.message() + ")";
  return aside.ok() ? what + "; it was set aside as " + *aside
                    : what + ", nor set aside: " + aside.status().message();
}

}  // namespace

KeptWindow::KeptWindow(std::optional<SessionStore> store)
    : store_(std::move(store)), autosave_([this](const std::string& text) { return store_->keep(text); }) {}

std::unique_ptr<KeptWindow> KeptWindow::open(const Result<std::string>& folder, std::optional<Model> wanted,
                                             bool takes_looks, Start* start) {
  std::optional<SessionStore> store;
  Status status = folder.status();
  if (folder.ok()) {
    Result<SessionStore> opened = SessionStore::open(*folder, !wanted);
    status = opened.status();
    if (opened.ok()) store = *std::move(opened);
  }
  std::unique_ptr<KeptWindow> window(new KeptWindow(std::move(store)));
  *start = {};
  start->is_first = !wanted;
  if (wanted) {
    start->state.model = *std::move(wanted);
    if (takes_looks) window->take_looks(&start->state.model);
  } else if (window->store_) {
    if (const std::optional<Looks> looks = window->slow_looks()) {
      wear(*looks, &start->state.model);
      start->state.window = looks->window;
      start->is_first = false;
      start->waits = window->waits_ = true;
    } else {
      *start = window->go_on();
    }
  }
  if (!window->store_)
    tell("nothing of this session is kept when it ends: " + status.message(), &start->state.model);
  return window;
}

KeptWindow::Start KeptWindow::go_on(ReadProgress* progress) {
  Start start;
  const std::string notice = find(&start.state, &start.is_first, progress);
  if (stopped(progress)) return start;
  if (start.is_first) take_looks(&start.state.model);
  tell(notice, &start.state.model);
  return start;
}

Result<std::optional<std::string>> KeptWindow::kept_text(bool killed) {
  return killed ? store_->killed() : store_->last();
}

// Of what it goes on with, where that takes long to read.
std::optional<Looks> KeptWindow::slow_looks() {
  for (const bool killed : {true, false}) {
    const Result<std::optional<std::string>> text = kept_text(killed);
    if (!text.ok()) return std::nullopt;
    if (!text->has_value()) continue;
    return parse_slow_looks(**text);
  }
  return std::nullopt;
}

// Fills *state, or leaves it as at the first start. What there is to say about it. Once stopped, it sets
// nothing aside: what was not read may be in order.
std::string KeptWindow::find(KeptState* state, bool* is_first, ReadProgress* progress) {
  std::string notice;
  for (const bool killed : {true, false}) {
    const Result<std::optional<std::string>> text = kept_text(killed);
    if (text.ok() && !text->has_value()) continue;
    Result<KeptState> kept =
        text.ok() ? parse_kept_state_json(**text, progress) : Result<KeptState>(text.status());
    if (stopped(progress)) return {};
    if (kept.ok()) {
      *state = *std::move(kept);
      *is_first =
          !modified(state->model) && state->model.file.path.empty() && same_documents(state->model, Model());
      meet_file(&state->model, &notice, progress);
      return notice;
    }
    notice = damaged(kept.status(), killed ? store_->set_killed_aside() : store_->set_last_aside());
  }
  return notice;
}

void KeptWindow::take_looks(Model* model) const {
  if (!store_) return;
  const std::optional<std::string> text = store_->newest();
  if (!text) return;
  const std::optional<Looks> looks = parse_looks(*text);
  if (looks) wear(*looks, model);
}

void KeptWindow::touch(double now) {
  if (store_ && !waits_) autosave_.touch(now);
}

double KeptWindow::due_in(double now) const { return autosave_.busy() ? kPoll : autosave_.due_in(now); }

std::optional<Status> KeptWindow::tend(double now, const Model& model, std::optional<Size2> window) {
  if (!store_ || waits_) return std::nullopt;
  std::optional<Status> failure;
  if (const std::optional<Status> done = autosave_.finished(now)) {
    if (!done->ok() && !failing_) failure = done;
    failing_ = !done->ok();
  }
  if (!autosave_.busy() && autosave_.due_in(now) <= 0) {
    autosave_.begin([state = KeptState{model, window}] { return write_kept_state_json(state); });
  }
  return failure;
}

Status KeptWindow::close(double now, const Model& model, std::optional<Size2> window) {
  if (!store_ || waits_) return {};
  (void)autosave_.wait(now);
  return store_->close(write_kept_state_json({model, window}));
}

}  // namespace poolglass
