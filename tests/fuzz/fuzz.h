// What the fuzz targets share. They abort where an answer breaks a promise; libFuzzer keeps the input.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "core/status.h"

namespace poolglass::fuzz {

inline void check(bool promise) {
  if (!promise) std::abort();
}

// A failure is one sentence of text.
inline void check_sentence(const Status& status) {
  check(status.ok() || (!status.message().empty() && status.message().size() < 100000));
}

// A folder of this process's own, removed by whoever removes the folder of temporary files.
inline const std::string& scratch_folder() {
  static const std::string folder = [] {
    std::string name = (std::filesystem::temp_directory_path() / "poolglass-fuzz-XXXXXX").string();
    check(mkdtemp(name.data()) != nullptr);
    return name;
  }();
  return folder;
}

inline std::string write_scratch(const std::string& name, const void* bytes, size_t size) {
  const std::string path = scratch_folder() + "/" + name;
  std::ofstream(path, std::ios::binary)
      .write(static_cast<const char*>(bytes), static_cast<std::streamsize>(size));
  return path;
}

}  // namespace poolglass::fuzz
