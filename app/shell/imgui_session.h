// An ImGui context that is current for the life of this object; then the one before is again.
#pragma once

#include <imgui.h>

namespace poolglass {

class ImGuiSession {
 public:
  ImGuiSession() : before_(ImGui::GetCurrentContext()) {
    IMGUI_CHECKVERSION();
    own_ = ImGui::CreateContext();
    ImGui::SetCurrentContext(own_);
    ImGui::GetIO().IniFilename = nullptr;  // the app saves its own state
    ImGui::GetIO().LogFilename = nullptr;
  }
  ~ImGuiSession() {
    ImGui::DestroyContext(own_);
    ImGui::SetCurrentContext(before_);
  }
  ImGuiSession(const ImGuiSession&) = delete;
  ImGuiSession& operator=(const ImGuiSession&) = delete;

 private:
  ImGuiContext* before_;
  ImGuiContext* own_ = nullptr;
};

}  // namespace poolglass
