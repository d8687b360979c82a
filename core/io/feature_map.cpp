#include "core/io/feature_map.h"

#include <algorithm>
#include <cstring>

#include "core/channels.h"
#include "core/io/file.h"
#include "core/io/npz.h"
#include "core/io/picture.h"

namespace poolglass {
namespace {

Result<bool> is_picture_file(const std::string& path) {
  if (path == kStandardStream || split_npz_path(path)) return false;
  const Result<std::string> start = read_start(path, 16);
  return start.ok() ? Result<bool>(is_picture(*start)) : start.status();
}

// Bytes of a .npy file with the picture's pixels, whose channels it has side by side.
std::string npy_of(const Pixels& pixels, Layout layout) {
  const int64_t h = pixels.size.h, w = pixels.size.w, c = pixels.channels, size = pixels.bytes_each;
  std::vector<int64_t> dimensions{h, w, c};
  if (layout == Layout::kNchw)
    dimensions = c == 1 ? std::vector<int64_t>{h, w} : std::vector<int64_t>{c, h, w};
  std::string npy = write_npy_header({'u', static_cast<int>(size), false}, dimensions);
  if (layout == Layout::kNhwc) return npy += pixels.values;
  const size_t begin = npy.size();
  npy.resize(begin + pixels.values.size());
  for (int64_t channel = 0; channel < c; ++channel) {
    char* to = npy.data() + begin + channel * h * w * size;
    const char* from = pixels.values.data() + channel * size;
    for (int64_t i = 0; i < h * w; ++i)
      std::memcpy(to + i * size, from + i * c * size, static_cast<size_t>(size));
  }
  return npy;
}

}  // namespace

Result<NpyReader> open_feature_map(const std::string& path, Layout layout, bool* picture) {
  const Result<bool> is_one = is_picture_file(path);
  *picture = is_one.ok() && *is_one;
  if (!*picture) return NpyReader::open(path);
  const Result<std::string> bytes = read_file(path, kMostPictureBytes);
  if (!bytes.ok()) return bytes.status();
  const Result<Pixels> pixels = decode_pixels(*bytes, path);
  if (!pixels.ok()) return pixels.status();
  const std::string npy = npy_of(*pixels, layout);
  return NpyReader::open(path, [&, at = size_t{0}](void* to, size_t most) mutable -> Result<size_t> {
    const size_t some = std::min(most, npy.size() - at);
    std::memcpy(to, npy.data() + at, some);
    at += some;
    return some;
  });
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
  bool picture = false;
  const Result<NpyReader> reader = open_feature_map(path, Layout::kNhwc, &picture);
  if (!reader.ok()) return reader.status();
  Result<FeatureMap> map = read_feature_map(*reader, picture ? Layout::kNhwc : layout, progress);
  if (!map.ok() || !picture) return map;
  map->picture = true;
  map->array.note.clear();  // nobody is surprised that its values are numbers now
  return map;
}

}  // namespace poolglass
