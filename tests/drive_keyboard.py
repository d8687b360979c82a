#!/usr/bin/env python3
"""Presses the same keys on keyboards of several layouts, in a real window, and prints what came of it as a table.

    drive_keyboard.py POOLGLASS [LAYOUT ...]

Keys are pressed by their place, as a hand does (the numbers are X key codes), and the layout is changed with
setxkbmap while the window is open. A key has worked when the picture changes, and its counterpart has when the
picture is what it was before.
"""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

import drive_window
from drive_window import Display, Failure, Window, named_boxes, wait_for

# Places of keys: the US letter or sign on them.
PLACE = {"1": 10, "2": 11, "3": 12, "Q": 24, "W": 25, "Y": 29, "A": 38, "K": 45, ";": 47, "Z": 52, "M": 58, ".": 60,
         "caps": 66, "shift": 50, "ctrl": 37, "keypad right": 85, "keypad left": 83, "enter": 36,
         "escape": "Escape"}  # its code, 9, xdotool takes for the digit


class Layout:
    """Where a layout has the letters M and Z, and whether its digits need Shift."""

    def __init__(self, m="M", z="Z", shifted_digits=False):
        self.m, self.z, self.shifted_digits = PLACE[m], PLACE[z], shifted_digits


# Russian and Greek have no Latin letters: there the key's place counts.
LAYOUTS = {
    "us": Layout(),
    "de": Layout(z="Y"),
    "fr": Layout(m=";", z="W", shifted_digits=True),
    "be": Layout(m=";", z="W", shifted_digits=True),
    "cz": Layout(z="Y", shifted_digits=True),
    "ru": Layout(),
    "gr": Layout(),
}


class Keyboard:
    def __init__(self, window):
        self.window, self.display = window, window.display
        self.typed = None  # what the picture shows with 12 in the cell

    def choose(self, layout):
        subprocess.run(["setxkbmap", "-display", self.display.name, layout], check=True, stderr=subprocess.DEVNULL)

    def press(self, code, *held):
        # One call: keys that follow each other faster than frames are part of the check.
        words = [word for key in held for word in ("keydown", key)] + ["key", code]
        words += [word for key in reversed(held) for word in ("keyup", key)]
        self.display.xdotool(*words)


def there_and_back(keyboard, picture, there, back):
    """Presses `there`, waits for the picture to change, presses `back`, waits for what it was."""
    before = keyboard.window.look_at_rest(picture)
    keyboard.press(*there)
    keyboard.window.look_until(picture, "the picture to change", lambda now: now != before)
    keyboard.press(*back)
    keyboard.window.look_until(picture, "the picture of before", lambda now: now == before)


def check_letter(keyboard, layout):
    there_and_back(keyboard, "canvas", (layout.m,), (layout.m,))
    there_and_back(keyboard, "canvas", (PLACE["K"],), (PLACE["K"], PLACE["shift"]))


def check_caps_lock(keyboard, layout):
    keyboard.press(PLACE["caps"])
    try:
        check_letter(keyboard, layout)
    finally:
        keyboard.press(PLACE["caps"])


def check_rooms(keyboard, _):
    there_and_back(keyboard, "rail", (PLACE["2"], PLACE["ctrl"]), (PLACE["1"], PLACE["ctrl"]))


def check_undo(keyboard, layout):
    there_and_back(keyboard, "canvas", (layout.m,), (layout.z, PLACE["ctrl"]))


def check_keypad(keyboard, _):
    there_and_back(keyboard, "canvas", (PLACE["keypad right"],), (PLACE["keypad left"],))


def check_cell(keyboard, layout):
    """12 typed over a pinned cell, digit by digit; it then looks as it did on the first keyboard."""
    window, held = keyboard.window, (PLACE["shift"],) if layout.shifted_digits else ()
    before = window.look_at_rest("canvas")
    window.click("step/in/0/1")
    window.rest_pointer()
    pinned = window.look_at_rest("canvas")
    for digit in "12":
        keyboard.press(PLACE[digit], *held)
    keyboard.press(PLACE["enter"])
    window.look_until("canvas", "the cell to change", lambda now: now not in (before, pinned))
    typed = window.look_at_rest("canvas")
    keyboard.typed = keyboard.typed or typed
    keyboard.press(layout.z, PLACE["ctrl"])
    keyboard.press(PLACE["escape"])
    window.look_until("canvas", "the picture of before", lambda now: now == before)
    if typed != keyboard.typed:
        raise Failure("another number than on the first keyboard")


CHECKS = {
    "letters M, K": check_letter,
    "with Caps Lock": check_caps_lock,
    "Ctrl + keys of 1, 2": check_rooms,
    "Ctrl + Z": check_undo,
    "keypad arrows": check_keypad,
    "12 in a cell": check_cell,
}


def outcome(check, keyboard, layout):
    try:
        check(keyboard, layout)
        return "yes"
    except Failure as failure:
        return f"NO: {failure}"


def run(poolglass, names):
    with tempfile.TemporaryDirectory() as folder_name, Display(folder_name) as display:
        folder = pathlib.Path(folder_name)
        boxes = named_boxes(poolglass, folder)
        rail, step = boxes["rail/step"], boxes["rail/chain"]
        boxes["rail"] = {"x": rail["x"], "y": rail["y"], "w": rail["w"], "h": step["y"] + step["h"] - rail["y"]}
        process = subprocess.Popen([poolglass, "--size", f"{drive_window.WIDTH}x{drive_window.HEIGHT}"],
                                   env={**os.environ, "DISPLAY": display.name, "XDG_CONFIG_HOME": folder_name,
                                        "XDG_STATE_HOME": folder_name},
                                   cwd=folder)
        try:
            window = Window(display, process, boxes)
            window.look_until("canvas", "the first frame", lambda picture: len(set(picture)) > 1)
            window.rest_pointer()
            keyboard = Keyboard(window)
            table = {}
            for name in names:
                keyboard.choose(name)
                time.sleep(0.2)  # the server tells its clients in its own time
                table[name] = [outcome(check, keyboard, LAYOUTS[name]) for check in CHECKS.values()]
                print(f"{name:8}" + "  ".join(f"{title}: {cell}" for title, cell in zip(CHECKS, table[name])),
                      flush=True)
        finally:
            process.kill()
            process.wait()
    return table


def main():
    missing = [tool for tool in ("Xvfb", "xdotool", "setxkbmap", "xkbcomp") if not shutil.which(tool)]
    if missing:
        sys.exit(f"missing: {', '.join(missing)} (packages xvfb, xdotool and x11-xkb-utils)")
    drive_window.PATIENCE = 20
    table = run(pathlib.Path(sys.argv[1]).resolve(), sys.argv[2:] or list(LAYOUTS))
    if any(cell != "yes" for row in table.values() for cell in row):
        sys.exit("FAILED")


if __name__ == "__main__":
    main()
