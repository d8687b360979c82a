#include "app/rooms/shift/presets.h"

#include <algorithm>
#include <array>

#include "app/rooms/step/presets.h"
#include "core/pictures/pictures.h"
#include "core/printable.h"
#include "core/shift/patterns.h"

namespace poolglass::shift {
namespace {

constexpr size_t kShownName = 200;  // bytes of a file's name
constexpr Size2 kLarge{256, 256}, kSmall{64, 64};

Plane lesson(const Document&) {
  step::Source source;
  source.preset = "lesson";
  const step::Grid grid = step::source_grid(source, step::natural_size(source));
  Plane plane(grid.size);
  plane.values = grid.values.copied();
  return plane;
}

Plane photograph(const Document&) { return camera_picture(); }
Plane random_cells(const Document& d) { return pattern::noise(kLarge, d.seed); }
Plane smooth(const Document& d) { return pattern::smooth(kSmall, d.seed); }
Plane sparse(const Document& d) { return pattern::sparse(kSmall, d.seed); }
Plane stripes(const Document& d) { return pattern::stripes(kSmall, d.period); }
Plane checkers(const Document& d) { return pattern::checkers(kSmall, d.period); }
Plane zone_plate(const Document&) { return pattern::zone_plate(kLarge); }
Plane edge(const Document&) { return pattern::edge(kSmall); }

// Windows side by side fill the picture; where they overlap or leave gaps, it is as large as kPeakWindows
// strides, or one window.
Plane lone_peak(const Document& d) {
  const auto side = [](int64_t stride, int64_t kernel, int64_t dilation) {
    return std::max(kPeakWindows * stride, (kernel - 1) * dilation + 1);
  };
  const ShiftWindow& w = d.window;
  const Size2 size{side(w.stride.h, w.kernel.h, w.dilation.h), side(w.stride.w, w.kernel.w, w.dilation.w)};
  const auto place = [](int64_t extent, int64_t stride, int64_t tap, int64_t dilation) {
    return std::min(kPeakWindows / 2 * stride + tap * dilation, extent - 1);
  };
  const Cell peak{std::min(d.peak.row, w.kernel.h - 1), std::min(d.peak.column, w.kernel.w - 1)};
  return pattern::lone_peak(size, {place(size.h, w.stride.h, peak.row, w.dilation.h),
                                   place(size.w, w.stride.w, peak.column, w.dilation.w)});
}

constexpr std::array kPresets = {
    Preset{kPhotograph, "Photograph", "Max keeps most cells, the average and the blur most of the picture",
           photograph},
    Preset{"lesson-grid", "The lesson's grid", "Seven of sixteen maxima survive one pixel to the right",
           lesson},
    Preset{"noise", "Random cells", "Independent values: the law holds, a third of the maxima stay",
           random_cells, true},
    Preset{"smooth", "Smooth", "Slow waves: hardly anything is lost whichever way", smooth, true},
    Preset{"sparse", "Sparse", "Lone cells in the dark: a maximum keeps them where they stay in the window",
           sparse, true},
    Preset{kStripes, "Stripes", "Slide the period through twice the stride: finer stripes alias", stripes,
           false, true},
    Preset{kCheckers, "Checkers", "Stripes both ways", checkers, false, true},
    Preset{"zone-plate", "Zone plate", "Rings that grow finer: beyond the stride's reach they turn to moiré",
           zone_plate},
    Preset{"edge", "Edge", "Only cells on the edge can change", edge},
    Preset{kLonePeak, "Lone peak", "One cell: it leaves its window under 5 of 8 nudges", lone_peak, false,
           false, false},
};

}  // namespace

std::span<const Preset> presets() { return kPresets; }

const Preset* find_preset(std::string_view id) {
  const auto* at = std::ranges::find(kPresets, id, &Preset::id);
  return at == kPresets.end() ? nullptr : at;
}

std::string picture_title(std::string_view id, const Document& document) {
  const Preset* preset = find_preset(id);
  if (preset == nullptr) return one_line(document.file.name, kShownName);
  std::string title(preset->title);
  if (preset->periodic) title += ", period " + std::to_string(document.period);
  if (preset->seeded) title += ", seed " + std::to_string(document.seed);
  return title;
}

Status apply_preset(Model& model, const std::string& id) {
  const Preset* preset = find_preset(id);
  if (preset == nullptr) {
    std::string names;
    for (const Preset& p : presets()) names += (names.empty() ? "" : ", ") + std::string(p.id);
    return invalid_argument("no such preset; the presets are " + names);
  }
  if (!preset->listed) {
    model.lens = kPeakLens;
    return {};
  }
  update(model, SetPicture{id});
  return {};
}

}  // namespace poolglass::shift
