"""A child that does steps of Keras on TensorFlow: python keras_steps.py '{"work": …, "threads": 2, "variant": "float32"}'

Variants: float32 and bfloat16 (Keras's policy mixed_bfloat16) as Keras chooses, which is through XLA; float32-graph and bfloat16-graph
without XLA, as TensorFlow's own graph.
"""

import json
import math
import os
import platform
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import tensorflow as tf

from keras_nets import NETS
from keras_zoo import ZOO
from serve import serve

options = json.loads(sys.argv[1])
work, variant = options["work"], options["variant"]
graph = variant.endswith("-graph")
tf.config.threading.set_intra_op_parallelism_threads(options["threads"])
tf.config.threading.set_inter_op_parallelism_threads(options["threads"])
keras.utils.set_random_seed(1)
if variant.startswith("bfloat16"):
    keras.mixed_precision.set_global_policy("mixed_bfloat16")


def build():
    images = tf.random.uniform([work["batch"], work["size"], work["size"], 3])
    labels = tf.random.uniform([work["batch"]], maxval=work["classes"], dtype=tf.int32)
    net = {**NETS, **ZOO}[work["net"]](work["size"], work["classes"])
    step = training(net, images, labels) if work["mode"] == "train" else inference(net, images)
    return step, sum(math.prod(weight.shape) for weight in net.trainable_weights)


def training(net, images, labels):
    optimizer = keras.optimizers.Adam(options["learningRate"])
    net.compile(optimizer, loss="sparse_categorical_crossentropy", jit_compile=False if graph else "auto")
    return lambda: float(net.train_on_batch(images, labels))


def inference(net, images):
    # A graph of its own has less to do a call than predict_on_batch.
    predict = tf.function(lambda x: net(x, training=False), jit_compile=not graph)
    return lambda: float(predict(images)[0, 0])


serve(f"Keras {keras.__version__}, TensorFlow {tf.__version__}, Python {platform.python_version()}", build)
