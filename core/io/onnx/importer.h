// From nodes with shapes to layers: what has a counterpart in core/network becomes it, the rest a named box
// that says what it does to the receptive field. Internal to core/io/onnx. An operator's function returns
// false where it has no counterpart and no box of known effect.
#pragma once

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "core/io/onnx/call.h"
#include "core/io/onnx/labels.h"
#include "core/io/onnx/window.h"
#include "core/io/onnx_network.h"

namespace poolglass::onnx {

using network::Effect;
using network::Kind;
using network::Layer;

// What a value sees of the input.
enum class State { kLocal, kWhole, kUnknown };

// Where a value is in the network.
struct Place {
  int32_t layer = -1;  // that makes it; -1: none, a constant
  State state = State::kLocal;
  Labels labels;
};

// Element by element, and stretched to one shape where there are several.
bool is_elementwise(std::string_view type);

class Importer {
 public:
  Importer(const Model& model, const Shapes& shapes)
      : model_(model), shapes_(shapes), places_(shapes.values.size()) {}

  Result<OnnxNetwork> run();

 private:
  network::Network& net() { return result_.network; }
  const Value& value(int64_t id) const { return shapes_.values[static_cast<size_t>(id)]; }
  Place& place(int64_t id) { return places_[static_cast<size_t>(id)]; }
  const std::string& type() const { return call_->node.type; }

  void note(const NodeValues& node);
  // A name that two nodes have is nobody's: core/network makes names for them.
  void count_names();
  // An input [N, H, W, C] of an export from TensorFlow is moved to [N, C, H, W] before anything else.
  void find_channels_last();
  void add_input(int64_t id);
  std::string unique(const std::string& name) const;
  static network::Dims to_dims(const Value& at);
  // A scalar is a vector of one.
  static network::Axes axes_of(const Labels& labels, const Dims& dims);

  // The node that is added now, and its inputs and outputs.
  void add_node(const NodeValues& node);
  const Value& output(size_t i) const { return value(node_->outputs[i]); }
  bool wanted(size_t i) const { return i < node_->outputs.size() && node_->outputs[i] >= 0; }
  const Value& input(size_t i) const { return *call_->inputs[i]; }
  bool is_data(size_t i) const { return std::find(from_.begin(), from_.end(), i) != from_.end(); }
  const Place& from(size_t i) { return place(node_->inputs[i]); }
  bool weight(size_t i) const;
  bool plane(size_t i);
  // An input's labels in the shape of the output, where both are alike.
  const Labels& first_labels() { return from(from_[0]).labels; }

  int32_t emit(Layer layer, std::vector<int32_t> inputs, const std::string& suffix = "");
  void set(size_t i, int32_t layer, State state, Labels labels);

  // The node as one layer with one output. What is no box and no join reads one tensor: weights that come
  // from an input make it a box; the ratio of a dropout does not.
  bool put(Layer layer, State state, Labels labels);
  bool put(Kind kind, Labels labels);

  // Learned numbers behind a constant, each tensor once in the whole network: of initializers and Constant
  // nodes, through whatever folds them. Sets of zeros that are made in place are weights where they stand
  // themselves, else masks.
  int64_t unmet(int64_t id, bool direct);
  // Of all constant inputs of a box.
  std::optional<int64_t> learned();
  // core/network counts the weights of its own kinds itself: those that a layer before has, too, are noted.
  void share();

  // Named boxes.
  Labels labels_for(size_t i, bool keep);
  // All outputs by one box; more than one are told apart by a number.
  void box(Effect effect, std::optional<int64_t> macs = {}, bool keep_labels = true);
  bool box_of(size_t i, Effect effect, std::optional<int64_t> macs, Labels labels,
              const std::string& suffix = "");
  bool pointwise(Labels labels, std::optional<int64_t> macs = {});
  bool whole(std::optional<int64_t> macs = {}, std::optional<Labels> labels = {});

  bool add_known();  // by the function of its operator

  // Convolutions and pools (window_layers.cpp).

  // Weights used at every position of a map of any kind.
  bool window_box(int64_t positions);
  static int64_t positions_of(const Dims& dims);
  static void set_window(const AxisWindow& rows, const AxisWindow& columns, Layer* layer);
  bool set_window(const Dims& kernel, Layer* layer);
  bool conv();
  bool conv_transpose();
  bool pool();
  bool global_pool();

  // Norms and softmax (norm_layers.cpp).
  bool channels_second(size_t i);
  bool batch_norm();
  bool plane_norm();
  // Over the last dimensions: the same cell where they are channels alone.
  bool layer_norm();
  // Whether one of dimensions [begin, end) is part of the plane.
  bool over(size_t begin, size_t end);
  bool softmax();

  // What moves, joins and cuts (shape_layers.cpp).
  bool concat();
  // Part [begin, end) of dimension `a` for output `i`.
  bool part(size_t i, size_t a, int64_t begin, int64_t end, const std::string& suffix);
  bool split();
  // One dimension cut without steps is a crop or a slice; more are boxes.
  bool slice();
  bool gather();
  bool pad();
  bool resize();
  bool blocks();
  bool transpose();
  bool reshape();

  // Element by element, over axes, products (arithmetic_layers.cpp).

  // One shape for all data inputs?
  bool alike();
  // The labels of the input that has most of the output's shape.
  Labels joined_labels();
  // A plane that a constant, or one cell, is stretched to is no plane of the input any more.
  bool stretches_plane();
  bool elementwise();
  // What a gate multiplies keeps its own field.
  State gated_state();
  bool reduce();
  bool mean_of_plane(std::vector<int64_t> axes);
  // Global average pooling under another name.
  bool global_mean(bool keep, Labels labels);
  // Weights over the last dimension are a linear layer; two tensors that are data are multiplied position by
  // position, as in attention.
  bool product();

  const Model& model_;
  const Shapes& shapes_;
  std::vector<Place> places_;
  OnnxNetwork result_;
  std::unordered_map<std::string, int64_t> names_;
  std::unordered_set<int64_t> read_, channels_last_, used_;
  std::vector<const NodeValues*> makers_;  // by index in the model
  std::set<std::string> unknown_;
  size_t inputs_ = 0;

  // Of the node that is added.
  const Call* call_ = nullptr;
  const NodeValues* node_ = nullptr;
  std::vector<size_t> from_;      // inputs that are data
  std::vector<int32_t> sources_;  // the layers that make them
  State state_ = State::kLocal;
};

}  // namespace poolglass::onnx
