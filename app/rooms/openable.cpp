#include "app/rooms/openable.h"

#include "core/file_ending.h"

namespace poolglass {

std::optional<FileKind> file_kind(std::string_view path) {
  for (const auto& [ending, kind] : kOpenable) {
    if (has_ending(path, ending)) return kind;
  }
  return std::nullopt;
}

std::string endings(FileKind kind) {
  std::string text;
  for (const auto& [ending, of] : kOpenable) {
    if (of == kind) text.append(text.empty() ? "" : ", ").append(ending);
  }
  return text;
}

}  // namespace poolglass
