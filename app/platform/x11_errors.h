// What Xlib does when the display fails. Nothing where windows are not X11's.
#pragma once

namespace poolglass {

// From now on a lost connection or a window that somebody else destroyed ends the program with one sentence
// and exit status 1, and other errors are passed over; Xlib's own handlers print lines of their own and exit.
// GLFW puts those back whenever it has watched for an error itself, so call this once a frame.
void watch_x11_errors();

}  // namespace poolglass
