#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include "app/shell/panels.h"
#include "app/shell/shot.h"
#include "app/shell/window_app.h"

int main(int argc, char** argv) {
  using namespace poolglass;
  Model model;
  ShotOptions shot;
  for (int i = 2; i < argc; ++i) {
    const std::string arg = argv[i];
    if (arg == "--room") {
      model.room = std::string(argv[++i]) == "chain" ? Room::kChain : Room::kStep;
    } else if (arg == "--size") {
      std::sscanf(argv[++i], "%dx%d", &shot.size.x, &shot.size.y);
    } else if (arg == "--scale") {
      shot.scale = static_cast<float>(std::atof(argv[++i]));
    } else if (arg == "--theme") {
      model.theme = std::string(argv[++i]) == "light" ? ThemeName::kLight : ThemeName::kDark;
    } else if (arg == "--tags") {
      shot.tags_path = argv[++i];
    } else if (arg == "--svg") {
      shot.svg_path = argv[++i];
    } else if (arg == "--help-sheet") {
      model.help_open = true;
    } else
      shot.path = arg;
  }
  const Status status = argc > 1 ? take_shot(model, shot) : run_window(model, {.print_timings = true});
  if (!status.ok()) std::fprintf(stderr, "poolglass: %s\n", status.message().c_str());
  return status.ok() ? 0 : 1;
}
