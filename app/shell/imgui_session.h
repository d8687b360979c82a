// An ImGui context for the life of this object.
#pragma once

#include <imgui.h>

namespace poolglass {

class ImGuiSession {
 public:
  ImGuiSession() {
    IMGUI_CHECKVERSION();
    ImGui::CreateContext();
    ImGui::GetIO().IniFilename = nullptr;  // the app saves its own state
    ImGui::GetIO().LogFilename = nullptr;
  }
  ~ImGuiSession() { ImGui::DestroyContext(); }
  ImGuiSession(const ImGuiSession&) = delete;
  ImGuiSession& operator=(const ImGuiSession&) = delete;
};

}  // namespace poolglass
