"""Writes heif.json: variants of AVIF and HEIC, and what independent readers make of them. Needs avifenc, heif-enc and heif-convert."""
import io
import struct
import subprocess
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from readers import entry, on_white, write

W, H = 128, 64
y, x = np.mgrid[0:H, 0:W]
rgb = np.stack([x * 2, 255 - y * 3, (x + y) * 4 // 3], axis=2).clip(0, 255).astype(np.uint8)
alpha = (x * 255 // W).astype(np.uint8)[:, :, None]
rgba = np.concatenate([rgb, alpha], axis=2)


def made(command, *pictures):
    """Runs an encoder on PNG files; {} stands for the files, {out} for its output."""
    with tempfile.TemporaryDirectory() as folder:
        names = []
        for i, picture in enumerate(pictures):
            names.append(f"{folder}/{i}.png")
            if isinstance(picture, bytes):
                Path(names[-1]).write_bytes(picture)
            else:
                picture.save(names[-1])
        out = f"{folder}/out.{'avif' if command[0] == 'avifenc' else 'heic'}"
        full = [word for part in command for word in (names if part == "{}" else [out if part == "{out}" else part])]
        done = subprocess.run(full, capture_output=True)
        if done.returncode:
            raise ValueError(done.stderr.decode() + done.stdout.decode())
        return Path(out).read_bytes()


image, clear, grey = Image.fromarray(rgb), Image.fromarray(rgba), Image.fromarray(rgb[:, :, 0].copy())
avif = lambda *options, source=(image,): made(["avifenc", "-s", "10", *options, "{}", "{out}"], *source)
heic = lambda *options, source=(image,): made(["heif-enc", *options, "-o", "{out}", "{}"], *source)


def png(picture, **options):
    out = io.BytesIO()
    picture.save(out, "PNG", **options)
    return out.getvalue()


oriented = png(image, exif=b"Exif\0\0II*\0\x08\0\0\0\1\0\x12\1\3\0\1\0\0\0\6\0\0\0\0\0\0\0")
variants = {
    "AVIF, lossless": avif("-l"),
    "AVIF, 4:4:4": avif("-y", "444"),
    "AVIF, 4:2:2": avif("-y", "422"),
    "AVIF, 4:2:0": avif("-y", "420"),
    "AVIF, grey": avif("-y", "400", source=(grey,)),
    "AVIF, 10 bits": avif("-d", "10", "-y", "444"),
    "AVIF, 12 bits": avif("-d", "12", "-y", "444"),
    "AVIF, limited range": avif("-r", "limited", "-y", "444"),
    "AVIF, alpha": avif("-l", source=(clear,)),
    "AVIF, premultiplied alpha": avif("-p", "-y", "444", source=(clear,)),
    "AVIF, 10 bits, alpha": avif("-d", "10", "-y", "444", source=(clear,)),
    **{f"AVIF, turned by {90 * i}": avif("-l", "--irot", str(i)) for i in (1, 2, 3)},
    **{f"AVIF, mirrored ({i})": avif("-l", "--imir", str(i)) for i in (0, 1)},
    "AVIF, turned and mirrored": avif("-l", "--irot", "1", "--imir", "1"),
    "AVIF, EXIF orientation 6": avif("-l", source=(oriented,)),
    "AVIF, grid": avif("-l", "-g", "2x1", source=(image,)),
    "AVIF, sequence": avif("-l", source=(image, Image.fromarray(rgb[::-1].copy()))),
    "HEIC, lossless": heic("-L", "-p", "chroma=444", "--matrix_coefficients=0"),
    "HEIC, 4:2:0": heic(),
    "HEIC of a video track": struct.pack(">I4s4sI4s", 20, b"ftyp", b"hevc", 0, b"hevc") + bytes(40),
    "a video": struct.pack(">I4s4sI4s", 20, b"ftyp", b"isom", 0, b"mp42") + bytes(40),
}


def libheif(data):
    with tempfile.TemporaryDirectory() as folder:
        source, out = f"{folder}/a.heic", f"{folder}/a.png"
        Path(source).write_bytes(data)
        subprocess.run(["heif-convert", source, out], capture_output=True, check=True)
        found = sorted(Path(folder).glob("a*.png"))[0]
        return Image.open(io.BytesIO(found.read_bytes()))


def shown(picture):
    if picture.mode in ("I;16", "I;16B", "I"):
        high = (np.asarray(picture).astype(np.uint32) >> 8).astype(np.uint8)
        return np.repeat(high[:, :, None], 3, axis=2)
    return on_white(np.asarray(picture.convert("RGBA")))


if __name__ == "__main__":
    turned = lambda data: np.asarray(ImageOps.exif_transpose(Image.open(io.BytesIO(data))).convert("RGB"))
    more = lambda data: [("Pillow, turned", lambda: turned(data)), ("libheif 1.15", lambda: shown(libheif(data)))]
    write("heif.json", [entry(name, data, "avif" if "AVIF" in name else "heic", more(data), keep=name in ("AVIF, 4:2:0", "AVIF, 10 bits, alpha")) for name, data in variants.items()])
