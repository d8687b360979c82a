// What works element by element, over axes, or as a matrix product, as layers.
#include <algorithm>

#include "core/io/onnx/importer.h"
#include "core/tensor.h"

namespace poolglass::onnx {

// Element by element, and stretched to one shape where there are several.
bool is_elementwise(std::string_view type) {
  static const std::unordered_set<std::string_view> types{"Abs",
                                                          "Acos",
                                                          "Acosh",
                                                          "Add",
                                                          "And",
                                                          "Asin",
                                                          "Asinh",
                                                          "Atan",
                                                          "Atanh",
                                                          "BitShift",
                                                          "BitwiseAnd",
                                                          "BitwiseNot",
                                                          "BitwiseOr",
                                                          "BitwiseXor",
                                                          "Cast",
                                                          "CastLike",
                                                          "Ceil",
                                                          "Celu",
                                                          "Clip",
                                                          "Cos",
                                                          "Cosh",
                                                          "Div",
                                                          "Equal",
                                                          "Erf",
                                                          "Exp",
                                                          "Expand",
                                                          "Floor",
                                                          "Greater",
                                                          "GreaterOrEqual",
                                                          "IsInf",
                                                          "IsNaN",
                                                          "Less",
                                                          "LessOrEqual",
                                                          "Log",
                                                          "Max",
                                                          "Mean",
                                                          "Min",
                                                          "Mod",
                                                          "Mul",
                                                          "Neg",
                                                          "Not",
                                                          "Or",
                                                          "PRelu",
                                                          "Pow",
                                                          "Reciprocal",
                                                          "Round",
                                                          "Selu",
                                                          "Shrink",
                                                          "Sign",
                                                          "Sin",
                                                          "Sinh",
                                                          "Softplus",
                                                          "Softsign",
                                                          "Sqrt",
                                                          "Sub",
                                                          "Sum",
                                                          "Tan",
                                                          "ThresholdedRelu",
                                                          "Where",
                                                          "Xor",
                                                          "QuantizeLinear",
                                                          "DequantizeLinear"};
  return types.contains(type);
}

bool Importer::alike() {
  return std::all_of(from_.begin(), from_.end(),
                     [&](size_t i) { return input(i).dims.size() == output(0).dims.size(); });
}

Labels Importer::joined_labels() {
  size_t best = from_[0];
  const Dims& out = output(0).dims;
  for (const size_t i : from_) {
    if (input(i).dims.size() == out.size() && input(i).dims == out) return from(i).labels;
    if (input(i).dims.size() > input(best).dims.size()) best = i;
  }
  Labels labels = from(best).labels;
  if (labels.size() > out.size()) return labels_of(out, false);
  labels.insert(labels.begin(), out.size() - labels.size(), Label{});
  for (size_t k = 0; k < out.size(); ++k) {
    int64_t size = 1;
    for (const Atom& atom : labels[k]) size *= atom.size;
    if (size != out[k]) labels[k] = resized(labels[k], out[k]);
  }
  return labels;
}

bool Importer::stretches_plane() {
  for (const size_t i : from_) {
    const Labels& labels = from(i).labels;
    const Dims& in = input(i).dims;
    const size_t shift = output(0).dims.size() - in.size();
    for (size_t k = 0; k < in.size(); ++k) {
      if (in[k] != output(0).dims[k + shift] && is_place(labels[k]) && from_.size() == 1) return true;
    }
  }
  return false;
}

bool Importer::elementwise() {
  const std::string& t = type();
  if (t == "Clip" && from_.size() == 1) {
    const auto bound = [&](const char* name, size_t i, double otherwise) {
      const Attribute* attribute = call_->attribute(name);
      if (attribute != nullptr) return attribute->real;
      const auto values = call_->reals(i);
      return values && values->size() == 1 ? (*values)[0] : otherwise;
    };
    if (bound("min", 1, -1) == 0 && bound("max", 2, -1) == 6) return put(Kind::kRelu6, first_labels());
    return pointwise(first_labels());
  }
  if (stretches_plane() && state_ == State::kLocal) return false;
  const bool sum = t == "Add" || t == "Sum", product = t == "Mul";
  const bool all_data = from_.size() == call_->inputs.size() && from_.size() > 1;
  if ((sum || product) && all_data && alike()) {
    Layer layer;
    layer.kind = sum ? Kind::kAdd : Kind::kMul;
    return put(std::move(layer), product ? gated_state() : state_, joined_labels());
  }
  return pointwise(joined_labels());
}

State Importer::gated_state() {
  bool local = false;
  for (const size_t i : from_) local = local || from(i).state == State::kLocal;
  if (state_ != State::kWhole || !local) return state_;
  for (const size_t i : from_) {
    const network::Axes axes = onnx::axes_of(from(i).labels);
    const auto cells = [&](int8_t axis) { return axis < 0 ? 1 : input(i).dims[static_cast<size_t>(axis)]; };
    if (from(i).state == State::kWhole && cells(axes.rows) * cells(axes.columns) != 1) return state_;
  }
  return State::kLocal;
}

bool Importer::reduce() {
  const Labels& in = first_labels();
  Listed axes = call_->list("axes", 1);
  const bool arg = type().rfind("Arg", 0) == 0;
  if (arg) axes = {true, true, {call_->integer("axis", 0)}};
  if (!axes.known) return false;
  std::vector<int64_t> which = axes.values;
  for (size_t i = 0; axes.values.empty() && i < in.size(); ++i) which.push_back(static_cast<int64_t>(i));
  const auto found = onnx::axes_of(which, std::ssize(in));
  if (!found.ok()) return false;
  const bool keep = call_->integer("keepdims", 1) != 0;
  Labels out;
  bool places = false;
  for (size_t i = 0; i < in.size(); ++i) {
    const bool gone = std::count(found->begin(), found->end(), static_cast<int64_t>(i)) > 0;
    places = places || (gone && is_place(in[i]));
    if (!gone || keep) out.push_back(gone ? resized(in[i], 1) : in[i]);
  }
  if (!places || state_ != State::kLocal) {
    if (!mean_of_plane(*found)) return pointwise(std::move(out));
  }
  if (mean_of_plane(*found)) return global_mean(keep, std::move(out));
  const network::Axes plane_axes = onnx::axes_of(in);
  const auto is_gone = [&](int8_t axis) {
    return axis < 0 || std::count(found->begin(), found->end(), axis) > 0;
  };
  // Over rows alone, columns stay what they are: a box cannot say that.
  if (!is_gone(plane_axes.rows) || !is_gone(plane_axes.columns)) return false;
  return whole({}, std::move(out));
}

bool Importer::mean_of_plane(std::vector<int64_t> axes) {
  std::sort(axes.begin(), axes.end());
  const bool kind = type() == "ReduceMean" || type() == "ReduceMax";
  return kind && plane(0) && axes == std::vector<int64_t>{2, 3};
}

bool Importer::global_mean(bool keep, Labels labels) {
  Layer layer;
  layer.kind = type() == "ReduceMax" ? Kind::kGlobalMaxPool2d : Kind::kGlobalAvgPool2d;
  const State state = state_ == State::kLocal ? State::kWhole : state_;
  if (keep) return put(std::move(layer), state, std::move(labels));
  const int32_t pooled = emit(std::move(layer), sources_);
  Layer flat;
  flat.kind = Kind::kFlatten;
  set(0, emit(std::move(flat), {pooled}, ".flatten"), state, std::move(labels));
  return true;
}

bool Importer::product() {
  const bool gemm = type() == "Gemm";
  const Dims& a = input(0).dims;
  const Labels& labels = first_labels();
  int64_t macs = 0;
  const int64_t inner = a.empty() ? 1 : gemm && call_->integer("transA", 0) != 0 ? a[0] : a.back();
  const bool fits = checked_multiply(elements_of(output(0).dims), inner, &macs);
  const auto cost = fits ? std::optional(macs) : std::nullopt;
  const bool left =
      from_.size() == 1 && from_[0] == 0 && weight(1) && input(1).dims.size() == 2 && a.size() >= 2;
  const bool turned = gemm && call_->integer("transA", 0) != 0;
  if (!left || turned || is_place(labels.back()) || (gemm && call_->input(2) != nullptr && !weight(2))) {
    if (state_ != State::kLocal) return pointwise(joined_labels(), cost);
    return whole(cost, joined_labels());
  }
  Layer layer;
  layer.kind = Kind::kLinear;
  layer.out_features = output(0).dims.back();
  layer.bias = gemm && call_->input(2) != nullptr;
  Labels out = labels;
  out.back() = {{Atom::Kind::kChannels, layer.out_features}};
  share();
  const State state = a.size() == 2 && state_ == State::kLocal ? State::kWhole : state_;
  return put(std::move(layer), state, std::move(out));
}

}  // namespace poolglass::onnx
