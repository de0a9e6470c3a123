"""Times PyTorch's layers for bench/layers.ts: one line of JSON asks, {"work", "shape", "train", "seconds"}, one answers, {"ms"}.

x has the shape [N, H, W, C], or [.., C] for what works on the last axis; images are given channels last, as PyTorch prefers them on a CPU.
`train` is forward and back: the gradients of x and of all weights from a given gradient of the result.
"""

import json
import sys
import time

import torch
from torch import nn
from torch.nn import functional as f


class Transposed(nn.Module):
    """Takes [N, H, W, C] without moving a number: the strides say channels last."""

    def __init__(self, inner):
        super().__init__()
        self.inner = inner

    def forward(self, x):
        return self.inner(x.permute(0, 3, 1, 2)).permute(0, 2, 3, 1)


class Excite(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.down, self.up = nn.Conv2d(channels, channels // 4, 1), nn.Conv2d(channels // 4, channels, 1)

    def forward(self, x):
        return x * torch.sigmoid(self.up(f.relu(self.down(f.adaptive_avg_pool2d(x, 1)))))


class Scale(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.gamma = nn.Parameter(torch.ones(channels))

    def forward(self, x):
        return x * self.gamma


def depth(x):
    """torchvision's StochasticDepth in mode "row"."""
    return x * torch.empty((x.shape[0], *[1] * (x.ndim - 1))).bernoulli_(0.8).div_(0.8)


def works(c):
    images = lambda *layers: Transposed(nn.Sequential(*layers).to(memory_format=torch.channels_last))
    return {
        "relu": lambda: f.relu,
        "elu": lambda: f.elu,
        "selu": lambda: f.selu,
        "gelu": lambda: f.gelu,
        "geluTanh": lambda: lambda x: f.gelu(x, approximate="tanh"),
        "silu": lambda: f.silu,
        "mish": lambda: f.mish,
        "softplus": lambda: f.softplus,
        "softsign": lambda: f.softsign,
        "logSigmoid": lambda: f.logsigmoid,
        "tanhShrink": lambda: f.tanhshrink,
        "softShrink": lambda: f.softshrink,
        "hardShrink": lambda: f.hardshrink,
        "hardTanh": lambda: f.hardtanh,
        "hardSwish": lambda: f.hardswish,
        "hardSigmoid": lambda: f.hardsigmoid,
        "celu": lambda: f.celu,
        "leakyRelu": lambda: lambda x: f.leaky_relu(x, 0.2),
        "sigmoid": lambda: torch.sigmoid,
        "tanh": lambda: torch.tanh,
        "exponential": lambda: torch.exp,
        "softmax": lambda: lambda x: f.softmax(x, -1),
        "logSoftmax": lambda: lambda x: f.log_softmax(x, -1),
        "prelu": lambda: images(nn.PReLU(c)),
        "layerNormalization": lambda: nn.LayerNorm(c),
        "groupNormalization": lambda: images(nn.GroupNorm(32, c)),
        "instance normalization": lambda: images(nn.InstanceNorm2d(c, affine=True)),
        "separableConv2d": lambda: images(nn.Conv2d(c, c, 3, padding=1, groups=c, bias=False), nn.Conv2d(c, c, 1)),
        "conv2dTranspose 2x2": lambda: images(nn.ConvTranspose2d(c, c // 2, 2, 2)),
        "conv2dTranspose 3x3": lambda: images(nn.ConvTranspose2d(c, c // 2, 3, 2, 1, 1)),
        "spatialDropout2d": lambda: images(nn.Dropout2d(0.2)),
        "gaussianNoise": lambda: lambda x: x + 0.1 * torch.randn_like(x),
        "gaussianDropout": lambda: lambda x: x * (1 + 0.5 * torch.randn_like(x)),
        "stochasticDepth": lambda: depth,
        "sliceChannels": lambda: lambda x: x[..., : c // 2].contiguous(),
        "layerScale": lambda: Scale(c),
        "squeezeExcite": lambda: images(Excite(c)),
        "globalAveragePooling2d": lambda: images(nn.AdaptiveAvgPool2d(1)),
        "globalMaxPooling2d": lambda: images(nn.AdaptiveMaxPool2d(1)),
        "zeroPadding2d": lambda: images(nn.ZeroPad2d(2)),
        "cropping2d": lambda: lambda x: x[:, 2:-2, 2:-2].contiguous(),
        "permute, channels first": lambda: lambda x: x.permute(0, 3, 1, 2).contiguous(),
        "permute, rows and columns": lambda: lambda x: x.permute(0, 2, 1, 3).contiguous(),
        "upSampling2d": lambda: images(nn.Upsample(scale_factor=2)),
        "upSampling2d, bilinear": lambda: images(nn.Upsample(scale_factor=2, mode="bilinear")),
    }


def step(layer, x, train):
    weights = list(layer.parameters()) if isinstance(layer, nn.Module) else []
    if not train:
        with torch.inference_mode():
            layer(x)
        return
    x = x.detach().requires_grad_()
    y = layer(x)
    torch.autograd.grad(y, [x, *weights], step.slopes.setdefault(tuple(y.shape), torch.randn(y.shape)))


step.slopes = {}


def milliseconds(work, shape, train, seconds):
    torch.manual_seed(1)
    x = torch.randn(shape)
    layer = works(shape[-1])[work]()
    for _ in range(3):
        step(layer, x, train)
    least, end = float("inf"), time.perf_counter() + seconds
    while time.perf_counter() < end:
        start = time.perf_counter()
        step(layer, x, train)
        least = min(least, time.perf_counter() - start)
    return 1000 * least


torch.set_num_threads(1)
# It does not know every processor, and says so at each call.
torch.backends.nnpack.set_flags(False)
for line in sys.stdin:
    request = json.loads(line)
    print(json.dumps({"ms": milliseconds(**request), "torch": torch.__version__}), flush=True)
