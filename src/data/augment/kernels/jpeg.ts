// What JPEG does to an image, without writing one: colour at half the resolution, 8x8 blocks, quantised cosines. Of all that
// a file holds only these steps lose anything. They are our own and not the platform's encoder, because augmentation runs where
// nothing ambient is known, one image after the other at once, and has to give the same bits on every machine.
import type { Size } from "../../transforms/types.ts";
import { dctKernel, tableBytes, writeTable } from "./dct.ts";

/** The tables of the standard (ITU-T T.81, annex K.1), row by row. */
const luminance = [
  16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22,
  29, 51, 87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103,
  121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
];
const chrominance = [
  [17, 18, 24, 47],
  [18, 21, 26, 66],
  [24, 26, 56, 99],
  [47, 66, 99, 99],
]
  .flatMap((row) => [...row, 99, 99, 99, 99])
  .concat(Array.from({ length: 32 }, () => 99));

/** A table for a quality from 1 to 100, as libjpeg scales it. */
function scaledTable(table: readonly number[], quality: number): Int32Array {
  const percent = quality < 50 ? Math.floor(5000 / quality) : 200 - 2 * quality;
  return Int32Array.from(table, (x) => Math.min(Math.max(Math.floor((x * percent + 50) / 100), 1), 255));
}

/** One channel, its sides filled up to whole blocks, in the kernel's memory. */
interface Plane {
  readonly width: number;
  readonly height: number;
  readonly address: number;
  readonly data: Uint8Array;
}

const upTo = (x: number, unit: number): number => Math.ceil(x / unit) * unit;
const byte = (x: number): number => (x < 0 ? 0 : x > 255 ? 255 : x);

/** Compresses and decodes an image, in place. */
export function jpeg(pixels: Uint8Array, { height, width }: Size, quality: number): void {
  const wide = upTo(width, 16);
  const high = upTo(height, 16);
  const size = wide * high;
  // Two tables, three planes of full size, two of half the sides.
  const start = 2 * tableBytes;
  const kernel = dctKernel(start + 3.5 * size);
  const { memory } = kernel;
  const plane = (address: number, w: number, h: number): Plane => ({
    width: w,
    height: h,
    address,
    data: new Uint8Array(memory, address, w * h),
  });
  const y = plane(start, wide, high);
  const cb = plane(start + size, wide, high);
  const cr = plane(start + 2 * size, wide, high);
  const blue = plane(start + 3 * size, wide / 2, high / 2);
  const red = plane(start + 3.25 * size, wide / 2, high / 2);
  writeTable(memory, 0, scaledTable(luminance, quality));
  writeTable(memory, tableBytes, scaledTable(chrominance, quality));
  toPlanes(pixels, { height, width }, { y, cb, cr });
  halve(cb, blue);
  halve(cr, red);
  kernel.quantise(y.address, wide, y.address + size, 0);
  // Both in one, the one below the other.
  kernel.quantise(blue.address, wide / 2, blue.address + size / 2, tableBytes);
  double(blue, { height, width }, cb);
  double(red, { height, width }, cr);
  toPixels({ y, cb, cr }, { height, width }, pixels);
}

interface Planes {
  readonly y: Plane;
  readonly cb: Plane;
  readonly cr: Plane;
}

const half = 1 << 15;
/** A factor in 65,536ths. */
const fixed = (x: number): number => Math.floor(x * 65_536 + 0.5);

/** RGB to Y, Cb and Cr (JFIF); what fills the blocks up repeats the edge. */
function toPlanes(pixels: Uint8Array, { height, width }: Size, { y, cb, cr }: Planes): void {
  const centre = (128 << 16) + half - 1;
  const [yr, yg, yb] = [fixed(0.299), fixed(0.587), fixed(0.114)];
  const [br, bg, rg, rb] = [fixed(0.168735892), fixed(0.331264108), fixed(0.418687589), fixed(0.081312411)];
  const last = (width - 1) * 3;
  for (let row = 0; row < y.height; row++) {
    const line = Math.min(row, height - 1) * width * 3;
    const start = row * y.width;
    for (let column = 0; column < y.width; column++) {
      const source = line + (column < width ? column * 3 : last);
      const r = pixels[source] ?? 0;
      const g = pixels[source + 1] ?? 0;
      const b = pixels[source + 2] ?? 0;
      y.data[start + column] = (yr * r + yg * g + yb * b + half) >> 16;
      cb.data[start + column] = (-br * r - bg * g + 32_768 * b + centre) >> 16;
      cr.data[start + column] = (32_768 * r - rg * g - rb * b + centre) >> 16;
    }
  }
}

/** Means of 2x2, rounded up and down in turn. */
function halve({ width, data }: Plane, small: Plane): void {
  for (let row = 0; row < small.height; row++) {
    const above = row * 2 * width;
    for (let column = 0; column < small.width; column++) {
      const at = above + column * 2;
      const sum =
        (data[at] ?? 0) + (data[at + 1] ?? 0) + (data[at + width] ?? 0) + (data[at + width + 1] ?? 0);
      small.data[row * small.width + column] = (sum + 1 + (column & 1)) >> 2;
    }
  }
}

/** Back to full size: three quarters of the nearer and one of the next, both ways ("fancy upsampling"). */
function double(small: Plane, { height, width }: Size, target: Plane): void {
  const rows = Math.ceil(height / 2);
  const columns = Math.ceil(width / 2);
  const sums = new Int32Array(columns + 2);
  const { data } = small;
  for (let row = 0; row < height; row++) {
    const near = row >> 1;
    const next = Math.min(Math.max(near + (row & 1 ? 1 : -1), 0), rows - 1);
    const from = near * small.width;
    const beside = next * small.width;
    for (let column = 0; column < columns; column++)
      sums[column + 1] = 3 * (data[from + column] ?? 0) + (data[beside + column] ?? 0);
    // The ends repeat.
    sums[0] = sums[1] ?? 0;
    sums[columns + 1] = sums[columns] ?? 0;
    const start = row * target.width;
    // An odd width's last column is written in the part that fills up blocks.
    for (let i = 0; i < columns; i++) {
      const here = 3 * (sums[i + 1] ?? 0);
      target.data[start + 2 * i] = (here + (sums[i] ?? 0) + 8) >> 4;
      target.data[start + 2 * i + 1] = (here + (sums[i + 2] ?? 0) + 7) >> 4;
    }
  }
}

function toPixels({ y, cb, cr }: Planes, { height, width }: Size, pixels: Uint8Array): void {
  const [toRed, toBlue, greenByBlue, greenByRed] = [
    fixed(1.402),
    fixed(1.772),
    fixed(0.344136286),
    fixed(0.714136286),
  ];
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const source = row * y.width + column;
      const target = (row * width + column) * 3;
      const level = y.data[source] ?? 0;
      const blue = (cb.data[source] ?? 0) - 128;
      const red = (cr.data[source] ?? 0) - 128;
      pixels[target] = byte(level + ((toRed * red + half) >> 16));
      pixels[target + 1] = byte(level + ((half - greenByBlue * blue - greenByRed * red) >> 16));
      pixels[target + 2] = byte(level + ((toBlue * blue + half) >> 16));
    }
  }
}
