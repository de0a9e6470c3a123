// What JPEG does to an image, without writing one: colour at half the resolution, 8x8 blocks, quantised cosines. Of all that
// a file holds only these steps lose anything. They are our own and not the platform's encoder, because augmentation runs where
// nothing ambient is known, one image after the other at once, and has to give the same bits on every machine.
import { type Instance, instantiate, upTo16 } from "../../../simd/index.ts";
import type { Size } from "../../transforms/types.ts";
import { quantiseFunction, tableBytes, writeTable } from "./dct.ts";
import {
  addRowsFunction,
  doubleFunction,
  halveFunction,
  toPixelsFunction,
  toPlanesFunction,
} from "./planes.ts";

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

type Loop = "quantise" | "toPlanes" | "halve" | "addRows" | "double" | "toPixels";

let loops: Instance<Loop> | undefined;

/** The loops of this thread. */
const instance = (): Instance<Loop> =>
  (loops ??= instantiate({
    quantise: quantiseFunction(),
    toPlanes: toPlanesFunction(),
    halve: halveFunction(),
    addRows: addRowsFunction(),
    double: doubleFunction(),
    toPixels: toPixelsFunction(),
  }));

/** Where one channel stands in the kernel's memory, in bytes; its sides are filled up to whole blocks. */
interface Plane {
  readonly width: number;
  readonly height: number;
  readonly address: number;
}

interface Layout {
  readonly image: Size;
  readonly pixels: number;
  readonly y: Plane;
  readonly cb: Plane;
  readonly cr: Plane;
  /** Colour of half the sides; both lie side by side. */
  readonly blue: Plane;
  readonly red: Plane;
  /** A row of sums of 16 bits, with one before and one behind. */
  readonly sums: number;
  readonly end: number;
}

/** What loops may read or write past an end. */
const slack = 32;

/** Two tables, three planes of full size, two of half the sides, a row of sums, the pixels. */
function layOut(image: Size): Layout {
  const [width, height] = [upTo16(image.width), upTo16(image.height)];
  const size = width * height;
  const start = 2 * tableBytes;
  const full = (i: number): Plane => ({ width, height, address: start + i * size });
  const small = (i: number): Plane => ({
    width: width / 2,
    height: height / 2,
    address: start + (3 + i / 4) * size,
  });
  const sums = start + 3.5 * size + 16;
  const pixels = sums + width + slack;
  const end = pixels + upTo16(image.width * image.height * 3) + slack;
  return {
    image,
    y: full(0),
    cb: full(1),
    cr: full(2),
    blue: small(0),
    red: small(1),
    sums,
    pixels,
    end,
  };
}

/** Compresses and decodes an image, in place. */
export function jpeg(pixels: Uint8Array, image: Size, quality: number): void {
  const layout = layOut(image);
  const { call, room } = instance();
  const memory = room(layout.end);
  const bytes = new Uint8Array(memory);
  const { y, cb, cr, blue, red } = layout;
  writeTable(memory, 0, scaledTable(luminance, quality));
  writeTable(memory, tableBytes, scaledTable(chrominance, quality));
  bytes.set(pixels, layout.pixels);
  toPlanes(bytes, layout);
  repeatLastRow(bytes, y, image.height, y.height);
  halve(bytes, cb, blue, image.height);
  halve(bytes, cr, red, image.height);
  const quantise = ({ address, width, height }: Plane, table: number, planes = 1): void =>
    call.quantise(address, width, address + planes * width * height, table);
  quantise(y, 0);
  // Both in one, the one below the other.
  quantise(blue, tableBytes, 2);
  // So narrow ones libjpeg does not smooth.
  const enlarge = image.width <= 4 ? repeat : double;
  enlarge(bytes, layout, blue, cb);
  enlarge(bytes, layout, red, cr);
  const rowBytes = image.width * 3;
  for (let row = 0; row < image.height; row++) {
    const start = layout.pixels + row * rowBytes;
    const [level, b, r] = [y, cb, cr].map(({ address, width }) => address + row * width);
    // What is written past a row's end the next row writes over.
    call.toPixels(level ?? 0, b ?? 0, r ?? 0, start, start + rowBytes);
  }
  pixels.set(bytes.subarray(layout.pixels, layout.pixels + pixels.length));
}

/** Of the pixels; what fills rows up to whole blocks repeats the edge. */
function toPlanes(bytes: Uint8Array, { image, pixels, y, cb, cr }: Layout): void {
  const { height, width } = image;
  const rowBytes = width * 3;
  const { call } = instance();
  for (let row = 0; row < height; row++) {
    const start = pixels + row * rowBytes;
    const at = row * y.width;
    call.toPlanes(start, start + rowBytes, y.address + at, cb.address + at, cr.address + at);
  }
  for (const { address, width: wide } of [y, cb, cr])
    for (let row = address; row < address + height * wide; row += wide)
      bytes.fill(bytes[row + width - 1] ?? 0, row + width, row + wide);
}

/** Repeats the last of so many rows, to a number of rows. */
function repeatLastRow(bytes: Uint8Array, { address, width }: Plane, rows: number, until: number): void {
  const last = address + (rows - 1) * width;
  for (let row = rows; row < until; row++) bytes.copyWithin(address + row * width, last, last + width);
}

/** Means of 2x2 of so many rows; as in libjpeg it is means that fill the blocks up. */
function halve(bytes: Uint8Array, plane: Plane, small: Plane, height: number): void {
  const { call } = instance();
  const rows = Math.ceil(height / 2);
  repeatLastRow(bytes, plane, height, 2 * rows);
  for (let row = 0; row < rows; row++) {
    const above = plane.address + 2 * row * plane.width;
    const target = small.address + row * small.width;
    call.halve(above, above + plane.width, target, target + small.width);
  }
  repeatLastRow(bytes, small, rows, small.height);
}

/** Back to full size: three quarters of the nearer and one of the next, both ways ("fancy upsampling"). */
function double(
  { buffer }: Uint8Array<ArrayBuffer>,
  { image, sums }: Layout,
  small: Plane,
  target: Plane,
): void {
  const rows = Math.ceil(image.height / 2);
  const columns = Math.ceil(image.width / 2);
  const line = new Uint16Array(buffer, sums - 2, columns + 2);
  const { call } = instance();
  for (let row = 0; row < image.height; row++) {
    const near = row >> 1;
    const next = Math.min(Math.max(near + (row & 1 ? 1 : -1), 0), rows - 1);
    const addressOf = (i: number): number => small.address + i * small.width;
    call.addRows(addressOf(near), addressOf(next), sums, sums + 2 * columns);
    // The ends repeat.
    line[0] = line[1] ?? 0;
    line[columns + 1] = line[columns] ?? 0;
    const start = target.address + row * target.width;
    // An odd width's last column is written in the part that fills up blocks.
    call.double(sums, start, start + 2 * columns);
  }
}

/** Back to full size: each level four times. */
function repeat(bytes: Uint8Array, { image }: Layout, small: Plane, target: Plane): void {
  for (let row = 0; row < image.height; row++)
    for (let column = 0; column < image.width; column++)
      bytes[target.address + row * target.width + column] =
        bytes[small.address + (row >> 1) * small.width + (column >> 1)] ?? 0;
}
