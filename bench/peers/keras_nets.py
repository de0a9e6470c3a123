"""The nets of src/models in Keras: same layers, same sizes, same options."""

import keras
from keras import layers


def conv_block(x, filters):
    x = layers.Conv2D(filters, 3, padding="same", use_bias=False, kernel_initializer="he_normal")(x)
    return layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))


def pooled_block(x, filters):
    return layers.MaxPooling2D(2)(conv_block(x, filters))


def residual(x, filters):
    return layers.Add()([x, conv_block(conv_block(x, filters), filters)])


def classifier(x, classes):
    # In mixed precision the probabilities stay in float32, as Keras advises.
    return layers.Dense(classes, activation="softmax", dtype="float32")(x)


def tutorial(x, classes):
    for _ in range(2):
        x = layers.MaxPooling2D(2)(layers.Conv2D(32, 3, padding="same", activation="relu")(x))
    x = layers.Flatten()(layers.Dropout(0.5)(x))
    return classifier(layers.Dense(128, activation="relu")(x), classes)


def resnet9(x, classes):
    x = pooled_block(conv_block(x, 64), 128)
    x = pooled_block(residual(x, 128), 256)
    x = residual(pooled_block(x, 512), 512)
    return classifier(layers.Rescaling(0.125)(layers.GlobalMaxPooling2D()(x)), classes)


def plain(filters, convolutions):
    def body(x, classes):
        for count in filters:
            for _ in range(convolutions - 1):
                x = conv_block(x, count)
            x = pooled_block(x, count)
        return classifier(layers.Dropout(0.2)(layers.GlobalAveragePooling2D()(x)), classes)

    return body


def vgg_small(x, classes):
    for count in (128, 256, 512):
        x = pooled_block(conv_block(x, count), count)
    return classifier(layers.Flatten()(x), classes)


def mlp(x, classes):
    return classifier(layers.Dense(100, activation="relu")(layers.Flatten()(x)), classes)


def lenet(x, classes):
    """LeCun et al. 1998, figure 2, with the paper's names."""
    for name, pool, filters in (("c1", "s2", 6), ("c3", "s4", 16)):
        x = layers.AveragePooling2D(2, name=pool)(layers.Conv2D(filters, 5, activation="tanh", name=name)(x))
    x = layers.Flatten()(x)
    for name, units in (("c5", 120), ("f6", 84)):
        x = layers.Dense(units, activation="tanh", name=name)(x)
    return classifier(x, classes)


MOBILENET_ROWS = [(64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), *[(512, 1)] * 5, (1024, 2), (1024, 1)]


def relu6(x):
    return layers.ReLU(max_value=6)(x)


def separable_block(x, filters, strides):
    x = layers.DepthwiseConv2D(3, strides=strides, padding="same", use_bias=False)(x)
    x = relu6(layers.BatchNormalization(momentum=0.9)(x))
    x = layers.Conv2D(filters, 1, use_bias=False, kernel_initializer="he_normal")(x)
    return relu6(layers.BatchNormalization(momentum=0.9)(x))


def mobilenet(x, classes):
    x = layers.Conv2D(32, 3, strides=2, padding="same", use_bias=False, kernel_initializer="he_normal")(x)
    x = relu6(layers.BatchNormalization()(x))
    for filters, strides in MOBILENET_ROWS:
        x = separable_block(x, filters, strides)
    return classifier(layers.Dropout(0.001)(layers.GlobalAveragePooling2D()(x)), classes)


def model(body):
    def build(size, classes):
        x = keras.Input((size, size, 3))
        return keras.Model(x, body(x, classes))

    return build


NETS = {
    "tutorial": model(tutorial),
    "mlp": model(mlp),
    "lenet": model(lenet),
    "plain3": model(plain([32, 64, 128], 2)),
    "plain4": model(plain([32, 64, 128, 256], 1)),
    "vgg-small": model(vgg_small),
    "resnet9": model(resnet9),
    "mobilenet": model(mobilenet),
}
