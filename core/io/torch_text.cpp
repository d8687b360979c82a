// print(model) of torch modules, and nn.Sequential(...) in source: both are calls, "Conv2d(3, 64,
// kernel_size=(7, 7))", with children "(conv1): Conv2d(...)" in a print and as arguments in source.
#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <vector>

#include "core/io/network_text_parts.h"
#include "core/network/figures.h"

namespace poolglass {
namespace {

using network::Kind;

constexpr int kMostModuleDepth = 64;

struct Module;

// A number, a tuple of numbers, True, False, None, or a word.
struct Argument {
  std::vector<double> numbers;
  std::string word;
  bool is_none() const { return word == "None"; }
};

struct Module {
  std::string name;  // of a child
  std::string type;
  std::vector<Argument> arguments;
  std::map<std::string, Argument> named;
  std::vector<Module> children;
};

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' ||
         c == '-' || c == '+';
}

class TorchReader {
 public:
  explicit TorchReader(std::string_view text) : text_(text) {}

  Result<Module> read() {
    Module module;
    // "model = nn.Sequential(" and a remark before it are no part of the call.
    if (const size_t equals = text_.find('='); equals < text_.find('(')) at_ = equals + 1;
    if (!module_at(0, &module)) return failure();
    blanks();
    if (at_ < text_.size() && text_[at_] == ';') ++at_;
    blanks();
    if (at_ < text_.size()) return fail("ends before the text does"), failure();
    return module;
  }

 private:
  Status failure() const {
    const auto line =
        1 +
        std::count(text_.begin(), text_.begin() + static_cast<ptrdiff_t>(std::min(at_, text_.size())), '\n');
    return invalid_argument("line " + std::to_string(line) + ": " + error_);
  }
  bool fail(const std::string& why) {
    if (error_.empty()) error_ = why;
    return false;
  }

  void blanks() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '#') {
        at_ = std::min(text_.find('\n', at_), text_.size());
      } else if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
        ++at_;
      } else {
        return;
      }
    }
  }
  bool take(char c) {
    blanks();
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  char next() {
    blanks();
    return at_ < text_.size() ? text_[at_] : '\0';
  }
  std::string word() {
    blanks();
    const size_t begin = at_;
    while (at_ < text_.size() && is_word(text_[at_])) ++at_;
    return std::string(text_.substr(begin, at_ - begin));
  }

  // "nn.Conv2d(...)". `type` was read already where it is not empty.
  bool module_at(int depth, Module* module, std::string type = "") {
    if (depth > kMostModuleDepth)
      return fail("modules are nested more than " + std::to_string(kMostModuleDepth) + " deep");
    if (++modules_ > kMostTextLayers)
      return fail("has more than " + std::to_string(kMostTextLayers) + " modules");
    if (type.empty()) type = word();
    module->type = type.substr(type.rfind('.') + 1);
    if (module->type.empty()) return fail("a module's name is missing");
    if (!take('(')) return fail("( is missing after " + text_name(module->type));
    while (!take(')')) {
      if (at_ >= text_.size()) return fail("a ) is missing");
      if (!argument(depth, module)) return false;
      take(',');
    }
    return true;
  }

  bool argument(int depth, Module* module) {
    if (next() == '(' && child_name()) return child(depth, module);
    if (next() == '(' || next() == '[' || next() == '\'' || next() == '"') {
      Argument tuple;
      if (!value(&tuple)) return false;
      module->arguments.push_back(std::move(tuple));
      return true;
    }
    std::string name = word();
    if (name.empty())
      return fail("what begins with \"" + text_name(text_.substr(at_, 1)) + "\" is no argument");
    if (next() == '(') {
      Module& inner = module->children.emplace_back();
      inner.name = std::to_string(module->children.size() - 1);
      return module_at(depth + 1, &inner, std::move(name));
    }
    if (take('=')) return value(&module->named[name]);
    module->arguments.push_back(argument_of(name));
    return true;
  }

  // "(layer1): ", and not "(3, 3)".
  bool child_name() const {
    const size_t close = text_.find(')', at_);
    if (close == text_.npos || close - at_ > 200) return false;
    const size_t colon = text_.find_first_not_of(" \t", close + 1);
    return colon != text_.npos && text_[colon] == ':' &&
           text_.substr(at_, close - at_).find(',') == text_.npos;
  }

  bool child(int depth, Module* module) {
    const size_t close = text_.find(')', at_);
    const std::string name(text_.substr(at_ + 1, close - at_ - 1));
    at_ = text_.find(':', close) + 1;
    std::string type = word();
    // "(0-5): 6 x Block(": the same six times.
    int64_t times = 1, first = 0;
    const bool number = !type.empty() && type.find_first_not_of("0123456789") == type.npos;
    if (number) {
      std::from_chars(type.data(), type.data() + type.size(), times);
      std::from_chars(name.data(), name.data() + name.size(), first);
      if (word() != "x") return fail("x is missing after " + type);
      if (times < 1 || times > static_cast<int64_t>(kMostTextLayers))
        return fail("repeats a module " + type + " times");
      type.clear();
    }
    Module inner;
    if (!module_at(depth + 1, &inner, std::move(type))) return false;
    modules_ += static_cast<size_t>(times - 1) * size_of(inner);
    if (modules_ > kMostTextLayers)
      return fail("has more than " + std::to_string(kMostTextLayers) + " modules");
    for (int64_t i = 0; i < times; ++i) {
      inner.name = times > 1 ? std::to_string(first + i) : name;
      module->children.push_back(inner);
    }
    return true;
  }

  static size_t size_of(const Module& module) {
    size_t size = 1;
    for (const Module& child : module.children) size += size_of(child);
    return size;
  }

  static Argument argument_of(const std::string& word) {
    double number = 0;
    const char* const end = word.data() + word.size();
    const auto [stop, error] = std::from_chars(word.data(), end, number);
    if (error == std::errc() && stop == end && std::isfinite(number)) return {{number}, ""};
    return {{}, word};
  }

  bool value(Argument* argument) {
    const char open = next();
    if (open == '\'' || open == '"') {
      const size_t close = text_.find(open, at_ + 1);
      if (close == text_.npos) return fail("a text does not end");
      argument->word = text_.substr(at_ + 1, close - at_ - 1);
      at_ = close + 1;
      return true;
    }
    if (open != '(' && open != '[') {
      const std::string one = word();
      if (one.empty()) return fail("a value is missing");
      *argument = argument_of(one);
      // A call as a value, e.g. norm_layer=partial(...), is nothing a figure hangs on.
      if (next() == '(') return fail(text_name(one) + " as a value is not read");
      return true;
    }
    ++at_;
    const char close = open == '(' ? ')' : ']';
    while (!take(close)) {
      const Argument one = argument_of(word());
      if (one.numbers.empty() && !one.is_none()) return fail("a tuple holds something else than numbers");
      argument->numbers.push_back(one.numbers.empty() ? -1 : one.numbers[0]);
      if (argument->numbers.size() > 16) return fail("a tuple holds more than 16 numbers");
      take(',');
      if (at_ >= text_.size()) return fail("a " + std::string(1, close) + " is missing");
    }
    return true;
  }

  std::string_view text_;
  size_t at_ = 0;
  size_t modules_ = 0;
  std::string error_;
};

// Arguments of one module, by place or by name. The first failure stays.
class Arguments {
 public:
  explicit Arguments(const Module& module) : module_(module) {}

  const Argument* find(size_t place, const char* name) const {
    if (place < module_.arguments.size()) return &module_.arguments[place];
    const auto found = module_.named.find(name);
    return found != module_.named.end() ? &found->second : nullptr;
  }
  int64_t integer(size_t place, const char* name, std::optional<int64_t> otherwise = {}) {
    const Argument* found = find(place, name);
    if (found == nullptr || found->is_none()) return otherwise ? *otherwise : missing(name);
    return found->numbers.size() == 1 ? whole(found->numbers[0], name) : missing(name);
  }
  Size2 size(size_t place, const char* name, std::optional<Size2> otherwise = {}) {
    const Argument* found = find(place, name);
    if (found == nullptr || found->is_none()) return otherwise ? *otherwise : Size2{missing(name), 1};
    if (found->numbers.size() != 1 && found->numbers.size() != 2) return {missing(name), 1};
    const int64_t h = whole(found->numbers[0], name), w = whole(found->numbers.back(), name);
    return {h, w};
  }
  bool boolean(size_t place, const char* name, bool otherwise) {
    const Argument* found = find(place, name);
    if (found == nullptr) return otherwise;
    if (found->word != "True" && found->word != "False") missing(name);
    return found->word == "True";
  }
  std::string word(size_t place, const char* name, const std::string& otherwise) const {
    const Argument* found = find(place, name);
    return found == nullptr ? otherwise : found->word;
  }
  int64_t missing(const char* name) {
    if (error_.empty()) error_ = module_.type + " has no " + name + " that can be read";
    return 1;
  }
  const std::string& error() const { return error_; }

 private:
  int64_t whole(double number, const char* name) {
    if (std::floor(number) != number || std::fabs(number) > 1e12) return missing(name);
    return static_cast<int64_t>(number);
  }

  const Module& module_;
  std::string error_;
};

// The layer of a module without children; channels_in: what it says to read, else -1.
Result<network::Layer> layer_of(const Module& module, int64_t* channels_in) {
  network::Layer layer;
  Arguments get(module);
  const std::string& type = module.type;
  const auto padded = [&](Size2 p) { return Padding{p.h, p.w, p.h, p.w}; };
  if (type == "Conv2d" || type == "ConvTranspose2d") {
    const bool transposed = type == "ConvTranspose2d";
    layer.kind = transposed ? Kind::kConvTranspose2d : Kind::kConv2d;
    *channels_in = get.integer(0, "in_channels");
    layer.out_channels = get.integer(1, "out_channels");
    layer.kernel = get.size(2, "kernel_size");
    layer.stride = get.size(3, "stride", Size2{1, 1});
    const std::string mode = get.word(4, "padding", "");
    if (mode == "same")
      layer.padding_mode = network::PaddingMode::kSame;
    else if (mode != "valid")
      layer.padding = padded(get.size(4, "padding", Size2{0, 0}));
    if (transposed) layer.output_padding = get.size(5, "output_padding", Size2{0, 0});
    layer.dilation = get.size(transposed ? 8 : 5, "dilation", Size2{1, 1});
    layer.groups = get.integer(6, "groups", 1);
    layer.bias = get.boolean(7, "bias", true);
  } else if (type == "MaxPool2d" || type == "AvgPool2d") {
    const bool max = type == "MaxPool2d";
    layer.kind = max ? Kind::kMaxPool2d : Kind::kAvgPool2d;
    layer.kernel = get.size(0, "kernel_size");
    layer.stride = get.size(1, "stride", layer.kernel);
    layer.padding = padded(get.size(2, "padding", Size2{0, 0}));
    if (max) layer.dilation = get.size(3, "dilation", Size2{1, 1});
    layer.ceil_mode = get.boolean(max ? 5 : 3, "ceil_mode", false);
    if (!max) layer.count_include_pad = get.boolean(4, "count_include_pad", true);
  } else if (type == "AdaptiveAvgPool2d" || type == "AdaptiveMaxPool2d") {
    layer.kind = type == "AdaptiveAvgPool2d" ? Kind::kAdaptiveAvgPool2d : Kind::kAdaptiveMaxPool2d;
    layer.output_size = get.size(0, "output_size");
  } else if (type == "BatchNorm2d" || type == "SyncBatchNorm" || type == "InstanceNorm2d") {
    const bool batch = type != "InstanceNorm2d";
    layer.kind = batch ? Kind::kBatchNorm2d : Kind::kInstanceNorm2d;
    *channels_in = get.integer(0, "num_features");
    layer.gamma = layer.beta = get.boolean(3, "affine", batch);
  } else if (type == "GroupNorm") {
    layer.kind = Kind::kGroupNorm;
    layer.groups = get.integer(0, "num_groups");
    *channels_in = get.integer(1, "num_channels");
    layer.gamma = layer.beta = get.boolean(3, "affine", true);
  } else if (type == "Linear") {
    layer.kind = Kind::kLinear;
    *channels_in = get.integer(0, "in_features");
    layer.out_features = get.integer(1, "out_features");
    layer.bias = get.boolean(2, "bias", true);
  } else if (type == "Upsample" || type == "UpsamplingNearest2d" || type == "UpsamplingBilinear2d") {
    layer.kind = Kind::kUpsample;
    const std::string mode = type == "UpsamplingBilinear2d" ? "bilinear" : get.word(2, "mode", "nearest");
    const bool corners = type == "UpsamplingBilinear2d" || get.word(3, "align_corners", "False") == "True";
    const Argument* size = get.find(0, "size");
    if (size != nullptr && !size->is_none()) {
      layer.scale = {0, 0};
      layer.output_size = get.size(0, "size");
    } else {
      layer.scale = get.size(1, "scale_factor");
    }
    if (mode == "bilinear")
      layer.mode = corners ? network::Upsampling::kBilinearCorners : network::Upsampling::kBilinear;
    else if (mode == "bicubic" && !corners)
      layer.mode = network::Upsampling::kBicubic;
    else if (mode != "nearest")
      get.missing("mode");
  } else if (type == "ZeroPad2d" || type == "ReflectionPad2d" || type == "ReplicationPad2d") {
    layer.kind = Kind::kPad;
    const Argument* pad = get.find(0, "padding");
    if (pad != nullptr && pad->numbers.size() == 4) {  // left, right, top, bottom
      const auto at = [&](size_t i) { return static_cast<int64_t>(pad->numbers[i]); };
      layer.padding = {at(2), at(0), at(3), at(1)};
    } else {
      layer.padding = padded(get.size(0, "padding"));
    }
  } else if (type == "PixelShuffle" || type == "PixelUnshuffle") {
    layer.kind = type == "PixelShuffle" ? Kind::kDepthToSpace : Kind::kSpaceToDepth;
    layer.scale = get.size(0, type == "PixelShuffle" ? "upscale_factor" : "downscale_factor");
  } else if (type == "ChannelShuffle") {
    layer.kind = Kind::kChannelShuffle;
    layer.groups = get.integer(0, "groups");
  } else if (const auto plain = plain_torch_kinds().find(type); plain != plain_torch_kinds().end()) {
    layer.kind = plain->second;
  } else {
    layer.kind = Kind::kOp;
    layer.op = type;
  }
  if (!get.error().empty()) return invalid_argument(get.error());
  return layer;
}

class TorchBuilder {
 public:
  TorchBuilder(const std::array<int64_t, 3>& input) {
    read_.network = network::with_input(input[0], input[1], input[2]);
  }

  Result<TextNetwork> build(const Module& root) {
    if (Status s = add(root, ""); !s.ok()) return s;
    if (read_.network.layers.size() < 2) return invalid_argument("has no layer");
    if (Status s = check_channels(); !s.ok()) return s;
    std::string remark;
    if (!order_unsaid_.empty())
      remark = "modules of " + order_unsaid_ +
               " are taken one after the other: print(model) does not say how they are connected";
    if (flattened_)
      remark +=
          (remark.empty() ? "" : "; ") + std::string("a flatten stands where a linear layer meets a map");
    read_.remark = remark;
    return std::move(read_);
  }

 private:
  Status add(const Module& module, const std::string& name) {
    constexpr size_t kMostName = 1000;
    if (name.size() > kMostName)
      return invalid_argument("module " + text_name(name) + " has a name of more than 1000 bytes");
    if (!module.children.empty() || module.type == "Sequential") {
      if (module.type != "Sequential" && order_unsaid_.empty() && module.children.size() > 1)
        order_unsaid_ = text_name(module.type);
      for (const Module& child : module.children) {
        if (Status s = add(child, name.empty() ? child.name : name + "." + child.name); !s.ok()) return s;
      }
      return {};
    }
    int64_t channels = -1;
    Result<network::Layer> layer = layer_of(module, &channels);
    if (!layer.ok())
      return Status(layer.status().code(), "module " + text_name(name) + ": " + layer.status().message());
    if (layer->kind == Kind::kFlatten) flat_ = true;
    if (layer->kind == Kind::kLinear && !flat_) {
      network::Layer flatten;
      flatten.kind = Kind::kFlatten;
      read_.network.layers.push_back(flatten);
      wanted_.push_back(-1);
      flat_ = flattened_ = true;
    }
    layer->name = name;
    read_.network.layers.push_back(*std::move(layer));
    wanted_.push_back(channels);
    return {};
  }

  // Modules that are not in a row show by what they say to read.
  Status check_channels() const {
    const network::Figures figures = analyze(read_.network);
    const std::vector<std::string> names = network::effective_names(read_.network);
    for (size_t i = 1; i < read_.network.layers.size() && i - 1 < figures.layers.size(); ++i) {
      const int64_t wanted = wanted_[i - 1], there = figures.layers[i - 1].channels();
      if (wanted < 0 || there < 0 || wanted == there) continue;
      return invalid_argument(
          "module " + text_name(names[i]) + " reads " + std::to_string(wanted) +
          " channels, the one before, " + text_name(names[i - 1]) + ", has " + std::to_string(there) +
          ": the modules are not in a row, and print(model) does not say how they are connected");
    }
    return {};
  }

  TextNetwork read_;
  std::vector<int64_t> wanted_;  // of layers 1...
  std::string order_unsaid_;
  bool flat_ = false, flattened_ = false;
};

}  // namespace

const std::map<std::string_view, Kind>& plain_torch_kinds() {
  static const std::map<std::string_view, Kind> kinds{{"ReLU", Kind::kRelu},
                                                      {"ReLU6", Kind::kRelu6},
                                                      {"LeakyReLU", Kind::kLeakyRelu},
                                                      {"ELU", Kind::kElu},
                                                      {"GELU", Kind::kGelu},
                                                      {"SiLU", Kind::kSilu},
                                                      {"Mish", Kind::kMish},
                                                      {"Hardswish", Kind::kHardswish},
                                                      {"Hardsigmoid", Kind::kHardsigmoid},
                                                      {"Sigmoid", Kind::kSigmoid},
                                                      {"Tanh", Kind::kTanh},
                                                      {"Softmax", Kind::kSoftmax},
                                                      {"Softmax2d", Kind::kSoftmax},
                                                      {"Dropout", Kind::kDropout},
                                                      {"Dropout2d", Kind::kDropout},
                                                      {"Identity", Kind::kIdentity},
                                                      {"Flatten", Kind::kFlatten},
                                                      {"LocalResponseNorm", Kind::kLocalResponseNorm},
                                                      {"FrozenBatchNorm2d", Kind::kBatchNorm2d}};
  return kinds;
}

Result<TextNetwork> parse_torch(std::string_view text, const TextInput& input) {
  if (!input) return invalid_argument("torch modules do not say their input: give --input 3x224x224");
  const Result<Module> root = TorchReader(text).read();
  if (!root.ok()) return root.status();
  return TorchBuilder(*input).build(*root);
}

}  // namespace poolglass
