#include "app/shell/panels.h"

#include <array>
#include <cmath>
#include <glm/common.hpp>

#include "app/rooms/format.h"
#include "app/rooms/views.h"
#include "app/state/commands.h"
#include "app/tour/tour_view.h"
#include "app/views/icons.h"
#include "app/views/imgui_compat.h"
#include "app/views/widget_parts.h"
#include "core/simd_targets.h"

namespace poolglass {
namespace {

// "6 / 16"; while a guess is open how many there are is kept back, too.
std::string position_text(const Model& model, const Derived& derived) {
  const std::string position = grouped(current_playhead(model).index + 1);
  return position + " / " + (locked(model) ? "?" : grouped(playback_length(model, derived)));
}

std::string speed_text(double speed) {
  if (speed == 0.25) return "¼×";
  if (speed == 0.5) return "½×";
  return std::to_string(static_cast<int>(speed)) + "×";
}

void draw_speed(Ui& ui, ImGuiCanvas& canvas, const Rect& rect, double speed) {
  const parts::Item it = parts::item(ui, "transport/speed", rect);
  if (it.hovered) canvas.fill(rect, parts::control_fill(ui, true, it.held), parts::corner(ui));
  canvas.text(rect.centre(), speed_text(speed), Font::kMono, ui.em,
              it.hovered ? ui.theme.text : ui.theme.muted, AlignX::kCentre, AlignY::kMiddle);
  tooltip(ui, rect, "Speed: each click doubles it, after 16× it starts over at ¼×  [ [ and ] ]");
  if (!parts::pressed(ui, "transport/speed", rect) && !it.clicked) return;
  ui.push(PlayheadAction(SetSpeed{speed >= Playhead::kMaxSpeed ? Playhead::kMinSpeed : speed * 2}));
}

}  // namespace

void draw_rail(Ui& ui, const Rect& area, const Model& model) {
  constexpr int kOthers = 2;  // buttons at its end: help and theme
  ImGuiCanvas canvas = parts::window_canvas(ui);
  canvas.fill(area, ui.theme.surface);
  canvas.fill({{area.max.x - parts::hair(ui), area.min.y}, area.max}, ui.theme.hairline);
  int index = 0;
  const auto next = [&] {
    return rail_button(area, ui.em, index++, static_cast<int>(kRooms.size()) + kOthers, kOthers);
  };
  for (const RoomInfo& info : kRooms) {
    const Rect rect = next();
    const bool current = info.room == model.room;
    const std::string tip =
        std::string(info.words.title) + ": " + std::string(info.words.lenses.front().question);
    const std::string name = std::string(info.name), command = "room-" + name;
    const auto sign = [&](Canvas& on, Color color) {
      in_room(
          info.room, [&](const auto& room) { draw_sign(icon_pen(on, rect, color), room); }, model);
    };
    if (current) {
      canvas.fill(rect, ui.theme.raised, parts::corner(ui));
      const float half = rect.height() * 0.28f, y = rect.centre().y;
      canvas.fill({{area.min.x, y - half}, {area.min.x + std::round(ui.em * 0.2f), y + half}}, ui.theme.text);
    }
    if (sign_button(ui, "rail/" + name, rect, sign, {"", tip, command, ""}, current)) {
      ui.push(SelectRoom{info.room});
    }
  }
  const ControlText help_text{"", "Every key, on one sheet", "help", ""};
  if (icon_button(ui, "rail/help", next(), Icon::kHelp, help_text, model.help_open)) {
    ui.push(SetHelpOpen{!model.help_open});
  }
  const bool dark = model.theme == ThemeName::kDark;
  const ControlText theme_text{"", dark ? "Light theme" : "Dark theme", "theme", ""};
  if (icon_button(ui, "rail/theme", next(), Icon::kTheme, theme_text)) {
    ui.push(SetTheme{dark ? ThemeName::kLight : ThemeName::kDark});
  }
}

namespace {

constexpr float kEdge = 1.6f;  // em: from the canvas's edges to what stands in it
constexpr float kSelectors =
    12.0f;  // em: what a room's selectors need; where less is left, one tab stands for all

// The chosen tab is bright and underlined. Returns its right end.
float draw_tab(Ui& ui, Canvas& canvas, glm::vec2 left_middle, float bottom, std::string_view title,
               bool chosen = true, bool hovered = false) {
  const float width = canvas.text_size(title, Font::kStrong, ui.em).x;
  const Color color = chosen || hovered ? ui.theme.text : ui.theme.muted;
  canvas.text(left_middle, title, chosen ? Font::kStrong : Font::kText, ui.em, color, AlignX::kLeft,
              AlignY::kMiddle);
  if (!chosen) return left_middle.x + width;
  const float thick = std::max(2.0f, std::round(ui.em * 0.13f));
  canvas.fill({{left_middle.x, bottom - thick}, {left_middle.x + width, bottom}}, ui.theme.text);
  return left_middle.x + width;
}

void draw_underline(Ui& ui, Canvas& canvas, const Rect& row) {
  canvas.fill({{row.min.x, row.max.y - parts::hair(ui)}, row.max}, ui.theme.hairline);
}

// A command as an icon: its words and key on hover, or why it cannot be used.
void command_icon(Ui& ui, const Rect& rect, std::string_view id, Icon icon, const Model& model,
                  const Derived& derived) {
  const Command* command = find_command(id);
  if (command == nullptr) return;
  const WhyNot why_not = command->why_not(model, derived);
  const ControlText text{"", command->words, command->id, why_not ? std::string_view(*why_not) : ""};
  if (icon_button(ui, "tools/" + command->id, rect, icon, text)) {
    ui.actions.push_back(command->action(model, derived));
  }
}

}  // namespace

void draw_title(Ui& ui, const FrameLayout& layout, const Model& model) {
  const RoomWords& words = room_info(model.room).words;
  const std::string_view question = lens_words(model).question;
  ImGuiCanvas canvas = parts::window_canvas(ui);
  const Rect& area = layout.header;
  canvas.push_clip(area);
  const float y = area.centre().y;
  float x = area.min.x + ui.em * kEdge;
  canvas.text({x, y}, words.title, Font::kStrong, ui.em * kTitle, ui.theme.text, AlignX::kLeft,
              AlignY::kMiddle);
  x += canvas.text_size(words.title, Font::kStrong, ui.em * kTitle).x + ui.em * 0.8f;
  const bool room = canvas.text_size(question, Font::kText, ui.em).x <= area.max.x - ui.em - x;
  if (room && !layout.merged) {
    canvas.text({x, y}, question, Font::kText, ui.em, ui.theme.muted, AlignX::kLeft, AlignY::kMiddle);
  }
  canvas.pop_clip();
  if (!room || layout.merged) tooltip(ui, {area.min, {x, area.max.y}}, question);
}

namespace {

// The current lens where there is no room for all: a list of them hangs below. Returns its right end.
float draw_lens_list(Ui& ui, Canvas& canvas, const Rect& row, float x, std::span<const LensWords> lenses,
                     size_t current) {
  const float mark = 0.95f * ui.em;  // right of the title
  const LensWords& lens = lenses[current];
  const float width = canvas.text_size(lens.title, Font::kStrong, ui.em).x + mark;
  const Rect rect{{x - 0.4f * ui.em, row.min.y}, {x + width + 0.4f * ui.em, row.max.y}};
  const std::string name = "lens/" + std::string(lens.name);
  const parts::Item it = parts::item(ui, name, rect);
  draw_tab(ui, canvas, {x, row.centre().y}, row.max.y, lens.title, true, it.hovered);
  parts::draw_chevron(ui, canvas, {x + width - 0.3f * ui.em, row.centre().y});
  parts::control_tooltip(ui, rect, {"", lens.question, "lens-next", ""});
  std::vector<std::string_view> titles;
  for (const LensWords& of : lenses) titles.push_back(of.title);
  int selected = static_cast<int>(current);
  if (parts::drop_list(ui, name, rect, it, titles, &selected))
    ui.push(SetLens{static_cast<size_t>(selected)});
  return x + width;
}

}  // namespace

// All lenses as tabs; where there is no room for them, the current one with a list of the others.
void draw_lenses(Ui& ui, const FrameLayout& layout, const Model& model, const Derived& derived) {
  const RoomWords& words = room_info(model.room).words;
  ImGuiCanvas canvas = parts::window_canvas(ui);
  const Rect& row = layout.lens;
  draw_underline(ui, canvas, row);
  float x = row.min.x + ui.em * kEdge;
  if (layout.merged) {
    x += canvas.text_size(words.title, Font::kStrong, ui.em * kTitle).x + ui.em * 1.6f;
  }
  const size_t current = current_lens(model);
  const float gap = ui.em * 1.6f;
  float all = 0;
  for (const LensWords& lens : words.lenses)
    all += canvas.text_size(lens.title, Font::kStrong, ui.em).x + gap;
  float end = x;
  if (words.lenses.size() == 1) {  // nothing to choose: a heading
    ui.tag("lens/" + std::string(words.lenses.front().name), {{x, row.min.y}, {x + all, row.max.y}});
    end = draw_tab(ui, canvas, {x, row.centre().y}, row.max.y, words.lenses.front().title);
  } else if (x + all + ui.em * kSelectors > row.max.x) {
    const float left = layout.merged ? x - 0.8f * ui.em : x;  // every letter counts
    end = draw_lens_list(ui, canvas, row, left, words.lenses, current);
  } else {
    for (size_t i = 0; i < words.lenses.size(); ++i) {
      const LensWords& lens = words.lenses[i];
      const float width = canvas.text_size(lens.title, Font::kStrong, ui.em).x;
      const Rect rect{{x - gap / 4, row.min.y}, {x + width + gap / 4, row.max.y}};
      const std::string name = "lens/" + std::string(lens.name);
      const parts::Item it = parts::item(ui, name, rect);
      end = draw_tab(ui, canvas, {x, row.centre().y}, row.max.y, lens.title, i == current, it.hovered);
      parts::control_tooltip(ui, rect, {"", lens.question, "lens-" + std::to_string(i + 1), ""});
      if (parts::pressed(ui, name, rect) || it.clicked) ui.push(SetLens{i});
      x += width + gap;
    }
  }
  in_room(
      model.room,
      [&](const auto& room, const auto& results) {
        draw_selectors(ui, {{end + ui.em, row.min.y}, {row.max.x - ui.em * kEdge, row.max.y}}, room, results);
      },
      model, derived);
}

void draw_tools(Ui& ui, const FrameLayout& layout, const Model& model, const Derived& derived) {
  ImGuiCanvas canvas = parts::window_canvas(ui);
  canvas.fill(layout.tools, ui.theme.surface);
  canvas.fill({layout.tools.min, {layout.tools.min.x + parts::hair(ui), layout.tools.max.y}},
              ui.theme.hairline);
  struct Tool {
    std::string_view command;
    Icon icon;
  };
  static constexpr std::array kTools = {Tool{"undo", Icon::kUndo},          Tool{"redo", Icon::kRedo},
                                        Tool{"open", Icon::kOpen},          Tool{"save", Icon::kSave},
                                        Tool{"export-data", Icon::kExport}, Tool{"present", Icon::kPresent}};
  const int count = static_cast<int>(kTools.size());
  for (int i = 0; i < count; ++i) {
    const Tool& tool = kTools[static_cast<size_t>(i)];
    const Rect rect = tool_button(layout.tools, ui.em, i, count, 2);
    if (rect.max.y > layout.tools.max.y) break;  // a column too low for all: their keys remain
    command_icon(ui, rect, tool.command, tool.icon, model, derived);
  }
}

namespace {

Icon icon_of(PanelSign sign) {
  switch (sign) {
    case PanelSign::kSettings:
      return Icon::kSettings;
    case PanelSign::kCode:
      return Icon::kCode;
    case PanelSign::kPredict:
      break;
  }
  return Icon::kPredict;
}

// Of a drawer: a column of signs; the open one is marked.
void draw_drawer_tabs(Ui& ui, const Rect& column, const Model& model) {
  const std::span<const PanelWords> panels = room_info(model.room).words.panels;
  const bool touring = tour::is_open(model), shown = tour::is_shown(model);
  const int own = static_cast<int>(panels.size()), count = own + (touring ? 1 : 0);
  if (touring && icon_button(ui, "panel/tour", drawer_tab(column, ui.em, own, count), Icon::kTour,
                             {"", "The tour", "tour-fold", ""}, tour::in_sight(model))) {
    ui.push(tour::Action(tour::Show{!tour::in_sight(model)}));
  }
  for (int i = 0; i < own; ++i) {
    const PanelWords& panel = panels[static_cast<size_t>(i)];
    const std::string name(panel.name);
    const std::string command = "panel-" + name;
    const bool open =
        model.panel_open && !shown && !model.log.shown && current_panel(model) == static_cast<size_t>(i);
    if (icon_button(ui, "panel/" + name, drawer_tab(column, ui.em, i, count), icon_of(panel.sign),
                    {"", panel.words, command, ""}, open)) {
      ui.push(SetPanel{static_cast<size_t>(i)});
    }
  }
}

}  // namespace

void draw_tabs(Ui& ui, const FrameLayout& layout, const Model& model) {
  ImGuiCanvas canvas = parts::window_canvas(ui);
  const Rect& row = layout.tabs;
  canvas.fill(row, ui.theme.surface);
  canvas.fill({row.min, {row.min.x + parts::hair(ui), row.max.y}}, ui.theme.hairline);
  if (layout.drawer) return draw_drawer_tabs(ui, row, model);
  draw_underline(ui, canvas, row);
  if (model.log.shown) return draw_log_heading(ui, row, model);
  if (tour::is_shown(model)) return tour::draw_heading(ui, row, model);
  const std::span<const PanelWords> panels = room_info(model.room).words.panels;
  const size_t current = current_panel(model);
  const float gap = ui.em * 1.4f;
  float x = row.min.x + ui.em * 1.1f;
  for (size_t i = 0; i < panels.size(); ++i) {
    const PanelWords& panel = panels[i];
    const float width = canvas.text_size(panel.title, Font::kStrong, ui.em).x;
    const Rect rect{{x - gap / 4, row.min.y}, {x + width + gap / 4, row.max.y}};
    const std::string name = "panel/" + std::string(panel.name);
    if (panels.size() == 1 && !tour::is_open(model)) {  // nothing to choose: a heading
      ui.tag(name, rect);
      draw_tab(ui, canvas, {x, row.centre().y}, row.max.y, panel.title);
      return;
    }
    const parts::Item it = parts::item(ui, name, rect);
    draw_tab(ui, canvas, {x, row.centre().y}, row.max.y, panel.title, i == current, it.hovered);
    parts::control_tooltip(ui, rect, {"", panel.words, "panel-" + std::string(panel.name), ""});
    const bool chosen = parts::pressed(ui, name, rect) || it.clicked;
    if (chosen && i != current) ui.push(SetPanel{i});
    x += width + gap;
  }
  if (!tour::is_open(model)) return;
  const float width = canvas.text_size("Tour", Font::kText, ui.em).x;
  const Rect rect{{x - gap / 4, row.min.y}, {x + width + gap / 4, row.max.y}};
  const parts::Item it = parts::item(ui, "panel/tour", rect);
  draw_tab(ui, canvas, {x, row.centre().y}, row.max.y, "Tour", false, it.hovered);
  parts::control_tooltip(ui, rect, {"", "Back to the tour", "tour", ""});
  if (parts::pressed(ui, "panel/tour", rect) || it.clicked) ui.push(tour::Action(tour::Show{true}));
}

void draw_transport(Ui& ui, const Rect& area, const Model& model, const Derived& derived) {
  const Playhead& playhead = current_playhead(model);
  const int64_t count = playback_length(model, derived);
  const TransportLayout at = transport_layout(area, ui.em);
  ImGuiCanvas canvas = parts::window_canvas(ui);
  canvas.fill({area.min, {area.max.x, area.min.y + parts::hair(ui)}}, ui.theme.hairline);

  const std::string_view why = count > 1 ? "" : "There is only one position to show";
  const auto control = [&](std::string_view name, const Rect& rect, Icon icon, std::string_view tip,
                           PlayheadAction action) {
    const std::string tag = "transport/" + std::string(name);
    if (icon_button(ui, tag, rect, icon, {"", tip, name, why})) ui.push(action);
  };
  control("first", at.first, Icon::kFirst, "To the first position", SeekTo{0});
  control("step-back", at.back, Icon::kStepBack, "One step back", StepBy{-1});
  control("play", at.play, playhead.playing ? Icon::kPause : Icon::kPlay, playhead.playing ? "Pause" : "Play",
          TogglePlay{});
  control("step-forward", at.forward, Icon::kStepForward, "One step forward", StepBy{1});
  control("last", at.last, Icon::kLast, "To the last position", SeekTo{count - 1});

  int64_t index = playhead.index;
  const std::string counter = position_text(model, derived);
  Rect track = at.scrubber;  // as far as the longest counter leaves it
  const std::string longest = grouped(count) + " / " + grouped(count);
  const float figures = at.counter.max.x - canvas.text_size(longest, Font::kMono, ui.em).x - ui.em;
  track.max.x = std::min(track.max.x, std::max(figures, track.min.x));
  const bool scrubs = at.scrubber.width() > 0 && track.width() > 0;
  if (scrubs && scrubber(ui, "transport/scrubber", track, count, &index)) {
    ui.push(PlayheadAction(SeekTo{index}));
  }
  if (at.counter.width() > 0) {
    canvas.text({at.counter.max.x, at.counter.centre().y}, counter, Font::kMono, ui.em, ui.theme.text,
                AlignX::kRight, AlignY::kMiddle);
  }
  draw_speed(ui, canvas, at.speed, playhead.speed);
  const ControlText loop_text{"", playhead.loop ? "Looping" : "Loop", "loop", ""};
  if (icon_button(ui, "transport/loop", at.loop, Icon::kLoop, loop_text, playhead.loop)) {
    ui.push(PlayheadAction(ToggleLoop{}));
  }
}

namespace {

// On one line or two; false when that does not hold all of it.
bool write_sentence(Canvas& canvas, const Rect& area, const std::string& sentence, float size, Color color) {
  const auto lines = wrapped_within(canvas, sentence, Font::kText, size, area.width(), 2);
  float y = area.centre().y - 0.6f * size * static_cast<float>(lines.size() - 1);
  for (const std::string& line : lines) {
    canvas.text({area.min.x, y}, line, Font::kText, size, color, AlignX::kLeft, AlignY::kMiddle);
    y += 1.2f * size;
  }
  return lines.empty() || !lines.back().ends_with("…");
}

}  // namespace

void draw_status(Ui& ui, const Rect& area, const Model& model, const Derived& derived) {
  ImGuiCanvas canvas = parts::window_canvas(ui);
  canvas.fill(area, ui.theme.surface);
  canvas.fill({area.min, {area.max.x, area.min.y + parts::hair(ui)}}, ui.theme.hairline);
  const std::string gpu = gpu_in_use(model, derived);
  const std::string engine = gpu.empty() ? "CPU · " + active_simd_target() : "GPU · OpenGL";
  const float y = area.centre().y, pad = std::round(ui.em * 0.9f), size = ui.em * kCaption;
  const float engine_width = canvas.text_size(engine, Font::kMono, size).x;
  const Rect engine_rect{{area.max.x - pad - engine_width, area.min.y}, {area.max.x - pad, area.max.y}};
  canvas.text({engine_rect.min.x, y}, engine, Font::kMono, size, ui.theme.muted, AlignX::kLeft,
              AlignY::kMiddle);
  tooltip(ui, engine_rect,
          gpu.empty() ? "What computes the numbers: the processor, with its widest vector instructions"
                      : "What computes the numbers: compute shaders on " + gpu);

  if (model.opening) {
    const float end = area.min.x + area.width() * static_cast<float>(model.opening->share.value_or(0));
    canvas.fill({area.min, {end, area.min.y + 2 * parts::hair(ui)}}, ui.theme.focus);
  }
  const bool error = !model.opening && !model.notice.empty() && model.notice_is_error;
  const std::string sentence = status_line(model, derived);
  const Rect room{{area.min.x + pad, area.min.y}, {engine_rect.min.x - pad, area.max.y}};
  const bool whole = write_sentence(canvas, room, sentence, size, error ? ui.theme.warning : ui.theme.text);
  ui.tag("status", room);
  if (!whole) tooltip(ui, room, sentence);
}

void draw_sentence(Ui& ui, const Rect& area, const Model& model, const Derived& derived) {
  ImGuiCanvas canvas = parts::window_canvas(ui);
  const float y = area.centre().y, edge = ui.em * kEdge;
  const std::string counter = position_text(model, derived);
  const float width = canvas.text_size(counter, Font::kMono, ui.em).x;
  canvas.text({area.max.x - edge, y}, counter, Font::kMono, ui.em, ui.theme.muted, AlignX::kRight,
              AlignY::kMiddle);
  const float room = area.width() - 2 * edge - width - ui.em;
  const std::string sentence = status_line(model, derived);
  const auto fits = [&](float size) { return canvas.text_size(sentence, Font::kText, size).x <= room; };
  const float size = ui.em * (fits(ui.em * kTitle) ? kTitle : fits(ui.em) ? kBody : kCaption);
  const Rect words{{area.min.x + edge, area.min.y}, {area.min.x + edge + room, area.max.y}};
  write_sentence(canvas, words, sentence, size, ui.theme.text);
  ui.tag("status", area);
}

void draw_thin_playhead(Ui& ui, const Rect& area, const Model& model, const Derived& derived) {
  const int64_t count = playback_length(model, derived);
  int64_t index = current_playhead(model).index;
  if (count > 1 && scrubber(ui, "transport/scrubber", area.inset(ui.em * kEdge, 0), count, &index)) {
    ui.push(PlayheadAction(SeekTo{index}));
  }
}

}  // namespace poolglass
