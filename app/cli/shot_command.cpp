// poolglass shot: a picture of a room, without a display.
#include "app/cli/command.h"
#include "app/cli/numbers.h"
#include "app/cli/view_options.h"
#include "app/rooms/openable.h"

namespace poolglass::cli {
namespace {

constexpr double kMinShotScale = 0.5, kMaxShotScale = 4;

}  // namespace

Status shot_command(const Arguments& arguments, const CliHooks& hooks) {
  Parser parser("Draws a room into a PNG file. Needs no display.", "poolglass shot");
  ViewOptions view;
  Text scale, svg, tags, state, output;
  bool help_sheet = false;
  view.declare_content(parser);
  view.declare_tour(parser);
  view.declare_claim(parser);
  view.declare_appearance(parser);
  parser.text("--state", what_opens() + ", FILE.npz:NAME, or - (standard input) to show", &state);
  parser.text("--scale", "0.5 to 4: 2 is a display set to 200 %; default: 1", &scale);
  parser.text("--svg", "also write the room's picture as SVG", &svg);
  parser.text("--tags", "also write names and places of everything clickable as JSON", &tags);
  parser.flag("--help-sheet", "with the sheet of keys open", &help_sheet);
  parser.text("OUT", "picture (.png)", &output, Need::kRequired);
  const Result<Parsed> parsed = parser.parse(arguments);
  if (!parsed.ok()) return parsed.status();
  if (*parsed == Parsed::kDone) return {};

  ShotRequest request;
  Result<Model> model = view_model(view, state);
  if (!model.ok()) return model.status();
  if (!model->notice.empty()) remark(model->notice);  // how a file was taken
  request.model = *std::move(model);
  if (help_sheet) request.model.help_open = true;
  const Result<Pixels> pixels = view_size(view.size);
  if (!pixels.ok()) return pixels.status();
  request.width = pixels->width;
  request.height = pixels->height;
  if (scale.given()) {
    const Result<double> factor = parse_decimal("--scale", scale.value);
    if (!factor.ok()) return factor.status();
    if (*factor < kMinShotScale || *factor > kMaxShotScale) {
      return invalid_argument("--scale \"" + scale.value + "\" must be between 0.5 and 4");
    }
    request.scale = static_cast<float>(*factor);
  }
  request.path = output.value;
  request.svg_path = svg.value;
  request.tags_path = tags.value;
  request.state_path = state.value;
  for (const Text* text : {&output, &svg, &tags}) {
    if (text->given() && text->value.empty()) return invalid_argument(text->name + " names no file");
  }
  return hooks.shot(request);
}

}  // namespace poolglass::cli
