#include "app/state/document.h"

#include <algorithm>

#include "app/state/model.h"

namespace poolglass {
std::string file_stem(const std::string& path) {
  const std::string name = path.substr(path.rfind('/') + 1);
  const size_t dot = name.rfind('.');
  return dot == std::string::npos || dot == 0 ? name : name.substr(0, dot);
}

std::shared_ptr<const Model> snapshot(const Model& model) {
  auto copy = std::make_shared<Model>();
  for (const RoomInfo& info : kRooms) {
    in_room(
        info.room, [](auto& to, const auto& from) { to.document = from.document; }, *copy,
        tour::own_rooms(model, info.room));
  }
  return copy;
}

bool same_documents(const Model& a, const Model& b) {
  const auto same = [](const auto& x, const auto& y) { return same_work(x.document, y.document); };
  return std::ranges::all_of(kRooms, [&](const RoomInfo& info) {
    return in_room(info.room, same, tour::own_rooms(a, info.room), tour::own_rooms(b, info.room));
  });
}

bool modified(const Model& model) {
  static const Model first_start;
  if (model.file.unsaved) return true;
  return !same_documents(model, model.file.saved ? *model.file.saved : first_start);
}

std::string document_name(const Model& model) {
  if (!model.file.path.empty()) return file_stem(model.file.path);
  return model.file.name.empty() ? "Untitled" : model.file.name;
}

std::string window_title(const Model& model) {
  return (modified(model) ? "• " : "") + document_name(model) + " — Poolglass";
}

}  // namespace poolglass
