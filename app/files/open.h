// Opens the user's documents, whatever they are.
#pragma once

#include <string>
#include <vector>

#include "app/state/model.h"
#include "core/io/byte_source.h"
#include "core/status.h"

namespace poolglass {

// What the model is to do to show the file: a chain or network (.json, .onnx) in the Chain room, an array
// (.npy) as the grid of the Step room, or as the picture of the Shift room where that is the `room`; a
// picture (PNG, JPEG) in the Shift room. Decided by what is in the file, not by its name. "FILE.npz:NAME" is
// an array of an archive, "-" is standard input. `standard_input`: what "-" is, where its beginning was
// looked at already.
Result<std::vector<Action>> open_path(const std::string& path, Room room = Room::kStep,
                                      ByteSource* standard_input = nullptr);

}  // namespace poolglass
