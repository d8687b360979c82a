// What the Step room shows, in words, for `poolglass describe`.
#include <algorithm>

#include "app/rooms/format.h"
#include "app/rooms/step/gradient.h"
#include "app/rooms/step/model.h"
#include "app/rooms/step/words.h"

namespace poolglass::step {
namespace {

// The output as aligned text, one row a line.
std::string grid_text(const Grid& grid) {
  int width = 0;
  for (float value : grid.values) width = std::max(width, columns_of(short_text(value, 6)));
  std::string text;
  for (int64_t row = 0; row < grid.size.h; ++row) {
    for (int64_t column = 0; column < grid.size.w; ++column) {
      const std::string value = short_text(grid.at({row, column}), 6);
      text.append(static_cast<size_t>(width - columns_of(value) + (column > 0 ? 2 : 0)), ' ').append(value);
    }
    text += "\n";
  }
  return text;
}

void seek(Model& model, int64_t window) {
  model.pin.reset();
  model.hover.reset();
  model.playhead.index = model.playhead.from = window;
  model.playhead.phase = 1;
}

std::string step_through(Model& model, Derived& derived) {
  std::string text;
  for (int64_t window = 0; window < derived.windows; ++window) {
    seek(model, window);
    derive(model, derived);
    text += window_sentence(derived.window, derived.params) + "\n";
  }
  text += "\nheight " + derived.row_formula.text + "\nwidth  " + derived.column_formula.text + "\n\n";
  text += "output " + size_text(derived.output.size) + "\n" + grid_text(derived.output);
  if (!derived.never_read_sentence.empty()) text += "\n" + derived.never_read_sentence + "\n";
  return text;
}

// What every window sends, and what has arrived at the end.
std::string gradient(Model& model, Derived& derived) {
  std::string text;
  for (int64_t window = 0; window < derived.windows; ++window) {
    seek(model, window);
    derive(model, derived);
    text += status_sentence(model, derived) + "\n";
  }
  const GradientFacts& facts = derived.gradient;
  text += "\nupstream " + size_text(facts.upstream.size) + "\n" + grid_text(facts.upstream);
  text += "\ngradient at the input " + size_text(facts.arrived.size) + "\n" + grid_text(facts.arrived);
  text += "\n" + totals_sentence(facts) + "; " + grouped(facts.reached_cells) + " of " +
          grouped(derived.grid.size.h * derived.grid.size.w) + " cells reached";
  if (derived.params.reduction == Reduction::kMax) {
    text += "; " + grouped(facts.tied_windows) + (facts.tied_windows == 1 ? " window" : " windows") +
            " with a tie";
  }
  return text + "\n";
}

// How often each cell is read, and what leaves fewer cells unread.
std::string coverage(const Model& model, const Derived& derived) {
  Grid reads{derived.grid.size, {}};
  for (const int64_t row : derived.row_reads) {
    for (const int64_t column : derived.column_reads)
      reads.values.push_back(static_cast<float>(row * column));
  }
  std::string text = "windows that read each cell\n" + grid_text(reads) + "\n";
  text += "sum of all reads " + grouped(derived.total_reads) + "\n" + status_sentence(model, derived) + "\n";
  for (const Fix& fix : derived.fixes) {
    text += "\n" + fix.words + ": output " + size_text(fix.output) + ", " + grouped(fix.never_read) +
            " unread. " + fix.effect + ".";
  }
  return derived.fixes.empty() ? text : text + "\n";
}

}  // namespace

Result<std::string> describe(Model model, const DescribeWhat& what) {
  Derived derived;
  derive(model, derived);
  if (!derived.status.ok()) return derived.status;
  if (what.all) {
    switch (static_cast<Lens>(model.lens)) {
      case kWindowLens:
        break;
      case kGradientLens:
        return gradient(model, derived);
      case kCoverageLens:
        return coverage(model, derived);
    }
    return step_through(model, derived);
  }
  if (what.place) {
    if (*what.place >= derived.windows) {
      return invalid_argument("--window " + std::to_string(*what.place) + " must be less than " +
                              std::to_string(derived.windows));
    }
    seek(model, *what.place);
    derive(model, derived);
  }
  return status_sentence(model, derived) + "\n";
}

}  // namespace poolglass::step
