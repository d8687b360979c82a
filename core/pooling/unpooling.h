// What a pooling keeps of a plane: the plane rebuilt from the pooled values alone, how much of its energy
// that is, and whether pooling the rebuilt plane gives the same values again.
#pragma once

#include <cstdint>
#include <vector>

#include "core/pooling/params.h"
#include "core/pooling/window.h"

namespace poolglass {

// All over one plane: x and rebuilt are rows.input x columns.input, y and winners rows.output x
// columns.output, row-major. Time of the order of the cells that all windows read.

// A maximum goes back to where it was found, all other cells are 0: max unpooling with the argmax kept
// (Zeiler and Fergus, ECCV 2014; torch.nn.MaxUnpool2d). Windows that share a winner have the same value for
// it. winners: from PoolPlan::forward_with_indices(); -1 puts nothing anywhere. windows: only the first so
// many in row-major order.
void unpool_max(const WindowGeometry& geometry, const float* y, const int64_t* winners, int64_t windows,
                float* rebuilt);

// An average is spread over the cells of its window. A cell of several windows has the mean of what they
// spread there, a cell of none 0.
void spread_average(const WindowGeometry& geometry, const float* y, int64_t windows, float* rebuilt);

// Sums of squares. Where the rebuilt plane is the projection of x onto what the pooling can tell (a maximum;
// an average of windows that do not overlap and divide by the cells they read) input = rebuilt + residual.
struct Energy {
  double input = 0;
  double rebuilt = 0;
  double residual = 0;  // of x - rebuilt

  // 1 - residual / input: 1 when nothing is lost, below 0 when the rebuilt plane is further from x than a
  // plane of zeros. NaN for a plane of zeros, infinities or NaN.
  double share_kept() const;
};
Energy energy_kept(Size2 plane, const float* x, const float* rebuilt);

// Whether pool(rebuild(pool(x))) = pool(x), and if not, why.
enum class RoundTrip {
  kSame,             // in exact arithmetic; an average may round differently
  kNegativeMaximum,  // a window whose maximum is negative reads a cell that was set to 0
  kOverlap,          // windows of an average share cells: each is rebuilt as a mean of several means
  kPaddingCounted,   // an average divided by padding: the same window's rebuilt cells have a smaller mean
};

// Of a maximum: exact, for any values. `kept`: cells of the plane that hold a maximum, as kept_cells() gives.
RoundTrip round_trip_of_max(const WindowGeometry& geometry, const float* y, const std::vector<bool>& kept);
std::vector<bool> kept_cells(const WindowGeometry& geometry, const int64_t* winners);

// Of an average: from the windows alone. kSame holds for any values; the others for some values only.
RoundTrip round_trip_of_average(const WindowGeometry& geometry);

}  // namespace poolglass
