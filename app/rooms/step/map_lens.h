// What the Gradient and the Rebuild lens show of a map. It takes long: it is found on another thread, with
// the windows in sight meanwhile.
#pragma once

#include "app/rooms/step/model.h"

namespace poolglass::step {

// After begin_map(), before what needs to know whether the lens shows what it says: waits `patience` seconds
// at most, and what is not there then is told by derived.map.refusal. `document`: what `derived` shows.
void derive_map_lens(const Model& model, const Document& document, double patience, Derived& derived);
// Gives up what is being found or was found, of a map that is no longer shown, or for another lens.
void leave_map_lens(Derived& derived);

}  // namespace poolglass::step
