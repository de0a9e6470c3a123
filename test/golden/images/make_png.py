"""Writes png.json and gif.json: variants of PNG and GIF, and what independent readers make of them."""
import io
import struct
import zlib

import numpy as np
from PIL import Image, ImageCms

from readers import by_profile, entry, magick, magick16, write

W, H = 21, 18
rng = np.random.default_rng(5)
y, x = np.mgrid[0:H, 0:W]
grey = ((x * 9 + y * 5) % 256).astype(np.uint8)
rgb = np.stack([grey, 255 - grey, (x * 3 + y * 11) % 256], axis=2).astype(np.uint8)
rgb[:6] = rng.integers(0, 256, (6, W, 3))
alpha = rng.integers(0, 256, (H, W, 1)).astype(np.uint8)
rgba = np.concatenate([rgb, alpha], axis=2)
wide = lambda a: (a.astype(np.int64) * 257 - (a % 3 > 1) * 100).clip(0, 65535).astype(np.uint16)
index = lambda bits: rng.integers(0, 2**bits, (H, W))
palette = rng.integers(0, 256, (256, 3)).astype(np.uint8)


def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def rows(samples, bits):
    """Rows without a filter; samples [h, w] or [h, w, c]."""
    out = b""
    for row in samples:
        flat = row.ravel()
        if bits == 16:
            packed = flat.astype(">u2").tobytes()
        else:
            value = "".join(format(int(i), f"0{bits}b") for i in flat)
            value += "0" * (-len(value) % 8)
            packed = bytes(int(value[i : i + 8], 2) for i in range(0, len(value), 8))
        out += b"\0" + packed
    return out


passes = [(0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1)]


def png(samples, bits, kind, before=(), after=(), interlaced=False):
    height, width = samples.shape[:2]
    if interlaced:
        parts = [samples[top::down, left::right] for top, left, down, right in passes]
        raw = b"".join(rows(part, bits) for part in parts if part.size)
    else:
        raw = rows(samples, bits)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, bits, kind, 0, 0, int(interlaced)))
        + b"".join(chunk(*c) for c in before)
        + chunk(b"IDAT", zlib.compress(raw, 9))
        + b"".join(chunk(*c) for c in after)
        + chunk(b"IEND", b"")
    )


plte = (b"PLTE", palette.tobytes())
trns = (b"tRNS", bytes(rng.integers(0, 256, 200).astype(np.uint8)))
fctl = lambda n, w, h, left, top: (b"fcTL", struct.pack(">IIIIIHHBB", n, w, h, left, top, 1, 10, 0, 0))
second = zlib.compress(rows(255 - rgb[:4, :4], 8))
srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
g16 = wide(grey)
pngs = {
    **{f"grey, {b} bits": png(index(b), b, 0) for b in (1, 2, 4)},
    "grey, 8 bits": png(grey, 8, 0),
    "grey, 16 bits": png(g16, 16, 0),
    "grey, 8 bits, one transparent": png(grey // 32, 8, 0, [(b"tRNS", struct.pack(">H", 3))]),
    "grey, 4 bits, one transparent": png(index(4), 4, 0, [(b"tRNS", struct.pack(">H", 3))]),
    "grey, 16 bits, one transparent": png(g16, 16, 0, [(b"tRNS", struct.pack(">H", int(g16[3, 3])))]),
    "RGB, 8 bits": png(rgb, 8, 2),
    "RGB, 16 bits": png(wide(rgb), 16, 2),
    "RGB, one transparent": png(rgb, 8, 2, [(b"tRNS", struct.pack(">HHH", *map(int, rgb[3, 3])))]),
    "RGB, 16 bits, one transparent": png(wide(rgb), 16, 2, [(b"tRNS", struct.pack(">HHH", *map(int, wide(rgb)[3, 3])))]),
    "RGB, suggested palette": png(rgb, 8, 2, [plte]),
    **{f"palette, {b} bits": png(index(b), b, 3, [(b"PLTE", palette[: 2**b].tobytes())]) for b in (1, 2, 4, 8)},
    "palette, transparency": png(grey, 8, 3, [plte, trns]),
    "palette, 2 bits, transparency": png(index(2), 2, 3, [(b"PLTE", palette[:4].tobytes()), (b"tRNS", bytes([0, 100]))]),
    "palette of 5 in 4 bits": png(index(4) % 5, 4, 3, [(b"PLTE", palette[:5].tobytes())]),
    "grey, alpha": png(np.concatenate([grey[:, :, None], alpha], axis=2), 8, 4),
    "grey, alpha, 16 bits": png(wide(np.concatenate([grey[:, :, None], alpha], axis=2)), 16, 4),
    "RGB, alpha": png(rgba, 8, 6),
    "RGB, alpha, 16 bits": png(wide(rgba), 16, 6),
    "interlaced, grey, 1 bit": png(index(1), 1, 0, interlaced=True),
    "interlaced, grey, 16 bits": png(g16, 16, 0, interlaced=True),
    "interlaced, RGB": png(rgb, 8, 2, interlaced=True),
    "interlaced, RGB, 16 bits": png(wide(rgb), 16, 2, interlaced=True),
    "interlaced, palette, 4 bits": png(index(4), 4, 3, [(b"PLTE", palette[:16].tobytes())], interlaced=True),
    "interlaced, RGB, alpha": png(rgba, 8, 6, interlaced=True),
    "gamma 1 / 2.2": png(rgb, 8, 2, [(b"gAMA", struct.pack(">I", 45455))]),
    "gamma 1": png(rgb, 8, 2, [(b"gAMA", struct.pack(">I", 100000))]),
    "gamma 1, 16 bits": png(wide(rgb), 16, 2, [(b"gAMA", struct.pack(">I", 100000))]),
    "sRGB mark": png(rgb, 8, 2, [(b"sRGB", b"\0")]),
    "chromaticities": png(rgb, 8, 2, [(b"cHRM", struct.pack(">8I", 31270, 32900, 64000, 33000, 21000, 71000, 15000, 6000))]),
    "background": png(rgba, 8, 6, [(b"bKGD", struct.pack(">HHH", 0, 255, 0))]),
    "significant bits": png(rgb, 8, 2, [(b"sBIT", b"\5\5\5")]),
    "sRGB profile": png(rgb, 8, 2, [(b"iCCP", b"sRGB\0\0" + zlib.compress(srgb))]),
    "animated, first frame is the image": png(rgb, 8, 2, [(b"acTL", struct.pack(">II", 2, 0)), fctl(0, W, H, 0, 0)], [fctl(1, 4, 4, 2, 2), (b"fdAT", struct.pack(">I", 2) + second)]),
    "animated, image beside the frames": png(rgb, 8, 2, [(b"acTL", struct.pack(">II", 1, 0))], [fctl(0, 4, 4, 0, 0), (b"fdAT", struct.pack(">I", 1) + second)]),
    "bytes after the end": png(rgb, 8, 2) + b"more",
    "unknown chunk": png(rgb, 8, 2, [(b"quAd", b"1234")]),
}


def gif(frames, version=b"GIF89a", colours=palette, size=(W, H), background=0):
    bits = max(int(np.ceil(np.log2(len(colours)))), 1) if colours is not None else 1
    table = b"" if colours is None else colours.tobytes().ljust(3 * 2**bits, b"\0")
    flags = 0 if colours is None else 0x80 | 0x70 | (bits - 1)
    return version + struct.pack("<HHBBB", *size, flags, background, 0) + table + b"".join(frames) + b";"


def lzw(pixels, bits):
    """Codes that never compress: a clear code before the table outgrows the code width."""
    clear, size = 1 << bits, bits + 1
    out, held, count = 0, 0, 0
    data = bytearray()
    run = 0
    for code in [clear, *pixels]:
        if run == (1 << bits) - 2 and code != clear:
            held |= clear << count
            count += size
            run = 0
        held |= int(code) << count
        count += size
        run = 0 if code == clear else run + 1
        while count >= 8:
            data.append(held & 255)
            held >>= 8
            count -= 8
    held |= (clear + 1) << count
    count += size
    while count > 0:
        data.append(held & 255)
        held >>= 8
        count -= 8
    blocks = b"".join(bytes([len(data[i : i + 255])]) + bytes(data[i : i + 255]) for i in range(0, len(data), 255))
    return bytes([bits]) + blocks + b"\0"


def frame(indices, bits=8, left=0, top=0, transparent=None, disposal=0, local=None, interlaced=False):
    height, width = indices.shape
    control = b""
    if transparent is not None or disposal:
        control = b"!\xf9\4" + struct.pack("<BHB", disposal << 2 | (transparent is not None), 10, transparent or 0) + b"\0"
    if interlaced:
        order = [*range(0, height, 8), *range(4, height, 8), *range(2, height, 4), *range(1, height, 2)]
        indices = indices[order]
    flags = (0x40 if interlaced else 0) | (0 if local is None else 0x80 | (int(np.log2(len(local))) - 1))
    table = b"" if local is None else local.tobytes()
    return control + b"," + struct.pack("<HHHHB", left, top, width, height, flags) + table + lzw(indices.ravel(), max(bits, 2))


loop = b"!\xff\x0bNETSCAPE2.0\3\1\0\0\0"
gifs = {
    "256 colours": gif([frame(grey)]),
    "GIF87a": gif([frame(grey)], version=b"GIF87a"),
    "2 colours": gif([frame(index(1), 1)], colours=palette[:2]),
    "8 colours": gif([frame(index(3), 3)], colours=palette[:8]),
    "interlaced": gif([frame(grey, interlaced=True)]),
    "local colours": gif([frame(grey, local=palette[::-1].copy())], colours=None),
    "transparency": gif([frame(grey // 16, transparent=4)]),
    "comment": gif([b"!\xfe\5hello\0", frame(grey)]),
    "first frame smaller than the screen": gif([frame(grey[:7, :9], left=5, top=4)], background=7),
    "first frame smaller, transparency": gif([frame(grey[:7, :9] // 16, left=5, top=4, transparent=3)]),
    "animated": gif([loop, frame(grey, disposal=1), frame(grey[:5, :5], left=3, top=3, disposal=2, transparent=9)]),
    "animated, disposal 2": gif([loop, frame(grey, disposal=2, transparent=5), frame(255 - grey, disposal=2)]),
    "animated, disposal 3": gif([loop, frame(grey[:9], disposal=3), frame(255 - grey)]),
}

if __name__ == "__main__":

    def more(name, data):
        deep = [("ImageMagick, 16 bits", lambda: magick16(data, "png"))] if "16 bits" in name else []
        return [("LittleCMS", lambda: by_profile(data)), *deep]

    write("png.json", [entry(name, data, "png", more(name, data), keep="alpha, 16 bits" in name) for name, data in pngs.items()])
    coalesced = lambda data: [("ImageMagick -coalesce", lambda: magick(data, "gif", "-coalesce"))]
    write("gif.json", [entry(name, data, "gif", coalesced(data)) for name, data in gifs.items()])
