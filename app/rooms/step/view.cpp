#include "app/rooms/views.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <glm/common.hpp>
#include <span>
#include <utility>
#include <vector>

#include "app/rooms/step/dialects.h"
#include "app/rooms/step/map_view.h"
#include "app/rooms/step/picture_view.h"
#include "app/rooms/step/predict_view.h"
#include "app/rooms/step/words.h"
#include "app/views/widgets.h"

namespace poolglass::step {
namespace {

constexpr int64_t kAskedSide = 4;  // of the place for an output whose size is asked for, whatever it is

// Where the playhead runs the loops line by line, the result is there once it is stored.
Motion motion_of(const Model& model, const Derived& derived) {
  if (!derived.code.follows) return motion(model.playhead.phase);
  return derived.code.walking() ? Motion{1, 0, 0} : Motion{1, 1, 1};
}

const Hidden& hidden_of(const Model& model, const Derived& derived) {
  static constexpr Hidden kNothing;
  const bool hides = derived.predict.open && model.predict.exercise != nullptr;
  return hides ? model.predict.exercise->hidden : kNothing;
}

// Most characters that a value needs; numbers of large grids are not shown.
void widen(int& figures, const Grid& grid) {
  constexpr size_t kMostCells = 1024;
  if (grid.values.size() > kMostCells) return;
  for (const float value : grid.values) figures = std::max(figures, figure_columns(value));
}

Content content_of(const Model& model, const Derived& derived) {
  Content content;
  content.rows = derived.rows;
  content.columns = derived.columns;
  content.output_rows = {0, derived.output.size.h};
  content.output_columns = {0, derived.output.size.w};
  content.input_figures = derived.input_figures;
  content.output_figures = derived.output_figures;
  if (derived.predict.hides_size) content.output_rows = content.output_columns = {0, kAskedSide};
  content.formula_lines = derived.row_formula == derived.column_formula ? 2 : 3;
  if (model.lens == kRebuildLens) {
    widen(content.input_figures, derived.rebuild.shown.plane);
    widen(content.input_figures, derived.rebuild.shown.residual);
    widen(content.output_figures, derived.rebuild.shown.again);
  }
  if (model.lens == kGradientLens) {
    widen(content.input_figures, derived.gradient.arrived);
    widen(content.output_figures, derived.gradient.upstream);
  }
  if (model.lens == kDialectsLens) {
    content.rows = derived.dialects.rows;
    content.columns = derived.dialects.columns;
    content.output_rows.last = derived.dialects.most.h;
    content.output_columns.last = derived.dialects.most.w;
    for (const DialectView& view : derived.dialects.all) widen(content.output_figures, view.output);
  }
  if (!derived.both) return content;
  if (model.lens == kGradientLens) {
    widen(content.input_figures, derived.gradient.average.arrived);
    widen(content.input_figures, derived.gradient.difference);
  } else {
    widen(content.output_figures, derived.other);
    widen(content.output_figures, derived.comparison.difference);
  }
  return content;
}

// On a board three digits are enough.
BoardContent board_of(const Model& model, const Derived& derived, std::vector<std::vector<BoardPlace>> places,
                      float band, int facts) {
  constexpr int kMostFigures = 4;
  BoardContent board{content_of(model, derived), std::move(places), band, facts};
  board.content.input_figures = std::min(board.content.input_figures, kMostFigures);
  board.content.output_figures = std::min(board.content.output_figures, kMostFigures);
  return board;
}

// A board where there are more than two grids: of both operations what they are made of, then max, average
// and their difference.
Layout layout_of(const Rect& area, float em, const Model& model, const Derived& derived) {
  const auto board = [&](std::vector<std::vector<BoardPlace>> places, float band, int facts) {
    return arrange_board(area, em, board_of(model, derived, std::move(places), band, facts));
  };
  const bool inputs[] = {true, false, false, false}, outputs[] = {false, true, true, true};
  const std::span<const bool> grids(model.lens == kGradientLens ? outputs : inputs);
  const std::vector<std::vector<BoardPlace>> four = {in_rows(grids, 4), in_rows(grids, 2), in_rows(grids, 1)};
  switch (static_cast<Lens>(model.lens)) {
    case kRebuildLens:
      return board(rebuild_places(derived.both), 3.4f, derived.both ? 0 : 2);
    case kDialectsLens:
      return board(dialect_places(), 4.8f, 0);
    case kWindowLens:
      if (derived.both) return board(four, 9.4f, 2);
      break;
    case kGradientLens:
      if (derived.both) return board(four, 7.4f, 0);
      break;
    case kCoverageLens:
      if (derived.both) return board(four, 4.6f, 2);
      break;
  }
  return arrange(area, em, content_of(model, derived));
}

// Of a map, whichever lens is on.
Layout map_layout_of(const Rect& area, float em, const Model& model, const Derived& derived) {
  MapContent content{derived.grid.size, derived.geometry, model.sight};
  if (shown_lens(model, derived) == kDialectsLens && shown_dialect(derived).refusal.empty())
    content.geometry = shown_dialect(derived).windows.geometry;
  content.inputs.clear();
  for (const MapSquare& square : derived.map.squares) content.inputs.push_back(square.input);
  return arrange_map(area, em, content);
}

// Under the squares and between them.
void draw_map_words(Picture& picture) {
  draw_map_notes(picture);
  draw_map_legends(picture);
  const size_t lens = picture.lens();
  if (lens == kRebuildLens) return draw_rebuild_band(picture);
  if (lens == kDialectsLens) {
    if (shown_dialect(picture.derived).refusal.empty()) draw_arithmetic(picture);
    return draw_legend(picture);
  }
  if (picture.derived.both) return draw_both_band(picture);
  if (lens == kCoverageLens) {
    draw_sides(picture);
    return draw_reads_legend(picture);
  }
  if (lens == kGradientLens) {
    draw_routing(picture);
    draw_sent(picture);
    return draw_gradient_legend(picture);
  }
  draw_arithmetic(picture);
  draw_traveller(picture);
  draw_legend(picture);
}

// A lens that draws every cell says why it does not.
void draw_map_refusal(Picture& p, const Rect& area) {
  const std::string& text = p.derived.map.refusal;
  if (text.empty()) return;
  const float size = kCaption * p.em;
  const auto lines = wrapped(p.canvas, text, Font::kText, size, area.width() - 4 * p.em);
  const float leading = 1.4f * size;
  float width = 0;
  for (const std::string& line : lines)
    width = std::max(width, p.canvas.text_size(line, Font::kText, size).x);
  const glm::vec2 all(width + 2 * p.em, leading * static_cast<float>(lines.size()) + 0.9f * p.em);
  const Rect banner = Rect::from_size(
      glm::round(glm::vec2(area.centre().x - all.x / 2, area.max.y - 0.8f * p.em - all.y)), all);
  p.canvas.fill(banner, p.theme.raised, 0.4f * p.em);
  p.canvas.stroke(banner, p.theme.hairline, p.hair(), 0.4f * p.em);
  for (size_t i = 0; i < lines.size(); ++i) {
    const float y = banner.min.y + 0.45f * p.em + leading * (static_cast<float>(i) + 0.5f);
    p.canvas.text({banner.centre().x, y}, lines[i], Font::kText, size, p.theme.text, AlignX::kCentre,
                  AlignY::kMiddle);
  }
}

void draw_grids(Picture& picture, ViewState& view) {
  if (picture.lens() == kRebuildLens) return draw_rebuild(picture, view);
  if (picture.lens() == kDialectsLens) return draw_dialects(picture, view);
  if (picture.derived.both) return draw_both(picture, view);
  switch (static_cast<Lens>(picture.lens())) {
    case kWindowLens:
      draw_input(picture, view.input);
      break;
    case kGradientLens:
      draw_gradient(picture, view.gradient);
      return draw_upstream(picture, view.upstream);
    case kCoverageLens:
      draw_reads(picture, view.reads);
      break;
    case kRebuildLens:
    case kDialectsLens:
      break;
  }
  draw_output(picture, view.output);
}

// The lane, what travels through it, and what stands under the output.
void draw_between(Picture& picture) {
  if (picture.lens() == kRebuildLens) return draw_rebuild_words(picture);
  if (picture.lens() == kDialectsLens) return draw_dialect_words(picture);
  if (picture.derived.both) {
    if (picture.lens() != kGradientLens) draw_traveller(picture);
    return draw_both_band(picture);
  }
  switch (static_cast<Lens>(picture.lens())) {
    case kWindowLens:
      draw_arithmetic(picture);
      if (!hidden_of(picture.model, picture.derived).number_line) draw_number_line(picture);
      draw_traveller(picture);
      draw_legend(picture);
      return draw_caption(picture);
    case kGradientLens:
      if (picture.derived.predict.hides_gradient) return;
      draw_routing(picture);
      draw_sent(picture);
      draw_gradient_legend(picture);
      return draw_totals(picture);
    case kCoverageLens:
      draw_sides(picture);
      draw_reads_legend(picture);
      return draw_caption(picture);
    case kRebuildLens:
    case kDialectsLens:
      break;
  }
}

void draw_map_canvas(Picture& picture, ViewState& view) {
  draw_map_titles(picture);
  draw_map_squares(picture, view);
  draw_readers(picture);
  draw_window(picture);
  draw_pin(picture);
  draw_map_words(picture);
}

void draw_small_canvas(Picture& picture, ViewState& view) {
  draw_titles(picture);
  draw_whole(picture);
  draw_grids(picture, view);
  draw_readers(picture);
  draw_window(picture);
  draw_pin(picture);
  draw_between(picture);
  const Derived& derived = picture.derived;
  const bool tells_size = derived.predict.hides_size || hidden_of(picture.model, derived).formulas;
  if (!tells_size) draw_formulas(picture);
}

}  // namespace

void draw_canvas(Ui& ui, Canvas& canvas, const Rect& all, const Model& model, const Derived& derived,
                 ViewState& view) {
  if (!std::exchange(view.fixes_drawn, false) && model.preview) ui.push(Action(PreviewFix{}));
  Rect area = all;
  StripLayout strip;
  if (const float height = derived.strip.shown() ? strip_height(all, ui.em) : 0; height > 0) {
    area.max.y -= height;
    const Rect room{{all.min.x + 1.6f * ui.em, area.max.y}, {all.max.x - 1.6f * ui.em, all.max.y}};
    strip = arrange_strip(room, ui.em, std::ssize(derived.strip.thumbnails),
                          derived.strip.of_images() ? 0 : derived.strip.images);
  }
  const bool map = derived.map.shown;
  const Layout layout = (map ? map_layout_of : layout_of)(area, ui.em, model, derived);
  Picture picture{canvas, ui.theme, model, derived, layout, motion_of(model, derived), ui.em, area};
  (map ? draw_map_canvas : draw_small_canvas)(picture, view);
  draw_strip(picture, strip, view.strip);
  if (!derived.strip.complete()) ui.widgets.wake_in = 0;
  if (derived.finding) ui.widgets.wake_in = std::min(ui.widgets.wake_in, kNextLook);
  draw_guess(picture);
  draw_map_refusal(picture, area);
  draw_refusal(picture, area);
  tag_cells(ui, derived, layout);
  handle_strip(ui, model, derived, strip);
  handle_pointer(ui, area, model, derived, layout, view);
}

void draw_selectors(Ui& ui, const Rect& area, const Model& model, const Derived&) {
  static constexpr std::array<std::string_view, 3> kOptions = {"max", "average", "both"};
  const float width = std::clamp(0.42f * area.width(), 11.2f * ui.em, 12.6f * ui.em);
  const glm::vec2 size(std::round(width), std::round(ui.em * 1.8f));
  const glm::vec2 corner(area.max.x - size.x, std::round(area.centre().y - size.y / 2));
  int selected = model.both ? 2 : model.document.params.reduction == Reduction::kMax ? 0 : 1;
  const ControlText text{"Operation", "The largest value of a window, their mean, or both side by side",
                         "step.toggle-operation", ""};
  if (!segmented_at(ui, "step/operation", Rect::from_size(corner, size), text, kOptions, &selected)) return;
  if (selected == 2) {
    ui.push(Action(SetBoth{true}));
  } else {
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
