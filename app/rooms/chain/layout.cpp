#include "app/rooms/chain/layout.h"

#include <cmath>
#include <utility>
#include <vector>

namespace poolglass::chain {
namespace {

constexpr float kPanelShare = 0.16f;  // of the area's width
constexpr float kPanelLow = 9.6f, kPanelHigh = 17.3f;
constexpr float kGutter = 6.4f;
constexpr float kLine = 1.3f;        // ems per line of caption text
constexpr float kLegend = 1.8f;      // ems of its row
constexpr float kOperations = 3.0f;  // operation, arrow, change
constexpr float kNoOperations = 0.6f;
constexpr float kLeastSlabs = 7, kLeastBar = 3.6f, kMostBar = 13;
// Low windows have lower slabs, so that names are in sight.
constexpr float kLowSlabsShare = 0.42f, kLowestSlabs = 4.5f;
constexpr float kMaxPitch = 15;
constexpr float kReadable = 4.6f;   // columns that hold an operation
constexpr float kLead = 0.55f;      // columns before the first one, where the arrow from the input stands
constexpr float kArrow = 1.7f;      // least room between two slabs
constexpr float kThinnest = 0.45f;  // slab of one channel
constexpr float kFlatWidth = 0.55f;
constexpr float kDepthX = 0.24f, kDepthY = 0.13f;

double doublings(int64_t channels) { return std::log2(static_cast<double>(std::max<int64_t>(channels, 1))); }
float root(int64_t extent) { return std::sqrt(static_cast<float>(std::max<int64_t>(extent, 1))); }

// Heights of the rows that grow: a third of what is there for the slabs, equal bands for the bars.
struct RowHeights {
  float slabs = 0, bar = 0, all = 0;
};

RowHeights row_heights(float em, float height, float words, float lanes, float shelf) {
  const float fixed = kLegend * em + words;
  const float most_bar =
      shelf > 0 ? std::clamp(shelf / kBarRows, kLeastBar * em, kMostBar * em) : kMostBar * em;
  const float least = std::clamp(kLowSlabsShare * height, kLowestSlabs * em, kLeastSlabs * em);
  RowHeights rows;
  const float wanted = std::min(height / 3 + lanes, height / 2);
  rows.slabs = std::max(std::min(wanted, height - fixed - kBarRows * kLeastBar * em), least);
  rows.bar = std::clamp((height - fixed - rows.slabs) / kBarRows, kLeastBar * em, most_bar);
  rows.slabs = std::max(rows.slabs, height - fixed - kBarRows * rows.bar);
  rows.all = fixed + rows.slabs + kBarRows * rows.bar;
  return rows;
}

// Blocks take all that words leave.
RowHeights brief_heights(const Diagram& layout, float words) {
  const float fixed = kLegend * layout.em + words;
  RowHeights rows;
  rows.slabs = std::max(layout.sight.height() - fixed, 2 * layout.em);
  rows.all = fixed + rows.slabs;
  return rows;
}

void place_rows(Diagram& layout, float minimap_height, const DiagramRequest& request) {
  const Rect& strip = layout.strip;
  layout.minimap = {{strip.min.x, strip.max.y - minimap_height}, strip.max};
  layout.sight = {strip.min, {strip.max.x, layout.minimap.min.y}};
  layout.label_lines = request.brief ? kBriefLines : kLabelLines;
  layout.texts = layout.texts && !request.brief;
  const float labels = static_cast<float>(layout.label_lines + layout.name_lines - 1) * kLine * layout.em;
  const float operations = (layout.texts ? kOperations : kNoOperations) * layout.em;
  const RowHeights rows = request.brief ? brief_heights(layout, operations + labels)
                                        : row_heights(layout.em, layout.sight.height(), operations + labels,
                                                      request.lanes, request.shelf);
  layout.overflow = std::max(rows.all - layout.sight.height(), 0.0f);
  if (layout.overflow < 1) layout.overflow = 0;
  layout.scroll = std::clamp(request.scroll, 0.0f, layout.overflow);
  float y = strip.min.y - layout.scroll;
  const auto take = [&](float height) {
    const Rect row{{strip.min.x, y}, {strip.max.x, y + height}};
    y += height;
    return row;
  };
  layout.legend = take(kLegend * layout.em);
  layout.slabs = take(rows.slabs);
  layout.operations = take(operations);
  layout.labels = take(labels);
  for (Rect& bar : layout.bars) bar = take(rows.bar);
}

// Two squares of one size, as large as the panel holds with their words.
void place_panel(Diagram& layout) {
  const float em = layout.em, heading = 1.8f * em;
  const Rect& panel = layout.panel;
  float words = 5 * kLine * em, between = 2.4f * em;
  const auto side_for = [&] {
    return std::min(panel.width(), (panel.height() - heading - between - words) / 2);
  };
  float side = side_for();
  if (side < 5 * em) {  // a low window: closer together, and only the map's name under it
    between = 1.0f * em;
    words = kLine * em;
    side = side_for();
  }
  side = std::max(std::floor(side), 1.0f);
  // What a tall panel has left keeps them apart, so that the lines that join them can be followed.
  between += std::clamp(panel.height() - heading - between - words - 2 * side, 0.0f, 3 * em);
  layout.input_square = Rect::from_size({panel.min.x, panel.min.y + heading}, glm::vec2(side));
  layout.map_square = layout.input_square.translated({0, side + std::round(between)});
  const float y = layout.map_square.max.y;
  layout.map_words = {{panel.min.x, y}, {panel.max.x, std::min(y + words, panel.max.y)}};
}

// Width of all columns together with the lead before the first.
float span_in_columns(size_t count) { return static_cast<float>(count) + kLead + 0.15f; }

void choose_pitch(const DiagramRequest& request, Diagram& layout) {
  const float em = layout.em;
  const float readable = kReadable * em;
  const float fit = layout.strip.width() / span_in_columns(std::max<size_t>(layout.count, 1));
  const float natural = std::min(fit, std::max(readable, kMaxPitch * em));
  layout.pitch = std::clamp(natural * request.zoom, natural, std::max(natural, 2 * kMaxPitch * em));
  // Rounding in the quotient must not cost the labels.
  layout.texts = layout.pitch >= readable * 0.999f;
}

void choose_view(const DiagramRequest& request, Diagram& layout) {
  const float span = span_in_columns(layout.count);
  layout.visible = layout.strip.width() / layout.pitch;
  layout.left = std::clamp(request.left, 0.0f, std::max(span - layout.visible, 0.0f));
  const float spare = std::max(layout.strip.width() - span * layout.pitch, 0.0f);
  layout.origin = layout.strip.min.x + (kLead - layout.left) * layout.pitch + spare / 2;
}

// Blocks of what is in sight fill the height, so that the narrow end of a long chain can be seen too.
void choose_scales(const DiagramRequest& request, Diagram& layout) {
  float tallest = 1, deepest = 1;
  double most = 1;
  const auto column_of = [&](float x) {
    const float at = std::floor((x - layout.origin) / layout.pitch);
    return static_cast<size_t>(std::clamp(at, 0.0f, static_cast<float>(request.blocks.size())));
  };
  const size_t last = std::min(column_of(layout.strip.max.x - 1) + 1, request.blocks.size());
  for (size_t i = column_of(layout.strip.min.x + 1); i < last; ++i) {
    const Block& block = request.blocks[i];
    if (block.flat) continue;
    tallest = std::max(tallest, root(block.output.h));
    deepest = std::max(deepest, root(block.output.w));
    most = std::max(most, doublings(block.output.c));
  }
  layout.thinnest = std::min(kThinnest * layout.em, 0.4f * layout.pitch);
  const float width = std::max(layout.pitch - kArrow * layout.em, 0.55f * layout.pitch);
  layout.channel_scale = std::max(0.6f * width - layout.thinnest, 0.0f) / static_cast<float>(most);
  // Tall slabs may be thicker, so that they keep their proportions.
  const float tall = std::max(1.0f, layout.slabs.height() / (16 * layout.em));
  layout.channel_scale = std::min(layout.channel_scale, 0.42f * layout.em * tall);
  const float widest = layout.thinnest + layout.channel_scale * static_cast<float>(most);
  const float room = std::max(layout.slabs.height() - request.lanes, 0.25f * layout.slabs.height());
  const float height = std::min(room - 0.6f * layout.em, 46 * layout.em);
  layout.side_scale = std::max(height, 0.0f) / (tallest + kDepthY * deepest);
  layout.depth_x = std::min(kDepthX, std::max(width - widest, 0.0f) / (layout.side_scale * deepest + 1e-6f));
  layout.depth_y = kDepthY;
}

float column_left(const Diagram& layout, double column) {
  return layout.origin + static_cast<float>(column) * layout.pitch;
}

size_t characters(const std::string& text) {
  // Continuation bytes of UTF-8 are no characters.
  return static_cast<size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

}  // namespace

Diagram make_diagram(const DiagramRequest& request) {
  Diagram layout;
  const float em = layout.em = request.em;
  layout.count = request.blocks.size();
  layout.name_lines = request.name_lines;
  const Rect& area = request.area;
  // The strip needs its share too where a window is narrow.
  const float low = std::min(kPanelLow * em, 0.28f * area.width());
  const float panel = std::clamp(area.width() * kPanelShare, low, kPanelHigh * em);
  // Squares no higher than half a low window need no wider panel.
  const float squares =
      std::max(((request.whole > 0 ? request.whole : area.height()) - 6 * em) / 2, 7.5f * em);
  layout.panel = {area.min, {area.min.x + std::min({panel, squares, area.width()}), area.max.y}};
  const float left = std::min(layout.panel.max.x + 1.2f * em, area.max.x);
  const float right = std::min(left + std::min(kGutter * em, 0.2f * area.width()), area.max.x);
  layout.gutter = {{left, area.min.y}, {right, area.max.y}};
  layout.strip = {{right, area.min.y}, area.max};
  choose_pitch(request, layout);
  const bool overflows = span_in_columns(layout.count) * layout.pitch > layout.strip.width() + 0.5f;
  place_rows(layout, overflows ? 2.2f * em : 0, request);
  place_panel(layout);
  choose_view(request, layout);
  choose_scales(request, layout);
  return layout;
}

Rect column_rect(const Diagram& layout, double column) {
  const float x = column_left(layout, column);
  return {{x, layout.strip.min.y}, {x + layout.pitch, layout.minimap.min.y}};
}

std::optional<size_t> column_at(const Diagram& layout, glm::vec2 p) {
  if (!layout.strip.contains(p) || p.y >= layout.minimap.min.y || p.x < layout.origin) return std::nullopt;
  const auto column = static_cast<size_t>((p.x - layout.origin) / layout.pitch);
  if (column >= layout.count) return std::nullopt;
  return column;
}

Rect label_rect(const Diagram& layout, double column, int line) {
  const float x = column_left(layout, column);
  const int turn =
      line == 0 ? static_cast<int>(std::llround(column) % layout.name_lines) : layout.name_lines - 1;
  const float y = layout.labels.min.y + static_cast<float>(line + turn) * layout.line_height();
  return {{x, y}, {x + layout.pitch, y + layout.line_height()}};
}

Rect operation_rect(const Diagram& layout, double column) {
  const float x = column_left(layout, column) - layout.pitch / 2;
  return {{x, layout.operations.min.y}, {x + layout.pitch, layout.operations.max.y}};
}

Rect bar_rect(const Diagram& layout, int row, double column, double share) {
  const Rect& band = layout.bars[static_cast<size_t>(row)];
  const float line = kLine * layout.em;
  const Rect value = bar_value_rect(layout, row, column);
  const float room = std::max(band.height() - line - 0.4f * layout.em, 0.0f);
  const float tall = room * static_cast<float>(std::clamp(share, 0.0, 1.0));
  const float half = std::min(0.27f * layout.pitch, 1.6f * layout.em);
  const float x = value.centre().x;
  return {{x - half, value.min.y - tall}, {x + half, value.min.y}};
}

Rect bar_value_rect(const Diagram& layout, int row, double column) {
  const Rect& band = layout.bars[static_cast<size_t>(row)];
  const float x = column_left(layout, column);
  return {{x, band.max.y - kLine * layout.em}, {x + layout.pitch, band.max.y}};
}

Slab slab(const Diagram& layout, const Block& block, double column) {
  const float centre = column_left(layout, column) + layout.pitch / 2;
  const auto channels = static_cast<float>(doublings(block.output.c));
  float width = layout.thinnest + layout.channel_scale * channels;
  float height = layout.side_scale * root(block.output.h);
  glm::vec2 depth{layout.depth_x * layout.side_scale * root(block.output.w),
                  layout.depth_y * layout.side_scale * root(block.output.w)};
  if (block.flat) {
    // A vector has no plane: a thin bar as long as its features, on the channels' scale.
    width = std::min(kFlatWidth * layout.em, 0.5f * layout.pitch);
    height = std::min((1 + 0.35f * channels) * layout.em, layout.slabs.height());
    depth = {0, 0};
  }
  const float x = centre - (width + depth.x) / 2;
  return {{{x, layout.baseline() - height}, {x + width, layout.baseline()}}, depth};
}

Gap operation_arrow(const Diagram& layout, double column) {
  const float x = column_left(layout, column), y = std::round(layout.operations.centre().y);
  const float half = std::min(0.5f * layout.pitch - 0.6f * layout.em, 2.2f * layout.em);
  return {{x - half, y}, {x + half, y}};
}

Rect plus_rect(const Diagram& layout, size_t index) {
  const float half = 0.75f * layout.em;
  const float x = column_left(layout, static_cast<double>(index));
  const float y = layout.baseline() - 2.2f * layout.em;
  return {{x - half, y - half}, {x + half, y + half}};
}

std::optional<size_t> plus_at(const Diagram& layout, glm::vec2 p) {
  if (!layout.strip.contains(p)) return std::nullopt;
  const size_t index = insertion_at(layout, p.x);
  if (!plus_rect(layout, index).contains(p)) return std::nullopt;
  return index;
}

size_t insertion_at(const Diagram& layout, float x) {
  const float at = std::round((x - layout.origin) / layout.pitch);
  return static_cast<size_t>(std::clamp(at, 0.0f, static_cast<float>(layout.count)));
}

float reveal(const Diagram& layout, size_t column) {
  // In these units the lead comes first: column c spans [c + kLead, c + 1 + kLead].
  const float start = static_cast<float>(column);
  const float end = start + 1 + kLead + 0.15f;
  float left = layout.left;
  if (end > left + layout.visible) left = end - layout.visible;
  return std::max(std::min(left, start), 0.0f);
}

Rect minimap_column(const Diagram& layout, size_t column) {
  const float step = layout.minimap.width() / span_in_columns(layout.count);
  const float x = layout.minimap.min.x + (static_cast<float>(column) + kLead) * step;
  return {{x, layout.minimap.min.y}, {x + step, layout.minimap.max.y}};
}

Rect minimap_window(const Diagram& layout) {
  const float step = layout.minimap.width() / span_in_columns(layout.count);
  const float x = layout.minimap.min.x + layout.left * step;
  const float width = std::min(layout.visible * step, layout.minimap.width());
  return {{x, layout.minimap.min.y}, {x + width, layout.minimap.max.y}};
}

float minimap_left(const Diagram& layout, float x) {
  const float step = layout.minimap.width() / span_in_columns(layout.count);
  const float left = (x - layout.minimap.min.x) / step - layout.visible / 2;
  return std::clamp(left, 0.0f, std::max(span_in_columns(layout.count) - layout.visible, 0.0f));
}

std::array<std::string, 2> two_lines(const std::string& label, size_t columns) {
  if (characters(label) <= columns) return {label, ""};
  std::vector<std::array<std::string, 2>> ways;  // best first
  const auto split = [&](size_t at, size_t skip) {
    if (at != std::string::npos) ways.push_back({label.substr(0, at), label.substr(at + skip)});
  };
  split(label.find(", "), 2);
  split(label.find(" /"), 1);
  for (size_t at = label.find(' '); at != std::string::npos; at = label.find(' ', at + 1)) split(at, 1);
  for (const auto& way : ways) {
    if (characters(way[0]) <= columns && characters(way[1]) <= columns) return way;
  }
  return ways.empty() ? std::array<std::string, 2>{label, ""} : ways.front();
}

std::optional<float> reach_between(std::span<const glm::vec2> line, float from, float to, bool down) {
  std::optional<float> reach;
  for (size_t i = 0; i < line.size(); ++i) {
    const glm::vec2 b = line[i], a = i == 0 ? b : line[i - 1];
    if (b.x < from || a.x > to) continue;
    for (const float x : {std::max(a.x, from), std::min(b.x, to)}) {
      const float y = b.x > a.x ? a.y + (b.y - a.y) * (x - a.x) / (b.x - a.x) : b.y;
      reach = !reach ? y : down ? std::max(*reach, y) : std::min(*reach, y);
    }
  }
  return reach;
}

}  // namespace poolglass::chain
