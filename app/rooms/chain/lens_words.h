// What the lenses' pictures, panels and sentences say alike.
#pragma once

#include <string>

#include "app/rooms/chain/model.h"

namespace poolglass::chain {

// The step that playback of the Proof lens stands at: 0 is the input.
size_t walk_step(const Model& model, const Derived& derived);

std::string span_text(const network::Interval& cells);  // "1…46", "3", "—" where there are none
std::string cell_text(Cell cell);                       // "(1,2)"
std::string signed_text(int64_t difference);            // "+349 K", "−15", "="

std::string rival_title(const Rival& rival);  // "pool → conv 3×3", "resnet50"

// "1.23 M", "≥ 1.23 M" where some of it is not known, "?".
std::string count_text(const network::Count& count);
std::string difference_text(const network::Count& more);  // signed_text(), or "?"

// "18 + (2 − 1)·4 = 22" of a layer whose window the walks know; empty: it changes nothing, or is none.
std::string forward_arithmetic(const Graph& graph, const WalkResults& walks, size_t layer);
std::string backward_arithmetic(const Graph& graph, const WalkResults& walks, size_t layer);
std::string shortcut_arithmetic(const Graph& graph, const WalkResults& walks, size_t layer);

// Whether all walks end at one field; the shortcut is none of them.
struct Verdict {
  std::string forward, backward, indices, shortcut;  // "46", "—" where it does not apply
  bool agree = true;
  bool shortcut_differs = false;
};
Verdict verdict_of(const Derived& derived);

std::string outcome_field(const network::Outcome& outcome);  // "46", "188…204", "46×23", "all"
std::string percent(double share);                           // "42.5 %"
// "every size from 16 fits; multiples of 16 lose nothing; the smallest is 16"
std::string sizes_words(const SizeResults& sizes);

// A change that makes joins fit: "Crop enc4", "25 → 24", and why it does not help, if so.
struct JoinFixWords {
  std::string title, words;
};
JoinFixWords join_fix_words(const network::FixedJoins& fixed);
Action fix_joins(const network::FixedJoins& fixed);  // of one that helps

// "torchinfo: 60 of 62 layers agree; 2 of its rows have no layer; all parameters agree"
std::string check_words(const network::Summary& summary, const network::Check& check);

}  // namespace poolglass::chain
