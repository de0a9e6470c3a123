"""Images of a folder of class folders, chosen and split by rules that a TypeScript program can follow exactly."""

from pathlib import Path

import numpy as np
from PIL import Image

EXTENSIONS = {".jpg", ".jpeg", ".png"}


def list_images(folder, limit=None):
    """For each class in the order of its name: the paths in the order of their code units, the first `limit // classes` of them."""
    classes = sorted(path.name for path in Path(folder).iterdir() if path.is_dir())
    each = None if limit is None else limit // len(classes)
    listed = []
    for name in classes:
        paths = (path for path in (Path(folder) / name).iterdir() if path.suffix.lower() in EXTENSIONS)
        # UTF-16 units, as in JavaScript: they differ from Python's own order only above U+FFFF.
        listed.append(sorted(paths, key=lambda path: path.name.encode("utf-16-be"))[:each])
    return classes, listed


def load_images(listed, size):
    """Bytes [n, size, size, 3], bilinear by PIL (which widens its window when it shrinks), and class indices [n]."""
    count = sum(map(len, listed))
    pixels, labels = np.empty((count, size, size, 3), np.uint8), np.empty(count, np.int32)
    index = 0
    for label, paths in enumerate(listed):
        for path in paths:
            with Image.open(path) as image:
                pixels[index] = np.asarray(image.convert("RGB").resize((size, size), Image.Resampling.BILINEAR))
            labels[index] = label
            index += 1
    return pixels, labels


def split_every_fifth(labels):
    """Every fifth image of each class (index % 5 == 4) is for validation: indices of the two parts."""
    place = np.concatenate([np.arange(count) for count in np.bincount(labels)])
    return np.flatnonzero(place % 5 != 4), np.flatnonzero(place % 5 == 4)


def split_random(labels, seed):
    """A stratified fifth, drawn by scikit-learn."""
    from sklearn.model_selection import train_test_split

    return train_test_split(np.arange(len(labels)), test_size=0.2, random_state=seed, stratify=labels)
