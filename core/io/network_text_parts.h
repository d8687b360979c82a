// What the readers of networks in text share. Internal to core/io.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/io/network_text.h"

namespace poolglass {

Result<TextNetwork> parse_torch(std::string_view text, const TextInput& input);
Result<TextNetwork> parse_keras(std::string_view text, const TextInput& input);
Result<TextNetwork> parse_caffe(std::string_view text, const TextInput& input);

// torch.nn's modules that have nothing but their kind here, by their class.
const std::map<std::string_view, network::Kind>& plain_torch_kinds();

inline constexpr size_t kMostTextLayers = 100'000;

// "conv1" as it may be shown.
std::string text_name(std::string_view name);

// A network whose layers name the tensors they read.
class NamedLayers {
 public:
  // A tensor: its layer, its channels (-1: not known) and whether it is a vector.
  struct Tensor {
    int32_t layer = -1;
    int64_t channels = -1;
    bool flat = false;
  };

  void add_input(const std::string& name, const std::array<int64_t, 3>& size);
  // Null where no layer makes the tensor.
  const Tensor* find(const std::string& name) const;
  // Adds the layer, which reads `inputs`; the tensor is called `name` from now on.
  Tensor add(network::Layer layer, const std::vector<Tensor>& inputs, const std::string& name);
  void alias(const std::string& name, const Tensor& tensor) { tensors_[name] = tensor; }
  size_t size() const { return network_.layers.size(); }
  network::Network take() { return std::move(network_); }

 private:
  network::Network network_;
  std::map<std::string, Tensor> tensors_;
};

network::Layer text_layer(network::Kind kind, const std::string& name);
// A box by its operator's name.
network::Layer text_box(const std::string& op, network::Effect effect, const std::string& name);

}  // namespace poolglass
