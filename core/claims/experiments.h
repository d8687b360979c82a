// The experiments of the claims, by what they use.
#pragma once

#include <cstdint>
#include <string>

#include "core/claims/claims.h"

namespace poolglass::experiment {

// Of one pooling: core/pooling.
Result<Finding> smoke_alarm();
Result<Finding> quarter_of_the_activations();
Result<Finding> sizes_halve();
Result<Finding> odd_size_loses_cells();
Result<Finding> channels_stay();
Result<Finding> channels_mix();
Result<Finding> padding_is_zeros();
Result<Finding> divisor_is_the_window();
Result<Finding> gradient_goes_to_every_maximum();
Result<Finding> maximum_routes_average_splits();
Result<Finding> relu_order_does_not_matter();
Result<Finding> three_programs_agree();
Result<Finding> detection_at_full_strength();
Result<Finding> global_average_takes_any_size();
Result<Finding> global_average_has_one_number_a_map();
Result<Finding> adaptive_is_a_fixed_kernel();

// Of networks: core/network, core/chain, core/zoo.
Result<Finding> activations_of_one_layer();
Result<Finding> activations_of_six_layers();
Result<Finding> pool_has_no_parameters();
Result<Finding> two_convolutions_see_five();
Result<Finding> pool_between_sees_six();
Result<Finding> pool_doubles_the_field();
Result<Finding> four_blocks_see_thirty();
Result<Finding> four_blocks_see_seventy_six();
Result<Finding> pixels_count_alike();
Result<Finding> activations_stay_flat();
Result<Finding> four_blocks_on_224();
Result<Finding> exercise_parameters();
Result<Finding> exercise_sizes();
Result<Finding> pools_as_2x2_convolutions();
Result<Finding> pools_as_3x3_convolutions();
Result<Finding> pooling_reduces_parameters();
Result<Finding> flatten_weights();
Result<Finding> flatten_is_alexnet();
Result<Finding> most_weights_are_dense();
Result<Finding> alexnet_pools_3x3();
Result<Finding> global_average_head();
Result<Finding> global_average_has_no_parameters();
Result<Finding> one_input_size_only();
Result<Finding> classifiers_end_with_global_average();
Result<Finding> strides_replaced_pooling();

// Of nudges: core/shift.
Result<Finding> maximum_stays_under_a_nudge();
Result<Finding> law_of_the_maximum();
Result<Finding> law_of_the_average();
Result<Finding> maximum_is_more_robust();
Result<Finding> pooling_is_translation_invariant();
Result<Finding> lone_peak_stays_five_of_eight();
Result<Finding> polyphase_moves_along();

// For sentences: 13860 as "13,860", a share of 1/3 as "33.3 %".
std::string grouped(int64_t value);
std::string percent(double share);
inline Finding decided(bool holds, std::string found) {
  return {holds ? Verdict::kTrue : Verdict::kFalse, std::move(found)};
}

}  // namespace poolglass::experiment
