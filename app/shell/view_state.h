// What the window remembers besides the model: hover, open panels, widgets. Nothing in here is worth saving.
#pragma once

#include <string>
#include <vector>

#include "app/rooms/list.h"
#include "app/state/model.h"
#include "app/tour/tour_view.h"
#include "app/views/ui.h"

namespace poolglass {

// The panel that asks for a file to open or a name to save under. It covers the canvas's left part and blocks
// nothing. It stays open until the file was opened or saved.
struct FilePanel {
  enum class Mode { kClosed, kOpen, kSave };
  struct Entry {
    std::string name;
    bool folder = false;
    std::string detail = {};  // of an array of an archive: "(3, 8, 9) float32"
    std::string why = {};     // why it cannot be opened
  };
  Mode mode = Mode::kClosed;
  SaveKind kind = SaveKind::kState;
  std::string folder;
  std::string archive;              // open: whose arrays are listed; empty: the folder's files are
  std::optional<Layout> layout;     // that the one that is chosen is opened with
  std::vector<Entry> entries;       // of `folder`: folders first, then files the app can open
  std::vector<std::string> recent;  // open: paths of the files that were used last
  std::string name;                 // as it is being typed
  std::string problem;              // why the folder cannot be listed, or the file not opened or saved
  std::string replaces;             // save: the path of a file that is there; asks whether to replace it
  bool asked = false;               // the question has the keyboard
  bool focus = false;               // just opened: the name field takes the keyboard
  int mark = -1;                    // line that Enter takes instead of the name, recent ones first; -1: none
  bool marked = false;              // in this frame: it comes into sight
  std::vector<KeyPress> keys;       // of this frame
};

// The `?` sheet: what was typed to filter it.
struct HelpSheet {
  bool open = false;
  std::string filter;
  glm::vec2 size{0.0f};  // of all its groups
};

struct ShellViewState {
  WidgetState widgets;
  FilePanel files;
  HelpSheet help;
  bool welcome = false;             // the side panel greets instead of showing its settings
  std::vector<std::string> recent;  // files it offers
  RoomViewStates rooms;
  tour::ViewState tour;
};

}  // namespace poolglass
