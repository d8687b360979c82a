// Edits of networks. Each gives a new network in order, or a sentence why it cannot; whether sizes still fit
// is for analyze() to say. Repeats that an edit touches are written out.
#pragma once

#include <cstddef>

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

}  // namespace poolglass::network
