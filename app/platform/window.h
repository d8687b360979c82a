// The app's window (GLFW): input in, frames out.
#pragma once

#include <glm/vec2.hpp>
#include <glm/vec4.hpp>
#include <memory>
#include <string>

#include "app/layout/color.h"
#include "app/platform/frame_input.h"
#include "app/platform/gl_renderer.h"
#include "core/status.h"

struct GLFWwindow;

namespace poolglass {

class Window {
 public:
  struct Options {
    // At the usual size the window opens as large as the display's scale asks and its screen holds.
    static constexpr glm::ivec2 kUsualSize{1280, 720};
    glm::ivec2 size = kUsualSize;
    bool compute = true;  // false: ask for an OpenGL 3.3 context only
  };
  // An ImGui context must be current. kUnavailable with a sentence when there is no display or no OpenGL 3.3.
  // When the display's server goes away while the window is open, the program ends with one sentence.
  static Result<std::unique_ptr<Window>> open(const Options& options);
  ~Window();

  // Sleeps until an event or for `seconds`; 0 only polls. True if anything happened.
  bool wait(double seconds);
  FrameInput collect();  // takes what happened since the last call, or as much as fits into one frame
  void begin_frame();    // hands mouse, clipboard and time to ImGui; then ImGui::NewFrame is next
  void end_frame(Color clear);

  GlRenderer& renderer() { return *renderer_; }
  glm::ivec2 pixels() const { return pixels_; }  // of the framebuffer, at the last collect()
  glm::ivec2 windowed_size() const;              // as it is, or will be again after full screen
  void toggle_fullscreen();
  void set_title(const std::string& title);

 private:
  struct Input;
  Window() = default;
  Status create(const Options& options);
  void install_callbacks();

  GLFWwindow* window_ = nullptr;
  std::unique_ptr<Input> input_;
  std::unique_ptr<GlRenderer> renderer_;
  double last_frame_ = 0;
  glm::ivec2 pixels_{1};
  glm::vec2 units_{1};      // ImGui's size of the window
  glm::ivec4 windowed_{0};  // position and size to go back to from full screen
};

}  // namespace poolglass
