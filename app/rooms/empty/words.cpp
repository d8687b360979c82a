#include "app/rooms/empty/model.h"

namespace poolglass::empty {

std::string status_sentence(const Model&, const Derived&) { return "Nothing is here yet"; }

Result<std::string> describe(Model model, const DescribeWhat&) { return status_sentence(model, {}) + "\n"; }

}  // namespace poolglass::empty
