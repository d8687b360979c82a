#!/usr/bin/env python3
"""Draws cases for bench_kernels (README.md): every pass, windows and planes of many sizes, few and many channels.

    draw_cases.py SEED COUNT [--irregular] > CASES

--irregular: adaptive pooling, which bench_kernels alone can read, and dilated windows.
"""
import random
import sys

WINDOWS = [2, 2, 3, 3, 3, 4, 5, 6, 7, 9, 13]
SIDES = [4, 6, 7, 8, 10, 13, 14, 15, 20, 24, 27, 28, 32, 40, 55, 56, 64, 112]
CHANNELS = [1, 2, 3, 5, 8, 16, 24, 32, 48, 64, 96, 100, 128, 256, 512]
PASSES = {"max": ["fwd", "fwdidx", "bwd", "bwdidx"], "avg": ["fwd", "bwd"]}
MOST_CELLS = 2_000_000


def draw(random):
    """A case as a line, or None where the window does not fit."""
    op = random.choice(["max", "max", "avg"])
    direction = random.choice(PASSES[op])
    k = random.choice(WINDOWS)
    kernel = k, k if random.random() < 0.8 else random.choice([1, 2, 3, 5, 7])
    s = random.choice([1, 1, 2, 2, 3, k])
    stride = s, s if random.random() < 0.85 else random.choice([1, 2, 3])
    p = random.choice([0, 0, k // 2])
    padding = p, min(p, kernel[1] // 2)
    side = random.choice(SIDES)
    plane = side, side if random.random() < 0.8 else random.choice([3, 7, 14, 17, 33, 60, 120])
    channels = random.choice(CHANNELS)
    counts = " cip=0" if op == "avg" and random.random() < 0.4 else ""
    fits = all(k <= n + 2 * p for k, n, p in zip(kernel, plane, padding))
    if not fits or channels * plane[0] * plane[1] > MOST_CELLS:
        return None
    pair = lambda values: "x".join(map(str, values))
    name = f"{op}_{direction}_k{pair(kernel)}_s{pair(stride)}_p{pair(padding)}_{channels}x{pair(plane)}"
    edges = ",".join(map(str, padding + padding))
    return f"{name} {op} {direction} 1,{channels},{plane[0]},{plane[1]} k={pair(kernel)} s={pair(stride)} p={edges}{counts}"


def draw_irregular(random):
    """The same, adaptive or dilated."""
    case = draw(random)
    if case is None:
        return None
    name, op, direction, shape, window, stride, padding, *counts = case.split()
    height, width = map(int, shape.split(",")[2:])
    if random.random() < 0.4:
        out = random.randint(1, height), random.randint(1, width)
        if height % out[0] == 0 and width % out[1] == 0:
            return None  # a window like another
        name = f"{op}_{direction}_out{out[0]}x{out[1]}_{name.split('_')[-1]}"
        return f"{name} {op} {direction} {shape} out={out[0]}x{out[1]}"
    dilation = random.choice([2, 2, 3, 4])
    kernel = map(int, window[2:].split("x"))
    edges = map(int, padding[2:].split(",")[:2])
    if any((k - 1) * dilation + 1 > n + 2 * p for k, n, p in zip(kernel, (height, width), edges)):
        return None
    return f"{name}_d{dilation} {op} {direction} {shape} {window} {stride} {padding} d={dilation} {' '.join(counts)}".rstrip()


def main():
    arguments = [word for word in sys.argv[1:] if word != "--irregular"]
    if len(arguments) != 2:
        sys.exit(__doc__)
    draw_one = draw if arguments == sys.argv[1:] else draw_irregular
    generator = random.Random(int(arguments[0]))
    cases = []
    while len(cases) < int(arguments[1]):
        case = draw_one(generator)
        if case:
            cases.append(case)
    print("\n".join(cases))


if __name__ == "__main__":
    main()
