"""Golden augmented images, from torchvision 0.28, Pillow 12 and scikit-image 0.26.

    pip install torch torchvision pillow scikit-image && python make_augment.py && npx oxfmt augment.json

writes augment.json beside this file: one image [16, 20, 3] of bytes in base64, and what each function makes of it with the parameters
that are given beside it. RandAugment and TrivialAugmentWide: what each of their ops makes of it at one strength.
"""

import base64
import io
import json
import math
import sys
import types
from pathlib import Path

import numpy as np
import torch
from PIL import Image

# Where the compiled half of torchvision does not load, this module would refuse; nothing of either is needed here.
sys.modules["torchvision._meta_registrations"] = types.ModuleType("none")
import torchvision

from skimage.color import rgb_from_hed
from torchvision.transforms import InterpolationMode
from torchvision.transforms import functional as F
from torchvision.transforms.autoaugment import RandAugment, TrivialAugmentWide, _apply_op

HEIGHT, WIDTH = 16, 20
BILINEAR = InterpolationMode.BILINEAR


def image():
    """Waves with some noise: smooth enough to see a wrong place, rough enough to see a wrong weight."""
    random = np.random.default_rng(11)
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    waves = [110 + 90 * np.sin(x / 3 + c) * np.cos(y / 4 - c) for c in range(3)]
    return np.clip(np.stack(waves, -1) + random.normal(0, 12, (HEIGHT, WIDTH, 3)), 0, 255).astype(np.uint8)


PIXELS = image()
TENSOR = torch.from_numpy(PIXELS).permute(2, 0, 1).contiguous()


def text(result):
    if isinstance(result, torch.Tensor):
        result = result.permute(1, 2, 0).numpy()
    assert result.dtype == np.uint8 and result.shape == PIXELS.shape, (result.dtype, result.shape)
    return base64.b64encode(np.ascontiguousarray(result).tobytes()).decode()


def jpeg(quality, pixels=PIXELS):
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "JPEG", quality=quality)
    return np.array(Image.open(file))


def jpeg_of_size(height, width, quality):
    """Noise, which shows a wrong level anywhere; sides that fill no block, and so few pixels that libjpeg does not smooth colour."""
    pixels = np.random.default_rng(height * 100 + width).integers(0, 256, (height, width, 3), dtype=np.uint8)
    encoded = [base64.b64encode(x.tobytes()).decode() for x in (pixels, jpeg(quality, pixels))]
    return {"height": height, "width": width, "quality": quality, "image": encoded[0], "result": encoded[1]}


def stain(a, b):
    """Tellez et al. 2018: densities of the dyes, each a * density + b, and back. float64."""
    density = -np.log(np.maximum(PIXELS.astype(float), 0.25) / 255)
    dyes = density @ np.linalg.inv(rgb_from_hed)
    return np.clip(np.round(255 * np.exp(-((dyes * a + b) @ rgb_from_hed))), 0, 255).astype(np.uint8)


def perspective(start, end):
    return F.perspective(TENSOR, start, end, BILINEAR, [90.0])


def affine(angle=0.0, translate=(0, 0), scale=1.0, shear=(0.0, 0.0), center=None, fill=90.0):
    return F.affine(TENSOR, angle, list(translate), scale, list(shear), BILINEAR, [fill], center)


def padded(padding, top, left, mode):
    names = {"constant": "constant", "nearest": "edge", "reflect": "symmetric"}
    wide = F.pad(TENSOR, [padding] * 4, 0, names[mode])
    return F.crop(wide, top, left, HEIGHT, WIDTH)


def erased(top, left, height, width, level):
    return F.erase(TENSOR, top, left, height, width, torch.tensor(level, dtype=torch.uint8))


START = [[0, 0], [WIDTH, 0], [WIDTH, HEIGHT], [0, HEIGHT]]
END = [[2, 1], [18, 3], [19, 14], [1, 15]]

cases = {
    "rotate": [{"degrees": d, "result": text(F.rotate(TENSOR, d, BILINEAR, fill=[90.0]))} for d in (30, -77, 180)],
    "translate": [{"right": 3, "down": -2, "result": text(affine(translate=(3, -2)))}],
    "zoom": [{"scale": s, "result": text(affine(scale=s))} for s in (1.25, 0.8)],
    "shear": [{"x": 0.3, "result": text(affine(shear=(math.degrees(math.atan(0.3)), 0), center=[0, 0]))}],
    "perspective": [{"start": START, "end": END, "result": text(perspective(START, END))}],
    "resizedCrop": [
        {
            **{"top": 3, "left": 5, "height": 9, "width": 12},
            "result": text(F.resized_crop(TENSOR, 3, 5, 9, 12, [HEIGHT, WIDTH], BILINEAR, antialias=False)),
        }
    ],
    "crop": [
        {"padding": 4, "top": 1, "left": 6, "fillMode": mode, "result": text(padded(4, 1, 6, mode))}
        for mode in ("constant", "nearest", "reflect")
    ],
    "brightness": [{"factor": f, "result": text(F.adjust_brightness(TENSOR, f))} for f in (0.6, 1.5)],
    "contrast": [{"factor": f, "result": text(F.adjust_contrast(TENSOR, f))} for f in (0.4, 1.7)],
    "saturation": [{"factor": f, "result": text(F.adjust_saturation(TENSOR, f))} for f in (0.0, 0.5, 1.8)],
    "sharpness": [{"factor": f, "result": text(F.adjust_sharpness(TENSOR, f))} for f in (0.0, 1.9)],
    "hue": [{"shift": h, "result": text(F.adjust_hue(TENSOR, h))} for h in (0.1, -0.3, 0.5)],
    "grayscale": [{"result": text(F.rgb_to_grayscale(TENSOR, 3))}],
    "posterize": [{"bits": n, "result": text(F.posterize(TENSOR, n))} for n in (2, 5)],
    "solarize": [{"threshold": n, "result": text(F.solarize(TENSOR, n))} for n in (100, 0)],
    "autoContrast": [{"result": text(F.autocontrast(TENSOR))}],
    "equalize": [{"result": text(F.equalize(TENSOR))}],
    "blur": [
        {"kernelSize": k, "sigma": s, "result": text(F.gaussian_blur(TENSOR, [k, k], [s, s]))}
        for k, s in ((3, 0.4), (5, 1.3), (7, 3.0))
    ],
    "erase": [
        {
            **{"top": 2, "left": 7, "height": 6, "width": 9, "level": 37},
            "result": text(erased(2, 7, 6, 9, 37)),
        }
    ],
    "jpeg": [{"quality": q, "result": text(jpeg(q))} for q in (20, 60, 95)],
    "jpegSizes": [
        jpeg_of_size(h, w, q)
        for h, w, q in ((1, 1, 75), (2, 2, 1), (1, 3, 100), (5, 1, 30), (7, 4, 90), (10, 33, 30), (41, 50, 90))
    ],
    "stain": [
        {"a": a, "b": b, "result": text(stain(a, b))}
        for a, b in (([1, 1, 1], [0, 0, 0]), ([1.1, 0.9, 1.05], [0.03, -0.04, 0.02]))
    ],
}


def policy(space, strength):
    """Every op at one of 31 strengths, signed ones to the positive side."""
    results = []
    for name, (magnitudes, signed) in space.items():
        magnitude = float(magnitudes[strength].item()) if magnitudes.ndim > 0 else 0.0
        results.append({"name": name, "result": text(_apply_op(TENSOR, name, magnitude, BILINEAR, [0.0, 0.0, 0.0]))})
    return {"strength": strength, "ops": results}


cases["randAugment"] = policy(RandAugment()._augmentation_space(31, (HEIGHT, WIDTH)), 12)
cases["trivialAugmentWide"] = policy(TrivialAugmentWide()._augmentation_space(31), 17)

written = {"height": HEIGHT, "width": WIDTH, "image": text(PIXELS), **cases}
Path(__file__).with_name("augment.json").write_text(json.dumps(written, indent=1))
print(torchvision.__version__, Image.__version__)
