// What the Chain room says in words.
#include <algorithm>

#include "app/rooms/chain/lens_words.h"
#include "app/rooms/chain/model.h"
#include "app/rooms/format.h"

namespace poolglass::chain {
namespace {

std::string span_text(const Interval& span) {
  return span.first == span.last ? grouped(span.first) : grouped(span.first) + "…" + grouped(span.last);
}

std::string input_sentence(const Derived& derived) {
  std::string text = "Input " + shape_text(derived.input.output);
  if (derived.rows.empty()) return text + ": no layers yet, press A to add one";
  const LayerRow& last = derived.rows.back();
  const Shape& out = last.figures.output;
  text += " runs through " + std::to_string(derived.rows.size()) +
          (derived.rows.size() == 1 ? " layer to " : " layers to ") +
          (last.figures.flat ? grouped(out.c) + " numbers" : shape_text(out)) + ": " +
          grouped(derived.total_params) + " parameters, " + compact(derived.total_macs) + " multiply-adds";
  return text;
}

std::string field_sentence(const Derived& derived) {
  const LayerRow& row = derived.rows[*derived.selected];
  const LayerFigures& figures = row.figures;
  const Size2 input = derived.input.output.plane();
  if (figures.whole_input) return row.name + " sees the whole " + size_text(input) + " input";
  std::string text = row.name + " sees " + (figures.field_is_bound ? "at most " : "") +
                     size_text(figures.receptive_field) + " of the " + size_text(input) + " input";
  if (figures.shortcut_differs) text += " (the shortcut says " + size_text(figures.shortcut) + ")";
  return text + "; unit " + cell_text(derived.cell) + " covers rows " + span_text(derived.field.rows) +
         ", columns " + span_text(derived.field.columns);
}

// The row before, as figures: the input before the first.
const LayerFigures& before(const Derived& derived, size_t row) {
  return row == 0 ? derived.input : derived.rows[row - 1].figures;
}

bool has_arithmetic(const Model& model, const Derived& derived, size_t row) {
  return derived.rows[row].standing == Standing::kGood && has_window(model.document.chain.layers[row].kind) &&
         !before(derived, row).whole_input && !before(derived, row).field_is_bound;
}

std::string exact_along(int64_t r, int64_t dilation, int64_t kernel, int64_t jump, int64_t result) {
  std::string text = grouped(r) + " + ";
  if (dilation != 1) text += std::to_string(dilation) + "·";
  text.append("(").append(std::to_string(kernel)).append("−1)·").append(grouped(jump));
  return text.append(" = ").append(grouped(result));
}

std::string shortcut_along(bool pool, int64_t r, int64_t reach, int64_t stride, int64_t result) {
  std::string text = grouped(r);
  text.append(pool ? " × " : " + ").append(grouped(pool ? stride : reach));
  return text.append(" = ").append(grouped(result));
}

std::string both(const std::string& h, const std::string& w) {
  std::string text = "rows ";
  return h == w ? h : text.append(h).append(", columns ").append(w);
}

}  // namespace

std::string status_sentence(const Model& model, const Derived& derived) {
  if (derived.network.graph && model.lens != kCostLens) return lens_sentence(model, derived);
  if (derived.network.graph) return graph_sentence(derived);
  if (!derived.error.empty()) {
    const bool some_known = derived.broken && derived.rows[*derived.broken].known;
    return derived.error + (some_known ? "; greyed figures are the last that worked" : "");
  }
  return derived.selected ? field_sentence(derived) : input_sentence(derived);
}

std::string_view kind_title(LayerKind kind) {
  switch (kind) {
    case LayerKind::kConv2d:
      return "Convolution";
    case LayerKind::kMaxPool2d:
      return "Max pool";
    case LayerKind::kAvgPool2d:
      return "Average pool";
    case LayerKind::kGlobalAvgPool2d:
      return "Global average";
    case LayerKind::kAdaptiveAvgPool2d:
      return "Adaptive average";
    case LayerKind::kRelu:
      return "ReLU";
    case LayerKind::kFlatten:
      return "Flatten";
    case LayerKind::kLinear:
      return "Linear";
  }
  return "";
}

std::string unnamed_words(const Document& document) {
  if (!document.graph || document.graph->title.empty()) return "Edited";
  return document.graph->origin == Origin::kPublished ? document.graph->title + ", edited" : "A file's";
}

std::string why_not(LayerKind kind, size_t position, const Derived& derived) {
  if (position > derived.rows.size()) return {};
  const bool flat =
      position > 0 && derived.rows[position - 1].known && derived.rows[position - 1].figures.flat;
  if (flat && accepts_plane(kind))
    return "needs a feature map, but " + derived.rows[position - 1].name + " is a vector";
  if (!flat && kind == LayerKind::kLinear) return "needs a vector: add a flatten layer before it";
  return {};
}

std::string exact_arithmetic(const Model& model, const Derived& derived, size_t row) {
  if (!has_arithmetic(model, derived, row)) return {};
  const Layer& layer = model.document.chain.layers[row];
  const LayerFigures& from = before(derived, row);
  const LayerFigures& to = derived.rows[row].figures;
  const Size2 dilation = layer.kind == LayerKind::kAvgPool2d ? Size2{1, 1} : layer.dilation;
  return both(
      exact_along(from.receptive_field.h, dilation.h, layer.kernel.h, from.jump.h, to.receptive_field.h),
      exact_along(from.receptive_field.w, dilation.w, layer.kernel.w, from.jump.w, to.receptive_field.w));
}

std::string shortcut_arithmetic(const Model& model, const Derived& derived, size_t row) {
  if (!has_arithmetic(model, derived, row)) return {};
  const Layer& layer = model.document.chain.layers[row];
  const LayerFigures& from = before(derived, row);
  const LayerFigures& to = derived.rows[row].figures;
  const bool pool = is_pool(layer.kind);
  const Size2 reach{layer.dilation.h * (layer.kernel.h - 1), layer.dilation.w * (layer.kernel.w - 1)};
  return both(shortcut_along(pool, from.shortcut.h, reach.h, layer.stride.h, to.shortcut.h),
              shortcut_along(pool, from.shortcut.w, reach.w, layer.stride.w, to.shortcut.w));
}

std::string table_text(const Derived& derived) {
  if (derived.network.graph) return graph_table_text(*derived.network.graph);
  std::string text =
      "layer\toperation\tshape\treceptive field\tshortcut\tjump\tparameters\tMACs\tactivations\n"
      "input\t\t" +
      shape_text(derived.input.output) + "\t1×1\t1×1\t1×1\t0\t0\t" +
      std::to_string(derived.input.activations) + "\n";
  for (const LayerRow& row : derived.rows) {
    text += row.name + "\t" + row.operation;
    if (row.standing != Standing::kGood) {
      text += "\tinvalid\n";
      continue;
    }
    const LayerFigures& f = row.figures;
    text += "\t" + shape_text(f.output) + "\t" + size_text(f.receptive_field) + "\t" + size_text(f.shortcut) +
            "\t" + (f.whole_input ? "" : size_text(f.jump)) + "\t" + std::to_string(f.params) + "\t" +
            std::to_string(f.macs) + "\t" + std::to_string(f.activations) + "\n";
  }
  return text;
}

}  // namespace poolglass::chain
