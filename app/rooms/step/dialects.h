// The dialects lens: the document's layer as other libraries understand it, compared with the picture's.
#pragma once

#include <string>

#include "app/rooms/step/model.h"

namespace poolglass::step {

// Two parts of derived.dialects: what each library makes of the plane; the window in focus, of the dialect in
// focus.
void begin_dialects(Derived& derived);
void explore_dialect(const Model& model, Derived& derived);

const DialectView& shown_dialect(const Derived& derived);
std::string_view dialect_title(Dialect dialect);
std::string_view dialect_rule(Dialect dialect);  // what sets it apart, in one line

// Under a grid: "the same", "3 of 16 differ", "5×5, not 4×4"
std::string dialect_note(const DialectView& view, const Derived& derived);
// Under a map's square: "256 of 65,792 windows differ"
std::string differing_windows(const DialectView& view, std::string_view differ = "differ");
// Of a map: "257×256, not 256×256, 256 of 65,792 windows read or divide otherwise, 512 cells never read"
std::string map_dialect_sentence(const DialectView& view, const Derived& derived);
// "Caffe: 5×5, PyTorch 4×4; window (4,4) …"
std::string dialect_sentence(const Derived& derived);
// "Windows (0,0), (0,1) … read only padding"; empty where each reads a cell.
std::string empty_windows_sentence(const DialectView& view);

}  // namespace poolglass::step
