// What the decoders of pictures share: the bytes they take, and the sentences about what is wrong with them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/io/picture.h"
#include "core/io/read_progress.h"
#include "core/status.h"

namespace poolglass {

struct PictureSource {
  std::string_view bytes;
  std::string_view name;             // of the file
  ReadProgress* progress = nullptr;  // or null

  size_t at = 0;
  bool cut_short = false;  // more was asked for than there is
  char reason[200] = "";   // the decoder's own, of why it gave up

  // The next bytes, at most `most`; none: it is to stop, or there are no more.
  std::string_view take(size_t most);
  bool stopped() const { return progress != nullptr && progress->stopped(); }
  void give_reason(const char* text);

  // Why there is no picture.
  Status failure() const;
  // Whether a picture with the size and channels of `head` is within the limits, and memory has room for its
  // values, twice (here, and as the caller keeps them), and for the `working_bytes` of the decoder.
  Status fits(const Pixels& head, int64_t working_bytes) const;
};

// Of a picture whose values memory has no room for.
Status no_room_for_pixels(std::string_view name, Size2 size);

}  // namespace poolglass
