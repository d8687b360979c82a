#include "app/views/theme.h"

namespace poolglass {
namespace {

constexpr Theme kDark = {
    .dark = true,
    .ground = rgb(0x0E1116),
    .surface = rgb(0x151A21),
    .raised = rgb(0x1D242D),
    .hairline = rgb(0x2C3540),
    .text = rgb(0xE8ECF1),
    .muted = rgb(0x97A3B2),
    .accent = rgb(0xF2B134),
    .focus = rgb(0x56B4E9),
    .convolution = rgb(0x56B4E9),
    .max_pool = rgb(0xE69F00),
    .average_pool = rgb(0x2FB59A),
    .other = rgb(0x8A94A3),
    .guess = rgb(0xD98CBB),
    .winner = rgb(0xFF7F50),
    .warning = rgb(0xE4572E),
};

constexpr Theme kLight = {
    .dark = false,
    .ground = rgb(0xFAFAF7),
    .surface = rgb(0xFFFFFF),
    .raised = rgb(0xF1F1EC),
    .hairline = rgb(0xD9D9D2),
    .text = rgb(0x1B1F24),
    .muted = rgb(0x5B6470),
    .accent = rgb(0x9A6200),
    .focus = rgb(0x0072B2),
    .convolution = rgb(0x0072B2),
    .max_pool = rgb(0xA85F00),
    .average_pool = rgb(0x007A5E),
    .other = rgb(0x6B7480),
    .guess = rgb(0x94386F),
    .winner = rgb(0xC2410C),
    .warning = rgb(0xB91C1C),
};

}  // namespace

const Theme& theme(ThemeName name) { return name == ThemeName::kDark ? kDark : kLight; }

}  // namespace poolglass
