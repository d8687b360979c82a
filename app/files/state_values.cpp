// What both rooms' parts of a saved state are made of.
#include <charconv>
#include <cmath>

#include "app/files/state_rooms.h"

namespace poolglass {

std::string pair_text(int64_t a, int64_t b) {
  return std::string("[").append(std::to_string(a)).append(", ").append(std::to_string(b)).append("]");
}

std::string size_json(Size2 size) {
  return size.h == size.w ? std::to_string(size.h) : pair_text(size.h, size.w);
}

void read_short_text(FieldReader& fields, const char* key, std::string* text) {
  fields.text(key, text);
  if (text->size() > kMostText)
    fields.fail(std::string(key) + " must have at most " + std::to_string(kMostText) + " bytes");
}

const char* bool_text(bool value) { return value ? "true" : "false"; }

void read_cell(FieldReader& fields, const char* key, Size2 plane, int64_t* row, int64_t* column) {
  fields.integers(key, {row, column});
  if (*row < 0 || *column < 0 || *row >= plane.h || *column >= plane.w) {
    fields.fail(std::string(key) + " must be a cell of its " + std::to_string(plane.h) + "x" +
                std::to_string(plane.w) + " plane");
  }
}

std::string number_text(float value) {
  if (std::isnan(value)) return "\"NaN\"";
  if (std::isinf(value)) return value < 0 ? "\"-Infinity\"" : "\"Infinity\"";
  if (value == 0 && std::signbit(value)) return "-0.0";  // "-0" would be read as an integer without a sign
  char buffer[32];
  return {buffer, std::to_chars(buffer, buffer + sizeof buffer, value).ptr};
}

bool read_number(const Json& json, float* value) {
  if (json == "NaN") *value = std::nanf("");
  if (json == "Infinity") *value = INFINITY;
  if (json == "-Infinity") *value = -INFINITY;
  if (json.is_string()) return json == "NaN" || json == "Infinity" || json == "-Infinity";
  if (!json.is_number()) return false;
  *value = static_cast<float>(json.get<double>());
  return std::isfinite(*value);
}

namespace {

// One of a list of named things.
void read_named(FieldReader& fields, const char* key, const auto& all, size_t* index) {
  std::string name(all[*index].name);
  fields.text(key, &name);
  for (size_t i = 0; i < all.size(); ++i) {
    if (all[i].name != name) continue;
    *index = i;
    return;
  }
  fields.fail(std::string(key) + " must be " + names_of(all));
}

// Written where it is not the first.
std::string named_text(const char* key, const auto& all, size_t index) {
  if (index == 0) return {};
  return std::string("\"").append(key).append("\": ").append(json_quote(std::string(all[index].name))) + ", ";
}

}  // namespace

void read_lens(FieldReader& fields, std::span<const LensWords> lenses, size_t* lens) {
  read_named(fields, "lens", lenses, lens);
}

std::string lens_text(std::span<const LensWords> lenses, size_t lens) {
  return named_text("lens", lenses, lens);
}

void read_panel(FieldReader& fields, std::span<const PanelWords> panels, size_t* panel) {
  read_named(fields, "panel", panels, panel);
}

std::string panel_text(std::span<const PanelWords> panels, size_t panel) {
  return named_text("panel", panels, panel);
}

void read_playback(FieldReader& fields, Playhead* playhead) {
  fields.number("speed", &playhead->speed);
  if (playhead->speed < Playhead::kMinSpeed || playhead->speed > Playhead::kMaxSpeed) {
    fields.fail("speed must be between 0.25 and 16");
  }
  fields.boolean("loop", &playhead->loop);
}

std::string playback_text(const Playhead& playhead) {
  return std::string("\"speed\": ")
      .append(number_text(static_cast<float>(playhead.speed)))
      .append(", \"loop\": ")
      .append(bool_text(playhead.loop));
}

std::string steps_text(const char* key, const std::vector<std::string>& nearest_first) {
  if (nearest_first.empty()) return {};
  std::string text = std::string(",\n    \"") + key + "\": [";
  for (auto at = nearest_first.rbegin(); at != nearest_first.rend(); ++at) {
    text += (at == nearest_first.rbegin() ? "\n     {" : ",\n     {") + *at + "}";
  }
  return text + "]";
}

}  // namespace poolglass
