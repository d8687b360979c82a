#include "app/platform/window.h"

#include <epoxy/gl.h>
#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>
#include <backends/imgui_impl_glfw.h>
#include <imgui.h>

#include <algorithm>
#include <glm/common.hpp>
#include <map>
#include <string_view>
#include <utility>

#include "app/platform/key_queue.h"
#include "app/platform/x11_errors.h"
#include "core/printable.h"

namespace poolglass {

struct Window::Input {
  KeyQueue keys;
  std::vector<QueuedKey> taken;  // by the frame that is being made
  std::map<int, int> sent;       // keys that are down for ImGui: by scancode, under which code
  std::vector<std::string> dropped;
  bool any = true;
};

namespace {

constexpr float kShortestFrame = 1e-5f;  // seconds; ImGui takes no 0

// What asking for window and framebuffer one after the other can give while the window changes its size stays
// within what fonts can be made for.
constexpr float kLeastDensity = 0.5f, kMostDensity = 8;

struct WindowSize {
  glm::vec2 units{1};
  glm::ivec2 pixels{1};
  float density() const {
    return std::clamp(static_cast<float>(pixels.x) / units.x, kLeastDensity, kMostDensity);
  }
};

WindowSize window_size(GLFWwindow* window) {
  constexpr int kMostTries = 4;
  glm::ivec2 units{0}, pixels{0}, again{0};
  glfwGetWindowSize(window, &again.x, &again.y);
  for (int i = 0; i < kMostTries && (i == 0 || again != units); ++i) {
    units = again;
    glfwGetFramebufferSize(window, &pixels.x, &pixels.y);
    glfwGetWindowSize(window, &again.x, &again.y);
  }
  return {glm::max(glm::vec2(units), 1.0f), glm::max(pixels, 1)};
}

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
    case GLFW_KEY_INSERT:
      return kKeyInsert;
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

bool is_keypad(int key) {
  return key >= GLFW_KEY_KP_0 && key <= GLFW_KEY_KP_EQUAL && key != GLFW_KEY_KP_ENTER;
}

int place_of(int key) {
  constexpr std::string_view kKeypad = "0123456789./*-+";
  if (const int special = special_key(key); special != kKeyNone) return special;
  if (key == GLFW_KEY_KP_EQUAL) return '=';
  if (is_keypad(key)) return kKeypad[static_cast<size_t>(key - GLFW_KEY_KP_0)];
  return key >= GLFW_KEY_SPACE && key < 127 ? key : kKeyNone;
}

QueuedKey queued(int key, int scancode, int action, int mods) {
  QueuedKey queued;
  queued.kind = action == GLFW_PRESS    ? QueuedKey::Kind::kPress
                : action == GLFW_REPEAT ? QueuedKey::Kind::kRepeat
                                        : QueuedKey::Kind::kRelease;
  queued.code = scancode;
  queued.native = key;
  queued.modifier = key >= GLFW_KEY_LEFT_SHIFT && key <= GLFW_KEY_RIGHT_SUPER;
  queued.event.place = place_of(key);
  const bool named = !queued.modifier && queued.event.place < kKeyEscape;
  const char* label = named ? glfwGetKeyName(key, scancode) : nullptr;
  if (label != nullptr) queued.event.label = label;
  queued.event.ctrl = (mods & GLFW_MOD_CONTROL) != 0;
  queued.event.shift = (mods & GLFW_MOD_SHIFT) != 0;
  queued.event.alt = (mods & GLFW_MOD_ALT) != 0;
  queued.event.num_lock = (mods & GLFW_MOD_NUM_LOCK) != 0;
  queued.event.keypad = is_keypad(key);
  return queued;
}

// The code under which Dear ImGui's fields look for the key: of the letter that the layout puts there, and of
// what the keypad does without NumLock.
int imgui_key(const QueuedKey& key) {
  constexpr std::pair<int, int> kMoves[] = {
      {kKeyInsert, GLFW_KEY_INSERT}, {kKeyDelete, GLFW_KEY_DELETE},  {kKeyHome, GLFW_KEY_HOME},
      {kKeyEnd, GLFW_KEY_END},       {kKeyPageUp, GLFW_KEY_PAGE_UP}, {kKeyPageDown, GLFW_KEY_PAGE_DOWN},
      {kKeyLeft, GLFW_KEY_LEFT},     {kKeyRight, GLFW_KEY_RIGHT},    {kKeyUp, GLFW_KEY_UP},
      {kKeyDown, GLFW_KEY_DOWN}};
  if (key.event.keypad) {
    for (const auto& [move, code] : kMoves) {
      if (key.press().chord.key == move) return code;
    }
    return key.native;
  }
  return letter_key(key.native, key.event.label);  // GLFW's codes of letters are their characters
}

// What ends a field or leaves it is the app's to decide: Dear ImGui would do it one frame off.
bool is_for_the_app(int place) { return place == kKeyEnter || place == kKeyEscape || place == kKeyTab; }

void window_hints(int major, int minor) {
  glfwDefaultWindowHints();
  glfwWindowHint(GLFW_CONTEXT_VERSION_MAJOR, major);
  glfwWindowHint(GLFW_CONTEXT_VERSION_MINOR, minor);
  glfwWindowHint(GLFW_OPENGL_PROFILE, GLFW_OPENGL_CORE_PROFILE);
  glfwWindowHint(GLFW_OPENGL_FORWARD_COMPAT, GLFW_TRUE);
  glfwWindowHintString(GLFW_X11_CLASS_NAME, "poolglass");
  glfwWindowHintString(GLFW_X11_INSTANCE_NAME, "poolglass");
}

// A scaled window may have become larger than what panels and docks leave of the screen.
void keep_on_screen(GLFWwindow* window) {
  GLFWmonitor* monitor = glfwGetPrimaryMonitor();
  if (monitor == nullptr) return;
  int x = 0, y = 0, width = 0, height = 0, wide = 0, high = 0;
  glfwGetMonitorWorkarea(monitor, &x, &y, &width, &height);
  glfwGetWindowSize(window, &wide, &high);
  if (width <= 0 || height <= 0 || (wide <= width && high <= height)) return;
  glfwSetWindowSize(window, std::min(wide, width), std::min(high, height));
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
  watch_x11_errors();
  for (const auto& [major, minor] : {std::pair{4, 5}, std::pair{4, 3}, std::pair{3, 3}}) {
    if (!options.compute && major > 3) continue;
    window_hints(major, minor);
    const bool usual = options.size == Options::kUsualSize;
    glfwWindowHint(GLFW_SCALE_TO_MONITOR, usual ? GLFW_TRUE : GLFW_FALSE);
    window_ = glfwCreateWindow(options.size.x, options.size.y, "Poolglass", nullptr, nullptr);
    if (window_ != nullptr) break;
  }
  if (window_ == nullptr) return unavailable("no window with OpenGL 3.3 (" + glfw_error() + ")");
  if (options.size == Options::kUsualSize) keep_on_screen(window_);
  glfwSetWindowSizeLimits(window_, 480, 320, GLFW_DONT_CARE, GLFW_DONT_CARE);
  glfwMakeContextCurrent(window_);
  if (glfwGetCurrentContext() != window_) {
    return unavailable("the window's OpenGL cannot be used (" + glfw_error() + ")");
  }
  glfwSwapInterval(1);
  input_ = std::make_unique<Input>();
  install_callbacks();
  if (!ImGui_ImplGlfw_InitForOpenGL(window_, false)) return unavailable("no input from the window");
  Result<std::unique_ptr<GlRenderer>> renderer = GlRenderer::create();
  if (!renderer.ok()) return renderer.status();
  renderer_ = *std::move(renderer);
  last_frame_ = glfwGetTime();
  return {};
}

Window::~Window() {
  renderer_.reset();
  if (window_ != nullptr) {
    if (ImGui::GetIO().BackendPlatformUserData != nullptr) ImGui_ImplGlfw_Shutdown();
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
  glfwSetInputMode(window_, GLFW_LOCK_KEY_MODS, GLFW_TRUE);
  glfwSetKeyCallback(window_, [](GLFWwindow* w, int key, int scancode, int action, int mods) {
    input_of(w).keys.key(queued(key, scancode, action, mods));
  });
  glfwSetCharCallback(window_, [](GLFWwindow* w, unsigned code) { input_of(w).keys.text(code); });
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
  watch_x11_errors();
  FrameInput frame;
  const WindowSize size = window_size(window_);
  pixels_ = size.pixels;
  frame.size = units_ = size.units;
  frame.density = size.density();
  float scale = 1;
  glfwGetWindowContentScale(window_, &scale, nullptr);
  frame.display_scale = std::max(0.5f, scale / frame.density);
  const double now = glfwGetTime();
  frame.dt = now - std::exchange(last_frame_, now);
  input_->taken = input_->keys.take();
  for (const QueuedKey& key : input_->taken) {
    const KeyPress press = key.press();
    if (press.chord.key != kKeyNone || press.text != 0) frame.keys.push_back(press);
  }
  if (!input_->keys.empty()) input_->any = true;  // another frame takes the rest
  frame.dropped = std::exchange(input_->dropped, {});
  frame.close = glfwWindowShouldClose(window_) != 0;
  glfwSetWindowShouldClose(window_, GLFW_FALSE);  // whether it does is decided later
  return frame;
}

void Window::begin_frame() {
  for (const QueuedKey& key : std::exchange(input_->taken, {})) {
    if (key.event.text != 0 && key.kind != QueuedKey::Kind::kRelease) {
      ImGui::GetIO().AddInputCharacter(key.event.text);
    }
    if (key.code < 0 || key.kind == QueuedKey::Kind::kRepeat) continue;  // ImGui repeats by itself
    if (is_for_the_app(key.event.place)) continue;
    const bool down = key.kind == QueuedKey::Kind::kPress;
    if (down) input_->sent[key.code] = imgui_key(key);
    const auto sent = input_->sent.find(key.code);
    if (sent == input_->sent.end()) continue;
    ImGui_ImplGlfw_KeyCallback(window_, sent->second, key.code, down ? GLFW_PRESS : GLFW_RELEASE, 0);
    if (!down) input_->sent.erase(sent);
  }
  ImGui_ImplGlfw_NewFrame();
  // The same size in the whole frame, whatever the window has become meanwhile.
  ImGuiIO& io = ImGui::GetIO();
  io.DisplaySize = {units_.x, units_.y};
  io.DisplayFramebufferScale = {static_cast<float>(pixels_.x) / units_.x,
                                static_cast<float>(pixels_.y) / units_.y};
  io.DeltaTime = std::max(io.DeltaTime, kShortestFrame);
}

void Window::end_frame(Color clear) {
  renderer_->render(pixels_, clear);
  glfwSwapBuffers(window_);
}

glm::ivec2 Window::windowed_size() const {
  if (glfwGetWindowMonitor(window_) != nullptr) return {windowed_.z, windowed_.w};
  glm::ivec2 size{0};
  glfwGetWindowSize(window_, &size.x, &size.y);
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

void Window::set_title(const std::string& title) {
  constexpr size_t kLongest = 200;  // bytes; X11 refuses what is longer than its requests
  glfwSetWindowTitle(window_, one_line(title, kLongest).c_str());
}

}  // namespace poolglass
