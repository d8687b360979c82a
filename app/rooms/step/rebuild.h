// The rebuild lens: the input's plane made again from the output alone, what is missing there, and whether
// the output could be told from it.
#pragma once

#include <string>

#include "app/rooms/step/model.h"
#include "core/stop.h"

namespace poolglass::step {

// Two parts of derived.rebuild: what does not depend on the playhead, where once stopped the rest is left
// out; what the windows up to `last` have put back.
void begin_rebuild(const PooledGrid& pooled, RebuildFacts& facts, const Stop* stop = nullptr);
void rebuild_up_to(int64_t last, Derived& derived);

std::string energy_text(const Rebuilt& rebuilt);  // "54.3 %"; "—" where there is none
// "Pooled again it is the same output: no maximum is below the zeros beside it"
std::string round_trip_sentence(const Rebuilt& rebuilt);
// "208 = 113 kept + 95 lost", sums of squares, where they add up; else empty
std::string energy_sentence(const Rebuilt& rebuilt);
// What the window in focus puts back, or what has become of the cell in focus.
std::string rebuild_sentence(const Derived& derived);

}  // namespace poolglass::step
