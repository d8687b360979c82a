#include "app/cli/command.h"

#include <cstdio>

#include "core/printable.h"

namespace poolglass::cli {

CLI::Option* Text::add(CLI::App& app, const std::string& name, Text* text, const std::string& help) {
  text->option = app.add_option(name, text->value, help);
  return text->option;
}

Result<Parsed> parse(CLI::App& app, const Arguments& arguments) {
  // CLI11 takes them last first.
  try {
    app.parse(Arguments(arguments.rbegin(), arguments.rend()));
    return Parsed::kRun;
  } catch (const CLI::CallForHelp&) {
    if (Status s = print(app.help()); !s.ok()) return s;
    return Parsed::kDone;
  } catch (const CLI::CallForVersion& version) {
    if (Status s = print(std::string(version.what()) + "\n"); !s.ok()) return s;
    return Parsed::kDone;
  } catch (const CLI::ParseError& error) {
    return invalid_argument(std::string(error.what()) + " (see " + app.get_name() + " --help)");
  }
}

Status print(const std::string& text) {
  const bool written =
      std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0;
  return written ? Status() : Status(StatusCode::kIo, "standard output cannot be written");
}

void remark(const std::string& sentence) {
  std::fprintf(stderr, "%s\n", ("poolglass: " + one_line(sentence, 900)).c_str());
}

}  // namespace poolglass::cli
