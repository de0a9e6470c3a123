"""One JSON line per epoch, on standard output and in a file."""

import json
import time

import keras


class Curves(keras.callbacks.Callback):
    def __init__(self, path):
        super().__init__()
        self.file = open(path, "w", encoding="utf8")

    def on_epoch_begin(self, epoch, logs=None):
        self.started = time.monotonic()

    def on_epoch_end(self, epoch, logs=None):
        seconds = round(time.monotonic() - self.started, 1)
        names = {"loss": "loss", "accuracy": "accuracy", "valLoss": "val_loss", "valAccuracy": "val_accuracy"}
        values = {name: round(float(logs[key]), 6) for name, key in names.items()}
        self.write({"epoch": epoch + 1, **values, "seconds": seconds})

    def write(self, line):
        print(json.dumps(line), flush=True)
        print(json.dumps(line), file=self.file, flush=True)
