#include "core/io/npy.h"

#include <algorithm>
#include <new>
#include <utility>

#include "core/io/npy_convert.h"
#include "core/io/system_memory.h"

namespace poolglass {
namespace {

constexpr int64_t kBlock = int64_t{1} << 20;  // elements that are read before the file's own memory goes

std::string tuple_text(const std::vector<int64_t>& dimensions) {
  std::string text = "(";
  for (size_t i = 0; i < std::min<size_t>(dimensions.size(), 8); ++i) {
    text += (i > 0 ? ", " : "") + std::to_string(dimensions[i]);
  }
  return text + (dimensions.size() > 8 ? ", ...)" : ")");
}

Shape shape_of(const std::vector<int64_t>& dimensions) {
  Shape shape;
  int64_t* const extents[] = {&shape.n, &shape.c, &shape.h, &shape.w};
  for (size_t i = 0; i < dimensions.size(); ++i) *extents[4 - dimensions.size() + i] = dimensions[i];
  return shape;
}

Status in_file(const std::string& path, const Status& status) {
  return Status(status.code(), path + ": " + status.message());
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

Result<NpyReader> NpyReader::open(const std::string& path) {
  Result<MappedFile> file = MappedFile::open(path);
  if (!file.ok()) return file.status();
  NpyReader reader(*std::move(file));
  const size_t head = std::min<size_t>(reader.file_.size(), static_cast<size_t>(kNpyHeaderLimit));
  Result<NpyHeader> header = parse_npy_header({reinterpret_cast<const char*>(reader.file_.data()), head});
  if (!header.ok()) return in_file(path, header.status());
  reader.header_ = *std::move(header);
  if (Status s = reader.check_size(); !s.ok()) return in_file(path, s);
  return reader;
}

Status NpyReader::check_size() {
  const auto file_bytes = static_cast<int64_t>(file_.size());
  const std::vector<int64_t>& extents = header_.dimensions;
  if (extents.size() < 2 || extents.size() > 4) {
    return invalid_argument("has " + std::to_string(extents.size()) +
                            " dimensions, but must have 2 (H, W), 3 (C, H, W) or 4 (N, C, H, W)");
  }
  if (std::find(extents.begin(), extents.end(), 0) != extents.end()) {
    return invalid_argument("shape " + tuple_text(extents) + " has an empty dimension");
  }
  shape_ = shape_of(extents);
  int64_t elements = 0, floats = 0;
  if (!checked_elements(shape_, &elements) || !checked_multiply(elements, header_.type.size, &data_bytes_) ||
      !checked_multiply(elements, int64_t{sizeof(float)}, &floats)) {
    return invalid_argument("shape " + tuple_text(extents) + " is too large");
  }
  if (data_bytes_ > file_bytes - header_.data_offset) {
    return invalid_argument("shape " + tuple_text(extents) + " of " + npy_type_name(header_.type) +
                            " needs " + std::to_string(data_bytes_) + " bytes, but the file holds " +
                            std::to_string(file_bytes - header_.data_offset));
  }
  converts_ = header_.type != NpyType{} || header_.fortran_order ||
              header_.data_offset % static_cast<int64_t>(alignof(float)) != 0;
  return {};
}

void NpyReader::pass(int64_t first) const {
  if (header_.fortran_order) return;  // planes lie among each other
  const int64_t bytes = first * shape_.h * shape_.w * header_.type.size;
  file_.pass(static_cast<size_t>(header_.data_offset + bytes));
}

std::string NpyReader::note() const {
  std::string note;
  if (header_.type != NpyType{}) note = npy_type_name(header_.type) + " converted to float32";
  if (header_.fortran_order)
    note += std::string(note.empty() ? "" : ", ") + "Fortran order converted to C order";
  return note;
}

const float* NpyReader::planes(int64_t first, int64_t count, std::vector<float>& scratch) const {
  const unsigned char* data = file_.data() + header_.data_offset;
  const int64_t cells = shape_.h * shape_.w;
  if (!converts_) return reinterpret_cast<const float*>(data) + first * cells;

  scratch.resize(static_cast<size_t>(count * cells));
  if (header_.fortran_order) {
    gather(first, count, scratch.data());
  } else {
    const int64_t size = header_.type.size;
    convert_to_float32(header_.type, data + first * cells * size, size, count * cells, scratch.data());
  }
  return scratch.data();
}

// Fortran order: the first index runs fastest.
void NpyReader::gather(int64_t first, int64_t count, float* out) const {
  const unsigned char* data = file_.data() + header_.data_offset;
  const int64_t size = header_.type.size;
  const int64_t c_step = shape_.n, h_step = c_step * shape_.c, w_step = h_step * shape_.h;
  for (int64_t plane = first; plane < first + count; ++plane) {
    const int64_t corner = plane / shape_.c + plane % shape_.c * c_step;
    for (int64_t y = 0; y < shape_.h; ++y, out += shape_.w) {
      convert_to_float32(header_.type, data + (corner + y * h_step) * size, w_step * size, shape_.w, out);
    }
  }
}

void NpyReader::read(float* out) const {
  if (header_.fortran_order) return gather(0, shape_.planes(), out);
  const unsigned char* data = file_.data() + header_.data_offset;
  const int64_t size = header_.type.size, elements = shape_.elements();
  for (int64_t done = 0; done < elements; done += kBlock) {
    convert_to_float32(header_.type, data + done * size, size, std::min(kBlock, elements - done), out + done);
    file_.pass(static_cast<size_t>(header_.data_offset + done * size));
  }
}

Result<NpyArray> read_npy(const std::string& path) {
  Result<NpyReader> reader = NpyReader::open(path);
  if (!reader.ok()) return reader.status();
  const Shape shape = reader->shape();
  const int64_t elements = shape.elements(), bytes = elements * int64_t{sizeof(float)};
  const auto too_large = [&] {
    return resource_exhausted(path + ": " + std::to_string(bytes) + " bytes of float32 do not fit in memory");
  };
  if (bytes > available_memory_bytes()) return too_large();
  try {
    std::vector<float> values(static_cast<size_t>(elements));
    reader->read(values.data());
    if (Status s = reader->unchanged(); !s.ok()) return s;
    return NpyArray{reader->dimensions(), Tensor(shape, std::move(values)), reader->note()};
  } catch (const std::bad_alloc&) {
    return too_large();
  }
}

Result<NpyWriter> NpyWriter::create(Outputs& outputs, const std::string& path, Element element,
                                    const std::vector<int64_t>& dimensions, OutputOptions options) {
  const NpyType type = element == Element::kFloat32 ? NpyType{'f', 4, false} : NpyType{'i', 8, false};
  const std::string header = write_npy_header(type, dimensions);
  int64_t bytes = type.size;
  for (int64_t extent : dimensions) {
    if (!checked_multiply(bytes, extent, &bytes)) bytes = INT64_MAX;
  }
  if (__builtin_add_overflow(bytes, static_cast<int64_t>(header.size()), &options.bytes)) {
    options.bytes = INT64_MAX;
  }
  Result<Output*> file = outputs.add(path, options);
  if (!file.ok()) return file.status();
  if (Status s = (*file)->write(header); !s.ok()) return s;
  return NpyWriter(*file);
}

Status NpyWriter::append(const float* values, int64_t count) {
  return file_->write(values, static_cast<size_t>(count) * sizeof(float));
}

Status NpyWriter::append(const int64_t* values, int64_t count) {
  return file_->write(values, static_cast<size_t>(count) * sizeof(int64_t));
}

Status write_npy(const std::string& path, const std::vector<int64_t>& dimensions, const float* values) {
  return write_all(path, NpyWriter::Element::kFloat32, dimensions, values);
}

Status write_npy(const std::string& path, const std::vector<int64_t>& dimensions, const int64_t* values) {
  return write_all(path, NpyWriter::Element::kInt64, dimensions, values);
}

}  // namespace poolglass
