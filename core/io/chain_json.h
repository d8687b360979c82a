// Chain files (UTF-8 JSON), read strictly and written byte-stably: write(read(write(c))) == write(c).
#pragma once

#include <string>
#include <string_view>

#include "core/chain/chain.h"
#include "core/status.h"

namespace poolglass {

// The document is untrusted: size, nesting depth, types and ranges are checked; every failure is one sentence
// that names the layer and the field. Checks the form only; analyze() says whether the layers fit together.
Result<Chain> parse_chain_json(std::string_view text);
std::string write_chain_json(const Chain& chain);  // canonical form, ends with a newline

// The figures as one JSON document, {"input":..., "layers":[...], "totals":...}.
std::string write_figures_json(const Chain& chain, const ChainFigures& figures);

Result<Chain> read_chain_file(const std::string& path);
Status write_chain_file(const std::string& path, const Chain& chain);  // temporary file, then rename

}  // namespace poolglass
