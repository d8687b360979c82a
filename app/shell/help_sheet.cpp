#include <algorithm>
#include <cmath>
#include <functional>
#include <glm/common.hpp>
#include <numeric>
#include <utility>
#include <vector>

#include "app/shell/panels.h"
#include "app/state/commands.h"
#include "app/views/imgui_compat.h"
#include "app/views/widget_parts.h"

namespace poolglass {
namespace {

constexpr float kLine = 1.5f, kHeading = 1.8f, kKeys = 7;  // ems

struct Group {
  std::string_view title;
  std::vector<const Command*> commands;
  float width = 0;  // pixels

  float height() const { return kHeading + kLine * static_cast<float>(commands.size()) + 0.6f; }  // ems
};

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return result;
}

bool matches(const Command& command, const std::string& filter) {
  const std::string all = command.words + " " + chord_text(command.chord) + " " + command.section;
  return lower(all).find(lower(filter)) != std::string::npos;
}

// The current room's keys, then those that work everywhere, then the other rooms'.
std::vector<Group> grouped_commands(const Ui& ui, Room current, const std::string& filter) {
  std::vector<Group> groups;
  const ImGuiCanvas canvas(*ImGui::GetForegroundDrawList(), ui.fonts);  // measures only
  const auto rank = [&](const Command& command) {
    return !command.room ? 1 : *command.room == current ? 0 : 2;
  };
  for (int pass = 0; pass < 3; ++pass) {
    for (const Command& command : all_commands()) {
      if (command.chord.key == kKeyNone || rank(command) != pass || !matches(command, filter)) continue;
      auto at = std::ranges::find(groups, std::string_view(command.section), &Group::title);
      if (at == groups.end()) at = groups.insert(groups.end(), {command.section, {}});
      at->commands.push_back(&command);
      const float label = canvas.text_size(command.words, Font::kText, ui.em * kCaption).x;
      at->width = std::max(at->width, std::round(label + ui.em * (kKeys + 1.6f)));
    }
  }
  return groups;
}

// Where each group stands, in pixels from the sheet's first heading.
struct SheetLayout {
  std::vector<glm::vec2> places;
  glm::vec2 size{0.0f};
};

// Each group in turn takes the shortest column, the first of them the first.
SheetLayout sheet_layout(const std::vector<Group>& groups, size_t columns, float em) {
  std::vector<size_t> column_of(groups.size());
  std::vector<float> heights(columns, 0.0f), widths(columns, 0.0f);
  for (size_t i = 0; i < groups.size(); ++i) {
    const auto shortest = std::ranges::min_element(heights);
    column_of[i] = static_cast<size_t>(shortest - heights.begin());
    *shortest += groups[i].height();
    widths[column_of[i]] = std::max(widths[column_of[i]], groups[i].width);
  }
  SheetLayout layout;
  layout.size = {std::accumulate(widths.begin(), widths.end(), 0.0f),
                 em * *std::ranges::max_element(heights)};
  std::ranges::fill(heights, 0.0f);
  for (size_t i = 0; i < groups.size(); ++i) {
    const auto column = widths.begin() + static_cast<std::ptrdiff_t>(column_of[i]);
    float& y = heights[column_of[i]];
    layout.places.push_back({std::accumulate(widths.begin(), column, 0.0f), em * y});
    y += groups[i].height();
  }
  return layout;
}

SheetLayout widest_fit(const std::vector<Group>& groups, float room, float em) {
  for (size_t columns = 3; columns > 1; --columns) {
    SheetLayout layout = sheet_layout(groups, columns, em);
    if (layout.size.x <= room) return layout;
  }
  return sheet_layout(groups, 1, em);
}

void draw_group(Ui& ui, ImGuiCanvas& canvas, const Group& group, glm::vec2 at) {
  canvas.text(at, group.title, Font::kStrong, ui.em, ui.theme.text, AlignX::kLeft, AlignY::kBaseline);
  at.y += ui.em * kHeading;
  for (const Command* command : group.commands) {
    canvas.text({at.x, at.y}, chord_text(command->chord), Font::kMono, ui.em * kCaption, ui.theme.text,
                AlignX::kLeft, AlignY::kBaseline);
    canvas.text({at.x + ui.em * kKeys, at.y}, command->words, Font::kText, ui.em * kCaption, ui.theme.muted,
                AlignX::kLeft, AlignY::kBaseline);
    at.y += ui.em * kLine;
  }
}

constexpr std::string_view kFilter = "help/filter";

// The filter is a field that is open while it has the keyboard; false when Esc closed it.
bool edit_filter(Ui& ui, const Rect& field, HelpSheet& help) {
  if (ui.widgets.edit.name == kFilter) {
    give_to(ui.widgets.focus, kFilter);
    parts::stop(ui, kFilter, field, StopKind::kText);
    const EditResult result = parts::edit_at(ui, kFilter, field, false);
    help.filter = ui.widgets.edit.text;
    return result != EditResult::kCancelled;
  }
  const parts::Item it = parts::item(ui, kFilter, field);
  ImGuiCanvas canvas = parts::window_canvas(ui);
  canvas.fill(field, parts::control_fill(ui, it.hovered, false), parts::corner(ui));
  canvas.text({field.min.x + ui.em * 0.6f, field.centre().y}, help.filter, Font::kText, ui.em * kCaption,
              ui.theme.text, AlignX::kLeft, AlignY::kMiddle);
  const std::vector<KeyPress> keys = parts::stop(ui, kFilter, field, StopKind::kText);
  if (it.clicked) parts::open_editor(ui, kFilter, help.filter);
  parts::open_by_keys(ui, kFilter, keys, help.filter);
  return true;
}

}  // namespace

void draw_help(Ui& ui, const Rect& window, const Model& model, HelpSheet& help) {
  const bool opened = model.help_open && !std::exchange(help.open, model.help_open);
  help.open = model.help_open;
  if (!model.help_open) return;
  if (opened) help.filter.clear();
  const std::vector<Group> groups = grouped_commands(ui, model.room, help.filter);
  const float margin = ui.em * 1.4f;
  const SheetLayout layout = widest_fit(groups, window.width() - 2 * margin - ui.em * 3, ui.em);
  // It keeps its size while the filter empties it.
  if (opened || help.filter.empty()) help.size = layout.size;
  const glm::vec2 wanted = glm::max(help.size, layout.size) + ui.em * glm::vec2(2.4f, 5.5f);
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
  const Rect field = Rect::from_size(origin + ui.em * glm::vec2(4.2f, -0.2f), ui.em * glm::vec2(14, 1.9f));
  if (opened) parts::open_editor(ui, kFilter, "");
  const bool typed = edit_filter(ui, field, help);
  if (help.filter.empty()) {
    canvas.text({field.min.x + ui.em * 0.6f, field.centre().y}, "type to filter", Font::kText,
                ui.em * kCaption, with_alpha(ui.theme.muted, 0.8f), AlignX::kLeft, AlignY::kMiddle);
  }
  if (!typed) ui.push(SetHelpOpen{false});
  if (groups.empty()) {
    canvas.text(origin + glm::vec2(0, ui.em * 3.4f), "No key does that", Font::kText, ui.em, ui.theme.muted);
  }
  const float side = ui.em * 2;
  const Rect close = Rect::from_size({sheet.max.x - side - ui.em, sheet.min.y + ui.em}, {side, side});
  if (icon_button(ui, "help/close", close, Icon::kClose, {"", "Close  [Esc]", "", ""}))
    ui.push(SetHelpOpen{false});
  for (size_t i = 0; i < groups.size(); ++i) {
    draw_group(ui, canvas, groups[i], origin + glm::vec2(0, ui.em * 3.4f) + layout.places[i]);
  }
  ImGui::Dummy({1, layout.size.y + ui.em * 2.6f});
  ImGui::End();
  ImGui::PopStyleVar(3);
}

}  // namespace poolglass
