// What edits make of a chain's layers: internal to update.cpp.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "app/rooms/chain/model.h"

namespace poolglass::chain {

template <class T>
void insert_at(std::vector<T>& items, size_t position, T item) {
  items.insert(items.begin() + static_cast<std::ptrdiff_t>(position), std::move(item));
}

template <class T>
void erase_at(std::vector<T>& items, size_t position) {
  items.erase(items.begin() + static_cast<std::ptrdiff_t>(position));
}

template <class T>
void move_item(std::vector<T>& items, size_t from, size_t to) {
  const auto first = items.begin() + static_cast<std::ptrdiff_t>(std::min(from, to));
  const auto last = items.begin() + static_cast<std::ptrdiff_t>(std::max(from, to)) + 1;
  if (from < to) std::rotate(first, first + 1, last);
  if (from > to) std::rotate(first, last - 1, last);
}

// Drops a name that was only made from the layer's old kind and number.
void forget_made_up_name(Chain& chain, size_t index);

// The layer as another kind; parameters that mean the same in both are kept.
Layer with_kind(const Layer& layer, LayerKind kind);

// A new convolution keeps the channels that reach it, so that nothing after it changes but its field.
Layer new_layer(const Chain& chain, LayerKind kind, size_t position);

// Pairs that are equal move together.
Links links_of(const Layer& layer);

}  // namespace poolglass::chain
