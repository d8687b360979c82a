// The Step room's part of a saved state.
#include <algorithm>
#include <cmath>

#include "app/files/exercise_json.h"
#include "app/files/state_rooms.h"
#include "app/rooms/step/gradient.h"
#include "app/rooms/step/predict_state.h"
#include "app/rooms/step/presets.h"
#include "app/rooms/step/source_saved_state.h"

namespace poolglass::step {
namespace {

constexpr std::array<std::string_view, 3> kKindNames = {"sliding", "adaptive", "global"};
constexpr int64_t kMaxOutput = 2 * kMaxSide;  // windows per side: as padding allows, and one more

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

void read_document(FieldReader& fields, Document* document, Arrays& arrays) {
  read_source(fields, document, arrays);
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
std::string document_text(const Document& document, bool with_array, CellTexts& cells) {
  const PoolParams& params = document.params;
  std::string text = source_text(document, with_array, cells);
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

namespace {

// [row, column, cells]: the middle of what is seen of a map, and how many cells a side.
void read_sight(FieldReader& fields, Model* model) {
  const Json* sight = fields.list("sight");
  if (sight == nullptr) return;
  const auto number = [&](size_t at) { return sight->size() == 3 && (*sight)[at].is_number(); };
  if (!number(0) || !number(1) || !number(2)) return fields.fail("sight must be [row, column, cells]");
  model->sight = clamped({(*sight)[0].get<double>(), (*sight)[1].get<double>(), (*sight)[2].get<double>()},
                         model->document.grid.size);
}

std::string sight_text(const Sight& sight) {
  std::string text = "\"sight\": [";
  for (const double part : {sight.row, sight.column, sight.cells}) {
    text.append(text.back() == '[' ? "" : ", ").append(number_text(static_cast<float>(part)));
  }
  return text + "], ";
}

}  // namespace

Status read_state(const Json& json, Model* model) { return read_state(json, model, nullptr); }

Status read_state(const Json& json, Model* model, ReadProgress* progress) {
  FieldReader fields(json, "step");
  Arrays arrays(progress);
  read_document(fields, &model->document, arrays);
  const auto read_step = [&](FieldReader& step, Document* document) {
    read_document(step, document, arrays);
  };
  read_history(fields, read_step, &model->history);
  read_sight(fields, model);
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
  // A map that was lost before is said to be, and named no more: places are in what stands in for it.
  const bool loses_map = fields.has("file") && !model->document.source.lost.empty();
  read_predict(fields, loses_map, model);
  if (Status s = fields.status(); !s.ok()) return s;
  if (loses_map) {  // and with the map the places in it
    model->sight = {};
    put(model->playhead, 0);
    model->followed = 0;
    return {};
  }

  const Size2 input = model->document.grid.size;
  const Size2 output = output_plane(model->document);
  if (window < 0 || window >= output.h * output.w) {
    return invalid_argument("step: window must be between 0 and " + std::to_string(output.h * output.w - 1));
  }
  if (!asks(*model)) put(model->playhead, window);
  model->followed = model->playhead.index;
  if (pin != nullptr) {
    if (Status s = read_selection(*pin, "step: pin", input, output, &model->pin); !s.ok()) return s;
  }
  if (hover != nullptr) return read_selection(*hover, "step: hover", input, output, &model->hover);
  return {};
}

std::string state_text(const Model& model, bool with_history) {
  CellTexts cells;
  std::string text = "{" + document_text(model.document, with_history, cells);
  text.append(",\n    \"window\": ").append(std::to_string(model.playhead.index)).append(", ");
  if (model.both) text.append("\"both\": true, ");
  if (model.sight.cells > 0) text += sight_text(model.sight);
  if (model.divisors) text.append("\"divisors\": true, ");
  if (model.dialect != Dialect::kPyTorch) {
    text.append(dialect_text(static_cast<size_t>(model.dialect))).append(", ");
  }
  text.append(lens_text(kLenses, model.lens)).append(panel_text(kPanels, model.panel));
  if (model.code != CodeTarget::kPython) {
    text.append("\"code\": ").append(json_quote(std::string(words_of(model.code).name))).append(", ");
  }
  text.append(playback_text(model.playhead));
  if (model.pin && has_cell(model.document, *model.pin))
    text.append(", \"pin\": ").append(selection_text(model.pin));
  text += predict_text(model);
  const auto text_of = [&](const Document& step) { return document_text(step, true, cells); };
  if (with_history) text.append(history_text(model.history, text_of));
  return text + "}";
}

}  // namespace poolglass::step
