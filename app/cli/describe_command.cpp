// poolglass describe: what a room shows, as text.
#include <algorithm>
#include <array>
#include <memory>

#include "app/cli/claims_table.h"
#include "app/cli/command.h"
#include "app/cli/log_reader.h"
#include "app/cli/numbers.h"
#include "app/cli/onnx_tables.h"
#include "app/cli/view_options.h"
#include "app/files/course_file.h"
#include "app/rooms/openable.h"
#include "core/io/byte_source.h"

namespace poolglass::cli {
namespace {

Status said_about_pooling(const Text& format) {
  const std::string form = format.given() ? format.value : "text";
  if (form != "text" && form != "tsv" && form != "json")
    return invalid_argument("--format \"" + form + "\" must be text, tsv or json");
  const Result<std::string> table = claims_table(form);
  return table.ok() ? print(*table) : table.status();
}

// Every step with its figures, one below the other.
Status whole_tour() {
  const Result<std::shared_ptr<const tour::Course>> course = tour_course();
  if (!course.ok()) return course.status();
  std::string text;
  for (size_t i = 0; i < (*course)->steps.size(); ++i)
    text += (i > 0 ? "\n\n" : "") + tour::step_text(**course, i);
  return print(text);
}

}  // namespace

Status describe_command(const Arguments& arguments, const CliHooks&) {
  Parser parser("Says in words what a room shows.", "poolglass describe");
  ViewOptions view;
  Text state, file;
  std::array<Text, kRooms.size()> places;  // a room's own option each
  std::vector<std::string> inputs;
  Text format;
  bool all = false, claims = false, tour = false, log = false, follows = false;
  view.declare_content(parser);
  view.declare_claim(parser);
  parser.text("--state", what_opens() + ", FILE.npz:NAME, or - (standard input)", &state);
  for (const RoomInfo& info : kRooms) {
    if (info.words.place_option.empty()) continue;
    parser.text(std::string(info.words.place_option),
                std::string(info.name) + ": " + std::string(info.words.place_help),
                &places[static_cast<size_t>(info.room)]);
  }
  parser.flag("--all", "everything the room counts: every window and the output, every layer", &all);
  parser.flag("--claims", "what is said about pooling, each claim decided by an experiment", &claims);
  parser.flag("--log", "what a session said: FILE is the state that was kept of it", &log);
  parser.flag("--follow",
              "prints a log, FILE, or a kept session's, as it grows, until it is stopped (Ctrl+C)", &follows);
  parser.flag("--tour", "every step of the tour, with its figures and its answer", &tour);
  parser.text("--format", "with --claims: text (default), tsv or json", &format);
  parser.repeated("--input", "of an .onnx file: NAME=1x3x224x224, repeatable", &inputs);
  parser.text("FILE", "the same as --state FILE", &file);
  const Result<Parsed> parsed = parser.parse(arguments);
  if (!parsed.ok()) return parsed.status();
  if (*parsed == Parsed::kDone) return {};

  const bool of_file = file.given() || state.given();
  const bool of_room = view.picture_given() || view.claim.given() || all || !inputs.empty() ||
                       std::ranges::any_of(places, &Text::given);
  if (tour + claims + log + follows > 1)
    return invalid_argument("--claims, --follow, --log and --tour exclude each other");
  if (tour && (of_file || of_room || format.given())) return invalid_argument("--tour takes no other option");
  if (claims && (of_file || of_room)) return invalid_argument("--claims takes --format alone");
  if (tour) return whole_tour();
  if (claims) return said_about_pooling(format);
  if (format.given()) return invalid_argument("--format needs --claims");
  if (file.given() && state.given()) return invalid_argument("FILE and --state exclude each other");
  const Text& document = file.given() ? file : state;
  if (log || follows) {
    if (of_room || !of_file)
      return invalid_argument((log ? "--log" : "--follow") + std::string(" takes FILE alone"));
    return log ? print_log(document.value) : follow_log(document.value);
  }
  std::unique_ptr<ByteSource> standard_input;  // what was looked at of it is not lost
  if (document.given() && !view.room.given() && !view.preset.given()) {
    Result<std::unique_ptr<ByteSource>> source = ByteSource::open(document.value);
    const Result<bool> onnx = source.ok() ? is_onnx(document.value, **source) : source.status();
    const bool standard = document.value == "-";
    if (onnx.ok() && *onnx)
      return onnx_words(**source, {standard ? "standard input" : document.value, inputs});
    if (standard && source.ok()) standard_input = *std::move(source);
  }
  if (!inputs.empty()) return invalid_argument("--input needs an .onnx file");
  Result<Model> model = view_model(view, document, standard_input.get());
  if (!model.ok()) return model.status();
  if (!model->notice.empty()) remark(model->notice);  // how a file was taken
  DescribeWhat what{all, {}};
  for (const RoomInfo& info : kRooms) {
    const Text& place = places[static_cast<size_t>(info.room)];
    const std::string option(info.words.place_option);
    if (!place.given()) continue;
    if (all) return invalid_argument("--all excludes " + option);
    if (info.room != model->room) {
      return invalid_argument(option + " is for --room " + std::string(info.name));
    }
    const Result<int64_t> count = parse_count(option, place.value);
    if (!count.ok()) return count.status();
    what.place = *count;
  }
  const Result<std::string> text = in_room(
      model->room, [&](const auto& room) { return describe(room, what); }, *model);
  return text.ok() ? print(*text) : text.status();
}

}  // namespace poolglass::cli
