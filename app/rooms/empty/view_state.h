#pragma once

namespace poolglass::empty {

struct ViewState {};

}  // namespace poolglass::empty
