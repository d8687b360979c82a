#include "core/io/outputs.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <utility>

#include "core/io/descriptor.h"
#include "core/io/file.h"
#include "core/io/temporaries.h"

namespace poolglass {
namespace {

constexpr mode_t kNewFileMode = 0666;  // the umask takes away what the user wants taken away
constexpr mode_t kPrivateMode = 0600;
constexpr int kMostLinks = 40;  // as the kernel follows them
constexpr int kMostAttempts = 100;

std::string folder_of(const std::string& path) {
  const size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

// Where the last of the links at `path` points to, whether or not there is a file.
Status follow_links(std::string* path) {
  const std::string given = *path;
  for (int i = 0; i < kMostLinks; ++i) {
    struct stat info;
    if (lstat(path->c_str(), &info) != 0 || !S_ISLNK(info.st_mode)) return {};
    std::string target(4096, '\0');
    const ssize_t length = readlink(path->c_str(), target.data(), target.size());
    if (length <= 0) return file_error(given, "cannot be written", length < 0 ? errno : ENOENT);
    target.resize(static_cast<size_t>(length));
    *path = target[0] == '/' ? target : folder_of(*path) + "/" + target;
  }
  return file_error(given, "cannot be written", ELOOP);
}

// Nothing is left behind even if the process is killed. Needs /proc to be given a name later.
Descriptor open_nameless(int folder, mode_t mode) {
#ifdef O_TMPFILE
  Descriptor file(openat(folder, ".", O_TMPFILE | O_WRONLY | O_CLOEXEC, mode));
  if (file.ok() && access(descriptor_path(file.get()).c_str(), F_OK) == 0) return file;
#else
  (void)folder, (void)mode;
#endif
  return Descriptor();
}

bool same_file(const struct stat& a, const struct stat& b) {
  return a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

Status sync(int descriptor, const std::string& path) {
  if (fsync(descriptor) == 0 || errno == EINVAL || errno == ENOSYS || errno == EROFS) return {};
  return file_error(path, "cannot be written", errno);
}

}  // namespace

// A name in a folder: what tells files apart that do not exist yet.
struct Outputs::Place {
  Descriptor folder;
  struct stat folder_info = {};
  std::string name;
  std::string path;  // as given
  bool exists = false;
  struct stat info = {};  // of the file, if it exists

  static Result<Place> of(const std::string& path);

  // By name, or, where a folder takes several names for one, by the file itself; a hard link is a file of its
  // own here, because replacing it leaves the other.
  bool same(const Place& other) const {
    if (exists && other.exists && info.st_nlink == 1 && same_file(info, other.info)) return true;
    return same_file(folder_info, other.folder_info) && name == other.name;
  }
};

Result<Outputs::Place> Outputs::Place::of(const std::string& path) {
  if (path.empty()) return invalid_argument("the name of a file to write is empty");
  struct stat info;
  if (stat(path.c_str(), &info) == 0) {
    if (S_ISDIR(info.st_mode)) return invalid_argument(path + ": is a folder, not a file to write");
    if (!S_ISREG(info.st_mode))
      return invalid_argument(path + ": is not a regular file, so it cannot be replaced");
  }
  Place place;
  place.path = path;
  std::string target = path;
  if (Status s = follow_links(&target); !s.ok()) return s;
  place.name = target.substr(target.rfind('/') + 1);
  const std::string folder = folder_of(target);
  place.folder = Descriptor(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
#ifdef O_PATH
  if (!place.folder.ok() && errno == EACCES) {  // may be written to, but not listed
    place.folder = Descriptor(open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  }
#endif
  if (!place.folder.ok() || fstat(place.folder.get(), &place.folder_info) != 0) {
    return file_error(path, "cannot be written", errno);
  }
  if (place.name.empty()) return invalid_argument(path + ": is not the name of a file");
  place.exists = fstatat(place.folder.get(), place.name.c_str(), &place.info, AT_SYMLINK_NOFOLLOW) == 0;
  if (!place.exists && errno != ENOENT) return file_error(path, "cannot be written", errno);
  return place;
}

class Outputs::File final : public Output {
 public:
  explicit File(Place place) : place_(std::move(place)) {}
  ~File() override { unlink_all(); }

  Status open(const OutputOptions& options);
  Status write(const void* bytes, size_t size) override;
  Status finish();             // the bytes are on the disk
  Status prepare();            // has a name that can be renamed
  Status publish(bool alone);  // takes its place; alone: nothing that can fail follows
  void go_back();              // after publish(): what was there returns
  void settle();               // what was there may go
  Status sync_folder() const;

  const Place& place() const { return place_; }
  int64_t bytes() const { return bytes_; }

 private:
  Status fail(int error) const { return file_error(place_.path, "cannot be written", error); }
  Status keep_owner();
  bool open_named(mode_t mode);
  bool name_it();  // gives a nameless file a temporary name
  bool set_old_aside();
  void unlink_all() {
    temporary_.remove();
    old_.remove();
  }

  Place place_;
  Descriptor file_;
  bool nameless_ = false;
  bool published_ = false;
  int64_t bytes_ = 0;
  mode_t mode_ = kNewFileMode;
  Temporary temporary_;  // the new file while it has a name of its own
  Temporary old_;        // the replaced file until settle()
  Descriptor held_;      // the same, so that nobody takes it for a dead process's
};

Status Outputs::File::open(const OutputOptions& options) {
  bytes_ = options.bytes;
  const int folder = place_.folder.get();
  if (place_.exists && faccessat(folder, place_.name.c_str(), W_OK, 0) != 0) return fail(errno);
  // A new file gets the mode that the umask leaves, from the kernel; before commit() nobody else may open one
  // that will be less open than that.
  mode_ = options.is_private ? kPrivateMode : place_.exists ? place_.info.st_mode & 07777 : kNewFileMode;
  const mode_t at_first = options.is_private || place_.exists ? kPrivateMode : kNewFileMode;
  file_ = open_nameless(folder, at_first);
  nameless_ = file_.ok();
  if (nameless_) hold_temporary(file_.get());
  if (!nameless_ && !open_named(at_first)) return fail(errno);
  return place_.exists ? keep_owner() : Status();
}

// Somebody who finds the file before it is held takes it for a dead process's.
bool Outputs::File::open_named(mode_t mode) {
  const int folder = place_.folder.get();
  for (int attempt = 0; attempt < kMostAttempts; ++attempt) {
    temporary_ = Temporary::reserve(folder);
    file_ = Descriptor(openat(folder, temporary_.name(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode));
    if (!file_.ok()) {
      const int error = errno;
      temporary_.forget();
      errno = error;
      return false;
    }
    struct stat info;
    if (hold_temporary(file_.get()) && fstat(file_.get(), &info) == 0 && info.st_nlink > 0) return true;
  }
  errno = EAGAIN;
  return false;
}

Status Outputs::File::keep_owner() {
  struct stat now;
  if (fstat(file_.get(), &now) != 0) return fail(errno);
  const uid_t user = place_.info.st_uid;
  const gid_t group = place_.info.st_gid;
  if (now.st_uid == user && now.st_gid == group) return {};
  if (fchown(file_.get(), user, group) == 0) return {};
  return invalid_argument(place_.path + ": belongs to user " + std::to_string(user) + " and group " +
                          std::to_string(group) + ", which a file in its place could not");
}

Status Outputs::File::write(const void* bytes, size_t size) {
  constexpr size_t kMostAtOnce = size_t{1} << 30;  // one call writes at most about 2 GiB on Linux
  const char* next = static_cast<const char*>(bytes);
  while (size > 0) {
    const ssize_t done = ::write(file_.get(), next, std::min(size, kMostAtOnce));
    if (done < 0 && errno == EINTR) continue;
    if (done < 0) return fail(errno);
    next += done;
    size -= static_cast<size_t>(done);
  }
  return {};
}

Status Outputs::File::finish() {
  const bool set_mode = mode_ != kNewFileMode || place_.exists;
  if (set_mode && fchmod(file_.get(), mode_) != 0) return fail(errno);
  return sync(file_.get(), place_.path);
}

// Over an existing file only a rename goes. As late as can be: from here on SIGKILL leaves a temporary file.
Status Outputs::File::prepare() { return nameless_ && place_.exists && !name_it() ? fail(errno) : Status(); }

bool Outputs::File::name_it() {
  temporary_ = Temporary::reserve(place_.folder.get());
  if (linkat(AT_FDCWD, descriptor_path(file_.get()).c_str(), place_.folder.get(), temporary_.name(),
             AT_SYMLINK_FOLLOW) == 0) {
    return true;
  }
  const int error = errno;
  temporary_.forget();
  errno = error;
  return false;
}

// The new file and the old one change names at once. Where the system cannot do that, the old file gets a
// second name first, and where it cannot do that either, there is a moment without a file.
bool Outputs::File::set_old_aside() {
  const int folder = place_.folder.get();
  const char* name = place_.name.c_str();
  held_ = Descriptor(openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (held_.ok()) hold_temporary(held_.get());
#ifdef RENAME_EXCHANGE
  if (renameat2(folder, temporary_.name(), folder, name, RENAME_EXCHANGE) == 0) {
    struct stat old;
    if (fstatat(folder, temporary_.name(), &old, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(old.st_mode)) {
      renameat2(folder, temporary_.name(), folder, name, RENAME_EXCHANGE);  // a folder by now: leave it
      errno = EISDIR;
      return false;
    }
    old_ = std::move(temporary_);
    return true;
  }
#endif
  struct stat old;
  if (fstatat(folder, name, &old, AT_SYMLINK_NOFOLLOW) != 0) return false;
  if (S_ISDIR(old.st_mode)) {
    errno = EISDIR;
    return false;
  }
  old_ = Temporary::reserve(folder);
  const bool linked = linkat(folder, name, folder, old_.name(), 0) == 0;
  // From here on the old file may be nowhere else.
  if (!linked) old_ = Temporary::reserve(folder, ".old");
  const bool aside = linked || renameat(folder, name, folder, old_.name()) == 0;
  if (aside && renameat(folder, temporary_.name(), folder, name) == 0) {
    temporary_.forget();
    return true;
  }
  const int error = errno;
  if (linked) {
    old_.remove();
  } else {
    if (aside) renameat(folder, old_.name(), folder, name);
    old_.forget();
  }
  errno = error;
  return false;
}

Status Outputs::File::publish(bool alone) {
  const int folder = place_.folder.get();
  const char* name = place_.name.c_str();
  if (nameless_ && !place_.exists) {
    published_ = linkat(AT_FDCWD, descriptor_path(file_.get()).c_str(), folder, name, AT_SYMLINK_FOLLOW) == 0;
    if (published_) return {};
    // Somebody made such a file meanwhile.
    if (errno != EEXIST || !name_it()) return fail(errno);
    place_.exists = true;
  }
  if (place_.exists && !alone) {
    published_ = set_old_aside();
    if (published_) return {};
    if (errno != ENOENT) return fail(errno);
    place_.exists = false;  // somebody removed it meanwhile
  }
  published_ = renameat(folder, temporary_.name(), folder, name) == 0;
  if (!published_) return fail(errno);
  temporary_.forget();
  return {};
}

void Outputs::File::go_back() {
  if (!published_) return;
  const int folder = place_.folder.get();
  if (!place_.exists) {
    unlinkat(folder, place_.name.c_str(), 0);
  } else if (renameat(folder, old_.name(), folder, place_.name.c_str()) == 0) {
    old_.forget();
  }
  published_ = false;
}

void Outputs::File::settle() { old_.remove(); }

Status Outputs::File::sync_folder() const {
  const int flags = fcntl(place_.folder.get(), F_GETFL);
#ifdef O_PATH
  if (flags >= 0 && (flags & O_PATH) != 0) return {};  // a folder that may not be listed cannot be synced
#endif
  (void)flags;
  return sync(place_.folder.get(), place_.path);
}

Outputs::Outputs() = default;
Outputs::~Outputs() = default;

void Outputs::add_input(const std::string& path) {
  if (Result<Place> place = Place::of(path); place.ok()) inputs_.push_back(*std::move(place));
}

Result<Output*> Outputs::add(const std::string& path, const OutputOptions& options) {
  Result<Place> place = Place::of(path);
  if (!place.ok()) return place.status();
  for (const auto& file : files_) {
    if (file->place().same(*place)) {
      return invalid_argument(path + ": is the same file as " + file->place().path +
                              ", and cannot hold two results");
    }
  }
  for (const Place& input : inputs_) {
    if (!options.may_be_an_input && input.same(*place)) {
      return invalid_argument(path + ": is the same file as the input " + input.path +
                              ", which this result would replace");
    }
  }
  const auto in_its_folder = [&](const auto& file) {
    return same_file(file->place().folder_info, place->folder_info);
  };
  if (std::ranges::none_of(files_, in_its_folder)) remove_dead_temporaries(place->folder.get());
  auto file = std::make_unique<File>(*std::move(place));
  if (Status s = file->open(options); !s.ok()) return s;
  files_.push_back(std::move(file));
  return static_cast<Output*>(files_.back().get());
}

Status Outputs::check_disk() const {
  for (const auto& first : files_) {
    const dev_t disk = first->place().folder_info.st_dev;
    int64_t needed = 0, free = 0;
    for (const auto& file : files_) {
      if (file->place().folder_info.st_dev != disk) continue;
      if (__builtin_add_overflow(needed, file->bytes(), &needed)) needed = INT64_MAX;
    }
    struct statvfs info;
    if (fstatvfs(first->place().folder.get(), &info) != 0) continue;
    if (__builtin_mul_overflow(info.f_bavail, info.f_frsize, &free)) continue;
    if (needed > free) {
      return resource_exhausted(first->place().path + ": what is to be written there takes " +
                                std::to_string(needed) + " bytes, but only " + std::to_string(free) +
                                " bytes of disk are free");
    }
  }
  return {};
}

Status Outputs::commit() {
  for (const auto& file : files_) {
    if (Status s = file->finish(); !s.ok()) return s;
  }
  // New files first: they need no temporary name, and the last file needs none for what it replaces.
  std::stable_partition(files_.begin(), files_.end(), [](const auto& file) { return !file->place().exists; });
  const SignalsWait wait;
  for (const auto& file : files_) {
    if (Status s = file->prepare(); !s.ok()) return s;
  }
  for (size_t i = 0; i < files_.size(); ++i) {
    const Status status = files_[i]->publish(i + 1 == files_.size());
    if (status.ok()) continue;
    while (i-- > 0) files_[i]->go_back();
    return status;
  }
  Status status;
  for (const auto& file : files_) file->settle();
  for (size_t i = 0; i < files_.size(); ++i) {
    const auto same_folder = [&](const auto& file) {
      return same_file(file->place().folder_info, files_[i]->place().folder_info);
    };
    if (std::any_of(files_.begin(), files_.begin() + static_cast<ptrdiff_t>(i), same_folder)) continue;
    if (Status s = files_[i]->sync_folder(); status.ok() && !s.ok()) status = s;
  }
  files_.clear();
  return status;
}

Status write_file(const std::string& path, const std::string& text, const OutputOptions& options) {
  Outputs outputs;
  const Result<Output*> file = outputs.add(path, options);
  if (!file.ok()) return file.status();
  if (Status s = (*file)->write(text); !s.ok()) return s;
  return outputs.commit();
}

}  // namespace poolglass
