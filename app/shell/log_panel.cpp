// The log in the side panel: what was said, the newest on top, with a button that copies all of it.
#include <algorithm>

#include "app/rooms/format.h"
#include "app/shell/panels.h"
#include "app/views/answer.h"
#include "app/views/widget_parts.h"

namespace poolglass {
namespace {

constexpr size_t kMostShown = 100;  // lines; copying takes all

}  // namespace

void draw_log_heading(Ui& ui, const Rect& row, const Model& model) {
  const auto lines = static_cast<int64_t>(model.log.lines.size());
  const std::string count = grouped(lines) + (lines == 1 ? " sentence" : " sentences");
  if (closable_heading(ui, "log", row, {"Log", count}, {"", "Close the log", "log", ""}))
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
