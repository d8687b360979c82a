// Operators that pick elements by index, and those that reduce axes.
#include <algorithm>
#include <cmath>

#include "core/io/onnx/call.h"

namespace poolglass::onnx {
namespace {

Status gather(Call& call) {
  if (!call.shape_known(0) || !call.shape_known(1)) return {};
  const Dims& in = call.dims(0);
  const Result<int64_t> axis = axis_of(call.integer("axis", 0), call.rank(0));
  if (!axis.ok()) return axis.status();
  Dims out(in.begin(), in.begin() + *axis);
  out.insert(out.end(), call.dims(1).begin(), call.dims(1).end());
  out.insert(out.end(), in.begin() + *axis + 1, in.end());
  call.set(0, out);
  const auto indices = call.integers(1);
  const int64_t size = in[static_cast<size_t>(*axis)];
  if (!indices) return {};
  for (const int64_t index : *indices) {
    if (index < -size || index >= size)
      return invalid_argument("index " + std::to_string(index) + " is beyond the " + std::to_string(size) +
                              " of axis " + std::to_string(*axis) + " of the input " + dims_text(in));
  }
  if (!call.data_known(0) || !call.holds(0)) return {};
  const int64_t inner = elements_of(Dims(in.begin() + *axis + 1, in.end())), picks = std::ssize(*indices);
  call.set_data(remapped(*call.input(0)->data, elements_of(out), [&](int64_t k) {
    const int64_t index = (*indices)[static_cast<size_t>(k / inner % picks)];
    return (k / inner / picks * size + (index < 0 ? index + size : index)) * inner + k % inner;
  }));
  return {};
}

Status gather_elements(Call& call) {
  if (call.shape_known(1)) call.set(0, call.dims(1));
  return {};
}

Status gather_nd(Call& call) {
  if (!call.shape_known(0) || !call.shape_known(1) || call.dims(1).empty()) return {};
  const int64_t batch = call.integer("batch_dims", 0), picked = call.dims(1).back();
  if (batch < 0 || picked < 0 || batch >= call.rank(1) || picked > call.rank(0) - batch)
    return invalid_argument("indices of " + dims_text(call.dims(1)) + " do not fit the input " +
                            dims_text(call.dims(0)));
  Dims out(call.dims(1).begin(), call.dims(1).end() - 1);
  out.insert(out.end(), call.dims(0).begin() + batch + picked, call.dims(0).end());
  call.set(0, out);
  return {};
}

Status one_hot(Call& call) {
  const auto depth = call.integers(1);
  const auto real_depth = call.reals(1);
  if (!call.shape_known(0)) return {};
  int64_t count = 0;
  if (depth && depth->size() == 1)
    count = (*depth)[0];
  else if (real_depth && real_depth->size() == 1 && std::fabs((*real_depth)[0]) < 1e12)
    count = static_cast<int64_t>((*real_depth)[0]);
  else
    return {};
  const Result<int64_t> axis = axis_of(call.integer("axis", -1), call.rank(0) + 1);
  if (!axis.ok()) return axis.status();
  Dims out = call.dims(0);
  out.insert(out.begin() + *axis, count);
  call.set(0, out, call.type(2));
  return {};
}

Status top_k(Call& call) {
  if (!call.shape_known(0)) return {};
  const auto listed = call.integers(1);
  if (call.opset >= 10 && (!listed || listed->size() != 1)) return {};
  const int64_t k = call.opset < 10 ? call.integer("k", 0) : (*listed)[0];
  const Result<int64_t> axis = axis_of(call.integer("axis", -1), call.rank(0));
  if (!axis.ok()) return axis.status();
  Dims out = call.dims(0);
  int64_t& size = out[static_cast<size_t>(*axis)];
  if (k < 0 || k > size)
    return invalid_argument("k " + std::to_string(k) + " is beyond the " + std::to_string(size) +
                            " there are");
  size = k;
  call.set(0, out);
  call.set(1, out, ElementType::kInt64);
  return {};
}

Dims reduced(const Dims& in, const std::vector<int64_t>& axes, bool keep) {
  Dims out;
  for (int64_t i = 0; i < std::ssize(in); ++i) {
    const bool gone = std::count(axes.begin(), axes.end(), i) > 0;
    if (!gone) out.push_back(in[static_cast<size_t>(i)]);
    if (gone && keep) out.push_back(1);
  }
  return out;
}

Status arg(Call& call) {
  if (!call.shape_known(0)) return {};
  const Result<int64_t> axis = axis_of(call.integer("axis", 0), call.rank(0));
  if (!axis.ok()) return axis.status();
  call.set(0, reduced(call.dims(0), {*axis}, call.integer("keepdims", 1) != 0), ElementType::kInt64);
  return {};
}

enum class Fold { kProduct, kSum, kMax, kMin, kNone };

std::optional<int64_t> folded(Fold fold, const std::vector<int64_t>& values) {
  int64_t so_far = fold == Fold::kProduct ? 1 : 0;
  for (size_t i = 0; i < values.size(); ++i) {
    const int64_t x = values[i];
    if (fold == Fold::kProduct && __builtin_mul_overflow(so_far, x, &so_far)) return std::nullopt;
    if (fold == Fold::kSum && __builtin_add_overflow(so_far, x, &so_far)) return std::nullopt;
    if (fold == Fold::kMax) so_far = i == 0 ? x : std::max(so_far, x);
    if (fold == Fold::kMin) so_far = i == 0 ? x : std::min(so_far, x);
  }
  return so_far;
}

// Axes are an attribute until opset 12 (ReduceSum) or 17 (the others), an input since; none are all.
template <Fold fold>
Status reduce(Call& call) {
  const Listed axes = call.list("axes", 1);
  if (!call.shape_known(0)) return {};
  if (!axes.known) return {};
  if (axes.values.empty() && call.integer("noop_with_empty_axes", 0) != 0) {
    call.set(0, call.dims(0));
    return {};
  }
  Result<std::vector<int64_t>> found = axes_of(axes.values, call.rank(0));
  if (!found.ok()) return found.status();
  for (int64_t i = 0; axes.values.empty() && i < call.rank(0); ++i) found->push_back(i);
  const Dims out = reduced(call.dims(0), *found, call.integer("keepdims", 1) != 0);
  call.set(0, out);
  const auto values = call.integers(0);
  const auto reals = call.reals(0);
  const bool all = std::ssize(*found) == call.rank(0);
  if (fold == Fold::kNone || !all || !call.holds(0)) return {};
  if (values && !values->empty()) {
    if (const auto one = folded(fold, *values)) call.set_data({{*one}, {}});
  }
  // Of reals, what loses nothing to rounding.
  if (reals && !reals->empty() && fold == Fold::kMax)
    call.set_data({{}, {*std::max_element(reals->begin(), reals->end())}});
  if (reals && !reals->empty() && fold == Fold::kMin)
    call.set_data({{}, {*std::min_element(reals->begin(), reals->end())}});
  return {};
}

constexpr NamedRule kGatherRules[] = {
    {"ArgMax", arg},
    {"ArgMin", arg},
    {"Gather", gather},
    {"GatherElements", gather_elements},
    {"GatherND", gather_nd},
    {"OneHot", one_hot},
    {"ReduceL1", reduce<Fold::kNone>},
    {"ReduceL2", reduce<Fold::kNone>},
    {"ReduceLogSum", reduce<Fold::kNone>},
    {"ReduceLogSumExp", reduce<Fold::kNone>},
    {"ReduceMax", reduce<Fold::kMax>},
    {"ReduceMean", reduce<Fold::kNone>},
    {"ReduceMin", reduce<Fold::kMin>},
    {"ReduceProd", reduce<Fold::kProduct>},
    {"ReduceSum", reduce<Fold::kSum>},
    {"ReduceSumSquare", reduce<Fold::kNone>},
    {"TopK", top_k},
};

}  // namespace

std::span<const NamedRule> gather_rules() { return kGatherRules; }

}  // namespace poolglass::onnx
