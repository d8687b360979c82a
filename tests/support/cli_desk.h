// The program itself in a folder of its own, with the lesson's grid as in.npy.
#pragma once

#include <doctest/doctest.h>

#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "core/io/npy.h"
#include "tests/support/process.h"
#include "tests/support/temp_folder.h"

namespace poolglass::testing {

inline constexpr float kLesson[64] = {5, 3, 0, 0, 0, 0, 0, 3, 5, 8, 6, 7, 2, 1, 5, 3, 5, 6, 1, 6, 4, 6,
                                      3, 1, 7, 4, 0, 3, 0, 0, 2, 9, 3, 7, 2, 3, 2, 7, 0, 5, 0, 1, 4, 1,
                                      1, 2, 9, 1, 1, 7, 1, 1, 2, 9, 9, 7, 1, 3, 0, 7, 1, 2, 1, 6};

class Desk {
 public:
  Desk() { REQUIRE(write_npy(file("in.npy"), {8, 8}, kLesson).ok()); }

  const TempFolder& folder() const { return folder_; }
  std::string file(const std::string& name) const { return folder_ / name; }

  // Arguments separated by spaces; a word @NAME is the file NAME of the folder.
  ProcessResult run(const std::string& line) const {
    std::istringstream words(line);
    std::vector<std::string> arguments{POOLGLASS_BINARY};
    for (std::string word; words >> word;) arguments.push_back(word[0] == '@' ? file(word.substr(1)) : word);
    return run_process(std::move(arguments));
  }

  ProcessResult succeed(const std::string& line) const {
    ProcessResult result = run(line);
    INFO(line << "  ->  " << result.error);
    CHECK(result.exit == 0);
    return result;
  }

  // Exactly one short line on stderr, nothing on stdout, nothing new in the folder.
  std::string refused(const std::string& line, int exit = 2) const {
    const auto before = folder_.entries();
    const ProcessResult result = run(line);
    INFO(line << "  ->  " << result.error);
    CHECK(result.exit == exit);
    CHECK(result.error_lines() == 1);
    CHECK(result.error.rfind("poolglass: ", 0) == 0);
    CHECK(result.error.size() <= 1000);
    CHECK(result.out.empty());
    CHECK(folder_.entries().size() == before.size());
    return result.error;
  }

  std::vector<float> values(const std::string& name) const {
    const Result<NpyArray> array = read_npy(file(name));
    REQUIRE_MESSAGE(array.ok(), array.status().message());
    return array->tensor.values;
  }

 private:
  TempFolder folder_;
};

inline bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace poolglass::testing
