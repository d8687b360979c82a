// Options that say what is to be seen: shared by the window, `shot` and `describe`.
#pragma once

#include "app/cli/command.h"
#include "app/state/model.h"
#include "core/io/byte_source.h"

namespace poolglass::cli {

struct ViewOptions {
  Text room, preset, lens, op, panel, layout, claim, theme, size, tour, guess;
  bool reduce_motion = false;

  bool picture_given() const;  // any of what declare_content() declares

  void declare_content(Parser& parser);     // --room, --lens, --op, --panel, --layout, --preset
  void declare_claim(Parser& parser);       // --claim
  void declare_tour(Parser& parser);        // --tour, --guess
  void declare_appearance(Parser& parser);  // --theme, --size, --reduce-motion
};

// The model that the options and the file, if one was given, describe. A file selects its room unless --room
// says otherwise. `standard_input`: as for open_path().
Result<Model> view_model(const ViewOptions& options, const Text& file, ByteSource* standard_input = nullptr);

// --layout; none: it was not given.
Result<std::optional<Layout>> layout_named(const Text& layout);

// --size as pixels, within what a picture can have.
struct Pixels {
  int width = 1280;
  int height = 720;
};
Result<Pixels> view_size(const Text& size);

}  // namespace poolglass::cli
