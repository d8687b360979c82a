// Experiments on single poolings, by the engine.
#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>
#include <vector>

#include "core/claims/experiments.h"
#include "core/pictures/pictures.h"
#include "core/pooling/coverage.h"
#include "core/pooling/pooling.h"
#include "core/pooling/window.h"
#include "core/shift/patterns.h"
#include "core/shift/plane.h"

namespace poolglass::experiment {
namespace {

PoolParams two_by_two(Reduction reduction) { return window_pool(reduction, {2, 2}); }

PoolParams three_by_two(Reduction reduction) {  // 3x3, stride 2, padding 1
  PoolParams params = window_pool(reduction, {3, 3});
  params.stride = {2, 2};
  params.padding = {1, 1, 1, 1};
  return params;
}

Result<Plane> pooled(const PoolParams& params, const Plane& x) {
  const Result<PoolPlan> plan = PoolPlan::make(params, {1, 1, x.size.h, x.size.w});
  if (!plan.ok()) return plan.status();
  Plane y(plan->output_shape().plane());
  plan->forward(x.values.data(), y.values.data());
  return y;
}

Result<Plane> gradient_of_ones(const PoolParams& params, const Plane& x) {
  const Result<PoolPlan> plan = PoolPlan::make(params, {1, 1, x.size.h, x.size.w});
  if (!plan.ok()) return plan.status();
  const std::vector<float> ones(static_cast<size_t>(plan->output_shape().elements()), 1.0f);
  Plane dx(x.size);
  plan->backward(x.values.data(), ones.data(), dx.values.data());
  return dx;
}

// Around 0: as likely negative as positive.
Plane signed_noise(Size2 size, uint64_t seed) {
  Plane plane = pattern::noise(size, seed);
  for (float& v : plane.values) v -= 0.5f;
  return plane;
}

Plane relu(Plane plane) {
  for (float& v : plane.values) v = std::max(v, 0.0f);
  return plane;
}

// How many cells of two planes of one size differ.
int64_t differing(const Plane& a, const Plane& b) {
  int64_t count = 0;
  for (size_t i = 0; i < a.values.size(); ++i) count += a.values[i] != b.values[i];
  return count;
}

std::string text(float value) {
  std::string digits = std::to_string(value);
  digits.erase(digits.find_last_not_of('0') + 1);
  if (digits.back() == '.') digits.pop_back();
  return digits;
}

std::string listed(const std::set<int64_t>& numbers) {
  std::string all;
  for (int64_t n : numbers) all += (all.empty() ? "" : ", ") + std::to_string(n);
  return all;
}

}  // namespace

Result<Finding> smoke_alarm() {
  Plane x(Size2{2, 2});
  x.values = {0, 0, 0, 9};
  const Result<Plane> average = pooled(two_by_two(Reduction::kAverage), x);
  const Result<Plane> maximum = pooled(two_by_two(Reduction::kMax), x);
  if (!average.ok()) return average.status();
  if (!maximum.ok()) return maximum.status();
  const float a = average->values.front(), m = maximum->values.front();
  return decided(a == 2.25f && m == 9, "average " + text(a) + ", maximum " + text(m));
}

Result<Finding> quarter_of_the_activations() {
  int64_t even = 0, quartered = 0;
  for (int64_t h = 2; h <= 64; h += 2) {
    for (int64_t w = 2; w <= 64; w += 2) {
      const Result<Size2> output = output_size(two_by_two(Reduction::kMax), {h, w});
      if (!output.ok()) return output.status();
      ++even;
      quartered += 4 * output->h * output->w == h * w;
    }
  }
  const Result<Size2> odd = output_size(two_by_two(Reduction::kMax), {7, 7});
  if (!odd.ok()) return odd.status();
  return decided(quartered == even, grouped(quartered) + " of " + grouped(even) +
                                        " even sizes to 64×64; an odd 7×7 keeps " +
                                        std::to_string(odd->h * odd->w) + " of 49");
}

Result<Finding> sizes_halve() {
  int64_t sizes = 0, halved = 0;
  for (int64_t n = 2; n <= 64; ++n) {
    const Result<Size2> output = output_size(two_by_two(Reduction::kMax), {n, n});
    if (!output.ok()) return output.status();
    ++sizes;
    halved += 2 * output->h == n;
  }
  const Result<Size2> odd = output_size(two_by_two(Reduction::kMax), {7, 7});
  if (!odd.ok()) return odd.status();
  return decided(halved == sizes,
                 std::to_string(halved) + " of " + std::to_string(sizes) +
                     " sizes from 2 to 64 do, the odd ones lose a row and a column: 7 becomes " +
                     std::to_string(odd->h));
}

Result<Finding> odd_size_loses_cells() {
  const Result<WindowGeometry> geometry = window_geometry(two_by_two(Reduction::kMax), {7, 7});
  if (!geometry.ok()) return geometry.status();
  const int64_t lost = never_read_cells(*geometry), h = geometry->rows.output, w = geometry->columns.output;
  return decided(h == 3 && w == 3 && lost == 13, std::to_string(h) + "×" + std::to_string(w) + ", and " +
                                                     std::to_string(lost) + " of 49 cells no window reads");
}

Result<Finding> channels_stay() {
  int64_t kept = 0;
  constexpr int64_t kMost = 64;
  for (int64_t c = 1; c <= kMost; ++c) {
    const Result<PoolPlan> plan = PoolPlan::make(two_by_two(Reduction::kMax), {1, c, 8, 8});
    if (!plan.ok()) return plan.status();
    kept += plan->output_shape().c == c;
  }
  return decided(kept == kMost,
                 std::to_string(kept) + " of " + std::to_string(kMost) + " numbers of channels");
}

Result<Finding> channels_mix() {
  constexpr int64_t kChannels = 3;
  const Shape shape{1, kChannels, 8, 8};
  int64_t pools = 0, untouched = 0;
  for (const Reduction reduction : {Reduction::kMax, Reduction::kAverage}) {
    const Result<PoolPlan> plan = PoolPlan::make(two_by_two(reduction), shape);
    if (!plan.ok()) return plan.status();
    const size_t out_plane = static_cast<size_t>(plan->output_shape().h * plan->output_shape().w);
    for (int64_t changed = 0; changed < kChannels; ++changed) {
      std::vector<float> x = pattern::noise({kChannels * shape.h, shape.w}, 5).values;
      std::vector<float> before(kChannels * out_plane), after(kChannels * out_plane);
      plan->forward(x.data(), before.data());
      const auto first = x.begin() + changed * shape.h * shape.w;
      std::for_each(first, first + shape.h * shape.w, [](float& v) { v += 1; });
      plan->forward(x.data(), after.data());
      for (int64_t c = 0; c < kChannels; ++c) {
        if (c == changed) continue;
        const auto from = before.begin() + c * static_cast<int64_t>(out_plane);
        ++pools;
        untouched += std::equal(from, from + static_cast<int64_t>(out_plane),
                                after.begin() + c * static_cast<int64_t>(out_plane));
      }
    }
  }
  return decided(untouched < pools, "one of three channels changed: " + std::to_string(untouched) + " of " +
                                        std::to_string(pools) +
                                        " outputs of the other channels stay as they were");
}

Result<Finding> padding_is_zeros() {
  Plane x(Size2{4, 4});
  std::ranges::fill(x.values, -1.0f);
  const PoolParams params = three_by_two(Reduction::kMax);
  const Result<Plane> y = pooled(params, x);
  const Result<WindowGeometry> geometry = window_geometry(params, x.size);
  if (!y.ok()) return y.status();
  if (!geometry.ok()) return geometry.status();
  int64_t padded = 0;
  for (int64_t r = 0; r < y->size.h; ++r) {
    for (int64_t c = 0; c < y->size.w; ++c) {
      const AxisWindow row = geometry->rows.window(r), column = geometry->columns.window(c);
      padded += row.count * column.count < row.taps * column.taps;
    }
  }
  const auto zeros = std::ranges::count(y->values, 0.0f), ones = std::ranges::count(y->values, -1.0f);
  return decided(zeros > 0, "4×4 of −1, 3×3 windows of stride 2, padding 1: " + std::to_string(ones) +
                                " of " + std::to_string(y->values.size()) +
                                " maxima are −1; zeros would win " + std::to_string(padded));
}

Result<Finding> divisor_is_the_window() {
  const auto divisors = [](bool count_pad, bool ceil_mode) -> Result<std::set<int64_t>> {
    PoolParams params = three_by_two(Reduction::kAverage);
    params.count_include_pad = count_pad;
    params.ceil_mode = ceil_mode;
    const Result<WindowGeometry> geometry = window_geometry(params, {4, 4});
    if (!geometry.ok()) return geometry.status();
    std::set<int64_t> found;
    for (int64_t r = 0; r < geometry->rows.output; ++r) {
      for (int64_t c = 0; c < geometry->columns.output; ++c)
        found.insert(geometry->rows.window(r).divisor * geometry->columns.window(c).divisor);
    }
    return found;
  };
  const Result<std::set<int64_t>> counted = divisors(true, false), inside = divisors(false, false);
  const Result<std::set<int64_t>> ceiled = divisors(true, true);
  for (const auto* one : {&counted, &inside, &ceiled}) {
    if (!one->ok()) return one->status();
  }
  const std::set<int64_t> window{9};
  return decided(*counted == window && *inside == window && *ceiled == window,
                 "3×3 windows of stride 2 on 4×4, padding 1: " + listed(*counted) +
                     " where padding counts, " + listed(*inside) + " where it does not, " + listed(*ceiled) +
                     " in ceil mode");
}

Result<Finding> gradient_goes_to_every_maximum() {
  Plane x(Size2{2, 2});
  std::ranges::fill(x.values, 4.0f);
  const Result<Plane> dx = gradient_of_ones(two_by_two(Reduction::kMax), x);
  if (!dx.ok()) return dx.status();
  const auto reached = std::ranges::count_if(dx->values, [](float g) { return g != 0; });
  return decided(reached > 1, "of four equal cells " + std::to_string(reached) +
                                  " gets a gradient, the first, and gets " + text(dx->values.front()) +
                                  " of 1");
}

Result<Finding> maximum_routes_average_splits() {
  const Plane& x = lesson_grid();
  const Result<Plane> maximum = gradient_of_ones(two_by_two(Reduction::kMax), x);
  const Result<Plane> average = gradient_of_ones(two_by_two(Reduction::kAverage), x);
  if (!maximum.ok()) return maximum.status();
  if (!average.ok()) return average.status();
  const auto whole = std::ranges::count(maximum->values, 1.0f),
             none = std::ranges::count(maximum->values, 0.0f);
  const auto quarter = std::ranges::count(average->values, 0.25f);
  const auto cells = static_cast<int64_t>(x.values.size());
  return decided(whole == cells / 4 && none == cells - whole && quarter == cells,
                 "the lesson's grid: the maximum sends 1 to " + std::to_string(whole) +
                     " cells and nothing to " + std::to_string(none) + ", the average 0.25 to " +
                     std::to_string(quarter));
}

Result<Finding> relu_order_does_not_matter() {
  const Plane x = signed_noise({256, 256}, 7);
  std::string found;
  int64_t different = 0, cells = 0;
  for (const Reduction reduction : {Reduction::kMax, Reduction::kAverage}) {
    const Result<Plane> after = pooled(two_by_two(reduction), relu(x)),
                        before = pooled(two_by_two(reduction), x);
    if (!after.ok()) return after.status();
    if (!before.ok()) return before.status();
    const int64_t differ = differing(*after, relu(*before));
    cells = static_cast<int64_t>(after->values.size());
    if (reduction == Reduction::kMax) {
      found =
          "maxima: " + grouped(cells - differ) + " of " + grouped(cells) + " cells are the same; averages: ";
      if (differ > 0) return Finding{Verdict::kFalse, found + "not looked at"};
    } else {
      different = differ;
      found += percent(static_cast<double>(differ) / static_cast<double>(cells)) + " differ";
    }
  }
  return Finding{different == 0 ? Verdict::kTrue : Verdict::kApproximate, found};
}

Result<Finding> three_programs_agree() {
  const Plane x = pattern::noise({256, 256}, 11);
  const Result<Plane> maximum = pooled(two_by_two(Reduction::kMax), x);
  const Result<Plane> average = pooled(two_by_two(Reduction::kAverage), x);
  if (!maximum.ok()) return maximum.status();
  if (!average.ok()) return average.status();
  int64_t maxima = 0, averages = 0;
  float furthest = 0;
  for (int64_t r = 0; r < maximum->size.h; ++r) {
    for (int64_t c = 0; c < maximum->size.w; ++c) {
      const float *const top = &x.values[static_cast<size_t>(2 * r * x.size.w + 2 * c)], *const low =
                                                                                             top + x.size.w;
      // Nested loops take the cells in reading order; the reshape's axes are reduced one after the other.
      const float looped = (((top[0] + top[1]) + low[0]) + low[1]) / 4;
      const float reshaped = ((top[0] + low[0]) + (top[1] + low[1])) / 4;
      const float called = average->at(r, c);
      maxima += std::max(std::max(std::max(top[0], top[1]), low[0]), low[1]) == maximum->at(r, c) &&
                std::max(std::max(top[0], low[0]), std::max(top[1], low[1])) == maximum->at(r, c);
      averages += looped == called && reshaped == called;
      furthest = std::max({furthest, std::abs(looped - called), std::abs(reshaped - called)});
    }
  }
  const auto cells = static_cast<int64_t>(maximum->values.size());
  const std::string found = "maxima: " + grouped(maxima) + " of " + grouped(cells) +
                            " agree; averages: " + grouped(averages) +
                            ", the others up to rounding, at most 2^" +
                            std::to_string(furthest > 0 ? std::ilogb(furthest) + 1 : -149) + " apart";
  if (maxima < cells || furthest > 1e-6f) return Finding{Verdict::kFalse, found};
  return Finding{averages == cells ? Verdict::kTrue : Verdict::kApproximate, found};
}

Result<Finding> detection_at_full_strength() {
  constexpr int kMaps = 1000;
  int kept = 0;
  for (int i = 0; i < kMaps; ++i) {
    const Plane x = pattern::noise({8, 8}, static_cast<uint64_t>(i));
    const Result<Plane> y = pooled(two_by_two(Reduction::kMax), x);
    if (!y.ok()) return y.status();
    kept += std::ranges::max(y->values) == std::ranges::max(x.values);
  }
  const std::string found = "the largest value is still there in " + std::to_string(kept) + " of " +
                            std::to_string(kMaps) + " maps; its place is known to within 2×2 cells";
  return Finding{kept == kMaps ? Verdict::kApproximate : Verdict::kFalse, found};
}

Result<Finding> global_average_takes_any_size() {
  int64_t sizes = 0, single = 0;
  for (int64_t h = 1; h <= 64; ++h) {
    for (int64_t w = 1; w <= 64; ++w) {
      const Result<Size2> output = output_size(global_pool(Reduction::kAverage), {h, w});
      ++sizes;
      single += output.ok() && *output == Size2{1, 1};
    }
  }
  return decided(single == sizes,
                 grouped(single) + " of " + grouped(sizes) + " sizes to 64×64 give one number");
}

Result<Finding> global_average_has_one_number_a_map() {
  Plane half(Size2{8, 8}), left(Size2{8, 8}), checkers(Size2{8, 8});
  for (int64_t r = 0; r < 8; ++r) {
    for (int64_t c = 0; c < 8; ++c) {
      half.at(r, c) = 0.5f;
      left.at(r, c) = c < 4 ? 1.0f : 0.0f;
      checkers.at(r, c) = (r + c) % 2 == 0 ? 1.0f : 0.0f;
    }
  }
  std::string means;
  bool alike = true;
  for (const Plane* map : {&half, &left, &checkers}) {
    const Result<Plane> mean = pooled(global_pool(Reduction::kAverage), *map);
    if (!mean.ok()) return mean.status();
    alike = alike && mean->values.front() == 0.5f;
    means += (means.empty() ? "" : ", ") + text(mean->values.front());
  }
  return decided(alike, "an even map, half a map of ones and a checkerboard: " + means +
                            "; other channels have to tell them apart");
}

Result<Finding> adaptive_is_a_fixed_kernel() {
  int64_t pairs = 0, fixed = 0, uneven = 0;
  for (int64_t n = 1; n <= 32; ++n) {
    for (int64_t o = 1; o <= n; ++o) {
      const Result<WindowGeometry> geometry =
          window_geometry(adaptive_pool(Reduction::kAverage, {o, 1}), {n, 1});
      if (!geometry.ok()) return geometry.status();
      const Axis& rows = geometry->rows;
      const AxisWindow first = rows.window(0);
      const int64_t stride = o > 1 ? rows.window(1).start - first.start : 1;
      bool even = true, steady = true;
      for (int64_t i = 0; i < o; ++i) {
        const AxisWindow bin = rows.window(i);
        even = even && bin.count == first.count;
        steady = steady && bin.start == i * stride;
      }
      ++pairs;
      uneven += !even;
      fixed += even && steady;
    }
  }
  return decided(fixed == pairs, "of the " + std::to_string(pairs) + " pairs of output and input up to 32 " +
                                     std::to_string(uneven) +
                                     " have bins of unequal size, and no kernel and stride makes those of " +
                                     std::to_string(pairs - fixed));
}

}  // namespace poolglass::experiment
