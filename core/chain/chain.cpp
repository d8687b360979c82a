// The analysis is core/network's, of which a chain is the special case; here stand its results in the terms
// of chains, and the lesson's shortcut.
#include "core/chain/chain.h"

#include <algorithm>

#include "core/chain/as_network.h"
#include "core/network/figures.h"

namespace poolglass {
namespace {

int64_t saturating_add(int64_t a, int64_t b) {
  int64_t sum;
  return __builtin_add_overflow(a, b, &sum) ? kBeyondCount : sum;
}

int64_t saturating_multiply(int64_t a, int64_t b) {
  int64_t product;
  return checked_multiply(a, b, &product) ? product : kBeyondCount;
}

// A network's sizes may be unknown, a chain's not.
Status check_input(const Chain& chain) {
  const struct {
    const char* name;
    int64_t value;
  } sizes[] = {{"channels", chain.channels}, {"height", chain.plane.h}, {"width", chain.plane.w}};
  for (const auto& [name, value] : sizes) {
    if (value >= 1) continue;
    return invalid_argument(std::string("input: input ") + name + " is " + std::to_string(value) +
                            ", but must be at least 1");
  }
  return {};
}

// One axis of a layer's figures.
struct AxisFigures {
  int64_t field = 1;
  int64_t jump = 1;
  int64_t padding = 0;
};
AxisFigures along(const network::Field& field, int64_t extent) {
  if (field.state != network::FieldState::kLocal) return {extent, 0, 0};
  return {field.r_most(), field.advance, field.padding()};
}

// The lesson's shortcut along one axis, from that of the layer before.
int64_t shortcut_after(int64_t before, bool pool, const network::AxisMap& reads, const network::Field& seen,
                       int64_t extent) {
  if (seen.state != network::FieldState::kLocal) return extent;
  return pool ? saturating_multiply(before, reads.step) : saturating_add(before, reads.last - reads.first);
}

LayerFigures figures_of(const network::LayerFigures& from, Size2 input) {
  LayerFigures at;
  at.output = {1, from.channels(), from.height(), from.width()};
  at.flat = from.axes.rows < 0;
  const AxisFigures rows = along(from.rows, input.h), columns = along(from.columns, input.w);
  at.receptive_field = {rows.field, columns.field};
  at.jump = {rows.jump, columns.jump};
  at.padding = {rows.padding, columns.padding};
  using network::FieldState;
  at.whole_input = from.rows.state == FieldState::kWhole && from.columns.state == FieldState::kWhole;
  at.field_is_bound = from.rows.state == FieldState::kBound || from.columns.state == FieldState::kBound;
  at.params = from.params.value;
  at.macs = from.macs.value;
  at.activations = from.activations.value;
  at.bytes = from.bytes;
  return at;
}

Interval field_along(int64_t field, int64_t jump, int64_t padding, int64_t index) {
  const auto fit = [](__int128 cell) {
    return static_cast<int64_t>(std::clamp<__int128>(cell, INT64_MIN, INT64_MAX));
  };
  const __int128 first = static_cast<__int128>(index) * jump - padding;
  return {fit(first), fit(first + field - 1)};
}

}  // namespace

ChainFigures analyze(const Chain& chain) {
  if (Status s = check_input(chain); !s.ok()) {
    ChainFigures figures;
    figures.input.output = {1, chain.channels, chain.plane.h, chain.plane.w};
    figures.error = ChainError{0, s};
    return figures;
  }
  const network::Figures found = network::analyze(as_network(chain));
  ChainFigures figures;
  if (found.error) {
    figures.error = ChainError{found.error->layer > 0 ? found.error->layer - 1 : 0, found.error->status};
  }
  if (found.layers.empty()) {
    figures.input.output = {1, chain.channels, chain.plane.h, chain.plane.w};
    return figures;
  }
  figures.input = figures_of(found.layers[0], chain.plane);
  figures.layers.reserve(found.layers.size() - 1);
  Size2 shortcut{1, 1};
  for (size_t i = 1; i < found.layers.size(); ++i) {
    const network::LayerFigures& from = found.layers[i];
    const bool pool = is_pool(chain.layers[i - 1].kind);
    shortcut = {shortcut_after(shortcut.h, pool, from.reads_rows, from.rows, chain.plane.h),
                shortcut_after(shortcut.w, pool, from.reads_columns, from.columns, chain.plane.w)};
    LayerFigures at = figures_of(from, chain.plane);
    at.shortcut = shortcut;
    at.shortcut_differs = shortcut != at.receptive_field;
    figures.layers.push_back(at);
  }
  figures.total_params = found.params.value;
  figures.total_macs = found.macs.value;
  figures.total_activations = found.activations.value;
  return figures;
}

ReceptiveBox receptive_box(const LayerFigures& layer, int64_t row, int64_t column) {
  return {field_along(layer.receptive_field.h, layer.jump.h, layer.padding.h, row),
          field_along(layer.receptive_field.w, layer.jump.w, layer.padding.w, column)};
}

ReceptiveBox clip(const ReceptiveBox& box, Size2 input) {
  return {{std::max<int64_t>(box.rows.first, 0), std::min(box.rows.last, input.h - 1)},
          {std::max<int64_t>(box.columns.first, 0), std::min(box.columns.last, input.w - 1)}};
}

Centre receptive_centre(const LayerFigures& layer, int64_t row, int64_t column) {
  const ReceptiveBox box = receptive_box(layer, row, column);
  const auto middle = [](const Interval& span) {
    return static_cast<double>(span.first) + static_cast<double>(span.last - span.first) / 2;
  };
  return {middle(box.rows), middle(box.columns)};
}

}  // namespace poolglass
