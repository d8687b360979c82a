#include "core/io/png.h"

#include <png.h>

#include <csetjmp>
#include <cstdio>
#include <cstring>
#include <new>

// libpng leaves a function that fails with longjmp, past whatever destructors lie on its way, which is
// undefined: so no function with a setjmp, and none that libpng calls, has a local variable with one.
namespace poolglass {
namespace {

// Reading or writing, and the memory for it.
class Png {
 public:
  Png(png_structp png, bool writes) : writes_(writes), png_(png) {
    if (png_ != nullptr) info_ = png_create_info_struct(png_);
  }
  Png(const Png&) = delete;
  Png& operator=(const Png&) = delete;
  ~Png() {
    writes_ ? png_destroy_write_struct(&png_, &info_) : png_destroy_read_struct(&png_, &info_, nullptr);
  }

  bool ok() const { return info_ != nullptr; }
  png_structp png() const { return png_; }
  png_infop info() const { return info_; }

 private:
  bool writes_;
  png_structp png_;
  png_infop info_ = nullptr;
};

[[noreturn]] void give_up(png_structp png, png_const_charp reason) {
  static_cast<PictureSource*>(png_get_error_ptr(png))->give_reason(reason);
  png_longjmp(png, 1);
}

// While writing: room for a reason, as a string may not be made here.
struct WhyNot {
  char text[128] = "no memory";
};

[[noreturn]] void leave(png_structp png, png_const_charp reason) {
  WhyNot& why = *static_cast<WhyNot*>(png_get_error_ptr(png));
  std::snprintf(why.text, sizeof why.text, "%s", reason);
  png_longjmp(png, 1);
}

void ignore_warning(png_structp, png_const_charp) {}

void read(png_structp png, png_bytep to, size_t count) {
  while (count > 0) {
    const std::string_view some = static_cast<PictureSource*>(png_get_io_ptr(png))->take(count);
    if (some.empty()) png_error(png, "no more bytes");
    std::memcpy(to, some.data(), some.size());
    to += some.size();
    count -= some.size();
  }
}

bool read_head(png_structp png, png_infop info, PictureSource* source, Pixels* head) {
  if (setjmp(png_jmpbuf(png)) != 0) return false;
  png_set_read_fn(png, source, read);
  png_set_user_limits(png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);  // PictureSource::fits says what is too large
  // Of the other chunks only PLTE and tRNS, of less than a KiB, are kept; none that is damaged is passed
  // over.
  png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, nullptr, -1);
  png_set_chunk_malloc_max(png, 1 << 16);
  png_set_chunk_cache_max(png, 1);
  png_set_crc_action(png, PNG_CRC_ERROR_QUIT, PNG_CRC_ERROR_QUIT);
  png_read_info(png, info);
  const bool palette = png_get_color_type(png, info) == PNG_COLOR_TYPE_PALETTE;
  const bool transparent = png_get_valid(png, info, PNG_INFO_tRNS) != 0;  // no channel of the file
  head->size = {png_get_image_height(png, info), png_get_image_width(png, info)};
  head->channels = (palette ? 3 : png_get_channels(png, info)) + (transparent ? 1 : 0);
  head->bytes_each = png_get_bit_depth(png, info) == 16 ? 2 : 1;
  return true;
}

bool read_values(png_structp png, png_infop info, const Pixels* head, png_bytep values) {
  if (setjmp(png_jmpbuf(png)) != 0) return false;
  png_set_expand(png);
  if (head->bytes_each == 2) png_set_swap(png);  // to little-endian
  const int passes = png_set_interlace_handling(png);
  png_read_update_info(png, info);
  const int64_t row_bytes = head->size.w * head->channels * head->bytes_each;
  if (png_get_rowbytes(png, info) != static_cast<size_t>(row_bytes))
    png_error(png, "its channels are unclear");
  for (int pass = 0; pass < passes; ++pass)
    for (int64_t y = 0; y < head->size.h; ++y) png_read_row(png, values + y * row_bytes, nullptr);
  png_read_end(png, nullptr);
  return true;
}

void append(png_structp png, png_bytep from, size_t count) {
  bool room = true;
  try {
    static_cast<std::string*>(png_get_io_ptr(png))->append(reinterpret_cast<const char*>(from), count);
  } catch (const std::bad_alloc&) {
    room = false;
  }
  if (!room) png_error(png, "no memory");
}

bool write_picture(png_structp png, png_infop info, std::string* to, Size2 size, const uint8_t* rgba) {
  if (setjmp(png_jmpbuf(png)) != 0) return false;
  png_set_user_limits(png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
  png_set_write_fn(png, to, append, nullptr);
  png_set_IHDR(png, info, static_cast<png_uint_32>(size.w), static_cast<png_uint_32>(size.h), 8,
               PNG_COLOR_TYPE_RGBA, PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_BASE, PNG_FILTER_TYPE_BASE);
  png_write_info(png, info);
  for (int64_t y = 0; y < size.h; ++y) png_write_row(png, rgba + y * size.w * 4);
  png_write_end(png, info);
  return true;
}

}  // namespace

Result<Pixels> decode_png(PictureSource& source) {
  const Png png(png_create_read_struct(PNG_LIBPNG_VER_STRING, &source, give_up, ignore_warning), false);
  Pixels pixels;
  if (!png.ok())
    return resource_exhausted(std::string(source.name) + ": there is no memory to read a picture");
  if (!read_head(png.png(), png.info(), &source, &pixels)) return source.failure();
  const int64_t row_bytes = pixels.size.w * pixels.channels * pixels.bytes_each;
  if (Status status = source.fits(pixels, 2 * row_bytes); !status.ok()) return status;
  pixels.values.resize(static_cast<size_t>(pixels.size.h * row_bytes));
  if (!read_values(png.png(), png.info(), &pixels, reinterpret_cast<png_bytep>(pixels.values.data())))
    return source.failure();
  return pixels;
}

Result<std::string> encode_png(Size2 size, const uint8_t* rgba) {
  WhyNot why;
  const Png png(png_create_write_struct(PNG_LIBPNG_VER_STRING, &why, leave, ignore_warning), true);
  std::string bytes;
  if (!png.ok() || !write_picture(png.png(), png.info(), &bytes, size, rgba))
    return resource_exhausted(std::string("the picture cannot be encoded: ") + why.text);
  return bytes;
}

}  // namespace poolglass
