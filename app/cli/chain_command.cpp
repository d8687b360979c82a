// poolglass chain: the figures of a layer chain, as a table for people or as JSON for programs.
#include "app/cli/chain_table.h"
#include "app/cli/command.h"
#include "core/chain/presets.h"
#include "core/io/chain_json.h"
#include "core/io/file.h"

namespace poolglass::cli {
namespace {

constexpr int64_t kInputLimit = int64_t{16} << 20;  // bytes; parse_chain_json() has its own, lower limit

std::string preset_list() {
  std::string text = "Presets:\n";
  for (const ChainPreset& preset : chain_presets()) {
    std::string name(preset.name);
    name.resize(10, ' ');
    text += "  " + name + std::string(preset.summary) + "\n";
  }
  return text;
}

Result<Chain> load(const Text& file, const Text& preset) {
  if (file.given() && preset.given()) return invalid_argument("FILE and --preset exclude each other");
  if (preset.given()) return chain_preset(preset.value);
  if (file.given() && file.value == "-") {
    const Result<std::string> text = read_standard_input(kInputLimit);
    if (!text.ok()) return text.status();
    const Result<Chain> chain = parse_chain_json(*text);
    if (!chain.ok()) return Status(chain.status().code(), "standard input: " + chain.status().message());
    return chain;
  }
  if (file.given()) return read_chain_file(file.value);
  return invalid_argument("chain needs a FILE or --preset NAME (see poolglass chain --help)");
}

}  // namespace

Status chain_command(const Arguments& arguments, const CliHooks&) {
  CLI::App app("Shapes, receptive fields, parameters and costs of a layer chain.", "poolglass chain");
  app.footer(preset_list());
  Text file, preset, format;
  Text::add(app, "FILE", &file, "chain (.json), or - (standard input)");
  Text::add(app, "--preset", &preset, "a built-in chain instead of a file");
  Text::add(app, "--format", &format, "table (default) or json");
  const Result<Parsed> parsed = parse(app, arguments);
  if (!parsed.ok()) return parsed.status();
  if (*parsed == Parsed::kDone) return {};
  const std::string form = format.given() ? format.value : "table";
  if (form != "table" && form != "json") {
    return invalid_argument("--format \"" + form + "\" must be table or json");
  }
  const Result<Chain> chain = load(file, preset);
  if (!chain.ok()) return chain.status();
  const ChainFigures figures = analyze(*chain);
  if (figures.error) {
    const Status& why = figures.error->status;
    return Status(
        why.code(),
        (file.given() ? (file.value == "-" ? "standard input" : file.value) + ": " : "") + why.message());
  }
  return print(form == "json" ? write_figures_json(*chain, figures) : chain_table(*chain, figures));
}

}  // namespace poolglass::cli
