#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <sstream>

#include "core/chain/chain.h"
#include "core/chain/presets.h"

namespace poolglass {
namespace {

Layer conv(int64_t channels, Size2 kernel, Padding padding = {}, Size2 stride = {1, 1}) {
  Layer layer = default_layer(LayerKind::kConv2d);
  layer.out_channels = channels;
  layer.kernel = kernel;
  layer.padding = padding;
  layer.stride = stride;
  return layer;
}

Layer max_pool(Size2 kernel, Size2 stride, Padding padding = {}) {
  Layer layer = default_layer(LayerKind::kMaxPool2d);
  layer.kernel = kernel;
  layer.stride = stride;
  layer.padding = padding;
  return layer;
}

Layer linear(int64_t features, bool bias = true) {
  Layer layer = default_layer(LayerKind::kLinear);
  layer.out_features = features;
  layer.bias = bias;
  return layer;
}

Layer adaptive(Size2 size) {
  Layer layer = default_layer(LayerKind::kAdaptiveAvgPool2d);
  layer.output_size = size;
  return layer;
}

const Layer kFlatten = default_layer(LayerKind::kFlatten);
const Layer kGlobal = default_layer(LayerKind::kGlobalAvgPool2d);

ChainFigures valid(const Chain& chain) {
  ChainFigures figures = analyze(chain);
  REQUIRE_MESSAGE(!figures.error, figures.error->status.message());
  REQUIRE(figures.layers.size() == chain.layers.size());
  return figures;
}

std::string error_of(const Chain& chain) {
  const ChainFigures figures = analyze(chain);
  REQUIRE(figures.error);
  CHECK(figures.layers.size() == figures.error->layer);
  return figures.error->status.message();
}

// A chain in the notation "11/4V P3/2V 5": kernel/stride, P for a max pool, V for VALID, else SAME
// (TensorFlow's rule: total padding max(k - s, 0) if s divides n, else max(k - n mod s, 0); the smaller half
// at the left), E for an explicit padding of k/2.
Chain notation(int64_t n, const std::string& text) {
  Chain chain{1, {n, n}, {}};
  std::istringstream words(text);
  for (std::string word; words >> word;) {
    const bool pool = word.front() == 'P';
    std::istringstream rest(word.substr(pool ? 1 : 0));
    int64_t k = 1, s = 1;
    char mode = 'S', c = 0;
    rest >> k;
    while (rest >> c) {
      if (c == '/') {
        rest >> s;
      } else {
        mode = c;
      }
    }
    const int64_t total = mode == 'V'   ? 0
                          : mode == 'E' ? k / 2 * 2
                                        : std::max<int64_t>(n % s == 0 ? k - s : k - n % s, 0);
    const Padding pad{total / 2, total / 2, total - total / 2, total - total / 2};
    chain.layers.push_back(pool ? max_pool({k, k}, {s, s}, pad) : conv(1, {k, k}, pad, {s, s}));
    n = (n + total - k) / s + 1;
  }
  return chain;
}

struct Endpoint {
  size_t layer;  // counted from 1
  int64_t field, jump, padding;
};

void check_endpoints(const Chain& chain, std::initializer_list<Endpoint> endpoints) {
  const ChainFigures figures = valid(chain);
  for (const Endpoint& e : endpoints) {
    CAPTURE(e.layer);
    const LayerFigures& at = figures.layers[e.layer - 1];
    CHECK(at.receptive_field == Size2{e.field, e.field});
    CHECK(at.jump == Size2{e.jump, e.jump});
    CHECK(at.padding == Span2{e.padding, e.padding});
  }
}

}  // namespace

TEST_CASE("the lesson's chain has the published table, exact and by the shortcut") {
  const Chain chain = chain_preset("lesson").value();
  const ChainFigures figures = valid(chain);
  const int64_t exact[] = {3, 4, 8, 10, 18, 22, 38, 46};
  const int64_t shortcut[] = {3, 6, 8, 16, 18, 36, 38, 76};
  const int64_t channels[] = {6, 6, 12, 12, 24, 24, 48, 48};
  const int64_t size[] = {64, 32, 32, 16, 16, 8, 8, 4};
  for (size_t i = 0; i < 8; ++i) {
    CAPTURE(i);
    const LayerFigures& at = figures.layers[i];
    CHECK(at.receptive_field == Size2{exact[i], exact[i]});
    CHECK(at.shortcut == Size2{shortcut[i], shortcut[i]});
    CHECK(at.shortcut_differs == (i % 2 == 1));  // every pool
    CHECK(at.output == Shape{1, channels[i], size[i], size[i]});
    CHECK(at.bytes == 4 * at.activations);
  }
  CHECK(figures.total_params == 13860);
  CHECK(effective_names(chain) ==
        std::vector<std::string>{"conv1", "pool1", "conv2", "pool2", "conv3", "pool3", "conv4", "pool4"});
  CHECK(operation_label(chain.layers[0], 3) == "conv 3×3, ×2 C");
  CHECK(operation_label(chain.layers[1], 6) == "max 2×2 /2");
}

TEST_CASE("the presets have the parameters and shapes known from their papers and from PyTorch") {
  const struct {
    const char* name;
    int64_t params;
    Shape output;
  } expected[] = {
      {"lesson", 13860, {1, 48, 4, 4}},      {"exercise", 388416, {1, 256, 4, 4}},
      {"lenet5", 61706, {1, 10, 1, 1}},      {"alexnet", 50303912, {1, 1000, 1, 1}},
      {"vgg16", 138357544, {1, 1000, 1, 1}}, {"gap", 14714688 + 513000, {1, 1000, 1, 1}},
      {"odd", 13860, {1, 48, 1, 1}},         {"resnet-stem", 9408, {1, 64, 56, 56}},
      {"empty", 0, {1, 3, 64, 64}},
  };
  CHECK(chain_presets().size() == std::size(expected));
  for (const auto& e : expected) {
    CAPTURE(e.name);
    const ChainFigures figures = valid(chain_preset(e.name).value());
    CHECK(figures.total_params == e.params);
    CHECK((figures.layers.empty() ? figures.input : figures.layers.back()).output == e.output);
  }
  const Result<Chain> unknown = chain_preset("leson");
  REQUIRE(!unknown.ok());
  CHECK(unknown.status().message().find("lesson, exercise, lenet5") != std::string::npos);
}

// google-research/receptive_field, table of TF-Slim networks.
TEST_CASE("published receptive field, effective stride and effective padding are met") {
  check_endpoints(chain_preset("alexnet").value(), {{1, 11, 4, 0},
                                                    {2, 19, 8, 0},
                                                    {3, 51, 8, 16},
                                                    {5, 99, 16, 32},
                                                    {6, 131, 16, 48},
                                                    {7, 163, 16, 64},
                                                    {8, 195, 32, 64}});
  check_endpoints(chain_preset("vgg16").value(), {{1, 3, 1, 1},
                                                  {3, 6, 2, 2},
                                                  {4, 10, 2, 4},
                                                  {6, 16, 4, 6},
                                                  {7, 24, 4, 10},
                                                  {10, 44, 8, 18},
                                                  {14, 100, 16, 42},
                                                  {18, 212, 32, 90}});
  check_endpoints(
      notation(224, "3/2V 3V 3 P3/2V 1 3V P3/2V 3 3 3 3 3 3 3 3/2V 7 7 7 7 7 7 7 7 7 3/2V 3 3 3 3"),
      {{1, 3, 2, 0},
       {3, 11, 2, 2},
       {7, 31, 8, 2},
       {9, 63, 8, 18},
       {13, 127, 8, 50},
       {15, 159, 16, 58},
       {17, 351, 16, 154},
       {23, 927, 16, 442}});
  check_endpoints(notation(224, "3/2 3 3/2 3 3/2 3 3/2 3 3 3 3 3 3/2 3"), {{1, 3, 2, 0},
                                                                           {3, 11, 4, 2},
                                                                           {4, 19, 4, 6},
                                                                           {7, 59, 16, 14},
                                                                           {12, 219, 16, 94},
                                                                           {13, 251, 32, 94},
                                                                           {14, 315, 32, 126}});
  check_endpoints(notation(224, "7/2E P3/2 3 3 3/2E 3 3 3 3/2E 3 3 3 3 3 3/2E 3 3 3"),
                  {{5, 35, 8, 15}, {9, 99, 16, 47}, {15, 291, 32, 143}, {18, 483, 32, 239}});
}

TEST_CASE("dilation, unequal axes and unequal padding enter the field per axis") {
  Layer dilated = conv(2, {3, 2}, {2, 3, 0, 1});
  dilated.dilation = {2, 5};
  const ChainFigures figures = valid({1, {20, 30}, {max_pool({2, 3}, {2, 3}), dilated}});
  const LayerFigures& at = figures.layers.back();
  CHECK(at.output == Shape{1, 2, 10 + 2 - 5 + 1, 10 + 4 - 6 + 1});
  CHECK(at.receptive_field == Size2{2 + 4 * 2, 3 + 5 * 3});
  CHECK(at.jump == Size2{2, 3});
  CHECK(at.padding == Span2{4, 9});
  CHECK(at.shortcut == Size2{2 + 4, 3 + 5});
}

TEST_CASE("ceil mode keeps the partial window and leaves the field as it is") {
  Layer pool = max_pool({2, 2}, {2, 2});
  pool.ceil_mode = true;
  const ChainFigures figures = valid({1, {7, 7}, {pool}});
  CHECK(figures.layers[0].output.plane() == Size2{4, 4});
  CHECK(figures.layers[0].receptive_field == Size2{2, 2});
}

TEST_CASE("a conv-pool-conv sees 8 cells, the four convolutions alone 31") {
  const Layer c = conv(1, {3, 3}, {1, 1, 1, 1});
  CHECK(valid({1, {16, 16}, {c, max_pool({2, 2}, {2, 2}), c}}).layers.back().receptive_field == Size2{8, 8});
  Layer strided = conv(1, {2, 2}, {}, {2, 2});
  CHECK(
      valid({1, {64, 64}, {c, strided, c, strided, c, strided, c, strided}}).layers.back().receptive_field ==
      Size2{46, 46});
}

TEST_CASE("parameters and multiply-adds are PyTorch's") {
  Chain chain{2, {25, 37}, {conv(3, {3, 3}, {1, 1, 1, 1}), adaptive({6, 4}), conv(3, {2, 2})}};
  ChainFigures figures = valid(chain);
  CHECK(figures.layers[0].params == 57);
  CHECK(figures.layers[0].macs == 49950);
  CHECK(figures.layers[1].params == 0);
  CHECK(figures.layers[2].macs == 540);
  CHECK(figures.total_params == 57 + 39);
  CHECK(figures.total_activations == 3 * 25 * 37 + 72 + 45);

  chain = {512, {7, 7}, {kFlatten, linear(4096, false)}};
  CHECK(valid(chain).layers.back().params == 102760448);
  chain = {512, {7, 7}, {kGlobal, kFlatten, linear(1000)}};
  CHECK(valid(chain).total_params == 513000);
  CHECK(valid(chain).layers.back().macs == 512000);
}

TEST_CASE("a made name that is taken gets the first number that is free") {
  Chain chain{3, {8, 8}, {conv(1, {1, 1}), conv(1, {1, 1}), conv(1, {1, 1}), conv(1, {1, 1})}};
  chain.layers[1].name = "conv1";
  chain.layers[2].name = "conv4";
  CHECK(effective_names(chain) == std::vector<std::string>{"conv1_2", "conv1", "conv4", "conv4_2"});
  chain.layers[1].name = "conv1_2";
  chain.layers[2].name = "conv1";
  CHECK(effective_names(chain) == std::vector<std::string>{"conv1_3", "conv1_2", "conv1", "conv4"});
}

TEST_CASE("figures above 2^53 are exact") {
  const ChainFigures figures =
      valid({30011, {601, 603}, {conv(250007, {11, 11}, {5, 5, 5, 5}), max_pool({3, 3}, {2, 2})}});
  CHECK(figures.layers[0].params == 907858419324);
  CHECK(figures.layers[0].macs == 329010524134988751);
  CHECK(figures.layers[1].activations == 22575632100);
}

TEST_CASE("adaptive, global and linear layers say what their outputs see") {
  const Layer c = conv(3, {3, 3}, {1, 1, 1, 1});
  ChainFigures even = valid({2, {24, 36}, {c, adaptive({6, 4})}});
  CHECK(even.layers[1].receptive_field == Size2{6, 11});
  CHECK(even.layers[1].jump == Size2{4, 9});
  CHECK_FALSE(even.layers[1].whole_input);
  CHECK_FALSE(even.layers[1].field_is_bound);

  ChainFigures uneven = valid({2, {25, 36}, {c, adaptive({6, 4})}});
  CHECK(uneven.layers[1].receptive_field == Size2{25, 11});
  CHECK(uneven.layers[1].field_is_bound);

  // One axis alone: uneven columns beside even rows, and one row or column for the whole extent.
  ChainFigures uneven_columns = valid({2, {24, 37}, {c, adaptive({6, 4})}});
  CHECK(uneven_columns.layers[1].receptive_field == Size2{6, 37});
  CHECK(uneven_columns.layers[1].jump == Size2{4, 0});
  CHECK(uneven_columns.layers[1].padding == Span2{1, 0});
  CHECK(uneven_columns.layers[1].field_is_bound);
  ChainFigures one_column = valid({2, {24, 37}, {c, adaptive({6, 1}), conv(4, {1, 1})}});
  for (size_t i = 1; i < 3; ++i) {
    CHECK(one_column.layers[i].receptive_field == Size2{6, 37});
    CHECK(one_column.layers[i].shortcut.w == 37);
    CHECK(one_column.layers[i].jump == Size2{4, 0});
    CHECK_FALSE(one_column.layers[i].field_is_bound);
    CHECK_FALSE(one_column.layers[i].whole_input);
  }
  ChainFigures one_row = valid({2, {25, 36}, {c, adaptive({1, 4})}});
  CHECK(one_row.layers[1].receptive_field == Size2{25, 11});
  CHECK(one_row.layers[1].jump == Size2{0, 9});
  CHECK(valid({2, {25, 37}, {c, adaptive({1, 4}), adaptive({1, 1})}}).layers[2].whole_input);

  ChainFigures global = valid({2, {25, 37}, {c, kGlobal, conv(4, {1, 1}), kFlatten, linear(5)}});
  for (size_t i = 1; i < global.layers.size(); ++i) {
    CAPTURE(i);
    CHECK(global.layers[i].whole_input);
    CHECK(global.layers[i].receptive_field == Size2{25, 37});
    const ReceptiveBox box = receptive_box(global.layers[i], 0, 0);
    CHECK(box.rows == Interval{0, 24});
    CHECK(box.columns == Interval{0, 36});
  }
  CHECK(valid({2, {8, 8}, {c, kFlatten}}).layers[1].receptive_field == Size2{3, 3});
}

TEST_CASE("the box of an output cell is cut at the border and its centre is not") {
  const LayerFigures at =
      valid(chain_preset("lesson").value()).layers.back();  // 4x4, RF 46, jump 16, padding 15
  const ReceptiveBox corner = receptive_box(at, 0, 3);
  CHECK(corner.rows == Interval{-15, 30});
  CHECK(corner.columns == Interval{33, 78});
  CHECK(clip(corner, {64, 64}).rows == Interval{0, 30});
  CHECK(clip(corner, {64, 64}).columns == Interval{33, 63});
  const ReceptiveBox other = receptive_box(at, 3, 0);
  CHECK(clip(other, {64, 64}).rows == Interval{33, 63});
  CHECK(clip(other, {64, 64}).columns == Interval{0, 30});
  // Each axis by its own window, stride and padding.
  const LayerFigures uneven = valid({1, {30, 30}, {conv(1, {3, 5}, {1, 2, 1, 2}, {2, 3})}}).layers[0];
  CHECK(receptive_box(uneven, 1, 1).rows == Interval{1, 3});
  CHECK(receptive_box(uneven, 1, 1).columns == Interval{1, 5});
  CHECK(receptive_box(uneven, 0, 0).rows == Interval{-1, 1});
  CHECK(receptive_box(uneven, 0, 0).columns == Interval{-2, 2});
  // To the last cell of either side, however the sides differ; beyond it nothing is left.
  CHECK(clip({{0, 9}, {0, 9}}, {10, 10}).rows == Interval{0, 9});
  CHECK(clip({{-1, 10}, {-1, 10}}, {10, 7}).rows == Interval{0, 9});
  CHECK(clip({{-1, 10}, {-1, 10}}, {10, 7}).columns == Interval{0, 6});
  const ReceptiveBox outside = clip({{-5, -1}, {7, 9}}, {10, 7});
  CHECK(outside.rows.last < outside.rows.first);
  CHECK(outside.columns.last < outside.columns.first);
  CHECK(receptive_centre(at, 0, 3).row == 7.5);
  CHECK(receptive_centre(at, 0, 3).column == 55.5);
}

TEST_CASE("an invalid layer is named, and everything before it stays valid") {
  Chain chain = chain_preset("lesson").value();
  chain.layers[3].kernel = {33, 33};
  const ChainFigures figures = analyze(chain);
  REQUIRE(figures.error);
  CHECK(figures.error->layer == 3);
  CHECK(figures.layers.size() == 3);
  CHECK(figures.layers[2].receptive_field == Size2{8, 8});
  CHECK(figures.error->status.message().find("layer 4 (pool2): ") == 0);
  CHECK(figures.error->status.message().find("33") != std::string::npos);
  CHECK(figures.total_params ==
        analyze({3, {64, 64}, {chain.layers.begin(), chain.layers.begin() + 3}}).total_params);
}

TEST_CASE("what PyTorch refuses is refused with the field's name") {
  const Layer pool = max_pool({2, 2}, {2, 2});
  const auto with = [](Layer layer, auto change) {
    change(layer);
    return Chain{3, {16, 16}, {layer}};
  };
  const Layer c = conv(4, {3, 3});
  const struct {
    Chain chain;
    const char* word;
  } cases[] = {
      {{0, {16, 16}, {}}, "input channels"},
      {{3, {-16, 16}, {}}, "input height"},
      {{3, {16, 0}, {}}, "input width"},
      {with(c, [](Layer& l) { l.out_channels = 0; }), "out_channels"},
      {with(c, [](Layer& l) { l.kernel.w = 0; }), "kernel"},
      {with(c, [](Layer& l) { l.stride.h = -1; }), "stride"},
      {with(c, [](Layer& l) { l.dilation.w = 0; }), "dilation"},
      {with(c, [](Layer& l) { l.padding.right = -1; }), "padding"},
      {with(c,
            [](Layer& l) {
              l.dilation = {8, 8};
            }),
       "kernel"},
      {with(c,
            [](Layer& l) {
              l.kernel = {17, 17};
            }),
       "kernel"},
      {with(pool,
            [](Layer& l) {
              l.kernel = {17, 17};
            }),
       "kernel"},
      {with(pool, [](Layer& l) { l.padding.top = 2; }), "padding"},
      {with(pool, [](Layer& l) { l.stride.h = 0; }), "stride"},
      {with(adaptive({1, 1}), [](Layer& l) { l.output_size.w = 0; }), "output_size"},
      {{3, {16, 16}, {linear(10)}}, "flatten"},
      {{3, {16, 16}, {kFlatten, linear(0)}}, "out_features"},
      {{3, {16, 16}, {kFlatten, c}}, "conv2d"},
      {{3, {16, 16}, {kFlatten, pool}}, "max_pool2d"},
      {{3, {16, 16}, {kFlatten, kGlobal}}, "global_avg_pool2d"},
  };
  for (const auto& [chain, word] : cases) {
    const std::string message = error_of(chain);
    INFO(message);
    CHECK(message.find(word) != std::string::npos);
  }
}

TEST_CASE("figures past 2^63-1 are refused by name, never wrapped") {
  const int64_t big = INT64_MAX;
  const struct {
    Chain chain;
    const char* word;
  } cases[] = {
      {{1, {int64_t{1} << 62, int64_t{1} << 62}, {}}, "activations"},
      {{1, {1, 1}, std::vector<Layer>(4, conv(1, {1, 1}, {}, {65536, 65536}))}, "jump"},
      {{3, {16, 16}, {conv(big, {1, 1})}}, "parameters"},
      {{1 << 20, {4096, 4096}, {conv(1 << 20, {1, 1})}}, "multiply-adds"},
      {{3, {16, 16}, {conv(1, {3, 3}, {big, 0, big, 0})}}, "padded input"},
      {{3, {16, 16}, {adaptive({int64_t{1} << 40, int64_t{1} << 40})}}, "activations"},
      {{1,
        {1, 1},
        {conv(1, {1, 1}, {}, {1, int64_t{1} << 40}), conv(1, {1, (1 << 23) + 2}, {0, 1 << 24, 0, 0})}},
       "receptive field"},
  };
  for (const auto& [chain, word] : cases) {
    const std::string message = error_of(chain);
    INFO(message);
    CHECK(message.find(word) != std::string::npos);
  }
}

TEST_CASE("totals that do not fit stop at the largest integer and the chain stays valid") {
  const Chain chain{1,
                    {1 << 31, 1 << 30},
                    {default_layer(LayerKind::kRelu), default_layer(LayerKind::kRelu),
                     default_layer(LayerKind::kRelu), default_layer(LayerKind::kRelu)}};
  const ChainFigures figures = valid({1, {int64_t{1} << 31, int64_t{1} << 31}, chain.layers});
  CHECK(figures.layers[0].activations == int64_t{1} << 62);
  CHECK(figures.total_activations == kBeyondCount);
  CHECK(figures.layers[0].bytes == kBeyondCount);
}

TEST_CASE("made names avoid every given name and given names stay as they are") {
  Chain chain{3, {16, 16}, {conv(3, {1, 1}), conv(3, {1, 1}), conv(3, {1, 1}), conv(3, {1, 1})}};
  chain.layers[1].name = "conv3";
  chain.layers[3].name = "conv1";
  const std::vector<std::string> names = effective_names(chain);
  CHECK(names[1] == "conv3");
  CHECK(names[3] == "conv1");
  CHECK(std::set<std::string>(names.begin(), names.end()).size() == 4);
}

TEST_CASE("labels name strides, dilations and channel changes that no factor expresses") {
  Layer c = conv(5, {3, 1}, {}, {2, 2});
  c.dilation = {1, 2};
  CHECK(operation_label(c, 3) == "conv 3×1 /2 d1×2, 3 → 5 C");
  CHECK(operation_label(conv(3, {3, 3}), 3) == "conv 3×3");
  CHECK(operation_label(kGlobal, 3) == "global avg");
  CHECK(operation_label(linear(10), 3) == "linear → 10");
}

}  // namespace poolglass
