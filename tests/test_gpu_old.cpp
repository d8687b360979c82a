// The GPU path on a driver that is too old. A program of its own: Mesa reads its variables once.
#include <doctest/doctest.h>

#include <cstdlib>

#include "core/gpu/egl_context.h"
#include "core/gpu/gpu.h"

namespace poolglass {
namespace {

TEST_CASE("OpenGL 3.3 is refused with a sentence, before any call it lacks") {
  setenv("MESA_GL_VERSION_OVERRIDE", "3.3", 1);
  const auto own = GpuEngine::create(GpuContext::kOwn);
  CHECK(own.status().code() == StatusCode::kUnavailable);
  CHECK(own.status().message() == "the GPU path is not available: the driver has no OpenGL 4.3 core context");

  constexpr EglContext::Version kVersions[] = {{4, 3}, {3, 3}};
  const auto context = EglContext::create(kVersions);
  REQUIRE_MESSAGE(context.ok(), context.status().message());
  const EglContext::Current current(context->get());
  REQUIRE(current.ok());
  const Backend backend = gpu_backend(GpuContext::kCurrent);
  CHECK(backend.available().message() ==
        "the GPU path is not available: compute shaders need OpenGL 4.3, and this is OpenGL 3.3");
  CHECK(backend.detail().empty());
  CHECK(find_backend({backend}, "gpu").status().code() == StatusCode::kUnavailable);
}

}  // namespace
}  // namespace poolglass
