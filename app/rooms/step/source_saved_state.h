// Where a Step document's grid is from, in a saved state: read and written for saved_state.cpp.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app/files/state_rooms.h"
#include "app/rooms/step/model.h"

namespace poolglass::step {

// The arrays that documents of one text name, each file read once, and the grids made of them.
class Arrays {
 public:
  explicit Arrays(ReadProgress* progress) : progress_(progress) {}  // may be null

  std::shared_ptr<const Tensor> read(const Source& source);  // null: it cannot be read
  const std::vector<int64_t>& dimensions(const Source& source) const {
    return arrays_.at({source.path, source.layout}).dimensions;
  }
  // A grid that the text does not hold itself, `cells` changed (null: none are). Steps that have the same one
  // share it. None: the text asks for more memory than a document and its history can have taken, which so
  // few characters must not.
  std::optional<Grid> grid(const Source& source, Size2 size, const Json* cells, FieldReader& fields);
  // Why a map's array, which was read, cannot be had.
  std::string why_lost(const Source& source) const {
    const std::string& why = arrays_.at({source.path, source.layout}).why;
    return why.empty() ? source.path + ": holds another array now" : why;
  }

 private:
  struct Read {
    std::shared_ptr<const Tensor> tensor;
    std::vector<int64_t> dimensions;  // of an array whose channels may be taken otherwise
    std::string why;
  };
  struct Made {
    Source source;
    Size2 size;
    const Json* cells;  // of the text that is being read
    Grid grid;
  };
  // History<Document> keeps the latest steps either way, whatever they hold, the document, and kBytes more.
  static constexpr int64_t kMostCells = 4 * kMaxSide * kMaxSide;
  ReadProgress* progress_;
  std::map<std::pair<std::string, Layout>, Read> arrays_;
  std::vector<Made> made_;
  int64_t spent_ = 0;  // cells
};

// What a text says of its documents' cells. Steps of a history mostly have those of their neighbour: they are
// compared with their source, and written out, once.
class CellTexts {
 public:
  const std::string& of(const Document& document);

 private:
  const Grid& source_of(const Document& document);
  std::string changed(const Document& document);
  Source source_;
  Grid from_source_ = {{}, {}};  // of `source_`, as large as the last document's
  Source written_source_;
  Grid written_ = {{}, {}};
  std::string text_;  // of these
};

// Numbers as rows; at most `side` of at most `side`.
void read_grid(FieldReader& fields, const char* key, int64_t side, Grid* grid);
std::string grid_text(const Grid& grid);

void check_range(FieldReader& fields, const char* key, Size2 size, int64_t low, int64_t high);

// A file's array is not part of the state: the grid stands in for it, where it is small. What a window keeps,
// and any state of a large grid, name the array's file, too ("array", with "plane" and "origin"); where a
// small grid's file is gone, or is another one now, the grid stays its own source.
void read_source(FieldReader& fields, Document* document, Arrays& arrays);
// Without braces.
std::string source_text(const Document& document, bool with_array, CellTexts& cells);

}  // namespace poolglass::step
