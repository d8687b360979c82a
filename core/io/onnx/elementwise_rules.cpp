// Operators that work element by element: of one tensor, and of several that are stretched to one shape.
#include <cmath>
#include <limits>

#include "core/io/onnx/call.h"

namespace poolglass::onnx {
namespace {

// The first output is like the first input.
Status same(Call& call) {
  if (call.shape_known(0)) call.set(0, call.dims(0));
  return {};
}

Status same_with_data(Call& call) {
  if (Status s = same(call); !s.ok() || !call.data_known(0)) return s;
  call.set_data(*call.input(0)->data);
  return {};
}

// The same shape, as truth values.
Status test(Call& call) {
  if (call.shape_known(0)) call.set(0, call.dims(0), ElementType::kBool);
  return {};
}

Status dropout(Call& call) {
  if (!call.shape_known(0)) return {};
  call.set(0, call.dims(0));
  call.set(1, call.dims(0), call.opset < 10 ? call.type(0) : ElementType::kBool);
  return {};
}

// One tensor of reals, or of integers that the function leaves whole.
template <double (*real)(double), int64_t (*integer)(int64_t)>
Status unary(Call& call) {
  if (Status s = same(call); !s.ok() || !call.data_known(0) || !call.holds(0)) return s;
  Values out = *call.input(0)->data;
  const bool single = call.type(0) == ElementType::kFloat;
  for (double& x : out.reals) x = single ? double{static_cast<float>(real(x))} : real(x);
  for (int64_t& x : out.integers) x = integer(x);
  call.set_data(std::move(out));
  return {};
}

int64_t as_it_is(int64_t x) { return x; }
int64_t negated(int64_t x) { return static_cast<int64_t>(0 - static_cast<uint64_t>(x)); }
int64_t magnitude(int64_t x) { return x < 0 ? negated(x) : x; }
double real_negated(double x) { return -x; }
double real_floor(double x) { return std::floor(x); }
double real_ceil(double x) { return std::ceil(x); }
double real_round(double x) { return std::nearbyint(x); }  // half to even
double real_abs(double x) { return std::fabs(x); }
double real_sqrt(double x) { return std::sqrt(x); }
double real_reciprocal(double x) { return 1 / x; }

// A real as an integer where it is one; without a value otherwise.
std::optional<int64_t> whole(double x) {
  if (!(std::fabs(x) < 9e18)) return std::nullopt;
  return static_cast<int64_t>(x);
}

Status cast(Call& call) {
  if (!call.shape_known(0)) return {};
  const auto to = static_cast<ElementType>(call.integer("to", 0));
  call.set(0, call.dims(0), to);
  if (!call.data_known(0) || !call.holds(0)) return {};
  const Values& from = *call.input(0)->data;
  Values out;
  for (const int64_t x : from.integers) {
    if (is_real(to))
      out.reals.push_back(to == ElementType::kFloat ? double{static_cast<float>(x)} : static_cast<double>(x));
    else
      out.integers.push_back(to == ElementType::kBool ? x != 0 : x);
  }
  for (const double x : from.reals) {
    if (is_real(to)) {
      out.reals.push_back(to == ElementType::kFloat ? double{static_cast<float>(x)} : x);
    } else if (const auto integer = whole(x)) {
      out.integers.push_back(to == ElementType::kBool ? x != 0 : *integer);
    } else {
      return {};
    }
  }
  if (is_integer(to) || is_real(to)) call.set_data(std::move(out));
  return {};
}

Status cast_like(Call& call) {
  if (call.shape_known(0)) call.set(0, call.dims(0), call.type(1));
  return {};
}

enum class Op {
  kAdd,
  kSub,
  kMul,
  kDiv,
  kMod,
  kPow,
  kMin,
  kMax,
  kAnd,
  kOr,
  kXor,
  kEqual,
  kGreater,
  kLess,
  kGreaterOrEqual,
  kLessOrEqual,
  kOther
};

bool is_test(Op op) { return op >= Op::kAnd && op <= Op::kLessOrEqual; }

// False where the operation is no comparison.
template <class T>
bool compared(Op op, T a, T b, int64_t* out) {
  switch (op) {
    case Op::kEqual:
      *out = a == b;
      return true;
    case Op::kGreater:
      *out = a > b;
      return true;
    case Op::kLess:
      *out = a < b;
      return true;
    case Op::kGreaterOrEqual:
      *out = a >= b;
      return true;
    case Op::kLessOrEqual:
      *out = a <= b;
      return true;
    default:
      return false;
  }
}

// False where there is no value (a division by zero, a shift that does not fit).
bool combined(Op op, int64_t a, int64_t b, int64_t* out) {
  switch (op) {
    case Op::kAdd:
      return !__builtin_add_overflow(a, b, out);
    case Op::kSub:
      return !__builtin_sub_overflow(a, b, out);
    case Op::kMul:
      return !__builtin_mul_overflow(a, b, out);
    case Op::kDiv:
      if (b == 0 || (a == INT64_MIN && b == -1)) return false;
      *out = a / b;
      return true;
    case Op::kMod:  // the sign of the divisor, as Python has it
      if (b == 0 || b == -1) {
        *out = 0;
        return b != 0;
      }
      *out = a % b;
      if (*out != 0 && (*out < 0) != (b < 0)) *out += b;
      return true;
    case Op::kPow: {
      const double power = std::pow(static_cast<double>(a), static_cast<double>(b));
      if (!(std::fabs(power) < 9e15)) return false;
      *out = static_cast<int64_t>(power);
      return true;
    }
    case Op::kMin:
      *out = std::min(a, b);
      return true;
    case Op::kMax:
      *out = std::max(a, b);
      return true;
    case Op::kAnd:
      *out = a != 0 && b != 0;
      return true;
    case Op::kOr:
      *out = a != 0 || b != 0;
      return true;
    case Op::kXor:
      *out = (a != 0) != (b != 0);
      return true;
    default:
      return compared(op, a, b, out);
  }
}

bool combined(Op op, double a, double b, double* out) {
  switch (op) {
    case Op::kAdd:
      *out = a + b;
      return true;
    case Op::kSub:
      *out = a - b;
      return true;
    case Op::kMul:
      *out = a * b;
      return true;
    case Op::kDiv:
      *out = a / b;
      return true;
    case Op::kPow:
      *out = std::pow(a, b);
      return true;
    case Op::kMin:
      *out = std::min(a, b);
      return true;
    case Op::kMax:
      *out = std::max(a, b);
      return true;
    default:
      return false;
  }
}

// The values of `a op b`; nothing where one of them has none.
std::optional<Values> combined(Op op, const Value& a, const Dims& a_dims, const Value& b, const Dims& out) {
  Values values;
  const bool whole = is_integer(a.type) && is_integer(b.type);
  if (!whole && !(is_real(a.type) && is_real(b.type))) return std::nullopt;
  const int64_t count = elements_of(out);
  for (int64_t i = 0; i < count; ++i) {
    const auto x = static_cast<size_t>(broadcast_index(a_dims, out, i));
    const auto y = static_cast<size_t>(broadcast_index(b.dims, out, i));
    int64_t integer = 0;
    double real = 0;
    if (whole) {
      if (!combined(op, a.data->integers[x], b.data->integers[y], &integer)) return std::nullopt;
      values.integers.push_back(integer);
    } else if (is_test(op)) {
      if (!compared(op, a.data->reals[x], b.data->reals[y], &integer)) return std::nullopt;
      values.integers.push_back(integer);
    } else {
      if (!combined(op, a.data->reals[x], b.data->reals[y], &real)) return std::nullopt;
      values.reals.push_back(a.type == ElementType::kFloat ? double{static_cast<float>(real)} : real);
    }
  }
  return values;
}

// Any number of tensors, stretched to one shape.
template <Op op>
Status several(Call& call) {
  if (call.inputs.empty()) return invalid_argument("has no input");
  for (size_t i = 0; i < call.inputs.size(); ++i) {
    if (!call.shape_known(i)) return {};
  }
  const ElementType type = is_test(op) ? ElementType::kBool : call.type(0);
  // Before opset 7 the second was stretched along an axis that the node names; the first never was.
  Dims dims = call.dims(0);
  for (size_t i = 1; i < call.inputs.size() && call.opset >= 7; ++i) {
    Result<Dims> wider = broadcast(dims, call.dims(i));
    if (!wider.ok()) return wider.status();
    dims = *std::move(wider);
  }
  call.set(0, dims, type);
  constexpr size_t kMostTerms = 16;  // of what says a size
  bool data = call.opset >= 7 && call.holds(0) && call.inputs.size() <= kMostTerms;
  for (size_t i = 0; i < call.inputs.size(); ++i) data = data && call.data_known(i);
  if (!data || (op == Op::kOther && call.inputs.size() > 1)) return {};
  Value so_far = *call.input(0);
  for (size_t i = 1; i < call.inputs.size(); ++i) {
    auto values = combined(op, so_far, so_far.dims, *call.input(i), dims);
    if (!values) return {};
    so_far.data = std::make_shared<const Values>(*std::move(values));
    so_far.dims = dims;
  }
  call.outputs[0].data = so_far.data;
  return {};
}

Status where(Call& call) {
  for (size_t i = 0; i < 3; ++i) {
    if (!call.shape_known(i)) return {};
  }
  Result<Dims> values = broadcast(call.dims(1), call.dims(2));
  if (!values.ok()) return values.status();
  Result<Dims> dims = broadcast(call.dims(0), *values);
  if (!dims.ok()) return dims.status();
  call.set(0, *dims, call.type(1));
  const bool data = call.data_known(0) && call.data_known(1) && call.data_known(2) && call.holds(0);
  if (!data || !is_integer(call.type(1)) || !is_integer(call.type(2)) || !is_integer(call.type(0))) return {};
  Values out;
  for (int64_t i = 0; i < elements_of(*dims); ++i) {
    const auto at = [&](size_t input) {
      const auto index = static_cast<size_t>(broadcast_index(call.dims(input), *dims, i));
      return call.input(input)->data->integers[index];
    };
    out.integers.push_back(at(0) != 0 ? at(1) : at(2));
  }
  call.set_data(std::move(out));
  return {};
}

Status not_(Call& call) {
  if (Status s = test(call); !s.ok() || !call.data_known(0) || !call.holds(0)) return s;
  Values out = *call.input(0)->data;
  for (int64_t& x : out.integers) x = x == 0;
  call.set_data(std::move(out));
  return {};
}

// PRelu's slope stretches to its input, never the other way.
Status prelu(Call& call) {
  if (!call.shape_known(0)) return {};
  call.set(0, call.dims(0));
  if (!call.shape_known(1) || call.opset < 7) return {};
  const Result<Dims> dims = broadcast(call.dims(0), call.dims(1));
  if (!dims.ok()) return dims.status();
  if (*dims != call.dims(0))
    return invalid_argument("a slope of " + dims_text(call.dims(1)) + " does not fit the input " +
                            dims_text(call.dims(0)));
  return {};
}

constexpr NamedRule kElementwiseRules[] = {
    {"Abs", unary<real_abs, magnitude>},
    {"Acos", same},
    {"Acosh", same},
    {"Add", several<Op::kAdd>},
    {"And", several<Op::kAnd>},
    {"Asin", same},
    {"Asinh", same},
    {"Atan", same},
    {"Atanh", same},
    {"Bernoulli", same},
    {"BitShift", several<Op::kOther>},
    {"BitwiseAnd", several<Op::kOther>},
    {"BitwiseNot", same},
    {"BitwiseOr", several<Op::kOther>},
    {"BitwiseXor", several<Op::kOther>},
    {"Cast", cast},
    {"CastLike", cast_like},
    {"Ceil", unary<real_ceil, as_it_is>},
    {"Celu", same},
    {"Clip", same},
    {"Cos", same},
    {"Cosh", same},
    {"CumSum", same},
    {"DequantizeLinear",
     [](Call& call) {
       if (call.shape_known(0)) call.set(0, call.dims(0), ElementType::kFloat);
       return Status();
     }},
    {"Div", several<Op::kDiv>},
    {"Dropout", dropout},
    {"Elu", same},
    {"Equal", several<Op::kEqual>},
    {"Erf", same},
    {"Exp", same},
    {"EyeLike", same},
    {"Floor", unary<real_floor, as_it_is>},
    {"Gelu", same},
    {"Greater", several<Op::kGreater>},
    {"GreaterOrEqual", several<Op::kGreaterOrEqual>},
    {"GroupNormalization", same},
    {"HardSigmoid", same},
    {"HardSwish", same},
    {"Hardmax", same},
    {"Identity", same_with_data},
    {"InstanceNormalization", same},
    {"IsInf", test},
    {"IsNaN", test},
    {"LRN", same},
    {"LeakyRelu", same},
    {"Less", several<Op::kLess>},
    {"LessOrEqual", several<Op::kLessOrEqual>},
    {"Log", same},
    {"LogSoftmax", same},
    {"LpNormalization", same},
    {"Max", several<Op::kMax>},
    {"Mean", several<Op::kOther>},
    {"MeanVarianceNormalization", same},
    {"Min", several<Op::kMin>},
    {"Mish", same},
    {"Mod", several<Op::kMod>},
    {"Mul", several<Op::kMul>},
    {"Neg", unary<real_negated, negated>},
    {"Not", not_},
    {"Or", several<Op::kOr>},
    {"PRelu", prelu},
    {"Pow", several<Op::kPow>},
    {"QuantizeLinear",
     [](Call& call) {
       const ElementType type = call.input(2) != nullptr ? call.type(2) : ElementType::kUint8;
       if (call.shape_known(0)) call.set(0, call.dims(0), type);
       return Status();
     }},
    {"RandomNormalLike", same},
    {"RandomUniformLike", same},
    {"Reciprocal", unary<real_reciprocal, as_it_is>},
    {"Relu", same},
    {"ReverseSequence", same},
    {"Round", unary<real_round, as_it_is>},
    {"Scatter", same},
    {"ScatterElements", same},
    {"ScatterND", same},
    {"Selu", same},
    {"Shrink", same},
    {"Sigmoid", same},
    {"Sign", same},
    {"Sin", same},
    {"Sinh", same},
    {"Softmax", same},
    {"Softplus", same},
    {"Softsign", same},
    {"Sqrt", unary<real_sqrt, as_it_is>},
    {"Sub", several<Op::kSub>},
    {"Sum", several<Op::kAdd>},
    {"Swish", same},
    {"Tan", same},
    {"Tanh", same},
    {"ThresholdedRelu", same},
    {"Trilu", same},
    {"Where", where},
    {"Xor", several<Op::kXor>},
};

}  // namespace

std::span<const NamedRule> elementwise_rules() { return kElementwiseRules; }

}  // namespace poolglass::onnx
