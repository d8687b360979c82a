// The code panel: the pooling as a program, and where the playhead is in it.
#pragma once

#include "app/rooms/step/model.h"

namespace poolglass::step {

// Whether the playhead runs the loops line by line: in the code panel, beside the picture that shows what
// they do.
bool walks_lines(const Model& model);

// derived.code, while the panel shows; everything else of `derived` but the gradient is up to date.
void derive_code(const Model& model, Derived& derived);

}  // namespace poolglass::step
