// Axis-aligned rectangles in pixels; x grows right, y grows down.
#pragma once

#include <algorithm>
#include <glm/vec2.hpp>

namespace poolglass {

struct Rect {
  glm::vec2 min{0.0f};
  glm::vec2 max{0.0f};

  static Rect from_size(glm::vec2 origin, glm::vec2 size) { return {origin, origin + size}; }
  float width() const { return max.x - min.x; }
  float height() const { return max.y - min.y; }
  glm::vec2 size() const { return max - min; }
  glm::vec2 centre() const { return (min + max) * 0.5f; }
  bool contains(glm::vec2 p) const { return p.x >= min.x && p.x < max.x && p.y >= min.y && p.y < max.y; }
  Rect inset(float d) const { return {min + d, max - d}; }
  Rect inset(float dx, float dy) const { return {min + glm::vec2(dx, dy), max - glm::vec2(dx, dy)}; }
  Rect translated(glm::vec2 d) const { return {min + d, max + d}; }
  bool overlaps(const Rect& o) const {
    return min.x < o.max.x && o.min.x < max.x && min.y < o.max.y && o.min.y < max.y;
  }
  bool encloses(const Rect& o) const {
    return o.min.x >= min.x && o.min.y >= min.y && o.max.x <= max.x && o.max.y <= max.y;
  }
  friend bool operator==(const Rect&, const Rect&) = default;
};

inline Rect lerp(const Rect& a, const Rect& b, float t) {
  return {a.min + (b.min - a.min) * t, a.max + (b.max - a.max) * t};
}

}  // namespace poolglass
