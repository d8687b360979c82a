#include "tests/support/app_driver.h"

#include <cctype>
#include <functional>
#include <stdexcept>
#include <utility>

#include "app/layout/frame_layout.h"
#include "app/shell/requests.h"
#include "app/shell/svg_canvas.h"
#include "app/views/theme.h"

namespace poolglass::testing {
namespace {

// The keys that reach Dear ImGui's fields; Enter, Esc and Tab do not (see window.cpp).
int imgui_key(int key) {
  constexpr std::pair<int, int> kKeys[] = {{kKeyBackspace, ImGuiKey_Backspace},
                                           {kKeyDelete, ImGuiKey_Delete},
                                           {kKeyInsert, ImGuiKey_Insert},
                                           {kKeyLeft, ImGuiKey_LeftArrow},
                                           {kKeyRight, ImGuiKey_RightArrow},
                                           {kKeyHome, ImGuiKey_Home},
                                           {kKeyEnd, ImGuiKey_End},
                                           {'A', ImGuiKey_A},
                                           {'C', ImGuiKey_C},
                                           {'V', ImGuiKey_V},
                                           {'X', ImGuiKey_X},
                                           {'Z', ImGuiKey_Z}};
  for (const auto& [ours, theirs] : kKeys) {
    if (ours == key) return theirs;
  }
  return -1;
}

}  // namespace

AppDriver::AppDriver(glm::vec2 size, float display_scale, Environment environment) {
  shell.environment = std::move(environment);
  input_.size = size;
  input_.display_scale = display_scale;
  ImGuiIO& io = ImGui::GetIO();
  for (int key = 0; key < ImGuiKey_COUNT; ++key) io.KeyMap[key] = key;
  io.BackendFlags |= ImGuiBackendFlags_RendererHasVtxOffset;  // as OpenGL's renderer says
  io.MousePos = {-1, -1};
  shell.collect_tags(true);
  frames(3);
}

void AppDriver::frame(double dt) { draw(dt, nullptr); }

std::string AppDriver::room_svg() {
  SvgCanvas svg(shell.layout(input_).canvas, theme(model().theme).ground, shell.em());
  draw(1.0 / 60, &svg);
  return svg.finish();
}

void AppDriver::draw(double dt, Canvas* tee) {
  input_.dt = dt;
  ImGuiIO& io = ImGui::GetIO();
  if (shell.prepare(input_)) {
    unsigned char* pixels = nullptr;
    int width = 0, height = 0;
    io.Fonts->GetTexDataAsRGBA32(&pixels, &width, &height);
    io.Fonts->SetTexID(nullptr);
  }
  io.DisplaySize = {input_.size.x, input_.size.y};
  io.DeltaTime = static_cast<float>(dt);
  ImGui::NewFrame();
  shell.draw(input_, tee);
  ImGui::Render();
  for (Request& request : shell.finish(input_)) requests.push_back(std::move(request));
  input_.keys.clear();
}

void AppDriver::frames(int count, double dt) {
  for (int i = 0; i < count; ++i) frame(dt);
}

bool AppDriver::answer_requests() {
  bool closes = false;
  for (const Request& request : std::exchange(requests, {})) closes |= carry_out(request, desk, shell);
  frames(2);
  return closes;
}

bool AppDriver::press_and_answer(const Chord& chord) {
  press(chord);
  return answer_requests();
}

bool AppDriver::on_screen(std::string_view name) {
  for (const Tag& tag : shell.tags()) {
    if (tag.name == name) return true;
  }
  return false;
}

Rect AppDriver::find(std::string_view name) {
  std::string names;
  for (const Tag& tag : shell.tags()) {
    if (tag.name == name) return tag.rect;
    names += " " + tag.name;
  }
  throw std::runtime_error("nothing named " + std::string(name) + " on the screen, only:" + names);
}

void AppDriver::move_to(glm::vec2 position) {
  ImGui::GetIO().MousePos = {position.x, position.y};
  frames(2);
}

void AppDriver::hover(std::string_view name) { move_to(find(name).centre()); }

void AppDriver::button(bool down) {
  ImGui::GetIO().MouseDown[0] = down;
  frame();
}

void AppDriver::click_at(glm::vec2 position) {
  move_to(position);
  button(true);
  button(false);
  frames(32);  // further from the next click than a double click
}

void AppDriver::click(std::string_view name) { click_at(find(name).centre()); }

void AppDriver::double_click(std::string_view name) {
  move_to(find(name).centre());
  for (bool down : {true, false, true, false}) button(down);
  frames(2);
}

void AppDriver::click_slowly(double seconds) {
  button(true);
  button(false);
  frame(seconds);
  button(true);
  button(false);
  frames(2);
}

void AppDriver::wheel(float notches) {
  ImGui::GetIO().MouseWheel = notches;
  frame();
  ImGui::GetIO().MouseWheel = 0;
  frames(2);
}

void AppDriver::drag(std::string_view name, glm::vec2 by) { drag_from(find(name).centre(), by); }

void AppDriver::hold_at(glm::vec2 position) {
  move_to(position);
  button(true);
  frames(2);
}

void AppDriver::let_go() {
  button(false);
  frames(2);
}

void AppDriver::drag_from(glm::vec2 start, glm::vec2 by) {
  move_to(start);
  button(true);
  constexpr int kPieces = 8;
  for (int i = 1; i <= kPieces; ++i) {
    move_to(start + by * (static_cast<float>(i) / kPieces));
  }
  button(false);
  frame();
}

void AppDriver::drag_to(std::string_view from, std::string_view to) {
  drag(from, find(to).centre() - find(from).centre());
}

void AppDriver::press(const Chord& chord) {
  KeyPress press{chord};
  const bool character = chord.key >= ' ' && chord.key < 127 && !chord.ctrl && !chord.alt;
  const bool letter = chord.key >= 'A' && chord.key <= 'Z';
  if (character)
    press.text = static_cast<char32_t>(letter && !chord.shift ? chord.key - 'A' + 'a' : chord.key);
  ImGuiIO& io = ImGui::GetIO();
  if (character) io.AddInputCharacter(press.text);
  const int key = imgui_key(chord.key);
  io.KeyCtrl = chord.ctrl;
  io.KeyShift = chord.shift;
  if (key >= 0) io.KeysDown[key] = true;
  input_.keys.push_back(press);
  frame();
  if (key >= 0) io.KeysDown[key] = false;
  io.KeyCtrl = io.KeyShift = false;
  frames(2);
}

void AppDriver::type(std::string_view text) {
  ImGui::GetIO().AddInputCharactersUTF8(std::string(text).c_str());
  for (const ImWchar c : ImGui::GetIO().InputQueueCharacters) {
    KeyPress press;
    press.text = c;
    press.chord.key = c < 127 ? std::toupper(c) : kKeyNone;
    input_.keys.push_back(press);
  }
  frames(2);
}

size_t AppDriver::picture_hash() const {
  size_t hash = 0;
  const ImDrawData* data = ImGui::GetDrawData();
  for (int i = 0; i < data->CmdListsCount; ++i) {
    const ImVector<ImDrawVert>& vertices = data->CmdLists[i]->VtxBuffer;
    const std::string_view bytes(reinterpret_cast<const char*>(vertices.Data),
                                 static_cast<size_t>(vertices.size_in_bytes()));
    hash = hash * 31 + std::hash<std::string_view>()(bytes);
  }
  return hash;
}

}  // namespace poolglass::testing
