#include "core/head/maps.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "core/pooling/pooling.h"
#include "core/shift/patterns.h"

namespace poolglass {
namespace {

constexpr Size2 kFiltered{64, 64};  // the picture's size when it meets the filters
constexpr uint64_t kWeights = 5;    // seed

using Filter = std::array<float, 9>;
// After Sobel and Prewitt; the last is the eight-neighbour Laplacian.
constexpr std::array<Filter, 4> kEdges = {{{-1, 0, 1, -2, 0, 2, -1, 0, 1},
                                           {-1, -2, -1, 0, 0, 0, 1, 2, 1},
                                           {-2, -1, 0, -1, 0, 1, 0, 1, 2},
                                           {-1, -1, -1, -1, 8, -1, -1, -1, -1}}};

Plane filtered(const Plane& picture, const Filter& filter) {
  Plane result(picture.size);
  for (int64_t row = 0; row < picture.size.h; ++row) {
    for (int64_t column = 0; column < picture.size.w; ++column) {
      float sum = 0;
      for (int64_t y = -1; y <= 1; ++y) {
        for (int64_t x = -1; x <= 1; ++x) {
          const int64_t r = std::clamp<int64_t>(row + y, 0, picture.size.h - 1),
                        c = std::clamp<int64_t>(column + x, 0, picture.size.w - 1);
          sum += filter[static_cast<size_t>((y + 1) * 3 + x + 1)] * picture.at(r, c);
        }
      }
      result.at(row, column) = std::abs(sum);
    }
  }
  return result;
}

Plane scaled_to_one(Plane map) {
  const float most = std::ranges::max(map.values);
  if (most > 0) {
    for (float& value : map.values) value /= most;
  }
  return map;
}

double weight(const Plane& noise, size_t at) { return 2 * double{noise.values[at]} - 1; }

}  // namespace

Plane resampled(const Plane& map, Size2 size) {
  Plane result(size);
  const Result<PoolPlan> plan =
      PoolPlan::make(adaptive_pool(Reduction::kAverage, size), {1, 1, map.size.h, map.size.w});
  if (plan.ok()) plan->forward(map.values.data(), result.values.data());
  return result;
}

std::vector<Plane> hand_made_maps(const Plane& picture, Size2 size) {
  Plane small = resampled(picture, kFiltered);
  for (float& value : small.values) value /= 255;
  Plane dark = small;
  for (float& value : dark.values) value = 1 - value;
  std::vector<Plane> maps = {small, dark};
  for (const Filter& filter : kEdges) maps.push_back(filtered(small, filter));
  for (Plane& map : maps) map = scaled_to_one(resampled(map, size));
  return maps;
}

std::vector<Plane> maps_of_equal_mean(Size2 size) {
  const auto made = [&](auto value) {
    Plane map(size);
    for (int64_t row = 0; row < size.h; ++row) {
      for (int64_t column = 0; column < size.w; ++column) map.at(row, column) = value(row, column);
    }
    // Odd sides have no two halves: what is too much or too little is shared by all cells.
    const auto off = static_cast<float>(0.5 - mean_of(map));
    for (float& cell : map.values) cell += off;
    return map;
  };
  const auto half = [](int64_t at, int64_t extent) { return 2 * at < extent ? 1.0f : 0.0f; };
  const auto share = [](int64_t at, int64_t extent) {
    return (static_cast<float>(at) + 0.5f) / static_cast<float>(extent);
  };
  return {made([](int64_t, int64_t) { return 0.5f; }),
          made([&](int64_t, int64_t column) { return half(column, size.w); }),
          made([&](int64_t row, int64_t) { return half(row, size.h); }),
          made([](int64_t row, int64_t column) { return (row + column) % 2 == 0 ? 1.0f : 0.0f; }),
          made([&](int64_t row, int64_t column) { return (share(row, size.h) + share(column, size.w)) / 2; }),
          made([&](int64_t row, int64_t column) {
            const float y = share(row, size.h) - 0.5f, x = share(column, size.w) - 0.5f;
            return y * y + x * x < 0.16f ? 1.0f : 0.0f;
          })};
}

// Fisher and Yates, from the last cell down.
std::vector<Plane> shuffled(std::vector<Plane> maps, uint64_t seed) {
  if (seed == 0 || maps.empty()) return maps;
  const auto count = maps.front().values.size();
  const Plane noise = pattern::noise({1, static_cast<int64_t>(count)}, seed);
  for (size_t i = count; i-- > 1;) {
    const auto j = static_cast<size_t>(double{noise.values[i]} * static_cast<double>(i + 1));
    for (Plane& map : maps) std::swap(map.values[i], map.values[j]);
  }
  return maps;
}

double mean_of(const Plane& map) {
  double sum = 0;
  for (const float value : map.values) sum += double{value};
  return sum / static_cast<double>(map.values.size());
}

double dense_output(const std::vector<Plane>& maps) {
  double sum = 0;
  size_t at = 0, inputs = 0;
  for (const Plane& map : maps) inputs += map.values.size();
  const Plane noise = pattern::noise({1, static_cast<int64_t>(std::max<size_t>(inputs, 1))}, kWeights);
  for (const Plane& map : maps) {
    for (const float value : map.values) sum += weight(noise, at++) * double{value};
  }
  return inputs == 0 ? 0 : sum / std::sqrt(static_cast<double>(inputs));
}

double dense_output_of_means(const std::vector<Plane>& maps) {
  std::vector<Plane> means;
  for (const Plane& map : maps) {
    means.emplace_back(Size2{1, 1}).values[0] = static_cast<float>(mean_of(map));
  }
  return dense_output(means);
}

}  // namespace poolglass
