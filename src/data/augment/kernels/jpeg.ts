// What JPEG does to an image, without writing one: colour at half the resolution, 8x8 blocks, quantised cosines. Of all that
// a file holds only these steps lose anything. They are our own and not the platform's encoder, because augmentation runs where
// nothing ambient is known, one image after the other at once, and has to give the same bits on every machine.
import type { Size } from "../../transforms/types.ts";
import { forwardDct, inverseDct } from "./dct.ts";

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

/** One channel, its sides filled up to whole blocks. */
interface Plane {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

const plane = (width: number, height: number): Plane => ({
  width,
  height,
  data: new Uint8Array(width * height),
});
const upTo = (x: number, unit: number): number => Math.ceil(x / unit) * unit;
const byte = (x: number): number => (x < 0 ? 0 : x > 255 ? 255 : x);

/** Compresses and decodes an image, in place. */
export function jpeg(pixels: Uint8Array, { height, width }: Size, quality: number): void {
  const whole = (): Plane => plane(upTo(width, 16), upTo(height, 16));
  const [y, cb, cr] = [whole(), whole(), whole()];
  toPlanes(pixels, { height, width }, { y, cb, cr });
  const [blue, red] = [halved(cb), halved(cr)];
  const colours = scaledTable(chrominance, quality);
  quantise(y, scaledTable(luminance, quality));
  quantise(blue, colours);
  quantise(red, colours);
  doubled(blue, { height, width }, cb);
  doubled(red, { height, width }, cr);
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
  for (let row = 0; row < y.height; row++) {
    const line = Math.min(row, height - 1) * width;
    for (let column = 0; column < y.width; column++) {
      const source = (line + Math.min(column, width - 1)) * 3;
      const [r, g, b] = [pixels[source] ?? 0, pixels[source + 1] ?? 0, pixels[source + 2] ?? 0];
      const target = row * y.width + column;
      y.data[target] = (yr * r + yg * g + yb * b + half) >> 16;
      cb.data[target] = (-br * r - bg * g + 32_768 * b + centre) >> 16;
      cr.data[target] = (32_768 * r - rg * g - rb * b + centre) >> 16;
    }
  }
}

/** Means of 2x2, rounded up and down in turn. */
function halved({ width, height, data }: Plane): Plane {
  const small = plane(width / 2, height / 2);
  for (let row = 0; row < small.height; row++) {
    for (let column = 0; column < small.width; column++) {
      const at = row * 2 * width + column * 2;
      const sum =
        (data[at] ?? 0) + (data[at + 1] ?? 0) + (data[at + width] ?? 0) + (data[at + width + 1] ?? 0);
      small.data[row * small.width + column] = (sum + 1 + (column & 1)) >> 2;
    }
  }
  return small;
}

const block = new Int32Array(64);

/** Every block through the transform, its coefficients rounded to multiples of the table, and back. */
function quantise({ width, height, data }: Plane, table: Int32Array): void {
  for (let top = 0; top < height; top += 8) {
    for (let left = 0; left < width; left += 8) {
      for (let i = 0; i < 64; i++) block[i] = (data[(top + (i >> 3)) * width + left + (i & 7)] ?? 0) - 128;
      forwardDct(block);
      for (let i = 0; i < 64; i++) block[i] = rounded(block[i] ?? 0, table[i] ?? 1);
      inverseDct(block);
      for (let i = 0; i < 64; i++)
        data[(top + (i >> 3)) * width + left + (i & 7)] = byte((block[i] ?? 0) + 128);
    }
  }
}

/** The nearest multiple of the step, of a coefficient that is eight times as large. */
function rounded(coefficient: number, step: number): number {
  const by = step * 8;
  const count = Math.floor((Math.abs(coefficient) + (by >> 1)) / by);
  return coefficient < 0 ? -count * step : count * step;
}

/** Back to full size: three quarters of the nearer and one of the next, both ways ("fancy upsampling"). */
function doubled(small: Plane, { height, width }: Size, target: Plane): void {
  const [rows, columns] = [Math.ceil(height / 2), Math.ceil(width / 2)];
  const sums = new Int32Array(columns);
  for (let row = 0; row < height; row++) {
    const near = row >> 1;
    const next = Math.min(Math.max(near + (row & 1 ? 1 : -1), 0), rows - 1);
    for (let column = 0; column < columns; column++)
      sums[column] =
        3 * (small.data[near * small.width + column] ?? 0) + (small.data[next * small.width + column] ?? 0);
    for (let column = 0; column < width; column++) {
      const here = column >> 1;
      const beside = Math.min(Math.max(here + (column & 1 ? 1 : -1), 0), columns - 1);
      target.data[row * target.width + column] =
        (3 * (sums[here] ?? 0) + (sums[beside] ?? 0) + (column & 1 ? 7 : 8)) >> 4;
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
      const [blue, red] = [(cb.data[source] ?? 0) - 128, (cr.data[source] ?? 0) - 128];
      pixels[target] = byte(level + ((toRed * red + half) >> 16));
      pixels[target + 1] = byte(level + ((half - greenByBlue * blue - greenByRed * red) >> 16));
      pixels[target + 2] = byte(level + ((toBlue * blue + half) >> 16));
    }
  }
}
