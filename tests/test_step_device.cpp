// The Step room's device: who pools, and what is said where the GPU cannot.
#include <doctest/doctest.h>

#include <memory>

#include "app/state/commands.h"
#include "app/state/model.h"

namespace poolglass::step {
namespace {

// A backend that pools everything to 7 and counts its runs, or fails.
struct Fake {
  std::shared_ptr<int> runs = std::make_shared<int>(0);
  std::shared_ptr<Status> outcome = std::make_shared<Status>();

  Environment environment() const {
    Backend backend;
    backend.name = "gpu";
    backend.detail = [] { return std::string("Fake 1.0"); };
    backend.available = [] { return Status(); };
    backend.run = [runs = runs, outcome = outcome](const PoolRun& run) {
      ++*runs;
      if (outcome->ok()) *run.y = 7;
      return *outcome;
    };
    return {{backend}};
  }
};

Model one_window() {
  Model model;
  update(model, SetGridSize{{2, 2}});
  return model;
}

TEST_CASE("windows are pooled by the chosen device, once per change") {
  const Fake fake;
  const Environment environment = fake.environment();
  Model model = one_window();
  Derived derived;
  derive(model, derived, environment);
  CHECK(*fake.runs == 0);
  CHECK(derived.device == Device::kCpu);
  CHECK(derived.output.values[0] == 8);  // 5 3 / 5 8
  CHECK(derived.gpu_name == "Fake 1.0");
  CHECK(derived.gpu_refusal.empty());

  update(model, SetDevice{Device::kGpu});
  derive(model, derived, environment);
  derive(model, derived, environment);
  CHECK(*fake.runs == 1);
  CHECK(derived.device == Device::kGpu);
  CHECK(derived.output.values[0] == 7);

  update(model, SetDevice{Device::kCpu});
  derive(model, derived, environment);
  CHECK(derived.output.values[0] == 8);
}

TEST_CASE("a device is not part of the document: undo leaves it alone") {
  Model model = one_window();
  const Document before = model.document;
  update(model, SetDevice{Device::kGpu});
  CHECK(model.document == before);
  undo(model);
  CHECK(model.device == Device::kGpu);
}

TEST_CASE("without a GPU the CPU pools, and the key says why") {
  const Environment environment{{unavailable_backend("gpu", "the GPU path is not available: no driver")}};
  poolglass::Model app;
  app.step = one_window();
  app.step.device = Device::kGpu;
  poolglass::Derived derived;
  derive(app, derived, environment);
  CHECK(derived.step.status.ok());
  CHECK(derived.step.device == Device::kCpu);
  CHECK(derived.step.output.values[0] == 8);
  CHECK(derived.step.gpu_refusal == "The GPU path is not available: no driver");
  CHECK(derived.step.gpu_name.empty());

  const auto action = poolglass::action_for(Chord{'U', false, false, false}, app, derived);
  REQUIRE(action.has_value());
  update(app, derived, *action);
  CHECK(app.notice == "The GPU path is not available: no driver");
  CHECK(app.notice_is_error);
}

TEST_CASE("the key switches the device and back") {
  const Fake fake;
  poolglass::Model app;
  app.step = one_window();
  poolglass::Derived derived;
  for (Device expected : {Device::kGpu, Device::kCpu}) {
    derive(app, derived, fake.environment());
    const auto action = poolglass::action_for(Chord{'U', false, false, false}, app, derived);
    REQUIRE(action.has_value());
    update(app, derived, *action);
    CHECK(app.step.device == expected);
  }
}

TEST_CASE("when a driver fails its sentence is shown and the last good picture stays") {
  const Fake fake;
  const Environment environment = fake.environment();
  Model model = one_window();
  Derived derived;
  derive(model, derived, environment);
  *fake.outcome = Status(StatusCode::kUnavailable, "the GPU driver reports out of memory while pooling");
  update(model, SetDevice{Device::kGpu});
  derive(model, derived, environment);
  CHECK(derived.refusal == "The GPU driver reports out of memory while pooling");
  CHECK(derived.device == Device::kCpu);
  CHECK(derived.output.values[0] == 8);
}

}  // namespace
}  // namespace poolglass::step
