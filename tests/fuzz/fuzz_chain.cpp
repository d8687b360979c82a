// Any text as a chain or network: refused with a sentence, or read; then written and read again it is the
// same, byte for byte, and its figures are found or refused with a sentence.
#include <cstdint>
#include <string>
#include <string_view>

#include "core/chain/chain.h"
#include "core/io/chain_json.h"
#include "core/io/network_json.h"
#include "core/network/memory.h"
#include "core/network/sizes.h"
#include "tests/fuzz/fuzz.h"

using namespace poolglass;

namespace {

void try_chain(std::string_view bytes) {
  const Result<Chain> chain = parse_chain_json(bytes);
  fuzz::check_sentence(chain.status());
  if (!chain.ok()) return;
  const std::string text = write_chain_json(*chain);
  const Result<Chain> again = parse_chain_json(text);
  fuzz::check(again.ok());
  fuzz::check(write_chain_json(*again) == text);
  const ChainFigures figures = analyze(*chain);
  if (figures.error) fuzz::check_sentence(figures.error->status);
  fuzz::check(!write_figures_json(*chain, figures).empty());
}

void try_network(std::string_view bytes) {
  const Result<network::Network> network = parse_network_json(bytes);
  fuzz::check_sentence(network.status());
  if (!network.ok()) return;
  const std::string text = write_network_json(*network);
  const Result<network::Network> again = parse_network_json(text);
  fuzz::check(again.ok());
  fuzz::check(write_network_json(*again) == text);
  const network::Figures figures = network::analyze(*network);
  if (figures.error) fuzz::check_sentence(figures.error->status);
  fuzz::check(!write_network_figures_json(*network, figures).empty());
  const network::LiveMemory memory = network::live_memory(*network, figures);
  fuzz::check(memory.bytes.size() == figures.layers.size());
  if (!figures.error) fuzz::check(network::needed(*network, figures).rows.size() == network->layers.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  try_chain(bytes);
  try_network(bytes);
  return 0;
}
