#include "core/pooling/pooling.h"
