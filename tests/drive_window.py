#!/usr/bin/env python3
"""Drives the real binary in a real window: starts an X server without a screen, clicks what `poolglass shot --tags`
names, presses keys, and looks at the pixels.

    drive_window.py POOLGLASS

Every wait polls for what it waits for and gives up with a sentence; nothing depends on how fast the machine is.
"""

import json
import os
import pathlib
import shutil
import struct
import subprocess
import sys
import tempfile
import time
import zlib

WIDTH, HEIGHT = 1280, 720
PATIENCE = 60  # seconds; reached only when something is broken


class Failure(Exception):
    pass


def wait_for(what, attempt, pause=0.02):
    """The first result of attempt() that is not None."""
    deadline = time.monotonic() + PATIENCE
    while True:
        result = attempt()
        if result is not None:
            return result
        if time.monotonic() > deadline:
            raise Failure(f"waited {PATIENCE} s for {what}")
        time.sleep(pause)


class Display:
    """An X server of its own, on a free number, whose screen is a file."""

    def __init__(self, folder):
        read_end, write_end = os.pipe()
        self.server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(write_end), "-screen", "0", f"{WIDTH}x{HEIGHT}x24", "-fbdir", folder,
             "-nolisten", "tcp", "-noreset"],
            pass_fds=[write_end], stderr=subprocess.DEVNULL)
        os.close(write_end)
        with os.fdopen(read_end) as pipe:
            number = pipe.readline().strip()
        if not number:
            raise Failure("Xvfb did not start")
        self.name = f":{number}"
        self.screen = pathlib.Path(folder, "Xvfb_screen0")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.terminate()
        self.server.wait()

    def picture(self):
        """The screen's pixels, four bytes each, row by row."""
        dump = self.screen.read_bytes()  # X window dump: header and colour table, then pixels
        header = struct.unpack_from(">25I", dump)
        header_size, bytes_per_line, colours = header[0], header[12], header[19]
        if bytes_per_line != 4 * WIDTH:
            raise Failure(f"the screen has lines of {bytes_per_line} bytes, not {4 * WIDTH}")
        return dump[header_size + 12 * colours:][:4 * WIDTH * HEIGHT]

    def xdotool(self, *words):
        subprocess.run(["xdotool", *map(str, words)], env={**os.environ, "DISPLAY": self.name}, check=True,
                       stdout=subprocess.DEVNULL, timeout=PATIENCE)


def crop(picture, box):
    """The bytes of the named rectangle of a picture."""
    left, top = max(0, int(box["x"])), max(0, int(box["y"]))
    right, bottom = min(WIDTH, int(box["x"] + box["w"])), min(HEIGHT, int(box["y"] + box["h"]))
    return b"".join(picture[4 * (y * WIDTH + left):4 * (y * WIDTH + right)] for y in range(top, bottom))


class Window:
    """The app, from outside: where things are, what they look like, and a hand on mouse and keyboard."""

    def __init__(self, display, process, boxes):
        self.display, self.process, self.boxes = display, process, boxes

    def box(self, name):
        if name not in self.boxes:
            raise Failure(f"nothing is named {name}; there are {', '.join(sorted(self.boxes))}")
        return self.boxes[name]

    def look(self, name):
        if self.process.poll() is not None:
            raise Failure(f"the app ended by itself with {self.process.returncode}")
        return crop(self.display.picture(), self.box(name))

    def look_at_rest(self, name):
        """What the rectangle shows once three pictures in a row are the same."""
        seen = []

        def settled():
            seen.append(self.look(name))
            return seen[-1] if len(seen) >= 3 and seen[-1] == seen[-2] == seen[-3] else None
        return wait_for(f"{name} to come to rest", settled, pause=0.15)

    def look_until(self, name, what, condition):
        def seen():
            picture = self.look(name)
            return picture if condition(picture) else None
        return wait_for(what, seen)

    def move_to(self, name):
        box = self.box(name)
        self.display.xdotool("mousemove", round(box["x"] + box["w"] / 2), round(box["y"] + box["h"] / 2))

    def click(self, name):
        """Moves there, waits until the app shows that it noticed, and clicks."""
        calm = self.look(name)
        self.move_to(name)
        self.look_until(name, f"{name} to light up under the pointer", lambda picture: picture != calm)
        self.display.xdotool("click", 1)

    def rest_pointer(self):
        self.move_to("status")  # hovering changes nothing there

    def press(self, *keys):
        self.display.xdotool("key", *keys)


def named_boxes(poolglass, folder):
    tags, picture = folder / "tags.json", folder / "shot.png"
    subprocess.run([poolglass, "shot", "--room", "step", "--size", f"{WIDTH}x{HEIGHT}", "--tags", tags, picture],
                   check=True, timeout=PATIENCE)
    return {tag["name"]: tag for tag in json.loads(tags.read_text(encoding="utf-8"))}


def cpu_seconds(process):
    fields = pathlib.Path(f"/proc/{process.pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def check_first_picture(window, started):
    window.look_until("canvas", "the first frame", lambda picture: len(set(picture)) > 1)
    print(f"first frame on the screen {time.monotonic() - started:.2f} s after the start")
    window.rest_pointer()


def check_toggle(window):
    """A click on average changes the picture, M changes it back to what it was, pixel for pixel."""
    maximum = window.look_at_rest("canvas")
    window.click("step/operation/average")
    window.look_until("canvas", "the click on average to change the picture", lambda picture: picture != maximum)
    window.rest_pointer()
    average = window.look_at_rest("canvas")
    if average == maximum:
        raise Failure("max and average look the same")
    window.press("m")
    window.look_until("canvas", "M to bring max back", lambda picture: picture == maximum)
    print("max -> average by a click, average -> max by M: the picture follows and returns")


def check_playback(window):
    """Space sets the window walking, Space stops it; it stands elsewhere then."""
    before = window.look_at_rest("canvas")
    window.press("space")
    frames = set()

    def walking():
        frames.add(window.look("canvas"))
        return True if len(frames) >= 4 else None
    wait_for("Space to set the window walking", walking)
    window.press("space")
    after = window.look_at_rest("canvas")
    if after == before:
        raise Failure("the window stands where it stood before Space")
    print("Space plays and Space pauses")


def report_idle(window):
    before, seconds = cpu_seconds(window.process), 3.0
    time.sleep(seconds)
    print(f"idle: {100 * (cpu_seconds(window.process) - before) / seconds:.1f} % of one core")


def png_bytes(path):
    """The picture's rows as the file filters them: enough to tell a picture from a black rectangle."""
    data, at, packed = path.read_bytes(), 8, b""
    while at < len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        if kind == b"IDAT":
            packed += data[at + 8:at + 8 + length]
        at += 12 + length
    return zlib.decompress(packed)


def check_export(window, folder):
    """Ctrl+Shift+E asks for a name and writes the window's picture, whatever the driver keeps of the screen."""
    target = folder / "export.png"
    window.press("ctrl+shift+e")
    time.sleep(1)
    window.display.xdotool("type", "--delay", 40, str(target))
    window.press("Return")
    wait_for("the exported picture", lambda: target.exists() or None)
    if len(set(png_bytes(target))) < 100:
        raise Failure("the exported picture shows next to nothing")
    print("Ctrl+Shift+E exports a picture")


def check_question(window):
    """With unsaved changes Ctrl+Q asks; Esc stays."""
    window.press("m")
    window.rest_pointer()
    calm = window.look_at_rest("status")
    window.press("ctrl+q")
    window.look_until("status", "the question before changes are lost", lambda picture: picture != calm)
    window.press("Escape")
    window.press("m")
    window.look_at_rest("status")
    if window.process.poll() is not None:
        raise Failure("the app left with unsaved changes and without a question")
    print("Ctrl+Q with unsaved changes asks, and Esc stays")


def check_quit(window):
    window.press("ctrl+q")
    code = wait_for("Ctrl+Q to close the app", window.process.poll)
    if code != 0:
        raise Failure(f"the app left with {code} after Ctrl+Q")
    print("Ctrl+Q leaves with 0")


def run(poolglass):
    with tempfile.TemporaryDirectory() as folder_name, Display(folder_name) as display:
        folder = pathlib.Path(folder_name)
        boxes = named_boxes(poolglass, folder)
        started = time.monotonic()
        process = subprocess.Popen([poolglass, "--size", f"{WIDTH}x{HEIGHT}"],
                                   env={**os.environ, "DISPLAY": display.name, "XDG_STATE_HOME": folder_name},
                                   cwd=folder)
        try:
            window = Window(display, process, boxes)
            check_first_picture(window, started)
            check_toggle(window)
            check_playback(window)
            check_export(window, folder)
            check_question(window)
            report_idle(window)
            check_quit(window)
        finally:
            if process.poll() is None:
                process.kill()
            process.wait()


def main():
    missing = [tool for tool in ("Xvfb", "xdotool") if not shutil.which(tool)]
    if missing:
        sys.exit(f"missing: {', '.join(missing)} (packages xvfb and xdotool)")
    try:
        run(pathlib.Path(sys.argv[1]).resolve())
    except Failure as failure:
        sys.exit(f"FAILED: {failure}")


if __name__ == "__main__":
    main()
