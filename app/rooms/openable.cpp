#include "app/rooms/openable.h"

#include "core/file_ending.h"
#include "core/npz_path.h"

namespace poolglass {

std::optional<FileKind> file_kind(std::string_view path) {
  if (split_npz_path(path)) return FileKind::kArray;
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

std::string what_opens() {
  constexpr std::array kWords = {
      std::pair{FileKind::kArray, "an array"},
      std::pair{FileKind::kPicture, "a picture"},
      std::pair{FileKind::kNetwork, "a network"},
      std::pair{FileKind::kDocument, "a session, chain, network or exercise"},
  };
  std::string text;
  for (const auto& [kind, words] : kWords)
    text.append(text.empty() ? "" : ", ").append(words).append(" (").append(endings(kind)).append(")");
  return text;
}

}  // namespace poolglass
