"""Independent readers of image files, each giving 8-bit RGB [H, W, 3] with alpha laid on white, or the reason why not.

pip install pillow opencv-python-headless numpy tifffile imagecodecs; ImageMagick's convert and heif-convert of libheif-examples.
"""
import base64
import hashlib
import io
import json
import os
import subprocess
import tempfile
import zlib

import cv2
import numpy as np
from PIL import Image, ImageCms


def on_white(rgba):
    """[H, W, 4] to [H, W, 3], as libvips flattens: truncated to whole numbers."""
    wide = rgba.astype(np.uint32)
    alpha = wide[:, :, 3:]
    return ((wide[:, :, :3] * alpha + 255 * (255 - alpha)) // 255).astype(np.uint8)


def on_white16(rgba):
    """The same in 16 bits, of which the upper 8 are kept."""
    wide = rgba.astype(np.uint64)
    alpha = wide[:, :, 3:]
    return (((wide[:, :, :3] * alpha + 65535 * (65535 - alpha)) // 65535) >> 8).astype(np.uint8)


def pillow(data):
    image = Image.open(io.BytesIO(data))
    if image.mode in ("I;16", "I;16B", "I;16L"):
        high = (np.asarray(image).astype(np.uint32) >> 8).astype(np.uint8)
        return np.repeat(high[:, :, None], 3, axis=2)
    if image.mode in ("I", "F"):
        raise ValueError(f"mode {image.mode} has no 8-bit form")
    return on_white(np.asarray(image.convert("RGBA")))


def opencv(data):
    image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    if image is None:
        raise ValueError("not read")
    return np.ascontiguousarray(image[:, :, ::-1])


def magick(data, kind, *options, target="png32"):
    with tempfile.NamedTemporaryFile(suffix=f".{kind}") as file:
        file.write(data)
        file.flush()
        done = subprocess.run(
            ["convert", f"{kind}:{file.name}[0]", *options, "-depth", "8", "-colorspace", "sRGB", f"{target}:-"], capture_output=True
        )
        if done.returncode or not done.stdout:
            raise ValueError(done.stderr.decode().strip().split("\n")[0])
    return on_white(np.asarray(Image.open(io.BytesIO(done.stdout)).convert("RGBA")))


def magick16(data, kind):
    """Of images of 16 bits: rounding comes last."""
    with tempfile.NamedTemporaryFile(suffix=f".{kind}") as file:
        file.write(data)
        file.flush()
        command = ["convert", f"{kind}:{file.name}[0]", "-depth", "16", "-endian", "LSB", "rgba:-"]
        done = subprocess.run(command, capture_output=True)
        size = subprocess.run(["identify", "-format", "%w %h ", f"{kind}:{file.name}[0]"], capture_output=True).stdout.split()
    width, height = int(size[0]), int(size[1])
    return on_white16(np.frombuffer(done.stdout, "<u2").reshape(height, width, 4))


def press_profile():
    """libvips' own CMYK profile, which it takes where a file has none."""
    script = """const sharp = require("sharp");
    const cmyk = sharp({ create: { width: 1, height: 1, channels: 3, background: "red" } }).toColourspace("cmyk").withIccProfile("cmyk").tiff();
    cmyk.toBuffer().then((file) => sharp(file).metadata()).then(({ icc }) => process.stdout.write(icc));"""
    return subprocess.run(["node", "-e", script], capture_output=True, check=True).stdout


def by_profile(data, profile=None):
    """With the file's profile applied, or that one, by LittleCMS."""
    image = Image.open(io.BytesIO(data))
    source = ImageCms.ImageCmsProfile(io.BytesIO(profile or image.info["icc_profile"]))
    return np.asarray(ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB"))


def netpbm(command, data):
    done = subprocess.run(command, input=data, capture_output=True)
    if done.returncode or not done.stdout:
        raise ValueError(done.stderr.decode().strip().split("\n")[0])
    return pillow(done.stdout)


def read(data, kind, extra=()):
    """What every reader makes of the file: name to pixels, or to the reason."""
    readers = {"Pillow": lambda: pillow(data), "OpenCV": lambda: opencv(data), "ImageMagick": lambda: magick(data, kind), **dict(extra)}
    results = {}
    for name, reader in readers.items():
        try:
            results[name] = reader()
        except Exception as error:  # a reader that cannot is a result as well
            results[name] = str(error) or type(error).__name__
    return results


def b64(data):
    return base64.b64encode(bytes(data)).decode()


def same(a, b):
    return isinstance(a, np.ndarray) and isinstance(b, np.ndarray) and a.shape == b.shape and bool((a == b).all())


def entry(name, data, kind, extra=(), keep=False):
    """One variant: the file, and each distinct reading with the readers that agree on it; its pixels too where an exact match is not asked for."""
    readings = []
    for reader, pixels in read(data, kind, extra).items():
        if not isinstance(pixels, np.ndarray):
            continue
        for other in readings:
            if same(other["pixels"], pixels):
                other["readers"].append(reader)
                break
        else:
            readings.append({"readers": [reader], "pixels": pixels})
    return {"name": name, "file": b64(data), "readings": [reading_of(r, keep) for r in readings]}


def reading_of(reading, keep):
    pixels = np.ascontiguousarray(reading["pixels"])
    return {
        "readers": reading["readers"],
        "width": pixels.shape[1],
        "height": pixels.shape[0],
        "sha256": hashlib.sha256(pixels.tobytes()).hexdigest(),
        **({"rgb": b64(zlib.compress(pixels.tobytes(), 9))} if keep or os.environ.get("KEEP") else {}),
    }


def write(path, entries):
    """One line for each variant, so that a change shows which one."""
    with open(os.environ.get("KEEP", "") + path, "w") as file:
        file.write("[\n" + ",\n".join(json.dumps(e) for e in entries) + "\n]\n")
