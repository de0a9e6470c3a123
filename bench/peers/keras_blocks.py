"""A four-block batch-norm net on 96x96 images in Keras 3.15, as a yardstick for Fovea's default recipe.

    pip install tensorflow-cpu==2.21.0 keras==3.15.1 pillow
    python keras_blocks.py FOLDER --out blocks.jsonl

Convolution 3x3 without bias, batch norm, relu, 2x2 maximum, four times; global average; dense. He-normal weights, input standardised by channel,
Adam with a linear warm-up over the first epoch to the rate and then a cosine to 0, random flips and quarter turns. Every fifth image of each
class is for validation. The seconds are those of whatever else the machine did: no benchmark.
"""

import argparse
import math
import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras
import numpy as np
import tensorflow as tf
from keras import layers

from curves import Curves
from images import list_images, load_images, split_every_fifth

FILTERS = (32, 64, 128, 256)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("--limit", type=int, help="images in all, the same number from each class [all]")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--learning-rate", type=float, default=0.001)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--size", type=int, default=96)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--out", required=True)
    return parser.parse_args()


def blocks_model(size, classes):
    model = keras.Sequential([keras.Input((size, size, 3))])
    for filters in FILTERS:
        model.add(layers.Conv2D(filters, 3, padding="same", use_bias=False, kernel_initializer="he_normal"))
        model.add(layers.BatchNormalization())
        model.add(layers.ReLU())
        model.add(layers.MaxPooling2D(2))
    model.add(layers.GlobalAveragePooling2D())
    model.add(layers.Dense(classes, activation="softmax", kernel_initializer="he_normal"))
    return model


class WarmUpThenCosine(keras.optimizers.schedules.LearningRateSchedule):
    def __init__(self, peak, warm_up, steps):
        self.peak, self.warm_up, self.steps = peak, warm_up, steps

    def __call__(self, step):
        step = tf.cast(step, tf.float32)
        rising = (step + 1) / self.warm_up
        falling = 0.5 * (1 + tf.cos(math.pi * (step - self.warm_up) / (self.steps - self.warm_up)))
        return self.peak * tf.where(step < self.warm_up, rising, falling)


class Batches(keras.utils.PyDataset):
    """Standardised float32 images; with `random`, shuffled each epoch, and each image flipped and turned by itself."""

    def __init__(self, data, indices, batch, random=None):
        super().__init__()
        self.pixels, self.labels, self.mean, self.deviation = data
        self.indices, self.batch, self.random = np.array(indices), batch, random
        self.on_epoch_end()

    def on_epoch_end(self):
        if self.random is not None:
            self.random.shuffle(self.indices)

    def __len__(self):
        return -(-len(self.indices) // self.batch)

    def __getitem__(self, index):
        chosen = self.indices[index * self.batch : (index + 1) * self.batch]
        images = self.pixels[chosen]
        if self.random is not None:
            images = np.stack([self.turned(image) for image in images])
        return ((images / 255 - self.mean) / self.deviation).astype(np.float32), self.labels[chosen]

    def turned(self, image):
        flipped = image[:, ::-1] if self.random.integers(2) else image
        return np.rot90(flipped, self.random.integers(4))


def channel_statistics(pixels):
    """Mean and standard deviation of each channel, in 0..1, from a histogram of the bytes."""
    means, deviations = [], []
    for channel in range(3):
        counts = np.bincount(pixels[..., channel].ravel(), minlength=256)
        values = np.arange(256) / 255
        mean = (counts * values).sum() / counts.sum()
        means.append(mean)
        deviations.append(math.sqrt((counts * (values - mean) ** 2).sum() / counts.sum()))
    return np.array(means), np.array(deviations)


def main():
    args = arguments()
    tf.config.threading.set_intra_op_parallelism_threads(args.threads)
    keras.utils.set_random_seed(args.seed)
    classes, listed = list_images(args.folder, args.limit)
    pixels, labels = load_images(listed, args.size)
    train, validation = split_every_fifth(labels)
    mean, deviation = channel_statistics(pixels[train])
    data = (pixels, labels, mean, deviation)
    batches = Batches(data, train, args.batch, np.random.default_rng(args.seed))
    model = blocks_model(args.size, len(classes))
    schedule = WarmUpThenCosine(args.learning_rate, len(batches), len(batches) * args.epochs)
    model.compile(keras.optimizers.Adam(schedule), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    print(f"keras {keras.__version__}, {len(train)} + {len(validation)} images, {model.count_params()} parameters", flush=True)
    print(f"mean {mean.round(4).tolist()}, deviation {deviation.round(4).tolist()}", flush=True)
    held_out = Batches(data, validation, args.batch)
    model.fit(batches, validation_data=held_out, epochs=args.epochs, callbacks=[Curves(args.out)], shuffle=False, verbose=0)


if __name__ == "__main__":
    main()
