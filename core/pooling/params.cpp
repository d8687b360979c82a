#include "core/pooling/params.h"
