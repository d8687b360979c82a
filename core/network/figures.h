// Everything that follows from a network: shapes, receptive fields, alignment of branches, parameters,
// multiply-adds, activations. Integers, every product checked against 63 bits. One pass over the layers.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/network/axis_map.h"
#include "core/network/field.h"
#include "core/network/network.h"
#include "core/status.h"

namespace poolglass::network {

// A count that may lack something.
enum class Known : uint8_t {
  kComplete,
  kPartial,      // what is known is counted; the layer `because` is not in it
  kUnavailable,  // not known, because of the layer `because`
};
struct Count {
  int64_t value = 0;
  Known known = Known::kComplete;
  int32_t because = -1;
  friend bool operator==(const Count&, const Count&) = default;
};
// What sums show beyond 63 bits. A figure of one layer never takes this value by overflow: it is an error.
inline constexpr int64_t kBeyondCount = INT64_MAX;

// How the branches that meet at a layer lie to each other, and those before it.
enum class Alignment : uint8_t {
  kAligned,     // all paths agree on jump and centre
  kWithin,      // after upsampling the centres differ by phase, around 0: a range, not a fault
  kMisaligned,  // the field is wider than the largest of its paths
  kUnknown,     // depends on a size that is not known
};
struct AxisAlignment {
  Alignment state = Alignment::kAligned;  // of this layer's own inputs
  int32_t input = -1;                     // which of them disagrees with the first (index into its sources)
  int64_t half_cells_least = 0;           // its centre minus the first's, in half input cells, over phases
  int64_t half_cells_most = 0;
  // The first layer upstream, or this one, whose inputs are not aligned; -1: all paths to here are. The
  // worse state wins.
  Alignment upstream = Alignment::kAligned;
  int32_t upstream_at = -1;
  friend bool operator==(const AxisAlignment&, const AxisAlignment&) = default;
};

// Cells around the layer's input, and those no window of this layer reads.
struct AxisWindow {
  int64_t pad_begin = 0;
  int64_t pad_end = 0;
  bool pad_known = true;  // false: SAME at an unknown size
  int64_t unread = 0;     // cells at the end of the input that no window of this layer reads
  friend bool operator==(const AxisWindow&, const AxisWindow&) = default;
};

struct LayerFigures {
  Dims output;  // rank 0: unknown past a named box
  Axes axes = kPlanes;
  int32_t shape_unknown_at = -1;  // the layer past which sizes are not known; -1: known, or symbolic
  Field rows, columns;
  AxisAlignment align_rows, align_columns;
  AxisWindow window_rows, window_columns;
  AxisMap reads_rows, reads_columns;  // of every input alike (a join's input of one cell: of that cell)

  Count params;        // PyTorch's: weights, biases, batch norm's factors and summands
  Count moving_stats;  // batch norm's moving mean and variance: Keras counts them as parameters
  Count macs;          // plain: weights x positions, of one image, no bias
  Count activations;   // elements of the output, of one image
  int64_t bytes = 0;   // of the output, one image, float32; kBeyondCount if that does not fit; 0: unknown

  int64_t height() const { return axes.rows < 0 || output.rank == 0 ? 1 : output[axes.rows]; }
  int64_t width() const { return axes.columns < 0 || output.rank == 0 ? 1 : output[axes.columns]; }
  int64_t channels() const { return output.rank == 0 ? kUnknownSize : output[axes.channels]; }
};

struct LayerError {
  size_t layer = 0;
  Status status;  // one sentence that starts with the layer: "layer 2 (pool1): kernel 9x9 is ..."
};

struct Figures {
  std::vector<LayerFigures> layers;  // one per valid layer, in order; stops before the first invalid one
  std::optional<LayerError> error;   // set: layers.size() == error->layer
  Count params, moving_stats, macs, activations;  // sums; inputs are not counted as activations
  Size2 input_size{kUnknownSize, kUnknownSize};   // the first input's plane
};

// The network must be in order (see order()); if not, the error says so. Never fails as a whole: everything
// before an invalid layer is valid. Linear in the number of layers and connections.
Figures analyze(const Network& network);

// The field of a unit of a layer along the rows or columns: r as a table shows it. kWhole and kBound: the
// input's extent (kUnknownSize where that is not known); kUnavailable: kUnknownSize.
struct Receptive {
  int64_t least = 1;  // over the phases
  int64_t most = 1;
  friend bool operator==(const Receptive&, const Receptive&) = default;
};
Receptive receptive(const Field& field, int64_t input_extent);

// Why a field, a start or a count is what it is, as words: "unavailable past topk1", "whole input", "whole
// input through gates", "padding depends on the input size (conv1)"; empty where there is nothing to say.
std::string field_words(const Field& field, const std::vector<std::string>& names);
std::string count_words(const Count& count, const std::vector<std::string>& names);

}  // namespace poolglass::network
