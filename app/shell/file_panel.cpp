#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <system_error>
#include <utility>

#include "app/document/folders.h"
#include "app/shell/panels.h"
#include "app/views/imgui_compat.h"
#include "app/views/widget_parts.h"

namespace poolglass {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 2> kOpenable = {".npy", ".json"};
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

bool openable(const fs::path& path) {
  std::string extension = path.extension().string();
  std::ranges::transform(extension, extension.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return std::ranges::find(kOpenable, extension) != kOpenable.end();
}

void list_folder(FilePanel& panel, const fs::path& folder) {
  std::error_code error;
  const fs::path full = fs::weakly_canonical(folder, error);
  panel.folder = error ? folder.string() : full.string();
  panel.entries.clear();
  panel.problem.clear();
  fs::directory_iterator listing(panel.folder, fs::directory_options::skip_permission_denied, error);
  for (; !error && listing != fs::directory_iterator(); listing.increment(error)) {
    const std::string name = listing->path().filename().string();
    std::error_code ignored;
    const bool is_folder = listing->is_directory(ignored);
    if (!name.starts_with('.') && (is_folder || openable(listing->path())))
      panel.entries.push_back({name, is_folder});
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

// One line with a file's name at the left; true when it is clicked.
bool draw_row(Ui& ui, const std::string& tag, const std::string& name, const std::string& where, bool muted) {
  const parts::Row row = parts::next_row(ui, 0);
  const parts::Item it = parts::item(ui, tag, row.all);
  ImGuiCanvas canvas = parts::window_canvas(ui);
  if (it.hovered) canvas.fill(row.all, parts::control_fill(ui, true, it.held), parts::corner(ui));
  const float pad = ui.em * 0.5f, y = row.all.centre().y, size = ui.em * kCaption;
  canvas.text({row.all.min.x + pad, y}, name, Font::kMono, size, muted ? ui.theme.muted : ui.theme.text,
              AlignX::kLeft, AlignY::kMiddle);
  const float left = row.all.min.x + pad + canvas.text_size(name, Font::kMono, size).x + ui.em;
  if (left + canvas.text_size(where, Font::kText, size).x <= row.all.max.x - pad) {
    canvas.text({row.all.max.x - pad, y}, where, Font::kText, size, ui.theme.muted, AlignX::kRight,
                AlignY::kMiddle);
  } else if (!where.empty()) {
    tooltip(ui, row.all, where + "/" + name);
  }
  return it.clicked;
}

void draw_recent(Ui& ui, FilePanel& panel) {
  if (panel.mode != FilePanel::Mode::kOpen || panel.recent.empty()) return;
  note(ui, "Recent");
  for (size_t i = 0; i < std::min(panel.recent.size(), kMostRecent); ++i) {
    const fs::path path = panel.recent[i];
    if (draw_row(ui, "files/recent/" + path.filename().string(), path.filename().string(),
                 path.parent_path().string(), false)) {
      panel.name = path.string();
      accept(ui, panel, panel.name);
    }
  }
  gap(ui, 0.4f);
  note(ui, "In this folder");
}

void draw_entries(Ui& ui, FilePanel& panel) {
  im::begin_child("##entries", {0, std::max(ImGui::GetContentRegionAvail().y, ui.em)});
  std::string chosen;
  bool folder = false;
  draw_recent(ui, panel);
  for (const FilePanel::Entry& entry : panel.entries) {
    if (draw_row(ui, "files/entry/" + entry.name, entry.folder ? entry.name + "/" : entry.name, "",
                 entry.folder)) {
      chosen = entry.name;
      folder = entry.folder;
    }
  }
  ImGui::EndChild();
  if (chosen.empty()) return;
  if (!folder) panel.name = chosen;
  if (folder || panel.mode == FilePanel::Mode::kOpen) accept(ui, panel, chosen);
}

void draw_name_line(Ui& ui, FilePanel& panel) {
  const parts::Row line = parts::next_row(ui, 5.5f);
  const Rect input{line.label.min, {line.label.max.x - std::round(ui.em * 0.5f), line.label.max.y}};
  const bool focus = std::exchange(panel.focus, false);
  const std::string before = panel.name;
  const EditResult typed = parts::edit_at(ui, "files/name", input, &panel.name, focus, false);
  if (panel.name != before) {
    panel.replaces.clear();
    panel.problem.clear();
  }
  const parts::Item it = parts::item(ui, "files/accept", line.control);
  ImGuiCanvas canvas = parts::window_canvas(ui);
  const Color fill = it.hovered ? mix(ui.theme.text, ui.theme.text, 0.12f) : ui.theme.text;
  canvas.fill(line.control, fill, parts::corner(ui));
  canvas.text(line.control.centre(), panel.mode == FilePanel::Mode::kOpen ? "Open" : "Save", Font::kStrong,
              ui.em * kCaption, readable_on(ui.theme.text), AlignX::kCentre, AlignY::kMiddle);
  const bool enter = ImGui::IsKeyPressed(ImGui::GetKeyIndex(ImGuiKey_Enter)) ||
                     ImGui::IsKeyPressed(ImGui::GetKeyIndex(ImGuiKey_KeyPadEnter));
  if (it.clicked || (typed == EditResult::kCommitted && enter)) accept(ui, panel, panel.name);
  if (typed == EditResult::kCancelled) close_file_panel(panel);
}

// "net.json is there already": the question, and its two answers.
void draw_replace_question(Ui& ui, FilePanel& panel) {
  if (panel.replaces.empty()) return;
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
  const std::string_view text = panel.mode == FilePanel::Mode::kOpen
                                    ? "Open a grid (.npy), a chain or a session (.json)"
                                    : save_words(panel.kind).title;
  canvas.text({title.all.min.x, title.all.centre().y}, text, Font::kStrong, ui.em, ui.theme.text,
              AlignX::kLeft, AlignY::kMiddle);
  if (icon_button(ui, "files/close", title.control, Icon::kClose, {"", "Close  [Esc]", "", ""})) {
    close_file_panel(panel);
  }
  note(ui, panel.folder);
  gap(ui, 0.4f);
  draw_name_line(ui, panel);
  if (!panel.problem.empty()) error_note(ui, panel.problem);
  draw_replace_question(ui, panel);
  gap(ui, 0.3f);
  draw_entries(ui, panel);
  ImGui::End();
  ImGui::PopStyleVar(3);
}

}  // namespace poolglass
