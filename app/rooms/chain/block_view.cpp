// Blocks, the arrows between them, and the labels under them.
#include <algorithm>
#include <array>
#include <cmath>

#include "app/rooms/chain/parts_view.h"
#include "app/rooms/format.h"

namespace poolglass::chain {
namespace {

struct Faces {
  Color front, top, side, edge;
};

Faces faces_of(const Scene& scene, size_t row, bool lit) {
  const Theme& theme = scene.theme();
  Color base = kind_color(theme, scene.kind(row));
  if (!scene.good(row)) base = mix(theme.surface, theme.muted, 0.35f);
  const Color front = mix(theme.surface, base, lit ? 0.95f : 0.82f);
  const Color light = rgb(0xFFFFFF), shade = theme.dark ? rgb(0x000000) : base;
  return {front, mix(front, light, theme.dark ? 0.28f : 0.45f), mix(front, shade, theme.dark ? 0.38f : 0.0f),
          mix(front, theme.ground, 0.55f)};
}

// The silhouette of a slab grown by `gap` on every side, clockwise.
std::vector<glm::vec2> outline(const Slab& s, float gap) {
  const Rect f = s.front.inset(-gap);
  const glm::vec2 back{s.depth.x, -s.depth.y};
  if (s.depth.x <= 0) return {f.min, {f.max.x, f.min.y}, f.max, {f.min.x, f.max.y}};
  // Where an edge of the slab's face meets one that goes back, the grown edges meet a little off the corner.
  const float slope = s.depth.y / s.depth.x;
  const float turn = gap * (std::sqrt(1 + slope * slope) - 1 - slope);
  const glm::vec2 left{f.min.x, f.min.y - turn}, right{f.max.x - turn / std::max(slope, 0.1f), f.max.y};
  return {left, f.min + back, glm::vec2{f.max.x, f.min.y} + back, f.max + back, right, {f.min.x, f.max.y}};
}

void fill_slab(Canvas& canvas, const Slab& s, const Faces& faces, float hair) {
  const glm::vec2 back{s.depth.x, -s.depth.y};
  const Rect& f = s.front;
  const glm::vec2 top_right{f.max.x, f.min.y};
  if (s.depth.x > 0) {
    const std::array top = {f.min, f.min + back, top_right + back, top_right};
    const std::array side = {top_right, top_right + back, f.max + back, f.max};
    canvas.fill_convex(top, faces.top);
    canvas.fill_convex(side, mix(faces.side, rgb(0x000000), 0.18f));
  }
  canvas.fill(f, faces.front);
  if (s.depth.x > 0) {
    canvas.line(top_right, top_right + back, faces.edge, hair);
    canvas.line(f.min, top_right, faces.edge, hair);
    canvas.line(top_right, f.max, faces.edge, hair);
  }
}

bool is_carried(const Scene& scene, size_t row) {
  return scene.view.moving && scene.derived.rows[row].id == scene.view.grabbed;
}

double displayed_column(const Scene& scene, size_t row) {
  if (!is_carried(scene, row)) return scene.columns[row];
  return static_cast<double>((scene.pointer.x - scene.view.grip - scene.diagram.origin) /
                             scene.diagram.pitch);
}

void draw_block(Scene& scene, size_t row) {
  Canvas& canvas = scene.canvas;
  const Theme& theme = scene.theme();
  const float hair = std::max(1.0f, scene.em() / 15);
  const bool selected = scene.derived.selected == row;
  Slab s = slab(scene.diagram, scene.blocks[row], displayed_column(scene, row));
  if (!scene.derived.rows[row].known) s.depth = {0, 0};
  if (!scene.derived.rows[row].known) {
    canvas.dashed_stroke(s.front, theme.muted, hair, 0.35f * scene.em());
  } else {
    fill_slab(canvas, s, faces_of(scene, row, selected || scene.hovered == row), hair);
  }
  if (scene.derived.rows[row].standing == Standing::kBroken) {
    canvas.hatch(s.front, theme.warning, 0.5f * scene.em(), 1.5f * hair);
    canvas.polyline(outline(s, 0), theme.warning, 2 * hair, true);
  }
  if (selected) canvas.polyline(outline(s, 0.2f * scene.em()), theme.accent, 2 * hair, true);
}

void draw_arrow(Scene& scene, size_t index) {
  const Gap gap = arrow_gap(scene.diagram, scene.blocks, index);
  const float em = scene.em();
  const float length = gap.to.x - gap.from.x;
  const float reach = std::min(length, 5 * em);  // a short arrow in the middle of a wide gap
  const glm::vec2 trim{(length - reach) / 2, 0};
  scene.canvas.arrow(gap.from + trim, gap.to - trim, mix(scene.theme().muted, scene.theme().surface, 0.25f),
                     std::max(1.0f, em * 0.09f), em * 0.5f);
}

void draw_operation(Scene& scene, size_t row) {
  const Rect rect = operation_rect(scene.diagram, scene.columns[row]);
  const float size = scene.em() * kCaption;
  const float room = rect.width() - 0.3f * scene.em();
  const auto columns = static_cast<size_t>(room / scene.canvas.text_size("0", Font::kMono, size).x);
  const auto lines = two_lines(scene.derived.rows[row].operation, columns);
  const float line = rect.height() / 2;
  float y = rect.min.y + line / 2 + 0.15f * scene.em();
  for (std::string text : lines) {
    if (text.empty()) continue;
    // Before figures are cut short, the unit goes.
    if (text.ends_with(" C") && scene.canvas.text_size(text, Font::kMono, size).x > rect.width()) {
      text.resize(text.size() - 2);
    }
    text = fitted(scene.canvas, text, Font::kMono, size, rect.width());
    if (scene.whole(rect.centre().x, scene.canvas.text_size(text, Font::kMono, size).x)) {
      scene.canvas.text({rect.centre().x, y}, text, Font::kMono, size, scene.theme().muted, AlignX::kCentre,
                        AlignY::kMiddle);
    }
    y += line;
  }
}

void put(Scene& scene, const Rect& rect, const std::string& text, Font font, Color color) {
  const float size = scene.em() * kCaption;
  const std::string shown = fitted(scene.canvas, text, font, size, rect.width() - 2);
  if (!scene.whole(rect.centre().x, scene.canvas.text_size(shown, font, size).x)) return;
  scene.canvas.text(rect.centre(), shown, font, size, color, AlignX::kCentre, AlignY::kMiddle);
}

std::string field_text(const LayerFigures& figures) {
  if (figures.whole_input) return "RF all";
  return (figures.field_is_bound ? "RF ≤ " : "RF ") + short_size_text(figures.receptive_field);
}

// The shortcut's figure, struck through: wrong, and marked as such by glyph, colour and line.
void put_shortcut(Scene& scene, const Rect& rect, const LayerFigures& figures, Color color) {
  const float size = scene.em() * kCaption;
  const std::string text = shortcut_label(figures, scene.long_shortcuts);
  const float width = scene.canvas.text_size(text, Font::kMono, size).x;
  const float glyph = scene.canvas.text_size("≠ ", Font::kMono, size).x;
  const float x = rect.centre().x - (width + glyph) / 2, y = rect.centre().y;
  if (!scene.whole(rect.centre().x, width + glyph)) return;
  scene.canvas.text({x, y}, "≠", Font::kMono, size, color, AlignX::kLeft, AlignY::kMiddle);
  scene.canvas.text({x + glyph, y}, text, Font::kMono, size, color, AlignX::kLeft, AlignY::kMiddle);
  const float strike = std::round(y) + 0.5f;
  scene.canvas.line({x + glyph - 2, strike}, {x + glyph + width + 2, strike}, color,
                    std::max(1.0f, scene.em() * 0.08f));
}

// Where the labels of a layer stand: its column, or, of a column too narrow for text, around it.
Rect label_place(const Scene& scene, double column, int line) {
  Rect rect = label_rect(scene.diagram, column, line);
  const float grow = 8 * scene.em() - rect.width();
  if (scene.diagram.texts || grow <= 0) return rect;
  rect = rect.inset(-grow / 2, 0);
  const float left = std::max(scene.diagram.strip.min.x - rect.min.x, 0.0f);
  const float right = std::max(rect.max.x - scene.diagram.strip.max.x, 0.0f);
  return rect.translated({left - right, 0});
}

void draw_labels(Scene& scene, size_t row) {
  const Theme& theme = scene.theme();
  const LayerRow& layer = scene.derived.rows[row];
  const double column = scene.columns[row];
  const auto rect = [&](int line) { return label_place(scene, column, line); };
  const bool good = scene.good(row);
  const auto ink = [&](Color color) { return good ? color : with_alpha(theme.muted, 0.75f); };
  const bool broken = layer.standing == Standing::kBroken;
  put(scene, rect(0), layer.name, Font::kStrong, broken ? theme.warning : ink(theme.text));
  if (!layer.known) {
    put(scene, rect(1), "no figures", Font::kText, theme.muted);
    return;
  }
  const Shape& shape = layer.figures.output;
  const std::string flat = grouped(shape.c);
  put(scene, rect(1),
      layer.figures.flat    ? flat
      : scene.spaced_shapes ? shape_text(shape)
                            : tight_shape_text(shape),
      Font::kMono, ink(theme.text));
  put(scene, rect(2), field_text(layer.figures), Font::kMono, ink(theme.accent));
  if (layer.figures.shortcut_differs) put_shortcut(scene, rect(3), layer.figures, ink(theme.warning));
}

void draw_selected_column(Scene& scene) {
  if (!scene.derived.selected) return;
  const Rect column = column_rect(scene.diagram, scene.columns[*scene.derived.selected]);
  const Rect labels{{column.min.x, scene.diagram.labels.min.y},
                    {column.max.x, scene.diagram.bars.back().max.y}};
  scene.canvas.fill(labels, with_alpha(scene.theme().accent, 0.09f), 0.4f * scene.em());
}

void draw_insertion(Scene& scene) {
  if (!scene.view.moving) return;
  const auto boundary = static_cast<double>(insertion_at(scene.diagram, scene.pointer.x));
  const float x = column_rect(scene.diagram, boundary).min.x;
  const float top = scene.diagram.slabs.min.y, bottom = scene.diagram.baseline();
  const float width = std::max(2.0f, 0.16f * scene.em());
  scene.canvas.fill({{x - width / 2, top}, {x + width / 2, bottom}}, scene.theme().accent, width / 2);
  scene.canvas.fill_circle({x, top}, 0.3f * scene.em(), scene.theme().accent);
}

// Swatches of the kinds in this chain, from the right; then what a block's size says.
void draw_legend(Scene& scene) {
  struct Entry {
    const char* title;
    Color color;
    bool present = false;
  };
  const Theme& theme = scene.theme();
  Entry entries[] = {{"convolution", theme.convolution},
                     {"max pool", theme.max_pool},
                     {"average pool", theme.average_pool},
                     {"other layer", theme.other}};
  for (size_t i = 0; i < scene.blocks.size(); ++i) {
    for (Entry& entry : entries) entry.present |= kind_color(theme, scene.kind(i)) == entry.color;
  }
  const Rect& row = scene.diagram.legend;
  if (row.height() <= 0) return;
  const float em = scene.em(), size = em * kCaption, y = row.min.y + 0.75f * em;
  float x = row.max.x;
  for (int i = static_cast<int>(std::size(entries)) - 1; i >= 0; --i) {
    if (!entries[i].present) continue;
    const float width = scene.canvas.text_size(entries[i].title, Font::kText, size).x;
    if (x - width - 1.1f * em < row.min.x) return;
    x -= width;
    scene.canvas.text({x, y}, entries[i].title, Font::kText, size, theme.muted, AlignX::kLeft,
                      AlignY::kMiddle);
    x -= 1.1f * em;
    const Rect swatch = Rect::from_size({x, y - 0.35f * em}, glm::vec2(0.7f * em));
    scene.canvas.fill(swatch, mix(theme.surface, entries[i].color, 0.85f), 0.12f * em);
    x -= 1.2f * em;
  }
  const std::string scale = "height: √ of the side · width: log₂ of the channels";
  if (scene.blocks.empty() || scene.canvas.text_size(scale, Font::kText, size).x > x - row.min.x) return;
  scene.canvas.text({row.min.x, y}, scale, Font::kText, size, theme.muted, AlignX::kLeft, AlignY::kMiddle);
}

std::string explanation(const Scene& scene, size_t row) {
  const LayerRow& layer = scene.derived.rows[row];
  const LayerFigures& f = layer.figures;
  std::string text = layer.name;
  if (layer.standing == Standing::kAfterBroken) text += " (as it last was)";
  if (!layer.known) return text;
  text += ": " + shape_text(f.output) + " = " + grouped(f.activations) + " activations, " +
          bytes_text(f.bytes) + "\n";
  text += grouped(f.params) + " parameters, " + grouped(f.macs) + " MACs\n";
  const std::string exact = exact_arithmetic(scene.model, scene.derived, row);
  if (f.whole_input) {
    text += "Every output sees the whole input";
  } else if (!exact.empty()) {
    text += "RF " + exact;
  } else {
    text += "RF " + size_text(f.receptive_field);
  }
  if (f.shortcut_differs) {
    const std::string shortcut = shortcut_arithmetic(scene.model, scene.derived, row);
    text += "\nShortcut " + (shortcut.empty() ? size_text(f.shortcut) : shortcut) + ": " + kShortcutReason;
  }
  return text;
}

}  // namespace

void draw_strip(Scene& scene) {
  const Diagram& diagram = scene.diagram;
  Canvas& canvas = scene.canvas;
  draw_legend(scene);
  canvas.push_clip(diagram.strip);
  draw_selected_column(scene);
  const float ground = std::round(diagram.baseline()) + 0.5f;
  canvas.line({diagram.strip.min.x, ground}, {diagram.strip.max.x, ground}, scene.theme().hairline,
              std::max(1.0f, scene.em() / 15));
  // Too narrow for text, only one layer can have its labels: the one under the pointer, else the selected
  // one.
  const std::optional<size_t> narrow_label = scene.hovered ? scene.hovered : scene.derived.selected;
  const bool still = scene.model.slide_phase >= 1 && !scene.view.moving;
  std::optional<size_t> carried;
  for (size_t i = 0; i < scene.blocks.size(); ++i) {
    if (is_carried(scene, i)) carried = i;
    if (!scene.in_sight(i)) continue;
    if (still && diagram.texts) draw_arrow(scene, i);
    if (diagram.texts) draw_operation(scene, i);
    if (carried != i) draw_block(scene, i);
    if (diagram.texts || narrow_label == i) draw_labels(scene, i);
  }
  if (scene.blocks.empty()) {
    const Rect plus = plus_rect(diagram, 0);
    canvas.text({plus.centre().x, plus.min.y - 1.2f * scene.em()},
                "No layers yet: press A or + to add the first", Font::kText, scene.em(), scene.theme().muted,
                AlignX::kCentre, AlignY::kMiddle);
  }
  draw_insertion(scene);
  if (carried) draw_block(scene, *carried);
  canvas.pop_clip();
}

void explain_hovered(Scene& scene) {
  if (!scene.hovered || scene.view.moving || scene.model.picking || scene.explained) return;
  if (scene.derived.rows[*scene.hovered].standing == Standing::kBroken) return;  // its sentence stands there
  if (scene.on_plus) {
    tooltip(scene.ui, plus_rect(scene.diagram, *scene.near_plus), "Add a layer here");
    return;
  }
  tooltip(scene.ui, column_rect(scene.diagram, static_cast<double>(*scene.hovered)),
          explanation(scene, *scene.hovered));
}

}  // namespace poolglass::chain
