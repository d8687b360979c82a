// The Field lens: where the shown unit looks, as a map of paths and a profile across the columns.
#include <algorithm>
#include <cmath>

#include "app/rooms/chain/lens_view.h"
#include "app/rooms/chain/lens_words.h"
#include "app/rooms/chain/painted_view.h"
#include "app/rooms/format.h"

namespace poolglass::chain {
namespace {

void write_spans(GraphScene& scene, std::string_view name, const std::vector<network::Interval>& cells,
                 Color color, int line) {
  ColumnLabels labels;
  for (const size_t c : scene.columns) {
    const Node& node = scene.at_column(c);
    const auto layer = static_cast<size_t>(node.layer);
    if (!scene.known(node) || layer >= cells.size() || cells[layer].last < cells[layer].first) continue;
    labels.push_back({c, span_text(cells[layer]), color, label_rank(scene, c)});
  }
  name_row(scene, name, label_row(scene, line));
  write_labels(scene, std::move(labels), Font::kMono, label_row(scene, line));
}

void write_fields(GraphScene& scene, int line) {
  ColumnLabels labels;
  for (const size_t c : scene.columns) {
    const Node& node = scene.at_column(c);
    if (!scene.known(node)) continue;
    labels.push_back({c, field_text(scene.graph(), static_cast<size_t>(node.layer)), scene.theme().accent,
                      label_rank(scene, c)});
  }
  name_row(scene, "receptive field", label_row(scene, line));
  write_labels(scene, std::move(labels), Font::kMono, label_row(scene, line));
}

Rect part_of(const Rect& area, double left, double top, double right, double bottom) {
  const auto x = [&](double t) { return area.min.x + static_cast<float>(t) * area.width(); };
  const auto y = [&](double t) { return area.min.y + static_cast<float>(t) * area.height(); };
  return {{x(left), y(top)}, {x(right), y(bottom)}};
}

void draw_squares(GraphScene& scene, const Rect& area) {
  const PathResults& paths = scene.derived.lens.paths;
  const Theme& theme = scene.theme();
  const Size2 plane{std::ssize(paths.rows.counts), std::ssize(paths.columns.counts)};
  const Bitmap& map = painted_plane(
      scene.view.paths, 2 * paths.revision + (theme.dark ? 1 : 0), plane,
      [&](int64_t r, int64_t c) { return paths.plane.counts[static_cast<size_t>(r * plane.w + c)]; },
      [&](double count) {
        return count > 0 && paths.most > 0 ? tint_color(theme, count / paths.most) : Color{0, 0, 0, 0};
      });
  scene.canvas.image(map, area);
}

// Where the input ends, when the field reaches beyond it; and the middle that holds 95 %.
void draw_frames(GraphScene& scene, const Rect& area) {
  const PathResults& paths = scene.derived.lens.paths;
  const Theme& theme = scene.theme();
  const auto h = static_cast<double>(paths.rows.counts.size());
  const auto w = static_cast<double>(paths.columns.counts.size());
  const Size2 input = scene.graph().figures.input_size;
  const auto row = [&](int64_t at) {
    return std::clamp(static_cast<double>(at - paths.plane.rows.first) / h, 0.0, 1.0);
  };
  const auto column = [&](int64_t at) {
    return std::clamp(static_cast<double>(at - paths.plane.columns.first) / w, 0.0, 1.0);
  };
  const Rect inside = part_of(area, column(0), row(0), column(input.w), row(input.h));
  scene.canvas.push_clip(area.inset(-1));
  if (inside != area) {
    for (const Rect& beyond :
         {Rect{area.min, {area.max.x, inside.min.y}}, Rect{{area.min.x, inside.max.y}, area.max},
          Rect{{area.min.x, inside.min.y}, {inside.min.x, inside.max.y}},
          Rect{{inside.max.x, inside.min.y}, {area.max.x, inside.max.y}}}) {
      if (beyond.width() > 1 && beyond.height() > 1)
        scene.canvas.hatch(beyond, with_alpha(theme.text, 0.3f), 0.5f * scene.em(), scene.hair());
    }
    scene.canvas.stroke(inside, theme.text, scene.hair());
  }
  const double half_h = static_cast<double>(paths.core_rows.cells) / h / 2;
  const double half_w = static_cast<double>(paths.core_columns.cells) / w / 2;
  const Rect core = part_of(area, 0.5 - half_w, 0.5 - half_h, 0.5 + half_w, 0.5 + half_h);
  scene.canvas.stroke(core, with_alpha(rgb(0x000000), 0.6f), 3 * scene.hair());
  scene.canvas.dashed_stroke(core, rgb(0xFFFFFF), 1.4f * scene.hair(), 0.3f * scene.em());
  scene.canvas.pop_clip();
  scene.canvas.stroke(area, theme.accent, 1.6f * scene.hair());
}

// Bars of columns; several share one where they are thinner than a pixel.
void draw_profile(GraphScene& scene, const Rect& area) {
  const PathResults& paths = scene.derived.lens.paths;
  const Theme& theme = scene.theme();
  const std::vector<double>& counts = paths.columns.counts;
  const auto n = static_cast<int64_t>(counts.size());
  const int64_t bars = std::min<int64_t>(n, std::max<int64_t>(static_cast<int64_t>(area.width() / 2), 1));
  const double most = *std::ranges::max_element(counts);
  const int64_t skip = (n - paths.core_columns.cells) / 2;
  for (int64_t b = 0; b < bars; ++b) {
    const int64_t c0 = b * n / bars, c1 = std::max((b + 1) * n / bars, c0 + 1);
    double count = 0;
    for (int64_t c = c0; c < c1; ++c) count = std::max(count, counts[static_cast<size_t>(c)]);
    const auto share = static_cast<float>(most > 0 ? count / most : 0);
    const float x0 = area.min.x + area.width() * static_cast<float>(b) / static_cast<float>(bars);
    const float x1 = area.min.x + area.width() * static_cast<float>(b + 1) / static_cast<float>(bars);
    const float gap = x1 - x0 > 4 ? scene.hair() : 0;
    const bool inner = c0 >= skip && c1 <= n - skip;
    scene.canvas.fill({{x0, area.max.y - share * area.height()}, {x1 - gap, area.max.y}},
                      inner ? theme.accent : mix(theme.muted, theme.ground, 0.35f));
  }
  scene.canvas.line(area.max, {area.min.x, area.max.y}, theme.hairline, scene.hair());
  // The bracket under the middle, and its sentence.
  const auto x_of = [&](int64_t column) {
    return area.min.x + area.width() * static_cast<float>(column) / static_cast<float>(n);
  };
  const float y = area.max.y + 0.55f * scene.em(), tick = 0.3f * scene.em();
  const float left = x_of(skip), right = x_of(n - skip);
  scene.canvas.line({left, y}, {right, y}, theme.accent, scene.hair());
  scene.canvas.line({left, y}, {left, y - tick}, theme.accent, scene.hair());
  scene.canvas.line({right, y}, {right, y - tick}, theme.accent, scene.hair());
  const float line = y + 0.9f * scene.em();
  const std::string held = grouped(paths.core_columns.cells) + " of " + grouped(n),
                    share = percent(paths.core_columns.share);
  std::string sentence = "inner " + held + " columns hold " + share + " of the paths";
  float width = scene.canvas.text_size(sentence, Font::kText, scene.em() * kCaption).x;
  if (width > area.width()) {
    sentence = held + " hold " + share;
    width = scene.canvas.text_size(sentence, Font::kText, scene.em() * kCaption).x;
  }
  shelf_text(scene, {area.centre().x, line}, sentence, Font::kText, theme.text, AlignX::kCentre);
  const std::string first = grouped(paths.columns.first), last = grouped(paths.columns.first + n - 1);
  const float ends = scene.canvas.text_size(first + last, Font::kMono, scene.em() * kCaption).x;
  if (width + ends + 2 * scene.em() > area.width()) return;
  shelf_text(scene, {area.min.x, line}, first, Font::kMono, theme.muted);
  shelf_text(scene, {area.max.x, line}, last, Font::kMono, theme.muted, AlignX::kRight);
}

}  // namespace

void draw_field_shelf(GraphScene& scene) {
  const Theme& theme = scene.theme();
  const float em = scene.em();
  if (scene.words()) {
    write_names(scene);
    write_fields(scene, 1);
    write_spans(scene, "rows of A", scene.net.rows.cells, theme.muted, 2);
    if (!scene.net.second_rows.empty()) write_spans(scene, "rows of B", scene.net.second_rows, theme.text, 3);
  }
  const Rect shelf = shelf_rect(scene);
  const PathResults& paths = scene.derived.lens.paths;
  if (!paths.why_not.empty() || paths.plane.counts.empty()) {
    shelf_heading(scene, {shelf.min.x, shelf.min.y + 0.7f * em}, "where A looks",
                  scene.derived.lens.finding_paths ? "paths are being counted …" : paths.why_not);
    return;
  }
  const float top = shelf.min.y + 1.6f * em, bottom = shelf.max.y - 0.3f * em;
  const float side = std::min(bottom - top, 0.4f * shelf.width());
  const auto h = static_cast<float>(paths.rows.counts.size());
  const auto w = static_cast<float>(paths.columns.counts.size());
  const glm::vec2 size = glm::vec2(w, h) * (side / std::max(w, h));
  const Rect map = Rect::from_size({shelf.min.x, top}, size);
  const bool wide = shelf.width() >= 28 * em;  // headings say more
  const float left = shelf.min.x + std::max(side + 2.5f * em, wide ? 20 * em : 9 * em);
  shelf_heading(scene, {shelf.min.x, shelf.min.y + 0.7f * em}, "where A looks",
                wide ? "paths from each pixel" : "");
  draw_squares(scene, map);
  draw_frames(scene, map);
  if (left > shelf.max.x - 8 * em) return;
  shelf_heading(scene, {left, shelf.min.y + 0.7f * em}, "across the columns",
                wide ? percent(paths.core_share) + " within the dashed box" : "");
  draw_profile(scene, {{left, top}, {shelf.max.x, bottom - 1.9f * em}});
}

}  // namespace poolglass::chain
