#include <algorithm>
#include <cmath>

#include "app/shell/panels.h"
#include "app/views/imgui_compat.h"
#include "app/views/widget_parts.h"

namespace poolglass {
namespace {

std::string question(const Model& model) {
  const std::string name = document_name(model);
  switch (model.leave->what) {
    case Leave::For::kQuit:
      return "Save the changes to " + name + " before the window closes?";
    case Leave::For::kNew:
      return "Save the changes to " + name + " before a new session begins?";
    case Leave::For::kOpen:
      return "Save the changes to " + name + " before " + file_stem(model.leave->path) + " is opened?";
  }
  return {};
}

}  // namespace

// One line in the place of the status line: nothing else is covered, nothing else waits.
void draw_leave_question(Ui& ui, const Rect& window, const Model& model) {
  if (!model.leave) return;
  const float height = std::round(ui.em * 2.75f), pad = std::round(ui.em * 0.5f);
  const Rect bar{{window.min.x, window.max.y - height}, window.max};
  ImGui::SetNextWindowPos(im::vec(bar.min));
  ImGui::SetNextWindowSize(im::vec(bar.size()));
  ImGui::PushStyleColor(ImGuiCol_WindowBg, im::color(ui.theme.raised));
  ImGui::Begin("##leave", nullptr, ImGuiWindowFlags_NoDecoration);
  ui.tag("leave", bar);
  ImGuiCanvas canvas = parts::window_canvas(ui);
  canvas.fill({bar.min, {bar.max.x, bar.min.y + parts::hair(ui)}}, ui.theme.hairline);
  struct Choice {
    LeaveAnswer answer;
    const char* name;
    const char* label;
    const char* key;
  };
  constexpr Choice kChoices[] = {{LeaveAnswer::kCancel, "leave/cancel", "Cancel", "Esc"},
                                 {LeaveAnswer::kDiscard, "leave/discard", "Discard", "D"},
                                 {LeaveAnswer::kSave, "leave/save", "Save", "Enter"}};
  float right = bar.max.x - pad;
  for (const Choice& choice : kChoices) {
    const float width = std::round(ui.em * 5.5f);
    const Rect rect{{right - width, bar.min.y + pad}, {right, bar.max.y - pad}};
    const std::string tip = std::string(choice.label) + "  [" + choice.key + "]";
    if (button_at(ui, choice.name, rect, {choice.label, tip, "", ""}, choice.answer == LeaveAnswer::kSave))
      ui.push(Request(AnswerLeave{choice.answer}));
    right -= width + pad;
  }
  const Rect room{{bar.min.x + ui.em, bar.min.y}, {right, bar.max.y}};
  canvas.push_clip(room);
  canvas.text({room.min.x, room.centre().y}, question(model), Font::kText, ui.em, ui.theme.text,
              AlignX::kLeft, AlignY::kMiddle);
  canvas.pop_clip();
  ImGui::End();
  ImGui::PopStyleColor();
}

}  // namespace poolglass
