// The log in the side panel: what was said, the newest on top, with a button that copies all of it.
#include <algorithm>
#include <cmath>
#include <glm/common.hpp>

#include "app/rooms/format.h"
#include "app/shell/panels.h"
#include "app/views/answer.h"
#include "app/views/widget_parts.h"

namespace poolglass {
namespace {

constexpr size_t kMostShown = 100;  // lines; copying takes all

}  // namespace

void draw_log_heading(Ui& ui, const Rect& row, const Model& model) {
  ImGuiCanvas canvas = parts::window_canvas(ui);
  const float y = row.centre().y, left = row.min.x + 1.1f * ui.em;
  canvas.text({left, y}, "Log", Font::kStrong, ui.em, ui.theme.text, AlignX::kLeft, AlignY::kMiddle);
  const float width = canvas.text_size("Log", Font::kStrong, ui.em).x;
  const auto lines = static_cast<int64_t>(model.log.lines.size());
  canvas.text({left + width + 0.9f * ui.em, y}, grouped(lines) + (lines == 1 ? " sentence" : " sentences"),
              Font::kText, kCaption * ui.em, ui.theme.muted, AlignX::kLeft, AlignY::kMiddle);
  ui.tag("log", row);
  const float side = std::round(2.1f * ui.em);
  const Rect close =
      Rect::from_size(glm::round(glm::vec2(row.max.x - side - 0.4f * ui.em, y - side / 2)), {side, side});
  if (icon_button(ui, "log/close", close, Icon::kClose, {"", "Close the log", "log", ""}))
    ui.push(ShowLog{false});
}

void draw_log(Ui& ui, const Model& model) {
  gap(ui, 0.6f);
  if (button(ui, "log/copy", {"Copy all", "Every sentence, the oldest first", "log-copy", ""}))
    ui.push(Request(CopyText{model.log.text()}));
  const auto& lines = model.log.lines;
  const size_t first = lines.size() - std::min(lines.size(), kMostShown);
  for (size_t i = lines.size(); i-- > first;) {
    gap(ui, 0.5f);
    const Color color = i + 1 == lines.size() ? ui.theme.text : ui.theme.muted;
    paragraph(ui, lines[i], Font::kText, kCaption * ui.em, color);
  }
}

}  // namespace poolglass
