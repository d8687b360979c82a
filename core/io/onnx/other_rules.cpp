// Matrix products, normalisation with statistics, recurrent layers, losses.
#include <algorithm>

#include "core/io/onnx/call.h"

namespace poolglass::onnx {
namespace {

Status no_fit(const Dims& a, const Dims& b) {
  return invalid_argument("shapes " + dims_text(a) + " and " + dims_text(b) + " do not fit together");
}

// Numpy's matmul: a vector on the left is a row, on the right a column, and that dimension goes again.
Status product_of(Call& call, size_t left, size_t right, ElementType type) {
  if (!call.shape_known(left) || !call.shape_known(right)) return {};
  Dims a = call.dims(left), b = call.dims(right);
  if (a.empty() || b.empty()) return no_fit(a, b);
  const bool row = a.size() == 1, column = b.size() == 1;
  if (row) a.insert(a.begin(), 1);
  if (column) b.push_back(1);
  if (a.back() != b[b.size() - 2]) return no_fit(call.dims(left), call.dims(right));
  Result<Dims> out = broadcast(Dims(a.begin(), a.end() - 2), Dims(b.begin(), b.end() - 2));
  if (!out.ok()) return no_fit(call.dims(left), call.dims(right));
  if (!row) out->push_back(a[a.size() - 2]);
  if (!column) out->push_back(b.back());
  call.set(0, *out, type);
  return {};
}

Status matmul(Call& call) { return product_of(call, 0, 1, call.type(0)); }
Status matmul_integer(Call& call) { return product_of(call, 0, 1, ElementType::kInt32); }
Status qlinear_matmul(Call& call) { return product_of(call, 0, 3, call.type(7)); }

Status gemm(Call& call) {
  if (!call.shape_known(0) || !call.shape_known(1)) return {};
  Dims a = call.dims(0), b = call.dims(1);
  if (a.size() != 2 || b.size() != 2)
    return invalid_argument("needs matrices, not " + dims_text(a) + " and " + dims_text(b));
  if (call.integer("transA", 0) != 0) std::swap(a[0], a[1]);
  if (call.integer("transB", 0) != 0) std::swap(b[0], b[1]);
  if (a[1] != b[0]) return no_fit(a, b);
  const Dims out{a[0], b[1]};
  if (call.shape_known(2) && call.opset >= 7) {
    const Result<Dims> with = broadcast(out, call.dims(2));
    if (!with.ok() || *with != out) return no_fit(out, call.dims(2));
  }
  call.set(0, out);
  return {};
}

// Before opset 14 a node with more than one output was in training.
Status batch_normalization(Call& call) {
  if (!call.shape_known(0)) return {};
  const Dims& in = call.dims(0);
  const int64_t channels = in.size() > 1 ? in[1] : 1;
  for (size_t i = 1; i < 5; ++i) {
    if (call.shape_known(i) && call.opset >= 9 && call.dims(i) != Dims{channels})
      return invalid_argument("a tensor of " + dims_text(call.dims(i)) +
                              " does not fit the channels of the input " + dims_text(in));
  }
  call.set(0, in);
  for (size_t i = 1; i < call.outputs.size(); ++i) call.set(i, {channels});
  return {};
}

Status layer_normalization(Call& call) {
  if (!call.shape_known(0)) return {};
  const Result<int64_t> axis = axis_of(call.integer("axis", -1), call.rank(0));
  if (!axis.ok()) return axis.status();
  Dims statistics = call.dims(0);
  std::fill(statistics.begin() + *axis, statistics.end(), 1);
  call.set(0, call.dims(0));
  call.set(1, statistics, ElementType::kFloat);
  call.set(2, statistics, ElementType::kFloat);
  return {};
}

// X is [steps, batch, features], with layout 1 [batch, steps, features].
Status recurrent(Call& call) {
  if (!call.shape_known(0)) return {};
  const Dims& in = call.dims(0);
  if (in.size() != 3) return invalid_argument("needs an input of 3 dimensions, not " + dims_text(in));
  int64_t hidden = call.integer("hidden_size", 0);
  if (hidden <= 0 && call.shape_known(2) && call.rank(2) == 3) hidden = call.dims(2)[2];
  const int64_t ways = call.text("direction", "forward") == "bidirectional" ? 2 : 1;
  const bool batch_first = call.integer("layout", 0) != 0;
  call.set(0, batch_first ? Dims{in[0], in[1], ways, hidden} : Dims{in[0], ways, in[1], hidden});
  const Dims last = batch_first ? Dims{in[0], ways, hidden} : Dims{ways, in[1], hidden};
  call.set(1, last);
  call.set(2, last);
  return {};
}

Status loss(Call& call) {
  if (!call.shape_known(0) || !call.shape_known(1)) return {};
  call.set(0, call.text("reduction", "mean") == "none" ? call.dims(1) : Dims{});
  call.set(1, call.dims(0));
  return {};
}

Status dynamic_quantize(Call& call) {
  if (call.shape_known(0)) call.set(0, call.dims(0), ElementType::kUint8);
  call.set(1, {}, ElementType::kFloat);
  call.set(2, {}, ElementType::kUint8);
  return {};
}

Status random(Call& call) {
  const Listed shape = call.list("shape");
  if (shape.given && shape.known)
    call.set(0, shape.values, static_cast<ElementType>(call.integer("dtype", 1)));
  return {};
}

Status determinant(Call& call) {
  if (!call.shape_known(0) || call.rank(0) < 2) return {};
  call.set(0, Dims(call.dims(0).begin(), call.dims(0).end() - 2));
  return {};
}

// "ij,jk->ik" with a letter for each dimension.
Status einsum(Call& call) {
  std::string equation;
  for (const char c : call.text("equation", "")) {
    if (c != ' ') equation += c;
  }
  const size_t arrow = equation.find("->");
  const std::string left = equation.substr(0, arrow);
  if (equation.find('.') != equation.npos) return {};  // any number of dimensions
  std::vector<std::pair<char, int64_t>> sizes;
  const auto known = [&](char letter) {
    return std::find_if(sizes.begin(), sizes.end(), [&](const auto& entry) { return entry.first == letter; });
  };
  size_t operand = 0, place = 0;
  for (size_t i = 0; i <= left.size(); ++i) {
    if (i == left.size() || left[i] == ',') {
      if (!call.shape_known(operand)) return {};
      if (static_cast<int64_t>(place) != call.rank(operand))
        return invalid_argument("equation does not fit its inputs");
      ++operand;
      place = 0;
      continue;
    }
    if (!call.shape_known(operand)) return {};
    if (static_cast<int64_t>(place) >= call.rank(operand))
      return invalid_argument("equation does not fit its inputs");
    const int64_t size = call.dims(operand)[place++];
    const auto found = known(left[i]);
    if (found == sizes.end()) {
      sizes.emplace_back(left[i], size);
    } else if (found->second != size && found->second != 1 && size != 1) {
      return invalid_argument("equation gives one letter the sizes " + std::to_string(found->second) +
                              " and " + std::to_string(size));
    } else {
      found->second = std::max(found->second, size);
    }
  }
  if (operand != call.inputs.size()) return invalid_argument("equation does not fit its inputs");
  std::string right;
  if (arrow != equation.npos) {
    right = equation.substr(arrow + 2);
  } else {
    for (const auto& [letter, size] : sizes) {
      if (std::count(left.begin(), left.end(), letter) == 1) right += letter;
    }
    std::sort(right.begin(), right.end());
  }
  Dims out;
  for (const char letter : right) {
    const auto found = known(letter);
    if (found == sizes.end()) return invalid_argument("equation has an output that no input has");
    out.push_back(found->second);
  }
  call.set(0, out);
  return {};
}

constexpr NamedRule kOtherRules[] = {
    {"BatchNormalization", batch_normalization},
    {"Det", determinant},
    {"DynamicQuantizeLinear", dynamic_quantize},
    {"Einsum", einsum},
    {"GRU", recurrent},
    {"Gemm", gemm},
    {"LSTM", recurrent},
    {"LayerNormalization", layer_normalization},
    {"MatMul", matmul},
    {"MatMulInteger", matmul_integer},
    {"NegativeLogLikelihoodLoss", loss},
    {"QLinearMatMul", qlinear_matmul},
    {"RNN", recurrent},
    {"RandomNormal", random},
    {"RandomUniform", random},
    {"SoftmaxCrossEntropyLoss", loss},
};

}  // namespace

std::span<const NamedRule> other_rules() { return kOtherRules; }

}  // namespace poolglass::onnx
