#!/usr/bin/env python3
"""Bytes of code in the engine, by source file and SIMD target, compared with the table beside this script.

    code_size.py OBJECTS             prints the table; fails where a file has outgrown tests/code_size.txt
    code_size.py OBJECTS --update    writes the table instead

OBJECTS: the folder of poolglass_core's object files in a Release build of all targets, e.g.
build/release/core/CMakeFiles/poolglass_core.dir. A file outgrows its row by more than SLACK, so that one changed word of
a sentence is no growth; the row stays, so small growth does not add up unseen. Code sizes do not depend on how busy a
machine is, but on the compiler: the table names the one it is for, and with another the figures are printed without being
compared.
"""

import pathlib
import re
import subprocess
import sys

TABLE = pathlib.Path(__file__).with_name("code_size.txt")
NAMESPACE = re.compile(r"(?<!\d)(\d)(?=N_[A-Z])")  # its length, then the name: 6N_AVX3
CODE = "tTwWiu"
SLACK = 256  # bytes, or a hundredth of what the table says where that is more


def compiler():
    words = subprocess.run(["c++", "-dumpfullversion", "-dumpmachine"], capture_output=True, text=True, check=True)
    return " ".join(["c++"] + words.stdout.split())


def simd_target(symbol):
    found = NAMESPACE.search(symbol)
    return symbol[found.end() + 2 : found.end() + int(found.group(1))] if found else "any"


def sizes(objects):
    """{(file, target): bytes}; what no SIMD target owns is "any"."""
    result = {}
    for path in sorted(objects.rglob("*.o")):
        name = str(path.relative_to(objects))[: -len(".cpp.o")]
        lines = subprocess.run(["nm", "-S", "--defined-only", str(path)], capture_output=True, text=True, check=True)
        for line in lines.stdout.splitlines():
            words = line.split()
            if len(words) != 4 or words[2] not in CODE:
                continue
            key = (name, simd_target(words[3]))
            result[key] = result.get(key, 0) + int(words[1], 16)
    return result


def by_target(figures):
    sums = {}
    for (_, target), size in figures.items():
        sums[target] = sums.get(target, 0) + size
    return sums


def main():
    arguments = sys.argv[1:]
    update = "--update" in arguments
    arguments = [a for a in arguments if a != "--update"]
    if len(arguments) != 1 or not pathlib.Path(arguments[0]).is_dir():
        sys.exit(__doc__)
    figures = sizes(pathlib.Path(arguments[0]))
    if not figures:
        sys.exit(f"{arguments[0]}: no object files")
    if update:
        lines = ["# Bytes of code in the engine: file, SIMD target, bytes (tests/code_size.py).", compiler()]
        lines += [f"{name} {target} {size}" for (name, target), size in sorted(figures.items())]
        TABLE.write_text("\n".join(lines) + "\n")
    for target, size in sorted(by_target(figures).items(), key=lambda item: -item[1]):
        print(f"{size:>9,}  {target}")
    print(f"{sum(figures.values()):>9,}  bytes of code in all")
    if update:
        return
    budget = {}
    lines = [line for line in TABLE.read_text().splitlines() if not line.startswith("#")]
    if lines[0] != compiler():
        print(f"not compared: the table is for {lines[0]}, this is {compiler()}")
        return
    for line in lines[1:]:
        name, target, size = line.split()
        budget[name, target] = int(size)
    most = {key: size + max(SLACK, size // 100) for key, size in budget.items()}
    grown = [(key, size) for key, size in sorted(figures.items()) if size > most.get(key, 0)]
    for (name, target), size in grown:
        print(f"{name}, {target}: {size:,} bytes, {budget.get((name, target), 0):,} in the table")
    if grown:
        sys.exit("The engine's code has grown. If that is worth it, run code_size.py --update in the same commit.")


if __name__ == "__main__":
    main()
