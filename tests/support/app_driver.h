// Drives whole frames of the app without a display: moves the pointer to things by name, presses keys, and
// lets tests look at the model. Draw lists are made in full; nothing is rasterised (pictures: take_shot()).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/document/desk.h"
#include "app/shell/imgui_session.h"
#include "app/shell/shell.h"

namespace poolglass::testing {

constexpr Chord ctrl(int key) { return {key, true, false, false}; }

class AppDriver {
 public:
  explicit AppDriver(glm::vec2 size = {1280, 720}, float display_scale = 1, Environment environment = {});

  Shell shell;
  std::vector<Request> requests;  // what the app asked of the outside
  Desk desk;

  // Carries out the requests so far, as the window does. True when the window would close.
  bool answer_requests();

  const Model& model() const { return shell.model; }
  const Derived& derived() const { return shell.derived(); }

  void frame(double dt = 1.0 / 60);
  void frames(int count, double dt = 1.0 / 60);

  // The named thing's rectangle; throws, with the names there are, when it is not on the screen.
  Rect find(std::string_view name);
  bool on_screen(std::string_view name);

  void move_to(glm::vec2 position);
  void hover(std::string_view name);
  void click(std::string_view name);
  void click_at(glm::vec2 position);
  void double_click(std::string_view name);
  void click_slowly(double seconds);  // twice where the pointer is, that far apart
  void wheel(float notches);          // where the pointer is
  void drag(std::string_view name, glm::vec2 by);
  void drag_from(glm::vec2 start, glm::vec2 by);
  void drag_to(std::string_view from, std::string_view to);
  void hold_at(glm::vec2 position);  // presses the button there, and let_go() releases it
  void let_go();
  void press(const Chord& chord);  // a key, with the character that it types
  void press(char key) { press(Chord{key, false, false, false}); }
  bool press_and_answer(const Chord& chord);                           // then answer_requests()
  void press_key(int key) { press(Chord{key, false, false, false}); }  // Enter, Esc, arrows, ...
  void type(std::string_view text);                                    // characters, all within one frame

  std::string room_svg();  // draws a frame more; the room's part of it

  // Vertices of the last frame: the picture changed if they did.
  size_t picture_hash() const;

 private:
  void button(bool down);
  void draw(double dt, Canvas* tee);

  ImGuiSession imgui_;
  FrameInput input_;
};

}  // namespace poolglass::testing
