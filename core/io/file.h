// Files, as the readers and writers of this folder need them: bounded reads, and writes that are all or
// nothing. POSIX.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "core/status.h"

namespace poolglass {

// "PATH: ACTION: reason" for an errno. A wrong path or a missing right is the caller's mistake
// (kInvalidArgument); a full or failing disk is the machine's (kIo).
Status file_error(const std::string& path, const std::string& action, int error);

// A whole regular file of at most `limit` bytes. The limit is checked before memory is taken.
Result<std::string> read_file(const std::string& path, int64_t limit);

// The first bytes of a regular file, at most `count`.
Result<std::string> read_start(const std::string& path, size_t count);

// A file that appears at `path` whole or not at all. What is written goes to a nameless (where the file
// system has them) or temporary file in the same folder; commit() renames it over `path`. Without commit()
// nothing is left behind, and a file that was at `path` stays as it was. A link at `path` is followed, the
// mode of an existing file is kept, and anything that is not a regular file is refused.
class AtomicFile {
 public:
  static Result<AtomicFile> create(const std::string& path);
  AtomicFile(AtomicFile&& other) noexcept;
  AtomicFile& operator=(AtomicFile&& other) noexcept;
  ~AtomicFile();

  Status write(const void* bytes, size_t size);
  Status commit();  // at most once; afterwards only the destructor may be called

  // Both files appear, or neither does and what was at their paths stays.
  static Status commit_both(AtomicFile& first, AtomicFile& second);

 private:
  AtomicFile() = default;
  Status finish();   // everything that can fail before the file is in place
  Status publish();  // puts it in place
  void discard();

  std::string path_;       // as given, for messages
  std::string target_;     // links followed
  std::string temporary_;  // empty while the file is nameless, and after commit()
  int descriptor_ = -1;
};

// AtomicFile for text that is ready.
Status write_file(const std::string& path, const std::string& text);

// Bytes free for a new file beside `path`; INT64_MAX if that cannot be found out.
int64_t free_disk_bytes(const std::string& path);

}  // namespace poolglass
