#include <doctest/doctest.h>

#include <cstdio>

#include "app/rooms/step/predict_state.h"
#include "core/io/npy.h"
#include "tests/support/sessions.h"
#include "tests/support/temp_folder.h"
#include "tests/support/zip.h"

namespace poolglass {

using namespace testing;

TEST_CASE("an array opens in the Shift room when that is shown, and its state finds it again") {
  TempFolder folder;
  const std::vector<float> values = {1, 2, 3, 4, 5, 6};
  REQUIRE(write_npy(folder / "six.npy", {2, 3}, values.data()).ok());
  const Result<std::vector<Action>> actions = open_path(folder / "six.npy", {.room = Room::kShift});
  REQUIRE(actions.ok());
  Model model;
  for (const Action& action : *actions) act(model, action);
  CHECK(model.room == Room::kShift);
  REQUIRE(model.shift.document.file.plane != nullptr);
  CHECK(model.shift.document.file.plane->values == values);
  const Model again = read(write_state_json(model));
  REQUIRE(again.shift.document.file.plane != nullptr);
  CHECK(again.shift.document.file.plane->values == values);
  REQUIRE(std::remove((folder / "six.npy").c_str()) == 0);
  const Model gone = read(write_state_json(model));
  CHECK(gone.shift.document.picture == "photograph");
}

TEST_CASE(
    "an array with its channels last opens so, says it, and can be taken otherwise; its state remembers") {
  TempFolder folder;
  std::vector<float> values(12 * 10 * 3);
  for (size_t i = 0; i < values.size(); ++i) values[i] = static_cast<float>(i);
  REQUIRE(write_npy(folder / "rgb.npy", {12, 10, 3}, values.data()).ok());
  const Result<std::vector<Action>> actions = open_path(folder / "rgb.npy");
  REQUIRE(actions.ok());
  Model model;
  for (const Action& action : *actions) act(model, action);
  CHECK(model.notice ==
        "rgb.npy: shape (12, 10, 3) is taken with its channels last; H or --layout nchw takes them first");
  const step::Document& document = model.step.document;
  CHECK(document.grid.size == Size2{12, 10});
  CHECK(document.source.tensor->shape == Shape{1, 3, 12, 10});
  CHECK(document.grid.at({0, 1}) == 3);
  const Model again = parse_kept_state_json(write_kept_state_json({model, {}}))->model;
  CHECK(again.step.document.source.tensor->shape == Shape{1, 3, 12, 10});
  act(model, step::Action(step::SetLayout{Layout::kNchw}));
  CHECK(document.source.tensor->shape == Shape{1, 12, 10, 3});
  CHECK(document.grid.at({0, 1}) == 1);
  act(model, Undo{});
  CHECK(document.grid.at({0, 1}) == 3);
  const auto given = open_path(folder / "rgb.npy", {.layout = Layout::kNchw});
  REQUIRE(given.ok());
  CHECK(given->size() == 2);  // nothing to say
}

TEST_CASE("a picture opens in the Step room, or in the Shift room where that is shown") {
  const std::string path = POOLGLASS_FUZZ_CORPUS "/picture/rgba.png";
  Model model;
  open_into(model, path);
  CHECK(model.room == Room::kStep);
  CHECK(model.step.document.source.tensor->shape == Shape{1, 4, 4, 5});
  CHECK_FALSE(step::has_layouts(model.step.document.source));
  const Model again = parse_kept_state_json(write_kept_state_json({model, {}}))->model;
  CHECK(again.step.document.source.tensor->shape == Shape{1, 4, 4, 5});
  open_into(model, path, Room::kShift);
  CHECK(model.room == Room::kShift);
}

TEST_CASE("the state of a large map names its file, the cells that were changed, and what is in sight") {
  TempFolder folder;
  std::vector<float> values(2 * 300 * 400);
  for (size_t i = 0; i < values.size(); ++i) values[i] = static_cast<float>(i);
  REQUIRE(write_npy(folder / "map.npy", {2, 300, 400}, values.data()).ok());
  Model model;
  open_into(model, folder / "map.npy");
  act(model, step::Action(step::SetChannel{1}));
  act(model, step::Action(step::SetCell{{7, 9}, -0.5f}));
  act(model, step::Action(step::SetCell{{299, 399}, 1e9f}));
  act(model, step::Action(step::SetSight{{100, 200.5, 80}}));
  const std::string text = write_state_json(model);
  CHECK(text.size() < 4000);
  const Model again = read(text);
  CHECK(again.step.document.grid == model.step.document.grid);
  CHECK(again.step.document.source.plane == 1);
  CHECK(again.step.sight == model.step.sight);
  CHECK(write_state_json(again) == text);
  REQUIRE(std::remove((folder / "map.npy").c_str()) == 0);
  const Model gone = read(text);
  CHECK(gone.step.document.grid == step::Document().grid);
  CHECK(gone.step.document.source.lost.find("map.npy") != std::string::npos);
  Derived derived;
  derive(gone, derived);
  CHECK(status_sentence(gone, derived).starts_with("The map that was here is not: "));
  Model edited = gone;
  act(edited, step::Action(step::SetKernel{edited.step.document.params.kernel}));  // nothing new
  CHECK_FALSE(edited.step.document.source.lost.empty());
  act(edited, step::Action(step::SetKernel{{3, 3}}));
  CHECK(edited.step.document.source.lost.empty());
  CHECK(write_state_json(gone).find("lost") == std::string::npos);
  // What is done with the grid that stands in is there at the next start, which still tells what was lost.
  for (const bool asked : {false, true}) {
    Model on = gone;
    on.step.playhead.index = 3;
    on.step.pin = step::Selection{step::Side::kOutput, {1, 1}};
    if (asked) {
      on.step.panel = step::kPredictPanel;
      step::ask(on.step);
    }
    const std::string kept = write_kept_state_json({on, {}});
    const Model next = parse_kept_state_json(kept)->model;
    CHECK_FALSE(next.step.document.source.lost.empty());
    CHECK(next.step.playhead.index == on.step.playhead.index);
    CHECK(next.step.pin == on.step.pin);
    CHECK(step::asks(next.step) == asked);
    CHECK(write_kept_state_json({next, {}}) == kept);
  }
  Model preset;
  act(preset, step::Action(step::ApplyPreset{"random"}));
  act(preset, step::Action(step::SetGridSize{{500, 600}}));
  act(preset, step::Action(step::SetCell{{400, 1}, 77}));
  preset.step.predict.asked = Asked::kGradient;  // which is not asked of a map
  preset.step.predict.state = step::GuessState::kRevealed;
  preset.step.predict.typed = "1";
  const Model preset_again = read(write_state_json(preset));
  CHECK(preset_again.step.document.grid == preset.step.document.grid);
  CHECK(preset_again.step.predict.state == step::GuessState::kNone);
  CHECK(preset_again.step.predict.typed.empty());
}

TEST_CASE("what is kept of the largest map comes back with all its steps, which share its cells") {
  Model model;
  step::update(model.step, step::ApplyPreset{"checkerboard"});
  step::update(model.step, step::SetGridSize{{4096, 4096}});
  step::update(model.step, step::SetCell{{4000, 17}, 77});
  for (const int64_t kernel : {3, 4, 5, 6, 7, 8}) {
    step::update(model.step, step::SetKernel{{kernel, kernel}});
    step::update(model.step, step::EndMerge{});
  }
  const std::string text = write_kept_state_json({model, {}});
  const Result<KeptState> back = parse_kept_state_json(text);
  REQUIRE_MESSAGE(back.ok(), back.status().message());
  const step::Model& again = back->model.step;
  REQUIRE(again.history.past().size() >= 6);
  CHECK(again.document == model.step.document);
  for (size_t i = 1; i <= 5; ++i) {
    const step::Document& step = again.history.past()[again.history.past().size() - i];
    CHECK(step.grid.values.shares(again.document.grid.values));
  }
  // Few characters do not take all memory all the same.
  std::string many = "{\"poolglass\": 1, \"step\": {\"preset\": \"ramp\", \"undo\": [";
  for (int i = 0; i < 6; ++i) {
    many += std::string(i > 0 ? ", " : "") +
            "{\"preset\": \"random\", \"size\": 4096, \"seed\": " + std::to_string(i) + "}";
  }
  const Status refused = parse_kept_state_json(many + "]}}").status();
  CHECK(refused.message().find("size is too large for so many steps") != std::string::npos);
}

TEST_CASE("what is kept of a history has each step's own cells, whichever steps share them") {
  Model model;
  step::update(model.step, step::ApplyPreset{"random"});
  step::update(model.step, step::SetGridSize{{300, 300}});
  for (int64_t i = 0; i < 3; ++i) {
    step::update(model.step, step::SetCell{{i, 2 * i}, static_cast<float>(100 + i)});
    step::update(model.step, step::EndMerge{});
    step::update(model.step, step::SetKernel{{3 + i, 3}});
    step::update(model.step, step::EndMerge{});
    step::update(model.step, step::NewSeed{});
    undo(model.step);
    step::update(model.step, step::SetPadding{{1, i % 2}});
    step::update(model.step, step::EndMerge{});
  }
  const std::string text = write_kept_state_json({model, {}});
  const Result<KeptState> back = parse_kept_state_json(text);
  REQUIRE_MESSAGE(back.ok(), back.status().message());
  CHECK(write_kept_state_json(*back) == text);
  const auto &past = model.step.history.past(), &read_past = back->model.step.history.past();
  REQUIRE(read_past.size() == past.size());
  for (size_t i = 0; i < past.size(); ++i) {
    CHECK(read_past[i].grid == past[i].grid);
    CHECK(read_past[i].params == past[i].params);
  }
  CHECK(back->model.step.document.grid == model.step.document.grid);
}

TEST_CASE("a map from standard input is not written into a state that could not be read again") {
  Model model;
  auto tensor = std::make_shared<Tensor>(Shape{1, 1, 2000, 1500});
  step::update(model.step, step::OpenTensor{tensor, "standard input"});
  const std::string text = write_kept_state_json({model, {}});
  CHECK(text.size() < 4000);
  const Result<KeptState> back = parse_kept_state_json(text);
  REQUIRE_MESSAGE(back.ok(), back.status().message());
  CHECK(back->model.step.document.source.lost == "standard input cannot be read again");
  CHECK_FALSE(step::can_be_saved(model.step.document));
  CHECK(step::can_be_saved(step::Document()));
}

TEST_CASE("a session that could not be opened again is not written, whatever makes it so large") {
  const TempFolder folder;
  Model model;
  model.step.document.upstream.typed = {{1000, 1000}, std::vector<float>(1'000'000, 0.5f)};
  const Status status = write_state_file(folder / "large.json", model);
  CHECK(status.message() ==
        "the session has more values than the limit of 1000000: it could not be opened again");
  CHECK(folder.entries().empty());
}

TEST_CASE("large arrays are left to the window; what is wrong with their beginning is said at once") {
  TempFolder folder;
  const std::vector<float> values(3'000'000);
  REQUIRE(write_npy(folder / "large.npy", {1500, 2000}, values.data()).ok());
  REQUIRE(write_npy(folder / "small.npy", {15, 20}, values.data()).ok());
  CHECK(opens_slowly(folder / "large.npy").value());
  CHECK_FALSE(opens_slowly(folder / "small.npy").value());
  CHECK_FALSE(opens_slowly(folder / "none.npy").value());  // opening it says why
  CHECK_FALSE(opens_slowly("-").value());
  CHECK_FALSE(opens_slowly(folder / ".").value());
  REQUIRE(write_npy(folder / "middling.npy", {1000, 1000}, values.data()).ok());  // 4 MB
  CHECK_FALSE(opens_slowly(folder / "middling.npy").value());
  const std::string text = folder.write("large.json", std::string(9 << 20, ' '));
  CHECK_FALSE(opens_slowly(text).value());
  for (const std::string& magic : {std::string("\x89PNG\r\n\x1a\n"), std::string("\xff\xd8\xff\xe0")}) {
    CHECK(opens_slowly(folder.write("large", magic + std::string(1 << 20, 'x'))).value());
    CHECK_FALSE(opens_slowly(folder.write("small", magic + std::string(1 << 19, 'x'))).value());
  }
  const std::string array = folder.read("middling.npy");
  folder.write("large.npz", testing::stored_zip({{"a.npy", array}}));
  folder.write("small.npz", testing::stored_zip({{"a.npy", folder.read("small.npy")}}));
  CHECK(opens_slowly(folder / "large.npz:a").value());
  CHECK(opens_slowly(folder / "large.npz:b").status().message().find("b") != std::string::npos);
  CHECK_FALSE(opens_slowly(folder / "small.npz:a").value());
  CHECK_FALSE(opens_slowly(folder / "small.npz:b").value());  // opening it says why
  CHECK(arrays_to_choose(folder / "small.npz").empty());      // there is but one
  CHECK_FALSE(opens_slowly(folder / "small.npz").value());
  folder.write("two.npz", testing::stored_zip({{"a.npy", folder.read("small.npy")}, {"b.npy", "x"}}));
  CHECK(opens_slowly(folder / "two.npz").value());  // a window asks which
  const std::vector<ArrayOffer> offers = arrays_to_choose(folder / "two.npz");
  REQUIRE(offers.size() == 2);
  CHECK(offers[0].name == "a");
  CHECK(offers[0].detail.ends_with(") float32"));
  CHECK(offers[0].why.empty());
  CHECK(offers[1].detail == "cannot be opened");
  CHECK(offers[1].why.starts_with("b: not a .npy file"));
  CHECK(arrays_to_choose(folder / "two.npz:a").empty());
  const std::string bad = folder.write("bad.npy", "\x93NUMPY\x09" + std::string(9 << 20, ' '));
  CHECK(opens_slowly(bad).status().message().starts_with(bad + ": format version 9"));
}

TEST_CASE("planes larger than a grid are cut, and that is said") {
  TempFolder folder;
  const std::vector<float> values(5000 * 3);
  REQUIRE(write_npy(folder / "long.npy", {3, 5000}, values.data()).ok());
  Model model;
  open_into(model, folder / "long.npy");
  CHECK(model.step.document.grid.size == Size2{3, 4096});
  CHECK(model.notice.find("of 3×5000 cells the first 3×4096 are shown") != std::string::npos);
}

}  // namespace poolglass
