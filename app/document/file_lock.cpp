#include "app/document/file_lock.h"

#include <fcntl.h>
#include <sys/file.h>

#include <cerrno>

#include "core/io/file.h"

namespace poolglass {

Result<FileLock> FileLock::lock(const std::string& path, int operation) {
  FileLock lock(open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!lock.file_.ok()) return file_error(path, "cannot be opened", errno);
  int result = 0;
  do {
    result = flock(lock.file_.get(), operation);
  } while (result != 0 && errno == EINTR);
  if (result == 0) return lock;
  if (errno == EWOULDBLOCK) return Status(StatusCode::kUnavailable, path + ": is held by another window");
  return file_error(path, "cannot be locked", errno);
}

Result<FileLock> FileLock::try_take(const std::string& path) { return lock(path, LOCK_EX | LOCK_NB); }
Result<FileLock> FileLock::take(const std::string& path) { return lock(path, LOCK_EX); }

}  // namespace poolglass
