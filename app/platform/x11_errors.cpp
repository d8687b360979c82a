#include "app/platform/x11_errors.h"

#if __has_include(<X11/Xlib.h>)

#include <X11/Xlib.h>
#include <dlfcn.h>
#include <unistd.h>

#include <cstring>

namespace poolglass {
namespace {

[[noreturn]] void end_with(const char* sentence) {
  if (write(STDERR_FILENO, sentence, std::strlen(sentence)) < 0) _exit(1);
  _exit(1);  // whatever would be cleaned up asks the display
}

int on_connection_lost(Display*) { end_with("poolglass: the display has gone, and the window with it\n"); }

int on_error(Display*, XErrorEvent* error) {
  if (error->error_code == BadWindow || error->error_code == BadDrawable) {
    end_with("poolglass: the window was destroyed by another program\n");
  }
  return 0;
}

}  // namespace

// The library is there, loaded by GLFW, exactly where it matters.
void watch_x11_errors() {
  using SetLost = XIOErrorHandler (*)(XIOErrorHandler);
  using SetError = XErrorHandler (*)(XErrorHandler);
  static const auto set_lost = reinterpret_cast<SetLost>(dlsym(RTLD_DEFAULT, "XSetIOErrorHandler"));
  static const auto set_error = reinterpret_cast<SetError>(dlsym(RTLD_DEFAULT, "XSetErrorHandler"));
  if (set_lost != nullptr) set_lost(on_connection_lost);
  if (set_error != nullptr) set_error(on_error);
}

}  // namespace poolglass

#else

namespace poolglass {
void watch_x11_errors() {}
}  // namespace poolglass

#endif
