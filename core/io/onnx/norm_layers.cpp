// Norms and softmax as layers.
#include <algorithm>

#include "core/io/onnx/importer.h"
#include "core/tensor.h"

namespace poolglass::onnx {

bool Importer::channels_second(size_t i) {
  const Labels& labels = from(i).labels;
  return labels.size() > 1 && onnx::axes_of(labels).channels == 1;
}

bool Importer::batch_norm() {
  if (!channels_second(0) || wanted(1))
    return state_ == State::kLocal && !channels_second(0) ? false : pointwise(first_labels());
  share();
  return put(Kind::kBatchNorm2d, first_labels());
}

bool Importer::plane_norm() {
  if (!plane(0) || type() == "MeanVarianceNormalization") return whole();
  Layer layer;
  layer.kind = type() == "GroupNormalization" ? Kind::kGroupNorm : Kind::kInstanceNorm2d;
  layer.groups = call_->integer("num_groups", 1);
  share();
  return put(std::move(layer), state_ == State::kLocal ? State::kWhole : state_, first_labels());
}

bool Importer::layer_norm() {
  const auto axis = axis_of(call_->integer("axis", -1), std::ssize(input(0).dims));
  if (!axis.ok()) return false;
  return over(static_cast<size_t>(*axis), first_labels().size()) ? whole() : pointwise(first_labels());
}

bool Importer::over(size_t begin, size_t end) {
  const Labels& labels = first_labels();
  for (size_t i = begin; i < std::min(end, labels.size()); ++i) {
    if (is_place(labels[i])) return true;
  }
  return false;
}

bool Importer::softmax() {
  const auto rank = std::ssize(input(0).dims);
  const auto axis = axis_of(call_->integer("axis", model_.opset < 13 ? 1 : -1), rank);
  if (!axis.ok()) return rank == 0 && pointwise({});
  const auto begin = static_cast<size_t>(*axis);
  const bool mixes = over(begin, model_.opset < 13 ? first_labels().size() : begin + 1);
  if (mixes) return whole();
  return type() == "Softmax" ? put(Kind::kSoftmax, first_labels()) : pointwise(first_labels());
}

}  // namespace poolglass::onnx
