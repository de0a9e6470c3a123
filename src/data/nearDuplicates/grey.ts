import type { Raster } from "../types.ts";

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
    out[i] = (data[from]! * 77 + data[from + 1]! * 150 + data[from + 2]! * 29 + 128) >> 8;
  }
  return { width, height, data: out };
}

/** What each pixel of a scaled line is made of: `taps` neighbours, with weights that sum to 1024. */
interface Line {
  /** Places of the neighbours, [length, taps], clamped to the line. */
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
      const weight = Math.floor((shares[k]! / sum) * whole);
      weights[i * taps + k] = weight;
      indices[i * taps + k] = Math.min(Math.max(first + k, 0), from - 1);
      left -= weight;
      if (shares[k]! > shares[largest]!) largest = k;
    }
    weights[i * taps + largest]! += left;
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
      const weight = weights[k]!;
      if (weight === 0) continue;
      const row = indices[k]! * width;
      for (let x = 0; x < width; x++) sums[x]! += weight * narrow[row + x]!;
    }
    for (let x = 0; x < width; x++) data[y * width + x] = sums[x]! >> 10;
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
      for (const end = k + taps; k < end; k++) sum += weights[k]! * data[row + indices[k]!]!;
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
      const far = data[i - 3]! + data[i + 3]!;
      const middle = data[i - 2]! + data[i + 2]!;
      const near = data[i - 1]! + data[i + 1]!;
      rows[i] = (far + 2 * middle + 3 * near + 4 * data[i]! + 8) >> 4;
    }
  }
  const out = new Uint8Array(rows);
  const [one, two, three] = [width, 2 * width, 3 * width];
  for (let i = three; i < width * height - three; i++) {
    const far = rows[i - three]! + rows[i + three]!;
    const middle = rows[i - two]! + rows[i + two]!;
    const near = rows[i - one]! + rows[i + one]!;
    out[i] = (far + 2 * middle + 3 * near + 4 * rows[i]! + 8) >> 4;
  }
  return { width, height, data: out };
}
