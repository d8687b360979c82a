// What the subcommands share: their list, and output that is checked.
#pragma once

#include <string>

#include "app/cli/cli.h"
#include "app/cli/parser.h"

namespace poolglass::cli {

// Prints to stdout; fails when not everything could be written (a full disk, a closed pipe).
Status print(const std::string& text);

// A remark on stderr after success ("in.npy: float64 converted to float32").
void remark(const std::string& sentence);

Status pool_command(const Arguments& arguments, const CliHooks& hooks);
Status chain_command(const Arguments& arguments, const CliHooks& hooks);
Status describe_command(const Arguments& arguments, const CliHooks& hooks);
Status code_command(const Arguments& arguments, const CliHooks& hooks);
Status grade_command(const Arguments& arguments, const CliHooks& hooks);
Status shot_command(const Arguments& arguments, const CliHooks& hooks);
Status window_command(const Arguments& arguments, const CliHooks& hooks);

// "Commands: ..." for the help text of the program itself.
std::string command_list();
std::string command_names();  // "pool, chain, ..."

}  // namespace poolglass::cli
