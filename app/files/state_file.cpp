#include "app/files/state_file.h"

#include <algorithm>
#include <array>
#include <set>
#include <span>

#include "app/files/course_file.h"
#include "app/files/open.h"
#include "app/files/state_rooms.h"
#include "core/io/file.h"
#include "core/io/outputs.h"
#include "core/printable.h"

namespace poolglass {
namespace {

constexpr int64_t kVersion = 1;
// Of a document and its history.
constexpr JsonLimits kKeptLimits{
    .bytes = int64_t{64} << 20, .depth = kDocumentLimits.depth, .values = 8'000'000};
constexpr int64_t kMostPixels = 32768;
constexpr size_t kMostLine = 4000;  // bytes
constexpr size_t kKeptLines = 200;  // of the log

// Reads `key` as one of `names`, in order of the enumeration; leaves *value when absent.
template <class Enum>
void read_choice(FieldReader& fields, const char* key, std::span<const std::string_view> names, Enum* value) {
  std::string name;
  if (!fields.has(key)) return;
  fields.text(key, &name);
  std::string list;
  int index = 0;
  for (const std::string_view candidate : names) {
    if (name == candidate) {
      *value = static_cast<Enum>(index);
      return;
    }
    list += (list.empty() ? "" : " or ") + std::string(candidate);
    ++index;
  }
  fields.fail(std::string(key) + " must be " + list);
}

constexpr std::array<std::string_view, 2> kThemes = {"dark", "light"};

std::array<std::string_view, kRooms.size()> room_names() {
  std::array<std::string_view, kRooms.size()> names;
  std::ranges::transform(kRooms, names.begin(), &RoomInfo::name);
  return names;
}

// "tour": where one is in it.
void read_tour(FieldReader& fields, tour::Place* place, bool* open) {
  const Json* json = fields.object("tour");
  if (json == nullptr) return;
  const Result<std::shared_ptr<const tour::Course>> course = tour_course();
  if (!course.ok()) return;
  FieldReader part(*json, "tour");
  const std::vector<tour::Step>& steps = (*course)->steps;
  const auto step_named = [&](const std::string& name) {
    return static_cast<size_t>(std::ranges::find(steps, name, &tour::Step::name) - steps.begin());
  };
  std::string step(steps.front().name);
  part.text("step", &step);
  part.boolean("open", open);
  part.integer("pools", &place->pools);
  if (place->pools < 0 || place->pools > kMostPools)
    part.fail("pools must be between 0 and " + std::to_string(kMostPools));
  place->course = *course;
  place->answers.resize(steps.size());
  // A step that this version of the tour does not have is as if it had not been seen, what is no answer to
  // its question as if it had not been given.
  place->step = std::min(step_named(step), steps.size() - 1);
  if (const Json* answers = part.object("answers")) {
    for (const auto& [name, guess] : answers->items()) {
      const size_t at = step_named(name);
      if (!guess.is_string()) {
        part.fail("answers must be texts");
      } else if (at < steps.size() && tour::is_answer(steps[at].question, guess.get<std::string>())) {
        place->answers[at] = {true, guess.get<std::string>()};
      }
    }
  }
  if (const Status status = part.status(); !status.ok()) fields.fail(status.message());
}

// "log": the newest sentences.
void read_log(FieldReader& fields, Log* log) {
  const Json* list = fields.list("log");
  if (list == nullptr) return;
  const auto is_line = [](const Json& line) {
    return line.is_string() && line.get_ref<const std::string&>().size() <= kMostLine;
  };
  if (list->size() > Log::kMostLines || !std::ranges::all_of(*list, is_line))
    return fields.fail("log must be at most " + std::to_string(Log::kMostLines) + " sentences");
  for (const Json& line : *list) log->lines.push_back(line.get<std::string>());
  log->said = static_cast<int64_t>(log->lines.size());
  if (!log->lines.empty()) log->room = log->tour = log->lines.back();  // said last: not said again
}

void read_window(FieldReader& fields, std::optional<Size2>* window) {
  if (!fields.has("window")) return;
  Size2 size;
  fields.integers("window", {&size.w, &size.h});
  if (std::min(size.w, size.h) < 1 || std::max(size.w, size.h) > kMostPixels) {
    fields.fail("window must be [width, height], each from 1 to 32768");
  }
  *window = size;
}

// The files that a room's part names, its history's included.
void add_files(const Json& part, std::set<std::string>* files) {
  if (!part.is_object()) return;
  for (const char* key : {"array", "path"}) {
    if (const auto at = part.find(key); at != part.end() && at->is_string())
      files->insert(at->get<std::string>());
  }
  for (const char* key : {"undo", "redo"}) {
    const auto steps = part.find(key);
    if (steps == part.end() || !steps->is_array()) continue;
    for (const Json& step : *steps) add_files(step, files);
  }
}

bool names_slow_file(const Json& json) {
  std::set<std::string> files;
  for (const RoomInfo& info : kRooms) {
    if (const auto part = json.find(std::string(info.name)); part != json.end()) add_files(*part, &files);
  }
  return std::ranges::any_of(files, [](const std::string& path) {
    const Result<bool> slow = opens_slowly(path);
    return slow.ok() && *slow;
  });
}

Looks read_looks(FieldReader& fields) {
  Looks looks;
  read_choice(fields, "theme", kThemes, &looks.theme);
  double scale = double{looks.scale};
  fields.number("scale", &scale);
  if (scale < double{kMinScale} || scale > double{kMaxScale}) fields.fail("scale must be between 0.75 and 3");
  looks.scale = static_cast<float>(scale);
  fields.boolean("reduce_motion", &looks.reduce_motion);
  return looks;
}

std::optional<Looks> looks_from(const Json& json) {
  if (!is_state(json)) return std::nullopt;
  FieldReader fields(json, "");
  Looks looks = read_looks(fields);
  read_window(fields, &looks.window);
  return fields.ok() ? std::optional(looks) : std::nullopt;
}

std::string log_text(const Log& log) {
  std::string text;
  const size_t first = log.lines.size() - std::min(log.lines.size(), kKeptLines);
  for (size_t i = first; i < log.lines.size(); ++i)
    text += (text.empty() ? "" : ",\n    ") + json_quote(one_line(log.lines[i], kMostLine));
  return text.empty() ? text : "\n  \"log\": [" + text + "],";
}

std::string tour_text(const tour::Place& place) {
  if (place.course == nullptr) return {};
  const std::vector<tour::Step>& steps = place.course->steps;
  std::string answers;
  for (size_t i = 0; i < steps.size(); ++i) {
    if (!place.answers[i].given) continue;
    answers +=
        (answers.empty() ? "" : ", ") + json_quote(steps[i].name) + ": " + json_quote(place.answers[i].guess);
  }
  std::string text = "\n  \"tour\": {\"step\": " + json_quote(steps[place.step].name);
  if (place.open) text += ", \"open\": true";
  if (place.pools != 0) text += ", \"pools\": " + std::to_string(place.pools);
  if (!answers.empty()) text += ", \"answers\": {" + answers + "}";
  return text + "},";
}

std::string state_json(const Model& model, const std::string& window_fields, bool with_history) {
  std::string text = "{\n  \"poolglass\": " + std::to_string(kVersion) + "," + window_fields;
  text.append("\n  \"room\": ")
      .append(json_quote(std::string(room_info(tour::own_room(model)).name)))
      .append(",\n");
  text.append("  \"theme\": ")
      .append(model.theme == ThemeName::kDark ? "\"dark\"" : "\"light\"")
      .append(",\n");
  text.append("  \"scale\": ").append(number_text(model.scale)).append(",\n");
  text.append("  \"reduce_motion\": ").append(bool_text(model.reduce_motion)).append(",\n");
  text.append("  \"help\": ").append(bool_text(model.help_open));
  for (const RoomInfo& info : kRooms) {
    const auto part = [&](const auto& room) { return state_text(room, with_history); };
    text.append(",\n  ").append(json_quote(std::string(info.name))).append(": ");
    text.append(in_room(info.room, part, tour::own_rooms(model, info.room)));
  }
  return text.append("\n}\n");
}

}  // namespace

bool is_state(const Json& json) { return json.is_object() && json.contains("poolglass"); }

Result<KeptState> parse_kept_state_json(std::string_view text, ReadProgress* progress) {
  const Result<Json> json = parse_strict_json(text, kKeptLimits);
  return json.ok() ? kept_state_from(*json, progress) : json.status();
}

std::optional<Looks> parse_looks(std::string_view text) {
  const Result<Json> json = parse_strict_json(text, kKeptLimits);
  return json.ok() ? looks_from(*json) : std::nullopt;
}

std::optional<Looks> parse_slow_looks(std::string_view text) {
  const Result<Json> json = parse_strict_json(text, kKeptLimits);
  if (!json.ok()) return std::nullopt;
  const std::optional<Looks> looks = looks_from(*json);
  return looks && names_slow_file(*json) ? looks : std::nullopt;
}

Result<Model> parse_state_json(std::string_view text) {
  const Result<Json> json = parse_strict_json(text, kKeptLimits);
  return json.ok() ? state_from(*json) : json.status();
}

Result<Model> state_from(const Json& json, ReadProgress* progress) {
  Result<KeptState> state = kept_state_from(json, progress);
  if (!state.ok()) return state.status();
  return std::move(state->model);
}

Result<KeptState> kept_state_from(const Json& json, ReadProgress* progress) {
  FieldReader fields(json, json.is_object() ? "" : "a state");
  KeptState state;
  Model& model = state.model;
  int64_t version = 0;
  fields.require("poolglass");
  fields.integer("poolglass", &version);
  if (version != kVersion) fields.fail("poolglass must be 1, the only format version there is");
  read_choice(fields, "room", room_names(), &model.room);
  const Looks looks = read_looks(fields);
  model.theme = looks.theme;
  model.scale = looks.scale;
  model.reduce_motion = looks.reduce_motion;
  fields.boolean("help", &model.help_open);
  std::array<const Json*, kRooms.size()> parts{};
  for (const RoomInfo& info : kRooms) {
    parts[static_cast<size_t>(info.room)] = fields.object(info.name.data());  // a literal
  }
  read_window(fields, &state.window);
  fields.text("document", &model.file.path);
  fields.text("name", &model.file.name);
  fields.boolean("modified", &model.file.unsaved);
  tour::Place place;
  bool touring = false;
  read_tour(fields, &place, &touring);
  read_log(fields, &model.log);
  if (Status s = fields.status(); !s.ok()) return s;
  for (const RoomInfo& info : kRooms) {
    const Json* part = parts[static_cast<size_t>(info.room)];
    const auto read = [&](auto& room) {
      if constexpr (requires { read_state(*part, &room, progress); })
        return read_state(*part, &room, progress);
      return read_state(*part, &room);
    };
    if (part == nullptr) continue;
    if (Status s = in_room(info.room, read, model); !s.ok()) return s;
  }
  model.file.saved = snapshot(model);
  model.tour = std::move(place);
  if (touring) update(model, Derived(), tour::Action(tour::Enter{model.tour.course}));
  return state;
}

std::string write_kept_state_json(const KeptState& state) {
  const DocumentFile& file = state.model.file;
  std::string text = "\n  \"document\": " + json_quote(file.path) + ",";
  text += "\n  \"name\": " + json_quote(file.name) + ",";
  text.append("\n  \"modified\": ").append(bool_text(modified(state.model))).append(",");
  if (state.window) text += "\n  \"window\": " + pair_text(state.window->w, state.window->h) + ",";
  text += tour_text(state.model.tour) + log_text(state.model.log);
  return state_json(state.model, text, true);
}

std::string write_state_json(const Model& model) { return state_json(model, "", false); }

Result<Model> read_state_file(const std::string& path, ReadProgress* progress) {
  const Result<std::string> text = read_file(path, kDocumentLimits.bytes);
  if (!text.ok()) return text.status();
  const Result<Json> json = parse_strict_json(*text, kDocumentLimits);
  Result<Model> model = json.ok() ? state_from(*json, progress) : json.status();
  if (!model.ok()) return Status(model.status().code(), path + ": " + model.status().message());
  return model;
}

Status write_state_file(const std::string& path, const Model& model) {
  const std::string text = write_state_json(model);
  if (const Status why = parse_strict_json(text, kDocumentLimits).status(); !why.ok())
    return Status(why.code(), "the session " + why.message() + ": it could not be opened again");
  return write_file(path, text);
}

}  // namespace poolglass
