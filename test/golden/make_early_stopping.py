"""Where Keras's EarlyStopping stops, and which epoch it restores, for sequences of a monitored value.

Run with Keras 3.15: python make_early_stopping.py > early-stopping.json
"""

import itertools
import json
import random

import keras


class Net:
    """What the callback asks of a model: weights that tell the epoch."""

    stop_training = False
    epoch = 0

    def get_weights(self):
        return [self.epoch]

    def set_weights(self, weights):
        self.epoch = weights[0]


def run(values, mode, patience, min_delta, start):
    stopping = keras.callbacks.EarlyStopping(
        monitor="val_figure", mode=mode, patience=patience, min_delta=min_delta,
        restore_best_weights=True, start_from_epoch=start,
    )
    net = Net()
    stopping.set_model(net)
    stopping.on_train_begin()
    for epoch, value in enumerate(values):
        net.epoch = epoch + 1
        stopping.on_epoch_end(epoch, {"val_figure": value})
        if net.stop_training:
            break
    stopping.on_train_end()
    return {
        "values": values, "direction": mode, "patience": patience, "minDelta": min_delta,
        "startFromEpoch": start, "epochs": epoch + 1, "best": stopping.best_epoch + 1,
    }


random.seed(3)
cases = []
for mode, patience, min_delta, start in itertools.product(["max", "min"], [1, 3], [0, 0.125], [0, 2]):
    # Eighths: exact in every arithmetic, and some are equal.
    values = [random.randrange(9) / 8 for _ in range(12)]
    cases.append(run(values, mode, patience, min_delta, start))
print(json.dumps({"keras": keras.__version__, "cases": cases}))
