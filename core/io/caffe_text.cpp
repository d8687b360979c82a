// Caffe's prototxt: protocol buffers' text format, of which only what says a network's shape is looked at
// (caffe.proto of BVLC/caffe; layers of version 1, in capitals, and of today).
#include <algorithm>
#include <charconv>

#include "core/io/network_text_parts.h"

namespace poolglass {
namespace {

using network::Effect;
using network::Kind;

constexpr int kMostMessageDepth = 32;
constexpr size_t kMostFields = 1'000'000;

struct CaffeField {
  std::string key;
  std::string value;
  std::vector<CaffeField> fields;  // of a message
};

class CaffeReader {
 public:
  explicit CaffeReader(std::string_view text) : text_(text) {}

  Result<CaffeField> read() {
    CaffeField root;
    if (fields(0, &root.fields)) {
      if (at_ < text_.size()) fail("a } is too much");
    }
    if (error_.empty()) return root;
    const auto end = text_.begin() + static_cast<ptrdiff_t>(std::min(at_, text_.size()));
    return invalid_argument("line " + std::to_string(1 + std::count(text_.begin(), end, '\n')) + ": " +
                            error_);
  }

 private:
  bool fail(const std::string& why) {
    if (error_.empty()) error_ = why;
    return false;
  }
  char next() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '#') {
        at_ = std::min(text_.find('\n', at_), text_.size());
      } else if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == ',' || c == ';') {
        ++at_;
      } else {
        return c;
      }
    }
    return '\0';
  }
  bool take(char c) {
    if (next() != c) return false;
    ++at_;
    return true;
  }
  std::string word() {
    next();
    const size_t begin = at_;
    const auto is_word = [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
             c == '.' || c == '-' || c == '+';
    };
    while (at_ < text_.size() && is_word(text_[at_])) ++at_;
    return std::string(text_.substr(begin, at_ - begin));
  }

  // Up to the message's end, or the text's.
  bool fields(int depth, std::vector<CaffeField>* list) {
    if (depth > kMostMessageDepth)
      return fail("messages are nested more than " + std::to_string(kMostMessageDepth) + " deep");
    while (next() != '\0' && next() != '}') {
      const std::string key = word();
      if (key.empty())
        return fail("what begins with \"" + text_name(text_.substr(at_, 1)) + "\" is no field");
      const bool colon = take(':');
      if (take('{')) {
        CaffeField& message = list->emplace_back();
        message.key = key;
        if (!count() || !fields(depth + 1, &message.fields)) return false;
        if (!take('}')) return fail("a } is missing");
        continue;
      }
      if (!colon) return fail(": is missing after " + text_name(key));
      if (take('[')) {
        while (!take(']')) {
          if (next() == '\0') return fail("a ] is missing");
          if (!value(key, list)) return false;
        }
      } else if (!value(key, list)) {
        return false;
      }
    }
    return true;
  }

  bool count() {
    return ++fields_ <= kMostFields || fail("has more than " + std::to_string(kMostFields) + " fields");
  }

  bool value(const std::string& key, std::vector<CaffeField>* list) {
    CaffeField field{key, "", {}};
    const char quote = next();
    if (quote == '"' || quote == '\'') {
      const size_t close = text_.find(quote, at_ + 1);
      if (close == text_.npos) return fail("a text does not end");
      field.value = text_.substr(at_ + 1, close - at_ - 1);
      at_ = close + 1;
    } else {
      field.value = word();
      if (field.value.empty()) return fail("a value is missing after " + text_name(key));
    }
    list->push_back(std::move(field));
    return count();
  }

  std::string_view text_;
  size_t at_ = 0, fields_ = 0;
  std::string error_;
};

const CaffeField* find(const CaffeField& in, std::string_view key) {
  for (const CaffeField& field : in.fields) {
    if (field.key == key) return &field;
  }
  return nullptr;
}

std::string text(const CaffeField& in, std::string_view key, const std::string& otherwise = "") {
  const CaffeField* field = find(in, key);
  return field != nullptr ? field->value : otherwise;
}

std::vector<std::string> texts(const CaffeField& in, std::string_view key) {
  std::vector<std::string> all;
  for (const CaffeField& field : in.fields) {
    if (field.key == key) all.push_back(field.value);
  }
  return all;
}

// "Convolution" and CONVOLUTION alike: "convolution"; "InnerProduct", INNER_PRODUCT: "innerproduct".
std::string plain(const std::string& type) {
  std::string out;
  for (const char c : type) {
    if (c != '_') out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return out;
}

class CaffeBuilder {
 public:
  Result<TextNetwork> build(const CaffeField& root, const TextInput& input) {
    input_ = input;
    if (Status s = add_inputs(root); !s.ok()) return s;
    for (const CaffeField& field : root.fields) {
      if (field.key != "layer" && field.key != "layers") continue;
      if (!at_inference(field)) continue;
      if (layers_.size() > kMostTextLayers)
        return invalid_argument("has more than " + std::to_string(kMostTextLayers) + " layers");
      if (Status s = add(field); !s.ok()) {
        return Status(s.code(), "layer " + text_name(text(field, "name", "without a name")) + " (" +
                                    text_name(text(field, "type")) + "): " + s.message());
      }
    }
    if (layers_.size() < 2) return invalid_argument("has no layer");
    return TextNetwork{layers_.take(), ""};
  }

 private:
  static bool at_inference(const CaffeField& layer) {
    for (const CaffeField& rule : layer.fields) {
      const std::string phase = text(rule, "phase");
      if (rule.key == "include" && (phase == "TRAIN" || phase == "0")) return false;
      if (rule.key == "exclude" && (phase == "TEST" || phase == "1")) return false;
    }
    return true;
  }

  // Numbers that are there must be numbers.
  int64_t number(const CaffeField& in, std::string_view key, int64_t otherwise) {
    const CaffeField* field = find(in, key);
    if (field == nullptr) return otherwise;
    int64_t value = 0;
    const char* const end = field->value.data() + field->value.size();
    const auto [stop, error] = std::from_chars(field->value.data(), end, value);
    if (error != std::errc() || stop != end || value < 0 || value > int64_t{1} << 40) {
      if (wrong_.empty())
        wrong_ = std::string(key) + " \"" + text_name(field->value) + "\" is no whole number";
    }
    return value;
  }
  bool boolean(const CaffeField& in, std::string_view key, bool otherwise) {
    const std::string value = text(in, key, otherwise ? "true" : "false");
    return value == "true" || value == "1";
  }
  // kernel_size, or kernel_h and kernel_w; twice the first: height, width.
  Size2 size(const CaffeField& in, const std::string& whole, const std::string& part, int64_t otherwise) {
    Size2 found{number(in, whole, otherwise), number(in, whole, otherwise)};
    const std::vector<std::string> all = texts(in, whole);
    if (all.size() == 2) {
      CaffeField second;
      second.fields.push_back({whole, all[1], {}});
      found.w = number(second, whole, otherwise);
    }
    return {number(in, part + "_h", found.h), number(in, part + "_w", found.w)};
  }

  Status add_inputs(const CaffeField& root) {
    const std::vector<std::string> names = texts(root, "input");
    std::vector<std::string> dims = texts(root, "input_dim");
    std::vector<const CaffeField*> shapes;
    for (const CaffeField& field : root.fields) {
      if (field.key == "input_shape") shapes.push_back(&field);
    }
    for (size_t i = 0; i < names.size(); ++i) {
      std::vector<std::string> four;
      if (i < shapes.size())
        four = texts(*shapes[i], "dim");
      else if (dims.size() >= 4 * (i + 1))
        four.assign(dims.begin() + static_cast<ptrdiff_t>(4 * i),
                    dims.begin() + static_cast<ptrdiff_t>(4 * i + 4));
      if (Status s = add_input(names[i], four); !s.ok()) return s;
    }
    return {};
  }

  Status add_input(const std::string& name, const std::vector<std::string>& dims) {
    if (input_) {
      layers_.add_input(name, *input_);
      return {};
    }
    if (dims.empty())
      return invalid_argument("input " + text_name(name) + " says no size: give --input 3x224x224");
    std::array<int64_t, 3> three{1, 1, 1};
    if (dims.size() > 4 || dims.size() < 2)
      return invalid_argument("input " + text_name(name) + " is no map: it has " +
                              std::to_string(dims.size()) + (dims.size() == 1 ? " size" : " sizes"));
    for (size_t i = 1; i < dims.size(); ++i) {
      CaffeField one;
      one.fields.push_back({"dim", dims[i], {}});
      three[i - 1] = number(one, "dim", 1);
    }
    if (!wrong_.empty()) return invalid_argument("input " + text_name(name) + ": " + wrong_);
    layers_.add_input(name, three);
    return {};
  }

  Status add(const CaffeField& field) {
    const std::string type = plain(text(field, "type"));
    const std::vector<std::string> tops = texts(field, "top"), bottoms = texts(field, "bottom");
    if (type == "input" || type == "data" || type == "imagedata" || type == "memorydata" ||
        type == "hdf5data" || type == "dummydata") {
      const CaffeField none;
      const CaffeField* param = find(field, "input_param");
      const CaffeField* shape = param != nullptr ? find(*param, "shape") : nullptr;
      // Of data, labels are no input of the network.
      return tops.empty()
                 ? Status()
                 : add_input(tops[0], shape != nullptr ? texts(*shape, "dim") : std::vector<std::string>());
    }
    if (type == "softmaxwithloss" || type == "softmaxloss" || type == "accuracy" || type == "silence" ||
        type.find("loss") != type.npos)
      return {};
    std::vector<NamedLayers::Tensor> inputs;
    for (const std::string& bottom : bottoms) {
      const NamedLayers::Tensor* found = layers_.find(bottom);
      if (found == nullptr)
        return invalid_argument("bottom \"" + text_name(bottom) + "\" is made by no layer before it");
      inputs.push_back(*found);
    }
    if (inputs.empty() || tops.empty()) return invalid_argument("reads or makes nothing");
    if (type == "split") {
      for (const std::string& top : tops) layers_.alias(top, inputs[0]);
      return {};
    }
    if (type == "slice") return slice(field, inputs, tops);
    network::Layer layer = layer_of(field, type, inputs);
    if (!wrong_.empty()) return invalid_argument(wrong_);
    if (layer.kind == Kind::kLinear && !inputs[0].flat)
      inputs[0] = layers_.add(text_layer(Kind::kFlatten, ""), inputs, tops[0]);
    if (network::is_join(layer.kind) ? inputs.size() < 2 : layer.kind != Kind::kOp && inputs.size() != 1)
      return invalid_argument("reads " + std::to_string(inputs.size()) + " layers");
    layers_.add(std::move(layer), inputs, tops[0]);
    for (size_t i = 1; i < tops.size(); ++i) layers_.alias(tops[i], *layers_.find(tops[0]));
    return {};
  }

  Status slice(const CaffeField& field, const std::vector<NamedLayers::Tensor>& inputs,
               const std::vector<std::string>& tops) {
    const CaffeField none;
    const CaffeField* param = find(field, "slice_param");
    const std::vector<std::string> points = texts(param != nullptr ? *param : none, "slice_point");
    const int64_t channels = inputs[0].channels, count = std::ssize(tops);
    const bool equal = points.empty();
    if (number(param != nullptr ? *param : none, "axis", 1) != 1 || channels < 0 ||
        (equal ? channels % count != 0 : points.size() + 1 != tops.size()))
      return invalid_argument("does not slice its channels into " + std::to_string(count));
    int64_t begin = 0;
    for (size_t i = 0; i < tops.size(); ++i) {
      CaffeField point;
      if (i < points.size()) point.fields.push_back({"slice_point", points[i], {}});
      const int64_t end = equal ? begin + channels / count : number(point, "slice_point", channels);
      if (!wrong_.empty()) return invalid_argument(wrong_);
      if (end <= begin || end > channels)
        return invalid_argument("slice_point " + std::to_string(end) + " is beyond its channels");
      network::Layer layer = text_layer(Kind::kSlice, text(field, "name") + "." + std::to_string(i));
      layer.begin = begin;
      layer.end = end;
      layers_.add(std::move(layer), inputs, tops[i]);
      begin = end;
    }
    return {};
  }

  network::Layer window_of(const CaffeField& param, Kind kind, const std::string& name) {
    network::Layer layer = text_layer(kind, name);
    layer.kernel = size(param, "kernel_size", "kernel", 0);
    layer.stride = size(param, "stride", "stride", 1);
    const Size2 pad = size(param, "pad", "pad", 0);
    layer.padding = {pad.h, pad.w, pad.h, pad.w};
    return layer;
  }

  network::Layer layer_of(const CaffeField& field, const std::string& type,
                          const std::vector<NamedLayers::Tensor>& inputs) {
    const CaffeField none;
    const std::string name = text(field, "name");
    const auto param = [&](const char* key) -> const CaffeField& {
      const CaffeField* found = find(field, key);
      return found != nullptr ? *found : none;
    };
    if (type == "convolution" || type == "deconvolution" || type == "depthwiseconvolution" ||
        type == "convolutiondepthwise") {
      const CaffeField& p = param("convolution_param");
      network::Layer layer =
          window_of(p, type == "deconvolution" ? Kind::kConvTranspose2d : Kind::kConv2d, name);
      layer.out_channels = number(p, "num_output", 0);
      layer.groups = number(p, "group", type[0] == 'd' && type != "deconvolution" ? layer.out_channels : 1);
      layer.dilation = size(p, "dilation", "dilation", 1);
      layer.bias = boolean(p, "bias_term", true);
      return layer;
    }
    if (type == "pooling") {
      const CaffeField& p = param("pooling_param");
      const std::string pool = text(p, "pool", "MAX");
      const bool max = pool == "MAX" || pool == "0";
      if (boolean(p, "global_pooling", false))
        return text_layer(max ? Kind::kGlobalMaxPool2d : Kind::kGlobalAvgPool2d, name);
      network::Layer layer = window_of(p, max ? Kind::kMaxPool2d : Kind::kAvgPool2d, name);
      const std::string rounding = text(p, "round_mode", "CEIL");
      layer.ceil_mode = rounding != "FLOOR" && rounding != "1" && boolean(p, "ceil_mode", true);
      return layer;
    }
    if (type == "innerproduct") {
      const CaffeField& p = param("inner_product_param");
      network::Layer layer = text_layer(Kind::kLinear, name);
      layer.out_features = number(p, "num_output", 0);
      layer.bias = boolean(p, "bias_term", true);
      return layer;
    }
    if (type == "relu") {
      const std::string slope = text(param("relu_param"), "negative_slope", "0");
      return text_layer(slope == "0" || slope == "0.0" ? Kind::kRelu : Kind::kLeakyRelu, name);
    }
    if (type == "lrn") {
      const std::string region = text(param("lrn_param"), "norm_region", "ACROSS_CHANNELS");
      if (region == "ACROSS_CHANNELS" || region == "0") return text_layer(Kind::kLocalResponseNorm, name);
      return text_box("LRN", Effect::kUnknown, name);
    }
    if (type == "batchnorm") {  // factor and summand are a Scale layer of their own
      network::Layer layer = text_layer(Kind::kBatchNorm2d, name);
      layer.gamma = layer.beta = false;
      return layer;
    }
    if (type == "scale" && inputs.size() == 1) {
      network::Layer layer = text_layer(Kind::kScale, name);
      layer.bias = boolean(param("scale_param"), "bias_term", false);
      return layer;
    }
    if (type == "eltwise") {
      const std::string operation = text(param("eltwise_param"), "operation", "SUM");
      if (operation == "SUM" || operation == "1") return text_layer(Kind::kAdd, name);
      if (operation == "PROD" || operation == "0") return text_layer(Kind::kMul, name);
      return text_box("Eltwise", Effect::kPointwise, name);
    }
    if (type == "concat") {
      const CaffeField& p = param("concat_param");
      if (number(p, "axis", number(p, "concat_dim", 1)) == 1)
        return text_layer(inputs.size() > 1 ? Kind::kConcat : Kind::kIdentity, name);
    }
    static const std::map<std::string_view, Kind> kinds{
        {"sigmoid", Kind::kSigmoid}, {"tanh", Kind::kTanh},       {"elu", Kind::kElu},
        {"dropout", Kind::kDropout}, {"softmax", Kind::kSoftmax}, {"flatten", Kind::kFlatten},
        {"relu6", Kind::kRelu6}};
    if (const auto found = kinds.find(type); found != kinds.end()) return text_layer(found->second, name);
    if (type == "power" || type == "absval" || type == "exp" || type == "log" || type == "bnll")
      return text_box(text(field, "type"), Effect::kPointwise, name);
    return text_box(text(field, "type"), Effect::kUnknown, name);
  }

  TextInput input_;
  NamedLayers layers_;
  std::string wrong_;
};

}  // namespace

Result<TextNetwork> parse_caffe(std::string_view text, const TextInput& input) {
  const Result<CaffeField> root = CaffeReader(text).read();
  return root.ok() ? CaffeBuilder().build(*root, input) : root.status();
}

}  // namespace poolglass
