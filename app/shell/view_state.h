// What the window remembers besides the model: hover, open panels, widgets. Nothing in here is worth saving.
#pragma once

#include <string>
#include <vector>

#include "app/rooms/list.h"
#include "app/state/model.h"
#include "app/views/ui.h"

namespace poolglass {

// The panel that asks for a file to open or a name to save under. It covers the canvas's left part and blocks
// nothing.
struct FilePanel {
  enum class Mode { kClosed, kOpen, kSave };
  struct Entry {
    std::string name;
    bool folder = false;
  };
  Mode mode = Mode::kClosed;
  SaveKind kind = SaveKind::kStepOutput;
  std::string folder;
  std::vector<Entry> entries;  // of `folder`: folders first, then files the app can open
  std::string name;            // save: the file's name
  std::string problem;         // why the folder cannot be listed
  bool focus = false;          // just opened: the name field takes the keyboard
};

struct ShellViewState {
  WidgetState widgets;
  FilePanel files;
  RoomViewStates rooms;
};

}  // namespace poolglass
