#include "app/rooms/step/fixes.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "app/rooms/format.h"
#include "core/pooling/coverage.h"

namespace poolglass::step {
namespace {

struct Outcome {
  Size2 output;
  int64_t never_read = 0;
};

// After `action` on the document; none where its parameters then do not fit.
std::optional<Outcome> after(const Document& document, const Action& action) {
  Model model;
  model.document = document;
  update(model, action);
  const Result<WindowGeometry> geometry = window_geometry(model.document.params, model.document.grid.size);
  if (!geometry.ok()) return std::nullopt;
  return Outcome{{geometry->rows.output, geometry->columns.output}, never_read_cells(*geometry)};
}

std::string windows_text(int64_t count) { return grouped(count) + (count == 1 ? " window" : " windows"); }

std::string difference(Size2 before, Size2 now) {
  const int64_t more = now.h * now.w - before.h * before.w;
  if (more == 0) return "As many windows as before";
  return more > 0 ? "Adds " + windows_text(more) : "Drops " + windows_text(-more);
}

// Rows or columns from the first to the last that is read.
int64_t read_extent(const Axis& axis) {
  const std::vector<int64_t> reads = axis_reads(axis);
  int64_t end = axis.input;
  while (end > 1 && reads[static_cast<size_t>(end - 1)] == 0) --end;
  return end;
}

class Finder {
 public:
  Finder(const Document& document, const WindowGeometry& geometry)
      : document_(document),
        output_{geometry.rows.output, geometry.columns.output},
        never_read_(never_read_cells(geometry)) {}

  // Whether the change helps; if so it is taken down.
  bool consider(std::string words, Action action, std::string_view how = "") {
    const std::optional<Outcome> result = after(document_, action);
    if (!result || result->never_read >= never_read_) return false;
    std::string effect = difference(output_, result->output) + std::string(how);
    found_.push_back(
        {std::move(words), std::move(action), result->output, result->never_read, std::move(effect)});
    return true;
  }

  std::vector<Fix> found() && { return std::move(found_); }

 private:
  const Document& document_;
  Size2 output_;
  int64_t never_read_;
  std::vector<Fix> found_;
};

}  // namespace

std::vector<Fix> fixes(const Document& document, const WindowGeometry& geometry) {
  if (never_read_cells(geometry) == 0) return {};
  const PoolParams& params = document.params;
  Finder finder(document, geometry);
  if (!params.ceil_mode)
    finder.consider("Ceil mode", SetCeilMode{true}, ": the last ones hang over the edge");

  const Size2 padding{params.padding.top, params.padding.left};
  const int64_t most = std::max(params.kernel.h, params.kernel.w) / 2;
  for (int64_t more = 1; more <= most; ++more) {
    const Size2 wider{std::min(padding.h + more, params.kernel.h / 2),
                      std::min(padding.w + more, params.kernel.w / 2)};
    if (finder.consider("Padding " + size_text(wider), SetPadding{wider}, " and a ring of padding")) break;
  }
  for (int64_t less = 1; less < std::max(params.stride.h, params.stride.w); ++less) {
    const Size2 shorter{std::max<int64_t>(params.stride.h - less, 1),
                        std::max<int64_t>(params.stride.w - less, 1)};
    if (finder.consider("Stride " + size_text(shorter), SetStride{shorter})) break;
  }
  if (params.dilation != Size2{1, 1}) finder.consider("Dilation 1×1", SetDilation{{1, 1}});

  const Size2 cut{read_extent(geometry.rows), read_extent(geometry.columns)};
  if (cut != document.grid.size) {
    finder.consider("Cut to " + size_text(cut), SetGridSize{cut}, ", and gives up the cells left out");
  }
  return std::move(finder).found();
}

}  // namespace poolglass::step
