// Sessions and files of the tests of what is opened and saved.
#pragma once

#include <doctest/doctest.h>

#include <cmath>
#include <string>
#include <vector>

#include "app/files/open.h"
#include "app/files/state_file.h"

namespace poolglass::testing {

inline std::string state(const std::string& fields) {
  return "{\"poolglass\": 1" + (fields.empty() ? "" : ", " + fields) + "}";
}

inline Model read(const std::string& text) {
  Result<Model> model = parse_state_json(text);
  REQUIRE_MESSAGE(model.ok(), model.status().message());
  return *std::move(model);
}

inline std::string error_of(const std::string& text) {
  const Result<Model> model = parse_state_json(text);
  REQUIRE_MESSAGE(!model.ok(), text);
  CHECK(model.status().message().find('\n') == std::string::npos);
  return model.status().message();
}

inline void act(Model& model, const Action& action) {
  Derived derived;
  derive(model, derived);
  update(model, derived, action);
}

// A session in which everything that is saved differs from the first start.
inline Model busy() {
  Model model;
  act(model, SelectRoom{Room::kChain});
  act(model, SetTheme{ThemeName::kLight});
  act(model, SetScale{1.25f});
  act(model, SetReduceMotion{true});
  for (const step::Action& action :
       {step::Action(step::ApplyPreset{"random"}), step::Action(step::NewSeed{}),
        step::Action(step::SetGridSize{{6, 5}}), step::Action(step::SetCell{{1, 2}, -0.0f}),
        step::Action(step::SetCell{{1, 3}, 0.1f}), step::Action(step::SetCell{{2, 3}, -INFINITY}),
        step::Action(step::ToggleReduction{}), step::Action(step::SetKernel{{3, 2}}),
        step::Action(step::SetStride{{1, 2}}), step::Action(step::SetPadding{{1, 0}}),
        step::Action(step::SetCeilMode{true}), step::Action(step::SetCountIncludePad{false}),
        step::Action(step::Pin{{step::Side::kInput, {2, 1}}})}) {
    act(model, action);
  }
  model.step.playhead.index = model.step.playhead.from = 3;
  model.step.playhead.loop = true;
  act(model, chain::Action(chain::ApplyPreset{"alexnet"}));
  act(model, chain::Action(chain::Select{model.chain.document.identities[2].id}));
  act(model, chain::Action(chain::PinCell{{4, 7}}));
  act(model, chain::Action(chain::SetCamera{{1.5f, 2}}));
  return model;
}

inline void open_into(Model& model, const std::string& path, Room room = Room::kStep) {
  const Result<std::vector<Action>> actions = open_path(path, {.room = room});
  REQUIRE_MESSAGE(actions.ok(), actions.status().message());
  for (const Action& action : *actions) act(model, action);
}

}  // namespace poolglass::testing
