// The lenses' selectors and their parts of the side panel.
#include <algorithm>
#include <array>
#include <cmath>

#include "app/rooms/chain/lens_view.h"
#include "app/rooms/chain/lens_words.h"
#include "app/rooms/format.h"
#include "core/chain/presets.h"

namespace poolglass::chain {
namespace {

void photo_row(Ui& ui, const Model& model) {
  bool photo = model.photo;
  if (toggle(ui, "chain/photo", {"Photograph", "A photograph lies under the input", "chain.photo", ""},
             &photo))
    ui.push(Action(SetPhoto{photo}));
}

void unit_rows(Ui& ui, const Derived& derived) {
  if (!derived.cell_known || !derived.field_known) return;
  const std::string unit = "Unit " + cell_text(derived.cell);
  const auto span = [](const Interval& cells) { return span_text({cells.first, cells.last}); };
  readout(ui, unit + ", rows", span(derived.field.rows),
          "Rows of the input that it sees, padding among them");
  readout(ui, "columns", span(derived.field.columns), "Columns of the input that it sees");
}

// ---- field ------------------------------------------------------------------------------------------------

void pins_group(Ui& ui, const Model& model, const Derived& derived) {
  section(ui, "chain/pins", "Pins", false);
  const auto pin = [&](std::string_view letter, std::string_view name, const std::string& words) {
    readout(ui, letter, words, name);
  };
  pin("A", "The unit that is shown: click a cell of the map to pin it", cell_text(derived.cell));
  const std::optional<Cell>& second = derived.lens.second;
  if (!second) {
    note(ui,
         "Shift+click on the map pins a second unit, to see what both share: of this layer, or of another.");
    return;
  }
  const bool here = model.second_layer == derived.network.selected;
  const std::string layer =
      here ? "" : derived.network.graph->names[static_cast<size_t>(model.second_layer)] + " ";
  pin("B", "The second unit: Shift+click moves it", layer + cell_text(*second));
  const auto& overlap = derived.lens.overlap;
  if (overlap) {
    const auto cells = [](const Interval& span) { return std::max<int64_t>(span.last - span.first + 1, 0); };
    const Size2 box{cells(overlap->shared.rows), cells(overlap->shared.columns)};
    readout(ui, "Shared", overlap->cells > 0 ? size_text(box) : "nothing", "What both fields hold");
    readout(ui, "Shared pixels", grouped(overlap->cells) + " of " + grouped(overlap->of), "Of one field");
    readout(ui, "Centres apart", decimal(overlap->centres_down) + ", " + decimal(overlap->centres_right),
            "How far down and to the right B's centre lies");
  }
  if (button(ui, "chain/clear-second", {"Let go of B", "Show one unit alone", "chain.pin-second", ""}))
    ui.push(Action(PinSecond{}));
}

void field_panel(Ui& ui, const Model& model, const Derived& derived) {
  pins_group(ui, model, derived);
  section(ui, "chain/paths", "Where it looks", false);
  photo_row(ui, model);
  const Graph& graph = *derived.network.graph;
  readout(ui, "Receptive field", field_text(graph, static_cast<size_t>(derived.network.selected)),
          "What a unit can see");
  unit_rows(ui, derived);
  const PathResults& paths = derived.lens.paths;
  if (derived.lens.finding_paths) return note(ui, "Paths are being counted …");
  if (!paths.why_not.empty() || paths.plane.counts.empty()) return note(ui, paths.why_not);
  readout(ui, "95 % of columns in",
          grouped(paths.core_columns.cells) + " of " + grouped(std::ssize(paths.columns.counts)),
          "The middle columns that hold 95 % of the paths: " + percent(paths.core_columns.share));
  readout(ui, "95 % of rows in",
          grouped(paths.core_rows.cells) + " of " + grouped(std::ssize(paths.rows.counts)),
          "The middle rows that hold 95 % of the paths: " + percent(paths.core_rows.share));
  note(ui,
       "The field is what a unit can see. Path counts weigh every weight as 1: where influence sits before "
       "training.");
}

// ---- sizes ------------------------------------------------------------------------------------------------

void size_row(Ui& ui, const Model& model, const Derived& derived) {
  const Size2 plane = derived.network.graph->figures.input_size;
  if (plane.h < 1 || plane.w < 1) return;
  int64_t h = plane.h, w = plane.w;
  bool linked = model.document.input_linked;
  number_pair(ui, "chain/input-size", {"Height, width", "Size of the input's planes", "", ""}, &h, &w, 1,
              kMaxInputSide, &linked);
  if (Size2{h, w} != plane) ui.push(Action(SetInput{derived.input.output.c, {h, w}}));
  if (linked != model.document.input_linked) ui.push(Action(SetInputLinked{linked}));
}

void resolutions_group(Ui& ui, const Derived& derived) {
  const Graph& graph = *derived.network.graph;
  const std::string& name = graph.names[static_cast<size_t>(derived.network.selected)];
  section(ui, "chain/resolutions", name + " at other sizes", false);
  note(ui, "Side of its map, field r, padding p");
  gap(ui, 0.3f);
  for (const SizeResults::At& at : derived.lens.sizes.resolutions) {
    if (!at.fits) {
      readout(ui, grouped(at.side), "does not fit", "The network does not take this size", true);
      continue;
    }
    std::string text = "→ " + grouped(at.height);
    if (at.local) text += "  r " + grouped(at.r) + "  p " + grouped(at.padding);
    readout(ui, grouped(at.side), text,
            "Side of its map, receptive field and effective padding; " + compact(at.macs) + " MACs in all");
  }
}

void join_fixes_group(Ui& ui, const SizeResults& sizes) {
  if (sizes.fixes.empty()) return;
  section(ui, "chain/join-fixes", "Make the joins fit", false);
  for (size_t i = 0; i < sizes.fixes.size(); ++i) {
    const network::FixedJoins& fixed = sizes.fixes[i];
    const JoinFixWords words = join_fix_words(fixed);
    if (button(ui, "chain/join-fix-" + std::to_string(i),
               {words.title, words.words, "", fixed.network ? std::string_view() : words.words}))
      ui.push(fix_joins(fixed));
  }
}

void sizes_panel(Ui& ui, const Model& model, const Derived& derived) {
  section(ui, "chain/sizes", "Input", false);
  size_row(ui, model, derived);
  const SizeResults& sizes = derived.lens.sizes;
  const network::FittingSizes& fitting = sizes.fitting;
  if (!derived.error.empty()) error_note(ui, derived.error);
  section(ui, "chain/fit", "Which sizes fit", false);
  if (!sizes.why_not.empty()) return note(ui, "Sizes were not tried: " + sizes.why_not + ".");
  readout(ui, "Smallest", fitting.smallest > 0 ? grouped(fitting.smallest) : "—",
          sizes.width ? "Height that works beside this width" : "Square input that works");
  const bool all_whole = fitting.fit && fitting.fit == fitting.whole;
  if (fitting.fit)
    note(ui, "Fits" + std::string(all_whole ? ", without losing a row: " : ": ") +
                 pattern_words(*fitting.fit) + ".");
  if (!all_whole && fitting.whole && !fitting.whole->remainders.empty())
    note(ui, "Loses no row: " + pattern_words(*fitting.whole) + ".");
  join_fixes_group(ui, sizes);
  resolutions_group(ui, derived);
}

// ---- proof ------------------------------------------------------------------------------------------------

void walks_panel(Ui& ui, const Model& model, const Derived& derived) {
  const Graph& graph = *derived.network.graph;
  const WalkResults& walks = derived.lens.walks;
  if (derived.lens.columns.empty() || walks.forward.empty()) return;
  const size_t step = walk_step(model, derived), last = derived.lens.columns.size() - 1;
  const auto ahead = static_cast<size_t>(derived.lens.columns[step]);
  const auto behind = static_cast<size_t>(derived.lens.columns[last - step]);
  if (walks.axes_differ) {
    const bool rows = walks.along == network::Along::kRows;
    const std::string label = rows ? "Walk along the columns" : "Walk along the rows";
    if (button(ui, "chain/along", {label, "Fields differ between the two", "chain.along", ""}))
      ui.push(Action(SetAlong{rows ? network::Along::kColumns : network::Along::kRows}));
  }
  section(ui, "chain/step", "This step", false);
  const std::string forward = forward_arithmetic(graph, walks, ahead);
  note(ui, "Forward, at " + graph.names[ahead]);
  if (!forward.empty()) readout(ui, "r + (k − 1)·jump", forward, "A layer adds its reach, in input pixels");
  if (ahead < walks.forward.size() && walks.forward[ahead])
    readout(ui, "Jump", grouped(walks.forward[ahead]->jump), "Input pixels between neighbouring units");
  const std::string wrong = shortcut_arithmetic(graph, walks, ahead);
  const bool differs =
      walks.forward[ahead] && walks.shortcut[ahead] && *walks.shortcut[ahead] != walks.forward[ahead]->r;
  if (!wrong.empty()) readout(ui, "Shortcut", wrong, "Convolutions add, pools double", differs);
  gap(ui, 0.4f);
  note(ui, "Backward, at " + graph.names[behind]);
  if (behind < walks.backward.size() && walks.backward[behind])
    readout(ui, "Reads", grouped(walks.backward[behind]->r), "Cells of it that one unit at the end reads");
  const std::string back = backward_arithmetic(graph, walks, behind);
  if (!back.empty()) readout(ui, "Next, s·r + (k − s)", back, "What that reads of the layer before");
  if (behind < walks.indices.size())
    readout(ui, walks.along == network::Along::kRows ? "Rows read" : "Columns read",
            span_text(walks.indices[behind]), "Followed one by one");
  const Verdict verdict = verdict_of(derived);
  section(ui, "chain/verdict", "Verdict at " + graph.names[static_cast<size_t>(derived.network.selected)],
          false);
  readout(ui, "Forward", verdict.forward, "r, jump and start carried from the input");
  readout(ui, "Backward", verdict.backward, "r ← s·r + (k − s), carried from the end");
  readout(ui, "Index tracing", verdict.indices, "Every cell that is read, through every path");
  readout(ui, "Shortcut", verdict.shortcut, "It doubles the field at a pool; what doubles is the jump",
          verdict.shortcut_differs);
  if (!verdict.agree) error_note(ui, "The walks do not agree.");
  if (!walks.why_no_indices.empty()) note(ui, "By index: " + walks.why_no_indices + ".");
  if (verdict.forward == "—")
    note(ui,
         "The recurrences hold for windows, joins of equal jumps and what leaves cells in place; past an "
         "upsampling or a pool to a fixed size only tracing does.");
  if (verdict.shortcut_differs)
    note(ui, "A pool adds one step, (k − 1)·jump. What doubles is the jump, and the next layer feels it.");
}

void proof_panel(Ui& ui, const Model& model, const Derived& derived) {
  if (model.proof == Proof::kWalks) return walks_panel(ui, model, derived);
  section(ui, "chain/poke", "Poke", false);
  photo_row(ui, model);
  const PokeResults& poke = derived.lens.poke;
  if (!poke.why_not.empty()) return note(ui, poke.why_not);
  readout(ui, "Pixel", cell_text(*poke.pixel), "Row and column of the input");
  if (derived.lens.finding_poke) return note(ui, "What it moves is being computed …");
  readout(ui, "Units moved", grouped(poke.moved.cells), "Of the selected layer's map");
  readout(ui, "Formula's box", poke.same() ? "the same" : "differs", "Units whose fields hold the pixel",
          !poke.same());
  note(ui,
       "The network runs with weights that are positive and alike, without biases, on an input that is zero "
       "but for the pixel: a unit moves where it is no longer zero.");
  if (model.poked && button(ui, "chain/release",
                            {"Let go of the pixel", "It follows the pointer again", "chain.let-go", ""}))
    ui.push(Action(PokePixel{}));
}

// ---- compare ----------------------------------------------------------------------------------------------

void difference_rows(Ui& ui, const Comparison& comparison) {
  const network::Outcome &a = comparison.a, &b = comparison.b;
  const auto row = [&](std::string_view label, const std::string& was, const std::string& is) {
    readout(ui, label, was == is ? was + "  =" : was + " → " + is);
  };
  row("Field", outcome_field(a), outcome_field(b));
  row("Starts at", grouped(-a.padding), grouped(-b.padding));
  const auto jump = [](const network::Ratio& ratio) {
    return grouped(ratio.numerator) + (ratio.denominator == 1 ? "" : "/" + grouped(ratio.denominator));
  };
  row("Jump", jump(a.jump), jump(b.jump));
  row("Parameters", count_text(a.params), count_text(b.params));
  row("MACs", count_text(a.macs), count_text(b.macs));
  row("Activations", count_text(a.activations), count_text(b.activations));
  row("Peak memory", bytes_text(a.peak_bytes), bytes_text(b.peak_bytes));
  row("Output", network::dims_text(a.output), network::dims_text(b.output));
}

// The layers that differ, as many as a panel holds; describe has all.
void differing_layers(Ui& ui, const Derived& derived) {
  constexpr int kMost = 12;
  const Comparison& comparison = derived.comparison;
  const Graph &a = *derived.network.graph, &b = *comparison.net.graph;
  section(ui, "chain/layers", "Layers that differ", false);
  note(ui, grouped(comparison.differ) + " of " + grouped(std::ssize(comparison.layers)) +
               (comparison.only_a > 0 ? "; " + grouped(comparison.only_a) + " only in A" : ""));
  int shown = 0;
  for (const Comparison::Difference& at : comparison.layers) {
    if (!at.what.any()) continue;
    if (++shown > kMost) return note(ui, "… and " + grouped(comparison.differ - kMost) + " more");
    const bool only_a = at.layers.b < 0;
    const std::string& name = (only_a ? a : b).names[static_cast<size_t>(only_a ? at.layers.a : at.layers.b)];
    const std::string params = difference_text(at.what.params), macs = difference_text(at.what.macs);
    readout(ui, name,
            only_a                         ? "only in A"
            : params == "=" && macs == "=" ? "field, shape"
                                           : params + ", " + macs,
            only_a ? "B has no layer in its place" : "Parameters and MACs of B minus A's");
  }
}

void compare_panel(Ui& ui, const Model& model, const Derived& derived) {
  const Comparison& comparison = derived.comparison;
  section(ui, "chain/rival", "B is A, changed", false);
  const std::string heads[] = {"Becomes", "field", "params"};
  table_head(ui, heads);
  for (size_t i = 0; i < comparison.options.size(); ++i) {
    const network::WhatIf change = network::kWhatIfs[i];
    const Comparison::Option& option = comparison.options[i];
    const bool chosen = model.document.rival.is_change() && model.document.rival.change == change;
    const std::string label = (chosen ? "● " : "○ ") + std::string(what_if_becomes(change));
    const std::string cells[] = {label, option.graph ? outcome_field(option.outcome) : "",
                                 option.graph ? difference_text(option.more.params) : ""};
    const std::string name = "chain/change-" + std::string(what_if_name(change));
    bool hovered = false;
    const ControlText text = {label, what_if_words(change), "",
                              option.graph ? "" : std::string_view(option.why_not)};
    if (table_row(ui, name, cells, text, &hovered)) ui.push(Action(SetRival{{change, "", nullptr}}));
  }
  const std::string_view why = !model.document.rival.is_change() ? "B is another network"
                               : comparison.net.graph            ? ""
                                                                 : std::string_view(comparison.why_not);
  if (button(ui, "chain/keep", {"Keep B", "Make this change; Ctrl+Z takes it back", "chain.keep", why}))
    ui.push(Action(ApplyWhatIf{model.document.rival.change}));
  std::vector<std::string_view> titles;
  for (const ChainPreset& preset : chain_presets()) titles.push_back(preset.name);
  for (const std::string& name : published_networks()) titles.push_back(name);
  const auto at = std::ranges::find(titles, model.document.rival.network);
  int selected = at == titles.end() ? -1 : static_cast<int>(at - titles.begin());
  if (dropdown(ui, "chain/other", {"Or", "Compare with another network", "", ""}, titles, &selected,
               "another network") &&
      selected >= 0)
    ui.push(Action(SetRival{
        {model.document.rival.change, std::string(titles[static_cast<size_t>(selected)]), nullptr}}));
  if (button(ui, "chain/hold",
             {"Hold this as B", "Then open the file that it is compared with: that is A", "chain.hold", ""}))
    ui.push(Action(SetRival{{model.document.rival.change, "", derived.network.graph}}));
  if (!comparison.net.graph) return;
  if (button(ui, "chain/swap", {"Swap A and B", "B is edited then, and A is held", "chain.swap", ""}))
    ui.push(Action(SwapRival{comparison.of, comparison.net.graph}));
  section(ui, "chain/difference", "A → B", false);
  difference_rows(ui, comparison);
  differing_layers(ui, derived);
}

}  // namespace

Rect shelf_rect(const GraphScene& scene) {
  const Diagram& d = scene.diagram;
  return {{d.gutter.min.x, d.bars.front().min.y + 0.4f * scene.em()}, d.bars.back().max};
}

void shelf_text(GraphScene& scene, glm::vec2 at, std::string_view text, Font font, Color color,
                AlignX align) {
  scene.canvas.text(at, text, font, scene.em() * kCaption, color, align, AlignY::kMiddle);
}

void shelf_heading(GraphScene& scene, glm::vec2 at, std::string_view title, std::string_view words) {
  const float size = scene.em() * kCaption;
  shelf_text(scene, at, title, Font::kStrong, scene.theme().text);
  const float x = at.x + scene.canvas.text_size(title, Font::kStrong, size).x + 0.6f * scene.em();
  const std::string shown =
      fitted(scene.canvas, std::string(words), Font::kText, size, scene.diagram.strip.max.x - x);
  shelf_text(scene, {x, at.y}, shown, Font::kText, scene.theme().muted);
}

float most_shelf(size_t lens) { return lens == kSizesLens ? most_sizes_shelf() : 0; }

void handle_shelf(GraphScene& scene) {
  if (scene.model.lens == kSizesLens) handle_sizes(scene);
}

void draw_lens_selectors(Ui& ui, const Rect& area, const Model& model) {
  if (model.lens != kProofLens) return;
  static constexpr std::array<std::string_view, 2> kProofs = {"two walks", "poke a pixel"};
  const float width = std::min(std::round(14 * ui.em), area.width()), height = std::round(1.8f * ui.em);
  const Rect rect =
      Rect::from_size({area.max.x - width, std::round(area.centre().y - height / 2)}, {width, height});
  int proof = static_cast<int>(model.proof);
  if (segmented_at(ui, "chain/proof", rect,
                   {"", "Recurrences from both ends, or a changed pixel", "chain.proof", ""}, kProofs,
                   &proof))
    ui.push(Action(SetProof{static_cast<Proof>(proof)}));
}

void draw_lens_inspector(Ui& ui, const Model& model, const Derived& derived) {
  switch (model.lens) {
    case kFieldLens:
      return field_panel(ui, model, derived);
    case kSizesLens:
      return sizes_panel(ui, model, derived);
    case kProofLens:
      return proof_panel(ui, model, derived);
    default:
      return compare_panel(ui, model, derived);
  }
}

}  // namespace poolglass::chain
