#!/usr/bin/env python3
"""Kills `poolglass pool` while it writes two files, one of them over an old one, at random moments, and looks at what
is left.

    kill_writes.py BINARY NO_TMPFILE [--count N] [--seed S]

Each file must hold its old bytes or its new ones, whole. After SIGINT, SIGTERM and SIGHUP nothing else may lie in the
folder, whether or not the file system has nameless files (NO_TMPFILE, a library that is preloaded, makes it one that has
none). SIGKILL can leave a temporary file, between the two calls that give a nameless file its name, or from the beginning
where there are no nameless ones: counted, and gone after the next write in that folder."""

import argparse
import os
import pathlib
import random
import signal
import subprocess
import sys
import tempfile
import time

SIDE, PLANES = 64, 40
ENDING = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]


def array(planes, side, descr="<f4", fill=b"\x00\x00\x80\x3f"):
    header = f"{{'descr': '{descr}', 'fortran_order': False, 'shape': ({planes}, {side}, {side}), }}".encode()
    header += b" " * (63 - (len(header) + 10) % 64) + b"\n"
    return b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header + fill * (planes * side * side)


def take_signals():
    """Not ignored, as they are for what runs in the background."""
    for number in ENDING:
        signal.signal(number, signal.SIG_DFL)


class Desk:
    def __init__(self, binary, folder):
        self.command = [binary, "pool", "--op", "max", "--kernel", "2", "--threads", "1", "--indices", "i.npy",
                        "in.npy", "out.npy"]
        self.folder = folder
        (folder / "in.npy").write_bytes(array(PLANES, SIDE))
        self.old = {"out.npy": b"old result", "i.npy": None}  # None: no such file
        self.reset()
        self.seconds = min(self.time_once() for _ in range(5))
        self.new = {name: (folder / name).read_bytes() for name in self.old}

    def time_once(self):
        start = time.monotonic()
        subprocess.run(self.command, cwd=self.folder, check=True)
        return time.monotonic() - start

    def content(self, name):
        file = self.folder / name
        return file.read_bytes() if file.exists() else None

    def reset(self):
        for file in self.folder.glob(".poolglass-*.tmp"):
            file.unlink()
        for name, text in self.old.items():
            (self.folder / name).unlink(missing_ok=True)
            if text is not None:
                (self.folder / name).write_bytes(text)

    def left_over(self):
        return {p.name for p in self.folder.iterdir()} - {"in.npy", *self.old}

    def torn(self):
        return [name for name in self.old if self.content(name) not in (self.old[name], self.new[name])]

    def write_again(self, environment):
        subprocess.run(self.command, cwd=self.folder, env=environment, check=True)

    def kill_once(self, number, delay, environment):
        self.reset()
        process = subprocess.Popen(self.command, cwd=self.folder, env=environment, stderr=subprocess.DEVNULL,
                                   preexec_fn=take_signals)
        time.sleep(delay)
        process.send_signal(number)
        process.wait()
        return process.returncode != 0, sum(self.content(name) == text for name, text in self.new.items())


def run(desk, name, signals, count, environment, rng):
    killed = old = new = left = 0
    for i in range(count):
        number = rng.choice(signals)
        was_killed, changed = desk.kill_once(number, rng.uniform(0, 1.3 * desk.seconds), environment)
        killed += was_killed
        old += changed == 0
        new += changed == len(desk.new)
        left_over, torn = desk.left_over(), desk.torn()
        if torn or (left_over and number != signal.SIGKILL):
            print(f"{name}, run {i}, {number.name}: neither old nor new {torn}, left over {left_over}")
            return False
        if left_over:
            left += 1
            desk.write_again(environment)
            if desk.left_over():
                print(f"{name}, run {i}: {desk.left_over()} is left over after the next write, too")
                return False
    print(f"{name}: {count} runs, {killed} killed; {old} left both files as they were, {new} wrote both, "
          f"{count - old - new} one; {left} left a temporary file, which the next write removed")
    return True


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary", type=pathlib.Path)
    parser.add_argument("no_tmpfile", type=pathlib.Path, help="built from support/no_tmpfile.c")
    parser.add_argument("--count", type=int, default=25)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    rng = random.Random(arguments.seed)
    with tempfile.TemporaryDirectory() as scratch:
        scratch = pathlib.Path(scratch)
        (scratch / "desk").mkdir()
        desk = Desk(arguments.binary.resolve(), scratch / "desk")
        good = run(desk, "nameless files, SIGKILL", [signal.SIGKILL], arguments.count, None, rng)
        good = run(desk, "nameless files, INT TERM HUP", ENDING, arguments.count, None, rng) and good
        environment = dict(os.environ, LD_PRELOAD=str(arguments.no_tmpfile.resolve()))
        good = run(desk, "named files, SIGKILL", [signal.SIGKILL], arguments.count, environment, rng) and good
        good = run(desk, "named files, INT TERM HUP", ENDING, arguments.count, environment, rng) and good
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
