#include "app/layout/color.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>

namespace poolglass {
namespace {

double linear_light(uint8_t channel) {
  const double c = channel / 255.0;
  return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
}

double luminance(Color c) {
  return 0.2126 * linear_light(c.r) + 0.7152 * linear_light(c.g) + 0.0722 * linear_light(c.b);
}

uint8_t blend(uint8_t from, uint8_t to, float t) {
  return static_cast<uint8_t>(std::lround(static_cast<float>(from) + (static_cast<float>(to) - from) * t));
}

Color ramp(std::span<const Color> anchors, double t) {
  if (!(t > 0)) return anchors.front();
  if (t >= 1) return anchors.back();
  const double at = t * static_cast<double>(anchors.size() - 1);
  const size_t i = static_cast<size_t>(at);
  return mix(anchors[i], anchors[i + 1], static_cast<float>(at - static_cast<double>(i)));
}

constexpr std::array kCividis = {rgb(0x00204D), rgb(0x00336F), rgb(0x39486B), rgb(0x575C6D), rgb(0x707173),
                                 rgb(0x8A8779), rgb(0xA69D75), rgb(0xC4B56C), rgb(0xE4CF5B), rgb(0xFFEA46)};
constexpr std::array kViridis = {rgb(0x440154), rgb(0x482878), rgb(0x3E4A89), rgb(0x31688E), rgb(0x26828E),
                                 rgb(0x1F9E89), rgb(0x35B779), rgb(0x6DCD59), rgb(0xB4DE2C), rgb(0xFDE725)};
// ColorBrewer's RdBu with nine classes, blue first (Brewer, Harrower, The Cartographic Journal 2003).
constexpr std::array kBlueRed = {rgb(0x2166AC), rgb(0x4393C3), rgb(0x92C5DE), rgb(0xD1E5F0), rgb(0xF7F7F7),
                                 rgb(0xFDDBC7), rgb(0xF4A582), rgb(0xD6604D), rgb(0xB2182B)};
// The same hues around a dark centre: CIELAB lightness 16, 34, 52, 68, 84 to either side at hues 255 and 35.
constexpr std::array kBlueDarkRed = {rgb(0xA5D7FF), rgb(0x53AEE7), rgb(0x0085C1),
                                     rgb(0x00567E), rgb(0x262A2E), rgb(0x813B31),
                                     rgb(0xCD5748), rgb(0xF68674), rgb(0xFFC0B2)};

}  // namespace

Color with_alpha(Color color, float alpha) {
  color.a = static_cast<uint8_t>(std::lround(static_cast<float>(color.a) * std::clamp(alpha, 0.0f, 1.0f)));
  return color;
}

Color mix(Color from, Color to, float t) {
  t = std::clamp(t, 0.0f, 1.0f);
  return {blend(from.r, to.r, t), blend(from.g, to.g, t), blend(from.b, to.b, t), blend(from.a, to.a, t)};
}

double contrast_ratio(Color a, Color b) {
  const double la = luminance(a), lb = luminance(b);
  return (std::max(la, lb) + 0.05) / (std::min(la, lb) + 0.05);
}

Color readable_on(Color background) {
  const Color black = rgb(0x000000), white = rgb(0xFFFFFF);
  return contrast_ratio(black, background) >= contrast_ratio(white, background) ? black : white;
}

Color cividis(double t) { return ramp(kCividis, t); }
Color viridis(double t) { return ramp(kViridis, t); }
Color diverging(double t, bool dark) {
  return ramp(dark ? std::span<const Color>(kBlueDarkRed) : std::span<const Color>(kBlueRed), t);
}

}  // namespace poolglass
