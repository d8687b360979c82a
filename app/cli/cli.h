// The command line: parses arguments, runs what needs no window, and hands the rest to hooks, so that nothing
// here knows of windows or pictures. One file per subcommand.
//
// Exit status: 0 success, 2 bad usage or bad input, 1 a failure of the machine (disk, display, GPU, memory).
// Every failure is exactly one line on stderr of at most 1000 bytes, and leaves no file behind.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "app/state/model.h"
#include "core/engine.h"
#include "core/status.h"

namespace poolglass {

// What `poolglass [FILE]` asks for. Without a document the window goes on with what it had when it last
// ended.
struct WindowRequest {
  std::optional<Model> document;  // the file's grid, chain or session, or a preset
  std::string file;               // that it is from
  std::string later;              // a file that is opened once the window is there; empty: none
  std::optional<Layout> layout;   // of its array
  bool takes_looks = true;        // the document brings no theme and scale of its own
  std::optional<Room> room;
  std::optional<ThemeName> theme;
  std::optional<float> scale;
  bool reduce_motion = false;
  int width = 0;  // pixels; 0: as the window last was
  int height = 0;
  bool compute = true;   // false: an OpenGL 3.3 context, as on old machines
  std::string log;       // file that every sentence is added to as it is said; "-": stdout
  bool timings = false;  // report frame times on stderr at exit
};

// What `poolglass shot` asks for.
struct ShotRequest {
  Model model;
  int width = 1280;  // pixels
  int height = 720;
  float scale = 1;         // of everything drawn
  std::string path;        // PNG
  std::string svg_path;    // empty: none
  std::string tags_path;   // empty: none
  std::string state_path;  // where the model comes from; empty: no file
};

struct CliHooks {
  std::vector<Backend> backends;  // for --device
  std::function<Status(const WindowRequest&)> open_window;
  std::function<Status(const ShotRequest&)> shot;
};

int run_cli(int argc, char** argv, const CliHooks& hooks);

}  // namespace poolglass
