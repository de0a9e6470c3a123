"""The nets of src/models in PyTorch: same layers, same sizes, batch norm with the same momentum and epsilon."""

import torch
from torch import nn

from zoo import ZOO


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


class Cifar(nn.Module):
    """ResNet-20 of He et al. 2016, §4.2, under the names of akamaster/pytorch_resnet_cifar10."""

    class Block(nn.Module):
        def __init__(self, channels, filters, stride):
            super().__init__()
            self.conv1 = nn.Conv2d(channels, filters, 3, stride, 1, bias=False)
            self.bn1 = nn.BatchNorm2d(filters)
            self.conv2 = nn.Conv2d(filters, filters, 3, 1, 1, bias=False)
            self.bn2 = nn.BatchNorm2d(filters)
            self.stride, self.added = stride, filters - channels

        def forward(self, x):
            y = self.bn2(self.conv2(torch.relu(self.bn1(self.conv1(x)))))
            if self.stride != 1 or self.added != 0:
                half = self.added // 2
                x = nn.functional.pad(x[:, :, :: self.stride, :: self.stride], (0, 0, 0, 0, half, half))
            return torch.relu(x + y)

    def __init__(self, classes):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(3, 16, 3, 1, 1, bias=False), nn.BatchNorm2d(16)
        for number, (channels, filters) in enumerate([(16, 16), (16, 32), (32, 64)], 1):
            first = self.Block(channels, filters, 1 if number == 1 else 2)
            blocks = nn.Sequential(first, *(self.Block(filters, filters, 1) for _ in range(2)))
            setattr(self, f"layer{number}", blocks)
        self.linear = nn.Linear(64, classes)

    def forward(self, x):
        x = torch.relu(self.bn1(self.conv1(x)))
        return self.linear(self.layer3(self.layer2(self.layer1(x))).mean((2, 3)))


class Airbench(nn.Module):
    """Jordan 2024, arXiv:2404.00498, listing 4: norms without gammas, and a first kernel that stays as it is."""

    class Group(nn.Module):
        def __init__(self, channels, filters):
            super().__init__()
            self.conv1 = nn.Conv2d(channels, filters, 3, padding=1, bias=False)
            self.norm1 = self.norm(filters)
            self.conv2 = nn.Conv2d(filters, filters, 3, padding=1, bias=False)
            self.norm2 = self.norm(filters)

        @staticmethod
        def norm(filters):
            norm = nn.BatchNorm2d(filters, eps=1e-12, momentum=0.4)
            norm.weight = None
            return norm

        def forward(self, x):
            x = nn.functional.gelu(self.norm1(nn.functional.max_pool2d(self.conv1(x), 2)))
            return nn.functional.gelu(self.norm2(self.conv2(x)))

    def __init__(self, classes):
        super().__init__()
        self.whiten = nn.Conv2d(3, 24, 2)
        self.whiten.weight.requires_grad = False
        self.group1, self.group2, self.group3 = self.Group(24, 64), self.Group(64, 256), self.Group(256, 256)
        self.head = nn.Linear(256, classes, bias=False)

    def forward(self, x):
        x = self.group3(self.group2(self.group1(nn.functional.gelu(self.whiten(x)))))
        return self.head(nn.functional.max_pool2d(x, 3).flatten(1)) / 9


# Nets that neither torchvision nor timm nor Keras has, as functions of the number of classes.
HAND_WRITTEN = {"resnet20": Cifar, "airbench94": Airbench}


def from_zoo(make):
    return lambda size, classes: make(classes)


NETS = {
    "tutorial": tutorial,
    "resnet9": resnet9,
    "mobilenet": mobilenet,
    **{name: from_zoo(make) for name, make in {**ZOO, **HAND_WRITTEN}.items()},
}


def random_batch(work):
    """Images [N, 3, H, W] in 0..1 and class indices [N]."""
    torch.manual_seed(1)
    images = torch.rand(work["batch"], 3, work["size"], work["size"])
    return images, torch.randint(work["classes"], (work["batch"],))
