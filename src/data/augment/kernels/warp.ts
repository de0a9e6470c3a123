import type { Size } from "../../transforms/types.ts";
import type { Homography } from "../homography.ts";
import { type Rectangle, type WarpOp } from "../ops.ts";
import { fractionOne, warpKernel } from "./warpKernel.ts";

/** What the result is made of. */
export interface Moved extends Size {
  readonly from: Uint8Array;
  readonly to: Uint8Array;
}

/** Where things stand in the kernel's memory, in bytes. */
interface Layout {
  /** Byte offset of each column in a padded row, and of each row; 32-bit integers. */
  readonly columns: number;
  readonly rows: number;
  /** Of one row of the result: x and y of each pixel in the source, 16.16 bits. */
  readonly places: number;
  /** The source with a border of one pixel. */
  readonly source: number;
  readonly pitch: number;
  readonly target: number;
  readonly end: number;
}

/** What the kernel may read or write past an end. */
const slack = 16;
const upTo16 = (bytes: number): number => Math.ceil(bytes / 16) * 16;

/** Columns are looked up from -1 to 2 · width, where every fold of an image ends. */
const entries = (extent: number): number => 2 * extent + 3;

function layOut({ height, width }: Size): Layout {
  const pitch = (width + 2) * 3;
  const columns = 0;
  const rows = upTo16(entries(width) * 4);
  const places = rows + upTo16(entries(height) * 4);
  const source = places + upTo16(width * 8);
  const target = source + upTo16((height + 2) * pitch) + slack;
  return { columns, rows, places, source, pitch, target, end: target + upTo16(height * width * 3) + slack };
}

/** Index in the padded source, for each place from -1 on: 0 is the border. */
function fold(extent: number, mode: WarpOp["fillMode"], [first, end]: readonly [number, number]): Int32Array {
  return Int32Array.from({ length: entries(extent) }, (_, i) => {
    const x = i - 1;
    switch (mode) {
      case "constant":
        return x < first || x >= end ? 0 : x + 1;
      case "nearest":
        return Math.min(Math.max(x, first), end - 1) + 1;
      case "wrap":
        return ((x + extent) % extent) + 1;
      case "reflect": {
        const inPeriod = (x + 2 * extent) % (2 * extent);
        return (inPeriod < extent ? inPeriod : 2 * extent - 1 - inPeriod) + 1;
      }
      default:
        return mode satisfies never;
    }
  });
}

/** Moves every pixel as the op says, bilinear. */
export function warp({ from, to, height, width }: Moved, op: WarpOp): void {
  const size = { height, width };
  const layout = layOut(size);
  const kernel = warpKernel(layout.end);
  const bytes = new Uint8Array(kernel.memory);
  const whole: Rectangle = { left: 0, top: 0, width, height };
  const { left, top, ...extent } = op.window ?? whole;
  const numbers = new Int32Array(kernel.memory, 0, layout.source / 4);
  const { fillMode } = op;
  const columns = fold(width, fillMode, [left, left + extent.width]);
  const rows = fold(height, fillMode, [top, top + extent.height]);
  numbers.set(
    columns.map((x) => x * 3),
    layout.columns / 4,
  );
  numbers.set(
    rows.map((y) => layout.source + y * layout.pitch),
    layout.rows / 4,
  );
  padInto(bytes, layout, { from, size, fillValue: op.fillValue });
  const places = numbers.subarray(layout.places / 4, layout.places / 4 + width * 2);
  const placesOf = placer(op.matrix, size, fillMode);
  for (let y = 0; y < height; y++) {
    placesOf(y, places);
    kernel.pixels(
      layout.places,
      layout.places + width * 8,
      // Place -1 stands first.
      layout.columns + 4,
      layout.rows + 4,
      layout.target + y * width * 3,
    );
  }
  to.set(bytes.subarray(layout.target, layout.target + height * width * 3));
}

interface Padded {
  readonly from: Uint8Array;
  readonly size: Size;
  readonly fillValue: number;
}

/** Copies the image with a border of one pixel. */
function padInto(
  bytes: Uint8Array,
  { source, pitch }: Layout,
  { from, size: { height, width }, fillValue }: Padded,
): void {
  const fill = Math.round(fillValue);
  bytes.fill(fill, source, source + pitch);
  bytes.fill(fill, source + (height + 1) * pitch, source + (height + 2) * pitch);
  for (let y = 0; y < height; y++) {
    const row = source + (y + 1) * pitch;
    bytes.fill(fill, row, row + 3);
    bytes.set(from.subarray(y * width * 3, (y + 1) * width * 3), row + 3);
    bytes.fill(fill, row + pitch - 3, row + pitch);
  }
}

/** Fills in where the pixels of a row come from. */
type Placer = (row: number, places: Int32Array) => void;

/** A place that the tables know: folded into one period, or beyond the edge where all is the same. */
function limiter(extent: number, mode: WarpOp["fillMode"]): (x: number) => number {
  switch (mode) {
    case "constant":
    case "nearest":
      return (x) => (x > -1 ? (x < extent ? x : extent) : -1);
    case "wrap":
      return (x) => (x >= 0 && x < extent ? x : x - extent * Math.floor(x / extent));
    case "reflect": {
      const period = 2 * extent;
      return (x) => (x >= 0 && x < period ? x : x - period * Math.floor(x / period));
    }
    default:
      return mode satisfies never;
  }
}

function placer(matrix: Homography, { height, width }: Size, mode: WarpOp["fillMode"]): Placer {
  const [a, b, c, d, e, f, g, h, i] = matrix;
  const limitX = limiter(width, mode);
  const limitY = limiter(height, mode);
  const isAffine = g === 0 && h === 0;
  return (row, places) => {
    const v = row + 0.5;
    for (let column = 0; column < width; column++) {
      const u = column + 0.5;
      const scale = isAffine ? 1 / i : 1 / (g * u + h * v + i);
      // From edges of pixels to their middles, as the tables count.
      const x = (a * u + b * v + c) * scale - 0.5;
      const y = (d * u + e * v + f) * scale - 0.5;
      places[2 * column] = Math.floor(limitX(x) * fractionOne + 0.5);
      places[2 * column + 1] = Math.floor(limitY(y) * fractionOne + 0.5);
    }
  };
}
