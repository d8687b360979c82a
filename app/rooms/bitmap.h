// Pixels that a canvas draws as cells with hard edges, made by a view.
#pragma once

#include <cstdint>
#include <type_traits>
#include <vector>

namespace poolglass {

// A view keeps its bitmaps in its view state, at one place for as long as the window lives: a renderer knows
// a texture by its bitmap's address, and sends it to the driver again when `revision` has changed.
struct Bitmap {
  int width = 0, height = 0;
  std::vector<uint32_t> pixels;  // bytes R, G, B, A of each, rows top to bottom
  uint64_t revision = 0;         // of the pixels; to be raised whenever they change
};

// What Dear ImGui's draw lists call a texture: a pointer, and since 1.91.4 a number. Views put the address of
// a bitmap there, the renderer the driver's name of its texture.
template <class Id>
Id texture_id(uintptr_t value) {
  if constexpr (std::is_pointer_v<Id>) {
    return reinterpret_cast<Id>(value);
  } else {
    return static_cast<Id>(value);
  }
}
template <class Id>
uintptr_t texture_value(Id id) {
  if constexpr (std::is_pointer_v<Id>) {
    return reinterpret_cast<uintptr_t>(id);
  } else {
    return static_cast<uintptr_t>(id);
  }
}

}  // namespace poolglass
