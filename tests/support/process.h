// Runs a program to its end and keeps what it printed.
#pragma once

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "tests/support/temp_folder.h"

namespace poolglass {

struct ProcessResult {
  int exit = -1;  // -1: could not be started, or was killed
  std::string out;
  std::string error;

  // Lines on stderr; a last line without an end counts.
  int error_lines() const {
    int lines = 0;
    for (char c : error) lines += c == '\n';
    return lines + (!error.empty() && error.back() != '\n');
  }
};

// Without input; DISPLAY is not passed on, so that no window opens.
inline ProcessResult run_process(std::vector<std::string> words) {
  const TempFolder capture;
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  std::vector<char*> environment;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    const std::string text = *variable;
    if (text.rfind("DISPLAY=", 0) != 0 && text.rfind("WAYLAND_DISPLAY=", 0) != 0)
      environment.push_back(*variable);
  }
  environment.push_back(nullptr);

  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 1, (capture / "out").c_str(), O_WRONLY | O_CREAT, 0600);
  posix_spawn_file_actions_addopen(&actions, 2, (capture / "error").c_str(), O_WRONLY | O_CREAT, 0600);
  ProcessResult result;
  pid_t child = 0;
  int status = 0;
  if (posix_spawn(&child, argv[0], &actions, nullptr, argv.data(), environment.data()) == 0 &&
      waitpid(child, &status, 0) == child && WIFEXITED(status)) {
    result.exit = WEXITSTATUS(status);
  }
  posix_spawn_file_actions_destroy(&actions);
  result.out = capture.read("out");
  result.error = capture.read("error");
  return result;
}

}  // namespace poolglass
