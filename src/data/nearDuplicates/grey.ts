import type { Raster } from "../types.ts";

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
  const { indices, weights, taps } = lineOf(source.height, height);
  const data = new Uint8Array(width * height);
  const sums = new Int32Array(width);
  for (let y = 0; y < height; y++) {
    sums.fill(whole >> 1);
    for (let k = y * taps; k < (y + 1) * taps; k++) {
      const weight = weights[k] ?? 0;
      if (weight === 0) continue;
      const row = (indices[k] ?? 0) * width;
      for (let x = 0; x < width; x++) sums[x] = (sums[x] ?? 0) + weight * (narrow[row + x] ?? 0);
    }
    for (let x = 0; x < width; x++) data[y * width + x] = (sums[x] ?? 0) >> 10;
  }
  return { width, height, data };
}

function scaleRows({ width: from, height, data }: Grey, width: number): Uint8Array {
  if (from === width) return data;
  const { indices, weights, taps } = lineOf(from, width);
  const out = new Uint8Array(width * height);
  for (let y = 0, at = 0; y < height; y++) {
    const row = y * from;
    for (let x = 0, k = 0; x < width; x++, at++) {
      let sum = whole >> 1;
      for (const end = k + taps; k < end; k++)
        sum += (weights[k] ?? 0) * (data[row + (indices[k] ?? 0)] ?? 0);
      out[at] = sum >> 10;
    }
  }
  return out;
}

/** Blurs by [1 2 3 4 3 2 1] / 16 in both directions; three pixels along the edge stay as they are. */
export function blur({ width, height, data }: Grey): Grey {
  const rows = new Uint8Array(data);
  for (let y = 0; y < height; y++) {
    for (let x = 3, i = y * width + 3; x < width - 3; x++, i++) {
      const far = (data[i - 3] ?? 0) + (data[i + 3] ?? 0);
      const middle = (data[i - 2] ?? 0) + (data[i + 2] ?? 0);
      const near = (data[i - 1] ?? 0) + (data[i + 1] ?? 0);
      rows[i] = (far + 2 * middle + 3 * near + 4 * (data[i] ?? 0) + 8) >> 4;
    }
  }
  const out = new Uint8Array(rows);
  const [one, two, three] = [width, 2 * width, 3 * width];
  for (let i = three; i < width * height - three; i++) {
    const far = (rows[i - three] ?? 0) + (rows[i + three] ?? 0);
    const middle = (rows[i - two] ?? 0) + (rows[i + two] ?? 0);
    const near = (rows[i - one] ?? 0) + (rows[i + one] ?? 0);
    out[i] = (far + 2 * middle + 3 * near + 4 * (rows[i] ?? 0) + 8) >> 4;
  }
  return { width, height, data: out };
}
