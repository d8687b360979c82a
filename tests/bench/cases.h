// The named shapes that the benchmark times and the tests check.
#pragma once

#include <vector>

#include "core/pooling/params.h"
#include "core/tensor.h"

namespace poolglass::bench {

struct Case {
  const char* name;
  PoolParams params;
  Shape input;
};

inline PoolParams window(Reduction reduction, int64_t kernel, int64_t stride, int64_t padding = 0) {
  PoolParams p = window_pool(reduction, {kernel, kernel});
  p.stride = {stride, stride};
  p.padding = {padding, padding, padding, padding};
  return p;
}

// Averages that divide by the taps inside the input.
inline PoolParams inside(PoolParams p) {
  p.count_include_pad = false;
  return p;
}

inline std::vector<Case> cases() {
  constexpr Reduction kMax = Reduction::kMax, kAverage = Reduction::kAverage;
  std::vector<Case> list = {
      {"lesson_8x8", window(kMax, 2, 2), {1, 1, 8, 8}},
      {"small_c32_16", window(kMax, 2, 2), {1, 32, 16, 16}},
      {"small_avg_c32_16", window(kAverage, 2, 2), {1, 32, 16, 16}},
      {"vgg_p3", window(kMax, 2, 2), {1, 256, 56, 56}},
      {"vgg_p5", window(kMax, 2, 2), {1, 512, 14, 14}},
      {"alexnet_p1", window(kMax, 3, 2), {1, 64, 55, 55}},
      {"alexnet_p5", window(kMax, 3, 2), {1, 256, 13, 13}},
      {"resnet_stem", window(kMax, 3, 2, 1), {1, 64, 112, 112}},
      {"googlenet_3a", window(kMax, 3, 1, 1), {1, 192, 28, 28}},
      {"inception_avg", window(kAverage, 3, 1, 1), {1, 288, 35, 35}},
      {"inception_avg_inside", inside(window(kAverage, 3, 1, 1)), {1, 288, 35, 35}},
      {"spp_k5_13", window(kMax, 5, 1, 2), {1, 512, 13, 13}},
      {"spp_k13_20", window(kMax, 13, 1, 6), {1, 512, 20, 20}},
      {"gap_7", global_pool(kAverage), {1, 512, 7, 7}},
      {"gap_56", global_pool(kAverage), {1, 64, 56, 56}},
      {"adaptive_6", adaptive_pool(kAverage, {6, 6}), {1, 256, 13, 13}},
      {"image_k2", window(kMax, 2, 2), {1, 1, 1024, 1024}},
  };
  for (const Reduction reduction : {kMax, kAverage}) {
    const bool max = reduction == kMax;
    list.push_back({max ? "image_k3" : "image_avg_k3", window(reduction, 3, 1, 1), {1, 1, 1024, 1024}});
    list.push_back({max ? "image_k5" : "image_avg_k5", window(reduction, 5, 1, 2), {1, 1, 1024, 1024}});
    list.push_back({max ? "image_k9" : "image_avg_k9", window(reduction, 9, 1, 4), {1, 1, 1024, 1024}});
    list.push_back({max ? "image_k13" : "image_avg_k13", window(reduction, 13, 1, 6), {1, 1, 1024, 1024}});
    list.push_back({max ? "image_k31" : "image_avg_k31", window(reduction, 31, 1, 15), {1, 1, 1024, 1024}});
    list.push_back({max ? "image_k63" : "image_avg_k63", window(reduction, 63, 1, 31), {1, 1, 1024, 1024}});
  }
  return list;
}

}  // namespace poolglass::bench
