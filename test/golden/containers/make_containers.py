"""Writes small data sets in files that hold many images, and expected.json: what other programs read in them.

CIFAR is read by TensorFlow, idx by torchvision, Parquet written and read by pyarrow, its images by Pillow. Run in a throw-away
environment with tensorflow, torchvision and pyarrow, and format expected.json:
python test/golden/containers/make_containers.py
"""

import gzip
import hashlib
import io
import json
import os
import struct

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import tensorflow as tf
from PIL import Image
from torchvision.datasets.mnist import read_image_file, read_label_file

HERE = os.path.dirname(os.path.abspath(__file__))
RNG = np.random.default_rng(12)
EXPECTED = {}


def path_of(name):
    path = os.path.join(HERE, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    return path


def write(name, data):
    with open(path_of(name), "wb") as file:
        file.write(data)


def expect(folder, path, pixels):
    """pixels: uint8 RGB [H, W, 3]."""
    height, width, _ = pixels.shape
    EXPECTED.setdefault(folder, {})[path] = [width, height, hashlib.sha256(pixels.tobytes()).hexdigest()]


def cifar(folder, batches, names, label_bytes, wrapper=""):
    counts = {"train": 0, "test": 0}
    for file, labels in batches.items():
        records = b"".join(
            bytes([7] * (label_bytes - 1) + [label]) + RNG.integers(0, 256, 3072, np.uint8).tobytes() for label in labels
        )
        write(f"{folder}/{wrapper}{file}", records)
        part = "test" if file.startswith("test") else "train"
        for record in tf.data.FixedLengthRecordDataset(path_of(f"{folder}/{wrapper}{file}"), label_bytes + 3072):
            values = tf.io.decode_raw(record, tf.uint8)
            image = tf.transpose(tf.reshape(values[label_bytes:], [3, 32, 32]), [1, 2, 0]).numpy()
            counts[part] += 1
            name = names[int(values[label_bytes - 1])]
            expect(folder, f"{wrapper}{part}/{name}/{counts[part]:05}.bmp", image)


def idx(folder, prefix, labels, shape, packed):
    images = RNG.integers(0, 256, (len(labels), *shape), np.uint8)
    files = {
        f"{prefix}-images-idx3-ubyte": struct.pack(">IIII", 0x803, *images.shape) + images.tobytes(),
        f"{prefix}-labels-idx1-ubyte": struct.pack(">II", 0x801, len(labels)) + bytes(labels),
    }
    for name, data in files.items():
        write(f"{folder}/{name}", data)
    read_images = read_image_file(path_of(f"{folder}/{prefix}-images-idx3-ubyte")).numpy()
    read_labels = read_label_file(path_of(f"{folder}/{prefix}-labels-idx1-ubyte")).numpy()
    for name, data in files.items() if packed else ():
        os.remove(path_of(f"{folder}/{name}"))
        write(f"{folder}/{name}.gz", gzip.compress(data, mtime=0))
    part = "train" if prefix.endswith("train") else "test"
    for i, (image, label) in enumerate(zip(read_images, read_labels)):
        expect(folder, f"{part}/{label}/{i + 1:05}.bmp", np.repeat(image[:, :, None], 3, 2))


TEN = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"]
write("cifar10/cifar-10-batches-bin/batches.meta.txt", ("\n".join(TEN) + "\n\n").encode())
write("cifar10/cifar-10-batches-bin/readme.html", b"<p></p>\n")
cifar(
    "cifar10",
    {"data_batch_1.bin": [3, 9], "data_batch_2.bin": [3], "test_batch.bin": [9, 3]},
    TEN,
    1,
    "cifar-10-batches-bin/",
)
FINE = ["apple", "aquarium_fish", "baby"]
write("cifar100/fine_label_names.txt", ("\n".join(FINE) + "\n").encode())
write("cifar100/coarse_label_names.txt", b"fish\nfruit\n")
cifar("cifar100", {"train.bin": [2, 0], "test.bin": [0, 1]}, FINE, 2)
idx("mnist", "train", [4, 0, 4], (5, 7), True)
idx("mnist", "t10k", [0, 4], (5, 7), False)


FEATURES = {"image": {"_type": "Image"}, "label": {"names": ["cat/dog", "fish"], "_type": "ClassLabel"}}


def encoded(kind, width, height):
    pixels = RNG.integers(0, 256, (height, width, 3), np.uint8)
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, kind)
    return file.getvalue()


def parquet(folder, name, rows, *, front, features=None, number=0, column="image", names=None, struct=True, **options):
    """rows: (image file or None, label). Returns the number of the last row."""
    label_type = pa.string() if isinstance(rows[0][1], str) else pa.int64()
    image_type = pa.struct([("bytes", pa.binary()), ("path", pa.string())]) if struct else pa.binary()
    images = [{"bytes": image, "path": f"{i}.png"} if struct else image for i, (image, _) in enumerate(rows)]
    schema = pa.schema([("id", pa.int32()), (column, image_type), ("label", label_type)])
    if features:
        schema = schema.with_metadata({"huggingface": json.dumps({"info": {"features": features}})})
    table = pa.Table.from_arrays(
        [pa.array(range(len(rows)), pa.int32()), pa.array(images, image_type), pa.array([r[1] for r in rows], label_type)],
        schema=schema,
    )
    pq.write_table(table, path_of(f"{folder}/{name}"), **options)
    for row in pq.read_table(path_of(f"{folder}/{name}")).to_pylist():
        number += 1
        data = row[column]["bytes"] if struct else row[column]
        if data is None or row["label"] in (-1, None):
            continue
        image = Image.open(io.BytesIO(data))
        label = names[row["label"]] if names else row["label"]
        kind = {"PNG": "png", "JPEG": "jpg"}[image.format]
        expect(folder, f"{front}/{label}/{number:05}.{kind}", np.asarray(image.convert("RGB")))
    return number


CLASSES = ["cat_dog", "fish"]
last = parquet(
    "huggingface",
    "data/train-00000-of-00002.parquet",
    [(encoded("PNG", 5, 4), 1), (encoded("JPEG", 8, 8), 0), (encoded("PNG", 3, 6), 1)],
    front="data/train",
    features=FEATURES,
    names=CLASSES,
    row_group_size=2,
    compression="snappy",
)
parquet(
    "huggingface",
    "data/train-00001-of-00002.parquet",
    [(encoded("PNG", 4, 4), 0), (None, 1), (encoded("PNG", 4, 5), None)],
    front="data/train",
    features=FEATURES,
    names=CLASSES,
    number=last,
    compression="zstd",
)
parquet(
    "huggingface",
    "data/test-00000-of-00001.parquet",
    [(encoded("PNG", 5, 5), 0), (encoded("PNG", 2, 2), 1), (encoded("PNG", 2, 2), -1)],
    front="data/test",
    features=FEATURES,
    names=CLASSES,
    compression="gzip",
    data_page_version="2.0",
)
# As the Hub converts data sets, and as pandas writes bytes.
parquet(
    "plain",
    "default/train/0000.parquet",
    [(encoded("PNG", 5, 4), "b"), (encoded("PNG", 4, 4), "a")],
    front="default/train",
    column="img",
    struct=False,
    compression="brotli",
)
parquet(
    "plain",
    "default/validation/0000.parquet",
    [(encoded("PNG", 5, 4), "a"), (encoded("PNG", 1, 1), "b")],
    front="default/validation",
    column="img",
    struct=False,
    compression="none",
    use_dictionary=False,
)


def columns(name, data, features=None):
    """A file of one row whose columns are odd, for tests of the names alone."""
    table = pa.table({key: [value] for key, value in data.items()})
    if features:
        table = table.replace_schema_metadata({"huggingface": json.dumps({"info": {"features": features}})})
    pq.write_table(table, path_of(f"odd/{name}.parquet"))


IMAGE = {"bytes": encoded("PNG", 2, 2), "path": None}
CLASS = {"names": ["a", "b"], "_type": "ClassLabel"}
columns("coarse", {"img": IMAGE, "fine_label": 1, "coarse_label": 0}, {"fine_label": CLASS, "coarse_label": CLASS})
columns("two", {"image": IMAGE, "class": "a", "category": "b"})
columns("unlabelled", {"image": IMAGE, "height": 2})
columns("numbers", {"x": 1.5, "label": "a"})
columns("wild", {"image": IMAGE, "label": 2}, {"label": CLASS})

with open(path_of("expected.json"), "w") as file:
    json.dump(EXPECTED, file, indent=1)
    file.write("\n")
