// Opens the user's documents, whatever they are.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/state/model.h"
#include "core/io/byte_source.h"
#include "core/io/read_progress.h"
#include "core/status.h"
#include "core/tensor.h"

namespace poolglass {

// What the model is to do to show the file: a chain or network (.json, .onnx) in the Chain room, an array
// (.npy) or a picture (PNG, JPEG) as the grid of the Step room, or as the picture of the Shift room where
// that is the `room`. Decided by what is in the file, not by its name. "FILE.npz:NAME" is an array of an
// archive, "-" is standard input.
struct OpenOptions {
  Room room = Room::kStep;               // that is in sight
  ByteSource* standard_input = nullptr;  // what "-" is, where its beginning was looked at already
  std::optional<Layout> layout = {};     // of an array; none: guessed, and said where its channels are last
  ReadProgress* progress = nullptr;      // of arrays and pictures, for someone who watches
};
Result<std::vector<Action>> open_path(const std::string& path, const OpenOptions& options = {});

// Whether the file is an array or a picture that takes long to read, so that a window had better be there
// first. What is wrong with its beginning, a header or a name, is said at once.
Result<bool> opens_slowly(const std::string& path);

}  // namespace poolglass
