// What the Head room shows, in words, for `poolglass describe`.
#include "app/rooms/format.h"
#include "app/rooms/head/backbones.h"
#include "app/rooms/head/model.h"
#include "app/rooms/head/words.h"

namespace poolglass::head {
namespace {

std::string dense_text(const Head& head) {
  std::string text = grouped(head.numbers) + (head.numbers == head.layers.front().in ? "" : " ≠");
  for (const Dense& dense : head.layers)
    text += (&dense == head.layers.data() ? ", dense " + grouped(dense.in) : "") + " → " + grouped(dense.out);
  return text;
}

std::string head_text(const Derived& derived, size_t index) {
  const HeadRow& row = derived.heads[index];
  const std::string title(head_title(kHeadKinds[index]));
  if (!row.status.ok()) return title + ": " + row.status.message() + "\n";
  std::string text = title + ": " + dense_text(row.head) + "; " + grouped(row.head.params) + " parameters, " +
                     bytes_text(row.head.bytes) + ", " + grouped(row.head.macs) + " multiply-adds; accepts " +
                     row.accepts + "\n  " + row.verdict + "\n";
  if (derived.key.document.shuffle != 0) {
    text += "  one output: " + output_text(derived.straight[index]) + ", with the cells shuffled " +
            output_text(derived.outputs[index]) + "\n";
  }
  return text;
}

}  // namespace

Result<std::string> describe(Model model, const DescribeWhat& what) {
  Derived derived;
  derive(model, derived);
  if (!derived.status.ok()) return derived.status;
  if (what.place) {
    if (*what.place >= static_cast<int64_t>(kHeadCount)) {
      return invalid_argument("--head " + std::to_string(*what.place) + " must be 0, 1 or 2");
    }
    return head_text(derived, static_cast<size_t>(*what.place));
  }
  std::string text = status_sentence(model, derived) + "\n";
  if (!what.all) return text;
  text = derived.title + ", " + std::to_string(model.document.side) + " px, " +
         grouped(model.document.classes) + " classes\n" + text + "\n";
  for (size_t i = 0; i < kHeadCount; ++i) text += head_text(derived, i);
  text += "\nsmallest input\n";
  for (const LeastInput& least : derived.least_inputs)
    text += "  " + least.title + ": " + std::to_string(least.side) + " px\n";
  return text;
}

}  // namespace poolglass::head
