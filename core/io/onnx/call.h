// What a rule for an operator's shape sees and says. Internal to core/io/onnx.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/io/onnx/infer.h"

namespace poolglass::onnx {

// A list that older opsets have as an attribute and newer ones as an input.
struct Listed {
  bool given = false;
  bool known = true;  // false: its values hang on an input
  std::vector<int64_t> values;
};

struct Call {
  const Node& node;
  int64_t opset = 1;
  bool folds = true;                 // values may still be held
  std::vector<const Value*> inputs;  // null: left out
  std::vector<Value> outputs;        // shapes not known yet

  const Value* input(size_t i) const { return i < inputs.size() ? inputs[i] : nullptr; }
  bool shape_known(size_t i) const { return input(i) != nullptr && input(i)->shape_known; }
  bool data_known(size_t i) const { return input(i) != nullptr && input(i)->data != nullptr; }
  const Dims& dims(size_t i) const { return input(i)->dims; }
  int64_t rank(size_t i) const { return std::ssize(input(i)->dims); }
  ElementType type(size_t i) const { return input(i) != nullptr ? input(i)->type : ElementType::kUndefined; }

  const Attribute* attribute(std::string_view name) const;
  int64_t integer(std::string_view name, int64_t otherwise) const;
  std::string_view text(std::string_view name, std::string_view otherwise) const;
  Listed list(std::string_view attribute, size_t input) const;
  Listed list(std::string_view attribute) const;
  // Values of an input as integers, if they are known.
  std::optional<std::vector<int64_t>> integers(size_t input) const;
  std::optional<std::vector<double>> reals(size_t input) const;

  void set(size_t output, Dims dims, ElementType type);
  void set(size_t output, Dims dims) { set(output, std::move(dims), type(0)); }
  // The values of the first output.
  void set_data(Values data);
  bool holds(size_t output) const;  // its shape is known, and its values are few enough to be held
};

using Rule = Status (*)(Call&);
struct NamedRule {
  std::string_view type;
  Rule rule;
};

std::span<const NamedRule> elementwise_rules();
std::span<const NamedRule> window_rules();
std::span<const NamedRule> shape_rules();
std::span<const NamedRule> resize_rules();
std::span<const NamedRule> constant_rules();
std::span<const NamedRule> gather_rules();
std::span<const NamedRule> other_rules();

inline constexpr int64_t kMostSize = int64_t{1} << 40;  // of one dimension; also of a window's numbers: 2^31

// -1 is the last of `rank`; beyond it a failure that names the axis.
Result<int64_t> axis_of(int64_t axis, int64_t rank);
Result<std::vector<int64_t>> axes_of(const std::vector<int64_t>& axes, int64_t rank);  // none twice
// Numpy's rule: sizes of 1 stretch.
Result<Dims> broadcast(const Dims& a, const Dims& b);
int64_t elements_of(const Dims& dims);  // of dims that were checked
// Index in a tensor of `from` of the element at `index` (row-major) of one of `to`, to which it was
// stretched.
int64_t broadcast_index(const Dims& from, const Dims& to, int64_t index);
// out[i] = from(i) for integers and reals alike.
template <class F>
Values remapped(const Values& values, int64_t count, const F& from) {
  Values out;
  for (int64_t i = 0; i < count; ++i) {
    const auto at = static_cast<size_t>(from(i));
    if (!values.integers.empty()) out.integers.push_back(values.integers[at]);
    if (!values.reals.empty()) out.reals.push_back(values.reals[at]);
  }
  return out;
}

}  // namespace poolglass::onnx
