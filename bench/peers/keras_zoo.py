"""The nets that src/models has from torchvision, timm and airbench, in Keras: same layers, same sizes, same padding, same options."""

from keras import layers

from keras_nets import classifier, model

ACTIVATIONS = {"relu6": lambda: layers.ReLU(max_value=6), "relu": layers.ReLU}


def activate(x, activation):
    """`activation` None leaves x as it is; other names are Keras's."""
    if activation is None:
        return x
    return ACTIVATIONS.get(activation, lambda: layers.Activation(activation))()(x)


def conv_norm(x, filters, kernel, strides=1, activation=None, epsilon=1e-5):
    """Convolution with PyTorch's padding, batch norm, activation; one filter for each channel where `filters` is None."""
    if strides > 1 and kernel > 1:
        x = layers.ZeroPadding2D((kernel - 1) // 2)(x)
    options = {"strides": strides, "padding": "same" if strides == 1 else "valid", "use_bias": False}
    if filters is None:
        x = layers.DepthwiseConv2D(kernel, depthwise_initializer="he_normal", **options)(x)
    else:
        x = layers.Conv2D(filters, kernel, kernel_initializer="he_normal", **options)(x)
    return activate(layers.BatchNormalization(momentum=0.9, epsilon=epsilon)(x), activation)


def squeeze_excite(x, squeezed):
    channels = x.shape[-1]
    gate = layers.Conv2D(squeezed, 1, activation="relu")(layers.GlobalAveragePooling2D(keepdims=True)(x))
    return layers.Multiply()([x, layers.Conv2D(channels, 1, activation="hard_sigmoid")(gate)])


def inverted_residual(x, kernel, expanded, filters, strides, activation, squeezed=None, epsilon=1e-5):
    y, channels = x, x.shape[-1]
    if expanded != channels:
        y = conv_norm(y, expanded, 1, 1, activation, epsilon)
    y = conv_norm(y, None, kernel, strides, activation, epsilon)
    if squeezed is not None:
        y = squeeze_excite(y, squeezed)
    y = conv_norm(y, filters, 1, 1, None, epsilon)
    return layers.Add()([x, y]) if strides == 1 and channels == filters else y


def head(x, classes):
    return classifier(layers.Dropout(0.2)(x), classes)


def basic_block(x, filters, strides):
    y = conv_norm(conv_norm(x, filters, 3, strides, "relu"), filters, 3)
    shortcut = x if strides == 1 and x.shape[-1] == filters else conv_norm(x, filters, 1, strides)
    return layers.ReLU()(layers.Add()([shortcut, y]))


def resnet18(x, classes):
    x = layers.ZeroPadding2D(1)(conv_norm(x, 64, 7, 2, "relu"))
    x = layers.MaxPooling2D(3, 2)(x)
    for filters, strides in ((64, 1), (128, 2), (256, 2), (512, 2)):
        x = basic_block(basic_block(x, filters, strides), filters, 1)
    return classifier(layers.GlobalAveragePooling2D()(x), classes)


# [kernel, expansion, filters, blocks, stride of the first] of every stage: the tables of src/models.
MOBILENETV2 = [(3, 1, 16, 1, 1), (3, 6, 24, 2, 2), (3, 6, 32, 3, 2), (3, 6, 64, 4, 2), (3, 6, 96, 3, 1), (3, 6, 160, 3, 2), (3, 6, 320, 1, 1)]
EFFICIENTNET_LITE0 = [
    (3, 1, 16, 1, 1), (3, 6, 24, 2, 2), (5, 6, 40, 2, 2), (3, 6, 80, 3, 2), (5, 6, 112, 3, 1), (5, 6, 192, 4, 2), (3, 6, 320, 1, 1)
]  # fmt: skip


def staged(table):
    def body(x, classes):
        x = conv_norm(x, 32, 3, 2, "relu6")
        for kernel, expansion, filters, count, strides in table:
            for index in range(count):
                stride = strides if index == 0 else 1
                x = inverted_residual(x, kernel, expansion * x.shape[-1], filters, stride, "relu6")
        return head(layers.GlobalAveragePooling2D()(conv_norm(x, 1280, 1, 1, "relu6")), classes)

    return body


# [kernel, expanded, filters, units of the squeeze and excitation, activation, stride] of every block.
MOBILENETV3_SMALL = [
    (3, 16, 16, 8, "relu", 2),
    (3, 72, 24, None, "relu", 2),
    (3, 88, 24, None, "relu", 1),
    (5, 96, 40, 24, "hard_silu", 2),
    (5, 240, 40, 64, "hard_silu", 1),
    (5, 240, 40, 64, "hard_silu", 1),
    (5, 120, 48, 32, "hard_silu", 1),
    (5, 144, 48, 40, "hard_silu", 1),
    (5, 288, 96, 72, "hard_silu", 2),
    (5, 576, 96, 144, "hard_silu", 1),
    (5, 576, 96, 144, "hard_silu", 1),
]


def mobilenetv3_small(x, classes):
    x = conv_norm(x, 16, 3, 2, "hard_silu", 1e-3)
    for kernel, expanded, filters, squeezed, activation, strides in MOBILENETV3_SMALL:
        x = inverted_residual(x, kernel, expanded, filters, strides, activation, squeezed, 1e-3)
    x = layers.GlobalAveragePooling2D()(conv_norm(x, 576, 1, 1, "hard_silu", 1e-3))
    return head(layers.Dense(1024, activation="hard_silu")(x), classes)


def airbench94(x, classes):
    def norm_gelu(x):
        return layers.Activation("gelu")(layers.BatchNormalization(momentum=0.6, epsilon=1e-12, scale=False)(x))

    def conv(x, filters):
        return layers.Conv2D(filters, 3, padding="same", use_bias=False, kernel_initializer="he_uniform")(x)

    # Its bias stays too: Keras freezes whole layers.
    x = layers.Conv2D(24, 2, activation="gelu", trainable=False)(x)
    for filters in (64, 256, 256):
        x = norm_gelu(layers.MaxPooling2D(2)(conv(x, filters)))
        x = norm_gelu(conv(x, filters))
    x = layers.Dense(classes, use_bias=False)(layers.Flatten()(layers.MaxPooling2D(3)(x)))
    return layers.Activation("softmax", dtype="float32")(layers.Rescaling(1 / 9)(x))


ZOO = {
    "resnet18": model(resnet18),
    "mobilenetv2": model(staged(MOBILENETV2)),
    "mobilenetv3-small": model(mobilenetv3_small),
    "efficientnet-lite0": model(staged(EFFICIENTNET_LITE0)),
    "airbench94": model(airbench94),
}
