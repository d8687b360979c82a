"""Networks that are neither classifiers of a library nor large: what lessons, segmentation and detection use."""
import torchvision
from net import Net


def lenet5():
    n = Net(32, 1)
    x = n.act("tanh", "tanh1", n.conv("C1", "input", 6, 5, bias=True))
    x = n.act("tanh", "tanh3", n.conv("C3", n.avg_pool("S2", x, 2), 16, 5, bias=True))
    x = n.act("tanh", "tanh5", n.conv("C5", n.avg_pool("S4", x, 2), 120, 5, bias=True))
    x = n.act("tanh", "tanh6", n.linear("F6", n.add("flatten", "flatten", x), 84))
    n.linear("output", x, 10)
    return n, ["C1", "S2", "C3", "S4", "C5"]


def alexnet_one_tower():
    """The paper's layers and widths, the two towers joined to one."""
    n = Net(227)

    def conv(name, x, out, k, s=1, p=0):
        return n.act("relu", name + "/relu", n.conv(name, x, out, k, s, p, bias=True))

    x = n.add("local_response_norm", "norm1", conv("conv1", "input", 96, 11, 4))
    x = n.add("local_response_norm", "norm2", conv("conv2", n.max_pool("pool1", x, 3, 2), 256, 5, 1, 2))
    x = conv("conv3", n.max_pool("pool2", x, 3, 2), 384, 3, 1, 1)
    x = n.max_pool("pool5", conv("conv5", conv("conv4", x, 384, 3, 1, 1), 256, 3, 1, 1), 3, 2)
    x = n.add("flatten", "flatten", x)
    for name in "fc6", "fc7":
        x = n.add("dropout", name + "/dropout", n.act("relu", name + "/relu", n.linear(name, x, 4096)))
    n.linear("fc8", x, 1000)
    return n, ["conv1", "pool1", "conv2", "pool2", "conv3", "conv4", "conv5", "pool5"]


def unet():
    """As today's ports write it: padded, batch norms, 3 channels in."""
    n = Net(256)

    def twice(at, x, out):
        for i in 1, 2:
            x = n.bn(f"{at}.norm{i}", n.conv(f"{at}.conv{i}", x, out, 3, 1, 1))
            x = n.act("relu", f"{at}.relu{i}", x)
        return x

    x, skips, ends = "input", [], []
    for i, out in enumerate((64, 128, 256, 512), 1):
        skips.append(twice(f"down{i}", x, out))
        x = n.max_pool(f"pool{i}", skips[-1], 2)
        ends += [skips[-1], x]
    x = twice("bottom", x, 1024)
    ends.append(x)
    for i, out in zip((4, 3, 2, 1), (512, 256, 128, 64)):
        x = n.add("conv_transpose2d", f"up{i}.upconv", x, out, out_channels=out, kernel=2, stride=2)
        x = twice(f"up{i}", n.join("concat", f"up{i}.cat", [skips[i - 1], x]), out)
        ends.append(x)
    n.conv("out", x, 1, 1, bias=True)
    return n, ends


def unet_unpadded():
    """As in the paper: no padding, so that what is passed on is cropped."""
    n = Net(572, 1)

    def twice(at, x, out):
        for i in 1, 2:
            x = n.act("relu", f"{at}.relu{i}", n.conv(f"{at}.conv{i}", x, out, 3, bias=True))
        return x

    x, skips, ends = "input", [], []
    for i, out in enumerate((64, 128, 256, 512), 1):
        skips.append(twice(f"down{i}", x, out))
        x = n.max_pool(f"pool{i}", skips[-1], 2)
        ends += [skips[-1], x]
    x = twice("bottom", x, 1024)
    ends.append(x)
    for i, out, cut in zip((4, 3, 2, 1), (512, 256, 128, 64), (4, 16, 40, 88)):
        skip = n.add("crop", f"up{i}.crop", skips[i - 1], padding=cut)
        x = n.add("conv_transpose2d", f"up{i}.upconv", x, out, out_channels=out, kernel=2, stride=2)
        x = twice(f"up{i}", n.join("concat", f"up{i}.cat", [skip, x]), out)
        ends.append(x)
    n.conv("out", x, 2, 1, bias=True)
    return n, ends


def fcn8s():
    """On VGG-16, for 500x500: the crops at the right and at the bottom depend on the size."""
    n = Net(500)
    x = "input"
    pools = []
    for group, (out, convs) in enumerate(zip((64, 128, 256, 512, 512), (2, 2, 3, 3, 3)), 1):
        for i in range(1, convs + 1):
            at = f"{group}_{i}"
            x = n.act("relu", f"relu{at}", n.conv(f"conv{at}", x, out, 3, 1, 100 if at == "1_1" else 1, bias=True))
        x = n.max_pool(f"pool{group}", x, 2, ceil=True)
        pools.append(x)
    for name, k in ("fc6", 7), ("fc7", 1):
        x = n.add("dropout", f"drop{name[2]}", n.act("relu", f"relu{name[2]}", n.conv(name, x, 4096, k, bias=True)))

    def up(name, x, k, s):
        return n.add("conv_transpose2d", name, x, 21, out_channels=21, kernel=k, stride=s, bias=False)

    x = up("upscore2", n.conv("score_fr", x, 21, 1, bias=True), 4, 2)
    for pool, cut, name, k, s in ((4, 5, "upscore_pool4", 4, 2), (3, 9, "upscore8", 16, 8)):
        skip = n.add("crop", f"score_pool{pool}c", n.conv(f"score_pool{pool}", pools[pool - 1], 21, 1, bias=True), padding=cut)
        x = up(name, n.join("add", f"fuse_pool{pool}", [x, skip]), k, s)
    n.add("crop", "score", x, padding=[31, 31, 37, 37])
    return n, [*pools, "fc7", "upscore2", "fuse_pool4", "fuse_pool3", "score"]


def resnet50_fpn():
    """torchvision's feature pyramid of detectors; planes must halve evenly, so: multiples of 32."""
    n = torchvision.resnet((3, 4, 6, 3), True)
    keep = [layer for layer in n.layers if layer["name"] not in ("avgpool", "flatten", "fc")]
    renamed = Net(800)
    for layer in keep:
        layer = dict(layer, name="body." + layer["name"])
        if "inputs" in layer:
            layer["inputs"] = ["body." + i for i in layer["inputs"]]
        renamed.layers.append(layer)
        renamed.channels[layer["name"]] = n.channels[layer["name"][5:]]
        renamed.last = layer["name"]
    n = renamed
    stages = ["body.layer1.2.relu_2", "body.layer2.3.relu_2", "body.layer3.5.relu_2", "body.layer4.2.relu_2"]
    x, ends = None, []
    for i in 3, 2, 1, 0:
        inner = n.conv(f"fpn.inner_blocks.{i}.0", stages[i], 256, 1, bias=True)
        if x:
            inner = n.join("add", f"fpn.add.{i}", [inner, n.add("upsample", f"fpn.interpolate.{i}", x, scale=2)])
        x = inner
        ends.insert(0, n.conv(f"fpn.layer_blocks.{i}.0", inner, 256, 3, 1, 1, bias=True))
    ends.append(n.max_pool("fpn.extra_blocks", ends[-1], 1, 2))
    return n, stages + ends


def yolov3_spp():
    """Darknet-53, three max pools side by side, three heads for 80 classes."""
    n = Net(608)
    count = iter(range(1000))

    def cbl(x, out, k=1, s=1):
        at = f"conv{next(count)}"
        return n.act("leaky_relu", f"{at}.leaky", n.bn(f"{at}.bn", n.conv(at, x, out, k, s, k // 2)))

    x, routes = cbl("input", 32, 3), []
    for blocks, out in zip((1, 2, 8, 8, 4), (64, 128, 256, 512, 1024)):
        x = cbl(x, out, 3, 2)
        for _ in range(blocks):
            x = n.join("add", f"shortcut{next(count)}", [cbl(cbl(x, out // 2), out, 3), x])
        routes.append(x)
    x = cbl(cbl(cbl(x, 512), 1024, 3), 512)
    pools = [n.max_pool(f"spp{k}", x, k, 1, k // 2) for k in (5, 9, 13)]
    x = n.join("concat", "spp", [pools[2], pools[1], pools[0], x])
    ends = [*routes[2:], "spp"]
    for scale, out in enumerate((512, 256, 128)):
        if scale == 0:
            x = cbl(cbl(cbl(x, 512), 1024, 3), 512)
        else:
            x = n.add("upsample", f"upsample{scale}", cbl(x, out), scale=2)
            x = n.join("concat", f"route{scale}", [x, routes[4 - scale]])
            for _ in 1, 2:
                x = cbl(cbl(x, out), 2 * out, 3)
            x = cbl(x, out)
        n.conv(f"yolo{scale}", cbl(x, 2 * out, 3), 255, 1, bias=True)
        ends.append(f"yolo{scale}")
    return n, ends


MODELS = {"lenet5": lenet5, "alexnet_one_tower": alexnet_one_tower, "unet": unet, "unet_unpadded": unet_unpadded,
          "fcn8s": fcn8s, "resnet50_fpn": resnet50_fpn, "yolov3_spp": yolov3_spp}
