// poolglass [FILE]: opens the window, on the file or on what it showed when it last ended.
#include <filesystem>

#include "app/cli/command.h"
#include "app/cli/numbers.h"
#include "app/cli/view_options.h"
#include "app/files/open.h"
#include "app/rooms/openable.h"
#include "core/io/npy.h"
#include "core/io/npz.h"

namespace poolglass::cli {
namespace {

bool names_a_file(const std::string& path) {
  if (path == kStandardStream) return true;
  const std::optional<NpzPath> npz = split_npz_path(path);
  std::error_code ignored;
  return std::filesystem::exists(path, ignored) || (npz && std::filesystem::exists(npz->archive, ignored));
}

}  // namespace

Status window_command(const Arguments& arguments, const CliHooks& hooks) {
  Parser parser("Poolglass shows and measures what pooling does to a feature map.", "poolglass");
  parser.footer(command_list());
  parser.version("poolglass " POOLGLASS_VERSION);
  ViewOptions view;
  Text scale, log, file;
  WindowRequest request;
  bool old_context = false;
  view.declare_content(parser);
  view.declare_tour(parser);
  view.declare_claim(parser);
  view.declare_appearance(parser);
  parser.text("--scale", "0.75 to 3, on top of the display's own scale; default: 1", &scale);
  parser.flag("--no-compute", "ask for OpenGL 3.3, as on old machines", &old_context);
  parser.text("--log", "add every sentence of the status line to this file as it is said; -: print it", &log);
  parser.flag("--timings", "report frame times on stderr at exit", &request.timings);
  parser.text("FILE", what_opens() + ", FILE.npz:NAME, or - (standard input)", &file);
  const Result<Parsed> parsed = parser.parse(arguments);
  if (!parsed.ok()) return parsed.status();
  if (*parsed == Parsed::kDone) return {};

  if (file.given() && !names_a_file(file.value)) {
    return invalid_argument(file.value + ": no such file or command (commands: " + command_names() + ")");
  }
  // What takes long is opened by the window, which shows how far it is; only the grid's own room waits so.
  const bool alone = !view.preset.given() && !view.tour.given() && !view.claim.given() && !view.room.given();
  const Result<bool> later = file.given() && alone ? opens_slowly(file.value) : false;
  if (!later.ok()) return later.status();
  Result<Model> model = view_model(view, *later ? Text{} : file);
  if (!model.ok()) return model.status();
  if (*later) {
    request.later = file.value;
    request.layout = *layout_named(view.layout);
  }
  if (view.room.given()) request.room = model->room;
  if (view.theme.given()) request.theme = model->theme;
  request.reduce_motion = view.reduce_motion;
  request.takes_looks = model->file.path.empty();
  if (file.value != "-" && !*later) request.file = file.value;  // standard input cannot be opened again
  if (file.given() || view.preset.given() || view.tour.given() || view.claim.given())
    request.document = *std::move(model);
  if (scale.given()) {
    const Result<double> factor = parse_decimal("--scale", scale.value);
    if (!factor.ok()) return factor.status();
    if (*factor < double{kMinScale} || *factor > double{kMaxScale}) {
      return invalid_argument("--scale \"" + scale.value + "\" must be between 0.75 and 3");
    }
    request.scale = static_cast<float>(*factor);
  }
  const Result<Pixels> pixels = view_size(view.size);
  if (!pixels.ok()) return pixels.status();
  if (view.size.given()) {
    request.width = pixels->width;
    request.height = pixels->height;
  }
  if (log.given() && log.value.empty()) return invalid_argument("--log names no file");
  request.log = log.value;
  request.compute = !old_context;
  return hooks.open_window(request);
}

}  // namespace poolglass::cli
