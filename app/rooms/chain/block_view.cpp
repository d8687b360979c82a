// Blocks, the arrows between them, and the labels under them.
#include <algorithm>
#include <array>
#include <cmath>
#include <span>

#include "app/rooms/chain/brackets.h"
#include "app/rooms/chain/parts_view.h"
#include "app/rooms/format.h"

namespace poolglass::chain {
namespace {

struct Faces {
  Color front, top, side, edge;
};

Faces faces_of(const Theme& theme, Color base, bool lit) {
  const Color front = mix(theme.surface, base, lit ? 0.95f : 0.82f);
  const Color light = rgb(0xFFFFFF), shade = theme.dark ? rgb(0x000000) : base;
  return {front, mix(front, light, theme.dark ? 0.28f : 0.45f), mix(front, shade, theme.dark ? 0.38f : 0.0f),
          mix(front, theme.ground, 0.55f)};
}

}  // namespace

std::vector<glm::vec2> slab_outline(const Slab& s, float gap) {
  const Rect f = s.front.inset(-gap);
  const glm::vec2 back{s.depth.x, -s.depth.y};
  if (s.depth.x <= 0) return {f.min, {f.max.x, f.min.y}, f.max, {f.min.x, f.max.y}};
  // Where an edge of the slab's face meets one that goes back, the grown edges meet a little off the corner.
  const float slope = s.depth.y / s.depth.x;
  const float turn = gap * (std::sqrt(1 + slope * slope) - 1 - slope);
  const glm::vec2 left{f.min.x, f.min.y - turn}, right{f.max.x - turn / std::max(slope, 0.1f), f.max.y};
  return {left, f.min + back, glm::vec2{f.max.x, f.min.y} + back, f.max + back, right, {f.min.x, f.max.y}};
}

void draw_slab(Canvas& canvas, const Theme& theme, const Slab& s, Color base, bool lit) {
  const Faces faces = faces_of(theme, base, lit);
  const float hair = std::max(1.0f, canvas.em() / 15);
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

namespace {

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
    const Color base =
        scene.good(row) ? kind_color(theme, scene.kind(row)) : mix(theme.surface, theme.muted, 0.35f);
    draw_slab(canvas, theme, s, base, selected || scene.hovered == row);
  }
  if (scene.derived.rows[row].standing == Standing::kBroken) {
    canvas.hatch(s.front, theme.warning, 0.5f * scene.em(), 1.5f * hair);
    canvas.polyline(slab_outline(s, 0), theme.warning, 2 * hair, true);
  }
  if (selected) canvas.polyline(slab_outline(s, 0.2f * scene.em()), theme.text, 2 * hair, true);
  if (scene.model.marked == static_cast<int32_t>(row) + 1)
    canvas.dashed_stroke(s.bounds().inset(-0.4f * scene.em()), theme.text, hair, 0.3f * scene.em());
}

void draw_arrow(Scene& scene, size_t row) {
  const Gap gap = operation_arrow(scene.diagram, scene.columns[row]);
  const float em = scene.em();
  scene.canvas.arrow(gap.from, gap.to, mix(scene.theme().muted, scene.theme().surface, 0.25f),
                     std::max(1.0f, em * 0.09f), em * 0.45f);
}

// The operation above its arrow, what it changes below.
void draw_operation(Scene& scene, size_t row) {
  const Rect rect = operation_rect(scene.diagram, scene.columns[row]);
  const float size = scene.em() * kCaption;
  const float room = rect.width() - 0.3f * scene.em();
  const auto columns = static_cast<size_t>(room / scene.canvas.text_size("0", Font::kMono, size).x);
  auto lines = two_lines(scene.derived.rows[row].operation, columns);
  const float offset = 0.85f * scene.em();
  float y = rect.centre().y - offset;
  for (std::string& text : lines) {
    // Before figures are cut short, the unit goes.
    if (text.ends_with(" C") && scene.canvas.text_size(text, Font::kMono, size).x > rect.width()) {
      text.resize(text.size() - 2);
    }
    text = fitted(scene.canvas, text, Font::kMono, size, rect.width());
    if (!text.empty() && scene.whole(rect.centre().x, scene.canvas.text_size(text, Font::kMono, size).x)) {
      scene.canvas.text({rect.centre().x, y}, text, Font::kMono, size, scene.theme().muted, AlignX::kCentre,
                        AlignY::kMiddle);
    }
    y += 2 * offset;
  }
}

std::string field_text(const LayerFigures& figures) {
  if (figures.whole_input) return "all";
  return (figures.field_is_bound ? "≤ " : "") + short_size_text(figures.receptive_field);
}

std::string shape_label(const Scene& scene, const LayerFigures& figures) {
  if (figures.flat || !scene.tight_shapes) return grouped(figures.output.c);
  return scene.spaced_shapes ? shape_text(figures.output) : tight_shape_text(figures.output);
}

// Columns too narrow for a name each, and wide enough for their figures; of few layers all are named.
bool bracketed(const Scene& scene) {
  constexpr size_t kFew = 12;
  constexpr float kNarrow = 1.33f, kWide = 2.9f;  // ems
  const float pitch = scene.diagram.pitch / scene.em();
  const bool still = scene.model.slide_phase >= 1 && !scene.view.moving;
  return scene.blocks.size() > kFew && pitch >= kNarrow && pitch < kWide &&
         scene.diagram.name_lines == kMostNameLines && still;
}

// The richest level at which the texts of all brackets have room; the last, where none has.
size_t level_of(const Scene& scene, std::span<const Bracket> brackets,
                const std::vector<std::string> Bracket::*texts, Font font) {
  size_t level = 0;
  for (const Bracket& bracket : brackets) {
    const std::vector<std::string>& all = bracket.*texts;
    const float room = static_cast<float>(bracket.last - bracket.first + 1) * scene.diagram.pitch;
    size_t own = std::min(level, all.size() - 1);
    while (own + 1 < all.size() &&
           scene.canvas.text_size(all[own], font, scene.em() * kCaption).x > room - 0.3f * scene.em())
      ++own;
    level = std::max(level, own);
  }
  return level;
}

// In the lines of the names: a bracket under each block, its name, its sides.
void draw_brackets(Scene& scene) {
  std::vector<BracketColumn> columns;
  for (const LayerRow& row : scene.derived.rows) {
    columns.push_back({row.name, std::nullopt});
    if (row.known) columns.back().plane = row.figures.flat ? Size2{0, 0} : row.figures.output.plane();
  }
  const std::vector<Bracket> brackets = brackets_of(columns, scene.derived.input.output.plane());
  const size_t names = level_of(scene, brackets, &Bracket::names, Font::kStrong);
  const size_t sides = level_of(scene, brackets, &Bracket::sides, Font::kMono);
  const Theme& theme = scene.theme();
  const float em = scene.em(), size = em * kCaption;
  const auto middle = [&](int line) {
    return label_rect(scene.diagram, static_cast<double>(line), 0).centre().y;
  };
  for (const Bracket& bracket : brackets) {
    const float left = column_rect(scene.diagram, static_cast<double>(bracket.first)).min.x + 0.15f * em;
    const float right = column_rect(scene.diagram, static_cast<double>(bracket.last)).max.x - 0.15f * em;
    const Rect& strip = scene.diagram.strip;
    if (right < strip.min.x || left > strip.max.x) continue;
    bool differs = false;
    for (size_t row = bracket.first; row <= bracket.last; ++row)
      differs = differs || scene.derived.check.differs(row + 1);
    const float y = std::round(middle(0)) + 0.5f, tick = 0.35f * em, hair = std::max(1.0f, em / 15);
    scene.canvas.line({left, y}, {right, y}, theme.muted, hair);
    scene.canvas.line({left, y}, {left, y - tick}, theme.muted, hair);
    scene.canvas.line({right, y}, {right, y - tick}, theme.muted, hair);
    const auto write = [&](const std::string& text, Font font, Color color, float at) {
      const float width = scene.canvas.text_size(text, font, size).x, centre = (left + right) / 2;
      if (width > right - left + 0.3f * em || !scene.whole(centre, width)) return;
      scene.canvas.text({centre, at}, text, font, size, color, AlignX::kCentre, AlignY::kMiddle);
    };
    const std::string& name = bracket.names[std::min(names, bracket.names.size() - 1)];
    write((differs ? "≠ " : "") + name, Font::kStrong, differs ? theme.warning : theme.text, middle(1));
    write(bracket.sides[std::min(sides, bracket.sides.size() - 1)], Font::kMono, theme.muted, middle(2));
  }
  name_row(scene, "block", middle(1));
  name_row(scene, "side", middle(2));
}

void draw_labels(Scene& scene) {
  const Theme& theme = scene.theme();
  const bool blocks = bracketed(scene);
  int64_t channels = scene.derived.input.output.c;
  std::vector<RowLabel> shapes, fields, shortcuts;
  std::array<std::vector<RowLabel>, kMostNameLines> names;  // on each line that they take
  for (size_t row = 0; row < scene.blocks.size(); ++row) {
    if (!scene.in_sight(row)) continue;
    const LayerRow& layer = scene.derived.rows[row];
    const bool good = scene.good(row);
    const auto ink = [&](Color color) { return good ? color : with_alpha(theme.muted, 0.75f); };
    const bool broken = layer.standing == Standing::kBroken;
    // Of neighbours that would touch, blocks' ends are named first.
    const int64_t rank = broken ? 2 : is_pool(scene.kind(row)) ? 1 : 0;
    const bool checked = scene.derived.check.differs(row + 1);  // the input is the network's first layer
    names[row % static_cast<size_t>(scene.diagram.name_lines)].push_back(
        {row, checked ? "≠ " + layer.name : layer.name, Font::kStrong,
         broken || checked ? theme.warning : ink(theme.text), false, rank});
    if (!layer.known) {
      shapes.push_back({row, "no figures", Font::kText, theme.muted, false, rank});
      continue;
    }
    const LayerFigures& figures = layer.figures;
    const bool same = blocks && figures.output.c == channels;  // written where they change
    channels = figures.output.c;
    shapes.push_back({row, same ? "–" : shape_label(scene, figures), Font::kMono,
                      same ? theme.muted : ink(theme.text), false, same ? -1 : rank});
    fields.push_back({row, field_text(figures), Font::kMono, ink(theme.accent), false, rank});
    if (!figures.shortcut_differs) continue;
    shortcuts.push_back(
        {row, short_size_text(figures.shortcut), Font::kMono, ink(theme.warning), true, rank});
  }
  const auto middle = [&](int line) { return label_rect(scene.diagram, 0, line).centre().y; };
  if (blocks) draw_brackets(scene);
  for (size_t turn = 0; turn < names.size() && !blocks; ++turn) {
    write_row(scene, std::move(names[turn]),
              label_rect(scene.diagram, static_cast<double>(turn), 0).centre().y);
  }
  write_row(scene, std::move(shapes), middle(1));
  write_row(scene, std::move(fields), middle(2));
  const bool differs = !shortcuts.empty();
  write_row(scene, std::move(shortcuts), middle(3));
  name_row(scene, scene.tight_shapes ? "shape" : "channels", middle(1));
  name_row(scene, "receptive field", middle(2));
  if (differs) name_row(scene, "shortcut", middle(3));
}

void draw_selected_column(Scene& scene) {
  if (!scene.derived.selected) return;
  const Rect column = column_rect(scene.diagram, scene.columns[*scene.derived.selected]);
  const Rect labels{{column.min.x, scene.diagram.labels.min.y},
                    {column.max.x, scene.diagram.bars.back().max.y}};
  scene.canvas.fill(labels, with_alpha(scene.theme().text, 0.07f), 0.4f * scene.em());
}

void draw_insertion(Scene& scene) {
  if (!scene.view.moving) return;
  const auto boundary = static_cast<double>(insertion_at(scene.diagram, scene.pointer.x));
  const float x = column_rect(scene.diagram, boundary).min.x;
  const float top = scene.diagram.slabs.min.y, bottom = scene.diagram.baseline();
  const float width = std::max(2.0f, 0.16f * scene.em());
  scene.canvas.fill({{x - width / 2, top}, {x + width / 2, bottom}}, scene.theme().text, width / 2);
  scene.canvas.fill_circle({x, top}, 0.3f * scene.em(), scene.theme().text);
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
  if (!scene.derived.error.empty()) return;  // its sentence stands here
  const float em = scene.em(), size = em * kCaption, y = row.min.y + 0.75f * em;
  float x = row.max.x - 0.2f * em;
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

void write_row(Scene& scene, std::vector<RowLabel> labels, float middle) {
  const float size = scene.em() * kCaption, apart = kApart * scene.em();
  const auto urgent = [&](const RowLabel& label) {
    return label.row == scene.derived.selected ? 2 : label.row == scene.hovered ? 1 : 0;
  };
  std::ranges::stable_sort(labels, [&](const RowLabel& a, const RowLabel& b) {
    return std::pair(urgent(a), a.rank) > std::pair(urgent(b), b.rank);
  });
  std::vector<std::pair<float, float>> taken;
  for (const RowLabel& label : labels) {
    const float glyph = label.struck ? scene.canvas.text_size("≠ ", Font::kMono, size).x : 0;
    const float width = glyph + scene.canvas.text_size(label.text, label.font, size).x;
    const float centre = column_rect(scene.diagram, scene.columns[label.row]).centre().x;
    // Kept whole inside the strip: cut at its edge, 12×16×16 would read 2×16×16.
    const float low = scene.diagram.strip.min.x, high = scene.diagram.strip.max.x - width;
    const float left = std::clamp(centre - width / 2, std::min(low, high), std::max(low, high));
    if (std::abs(left - (centre - width / 2)) > 0.5f * scene.diagram.pitch + scene.em()) continue;
    const auto touches = [&](const auto& other) {
      return left < other.second + apart && other.first < left + width + apart;
    };
    if (std::ranges::any_of(taken, touches)) continue;
    taken.emplace_back(left, left + width);
    if (label.struck) {
      scene.canvas.text({left, middle}, "≠", Font::kMono, size, label.color, AlignX::kLeft, AlignY::kMiddle);
      const float strike = std::round(middle) + 0.5f;
      scene.canvas.line({left + glyph - 2, strike}, {left + width + 2, strike}, label.color,
                        std::max(1.0f, scene.em() * 0.08f));
    }
    scene.canvas.text({left + glyph, middle}, label.text, label.font, size, label.color, AlignX::kLeft,
                      AlignY::kMiddle);
  }
}

void name_row(Frame& frame, std::string_view name, float middle) {
  const Rect& gutter = frame.diagram.gutter;
  const std::string text = fitted(frame.canvas, std::string(name), Font::kText, frame.em() * kCaption,
                                  gutter.width() - 0.3f * frame.em());
  frame.canvas.text({gutter.min.x, middle}, text, Font::kText, frame.em() * kCaption, frame.theme().muted,
                    AlignX::kLeft, AlignY::kMiddle);
}

void draw_strip(Scene& scene) {
  const Diagram& diagram = scene.diagram;
  Canvas& canvas = scene.canvas;
  canvas.push_clip({{diagram.gutter.min.x, diagram.sight.min.y}, diagram.sight.max});
  draw_legend(scene);
  draw_selected_column(scene);
  const float ground = std::round(diagram.baseline()) + 0.5f;
  canvas.line({diagram.strip.min.x, ground}, {diagram.strip.max.x, ground}, scene.theme().hairline,
              std::max(1.0f, scene.em() / 15));
  const bool still = scene.model.slide_phase >= 1 && !scene.view.moving;
  std::optional<size_t> carried;
  for (size_t i = 0; i < scene.blocks.size(); ++i) {
    if (is_carried(scene, i)) carried = i;
    if (!scene.in_sight(i)) continue;
    if (still && diagram.texts) draw_arrow(scene, i);
    if (diagram.texts) draw_operation(scene, i);
    if (carried != i) draw_block(scene, i);
  }
  draw_labels(scene);
  if (scene.blocks.empty()) {
    const Rect plus = plus_rect(diagram, 0);
    canvas.text({plus.centre().x, plus.min.y - 1.2f * scene.em()},
                "No layers yet: press A or + to add the first", Font::kText, scene.em(), scene.theme().muted,
                AlignX::kCentre, AlignY::kMiddle);
  }
  draw_insertion(scene);
  if (carried) draw_block(scene, *carried);
  canvas.pop_clip();
  if (diagram.overflow <= 0) return;  // else a bar says that there is more
  const float all = diagram.sight.height() + diagram.overflow, scale = diagram.sight.height() / all;
  const float top = diagram.sight.min.y + diagram.scroll * scale;
  const float x = diagram.sight.max.x + 0.4f * scene.em(), width = 0.25f * scene.em();
  canvas.fill({{x, top}, {x + width, top + diagram.sight.height() * scale}}, scene.theme().hairline,
              width / 2);
}

void explain_hovered(Scene& scene) {
  if (!scene.hovered || scene.view.moving || scene.model.picking || scene.explained) return;
  if (scene.derived.rows[*scene.hovered].standing == Standing::kBroken) return;  // its sentence stands there
  if (scene.on_plus) {
    tooltip(scene.ui, plus_rect(scene.diagram, *scene.near_plus), "Add a layer here");
    return;
  }
  // Not over the neighbours: the blocks with their words, or the bars.
  const Diagram& diagram = scene.diagram;
  Rect clear = diagram.strip;
  if (scene.pointer.y < diagram.labels.max.y) {
    clear.max.y = diagram.labels.max.y;
  } else {
    clear.min.y = diagram.labels.max.y;
  }
  tooltip(scene.ui, column_rect(diagram, static_cast<double>(*scene.hovered)),
          explanation(scene, *scene.hovered), clear);
}

}  // namespace poolglass::chain
