// The shape of every value of an ONNX graph, by rules of our own for opset 7 to 21 (and what older opsets
// share with them). Small tensors that say sizes are computed with ("folded"), whether they come from
// initializers, Constant nodes or the shapes of other values.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/io/onnx/model.h"
#include "core/status.h"

namespace poolglass::onnx {

struct Value {
  std::string name;
  ElementType type = ElementType::kUndefined;
  bool shape_known = false;
  Dims dims;
  std::shared_ptr<const Values> data;  // of small tensors whose values are known without an input's values
  bool constant = false;               // made of initializers and constants alone: a weight, or plumbing
  bool initializer = false;
  int64_t maker = -1;  // index of the node that makes it; -1: an input or an initializer
};

struct NodeValues {
  int64_t node = 0;              // in Model::nodes
  std::vector<int64_t> inputs;   // in Shapes::values; -1: left out
  std::vector<int64_t> outputs;  // the same
  bool known = true;      // false: an operator without a rule, or one whose shape hangs on an input's values
  bool plumbing = false;  // only constants and shapes: no part of the network
};

struct Shapes {
  std::vector<Value> values;
  std::vector<NodeValues> nodes;  // in an order in which every node comes after what it needs
  std::vector<int64_t> inputs;    // of the network: initializers are not among them
  std::vector<int64_t> outputs;
};

// Sizes of inputs that the file leaves open, by name: "x" -> {1, 3, 224, 224}.
using GivenSizes = std::vector<std::pair<std::string, Dims>>;

// The batch, an image's first size, is 1 where it is open. Any other open size has to be given. Fails, with
// the node and its operator, where a graph refers to what nothing makes, goes in a circle, or has shapes that
// do not fit; a node without a rule does not fail, and neither does what depends on it.
Result<Shapes> infer_shapes(const Model& model, const GivenSizes& given);

std::string dims_text(const Dims& dims);                 // "1x3x224x224", "scalar"
std::string node_text(const Node& node, int64_t index);  // 'node "conv1" (Conv)', 'node 12 (Conv)'
Result<std::pair<std::string, Dims>> parse_given(const std::string& text);  // of "x=1x3x224x224"

}  // namespace poolglass::onnx
