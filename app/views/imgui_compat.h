// The few places where Dear ImGui 1.86 (Debian 12) and newer versions differ.
#pragma once

#include <imgui.h>

#include "app/layout/color.h"
#include "app/layout/rect.h"

namespace poolglass::im {

inline ImVec2 vec(glm::vec2 v) { return {v.x, v.y}; }
inline glm::vec2 vec(ImVec2 v) { return {v.x, v.y}; }
inline ImU32 color(Color c) { return IM_COL32(c.r, c.g, c.b, c.a); }
inline ImVec4 color4(Color c) { return ImGui::ColorConvertU32ToFloat4(color(c)); }

// AddRect and AddPolyline swapped their last two parameters in 1.92.8.
inline void add_rect(ImDrawList& list, const Rect& r, Color c, float radius, float width) {
#if IMGUI_VERSION_NUM >= 19280
  list.AddRect(vec(r.min), vec(r.max), color(c), radius, width);
#else
  list.AddRect(vec(r.min), vec(r.max), color(c), radius, 0, width);
#endif
}
inline void add_polyline(ImDrawList& list, const ImVec2* points, int count, Color c, bool closed,
                         float width) {
#if IMGUI_VERSION_NUM >= 19280
  list.AddPolyline(points, count, color(c), width, closed ? ImDrawFlags_Closed : 0);
#else
  list.AddPolyline(points, count, color(c), closed ? ImDrawFlags_Closed : 0, width);
#endif
}

inline bool begin_child(const char* id, ImVec2 size, ImGuiWindowFlags flags = 0) {
  return ImGui::BeginChild(id, size, false, flags);  // 1.90 takes 0 child flags in the same place
}

}  // namespace poolglass::im
