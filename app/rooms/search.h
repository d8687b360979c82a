// What a room finds on another thread while the window shows what there is: what is wanted, and the search
// for it.
#pragma once

#include <memory>
#include <new>
#include <optional>
#include <string>
#include <utility>

#include "core/background.h"

namespace poolglass {

inline constexpr double kNextLook = 0.05;  // seconds between two looks at what is being found

// Results name what they are of, and hold what was found of it; `why_not`, not empty: why there is nothing.
template <class Results>
struct Search {
  Results wanted;  // what it is of
  Background<Results> run;
};
template <class Results>
using SharedSearch = std::shared_ptr<Search<Results>>;  // null: none is under way

// What `find` finds; where memory does not suffice, why there is nothing.
template <class Results, class Find>
Results found_or_why(Results wanted, const Find& find, const Stop& stop) {
  try {
    return find(wanted, stop);
  } catch (const std::bad_alloc&) {
    wanted.why_not = "there is not enough memory";
    return wanted;
  }
}

// Begins the search for what is wanted, unless `same` says that the one under way is for it; true: its
// results are there. Waits for them `patience` seconds at most.
template <class Results, class Same, class Find>
bool search_for(Results wanted, double patience, const Same& same, Find find, SharedSearch<Results>& search,
                Results& results) {
  if (!search || !same(search->wanted, wanted)) {
    if (!search) search = std::make_shared<Search<Results>>();
    search->wanted = wanted;
    search->run.start([find = std::move(find), wanted = std::move(wanted)](const Stop& stop) {
      return found_or_why(wanted, find, stop);
    });
  }
  std::optional<Results> now = search->run.take(patience);
  if (!now) {
    results = Results();
    return false;
  }
  results = *std::move(now);
  search.reset();
  return true;
}

}  // namespace poolglass
