// Chain files (UTF-8 JSON), format 1: plain chains; core/io/network_json.h reads and writes format 2, too.
// Read strictly and written byte-stably: write(read(write(c))) == write(c).
//
//   {"input": [C, H, W], "layers": [{"type": "conv2d", "name": "stem", "out_channels": 6, "kernel": 3,
//    "stride": 1, "padding": 1, "dilation": 1, "bias": true}, ...]}
//
//   type                 required        optional (default)
//   conv2d               out_channels,   stride (1), padding (0), dilation (1), bias (true)
//                        kernel
//   max_pool2d           kernel          stride (kernel), padding (0), dilation (1), ceil_mode (false)
//   avg_pool2d           kernel          stride (kernel), padding (0), dilation (only 1, as in PyTorch),
//                                        ceil_mode (false), count_include_pad (true)
//   adaptive_avg_pool2d  output_size
//   linear               out_features    bias (true)
//   global_avg_pool2d, relu, flatten
//
// kernel, stride, padding, dilation and output_size are an integer or [h, w]; padding also [top, left,
// bottom, right]. Every layer may have a "name". Unknown keys, duplicate keys, integers written as 3.0 and
// more than kMostLayers layers are refused.
#pragma once

#include <string>
#include <string_view>

#include "core/chain/chain.h"
#include "core/io/network_json.h"
#include "core/status.h"

namespace poolglass {

// The document is untrusted: size, nesting depth, types and ranges are checked; every failure is one sentence
// that names the layer and the field. Checks the form only; analyze() says whether the layers fit together.
Result<Chain> parse_chain_json(std::string_view text);
std::string write_chain_json(const Chain& chain);  // canonical form, one layer a line, ends with a newline

// The figures as one JSON document, {"input":..., "layers":[...], "totals":...}, one layer a line. All
// numbers are integers; a total or byte count beyond 63 bits is null. After an error only the valid layers
// are listed, and "error" tells the index and the sentence.
std::string write_figures_json(const Chain& chain, const ChainFigures& figures);

Result<Chain> read_chain_file(const std::string& path);
Status write_chain_file(const std::string& path, const Chain& chain);  // whole or not at all

}  // namespace poolglass
