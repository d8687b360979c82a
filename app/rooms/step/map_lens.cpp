#include "app/rooms/step/map_lens.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/rooms/format.h"
#include "app/rooms/step/gradient.h"
#include "app/rooms/step/map.h"
#include "app/rooms/step/rebuild.h"

namespace poolglass::step {
namespace {

std::vector<MapSquare> gradient_squares(bool both, const GradientFacts& facts) {
  const auto arrived = [&](const ArrivedGradient& gradient) {
    MapSquare square = signed_square(true, gradient.arrived, facts.span);
    square.reached = levels_of(gradient.reached);
    return square;
  };
  MapSquare upstream = signed_square(false, facts.upstream, facts.span);
  if (!both) return {arrived(facts), std::move(upstream)};
  MapSquare difference = signed_square(true, facts.difference, facts.span);
  difference.reached = levels_of(facts.reached_by_any);
  return {std::move(upstream), arrived(facts), arrived(facts.average), std::move(difference)};
}

std::vector<MapSquare> rebuild_squares(const PooledGrid& pooled, const Levels& input,
                                       const RebuildFacts& facts) {
  std::vector<MapSquare> squares = {values_square(true, input),
                                    values_square(false, levels_of(pooled.output))};
  if (!pooled.both) squares.push_back(values_square(true, levels_of(facts.shown.plane)));
  squares.push_back(signed_square(true, facts.shown.residual, facts.span));
  if (pooled.both) squares.push_back(signed_square(true, facts.average.residual, facts.span));
  return squares;
}

// What the lens that is wanted shows of `pooled`, whose levels are `input`.
MapFound found(MapFound wanted, const Document& document, const PooledGrid& pooled, const Levels& input,
               const Stop& stop) {
  if (wanted.of.lens == kGradientLens) {
    begin_gradient(document, pooled, wanted.gradient, &stop);
    if (!stop) send_gradient(pooled.windows - 1, document, pooled, wanted.gradient, &stop);
    if (!stop) wanted.squares = gradient_squares(pooled.both, wanted.gradient);
  } else {
    begin_rebuild(pooled, wanted.rebuild, &stop);
    if (!stop) wanted.squares = rebuild_squares(pooled, input, wanted.rebuild);
  }
  return wanted;
}

std::string search_sentence(size_t lens, const Derived& derived) {
  return "The " + std::string(kLenses[lens].title) + " lens follows " + grouped(derived.windows) +
         " windows: Esc goes back to the picture of all values";
}

void show_found(const Document& document, Derived& derived) {
  const bool same =
      derived.key.explored == derived.window.output && derived.key.explored_for == derived.focus;
  if (!derived.map.why_not.empty()) {
    const std::string_view lens = kLenses[derived.key.map_lens->lens].title;
    derived.map.refusal =
        sentence(derived.map.why_not) + " for the " + std::string(lens) + " lens of this map";
  }
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
  derived.key.map_lens = std::move(found.of);
  derived.key.explored.reset();
  derived.key.map = {};
  ++derived.map.revision;
}

void forget_found(Derived& derived) {
  if (!derived.key.map_lens) return;
  derived.key.map_lens.reset();
  derived.gradient = {};
  derived.rebuild = {};
}

}  // namespace

void leave_map_lens(Derived& derived) {
  derived.finding.reset();
  forget_found(derived);
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
  forget_found(derived);
  const auto same = [](const MapFound& a, const MapFound& b) { return a.of == b.of; };
  // The pooled grid shares its cells with the picture.
  const auto find = [document, pooled = static_cast<const PooledGrid&>(derived), input = derived.map.input](
                        MapFound wanted, const Stop& stop) {
    return found(std::move(wanted), document, pooled, input, stop);
  };
  MapFound result;
  result.of = now;
  if (!search_for(result, patience, same, find, derived.finding, result)) {
    derived.map.refusal = search_sentence(lens, derived);
    return;
  }
  take(std::move(result), derived);
  show_found(document, derived);
}

}  // namespace poolglass::step
