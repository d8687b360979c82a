// A room with nothing in it: what a new room begins as.
#pragma once

#include <string>
#include <variant>

#include "app/rooms/environment.h"
#include "app/rooms/history.h"
#include "app/rooms/playhead.h"
#include "app/rooms/room_words.h"
#include "core/status.h"

namespace poolglass::empty {

inline constexpr RoomWords kWords{"Empty", "What is here before anything is?", "", ""};

struct Document {
  friend bool operator==(const Document&, const Document&) = default;
};

struct Model {
  Document document;
  History<Document> history;
  Playhead playhead;
};

struct Wait {};
using Action = std::variant<Wait>;

struct Derived {};

// What every room has (app/rooms/README.md).
void update(Model& model, const Action& action);
bool only_looks(const Action& action);
void moved_on(Model& model);
void undo(Model& model);
void redo(Model& model);
void restored(Model& model, const Model& before);
void advance(Model& model, double dt, bool reduce_motion);
bool animating(const Model& model);
void derive(const Model& model, Derived& derived, const Environment& environment = {});
int64_t playback_length(const Derived& derived);
std::string status_sentence(const Model& model, const Derived& derived);
std::string gpu_in_use(const Derived& derived);
Status apply_preset(Model& model, const std::string& name);
Result<std::string> describe(Model model, const DescribeWhat& what);

}  // namespace poolglass::empty
