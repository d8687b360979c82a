// Operators that make tensors of their own, and that say a shape.
#include <algorithm>
#include <cmath>

#include "core/io/onnx/call.h"

namespace poolglass::onnx {
namespace {

Status shape(Call& call) {
  if (!call.shape_known(0)) return {};
  const int64_t rank = call.rank(0);
  const auto placed = [&](int64_t at) { return std::clamp(at < 0 ? at + rank : at, int64_t{0}, rank); };
  const int64_t begin = placed(call.integer("start", 0)), end = placed(call.integer("end", rank));
  Values values;
  for (int64_t i = begin; i < end; ++i) values.integers.push_back(call.dims(0)[static_cast<size_t>(i)]);
  call.set(0, {std::ssize(values.integers)}, ElementType::kInt64);
  call.set_data(std::move(values));
  return {};
}

Status size(Call& call) {
  call.set(0, {}, ElementType::kInt64);
  if (call.shape_known(0)) call.set_data({{elements_of(call.dims(0))}, {}});
  return {};
}

void set_tensor(Call& call, const TensorInfo& tensor) {
  call.set(0, tensor.dims, tensor.type);
  if (tensor.values && call.holds(0)) call.set_data(*tensor.values);
}

Status constant(Call& call) {
  for (const Attribute& attribute : call.node.attributes) {
    const auto integers = static_cast<int64_t>(attribute.integers.size());
    const auto reals = static_cast<int64_t>(attribute.reals.size());
    if (attribute.name == "value" && !attribute.tensor.empty()) {
      set_tensor(call, attribute.tensor[0]);
    } else if (attribute.name == "value_int") {
      call.set(0, {}, ElementType::kInt64);
      call.set_data({{attribute.integer}, {}});
    } else if (attribute.name == "value_float") {
      call.set(0, {}, ElementType::kFloat);
      call.set_data({{}, {attribute.real}});
    } else if (attribute.name == "value_ints" && !attribute.cut) {
      call.set(0, {integers}, ElementType::kInt64);
      if (call.holds(0)) call.set_data({attribute.integers, {}});
    } else if (attribute.name == "value_floats" && !attribute.cut) {
      call.set(0, {reals}, ElementType::kFloat);
      if (call.holds(0)) call.set_data({{}, attribute.reals});
    }
  }
  return {};
}

Status constant_of_shape(Call& call) {
  const auto dims = call.integers(0);
  if (!dims) return {};
  const Attribute* value = call.attribute("value");
  const bool given = value != nullptr && !value->tensor.empty();
  const ElementType type = given ? value->tensor[0].type : ElementType::kFloat;
  call.set(0, *dims, type);
  for (const int64_t dim : *dims) {
    if (dim < 0) return invalid_argument("a size of " + std::to_string(dim) + " is below 0");
  }
  if (!call.holds(0)) return {};
  Values one = given && value->tensor[0].values ? *value->tensor[0].values : Values{{}, {0}};
  if (one.integers.size() + one.reals.size() != 1) return {};
  call.set_data(remapped(one, elements_of(*dims), [](int64_t) { return 0; }));
  return {};
}

Status range(Call& call) {
  call.outputs.resize(1);
  const auto start = call.integers(0), limit = call.integers(1), step = call.integers(2);
  int64_t count = 0;
  if (start && limit && step && start->size() == 1 && limit->size() == 1 && step->size() == 1) {
    int64_t way = 0;
    const int64_t by = (*step)[0];
    if (by == 0) return invalid_argument("has a step of 0");
    if (__builtin_sub_overflow((*limit)[0], (*start)[0], &way)) return invalid_argument("is too long");
    count = (way > 0) == (by > 0) && way != 0 ? way / by + (way % by != 0 ? 1 : 0) : 0;
    call.set(0, {count});
    if (!call.holds(0)) return {};
    Values values;
    for (int64_t i = 0; i < count; ++i) values.integers.push_back((*start)[0] + i * by);
    call.set_data(std::move(values));
    return {};
  }
  const auto from = call.reals(0), to = call.reals(1), by = call.reals(2);
  if (!from || !to || !by || from->size() != 1 || to->size() != 1 || by->size() != 1) return {};
  const double steps = std::ceil(((*to)[0] - (*from)[0]) / (*by)[0]);
  if (!(steps < 1e12)) return invalid_argument("is too long");
  call.set(0, {static_cast<int64_t>(std::max(0.0, steps))});
  return {};
}

constexpr NamedRule kConstantRules[] = {
    {"Constant", constant}, {"ConstantOfShape", constant_of_shape}, {"Range", range}, {"Shape", shape},
    {"Size", size},
};

}  // namespace

std::span<const NamedRule> constant_rules() { return kConstantRules; }

}  // namespace poolglass::onnx
