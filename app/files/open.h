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
  ReadProgress* progress = nullptr;      // of arrays and pictures, a session's too, for someone who watches
};
Result<std::vector<Action>> open_path(const std::string& path, const OpenOptions& options = {});

// The arrays of an archive that has several and of which `path` names none, for somebody to choose from; none
// of any other path.
struct ArrayOffer {
  std::string name;
  std::string detail;  // "(3, 8, 9) float32"
  std::string why;     // why it cannot be opened; empty: it can
};
std::vector<ArrayOffer> arrays_to_choose(const std::string& path, std::optional<Layout> layout = {});

// Whether the file is an array or a picture that takes long to read, or an archive of which one array is to
// be chosen, so that a window had better be there first. What is wrong with its beginning, a header or a
// name, is said at once.
Result<bool> opens_slowly(const std::string& path);

}  // namespace poolglass
