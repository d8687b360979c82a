#include <algorithm>
#include <cmath>
#include <functional>
#include <glm/common.hpp>
#include <numeric>
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

constexpr float kLine = 1.5f, kHeading = 1.8f, kKeys = 8;  // ems

float group_height(const Group& group) {
  return kHeading + kLine * static_cast<float>(group.commands.size()) + 0.6f;
}

// Where each group stands: its column, and its top in ems. The longest groups choose their columns first,
// each the shortest one, which balances them; within a column groups keep their order.
struct SheetLayout {
  std::vector<glm::vec2> places;
  float height = 0;
};
SheetLayout sheet_layout(const std::vector<Group>& groups, size_t columns) {
  std::vector<size_t> order(groups.size()), column_of(groups.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::ranges::stable_sort(order, std::greater(), [&](size_t i) { return groups[i].commands.size(); });
  std::vector<float> heights(columns, 0.0f);
  for (size_t i : order) {
    const auto shortest = std::ranges::min_element(heights);
    column_of[i] = static_cast<size_t>(shortest - heights.begin());
    *shortest += group_height(groups[i]);
  }
  SheetLayout layout;
  layout.height = *std::ranges::max_element(heights);
  std::ranges::fill(heights, 0.0f);
  for (size_t i = 0; i < groups.size(); ++i) {
    float& y = heights[column_of[i]];
    layout.places.push_back({static_cast<float>(column_of[i]), y});
    y += group_height(groups[i]);
  }
  return layout;
}

// Pixels that a column takes: the keys, the longest label and air.
float column_width(Ui& ui) {
  const ImGuiCanvas canvas = parts::window_canvas(ui);
  float widest = 0;
  for (const Command& command : all_commands()) {
    widest = std::max(widest, canvas.text_size(command.label, Font::kText, ui.em * kCaption).x);
  }
  return std::round(widest + ui.em * (kKeys + 1.6f));
}

void draw_group(Ui& ui, ImGuiCanvas& canvas, const Group& group, glm::vec2 at) {
  canvas.text(at, group.title, Font::kStrong, ui.em, ui.theme.accent, AlignX::kLeft, AlignY::kBaseline);
  at.y += ui.em * kHeading;
  for (const Command* command : group.commands) {
    canvas.text({at.x, at.y}, chord_text(command->chord), Font::kMono, ui.em * kCaption, ui.theme.text,
                AlignX::kLeft, AlignY::kBaseline);
    canvas.text({at.x + ui.em * kKeys, at.y}, command->label, Font::kText, ui.em * kCaption, ui.theme.muted,
                AlignX::kLeft, AlignY::kBaseline);
    at.y += ui.em * kLine;
  }
}

}  // namespace

void draw_help(Ui& ui, const Rect& window, const Model& model) {
  if (!model.help_open) return;
  const std::vector<Group> groups = grouped_commands();
  const float margin = ui.em * 2, room = window.width() - 2 * margin - ui.em * 3;
  const float column = column_width(ui);
  const size_t columns = std::clamp<size_t>(static_cast<size_t>(room / column), 1, 3);
  const SheetLayout layout = sheet_layout(groups, columns);
  const glm::vec2 wanted{column * static_cast<float>(columns) + ui.em * 2, ui.em * (layout.height + 5.5f)};
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
    const glm::vec2 place = layout.places[i];
    draw_group(ui, canvas, groups[i], origin + glm::vec2(column * place.x, ui.em * (place.y + 3.4f)));
  }
  ImGui::Dummy({1, ui.em * (layout.height + 2.6f)});
  ImGui::End();
  ImGui::PopStyleVar(3);
}

}  // namespace poolglass
