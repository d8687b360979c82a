#include "core/shift/contest.h"

#include <algorithm>
#include <string>
#include <tuple>
#include <vector>

#include "core/pooling/pooling.h"
#include "core/pooling/size_text.h"
#include "core/pooling/window.h"

namespace poolglass {
namespace {

// Places before and after the picture: the largest nudge, a blur's and a fraction's neighbour.
constexpr int64_t kMargin = kMostNudge + 2;

Size2 span_of(const ShiftWindow& window) {
  return {window.dilation.h * (window.kernel.h - 1), window.dilation.w * (window.kernel.w - 1)};
}

PoolParams params_of(const ShiftWindow& window, Reduction reduction, Size2 stride) {
  PoolParams params = window_pool(reduction, window.kernel);
  params.stride = stride;
  params.dilation = window.dilation;
  return params;
}

int64_t wrapped(int64_t at, int64_t extent) {
  const int64_t rest = at % extent;
  return rest < 0 ? rest + extent : rest;
}

// Which of the picture's rows or columns each place along an axis shows; -1: none, it is 0 there.
std::vector<int64_t> shown_places(int64_t extent, int64_t span, Border border) {
  std::vector<int64_t> places;
  for (int64_t at = -kMargin; at < extent + kMargin + span; ++at) {
    const bool inside = at >= 0 && at < extent;
    places.push_back(inside || border == Border::kCircular ? wrapped(at, extent) : -1);
  }
  return places;
}

// The picture and what lies beyond: kMargin on each side, and a window's span after it.
Plane extended(const Plane& picture, Border border, Size2 span) {
  const std::vector<int64_t> rows = shown_places(picture.size.h, span.h, border),
                             columns = shown_places(picture.size.w, span.w, border);
  Plane world({static_cast<int64_t>(rows.size()), static_cast<int64_t>(columns.size())});
  float* to = world.values.data();
  for (const int64_t row : rows) {
    for (const int64_t column : columns) *to++ = row < 0 || column < 0 ? 0 : picture.at(row, column);
  }
  return world;
}

// Moves on by part of a pixel. The first row and column, which nobody reads, stay as they are.
void move_on(Plane& world, Contest::Fraction fraction) {
  if (fraction == Contest::Fraction{}) return;
  const auto down = static_cast<float>(fraction.down), right = static_cast<float>(fraction.right);
  for (int64_t row = world.size.h - 1; row >= 1; --row) {
    for (int64_t column = world.size.w - 1; column >= 1; --column) {
      const auto along = [&](int64_t y) {
        const float here = world.at(y, column), before = world.at(y, column - 1);
        return right == 0 ? here : (1 - right) * here + right * before;
      };
      const float here = along(row);
      world.at(row, column) = down == 0 ? here : (1 - down) * here + down * along(row - 1);
    }
  }
}

Result<Plane> pooled_everywhere(const Plane& world, const ShiftWindow& window, Reduction reduction) {
  const Result<PoolPlan> plan =
      PoolPlan::make(params_of(window, reduction, {1, 1}), {1, 1, world.size.h, world.size.w});
  if (!plan.ok()) return plan.status();
  Plane result(plan->output_shape().plane());
  plan->forward(world.values.data(), result.values.data());
  return result;
}

// The binomial filter; the outermost places, which nobody reads, stay 0.
Plane blurred(const Plane& map) {
  Plane result(map.size);
  for (int64_t row = 1; row + 1 < map.size.h; ++row) {
    for (int64_t column = 1; column + 1 < map.size.w; ++column) {
      const auto along = [&](int64_t y) {
        return map.at(y, column - 1) + 2 * map.at(y, column) + map.at(y, column + 1);
      };
      result.at(row, column) = (along(row - 1) + 2 * along(row) + along(row + 1)) / 16;
    }
  }
  return result;
}

}  // namespace

Result<Size2> contest_output(const ShiftWindow& window, Size2 picture, Border border) {
  const Result<Size2> inside = output_size(params_of(window, Reduction::kMax, window.stride), picture);
  if (!inside.ok() || border == Border::kZero) return inside;
  for (const auto& [name, stride, extent] :
       {std::tuple("height", window.stride.h, picture.h), {"width", window.stride.w, picture.w}}) {
    if (stride <= extent) continue;
    return invalid_argument(std::string("stride ") + name + " " + text(stride) +
                            " is larger than the picture, whose " + name + " is " + text(extent));
  }
  return Size2{picture.h / window.stride.h, picture.w / window.stride.w};
}

Result<Contest> Contest::make(const Plane& picture, const ShiftWindow& window, Border border,
                              Fraction fraction) {
  const Result<Size2> output = contest_output(window, picture.size, border);
  if (!output.ok()) return output.status();
  Contest contest;
  contest.size_ = picture.size;
  contest.output_ = *output;
  contest.stride_ = window.stride;
  contest.pixels_ = extended(picture, border, span_of(window));
  move_on(contest.pixels_, fraction);
  Result<Plane> maxima = pooled_everywhere(contest.pixels_, window, Reduction::kMax);
  if (!maxima.ok()) return maxima.status();
  Result<Plane> means = pooled_everywhere(contest.pixels_, window, Reduction::kAverage);
  if (!means.ok()) return means.status();
  contest.maxima_ = *std::move(maxima);
  contest.means_ = *std::move(means);
  contest.blurred_ = blurred(contest.maxima_);
  return contest;
}

Plane Contest::gather(const Plane& dense, Cell first, Size2 step, Size2 size) const {
  Plane result(size);
  float* to = result.values.data();
  for (int64_t row = 0; row < size.h; ++row) {
    const float* from =
        &dense.values[static_cast<size_t>((kMargin + first.row + row * step.h) * dense.size.w) +
                      static_cast<size_t>(kMargin + first.column)];
    for (int64_t column = 0; column < size.w; ++column) *to++ = from[column * step.w];
  }
  return result;
}

Plane Contest::answer(Contestant contestant, Cell nudge) const {
  const Cell first{-nudge.row, -nudge.column};
  switch (contestant) {
    case Contestant::kMax:
      return gather(maxima_, first, stride_, output_);
    case Contestant::kAverage:
      return gather(means_, first, stride_, output_);
    case Contestant::kPlain:
      return gather(pixels_, first, stride_, output_);
    case Contestant::kMaxBlur:
      return gather(blurred_, first, stride_, output_);
    case Contestant::kPolyphase:
      break;
  }
  const Cell kept = phase(nudge);
  return gather(pixels_, {first.row + kept.row, first.column + kept.column}, stride_, output_);
}

Cell Contest::phase(Cell nudge) const {
  Cell best;
  double most = -1;
  for (Cell phase; phase.row < stride_.h; ++phase.row) {
    for (phase.column = 0; phase.column < stride_.w; ++phase.column) {
      double sum = 0;
      for (int64_t row = 0; row < output_.h; ++row) {
        const int64_t y = kMargin + row * stride_.h + phase.row - nudge.row;
        for (int64_t column = 0; column < output_.w; ++column) {
          const double value =
              double{pixels_.at(y, kMargin + column * stride_.w + phase.column - nudge.column)};
          sum += value * value;
        }
      }
      if (sum <= most) continue;  // of equal ones the first
      most = sum;
      best = phase;
    }
  }
  return best;
}

Plane Contest::picture(Cell nudge) const {
  return gather(pixels_, {-nudge.row, -nudge.column}, {1, 1}, size_);
}

}  // namespace poolglass
