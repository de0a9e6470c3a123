"""Golden mixed batches, from torchvision 0.28's MixUp and CutMix (transforms.v2).

    pip install torch torchvision numpy && python make_mixing.py && npx oxfmt mixing.json

What they draw is given to them here, so that only the mixing is compared: the share, and the pixel around which the box lies.
"""

import json
import sys
import types
from pathlib import Path
from unittest import mock

import numpy
import torch

# Where the compiled half of torchvision does not load, this module would refuse; nothing of it is needed here.
sys.modules["torchvision._meta_registrations"] = types.ModuleType("none")
from torchvision.transforms import v2

COUNT, HEIGHT, WIDTH, CHANNELS, CLASSES = 3, 6, 9, 2, 4


def flat(tensor):
    return [round(float(x), 7) for x in tensor.reshape(-1)]


generator = numpy.random.default_rng(11)
images = torch.tensor(generator.normal(size=(COUNT, CHANNELS, HEIGHT, WIDTH)), dtype=torch.float32)
labels = torch.tensor([2, 0, 3])


def mixed(transform, share, at=(0, 0)):
    transform._dist = types.SimpleNamespace(sample=lambda _: share)
    drawn = iter(at)
    with mock.patch("torch.randint", lambda *_, **__: torch.tensor([next(drawn)])):
        params = transform.make_params([images])
    params |= {"labels": labels, "batch_size": COUNT}
    return {
        "share": share,
        "at": list(at),
        "box": list(params.get("box", [])),
        "x": flat(transform.transform(images, params).permute(0, 2, 3, 1)),
        "y": flat(transform.transform(labels, params)),
    }


mixup = v2.MixUp(alpha=0.2, num_classes=CLASSES)
cutmix = v2.CutMix(alpha=1.0, num_classes=CLASSES)
result = {
    "shape": [COUNT, HEIGHT, WIDTH, CHANNELS],
    "x": flat(images.permute(0, 2, 3, 1)),
    "oneHot": flat(torch.nn.functional.one_hot(labels, CLASSES)),
    "mixup": [mixed(mixup, share) for share in (0.7, 0.03)],
    "cutmix": [
        mixed(cutmix, share, at) for share, at in [(0.5, (4, 3)), (0.3, (0, 5)), (0.05, (8, 0)), (0.99, (3, 2))]
    ],
}
Path(__file__).with_name("mixing.json").write_text(json.dumps(result))
