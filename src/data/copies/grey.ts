import type { Raster } from "../types.ts";

/** A grey picture, row by row. */
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

/** What each pixel of a scaled line is made of: `taps` neighbours from `first` on, with weights that sum to 1024. */
interface Line {
  readonly first: Int32Array;
  readonly weights: Int32Array;
  readonly taps: number;
}

const whole = 1024;

/** Triangles as wide as an output pixel, or as an input pixel where the picture grows: area averages and bilinear steps. */
function lineOf(from: number, to: number): Line {
  const step = from / to;
  const reach = Math.max(1, step);
  const taps = Math.ceil(2 * reach) + 1;
  const first = new Int32Array(to);
  const weights = new Int32Array(to * taps);
  for (let i = 0; i < to; i++) {
    const centre = (i + 0.5) * step - 0.5;
    first[i] = Math.ceil(centre - reach);
    const shares = Array.from({ length: taps }, (_, k) =>
      Math.max(0, 1 - Math.abs(first[i]! + k - centre) / reach),
    );
    const sum = shares.reduce((total, share) => total + share, 0);
    let left = whole;
    let largest = 0;
    shares.forEach((share, k) => {
      const weight = Math.floor((share / sum) * whole);
      weights[i * taps + k] = weight;
      left -= weight;
      if (share > shares[largest]!) largest = k;
    });
    weights[i * taps + largest]! += left;
  }
  return { first, weights, taps };
}

const clamp = (value: number, size: number): number => (value < 0 ? 0 : value >= size ? size - 1 : value);

/** Scales a grey picture; the same bytes on every machine. */
export function scaleGrey(source: Grey, width: number, height: number): Grey {
  if (source.width === width && source.height === height) return source;
  const narrow = scaleRows(source, width);
  const line = lineOf(source.height, height);
  const data = new Uint8Array(width * height);
  const sums = new Int32Array(width);
  for (let y = 0; y < height; y++) {
    sums.fill(whole >> 1);
    for (let k = 0; k < line.taps; k++) {
      const weight = line.weights[y * line.taps + k]!;
      if (weight === 0) continue;
      const row = clamp(line.first[y]! + k, source.height) * width;
      for (let x = 0; x < width; x++) sums[x]! += weight * narrow[row + x]!;
    }
    for (let x = 0; x < width; x++) data[y * width + x] = sums[x]! >> 10;
  }
  return { width, height, data };
}

function scaleRows({ width: from, height, data }: Grey, width: number): Uint8Array {
  const { first, weights, taps } = lineOf(from, width);
  const out = new Uint8Array(width * height);
  for (let x = 0; x < width; x++) {
    const inside = first[x]! >= 0 && first[x]! + taps <= from;
    for (let y = 0; y < height; y++) {
      const row = y * from;
      let sum = whole >> 1;
      for (let k = 0; k < taps; k++) {
        const at = inside ? first[x]! + k : clamp(first[x]! + k, from);
        sum += weights[x * taps + k]! * data[row + at]!;
      }
      out[y * width + x] = sum >> 10;
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
