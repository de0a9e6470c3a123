"""Writes bmp.json: every variant of BMP that is found in the wild, and what independent readers make of it."""
import struct

import numpy as np

from readers import entry, magick, netpbm, write

W, H = 13, 7
rng = np.random.default_rng(3)
rgb = rng.integers(0, 256, (H, W, 3), dtype=np.uint8)
rgb[0, :8] = [[0, 0, 0], [255, 255, 255], [255, 0, 0], [0, 255, 0], [0, 0, 255], [1, 2, 3], [254, 253, 252], [128, 127, 126]]


def pad(row):
    return row + b"\0" * (-len(row) % 4)


def info(bits, compression=0, size=40, width=W, height=H, used=0, masks=(), image_size=0, offset_gap=0):
    """DIB header; masks within it from 52 bytes on, after it at 40."""
    head = struct.pack("<IiiHHIIiiII", size, width, height, 1, bits, compression, image_size, 2835, 2835, used, 0)
    mask_bytes = b"".join(struct.pack("<I", m) for m in masks)
    if size == 40:
        return head + mask_bytes
    return (head + mask_bytes).ljust(size, b"\0")


def core(bits, width=W, height=H):
    return struct.pack("<IHHHH", 12, width, height, 1, bits)


def bmp(dib, pixels, palette=b"", gap=0, offset=None):
    start = 14 + len(dib) + len(palette) + gap
    body = dib + palette + b"\xaa" * gap + pixels
    return b"BM" + struct.pack("<IHHI", 14 + len(body), 0, 0, start if offset is None else offset) + body


def indexed(bits, index, top_down=False):
    rows = []
    for row in index if top_down else index[::-1]:
        value = "".join(format(int(i), f"0{bits}b") for i in row)
        value += "0" * (-len(value) % 8)
        rows.append(pad(bytes(int(value[i : i + 8], 2) for i in range(0, len(value), 8))))
    return b"".join(rows)


def palette(count, entry_bytes=4):
    colours = np.random.default_rng(count).integers(0, 256, (count, 3), dtype=np.uint8)
    return b"".join(bytes(c[::-1]) + b"\0" * (entry_bytes - 3) for c in colours)


def packed(bits, channels, top_down=False):
    """Rows of whole numbers of 16 or 32 bits made of (values [H, W], shift)."""
    words = np.zeros((H, W), np.uint64)
    for values, shift in channels:
        words |= values.astype(np.uint64) << np.uint64(shift)
    rows = words if top_down else words[::-1]
    return b"".join(pad(row.astype("<u2" if bits == 16 else "<u4").tobytes()) for row in rows)


def bgr(top_down=False):
    rows = rgb if top_down else rgb[::-1]
    return b"".join(pad(row[:, ::-1].tobytes()) for row in rows)


r, g, b = (rgb[:, :, i].astype(int) for i in range(3))
alpha = rng.integers(0, 256, (H, W))
i1 = rng.integers(0, 2, (H, W))
i4 = rng.integers(0, 16, (H, W))
i8 = rng.integers(0, 256, (H, W))
c555 = [(r >> 3, 10), (g >> 3, 5), (b >> 3, 0)]
c565 = [(r >> 3, 11), (g >> 2, 5), (b >> 3, 0)]
m555, m565 = (0x7C00, 0x3E0, 0x1F), (0xF800, 0x7E0, 0x1F)
m8888 = (0xFF0000, 0xFF00, 0xFF, 0xFF000000)
c8888 = [(r, 16), (g, 8), (b, 0), (alpha, 24)]


def rle8(index):
    """Encoded runs, literal runs and ends of line by turns."""
    out = b""
    for y, row in enumerate(index[::-1]):
        x = 0
        while x < W:
            n = min(5, W - x)
            if n >= 3 and (x + y) % 2:
                out += bytes([0, n]) + bytes(int(v) for v in row[x : x + n]) + b"\0" * (n % 2)
                x += n
            else:
                run = 1
                while x + run < W and row[x + run] == row[x]:
                    run += 1
                out += bytes([run, int(row[x])])
                x += run
        out += b"\0\0"
    return out[:-2] + b"\0\1"


def rle4(index):
    out = b""
    for y, row in enumerate(index[::-1]):
        x = 0
        while x < W:
            n = min(5, W - x)
            if n >= 3 and (x + y) % 2:
                v = [int(i) for i in row[x : x + n]] + [0]
                data = bytes(v[i] * 16 + v[i + 1] for i in range(0, n, 2))
                out += bytes([0, n]) + data + b"\0" * (len(data) % 2)
                x += n
            else:
                n = min(2, W - x)
                second = int(row[x + 1]) if n == 2 else 0
                out += bytes([n, int(row[x]) * 16 + second])
                x += n
        out += b"\0\0"
    return out[:-2] + b"\0\1"


flat8 = np.repeat(rng.integers(0, 256, (H, 4)), 4, axis=1)[:, :W]
# A picture of which only part is drawn: a run, a jump of 3 right and 2 up, a run, the end.
sparse8 = bytes([4, 7, 0, 2, 3, 2, 5, 9, 0, 0, 2, 4, 0, 1])
flat4 = np.repeat(rng.integers(0, 16, (H, 4)), 4, axis=1)[:, :W]

variants = {
    "1 bit": bmp(info(1), indexed(1, i1), palette(2)),
    "1 bit, palette of 1 colour": bmp(info(1, used=1), indexed(1, i1 * 0), palette(1)),
    "1 bit, top-down": bmp(info(1, height=-H), indexed(1, i1, True), palette(2)),
    "2 bits": bmp(info(2), indexed(2, i4 % 4), palette(4)),
    "4 bits, odd width": bmp(info(4), indexed(4, i4), palette(16)),
    "4 bits, even width": bmp(info(4, width=12), indexed(4, i4[:, :12]), palette(16)),
    "4 bits, palette of 5": bmp(info(4, used=5), indexed(4, i4 % 5), palette(5)),
    "4 bits, index beyond the palette": bmp(info(4, used=5), indexed(4, i4), palette(5)),
    "8 bits": bmp(info(8), indexed(8, i8), palette(256)),
    "8 bits, top-down": bmp(info(8, height=-H), indexed(8, i8, True), palette(256)),
    "8 bits, palette of 100": bmp(info(8, used=100), indexed(8, i8 % 100), palette(100)),
    "8 bits, pixels after a gap": bmp(info(8, used=100), indexed(8, i8 % 100), palette(100), gap=23),
    "8 bits, V5 header": bmp(info(8, size=124), indexed(8, i8), palette(256)),
    "16 bits (555)": bmp(info(16), packed(16, c555)),
    "16 bits (555), top-down": bmp(info(16, height=-H), packed(16, c555, True)),
    "16 bits, fields 555": bmp(info(16, 3, masks=m555), packed(16, c555)),
    "16 bits, fields 565": bmp(info(16, 3, masks=m565), packed(16, c565)),
    "16 bits, fields 565, V4 header": bmp(info(16, 3, size=108, masks=m565), packed(16, c565)),
    "16 bits, fields 4444 with alpha": bmp(info(16, 3, size=56, masks=(0xF00, 0xF0, 0xF, 0xF000)), packed(16, [(r >> 4, 8), (g >> 4, 4), (b >> 4, 0), (alpha >> 4, 12)])),
    "16 bits, fields 444": bmp(info(16, 3, masks=(0xF00, 0xF0, 0xF)), packed(16, [(r >> 4, 8), (g >> 4, 4), (b >> 4, 0)])),
    "16 bits, fields 1555 with alpha": bmp(info(16, 3, size=108, masks=(*m555, 0x8000)), packed(16, [*c555, (alpha >> 7, 15)])),
    "24 bits": bmp(info(24), bgr()),
    "24 bits, top-down": bmp(info(24, height=-H), bgr(True)),
    "24 bits, pixels after a gap": bmp(info(24), bgr(), gap=10),
    "24 bits, with a palette": bmp(info(24, used=16), bgr(), palette(16)),
    "24 bits, V4 header": bmp(info(24, size=108), bgr()),
    "24 bits, V5 header": bmp(info(24, size=124), bgr()),
    "32 bits": bmp(info(32), packed(32, c8888)),
    "32 bits, V5 header without fields": bmp(info(32, size=124, masks=m8888), packed(32, c8888)),
    "32 bits, fields": bmp(info(32, 3, masks=m8888[:3]), packed(32, c8888)),
    "32 bits, fields RGBX": bmp(info(32, 3, masks=(0xFF, 0xFF00, 0xFF0000)), packed(32, [(r, 0), (g, 8), (b, 16), (alpha, 24)])),
    "32 bits, fields shifted": bmp(info(32, 3, masks=(0xFF000000, 0xFF0000, 0xFF00)), packed(32, [(r, 24), (g, 16), (b, 8)])),
    "32 bits, fields 10-10-10": bmp(info(32, 3, masks=(0x3FF00000, 0xFFC00, 0x3FF)), packed(32, [(r * 4 + 1, 20), (g * 4 + 2, 10), (b * 4 + 3, 0)])),
    "32 bits, alpha, V3 header": bmp(info(32, 3, size=56, masks=m8888), packed(32, c8888)),
    "32 bits, alpha, V4 header": bmp(info(32, 3, size=108, masks=m8888), packed(32, c8888)),
    "32 bits, alpha, V5 header": bmp(info(32, 3, size=124, masks=m8888), packed(32, c8888)),
    "32 bits, alpha all 0": bmp(info(32, 3, size=124, masks=m8888), packed(32, c8888[:3])),
    "32 bits, ALPHABITFIELDS": bmp(info(32, 6, masks=m8888), packed(32, c8888)),
    "52-byte header": bmp(info(32, 3, size=52, masks=m8888[:3]), packed(32, c8888)),
    "RLE8": bmp(info(8, 1, image_size=len(rle8(flat8))), rle8(flat8), palette(256)),
    "RLE8, literal": bmp(info(8, 1, image_size=len(rle8(i8))), rle8(i8), palette(256)),
    "RLE8, jumps": bmp(info(8, 1, image_size=len(sparse8)), sparse8, palette(256)),
    "RLE4": bmp(info(4, 2, image_size=len(rle4(flat4))), rle4(flat4), palette(16)),
    "RLE4, literal": bmp(info(4, 2, image_size=len(rle4(i4))), rle4(i4), palette(16)),
    "OS/2 1, 1 bit": bmp(core(1), indexed(1, i1), palette(2, 3)),
    "OS/2 1, 4 bits": bmp(core(4), indexed(4, i4), palette(16, 3)),
    "OS/2 1, 8 bits": bmp(core(8), indexed(8, i8), palette(256, 3)),
    "OS/2 1, 24 bits": bmp(core(24), bgr()),
    "OS/2 2, 8 bits": bmp(info(8, size=64), indexed(8, i8), palette(256)),
    "OS/2 2, 24 bits": bmp(info(24, size=64), bgr()),
    "OS/2 2, short header": bmp(struct.pack("<IiiHH", 16, W, H, 1, 24), bgr()),
    "OS/2 2, RLE24": bmp(info(24, 4, size=64), bgr()),
    "JPEG inside": bmp(info(0, 4, image_size=4), b"\xff\xd8\xff\xe0"),
    "PNG inside": bmp(info(0, 5, image_size=4), b"\x89PNG"),
    "64 bits": bmp(info(64), bgr() * 3),
    "no planes": bmp(info(24), bgr()).replace(b"\x01\x00\x18\x00", b"\x00\x00\x18\x00", 1),
}

if __name__ == "__main__":
    def more(data):
        return [
            ("netpbm", lambda: netpbm(["bmptopnm"], data)),
            ("ImageMagick -alpha off", lambda: magick(data, "bmp", "-alpha", "off", target="ppm")),
        ]

    write("bmp.json", [entry(name, data, "bmp", more(data)) for name, data in variants.items()])
