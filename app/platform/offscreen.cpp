#include "app/platform/offscreen.h"

#include <string>
#include <utility>

namespace poolglass {
namespace {

Status not_offscreen(const std::string& what) {
  return Status(StatusCode::kUnavailable,
                "cannot render offscreen: " + what + " (needs EGL and OpenGL 3.3, e.g. Mesa)");
}

}  // namespace

Result<std::unique_ptr<Offscreen>> Offscreen::create() {
  constexpr EglContext::Version kVersions[] = {{4, 3}, {3, 3}};
  Result<std::unique_ptr<EglContext>> context = EglContext::create(kVersions);
  if (!context.ok()) return not_offscreen(context.status().message());
  std::unique_ptr<Offscreen> offscreen(new Offscreen);
  offscreen->context_ = *std::move(context);
  offscreen->current_.emplace(offscreen->context_.get());
  if (!offscreen->current_->ok()) return not_offscreen("the OpenGL context cannot be made current");
  return offscreen;
}

}  // namespace poolglass
