#include "app/cli/chain_table.h"

#include <string_view>
#include <vector>

#include "app/cli/text_table.h"
#include "app/rooms/format.h"
#include "core/printable.h"

namespace poolglass::cli {
namespace {

using Row = std::vector<std::string>;
constexpr size_t kTextColumns = 2;  // name and operation stand left, numbers right

constexpr std::string_view kDiffers = "≠ ";

std::string output_text(const LayerFigures& at) {
  return at.flat ? grouped(at.output.c) : tight_shape_text(at.output);
}

std::string field_text(const LayerFigures& at) {
  return (at.field_is_bound ? "≤ " : "") + short_size_text(at.receptive_field);
}

std::string jump_text(const LayerFigures& at) {
  return at.jump.h == 0 || at.jump.w == 0 ? "–" : short_size_text(at.jump);
}

Row layer_row(const Layer& layer, const std::string& name, int64_t channels_in, const LayerFigures& at) {
  return {one_line(name, kShownName),
          operation_label(layer, channels_in),
          output_text(at),
          field_text(at),
          (at.shortcut_differs ? std::string(kDiffers) : "") + short_size_text(at.shortcut),
          jump_text(at),
          grouped(at.params),
          grouped(at.macs),
          grouped(at.activations)};
}

std::string plural(int64_t count, const char* noun) {
  return count_text(count) + " " + noun + (count == 1 ? "" : "s");
}

}  // namespace

std::string chain_table(const Chain& chain, const ChainFigures& figures) {
  const std::vector<std::string> names = effective_names(chain);
  std::vector<Row> rows{
      {"layer", "operation", "output", "RF", "shortcut", "jump", "parameters", "MACs", "activations"},
      {"input", "", tight_shape_text(figures.input.output), "1", "1", "1", "", "",
       grouped(figures.input.activations)}};
  bool differs = false, bound = false;
  int64_t channels = chain.channels;
  for (size_t i = 0; i < figures.layers.size(); ++i) {
    rows.push_back(layer_row(chain.layers[i], names[i], channels, figures.layers[i]));
    channels = figures.layers[i].output.c;
    differs = differs || figures.layers[i].shortcut_differs;
    bound = bound || figures.layers[i].field_is_bound;
  }
  rows.push_back({"total", "", "", "", "", "", count_text(figures.total_params),
                  count_text(figures.total_macs), count_text(figures.total_activations)});

  std::string text = text_table(rows, kTextColumns) + "\n" + plural(figures.total_params, "parameter") +
                     ", " + plural(figures.total_macs, "multiply-add") + ", " +
                     plural(figures.total_activations, "activation") + " (without the input)\n";
  if (differs) {
    text +=
        "≠ marks where the shortcut (a convolution adds d·(k−1), a pool multiplies by its stride) departs "
        "from the\n"
        "  exact receptive field: it books the doubling one layer early. Exactly, every window adds "
        "d·(k−1)·jump,\n"
        "  and a stride multiplies the jump.\n";
  }
  if (bound)
    text += "≤ marks an upper bound: windows of an adaptive pool that differ in size have no common field.\n";
  return text;
}

}  // namespace poolglass::cli
