// A saved state (JSON): what a session shows, for `--state` and for going on later. Everything but
// "poolglass" may be left out and then is as at the first start; unknown keys are refused.
//
//   {"poolglass": 1,                      format version
//    "room": "step", "theme": "dark", "scale": 1, "reduce_motion": false, "help": false,
//    "step": {"preset": "lesson", "seed": 1, or "file": NAME,
//             "grid": [[5, 3], [5, 8]],   rows; default: the preset's. Numbers, "NaN", "Infinity",
//             "-Infinity". Of a large grid, of a preset or a file's "array": PATH ("layout": "nchw",
//             "plane": 0, "origin": [0, 0]), instead "size": [512, 512], "cells": [[0, 1, 9.5]] (those that
//             were changed: row, column, value), "sight": [256, 256, 80] (of a map: middle row, column, cells
//             in sight), "op": "max" or "avg", "kernel": 2, "stride": (the kernel), "padding": 0, "dilation":
//             1, "ceil_mode": false, "count_include_pad": true, "window": 0, "speed": 1, "loop": false,
//             "lens": "window", "panel": "settings", "code": "python", "predict": (exercise_json.h), "pin":
//             {"side": "output", "cell": [0, 1]}, "hover": (alike)},
//    "chain": {"preset": "lesson", or "input": [C, H, W] and "layers": [...] as in a chain file,
//              "selected": 8 (0: the input; default: the last layer), "cell": [0, 0] (pinned), "hover": [0,
//              0], "speed": 1, "loop": false, "zoom": 1, "left": 0,
//              or in place of the chain "network": {"format": 2, ...} as in a network's file, or a published
//              network as "preset"; with "title": NAME, "layer": 3 (selected, in order of execution, 0 the
//              input), "view": "spine" or "layers", "tint": "kind", "macs", "params", "memory" or "field",
//              "opened": [37] (folds, by their first layer)},
//    "shift": {"picture": "photograph" ("": the file's), "file": NAME, "path": PATH, "seed": 1, "period": 2,
//              "border": "circular" or "zero", "kernel": 2, "stride": (the kernel), "dilation": 1,
//              "peak": [0, 0], "fine": false, "moved": false, "nudge": [0, 1] (down, right, in pixels or, if
//              fine, quarters), "shown": 0, "detail": [112, 226], "speed": 1, "loop": false},
//    "head": {"backbone": "vgg16-head", "side": (its own), "classes": 1000, "maps": "photograph" or
//             "equal-means", "shuffle": 0, "collapsed": 6, "speed": 1, "loop": false}}
//
// What a window keeps of itself while it runs (app/document) is the same with more keys:
//   "tour": {"step": NAME, "open": true, "pools": 2, "answers": {NAME: "2.25"}}  (what was guessed, by step),
//   "log": ["Step: Window (0,0) reads ...", ...], what was said, the newest last,
//   "window": [1280, 720], "document": PATH ("": never saved), "name": NAME, "modified": true,
//   and in each room: "undo" and "redo", lists of documents as above, the nearest one last; in
//   "chain" and its documents "ids", one number per layer; in "step" and its documents "lost",
//   why the map that was there is not.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "app/state/model.h"
#include "core/io/read_progress.h"
#include "core/status.h"

namespace poolglass {

// A state and what a window keeps beside it.
struct KeptState {
  Model model;                  // its file: what "document", "name" and "modified" say
  std::optional<Size2> window;  // size, as it was asked for
};

// Untrusted text; every failure is one sentence that names the field. `progress`, not null: of the arrays
// that are read for it; what was stopped is not the state.
Result<KeptState> parse_kept_state_json(std::string_view text, ReadProgress* progress = nullptr);
Result<Model> parse_state_json(std::string_view text);

// What of a kept state says how its person likes to look at things, without the rooms and their files; none
// where the text is no state.
struct Looks {
  ThemeName theme = ThemeName::kDark;
  float scale = 1;
  bool reduce_motion = false;
  std::optional<Size2> window;
};
std::optional<Looks> parse_looks(std::string_view text);
// Those of a state whose rooms name a file that takes long to read (opens_slowly); none of any other. Looks
// at these files.
std::optional<Looks> parse_slow_looks(std::string_view text);

// Byte-stable: write(read(write(m))) == write(m). Playback in motion and notices are not saved.
std::string write_kept_state_json(const KeptState& state);
std::string write_state_json(const Model& model);  // without the undo history

// `progress` as above.
Result<Model> read_state_file(const std::string& path, ReadProgress* progress = nullptr);
// Temporary file, then rename. Refused where it would be too large to be read again.
Status write_state_file(const std::string& path, const Model& model);

}  // namespace poolglass
