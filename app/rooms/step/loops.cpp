#include "app/rooms/step/loops.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "app/rooms/step/code_words.h"
#include "app/rooms/step/words.h"

namespace poolglass::step {
namespace {

constexpr std::string_view kBody = "                    ";  // inside of the four loops

// range(...) of one window's positions along an axis.
std::string taps(const char* index, int64_t k, int64_t s, int64_t d, int64_t before) {
  const std::string window = (s == 1 ? "" : text(s) + "*") + std::string(index);
  const auto from_there = [&](int64_t by) {
    return by == 0 ? window : window + (by < 0 ? "-" : "+") + text(std::abs(by));
  };
  return "range(" + from_there(-before) + ", " + from_there(d * (k - 1) + 1 - before) +
         (d == 1 ? "" : ", " + text(d)) + ")";
}

bool reads_outside(const PoolParams& params) {
  return !params.adaptive_output && (params.padding != Padding{} || params.ceil_mode);
}

// Taps that an average counts although the input has no such cell.
bool counts_padding(const PoolParams& params) {
  return !params.adaptive_output && params.count_include_pad && params.padding != Padding{};
}

class Writer {
 public:
  explicit Writer(const PoolParams& params) : params_(params) {}

  std::vector<LoopLine> write() {
    line("def pool(x):");
    line("    h, w = len(x), len(x[0])", LoopPart::kPlane);
    sizes();
    helpers();
    line("    out = [[0] * columns for _ in range(rows)]");
    line("    for i in range(rows):", LoopPart::kEachRow);
    line("        for j in range(columns):", LoopPart::kEachColumn);
    line(is_max(params_) ? "            best = float(\"-inf\")" : "            total, count = 0.0, 0",
         LoopPart::kStart);
    tap_loops();
    if (is_max(params_)) {
      max_body();
    } else {
      average_body();
    }
    line("    return out", LoopPart::kReturn);
    return std::move(lines_);
  }

 private:
  void line(std::string text, LoopPart part = LoopPart::kText) { lines_.push_back({std::move(text), part}); }
  void deep(std::string_view text, LoopPart part) { line(std::string(kBody).append(text), part); }

  void sizes() {
    if (params_.adaptive_output) {
      line(
          "    rows, columns = " + text(params_.adaptive_output->h) + ", " + text(params_.adaptive_output->w),
          LoopPart::kText);
      return;
    }
    const auto add = [&](const std::vector<std::string>& axis, LoopPart part) {
      for (size_t i = 0; i < axis.size(); ++i) line(axis[i], i + 1 == axis.size() ? part : LoopPart::kText);
    };
    add(count_lines(params_, CountedSide::kRows), LoopPart::kRows);
    add(count_lines(params_, CountedSide::kColumns), LoopPart::kColumns);
  }

  void helpers() {
    if (!reads_outside(params_)) return;
    line("    def inside(r, c):");
    line("        return 0 <= r < h and 0 <= c < w");
    if (is_max(params_) || !counts_padding(params_) || !params_.ceil_mode) return;
    line("    def counted(r, c):  # padding, but no overhang");
    line("        return r < h" + plus(params_.padding.bottom) + " and c < w" + plus(params_.padding.right));
  }

  void tap_loops() {
    std::string down = "range(i * h // rows, -(-(i + 1) * h // rows))";
    std::string along = "range(j * w // columns, -(-(j + 1) * w // columns))";
    if (!params_.adaptive_output) {
      down = taps("i", params_.kernel.h, params_.stride.h, params_.dilation.h, params_.padding.top);
      along = taps("j", params_.kernel.w, params_.stride.w, params_.dilation.w, params_.padding.left);
    }
    line("            for r in " + down + ":", LoopPart::kEachTapRow);
    line("                for c in " + along + ":", LoopPart::kEachTapColumn);
  }

  void max_body() {
    if (reads_outside(params_)) {
      deep("if not inside(r, c):", LoopPart::kAsksInside);
      deep("    continue", LoopPart::kText);
    }
    deep("a = x[r][c]", LoopPart::kRead);
    deep("if a > best or a != a:", LoopPart::kWins);
    deep("    best = a", LoopPart::kTake);
    line("            out[i][j] = best", LoopPart::kStore);
  }

  void average_body() {
    const bool outside = reads_outside(params_), padding = counts_padding(params_);
    if (padding && params_.ceil_mode) {
      deep("if counted(r, c):", LoopPart::kAsksCounted);
      deep("    count += 1", LoopPart::kCount);
    } else if (padding) {
      deep("count += 1  # padding counts", LoopPart::kCount);
    }
    if (outside) {
      deep("if not inside(r, c):", LoopPart::kAsksInside);
      deep("    continue", LoopPart::kText);
    }
    if (!padding) deep("count += 1", LoopPart::kCount);
    deep("a = x[r][c]", LoopPart::kRead);
    deep("total += a", LoopPart::kAdd);
    const bool may_count_none = outside && !padding;
    line(std::string("            out[i][j] = total / count") +
             (may_count_none ? " if count else float(\"nan\")" : ""),
         LoopPart::kStore);
  }

  const PoolParams& params_;
  std::vector<LoopLine> lines_;
};

// Which lines a window runs, in the order of the listing's own control flow.
class Runner {
 public:
  Runner(LoopRun& run, bool max) : run_(run), max_(max) {}

  void walk() {
    if (run_.output.column == 0) at(LoopPart::kEachRow);
    at(LoopPart::kEachColumn);
    at(LoopPart::kStart);
    for (size_t i = 0; i < run_.steps.size(); ++i) {
      if (i == 0 || run_.steps[i].cell.row != run_.steps[i - 1].cell.row) at(LoopPart::kEachTapRow, i);
      cell(i);
    }
    at(LoopPart::kStore);
    const Axis &rows = run_.geometry.rows, &columns = run_.geometry.columns;
    if (run_.output == Cell{rows.output - 1, columns.output - 1}) at(LoopPart::kReturn);
  }

 private:
  // `count += 1` stands behind the question whether the cell is inside where padding does not count.
  void cell(size_t i) {
    const LoopStep& step = run_.steps[i];
    at(LoopPart::kEachTapColumn, i);
    at(LoopPart::kAsksCounted, i);
    const bool count_first = line_of(LoopPart::kCount) < line_of(LoopPart::kAsksInside);
    const bool asks = line_of(LoopPart::kAsksInside) < run_.listing.size();
    if (asks && count_first && step.counted) at(LoopPart::kCount, i);
    at(LoopPart::kAsksInside, i);
    if (!step.inside) return;
    if (!(asks && count_first)) at(LoopPart::kCount, i);
    at(LoopPart::kRead, i);
    if (!max_) return at(LoopPart::kAdd, i);
    at(LoopPart::kWins, i);
    if (step.takes) at(LoopPart::kTake, i);
  }

  size_t line_of(LoopPart part) const {
    const auto at = std::ranges::find(run_.listing, part, &LoopLine::part);
    return static_cast<size_t>(at - run_.listing.begin());
  }

  // Lines that this listing has not are passed over.
  void at(LoopPart part, std::optional<size_t> step = {}) {
    const size_t line = line_of(part);
    if (line < run_.listing.size()) run_.lines.push_back({line, step});
  }

  LoopRun& run_;
  bool max_;
};

std::string named(const char* name, int64_t value) {
  return std::string(name) + " = " + (value < 0 ? "−" : "") + text(std::abs(value));
}

const LoopStep& step_of(const LoopRun& run, const LineRun& line) { return run.steps[*line.step]; }

// What a line has come to; `done`: the step it was last run for.
std::string value_of(const LoopRun& run, LoopPart part, const LoopStep& step) {
  switch (part) {
    case LoopPart::kPlane:
      return text(run.geometry.rows.input) + ", " + text(run.geometry.columns.input);
    case LoopPart::kRows:
      return text(run.geometry.rows.output);
    case LoopPart::kColumns:
      return text(run.geometry.columns.output);
    case LoopPart::kEachRow:
      return named("i", run.output.row);
    case LoopPart::kEachColumn:
      return named("j", run.output.column);
    case LoopPart::kEachTapRow:
      return named("r", step.cell.row);
    case LoopPart::kEachTapColumn:
      return named("c", step.cell.column);
    case LoopPart::kCount:
      return text(step.count);
    case LoopPart::kRead:
      return short_text(double{step.value});
    case LoopPart::kTake:
    case LoopPart::kAdd:
      return short_text(step.before) + " → " + short_text(step.after);
    case LoopPart::kStore:
      return short_text(run.result);
    case LoopPart::kAsksCounted:
      return step.counted ? "yes" : "no";
    case LoopPart::kAsksInside:
      return step.inside ? "no" : "yes";
    case LoopPart::kWins:
      return step.takes ? "yes" : "no";
    case LoopPart::kText:
    case LoopPart::kStart:
    case LoopPart::kReturn:
      break;
  }
  return {};
}

// "i = 1, j = 1, r = 2, c = 3"
std::string place(const LoopRun& run, const LoopStep& step) {
  return named("i", run.output.row) + ", " + named("j", run.output.column) + ", " +
         named("r", step.cell.row) + ", " + named("c", step.cell.column);
}

std::string element(const char* name, Cell cell) {
  return std::string(name) + "[" + text(cell.row) + "][" + text(cell.column) + "]";
}

std::string compared(const LoopStep& step) {
  const std::string a = "a = " + element("x", step.cell) + " = " + short_text(double{step.value});
  if (std::isnan(step.value)) return a + ", which wins over any number";
  return a + (step.takes ? " is larger than best = " : " is not larger than best = ") +
         short_text(step.before);
}

std::string told(const LoopRun& run, LoopPart part, const LoopStep& step) {
  switch (part) {
    case LoopPart::kEachTapRow:
      return "the window's row " + text(step.cell.row);
    case LoopPart::kEachTapColumn:
      return "the next cell of the window";
    case LoopPart::kAsksCounted:
      return step.counted ? "input or padding: it counts" : "beyond the padding: it does not count";
    case LoopPart::kCount:
      return "count becomes " + text(step.count);
    case LoopPart::kAsksInside:
      return step.inside ? "the input has this cell" : "padding, which is passed over";
    case LoopPart::kRead:
      return "a = " + element("x", step.cell) + " = " + short_text(double{step.value});
    case LoopPart::kWins:
      return compared(step) + (step.takes ? "" : ", which stays");
    case LoopPart::kTake:
      return compared(step) + ", so best becomes " + short_text(step.after);
    case LoopPart::kAdd:
      return "total = " + short_text(step.before) + " and " + short_text(double{step.value}) + " are " +
             short_text(step.after);
    default:
      break;
  }
  return element("out", run.output) + " = " + short_text(run.result);
}

std::string stored_sentence(const LoopRun& run) {
  const LoopStep last = run.steps.empty() ? LoopStep{} : run.steps.back();
  const std::string out = named("i", run.output.row) + ", " + named("j", run.output.column) + ": " +
                          element("out", run.output) + " = ";
  const bool divides = std::ranges::find(run.listing, LoopPart::kAdd, &LoopLine::part) != run.listing.end();
  if (!divides) return out + "best = " + short_text(run.result);
  return out + short_text(last.after) + " / " + text(last.count) + " = " + short_text(run.result);
}

}  // namespace

std::vector<LoopLine> loop_listing(const PoolParams& params) { return Writer(params).write(); }

LoopRun loop_run(const PoolParams& params, const WindowGeometry& geometry, const float* x, Cell output,
                 float result) {
  LoopRun run;
  run.listing = loop_listing(params);
  run.steps = loop_steps(geometry, params.reduction, x, output);
  run.geometry = geometry;
  run.output = output;
  run.result = result;
  Runner(run, is_max(params)).walk();
  return run;
}

size_t line_at(const LoopRun& run, double phase) {
  const auto count = static_cast<double>(run.lines.size());
  return static_cast<size_t>(std::clamp(std::floor(phase * count), 0.0, count - 1));
}

double phase_of(const LoopRun& run, size_t index) {
  return (static_cast<double>(index) + 0.5) / static_cast<double>(run.lines.size());
}

size_t cells_read(const LoopRun& run, size_t index) {
  for (size_t i = std::min(index, run.lines.size() - 1) + 1; i-- > 0;) {
    const LineRun& line = run.lines[i];
    if (!line.step) continue;
    const LoopPart part = run.listing[line.line].part;
    const bool before = part == LoopPart::kEachTapRow || part == LoopPart::kEachTapColumn;
    return *line.step + (before ? 0 : 1);
  }
  return 0;
}

bool stored(const LoopRun& run, size_t index) {
  for (size_t i = 0; i <= std::min(index, run.lines.size() - 1); ++i) {
    if (run.listing[run.lines[i].line].part == LoopPart::kStore) return true;
  }
  return false;
}

double so_far(const LoopRun& run, size_t index) {
  const LineRun& line = run.lines[std::min(index, run.lines.size() - 1)];
  if (!line.step) return stored(run, index) && !run.steps.empty() ? run.steps.back().after : 0;
  const LoopPart part = run.listing[line.line].part;
  const LoopStep& step = step_of(run, line);
  return part == LoopPart::kTake || part == LoopPart::kAdd ? step.after : step.before;
}

std::vector<std::string> line_values(const LoopRun& run, size_t index) {
  std::vector<std::string> values(run.listing.size());
  const auto asks = [](LoopPart part) {
    return part == LoopPart::kAsksCounted || part == LoopPart::kAsksInside || part == LoopPart::kWins;
  };
  for (size_t i = 0; i < run.listing.size(); ++i) {
    const LoopPart part = run.listing[i].part;
    if (part <= LoopPart::kEachRow) values[i] = value_of(run, part, {});
  }
  for (size_t i = 0; i <= index && i < run.lines.size(); ++i) {
    const LineRun& line = run.lines[i];
    const LoopPart part = run.listing[line.line].part;
    if (asks(part) && i != index) continue;  // an answer is of the moment
    values[line.line] = value_of(run, part, line.step ? step_of(run, line) : LoopStep{});
  }
  return values;
}

std::string line_sentence(const LoopRun& run, size_t index) {
  const LineRun& line = run.lines[std::min(index, run.lines.size() - 1)];
  const LoopPart part = run.listing[line.line].part;
  if (line.step) return place(run, step_of(run, line)) + ": " + told(run, part, step_of(run, line));
  const std::string i = named("i", run.output.row), j = named("j", run.output.column);
  switch (part) {
    case LoopPart::kEachRow:
      return i + ": row " + text(run.output.row) + " of the output, of " + text(run.geometry.rows.output);
    case LoopPart::kEachColumn:
      return i + ", " + j + ": the window of " + element("out", run.output);
    case LoopPart::kStart: {
      const bool divides =
          std::ranges::find(run.listing, LoopPart::kAdd, &LoopLine::part) != run.listing.end();
      return i + ", " + j + ": " +
             (divides ? "total and count start at 0" : "best starts at −∞: any value is larger");
    }
    case LoopPart::kReturn:
      return "Every window is done: out is returned";
    default:
      return stored_sentence(run);
  }
}

}  // namespace poolglass::step
