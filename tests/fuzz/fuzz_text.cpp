// Any text as a network of torch, Keras or Caffe, by its first byte: refused with a sentence, or read; then
// the network is in order, and its figures are found or refused with a sentence.
#include <cstdint>
#include <string_view>

#include "core/io/network_text.h"
#include "core/network/figures.h"
#include "tests/fuzz/fuzz.h"

using namespace poolglass;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const NetworkText kind = data[0] == 'K'   ? NetworkText::kKeras
                           : data[0] == 'C' ? NetworkText::kCaffe
                                            : NetworkText::kTorch;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  for (const TextInput& input : {TextInput(), TextInput({3, 16, 16})}) {
    const Result<TextNetwork> read = parse_network_text(kind, text, input);
    fuzz::check_sentence(read.status());
    if (!read.ok()) continue;
    network::Network ordered = read->network;
    fuzz::check(network::order(&ordered).ok());
    const network::Figures figures = analyze(ordered);
    if (figures.error) fuzz::check_sentence(figures.error->status);
  }
  return 0;
}
