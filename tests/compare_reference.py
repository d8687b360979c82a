#!/usr/bin/env python3
"""Compares `poolglass chain --zoo` with published tables of receptive fields, shapes, parameters and costs.

    compare_reference.py BINARY FOLDER      FOLDER holds the tables (.tsv)

Prints for each table how many rows were compared and how many differ, and why a row was not compared. Fails when a row
differs, or when a table has no row that could be compared.
"""

import pathlib
import subprocess
import sys


class Tables:
    """Of the program, asked for once each."""

    def __init__(self, binary):
        self.binary = binary
        self.asked = {}

    def rows(self, *options):
        if options not in self.asked:
            command = [self.binary, "chain", "--zoo", *options, "--format", "tsv"]
            run = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
            self.asked[options] = parse(run.stdout)
        return self.asked[options]

    def costs(self, size=None):
        return self.rows("--costs", *(["--input", size] if size else []))


def parse(text):
    lines = [line.split("\t") for line in text.splitlines() if not line.startswith("#")]
    return [dict(zip(lines[0], line)) for line in lines[1:]]


def close(ours, published, unit):
    """Whether ours, rounded to the decimals that are printed, is the published figure."""
    decimals = len(published.partition(".")[2])
    return abs(int(ours) / unit - float(published)) <= 0.5 * 10 ** -max(decimals, 2) + 1e-12


def keyed(rows, *columns):
    return {tuple(row[c] for c in columns): row for row in rows}


def same(row, ours, columns):
    return [f"{c} {row[c]}, ours {ours[c]}" for c in columns if row[c] != ours[c]]


# Each yields (row's name, differences or None, why it was not compared).

def endpoints(table, ours):
    zoo = keyed(ours.rows(), "model", "resolution", "endpoint")
    for row in table:
        key = row["model"], row["resolution"], row["endpoint"]
        found = zoo.get(key)
        columns = "gflops", "rf", "effective_stride", "effective_padding"
        yield key, same(row, found, columns) if found else ["not printed"], ""


def resnet_fields(table, ours):
    zoo = keyed(ours.rows(), "model", "endpoint")
    for row in table:
        found = zoo.get((row["model"], row["layer"]))
        right = found and found["rf"] == row["receptive_field"]
        yield (row["model"], row["layer"]), [] if right else [f"{row['receptive_field']}, ours {found and found['rf']}"], ""


def exact(option, *key):
    def compare(table, ours):
        printed = keyed(ours.rows(option), *key)
        for row in table:
            found = printed.get(tuple(row[k] for k in key))
            yield tuple(row[k] for k in key), same(row, found, row) if found else ["not printed"], ""
    return compare


def layers_in_order(table, ours):
    """The same rows in the same order, network by network."""
    printed = ours.rows("--layers")
    for model in dict.fromkeys(row["model"] for row in table):
        theirs = [row for row in table if row["model"] == model]
        mine = [row for row in printed if row["model"] == model]
        places = {row["layer"]: i for i, row in enumerate(mine)}
        last = -1
        for row in theirs:
            at = places.get(row["layer"])
            if at is None:
                yield (model, row["layer"]), ["not printed"], ""
                continue
            order = [] if at > last else ["out of order"]
            last = at
            yield (model, row["layer"]), same(row, mine[at], row) + order, ""


def smallest(table, ours):
    costs = keyed(ours.costs(), "model")
    for row in table:
        found = costs.get((row["model"],))
        if not found:
            yield row["model"], None, "not in the zoo"
            continue
        yield row["model"], [] if found["min_input"] == row["min_input"] else [f"{row['min_input']}, ours {found['min_input']}"], ""


def costs(name, figures, why_not=None):
    """figures: (their column, our column, unit, whether it is written out)."""
    def compare(table, ours):
        for row in table:
            size = row.get("input", "")
            label = (row["model"], size)
            size = {"inception_v3": "299"}.get(row["model"], size or "224")
            found = None
            for candidate in ours.costs(size):
                if candidate[name] == row["model"] or (name != "model" and candidate[name] == "-"
                                                       and candidate["model"] == row["model"]):
                    found = candidate
                    break
            if not found:
                yield label, None, (why_not or {}).get(row["model"], "not in the zoo")
                continue
            if row["model"] == "inception_v3" and name == "model":  # counted with the head that only trains
                aux = keyed(ours.costs(size), "model")[("inception_v3_with_aux",)]
                found = dict(found, params=aux["params"])
            wrong = []
            for theirs, mine, unit, whole in figures:
                if row[theirs] == "-":
                    continue
                right = row[theirs] == found[mine] if whole else close(found[mine], row[theirs], unit)
                if not right:
                    wrong.append(f"{theirs} {row[theirs]}, ours {int(found[mine]) / unit:g}")
            yield label, wrong, ""
    return compare


def keras(table, ours):
    """Parameters. (The column depth counts activations in some networks and convolutions alone in others.)"""
    printed = {row["keras"]: row for row in ours.costs()}
    for row in table:
        found = printed.get(row["model"])
        if not found:
            yield row["model"], None, "not in the zoo"
            continue
        right = found["params_keras"] == row["params"]
        yield row["model"], [] if right else [f"{row['params']}, ours {found['params_keras']}"], ""


def onnx(table, ours):
    """Parameters; and convolutions of those that torch.fx can count too."""
    printed = keyed(ours.costs(), "model")
    sums = keyed(ours.rows("--totals"), "model")
    for row in table:
        name = {"inception_v3": "inception_v3_with_aux"}.get(row["model"], row["model"])
        found = printed.get((name,))
        if not found:
            yield row["model"], None, "not in the zoo"
            continue
        wrong = [] if found["params"] == row["params"] else [f"params {row['params']}, ours {found['params']}"]
        convs = sums[(row["model"],)]["convs"]
        if convs != row["Conv"]:
            wrong.append(f"Conv {row['Conv']}, ours {convs}")
        yield row["model"], wrong, ""


TABLES = {
    "receptive_field_endpoints": endpoints,
    "receptive_field_torchvision_resnet": resnet_fields,
    "torchvision_totals": exact("--totals", "model", "input"),
    "torchvision_layers": layers_in_order,
    "min_input_torchvision": smallest,
    "costs_torchvision": costs("model", [("params", "params", 1, True), ("gmacs", "macs_plain", 1e9, False)]),
    "costs_timm": costs("timm", [("params_m", "params_torch", 1e6, False), ("gmacs", "macs_timm", 1e9, False),
                                 ("activations_m", "activations_weighted", 1e6, False)]),
    "costs_ptflops": costs("model", [("params_m", "params", 1e6, False), ("gmacs_pytorch", "macs_ptflops", 1e9, False),
                                     ("gmacs_aten", "macs_ptflops-aten", 1e9, False)],
                           {"maxvit_t": "not in the zoo: attention"}),
    "costs_thop": costs("model", [("params_m", "params", 1e6, False), ("gmacs", "macs_thop", 1e9, False)]),
    "params_keras": keras,
    "onnx_zoo_models": onnx,
}
NOT_FIGURES = {"onnx_zoo_operators": "statistics of other networks"}


def main(binary, folder):
    ours = Tables(binary)
    failed = False
    tables = sorted(pathlib.Path(folder).glob("*.tsv"))
    if not tables:
        sys.exit(f"{folder} holds no tables")
    for path in tables:
        if path.stem not in TABLES:
            print(f"{path.name}: not compared: {NOT_FIGURES.get(path.stem, 'not known here')}")
            continue
        rows = list(TABLES[path.stem](parse(path.read_text()), ours))
        compared = [(name, wrong) for name, wrong, _ in rows if wrong is not None]
        different = [(name, wrong) for name, wrong in compared if wrong]
        failed = failed or bool(different) or not compared
        print(f"{path.name}: {len(compared)} rows compared, {len(different)} differences")
        for name, wrong in different[:20]:
            print(f"    {name if isinstance(name, str) else ' '.join(name)}: {'; '.join(wrong)}")
        reasons = {}
        for name, wrong, why in rows:
            if wrong is None:
                reasons.setdefault(why, []).append(name if isinstance(name, str) else name[0])
        for why, names in reasons.items():
            print(f"    {why}: {', '.join(names)}")
    return 1 if failed else 0


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1], sys.argv[2]))
