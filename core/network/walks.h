// The same receptive field found in ways that share no code, so that they prove each other, along one axis:
//
//   forward    (r, jump, start) carried from the input: r += d*(k-1)*jump, start -= p*jump, jump *= s
//              (Dang Ha The Hien, "A guide to receptive field arithmetic for Convolutional Neural Networks",
//              2017)
//   backward   the cells that unit 0 reads, carried from a layer to the input: r <- s*r + (k - s),
//              start <- s*start - p   (Araujo, Norris, Sim, Distill 2019, doi 10.23915/distill.00021)
//   indices    every cell that is read, one by one, through every path
//   shortcut   what is often taught instead: a convolution adds d*(k-1), a pool multiplies by its stride. It
//              books the doubling one layer early, so it is wrong from the first pool on
//
// None looks at fields that analyze() found; of its figures they use extents and padding. Where paths meet,
// walks take the union. Fields are as they are defined: not cut at borders, padding counts as cells.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/network/figures.h"
#include "core/network/network.h"
#include "core/network/trace.h"
#include "core/status.h"

namespace poolglass::network {

// Forward: of a layer, what its unit 0 sees of the input, and how far units' fields lie apart. Backward: what
// unit 0 of the walk's layer reads of a layer, and how far that moves from unit to unit.
struct WalkStep {
  int64_t r = 1;
  int64_t jump = 1;
  int64_t start = 0;
  friend bool operator==(const WalkStep&, const WalkStep&) = default;
};

// One entry a layer. Nothing where the recurrence does not apply: from upsampling, a pool to a fixed number
// of cells, a vector or a box that is not known on; where paths of unequal jumps meet; beyond 2^53. A factor
// of one cell (squeeze and excitation) is left out, as in the local field.
std::vector<std::optional<WalkStep>> forward_walk(const Network& network, const Figures& figures,
                                                  Along along);

// One entry a layer up to `layer`; nothing for those it does not read, and, where the recurrence does not
// apply to a layer on the way, for all before that.
std::vector<std::optional<WalkStep>> backward_walk(const Network& network, const Figures& figures,
                                                   size_t layer, Along along);

// The cells of every layer up to `layer` that a unit of it reads, ascending; empty for those it does not
// read. Fails with a sentence at a box that is not known, a size that is not known, and, before they are
// written down, where more than kMostIndices cells would be, each counted as often as it is read.
inline constexpr int64_t kMostIndices = int64_t{1} << 22;
Result<std::vector<std::vector<int64_t>>> index_walk(const Network& network, const Figures& figures,
                                                     size_t layer, int64_t unit, Along along, Cut cut);

// One entry a layer: the shortcut's r, the largest over paths. Nothing from where no window is left to count.
std::vector<std::optional<int64_t>> shortcut_walk(const Network& network, const Figures& figures,
                                                  Along along);

// What a recurrence adds at a layer, for the sentence that explains a step: kernel k, stride s, dilation d,
// padding before. Nothing for layers that are no window, or have no figures.
struct StepWindow {
  int64_t kernel = 1, stride = 1, dilation = 1, padding = 0;
  int64_t reach() const { return dilation * (kernel - 1); }
};
std::optional<StepWindow> step_window(const Network& network, const Figures& figures, size_t layer,
                                      Along along);

}  // namespace poolglass::network
