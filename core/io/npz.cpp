#include "core/io/npz.h"

#include <sys/stat.h>
#include <zip.h>

#include <algorithm>
#include <cerrno>
#include <string_view>
#include <utility>

#include "core/file_ending.h"
#include "core/io/file.h"

namespace poolglass {
namespace {

constexpr std::string_view kArchiveEnd = ".npz", kMemberEnd = ".npy";
constexpr zip_int64_t kNamesSaid = 20;

// "x, y and 3 more"
std::string names_in(zip_t* zip) {
  const zip_int64_t count = zip_get_num_entries(zip, 0);
  std::string names;
  for (zip_int64_t i = 0; i < std::min(count, kNamesSaid); ++i) {
    const char* raw = zip_get_name(zip, static_cast<zip_uint64_t>(i), 0);
    std::string_view name = raw != nullptr ? raw : "?";
    if (name.ends_with(kMemberEnd)) name.remove_suffix(kMemberEnd.size());
    names += (i > 0 ? ", " : "") + std::string(name);
  }
  return count > kNamesSaid ? names + " and " + std::to_string(count - kNamesSaid) + " more" : names;
}

std::string reason_of(int code) {
  zip_error_t error;
  zip_error_init_with_code(&error, code);
  std::string reason = zip_error_strerror(&error);
  zip_error_fini(&error);
  return reason;
}

}  // namespace

std::optional<NpzPath> split_npz_path(const std::string& path) {
  if (has_ending(path, kArchiveEnd)) return NpzPath{path, ""};
  const std::string_view all = path;
  for (size_t end = all.rfind(':'); end != all.npos && end > 0; end = all.rfind(':', end - 1)) {
    if (has_ending(all.substr(0, end), kArchiveEnd))
      return NpzPath{path.substr(0, end), path.substr(end + 1)};
  }
  return std::nullopt;
}

struct NpzMember::Archive {
  std::string name;  // "a.npz:x", for messages
  zip_t* zip = nullptr;
  zip_file_t* file = nullptr;

  Archive() = default;
  Archive(const Archive&) = delete;
  Archive& operator=(const Archive&) = delete;
  ~Archive() {
    if (file != nullptr) zip_fclose(file);
    if (zip != nullptr) zip_discard(zip);
  }
};

NpzMember::NpzMember(std::unique_ptr<Archive> archive) : archive_(std::move(archive)) {}
NpzMember::NpzMember(NpzMember&&) noexcept = default;
NpzMember& NpzMember::operator=(NpzMember&&) noexcept = default;
NpzMember::~NpzMember() = default;

Result<NpzMember> NpzMember::open(const NpzPath& path) {
  struct stat info;
  if (stat(path.archive.c_str(), &info) != 0) return file_error(path.archive, "cannot be opened", errno);
  if (!S_ISREG(info.st_mode)) return invalid_argument(path.archive + ": is not a regular file");
  int code = 0;
  auto archive = std::make_unique<Archive>();
  archive->name = path.archive + ":" + path.member;
  archive->zip = zip_open(path.archive.c_str(), ZIP_RDONLY, &code);
  if (archive->zip == nullptr) {
    return invalid_argument(path.archive + ": cannot be read as a .npz archive: " + reason_of(code));
  }
  if (path.member.empty()) {
    return invalid_argument(path.archive + ": is an archive; name an array of it as FILE.npz:NAME (it has " +
                            names_in(archive->zip) + ")");
  }
  zip_int64_t index = zip_name_locate(archive->zip, (path.member + std::string(kMemberEnd)).c_str(), 0);
  if (index < 0) index = zip_name_locate(archive->zip, path.member.c_str(), 0);
  if (index < 0) {
    return invalid_argument(path.archive + ": has no array \"" + path.member + "\" (it has " +
                            names_in(archive->zip) + ")");
  }
  archive->file = zip_fopen_index(archive->zip, static_cast<zip_uint64_t>(index), 0);
  if (archive->file == nullptr) {
    return invalid_argument(archive->name + ": cannot be read: " + zip_strerror(archive->zip));
  }
  return NpzMember(std::move(archive));
}

Result<size_t> NpzMember::read(void* bytes, size_t most) {
  const zip_int64_t got = zip_fread(archive_->file, bytes, most);
  if (got >= 0) return static_cast<size_t>(got);
  return invalid_argument(std::string("cannot be read: ") + zip_file_strerror(archive_->file));
}

}  // namespace poolglass
