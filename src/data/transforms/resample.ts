import type { Raster } from "../types.ts";
import type { Size } from "./types.ts";

/** A window of a picture in pixels, fractions allowed: [left, right) × [top, bottom). */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** For each output position: the first input position, how many follow, and their fixed-point weights. */
interface Taps {
  readonly first: Int32Array;
  readonly count: Int32Array;
  readonly weights: Int32Array;
  /** Weights kept per output position. */
  readonly stride: number;
}

// 8 bits of pixel, 22 of weight and the sign fit 32-bit integers: exact, hence the same on every engine.
const FRACTION_BITS = 22;
const HALF = 1 << (FRACTION_BITS - 1);

/** Triangle filter, widened by the scale when shrinking (Pillow, Resample.c, `precompute_coeffs`). */
function computeTaps(extent: number, from: number, to: number, outputs: number): Taps {
  const scale = (to - from) / outputs;
  const reach = Math.max(scale, 1);
  const shrink = 1 / reach;
  const stride = Math.ceil(reach) * 2 + 1;
  const first = new Int32Array(outputs);
  const count = new Int32Array(outputs);
  const weights = new Int32Array(outputs * stride);
  const row = new Float64Array(stride);
  for (let i = 0; i < outputs; i++) {
    const center = from + (i + 0.5) * scale;
    const start = Math.max(Math.trunc(center - reach + 0.5), 0);
    const taps = Math.min(Math.trunc(center + reach + 0.5), extent) - start;
    let sum = 0;
    for (let k = 0; k < taps; k++) {
      row[k] = Math.max(1 - Math.abs((k + start - center + 0.5) * shrink), 0);
      sum += row[k]!;
    }
    for (let k = 0; k < taps; k++) {
      weights[i * stride + k] = Math.trunc(0.5 + (row[k]! / sum) * (1 << FRACTION_BITS));
    }
    first[i] = start;
    count[i] = taps;
  }
  return { first, count, weights, stride };
}

/** Each of the rows [top, bottom) becomes `taps.first.length` pixels wide. */
function resampleRows(source: Raster, taps: Taps, top: number, bottom: number): Uint8Array {
  const { first, count, weights, stride } = taps;
  const { data, width } = source;
  const outputs = first.length;
  const target = new Uint8Array((bottom - top) * outputs * 3);
  let to = 0;
  for (let y = top; y < bottom; y++) {
    for (let x = 0; x < outputs; x++) {
      let r = HALF;
      let g = HALF;
      let b = HALF;
      let from = (y * width + first[x]!) * 3;
      let w = x * stride;
      const end = w + count[x]!;
      for (; w < end; w++) {
        const weight = weights[w]!;
        r = (r + Math.imul(data[from]!, weight)) | 0;
        g = (g + Math.imul(data[from + 1]!, weight)) | 0;
        b = (b + Math.imul(data[from + 2]!, weight)) | 0;
        from += 3;
      }
      target[to] = r >> FRACTION_BITS;
      target[to + 1] = g >> FRACTION_BITS;
      target[to + 2] = b >> FRACTION_BITS;
      to += 3;
    }
  }
  return target;
}

/** `rows` holds lines of `length` bytes, the first being line `top` of the picture. */
function resampleColumns(rows: Uint8Array, taps: Taps, length: number, top: number): Uint8Array {
  const { first, count, weights, stride } = taps;
  const target = new Uint8Array(first.length * length);
  for (let y = 0; y < first.length; y++) {
    const start = (first[y]! - top) * length;
    const from = y * stride;
    const end = from + count[y]!;
    const to = y * length;
    for (let i = 0; i < length; i++) {
      let sum = HALF;
      let source = start + i;
      for (let w = from; w < end; w++) {
        sum = (sum + Math.imul(rows[source]!, weights[w]!)) | 0;
        source += length;
      }
      target[to + i] = sum >> FRACTION_BITS;
    }
  }
  return target;
}

/** Scales the box of a picture to the size: rows first, then columns, rounded to bytes between, as Pillow does. */
export function resample(source: Raster, box: Box, { height, width }: Size): Raster {
  const across = computeTaps(source.width, box.left, box.right, width);
  const down = computeTaps(source.height, box.top, box.bottom, height);
  const top = down.first[0]!;
  const bottom = down.first[height - 1]! + down.count[height - 1]!;
  const rows = resampleRows(source, across, top, bottom);
  return { width, height, data: resampleColumns(rows, down, width * 3, top) };
}
