#include "core/io/byte_source.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <tuple>
#include <utility>
#include <vector>

#include "core/io/descriptor.h"
#include "core/io/file.h"

namespace poolglass {
namespace {

constexpr const char* kStandardInput = "standard input";

auto stamp_of(const struct stat& info) {
  return std::make_tuple(info.st_size, info.st_mtim.tv_sec, info.st_mtim.tv_nsec);
}

size_t copy(std::string_view from, int64_t offset, void* bytes, size_t most) {
  if (offset >= std::ssize(from)) return 0;
  const size_t some = std::min(most, from.size() - static_cast<size_t>(offset));
  std::memcpy(bytes, from.data() + offset, some);
  return some;
}

class FileSource : public ByteSource {
 public:
  FileSource(std::string name, Descriptor file) : name_(std::move(name)), file_(std::move(file)) {}

  // The file begins where its descriptor stands: another program may have read some of standard input.
  Status start() {
    if (fstat(file_.get(), &opened_) != 0) return file_error(name_, "cannot be read", errno);
    if (S_ISDIR(opened_.st_mode)) return invalid_argument(name_ + ": is a folder, not a file");
    if (!S_ISREG(opened_.st_mode)) return invalid_argument(name_ + ": is not a regular file");
    begin_ = std::max<off_t>(0, lseek(file_.get(), 0, SEEK_CUR));
    return {};
  }

  Result<size_t> read(int64_t offset, void* bytes, size_t most) override {
    if (offset > opened_.st_size - begin_) return size_t{0};
    for (;;) {
      const ssize_t got = pread(file_.get(), bytes, most, begin_ + offset);
      if (got >= 0) return static_cast<size_t>(got);
      if (errno != EINTR) return file_error(name_, "cannot be read", errno);
    }
  }

  Result<std::string> start(size_t most) override {
    std::string bytes(most, '\0');
    const Result<size_t> got = read(0, bytes.data(), most);
    if (!got.ok()) return got.status();
    bytes.resize(*got);
    return bytes;
  }

  Status unchanged() const override {
    struct stat now;
    if (fstat(file_.get(), &now) != 0) return file_error(name_, "cannot be read", errno);
    if (stamp_of(now) == stamp_of(opened_)) return {};
    return invalid_argument(name_ + ": was changed while it was read");
  }

 private:
  std::string name_;
  Descriptor file_;
  struct stat opened_ = {};
  off_t begin_ = 0;
};

// A pipe: what is stepped over is read and dropped.
class PipeSource : public ByteSource {
 public:
  Result<size_t> read(int64_t offset, void* bytes, size_t most) override {
    if (offset < std::ssize(start_)) return copy(start_, offset, bytes, most);
    while (at_ < offset) {
      dropped_.resize(size_t{64} * 1024);
      const Result<size_t> got =
          next(dropped_.data(), static_cast<size_t>(std::min<int64_t>(offset - at_, std::ssize(dropped_))));
      if (!got.ok() || *got == 0) return got;
    }
    return next(bytes, most);
  }

  Result<std::string> start(size_t most) override {
    while (start_.size() < most) {
      const size_t had = start_.size();
      start_.resize(most);
      const Result<size_t> got = next(start_.data() + had, most - had);
      start_.resize(had + (got.ok() ? *got : 0));
      if (!got.ok()) return got.status();
      if (*got == 0) break;
    }
    return start_;
  }

 private:
  Result<size_t> next(void* bytes, size_t most) {
    for (;;) {
      const ssize_t got = ::read(STDIN_FILENO, bytes, most);
      if (got >= 0) {
        at_ += got;
        return static_cast<size_t>(got);
      }
      if (errno != EINTR) return file_error(kStandardInput, "cannot be read", errno);
    }
  }

  int64_t at_ = 0;
  std::string start_;
  std::vector<char> dropped_;
};

class TextSource : public ByteSource {
 public:
  explicit TextSource(std::string_view text) : text_(text) {}

  Result<size_t> read(int64_t offset, void* bytes, size_t most) override {
    return copy(text_, offset, bytes, most);
  }

  Result<std::string> start(size_t most) override { return std::string(text_.substr(0, most)); }

 private:
  std::string_view text_;
};

}  // namespace

Result<std::string> ByteSource::text(int64_t limit) {
  constexpr size_t kBlock = size_t{64} * 1024;
  std::string text;
  for (;;) {
    const size_t had = text.size();
    text.resize(had + kBlock);
    const Result<size_t> got = read(static_cast<int64_t>(had), text.data() + had, kBlock);
    if (!got.ok()) return got.status();
    text.resize(had + *got);
    if (*got == 0) return text;
    if (std::ssize(text) > limit)
      return invalid_argument("has more bytes than the limit of " + std::to_string(limit));
  }
}

Result<std::unique_ptr<ByteSource>> ByteSource::open(const std::string& path) {
  const bool standard = path == "-";
  if (standard) {
    if (isatty(STDIN_FILENO) == 1)
      return invalid_argument(std::string(kStandardInput) + ": is a terminal, not a file");
    struct stat info;
    if (fstat(STDIN_FILENO, &info) == 0 && !S_ISREG(info.st_mode))
      return std::unique_ptr<ByteSource>(new PipeSource);
  }
  Descriptor opened = standard ? copy_of_standard_input() : open_to_read(path);
  const std::string name = standard ? kStandardInput : path;
  if (!opened.ok()) return file_error(name, "cannot be opened", errno);
  auto file = std::make_unique<FileSource>(name, std::move(opened));
  if (Status s = file->start(); !s.ok()) return s;
  return std::unique_ptr<ByteSource>(std::move(file));
}

std::unique_ptr<ByteSource> ByteSource::of(std::string_view text) {
  return std::make_unique<TextSource>(text);
}

}  // namespace poolglass
