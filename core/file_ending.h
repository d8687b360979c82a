// What a file's name ends in.
#pragma once

#include <algorithm>
#include <string_view>

namespace poolglass {

// In whatever case; `ending` is in small letters: ".npy".
inline bool has_ending(std::string_view name, std::string_view ending) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return name.size() >= ending.size() &&
         std::ranges::equal(name.substr(name.size() - ending.size()), ending, {}, lower);
}

}  // namespace poolglass
