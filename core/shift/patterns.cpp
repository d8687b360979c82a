#include "core/shift/patterns.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace poolglass::pattern {
namespace {

constexpr double kTurn = 2 * std::numbers::pi;

template <class Value>
Plane made(Size2 size, Value value) {
  Plane plane(size);
  for (int64_t row = 0; row < size.h; ++row) {
    for (int64_t column = 0; column < size.w; ++column) {
      plane.at(row, column) = static_cast<float>(value(row, column));
    }
  }
  return plane;
}

// splitmix64: G. Steele, D. Lea, C. Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014.
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}
  double uniform() {  // [0, 1), 24 bits: a float holds it
    uint64_t z = state_ += 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return static_cast<double>((z ^ (z >> 31)) >> 40) / 16777216.0;
  }

 private:
  uint64_t state_;
};

int64_t lit(int64_t at, int64_t period) { return at % period < (period + 1) / 2 ? 1 : 0; }

}  // namespace

Plane noise(Size2 size, uint64_t seed) {
  Random random(seed);
  return made(size, [&](int64_t, int64_t) { return random.uniform(); });
}

Plane smooth(Size2 size, uint64_t seed) {
  constexpr int kWaves = 6;
  struct Wave {
    double down, right, phase;
  };
  std::array<Wave, kWaves> waves;
  Random random(seed);
  for (Wave& wave : waves) {  // whole numbers of waves, so that the border is no edge
    wave.down = std::floor(random.uniform() * 9) - 4;
    wave.right = std::floor(random.uniform() * 9) - 4;
    wave.phase = random.uniform();
  }
  return made(size, [&](int64_t row, int64_t column) {
    const double y = static_cast<double>(row) / static_cast<double>(size.h),
                 x = static_cast<double>(column) / static_cast<double>(size.w);
    double sum = 0;
    for (const Wave& wave : waves) sum += std::cos(kTurn * (wave.down * y + wave.right * x + wave.phase));
    return 0.5 + sum / (2 * kWaves);
  });
}

Plane sparse(Size2 size, uint64_t seed) {
  Random random(seed);
  return made(size, [&](int64_t, int64_t) {
    const bool there = random.uniform() < 1.0 / 32;
    const double value = random.uniform();
    return there ? 0.25 + 0.75 * value : 0;
  });
}

Plane stripes(Size2 size, int64_t period) {
  return made(size, [&](int64_t, int64_t column) { return lit(column, period); });
}

Plane checkers(Size2 size, int64_t period) {
  return made(size,
              [&](int64_t row, int64_t column) { return lit(row, period) == lit(column, period) ? 1 : 0; });
}

// Its phase grows with the square of the distance: the waves are 2 pixels long where a side is met.
Plane zone_plate(Size2 size) {
  const double side = static_cast<double>(std::max(size.h, size.w));
  return made(size, [&](int64_t row, int64_t column) {
    const double y = static_cast<double>(row) - static_cast<double>(size.h) / 2,
                 x = static_cast<double>(column) - static_cast<double>(size.w) / 2;
    return 0.5 + 0.5 * std::cos(std::numbers::pi * (x * x + y * y) / side);
  });
}

Plane edge(Size2 size) {
  return made(size, [&](int64_t row, int64_t column) {
    const double at = 0.4 * static_cast<double>(size.w) + 0.2 * static_cast<double>(row);
    return static_cast<double>(column) >= at ? 1 : 0;
  });
}

Plane lone_peak(Size2 size, Cell at) {
  Plane plane(size);
  plane.at(at.row, at.column) = 1;
  return plane;
}

}  // namespace poolglass::pattern
