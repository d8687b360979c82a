// The rooms' parts of a saved state. Internal to app/files/state_file.
#pragma once

#include <string>

#include "app/rooms/list.h"
#include "core/io/strict_json.h"

namespace poolglass {

#define ROOM(Name, name)                                           \
  namespace name {                                                 \
  Status read_state(const Json& json, Model* model);               \
  /* An object, indented as a value of the document's own keys. */ \
  std::string state_text(const Model& model);                      \
  }
POOLGLASS_ROOMS(ROOM)
#undef ROOM

// The shortest JSON that reads back as the same float: a number, or "NaN", "Infinity", "-Infinity".
std::string number_text(float value);
bool read_number(const Json& json, float* value);

std::string pair_text(int64_t a, int64_t b);  // "[0, 1]"
const char* bool_text(bool value);

// [row, column] of a cell of the plane.
void read_cell(FieldReader& fields, const char* key, Size2 plane, int64_t* row, int64_t* column);

// Speed and loop, which both rooms have.
void read_playback(FieldReader& fields, Playhead* playhead);
std::string playback_text(const Playhead& playhead);

}  // namespace poolglass
