// The font atlas: Inter, Inter SemiBold and JetBrains Mono at the sizes the type scale needs, with DejaVu
// Sans filling the signs that Inter lacks. Built once per scale, and again when a text has characters that
// are not in it yet: those come from the same fonts, then from Droid Sans Fallback (Han, kana, Hangul and
// more).
#pragma once

#include <set>
#include <string_view>
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

  // Notes which characters of the text, in UTF-8, the atlas lacks. Called with everything that is drawn, so
  // that names in any script are there one build() later.
  void want(std::string_view text) const;
  bool incomplete() const { return wanted_.size() > built_; }

 private:
  // A person's names have a few hundred characters; whole books would not fit the atlas.
  static constexpr size_t kMostWanted = 1000;

  std::vector<Face> faces_[3];
  float em_ = 15;
  mutable std::set<unsigned> wanted_;   // beyond kTextRanges; grows while texts are drawn
  size_t built_ = 0;                    // of wanted_, in the atlas
  std::vector<unsigned short> ranges_;  // ImGui keeps a pointer to it
};

}  // namespace poolglass
