// The font atlas: Inter, Inter SemiBold and JetBrains Mono at the sizes the type scale needs, with DejaVu
// Sans filling the signs that Inter lacks. Built once per scale.
#pragma once

#include <vector>

#include "app/views/canvas.h"

struct ImFont;

namespace poolglass {

class Fonts {
 public:
  // Fills the current ImGui context's atlas. `em`: body size in ImGui units; `density`: framebuffer pixels
  // per unit. Falls back to ImGui's built-in font when a file cannot be read. The caller uploads the texture.
  void build(float em, float density);

  struct Face {
    ImFont* font = nullptr;
    float size = 0;  // of the em square, in ImGui units: what a designer calls the font's size
    float line = 0;  // ascent to descent, in ImGui units: what ImGui calls its size
  };
  // The largest face not above `size`, else the smallest there is.
  Face face(Font font, float size) const;
  float em() const { return em_; }

 private:
  std::vector<Face> faces_[3];
  float em_ = 15;
};

}  // namespace poolglass
