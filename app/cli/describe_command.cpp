// poolglass describe: what the status line of a room says, as text.
#include <algorithm>

#include "app/cli/command.h"
#include "app/cli/numbers.h"
#include "app/cli/view_options.h"
#include "app/rooms/format.h"
#include "app/rooms/step/words.h"

namespace poolglass::cli {
namespace {

// The output as aligned text, one row a line.
std::string grid_text(const step::Grid& grid) {
  int width = 0;
  for (float value : grid.values) width = std::max(width, step::columns_of(step::short_text(value, 6)));
  std::string text;
  for (int64_t row = 0; row < grid.size.h; ++row) {
    for (int64_t column = 0; column < grid.size.w; ++column) {
      const std::string value = step::short_text(grid.at({row, column}), 6);
      text.append(static_cast<size_t>(width - step::columns_of(value) + (column > 0 ? 2 : 0)), ' ')
          .append(value);
    }
    text += "\n";
  }
  return text;
}

void seek(step::Model& model, int64_t window) {
  model.pin.reset();
  model.hover.reset();
  model.playhead.index = model.playhead.from = window;
  model.playhead.phase = 1;
}

std::string step_through(step::Model model, step::Derived& derived) {
  std::string text;
  for (int64_t window = 0; window < derived.windows; ++window) {
    seek(model, window);
    step::derive(model, derived);
    text += step::window_sentence(derived.window, derived.params) + "\n";
  }
  text += "\nheight " + derived.row_formula.text + "\nwidth  " + derived.column_formula.text + "\n\n";
  text += "output " + size_text(derived.output.size) + "\n" + grid_text(derived.output);
  if (!derived.never_read_sentence.empty()) text += "\n" + derived.never_read_sentence + "\n";
  return text;
}

Status describe_step(step::Model& model, const Text& window, bool all) {
  step::Derived derived;
  step::derive(model, derived);
  if (!derived.status.ok()) return derived.status;
  if (all) return print(step_through(model, derived));
  if (window.given()) {
    const Result<int64_t> index = parse_count("--window", window.value);
    if (!index.ok()) return index.status();
    if (*index >= derived.windows) {
      return invalid_argument("--window " + window.value + " must be less than " +
                              std::to_string(derived.windows));
    }
    seek(model, *index);
    step::derive(model, derived);
  }
  return print(step::status_sentence(model, derived) + "\n");
}

Status describe_chain(chain::Model& model, const Text& layer, bool all) {
  chain::Derived derived;
  chain::derive(model, derived);
  if (!derived.error.empty()) return invalid_argument(derived.error);
  const std::vector<chain::Identity> layers = model.document.identities;
  const auto sentence_of = [&](chain::LayerId id) {
    chain::update(model, chain::Select{id});
    chain::derive(model, derived);
    return chain::status_sentence(model, derived) + "\n";
  };
  if (all) {
    std::string text = sentence_of(chain::kInput);
    for (const chain::Identity& identity : layers) text += sentence_of(identity.id);
    return print(text);
  }
  if (!layer.given()) return print(chain::status_sentence(model, derived) + "\n");
  const Result<int64_t> number = parse_count("--layer", layer.value);
  if (!number.ok()) return number.status();
  if (*number > static_cast<int64_t>(layers.size())) {
    return invalid_argument("--layer " + layer.value + " must be between 0 (the input) and " +
                            std::to_string(layers.size()));
  }
  return print(sentence_of(*number == 0 ? chain::kInput : layers[static_cast<size_t>(*number - 1)].id));
}

}  // namespace

Status describe_command(const Arguments& arguments, const CliHooks&) {
  CLI::App app("Says in words what a room shows.", "poolglass describe");
  ViewOptions view;
  Text window, layer, state, file;
  bool all = false;
  view.declare_content(app);
  Text::add(app, "--state", &state, "a saved state, a chain (.json) or a grid (.npy)");
  Text::add(app, "--window", &window, "step: this window, counted from 0");
  Text::add(app, "--layer", &layer, "chain: this layer, counted from 1; 0 is the input");
  app.add_flag("--all", all, "every window and the output, or every layer")->disable_flag_override();
  Text::add(app, "FILE", &file, "the same as --state FILE");
  const Result<Parsed> parsed = parse(app, arguments);
  if (!parsed.ok()) return parsed.status();
  if (*parsed == Parsed::kDone) return {};

  if (file.given() && state.given()) return invalid_argument("FILE and --state exclude each other");
  Result<Model> model = view_model(view, file.given() ? file : state);
  if (!model.ok()) return model.status();
  const bool step = model->room == Room::kStep;
  if (all && (window.given() || layer.given()))
    return invalid_argument("--all excludes --window and --layer");
  if (step && layer.given()) return invalid_argument("--layer is for --room chain");
  if (!step && window.given()) return invalid_argument("--window is for --room step");
  return step ? describe_step(model->step, window, all) : describe_chain(model->chain, layer, all);
}

}  // namespace poolglass::cli
