// A session without a mouse: every control and every command of every room, counted.
#include <doctest/doctest.h>

#include <map>
#include <memory>
#include <set>

#include "app/files/course_file.h"
#include "app/shell/panels.h"
#include "app/state/commands.h"
#include "tests/support/app_driver.h"

namespace poolglass {
namespace {

using testing::AppDriver;
using Names = std::set<std::string>;

// A state of a room that shows controls that others do not.
struct State {
  std::string name;
  Room room;
  std::vector<Action> actions;
  std::vector<Action> last = {};  // after there was something to undo, and a step of playback
};

std::vector<Action> edited_then_undone(Room room) {
  switch (room) {
    case Room::kStep:
      return {step::Action(step::SetCell{{0, 0}, 7}), step::Action(step::EndMerge{}), Undo{}};
    case Room::kChain:
      return {chain::Action(chain::SetInput{3, {65, 64}}), chain::Action(chain::EndEdit{}), Undo{}};
    case Room::kHead:
      return {head::Action(head::SetClasses{10}), head::Action(head::EndMerge{}), Undo{}};
    case Room::kShift:
      break;
  }
  return {shift::Action(shift::SetBorder{Border::kZero}), shift::Action(shift::SetBorder{Border::kCircular}),
          Undo{}};
}

Chain uneven_chain() {
  Chain chain{3, {32, 32}, {default_layer(LayerKind::kConv2d)}};
  chain.layers[0].kernel = {3, 5};
  return chain;
}

std::shared_ptr<const network::Summary> summary_of_a_layer() {
  network::Summary summary;
  summary.program = "Keras";
  summary.channels_last = true;
  summary.rows = {{"conv2d", network::Kind::kConv2d, {64, 64, 6}, 100}};
  return std::make_shared<const network::Summary>(std::move(summary));
}

Chain chain_of_all_kinds() {
  Chain chain{3, {40, 40}, {}};
  for (const LayerKind kind : kAllLayerKinds) chain.layers.push_back(default_layer(kind));
  std::swap(chain.layers[3], chain.layers[4]);  // the adaptive pool before the global one
  chain.layers[0].kernel = {5, 5};
  return chain;
}

step::OpenExercise an_exercise() {
  auto exercise = std::make_shared<step::Exercise>();
  exercise->title = "A maximum";
  exercise->document = std::make_shared<const step::Document>();
  exercise->cell = {0, 1};
  return {std::move(exercise)};
}

std::shared_ptr<const tour::Course> the_tour() {
  const auto course = tour_course();
  REQUIRE(course.ok());
  return *course;
}

std::vector<Action> with_link_followed() {
  constexpr size_t kStep = 2;
  std::vector<Action> actions = {tour::Action(tour::Enter{the_tour(), kStep}),
                                 tour::Action(tour::Answer{""})};
  for (const tour::Block& block : the_tour()->steps[kStep].after) {
    if (block.view) actions.push_back(tour::Action(tour::Follow{block.view}));
  }
  return actions;
}

std::vector<State> states() {
  using step::Field;
  std::vector<State> all = {
      {"step", Room::kStep, {}},
      {"step, averages, nothing as it began",
       Room::kStep,
       {step::Action(step::SetReduction{Reduction::kAverage}), step::Action(step::SetKernel{{4, 4}}),
        step::Action(step::SetPadding{{1, 1}}), step::Action(step::SetDilation{{2, 2}}), SetScale{1.25f},
        step::Action(step::SetCeilMode{true}), step::Action(step::SetGridSize{{12, 12}})}},
      {"step, heights and widths apart",
       Room::kStep,
       {step::Action(step::SetKernel{{3, 3}}), step::Action(step::SetLinked{Field::kKernel, false}),
        step::Action(step::SetLinked{Field::kStride, false}),
        step::Action(step::SetLinked{Field::kPadding, false}),
        step::Action(step::SetLinked{Field::kDilation, false}),
        step::Action(step::SetLinked{Field::kGrid, false})}},
      {"step, a file's array",
       Room::kStep,
       {step::Action(step::OpenTensor{std::make_shared<const Tensor>(Shape{2, 3, 80, 90}), "array.npy"})}},
      {"step, a map, near, its second image",
       Room::kStep,
       {step::Action(step::OpenTensor{
            std::make_shared<const Tensor>(Shape{2, 4, 80, 90}), "array.npy", "", {2, 4, 80, 90}}),
        step::Action(step::SetChannel{6})},
       {step::Action(step::SetSight{{40, 40, 12}})}},
      {"step, a part of a map",
       Room::kStep,
       {step::Action(step::OpenTensor{std::make_shared<const Tensor>(Shape{1, 1, 400, 400}), "array.npy"}),
        step::Action(step::Crop{{168, 168}, {64, 64}})}},
      {"step, the layer of other libraries, averages",
       Room::kStep,
       {SetLens{step::kDialectsLens}, step::Action(step::SetReduction{Reduction::kAverage}),
        step::Action(step::SetKernel{{3, 3}}), step::Action(step::SetPadding{{1, 1}})}},
      {"step, adaptive bins, rows and columns apart",
       Room::kStep,
       {step::Action(step::ApplyPreset{"adaptive"}), step::Action(step::SetLinked{Field::kBins, false})}},
      {"step, rebuilt under both operations",
       Room::kStep,
       {SetLens{step::kRebuildLens}, step::Action(step::SetBoth{true})}},
      {"step, the gradient, its ties shared, random",
       Room::kStep,
       {SetLens{step::kGradientLens}, step::Action(step::ApplyPreset{"ties"}),
        step::Action(step::SetUpstream{step::UpstreamKind::kRandom}),
        step::Action(step::SetTies{TiePolicy::kSplit})}},
      {"step, coverage with cells left out",
       Room::kStep,
       {SetLens{step::kCoverageLens}, step::Action(step::ApplyPreset{"odd"})}},
      {"step, a window pinned", Room::kStep, {}, {step::Action(step::Pin{{step::Side::kOutput, {2, 2}}})}},
      {"shift", Room::kShift, {}},
      {"shift, random cells, nothing as it began",
       Room::kShift,
       {shift::Action(shift::SetPicture{"noise"}),
        shift::Action(shift::SetSize{shift::Field::kKernel, {3, 3}}),
        shift::Action(shift::SetSize{shift::Field::kDilation, {2, 2}}), shift::Action(shift::SetMoved{true}),
        shift::Action(shift::SetLinked{shift::Field::kKernel, false}),
        shift::Action(shift::SetLinked{shift::Field::kStride, false}),
        shift::Action(shift::SetLinked{shift::Field::kDilation, false})}},
      {"shift, stripes by parts of a pixel",
       Room::kShift,
       {shift::Action(shift::SetPicture{"stripes"}), shift::Action(shift::SetPeriod{5}),
        shift::Action(shift::SetFine{true})}},
      {"shift, aliasing",
       Room::kShift,
       {SetLens{shift::kAliasingLens}},
       {shift::Action(shift::SetPeriod{6})}},
      {"shift, a lone peak",
       Room::kShift,
       {SetLens{shift::kPeakLens}, shift::Action(shift::SetSize{shift::Field::kKernel, {3, 3}}),
        shift::Action(shift::SetPeak{{1, 1}})}},
      {"head", Room::kHead, {}},
      {"head, nothing as it began",
       Room::kHead,
       {head::Action(head::SetBackbone{"alexnet-torch"}), head::Action(head::SetSide{256}),
        head::Action(head::SetClasses{10}), head::Action(head::Shuffle{}),
        head::Action(head::SetMaps{head::MapSource::kEqualMeans})}},
      {"step, the loops", Room::kStep, {SetPanel{step::kCodePanel}}},
      {"step, the code in NumPy",
       Room::kStep,
       {SetPanel{step::kCodePanel}, step::Action(step::SetCode{step::CodeTarget::kNumpy})}},
      {"step, a guess that is open", Room::kStep, {}, {SetPanel{step::kPredictPanel}}},
      {"step, an exercise, a wrong guess",
       Room::kStep,
       {},
       {step::Action(an_exercise()), step::Action(step::Guess{"4"})}},
      {"the tour, two pools",
       Room::kChain,
       {},
       {tour::Action(tour::Enter{the_tour(), 0}), tour::Action(tour::SetPools{2})}},
      {"the tour, a link followed", Room::kStep, {}, with_link_followed()},
      {"the tour, answered",
       Room::kStep,
       {},
       {tour::Action(tour::Enter{the_tour(), 2}), tour::Action(tour::Answer{""})}},
      {"the tour, a number asked", Room::kShift, {}, {tour::Action(tour::Enter{the_tour(), 8})}},
      {"the tour, claims",
       Room::kChain,
       {},
       {tour::Action(tour::Enter{the_tour(), the_tour()->steps.size() - 1})}},
      {"the tour behind the room's own panel",
       Room::kStep,
       {},
       {tour::Action(tour::Enter{the_tour(), 2}), tour::Action(tour::Answer{""}), SetPanel{0}}},
      {"the log", Room::kShift, {}, {ShowLog{true}}},
      {"chain", Room::kChain, {}},
      {"chain, the input", Room::kChain, {chain::Action(chain::Select{chain::kInput})}},
      {"chain, a long one, in part",
       Room::kChain,
       {chain::Action(chain::ApplyPreset{"vgg16"}), chain::Action(chain::Select{chain::kInput}),
        chain::Action(chain::SetCamera{{1.5f, 4}})}},
      {"chain, a network, a join selected",
       Room::kChain,
       {chain::Action(chain::ApplyPreset{"resnet18"}), chain::Action(chain::SelectLayer{10})}},
      {"chain, a network, opened in part",
       Room::kChain,
       {chain::Action(chain::ApplyPreset{"resnet50"}), chain::Action(chain::OpenFold{37, true}),
        chain::Action(chain::SelectLayer{40})}},
      {"chain, the field of two units",
       Room::kChain,
       {SetLens{chain::kFieldLens}},
       {chain::Action(chain::PinSecond{chain::Cell{2, 1}})}},
      {"chain, the field of one unit, without the photograph",
       Room::kChain,
       {SetLens{chain::kFieldLens}, chain::Action(chain::SetPhoto{false})}},
      {"chain, sizes", Room::kChain, {chain::Action(chain::ApplyPreset{"unet"}), SetLens{chain::kSizesLens}}},
      {"chain, walks", Room::kChain, {SetLens{chain::kProofLens}}},
      {"chain, walks along two axes",
       Room::kChain,
       {chain::Action(chain::SetChain{uneven_chain()}), SetLens{chain::kProofLens}}},
      {"chain, a marked layer", Room::kChain, {chain::Action(chain::MarkLayer{2})}},
      {"chain, a summary", Room::kChain, {chain::Action(chain::SetSummary{summary_of_a_layer()})}},
      {"chain, a poked pixel",
       Room::kChain,
       {SetLens{chain::kProofLens}, chain::Action(chain::SetProof{chain::Proof::kPoke})},
       {chain::Action(chain::PokePixel{chain::Cell{3, 9}})}},
      {"chain, compared with its change",
       Room::kChain,
       {chain::Action(chain::ApplyPreset{"exercise"}), SetLens{chain::kCompareLens}}},
      {"chain, compared with averages",
       Room::kChain,
       {chain::Action(chain::ApplyPreset{"vgg16"}), SetLens{chain::kCompareLens},
        chain::Action(chain::SetRival{{network::WhatIf::kAverage, ""}})}},
  };
  const chain::Action kinds = chain::SetChain{chain_of_all_kinds()};
  for (uint32_t i = 0; i < std::size(kAllLayerKinds); ++i) {
    all.push_back({"chain, layer " + std::to_string(i + 1), Room::kChain, {kinds}});
    all.back().actions.push_back(SetNotice{"select " + std::to_string(i)});
  }
  all.push_back({"chain, sides apart", Room::kChain, {kinds, SetNotice{"apart 0"}}});
  return all;
}

void act(AppDriver& app, const Action& action) {
  update(app.shell.model, app.derived(), action);
  app.frames(2);
}

void enter(AppDriver& app, const State& state) {
  act(app, SelectRoom{state.room});
  for (const Action& action : state.actions) {
    const auto* notice = get_if<SetNotice>(action);
    if (notice == nullptr) {
      act(app, action);
      continue;
    }
    // Identities are known only now.
    const size_t row = notice->text.back() - '0';
    const chain::Identity identity = app.model().chain.document.identities[row];
    act(app, chain::Action(chain::Select{identity.id}));
    chain::Links apart{false, false, false, false, false, false};
    if (notice->text.starts_with("apart")) act(app, chain::Action(chain::SetLinks{identity.id, apart}));
  }
  for (const Action& action : edited_then_undone(state.room)) act(app, action);
  act(app, PlayheadAction(SeekTo{1}));
  for (const Action& action : state.last) act(app, action);
  app.move_to({1, 1});
  app.frames(20);  // blocks come to rest
}

// Everything as it was, but for what has the keyboard.
void restore(AppDriver& app, const Model& model) {
  close_file_panel(app.shell.files());
  Model next = model;
  next.chain.revision = app.model().chain.revision + 1;
  app.shell.model = std::move(next);
  app.requests.clear();
  app.frames(25);
}

bool changes(AppDriver& app, auto&& press) {
  const size_t before = app.picture_hash(), asked = app.requests.size();
  const bool calm = app.model().reduce_motion, panel = app.model().panel_open;  // not seen at once
  press();
  return app.picture_hash() != before || app.requests.size() != asked || app.model().reduce_motion != calm ||
         app.model().panel_open != panel;
}

bool operate(AppDriver& app, StopKind kind) {
  const auto key = [&](int k) { return changes(app, [&] { app.press_key(k); }); };
  switch (kind) {
    case StopKind::kButton:
    case StopKind::kSwitch:
      return key(' ');
    case StopKind::kChoice:
      return key(kKeyRight) || key(kKeyLeft);
    case StopKind::kSlider:
      return key(kKeyRight) || key(kKeyLeft);
    case StopKind::kNumber:
      return key(kKeyUp) || key(kKeyDown);
    case StopKind::kText:
      return changes(app, [&] {
        app.type("ab");
        app.press_key(kKeyEnter);
      });
    case StopKind::kList:
      return changes(app, [&] {
        app.press_key(' ');
        app.press_key(app.model().room == Room::kChain ? kKeyHome : kKeyDown);
        app.press_key(kKeyEnter);
      });
  }
  return false;
}

struct Count {
  Names controls, reached, operated;
};

// Walks the controls with Tab and uses each.
void walk(AppDriver& app, Count& count) {
  for (const Tag& tag : app.shell.tags()) {
    if (tag.control) count.controls.insert(tag.name);
  }
  const Model model = app.model();
  for (int tabs = 0; tabs < 200; ++tabs) {
    app.press_key(kKeyTab);
    const FocusStop* stop = app.shell.focus().stop();
    if (stop == nullptr) return;
    const FocusStop now = *stop;
    count.reached.insert(now.name);
    if (operate(app, now.kind)) count.operated.insert(now.name);
    restore(app, model);
  }
  FAIL("Tab goes round and round");
}

// Pictures are no stops of Tab: what a pointer does there, commands do.
const std::map<std::string, std::vector<std::string>>& pictures() {
  static const std::map<std::string, std::vector<std::string>> all = {
      {"step/canvas", {"step.pin", "step.let-go", "step.left", "step.right", "step.up", "step.down"}},
      {"chain/strip",
       {"chain.previous", "chain.next", "chain.move-left", "chain.move-right", "chain.pick",
        "chain.zoom-in"}},
      {"chain/map", {"step-forward", "step-back", "chain.pin", "chain.let-go"}},
      {"chain/input", {"chain.previous"}},
      {"chain/minimap", {"chain.pan-left", "chain.pan-right"}},
      {"chain/fold/0", {"chain.fold"}},
      {"chain/ruler", {"chain.larger", "chain.smaller"}},
      {"chain/fixes", {"chain.larger", "chain.smaller"}},
      {"step/whole", {}},  // the numbers of its corner
      {"step/overview", {"step.pan-left", "step.pan-right", "step.pan-up", "step.pan-down", "step.zoom-in"}},
      {"step/strip", {"step.channel-next", "step.channel-previous"}},
      {"step/channel", {"step.channel-next", "step.channel-previous"}},
      {"step/images", {"step.image-next", "step.image-previous"}},
      {"shift/picture",
       {"shift.left", "shift.right", "shift.up", "shift.down", "shift.detail-left", "shift.detail-right",
        "shift.detail-up", "shift.detail-down"}},
      {"shift/every", {"shift.left", "shift.right", "shift.up", "shift.down"}},
      {"shift/identical", {"shift.left", "shift.right"}},
      {"shift/correlation", {"shift.left", "shift.right"}},
      {"shift/by-period", {"shift.period-up", "shift.period-down"}},
      {"shift/headings", {"shift.shown"}},
      {"shift/places", {"shift.peak-left", "shift.peak-right", "shift.peak-up", "shift.peak-down"}},
  };
  return all;
}

bool stands_for(const std::string& stop, const std::string& control) {
  return control == stop || control.starts_with(stop + "/");
}

AppDriver& prepared(std::unique_ptr<AppDriver>& app) {
  Backend gpu = cpu_backends().front();
  gpu.name = "gpu";
  app = std::make_unique<AppDriver>(glm::vec2(1600, 1000), 1.0f, Environment{{gpu}});
  return *app;
}

}  // namespace

TEST_CASE("every control of every room is reached with Tab and used by key") {
  Count count;
  for (const State& state : states()) {
    std::unique_ptr<AppDriver> owner;
    AppDriver& app = prepared(owner);
    enter(app, state);
    walk(app, count);
  }
  Names unreached, by_command;
  for (const std::string& control : count.controls) {
    const std::string group = control.substr(0, control.rfind('/'));  // "step/channel" of "step/channel/0"
    if (pictures().contains(control) || pictures().contains(group)) {
      by_command.insert(pictures().contains(control) ? control : group);
      continue;
    }
    const bool reached = std::ranges::any_of(
        count.reached, [&](const std::string& stop) { return stands_for(stop, control); });
    if (!reached) unreached.insert(control);
  }
  for (const std::string& control : unreached) FAIL_CHECK("not reached with Tab: " << control);
  for (const std::string& stop : count.reached) {
    if (!count.operated.contains(stop)) FAIL_CHECK("no key works on " << stop);
  }
  CHECK(count.operated.contains("step/first-column"));
  for (const auto& [picture, commands] : pictures()) {
    CHECK_MESSAGE(by_command.contains(picture), picture);
    for (const std::string& id : commands) CHECK_MESSAGE(find_command(id) != nullptr, id);
  }
  MESSAGE("of " << count.controls.size() << " things to click, " << count.reached.size()
                << " stops of Tab and the commands of " << by_command.size() << " pictures reach all; "
                << count.operated.size() << " stops were used by key");
}

TEST_CASE("every command works by its key in one state of its room at least") {
  Names worked, all;
  for (const Command& command : all_commands()) {
    if (command.chord.key != kKeyNone) all.insert(command.id);
  }
  for (const State& state : states()) {
    std::unique_ptr<AppDriver> owner;
    AppDriver& app = prepared(owner);
    enter(app, state);
    const Model model = app.model();
    for (const Command& command : all_commands()) {
      if (worked.contains(command.id) || (command.room && *command.room != state.room)) continue;
      if (command.chord.key == kKeyNone || command.why_not(app.model(), app.derived())) continue;
      if (changes(app, [&] { app.press(command.chord); })) worked.insert(command.id);
      restore(app, model);
      if (app.model().help_open) app.press_key(kKeyEscape);
    }
  }
  for (const std::string& id : all) CHECK_MESSAGE(worked.contains(id), id);
  MESSAGE(worked.size() << " of " << all.size() << " commands");
}

}  // namespace poolglass
