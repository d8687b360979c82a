#!/usr/bin/env python3
"""Takes the window, then the whole display, away from the running program, which must end with one sentence.

    lose_window.py POOLGLASS
"""

import os
import subprocess
import sys
import tempfile

from drive_window import PATIENCE, Display, Failure, wait_for


def window_of(environment):
    found = subprocess.run(["xdotool", "search", "--class", "poolglass"], env=environment, capture_output=True,
                           text=True, check=False)
    return found.stdout.split()[-1] if found.stdout.split() else None


def lose(binary, take_away, words):
    with tempfile.TemporaryDirectory() as folder, Display(folder) as display:
        environment = {**os.environ, "DISPLAY": display.name, "XDG_STATE_HOME": folder}
        process = subprocess.Popen([binary], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        try:
            take_away(display, wait_for("the window", lambda: window_of(environment)))
            out, error = process.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            raise Failure(f"did not end {PATIENCE} s after: {words}") from None
        finally:
            process.kill()
    if process.returncode != 1 or out or error != f"poolglass: {words}\n":
        raise Failure(f"exit {process.returncode} with {out + error!r} instead of: {words}")


def main():
    binary = sys.argv[1]
    try:
        lose(binary, lambda display, window: display.xdotool("windowclose", window),
             "the window was destroyed by another program")
        lose(binary, lambda display, _: display.server.kill(), "the display has gone, and the window with it")
    except Failure as failure:
        print(failure)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
