"""Golden training numbers: three steps of two small nets, in float64, from PyTorch 2.13.

    pip install torch==2.13.0 && python make_golden.py && npx oxfmt *.json

writes tutorial.json, tutorial-adam.json (the same net and start, other optimisers) and batchnorm.json beside this file. The test that
reads them trains the same nets from the same weights. N images, HxW pixels, C channels, K filters of RxS. Everything in the files is in
Keras's layouts: images [N, H, W, C], convolution kernels [R, S, C, K], dense kernels [in, out]; flatten takes [H, W, C] in that order.

Initial weights and images are short decimals: read them as float32 (which is what this script does before it goes on in float64).
"""

import json
import math
from pathlib import Path

import torch
import torch.nn.functional as F

from optimizers import OPTIMIZERS

HERE = Path(__file__).parent
STEPS = 3
EPSILON = 1e-3  # batch norm's, Keras's default
MOMENTUM = 0.99  # of the moving averages, Keras's default

# A float32 engine has to take the same branch of every relu and every maximum as float64 does, or its gradients differ by a whole unit.
SMALLEST_MARGIN = 1e-6


def conv(x, kernel, bias=None, stride=1):
    """Keras's "same" convolution: an odd padding gets its larger half at the bottom and on the right. x: [N, C, H, W], kernel: [R, S, C, K]."""
    pads = []
    for size, window in ((x.shape[3], kernel.shape[1]), (x.shape[2], kernel.shape[0])):
        total = max((math.ceil(size / stride) - 1) * stride + window - size, 0)
        pads += [total // 2, total - total // 2]
    return F.conv2d(F.pad(x, pads), kernel.permute(3, 2, 0, 1), bias, stride)


def relu(x, margins):
    margins.append(x.detach().abs().min().item())
    return F.relu(x)


def pool(x, margins):
    """Maximum of 2x2; the margin is the gap between the two largest, wherever the larger one is above relu's zero."""
    windows = F.unfold(x.detach().flatten(0, 1).unsqueeze(1), 2, stride=2)
    first, second = windows.topk(2, dim=1).values.unbind(1)
    margins.append((first - second)[first > 0].min().item())
    return F.max_pool2d(x, 2)


def flatten(x):
    return x.permute(0, 2, 3, 1).flatten(1)


def tutorial_net(p, x, margins, moving=None):
    """The tutorial's net in miniature, dropout left out. x: [N, C, H, W], result: logits [N, 4]."""
    h = pool(relu(conv(x, p["conv2d/kernel"], p["conv2d/bias"]), margins), margins)
    h = pool(relu(conv(h, p["conv2d_1/kernel"], p["conv2d_1/bias"]), margins), margins)
    h = relu(flatten(h) @ p["dense/kernel"] + p["dense/bias"], margins)
    return h @ p["dense_1/kernel"] + p["dense_1/bias"]


def batch_norm(x, p, name, moving, training):
    """Normalises by the batch and moves the averages in `moving`, or normalises by the averages.

    PyTorch moves its average of the variance by the unbiased variance, Keras by the biased one that also normalises: Keras's rule is used.
    """
    scale, shift, averages = p[f"{name}/gamma"], p[f"{name}/beta"], [f"{name}/moving_mean", f"{name}/moving_variance"]
    if not training:
        return F.batch_norm(x, *[moving[key] for key in averages], scale, shift, training=False, eps=EPSILON)
    for key, now in zip(averages, (x.mean((0, 2, 3)), x.var((0, 2, 3), correction=0))):
        moving[key] = moving[key] * MOMENTUM + now.detach() * (1 - MOMENTUM)
    return F.batch_norm(x, None, None, scale, shift, training=True, eps=EPSILON)


def batchnorm_net(p, x, margins, moving, training=True):
    """Two convolutions with batch norm, the second with stride 2. x: [N, C, H, W], result: logits [N, 4]."""
    h = conv(x, p["conv2d/kernel"])
    h = pool(relu(batch_norm(h, p, "batch_normalization", moving, training), margins), margins)
    h = conv(h, p["conv2d_1/kernel"], stride=2)
    h = relu(batch_norm(h, p, "batch_normalization_1", moving, training), margins)
    return h.mean((2, 3)) @ p["dense/kernel"] + p["dense/bias"]


def short(values, decimals):
    """The float32 numbers nearest to decimals of that many digits."""
    return torch.round(values, decimals=decimals).float()


def start(random, shapes):
    """Glorot-uniform kernels, small offsets, gammas near 1: so that no gradient is zero by symmetry."""
    parameters = {}
    for name, shape in shapes.items():
        uniform = torch.rand(shape, generator=random, dtype=torch.float64) * 2 - 1
        if name.endswith("kernel"):
            window = math.prod(shape[:-2])
            parameters[name] = short(uniform * math.sqrt(6 / (window * (shape[-2] + shape[-1]))), 4)
        else:
            parameters[name] = short(uniform * 0.1 + name.endswith("gamma"), 4)
    return parameters


def gradients_of(net, case, parameters, moving):
    """Loss, logits, gradient of every parameter, smallest margin; `moving` is moved in place."""
    p = {name: value.detach().clone().requires_grad_() for name, value in parameters.items()}
    margins = []
    logits = net(p, case["x"].to(next(iter(p.values())).dtype), margins, moving)
    loss = F.cross_entropy(logits, case["labels"])
    return loss.item(), logits.detach(), dict(zip(p, torch.autograd.grad(loss, list(p.values())))), min(margins)


def train(net, case, name, dtype):
    """Three steps: losses before each, parameters and moving averages after the last."""
    parameters = {key: value.to(dtype) for key, value in case["parameters"].items()}
    moving = {key: value.to(dtype) for key, value in case["moving"].items()}
    optimizer, losses, margin = OPTIMIZERS[name](), [], math.inf
    for step in range(STEPS):
        loss, _, gradients, closest = gradients_of(net, case, parameters, moving)
        losses.append(loss)
        margin = min(margin, closest)
        parameters = {key: optimizer(key, value, gradients[key], step + 1) for key, value in parameters.items()}
    return losses, parameters, moving, margin


def run(net, case, name):
    """One optimiser's entry in the file; `float32Difference` is how far PyTorch's own float32 run ends from this one, at most."""
    losses, parameters, moving, margin = train(net, case, name, torch.float64)
    assert margin > SMALLEST_MARGIN, f"{name}: a relu or a maximum is decided by {margin}: take another seed"
    _, single, single_moving, _ = train(net, case, name, torch.float32)
    ends, single_ends = parameters | moving, single | single_moving
    entry = dict(OPTIMIZERS[name].settings)
    entry["losses"] = rounded(torch.tensor(losses, dtype=torch.float64))
    entry["parameters"] = {key: array(value) for key, value in ends.items()}
    if moving:
        logits = net(parameters, case["x"].double(), [], moving, training=False)
        entry["inference"] = {"logits": array(logits), "probabilities": array(logits.softmax(1))}
    entry["float32Difference"] = max((ends[key] - single_ends[key]).abs().max().item() for key in ends)
    return entry


def rounded(values, digits=9):
    return [float(f"{value:.{digits}g}") for value in values.detach().double().flatten().tolist()]


def array(values, digits=9):
    """Six digits give a short decimal back from its float32; nine are more than float32 holds."""
    return {"shape": list(values.shape), "data": rounded(values, digits)}


def make_case(seed, shapes, moving):
    random = torch.Generator().manual_seed(seed)
    nhwc = short(torch.rand((4, 12, 12, 3), generator=random, dtype=torch.float64), 3)
    labels = torch.tensor([2, 0, 3, 1])
    return {"nhwc": nhwc, "x": nhwc.permute(0, 3, 1, 2), "labels": labels, "parameters": start(random, shapes), "moving": moving}


def write(path, net, case, names, with_gradients=True):
    """Writes one file: the start, logits and gradients there, and a run for each named optimiser."""
    start_moving = {key: value.double() for key, value in case["moving"].items()}
    parameters = {key: value.double() for key, value in case["parameters"].items()}
    _, logits, gradients, _ = gradients_of(net, case, parameters, dict(start_moving))
    document = {
        "torch": torch.__version__.split("+")[0],
        "script": "test/golden/make_golden.py",
        "input": array(case["nhwc"], digits=6),
        "labels": case["labels"].tolist(),
        "parameters": {key: array(value, digits=6) for key, value in (case["parameters"] | case["moving"]).items()},
        "logits": array(logits),
        **({"gradients": {key: array(value) for key, value in gradients.items()}} if with_gradients else {}),
        "runs": {name: run(net, case, name) for name in names},
    }
    (HERE / path).write_text(json.dumps(document, separators=(",", ":")) + "\n")
    print(path, (HERE / path).stat().st_size, {name: entry["losses"] for name, entry in document["runs"].items()})
    print("  float32 differs by", {name: f"{entry['float32Difference']:.1e}" for name, entry in document["runs"].items()})


TUTORIAL_SHAPES = {
    "conv2d/kernel": (3, 3, 3, 8),
    "conv2d/bias": (8,),
    "conv2d_1/kernel": (3, 3, 8, 8),
    "conv2d_1/bias": (8,),
    "dense/kernel": (72, 16),
    "dense/bias": (16,),
    "dense_1/kernel": (16, 4),
    "dense_1/bias": (4,),
}

BATCHNORM_SHAPES = {
    "conv2d/kernel": (3, 3, 3, 8),
    "batch_normalization/gamma": (8,),
    "batch_normalization/beta": (8,),
    "conv2d_1/kernel": (3, 3, 8, 8),
    "batch_normalization_1/gamma": (8,),
    "batch_normalization_1/beta": (8,),
    "dense/kernel": (8, 4),
    "dense/bias": (4,),
}


def main():
    torch.set_num_threads(1)
    tutorial = make_case(1, TUTORIAL_SHAPES, {})
    write("tutorial.json", tutorial_net, tutorial, ["sgd", "sgdNesterov", "rmsprop"])
    write("tutorial-adam.json", tutorial_net, tutorial, ["adam", "adamKeras", "adamW", "adamWKeras"], with_gradients=False)
    norms = ("batch_normalization", "batch_normalization_1")
    moving = {f"{norm}/moving_mean": torch.zeros(8) for norm in norms} | {f"{norm}/moving_variance": torch.ones(8) for norm in norms}
    write("batchnorm.json", batchnorm_net, make_case(2, BATCHNORM_SHAPES, moving), ["sgd", "adam", "adamKeras"])


if __name__ == "__main__":
    main()
