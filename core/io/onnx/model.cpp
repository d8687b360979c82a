#include "core/io/onnx/model.h"

#include <bit>
#include <cstring>
#include <string_view>

#include "core/io/onnx/wire.h"
#include "core/printable.h"
#include "core/tensor.h"

namespace poolglass::onnx {
namespace {

constexpr int64_t kMostInitializers = 1'000'000;
constexpr int64_t kMostName = 4096;  // bytes
constexpr int64_t kMostDims = 32;
constexpr int64_t kMostListed = 4096;  // numbers of an attribute; inputs or outputs of a node are kMostNodes
constexpr int64_t kMostHeld = int64_t{64} << 20;
constexpr int64_t kMostRaw = kMostValues * 8;  // bytes

using Type = WireField::Type;

double real_of(uint64_t bits, Type type) {
  return type == Type::kFixed64 ? std::bit_cast<double>(bits)
                                : double{std::bit_cast<float>(static_cast<uint32_t>(bits))};
}

int bytes_of(ElementType type) {
  switch (type) {
    case ElementType::kUint8:
    case ElementType::kInt8:
    case ElementType::kBool:
      return 1;
    case ElementType::kUint16:
    case ElementType::kInt16:
      return 2;
    case ElementType::kInt32:
    case ElementType::kUint32:
    case ElementType::kFloat:
      return 4;
    case ElementType::kInt64:
    case ElementType::kUint64:
    case ElementType::kDouble:
      return 8;
    default:
      return 0;
  }
}

int64_t sign_extended(uint64_t bits, ElementType type) {
  switch (type) {
    case ElementType::kInt8:
      return static_cast<int8_t>(bits);
    case ElementType::kInt16:
      return static_cast<int16_t>(bits);
    case ElementType::kInt32:
      return static_cast<int32_t>(bits);
    default:
      return static_cast<int64_t>(bits);
  }
}

class ModelReader {
 public:
  explicit ModelReader(ByteSource& source) : in_(source) {}

  Result<Model> read() {
    bool graph = false;
    in_.message([&](const WireField& field) {
      if (field.number == 1) model_.ir_version = field.integer();
      if (field.number == 2) name(field, &model_.producer);
      if (field.number == 7 && field.is_message()) {
        graph = true;
        read_graph();
      }
      if (field.number == 8 && field.is_message()) read_opset();
    });
    if (!in_.ok()) {
      const std::string node = in_node_ < 0 ? "" : "node " + std::to_string(in_node_) + ": ";
      return Status(in_.status().code(), node + in_.status().message());
    }
    if (!graph) return invalid_argument("is not an ONNX model: it has no graph");
    return std::move(model_);
  }

 private:
  // What is held stays within a limit, whatever the file is made of.
  void hold(size_t bytes) {
    held_ += static_cast<int64_t>(bytes);
    if (held_ > kMostHeld) in_.fail("holds more names and attributes than the limit of 64 MiB");
  }

  void name(const WireField& field, std::string* value) {
    if (!field.is_message()) return;
    in_.text(value, kMostName);
    hold(value->size() + sizeof(std::string));
  }

  void read_opset() {
    std::string domain;
    int64_t version = 1;
    in_.message([&](const WireField& field) {
      if (field.number == 1) name(field, &domain);
      if (field.number == 2) version = field.integer();
    });
    if (domain.empty() || domain == "ai.onnx") model_.opset = version;
  }

  void read_graph() {
    in_.message([&](const WireField& field) {
      if (!field.is_message()) return;
      if (field.number == 1) read_node();
      if (field.number == 5) add_initializer(read_tensor("initializer"));
      if (field.number == 11) {
        model_.inputs.push_back(read_value_info());
        hold(sizeof(GraphInput));
      }
      if (field.number == 12) {
        model_.outputs.push_back(read_value_info().name);
        hold(sizeof(std::string));
      }
      if (field.number == 15) read_sparse();
    });
  }

  void add_initializer(TensorInfo tensor) {
    hold(sizeof(TensorInfo));
    if (std::ssize(model_.initializers) >= kMostInitializers)
      in_.fail("has more initializers than the limit of " + std::to_string(kMostInitializers));
    else
      model_.initializers.push_back(std::move(tensor));
  }

  void read_sparse() {
    TensorInfo dense;
    in_.message([&](const WireField& field) {
      if (field.number == 1 && field.is_message()) {
        const TensorInfo values = read_tensor("sparse initializer");
        dense.name = values.name;
        dense.type = values.type;
      }
      if (field.number == 3) in_.integers(field, &dense.dims, kMostDims, "a sparse initializer's dims");
    });
    add_initializer(std::move(dense));
  }

  void read_node() {
    if (std::ssize(model_.nodes) >= kMostNodes) {
      in_.fail("has more nodes than the limit of " + std::to_string(kMostNodes));
      return;
    }
    Node node;
    in_.message([&](const WireField& field) {
      if (!field.is_message()) return;
      if (field.number == 1 || field.number == 2) {
        std::vector<std::string>& list = field.number == 1 ? node.inputs : node.outputs;
        name(field, &list.emplace_back());
      }
      if (field.number == 3) name(field, &node.name);
      if (field.number == 4) name(field, &node.type);
      if (field.number == 5) node.attributes.push_back(read_attribute());
      if (field.number == 7) name(field, &node.domain);
    });
    if (node.domain == "ai.onnx") node.domain.clear();
    hold(sizeof(Node));
    if (node.type.empty()) in_.fail("has no op_type");
    if (!in_.ok()) in_node_ = std::ssize(model_.nodes);
    model_.nodes.push_back(std::move(node));
  }

  Attribute read_attribute() {
    Attribute attribute;
    hold(sizeof(Attribute));
    in_.message([&](const WireField& field) {
      switch (field.number) {
        case 1:
          return name(field, &attribute.name);
        case 2:
          attribute.real = real_of(field.value, field.type);
          return;
        case 3:
          attribute.integer = field.integer();
          return;
        case 4:
          // A text longer than a name's limit is no mode of an operator that is known here.
          if (field.is_message() && field.length <= kMostName) name(field, &attribute.text);
          return;
        case 5:
          if (field.is_message()) attribute.tensor.assign(1, read_tensor("attribute"));
          hold(sizeof(TensorInfo));
          return;
        case 6:
        case 11:
          ++attribute.subgraphs;
          return;
        case 7:
          return read_reals(field, &attribute.reals, &attribute.cut);
        case 8:
          return read_listed(field, &attribute.integers, &attribute.cut);
        default:
          return;
      }
    });
    return attribute;
  }

  // Long lists belong to operators that are not known here (decision trees, vocabularies).
  void read_listed(const WireField& field, std::vector<int64_t>* list, bool* cut) {
    in_.each(field, Type::kVarint, [&](uint64_t value) {
      *cut = *cut || std::ssize(*list) >= kMostListed;
      if (*cut) return false;
      list->push_back(static_cast<int64_t>(value));
      hold(sizeof(int64_t));
      return true;
    });
  }

  void read_reals(const WireField& field, std::vector<double>* list, bool* cut) {
    in_.each(field, Type::kFixed32, [&](uint64_t bits) {
      *cut = *cut || std::ssize(*list) >= kMostListed;
      if (*cut) return false;
      list->push_back(real_of(bits, Type::kFixed32));
      hold(sizeof(double));
      return true;
    });
  }

  struct TensorData {
    std::vector<int64_t> integers;
    std::vector<double> reals;
    std::string raw;
    bool more = false;      // than are held
    bool external = false;  // in another file
  };

  TensorInfo read_tensor(const char* what) {
    TensorInfo tensor;
    TensorData data;
    in_.message([&](const WireField& field) {
      switch (field.number) {
        case 1:
          return in_.integers(field, &tensor.dims, kMostDims,
                              ("an " + std::string(what) + "'s dims").c_str());
        case 2:
          tensor.type = static_cast<ElementType>(field.integer() > 1000 ? 0 : field.integer());
          return;
        case 4:
          return read_data(field, Type::kFixed32, &data);
        case 5:
        case 7:
        case 11:
          return read_data(field, Type::kVarint, &data);
        case 8:
          return name(field, &tensor.name);
        case 9:
          if (!field.is_message()) return;
          data.more = field.length > kMostRaw;
          if (!data.more) in_.text(&data.raw, kMostRaw);
          return;
        case 10:
          return read_data(field, Type::kFixed64, &data);
        case 14:
          data.external = field.value != 0;
          return;
        default:
          return;
      }
    });
    check_dims(tensor, what);
    if (in_.ok()) keep_values(data, &tensor);
    return tensor;
  }

  void read_data(const WireField& field, Type type, TensorData* data) {
    const bool reals = type != Type::kVarint;
    data->more = data->more || (field.is_message() && field.length > kMostValues * 10);
    if (data->more) return;
    in_.each(field, type, [&](uint64_t bits) {
      const size_t count = reals ? data->reals.size() : data->integers.size();
      data->more = count >= static_cast<size_t>(kMostValues);
      if (data->more) return false;
      if (reals)
        data->reals.push_back(real_of(bits, type));
      else
        data->integers.push_back(static_cast<int64_t>(bits));
      return true;
    });
  }

  void check_dims(const TensorInfo& tensor, const char* what) {
    int64_t elements = 1;
    bool fits = true;
    for (const int64_t dim : tensor.dims)
      fits = fits && dim >= 0 && checked_multiply(elements, dim, &elements);
    if (fits) return;
    in_.fail(std::string(what) + " \"" + one_line(tensor.name, 100) +
             "\" has sizes that do not fit in 63 bits");
  }

  void keep_values(const TensorData& data, TensorInfo* tensor) {
    int64_t elements = 1;
    for (const int64_t dim : tensor->dims) elements *= dim;
    if (data.more || data.external || elements > kMostValues) return;
    const ElementType type = tensor->type;
    if (!is_integer(type) && !is_real(type)) return;
    Values values{data.integers, data.reals};
    const auto size = static_cast<size_t>(bytes_of(type));
    if (!data.raw.empty()) {
      if (data.raw.size() != size * static_cast<size_t>(elements)) return;
      for (size_t at = 0; at < data.raw.size(); at += size) {
        uint64_t bits = 0;  // little-endian, whatever this machine is
        for (size_t i = 0; i < size; ++i)
          bits |= uint64_t{static_cast<unsigned char>(data.raw[at + i])} << (8 * i);
        if (is_real(type))
          values.reals.push_back(real_of(bits, size == 8 ? Type::kFixed64 : Type::kFixed32));
        else
          values.integers.push_back(sign_extended(bits, type));
      }
    }
    const auto count = static_cast<int64_t>(is_real(type) ? values.reals.size() : values.integers.size());
    if (count != elements) return;
    hold(static_cast<size_t>(elements) * sizeof(int64_t));
    tensor->values = std::move(values);
  }

  GraphInput read_value_info() {
    GraphInput input;
    in_.message([&](const WireField& field) {
      if (field.number == 1) name(field, &input.name);
      if (field.number == 2 && field.is_message()) read_type(&input);
    });
    return input;
  }

  void read_type(GraphInput* input) {
    input->is_tensor = false;
    in_.message([&](const WireField& field) {
      if (field.number != 1 || !field.is_message()) return;
      input->is_tensor = true;
      in_.message([&](const WireField& inner) {
        if (inner.number == 1) input->type = static_cast<ElementType>(inner.value > 1000 ? 0 : inner.value);
        if (inner.number == 2 && inner.is_message()) read_shape(&input->dims.emplace());
      });
    });
  }

  void read_shape(std::vector<InputDim>* dims) {
    in_.message([&](const WireField& field) {
      if (field.number != 1 || !field.is_message()) return;
      if (std::ssize(*dims) >= kMostDims) {
        in_.fail("has an input or output of more than " + std::to_string(kMostDims) + " dimensions");
        return;
      }
      InputDim dim;
      in_.message([&](const WireField& inner) {
        if (inner.number == 1) dim.size = inner.integer();
        if (inner.number == 2) name(inner, &dim.symbol);
      });
      hold(sizeof(InputDim));
      dims->push_back(std::move(dim));
    });
  }

  WireReader in_;
  Model model_;
  int64_t held_ = 0;
  int64_t in_node_ = -1;  // where reading failed
};

}  // namespace

bool is_integer(ElementType type) {
  switch (type) {
    case ElementType::kUint8:
    case ElementType::kInt8:
    case ElementType::kUint16:
    case ElementType::kInt16:
    case ElementType::kInt32:
    case ElementType::kInt64:
    case ElementType::kBool:
    case ElementType::kUint32:
    case ElementType::kUint64:
      return true;
    default:
      return false;
  }
}

bool is_real(ElementType type) { return type == ElementType::kFloat || type == ElementType::kDouble; }

Result<Model> read_model(ByteSource& source) {
  Result<Model> model = ModelReader(source).read();
  if (!model.ok()) return model;
  if (Status s = source.unchanged(); !s.ok()) return s;
  return model;
}

// A serialised model begins with the key of its first field: the version, a name, the graph or the opset.
bool may_be_model(std::string_view start) {
  if (start.empty()) return false;
  const auto key = static_cast<unsigned char>(start[0]);
  return key == 0x08 || key == 0x12 || key == 0x1a || key == 0x3a || key == 0x42;
}

}  // namespace poolglass::onnx
