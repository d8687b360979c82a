#include "core/io/picture.h"

#include <algorithm>
#include <memory>

#define STB_IMAGE_IMPLEMENTATION
#define STB_IMAGE_STATIC
#define STBI_ONLY_PNG
#define STBI_ONLY_JPEG
#define STBI_NO_STDIO
#define STBI_MAX_DIMENSIONS 65535
#if defined(__GNUC__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-function"
#endif
#include <stb_image.h>
#if defined(__GNUC__)
#pragma GCC diagnostic pop
#endif

#include "core/io/system_memory.h"

namespace poolglass {
namespace {

struct Free {
  void operator()(void* pixels) const { stbi_image_free(pixels); }
};

struct Head {
  int width = 0, height = 0, channels = 0;
};

Status damaged(const std::string& name) {
  const char* reason = stbi_failure_reason();
  return invalid_argument(name + ": is no picture that can be read" +
                          (reason == nullptr ? "" : std::string(" (") + reason + ")"));
}

// The bytes as the decoder asks for them. It takes zeros for what is beyond their end, and may find a picture
// in them all the same.
struct Feed {
  std::string_view bytes;
  ReadProgress* progress = nullptr;
  size_t at = 0;
  bool beyond = false;  // more was asked for than there is

  static stbi_io_callbacks callbacks() { return {read, skip, eof}; }
  static int read(void* user, char* to, int most) {
    Feed& feed = *static_cast<Feed*>(user);
    const bool stopped = feed.progress != nullptr && feed.progress->stopped();
    const size_t left = stopped ? 0 : feed.bytes.size() - feed.at;
    const size_t some = std::min(left, static_cast<size_t>(most));
    feed.beyond = feed.beyond || some == 0;
    std::copy_n(feed.bytes.data() + feed.at, some, to);
    feed.take(some);
    return static_cast<int>(some);
  }
  static void skip(void* user, int count) {
    Feed& feed = *static_cast<Feed*>(user);
    const size_t left = feed.bytes.size() - feed.at;
    feed.beyond = feed.beyond || (count > 0 && static_cast<size_t>(count) > left);
    if (count > 0) feed.take(std::min(left, static_cast<size_t>(count)));
    if (count < 0) feed.at -= std::min(feed.at, static_cast<size_t>(-int64_t{count}));
  }
  static int eof(void* user) {
    const Feed& feed = *static_cast<Feed*>(user);
    return feed.at >= feed.bytes.size() ? 1 : 0;
  }

 private:
  void take(size_t count) {
    at += count;
    if (progress != nullptr) progress->done = static_cast<int64_t>(at);
  }
};

// What the decoder says of a block that is not all there.
bool out_of_data() {
  const char* reason = stbi_failure_reason();
  return reason != nullptr && std::string_view(reason) == "outofdata";
}

Status cut_short(const std::string& name) {
  return invalid_argument(name +
                          ": is no picture that can be read: it is cut short, the file ends before it does");
}

const stbi_uc* data_of(std::string_view bytes) { return reinterpret_cast<const stbi_uc*>(bytes.data()); }

// Whether a PNG has a chunk that goes on beyond the end of the file: the decoder asks for as much memory as
// the chunk says it has, before it looks.
bool has_chunk_beyond_end(std::string_view bytes) {
  constexpr size_t kSignature = 8, kHead = 8, kChecksum = 4;
  for (size_t at = kSignature; at + kHead <= bytes.size();) {
    size_t length = 0;
    for (size_t i = 0; i < 4; ++i) length = length << 8 | static_cast<unsigned char>(bytes[at + i]);
    if (length > bytes.size() - at - kHead) return true;
    at += kHead + length + kChecksum;
  }
  return false;
}

// What stb_image 2.27 believes of a JPEG's Huffman tables, and reads or writes beyond its own for: more codes
// than there are symbols, 256; a scan by a table that is not there. Null: neither. The decoder finds no
// segment that is not found here: both go from 0xFF to 0xFF, skip what a segment says it has, and the decoder
// gives up where a segment says something else than it has.
const char* wrong_with_huffman_tables(std::string_view bytes) {
  constexpr size_t kTemporary = 0x01, kFirstRestart = 0xD0, kStart = 0xD8,
                   kEnd = 0xD9;  // nothing follows them
  constexpr size_t kProgressive = 0xC2, kTables = 0xC4, kScan = 0xDA;
  const auto byte = [&](size_t at) {  // as the decoder reads beyond the end
    return at < bytes.size() ? static_cast<size_t>(static_cast<unsigned char>(bytes[at])) : 0;
  };
  bool defined[256] = {}, progressive = false;  // by class x 16 + number
  for (size_t at = 0;;) {
    while (at < bytes.size() && byte(at) != 0xFF) ++at;
    while (at < bytes.size() && byte(at) == 0xFF) ++at;
    if (at >= bytes.size()) return nullptr;
    const size_t marker = byte(at++);
    if (marker == kEnd) return nullptr;
    if (marker <= kTemporary || (marker >= kFirstRestart && marker <= kStart)) continue;
    const size_t length = std::max<size_t>(2, byte(at) << 8 | byte(at + 1)), end = at + length;
    progressive = progressive || marker == kProgressive;
    for (size_t table = at + 2; marker == kTables && table < end;) {
      size_t codes = 0;
      for (size_t bits = 1; bits <= 16; ++bits) codes += byte(table + bits);
      if (codes > 256) return "a Huffman table has more than 256 codes";
      defined[byte(table)] = true;
      table += 17 + codes;
    }
    if (marker == kScan) {
      const size_t components = byte(at + 2), first = byte(at + 3 + 2 * components);
      const bool refines = byte(at + 5 + 2 * components) >> 4 != 0;
      const bool dc = !progressive || (first == 0 && !refines), ac = !progressive || first > 0;
      for (size_t i = 0; i < components; ++i) {
        const size_t tables = byte(at + 4 + 2 * i);
        if ((dc && !defined[tables >> 4]) || (ac && !defined[16 + tables % 16]))
          return "a scan has no Huffman table";
      }
    }
    at = end;
  }
}

// What the picture says of itself, within the limits, and with enough memory for `bytes_each` times its
// values, twice: decoded, and as the caller keeps it.
Result<Head> head_of(std::string_view bytes, const std::string& name, int channels, int bytes_each) {
  if (static_cast<int64_t>(bytes.size()) > kMostPictureBytes) {
    return invalid_argument(name + ": has " + std::to_string(bytes.size()) +
                            " bytes, more than the limit of " + std::to_string(kMostPictureBytes));
  }
  const bool png = bytes.starts_with('\x89');
  if (png && has_chunk_beyond_end(bytes)) return cut_short(name);
  if (const char* wrong = png ? nullptr : wrong_with_huffman_tables(bytes))
    return invalid_argument(name + ": is no picture that can be read (" + wrong + ")");
  Head head;
  Feed feed{bytes};
  const stbi_io_callbacks from = Feed::callbacks();
  if (stbi_info_from_callbacks(&from, &feed, &head.width, &head.height, &head.channels) == 0)
    return feed.beyond || out_of_data() ? cut_short(name) : damaged(name);
  const int64_t pixels = int64_t{head.width} * head.height;
  if (head.width < 1 || head.height < 1 || pixels > kMostPicturePixels) {
    return invalid_argument(name + ": is " + std::to_string(head.width) + "x" + std::to_string(head.height) +
                            " pixels, more than the limit of " + std::to_string(kMostPicturePixels));
  }
  if (channels > 0) head.channels = channels;
  if (2 * pixels * head.channels * bytes_each > available_memory_bytes())
    return resource_exhausted(name + ": its " + std::to_string(pixels) + " pixels do not fit in memory");
  return head;
}

}  // namespace

bool is_picture(std::string_view start) {
  return start.starts_with("\x89PNG\r\n\x1a\n") || start.starts_with("\xff\xd8\xff");
}

Result<Pixels> decode_pixels(std::string_view bytes, const std::string& name, ReadProgress* progress) {
  const int size = static_cast<int>(std::min<size_t>(bytes.size(), kMostPictureBytes));
  const bool wide = stbi_is_16_bit_from_memory(data_of(bytes), size) != 0;
  const Result<Head> head = head_of(bytes, name, 0, wide ? 2 : 1);
  if (!head.ok()) return head.status();
  if (progress != nullptr) progress->total = static_cast<int64_t>(bytes.size());
  Feed feed{bytes, progress};
  const stbi_io_callbacks from = Feed::callbacks();
  Head seen;
  std::unique_ptr<void, Free> decoded;
  if (wide) {
    decoded.reset(stbi_load_16_from_callbacks(&from, &feed, &seen.width, &seen.height, &seen.channels, 0));
  } else {
    decoded.reset(stbi_load_from_callbacks(&from, &feed, &seen.width, &seen.height, &seen.channels, 0));
  }
  if (progress != nullptr && progress->stopped()) {
    return Status(reading_stopped().code(), name + ": " + reading_stopped().message());
  }
  if (feed.beyond || (decoded == nullptr && out_of_data())) return cut_short(name);
  if (decoded == nullptr) return damaged(name);
  Pixels pixels;
  pixels.size = {seen.height, seen.width};
  pixels.channels = seen.channels;
  pixels.bytes_each = wide ? 2 : 1;
  const int64_t values = pixels.size.h * pixels.size.w * pixels.channels * pixels.bytes_each;
  pixels.values.assign(static_cast<const char*>(decoded.get()), static_cast<size_t>(values));
  return pixels;
}

Result<Plane> decode_picture(std::string_view bytes, const std::string& name) {
  const Result<Head> head = head_of(bytes, name, 1, static_cast<int>(sizeof(float)));
  if (!head.ok()) return head.status();
  Feed feed{bytes};
  const stbi_io_callbacks from = Feed::callbacks();
  Head seen;
  const std::unique_ptr<void, Free> pixels(
      stbi_load_from_callbacks(&from, &feed, &seen.width, &seen.height, &seen.channels, 1));
  if (feed.beyond || (pixels == nullptr && out_of_data())) return cut_short(name);
  if (pixels == nullptr) return damaged(name);
  Plane plane({seen.height, seen.width});
  std::copy_n(static_cast<const stbi_uc*>(pixels.get()), plane.values.size(), plane.values.begin());
  return plane;
}

}  // namespace poolglass
