"""Golden numbers of class weights and sample weights, in float64, from PyTorch 2.13.

    pip install torch && python make_weights.py && npx oxfmt *.json

writes weights.json beside this file: one dense layer, six examples of three classes, and the gradients of its kernel and bias by
CrossEntropyLoss with class weights. Its "mean" divides by the sum of the weights; Keras and Fovea divide by the number of examples, which
is its "sum" over six.
"""

import json
from pathlib import Path

import torch

torch.set_default_dtype(torch.float64)
X = [[0.5, -1.25], [3.0, 0.25], [-2.5, 1.5], [0.0, 0.75], [1.0, 1.0], [-0.5, 0.125]]
Y = [2, 1, 0, 1, 1, 0]
KERNEL = [[0.25, -0.5, 1.0], [0.75, 0.5, -0.25]]
BIAS = [0.1, 0.0, -0.2]
CLASSES = [2.0, 0.5, 3.0]
SAMPLES = [1.0, 0.5, 3.0, 0.0, 2.0, 1.5]


def gradients(class_weights, sample_weights, labels):
    kernel = torch.tensor(KERNEL, requires_grad=True)
    bias = torch.tensor(BIAS, requires_grad=True)
    logits = torch.tensor(X) @ kernel + bias
    losses = torch.nn.CrossEntropyLoss(weight=class_weights, reduction="none")(logits, labels)
    loss = (losses * sample_weights).sum() / len(X)
    loss.backward()
    return {"loss": loss.item(), "kernel": kernel.grad.tolist(), "bias": bias.grad.tolist()}


labels = torch.tensor(Y)
ones = torch.ones(len(X))
result = {
    "x": X, "y": Y, "kernel": KERNEL, "bias": BIAS, "classes": CLASSES, "samples": SAMPLES,
    "byClass": gradients(torch.tensor(CLASSES), ones, labels),
    "bySample": gradients(torch.ones(3), torch.tensor(SAMPLES), labels),
    "byBoth": gradients(torch.tensor(CLASSES), torch.tensor(SAMPLES), labels),
}
Path(__file__).with_name("weights.json").write_text(json.dumps(result))
