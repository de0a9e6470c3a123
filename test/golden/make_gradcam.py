"""Golden Grad-CAM maps: two layers of one small net, in float64, from PyTorch 2.13's autograd.

    pip install torch==2.13.0 && python make_gradcam.py && npx oxfmt gradcam.json

writes gradcam.json beside this file. Layouts and helpers are those of make_golden.py. The net: a convolution with relu and 2x2 pooling, a
convolution with batch norm in use (moving averages that differ from 0 and 1) and relu, pooling, flatten, dense. The class score is the
logit, before softmax; heat is before any normalisation (Selvaraju et al. 2017, equations 1 and 2).
"""

import json

import torch
import torch.nn.functional as F

from make_golden import HERE, EPSILON, array, conv, flatten, short, start

SHAPES = {
    "conv2d/kernel": (3, 3, 3, 4),
    "conv2d/bias": (4,),
    "conv2d_1/kernel": (3, 3, 4, 6),
    "batch_normalization/gamma": (6,),
    "batch_normalization/beta": (6,),
    "dense/kernel": (54, 3),
    "dense/bias": (3,),
}


def forward(p, x):
    """Maps of both layers [N, C, H, W] and logits [N, 3]."""
    first = F.relu(conv(x, p["conv2d/kernel"], p["conv2d/bias"]))
    h = conv(F.max_pool2d(first, 2), p["conv2d_1/kernel"])
    norm = [p[f"batch_normalization/{name}"] for name in ("moving_mean", "moving_variance", "gamma", "beta")]
    last = F.relu(F.batch_norm(h, *norm, training=False, eps=EPSILON))
    return {"conv2d": first, "activation": last}, flatten(F.max_pool2d(last, 2)) @ p["dense/kernel"] + p["dense/bias"]


def grad_cam(p, x, layer, label):
    """[h, w]: relu of the maps weighted by the mean gradient of each."""
    maps, logits = forward(p, x)
    (gradient,) = torch.autograd.grad(logits[0, label], maps[layer])
    weights = gradient.mean((2, 3), keepdim=True)
    return F.relu((weights * maps[layer]).sum(1))[0]


def main():
    torch.set_num_threads(1)
    random = torch.Generator().manual_seed(4)
    nhwc = short(torch.rand((3, 12, 12, 3), generator=random, dtype=torch.float64), 3)
    parameters = start(random, SHAPES)
    parameters["batch_normalization/moving_mean"] = short(torch.randn(6, generator=random, dtype=torch.float64) * 0.2, 3)
    parameters["batch_normalization/moving_variance"] = short(torch.rand(6, generator=random, dtype=torch.float64) + 0.3, 3)
    p = {name: value.double() for name, value in parameters.items()}
    x = nhwc.double().permute(0, 3, 1, 2).requires_grad_()
    classes = [2, 0, 1]
    document = {
        "torch": torch.__version__.split("+")[0],
        "script": "test/golden/make_gradcam.py",
        "input": array(nhwc, digits=6),
        "classes": classes,
        "parameters": {name: array(value, digits=6) for name, value in parameters.items()},
        "logits": array(forward(p, x)[1]),
        "heat": {
            layer: [array(grad_cam(p, x[i : i + 1], layer, label)) for i, label in enumerate(classes)]
            for layer in ("conv2d", "activation")
        },
    }
    (HERE / "gradcam.json").write_text(json.dumps(document, separators=(",", ":")) + "\n")
    print({layer: [max(heat["data"]) for heat in maps] for layer, maps in document["heat"].items()}, document["logits"]["data"])


if __name__ == "__main__":
    main()
