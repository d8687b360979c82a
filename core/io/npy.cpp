#include "core/io/npy.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <new>
#include <optional>
#include <utility>

#include "core/channels.h"
#include "core/io/file.h"
#include "core/io/npy_convert.h"
#include "core/io/npz.h"
#include "core/io/system_memory.h"

namespace poolglass {
namespace {

Status in_file(const std::string& path, const Status& status) {
  return Status(status.code(), path + ": " + status.message());
}

Status not_enough_memory(int64_t bytes) {
  return resource_exhausted(std::to_string(bytes) + " bytes do not fit in memory");
}

// As much of the file as `most`, or all of it.
Result<int64_t> read_until(const NpyReader::Source& source, unsigned char* bytes, int64_t most) {
  int64_t done = 0;
  while (done < most) {
    const Result<size_t> got = source(bytes + done, static_cast<size_t>(most - done));
    if (!got.ok()) return got.status();
    if (*got == 0) break;
    done += static_cast<int64_t>(*got);
  }
  return done;
}

// From where the descriptor stands.
Result<size_t> read_some(int descriptor, void* bytes, size_t most) {
  for (;;) {
    const ssize_t got = ::read(descriptor, bytes, std::min(most, size_t{1} << 30));
    if (got >= 0) return static_cast<size_t>(got);
    if (errno != EINTR)
      return Status(StatusCode::kIo, std::string("cannot be read: ") + std::strerror(errno));
  }
}

template <class T>
Status write_all(const std::string& path, NpyWriter::Element element, const std::vector<int64_t>& dimensions,
                 const T* values) {
  int64_t count = 1;
  for (int64_t extent : dimensions) {
    if (extent < 0 || !checked_multiply(count, extent, &count)) {
      return resource_exhausted(path + ": an array of shape " + tuple_text(dimensions) +
                                " cannot be written");
    }
  }
  Outputs outputs;
  Result<NpyWriter> writer = NpyWriter::create(outputs, path, element, dimensions);
  if (!writer.ok()) return writer.status();
  if (Status s = writer->append(values, count); !s.ok()) return s;
  return outputs.commit();
}

}  // namespace

std::string tuple_text(const std::vector<int64_t>& dimensions) {
  std::string text = "(";
  for (size_t i = 0; i < std::min<size_t>(dimensions.size(), 8); ++i) {
    text += (i > 0 ? ", " : "") + std::to_string(dimensions[i]);
  }
  return text + (dimensions.size() > 8 ? ", ...)" : dimensions.size() == 1 ? ",)" : ")");
}

Result<Shape> feature_map_shape(const std::vector<int64_t>& dimensions, Layout layout) {
  const size_t rank = dimensions.size();
  const bool channels_last = layout == Layout::kNhwc;
  if (rank < (channels_last ? 3 : 2) || rank > 4) {
    return invalid_argument(
        "has " + std::to_string(rank) + (rank == 1 ? " dimension" : " dimensions") + ", but must have " +
        (channels_last ? "3 (H, W, C) or 4 (N, H, W, C)" : "2 (H, W), 3 (C, H, W) or 4 (N, C, H, W)"));
  }
  const Shape shape = shape_of(dimensions, layout);
  if (shape.c == 0 || shape.h == 0 || shape.w == 0) {
    return invalid_argument("shape " + tuple_text(dimensions) + " has an empty dimension");
  }
  return shape;
}

Result<NpyReader> NpyReader::open(const std::string& path, ReadProgress* progress) {
  NpyReader reader;
  if (path == kStandardStream) {
    reader.path_ = "standard input";
    reader.file_ = copy_of_standard_input();
    if (!reader.file_.ok()) return file_error(reader.path_, "cannot be read", errno);
    if (Status s = reader.open_file(progress); !s.ok()) return in_file(reader.path_, s);
    return reader;
  }
  const std::optional<NpzPath> npz = split_npz_path(path);
  if (npz && (!npz->member.empty() ? access(path.c_str(), F_OK) != 0 : true)) {
    Result<NpzMember> member = NpzMember::open(*npz);
    if (!member.ok()) return member.status();
    return open(
        path, [&](void* bytes, size_t most) { return member->read(bytes, most); }, progress);
  }
  reader.file_ = open_to_read(path);
  if (!reader.file_.ok()) return file_error(path, "cannot be opened", errno);
  reader.path_ = path;
  if (Status s = reader.open_file(progress); !s.ok()) return in_file(path, s);
  return reader;
}

Result<NpyReader> NpyReader::open(const std::string& name, const Source& source, ReadProgress* progress) {
  NpyReader reader;
  reader.path_ = name;
  if (Status s = reader.hold(source, progress); !s.ok()) return in_file(name, s);
  return reader;
}

Status NpyReader::open_file(ReadProgress* progress) {
  const int descriptor = file_.get();
  const bool standard = path_ == "standard input";
  struct stat info;
  if (fstat(descriptor, &info) != 0) {
    return Status(StatusCode::kIo, std::string("cannot be read: ") + std::strerror(errno));
  }
  if (S_ISDIR(info.st_mode)) return invalid_argument("is a folder, not a .npy file");
  if (!S_ISREG(info.st_mode)) {
    if (!standard) return invalid_argument("is not a regular file (for a pipe, give - as the name)");
    if (isatty(descriptor) == 1) return invalid_argument("is a terminal, not a .npy file");
    return hold([&](void* bytes, size_t most) { return read_some(descriptor, bytes, most); }, progress);
  }
  stamp_ = stamp_of(descriptor);
  if (standard) file_begin_ = std::max<int64_t>(0, lseek(descriptor, 0, SEEK_CUR));
  const int64_t bytes = std::max<int64_t>(0, info.st_size - file_begin_);
  if (bytes == 0) return invalid_argument("is empty");

  std::string head(static_cast<size_t>(std::min(bytes, kNpyHeaderLimit)), '\0');
  if (Status s = read_at(0, static_cast<int64_t>(head.size()), reinterpret_cast<unsigned char*>(head.data()));
      !s.ok()) {
    return s;
  }
  Result<NpyHeader> header = parse_npy_header(head);
  if (!header.ok()) return header.status();
  header_ = *std::move(header);
  if (Status s = check_size(bytes); !s.ok()) return s;
  posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL);
  if (!header_.fortran_order) return {};
  int64_t at = 0;
  return hold(
      [&](void* to, size_t most) -> Result<size_t> {
        const int64_t count = std::min(bytes - at, static_cast<int64_t>(most));
        if (Status s = read_at(at, count, static_cast<unsigned char*>(to)); !s.ok()) return s;
        at += count;
        return static_cast<size_t>(count);
      },
      progress);
}

Status NpyReader::hold(const Source& unwatched, ReadProgress* progress) {
  constexpr size_t kPiece = size_t{1} << 20;  // bytes between two looks at whether to stop
  const Source source = [&](void* to, size_t most) -> Result<size_t> {
    if (progress == nullptr) return unwatched(to, most);
    if (progress->stopped()) return reading_stopped();
    const Result<size_t> some = unwatched(to, std::min(most, kPiece));
    if (some.ok()) progress->done += static_cast<int64_t>(*some);
    return some;
  };
  std::string head(static_cast<size_t>(kNpyHeaderLimit), '\0');
  const Result<int64_t> start =
      read_until(source, reinterpret_cast<unsigned char*>(head.data()), kNpyHeaderLimit);
  if (!start.ok()) return start.status();
  if (*start == 0) return invalid_argument("is empty");
  Result<NpyHeader> header = parse_npy_header({head.data(), static_cast<size_t>(*start)});
  if (!header.ok()) return header.status();
  header_ = *std::move(header);
  if (Status s = check_size(INT64_MAX); !s.ok()) return s;
  int64_t bytes = 0;
  if (__builtin_add_overflow(data_bytes_, header_.data_offset, &bytes) || bytes > available_memory_bytes()) {
    return not_enough_memory(data_bytes_);
  }
  if (progress != nullptr) progress->total = 2 * data_bytes_;  // read, then taken out
  // Grows as bytes arrive, so that a header's claim costs nothing.
  std::unique_ptr<unsigned char, Free> held;
  int64_t had = 0;
  for (int64_t room = std::min(bytes, *start); had < bytes;) {
    auto* grown = static_cast<unsigned char*>(std::realloc(held.get(), static_cast<size_t>(room)));
    if (grown == nullptr) return not_enough_memory(data_bytes_);
    (void)held.release();
    held.reset(grown);
    if (had == 0) {
      std::memcpy(grown, head.data(), static_cast<size_t>(room));
      had = room;
    } else {
      const Result<int64_t> more = read_until(source, grown + had, room - had);
      if (!more.ok()) return more.status();
      had += *more;
      if (had < room) break;
    }
    room = std::min(bytes, 2 * std::max<int64_t>(room, kNpyHeaderLimit));
  }
  if (Status s = check_size(had); !s.ok()) return s;
  unsigned char beyond = 0;  // an archive verifies its checksum behind the last byte
  if (const Result<size_t> end = source(&beyond, 1); !end.ok()) return end.status();
  held_ = std::move(held);
  return {};
}

Status NpyReader::check_size(int64_t bytes) {
  const std::vector<int64_t>& extents = header_.dimensions;
  elements_ = 1;
  int64_t floats = 0;
  bool fits = true;
  for (int64_t extent : extents) fits = fits && checked_multiply(elements_, extent, &elements_);
  if (std::find(extents.begin(), extents.end(), 0) != extents.end()) elements_ = 0, fits = true;
  if (!fits || !checked_multiply(elements_, header_.type.size, &data_bytes_) ||
      !checked_multiply(elements_, int64_t{sizeof(float)}, &floats)) {
    return invalid_argument("shape " + tuple_text(extents) + " is too large");
  }
  if (data_bytes_ > bytes - header_.data_offset) {
    return invalid_argument("shape " + tuple_text(extents) + " of " + npy_type_name(header_.type) +
                            " needs " + std::to_string(data_bytes_) + " bytes, but the file holds " +
                            std::to_string(bytes - header_.data_offset));
  }
  return {};
}

NpyReader::Stamp NpyReader::stamp_of(int descriptor) {
  struct stat info;
  if (fstat(descriptor, &info) != 0) return {};
  return {info.st_size, info.st_mtim.tv_sec, info.st_mtim.tv_nsec};
}

Status NpyReader::unchanged() const {
  if (!file_.ok() || stamp_ == Stamp{} || stamp_of(file_.get()) == stamp_) return {};
  return invalid_argument(path_ + ": was changed while it was read");
}

std::string NpyReader::note() const {
  std::string note;
  if (header_.type != NpyType{}) note = npy_type_name(header_.type) + " converted to float32";
  if (header_.fortran_order)
    note += std::string(note.empty() ? "" : ", ") + "Fortran order converted to C order";
  return note;
}

Status NpyReader::read_at(int64_t offset, int64_t size, unsigned char* out) const {
  if (size == 0) return {};  // of an empty array; `out` may be null
  if (held_ != nullptr) {
    std::memcpy(out, held_.get() + offset, static_cast<size_t>(size));
    return {};
  }
  constexpr int64_t kMostAtOnce = int64_t{1} << 30;
  while (size > 0) {
    const ssize_t got = pread(file_.get(), out, static_cast<size_t>(std::min(size, kMostAtOnce)),
                              static_cast<off_t>(file_begin_ + offset));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return Status(StatusCode::kIo, std::string("cannot be read: ") + std::strerror(errno));
    if (got == 0) return invalid_argument("was changed while it was read");
    offset += got, out += got, size -= got;
  }
  return {};
}

Status NpyReader::read_bytes(int64_t first, int64_t count, size_t element, unsigned char* out) const {
  const int64_t size = static_cast<int64_t>(element);
  assert(size == header_.type.size);
  if (count == 0) return {};  // of an empty array, whose extents divide nothing
  if (!header_.fortran_order) {
    if (Status s = read_at(header_.data_offset + first * size, count * size, out); !s.ok())
      return in_file(path_, s);
  } else {
    // Fortran order: the first index runs fastest.
    const std::vector<int64_t>& extents = header_.dimensions;
    std::vector<int64_t> at(extents.size()), step(extents.size(), 1);
    for (size_t i = 1; i < extents.size(); ++i) step[i] = step[i - 1] * extents[i - 1];
    int64_t rest = first, from = 0;
    for (size_t i = extents.size(); i-- > 0; rest /= extents[i]) {
      at[i] = rest % extents[i];
      from += at[i] * step[i];
    }
    const unsigned char* data = held_.get() + header_.data_offset;
    for (int64_t done = 0; done < count; ++done) {
      std::memcpy(out + done * size, data + from * size, element);
      for (size_t i = extents.size(); i-- > 0;) {
        from += step[i];
        if (++at[i] < extents[i]) break;
        from -= at[i] * step[i];
        at[i] = 0;
      }
    }
  }
  if (header_.type.big_endian) swap_byte_order(out, count, header_.type.size);
  return {};
}

template <class F>
Status NpyReader::in_blocks(int64_t first, int64_t count, const F& f) const {
  constexpr int64_t kBlock = 64 * 1024;
  const size_t size = static_cast<size_t>(header_.type.size);
  std::vector<unsigned char> block(static_cast<size_t>(std::min(kBlock, count)) * size);
  for (int64_t done = 0; done < count; done += kBlock) {
    const int64_t some = std::min(kBlock, count - done);
    if (Status s = read_bytes(first + done, some, size, block.data()); !s.ok()) return s;
    f(block.data(), some, done);
  }
  return {};
}

Status NpyReader::read(int64_t first, int64_t count, float* out, int64_t* beyond_range) const {
  if (header_.type.kind == 'f' && header_.type.size == 4) return read_own(first, count, out);
  return in_blocks(first, count, [&](const unsigned char* elements, int64_t some, int64_t at) {
    const int64_t lost = convert_to_float32(header_.type, elements, some, out + at);
    if (beyond_range != nullptr) *beyond_range += lost;
  });
}

Status NpyReader::read(int64_t first, int64_t count, double* out) const {
  return in_blocks(first, count, [&](const unsigned char* elements, int64_t some, int64_t at) {
    convert_to_float64(header_.type, elements, some, out + at);
  });
}

Result<NpyArray> read_npy(const std::string& path) {
  const Result<NpyReader> reader = NpyReader::open(path);
  return reader.ok() ? read_npy(*reader) : reader.status();
}

namespace {

// All elements to their places in the planes, a piece at a time.
Status read_planes(const NpyReader& reader, Layout layout, Tensor* tensor, int64_t* beyond_range,
                   ReadProgress* progress) {
  constexpr int64_t kPiece = int64_t{1} << 20;  // elements
  const int64_t elements = reader.elements(), before = reader.held() ? elements : 0;
  if (progress != nullptr) progress->done = before, progress->total = before + elements;
  std::vector<float> piece(layout == Layout::kNhwc ? static_cast<size_t>(std::min(kPiece, elements)) : 0);
  for (int64_t first = 0; first < elements; first += kPiece) {
    if (progress != nullptr && progress->stopped()) return in_file(reader.name(), reading_stopped());
    const int64_t count = std::min(kPiece, elements - first);
    float* to = piece.empty() ? tensor->values.data() + first : piece.data();
    if (Status s = reader.read(first, count, to, beyond_range); !s.ok()) return s;
    if (!piece.empty()) to_planes(to, first, count, tensor->shape, tensor->values.data());
    if (progress != nullptr) progress->done = before + first + count;
  }
  return {};
}

}  // namespace

Result<NpyArray> read_npy(const NpyReader& reader, Layout layout, ReadProgress* progress) {
  const std::string& path = reader.name();
  const Result<Shape> shape = feature_map_shape(reader.dimensions(), layout);
  if (!shape.ok()) return in_file(path, shape.status());
  if (shape->n == 0) {
    return invalid_argument(path + ": shape " + tuple_text(reader.dimensions()) + " has an empty dimension");
  }
  const int64_t elements = reader.elements(), bytes = elements * int64_t{sizeof(float)};
  const auto too_large = [&] {
    return resource_exhausted(path + ": " + std::to_string(bytes) + " bytes of float32 do not fit in memory");
  };
  if (bytes > available_memory_bytes()) return too_large();
  try {
    NpyArray array{reader.dimensions(), Tensor(*shape), reader.note()};
    int64_t beyond_range = 0;
    if (Status s = read_planes(reader, layout, &array.tensor, &beyond_range, progress); !s.ok()) return s;
    if (Status s = reader.unchanged(); !s.ok()) return s;
    if (beyond_range > 0) {
      array.note += "; " + std::to_string(beyond_range) +
                    (beyond_range == 1 ? " value is beyond its range and became infinite"
                                       : " values are beyond its range and became infinite");
    }
    return array;
  } catch (const std::bad_alloc&) {
    return too_large();
  }
}

Result<NpyWriter> NpyWriter::create(Outputs& outputs, const std::string& path, Element element,
                                    const std::vector<int64_t>& dimensions, OutputOptions options) {
  const NpyType type = element == Element::kFloat32 ? NpyType{'f', 4, false} : NpyType{'i', 8, false};
  const std::string header = write_npy_header(type, dimensions);
  NpyWriter writer(nullptr);
  if (path == kStandardStream) {
    if (isatty(STDOUT_FILENO) == 1) {
      return invalid_argument("standard output is a terminal; send it to a file or a program");
    }
  } else {
    int64_t bytes = type.size;
    for (int64_t extent : dimensions) {
      if (!checked_multiply(bytes, extent, &bytes)) bytes = INT64_MAX;
    }
    if (__builtin_add_overflow(bytes, static_cast<int64_t>(header.size()), &options.bytes)) {
      options.bytes = INT64_MAX;
    }
    const Result<Output*> file = outputs.add(path, options);
    if (!file.ok()) return file.status();
    writer.file_ = *file;
  }
  if (Status s = writer.write(header.data(), header.size()); !s.ok()) return s;
  return writer;
}

Status NpyWriter::write(const void* bytes, size_t size) {
  if (file_ != nullptr) return file_->write(bytes, size);
  held_.append(static_cast<const char*>(bytes), size);
  return {};
}

Status NpyWriter::append(const float* values, int64_t count) {
  return write(values, static_cast<size_t>(count) * sizeof(float));
}

Status NpyWriter::append(const int64_t* values, int64_t count) {
  return write(values, static_cast<size_t>(count) * sizeof(int64_t));
}

Status NpyWriter::send() {
  if (file_ != nullptr) return {};
  const bool written =
      std::fwrite(held_.data(), 1, held_.size(), stdout) == held_.size() && std::fflush(stdout) == 0;
  return written ? Status() : Status(StatusCode::kIo, "standard output cannot be written");
}

Status write_npy(const std::string& path, const std::vector<int64_t>& dimensions, const float* values) {
  return write_all(path, NpyWriter::Element::kFloat32, dimensions, values);
}

Status write_npy(const std::string& path, const std::vector<int64_t>& dimensions, const int64_t* values) {
  return write_all(path, NpyWriter::Element::kInt64, dimensions, values);
}

}  // namespace poolglass
