#!/usr/bin/env python3
"""Writes assets/zoo: the networks in format 2 of the chain files, and index.json, which says what each is.

    scripts/zoo/make.py [--check]    --check: writes nothing, fails where a file differs from what would be written
"""
import json
import pathlib
import re
import sys

import keras
import more
import slim
import timm
import torchvision
from net import network_text

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "assets" / "zoo"

ABOUT = {
    "alexnet": "conv1 padded by 2, adaptive pool, 61,100,840 parameters",
    "alexnet_v2": "one tower, conv1 unpadded, convolutions as classifier, 50,303,912 parameters",
    "alexnet_one_tower": "as in the paper, its two towers joined to one, 62,378,344 parameters",
    "inception_v3": "without the head that only trains",
    "inception_v3_with_aux": "with the head that only trains: parameters, but no multiply-adds",
    "inception_v3_slim": "as TF-Slim and Keras define it: batch norms without gamma",
    "inception_resnet_v2-same": "SAME padding throughout, so that maps stay aligned",
    "mobilenet_v1": "SAME padding, which depends on the input size",
    "mobilenet_v1_075": "three quarters of the width",
    "xception": "separable convolutions, residual",
    "nasnet_mobile": "cells found by search",
    "nasnet_large": "cells found by search",
    "lenet5": "LeCun 1998, for 32x32 digits",
    "unet": "U-Net as today's ports write it, padded",
    "unet_unpadded": "U-Net as in the paper, unpadded, with crops",
    "fcn8s": "FCN-8s on VGG-16, for 500x500",
    "resnet50_fpn": "a feature pyramid on ResNet-50, for sizes that are multiples of 32",
    "yolov3_spp": "YOLOv3 on Darknet-53 with spatial pyramid pooling",
}
ABOUT_FAMILIES = (
    (r"resne(x)?t(50|101|152)|wide_resnet", "torchvision", "stride in a stage's first 3x3 (ResNet-50 sees 427)"),
    (r"resnet_v1_", "TF-Slim", "stride in the last unit of the stage before (ResNet-50 sees 483)"),
    (r"resnet_v2_", "TF-Slim", "normalised before each convolution; stride in the last unit of the stage before"),
    (r"keras_resnet\d+$", "Keras", "stride in a stage's first 1x1, as in the paper (ResNet-50 sees 483); biases"),
    (r"keras_resnet\d+_v2", "Keras", "normalised before each convolution; stride in a stage's last unit"),
    (r"resnet\d+[dt]$", "timm", "a stem of three 3x3, shortcuts halved by averages"),
    (r"legacy_seresnet\d\d", "timm", "squeeze and excitation; the first pool rounds up"),
    (r"seresne", "timm", "squeeze and excitation"),
    (r".*blur", "timm", "strides blurred first"),
)


def about(name, library):
    if name in ABOUT:
        return ABOUT[name]
    return next((words for pattern, whose, words in ABOUT_FAMILIES if whose == library and re.match(pattern, name)), "")


KERAS_NAMES = {
    "keras_resnet50": "ResNet50", "keras_resnet101": "ResNet101", "keras_resnet152": "ResNet152",
    "keras_resnet50_v2": "ResNet50V2", "keras_resnet101_v2": "ResNet101V2", "keras_resnet152_v2": "ResNet152V2",
    "keras_mobilenet_v2": "MobileNetV2", "xception": "Xception", "nasnet_mobile": "NASNetMobile",
    "nasnet_large": "NASNetLarge", "vgg16": "VGG16", "vgg19": "VGG19", "densenet121": "DenseNet121",
    "densenet169": "DenseNet169", "densenet201": "DenseNet201", "inception_v3_slim": "InceptionV3",
    "mobilenet_v1": "MobileNet", "inception_resnet_v2": "InceptionResNetV2",
}
SIZES = {"inception_v3": 299, "inception_v3_with_aux": 299, "darknet53": 256}


def stages(net):
    """The last layer of every stage: of what has the same first words in its name."""
    ends = {}
    for layer in net.layers:
        words = layer["name"].split(".")
        if words[0] in ("flatten", "dropout", "fc", "classifier", "avgpool", "mean", "head", "bn1", "relu"):
            continue
        if layer["type"] in ("adaptive_avg_pool2d", "global_avg_pool2d", "flatten", "linear"):
            continue
        if words[0].startswith(("avg_pool2d", "max_pool2d")) or words[0] == "AuxLogits":
            continue
        stage = ".".join(words[:2]) if words[0] in ("features", "layers", "trunk_output", "stages") else words[0]
        if re.fullmatch(r"(features|layers)\.\d+", layer["name"]) and layer["type"] not in (
                "conv2d", "max_pool2d", "avg_pool2d"):
            continue
        ends[stage] = layer["name"]
    return ends


def joins(net):
    """Pools and what branches end in, without the inside of cells."""
    kinds = {"max_pool2d", "concat"} if any(x["name"].endswith("/concat") for x in net.layers) else {"max_pool2d", "add"}
    ends = {x["name"]: x["name"] for x in net.layers if x["type"] in kinds and "/left" not in x["name"]
            and "/adjust" not in x["name"]}
    return ends


def entries():
    """name, network, what the index says of it."""
    for name, make in torchvision.MODELS.items():
        net = make()
        yield name, net, {"library": "torchvision", "endpoints": stages(net)}
    net = torchvision.inception_v3(True)
    yield "inception_v3_with_aux", net, {"library": "torchvision", "variant": True, "auxiliary": "AuxLogits.",
                                         "endpoints": stages(net)}
    for name, make in slim.MODELS.items():
        net, ends = make()
        extra = {"fused_batch_norm": True} if name.startswith("resnet") else {}
        yield name, net, {"library": "TF-Slim", "sizes": [None, 224, 321], "endpoints": {e: e for e in ends}, **extra}
    for name, make in keras.MODELS.items():
        net = make()
        yield name, net, {"library": "Keras", "endpoints": joins(net)}
    for name, make in timm.MODELS.items():
        net = make()
        fixed = {"fixed": ".blur"} if "blur" in name else {}
        ends = stages(net) if not name.startswith("mobilenetv1") else {
            x["name"]: x["name"] for x in net.layers if x["name"].endswith(("_pointwise", "Conv2d_0"))}
        yield name, net, {"library": "timm", "endpoints": ends, **fixed}
    for name, make in more.MODELS.items():
        net, ends = make()
        yield name, net, {"library": "papers", "endpoints": {e: e for e in ends}}


def files():
    index = []
    for name, net, facts in entries():
        line = {"name": name}
        if name == "inception_v3_slim":
            line["published"] = "inception_v3"
        if about(name, facts["library"]):
            line["about"] = about(name, facts["library"])
        if name in timm.TIMM_NAMES:
            line["timm"] = timm.TIMM_NAMES[name]
        if name in KERAS_NAMES:
            line["keras"] = KERAS_NAMES[name]
        if name in ("googlenet", "inception_v3", "inception_v3_with_aux"):
            line["functional"] = True
        size = net.input[1:]
        facts = dict({"sizes": [SIZES.get(name, size[0])]}, **facts)
        facts["endpoints"] = [e if e == layer else [e, layer] for e, layer in facts["endpoints"].items()]
        line.update(facts)
        index.append("  " + json.dumps(line))
        yield f"{name}.json", network_text(net)
    yield "index.json", "[\n" + ",\n".join(index) + "\n]\n"


def main():
    check = sys.argv[1:] == ["--check"]
    wrong = []
    FOLDER.mkdir(exist_ok=True)
    for name, text in files():
        path = FOLDER / name
        if not path.exists() or path.read_text() != text:
            wrong.append(name)
            if not check:
                path.write_text(text)
    print(("differ: " if check else "written: ") + (", ".join(wrong) or "none"))
    return 1 if check and wrong else 0


if __name__ == "__main__":
    sys.exit(main())
