// The list of rooms: the one place that names them all, in the order of the rail and of Ctrl+1, Ctrl+2, ...
// A room is added in its folder, here and in CMakeLists.txt, and nowhere else; README.md says what is in a
// room's folder.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdlib>
#include <string_view>

#include "app/rooms/chain/model.h"
#include "app/rooms/chain/view_state.h"
#include "app/rooms/head/model.h"
#include "app/rooms/head/view_state.h"
#include "app/rooms/shift/model.h"
#include "app/rooms/shift/view_state.h"
#include "app/rooms/step/model.h"
#include "app/rooms/step/view_state.h"

// ROOM(Name, name) for each: Room::kName, and the folder and namespace `name`.
#define POOLGLASS_ROOMS(ROOM) \
  ROOM(Step, step)            \
  ROOM(Chain, chain)          \
  ROOM(Shift, shift)          \
  ROOM(Head, head)

namespace poolglass {

enum class Room {
#define ROOM(Name, name) k##Name,
  POOLGLASS_ROOMS(ROOM)
#undef ROOM
};

struct RoomInfo {
  Room room;
  std::string_view name;  // of its folder, on the command line and in state files
  RoomWords words;
};
inline constexpr std::array kRooms = {
#define ROOM(Name, name) RoomInfo{Room::k##Name, #name, name::kWords},
    POOLGLASS_ROOMS(ROOM)
#undef ROOM
};
constexpr const RoomInfo& room_info(Room room) { return kRooms[static_cast<size_t>(room)]; }

inline constexpr size_t kMostLenses = [] {
  size_t most = 0;
  for (const RoomInfo& info : kRooms) most = std::max(most, info.words.lenses.size());
  return most;
}();

// One of each, by the room's name: models.step, models.chain, ...
struct RoomModels {
#define ROOM(Name, name) name::Model name;
  POOLGLASS_ROOMS(ROOM)
#undef ROOM
};
struct RoomResults {
#define ROOM(Name, name) name::Derived name;
  POOLGLASS_ROOMS(ROOM)
#undef ROOM
};
struct RoomViewStates {
#define ROOM(Name, name) name::ViewState name;
  POOLGLASS_ROOMS(ROOM)
#undef ROOM
};

// Calls `f` with the part of each argument that belongs to `room`: in_room(Room::kStep, f, models, results)
// is f(models.step, results.step). What `f` calls is found in the room's namespace.
template <class F, class... Parts>
decltype(auto) in_room(Room room, F&& f, Parts&&... parts) {
  switch (room) {
#define ROOM(Name, name) \
  case Room::k##Name:    \
    return f(parts.name...);
    POOLGLASS_ROOMS(ROOM)
#undef ROOM
  }
  std::abort();  // every room has its case
}

// The same for one room after the other.
template <class F, class... Parts>
void in_each_room(F&& f, Parts&&... parts) {
  for (const RoomInfo& info : kRooms) in_room(info.room, f, parts...);
}

}  // namespace poolglass
