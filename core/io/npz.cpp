#include "core/io/npz.h"

#include <sys/stat.h>
#include <zip.h>

#include <algorithm>
#include <cerrno>
#include <string_view>
#include <utility>

#include "core/io/file.h"

namespace poolglass {
namespace {

constexpr std::string_view kMemberEnd = ".npy";
constexpr zip_int64_t kNamesSaid = 20;

std::string_view name_at(zip_t* zip, zip_int64_t index) {
  const char* name = zip_get_name(zip, static_cast<zip_uint64_t>(index), 0);
  return name != nullptr ? name : "?";
}

// "x, y and 3 more"
std::string names_in(zip_t* zip) {
  const zip_int64_t count = zip_get_num_entries(zip, 0);
  std::string names;
  for (zip_int64_t i = 0; i < std::min(count, kNamesSaid); ++i) {
    std::string_view name = name_at(zip, i);
    if (name.ends_with(kMemberEnd)) name.remove_suffix(kMemberEnd.size());
    names += (i > 0 ? ", " : "") + std::string(name);
  }
  return count > kNamesSaid ? names + " and " + std::to_string(count - kNamesSaid) + " more" : names;
}

// Members that are arrays, by their names.
std::vector<zip_int64_t> arrays_of(zip_t* zip) {
  std::vector<zip_int64_t> arrays;
  for (zip_int64_t i = 0; i < zip_get_num_entries(zip, 0); ++i) {
    if (name_at(zip, i).ends_with(kMemberEnd)) arrays.push_back(i);
  }
  return arrays;
}

std::string reason_of(int code) {
  zip_error_t error;
  zip_error_init_with_code(&error, code);
  std::string reason = zip_error_strerror(&error);
  zip_error_fini(&error);
  return reason;
}

}  // namespace

struct NpzMember::Archive {
  std::string name;  // "a.npz:x", for messages
  zip_t* zip = nullptr;
  zip_file_t* file = nullptr;

  Archive() = default;
  Status open(const std::string& path);  // with its name in what fails
  Status open_member(zip_int64_t index);
  Result<size_t> read(void* bytes, size_t most);
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

Status NpzMember::Archive::open(const std::string& path) {
  struct stat info;
  if (stat(path.c_str(), &info) != 0) return file_error(path, "cannot be opened", errno);
  if (!S_ISREG(info.st_mode)) return invalid_argument(path + ": is not a regular file");
  int code = 0;
  zip = zip_open(path.c_str(), ZIP_RDONLY, &code);
  if (zip != nullptr) return {};
  return invalid_argument(path + ": cannot be read as a .npz archive: " + reason_of(code));
}

Status NpzMember::Archive::open_member(zip_int64_t index) {
  if (file != nullptr) zip_fclose(file);
  file = zip_fopen_index(zip, static_cast<zip_uint64_t>(index), 0);
  return file != nullptr ? Status() : invalid_argument(std::string("cannot be read: ") + zip_strerror(zip));
}

Result<size_t> NpzMember::Archive::read(void* bytes, size_t most) {
  const zip_int64_t got = zip_fread(file, bytes, most);
  if (got >= 0) return static_cast<size_t>(got);
  return invalid_argument(std::string("cannot be read: ") + zip_file_strerror(file));
}

Result<NpzMember> NpzMember::open(const NpzPath& path) {
  auto archive = std::make_unique<Archive>();
  if (Status status = archive->open(path.archive); !status.ok()) return status;
  archive->name = path.archive + (path.member.empty() ? "" : ":" + path.member);
  const std::vector<zip_int64_t> arrays = arrays_of(archive->zip);
  const bool only = path.member.empty() && arrays.size() == 1;
  if (path.member.empty() && !only) {
    return invalid_argument(path.archive + ": is an archive; name an array of it as FILE.npz:NAME (it has " +
                            names_in(archive->zip) + ")");
  }
  zip_int64_t index = only ? arrays.front() : -1;
  if (index < 0) index = zip_name_locate(archive->zip, (path.member + std::string(kMemberEnd)).c_str(), 0);
  if (index < 0) index = zip_name_locate(archive->zip, path.member.c_str(), 0);
  if (index < 0) {
    return invalid_argument(path.archive + ": has no array \"" + path.member + "\" (it has " +
                            names_in(archive->zip) + ")");
  }
  if (const Status status = archive->open_member(index); !status.ok())
    return Status(status.code(), archive->name + ": " + status.message());
  return NpzMember(std::move(archive));
}

Result<size_t> NpzMember::read(void* bytes, size_t most) { return archive_->read(bytes, most); }

Result<std::vector<NpzArray>> npz_arrays(const std::string& archive) {
  NpzMember::Archive opened;
  if (Status status = opened.open(archive); !status.ok()) return status;
  const auto header_of = [&](zip_int64_t index) -> Result<NpyHeader> {
    if (Status status = opened.open_member(index); !status.ok()) return status;
    std::string start(static_cast<size_t>(kNpyHeaderLimit), '\0');
    for (size_t at = 0;;) {
      const Result<size_t> got = opened.read(start.data() + at, start.size() - at);
      if (!got.ok()) return got.status();
      at += *got;
      if (*got > 0) continue;
      start.resize(at);
      return parse_npy_header(start);
    }
  };
  std::vector<NpzArray> arrays;
  for (const zip_int64_t index : arrays_of(opened.zip)) {
    std::string_view name = name_at(opened.zip, index);
    name.remove_suffix(kMemberEnd.size());
    arrays.push_back({std::string(name), header_of(index)});
  }
  return arrays;
}

}  // namespace poolglass
