"""Writes tiff.json: variants of TIFF, and what independent readers make of them."""
import struct
import subprocess
import tempfile

import numpy as np
import tifffile

from readers import by_profile, entry, magick, magick16, on_white, press_profile, write

W, H = 21, 18
rng = np.random.default_rng(5)
y, x = np.mgrid[0:H, 0:W]
grey = ((x * 9 + y * 5) % 256).astype(np.uint8)
rgb = np.stack([grey, 255 - grey, (x * 3 + y * 11) % 256], axis=2).astype(np.uint8)
rgb[:6] = rng.integers(0, 256, (6, W, 3))
alpha = rng.integers(0, 256, (H, W, 1)).astype(np.uint8)
wide = lambda a: (a.astype(np.int64) * 257 - (a % 3 > 1) * 100).clip(0, 65535).astype(np.uint16)
rgb16, grey16 = wide(rgb), wide(grey)


def tif(data, **options):
    with tempfile.NamedTemporaryFile(suffix=".tif") as file:
        with tifffile.TiffWriter(file.name, bigtiff=options.pop("bigtiff", False), byteorder=options.pop("byteorder", "<")) as writer:
            for page in options.pop("pages", [data]):
                writer.write(page, metadata=None, **options)
        return open(file.name, "rb").read()


def tool(command, source, *names):
    """A file made by one of libtiff's tools."""
    with tempfile.NamedTemporaryFile(suffix=".tif") as a, tempfile.NamedTemporaryFile(suffix=".tif") as b:
        a.write(source)
        a.flush()
        subprocess.run([*command, a.name, b.name], check=True, capture_output=True)
        return open(b.name, "rb").read()


def by_magick(*options, source=None):
    with tempfile.NamedTemporaryFile(suffix=".tif") as a, tempfile.NamedTemporaryFile(suffix=".tif") as b:
        a.write(tif(rgb, photometric="rgb") if source is None else source)
        a.flush()
        subprocess.run(["convert", a.name, *options, f"tiff:{b.name}"], check=True, capture_output=True)
        return open(b.name, "rb").read()


def packed12(values, big=True):
    out = bytearray()
    for row in values:
        bits = "".join(format(int(v), "012b") for v in row.ravel())
        bits += "0" * (-len(bits) % 8)
        out += bytes(int(bits[i : i + 8], 2) for i in range(0, len(bits), 8))
    return bytes(out)


def raw_tiff(tags, data, order="<"):
    """One strip; tags: number to (type, values)."""
    sizes = {1: "B", 2: "s", 3: "H", 4: "I", 5: "II", 11: "f", 12: "d"}
    tags = dict(tags)
    tags[273] = (4, [0])
    tags[279] = (4, [len(data)])
    tags[278] = (4, [H])
    count = len(tags)
    extra_at = 8 + 2 + count * 12 + 4
    extra = b""
    body = b""
    items = sorted(tags.items())
    blobs = {}
    for tag, (kind, values) in items:
        blob = b"".join(struct.pack(order + sizes[kind], v) for v in values)
        if len(blob) > 4:
            blobs[tag] = extra_at + len(extra)
            extra += blob + b"\0" * (len(blob) % 2)
    data_at = extra_at + len(extra)
    for tag, (kind, values) in items:
        if tag == 273:
            values = [data_at]
        blob = b"".join(struct.pack(order + sizes[kind], v) for v in values)
        field = struct.pack(order + "I", blobs[tag]) if tag in blobs else blob.ljust(4, b"\0")
        body += struct.pack(order + "HHI", tag, kind, len(values)) + field
    return (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(order + "I", 8) + struct.pack(order + "H", count) + body + b"\0\0\0\0" + extra + data


def basic(bits, photometric, samples=1, compression=1, **more):
    tags = {256: (3, [W]), 257: (3, [H]), 258: (3, [bits] * samples), 259: (3, [compression]), 262: (3, [photometric]), 277: (3, [samples])}
    return {**tags, **{int(k[1:]): v for k, v in more.items()}}


def bit_rows(index, bits):
    out = b""
    for row in index:
        value = "".join(format(int(i), f"0{bits}b") for i in row)
        value += "0" * (-len(value) % 8)
        out += bytes(int(value[i : i + 8], 2) for i in range(0, len(value), 8))
    return out


i1, i2, i4 = (rng.integers(0, 2**n, (H, W)) for n in (1, 2, 4))
f01 = (rgb / 255).astype(np.float32)
cmyk = np.stack([255 - rgb[:, :, 0], 255 - rgb[:, :, 1], 255 - rgb[:, :, 2], grey // 4], axis=2).astype(np.uint8)
lab = np.stack([grey, (rgb[:, :, 1].astype(int) - 128).astype(np.int8).view(np.uint8), (rgb[:, :, 2].astype(int) - 128).astype(np.int8).view(np.uint8)], axis=2)
colours = rng.integers(0, 65536, (3, 256)).astype(np.uint16)
colours8 = (rng.integers(0, 256, (3, 256)) * 257).astype(np.uint16)
premultiplied = np.concatenate([(rgb.astype(int) * alpha // 255).astype(np.uint8), alpha], axis=2)
rgba = np.concatenate([rgb, alpha], axis=2)
plain = tif(rgb, photometric="rgb")
smooth = tif(np.stack([grey // 2, 255 - grey // 2, grey], axis=2), photometric="rgb")

variants = {
    "RGB, 8 bits": plain,
    "RGB, 8 bits, big-endian": tif(rgb, photometric="rgb", byteorder=">"),
    "RGB, 8 bits, BigTIFF": tif(rgb, photometric="rgb", bigtiff=True),
    "RGB, 8 bits, BigTIFF, big-endian": tif(rgb, photometric="rgb", bigtiff=True, byteorder=">"),
    "RGB, 8 bits, planar": tif(np.moveaxis(rgb, 2, 0).copy(), photometric="rgb", planarconfig="separate"),
    "RGB, 8 bits, tiled": tif(rgb, photometric="rgb", tile=(16, 16)),
    "RGB, 8 bits, tiled, planar": tif(np.moveaxis(rgb, 2, 0).copy(), photometric="rgb", planarconfig="separate", tile=(16, 16)),
    "RGB, 8 bits, strips of 5 rows": tif(rgb, photometric="rgb", rowsperstrip=5),
    "RGB, 8 bits, multi-page": tif(rgb, photometric="rgb", pages=[rgb, rgb[::-1].copy(), rgb]),
    "RGB, LZW": tif(rgb, photometric="rgb", compression="lzw"),
    "RGB, LZW, predictor": tif(rgb, photometric="rgb", compression="lzw", predictor=2),
    "RGB, deflate": tif(rgb, photometric="rgb", compression="zlib"),
    "RGB, deflate, predictor": tif(rgb, photometric="rgb", compression="zlib", predictor=2),
    "RGB, PackBits": tif(rgb, photometric="rgb", compression="packbits"),
    "RGB, Zstandard": tif(rgb, photometric="rgb", compression="zstd"),
    "RGB, LZMA": tif(rgb, photometric="rgb", compression="lzma"),
    "RGB, WebP": tif(rgb, photometric="rgb", compression="webp", compressionargs={"lossless": True}),
    "RGB, JPEG 2000": tif(rgb, photometric="rgb", compression="jpeg2000"),
    "RGB, JPEG XL": tif(rgb, photometric="rgb", compression="jpegxl"),
    "RGB, LERC": tif(rgb, photometric="rgb", compression="lerc"),
    "RGB, 16 bits": tif(rgb16, photometric="rgb"),
    "RGB, 16 bits, big-endian": tif(rgb16, photometric="rgb", byteorder=">"),
    "RGB, 16 bits, LZW, predictor": tif(rgb16, photometric="rgb", compression="lzw", predictor=2),
    "RGB, 16 bits, planar": tif(np.moveaxis(rgb16, 2, 0).copy(), photometric="rgb", planarconfig="separate"),
    "RGB, 32 bits": tif(rgb16.astype(np.uint32) * 65537, photometric="rgb"),
    "RGB, 64 bits": tif(rgb16.astype(np.uint64), photometric="rgb"),
    "RGB, signed 8 bits": tif(rgb.view(np.int8), photometric="rgb"),
    "RGB, signed 16 bits": tif((rgb16 // 2).astype(np.int16), photometric="rgb"),
    "RGB, signed 32 bits": tif((rgb16).astype(np.int32), photometric="rgb"),
    "RGB, half, 0-1": tif(f01.astype(np.float16), photometric="rgb"),
    "RGB, float, 0-1": tif(f01, photometric="rgb"),
    "RGB, float, 0-255": tif(rgb.astype(np.float32), photometric="rgb"),
    "RGB, float, predictor": tif(f01, photometric="rgb", compression="zlib", predictor=3),
    "RGB, double, 0-1": tif(f01.astype(np.float64), photometric="rgb"),
    "RGB, complex": tif(f01.astype(np.complex64), photometric="rgb"),
    "RGB, 12 bits": raw_tiff(basic(12, 2, 3), packed12(rgb.astype(int) * 16 + 5)),
    "RGB, 10 bits": raw_tiff(basic(10, 2, 3), bit_rows((rgb.astype(int) * 4 + 1).reshape(H, -1), 10)),
    "RGB, 5-6-5 bits": raw_tiff({**basic(8, 2, 3), 258: (3, [5, 6, 5])}, bytes(W * H * 2)),
    "RGB, 4 bits": raw_tiff(basic(4, 2, 3), bit_rows((rgb >> 4).reshape(H, -1), 4)),
    "RGB, 2 samples": raw_tiff(basic(8, 2, 2), rgb[:, :, :2].tobytes()),
    "RGB, 5 samples": tif(np.concatenate([rgb, rgb[:, :, :2]], axis=2), photometric="rgb", extrasamples=[0, 0]),
    "RGB, unspecified extra": tif(rgba, photometric="rgb", extrasamples=[0]),
    "RGB, alpha": tif(rgba, photometric="rgb", extrasamples=["unassalpha"]),
    "RGB, alpha, 16 bits": tif(wide(rgba), photometric="rgb", extrasamples=["unassalpha"]),
    "RGB, premultiplied alpha": tif(premultiplied, photometric="rgb", extrasamples=["assocalpha"]),
    "RGB, premultiplied alpha, 16 bits": tif(premultiplied.astype(np.uint16) * 257, photometric="rgb", extrasamples=["assocalpha"]),
    "grey, 1 bit": raw_tiff(basic(1, 1), bit_rows(i1, 1)),
    "grey, 1 bit, white is 0": raw_tiff(basic(1, 0), bit_rows(i1, 1)),
    "grey, 1 bit, fill order 2": raw_tiff(basic(1, 1, t266=(3, [2])), bytes(int(format(b, "08b")[::-1], 2) for b in bit_rows(i1, 1))),
    "grey, CCITT group 3": by_magick("-threshold", "50%", "-compress", "Fax"),
    "grey, CCITT group 4": by_magick("-threshold", "50%", "-compress", "Group4"),
    "grey, 1 bit, by libtiff": tool(["tiffcp", "-c", "none"], by_magick("-threshold", "50%", "-type", "bilevel", "-compress", "none")),
    "grey, 2 bits": raw_tiff(basic(2, 1), bit_rows(i2, 2)),
    "grey, 4 bits": raw_tiff(basic(4, 1), bit_rows(i4, 4)),
    "grey, 4 bits, white is 0": raw_tiff(basic(4, 0), bit_rows(i4, 4)),
    "grey, 6 bits": raw_tiff(basic(6, 1), bit_rows(i4, 6)),
    "grey, 8 bits": tif(grey, photometric="minisblack"),
    "grey, 8 bits, white is 0": tif(grey, photometric="miniswhite"),
    "grey, 8 bits, alpha": tif(np.concatenate([grey[:, :, None], alpha], axis=2), photometric="minisblack", extrasamples=["unassalpha"]),
    "grey, 12 bits": raw_tiff(basic(12, 1), packed12(grey.astype(int) * 16 + 5)),
    "grey, 10 bits": raw_tiff(basic(10, 1), bit_rows(grey.astype(int) * 4 + 1, 10)),
    "grey, 14 bits": raw_tiff(basic(14, 1), bit_rows(grey.astype(int) * 64 + 1, 14)),
    "grey, 16 bits": tif(grey16, photometric="minisblack"),
    "grey, 16 bits, white is 0": tif(grey16, photometric="miniswhite"),
    "grey, 16 bits, big-endian": tif(grey16, photometric="minisblack", byteorder=">"),
    "grey, 16 bits, alpha": tif(wide(np.concatenate([grey[:, :, None], alpha], axis=2)), photometric="minisblack", extrasamples=["unassalpha"]),
    "grey, 24 bits": raw_tiff(basic(24, 1), bytes(W * H * 3)),
    "grey, 32 bits": tif(grey16.astype(np.uint32) * 65537, photometric="minisblack"),
    "grey, 64 bits": tif(grey16.astype(np.uint64), photometric="minisblack"),
    "grey, signed 8 bits": tif(grey.view(np.int8), photometric="minisblack"),
    "grey, signed 16 bits": tif((grey16.astype(int) - 32768).astype(np.int16), photometric="minisblack"),
    "grey, signed 32 bits": tif(grey16.astype(np.int32), photometric="minisblack"),
    "grey, half, 0-1": tif((grey / 255).astype(np.float16), photometric="minisblack"),
    "grey, float, 0-1": tif((grey / 255).astype(np.float32), photometric="minisblack"),
    "grey, float, 0-255": tif(grey.astype(np.float32), photometric="minisblack"),
    "grey, double": tif(grey.astype(np.float64), photometric="minisblack"),
    "palette, 1 bit": raw_tiff(basic(1, 3, t320=(3, colours8[:, :2].ravel().tolist())), bit_rows(i1, 1)),
    "palette, 2 bits": raw_tiff(basic(2, 3, t320=(3, colours8[:, :4].ravel().tolist())), bit_rows(i2, 2)),
    "palette, 4 bits": raw_tiff(basic(4, 3, t320=(3, colours8[:, :16].ravel().tolist())), bit_rows(i4, 4)),
    "palette, 8 bits": tif(grey, photometric="palette", colormap=colours8),
    "palette, 8 bits, 16-bit colours": tif(grey, photometric="palette", colormap=colours),
    "palette, 8 bits, colours of 8 bits": tif(grey, photometric="palette", colormap=(colours8 // 257)),
    "palette, 16 bits": raw_tiff(basic(16, 3, t320=(3, [0] * 24)), grey16.tobytes()),
    "palette, alpha": raw_tiff({**basic(8, 3, 2), 338: (3, [2]), 320: (3, colours8.ravel().tolist())}, np.stack([grey, alpha[:, :, 0]], axis=2).tobytes()),
    "CMYK": tif(cmyk, photometric="separated"),
    "CMYK, 16 bits": tif(wide(cmyk), photometric="separated"),
    "CMYK, planar": tif(np.moveaxis(cmyk, 2, 0).copy(), photometric="separated", planarconfig="separate"),
    "CMYK, alpha": tif(np.concatenate([cmyk, alpha], axis=2), photometric="separated", extrasamples=["unassalpha"]),
    "Lab": tif(lab, photometric="cielab"),
    "Lab, 16 bits": tif((lab.view(np.int8).astype(np.int16) * 256).view(np.uint16), photometric="cielab"),
    "ICC Lab": raw_tiff(basic(8, 9, 3), lab.tobytes()),
    "ITU Lab": raw_tiff(basic(8, 10, 3), lab.tobytes()),
    "YCbCr, JPEG": tool(["tiffcp", "-c", "jpeg:90"], smooth),
    "YCbCr, JPEG, 4:4:4": by_magick("-sampling-factor", "4:4:4", "-compress", "JPEG", source=smooth),
    "YCbCr, JPEG, 4:2:0": by_magick("-sampling-factor", "4:2:0", "-compress", "JPEG", source=smooth),
    "RGB, JPEG": tool(["tiffcp", "-c", "jpeg:r:90"], smooth),
    "grey, JPEG": tool(["tiffcp", "-c", "jpeg:90"], tif(grey, photometric="minisblack")),
    "YCbCr, uncompressed 4:4:4": raw_tiff(basic(8, 6, 3, t530=(3, [1, 1])), rgb.tobytes()),
    "YCbCr, uncompressed 4:2:0": raw_tiff({**basic(8, 6, 3, t530=(3, [2, 2]))}, rng.integers(0, 256, (H // 2) * ((W + 1) // 2) * 6).astype(np.uint8).tobytes()),
    "LogLuv": tool(["tiffcp", "-c", "none"], plain),
    "old JPEG": raw_tiff(basic(8, 6, 3, 6), b"\xff\xd8\xff\xd9"),
    "JBIG": raw_tiff(basic(1, 1, 1, 34661), bytes(40)),
    "NeXT": raw_tiff(basic(2, 1, 1, 32766), bytes(40)),
    "ThunderScan": raw_tiff(basic(4, 1, 1, 32809), bytes(40)),
    "Pixar film": raw_tiff(basic(8, 2, 3, 32908), bytes(40)),
    "mask": raw_tiff(basic(1, 4), bit_rows(i1, 1)),
    "colour filter array": raw_tiff(basic(8, 32803), grey.tobytes()),
    "no photometric": raw_tiff({k: v for k, v in basic(8, 1).items() if k != 262}, grey.tobytes()),
    **{f"orientation {i}": tif(rgb, photometric="rgb", extratags=[(274, 3, 1, i, True)]) for i in range(2, 9)},
}
del variants["LogLuv"]

if __name__ == "__main__":
    press = press_profile()

    def more(name, data):
        def tiffs():
            with tempfile.NamedTemporaryFile(suffix=".tif") as file:
                file.write(data)
                file.flush()
                with tempfile.NamedTemporaryFile(suffix=".tif") as out:
                    subprocess.run(["tiff2rgba", "-c", "none", file.name, out.name], check=True, capture_output=True)
                    pixels = tifffile.imread(out.name)
                    return pixels if pixels.shape[2] == 3 else on_white(pixels)

        def exact():
            import io

            pixels = tifffile.imread(io.BytesIO(data), key=0)
            pixels = np.moveaxis(pixels, 0, 2) if pixels.ndim == 3 and pixels.shape[0] == 3 else pixels
            pixels = np.repeat(pixels[:, :, None], 3, axis=2) if pixels.ndim == 2 else pixels
            if pixels.dtype == np.uint16:
                pixels = (pixels >> 8).astype(np.uint8)
            if pixels.dtype != np.uint8 or pixels.ndim != 3 or pixels.shape[2] != 3:
                raise ValueError("other form")
            return pixels

        if name.startswith("CMYK"):
            return [("LittleCMS with libvips' press profile", lambda: by_profile(data, press))]
        deep = [("ImageMagick, 16 bits", lambda: magick16(data, "tif"))] if "16 bits" in name else []
        return [("libtiff", tiffs), ("tifffile", exact), *deep, ("ImageMagick -auto-orient", lambda: magick(data, "tif", "-auto-orient"))]

    write("tiff.json", [entry(name, data, "tif", more(name, data), keep=name.startswith("CMYK") or "alpha, 16 bits" in name or "16 bits, alpha" in name or "premultiplied" in name) for name, data in variants.items()])
