#include "app/rooms/views.h"

#include <algorithm>
#include <cmath>

#include "app/rooms/chain/lens_view.h"
#include "app/rooms/chain/parts_view.h"
#include "app/rooms/format.h"

namespace poolglass::chain {
namespace {

float caption_width(const Canvas& canvas, const std::string& text) {
  return canvas.text_size(text, Font::kMono, canvas.em() * kCaption).x;
}

// A layer without figures borrows the size of the one before it, so that its outline has a place to stand.
std::vector<Block> blocks_of(const Derived& derived) {
  std::vector<Block> blocks;
  blocks.reserve(derived.rows.size());
  Block last{derived.input.output, false};
  for (const LayerRow& row : derived.rows) {
    if (row.known) last = {row.figures.output, row.figures.flat};
    blocks.push_back(last);
  }
  return blocks;
}

DiagramRequest request_of(const Canvas& canvas, const Rect& area, const Model& model, const Derived& derived,
                          const std::vector<Block>& blocks, float scroll) {
  DiagramRequest request;
  request.area = area.inset(1.6f * canvas.em(), 0.7f * canvas.em());
  request.em = canvas.em();
  request.input = derived.input.output;
  request.blocks = blocks;
  request.zoom = model.camera.zoom;
  request.left = model.camera.left;
  request.scroll = scroll;
  return request;
}

std::vector<double> sliding_columns(const Ui& ui, const Model& model, const Derived& derived) {
  std::vector<double> columns;
  columns.reserve(derived.rows.size());
  const double t = ui.reduce_motion ? 1 : static_cast<double>(eased(model.slide_phase));
  for (const LayerRow& row : derived.rows) {
    const auto home = static_cast<double>(columns.size());
    columns.push_back(row.came_from < 0 ? home : row.came_from + (home - row.came_from) * t);
  }
  return columns;
}

// One variant for all columns, so that a row of labels looks of a piece.
void choose_variants(Scene& scene) {
  const float room = scene.diagram.pitch - 0.42f * scene.em();
  const auto fits = [&](const std::string& text) { return caption_width(scene.canvas, text) <= room; };
  for (const LayerRow& row : scene.derived.rows) {
    if (!row.known) continue;
    scene.spaced_shapes &= fits(shape_text(row.figures.output));
    scene.tight_shapes &= row.figures.flat || fits(tight_shape_text(row.figures.output));
  }
}

// As many as keep neighbours' names from touching; one where none of kMostNameLines does.
int name_lines(const Scene& scene) {
  constexpr size_t kLongName = 100;  // bytes; wider than any three columns that need it
  const float size = scene.em() * kCaption, pitch = scene.diagram.pitch;
  float widest = 0;
  for (const LayerRow& row : scene.derived.rows) {
    if (row.name.size() > kLongName) return 1;
    widest = std::max(widest, scene.canvas.text_size(row.name, Font::kStrong, size).x);
    if (widest > kMostNameLines * pitch) return 1;
  }
  const float lines = std::ceil((widest + kApart * scene.em()) / pitch);
  return lines <= kMostNameLines ? std::max(1, static_cast<int>(lines)) : 1;
}

Scene make_scene(Ui& ui, Canvas& canvas, const Rect& area, const Model& model, const Derived& derived,
                 ViewState& view) {
  Scene scene{{ui, canvas, model, derived, view}, blocks_of(derived), sliding_columns(ui, model, derived)};
  if (derived.selected) {
    scene.layer_selected = true;
    scene.layer_good = scene.good(*derived.selected);
    scene.layer_color = kind_color(ui.theme, scene.kind(*derived.selected));
  }
  DiagramRequest request = request_of(canvas, area, model, derived, scene.blocks, view.scroll);
  scene.diagram = make_diagram(request);
  request.name_lines = name_lines(scene);
  if (request.name_lines > 1) scene.diagram = make_diagram(request);
  view.scroll = scene.diagram.scroll;
  choose_variants(scene);
  return scene;
}

// Pans to the selection when it changed; where the reader has panned since is left alone.
void bring_into_sight(Scene& scene) {
  const LayerId selected = scene.model.document.selected;
  if (scene.view.revealed == selected && scene.view.revealed_count == scene.blocks.size()) return;
  scene.view.revealed = selected;
  scene.view.revealed_count = scene.blocks.size();
  if (!scene.derived.selected) return;
  const float left = reveal(scene.diagram, *scene.derived.selected);
  if (left != scene.diagram.left) scene.ui.push(Action(SetCamera{{scene.model.camera.zoom, left}}));
}

// Where rows are higher than the canvas, a lens begins with its own picture in sight, which is at their end.
void begin_lens(Ui& ui, const Model& model, ViewState& view) {
  if (view.lens == model.lens) return;
  if (view.ruler_first) {  // a drag of the ruler ends with its lens
    view.ruler_first.reset();
    ui.push(Action(EndEdit{}));
  }
  view.lens = model.lens;
  const bool below = model.lens == kFieldLens || model.lens == kSizesLens || model.lens == kProofLens;
  view.scroll = below ? 1e6f : 0;  // the layout clamps it
}

}  // namespace

bool Scene::in_sight(size_t row) const {
  const Rect column = column_rect(diagram, columns[row]);
  // Operations reach half a column to the left.
  return column.max.x > diagram.strip.min.x && column.min.x - diagram.pitch < diagram.strip.max.x;
}

Color kind_color(const Theme& theme, LayerKind kind) {
  switch (kind) {
    case LayerKind::kConv2d:
      return theme.convolution;
    case LayerKind::kMaxPool2d:
      return theme.max_pool;
    case LayerKind::kAvgPool2d:
    case LayerKind::kGlobalAvgPool2d:
    case LayerKind::kAdaptiveAvgPool2d:
      return theme.average_pool;
    case LayerKind::kRelu:
    case LayerKind::kFlatten:
    case LayerKind::kLinear:
      return theme.other;
  }
  return theme.other;
}

float eased(double t) {
  const auto x = static_cast<float>(std::clamp(t, 0.0, 1.0));
  return x * x * (3 - 2 * x);
}

void draw_canvas(Ui& ui, Canvas& canvas, const Rect& area, const Model& model, const Derived& derived,
                 ViewState& view) {
  if (derived.finding()) ui.widgets.wake_in = std::min(ui.widgets.wake_in, kNextLook);
  begin_lens(ui, model, view);
  if (derived.network.graph) return draw_network(ui, canvas, area, model, derived, view);
  Scene scene = make_scene(ui, canvas, area, model, derived, view);
  bring_into_sight(scene);
  handle_picker(scene);
  handle_panel(scene);
  handle_minimap(scene);
  handle_strip(scene);
  draw_panel(scene);
  draw_strip(scene);
  draw_bars(scene);
  draw_minimap(scene);
  draw_error(scene);
  draw_plus(scene);
  explain_hovered(scene);
}

void draw_selectors(Ui& ui, const Rect& area, const Model& model, const Derived& derived) {
  if (model.lens == kProofLens) return draw_lens_selectors(ui, area, model);
  if (model.document.graph) draw_network_selectors(ui, area, model, derived);
}

// Shrinking blocks.
void draw_sign(const IconPen& pen, const Model&) {
  pen.box(-1.0f, -0.9f, -0.45f, 0.9f);
  pen.box(-0.18f, -0.3f, 0.32f, 0.9f);
  pen.box(0.6f, 0.25f, 1.0f, 0.9f);
}

}  // namespace poolglass::chain
