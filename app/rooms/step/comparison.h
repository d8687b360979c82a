// Both operations side by side: what lies between the maximum and the average of the same windows.
#pragma once

#include <string>

#include "app/rooms/step/model.h"

namespace poolglass::step {

// `last`: window at the playhead.
Comparison comparison(const Grid& maximum, const Grid& average, int64_t last);

Grid difference_of(const Grid& a, const Grid& b);  // a - b; of infinities of one sign NaN

// "Window (1,1) reads 1 6 / 0 3: max = 6, average = 2.5, difference = 3.5 → out[1,1]"
std::string both_sentence(const Derived& derived);

// "Of 16 windows 0 equal, mean difference 3.4, largest 6 at out[2,3]"
std::string comparison_sentence(const Comparison& comparison);

}  // namespace poolglass::step
