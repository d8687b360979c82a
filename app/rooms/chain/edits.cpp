#include "app/rooms/chain/edits.h"

namespace poolglass::chain {

void forget_made_up_name(Chain& chain, size_t index) {
  Chain unnamed = chain;
  for (Layer& layer : unnamed.layers) layer.name.clear();
  if (effective_names(unnamed)[index] == chain.layers[index].name) chain.layers[index].name.clear();
}

Layer with_kind(const Layer& layer, LayerKind kind) {
  Layer next = default_layer(kind);
  next.name = layer.name;
  next.out_channels = layer.out_channels;
  next.out_features = layer.out_features;
  next.output_size = layer.output_size;
  next.bias = layer.bias;
  // A pool's window means the same under max and average; a convolution's does not.
  if (has_window(layer.kind) && has_window(kind) && is_pool(layer.kind) == is_pool(kind)) {
    next.kernel = layer.kernel;
    next.stride = layer.stride;
    next.padding = layer.padding;
    next.ceil_mode = layer.ceil_mode;
    next.count_include_pad = layer.count_include_pad;
  }
  return next;
}

Layer new_layer(const Chain& chain, LayerKind kind, size_t position) {
  Layer layer = default_layer(kind);
  if (kind == LayerKind::kConv2d) {
    const ChainFigures figures = analyze(chain);
    const size_t known = std::min(position, figures.layers.size());
    layer.out_channels = known == 0 ? chain.channels : figures.layers[known - 1].output.c;
  }
  return layer;
}

Links links_of(const Layer& layer) {
  Links links;
  links.kernel = layer.kernel.h == layer.kernel.w;
  links.stride = layer.stride.h == layer.stride.w;
  links.dilation = layer.dilation.h == layer.dilation.w;
  links.output_size = layer.output_size.h == layer.output_size.w;
  links.padding = layer.padding.top == layer.padding.left;
  links.padding_sides =
      layer.padding.top == layer.padding.bottom && layer.padding.left == layer.padding.right;
  return links;
}

}  // namespace poolglass::chain
