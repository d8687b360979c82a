// Writes small .onnx files for tests: protocol buffers' wire format, byte by byte, right or wrong.
#pragma once

#include <bit>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace poolglass::onnx_writer {

inline std::string varint(uint64_t value) {
  std::string text;
  for (; value >= 0x80; value >>= 7) text += static_cast<char>(value | 0x80);
  return text + static_cast<char>(value);
}
inline std::string number(int field, int64_t value) {
  return varint(static_cast<uint64_t>(field) << 3) + varint(static_cast<uint64_t>(value));
}
inline std::string bytes(int field, std::string_view content) {
  return varint(static_cast<uint64_t>(field) << 3 | 2) + varint(content.size()) + std::string(content);
}
inline std::string fixed32(int field, float value) {
  std::string text = varint(static_cast<uint64_t>(field) << 3 | 5);
  const auto bits = std::bit_cast<uint32_t>(value);
  for (int i = 0; i < 4; ++i) text += static_cast<char>(bits >> (8 * i));
  return text;
}
inline std::string packed(int field, const std::vector<int64_t>& values) {
  std::string text;
  for (const int64_t value : values) text += varint(static_cast<uint64_t>(value));
  return bytes(field, text);
}

using Sizes = std::vector<int64_t>;
constexpr int kFloat = 1, kInt64 = 7;

// A tensor without values.
inline std::string tensor(std::string_view name, const Sizes& dims, int type = kFloat) {
  return packed(1, dims) + number(2, type) + bytes(8, name);
}
inline std::string integers(std::string_view name, const Sizes& values) {
  return packed(1, {static_cast<int64_t>(values.size())}) + number(2, kInt64) + packed(7, values) +
         bytes(8, name);
}
inline std::string reals(std::string_view name, const std::vector<float>& values) {
  std::string raw;
  for (const float value : values) {
    const auto bits = std::bit_cast<uint32_t>(value);
    for (int i = 0; i < 4; ++i) raw += static_cast<char>(bits >> (8 * i));
  }
  return packed(1, {static_cast<int64_t>(values.size())}) + number(2, kFloat) + bytes(8, name) +
         bytes(9, raw);
}

inline std::string attribute(std::string_view name, int64_t value) {
  return bytes(5, bytes(1, name) + number(3, value));
}
inline std::string attribute(std::string_view name, int value) { return attribute(name, int64_t{value}); }
inline std::string attribute(std::string_view name, const Sizes& values) {
  return bytes(5, bytes(1, name) + packed(8, values));
}
inline std::string attribute(std::string_view name, std::string_view value) {
  return bytes(5, bytes(1, name) + bytes(4, value));
}
inline std::string attribute(std::string_view name, const char* value) {
  return attribute(name, std::string_view(value));
}
inline std::string real_attribute(std::string_view name, float value) {
  return bytes(5, bytes(1, name) + fixed32(2, value));
}
inline std::string tensor_attribute(std::string_view name, std::string_view tensor) {
  return bytes(5, bytes(1, name) + bytes(5, tensor));
}

// Sizes are numbers or symbols.
struct Writer {
  int64_t opset = 13;
  int64_t ir_version = 8;
  std::string graph;

  Writer& input(std::string_view name, const std::vector<std::string>& sizes, int type = kFloat) {
    std::string shape;
    for (const std::string& size : sizes) {
      const bool symbol = size.find_first_not_of("-0123456789") != size.npos;
      shape += bytes(1, symbol ? bytes(2, size) : number(1, std::stoll(size)));
    }
    graph += bytes(11, bytes(1, name) + bytes(2, bytes(1, number(1, type) + bytes(2, shape))));
    return *this;
  }
  Writer& input(std::string_view name, const Sizes& sizes, int type = kFloat) {
    std::vector<std::string> texts;
    for (const int64_t size : sizes) texts.push_back(std::to_string(size));
    return input(name, texts, type);
  }
  Writer& output(std::string_view name) {
    graph += bytes(12, bytes(1, name));
    return *this;
  }
  Writer& weight(std::string_view name, const Sizes& dims, int type = kFloat) {
    graph += bytes(5, tensor(name, dims, type));
    return *this;
  }
  Writer& sizes(std::string_view name, const Sizes& values) {
    graph += bytes(5, integers(name, values));
    return *this;
  }
  Writer& scales(std::string_view name, const std::vector<float>& values) {
    graph += bytes(5, reals(name, values));
    return *this;
  }
  Writer& node(std::string_view type, const std::vector<std::string>& inputs,
               const std::vector<std::string>& outputs, std::string_view attributes = "",
               std::string_view name = "") {
    std::string text;
    for (const std::string& in : inputs) text += bytes(1, in);
    for (const std::string& out : outputs) text += bytes(2, out);
    if (!name.empty()) text += bytes(3, name);
    graph += bytes(1, text + bytes(4, type) + std::string(attributes));
    return *this;
  }
  std::string model() const {
    return number(1, ir_version) + bytes(7, graph) + bytes(8, bytes(1, "") + number(2, opset));
  }
};

}  // namespace poolglass::onnx_writer
