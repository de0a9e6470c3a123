"""Writes jpeg.json and webp.json: variants of JPEG and WebP, and what independent readers make of them."""
import io
import struct
import subprocess
import tempfile

import imagecodecs
import numpy as np
from PIL import Image

from readers import by_profile, entry, magick, press_profile, write

W, H = 37, 26
y, x = np.mgrid[0:H, 0:W]
rng = np.random.default_rng(5)
smooth = np.stack([x * 6, 255 - y * 8, (x + y) * 4], axis=2).clip(0, 255).astype(np.uint8)
rgb = (smooth.astype(int) + rng.integers(-20, 20, smooth.shape)).clip(0, 255).astype(np.uint8)
grey = rgb[:, :, 0].copy()
alpha = (x * 255 // W).astype(np.uint8)[:, :, None]
image = Image.fromarray(rgb)


def saved(picture, kind, **options):
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def cjpeg(*options, source=None):
    ppm = saved(image if source is None else source, "PPM")
    return subprocess.run(["cjpeg", "-quality", "90", *options], input=ppm, capture_output=True, check=True).stdout


def by_magick(*options, kind="jpg"):
    return subprocess.run(["convert", "ppm:-", *options, f"{kind}:-"], input=saved(image, "PPM"), capture_output=True, check=True).stdout


cmyk = Image.fromarray(np.concatenate([255 - rgb, (grey // 4)[:, :, None]], axis=2), "CMYK")


def without(data, marker):
    """Without the segments of that marker."""
    out, at = data[:2], 2
    while data[at + 1] != 0xDA:
        size = struct.unpack(">H", data[at + 2 : at + 4])[0]
        if data[at + 1] != marker:
            out += data[at : at + 2 + size]
        at += 2 + size
    return out + data[at:]


press = press_profile()
base = cjpeg("-sample", "2x2")
scans = b"0;\n1;\n2;\n"
with tempfile.NamedTemporaryFile(suffix=".txt") as script:
    script.write(scans)
    script.flush()
    sequential = cjpeg("-scans", script.name)
jpegs = {
    "4:2:0": base,
    "4:2:2": cjpeg("-sample", "2x1"),
    "4:4:0": cjpeg("-sample", "1x2"),
    "4:4:4": cjpeg("-sample", "1x1"),
    "4:1:1": cjpeg("-sample", "4x1"),
    "4:1:0": cjpeg("-sample", "4x2"),
    "3:1": cjpeg("-sample", "3x1"),
    "chroma 2x1, 1x2": cjpeg("-sample", "2x2,2x1,1x2"),
    "grey": cjpeg("-grayscale"),
    "grey, sampling 2x2": by_magick("-colorspace", "Gray", "-sampling-factor", "2x2"),
    "progressive": cjpeg("-progressive"),
    "progressive, grey": cjpeg("-progressive", "-grayscale"),
    "optimised": cjpeg("-optimize"),
    "arithmetic": cjpeg("-arithmetic"),
    "arithmetic, progressive": cjpeg("-arithmetic", "-progressive"),
    "restart markers": cjpeg("-restart", "1"),
    "restart markers, every block": cjpeg("-restart", "2B"),
    "a scan for each component": sequential,
    "16-bit tables": cjpeg("-quality", "3"),
    "quality 1": saved(image, "JPEG", quality=1),
    "quality 100": saved(image, "JPEG", quality=100, subsampling=0),
    "RGB, by Adobe's mark": cjpeg("-rgb"),
    "RGB, by its identifiers": without(cjpeg("-rgb"), 0xEE),
    "no JFIF header": without(base, 0xE0),
    "CMYK, inverted (Adobe)": saved(cmyk, "JPEG", quality=95),
    "YCCK (Adobe)": by_magick("-colorspace", "CMYK", "-sampling-factor", "4:2:0"),
    "CMYK, no Adobe mark": without(saved(cmyk, "JPEG", quality=95), 0xEE),
    "bytes before the markers": base[:2] + b"\xff\xff" + base[2:],
    "bytes after the end": base + b"more",
    "comment": base[:2] + b"\xff\xfe\0\6abcd" + base[2:],
    "no end mark": base[:-2],
    "12 bits": imagecodecs.jpeg8_encode((rgb.astype(np.uint16) * 16), level=95, bitspersample=12) if hasattr(imagecodecs, "jpeg8_encode") else b"",
    "lossless": imagecodecs.ljpeg_encode(grey) if imagecodecs.LJPEG.available else b"",
    "lossless, 16 bits": imagecodecs.ljpeg_encode(grey.astype(np.uint16) * 257) if imagecodecs.LJPEG.available else b"",
    "JPEG-LS": imagecodecs.jpegls_encode(grey) if imagecodecs.JPEGLS.available else b"",
}
rgba = Image.fromarray(np.concatenate([rgb, alpha], axis=2))
webps = {
    "lossy": saved(image, "WEBP", quality=90),
    "lossy, quality 1": saved(image, "WEBP", quality=1),
    "lossy, alpha": saved(rgba, "WEBP", quality=90),
    "lossless": saved(image, "WEBP", lossless=True),
    "lossless, alpha": saved(rgba, "WEBP", lossless=True, exact=True),
    "lossless, few colours": saved(image.quantize(5).convert("RGB"), "WEBP", lossless=True),
    "animated": saved(image, "WEBP", lossless=True, save_all=True, append_images=[image.rotate(180)], duration=100),
    "animated, alpha": saved(rgba, "WEBP", lossless=True, save_all=True, append_images=[rgba.rotate(180)], duration=100),
    "animated, lossy": saved(image, "WEBP", save_all=True, append_images=[image.rotate(180)], duration=100),
    "EXIF orientation 6": saved(image, "WEBP", lossless=True, exif=b"Exif\0\0II*\0\x08\0\0\0\1\0\x12\1\3\0\1\0\0\0\6\0\0\0\0\0\0\0"),
}

if __name__ == "__main__":
    exact = lambda data: [("LittleCMS with libvips' press profile", lambda: by_profile(data, press) if Image.open(io.BytesIO(data)).mode == "CMYK" else None), ("libjpeg-turbo (imagecodecs)", lambda: np.atleast_3d(imagecodecs.jpeg8_decode(data)) * np.ones(3, np.uint8))]
    write("jpeg.json", [entry(name, data, "jpg", exact(data), keep="YCCK" in name or "CMYK" in name) for name, data in jpegs.items()])
    turned = lambda data: [("ImageMagick -auto-orient", lambda: magick(data, "webp", "-auto-orient")), ("Pillow, turned", lambda: np.asarray(Image.open(io.BytesIO(data)).convert("RGB").rotate(-90, expand=True)))]
    write("webp.json", [entry(name, data, "webp", turned(data)) for name, data in webps.items()])
