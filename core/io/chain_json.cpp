#include "core/io/chain_json.h"
