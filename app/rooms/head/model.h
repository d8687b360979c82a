// The Head room: what stands between a network's last feature map and its classes. Three heads on one
// backbone at one input size; its document, its actions, and what follows from them.
//
// The playhead walks the shown channels: those behind it have collapsed to their means.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/rooms/chain/graph.h"
#include "app/rooms/environment.h"
#include "app/rooms/history.h"
#include "app/rooms/one_of.h"
#include "app/rooms/playhead.h"
#include "app/rooms/room_words.h"
#include "core/chain/chain.h"
#include "core/head/head.h"
#include "core/head/maps.h"
#include "core/status.h"

namespace poolglass::head {

inline constexpr std::array kLenses = {
    LensWords{"heads", "Three heads", "What happens between the last map and the classes?"}};
inline constexpr RoomWords kWords{"Head", kLenses, "--head",
                                  "this head: 0 flatten, 1 adaptive, 2 global average"};

inline constexpr int64_t kLeastSide = 8, kMostSide = 512;  // of the input
inline constexpr size_t kHeadCount = kHeadKinds.size();

enum class MapSource { kPhotograph, kEqualMeans };

struct Document {
  std::string backbone;  // id in backbones()
  int64_t side = 224;    // of the network's input
  int64_t classes = 1000;
  MapSource maps = MapSource::kPhotograph;
  uint64_t shuffle = 0;  // seed; 0: cells are where they belong
  Document();
  friend bool operator==(const Document&, const Document&) = default;
};

struct Model {
  Model();  // VGG-16 at its own size, all channels collapsed

  Document document;
  size_t lens = 0;
  History<Document> history;
  Playhead playhead;  // 0: no channel has collapsed, kShownMaps: all have
  // What stands in the Chain room, for the backbone of that name: a network, where there is one, or a chain.
  Chain chain;
  std::shared_ptr<const chain::Graph> graph;
};

struct SetBackbone {
  std::string id;
};  // at its own size
struct StepBackbone {
  int delta;
};
struct SetSide {
  int64_t side;
};
struct SetClasses {
  int64_t classes;
};
struct SetMaps {
  MapSource maps;
};
struct Shuffle {};    // another order
struct Unshuffle {};  // cells go back
struct Reset {};      // size and classes of the backbone
struct EndMerge {};
struct Action
    : OneOf<SetBackbone, StepBackbone, SetSide, SetClasses, SetMaps, Shuffle, Unshuffle, Reset, EndMerge> {
  using OneOf::OneOf;
};

// A head and what is said of it.
struct HeadRow {
  Head head;
  Status status;        // not ok: its figures do not fit; then `head` is empty
  std::string accepts;  // "224…255 px", "32 px and more"
  std::string verdict;  // one sentence: what happens at this size
  bool breaks = false;
};

// The least input of a backbone, for the list.
struct LeastInput {
  std::string title;
  int64_t side = 0;
};

struct Derived {
  uint64_t revision = 0;  // changes whenever a number of the picture does

  Status status;        // not ok: why the backbone cannot be cut, or the input is too small
  std::string refusal;  // the same as a sentence for the screen

  std::string title;  // of the backbone
  Backbone backbone;
  bool known = false;    // the rest holds something
  Shape map;             // at the input's size; the last that worked when the status is not ok
  int64_t map_side = 0;  // the input that it belongs to
  std::array<HeadRow, kHeadCount> heads;
  int64_t unit = 1;  // parameters that one square stands for: the smallest head's

  std::vector<Plane> maps, resampled;  // shown channels: as they are, and averaged to the native size
  std::vector<Plane> unshuffled;
  std::vector<double> means;
  std::array<double, kHeadCount> outputs{};  // of one made-up neuron, and with cells where they belong
  std::array<double, kHeadCount> straight{};
  std::vector<LeastInput> least_inputs;  // of the published backbones

  struct Key {
    bool valid = false;
    Document document;
    Chain chain;
    std::shared_ptr<const chain::Graph> graph;
  } key;
};

// What every room has (app/rooms/README.md).
void update(Model& model, const Action& action);
bool only_looks(const Action& action);
void moved_on(Model& model);
void undo(Model& model);
void redo(Model& model);
void restored(Model& model, const Model& before);
bool same_work(const Document& a, const Document& b);
void advance(Model& model, double dt, bool reduce_motion);
bool animating(const Model& model);
void derive(const Model& model, Derived& derived, const Environment& environment = {});
int64_t playback_length(const Derived& derived);
std::string status_sentence(const Model& model, const Derived& derived);
std::string gpu_in_use(const Derived& derived);
Status apply_preset(Model& model, const std::string& id);
Result<std::string> describe(Model model, const DescribeWhat& what);

// The three heads as text for other programs: a line a head, tab-separated.
std::string copied_text(const Derived& derived);
Result<Action> pasted(std::string_view text, const Model& model);

std::string_view head_title(HeadKind kind);  // "Flatten + dense"
std::string_view head_note(HeadKind kind);   // "as it was published"

bool is_default(const Document& document);

}  // namespace poolglass::head
