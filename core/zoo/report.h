// What the tables of published networks say: receptive fields and costs at named endpoints, layer by layer,
// and of whole networks. Columns as in the tables they are compared with.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/network/conventions.h"
#include "core/network/figures.h"
#include "core/network/network.h"
#include "core/status.h"
#include "core/zoo/zoo.h"

namespace poolglass::zoo {

// Along both axes; where they agree, written once.
struct FieldSummary {
  bool local = false;          // false: the whole input, or not known; then nothing else counts
  bool padding_known = false;  // false: depends on an input size that is not known
  std::string rf, jump, padding;
};
// Of the longest path, as published tables count: r, effective stride, effective padding.
FieldSummary summarize(const network::LayerFigures& at);

// A network at one input size with its figures.
struct Studied {
  Model model;
  std::string input;  // "224", "480x640", "None"
  network::Network network;
  network::Figures figures;
  std::vector<std::string> names;
  std::vector<network::Terms> terms;  // of each layer; of an auxiliary head, parameters alone
};
// At its own sizes, or at the plane that is asked for. Fails with the sentence of the first layer that does
// not fit.
Result<Studied> study(const Model& model, const network::Network& network, Size2 plane);
Result<std::vector<Studied>> study(const Model& model, std::optional<Size2> plane);

struct EndpointRow {
  std::string endpoint;
  FieldSummary field;
  network::Terms terms;  // of the layers that the endpoint needs, and its own
  std::string output_shape;
};
Result<std::vector<EndpointRow>> endpoint_rows(const Studied& studied);

struct LayerRow {
  std::string name, kind, output_shape;
  FieldSummary field;
  network::Terms terms;
};
// Convolutions, pools and linear layers, in order of execution.
std::vector<LayerRow> layer_rows(const Studied& studied);

struct Totals {
  network::Terms terms;  // of every layer, the input not counted
  int64_t convs = 0, linears = 0, pools = 0;
  FieldSummary field;  // of the last layer whose field is local
  bool aligned = true;
  bool global_gate = false;
};
Totals totals(const Studied& studied);

}  // namespace poolglass::zoo
