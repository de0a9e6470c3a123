"""Golden numbers of losses, in float64, from Keras 3.15 (on TensorFlow 2.20).

    pip install keras tensorflow && python make_losses.py && npx oxfmt *.json

writes losses.json beside this file. A case is a loss as Fovea's config has it, the last activation of the model ("linear": the loss works
on the outputs as they are), targets of four examples, and optional weights of the examples; then the loss of the batch by Keras and its
gradient to the logits [4, 3].
"""

import json
import os
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import keras
import numpy as np
import tensorflow as tf

keras.config.set_floatx("float64")
LOGITS = [[0.5, -1.25, 2.0], [3.0, 0.25, -0.5], [-2.5, 1.5, 1.0], [0.0, 0.75, -4.0]]
INDICES = [2, 1, 0, 1]
ONE_HOT = np.eye(3)[INDICES]
SHARES = [[0.2, 0.1, 0.7], [0.0, 1.0, 0.0], [0.5, 0.5, 0.0], [0.25, 0.35, 0.4]]
SEVERAL = [[1, 0, 1], [0, 1, 0], [1, 1, 1], [0, 0, 0]]
REAL = [[1.0, -1.25, 0.0], [0.5, 3.0, -0.25], [-2.0, 1.0, 1.5], [0.0, -1.0, 2.0]]
WEIGHTS = [1.0, 0.5, 3.0, 0.0]
HEADS = {"softmax": tf.nn.softmax, "sigmoid": tf.nn.sigmoid, "linear": tf.identity}
losses = keras.losses

# name, our loss, last activation, targets, Keras's loss, whether Keras is given logits
CASES = [
    ("indices", "sparseCategoricalCrossentropy", "softmax", INDICES, losses.SparseCategoricalCrossentropy(from_logits=True), True),
    ("rows", "categoricalCrossentropy", "softmax", ONE_HOT, losses.CategoricalCrossentropy(from_logits=True), True),
    ("smoothed rows", {"type": "categoricalCrossentropy", "labelSmoothing": 0.1}, "softmax", SHARES,
     losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.1), True),
    ("smoothed indices", {"type": "sparseCategoricalCrossentropy", "labelSmoothing": 0.2}, "softmax", INDICES,
     losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.2), True),
    ("from logits", {"type": "sparseCategoricalCrossentropy", "fromLogits": True}, "linear", INDICES,
     losses.SparseCategoricalCrossentropy(from_logits=True), True),
    ("focal rows", "categoricalFocalCrossentropy", "softmax", ONE_HOT, losses.CategoricalFocalCrossentropy(from_logits=True), True),
    ("focal indices", {"type": "categoricalFocalCrossentropy", "gamma": 1.5, "alpha": 1}, "softmax", INDICES,
     losses.CategoricalFocalCrossentropy(from_logits=True, alpha=1, gamma=1.5), True),
    ("focal, balanced by class", {"type": "categoricalFocalCrossentropy", "alpha": [0.5, 1, 2], "labelSmoothing": 0.1}, "softmax", SHARES,
     losses.CategoricalFocalCrossentropy(from_logits=True, alpha=[0.5, 1.0, 2.0], label_smoothing=0.1), True),
    ("focal from logits", {"type": "categoricalFocalCrossentropy", "gamma": 3, "fromLogits": True}, "linear", ONE_HOT,
     losses.CategoricalFocalCrossentropy(from_logits=True, gamma=3), True),
    ("binary", "binaryCrossentropy", "sigmoid", SEVERAL, losses.BinaryCrossentropy(from_logits=True), True),
    ("smoothed binary", {"type": "binaryCrossentropy", "labelSmoothing": 0.3}, "sigmoid", SEVERAL,
     losses.BinaryCrossentropy(from_logits=True, label_smoothing=0.3), True),
    ("binary focal", "binaryFocalCrossentropy", "sigmoid", SEVERAL, losses.BinaryFocalCrossentropy(from_logits=True), True),
    ("binary focal, balanced", {"type": "binaryFocalCrossentropy", "gamma": 0.5, "alpha": 0.75, "applyClassBalancing": True,
     "labelSmoothing": 0.1}, "sigmoid", SEVERAL,
     losses.BinaryFocalCrossentropy(from_logits=True, gamma=0.5, alpha=0.75, apply_class_balancing=True, label_smoothing=0.1), True),
    ("hinge", "categoricalHinge", "linear", ONE_HOT, losses.CategoricalHinge(), False),
    ("hinge of probabilities and indices", "categoricalHinge", "softmax", INDICES, losses.CategoricalHinge(), False),
    ("absolute", "meanAbsoluteError", "linear", REAL, losses.MeanAbsoluteError(), False),
    ("squares behind a softmax", "meanSquaredError", "softmax", SHARES, losses.MeanSquaredError(), False),
    ("huber", "huber", "linear", REAL, losses.Huber(), False),
    ("huber, narrow", {"type": "huber", "delta": 0.4}, "sigmoid", REAL, losses.Huber(delta=0.4), False),
]


def rounded(values):
    return [float(f"{value:.7g}") for value in np.asarray(values, dtype=np.float64).ravel()]


def case(name, ours, head, targets, theirs, from_logits, weights=None):
    logits = tf.constant(LOGITS, dtype=tf.float64)
    sparse = isinstance(theirs, losses.SparseCategoricalCrossentropy)
    given = targets if sparse or np.ndim(targets) == 2 else np.eye(3)[targets]
    with tf.GradientTape() as tape:
        tape.watch(logits)
        outputs = logits if from_logits else HEADS[head](logits)
        loss = theirs(tf.constant(given, dtype=tf.int64 if sparse else tf.float64), outputs, sample_weight=weights)
    entry = {"name": name, "source": type(theirs).__name__, "loss": ours, "head": head, "y": np.asarray(targets).tolist()}
    if weights is not None:
        entry["weights"] = weights
    return {**entry, "value": rounded(loss)[0], "gradient": rounded(tape.gradient(loss, logits))}


weighted = [case(f"weighted: {one[0]}", *one[1:], weights=WEIGHTS) for one in (CASES[0], CASES[7], CASES[9], CASES[17])]
document = {"logits": LOGITS, "cases": [case(*one) for one in CASES] + weighted}
(Path(__file__).parent / "losses.json").write_text(json.dumps(document))
