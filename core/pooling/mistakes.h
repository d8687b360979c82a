// What people get wrong about a pooling: a wrong answer is matched with the mistakes that are known to be
// made, each of which gives a number of its own.
#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "core/pooling/questions.h"

namespace poolglass {

enum class Mistake {
  // Of sizes.
  kNotRounded,      // left the fraction in
  kRoundedUp,       // although ceil mode is off
  kRoundedDown,     // although ceil mode is on
  kKeptLastWindow,  // of ceil mode, that would begin beyond the input
  kForgotOne,       // the window that fits before any step
  kPaddedOneSide,
  kDividedByStride,  // cells / stride, as if windows lay side by side
  // Of places.
  kForgotPadding,
  kForgotStride,
  kForgotDilation,  // k instead of d * (k - 1) + 1
  kSwapped,         // rows for columns
  kPlaceInWindow,   // counted from the window's corner
  kFixedBins,       // of an adaptive pooling: as if all windows had one size
  // Of values.
  kDividedByReal,   // cells, although padding counts
  kDividedByAll,    // cells of the kernel, although some do not count
  kForgotDivision,  // the sum
  kOneSide,         // k instead of k * k
  kOtherOperation,  // the average for the maximum, or the other way
  kAbsolute,        // the largest magnitude
  kZeroPadding,     // zeros that win a maximum
  kLastTie,
  kSplitTies,  // equal shares
  kAllTies,    // the whole gradient to each
  kPositiveOnly,
  kLastWindowOnly,  // overlapping windows do not add up
  kCountedReads,    // windows that read the cell, whoever won
};

struct NamedMistake {
  Mistake mistake;
  std::string_view name;  // in files and on the command line
};
// In the order in which a wrong answer is matched: what explains most comes first.
inline constexpr std::array kMistakes = {
    NamedMistake{Mistake::kNotRounded, "not-rounded"},
    NamedMistake{Mistake::kRoundedUp, "rounded-up"},
    NamedMistake{Mistake::kRoundedDown, "rounded-down"},
    NamedMistake{Mistake::kKeptLastWindow, "kept-last-window"},
    NamedMistake{Mistake::kDividedByReal, "divided-by-real"},
    NamedMistake{Mistake::kDividedByAll, "divided-by-all"},
    NamedMistake{Mistake::kForgotPadding, "forgot-padding"},
    NamedMistake{Mistake::kPaddedOneSide, "padded-one-side"},
    NamedMistake{Mistake::kForgotStride, "forgot-stride"},
    NamedMistake{Mistake::kForgotDilation, "forgot-dilation"},
    NamedMistake{Mistake::kDividedByStride, "divided-by-stride"},
    NamedMistake{Mistake::kForgotOne, "forgot-one"},
    NamedMistake{Mistake::kOtherOperation, "other-operation"},
    NamedMistake{Mistake::kForgotDivision, "forgot-division"},
    NamedMistake{Mistake::kOneSide, "one-side"},
    NamedMistake{Mistake::kAbsolute, "largest-magnitude"},
    NamedMistake{Mistake::kZeroPadding, "zero-padding"},
    NamedMistake{Mistake::kLastTie, "last-tie"},
    NamedMistake{Mistake::kSplitTies, "split-ties"},
    NamedMistake{Mistake::kAllTies, "all-ties"},
    NamedMistake{Mistake::kLastWindowOnly, "last-window-only"},
    NamedMistake{Mistake::kPositiveOnly, "positive-only"},
    NamedMistake{Mistake::kCountedReads, "counted-reads"},
    NamedMistake{Mistake::kFixedBins, "fixed-bins"},
    NamedMistake{Mistake::kPlaceInWindow, "place-in-window"},
    NamedMistake{Mistake::kSwapped, "swapped"},
};
std::string_view name_of(Mistake mistake);

// What somebody answers who makes this mistake and no other. None where it makes no difference, or no sense:
// nobody forgets a padding of 0. The question has a right answer.
std::optional<Answer> mistaken_answer(Mistake mistake, const PoolQuestion& question);

// The first mistake whose answer a guess agrees with; none for a right one, and for one that is wrong in a
// way nobody knows. Takes time of the order of the cells of all windows that read a cell.
std::optional<Mistake> diagnosis(const PoolQuestion& question, const Answer& guess);

}  // namespace poolglass
