#include "core/network/edit.h"

#include <algorithm>
#include <utility>

namespace poolglass::network {
namespace {

Status cannot(const Network& network, size_t layer, const std::string& why) {
  return invalid_argument("layer \"" + effective_names(network)[layer] + "\" " + why);
}

// With all inputs named, so that layers can move.
Network spelled_out(const Network& network) {
  Network net = network;
  for (size_t i = 0; i < net.layers.size(); ++i) {
    const Sources from = sources(network, i);
    net.layers[i].inputs.assign(from.begin(), from.end());
  }
  return net;
}

// The other way: an input that is the layer before is left out, as a file says it.
Result<Network> finished(Network net) {
  for (size_t i = 0; i < net.layers.size(); ++i) {
    std::vector<int32_t>& inputs = net.layers[i].inputs;
    if (inputs == std::vector<int32_t>{static_cast<int32_t>(i) - 1}) inputs.clear();
  }
  if (Status s = order(&net); !s.ok()) return s;
  return net;
}

// Repeats around a place are written out; those behind it move.
void shift_repeats(Network* net, int32_t place, int32_t by) {
  std::erase_if(net->repeats, [&](const Repeat& repeat) {
    return repeat.first <= place && place < repeat.first + repeat.length * repeat.times;
  });
  for (Repeat& repeat : net->repeats) {
    if (repeat.first > place) repeat.first += by;
  }
}

template <class F>
void for_each_reference(Network* net, const F& change) {
  for (Layer& layer : net->layers) {
    for (int32_t& input : layer.inputs) change(input);
  }
  for (int32_t& output : net->outputs) change(output);
}

// Spelled out. Its readers read `instead`, which is before it.
void remove(Network* net, int32_t layer, int32_t instead) {
  for_each_reference(net, [&](int32_t& at) {
    if (at == layer) at = instead;
    if (at > layer) --at;
  });
  net->layers.erase(net->layers.begin() + layer);
  shift_repeats(net, layer, -1);
}

// Layers before `end` that were read and are not any more, from the back.
void remove_unread(Network* net, int32_t end, const std::vector<bool>& was_read) {
  for (int32_t i = end; i-- > 0;) {
    bool read = std::ranges::count(net->outputs, i) > 0;
    for (const Layer& layer : net->layers) read = read || std::ranges::count(layer.inputs, i) > 0;
    const Layer& layer = net->layers[static_cast<size_t>(i)];
    if (read || layer.kind == Kind::kInput || !was_read[static_cast<size_t>(i)]) continue;
    remove(net, i, layer.inputs.empty() ? 0 : layer.inputs.front());
  }
}

std::vector<bool> read_layers(const Network& net) {
  std::vector<bool> read(net.layers.size(), false);
  for (const Layer& layer : net.layers) {
    for (const int32_t input : layer.inputs) read[static_cast<size_t>(input)] = true;
  }
  return read;
}

Status check_one_input(const Network& network, size_t layer) {
  if (layer >= network.layers.size()) return invalid_argument("there is no such layer");
  if (network.layers[layer].kind == Kind::kInput) return cannot(network, layer, "is an input");
  if (sources(network, layer).size() == 1) return {};
  return cannot(network, layer, "joins several paths: one of them can be deleted");
}

}  // namespace

Result<Network> without_layer(const Network& network, size_t layer) {
  if (Status s = check_one_input(network, layer); !s.ok()) return s;
  Network net = spelled_out(network);
  remove(&net, static_cast<int32_t>(layer), net.layers[layer].inputs.front());
  return finished(std::move(net));
}

Result<Network> without_path(const Network& network, size_t join, size_t input) {
  if (join >= network.layers.size()) return invalid_argument("there is no such layer");
  if (sources(network, join).size() < 2) return cannot(network, join, "joins no paths");
  if (input >= sources(network, join).size()) return cannot(network, join, "has no such input");
  Network net = spelled_out(network);
  std::vector<bool> was_read = read_layers(net);
  std::vector<int32_t>& inputs = net.layers[join].inputs;
  inputs.erase(inputs.begin() + static_cast<std::ptrdiff_t>(input));
  shift_repeats(&net, static_cast<int32_t>(join), 0);
  if (inputs.size() == 1) {
    const int32_t last = inputs.front();
    if (!was_read[join]) was_read[static_cast<size_t>(last)] = false;  // now it is an end
    remove(&net, static_cast<int32_t>(join), last);
  }
  remove_unread(&net, static_cast<int32_t>(join), was_read);
  return finished(std::move(net));
}

namespace {

// Spelled out. Puts a layer behind place `at`; what stands further back, and is read there, moves. Repeats
// around `changed`, `at` or the place behind it, are written out.
void insert_behind(Network* net, int32_t at, int32_t changed, Layer added) {
  for_each_reference(net, [&](int32_t& reference) { reference += reference > at; });
  net->layers.insert(net->layers.begin() + at + 1, std::move(added));
  shift_repeats(net, changed, 1);
}

}  // namespace

Result<Network> with_layer(const Network& network, size_t layer, Layer added, Place place) {
  if (layer >= network.layers.size()) return invalid_argument("there is no such layer");
  if (is_join(added.kind) || added.kind == Kind::kInput)
    return invalid_argument(std::string(kind_name(added.kind)) + " is no layer of one input");
  Network net = spelled_out(network);
  const auto at = static_cast<int32_t>(layer);
  added.inputs = {at};
  insert_behind(&net, at, at, std::move(added));
  if (place == Place::kBranch) {
    if (!net.outputs.empty()) net.outputs.push_back(at + 1);
    return finished(std::move(net));
  }
  for (size_t i = 0; i < net.layers.size(); ++i) {
    if (i != layer + 1) std::ranges::replace(net.layers[i].inputs, at, at + 1);
  }
  std::ranges::replace(net.outputs, at, at + 1);
  return finished(std::move(net));
}

Result<Network> with_layer_before(const Network& network, size_t layer, size_t input, Layer added) {
  if (layer >= network.layers.size()) return invalid_argument("there is no such layer");
  if (input >= sources(network, layer).size()) return cannot(network, layer, "has no such input");
  if (is_join(added.kind) || added.kind == Kind::kInput)
    return invalid_argument(std::string(kind_name(added.kind)) + " is no layer of one input");
  Network net = spelled_out(network);
  const auto at = static_cast<int32_t>(layer);
  added.inputs = {net.layers[layer].inputs[input]};
  insert_behind(&net, at - 1, at, std::move(added));
  net.layers[layer + 1].inputs[input] = at;
  return finished(std::move(net));
}

Result<Network> with_join(const Network& network, size_t a, size_t b, Kind join) {
  if (!is_join(join)) return invalid_argument(std::string(kind_name(join)) + " joins no paths");
  if (a >= network.layers.size() || b >= network.layers.size())
    return invalid_argument("there is no such layer");
  if (a == b) return cannot(network, a, "cannot be joined with itself");
  Network net = spelled_out(network);
  const auto first = static_cast<int32_t>(std::min(a, b)), last = static_cast<int32_t>(std::max(a, b));
  Layer added;
  added.kind = join;
  added.inputs = {static_cast<int32_t>(a), static_cast<int32_t>(b)};
  insert_behind(&net, last, last, std::move(added));
  const int32_t at = last + 1;
  bool read = false;
  for (const int32_t layer : {last, first}) {
    for (size_t i = static_cast<size_t>(at) + 1; i < net.layers.size(); ++i) {
      read = read || std::ranges::count(net.layers[i].inputs, layer) > 0;
      std::ranges::replace(net.layers[i].inputs, layer, at);
    }
    if (!read) continue;
    std::ranges::replace(net.outputs, layer, at);
    break;
  }
  const bool wanted = std::ranges::count(net.outputs, first) + std::ranges::count(net.outputs, last) > 0;
  if (!read && wanted) {
    std::erase_if(net.outputs, [&](int32_t output) { return output == first || output == last; });
    net.outputs.push_back(at);
  }
  return finished(std::move(net));
}

Result<Network> with_bypass(const Network& network, size_t layer, Kind join) {
  if (Status s = check_one_input(network, layer); !s.ok()) return s;
  if (!is_join(join)) return invalid_argument(std::string(kind_name(join)) + " joins no paths");
  Network net = spelled_out(network);
  const auto at = static_cast<int32_t>(layer);
  const int32_t from = net.layers[layer].inputs.front();
  for_each_reference(&net, [&](int32_t& reference) {
    if (reference >= at) ++reference;  // what read the layer reads the join behind it
  });
  Layer added;
  added.kind = join;
  added.inputs = {at, from};
  net.layers.insert(net.layers.begin() + at + 1, std::move(added));
  shift_repeats(&net, at, 1);
  return finished(std::move(net));
}

}  // namespace poolglass::network
