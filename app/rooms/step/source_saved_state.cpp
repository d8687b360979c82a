#include "app/rooms/step/source_saved_state.h"

#include <algorithm>
#include <bit>

#include "app/rooms/step/presets.h"
#include "core/io/feature_map.h"

namespace poolglass::step {
namespace {

// [[row, column, value], …]: cells of the grid that are not as in its source.
void read_cells(FieldReader& fields, const Json* cells, Grid* grid) {
  if (cells == nullptr) return;
  for (const Json& entry : *cells) {
    const bool triple =
        entry.is_array() && entry.size() == 3 && entry[0].is_number_integer() && entry[1].is_number_integer();
    const Cell cell = triple ? Cell{entry[0].get<int64_t>(), entry[1].get<int64_t>()} : Cell{-1, -1};
    float value = 0;
    if (!grid->contains(cell) || !read_number(entry[2], &value)) {
      return fields.fail("cells must hold [row, column, value] of cells of the grid");
    }
    grid->set(cell, value);
  }
}

constexpr std::string_view kNowhere = "-";  // the array's path, where it cannot be read again

// A grid that a state holds cell by cell. Of a larger one it has where it is from.
constexpr int64_t kStoredCells = 65536;
bool is_stored(Size2 size) { return size.h * size.w <= kStoredCells; }

bool has_plane(const std::shared_ptr<const Tensor>& array, const Source& source, Size2 size) {
  const Shape shape = array ? array->shape : Shape{0, 0, 0, 0};
  const bool inside =
      source.plane < shape.planes() && source.origin.row < shape.h && source.origin.column < shape.w;
  // A grid that is not in the state is all that there is of it: its file must hold as much.
  return inside && (is_stored(size) ||
                    (source.origin.row + size.h <= shape.h && source.origin.column + size.w <= shape.w));
}

void read_layout(FieldReader& fields, Layout* layout) {
  std::string name = "nchw";
  fields.text("layout", &name);
  if (name != "nchw" && name != "nhwc") return fields.fail("layout must be nchw or nhwc");
  *layout = name == "nhwc" ? Layout::kNhwc : Layout::kNchw;
}

// What the source has, and the cells that were changed.
void take_grid(FieldReader& fields, Size2 size, Document* document, Arrays& arrays) {
  const std::optional<Grid> grid = arrays.grid(document->source, size, fields.list("cells"), fields);
  if (!grid) return fields.fail("size is too large for so many steps");
  document->grid = *grid;
}

// A map of a file, which is not part of the state: where its file is gone, the first start's grid stands in.
void read_map(FieldReader& fields, Size2 size, Document* document, Arrays& arrays) {
  Source& source = document->source;
  const std::shared_ptr<const Tensor> array = arrays.read(source);
  if (!has_plane(array, source, size)) {
    const Document fresh;
    std::string why = arrays.why_lost(source);
    source = fresh.source;
    source.lost = std::move(why);
    document->grid = fresh.grid;
    (void)fields.list("cells");
    return;
  }
  source.tensor = array;
  source.dimensions = arrays.dimensions(source);
  take_grid(fields, size, document, arrays);
}

bool has_source(const Document& document) {
  return !document.source.preset.empty() || !document.source.path.empty();
}

}  // namespace

bool can_be_saved(const Document& document) {
  // Cells: numbers of up to 15 characters, and what parts them, leave a tenth of a document to the rest.
  constexpr int64_t kMostWritten = 880'000;
  static_assert(17 * kMostWritten < kDocumentLimits.bytes * 9 / 10);
  static_assert(kMostWritten < kDocumentLimits.values * 9 / 10);
  const Size2 size = document.grid.size;
  return has_source(document) || size.h * size.w <= kMostWritten;
}

// A grid that is stored whole. Of a larger one only its size, and the cells that are not as in the preset or
// the file; one whose file is nowhere is written whole all the same, as nothing else has it, unless it would
// make the state larger than one that can be read.
const std::string& CellTexts::of(const Document& document) {
  const Grid& grid = document.grid;
  const bool same = written_.size == grid.size && written_.values.shares(grid.values);
  if (same && written_source_ == document.source) return text_;
  written_ = grid;
  written_source_ = document.source;
  const bool names_source = has_source(document) && !is_stored(grid.size);
  if (!can_be_saved(document)) {
    text_ = ",\n    \"size\": " + size_json(grid.size);
  } else if (names_source) {
    text_ = ",\n    \"size\": " + size_json(grid.size) + changed(document);
  } else {
    text_ = ",\n    \"grid\": " + grid_text(grid);
  }
  return text_;
}

const Grid& CellTexts::source_of(const Document& document) {
  if (source_ != document.source || from_source_.size != document.grid.size) {
    source_ = document.source;
    from_source_ = source_grid(source_, document.grid.size);
  }
  return from_source_;
}

std::string CellTexts::changed(const Document& document) {
  const Grid &grid = document.grid, &source = source_of(document);
  if (grid == source) return {};
  std::string cells;
  for (int64_t row = 0; row < grid.size.h; ++row) {
    for (int64_t column = 0; column < grid.size.w; ++column) {
      const Cell cell{row, column};
      const float value = grid.at(cell);
      if (std::bit_cast<uint32_t>(value) == std::bit_cast<uint32_t>(source.at(cell))) continue;
      cells.append(cells.empty() ? "[" : ", [")
          .append(std::to_string(row))
          .append(", ")
          .append(std::to_string(column))
          .append(", ")
          .append(number_text(value))
          .append("]");
    }
  }
  return ", \"cells\": [" + cells + "]";
}

std::optional<Grid> Arrays::grid(const Source& source, Size2 size, const Json* cells, FieldReader& fields) {
  const auto same = [](const Json* a, const Json* b) { return a == b || (a && b && *a == *b); };
  for (const Made& made : made_) {
    if (made.size == size && made.source == source && same(made.cells, cells)) return made.grid;
  }
  const bool whole_plane = source.tensor && source.origin == Cell{} && size == source.tensor->shape.plane();
  const bool own = cells != nullptr || !whole_plane;  // memory that nothing else has
  if (own && (spent_ += size.h * size.w) > kMostCells) return std::nullopt;
  Grid grid = source_grid(source, size);
  read_cells(fields, cells, &grid);
  made_.push_back({source, size, cells, grid});
  return grid;
}

std::shared_ptr<const Tensor> Arrays::read(const Source& source) {
  const auto [at, is_new] = arrays_.try_emplace({source.path, source.layout});
  if (is_new && source.path == kNowhere) {
    at->second.why = "standard input cannot be read again";
  } else if (is_new) {
    Result<FeatureMap> map = read_feature_map(source.path, source.layout, progress_);
    at->second.why = map.status().message();
    if (map.ok()) {
      if (!map->picture) at->second.dimensions = map->array.dimensions;
      at->second.tensor = std::make_shared<const Tensor>(std::move(map->array.tensor));
    }
  }
  return at->second.tensor;
}

// [[5, 3], [5, 8]]: rows of equal length, at most `side` of at most `side` numbers.
void read_grid(FieldReader& fields, const char* key, int64_t side, Grid* grid) {
  const Json* rows = fields.list(key);
  if (rows == nullptr) return;
  const std::string name(key), most = std::to_string(side);
  const auto fits = [&](size_t count) { return count >= 1 && count <= static_cast<size_t>(side); };
  const size_t width = fits(rows->size()) && rows->front().is_array() ? rows->front().size() : 0;
  if (!fits(width)) {
    return fields.fail(name + " must be a list of 1 to " + most + " rows of 1 to " + most + " numbers");
  }
  const Size2 size{static_cast<int64_t>(rows->size()), static_cast<int64_t>(width)};
  std::vector<float> values;
  for (const Json& row : *rows) {
    if (!row.is_array() || row.size() != width) return fields.fail(name + " must have rows of equal length");
    for (const Json& cell : row) {
      float value = 0;
      if (!read_number(cell, &value)) {
        return fields.fail(name +
                           " must hold numbers of float32 range, \"NaN\", \"Infinity\" or \"-Infinity\"");
      }
      values.push_back(value);
    }
  }
  *grid = {size, std::move(values)};
}

std::string grid_text(const Grid& grid) {
  std::string text = "[";
  for (int64_t row = 0; row < grid.size.h; ++row) {
    text += row > 0 ? ",\n             [" : "[";
    for (int64_t column = 0; column < grid.size.w; ++column) {
      text.append(column > 0 ? ", " : "").append(number_text(grid.at({row, column})));
    }
    text += "]";
  }
  return text + "]";
}

void check_range(FieldReader& fields, const char* key, Size2 size, int64_t low, int64_t high) {
  if (std::min(size.h, size.w) < low || std::max(size.h, size.w) > high) {
    fields.fail(std::string(key) + " must be between " + std::to_string(low) + " and " +
                std::to_string(high));
  }
}

void read_source(FieldReader& fields, Document* document, Arrays& arrays) {
  Source& source = document->source;
  const bool file = fields.has("file"), of_array = file && fields.has("array");
  if (file && fields.has("preset")) return fields.fail("file and preset exclude each other");
  if (file && !fields.has("grid") && !(of_array && fields.has("size")))
    return fields.fail("grid is missing, which a file needs");
  int64_t seed = 1;
  fields.text("preset", &source.preset);
  fields.text("file", &source.file);
  fields.integer("seed", &seed);
  if (seed < 0) fields.fail("seed must not be negative");
  source.seed = static_cast<uint64_t>(seed);
  if (!file && find_preset(source.preset) == nullptr) {
    return fields.fail("preset \"" + source.preset.substr(0, 40) + "\" is unknown");
  }
  Size2 size = file ? Size2{1, 1} : natural_size(source);
  fields.size("size", &size);
  check_range(fields, "size", size, 1, kMaxSide);
  if (!fields.ok()) return;
  if (!file) {
    fields.text("lost", &source.lost);
    if (!fields.has("grid")) return take_grid(fields, size, document, arrays);
    read_grid(fields, "grid", kMaxSide, &document->grid);
    return read_cells(fields, fields.list("cells"), &document->grid);
  }
  source.preset.clear();
  fields.text("array", &source.path);
  if (of_array) {
    fields.integer("plane", &source.plane);
    read_layout(fields, &source.layout);
    if (fields.has("origin")) fields.integers("origin", {&source.origin.row, &source.origin.column});
    if (std::min({source.plane, source.origin.row, source.origin.column}) < 0) {
      return fields.fail("plane and origin must not be negative");
    }
  }
  if (!fields.has("grid")) return read_map(fields, size, document, arrays);
  read_grid(fields, "grid", kMaxSide, &document->grid);
  size = document->grid.size;
  const std::shared_ptr<const Tensor> array = of_array ? arrays.read(source) : nullptr;
  if (has_plane(array, source, size)) {
    source.tensor = array;
    source.dimensions = arrays.dimensions(source);
    return;
  }
  source.path.clear();
  source.layout = Layout::kNchw;
  source.plane = 0;
  source.origin = {};
  source.tensor = std::make_shared<const Tensor>(Shape{1, 1, size.h, size.w}, document->grid.values.copied());
}

std::string source_text(const Document& document, bool with_array, CellTexts& cells) {
  std::string text;
  if (document.source.preset.empty()) {
    const Source& source = document.source;
    text.append("\"file\": ").append(json_quote(source.file));
    const bool nowhere = !can_be_saved(document);
    if (nowhere || ((with_array || !is_stored(document.grid.size)) && !source.path.empty())) {
      text.append(", \"array\": ").append(json_quote(nowhere ? std::string(kNowhere) : source.path));
      if (source.layout == Layout::kNhwc) text.append(", \"layout\": \"nhwc\"");
      text.append(", \"plane\": ").append(std::to_string(source.plane));
      text.append(", \"origin\": ").append(pair_text(source.origin.row, source.origin.column));
    }
  } else {
    text.append("\"preset\": ").append(json_quote(document.source.preset));
    text.append(", \"seed\": ").append(std::to_string(document.source.seed));
    if (with_array && !document.source.lost.empty())
      text.append(", \"lost\": ").append(json_quote(document.source.lost));
  }
  return text + cells.of(document);
}

}  // namespace poolglass::step
