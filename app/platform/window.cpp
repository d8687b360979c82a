#include "app/platform/window.h"

#include <epoxy/gl.h>
#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>
#include <backends/imgui_impl_glfw.h>
#include <imgui.h>

#include <algorithm>
#include <cctype>
#include <deque>
#include <set>

namespace poolglass {

// Events wait here between two frames. ImGui 1.86 sees keys as levels, so a press and a release within one
// frame would be lost: key events reach it at most one change per key and frame.
struct Window::Input {
  struct KeyEvent {
    int key, scancode, action, mods;
  };
  std::deque<KeyEvent> keys;
  std::vector<Chord> chords;
  std::vector<std::string> dropped;
  bool any = true;
};

namespace {

Status unavailable(const std::string& what) { return Status(StatusCode::kUnavailable, what); }

std::string glfw_error() {
  const char* text = nullptr;
  glfwGetError(&text);
  return text == nullptr ? "unknown reason" : text;
}

int special_key(int key) {
  switch (key) {
    case GLFW_KEY_ESCAPE:
      return kKeyEscape;
    case GLFW_KEY_ENTER:
    case GLFW_KEY_KP_ENTER:
      return kKeyEnter;
    case GLFW_KEY_TAB:
      return kKeyTab;
    case GLFW_KEY_BACKSPACE:
      return kKeyBackspace;
    case GLFW_KEY_DELETE:
      return kKeyDelete;
    case GLFW_KEY_LEFT:
      return kKeyLeft;
    case GLFW_KEY_RIGHT:
      return kKeyRight;
    case GLFW_KEY_UP:
      return kKeyUp;
    case GLFW_KEY_DOWN:
      return kKeyDown;
    case GLFW_KEY_HOME:
      return kKeyHome;
    case GLFW_KEY_END:
      return kKeyEnd;
    case GLFW_KEY_PAGE_UP:
      return kKeyPageUp;
    case GLFW_KEY_PAGE_DOWN:
      return kKeyPageDown;
    default:
      return key >= GLFW_KEY_F1 && key <= GLFW_KEY_F11 ? kKeyF1 + (key - GLFW_KEY_F1) : kKeyNone;
  }
}

// Keys without a character, and combinations with Ctrl or Alt. Plain characters arrive through
// chord_of_character, which knows the keyboard's layout.
Chord chord_of_key(int key, int scancode, int mods) {
  const bool ctrl = (mods & GLFW_MOD_CONTROL) != 0, alt = (mods & GLFW_MOD_ALT) != 0;
  Chord chord{special_key(key), ctrl, (mods & GLFW_MOD_SHIFT) != 0, alt};
  if (chord.key != kKeyNone || !(ctrl || alt)) return chord;
  const char* name = glfwGetKeyName(key, scancode);
  if (name != nullptr && name[0] > ' ' && name[0] < 127 && name[1] == '\0') {
    chord.key = std::toupper(static_cast<unsigned char>(name[0]));
  } else if (key > GLFW_KEY_SPACE && key < 127) {
    chord.key = key;
  }
  if (chord.key == '+') chord = {'=', ctrl, false, alt};  // the larger key, with or without Shift
  return chord;
}

Chord chord_of_character(unsigned code) {
  if (code < ' ' || code >= 127) return {};
  const int c = static_cast<int>(code);
  return {std::toupper(c), false, std::isupper(c) != 0, false};
}

void window_hints(int major, int minor) {
  glfwDefaultWindowHints();
  glfwWindowHint(GLFW_CONTEXT_VERSION_MAJOR, major);
  glfwWindowHint(GLFW_CONTEXT_VERSION_MINOR, minor);
  glfwWindowHint(GLFW_OPENGL_PROFILE, GLFW_OPENGL_CORE_PROFILE);
  glfwWindowHint(GLFW_OPENGL_FORWARD_COMPAT, GLFW_TRUE);
  glfwWindowHintString(GLFW_X11_CLASS_NAME, "poolglass");
  glfwWindowHintString(GLFW_X11_INSTANCE_NAME, "poolglass");
}

}  // namespace

Result<std::unique_ptr<Window>> Window::open(const Options& options) {
  std::unique_ptr<Window> window(new Window);
  if (Status status = window->create(options); !status.ok()) return status;
  return window;
}

Status Window::create(const Options& options) {
  glfwSetErrorCallback(nullptr);
  if (!glfwInit()) {
    return unavailable("no display to open a window on (" + glfw_error() +
                       "); `poolglass shot --room step OUT.png` draws a picture without one");
  }
  for (const auto& [major, minor] : {std::pair{4, 5}, std::pair{4, 3}, std::pair{3, 3}}) {
    if (!options.compute && major > 3) continue;
    window_hints(major, minor);
    window_ = glfwCreateWindow(options.size.x, options.size.y, "Poolglass", nullptr, nullptr);
    if (window_ != nullptr) break;
  }
  if (window_ == nullptr) return unavailable("no window with OpenGL 3.3 (" + glfw_error() + ")");
  glfwSetWindowSizeLimits(window_, 480, 320, GLFW_DONT_CARE, GLFW_DONT_CARE);
  glfwMakeContextCurrent(window_);
  glfwSwapInterval(1);
  input_ = std::make_unique<Input>();
  install_callbacks();
  ImGui_ImplGlfw_InitForOpenGL(window_, false);
  renderer_ = std::make_unique<GlRenderer>();
  last_frame_ = glfwGetTime();
  return {};
}

Window::~Window() {
  renderer_.reset();
  if (window_ != nullptr) {
    ImGui_ImplGlfw_Shutdown();
    glfwDestroyWindow(window_);
  }
  glfwTerminate();
}

void Window::install_callbacks() {
  glfwSetWindowUserPointer(window_, input_.get());
  static constexpr auto input_of = [](GLFWwindow* w) -> Input& {
    Input& input = *static_cast<Input*>(glfwGetWindowUserPointer(w));
    input.any = true;
    return input;
  };
  glfwSetKeyCallback(window_, [](GLFWwindow* w, int key, int scancode, int action, int mods) {
    Input& input = input_of(w);
    input.keys.push_back({key, scancode, action, mods});
    const Chord chord = chord_of_key(key, scancode, mods);
    if (action != GLFW_RELEASE && chord.key != kKeyNone) input.chords.push_back(chord);
  });
  glfwSetCharCallback(window_, [](GLFWwindow* w, unsigned code) {
    if (const Chord chord = chord_of_character(code); chord.key != kKeyNone)
      input_of(w).chords.push_back(chord);
    ImGui_ImplGlfw_CharCallback(w, code);
  });
  glfwSetMouseButtonCallback(window_, [](GLFWwindow* w, int button, int action, int mods) {
    input_of(w);
    ImGui_ImplGlfw_MouseButtonCallback(w, button, action, mods);
  });
  glfwSetScrollCallback(window_, [](GLFWwindow* w, double x, double y) {
    input_of(w);
    ImGui_ImplGlfw_ScrollCallback(w, x, y);
  });
  glfwSetWindowFocusCallback(window_, [](GLFWwindow* w, int focused) {
    input_of(w);
    ImGui_ImplGlfw_WindowFocusCallback(w, focused);
  });
  glfwSetCursorEnterCallback(window_, [](GLFWwindow* w, int entered) {
    input_of(w);
    ImGui_ImplGlfw_CursorEnterCallback(w, entered);
  });
  glfwSetDropCallback(window_, [](GLFWwindow* w, int count, const char** paths) {
    Input& input = input_of(w);
    input.dropped.insert(input.dropped.end(), paths, paths + count);
  });
  glfwSetCursorPosCallback(window_, [](GLFWwindow* w, double, double) { input_of(w); });
  glfwSetWindowRefreshCallback(window_, [](GLFWwindow* w) { input_of(w); });
  glfwSetFramebufferSizeCallback(window_, [](GLFWwindow* w, int, int) { input_of(w); });
  glfwSetWindowContentScaleCallback(window_, [](GLFWwindow* w, float, float) { input_of(w); });
  glfwSetWindowCloseCallback(window_, [](GLFWwindow* w) { input_of(w); });
}

bool Window::wait(double seconds) {
  if (seconds > 0 && !input_->any) {
    glfwWaitEventsTimeout(seconds);
  } else {
    glfwPollEvents();
  }
  return std::exchange(input_->any, false);
}

FrameInput Window::collect() {
  FrameInput frame;
  int width = 0, height = 0, pixels = 0;
  glfwGetWindowSize(window_, &width, &height);
  glfwGetFramebufferSize(window_, &pixels, nullptr);
  float scale = 1;
  glfwGetWindowContentScale(window_, &scale, nullptr);
  frame.size = {std::max(width, 1), std::max(height, 1)};
  frame.density = width > 0 && pixels > 0 ? static_cast<float>(pixels) / static_cast<float>(width) : 1;
  frame.display_scale = std::max(0.5f, scale / frame.density);
  const double now = glfwGetTime();
  frame.dt = now - std::exchange(last_frame_, now);
  frame.chords = std::exchange(input_->chords, {});
  frame.dropped = std::exchange(input_->dropped, {});
  frame.close = glfwWindowShouldClose(window_) != 0;
  return frame;
}

void Window::feed_keys() {
  std::set<int> changed;
  auto event = input_->keys.begin();
  while (event != input_->keys.end() && changed.insert(event->key).second) {
    ImGui_ImplGlfw_KeyCallback(window_, event->key, event->scancode, event->action, event->mods);
    ++event;
  }
  input_->keys.erase(input_->keys.begin(), event);
  if (!input_->keys.empty()) input_->any = true;  // another frame takes the rest
}

void Window::begin_frame() {
  feed_keys();
  ImGui_ImplGlfw_NewFrame();
}

void Window::end_frame(Color clear) {
  renderer_->render(pixels(), clear);
  glfwSwapBuffers(window_);
}

glm::ivec2 Window::pixels() const {
  glm::ivec2 size{0};
  glfwGetFramebufferSize(window_, &size.x, &size.y);
  return size;
}

void Window::toggle_fullscreen() {
  if (glfwGetWindowMonitor(window_) != nullptr) {
    glfwSetWindowMonitor(window_, nullptr, windowed_.x, windowed_.y, windowed_.z, windowed_.w,
                         GLFW_DONT_CARE);
    return;
  }
  GLFWmonitor* monitor = glfwGetPrimaryMonitor();
  const GLFWvidmode* mode = monitor == nullptr ? nullptr : glfwGetVideoMode(monitor);
  if (mode == nullptr) return;
  glfwGetWindowPos(window_, &windowed_.x, &windowed_.y);
  glfwGetWindowSize(window_, &windowed_.z, &windowed_.w);
  glfwSetWindowMonitor(window_, monitor, 0, 0, mode->width, mode->height, mode->refreshRate);
}

void Window::set_title(const std::string& title) { glfwSetWindowTitle(window_, title.c_str()); }

}  // namespace poolglass
