#include "tests/support/random_network.h"

#include <algorithm>
#include <string>
#include <utility>

#include "core/network/figures.h"

namespace poolglass::network {

Layer of(Kind kind, std::vector<int32_t> inputs) {
  Layer layer = default_layer(kind);
  layer.inputs = std::move(inputs);
  return layer;
}

namespace {

class Draw {
 public:
  explicit Draw(std::mt19937_64& random) : random_(random) {}
  int64_t number(int64_t least, int64_t most) {
    return least + static_cast<int64_t>(random_() % static_cast<uint64_t>(most - least + 1));
  }
  bool once_in(int64_t n) { return number(1, n) == 1; }
  Size2 size(int64_t least, int64_t most) { return {number(least, most), number(least, most)}; }
  Padding padding(int64_t most) {
    return {number(0, most), number(0, most), number(0, most), number(0, most)};
  }

 private:
  std::mt19937_64& random_;
};

// Fields that the kind writes, drawn.
Layer draw_layer(Draw& draw, Kind kind) {
  Layer layer = default_layer(kind);
  const Layer plain;
  layer.out_channels = plain.out_channels;  // default_layer() also fills what this kind does not write
  layer.padding = plain.padding;
  if (has_window(kind)) {
    layer.kernel = draw.size(1, 5);
    layer.stride = draw.size(1, 3);
    layer.padding = draw.padding(2);
    if (kind != Kind::kAvgPool2d) layer.dilation = draw.size(1, 2);
    if (is_pool(kind)) layer.ceil_mode = draw.once_in(2);
    if (kind == Kind::kAvgPool2d) layer.count_include_pad = draw.once_in(2);
    if (kind != Kind::kConvTranspose2d && draw.once_in(3)) {
      layer.padding = {};
      layer.padding_mode = draw.once_in(2) ? PaddingMode::kSame : PaddingMode::kSameLower;
    }
  }
  if (kind == Kind::kConv2d || kind == Kind::kConvTranspose2d) {
    layer.out_channels = draw.number(1, 99);
    layer.groups = draw.once_in(3) ? draw.number(1, 4) : 1;
    layer.bias = draw.once_in(2);
    if (kind == Kind::kConvTranspose2d) layer.output_padding = draw.size(0, 1);
  }
  if (kind == Kind::kAdaptiveAvgPool2d || kind == Kind::kAdaptiveMaxPool2d)
    layer.output_size = draw.size(1, 9);
  if (kind == Kind::kLinear) {
    layer.out_features = draw.number(1, 1000);
    layer.bias = draw.once_in(2);
  }
  if (kind == Kind::kBatchNorm2d || kind == Kind::kLayerNorm || kind == Kind::kGroupNorm ||
      kind == Kind::kInstanceNorm2d) {
    layer.gamma = draw.once_in(2);
    layer.beta = draw.once_in(2);
    if (kind == Kind::kLayerNorm && draw.once_in(2)) layer.norm_axes = NormAxes::kAll;
  }
  if (kind == Kind::kGroupNorm || kind == Kind::kChannelShuffle) layer.groups = draw.number(2, 9);
  if (kind == Kind::kScale) layer.bias = draw.once_in(2);
  if (kind == Kind::kUpsample) {
    layer.mode = static_cast<Upsampling>(draw.number(0, 3));
    layer.scale = draw.size(1, 4);
    if (draw.once_in(2)) {
      layer.scale = {0, 0};
      layer.output_size = draw.size(1, 64);
    }
  }
  if (kind == Kind::kPad || kind == Kind::kCrop) layer.padding = draw.padding(3);
  if (kind == Kind::kSlice) {
    layer.begin = draw.number(0, 9);
    layer.end = layer.begin + draw.number(1, 9);
  }
  if (kind == Kind::kDepthToSpace || kind == Kind::kSpaceToDepth) layer.scale = draw.size(1, 3);
  if (kind == Kind::kPermute) layer.channels_last = draw.once_in(2);
  if (kind == Kind::kOp) {
    layer.op = draw.once_in(2) ? "TopK" : "Näh\"e\n";
    layer.effect = static_cast<Effect>(draw.number(0, 2));
    if (draw.once_in(2)) layer.output = {kUnknownSize, draw.number(1, 9), kUnknownSize};
    if (draw.once_in(2)) layer.axes = {2, 1, -1};
    if (draw.once_in(2)) layer.params = draw.number(0, 1'000'000);
    if (draw.once_in(2)) layer.macs = draw.number(0, 1'000'000);
  }
  return layer;
}

Kind draw_kind(Draw& draw) { return static_cast<Kind>(draw.number(1, kKinds - 1)); }

// Layers of one block whose first stands at `first`; `name` begins their names. Reads what is in the block or
// the layer before it (marked -1), or an input (marked -2 - index).
struct Block {
  std::vector<Layer> layers;
};
Block draw_block(Draw& draw, const std::string& name, int64_t inputs) {
  Block block;
  const int64_t count = draw.number(1, 5);
  for (int64_t i = 0; i < count; ++i) {
    Layer layer = draw_layer(draw, draw_kind(draw));
    layer.name = name + "{i}." + std::to_string(i);
    const bool join = is_join(layer.kind);
    const int64_t reads = join ? draw.number(2, 4) : draw.once_in(3) ? 1 : 0;
    for (int64_t r = 0; r < reads; ++r) {
      layer.inputs.push_back(
          static_cast<int32_t>(draw.once_in(8) ? -2 - draw.number(0, inputs - 1) : draw.number(-1, i - 1)));
    }
    block.layers.push_back(std::move(layer));
  }
  return block;
}

void append_block(const Block& block, int64_t number, bool repeated, Network* network) {
  const int32_t first = static_cast<int32_t>(network->layers.size());
  for (const Layer& from : block.layers) {
    Layer layer = from;
    const int32_t index = static_cast<int32_t>(network->layers.size());
    const size_t mark = layer.name.find("{i}");
    if (repeated) layer.written = layer.name;
    layer.name.replace(mark, 3, std::to_string(number));
    for (int32_t& input : layer.inputs) input = input < -1 ? -2 - input : input + first;
    if (layer.inputs.size() == 1 && layer.inputs[0] == index - 1) layer.inputs.clear();
    network->layers.push_back(std::move(layer));
  }
}

int64_t extent(const LayerFigures& at, bool rows) { return rows ? at.height() : at.width(); }

}  // namespace

Network every_kind() {
  std::mt19937_64 random(3);
  Draw draw(random);
  Network network;
  network.layers.push_back(make_input({2, 3, kUnknownSize, 9}, kPlanes, "image"));
  network.layers.push_back(make_input({kUnknownSize, 7}, kVector, "code"));
  for (int i = 1; i < kKinds; ++i) {
    for (int variant = 0; variant < 8; ++variant) {
      Layer layer = draw_layer(draw, static_cast<Kind>(i));
      layer.name = std::string(kind_name(layer.kind)) + std::to_string(variant) + "/\"\xc3\xa4";
      if (is_join(layer.kind)) layer.inputs = {0, 0, 1};
      network.layers.push_back(std::move(layer));
    }
  }
  network.outputs = {5, 4};
  return network;
}

Network random_document(std::mt19937_64& random) {
  Draw draw(random);
  Network network;
  const int64_t inputs = draw.once_in(4) ? draw.number(1, 3) : 1;
  for (int64_t i = 0; i < inputs; ++i) {
    const auto size = [&] { return draw.once_in(6) ? kUnknownSize : draw.number(1, 300); };
    const Dims dims{draw.once_in(5) ? draw.number(1, 8) : kUnknownSize, size(), size(), size()};
    network.layers.push_back(
        make_input(dims, kPlanes, inputs == 1 && !draw.once_in(4) ? "input" : "in" + std::to_string(i)));
  }
  const int64_t blocks = draw.number(0, 6);
  for (int64_t b = 0; b < blocks; ++b) {
    const Block block = draw_block(draw, "b" + std::to_string(b) + "/", inputs);
    const bool repeated = draw.once_in(2);
    const int64_t times = repeated ? draw.number(1, 4) : 1, from = draw.number(0, 2);
    if (repeated) {
      network.repeats.push_back({static_cast<int32_t>(network.layers.size()),
                                 static_cast<int32_t>(block.layers.size()), times, from, "i"});
    }
    for (int64_t copy = 0; copy < times; ++copy) append_block(block, from + copy, repeated, &network);
    if (draw.once_in(3)) {
      Layer plain = draw_layer(draw, draw.once_in(2) ? Kind::kConv2d : Kind::kRelu);  // without a name
      network.layers.push_back(std::move(plain));
    }
  }
  if (draw.once_in(5)) {
    network.outputs.push_back(
        static_cast<int32_t>(draw.number(0, static_cast<int64_t>(network.layers.size()) - 1)));
  }
  return network;
}

Network random_network(std::mt19937_64& random, bool branches) {
  Draw draw(random);
  Network network = with_input(draw.number(1, 4), draw.number(17, 70), draw.number(17, 70));
  const int64_t count = draw.number(1, 14);
  for (int64_t i = 0; i < count; ++i) {
    const Figures figures = analyze(network);
    const int32_t at =
        branches && draw.once_in(2)
            ? static_cast<int32_t>(draw.number(0, static_cast<int64_t>(network.layers.size()) - 1))
            : static_cast<int32_t>(network.layers.size()) - 1;
    const int64_t what = draw.number(0, branches ? 13 : 8);
    Layer layer;
    if (what <= 8) {
      const Kind kinds[] = {Kind::kConv2d, Kind::kConv2d, Kind::kConv2d, Kind::kMaxPool2d, Kind::kAvgPool2d};
      layer = draw_layer(draw, kinds[draw.number(0, 4)]);
      layer.groups = 1;
      layer.padding = {std::min(layer.padding.top, layer.kernel.h / 2),
                       std::min(layer.padding.left, layer.kernel.w / 2),
                       std::min(layer.padding.bottom, layer.kernel.h / 2),
                       std::min(layer.padding.right, layer.kernel.w / 2)};
    } else if (what == 9) {
      layer = default_layer(Kind::kUpsample);
      layer.scale = draw.size(1, 3);
      layer.mode = draw.once_in(2) ? Upsampling::kNearest : Upsampling::kBilinear;
    } else if (what == 10) {
      layer = default_layer(Kind::kConvTranspose2d);
      layer.stride = draw.size(1, 3);
      layer.kernel = {layer.stride.h + draw.number(0, 2), layer.stride.w + draw.number(0, 2)};
      layer.padding = draw.padding(1);
    } else if (what == 11) {
      layer = draw_layer(draw, draw.once_in(2) ? Kind::kPad : Kind::kCrop);
    } else {  // a join; the larger is cut to the smaller, not always in the middle
      const int32_t other =
          static_cast<int32_t>(draw.number(0, static_cast<int64_t>(network.layers.size()) - 1));
      const LayerFigures &a = figures.layers[static_cast<size_t>(at)],
                         &b = figures.layers[static_cast<size_t>(other)];
      const auto cut = [&](const LayerFigures& from, const LayerFigures& to, int32_t source) {
        Layer crop = default_layer(Kind::kCrop);
        crop.padding = {};
        crop.inputs = {source};
        const auto share = [&](int64_t more, int64_t* before, int64_t* after) {
          *before = draw.once_in(3) ? draw.number(0, more) : more / 2;
          *after = more - *before;
        };
        share(std::max<int64_t>(extent(from, true) - extent(to, true), 0), &crop.padding.top,
              &crop.padding.bottom);
        share(std::max<int64_t>(extent(from, false) - extent(to, false), 0), &crop.padding.left,
              &crop.padding.right);
        network.layers.push_back(crop);
        return static_cast<int32_t>(network.layers.size()) - 1;
      };
      layer = default_layer(Kind::kConcat);
      const int32_t one = cut(a, b, at), two = cut(b, a, other);
      layer.inputs = {one, two};
      network.layers.push_back(layer);
      continue;
    }
    layer.inputs = {at};
    network.layers.push_back(layer);
    if (analyze(network).error) network.layers.pop_back();  // does not fit any more
  }
  return network;
}

}  // namespace poolglass::network
