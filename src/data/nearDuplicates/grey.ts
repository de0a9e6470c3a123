import type { Raster } from "../types.ts";
import { blurAlong } from "./kernels/blur.ts";

// Reads in the loops over pixels end in `?? 0` throughout this folder. Every index lies inside the image, and V8 compiles the default
// away; a checked read (`at`) costs 7 to 39% here, by loop (medians of 32 runs, both forms in turn, Node 20).

/** A grey image, row by row. */
export interface Grey {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** Brightness of every pixel by the weights of Rec. 601, in whole numbers. */
export function greyOf({ width, height, data }: Raster): Grey {
  const out = new Uint8Array(width * height);
  for (let i = 0, from = 0; i < out.length; i++, from += 3) {
    out[i] = ((data[from] ?? 0) * 77 + (data[from + 1] ?? 0) * 150 + (data[from + 2] ?? 0) * 29 + 128) >> 8;
  }
  return { width, height, data: out };
}

/** What each pixel of a scaled line is made of: `taps` neighbours, with weights that sum to 1024. */
interface Line {
  /** Positions of the neighbours, [length, taps], clamped to the line. */
  readonly indices: Int32Array;
  readonly weights: Int32Array;
  readonly taps: number;
}

const whole = 1024;

/** Triangles as wide as an output pixel, or as an input pixel where the image grows: area averages and bilinear steps. */
function lineOf(from: number, to: number): Line {
  const step = from / to;
  const reach = Math.max(1, step);
  const taps = Math.ceil(2 * reach);
  const indices = new Int32Array(to * taps);
  const weights = new Int32Array(to * taps);
  const shares = new Float64Array(taps);
  for (let i = 0; i < to; i++) {
    const centre = (i + 0.5) * step - 0.5;
    const first = Math.floor(centre - reach) + 1;
    let sum = 0;
    for (let k = 0; k < taps; k++) {
      const share = Math.max(0, 1 - Math.abs(first + k - centre) / reach);
      shares[k] = share;
      sum += share;
    }
    let left = whole;
    let largest = 0;
    for (let k = 0; k < taps; k++) {
      const weight = Math.floor(((shares[k] ?? 0) / sum) * whole);
      weights[i * taps + k] = weight;
      indices[i * taps + k] = Math.min(Math.max(first + k, 0), from - 1);
      left -= weight;
      if ((shares[k] ?? 0) > (shares[largest] ?? 0)) largest = k;
    }
    weights[i * taps + largest] = (weights[i * taps + largest] ?? 0) + left;
  }
  return { indices, weights, taps };
}

/** Scales a grey image; the same bytes on every machine. */
export function scaleGrey(source: Grey, width: number, height: number): Grey {
  if (source.width === width && source.height === height) return source;
  const narrow = scaleRows(source, width);
  const line = lineOf(source.height, height);
  const data = new Uint8Array(width * height);
  const sums = new Int32Array(width);
  for (let y = 0; y < height; y++) {
    sums.fill(whole >> 1);
    for (let k = y * line.taps; k < (y + 1) * line.taps; k += 3)
      addRows(sums, narrow, threeOf(line, k, (y + 1) * line.taps));
    for (let x = 0; x < width; x++) data[y * width + x] = (sums[x] ?? 0) >> 10;
  }
  return { width, height, data };
}

/** Positions and weights of three neighbours. */
type Three = readonly [p: number, q: number, r: number, u: number, v: number, w: number];

/** Three neighbours from k on, those from `end` on with no weight. */
function threeOf({ indices, weights }: Line, k: number, end: number): Three {
  const [q, r] = [k + 1 < end ? k + 1 : k, k + 2 < end ? k + 2 : k];
  return [
    indices[k] ?? 0,
    indices[q] ?? 0,
    indices[r] ?? 0,
    weights[k] ?? 0,
    q > k ? (weights[q] ?? 0) : 0,
    r > k ? (weights[r] ?? 0) : 0,
  ];
}

/** Adds three weighted rows at once, as many as most scales have: each sum is loaded and stored once. */
function addRows(sums: Int32Array, rows: Uint8Array, [p, q, r, u, v, w]: Three): void {
  const width = sums.length;
  const [first, second, third] = [p * width, q * width, r * width];
  for (let x = 0; x < width; x++)
    sums[x] =
      (sums[x] ?? 0) + u * (rows[first + x] ?? 0) + v * (rows[second + x] ?? 0) + w * (rows[third + x] ?? 0);
}

function scaleRows({ width: from, height, data }: Grey, width: number): Uint8Array {
  if (from === width) return data;
  const line = lineOf(from, width);
  const out = new Uint8Array(width * height);
  if (line.taps === 3) scaleRowsOfThree(data, out, { from, width, height, line });
  else scaleRowsOfMany(data, out, { from, width, height, line });
  return out;
}

interface RowScaling {
  readonly from: number;
  readonly width: number;
  readonly height: number;
  readonly line: Line;
}

function scaleRowsOfMany(
  data: Uint8Array,
  out: Uint8Array,
  { from, width, height, line: { indices, weights, taps } }: RowScaling,
): void {
  for (let y = 0, at = 0; y < height; y++) {
    const row = y * from;
    for (let x = 0, k = 0; x < width; x++, at++) {
      let sum = whole >> 1;
      for (const end = k + taps; k < end; k++)
        sum += (weights[k] ?? 0) * (data[row + (indices[k] ?? 0)] ?? 0);
      out[at] = sum >> 10;
    }
  }
}

/** The same for three neighbours, the pyramid's number, without an inner loop. */
function scaleRowsOfThree(
  data: Uint8Array,
  out: Uint8Array,
  { from, width, height, line: { indices, weights } }: RowScaling,
): void {
  for (let y = 0, at = 0; y < height; y++) {
    const row = y * from;
    for (let k = 0; k < 3 * width; k += 3, at++) {
      out[at] =
        ((whole >> 1) +
          (weights[k] ?? 0) * (data[row + (indices[k] ?? 0)] ?? 0) +
          (weights[k + 1] ?? 0) * (data[row + (indices[k + 1] ?? 0)] ?? 0) +
          (weights[k + 2] ?? 0) * (data[row + (indices[k + 2] ?? 0)] ?? 0)) >>
        10;
    }
  }
}

/** Blurs by [1 2 3 4 3 2 1] / 16 in both directions; three pixels along the edge stay as they are. */
export function blur({ width, height, data }: Grey): Grey {
  const rows = blurAlong(data, 1);
  // What lies beyond an end of a row belongs to another one.
  for (let y = 0; y < height; y++) {
    for (let x = 0, i = y * width; x < Math.min(3, width); x++, i++) rows[i] = data[i] ?? 0;
    for (let x = Math.max(width - 3, 0), i = y * width + x; x < width; x++, i++) rows[i] = data[i] ?? 0;
  }
  const out = blurAlong(rows, width);
  const edge = Math.min(3, height) * width;
  out.set(rows.subarray(0, edge));
  out.set(rows.subarray(rows.length - edge), rows.length - edge);
  return { width, height, data: out };
}
