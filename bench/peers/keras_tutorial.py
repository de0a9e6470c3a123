"""The tutorial's exact recipe in Keras 3.15, as a yardstick: does Fovea, with the same initialisers, data and rates, behave as it does?

    pip install tensorflow-cpu==2.21.0 keras==3.15.1 pillow scikit-learn
    python keras_tutorial.py FOLDER --limit 2000 --every-fifth --seed 1 --out seed1.jsonl

FOLDER holds one folder per class. With --every-fifth the split is the one of images.py, else a stratified random fifth by the seed. The seed
also draws the weights, the order of the images and the dropout. The seconds are those of whatever else the machine did: no benchmark.
"""

import argparse
import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras
import numpy as np
import tensorflow as tf
from keras import layers

from curves import Curves
from images import list_images, load_images, split_every_fifth, split_random


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("--limit", type=int, help="images in all, the same number from each class [all]")
    parser.add_argument("--every-fifth", action="store_true", help="validate on every fifth image of each class")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--learning-rate", type=float, default=0.001)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--size", type=int, default=200)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--out", required=True)
    return parser.parse_args()


def tutorial_model(size, classes):
    """Step 8 of the tutorial; every layer with Keras's default initialiser, Glorot uniform."""
    return keras.Sequential(
        [
            keras.Input((size, size, 3)),
            layers.Conv2D(32, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(2),
            layers.Conv2D(32, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(2),
            layers.Dropout(0.5),
            layers.Flatten(),
            layers.Dense(128, activation="relu"),
            layers.Dense(classes, activation="softmax"),
        ]
    )


class Batches(keras.utils.PyDataset):
    """Images as float32 in 0..1, a batch at a time, so that the whole set stays in memory as bytes."""

    def __init__(self, pixels, labels, indices, batch, random=None):
        super().__init__()
        self.pixels, self.labels, self.indices, self.batch, self.random = pixels, labels, np.array(indices), batch, random
        self.on_epoch_end()

    def on_epoch_end(self):
        if self.random is not None:
            self.random.shuffle(self.indices)

    def __len__(self):
        return -(-len(self.indices) // self.batch)

    def __getitem__(self, index):
        chosen = self.indices[index * self.batch : (index + 1) * self.batch]
        return self.pixels[chosen].astype(np.float32) / 255, self.labels[chosen]


def main():
    args = arguments()
    tf.config.threading.set_intra_op_parallelism_threads(args.threads)
    keras.utils.set_random_seed(args.seed)
    classes, listed = list_images(args.folder, args.limit)
    pixels, labels = load_images(listed, args.size)
    train, validation = split_every_fifth(labels) if args.every_fifth else split_random(labels, args.seed)
    model = tutorial_model(args.size, len(classes))
    model.compile(
        keras.optimizers.Adam(args.learning_rate), loss="sparse_categorical_crossentropy", metrics=["accuracy"]
    )
    print(f"keras {keras.__version__}, {len(train)} + {len(validation)} images, {model.count_params()} parameters", flush=True)
    batches = Batches(pixels, labels, train, args.batch, np.random.default_rng(args.seed))
    held_out = Batches(pixels, labels, validation, args.batch)
    model.fit(batches, validation_data=held_out, epochs=args.epochs, callbacks=[Curves(args.out)], shuffle=False, verbose=0)


if __name__ == "__main__":
    main()
