// A map's squares and its overview: colours as one picture of what is in sight, figures where cells can hold
// them, indices along the edges.
#include "app/rooms/step/map_view.h"

#include <algorithm>
#include <cmath>
#include <glm/common.hpp>
#include <string>

#include "app/rooms/format.h"

namespace poolglass::step {
namespace {

uint32_t pixel(Color c) {
  return uint32_t{c.r} | uint32_t{c.g} << 8 | uint32_t{c.b} << 16 | uint32_t{c.a} << 24;
}

// 256 steps of a map from the lowest value to the highest, and what no number is.
struct Scale {
  std::array<uint32_t, 256> steps;
  double low = 0, factor = 0;  // step of a value: (value - low) * factor

  uint32_t of(float value) const {
    if (std::isnan(value)) return pixel(kNoNumber);
    const double step = (static_cast<double>(value) - low) * factor;
    return steps[static_cast<size_t>(std::clamp(step + 0.5, 0.0, 255.0))];
  }
};

template <class Map>
Scale scale_of(double low, double high, const Map& map) {
  Scale scale;
  for (size_t i = 0; i < scale.steps.size(); ++i) {
    scale.steps[i] = pixel(map(high > low ? static_cast<double>(i) / 255 : 0.5));
  }
  scale.low = low;
  scale.factor = high > low ? 255 / (high - low) : 0;
  return scale;
}

Scale value_scale(const ValueRange& range) { return scale_of(range.low, range.high, cividis); }

// Rows and columns of `levels[level]` that cover those of the grid.
CellRange covering(CellRange range, size_t level) {
  const int64_t size = int64_t{1} << level;
  return {range.first / size, (range.last + size - 1) / size};
}

// Fills the bitmap anew where it shows something else than before.
template <class ColorOf>
void paint(MapBitmap& shown, const MapBitmap::Key& key, const ColorOf& color_of) {
  if (shown.key == key) return;
  shown.key = key;
  Bitmap& bitmap = shown.bitmap;
  bitmap.width = static_cast<int>(key.columns.count());
  bitmap.height = static_cast<int>(key.rows.count());
  bitmap.pixels.resize(static_cast<size_t>(key.rows.count() * key.columns.count()));
  uint32_t* to = bitmap.pixels.data();
  for (int64_t row = key.rows.first; row < key.rows.last; ++row) {
    for (int64_t column = key.columns.first; column < key.columns.last; ++column) {
      *to++ = color_of(row, column);
    }
  }
  ++bitmap.revision;
}

// All of a grid as one picture.
void paint_whole(MapBitmap& shown, const Grid& grid, const Scale& scale, uint64_t revision, uint64_t look) {
  const MapBitmap::Key key{revision, look, 0, {0, grid.size.h}, {0, grid.size.w}};
  paint(shown, key, [&](int64_t row, int64_t column) { return scale.of(grid.at({row, column})); });
}

Rect whole_map(const GridBox& box, Size2 size) {
  return {cell_rect(box, {0, 0}).min, cell_rect(box, {size.h - 1, size.w - 1}).max};
}

Rect common(const Rect& a, const Rect& b) { return {glm::max(a.min, b.min), glm::min(a.max, b.max)}; }

// Lines between cells that are large enough for them.
void draw_lines(Picture& p, const GridBox& box) {
  const Color color = with_alpha(p.theme.ground, 0.55f);
  const Rect all{cell_rect(box, {box.rows.first, box.columns.first}).min,
                 cell_rect(box, {box.rows.last - 1, box.columns.last - 1}).max};
  if (box.cell >= 0.8f * p.em) {
    for (int64_t row = box.rows.first + 1; row < box.rows.last; ++row) {
      const float y = cell_rect(box, {row, 0}).min.y - 0.5f * p.hair();
      p.canvas.line({all.min.x, y}, {all.max.x, y}, color, p.hair());
    }
  }
  if (box.cell_width() < 0.8f * p.em) return;
  for (int64_t column = box.columns.first + 1; column < box.columns.last; ++column) {
    const float x = cell_rect(box, {box.rows.first, column}).min.x - 0.5f * p.hair();
    p.canvas.line({x, all.min.y}, {x, all.max.y}, color, p.hair());
  }
}

// Those of the cells in sight, where they have room for them.
void draw_figures(Picture& p, const GridBox& box, const Grid& grid, const std::function<Color(float)>& ink) {
  const float width = std::min(box.cell, box.cell_width());
  if (width < kMapNumberCell * p.em) return;
  const int columns = width < 2.6f * p.em ? 4 : 5;
  const float size =
      std::min(0.4f * width, kFigureShare * width / (kFigureAdvance * static_cast<float>(columns)));
  for (int64_t row = box.rows.first; row < box.rows.last; ++row) {
    for (int64_t column = box.columns.first; column < box.columns.last; ++column) {
      const Rect cell = cell_rect(box, {row, column});
      if (!box.frame->inset(-2).encloses(cell)) continue;  // half a figure would be another one
      const float value = grid.at({row, column});
      p.canvas.text(cell.centre(), fitted_text(value, columns), Font::kMono, size, ink(value),
                    AlignX::kCentre, AlignY::kMiddle);
    }
  }
}

// Rows and columns that no window reads, as whole bands; where they lie too close to tell, only the last.
void draw_unread_bands(Picture& p, const GridBox& box) {
  constexpr int kMostBands = 64;
  const Derived& d = p.derived;
  if (d.never_read == 0) return;
  const auto bands = [&](const std::vector<int64_t>& reads, CellRange in_sight, const auto& draw) {
    int drawn = 0;
    for (int64_t at = in_sight.last - 1; at >= in_sight.first && drawn < kMostBands;) {
      if (reads[static_cast<size_t>(at)] > 0) {
        --at;
        continue;
      }
      int64_t first = at;
      while (first > in_sight.first && reads[static_cast<size_t>(first - 1)] == 0) --first;
      draw(first, at);
      ++drawn;
      at = first - 1;
    }
  };
  bands(d.row_reads, box.rows, [&](int64_t first, int64_t last) {
    draw_unread(p, {cell_rect(box, {first, box.columns.first}).min,
                    cell_rect(box, {last, box.columns.last - 1}).max});
  });
  bands(d.column_reads, box.columns, [&](int64_t first, int64_t last) {
    draw_unread(p,
                {cell_rect(box, {box.rows.first, first}).min, cell_rect(box, {box.rows.last - 1, last}).max});
  });
}

// A round number of cells between two indices.
int64_t ruler_step(float cell, float least) {
  int64_t step = 1;
  while (static_cast<float>(step) * cell < least && step < kMaxSide) step *= 2;
  return step;
}

void draw_rulers(Picture& p, const GridBox& box) {
  if (!p.layout.rulers) return;
  const Rect& frame = *box.frame;
  const float size = 0.73f * p.em, tick = 0.3f * p.em;
  const auto first_of = [](CellRange range, int64_t step) { return (range.first + step - 1) / step * step; };
  const int64_t across = ruler_step(box.cell_width(), 3.2f * p.em), down = ruler_step(box.cell, 2.4f * p.em);
  for (int64_t column = first_of(box.columns, across); column < box.columns.last; column += across) {
    const float x = cell_rect(box, {box.rows.first, column}).centre().x;
    if (x < frame.min.x || x > frame.max.x) continue;
    p.canvas.line({x, frame.min.y - tick}, {x, frame.min.y - p.hair()}, p.theme.hairline, p.hair());
    p.canvas.text({x, frame.min.y - 0.75f * p.em}, std::to_string(column), Font::kMono, size, p.theme.muted,
                  AlignX::kCentre, AlignY::kMiddle);
  }
  for (int64_t row = first_of(box.rows, down); row < box.rows.last; row += down) {
    const float y = cell_rect(box, {row, box.columns.first}).centre().y;
    if (y < frame.min.y || y > frame.max.y) continue;
    p.canvas.line({frame.min.x - tick, y}, {frame.min.x - p.hair(), y}, p.theme.hairline, p.hair());
    p.canvas.text({frame.min.x - 0.45f * p.em, y}, std::to_string(row), Font::kMono, size, p.theme.muted,
                  AlignX::kRight, AlignY::kMiddle);
  }
}

// What one square shows.
struct Square {
  const Levels& levels;
  Scale scale;
  uint64_t look;  // changes with what the colours mean
};

void draw_square(Picture& p, MapBitmap& bitmap, const GridBox& box, const Square& square) {
  const Grid& grid = square.levels.front();
  const size_t level = level_for(square.levels, static_cast<double>(std::min(box.cell, box.cell_width())));
  const Grid& shown = square.levels[level];
  const MapBitmap::Key key{p.derived.revision, square.look, level, covering(box.rows, level),
                           covering(box.columns, level)};
  paint(bitmap, key, [&](int64_t row, int64_t column) { return square.scale.of(shown.at({row, column})); });
  const Cell first{key.rows.first << level, key.columns.first << level};
  const auto size = static_cast<float>(int64_t{1} << level);
  const glm::vec2 cells(static_cast<float>(key.columns.count()) * size,
                        static_cast<float>(key.rows.count()) * size);
  const Clip inside(p.canvas, common(*box.frame, whole_map(box, grid.size)));
  p.canvas.image(bitmap.bitmap,
                 Rect::from_size(cell_rect(box, first).min, cells * glm::vec2(box.cell_width(), box.cell)));
  draw_lines(p, box);
}

void draw_frame(Picture& p, const GridBox& box) {
  p.canvas.fill(*box.frame, p.theme.surface);
  p.canvas.stroke(box.frame->inset(-0.5f * p.hair()), p.theme.hairline, p.hair());
}

void draw_values(Picture& p, MapBitmap& bitmap, const GridBox& box, const Levels& levels) {
  draw_frame(p, box);
  draw_square(p, bitmap, box, {levels, value_scale(p.derived.range), 0});
  const Clip inside(p.canvas, *box.frame);
  draw_figures(p, box, levels.front(), [&](float value) { return p.ink_on(value); });
}

// In the coverage lens: how many windows read each cell.
void draw_read_counts(Picture& p, MapBitmap& bitmap, const GridBox& box) {
  const Derived& d = p.derived;
  draw_frame(p, box);
  std::vector<uint32_t> colors(static_cast<size_t>(d.most_reads) + 1, pixel(p.theme.raised));
  for (int64_t reads = 1; reads <= d.most_reads; ++reads) {
    colors[static_cast<size_t>(reads)] = pixel(reads_color(d, reads));
  }
  const uint64_t look = p.theme.dark ? 1 : 2;
  paint(bitmap, {d.revision, look, 0, box.rows, box.columns}, [&](int64_t row, int64_t column) {
    return colors[static_cast<size_t>(d.reads({row, column}))];
  });
  const Cell first{box.rows.first, box.columns.first};
  const glm::vec2 cells(static_cast<float>(box.columns.count()), static_cast<float>(box.rows.count()));
  const Clip inside(p.canvas, *box.frame);
  p.canvas.image(bitmap.bitmap,
                 Rect::from_size(cell_rect(box, first).min, cells * glm::vec2(box.cell_width(), box.cell)));
  draw_lines(p, box);
  if (box.cell < kMapNumberCell * p.em) return;
  for (int64_t row = box.rows.first; row < box.rows.last; ++row) {
    for (int64_t column = box.columns.first; column < box.columns.last; ++column) {
      const Rect cell = cell_rect(box, {row, column});
      if (!box.frame->inset(-2).encloses(cell)) continue;
      const int64_t reads = d.reads({row, column});
      const Color ink = reads > 0 ? readable_on(reads_color(d, reads)) : p.theme.text;
      p.canvas.text(cell.centre(), grouped(reads), Font::kMono, 0.4f * box.cell, ink, AlignX::kCentre,
                    AlignY::kMiddle);
    }
  }
}

// A line of two texts, the second at the right where there is room for both.
void draw_note(Picture& p, const Rect& at, const std::string& left, const std::string& right) {
  if (at == Rect{}) return;
  const float size = kCaption * p.em, y = at.centre().y;
  p.canvas.text({at.min.x, y}, left, Font::kMono, size, p.theme.text, AlignX::kLeft, AlignY::kMiddle);
  const float used = p.canvas.text_size(left, Font::kMono, size).x + 1.2f * p.em;
  if (used + p.canvas.text_size(right, Font::kText, size).x > at.width()) return;
  p.canvas.text({at.max.x, y}, right, Font::kText, size, p.theme.muted, AlignX::kRight, AlignY::kMiddle);
}

std::string in_sight(const GridBox& box) {
  return grouped(box.rows.count()) + " × " + grouped(box.columns.count()) + " in sight";
}

// The overview's frame around what the squares show.
void draw_overview(Picture& p, MapBitmap& bitmap) {
  const Rect& rect = p.layout.overview;
  if (rect == Rect{}) return;
  const Derived& d = p.derived;
  paint_whole(bitmap, d.map.input.back(), value_scale(d.range), d.revision, 0);
  p.canvas.image(bitmap.bitmap, rect);
  p.canvas.stroke(rect.inset(-0.5f * p.hair()), p.theme.hairline, p.hair());
  const Sight sight = clamped(p.model.sight, d.grid.size);
  const double half = cells_in_sight(sight, d.grid.size) / 2;
  const glm::vec2 scale =
      rect.size() / glm::vec2(static_cast<float>(d.grid.size.w), static_cast<float>(d.grid.size.h));
  const glm::vec2 from(static_cast<float>(sight.column - half), static_cast<float>(sight.row - half));
  const glm::vec2 to(static_cast<float>(sight.column + half), static_cast<float>(sight.row + half));
  const Rect part = common(rect, {rect.min + from * scale, rect.min + to * scale});
  p.canvas.stroke(part, with_alpha(p.theme.ground, 0.9f), 4 * p.hair());
  p.canvas.stroke(part, p.theme.text, 2 * p.hair());
  const std::string words = p.layout.arrangement == Arrangement::kBeside ? "Whole map" : "";
  p.canvas.text({rect.min.x, rect.min.y - 0.8f * p.em}, words, Font::kText, kCaption * p.em, p.theme.muted,
                AlignX::kLeft, AlignY::kMiddle);
}

std::string percent(float cell) {
  const float share = 100 * cell;
  return short_text(share < 10 ? share : std::round(share), share < 10 ? 2 : 6) + " %";
}

void draw_percent(Picture& p, const Rect& title) {
  p.canvas.text({title.max.x, title.min.y + 0.5f * p.em}, percent(p.layout.input.cell), Font::kMono,
                kCaption * p.em, p.theme.muted, AlignX::kRight, AlignY::kMiddle);
}

}  // namespace

void draw_map_squares(Picture& p, ViewState& view) {
  const Derived& d = p.derived;
  const std::vector<Panel>& panels = p.layout.panels;
  const MapFacts& map = d.map;
  if (p.model.lens == kCoverageLens) {
    draw_read_counts(p, view.map[0], panels[0].box);
  } else {
    draw_values(p, view.map[0], panels[0].box, map.input);
  }
  {
    const Clip inside(p.canvas, *panels[0].box.frame);
    draw_unread_bands(p, panels[0].box);
  }
  draw_rulers(p, panels[0].box);
  draw_values(p, view.map[1], panels[1].box, map.output);
  draw_rulers(p, panels[1].box);
  if (panels.size() > 2 && !map.other.empty()) {
    draw_values(p, view.map[2], panels[2].box, map.other);
    draw_rulers(p, panels[2].box);
    const GridBox& box = panels[3].box;
    const double span = static_cast<double>(d.comparison.span);
    const Scale scale = scale_of(-span, span, [dark = p.theme.dark](double t) { return diverging(t, dark); });
    draw_frame(p, box);
    draw_rulers(p, box);
    draw_square(p, view.map[3], box, {map.difference, scale, p.theme.dark ? 1u : 2u});
    const Clip inside(p.canvas, *box.frame);
    const LookOf look = signed_look(p, d.comparison.span);
    draw_figures(p, box, map.difference.front(), [&](float value) { return look(value).ink; });
  }
  draw_overview(p, view.map[4]);
}

void draw_map_titles(Picture& p) {
  const Derived& d = p.derived;
  const std::vector<Panel>& panels = p.layout.panels;
  if (!p.layout.titles) return;
  Rect input = panels[0].title;
  input.max.x -= 4 * p.em;
  const std::string more = p.model.lens == kCoverageLens ? "read by how many windows?"
                                                         : d.source_title + (d.edited ? ", edited" : "");
  draw_title(p, input, "Input", d.grid.size, more);
  draw_percent(p, panels[0].title);
  if (panels.size() > 2) {
    draw_name(p, panels[1].title, "max", NameMark::kMax);
    draw_name(p, panels[2].title, "average", NameMark::kAverage);
    return draw_name(p, panels[3].title, "max − average", NameMark::kNone);
  }
  draw_title(p, panels[1].title, "Output", d.output.size, "");
  if (p.layout.arrangement != Arrangement::kBeside) return;
  const Cell cell = d.window.output;
  const float x = p.layout.arithmetic.min.x + 0.8f * p.em;
  const Rect title{{x, panels[0].title.min.y}, {p.layout.arithmetic.max.x, panels[0].title.max.y}};
  const std::string place = "(" + std::to_string(cell.row) + ", " + std::to_string(cell.column) + ")";
  const float caption = kCaption * p.em, y = title.min.y + 0.5f * p.em;
  p.canvas.text({x, y}, "Window", Font::kStrong, caption, p.theme.text, AlignX::kLeft, AlignY::kMiddle);
  const float after = x + p.canvas.text_size("Window", Font::kStrong, caption).x + 0.6f * p.em;
  if (after + p.canvas.text_size(place, Font::kMono, caption).x > title.max.x) return;
  p.canvas.text({after, y}, place, Font::kMono, caption, p.theme.muted, AlignX::kLeft, AlignY::kMiddle);
}

void draw_map_notes(Picture& p) {
  const GridBox& box = p.layout.input;
  const size_t level = level_for(p.derived.map.input, static_cast<double>(box.cell));
  const std::string side = grouped(int64_t{1} << level);
  const bool coarse = level > 0 && p.model.lens != kCoverageLens;
  draw_note(p, p.layout.input_note, in_sight(box),
            coarse ? "largest of " + side + " × " + side : "wheel zooms, drag pans");
  const std::string unread = p.derived.never_read > 0 ? grouped(p.derived.never_read) + " never read" : "";
  if (p.layout.panels.size() == 2) {
    draw_note(p, p.layout.output_note, in_sight(p.layout.output),
              unread.empty() ? "same place as the input" : unread);
  }
}

void draw_strip(Picture& p, const StripLayout& layout, StripBitmaps& bitmaps) {
  if (layout.thumbnails.empty()) return;
  const StripFacts& strip = p.derived.strip;
  const float size = kCaption * p.em, y = layout.title.min.y + 0.9f * p.em;
  p.canvas.line(layout.title.min, {layout.title.max.x, layout.title.min.y}, p.theme.hairline, p.hair());
  const std::string name = "Channel " + grouped(strip.channel);
  std::string more = "of " + grouped(strip.channels);
  if (strip.images > 1) more += ", image " + grouped(strip.image) + " of " + grouped(strip.images);
  p.canvas.text({layout.title.min.x, y}, name, Font::kStrong, size, p.theme.text, AlignX::kLeft,
                AlignY::kMiddle);
  const float after = layout.title.min.x + p.canvas.text_size(name, Font::kStrong, size).x + 0.6f * p.em;
  p.canvas.text({after, y}, more, Font::kText, size, p.theme.muted, AlignX::kLeft, AlignY::kMiddle);
  const float used = after + p.canvas.text_size(more, Font::kText, size).x + 1.5f * p.em;
  for (const std::string_view words :
       {"largest values, each thumbnail on its own scale", "each on its own scale"}) {
    if (used + p.canvas.text_size(words, Font::kText, size).x > layout.title.max.x) continue;
    p.canvas.text({layout.title.max.x, y}, words, Font::kText, size, p.theme.muted, AlignX::kRight,
                  AlignY::kMiddle);
    break;
  }
  for (size_t i = 0; i < std::min(layout.thumbnails.size(), strip.thumbnails.size()); ++i) {
    const Grid& grid = strip.thumbnails[i];
    const ValueRange range = range_of(grid);
    paint_whole(bitmaps[i], grid, value_scale(range), strip.revision, 0);
    const Rect& square = layout.thumbnails[i];
    const auto rows = static_cast<float>(grid.size.h), columns = static_cast<float>(grid.size.w);
    const glm::vec2 shown = square.size() * glm::vec2(columns, rows) / std::max(rows, columns);
    p.canvas.image(bitmaps[i].bitmap, Rect::from_size(glm::round(square.centre() - 0.5f * shown), shown));
    const int64_t channel = strip.first + static_cast<int64_t>(i);
    const bool current = channel == strip.channel;
    if (current) p.canvas.stroke(square.inset(-2 * p.hair()), p.theme.text, 2 * p.hair(), 0.2f * p.em);
    p.canvas.text({square.centre().x, layout.number}, std::to_string(channel), Font::kMono, 0.8f * p.em,
                  current ? p.theme.text : p.theme.muted, AlignX::kCentre, AlignY::kMiddle);
  }
}

}  // namespace poolglass::step
