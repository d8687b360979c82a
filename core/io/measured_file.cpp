#include "core/io/measured_file.h"

#include <algorithm>
#include <string_view>

#include "core/io/file.h"
#include "core/io/outputs.h"
#include "core/pooling/measured.h"

namespace poolglass {
namespace {

constexpr int64_t kMostBytes = 16 << 20;
constexpr std::string_view kFormat = "poolglass measured kernels 1";

bool is_plain(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return ' ' <= c && c <= '~'; });
}

}  // namespace

Status load_measured_kernels(const std::string& path) {
  const Result<std::string> file = read_file(path, kMostBytes);
  if (!file.ok()) return file.status();
  std::string_view rest = *file;
  MeasuredKernels found;
  for (int64_t number = 1; number == 1 || !rest.empty(); ++number) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    const auto wrong = [&](const std::string& what) {
      return invalid_argument(path + ": line " + std::to_string(number) + " " + what);
    };
    if (number == 1) {
      if (line != kFormat) return wrong("is not \"" + std::string(kFormat) + "\"");
      continue;
    }
    const size_t tab = line.find('\t');
    if (tab == line.npos || !is_plain(line.substr(0, tab)) || !is_plain(line.substr(tab + 1))) {
      return wrong("is not a pooling, a tab and a kernel's id");
    }
    found[std::string(line.substr(0, tab))] = line.substr(tab + 1);
  }
  add_measured_kernels(found);
  return {};
}

Status save_measured_kernels(const std::string& path) {
  std::string text(kFormat);
  text += '\n';
  for (const auto& [pooling, kernel] : measured_kernels()) text += pooling + '\t' + kernel + '\n';
  return write_file(path, text);
}

}  // namespace poolglass
