// Convolutions and pools as layers.
#include <algorithm>

#include "core/io/onnx/importer.h"
#include "core/tensor.h"

namespace poolglass::onnx {

bool Importer::window_box(int64_t positions) {
  int64_t macs = 0;
  const bool fits = weight(1) && checked_multiply(elements_of(input(1).dims), positions, &macs);
  const Effect effect = state_ == State::kLocal ? Effect::kUnknown : Effect::kPointwise;
  return box_of(0, effect, fits ? std::optional(macs) : std::nullopt, labels_for(0, true));
}

int64_t Importer::positions_of(const Dims& dims) {
  return dims.size() > 2 ? elements_of(Dims(dims.begin() + 2, dims.end())) : 1;
}

void Importer::set_window(const AxisWindow& rows, const AxisWindow& columns, Layer* layer) {
  layer->kernel = {rows.kernel, columns.kernel};
  layer->stride = {rows.stride, columns.stride};
  layer->dilation = {rows.dilation, columns.dilation};
  layer->padding = {rows.begin, columns.begin, rows.end, columns.end};
  layer->ceil_mode = rows.ceil;
  if (!rows.same) return;
  // At this input's size the numbers are known; the mode says that they hang on it.
  layer->padding_mode = network::PaddingMode::kSame;
  layer->padding = {};
}

bool Importer::set_window(const Dims& kernel, Layer* layer) {
  const auto windows = windows_of(*call_, kernel, Dims(input(0).dims.begin() + 2, input(0).dims.end()));
  if (!windows.ok()) return false;
  set_window((*windows)[0], (*windows)[1], layer);
  if (call_->text("auto_pad", "") == "SAME_LOWER") layer->padding_mode = network::PaddingMode::kSameLower;
  return true;
}

bool Importer::conv() {
  if (!plane(0) || !weight(1)) return window_box(positions_of(output(0).dims));
  const Dims& w = input(1).dims;
  Layer layer;
  layer.kind = Kind::kConv2d;
  layer.out_channels = w[0];
  layer.groups = call_->integer("group", 1);
  layer.bias = call_->input(2) != nullptr;
  if (!set_window(Dims(w.begin() + 2, w.end()), &layer)) return false;
  share();
  return put(std::move(layer), state_, labels_of(output(0).dims, false));
}

bool Importer::conv_transpose() {
  const Dims sizes(input(0).dims.begin() + 2, input(0).dims.end());
  if (!plane(0) || !weight(1)) return window_box(positions_of(input(0).dims));
  const Dims& w = input(1).dims;
  const auto windows = transposed_windows_of(*call_, Dims(w.begin() + 2, w.end()), sizes);
  if (!windows.ok()) return false;
  Layer layer;
  layer.kind = Kind::kConvTranspose2d;
  layer.out_channels = output(0).dims[1];
  layer.groups = call_->integer("group", 1);
  layer.bias = call_->input(2) != nullptr;
  AxisWindow axes[2];
  int64_t more[2];
  for (size_t i = 0; i < 2; ++i) {
    axes[i] = (*windows)[i].window;
    axes[i].same = axes[i].ceil = false;
    const int64_t made = (sizes[i] - 1) * axes[i].stride + axes[i].dilation * (axes[i].kernel - 1) + 1 -
                         axes[i].begin - axes[i].end;
    more[i] = (*windows)[i].outputs - made;
    if (more[i] < 0 || more[i] >= std::max(axes[i].stride, axes[i].dilation))
      return window_box(positions_of(input(0).dims));
  }
  set_window(axes[0], axes[1], &layer);
  layer.output_padding = {more[0], more[1]};
  share();
  return put(std::move(layer), state_, labels_of(output(0).dims, false));
}

bool Importer::pool() {
  if (wanted(1)) return false;  // the positions of maxima are read, too
  if (!plane(0)) return state_ == State::kLocal ? false : pointwise(labels_for(0, true));
  const bool max = type() == "MaxPool";
  Layer layer;
  layer.kind = max ? Kind::kMaxPool2d : Kind::kAvgPool2d;
  if (!set_window(call_->list("kernel_shape").values, &layer)) return false;
  layer.count_include_pad = call_->integer("count_include_pad", 0) != 0;
  const Dims& in = input(0).dims;
  const network::Layer plain = layer;
  const bool padded = plain.padding != Padding{};
  if (!padded && plain.kernel == Size2{in[2], in[3]} && in[2] * in[3] > 1 && plain.dilation == Size2{1, 1}) {
    layer.kind = max ? Kind::kGlobalMaxPool2d : Kind::kGlobalAvgPool2d;
    return put(std::move(layer), state_ == State::kLocal ? State::kWhole : state_,
               labels_of(output(0).dims, false));
  }
  if (!max && plain.dilation != Size2{1, 1}) return false;
  const Padding& pad = plain.padding;
  const bool wide = 2 * std::max(pad.top, pad.bottom) > plain.kernel.h ||
                    2 * std::max(pad.left, pad.right) > plain.kernel.w;
  if (!wide) return put(std::move(layer), state_, labels_of(output(0).dims, false));
  // More padding than half the kernel, which a pool of core/network may not have: a layer of its own.
  Layer frame;
  frame.kind = Kind::kPad;
  frame.padding = pad;
  layer.padding = {};
  const int32_t before = emit(std::move(frame), sources_, ".pad");
  set(0, emit(std::move(layer), {before}), state_, labels_of(output(0).dims, false));
  return true;
}

bool Importer::global_pool() {
  if (!plane(0)) return whole();
  Layer layer;
  layer.kind = type() == "GlobalMaxPool" ? Kind::kGlobalMaxPool2d : Kind::kGlobalAvgPool2d;
  return put(std::move(layer), state_ == State::kLocal ? State::kWhole : state_,
             labels_of(output(0).dims, false));
}

}  // namespace poolglass::onnx
