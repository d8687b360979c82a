// The coverage lens: how many windows read each cell, as a map, and along each side as windows under cells.
#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "app/rooms/format.h"
#include "app/rooms/step/picture_view.h"

namespace poolglass::step {
namespace {

// One side of the plane: a strip of cells, and its windows as brackets under it on as many levels as overlap
// asks for; where those are too many, the window at the playhead alone.
class Side1D {
 public:
  Side1D(Picture& p, const Rect& room, const Axis& axis, const std::vector<int64_t>& reads, CellRange range)
      : p_(p), room_(room), axis_(axis), reads_(reads), range_(range) {
    cell_ = room.width() / static_cast<float>(range.count());
    const int64_t span = (axis.kernel - 1) * axis.dilation + 1;
    // Neighbouring bins of an adaptive axis share a cell at most, where there are no more bins than cells.
    levels_ = axis.adaptive ? 2 : (span + axis.stride - 1) / axis.stride;
    all_ = axis.adaptive ? axis.output <= axis.input : levels_ <= kMostLevels;
    if (!all_) levels_ = 1;
  }

  float height() const { return kStrip * p_.em + static_cast<float>(levels_) * kLevel * p_.em; }

  void draw(int64_t window_now) {
    const float strip = std::round(kStrip * p_.em), top = room_.min.y;
    if (cell_ < 2) return draw_coarse(window_now);
    for (int64_t at = range_.first; at < range_.last; ++at) {
      Rect cell{{x_of(at), top}, {x_of(at + 1), top + strip}};
      if (cell_ >= 4 * p_.hair()) cell.max.x -= p_.hair();
      if (at < 0 || at >= axis_.input) {
        p_.canvas.dashed_stroke(cell.inset(0.5f * p_.hair()), with_alpha(p_.theme.muted, 0.6f), p_.hair(),
                                0.25f * p_.em);
      } else if (reads_[static_cast<size_t>(at)] == 0) {
        p_.canvas.fill(cell, p_.theme.raised);
        p_.canvas.hatch(cell, with_alpha(p_.theme.muted, 0.8f), std::max(3.0f, 0.3f * p_.em), p_.hair());
      } else {
        p_.canvas.fill(cell, p_.theme.raised);
      }
    }
    for (int64_t i = 0; i < axis_.output && all_; ++i) {
      if (i != window_now) bracket(i, with_alpha(p_.theme.muted, 0.8f), p_.hair());
    }
    bracket(window_now, p_.theme.accent, 2 * p_.hair());
  }

 private:
  static constexpr int64_t kMostLevels = 5;
  static constexpr float kStrip = 0.9f, kLevel = 0.65f;  // em

  // A map's side: its cells are too small to be told apart, but not those that are left out at its end.
  void draw_coarse(int64_t window_now) {
    const float top = room_.min.y, low = top + std::round(kStrip * p_.em);
    int64_t end = axis_.input;
    while (end > 0 && reads_[static_cast<size_t>(end - 1)] == 0) --end;
    p_.canvas.fill({{x_of(0), top}, {x_of(axis_.input), low}}, p_.theme.raised);
    if (end < axis_.input) {
      const Rect left_out{{std::min(x_of(end), x_of(axis_.input) - 3 * p_.hair()), top},
                          {x_of(axis_.input), low}};
      p_.canvas.hatch(left_out, p_.theme.muted, std::max(3.0f, 0.3f * p_.em), p_.hair());
    }
    bracket(window_now, p_.theme.accent, 2 * p_.hair());
  }

  float x_of(int64_t at) const {
    return std::round(room_.min.x + cell_ * static_cast<float>(at - range_.first));
  }

  void bracket(int64_t index, Color color, float width) {
    const AxisWindow window = axis_.window(index);
    const float y = room_.min.y + (kStrip + 0.15f + kLevel * static_cast<float>(index % levels_)) * p_.em;
    const float low = std::round(y + 0.3f * p_.em), inset = std::min(0.2f * cell_, 0.15f * p_.em);
    const float left = x_of(window.start) + inset, right = x_of(window.last() + 1) - inset;
    const glm::vec2 points[] = {{left, std::round(y)}, {left, low}, {right, low}, {right, std::round(y)}};
    p_.canvas.polyline(points, color, width, false);
  }

  Picture& p_;
  Rect room_;
  const Axis& axis_;
  const std::vector<int64_t>& reads_;
  CellRange range_;
  float cell_ = 1;
  int64_t levels_ = 1;
  bool all_ = true;
};

// One side's name and windows at the top of `room`; the height that they take.
float draw_side(Picture& p, const Rect& room, bool of_rows) {
  const Derived& d = p.derived;
  const Axis& axis = of_rows ? d.geometry.rows : d.geometry.columns;
  const std::vector<int64_t>& reads = of_rows ? d.row_reads : d.column_reads;
  Side1D strip(p, {{room.min.x, room.min.y + 1.5f * p.em}, room.max}, axis, reads,
               of_rows ? d.rows : d.columns);
  if (room.min.y + 1.5f * p.em + strip.height() > room.max.y) return 0;
  const int64_t read = axis.input - std::ranges::count(reads, 0);
  const std::string count = grouped(read) + " of " + grouped(axis.input);
  std::string words = std::string(of_rows ? "Rows" : "Columns") + ", " + count + " read";
  if (p.canvas.text_size(words, Font::kText, kCaption * p.em).x > room.width())
    words = count + (of_rows ? " rows" : " columns");
  p.canvas.text({room.min.x, room.min.y + 0.5f * p.em}, words, Font::kText, kCaption * p.em, p.theme.muted,
                AlignX::kLeft, AlignY::kMiddle);
  strip.draw(of_rows ? d.window.output.row : d.window.output.column);
  return strip.height() + 2.7f * p.em;
}

// Σ of all reads, and why it is less than taps times windows.
void draw_sum(Picture& p, const Rect& room) {
  const Derived& d = p.derived;
  const float size = kCaption * p.em;
  float y = room.min.y;
  const auto line = [&](const std::string& text, Color color) {
    if (y + size > room.max.y || p.canvas.text_size(text, Font::kText, size).x > room.width()) return;
    p.canvas.text({room.min.x, y}, text, Font::kText, size, color);
    y += 1.5f * p.em;
  };
  line("Σ reads = " + grouped(d.total_reads), p.theme.text);
  if (d.geometry.rows.adaptive) return;
  const int64_t taps = d.params.kernel.h * d.params.kernel.w, all = taps * d.windows;
  const std::string windows = grouped(d.windows) + (d.windows == 1 ? " window" : " windows");
  line(d.total_reads == all ? "= " + grouped(taps) + " cells × " + windows
                            : grouped(all - d.total_reads) + " of " + grouped(all) + " taps meet no cell",
       p.theme.muted);
}

}  // namespace

Color reads_map(double share) { return viridis(0.4 + 0.6 * share); }
Color reads_color(const Derived& d, int64_t reads) {
  return reads_map(d.most_reads > 1 ? static_cast<double>(reads - 1) / static_cast<double>(d.most_reads - 1)
                                    : 0);
}

void draw_reads(Picture& p, Figures& figures) {
  const Derived& d = p.derived;
  const GridBox& box = p.layout.input;
  draw_ring(p, box);
  std::vector<float> counts;
  counts.reserve(d.grid.values.size());
  for (const int64_t row : d.row_reads) {
    for (const int64_t column : d.column_reads) counts.push_back(static_cast<float>(row * column));
  }
  if (p.layout.numbers) update_figures(p, figures, d.revision, counts, box);
  const bool values = has_small_figures(p, box);
  const float corner = cell_corner(p, box);
  size_t index = 0;
  for (int64_t row = 0; row < d.grid.size.h; ++row) {
    for (int64_t column = 0; column < d.grid.size.w; ++column, ++index) {
      const Rect cell = face(p, box, {row, column});
      const int64_t reads = d.reads({row, column});
      const Color color = reads > 0 ? reads_color(d, reads) : p.theme.raised;
      p.canvas.fill(cell, color, corner);
      if (reads == 0) draw_unread(p, cell);
      const Color ink = reads > 0 ? readable_on(color) : p.theme.text;
      if (values) draw_small_figure(p, cell, d.grid.values[index], with_alpha(ink, 0.8f));
      if (!p.layout.numbers) continue;
      const float down = values ? 0.08f * box.cell : 0;
      draw_figure(p, figures, index, {cell.min + glm::vec2(0, down), cell.max + glm::vec2(0, down)}, ink);
    }
  }
  draw_indices(p, box, d.grid.size);
}

void draw_sides(Picture& p) {
  if (p.layout.arrangement != Arrangement::kBeside) return;
  const Rect& lane = p.layout.arithmetic;
  const Rect room{{lane.min.x + 0.8f * p.em, lane.min.y}, {lane.max.x - 0.8f * p.em, lane.max.y}};
  if (room.width() < 6 * p.em) return;
  const float rows = draw_side(p, room, true);
  const float columns = draw_side(p, {{room.min.x, room.min.y + rows}, room.max}, false);
  draw_sum(p, {{room.min.x, room.min.y + rows + columns}, room.max});
}

void draw_sides_in(Picture& p, const Rect& room) {
  const float third = room.width() / 3, inset = 1.5f * p.em;
  const auto part = [&](float from) -> Rect {
    return {{room.min.x + from * third + inset, room.min.y}, {room.min.x + (from + 1) * third, room.max.y}};
  };
  draw_side(p, part(0), true);
  draw_side(p, part(1), false);
  draw_sum(p, part(2));
}

void draw_reads_legend(Picture& p) {
  const Rect& room = p.layout.legend;
  if (room == Rect{}) return;
  const Derived& d = p.derived;
  const float side = std::round(0.87f * p.em), y = room.centre().y;
  float x = std::round(room.min.x);
  const auto entry = [&](int64_t reads, const std::string& words) {
    const float width = side + 0.5f * p.em + p.canvas.text_size(words, Font::kText, kCaption * p.em).x;
    if (x > room.min.x && x + width > room.max.x) return;
    const Rect swatch = Rect::from_size({x, std::round(y - side / 2)}, {side, side});
    p.canvas.fill(swatch, reads_color(d, reads), std::round(0.13f * p.em));
    p.canvas.text({swatch.max.x + 0.5f * p.em, y}, words, Font::kText, kCaption * p.em, p.theme.muted,
                  AlignX::kLeft, AlignY::kMiddle);
    x += width + 1.1f * p.em;
  };
  entry(d.least_reads, d.least_reads == 1 ? "by one" : "by " + grouped(d.least_reads));
  if (d.most_reads > d.least_reads) entry(d.most_reads, "by " + grouped(d.most_reads));
}

}  // namespace poolglass::step
