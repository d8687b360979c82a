#include "core/pooling/window.h"
