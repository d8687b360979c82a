#include "app/cli/view_options.h"

#include "app/cli/numbers.h"
#include "app/files/open.h"
#include "app/rooms/step/presets.h"
#include "core/chain/presets.h"

namespace poolglass::cli {
namespace {

constexpr int64_t kMinSide = 64, kMaxSide = 16384;  // pixels

Result<Room> room_named(const std::string& name) {
  if (name == "step") return Room::kStep;
  if (name == "chain") return Room::kChain;
  return invalid_argument("--room \"" + name + "\" must be step or chain");
}

// Without --room, a name that only chains have means the Chain room.
Status apply_preset(const std::string& name, bool room_given, Model& model) {
  if (!room_given && step::find_preset(name) == nullptr && chain_preset(name).ok()) model.room = Room::kChain;
  if (model.room == Room::kChain) {
    if (const Result<Chain> chain = chain_preset(name); !chain.ok()) return chain.status();
    chain::update(model.chain, chain::ApplyPreset{name});
    return {};
  }
  if (step::find_preset(name) == nullptr) {
    std::string names;
    for (const step::Preset& preset : step::presets())
      names += (names.empty() ? "" : ", ") + std::string(preset.id);
    return invalid_argument("no such preset; the presets are " + names);
  }
  step::update(model.step, step::ApplyPreset{name});
  return {};
}

}  // namespace

void ViewOptions::declare_content(CLI::App& app) {
  Text::add(app, "--room", &room, "step or chain");
  Text::add(app, "--preset", &preset, "start from a built-in grid (step) or chain (chain)");
}

void ViewOptions::declare_appearance(CLI::App& app) {
  Text::add(app, "--theme", &theme, "dark (default) or light");
  Text::add(app, "--size", &size, "WIDTHxHEIGHT in pixels; default: 1280x720");
  app.add_flag("--reduce-motion", reduce_motion, "jump instead of gliding")->disable_flag_override();
}

Result<Model> view_model(const ViewOptions& options, const Text& file) {
  Model model;
  if (file.given()) {
    const Result<std::vector<Action>> actions = open_path(file.value);
    if (!actions.ok()) return actions.status();
    for (const Action& action : *actions) update(model, Derived{}, action);
  }
  if (options.room.given()) {
    const Result<Room> room = room_named(options.room.value);
    if (!room.ok()) return room.status();
    model.room = *room;
  }
  if (options.preset.given()) {
    if (Status s = apply_preset(options.preset.value, options.room.given(), model); !s.ok()) return s;
  }
  if (options.theme.given()) {
    const std::string& theme = options.theme.value;
    if (theme != "dark" && theme != "light")
      return invalid_argument("--theme \"" + theme + "\" must be dark or light");
    model.theme = theme == "light" ? ThemeName::kLight : ThemeName::kDark;
  }
  if (options.reduce_motion) model.reduce_motion = true;
  return model;
}

Result<Pixels> view_size(const Text& size) {
  if (!size.given()) return Pixels{};
  const size_t cross = size.value.find('x');
  const Result<Size2> parsed = parse_size("--size", size.value);
  if (!parsed.ok()) return parsed.status();
  const auto good = [](int64_t side) { return side >= kMinSide && side <= kMaxSide; };
  if (cross == std::string::npos || !good(parsed->h) || !good(parsed->w)) {
    return invalid_argument("--size \"" + size.value + "\" must be WIDTHxHEIGHT, each from " +
                            std::to_string(kMinSide) + " to " + std::to_string(kMaxSide));
  }
  return Pixels{static_cast<int>(parsed->h), static_cast<int>(parsed->w)};
}

}  // namespace poolglass::cli
