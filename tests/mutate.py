#!/usr/bin/env python3
"""Puts small faults into the sources, one at a time, and tells which of them the tests notice.

    tests/mutate.py [--seed N] [--count N] [--files GLOB] [--programs N] [--list] [--resume] [--again REPORT]

Draws COUNT mutants (default 200) of comparisons, +-1, signs, axes, dropped statements and constants from SOURCES, in a copy
of the tracked files under build/mutate; builds, little optimised, the test programs that can see the file, and runs
them until one fails. A mutant that the compiler refuses, warnings included, is replaced by the next; so is one that stands
in tests/mutate_equivalent.txt, where somebody has shown that nothing can notice it. Ends with 1 when less than 90 of 100 are
killed. With --programs N at most the first N programs of a file are asked, which takes a fraction of the time and leaves
more survivors. The report, build/mutate/report.txt, lists survivors as that file would. --resume takes the verdicts of
the report of an interrupted run; survivors are tried again. --again tries the survivors of a report, and nothing else, in
today's sources: new tests do not change what was drawn.
"""
import argparse
import collections
import fnmatch
import os
import pathlib
import random
import re
import signal
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
WORK = ROOT / "build" / "mutate"
EQUIVALENT = ROOT / "tests" / "mutate_equivalent.txt"

# Sources, and the test programs that can see them, most likely to notice first; the first row that fits a file counts.
SOURCES = [
    ("core/chain/*.cpp", ["test_chain", "test_io", "test_state"]),
    ("core/network/*.cpp", ["test_network", "test_onnx", "test_io", "test_state"]),
    ("core/pooling/coverage.cpp", ["test_mistakes", "test_state", "test_cli"]),
    ("core/pooling/dialects.cpp", ["test_dialects", "test_state"]),
    ("core/pooling/fixed_pool.cpp", ["test_unpooling", "test_state"]),
    ("core/pooling/gradient_routing.cpp", ["test_gradient_routing", "test_state"]),
    ("core/pooling/loop_steps.cpp", ["test_state"]),
    ("core/pooling/mistakes.cpp", ["test_mistakes", "test_state"]),
    ("core/pooling/questions.cpp", ["test_mistakes", "test_state", "test_files"]),
    ("core/pooling/unpooling.cpp", ["test_unpooling", "test_state"]),
    ("core/pooling/window.cpp", ["test_pooling", "test_state"]),
    ("core/pooling/*.cpp", ["test_pooling", "test_bench", "test_io"]),
    ("core/io/onnx/*.cpp", ["test_onnx", "test_io", "test_cli"]),
    ("core/io/*_text.cpp", ["test_onnx", "test_io", "test_files", "test_cli"]),
    ("core/io/*.cpp", ["test_io", "test_onnx", "test_files", "test_cli"]),
    ("app/rooms/*/*update.cpp", ["test_state", "test_files", "test_app"]),
    ("app/rooms/*/*derive.cpp", ["test_state", "test_files", "test_app"]),
    ("app/rooms/*/*layout.cpp", ["test_layout", "test_app"]),
]

# What is replaced by what, outside of strings and comments.
CHANGES = [
    ("comparison", r"(?<=[\w)\]]) <= (?=[\w(])", " < "),
    ("comparison", r"(?<=[\w)\]]) < (?=[\w(])", " <= "),
    ("comparison", r"(?<=[\w)\]]) >= (?=[\w(])", " > "),
    ("comparison", r"(?<=[\w)\]]) > (?=[\w(])", " >= "),
    ("comparison", r" == ", " != "),
    ("comparison", r" != ", " == "),
    ("comparison", r" && ", " || "),
    ("comparison", r" \|\| ", " && "),
    ("plus or minus 1", r" \+ 1\b(?![.\w])", ""),
    ("plus or minus 1", r" - 1\b(?![.\w])", ""),
    ("plus or minus 1", r"\bstd::max<int64_t>\(0, ", "std::max<int64_t>(1, "),
    ("sign", r"(?<=[\w)\]]) \+ (?=[\w(])", " - "),
    ("sign", r"(?<=[\w)\]]) - (?=[\w(])", " + "),
    ("axis", r"\.h\b", ".w"),
    ("axis", r"\.w\b", ".h"),
    ("axis", r"\brows\b(?!\()", "columns"),
    ("axis", r"\bcolumns\b(?!\()", "rows"),
    ("axis", r"\.x\b", ".y"),
    ("axis", r"\.y\b", ".x"),
    ("constant", r"\btrue\b", "false"),
    ("constant", r"\bfalse\b", "true"),
    ("constant", r"(?<=[=(,] )0(?=[;,)])", "1"),
    ("constant", r"(?<=[=(,] )1(?=[;,)])", "0"),
    ("constant", r"(?<=[=(,*/] )([2-9]|\d\d+)(?=[;,) ])", lambda m: str(int(m.group()) + 1)),
]
STATEMENT = re.compile(r"^\s+(?!return\b|const\b|break\b|continue\b|using\b|static\b|auto\b|case\b|default\b|else\b)"
                       r"[\w.\->\[\]]+(\(.*\)|( [-+*/|&]?=|\+\+|--).*|\+\+|--);$")

Mutant = collections.namedtuple("Mutant", "file line kind before after")


def blank_strings_and_comments(line):
    """The line with what is not code replaced by blanks of the same length."""
    hide = lambda m: " " * len(m.group())
    line = re.sub(r'"(\\.|[^"\\])*"|\'(\\.|[^\'\\])*\'', hide, line)
    return re.sub(r"//.*", hide, line)


def mutants_of(file, text):
    lines = text.split("\n")
    for number, line in enumerate(lines):
        code = blank_strings_and_comments(line)
        if re.match(r"\s*(#|template|using|namespace|static_assert|assert)", code):
            continue
        if STATEMENT.match(code.rstrip()):
            yield Mutant(file, number, "dropped statement", line, re.match(r"\s*", line).group() + ";")
        for kind, pattern, replacement in CHANGES:
            for match in re.finditer(pattern, code):
                new = replacement(match) if callable(replacement) else replacement
                yield Mutant(file, number, kind, line, line[:match.start()] + new + line[match.end():])


def described(mutant):
    return f"{mutant.file}: {mutant.before.strip()}  =>  {mutant.after.strip()}"


def placed(mutant):
    return f"{mutant.kind}, line {mutant.line + 1}: {described(mutant)}"


def tests_of(file):
    return next(tests for pattern, tests in SOURCES if fnmatch.fnmatch(file, pattern))


def run(command, limit=None):
    """Exit status, or None when it took longer than the limit."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        return process.wait(limit)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)  # with the programs that the test runs
        process.wait()
        return None


class Workshop:
    """A copy of the sources and its build folder."""

    def __init__(self, programs):
        self.programs = programs
        self.source, self.build = WORK / "source", WORK / "source" / "build" / "fast"
        self.limits = {}
        self.source.mkdir(parents=True, exist_ok=True)
        files = subprocess.run(["git", "-C", ROOT, "ls-files", "-z"], check=True, capture_output=True).stdout
        subprocess.run(["rsync", "--recursive", "--links", "--perms", "--checksum", "--files-from=-", "--from0", ROOT, self.source],
                       input=files, check=True)
        if not (self.build / "build.ninja").exists():
            linker = ["-DCMAKE_EXE_LINKER_FLAGS=-fuse-ld=mold"] if run(["mold", "--version"]) == 0 else []
            launcher = [f"-DCMAKE_{c}_COMPILER_LAUNCHER=ccache" for c in ("C", "CXX")] if run(["ccache", "-V"]) == 0 else []
            subprocess.run(["cmake", "-S", self.source, "-B", self.build, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Debug",
                            "-DCMAKE_CXX_FLAGS_DEBUG=-O1", "-DPOOLGLASS_SIMD=native", "-DPOOLGLASS_WERROR=ON", *linker, *launcher], check=True)

    def make(self, test):
        return run(["cmake", "--build", self.build, "--target", test]) == 0

    def limit(self, test):
        """Seconds before a test counts as hanging: three times what it takes without a mutant, when it must pass."""
        if test not in self.limits:
            if not self.make(test):
                sys.exit(f"{test} does not build without any mutant")
            start = time.monotonic()
            if run([self.build / "tests" / test, "--minimal"]) != 0:
                sys.exit(f"{test} fails without any mutant")
            self.limits[test] = 20 + 3 * (time.monotonic() - start)
        return self.limits[test]

    def outcome(self, mutant):
        """killed by TEST, hung TEST, survived, or refused by the compiler."""
        path = self.source / mutant.file
        original = path.read_text(encoding="utf-8")
        lines = original.split("\n")
        lines[mutant.line] = mutant.after
        for number, test in enumerate(tests_of(mutant.file)[: self.programs]):
            limit = self.limit(test)
            try:
                path.write_text("\n".join(lines), encoding="utf-8")
                if not self.make(test):
                    if number == 0:
                        return "refused"
                    sys.exit(f"{test} does not build with {described(mutant)}")
                status = run([self.build / "tests" / test, "--abort-after=1"], limit)
                if status != 0:
                    return f"hung {test}" if status is None else f"killed by {test}"
            finally:
                path.write_text(original, encoding="utf-8")
        return "survived"


def equivalents():
    if not EQUIVALENT.exists():
        return set()
    lines = EQUIVALENT.read_text(encoding="utf-8").splitlines()
    return {line for line in lines if line and not line.startswith("#")}


def drawn(seed, files):
    """All mutants in a random order, each file's turn as often as it has lines; that some are left out moves no others."""
    known = equivalents()
    everything = []
    paths = {path for pattern, _ in SOURCES for path in ROOT.glob(pattern)}
    for path in sorted(paths):
        everything += mutants_of(str(path.relative_to(ROOT)), path.read_text(encoding="utf-8"))
    random.Random(seed).shuffle(everything)
    return [m for m in everything if fnmatch.fnmatch(m.file, files) and described(m) not in known]


def earlier_verdicts():
    """What an earlier report says of mutants that need not be tried again."""
    report = WORK / "report.txt"
    lines = report.read_text(encoding="utf-8").splitlines() if report.exists() else []
    entries = [re.match(r"[ \d]{4} (killed by \w+|hung \w+|refused) +(.*)", line) for line in lines]
    return {entry.group(2): entry.group(1) for entry in entries if entry}


def survivors_of(report):
    """The mutants that a report says survived, where their lines stand now."""
    known = equivalents()
    for text in pathlib.Path(report).read_text(encoding="utf-8").splitlines():
        entry = re.match(r"[ \d]{4} survived +([^,]+), line (\d+): (([^:]+): (.*)  =>  (.*))$", text)
        if not entry or entry.group(3) in known:
            continue
        kind, old_number, _, file, before, after = entry.groups()
        lines = (ROOT / file).read_text(encoding="utf-8").split("\n")
        there = [number for number, line in enumerate(lines) if line.strip() == before]
        if there:
            number = min(there, key=lambda n: abs(n + 1 - int(old_number)))
            yield Mutant(file, number, kind, lines[number], re.match(r"\s*", lines[number]).group() + after)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--files", default="*", help="only files that match")
    parser.add_argument("--programs", type=int, help="ask at most so many test programs of a file")
    parser.add_argument("--list", action="store_true", help="print what would be drawn, and stop")
    parser.add_argument("--resume", action="store_true", help="take up the report of an interrupted run")
    parser.add_argument("--again", metavar="REPORT", help="try the survivors of a report again, and nothing else")
    given = parser.parse_args()
    mutants = list(survivors_of(given.again)) if given.again else drawn(given.seed, given.files)
    if given.list:
        print("\n".join(f"{m.kind}: {described(m)}" for m in mutants[: given.count]))
        return 0
    earlier = earlier_verdicts() if given.resume else {}
    workshop = Workshop(given.programs)
    killed, survivors = 0, []
    with open(WORK / "report.txt", "w", encoding="utf-8") as report:
        for mutant in mutants:
            if killed + len(survivors) == given.count:
                break
            outcome = earlier.get(placed(mutant)) or workshop.outcome(mutant)
            if outcome == "survived":
                survivors.append(mutant)
            elif outcome != "refused":
                killed += 1
            number = "" if outcome == "refused" else killed + len(survivors)
            print(f"{number:4} {outcome:22} {placed(mutant)}", file=report, flush=True)
        total = killed + len(survivors)
        summary = f"{killed} of {total} mutants killed, seed {given.seed}"
        print("\n".join(["", "survivors:", *map(described, survivors), "", summary]), file=report)
    print("\n".join([*map(described, survivors), summary]))
    return 0 if killed * 10 >= total * 9 else 1


if __name__ == "__main__":
    sys.exit(main())
