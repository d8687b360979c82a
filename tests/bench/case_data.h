// The arrays of one case in both layouts, and what the definition makes of them.
#pragma once

#include <array>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "tests/bench/cases.h"
#include "tests/bench/peers/peer.h"

namespace poolglass::bench {

// Starts on a page, on a huge one where it fills that; some libraries read up to a vector past the end.
class Array {
 public:
  explicit Array(size_t size);
  float* data() const { return memory_.get(); }
  size_t size() const { return size_; }

 private:
  struct Free {
    void operator()(float* p) const { std::free(p); }
  };
  std::unique_ptr<float[], Free> memory_;
  size_t size_;
};

struct CaseData {
  struct Side {  // one layout
    Array x, y, dy, dx;
    std::vector<float> expected_y, expected_dx;
    std::vector<int64_t> expected_positions;  // maxima only
  };
  std::array<Side, 2> sides;  // NCHW, NHWC

  explicit CaseData(const Case& c);
  const Side& side(Layout layout) const { return sides[layout == Layout::kNhwc]; }
};

Shape output_of(const Case& c);

// Taps of all windows: about what a plain implementation does.
int64_t taps(const Case& c);

enum class Agreement {
  kBits,      // what the engine promises
  kRounding,  // what may be asked of a library that adds in another order
};

// Runs `call` on a result that has been wiped out and compares it with the definition. Empty when it agrees,
// else a sentence.
std::string verify(const Job& job, const Call& call, const CaseData& data, Agreement agreement);

}  // namespace poolglass::bench
