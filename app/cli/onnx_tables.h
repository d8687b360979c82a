// The figures of an .onnx file on the command line.
#pragma once

#include <string>
#include <vector>

#include "core/io/byte_source.h"
#include "core/io/onnx_network.h"
#include "core/network/conventions.h"

namespace poolglass::cli {

struct OnnxRequest {
  std::string name;                // of the file, for messages
  std::vector<std::string> sizes;  // "x=1x3x224x224", of --input
  network::Convention convention = network::Convention::kPlain;
  bool shapes = false;  // every tensor's shape instead of the layers
  bool json = false;
};

// The sizes of --input, "x=1x3x224x224" each.
Result<OnnxSizes> onnx_sizes(const std::vector<std::string>& texts);

// Prints the layers with their figures, or the shapes of all that nodes make.
Status onnx_tables(ByteSource& source, const OnnxRequest& request);

// Prints in words what the network is.
Status onnx_words(ByteSource& source, const OnnxRequest& request);

// By its name, else by its first byte.
Result<bool> is_onnx(const std::string& name, ByteSource& source);

}  // namespace poolglass::cli
