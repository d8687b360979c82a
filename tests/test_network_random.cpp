// Networks drawn at random: what the analysis says of a unit is what following its indices finds.
#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <random>
#include <set>

#include "core/network/figures.h"
#include "core/network/trace.h"
#include "tests/support/random_network.h"

namespace poolglass::network {
namespace {

// One axis of a layer's fields.
struct Axis {
  bool rows;
  int64_t of(Size2 size) const { return rows ? size.h : size.w; }
  int64_t begin(const Padding& pad) const { return rows ? pad.top : pad.left; }
  int64_t extent(const LayerFigures& at) const { return rows ? at.height() : at.width(); }
  const Field& field(const LayerFigures& at) const { return rows ? at.rows : at.columns; }
  Along along() const { return rows ? Along::kRows : Along::kColumns; }
};

// TensorFlow's SAME, by its definition.
int64_t left_padding(const Layer& layer, Axis axis, int64_t n) {
  if (layer.padding_mode == PaddingMode::kNumbers) return axis.begin(layer.padding);
  const int64_t k = axis.of(layer.dilation) * (axis.of(layer.kernel) - 1) + 1, s = axis.of(layer.stride);
  const int64_t total = n % s == 0 ? std::max<int64_t>(k - s, 0) : std::max<int64_t>(k - n % s, 0);
  return layer.padding_mode == PaddingMode::kSame ? total / 2 : (total + 1) / 2;
}

int64_t floor_of(int64_t a, int64_t b) { return a >= 0 ? a / b : -((-a + b - 1) / b); }

// The cells of its input of n cells that cell u reads, one by one.
std::vector<int64_t> reads(const Layer& layer, Axis axis, int64_t n, int64_t u) {
  std::vector<int64_t> cells;
  const int64_t k = axis.of(layer.kernel), s = axis.of(layer.stride), d = axis.of(layer.dilation);
  switch (layer.kind) {
    case Kind::kConv2d:
    case Kind::kMaxPool2d:
    case Kind::kAvgPool2d:
      for (int64_t tap = 0; tap < k; ++tap) cells.push_back(u * s - left_padding(layer, axis, n) + tap * d);
      break;
    case Kind::kConvTranspose2d:
      for (int64_t tap = 0; tap < k; ++tap) {  // cell i adds to i*s - p + tap
        const int64_t from = u + axis.begin(layer.padding) - tap;
        if (floor_of(from, s) * s == from) cells.push_back(floor_of(from, s));
      }
      break;
    case Kind::kUpsample: {
      const int64_t f = axis.of(layer.scale);
      if (layer.mode == Upsampling::kNearest) {
        cells.push_back(floor_of(u, f));
      } else {
        const int64_t twice = 2 * u + 1 - f;  // the centre lies at twice / 2f
        cells.push_back(floor_of(twice, 2 * f));
        if (cells[0] * 2 * f != twice) cells.push_back(cells[0] + 1);
      }
      break;
    }
    case Kind::kPad:
      cells.push_back(u - axis.begin(layer.padding));
      break;
    case Kind::kCrop:
      cells.push_back(u + axis.begin(layer.padding));
      break;
    default:
      cells.push_back(u);
  }
  return cells;
}

// All cells of the input that cell u of the last layer reads, through every path.
std::set<int64_t> follow(const Network& net, const Figures& figures, Axis axis, int64_t u) {
  std::vector<std::set<int64_t>> met(net.layers.size());
  met.back().insert(u);
  for (size_t i = net.layers.size(); i-- > 1;) {
    for (const int32_t source : sources(net, i)) {
      const int64_t n = axis.extent(figures.layers[static_cast<size_t>(source)]);
      for (const int64_t cell : met[i]) {
        for (const int64_t from : reads(net.layers[i], axis, n, cell))
          met[static_cast<size_t>(source)].insert(from);
      }
    }
  }
  return met[0];
}

}  // namespace

TEST_CASE("10,000 networks: the field carried forward, traced backward and followed by index is one") {
  std::mt19937_64 random(20261129);
  int64_t compared = 0, unavailable = 0, phased = 0, misaligned = 0, clipped = 0;
  for (int i = 0; i < 10'000; ++i) {
    const Network net = random_network(random, i % 2 == 1);
    const Figures figures = analyze(net);
    REQUIRE(!figures.error);
    const LayerFigures& last = figures.layers.back();
    for (const Axis axis : {Axis{true}, Axis{false}}) {
      const Field& field = axis.field(last);
      const int64_t extent = axis.extent(last);
      for (const int64_t u : {int64_t{0}, extent / 3, extent - 1}) {
        const std::set<int64_t> cells = follow(net, figures, axis, u);
        const Interval expected{*cells.begin(), *cells.rbegin()};
        const Interval backward =
            trace(net, figures, net.layers.size() - 1, {u, u}, axis.along(), Cut::kNot).cells[0];
        REQUIRE(backward == expected);
        if (field.state == FieldState::kLocal) {
          REQUIRE(field.unit(u) == expected);
          REQUIRE(field.r_least() <= expected.last - expected.first + 1);
          REQUIRE(field.r_most() >= expected.last - expected.first + 1);
          ++compared;
        } else {
          REQUIRE(field.reason == FieldReason::kUnequalJumps);
          ++unavailable;
        }
        const Interval seen =
            trace(net, figures, net.layers.size() - 1, {u, u}, axis.along(), Cut::kEdge).cells[0];
        if (seen.last >= seen.first) {
          REQUIRE(seen.first >= std::max<int64_t>(expected.first, 0));
          REQUIRE(seen.last <= std::min(expected.last, axis.extent(figures.layers[0]) - 1));
          clipped += !(seen == expected);
        }
      }
      phased += field.period > 1;
      const AxisAlignment& alignment = axis.rows ? last.align_rows : last.align_columns;
      misaligned += alignment.upstream == Alignment::kMisaligned;
    }
  }
  MESSAGE(compared << " units compared, 0 differences; " << phased << " fields with phases, " << misaligned
                   << " misaligned, " << unavailable << " units where jumps differ, " << clipped
                   << " cut at the edge");
  CHECK(compared > 50'000);
  CHECK(phased > 500);
  CHECK(misaligned > 500);
}

TEST_CASE("10,000 chains: the published recurrences, forward and backward") {
  std::mt19937_64 random(11);
  for (int i = 0; i < 10'000; ++i) {
    const Network net = random_network(random, false);
    const Figures figures = analyze(net);
    REQUIRE(!figures.error);
    for (const Axis axis : {Axis{true}, Axis{false}}) {
      int64_t r = 1, jump = 1, padding = 0;
      for (size_t l = 1; l < net.layers.size(); ++l) {
        const Layer& layer = net.layers[l];
        r += axis.of(layer.dilation) * (axis.of(layer.kernel) - 1) * jump;
        padding += left_padding(layer, axis, axis.extent(figures.layers[l - 1])) * jump;
        jump *= axis.of(layer.stride);
      }
      int64_t back_r = 1, back_jump = 1, back_padding = 0;
      for (size_t l = net.layers.size(); l-- > 1;) {
        const Layer& layer = net.layers[l];
        const int64_t k = axis.of(layer.dilation) * (axis.of(layer.kernel) - 1) + 1,
                      s = axis.of(layer.stride);
        back_r = s * back_r + (k - s);
        back_jump *= s;
        back_padding = s * back_padding + left_padding(layer, axis, axis.extent(figures.layers[l - 1]));
      }
      const Field& field = axis.field(figures.layers.back());
      REQUIRE(field.one_field());
      REQUIRE(field.r_most() == r);
      REQUIRE(field.jump() == Ratio{jump, 1});
      REQUIRE(field.padding() == padding);
      REQUIRE(back_r == r);
      REQUIRE(back_jump == jump);
      REQUIRE(back_padding == padding);
    }
  }
}

TEST_CASE("a misaligned field is the union of the paths: wider than the widest of them, never narrower") {
  std::mt19937_64 random(5);
  int wider = 0;
  for (int i = 0; i < 2000; ++i) {
    const Network net = random_network(random, true);
    const Figures figures = analyze(net);
    for (const LayerFigures& at : figures.layers) {
      if (at.rows.period > 1 || at.rows.state != FieldState::kLocal) continue;
      REQUIRE(at.rows.r_most() >= at.rows.longest_r);
      const bool aligned = at.align_rows.upstream == Alignment::kAligned;
      if (aligned) REQUIRE(at.rows.r_most() == at.rows.longest_r);
      if (aligned) REQUIRE(at.rows.padding() == at.rows.longest_padding);
      wider += at.rows.r_most() > at.rows.longest_r;
    }
  }
  CHECK(wider > 50);
}

TEST_CASE("paths along an axis add up to the product of the taps") {
  std::mt19937_64 random(13);
  for (int i = 0; i < 500; ++i) {
    const Network net = random_network(random, false);
    const Figures figures = analyze(net);
    double taps = 1;
    for (size_t l = 1; l < net.layers.size(); ++l) taps *= static_cast<double>(net.layers[l].kernel.w);
    const PathCounts paths = path_counts(net, figures, net.layers.size() - 1, 1, Along::kColumns).value();
    double sum = 0;
    for (const double count : paths.counts) sum += count;
    REQUIRE(sum == taps);
    REQUIRE(static_cast<int64_t>(paths.counts.size()) == figures.layers.back().columns.r_most());
    REQUIRE(paths.first == figures.layers.back().columns.unit(1).first);
  }
}

TEST_CASE("100,000 layers with branches are analysed in time for their number") {
  Network net = with_input(3, 1024, 1024);
  for (int32_t i = 0; i + 4 < 100'000; i += 4) {  // each block doubles the number of paths
    Layer convolution = default_layer(Kind::kConv2d);
    convolution.inputs = {i};
    net.layers.push_back(convolution);
    net.layers.push_back(default_layer(Kind::kBatchNorm2d));
    net.layers.push_back(default_layer(Kind::kRelu));
    Layer sum = default_layer(Kind::kConcat);
    sum.inputs = {i, i + 3};
    net.layers.push_back(sum);
    Layer& narrow = net.layers[static_cast<size_t>(i + 1)];
    narrow.out_channels = 1;
    narrow.bias = false;
  }
  const auto start = std::chrono::steady_clock::now();
  const Figures figures = analyze(net);
  const auto time = std::chrono::steady_clock::now() - start;
  REQUIRE(!figures.error);
  CHECK(figures.layers.back().rows.r_most() == 1 + 2 * static_cast<int64_t>(net.layers.size() / 4));
  MESSAGE(net.layers.size() << " layers: "
                            << std::chrono::duration_cast<std::chrono::milliseconds>(time).count() << " ms");
  CHECK(time < std::chrono::seconds(30));  // a path at a time would never end
}

}  // namespace poolglass::network
