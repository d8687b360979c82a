#include "app/files/state_file.h"

#include "app/files/state_rooms.h"
#include "core/io/file.h"
#include "core/io/outputs.h"

namespace poolglass {
namespace {

constexpr int64_t kVersion = 1;
constexpr int64_t kLimit = int64_t{16} << 20;

// Reads `key` as one of `names`, in order of the enumeration; leaves *value when absent.
template <class Enum>
void read_choice(FieldReader& fields, const char* key, std::initializer_list<const char*> names,
                 Enum* value) {
  std::string name;
  if (!fields.has(key)) return;
  fields.text(key, &name);
  std::string list;
  int index = 0;
  for (const char* candidate : names) {
    if (name == candidate) {
      *value = static_cast<Enum>(index);
      return;
    }
    list += (list.empty() ? "" : " or ") + std::string(candidate);
    ++index;
  }
  fields.fail(std::string(key) + " must be " + list);
}

}  // namespace

bool is_state_json(std::string_view text) {
  const Result<Json> json = parse_strict_json(text, {.bytes = kLimit});
  return json.ok() && json->is_object() && json->contains("poolglass");
}

Result<Model> parse_state_json(std::string_view text) {
  const Result<Json> json = parse_strict_json(text, {.bytes = kLimit});
  if (!json.ok()) return json.status();
  FieldReader fields(*json, json->is_object() ? "" : "a state");
  Model model;
  int64_t version = 0;
  fields.require("poolglass");
  fields.integer("poolglass", &version);
  if (version != kVersion) fields.fail("poolglass must be 1, the only format version there is");
  read_choice(fields, "room", {"step", "chain"}, &model.room);
  read_choice(fields, "theme", {"dark", "light"}, &model.theme);
  double scale = double{model.scale};
  fields.number("scale", &scale);
  if (scale < double{kMinScale} || scale > double{kMaxScale}) fields.fail("scale must be between 0.75 and 3");
  model.scale = static_cast<float>(scale);
  fields.boolean("reduce_motion", &model.reduce_motion);
  fields.boolean("help", &model.help_open);
  const Json* step = fields.object("step");
  const Json* chain = fields.object("chain");
  if (Status s = fields.status(); !s.ok()) return s;
  if (step != nullptr) {
    if (Status s = read_step_state(*step, &model.step); !s.ok()) return s;
  }
  if (chain != nullptr) {
    if (Status s = read_chain_state(*chain, &model.chain); !s.ok()) return s;
  }
  return model;
}

std::string write_state_json(const Model& model) {
  const auto flag = [](bool on) { return on ? "true" : "false"; };
  std::string text = "{\n  \"poolglass\": " + std::to_string(kVersion) + ",\n";
  text.append("  \"room\": ").append(model.room == Room::kStep ? "\"step\"" : "\"chain\"").append(",\n");
  text.append("  \"theme\": ")
      .append(model.theme == ThemeName::kDark ? "\"dark\"" : "\"light\"")
      .append(",\n");
  text.append("  \"scale\": ").append(number_text(model.scale)).append(",\n");
  text.append("  \"reduce_motion\": ").append(flag(model.reduce_motion)).append(",\n");
  text.append("  \"help\": ").append(flag(model.help_open)).append(",\n");
  text.append("  \"step\": ").append(step_state_text(model.step)).append(",\n");
  return text.append("  \"chain\": ").append(chain_state_text(model.chain)).append("\n}\n");
}

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
