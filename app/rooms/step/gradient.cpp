#include "app/rooms/step/gradient.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "app/rooms/format.h"
#include "app/rooms/step/comparison.h"
#include "app/rooms/step/presets.h"
#include "app/rooms/step/words.h"

namespace poolglass::step {
namespace {

double sum(const Cells& values) { return std::accumulate(values.begin(), values.end(), 0.0); }

int threads_for(const PooledGrid& pooled) { return is_map(pooled.grid.size) ? 0 : 1; }

// The gradient at the input when only the windows before `end` have sent theirs.
Grid arrived_before(int64_t end, Reduction reduction, const Document& document, const PooledGrid& pooled,
                    Grid upstream, const Stop* stop = nullptr) {
  PoolParams params = pooled.params;
  params.reduction = reduction;
  std::fill_n(upstream.values.write() + end, std::ssize(upstream.values) - end, 0.0f);
  std::vector<float> arrived(pooled.grid.values.size());
  // The shape is the picture's, which has been pooled: it cannot be refused.
  (void)route_gradient(params, pooled.grid.size, document.ties, pooled.grid.values.data(),
                       upstream.values.data(), arrived.data(), threads_for(pooled), stop);
  return {pooled.grid.size, std::move(arrived)};
}

float largest_magnitude(const Grid& grid) {
  float largest = 0;
  for (const float value : grid.values) {
    if (std::isfinite(value)) largest = std::max(largest, std::abs(value));
  }
  return largest;
}

std::vector<RoutedGradient> sent_by(Cell window, Reduction reduction, const Document& document,
                                    const Derived& derived) {
  return routed_gradient(derived.geometry, reduction, document.ties, derived.grid.values.data(), window,
                         derived.gradient.upstream.at(window));
}

// What the windows up to `last` have sent under one operation. Of a map that is always all of them, which
// begin_gradient() has found, and there is none before.
void send(int64_t last, Reduction reduction, const Document& document, const PooledGrid& pooled,
          const Grid& upstream, ArrivedGradient& gradient, const Stop* stop) {
  const bool map = is_map(pooled.grid.size), ones = document.upstream.kind == UpstreamKind::kOnes;
  if (!map) gradient.arrived = arrived_before(last + 1, reduction, document, pooled, upstream, stop);
  gradient.before =
      map ? gradient.arrived : arrived_before(last, reduction, document, pooled, upstream, stop);
  gradient.sum = sum(gradient.arrived.values);
  // A cell is reached when a gradient of 1 from every window leaves something there.
  gradient.reached = ones ? gradient.arrived
                          : arrived_before(last + 1, reduction, document, pooled,
                                           upstream_grid({}, pooled.output.size), stop);
  gradient.reached_cells = std::ranges::count_if(gradient.reached.values, [](float v) { return v > 0; });
}

// What the window in focus sends, and the cell in focus collects.
void explore(Reduction reduction, const Document& document, const Derived& derived,
             ArrivedGradient& gradient) {
  gradient.window = sent_by(derived.window.output, reduction, document, derived);
  gradient.collected.clear();
  for (const Cell reader : derived.readers) {
    if (reader.row * derived.output.size.w + reader.column > derived.gradient.last) continue;
    for (const RoutedGradient& part : sent_by(reader, reduction, document, derived)) {
      if (part.cell == derived.focus->cell) gradient.collected.push_back({reader, part.gradient});
    }
  }
}

std::string both_gradients_sentence(const Derived& derived) {
  const GradientFacts& facts = derived.gradient;
  const auto sum = [](const std::vector<RoutedGradient>& parts) {
    double total = 0;
    for (const RoutedGradient& part : parts) total += static_cast<double>(part.gradient);
    return short_text(total);
  };
  if (derived.focus && derived.focus->side == Side::kInput) {
    return cell_name("in", derived.focus->cell) + " collects " + sum(facts.collected) + " under max, " +
           sum(facts.average.collected) + " under average";
  }
  const Cell window = derived.window.output;
  std::string text = "Window (" + std::to_string(window.row) + "," + std::to_string(window.column) +
                     ") sends its " + short_text(facts.upstream.at(window));
  if (facts.window.empty()) return text + " nowhere: it reads only padding";
  text += facts.window.size() == 1 ? " to " + cell_name("in", facts.window.front().cell) + " under max"
                                   : " to " + grouped(std::ssize(facts.window)) + " tied cells under max";
  return text + ", to " + grouped(std::ssize(facts.average.window)) + " under average; " +
         short_text(facts.sent) + " sent, " + short_text(facts.sum) + " and " +
         short_text(facts.average.sum) + " arrived";
}

}  // namespace

Grid upstream_grid(const Upstream& upstream, Size2 output) {
  const auto cells = static_cast<size_t>(output.h * output.w);
  const Cell one{std::min(upstream.cell.row, output.h - 1), std::min(upstream.cell.column, output.w - 1)};
  std::vector<float> values(cells, upstream.kind == UpstreamKind::kOnes ? 1.0f : 0.0f);
  if (upstream.kind == UpstreamKind::kOneCell)
    values[static_cast<size_t>(one.row * output.w + one.column)] = 1;
  if (upstream.kind == UpstreamKind::kRandom) {
    Source random;
    random.preset = "random";
    random.seed = upstream.seed;
    const Grid digits = source_grid(random, output);  // 0 to 9, as −4 to 5
    std::ranges::transform(digits.values, values.begin(), [](float digit) { return digit - 4; });
  }
  if (upstream.kind == UpstreamKind::kTyped) {
    const Grid& typed = upstream.typed;
    const int64_t columns = std::min(typed.size.w, output.w);
    for (int64_t row = 0; row < std::min(typed.size.h, output.h); ++row)
      std::copy_n(typed.values.data() + row * typed.size.w, columns, values.begin() + row * output.w);
  }
  return {output, std::move(values)};
}

void begin_gradient(const Document& document, const PooledGrid& pooled, GradientFacts& facts,
                    const Stop* stop) {
  facts = {};
  facts.upstream = upstream_grid(document.upstream, pooled.output.size);
  const Reduction reduction = pooled.params.reduction;
  const auto all = [&](Reduction of) {
    return arrived_before(pooled.windows, of, document, pooled, facts.upstream, stop);
  };
  facts.arrived = all(reduction);
  if (stopped(stop)) return;
  facts.span = std::max(largest_magnitude(facts.arrived), largest_magnitude(facts.upstream));
  if (pooled.both) {
    const Grid& average = facts.average.arrived = all(Reduction::kAverage);
    if (stopped(stop)) return;
    facts.span = std::max(
        {facts.span, largest_magnitude(average), largest_magnitude(difference_of(facts.arrived, average))});
  }
  if (!(facts.span > 0)) facts.span = 1;
  if (reduction == Reduction::kMax && !stopped(stop))
    facts.tied_windows = tied_windows(pooled.geometry, pooled.grid.values.data(), threads_for(pooled), stop);
}

void send_gradient(int64_t last, const Document& document, const PooledGrid& pooled, GradientFacts& facts,
                   const Stop* stop) {
  facts.last = last;
  facts.sent = std::accumulate(facts.upstream.values.begin(), facts.upstream.values.begin() + last + 1, 0.0);
  send(last, pooled.params.reduction, document, pooled, facts.upstream, facts, stop);
  if (!pooled.both || stopped(stop)) return;
  send(last, Reduction::kAverage, document, pooled, facts.upstream, facts.average, stop);
  if (stopped(stop)) return;
  facts.reached_by_any = facts.average.reached;
  float* reached = facts.reached_by_any.values.write();
  for (const float value : facts.reached.values) *reached++ += value;
  facts.difference = difference_of(facts.arrived, facts.average.arrived);
  facts.difference_before =
      is_map(pooled.grid.size) ? facts.difference : difference_of(facts.before, facts.average.before);
}

void explore_gradient(const Document& document, Derived& derived) {
  GradientFacts& facts = derived.gradient;
  explore(derived.params.reduction, document, derived, facts);
  if (derived.both) explore(Reduction::kAverage, document, derived, facts.average);
}

std::string totals_sentence(const GradientFacts& facts) {
  return short_text(facts.sent) + " sent, " + short_text(facts.sum) + " arrived";
}

std::string gradient_sentence(const Derived& derived) {
  const GradientFacts& facts = derived.gradient;
  if (derived.both) return both_gradients_sentence(derived);
  if (derived.focus && derived.focus->side == Side::kInput) {
    const Cell cell = derived.focus->cell;
    std::string text = cell_name("in", cell);
    if (facts.collected.empty()) return text + " has received nothing so far";
    text += " collects ";
    constexpr size_t kNamed = 6;
    for (size_t i = 0; i < std::min(facts.collected.size(), kNamed); ++i) {
      const float part = facts.collected[i].gradient;
      if (i > 0) text += part < 0 ? " − " : " + ";
      text += short_text(i > 0 ? std::abs(part) : part);
    }
    if (facts.collected.size() > kNamed) text += " + …";
    return text + " = " + short_text(facts.arrived.at(cell)) + " from " +
           grouped(std::ssize(facts.collected)) + (facts.collected.size() == 1 ? " window" : " windows");
  }
  const Cell window = derived.window.output;
  std::string text = "Window (" + std::to_string(window.row) + "," + std::to_string(window.column) +
                     ") sends its " + short_text(facts.upstream.at(window));
  if (facts.window.empty()) {
    text += " nowhere: it reads only padding";
  } else if (facts.window.size() == 1) {
    const Cell cell = facts.window.front().cell;
    text += " to " + cell_name("in", cell);
    const bool has_sent = window.row * derived.output.size.w + window.column <= facts.last;
    if (has_sent) text += ", which now holds " + short_text(facts.arrived.at(cell));
  } else {
    text += " to " + grouped(std::ssize(facts.window)) + " cells, " +
            short_text(facts.window.front().gradient) + " each";
  }
  return text + "; " + totals_sentence(facts);
}

}  // namespace poolglass::step
