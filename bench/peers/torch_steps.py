"""A child that does steps of PyTorch: python torch_steps.py '{"work": …, "threads": 2, "variant": "tuned"}'

default: as a first program has it. tuned: channels last and fused Adam, with an allocator told by the environment to keep what it has.
compiled: tuned, through torch.compile, which needs a C++ compiler. bfloat16: tuned, under autocast.
"""

import contextlib
import json
import platform
import sys

import torch
from torch import nn

from serve import serve
from torch_nets import NETS, random_batch

options = json.loads(sys.argv[1])
work, variant = options["work"], options["variant"]
tuned = variant != "default"
torch.set_num_threads(options["threads"])


def autocast():
    return torch.autocast("cpu", dtype=torch.bfloat16) if variant == "bfloat16" else contextlib.nullcontext()


def build():
    images, labels = random_batch(work)
    net = NETS[work["net"]](work["size"], work["classes"])
    if tuned:
        net = net.to(memory_format=torch.channels_last)
        images = images.contiguous(memory_format=torch.channels_last)
    if variant == "compiled":
        net = torch.compile(net)
    step = training(net, images, labels) if work["mode"] == "train" else inference(net, images)
    return step, sum(weight.numel() for weight in net.parameters())


def training(net, images, labels):
    net.train()
    optimizer = torch.optim.Adam(net.parameters(), lr=options["learningRate"], eps=1e-7, fused=tuned or None)
    criterion = nn.CrossEntropyLoss()

    def step():
        optimizer.zero_grad()
        with autocast():
            loss = criterion(net(images), labels)
        loss.backward()
        optimizer.step()
        return loss.item()

    return step


def inference(net, images):
    net.eval()

    def step():
        with torch.inference_mode(), autocast():
            return torch.softmax(net(images), 1)[0, 0].item()

    return step


serve(f"PyTorch {torch.__version__}, Python {platform.python_version()}", build)
