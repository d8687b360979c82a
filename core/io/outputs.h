// The files that one command writes: all of them appear, or none does. POSIX.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/status.h"

namespace poolglass {

struct OutputOptions {
  int64_t bytes = 0;             // that will be written, as far as known: for check_disk()
  bool is_private = false;       // for the user alone, whatever the umask and whatever mode was there before
  bool may_be_an_input = false;  // may take the place of a file that was named to add_input()
};

// One of them. Temporary files that killed processes left in its folder are removed first. Its bytes go to a
// nameless file in the folder it will appear in, or to a temporary one where the file system has no nameless
// files; until commit() only its owner can open that.
class Output {
 public:
  virtual ~Output() = default;
  virtual Status write(const void* bytes, size_t size) = 0;
  Status write(const std::string& text) { return write(text.data(), text.size()); }
};

// Links are followed, dangling ones too, so that the link stays and what it points to is written. Mode, owner
// and group of a file that is replaced are kept; where owner or group cannot be, it is refused. Refused, too:
// what is not a regular file, and two names of one file (the same name in the same folder, however the path
// is written).
class Outputs {
 public:
  Outputs();
  Outputs(const Outputs&) = delete;
  Outputs& operator=(const Outputs&) = delete;
  ~Outputs();  // what is not committed leaves nothing behind, and what was there stays

  void add_input(const std::string& path);  // before add(); a missing file is no matter
  // The output belongs to this object.
  Result<Output*> add(const std::string& path, const OutputOptions& options = {});

  // Fails when the disks that the outputs lie on have less room than the bytes announced for them.
  Status check_disk() const;

  // Puts everything in place, at most once. The bytes are on the disk before the first name changes, the
  // names before this returns. When one file cannot be put in place, those that were go back. SIGINT, SIGTERM
  // and SIGHUP wait meanwhile (see remove_temporaries_on_signals).
  Status commit();

 private:
  class File;
  std::vector<std::unique_ptr<File>> files_;
  struct Place;
  std::vector<Place> inputs_;
};

// A file of its own.
Status write_file(const std::string& path, const std::string& text, const OutputOptions& options = {});

// For programs: from now on SIGINT, SIGTERM and SIGHUP remove temporary files before they end the process
// (unless the process ignores or handles them already), and a write beyond the limit of file sizes (SIGXFSZ)
// fails with a sentence.
void remove_temporaries_on_signals();

}  // namespace poolglass
