"""Golden numbers of weighted figures, from Keras 3.15.

    pip install keras torch && KERAS_BACKEND=torch python make_weighted_figures.py && npx oxfmt *.json

writes weighted-figures.json beside this file: what `evaluate` with sample_weight gives of the layer and the examples in weights.json, in
batches of 4, with accuracy in `metrics` and in `weighted_metrics`; and the same during an epoch of `fit` with SGD at the rate 0.1 on all
examples at once, where validation_data has the weights in reverse.
"""

import json
from pathlib import Path

import keras
import numpy as np

FOLDER = Path(__file__).parent
GOLDEN = json.loads((FOLDER / "weights.json").read_text())
x, kernel, bias, samples = (np.array(GOLDEN[key], "float32") for key in ("x", "kernel", "bias", "samples"))
y = np.array(GOLDEN["y"])

model = keras.Sequential([keras.layers.Input((2,)), keras.layers.Dense(3, activation="softmax")])
model.layers[0].set_weights([kernel, bias])
model.compile(
    optimizer=keras.optimizers.SGD(0.1),
    loss="sparse_categorical_crossentropy",
    metrics=["accuracy"],
    weighted_metrics=["accuracy"],
)
evaluated = model.evaluate(x, y, sample_weight=samples, batch_size=4, verbose=0, return_dict=True)
plain = model.evaluate(x, y, batch_size=4, verbose=0, return_dict=True)
history = model.fit(
    x, y, sample_weight=samples, batch_size=6, epochs=1, verbose=0, validation_data=(x, y, samples[::-1].copy())
).history
result = {"evaluated": evaluated, "plain": plain, "history": {name: values[0] for name, values in history.items()}}
(FOLDER / "weighted-figures.json").write_text(json.dumps(result))
