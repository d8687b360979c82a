#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <system_error>

#include "app/shell/panels.h"
#include "app/views/imgui_compat.h"
#include "app/views/widget_parts.h"

namespace poolglass {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 2> kOpenable = {".npy", ".json"};

struct SaveText {
  std::string_view title, name;
};
SaveText save_text(SaveKind kind) {
  switch (kind) {
    case SaveKind::kStepInput:
      return {"Save the input grid as .npy", "input.npy"};
    case SaveKind::kStepOutput:
      return {"Save the output as .npy", "output.npy"};
    case SaveKind::kChain:
      return {"Save the chain as .json", "chain.json"};
    case SaveKind::kState:
      return {"Save everything on the screen as .json", "poolglass.json"};
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
  panel.entries.clear();
  panel.problem.clear();
  fs::directory_iterator listing(panel.folder, fs::directory_options::skip_permission_denied, error);
  for (; !error && listing != fs::directory_iterator(); listing.increment(error)) {
    const std::string name = listing->path().filename().string();
    std::error_code ignored;
    const bool is_folder = listing->is_directory(ignored);
    const bool known = std::ranges::find(kOpenable, listing->path().extension().string()) != kOpenable.end();
    if (!name.starts_with('.') && (is_folder || known)) panel.entries.push_back({name, is_folder});
  }
  if (error) panel.problem = "cannot list " + panel.folder + ": " + error.message();
  std::ranges::sort(panel.entries, [](const FilePanel::Entry& a, const FilePanel::Entry& b) {
    return a.folder != b.folder ? a.folder : a.name < b.name;
  });
  if (panel.folder != "/") panel.entries.insert(panel.entries.begin(), {"..", true});
}

void accept(Ui& ui, FilePanel& panel, const std::string& name) {
  if (name.empty()) return;
  const std::string path = (fs::path(panel.folder) / name).string();  // an absolute name replaces the folder
  std::error_code error;
  if (fs::is_directory(path, error)) {
    list_folder(panel, path);
    if (panel.mode == FilePanel::Mode::kOpen) panel.name.clear();
    panel.focus = true;
    return;
  }
  if (panel.mode == FilePanel::Mode::kOpen) {
    ui.push(Request(OpenPath{path}));
  } else {
    ui.push(Request(SavePath{panel.kind, path}));
  }
  panel.mode = FilePanel::Mode::kClosed;
}

void draw_entries(Ui& ui, FilePanel& panel) {
  im::begin_child("##entries", {0, std::max(ImGui::GetContentRegionAvail().y, ui.em)});
  std::string chosen;
  bool folder = false;
  for (const FilePanel::Entry& entry : panel.entries) {
    const parts::Row row = parts::next_row(ui, 0);
    const parts::Item it = parts::item(ui, "files/entry/" + entry.name, row.all);
    ImGuiCanvas canvas = parts::window_canvas(ui);
    if (it.hovered) canvas.fill(row.all, parts::control_fill(ui, true, it.held), parts::corner(ui));
    canvas.text({row.all.min.x + ui.em * 0.5f, row.all.centre().y},
                entry.folder ? entry.name + "/" : entry.name, Font::kMono, ui.em * kCaption,
                entry.folder ? ui.theme.muted : ui.theme.text, AlignX::kLeft, AlignY::kMiddle);
    if (it.clicked) {
      chosen = entry.name;
      folder = entry.folder;
    }
  }
  ImGui::EndChild();
  if (chosen.empty()) return;
  if (folder || panel.mode == FilePanel::Mode::kOpen) {
    accept(ui, panel, chosen);
  } else {
    panel.name = chosen;
  }
}

void draw_name_line(Ui& ui, FilePanel& panel) {
  const parts::Row line = parts::next_row(ui, 5.5f);
  const Rect input{line.label.min, {line.label.max.x - std::round(ui.em * 0.5f), line.label.max.y}};
  const bool focus = std::exchange(panel.focus, false);
  const EditResult typed = parts::edit_at(ui, "files/name", input, &panel.name, focus, false);
  const parts::Item it = parts::item(ui, "files/accept", line.control);
  ImGuiCanvas canvas = parts::window_canvas(ui);
  const Color fill = it.hovered ? mix(ui.theme.accent, ui.theme.text, 0.12f) : ui.theme.accent;
  canvas.fill(line.control, fill, parts::corner(ui));
  canvas.text(line.control.centre(), panel.mode == FilePanel::Mode::kOpen ? "Open" : "Save", Font::kStrong,
              ui.em * kCaption, readable_on(ui.theme.accent), AlignX::kCentre, AlignY::kMiddle);
  const bool enter = ImGui::IsKeyPressed(ImGui::GetKeyIndex(ImGuiKey_Enter)) ||
                     ImGui::IsKeyPressed(ImGui::GetKeyIndex(ImGuiKey_KeyPadEnter));
  if (it.clicked || (typed == EditResult::kCommitted && enter)) accept(ui, panel, panel.name);
  if (typed == EditResult::kCancelled) panel.mode = FilePanel::Mode::kClosed;
}

}  // namespace

void open_file_panel(FilePanel& panel, FilePanel::Mode mode, SaveKind kind) {
  panel.mode = mode;
  panel.kind = kind;
  panel.name = mode == FilePanel::Mode::kSave ? save_text(kind).name : std::string_view();
  panel.focus = true;
  std::error_code error;
  list_folder(panel, panel.folder.empty() ? fs::current_path(error) : fs::path(panel.folder));
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
                                    : save_text(panel.kind).title;
  canvas.text({title.all.min.x, title.all.centre().y}, text, Font::kStrong, ui.em, ui.theme.text,
              AlignX::kLeft, AlignY::kMiddle);
  if (icon_button(ui, "files/close", title.control, Icon::kClose, {"", "Close  [Esc]", "", ""})) {
    panel.mode = FilePanel::Mode::kClosed;
  }
  note(ui, panel.folder);
  gap(ui, 0.4f);
  draw_name_line(ui, panel);
  if (!panel.problem.empty()) error_note(ui, panel.problem);
  gap(ui, 0.3f);
  draw_entries(ui, panel);
  ImGui::End();
  ImGui::PopStyleVar(3);
}

}  // namespace poolglass
