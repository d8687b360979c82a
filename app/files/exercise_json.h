// Exercises and questions as parsed JSON. Internal to the readers of files.
#pragma once

#include <string>

#include "app/rooms/step/model.h"
#include "core/io/strict_json.h"

namespace poolglass {

// Whether a document is meant as an exercise: an object with the key "poolglass_exercise".
bool is_exercise(const Json& json);
Result<step::Exercise> exercise_from(const Json& json);  // parse_exercise (app/files/exercise_file.h)

// The Predict panel's part of a saved state:
// "predict": {"ask": "winner", "cell": [0, 1], "guess": "2, 3", "revealed": true, "hide": ["settings"],
//             "exercise": {"title": "T", "question": "Q", "hide": [], "number": [4, 12]},
//             "score": {"asked": 5, "right": 3, "made": {"forgot-padding": 1}, "exercises": "rw-r--------"}}
// The model's document is read already. A cell that its picture does not have is refused; with `loses_map`
// the document's map could not be read, and what was asked about it is dropped.
void read_predict(FieldReader& fields, bool loses_map, step::Model* model);
// With a comma before it; nothing where nothing was asked yet.
std::string predict_text(const step::Model& model);

// "ask": by its name; stays as it is where it is absent.
void read_asked(FieldReader& fields, Asked* asked);

// "hide": a list of names.
void read_hidden(FieldReader& fields, step::Hidden* hidden);
std::string hidden_text(const step::Hidden& hidden);  // ["settings"]; empty: nothing is hidden

}  // namespace poolglass
