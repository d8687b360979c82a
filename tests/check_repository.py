#!/usr/bin/env python3
"""Checks what a reader trusts without trying: README's commands, paths and pictures exist, the changelog knows this
version, and no tracked file holds an unfinished thought or a path of somebody's machine."""

import pathlib
import re
import stat
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent

FORBIDDEN = [  # in two pieces each, so that this file passes its own check
    (r"\bTO" r"DO\b", "unfinished"),
    (r"\bFIX" r"ME\b", "unfinished"),
    (r"\bX" r"XX\b", "unfinished"),
    (r"(?<![\w.])/" r"(work|home|Users)/\w", "a path of one machine"),
]


def tracked_files():
    git = subprocess.run(["git", "-C", ROOT, "ls-files", "-z"], capture_output=True, check=False)
    if git.returncode == 0:
        return [ROOT / name for name in git.stdout.decode().split("\0") if name]
    skipped = {"build", ".git"}  # unpacked from an archive
    return [p for p in ROOT.rglob("*") if p.is_file() and not skipped & set(p.relative_to(ROOT).parts)]


def forbidden_words():
    for file in tracked_files():
        data = file.read_bytes() if file.is_file() else b""
        if b"\0" in data:
            continue
        for number, line in enumerate(data.decode("utf-8", "replace").splitlines(), 1):
            for pattern, why in FORBIDDEN:
                if re.search(pattern, line):
                    yield f"{file.relative_to(ROOT)}:{number}: {why}: {line.strip()}"


def readme():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for command in ("scripts/run.sh", "scripts/test.sh"):
        if not re.search(rf"^\s*{re.escape(command)}\b", text, re.MULTILINE):
            yield f"README.md does not give the command {command}"
        if not (ROOT / command).stat().st_mode & stat.S_IXUSR:
            yield f"{command} is not executable"
    for path in re.findall(r"!?\[[^\]]*\]\(([^)#]+)\)", text):
        if "://" not in path and not (ROOT / path).exists():
            yield f"README.md links to {path}, which does not exist"
    for path in re.findall(r"`((?:app|assets|cmake|core|scripts|shaders|tests)/[\w./-]*)`", text):
        if not (ROOT / path).exists():
            yield f"README.md speaks of {path}, which does not exist"
    for path in re.findall(r"^((?:app|assets|cmake|core|scripts|shaders|tests)[\w./-]*)  ", text, re.MULTILINE):
        if not (ROOT / path).exists():
            yield f"README.md's folder map has {path}, which does not exist"


def version():
    cmake = re.search(r"project\(poolglass VERSION ([\d.]+)", (ROOT / "CMakeLists.txt").read_text(encoding="utf-8"))
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    if not cmake or not re.search(rf"^## \[(Unreleased|{re.escape(cmake[1])})\]", changelog, re.MULTILINE):
        yield "CHANGELOG.md has neither an Unreleased section nor this version"


def main():
    problems = [*forbidden_words(), *readme(), *version()]
    print("\n".join(problems) or f"{len(tracked_files())} files, nothing to complain about")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
