// Five ways of making a picture smaller, asked again after the picture was nudged: what the Shift room
// measures.
//
// A nudge by whole pixels only changes where a pooling is read: with D the pooling of every place (stride 1),
// the output after a nudge n is D[i * stride - n]. So D is made once for a picture and each nudge is a
// gather.
//
// Max, then blur: R. Zhang, "Making Convolutional Networks Shift-Invariant Again", ICML 2019: a maximum at
// stride 1, then the binomial filter [1 2 1] x [1 2 1] / 16 at the stride.
// Polyphase: A. Chaman, I. Dokmanic, "Truly Shift-Invariant Convolutional Neural Networks", CVPR 2021: of the
// stride's phases of the picture, the one with the largest sum of squares.
#pragma once

#include <array>
#include <cstdint>

#include "core/cell.h"
#include "core/shift/plane.h"
#include "core/status.h"

namespace poolglass {

// What lies beyond the picture's border, and so what comes in when it is nudged.
enum class Border {
  kCircular,  // the picture again: what leaves at one side comes in at the other, and windows wrap
  kZero,      // zeros; the outputs are the windows that lie inside
};

enum class Contestant { kMax, kAverage, kPlain, kMaxBlur, kPolyphase };
inline constexpr std::array kContestants = {Contestant::kMax, Contestant::kAverage, Contestant::kPlain,
                                            Contestant::kMaxBlur, Contestant::kPolyphase};

struct ShiftWindow {
  Size2 kernel{2, 2};  // of the maximum and the average
  Size2 stride{2, 2};  // of all
  Size2 dilation{1, 1};
  friend bool operator==(const ShiftWindow&, const ShiftWindow&) = default;
};

inline constexpr int64_t kMostNudge = 8;  // pixels along each axis

// Output cells of every contestant: with a circular border floor(n / stride), else as many windows as lie in
// the picture. Fails with a sentence where a window does not fit, or the stride is larger than the picture.
Result<Size2> contest_output(const ShiftWindow& window, Size2 picture, Border border);

class Contest {
 public:
  // `fraction` moves the picture on by a part of a pixel, 0 <= fraction < 1 along each axis: each pixel is
  // then the mean of its neighbours, weighted by how near they lie (bilinear).
  struct Fraction {
    double down = 0, right = 0;
    friend bool operator==(const Fraction&, const Fraction&) = default;
  };
  static Result<Contest> make(const Plane& picture, const ShiftWindow& window, Border border,
                              Fraction fraction = {0, 0});

  Size2 output_size() const { return output_; }

  // The output once the picture was nudged by nudge.row pixels down and nudge.column to the right, each from
  // -kMostNudge to kMostNudge, and by the fraction.
  Plane answer(Contestant contestant, Cell nudge) const;
  // Which cells polyphase sampling keeps then: the offset of its first one.
  Cell phase(Cell nudge) const;
  // The picture itself after the nudge.
  Plane picture(Cell nudge) const;

 private:
  Contest() = default;
  Plane gather(const Plane& dense, Cell first, Size2 step, Size2 size) const;

  Size2 size_, output_, stride_;
  Plane pixels_, maxima_, means_, blurred_;  // at every place, from kMargin before the picture's first pixel
};

}  // namespace poolglass
