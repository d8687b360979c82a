#include <algorithm>
#include <cmath>
#include <glm/common.hpp>
#include <vector>

#include "app/shell/panels.h"
#include "app/state/commands.h"
#include "app/views/imgui_compat.h"
#include "app/views/widget_parts.h"

namespace poolglass {
namespace {

struct Group {
  std::string_view title;
  std::vector<const Command*> commands;
};

std::vector<Group> grouped_commands() {
  std::vector<Group> groups;
  for (const Command& command : all_commands()) {
    if (command.chord.key == kKeyNone) continue;
    auto at = std::ranges::find(groups, command.group, &Group::title);
    if (at == groups.end()) at = groups.insert(groups.end(), {command.group, {}});
    at->commands.push_back(&command);
  }
  return groups;
}

constexpr float kLine = 1.75f, kHeading = 2.6f, kColumn = 23, kKeys = 8.5f;  // ems

// Where each group stands, in ems: every next one goes into the shortest of `columns` columns.
struct SheetLayout {
  std::vector<glm::vec2> places;
  float height = 0;
};
SheetLayout sheet_layout(const std::vector<Group>& groups, size_t columns) {
  std::vector<float> heights(columns, 0.0f);
  SheetLayout layout;
  for (const Group& group : groups) {
    const auto shortest = std::ranges::min_element(heights);
    layout.places.push_back({static_cast<float>(shortest - heights.begin()) * kColumn, *shortest});
    *shortest += kHeading + kLine * static_cast<float>(group.commands.size());
  }
  layout.height = *std::ranges::max_element(heights);
  return layout;
}

void draw_group(Ui& ui, ImGuiCanvas& canvas, const Group& group, glm::vec2 at) {
  canvas.text(at, group.title, Font::kStrong, ui.em, ui.theme.accent);
  at.y += ui.em * 1.9f;
  for (const Command* command : group.commands) {
    canvas.text({at.x, at.y}, chord_text(command->chord), Font::kMono, ui.em * kCaption, ui.theme.text);
    canvas.text({at.x + ui.em * kKeys, at.y}, command->label, Font::kText, ui.em * kCaption, ui.theme.muted);
    at.y += ui.em * kLine;
  }
}

}  // namespace

void draw_help(Ui& ui, const Rect& window, const Model& model) {
  if (!model.help_open) return;
  const std::vector<Group> groups = grouped_commands();
  const float margin = ui.em * 2, room = window.width() - 2 * margin - ui.em * 3;
  const size_t columns = std::clamp<size_t>(static_cast<size_t>(room / (ui.em * kColumn)), 1, 3);
  const SheetLayout layout = sheet_layout(groups, columns);
  const glm::vec2 wanted = ui.em * glm::vec2(kColumn * static_cast<float>(columns) + 2, layout.height + 5.5f);
  const glm::vec2 size = glm::round(glm::min(wanted, window.size() - 2 * margin));
  const Rect sheet = Rect::from_size(glm::round(window.centre() - size * 0.5f), size);

  ImGui::SetNextWindowPos(im::vec(sheet.min));
  ImGui::SetNextWindowSize(im::vec(sheet.size()));
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {ui.em * 1.6f, ui.em * 1.2f});
  ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, ui.em * 0.6f);
  ImGui::PushStyleVar(ImGuiStyleVar_WindowBorderSize, parts::hair(ui));
  ImGui::Begin("##help", nullptr, ImGuiWindowFlags_NoDecoration & ~ImGuiWindowFlags_NoScrollbar);
  ui.tag("help", sheet);
  ImGuiCanvas canvas = parts::window_canvas(ui);
  const glm::vec2 origin = im::vec(ImGui::GetCursorScreenPos());
  canvas.text(origin, "Keys", Font::kStrong, ui.em * kTitle, ui.theme.text);
  const float side = ui.em * 2;
  const Rect close = Rect::from_size({sheet.max.x - side - ui.em, sheet.min.y + ui.em}, {side, side});
  if (icon_button(ui, "help/close", close, Icon::kClose, {"", "Close  [Esc]", "", ""}))
    ui.push(SetHelpOpen{false});
  for (size_t i = 0; i < groups.size(); ++i) {
    draw_group(ui, canvas, groups[i], origin + ui.em * (glm::vec2(0, 2.6f) + layout.places[i]));
  }
  ImGui::Dummy({1, ui.em * (layout.height + 2.6f)});
  ImGui::End();
  ImGui::PopStyleVar(3);
}

}  // namespace poolglass
