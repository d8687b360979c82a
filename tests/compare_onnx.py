#!/usr/bin/env python3
"""Compares the shapes that Poolglass finds in .onnx files with those of onnx's own inference.

    compare_onnx.py POOLGLASS [--all] [FOLDER...]

Reads what Debian's libonnx-testdata holds of networks and of nodes that convolve, pool, normalise or resize
(--all: every file), and every .onnx file of the folders. Prints files, shapes compared, differences; ends with 1
when there is one, with 77, which ctest shows as skipped, where the packages python3-onnx and libonnx-testdata are
not installed.
"""

import collections
import os
import pathlib
import subprocess
import sys

SKIPPED = 77
DEBIANS_PYTHON = "/usr/bin/python3"  # the one that Debian's packages are for
DATA = pathlib.Path("/usr/share/libonnx-testdata/data")
NETWORK_NODES = {
    "AveragePool", "BatchNormalization", "Conv", "ConvTranspose", "DepthToSpace", "Flatten", "Gemm", "GlobalAveragePool",
    "GlobalMaxPool", "InstanceNormalization", "LRN", "LayerNormalization", "LpPool", "MatMul", "MaxPool", "MaxUnpool",
    "Pad", "Resize", "RoiAlign", "SpaceToDepth", "Upsample"}

try:
    import onnx
    from onnx import shape_inference
except ImportError:
    if os.path.realpath(sys.executable) != os.path.realpath(DEBIANS_PYTHON) and os.path.exists(DEBIANS_PYTHON):
        os.execv(DEBIANS_PYTHON, [DEBIANS_PYTHON, *sys.argv])
    print("skipped: python3-onnx is not installed")
    sys.exit(SKIPPED)


def text_of(tensor_type):
    """"1x3x8x8", or None where onnx does not know all of it."""
    if not tensor_type.HasField("shape"):
        return None
    sizes = [str(d.dim_value) if d.HasField("dim_value") else None for d in tensor_type.shape.dim]
    return None if None in sizes else "x".join(sizes) or "scalar"


def fill_open_sizes(model):
    """Gives the model's inputs sizes where it leaves them open; returns them as options for Poolglass."""
    options = []
    weights = {tensor.name for tensor in model.graph.initializer}
    for value in model.graph.input:
        tensor_type = value.type.tensor_type
        if value.name in weights or not value.type.HasField("tensor_type") or not tensor_type.HasField("shape"):
            continue
        sizes = tensor_type.shape.dim
        if all(d.dim_value > 0 for d in sizes):
            continue
        for i, size in enumerate(sizes):
            if size.dim_value <= 0:
                size.Clear()
                size.dim_value = 1 if i == 0 else 224 if len(sizes) == 4 else 2
        options += ["--input", value.name + "=" + "x".join(str(d.dim_value) for d in sizes)]
    return options


def ours(poolglass, path, options):
    """Shapes by tensor, or the sentence."""
    done = subprocess.run([poolglass, "chain", str(path), "--shapes", *options], capture_output=True, text=True, timeout=60)
    if done.returncode != 0:
        return None, done.stderr.strip()
    rows = [line.split("\t") for line in done.stdout.splitlines()[1:]]
    return {row[2]: row[3] for row in rows}, ""


def inferred(model):
    """Shapes by tensor; weights and shapes that the file says are taken away before."""
    for tensor in model.graph.initializer:
        if len(tensor.raw_data) > 100_000:
            tensor.ClearField("raw_data")
    del model.graph.value_info[:]
    for value in model.graph.output:
        if value.type.HasField("tensor_type"):
            value.type.tensor_type.ClearField("shape")
    found = shape_inference.infer_shapes(model, data_prop=True).graph
    return {v.name: text_of(v.type.tensor_type) for v in [*found.value_info, *found.output] if v.type.HasField("tensor_type")}


def compare(poolglass, path, model, counts):
    options = fill_open_sizes(model)
    shapes, sentence = ours(poolglass, path, options)
    counts["files"] += 1
    if shapes is None:
        # Graphs of constants and of sequences hold no layer; that is said, and is no difference.
        known = "has no layer that reads one of its inputs" in sentence
        counts["files without a layer" if known else "refused"] += 1
        if not known:
            print(f"{path}: {sentence}")
        return
    for name, theirs in inferred(model).items():
        mine = shapes.get(name)
        if mine is None:
            continue
        if theirs is None:
            counts["shapes that only Poolglass knows" if mine != "?" else "shapes that neither knows"] += 1
        elif mine == "?":
            counts["shapes that only onnx knows"] += 1
        elif mine == theirs:
            counts["shapes compared"] += 1
        else:
            counts["shapes compared"] += 1
            counts["differences"] += 1
            print(f"{path}: {name} is {mine} here, {theirs} for onnx")


def main():
    arguments = [a for a in sys.argv[1:] if a != "--all"]
    poolglass, folders = arguments[0], arguments[1:]
    everything = "--all" in sys.argv
    counts = collections.Counter()
    if not DATA.is_dir():
        print("skipped: libonnx-testdata is not installed")
        sys.exit(SKIPPED)
    for root in [DATA, *map(pathlib.Path, folders)]:
        for path in sorted(root.rglob("*.onnx")):
            model = onnx.load(str(path), load_external_data=False)
            if root == DATA and not everything and not NETWORK_NODES & {n.op_type for n in model.graph.node}:
                continue
            compare(poolglass, path, model, counts)
    for name in ("files", "files without a layer", "refused", "shapes compared", "shapes that only onnx knows",
                 "shapes that only Poolglass knows", "shapes that neither knows", "differences"):
        print(f"{counts[name]:7} {name}")
    sys.exit(1 if counts["differences"] or counts["refused"] or not counts["shapes compared"] else 0)


main()
