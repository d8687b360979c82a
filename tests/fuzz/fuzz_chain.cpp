// Any text as a chain: refused with a sentence, or read; then written and read again it is the same, byte for
// byte, and its figures are found or refused with a sentence.
#include <cstdint>
#include <string>
#include <string_view>

#include "core/chain/chain.h"
#include "core/io/chain_json.h"
#include "tests/fuzz/fuzz.h"

using namespace poolglass;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const Result<Chain> chain = parse_chain_json({reinterpret_cast<const char*>(data), size});
  fuzz::check_sentence(chain.status());
  if (!chain.ok()) return 0;
  const std::string text = write_chain_json(*chain);
  const Result<Chain> again = parse_chain_json(text);
  fuzz::check(again.ok());
  fuzz::check(write_chain_json(*again) == text);
  const ChainFigures figures = analyze(*chain);
  if (figures.error) fuzz::check_sentence(figures.error->status);
  fuzz::check(!write_figures_json(*chain, figures).empty());
  return 0;
}
