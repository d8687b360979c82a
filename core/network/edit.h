// Edits of networks. Each gives a new network in order, or a sentence why it cannot; whether sizes still fit
// is for analyze() to say. Repeats that an edit touches are written out.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/network/network.h"
#include "core/status.h"

namespace poolglass::network {

// Without a layer of one input: what read it reads what it read.
Result<Network> without_layer(const Network& network, size_t layer);

// Without the path that reaches `join` by its input number `input` (index into sources()): the connection,
// and the layers on it whose results nobody reads then. A join that is left with one input goes, too.
Result<Network> without_path(const Network& network, size_t join, size_t input);

// With a path around a layer of one input: what it reads meets its output in a join (add, mul or concat),
// which is read in its place.
Result<Network> with_bypass(const Network& network, size_t layer, Kind join);

// With a layer of one input that reads `layer`. In line, what read `layer` reads the new one; as a branch
// nobody reads it, and its result is one more output.
enum class Place : uint8_t { kInLine, kBranch };
Result<Network> with_layer(const Network& network, size_t layer, Layer added, Place place);

// With a layer of one input on the way from input number `input` (index into sources()) to `layer`: nobody
// else reads it. The layer then stands one place further back.
Result<Network> with_layer_before(const Network& network, size_t layer, size_t input, Layer added);

// With a join (add, mul or concat) of what two layers make, behind the later of them. Layers behind
// it read it in the place of the later one, or else of the earlier; where none reads either, it is an output.
Result<Network> with_join(const Network& network, size_t a, size_t b, Kind join);

}  // namespace poolglass::network
