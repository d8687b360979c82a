// Which sizes of a tensor are images, channels, rows and columns, followed through what moves, merges and
// splits dimensions. Internal to core/io/onnx.
#pragma once

#include <optional>
#include <vector>

#include "core/io/onnx/model.h"
#include "core/network/network.h"

namespace poolglass::onnx {

// Part of a dimension, whose size is the product of its atoms' sizes.
struct Atom {
  enum class Kind { kImages, kChannels, kRows, kColumns, kPositions };  // positions: rows and columns no more
  Kind kind = Kind::kChannels;
  int64_t size = 1;
};
using Label = std::vector<Atom>;    // of a dimension
using Labels = std::vector<Label>;  // of a tensor

// Images and a map, rank 4; images, then channels, any other rank.
Labels labels_of(const Dims& dims, bool channels_last);

bool is_only(const Label& label, Atom::Kind kind);  // at least one atom, all of the kind
bool is_place(const Label& label);                  // rows, columns or positions are in it

// Labels after a reshape; nothing where rows or columns would be cut to pieces.
std::optional<Labels> reshaped(const Labels& from, const Dims& to);

// The same dimension in another size.
Label resized(const Label& label, int64_t size);

// As the network has them: the first dimension of channels (else the last), and those that are rows or
// columns and nothing else.
network::Axes axes_of(const Labels& labels);

}  // namespace poolglass::onnx
