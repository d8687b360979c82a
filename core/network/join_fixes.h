// What makes joins fit whose inputs differ in rows or columns, other than another size of the input.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/network/figures.h"
#include "core/network/network.h"
#include "core/stop.h"

namespace poolglass::network {

enum class JoinFix : uint8_t {
  kCrop,  // the larger inputs to the smallest: half of the cells at each end, an odd one at the far end.
          // Where joins go element by element a side of 1 stands for any and stays
  kPad,   // the smaller ones with zeros to the largest, alike
  kCeil,  // no layer more: pools that drop rows or columns keep them, in ceil mode
};
inline constexpr std::array kJoinFixes = {JoinFix::kCrop, JoinFix::kPad, JoinFix::kCeil};

inline constexpr int64_t kMostFixedPaths = 64;  // that are cropped or padded; about as long as a screen

// A path into a join, and what it brings before and after.
struct FixedPath {
  std::string source, join;  // by their names
  Size2 from, to;
};
struct FixedJoins {
  JoinFix fix = JoinFix::kCrop;
  std::optional<Network> network;  // that fits; nothing: this does not help
  std::string why_not;             // then
  std::vector<FixedPath> paths;    // that are cropped or padded, in order; kCeil: none
};

// Of the first join that does not fit, and of those behind it that do not fit then: one of each of
// kJoinFixes, in order. Empty where the network fits, or what does not fit is no join, or joins differ in
// channels, ranks or sizes that are not known. `stop`: when it becomes true, the rest does not help.
std::vector<FixedJoins> join_fixes(const Network& network, const Figures& figures,
                                   const Stop* stop = nullptr);

}  // namespace poolglass::network
