#include "app/cli/network_questions.h"

#include <algorithm>
#include <array>
#include <vector>

#include "app/rooms/chain/lens_words.h"
#include "app/rooms/format.h"
#include "core/io/network_json.h"
#include "core/network/compare.h"
#include "core/network/figures.h"
#include "core/network/poke.h"
#include "core/network/sizes.h"
#include "core/network/trace.h"
#include "core/network/walks.h"
#include "core/network/what_if.h"
#include "core/printable.h"

namespace poolglass::cli {
namespace {

using network::Along;
using network::Figures;
using network::Network;
using network::WhatIf;

constexpr size_t kNameLimit = 4096;

Cell text(const std::string& name) { return Cell::of(one_line(name, kNameLimit)); }
Cell maybe(const std::optional<int64_t>& value) { return value ? Cell::of(*value) : Cell::none("-"); }

Cell count(const network::Count& value) {
  if (value.known == network::Known::kUnavailable) return Cell::none("?");
  return value.known == network::Known::kPartial ? Cell::none(">=" + std::to_string(value.value))
                                                 : Cell::of(value.value);
}

Cell difference(const network::Count& before, const network::Count& now) {
  return count(network::difference_of(before, now));
}

std::string change_names() {
  std::string names;
  for (const WhatIf change : network::kWhatIfs) names += std::string(what_if_name(change)) + ", ";
  return names + "all";
}

Result<std::vector<WhatIf>> changes_of(const std::string& name) {
  if (name == "all") return std::vector<WhatIf>(network::kWhatIfs.begin(), network::kWhatIfs.end());
  const auto change = network::what_if_from_name(name);
  if (!change) return invalid_argument("--what-if \"" + name + "\" must be one of " + change_names());
  return std::vector<WhatIf>{*change};
}

// ---- what if ----------------------------------------------------------------------------------------------

std::vector<Cell> outcome_row(const std::string& change, const network::Outcome& at,
                              const network::Outcome& before) {
  const bool local = at.field_layer >= 0;
  const auto figure = [&](int64_t value) { return local ? Cell::of(value) : Cell::none("-"); };
  return {Cell::of(change),
          count(at.params),
          count(at.macs),
          count(at.activations),
          Cell::of(at.peak_bytes),
          figure(at.rows.most),
          figure(at.columns.most),
          local ? Cell::of(std::to_string(at.jump.numerator) +
                           (at.jump.denominator == 1 ? "" : "/" + std::to_string(at.jump.denominator)))
                : Cell::none("-"),
          figure(at.padding),
          text(network::dims_text(at.output)),
          difference(before.params, at.params),
          difference(before.macs, at.macs),
          Cell::none("")};
}

Result<Findings> what_if_answer(const Network& net, const Figures& figures, const std::string& name) {
  const Result<std::vector<WhatIf>> changes = changes_of(name);
  if (!changes.ok()) return changes.status();
  Findings found{{{"change", "params", "macs", "activations", "peak_bytes", "field_h", "field_w", "jump",
                   "padding", "output_shape", "more_params", "more_macs", "why_not"},
                  {}},
                 ""};
  const network::Outcome before = outcome_of(net, figures);
  found.rows.rows.push_back(outcome_row("none", before, before));
  for (const WhatIf change : *changes) {
    const std::string called(what_if_name(change));
    const Result<network::Changed> changed = what_if(net, figures, change);
    if (changed.ok()) {
      found.rows.rows.push_back(
          outcome_row(called, outcome_of(changed->network, analyze(changed->network)), before));
      continue;
    }
    if (changes->size() == 1) return changed.status();
    std::vector<Cell> row(found.rows.columns.size(), Cell::none("-"));
    row.front() = Cell::of(called);
    row.back() = text(changed.status().message());
    found.rows.rows.push_back(std::move(row));
  }
  return found;
}

// ---- sizes ------------------------------------------------------------------------------------------------

// Rows of any layer that no result needs, at most.
int64_t lost_rows(const Network& net, const Figures& figures) {
  const network::Needed needed = network::needed(net, figures);
  int64_t most = 0;
  for (size_t i = 0; i < figures.layers.size(); ++i)
    most = std::max(most, lost(needed, figures, i, Along::kRows));
  return most;
}

Findings sizes_answer(const Network& net, size_t layer) {
  const network::FittingSizes fitting = fitting_sizes(net);
  Findings found{{{"side", "fits", "lost_rows", "output_h", "field", "padding", "macs"}, {}}, ""};
  std::vector<int64_t> sides(network::kUsualSides.begin(), network::kUsualSides.end());
  if (fitting.smallest > 0) sides.push_back(fitting.smallest);
  std::ranges::sort(sides);
  sides.erase(std::unique(sides.begin(), sides.end()), sides.end());
  for (const int64_t side : sides) {
    const Network at = network::resized(net, {side, side});
    const Figures figures = analyze(at);
    if (figures.error) {
      found.rows.rows.push_back({Cell::of(side), Cell::of(std::string("no")), Cell::none("-"),
                                 Cell::none("-"), Cell::none("-"), Cell::none("-"), Cell::none("-")});
      continue;
    }
    const network::LayerFigures& of = figures.layers[layer];
    const bool local = of.rows.state == network::FieldState::kLocal;
    found.rows.rows.push_back({Cell::of(side), Cell::of(std::string("yes")), Cell::of(lost_rows(at, figures)),
                               Cell::of(of.height()), local ? Cell::of(of.rows.r_most()) : Cell::none("-"),
                               local ? Cell::of(of.rows.padding()) : Cell::none("-"), count(figures.macs)});
  }
  if (fitting.smallest == 0) {
    found.sentence = "no square input was found that fits";
    return found;
  }
  found.sentence = "smallest " + std::to_string(fitting.smallest);
  if (fitting.fit) found.sentence += "; fits: " + pattern_words(*fitting.fit);
  if (fitting.whole && !fitting.whole->remainders.empty())
    found.sentence += "; loses no row: " + pattern_words(*fitting.whole);
  return found;
}

// ---- the field --------------------------------------------------------------------------------------------

int64_t middle_unit(const Figures& figures, size_t layer, Along along) {
  const network::LayerFigures& at = figures.layers[layer];
  return (std::max<int64_t>(along == Along::kRows ? at.height() : at.width(), 1) - 1) / 2;
}

Result<Findings> walks_answer(const Network& net, const Figures& figures, size_t layer) {
  const int64_t unit = middle_unit(figures, layer, Along::kRows);
  const auto forward = forward_walk(net, figures, Along::kRows);
  const auto backward = backward_walk(net, figures, layer, Along::kRows);
  const auto shortcut = shortcut_walk(net, figures, Along::kRows);
  const auto cells = index_walk(net, figures, layer, unit, Along::kRows, network::Cut::kNot);
  const std::vector<std::string> names = effective_names(net);
  Findings found{{{"layer", "forward_r", "forward_jump", "forward_start", "backward_r", "first_row",
                   "last_row", "shortcut_r"},
                  {}},
                 "rows read by unit " + std::to_string(unit) + " of " + one_line(names[layer], 60)};
  if (!cells.ok()) found.sentence = "no rows are followed: " + cells.status().message();
  for (size_t i = 0; i <= layer; ++i) {
    const auto& ahead = forward[i];
    const bool read = cells.ok() && !(*cells)[i].empty();
    found.rows.rows.push_back({text(names[i]), ahead ? Cell::of(ahead->r) : Cell::none("-"),
                               ahead ? Cell::of(ahead->jump) : Cell::none("-"),
                               ahead ? Cell::of(ahead->start) : Cell::none("-"),
                               backward[i] ? Cell::of(backward[i]->r) : Cell::none("-"),
                               read ? Cell::of((*cells)[i].front()) : Cell::none("-"),
                               read ? Cell::of((*cells)[i].back()) : Cell::none("-"), maybe(shortcut[i])});
  }
  return found;
}

std::string paths_text(double paths) {  // exact while below 2^53
  if (paths < 9e15) return std::to_string(static_cast<int64_t>(paths));
  return std::to_string(paths).substr(0, std::to_string(paths).find('.'));
}

Result<Findings> paths_answer(const Network& net, const Figures& figures, size_t layer) {
  const int64_t row = middle_unit(figures, layer, Along::kRows);
  const int64_t column = middle_unit(figures, layer, Along::kColumns);
  const Result<network::PathPlane> plane = path_plane(net, figures, layer, row, column);
  if (!plane.ok()) return plane.status();
  Findings found{{{"axis", "index", "paths"}, {}}, ""};
  for (const bool rows : {true, false}) {
    const network::PathCounts counts = rows ? rows_of(*plane) : columns_of(*plane);
    for (size_t i = 0; i < counts.counts.size(); ++i) {
      found.rows.rows.push_back({Cell::of(std::string(rows ? "row" : "column")),
                                 Cell::of(counts.first + static_cast<int64_t>(i)),
                                 Cell{paths_text(counts.counts[i]), true, false}});
    }
    const network::Core core = core_of(counts, 0.95);
    found.sentence += (rows ? "" : ", ") + decimal(100 * core.share) + " % of paths in the inner " +
                      std::to_string(core.cells) + " of " + std::to_string(counts.counts.size()) +
                      (rows ? " rows" : " columns");
  }
  found.sentence += ", to unit (" + std::to_string(row) + "," + std::to_string(column) + ") of " +
                    one_line(effective_names(net)[layer], 60);
  return found;
}

Result<Findings> poke_answer(const Network& net, const Figures& figures, size_t layer, Size2 pixel) {
  const Result<network::Response> response = poke(net, figures, layer, pixel.h, pixel.w);
  if (!response.ok()) return response.status();
  const network::MovedBox moved = moved_box(*response);
  const network::MovedBox formula = formula_box(net, figures, layer, pixel.h, pixel.w);
  const auto row = [](const char* by, const network::MovedBox& box) {
    return std::vector<Cell>{Cell::of(std::string(by)),   Cell::of(box.rows.first),   Cell::of(box.rows.last),
                             Cell::of(box.columns.first), Cell::of(box.columns.last), Cell::of(box.cells)};
  };
  const bool same = moved.rows == formula.rows && moved.columns == formula.columns;
  return Findings{{{"by", "first_row", "last_row", "first_column", "last_column", "units"},
                   {row("running", moved), row("formula", formula)}},
                  std::string("the boxes are ") + (same ? "the same" : "not the same") + ", of units of " +
                      one_line(effective_names(net)[layer], 60)};
}

std::string verdict_of(const network::Checked& at) {
  if (at.row < 0) return "no row";
  if (!at.differs() && !at.agrees()) return "?";
  if (at.output == false) return at.params == false ? "output, params" : "output";
  return at.params == false ? "params" : "=";
}

Findings check_answer(const Network& net, const Figures& figures, const network::Summary& summary) {
  const network::Check check = network::check(net, figures, summary);
  const std::vector<std::string> names = effective_names(net);
  Findings found{{{"layer", "row", "output", "their_output", "params", "their_params", "differs"}, {}}, ""};
  for (size_t i = 0; i < check.layers.size(); ++i) {
    const network::Checked& at = check.layers[i];
    const network::SummaryRow* row = at.row < 0 ? nullptr : &summary.rows[static_cast<size_t>(at.row)];
    found.rows.rows.push_back({text(names[i]), row ? text(row->name) : Cell::none("-"),
                               text(network::dims_text(figures.layers[i].output)),
                               row ? text(network::sizes_text(row->sizes)) : Cell::none("-"),
                               count(figures.layers[i].params), row ? maybe(row->params) : Cell::none("-"),
                               text(verdict_of(at))});
  }
  for (const int32_t left : check.left_over) {
    const network::SummaryRow& row = summary.rows[static_cast<size_t>(left)];
    found.rows.rows.push_back({Cell::none("-"), text(row.name), Cell::none("-"),
                               text(network::sizes_text(row.sizes)), Cell::none("-"), maybe(row.params),
                               Cell::of(std::string("no layer"))});
  }
  found.sentence = chain::check_words(summary, check);
  return found;
}

Result<size_t> layer_of(const Network& net, const Figures& figures, const std::string& name) {
  if (name.empty()) {
    const int32_t last = network::last_local_layer(figures);
    if (last < 0) return invalid_argument("no layer has a receptive field of its own");
    return static_cast<size_t>(last);
  }
  const std::vector<std::string> names = effective_names(net);
  const auto at = std::ranges::find(names, name);
  if (at == names.end()) return invalid_argument("--at \"" + one_line(name, 60) + "\" is no layer's name");
  return static_cast<size_t>(at - names.begin());
}

}  // namespace

Result<Findings> inquire(const Network& net, const Inquiry& asked) {
  const Figures figures = analyze(net);
  if (figures.error) return figures.error->status;
  if (asked.question == NetworkQuestion::kWhatIf) return what_if_answer(net, figures, asked.change);
  if (asked.question == NetworkQuestion::kCheck) return check_answer(net, figures, asked.summary);
  const Result<size_t> layer = layer_of(net, figures, asked.layer);
  if (!layer.ok()) return layer.status();
  switch (asked.question) {
    case NetworkQuestion::kSizes:
      return sizes_answer(net, *layer);
    case NetworkQuestion::kWalks:
      return walks_answer(net, figures, *layer);
    case NetworkQuestion::kPaths:
      return paths_answer(net, figures, *layer);
    default:
      return poke_answer(net, figures, *layer, asked.pixel.value_or(Size2{0, 0}));
  }
}

Result<std::string> changed_file(const Network& net, const std::string& change) {
  const Result<std::vector<WhatIf>> changes = changes_of(change);
  if (!changes.ok()) return changes.status();
  if (changes->size() != 1) return invalid_argument("--format chain needs one change, not all");
  const Result<network::Changed> changed = what_if(net, analyze(net), changes->front());
  if (!changed.ok()) return changed.status();
  return write_network_json(changed->network);
}

}  // namespace poolglass::cli
