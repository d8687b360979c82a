// Colours as 8-bit sRGB, and the perceptual maps that turn values into colours.
#pragma once

#include <cstdint>

namespace poolglass {

struct Color {
  uint8_t r = 0, g = 0, b = 0, a = 255;
  friend bool operator==(const Color&, const Color&) = default;
};

constexpr Color rgb(uint32_t hex) {
  return {static_cast<uint8_t>(hex >> 16), static_cast<uint8_t>(hex >> 8), static_cast<uint8_t>(hex), 255};
}
Color with_alpha(Color color, float alpha);  // alpha in [0, 1], multiplies
Color mix(Color from, Color to, float t);    // linear in sRGB
double contrast_ratio(Color a, Color b);     // WCAG 2.1, 1 to 21
Color readable_on(Color background);         // black or white, whichever contrasts more

// Perceptually uniform maps, t in [0, 1] (clamped). Piecewise linear through published anchor colours:
// cividis: Nunez, Anderton, Renslow, PLoS ONE 2018; viridis: Smith and van der Walt, 2015.
Color cividis(double t);
Color viridis(double t);
// Blue - white - red, 0.5 is zero; on a dark ground blue - dark grey - red, so that zero is no loud cell.
Color diverging(double t, bool dark);

}  // namespace poolglass
