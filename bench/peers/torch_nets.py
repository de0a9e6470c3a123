"""The nets of src/models in PyTorch: same layers, same sizes, batch norm with the same momentum and epsilon."""

import torch
from torch import nn


def batch_norm(channels, keep):
    """`keep` is Keras's momentum: the part of themselves that the averages keep."""
    return nn.BatchNorm2d(channels, eps=1e-3, momentum=1 - keep)


def conv_block(channels, filters):
    return [nn.Conv2d(channels, filters, 3, padding=1, bias=False), batch_norm(filters, 0.9), nn.ReLU(inplace=True)]


def pooled_block(channels, filters):
    return [*conv_block(channels, filters), nn.MaxPool2d(2)]


class Residual(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.body = nn.Sequential(*conv_block(channels, channels), *conv_block(channels, channels))

    def forward(self, x):
        return x + self.body(x)


class Scale(nn.Module):
    def __init__(self, factor):
        super().__init__()
        self.factor = factor

    def forward(self, x):
        return x * self.factor


def tutorial(size, classes):
    return nn.Sequential(
        nn.Conv2d(3, 32, 3, padding=1),
        nn.ReLU(inplace=True),
        nn.MaxPool2d(2),
        nn.Conv2d(32, 32, 3, padding=1),
        nn.ReLU(inplace=True),
        nn.MaxPool2d(2),
        nn.Dropout(0.5),
        nn.Flatten(),
        nn.Linear(32 * (size // 4) ** 2, 128),
        nn.ReLU(inplace=True),
        nn.Linear(128, classes),
    )


def resnet9(size, classes):
    return nn.Sequential(
        *conv_block(3, 64),
        *pooled_block(64, 128),
        Residual(128),
        *pooled_block(128, 256),
        *pooled_block(256, 512),
        Residual(512),
        nn.AdaptiveMaxPool2d(1),
        nn.Flatten(),
        Scale(0.125),
        nn.Linear(512, classes),
    )


MOBILENET_ROWS = [(64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), *[(512, 1)] * 5, (1024, 2), (1024, 1)]


def separable_block(channels, filters, stride):
    return [
        nn.Conv2d(channels, channels, 3, stride=stride, padding=1, groups=channels, bias=False),
        batch_norm(channels, 0.9),
        nn.ReLU6(inplace=True),
        nn.Conv2d(channels, filters, 1, bias=False),
        batch_norm(filters, 0.9),
        nn.ReLU6(inplace=True),
    ]


def mobilenet(size, classes):
    layers = [nn.Conv2d(3, 32, 3, stride=2, padding=1, bias=False), batch_norm(32, 0.99), nn.ReLU6(inplace=True)]
    channels = 32
    for filters, stride in MOBILENET_ROWS:
        layers += separable_block(channels, filters, stride)
        channels = filters
    head = [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(0.001), nn.Linear(channels, classes)]
    return nn.Sequential(*layers, *head)


NETS = {"tutorial": tutorial, "resnet9": resnet9, "mobilenet": mobilenet}


def random_batch(work):
    """Images [N, 3, H, W] in 0..1 and class indices [N]."""
    torch.manual_seed(1)
    images = torch.rand(work["batch"], 3, work["size"], work["size"])
    return images, torch.randint(work["classes"], (work["batch"],))
