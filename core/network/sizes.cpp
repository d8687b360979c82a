#include "core/network/sizes.h"

#include <algorithm>
#include <numeric>

#include "core/network/infer.h"
#include "core/stop.h"

namespace poolglass::network {
namespace {

constexpr int64_t kMostModulus = 1024;          // larger patterns are not looked for
constexpr int64_t kMostWholeSteps = 4'000'000;  // layers that are analysed for lost rows

// The first input that has a plane; -1: none.
int32_t image_of(const Network& network) {
  for (size_t i = 0; i < network.layers.size(); ++i) {
    const Layer& layer = network.layers[i];
    if (layer.kind == Kind::kInput && layer.axes.rows >= 0 && layer.axes.columns >= 0)
      return static_cast<int32_t>(i);
  }
  return -1;
}

void set_plane(Size2 plane, Layer* input) {
  input->output[input->axes.rows] = plane.h;
  input->output[input->axes.columns] = plane.w;
}

// Shapes alone, again and again at other sizes.
class Trials {
 public:
  explicit Trials(const Network& network, const Stop* stop = nullptr)
      : network_(network), image_(image_of(network)), stop_(stop) {
    at_.resize(network.layers.size());
    Network ordered = network;  // sizes do not matter for who reads whom
    usable_ = image_ >= 0 && order(&ordered).ok() && ordered == network;
  }

  // Whether there is an image to resize, and an order of execution.
  bool usable() const { return usable_; }
  bool over() const { return steps_ > kMostSizeSteps || stopped(stop_); }  // no more are tried

  bool works(Size2 plane) {
    set_plane(plane, &network_.layers[static_cast<size_t>(image_)]);
    Context context;  // without the network: nobody reads the sentences
    const int64_t batch = network_.layers[static_cast<size_t>(image_)].output[0];
    context.batch = std::max<int64_t>(batch, 1);
    for (size_t i = 0; i < network_.layers.size(); ++i, ++steps_) {
      inputs_.clear();
      for (const int32_t source : sources(network_, i)) inputs_.push_back(&at_[static_cast<size_t>(source)]);
      if (!infer(network_.layers[i], inputs_, context, &at_[i]).ok()) return false;
    }
    return true;
  }

 private:
  Network network_;
  int32_t image_;
  bool usable_;
  std::vector<LayerFigures> at_;
  std::vector<const LayerFigures*> inputs_;
  const Stop* stop_;
  int64_t steps_ = 0;
};

// Whether at this size every row, and every column, of every layer reaches a result.
bool reads_all(const Network& network, bool columns) {
  const Figures figures = analyze(network);
  if (figures.error) return false;
  const Needed need = needed(network, figures);
  for (size_t i = 0; i < figures.layers.size(); ++i) {
    const LayerFigures& at = figures.layers[i];
    if (need.rows[i] != Interval{0, at.height() - 1}) return false;
    if (columns && need.columns[i] != Interval{0, at.width() - 1}) return false;
  }
  return true;
}

// The shortest pattern that `works` (of size first + i) follows from some size on.
std::optional<SizePattern> pattern_of(const std::vector<bool>& works, int64_t first, int64_t modulus) {
  const int64_t end = first + static_cast<int64_t>(works.size());
  const auto at = [&](int64_t size) { return works[static_cast<size_t>(size - first)]; };
  for (int64_t m = 1; m <= modulus; ++m) {
    if (modulus % m != 0 || m > end - first) continue;
    int64_t from = end - m;  // the last m sizes are the pattern
    while (from > first && at(from - 1) == at(from - 1 + m)) --from;
    if (end - from < 2 * modulus) continue;  // not seen often enough
    SizePattern pattern{from, m, {}};
    for (int64_t r = 0; r < m; ++r) {
      const int64_t size = end - m + (r - (end - m) % m + m) % m;
      if (at(size)) pattern.remainders.push_back(r);
    }
    if (pattern.remainders.empty()) return std::nullopt;
    while (!at(pattern.from)) ++pattern.from;
    return pattern;
  }
  return std::nullopt;
}

// What sizes repeat with: a multiple of every layer's jump.
int64_t modulus_of(const Figures& figures) {
  int64_t modulus = 1;
  for (const LayerFigures& at : figures.layers) {
    for (const Field* field : {&at.rows, &at.columns}) {
      if (field->state != FieldState::kLocal) continue;
      const int64_t jump = field->jump().numerator;
      if (jump < 1 || jump > kMostModulus) continue;
      const int64_t both = std::lcm(modulus, jump);
      if (both <= kMostModulus) modulus = both;
    }
  }
  return modulus;
}

std::optional<int64_t> smallest_side(Trials& trials, std::optional<int64_t> width, int64_t most) {
  for (int64_t side = 1; side <= most && !trials.over(); ++side) {
    if (trials.works({side, width.value_or(side)})) return side;
  }
  return std::nullopt;
}

}  // namespace

Network resized(const Network& network, Size2 plane) {
  Network other = network;
  if (const int32_t image = image_of(network); image >= 0) {
    set_plane(plane, &other.layers[static_cast<size_t>(image)]);
  }
  return other;
}

std::optional<int64_t> smallest_input(const Network& network, int64_t most) {
  Trials trials(network);
  return trials.usable() ? smallest_side(trials, {}, most) : std::nullopt;
}

std::string pattern_words(const SizePattern& pattern) {
  const std::string from = std::to_string(pattern.from);
  if (pattern.every()) return "every size from " + from;
  const std::string modulus = std::to_string(pattern.modulus);
  if (pattern.remainders == std::vector<int64_t>{0}) {
    return "multiples of " + modulus + (pattern.from == pattern.modulus ? "" : ", from " + from);
  }
  std::string text;
  for (size_t i = 0; i < pattern.remainders.size(); ++i) {
    if (i == 8) return text + ", … more than multiples of " + modulus + ", from " + from;
    text += (i == 0                               ? ""
             : i + 1 == pattern.remainders.size() ? " or "
                                                  : ", ") +
            std::to_string(pattern.remainders[i]);
  }
  return text + " more than multiples of " + modulus + ", from " + from;
}

FittingSizes fitting_sizes(const Network& network, std::optional<int64_t> width, const Stop* stop) {
  FittingSizes result;
  Trials trials(network, stop);
  if (!trials.usable()) return result;
  const std::optional<int64_t> smallest = smallest_side(trials, width, kMostSide);
  if (!smallest) return result;
  result.smallest = *smallest;
  const auto plane = [&](int64_t side) { return Size2{side, width.value_or(side)}; };
  Network at = resized(network, plane(*smallest));
  const int64_t modulus = modulus_of(analyze(at));
  const int64_t end = *smallest + 4 * modulus;
  std::vector<bool> works, whole;
  for (int64_t side = *smallest; side < end; ++side) {
    if (trials.over()) return result;
    works.push_back(trials.works(plane(side)));
  }
  result.fit = pattern_of(works, *smallest, modulus);
  if (static_cast<int64_t>(network.layers.size()) * (end - *smallest) > kMostWholeSteps) return result;
  for (int64_t side = *smallest; side < end; ++side) {
    if (stopped(stop)) return result;
    if (works[static_cast<size_t>(side - *smallest)]) {
      set_plane(plane(side), &at.layers[static_cast<size_t>(image_of(at))]);
      whole.push_back(reads_all(at, !width));
    } else {
      whole.push_back(false);
    }
  }
  result.whole = pattern_of(whole, *smallest, modulus);
  return result;
}

int64_t lost(const Needed& needed, const Figures& figures, size_t layer, Along along) {
  const LayerFigures& at = figures.layers[layer];
  const bool rows = along == Along::kRows;
  const Interval& of = rows ? needed.rows[layer] : needed.columns[layer];
  const int64_t extent = rows ? at.height() : at.width();
  if ((rows ? at.axes.rows : at.axes.columns) < 0 || extent < 0 || of.last < of.first) return 0;
  return std::max<int64_t>(of.first, 0) + std::max<int64_t>(extent - 1 - of.last, 0);
}

Needed needed(const Network& network, const Figures& figures) {
  const size_t count = figures.layers.size();
  std::vector<bool> wanted(count, network.outputs.empty());
  if (network.outputs.empty()) {
    for (size_t i = 0; i < count; ++i) {
      for (const int32_t source : sources(network, i)) wanted[static_cast<size_t>(source)] = false;
    }
  }
  for (const int32_t output : network.outputs) {
    if (static_cast<size_t>(output) < count) wanted[static_cast<size_t>(output)] = true;
  }
  std::vector<Interval> rows(count, {0, -1}), columns(count, {0, -1});
  for (size_t i = 0; i < count; ++i) {
    if (!wanted[i]) continue;
    rows[i] = {0, figures.layers[i].height() - 1};
    columns[i] = {0, figures.layers[i].width() - 1};
  }
  return {trace_all(network, figures, std::move(rows), Along::kRows, Cut::kEdge).cells,
          trace_all(network, figures, std::move(columns), Along::kColumns, Cut::kEdge).cells};
}

}  // namespace poolglass::network
