#include "core/io/onnx/importer.h"

#include <algorithm>

namespace poolglass::onnx {
namespace {

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

// Constant inputs of these are settings, not learned.
bool has_settings(std::string_view type) {
  static const std::unordered_set<std::string_view> types{
      "Clip",           "Expand",           "Pad", "Resize", "Upsample", "Where", "Equal",
      "QuantizeLinear", "DequantizeLinear", "TopK"};
  return types.contains(type);
}

}  // namespace

Result<OnnxNetwork> Importer::run() {
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

void Importer::note(const NodeValues& node) {
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

void Importer::count_names() {
  for (const Node& node : model_.nodes) ++names_[node.name];
  for (const int64_t input : shapes_.inputs) ++names_[value(input).name];
}

void Importer::find_channels_last() {
  for (const NodeValues& node : shapes_.nodes) {
    const Node& at = model_.nodes[static_cast<size_t>(node.node)];
    if (at.type != "Transpose" || node.inputs.empty() || node.inputs[0] < 0) continue;
    for (const Attribute& attribute : at.attributes) {
      if (attribute.name == "perm" && attribute.integers == std::vector<int64_t>{0, 3, 1, 2})
        channels_last_.insert(node.inputs[0]);
    }
  }
}

void Importer::add_input(int64_t id) {
  const Value& at = value(id);
  if (!read_.contains(id) || !at.shape_known || to_dims(at).rank == 0) return;
  place(id).labels = labels_of(at.dims, channels_last_.contains(id));
  Layer layer = network::make_input(to_dims(at), axes_of(place(id).labels, at.dims), unique(at.name));
  net().layers.push_back(std::move(layer));
  place(id).layer = static_cast<int32_t>(net().layers.size()) - 1;
  ++inputs_;
}

std::string Importer::unique(const std::string& name) const {
  const auto found = names_.find(name);
  return found != names_.end() && found->second == 1 ? name : "";
}

network::Dims Importer::to_dims(const Value& at) {
  network::Dims dims;
  if (!at.shape_known || at.dims.size() > size_t{network::Dims::kMost}) return dims;
  for (const int64_t size : at.dims)
    dims.size[static_cast<size_t>(dims.rank++)] = size > 0 ? size : network::kUnknownSize;
  if (at.dims.empty()) dims = {1};
  return dims;
}

network::Axes Importer::axes_of(const Labels& labels, const Dims& dims) {
  return dims.empty() ? network::Axes{0, -1, -1} : onnx::axes_of(labels);
}

void Importer::add_node(const NodeValues& node) {
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

bool Importer::weight(size_t i) const {
  return call_->input(i) != nullptr && call_->input(i)->constant && call_->shape_known(i);
}

bool Importer::plane(size_t i) {
  return is_data(i) && input(i).dims.size() == 4 && onnx::axes_of(from(i).labels) == network::kPlanes;
}

int32_t Importer::emit(Layer layer, std::vector<int32_t> inputs, const std::string& suffix) {
  const std::string name = unique(call_->node.name);
  if (layer.name.empty() && !name.empty()) layer.name = name + suffix;
  if (!suffix.empty() && names_.contains(layer.name)) layer.name.clear();
  layer.inputs = std::move(inputs);
  net().layers.push_back(std::move(layer));
  return static_cast<int32_t>(net().layers.size()) - 1;
}

void Importer::set(size_t i, int32_t layer, State state, Labels labels) {
  if (wanted(i)) place(node_->outputs[i]) = {layer, state, std::move(labels)};
}

bool Importer::put(Layer layer, State state, Labels labels) {
  std::vector<int32_t> sources = sources_;
  if (layer.kind == Kind::kDropout) sources.resize(1);
  if (sources.size() > 1 && layer.kind != Kind::kOp && !network::is_join(layer.kind)) return false;
  set(0, emit(std::move(layer), std::move(sources)), state, std::move(labels));
  return true;
}

bool Importer::put(Kind kind, Labels labels) {
  Layer layer;
  layer.kind = kind;
  return put(std::move(layer), state_, std::move(labels));
}

int64_t Importer::unmet(int64_t id, bool direct) {
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

std::optional<int64_t> Importer::learned() {
  int64_t sum = 0;
  for (size_t i = 0; i < call_->inputs.size() && !has_settings(type()); ++i) {
    if (weight(i) && __builtin_add_overflow(sum, unmet(node_->inputs[i], true), &sum)) return std::nullopt;
  }
  return sum;
}

void Importer::share() {
  for (size_t i = 0; i < call_->inputs.size(); ++i) {
    if (!weight(i)) continue;
    const bool met = used_.contains(node_->inputs[i]);
    unmet(node_->inputs[i], true);
    if (met &&
        __builtin_add_overflow(result_.shared_params, elements_of(input(i).dims), &result_.shared_params))
      result_.shared_params = INT64_MAX;
  }
}

Labels Importer::labels_for(size_t i, bool keep) {
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

void Importer::box(Effect effect, std::optional<int64_t> macs, bool keep_labels) {
  const bool several = wanted(1);
  for (size_t i = 0; i < node_->outputs.size(); ++i) {
    if (wanted(i))
      box_of(i, effect, i == 0 ? macs : 0, labels_for(i, keep_labels),
             several ? "." + std::to_string(i) : "");
  }
}

bool Importer::box_of(size_t i, Effect effect, std::optional<int64_t> macs, Labels labels,
                      const std::string& suffix) {
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

bool Importer::pointwise(Labels labels, std::optional<int64_t> macs) {
  return box_of(0, Effect::kPointwise, macs, std::move(labels));
}

bool Importer::whole(std::optional<int64_t> macs, std::optional<Labels> labels) {
  return box_of(0, Effect::kWhole, macs, labels ? *std::move(labels) : labels_for(0, true));
}

bool Importer::add_known() {
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
