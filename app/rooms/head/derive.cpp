#include <algorithm>
#include <limits>
#include <utility>

#include "app/rooms/format.h"
#include "app/rooms/head/backbones.h"
#include "app/rooms/head/model.h"
#include "app/rooms/head/words.h"
#include "app/rooms/step/words.h"
#include "core/pictures/pictures.h"

namespace poolglass::head {
namespace {

constexpr int64_t kMostShownSide = 16;  // cells of a shown map, per side

bool uses_chain(const Document& document) { return document.backbone == kOwnChain; }

void take_backbone(const Model& model, Derived& derived) {
  const NamedBackbone* named = find_backbone(model.document.backbone);
  derived.title = named == nullptr ? "" : std::string(named->title);
  Result<Backbone> backbone = named == nullptr ? Result<Backbone>(invalid_argument("no such backbone"))
                                               : make_backbone(*named, model);
  derived.status = backbone.status();
  if (!backbone.ok()) return;
  derived.backbone = *std::move(backbone);
  derived.known = false;  // the map and the heads are another backbone's
}

void take_least_inputs(const Model& model, Derived& derived) {
  if (!derived.least_inputs.empty()) return;
  for (const NamedBackbone& named : backbones()) {
    if (named.network.empty()) continue;
    const Result<Backbone> backbone = make_backbone(named, model);
    if (backbone.ok()) derived.least_inputs.push_back({std::string(named.title), backbone->smallest});
  }
}

void take_heads(const Document& document, Derived& derived) {
  derived.unit = std::numeric_limits<int64_t>::max();
  for (size_t i = 0; i < kHeadCount; ++i) {
    HeadRow& row = derived.heads[i];
    const Result<Head> head = head_of(kHeadKinds[i], derived.backbone, derived.map, document.classes);
    row = {};
    row.status = head.status();
    if (!head.ok()) continue;
    row.head = *head;
    row.breaks = !head->error.empty();
    row.accepts = accepts_text(*head);
    row.verdict = verdict(kHeadKinds[i], *head, derived.backbone, derived.map);
    derived.unit = std::min(derived.unit, head->params);
  }
}

Size2 shown_size(Size2 map) { return {std::min(map.h, kMostShownSide), std::min(map.w, kMostShownSide)}; }

void take_maps(const Document& document, Derived& derived) {
  const Size2 size = shown_size(derived.map.plane());
  derived.unshuffled = document.maps == MapSource::kEqualMeans ? maps_of_equal_mean(size)
                                                               : hand_made_maps(camera_picture(), size);
  derived.maps = shuffled(derived.unshuffled, document.shuffle);
  derived.resampled.clear();
  derived.means.clear();
  std::vector<Plane> straight;
  const Size2 native = shown_size(derived.backbone.native_map.plane());
  for (size_t i = 0; i < derived.maps.size(); ++i) {
    derived.resampled.push_back(resampled(derived.maps[i], native));
    straight.push_back(resampled(derived.unshuffled[i], native));
    derived.means.push_back(mean_of(derived.maps[i]));
  }
  derived.outputs = {dense_output(derived.maps), dense_output(derived.resampled),
                     dense_output_of_means(derived.maps)};
  derived.straight = {dense_output(derived.unshuffled), dense_output(straight),
                      dense_output_of_means(derived.unshuffled)};
}

}  // namespace

int64_t playback_length(const Derived&) { return kShownMaps + 1; }
std::string gpu_in_use(const Derived&) { return {}; }

void derive(const Model& model, Derived& derived, const Environment&) {
  Derived::Key& key = derived.key;
  const Document& document = model.document;
  const bool same_chain = !uses_chain(document) || (key.chain == model.chain && key.graph == model.graph);
  const bool same_backbone = key.valid && key.document.backbone == document.backbone && same_chain;
  if (same_backbone && key.document == document) return;
  if (!same_backbone) take_backbone(model, derived);
  const bool own = uses_chain(document);
  key = {true, document, own ? model.chain : Chain{}, own ? model.graph : nullptr};
  ++derived.revision;
  take_least_inputs(model, derived);
  if (!same_backbone && !derived.status.ok()) {
    derived.refusal = step::sentence(derived.status.message());
    return;
  }
  if (derived.backbone.network.layers.empty()) return;  // never cut one yet
  const Result<Shape> map = map_at(derived.backbone, {document.side, document.side});
  derived.status = map.status();
  derived.refusal = step::sentence(derived.status.message());
  if (!map.ok() && derived.known) return;
  derived.map = map.ok() ? *map : derived.backbone.native_map;
  derived.map_side = map.ok() ? document.side : derived.backbone.native.h;
  derived.known = true;
  take_heads(document, derived);
  take_maps(document, derived);
}

}  // namespace poolglass::head
