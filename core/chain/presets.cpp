#include "core/chain/presets.h"
