// Any bytes as a picture: refused with a sentence, or decoded; its luma and its channels have the same size.
#include <cstdint>
#include <string>
#include <string_view>

#include "core/io/picture.h"
#include "tests/fuzz/fuzz.h"
#include "tests/support/png_chunks.h"

using namespace poolglass;

namespace {

void decode(std::string_view bytes) {
  const Result<Pixels> pixels = decode_pixels(bytes, "input");
  fuzz::check_sentence(pixels.status());
  const Result<Plane> plane = decode_picture(bytes, "input");
  fuzz::check_sentence(plane.status());
  fuzz::check(plane.ok() == pixels.ok());
  if (!pixels.ok()) return;
  const int64_t each = pixels->channels * pixels->bytes_each;
  fuzz::check(pixels->channels >= 1 && pixels->channels <= 4);
  fuzz::check(std::ssize(pixels->values) == pixels->size.h * pixels->size.w * each);
  fuzz::check(plane->size == pixels->size);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  // What a PNG's checksums do not let through is tried as well.
  decode(bytes.starts_with('\x89') ? testing::with_checksums(std::string(bytes)) : bytes);
  return 0;
}
