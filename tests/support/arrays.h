// Test arrays: values that make order visible, memory of the exact size, and comparison bit for bit.
#pragma once

#include <doctest/doctest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace poolglass::testing {

enum class Content {
  kPlain,    // random, without ties
  kTies,     // few different values, -0 and +0 among them
  kSpecial,  // NaN, infinities, zeros of both signs, denormals and huge values among random ones
  kTiny,     // random, of all magnitudes down to denormals
};

inline std::vector<float> make_values(int64_t n, Content content, uint32_t seed) {
  constexpr float kInf = std::numeric_limits<float>::infinity();
  constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
  const float special[] = {kNan, -kNan, kInf, -kInf, 0.0f, -0.0f, 1e-42f, -1e-42f, 3e38f, -3e38f};
  std::mt19937 random(seed);
  std::uniform_real_distribution<float> uniform(-1, 1);
  std::vector<float> values(static_cast<size_t>(n));
  for (float& v : values) {
    switch (content) {
      case Content::kPlain:
        v = uniform(random);
        break;
      case Content::kTies:
        v = static_cast<float>(random() % 3) * (random() % 2 ? 0.0f : -0.0f);
        break;
      case Content::kSpecial:
        v = random() % 4 == 0 ? special[random() % std::size(special)] : uniform(random);
        break;
      case Content::kTiny:
        v = std::ldexp(uniform(random), -static_cast<int>(random() % 150));
        break;
    }
    if (content == Content::kTies && random() % 3 == 0) v = -1;
  }
  return values;
}

// n floats in a block of their own that ends where the array ends, `shift` floats from its start: a sanitizer
// sees every access outside.
template <class T>
class ExactArray {
 public:
  explicit ExactArray(size_t n, size_t shift = 0) : block_(new T[n + shift]), shift_(shift), size_(n) {}
  explicit ExactArray(const std::vector<T>& v, size_t shift = 0) : ExactArray(v.size(), shift) {
    if (!v.empty()) std::memcpy(data(), v.data(), v.size() * sizeof(T));
  }
  T* data() { return block_.get() + shift_; }
  size_t size() const { return size_; }

 private:
  std::unique_ptr<T[]> block_;
  size_t shift_, size_;
};

// Empty when equal; otherwise where and how they differ. Any NaN equals any NaN.
inline std::string first_difference(const float* expected, const float* actual, size_t n) {
  for (size_t i = 0; i < n; ++i) {
    if (std::isnan(expected[i]) && std::isnan(actual[i])) continue;
    if (std::bit_cast<uint32_t>(expected[i]) == std::bit_cast<uint32_t>(actual[i])) continue;
    char text[128];
    std::snprintf(text, sizeof text, "element %zu of %zu: expected %.9g (%08x), got %.9g (%08x)", i, n,
                  static_cast<double>(expected[i]), std::bit_cast<uint32_t>(expected[i]),
                  static_cast<double>(actual[i]), std::bit_cast<uint32_t>(actual[i]));
    return text;
  }
  return {};
}

}  // namespace poolglass::testing
