#include "app/layout/color.h"
