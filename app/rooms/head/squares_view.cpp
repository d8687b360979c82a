// Parameters to scale: one square is the smallest head. And the figures under them.
#include <algorithm>
#include <array>
#include <cmath>

#include "app/rooms/format.h"
#include "app/rooms/head/picture_view.h"
#include "app/rooms/head/words.h"

namespace poolglass::head {
namespace {

constexpr std::array<float, 3> kShades = {1.0f, 0.62f, 0.85f};  // of the dense layers, in turn

Color shade(const Scene& scene, size_t head, size_t layer) {
  const Theme& theme = scene.theme();
  const bool breaks = scene.derived.heads[head].breaks;
  const Color base = head == 2 ? theme.text : mix(theme.surface, theme.other, breaks ? 0.55f : 1.0f);
  return mix(theme.surface, base, kShades[layer % kShades.size()]);
}

// Which dense layer the parameter at `share` of all lies in.
size_t layer_at(const Head& head, double params) {
  double sum = 0;
  for (size_t i = 0; i < head.layers.size(); ++i) {
    sum += static_cast<double>(head.layers[i].params());
    if (params < sum) return i;
  }
  return head.layers.size() - 1;
}

// The square's part that is there: the last one may be less than whole.
void fill_square(Scene& scene, Rect square, double part, Color color) {
  square.max.x = square.min.x + std::max(1.0f, square.width() * static_cast<float>(std::min(part, 1.0)));
  scene.canvas.fill(square, color, std::min(2.0f, 0.1f * square.height()));
}

void draw_filled(Scene& scene, size_t head, const SquareGrid& grid, double units) {
  const Rect& area = scene.layout.columns[head].squares;
  const Head& figures = scene.derived.heads[head].head;
  const auto unit = static_cast<double>(scene.derived.unit);
  const auto all = static_cast<int64_t>(std::ceil(units));
  const auto put = [&](int64_t place, int64_t index) {
    const size_t layer = layer_at(figures, (static_cast<double>(index) + 0.5) * unit);
    fill_square(scene, square_rect(area, grid, place), units - static_cast<double>(index),
                shade(scene, head, layer));
  };
  if (!grid.broken) {
    for (int64_t i = 0; i < all; ++i) put(i, i);
    return;
  }
  // Two rows, a break with how many times they stand there, and the last row.
  const int64_t first = 2 * grid.columns,
                last = std::min<int64_t>(all % grid.columns + grid.columns, all - first);
  for (int64_t i = 0; i < first; ++i) put(i, i);
  const float y = square_rect(area, grid, first).min.y + 0.9f * scene.em();
  const std::string text = "⋯ × " + grouped(all / grid.columns) + " rows ⋯";
  write(scene, {area.centre().x, y}, text, scene.theme().muted, Font::kMono, AlignX::kCentre);
  const int64_t skip = static_cast<int64_t>(std::ceil(1.9f * scene.em() / grid.cell));
  for (int64_t i = 0; i < std::min(last, grid.columns); ++i)
    put((2 + skip) * grid.columns + i, all - std::min(last, grid.columns) + i);
}

}  // namespace

void draw_squares(Scene& scene, size_t head) {
  const Derived& d = scene.derived;
  const Column& column = scene.layout.columns[head];
  const HeadRow& row = d.heads[head];
  if (row.head.layers.empty() || column.squares.height() < scene.em()) return;
  double most = 1;
  const auto units_of = [&](const Head& h) {
    return static_cast<double>(h.params) / static_cast<double>(d.unit);
  };
  for (const HeadRow& other : d.heads) most = std::max(most, units_of(other.head));
  const SquareGrid grid = square_grid(column.squares, scene.em(), most);
  scene.canvas.push_clip(column.squares.inset(-1));
  const double units = units_of(row.head);
  // Where nothing stands, outlines say how much the largest has.
  if (!grid.broken) {
    for (auto i = static_cast<int64_t>(std::ceil(units)); i < static_cast<int64_t>(std::ceil(most)); ++i) {
      scene.canvas.stroke(square_rect(column.squares, grid, i).inset(0.5f * scene.hair()),
                          with_alpha(scene.theme().hairline, 0.9f), scene.hair());
    }
  }
  draw_filled(
      scene, head,
      {grid.cell, grid.columns, grid.rows, grid.broken && units > 2.0 * static_cast<double>(grid.columns)},
      units);
  scene.canvas.pop_clip();
  const float em = scene.em(), y = column.legend.min.y + 0.6f * em;
  float x = column.legend.min.x;
  if (row.head.layers.size() == 1) {
    write(scene, {x, y}, (row.head.params == d.unit ? "one square: " : "") + grouped(row.head.params),
          scene.theme().text);
    const int64_t flat = d.heads[0].head.params;
    const std::string fewer = flat > row.head.params ? times_fewer(flat, row.head.params) : "";
    write(scene, {column.legend.max.x, y}, fewer, scene.theme().muted, Font::kText, AlignX::kRight);
    return;
  }
  for (size_t i = 0; i < row.head.layers.size(); ++i) {
    const std::string text = "fc" + std::to_string(i + 1) + " " + compact(row.head.layers[i].params());
    const float width = scene.canvas.text_size(text, Font::kText, scene.caption()).x + 1.0f * em;
    if (x + width > column.legend.max.x) return;
    scene.canvas.fill(Rect::from_size({x, y - 0.32f * em}, glm::vec2(0.64f * em)), shade(scene, head, i), 2);
    write(scene, {x + 1.0f * em, y}, text, scene.theme().muted);
    x += width + 0.8f * em;
  }
}

void draw_figures(Scene& scene, size_t head) {
  const Column& column = scene.layout.columns[head];
  const HeadRow& row = scene.derived.heads[head];
  const Theme& theme = scene.theme();
  const Rect& area = column.figures;
  const float line = kFigureLine * scene.em();
  scene.canvas.fill({{area.min.x, area.min.y - 0.35f * scene.em()},
                     {area.max.x, area.min.y - 0.35f * scene.em() + scene.hair()}},
                    theme.hairline);
  struct Line {
    std::string_view name, brief_name;
    std::string value;
    std::string brief;  // where name and value have no room
    bool warn;
  };
  const bool known = row.status.ok();
  const std::array<Line, kFigureLines> lines = {{
      {"parameters", "params", known ? grouped(row.head.params) : "—", compact(row.head.params), false},
      {"as float32", "float32", known ? bytes_text(row.head.bytes) : "—", "", false},
      {"multiply-adds", "MACs", known ? compact(row.head.macs) : "—", "", false},
      {"accepts", "fits", known ? row.accepts : "—",
       row.head.most == 0 && row.head.least > 0 ? "≥ " + std::to_string(row.head.least) + " px" : "",
       row.breaks},
  }};
  float y = area.min.y + 0.5f * line;
  for (const Line& each : lines) {
    if (y + 0.4f * line > area.max.y) return;
    const auto words = [&](std::string_view name) {
      return scene.canvas.text_size(name, Font::kText, scene.caption()).x;
    };
    const auto mono = [&](const std::string& text) {
      return scene.canvas.text_size(text, Font::kMono, scene.caption()).x + 0.4f * scene.em();
    };
    const bool brief = known && !each.brief.empty() && words(each.name) + mono(each.value) > area.width();
    const std::string& value = brief ? each.brief : each.value;
    write(scene, {area.min.x, y}, words(each.name) + mono(value) > area.width() ? each.brief_name : each.name,
          theme.muted);
    write(scene, {area.max.x, y}, value, each.warn ? theme.warning : theme.text, Font::kMono, AlignX::kRight);
    y += line;
  }
}

}  // namespace poolglass::head
