// Any text as a network of torch, Keras or Caffe, or as a summary, by its first byte: refused with a
// sentence, or read; then the network is in order, and its figures are found or refused with a sentence; the
// summary has no more than a saved state keeps, and is compared with a network.
#include <cstdint>
#include <string_view>

#include "core/chain/as_network.h"
#include "core/chain/presets.h"
#include "core/io/network_text.h"
#include "core/io/summary_text.h"
#include "core/network/check.h"
#include "core/network/figures.h"
#include "tests/fuzz/fuzz.h"

using namespace poolglass;

namespace {

void check_summary(std::string_view text) {
  const Result<network::Summary> read = parse_summary(text);
  fuzz::check_sentence(read.status());
  if (!read.ok()) return;
  fuzz::check(!read->rows.empty() && std::ssize(read->rows) <= network::kMostSummaryRows);
  for (const network::SummaryRow& row : read->rows) {
    fuzz::check(row.name.size() <= network::kMostSummaryName);
    fuzz::check(!row.sizes.empty() && row.sizes.size() <= network::kMostSummarySizes);
    fuzz::check(row.params.value_or(0) >= 0);
  }
  const network::Network net = as_network(chain_preset("lesson").value());
  const network::Figures figures = analyze(net);
  const network::Check found = network::check(net, figures, *read);
  fuzz::check(found.layers.size() == figures.layers.size());
  const int64_t rows = found.agree + found.differ + found.silent + std::ssize(found.left_over);
  fuzz::check(rows <= std::ssize(read->rows));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const NetworkText kind = data[0] == 'K'   ? NetworkText::kKeras
                           : data[0] == 'C' ? NetworkText::kCaffe
                                            : NetworkText::kTorch;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  if (data[0] == 'S') check_summary(text);
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
