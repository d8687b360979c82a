"""Networks of timm that torchvision does not have."""
from net import Net
from slim import mobilenet_v1
from torchvision import divisible, mobilenet_v2


def blur(n, name, x):
    """A fixed 3x3 binomial filter of stride 2, one a channel. Names of such layers end in .blur."""
    return n.conv(f"{name}.blur", x, n.channels[x], 3, 2, 1, g=n.channels[x])


def squeeze_excite(n, at, x, reduction=16):
    c = n.channels[x]
    y = n.act("relu", f"{at}.act", n.conv(f"{at}.fc1", n.mean(f"{at}.mean", x), divisible(c / reduction), 1, bias=True))
    y = n.act("sigmoid", f"{at}.gate", n.conv(f"{at}.fc2", y, c, 1, bias=True))
    return n.join("mul", f"{at}.mul", [x, y])


def resnet(blocks, bottleneck, stem=None, avg_down=False, blurred=False, gated=False, groups=1, base=64, ceil=False,
           early=False):
    """`stem`: the widths of the first two of three 3x3 convolutions, None: one 7x7. `avg_down`: shortcuts halve by an
    average. `blurred`: strides are blurred first. `ceil`: the first pool has no padding and rounds up. `early`: the
    stride in the first 1x1."""
    n = Net(224)

    def cbr(conv, norm, x, out, k=1, s=1, g=1, act=True):
        x = n.bn(norm, n.conv(conv, x, out, k, s, k // 2, g=g))
        return n.act("relu", norm + ".act", x) if act else x

    if stem:
        x = cbr("conv1.3", "conv1.4", cbr("conv1.0", "conv1.1", "input", stem[0], 3, 2), stem[1], 3)
        x = cbr("conv1.6", "bn1", x, 64, 3)
    else:
        x = cbr("conv1", "bn1", "input", 64, 7, 2)
    if blurred:
        x = blur(n, "maxpool", n.max_pool("maxpool.0", x, 3, 1, 1))
    else:
        x = n.max_pool("maxpool", x, 3, 2, 0 if ceil else 1, ceil)
    for stage, (count, planes) in enumerate(zip(blocks, (64, 128, 256, 512)), 1):
        for i in range(count):
            at, s, skip = f"layer{stage}.{i}", 2 if stage > 1 and i == 0 else 1, x
            out, width = planes * 4 if bottleneck else planes, planes * base // 64 * groups
            inner = 1 if blurred else s
            if bottleneck:
                y = cbr(f"{at}.conv1", f"{at}.bn1", x, width, 1, inner if early else 1)
                y = cbr(f"{at}.conv2", f"{at}.bn2", y, width, 3, 1 if early else inner, groups)
            else:
                y = cbr(f"{at}.conv1", f"{at}.bn1", x, planes, 3, inner)
            if blurred and s == 2:
                y = blur(n, f"{at}.aa", y)
            last = (f"{at}.conv3", f"{at}.bn3", y, out, 1) if bottleneck else (f"{at}.conv2", f"{at}.bn2", y, out, 3)
            y = cbr(*last, act=False)
            if gated:
                y = squeeze_excite(n, f"{at}.se", y)
            if s != 1 or n.channels[x] != out:
                if avg_down and s > 1:
                    skip = n.avg_pool(f"{at}.downsample.0", x, 2, 2, ceil=True, count_pad=False)
                skip = cbr(f"{at}.downsample.1", f"{at}.downsample.2", skip, out, 1, 1 if avg_down else s, act=False)
            x = n.act("relu", f"{at}.act", n.join("add", f"{at}.add", [y, skip]))
    n.head(x)
    return n


def densenet_blur():
    """DenseNet-121 with a deep stem that blurs."""
    n = Net(224)
    x, growth = "input", 32
    for i, (out, s) in enumerate(((32, 2), (32, 1), (64, 1))):
        x = n.act("relu", f"features.relu{i}", n.bn(f"features.norm{i}", n.conv(f"features.conv{i}", x, out, 3, s, 1)))
    x = blur(n, "features.pool0", n.max_pool("features.pool0.0", x, 3, 1, 1))
    for block, count in enumerate((6, 12, 24, 16), 1):
        for i in range(1, count + 1):
            at = f"features.denseblock{block}.denselayer{i}"
            y = n.conv(f"{at}.conv1", n.act("relu", f"{at}.act1", n.bn(f"{at}.norm1", x)), 4 * growth, 1)
            y = n.conv(f"{at}.conv2", n.act("relu", f"{at}.act2", n.bn(f"{at}.norm2", y)), growth, 3, 1, 1)
            x = n.join("concat", f"{at}.cat", [x, y])
        if block < 4:
            at = f"features.transition{block}"
            x = n.conv(f"{at}.conv", n.act("relu", f"{at}.act", n.bn(f"{at}.norm", x)), n.channels[x] // 2, 1)
            x = n.avg_pool(f"{at}.pool", x, 2)
    n.head(n.act("relu", "features.act5", n.bn("features.norm5", x)), linear="classifier")
    return n


def darknet53():
    n = Net(256)

    def cbl(at, x, out, k=1, s=1):
        return n.act("leaky_relu", f"{at}.act", n.bn(f"{at}.bn", n.conv(f"{at}.conv", x, out, k, s, k // 2)))

    x = cbl("stem.conv1", "input", 32, 3)
    for stage, (count, out) in enumerate(zip((1, 2, 8, 8, 4), (64, 128, 256, 512, 1024))):
        x = cbl(f"stages.{stage}.conv_down", x, out, 3, 2)
        for i in range(count):
            at = f"stages.{stage}.blocks.{i}"
            y = cbl(f"{at}.conv2", cbl(f"{at}.conv1", x, out // 2), out, 3)
            x = n.join("add", f"{at}.add", [y, x])
    n.head(x)
    return n


DEEP, TIERED = (32, 32), (24, 32)

MODELS = {
    "darknet53": darknet53,
    "densenetblur121d": densenet_blur,
    "legacy_seresnet18": lambda: resnet((2, 2, 2, 2), False, gated=True, ceil=True),
    "legacy_seresnet34": lambda: resnet((3, 4, 6, 3), False, gated=True, ceil=True),
    "legacy_seresnet50": lambda: resnet((3, 4, 6, 3), True, gated=True, ceil=True, early=True),
    "legacy_seresnet101": lambda: resnet((3, 4, 23, 3), True, gated=True, ceil=True, early=True),
    "legacy_seresnet152": lambda: resnet((3, 8, 36, 3), True, gated=True, ceil=True, early=True),
    "legacy_seresnext50_32x4d": lambda: resnet((3, 4, 6, 3), True, gated=True, ceil=True, groups=32, base=4),
    "mobilenetv1_125": lambda: mobilenet_v1(1.25)[0],
    "mobilenetv2_050": lambda: mobilenet_v2(0.5),
    "mobilenetv2_110d": lambda: mobilenet_v2(1.1, 1.2, True),
    "mobilenetv2_120d": lambda: mobilenet_v2(1.2, 1.4, True),
    "mobilenetv2_140": lambda: mobilenet_v2(1.4),
    "resnet10t": lambda: resnet((1, 1, 1, 1), False, TIERED, True),
    "resnet14t": lambda: resnet((1, 1, 1, 1), True, TIERED, True),
    "resnet26t": lambda: resnet((2, 2, 2, 2), True, TIERED, True),
    "resnet26": lambda: resnet((2, 2, 2, 2), True),
    "resnet18d": lambda: resnet((2, 2, 2, 2), False, DEEP, True),
    "resnet26d": lambda: resnet((2, 2, 2, 2), True, DEEP, True),
    "resnet34d": lambda: resnet((3, 4, 6, 3), False, DEEP, True),
    "resnet50d": lambda: resnet((3, 4, 6, 3), True, DEEP, True),
    "resnet101d": lambda: resnet((3, 4, 23, 3), True, DEEP, True),
    "resnet152d": lambda: resnet((3, 8, 36, 3), True, DEEP, True),
    "resnext50d_32x4d": lambda: resnet((3, 4, 6, 3), True, DEEP, True, groups=32, base=4),
    "resnetblur50": lambda: resnet((3, 4, 6, 3), True, blurred=True),
    "seresnet50": lambda: resnet((3, 4, 6, 3), True, gated=True),
    "seresnext50_32x4d": lambda: resnet((3, 4, 6, 3), True, gated=True, groups=32, base=4),
}
TIMM_NAMES = {"mnasnet1_0": "mnasnet_100", "mobilenet_v1": "mobilenetv1_100", "mobilenet_v2": "mobilenetv2_100",
              "mobilenet_v3_large": "mobilenetv3_large_100", "mobilenet_v3_small": "mobilenetv3_small_100",
              "regnet_y_400mf": "regnety_004"}
