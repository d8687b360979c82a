#include "app/shell/requests.h"

#include <imgui.h>

#include <algorithm>

#include "app/files/course_file.h"
#include "app/files/exercise_file.h"
#include "app/shell/panels.h"
#include "assets/assets.h"

namespace poolglass {
namespace {

bool asks_for_file(const Request& request) { return holds<OpenPath>(request) || holds<SavePath>(request); }

// What to save under: the document's own place, or its name.
std::string proposed_name(SaveKind kind, const Model& model) {
  if (kind == SaveKind::kStepCode) return std::string(step::words_of(model.step.code).file);
  if (kind != SaveKind::kState) return {};
  return model.file.path.empty() ? document_name(model) + ".json" : model.file.path;
}

void ask_for_name(SaveKind kind, Shell& shell) {
  open_file_panel(shell.files(), FilePanel::Mode::kSave, kind, proposed_name(kind, shell.model));
}

void ask_for_file(const Desk& desk, Shell& shell) {
  shell.files().recent = desk.recent().paths();
  open_file_panel(shell.files(), FilePanel::Mode::kOpen, {});
}

// One of the exercises that travel inside the program.
void open_exercise(int64_t index, Shell& shell) {
  std::vector<std::string_view> files;
  for (const assets::Asset& asset : assets::all()) {
    if (asset.name.starts_with("exercises/")) files.push_back(asset.name);
  }
  if (index < 0 || index >= static_cast<int64_t>(files.size())) return;
  const auto bytes = assets::find(files[static_cast<size_t>(index)]);
  Result<step::Exercise> exercise =
      parse_exercise({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  if (!exercise.ok())
    return update(shell.model, shell.derived(), SetNotice{exercise.status().message(), true});
  exercise->index = index;
  exercise->count = static_cast<int64_t>(files.size());
  update(shell.model, shell.derived(), tour::Action(tour::Leave{}));
  const step::Action open = step::OpenExercise{std::make_shared<const step::Exercise>(*std::move(exercise))};
  update(shell.model, shell.derived(), SelectRoom{Room::kStep});
  update(shell.model, shell.derived(), open);
}

void open_tour(const std::string& name, Shell& shell) {
  const Result<std::shared_ptr<const tour::Course>> course = tour_course();
  if (!course.ok()) return update(shell.model, shell.derived(), SetNotice{course.status().message(), true});
  tour::Enter enter{*course};
  const auto at = std::ranges::find((*course)->steps, name, &tour::Step::name);
  if (at != (*course)->steps.end()) enter.step = static_cast<size_t>(at - (*course)->steps.begin());
  update(shell.model, shell.derived(), tour::Action(enter));
}

// What was opened is one's own work: the tour ends before it comes.
bool brings_work(const std::vector<Action>& actions) {
  return std::ranges::any_of(actions, [](const Action& action) {
#define ROOM(Name, name) \
  if (holds<name::Action>(action)) return true;
    POOLGLASS_ROOMS(ROOM)
#undef ROOM
    return false;
  });
}

// The room says what the text means, or why it means nothing.
void paste(Shell& shell) {
  const char* clipboard = ImGui::GetClipboardText();
  const std::string_view text = clipboard == nullptr ? "" : clipboard;
  const Result<Action> action = in_room(
      shell.model.room,
      [&](const auto& room) -> Result<Action> {
        if (text.empty()) return invalid_argument("the clipboard holds no text");
        auto means = pasted(text, room);
        if (!means.ok()) return means.status();
        return Action(*std::move(means));
      },
      shell.model);
  update(shell.model, shell.derived(),
         action.ok() ? *action : SetNotice{"Not pasted: " + action.status().message(), true});
}

}  // namespace

bool is_asking(Shell& shell) { return shell.model.leave || shell.files().mode != FilePanel::Mode::kClosed; }

bool opens_at_once(Shell& shell) {
  return !shell.model.leave && shell.files().mode != FilePanel::Mode::kSave;
}

bool carry_out(const Request& request, Desk& desk, Shell& shell) {
  if (holds<AskOpen>(request)) ask_for_file(desk, shell);
  if (const auto* ask = get_if<AskSave>(request)) ask_for_name(ask->kind, shell);

  if (holds<PasteText>(request)) paste(shell);
  if (const auto* exercise = get_if<OpenExerciseNumber>(request)) open_exercise(exercise->index, shell);

  if (const auto* tour = get_if<OpenTour>(request)) open_tour(tour->step, shell);
  return carry_out(request, desk.answer(request, shell.model, shell.derived()), shell);
}

bool carry_out(const Request& request, const Desk::Outcome& outcome, Shell& shell) {
  FilePanel& panel = shell.files();
  shell.changed();
  if (brings_work(outcome.actions)) update(shell.model, shell.derived(), tour::Action(tour::Leave{}));
  for (const Action& action : outcome.actions) update(shell.model, shell.derived(), action);
  if (outcome.ask) ask_for_name(*outcome.ask, shell);
  if (holds<AnswerLeave>(request) && !outcome.ask) close_file_panel(panel);
  panel.replaces = outcome.replaces;
  const bool open = panel.mode != FilePanel::Mode::kClosed;
  const auto* asked = get_if<OpenPath>(request);
  if (!outcome.status.ok() && asked != nullptr && offer_arrays(panel, *asked)) return false;
  if (!outcome.status.ok()) {
    // In the panel, beside what was typed; from elsewhere (a file that was dropped), on the status line.
    if (open) panel.problem = outcome.status.message();
    if (!open) update(shell.model, shell.derived(), SetNotice{outcome.status.message(), true});
  } else if (open && asks_for_file(request) && outcome.replaces.empty()) {
    close_file_panel(panel);
  }
  return outcome.quit;
}

}  // namespace poolglass
