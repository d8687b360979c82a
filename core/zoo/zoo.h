// Published networks that travel inside the binary: assets/zoo, as scripts/zoo/make.py writes it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/network/conventions.h"
#include "core/network/network.h"
#include "core/status.h"

namespace poolglass::zoo {

struct Endpoint {
  std::string name;   // as it is published
  std::string layer;  // whose output it is
};

struct Model {
  std::string name;       // unique: what it is opened by, "resnet50"
  std::string published;  // what its tables call it; mostly the same
  std::string about;      // one line; empty: the name says it
  std::string library;    // whose definition: "torchvision", "TF-Slim", "Keras", "timm", "papers"
  std::string timm;       // what timm and Keras call the same network; empty: they do not have it
  std::string keras;
  std::vector<int64_t> sizes;  // sides of the square inputs it is published for; kUnknownSize: any
  std::vector<Endpoint> endpoints;
  bool variant = false;   // not in the library's tables under this name
  std::string auxiliary;  // layers whose names begin with this train only: parameters, but no multiply-adds
  std::string fixed;      // layers whose names end with this hold weights that are not learned
  network::Written written;
};

// The index, in its order. Fails only where the embedded files are damaged.
Result<std::vector<Model>> models();

// The model of that name, or a sentence that lists names like it.
Result<Model> find(std::string_view name);

// The first of its sizes that is known.
Size2 default_size(const Model& model);

// The network at its default size.
Result<network::Network> open(const Model& model);

}  // namespace poolglass::zoo
