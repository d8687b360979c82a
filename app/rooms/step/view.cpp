#include "app/rooms/views.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "app/rooms/step/picture_view.h"
#include "app/rooms/step/words.h"
#include "app/views/widgets.h"

namespace poolglass::step {
namespace {

Content content_of(const Model& model, const Derived& derived) {
  Content content;
  content.rows = derived.rows;
  content.columns = derived.columns;
  content.output_rows = {0, derived.output.size.h};
  content.output_columns = {0, derived.output.size.w};
  content.input_figures = derived.input_figures;
  content.output_figures = derived.output_figures;
  content.formula_lines = derived.row_formula == derived.column_formula ? 2 : 3;
  if (model.lens == kGradientLens) {
    for (const float value : derived.gradient.arrived.values) {
      content.input_figures = std::max(content.input_figures, figure_columns(value));
    }
    for (const float value : derived.gradient.upstream.values) {
      content.output_figures = std::max(content.output_figures, figure_columns(value));
    }
  }
  return content;
}

void draw_grids(Picture& picture, ViewState& view) {
  switch (static_cast<Lens>(picture.model.lens)) {
    case kWindowLens:
      draw_input(picture, view.input);
      break;
    case kGradientLens:
      draw_gradient(picture, view.gradient);
      return draw_upstream(picture, view.upstream);
    case kCoverageLens:
      draw_reads(picture, view.reads);
      break;
  }
  draw_output(picture, view.output);
}

// The lane, what travels through it, and what stands under the output.
void draw_between(Picture& picture) {
  switch (static_cast<Lens>(picture.model.lens)) {
    case kWindowLens:
      draw_arithmetic(picture);
      draw_number_line(picture);
      draw_traveller(picture);
      draw_legend(picture);
      return draw_caption(picture);
    case kGradientLens:
      draw_routing(picture);
      draw_sent(picture);
      draw_gradient_legend(picture);
      return draw_totals(picture);
    case kCoverageLens:
      draw_sides(picture);
      draw_reads_legend(picture);
      return draw_caption(picture);
  }
}

}  // namespace

void draw_canvas(Ui& ui, Canvas& canvas, const Rect& area, const Model& model, const Derived& derived,
                 ViewState& view) {
  const Layout layout = arrange(area, ui.em, content_of(model, derived));
  Picture picture{canvas, ui.theme, model, derived, layout, motion(model.playhead.phase), ui.em};
  draw_titles(picture);
  draw_whole(picture);
  draw_grids(picture, view);
  draw_readers(picture);
  draw_window(picture);
  draw_pin(picture);
  draw_between(picture);
  draw_formulas(picture);
  draw_refusal(picture, area);
  tag_cells(ui, derived, layout);
  handle_pointer(ui, area, model, derived, layout, view);
}

void draw_selectors(Ui& ui, const Rect& area, const Model& model, const Derived&) {
  static constexpr std::array<std::string_view, 2> kOptions = {"max", "average"};
  const glm::vec2 size(std::round(ui.em * 10), std::round(ui.em * 1.8f));
  const glm::vec2 corner(area.max.x - size.x, std::round(area.centre().y - size.y / 2));
  int selected = model.document.params.reduction == Reduction::kMax ? 0 : 1;
  const ControlText text{"Operation", "Take the largest value of a window, or their mean",
                         "step.toggle-operation", ""};
  if (segmented_at(ui, "step/operation", Rect::from_size(corner, size), text, kOptions, &selected)) {
    ui.push(Action(SetReduction{selected == 0 ? Reduction::kMax : Reduction::kAverage}));
  }
}

// A window on a grid.
void draw_sign(const IconPen& pen, const Model&) {
  pen.box(-0.9f, -0.9f, 0.9f, 0.9f);
  pen.path({{0, -0.9f}, {0, 0.9f}});
  pen.path({{-0.9f, 0}, {0.9f, 0}});
  pen.bar(-0.62f, -0.62f, -0.26f, -0.26f);
}

}  // namespace poolglass::step
