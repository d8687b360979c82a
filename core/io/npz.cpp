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
  Status open(const std::string& path);  // with its name in what fails
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

Result<NpzMember> NpzMember::open(const NpzPath& path) {
  auto archive = std::make_unique<Archive>();
  if (Status status = archive->open(path.archive); !status.ok()) return status;
  archive->name = path.archive + ":" + path.member;
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

Result<std::vector<NpzArray>> npz_arrays(const std::string& archive) {
  NpzMember::Archive opened;
  if (Status status = opened.open(archive); !status.ok()) return status;
  std::vector<NpzArray> arrays;
  for (const zip_int64_t index : arrays_of(opened.zip)) {
    std::string_view name = name_at(opened.zip, index);
    name.remove_suffix(kMemberEnd.size());
    std::string start(static_cast<size_t>(kNpyHeaderLimit), '\0');
    zip_file_t* file = zip_fopen_index(opened.zip, static_cast<zip_uint64_t>(index), 0);
    zip_int64_t got = 0;
    for (zip_int64_t some = 1; file != nullptr && some > 0; got += std::max<zip_int64_t>(some, 0))
      some = zip_fread(file, start.data() + got, start.size() - static_cast<size_t>(got));
    if (file != nullptr) zip_fclose(file);
    start.resize(static_cast<size_t>(got));
    arrays.push_back({std::string(name), parse_npy_header(start)});
  }
  return arrays;
}

}  // namespace poolglass
