// How a layer's cells read its input's along one axis, and what that makes of fields.
//
//   first(a) = floor((a*step + first) / per),  last(b) = floor((b*step + last) / per)
//
// covers every layer in one form: convolution step = s, first = -p, last = -p + d*(k-1); transposed
// convolution per = s; upsampling step : per = input : output; an adaptive pool of n cells to o
// step = n, per = o, first = 0, last = n - 1 (PyTorch's bins).
#pragma once

#include "core/network/field.h"
#include "core/status.h"

namespace poolglass::network {

enum class Reads : uint8_t {
  kInterval,  // as above
  kWhole,     // every cell reads all of the input's
  kBound,     // kInterval is exact, but as a field the whole input is given: windows differ in size
  kUnknown,   // a box that is not known
};
struct AxisMap {
  Reads reads = Reads::kInterval;
  int64_t step = 1;
  int64_t per = 1;  // >= 1
  int64_t first = 0;
  int64_t last = 0;
  bool start_known = true;  // false: first and last lie as far apart as they say, but it is not known where
  bool size_known = true;   // false: step and per depend on a size that is not known
  bool identity() const {
    return reads == Reads::kInterval && step == 1 && per == 1 && first == 0 && last == 0 && start_known &&
           size_known;
  }
};

// The map as it stands: which of its input's cells the cells [a, b] read. For kInterval and kBound.
// Saturates at 64 bits.
Interval read_interval(const AxisMap& map, Interval cells);

// More phases than this are not kept.
inline constexpr int64_t kMostPhases = 1024;

// The field of a layer (index `at`) that reads a tensor of field `in` by `map`. Fails when a figure leaves 63
// bits. `phases` is what may still be kept of phases in all, and is lowered.
Status compose(const Field& in, const AxisMap& map, int32_t at, int64_t* phases, Field* out);

// The union of what two inputs of layer `at` see.
Status unite(const Field& other, int32_t at, int64_t* phases, Field* field);

// Centre of `other` minus that of `field`, in half cells, the least and the most over phases. False: not to
// be had (one is not local, a start is not known, jumps differ, overflow).
bool centre_difference(const Field& field, const Field& other, int64_t* least, int64_t* most);

}  // namespace poolglass::network
