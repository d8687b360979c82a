#include <doctest/doctest.h>

#include <cmath>
#include <initializer_list>
#include <optional>
#include <random>
#include <span>
#include <utility>

#include "app/state/commands.h"
#include "core/chain/presets.h"
#include "tests/support/sessions.h"

namespace poolglass {

using namespace testing;

TEST_CASE("a busy session is saved and restored, and the text is stable") {
  const Model model = busy();
  const std::string text = write_state_json(model);
  const Model again = read(text);
  CHECK(write_state_json(again) == text);
  CHECK(again.room == Room::kChain);
  CHECK(again.theme == ThemeName::kLight);
  CHECK(again.scale == 1.25f);
  CHECK(again.step.document.grid == model.step.document.grid);
  CHECK(again.step.document.params == model.step.document.params);
  CHECK(again.step.document.source == model.step.document.source);
  CHECK(again.step.pin == model.step.pin);
  CHECK(again.step.playhead.index == 3);
  CHECK(again.chain.document.chain == model.chain.document.chain);
  CHECK(again.chain.pinned == model.chain.pinned);
  CHECK(again.chain.camera == model.chain.camera);
  CHECK_FALSE(again.chain.history.can_undo());
  CHECK_FALSE(again.step.history.can_undo());

  Derived a, b;
  derive(model, a);
  derive(again, b);
  CHECK(status_sentence(model, a) == status_sentence(again, b));
}

TEST_CASE("a second unit is kept whatever is selected: the input, or a layer without figures") {
  Model model;
  model.room = Room::kChain;
  act(model, chain::Action(chain::PinSecond{chain::Cell{2, 1}}));
  act(model, chain::Action(chain::Select{chain::kInput}));
  REQUIRE(model.chain.second);
  const Model again = read(write_state_json(model));
  CHECK(again.chain.document.selected == chain::kInput);
  CHECK(again.chain.second == chain::Cell{2, 1});
  CHECK(again.chain.second_layer == 8);

  Chain chain = chain_preset("lesson").value();
  chain.layers[7].kernel = {99, 99};
  act(model, chain::Action(chain::SetChain{chain}));
  model.chain.second = chain::Cell{1, 1};
  model.chain.second_layer = 2;
  const Model broken = read(write_state_json(model));
  CHECK(broken.chain.second == chain::Cell{1, 1});
  CHECK(broken.chain.second_layer == 2);
}

TEST_CASE("the kind of pooling and its output size are part of the state") {
  Model model;
  act(model, step::Action(step::SetBins{{5, 3}}));
  for (const step::Kind kind : {step::Kind::kAdaptive, step::Kind::kGlobal}) {
    act(model, step::Action(step::SetKind{kind}));
    const step::Document again = read(write_state_json(model)).step.document;
    CHECK(again.kind == kind);
    CHECK(again.bins == Size2{5, 3});
    CHECK(again.params == model.step.document.params);
    CHECK_FALSE(again.links.bins);
  }
  CHECK(write_state_json(Model()).find("kind") == std::string::npos);
  CHECK(error_of(state(R"("step": {"kind": "sparse"})")).find("kind must be sliding, adaptive or global") !=
        std::string::npos);
  CHECK(error_of(state(R"("step": {"kind": "adaptive", "output_size": 4097})")).find("output_size must be") !=
        std::string::npos);
}

TEST_CASE("both operations, a dialect and divisors are part of the state") {
  Model model;
  model.step.both = model.step.divisors = true;
  model.step.lens = step::kDialectsLens;
  model.step.dialect = Dialect::kCaffe;
  model.step.pin =
      step::Selection{step::Side::kOutput, {3, 1}, static_cast<size_t>(Dialect::kTensorFlowSame)};
  const Model again = read(write_state_json(model));
  CHECK(again.step.both);
  CHECK(again.step.divisors);
  CHECK(again.step.dialect == Dialect::kCaffe);
  CHECK(again.step.pin == model.step.pin);
  const std::string fresh = write_state_json(Model());
  for (const char* key : {"both", "divisors", "dialect"}) CHECK(fresh.find(key) == std::string::npos);
  CHECK(error_of(state(R"("step": {"dialect": "theano"})")).find("dialect must be pytorch, onnx") !=
        std::string::npos);
  CHECK(error_of(state(R"("step": {"both": 1})")).find("both") != std::string::npos);
}

TEST_CASE("a lens and what it is asked are part of the state") {
  Model model;
  act(model, SetLens{step::kGradientLens});
  act(model, step::Action(step::SetUpstream{step::UpstreamKind::kOneCell, {1, 2}}));
  act(model, step::Action(step::NewUpstreamSeed{}));
  act(model, step::Action(step::NewUpstreamSeed{}));
  act(model, step::Action(step::SetUpstreamCell{{3, 0}, -2.5f}));
  act(model, step::Action(step::SetTies{TiePolicy::kSplit}));
  const std::string text = write_state_json(model);
  const Model again = read(text);
  CHECK(write_state_json(again) == text);
  CHECK(again.step.lens == step::kGradientLens);
  CHECK(again.step.document.upstream == model.step.document.upstream);
  CHECK(again.step.document.upstream.kind == step::UpstreamKind::kTyped);
  CHECK(again.step.document.upstream.seed == 2);
  CHECK(again.step.document.ties == TiePolicy::kSplit);
  CHECK(write_state_json(Model()).find("lens") == std::string::npos);

  CHECK(error_of(state(R"("step": {"lens": "cost"})"))
            .find("window, gradient, coverage, rebuild or dialects") != std::string::npos);
  CHECK(error_of(state(R"("chain": {"lens": "window"})")).find("lens must be cost, field") !=
        std::string::npos);
  CHECK(error_of(state(R"("step": {"upstream": "two"})")).find("upstream must be ones") != std::string::npos);
  CHECK(error_of(state(R"("step": {"ties": "second"})")).find("ties must be first") != std::string::npos);
  CHECK(error_of(state(R"("step": {"upstream_values": [[1, 2], [3]]})")).find("rows of equal length") !=
        std::string::npos);
  CHECK(error_of(state(R"("step": {"upstream_cell": [8192, 0]})")).find("upstream_cell") !=
        std::string::npos);
}

TEST_CASE("what a window keeps comes back with its history, name, size and whether it was saved") {
  Model model = busy();
  for (int i = 0; i < 60; ++i) act(model, step::Action(step::SetCell{{0, i % 5}, static_cast<float>(i)}));
  const chain::LayerId moved = model.chain.document.identities[1].id;
  act(model, chain::Action(chain::MoveLayer{moved, 4}));
  act(model, chain::Action(chain::AddLayer{LayerKind::kRelu, 0}));
  act(model, SelectRoom{Room::kStep});
  for (int i = 0; i < 3; ++i) act(model, Undo{});
  model.file.path = "/grids/net.json";
  const std::string text = write_kept_state_json({model, Size2{720, 1280}});
  const Result<KeptState> kept = parse_kept_state_json(text);
  REQUIRE_MESSAGE(kept.ok(), kept.status().message());
  CHECK(write_kept_state_json(*kept) == text);
  CHECK(kept->window == Size2{720, 1280});
  Model again = kept->model;
  CHECK(again.file.path == "/grids/net.json");
  CHECK(modified(again));
  CHECK(again.step.history.past().size() >= 50);
  CHECK(again.step.history.future().size() == 3);
  REQUIRE(again.chain.history.past().size() == model.chain.history.past().size());

  // Undone and redone in step with the window that wrote it, to the ends of both histories.
  for (const Room room : {Room::kStep, Room::kChain}) {
    for (const Action& travel : {Action(Redo{}), Action(Undo{})}) {
      act(model, SelectRoom{room});
      act(again, SelectRoom{room});
      for (int i = 0; i < 55; ++i) {
        act(model, travel);
        act(again, travel);
        REQUIRE(again.step.document.grid == model.step.document.grid);
        REQUIRE(again.step.document.params == model.step.document.params);
        REQUIRE(again.chain.document.chain == model.chain.document.chain);
        REQUIRE(again.chain.document.selected == model.chain.document.selected);
      }
    }
  }
  // A new layer gets a number that nothing in the history has.
  act(again, chain::Action(chain::AddLayer{LayerKind::kRelu, 0}));
  for (const chain::Document& document : kept->model.chain.history.future()) {
    for (const chain::Identity& identity : document.identities) {
      CHECK(identity.id != again.chain.document.identities[0].id);
    }
  }
}

TEST_CASE("a sentence of any length does not keep a session from coming back") {
  Model model;
  act(model, SetNotice{"saved /" + std::string(5000, 'x') + "/end.json"});
  act(model, Hear{});
  const Result<KeptState> back = parse_kept_state_json(write_kept_state_json({model, {}}));
  REQUIRE_MESSAGE(back.ok(), back.status().message());
  REQUIRE(back->model.log.lines.size() == model.log.lines.size());
  CHECK(back->model.log.lines.front().ends_with("/end.json"));
}

TEST_CASE("B and a pasted summary are kept, and so are those of each step") {
  Model model;
  network::Summary summary;
  summary.program = "torchinfo";
  summary.params = 13'860;
  summary.rows = {{"Conv2d: 1-1", network::Kind::kConv2d, {6, network::kUnknownSize, 64}, 168},
                  {"Mine: 1-2", std::nullopt, {10}, std::nullopt}};
  const auto pasted = std::make_shared<const network::Summary>(summary);
  act(model, chain::Action(chain::SetRival{{network::WhatIf::kBlur, "", nullptr}}));
  act(model, chain::Action(chain::SetSummary{pasted}));
  act(model, chain::Action(chain::AddLayer{LayerKind::kRelu, 0}));
  act(model, chain::Action(chain::SetRival{{network::WhatIf::kGap, "vgg16", nullptr}}));
  summary.program = "Keras";
  summary.channels_last = true;
  act(model, chain::Action(chain::SetSummary{std::make_shared<const network::Summary>(summary)}));
  act(model, chain::Action(chain::SetSummary{}));
  act(model, chain::Action(chain::SetSummary{pasted}));
  chain::undo(model.chain);
  chain::undo(model.chain);
  const std::string text = write_kept_state_json({model, std::nullopt});
  Result<KeptState> kept = parse_kept_state_json(text);
  REQUIRE_MESSAGE(kept.ok(), kept.status().message());
  chain::Model again = kept->model.chain, before = model.chain;
  const auto same = [&] {
    const auto &a = again.document.summary, &b = before.document.summary;
    REQUIRE((a == nullptr) == (b == nullptr));
    if (a) REQUIRE(*a == *b);
    REQUIRE(again.document.rival == before.document.rival);
    REQUIRE(again.document.chain == before.document.chain);
  };
  same();
  CHECK(again.document.summary->channels_last);
  int steps = 0;
  for (; before.history.can_undo(); ++steps) chain::undo(before), chain::undo(again), same();
  CHECK(steps == 4);
  for (; before.history.can_redo(); --steps) chain::redo(before), chain::redo(again), same();
  CHECK(steps == -2);
  CHECK_FALSE(again.history.can_redo());

  const Model document = read(write_state_json(model));
  CHECK(*document.chain.document.summary == *model.chain.document.summary);
  CHECK(document.chain.document.rival.change == network::WhatIf::kGap);
}

TEST_CASE("a summary that no program prints is refused with the field") {
  const auto error = [](const std::string& summary) {
    return error_of(state("\"chain\": {\"summary\": " + summary + "}"));
  };
  const auto row = [&](const std::string& fields) {
    return error("{\"program\": \"Keras\", \"rows\": [{" + fields + "}]}");
  };
  CHECK(error("[]").find("summary must be an object") != std::string::npos);
  CHECK(error("{\"rows\": []}").find("program") != std::string::npos);
  CHECK(error(R"({"program": "mine", "rows": []})").find("program must be torchinfo or Keras") !=
        std::string::npos);
  CHECK(error(R"({"program": "Keras", "rows": []})").find("rows must be 1 to 10000") != std::string::npos);
  CHECK(error(R"({"program": "Keras", "rows": [{"sizes": [1]}], "params": -1})").find("params must not be") !=
        std::string::npos);
  CHECK(row(R"("name": "a")").find("row 1: sizes") != std::string::npos);
  CHECK(row(R"("sizes": [])").find("sizes must not be empty") != std::string::npos);
  CHECK(row(R"("sizes": [-2])").find("sizes must be 1 to 8") != std::string::npos);
  CHECK(row(R"("sizes": [1, 2, 3, 4, 5, 6, 7, 8, 9])").find("sizes must be 1 to 8") != std::string::npos);
  CHECK(row(R"("sizes": [1], "type": "conv9d")").find("type \"conv9d\" is not known") != std::string::npos);
  CHECK(row(R"("sizes": [1], "colour": 3)").find("colour") != std::string::npos);
  std::string rows;
  for (int i = 0; i <= 10'000; ++i) rows += std::string(i == 0 ? "" : ", ") + R"({"sizes": [1]})";
  CHECK(error(R"({"program": "Keras", "rows": [)" + rows + "]}").find("rows must be 1 to 10000") !=
        std::string::npos);
}

TEST_CASE("what cannot be a window's is refused with the field") {
  CHECK(error_of(state(R"("window": [0, 720])")).find("window must be") != std::string::npos);
  CHECK(error_of(state(R"("step": {"undo": [{"kernel": 99}]})")).find("undo: kernel must be") !=
        std::string::npos);
  CHECK(error_of(state(R"("step": {"redo": [{"pin": {}}]})")).find("unknown key \"pin\"") !=
        std::string::npos);
  CHECK(error_of(state(R"("chain": {"ids": [1, 1]})")).find("ids must be") != std::string::npos);
  CHECK(error_of(state(R"("chain": {"undo": [{"input": [1, 4, 4], "layers": [], "selected": 1}]})"))
            .find("selected must be") != std::string::npos);
}

TEST_CASE("a document does not carry its history") {
  Model model;
  act(model, step::Action(step::ToggleReduction{}));
  CHECK(write_state_json(model).find("undo") == std::string::npos);
}

TEST_CASE("a document is modified when its contents differ from what was saved, and only then") {
  Model model;
  CHECK_FALSE(modified(model));
  CHECK(window_title(model) == "Untitled — Poolglass");
  act(model, step::Action(step::ToggleReduction{}));
  CHECK(modified(model));
  CHECK(window_title(model) == "• Untitled — Poolglass");
  act(model, Undo{});
  CHECK_FALSE(modified(model));
  act(model, SetTheme{ThemeName::kLight});
  act(model, SelectRoom{Room::kChain});
  act(model, chain::Action(chain::Select{chain::kInput}));
  CHECK_FALSE(modified(model));
  act(model, chain::Action(chain::AddLayer{LayerKind::kRelu, 0}));
  CHECK(modified(model));
  act(model, SetDocument{"/grids/a.b.json", ""});
  CHECK_FALSE(modified(model));
  CHECK(window_title(model) == "a.b — Poolglass");
  act(model, Undo{});
  CHECK(modified(model));
  act(model, Redo{});
  CHECK_FALSE(modified(model));
  network::Summary summary{"Keras", {{"relu", network::Kind::kRelu, {1}, 0}}, 0, true};
  act(model, chain::Action(chain::SetSummary{std::make_shared<const network::Summary>(summary)}));
  CHECK(modified(model));  // what was pasted is worth keeping
  act(model, Undo{});
  CHECK_FALSE(modified(model));
}

TEST_CASE("what is left out is as at the first start") {
  CHECK(write_state_json(read(state(""))) == write_state_json(Model{}));
  const Model ties = read(state(R"("step": {"preset": "ties", "op": "avg", "kernel": 4})"));
  CHECK(ties.step.document.grid.size == Size2{4, 4});
  CHECK(ties.step.document.params.stride == Size2{4, 4});
  CHECK(ties.step.document.stride_follows);
  const Model odd =
      read(state(R"("room": "chain", "chain": {"preset": "odd", "selected": 2, "hover": [1, 2]})"));
  CHECK(odd.chain.document.chain == chain_preset("odd").value());
  CHECK(odd.chain.document.selected == odd.chain.document.identities[1].id);
  CHECK(odd.chain.hovered == chain::Cell{1, 2});
}

TEST_CASE("a file's plane is kept as the grid, which then is its own source") {
  Model model;
  const auto tensor =
      std::make_shared<const Tensor>(Shape{1, 2, 2, 2}, std::vector<float>{1, 2, 3, 4, 5, 6, 7, NAN});
  act(model, step::Action(step::OpenTensor{tensor, "x.npy"}));
  act(model, step::Action(step::SetChannel{1}));
  const Model again = read(write_state_json(model));
  CHECK(again.step.document.source.file == "x.npy");
  CHECK(again.step.document.grid.values[2] == 7);
  CHECK(std::isnan(again.step.document.grid.values[3]));
  CHECK(step::is_default(step::Section::kGrid, again.step.document));
}

TEST_CASE("parameters that do not fit the grid are a state like any other") {
  Model model;
  act(model, step::Action(step::SetKernel{{64, 64}}));
  const std::string text = write_state_json(model);
  const Model again = read(text);
  CHECK(again.step.document.params == model.step.document.params);
  CHECK(write_state_json(again) == text);
  Chain chain = chain_preset("lesson").value();
  chain.layers[3].kernel = {99, 99};
  act(model, chain::Action(chain::SetChain{chain}));
  CHECK(read(write_state_json(model)).chain.document.chain == chain);
}

TEST_CASE("the limits of a state are part of it") {
  CHECK(read(state("\"scale\": 0.75")).scale == 0.75f);
  CHECK(read(state("\"scale\": 3")).scale == 3);
}

TEST_CASE("a restored state is derived anew, though its revision is the one that was shown") {
  for (const uint64_t shown : {uint64_t{1}, uint64_t{5}}) {
    Model model;
    model.room = Room::kChain;
    model.chain.revision = shown;
    Derived derived;
    derive(model, derived);
    const auto saved = std::make_shared<Model>(read(state(R"("room": "chain", "chain": {"preset": "odd"})")));
    saved->chain.revision = shown;
    update(model, derived, Restore{saved});
    derive(model, derived);
    CHECK(derived.chain.rows.size() == saved->chain.document.chain.layers.size());
    CHECK(derived.chain.revision == model.chain.revision);
    CHECK(model.chain.revision > shown);
  }
}

TEST_CASE("what a state cannot be is refused by name") {
  const struct {
    std::string text;
    const char* words;
  } cases[] = {
      {"", "JSON"},
      {"[]", "object"},
      {"{}", "poolglass is missing"},
      {"{\"poolglass\": 2}", "format version"},
      {state("\"room\": \"attic\""), "room must be step or chain or shift or head"},
      {state("\"theme\": 1"), "theme"},
      {state("\"scale\": 9"), "scale must be between"},
      {state("\"scale\": 3.01"), "scale must be between 0.75 and 3"},
      {state("\"scale\": 0.74"), "scale must be between"},
      {state("\"colour\": 1"), "\"colour\""},
      {state("\"step\": 1"), "step must be an object"},
      {state(R"("step": {"preset": "nope"})"), "preset \"nope\""},
      {state(R"("step": {"preset": "lesson", "file": "x", "grid": [[1]]})"), "exclude"},
      {state(R"("step": {"file": "x"})"), "grid is missing"},
      {state(R"("step": {"seed": -1})"), "seed"},
      {state(R"("step": {"grid": []})"), "grid must be a list"},
      {state(R"("step": {"grid": [[1, 2], [3]]})"), "equal length"},
      {state(R"("step": {"grid": [["one"]]})"), "numbers"},
      {state(R"("step": {"grid": [[1e39]]})"), "numbers"},
      {state(R"("step": {"op": "median"})"), "op must be"},
      {state(R"("step": {"kernel": 0})"), "kernel must be between"},
      {state(R"("step": {"kernel": 2.5})"), "kernel"},
      {state(R"("step": {"stride": 65})"), "stride must be between"},
      {state(R"("step": {"padding": -1})"), "padding must be between"},
      {state(R"("step": {"window": 16})"), "window must be between 0 and 15"},
      {state(R"("step": {"pin": {"cell": [4, 0]}})"), "4x4 plane"},
      {state(R"("step": {"pin": {"side": "left", "cell": [0, 0]}})"), "side"},
      {state(R"("step": {"pin": {}})"), "step: pin: cell is missing"},
      {state(R"("step": {"speed": 99})"), "speed"},
      {state(R"("step": {"kernal": 2})"), "\"kernal\""},
      {state(R"("chain": {"preset": "nope"})"), "lesson, exercise"},
      {state(R"("chain": {"input": [1, 2, 3]})"), "layers is missing"},
      {state(R"("chain": {"preset": "lesson", "input": [1, 2, 3], "layers": []})"), "exclude"},
      {state(R"("chain": {"selected": 9})"), "selected must be between"},
      {state(R"("chain": {"cell": [4, 4]})"), "4x4 plane"},
      {state(R"("chain": {"zoom": 0})"), "zoom"},
  };
  for (const auto& [text, words] : cases) {
    const std::string message = error_of(text);
    INFO(text << "  ->  " << message);
    CHECK(message.find(words) != std::string::npos);
  }
}

TEST_CASE("a published network is known by its name after it was kept") {
  Model model;
  REQUIRE(chain::apply_preset(model.chain, "resnet18").ok());
  chain::Derived derived;
  chain::derive(model.chain, derived);
  REQUIRE(derived.preset >= 0);
  chain::Derived again;
  const Model kept = read(write_state_json(model));
  chain::derive(kept.chain, again);
  CHECK(again.preset == derived.preset);
}

// Cut at every byte, and every byte replaced by a few telling ones: refused, or a state that writes stably.
TEST_CASE("cut and mutated states are refused or right") {
  Model model = busy();
  act(model, step::Action(step::SetGridSize{{2, 2}}));
  act(model, step::Action(step::SetKernel{{2, 2}}));
  act(model, chain::Action(chain::ApplyPreset{"lesson"}));
  const std::string text = write_state_json(model);
  for (size_t size = 0; size + 2 < text.size(); ++size)
    CHECK_FALSE(parse_state_json(text.substr(0, size)).ok());
  int good = 0;
  for (size_t at = 0; at < text.size(); ++at) {
    for (char c : std::string("\0\"{}[],:-.09etn\\\xff", 17)) {
      std::string bytes = text;
      bytes[at] = c;
      const Result<Model> mutated = parse_state_json(bytes);
      if (!mutated.ok()) continue;
      ++good;
      const std::string canonical = write_state_json(*mutated);
      CHECK(write_state_json(read(canonical)) == canonical);
    }
  }
  CHECK(good > 0);
}

TEST_CASE(
    "a cell that the grid has no more, pinned or asked about, does not keep a session from coming back") {
  for (const step::Side side : {step::Side::kInput, step::Side::kOutput}) {
    Model model;
    act(model, step::Action(step::SetGridSize{{8, 8}}));
    act(model, step::Action(step::Pin{{side, {3, 3}}}));
    CHECK(read(write_state_json(model)).step.pin == model.step.pin);
    act(model, step::Action(step::SetGridSize{{3, 3}}));
    CHECK(read(write_state_json(model)).step.document == model.step.document);
    act(model, step::Action(step::SetGridSize{{8, 8}}));
    CHECK(read(write_state_json(model)).step.pin == model.step.pin);
  }
  Model model;
  act(model, step::Action(step::SetGridSize{{8, 8}}));
  act(model, step::Action(step::Pin{{step::Side::kOutput, {3, 3}}}));
  act(model, step::Action(step::Ask{}));
  REQUIRE(model.step.predict.cell == Cell{3, 3});
  act(model, step::Action(step::ShowTruth{}));
  CHECK(read(write_state_json(model)).step.predict.state == step::GuessState::kRevealed);
  act(model, step::Action(step::SetGridSize{{3, 3}}));
  CHECK(read(write_state_json(model)).step.document == model.step.document);
  act(model, step::Action(step::Pin{{step::Side::kOutput, {3, 3}}}));  // which only a larger grid has
  act(model, step::Action(step::Ask{}));
  CHECK(step::has_cell(model.step.document, {step::Side::kOutput, model.step.predict.cell}));
}

TEST_CASE("a guess of any length does not keep a session from coming back") {
  Model model;
  act(model, step::Action(step::Ask{}));
  act(model, step::Action(step::SetDraft{"2.5"}));
  CHECK(read(write_state_json(model)).step.predict.typed == "2.5");
  act(model, step::Action(step::SetDraft{std::string(5000, '7')}));
  CHECK(read(write_state_json(model)).step.predict.typed.starts_with("777"));
}

// A command that can be used now, or an edit of the Step room's grid, pin or window.
std::optional<Action> some_action(std::mt19937& random, const Model& model, const Derived& derived) {
  const auto pick = [&](int64_t most) {
    return static_cast<int64_t>(random() % static_cast<uint32_t>(most));
  };
  const auto size = [&](int64_t most) { return Size2{1 + pick(most), 1 + pick(most)}; };
  if (model.room == Room::kStep && pick(3) == 0) {
    const step::Side side = pick(2) == 0 ? step::Side::kInput : step::Side::kOutput;
    const step::Action edits[] = {
        step::Pin{{side, {pick(10), pick(10)}}},
        step::SetGridSize{size(12)},
        step::SetKernel{size(6)},
        step::SetKind{static_cast<step::Kind>(pick(3))},
        step::SetBins{size(9)},
        step::SetStride{size(5)},
        step::SetPadding{{pick(3), pick(3)}},
    };
    return edits[pick(std::ssize(edits))];
  }
  const std::span<const Command> commands = all_commands();
  const Command& command = commands[static_cast<size_t>(pick(std::ssize(commands)))];
  if ((command.room && *command.room != model.room) || command.why_not(model, derived)) return std::nullopt;
  return command.action(model, derived);
}

TEST_CASE("whatever is done to a session, what is kept of it can be read again") {
  for (uint32_t seed = 0; seed < 12; ++seed) {
    std::mt19937 random(seed);
    Model model;
    Derived derived;
    derive(model, derived);
    for (int i = 0; i < 120; ++i) {
      const std::optional<Action> action = some_action(random, model, derived);
      if (!action) continue;
      update(model, derived, *action);
      derive(model, derived);
      const Result<KeptState> kept = parse_kept_state_json(write_kept_state_json({model, {}}));
      REQUIRE_MESSAGE(kept.ok(), "seed " << seed << ", step " << i << ": " << kept.status().message());
      CHECK(same_documents(kept->model, model));
    }
  }
}

TEST_CASE("the Shift and Head rooms come back as they were, with their history") {
  Model model;
  act(model, SelectRoom{Room::kShift});
  for (const shift::Action& action : std::initializer_list<shift::Action>{
           shift::SetPicture{"checkers"}, shift::SetPeriod{7}, shift::SetBorder{Border::kZero},
           shift::SetSize{shift::Field::kKernel, {3, 4}}, shift::SetSize{shift::Field::kStride, {2, 1}},
           shift::SetSize{shift::Field::kDilation, {1, 2}}, shift::SetPeak{{2, 1}}, shift::SetFine{true},
           shift::SetMoved{true}, shift::SetNudge{-5, 3}, shift::SetShown{3}, shift::SetDetail{{7, 9}}})
    act(model, action);
  act(model, SetLens{shift::kPeakLens});
  act(model, Undo{});
  act(model, SelectRoom{Room::kHead});
  for (const head::Action& action : std::initializer_list<head::Action>{
           head::SetBackbone{"alexnet-paper"}, head::SetSide{300}, head::SetClasses{12},
           head::SetMaps{head::MapSource::kEqualMeans}, head::Shuffle{}})
    act(model, action);
  act(model, PlayheadAction(SeekTo{2}));
  const std::string text = write_state_json(model);
  const Model again = read(text);
  CHECK(write_state_json(again) == text);
  CHECK(shift::same_work(again.shift.document, model.shift.document));
  CHECK(again.shift.down == model.shift.down);
  CHECK(shift::right_steps(again.shift) == -5);
  CHECK(again.head.document == model.head.document);
  CHECK(again.head.playhead.index == 2);
  const std::string kept = write_kept_state_json({model, std::nullopt});
  const Result<KeptState> back = parse_kept_state_json(kept);
  REQUIRE_MESSAGE(back.ok(), back.status().message());
  CHECK(write_kept_state_json(*back) == kept);
  CHECK(back->model.shift.history.future().size() == 1);
  CHECK(back->model.head.history.past().size() == model.head.history.past().size());
}

TEST_CASE("what the Shift and Head rooms cannot be is refused with the field") {
  const std::pair<const char*, const char*> cases[] = {
      {R"("shift": {"picture": "attic"})", "shift: picture \"attic\" is unknown"},
      {R"("shift": {"period": 1})", "period must be between 2 and 12"},
      {R"("shift": {"kernel": 17})", "kernel must be between 1 and 16"},
      {R"("shift": {"border": "none"})", "border must be circular or zero"},
      {R"("shift": {"peak": [2, 0]})", "peak must be a cell of its 2x2 plane"},
      {R"("shift": {"nudge": [0, 9]})", "nudge must be [down, right]"},
      {R"("shift": {"shown": 5})", "shown must be between 0 and 4"},
      {R"("shift": {"attic": 5})", "unknown key"},
      {R"("head": {"backbone": "attic"})", "head: backbone \"attic\" is unknown"},
      {R"("head": {"side": 7})", "side must be between 8 and 512"},
      {R"("head": {"classes": 0})", "classes must be between 1 and 1000000"},
      {R"("head": {"collapsed": 7})", "collapsed must be between 0 and 6"},
      {R"("head": {"maps": "cat"})", "maps must be photograph or equal-means"},
  };
  for (const auto& [fields, sentence] : cases)
    CHECK_MESSAGE(error_of(state(fields)).find(sentence) != std::string::npos, error_of(state(fields)));
}

TEST_CASE("a restored state is derived anew") {
  Model model;
  Derived derived;
  derive(model, derived);
  const auto saved =
      std::make_shared<const Model>(read(state(R"("room": "chain", "chain": {"preset": "odd"})")));
  update(model, derived, Restore{saved});
  derive(model, derived);
  CHECK(derived.chain.rows.back().figures.output == Shape{1, 48, 1, 1});
}

}  // namespace poolglass
