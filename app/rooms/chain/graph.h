// A network with branches as the Chain room holds it: layers and everything that follows from them, found
// once and never changed, so that documents, undo and frames share it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/network/figures.h"
#include "core/network/network.h"

namespace poolglass::chain {

// Where a network was opened from; of what a saved state does not tell, a file.
enum class Origin : uint8_t { kFile, kPublished };

struct Graph {
  network::Network network;  // in order
  network::Figures figures;
  std::vector<std::string> names;       // one line each, the middle of a long name cut
  std::vector<std::string> operations;  // "conv 3×3, ×2 C"
  std::string title;                    // what it was opened as: "resnet50"; may be empty
  Origin origin = Origin::kFile;        // of this network, or of the one that it was edited from

  size_t size() const { return network.layers.size(); }
  bool known(size_t layer) const { return layer < figures.layers.size(); }  // no error up to it
  network::Sources inputs(size_t layer) const { return sources(network, layer); }
};

// Bytes of a layer's name and of a sentence about it that are shown.
inline constexpr size_t kShownName = 200, kShownError = 400;

std::shared_ptr<const Graph> make_graph(network::Network network, std::string title,
                                        Origin origin = Origin::kFile);

bool same_network(const std::shared_ptr<const Graph>& a, const std::shared_ptr<const Graph>& b);

// Where a unit of `layer` begins and ends along the rows and columns is field.unit(index) in both; where it
// is no interval, the whole input.
struct UnitField {
  network::Interval rows, columns;  // uncut
  bool whole = false;               // or a bound of it
  bool known = true;                // false: past a layer that is not known
};
UnitField unit_field(const Graph& graph, size_t layer, int64_t row, int64_t column);

// "427", "1311×1247", "all", "≤ 64", "188…204" over phases, "?" where it is not known.
std::string field_text(const Graph& graph, size_t layer);
// What stands on a chip, richest first: "3×3 /2 128", "3×3", ...
std::vector<std::string> chip_labels(const Graph& graph, int32_t layer);
// "256×28²", "2048", "64×55×54"; "?" where it is not known.
std::string dims_label(const network::LayerFigures& figures);

}  // namespace poolglass::chain
