"""Writes optimizers.json: weights after 20 steps on fixed gradients, float64.

Run in a throw-away environment with torch, timm and keras: KERAS_BACKEND=torch python test/golden/make_optimizers.py
Weights and gradients follow from formulas that test/nn/training/optimizerGolden.test.ts repeats, so that the file holds results alone.
"""

import functools
import importlib
import importlib.util
import inspect
import json
import math
import os
import sys
import types

os.environ["KERAS_BACKEND"] = "torch"

import keras
import torch
import torch.optim._muon as torch_muon_module

keras.config.set_floatx("float64")
torch.set_default_dtype(torch.float64)

STEPS = 20
# Trainable parameters of a small network, in the order of its layers.
SHAPES = {
    "conv2d/kernel": (3, 3, 2, 4),
    "conv2d/bias": (4,),
    "dense/kernel": (4, 6),
    "dense_1/kernel": (6, 3),
    "dense_1/bias": (3,),
}


def numbers(shape, seed, scale):
    """Numbers in (-scale, scale): whole numbers below 2003 in a fixed disorder."""
    count = math.prod(shape)
    values = [((i * 947 + seed * 331 + 17) * 1009 % 2003) / 1001 - 1 for i in range(count)]
    return torch.tensor(values).reshape(shape) * scale


def rate_at(step, rate):
    return rate * (1 + step % 3) / 2


def gradient(index, shape, step):
    return numbers(shape, 100 * step + index, 0.5 if step % 4 else 2.0)


def run(make, rate):
    """make(tensors by name) -> function (gradients by name, rate) that changes them."""
    tensors = {name: numbers(shape, index, 1.0) for index, (name, shape) in enumerate(SHAPES.items())}
    step_with = make(tensors)
    for step in range(1, STEPS + 1):
        gradients = {name: gradient(i, shape, step) for i, (name, shape) in enumerate(SHAPES.items())}
        step_with(gradients, rate_at(step, rate))
    return {name: [round(x, 8) for x in tensor.flatten().tolist()] for name, tensor in tensors.items()}


def by_torch(make):
    def with_tensors(tensors):
        optimizer = make(tensors)

        def step(gradients, rate):
            for group in optimizer.param_groups:
                group["lr"] = rate
            for name, tensor in tensors.items():
                tensor.grad = gradients[name]
            optimizer.step()

        return step

    return with_tensors


def by_keras(make):
    def with_tensors(tensors):
        optimizer = make()
        variables = [keras.Variable(t.numpy(), name=name.replace("/", "-")) for name, t in tensors.items()]

        def step(gradients, rate):
            optimizer.learning_rate = rate
            optimizer.apply(list(gradients.values()), variables)
            for tensor, variable in zip(tensors.values(), variables):
                tensor.copy_(variable.value.detach())

        return step

    return with_tensors


def timm_optimizer(file, name):
    """timm's optimisers need torch alone, its package torchvision too."""
    if "timm" not in sys.modules:
        stub_timm()
    return getattr(importlib.import_module(f"timm.optim.{file}"), name)


def stub_timm():
    folder = importlib.util.find_spec("timm").submodule_search_locations[0]
    for package, path in (("timm", folder), ("timm.optim", f"{folder}/optim")):
        module = types.ModuleType(package)
        module.__path__ = [path]
        sys.modules[package] = module


@functools.cache
def in_float64():
    """Takes the cast to bfloat16 out of torch's Newton-Schulz iteration."""
    text = inspect.getsource(torch_muon_module._zeropower_via_newtonschulz)
    assert "grad.bfloat16()" in text
    exec(text.replace("grad.bfloat16()", "grad.clone()"), torch_muon_module.__dict__)


def torch_muon(tensors, **options):
    """torch.optim.Muon on filters as matrices [outputs, inputs], AdamW (Keras's form of epsilon: none) on the rest; float64 throughout."""
    in_float64()
    hidden = ["conv2d/kernel", "dense/kernel"]
    matrices = {name: tensors[name].reshape(-1, tensors[name].shape[-1]).T.contiguous() for name in hidden}
    rest = {name: tensor for name, tensor in tensors.items() if name not in hidden}
    muon = torch.optim.Muon(list(matrices.values()), weight_decay=0.1, **options)
    adamw = torch.optim.AdamW(list(rest.values()), eps=1e-12, weight_decay=0.1)

    def step(gradients, rate):
        for optimizer in (muon, adamw):
            optimizer.param_groups[0]["lr"] = rate
        for name, matrix in matrices.items():
            matrix.grad = gradients[name].reshape(-1, gradients[name].shape[-1]).T.contiguous()
        for name, tensor in rest.items():
            tensor.grad = gradients[name]
        muon.step()
        adamw.step()
        for name, matrix in matrices.items():
            tensors[name].copy_(matrix.T.reshape(tensors[name].shape))

    return step




def clipped(clip):
    def with_tensors(tensors):
        optimizer = torch.optim.SGD(tensors.values(), lr=1)

        def step(gradients, rate):
            optimizer.param_groups[0]["lr"] = rate
            for name, tensor in tensors.items():
                tensor.grad = gradients[name].clone()
            clip(list(tensors.values()))
            optimizer.step()

        return step

    return with_tensors


def excluded(make):
    """Keras's exclude_from_weight_decay on all but kernels."""

    def made():
        optimizer = make()
        optimizer.exclude_from_weight_decay(var_names=["bias"])
        return optimizer

    return made


K = keras.optimizers
Lamb = timm_optimizer("lamb", "Lamb")
Lion = timm_optimizer("lion", "Lion")
clip_norm = torch.nn.utils.clip_grad_norm_
clip_value = torch.nn.utils.clip_grad_value_


def each_norm(tensors):
    for tensor in tensors:
        norm = tensor.grad.norm()
        if norm > 0.7:
            tensor.grad.mul_(0.7 / norm)


# Name of the case: settings of ours, learning rate at its highest, what to compare with.
CASES = [
    ("keras nadam", {"type": "nadam"}, 0.01, by_keras(lambda: K.Nadam())),
    ("torch nadam", {"type": "nadam", "epsilon": 1e-8}, 0.01, by_torch(lambda t: torch.optim.NAdam(t.values(), momentum_decay=1))),
    ("keras adamax", {"type": "adamax"}, 0.01, by_keras(lambda: K.Adamax())),
    ("keras adagrad", {"type": "adagrad"}, 0.05, by_keras(lambda: K.Adagrad())),
    ("keras adadelta", {"type": "adadelta"}, 1.0, by_keras(lambda: K.Adadelta())),
    ("torch adadelta", {"type": "adadelta", "rho": 0.9, "epsilon": 1e-6}, 1.0, by_torch(lambda t: torch.optim.Adadelta(t.values()))),
    ("keras lion", {"type": "lion"}, 0.002, by_keras(lambda: K.Lion())),
    ("timm lion", {"type": "lion", "weightDecay": 0.3}, 0.002, by_torch(lambda t: Lion(list(t.values()), weight_decay=0.3))),
    ("keras lamb", {"type": "lamb"}, 0.02, by_keras(lambda: K.Lamb())),
    (
        "timm lamb",
        {"type": "lamb", "weightDecay": 0.1, "epsilon": 1e-6, "globalClipNorm": 1},
        0.02,
        by_torch(lambda t: Lamb(list(t.values()), weight_decay=0.1)),
    ),
    ("keras sgd decay", {"type": "sgd", "momentum": 0.9, "weightDecay": 0.05}, 0.05, by_keras(lambda: K.SGD(momentum=0.9, weight_decay=0.05))),
    (
        "torch sgd decay",
        {"type": "sgd", "momentum": 0, "weightDecay": 0.05, "decoupledWeightDecay": False},
        0.05,
        by_torch(lambda t: torch.optim.SGD(t.values(), lr=1, weight_decay=0.05)),
    ),
    (
        "torch adam decay",
        {"type": "adam", "weightDecay": 0.05, "decoupledWeightDecay": False, "epsilon": 1e-12},
        0.01,
        by_torch(lambda t: torch.optim.Adam(t.values(), eps=1e-12, weight_decay=0.05)),
    ),
    ("keras rmsprop decay", {"type": "rmsprop", "weightDecay": 0.05}, 0.01, by_keras(lambda: K.RMSprop(weight_decay=0.05))),
    (
        "keras adamw excluded",
        {"type": "adamw", "weightDecay": 0.5, "excludeFromWeightDecay": "biasesAndNorms"},
        0.01,
        by_keras(excluded(lambda: K.AdamW(weight_decay=0.5))),
    ),
    ("torch clip value", {"type": "sgd", "clipValue": 0.3}, 0.05, clipped(lambda t: clip_value(t, 0.3))),
    ("clip norm", {"type": "sgd", "clipNorm": 0.7}, 0.05, clipped(each_norm)),
    ("keras clip norm", {"type": "sgd", "clipNorm": 0.7}, 0.05, by_keras(lambda: K.SGD(clipnorm=0.7))),
    ("torch clip global norm", {"type": "sgd", "globalClipNorm": 0.7}, 0.05, clipped(lambda t: clip_norm(t, 0.7))),
    (
        "keras muon",
        {"type": "muon", "excludeLayers": ["conv2d"]},
        0.01,
        by_keras(lambda: K.Muon(exclude_layers=["dense_1"])),
    ),
    (
        "torch muon",
        {"type": "muon", "weightDecay": 0.1, "adjustLr": "original", "epsilon": 1e-12},
        0.01,
        lambda t: torch_muon(t),
    ),
    (
        "torch muon rms",
        {"type": "muon", "weightDecay": 0.1, "nesterov": False, "epsilon": 1e-12},
        0.01,
        lambda t: torch_muon(t, nesterov=False, adjust_lr_fn="match_rms_adamw"),
    ),
]


def main():
    cases = [{"name": name, "optimizer": settings, "rate": rate, "weights": run(make, rate)} for name, settings, rate, make in CASES]
    head = {"script": "test/golden/make_optimizers.py", "torch": torch.__version__, "keras": keras.__version__}
    path = os.path.join(os.path.dirname(__file__), "optimizers.json")
    with open(path, "w") as file:
        file.write(json.dumps({**head, "shapes": SHAPES, "cases": cases}))


if __name__ == "__main__":
    main()
