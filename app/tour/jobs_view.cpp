// The three jobs of pooling as one linked view: a slider of pools, and what each of them does to cost, to
// what stays under a nudge, and to what the last map sees.
#include <algorithm>
#include <array>
#include <cmath>

#include "app/rooms/format.h"
#include "app/rooms/shift/words.h"
#include "app/state/model.h"
#include "app/tour/parts_view.h"
#include "app/views/answer.h"
#include "app/views/widget_parts.h"

namespace poolglass::tour {
namespace {

struct Meter {
  std::string_view job;  // its number; empty: the one above goes on
  std::string_view label;
  std::string_view tooltip;
  std::string (*text)(const Jobs& jobs);
  double (*value)(const Jobs& jobs);
};

constexpr std::array kMeters = {
    Meter{"1", "Multiply-adds", "Of all convolutions, for one picture",
          [](const Jobs& of) { return compact(of.macs); },
          [](const Jobs& of) { return static_cast<double>(of.macs); }},
    Meter{"", "Activations", "Numbers in the outputs of all layers",
          [](const Jobs& of) { return compact(of.activations); },
          [](const Jobs& of) { return static_cast<double>(of.activations); }},
    Meter{"", "Memory", "That they take as float32", [](const Jobs& of) { return bytes_text(of.bytes); },
          [](const Jobs& of) { return static_cast<double>(of.bytes); }},
    Meter{"2", "Same if nudged",
          "The pools' maxima of a photograph that are the same when it moves by one pixel: the pools alone, "
          "without the convolutions",
          [](const Jobs& of) { return shift::percent(of.stays); }, [](const Jobs& of) { return of.stays; }},
    Meter{"3", "Sees", "Side of the patch that one number of the last map depends on",
          [](const Jobs& of) {
            return size_text({of.field, of.field}) + " px";
          },
          [](const Jobs& of) { return static_cast<double>(of.field); }},
};

void draw_slider(Ui& ui, int64_t pools) {
  ImGuiCanvas canvas = parts::window_canvas(ui);
  const Rect row = take_row(std::round(2.2f * ui.em));
  canvas.text({row.min.x, row.centre().y}, "Pools", Font::kText, ui.em, ui.theme.text, AlignX::kLeft,
              AlignY::kMiddle);
  canvas.text({row.max.x, row.centre().y}, grouped(pools) + " of " + grouped(kMostPools), Font::kMono, ui.em,
              ui.theme.text, AlignX::kRight, AlignY::kMiddle);
  const Rect track{{row.min.x + 3.6f * ui.em, row.min.y}, {row.max.x - 4.4f * ui.em, row.max.y}};
  int64_t index = pools;
  if (scrubber(ui, "tour/pools", track, kMostPools + 1, &index)) ui.push(tour::Action(SetPools{index}));
  tooltip(ui, track, "How many of the chain's four pools there are  [ Alt+Page Up, Alt+Page Down ]");
}

void draw_meter(Ui& ui, const Meter& meter, const std::vector<Jobs>& jobs, size_t pools) {
  ImGuiCanvas canvas = parts::window_canvas(ui);
  if (!meter.job.empty()) gap(ui, 0.25f);
  double most = 0;
  for (const Jobs& of : jobs) most = std::max(most, meter.value(of));
  const Rect row = take_row(std::round(1.55f * ui.em));
  const float y = row.centre().y, left = row.min.x + std::round(8.5f * ui.em);
  canvas.text({row.min.x, y}, meter.job, Font::kMono, kCaption * ui.em, ui.theme.text, AlignX::kLeft,
              AlignY::kMiddle);
  canvas.text({row.min.x + 1.1f * ui.em, y}, meter.label, Font::kText, kCaption * ui.em, ui.theme.muted,
              AlignX::kLeft, AlignY::kMiddle);
  canvas.text({row.max.x, y}, meter.text(jobs[pools]), Font::kMono, kCaption * ui.em, ui.theme.text,
              AlignX::kRight, AlignY::kMiddle);
  const float right = row.max.x - std::round(5.6f * ui.em), half = std::round(0.22f * ui.em);
  const auto share = static_cast<float>(most > 0 ? meter.value(jobs[pools]) / most : 0);
  canvas.fill({{left, y - half}, {right, y + half}}, ui.theme.raised);
  canvas.fill({{left, y - half}, {left + std::max(share * (right - left), parts::hair(ui)), y + half}},
              ui.theme.convolution);
  tooltip(ui, row, meter.tooltip);
}

}  // namespace

void draw_jobs(Ui& ui, const Place& place, const Results& results) {
  const auto pools = static_cast<size_t>(place.pools);
  if (pools >= results.jobs.size()) return;
  const float top = ImGui::GetCursorScreenPos().y;
  draw_slider(ui, place.pools);
  for (const Meter& meter : kMeters) draw_meter(ui, meter, results.jobs, pools);
  const glm::vec2 at = im::vec(ImGui::GetCursorScreenPos());
  ui.tag("tour/jobs", {{at.x, top}, {at.x + ImGui::GetContentRegionAvail().x, at.y}});
}

}  // namespace poolglass::tour
