#include "core/network/what_if.h"

#include <algorithm>
#include <string>
#include <unordered_set>
#include <utility>

#include "core/network/memory.h"
#include "core/network/trace.h"

namespace poolglass::network {
namespace {

struct Words {
  std::string_view name, title, becomes, words;
};
constexpr std::array<Words, kWhatIfs.size()> kWords = {{
    {"average", "max → average", "average", "Every max pool becomes an average pool with the same window"},
    {"conv2", "pool → conv 2×2", "conv 2×2", "Every pool becomes a convolution 2×2 with its stride"},
    {"conv3", "pool → conv 3×3", "conv 3×3", "Every pool becomes a convolution 3×3 with its stride"},
    {"dilate", "pool → dilation", "dilation", "Pools go; what follows is dilated and keeps the resolution"},
    {"blur", "pool → blur-pool", "blur-pool", "Every max pool steps by 1, and a blur 3×3 takes its stride"},
    {"gap", "flatten → GAP", "GAP", "Flatten and dense layers become a global average and one dense layer"},
}};

bool is_window_pool(const Layer& layer) {
  return layer.kind == Kind::kMaxPool2d || layer.kind == Kind::kAvgPool2d;
}
bool steps(const Layer& layer) { return is_window_pool(layer) && (layer.stride.h > 1 || layer.stride.w > 1); }

// A network that is written anew, layer by layer.
class Rewrite {
 public:
  explicit Rewrite(const Network& network) : network_(network) {}

  // A layer in place of layer `from`, which reads what `inputs` (of the new network) says.
  int32_t add(Layer layer, int32_t from, std::vector<int32_t> inputs) {
    layer.inputs = std::move(inputs);
    layer.written.clear();
    changed_.network.layers.push_back(std::move(layer));
    changed_.from.push_back(from);
    return static_cast<int32_t>(changed_.network.layers.size()) - 1;
  }

  // What stood for layer `from` until now is read at `to`.
  void stands_for(int32_t to) { place_.push_back(to); }

  // The new places of what layer `index` reads.
  std::vector<int32_t> inputs(size_t index) const {
    std::vector<int32_t> places;
    for (const int32_t source : sources(network_, index))
      places.push_back(place_[static_cast<size_t>(source)]);
    return places;
  }
  int32_t place(int32_t old) const { return place_[static_cast<size_t>(old)]; }

  // As it is, under its name.
  void keep(size_t index) {
    kept_.push_back({add(network_.layers[index], static_cast<int32_t>(index), inputs(index)), index});
    stands_for(kept_.back().first);
  }

  Changed take() {
    Network& net = changed_.network;
    for (const int32_t output : network_.outputs) net.outputs.push_back(place(output));
    for (size_t i = 0; i < net.layers.size(); ++i) {  // an input that is the layer before is not written
      std::vector<int32_t>& from = net.layers[i].inputs;
      if (from == std::vector<int32_t>{static_cast<int32_t>(i) - 1}) from.clear();
    }
    // Made names count layers of a kind: where there are more now, the old ones are written out.
    const std::vector<std::string> old_names = effective_names(network_), new_names = effective_names(net);
    for (const auto& [to, from] : kept_) {
      const auto at = static_cast<size_t>(to);
      if (new_names[at] != old_names[from]) net.layers[at].name = old_names[from];
    }
    return std::move(changed_);
  }

 private:
  const Network& network_;
  Changed changed_;
  std::vector<int32_t> place_;                    // of each old layer, in the new network
  std::vector<std::pair<int32_t, size_t>> kept_;  // layers of the new network, and what they were
};

// Names for new layers, which no layer of the network has.
class NewNames {
 public:
  explicit NewNames(const std::vector<std::string>& names) : taken_(names.begin(), names.end()) {}
  std::string make(const std::string& wanted) {
    std::string name = wanted;
    for (int64_t suffix = 2; !taken_.insert(name).second; ++suffix)
      name = wanted + "_" + std::to_string(suffix);
    return name;
  }

 private:
  std::unordered_set<std::string> taken_;
};

Status nothing_to_do(const char* what) { return invalid_argument(std::string("there is no ") + what); }

// ---- pools become convolutions ----------------------------------------------------------------------------

// One axis of a pool: its input, outputs, reach and padding.
struct PoolAxis {
  int64_t input = 0, output = 0, cells = 1, before = 0, after = 0, stride = 1;
};

// Padding before and after, for a window of k cells in the pool's place: alike on both sides where that makes
// as many outputs, else as much after as they take, which is more where ceil mode hung windows over the end.
std::pair<int64_t, int64_t> fitting_padding(int64_t k, const PoolAxis& axis) {
  const int64_t total = std::max<int64_t>(axis.before + axis.after + k - axis.cells, 0);
  const int64_t alike = (total + 1) / 2;
  const auto outputs = [&](int64_t padding) { return (axis.input + padding - k) / axis.stride + 1; };
  if (axis.input < 0 || outputs(2 * alike) == axis.output) return {alike, alike};
  const int64_t before = total / 2;
  const int64_t least = (axis.output - 1) * axis.stride + k - axis.input - before;
  return {before, std::max<int64_t>(std::clamp(total - before, least, least + axis.stride - 1), 0)};
}

Layer convolution_for(const Layer& pool, const LayerFigures& in, const LayerFigures& at, int64_t k,
                      std::string name) {
  const Size2 d = pool.kind == Kind::kMaxPool2d ? pool.dilation : Size2{1, 1};
  Layer conv = default_layer(Kind::kConv2d);
  conv.name = std::move(name);
  conv.out_channels = at.channels();
  conv.kernel = {k, k};
  conv.stride = pool.stride;
  conv.padding = {};
  conv.padding_mode = pool.padding_mode;
  if (pool.padding_mode != PaddingMode::kNumbers) return conv;
  const auto [top, bottom] = fitting_padding(k, {in.height(), at.height(), d.h * (pool.kernel.h - 1) + 1,
                                                 pool.padding.top, pool.padding.bottom, pool.stride.h});
  const auto [left, right] = fitting_padding(k, {in.width(), at.width(), d.w * (pool.kernel.w - 1) + 1,
                                                 pool.padding.left, pool.padding.right, pool.stride.w});
  conv.padding = {top, left, bottom, right};
  return conv;
}

Result<Changed> convolved(const Network& network, const Figures& figures, int64_t k) {
  Rewrite rewrite(network);
  NewNames names(effective_names(network));
  int64_t pools = 0;
  for (size_t i = 0; i < network.layers.size(); ++i) {
    if (!steps(network.layers[i])) {
      rewrite.keep(i);
      continue;
    }
    if (figures.layers[i].channels() < 0) return invalid_argument("the channels of a pool are not known");
    const Layer& pool = network.layers[i];
    const LayerFigures& in = figures.layers[static_cast<size_t>(sources(network, i)[0])];
    ++pools;
    std::string name = pool.name.empty() ? names.make("down" + std::to_string(pools)) : pool.name;
    Layer conv = convolution_for(pool, in, figures.layers[i], k, std::move(name));
    rewrite.stands_for(rewrite.add(std::move(conv), static_cast<int32_t>(i), rewrite.inputs(i)));
  }
  if (pools == 0) return nothing_to_do("pool with a stride");
  return rewrite.take();
}

// ---- the window stays ------------------------------------------------------------------------------------

Result<Changed> averaged(const Network& network) {
  Changed changed{network, {}};
  bool any = false;
  const std::vector<std::string> names = effective_names(network);
  for (size_t i = 0; i < network.layers.size(); ++i) {
    changed.from.push_back(static_cast<int32_t>(i));
    Layer& layer = changed.network.layers[i];
    if (layer.kind != Kind::kMaxPool2d) continue;
    if (layer.dilation != Size2{1, 1})
      return invalid_argument(names[i] + " is dilated, which average pools are not");
    layer.kind = Kind::kAvgPool2d;
    any = true;
  }
  if (!any) return nothing_to_do("max pool");
  return changed;
}

Result<Changed> blurred(const Network& network) {
  Rewrite rewrite(network);
  bool any = false;
  const std::vector<std::string> names = effective_names(network);
  NewNames added(names);
  for (size_t i = 0; i < network.layers.size(); ++i) {
    const Layer& pool = network.layers[i];
    if (pool.kind != Kind::kMaxPool2d || !steps(pool)) {
      rewrite.keep(i);
      continue;
    }
    if (pool.padding_mode != PaddingMode::kNumbers)
      return invalid_argument("the padding of " + names[i] + " depends on the size that it steps over");
    any = true;
    const auto from = static_cast<int32_t>(i);
    Layer max = pool;
    max.stride = {1, 1};
    max.ceil_mode = false;
    Layer spread = default_layer(Kind::kAvgPool2d);
    spread.name = added.make(names[i] + "_blur1");
    spread.kernel = {2, 2};
    spread.stride = {1, 1};
    spread.padding = {1, 1, 1, 1};
    Layer step = spread;
    step.name = added.make(names[i] + "_blur2");
    step.stride = pool.stride;
    step.padding = {};
    step.ceil_mode = pool.ceil_mode;
    max.name = names[i];
    int32_t at = rewrite.add(std::move(max), from, rewrite.inputs(i));
    at = rewrite.add(std::move(spread), from, {at});
    rewrite.stands_for(rewrite.add(std::move(step), from, {at}));
  }
  if (!any) return nothing_to_do("max pool with a stride");
  return rewrite.take();
}

// ---- dilation ---------------------------------------------------------------------------------------------

bool times(int64_t factor, int64_t* value) { return checked_multiply(*value, factor, value); }

// Windows at a resolution that stayed `by` times as high. Stride stays: it steps over as many of the old
// cells, which now lie `by` apart.
Status widen(const std::string& name, Size2 by, Layer* layer) {
  if (by == Size2{1, 1}) return {};
  if (layer->kind == Kind::kAvgPool2d && layer->kernel != Size2{1, 1})
    return invalid_argument(name + " would have to be dilated, which average pools are not");
  const bool fixed = layer->kind == Kind::kUpsample || layer->kind == Kind::kConvTranspose2d ||
                     layer->kind == Kind::kDepthToSpace || layer->kind == Kind::kSpaceToDepth;
  if (fixed) return invalid_argument(name + " changes the resolution by itself");
  Padding& p = layer->padding;
  if (layer->kind == Kind::kMaxPool2d || layer->kind == Kind::kConv2d) {
    if (!times(by.h, &layer->dilation.h) || !times(by.w, &layer->dilation.w))
      return resource_exhausted("the dilation of " + name + " is beyond 2^63-1");
  } else if (layer->kind != Kind::kPad && layer->kind != Kind::kCrop) {
    return {};
  }
  if (!times(by.h, &p.top) || !times(by.h, &p.bottom) || !times(by.w, &p.left) || !times(by.w, &p.right))
    return resource_exhausted("the padding of " + name + " is beyond 2^63-1");
  return {};
}

Result<Changed> dilated(const Network& network, const Figures& figures) {
  Rewrite rewrite(network);
  const std::vector<std::string> names = effective_names(network);
  std::vector<Size2> factor(network.layers.size());  // how many times as high its resolution stayed
  bool any = false;
  for (size_t i = 0; i < network.layers.size(); ++i) {
    Layer layer = network.layers[i];
    const Sources from = sources(network, i);
    std::optional<Size2> met;  // of planes: one cell for all (squeeze and excitation) fits any resolution
    for (const int32_t source : from) {
      const Size2 of = factor[static_cast<size_t>(source)];
      if (is_factor(network, figures, i, source)) continue;
      if (met && of != *met) return invalid_argument("paths of unequal strides would meet at " + names[i]);
      met = of;
    }
    factor[i] = met.value_or(Size2{1, 1});
    if (steps(layer)) {
      any = true;
      if (!times(layer.stride.h, &factor[i].h) || !times(layer.stride.w, &factor[i].w))
        return resource_exhausted("the dilation after " + names[i] + " is beyond 2^63-1");
      rewrite.stands_for(rewrite.place(from[0]));
      continue;
    }
    if (Status s = widen(names[i], factor[i], &layer); !s.ok()) return s;
    // A plane of one cell has no resolution, a vector neither.
    const bool whole = layer.kind == Kind::kGlobalAvgPool2d || layer.kind == Kind::kGlobalMaxPool2d ||
                       layer.kind == Kind::kAdaptiveAvgPool2d || layer.kind == Kind::kAdaptiveMaxPool2d ||
                       layer.kind == Kind::kFlatten;
    if (whole) factor[i] = {1, 1};
    rewrite.stands_for(rewrite.add(std::move(layer), static_cast<int32_t>(i), rewrite.inputs(i)));
  }
  if (!any) return nothing_to_do("pool with a stride");
  return rewrite.take();
}

// ---- the head ---------------------------------------------------------------------------------------------

bool belongs_to_head(const Layer& layer) {
  return layer.kind == Kind::kLinear || layer.kind == Kind::kDropout || layer.kind == Kind::kIdentity ||
         layer.kind == Kind::kRelu || layer.kind == Kind::kSoftmax || layer.kind == Kind::kFlatten ||
         (is_pointwise(layer.kind) && layer.kind != Kind::kInput);
}

std::vector<int32_t> readers(const Network& network, size_t layer) {
  std::vector<int32_t> all;
  for (size_t i = layer + 1; i < network.layers.size(); ++i) {
    for (const int32_t source : sources(network, i)) {
      if (source == static_cast<int32_t>(layer)) all.push_back(static_cast<int32_t>(i));
    }
  }
  return all;
}

Result<Changed> averaged_head(const Network& network, const Figures& figures) {
  const std::vector<std::string> names = effective_names(network);
  size_t flatten = network.layers.size();
  for (size_t i = 0; i < network.layers.size(); ++i) {
    const auto from = sources(network, i);
    if (network.layers[i].kind == Kind::kFlatten && from.size() == 1 &&
        figures.layers[static_cast<size_t>(from[0])].axes.rows >= 0)
      flatten = i;
  }
  if (flatten == network.layers.size()) return nothing_to_do("flatten of a map");
  auto map = static_cast<size_t>(sources(network, flatten)[0]);
  if (figures.layers[map].height() == 1 && figures.layers[map].width() == 1)
    return invalid_argument(names[map] + " has one cell already: there is nothing to average");
  // Everything behind flatten, one after the other, to the end.
  size_t dense = 0;
  for (size_t i = flatten + 1; i < network.layers.size(); ++i) {
    const auto from = sources(network, i);
    if (from.size() != 1 || from[0] != static_cast<int32_t>(i) - 1 || !belongs_to_head(network.layers[i]))
      return invalid_argument(names[i] + " stands behind flatten and is no dense layer");
    if (network.layers[i].kind == Kind::kLinear) dense = i;
  }
  if (dense == 0) return nothing_to_do("dense layer behind flatten");
  const bool fixed = network.layers[map].kind == Kind::kAdaptiveAvgPool2d ||
                     network.layers[map].kind == Kind::kAdaptiveMaxPool2d;
  const bool drop_pool = fixed && readers(network, map).size() == 1;
  Rewrite rewrite(network);
  for (size_t i = 0; i < network.layers.size(); ++i) {
    const auto at = static_cast<int32_t>(i);
    if (drop_pool && i == map) {
      Layer gap = default_layer(Kind::kGlobalAvgPool2d);
      gap.name = network.layers[i].name;
      rewrite.stands_for(rewrite.add(std::move(gap), at, rewrite.inputs(i)));
    } else if (i == flatten && !drop_pool) {
      Layer gap = default_layer(Kind::kGlobalAvgPool2d);
      const int32_t mean = rewrite.add(std::move(gap), at, rewrite.inputs(i));
      rewrite.stands_for(rewrite.add(network.layers[i], at, {mean}));
    } else if (i > flatten && i < dense) {
      rewrite.stands_for(rewrite.place(at - 1));
    } else {
      rewrite.keep(i);
    }
  }
  return rewrite.take();
}

Result<Changed> made(const Network& network, const Figures& figures, WhatIf change) {
  switch (change) {
    case WhatIf::kAverage:
      return averaged(network);
    case WhatIf::kConv2:
      return convolved(network, figures, 2);
    case WhatIf::kConv3:
      return convolved(network, figures, 3);
    case WhatIf::kDilate:
      return dilated(network, figures);
    case WhatIf::kBlur:
      return blurred(network);
    case WhatIf::kGap:
      return averaged_head(network, figures);
  }
  return invalid_argument("there is no such change");
}

}  // namespace

std::string_view what_if_name(WhatIf change) { return kWords[static_cast<size_t>(change)].name; }
std::string_view what_if_title(WhatIf change) { return kWords[static_cast<size_t>(change)].title; }
std::string_view what_if_becomes(WhatIf change) { return kWords[static_cast<size_t>(change)].becomes; }
std::string_view what_if_words(WhatIf change) { return kWords[static_cast<size_t>(change)].words; }

std::optional<WhatIf> what_if_from_name(std::string_view name) {
  for (const WhatIf change : kWhatIfs) {
    if (what_if_name(change) == name) return change;
  }
  return std::nullopt;
}

Result<Changed> what_if(const Network& network, const Figures& figures, WhatIf change) {
  if (figures.error) return figures.error->status;
  Result<Changed> changed = made(network, figures, change);
  if (!changed.ok()) return changed;
  if (Status s = order(&changed.value().network); !s.ok()) return s;
  const Figures after = analyze(changed->network);
  if (after.error) return invalid_argument("it would not fit: " + after.error->status.message());
  return changed;
}

int32_t last_local_layer(const Figures& figures) {
  for (size_t i = figures.layers.size(); i-- > 0;) {
    const LayerFigures& at = figures.layers[i];
    if (at.axes.rows >= 0 && at.rows.state == FieldState::kLocal) return static_cast<int32_t>(i);
  }
  return -1;
}

Outcome outcome_of(const Network& network, const Figures& figures) {
  Outcome outcome;
  outcome.params = figures.params;
  outcome.macs = figures.macs;
  outcome.activations = figures.activations;
  outcome.peak_bytes = live_memory(network, figures).peak;
  if (!figures.layers.empty()) outcome.output = figures.layers.back().output;
  outcome.field_layer = last_local_layer(figures);
  if (outcome.field_layer < 0) return outcome;
  const LayerFigures& at = figures.layers[static_cast<size_t>(outcome.field_layer)];
  outcome.rows = receptive(at.rows, figures.input_size.h);
  outcome.columns = receptive(at.columns, figures.input_size.w);
  outcome.padding = at.rows.padding();
  outcome.jump = at.rows.jump();
  return outcome;
}

}  // namespace poolglass::network
