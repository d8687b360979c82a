#include "app/cli/cli.h"

#include <cstdio>
#include <exception>
#include <new>

#include "app/cli/command.h"
#include "core/printable.h"

namespace poolglass {
namespace {

using cli::Arguments;

constexpr size_t kLineLimit = 1000;

struct Command {
  const char* name;
  const char* summary;
  Status (*run)(const Arguments&, const CliHooks&);
};

constexpr Command kCommands[] = {
    {"pool", "pool an array or a picture, forward or backward", cli::pool_command},
    {"chain", "shapes, receptive fields, parameters and costs of a layer chain", cli::chain_command},
    {"code", "a pooling as a program: Python, NumPy, PyTorch, Keras, ONNX, C++", cli::code_command},
    {"grade", "marks saved answers to an exercise", cli::grade_command},
    {"shot", "a picture of a room as PNG, without a display", cli::shot_command},
    {"describe", "what a room shows, in words", cli::describe_command},
};

Status dispatch(const Arguments& arguments, const CliHooks& hooks) {
  for (const Command& command : kCommands) {
    if (!arguments.empty() && arguments.front() == command.name) {
      return command.run({arguments.begin() + 1, arguments.end()}, hooks);
    }
  }
  return cli::window_command(arguments, hooks);
}

int exit_code(StatusCode code) {
  switch (code) {
    case StatusCode::kOk:
      return 0;
    case StatusCode::kInvalidArgument:
    case StatusCode::kResourceExhausted:
      return 2;  // asks for more than can be
    case StatusCode::kUnavailable:
    case StatusCode::kIo:
      return 1;
  }
  return 1;
}

Status run(const Arguments& arguments, const CliHooks& hooks) {
  try {
    return dispatch(arguments, hooks);
  } catch (const std::bad_alloc&) {
    return Status(StatusCode::kIo, "not enough memory");
  } catch (const std::exception& error) {
    return Status(StatusCode::kIo, std::string("unexpected failure: ") + error.what());
  }
}

}  // namespace

std::string cli::command_list() {
  std::string text = "Commands (each has its own --help):\n";
  for (const Command& command : kCommands) {
    std::string name = command.name;
    name.resize(10, ' ');
    text += "  " + name + command.summary + "\n";
  }
  return text;
}

std::string cli::command_names() {
  std::string text;
  for (const Command& command : kCommands) text += (text.empty() ? "" : ", ") + std::string(command.name);
  return text;
}

int run_cli(int argc, char** argv, const CliHooks& hooks) {
  const Status status = run(Arguments(argv + (argc > 0 ? 1 : 0), argv + argc), hooks);
  if (!status.ok()) {
    const std::string line = "poolglass: " + one_line(status.message(), kLineLimit - 13);
    std::fprintf(stderr, "%s\n", line.c_str());
  }
  return exit_code(status.code());
}

}  // namespace poolglass
