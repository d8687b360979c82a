#include "app/rooms/empty/model.h"

namespace poolglass::empty {

Status apply_preset(Model&, const std::string&) { return invalid_argument("the room has no presets"); }

}  // namespace poolglass::empty
