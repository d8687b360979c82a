#include "core/claims/claims.h"

#include <array>
#include <cstdio>

#include "core/claims/experiments.h"

namespace poolglass {
namespace {

using namespace experiment;

constexpr Claim kClaims[] = {
    {"activations-3.2m", "Convolving 224×224 into 64 channels makes 3.2 M activations", "chain", "vgg16",
     activations_of_one_layer},
    {"activations-19m", "Six such layers hold 19.3 M activations", "chain", "vgg16",
     activations_of_six_layers},
    {"quarter", "A 2×2 pool of stride 2 quarters the activations", "step", "lesson",
     quarter_of_the_activations},
    {"channels-stay", "A pool leaves the number of channels alone", "chain", "lesson", channels_stay},
    {"no-parameters", "A pool has no parameters", "chain", "lesson", pool_has_no_parameters},
    {"smoke-alarm", "Of three zeros and a nine the average is 2.25 and the maximum 9", "step", "smoke-alarm",
     smoke_alarm},
    {"full-strength", "Max pooling keeps a detection at full strength", "step", "lesson",
     detection_at_full_strength},
    {"gradient-routes", "Max pooling sends the gradient to the winner, average pooling splits it", "step",
     "lesson", maximum_routes_average_splits},
    {"three-programs", "Nested loops, a reshape and the library's call give identical numbers", "step",
     "lesson", three_programs_agree},
    {"odd-size", "2×2 windows of stride 2 make 3×3 of 7×7 and lose 13 cells", "step", "odd",
     odd_size_loses_cells},
    {"nudge", "Nudge the picture by a pixel, and the maximum almost certainly stays", "shift", "noise",
     maximum_stays_under_a_nudge},
    {"two-convolutions", "Two 3×3 convolutions see 5×5", "chain", "lesson", two_convolutions_see_five},
    {"conv-pool-conv", "Convolution, pool, convolution see 6×6", "chain", "lesson", pool_between_sees_six},
    {"four-blocks-30", "Four blocks of 3×3 convolution and 2×2 pool see about 30×30", "chain", "lesson",
     four_blocks_see_thirty},
    {"four-blocks-76", "Four blocks of 3×3 convolution and 2×2 pool see 76×76", "chain", "lesson",
     four_blocks_see_seventy_six},
    {"four-blocks-grid", "Four blocks on a 224×224 input compute on a 14×14 grid", "chain", "lesson",
     four_blocks_on_224},
    {"flat-activations",
     "With the channels doubled at every pool the activations of the layers stay roughly flat", "chain",
     "lesson", activations_stay_flat},
    {"exercise-parameters", "Convolutions 3×3 from 3 to 32, 64, 128 and 256 channels have 388,416 parameters",
     "chain", "exercise", exercise_parameters},
    {"exercise-sizes", "Four pools take 64 to 32, 16, 8 and 4", "chain", "exercise", exercise_sizes},
    {"stride-2x2", "Each pool as a 2×2 convolution adds 348,640 parameters, and the field stays 46", "chain",
     "exercise", pools_as_2x2_convolutions},
    {"stride-3x3", "Each pool as a padded 3×3 convolution adds 783,840 parameters, and the field becomes 61",
     "chain", "exercise", pools_as_3x3_convolutions},
    {"flatten-weights", "Flattening 7×7×512 into 4,096 takes 102,760,448 weights", "head", "vgg16-head",
     flatten_weights},
    {"flatten-alexnet", "That layer is AlexNet's", "head", "alexnet-paper", flatten_is_alexnet},
    {"alexnet-dense", "Most of AlexNet's weights lie in its dense layers", "chain", "alexnet",
     most_weights_are_dense},
    {"alexnet-pools", "AlexNet pools 3×3 with stride 2", "chain", "alexnet", alexnet_pools_3x3},
    {"gap-head", "A global average and a dense layer from 512 to 1,000 have 513,000 parameters", "head",
     "vgg16-head", global_average_head},
    {"gap-vector", "Global average pooling has no parameters and makes 7×7×512 a vector of 512", "head",
     "vgg16-head", global_average_has_no_parameters},
    {"gap-any-size", "Global average pooling takes any input size", "head", "vgg16-head",
     global_average_takes_any_size},
    {"gap-everywhere", "Classifiers from GoogLeNet on end with global average pooling", "head",
     "googlenet-head", classifiers_end_with_global_average},
    {"strides-replaced-pools", "In ResNet strided convolutions have replaced pooling", "chain", "resnet-stem",
     strides_replaced_pooling},
    {"doubles-the-field", "A pool doubles the receptive field", "chain", "lesson", pool_doubles_the_field},
    {"pixels-alike", "Every pixel of the receptive field counts the same", "chain", "lesson",
     pixels_count_alike},
    {"law-maximum", "Of random values a maximum stays with probability |A∩B| / |A∪B|", "shift", "noise",
     law_of_the_maximum},
    {"law-average", "Of random values an average correlates with itself by |A∩B| / |A|", "shift", "noise",
     law_of_the_average},
    {"max-is-robust", "Max pooling stands a nudge better than average pooling", "shift", "",
     maximum_is_more_robust},
    {"invariance", "Pooling makes a network invariant to translation", "shift", "stripes",
     pooling_is_translation_invariant},
    {"lone-peak", "A lone peak stays in its 3×3 window under 5 of 8 nudges by a pixel", "shift", "lone-peak",
     lone_peak_stays_five_of_eight},
    {"polyphase", "Adaptive polyphase sampling moves along with a circular nudge", "shift", "",
     polyphase_moves_along},
    {"fewer-parameters", "Pooling reduces the parameters", "chain", "exercise", pooling_reduces_parameters},
    {"sizes-halve", "A 2×2 pool of stride 2 halves the size", "step", "odd", sizes_halve},
    {"zero-padding", "Max pooling pads with zeros", "step", "padding", padding_is_zeros},
    {"divisor", "An average divides by the size of its window", "step", "padding", divisor_is_the_window},
    {"gradient-ties", "Equal maxima share the gradient", "step", "ties", gradient_goes_to_every_maximum},
    {"mixes-channels", "Pooling mixes channels", "step", "lesson", channels_mix},
    {"one-size", "A convolutional classifier takes one image size only", "head", "vgg16-head",
     one_input_size_only},
    {"equal-means", "Global average pooling cannot tell apart maps of the same mean", "head", "equal-means",
     global_average_has_one_number_a_map},
    {"relu-order", "ReLU before or after the pool makes no difference", "step", "random",
     relu_order_does_not_matter},
    {"adaptive-kernel", "Adaptive average pooling is average pooling with some fixed kernel and stride",
     "step", "lesson", adaptive_is_a_fixed_kernel},
};

}  // namespace

std::string_view verdict_name(Verdict verdict) {
  switch (verdict) {
    case Verdict::kTrue:
      return "true";
    case Verdict::kApproximate:
      return "approximate";
    case Verdict::kFalse:
      return "false";
  }
  return "";
}

std::span<const Claim> claims() { return kClaims; }

std::string experiment::grouped(int64_t value) {
  std::string text = std::to_string(value);
  const size_t first = text.front() == '-' ? 1 : 0;
  for (size_t at = text.size(); at > first + 3;) text.insert(at -= 3, ",");
  return text;
}

std::string experiment::percent(double share) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.1f %%", 100 * share);
  return text.data();
}

}  // namespace poolglass
