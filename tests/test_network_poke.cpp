// Fields found by poking: what moves when a pixel changes is what the formulas say.
#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <random>
#include <set>
#include <thread>

#include "core/chain/as_network.h"
#include "core/chain/presets.h"
#include "core/network/poke.h"
#include "core/network/walks.h"
#include "core/network/what_if.h"
#include "tests/support/random_network.h"

namespace poolglass::network {
namespace {

// Windows without holes: else a cut field need not begin with a cell that is read.
bool dense(const Network& net) {
  for (const Layer& layer : net.layers) {
    if (layer.dilation != Size2{1, 1} || layer.stride.h > layer.kernel.h || layer.stride.w > layer.kernel.w)
      return false;
  }
  return true;
}

// The box of pixels that move each unit of the last layer.
std::vector<MovedBox> boxes_by_poking(const Network& net, const Figures& figures, Size2 units) {
  std::vector<MovedBox> boxes(static_cast<size_t>(units.h * units.w));
  const Size2 input = figures.input_size;
  for (int64_t r = 0; r < input.h; ++r) {
    for (int64_t c = 0; c < input.w; ++c) {
      const Response response = poke(net, figures, net.layers.size() - 1, r, c).value();
      for (size_t u = 0; u < boxes.size(); ++u) {
        if (!(response.values[u] > 0)) continue;
        MovedBox& box = boxes[u];
        const bool first = box.cells == 0;
        box.rows = first ? Interval{r, r} : Interval{box.rows.first, r};
        box.columns =
            first ? Interval{c, c} : Interval{std::min(box.columns.first, c), std::max(box.columns.last, c)};
        ++box.cells;
      }
    }
  }
  return boxes;
}

}  // namespace

TEST_CASE("40 small networks: the box of pixels that move a unit is the box that the formula gives") {
  std::mt19937_64 random(40);
  int64_t networks = 0, units = 0, cut = 0, joins = 0;
  while (networks < 40) {
    const Network net = random_network(random, networks % 2 == 1);
    if (!dense(net) || net.layers.size() < 3) continue;
    const Figures figures = analyze(net);
    const size_t last = net.layers.size() - 1;
    const LayerFigures& at = figures.layers[last];
    if (at.height() < 1 || at.width() < 1 || figures.input_size.h * figures.input_size.w > 1024) continue;
    const Size2 plane{at.height(), at.width()};
    const std::vector<MovedBox> boxes = boxes_by_poking(net, figures, plane);
    for (int64_t r = 0; r < plane.h; ++r) {
      const Interval rows = trace(net, figures, last, {r, r}, Along::kRows, Cut::kEdge).cells[0];
      for (int64_t c = 0; c < plane.w; ++c) {
        const Interval columns = trace(net, figures, last, {c, c}, Along::kColumns, Cut::kEdge).cells[0];
        const MovedBox& box = boxes[static_cast<size_t>(r * plane.w + c)];
        const bool nothing = rows.last < rows.first || columns.last < columns.first;
        REQUIRE((box.cells == 0) == nothing);
        if (nothing) continue;
        REQUIRE(box.rows == rows);
        REQUIRE(box.columns == columns);
        if (at.rows.state == FieldState::kLocal && at.columns.state == FieldState::kLocal) {
          // The field as it is defined, cut at the input's border, holds what moves the unit.
          REQUIRE(box.rows.first >= std::max<int64_t>(at.rows.unit(r).first, 0));
          REQUIRE(box.rows.last <= std::min(at.rows.unit(r).last, figures.input_size.h - 1));
          cut += at.rows.unit(r).first < 0;
        }
        ++units;
      }
    }
    for (const Layer& layer : net.layers) joins += is_join(layer.kind);
    ++networks;
  }
  MESSAGE(networks << " networks with " << joins << " joins, " << units << " units, " << cut
                   << " of them cut at the border, 0 differences");
  CHECK(units > 5000);
}

TEST_CASE("windows with holes: what moves is what is read by index") {
  std::mt19937_64 random(41);
  int64_t units = 0;
  for (int i = 0; i < 20; ++i) {
    const Network net = random_network(random, false);
    const Figures figures = analyze(net);
    const size_t last = net.layers.size() - 1;
    const Size2 plane{figures.layers[last].height(), figures.layers[last].width()};
    const int64_t row = figures.input_size.h / 2;
    std::vector<std::set<int64_t>> rows;  // of the input that each row of units reads
    for (int64_t u = 0; u < plane.h; ++u) {
      const auto cells = index_walk(net, figures, last, u, Along::kRows, Cut::kEdge).value();
      rows.emplace_back(cells[0].begin(), cells[0].end());
    }
    for (const int64_t column : {int64_t{0}, figures.input_size.w / 2}) {
      const Response response = poke(net, figures, last, row, column).value();
      for (int64_t c = 0; c < plane.w; ++c) {
        const auto cells = index_walk(net, figures, last, c, Along::kColumns, Cut::kEdge).value();
        const bool reads = std::ranges::count(cells[0], column) > 0;
        for (int64_t r = 0; r < plane.h; ++r) {
          REQUIRE(response.moved(r, c) == (reads && rows[static_cast<size_t>(r)].contains(row)));
          ++units;
        }
      }
    }
  }
  MESSAGE(units << " units, 0 differences");
}

TEST_CASE("a pixel of the lesson's input moves the units whose fields hold it") {
  const Network net = as_network(chain_preset("lesson").value());
  const Figures figures = analyze(net);
  const MovedBox box = moved_box(poke(net, figures, net.layers.size() - 1, 0, 63).value());
  CHECK(box == MovedBox{{0, 0}, {3, 3}, 1});
  CHECK(moved_box(poke(net, figures, net.layers.size() - 1, 31, 31).value()) == MovedBox{{1, 2}, {1, 2}, 4});
}

TEST_CASE("a layer norm over all moves every unit, one over channels its own cell") {
  for (const NormAxes axes : {NormAxes::kAll, NormAxes::kChannels}) {
    Network net = with_input(3, 8, 6);
    net.layers.push_back(default_layer(Kind::kLayerNorm));
    net.layers.back().norm_axes = axes;
    const MovedBox moved = moved_box(poke(net, analyze(net), 1, 2, 3).value());
    CHECK(moved == (axes == NormAxes::kAll ? MovedBox{{0, 7}, {0, 5}, 48} : MovedBox{{2, 2}, {3, 3}, 1}));
  }
}

TEST_CASE("what cannot be run with positive weights is refused by name") {
  Network net = with_input(3, 16, 16);
  net.layers.push_back(default_layer(Kind::kConv2d));
  Layer product = default_layer(Kind::kMul);
  product.name = "product";
  product.inputs = {0, 1};
  net.layers[1].out_channels = 3;
  net.layers.push_back(product);
  const Figures figures = analyze(net);
  REQUIRE(!figures.error);
  const auto response = poke(net, figures, 2, 0, 0);
  REQUIRE_FALSE(response.ok());
  CHECK(response.status().message() == "product multiplies two planes, which zero input leaves at zero");
  CHECK_FALSE(poke(net, figures, 1, 16, 0).ok());
  CHECK_FALSE(poke(net, figures, 9, 0, 0).ok());
  Network large = with_input(3, 100'000, 100'000);
  large.layers.push_back(default_layer(Kind::kConv2d));
  const auto refused = poke(large, analyze(large), 1, 0, 0);
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.status().message().find("there is too much to compute") == 0);
}

TEST_CASE("over 110 layers no change is too small to be one") {
  // The outermost of 221 units holds 3^-110 of the sum of each axis: 1e-50 of the middle one, below any
  // float.
  for (const Kind kind : {Kind::kConv2d, Kind::kAvgPool2d}) {
    Network net = with_input(1, 1, 301);
    for (int i = 0; i < 110; ++i) {
      Layer layer = default_layer(kind);
      layer.kernel = {1, 3};
      layer.stride = {1, 1};
      layer.padding = {0, 1, 0, 1};
      net.layers.push_back(layer);
    }
    const Figures figures = analyze(net);
    REQUIRE_FALSE(figures.error);
    const MovedBox box = moved_box(poke(net, figures, 110, 0, 150).value());
    CHECK(box == MovedBox{{0, 0}, {40, 260}, 221});
    CHECK(units_reading(net, figures, 110, Along::kColumns, 150) == box.columns);
  }
}

TEST_CASE("work is counted as it is done: windows of pools by their area, and what lies between two axes") {
  const auto refused = [](const Network& net) {
    const Figures figures = analyze(net);
    REQUIRE_FALSE(figures.error);
    const auto response = poke(net, figures, 1, 0, 0);
    REQUIRE_FALSE(response.ok());
    return response.status().message().starts_with("there is too much to compute up to ");
  };
  Network pooled = with_input(1, 1024, 1024);
  Layer pool = default_layer(Kind::kMaxPool2d);
  pool.kernel = {128, 128};
  pool.stride = {1, 1};
  pooled.layers.push_back(pool);  // 897 x 897 windows of 16,384 cells
  CHECK(refused(pooled));
  Network flat = with_input(1, 4096, 4096);
  Layer conv = default_layer(Kind::kConv2d);
  conv.kernel = {1, 129};
  conv.stride = {4096, 1};
  conv.padding = {};
  flat.layers.push_back(conv);  // one row of results, but sums along the columns of 4096
  CHECK(refused(flat));
}

TEST_CASE("work is counted along each axis: flat and thin maps can be poked") {
  for (const Kind kind : {Kind::kConv2d, Kind::kConvTranspose2d, Kind::kPad, Kind::kAdaptiveAvgPool2d}) {
    for (const bool flat : {false, true}) {
      CAPTURE(kind_name(kind));
      CAPTURE(flat);
      constexpr int64_t kLong = 60'000;  // its square is beyond the limit
      Network net = flat ? with_input(1, 2, kLong) : with_input(1, kLong, 2);
      net.layers.push_back(default_layer(kind));
      const Result<Response> answer = poke(net, analyze(net), 1, 1, 1);
      CHECK_MESSAGE(answer.ok(), answer.status().message());
    }
  }
}

TEST_CASE("a poke that is not wanted any more ends inside a layer, not behind it") {
  for (const Kind kind : {Kind::kMaxPool2d, Kind::kAvgPool2d, Kind::kConv2d}) {
    Network net = with_input(1, 512, 512);
    net.layers.push_back(default_layer(kind));
    Layer& layer = net.layers.back();
    const int64_t kernel = kind == Kind::kConv2d ? 401 : 31;
    layer.kernel = {kernel, kernel};
    layer.stride = {1, 1};
    layer.padding = {kernel / 2, kernel / 2, kernel / 2, kernel / 2};
    const Figures figures = analyze(net);
    REQUIRE_FALSE(figures.error);
    using Clock = std::chrono::steady_clock;
    const auto begun = Clock::now();
    REQUIRE(poke(net, figures, 1, 0, 0).ok());
    const Clock::duration whole = Clock::now() - begun;
    // Stopped early on, it ends long before the layer does. A busy computer may be late, but not every time.
    bool ended_early = false;
    for (int i = 0; i < 10 && !ended_early; ++i) {
      std::atomic<bool> stop = false;
      std::thread later([&] {
        std::this_thread::sleep_for(whole / 16);
        stop = true;
      });
      const auto again = Clock::now();
      const Result<Response> response = poke(net, figures, 1, 0, 0, &stop);
      ended_early = Clock::now() - again < whole / 2;
      later.join();
      ended_early = ended_early && !response.ok() && response.status().message() == "it was stopped";
    }
    CHECK(ended_early);
  }
}

TEST_CASE("the formula's box has its units counted, and none where an axis has none") {
  const Network net = as_network(chain_preset("lesson").value());
  const Figures figures = analyze(net);
  const MovedBox box = formula_box(net, figures, 2, 10, 20);  // behind a 2x2 pool of 3x3 convolution's output
  CHECK(box.rows == units_reading(net, figures, 2, Along::kRows, 10));
  CHECK(box.columns == units_reading(net, figures, 2, Along::kColumns, 20));
  CHECK(box.cells == (box.rows.last - box.rows.first + 1) * (box.columns.last - box.columns.first + 1));
  CHECK(box.cells > 0);
  CHECK(formula_box(net, figures, 2, 1000, 20) == MovedBox());
}

}  // namespace poolglass::network
