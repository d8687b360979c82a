// What a first start finds in the side panel: what there is to see, and three ways to begin. The grid beside
// it is live already.
#include <cmath>
#include <glm/common.hpp>

#include "app/rooms/openable.h"
#include "app/shell/panels.h"
#include "app/state/commands.h"
#include "app/views/imgui_compat.h"
#include "app/views/widget_parts.h"

namespace poolglass {
namespace {

constexpr size_t kMostWelcome = 6;  // shown

// A large button with its key at the right and a line about it below.
bool card(Ui& ui, std::string_view name, std::string_view title, std::string_view about,
          std::string_view command, bool primary) {
  const glm::vec2 at = glm::round(im::vec(ImGui::GetCursorScreenPos()));
  const float width = ImGui::GetContentRegionAvail().x, height = std::round(ui.em * 4.1f);
  const Rect rect = Rect::from_size(at, {width, height});
  ImGui::Dummy({width, height});
  const parts::Item it = parts::item(ui, name, rect);
  ImGuiCanvas canvas = parts::window_canvas(ui);
  const Theme& theme = ui.theme;
  const Color fill = primary ? mix(theme.text, theme.ground, it.hovered ? 0.12f : 0.0f)
                             : parts::control_fill(ui, it.hovered, it.held);
  const Color ink = primary ? theme.ground : theme.text;
  const Color muted = primary ? mix(theme.ground, theme.text, 0.25f) : theme.muted;
  canvas.fill(rect, fill, ui.em * 0.4f);
  const float pad = ui.em;
  canvas.text({rect.min.x + pad, rect.min.y + ui.em * 1.45f}, title, Font::kStrong, ui.em, ink, AlignX::kLeft,
              AlignY::kMiddle);
  canvas.text({rect.max.x - pad, rect.min.y + ui.em * 1.45f}, key_text(command), Font::kMono,
              ui.em * kCaption, muted, AlignX::kRight, AlignY::kMiddle);
  canvas.text({rect.min.x + pad, rect.min.y + ui.em * 2.8f}, about, Font::kText, ui.em * kCaption, muted,
              AlignX::kLeft, AlignY::kMiddle);
  const bool pressed = parts::pressed(ui, name, rect);
  gap(ui, 0.6f);
  return it.clicked || pressed;
}

std::string_view kind_of(std::string_view path) {
  switch (file_kind(path).value_or(FileKind::kDocument)) {
    case FileKind::kArray:
      return "array";
    case FileKind::kPicture:
      return "picture";
    case FileKind::kNetwork:
      return "network";
    case FileKind::kDocument:
      return "session or chain";
  }
  return "";
}

void recent_files(Ui& ui, std::span<const std::string> recent) {
  if (recent.empty()) return;
  gap(ui, 0.6f);
  section(ui, "welcome/recent", "Recent", false);
  for (size_t i = 0; i < std::min(recent.size(), kMostWelcome); ++i) {
    const std::string name = recent[i].substr(recent[i].rfind('/') + 1);
    const parts::Row row = parts::next_row(ui, 0);
    const parts::Item it = parts::item(ui, "welcome/recent/" + name, row.all);
    ImGuiCanvas canvas = parts::window_canvas(ui);
    if (it.hovered) canvas.fill(row.all, parts::control_fill(ui, true, it.held), parts::corner(ui));
    const float y = row.all.centre().y, size = ui.em * kCaption;
    const float kind_width = canvas.text_size(kind_of(recent[i]), Font::kText, size).x;
    canvas.text({row.all.max.x, y}, kind_of(recent[i]), Font::kText, size, ui.theme.muted, AlignX::kRight,
                AlignY::kMiddle);
    canvas.push_clip({row.all.min, {row.all.max.x - kind_width - ui.em * 0.5f, row.all.max.y}});
    canvas.text({row.all.min.x, y}, name, Font::kText, ui.em, ui.theme.text, AlignX::kLeft, AlignY::kMiddle);
    canvas.pop_clip();
    tooltip(ui, row.all, recent[i]);
    const bool pressed = parts::pressed(ui, "welcome/recent/" + name, row.all);
    if (it.clicked || pressed) ui.push(Request(OpenPath{recent[i]}));
  }
}

}  // namespace

void draw_welcome(Ui& ui, std::span<const std::string> recent) {
  const glm::vec2 at = glm::round(im::vec(ImGui::GetCursorScreenPos()));
  const float width = ImGui::GetContentRegionAvail().x, height = std::round(ui.em * 3.4f);
  ui.tag("welcome", Rect::from_size(at, {width, height}));
  ImGui::Dummy({width, height});
  parts::window_canvas(ui).text({at.x, at.y + ui.em * 2.2f}, "See what pooling does", Font::kStrong,
                                ui.em * kTitle, ui.theme.text, AlignX::kLeft, AlignY::kMiddle);
  note(
      ui,
      "A window walks a grid and keeps one number of each patch. Everything on the left is live: press Space "
      "and watch.");
  gap(ui, 1.2f);
  if (card(ui, "welcome/start", "Start with the grid", "the lesson's 8 × 8, step by step", "play", true)) {
    ui.push(PlayheadAction(TogglePlay{}));
  }
  if (card(ui, "welcome/tour", "Take the tour", "short steps, with questions to guess at", "tour", false)) {
    ui.push(Request(OpenTour{}));
  }
  if (card(ui, "welcome/open", "Open a file", "an array, picture, network or session", "open", false)) {
    ui.push(Request(AskOpen{}));
  }
  recent_files(ui, recent);
  gap(ui, 0.8f);
  note(ui, "Or drop a file anywhere. Esc closes this.");
}

}  // namespace poolglass
