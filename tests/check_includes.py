#!/usr/bin/env python3
"""Checks who may include whom, the rules that README.md states.

    check_includes.py [ROOT]       checks the tree, prints every violation as file:line: sentence
    check_includes.py --self-test  checks that each rule catches what it is there for
"""

import pathlib
import re
import sys
import tempfile

# Folder -> what its files may include: folders of this repository, and libraries by the names below.
# The longest folder that matches a file decides; in a room's folder, the file's role. Headers of the standard library
# are free everywhere except where CLOCKLESS says otherwise.
LAYERS = {
    "core": ("core", "hwy", "threads"),
    "core/io": ("core", "core/io", "jpeg", "json", "png", "zip", "posix"),
    "core/gpu": ("core", "core/gpu", "assets", "egl", "epoxy", "posix"),
    "core/claims": ("core", "core/claims", "core/pictures", "core/zoo"),
    "core/zoo": ("core", "core/io", "core/zoo", "assets", "json"),
    "core/pictures": ("core", "core/io", "core/pictures", "assets"),
    "assets": ("assets",),
    "app/rooms": ("core", "core/pictures", "core/zoo", "app/rooms", "app/state"),
    "app/rooms saved state": ("core", "core/io", "app/rooms", "app/rooms saved state", "app/state", "app/files"),
    "app/rooms layout": ("core", "app/rooms", "app/rooms layout", "app/state", "app/layout", "glm"),
    "app/rooms view": ("core", "app/rooms", "app/rooms layout", "app/rooms view", "app/state", "app/layout", "app/views",
                       "glm", "imgui"),
    "app/state": ("core", "app/rooms", "app/state", "app/tour", "glm"),
    "app/tour": ("core", "core/claims", "app/rooms", "app/state", "app/tour"),
    "app/tour view": ("core", "core/claims", "app/rooms", "app/rooms view", "app/state", "app/layout", "app/tour", "app/tour view",
                      "app/views", "glm", "imgui"),
    "app/layout": ("core", "app/rooms", "app/state", "app/layout", "glm"),
    "app/views": ("core", "assets", "app/rooms", "app/state", "app/layout", "app/views", "glm", "imgui"),
    "app/files": ("core", "core/io", "assets", "app/rooms", "app/state", "app/tour", "app/files", "posix"),
    "app/document": ("core", "core/io", "app/rooms", "app/state", "app/files", "app/document", "posix"),
    "app/platform": ("core", "core/gpu", "core/io", "app/rooms", "app/state", "app/layout", "app/platform",
                     "glm", "imgui", "imgui backends", "glfw", "x11", "egl", "epoxy", "posix"),
    "app/shell": ("core", "assets", "core/io", "app/rooms", "app/rooms view", "app/state", "app/layout", "app/tour", "app/tour view",
                  "app/views", "app/files", "app/document", "app/platform", "app/shell", "glm", "imgui"),
    "app/cli": ("core", "core/claims", "core/io", "core/zoo", "app/rooms", "app/state", "app/files", "app/cli", "posix"),
    "app/cli/parser.cpp": ("core", "app/cli", "cli11"),
    "app/main.cpp": ("*",),
    "tests": ("*",),
}

# What a file of a room is, by its name; the rest is state: model, update, derive, words, commands, presets.
TOUR_VIEW = r"(\w+_)?view"
ROOM_ROLES = {
    "app/rooms saved state": r"(\w+_)?saved_state|paste",
    "app/rooms layout": r"(\w+_)?layout",
    "app/rooms view": r"(\w+_)?view|views|inspector",
}

LIBRARIES = {
    "hwy": r"hwy/",
    "threads": r"(tbb|oneapi)/|(pthread|sched)\.h$",
    "json": r"nlohmann/",
    "zip": r"zip\.h$",
    "jpeg": r"(jpeglib|jerror)\.h$",
    "png": r"png\.h$",
    "glm": r"glm/",
    "imgui": r"(imgui|imgui_internal|imgui_stdlib|misc/.*)\.h$",
    "imgui backends": r"(.*/)?imgui_impl_",
    "glfw": r"GLFW/",
    "x11": r"X11/",
    "egl": r"EGL/|epoxy/egl",
    "epoxy": r"epoxy/",
    "cli11": r"CLI/",
    "test library": r"doctest|benchmark/",
    "posix": r"(sys/.*|unistd|fcntl|dirent|poll|signal|dlfcn)\.h$",
}

# A state that asks the clock or reads a file cannot be replayed, undone or tested.
CLOCKLESS = ("app/rooms", "app/rooms layout", "app/state", "app/tour", "app/layout")
CLOCK_AND_FILES = {"chrono", "ctime", "time.h", "thread", "fstream", "filesystem", "cstdio", "stdio.h", "iostream"}

# Highway is one kernel's business: everything else in core calls a plain function.
HIGHWAY_FILES = re.compile(r"([/_]kernels?|-inl|simd)[\w-]*\.(h|cpp)$|/(simd|kernels)/")

MAIN, MAIN_LINES = "app/main.cpp", 80
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')


def layer_of(path):
    best = ""
    for folder in LAYERS:
        if (path == folder or path.startswith(folder + "/")) and len(folder) > len(best):
            best = folder
    if best == "app/rooms":
        stem = pathlib.PurePosixPath(path).stem
        return next((role for role, names in ROOM_ROLES.items() if re.fullmatch(names, stem)), best)
    if best == "app/tour" and re.fullmatch(TOUR_VIEW, pathlib.PurePosixPath(path).stem):
        return "app/tour view"
    return best


def library_of(header):
    for name, pattern in LIBRARIES.items():
        if re.match(pattern, header):
            return name
    return None


def violation(path, header, quoted):
    """A sentence when the file at `path` may not include `header`, else None."""
    layer = layer_of(path)
    allowed = LAYERS[layer]
    target = layer_of(header) if quoted else ""
    if quoted and not target:
        return f'"{header}" does not name its folder from the repository\'s root'
    if target:
        if target == MAIN or target == "tests" and layer != "tests":
            return f"nothing includes {target}"
        return None if target in allowed or "*" in allowed else f"{layer} may not include {target} ({header})"
    library = library_of(header)
    if library is None:
        if layer in CLOCKLESS and header in CLOCK_AND_FILES:
            return f"{layer} knows no clock and no file (<{header}>)"
        standard = "/" not in header and "." not in header
        known = standard or header in ("immintrin.h", "float.h", "math.h", "stdint.h", "string.h", "time.h", "stdio.h")
        return None if known or "*" in allowed else f"{layer} includes <{header}>, which no rule knows"
    if library == "hwy" and layer == "core" and not HIGHWAY_FILES.search(path):
        return f"Highway belongs in kernel and target files only (<{header}>)"
    return None if library in allowed or "*" in allowed else f"{layer} may not include {library} (<{header}>)"


def check(root):
    problems = []
    files = [p for top in ("core", "app", "assets", "tests") for p in sorted((root / top).rglob("*"))
             if p.suffix in (".h", ".cpp", ".hpp", ".cc", ".inc")]
    for file in files:
        path = file.relative_to(root).as_posix()
        lines = file.read_text(encoding="utf-8").splitlines()
        if not layer_of(path):
            problems.append(f"{path}:1: this folder has no rule; add one to tests/check_includes.py and README.md")
            continue
        if path == MAIN and len(lines) > MAIN_LINES:
            problems.append(f"{path}:{len(lines)}: main.cpp wires, in at most {MAIN_LINES} lines")
        for number, line in enumerate(lines, 1):
            found = INCLUDE.match(line)
            sentence = found and violation(path, found[2], found[1] == '"')
            if sentence:
                problems.append(f"{path}:{number}: {sentence}")
    return problems, len(files)


def self_test():
    forbidden = [
        ("core/pooling/reference.cpp", '#include "app/state/model.h"'),
        ("core/pooling/reference.cpp", '#include "core/io/npy.h"'),
        ("core/engine.cpp", '#include "core/gpu/gpu.h"'),
        ("core/engine.cpp", "#include <epoxy/gl.h>"),
        ("core/engine.cpp", "#include <imgui.h>"),
        ("core/chain/chain.cpp", "#include <hwy/highway.h>"),
        ("core/chain/chain.cpp", "#include <nlohmann/json.hpp>"),
        ("core/chain/chain.cpp", '#include "chain.h"'),
        ("core/io/npy.cpp", '#include "app/files/files.h"'),
        ("app/state/model.cpp", "#include <imgui.h>"),
        ("app/state/model.cpp", '#include "imgui.h"'),
        ("app/state/model.cpp", "#include <chrono>"),
        ("app/state/model.cpp", '#include "app/views/theme.h"'),
        ("app/layout/grid.cpp", "  #  include <GLFW/glfw3.h>"),
        ("app/views/step_view.cpp", "#include <GLFW/glfw3.h>"),
        ("app/shell/shell.cpp", "#include <epoxy/gl.h>"),
        ("app/shell/shell.cpp", '#include "app/cli/cli.h"'),
        ("app/views/step_view.cpp", "#include <backends/imgui_impl_glfw.h>"),
        ("app/views/step_view.cpp", '#include "app/platform/window.h"'),
        ("app/cli/pool.cpp", "#include <imgui.h>"),
        ("app/cli/pool.cpp", "#include <CLI/App.hpp>"),
        ("app/platform/window.cpp", '#include "app/views/step_view.h"'),
        ("app/rooms/step/model.h", '#include "app/rooms/step/layout.h"'),
        ("app/rooms/step/update.cpp", "#include <glm/vec2.hpp>"),
        ("app/rooms/step/derive.cpp", "#include <chrono>"),
        ("app/rooms/step/words.cpp", '#include "app/views/theme.h"'),
        ("app/rooms/step/commands.cpp", '#include "app/rooms/views.h"'),
        ("app/rooms/step/presets.cpp", '#include "core/io/npy.h"'),
        ("app/rooms/step/saved_state.cpp", '#include "app/rooms/views.h"'),
        ("app/rooms/chain/field_layout.cpp", "#include <imgui.h>"),
        ("app/rooms/chain/layout.h", '#include "app/rooms/views.h"'),
        ("app/rooms/chain/inspector.cpp", '#include "core/io/npy.h"'),
        ("app/rooms/chain/bars_view.cpp", '#include "app/platform/window.h"'),
        ("app/cli/describe.cpp", '#include "app/rooms/step/layout.h"'),
        ("app/extra/thing.cpp", "#include <vector>"),
        ("app/main.cpp", "\n" * MAIN_LINES + "int main() {}"),
        ("tests/test_x.cpp", '#include "app/main.cpp"'),
    ]
    allowed = [
        ("core/pooling/max_kernels.cpp", '#include <hwy/highway.h>\n#include "core/pooling/params.h"\n#include <cmath>'),
        ("core/io/chain_json.cpp", '#include <nlohmann/json.hpp>\n#include "core/chain/chain.h"'),
        ("app/state/model.cpp", '#include "core/chain/chain.h"\n#include <variant>'),
        ("app/rooms/step/update.cpp", '#include "app/rooms/step/model.h"\n#include "app/rooms/history.h"'),
        ("app/rooms/step/saved_state.cpp", '#include "app/files/state_rooms.h"\n#include "app/rooms/step/model.h"'),
        ("app/rooms/step/layout.cpp", '#include <glm/vec2.hpp>\n#include "app/rooms/step/model.h"'),
        ("app/rooms/step/grid_view.cpp", '#include <imgui.h>\n#include "app/rooms/step/layout.h"'),
        ("app/rooms/chain/inspector.cpp", '#include "app/rooms/chain/parts_view.h"\n#include "app/views/widgets.h"'),
        ("app/views/step_view.cpp", '#include <imgui.h>\n#include "app/layout/rect.h"'),
        ("app/platform/window.cpp", "#include <GLFW/glfw3.h>\n#include <backends/imgui_impl_glfw.h>"),
        ("app/cli/parser.cpp", '#include <CLI/App.hpp>\n#include "app/cli/command.h"'),
        ("app/main.cpp", '#include "app/platform/window.h"\n#include "app/views/step_view.h"'),
        ("tests/test_x.cpp", '#include <doctest/doctest.h>\n#include "app/views/step_view.h"'),
    ]
    failures = []
    for cases, expected in ((forbidden, 1), (allowed, 0)):
        for path, text in cases:
            with tempfile.TemporaryDirectory() as folder:
                file = pathlib.Path(folder, path)
                file.parent.mkdir(parents=True)
                file.write_text(text + "\n", encoding="utf-8")
                problems, _ = check(pathlib.Path(folder))
                if len(problems) != expected:
                    failures.append(f"{path}: {text.strip()!r}: expected {expected} violations, got {problems}")
    return failures, len(forbidden) + len(allowed)


def main():
    if sys.argv[1:] == ["--self-test"]:
        problems, count = self_test()
        what = "self-test cases"
    else:
        root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent.parent)
        problems, count = check(root)
        what = "files"
        if count == 0:
            problems.append(f"no source files under {root}")
    print("\n".join(problems) or f"{count} {what}, no violation")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
