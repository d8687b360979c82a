#include "core/io/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "core/io/descriptor.h"

namespace poolglass {
namespace {

// An open regular file.
struct RegularFile {
  Descriptor descriptor;
  int64_t size = 0;

  Status open(const std::string& path) {
    descriptor = open_to_read(path);
    if (!descriptor.ok()) return file_error(path, "cannot be opened", errno);
    struct stat info;
    if (fstat(descriptor.get(), &info) != 0) return file_error(path, "cannot be read", errno);
    if (S_ISDIR(info.st_mode)) return invalid_argument(path + ": is a folder, not a file");
    if (!S_ISREG(info.st_mode)) return invalid_argument(path + ": is not a regular file");
    size = info.st_size;
    return {};
  }

  // Less than `count` bytes when the file was shortened meanwhile: what is there is judged by the parser.
  Result<std::string> read(const std::string& path, size_t count) const {
    std::string text(count, '\0');
    size_t done = 0;
    while (done < count) {
      const ssize_t got = ::read(descriptor.get(), text.data() + done, count - done);
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return file_error(path, "cannot be read", errno);
      if (got == 0) break;
      done += static_cast<size_t>(got);
    }
    text.resize(done);
    return text;
  }
};

}  // namespace

Status file_error(const std::string& path, const std::string& action, int error) {
  const bool machine = error == EIO || error == ENOSPC || error == EDQUOT || error == EMFILE ||
                       error == ENFILE || error == ENOMEM || error == EFBIG;
  return Status(machine ? StatusCode::kIo : StatusCode::kInvalidArgument,
                path + ": " + action + ": " + std::strerror(error));
}

Result<std::string> read_file(const std::string& path, int64_t limit) {
  RegularFile file;
  if (Status s = file.open(path); !s.ok()) return s;
  if (file.size > limit) {
    return invalid_argument(path + ": has " + std::to_string(file.size) + " bytes, more than the limit of " +
                            std::to_string(limit));
  }
  return file.read(path, static_cast<size_t>(file.size));
}

Result<std::string> read_standard_input(int64_t limit) {
  constexpr const char* kName = "standard input";
  constexpr size_t kBlock = 64 * 1024;
  if (isatty(STDIN_FILENO) == 1) return invalid_argument(std::string(kName) + ": is a terminal, not a file");
  std::string text;
  for (;;) {
    const size_t had = text.size();
    text.resize(had + kBlock);
    const ssize_t got = ::read(STDIN_FILENO, text.data() + had, kBlock);
    text.resize(had + static_cast<size_t>(std::max<ssize_t>(0, got)));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return file_error(kName, "cannot be read", errno);
    if (got == 0) return text;
    if (static_cast<int64_t>(text.size()) > limit) {
      return invalid_argument(std::string(kName) + ": has more bytes than the limit of " +
                              std::to_string(limit));
    }
  }
}

Result<std::string> read_start(const std::string& path, size_t count) {
  RegularFile file;
  if (Status s = file.open(path); !s.ok()) return s;
  return file.read(path, std::min(count, static_cast<size_t>(file.size)));
}

}  // namespace poolglass
