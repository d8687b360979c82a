#include <algorithm>
#include <cctype>
#include <cmath>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>

#include "app/document/folders.h"
#include "app/files/open.h"
#include "app/rooms/openable.h"
#include "app/shell/panels.h"
#include "app/views/imgui_compat.h"
#include "app/views/widget_parts.h"

namespace poolglass {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kName = "files/name";
constexpr size_t kMostRecent = 8;  // shown

struct SaveText {
  std::string_view title, name;
};
SaveText save_words(SaveKind kind) {
  switch (kind) {
    case SaveKind::kStepInput:
      return {"Save the input grid as .npy", "input.npy"};
    case SaveKind::kStepOutput:
      return {"Save the output as .npy", "output.npy"};
    case SaveKind::kStepCode:
      return {"Save the code", "pool.py"};
    case SaveKind::kStepExercise:
      return {"Save an exercise as .json: its title is the file's name", "Exercise.json"};
    case SaveKind::kStepAnswer:
      return {"Save your answer as .json", "answer.json"};
    case SaveKind::kChain:
      return {"Save the chain as .json", "chain.json"};
    case SaveKind::kState:
      return {"Save the session as .json", "Untitled.json"};
    case SaveKind::kPng:
      return {"Export the window as PNG", "poolglass.png"};
    case SaveKind::kSvg:
      return {"Export the picture as SVG", "poolglass.svg"};
  }
  return {};
}

void list_folder(FilePanel& panel, const fs::path& folder) {
  std::error_code error;
  const fs::path full = fs::weakly_canonical(folder, error);
  panel.folder = error ? folder.string() : full.string();
  panel.archive.clear();
  panel.entries.clear();
  panel.mark = -1;
  panel.problem.clear();
  fs::directory_iterator listing(panel.folder, fs::directory_options::skip_permission_denied, error);
  for (; !error && listing != fs::directory_iterator(); listing.increment(error)) {
    const std::string name = listing->path().filename().string();
    std::error_code ignored;
    const bool is_folder = listing->is_directory(ignored);
    if (!name.starts_with('.') && (is_folder || file_kind(name))) panel.entries.push_back({name, is_folder});
  }
  if (error) panel.problem = "cannot list " + panel.folder + ": " + error.message();
  std::ranges::sort(panel.entries, [](const FilePanel::Entry& a, const FilePanel::Entry& b) {
    return a.folder != b.folder ? a.folder : a.name < b.name;
  });
  if (panel.folder != "/") panel.entries.insert(panel.entries.begin(), {"..", true});
}

// An ending when none was typed: "net" is saved as "net.json".
std::string with_ending(const FilePanel& panel, const std::string& name) {
  if (panel.mode != FilePanel::Mode::kSave || fs::path(name).has_extension()) return name;
  return name + fs::path(save_words(panel.kind).name).extension().string();
}

// What is typed is in the panel's folder unless it is a whole path; "~" is the home folder.
void accept(Ui& ui, FilePanel& panel, const std::string& typed, bool replace = false) {
  if (typed.empty()) return;
  if (!panel.archive.empty() && typed.front() != '/' && typed.front() != '~') {
    if (typed != "..") return ui.push(Request(OpenPath{panel.archive + ":" + typed, panel.layout}));
    list_folder(panel, panel.folder);
    panel.name.clear();
    panel.focus = true;
    return;
  }
  fs::path path = fs::path(panel.folder) / with_home(typed);
  std::error_code error;
  if (fs::is_directory(path, error)) {
    list_folder(panel, path);
    if (panel.mode == FilePanel::Mode::kOpen) panel.name.clear();
    panel.focus = true;
    return;
  }
  path = with_ending(panel, path.string());
  if (panel.mode == FilePanel::Mode::kOpen) {
    ui.push(Request(OpenPath{path.string()}));
  } else {
    ui.push(Request(SavePath{panel.kind, path.string(), replace}));
  }
}

// One line with a file's name at the left; true when it is clicked. `tip`: shown where `where` has no room.
bool draw_row(Ui& ui, const std::string& tag, const std::string& name, const std::string& where,
              const std::string& tip, bool muted, bool marked) {
  const parts::Row row = parts::next_row(ui, 0);
  const parts::Item it = parts::item(ui, tag, row.all);
  ImGuiCanvas canvas = parts::window_canvas(ui);
  if (it.hovered) canvas.fill(row.all, parts::control_fill(ui, true, it.held), parts::corner(ui));
  const float pad = ui.em * 0.5f, y = row.all.centre().y, size = ui.em * kCaption, hair = parts::hair(ui);
  if (marked) canvas.stroke(row.all.inset(hair), ui.theme.focus, 2 * hair, parts::corner(ui));
  canvas.text({row.all.min.x + pad, y}, name, Font::kMono, size, muted ? ui.theme.muted : ui.theme.text,
              AlignX::kLeft, AlignY::kMiddle);
  const float left = row.all.min.x + pad + canvas.text_size(name, Font::kMono, size).x + ui.em;
  if (left + canvas.text_size(where, Font::kText, size).x <= row.all.max.x - pad) {
    canvas.text({row.all.max.x - pad, y}, where, Font::kText, size, ui.theme.muted, AlignX::kRight,
                AlignY::kMiddle);
  } else if (!where.empty()) {
    tooltip(ui, row.all, tip);
  }
  return it.clicked;
}

// The lines of the list: recent files, where there are any, then the folder's entries.
size_t recent_lines(const FilePanel& panel) {
  const bool files = panel.mode == FilePanel::Mode::kOpen && panel.archive.empty();
  return files ? std::min(panel.recent.size(), kMostRecent) : 0;
}
size_t lines(const FilePanel& panel) { return recent_lines(panel) + panel.entries.size(); }

// A click on a line, or Enter while it is marked.
void choose(Ui& ui, FilePanel& panel, size_t line) {
  if (line < recent_lines(panel)) {
    panel.name = panel.recent[line];
    accept(ui, panel, panel.name);
    return;
  }
  const FilePanel::Entry entry = panel.entries[line - recent_lines(panel)];  // another folder replaces it
  if (!entry.folder) panel.name = entry.name;
  if (!entry.why.empty()) {
    panel.problem = entry.why;
    panel.focus = true;
    return;
  }
  if (entry.folder || panel.mode == FilePanel::Mode::kOpen) {
    accept(ui, panel, entry.name);
  } else {
    panel.focus = true;
  }
}

void put_mark(FilePanel& panel, int64_t mark) {
  panel.mark = static_cast<int>(std::clamp<int64_t>(mark, -1, static_cast<int64_t>(lines(panel)) - 1));
  panel.marked = true;
}

// Arrows and pages move the mark, Enter takes what is marked, Backspace over an empty name goes up a folder.
// True when the key was for the list.
bool list_key(Ui& ui, FilePanel& panel, const KeyPress& press) {
  constexpr int kPage = 10;
  const bool sideways = press.chord.key == kKeyLeft || press.chord.key == kKeyRight;
  if (const int by = sideways ? 0 : -stepped(press, kPage); by != 0) {
    put_mark(panel, panel.mark + by);
    return true;
  }
  if (is_plain(press, kKeyEnter) && panel.mark >= 0) {
    if (!press.repeat) choose(ui, panel, static_cast<size_t>(panel.mark));
    return true;
  }
  if (is_plain(press, kKeyBackspace) && panel.name.empty() && !press.repeat) {
    accept(ui, panel, "..");
    return true;
  }
  return false;
}

// What is typed marks the first entry that begins with it, in whatever case.
void mark_typed(FilePanel& panel) {
  panel.mark = -1;
  if (panel.mode != FilePanel::Mode::kOpen || panel.name.empty()) return;
  const auto lower = [](unsigned char c) { return std::tolower(c); };
  for (size_t i = 0; i < panel.entries.size(); ++i) {
    const std::string_view name = panel.entries[i].name;
    if (name.size() < panel.name.size()) continue;
    if (std::ranges::equal(name.substr(0, panel.name.size()), panel.name, {}, lower, lower)) {
      put_mark(panel, static_cast<int64_t>(recent_lines(panel) + i));
      return;
    }
  }
}

void draw_lines(Ui& ui, FilePanel& panel) {
  im::begin_child("##entries", {0, std::max(ImGui::GetContentRegionAvail().y, ui.em)});
  const size_t recent = recent_lines(panel);
  std::optional<size_t> chosen;
  for (size_t line = 0; line < lines(panel); ++line) {
    if (recent > 0 && line == 0) note(ui, "Recent");
    if (recent > 0 && line == recent) {
      gap(ui, 0.4f);
      note(ui, "In this folder");
    }
    const bool marked = panel.mark == static_cast<int>(line);
    bool clicked = false;
    if (line < recent) {
      const fs::path path = panel.recent[line];
      clicked = draw_row(ui, "files/recent/" + path.filename().string(), path.filename().string(),
                         path.parent_path().string(), path.string(), false, marked);
    } else {
      const FilePanel::Entry& entry = panel.entries[line - recent];
      clicked = draw_row(ui, "files/entry/" + entry.name, entry.folder ? entry.name + "/" : entry.name,
                         entry.detail, entry.detail, entry.folder || !entry.why.empty(), marked);
    }
    if (marked && std::exchange(panel.marked, false)) ImGui::SetScrollHereY(0.5f);
    if (clicked) chosen = line;
  }
  ImGui::EndChild();
  if (chosen) choose(ui, panel, *chosen);
}

// While it has the keyboard, the name is a field that is open for typing.
void type_name(Ui& ui, FilePanel& panel, const Rect& rect) {
  EditState& edit = ui.widgets.edit;
  std::erase_if(edit.keys, [&](const KeyPress& press) { return list_key(ui, panel, press); });
  if (panel.focus) return;  // a key chose a line
  parts::stop(ui, kName, rect, StopKind::kText);
  const bool enter = std::ranges::any_of(edit.keys, activates);
  const EditResult typed = parts::edit_at(ui, kName, rect, false);
  if (std::exchange(panel.name, edit.text) != edit.text) {
    panel.replaces.clear();
    panel.problem.clear();
    mark_typed(panel);
  }
  if (typed == EditResult::kCommitted && enter) accept(ui, panel, panel.name);
  if (typed == EditResult::kCancelled) close_file_panel(panel);
}

void draw_name(Ui& ui, FilePanel& panel, const Rect& rect) {
  if (std::exchange(panel.focus, false)) {
    give_to(ui.widgets.focus, kName);
    parts::open_editor(ui, kName, panel.name);
  }
  if (ui.widgets.edit.name == kName) {
    type_name(ui, panel, rect);
    return;
  }
  const parts::Item it = parts::item(ui, kName, rect);
  ImGuiCanvas canvas = parts::window_canvas(ui);
  canvas.fill(rect, ui.theme.ground, parts::corner(ui));
  canvas.push_clip(rect);
  canvas.text({rect.min.x + ui.em * 0.4f, rect.centre().y}, panel.name, Font::kText, ui.em, ui.theme.text,
              AlignX::kLeft, AlignY::kMiddle);
  canvas.pop_clip();
  parts::stop(ui, kName, rect, StopKind::kText);
  if (it.clicked || ui.widgets.focus.name == kName) panel.focus = true;
}

void draw_name_line(Ui& ui, FilePanel& panel) {
  const parts::Row line = parts::next_row(ui, 5.5f);
  draw_name(ui, panel, {line.label.min, {line.label.max.x - std::round(ui.em * 0.5f), line.label.max.y}});
  const bool opens = panel.mode == FilePanel::Mode::kOpen;
  if (!button_at(ui, "files/accept", line.control, {opens ? "Open" : "Save", "", "", ""}, true)) return;
  if (opens && panel.mark >= 0) return choose(ui, panel, static_cast<size_t>(panel.mark));
  accept(ui, panel, panel.name);
}

// "net.json is there already": the question, and its two answers.
void draw_replace_question(Ui& ui, FilePanel& panel) {
  const bool asks = !panel.replaces.empty();
  if (asks && !std::exchange(panel.asked, asks)) {
    parts::close_editor(ui);
    give_to(ui.widgets.focus, "files/there/Keep it");  // a second Enter loses nothing
  }
  panel.asked = asks;
  if (!asks) return;
  error_note(ui, fs::path(panel.replaces).filename().string() + " is there already. Replace it?");
  gap(ui, 0.3f);
  const ControlText answers[] = {{"Replace", "The file that is there is lost", "", ""},
                                 {"Keep it", "Choose another name", "", ""}};
  const int clicked = button_row(ui, "files/there", answers);
  if (clicked == 0) accept(ui, panel, panel.replaces, true);
  if (clicked == 1) {
    panel.replaces.clear();
    panel.focus = true;
  }
}

// Keys that no control of the panel takes.
void take_keys(Ui& ui, FilePanel& panel) {
  for (const KeyPress& press : std::exchange(panel.keys, {})) {
    if (is_plain(press, kKeyEscape)) {
      close_file_panel(panel);
    } else if (!list_key(ui, panel, press) && press.text > ' ') {
      give_to(ui.widgets.focus, kName);
      std::string typed;
      append_utf8(typed, press.text);
      parts::open_editor(ui, kName, std::move(typed), true);
    }
  }
}

}  // namespace

void open_file_panel(FilePanel& panel, FilePanel::Mode mode, SaveKind kind, const std::string& name) {
  panel.mode = mode;
  panel.kind = kind;
  panel.focus = true;
  panel.replaces.clear();
  panel.name.clear();
  fs::path folder = panel.folder;
  if (mode == FilePanel::Mode::kSave) {
    const fs::path wanted = name.empty() ? fs::path(save_words(kind).name) : fs::path(name);
    panel.name = wanted.filename().string();
    if (wanted.has_parent_path()) folder = wanted.parent_path();
  }
  std::error_code error;
  list_folder(panel, folder.empty() ? fs::current_path(error) : folder);
}

bool offer_arrays(FilePanel& panel, const OpenPath& file) {
  const fs::path archive = with_home(file.path);
  const std::vector<ArrayOffer> offers = arrays_to_choose(archive, file.layout);
  if (offers.empty()) return false;
  panel.folder = archive.parent_path().string();
  open_file_panel(panel, FilePanel::Mode::kOpen, {});
  panel.archive = archive.string();
  panel.layout = file.layout;
  panel.entries = {{"..", true}};
  for (const ArrayOffer& offer : offers)
    panel.entries.push_back({offer.name, false, offer.detail, offer.why});
  const auto first = std::ranges::find_if(
      panel.entries, [](const FilePanel::Entry& entry) { return !entry.folder && entry.why.empty(); });
  if (first != panel.entries.end()) put_mark(panel, first - panel.entries.begin());
  return true;
}

void close_file_panel(FilePanel& panel) {
  panel.mode = FilePanel::Mode::kClosed;
  panel.problem.clear();
  panel.replaces.clear();
}

void draw_file_panel(Ui& ui, const Rect& area, FilePanel& panel) {
  if (panel.mode == FilePanel::Mode::kClosed) return;
  const float width = std::min(std::round(ui.em * 28), area.width());
  const Rect rect = Rect{area.min, {area.min.x + width, area.max.y}}.inset(std::round(ui.em * 0.6f));
  ImGui::SetNextWindowPos(im::vec(rect.min));
  ImGui::SetNextWindowSize(im::vec(rect.size()));
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {ui.em * 1.1f, ui.em * 0.9f});
  ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, ui.em * 0.5f);
  ImGui::PushStyleVar(ImGuiStyleVar_WindowBorderSize, parts::hair(ui));
  ImGui::Begin("##files", nullptr, ImGuiWindowFlags_NoDecoration);
  ui.tag("files", rect);
  ImGuiCanvas canvas = parts::window_canvas(ui);
  const parts::Row title = parts::next_row(ui, 2.2f);
  std::string text(panel.mode == FilePanel::Mode::kOpen ? "Open an array, a picture, a network or a session"
                                                        : save_words(panel.kind).title);
  if (!panel.archive.empty()) text = "Choose an array of " + fs::path(panel.archive).filename().string();
  canvas.text({title.all.min.x, title.all.centre().y}, text, Font::kStrong, ui.em, ui.theme.text,
              AlignX::kLeft, AlignY::kMiddle);
  if (icon_button(ui, "files/close", title.control, Icon::kClose, {"", "Close  [Esc]", "", ""})) {
    close_file_panel(panel);
  }
  take_keys(ui, panel);
  note(ui, panel.archive.empty() ? panel.folder : panel.archive);
  gap(ui, 0.4f);
  draw_name_line(ui, panel);
  if (!panel.problem.empty()) error_note(ui, panel.problem);
  draw_replace_question(ui, panel);
  gap(ui, 0.3f);
  draw_lines(ui, panel);
  ImGui::End();
  ImGui::PopStyleVar(3);
}

}  // namespace poolglass
