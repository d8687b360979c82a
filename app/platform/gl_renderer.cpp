#include "app/platform/gl_renderer.h"

#include <epoxy/gl.h>

// After epoxy, which must come before any other GL header.
#include <backends/imgui_impl_opengl3.h>
#include <dlfcn.h>
#include <imgui.h>

namespace poolglass {

Result<std::unique_ptr<GlRenderer>> GlRenderer::create() {
  // The backend opens this library itself, whichever made the context, and complains in words of its own.
  void* library = dlopen("libGL.so.1", RTLD_LAZY | RTLD_LOCAL);
  if (library == nullptr) {
    return Status(StatusCode::kUnavailable, "cannot draw: libGL.so.1 is not installed");
  }
  dlclose(library);
  if (!ImGui_ImplOpenGL3_Init("#version 330 core")) {
    return Status(StatusCode::kUnavailable, "cannot draw: the driver has no OpenGL 3.3");
  }
  return std::unique_ptr<GlRenderer>(new GlRenderer);
}

GlRenderer::~GlRenderer() { ImGui_ImplOpenGL3_Shutdown(); }

void GlRenderer::upload_fonts() {
  ImGui_ImplOpenGL3_NewFrame();  // creates the device objects on the first call
  ImGui_ImplOpenGL3_DestroyFontsTexture();
  ImGui_ImplOpenGL3_CreateFontsTexture();
}

void GlRenderer::render(glm::ivec2 pixels, Color clear) {
  glViewport(0, 0, pixels.x, pixels.y);
  glDisable(GL_SCISSOR_TEST);
  glClearColor(static_cast<float>(clear.r) / 255, static_cast<float>(clear.g) / 255,
               static_cast<float>(clear.b) / 255, 1);
  glClear(GL_COLOR_BUFFER_BIT);
  ImGui_ImplOpenGL3_RenderDrawData(ImGui::GetDrawData());
}

}  // namespace poolglass
