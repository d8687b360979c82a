#!/usr/bin/env python3
"""compare.py CSV...: the engine beside the best peer of each layout, from the harness's tables, one per run.

Per case, threads and layout: the engine's median, its ratio to a copy of the same bytes, the best peer and how many
times faster the engine is (below 1: slower), each the median over the runs; then in how many runs the engine was
faster than every peer. A case is won in two runs of three.
"""
import csv
import math
import sys
from collections import defaultdict
from statistics import median

OURS = "candidate:"
NOT_PEERS = ("candidate", "naive", "proto", "eigen", "memcpy", "roof")


def read(path):
    times = defaultdict(dict)
    with open(path, newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if not row["check"].startswith("WRONG"):
                times[row["case"], int(row["threads"])][row["peer"]] = float(row["median_us"])
    return times


def compare(runs, case, layout):
    """(us, x copy, best peer, its us, times faster, runs won) or None where the engine has no such case."""
    ours = [run[case][OURS + layout] for run in runs if OURS + layout in run[case]]
    if not ours:
        return None
    copies = [run[case]["memcpy"] for run in runs]
    best = [min(((t, p) for p, t in run[case].items() if p.endswith(":" + layout) and not p.startswith(NOT_PEERS)),
                default=(math.nan, "-")) for run in runs]
    ratios = [b[0] / o for b, o in zip(best, ours)]
    return (median(ours), median(o / c for o, c in zip(ours, copies)), best[0][1], median(b[0] for b in best),
            median(ratios), sum(r > 1 for r in ratios))


def main():
    runs = [read(path) for path in sys.argv[1:]]
    results = defaultdict(list)
    print("| case | threads | layout | us | x copy | best peer | us | times faster | runs won |")
    print("|---|---:|---|---:|---:|---|---:|---:|---:|")
    for case in runs[0]:
        for layout in ("nchw", "nhwc"):
            result = compare(runs, case, layout)
            if result is None:
                continue
            us, copies, peer, peer_us, ratio, won = result
            print(f"| {case[0]} | {case[1]} | {layout} | {us:.3f} | {copies:.2f} | {peer} | {peer_us:.3f} | "
                  f"{ratio:.2f} | {won}/{len(runs)} |")
            if not math.isnan(ratio):
                results[layout, case[1]].append((ratio, won))
    for (layout, threads), cases in results.items():
        mean = math.exp(sum(math.log(ratio) for ratio, _ in cases) / len(cases))
        won = sum(3 * count >= 2 * len(runs) for _, count in cases)
        print(f"\n{layout}, {threads} thread(s): geometric mean {mean:.2f}, slowest {min(cases)[0]:.2f}, "
              f"won {won} of {len(cases)} cases")


if __name__ == "__main__":
    main()
