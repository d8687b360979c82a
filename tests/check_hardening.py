"""Whether a released program has the protections of cmake/hardening.cmake: check_hardening.py PROGRAM

Looks into the file with readelf (binutils), one line per protection; ends with 1 when one is missing.
"""
import re
import subprocess
import sys


def readelf(option, program):
    return subprocess.run(["readelf", option, "--wide", program], check=True, capture_output=True, text=True).stdout


def protections(program):
    header, segments = readelf("--file-header", program), readelf("--program-headers", program)
    dynamic, symbols = readelf("--dynamic", program), readelf("--dyn-syms", program)
    stack = re.search(r"GNU_STACK.*", segments)
    return {
        "position-independent": re.search(r"Type:\s+DYN", header),
        "tables of the loader read-only (RELRO)": "GNU_RELRO" in segments,
        "all symbols bound at the start (NOW)": re.search(r"\(FLAGS_1\).*\bNOW\b|\bBIND_NOW\b", dynamic),
        "stack not executable": stack and "RWE" not in stack.group(),
        "no segment both writable and executable": not re.search(r"^\s*LOAD.*\bRWE\b", segments, re.MULTILINE),
        "stack canaries (-fstack-protector)": "__stack_chk_fail" in symbols,
        "checked copies (_FORTIFY_SOURCE)": re.search(r"__(memcpy|memmove|memset|read|snprintf|fprintf|printf)_chk", symbols),
        "checked containers (_GLIBCXX_ASSERTIONS)": "__glibcxx_assert_fail" in symbols,
    }


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    found = protections(sys.argv[1])
    for name, present in found.items():
        print(f"{'yes' if present else 'NO ':4}{name}")
    sys.exit(0 if all(found.values()) else 1)


if __name__ == "__main__":
    main()
