#!/usr/bin/env python3
"""Runs what `poolglass code` writes, on random poolings, and compares with `poolglass pool`.

    run_code.py BINARY [--count N] [--seed S]    default: 200 poolings, seed 1

Maxima must be equal, averages within 1e-6 of the largest input. Python, NumPy and, where they are installed, PyTorch
and onnx (whose checker and shape inference must agree) take part; others are said not to. Prints a line per program. Without
NumPy it ends with 77, which ctest shows as skipped.
"""

import argparse
import math
import os
import pathlib
import random
import subprocess
import sys
import tempfile

SKIPPED = 77
DEBIANS_PYTHON = "/usr/bin/python3"  # has Debian's packages; the first on the path may not

try:
    import numpy as np
except ImportError:
    if os.path.realpath(sys.executable) != os.path.realpath(DEBIANS_PYTHON) and os.path.exists(DEBIANS_PYTHON):
        os.execv(DEBIANS_PYTHON, [DEBIANS_PYTHON, *sys.argv])
    print("not run: NumPy is not installed")
    sys.exit(SKIPPED)


def optional(name):
    try:
        return __import__(name)
    except ImportError:
        return None


def random_options(rng):
    def size(low, high):
        return f"{rng.randint(low, high)}x{rng.randint(low, high)}"

    op = rng.choice(["max", "avg"] * 4 + ["global-max", "global-avg", "adaptive-max", "adaptive-avg"])
    options = ["--op", op]
    if op.startswith("adaptive"):
        return options + ["--output-size", size(1, 6)]
    if op.startswith("global"):
        return options
    kernel = (rng.randint(1, 4), rng.randint(1, 4))
    options += ["--kernel", f"{kernel[0]}x{kernel[1]}"]
    if rng.random() < 0.6:
        options += ["--stride", size(1, 4)]
    if rng.random() < 0.6:
        options += ["--pad", f"{rng.randint(0, kernel[0] // 2)}x{rng.randint(0, kernel[1] // 2)}"]
    elif rng.random() < 0.2:
        options += ["--pad", ",".join(str(rng.randint(0, kernel[i % 2] // 2)) for i in range(4))]
    if rng.random() < 0.3:
        options += ["--dilation", size(1, 3)]
    if rng.random() < 0.4:
        options += ["--ceil-mode"]
    if op == "avg" and rng.random() < 0.5:
        options += ["--no-count-include-pad"]
    return options


def same(got, expected, maximum, x):
    if got.shape != expected.shape:
        return False
    if maximum:
        return np.array_equal(got, expected, equal_nan=True)
    return np.allclose(got, expected, rtol=0, atol=1e-6 * float(np.abs(x).max()), equal_nan=True)


def run_python(scope, x):
    planes = [scope["pool"](plane.tolist()) for plane in x.reshape(-1, *x.shape[-2:])]
    return np.array(planes, np.float32).reshape(*x.shape[:2], len(planes[0]), len(planes[0][0]))


def run_torch(scope, x):
    import torch

    return scope["pool"](torch.from_numpy(x)).numpy()


def run_onnx(scope, x):
    """No values: the checker's word, and the shape that inference finds."""
    import onnx

    model = scope["model"]
    for dim, value in zip(model.graph.input[0].type.tensor_type.shape.dim, x.shape):
        dim.dim_value = value
    onnx.checker.check_model(model)
    inferred = onnx.shape_inference.infer_shapes(model)
    return tuple(d.dim_value for d in inferred.graph.output[0].type.tensor_type.shape.dim)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("binary")
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    rng = random.Random(given.seed)
    values = np.random.default_rng(given.seed)
    runners = {"python": run_python, "numpy": lambda scope, x: scope["pool"](x)}
    for target, module, runner in (("torch", "torch", run_torch), ("onnx", "onnx", run_onnx)):
        if optional(module):
            runners[target] = runner
        else:
            print(f"{target:7} not run: its package is not installed")
    equal = dict.fromkeys(runners, 0)
    refused = dict.fromkeys(runners, 0)
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        source, result = pathlib.Path(folder, "x.npy"), pathlib.Path(folder, "y.npy")
        done = 0
        while done < given.count:
            options = random_options(rng)
            x = values.integers(-9, 10, (2, 3, rng.randint(1, 11), rng.randint(1, 11))).astype(np.float32)
            if rng.random() < 0.5:
                x += values.random(x.shape).astype(np.float32)
            np.save(source, x)
            pooled = subprocess.run([given.binary, "pool", *options, source, result], capture_output=True, text=True)
            if pooled.returncode != 0:
                continue  # the window does not fit this input
            done += 1
            expected = np.load(result)
            for target, runner in runners.items():
                command = [given.binary, "code", "--to", target, *options]
                code = subprocess.run(command, capture_output=True, text=True)
                if code.returncode != 0:
                    refused[target] += 1
                    continue
                if target == "onnx" and "opset_imports=[helper.make_opsetid(\"\", 19)]" in code.stdout:
                    refused[target] += 1  # newer than the checker
                    continue
                scope = {}
                exec(code.stdout, scope)  # what is under test
                got = runner(scope, x)
                if target == "onnx":  # rounding up, it keeps a last window that begins in the padding
                    more = 1 if "--ceil-mode" in options else 0
                    good = all(0 <= g - e <= more for g, e in zip(got, expected.shape))
                else:
                    good = same(got, expected, "max" in options[1], x)
                if good:
                    equal[target] += 1
                else:
                    wrong += 1
                    print("DIFFERS:", " ".join(command), "on", x.shape)
    for target in runners:
        print(f"{target:7} {equal[target]} equal, {refused[target]} not to be written")
    print(f"{given.count} poolings, {wrong} differences")
    sys.exit(1 if wrong or math.fsum(equal.values()) == 0 else 0)


if __name__ == "__main__":
    main()
