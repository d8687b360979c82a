// Feature maps to look at, and what a head makes of them: an average forgets where a feature sat, a dense
// layer does not.
#pragma once

#include <cstdint>
#include <vector>

#include "core/shift/plane.h"
#include "core/tensor.h"

namespace poolglass {

inline constexpr int64_t kShownMaps = 6;

// Six channels of a picture, as large as `size`, values in [0, 1]: how bright, how dark, and how much changes
// from left to right, from top to bottom, along a diagonal, and around a pixel. Filters made by hand,
// rectified and averaged; never what a network learns. The picture: values from 0 to 255.
std::vector<Plane> hand_made_maps(const Plane& picture, Size2 size);

// Six different maps whose mean is .5.
std::vector<Plane> maps_of_equal_mean(Size2 size);

// The same cells in another order, another one for every seed; 0: as they are. All maps are shuffled alike.
std::vector<Plane> shuffled(std::vector<Plane> maps, uint64_t seed);

double mean_of(const Plane& map);

// One output of a dense layer over all cells of all maps, and of one over their means, over the root of the
// number of inputs. The weights are made up, in [-1, 1), and the same every time.
double dense_output(const std::vector<Plane>& maps);
double dense_output_of_means(const std::vector<Plane>& maps);

// A map averaged to another size, as adaptive pooling does it.
Plane resampled(const Plane& map, Size2 size);

}  // namespace poolglass
