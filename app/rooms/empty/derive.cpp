#include "app/rooms/empty/model.h"

namespace poolglass::empty {

void derive(const Model&, Derived&, const Environment&) {}
int64_t playback_length(const Derived&) { return 1; }
std::string gpu_in_use(const Derived&) { return {}; }

}  // namespace poolglass::empty
