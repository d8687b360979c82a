#include "app/cli/parser.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <utility>

#include "app/cli/command.h"

namespace poolglass::cli {

struct Parser::Library {
  CLI::App app;
  std::vector<std::pair<const CLI::Option*, Text*>> texts;
};

Parser::Parser(const std::string& description, const std::string& name)
    : library_(new Library{CLI::App(description, name), {}}) {}

Parser::~Parser() = default;

void Parser::text(const std::string& name, const std::string& help, Text* text, Need need) {
  CLI::Option* const option = library_->app.add_option(name, text->value, help);
  if (need == Need::kRequired) option->required();
  text->name = name;
  library_->texts.emplace_back(option, text);
}

void Parser::flag(const std::string& name, const std::string& help, bool* flag) {
  library_->app.add_flag(name, *flag, help)->disable_flag_override();
}

void Parser::repeated(const std::string& name, const std::string& help, std::vector<std::string>* values) {
  library_->app.add_option(name, *values, help)->allow_extra_args(false);
}

void Parser::rest(const std::string& name, const std::string& help, std::vector<std::string>* values) {
  library_->app.add_option(name, *values, help)->required();
}

void Parser::version(const std::string& text) { library_->app.set_version_flag("--version", text); }

void Parser::footer(const std::string& text) { library_->app.footer(text); }

Result<Parsed> Parser::parse(const Arguments& arguments) {
  CLI::App& app = library_->app;
  try {
    app.parse(Arguments(arguments.rbegin(), arguments.rend()));  // the last first
  } catch (const CLI::CallForHelp&) {
    if (Status s = print(app.help()); !s.ok()) return s;
    return Parsed::kDone;
  } catch (const CLI::CallForVersion& version) {
    if (Status s = print(std::string(version.what()) + "\n"); !s.ok()) return s;
    return Parsed::kDone;
  } catch (const CLI::ParseError& error) {
    return invalid_argument(std::string(error.what()) + " (see " + app.get_name() + " --help)");
  }
  for (const auto& [option, text] : library_->texts) text->is_given = option->count() > 0;
  return Parsed::kRun;
}

}  // namespace poolglass::cli
