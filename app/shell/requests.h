// Carries out what the model cannot do by itself: reading and writing files, and asking for their names.
#pragma once

#include "app/document/desk.h"
#include "app/shell/shell.h"

namespace poolglass {

// Documents and the panel that asks for files. True when the window may close. Requests of other kinds, which
// need the window, are left alone.
bool carry_out(const Request& request, Desk& desk, Shell& shell);

// Somebody chooses a file or is asked whether to save: what was opened meanwhile waits, so that the question
// stays and its answer is about the document that it named.
bool is_asking(Shell& shell);
// The same for a file that is there at once, and may have been dropped on the window: of the panels only the
// one that asks what to open does not make it wait.
bool opens_at_once(Shell& shell);

// The second half of it, for a request whose outcome is known.
bool carry_out(const Request& request, const Desk::Outcome& outcome, Shell& shell);

}  // namespace poolglass
