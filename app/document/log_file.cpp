#include "app/document/log_file.h"

#include <algorithm>
#include <cerrno>

#include "core/io/file.h"

namespace poolglass {

Result<LogFile> LogFile::open(const std::string& path, const Log& log) {
  LogFile opened;
  opened.knows(log);
  if (path == "-") {
    opened.file_ = {stdout, std::fflush};
    return opened;
  }
  opened.file_ = {std::fopen(path.c_str(), "a"), std::fclose};
  if (opened.file_ == nullptr) return file_error(path, "cannot be written", errno);
  return opened;
}

void LogFile::add(const Log& log) {
  if (file_ == nullptr || log.said == written_) return;
  const auto known = static_cast<int64_t>(log.lines.size());
  for (int64_t i = std::max(known - (log.said - written_), int64_t{0}); i < known; ++i)
    std::fprintf(file_.get(), "%s\n", log.lines[static_cast<size_t>(i)].c_str());
  std::fflush(file_.get());
  written_ = log.said;
}

}  // namespace poolglass
