#!/usr/bin/env python3
"""Kills the real window at random moments while somebody works in it, and checks that the next start has the work back.

    kill_window.py POOLGLASS [--kills N] [--jobs J] [--seed S]

The work is the key R: each press draws the next random grid, whose number stands in the kept session. After every
kill -9 the session must hold every press that was made a second or more before the kill, and the next start, which
is killed in turn, must go on from there: a start that lost the session would begin to count anew. Undo must reach
back at least 50 steps once there have been as many, and nothing may be left over beside the session. On a busy machine
the window may have had no processor for part of that second: what the kernel says it waited for one is taken off.
"""

import argparse
import concurrent.futures
import json
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import time

PATIENCE = 120  # seconds; reached only when something is broken
LOST_AT_MOST = 1.0  # seconds of work


class Failure(Exception):
    pass


class Display:
    """An X server of its own, on a free number."""

    def __init__(self):
        read_end, write_end = os.pipe()
        self.server = subprocess.Popen(["Xvfb", "-displayfd", str(write_end), "-screen", "0", "640x480x24", "-nolisten",
                                        "tcp", "-noreset"], pass_fds=[write_end], stderr=subprocess.DEVNULL)
        os.close(write_end)
        with os.fdopen(read_end) as pipe:
            self.name = f":{pipe.readline().strip()}"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.terminate()
        self.server.wait()


def kept_session(folder):
    """What the killed window kept: (number of its random grid, 0: another one; steps of undo); None: nothing yet."""
    files = sorted(folder.glob("poolglass/window-*.json"))
    if not files:
        return None
    if len(files) > 1:
        raise Failure(f"more than one session was kept: {files}")
    session = json.loads(files[0].read_text(encoding="utf-8"))
    step = session["step"]
    return step["seed"] if step["preset"] == "random" else 0, len(step.get("undo", []))


def check_nothing_left_over(folder):
    for file in folder.glob("poolglass/*"):
        if file.name not in ("last.json", "recent.json", "recent.lock") and not file.name.startswith("window-"):
            raise Failure(f"{file.name} was left over")


def waited(process):
    """Seconds that the window's own thread has been ready to run and had no processor."""
    try:
        return int(pathlib.Path(f"/proc/{process.pid}/schedstat").read_text(encoding="ascii").split()[1]) / 1e9
    except OSError:
        return 0.0


class Typist:
    """Presses keys through one xdotool that stays open."""

    def __init__(self, display):
        self.tool = subprocess.Popen(["xdotool", "-"], env={**os.environ, "DISPLAY": display.name},
                                     stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def do(self, line):
        """Returns when the X server has it: xdotool answers the second command after it has done the first."""
        self.tool.stdin.write(line + "\ngetmouselocation\n")
        self.tool.stdin.flush()
        self.tool.stdout.readline()

    def close(self):
        self.tool.stdin.close()
        self.tool.wait()


def wait_for_window(process, display):
    """Until the window is there and has drawn: then it takes keys."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise Failure(f"the app ended by itself with {process.returncode}")
        found = subprocess.run(["xdotool", "search", "--onlyvisible", "--name", "Poolglass"], check=False,
                               env={**os.environ, "DISPLAY": display.name}, capture_output=True)
        if found.stdout.strip():
            return
        time.sleep(0.05)
    raise Failure(f"waited {PATIENCE} s for the window")


def one_kill(poolglass, folder, display, before, chance):
    """Starts, works, kills, looks. Returns (what is kept now, presses, presses lost, age of the oldest lost one,
    what of that the window waited for a processor)."""
    environment = {**os.environ, "DISPLAY": display.name, "XDG_STATE_HOME": str(folder), "LIBGL_ALWAYS_SOFTWARE": "1"}
    # The typist is in no hurry for the first key: X delivers it to the window under the pointer, once it is there.
    size = ["--size", "480x320"] if before is None else []
    process = subprocess.Popen([poolglass, *size], env=environment, stderr=subprocess.PIPE, text=True)
    presses = []
    typist = Typist(display)
    try:
        wait_for_window(process, display)
        typist.do("mousemove 240 150")
        time.sleep(0.3)
        stop = time.monotonic() + chance.uniform(0.0, 3.0)
        while time.monotonic() < stop:
            typist.do("key r")
            presses.append((time.monotonic(), waited(process)))
            time.sleep(chance.choice([0.0, 0.02, 0.1, 0.3, 0.8]) * chance.random())
        time.sleep(max(0.0, stop - time.monotonic()) + chance.uniform(0, 0.2))
        if process.poll() is not None:
            raise Failure(f"the app ended by itself: {process.stderr.read()}")
    finally:
        killed, starved = time.monotonic(), waited(process)
        process.kill()
        process.wait()
        process.stderr.close()
        typist.close()
    kept = kept_session(folder)
    check_nothing_left_over(folder)
    grid, undo = kept or (0, 0)
    grid_before = before[0] if before else 0
    arrived = grid - grid_before
    if not presses:
        return kept, 0, 0, 0.0, 0.0
    if arrived < 0 or arrived > len(presses):
        raise Failure(f"grid {grid} after grid {grid_before} and {len(presses)} presses")
    lost = len(presses) - arrived
    pressed, starved_before = presses[arrived] if lost else (killed, starved)
    if kept and undo < min(50, grid):
        raise Failure(f"only {undo} steps of undo after {grid} changes")
    return kept, len(presses), lost, killed - pressed, starved - starved_before


def worker(poolglass, kills, seed):
    chance = random.Random(seed)
    presses = lost = 0
    ages = []
    with tempfile.TemporaryDirectory() as name, Display() as display:
        kept = None
        for _ in range(kills):
            kept, made, gone, age, starved = one_kill(poolglass, pathlib.Path(name), display, kept, chance)
            presses, lost = presses + made, lost + gone
            ages.append((age, starved))
    return presses, lost, ages


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("poolglass", type=pathlib.Path)
    parser.add_argument("--kills", type=int, default=6)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    options = parser.parse_args()
    missing = [tool for tool in ("Xvfb", "xdotool") if not shutil.which(tool)]
    if missing:
        sys.exit(f"missing: {', '.join(missing)} (packages xvfb and xdotool)")
    print(f"seed {options.seed}", flush=True)
    share = -(-options.kills // options.jobs)
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        runs = [pool.submit(worker, options.poolglass.resolve(), share, options.seed + i) for i in range(options.jobs)]
        try:
            results = [run.result() for run in runs]
        except Failure as failure:
            sys.exit(f"FAILED: {failure}")
    presses, lost = sum(result[0] for result in results), sum(result[1] for result in results)
    ages = [age for result in results for age in result[2]]
    oldest, own = max(ages), max(age - starved for age, starved in ages)
    late = sum(age - starved > LOST_AT_MOST for age, starved in ages)
    print(f"{len(ages)} kills, {presses} presses, {lost} lost; the oldest lost press was made {oldest[0]:.2f} s before its "
          f"kill, {oldest[1]:.2f} s of them without a processor; {own:.2f} s at most with one; "
          f"{late} kills lost more than the last {LOST_AT_MOST:.0f} s of those")
    if late:
        sys.exit(1)


if __name__ == "__main__":
    main()
