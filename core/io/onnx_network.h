// .onnx files as networks. The graph is read, never the weights, of files of any size; see core/io/onnx for
// how.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/io/byte_source.h"
#include "core/network/network.h"
#include "core/status.h"

namespace poolglass {

// Sizes of inputs that the file leaves open, by name: {"x", {1, 3, 224, 224}}.
using OnnxSizes = std::vector<std::pair<std::string, std::vector<int64_t>>>;
Result<std::pair<std::string, std::vector<int64_t>>> parse_onnx_size(
    const std::string& text);  // "x=1x3x224x224"

// A tensor that a node makes.
struct OnnxShape {
  std::string node;  // "conv1"; empty where the file has no name for it
  std::string type;  // "Conv"
  std::string value;
  std::string shape;    // "1x64x112x112", "scalar"; "?" where it is not known
  int32_t layer = -1;   // of the network, that makes it; -1: none
  bool folded = false;  // constants, and what says sizes: no part of the network
};

struct OnnxNetwork {
  network::Network network;  // in order
  std::vector<OnnxShape> shapes;
  int64_t nodes = 0, folded = 0;     // in the file; of them, without a layer
  int64_t shared_params = 0;         // counted again by layers that share weights with one before
  std::vector<std::string> unknown;  // types of operators that are boxes without a shape, each once
};

// Constants are folded, operators without a counterpart are named boxes (network::Kind::kOp). A layer has its
// node's name. Failures are one sentence without the file's name.
Result<OnnxNetwork> read_onnx(ByteSource& source, const OnnxSizes& sizes = {});

// The same of a file, or "-" for standard input. Failures begin with the name.
Result<OnnxNetwork> read_onnx_file(const std::string& path, const OnnxSizes& sizes = {});

// Whether a file that begins like this can be one.
bool may_be_onnx(std::string_view start);

}  // namespace poolglass
