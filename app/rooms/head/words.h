// What the Head room says in words.
#pragma once

#include <string>

#include "app/rooms/head/model.h"

namespace poolglass::head {

std::string accepts_text(const Head& head);  // "224…255 px", "32 px and more", "no square input"
// What happens to the map at this size, in one or two sentences.
std::string verdict(HeadKind kind, const Head& head, const Backbone& backbone, const Shape& map);
std::string times_fewer(int64_t many, int64_t few);  // "241 × fewer"
std::string output_text(double output);              // two digits

}  // namespace poolglass::head
