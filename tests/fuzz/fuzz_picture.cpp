// Any bytes as a picture: refused with a sentence, or decoded; its luma and its channels have the same size.
#include <cstdint>
#include <string>
#include <string_view>

#include "core/io/picture.h"
#include "tests/fuzz/fuzz.h"

using namespace poolglass;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const Result<Pixels> pixels = decode_pixels(bytes, "input");
  fuzz::check_sentence(pixels.status());
  if (!pixels.ok()) return 0;
  const int64_t each = pixels->channels * pixels->bytes_each;
  fuzz::check(pixels->channels >= 1 && pixels->channels <= 4);
  fuzz::check(std::ssize(pixels->values) == pixels->size.h * pixels->size.w * each);
  const Result<Plane> plane = decode_picture(bytes, "input");
  fuzz::check_sentence(plane.status());
  if (plane.ok()) fuzz::check(plane->size == pixels->size);
  return 0;
}
