// What stands in place of the settings (code_view.cpp).
#pragma once

#include "app/rooms/views.h"

namespace poolglass::step {

// The pooling as a program: its language, its lines with the one under the playhead lit, what it can be
// copied and saved by.
void draw_code(Ui& ui, const Model& model, const Derived& derived);

}  // namespace poolglass::step
