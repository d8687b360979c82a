#include "app/cli/view_options.h"

#include <algorithm>

#include "app/cli/numbers.h"
#include "app/files/course_file.h"
#include "app/files/open.h"
#include "core/claims/claims.h"

namespace poolglass::cli {
namespace {

constexpr int64_t kMinSide = 64, kMaxSide = 16384;  // pixels

Result<Room> room_named(const std::string& name) {
  for (const RoomInfo& info : kRooms) {
    if (info.name == name) return info.room;
  }
  return invalid_argument("--room \"" + name + "\" must be " + names_of(kRooms));
}

Status look_through(const std::string& name, Model& model) {
  const std::span<const LensWords> lenses = room_info(model.room).words.lenses;
  const auto at = std::ranges::find(lenses, name, &LensWords::name);
  if (at == lenses.end()) {
    return invalid_argument("--lens \"" + name + "\" must be " + names_of(lenses) + " in the " +
                            std::string(room_info(model.room).words.title) + " room");
  }
  update(model, Derived{}, SetLens{static_cast<size_t>(at - lenses.begin())});
  return {};
}

Status choose_operation(const std::string& name, Model& model) {
  if (model.room != Room::kStep) return invalid_argument("--op chooses an operation in the Step room only");
  if (name != "max" && name != "avg" && name != "both") {
    return invalid_argument("--op \"" + name + "\" must be max, avg or both");
  }
  if (name == "both") {
    update(model, Derived{}, step::Action(step::SetBoth{true}));
  } else {
    const Reduction reduction = name == "avg" ? Reduction::kAverage : Reduction::kMax;
    update(model, Derived{}, step::Action(step::SetReduction{reduction}));
  }
  return {};
}

Status show_beside(const std::string& name, Model& model) {
  if (name == "log") {
    update(model, Derived{}, ShowLog{true});
    return {};
  }
  const std::span<const PanelWords> panels = room_info(model.room).words.panels;
  const auto at = std::ranges::find(panels, name, &PanelWords::name);
  if (at == panels.end()) {
    return invalid_argument("--panel \"" + name + "\" must be " + names_of(panels) + ", or log, in the " +
                            std::string(room_info(model.room).words.title) + " room");
  }
  update(model, Derived{}, SetPanel{static_cast<size_t>(at - panels.begin())});
  return {};
}

// Without --room, a name that the current room lacks means the first room that has it.
Status apply_named_preset(const std::string& name, bool room_given, Model& model) {
  const auto apply = [&](auto& room) { return apply_preset(room, name); };
  const Status here = in_room(model.room, apply, model);
  if (here.ok() || room_given) return here;
  for (const RoomInfo& info : kRooms) {
    if (!in_room(info.room, apply, model).ok()) continue;
    model.room = info.room;
    return {};
  }
  return here;
}

// The last step of the tour, with one of its claims.
Status show_claim(const std::string& id, Model& model) {
  const Result<std::shared_ptr<const tour::Course>> course = tour_course();
  if (!course.ok()) return course.status();
  const auto claim = std::ranges::find(claims(), id, &Claim::id);
  if (claim == claims().end())
    return invalid_argument("--claim \"" + id + "\": poolglass describe --claims lists what there is");
  const auto step = std::ranges::find((*course)->steps, tour::kClaimsStep, &tour::Step::name);
  const auto index = static_cast<size_t>(claim - claims().begin());
  update(model, Derived{},
         tour::Action(tour::Enter{*course, static_cast<size_t>(step - (*course)->steps.begin())}));
  update(model, Derived{}, tour::Action(tour::ShowClaim{index}));
  return {};
}

// A step by its number from 1 or its name, with a guess, "" for none, if one is given.
Status take_tour(const ViewOptions& options, Model& model) {
  const Result<std::shared_ptr<const tour::Course>> course = tour_course();
  if (!course.ok()) return course.status();
  const std::vector<tour::Step>& steps = (*course)->steps;
  const std::string& wanted = options.tour.value;
  size_t at = static_cast<size_t>(std::ranges::find(steps, wanted, &tour::Step::name) - steps.begin());
  if (at == steps.size()) {
    const Result<int64_t> number = parse_count("--tour", wanted);
    if (!number.ok() || *number < 1 || *number > static_cast<int64_t>(steps.size())) {
      return invalid_argument("--tour \"" + wanted + "\" must be from 1 to " + std::to_string(steps.size()) +
                              ", or " + names_of(steps));
    }
    at = static_cast<size_t>(*number - 1);
  }
  update(model, Derived{}, tour::Action(tour::Enter{*course, at}));
  if (!options.guess.given()) return {};
  if (!tour::asks(model)) return invalid_argument("--guess: this step of the tour asks nothing");
  update(model, Derived{}, tour::Action(tour::Answer{options.guess.value}));
  if (tour::asks(model)) {
    return invalid_argument("--guess \"" + options.guess.value + "\" is no answer to this step's question");
  }
  model.step.predict.shown_for = step::kRevealSeconds;
  return {};
}

}  // namespace

Result<std::optional<Layout>> layout_named(const Text& layout) {
  if (!layout.given()) return std::optional<Layout>();
  if (layout.value != "nchw" && layout.value != "nhwc")
    return invalid_argument("--layout \"" + layout.value + "\" must be nchw or nhwc");
  return std::optional(layout.value == "nhwc" ? Layout::kNhwc : Layout::kNchw);
}

bool ViewOptions::picture_given() const {
  for (const Text* option : {&room, &lens, &op, &panel, &layout, &preset}) {
    if (option->given()) return true;
  }
  return false;
}

void ViewOptions::declare_tour(Parser& parser) {
  parser.text("--tour", "a step of the tour, by its number or name", &tour);
  parser.text("--guess", "with --tour: what to answer there; \"\" shows the truth alone", &guess);
}

void ViewOptions::declare_claim(Parser& parser) {
  parser.text("--claim", "where something that is said about pooling is seen; describe --claims lists them",
              &claim);
}

void ViewOptions::declare_content(Parser& parser) {
  parser.text("--room", names_of(kRooms), &room);
  std::string names, beside;
  for (const RoomInfo& info : kRooms) {
    const std::string room_is = std::string(info.name) + ": ";
    names += (names.empty() ? "" : "; ") + room_is + names_of(info.words.lenses);
    beside += (beside.empty() ? "" : "; ") + room_is + names_of(info.words.panels);
  }
  parser.text("--lens", "how the room is looked at. " + names, &lens);
  parser.text("--op", "in the Step room: max, avg or both", &op);
  parser.text("--panel", "what stands beside the picture: log, or one of the room's. " + beside, &panel);
  parser.text(
      "--layout",
      "nchw or nhwc: where an array's channels are; default: guessed, and said. A picture's are known",
      &layout);
  parser.text("--preset", "start from something built in: a grid, a chain, a published network", &preset);
}

void ViewOptions::declare_appearance(Parser& parser) {
  parser.text("--theme", "dark (default) or light", &theme);
  parser.text("--size", "WIDTHxHEIGHT in pixels; default: 1280x720", &size);
  parser.flag("--reduce-motion", "jump instead of gliding", &reduce_motion);
}

Result<Model> view_model(const ViewOptions& options, const Text& file, ByteSource* standard_input) {
  for (const Text* own : {&options.tour, &options.claim}) {
    if (own->given() && options.picture_given())
      return invalid_argument(own->name +
                              " brings its own picture: it excludes --room, --preset, --lens, --op, " +
                              "--panel and --layout");
  }
  if (options.tour.given() && options.claim.given())
    return invalid_argument("--tour and --claim exclude each other");
  Model model;
  const Result<Room> room = options.room.given() ? room_named(options.room.value) : Result<Room>(model.room);
  if (!room.ok()) return room.status();
  const Result<std::optional<Layout>> layout = layout_named(options.layout);
  if (!layout.ok()) return layout.status();
  if (file.given()) {
    const Result<std::vector<Action>> actions =
        open_path(file.value, {.room = *room, .standard_input = standard_input, .layout = *layout});
    if (!actions.ok()) return actions.status();
    bool is_session = false;
    for (const Action& action : *actions) {
      is_session = is_session || holds<Restore>(action);
      update(model, Derived{}, action);
    }
    if (const std::string& why = model.step.document.source.lost; !why.empty())
      return invalid_argument(file.value + ": " + why);
    const std::string& path = file.value;
    const std::string told = model.notice;  // outlasts what else is done with the file
    update(model, Derived{}, is_session ? SetDocument{path, ""} : SetDocument{"", file_stem(path)});
    if (!told.empty()) update(model, Derived{}, SetNotice{told});
  }
  if (options.room.given()) model.room = *room;
  if (options.preset.given()) {
    const std::string& name = options.preset.value;
    if (Status s = apply_named_preset(name, options.room.given(), model); !s.ok()) return s;
    if (model.file.path.empty()) update(model, Derived{}, SetDocument{"", name});
  }
  if (options.lens.given()) {
    if (Status s = look_through(options.lens.value, model); !s.ok()) return s;
  }
  if (options.op.given()) {
    if (Status s = choose_operation(options.op.value, model); !s.ok()) return s;
  }
  if (options.panel.given()) {
    if (Status s = show_beside(options.panel.value, model); !s.ok()) return s;
  }
  if (options.theme.given()) {
    const std::string& theme = options.theme.value;
    if (theme != "dark" && theme != "light")
      return invalid_argument("--theme \"" + theme + "\" must be dark or light");
    model.theme = theme == "light" ? ThemeName::kLight : ThemeName::kDark;
  }
  if (options.reduce_motion) model.reduce_motion = true;
  if (options.guess.given() && !options.tour.given()) return invalid_argument("--guess needs --tour");
  if (options.tour.given()) {
    if (Status s = take_tour(options, model); !s.ok()) return s;
  }
  if (options.claim.given()) {
    if (Status s = show_claim(options.claim.value, model); !s.ok()) return s;
  }
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
