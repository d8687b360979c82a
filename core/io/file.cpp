#include "core/io/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <random>
#include <utility>

namespace poolglass {
namespace {

constexpr mode_t kNewFileMode = 0666;  // the umask takes away what the user wants taken away

std::string folder_of(const std::string& path) {
  const size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

std::string temporary_name(const std::string& target) {
  std::random_device random;
  return folder_of(target) + "/.poolglass-" + std::to_string(random()) + std::to_string(random()) + ".tmp";
}

std::string proc_path(int descriptor) { return "/proc/self/fd/" + std::to_string(descriptor); }

// Nothing is left behind even if the process is killed. Needs /proc to be given a name later.
int open_nameless(const std::string& folder, mode_t mode) {
#ifdef O_TMPFILE
  const int descriptor = open(folder.c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, mode);
  if (descriptor >= 0 && access(proc_path(descriptor).c_str(), F_OK) != 0) {
    close(descriptor);
    return -1;
  }
  return descriptor;
#else
  (void)folder, (void)mode;
  return -1;
#endif
}

// Swaps two files' names at once; false where the system cannot.
bool swap_names(const std::string& a, const std::string& b) {
#ifdef RENAME_EXCHANGE
  return renameat2(AT_FDCWD, a.c_str(), AT_FDCWD, b.c_str(), RENAME_EXCHANGE) == 0;
#else
  (void)a, (void)b;
  return false;
#endif
}

// What is at `path` now: fills the mode and the resolved path of a regular file.
Status inspect_target(const std::string& path, std::string* target, mode_t* mode) {
  struct stat info;
  if (stat(path.c_str(), &info) != 0) {
    return errno == ENOENT ? Status() : file_error(path, "cannot be written", errno);
  }
  if (S_ISDIR(info.st_mode)) return invalid_argument(path + ": is a folder, not a file to write");
  if (!S_ISREG(info.st_mode))
    return invalid_argument(path + ": is not a regular file, so it cannot be replaced");
  if (access(path.c_str(), W_OK) != 0) return file_error(path, "cannot be written", errno);
  if (char* resolved = realpath(path.c_str(), nullptr)) {
    *target = resolved;
    free(resolved);
  }
  *mode = info.st_mode & 07777;
  return {};
}

// An open regular file.
struct RegularFile {
  int descriptor = -1;
  int64_t size = 0;

  RegularFile() = default;
  RegularFile(const RegularFile&) = delete;
  RegularFile& operator=(const RegularFile&) = delete;
  ~RegularFile() {
    if (descriptor >= 0) close(descriptor);
  }

  Status open(const std::string& path) {
    // Not blocking, so that a pipe is refused and not waited for.
    descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0) return file_error(path, "cannot be opened", errno);
    struct stat info;
    if (fstat(descriptor, &info) != 0) return file_error(path, "cannot be read", errno);
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
      const ssize_t got = ::read(descriptor, text.data() + done, count - done);
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

Result<std::string> read_start(const std::string& path, size_t count) {
  RegularFile file;
  if (Status s = file.open(path); !s.ok()) return s;
  return file.read(path, std::min(count, static_cast<size_t>(file.size)));
}

Result<AtomicFile> AtomicFile::create(const std::string& path) {
  if (path.empty()) return invalid_argument("the name of a file to write is empty");
  AtomicFile file;
  file.path_ = file.target_ = path;
  mode_t kept_mode = 0;
  if (Status s = inspect_target(path, &file.target_, &kept_mode); !s.ok()) return s;
  file.descriptor_ = open_nameless(folder_of(file.target_), kNewFileMode);
  if (file.descriptor_ < 0) {
    file.temporary_ = temporary_name(file.target_);
    file.descriptor_ = open(file.temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, kNewFileMode);
  }
  if (file.descriptor_ < 0) {
    const int error = errno;
    file.temporary_.clear();
    return file_error(path, "cannot be written", error);
  }
  if (kept_mode != 0 && fchmod(file.descriptor_, kept_mode) != 0) {
    return file_error(path, "cannot be written", errno);
  }
  return file;
}

AtomicFile::AtomicFile(AtomicFile&& other) noexcept
    : path_(std::move(other.path_)),
      target_(std::move(other.target_)),
      temporary_(std::exchange(other.temporary_, {})),
      descriptor_(std::exchange(other.descriptor_, -1)) {}

AtomicFile& AtomicFile::operator=(AtomicFile&& other) noexcept {
  if (this == &other) return *this;
  discard();
  path_ = std::move(other.path_);
  target_ = std::move(other.target_);
  temporary_ = std::exchange(other.temporary_, {});
  descriptor_ = std::exchange(other.descriptor_, -1);
  return *this;
}

AtomicFile::~AtomicFile() { discard(); }

void AtomicFile::discard() {
  if (descriptor_ >= 0) close(descriptor_);
  if (!temporary_.empty()) unlink(temporary_.c_str());
  descriptor_ = -1;
  temporary_.clear();
}

Status AtomicFile::write(const void* bytes, size_t size) {
  constexpr size_t kMostAtOnce = size_t{1} << 30;  // one call writes at most about 2 GiB on Linux
  const char* next = static_cast<const char*>(bytes);
  while (size > 0) {
    const ssize_t done = ::write(descriptor_, next, std::min(size, kMostAtOnce));
    if (done < 0 && errno == EINTR) continue;
    if (done < 0) return file_error(path_, "cannot be written", errno);
    next += done;
    size -= static_cast<size_t>(done);
  }
  return {};
}

Status AtomicFile::finish() {
  if (temporary_.empty()) {
    std::string name = temporary_name(target_);
    if (linkat(AT_FDCWD, proc_path(descriptor_).c_str(), AT_FDCWD, name.c_str(), AT_SYMLINK_FOLLOW) != 0) {
      return file_error(path_, "cannot be written", errno);
    }
    temporary_ = std::move(name);
  }
  // Some file systems report a full disk only here.
  const int closed = close(std::exchange(descriptor_, -1));
  return closed == 0 ? Status() : file_error(path_, "cannot be written", errno);
}

Status AtomicFile::publish() {
  if (rename(temporary_.c_str(), target_.c_str()) != 0) return file_error(path_, "cannot be written", errno);
  temporary_.clear();
  return {};
}

Status AtomicFile::commit() {
  if (Status s = finish(); !s.ok()) return s;
  return publish();
}

Status AtomicFile::commit_both(AtomicFile& first, AtomicFile& second) {
  if (Status s = first.finish(); !s.ok()) return s;
  if (Status s = second.finish(); !s.ok()) return s;
  // The first file takes the old one's place and keeps it under the temporary name, so that it can go back.
  const bool replaces = access(first.target_.c_str(), F_OK) == 0;
  const bool exchanged = replaces && swap_names(first.temporary_, first.target_);
  if (!exchanged) {
    if (Status s = first.publish(); !s.ok()) return s;
  }
  const Status status = second.publish();
  if (status.ok()) return status;
  if (exchanged) {
    swap_names(first.temporary_, first.target_);
  } else if (!replaces) {
    unlink(first.target_.c_str());
  }
  return status;
}

Status write_file(const std::string& path, const std::string& text) {
  Result<AtomicFile> file = AtomicFile::create(path);
  if (!file.ok()) return file.status();
  if (Status s = file->write(text.data(), text.size()); !s.ok()) return s;
  return file->commit();
}

int64_t free_disk_bytes(const std::string& path) {
  struct statvfs info;
  int64_t bytes = INT64_MAX;
  if (statvfs(folder_of(path).c_str(), &info) != 0) return INT64_MAX;
  if (__builtin_mul_overflow(info.f_bavail, info.f_frsize, &bytes)) return INT64_MAX;
  return bytes;
}

}  // namespace poolglass
