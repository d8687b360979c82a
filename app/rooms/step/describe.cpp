// What the Step room shows, in words, for `poolglass describe`.
#include <algorithm>

#include "app/rooms/format.h"
#include "app/rooms/step/comparison.h"
#include "app/rooms/step/dialects.h"
#include "app/rooms/step/gradient.h"
#include "app/rooms/step/model.h"
#include "app/rooms/step/predict_state.h"
#include "app/rooms/step/rebuild.h"
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
    text += (derived.both ? both_sentence(derived) : window_sentence(derived.window, derived.params)) + "\n";
  }
  text += "\nheight " + derived.row_formula.text + "\nwidth  " + derived.column_formula.text + "\n\n";
  text +=
      (derived.both ? "max " : "output ") + size_text(derived.output.size) + "\n" + grid_text(derived.output);
  if (derived.both) {
    text += "\naverage\n" + grid_text(derived.other);
    text += "\nmax − average\n" + grid_text(derived.comparison.difference);
    text += "\n" + comparison_sentence(derived.comparison) + "\n";
  }
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
  text += "\ngradient at the input " + size_text(facts.arrived.size) + (derived.both ? ", max\n" : "\n") +
          grid_text(facts.arrived);
  if (derived.both) {
    text += "\naverage\n" + grid_text(facts.average.arrived);
    return text + "\nmax − average\n" + grid_text(facts.difference) + "\n" + status_sentence(model, derived) +
           "\n";
  }
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
  std::vector<float> counts;
  for (const int64_t row : derived.row_reads) {
    for (const int64_t column : derived.column_reads) counts.push_back(static_cast<float>(row * column));
  }
  const Grid reads{derived.grid.size, std::move(counts)};
  std::string text = "windows that read each cell\n" + grid_text(reads) + "\n";
  text += "sum of all reads " + grouped(derived.total_reads) + "\n" + status_sentence(model, derived) + "\n";
  for (const Fix& fix : derived.fixes) {
    text += "\n" + fix.words + ": output " + size_text(fix.output) + ", " + grouped(fix.never_read) +
            " unread. " + fix.effect + ".";
  }
  return derived.fixes.empty() ? text : text + "\n";
}

// The plane rebuilt from the output, what it lacks, and what pooling it gives.
std::string rebuild(Model& model, Derived& derived) {
  seek(model, derived.windows - 1);
  derive(model, derived);
  std::string text = "input " + size_text(derived.grid.size) + "\n" + grid_text(derived.grid);
  const auto add = [&](const Rebuilt& r) {
    const std::string name = r.reduction == Reduction::kMax ? "max" : "average";
    text += "\nrebuilt from " + name + "\n" + grid_text(r.plane);
    text += "\nlost: input − rebuilt\n" + grid_text(r.residual);
    text += "\npooled again\n" + grid_text(r.again) + "\n" + energy_text(r) + " of the energy kept";
    if (const std::string sums = energy_sentence(r); !sums.empty()) text += ": " + sums;
    text +=
        "; " + grouped(r.kept_cells) + " of " + grouped(std::ssize(r.plane.values)) + " cells as they were\n";
    text += round_trip_sentence(r) + "\n";
  };
  add(derived.rebuild.shown);
  if (derived.both) add(derived.rebuild.average);
  return text;
}

// What each library makes of the layer, and where it differs.
std::string dialects(const Derived& derived) {
  std::string text;
  for (const DialectView& view : derived.dialects.all) {
    text += (text.empty() ? "" : "\n") + std::string(dialect_title(view.dialect)) + ": " +
            std::string(dialect_rule(view.dialect)) + "\n";
    if (!view.refusal.empty()) {
      text += view.refusal + "\n";
      continue;
    }
    text += "output " + size_text(view.output.size) + ", " + dialect_note(view, derived) + "\n" +
            grid_text(view.output);
    if (derived.both) text += "average\n" + grid_text(view.average);
    if (derived.both || derived.params.reduction == Reduction::kAverage) {
      const Grid divisors{view.output.size, std::vector<float>(view.divisors.begin(), view.divisors.end())};
      text += "divided by\n" + grid_text(divisors);
    }
    if (const std::string empty = empty_windows_sentence(view); !empty.empty()) text += empty + "\n";
  }
  return text;
}

}  // namespace

namespace {

// Of a map its figures; the cells are for files.
std::string map_summary(const Model& model, const Derived& derived) {
  std::string text = derived.source_title + (derived.edited ? ", edited" : "") + "\n";
  text += "input " + size_text(derived.grid.size) + ", values " +
          short_text(static_cast<float>(derived.range.low)) + " to " +
          short_text(static_cast<float>(derived.range.high)) + "\n";
  const CellRange rows = rows_in_sight(model.sight, derived.grid.size);
  const CellRange columns = columns_in_sight(model.sight, derived.grid.size);
  text += "in sight rows " + std::to_string(rows.first) + "–" + std::to_string(rows.last - 1) + ", columns " +
          std::to_string(columns.first) + "–" + std::to_string(columns.last - 1) + "\n";
  text += "height " + derived.row_formula.text + "\nwidth  " + derived.column_formula.text + "\n";
  text += "output " + size_text(derived.output.size) + ", " + grouped(derived.windows) + " windows\n";
  if (derived.both) text += comparison_sentence(derived.comparison) + "\n";
  if (!derived.never_read_sentence.empty()) text += derived.never_read_sentence + "\n";
  const size_t lens = shown_lens(model, derived);
  if (lens == kGradientLens) {
    text += grouped(derived.gradient.reached_cells) + " of " +
            grouped(derived.grid.size.h * derived.grid.size.w) + " cells reached\n";
  }
  if (lens == kRebuildLens) text += round_trip_sentence(derived.rebuild.shown) + "\n";
  if (lens == kDialectsLens) {
    for (const DialectView& view : derived.dialects.all) {
      text += std::string(dialect_title(view.dialect)) + ": " + map_dialect_sentence(view, derived) + "\n";
      if (const std::string empty = empty_windows_sentence(view); !empty.empty()) text += empty + "\n";
    }
  }
  return text + status_sentence(model, derived) + "\n";
}

}  // namespace

Result<std::string> describe(Model model, const DescribeWhat& what) {
  Derived derived;
  derive(model, derived);
  if (!derived.status.ok()) return derived.status;
  if (asks(model)) return status_sentence(model, derived) + "\n";  // what else there is would tell
  if (what.all && model.panel == kCodePanel)
    return derived.code.status.ok() ? Result<std::string>(derived.code.program) : derived.code.status;
  if (what.all && derived.map.shown) return map_summary(model, derived);
  if (what.all) {
    switch (static_cast<Lens>(model.lens)) {
      case kWindowLens:
        break;
      case kGradientLens:
        return gradient(model, derived);
      case kCoverageLens:
        return coverage(model, derived);
      case kRebuildLens:
        return rebuild(model, derived);
      case kDialectsLens:
        return dialects(derived);
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
