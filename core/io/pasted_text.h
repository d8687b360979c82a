// Text that was copied elsewhere: cells of a table, and layers in words. Untrusted: every failure is one
// sentence that names the line, and nothing is taken of a text that has one.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "core/chain/chain.h"
#include "core/pooling/params.h"
#include "core/status.h"

namespace poolglass {

struct PastedCells {
  Size2 size;
  std::vector<float> values;  // row by row
};

// One row a line. The cells of a text are separated by tabs if it has any, else by semicolons, commas, or
// blanks; where commas separate nothing, one is a decimal point. nan, inf, ∞ and − are numbers' parts, too.
// Rows have equally many cells, none of them empty.
Result<PastedCells> parse_cells(std::string_view text);

// True when the text holds more than one cell.
bool several_cells(std::string_view text);

struct PastedLayers {
  std::optional<Chain> input;  // channels and plane, when the text begins with them; no layers
  std::vector<Layer> layers;
};

// One layer a line, or between semicolons:
//
//   [name:] kind [number] [kK] [sS] [pP] [dD] [words]        input C x H x W, as the first line
//
//   kind     conv | max | avg | global | adaptive | relu | flatten | linear, and the names of chain files
//   number   conv: channels out; linear: features out; adaptive: cells of the output
//   k s p d  kernel, stride, padding, dilation: one number or HxW. Without: as PyTorch has it (s 1 of a
//            convolution, s = k of a pool, p 0, d 1); a convolution needs its k, pools without one have 2
//   words    nobias | ceil | nopad (an average does not count padding)
//
// Upper case is as lower; what follows a # is a remark; p may be written = ("k=7"). An empty text is refused.
Result<PastedLayers> parse_layers(std::string_view text);

}  // namespace poolglass
