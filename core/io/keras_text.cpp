// Keras' configuration of a model (model.to_json()): Sequential and functional, of Keras 2 and 3. Its
// channels are last; the network has them first, so that nothing of the figures changes but the order in
// shapes.
#include <algorithm>
#include <set>

#include "core/io/network_text_parts.h"
#include "core/io/strict_json.h"

namespace poolglass {
namespace {

using network::Effect;
using network::Kind;

const Json* member(const Json& object, const char* key) {
  if (!object.is_object()) return nullptr;
  const auto found = object.find(key);
  return found == object.end() || found->is_null() ? nullptr : &*found;
}

std::string text(const Json& object, const char* key, const std::string& otherwise = "") {
  const Json* found = member(object, key);
  return found != nullptr && found->is_string() ? found->get<std::string>() : otherwise;
}

bool boolean(const Json& object, const char* key, bool otherwise) {
  const Json* found = member(object, key);
  return found != nullptr && found->is_boolean() ? found->get<bool>() : otherwise;
}

// The names of layers in inbound_nodes: ["conv1", 0, 0, {}] of Keras 2, {"keras_history": ["conv1", 0, 0]}
// of 3.
void collect_inputs(const Json& json, std::vector<std::string>* names) {
  if (json.is_object()) {
    for (const auto& [key, value] : json.items()) {
      if (key == "keras_history" && value.is_array() && !value.empty() && value[0].is_string())
        names->push_back(value[0].get<std::string>());
      else if (key != "kwargs")
        collect_inputs(value, names);
    }
  } else if (json.is_array()) {
    if (json.size() >= 3 && json[0].is_string() && json[1].is_number_integer()) {
      names->push_back(json[0].get<std::string>());
      return;
    }
    for (const Json& part : json) collect_inputs(part, names);
  }
}

class KerasBuilder {
 public:
  Result<TextNetwork> build(const Json& root, const TextInput& input) {
    input_ = input;
    const Json* config = member(root, "config");
    const Json* layers = config == nullptr    ? nullptr
                         : config->is_array() ? config
                                              : member(*config, "layers");
    if (layers == nullptr || !layers->is_array())
      return invalid_argument("is no configuration of a Keras model: it has no config with layers");
    sequential_ = text(root, "class_name") == "Sequential";
    if (layers->size() > kMostTextLayers)
      return invalid_argument("has more than " + std::to_string(kMostTextLayers) + " layers");
    for (const Json& layer : *layers) {
      const Json* its = member(layer, "config");
      const std::string name = text(layer, "name", its != nullptr ? text(*its, "name") : "");
      const std::string type = text(layer, "class_name");
      if (its == nullptr || type.empty())
        return invalid_argument("layer " + text_name(name) + " has no class_name and config");
      if (Status s = add(layer, *its, type, name); !s.ok())
        return Status(s.code(), "layer " + text_name(name) + " (" + text_name(type) + "): " + s.message());
    }
    if (layers_.size() < 2) return invalid_argument("has no layer");
    std::string remark;
    if (!shared_.empty())
      remark = "layer " + text_name(shared_) + " is used more than once, its first use is taken";
    return TextNetwork{layers_.take(), remark};
  }

 private:
  // ---- fields of a layer's configuration
  // ----------------------------------------------------------------------

  void wrong(const std::string& what) {
    if (wrong_.empty()) wrong_ = what;
  }
  int64_t number(const Json& config, const char* key, int64_t otherwise) {
    const Json* found = member(config, key);
    int64_t value = otherwise;
    if (found != nullptr && (!json_integer(*found, &value) || value < 0))
      wrong(std::string(key) + " is no whole number");
    return value;
  }
  Size2 size(const Json& config, const char* key, Size2 otherwise) {
    const Json* found = member(config, key);
    Size2 value = otherwise;
    if (found == nullptr) return value;
    if (json_integer(*found, &value.h)) {
      value.w = value.h;
    } else if (!found->is_array() || found->size() != 2 || !json_integer((*found)[0], &value.h) ||
               !json_integer((*found)[1], &value.w)) {
      wrong(std::string(key) + " is neither a whole number nor two");
    }
    return value;
  }
  // ((top, bottom), (left, right)), (h, w), or one number.
  Padding frame(const Json& config, const char* key) {
    const Json* found = member(config, key);
    if (found == nullptr || !found->is_array() || found->size() != 2 || !(*found)[0].is_array()) {
      const Size2 both = size(config, key, {1, 1});
      return {both.h, both.w, both.h, both.w};
    }
    const Json rows{{"p", (*found)[0]}}, columns{{"p", (*found)[1]}};
    const Size2 r = size(rows, "p", {0, 0}), c = size(columns, "p", {0, 0});
    return {r.h, c.h, r.w, c.w};
  }

  // ---- layers
  // -------------------------------------------------------------------------------------------------

  Status add_input(const Json& config, const std::string& name) {
    if (input_) {
      layers_.add_input(name, *input_);
      return {};
    }
    const Json* shape = member(config, "batch_input_shape");
    if (shape == nullptr) shape = member(config, "batch_shape");
    if (shape == nullptr || !shape->is_array())
      return invalid_argument("says no input size: give --input 3x224x224");
    if (shape->size() != 4)
      return invalid_argument("its input has " + std::to_string(shape->size()) +
                              " sizes, a batch of maps has 4");
    const bool first = text(config, "data_format") == "channels_first";
    std::array<int64_t, 3> three{};
    for (size_t i = 0; i < 3; ++i) {
      const Json& at = (*shape)[first ? i + 1 : i == 0 ? 3 : i];
      if (!json_integer(at, &three[i]))
        return invalid_argument("leaves a size of its input open: give --input 3x224x224");
    }
    layers_.add_input(name, three);
    return {};
  }

  Status add(const Json& layer, const Json& config, const std::string& type, const std::string& name) {
    if (type == "InputLayer") {
      last_ = name;
      return add_input(config, name);
    }
    if (last_.empty() && layers_.size() == 0 && sequential_) {
      if (Status s = add_input(config, "input"); !s.ok()) return s;
      last_ = "input";
    }
    std::vector<std::string> names;
    const Json* nodes = member(layer, "inbound_nodes");
    if (nodes != nullptr && nodes->is_array() && !nodes->empty()) {
      collect_inputs((*nodes)[0], &names);
      if (nodes->size() > 1) shared_ = name;
    }
    if (names.empty() && sequential_) names.push_back(last_);
    std::vector<NamedLayers::Tensor> inputs;
    for (const std::string& from : names) {
      const NamedLayers::Tensor* found = layers_.find(from);
      if (found == nullptr)
        return invalid_argument("reads \"" + text_name(from) + "\", which is no layer before it");
      inputs.push_back(*found);
    }
    if (inputs.empty()) return invalid_argument("reads no layer");
    last_ = name;
    if (Status s = add_kind(config, type, name, inputs); !s.ok()) return s;
    if (!wrong_.empty()) return invalid_argument(wrong_);
    // An activation is a layer of its own; who reads the layer reads it.
    const std::string activation = type == "Activation" ? "" : text(config, "activation", "linear");
    if (!activation.empty() && activation != "linear")
      layers_.add(activation_of(activation, name + "." + activation), {*layers_.find(name)}, name);
    return {};
  }

  static network::Layer activation_of(const std::string& word, const std::string& name) {
    static const std::map<std::string_view, Kind> kinds{{"relu", Kind::kRelu},
                                                        {"relu6", Kind::kRelu6},
                                                        {"sigmoid", Kind::kSigmoid},
                                                        {"tanh", Kind::kTanh},
                                                        {"softmax", Kind::kSoftmax},
                                                        {"swish", Kind::kSilu},
                                                        {"silu", Kind::kSilu},
                                                        {"gelu", Kind::kGelu},
                                                        {"elu", Kind::kElu},
                                                        {"hard_sigmoid", Kind::kHardsigmoid},
                                                        {"hard_swish", Kind::kHardswish},
                                                        {"hard_silu", Kind::kHardswish},
                                                        {"mish", Kind::kMish},
                                                        {"leaky_relu", Kind::kLeakyRelu},
                                                        {"linear", Kind::kIdentity}};
    const auto found = kinds.find(word);
    return found != kinds.end() ? text_layer(found->second, name) : text_box(word, Effect::kPointwise, name);
  }

  void set_window(const Json& config, const char* kernel, network::Layer* layer) {
    layer->kernel = size(config, kernel, {2, 2});
    layer->stride = size(config, "strides", has_pool(*layer) ? layer->kernel : Size2{1, 1});
    layer->dilation = size(config, "dilation_rate", {1, 1});
    if (text(config, "padding", "valid") == "same") layer->padding_mode = network::PaddingMode::kSame;
  }
  static bool has_pool(const network::Layer& layer) {
    return layer.kind == Kind::kMaxPool2d || layer.kind == Kind::kAvgPool2d;
  }

  // SAME gives n * s cells, VALID n * s + max(k - s, 0).
  static void set_transposed(network::Layer* layer) {
    const bool same = layer->padding_mode == network::PaddingMode::kSame;
    layer->padding_mode = network::PaddingMode::kNumbers;
    const auto axis = [&](int64_t k, int64_t s, int64_t* begin, int64_t* end, int64_t* more) {
      const int64_t total = same ? std::max<int64_t>(k - s, 0) : 0;
      *begin = total / 2;
      *end = total - total / 2;
      *more = std::max<int64_t>(s - k, 0);
    };
    Padding& p = layer->padding;
    axis(layer->kernel.h, layer->stride.h, &p.top, &p.bottom, &layer->output_padding.h);
    axis(layer->kernel.w, layer->stride.w, &p.left, &p.right, &layer->output_padding.w);
  }

  Status add_kind(const Json& config, const std::string& type, const std::string& name,
                  std::vector<NamedLayers::Tensor> inputs) {
    network::Layer layer = text_layer(Kind::kConv2d, name);
    if (type == "Conv2D" || type == "Convolution2D" || type == "Conv2DTranspose") {
      if (type == "Conv2DTranspose") layer.kind = Kind::kConvTranspose2d;
      layer.out_channels = number(config, "filters", 0);
      layer.groups = number(config, "groups", 1);
      layer.bias = boolean(config, "use_bias", true);
      set_window(config, "kernel_size", &layer);
      if (layer.kind == Kind::kConvTranspose2d) set_transposed(&layer);
    } else if (type == "DepthwiseConv2D" || type == "SeparableConv2D") {
      const bool separable = type == "SeparableConv2D";
      const int64_t channels = inputs[0].channels;
      if (channels < 1) return invalid_argument("reads a layer whose channels are not known");
      layer.groups = channels;
      if (__builtin_mul_overflow(channels, number(config, "depth_multiplier", 1), &layer.out_channels))
        return invalid_argument("has too many channels");
      layer.bias = !separable && boolean(config, "use_bias", true);
      set_window(config, "kernel_size", &layer);
      if (separable) {
        layer.name = name + ".depthwise";
        inputs = {layers_.add(std::move(layer), inputs, name)};
        layer = text_layer(Kind::kConv2d, name);
        layer.kernel = {1, 1};
        layer.out_channels = number(config, "filters", 0);
        layer.bias = boolean(config, "use_bias", true);
      }
    } else if (type == "MaxPooling2D" || type == "AveragePooling2D") {
      layer.kind = type == "MaxPooling2D" ? Kind::kMaxPool2d : Kind::kAvgPool2d;
      set_window(config, "pool_size", &layer);
      layer.dilation = {1, 1};
    } else if (type == "GlobalAveragePooling2D" || type == "GlobalMaxPooling2D") {
      layer.kind = type == "GlobalMaxPooling2D" ? Kind::kGlobalMaxPool2d : Kind::kGlobalAvgPool2d;
      if (boolean(config, "keepdims", false)) {
        layers_.add(std::move(layer), inputs, name);
        return {};
      }
      const int64_t channels = inputs[0].channels;
      const NamedLayers::Tensor pooled = layers_.add(std::move(layer), inputs, name);
      NamedLayers::Tensor flat = layers_.add(text_layer(Kind::kFlatten, name + ".flatten"), {pooled}, name);
      flat.channels = channels;
      layers_.alias(name, flat);
      return {};
    } else if (type == "Dense") {
      const bool plane = !inputs[0].flat;  // over the channels of each cell, as a convolution of 1x1 is
      layer.kind = plane ? Kind::kConv2d : Kind::kLinear;
      layer.kernel = {1, 1};
      layer.out_channels = layer.out_features = number(config, "units", 0);
      layer.bias = boolean(config, "use_bias", true);
    } else if (type == "BatchNormalization" || type == "LayerNormalization") {
      layer.kind = type == "BatchNormalization" ? Kind::kBatchNorm2d : Kind::kLayerNorm;
      layer.gamma = boolean(config, "scale", true);
      layer.beta = boolean(config, "center", true);
    } else if (type == "ZeroPadding2D" || type == "Cropping2D") {
      layer.kind = type == "ZeroPadding2D" ? Kind::kPad : Kind::kCrop;
      layer.padding = frame(config, type == "ZeroPadding2D" ? "padding" : "cropping");
    } else if (type == "UpSampling2D") {
      layer.kind = Kind::kUpsample;
      layer.scale = size(config, "size", {2, 2});
      const std::string mode = text(config, "interpolation", "nearest");
      layer.mode = mode == "bilinear"  ? network::Upsampling::kBilinear
                   : mode == "bicubic" ? network::Upsampling::kBicubic
                                       : network::Upsampling::kNearest;
    } else if (type == "Add" || type == "Multiply") {
      layer.kind = inputs.size() < 2 ? Kind::kIdentity : type == "Add" ? Kind::kAdd : Kind::kMul;
    } else if (type == "Concatenate" && inputs.size() > 1) {
      const Json* axis = member(config, "axis");
      int64_t at = -1;
      if (axis != nullptr && !json_integer(*axis, &at)) return invalid_argument("axis is no whole number");
      if (at == -1 || at == 3)
        layer.kind = Kind::kConcat;
      else
        layer = text_box(type, Effect::kUnknown, name);
    } else {
      layer = simple(config, type, name);
    }
    const bool join = network::is_join(layer.kind) || layer.kind == Kind::kOp;
    if (!join && inputs.size() != 1)
      return invalid_argument("reads " + std::to_string(inputs.size()) + " layers");
    const int64_t channels = layer.output.rank == 4 ? layer.output[1] : -1;
    NamedLayers::Tensor made = layers_.add(std::move(layer), inputs, name);
    if (channels > 0) {  // a vector became a map
      made.channels = channels;
      made.flat = false;
      layers_.alias(name, made);
    }
    return {};
  }

  static network::Layer simple(const Json& config, const std::string& type, const std::string& name) {
    if (type == "Activation") return activation_of(text(config, "activation", "linear"), name);
    if (type == "ReLU") {
      const Json* most = member(config, "max_value");
      const bool six = most != nullptr && most->is_number() && most->get<double>() == 6;
      return text_layer(six ? Kind::kRelu6 : Kind::kRelu, name);
    }
    if (type == "Reshape") {
      // (1, 1, C): a vector becomes a map of one cell again.
      const Json* shape = member(config, "target_shape");
      int64_t h = 0, w = 0, channels = 0;
      if (shape != nullptr && shape->is_array() && shape->size() == 3 && json_integer((*shape)[0], &h) &&
          h == 1 && json_integer((*shape)[1], &w) && w == 1 && json_integer((*shape)[2], &channels) &&
          channels > 0) {
        network::Layer layer = text_box(type, Effect::kPointwise, name);
        layer.output = {network::kUnknownSize, channels, 1, 1};
        return layer;
      }
      return text_box(type, Effect::kUnknown, name);
    }
    static const std::map<std::string_view, Kind> kinds{{"Flatten", Kind::kFlatten},
                                                        {"Dropout", Kind::kDropout},
                                                        {"SpatialDropout2D", Kind::kDropout},
                                                        {"GaussianNoise", Kind::kIdentity},
                                                        {"GaussianDropout", Kind::kDropout},
                                                        {"ActivityRegularization", Kind::kIdentity},
                                                        {"Softmax", Kind::kSoftmax},
                                                        {"LeakyReLU", Kind::kLeakyRelu},
                                                        {"ELU", Kind::kElu},
                                                        {"Concatenate", Kind::kIdentity}};
    if (const auto found = kinds.find(type); found != kinds.end()) return text_layer(found->second, name);
    static const std::set<std::string_view> pointwise{"Rescaling", "Normalization", "Average",
                                                      "Maximum",   "Minimum",       "Subtract"};
    return text_box(type, pointwise.contains(type) ? Effect::kPointwise : Effect::kUnknown, name);
  }

  TextInput input_;
  bool sequential_ = false;
  NamedLayers layers_;
  std::string last_, shared_, wrong_;
};

}  // namespace

Result<TextNetwork> parse_keras(std::string_view text, const TextInput& input) {
  const Result<Json> json = parse_strict_json(text, {.depth = 64});
  if (!json.ok()) return json.status();
  return KerasBuilder().build(*json, input);
}

}  // namespace poolglass
