// The figures of a chain as aligned text.
#pragma once

#include <string>

#include "core/chain/chain.h"

namespace poolglass::cli {

// One line per layer, a line of totals, and why the shortcut's receptive field differs where it does. UTF-8;
// no line break but the table's own, whatever the layers are called.
std::string chain_table(const Chain& chain, const ChainFigures& figures);

}  // namespace poolglass::cli
