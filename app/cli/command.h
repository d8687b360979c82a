// What the subcommands share: their list, parsing that fails with a Status, and output that is checked.
#pragma once

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <string>
#include <vector>

#include "app/cli/cli.h"

namespace poolglass::cli {

using Arguments = std::vector<std::string>;  // after the subcommand's name

// A text option or positional that knows whether it was given, even as "".
struct Text {
  std::string value;
  CLI::Option* option = nullptr;

  bool given() const { return option != nullptr && option->count() > 0; }
  static CLI::Option* add(CLI::App& app, const std::string& name, Text* text, const std::string& help);
};

enum class Parsed { kRun, kDone };  // kDone: --help was printed

// Parses; failures are one sentence that may name the subcommand's --help.
Result<Parsed> parse(CLI::App& app, const Arguments& arguments);

// Prints to stdout; fails when not everything could be written (a full disk, a closed pipe).
Status print(const std::string& text);

// A remark on stderr after success ("in.npy: float64 converted to float32").
void remark(const std::string& sentence);

Status pool_command(const Arguments& arguments, const CliHooks& hooks);
Status chain_command(const Arguments& arguments, const CliHooks& hooks);
Status describe_command(const Arguments& arguments, const CliHooks& hooks);
Status code_command(const Arguments& arguments, const CliHooks& hooks);
Status shot_command(const Arguments& arguments, const CliHooks& hooks);
Status window_command(const Arguments& arguments, const CliHooks& hooks);

// "Commands: ..." for the help text of the program itself.
std::string command_list();
std::string command_names();  // "pool, chain, ..."

}  // namespace poolglass::cli
