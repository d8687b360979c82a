#!/usr/bin/env python3
"""Instructions per vector of results, one kernel per family, counted by valgrind's callgrind.

    python3 tests/bench/count_instructions.py build/release/poolglass

Counts the kernel alone, as called by `poolglass pool --threads 1` with 256-bit vectors, the longest that valgrind 3.19
runs. Prints a table: instructions, and 8-float vectors that must be read or written, per 8 results.
"""
import os
import random
import re
import struct
import subprocess
import sys
import tempfile

LANES = 8
POINTS, IMAGE = (64, 112, 112), (1, 1024, 1024)
CASES = [
    ("max 2x2/2", POINTS, "--op max --kernel 2"),
    ("average 2x2/2", POINTS, "--op avg --kernel 2"),
    ("max 3x3/2", POINTS, "--op max --kernel 3 --stride 2 --pad 1"),
    ("max 3x3/1", (64, 56, 56), "--op max --kernel 3 --stride 1 --pad 1"),
    ("average 3x3/1", (64, 56, 56), "--op avg --kernel 3 --stride 1 --pad 1"),
    ("max 5x5/1, 13x13 planes", (512, 13, 13), "--op max --kernel 5 --stride 1 --pad 2"),
    ("max 13x13/1, 20x20 planes", (512, 20, 20), "--op max --kernel 13 --stride 1 --pad 6"),
    ("max 31x31/1, image", IMAGE, "--op max --kernel 31 --stride 1 --pad 15"),
    ("average 31x31/1, image", IMAGE, "--op avg --kernel 31 --stride 1 --pad 15"),
    ("global average 56x56", (64, 56, 56), "--op global-avg"),
    ("max 2x2/2 with indices", POINTS, "--op max --kernel 2 --indices i.npy"),
    ("backward max 2x2/2", POINTS, "--op max --kernel 2 --backward g.npy"),
    ("backward average 2x2/2", POINTS, "--op avg --kernel 2 --backward g.npy"),
    ("backward max 3x3/2", POINTS, "--op max --kernel 3 --stride 2 --pad 1 --backward g.npy"),
]
KERNEL = re.compile(r"^\s*([\d,]+) .*poolglass::N_AVX2::[^(]*\(poolglass::PoolTask const&, long, long, float\*\)")


def write_random(path, shape):
    count = shape[0] * shape[1] * shape[2]
    header = f"{{'descr': '<f4', 'fortran_order': False, 'shape': {shape}, }}"
    header = header.ljust(117) + "\n"
    random.seed(1)
    period = [random.random() for _ in range(4099)]
    values = (period * (count // len(period) + 1))[:count]
    with open(path, "wb") as file:
        file.write(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode())
        file.write(struct.pack(f"<{count}f", *values))


def floats(path, item=4):
    with open(path, "rb") as file:
        header = struct.unpack("<8xH", file.read(10))[0]
    return (os.path.getsize(path) - 10 - header) // item


def count(binary, shape, options):
    """(instructions of the kernel, results, floats that must move)"""
    write_random("x.npy", shape)
    forward, backward, _ = options.partition(" --backward")
    if backward:
        subprocess.run([binary, "pool", "x.npy", "g.npy", *forward.split()], check=True)
    subprocess.run(["valgrind", "-q", "--tool=callgrind", "--callgrind-out-file=counts", binary, "pool", "x.npy",
                    "y.npy", "--threads", "1", *options.split()], check=True,
                   env={**os.environ, "POOLGLASS_SIMD_TARGET": "AVX2"})
    report = subprocess.run(["callgrind_annotate", "--inclusive=yes", "--threshold=100", "counts"], check=True,
                            capture_output=True, text=True).stdout
    found = [int(match[1].replace(",", "")) for match in map(KERNEL.match, report.splitlines()) if match]
    if not found:
        sys.exit(f"no kernel in callgrind's report of: pool {options}")
    results = floats("y.npy")
    moved = floats("x.npy") + results
    if "--indices" in options:
        moved += 2 * floats("i.npy", 8)
    if backward:
        moved += floats("g.npy") - (floats("x.npy") if "--op avg" in options else 0)
    return max(found), results, moved


def main():
    binary = os.path.abspath(sys.argv[1]) if len(sys.argv) == 2 else sys.exit(__doc__)
    print("| kernel | instructions per vector of results | vectors moved | instructions per vector moved |")
    print("|---|---:|---:|---:|")
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        for name, shape, options in CASES:
            instructions, results, moved = count(binary, shape, options)
            print(f"| {name} | {LANES * instructions / results:.1f} | {moved / results:.2f} "
                  f"| {LANES * instructions / moved:.1f} |", flush=True)


if __name__ == "__main__":
    main()
