#include "core/io/jpeg.h"

// clang-format off
#include <cstdio>  // jpeglib.h wants it first
#include <jpeglib.h>
#include <jerror.h>
// clang-format on

#include <csetjmp>

// libjpeg leaves a function that fails by way of longjmp, past whatever destructors lie on its way, which is
// undefined: so no function with a setjmp, and none that libjpeg calls, has a local variable with one.
namespace poolglass {
namespace {

// A scan can be a few bytes for a whole picture, and takes as long as the picture is large. Encoders write
// ten.
constexpr int kMostScans = 100;
constexpr long kMostWorkingBytes = 1L << 28;  // of coefficients, where there are several scans
constexpr size_t kFeedBytes = 1 << 16;

struct Jpeg {
  jpeg_decompress_struct info{};
  jpeg_error_mgr errors{};
  jpeg_source_mgr feed{};
  jpeg_progress_mgr watch{};
  std::jmp_buf failed;
  PictureSource* source = nullptr;

  explicit Jpeg(PictureSource* from) : source(from) { info.client_data = this; }
  Jpeg(const Jpeg&) = delete;
  Jpeg& operator=(const Jpeg&) = delete;
  ~Jpeg() { jpeg_destroy_decompress(&info); }

  static Jpeg& of(void* client_data) { return *static_cast<Jpeg*>(client_data); }
};

[[noreturn]] void give_up(Jpeg& jpeg, const char* reason) {
  jpeg.source->give_reason(reason);
  std::longjmp(jpeg.failed, 1);
}

[[noreturn]] void give_up(j_common_ptr info) {
  char reason[JMSG_LENGTH_MAX];
  info->err->format_message(info, reason);
  give_up(Jpeg::of(info->client_data), reason);
}

// A warning is given where libjpeg makes up what it cannot decode; but for these, which leave all pixels as
// they are.
void take_warning(j_common_ptr info, int level) {
  if (level >= 0) return;  // no warning
  const int code = info->err->msg_code;
  const bool harmless = code == JWRN_ADOBE_XFORM || code == JWRN_EXTRANEOUS_DATA || code == JWRN_JFIF_MAJOR ||
                        code == JWRN_NOT_SEQUENTIAL;
  if (!harmless) give_up(info);
}

void begin_feed(j_decompress_ptr) {}

boolean feed(j_decompress_ptr info) {
  Jpeg& jpeg = Jpeg::of(info->client_data);
  const std::string_view some = jpeg.source->take(kFeedBytes);
  if (some.empty()) give_up(jpeg, "no more bytes");
  info->src->next_input_byte = reinterpret_cast<const JOCTET*>(some.data());
  info->src->bytes_in_buffer = some.size();
  return TRUE;
}

void skip(j_decompress_ptr info, long count) {
  while (count > static_cast<long>(info->src->bytes_in_buffer)) {
    count -= static_cast<long>(info->src->bytes_in_buffer);
    feed(info);
  }
  if (count <= 0) return;
  info->src->next_input_byte += count;
  info->src->bytes_in_buffer -= static_cast<size_t>(count);
}

void end_feed(j_decompress_ptr) {}

// Called for each row of blocks of each scan.
void watch(j_common_ptr info) {
  Jpeg& jpeg = Jpeg::of(info->client_data);
  if (jpeg.source->stopped()) give_up(jpeg, "stopped");
  if (jpeg.info.input_scan_number > kMostScans) give_up(jpeg, "it has more than 100 scans");
}

bool read_head(Jpeg* jpeg, Pixels* head) {
  jpeg_decompress_struct* info = &jpeg->info;
  info->err = jpeg_std_error(&jpeg->errors);
  jpeg->errors.error_exit = give_up;
  jpeg->errors.emit_message = take_warning;
  if (setjmp(jpeg->failed) != 0) return false;
  jpeg_create_decompress(info);
  jpeg->watch.progress_monitor = watch;
  info->progress = &jpeg->watch;
  jpeg->feed = {nullptr, 0, begin_feed, feed, skip, jpeg_resync_to_restart, end_feed};
  info->src = &jpeg->feed;
  info->mem->max_memory_to_use = kMostWorkingBytes;
  jpeg_read_header(info, TRUE);
  if (info->jpeg_color_space == JCS_CMYK || info->jpeg_color_space == JCS_YCCK)
    give_up(*jpeg, "its colours are CMYK, those of printers; save it in RGB");
  if (info->num_components != 1 && info->num_components != 3)
    give_up(*jpeg, "it is neither grey nor in colour");
  info->out_color_space = info->num_components == 1 ? JCS_GRAYSCALE : JCS_RGB;
  info->dct_method = JDCT_ISLOW;
  head->size = {info->image_height, info->image_width};
  head->channels = info->num_components;
  return true;
}

// Of several scans, libjpeg keeps all coefficients.
int64_t working_bytes(jpeg_decompress_struct* info) {
  if (jpeg_has_multiple_scans(info) == FALSE) return 0;
  int64_t blocks = 0;
  for (int i = 0; i < info->num_components; ++i)
    blocks += int64_t{info->comp_info[i].width_in_blocks} * info->comp_info[i].height_in_blocks;
  return blocks * int64_t{sizeof(JBLOCK)};
}

bool read_values(Jpeg* jpeg, const Pixels* head, JSAMPROW values) {
  if (setjmp(jpeg->failed) != 0) return false;
  jpeg_start_decompress(&jpeg->info);
  while (jpeg->info.output_scanline < jpeg->info.output_height) {
    JSAMPROW row = values + int64_t{jpeg->info.output_scanline} * head->size.w * head->channels;
    jpeg_read_scanlines(&jpeg->info, &row, 1);
  }
  jpeg_finish_decompress(&jpeg->info);
  return true;
}

}  // namespace

Result<Pixels> decode_jpeg(PictureSource& source) {
  Jpeg jpeg(&source);
  Pixels pixels;
  if (!read_head(&jpeg, &pixels)) return source.failure();
  if (Status status = source.fits(pixels, working_bytes(&jpeg.info)); !status.ok()) return status;
  pixels.values.resize(static_cast<size_t>(pixels.size.h * pixels.size.w * pixels.channels));
  if (!read_values(&jpeg, &pixels, reinterpret_cast<JSAMPROW>(pixels.values.data()))) return source.failure();
  return pixels;
}

}  // namespace poolglass
