#include "app/rooms/step/edits.h"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "app/rooms/step/gradient.h"
#include "app/rooms/step/presets.h"
#include "core/channels.h"

namespace poolglass::step {
namespace {

bool& link(Links& links, Field field) {
  switch (field) {
    case Field::kGrid:
      return links.size;
    case Field::kKernel:
      return links.kernel;
    case Field::kStride:
      return links.stride;
    case Field::kPadding:
      return links.padding;
    case Field::kBins:
      return links.bins;
    case Field::kDilation:
      break;
  }
  return links.dilation;
}

Size2 get(const Document& document, Field field) {
  switch (field) {
    case Field::kGrid:
      return document.grid.size;
    case Field::kKernel:
      return document.params.kernel;
    case Field::kStride:
      return document.params.stride;
    case Field::kPadding:
      return {document.params.padding.top, document.params.padding.left};
    case Field::kBins:
      return document.bins;
    case Field::kDilation:
      break;
  }
  return document.params.dilation;
}

// An untouched grid takes the new size's picture; an edited one keeps its cells, and new ones follow the
// source.
void resize(Document& document, Size2 size) {
  const Grid before = std::exchange(document.grid, source_grid(document.source, size));
  if (before == source_grid(document.source, before.size)) return;
  float* values = document.grid.values.write();
  for (int64_t row = 0; row < std::min(size.h, before.size.h); ++row) {
    std::copy_n(before.values.data() + row * before.size.w, std::min(size.w, before.size.w),
                values + row * size.w);
  }
}

// A part of a grid, inside it.
Grid part_of(const Grid& grid, Cell origin, Size2 size) {
  std::vector<float> values;
  values.reserve(static_cast<size_t>(size.h * size.w));
  for (int64_t row = 0; row < size.h; ++row) {
    const float* first = grid.values.data() + (origin.row + row) * grid.size.w + origin.column;
    values.insert(values.end(), first, first + size.w);
  }
  return {size, std::move(values)};
}

void take_kind(Document& document) {
  std::optional<Size2>& output = document.params.adaptive_output;
  output.reset();
  if (document.kind == Kind::kAdaptive) output = document.bins;
  if (document.kind == Kind::kGlobal) output = Size2{1, 1};
}

void set(Document& document, Field field, Size2 size) {
  const Limits range = limits(field, document);
  size = {std::clamp(size.h, range.low, range.high), std::clamp(size.w, range.low, range.high)};
  PoolParams& params = document.params;
  switch (field) {
    case Field::kGrid:
      return resize(document, size);
    case Field::kKernel:
      params.kernel = size;
      if (document.stride_follows) {
        params.stride = size;
        document.links.stride = document.links.kernel;
      }
      return;
    case Field::kStride:
      params.stride = size;
      document.stride_follows = false;
      return;
    case Field::kPadding:
      params.padding = {size.h, size.w, size.h, size.w};
      return;
    case Field::kDilation:
      params.dilation = size;
      return;
    case Field::kBins:
      document.bins = size;
      take_kind(document);
      return;
  }
}

void take_source(Document& document, Source source) {
  document.source = std::move(source);
  document.grid = source_grid(document.source, natural_size(document.source));
}

void take_preset(Document& document, const Preset& preset) {
  Source source;
  source.preset = preset.id;
  source.seed = document.source.seed;
  take_source(document, std::move(source));
  if (!preset.params) return;
  const Reduction reduction = document.params.reduction;
  document.params = *preset.params;
  document.params.reduction = reduction;
  document.kind = Kind::kSliding;
  if (const std::optional<Size2>& output = preset.params->adaptive_output) {
    document.kind = Kind::kAdaptive;
    document.bins = *output;
  }
  document.stride_follows = document.params.stride == document.params.kernel;
  document.links = {};
}

void step_preset(Document& document, int delta) {
  const auto all = presets();
  const Preset* current = find_preset(document.source.preset);
  const auto count = static_cast<std::ptrdiff_t>(all.size());
  std::ptrdiff_t at = delta > 0 ? 0 : count - 1;
  if (current != nullptr) at = (current - all.data() + delta + count) % count;
  take_preset(document, all[static_cast<size_t>(at)]);
}

void reset(Document& document, Section section) {
  const Document fresh;
  PoolParams& params = document.params;
  switch (section) {
    case Section::kOperation:
      params.reduction = fresh.params.reduction;
      return;
    case Section::kWindow:
      params.kernel = fresh.params.kernel;
      params.stride = fresh.params.stride;
      params.padding = fresh.params.padding;
      params.dilation = fresh.params.dilation;
      document.stride_follows = true;
      document.links = {.size = document.links.size};
      document.kind = fresh.kind;
      document.bins = fresh.bins;
      take_kind(document);
      return;
    case Section::kOptions:
      params.ceil_mode = fresh.params.ceil_mode;
      params.count_include_pad = fresh.params.count_include_pad;
      return;
    case Section::kGrid:
      document.grid = source_grid(document.source, natural_size(document.source));
      return;
    case Section::kGradient:
      document.upstream = fresh.upstream;
      document.ties = fresh.ties;
      return;
  }
}

}  // namespace

Document::Document() : params(window_pool(Reduction::kMax, {2, 2})) {
  grid = source_grid(source, natural_size(source));
}

void Edit::operator()(const SetReduction& a) { document.params.reduction = a.reduction; }

void Edit::operator()(const ToggleReduction&) {
  Reduction& reduction = document.params.reduction;
  reduction = reduction == Reduction::kMax ? Reduction::kAverage : Reduction::kMax;
}

void Edit::operator()(const SetKernel& a) { set(document, Field::kKernel, a.size); }

void Edit::operator()(const SetStride& a) { set(document, Field::kStride, a.size); }

void Edit::operator()(const SetStrideFollows& a) {
  document.stride_follows = a.on;
  if (!a.on) return;
  document.params.stride = document.params.kernel;
  document.links.stride = document.links.kernel;
}

void Edit::operator()(const SetPadding& a) { set(document, Field::kPadding, a.size); }

void Edit::operator()(const SetDilation& a) { set(document, Field::kDilation, a.size); }

void Edit::operator()(const SetCeilMode& a) { document.params.ceil_mode = a.on; }

void Edit::operator()(const SetCountIncludePad& a) { document.params.count_include_pad = a.on; }

void Edit::operator()(const SetKind& a) {
  document.kind = a.kind;
  take_kind(document);
}

void Edit::operator()(const SetBins& a) { set(document, Field::kBins, a.size); }

void Edit::operator()(const SetLinked& a) {
  link(document.links, a.field) = a.on;
  const Size2 size = get(document, a.field);
  if (!a.on || size.h == size.w) return;
  const bool follows = document.stride_follows;
  set(document, a.field, {size.h, size.h});
  if (a.field == Field::kStride)
    document.stride_follows = follows && document.params.kernel == document.params.stride;
}

void Edit::operator()(const Nudge& a) {
  const Size2 size = get(document, a.field);
  set(document, a.field, {size.h + a.delta, size.w + a.delta});
}

void Edit::operator()(const SetGridSize& a) { set(document, Field::kGrid, a.size); }

void Edit::operator()(const SetCell& a) {
  if (document.grid.contains(a.cell)) document.grid.set(a.cell, a.value);
}

void Edit::operator()(const ApplyPreset& a) {
  if (const Preset* preset = find_preset(a.id)) take_preset(document, *preset);
}

void Edit::operator()(const StepPreset& a) { step_preset(document, a.delta); }

void Edit::operator()(const NewSeed&) {
  const Size2 size = document.grid.size;
  Source source;
  source.preset = "random";
  source.seed = document.source.preset == "random" ? document.source.seed + 1 : document.source.seed;
  document.grid = source_grid(source, size);
  document.source = std::move(source);
}

void Edit::operator()(const SetCells& a) {
  for (int64_t row = 0; row < a.cells.size.h; ++row) {
    for (int64_t column = 0; column < a.cells.size.w; ++column) {
      const Cell cell{a.at.row + row, a.at.column + column};
      if (document.grid.contains(cell)) document.grid.set(cell, a.cells.at({row, column}));
    }
  }
}

void Edit::operator()(const OpenTensor& a) {
  if (!a.tensor || a.tensor->shape.elements() == 0) return;
  Source source{.preset = "",
                .seed = document.source.seed,
                .file = a.name,
                .path = a.path,
                .tensor = a.tensor,
                .dimensions = a.dimensions,
                .layout = a.layout,
                .plane = 0,
                .origin = {},
                .lost = {}};
  take_source(document, std::move(source));
}

void Edit::operator()(const SetLayout& a) {
  Source source = document.source;
  if (!source.tensor || !has_layouts(source) || source.layout == a.layout) return;
  source.tensor =
      std::make_shared<const Tensor>(retaken(*source.tensor, source.dimensions, source.layout, a.layout));
  source.layout = a.layout;
  source.plane = 0;
  source.origin = {};
  take_source(document, std::move(source));
}

void Edit::operator()(const SetChannel& a) {
  Source source = document.source;
  if (!source.tensor) return;
  source.plane = std::clamp<int64_t>(a.plane, 0, source.tensor->shape.planes() - 1);
  document.grid = source_grid(source, document.grid.size);
  document.source = std::move(source);
}

void Edit::operator()(const SetOrigin& a) {
  Source source = document.source;
  if (!source.tensor) return;
  const Shape& shape = source.tensor->shape;
  source.origin = {
      std::clamp<int64_t>(a.origin.row, 0, std::max<int64_t>(0, shape.h - document.grid.size.h)),
      std::clamp<int64_t>(a.origin.column, 0, std::max<int64_t>(0, shape.w - document.grid.size.w))};
  document.grid = source_grid(source, document.grid.size);
  document.source = std::move(source);
}

void Edit::operator()(const Crop& a) {
  const Size2 all = document.grid.size;
  const Size2 size{std::clamp<int64_t>(a.size.h, 1, all.h), std::clamp<int64_t>(a.size.w, 1, all.w)};
  const Cell at{std::clamp<int64_t>(a.origin.row, 0, all.h - size.h),
                std::clamp<int64_t>(a.origin.column, 0, all.w - size.w)};
  if (size == all) return;
  Source& source = document.source;
  document.grid = part_of(document.grid, at, size);
  document.links.size = document.links.size && size.h == size.w;
  if (source.tensor && source.preset.empty()) {
    source.origin = {source.origin.row + at.row, source.origin.column + at.column};
    return;
  }
  // A preset's pattern begins at its corner: what was cut out of it is a picture of its own.
  source.file = source_title(source) + ", a part";
  source.preset.clear();
  source.tensor = std::make_shared<const Tensor>(Shape{1, 1, size.h, size.w}, document.grid.values.copied());
  source.plane = 0;
  source.origin = {};
}

void Edit::operator()(const ShowWhole&) {
  Source& source = document.source;
  if (!source.tensor || !source.preset.empty()) return;
  source.origin = {};
  document.grid = source_grid(source, natural_size(source));
  document.links.size = document.grid.size.h == document.grid.size.w;
}

void Edit::operator()(const SetUpstream& a) {
  if (a.kind == UpstreamKind::kTyped && is_map(document.grid.size)) return;  // nobody types so many
  if (a.kind == UpstreamKind::kTyped) document.upstream.typed = current_upstream();
  document.upstream.kind = a.kind;
  document.upstream.cell = a.cell;
}

void Edit::operator()(const NewUpstreamSeed&) {
  if (document.upstream.kind == UpstreamKind::kRandom) ++document.upstream.seed;
  document.upstream.kind = UpstreamKind::kRandom;
}

void Edit::operator()(const SetUpstreamCell& a) {
  if (is_map(document.grid.size)) return;
  Grid upstream = current_upstream();
  if (!upstream.contains(a.cell) || upstream.at(a.cell) == a.value) return;
  upstream.set(a.cell, a.value);
  document.upstream.kind = UpstreamKind::kTyped;
  document.upstream.typed = std::move(upstream);
}

void Edit::operator()(const SetTies& a) { document.ties = a.policy; }

void Edit::operator()(const ResetSection& a) { reset(document, a.section); }

Grid Edit::current_upstream() const {
  const poolglass::Result<Size2> size = output_size(document.params, document.grid.size);
  return upstream_grid(document.upstream, size.ok() ? *size : document.upstream.typed.size);
}

Limits limits(Field field, const Document& document) {
  if (field == Field::kGrid || field == Field::kBins) return {1, kMaxSide};
  if (field != Field::kPadding) return {1, kMaxWindow};
  const auto [smaller, larger] = std::minmax(document.params.kernel.h, document.params.kernel.w);
  return {0, (document.links.padding ? smaller : larger) / 2};
}

bool is_default(Section section, const Document& document) {
  if (section == Section::kGrid && document.grid.size != natural_size(document.source)) return false;
  Document other = document;
  reset(other, section);
  return other == document;
}

}  // namespace poolglass::step
