/** Pixels as data sets store them. */
export interface StoredPixels {
  readonly width: number;
  readonly height: number;
  /** Grey [H, W], or the planes of red, green and blue [3, H, W]. */
  readonly data: Uint8Array;
}

const headerBytes = 54;

/** 256 greys, four bytes each: blue, green, red, 0. */
const greys = Uint8Array.from({ length: 1024 }, (_, i) => (i % 4 === 3 ? 0 : i >> 2));

/**
 * BMP file of an image: 8 bits with a palette where it is grey, else 24. Uncompressed, so that writing and reading it costs next to
 * nothing and its bytes, by which an image is known, are the same everywhere.
 */
export function bitmapOf({ width, height, data }: StoredPixels): Uint8Array {
  const isGrey = data.length === width * height;
  const rowBytes = Math.ceil((width * (isGrey ? 1 : 3)) / 4) * 4;
  const pixelsAt = headerBytes + (isGrey ? greys.length : 0);
  const file = new Uint8Array(pixelsAt + rowBytes * height);
  writeHeader(file, { width, height, pixelsAt, bits: isGrey ? 8 : 24 });
  if (isGrey) file.set(greys, headerBytes);
  for (let y = 0; y < height; y++) {
    // The bottom row comes first.
    const to = pixelsAt + (height - 1 - y) * rowBytes;
    if (isGrey) file.set(data.subarray(y * width, (y + 1) * width), to);
    else writeRow(file, to, { width, height, data, y });
  }
  return file;
}

function writeRow(
  file: Uint8Array,
  at: number,
  { width, height, data, y }: StoredPixels & { readonly y: number },
): void {
  const plane = width * height;
  for (let x = 0, from = y * width, to = at; x < width; x++, from++) {
    file[to++] = data[2 * plane + from] ?? 0;
    file[to++] = data[plane + from] ?? 0;
    file[to++] = data[from] ?? 0;
  }
}

/** BITMAPFILEHEADER and BITMAPINFOHEADER. */
function writeHeader(
  file: Uint8Array,
  { width, height, pixelsAt, bits }: Omit<StoredPixels, "data"> & { pixelsAt: number; bits: number },
): void {
  const view = new DataView(file.buffer);
  file.set([0x42, 0x4d]);
  view.setUint32(2, file.length, true);
  view.setUint32(10, pixelsAt, true);
  view.setUint32(14, 40, true);
  view.setInt32(18, width, true);
  view.setInt32(22, height, true);
  view.setUint16(26, 1, true);
  view.setUint16(28, bits, true);
  view.setUint32(34, file.length - pixelsAt, true);
}
