#include "core/io/mapped_file.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <mutex>
#include <utility>

#include "core/io/file.h"

namespace poolglass {
namespace {

// What the signal handler looks at: addresses of a mapping, 0 when the guard is free.
struct Guard {
  std::atomic<bool> taken{false};
  std::atomic<uintptr_t> begin{0}, end{0};
  std::atomic<bool> lost{false};  // bytes of it could not be read
};
Guard guards[MappedFile::kMost];
struct sigaction handler_before;
uintptr_t page_bytes = 4096;

// Puts zeros where the file has no bytes any more, and lets the instruction run again. Calls only what a
// signal handler may.
void on_bus_error(int number, siginfo_t* info, void* context) {
  const auto address = reinterpret_cast<uintptr_t>(info->si_addr);
  for (Guard& guard : guards) {
    if (address < guard.begin || address >= guard.end) continue;
    const int kept = errno;
    const uintptr_t page = address / page_bytes * page_bytes;
    void* zeros = mmap(reinterpret_cast<void*>(page), guard.end - page, PROT_READ,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    guard.lost = true;
    errno = kept;
    if (zeros != MAP_FAILED) return;
  }
  if ((handler_before.sa_flags & SA_SIGINFO) != 0) {
    handler_before.sa_sigaction(number, info, context);
  } else if (handler_before.sa_handler != SIG_DFL && handler_before.sa_handler != SIG_IGN) {
    handler_before.sa_handler(number);
  } else {
    signal(number, SIG_DFL);  // the instruction runs again and ends the program as it would have
  }
}

void install_handler() {
  static std::once_flag once;
  std::call_once(once, [] {
    page_bytes = static_cast<uintptr_t>(sysconf(_SC_PAGESIZE));
    struct sigaction action = {};
    action.sa_sigaction = on_bus_error;
    action.sa_flags = SA_SIGINFO;
    sigemptyset(&action.sa_mask);
    sigaction(SIGBUS, &action, &handler_before);
  });
}

int take_guard(const void* data, size_t size) {
  for (int i = 0; i < MappedFile::kMost; ++i) {
    if (guards[i].taken.exchange(true)) continue;
    guards[i].lost = false;
    guards[i].begin = reinterpret_cast<uintptr_t>(data);
    guards[i].end = reinterpret_cast<uintptr_t>(data) + size;
    return i;
  }
  return -1;
}

void give_guard_back(int index) {
  guards[index].end = 0;
  guards[index].begin = 0;
  guards[index].taken = false;
}

int64_t nanoseconds(const timespec& time) { return time.tv_sec * int64_t{1000000000} + time.tv_nsec; }

}  // namespace

Result<MappedFile> MappedFile::open(const std::string& path) {
  install_handler();
  MappedFile file;
  file.path_ = path;
  // Not blocking, so that a pipe is refused and not waited for.
  file.descriptor_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file.descriptor_ < 0) return file_error(path, "cannot be opened", errno);
  struct stat info;
  if (fstat(file.descriptor_, &info) != 0) return file_error(path, "cannot be read", errno);
  if (S_ISDIR(info.st_mode)) return invalid_argument(path + ": is a folder, not a file");
  if (!S_ISREG(info.st_mode)) return invalid_argument(path + ": is not a regular file");
  if (info.st_size == 0) return invalid_argument(path + ": is empty");
  const auto size = static_cast<size_t>(info.st_size);
  void* mapping = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file.descriptor_, 0);
  if (mapping == MAP_FAILED) return file_error(path, "cannot be read", errno);
  file.data_ = static_cast<unsigned char*>(mapping);
  file.size_ = size;
  file.modified_ = nanoseconds(info.st_mtim);
  file.guard_ = take_guard(mapping, size);
  if (file.guard_ < 0) return resource_exhausted(path + ": too many files are open");
  madvise(mapping, size, MADV_SEQUENTIAL);
  return file;
}

Status MappedFile::unchanged() const {
  struct stat info;
  if (fstat(descriptor_, &info) != 0) return file_error(path_, "cannot be read", errno);
  if (static_cast<size_t>(info.st_size) != size_ || nanoseconds(info.st_mtim) != modified_) {
    return invalid_argument(path_ + ": was changed while it was read");
  }
  return guards[guard_].lost ? file_error(path_, "cannot be read", EIO) : Status();
}

void MappedFile::pass(size_t offset) const {
  const size_t whole_pages = offset / page_bytes * page_bytes;
  if (whole_pages > 0 && !guards[guard_].lost) madvise(data_, whole_pages, MADV_DONTNEED);
}

MappedFile::MappedFile(MappedFile&& other) noexcept { *this = std::move(other); }

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  std::swap(modified_, other.modified_);
  std::swap(descriptor_, other.descriptor_);
  std::swap(guard_, other.guard_);
  return *this;
}

MappedFile::~MappedFile() {
  if (guard_ >= 0) give_guard_back(guard_);
  if (data_ != nullptr) munmap(data_, size_);
  if (descriptor_ >= 0) close(descriptor_);
}

}  // namespace poolglass
