// What the lenses find. Each keeps what it found until what that depends on has changed.
#include <algorithm>
#include <array>
#include <cmath>

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

// Without upsampling all units' paths are those of one, moved.
bool moved_only(const PathResults& paths, const Graph& graph, size_t layer, Cell cell) {
  const network::LayerFigures& at = graph.figures.layers[layer];
  return paths.why_not.empty() && at.rows.one_field() && at.columns.one_field() &&
         (paths.cell.row != cell.row || paths.cell.column != cell.column);
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

void derive_paths(const Derived& derived, PathResults& paths) {
  const GraphResults& net = derived.network;
  const Graph& graph = *net.graph;
  const auto layer = static_cast<size_t>(net.selected);
  const bool same = paths.graph == net.graph && paths.layer == net.selected;
  if (same && paths.cell == derived.cell) return;
  if (same && moved_only(paths, graph, layer, derived.cell)) {
    const UnitField unit = unit_field(graph, layer, derived.cell.row, derived.cell.column);
    paths.plane.rows = unit.rows;
    paths.plane.columns = unit.columns;
    paths.rows.first = unit.rows.first;
    paths.columns.first = unit.columns.first;
    paths.cell = derived.cell;
    return;
  }
  paths = {};
  paths.graph = net.graph;
  paths.layer = net.selected;
  paths.cell = derived.cell;
  if (!derived.cell_known || !derived.field_known) {
    paths.why_not = "the field of " + graph.names[layer] + " is not known";
    return;
  }
  Result<network::PathPlane> plane =
      path_plane(graph.network, graph.figures, layer, derived.cell.row, derived.cell.column);
  if (!plane.ok()) {
    paths.why_not = plane.status().message();
    return;
  }
  paths.plane = *std::move(plane);
  find_core(paths);
}

void derive_overlap(const Model& model, const Derived& derived, LensResults& lens) {
  lens.overlap.reset();
  if (!model.second || !derived.field_known || selected_figures(derived).whole_input) return;
  Overlap overlap;
  overlap.second = field_of(derived, *model.second);
  overlap.shared = {shared(derived.field.rows, overlap.second.rows),
                    shared(derived.field.columns, overlap.second.columns)};
  overlap.cells = length(overlap.shared.rows) * length(overlap.shared.columns);
  overlap.of = length(derived.field.rows) * length(derived.field.columns);
  overlap.centres_down = middle(overlap.second.rows) - middle(derived.field.rows);
  overlap.centres_right = middle(overlap.second.columns) - middle(derived.field.columns);
  lens.overlap = overlap;
}

// ---- sizes ------------------------------------------------------------------------------------------------

SizeResults::At at_size(const Graph& graph, size_t layer, int64_t side) {
  SizeResults::At at;
  at.side = side;
  const network::Figures figures = analyze(network::resized(graph.network, {side, side}));
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

void derive_sizes(const Derived& derived, SizeResults& sizes) {
  const GraphResults& net = derived.network;
  const Graph& graph = *net.graph;
  if (sizes.graph == net.graph && sizes.layer == net.selected) return;
  if (sizes.graph == nullptr || !only_resized(sizes.graph->network, graph.network))
    sizes.fitting = fitting_sizes(graph.network);
  if (sizes.graph != net.graph) sizes.needed = network::needed(graph.network, graph.figures);
  sizes.graph = net.graph;
  sizes.layer = net.selected;
  const int64_t side = graph.figures.input_size.h;
  sizes.smaller = nearest(sizes.fitting, side, -1);
  sizes.larger = nearest(sizes.fitting, side, 1);
  sizes.resolutions.clear();
  std::vector<int64_t> sides = {128, 160, 192, 224, 256, 299, 321, 384};
  if (side > 0) sides.push_back(side);
  if (sizes.fitting.smallest > 0) sides.push_back(sizes.fitting.smallest);
  std::ranges::sort(sides);
  sides.erase(std::unique(sides.begin(), sides.end()), sides.end());
  for (const int64_t s : sides)
    sizes.resolutions.push_back(at_size(graph, static_cast<size_t>(net.selected), s));
}

// ---- proof ------------------------------------------------------------------------------------------------

void derive_walks(const Derived& derived, WalkResults& walks) {
  const GraphResults& net = derived.network;
  const Graph& graph = *net.graph;
  const int64_t row = derived.cell.row;
  if (walks.graph == net.graph && walks.layer == net.selected && walks.row == row) return;
  const auto layer = static_cast<size_t>(net.selected);
  if (walks.graph != net.graph) {
    walks.forward = forward_walk(graph.network, graph.figures, Along::kRows);
    walks.shortcut = shortcut_walk(graph.network, graph.figures, Along::kRows);
  }
  walks.graph = net.graph;
  walks.layer = net.selected;
  walks.row = row;
  walks.backward.clear();
  walks.indices.clear();
  walks.why_no_indices.clear();
  if (!graph.known(layer)) return;
  walks.backward = backward_walk(graph.network, graph.figures, layer, Along::kRows);
  const auto cells = index_walk(graph.network, graph.figures, layer, row, Along::kRows, Cut::kNot);
  if (!cells.ok()) {
    walks.why_no_indices = cells.status().message();
    return;
  }
  for (const std::vector<int64_t>& read : *cells)
    walks.indices.push_back(read.empty() ? network::Interval{0, -1}
                                         : network::Interval{read.front(), read.back()});
}

// Units whose cut fields hold the pixel: those whose fields as they are defined hold it, but for some at the
// ends, which see it through cells only that padding or lost rows would be.
network::Interval units_reading(const Graph& graph, size_t layer, Along along, int64_t pixel) {
  const network::LayerFigures& at = graph.figures.layers[layer];
  const bool rows = along == Along::kRows;
  network::Interval units = reached(rows ? at.rows : at.columns, rows ? at.height() : at.width(), pixel);
  const auto reads = [&](int64_t unit) {
    const network::Interval cells =
        trace(graph.network, graph.figures, layer, {unit, unit}, along, Cut::kEdge).cells[0];
    return cells.first <= pixel && pixel <= cells.last;
  };
  while (units.first <= units.last && !reads(units.first)) ++units.first;
  while (units.first <= units.last && !reads(units.last)) --units.last;
  return units;
}

void derive_poke(const Model& model, const Derived& derived, PokeResults& poked) {
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
  if (poked.graph == net.graph && poked.layer == net.selected && poked.pixel == pixel) return;
  poked = {};
  poked.graph = net.graph;
  poked.layer = net.selected;
  poked.pixel = pixel;
  const auto layer = static_cast<size_t>(net.selected);
  if (!pixel || !graph.known(layer)) {
    poked.why_not = "the size of the input is not known";
    return;
  }
  Result<network::Response> response =
      network::poke(graph.network, graph.figures, layer, pixel->row, pixel->column);
  if (!response.ok()) {
    poked.why_not = response.status().message();
    return;
  }
  poked.response = *std::move(response);
  poked.moved = moved_box(poked.response);
  poked.formula.rows = units_reading(graph, layer, Along::kRows, pixel->row);
  poked.formula.columns = units_reading(graph, layer, Along::kColumns, pixel->column);
  if (length({poked.formula.rows.first, poked.formula.rows.last}) == 0 ||
      length({poked.formula.columns.first, poked.formula.columns.last}) == 0)
    poked.formula = {};
}

// In place of a unit's cone, what the pixel reaches.
void light_poked(const PokeResults& poked, GraphResults& net) {
  net.traced = -1;
  net.lit_rows.clear();
  if (!poked.pixel) return;
  for (const network::LayerFigures& at : net.graph->figures.layers)
    net.lit_rows.push_back(reached(at.rows, at.height(), poked.pixel->row));
}

// Layers of the columns up to the selected one's.
void derive_columns(const GraphResults& net, LensResults& lens) {
  lens.columns.clear();
  const auto last = static_cast<size_t>(net.lanes.column[static_cast<size_t>(net.node)]);
  for (size_t c = 0; c <= last && c < net.lanes.spine.size(); ++c)
    lens.columns.push_back(net.outline.nodes[static_cast<size_t>(net.lanes.spine[c])].layer);
  if (!lens.columns.empty()) lens.columns.back() = net.selected;
}

}  // namespace

void derive_lens(const Model& model, Derived& derived) {
  LensResults& lens = derived.lens;
  lens.steps = 0;
  if (model.lens == kCostLens) {
    lens = {};
    derived.comparison = {};
    return;
  }
  derive_photo(derived.input.output.plane(), lens);
  derive_columns(derived.network, lens);
  derive_overlap(model, derived, lens);
  if (model.lens == kFieldLens) derive_paths(derived, lens.paths);
  if (model.lens == kSizesLens) derive_sizes(derived, lens.sizes);
  if (model.lens == kProofLens && model.proof == Proof::kWalks) {
    derive_walks(derived, lens.walks);
    lens.steps = std::ssize(lens.columns);
  }
  if (model.lens == kProofLens && model.proof == Proof::kPoke) {
    derive_poke(model, derived, lens.poke);
    light_poked(lens.poke, derived.network);
    const Size2 input = derived.network.graph->figures.input_size;
    lens.steps = std::max<int64_t>(input.h, 1) * std::max<int64_t>(input.w, 1);
  }
  if (model.lens == kCompareLens) derive_comparison(model, derived);
}

}  // namespace poolglass::chain
