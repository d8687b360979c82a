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

GlRenderer::~GlRenderer() {
  for (auto& [bitmap, texture] : textures_) texture.used = false;
  forget_unused();
  ImGui_ImplOpenGL3_Shutdown();
}

unsigned GlRenderer::texture_for(const Bitmap& bitmap) {
  Texture& texture = textures_[&bitmap];
  texture.used = true;
  if (texture.name != 0 && texture.revision == bitmap.revision) return texture.name;
  if (texture.name == 0) glGenTextures(1, &texture.name);
  glBindTexture(GL_TEXTURE_2D, texture.name);
  glPixelStorei(GL_UNPACK_ALIGNMENT, 4);
  glPixelStorei(GL_UNPACK_ROW_LENGTH, 0);
  if (texture.width == bitmap.width && texture.height == bitmap.height) {
    glTexSubImage2D(GL_TEXTURE_2D, 0, 0, 0, bitmap.width, bitmap.height, GL_RGBA, GL_UNSIGNED_BYTE,
                    bitmap.pixels.data());
  } else {
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MIN_FILTER, GL_NEAREST);
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MAG_FILTER, GL_NEAREST);
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_WRAP_S, GL_CLAMP_TO_EDGE);
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_WRAP_T, GL_CLAMP_TO_EDGE);
    glTexImage2D(GL_TEXTURE_2D, 0, GL_RGBA8, bitmap.width, bitmap.height, 0, GL_RGBA, GL_UNSIGNED_BYTE,
                 bitmap.pixels.data());
  }
  texture.revision = bitmap.revision;
  texture.width = bitmap.width;
  texture.height = bitmap.height;
  return texture.name;
}

void GlRenderer::put_textures() {
  for (auto& [bitmap, texture] : textures_) texture.used = false;
  const ImDrawData* data = ImGui::GetDrawData();
  const ImTextureID fonts = ImGui::GetIO().Fonts->TexID;
  for (int i = 0; i < data->CmdListsCount; ++i) {
    for (ImDrawCmd& command : data->CmdLists[i]->CmdBuffer) {
      if (command.UserCallback != nullptr || command.TextureId == fonts) continue;
      const auto* bitmap = reinterpret_cast<const Bitmap*>(texture_value(command.TextureId));
      command.TextureId = texture_id<ImTextureID>(texture_for(*bitmap));
    }
  }
  forget_unused();
}

void GlRenderer::forget_unused() {
  for (auto at = textures_.begin(); at != textures_.end();) {
    if (at->second.used) {
      ++at;
      continue;
    }
    glDeleteTextures(1, &at->second.name);
    at = textures_.erase(at);
  }
}

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
  put_textures();
  ImGui_ImplOpenGL3_RenderDrawData(ImGui::GetDrawData());
}

}  // namespace poolglass
