#include "app/document/opening.h"

#include <chrono>
#include <new>
#include <utility>

namespace poolglass {

Opening::Opening(OpenPath file, Read read) : file_(std::move(file)) {
  const auto run = [path = file_.path, progress = progress_, read = std::move(read)]() -> Actions {
    try {
      return read(*progress);
    } catch (const std::bad_alloc&) {  // nobody else would hear of it
      return resource_exhausted(path + ": does not fit in memory");
    }
  };
  future_ = std::async(std::launch::async, run);
}

Opening::~Opening() { stop(); }  // and the future of std::async waits

std::optional<Opening::Actions> Opening::outcome(double seconds) {
  if (!future_.valid()) return std::nullopt;
  if (future_.wait_for(std::chrono::duration<double>(seconds)) != std::future_status::ready)
    return std::nullopt;
  return future_.get();
}

}  // namespace poolglass
