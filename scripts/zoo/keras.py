"""The networks of Keras Applications where they differ from the others: biases, batch normalisations, strides."""
from net import Net
from torchvision import divisible


def conv_bn(n, at, x, out, k=1, s=1, p="same", act="relu", bias=False, scale=True):
    x = n.bn(f"{at}_bn", n.conv(f"{at}_conv", x, out, k, s, p, bias=bias), scale)
    return n.act(act, f"{at}_{act}", x) if act else x


def resnet(blocks):
    """The paper's: the stride in a stage's first 1x1; every convolution has a bias."""
    n = Net(224)
    x = n.max_pool("pool1_pool", conv_bn(n, "conv1", "input", 64, 7, 2, 3, bias=True), 3, 2, 1)
    for stage, (count, f) in enumerate(zip(blocks, (64, 128, 256, 512)), 2):
        for i in range(1, count + 1):
            at, s, skip = f"conv{stage}_block{i}", 2 if stage > 2 and i == 1 else 1, x
            if i == 1:
                skip = conv_bn(n, f"{at}_0", x, 4 * f, 1, s, act=None, bias=True)
            y = conv_bn(n, f"{at}_2", conv_bn(n, f"{at}_1", x, f, 1, s, bias=True), f, 3, bias=True)
            y = conv_bn(n, f"{at}_3", y, 4 * f, 1, act=None, bias=True)
            x = n.act("relu", f"{at}_out", n.join("add", f"{at}_add", [skip, y]))
    return head(n, x)


def resnet_v2(blocks):
    """Normalised before each convolution; the stride in the last block of a stage."""
    n = Net(224)
    x = n.max_pool("pool1_pool", n.conv("conv1_conv", "input", 64, 7, 2, 3, bias=True), 3, 2, 1)
    for stage, (count, f) in enumerate(zip(blocks, (64, 128, 256, 512)), 2):
        for i in range(1, count + 1):
            at, s = f"conv{stage}_block{i}", 2 if stage < 5 and i == count else 1
            y = n.act("relu", f"{at}_preact_relu", n.bn(f"{at}_preact_bn", x))
            if i == 1:
                skip = n.conv(f"{at}_0_conv", y, 4 * f, 1, s, bias=True)
            else:
                skip = n.max_pool(f"{at}_pool", x, 1, s) if s > 1 else x
            y = conv_bn(n, f"{at}_2", conv_bn(n, f"{at}_1", y, f), f, 3, s, 1)
            x = n.join("add", f"{at}_out", [skip, n.conv(f"{at}_3_conv", y, 4 * f, 1, bias=True)])
    return head(n, n.act("relu", "post_relu", n.bn("post_bn", x)))


def head(n, x, classes=1000):
    n.linear("predictions", n.add("flatten", "flatten", n.mean("avg_pool", x)), classes)
    return n


def mobilenet_v2():
    """torchvision's but for SAME padding."""
    n = Net(224)
    x = conv_bn(n, "Conv1", "input", 32, 3, 2, act="relu6")
    i = 0
    for t, c, count, stride in ((1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2),
                                (6, 320, 1, 1)):
        for j in range(count):
            at, s, y, hidden = f"block_{i}" if i else "expanded_conv", stride if j == 0 else 1, x, n.channels[x] * t
            if t != 1:
                y = conv_bn(n, f"{at}_expand", y, hidden, act="relu6")
            y = n.bn(f"{at}_depthwise_bn", n.conv(f"{at}_depthwise", y, hidden, 3, s, "same", g=hidden))
            y = conv_bn(n, f"{at}_project", n.act("relu6", f"{at}_depthwise_relu", y), divisible(c), act=None)
            x = n.join("add", f"{at}_add", [x, y]) if s == 1 and n.channels[x] == c else y
            i += 1
    return head(n, conv_bn(n, "Conv_1", x, 1280, act="relu6"))


def separable(n, at, x, out, k=3, s=1):
    c = n.channels[x]
    return n.conv(f"{at}/pointwise", n.conv(f"{at}/depthwise", x, c, k, s, "same", g=c), out, 1)


def xception():
    n = Net(299)
    x = conv_bn(n, "block1_conv1", "input", 32, 3, 2, "valid")
    x = conv_bn(n, "block1_conv2", x, 64, 3, 1, "valid")
    for block, out, first in (2, 128, 128), (3, 256, 256), (4, 728, 728), (13, 1024, 728):
        if block == 13:
            for middle in range(5, 13):
                y = x
                for i in 1, 2, 3:
                    at = f"block{middle}_sepconv{i}"
                    y = n.bn(f"{at}_bn", separable(n, at, n.act("relu", f"{at}_act", y), 728))
                x = n.join("add", f"block{middle}_add", [y, x])
        skip = conv_bn(n, f"block{block}_skip", x, out, 1, 2, act=None)
        y = x
        for i, c in (1, first), (2, out):
            at = f"block{block}_sepconv{i}"
            if block > 2 or i == 2:
                y = n.act("relu", f"{at}_act", y)
            y = n.bn(f"{at}_bn", separable(n, at, y, c))
        x = n.join("add", f"block{block}_add", [n.max_pool(f"block{block}_pool", y, 3, 2, "same"), skip])
    for i, c in (1, 1536), (2, 2048):
        at = f"block14_sepconv{i}"
        x = n.act("relu", f"{at}_act", n.bn(f"{at}_bn", separable(n, at, x, c)))
    return head(n, x)


class Nasnet:
    """Cells that read the two cells before; the channels double where the plane halves."""

    def __init__(self, size, penultimate, blocks, stem, skip_reduction):
        n = self.n = Net(size)
        filters = penultimate // 24
        x = n.bn("stem_bn1", n.conv("stem_conv1", "input", stem, 3, 2, "valid"))
        self.planes = {x: 0}  # how often the plane was halved after the stem
        x, p = self.reduction("stem_1", x, None, filters // 4)
        x, p = self.reduction("stem_2", x, p, filters // 2)
        for group in 0, 1, 2:
            if group > 0:
                at = "reduce_" + str(blocks * group)
                x, before = self.reduction(at, x, p, filters << group)
                p = p if skip_reduction else before
            for i in range(blocks):
                x, p = self.normal(f"normal_{blocks * group + i + group}", x, p, filters << group)
        head(n, n.act("relu", "final_relu", x))

    def twice(self, at, x, out, k, s=1):
        n = self.n
        for i in 1, 2:
            y = separable(n, f"{at}/conv_{i}", n.act("relu", f"{at}/relu_{i}", x), out, k, s if i == 1 else 1)
            x = n.bn(f"{at}/bn_{i}", y)
        return x

    def adjusted(self, at, p, x, out):
        n = self.n
        if p is None:
            return x
        if self.planes[p] != self.planes[x]:
            p = n.act("relu", f"{at}/adjust_relu", p)
            a = n.conv(f"{at}/adjust_conv_1", n.avg_pool(f"{at}/adjust_pool_1", p, 1, 2), out // 2, 1)
            b = n.add("pad", f"{at}/adjust_pad", p, padding=[0, 0, 1, 1])
            b = n.add("crop", f"{at}/adjust_crop", b, padding=[1, 1, 0, 0])
            b = n.conv(f"{at}/adjust_conv_2", n.avg_pool(f"{at}/adjust_pool_2", b, 1, 2), out // 2, 1)
            return n.bn(f"{at}/adjust_bn", n.join("concat", f"{at}/adjust_concat", [a, b]))
        if n.channels[p] != out:
            p = n.conv(f"{at}/adjust_conv", n.act("relu", f"{at}/adjust_relu", p), out, 1)
            return n.bn(f"{at}/adjust_bn", p)
        return p

    def squeezed(self, at, x, out):
        n = self.n
        return n.bn(f"{at}/bn_1", n.conv(f"{at}/conv_1", n.act("relu", f"{at}/relu_1", x), out, 1))

    def average(self, name, x):
        return self.n.avg_pool(name, x, 3, 1, "same", count_pad=False)

    def normal(self, at, x, p, out):
        n, p, h = self.n, self.adjusted(at, p, x, out), self.squeezed(at, x, out)
        add = lambda i, a, b: n.join("add", f"{at}/add_{i}", [a, b])
        x1 = add(1, self.twice(f"{at}/left1", h, out, 5), self.twice(f"{at}/right1", p, out, 3))
        x2 = add(2, self.twice(f"{at}/left2", p, out, 5), self.twice(f"{at}/right2", p, out, 3))
        x3 = add(3, self.average(f"{at}/left3", h), p)
        x4 = add(4, self.average(f"{at}/left4", p), self.average(f"{at}/right4", p))
        x5 = add(5, self.twice(f"{at}/left5", h, out, 3), h)
        y = n.join("concat", f"{at}/concat", [p, x1, x2, x3, x4, x5])
        self.planes[y] = self.planes[x]
        return y, x

    def reduction(self, at, x, p, out):
        n, p, h = self.n, self.adjusted(at, p, x, out), self.squeezed(at, x, out)
        add = lambda i, a, b: n.join("add", f"{at}/add_{i}", [a, b])
        highest = lambda i: n.max_pool(f"{at}/left{i}", h, 3, 2, "same")
        x1 = add(1, self.twice(f"{at}/left1", h, out, 5, 2), self.twice(f"{at}/right1", p, out, 7, 2))
        x2 = add(2, highest(2), self.twice(f"{at}/right2", p, out, 7, 2))
        x3 = n.avg_pool(f"{at}/left3", h, 3, 2, "same", count_pad=False)
        x3 = add(3, x3, self.twice(f"{at}/right3", p, out, 5, 2))
        x4 = add(4, x2, self.average(f"{at}/left4", x1))
        x5 = add(5, self.twice(f"{at}/left5", x1, out, 3), highest(5))
        y = n.join("concat", f"{at}/concat", [x2, x3, x4, x5])
        self.planes[y] = self.planes[x] + 1
        return y, x


MODELS = {
    "keras_resnet50": lambda: resnet((3, 4, 6, 3)),
    "keras_resnet101": lambda: resnet((3, 4, 23, 3)),
    "keras_resnet152": lambda: resnet((3, 8, 36, 3)),
    "keras_resnet50_v2": lambda: resnet_v2((3, 4, 6, 3)),
    "keras_resnet101_v2": lambda: resnet_v2((3, 4, 23, 3)),
    "keras_resnet152_v2": lambda: resnet_v2((3, 8, 36, 3)),
    "keras_mobilenet_v2": mobilenet_v2,
    "xception": xception,
    "nasnet_mobile": lambda: Nasnet(224, 1056, 4, 32, False).n,
    "nasnet_large": lambda: Nasnet(331, 4032, 6, 96, True).n,
}
