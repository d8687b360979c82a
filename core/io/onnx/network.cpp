// From nodes with shapes to layers: what has a counterpart in core/network becomes it, the rest a named box
// that says what it does to the receptive field.
#include <algorithm>
#include <set>
#include <unordered_map>
#include <unordered_set>

#include "core/io/onnx/call.h"
#include "core/io/onnx/labels.h"
#include "core/io/onnx/window.h"
#include "core/io/onnx_network.h"
#include "core/tensor.h"

namespace poolglass::onnx {
namespace {

using network::Effect;
using network::Kind;
using network::Layer;

enum class State { kLocal, kWhole, kUnknown };

// Where a value is in the network.
struct Place {
  int32_t layer = -1;  // that makes it; -1: none, a constant
  State state = State::kLocal;
  Labels labels;
};

const std::unordered_map<std::string_view, Kind>& simple_kinds() {
  static const std::unordered_map<std::string_view, Kind> kinds{{"Dropout", Kind::kDropout},
                                                                {"Elu", Kind::kElu},
                                                                {"Gelu", Kind::kGelu},
                                                                {"HardSigmoid", Kind::kHardsigmoid},
                                                                {"HardSwish", Kind::kHardswish},
                                                                {"Identity", Kind::kIdentity},
                                                                {"LRN", Kind::kLocalResponseNorm},
                                                                {"LeakyRelu", Kind::kLeakyRelu},
                                                                {"Mish", Kind::kMish},
                                                                {"Relu", Kind::kRelu},
                                                                {"Sigmoid", Kind::kSigmoid},
                                                                {"Swish", Kind::kSilu},
                                                                {"Tanh", Kind::kTanh}};
  return kinds;
}

// Element by element, and stretched to one shape where there are several.
bool is_elementwise(std::string_view type) {
  static const std::unordered_set<std::string_view> types{"Abs",
                                                          "Acos",
                                                          "Acosh",
                                                          "Add",
                                                          "And",
                                                          "Asin",
                                                          "Asinh",
                                                          "Atan",
                                                          "Atanh",
                                                          "BitShift",
                                                          "BitwiseAnd",
                                                          "BitwiseNot",
                                                          "BitwiseOr",
                                                          "BitwiseXor",
                                                          "Cast",
                                                          "CastLike",
                                                          "Ceil",
                                                          "Celu",
                                                          "Clip",
                                                          "Cos",
                                                          "Cosh",
                                                          "Div",
                                                          "Equal",
                                                          "Erf",
                                                          "Exp",
                                                          "Expand",
                                                          "Floor",
                                                          "Greater",
                                                          "GreaterOrEqual",
                                                          "IsInf",
                                                          "IsNaN",
                                                          "Less",
                                                          "LessOrEqual",
                                                          "Log",
                                                          "Max",
                                                          "Mean",
                                                          "Min",
                                                          "Mod",
                                                          "Mul",
                                                          "Neg",
                                                          "Not",
                                                          "Or",
                                                          "PRelu",
                                                          "Pow",
                                                          "Reciprocal",
                                                          "Round",
                                                          "Selu",
                                                          "Shrink",
                                                          "Sign",
                                                          "Sin",
                                                          "Sinh",
                                                          "Softplus",
                                                          "Softsign",
                                                          "Sqrt",
                                                          "Sub",
                                                          "Sum",
                                                          "Tan",
                                                          "ThresholdedRelu",
                                                          "Where",
                                                          "Xor",
                                                          "QuantizeLinear",
                                                          "DequantizeLinear"};
  return types.contains(type);
}

// Constant inputs of these are settings, not learned.
bool has_settings(std::string_view type) {
  static const std::unordered_set<std::string_view> types{
      "Clip",           "Expand",           "Pad", "Resize", "Upsample", "Where", "Equal",
      "QuantizeLinear", "DequantizeLinear", "TopK"};
  return types.contains(type);
}

class Importer {
 public:
  Importer(const Model& model, const Shapes& shapes)
      : model_(model), shapes_(shapes), places_(shapes.values.size()) {}

  Result<OnnxNetwork> run() {
    count_names();
    makers_.resize(model_.nodes.size());
    for (const NodeValues& node : shapes_.nodes) {
      makers_[static_cast<size_t>(node.node)] = &node;
      read_.insert(node.inputs.begin(), node.inputs.end());
    }
    find_channels_last();
    for (const int64_t input : shapes_.inputs) add_input(input);
    for (const NodeValues& node : shapes_.nodes) {
      if (node.plumbing) {
        ++result_.folded;
      } else {
        add_node(node);
      }
      note(node);
    }
    result_.nodes = std::ssize(shapes_.nodes);
    if (net().layers.size() <= inputs_) return invalid_argument("has no layer that reads one of its inputs");
    std::unordered_set<int32_t> met;
    for (const int64_t output : shapes_.outputs) {
      const int32_t layer = places_[static_cast<size_t>(output)].layer;
      if (layer >= 0 && met.insert(layer).second) net().outputs.push_back(layer);
    }
    return std::move(result_);
  }

 private:
  network::Network& net() { return result_.network; }
  const Value& value(int64_t id) const { return shapes_.values[static_cast<size_t>(id)]; }
  Place& place(int64_t id) { return places_[static_cast<size_t>(id)]; }
  const std::string& type() const { return call_->node.type; }

  void note(const NodeValues& node) {
    const Node& made = model_.nodes[static_cast<size_t>(node.node)];
    for (const int64_t id : node.outputs) {
      if (id < 0) continue;
      const Value& at = value(id);
      result_.shapes.push_back({made.name, made.type, at.name, at.shape_known ? dims_text(at.dims) : "?",
                                place(id).layer, node.plumbing});
    }
    const bool open = std::any_of(node.outputs.begin(), node.outputs.end(),
                                  [&](int64_t id) { return id >= 0 && !value(id).shape_known; });
    const bool inputs_known = std::all_of(node.inputs.begin(), node.inputs.end(),
                                          [&](int64_t id) { return id < 0 || value(id).shape_known; });
    if (!node.plumbing && open && inputs_known && unknown_.insert(made.type).second && unknown_.size() <= 16)
      result_.unknown.push_back(made.type);
  }

  // A name that two nodes have is nobody's: core/network makes names for them.
  void count_names() {
    for (const Node& node : model_.nodes) ++names_[node.name];
    for (const int64_t input : shapes_.inputs) ++names_[value(input).name];
  }

  // An input [N, H, W, C] of an export from TensorFlow is moved to [N, C, H, W] before anything else.
  void find_channels_last() {
    for (const NodeValues& node : shapes_.nodes) {
      const Node& at = model_.nodes[static_cast<size_t>(node.node)];
      if (at.type != "Transpose" || node.inputs.empty() || node.inputs[0] < 0) continue;
      for (const Attribute& attribute : at.attributes) {
        if (attribute.name == "perm" && attribute.integers == std::vector<int64_t>{0, 3, 1, 2})
          channels_last_.insert(node.inputs[0]);
      }
    }
  }

  void add_input(int64_t id) {
    const Value& at = value(id);
    if (!read_.contains(id) || !at.shape_known || to_dims(at).rank == 0) return;
    place(id).labels = labels_of(at.dims, channels_last_.contains(id));
    Layer layer = network::make_input(to_dims(at), axes_of(place(id).labels, at.dims), unique(at.name));
    net().layers.push_back(std::move(layer));
    place(id).layer = static_cast<int32_t>(net().layers.size()) - 1;
    ++inputs_;
  }

  std::string unique(const std::string& name) const {
    const auto found = names_.find(name);
    return found != names_.end() && found->second == 1 ? name : "";
  }

  static network::Dims to_dims(const Value& at) {
    network::Dims dims;
    if (!at.shape_known || at.dims.size() > size_t{network::Dims::kMost}) return dims;
    for (const int64_t size : at.dims)
      dims.size[static_cast<size_t>(dims.rank++)] = size > 0 ? size : network::kUnknownSize;
    if (at.dims.empty()) dims = {1};
    return dims;
  }

  // A scalar is a vector of one.
  static network::Axes axes_of(const Labels& labels, const Dims& dims) {
    return dims.empty() ? network::Axes{0, -1, -1} : onnx::axes_of(labels);
  }

  // ---- one node -------------------------------------------------------------------------------------------

  void add_node(const NodeValues& node) {
    const Node& at = model_.nodes[static_cast<size_t>(node.node)];
    Call call{at, model_.opset, false, {}, {}};
    for (const int64_t id : node.inputs) call.inputs.push_back(id < 0 ? nullptr : &value(id));
    call_ = &call;
    node_ = &node;
    from_.clear();
    sources_.clear();
    state_ = State::kLocal;
    bool any_whole = false;
    for (size_t i = 0; i < node.inputs.size(); ++i) {
      const int64_t id = node.inputs[i];
      if (id < 0 || place(id).layer < 0) continue;
      from_.push_back(i);
      sources_.push_back(place(id).layer);
      any_whole = any_whole || place(id).state == State::kWhole;
      if (place(id).state == State::kUnknown) state_ = State::kUnknown;
    }
    if (sources_.empty()) return;  // made of nothing: random numbers, what hangs on sizes
    if (std::none_of(node.outputs.begin(), node.outputs.end(), [](int64_t id) { return id >= 0; })) return;
    if (state_ != State::kUnknown && any_whole) state_ = State::kWhole;
    const bool known = at.domain.empty() && node.known && wanted(0) && to_dims(output(0)).rank > 0;
    if (!known || !add_known()) box(Effect::kUnknown);
  }

  const Value& output(size_t i) const { return value(node_->outputs[i]); }
  bool wanted(size_t i) const { return i < node_->outputs.size() && node_->outputs[i] >= 0; }
  const Value& input(size_t i) const { return *call_->inputs[i]; }
  bool is_data(size_t i) const { return std::find(from_.begin(), from_.end(), i) != from_.end(); }
  const Place& from(size_t i) { return place(node_->inputs[i]); }
  bool weight(size_t i) const {
    return call_->input(i) != nullptr && call_->input(i)->constant && call_->shape_known(i);
  }
  bool plane(size_t i) {
    return is_data(i) && input(i).dims.size() == 4 && onnx::axes_of(from(i).labels) == network::kPlanes;
  }
  // An input's labels in the shape of the output, where both are alike.
  const Labels& first_labels() { return from(from_[0]).labels; }

  int32_t emit(Layer layer, std::vector<int32_t> inputs, const std::string& suffix = "") {
    const std::string name = unique(call_->node.name);
    if (layer.name.empty() && !name.empty()) layer.name = name + suffix;
    if (!suffix.empty() && names_.contains(layer.name)) layer.name.clear();
    layer.inputs = std::move(inputs);
    net().layers.push_back(std::move(layer));
    return static_cast<int32_t>(net().layers.size()) - 1;
  }

  void set(size_t i, int32_t layer, State state, Labels labels) {
    if (wanted(i)) place(node_->outputs[i]) = {layer, state, std::move(labels)};
  }

  // The node as one layer with one output. What is no box and no join reads one tensor: weights that come
  // from an input make it a box; the ratio of a dropout does not.
  bool put(Layer layer, State state, Labels labels) {
    std::vector<int32_t> sources = sources_;
    if (layer.kind == Kind::kDropout) sources.resize(1);
    if (sources.size() > 1 && layer.kind != Kind::kOp && !network::is_join(layer.kind)) return false;
    set(0, emit(std::move(layer), std::move(sources)), state, std::move(labels));
    return true;
  }
  bool put(Kind kind, Labels labels) {
    Layer layer;
    layer.kind = kind;
    return put(std::move(layer), state_, std::move(labels));
  }

  // Learned numbers behind a constant, each tensor once in the whole network: of initializers and Constant
  // nodes, through whatever folds them. Sets of zeros that are made in place are weights where they stand
  // themselves, else masks.
  int64_t unmet(int64_t id, bool direct) {
    int64_t sum = 0;
    std::vector<int64_t> waiting{id};
    while (!waiting.empty()) {
      const int64_t at = waiting.back();
      waiting.pop_back();
      if (at < 0 || !value(at).constant || !used_.insert(at).second) continue;
      const int64_t maker = value(at).maker;
      const std::string_view made =
          maker < 0 ? "" : std::string_view(model_.nodes[static_cast<size_t>(maker)].type);
      const bool leaf = maker < 0 || made == "Constant" || made == "Identity" ||
                        (made == "ConstantOfShape" && direct && at == id);
      if (!leaf) {
        const std::vector<int64_t>& inputs = makers_[static_cast<size_t>(maker)]->inputs;
        waiting.insert(waiting.end(), inputs.begin(), inputs.end());
        continue;
      }
      const ElementType type = value(at).type;
      const int64_t count = value(at).shape_known ? elements_of(value(at).dims) : 0;
      const bool real = is_real(type) || type == ElementType::kFloat16;
      if (real && count > 1 && __builtin_add_overflow(sum, count, &sum)) sum = INT64_MAX;
    }
    return sum;
  }

  // Of all constant inputs of a box.
  std::optional<int64_t> learned() {
    int64_t sum = 0;
    for (size_t i = 0; i < call_->inputs.size() && !has_settings(type()); ++i) {
      if (weight(i) && __builtin_add_overflow(sum, unmet(node_->inputs[i], true), &sum)) return std::nullopt;
    }
    return sum;
  }

  // core/network counts the weights of its own kinds itself: those that a layer before has, too, are noted.
  void share() {
    for (size_t i = 0; i < call_->inputs.size(); ++i) {
      if (!weight(i)) continue;
      const bool met = used_.contains(node_->inputs[i]);
      unmet(node_->inputs[i], true);
      if (met &&
          __builtin_add_overflow(result_.shared_params, elements_of(input(i).dims), &result_.shared_params))
        result_.shared_params = INT64_MAX;
    }
  }

  // ---- named boxes ----------------------------------------------------------------------------------------

  Labels labels_for(size_t i, bool keep) {
    const Value& out = output(i);
    if (keep && first_labels().size() == out.dims.size()) {
      Labels labels = first_labels();
      for (size_t k = 0; k < labels.size(); ++k) {
        int64_t size = 1;
        for (const Atom& atom : labels[k]) size *= atom.size;
        if (size != out.dims[k]) labels[k] = resized(labels[k], out.dims[k]);
      }
      return labels;
    }
    return labels_of(out.dims, false);
  }

  // All outputs by one box; more than one are told apart by a number.
  void box(Effect effect, std::optional<int64_t> macs = {}, bool keep_labels = true) {
    const bool several = wanted(1);
    for (size_t i = 0; i < node_->outputs.size(); ++i) {
      if (wanted(i))
        box_of(i, effect, i == 0 ? macs : 0, labels_for(i, keep_labels),
               several ? "." + std::to_string(i) : "");
    }
  }

  bool box_of(size_t i, Effect effect, std::optional<int64_t> macs, Labels labels,
              const std::string& suffix = "") {
    Layer layer;
    layer.kind = Kind::kOp;
    layer.op = type();
    // Past an unknown box nothing is known, and past the whole input it stays the whole input.
    const bool settled = state_ != State::kLocal && effect != Effect::kUnknown;
    layer.effect = settled ? Effect::kPointwise : effect;
    layer.output = to_dims(output(i));
    const State state = effect == Effect::kUnknown                ? State::kUnknown
                        : settled || effect == Effect::kPointwise ? state_
                                                                  : State::kWhole;
    layer.axes = layer.output.rank > 0 ? axes_of(labels, output(i).dims) : network::kPlanes;
    if (node_->known && i == 0) {
      layer.params = learned();
      layer.macs = macs.value_or(0);
    } else if (i > 0) {
      layer.params = layer.macs = 0;
    }
    set(i, emit(std::move(layer), sources_, suffix), state, std::move(labels));
    return true;
  }

  bool pointwise(Labels labels, std::optional<int64_t> macs = {}) {
    return box_of(0, Effect::kPointwise, macs, std::move(labels));
  }
  bool whole(std::optional<int64_t> macs = {}, std::optional<Labels> labels = {}) {
    return box_of(0, Effect::kWhole, macs, labels ? *std::move(labels) : labels_for(0, true));
  }

  // ---- operators ------------------------------------------------------------------------------------------

  bool add_known() {
    const std::string& t = type();
    if (!call_->shape_known(from_[0])) return false;
    if (t == "Conv") return conv();
    if (t == "ConvTranspose") return conv_transpose();
    if (t == "MaxPool" || t == "AveragePool") return pool();
    if (t == "GlobalAveragePool" || t == "GlobalMaxPool") return global_pool();
    if (t == "BatchNormalization") return batch_norm();
    if (t == "InstanceNormalization" || t == "GroupNormalization" || t == "MeanVarianceNormalization")
      return plane_norm();
    if (t == "LayerNormalization") return layer_norm();
    if (t == "Concat") return concat();
    if (t == "Split") return split();
    if (t == "Slice") return slice();
    if (t == "Gather") return gather();
    if (t == "Pad") return pad();
    if (t == "Resize" || t == "Upsample") return resize();
    if (t == "DepthToSpace" || t == "SpaceToDepth") return blocks();
    if (t == "Transpose") return transpose();
    if (t == "Reshape" || t == "Flatten" || t == "Squeeze" || t == "Unsqueeze") return reshape();
    if (t == "Gemm" || t == "MatMul") return product();
    if (t == "Softmax" || t == "LogSoftmax" || t == "Hardmax") return softmax();
    if (t.rfind("Reduce", 0) == 0 || t.rfind("Arg", 0) == 0) return reduce();
    if (const auto simple = simple_kinds().find(t); simple != simple_kinds().end()) {
      return put(simple->second, first_labels());
    }
    if (is_elementwise(t)) return elementwise();
    return state_ == State::kLocal ? false : pointwise(labels_for(0, true));
  }

  // Weights used at every position of a map of any kind.
  bool window_box(int64_t positions) {
    int64_t macs = 0;
    const bool fits = weight(1) && checked_multiply(elements_of(input(1).dims), positions, &macs);
    const Effect effect = state_ == State::kLocal ? Effect::kUnknown : Effect::kPointwise;
    return box_of(0, effect, fits ? std::optional(macs) : std::nullopt, labels_for(0, true));
  }
  static int64_t positions_of(const Dims& dims) {
    return dims.size() > 2 ? elements_of(Dims(dims.begin() + 2, dims.end())) : 1;
  }

  static void set_window(const AxisWindow& rows, const AxisWindow& columns, Layer* layer) {
    layer->kernel = {rows.kernel, columns.kernel};
    layer->stride = {rows.stride, columns.stride};
    layer->dilation = {rows.dilation, columns.dilation};
    layer->padding = {rows.begin, columns.begin, rows.end, columns.end};
    layer->ceil_mode = rows.ceil;
    if (!rows.same) return;
    // At this input's size the numbers are known; the mode says that they hang on it.
    layer->padding_mode = network::PaddingMode::kSame;
    layer->padding = {};
  }

  bool set_window(const Dims& kernel, Layer* layer) {
    const auto windows = windows_of(*call_, kernel, Dims(input(0).dims.begin() + 2, input(0).dims.end()));
    if (!windows.ok()) return false;
    set_window((*windows)[0], (*windows)[1], layer);
    if (call_->text("auto_pad", "") == "SAME_LOWER") layer->padding_mode = network::PaddingMode::kSameLower;
    return true;
  }

  bool conv() {
    if (!plane(0) || !weight(1)) return window_box(positions_of(output(0).dims));
    const Dims& w = input(1).dims;
    Layer layer;
    layer.kind = Kind::kConv2d;
    layer.out_channels = w[0];
    layer.groups = call_->integer("group", 1);
    layer.bias = call_->input(2) != nullptr;
    if (!set_window(Dims(w.begin() + 2, w.end()), &layer)) return false;
    share();
    return put(std::move(layer), state_, labels_of(output(0).dims, false));
  }

  bool conv_transpose() {
    const Dims sizes(input(0).dims.begin() + 2, input(0).dims.end());
    if (!plane(0) || !weight(1)) return window_box(positions_of(input(0).dims));
    const Dims& w = input(1).dims;
    const auto windows = transposed_windows_of(*call_, Dims(w.begin() + 2, w.end()), sizes);
    if (!windows.ok()) return false;
    Layer layer;
    layer.kind = Kind::kConvTranspose2d;
    layer.out_channels = output(0).dims[1];
    layer.groups = call_->integer("group", 1);
    layer.bias = call_->input(2) != nullptr;
    AxisWindow axes[2];
    int64_t more[2];
    for (size_t i = 0; i < 2; ++i) {
      axes[i] = (*windows)[i].window;
      axes[i].same = axes[i].ceil = false;
      const int64_t made = (sizes[i] - 1) * axes[i].stride + axes[i].dilation * (axes[i].kernel - 1) + 1 -
                           axes[i].begin - axes[i].end;
      more[i] = (*windows)[i].outputs - made;
      if (more[i] < 0 || more[i] >= std::max(axes[i].stride, axes[i].dilation))
        return window_box(positions_of(input(0).dims));
    }
    set_window(axes[0], axes[1], &layer);
    layer.output_padding = {more[0], more[1]};
    share();
    return put(std::move(layer), state_, labels_of(output(0).dims, false));
  }

  bool pool() {
    if (wanted(1)) return false;  // the positions of maxima are read, too
    if (!plane(0)) return state_ == State::kLocal ? false : pointwise(labels_for(0, true));
    const bool max = type() == "MaxPool";
    Layer layer;
    layer.kind = max ? Kind::kMaxPool2d : Kind::kAvgPool2d;
    if (!set_window(call_->list("kernel_shape").values, &layer)) return false;
    layer.count_include_pad = call_->integer("count_include_pad", 0) != 0;
    const Dims& in = input(0).dims;
    const network::Layer plain = layer;
    const bool padded = plain.padding != Padding{};
    if (!padded && plain.kernel == Size2{in[2], in[3]} && in[2] * in[3] > 1 &&
        plain.dilation == Size2{1, 1}) {
      layer.kind = max ? Kind::kGlobalMaxPool2d : Kind::kGlobalAvgPool2d;
      return put(std::move(layer), state_ == State::kLocal ? State::kWhole : state_,
                 labels_of(output(0).dims, false));
    }
    if (!max && plain.dilation != Size2{1, 1}) return false;
    const Padding& pad = plain.padding;
    const bool wide = 2 * std::max(pad.top, pad.bottom) > plain.kernel.h ||
                      2 * std::max(pad.left, pad.right) > plain.kernel.w;
    if (!wide) return put(std::move(layer), state_, labels_of(output(0).dims, false));
    // More padding than half the kernel, which a pool of core/network may not have: a layer of its own.
    Layer frame;
    frame.kind = Kind::kPad;
    frame.padding = pad;
    layer.padding = {};
    const int32_t before = emit(std::move(frame), sources_, ".pad");
    set(0, emit(std::move(layer), {before}), state_, labels_of(output(0).dims, false));
    return true;
  }

  bool global_pool() {
    if (!plane(0)) return whole();
    Layer layer;
    layer.kind = type() == "GlobalMaxPool" ? Kind::kGlobalMaxPool2d : Kind::kGlobalAvgPool2d;
    return put(std::move(layer), state_ == State::kLocal ? State::kWhole : state_,
               labels_of(output(0).dims, false));
  }

  bool channels_second(size_t i) {
    const Labels& labels = from(i).labels;
    return labels.size() > 1 && onnx::axes_of(labels).channels == 1;
  }

  bool batch_norm() {
    if (!channels_second(0) || wanted(1))
      return state_ == State::kLocal && !channels_second(0) ? false : pointwise(first_labels());
    share();
    return put(Kind::kBatchNorm2d, first_labels());
  }

  bool plane_norm() {
    if (!plane(0) || type() == "MeanVarianceNormalization") return whole();
    Layer layer;
    layer.kind = type() == "GroupNormalization" ? Kind::kGroupNorm : Kind::kInstanceNorm2d;
    layer.groups = call_->integer("num_groups", 1);
    share();
    return put(std::move(layer), state_ == State::kLocal ? State::kWhole : state_, first_labels());
  }

  // Over the last dimensions: the same cell where they are channels alone.
  bool layer_norm() {
    const auto axis = axis_of(call_->integer("axis", -1), std::ssize(input(0).dims));
    if (!axis.ok()) return false;
    return over(static_cast<size_t>(*axis), first_labels().size()) ? whole() : pointwise(first_labels());
  }

  // Whether one of dimensions [begin, end) is part of the plane.
  bool over(size_t begin, size_t end) {
    const Labels& labels = first_labels();
    for (size_t i = begin; i < std::min(end, labels.size()); ++i) {
      if (is_place(labels[i])) return true;
    }
    return false;
  }

  bool softmax() {
    const auto rank = std::ssize(input(0).dims);
    const auto axis = axis_of(call_->integer("axis", model_.opset < 13 ? 1 : -1), rank);
    if (!axis.ok()) return rank == 0 && pointwise({});
    const auto begin = static_cast<size_t>(*axis);
    const bool mixes = over(begin, model_.opset < 13 ? first_labels().size() : begin + 1);
    if (mixes) return whole();
    return type() == "Softmax" ? put(Kind::kSoftmax, first_labels()) : pointwise(first_labels());
  }

  // One shape for all data inputs?
  bool alike() {
    return std::all_of(from_.begin(), from_.end(),
                       [&](size_t i) { return input(i).dims.size() == output(0).dims.size(); });
  }

  // The labels of the input that has most of the output's shape.
  Labels joined_labels() {
    size_t best = from_[0];
    const Dims& out = output(0).dims;
    for (const size_t i : from_) {
      if (input(i).dims.size() == out.size() && input(i).dims == out) return from(i).labels;
      if (input(i).dims.size() > input(best).dims.size()) best = i;
    }
    Labels labels = from(best).labels;
    if (labels.size() > out.size()) return labels_of(out, false);
    labels.insert(labels.begin(), out.size() - labels.size(), Label{});
    for (size_t k = 0; k < out.size(); ++k) {
      int64_t size = 1;
      for (const Atom& atom : labels[k]) size *= atom.size;
      if (size != out[k]) labels[k] = resized(labels[k], out[k]);
    }
    return labels;
  }

  // A plane that a constant, or one cell, is stretched to is no plane of the input any more.
  bool stretches_plane() {
    for (const size_t i : from_) {
      const Labels& labels = from(i).labels;
      const Dims& in = input(i).dims;
      const size_t shift = output(0).dims.size() - in.size();
      for (size_t k = 0; k < in.size(); ++k) {
        if (in[k] != output(0).dims[k + shift] && is_place(labels[k]) && from_.size() == 1) return true;
      }
    }
    return false;
  }

  bool elementwise() {
    const std::string& t = type();
    if (t == "Clip" && from_.size() == 1) {
      const auto bound = [&](const char* name, size_t i, double otherwise) {
        const Attribute* attribute = call_->attribute(name);
        if (attribute != nullptr) return attribute->real;
        const auto values = call_->reals(i);
        return values && values->size() == 1 ? (*values)[0] : otherwise;
      };
      if (bound("min", 1, -1) == 0 && bound("max", 2, -1) == 6) return put(Kind::kRelu6, first_labels());
      return pointwise(first_labels());
    }
    if (stretches_plane() && state_ == State::kLocal) return false;
    const bool sum = t == "Add" || t == "Sum", product = t == "Mul";
    const bool all_data = from_.size() == call_->inputs.size() && from_.size() > 1;
    if ((sum || product) && all_data && alike()) {
      Layer layer;
      layer.kind = sum ? Kind::kAdd : Kind::kMul;
      return put(std::move(layer), product ? gated_state() : state_, joined_labels());
    }
    return pointwise(joined_labels());
  }

  // What a gate multiplies keeps its own field.
  State gated_state() {
    bool local = false;
    for (const size_t i : from_) local = local || from(i).state == State::kLocal;
    if (state_ != State::kWhole || !local) return state_;
    for (const size_t i : from_) {
      const network::Axes axes = onnx::axes_of(from(i).labels);
      const auto cells = [&](int8_t axis) { return axis < 0 ? 1 : input(i).dims[static_cast<size_t>(axis)]; };
      if (from(i).state == State::kWhole && cells(axes.rows) * cells(axes.columns) != 1) return state_;
    }
    return State::kLocal;
  }

  bool concat() {
    const auto axis = axis_of(call_->integer("axis", 1), std::ssize(output(0).dims));
    if (!axis.ok()) return false;
    const auto a = static_cast<size_t>(*axis);
    Labels labels = labels_for(0, true);
    const bool all_data = from_.size() == call_->inputs.size();
    const network::Axes axes = onnx::axes_of(first_labels());
    bool same_axes = true, places = false;
    for (const size_t i : from_) {
      same_axes = same_axes && onnx::axes_of(from(i).labels) == axes;
      places = places || is_place(from(i).labels[a]);
    }
    if (all_data && from_.size() == 1) return put(Kind::kIdentity, first_labels());
    if (all_data && same_axes && !places && axes.channels == *axis) {
      Layer layer;
      layer.kind = Kind::kConcat;
      return put(std::move(layer), state_, std::move(labels));
    }
    if (places && state_ == State::kLocal) {
      // A token put before the positions: they are what they were, but rows and columns no more.
      if (is_only(first_labels()[a], Atom::Kind::kRows) || is_only(first_labels()[a], Atom::Kind::kColumns))
        return false;
      labels[a] = {{Atom::Kind::kPositions, output(0).dims[a]}};
    }
    return pointwise(std::move(labels));
  }

  // Part [begin, end) of dimension `a` for output `i`.
  bool part(size_t i, size_t a, int64_t begin, int64_t end, const std::string& suffix) {
    const Labels& labels = first_labels();
    const int64_t size = input(0).dims[a];
    Labels out = labels_for(i, true);
    const network::Axes axes = onnx::axes_of(labels);
    const auto at = static_cast<int8_t>(a);
    Layer layer;
    layer.kind = Kind::kSlice;
    layer.begin = begin;
    layer.end = end;
    if (at == axes.channels && is_only(labels[a], Atom::Kind::kChannels) && end > begin) {
      set(i, emit(std::move(layer), sources_, suffix), state_, std::move(out));
      return true;
    }
    if (plane(0) && (at == axes.rows || at == axes.columns) && end > begin) {
      layer.kind = Kind::kCrop;
      layer.begin = layer.end = 0;
      layer.padding = at == axes.rows ? Padding{begin, 0, size - end, 0} : Padding{0, begin, 0, size - end};
      set(i, emit(std::move(layer), sources_, suffix), state_, std::move(out));
      return true;
    }
    const bool cut = is_place(labels[a]) && end - begin != size;
    const bool plane_cut = is_only(labels[a], Atom::Kind::kRows) || is_only(labels[a], Atom::Kind::kColumns);
    if (cut) out[a] = {{Atom::Kind::kPositions, end - begin}};
    return box_of(i, cut && plane_cut ? Effect::kUnknown : Effect::kPointwise, 0, std::move(out), suffix);
  }

  bool split() {
    const auto axis = axis_of(call_->integer("axis", 0), std::ssize(input(0).dims));
    if (!axis.ok()) return false;
    const auto a = static_cast<size_t>(*axis);
    int64_t begin = 0;
    for (size_t i = 0; i < node_->outputs.size(); ++i) {
      if (!wanted(i)) return false;
      const int64_t size = output(i).dims[a];
      if (to_dims(output(i)).rank > 0) part(i, a, begin, begin + size, "." + std::to_string(i));
      begin += size;
    }
    return true;
  }

  // One dimension cut without steps is a crop or a slice; more are boxes.
  bool slice() {
    const Dims &in = input(0).dims, &out = output(0).dims;
    const Listed starts = call_->list("starts", 1), steps = call_->list("steps", 4),
                 axes = call_->list("axes", 3);
    std::vector<size_t> cut;
    for (size_t i = 0; i < in.size(); ++i) {
      if (in[i] != out[i]) cut.push_back(i);
    }
    const bool plain =
        std::all_of(steps.values.begin(), steps.values.end(), [](int64_t s) { return s == 1; });
    if (cut.empty() && plain) return put(Kind::kIdentity, first_labels());
    if (cut.size() == 1 && plain) {
      for (size_t i = 0; i < starts.values.size(); ++i) {
        const auto axis =
            axes.given ? axis_of(axes.values[i], std::ssize(in)) : Result<int64_t>(static_cast<int64_t>(i));
        if (!axis.ok() || static_cast<size_t>(*axis) != cut[0]) continue;
        const int64_t size = in[cut[0]], start = starts.values[i];
        const int64_t begin =
            std::clamp<int64_t>(start < 0 ? (start < -size ? 0 : start + size) : start, 0, size);
        return part(0, cut[0], begin, begin + out[cut[0]], "");
      }
    }
    bool places = false;
    for (size_t i = 0; i < in.size(); ++i) {
      const bool touched = in[i] != out[i] || !plain;
      places = places || (touched && is_place(first_labels()[i]));
    }
    return places && state_ == State::kLocal ? false : pointwise(labels_for(0, true));
  }

  bool gather() {
    const auto axis = axis_of(call_->integer("axis", 0), std::ssize(input(0).dims));
    if (!axis.ok() || from_[0] != 0 || from_.size() != 1) return false;
    const auto a = static_cast<size_t>(*axis);
    if (is_place(first_labels()[a]) && state_ == State::kLocal) return false;
    Labels labels = first_labels();
    labels.erase(labels.begin() + *axis);
    for (size_t k = 0; k < input(1).dims.size(); ++k)
      labels.insert(labels.begin() + *axis, Label{{Atom::Kind::kChannels, input(1).dims[k]}});
    if (labels.size() != output(0).dims.size()) return false;
    for (size_t k = 0; k < labels.size(); ++k) labels[k] = resized(labels[k], output(0).dims[k]);
    return pointwise(std::move(labels));
  }

  bool pad() {
    const Dims &in = input(0).dims, &out = output(0).dims;
    const Listed pads = call_->opset < 2 ? call_->list("paddings") : call_->list("pads", 1);
    if (in == out) return put(Kind::kIdentity, first_labels());
    const bool spatial = plane(0) && in[0] == out[0] && in[1] == out[1] && pads.values.size() == 8;
    if (!spatial) {
      bool places = false;
      for (size_t i = 0; i < in.size(); ++i)
        places = places || (in[i] != out[i] && is_place(first_labels()[i]));
      return places && state_ == State::kLocal ? false : pointwise(labels_for(0, true));
    }
    const std::vector<int64_t>& p = pads.values;
    const int64_t least = std::min({p[2], p[3], p[6], p[7]}), most = std::max({p[2], p[3], p[6], p[7]});
    if (least < 0 && most > 0) return false;
    Layer layer;
    layer.kind = least < 0 ? Kind::kCrop : Kind::kPad;
    const int64_t sign = least < 0 ? -1 : 1;
    layer.padding = {sign * p[2], sign * p[3], sign * p[6], sign * p[7]};
    return put(std::move(layer), state_, labels_for(0, true));
  }

  bool resize() {
    const Dims &in = input(0).dims, &out = output(0).dims;
    if (in == out) return put(Kind::kIdentity, first_labels());
    const std::string_view mode = call_->text("mode", "nearest");
    const bool old = call_->opset < 11 || type() == "Upsample";  // then cells are not centred
    const std::string_view where =
        old ? "asymmetric" : call_->text("coordinate_transformation_mode", "half_pixel");
    const bool centred = where == "half_pixel" || where == "pytorch_half_pixel";
    const bool exact = mode == "nearest" || centred || where == "align_corners";
    if (!plane(0) || in[0] != out[0] || in[1] != out[1] || !exact) {
      return state_ == State::kLocal ? false : pointwise(labels_for(0, true));
    }
    Layer layer;
    layer.kind = Kind::kUpsample;
    layer.mode = mode == "nearest"          ? network::Upsampling::kNearest
                 : mode == "cubic"          ? network::Upsampling::kBicubic
                 : where == "align_corners" ? network::Upsampling::kBilinearCorners
                                            : network::Upsampling::kBilinear;
    if (mode == "cubic" && where == "align_corners")
      return state_ == State::kLocal ? false : pointwise(labels_for(0, true));
    const bool whole_factor = out[2] % in[2] == 0 && out[3] % in[3] == 0;
    layer.scale =
        whole_factor && where != "align_corners" ? Size2{out[2] / in[2], out[3] / in[3]} : Size2{0, 0};
    layer.output_size = {out[2], out[3]};
    return put(std::move(layer), state_, labels_of(out, false));
  }

  bool blocks() {
    if (!plane(0)) return state_ == State::kLocal ? false : pointwise(labels_for(0, true));
    Layer layer;
    layer.kind = type() == "DepthToSpace" ? Kind::kDepthToSpace : Kind::kSpaceToDepth;
    const int64_t block = call_->integer("blocksize", 1);
    layer.scale = {block, block};
    return put(std::move(layer), state_, labels_of(output(0).dims, false));
  }

  bool transpose() {
    const Labels& labels = first_labels();
    Listed order = call_->list("perm");
    for (size_t i = labels.size(); !order.given && i-- > 0;) order.values.push_back(static_cast<int64_t>(i));
    const auto axes = onnx::axes_of(order.values, std::ssize(labels));
    if (!axes.ok() || axes->size() != labels.size()) return false;
    Labels moved;
    for (const int64_t axis : *axes) moved.push_back(labels[static_cast<size_t>(axis)]);
    const network::Axes before = onnx::axes_of(labels), after = onnx::axes_of(moved);
    Layer layer;
    layer.kind = Kind::kPermute;
    layer.channels_last = after == network::kChannelsLast;
    const bool to_last = before == network::kPlanes && *axes == Dims{0, 2, 3, 1};
    const bool to_first = before == network::kChannelsLast && *axes == Dims{0, 3, 1, 2};
    if (labels.size() == 4 && (to_last || to_first)) return put(std::move(layer), state_, std::move(moved));
    return pointwise(std::move(moved));
  }

  bool reshape() {
    const Dims &in = input(0).dims, &out = output(0).dims;
    if (in == out) return put(Kind::kIdentity, first_labels());
    std::optional<Labels> labels = reshaped(first_labels(), out);
    if (!labels && state_ == State::kLocal) return box_of(0, Effect::kUnknown, 0, labels_of(out, false));
    if (!labels || (state_ != State::kLocal && out.size() == 4 && onnx::axes_of(*labels).rows < 0))
      labels = labels_of(out, false);
    if (out.size() == 2 && in.size() > 2 && in[0] == out[0]) {
      Labels flat{(*labels)[0], {{Atom::Kind::kChannels, out[1]}}};
      return put(Kind::kFlatten, std::move(flat));
    }
    return pointwise(*std::move(labels));
  }

  bool reduce() {
    const Labels& in = first_labels();
    Listed axes = call_->list("axes", 1);
    const bool arg = type().rfind("Arg", 0) == 0;
    if (arg) axes = {true, true, {call_->integer("axis", 0)}};
    if (!axes.known) return false;
    std::vector<int64_t> which = axes.values;
    for (size_t i = 0; axes.values.empty() && i < in.size(); ++i) which.push_back(static_cast<int64_t>(i));
    const auto found = onnx::axes_of(which, std::ssize(in));
    if (!found.ok()) return false;
    const bool keep = call_->integer("keepdims", 1) != 0;
    Labels out;
    bool places = false;
    for (size_t i = 0; i < in.size(); ++i) {
      const bool gone = std::count(found->begin(), found->end(), static_cast<int64_t>(i)) > 0;
      places = places || (gone && is_place(in[i]));
      if (!gone || keep) out.push_back(gone ? resized(in[i], 1) : in[i]);
    }
    if (!places || state_ != State::kLocal) {
      if (!mean_of_plane(*found)) return pointwise(std::move(out));
    }
    if (mean_of_plane(*found)) return global_mean(keep, std::move(out));
    const network::Axes plane_axes = onnx::axes_of(in);
    const auto is_gone = [&](int8_t axis) {
      return axis < 0 || std::count(found->begin(), found->end(), axis) > 0;
    };
    // Over rows alone, columns stay what they are: a box cannot say that.
    if (!is_gone(plane_axes.rows) || !is_gone(plane_axes.columns)) return false;
    return whole({}, std::move(out));
  }

  bool mean_of_plane(std::vector<int64_t> axes) {
    std::sort(axes.begin(), axes.end());
    const bool kind = type() == "ReduceMean" || type() == "ReduceMax";
    return kind && plane(0) && axes == std::vector<int64_t>{2, 3};
  }

  // Global average pooling under another name.
  bool global_mean(bool keep, Labels labels) {
    Layer layer;
    layer.kind = type() == "ReduceMax" ? Kind::kGlobalMaxPool2d : Kind::kGlobalAvgPool2d;
    const State state = state_ == State::kLocal ? State::kWhole : state_;
    if (keep) return put(std::move(layer), state, std::move(labels));
    const int32_t pooled = emit(std::move(layer), sources_);
    Layer flat;
    flat.kind = Kind::kFlatten;
    set(0, emit(std::move(flat), {pooled}, ".flatten"), state, std::move(labels));
    return true;
  }

  // Weights over the last dimension are a linear layer; two tensors that are data are multiplied position by
  // position, as in attention.
  bool product() {
    const bool gemm = type() == "Gemm";
    const Dims& a = input(0).dims;
    const Labels& labels = first_labels();
    int64_t macs = 0;
    const int64_t inner = a.empty() ? 1 : gemm && call_->integer("transA", 0) != 0 ? a[0] : a.back();
    const bool fits = checked_multiply(elements_of(output(0).dims), inner, &macs);
    const auto cost = fits ? std::optional(macs) : std::nullopt;
    const bool left =
        from_.size() == 1 && from_[0] == 0 && weight(1) && input(1).dims.size() == 2 && a.size() >= 2;
    const bool turned = gemm && call_->integer("transA", 0) != 0;
    if (!left || turned || is_place(labels.back()) || (gemm && call_->input(2) != nullptr && !weight(2))) {
      if (state_ != State::kLocal) return pointwise(joined_labels(), cost);
      return whole(cost, joined_labels());
    }
    Layer layer;
    layer.kind = Kind::kLinear;
    layer.out_features = output(0).dims.back();
    layer.bias = gemm && call_->input(2) != nullptr;
    Labels out = labels;
    out.back() = {{Atom::Kind::kChannels, layer.out_features}};
    share();
    const State state = a.size() == 2 && state_ == State::kLocal ? State::kWhole : state_;
    return put(std::move(layer), state, std::move(out));
  }

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

}  // namespace
}  // namespace poolglass::onnx

namespace poolglass {

Result<std::pair<std::string, std::vector<int64_t>>> parse_onnx_size(const std::string& text) {
  return onnx::parse_given(text);
}

Result<OnnxNetwork> read_onnx(ByteSource& source, const OnnxSizes& sizes) {
  const Result<onnx::Model> model = onnx::read_model(source);
  if (!model.ok()) return model.status();
  const Result<onnx::Shapes> shapes = onnx::infer_shapes(*model, sizes);
  if (!shapes.ok()) return shapes.status();
  return onnx::Importer(*model, *shapes).run();
}

Result<OnnxNetwork> read_onnx_file(const std::string& path, const OnnxSizes& sizes) {
  const Result<std::unique_ptr<ByteSource>> source = ByteSource::open(path);
  if (!source.ok()) return source.status();
  Result<OnnxNetwork> network = read_onnx(**source, sizes);
  if (network.ok()) return network;
  return Status(network.status().code(),
                (path == "-" ? "standard input" : path) + ": " + network.status().message());
}

bool may_be_onnx(std::string_view start) { return onnx::may_be_model(start); }

}  // namespace poolglass
