// The Step room's part of a saved state.
#include <algorithm>
#include <deque>
#include <map>
#include <memory>

#include "app/files/exercise_json.h"
#include "app/files/state_rooms.h"
#include "app/rooms/step/gradient.h"
#include "app/rooms/step/predict_state.h"
#include "app/rooms/step/presets.h"
#include "core/io/npy.h"

namespace poolglass::step {
namespace {

constexpr std::array<std::string_view, 3> kKindNames = {"sliding", "adaptive", "global"};
constexpr int64_t kMaxOutput = 2 * kMaxSide;  // windows per side: as padding allows, and one more

void check_range(FieldReader& fields, const char* key, Size2 size, int64_t low, int64_t high) {
  if (std::min(size.h, size.w) < low || std::max(size.h, size.w) > high) {
    fields.fail(std::string(key) + " must be between " + std::to_string(low) + " and " +
                std::to_string(high));
  }
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
  *grid = {{static_cast<int64_t>(rows->size()), static_cast<int64_t>(width)}, {}};
  for (const Json& row : *rows) {
    if (!row.is_array() || row.size() != width) return fields.fail(name + " must have rows of equal length");
    for (const Json& cell : row) {
      float value = 0;
      if (!read_number(cell, &value)) {
        return fields.fail(name +
                           " must hold numbers of float32 range, \"NaN\", \"Infinity\" or \"-Infinity\"");
      }
      grid->values.push_back(value);
    }
  }
}

// A file's array is not part of the state: the grid stands in for it. What a window keeps names the array's
// file, too
// ("array", with "plane" and "origin"), which reread_arrays() reads again.
void read_source(FieldReader& fields, Document* document) {
  Source& source = document->source;
  const bool file = fields.has("file");
  if (file && fields.has("preset")) return fields.fail("file and preset exclude each other");
  if (file && !fields.has("grid")) return fields.fail("grid is missing, which a file needs");
  int64_t seed = 1;
  fields.text("preset", &source.preset);
  fields.text("file", &source.file);
  fields.integer("seed", &seed);
  if (seed < 0) fields.fail("seed must not be negative");
  source.seed = static_cast<uint64_t>(seed);
  if (!file && find_preset(source.preset) == nullptr) {
    return fields.fail("preset \"" + source.preset.substr(0, 40) + "\" is unknown");
  }
  if (!file) document->grid = source_grid(source, natural_size(source));
  read_grid(fields, "grid", kMaxSide, &document->grid);
  if (!file) return;
  source.preset.clear();
  fields.text("array", &source.path);
  if (!source.path.empty()) {
    fields.integer("plane", &source.plane);
    if (fields.has("origin")) fields.integers("origin", {&source.origin.row, &source.origin.column});
    if (std::min({source.plane, source.origin.row, source.origin.column}) < 0) {
      return fields.fail("plane and origin must not be negative");
    }
  }
  const Size2 size = document->grid.size;
  source.tensor = std::make_shared<const Tensor>(Shape{1, 1, size.h, size.w}, document->grid.values);
}

void read_params(FieldReader& fields, Document* document) {
  PoolParams& params = document->params;
  std::string op = "max";
  fields.text("op", &op);
  if (op != "max" && op != "avg") fields.fail("op must be max or avg");
  params.reduction = op == "avg" ? Reduction::kAverage : Reduction::kMax;
  fields.size("kernel", &params.kernel);
  params.stride = params.kernel;
  document->stride_follows = !fields.has("stride");
  fields.size("stride", &params.stride);
  fields.size("dilation", &params.dilation);
  Size2 padding{0, 0};
  fields.size("padding", &padding);
  params.padding = {padding.h, padding.w, padding.h, padding.w};
  check_range(fields, "kernel", params.kernel, 1, kMaxWindow);
  check_range(fields, "stride", params.stride, 1, kMaxWindow);
  check_range(fields, "dilation", params.dilation, 1, kMaxWindow);
  check_range(fields, "padding", padding, 0, kMaxWindow / 2);
  std::string kind(kKindNames[0]);
  fields.text("kind", &kind);
  const auto named = std::ranges::find(kKindNames, kind);
  if (named == kKindNames.end()) return fields.fail("kind must be sliding, adaptive or global");
  document->kind = static_cast<Kind>(named - kKindNames.begin());
  fields.size("output_size", &document->bins);
  check_range(fields, "output_size", document->bins, 1, kMaxSide);
  if (document->kind == Kind::kAdaptive) params.adaptive_output = document->bins;
  if (document->kind == Kind::kGlobal) params.adaptive_output = Size2{1, 1};
  fields.boolean("ceil_mode", &params.ceil_mode);
  fields.boolean("count_include_pad", &params.count_include_pad);
  const auto same = [](Size2 size) { return size.h == size.w; };
  document->links = {same(document->grid.size), same(params.kernel), same(params.stride), same(padding),
                     same(params.dilation),     same(document->bins)};
}

// What the gradient lens is asked: left out where it is as at the first start.
void read_gradient(FieldReader& fields, Document* document) {
  Upstream& upstream = document->upstream;
  std::string kind(kUpstreams.front().name), ties(kTieNames.front());
  fields.text("upstream", &kind);
  fields.text("ties", &ties);
  const auto named = std::ranges::find(kUpstreams, kind, &NamedUpstream::name);
  if (named == kUpstreams.end()) return fields.fail("upstream must be " + names_of(kUpstreams));
  upstream.kind = named->kind;
  const auto policy = std::ranges::find(kTieNames, ties);
  if (policy == kTieNames.end()) return fields.fail("ties must be first, last, split or all");
  document->ties = static_cast<TiePolicy>(policy - kTieNames.begin());
  int64_t seed = 1;
  fields.integer("upstream_seed", &seed);
  if (seed < 0) fields.fail("upstream_seed must not be negative");
  upstream.seed = static_cast<uint64_t>(seed);
  if (fields.has("upstream_cell")) {
    read_cell(fields, "upstream_cell", {kMaxOutput, kMaxOutput}, &upstream.cell.row, &upstream.cell.column);
  }
  read_grid(fields, "upstream_values", kMaxOutput, &upstream.typed);
}

void read_document(FieldReader& fields, Document* document) {
  read_source(fields, document);
  read_params(fields, document);
  read_gradient(fields, document);
}

void read_dialect(FieldReader& fields, Dialect* dialect) {
  std::string name(kDialects[static_cast<size_t>(*dialect)].name);
  fields.text("dialect", &name);
  const auto at = std::ranges::find(kDialects, name, &DialectName::name);
  if (at == kDialects.end()) return fields.fail("dialect must be " + names_of(kDialects));
  *dialect = at->dialect;
}

std::string dialect_text(size_t dialect) {
  return "\"dialect\": " + json_quote(std::string(kDialects[dialect].name));
}

Status read_selection(const Json& json, const char* where, Size2 input, Size2 output,
                      std::optional<Selection>* selection) {
  FieldReader fields(json, where);
  Selection read;
  std::string side = "output";
  fields.text("side", &side);
  if (side != "input" && side != "output") fields.fail("side must be input or output");
  read.side = side == "input" ? Side::kInput : Side::kOutput;
  Dialect dialect = Dialect::kPyTorch;
  read_dialect(fields, &dialect);
  if (read.side == Side::kOutput) read.grid = static_cast<size_t>(dialect);
  if (read.grid > 0) output = {kMaxOutput, kMaxOutput};  // its own; derive() passes over what it has not
  fields.require("cell");
  read_cell(fields, "cell", read.side == Side::kInput ? input : output, &read.cell.row, &read.cell.column);
  *selection = read;
  return fields.status();
}

std::string selection_text(const std::optional<Selection>& selection) {
  return std::string("{\"side\": ")
      .append(selection->side == Side::kInput ? "\"input\"" : "\"output\"")
      .append(", \"cell\": ")
      .append(pair_text(selection->cell.row, selection->cell.column))
      .append(selection->grid > 0 ? ", " + dialect_text(selection->grid) : std::string())
      .append("}");
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

// Where the file is gone, or is another one now, the grid stays its own source.
void reread_arrays(Model* model) {
  std::map<std::string, std::shared_ptr<const Tensor>> arrays;
  const auto reread = [&](Document& document) {
    Source& source = document.source;
    if (source.path.empty()) return;
    const auto [array, is_new] = arrays.try_emplace(source.path);
    if (is_new) {
      Result<NpyArray> read = read_npy(source.path);
      if (read.ok()) array->second = std::make_shared<const Tensor>(std::move(read->tensor));
    }
    const Shape shape = array->second ? array->second->shape : Shape{0, 0, 0, 0};
    if (source.plane < shape.planes() && source.origin.row < shape.h && source.origin.column < shape.w) {
      source.tensor = array->second;
      return;
    }
    source.path.clear();
    source.plane = 0;
    source.origin = {};
  };
  reread(model->document);
  std::deque<Document> past = model->history.past();
  std::vector<Document> future = model->history.future();
  for (Document& document : past) reread(document);
  for (Document& document : future) reread(document);
  model->history = History<Document>(std::move(past), std::move(future));
}

std::string gradient_text(const Document& document) {
  const Upstream& upstream = document.upstream;
  std::string text;
  if (upstream.kind != UpstreamKind::kOnes) {
    const auto kind = static_cast<size_t>(upstream.kind);
    text.append(",\n    \"upstream\": ").append(json_quote(std::string(kUpstreams[kind].name)));
  }
  if (upstream.seed != 1) text.append(", \"upstream_seed\": ").append(std::to_string(upstream.seed));
  if (upstream.cell != Cell{}) {
    text.append(", \"upstream_cell\": ").append(pair_text(upstream.cell.row, upstream.cell.column));
  }
  if (upstream.typed != Grid{}) text.append(", \"upstream_values\": ").append(grid_text(upstream.typed));
  if (document.ties != TiePolicy::kFirst) {
    const auto policy = static_cast<size_t>(document.ties);
    text.append(", \"ties\": ").append(json_quote(std::string(kTieNames[policy])));
  }
  return text;
}

// The language of the code panel.
void read_code(FieldReader& fields, CodeTarget* target) {
  std::string name(words_of(*target).name);
  fields.text("code", &name);
  const auto at = std::ranges::find(kCodeTargets, name, &CodeTargetWords::name);
  if (at == kCodeTargets.end()) return fields.fail("code must be " + names_of(kCodeTargets));
  *target = at->target;
}

// The document's fields, without braces.
std::string document_text(const Document& document, bool with_array) {
  const PoolParams& params = document.params;
  std::string text;
  if (document.source.preset.empty()) {
    const Source& source = document.source;
    text.append("\"file\": ").append(json_quote(source.file));
    if (with_array && !source.path.empty()) {
      text.append(", \"array\": ").append(json_quote(source.path));
      text.append(", \"plane\": ").append(std::to_string(source.plane));
      text.append(", \"origin\": ").append(pair_text(source.origin.row, source.origin.column));
    }
  } else {
    text.append("\"preset\": ").append(json_quote(document.source.preset));
    text.append(", \"seed\": ").append(std::to_string(document.source.seed));
  }
  text.append(",\n    \"grid\": ").append(grid_text(document.grid));
  text.append(",\n    \"op\": ").append(params.reduction == Reduction::kMax ? "\"max\"" : "\"avg\"");
  if (document.kind != Kind::kSliding) {
    text.append(", \"kind\": ")
        .append(json_quote(std::string(kKindNames[static_cast<size_t>(document.kind)])));
  }
  if (document.bins != Document().bins) text.append(", \"output_size\": ").append(size_json(document.bins));
  text.append(", \"kernel\": ").append(size_json(params.kernel));
  if (!document.stride_follows) text.append(", \"stride\": ").append(size_json(params.stride));
  text.append(", \"padding\": ").append(size_json({params.padding.top, params.padding.left}));
  text.append(", \"dilation\": ").append(size_json(params.dilation));
  text.append(", \"ceil_mode\": ").append(bool_text(params.ceil_mode));
  text.append(", \"count_include_pad\": ").append(bool_text(params.count_include_pad));
  return text + gradient_text(document);
}

// Cells of the output. Parameters that do not fit the grid are a state like any other, in which the room
// shows why and keeps what it had: then whatever the largest grid could give.
Size2 output_plane(const Document& document) {
  const Result<Size2> size = output_size(document.params, document.grid.size);
  return size.ok() ? *size : Size2{kMaxOutput, kMaxOutput};
}

// Places a playhead without a glide.
void put(Playhead& playhead, int64_t index) {
  playhead.index = playhead.from = index;
  playhead.phase = 1;
}

}  // namespace

Status read_state(const Json& json, Model* model) {
  FieldReader fields(json, "step");
  read_document(fields, &model->document);
  read_history(fields, read_document, &model->history);
  reread_arrays(model);
  read_lens(fields, kLenses, &model->lens);
  fields.boolean("both", &model->both);
  fields.boolean("divisors", &model->divisors);
  read_dialect(fields, &model->dialect);
  read_panel(fields, kPanels, &model->panel);
  read_code(fields, &model->code);
  read_playback(fields, &model->playhead);
  int64_t window = 0;
  fields.integer("window", &window);
  const Json* pin = fields.object("pin");
  const Json* hover = fields.object("hover");
  read_predict(fields, model);
  if (Status s = fields.status(); !s.ok()) return s;

  const Size2 input = model->document.grid.size;
  const Size2 output = output_plane(model->document);
  if (window < 0 || window >= output.h * output.w) {
    return invalid_argument("step: window must be between 0 and " + std::to_string(output.h * output.w - 1));
  }
  if (!asks(*model)) put(model->playhead, window);
  if (pin != nullptr) {
    if (Status s = read_selection(*pin, "step: pin", input, output, &model->pin); !s.ok()) return s;
  }
  if (hover != nullptr) return read_selection(*hover, "step: hover", input, output, &model->hover);
  return {};
}

std::string state_text(const Model& model, bool with_history) {
  std::string text = "{" + document_text(model.document, with_history);
  text.append(",\n    \"window\": ").append(std::to_string(model.playhead.index)).append(", ");
  if (model.both) text.append("\"both\": true, ");
  if (model.divisors) text.append("\"divisors\": true, ");
  if (model.dialect != Dialect::kPyTorch) {
    text.append(dialect_text(static_cast<size_t>(model.dialect))).append(", ");
  }
  text.append(lens_text(kLenses, model.lens)).append(panel_text(kPanels, model.panel));
  if (model.code != CodeTarget::kPython) {
    text.append("\"code\": ").append(json_quote(std::string(words_of(model.code).name))).append(", ");
  }
  text.append(playback_text(model.playhead));
  if (model.pin) text.append(", \"pin\": ").append(selection_text(model.pin));
  text += predict_text(model.predict);
  if (with_history)
    text.append(history_text(model.history, [](const Document& d) { return document_text(d, true); }));
  return text + "}";
}

}  // namespace poolglass::step
