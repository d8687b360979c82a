// One frame of the app, whatever it is shown on: input to actions, state to picture.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "app/layout/frame_layout.h"
#include "app/platform/frame_input.h"
#include "app/shell/view_state.h"
#include "app/state/model.h"
#include "app/views/fonts.h"

namespace poolglass {

class Canvas;

class Shell {
 public:
  Model model;
  Environment environment;  // to be set before the first frame

  // Font sizes for this input's scale. True when the atlas was rebuilt: upload it before the next frame.
  bool prepare(const FrameInput& input);

  // Between ImGui::NewFrame() and ImGui::Render(): turns keys into actions, derives, draws everything, and
  // collects what the widgets ask for. `tee`, when set, receives the room's picture too (an export).
  void draw(const FrameInput& input, Canvas* tee = nullptr);

  // After drawing: carries out the actions and lets time pass. Requests are left for the caller.
  std::vector<Request> finish(const FrameInput& input);

  bool acted() const {
    return acted_;
  }                                  // somebody did something in the last frame: the model may have changed
  void changed() { asked_ = true; }  // the model, between two frames: the next one says what it shows now
  bool animating() const { return poolglass::animating(model); }
  double wake_in() const { return view_.widgets.wake_in; }  // seconds until a frame is due anyway

  // Names and places of everything clickable in the last frame; collected only when asked for.
  void collect_tags(bool on) { want_tags_ = on; }
  std::span<const Tag> tags() const { return tags_; }

  const Derived& derived() const { return derived_; }
  FilePanel& files() { return view_.files; }
  FrameLayout layout(const FrameInput& input) const;  // of the next frame
  // Greets in the side panel until somebody does something.
  void welcome(std::vector<std::string> recent);
  const Focus& focus() const { return view_.widgets.focus; }
  const WidgetState& widgets() const { return view_.widgets; }
  float em() const { return fonts_.em(); }

 private:
  Ui make_ui(const FrameInput& input);
  void begin(const FrameInput& input);
  void take_key(const KeyPress& press);
  void take_panel_key(const KeyPress& press);
  bool room_takes(const KeyPress& press);
  std::string_view panel() const;  // the one that has the keyboard to itself; empty: none
  void draw_frame(Ui& ui, const FrameInput& input, Canvas* tee);
  void draw_room(Ui& ui, const Rect& area, Canvas* tee);
  void draw_parts(Ui& ui, const FrameLayout& at, Canvas* tee);
  void draw_side_panel(Ui& ui, const FrameLayout& layout);

  Fonts fonts_;
  float density_ = 0;
  Derived derived_;
  ShellViewState view_;
  std::vector<Action> actions_;
  std::vector<Tag> tags_;
  std::string panel_, before_panel_;  // the panel of the last frame; what had the keyboard before it
  bool want_tags_ = false;
  bool acted_ = false;
  bool asked_ = false;          // what requests changed since the last frame is still to be said
  bool panel_drawn_ = false;    // the side panel, in the last frame
  float inspector_height_ = 0;  // of the last frame's content: how far it scrolls
};

}  // namespace poolglass
