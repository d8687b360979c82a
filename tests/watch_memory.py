#!/usr/bin/env python3
"""Uses the real window for a long time and prints how much memory it has: that must stop growing.

    watch_memory.py POOLGLASS [--cycles N]

A cycle goes through all rooms, both themes, two scales, both devices, new grids, undo and redo, the help sheet, and opens
three files, one of them too large to be shown cell by cell. Prints the resident set after every tenth cycle, what of it is
the program's own (anonymous) memory, and at the end the growth from cycle 50 to the last.
"""

import argparse
import os
import pathlib
import struct
import subprocess
import sys
import tempfile
import time

from kill_window import Display, Typist, wait_for_window

ROOMS = ["ctrl+1", "ctrl+2", "ctrl+3", "ctrl+4", "ctrl+1"]
KEYS = [*ROOMS, "ctrl+t", "ctrl+plus", *ROOMS, "ctrl+t", "ctrl+minus", "u", "r", "r", "r", "ctrl+z", "ctrl+z", "ctrl+z",
        "ctrl+shift+z", "u", "question", "Escape"]


def write_npy(path, side):
    header = f"{{'descr': '<f4', 'fortran_order': False, 'shape': ({side}, {side}), }}"
    header += " " * (-(len(header) + 11) % 64) + "\n"
    cells = struct.pack(f"<{side}f", *range(side)) * side
    path.write_bytes(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode("ascii") + cells)


def memory(process):
    """(resident, of that anonymous) in MiB."""
    figures = {}
    for line in pathlib.Path(f"/proc/{process.pid}/smaps_rollup").read_text(encoding="ascii").splitlines()[1:]:
        name, value = line.split(":")
        figures[name] = int(value.split()[0]) / 1024
    return figures["Rss"], figures["Anonymous"]


def wait_until_idle(process):
    """Until the window has used no processor for a while: it has done what it was told."""
    def used():
        return sum(map(int, pathlib.Path(f"/proc/{process.pid}/stat").read_text(encoding="ascii").rsplit(")")[1].split()[11:13]))
    quiet, before = 0, used()
    while quiet < 4:
        time.sleep(0.1)
        now = used()
        quiet = quiet + 1 if now - before <= 1 else 0
        before = now


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("poolglass", type=pathlib.Path)
    parser.add_argument("--cycles", type=int, default=200)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, Display() as display:
        folder = pathlib.Path(folder)
        files = [folder / "small.npy", folder / "large.npy", folder / "chain.json"]
        write_npy(files[0], 48)
        write_npy(files[1], 700)
        chain = subprocess.run([given.poolglass, "chain", "--model", "resnet18", "--format", "chain"], check=True, capture_output=True)
        files[2].write_bytes(chain.stdout)
        environment = {**os.environ, "DISPLAY": display.name, "XDG_STATE_HOME": str(folder), "LIBGL_ALWAYS_SOFTWARE": "1"}
        process = subprocess.Popen([given.poolglass.resolve(), "--size", "640x480"], env=environment)
        typist = Typist(display)
        try:
            wait_for_window(process, display)
            typist.do("mousemove 320 470")
            typist.do("key Escape")
            at_50 = None
            for cycle in range(1, given.cycles + 1):
                for key in KEYS:
                    typist.do(f"key {key}")
                    time.sleep(0.02)
                for file in files:
                    typist.do("key ctrl+o")
                    time.sleep(0.05)
                    typist.do(f"type --delay 1 {file}")
                    typist.do("key Return")
                    wait_until_idle(process)
                if process.poll() is not None:
                    sys.exit(f"the app ended by itself with {process.returncode}")
                resident, own = memory(process)
                if cycle == 50:
                    at_50 = resident, own
                if cycle % 10 == 0:
                    print(f"cycle {cycle:4}: resident {resident:6.1f} MiB, its own {own:6.1f} MiB", flush=True)
            if at_50:
                print(f"from cycle 50 to {given.cycles}: resident {resident - at_50[0]:+.1f} MiB, its own {own - at_50[1]:+.1f} MiB")
        finally:
            typist.close()
            process.kill()
            process.wait()


if __name__ == "__main__":
    main()
