// Joins, cuts, padding, resizing and moves of axes as layers.
#include <algorithm>

#include "core/io/onnx/importer.h"
#include "core/tensor.h"

namespace poolglass::onnx {

bool Importer::concat() {
  const auto axis = axis_of(call_->integer("axis", 1), std::ssize(output(0).dims));
  if (!axis.ok()) return false;
  const auto a = static_cast<size_t>(*axis);
  Labels labels = labels_for(0, true);
  const bool all_data = from_.size() == call_->inputs.size();
  const network::Axes axes = onnx::axes_of(first_labels());
  bool same_axes = true, places = false;
  for (const size_t i : from_) {
    same_axes = same_axes && onnx::axes_of(from(i).labels) == axes;
    places = places || is_place(from(i).labels[a]);
  }
  if (all_data && from_.size() == 1) return put(Kind::kIdentity, first_labels());
  if (all_data && same_axes && !places && axes.channels == *axis) {
    Layer layer;
    layer.kind = Kind::kConcat;
    return put(std::move(layer), state_, std::move(labels));
  }
  if (places && state_ == State::kLocal) {
    // A token put before the positions: they are what they were, but rows and columns no more.
    if (is_only(first_labels()[a], Atom::Kind::kRows) || is_only(first_labels()[a], Atom::Kind::kColumns))
      return false;
    labels[a] = {{Atom::Kind::kPositions, output(0).dims[a]}};
  }
  return pointwise(std::move(labels));
}

bool Importer::part(size_t i, size_t a, int64_t begin, int64_t end, const std::string& suffix) {
  const Labels& labels = first_labels();
  const int64_t size = input(0).dims[a];
  Labels out = labels_for(i, true);
  const network::Axes axes = onnx::axes_of(labels);
  const auto at = static_cast<int8_t>(a);
  Layer layer;
  layer.kind = Kind::kSlice;
  layer.begin = begin;
  layer.end = end;
  if (at == axes.channels && is_only(labels[a], Atom::Kind::kChannels) && end > begin) {
    set(i, emit(std::move(layer), sources_, suffix), state_, std::move(out));
    return true;
  }
  if (plane(0) && (at == axes.rows || at == axes.columns) && end > begin) {
    layer.kind = Kind::kCrop;
    layer.begin = layer.end = 0;
    layer.padding = at == axes.rows ? Padding{begin, 0, size - end, 0} : Padding{0, begin, 0, size - end};
    set(i, emit(std::move(layer), sources_, suffix), state_, std::move(out));
    return true;
  }
  const bool cut = is_place(labels[a]) && end - begin != size;
  const bool plane_cut = is_only(labels[a], Atom::Kind::kRows) || is_only(labels[a], Atom::Kind::kColumns);
  if (cut) out[a] = {{Atom::Kind::kPositions, end - begin}};
  return box_of(i, cut && plane_cut ? Effect::kUnknown : Effect::kPointwise, 0, std::move(out), suffix);
}

bool Importer::split() {
  const auto axis = axis_of(call_->integer("axis", 0), std::ssize(input(0).dims));
  if (!axis.ok()) return false;
  const auto a = static_cast<size_t>(*axis);
  int64_t begin = 0;
  for (size_t i = 0; i < node_->outputs.size(); ++i) {
    if (!wanted(i)) return false;
    const int64_t size = output(i).dims[a];
    if (to_dims(output(i)).rank > 0) part(i, a, begin, begin + size, "." + std::to_string(i));
    begin += size;
  }
  return true;
}

bool Importer::slice() {
  const Dims &in = input(0).dims, &out = output(0).dims;
  const Listed starts = call_->list("starts", 1), steps = call_->list("steps", 4),
               axes = call_->list("axes", 3);
  std::vector<size_t> cut;
  for (size_t i = 0; i < in.size(); ++i) {
    if (in[i] != out[i]) cut.push_back(i);
  }
  const bool plain = std::all_of(steps.values.begin(), steps.values.end(), [](int64_t s) { return s == 1; });
  if (cut.empty() && plain) return put(Kind::kIdentity, first_labels());
  if (cut.size() == 1 && plain) {
    for (size_t i = 0; i < starts.values.size(); ++i) {
      const auto axis =
          axes.given ? axis_of(axes.values[i], std::ssize(in)) : Result<int64_t>(static_cast<int64_t>(i));
      if (!axis.ok() || static_cast<size_t>(*axis) != cut[0]) continue;
      const int64_t size = in[cut[0]], start = starts.values[i];
      const int64_t begin =
          std::clamp<int64_t>(start < 0 ? (start < -size ? 0 : start + size) : start, 0, size);
      return part(0, cut[0], begin, begin + out[cut[0]], "");
    }
  }
  bool places = false;
  for (size_t i = 0; i < in.size(); ++i) {
    const bool touched = in[i] != out[i] || !plain;
    places = places || (touched && is_place(first_labels()[i]));
  }
  return places && state_ == State::kLocal ? false : pointwise(labels_for(0, true));
}

bool Importer::gather() {
  const auto axis = axis_of(call_->integer("axis", 0), std::ssize(input(0).dims));
  if (!axis.ok() || from_[0] != 0 || from_.size() != 1) return false;
  const auto a = static_cast<size_t>(*axis);
  if (is_place(first_labels()[a]) && state_ == State::kLocal) return false;
  Labels labels = first_labels();
  labels.erase(labels.begin() + *axis);
  for (size_t k = 0; k < input(1).dims.size(); ++k)
    labels.insert(labels.begin() + *axis, Label{{Atom::Kind::kChannels, input(1).dims[k]}});
  if (labels.size() != output(0).dims.size()) return false;
  for (size_t k = 0; k < labels.size(); ++k) labels[k] = resized(labels[k], output(0).dims[k]);
  return pointwise(std::move(labels));
}

bool Importer::pad() {
  const Dims &in = input(0).dims, &out = output(0).dims;
  const Listed pads = call_->opset < 2 ? call_->list("paddings") : call_->list("pads", 1);
  if (in == out) return put(Kind::kIdentity, first_labels());
  const bool spatial = plane(0) && in[0] == out[0] && in[1] == out[1] && pads.values.size() == 8;
  if (!spatial) {
    bool places = false;
    for (size_t i = 0; i < in.size(); ++i)
      places = places || (in[i] != out[i] && is_place(first_labels()[i]));
    return places && state_ == State::kLocal ? false : pointwise(labels_for(0, true));
  }
  const std::vector<int64_t>& p = pads.values;
  const int64_t least = std::min({p[2], p[3], p[6], p[7]}), most = std::max({p[2], p[3], p[6], p[7]});
  if (least < 0 && most > 0) return false;
  Layer layer;
  layer.kind = least < 0 ? Kind::kCrop : Kind::kPad;
  const int64_t sign = least < 0 ? -1 : 1;
  layer.padding = {sign * p[2], sign * p[3], sign * p[6], sign * p[7]};
  return put(std::move(layer), state_, labels_for(0, true));
}

bool Importer::resize() {
  const Dims &in = input(0).dims, &out = output(0).dims;
  if (in == out) return put(Kind::kIdentity, first_labels());
  const std::string_view mode = call_->text("mode", "nearest");
  const bool old = call_->opset < 11 || type() == "Upsample";  // then cells are not centred
  const std::string_view where =
      old ? "asymmetric" : call_->text("coordinate_transformation_mode", "half_pixel");
  const bool centred = where == "half_pixel" || where == "pytorch_half_pixel";
  const bool exact = mode == "nearest" || centred || where == "align_corners";
  if (!plane(0) || in[0] != out[0] || in[1] != out[1] || !exact) {
    return state_ == State::kLocal ? false : pointwise(labels_for(0, true));
  }
  Layer layer;
  layer.kind = Kind::kUpsample;
  layer.mode = mode == "nearest"          ? network::Upsampling::kNearest
               : mode == "cubic"          ? network::Upsampling::kBicubic
               : where == "align_corners" ? network::Upsampling::kBilinearCorners
                                          : network::Upsampling::kBilinear;
  if (mode == "cubic" && where == "align_corners")
    return state_ == State::kLocal ? false : pointwise(labels_for(0, true));
  const bool whole_factor = out[2] % in[2] == 0 && out[3] % in[3] == 0;
  layer.scale =
      whole_factor && where != "align_corners" ? Size2{out[2] / in[2], out[3] / in[3]} : Size2{0, 0};
  layer.output_size = {out[2], out[3]};
  return put(std::move(layer), state_, labels_of(out, false));
}

bool Importer::blocks() {
  if (!plane(0)) return state_ == State::kLocal ? false : pointwise(labels_for(0, true));
  Layer layer;
  layer.kind = type() == "DepthToSpace" ? Kind::kDepthToSpace : Kind::kSpaceToDepth;
  const int64_t block = call_->integer("blocksize", 1);
  layer.scale = {block, block};
  return put(std::move(layer), state_, labels_of(output(0).dims, false));
}

bool Importer::transpose() {
  const Labels& labels = first_labels();
  Listed order = call_->list("perm");
  for (size_t i = labels.size(); !order.given && i-- > 0;) order.values.push_back(static_cast<int64_t>(i));
  const auto axes = onnx::axes_of(order.values, std::ssize(labels));
  if (!axes.ok() || axes->size() != labels.size()) return false;
  Labels moved;
  for (const int64_t axis : *axes) moved.push_back(labels[static_cast<size_t>(axis)]);
  const network::Axes before = onnx::axes_of(labels), after = onnx::axes_of(moved);
  Layer layer;
  layer.kind = Kind::kPermute;
  layer.channels_last = after == network::kChannelsLast;
  const bool to_last = before == network::kPlanes && *axes == Dims{0, 2, 3, 1};
  const bool to_first = before == network::kChannelsLast && *axes == Dims{0, 3, 1, 2};
  if (labels.size() == 4 && (to_last || to_first)) return put(std::move(layer), state_, std::move(moved));
  return pointwise(std::move(moved));
}

bool Importer::reshape() {
  const Dims &in = input(0).dims, &out = output(0).dims;
  if (in == out) return put(Kind::kIdentity, first_labels());
  std::optional<Labels> labels = reshaped(first_labels(), out);
  if (!labels && state_ == State::kLocal) return box_of(0, Effect::kUnknown, 0, labels_of(out, false));
  if (!labels || (state_ != State::kLocal && out.size() == 4 && onnx::axes_of(*labels).rows < 0))
    labels = labels_of(out, false);
  if (out.size() == 2 && in.size() > 2 && in[0] == out[0]) {
    Labels flat{(*labels)[0], {{Atom::Kind::kChannels, out[1]}}};
    return put(Kind::kFlatten, std::move(flat));
  }
  return pointwise(*std::move(labels));
}

}  // namespace poolglass::onnx
