#include "app/rooms/head/words.h"

#include <array>
#include <charconv>
#include <cmath>

#include "app/rooms/format.h"
#include "app/rooms/head/backbones.h"

namespace poolglass::head {
namespace {

std::string fixed(double value, int digits) {
  std::array<char, 32> text;
  const auto end =
      std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed, digits);
  return {text.data(), end.ptr};
}

std::string adaptive_verdict(const Backbone& backbone, const Shape& map) {
  const Size2 bins = backbone.native_map.plane();
  if (map.plane() == bins) return "At its own size every bin is one cell: nothing is resampled.";
  const BinCells cells = bin_cells(map.plane(), bins);
  std::string text = "Runs, but every " + size_text(bins) + " bin ";
  if (cells.most == 1) {
    text += "repeats a cell";
  } else {
    text += "averages " + (cells.least == cells.most ? "" : std::to_string(cells.least) + " to ") +
            std::to_string(cells.most);
  }
  return text + " of " + grouped(map.h * map.w) + (map.h * map.w == 1 ? " cell" : " cells") +
         ": the dense layer sees a resampled map.";
}

}  // namespace

std::string_view head_title(HeadKind kind) {
  switch (kind) {
    case HeadKind::kFlatten:
      return "Flatten + dense";
    case HeadKind::kAdaptive:
      return "Adaptive + dense";
    case HeadKind::kGlobal:
      break;
  }
  return "Global average + dense";
}

std::string_view head_note(HeadKind kind) {
  switch (kind) {
    case HeadKind::kFlatten:
      return "every number of the map has its weights";
    case HeadKind::kAdaptive:
      return "the map is resampled to its own size first";
    case HeadKind::kGlobal:
      break;
  }
  return "one mean per channel";
}

std::string accepts_text(const Head& head) {
  if (head.least == 0) return "no square input";
  if (head.most == 0) return std::to_string(head.least) + " px and more";
  if (head.least == head.most) return std::to_string(head.least) + " px alone";
  return std::to_string(head.least) + "…" + std::to_string(head.most) + " px";
}

std::string verdict(HeadKind kind, const Head& head, const Backbone& backbone, const Shape& map) {
  if (!head.error.empty()) return head.error;
  switch (kind) {
    case HeadKind::kFlatten:
      return "Runs: the map has the one size that the dense layer was made for.";
    case HeadKind::kAdaptive:
      return adaptive_verdict(backbone, map);
    case HeadKind::kGlobal:
      break;
  }
  return "Shuffle the cells and nothing changes: where a feature sat is forgotten.";
}

std::string times_fewer(int64_t many, int64_t few) {
  if (few <= 0) return {};
  const double times = static_cast<double>(many) / static_cast<double>(few);
  return (times < 10 ? decimal(times) : grouped(std::llround(times))) + " × fewer";
}

std::string output_text(double output) {
  const std::string text = fixed(std::abs(output), 2);
  return (output < 0 && text != "0.00" ? "−" : "") + (text.starts_with("0") ? text.substr(1) : text);
}

std::string status_sentence(const Model& model, const Derived& derived) {
  if (!derived.status.ok() || !derived.known) return derived.refusal;
  const Head &flatten = derived.heads[0].head, &global = derived.heads[2].head;
  std::string text = "At " + std::to_string(model.document.side) + " px the last map is " +
                     tight_shape_text(derived.map) + ": " + grouped(flatten.numbers) + " numbers";
  if (derived.heads[0].breaks) {
    return text + " where the dense layer expects " + grouped(flatten.layers.front().in) +
           ". Average pooling does not mind.";
  }
  if (flatten.layers.empty() || global.layers.empty()) return text;
  return text + ". Flattened they cost " + grouped(flatten.params) + " parameters, averaged " +
         grouped(global.params) + ": " + times_fewer(flatten.params, global.params);
}

std::string copied_text(const Derived& derived) {
  std::string text = "head\tnumbers\tparameters\tbytes\tmultiply-adds\taccepts\truns\n";
  for (size_t i = 0; i < kHeadCount; ++i) {
    const HeadRow& row = derived.heads[i];
    text += std::string(head_title(kHeadKinds[i])) + "\t" + std::to_string(row.head.numbers) + "\t" +
            std::to_string(row.head.params) + "\t" + std::to_string(row.head.bytes) + "\t" +
            std::to_string(row.head.macs) + "\t" + row.accepts + "\t" +
            (row.breaks ? row.head.error : "yes") + "\n";
  }
  return text;
}

}  // namespace poolglass::head
