#include "core/gpu/pass.h"

#include <algorithm>
#include <bit>
#include <optional>
#include <tuple>

#include "core/gpu/runs.h"
#include "core/pooling/window.h"

namespace poolglass::gpu {
namespace {

// Column results that pool_tile.comp keeps: two words each for a maximum, a quarter of the 32 KiB every
// OpenGL 4.3 has, so that several groups fit on one processor.
constexpr int64_t kTileCells = 1024;
constexpr int64_t kTileOutputs = 512;

// Windows of more taps are reduced in pieces of kPieceTaps per axis, or too few invocations would be busy.
constexpr int64_t kManyTaps = 128 * 1024;
constexpr uint32_t kPieceTaps = 64;

constexpr int64_t kSmallKernel = 3;  // what pool_small.comp keeps in registers
constexpr int64_t kSmallTile = 4;    // input cells of its tile per axis, about

uint32_t u32(int64_t value) { return static_cast<uint32_t>(value); }

std::string define(const char* name, int64_t value) {
  return "#define " + std::string(name) + " " + std::to_string(value) + "\n";
}

// An adaptive axis whose windows are all alike is a strided one, and those have faster shaders.
Axis simplest(const Axis& axis) {
  if (!axis.adaptive || axis.input % axis.output != 0) return axis;
  Axis strided;
  strided.input = axis.input;
  strided.output = axis.output;
  strided.kernel = strided.stride = axis.input / axis.output;
  return strided;
}

class Builder {
 public:
  Builder(const PoolParams& params, const WindowGeometry& geometry, Operation operation)
      : reduction_(params.reduction),
        rows_{simplest(geometry.rows)},
        columns_{simplest(geometry.columns)},
        operation_(operation) {}

  PassPlan build() {
    plan_.output = {rows_.output, columns_.output};
    if (operation_ == Operation::kBackward) {
      backward();
    } else {
      forward(true, operation_ == Operation::kForwardWithIndices ? Array::kIndices : Array::kNone);
    }
    count_words();
    return std::move(plan_);
  }

 private:
  bool max() const { return reduction_ == Reduction::kMax; }
  int64_t out_cells() const { return rows_.output * columns_.output; }

  uint32_t append(const std::vector<uint32_t>& words) {
    const auto at = u32(static_cast<int64_t>(plan_.tables.size()));
    plan_.tables.insert(plan_.tables.end(), words.begin(), words.end());
    return at;
  }

  // begin[] as places in the tables, then the runs.
  uint32_t append(const AxisRuns& axis) {
    const auto at = u32(static_cast<int64_t>(plan_.tables.size()));
    const uint32_t runs_at = at + u32(static_cast<int64_t>(axis.begin.size()));
    for (uint32_t begin : axis.begin) plan_.tables.push_back(runs_at + 3 * begin);
    for (const Run& run : axis.runs)
      plan_.tables.insert(plan_.tables.end(), {run.first, run.count, run.phase});
    return at;
  }

  uint32_t append(const ReadingWindows& reading) {
    const auto at = u32(static_cast<int64_t>(plan_.tables.size()));
    for (const auto& cell : reading.cells) plan_.tables.insert(plan_.tables.end(), {cell.first, cell.count});
    return at;
  }

  // Two words for each window of the axis; what a window without taps inside the input divides by may be 0.
  uint32_t append_divisors(const Axis& axis, int64_t* smallest, int64_t* largest) {
    std::vector<uint32_t> words;
    for (int64_t i = 0; i < axis.output; ++i) {
      const auto divisor = static_cast<uint64_t>(axis.window(i).divisor);
      words.push_back(static_cast<uint32_t>(divisor));
      words.push_back(static_cast<uint32_t>(divisor >> 32));
      *smallest = i == 0 ? axis.window(i).divisor : std::min(*smallest, axis.window(i).divisor);
      *largest = i == 0 ? axis.window(i).divisor : std::max(*largest, axis.window(i).divisor);
    }
    return append(words);
  }

  // Defines and parameters that say what an average is divided by.
  void set_divisor(Pass& pass) {
    if (max()) {
      pass.defines += define("DIVISOR", 1);
      return;
    }
    int64_t row_least = 0, row_most = 0, column_least = 0, column_most = 0;
    pass.parameters.row_divisors = append_divisors(rows_, &row_least, &row_most);
    pass.parameters.column_divisors = append_divisors(columns_, &column_least, &column_most);
    const auto most = static_cast<uint64_t>(row_most) * static_cast<uint64_t>(column_most);
    const bool uniform = row_least == row_most && column_least == column_most && most > 0;
    pass.parameters.divisor = static_cast<float>(static_cast<int64_t>(most));
    pass.parameters.reciprocal = 1.0f / pass.parameters.divisor;
    constexpr uint64_t kExactFloats = uint64_t{1} << 24;
    // 2^-100 times a sum is exact unless it is denormal, and then it is rounded like the quotient.
    const bool power = uniform && std::has_single_bit(most);
    pass.defines += define("DIVISOR", power ? 0 : uniform ? 1 : most < kExactFloats ? 2 : 3);
  }

  Pass make_pass(std::string_view shader, uint32_t group) {
    Pass pass;
    pass.shader = shader;
    pass.group = group;
    pass.defines = define("GROUP", group) + define("MAX", max() ? 1 : 0);
    Parameters& p = pass.parameters;
    p.input_height = u32(rows_.input);
    p.input_width = u32(columns_.input);
    p.output_height = u32(rows_.output);
    p.output_width = u32(columns_.output);
    p.source_pitch = u32(columns_.input);
    p.source_plane = u32(rows_.input * columns_.input);
    return pass;
  }

  // Where a forward pass leaves its results: values unless only winners are asked for.
  void set_final(Pass& pass, bool values, Array indices) {
    pass.defines += define("FINAL", 1) + define("VALUES", values ? 1 : 0) +
                    define("INDICES", indices == Array::kIndices ? 2
                                      : indices == Array::kNone  ? 0
                                                                 : 1);
    set_divisor(pass);
    pass.result = values ? Array::kY : Array::kNone;
    pass.result_index = indices;
  }

  void forward(bool values, Array indices) {
    if (fits_registers()) return small(values, indices);
    const AxisRuns rows = axis_runs(rows_, reduction_), columns = axis_runs(columns_, reduction_);
    const bool few_taps = rows.largest_window() * std::max<int64_t>(1, columns.largest_window()) <= kManyTaps;
    const std::optional<Blocks> blocks = few_taps ? cut_columns(columns) : std::nullopt;
    if (blocks) return tile(rows, columns, *blocks, values, indices);
    by_axes(rows, columns, {Array::kX, Array::kNone, rows_.input, columns_.input}, {values, indices});
  }

  bool fits_registers() const {
    for (const Axis* axis : {&rows_, &columns_}) {
      if (axis->adaptive || axis->kernel > kSmallKernel || axis->dilation != 1 ||
          axis->stride > kSmallKernel) {
        return false;
      }
    }
    return true;
  }

  void small(bool values, Array indices) {
    Pass pass = make_pass("pool_small.comp", 128);
    const int64_t tile_w = std::max<int64_t>(1, kSmallTile / columns_.stride),
                  tile_h = rows_.stride > 2 ? 1 : 2;
    const auto leaves_input = [](const Axis& axis, int64_t tile) {
      return axis.output % tile != 0 || axis.pad_begin > 0 ||
             axis.window(axis.output - 1).last() >= axis.input;
    };
    pass.defines += define("KERNEL_H", rows_.kernel) + define("KERNEL_W", columns_.kernel) +
                    define("STRIDE_H", rows_.stride) + define("STRIDE_W", columns_.stride) +
                    define("PAD_TOP", rows_.pad_begin) + define("PAD_LEFT", columns_.pad_begin) +
                    define("TILE_H", tile_h) + define("TILE_W", tile_w) +
                    define("BOUNDS", leaves_input(rows_, tile_h) || leaves_input(columns_, tile_w) ? 1 : 0) +
                    define("WIDE", columns_.input % 4 == 0 && tile_w * columns_.stride == 4 ? 1 : 0);
    const bool pairs = tile_w == 2 && columns_.output % 2 == 0 && values && indices == Array::kNone;
    pass.defines += define("PAIRS", pairs ? 1 : 0);
    set_final(pass, values, indices);
    pass.source = Array::kX;
    pass.parameters.lines_per_plane = u32((rows_.output + tile_h - 1) / tile_h);
    pass.parameters.units_per_line = u32((columns_.output + tile_w - 1) / tile_w);
    plan_.passes.push_back(std::move(pass));
  }

  // Blocks of output columns for pool_tile.comp.
  struct Blocks {
    std::vector<uint32_t> words;
    int64_t count = 0;
    int64_t columns = 1;  // input columns of the widest
    int64_t outputs = 1;  // of the block with most
  };

  // Nothing when a single window's columns are too many.
  static std::optional<Blocks> cut_columns(const AxisRuns& columns) {
    Blocks blocks;
    int64_t first_output = 0, low = 0, high = 0;
    const auto close = [&](int64_t end_output) {
      for (int64_t word : {first_output, end_output - first_output, low, high - low})
        blocks.words.push_back(u32(word));
      ++blocks.count;
      blocks.columns = std::max(blocks.columns, high - low);
      blocks.outputs = std::max(blocks.outputs, end_output - first_output);
      first_output = end_output;
      low = high = 0;
    };
    for (int64_t i = 0; i < columns.windows(); ++i) {
      const uint32_t begin = columns.begin[static_cast<size_t>(i)],
                     end = columns.begin[static_cast<size_t>(i) + 1];
      int64_t window_low = 0, window_high = 0;
      if (begin < end) {
        const Run& last = columns.runs[end - 1];
        window_low = columns.runs[begin].first;
        window_high = int64_t{last.first} + int64_t{last.count - 1} * columns.step + 1;
      }
      if (window_high - window_low > kTileCells) return std::nullopt;
      const auto grown = [&] {
        if (window_high == 0) return std::pair{low, high};
        if (high == 0) return std::pair{window_low, window_high};
        return std::pair{std::min(low, window_low), std::max(high, window_high)};
      };
      auto [new_low, new_high] = grown();
      if (i > first_output && (new_high - new_low > kTileCells || i - first_output == kTileOutputs)) {
        close(i);
        std::tie(new_low, new_high) = grown();
      }
      low = new_low;
      high = new_high;
    }
    close(columns.windows());
    return blocks;
  }

  void tile(const AxisRuns& rows, const AxisRuns& columns, const Blocks& blocks, bool values, Array indices) {
    Pass pass = make_pass("pool_tile.comp", 128);
    const int64_t lines =
        std::clamp<int64_t>(pass.group / std::max(blocks.columns, blocks.outputs), 1, kTileCells);
    const auto cells = std::bit_ceil(static_cast<uint64_t>(std::max<int64_t>(128, lines * blocks.columns)));
    pass.defines += define("CELLS", static_cast<int64_t>(cells));
    set_runs(pass, &rows, &columns);
    set_final(pass, values, indices);
    pass.source = Array::kX;
    pass.units_are_groups = true;
    pass.parameters.lines_per_plane = u32(rows_.output);
    pass.parameters.lines_per_group = u32(lines);
    pass.parameters.units_per_line = u32(blocks.count);
    pass.parameters.blocks = append(blocks.words);
    plan_.passes.push_back(std::move(pass));
  }

  void set_runs(Pass& pass, const AxisRuns* rows, const AxisRuns* columns) {
    int levels = 1;
    if (rows != nullptr) {
      pass.parameters.row_runs = append(*rows);
      pass.parameters.row_step = rows->step;
      levels = std::max(levels, rows->levels());
    }
    if (columns != nullptr) {
      pass.parameters.column_runs = append(*columns);
      pass.parameters.column_step = columns->step;
      levels = std::max(levels, columns->levels());
    }
    pass.defines += define("LEVELS", levels);
  }

  // What the passes so far have left, and the extents of its planes.
  struct Stage {
    Array values, places;
    int64_t height, width;
  };
  struct Last {
    bool values;
    Array indices;
    bool gradient = false;
  };

  // Any windows: down the rows, then along the columns, tall or wide windows in two steps each.
  void by_axes(const AxisRuns& rows, const AxisRuns& columns, Stage stage, const Last& last) {
    const auto partial_step = [&](const AxisRuns& runs, bool along_columns) {
      if (runs.largest_window() <= 2 * int64_t{kPieceTaps}) return axis_pass(runs, along_columns, stage);
      const SplitRuns split = split_runs(runs, kPieceTaps);
      axis_pass(split.pieces, along_columns, stage);
      axis_pass(split.windows, along_columns, stage);
    };
    partial_step(rows, false);
    if (columns.largest_window() > 2 * int64_t{kPieceTaps}) {
      const SplitRuns split = split_runs(columns, kPieceTaps);
      axis_pass(split.pieces, true, stage);
      return axis_pass(split.windows, true, stage, last);
    }
    axis_pass(columns, true, stage, last);
  }

  void axis_pass(const AxisRuns& runs, bool along_columns, Stage& stage, std::optional<Last> last = {}) {
    Pass pass = make_pass("pool_axis.comp", 128);
    const bool of_shares = stage.values == Array::kDy;
    pass.defines += define("COLUMNS", along_columns ? 1 : 0) +
                    define("FROM_INPUT", stage.values == Array::kX ? 1 : 0) +
                    define("OF_SHARES", of_shares ? 1 : 0);
    set_runs(pass, along_columns ? nullptr : &runs, along_columns ? &runs : nullptr);
    pass.source = stage.values;
    pass.source_index = stage.places;
    pass.parameters.source_pitch = u32(stage.width);
    pass.parameters.source_plane = u32(stage.height * stage.width);
    (along_columns ? stage.width : stage.height) = runs.windows();
    pass.parameters.lines_per_plane = u32(stage.height);
    pass.parameters.units_per_line = u32(stage.width);
    if (last && last->gradient) {  // what was to be divided is
      pass.defines += define("FINAL", 1) + define("VALUES", 1) + define("INDICES", 0) + define("DIVISOR", 0);
      pass.result = Array::kDx;
    } else if (last) {
      set_final(pass, last->values, last->indices);
    } else {
      pass.defines += define("FINAL", 0) + define("VALUES", 1) + define("INDICES", max() ? 1 : 0);
      if (of_shares) {
        set_divisor(pass);
      } else {
        pass.defines += define("DIVISOR", 1);
      }
      const bool second = stage.values == Array::kValues0;
      stage.values = pass.result = second ? Array::kValues1 : Array::kValues0;
      if (max()) stage.places = pass.result_index = second ? Array::kPlaces1 : Array::kPlaces0;
      need(pass.result, stage.height * stage.width);
      need(pass.result_index, stage.height * stage.width);
    }
    plan_.passes.push_back(std::move(pass));
  }

  bool windows_stand_apart() const {
    for (const Axis* axis : {&rows_, &columns_}) {
      if (axis->adaptive || axis->dilation != 1 || axis->pad_begin != 0 || axis->kernel > axis->stride ||
          axis->stride > kSmallTile) {
        return false;
      }
    }
    return true;
  }

  void spread() {
    Pass pass = make_pass("spread_gradient.comp", 128);
    const bool whole =
        rows_.output * rows_.stride == rows_.input && columns_.output * columns_.stride == columns_.input;
    pass.defines += define("KERNEL_H", rows_.kernel) + define("KERNEL_W", columns_.kernel) +
                    define("STRIDE_H", rows_.stride) + define("STRIDE_W", columns_.stride) +
                    define("BOUNDS", whole ? 0 : 1) +
                    define("PAIRS", columns_.stride == 2 && columns_.input % 2 == 0 ? 1 : 0) +
                    define("FINAL", 1) + define("VALUES", 1) + define("INDICES", 0);
    set_divisor(pass);
    pass.source = max() ? Array::kX : Array::kNone;
    pass.source_index = Array::kDy;
    pass.result = Array::kDx;
    pass.parameters.lines_per_plane = u32((rows_.input + rows_.stride - 1) / rows_.stride);
    pass.parameters.units_per_line = u32((columns_.input + columns_.stride - 1) / columns_.stride);
    plan_.passes.push_back(std::move(pass));
  }

  // Gradients that add up as a tree: a forward pass over the shares of the windows.
  void sum_shares() {
    const AxisRuns rows = axis_runs(readers_axis(rows_), Reduction::kAverage),
                   columns = axis_runs(readers_axis(columns_), Reduction::kAverage);
    by_axes(rows, columns, {Array::kDy, Array::kNone, rows_.output, columns_.output},
            {.values = true, .indices = Array::kNone, .gradient = true});
  }

  void backward() {
    if (windows_stand_apart()) return spread();
    if (!max() && gradients_are_tree_sums({rows_, columns_})) return sum_shares();
    if (max()) forward(false, Array::kWinners);
    Pass pass = make_pass("gather_gradient.comp", 128);
    const ReadingWindows rows = reading_windows(rows_), columns = reading_windows(columns_);
    pass.defines += define("FINAL", 1) + define("VALUES", 1) + define("INDICES", 0);
    set_divisor(pass);
    pass.source = Array::kDy;
    pass.source_index = max() ? Array::kWinners : Array::kNone;
    pass.result = Array::kDx;
    Parameters& p = pass.parameters;
    p.row_runs = append(rows);
    p.column_runs = append(columns);
    p.row_step = rows.step;
    p.column_step = columns.step;
    p.source_pitch = u32(columns_.output);
    p.source_plane = u32(out_cells());
    p.lines_per_plane = u32(rows_.input);
    p.units_per_line = u32(columns_.input);
    plan_.passes.push_back(std::move(pass));
  }

  void need(Array array, int64_t words) {
    if (array == Array::kNone) return;
    int64_t& most = plan_.plane_words[static_cast<size_t>(array)];
    most = std::max(most, words);
  }

  void count_words() {
    for (const Pass& pass : plan_.passes) {
      for (Array array : {pass.source, pass.source_index, pass.result, pass.result_index}) {
        if (array == Array::kX || array == Array::kDx) need(array, rows_.input * columns_.input);
        if (array == Array::kY || array == Array::kDy || array == Array::kWinners) need(array, out_cells());
        if (array == Array::kIndices) need(array, 2 * out_cells());
      }
    }
  }

  Reduction reduction_;
  Axis rows_, columns_;
  Operation operation_;
  PassPlan plan_;
};

}  // namespace

Result<PassPlan> make_passes(const PoolParams& params, Size2 input, Operation operation) {
  const Result<WindowGeometry> geometry = window_geometry(params, input);
  if (!geometry.ok()) return geometry.status();
  constexpr int64_t kCells = int64_t{1} << 31;
  for (const auto& [name, size] : {std::pair{"input", input},
                                   {"output", Size2{geometry->rows.output, geometry->columns.output}},
                                   {"intermediate", Size2{geometry->rows.output, input.w}},
                                   {"intermediate", Size2{input.h, geometry->columns.output}}}) {
    int64_t cells = 0;
    if (!checked_multiply(size.h, size.w, &cells) || cells >= kCells) {
      return resource_exhausted(std::string(name) + " plane " + std::to_string(size.h) + "x" +
                                std::to_string(size.w) +
                                " has more than the 2^31 - 1 cells that the GPU path can count");
    }
  }
  return Builder(params, *geometry, operation).build();
}

}  // namespace poolglass::gpu
