// A feature map from a file of the user's: an array (.npy, a member of .npz), or a picture (PNG, JPEG).
#pragma once

#include <optional>
#include <string>

#include "core/io/npy.h"
#include "core/io/read_progress.h"
#include "core/status.h"

namespace poolglass {

struct FeatureMap {
  NpyArray array;                 // its tensor in NCHW, whatever the layout of the file
  Layout layout = Layout::kNchw;  // that the file's dimensions were taken in
  bool picture = false;           // its channels are known; those of an array may be taken otherwise
  std::string sentence;           // said aloud where the layout was guessed; else empty
};

// A picture has its values as they are in the file, 0 to 255, or to 65535 of a PNG with 16 bits; one plane a
// channel: grey, grey and alpha, RGB, or RGBA. `layout`: of an array; none: guessed (core/channels.h).
// `progress` may be null. Every failure is one sentence that names the file.
Result<FeatureMap> read_feature_map(const std::string& path, std::optional<Layout> layout = {},
                                    ReadProgress* progress = nullptr);

// The same of an array that is open.
Result<FeatureMap> read_feature_map(const NpyReader& reader, std::optional<Layout> layout,
                                    ReadProgress* progress = nullptr);

// What NpyReader::open() opens, or a picture as an array of uint8 or uint16 in `layout`: (H, W, C), or
// (C, H, W), and of a grey one (H, W).
Result<NpyReader> open_feature_map(const std::string& path, Layout layout, bool* picture);

}  // namespace poolglass
