"""The networks of TF-Slim, their layers and endpoints named as its definitions do."""
from net import Net
from torchvision import VGG


class Slim(Net):
    """`norm`: every convolution is followed by a batch normalisation without gamma, as in the Inceptions."""

    def __init__(self, size=224, norm=True, scale=False):
        super().__init__(size)
        self.norm, self.scale = norm, scale

    def cbr(self, name, x, out, k=1, s=1, p="same", g=1, act="relu"):
        y = self.conv(name + "/Conv", x, out, k, s, p, g=g, bias=not self.norm)
        if self.norm:
            y = self.bn(name + "/BatchNorm", y, self.scale)
        return self.act(act, name, y)

    def cat(self, name, branches):
        return self.join("concat", name, branches)

    def averaged(self, at, x, out, kind="avg"):
        """A 3x3 pool of stride 1 and a 1x1 convolution."""
        pooled = self.max_pool if kind == "max" else lambda *a: self.avg_pool(*a, count_pad=False)
        return self.cbr(f"{at}/Conv2d_0b_1x1", pooled(f"{at}/{kind.capitalize()}Pool_0a_3x3", x, 3, 1, "same"), out)

    def classifier(self, x, at="Logits", classes=1000):
        return self.linear(at, self.add("flatten", at + "/Flatten", self.mean(at + "/GlobalPool", x)), classes)


def alexnet_v2():
    n = Slim(norm=False)
    at = "alexnet_v2/"
    x = n.max_pool(at + "pool1", n.cbr(at + "conv1", "input", 64, 11, 4, "valid"), 3, 2)
    x = n.max_pool(at + "pool2", n.cbr(at + "conv2", x, 192, 5), 3, 2)
    x = n.cbr(at + "conv5", n.cbr(at + "conv4", n.cbr(at + "conv3", x, 384, 3), 384, 3), 256, 3)
    x = n.max_pool(at + "pool5", x, 3, 2)
    x = n.cbr(at + "fc7", n.cbr(at + "fc6", x, 4096, 5, 1, "valid"), 4096)
    n.conv(at + "fc8", x, 1000, 1, bias=True)
    return n, [at + e for e in ("conv1", "pool1", "conv2", "pool2", "conv3", "conv4", "conv5", "pool5")]


def vgg(name, depth):
    n = Slim(norm=False)
    x, ends = "input", []
    for group, (out, convs) in enumerate(zip((64, 128, 256, 512, 512), VGG[depth]), 1):
        for i in range(1, convs + 1):
            x = n.cbr(f"{name}/conv{group}/conv{group}_{i}", x, out, 3)
            ends.append(x)
        x = n.max_pool(f"{name}/pool{group}", x, 2)
        ends.append(x)
    x = n.cbr(f"{name}/fc7", n.cbr(f"{name}/fc6", x, 4096, 7, 1, "valid"), 4096)
    n.conv(f"{name}/fc8", x, 1000, 1, bias=True)
    return n, ends


def inception_v2():
    n = Slim()
    x = n.conv("Conv2d_1a_7x7/depthwise", "input", 24, 7, 2, "same", g=3)
    x = n.act("relu", "Conv2d_1a_7x7", n.bn("Conv2d_1a_7x7/BatchNorm", n.conv("Conv2d_1a_7x7/pointwise", x, 64, 1), False))
    x = n.max_pool("MaxPool_2a_3x3", x, 3, 2, "same")
    x = n.cbr("Conv2d_2c_3x3", n.cbr("Conv2d_2b_1x1", x, 64), 192, 3)
    x = n.max_pool("MaxPool_3a_3x3", x, 3, 2, "same")
    rows = (("Mixed_3b", 64, 64, 64, 64, 96, "avg", 32), ("Mixed_3c", 64, 64, 96, 64, 96, "avg", 64),
            ("Mixed_4a", 128, 160, 64, 96), ("Mixed_4b", 224, 64, 96, 96, 128, "avg", 128),
            ("Mixed_4c", 192, 96, 128, 96, 128, "avg", 128), ("Mixed_4d", 160, 128, 160, 128, 160, "avg", 96),
            ("Mixed_4e", 96, 128, 192, 160, 192, "avg", 96), ("Mixed_5a", 128, 192, 192, 256),
            ("Mixed_5b", 352, 192, 320, 160, 224, "avg", 128), ("Mixed_5c", 352, 192, 320, 192, 224, "max", 128))
    for at, *row in rows:
        if len(row) == 4:
            a = n.cbr(f"{at}/Branch_0/Conv2d_1a_3x3", n.cbr(f"{at}/Branch_0/Conv2d_0a_1x1", x, row[0]), row[1], 3, 2)
            b = n.cbr(f"{at}/Branch_1/Conv2d_0b_3x3", n.cbr(f"{at}/Branch_1/Conv2d_0a_1x1", x, row[2]), row[3], 3)
            b = n.cbr(f"{at}/Branch_1/Conv2d_1a_3x3", b, row[3], 3, 2)
            x = n.cat(at, [a, b, n.max_pool(f"{at}/Branch_2/MaxPool_1a_3x3", x, 3, 2, "same")])
            continue
        c1, r3, c3, rd, cd, kind, pool = row
        a = n.cbr(f"{at}/Branch_0/Conv2d_0a_1x1", x, c1)
        b = n.cbr(f"{at}/Branch_1/Conv2d_0b_3x3", n.cbr(f"{at}/Branch_1/Conv2d_0a_1x1", x, r3), c3, 3)
        c = n.cbr(f"{at}/Branch_2/Conv2d_0b_3x3", n.cbr(f"{at}/Branch_2/Conv2d_0a_1x1", x, rd), cd, 3)
        c = n.cbr(f"{at}/Branch_2/Conv2d_0c_3x3", c, cd, 3)
        x = n.cat(at, [a, b, c, n.averaged(f"{at}/Branch_3", x, pool, kind)])
    n.classifier(x)
    return n, ["Conv2d_1a_7x7", "MaxPool_2a_3x3", "Conv2d_2b_1x1", "Conv2d_2c_3x3", "MaxPool_3a_3x3"] + [r[0] for r in rows]


STEM = ["Conv2d_1a_3x3", "Conv2d_2a_3x3", "Conv2d_2b_3x3", "MaxPool_3a_3x3", "Conv2d_3b_1x1", "Conv2d_4a_3x3",
        "MaxPool_5a_3x3"]


def stem(n, p):
    x = n.cbr("Conv2d_2a_3x3", n.cbr("Conv2d_1a_3x3", "input", 32, 3, 2, p), 32, 3, 1, p)
    x = n.max_pool("MaxPool_3a_3x3", n.cbr("Conv2d_2b_3x3", x, 64, 3), 3, 2, p)
    x = n.cbr("Conv2d_4a_3x3", n.cbr("Conv2d_3b_1x1", x, 80, 1, 1, p), 192, 3, 1, p)
    return n.max_pool("MaxPool_5a_3x3", x, 3, 2, p)


def branches(n, at, x, *rows):
    """One branch a row: (out, kernel[, stride, padding]) for each of its convolutions; a kernel is 3 or (1, 7)."""
    ends = []
    for index, row in enumerate(rows):
        y = x
        for i, (out, k, *rest) in enumerate(row):
            size = f"{k}x{k}" if isinstance(k, int) else f"{k[0]}x{k[1]}"
            y = n.cbr(f"{at}/Branch_{index}/Conv2d_{'1' if rest else '0'}{'a' if rest else chr(97 + i)}_{size}", y, out, k, *rest)
        ends.append(y)
    return ends


def reduction(n, at, x, p, *rows):
    pool = f"{at}/Branch_{len(rows)}/MaxPool_1a_3x3"
    ends = branches(n, at, x, *rows)
    return n.cat(at, ends + [n.max_pool(pool, x, 3, 2, p)])


def inception_v3(p="valid"):
    n = Slim(299)
    x = stem(n, p)
    for at, pool in ("Mixed_5b", 32), ("Mixed_5c", 64), ("Mixed_5d", 64):
        ends = branches(n, at, x, [(64, 1)], [(48, 1), (64, 5)], [(64, 1), (96, 3), (96, 3)])
        x = n.cat(at, ends + [n.averaged(f"{at}/Branch_3", x, pool)])
    x = reduction(n, "Mixed_6a", x, p, [(384, 3, 2, p)], [(64, 1), (96, 3), (96, 3, 2, p)])
    for at, c in ("Mixed_6b", 128), ("Mixed_6c", 160), ("Mixed_6d", 160), ("Mixed_6e", 192):
        ends = branches(n, at, x, [(192, 1)], [(c, 1), (c, (1, 7)), (192, (7, 1))],
                        [(c, 1), (c, (7, 1)), (c, (1, 7)), (c, (7, 1)), (192, (1, 7))])
        x = n.cat(at, ends + [n.averaged(f"{at}/Branch_3", x, 192)])
    x = reduction(n, "Mixed_7a", x, p, [(192, 1), (320, 3, 2, p)], [(192, 1), (192, (1, 7)), (192, (7, 1)), (192, 3, 2, p)])
    for at in "Mixed_7b", "Mixed_7c":
        a, b, c = branches(n, at, x, [(320, 1)], [(384, 1)], [(448, 1), (384, 3)])
        b = n.cat(f"{at}/Branch_1", [n.cbr(f"{at}/Branch_1/Conv2d_0b_1x3", b, 384, (1, 3)),
                                     n.cbr(f"{at}/Branch_1/Conv2d_0c_3x1", b, 384, (3, 1))])
        c = n.cat(f"{at}/Branch_2", [n.cbr(f"{at}/Branch_2/Conv2d_0c_1x3", c, 384, (1, 3)),
                                     n.cbr(f"{at}/Branch_2/Conv2d_0d_3x1", c, 384, (3, 1))])
        x = n.cat(at, [a, b, c, n.averaged(f"{at}/Branch_3", x, 192)])
    n.classifier(x)
    return n, STEM + [f"Mixed_{e}" for e in "5b 5c 5d 6a 6b 6c 6d 6e 7a 7b 7c".split()]


def inception_v4(p="valid"):
    n = Slim(299)
    x = n.cbr("Conv2d_2a_3x3", n.cbr("Conv2d_1a_3x3", "input", 32, 3, 2, p), 32, 3, 1, p)
    x = n.cbr("Conv2d_2b_3x3", x, 64, 3)
    a = n.max_pool("Mixed_3a/Branch_0/MaxPool_0a_3x3", x, 3, 2, p)
    x = n.cat("Mixed_3a", [a, n.cbr("Mixed_3a/Branch_1/Conv2d_0a_3x3", x, 96, 3, 2, p)])
    x = n.cat("Mixed_4a", branches(n, "Mixed_4a", x, [(64, 1), (96, 3, 1, p)],
                                   [(64, 1), (64, (1, 7)), (64, (7, 1)), (96, 3, 1, p)]))
    x = reduction(n, "Mixed_5a", x, p, [(192, 3, 2, p)])
    for at in "Mixed_5b", "Mixed_5c", "Mixed_5d", "Mixed_5e":
        ends = branches(n, at, x, [(96, 1)], [(64, 1), (96, 3)], [(64, 1), (96, 3), (96, 3)])
        x = n.cat(at, ends + [n.averaged(f"{at}/Branch_3", x, 96)])
    x = reduction(n, "Mixed_6a", x, p, [(384, 3, 2, p)], [(192, 1), (224, 3), (256, 3, 2, p)])
    for at in (f"Mixed_6{letter}" for letter in "bcdefgh"):
        ends = branches(n, at, x, [(384, 1)], [(192, 1), (224, (1, 7)), (256, (7, 1))],
                        [(192, 1), (192, (7, 1)), (224, (1, 7)), (224, (7, 1)), (256, (1, 7))])
        x = n.cat(at, ends + [n.averaged(f"{at}/Branch_3", x, 128)])
    x = reduction(n, "Mixed_7a", x, p, [(192, 1), (192, 3, 2, p)], [(256, 1), (256, (1, 7)), (320, (7, 1)), (320, 3, 2, p)])
    for at in "Mixed_7b", "Mixed_7c", "Mixed_7d":
        a, b, c = branches(n, at, x, [(256, 1)], [(384, 1)], [(384, 1), (448, (3, 1)), (512, (1, 3))])
        b = n.cat(f"{at}/Branch_1", [n.cbr(f"{at}/Branch_1/Conv2d_0b_1x3", b, 256, (1, 3)),
                                     n.cbr(f"{at}/Branch_1/Conv2d_0c_3x1", b, 256, (3, 1))])
        c = n.cat(f"{at}/Branch_2", [n.cbr(f"{at}/Branch_2/Conv2d_0d_1x3", c, 256, (1, 3)),
                                     n.cbr(f"{at}/Branch_2/Conv2d_0e_3x1", c, 256, (3, 1))])
        x = n.cat(at, [a, b, c, n.averaged(f"{at}/Branch_3", x, 256)])
    n.classifier(x)
    return n, ["Conv2d_1a_3x3", "Conv2d_2a_3x3", "Conv2d_2b_3x3"] + [
        f"Mixed_{e}" for e in "3a 4a 5a 5b 5c 5d 5e 6a 6b 6c 6d 6e 6f 6g 6h 7a 7b 7c 7d".split()]


def inception_resnet_v2(p="valid"):
    n = Slim(299)
    x = stem(n, p)
    ends = branches(n, "Mixed_5b", x, [(96, 1)], [(48, 1), (64, 5)], [(64, 1), (96, 3), (96, 3)])
    x = n.cat("Mixed_5b", ends + [n.averaged("Mixed_5b/Branch_3", x, 64)])

    def residual(at, end, x, *rows, act=True):
        y = n.cat(f"{at}/Concat", branches(n, at, x, *rows))
        y = n.conv(f"{at}/Conv2d_1x1", y, n.channels[x], 1, bias=True)
        y = n.add("op", f"{at}/scale", y, op="Mul", effect="pointwise", params=0, macs=0)
        y = n.join("add", f"{at}/add" if act else end or at, [x, y])
        return n.act("relu", end or at, y) if act else y

    for i in range(1, 11):
        x = residual(f"Repeat/block35_{i}", None, x, [(32, 1)], [(32, 1), (32, 3)], [(32, 1), (48, 3), (64, 3)])
    x = reduction(n, "Mixed_6a", x, p, [(384, 3, 2, p)], [(256, 1), (256, 3), (384, 3, 2, p)])
    for i in range(1, 21):
        x = residual(f"Repeat_1/block17_{i}", "PreAuxLogits" if i == 20 else None, x, [(192, 1)],
                     [(128, 1), (160, (1, 7)), (192, (7, 1))])
    x = reduction(n, "Mixed_7a", x, p, [(256, 1), (384, 3, 2, p)], [(256, 1), (288, 3, 2, p)],
                  [(256, 1), (288, 3), (320, 3, 2, p)])
    for i in range(1, 11):
        at = f"Repeat_2/block8_{i}" if i < 10 else "Block8"
        x = residual(at, None, x, [(192, 1)], [(192, 1), (224, (1, 3)), (256, (3, 1))], act=i < 10)
    n.classifier(n.cbr("Conv2d_7b_1x1", x, 1536))
    return n, STEM + ["Mixed_5b", "Mixed_6a", "PreAuxLogits", "Mixed_7a", "Conv2d_7b_1x1"]


def mobilenet_v1(width=1.0):
    n = Slim(scale=True)

    def w(c):
        return max(int(c * width), 8)

    x = n.cbr("Conv2d_0", "input", w(32), 3, 2, act="relu6")
    rows = ((64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2)) + 5 * ((512, 1),) + ((1024, 2), (1024, 1))
    ends = ["Conv2d_0"]
    for i, (out, s) in enumerate(rows, 1):
        c = n.channels[x]
        x = n.cbr(f"Conv2d_{i}_depthwise", x, c, 3, s, g=c, act="relu6")
        x = n.cbr(f"Conv2d_{i}_pointwise", x, w(out), act="relu6")
        ends += [f"Conv2d_{i}_depthwise", x]
    n.classifier(x)
    return n, ends


UNITS = {50: (3, 4, 6, 3), 101: (3, 4, 23, 3), 152: (3, 8, 36, 3), 200: (3, 24, 36, 3)}


def resnet(version, depth):
    """The stride of a block sits in its last unit, with explicit padding."""
    n = Slim(scale=True)
    name, kind = f"resnet_v{version}_{depth}", f"bottleneck_v{version}"
    if version == 1:
        x = n.cbr(f"{name}/conv1", "input", 64, 7, 2, 3)
    else:
        x = n.conv(f"{name}/conv1", "input", 64, 7, 2, 3, bias=True)
    x = n.max_pool(f"{name}/pool1", x, 3, 2, "same")
    for block, (count, base) in enumerate(zip(UNITS[depth], (64, 128, 256, 512)), 1):
        for i in range(1, count + 1):
            at, s, out = f"{name}/block{block}/unit_{i}/{kind}", 2 if i == count and block < 4 else 1, 4 * base
            end = f"{name}/block{block}" if i == count else at
            pre = x
            if version == 2:
                pre = n.act("relu", f"{at}/preact", n.bn(f"{at}/preact/BatchNorm", x, True))
            if n.channels[x] == out:
                skip = x if s == 1 else n.max_pool(f"{at}/shortcut", x, 1, s)
            elif version == 1:
                skip = n.bn(f"{at}/shortcut", n.conv(f"{at}/shortcut/Conv", x, out, 1, s), True)
            else:
                skip = n.conv(f"{at}/shortcut", pre, out, 1, s, bias=True)
            y = n.cbr(f"{at}/conv2", n.cbr(f"{at}/conv1", pre, base), base, 3, s, "same" if s == 1 else 1)
            if version == 1:
                y = n.bn(f"{at}/conv3", n.conv(f"{at}/conv3/Conv", y, out, 1), True)
                x = n.act("relu", end, n.join("add", f"{at}/add", [skip, y]))
            else:
                x = n.join("add", end, [skip, n.conv(f"{at}/conv3", y, out, 1, bias=True)])
    if version == 2:
        x = n.act("relu", f"{name}/postnorm", n.bn(f"{name}/postnorm/BatchNorm", x, True))
    n.classifier(x, f"{name}/logits", 1000)
    return n, [f"{name}/block{block}" for block in (1, 2, 3, 4)]


MODELS = {
    "alexnet_v2": alexnet_v2,
    "vgg_a": lambda: vgg("vgg_a", 11),
    "vgg_16": lambda: vgg("vgg_16", 16),
    "vgg_19": lambda: vgg("vgg_19", 19),
    "inception_v2": inception_v2,
    "inception_v3_slim": inception_v3,
    "inception_v4": inception_v4,
    "inception_resnet_v2": inception_resnet_v2,
    "inception_resnet_v2-same": lambda: inception_resnet_v2("same"),
    "mobilenet_v1": mobilenet_v1,
    "mobilenet_v1_075": lambda: mobilenet_v1(0.75),
    **{f"resnet_v{v}_{d}": lambda v=v, d=d: resnet(v, d) for v in (1, 2) for d in UNITS},
}
