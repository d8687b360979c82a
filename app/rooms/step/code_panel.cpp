#include "app/rooms/step/code_panel.h"

#include <algorithm>

namespace poolglass::step {
namespace {

std::vector<std::string> split_lines(const std::string& text) {
  std::vector<std::string> lines;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

// The program, which the window in focus does not change.
CodeFacts program_of(CodeTarget target, const PoolParams& params, Size2 plane) {
  CodeFacts facts;
  Result<std::string> code = pooling_code(target, params);
  facts.status = code.status();
  if (!code.ok()) return facts;
  facts.program = *std::move(code);
  facts.lines = split_lines(facts.program);
  if (target != CodeTarget::kPython) return facts;
  facts.lines.erase(facts.lines.begin());  // its title, which stands over the picture
  for (const CodeTarget other : {CodeTarget::kNumpy, CodeTarget::kTorch, CodeTarget::kKeras}) {
    facts.calls.push_back({words_of(other).title, pooling_call(other, params, plane).value_or("")});
  }
  return facts;
}

}  // namespace

bool walks_lines(const Model& model) {
  return model.panel == kCodePanel && model.code == CodeTarget::kPython && model.lens == kWindowLens &&
         !model.both;
}

void derive_code(const Model& model, Derived& derived) {
  Derived::Key::Code& key = derived.key.code;
  if (model.panel != kCodePanel) {
    key.revision = 0;
    derived.code = {};
    return;
  }
  CodeFacts& facts = derived.code;
  const Cell window = derived.window.output;
  const bool asks = derived.predict.open;  // then no line is run: its values would tell
  const bool same_program = key.revision == derived.revision && key.target == model.code && key.asks == asks;
  if (!same_program) facts = program_of(model.code, derived.params, derived.grid.size);
  // A bin of a map has more cells than anybody follows, or memory holds as steps.
  const bool runs = model.code == CodeTarget::kPython && !asks && derived.window.lists_all();
  if (!runs) {
    facts.run.reset();
    facts.follows = false;
  } else if (!same_program || key.window != window || !facts.run) {
    facts.run =
        loop_run(derived.params, derived.geometry, derived.grid.values.data(), window, derived.window.result);
  }
  key = {derived.revision, model.code, window, asks};
  if (!facts.run) return;
  facts.follows = walks_lines(model) && !derived.focus;
  facts.now = line_at(*facts.run, facts.follows ? model.playhead.phase : 1);
}

double pace(const Model& model, const Derived& derived) {
  if (!derived.code.follows || !walks_lines(model)) return 1;
  constexpr double kSecondsPerLine = 0.3, kMostSeconds = 20;
  const double seconds = kSecondsPerLine * static_cast<double>(derived.code.run->lines.size());
  return std::clamp(seconds, Playhead::kSecondsPerWindow, kMostSeconds) / Playhead::kSecondsPerWindow;
}

}  // namespace poolglass::step
