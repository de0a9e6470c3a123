"""The optimisers of make_golden.py: PyTorch's own where Keras agrees with it, Keras 3's rules by hand where it does not.

Each is a class whose `settings` go into the file; an instance is called as optimizer(name, value, gradient, step), step from 1, and returns the
new value of that parameter.
"""

import torch


class TorchOptimizer:
    """One torch.optim optimiser for each parameter, so that all optimisers here are called alike."""

    def __init__(self):
        self.states = {}

    def __call__(self, name, value, gradient, step):
        if name not in self.states:
            tensor = value.detach().clone().requires_grad_()
            self.states[name] = (tensor, self.make([tensor]))
        tensor, optimizer = self.states[name]
        tensor.grad = gradient.clone()
        optimizer.step()
        return tensor.detach().clone()


class SGD(TorchOptimizer):
    settings = {"learningRate": 0.05}

    def make(self, tensors):
        return torch.optim.SGD(tensors, lr=0.05)


class SGDNesterov(TorchOptimizer):
    """At a constant rate Keras's form (v = 0.9v - lr g; w += 0.9v - lr g) and PyTorch's give the same weights."""

    settings = {"learningRate": 0.05, "momentum": 0.9, "nesterov": True}

    def make(self, tensors):
        return torch.optim.SGD(tensors, lr=0.05, momentum=0.9, nesterov=True)


class Adam(TorchOptimizer):
    """PyTorch's: epsilon is added after the correction of v."""

    settings = {"learningRate": 0.001, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8}

    def make(self, tensors):
        return torch.optim.Adam(tensors, lr=0.001)


class AdamW(TorchOptimizer):
    """PyTorch's, on every parameter: w *= 1 - lr * decay, then Adam."""

    settings = {"learningRate": 0.001, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8, "weightDecay": 0.01}

    def make(self, tensors):
        return torch.optim.AdamW(tensors, lr=0.001, weight_decay=0.01)


class RMSpropKeras:
    """Keras 3's: epsilon stands inside the root (PyTorch adds it outside)."""

    settings = {"learningRate": 0.001, "rho": 0.9, "epsilon": 1e-7}

    def __init__(self):
        self.square = {}

    def __call__(self, name, value, gradient, step):
        self.square[name] = 0.9 * self.square.get(name, 0) + 0.1 * gradient**2
        return value - 0.001 * gradient / torch.sqrt(self.square[name] + 1e-7)


class AdamKeras:
    """Keras 3's: both corrections go into the rate, and epsilon (1e-7) is added to the uncorrected root of v."""

    settings = {"learningRate": 0.001, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-7}
    decay = 0.0

    def __init__(self):
        self.mean, self.square = {}, {}

    def __call__(self, name, value, gradient, step):
        value = value - value * self.decay * 0.001
        self.mean[name] = m = 0.9 * self.mean.get(name, 0) + 0.1 * gradient
        self.square[name] = v = 0.999 * self.square.get(name, 0) + 0.001 * gradient**2
        alpha = 0.001 * (1 - 0.999**step) ** 0.5 / (1 - 0.9**step)
        return value - alpha * m / (torch.sqrt(v) + 1e-7)


class AdamWKeras(AdamKeras):
    """Keras 3's, on every variable: w -= lr * decay * w, then Adam."""

    settings = {**AdamKeras.settings, "weightDecay": 0.01}
    decay = 0.01


OPTIMIZERS = {
    "sgd": SGD,
    "sgdNesterov": SGDNesterov,
    "rmsprop": RMSpropKeras,
    "adam": Adam,
    "adamKeras": AdamKeras,
    "adamW": AdamW,
    "adamWKeras": AdamWKeras,
}
