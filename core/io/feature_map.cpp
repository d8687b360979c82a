#include "core/io/feature_map.h"

#include <algorithm>
#include <cstring>
#include <string_view>

#include "core/channels.h"
#include "core/io/file.h"
#include "core/io/npz.h"
#include "core/io/picture.h"
#include "core/io/system_memory.h"

namespace poolglass {
namespace {

Result<bool> is_picture_file(const std::string& path) {
  if (path == kStandardStream || split_npz_path(path)) return false;
  const Result<std::string> start = read_start(path, 16);
  return start.ok() ? Result<bool>(is_picture(*start)) : start.status();
}

Result<Pixels> read_pixels(const std::string& path, ReadProgress* progress) {
  const Result<std::string> bytes = read_file(path, kMostPictureBytes);
  return bytes.ok() ? decode_pixels(*bytes, path, progress) : bytes.status();
}

// The bytes of a .npy file with the picture's pixels, whose channels it has side by side: a plane at a time
// in memory beside them.
class PixelsAsNpy {
 public:
  PixelsAsNpy(const PixelsAsNpy&) = delete;
  PixelsAsNpy& operator=(const PixelsAsNpy&) = delete;
  PixelsAsNpy(const Pixels& pixels, Layout layout) : pixels_(pixels), layout_(layout) {
    const int64_t h = pixels.size.h, w = pixels.size.w, c = pixels.channels;
    std::vector<int64_t> dimensions{h, w, c};
    if (layout == Layout::kNchw)
      dimensions = c == 1 ? std::vector<int64_t>{h, w} : std::vector<int64_t>{c, h, w};
    part_ = write_npy_header({'u', static_cast<int>(pixels.bytes_each), false}, dimensions);
    rest_ = part_;
  }

  size_t read(void* to, size_t most) {
    if (rest_.empty()) begin_next();
    const size_t some = std::min(most, rest_.size());
    std::memcpy(to, rest_.data(), some);
    rest_.remove_prefix(some);
    return some;
  }

 private:
  void begin_next() {
    if (layout_ == Layout::kNhwc || pixels_.channels == 1) {
      if (next_++ == 0) rest_ = pixels_.values;
      return;
    }
    if (next_ == pixels_.channels) return;
    const int64_t cells = pixels_.size.h * pixels_.size.w, size = pixels_.bytes_each;
    part_.resize(static_cast<size_t>(cells * size));
    const char* from = pixels_.values.data() + next_++ * size;
    for (int64_t i = 0; i < cells; ++i)
      std::memcpy(part_.data() + i * size, from + i * pixels_.channels * size, static_cast<size_t>(size));
    rest_ = part_;
  }

  const Pixels& pixels_;
  Layout layout_;
  std::string part_;
  std::string_view rest_;  // of the part, or of all pixels
  int64_t next_ = 0;       // plane
};

// A plane a channel.
Tensor planes_of(const Pixels& pixels) {
  const int64_t cells = pixels.size.h * pixels.size.w, c = pixels.channels;
  Tensor tensor(Shape{1, c, pixels.size.h, pixels.size.w});
  for (int64_t channel = 0; channel < c; ++channel) {
    float* to = tensor.values.data() + channel * cells;
    const char* from = pixels.values.data() + channel * pixels.bytes_each;
    for (int64_t i = 0; i < cells; ++i, from += c * pixels.bytes_each) {
      uint16_t value = static_cast<unsigned char>(*from);
      if (pixels.bytes_each == 2) std::memcpy(&value, from, sizeof(value));
      to[i] = value;
    }
  }
  return tensor;
}

Result<FeatureMap> read_picture_map(const std::string& path, ReadProgress* progress) {
  const Result<Pixels> pixels = read_pixels(path, progress);
  if (!pixels.ok()) return pixels.status();
  const int64_t values = pixels->size.h * pixels->size.w * pixels->channels;
  if (values * int64_t{sizeof(float)} > available_memory_bytes())
    return resource_exhausted(path + ": its " + std::to_string(values) + " values do not fit in memory");
  FeatureMap map;
  map.picture = true;
  map.layout = Layout::kNhwc;
  map.array.dimensions = {pixels->size.h, pixels->size.w, pixels->channels};
  map.array.tensor = planes_of(*pixels);
  return map;
}

}  // namespace

Result<NpyReader> open_feature_map(const std::string& path, Layout layout, bool* picture) {
  const Result<bool> is_one = is_picture_file(path);
  *picture = is_one.ok() && *is_one;
  if (!*picture) return NpyReader::open(path);
  const Result<Pixels> pixels = read_pixels(path, nullptr);
  if (!pixels.ok()) return pixels.status();
  PixelsAsNpy npy(*pixels, layout);
  return NpyReader::open(path, [&npy](void* to, size_t most) { return Result<size_t>(npy.read(to, most)); });
}

Result<FeatureMap> read_feature_map(const NpyReader& reader, std::optional<Layout> layout,
                                    ReadProgress* progress) {
  FeatureMap map;
  const bool guessed = !layout && channels_look_last(reader.dimensions());
  map.layout = guessed ? Layout::kNhwc : layout.value_or(Layout::kNchw);
  Result<NpyArray> array = read_npy(reader, map.layout, progress);
  if (!array.ok()) return array.status();
  map.array = *std::move(array);
  if (guessed)
    map.sentence = "shape " + tuple_text(map.array.dimensions) + " is taken with its channels last";
  return map;
}

Result<FeatureMap> read_feature_map(const std::string& path, std::optional<Layout> layout,
                                    ReadProgress* progress) {
  const Result<bool> picture = is_picture_file(path);
  if (picture.ok() && *picture) return read_picture_map(path, progress);
  const Result<NpyReader> reader = NpyReader::open(path, progress);
  return reader.ok() ? read_feature_map(*reader, layout, progress) : reader.status();
}

}  // namespace poolglass
