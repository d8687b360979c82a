#include "app/shell/shot.h"

#include <cmath>
#include <memory>

#include "app/layout/frame_layout.h"
#include "app/platform/offscreen.h"
#include "app/shell/imgui_session.h"
#include "app/shell/shell.h"
#include "app/shell/svg_canvas.h"
#include "app/views/theme.h"
#include "core/io/file.h"

namespace poolglass {
namespace {

constexpr int kWarmUpFrames = 3;  // sizes of scrolled columns settle one frame late
constexpr double kFrameTime = 1.0 / 60;

// Names are ours: letters, digits and plain signs.
std::string tags_json(std::span<const Tag> tags) {
  std::string json = "[\n";
  for (size_t i = 0; i < tags.size(); ++i) {
    const Rect& r = tags[i].rect;
    const auto whole = [](float v) { return std::to_string(std::lround(v)); };
    json += "{\"name\":\"" + tags[i].name + "\",\"x\":" + whole(r.min.x) + ",\"y\":" + whole(r.min.y) +
            ",\"w\":" + whole(r.width()) + ",\"h\":" + whole(r.height()) +
            (i + 1 < tags.size() ? "},\n" : "}\n");
  }
  return json + "]\n";
}

void draw_frame(Shell& shell, Offscreen& offscreen, const FrameInput& input, Canvas* tee) {
  if (shell.prepare(input)) offscreen.renderer().upload_fonts();
  ImGuiIO& io = ImGui::GetIO();
  io.DisplaySize = {input.size.x, input.size.y};
  io.DeltaTime = static_cast<float>(input.dt);
  ImGui::NewFrame();
  shell.draw(input, tee);
  ImGui::Render();
  offscreen.render(theme(shell.model.theme).ground);
  (void)shell.finish(input);
}

}  // namespace

Status take_shot(const Model& model, const ShotOptions& options) {
  ImGuiSession imgui;
  auto offscreen = Offscreen::create(options.size);
  if (!offscreen.ok()) return offscreen.status();

  Shell shell;
  shell.model = model;
  if (options.gpu) shell.environment.backends.push_back(options.gpu());
  shell.collect_tags(!options.tags_path.empty());
  FrameInput input;
  input.size = glm::vec2(options.size);
  input.display_scale = options.scale;
  input.dt = kFrameTime;
  for (int i = 0; i < kWarmUpFrames; ++i) draw_frame(shell, **offscreen, input, nullptr);
  const Rect area = frame_layout(input.size, shell.em()).canvas;
  SvgCanvas svg(area, theme(model.theme).ground, shell.em());
  draw_frame(shell, **offscreen, input, options.svg_path.empty() ? nullptr : &svg);

  if (Status status = write_png(options.path, (*offscreen)->read()); !status.ok()) return status;
  if (!options.svg_path.empty()) {
    if (Status status = write_file(options.svg_path, svg.finish()); !status.ok()) return status;
  }
  if (options.tags_path.empty()) return {};
  return write_file(options.tags_path, tags_json(shell.tags()));
}

}  // namespace poolglass
