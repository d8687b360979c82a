// What is said about pooling: a list of claims; the one that is chosen shows its verdict, its figures, and
// its picture.
#include <cmath>
#include <utility>

#include "app/state/model.h"
#include "app/tour/parts_view.h"
#include "app/tour/words_view.h"
#include "app/views/answer.h"
#include "app/views/widget_parts.h"

namespace poolglass::tour {
namespace {

constexpr float kIndent = 1.5f;  // em: of the sentences, right of their signs

Color color_of(const Ui& ui, Verdict verdict) {
  switch (verdict) {
    case Verdict::kTrue:
      return ui.theme.average_pool;
    case Verdict::kApproximate:
      return ui.theme.guess;
    case Verdict::kFalse:
      break;
  }
  return ui.theme.warning;
}

void draw_sign(Ui& ui, glm::vec2 centre, const std::optional<Finding>& finding) {
  ImGuiCanvas canvas = parts::window_canvas(ui);
  if (!finding) {
    canvas.text(centre, "?", Font::kMono, kCaption * ui.em, ui.theme.muted, AlignX::kCentre, AlignY::kMiddle);
    return;
  }
  const Color color = color_of(ui, finding->verdict);
  const float line = std::max(1.5f, 0.11f * ui.em);
  if (finding->verdict == Verdict::kTrue) right_tick(canvas, centre, 0.32f * ui.em, color, line);
  if (finding->verdict == Verdict::kFalse) wrong_cross(canvas, centre, 0.26f * ui.em, color, line);
  if (finding->verdict == Verdict::kApproximate)
    canvas.text(centre, "≈", Font::kMono, ui.em, color, AlignX::kCentre, AlignY::kMiddle);
}

void draw_claim(Ui& ui, size_t index, bool chosen, const std::optional<Finding>& finding) {
  const Claim& claim = claims()[index];
  const std::string name = "tour/claim/" + std::string(claim.id);
  const float indent = kIndent * ui.em;
  gap(ui, 0.25f);
  // How high the row is, is known once its words are set: the light of the pointer lies over them.
  const Rect at = set_words(ui, {{chosen ? Style::kStrong : Style::kPlain, std::string(claim.sentence)}},
                            {kCaption * ui.em, ui.theme.text, indent});
  const Rect row{{at.min.x - indent, at.min.y}, at.max};
  const parts::Item it = parts::item(ui, name, row);
  if (it.hovered && !chosen)
    parts::window_canvas(ui).fill(row, with_alpha(ui.theme.text, 0.06f), parts::corner(ui));
  draw_sign(ui, {row.min.x + 0.5f * ui.em, row.min.y + 0.63f * ui.em}, finding);
  if (parts::pressed(ui, name, row) || it.clicked) ui.push(tour::Action(ShowClaim{index}));
  if (!chosen || !finding) return;
  Words found = {{Style::kStrong, std::string(verdict_name(finding->verdict))},
                 {Style::kPlain, ": " + finding->found + "."}};
  set_words(ui, found, {kCaption * ui.em, ui.theme.muted, indent});
  ui.tag("tour/finding", row);
  gap(ui, 0.4f);
}

}  // namespace

void draw_claims(Ui& ui, const Place& place, const Results& results, ViewState& view) {
  if (std::exchange(view.claim, place.claim) != place.claim && place.claim) view.told = kFramesToGrow;
  for (size_t i = 0; i < claims().size(); ++i) {
    const bool known = i < results.findings.size(), chosen = place.claim == i;
    const float from = ImGui::GetCursorPosY(), top = ImGui::GetCursorScreenPos().y;
    draw_claim(ui, i, chosen, known ? results.findings[i] : std::nullopt);
    if (!chosen || view.told == 0) continue;
    --view.told;
    const ImVec2 clip_min = ImGui::GetWindowDrawList()->GetClipRectMin(),
                 clip_max = ImGui::GetWindowDrawList()->GetClipRectMax();
    const bool in_sight = top >= clip_min.y && ImGui::GetCursorScreenPos().y <= clip_max.y;
    if (!in_sight) view.scroll = from - 3 * ui.em;
  }
}

}  // namespace poolglass::tour
