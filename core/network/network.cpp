#include "core/network/network.h"

#include <algorithm>
#include <functional>
#include <queue>
#include <unordered_map>

namespace poolglass::network {
namespace {

std::string quoted(const std::string& name) { return "\"" + name.substr(0, 80) + "\""; }

Status layer_error(const std::vector<std::string>& names, size_t index, const std::string& sentence) {
  return invalid_argument("layer " + quoted(names[index]) + ": " + sentence);
}

Status check_names(const Network& network) {
  std::unordered_map<std::string_view, size_t> met;
  for (size_t i = 0; i < network.layers.size(); ++i) {
    const std::string& name = network.layers[i].name;
    if (name.empty()) continue;
    if (const auto [at, fresh] = met.emplace(name, i); !fresh) {
      return invalid_argument("two layers have the name " + quoted(name) + ", layers " +
                              std::to_string(at->second) + " and " + std::to_string(i) +
                              " counted from 0, but a name must be of one layer");
    }
  }
  return {};
}

Status check_sources(const Network& network, const std::vector<std::string>& names, size_t index) {
  const Layer& layer = network.layers[index];
  const Sources from = sources(network, index);
  const std::string kind(kind_name(layer.kind));
  if (layer.kind == Kind::kInput) {
    return layer.inputs.empty() ? Status() : layer_error(names, index, "an input reads no layer");
  }
  if (from.size() == 0) return layer_error(names, index, "no layer stands before it that it could read");
  if (is_join(layer.kind) && from.size() < 2) {
    return layer_error(names, index, kind + " needs two inputs or more, but has one");
  }
  if (!is_join(layer.kind) && layer.kind != Kind::kOp && from.size() != 1) {
    return layer_error(names, index,
                       kind + " reads one layer, but has " + std::to_string(from.size()) + " inputs");
  }
  for (const int32_t source : from) {
    if (source < 0 || static_cast<size_t>(source) >= network.layers.size()) {
      return layer_error(names, index, "input " + std::to_string(source) + " is no layer");
    }
  }
  return {};
}

bool in_order(const Network& network) {
  for (size_t i = 0; i < network.layers.size(); ++i) {
    for (const int32_t source : sources(network, i)) {
      if (static_cast<size_t>(source) >= i) return false;
    }
  }
  return true;
}

// Names the layers of one circle among those that `waiting` says still wait for an input.
Status circle(const Network& network, const std::vector<std::string>& names,
              const std::vector<int32_t>& waiting) {
  size_t at = 0;
  while (waiting[at] == 0) ++at;
  const auto next = [&](size_t index) {
    for (const int32_t source : sources(network, index)) {
      if (waiting[static_cast<size_t>(source)] > 0) return static_cast<size_t>(source);
    }
    return index;  // not reached: what waits, waits for one that waits
  };
  for (size_t step = 0; step < network.layers.size(); ++step) at = next(at);  // now on the circle
  for (size_t first = at, other = next(at); other != first; other = next(other)) at = std::min(at, other);
  std::string text = quoted(names[at]);
  int told = 1;
  for (size_t other = next(at); other != at; other = next(other)) {
    if (++told <= 6) text += ", which reads " + quoted(names[other]);
  }
  if (told > 6) text += ", … (" + std::to_string(told) + " layers)";
  return invalid_argument("the layers read each other in a circle: " + text + ", which reads " +
                          quoted(names[at]));
}

// The first layer that may come next, again and again.
Status sort(const std::vector<std::string>& names, Network* network) {
  const size_t count = network->layers.size();
  std::vector<std::vector<int32_t>> readers(count);
  std::vector<int32_t> waiting(count, 0);
  for (size_t i = 0; i < count; ++i) {
    for (const int32_t source : sources(*network, i)) {
      readers[static_cast<size_t>(source)].push_back(static_cast<int32_t>(i));
      ++waiting[i];
    }
  }
  std::priority_queue<int32_t, std::vector<int32_t>, std::greater<>> ready;
  for (size_t i = 0; i < count; ++i) {
    if (waiting[i] == 0) ready.push(static_cast<int32_t>(i));
  }
  std::vector<int32_t> sequence, place(count, -1);
  while (!ready.empty()) {
    const int32_t index = ready.top();
    ready.pop();
    place[static_cast<size_t>(index)] = static_cast<int32_t>(sequence.size());
    sequence.push_back(index);
    for (const int32_t reader : readers[static_cast<size_t>(index)]) {
      if (--waiting[static_cast<size_t>(reader)] == 0) ready.push(reader);
    }
  }
  if (sequence.size() < count) return circle(*network, names, waiting);

  std::vector<Layer> layers;
  layers.reserve(count);
  for (const int32_t index : sequence) {
    std::vector<int32_t> inputs;
    for (const int32_t source : sources(*network, static_cast<size_t>(index))) {
      inputs.push_back(place[static_cast<size_t>(source)]);
    }
    layers.push_back(network->layers[static_cast<size_t>(index)]);
    const bool usual = inputs.size() == 1 && inputs[0] + 1 == std::ssize(layers) - 1;
    layers.back().inputs = usual ? std::vector<int32_t>() : std::move(inputs);  // as a file that says nothing
    layers.back().written.clear();
  }
  for (int32_t& output : network->outputs) output = place[static_cast<size_t>(output)];
  network->layers = std::move(layers);
  network->repeats.clear();
  return {};
}

}  // namespace

bool Dims::known() const {
  for (int i = 0; i < rank; ++i) {
    if (size[static_cast<size_t>(i)] < 0) return false;
  }
  return rank > 0;
}

std::string sizes_text(std::span<const int64_t> sizes) {
  std::string text;
  for (const int64_t size : sizes)
    text += (text.empty() ? "" : "×") + (size < 0 ? "?" : std::to_string(size));
  return text;
}

std::string dims_text(const Dims& dims) {
  if (dims.rank == 0) return "?";
  const auto sizes = std::span(dims.size).first(static_cast<size_t>(dims.rank));
  return sizes_text(sizes.subspan(dims.rank > 1 && dims[0] <= 1 ? 1 : 0));
}

Layer make_input(const Dims& output, Axes axes, std::string name) {
  Layer layer;
  layer.kind = Kind::kInput;
  layer.name = std::move(name);
  layer.output = output;
  layer.axes = axes;
  return layer;
}

Network with_input(int64_t channels, int64_t height, int64_t width, std::string name) {
  Network network;
  network.layers.push_back(make_input({kUnknownSize, channels, height, width}, kPlanes, std::move(name)));
  return network;
}

Sources sources(const Network& network, size_t index) {
  const Layer& layer = network.layers[index];
  if (!layer.inputs.empty()) return Sources(layer.inputs);
  if (layer.kind == Kind::kInput || index == 0) return Sources();
  return Sources(static_cast<int32_t>(index) - 1);
}

Status order(Network* network) {
  if (Status s = check_names(*network); !s.ok()) return s;
  const std::vector<std::string> names = effective_names(*network);
  for (size_t i = 0; i < network->layers.size(); ++i) {
    if (Status s = check_sources(*network, names, i); !s.ok()) return s;
  }
  for (const int32_t output : network->outputs) {
    if (output < 0 || static_cast<size_t>(output) >= network->layers.size()) {
      return invalid_argument("output " + std::to_string(output) + " is no layer");
    }
  }
  return in_order(*network) ? Status() : sort(names, network);
}

}  // namespace poolglass::network
