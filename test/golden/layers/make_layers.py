"""Golden numbers of single layers, in float64, from Keras 3.15 (on TensorFlow 2.20) and PyTorch 2.13.

    pip install keras tensorflow torch && python make_layers.py && npx oxfmt *.json

writes activations.json, convolutions.json, edges.json, merges.json, normalizations.json and others.json beside this file: a list of cases each. A case is a layer as it
stands in a network file, the shape of one image, and what it gives for a batch of two: y, and of the loss Σ y · dy the gradients of x and
of every parameter, in the layer's own order. Arrays are row-major, in Keras's layouts: images [N, H, W, C].

x, dy and the parameters are not in the files: numbers(count, seed) below gives them here and in the test, exactly, as float32.
"""

import json
import os
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import keras
import numpy as np
import tensorflow as tf
import torch

keras.config.set_floatx("float64")
HERE = Path(__file__).parent
BATCH = 2


def numbers(shape, seed, scale=1.0):
    """Multiples of 2^-15 in (-2, 2), never 0, by a hash of index and seed (murmur3's finaliser); x has seed 1, dy 2, the parameters 3, 4, …"""
    h = (np.arange(int(np.prod(shape)), dtype=np.uint64) * 0x9E3779B1 + seed * 0x85EBCA6B) & 0xFFFFFFFF
    for shift, factor in ((16, 0x85EBCA6B), (13, 0xC2B2AE35)):
        h = ((h ^ (h >> shift)) * factor) & 0xFFFFFFFF
    h ^= h >> 16
    return (scale * (2 * (h >> 16).astype(np.float64) - 65535) / 32768).reshape(shape)


def rounded(values):
    return [float(f"{value:.7g}") for value in np.asarray(values, dtype=np.float64).ravel()]


def case(name, source, layer, shape, scale, results):
    y, dx, gradients = results
    entry = {"name": name, "source": source, "layer": layer, "inputShape": list(shape)}
    if scale != 1:
        entry["scale"] = scale
    return {**entry, "y": rounded(y), "dx": rounded(dx), "gradients": [rounded(g) for g in gradients]}


def of_keras(name, ours, theirs, shape, scale=1.0):
    """A case from a Keras layer or function; its weights get numbers in the order in which Keras lists them."""
    x = tf.constant(numbers((BATCH, *shape), 1, scale))
    weights = []
    if isinstance(theirs, keras.layers.Layer):
        theirs.build(x.shape)
        weights = theirs.trainable_weights
        for i, weight in enumerate(weights):
            weight.assign(numbers(weight.shape, 3 + i))
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = theirs(x)
        loss = tf.reduce_sum(y * numbers(y.shape, 2))
    dx, *gradients = tape.gradient(loss, [x, *[weight.value for weight in weights]])
    kind = "layers" if isinstance(theirs, keras.layers.Layer) else "activations"
    label = type(theirs).__name__ if kind == "layers" else getattr(theirs, "__name__", "gelu")
    return case(name, f"keras.{kind}.{label}", ours, shape, scale, (y, dx, gradients))


def of_torch(name, source, ours, f, shape, parameters=(), scale=1.0):
    """A case from f(x, *parameters) of torch; x and the result have the batch first, and channels last."""
    x = torch.tensor(numbers((BATCH, *shape), 1, scale), requires_grad=True)
    weights = [torch.tensor(numbers(s, 3 + i), requires_grad=True) for i, s in enumerate(parameters)]
    y = f(x, *weights)
    loss = (y * torch.tensor(numbers(tuple(y.shape), 2))).sum()
    dx, *gradients = torch.autograd.grad(loss, [x, *weights])
    return case(name, source, ours, shape, scale, (y.detach(), dx, gradients))


def write(path, cases):
    (HERE / path).write_text(json.dumps(cases, separators=(",", ":")) + "\n")
    print(path, len(cases), (HERE / path).stat().st_size)


def activations():
    """By name, and as layers with numbers of their own. Keras's names are ours in snake case, but for two."""
    names = (
        "relu relu6 leaky_relu elu selu celu sigmoid hard_sigmoid log_sigmoid tanh hard_tanh tanh_shrink softplus squareplus softsign "
        "soft_shrink hard_shrink gelu silu hard_silu mish exponential softmax log_softmax"
    ).split()

    def camel(name):
        first, *rest = name.split("_")
        return first + "".join(part.capitalize() for part in rest)

    def named(ours, f):
        return of_keras(ours, {"type": "activation", "activation": ours}, f, (12,), scale=4.0)

    layers = keras.layers
    return [
        *[named(camel(name), keras.activations.get(name)) for name in names],
        named("linear", keras.activations.get("linear")),
        named("swish", keras.activations.get("swish")),
        named("hardSwish", keras.activations.get("hard_swish")),
        named("geluTanh", lambda x: keras.activations.gelu(x, approximate=True)),
        of_keras("relu of three numbers", {"type": "relu", "maxValue": 1.5, "negativeSlope": 0.25, "threshold": 0.5}, layers.ReLU(1.5, 0.25, 0.5), (12,)),
        of_keras("relu with an upper bound", {"type": "relu", "maxValue": 1}, layers.ReLU(1.0), (12,)),
        of_keras("relu above a threshold", {"type": "relu", "threshold": 0.75}, layers.ReLU(threshold=0.75), (12,)),
        of_keras("leakyRelu", {"type": "leakyRelu"}, layers.LeakyReLU(), (12,)),
        of_keras("elu of another alpha", {"type": "elu", "alpha": 0.5}, layers.ELU(0.5), (12,)),
        of_keras("prelu", {"type": "prelu"}, layers.PReLU(), (2, 2, 2)),
        of_keras("prelu with a slope a channel", {"type": "prelu", "sharedAxes": [1, 2]}, layers.PReLU(shared_axes=[1, 2]), (2, 3, 2)),
        of_torch(
            "prelu with a slope a channel, PyTorch",
            "torch.nn.functional.prelu",
            {"type": "prelu", "sharedAxes": [1, 2]},
            lambda x, alpha: torch.nn.functional.prelu(x.movedim(-1, 1), alpha.flatten()).movedim(1, -1),
            (2, 3, 2),
            [(1, 1, 2)],
        ),
    ]


def normalizations():
    layers = keras.layers
    torch_f = torch.nn.functional
    ln, gn = {"type": "layerNormalization"}, {"type": "groupNormalization"}
    return [
        of_keras("layerNormalization", ln, layers.LayerNormalization(), (2, 3, 4)),
        of_keras("layerNormalization of rows of numbers", ln, layers.LayerNormalization(), (21,)),
        of_keras("layerNormalization without scale", {**ln, "scale": False, "epsilon": 0.5}, layers.LayerNormalization(scale=False, epsilon=0.5), (2, 2, 4)),
        of_keras("layerNormalization without shift", {**ln, "center": False}, layers.LayerNormalization(center=False), (2, 2, 4)),
        of_keras("layerNormalization of the whole image", {**ln, "axis": [1, 2, 3]}, layers.LayerNormalization(axis=[1, 2, 3]), (2, 3, 4)),
        of_keras("layerNormalization along the columns", {**ln, "axis": 2}, layers.LayerNormalization(axis=2), (2, 5, 2)),
        of_torch(
            "layerNormalization of channels, PyTorch",
            "torch.nn.functional.layer_norm",
            {**ln, "epsilon": 1e-6},
            lambda x, gamma, beta: torch_f.layer_norm(x, (8,), gamma, beta, 1e-6),
            (2, 2, 8),
            [(8,), (8,)],
        ),
        of_keras("groupNormalization", {**gn, "groups": 3}, layers.GroupNormalization(3), (2, 3, 6)),
        of_keras("groupNormalization of each channel", {**gn, "groups": -1}, layers.GroupNormalization(-1), (3, 3, 4)),
        of_keras("groupNormalization in one group, bare", {**gn, "groups": 1, "center": False, "scale": False}, layers.GroupNormalization(1, center=False, scale=False), (2, 3, 4)),
        of_keras("groupNormalization of a row", {**gn, "groups": 2}, layers.GroupNormalization(2), (8,)),
        of_torch(
            "groupNormalization, PyTorch",
            "torch.nn.functional.group_norm",
            {**gn, "groups": 2, "epsilon": 1e-5},
            lambda x, gamma, beta: torch_f.group_norm(x.movedim(-1, 1), 2, gamma, beta, 1e-5).movedim(1, -1),
            (3, 2, 4),
            [(4,), (4,)],
        ),
    ]


def convolutions():
    layers = keras.layers
    torch_f = torch.nn.functional

    def both(name, kind, maker, options, shape):
        """A case whose options have the same names on both sides, ours in camel case."""
        renamed = {"".join(w if i == 0 else w.capitalize() for i, w in enumerate(k.split("_"))): v for k, v in options.items()}
        return of_keras(name, {"type": kind, **renamed}, maker(**options), shape)

    conv = lambda name, options, shape: both(name, "conv2d", layers.Conv2D, {"filters": 4, "kernel_size": 3, **options}, shape)
    deep = lambda name, options, shape: both(name, "depthwiseConv2d", layers.DepthwiseConv2D, {"kernel_size": [3, 2], **options}, shape)
    separable = lambda name, options, shape: both(name, "separableConv2d", layers.SeparableConv2D, {"filters": 3, "kernel_size": 3, **options}, shape)
    transposed = lambda name, options, shape: both(name, "conv2dTranspose", layers.Conv2DTranspose, {"filters": 2, "kernel_size": 3, **options}, shape)
    return [
        conv("conv2d of stride 2, same padding", {"strides": 2, "padding": "same", "activation": "relu"}, (5, 4, 2)),
        conv("conv2d, dilated", {"dilation_rate": [1, 2], "padding": "same", "use_bias": False}, (4, 5, 1)),
        conv("conv2d in groups", {"groups": 2, "filters": 4}, (4, 3, 4)),
        deep("depthwiseConv2d with two filters a channel", {"depth_multiplier": 2}, (4, 3, 2)),
        deep("depthwiseConv2d of stride 2, same padding", {"strides": 2, "padding": "same"}, (5, 4, 3)),
        separable("separableConv2d", {}, (4, 4, 3)),
        separable("separableConv2d with all its options", {"strides": 2, "padding": "same", "depth_multiplier": 2, "activation": "tanh"}, (5, 4, 2)),
        separable("separableConv2d, dilated, without bias", {"dilation_rate": 2, "use_bias": False}, (5, 6, 2)),
        transposed("conv2dTranspose", {}, (2, 3, 2)),
        transposed("conv2dTranspose of stride 2, same padding", {"strides": 2, "padding": "same", "activation": "relu"}, (3, 2, 2)),
        transposed("conv2dTranspose of stride 2", {"strides": 2, "kernel_size": 2}, (2, 2, 3)),
        transposed("conv2dTranspose with output padding", {"strides": [2, 3], "output_padding": [1, 0], "padding": "same"}, (2, 2, 1)),
        of_torch(
            "conv2dTranspose, PyTorch",
            "torch.nn.functional.conv_transpose2d",
            {"type": "conv2dTranspose", "filters": 2, "kernelSize": 3, "strides": 2, "outputPadding": 1},
            lambda x, kernel, bias: torch_f.conv_transpose2d(x.movedim(-1, 1), kernel.permute(3, 2, 0, 1), bias, stride=2, output_padding=1).movedim(1, -1),
            (2, 2, 3),
            [(3, 3, 2, 3), (2,)],
        ),
    ]


def others():
    layers = keras.layers
    nchw = lambda f: lambda x, *weights: f(x.movedim(-1, 1), *weights).movedim(1, -1)

    def excite(x, down, down_bias, up, up_bias):
        """What torchvision's SqueezeExcitation does in MobileNetV3, with the weights of dense layers."""
        f = torch.nn.functional
        squeezed = f.relu(f.conv2d(f.adaptive_avg_pool2d(x, 1), down.T[..., None, None], down_bias))
        return f.hardsigmoid(f.conv2d(squeezed, up.T[..., None, None], up_bias)) * x

    gate = [{"type": "globalAveragePooling2d"}, {"type": "dense", "units": 2, "activation": "relu"}, {"type": "dense", "units": 6, "activation": "hardSigmoid"}]
    return [
        of_keras("globalAveragePooling2d with keepdims", {"type": "globalAveragePooling2d", "keepdims": True}, layers.GlobalAveragePooling2D(keepdims=True), (3, 2, 3)),
        of_keras("globalMaxPooling2d with keepdims", {"type": "globalMaxPooling2d", "keepdims": True}, layers.GlobalMaxPooling2D(keepdims=True), (3, 2, 3)),
        of_keras("maxPooling2d, same padding", {"type": "maxPooling2d", "poolSize": 3, "strides": 2, "padding": "same"}, layers.MaxPooling2D(3, 2, "same"), (4, 5, 2)),
        of_keras("averagePooling2d, same padding", {"type": "averagePooling2d", "poolSize": 2, "padding": "same"}, layers.AveragePooling2D(2, padding="same"), (3, 5, 2)),
        of_keras("upSampling2d, bilinear", {"type": "upSampling2d", "size": [2, 3], "interpolation": "bilinear"}, layers.UpSampling2D((2, 3), interpolation="bilinear"), (2, 3, 1)),
        of_keras("upSampling2d, nearest", {"type": "upSampling2d"}, layers.UpSampling2D(), (2, 2, 2)),
        of_torch("sliceChannels", "torch, x[..., 1:3]", {"type": "sliceChannels", "start": 1, "size": 2}, lambda x: x[..., 1:3], (2, 2, 4)),
        of_torch("layerScale", "torch, x * gamma", {"type": "layerScale"}, lambda x, gamma: x * gamma, (2, 2, 3), [(3,)]),
        of_torch(
            "squeeze and excitation",
            "torch, as torchvision.ops.SqueezeExcitation",
            {"type": "multiply", "branches": [[], gate]},
            nchw(excite),
            (2, 3, 6),
            [(6, 2), (2,), (2, 6), (6,)],
        ),
    ]


def edges():
    """Shapes at the limits: windows larger than the image, strides larger than the window, even kernels, images of one pixel."""
    layers = keras.layers
    conv, deep, up = layers.Conv2D, layers.DepthwiseConv2D, layers.Conv2DTranspose
    return [
        of_keras("conv2d, kernel larger than the image", {"type": "conv2d", "filters": 2, "kernelSize": [5, 4], "padding": "same"}, conv(2, (5, 4), padding="same"), (2, 1, 2)),
        of_keras("conv2d, stride larger than the kernel", {"type": "conv2d", "filters": 2, "kernelSize": 2, "strides": 3, "padding": "same"}, conv(2, 2, 3, "same"), (7, 4, 2)),
        of_keras("conv2d, even kernel and stride", {"type": "conv2d", "filters": 2, "kernelSize": 4, "strides": 2, "padding": "same"}, conv(2, 4, 2, "same"), (5, 6, 1)),
        of_keras("conv2d of one pixel, dilated", {"type": "conv2d", "filters": 3, "kernelSize": 3, "dilationRate": 3, "padding": "same"}, conv(3, 3, padding="same", dilation_rate=3), (1, 1, 2)),
        of_keras("depthwiseConv2d, dilated", {"type": "depthwiseConv2d", "kernelSize": [3, 2], "dilationRate": 2, "padding": "same"}, deep((3, 2), padding="same", dilation_rate=2), (4, 3, 3)),
        of_keras("depthwiseConv2d, dilated, two filters a channel", {"type": "depthwiseConv2d", "kernelSize": 2, "dilationRate": 3, "depthMultiplier": 2}, deep(2, depth_multiplier=2, dilation_rate=3), (5, 4, 2)),
        of_keras("conv2dTranspose, stride larger than the kernel", {"type": "conv2dTranspose", "filters": 2, "kernelSize": 1, "strides": [2, 3], "padding": "same"}, up(2, 1, (2, 3), "same"), (2, 2, 2)),
        of_keras("conv2dTranspose, even kernel, output padding", {"type": "conv2dTranspose", "filters": 1, "kernelSize": 4, "strides": 2, "outputPadding": 1, "padding": "same"}, up(1, 4, 2, "same", output_padding=1), (2, 3, 2)),
        of_keras("conv2dTranspose, output padding without padding", {"type": "conv2dTranspose", "filters": 1, "kernelSize": 2, "strides": 3, "outputPadding": [0, 2]}, up(1, 2, 3, output_padding=(0, 2)), (2, 1, 2)),
# TensorFlow has no dilated one on a CPU.
        of_torch(
            "conv2dTranspose, dilated, PyTorch",
            "torch.nn.functional.conv_transpose2d",
            {"type": "conv2dTranspose", "filters": 2, "kernelSize": 3, "dilationRate": 2},
            lambda x, kernel, bias: torch.nn.functional.conv_transpose2d(x.movedim(-1, 1), kernel.permute(3, 2, 0, 1).contiguous(), bias, dilation=2).movedim(1, -1),
            (3, 2, 1),
            [(3, 3, 2, 1), (2,)],
        ),
        of_keras("maxPooling2d, window larger than the image", {"type": "maxPooling2d", "poolSize": 5, "strides": 2, "padding": "same"}, layers.MaxPooling2D(5, 2, "same"), (3, 2, 2)),
        of_keras("averagePooling2d, window of 18x18", {"type": "averagePooling2d", "poolSize": 18, "padding": "same"}, layers.AveragePooling2D(18, padding="same"), (20, 18, 1)),
        of_keras("averagePooling2d, stride larger than the window", {"type": "averagePooling2d", "poolSize": 2, "strides": 3, "padding": "same"}, layers.AveragePooling2D(2, 3, "same"), (5, 7, 1)),
        of_keras("globalAveragePooling2d of one pixel", {"type": "globalAveragePooling2d"}, layers.GlobalAveragePooling2D(), (1, 1, 3)),
        of_keras("layerNormalization of rows and channels", {"type": "layerNormalization", "axis": [1, -1]}, layers.LayerNormalization(axis=[1, -1]), (3, 2, 2)),
    ]


def merges():
    """Of tensors of one input, and layers that only move or scale numbers."""
    layers = keras.layers

    def graph(name, ours, shape, outputs):
        inputs = keras.Input(shape)
        return of_keras(name, ours, keras.Model(inputs, outputs(inputs)), shape)

    conv = lambda filters, **more: {"type": "conv2d", "filters": filters, "kernelSize": 1, **more}
    mean = {"type": "globalAveragePooling2d", "keepdims": True}
    return [
        graph("add", {"type": "add", "branches": [[], [conv(2)], []]}, (2, 3, 2), lambda x: layers.Add()([x, layers.Conv2D(2, 1)(x), x])),
        graph("multiply", {"type": "multiply", "branches": [[], [conv(2)], []]}, (2, 2, 2), lambda x: layers.Multiply()([x, layers.Conv2D(2, 1)(x), x])),
        graph(
            "multiply with a factor [1, 1, C]",
            {"type": "multiply", "branches": [[], [mean, conv(3, activation="sigmoid")]]},
            (2, 3, 3),
            lambda x: layers.Multiply()([x, layers.Conv2D(3, 1, activation="sigmoid")(layers.GlobalAveragePooling2D(keepdims=True)(x))]),
        ),
        graph(
            "multiply with a factor [H, W, 1] before the image",
            {"type": "multiply", "branches": [[conv(1, activation="sigmoid")], []]},
            (2, 3, 3),
            lambda x: layers.Multiply()([layers.Conv2D(1, 1, activation="sigmoid")(x), x]),
        ),
        graph("concatenate", {"type": "concatenate", "branches": [[], [conv(3)], []]}, (2, 2, 1), lambda x: layers.Concatenate()([x, layers.Conv2D(3, 1)(x), x])),
        of_keras("dense", {"type": "dense", "units": 3, "activation": "tanh"}, layers.Dense(3, activation="tanh"), (5,)),
        of_keras("flatten", {"type": "flatten"}, layers.Flatten(), (2, 3, 2)),
        of_keras("reshape", {"type": "reshape", "targetShape": [3, -1, 2]}, layers.Reshape((3, -1, 2)), (2, 3, 4)),
        of_keras("permute", {"type": "permute", "dims": [3, 1, 2]}, layers.Permute((3, 1, 2)), (2, 3, 4)),
        of_keras("rescaling", {"type": "rescaling", "scale": 0.5, "offset": -1}, layers.Rescaling(0.5, -1), (2, 2, 3)),
        of_keras("zeroPadding2d", {"type": "zeroPadding2d", "padding": [[1, 0], [0, 2]]}, layers.ZeroPadding2D(((1, 0), (0, 2))), (2, 2, 2)),
        of_keras("cropping2d", {"type": "cropping2d", "cropping": [[1, 0], [0, 2]]}, layers.Cropping2D(((1, 0), (0, 2))), (3, 4, 2)),
    ]


if __name__ == "__main__":
    write("activations.json", activations())
    write("convolutions.json", convolutions())
    write("edges.json", edges())
    write("merges.json", merges())
    write("normalizations.json", normalizations())
    write("others.json", others())
