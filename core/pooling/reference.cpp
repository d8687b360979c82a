#include "core/pooling/reference.h"
