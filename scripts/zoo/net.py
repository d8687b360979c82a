"""Builds a network layer by layer and writes it in format 2 of the chain files (core/io/network_json.h)."""
import json
import re


def pair(value):
    return tuple(value) if isinstance(value, (list, tuple)) else (value, value)


class Net:
    """Layers with names; a layer reads the one before it unless it is told what. Knows the channels of every output."""

    def __init__(self, size, channels=3):
        self.input = [channels, *pair(size)]
        self.layers = []
        self.channels = {"input": channels}
        self.last = "input"

    def add(self, kind, name=None, inputs=None, out=None, **fields):
        name = self.free_name(name or kind)
        inputs = [self.last] if inputs is None else [inputs] if isinstance(inputs, str) else list(inputs)
        layer = {"type": kind, "name": name}
        if inputs != [self.last]:
            layer["inputs"] = inputs
        layer.update({key: list(value) if isinstance(value, tuple) else value for key, value in fields.items()})
        self.layers.append(layer)
        self.channels[name] = out if out is not None else self.channels[inputs[0]]
        self.last = name
        return name

    def free_name(self, name):
        if name not in self.channels:
            return name
        number = 1
        while f"{name}_{number}" in self.channels:
            number += 1
        return f"{name}_{number}"

    def conv(self, name, x, out, k, s=1, p=0, d=1, g=1, bias=False):
        """p: a number, (h, w), (top, left, bottom, right), "same" or "valid"."""
        fields = {"out_channels": out, "kernel": k}
        if s != 1:
            fields["stride"] = s
        if p not in (0, "valid"):
            fields["padding"] = p
        if d != 1:
            fields["dilation"] = d
        if g != 1:
            fields["groups"] = g
        if not bias:
            fields["bias"] = False
        return self.add("conv2d", name, x, out, **fields)

    def pool(self, kind, name, x, k, s=None, p=0, ceil=False, **fields):
        if s is not None and s != k:
            fields["stride"] = s
        if p not in (0, "valid"):
            fields["padding"] = p
        if ceil:
            fields["ceil_mode"] = True
        return self.add(kind + "_pool2d", name, x, None, kernel=k, **fields)

    def max_pool(self, name, x, k, s=None, p=0, ceil=False):
        return self.pool("max", name, x, k, s, p, ceil)

    def avg_pool(self, name, x, k, s=None, p=0, ceil=False, count_pad=True):
        more = {} if count_pad else {"count_include_pad": False}
        return self.pool("avg", name, x, k, s, p, ceil, **more)

    def bn(self, name, x, scale=True):
        return self.add("batch_norm2d", name, x, **({} if scale else {"gamma": False}))

    def act(self, kind, name, x):
        return self.add(kind, name, x)

    def join(self, kind, name, inputs):
        total = sum(self.channels[i] for i in inputs) if kind == "concat" else None
        return self.add(kind, name, inputs, total)

    def linear(self, name, x, out, bias=True):
        return self.add("linear", name, x, out, out_features=out, **({} if bias else {"bias": False}))

    def gap(self, name, x):
        """nn.AdaptiveAvgPool2d(1)."""
        return self.add("adaptive_avg_pool2d", name, x, output_size=1)

    def mean(self, name, x):
        """The mean over the plane, which a counter of modules does not see."""
        return self.add("global_avg_pool2d", name, x)

    def head(self, x, classes=1000, pool="avgpool", flatten="flatten", linear="fc"):
        return self.linear(linear, self.add("flatten", flatten, self.gap(pool, x)), classes)


def dumps(value):
    return json.dumps(value, ensure_ascii=False)


def renamed(layers, prefix, number, before):
    """The layers of one copy as a repeat would have them, or None where they are not of the copy's number."""
    start = f"{prefix}{number}"
    inside = {layer["name"] for layer in layers}

    def pattern(name):
        return f"{prefix}{{i}}{name[len(start):]}"

    copy = []
    for i, layer in enumerate(layers):
        rest = layer["name"][len(start):]
        if not layer["name"].startswith(start) or rest[:1].isdigit() or (i == 0 and "inputs" in layer):
            return None
        layer = dict(layer, name=pattern(layer["name"]))
        if "inputs" in layer:
            layer["inputs"] = [pattern(x) if x in inside else "@in" if x == before else x for x in layer["inputs"]]
        copy.append(layer)
    return copy


def folded(layers, start="input"):
    """Runs of layers that differ in nothing but a number in their names, as repeats."""
    items, at = [], 0
    while at < len(layers):
        before = layers[at - 1]["name"] if at > 0 else start
        best = None
        for match in re.finditer(r"\d+", layers[at]["name"]):
            prefix, first = layers[at]["name"][:match.start()], int(match.group())
            group = re.compile(re.escape(f"{prefix}{first}") + r"(?!\d)")
            length = 0
            while at + length < len(layers) and group.match(layers[at + length]["name"]):
                length += 1
            copy = renamed(layers[at:at + length], prefix, first, before)
            times = 1
            while copy is not None and copy == renamed(layers[at + times * length:at + (times + 1) * length], prefix,
                                                       first + times, layers[at + times * length - 1]["name"]):
                times += 1
            if times > 1 and (best is None or times * length > best[0]):
                best = (times * length, {"repeat": times, "from": first, "layers": copy})
        if best:
            items.append(best[1])
            at += best[0]
        else:
            items.append(layers[at])
            at += 1
    return items


def network_text(net):
    lines = []

    def line(layer, indent):
        return indent + "{" + ", ".join(f'"{key}": {dumps(value)}' for key, value in layer.items()) + "}"

    for item in folded(net.layers):
        if "repeat" in item:
            inner = ",\n".join(line(layer, "      ") for layer in item["layers"])
            numbers = f'"repeat": {item["repeat"]}' + ("" if item["from"] == 1 else f', "from": {item["from"]}')
            lines.append(f'    {{{numbers}, "layers": [\n{inner}\n    ]}}')
        else:
            lines.append(line(item, "    "))
    return '{\n  "format": 2,\n  "input": ' + dumps(net.input) + ',\n  "layers": [\n' + ",\n".join(lines) + "\n  ]\n}\n"
