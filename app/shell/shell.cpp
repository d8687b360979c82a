#include "app/shell/shell.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "app/layout/frame_layout.h"
#include "app/rooms/views.h"
#include "app/shell/panels.h"
#include "app/shell/tee_canvas.h"
#include "app/state/commands.h"
#include "app/views/imgui_compat.h"
#include "app/views/widget_parts.h"

namespace poolglass {
namespace {

// Dear ImGui draws little by itself here: scroll bars, tooltips, pop-ups, text cursors.
void apply_style(const Theme& theme, float em) {
  ImGuiStyle& style = ImGui::GetStyle();
  style = ImGuiStyle();
  style.WindowPadding = {0, 0};
  style.WindowBorderSize = 0;
  style.WindowRounding = 0;
  style.WindowMinSize = {1, 1};
  style.ChildBorderSize = 0;
  style.PopupRounding = std::round(em * 0.4f);
  style.PopupBorderSize = std::max(1.0f, std::round(em / 15));
  style.ItemSpacing = {0, 0};
  style.ItemInnerSpacing = {em * 0.3f, em * 0.3f};
  style.ScrollbarSize = std::round(em * 0.7f);
  style.ScrollbarRounding = em * 0.35f;
  style.Colors[ImGuiCol_Text] = im::color4(theme.text);
  style.Colors[ImGuiCol_WindowBg] = im::color4(theme.surface);
  style.Colors[ImGuiCol_ChildBg] = {0, 0, 0, 0};
  style.Colors[ImGuiCol_PopupBg] = im::color4(theme.raised);
  style.Colors[ImGuiCol_Border] = im::color4(theme.hairline);
  style.Colors[ImGuiCol_ScrollbarBg] = {0, 0, 0, 0};
  style.Colors[ImGuiCol_ScrollbarGrab] = im::color4(theme.hairline);
  style.Colors[ImGuiCol_ScrollbarGrabHovered] = im::color4(theme.muted);
  style.Colors[ImGuiCol_ScrollbarGrabActive] = im::color4(theme.muted);
  style.Colors[ImGuiCol_TextSelectedBg] = im::color4(with_alpha(theme.focus, 0.35f));
}

// While the window asks whether to save before it goes.
std::optional<LeaveAnswer> leave_answer(const KeyPress& press, const Model& model) {
  if (!model.leave) return std::nullopt;
  for (const Chord& chord : {press.chord, press.place}) {
    if (chord.ctrl || chord.alt) continue;
    if (chord.key == kKeyEnter || chord.key == 'S') return LeaveAnswer::kSave;
    if (chord.key == 'D') return LeaveAnswer::kDiscard;
    if (chord.key == kKeyEscape) return LeaveAnswer::kCancel;
  }
  return std::nullopt;
}

constexpr std::string_view kFilesPanel = "files", kHelpPanel = "help", kLeavePanel = "leave";

constexpr ImGuiWindowFlags kRootFlags =
    ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings |
    ImGuiWindowFlags_NoNav | ImGuiWindowFlags_NoBringToFrontOnFocus | ImGuiWindowFlags_NoScrollWithMouse;

}  // namespace

bool Shell::prepare(const FrameInput& input) {
  const float em = frame_em(input.size, input.display_scale, model.scale, model.presenting);
  if (em == fonts_.em() && input.density == density_ && !fonts_.incomplete()) return false;
  density_ = input.density;
  fonts_.build(em, density_);
  return true;
}

Ui Shell::make_ui(const FrameInput& input) {
  return {.theme = theme(model.theme),
          .fonts = fonts_,
          .em = fonts_.em(),
          .reduce_motion = model.reduce_motion,
          .dt = input.dt,
          .actions = actions_,
          .widgets = view_.widgets,
          .tags = want_tags_ ? &tags_ : nullptr};
}

void Shell::begin(const FrameInput& input) {
  WidgetState& widgets = view_.widgets;
  tags_.clear();
  ImGui::GetIO().MouseDoubleClickTime = 0.5f;
  begin_frame(widgets.focus);
  if (const std::string_view now = panel(); now.empty() != panel_.empty()) {
    Focus& focus = widgets.focus;
    if (panel_.empty()) {
      before_panel_ = focus.name.empty() ? focus.after : focus.name;
    } else {  // Tab goes on where it was before the panel came
      focus.name.clear();
      focus.after = before_panel_;
    }
    panel_ = now;
  }
  if (!widgets.edit.drawn) widgets.edit = {};  // its control is gone
  widgets.edit.drawn = false;
  widgets.edit.keys.clear();
  widgets.list.keys.clear();
  widgets.picture_keys.clear();
  view_.tour.keys.clear();
  widgets.keyed = false;
  widgets.tip.hovering = false;
  widgets.tip.text.clear();
  widgets.wake_in = 1e9;
  if (ImGui::IsMouseClicked(ImGuiMouseButton_Left) && widgets.edit.name.empty()) let_go(widgets.focus);
  if (!input.keys.empty()) widgets.tip.rested = -1e9;  // until the pointer moves
  for (const KeyPress& press : input.keys) take_key(press);
}

std::string_view Shell::panel() const {
  if (model.help_open) return kHelpPanel;
  if (view_.files.mode != FilePanel::Mode::kClosed) return kFilesPanel;
  return model.leave ? kLeavePanel : std::string_view();
}

bool Shell::room_takes(const KeyPress& press) {
  const bool takes = in_room(
      model.room,
      [&](const auto& room, const auto& results) {
        return takes_key(press, !view_.widgets.picture_keys.empty(), room, results);
      },
      model, derived_);
  if (takes) view_.widgets.picture_keys.push_back(press);
  return takes;
}

// Who gets a key: the field that is being typed in, the list that is open, the control that has the keyboard,
// the panel in front, the picture, and last the commands. Nothing that lies behind another gets any.
void Shell::take_key(const KeyPress& press) {
  WidgetState& widgets = view_.widgets;
  const bool escape = is_plain(press, kKeyEscape);
  const FocusStop* stop = widgets.focus.stop();
  if (stop != nullptr && stop->panel != panel()) stop = nullptr;
  if (!widgets.edit.name.empty()) {
    widgets.edit.keys.push_back(press);
  } else if (press.repeat && (escape || activates(press) || opens_editor(press))) {
    return;  // held down: once is meant
  } else if (!widgets.list.name.empty()) {
    widgets.list.keys.push_back(press);
  } else if (press.chord.key == kKeyTab && !press.chord.ctrl && !press.chord.alt) {
    move(widgets.focus, press.chord.shift ? -1 : 1, panel());
  } else if (stop != nullptr && takes(stop->kind, press)) {
    widgets.focus.keys.push_back(press);
  } else if (!panel().empty()) {
    take_panel_key(press);
  } else if (escape && stop != nullptr) {
    let_go(widgets.focus);
  } else if (escape && view_.welcome) {
    view_.welcome = false;
  } else if (panel_drawn_ && tour::takes_key(press, !view_.tour.keys.empty(), model)) {
    view_.tour.keys.push_back(press);
  } else if (room_takes(press)) {
    return;
  } else if (const auto action = action_for(press.chord, model, derived_)) {
    actions_.push_back(*action);
  } else if (const auto by_place = action_for(press.place, model, derived_)) {
    actions_.push_back(*by_place);
  }
}

void Shell::take_panel_key(const KeyPress& press) {
  if (panel() == kFilesPanel) {
    view_.files.keys.push_back(press);
  } else if (panel() == kLeavePanel) {
    if (const auto answer = leave_answer(press, model)) actions_.push_back(Request(AnswerLeave{*answer}));
  } else if (is_plain(press, kKeyEscape) || press.text == '?') {
    actions_.push_back(SetHelpOpen{false});
  }
}

void Shell::welcome(std::vector<std::string> recent) {
  view_.welcome = true;
  view_.recent = std::move(recent);
}

void Shell::draw_room(Ui& ui, const Rect& area, Canvas* tee) {
  ImGuiCanvas window = parts::window_canvas(ui);
  TeeCanvas both(window, tee);
  Canvas& canvas = tee == nullptr ? static_cast<Canvas&>(window) : both;
  ui.tag("canvas", area);
  canvas.push_clip(area);
  in_room(
      model.room,
      [&](const auto& room, const auto& results, auto& view) {
        draw_canvas(ui, canvas, area, room, results, view);
      },
      model, derived_, view_.rooms);
  canvas.pop_clip();
}

// The room's settings. A drawer lies over the picture, in a window of its own that takes its clicks.
void Shell::draw_side_panel(Ui& ui, const FrameLayout& layout) {
  Rect area = layout.panel;
  panel_drawn_ = area.width() >= 1;
  if (!panel_drawn_) return;
  const bool drawer = layout.drawer, logging = !view_.welcome && model.log.shown,
             touring = !view_.welcome && tour::is_shown(model);
  if (drawer) {
    ImGui::SetNextWindowPos(im::vec(area.min));
    ImGui::SetNextWindowSize(im::vec(area.size()));
    ImGui::Begin("##drawer", nullptr, kRootFlags & ~ImGuiWindowFlags_NoBringToFrontOnFocus);
  }
  ImGuiCanvas canvas = parts::window_canvas(ui);
  canvas.fill(area, ui.theme.surface);
  canvas.fill({area.min, {area.min.x + parts::hair(ui), area.max.y}}, ui.theme.hairline);
  ui.tag("inspector", area);
  const float pad = std::round(ui.em * 1.1f);
  if (drawer && (touring || logging)) {
    const Rect heading{area.min, {area.max.x, area.min.y + std::round(2.7f * ui.em)}};
    (touring ? tour::draw_heading : draw_log_heading)(ui, heading, model);
    area.min.y = heading.max.y;
  } else if (drawer) {
    area.min.y += std::round(ui.em * 0.6f);
  }
  const Rect foot{{area.min.x, area.max.y - std::round(tour::kFoot * ui.em)}, area.max};
  if (touring) area.max.y = foot.min.y;
  const float bar = ImGui::GetStyle().ScrollbarSize;
  ImGui::SetCursorScreenPos({area.min.x + pad, area.min.y});
  // The column keeps its width whether or not the scroll bar shows, so that nothing jumps.
  im::begin_child("##inspector", {area.width() - pad - (pad - bar) / 2, area.height()});
  im::begin_child("##column", {area.width() - 2 * pad, std::max(inspector_height_, area.height())},
                  ImGuiWindowFlags_NoScrollbar | ImGuiWindowFlags_NoScrollWithMouse);
  if (view_.welcome) {
    draw_welcome(ui, view_.recent);
  } else if (logging) {
    draw_log(ui, model);
  } else if (touring) {
    tour::draw_step(ui, model, derived_, view_.tour);
  } else {
    in_room(
        model.room,
        [&](const auto& room, const auto& results, auto& view) { draw_inspector(ui, room, results, view); },
        model, derived_, view_.rooms);
  }
  gap(ui, 1);
  inspector_height_ = ImGui::GetCursorPosY();
  ImGui::EndChild();
  if (const Focus& focus = ui.widgets.focus; focus.moved && !focus.name.empty() && focus.stop() != nullptr &&
                                             area.contains({focus.rect.centre().x, area.centre().y})) {
    const float margin = 2 * ui.em;
    const float above = area.min.y + margin - focus.rect.min.y,
                below = focus.rect.max.y - area.max.y + margin;
    if (above > 0) ImGui::SetScrollY(ImGui::GetScrollY() - above);
    if (below > 0) ImGui::SetScrollY(ImGui::GetScrollY() + below);
  }
  if (touring && view_.tour.scroll) ImGui::SetScrollY(*view_.tour.scroll);
  ImGui::EndChild();
  if (touring) tour::draw_foot(ui, foot, model);
  if (drawer) ImGui::End();
}

FrameLayout Shell::layout(const FrameInput& input) const {
  FrameWish wish{.panel_open = model.panel_open, .presenting = model.presenting};
  if (!view_.welcome && !model.log.shown && !tour::is_shown(model)) wish.panel = panel_words(model).width;
  wish.tabs = static_cast<int>(room_info(model.room).words.panels.size()) + (tour::is_open(model) ? 1 : 0);
  // The transport bar comes back for a pointer that looks for it.
  const float y = ImGui::GetIO().MousePos.y;
  wish.controls = y > input.size.y - 5 * fonts_.em() && y < input.size.y;
  return frame_layout(input.size, fonts_.em(), wish);
}

void Shell::draw_parts(Ui& ui, const FrameLayout& at, Canvas* tee) {
  draw_room(ui, at.canvas, tee);
  if (model.presenting) {
    draw_sentence(ui, at.status, model, derived_);
    const bool bar = at.transport.height() > 3 * ui.em;
    (bar ? draw_transport : draw_thin_playhead)(ui, at.transport, model, derived_);
    return;
  }
  const auto zone = [&](const Rect& area) { ui.zone = area; };
  zone(at.header);
  draw_title(ui, at, model);
  zone(at.lens);
  draw_lenses(ui, at, model, derived_);
  zone(at.transport);
  draw_transport(ui, at.transport, model, derived_);
  zone(at.tools);
  draw_tools(ui, at, model, derived_);
  zone(at.tabs);
  draw_tabs(ui, at, model);
  zone(at.panel);
  if (!at.drawer) draw_side_panel(ui, at);
  zone(at.rail);
  draw_rail(ui, at.rail, model);
  zone(at.status);
  draw_status(ui, at.status, model, derived_);
}

void Shell::draw_frame(Ui& ui, const FrameInput& input, Canvas* tee) {
  const FrameLayout at = layout(input);
  panel_drawn_ = false;
  ImGui::SetNextWindowPos({0, 0});
  ImGui::SetNextWindowSize(im::vec(input.size));
  ImGui::PushStyleColor(ImGuiCol_WindowBg, im::color(ui.theme.ground));
  ImGui::Begin("##root", nullptr, kRootFlags);
  draw_parts(ui, at, tee);
  ImGui::SetCursorScreenPos({0, 0});
  ImGui::Dummy({1, 1});
  ImGui::End();
  ImGui::PopStyleColor();
  ui.zone = at.panel;
  if (at.drawer) draw_side_panel(ui, at);
  ui.zone = {};
  ui.widgets.focus.panel = kFilesPanel;
  draw_file_panel(ui, at.canvas, view_.files);
  ui.widgets.focus.panel = kLeavePanel;
  draw_leave_question(ui, {{0, 0}, input.size}, model);
  ui.widgets.focus.panel = kHelpPanel;
  draw_help(ui, {{0, 0}, input.size}, model, view_.help);
  draw_tooltip(ui, {{0, 0}, input.size});
  ui.widgets.focus.moved = false;
}

void Shell::draw(const FrameInput& input, Canvas* tee) {
  begin(input);
  derive(model, derived_, environment);
  apply_style(theme(model.theme), fonts_.em());
  Ui ui = make_ui(input);
  draw_frame(ui, input, tee);
}

std::vector<Request> Shell::finish(const FrameInput& input) {
  std::vector<Request> requests;
  acted_ = false;
  for (const Action& action : std::exchange(actions_, {})) {
    if (const auto* request = get_if<Request>(action)) requests.push_back(*request);
    acted_ = acted_ || !is_passive(action);
    update(model, derived_, action);
    derive(model, derived_,
           environment);  // the next action may depend on it; costs nothing when nothing changed
  }
  if (acted_) view_.welcome = false;
  const bool answered = std::exchange(asked_, !requests.empty());
  if (acted_ || answered || has_news(model) || current_playhead(model).playing || model.log.said == 0) {
    derive(model, derived_, environment);  // a file that was dropped in this frame
    update(model, derived_, Hear{});
  }
  update(model, derived_, Tick{input.dt});
  return requests;
}

}  // namespace poolglass
