#include "app/files/state_rooms.h"

namespace poolglass::empty {

Status read_state(const Json& json, Model*) { return FieldReader(json, "empty").status(); }
std::string state_text(const Model&) { return "{}"; }

}  // namespace poolglass::empty
