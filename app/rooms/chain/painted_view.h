// Cells as one picture, painted again only when what they show has changed.
#pragma once

#include <algorithm>
#include <cstdint>

#include "app/layout/color_scale.h"
#include "app/rooms/chain/view_state.h"
#include "core/tensor.h"

namespace poolglass::chain {

// No picture has more pixels a side: of a larger plane several cells share one.
inline constexpr int64_t kMostPainted = 512;

// `of`: what is shown, and in which colours. `color_of(row, column)` of cells [0, size), with alpha.
template <class ColorOf>
const Bitmap& painted(ViewState::Painted& shown, uint64_t of, Size2 size, const ColorOf& color_of) {
  Bitmap& bitmap = shown.bitmap;
  if (shown.of == of && bitmap.width == size.w && bitmap.height == size.h) return bitmap;
  shown.of = of;
  bitmap.width = static_cast<int>(size.w);
  bitmap.height = static_cast<int>(size.h);
  bitmap.pixels.clear();
  bitmap.pixels.reserve(static_cast<size_t>(size.h * size.w));
  for (int64_t row = 0; row < size.h; ++row) {
    for (int64_t column = 0; column < size.w; ++column) {
      bitmap.pixels.push_back(pixel(color_of(row, column)));
    }
  }
  ++bitmap.revision;
  return bitmap;
}

// The same of a plane of numbers, by the largest of the cells that share a pixel. Of very many, some spread
// over them are looked at. `value_at(row, column)`; `color_of(value)`.
template <class ValueAt, class ColorOf>
const Bitmap& painted_plane(ViewState::Painted& shown, uint64_t of, Size2 plane, const ValueAt& value_at,
                            const ColorOf& color_of) {
  const Size2 size{std::min(plane.h, kMostPainted), std::min(plane.w, kMostPainted)};
  constexpr int64_t kSamples = 7;  // per side at least, where there are as many
  return painted(shown, of, size, [&](int64_t row, int64_t column) {
    const int64_t r0 = row * plane.h / size.h, r1 = (row + 1) * plane.h / size.h;
    const int64_t c0 = column * plane.w / size.w, c1 = (column + 1) * plane.w / size.w;
    const int64_t down = std::max<int64_t>((r1 - r0) / kSamples, 1);
    const int64_t right = std::max<int64_t>((c1 - c0) / kSamples, 1);
    auto most = value_at(r0, c0);
    for (int64_t r = r0; r < r1; r += down) {
      for (int64_t c = c0; c < c1; c += right) most = std::max(most, value_at(r, c));
    }
    return color_of(most);
  });
}

}  // namespace poolglass::chain
