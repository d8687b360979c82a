#include "app/shell/still.h"

#include <utility>

#include "app/layout/frame_layout.h"
#include "app/platform/framebuffer.h"
#include "app/platform/gl_renderer.h"
#include "app/shell/imgui_session.h"
#include "app/shell/shell.h"
#include "app/shell/svg_canvas.h"
#include "app/views/theme.h"
#include "core/io/system_memory.h"

namespace poolglass {
namespace {

constexpr int kWarmUpFrames =
    3;  // sizes of scrolled columns and letters of other scripts settle one frame late
// The driver's texture, the picture read from it, and what the encoder of PNG files makes of that.
constexpr int64_t kBytesPerPixel = 14;

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

Status check_memory(glm::ivec2 pixels) {
  const int64_t needed = kBytesPerPixel * pixels.x * pixels.y, available = available_memory_bytes();
  if (needed <= available) return {};
  return resource_exhausted("a picture of " + std::to_string(pixels.x) + "x" + std::to_string(pixels.y) +
                            " pixels takes about " + std::to_string(needed >> 20) +
                            " MiB of memory, but only " + std::to_string(available >> 20) +
                            " MiB are available");
}

}  // namespace

Result<Still> draw_still(const Model& model, const Environment& environment, const StillOptions& options) {
  if (Status status = check_memory(options.pixels); !status.ok()) return status;
  const Result<Framebuffer> target = Framebuffer::create(options.pixels);
  if (!target.ok()) return target.status();
  const ImGuiSession imgui;
  const Result<std::unique_ptr<GlRenderer>> renderer = GlRenderer::create();
  if (!renderer.ok()) return renderer.status();
  Shell shell;
  shell.model = model;
  shell.environment.backends = environment.backends;  // it is drawn once: it waits for all that takes long
  shell.collect_tags(true);
  FrameInput input;
  input.size = glm::vec2(options.pixels) / options.density;
  input.display_scale = options.display_scale;
  input.density = options.density;
  input.dt = kFrameTime;
  for (int i = 0; i < kWarmUpFrames; ++i) draw_frame(shell, **renderer, options.pixels, input, nullptr);
  const Rect area = shell.layout(input).canvas;
  SvgCanvas svg(area, theme(model.theme).ground, shell.em());
  draw_frame(shell, **renderer, options.pixels, input, options.svg ? &svg : nullptr);
  return Still{target->read(), options.svg ? svg.finish() : "", {shell.tags().begin(), shell.tags().end()}};
}

}  // namespace poolglass
