#include "app/cli/chain_table.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include "app/cli/command.h"
#include "app/rooms/format.h"
#include "core/printable.h"

namespace poolglass::cli {
namespace {

constexpr size_t kColumns = 9;
using Row = std::array<std::string, kColumns>;
constexpr size_t kTextColumns = 2;  // name and operation stand left, numbers right
constexpr size_t kNameLimit = 60;   // bytes of a name that are shown

constexpr std::string_view kDiffers = "≠ ";

// Terminal columns of a character: East Asian wide ranges and emoji take two (Unicode TR 11).
size_t width_of(char32_t c) {
  const bool wide = (c >= 0x1100 && c <= 0x115f) || (c >= 0x2e80 && c <= 0xa4cf) ||
                    (c >= 0xac00 && c <= 0xd7a3) || (c >= 0xf900 && c <= 0xfaff) ||
                    (c >= 0xfe30 && c <= 0xfe6f) || (c >= 0xff00 && c <= 0xff60) ||
                    (c >= 0x1f300 && c <= 0x1faff) || (c >= 0x20000 && c <= 0x3fffd);
  return wide ? 2 : 1;
}

// Of well-formed UTF-8.
size_t columns_of(std::string_view text) {
  size_t columns = 0;
  for (size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const size_t bytes = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    char32_t c = bytes == 1 ? lead : lead & (0x7fu >> bytes);
    for (size_t k = 1; k < bytes && i + k < text.size(); ++k)
      c = c << 6 | (static_cast<unsigned char>(text[i + k]) & 0x3fu);
    columns += width_of(c);
    i += bytes;
  }
  return columns;
}

std::string count_text(int64_t count) { return count == kBeyondCount ? "> 2^63" : grouped(count); }

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
  return {one_line(name, kNameLimit),
          operation_label(layer, channels_in),
          output_text(at),
          field_text(at),
          (at.shortcut_differs ? std::string(kDiffers) : "") + short_size_text(at.shortcut),
          jump_text(at),
          grouped(at.params),
          grouped(at.macs),
          grouped(at.activations)};
}

std::string joined(const std::vector<Row>& rows) {
  std::array<size_t, kColumns> widths{};
  for (const Row& row : rows) {
    for (size_t i = 0; i < kColumns; ++i) widths[i] = std::max(widths[i], columns_of(row[i]));
  }
  std::string text;
  for (const Row& row : rows) {
    std::string line;
    for (size_t i = 0; i < kColumns; ++i) {
      const std::string gap(widths[i] - columns_of(row[i]), ' ');
      line += (i > 0 ? "   " : "") + (i < kTextColumns ? row[i] + gap : gap + row[i]);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
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

  std::string text = joined(rows) + "\n" + plural(figures.total_params, "parameter") + ", " +
                     plural(figures.total_macs, "multiply-add") + ", " +
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
