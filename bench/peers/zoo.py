"""Nets of torchvision and timm with random weights, as src/models builds them."""

import sys
import types


def _load():
    try:
        import torchvision
    except RuntimeError:
        # A build of torchvision for another build of torch: its compiled ops are missing, which no net here needs.
        for name in [name for name in sys.modules if name.split(".")[0] == "torchvision"]:
            del sys.modules[name]
        sys.modules["torchvision._meta_registrations"] = types.ModuleType("torchvision._meta_registrations")
        import torchvision
    return torchvision


def _torchvision(name):
    return lambda classes: getattr(_load().models, name)(weights=None, num_classes=classes)


def _timm(name):
    def make(classes):
        _load()
        import timm

        return timm.create_model(name, pretrained=False, num_classes=classes)

    return make


ZOO = {
    "resnet18": _torchvision("resnet18"),
    "mobilenetv2": _torchvision("mobilenet_v2"),
    "mobilenetv3-small": _torchvision("mobilenet_v3_small"),
    "shufflenetv2": _torchvision("shufflenet_v2_x1_0"),
    "squeezenet": _torchvision("squeezenet1_0"),
    "efficientnet-lite0": _timm("efficientnet_lite0"),
    "convnext-nano": _timm("convnext_nano"),
}
