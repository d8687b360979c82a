// Fields found in four ways: what each says of random chains and networks is what the others say.
#include <doctest/doctest.h>

#include <algorithm>
#include <random>

#include "core/chain/as_network.h"
#include "core/chain/presets.h"
#include "core/network/walks.h"
#include "tests/support/random_network.h"

namespace poolglass::network {
namespace {

const Field& field(const LayerFigures& at, Along along) {
  return along == Along::kRows ? at.rows : at.columns;
}

Interval hull(const std::vector<int64_t>& cells) { return {cells.front(), cells.back()}; }

std::vector<int64_t> sizes(const std::vector<std::optional<WalkStep>>& steps) {
  std::vector<int64_t> r;
  for (const auto& step : steps) r.push_back(step ? step->r : -1);
  return r;
}

}  // namespace

TEST_CASE("walks: the lesson's chain, forward, backward, by index, and by the shortcut") {
  const Network net = as_network(chain_preset("lesson").value());
  const Figures figures = analyze(net);
  const size_t last = net.layers.size() - 1;
  CHECK(sizes(forward_walk(net, figures, Along::kRows)) ==
        std::vector<int64_t>{1, 3, 4, 8, 10, 18, 22, 38, 46});
  CHECK(sizes(backward_walk(net, figures, last, Along::kRows)) ==
        std::vector<int64_t>{46, 44, 22, 20, 10, 8, 4, 2, 1});
  const auto shortcut = shortcut_walk(net, figures, Along::kRows);
  std::vector<int64_t> r;
  for (const auto& step : shortcut) r.push_back(step.value());
  CHECK(r == std::vector<int64_t>{1, 3, 6, 8, 16, 18, 36, 38, 76});
  const auto cells = index_walk(net, figures, last, 1, Along::kRows, Cut::kNot).value();
  CHECK(hull(cells[0]) == Interval{1, 46});
  CHECK(cells[0].size() == 46);
}

TEST_CASE("10,000 chains: forward, backward, indices and the analysis agree on every layer") {
  std::mt19937_64 random(31);
  int64_t layers = 0;
  for (int i = 0; i < 10'000; ++i) {
    const Network net = random_network(random, false);
    const Figures figures = analyze(net);
    const size_t last = net.layers.size() - 1;
    for (const Along along : {Along::kRows, Along::kColumns}) {
      const auto forward = forward_walk(net, figures, along);
      const auto backward = backward_walk(net, figures, last, along);
      const auto cells = index_walk(net, figures, last, 0, along, Cut::kNot).value();
      for (size_t l = 0; l <= last; ++l) {
        REQUIRE(forward[l]);
        REQUIRE(backward[l]);
        REQUIRE(forward[l]->r == field(figures.layers[l], along).r_most());
        REQUIRE(forward[l]->start == -field(figures.layers[l], along).padding());
        REQUIRE(hull(cells[l]) == Interval{backward[l]->start, backward[l]->start + backward[l]->r - 1});
        ++layers;
      }
      REQUIRE(forward[last] == backward[0]);
    }
  }
  MESSAGE(layers << " layers compared, 0 differences");
}

TEST_CASE("10,000 networks: indices are what is traced, and recurrences where they apply") {
  std::mt19937_64 random(32);
  int64_t traced = 0, applied = 0;
  for (int i = 0; i < 10'000; ++i) {
    const Network net = random_network(random, true);
    const Figures figures = analyze(net);
    const size_t last = net.layers.size() - 1;
    const Along along = i % 2 == 0 ? Along::kRows : Along::kColumns;
    const int64_t unit = extent(figures.layers[last], along) / 2;
    const auto cells = index_walk(net, figures, last, unit, along, Cut::kNot).value();
    const Trace intervals = trace(net, figures, last, {unit, unit}, along, Cut::kNot);
    for (size_t l = 0; l <= last; ++l) {
      const Interval part = intervals.cells[l];
      REQUIRE(cells[l].empty() == (part.last < part.first));
      if (cells[l].empty()) continue;
      REQUIRE(hull(cells[l]) == part);
      ++traced;
    }
    const auto forward = forward_walk(net, figures, along);
    for (size_t l = 0; l <= last; ++l) {
      if (!forward[l]) continue;
      const Field& at = field(figures.layers[l], along);
      REQUIRE(at.one_field());
      REQUIRE(forward[l]->r == at.r_most());
      REQUIRE(forward[l]->start == -at.padding());
      REQUIRE(at.jump() == Ratio{forward[l]->jump, 1});
    }
    const auto backward = backward_walk(net, figures, last, along);
    const Trace first = trace(net, figures, last, {0, 0}, along, Cut::kNot);
    for (size_t l = 0; l <= last; ++l) {
      if (!backward[l]) continue;
      REQUIRE(first.cells[l] == Interval{backward[l]->start, backward[l]->start + backward[l]->r - 1});
    }
    if (!forward[last] || !backward[0]) continue;
    REQUIRE(*forward[last] == *backward[0]);
    ++applied;
  }
  MESSAGE(traced << " layers traced by index, " << applied << " networks walked both ways, 0 differences");
  CHECK(applied > 3000);
}

TEST_CASE("each unit of an adaptive pool reads its bin, by index as traced") {
  for (int64_t n = 1; n <= 20; ++n) {
    for (int64_t out = 1; out <= 9; ++out) {
      for (const Along along : {Along::kRows, Along::kColumns}) {
        const bool rows = along == Along::kRows;
        Network net = with_input(1, rows ? n : 30, rows ? 30 : n);
        net.layers.push_back(
            default_layer(out % 2 == 0 ? Kind::kAdaptiveAvgPool2d : Kind::kAdaptiveMaxPool2d));
        net.layers[1].output_size = rows ? Size2{out, 4} : Size2{4, out};
        const Figures figures = analyze(net);
        for (int64_t u = 0; u < out; ++u) {
          const auto read = index_walk(net, figures, 1, u, along, Cut::kNot).value()[0];
          const int64_t first = u * n / out, last = ((u + 1) * n + out - 1) / out - 1;
          CAPTURE(n);
          CAPTURE(out);
          CAPTURE(u);
          REQUIRE(hull(read) == Interval{first, last});
          REQUIRE(std::ssize(read) == last - first + 1);
          REQUIRE(trace(net, figures, 1, {u, u}, along, Cut::kNot).cells[0] == hull(read));
        }
      }
    }
  }
}

TEST_CASE("the shortcut of chains is the one that chains show") {
  for (const ChainPreset& preset : chain_presets()) {
    const Chain chain = preset.make();
    const ChainFigures expected = analyze(chain);
    const Network net = as_network(chain);
    const auto shortcut = shortcut_walk(net, analyze(net), Along::kRows);
    for (size_t l = 0; l < expected.layers.size(); ++l) {
      if (shortcut[l + 1]) CHECK(*shortcut[l + 1] == expected.layers[l].shortcut.h);
    }
  }
}

TEST_CASE("walks stop where they do not apply, and say so") {
  Network net = with_input(3, 32, 32);
  net.layers.push_back(default_layer(Kind::kConv2d));
  net.layers.push_back(default_layer(Kind::kUpsample));
  net.layers.push_back(default_layer(Kind::kConv2d));
  const Figures figures = analyze(net);
  const auto forward = forward_walk(net, figures, Along::kRows);
  CHECK(forward[1]);
  CHECK_FALSE(forward[2]);
  CHECK_FALSE(forward[3]);
  const auto backward = backward_walk(net, figures, 3, Along::kRows);
  CHECK(backward[2]);
  CHECK_FALSE(backward[1]);
  CHECK_FALSE(backward[0]);
  Layer box = default_layer(Kind::kOp);
  box.op = "TopK";
  net.layers.push_back(box);
  const auto cells = index_walk(net, analyze(net), 4, 0, Along::kRows, Cut::kNot);
  REQUIRE_FALSE(cells.ok());
  CHECK(cells.status().message().find("it is not known which cells") == 0);
}

TEST_CASE("paths over the plane: products of the axes on chains, sums of products where paths meet") {
  std::mt19937_64 random(33);
  for (int i = 0; i < 400; ++i) {
    const bool branches = i % 2 == 1;
    const Network net = random_network(random, branches);
    const Figures figures = analyze(net);
    const size_t last = net.layers.size() - 1;
    const auto plane = path_plane(net, figures, last, 1, 0);
    if (!plane.ok()) continue;
    double sum = 0;
    for (const double count : plane->counts) sum += count;
    if (!branches) {
      double taps = 1;
      for (size_t l = 1; l <= last; ++l)
        taps *= static_cast<double>(net.layers[l].kernel.h * net.layers[l].kernel.w);
      REQUIRE(sum == taps);
      const PathCounts rows = path_counts(net, figures, last, 1, Along::kRows).value();
      const PathCounts columns = path_counts(net, figures, last, 0, Along::kColumns).value();
      int64_t differences = 0;
      for (size_t r = 0; r < rows.counts.size(); ++r) {
        for (size_t c = 0; c < columns.counts.size(); ++c)
          differences += plane->counts[r * columns.counts.size() + c] != rows.counts[r] * columns.counts[c];
      }
      REQUIRE(differences == 0);
    }
    double rows = 0;
    for (const double count : rows_of(*plane).counts) rows += count;
    REQUIRE(rows == sum);
    REQUIRE(columns_of(*plane).first == plane->columns.first);
  }
}

TEST_CASE("95 % of the paths to the lesson's pool4 come from the inner 34 of 46 pixels") {
  const Network net = as_network(chain_preset("lesson").value());
  const Figures figures = analyze(net);
  const PathPlane plane = path_plane(net, figures, net.layers.size() - 1, 1, 1).value();
  const PathCounts columns = columns_of(plane);
  CHECK(columns.counts.size() == 46);
  CHECK(core_of(columns, 0.95).cells == 34);
  double sum = 0;
  for (const double count : plane.counts) sum += count;
  CHECK(sum == 1296.0 * 1296.0);
}

TEST_CASE("cells are counted before they are written down") {
  const auto walk = [](const Network& net, int64_t unit) {
    const Figures figures = analyze(net);
    REQUIRE_FALSE(figures.error);
    return index_walk(net, figures, net.layers.size() - 1, unit, Along::kRows, Cut::kNot);
  };
  constexpr int64_t kHuge = int64_t{1} << 40;  // eight TB of indices
  Network whole = with_input(1, kHuge, 1);
  whole.layers.push_back(default_layer(Kind::kGlobalAvgPool2d));
  REQUIRE_FALSE(walk(whole, 0).ok());
  CHECK(walk(whole, 0).status().message() == "more than 4194304 cells would be followed at gap1");
  Network wide = with_input(1, kHuge, 1);
  Layer conv = default_layer(Kind::kConv2d);
  conv.kernel = {kHuge, 1};
  conv.padding = {};
  wide.layers.push_back(conv);
  CHECK_FALSE(walk(wide, 0).ok());
  // 3070 cells read 2^10 each: every one counts, though there are not 2^12 of them.
  Network often = with_input(1, 1 << 14, 1);
  conv.kernel = {1 << 10, 1};
  for (int i = 0; i < 4; ++i) often.layers.push_back(conv);
  CHECK_FALSE(walk(often, 0).ok());
  often.layers.pop_back();
  CHECK(walk(often, 0).value()[0].size() == 3 * ((1 << 10) - 1) + 1);
}

}  // namespace poolglass::network
