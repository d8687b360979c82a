// Any bytes as a .npy file, and as a .npz archive: refused with a sentence, or read; what is read in pieces
// is what is read at once.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "core/io/npy.h"
#include "core/io/npz.h"
#include "core/pooling/params.h"
#include "tests/fuzz/fuzz.h"

using namespace poolglass;

namespace {

constexpr int64_t kElements = 1 << 16;  // larger arrays are opened, not read

void read_all(const NpyReader& reader) {
  for (const Layout layout : {Layout::kNchw, Layout::kNhwc}) {
    const Result<Shape> shape = feature_map_shape(reader.dimensions(), layout);
    fuzz::check_sentence(shape.status());
    if (shape.ok()) fuzz::check(shape->n == 0 || shape->elements() == reader.elements());
  }
  const int64_t n = reader.elements();
  if (n > kElements) return;
  std::vector<float> whole(static_cast<size_t>(n)), piece(7);
  std::vector<double> wide(whole.size());
  fuzz::check(reader.read(0, n, whole.data()).ok() && reader.read(0, n, wide.data()).ok());
  // Integers of 64 bits are rounded once on their way to float32, and twice by way of float64.
  const bool once = reader.type().kind == 'f' || reader.type().size < 8;
  for (int64_t i = 0; once && i < n; ++i) {
    const size_t at = static_cast<size_t>(i);
    fuzz::check(whole[at] == static_cast<float>(wide[at]) || whole[at] != whole[at]);
  }
  for (int64_t first = 0; first < n; first += 7) {
    const int64_t count = std::min<int64_t>(7, n - first);
    fuzz::check(reader.read(first, count, piece.data()).ok());
    fuzz::check(std::memcmp(piece.data(), whole.data() + first, static_cast<size_t>(count) * sizeof(float)) ==
                0);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  size_t at = 0;
  const Result<NpyReader> reader = NpyReader::open("input", [&](void* to, size_t most) -> Result<size_t> {
    const size_t some = std::min({most, size - at, size_t{1000}});
    std::memcpy(to, data + at, some);
    at += some;
    return some;
  });
  fuzz::check_sentence(reader.status());
  if (reader.ok()) {
    read_all(*reader);
    fuzz::check_sentence(read_npy(*reader).status());
  }
  if (size > 4 && std::memcmp(data, "PK", 2) == 0) {
    const std::string path = fuzz::write_scratch("a.npz", data, size);
    const Result<NpyReader> member = NpyReader::open(path + ":x");
    fuzz::check_sentence(member.status());
    if (member.ok()) read_all(*member);
  }
  return 0;
}
