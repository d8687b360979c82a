#include "app/shell/still.h"

#include <utility>

#include "app/layout/frame_layout.h"
#include "app/platform/framebuffer.h"
#include "app/platform/gl_renderer.h"
#include "app/shell/imgui_session.h"
#include "app/shell/shell.h"
#include "app/shell/svg_canvas.h"
#include "app/views/theme.h"

namespace poolglass {
namespace {

constexpr int kWarmUpFrames =
    3;  // sizes of scrolled columns and letters of other scripts settle one frame late
constexpr double kFrameTime = 1.0 / 60;

void draw_frame(Shell& shell, GlRenderer& renderer, glm::ivec2 pixels, const FrameInput& input, Canvas* tee) {
  if (shell.prepare(input)) renderer.upload_fonts();
  ImGuiIO& io = ImGui::GetIO();
  io.DisplaySize = {input.size.x, input.size.y};
  io.DisplayFramebufferScale = {input.density, input.density};
  io.DeltaTime = static_cast<float>(input.dt);
  ImGui::NewFrame();
  shell.draw(input, tee);
  ImGui::Render();
  renderer.render(pixels, theme(shell.model.theme).ground);
  (void)shell.finish(input);
}

}  // namespace

Result<Still> draw_still(const Model& model, const Environment& environment, const StillOptions& options) {
  const Result<Framebuffer> target = Framebuffer::create(options.pixels);
  if (!target.ok()) return target.status();
  const ImGuiSession imgui;
  GlRenderer renderer;
  Shell shell;
  shell.model = model;
  shell.environment = environment;
  shell.collect_tags(true);
  FrameInput input;
  input.size = glm::vec2(options.pixels) / options.density;
  input.display_scale = options.display_scale;
  input.density = options.density;
  input.dt = kFrameTime;
  for (int i = 0; i < kWarmUpFrames; ++i) draw_frame(shell, renderer, options.pixels, input, nullptr);
  const Rect area = frame_layout(input.size, shell.em()).canvas;
  SvgCanvas svg(area, theme(model.theme).ground, shell.em());
  draw_frame(shell, renderer, options.pixels, input, options.svg ? &svg : nullptr);
  return Still{target->read(), options.svg ? svg.finish() : "", {shell.tags().begin(), shell.tags().end()}};
}

}  // namespace poolglass
