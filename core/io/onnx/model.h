// What Poolglass holds of an .onnx file: the graph, without weights (onnx.proto3 of the ONNX project, IR
// versions 3 to 10). Names are UTF-8 of unknown origin: show them through core/printable.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/io/byte_source.h"
#include "core/status.h"

namespace poolglass::onnx {

using Dims = std::vector<int64_t>;

// TensorProto.DataType, of which only these matter here.
enum class ElementType : int {
  kUndefined = 0,
  kFloat = 1,
  kUint8 = 2,
  kInt8 = 3,
  kUint16 = 4,
  kInt16 = 5,
  kInt32 = 6,
  kInt64 = 7,
  kBool = 9,
  kFloat16 = 10,
  kDouble = 11,
  kUint32 = 12,
  kUint64 = 13,
};
bool is_integer(ElementType type);           // bool is one
bool is_real(ElementType type);              // float, double
std::string element_name(ElementType type);  // "float32"; "type 42"

// Values of a small tensor: integers (and bool), or reals.
struct Values {
  std::vector<int64_t> integers;
  std::vector<double> reals;
};

// A tensor of the file. Its values are held when they are small enough to say sizes, never when they are
// weights.
inline constexpr int64_t kMostValues = 1024;
struct TensorInfo {
  std::string name;
  ElementType type = ElementType::kUndefined;
  Dims dims;
  std::optional<Values> values;
};

struct Attribute {
  std::string name;
  int64_t integer = 0;
  double real = 0;
  std::string text;
  std::vector<int64_t> integers;
  std::vector<double> reals;
  bool cut = false;                // the list goes on: only 4,096 numbers are held
  std::vector<TensorInfo> tensor;  // none or one
  int64_t subgraphs = 0;           // not read
};

struct Node {
  std::string name;                 // may be empty
  std::string type;                 // "Conv"
  std::string domain;               // empty: ONNX's own
  std::vector<std::string> inputs;  // empty: an optional one that is left out
  std::vector<std::string> outputs;
  std::vector<Attribute> attributes;
};

// A size of an input: a number, or a symbol ("N"; a size of 0 or below, or none at all, is one too).
struct InputDim {
  int64_t size = 0;
  std::string symbol;
  bool known() const { return size > 0; }
};

struct GraphInput {
  std::string name;
  ElementType type = ElementType::kUndefined;
  bool is_tensor = true;
  std::optional<std::vector<InputDim>> dims;  // absent: of unknown rank
};

struct Model {
  int64_t ir_version = 0;
  int64_t opset = 1;  // of ONNX's own operators
  std::string producer;
  std::vector<Node> nodes;
  std::vector<TensorInfo> initializers;
  std::vector<GraphInput> inputs;  // with IR version 3, initializers are among them
  std::vector<std::string> outputs;
};

// Everything is checked against limits before it is taken: 100,000 nodes, 1,000,000 initializers, names of
// 4,096 bytes, tensors of 32 dimensions, 64 MiB of names and attributes in all. Failures do not name the
// file.
inline constexpr int64_t kMostNodes = 100'000;
Result<Model> read_model(ByteSource& source);

// True when a file that starts like this can be a model, and not JSON or other text.
bool may_be_model(std::string_view start);

}  // namespace poolglass::onnx
