#include "app/state/commands.h"

namespace poolglass::empty {

std::span<const CommandRow> commands() { return {}; }

}  // namespace poolglass::empty
