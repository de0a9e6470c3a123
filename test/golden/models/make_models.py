"""Three training steps of every net of src/models, in float64, by the net's own implementation elsewhere.

    pip install torch==2.13.0 torchvision timm==1.0.29 keras==3.15.1
    KERAS_BACKEND=torch python make_models.py [NAME ...] && npx oxfmt *.json

writes NAME.json beside this file. Nets of torchvision and timm are theirs; those of Keras and of its tutorial are built in Keras (on PyTorch);
resnet20 and airbench94 are written by hand after their papers. Weights and images come from a hash that the test computes too (`draw`), so that a file holds
answers alone: the probabilities before and after three steps of SGD (momentum 0.9), the three losses, and of the first
gradient of every parameter its root of the sum of squares and one number. Layouts are Keras's: images [N, H, W, C], convolution kernels
[R, S, C, K], dense kernels [in, out]. Parameters have Fovea's names: a PyTorch module's name, then kernel, bias, gamma, beta, moving_mean or
moving_variance. Dropout is off. Moving averages are Keras's: of the biased variance, 0.1 of the new
(airbench94: 0.4).
"""

import json
import os
import sys
from pathlib import Path

os.environ["KERAS_BACKEND"] = "torch"
HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[2] / "bench" / "peers"))

import keras
import numpy as np
import torch
from torch import nn

from keras_nets import NETS as KERAS
from torch_nets import HAND_WRITTEN
from zoo import ZOO

CLASSES, BATCH, STEPS = 10, 4, 3
# Nets with relu are chaotic where steps are large: float32 and float64 would part.
RATES = {
    **dict.fromkeys(["mobilenet", "mobilenetv2", "efficientnet-lite0", "shufflenetv2"], 0.00002),
    **dict.fromkeys(["squeezenet", "resnet20"], 0.0005),
}
SMALL = {"lenet", "plain3", "vgg-small", "resnet9", "resnet20", "airbench94", "mlp", "tutorial"}


def hashed(text, count):
    """`count` numbers in [0, 1) that belong to a text: FNV-1a of it, then MurmurHash3's finaliser of that and a counter."""
    seed = 0x811C9DC5
    for byte in text.encode():
        seed = ((seed ^ byte) * 0x01000193) & 0xFFFFFFFF
    x = (np.arange(count, dtype=np.uint64) * 0x9E3779B9 + seed).astype(np.uint32)
    for shift, factor in ((16, 0x85EBCA6B), (13, 0xC2B2AE35)):
        x = (x ^ (x >> np.uint32(shift))).astype(np.uint64) * factor
        x = (x & 0xFFFFFFFF).astype(np.uint32)
    return (x ^ (x >> np.uint32(16))).astype(np.float64) / 2**32


def draw(name, shape):
    """A parameter's first numbers, as float32: kernels of deviation √(2 / inputs of one output), gammas near 1, the rest near 0."""
    part = name.split("/")[-1]
    spread = 2 * hashed(name, int(np.prod(shape))) - 1
    if part == "kernel":
        numbers = spread * np.sqrt(6 / np.prod(shape[:-1]))
    else:
        numbers = spread * 0.2 + (part in ("gamma", "moving_variance"))
    return numbers.astype(np.float32).reshape(shape)


def tap_by_tap(x, weight, bias=None, stride=1, padding=0, dilation=1, groups=1):
    """torch.nn.functional.conv2d; depthwise ones as a sum over the filter's taps: in float64 PyTorch's own takes minutes a net."""
    if groups == 1 or groups != x.shape[1] or groups != weight.shape[0] or dilation not in (1, (1, 1)) or isinstance(padding, str):
        return plain_conv2d(x, weight, bias, stride, padding, dilation, groups)
    (sy, sx), (py, px) = nn.modules.utils._pair(stride), nn.modules.utils._pair(padding)
    x = nn.functional.pad(x, (px, px, py, py))
    rows, columns = weight.shape[2:]
    height, width = (x.shape[2] - rows) // sy + 1, (x.shape[3] - columns) // sx + 1
    y = 0
    for r in range(rows):
        for s in range(columns):
            part = x[:, :, r : r + sy * (height - 1) + 1 : sy, s : s + sx * (width - 1) + 1 : sx]
            y = y + part * weight[:, 0, r, s].view(1, -1, 1, 1)
    return y if bias is None else y + bias.view(1, -1, 1, 1)


plain_conv2d, nn.functional.conv2d = nn.functional.conv2d, tap_by_tap


class Parameter:
    """One array of a net under Fovea's name: `shape` is Fovea's, `permuted` the axes of Fovea's array in the order of the net's."""

    def __init__(self, name, tensor, permuted):
        self.name, self.tensor, self.permuted = name, tensor, permuted
        self.shape = [tensor.shape[axis] for axis in np.argsort(permuted)] if permuted else list(tensor.shape)

    def write(self, numbers):
        value = torch.from_numpy(numbers.transpose(self.permuted) if self.permuted else numbers)
        with torch.no_grad():
            self.tensor.copy_(value.reshape(self.tensor.shape))

    def gradient(self):
        gradient = self.tensor.grad.double()
        return (gradient.permute(*np.argsort(self.permuted)) if self.permuted else gradient).numpy()


NAMES = {"weight": "gamma", "bias": "beta", "running_mean": "moving_mean", "running_var": "moving_variance"}


def torch_parameters(net):
    """Of a PyTorch module, by the types of its parts."""
    found = []
    for path, module in net.named_modules():
        for own, tensor in [*module.named_parameters(recurse=False), *module.named_buffers(recurse=False)]:
            if own == "num_batches_tracked":
                continue
            permuted = None
            if isinstance(module, nn.Conv2d) and own == "weight":
                name, permuted = "kernel", (3, 2, 0, 1)
            elif isinstance(module, nn.Linear) and own == "weight":
                name, permuted = "kernel", (1, 0)
            elif isinstance(module, (nn.Conv2d, nn.Linear)):
                name = own
            else:
                name = NAMES.get(own, own)
            found.append(Parameter(f"{path}/{name}", tensor, permuted))
    return found


def keras_parameters(net):
    found = []
    for variable in net.weights:
        parameter = Parameter(variable.path, variable.value, None)
        if "depthwise" in variable.path:
            rows, columns, channels, filters = parameter.shape
            parameter.shape = [rows, columns, 1, channels * filters]
        found.append(parameter)
    return found


class TorchNet:
    """A PyTorch module whose moving averages follow Keras's rule."""

    def __init__(self, name, dtype):
        self.net = {**ZOO, **HAND_WRITTEN}[name](CLASSES).to(dtype)
        self.parameters = torch_parameters(self.net)
        for module in self.net.modules():
            if isinstance(module, nn.Dropout):
                module.p = 0.0
            if isinstance(module, nn.BatchNorm2d):
                module.momentum = 0.4 if name == "airbench94" else 0.1
                module.register_forward_pre_hook(self.remember)

    @staticmethod
    def remember(module, inputs):
        module.before = module.running_var.clone(), inputs[0].numel() / inputs[0].shape[1]

    def settle(self):
        """PyTorch moved the average of the variance by the unbiased one: by the biased one instead."""
        for module in self.net.modules():
            if isinstance(module, nn.BatchNorm2d):
                before, count = module.before
                kept = (1 - module.momentum) * before
                module.running_var.copy_(kept + (module.running_var - kept) * (count - 1) / count)

    def __call__(self, x, training):
        self.net.train(training)
        return self.net(x.permute(0, 3, 1, 2)).softmax(1)

    def trainable(self):
        return [parameter for parameter in self.net.parameters() if parameter.requires_grad]


class KerasNet:
    def __init__(self, make, size, dtype):
        keras.config.set_floatx(str(dtype).split(".")[-1])
        keras.utils.clear_session()
        self.net = make(size, CLASSES)
        self.parameters = keras_parameters(self.net)
        for layer in self.net.layers:
            if isinstance(layer, keras.layers.Dropout):
                layer.rate = 0

    def settle(self):
        pass

    def __call__(self, x, training):
        return self.net(x, training=training)

    def trainable(self):
        return [variable.value for variable in self.net.trainable_weights]


def build(name, size, dtype):
    if name in ZOO or name in HAND_WRITTEN:
        net = TorchNet(name, dtype)
    else:
        net = KerasNet(KERAS[name], size, dtype)
    for parameter in net.parameters:
        parameter.write(draw(parameter.name, parameter.shape))
    return net


def rate_of(name):
    return RATES.get(name, 0.01)


def run(name, size, dtype):
    net = build(name, size, dtype)
    x = torch.from_numpy((4 * hashed("x", BATCH * size * size * 3) - 2).astype(np.float32)).to(dtype)
    x = x.reshape(BATCH, size, size, 3)
    y = torch.from_numpy(np.floor(CLASSES * hashed("y", BATCH)).astype(np.int64))
    optimizer = torch.optim.SGD(net.trainable(), lr=rate_of(name), momentum=0.9)
    with torch.no_grad():
        answers = {"before": net(x, False).double().flatten().tolist()}
    losses, gradients = [], {}
    for step in range(STEPS):
        optimizer.zero_grad()
        loss = -net(x, True)[torch.arange(BATCH), y].log().mean()
        loss.backward()
        if step == 0:
            for parameter in net.parameters:
                if parameter.tensor.grad is not None:
                    gradient = parameter.gradient().reshape(-1)
                    one = gradient[int(hashed(f"{parameter.name} one", 1)[0] * gradient.size)]
                    gradients[parameter.name] = [np.sqrt((gradient**2).sum()), one]
        optimizer.step()
        net.settle()
        losses.append(loss.item())
    with torch.no_grad():
        answers["after"] = net(x, False).double().flatten().tolist()
    return {**answers, "losses": losses, "gradients": gradients}, sum(p.numel() for p in net.trainable())


def apart(exact, single):
    """How far PyTorch's own float32 run is from its float64 one: of each kind the greatest."""
    lists = lambda key: zip(exact[key], single[key])
    # A beta that the next batch norm takes out again has no gradient but rounding.
    pairs = [(*exact["gradients"][k], *single["gradients"][k]) for k, (norm, _) in exact["gradients"].items() if norm > 1e-6]
    return {
        "before": max(abs(a - b) for a, b in lists("before")),
        "after": max(abs(a - b) for a, b in lists("after")),
        "losses": max(abs(a - b) / a for a, b in lists("losses")),
        "norms": max(abs(norm - other) / norm for norm, _, other, _ in pairs),
        "gradients": max(abs(one - other) / (abs(one) + norm / 30) for norm, one, _, other in pairs),
    }


def rounded(value, digits):
    if isinstance(value, dict):
        return {key: rounded(one, digits) for key, one in value.items()}
    if isinstance(value, list):
        return [rounded(one, digits) for one in value]
    return float(f"{value:.{digits}g}")


def main():
    torch.manual_seed(0)
    for name in sys.argv[1:] or [*KERAS, *ZOO, *HAND_WRITTEN]:
        size = 32 if name in SMALL else 64
        answers, trainable = run(name, size, torch.float64)
        single, _ = run(name, size, torch.float32)
        document = {
            "script": "test/golden/models/make_models.py",
            "size": size,
            "learningRate": rate_of(name),
            "trainable": trainable,
            "float32Difference": rounded(apart(answers, single), 2),
            **rounded(answers, 6),
        }
        (HERE / f"{name}.json").write_text(json.dumps(document, separators=(",", ":")) + "\n")
        print(name, trainable, document["losses"], document["float32Difference"], flush=True)


if __name__ == "__main__":
    main()
