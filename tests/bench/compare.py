#!/usr/bin/env python3
"""compare.py CSV...: the engine beside the best peer of each layout, from the harness's tables.

Per case, threads and layout: the engine's time, its ratio to a copy of the same bytes, the best peer and how many
times faster the engine is (below 1: slower). Several runs: the lowest 10th percentile of each counts.
"""
import csv
import math
import sys
from collections import defaultdict


def read(paths):
    rows = defaultdict(dict)
    for path in paths:
        with open(path, newline="", encoding="utf-8") as file:
            for row in csv.DictReader(file):
                times = rows[row["case"], int(row["threads"])]
                time = float(row["p10_us"])
                if not row["check"].startswith("WRONG"):
                    times[row["peer"]] = min(time, times.get(row["peer"], time))
    return rows


def main():
    wins = defaultdict(list)
    print("| case | threads | layout | us | x copy | best peer | us | times faster |")
    print("|---|---:|---|---:|---:|---|---:|---:|")
    for (case, threads), times in read(sys.argv[1:]).items():
        for layout in ("nchw", "nhwc"):
            ours = times.get("candidate:" + layout)
            if ours is None:
                continue
            peers = {p: t for p, t in times.items() if p.endswith(":" + layout) and not p.startswith(
                ("candidate", "naive", "proto", "eigen"))}
            best = min(peers, key=peers.get, default=None)
            figures = [f"{ours:.3f}", f"{ours / times['memcpy']:.2f}"]
            figures += [best, f"{peers[best]:.3f}", f"{peers[best] / ours:.2f}"] if best else ["-", "", ""]
            print("| " + " | ".join([case, str(threads), layout] + figures) + " |")
            if best:
                wins[layout, threads].append(peers[best] / ours)
    for (layout, threads), ratios in wins.items():
        mean = math.exp(sum(map(math.log, ratios)) / len(ratios))
        lost = sum(r < 1 for r in ratios)
        print(f"\n{layout}, {threads} thread(s): geometric mean {mean:.2f}, slowest {min(ratios):.2f}, "
              f"slower than a peer in {lost} of {len(ratios)} cases")


if __name__ == "__main__":
    main()
