#include "core/network/check.h"

#include <algorithm>
#include <array>

#include "core/network/best_pairs.h"

namespace poolglass::network {
namespace {

// Activations of one kind are not told from others: Keras writes "Activation".
bool is_activation(Kind kind) {
  switch (kind) {
    case Kind::kRelu:
    case Kind::kRelu6:
    case Kind::kLeakyRelu:
    case Kind::kElu:
    case Kind::kGelu:
    case Kind::kSilu:
    case Kind::kMish:
    case Kind::kHardswish:
    case Kind::kHardsigmoid:
    case Kind::kSigmoid:
    case Kind::kTanh:
    case Kind::kSoftmax:
      return true;
    default:
      return false;
  }
}

bool alike(Kind ours, Kind theirs) {
  if (ours == theirs || (is_activation(ours) && is_activation(theirs))) return true;
  // torch's AdaptiveAvgPool2d(1) is a global average.
  const auto average = [](Kind kind) {
    return kind == Kind::kGlobalAvgPool2d || kind == Kind::kAdaptiveAvgPool2d;
  };
  const auto maximum = [](Kind kind) {
    return kind == Kind::kGlobalMaxPool2d || kind == Kind::kAdaptiveMaxPool2d;
  };
  return (average(ours) && average(theirs)) || (maximum(ours) && maximum(theirs));
}

using Sizes = std::vector<int64_t>;

// A layer as summaries may tell it.
struct Told {
  std::array<Sizes, 2> orders;  // sizes without the batch, as the layer has them, and as the program does
  std::array<Sizes, 2> trimmed;
};

// A plane of one cell may be written as a vector.
Sizes without_ones(Sizes sizes) {
  if (sizes.size() > 1) std::erase(sizes, 1);
  return sizes;
}

Told told(const LayerFigures& at, bool channels_last) {
  Told told;
  if (at.output.rank == 0) return told;
  for (int i = 1; i < at.output.rank; ++i) told.orders[0].push_back(at.output[i]);
  if (at.axes.rows >= 0) {
    told.orders[1] = channels_last ? Sizes{at.height(), at.width(), at.channels()}
                                   : Sizes{at.channels(), at.height(), at.width()};
  } else {
    told.orders[1] = told.orders[0];
  }
  for (size_t i = 0; i < told.orders.size(); ++i) told.trimmed[i] = without_ones(told.orders[i]);
  return told;
}

std::optional<bool> same_sizes(const Sizes& ours, const Sizes& theirs) {
  if (ours.size() != theirs.size()) return false;
  bool open = false;
  for (size_t i = 0; i < ours.size(); ++i) {
    const bool unknown = ours[i] < 0 || theirs[i] < 0;
    open = open || unknown;
    if (!unknown && ours[i] != theirs[i]) return false;
  }
  return open ? std::nullopt : std::optional(true);
}

// `theirs` and the same without sizes of 1.
std::optional<bool> same_output(const Told& ours, const Sizes& theirs, const Sizes& trimmed) {
  if (ours.orders[0].empty() || theirs.empty()) return std::nullopt;
  std::optional<bool> same = false;
  for (size_t i = 0; i < ours.orders.size(); ++i) {
    const bool whole = ours.orders[i].size() == theirs.size();
    const std::optional<bool> now =
        whole ? same_sizes(ours.orders[i], theirs) : same_sizes(ours.trimmed[i], trimmed);
    if (now == true) return true;
    if (!now) same = std::nullopt;
  }
  return same;
}

// With moving statistics, or without: programs differ.
std::optional<bool> same_params(const Count& params, const Count& moving_stats,
                                const std::optional<int64_t>& theirs) {
  if (!theirs || params.known != Known::kComplete) return std::nullopt;
  if (*theirs == params.value) return true;
  const Count all = sum_of(params, moving_stats);
  if (all.known != Known::kComplete) return std::nullopt;
  return *theirs == all.value;
}

// Layers and rows, side by side.
class Sides {
 public:
  Sides(const Network& network, const Figures& figures, const Summary& summary)
      : network_(network), figures_(figures), summary_(summary) {
    for (const LayerFigures& at : figures.layers) told_.push_back(told(at, summary.channels_last));
    for (const SummaryRow& row : summary.rows) trimmed_.push_back(without_ones(row.sizes));
  }
  std::optional<bool> output(size_t layer, size_t row) const {
    return same_output(told_[layer], summary_.rows[row].sizes, trimmed_[row]);
  }
  std::optional<bool> params(size_t layer, size_t row) const {
    const LayerFigures& at = figures_.layers[layer];
    return same_params(at.params, at.moving_stats, summary_.rows[row].params);
  }
  // 0: the row does not stand for the layer.
  int32_t score(size_t layer, size_t row) const {
    const std::optional<Kind>& kind = summary_.rows[row].kind;
    if (!kind || !alike(network_.layers[layer].kind, *kind)) return 0;
    return 4 + (output(layer, row) == true) + (params(layer, row) == true);
  }

 private:
  const Network& network_;
  const Figures& figures_;
  const Summary& summary_;
  std::vector<Told> told_;
  std::vector<Sizes> trimmed_;
};

void check_layers(const Network& network, const Figures& figures, const Summary& summary, const Stop* stop,
                  Check* result) {
  const Sides sides(network, figures, summary);
  const auto score = [&](size_t layer, size_t row) { return sides.score(layer, row); };
  for (const LayerPair& pair : best_pairs(figures.layers.size(), summary.rows.size(), score, stop)) {
    const auto layer = static_cast<size_t>(pair.a), row = static_cast<size_t>(pair.b);
    if (pair.a < 0) {
      const SummaryRow& left = summary.rows[row];
      const bool says_nothing = !left.kind && left.params.value_or(0) == 0;
      if (!says_nothing && left.kind != Kind::kIdentity) result->left_over.push_back(pair.b);
    } else if (pair.b >= 0) {
      Checked& at = result->layers[layer];
      at = {pair.b, sides.output(layer, row), sides.params(layer, row)};
      (at.differs() ? result->differ : at.agrees() ? result->agree : result->silent) += 1;
    }
  }
}

}  // namespace

Check check(const Network& network, const Figures& figures, const Summary& summary, const Stop* stop) {
  Check result;
  result.layers.resize(figures.layers.size());
  result.too_many = std::ssize(figures.layers) * std::ssize(summary.rows) > kMostPairings;
  if (!result.too_many) check_layers(network, figures, summary, stop, &result);
  result.total = same_params(figures.params, figures.moving_stats, summary.params);
  return result;
}

}  // namespace poolglass::network
