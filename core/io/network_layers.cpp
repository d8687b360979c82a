// The fields of layers in chain files, read and written.
#include "core/io/json_quote.h"
#include "core/io/network_json_value.h"

namespace poolglass {
namespace {

using network::Axes;
using network::Dims;
using network::Effect;
using network::Kind;
using network::NormAxes;
using network::PaddingMode;
using network::Upsampling;

constexpr std::string_view kModes[] = {"nearest", "bilinear", "bilinear_corners", "bicubic"};
constexpr std::string_view kEffects[] = {"unknown", "pointwise", "whole"};

// One of the words into its place among them.
template <size_t n, class Enum>
void read_word(FieldReader& fields, const char* key, const std::string_view (&words)[n], Enum* value) {
  std::string text, all;
  if (!fields.has(key)) return;
  fields.text(key, &text);
  for (size_t i = 0; i < n; ++i) {
    if (words[i] == text) {
      *value = static_cast<Enum>(i);
      return;
    }
    all += (i == 0 ? "\"" : ", \"") + std::string(words[i]) + "\"";
  }
  fields.fail(std::string(key) + " must be one of " + all);
}

// An integer, [h, w] or [top, left, bottom, right].
void read_numbers(FieldReader& fields, Padding* padding) {
  if (const Json* json = fields.any("padding"); json->is_array() && json->size() == 4) {
    return fields.integers("padding", {&padding->top, &padding->left, &padding->bottom, &padding->right});
  }
  Size2 both;
  fields.size("padding", &both);
  *padding = {both.h, both.w, both.h, both.w};
}

void read_padding(FieldReader& fields, network::Layer* layer) {
  const Json* json = fields.any("padding");
  if (json == nullptr) return;
  if (!json->is_string()) return read_numbers(fields, &layer->padding);
  std::string word;
  fields.text("padding", &word);
  if (word == "same" || word == "same_upper") {
    layer->padding_mode = PaddingMode::kSame;
  } else if (word == "same_lower") {
    layer->padding_mode = PaddingMode::kSameLower;
  } else if (word != "valid") {
    fields.fail("padding must be integers, \"same\", \"same_upper\", \"same_lower\" or \"valid\"");
  }
}

void read_conv(FieldReader& fields, network::Layer* layer) {
  fields.require("out_channels");
  fields.integer("out_channels", &layer->out_channels);
  fields.require("kernel");
  fields.size("kernel", &layer->kernel);
  fields.size("stride", &layer->stride);
  if (layer->kind == Kind::kConv2d) {
    read_padding(fields, layer);
  } else {
    if (fields.has("padding")) read_numbers(fields, &layer->padding);
    fields.size("output_padding", &layer->output_padding);
  }
  fields.size("dilation", &layer->dilation);
  fields.integer("groups", &layer->groups);
  fields.boolean("bias", &layer->bias);
}

void read_pool_window(FieldReader& fields, network::Layer* layer) {
  fields.require("kernel");
  fields.size("kernel", &layer->kernel);
  layer->stride = layer->kernel;
  fields.size("stride", &layer->stride);
  read_padding(fields, layer);
  fields.size("dilation", &layer->dilation);
  fields.boolean("ceil_mode", &layer->ceil_mode);
  if (layer->kind != Kind::kAvgPool2d) return;
  if (layer->dilation != Size2{1, 1}) fields.fail("dilation of avg_pool2d must be 1");
  fields.boolean("count_include_pad", &layer->count_include_pad);
}

void read_norm(FieldReader& fields, network::Layer* layer) {
  constexpr std::string_view kOver[] = {"channels", "all"};
  if (layer->kind == Kind::kInstanceNorm2d) layer->gamma = layer->beta = false;
  if (layer->kind == Kind::kLayerNorm) read_word(fields, "over", kOver, &layer->norm_axes);
  if (layer->kind == Kind::kGroupNorm) {
    fields.require("groups");
    fields.integer("groups", &layer->groups);
  }
  fields.boolean("gamma", &layer->gamma);
  fields.boolean("beta", &layer->beta);
}

void read_upsample(FieldReader& fields, network::Layer* layer) {
  if (fields.has("scale") == fields.has("size")) return fields.fail("either scale or size must be given");
  if (fields.has("size")) layer->scale = {0, 0};
  fields.size("size", &layer->output_size);
  if (fields.has("scale")) {
    fields.size("scale", &layer->scale);
    if (layer->scale.h < 1 || layer->scale.w < 1) fields.fail("scale must be at least 1");
  }
  read_word(fields, "mode", kModes, &layer->mode);
}

void read_permute(FieldReader& fields, network::Layer* layer) {
  constexpr std::string_view kOrders[] = {"nchw", "nhwc"};
  int to = 1;
  read_word(fields, "to", kOrders, &to);
  layer->channels_last = to == 1;
}

void read_axes(FieldReader& fields, Axes* axes) {
  if (!fields.has("axes")) return;
  int64_t c = 0, h = 0, w = 0;
  fields.integers("axes", {&c, &h, &w});
  for (const int64_t axis : {c, h, w}) {
    if (axis < -1 || axis >= Dims::kMost) return fields.fail("axes must be from -1 (none) to 7");
  }
  *axes = {static_cast<int8_t>(c), static_cast<int8_t>(h), static_cast<int8_t>(w)};
}

void read_op(FieldReader& fields, network::Layer* layer) {
  fields.require("op");
  fields.text("op", &layer->op);
  read_word(fields, "effect", kEffects, &layer->effect);
  if (const Json* json = fields.any("output"); json != nullptr && !read_dims(*json, &layer->output)) {
    fields.fail("output must be a list of 1 to 8 sizes, each an integer of at least 1 or null");
  }
  read_axes(fields, &layer->axes);
  int64_t count = 0;
  if (fields.has("params")) {
    fields.integer("params", &count);
    layer->params = count;
  }
  if (fields.has("macs")) {
    fields.integer("macs", &count);
    layer->macs = count;
  }
}

std::string list_text(std::initializer_list<int64_t> values) {
  std::string text;
  for (const int64_t value : values) text += (text.empty() ? "[" : ", ") + std::to_string(value);
  return text + "]";
}

std::string size_text(Size2 size) {
  return size.h == size.w ? std::to_string(size.h) : list_text({size.h, size.w});
}

std::string padding_text(const network::Layer& layer) {
  if (layer.padding_mode == PaddingMode::kSame) return "\"same\"";
  if (layer.padding_mode == PaddingMode::kSameLower) return "\"same_lower\"";
  const Padding& p = layer.padding;
  if (p.top == p.bottom && p.left == p.right) return size_text({p.top, p.left});
  return list_text({p.top, p.left, p.bottom, p.right});
}

// `, "key": value` after `, "key": value`.
class Fields {
 public:
  void add(const char* key, const std::string& value) { text_ += ", \"" + std::string(key) + "\": " + value; }
  void word(const char* key, std::string_view value) { add(key, "\"" + std::string(value) + "\""); }
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

void write_window(const network::Layer& layer, Fields* to) {
  to->add("kernel", size_text(layer.kernel));
  to->add("stride", size_text(layer.stride));
  to->add("padding", padding_text(layer));
  if (layer.output_padding != Size2{0, 0} && layer.kind == Kind::kConvTranspose2d) {
    to->add("output_padding", size_text(layer.output_padding));
  }
  if (layer.kind != Kind::kAvgPool2d) to->add("dilation", size_text(layer.dilation));
  if (network::is_pool(layer.kind)) to->add("ceil_mode", json_bool(layer.ceil_mode));
  if (layer.kind == Kind::kAvgPool2d) to->add("count_include_pad", json_bool(layer.count_include_pad));
}

void write_norm(const network::Layer& layer, Fields* to) {
  const bool usual = layer.kind != Kind::kInstanceNorm2d;
  if (layer.kind == Kind::kLayerNorm && layer.norm_axes == NormAxes::kAll) to->word("over", "all");
  if (layer.kind == Kind::kGroupNorm) to->add("groups", std::to_string(layer.groups));
  if (layer.gamma != usual) to->add("gamma", json_bool(layer.gamma));
  if (layer.beta != usual) to->add("beta", json_bool(layer.beta));
}

void write_op(const network::Layer& layer, Fields* to) {
  to->add("op", json_quote(layer.op));
  to->word("effect", kEffects[static_cast<size_t>(layer.effect)]);
  if (layer.output.rank > 0) to->add("output", dims_json(layer.output));
  if (!(layer.axes == network::kPlanes)) {
    to->add("axes", list_text({layer.axes.channels, layer.axes.rows, layer.axes.columns}));
  }
  if (layer.params) to->add("params", std::to_string(*layer.params));
  if (layer.macs) to->add("macs", std::to_string(*layer.macs));
}

}  // namespace

bool read_dims(const Json& json, Dims* dims) {
  if (!json.is_array() || json.empty() || json.size() > static_cast<size_t>(Dims::kMost)) return false;
  *dims = Dims();
  for (const Json& item : json) {
    int64_t size = network::kUnknownSize;
    if (!item.is_null() && !json_integer(item, &size)) return false;
    if (!item.is_null() && size < 0) return false;
    (*dims)[dims->rank++] = size;
  }
  return true;
}

std::string dims_json(const Dims& dims, int first) {
  std::string text = "[";
  for (int i = first; i < dims.rank; ++i) {
    text += (i > first ? ", " : "") + (dims[i] < 0 ? "null" : std::to_string(dims[i]));
  }
  return text + "]";
}

void read_layer_fields(FieldReader& fields, network::Layer* layer) {
  switch (layer->kind) {
    case Kind::kConv2d:
    case Kind::kConvTranspose2d:
      return read_conv(fields, layer);
    case Kind::kMaxPool2d:
    case Kind::kAvgPool2d:
      return read_pool_window(fields, layer);
    case Kind::kAdaptiveAvgPool2d:
    case Kind::kAdaptiveMaxPool2d:
      fields.require("output_size");
      return fields.size("output_size", &layer->output_size);
    case Kind::kLinear:
      fields.require("out_features");
      fields.integer("out_features", &layer->out_features);
      return fields.boolean("bias", &layer->bias);
    case Kind::kBatchNorm2d:
    case Kind::kLayerNorm:
    case Kind::kGroupNorm:
    case Kind::kInstanceNorm2d:
      return read_norm(fields, layer);
    case Kind::kScale:
      layer->bias = false;
      return fields.boolean("bias", &layer->bias);
    case Kind::kChannelShuffle:
      fields.require("groups");
      return fields.integer("groups", &layer->groups);
    case Kind::kUpsample:
      return read_upsample(fields, layer);
    case Kind::kPad:
    case Kind::kCrop:
      fields.require("padding");
      if (fields.has("padding")) read_numbers(fields, &layer->padding);
      return;
    case Kind::kSlice:
      fields.require("channels");
      return fields.integers("channels", {&layer->begin, &layer->end});
    case Kind::kDepthToSpace:
    case Kind::kSpaceToDepth:
      fields.require("scale");
      return fields.size("scale", &layer->scale);
    case Kind::kPermute:
      return read_permute(fields, layer);
    case Kind::kOp:
      return read_op(fields, layer);
    default:
      return;
  }
}

std::string layer_fields_text(const network::Layer& layer) {
  Fields to;
  switch (layer.kind) {
    case Kind::kConv2d:
    case Kind::kConvTranspose2d:
      to.add("out_channels", std::to_string(layer.out_channels));
      write_window(layer, &to);
      if (layer.groups != 1) to.add("groups", std::to_string(layer.groups));
      to.add("bias", json_bool(layer.bias));
      break;
    case Kind::kMaxPool2d:
    case Kind::kAvgPool2d:
      write_window(layer, &to);
      break;
    case Kind::kAdaptiveAvgPool2d:
    case Kind::kAdaptiveMaxPool2d:
      to.add("output_size", size_text(layer.output_size));
      break;
    case Kind::kLinear:
      to.add("out_features", std::to_string(layer.out_features));
      to.add("bias", json_bool(layer.bias));
      break;
    case Kind::kBatchNorm2d:
    case Kind::kLayerNorm:
    case Kind::kGroupNorm:
    case Kind::kInstanceNorm2d:
      write_norm(layer, &to);
      break;
    case Kind::kScale:
      if (layer.bias) to.add("bias", "true");
      break;
    case Kind::kChannelShuffle:
      to.add("groups", std::to_string(layer.groups));
      break;
    case Kind::kUpsample:
      if (layer.scale == Size2{0, 0}) {
        to.add("size", size_text(layer.output_size));
      } else {
        to.add("scale", size_text(layer.scale));
      }
      to.word("mode", kModes[static_cast<size_t>(layer.mode)]);
      break;
    case Kind::kPad:
    case Kind::kCrop:
      to.add("padding", padding_text(layer));
      break;
    case Kind::kSlice:
      to.add("channels", list_text({layer.begin, layer.end}));
      break;
    case Kind::kDepthToSpace:
    case Kind::kSpaceToDepth:
      to.add("scale", size_text(layer.scale));
      break;
    case Kind::kPermute:
      to.word("to", layer.channels_last ? "nhwc" : "nchw");
      break;
    case Kind::kOp:
      write_op(layer, &to);
      break;
    default:
      break;
  }
  return to.take();
}

std::string place_numbers(const std::string& written, const std::vector<CopyNumber>& copies) {
  std::string text = written;
  for (const CopyNumber& copy : copies) {
    const std::string mark = "{" + copy.index + "}";
    std::string placed;
    size_t done = 0;
    for (size_t at = text.find(mark); at != std::string::npos; at = text.find(mark, done)) {
      placed.append(text, done, at - done).append(std::to_string(copy.number));
      done = at + mark.size();
    }
    text = placed.append(text, done, std::string::npos);
  }
  return text;
}

std::string copy_name(const std::string& written, const std::vector<CopyNumber>& copies) {
  std::string name = place_numbers(written, copies);
  for (const CopyNumber& copy : copies) {
    if (copy.repeated && written.find("{" + copy.index + "}") == std::string::npos) {
      name += "." + std::to_string(copy.number);
    }
  }
  return name;
}

}  // namespace poolglass
