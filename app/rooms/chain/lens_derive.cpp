// What the lenses find. Each keeps what it found until what that depends on has changed.
#include <algorithm>
#include <atomic>
#include <cmath>
#include <memory>
#include <optional>
#include <utility>

#include "app/rooms/chain/model.h"
#include "app/rooms/format.h"
#include "core/pictures/pictures.h"

namespace poolglass::chain {
namespace {

using network::Along;
using network::Cut;

constexpr int64_t kPhotoSide = 72;  // cells of the photograph along the input's longer side

double middle(const Interval& cells) {
  return static_cast<double>(cells.first) + static_cast<double>(cells.last - cells.first) / 2;
}

int64_t length(const Interval& cells) { return std::max<int64_t>(cells.last - cells.first + 1, 0); }

Interval shared(const Interval& a, const Interval& b) {
  return {std::max(a.first, b.first), std::min(a.last, b.last)};
}

// The photograph as the input is shaped, its middle cut out.
void derive_photo(Size2 input, LensResults& lens) {
  const int64_t longer = std::max<int64_t>({input.h, input.w, 1});
  const int64_t side = std::min(longer, kPhotoSide);
  const auto scaled = [&](int64_t extent) {
    return std::max<int64_t>((extent * side + longer / 2) / longer, 1);
  };
  const Size2 size{scaled(std::max<int64_t>(input.h, 1)), scaled(std::max<int64_t>(input.w, 1))};
  if (lens.photo_size == size) return;
  lens.photo_size = size;
  lens.photo.assign(static_cast<size_t>(size.h * size.w), 0);
  const Plane& picture = camera_picture();
  const int64_t block = std::min(picture.size.h / size.h, picture.size.w / size.w);
  const int64_t top = (picture.size.h - block * size.h) / 2, left = (picture.size.w - block * size.w) / 2;
  for (int64_t r = 0; r < size.h; ++r) {
    for (int64_t c = 0; c < size.w; ++c) {
      double sum = 0;
      for (int64_t i = 0; i < block * block; ++i)
        sum += static_cast<double>(picture.at(top + r * block + i / block, left + c * block + i % block));
      lens.photo[static_cast<size_t>(r * size.w + c)] =
          static_cast<uint8_t>(std::clamp(sum / static_cast<double>(block * block), 0.0, 255.0));
    }
  }
}

// ---- field ------------------------------------------------------------------------------------------------

// Without upsampling all units' paths are those of one, moved; and a refusal is of the layer.
bool found_but_for_cell(const PathResults& paths, const Graph& graph, size_t layer) {
  const network::LayerFigures& at = graph.figures.layers[layer];
  return !paths.why_not.empty() || (at.rows.one_field() && at.columns.one_field());
}

void move_to(Cell cell, const Graph& graph, size_t layer, PathResults& paths) {
  paths.cell = cell;
  if (!paths.why_not.empty()) return;
  const UnitField unit = unit_field(graph, layer, cell.row, cell.column);
  paths.plane.rows = unit.rows;
  paths.plane.columns = unit.columns;
  paths.rows.first = unit.rows.first;
  paths.columns.first = unit.columns.first;
}

void find_core(PathResults& paths) {
  paths.rows = rows_of(paths.plane);
  paths.columns = columns_of(paths.plane);
  paths.core_rows = core_of(paths.rows, kCoreShare);
  paths.core_columns = core_of(paths.columns, kCoreShare);
  paths.all = paths.most = 0;
  const int64_t height = std::ssize(paths.rows.counts), width = std::ssize(paths.columns.counts);
  const int64_t above = (height - paths.core_rows.cells) / 2, left = (width - paths.core_columns.cells) / 2;
  double inner = 0;
  for (int64_t r = 0; r < height; ++r) {
    for (int64_t c = 0; c < width; ++c) {
      const double count = paths.plane.counts[static_cast<size_t>(r * width + c)];
      paths.all += count;
      paths.most = std::max(paths.most, count);
      if (r >= above && r < height - above && c >= left && c < width - left) inner += count;
    }
  }
  paths.core_share = paths.all > 0 ? inner / paths.all : 0;
}

// `wanted`, which says of what, with what is found.
PathResults count_paths(PathResults wanted, const Stop& stop) {
  const Graph& graph = *wanted.graph;
  const auto layer = static_cast<size_t>(wanted.layer);
  Result<network::PathPlane> plane =
      path_plane(graph.network, graph.figures, layer, wanted.cell.row, wanted.cell.column, 0, &stop);
  if (!plane.ok()) {
    wanted.why_not = plane.status().message();
    return wanted;
  }
  wanted.plane = *std::move(plane);
  find_core(wanted);
  return wanted;
}

void derive_paths(Derived& derived, double patience, LensResults& lens) {
  const GraphResults& net = derived.network;
  const Graph& graph = *net.graph;
  PathResults& paths = lens.paths;
  const auto layer = static_cast<size_t>(net.selected);
  if (paths.graph == net.graph && paths.layer == net.selected) {
    lens.finding_paths.reset();
    if (paths.cell == derived.cell) return;
    if (graph.known(layer) && found_but_for_cell(paths, graph, layer))
      return move_to(derived.cell, graph, layer, paths);
  }
  PathResults wanted;
  wanted.graph = net.graph;
  wanted.layer = net.selected;
  wanted.cell = derived.cell;
  if (!derived.cell_known || !derived.field_known) {
    lens.finding_paths.reset();
    paths = wanted;
    paths.why_not = "the field of " + graph.names[layer] + " is not known";
    return;
  }
  const auto same = [&](const PathResults& a, const PathResults& b) {
    return a.graph == b.graph && a.layer == b.layer &&
           (a.cell == b.cell || found_but_for_cell(a, graph, layer));
  };
  const bool there = search_for(std::move(wanted), patience, same, count_paths, lens.finding_paths, paths);
  paths.revision = ++derived.found;
  if (there && paths.cell != derived.cell) move_to(derived.cell, graph, layer, paths);
}

void derive_overlap(const Model& model, const Derived& derived, LensResults& lens) {
  lens.second.reset();
  lens.overlap.reset();
  if (!model.second) return;
  const Graph& graph = *derived.network.graph;
  const auto layer = static_cast<size_t>(model.second_layer);
  const Size2 plane = plane_of(graph, model.second_layer);
  lens.second = Cell{std::min(model.second->row, plane.h - 1), std::min(model.second->column, plane.w - 1)};
  if (!graph.known(layer) || !derived.field_known || selected_figures(derived).whole_input) return;
  const UnitField unit = unit_field(graph, layer, lens.second->row, lens.second->column);
  if (!unit.known || unit.whole) return;
  Overlap overlap;
  overlap.second = {{unit.rows.first, unit.rows.last}, {unit.columns.first, unit.columns.last}};
  overlap.shared = {shared(derived.field.rows, overlap.second.rows),
                    shared(derived.field.columns, overlap.second.columns)};
  overlap.cells = length(overlap.shared.rows) * length(overlap.shared.columns);
  overlap.of = length(derived.field.rows) * length(derived.field.columns);
  overlap.centres_down = middle(overlap.second.rows) - middle(derived.field.rows);
  overlap.centres_right = middle(overlap.second.columns) - middle(derived.field.columns);
  lens.overlap = overlap;
}

// ---- sizes ------------------------------------------------------------------------------------------------

SizeResults::At at_size(const Graph& graph, size_t layer, int64_t side, Size2 plane) {
  SizeResults::At at;
  at.side = side;
  const network::Figures figures = analyze(network::resized(graph.network, plane));
  at.fits = !figures.error;
  if (layer >= figures.layers.size()) return at;
  const network::LayerFigures& found = figures.layers[layer];
  at.height = found.height();
  at.local = found.rows.state == network::FieldState::kLocal && found.axes.rows >= 0;
  if (at.local) {
    at.r = found.rows.r_most();
    at.padding = found.rows.padding();
  }
  at.macs = figures.macs.value;
  return at;
}

// The nearest size that fits without losing a row, or that fits at all.
std::optional<int64_t> nearest(const network::FittingSizes& fitting, int64_t side, int64_t step) {
  const auto& pattern = fitting.whole && !fitting.whole->remainders.empty() ? fitting.whole : fitting.fit;
  if (!pattern || pattern->remainders.empty()) return std::nullopt;
  for (int64_t n = side + step, i = 0; n >= 1 && i <= 2 * pattern->modulus + pattern->from; n += step, ++i) {
    if (pattern->has(n)) return n;
  }
  return std::nullopt;
}

bool only_resized(const network::Network& a, const network::Network& b) {
  return a == b || network::resized(a, {64, 64}) == network::resized(b, {64, 64});
}

// `wanted` says of what; its sizes, where it has some, hold, too: only the input's size has changed.
SizeResults sizes_of(SizeResults wanted, const Stop& stop) {
  const Graph& graph = *wanted.graph;
  if (!wanted.searched) wanted.fitting = fitting_sizes(graph.network, wanted.width, &stop);
  wanted.searched = true;
  wanted.needed = network::needed(graph.network, graph.figures);
  wanted.fixes = join_fixes(graph.network, graph.figures, &stop);
  const int64_t side = graph.figures.input_size.h;
  wanted.smaller = nearest(wanted.fitting, side, -1);
  wanted.larger = nearest(wanted.fitting, side, 1);
  std::vector<int64_t> sides(network::kUsualSides.begin() + 2,
                             network::kUsualSides.end());  // as a panel holds
  if (side > 0) sides.push_back(side);
  if (wanted.fitting.smallest > 0) sides.push_back(wanted.fitting.smallest);
  std::ranges::sort(sides);
  sides.erase(std::unique(sides.begin(), sides.end()), sides.end());
  std::vector<SizeResults::At> before = std::exchange(wanted.resolutions, {});
  for (const int64_t s : sides) {
    const auto known = std::ranges::find(before, s, &SizeResults::At::side);
    if (stop) return wanted;
    wanted.resolutions.push_back(known != before.end()
                                     ? *known
                                     : at_size(graph, static_cast<size_t>(wanted.layer), s, wanted.plane(s)));
  }
  return wanted;
}

void derive_sizes(const Derived& derived, double patience, LensResults& lens) {
  const GraphResults& net = derived.network;
  SizeResults& sizes = lens.sizes;
  if (sizes.graph == net.graph && sizes.layer == net.selected) return lens.finding_sizes.reset();
  SizeResults wanted;
  wanted.graph = net.graph;
  wanted.layer = net.selected;
  const Size2 input = net.graph->figures.input_size;
  if (input.h != input.w && input.w > 0) wanted.width = input.w;
  const bool same = sizes.graph != nullptr && sizes.width == wanted.width &&
                    only_resized(sizes.graph->network, net.graph->network);
  if (same) wanted.fitting = sizes.fitting, wanted.searched = sizes.searched;
  if (same && sizes.layer == wanted.layer) wanted.resolutions = sizes.resolutions;
  const auto as_wanted = [](const SizeResults& a, const SizeResults& b) {
    return a.graph == b.graph && a.layer == b.layer;
  };
  SizeResults now;
  if (search_for(wanted, patience, as_wanted, sizes_of, lens.finding_sizes, now)) {
    sizes = std::move(now);
  } else if (!same) {
    sizes = {};
  }
}

// ---- proof ------------------------------------------------------------------------------------------------

void derive_walks(Along along, const Derived& derived, WalkResults& walks) {
  const GraphResults& net = derived.network;
  const Graph& graph = *net.graph;
  const int64_t unit = along == Along::kRows ? derived.cell.row : derived.cell.column;
  const bool same = walks.graph == net.graph && walks.along == along;
  if (same && walks.layer == net.selected && walks.unit == unit) return;
  const auto layer = static_cast<size_t>(net.selected);
  if (!same) {
    walks.forward = forward_walk(graph.network, graph.figures, along);
    walks.shortcut = shortcut_walk(graph.network, graph.figures, along);
    walks.forward.resize(graph.size());  // of a network that is broken, those up to there are walked
    walks.shortcut.resize(graph.size());
    walks.axes_differ = std::ranges::any_of(graph.figures.layers, [](const network::LayerFigures& at) {
      const network::Field &rows = at.rows, &columns = at.columns;
      return rows.state != columns.state || rows.unit0 != columns.unit0 ||
             rows.r_most() != columns.r_most() || rows.jump() != columns.jump();
    });
  }
  walks.graph = net.graph;
  walks.layer = net.selected;
  walks.along = along;
  walks.unit = unit;
  walks.backward.clear();
  walks.indices.clear();
  walks.why_no_indices.clear();
  if (!graph.known(layer)) return;
  walks.backward = backward_walk(graph.network, graph.figures, layer, along);
  const auto cells = index_walk(graph.network, graph.figures, layer, unit, along, Cut::kNot);
  if (!cells.ok()) {
    walks.why_no_indices = cells.status().message();
    return;
  }
  for (const std::vector<int64_t>& read : *cells)
    walks.indices.push_back(read.empty() ? network::Interval{0, -1}
                                         : network::Interval{read.front(), read.back()});
}

// `wanted` says of what.
PokeResults poke_of(PokeResults wanted, const Stop& stop) {
  const Graph& graph = *wanted.graph;
  const auto layer = static_cast<size_t>(wanted.layer);
  Result<network::Response> response =
      network::poke(graph.network, graph.figures, layer, wanted.pixel->row, wanted.pixel->column, &stop);
  if (!response.ok()) {
    wanted.why_not = response.status().message();
    return wanted;
  }
  wanted.response = *std::move(response);
  wanted.moved = moved_box(wanted.response);
  wanted.formula = formula_box(graph.network, graph.figures, layer, wanted.pixel->row, wanted.pixel->column);
  return wanted;
}

void derive_poke(const Model& model, Derived& derived, double patience, LensResults& lens) {
  PokeResults& poked = lens.poke;
  const GraphResults& net = derived.network;
  const Graph& graph = *net.graph;
  const Size2 input = graph.figures.input_size;
  const auto inside = [&](const std::optional<Cell>& at) {
    return at && at->row < input.h && at->column < input.w;
  };
  std::optional<Cell> pixel;
  const bool held = inside(model.poked) && !model.playhead.playing &&
                    model.playhead.index == model.poked->row * input.w + model.poked->column;
  if (held) {
    pixel = model.poked;
  } else if (inside(model.pixel)) {
    pixel = model.pixel;
  } else if (input.h > 0 && input.w > 0) {
    const int64_t index = std::clamp<int64_t>(model.playhead.index, 0, input.h * input.w - 1);
    pixel = Cell{index / input.w, index % input.w};
  }
  if (poked.graph == net.graph && poked.layer == net.selected && poked.pixel == pixel)
    return lens.finding_poke.reset();
  PokeResults wanted;
  wanted.graph = net.graph;
  wanted.layer = net.selected;
  wanted.pixel = pixel;
  const bool refused = !poked.why_not.empty() && poked.graph == net.graph && poked.layer == net.selected;
  if (refused && pixel) {  // which it is for every pixel
    poked.pixel = pixel;
    return lens.finding_poke.reset();
  }
  if (!pixel || !graph.known(static_cast<size_t>(net.selected))) {
    lens.finding_poke.reset();
    poked = wanted;
    poked.why_not = "the size of the input is not known";
    return;
  }
  const auto same = [](const PokeResults& a, const PokeResults& b) {
    return a.graph == b.graph && a.layer == b.layer && a.pixel == b.pixel;
  };
  if (!search_for(wanted, patience, same, poke_of, lens.finding_poke, poked)) {
    poked = wanted;  // the pixel is shown all the same
    poked.graph = nullptr;
  }
  poked.revision = ++derived.found;
}

// In place of a unit's cone, what the pixel reaches.
void light_poked(const PokeResults& poked, GraphResults& net) {
  net.traced = -1;
  if (net.pixel == poked.pixel && net.lit_rows.empty() != poked.pixel.has_value()) return;
  net.pixel = poked.pixel;
  net.lit_rows.clear();
  if (!poked.pixel) return;
  for (const network::LayerFigures& at : net.graph->figures.layers)
    net.lit_rows.push_back(units_seeing(at.rows, at.height(), poked.pixel->row));
}

// Layers of the columns up to the selected one's.
void derive_columns(const GraphResults& net, LensResults& lens) {
  const std::pair at{net.selected, net.outline.nodes.size()};
  if (lens.columns_of == net.graph && lens.columns_at == at) return;
  lens.columns_of = net.graph;
  lens.columns_at = at;
  lens.columns.clear();
  const auto last = static_cast<size_t>(net.lanes.column[static_cast<size_t>(net.node)]);
  for (size_t c = 0; c <= last && c < net.lanes.spine.size(); ++c)
    lens.columns.push_back(net.outline.nodes[static_cast<size_t>(net.lanes.spine[c])].layer);
  if (!lens.columns.empty()) lens.columns.back() = net.selected;
}

}  // namespace

void derive_lens(const Model& model, Derived& derived, double patience) {
  LensResults& lens = derived.lens;
  lens.steps = 0;
  if (model.lens == kCostLens) {
    lens = {};
    derived.comparison = {};
    derived.finding_comparison.reset();
    return;
  }
  derive_photo(derived.input.output.plane(), lens);
  derive_columns(derived.network, lens);
  derive_overlap(model, derived, lens);
  if (model.lens == kFieldLens) derive_paths(derived, patience, lens);
  if (model.lens != kFieldLens) lens.finding_paths.reset();
  if (model.lens == kSizesLens) derive_sizes(derived, patience, lens);
  if (model.lens != kSizesLens) lens.finding_sizes.reset();
  if (model.lens == kProofLens && model.proof == Proof::kWalks) {
    derive_walks(model.along, derived, lens.walks);
    lens.steps = std::ssize(lens.columns);
  }
  if (!poking(model)) lens.finding_poke.reset();
  if (poking(model)) {
    derive_poke(model, derived, patience, lens);
    light_poked(lens.poke, derived.network);
    const Size2 input = derived.network.graph->figures.input_size;
    lens.steps = std::max<int64_t>(input.h, 1) * std::max<int64_t>(input.w, 1);
  }
  if (model.lens != kCompareLens) derived.finding_comparison.reset();
  if (model.lens == kCompareLens) derive_comparison(model, derived, patience);
}

}  // namespace poolglass::chain
