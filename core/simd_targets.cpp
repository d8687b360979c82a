#include "core/simd_targets.h"
