// Chain files (UTF-8 JSON), format 2: networks. Read strictly, written byte-stably: write(read(write(n))) ==
// write(n). What format 1 (core/io/chain_json.h) can say is read from it and written as it.
//
//   {"format": 2, "input": [C, H, W], "layers": [
//     {"type": "conv2d", "name": "stem", "out_channels": 8, "kernel": 3, "padding": "same"},
//     {"type": "batch_norm2d"},
//     {"repeat": 3, "layers": [
//       {"type": "conv2d", "name": "block{i}.conv", "out_channels": 8, "kernel": 3, "padding": 1},
//       {"type": "add", "inputs": ["block{i}.conv", "@in"]}]},
//     {"type": "add", "inputs": ["stem", "block1.conv"]}]}
//
// "input" is [C, H, W] or [N, C, H, W], an unknown size null; or [features]. Several: "inputs": [{"name":
// "left", "shape": [3, 8, 8]}, ...]. A layer reads the layer before it, or its "inputs", by name, in any
// order of the file. "outputs": names of the layers whose results are wanted (without it: those that nobody
// reads).
//
// {"repeat": n, "layers": [...]} counts as written out n times. In names and inputs inside, "{i}" is the
// number of the copy, from "from" (1) on; "index" names another letter than i. A name without it gets ".1",
// ".2", ... at its end. "@in" among inputs is the layer before the copy. Repeats nest.
//
//   type                                   required               optional (default)
//   conv2d, max_pool2d, avg_pool2d, adaptive_avg_pool2d, linear, global_avg_pool2d, relu, flatten: as in
//   format
//     1; conv2d also groups (1); padding of the first three also "same", "same_upper" (TensorFlow's),
//     "same_lower", "valid"
//   conv_transpose2d                       out_channels, kernel   stride (1), padding (0), output_padding
//   (0),
//                                                                 dilation (1), groups (1), bias (true)
//   adaptive_max_pool2d                    output_size
//   batch_norm2d                                                  gamma (true), beta (true)
//   layer_norm                                                    over ("channels", "all"), gamma, beta
//   (true) group_norm                             groups                 gamma, beta (true) instance_norm2d
//   gamma, beta (false) upsample                               scale or size          mode ("nearest",
//   "bilinear",
//                                                                 "bilinear_corners", "bicubic")
//   depth_to_space, space_to_depth         scale
//   pad, crop                              padding
//   slice                                  channels [begin, end)
//   permute                                to ("nhwc", "nchw")
//   channel_shuffle                        groups
//   scale                                                         bias (false)
//   add, mul, concat                       inputs
//   op (a box by name)                     op                     effect ("unknown", "pointwise", "whole"),
//                                                                 output [N or null, ...], axes [c, h, w],
//                                                                 params, macs
//   global_max_pool2d, local_response_norm, dropout, identity, relu6, leaky_relu, elu, gelu, silu, mish,
//     hardswish, hardsigmoid, sigmoid, tanh, softmax
#pragma once

#include <string>
#include <string_view>

#include "core/network/figures.h"
#include "core/network/network.h"
#include "core/status.h"

namespace poolglass {

// More, written out, are refused by a sentence that names the limit.
inline constexpr int64_t kMostLayers = 100'000;
inline constexpr int64_t kMostConnections = 1'000'000;
inline constexpr int64_t kMostNameBytes = int64_t{64} << 20;

// The document is untrusted: size, nesting depth, types, ranges and what repeats amount to are checked; every
// failure is one sentence that names the layer and the field. The result is in order (network::order()).
Result<network::Network> parse_network_json(std::string_view text);
std::string write_network_json(const network::Network& network);  // canonical, one layer a line

// The figures as one JSON document, {"layers": [...], "totals": ...}, one layer a line, inputs among them.
// Integers; what is not known or beyond 63 bits is null, a jump that is no integer a text ("1/2").
// "receptive_field" is the most over phases. After an error only the valid layers are listed, and "error"
// tells the index and the sentence.
std::string write_network_figures_json(const network::Network& network, const network::Figures& figures);

Result<network::Network> read_network_file(const std::string& path);
Status write_network_file(const std::string& path, const network::Network& network);  // whole or not at all

}  // namespace poolglass
