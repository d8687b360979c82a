// What the Head room's picture remembers between frames: it has nothing to remember.
#pragma once

namespace poolglass::head {

struct ViewState {};

}  // namespace poolglass::head
