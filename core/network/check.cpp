#include "core/network/check.h"

#include <algorithm>

#include "core/network/compare.h"

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

// Our sizes without the batch, in the summary's order.
std::vector<int64_t> sizes_of(const LayerFigures& at, bool channels_last) {
  if (at.axes.rows < 0) return {at.channels()};
  if (channels_last) return {at.height(), at.width(), at.channels()};
  return {at.channels(), at.height(), at.width()};
}

std::optional<bool> same_output(const LayerFigures& at, const SummaryRow& row, bool channels_last) {
  if (at.output.rank == 0 || row.sizes.empty()) return std::nullopt;
  std::vector<int64_t> ours = sizes_of(at, channels_last), theirs = row.sizes;
  // A plane of one cell may be written as a vector.
  const auto trim = [](std::vector<int64_t>& sizes) {
    if (sizes.size() > 1) std::erase(sizes, 1);
  };
  if (ours.size() != theirs.size()) trim(ours), trim(theirs);
  if (ours.size() != theirs.size()) return false;
  bool open = false;
  for (size_t i = 0; i < ours.size(); ++i) {
    const bool unknown = ours[i] < 0 || theirs[i] < 0;
    open = open || unknown;
    if (!unknown && ours[i] != theirs[i]) return false;
  }
  return open ? std::nullopt : std::optional(true);
}

std::optional<bool> same_params(const LayerFigures& at, const SummaryRow& row) {
  if (!row.params || at.params.known != Known::kComplete) return std::nullopt;
  return *row.params == at.params.value || *row.params == at.params.value + at.moving_stats.value;
}

// 0: the row does not stand for the layer.
int32_t score_of(const Layer& layer, const LayerFigures& at, const SummaryRow& row, bool channels_last) {
  if (!row.kind || !alike(layer.kind, *row.kind)) return 0;
  return 4 + (same_output(at, row, channels_last) == true) + (same_params(at, row) == true);
}

// The row of each layer, -1: none; the sequence with the largest sum of scores.
std::vector<int32_t> rows_of_layers(const Network& network, const Figures& figures, const Summary& summary) {
  const size_t n = figures.layers.size(), m = summary.rows.size();
  std::vector<int32_t> best((n + 1) * (m + 1), 0);
  const auto at = [&](size_t i, size_t j) -> int32_t& { return best[i * (m + 1) + j]; };
  const auto score = [&](size_t i, size_t j) {
    return score_of(network.layers[i], figures.layers[i], summary.rows[j], summary.channels_last);
  };
  for (size_t i = n; i-- > 0;) {
    for (size_t j = m; j-- > 0;) {
      at(i, j) = std::max(at(i + 1, j), at(i, j + 1));
      if (const int32_t s = score(i, j); s > 0) at(i, j) = std::max(at(i, j), at(i + 1, j + 1) + s);
    }
  }
  std::vector<int32_t> rows(n, -1);
  for (size_t i = 0, j = 0; i < n && j < m;) {
    const int32_t s = score(i, j);
    if (s > 0 && at(i, j) == at(i + 1, j + 1) + s) {
      rows[i++] = static_cast<int32_t>(j++);
    } else if (at(i, j) == at(i + 1, j)) {
      ++i;
    } else {
      ++j;
    }
  }
  return rows;
}

}  // namespace

Check check(const Network& network, const Figures& figures, const Summary& summary) {
  Check result;
  result.layers.resize(figures.layers.size());
  const auto n = static_cast<int64_t>(figures.layers.size()), m = std::ssize(summary.rows);
  if (n * m > kMostPairings) return result;
  const std::vector<int32_t> rows = rows_of_layers(network, figures, summary);
  std::vector<bool> used(summary.rows.size(), false);
  for (size_t i = 0; i < rows.size(); ++i) {
    if (rows[i] < 0) continue;
    used[static_cast<size_t>(rows[i])] = true;
    const SummaryRow& row = summary.rows[static_cast<size_t>(rows[i])];
    Checked& at = result.layers[i];
    at.row = rows[i];
    at.output = same_output(figures.layers[i], row, summary.channels_last);
    at.params = same_params(figures.layers[i], row);
    (at.differs() ? result.differ : result.agree) += 1;
  }
  for (size_t j = 0; j < used.size(); ++j) {
    const SummaryRow& row = summary.rows[j];
    const bool says_nothing = !row.kind && row.params.value_or(0) == 0;
    if (!used[j] && !says_nothing && row.kind != Kind::kIdentity)
      result.left_over.push_back(static_cast<int32_t>(j));
  }
  if (summary.params && figures.params.known == Known::kComplete)
    result.total = *summary.params == figures.params.value ||
                   *summary.params == figures.params.value + figures.moving_stats.value;
  return result;
}

}  // namespace poolglass::network
