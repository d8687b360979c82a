// What is said about pooling, and what it comes to when one looks: each claim with the experiment that
// decides it. Experiments run when they are asked for, by the engine and the analysis that the rooms use;
// nothing that they find is written down here.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "core/status.h"

namespace poolglass {

enum class Verdict {
  kTrue,
  kApproximate,  // true of some cases or one of its meanings; the finding says which
  kFalse,
};
std::string_view verdict_name(Verdict verdict);  // "true", "approximate", "false"

struct Finding {
  Verdict verdict = Verdict::kFalse;
  std::string found;  // the figures that decide it, as one sentence without a final full stop
};

struct Claim {
  std::string_view id;        // unique: "four-blocks-76"
  std::string_view sentence;  // as one hears it
  std::string_view room;      // where it can be looked at
  std::string_view preset;    // of that room; empty: as the room opens
  // Takes up to a tenth of a second. Fails only where memory is out or the program's own data are damaged.
  Result<Finding> (*experiment)();
};

// Of the lesson first, then of elsewhere; in the order a lesson would meet them.
std::span<const Claim> claims();

}  // namespace poolglass
