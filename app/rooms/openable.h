// The files that can be opened, by the endings of their names: for lists of files, and for words. What is in
// a file decides how it is opened, whatever its name (app/files/open.h).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace poolglass {

enum class FileKind : uint8_t { kArray, kPicture, kNetwork, kDocument };

inline constexpr std::array kOpenable = {
    std::pair{std::string_view(".npy"), FileKind::kArray},
    std::pair{std::string_view(".npz"), FileKind::kArray},
    std::pair{std::string_view(".png"), FileKind::kPicture},
    std::pair{std::string_view(".jpg"), FileKind::kPicture},
    std::pair{std::string_view(".jpeg"), FileKind::kPicture},
    std::pair{std::string_view(".onnx"), FileKind::kNetwork},
    std::pair{std::string_view(".json"), FileKind::kDocument},
};

// Of a path, in whatever case, or of an archive's member; nothing: it is not known by its name.
std::optional<FileKind> file_kind(std::string_view path);

std::string endings(FileKind kind);  // ".png, .jpg, .jpeg"
std::string what_opens();            // "an array (.npy, .npz), a picture (.png, ..." and so on, all kinds

}  // namespace poolglass
