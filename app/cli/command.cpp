#include "app/cli/command.h"

#include <cstdio>

#include "core/printable.h"

namespace poolglass::cli {

Status print(const std::string& text) {
  const bool written =
      std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0;
  return written ? Status() : Status(StatusCode::kIo, "standard output cannot be written");
}

void remark(const std::string& sentence) {
  std::fprintf(stderr, "%s\n", ("poolglass: " + one_line(sentence, 900)).c_str());
}

}  // namespace poolglass::cli
