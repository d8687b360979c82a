// The rebuild lens: the input's plane made again from the output alone, what is missing there, and whether
// the output could be told from it.
#pragma once

#include <atomic>
#include <string>

#include "app/rooms/step/model.h"

namespace poolglass::step {

// Two parts of derived.rebuild: what does not depend on the playhead; what the windows up to `last` have put
// back. `stop`, not null: set by another thread, the rest is left out.
void begin_rebuild(Derived& derived, const std::atomic<bool>* stop = nullptr);
void rebuild_up_to(int64_t last, Derived& derived);

std::string energy_text(const Rebuilt& rebuilt);  // "54.3 %"; "—" where there is none
// "Pooled again it is the same output: no maximum is below the zeros beside it"
std::string round_trip_sentence(const Rebuilt& rebuilt);
// "208 = 113 kept + 95 lost", sums of squares, where they add up; else empty
std::string energy_sentence(const Rebuilt& rebuilt);
// What the window in focus puts back, or what has become of the cell in focus.
std::string rebuild_sentence(const Derived& derived);

}  // namespace poolglass::step
