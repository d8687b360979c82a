"""The networks of torchvision 0.14, their layers named as its modules are."""
import math

from net import Net


def divisible(value, by=8):
    """The nearest multiple of `by` that is not 10 % smaller."""
    rounded = max(by, int(value + by / 2) // by * by)
    return rounded + by if rounded < 0.9 * value else rounded


def alexnet():
    n = Net(224)
    x = n.act("relu", "features.1", n.conv("features.0", "input", 64, 11, 4, 2, bias=True))
    x = n.max_pool("features.2", x, 3, 2)
    x = n.act("relu", "features.4", n.conv("features.3", x, 192, 5, 1, 2, bias=True))
    x = n.max_pool("features.5", x, 3, 2)
    for i, out in (6, 384), (8, 256), (10, 256):
        x = n.act("relu", f"features.{i + 1}", n.conv(f"features.{i}", x, out, 3, 1, 1, bias=True))
    x = n.max_pool("features.12", x, 3, 2)
    x = n.add("adaptive_avg_pool2d", "avgpool", x, output_size=6)
    x = n.add("dropout", "classifier.0", n.add("flatten", "flatten", x))
    x = n.act("relu", "classifier.2", n.linear("classifier.1", x, 4096))
    x = n.act("relu", "classifier.5", n.linear("classifier.4", n.add("dropout", "classifier.3", x), 4096))
    n.linear("classifier.6", x, 1000)
    return n


def vgg(groups, norm=False):
    n = Net(224)
    x, i = "input", 0
    for out, convs in zip((64, 128, 256, 512, 512), groups):
        for _ in range(convs):
            x = n.conv(f"features.{i}", x, out, 3, 1, 1, bias=True)
            if norm:
                i += 1
                x = n.bn(f"features.{i}", x)
            x = n.act("relu", f"features.{i + 1}", x)
            i += 2
        x = n.max_pool(f"features.{i}", x, 2)
        i += 1
    x = n.add("adaptive_avg_pool2d", "avgpool", x, output_size=7)
    x = n.add("flatten", "flatten", x)
    for i in 0, 3:
        x = n.act("relu", f"classifier.{i + 1}", n.linear(f"classifier.{i}", x, 4096))
        x = n.add("dropout", f"classifier.{i + 2}", x)
    n.linear("classifier.6", x, 1000)
    return n


def resnet(blocks, bottleneck, groups=1, width_per_group=64):
    n = Net(224)
    x = n.act("relu", "relu", n.bn("bn1", n.conv("conv1", "input", 64, 7, 2, 3)))
    x = n.max_pool("maxpool", x, 3, 2, 1)
    for stage, (count, planes) in enumerate(zip(blocks, (64, 128, 256, 512)), 1):
        for i in range(count):
            x = residual_block(n, f"layer{stage}.{i}", x, planes, 2 if stage > 1 and i == 0 else 1, bottleneck, groups,
                               planes * width_per_group // 64 * groups)
    n.head(x)
    return n


def residual_block(n, at, x, planes, stride, bottleneck, groups, width):
    out = planes * 4 if bottleneck else planes
    if bottleneck:
        y = n.act("relu", f"{at}.relu", n.bn(f"{at}.bn1", n.conv(f"{at}.conv1", x, width, 1)))
        y = n.bn(f"{at}.bn2", n.conv(f"{at}.conv2", y, width, 3, stride, 1, g=groups))
        y = n.act("relu", f"{at}.relu_1", y)
        y = n.bn(f"{at}.bn3", n.conv(f"{at}.conv3", y, out, 1))
    else:
        y = n.act("relu", f"{at}.relu", n.bn(f"{at}.bn1", n.conv(f"{at}.conv1", x, planes, 3, stride, 1)))
        y = n.bn(f"{at}.bn2", n.conv(f"{at}.conv2", y, planes, 3, 1, 1))
    if stride != 1 or n.channels[x] != out:
        x = n.bn(f"{at}.downsample.1", n.conv(f"{at}.downsample.0", x, out, 1, stride))
    y = n.join("add", f"{at}.add", [y, x])
    return n.act("relu", f"{at}.relu_{2 if bottleneck else 1}", y)


def squeezenet(version):
    n = Net(224)
    out, k = (96, 7) if version == "1.0" else (64, 3)
    x = n.act("relu", "features.1", n.conv("features.0", "input", out, k, 2, bias=True))
    pools = (2, 6, 11) if version == "1.0" else (2, 5, 8)
    fires = iter((16, 16, 32, 32, 48, 48, 64, 64))
    for i in range(2, 13):
        if i in pools:
            x = n.max_pool(f"features.{i}", x, 3, 2, ceil=True)
            continue
        at, s = f"features.{i}", next(fires)
        x = n.act("relu", f"{at}.squeeze_activation", n.conv(f"{at}.squeeze", x, s, 1, bias=True))
        a = n.act("relu", f"{at}.expand1x1_activation", n.conv(f"{at}.expand1x1", x, 4 * s, 1, bias=True))
        b = n.act("relu", f"{at}.expand3x3_activation", n.conv(f"{at}.expand3x3", x, 4 * s, 3, 1, 1, bias=True))
        x = n.join("concat", f"{at}.cat", [a, b])
    x = n.conv("classifier.1", n.add("dropout", "classifier.0", x), 1000, 1, bias=True)
    n.add("flatten", "flatten", n.gap("classifier.3", n.act("relu", "classifier.2", x)))
    return n


def conv_bn_relu(n, at, x, out, k, s=1, p=0):
    return n.act("relu", f"{at}.relu", n.bn(f"{at}.bn", n.conv(f"{at}.conv", x, out, k, s, p)))


def googlenet():
    n = Net(224)
    x = n.max_pool("maxpool1", conv_bn_relu(n, "conv1", "input", 64, 7, 2, 3), 3, 2, ceil=True)
    x = conv_bn_relu(n, "conv3", conv_bn_relu(n, "conv2", x, 64, 1), 192, 3, 1, 1)
    x = n.max_pool("maxpool2", x, 3, 2, ceil=True)

    def inception(at, x, c1, r3, c3, r5, c5, pool):
        a = conv_bn_relu(n, f"{at}.branch1", x, c1, 1)
        b = conv_bn_relu(n, f"{at}.branch2.1", conv_bn_relu(n, f"{at}.branch2.0", x, r3, 1), c3, 3, 1, 1)
        c = conv_bn_relu(n, f"{at}.branch3.1", conv_bn_relu(n, f"{at}.branch3.0", x, r5, 1), c5, 3, 1, 1)
        d = n.max_pool(f"{at}.branch4.0", x, 3, 1, 1, ceil=True)
        return n.join("concat", f"{at}.cat", [a, b, c, conv_bn_relu(n, f"{at}.branch4.1", d, pool, 1)])

    x = inception("inception3a", x, 64, 96, 128, 16, 32, 32)
    x = n.max_pool("maxpool3", inception("inception3b", x, 128, 128, 192, 32, 96, 64), 3, 2, ceil=True)
    x = inception("inception4a", x, 192, 96, 208, 16, 48, 64)
    x = inception("inception4b", x, 160, 112, 224, 24, 64, 64)
    x = inception("inception4c", x, 128, 128, 256, 24, 64, 64)
    x = inception("inception4d", x, 112, 144, 288, 32, 64, 64)
    x = n.max_pool("maxpool4", inception("inception4e", x, 256, 160, 320, 32, 128, 128), 2, 2, ceil=True)
    x = inception("inception5a", x, 256, 160, 320, 32, 128, 128)
    x = inception("inception5b", x, 384, 192, 384, 48, 128, 128)
    n.linear("fc", n.add("dropout", "dropout", n.add("flatten", "flatten", n.gap("avgpool", x))), 1000)
    return n


def inception_v3(auxiliary=False):
    n = Net(299)

    def cbr(at, x, out, k, s=1, p=0):
        return conv_bn_relu(n, at, x, out, k, s, p)

    x = cbr("Conv2d_2b_3x3", cbr("Conv2d_2a_3x3", cbr("Conv2d_1a_3x3", "input", 32, 3, 2), 32, 3), 64, 3, 1, 1)
    x = cbr("Conv2d_3b_1x1", n.max_pool("maxpool1", x, 3, 2), 80, 1)
    x = n.max_pool("maxpool2", cbr("Conv2d_4a_3x3", x, 192, 3), 3, 2)
    for at, pool in ("Mixed_5b", 32), ("Mixed_5c", 64), ("Mixed_5d", 64):
        a = cbr(f"{at}.branch1x1", x, 64, 1)
        b = cbr(f"{at}.branch5x5_2", cbr(f"{at}.branch5x5_1", x, 48, 1), 64, 5, 1, 2)
        c = cbr(f"{at}.branch3x3dbl_2", cbr(f"{at}.branch3x3dbl_1", x, 64, 1), 96, 3, 1, 1)
        c = cbr(f"{at}.branch3x3dbl_3", c, 96, 3, 1, 1)
        d = cbr(f"{at}.branch_pool", n.avg_pool("avg_pool2d", x, 3, 1, 1), pool, 1)
        x = n.join("concat", f"{at}.cat", [a, b, c, d])
    a = cbr("Mixed_6a.branch3x3", x, 384, 3, 2)
    b = cbr("Mixed_6a.branch3x3dbl_2", cbr("Mixed_6a.branch3x3dbl_1", x, 64, 1), 96, 3, 1, 1)
    b = cbr("Mixed_6a.branch3x3dbl_3", b, 96, 3, 2)
    x = n.join("concat", "Mixed_6a.cat", [a, b, n.max_pool("max_pool2d", x, 3, 2)])
    wide, tall = dict(k=(1, 7), p=(0, 3)), dict(k=(7, 1), p=(3, 0))
    for at, c7 in ("Mixed_6b", 128), ("Mixed_6c", 160), ("Mixed_6d", 160), ("Mixed_6e", 192):
        a = cbr(f"{at}.branch1x1", x, 192, 1)
        b = cbr(f"{at}.branch7x7_2", cbr(f"{at}.branch7x7_1", x, c7, 1), c7, **wide)
        b = cbr(f"{at}.branch7x7_3", b, 192, **tall)
        c = cbr(f"{at}.branch7x7dbl_2", cbr(f"{at}.branch7x7dbl_1", x, c7, 1), c7, **tall)
        c = cbr(f"{at}.branch7x7dbl_4", cbr(f"{at}.branch7x7dbl_3", c, c7, **wide), c7, **tall)
        c = cbr(f"{at}.branch7x7dbl_5", c, 192, **wide)
        d = cbr(f"{at}.branch_pool", n.avg_pool("avg_pool2d", x, 3, 1, 1), 192, 1)
        x = n.join("concat", f"{at}.cat", [a, b, c, d])
    trunk = x
    a = cbr("Mixed_7a.branch3x3_2", cbr("Mixed_7a.branch3x3_1", x, 192, 1), 320, 3, 2)
    b = cbr("Mixed_7a.branch7x7x3_2", cbr("Mixed_7a.branch7x7x3_1", x, 192, 1), 192, **wide)
    b = cbr("Mixed_7a.branch7x7x3_4", cbr("Mixed_7a.branch7x7x3_3", b, 192, **tall), 192, 3, 2)
    x = n.join("concat", "Mixed_7a.cat", [a, b, n.max_pool("max_pool2d", x, 3, 2)])
    across, down = dict(k=(1, 3), p=(0, 1)), dict(k=(3, 1), p=(1, 0))
    for at in "Mixed_7b", "Mixed_7c":
        a = cbr(f"{at}.branch1x1", x, 320, 1)
        b = cbr(f"{at}.branch3x3_1", x, 384, 1)
        b = [cbr(f"{at}.branch3x3_2a", b, 384, **across), cbr(f"{at}.branch3x3_2b", b, 384, **down)]
        b = n.join("concat", f"{at}.cat", b)
        c = cbr(f"{at}.branch3x3dbl_2", cbr(f"{at}.branch3x3dbl_1", x, 448, 1), 384, 3, 1, 1)
        c = [cbr(f"{at}.branch3x3dbl_3a", c, 384, **across), cbr(f"{at}.branch3x3dbl_3b", c, 384, **down)]
        c = n.join("concat", f"{at}.cat", c)
        d = cbr(f"{at}.branch_pool", n.avg_pool("avg_pool2d", x, 3, 1, 1), 192, 1)
        x = n.join("concat", f"{at}.cat", [a, b, c, d])
    if auxiliary:
        y = cbr("AuxLogits.conv0", n.avg_pool("AuxLogits.avg_pool2d", trunk, 5, 3), 128, 1)
        y = n.gap("AuxLogits.avgpool", cbr("AuxLogits.conv1", y, 768, 5))
        n.linear("AuxLogits.fc", n.add("flatten", "AuxLogits.flatten", y), 1000)
    n.linear("fc", n.add("flatten", "flatten", n.add("dropout", "dropout", n.gap("avgpool", x))), 1000)
    return n


def densenet(growth, blocks, first):
    n = Net(224)
    x = n.bn("features.norm0", n.conv("features.conv0", "input", first, 7, 2, 3))
    x = n.max_pool("features.pool0", n.act("relu", "features.relu0", x), 3, 2, 1)
    for block, count in enumerate(blocks, 1):
        for i in range(1, count + 1):
            at = f"features.denseblock{block}.denselayer{i}"
            y = n.act("relu", f"{at}.relu1", n.bn(f"{at}.norm1", x))
            y = n.bn(f"{at}.norm2", n.conv(f"{at}.conv1", y, 4 * growth, 1))
            y = n.conv(f"{at}.conv2", n.act("relu", f"{at}.relu2", y), growth, 3, 1, 1)
            x = n.join("concat", f"{at}.cat", [x, y])
        if block < len(blocks):
            at = f"features.transition{block}"
            x = n.act("relu", f"{at}.relu", n.bn(f"{at}.norm", x))
            x = n.avg_pool(f"{at}.pool", n.conv(f"{at}.conv", x, n.channels[x] // 2, 1), 2)
    x = n.act("relu", "relu", n.bn("features.norm5", x))
    n.head(x, pool="adaptive_avg_pool2d", linear="classifier")
    return n


def mobilenet_v2(width=1.0, depth=1.0, fixed_ends=False):
    """`depth` multiplies the repeats; `fixed_ends`: the first and last widths are those of width 1."""
    n = Net(224)
    ends = 1.0 if fixed_ends else width

    def cbr(at, x, out, k=1, s=1, g=1):
        return n.act("relu6", f"{at}.2", n.bn(f"{at}.1", n.conv(f"{at}.0", x, out, k, s, k // 2, g=g)))

    x = cbr("features.0", "input", divisible(32 * ends), 3, 2)
    i = 1
    for t, c, count, stride in ((1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2),
                                (6, 320, 1, 1)):
        for j in range(count if count == 1 else math.ceil(count * depth)):
            at, part, y = f"features.{i}", 0, x
            s, out, hidden = stride if j == 0 else 1, divisible(c * width), n.channels[x] * t
            if t != 1:
                y, part = cbr(f"{at}.conv.0", y, hidden), 1
            y = cbr(f"{at}.conv.{part}", y, hidden, 3, s, hidden)
            y = n.bn(f"{at}.conv.{part + 2}", n.conv(f"{at}.conv.{part + 1}", y, out, 1))
            x = n.join("add", f"{at}.add", [x, y]) if s == 1 and n.channels[x] == out else y
            i += 1
    x = n.add("flatten", "flatten", n.gap("adaptive_avg_pool2d", cbr(f"features.{i}", x, divisible(1280 * max(1, ends)))))
    n.linear("classifier.1", n.add("dropout", "classifier.0", x), 1000)
    return n


def gate(n, at, x, squeezed, inner="relu", outer="hardsigmoid"):
    """Squeeze and excitation: the plane times a function of its means."""
    y = n.act(inner, f"{at}.activation", n.conv(f"{at}.fc1", n.gap(f"{at}.avgpool", x), squeezed, 1, bias=True))
    y = n.act(outer, f"{at}.scale_activation", n.conv(f"{at}.fc2", y, n.channels[x], 1, bias=True))
    return n.join("mul", f"{at}.mul", [y, x])


# kernel, expanded, out, gate, hardswish, stride
MOBILENET_V3 = {
    "large": ([(3, 16, 16, 0, 0, 1), (3, 64, 24, 0, 0, 2), (3, 72, 24, 0, 0, 1), (5, 72, 40, 1, 0, 2), (5, 120, 40, 1, 0, 1),
               (5, 120, 40, 1, 0, 1), (3, 240, 80, 0, 1, 2), (3, 200, 80, 0, 1, 1), (3, 184, 80, 0, 1, 1),
               (3, 184, 80, 0, 1, 1), (3, 480, 112, 1, 1, 1), (3, 672, 112, 1, 1, 1), (5, 672, 160, 1, 1, 2),
               (5, 960, 160, 1, 1, 1), (5, 960, 160, 1, 1, 1)], 1280),
    "small": ([(3, 16, 16, 1, 0, 2), (3, 72, 24, 0, 0, 2), (3, 88, 24, 0, 0, 1), (5, 96, 40, 1, 1, 2), (5, 240, 40, 1, 1, 1),
               (5, 240, 40, 1, 1, 1), (5, 120, 48, 1, 1, 1), (5, 144, 48, 1, 1, 1), (5, 288, 96, 1, 1, 2),
               (5, 576, 96, 1, 1, 1), (5, 576, 96, 1, 1, 1)], 1024),
}


def mobilenet_v3(which):
    rows, last = MOBILENET_V3[which]
    n = Net(224)

    def cba(at, x, out, act, k=1, s=1, g=1):
        x = n.bn(f"{at}.1", n.conv(f"{at}.0", x, out, k, s, k // 2, g=g))
        return n.act(act, f"{at}.2", x) if act else x

    x = cba("features.0", "input", 16, "hardswish", 3, 2)
    for i, (k, expanded, out, gated, hard, s) in enumerate(rows, 1):
        at, y, part, act = f"features.{i}", x, 0, "hardswish" if hard else "relu"
        if expanded != n.channels[x]:
            y, part = cba(f"{at}.block.0", y, expanded, act), 1
        y = cba(f"{at}.block.{part}", y, expanded, act, k, s, expanded)
        if gated:
            part += 1
            y = gate(n, f"{at}.block.{part}", y, divisible(expanded // 4))
        y = cba(f"{at}.block.{part + 1}", y, out, None)
        x = n.join("add", f"{at}.add", [y, x]) if s == 1 and n.channels[x] == out else y
    x = cba(f"features.{len(rows) + 1}", x, 6 * n.channels[x], "hardswish")
    x = n.linear("classifier.0", n.add("flatten", "flatten", n.gap("avgpool", x)), last)
    x = n.add("dropout", "classifier.2", n.act("hardswish", "classifier.1", x))
    n.linear("classifier.3", x, 1000)
    return n


def mnasnet(alpha):
    n = Net(224)
    depths = [divisible(d * alpha) if alpha != 1 else d for d in (32, 16, 24, 40, 80, 96, 192, 320)]

    def cb(first, x, out, k=1, s=1, g=1, relu=True, at="layers"):
        x = n.bn(f"{at}.{first + 1}", n.conv(f"{at}.{first}", x, out, k, s, k // 2, g=g))
        return n.act("relu", f"{at}.{first + 2}", x) if relu else x

    x = cb(3, cb(0, "input", depths[0], 3, 2), depths[0], 3, 1, depths[0])
    x = cb(6, x, depths[1], relu=False)
    stacks = ((3, 2, 3, 3), (5, 2, 3, 3), (5, 2, 6, 3), (3, 1, 6, 2), (5, 2, 6, 4), (3, 1, 6, 1))
    for index, ((k, stride, t, count), out) in enumerate(zip(stacks, depths[2:]), 8):
        for i in range(count):
            at, s, hidden = f"layers.{index}.{i}.layers", stride if i == 0 else 1, n.channels[x] * t
            y = cb(3, cb(0, x, hidden, at=at), hidden, k, s, hidden, at=at)
            y = cb(6, y, out, relu=False, at=at)
            x = y if i == 0 else n.join("add", f"layers.{index}.{i}.add", [y, x])
    x = n.mean("mean", cb(14, x, 1280))
    x = n.add("dropout", "classifier.0", n.add("flatten", "flatten", x))
    n.linear("classifier.1", x, 1000)
    return n


def efficientnet_b0():
    n = Net(224)

    def cba(at, x, out, k=1, s=1, g=1, act=True):
        x = n.bn(f"{at}.1", n.conv(f"{at}.0", x, out, k, s, k // 2, g=g))
        return n.act("silu", f"{at}.2", x) if act else x

    x = cba("features.0", "input", 32, 3, 2)
    stages = ((1, 3, 1, 16, 1), (6, 3, 2, 24, 2), (6, 5, 2, 40, 2), (6, 3, 2, 80, 3), (6, 5, 1, 112, 3), (6, 5, 2, 192, 4),
              (6, 3, 1, 320, 1))
    for stage, (t, k, stride, out, count) in enumerate(stages, 1):
        for i in range(count):
            at, part, y = f"features.{stage}.{i}", 0, x
            s, hidden = stride if i == 0 else 1, n.channels[x] * t
            if t != 1:
                y, part = cba(f"{at}.block.0", y, hidden), 1
            y = cba(f"{at}.block.{part}", y, hidden, k, s, hidden)
            y = gate(n, f"{at}.block.{part + 1}", y, max(1, n.channels[x] // 4), "silu", "sigmoid")
            y = cba(f"{at}.block.{part + 2}", y, out, act=False)
            x = n.join("add", f"{at}.add", [y, x]) if s == 1 and n.channels[x] == out else y
    x = n.add("flatten", "flatten", n.gap("avgpool", cba("features.8", x, 1280)))
    n.linear("classifier.1", n.add("dropout", "classifier.0", x), 1000)
    return n


def efficientnet_v2_m():
    n = Net(480)

    def cba(at, x, out, k=1, s=1, g=1, act=True):
        x = n.bn(f"{at}.1", n.conv(f"{at}.0", x, out, k, s, k // 2, g=g))
        return n.act("silu", f"{at}.2", x) if act else x

    x = cba("features.0", "input", 24, 3, 2)
    # fused, times wider inside, stride, out, blocks
    stages = ((True, 1, 1, 24, 3), (True, 4, 2, 48, 5), (True, 4, 2, 80, 5), (False, 4, 2, 160, 7), (False, 6, 1, 176, 14),
              (False, 6, 2, 304, 18), (False, 6, 1, 512, 5))
    for stage, (fused, t, stride, out, count) in enumerate(stages, 1):
        for i in range(count):
            at, s, hidden = f"features.{stage}.{i}", stride if i == 0 else 1, n.channels[x] * t
            if fused and t == 1:
                y = cba(f"{at}.block.0", x, out, 3, s)
            elif fused:
                y = cba(f"{at}.block.1", cba(f"{at}.block.0", x, hidden, 3, s), out, act=False)
            else:
                y = cba(f"{at}.block.1", cba(f"{at}.block.0", x, hidden), hidden, 3, s, hidden)
                y = gate(n, f"{at}.block.2", y, n.channels[x] // 4, "silu", "sigmoid")
                y = cba(f"{at}.block.3", y, out, act=False)
            x = n.join("add", f"{at}.add", [y, x]) if s == 1 and n.channels[x] == out else y
    x = n.add("flatten", "flatten", n.gap("avgpool", cba("features.8", x, 1280)))
    n.linear("classifier.1", n.add("dropout", "classifier.0", x), 1000)
    return n


def regnet_stages(w0, wa, wm, depth, group):
    """Widths on a line, each rounded to a power of wm and to 8: the paper's parameters of a network."""
    widths = [round(w0 * wm ** round(math.log((wa * i + w0) / w0) / math.log(wm)) / 8) * 8 for i in range(depth)]
    stages = []
    for width in sorted(set(widths)):
        groups = min(group, width)
        stages.append((divisible(width, groups), widths.count(width)))
    return stages


def regnet(w0, wa, wm, depth, group, gated):
    n = Net(224)

    def cba(at, x, out, k=1, s=1, g=1, act=True):
        x = n.bn(f"{at}.1", n.conv(f"{at}.0", x, out, k, s, k // 2, g=g))
        return n.act("relu", f"{at}.2", x) if act else x

    x = cba("stem", "input", 32, 3, 2)
    for stage, (width, count) in enumerate(regnet_stages(w0, wa, wm, depth, group), 1):
        for i in range(count):
            at, s, skip, came = f"trunk_output.block{stage}.block{stage}-{i}", 2 if i == 0 else 1, x, n.channels[x]
            if s != 1 or came != width:
                skip = cba(f"{at}.proj", x, width, 1, s, act=False)
            y = cba(f"{at}.f.b", cba(f"{at}.f.a", x, width), width, 3, s, width // min(group, width))
            if gated:
                y = gate(n, f"{at}.f.se", y, int(round(came / 4)), "relu", "sigmoid")
            y = cba(f"{at}.f.c", y, width, act=False)
            x = n.act("relu", f"{at}.activation", n.join("add", f"{at}.add", [skip, y]))
    n.head(x)
    return n


# w0, wa, wm, depth, group width
REGNET_X = {"400mf": (24, 24.48, 2.54, 22, 16), "800mf": (56, 35.73, 2.28, 16, 16), "1_6gf": (80, 34.01, 2.25, 18, 24),
            "3_2gf": (88, 26.31, 2.25, 25, 48), "8gf": (80, 49.56, 2.88, 23, 120), "16gf": (216, 55.59, 2.1, 22, 128),
            "32gf": (320, 69.86, 2.0, 23, 168)}
REGNET_Y = {"400mf": (48, 27.89, 2.09, 16, 8), "800mf": (56, 38.84, 2.4, 14, 16), "1_6gf": (48, 20.71, 2.65, 27, 24),
            "3_2gf": (80, 42.63, 2.66, 21, 24), "8gf": (192, 76.82, 2.19, 17, 56), "16gf": (200, 106.23, 2.48, 18, 112),
            "32gf": (232, 115.89, 2.53, 20, 232)}


def convnext(depths=(3, 3, 9, 3), dims=(96, 192, 384, 768)):
    n = Net(224)

    def permute(name, x, to):
        return n.add("permute", name, x, to=to)

    def norm(at, x):
        x = n.add("layer_norm", at, permute(f"{at}.permute", x, "nhwc"))
        return permute(f"{at}.permute", x, "nchw")

    x = norm("features.0.1", n.conv("features.0.0", "input", dims[0], 4, 4, bias=True))
    for stage, (depth, dim) in enumerate(zip(depths, dims)):
        if stage > 0:
            x = n.conv(f"features.{2 * stage}.1", norm(f"features.{2 * stage}.0", x), dim, 2, 2, bias=True)
        for i in range(depth):
            at = f"features.{2 * stage + 1}.{i}"
            y = permute(f"{at}.block.1", n.conv(f"{at}.block.0", x, dim, 7, 1, 3, g=dim, bias=True), "nhwc")
            y = n.linear(f"{at}.block.3", n.add("layer_norm", f"{at}.block.2", y), 4 * dim)
            y = n.linear(f"{at}.block.5", n.act("gelu", f"{at}.block.4", y), dim)
            y = n.add("scale", f"{at}.layer_scale", permute(f"{at}.block.6", y, "nchw"), bias=False)
            x = n.join("add", f"{at}.add", [y, x])
    x = n.add("flatten", "classifier.1", norm("classifier.0", n.gap("avgpool", x)))
    n.linear("classifier.2", x, 1000)
    return n


def shufflenet_v2(widths):
    n = Net(224)
    x = n.act("relu", "conv1.2", n.bn("conv1.1", n.conv("conv1.0", "input", widths[0], 3, 2, 1)))
    x = n.max_pool("maxpool", x, 3, 2, 1)
    for stage, (count, out) in enumerate(zip((4, 8, 4), widths[1:]), 2):
        half = out // 2
        for i in range(count):
            at, s = f"stage{stage}.{i}", 2 if i == 0 else 1
            if s == 2:
                c = n.channels[x]
                a = n.bn(f"{at}.branch1.1", n.conv(f"{at}.branch1.0", x, c, 3, 2, 1, g=c))
                a = n.bn(f"{at}.branch1.3", n.conv(f"{at}.branch1.2", a, half, 1))
                a, b = n.act("relu", f"{at}.branch1.4", a), x
            else:
                a = n.add("slice", f"{at}.chunk", x, half, channels=[0, half])
                b = n.add("slice", f"{at}.chunk", x, half, channels=[half, out])
            b = n.bn(f"{at}.branch2.1", n.conv(f"{at}.branch2.0", b, half, 1))
            b = n.act("relu", f"{at}.branch2.2", b)
            b = n.bn(f"{at}.branch2.4", n.conv(f"{at}.branch2.3", b, half, 3, s, 1, g=half))
            b = n.bn(f"{at}.branch2.6", n.conv(f"{at}.branch2.5", b, half, 1))
            b = n.act("relu", f"{at}.branch2.7", b)
            x = n.add("channel_shuffle", f"{at}.shuffle", n.join("concat", f"{at}.cat", [a, b]), groups=2)
    x = n.act("relu", "conv5.2", n.bn("conv5.1", n.conv("conv5.0", x, widths[4], 1)))
    n.linear("fc", n.add("flatten", "flatten", n.mean("mean", x)), 1000)
    return n


VGG = {11: (1, 1, 2, 2, 2), 13: (2, 2, 2, 2, 2), 16: (2, 2, 3, 3, 3), 19: (2, 2, 4, 4, 4)}

MODELS = {
    "alexnet": alexnet,
    **{f"vgg{depth}": lambda g=g: vgg(g) for depth, g in VGG.items()},
    **{f"vgg{depth}_bn": lambda g=g: vgg(g, True) for depth, g in VGG.items()},
    "resnet18": lambda: resnet((2, 2, 2, 2), False),
    "resnet34": lambda: resnet((3, 4, 6, 3), False),
    "resnet50": lambda: resnet((3, 4, 6, 3), True),
    "resnet101": lambda: resnet((3, 4, 23, 3), True),
    "resnet152": lambda: resnet((3, 8, 36, 3), True),
    "resnext50_32x4d": lambda: resnet((3, 4, 6, 3), True, 32, 4),
    "resnext101_32x8d": lambda: resnet((3, 4, 23, 3), True, 32, 8),
    "resnext101_64x4d": lambda: resnet((3, 4, 23, 3), True, 64, 4),
    "wide_resnet50_2": lambda: resnet((3, 4, 6, 3), True, 1, 128),
    "wide_resnet101_2": lambda: resnet((3, 4, 23, 3), True, 1, 128),
    "squeezenet1_0": lambda: squeezenet("1.0"),
    "squeezenet1_1": lambda: squeezenet("1.1"),
    "googlenet": googlenet,
    "inception_v3": inception_v3,
    "densenet121": lambda: densenet(32, (6, 12, 24, 16), 64),
    "densenet161": lambda: densenet(48, (6, 12, 36, 24), 96),
    "densenet169": lambda: densenet(32, (6, 12, 32, 32), 64),
    "densenet201": lambda: densenet(32, (6, 12, 48, 32), 64),
    "mobilenet_v2": mobilenet_v2,
    "mobilenet_v3_small": lambda: mobilenet_v3("small"),
    "mobilenet_v3_large": lambda: mobilenet_v3("large"),
    "mnasnet0_5": lambda: mnasnet(0.5),
    "mnasnet0_75": lambda: mnasnet(0.75),
    "mnasnet1_0": lambda: mnasnet(1.0),
    "mnasnet1_3": lambda: mnasnet(1.3),
    "efficientnet_b0": efficientnet_b0,
    "efficientnet_v2_m": efficientnet_v2_m,
    **{f"regnet_x_{size}": lambda row=row: regnet(*row, False) for size, row in REGNET_X.items()},
    **{f"regnet_y_{size}": lambda row=row: regnet(*row, True) for size, row in REGNET_Y.items()},
    "convnext_tiny": convnext,
    "convnext_small": lambda: convnext((3, 3, 27, 3)),
    "convnext_base": lambda: convnext((3, 3, 27, 3), (128, 256, 512, 1024)),
    "convnext_large": lambda: convnext((3, 3, 27, 3), (192, 384, 768, 1536)),
    "shufflenet_v2_x0_5": lambda: shufflenet_v2((24, 48, 96, 192, 1024)),
    "shufflenet_v2_x1_0": lambda: shufflenet_v2((24, 116, 232, 464, 1024)),
    "shufflenet_v2_x1_5": lambda: shufflenet_v2((24, 176, 352, 704, 1024)),
    "shufflenet_v2_x2_0": lambda: shufflenet_v2((24, 244, 488, 976, 2048)),
}
