#include "app/rooms/step/map_lens.h"

#include <atomic>
#include <memory>
#include <new>
#include <optional>
#include <utility>

#include "app/rooms/format.h"
#include "app/rooms/step/gradient.h"
#include "app/rooms/step/map.h"
#include "app/rooms/step/rebuild.h"

namespace poolglass::step {
namespace {

using Stop = std::atomic<bool>;

// As much of the picture as the numbers of a lens need, sharing its cells: what the search owns.
Derived needed(const Derived& derived) {
  Derived part;
  part.grid = derived.grid;
  part.params = derived.params;
  part.geometry = derived.geometry;
  part.output = derived.output;
  part.other = derived.other;
  part.both = derived.both;
  part.windows = derived.windows;
  part.map.shown = true;
  part.map.input = derived.map.input;
  return part;
}

std::vector<MapSquare> gradient_squares(const Derived& derived) {
  const GradientFacts& facts = derived.gradient;
  const auto arrived = [&](const ArrivedGradient& gradient) {
    MapSquare square = signed_square(true, gradient.arrived, facts.span);
    square.reached = levels_of(gradient.reached);
    return square;
  };
  MapSquare upstream = signed_square(false, facts.upstream, facts.span);
  if (!derived.both) return {arrived(facts), std::move(upstream)};
  MapSquare difference = signed_square(true, facts.difference, facts.span);
  difference.reached = levels_of(facts.reached_by_any);
  return {std::move(upstream), arrived(facts), arrived(facts.average), std::move(difference)};
}

std::vector<MapSquare> rebuild_squares(const Derived& derived) {
  const RebuildFacts& facts = derived.rebuild;
  std::vector<MapSquare> squares = {values_square(true, derived.map.input),
                                    values_square(false, levels_of(derived.output))};
  if (!derived.both) squares.push_back(values_square(true, levels_of(facts.shown.plane)));
  squares.push_back(signed_square(true, facts.shown.residual, facts.span));
  if (derived.both) squares.push_back(signed_square(true, facts.average.residual, facts.span));
  return squares;
}

// What was stopped is whatever there is: nobody takes it.
MapFound found(size_t lens, const Document& document, Derived& derived, const Stop& stop) {
  std::vector<MapSquare> squares;
  if (lens == kGradientLens) {
    begin_gradient(document, derived, &stop);
    if (!stop) send_gradient(derived.windows - 1, document, derived, &stop);
    if (!stop) squares = gradient_squares(derived);
  } else {
    begin_rebuild(derived, &stop);
    if (!stop) squares = rebuild_squares(derived);
  }
  return {"", std::move(derived.gradient), std::move(derived.rebuild), std::move(squares)};
}

MapFound found_or_why(size_t lens, const Document& document, Derived& derived, const Stop& stop) {
  try {
    return found(lens, document, derived, stop);
  } catch (const std::bad_alloc&) {
    return {"There is not enough memory for the " + std::string(kLenses[lens].title) + " lens of this map",
            {},
            {},
            {}};
  }
}

std::string search_sentence(size_t lens, const Derived& derived) {
  return "The " + std::string(kLenses[lens].title) + " lens follows " + grouped(derived.windows) +
         " windows: Esc goes back to the picture of all values";
}

void show_found(const Document& document, Derived& derived) {
  const bool same =
      derived.key.explored == derived.window.output && derived.key.explored_for == derived.focus;
  derived.map.refusal = derived.map.why_not;
  if (derived.key.map_lens->lens != kGradientLens || same || !derived.map.refusal.empty()) return;
  derived.key.explored = derived.window.output;
  derived.key.explored_for = derived.focus;
  explore_gradient(document, derived);
}

void take(MapFound&& found, Derived& derived) {
  derived.map.why_not = std::move(found.why_not);
  derived.gradient = std::move(found.gradient);
  derived.rebuild = std::move(found.rebuild);
  derived.map.squares = std::move(found.squares);
  derived.key.map_lens = derived.finding->of;
  derived.finding.reset();
  derived.key.explored.reset();
  derived.key.map = {};
  ++derived.map.revision;
}

}  // namespace

void leave_map_lens(Derived& derived) {
  derived.finding.reset();
  if (!derived.key.map_lens) return;
  derived.key.map_lens.reset();
  derived.gradient = {};
  derived.rebuild = {};
}

void derive_map_lens(const Model& model, const Document& document, double patience, Derived& derived) {
  const size_t lens = model.lens;
  if ((lens != kGradientLens && lens != kRebuildLens) || !derived.map.refusal.empty())
    return leave_map_lens(derived);
  MapLensKey now{derived.revision, lens, derived.both, {}, {}};
  if (lens == kGradientLens) {
    now.upstream = document.upstream;
    now.ties = document.ties;
  }
  if (derived.key.map_lens == now) return show_found(document, derived);
  if (!derived.finding || derived.finding->of != now) {
    leave_map_lens(derived);
    derived.finding = std::make_shared<MapSearch>();
    derived.finding->of = now;
    const auto part = std::make_shared<Derived>(needed(derived));
    derived.finding->run.start(
        [lens, document, part](const Stop& stop) { return found_or_why(lens, document, *part, stop); });
  }
  std::optional<MapFound> result = derived.finding->run.take(patience);
  if (!result) {
    derived.map.refusal = search_sentence(lens, derived);
    return;
  }
  take(*std::move(result), derived);
  show_found(document, derived);
}

}  // namespace poolglass::step
