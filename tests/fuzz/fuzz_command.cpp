// Any command line: words between line ends, in a folder with an array, a chain and a state. Ends with an
// exit status, never with a signal, and leaves no temporary file.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "app/cli/cli.h"
#include "core/io/npy.h"
#include "tests/fuzz/fuzz.h"

using namespace poolglass;

namespace {

constexpr size_t kWords = 24;
constexpr uintmax_t kLargest = 64 << 20;  // bytes a run may write, so that the folder stays small

// Once: the folder, and nowhere to print to. Words cannot leave the folder: they lose their slashes.
bool set_up() {
  std::filesystem::current_path(fuzz::scratch_folder());
  const float grid[16] = {5, 3, 0, 0, 5, 8, 6, 7, 5, 6, 1, 6, 7, 4, 0, 3};
  fuzz::check(write_npy("in.npy", {4, 4}, grid).ok());
  fuzz::check(write_npy("dy.npy", {2, 2}, grid).ok());
  const std::string chain = R"({"input": [1, 8, 8], "layers": [{"type": "max_pool2d", "kernel": 2}]})";
  const std::string state = R"({"poolglass": 1, "step": {"op": "avg", "window": 1}})";
  fuzz::write_scratch("c.json", chain.data(), chain.size());
  fuzz::write_scratch("s.json", state.data(), state.size());
  const int null = open("/dev/null", O_RDWR);
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO}) fuzz::check(dup2(null, stream) == stream);
  return true;
}

CliHooks hooks() {
  CliHooks hooks;
  hooks.backends = cpu_backends();
  hooks.open_window = [](const WindowRequest&) { return Status(); };
  hooks.shot = [](const ShotRequest&) { return Status(); };
  return hooks;
}

std::vector<std::string> words_of(const uint8_t* data, size_t size) {
  std::vector<std::string> words{"poolglass", ""};
  for (size_t i = 0; i < size && words.size() <= kWords; ++i) {
    const char c = static_cast<char>(data[i]);
    if (c == '\n') {
      words.emplace_back();
    } else if (c != '\0') {
      words.back() += c == '/' ? '_' : c;
    }
  }
  return words;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const bool ready = set_up();
  static const CliHooks with = hooks();
  fuzz::check(ready);
  std::vector<std::string> words = words_of(data, size);
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  // What is printed on stderr is libFuzzer's to show.
  const int keep = dup(STDERR_FILENO), null = open("/dev/null", O_WRONLY);
  dup2(null, STDERR_FILENO);
  const int exit = run_cli(static_cast<int>(argv.size()), argv.data(), with);
  dup2(keep, STDERR_FILENO);
  close(keep);
  close(null);
  fuzz::check(exit >= 0 && exit <= 2);
  for (const auto& entry : std::filesystem::directory_iterator(".")) {
    const std::string name = entry.path().filename();
    fuzz::check(name.find(".tmp") == std::string::npos || name.find(".poolglass-") == std::string::npos);
    const bool ours = name == "in.npy" || name == "dy.npy" || name == "c.json" || name == "s.json";
    if (!ours || entry.file_size() > kLargest) std::filesystem::remove_all(entry.path());
  }
  return 0;
}
