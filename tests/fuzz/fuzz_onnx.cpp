// Any bytes as an .onnx file: refused with a sentence, or read; then the network is in order, and its figures
// are found or refused with a sentence.
#include <cstdint>
#include <string_view>

#include "core/io/onnx_network.h"
#include "core/network/figures.h"
#include "tests/fuzz/fuzz.h"

using namespace poolglass;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto source = ByteSource::of({reinterpret_cast<const char*>(data), size});
  const Result<OnnxNetwork> read = read_onnx(*source, {{"x", {1, 3, 16, 16}}});
  fuzz::check_sentence(read.status());
  const Result<OnnxNetwork> open = read_onnx(*source);
  fuzz::check_sentence(open.status());
  for (const Result<OnnxNetwork>* each : {&read, &open}) {
    if (!each->ok()) continue;
    network::Network ordered = (*each)->network;
    fuzz::check_sentence(network::order(&ordered));
    fuzz::check(ordered == (*each)->network);
    const network::Figures figures = analyze(ordered);
    if (figures.error) fuzz::check_sentence(figures.error->status);
    for (const OnnxShape& shape : (*each)->shapes)
      fuzz::check(shape.layer < static_cast<int32_t>(ordered.layers.size()));
  }
  return 0;
}
