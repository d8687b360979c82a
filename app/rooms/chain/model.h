// The Chain room: an editable downsampling chain, or a network with branches. Its document, its actions, and
// what follows from them.
//
// A layer is named by a LayerId, which stays with it when the chain is reordered: widgets, animation and the
// last good figures follow the layer, not its place. A network's layers are named by their index.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/rooms/chain/graph.h"
#include "app/rooms/chain/graph_lanes.h"
#include "app/rooms/chain/graph_outline.h"
#include "app/rooms/chain/lens_results.h"
#include "app/rooms/environment.h"
#include "app/rooms/history.h"
#include "app/rooms/one_of.h"
#include "app/rooms/playhead.h"
#include "app/rooms/room_words.h"
#include "core/chain/chain.h"
#include "core/network/check.h"
#include "core/network/compare.h"
#include "core/network/edit.h"
#include "core/network/trace.h"
#include "core/status.h"

namespace poolglass::chain {

inline constexpr std::array kLenses = {
    LensWords{"cost", "Cost", "What does each layer keep, cost and see?"},
    LensWords{"field", "Field", "What does a unit see, and where does it look?"},
    LensWords{"sizes", "Sizes", "Which input sizes fit?"},
    LensWords{"proof", "Proof", "Why this field, and no other?"},
    LensWords{"compare", "Compare", "What changes from A to B?"}};
inline constexpr size_t kCostLens = 0, kFieldLens = 1, kSizesLens = 2, kProofLens = 3, kCompareLens = 4;
inline constexpr RoomWords kWords{"Chain", kLenses, "--layer", "this layer, counted from 1; 0 is the input"};

using LayerId = uint32_t;
inline constexpr LayerId kInput = 0;  // the input, which can be selected like a layer

// Which pairs of numbers move together while they are edited.
struct Links {
  bool kernel = true;
  bool stride = true;
  bool padding = true;
  bool padding_sides = true;  // bottom follows top, right follows left
  bool dilation = true;
  bool output_size = true;
  friend bool operator==(const Links&, const Links&) = default;
};

struct Identity {
  LayerId id = kInput;
  Links links;
  friend bool operator==(const Identity&, const Identity&) = default;
};

// B of a comparison: this network with a change, or another one.
struct Rival {
  network::WhatIf change = network::WhatIf::kConv3;
  std::string network;                     // a preset's or a published network's name; empty: the change, or
  std::shared_ptr<const Graph> held = {};  // what was shown when it was held
  bool is_change() const { return network.empty() && !held; }
  friend bool operator==(const Rival&, const Rival&) = default;
};

struct Document {
  Chain chain;
  std::vector<Identity> identities;  // one per layer
  LayerId selected = kInput;         // part of the document: undo comes back to what was being edited
  bool input_linked = true;
  std::shared_ptr<const Graph> graph;  // a network that is no plain chain: shown instead; null: none
  int32_t graph_layer = 0;             // of it: what is selected
  Rival rival;
  std::shared_ptr<const network::Summary> summary;  // of another program, to check figures with; null: none
  friend bool operator==(const Document&, const Document&) = default;
};
int64_t unshared_bytes(const Document& older, const Document& newer);  // of networks and summaries

// What of a network is shown, and how.
enum class Tint : uint8_t { kKind, kMacs, kParams, kMemory, kField };
inline constexpr int kTints = 5;
struct GraphLook {
  GraphView view = GraphView::kSpine;
  Tint tint = Tint::kKind;
  std::vector<int32_t> opened;  // keys of folded nodes
  friend bool operator==(const GraphLook&, const GraphLook&) = default;
};
// What the Proof lens shows: recurrences walked from both ends, or a pixel that is changed.
enum class Proof : uint8_t { kWalks, kPoke };
struct Find {
  bool open = false;
  std::string text;
};

// What part of a long chain is in sight. In columns, one per layer, so that it holds at every window size.
struct Camera {
  float zoom = 1;  // kMinZoom to kMaxZoom, and no wider than columns grow; 1: the whole chain in sight
  float left = 0;  // first column in sight; the layout clamps it
  static constexpr float kMinZoom = 1.0f;
  static constexpr float kMaxZoom = 8192.0f;
  friend bool operator==(const Camera&, const Camera&) = default;
};

struct Model {
  Model();  // the lesson's chain, its last layer selected

  Document document;
  size_t lens = 0;  // in kLenses
  History<Document> history;
  Playhead playhead;              // walks the selected layer's output cells, row by row; in the Proof lens
                                  //   the layers
  Playhead parked;                // the other of the two
  std::optional<Cell> hovered;    // output cell under the pointer
  std::optional<Cell> pixel;      // of a network's input, under the pointer
  std::optional<int64_t> pinned;  // output cell that was clicked, as a playhead index
  std::optional<Cell> second;     // another unit, to compare with: its cell, and its layer in the network
  int32_t second_layer = 0;       //   (or the chain as one)
  std::optional<int32_t> hovered_layer;  // of the network, under the pointer
  std::optional<Cell> poked;             // of the input: the pixel that is changed
  bool photo = true;                     // a photograph lies under the input
  Proof proof = Proof::kWalks;
  network::Along along = network::Along::kRows;  // that are walked
  std::optional<int32_t> marked;                 // layer of the network that is to be joined with another
  Camera camera;
  GraphLook look;
  Find find;
  std::optional<size_t> picking;  // boundary at which the picker of a new layer's kind is open

  uint64_t revision = 1;  // counts changes of the chain, so that derive() knows when to work
  uint64_t lineage = 1;   // counts restored states, whose ids mean other layers than the same ids before
  LayerId next_id = 1;    // never used twice, not even after undo
  Size2 walked{0, 0};     // plane that playhead.index counts cells of; {0,0}: not known
  std::vector<LayerId> slide_from;  // the order before the last change of order
  double slide_phase = 1;           // 0: blocks stand where they were, 1: they have arrived

  static constexpr double kSlideSeconds = 0.2;
};

// Largest values the controls offer; a file may hold larger ones.
inline constexpr int64_t kMaxWindow = 512;        // kernel, stride, dilation, padding
inline constexpr int64_t kMaxChannels = 65536;    // of a convolution
inline constexpr int64_t kMaxFeatures = 1000000;  // of a linear layer
inline constexpr int64_t kMaxInputChannels = 4096;
inline constexpr int64_t kMaxInputSide = 16384;

struct Select {
  LayerId id;
};
struct SelectNeighbour {
  int delta;  // -1: towards the input
};
struct AddLayer {
  LayerKind kind;
  size_t position;  // index the new layer will have
};
struct AddLayers {
  std::vector<Layer> layers;
  size_t position;  // index the first of them will have
};
struct DeleteLayer {
  LayerId id;
};
struct DuplicateLayer {
  LayerId id;
};
struct MoveLayer {
  LayerId id;
  size_t to;  // index the layer will have
};
// Which field of a layer an edit concerns: edits of one field in a row are one step of undo.
enum class Field : uint8_t {
  kName,
  kOutChannels,
  kKernel,
  kStride,
  kPadding,
  kDilation,
  kBias,
  kCeilMode,
  kCountIncludePad,
  kOutputSize,
  kOutFeatures
};
struct SetLayer {
  LayerId id;
  Field field;
  Layer layer;  // the whole layer with the field changed; its kind must be the layer's own
};
struct SetKind {
  LayerId id;
  LayerKind kind;  // parameters that both kinds have are kept
};
struct ResetLayer {
  LayerId id;  // the window of default_layer(); channels and features stay
};
struct SetLinks {
  LayerId id;
  Links links;
};
struct SetInput {
  int64_t channels;
  Size2 plane;
};
struct SetInputLinked {
  bool linked;
};
struct SetChain {
  Chain chain;
};
struct ApplyPreset {
  std::string name;
};
struct SetGraph {
  std::shared_ptr<const Graph> graph;
};
struct SelectLayer {
  int32_t layer;  // of the network
};
struct SetLook {
  GraphLook look;
};
struct OpenFold {
  int32_t key;  // of a folded node, or of an open group
  bool open;
};
struct DeleteNetworkLayer {
  int32_t layer;  // of one input: what read it reads what it read
};
struct DeletePath {
  int32_t join;
  size_t input;  // of it: the path that ends there goes
};
// Of the network, or of a chain as one: branches make it a network.
struct AddBypass {
  int32_t layer;
  network::Kind join;  // a path around the layer meets its output in this
};
struct AddNetworkLayer {
  int32_t layer;  // that it reads
  network::Place place;
};
struct MarkLayer {
  std::optional<int32_t> layer;  // that is to be joined with another
};
struct JoinLayers {
  int32_t a, b;
  network::Kind join;
};
struct FixJoins {
  std::shared_ptr<const network::Network> network;  // that join_fixes() has made of the one that is shown
};
struct SetFind {
  Find find;
};
struct EndEdit {};  // the control was let go: the next edit is a step of its own
struct HoverCell {
  std::optional<Cell> cell;
};
struct HoverPixel {
  std::optional<Cell> pixel;  // of a network's input
};
struct HoverLayer {
  std::optional<int32_t> layer;
};
struct PinCell {
  Cell cell;
};
struct UnpinCell {};
struct PinSecond {
  std::optional<Cell> cell;  // none: let go of it
};
struct PokePixel {
  std::optional<Cell> pixel;
};
struct SetPhoto {
  bool on;
};
struct SetProof {
  Proof proof;
};
struct SetAlong {
  network::Along along;
};
struct SetSummary {
  std::shared_ptr<const network::Summary> summary;
};
struct SetRival {
  Rival rival;
};
struct SwapRival {
  std::shared_ptr<const Graph> a, b;  // as they are: B is shown then, A held
};
struct ApplyWhatIf {
  network::WhatIf change;
};
struct OpenPicker {
  std::optional<size_t> boundary;  // index that the new layer would have; none: close
};
struct LetGo {};  // of the picker, else of the pin, else of the selection
struct SetCamera {
  Camera camera;
};
struct Action
    : OneOf<Select, SelectNeighbour, AddLayer, AddLayers, DeleteLayer, DuplicateLayer, MoveLayer, SetLayer,
            SetKind, ResetLayer, SetLinks, SetInput, SetInputLinked, SetChain, ApplyPreset, SetGraph,
            SelectLayer, SetLook, OpenFold, DeleteNetworkLayer, DeletePath, AddBypass, AddNetworkLayer,
            MarkLayer, JoinLayers, FixJoins, SetFind, EndEdit, HoverCell, HoverPixel, HoverLayer, PinCell,
            UnpinCell, PinSecond, PokePixel, SetPhoto, SetProof, SetAlong, SetSummary, SetRival, SwapRival,
            ApplyWhatIf, OpenPicker, LetGo, SetCamera> {
  using OneOf::OneOf;
};

enum class Standing {
  kGood,
  kBroken,       // the first invalid layer
  kAfterBroken,  // cannot be computed because of it
};

// All there is to show of one layer.
struct LayerRow {
  LayerId id = kInput;
  std::string name;       // as it is shown: one line without controls, the middle of a long name cut
  std::string operation;  // on the arrow that leads to it
  Standing standing = Standing::kGood;
  bool known = false;  // figures hold something: this chain's, or, unless kGood, the last that were good
  LayerFigures figures;
  double came_from = -1;  // column before the last change of order; -1: it is new
};

// Of a network, all that the picture shows.
struct Costs {
  int64_t activations = 0, params = 0, macs = 0, bytes = 0;
};
struct GraphResults {
  std::shared_ptr<const Graph> graph;  // null: a plain chain is shown
  GraphView view = GraphView::kSpine;
  std::vector<int32_t> opened;
  Outline outline;
  Lanes lanes;
  std::vector<Costs> columns;  // of the spine's nodes and the branches that join there; bytes: the node's own
  Costs most;                  // of any column
  int64_t widest_field = 1;    // of any node with a local field

  int32_t selected = 0;  // layer
  int32_t node = 0;      // that it is part of
  LayerFigures figures;  // of the selected layer, as a chain's
  // What the cell that is shown reads of every layer: the cone.
  int32_t traced = -1;  // layer; -1: nothing
  Cell traced_cell;
  network::Trace rows, columns_read;
  std::vector<network::Interval> second_rows;  // the same of the second pinned cell; empty: there is none
  // What the hovered layer's unit at the place of the shown one sees.
  std::optional<ReceptiveBox> hovered_field;
  Cell hovered_cell;

  std::vector<ReceptiveBox> paths;  // of a join whose paths are not aligned: what each of them reads

  std::optional<Cell> pixel;                // of the input
  std::vector<network::Interval> lit_rows;  // of each layer: the rows that it reaches; empty without a pixel

  std::string found_text;      // what was looked for
  std::vector<int32_t> found;  // layers that have it in their names or operations
};

// A comparison of the network that is shown, A, with another, B.
struct Comparison {
  // What each change would make of A, in the order of kWhatIfs.
  struct Option {
    std::shared_ptr<const Graph> graph;  // null: it cannot be made
    std::string why_not;
    std::vector<int32_t> from;
    network::Outcome outcome;
    network::OutcomeDifference more;  // its minus A's
  };
  std::shared_ptr<const Graph> of;  // A
  std::optional<Rival> rival;       // what `net` is
  std::vector<Option> options;
  network::Outcome a, b;
  network::OutcomeDifference more;  // B's minus A's
  GraphResults net;                 // of B; its graph is null where there is none
  std::string why_not;              // then
  std::vector<bool> changed;        // of B's layers: is not A's
  struct Difference {
    network::LayerPair layers;
    network::LayerDifference what;
  };
  std::vector<Difference> layers;  // all pairs, in both networks' order
  std::vector<int32_t> of_b;       // of each of B's layers, its place there; -1: figures are not known
  int64_t differ = 0, only_a = 0;  // pairs that differ in any way; layers that B has not
  // Of each of B's layers, A's that it is or replaces, or -1: where B is A changed, or one of the two has all
  // the layers of the other. Empty: else, and B's outline is its own.
  std::vector<int32_t> stands_for;
  Lanes lanes_a, lanes_b;  // in columns that both share
  // Of each column, the figures of all layers there, those of the branches that join there among them.
  struct Sums {
    network::Count a, b, more;  // B's minus A's
  };
  struct Column {
    Sums params, macs;
  };
  std::vector<Column> columns;
  Column total;                            // of both networks
  int64_t most_params = 0, most_macs = 0;  // in A or B, of any column
  // What B's unit at the same place sees; nothing: it is not known, or B's input is another one.
  std::optional<ReceptiveBox> field;
};

// Figures beside those of a summary that was pasted.
struct CheckResults {
  std::shared_ptr<const Graph> graph;  // that they belong to, with the summary
  std::shared_ptr<const network::Summary> summary;
  std::string why_not;  // nothing was checked
  network::Check check;
  // Whether the layer's row says something else.
  bool differs(size_t layer) const { return layer < check.layers.size() && check.layers[layer].differs(); }
};

struct Derived {
  GraphResults network;
  CheckResults check;
  SharedSearch<CheckResults> finding_check;
  LensResults lens;
  uint64_t found = 0;  // counts what lenses have found, whatever becomes of it: pictures are painted by it
  Comparison comparison;
  SharedSearch<Comparison> finding_comparison;
  bool finding() const { return lens.finding() || finding_check || finding_comparison; }
  std::shared_ptr<const Graph> chain_graph;  // the chain as a network, for lenses that show it as one
  uint64_t chain_graph_revision = 0;
  int64_t cells = 1;  // output cells of the selected layer

  uint64_t revision = 0;  // of the model that the rows belong to
  uint64_t lineage = 0;
  LayerFigures input;  // the last good one when input_broken
  bool input_broken = false;
  std::vector<LayerRow> rows;  // one per layer
  std::optional<size_t> broken;
  std::string error;  // one sentence that names the layer, or the input
  int64_t total_params = 0, total_macs = 0, total_activations = 0;
  bool totals_stale = false;  // they are the last good ones
  bool totals_known = false;
  // What the document is as it stands: of chain_presets(), then of published_networks(), these with an input
  // of any size; -1: neither.
  int preset = -1;
  uint64_t preset_revision = 0;            // of the model that it belongs to
  std::shared_ptr<const Graph> published;  // that the document's network is named after

  std::optional<size_t> selected;  // row; none: the input
  Size2 plane{1, 1};               // cells of the selected layer's output
  Cell cell;                       // the one whose field is shown
  bool cell_known = false;         // a layer with figures is selected, so there is a field to show
  bool field_known = true;         // false: past a layer of which it is not known what it reads
  ReceptiveBox field;              // of that cell, uncut
  ReceptiveBox visible;            // cut at the input's border
};

// What every room has (app/rooms/README.md).
void update(Model& model, const Action& action);
bool only_looks(const Action& action);
void moved_on(Model& model);
void undo(Model& model);
void redo(Model& model);
void restored(Model& model, const Model& before);
bool same_work(const Document& a, const Document& b);       // what is worth saving is the same
void advance(Model& model, double dt, bool reduce_motion);  // blocks slide to their new places
bool animating(const Model& model);
void derive(const Model& model, Derived& derived, const Environment& environment = {});
int64_t playback_length(const Derived& derived);
std::string status_sentence(const Model& model, const Derived& derived);
std::string gpu_in_use(const Derived& derived);
Status apply_preset(Model& model, const std::string& name);
Result<std::string> describe(Model model, const DescribeWhat& what);

// A built-in chain or a published network by its name, or a sentence that lists what there is.
Result<Action> preset_action(const std::string& name);

// The published networks' names, those left out that a built-in chain has.
std::span<const std::string> published_networks();

// Selects the layer and its middle cell, as Select and derive() do, but in time that does not grow with the
// chain: for walks over all layers of a chain that is derived already and valid.
void look_at_row(Model& model, Derived& derived, size_t row);

// The cell of another map at the same place of the picture.
Cell same_place(Cell cell, Size2 from, Size2 to);

// The layer of the network, or of the chain as one, that edits are of; 0: the input.
int32_t edited_layer(const Document& document);
// How many there are, the input among them.
int32_t layer_count(const Document& document);

// The field of a cell of the selected layer, uncut.
ReceptiveBox field_of(const Derived& derived, Cell cell);

// Goes on in another lens: cells are walked in most of them, layers in the Proof lens.
void change_lens(Model& model, size_t lens);

bool poking(const Model& model);  // the Proof lens shows what a pixel moves

// What there is to let go of: what is in sight.
bool holds_pixel(const Model& model);   // that is poked
bool shows_second(const Model& model);  // of two pinned units
bool shows_pin(const Model& model);

// The playhead that walks cells.
const Playhead& cell_head(const Model& model);
Playhead& cell_head(Model& model);

// The network that the picture shows and its selected layer: in place of a chain, in other lenses than Cost,
// stands the chain as a network. Null: the chain itself.
struct Shown {
  std::shared_ptr<const Graph> graph;
  int32_t layer = 0;
};
Shown shown(const Model& model, const Derived& derived);

// Parts of update() and derive() for networks.
Size2 plane_of(const Graph& graph, int32_t layer);  // of its output; {1, 1} where it has none, or none known
void derive_graph(const Model& model, const Shown& shown, Derived& derived);
// And what follows from it: lanes, costs.
void set_outline(Outline outline, GraphView view, const std::vector<int32_t>& opened, GraphResults* results);
void derive_cone(int32_t layer, Cell cell, GraphResults* results);
// Waits `patience` seconds at most for each search that is long (Environment::patience).
void derive_lens(const Model& model, Derived& derived, double patience);
void derive_comparison(const Model& model, Derived& derived, double patience);
std::string lens_sentence(const Model& model, const Derived& derived);  // of lenses but Cost
std::string lens_report(const Model& model, const Derived& derived);    // all that a lens finds, line by line
LayerFigures chain_figures(const Graph& graph, size_t layer);           // in a chain's terms
void find_layers(const Model& model, GraphResults& results);
std::string graph_sentence(const Derived& derived);
std::string graph_table_text(const Graph& graph);
std::string layer_sentence(const Graph& graph, int32_t layer, Cell cell);

std::string_view kind_title(LayerKind kind);  // "Convolution", "Max pool", ...

// Figures of the selected layer, or of the input.
const LayerFigures& selected_figures(const Derived& derived);
std::string selected_name(const Derived& derived);

// What a document is called that is no preset: "A file's", "resnet50, edited", or "Edited", as a chain that
// has become a network.
std::string unnamed_words(const Document& document);

// Why a layer of the kind cannot stand at the position; empty when it can.
std::string why_not(LayerKind kind, size_t position, const Derived& derived);

// Shows a network: as a chain to edit where it is one (its batch and its input's name, which a chain does not
// have, are left out), else as it is.
Action show_network(network::Network network, std::string title, Origin origin = Origin::kFile);

// What pasted text means: layers after the selected one, or a whole chain, in words or as a chain file has
// it; or a network, as such a file, torch, Keras or Caffe have it.
Result<Action> pasted(std::string_view text, const Model& model);

// check_words() of lens_words.h, or that it is being found; empty without a summary.
std::string check_sentence(const Model& model, const Derived& derived);

// The chain as a table, tab-separated, one line per layer under a heading.
std::string table_text(const Derived& derived);

// How the exact and the shortcut field of a row come about: "38 + (2−1)·8 = 46", "38 × 2 = 76". Empty for
// layers that have no window.
std::string exact_arithmetic(const Model& model, const Derived& derived, size_t row);
std::string shortcut_arithmetic(const Model& model, const Derived& derived, size_t row);

// Why the shortcut diverges, in one line.
inline constexpr const char* kShortcutReason =
    "the shortcut books the doubling one layer early; exact pools add (k−1)·jump and double the jump";

}  // namespace poolglass::chain
