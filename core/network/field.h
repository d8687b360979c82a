// What a unit sees along one axis: the interval of input cells, exact for every unit.
//
// The primitive is an interval [first(u), last(u)] for each unit u: the union (its hull) over all paths from
// the input, not cut at borders. A layer maps the interval [a, b] of its own cells to one of its input's:
//   convolution, window pool (k, s, p, d)   [a*s - p, b*s - p + d*(k-1)]
//   transposed convolution                  [ceil((a + p - d*(k-1)) / s), floor((b + p) / s)]
//   nearest upsampling by f                 [floor(a/f), floor(b/f)];  bilinear: the taps of both ends
//   pad, crop                               a shift
// All are affine but for a pattern that repeats: first(u + period) = first(u) + advance. Without upsampling
// the period is 1, and (r, jump, start) says everything (Araujo, Norris, Sim, "Computing Receptive Fields of
// Convolutional Neural Networks", Distill 2019, doi 10.23915/distill.00021). After it r and centre depend on
// the unit's phase, and are given as ranges.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

namespace poolglass::network {

// Closed interval of cells; empty when last < first.
struct Interval {
  int64_t first = 0;
  int64_t last = 0;
  friend bool operator==(const Interval&, const Interval&) = default;
};

struct Ratio {  // in lowest terms, denominator >= 1
  int64_t numerator = 1;
  int64_t denominator = 1;
  friend bool operator==(const Ratio&, const Ratio&) = default;
};

enum class FieldState : uint8_t {
  kLocal,        // the fields below say what a unit sees
  kWhole,        // every unit sees the whole input
  kBound,        // an adaptive pool of unequal windows was met: no unit sees more than the whole input
  kUnavailable,  // not known, see `reason` and `at`
};
enum class FieldReason : uint8_t {
  kNone,
  kUnknownLayer,   // "unavailable past `at`"
  kUnequalJumps,   // paths of unequal jumps meet at `at`: no (r, jump, start) covers both
  kDependsOnSize,  // at `at` the pattern of phases depends on a size that is not known
  kLongPattern,    // the pattern of phases at `at` is longer than is kept
};

struct Field {
  FieldState state = FieldState::kLocal;
  FieldReason reason = FieldReason::kNone;
  int32_t at = -1;     // the layer of `reason`
  bool gated = false;  // the whole input is seen through a gate, too (squeeze-and-excitation)

  // kLocal. r and the jump are right even where the start is not known.
  bool start_known = true;
  int32_t start_unknown_at = -1;  // the layer whose padding depends on an input size that is not known
  int64_t period = 1;
  int64_t advance = 1;                                  // input cells by which `period` units move
  Interval unit0;                                       // of unit 0; start not known: [0, r - 1]
  std::shared_ptr<const std::vector<Interval>> phases;  // of units 0 .. period - 1; null when period is 1

  // The path with the largest field (of phase 0), as published tables count: the same as above where all
  // paths are aligned.
  int64_t longest_r = 1;
  int64_t longest_padding = 0;

  Ratio jump() const;
  bool one_field() const { return state == FieldState::kLocal && period == 1; }
  int64_t r_least() const;  // over the phases; kWhole, kBound: see figures.h
  int64_t r_most() const;
  int64_t padding() const { return -unit0.first; }  // of unit 0: -(start)
  Interval unit(int64_t index) const;               // saturates at 64 bits
  friend bool operator==(const Field&, const Field&) = default;
};

// The units of a map of `extent` rows or columns whose fields, not cut at borders, have the pixel between
// their ends; empty: none. All of them where every unit sees the whole input.
Interval units_seeing(const Field& field, int64_t extent, int64_t pixel);

}  // namespace poolglass::network
