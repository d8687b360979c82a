// Our figures beside those that another program has printed: torchinfo's and Keras' summary tables.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/network/figures.h"
#include "core/network/network.h"
#include "core/stop.h"

namespace poolglass::network {

// A layer as a summary tells it.
struct SummaryRow {
  std::string name;            // as it stands there, "Conv2d: 1-1" or "conv2d_1"
  std::optional<Kind> kind;    // nothing: a kind that is not known here
  std::vector<int64_t> sizes;  // of its output without the batch; kUnknownSize where it is open
  std::optional<int64_t> params;
  friend bool operator==(const SummaryRow&, const SummaryRow&) = default;
};
inline constexpr int64_t kMostSummaryRows = 10'000;
inline constexpr size_t kMostSummarySizes = 8;   // of a row
inline constexpr size_t kMostSummaryName = 100;  // bytes
struct Summary {
  std::string program;  // "torchinfo", "Keras"
  std::vector<SummaryRow> rows;
  std::optional<int64_t> params;  // of all layers together, as it says
  bool channels_last = false;
  friend bool operator==(const Summary&, const Summary&) = default;
};

// What a layer's row says, beside what we say.
struct Checked {
  int32_t row = -1;  // of the summary; -1: none stands for the layer
  // Whether both agree; nothing: one of them does not say. Parameters agree, too, where the summary counts
  // batch norm's moving statistics among them, as Keras does.
  std::optional<bool> output, params;
  bool differs() const { return output == false || params == false; }
  bool agrees() const { return !differs() && (output == true || params == true); }
};
struct Check {
  std::vector<Checked> layers;     // one a layer whose figures are known
  std::vector<int32_t> left_over;  // rows that no layer stands for, but for those that are no layers of ours
  // Layers with a row: `silent` are those of which row or layer says nothing that the other does.
  int64_t agree = 0, differ = 0, silent = 0;
  std::optional<bool> total;  // whether all parameters together agree
  bool too_many = false;      // layers times rows: only `total` is checked
};

// Rows and layers are taken in order, those of one kind for each other; names do not matter, as programs make
// their own. An output agrees as the layer has it, its axes in their own order, or as the summary's program
// orders a map. Where there are more rows times layers than kMostPairings (compare.h), layers are not
// checked. `stop`: when it becomes true, layers have no rows, and nothing is left over.
Check check(const Network& network, const Figures& figures, const Summary& summary,
            const Stop* stop = nullptr);

}  // namespace poolglass::network
