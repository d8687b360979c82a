#include "app/files/state_file.h"

#include <algorithm>
#include <array>
#include <span>

#include "app/files/state_rooms.h"
#include "core/io/file.h"
#include "core/io/outputs.h"

namespace poolglass {
namespace {

constexpr int64_t kVersion = 1;
constexpr int64_t kLimit = int64_t{16} << 20;      // of a document
constexpr int64_t kKeptLimit = int64_t{64} << 20;  // of a document and its history
constexpr int64_t kKeptValues = 8'000'000;
constexpr int kKeptDepth = 24;  // a network in a step of the history lies deeper than in its file
constexpr int64_t kMostPixels = 32768;

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

std::string state_json(const Model& model, const std::string& window_fields, bool with_history) {
  std::string text = "{\n  \"poolglass\": " + std::to_string(kVersion) + "," + window_fields;
  text.append("\n  \"room\": ").append(json_quote(std::string(room_info(model.room).name))).append(",\n");
  text.append("  \"theme\": ")
      .append(model.theme == ThemeName::kDark ? "\"dark\"" : "\"light\"")
      .append(",\n");
  text.append("  \"scale\": ").append(number_text(model.scale)).append(",\n");
  text.append("  \"reduce_motion\": ").append(bool_text(model.reduce_motion)).append(",\n");
  text.append("  \"help\": ").append(bool_text(model.help_open));
  for (const RoomInfo& info : kRooms) {
    const auto part = [&](const auto& room) { return state_text(room, with_history); };
    text.append(",\n  ").append(json_quote(std::string(info.name))).append(": ");
    text.append(in_room(info.room, part, model));
  }
  return text.append("\n}\n");
}

}  // namespace

bool is_state(const Json& json) { return json.is_object() && json.contains("poolglass"); }

Result<KeptState> parse_kept_state_json(std::string_view text) {
  const Result<Json> json =
      parse_strict_json(text, {.bytes = kKeptLimit, .depth = kKeptDepth, .values = kKeptValues});
  return json.ok() ? kept_state_from(*json) : json.status();
}

Result<Model> parse_state_json(std::string_view text) {
  const Result<Json> json =
      parse_strict_json(text, {.bytes = kKeptLimit, .depth = kKeptDepth, .values = kKeptValues});
  return json.ok() ? state_from(*json) : json.status();
}

Result<Model> state_from(const Json& json) {
  Result<KeptState> state = kept_state_from(json);
  if (!state.ok()) return state.status();
  return std::move(state->model);
}

Result<KeptState> kept_state_from(const Json& json) {
  FieldReader fields(json, json.is_object() ? "" : "a state");
  KeptState state;
  Model& model = state.model;
  int64_t version = 0;
  fields.require("poolglass");
  fields.integer("poolglass", &version);
  if (version != kVersion) fields.fail("poolglass must be 1, the only format version there is");
  read_choice(fields, "room", room_names(), &model.room);
  read_choice(fields, "theme", kThemes, &model.theme);
  double scale = double{model.scale};
  fields.number("scale", &scale);
  if (scale < double{kMinScale} || scale > double{kMaxScale}) fields.fail("scale must be between 0.75 and 3");
  model.scale = static_cast<float>(scale);
  fields.boolean("reduce_motion", &model.reduce_motion);
  fields.boolean("help", &model.help_open);
  std::array<const Json*, kRooms.size()> parts{};
  for (const RoomInfo& info : kRooms) {
    parts[static_cast<size_t>(info.room)] = fields.object(info.name.data());  // a literal
  }
  if (fields.has("window")) {
    Size2 size;
    fields.integers("window", {&size.w, &size.h});
    if (std::min(size.w, size.h) < 1 || std::max(size.w, size.h) > kMostPixels) {
      fields.fail("window must be [width, height], each from 1 to 32768");
    }
    state.window = size;
  }
  fields.text("document", &model.file.path);
  fields.text("name", &model.file.name);
  fields.boolean("modified", &model.file.unsaved);
  if (Status s = fields.status(); !s.ok()) return s;
  for (const RoomInfo& info : kRooms) {
    const Json* part = parts[static_cast<size_t>(info.room)];
    const auto read = [&](auto& room) { return read_state(*part, &room); };
    if (part == nullptr) continue;
    if (Status s = in_room(info.room, read, model); !s.ok()) return s;
  }
  model.file.saved = snapshot(model);
  return state;
}

std::string write_kept_state_json(const KeptState& state) {
  const DocumentFile& file = state.model.file;
  std::string text = "\n  \"document\": " + json_quote(file.path) + ",";
  text += "\n  \"name\": " + json_quote(file.name) + ",";
  text.append("\n  \"modified\": ").append(bool_text(modified(state.model))).append(",");
  if (state.window) text += "\n  \"window\": " + pair_text(state.window->w, state.window->h) + ",";
  return state_json(state.model, text, true);
}

std::string write_state_json(const Model& model) { return state_json(model, "", false); }

Result<Model> read_state_file(const std::string& path) {
  const Result<std::string> text = read_file(path, kLimit);
  if (!text.ok()) return text.status();
  Result<Model> model = parse_state_json(*text);
  if (!model.ok()) return Status(model.status().code(), path + ": " + model.status().message());
  return model;
}

Status write_state_file(const std::string& path, const Model& model) {
  return write_file(path, write_state_json(model));
}

}  // namespace poolglass
