import { at } from "../../base/index.ts";
import type { AffineMap } from "./types.ts";

/** A grey image whose zeros show nothing. */
export interface Thumbnail {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** b's brightness at each pixel of a by bilinear steps, -1 where a or b shows nothing; `affine` leads from a's pixels to b's. */
export function warpOnto(a: Thumbnail, b: Thumbnail, affine: AffineMap): Float32Array {
  const { width, height } = a;
  const out = new Float32Array(width * height).fill(-1);
  for (let y = 0; y < height; y++) {
    let u = affine.b * y + affine.c;
    let v = affine.e * y + affine.f;
    for (let x = 0, at = y * width; x < width; x++, at++, u += affine.a, v += affine.d) {
      if (a.data[at] === 0) continue;
      if (u < 0 || v < 0 || u >= b.width - 1 || v >= b.height - 1) continue;
      const left = u | 0;
      const i = (v | 0) * b.width + left;
      const p = b.data[i] ?? 0;
      const q = b.data[i + 1] ?? 0;
      const r = b.data[i + b.width] ?? 0;
      const s = b.data[i + b.width + 1] ?? 0;
      if (p === 0 || q === 0 || r === 0 || s === 0) continue;
      const above = p + (q - p) * (u - left);
      const below = r + (s - r) * (u - left);
      out[at] = above + (below - above) * (v - (v | 0));
    }
  }
  return out;
}

const unknowns = 8;
/** Eight for each unknown; chosen, not measured. */
const minPixels = 64;

/**
 * Moves `affine` so that b's pixels, brighter or darker by a gain and an offset, lie on a's best:
 * least squares over the gradients (Lucas & Kanade 1981), pixels that disagree counting less.
 */
export function refineAffine(
  a: Thumbnail,
  b: Thumbnail,
  { start, steps }: { readonly start: AffineMap; readonly steps: number },
): AffineMap {
  let affine = start;
  for (let n = 0; n < steps; n++) {
    const step = solve(normalEquations(a, warpOnto(a, b, affine)));
    if (!step) return affine;
    affine = after(affine, a, step);
  }
  return affine;
}

/** The sums of squares and products, [8, 9], of the equations for six parts of a movement, gain and offset. */
function normalEquations(a: Thumbnail, warped: Float32Array): Float64Array | undefined {
  const { width, height, data } = a;
  const sums = new Float64Array(unknowns * (unknowns + 1));
  const row = new Float64Array(unknowns + 1);
  const { gain, offset, spread } = brightness(data, warped);
  let count = 0;
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1 + (y & 1), i = y * width + x; x < width - 1; x += 2, i += 2) {
      const value = warped[i] ?? 0;
      const [left, right, up, down] = [
        warped[i - 1] ?? 0,
        warped[i + 1] ?? 0,
        warped[i - width] ?? 0,
        warped[i + width] ?? 0,
      ];
      if (value < 0 || left < 0 || right < 0 || up < 0 || down < 0) continue;
      const gx = (gain * (right - left)) / 2;
      const gy = (gain * (down - up)) / 2;
      const miss = (data[i] ?? 0) - gain * value - offset;
      const weight = 1 / (1 + (miss * miss) / spread);
      const u = x / width - 0.5;
      const v = y / height - 0.5;
      row.set([gx * u, gx * v, gx, gy * u, gy * v, gy, value / 128, 1, miss]);
      count++;
      for (let p = 0, start = 0; p < unknowns; p++, start += unknowns + 1) {
        const part = weight * (row[p] ?? 0);
        for (let q = p; q <= unknowns; q++) sums[start + q] = (sums[start + q] ?? 0) + part * (row[q] ?? 0);
      }
    }
  }
  if (count < minPixels) return undefined;
  for (let p = 0; p < unknowns; p++) {
    for (let q = 0; q < p; q++) sums[p * (unknowns + 1) + q] = sums[q * (unknowns + 1) + p] ?? 0;
    // A little towards standing still, so that flat images do not run away.
    const square = sums[p * (unknowns + 1) + p] ?? 0;
    sums[p * (unknowns + 1) + p] = square + (1e-3 * square + 1e-6);
  }
  return sums;
}

/** Gain and offset that bring b's mean and deviation to a's, and the mean square that remains. */
function brightness(data: Uint8Array, warped: Float32Array) {
  let [n, sa, sb, aa, bb, ab] = [0, 0, 0, 0, 0, 0];
  for (let i = 0; i < data.length; i++) {
    const q = warped[i] ?? 0;
    if (q < 0) continue;
    const p = data[i] ?? 0;
    n++;
    sa += p;
    sb += q;
    aa += p * p;
    bb += q * q;
    ab += p * q;
  }
  const va = aa / n - (sa / n) * (sa / n);
  const vb = bb / n - (sb / n) * (sb / n);
  const covariance = ab / n - (sa / n) * (sb / n);
  const gain = vb > 0 ? covariance / vb : 1;
  const spread = Math.max(16, va - gain * covariance);
  return { gain, offset: sa / n - (gain * sb) / n, spread };
}

/** Gaussian elimination with pivots; undefined where there is no single solution. */
function solve(sums: Float64Array | undefined): Movement | undefined {
  if (!sums) return undefined;
  const wide = unknowns + 1;
  const rows = Array.from({ length: unknowns }, (_, p) => sums.subarray(p * wide, (p + 1) * wide));
  for (let p = 0; p < unknowns; p++) {
    const left = rows.slice(p);
    const sizes = left.map((row) => Math.abs(row[p] ?? 0));
    const best = sizes.reduce((most, size, q) => (size > at(sizes, most) ? q : most), 0);
    const pivot = at(left, best);
    [rows[p], rows[p + best]] = [pivot, at(left, 0)];
    if (at(sizes, best) < 1e-12) return undefined;
    for (const row of rows.slice(p + 1)) {
      const factor = (row[p] ?? 0) / (pivot[p] ?? 0);
      for (let k = p; k < wide; k++) row[k] = (row[k] ?? 0) - factor * (pivot[k] ?? 0);
    }
  }
  const x = new Float64Array(unknowns);
  for (const [p, row] of [...rows.entries()].toReversed()) {
    let value = row[unknowns] ?? 0;
    for (let q = p + 1; q < unknowns; q++) value -= (row[q] ?? 0) * (x[q] ?? 0);
    x[p] = value / (row[p] ?? 0);
  }
  const [p0 = 0, p1 = 0, p2 = 0, p3 = 0, p4 = 0, p5 = 0] = x;
  return [p0, p1, p2, p3, p4, p5];
}

/** The six parts p₀ … p₅ of a movement within a's frame: x' = x + p₀u + p₁v + p₂, y' = y + p₃u + p₄v + p₅, u and v being shares of the frame. */
type Movement = readonly [number, number, number, number, number, number];

/** `affine` after a movement. */
function after(
  affine: AffineMap,
  { width, height }: Thumbnail,
  [p0, p1, p2, p3, p4, p5]: Movement,
): AffineMap {
  const a = 1 + p0 / width;
  const b = p1 / height;
  const c = p2 - (p0 + p1) / 2;
  const d = p3 / width;
  const e = 1 + p4 / height;
  const f = p5 - (p3 + p4) / 2;
  return {
    a: affine.a * a + affine.b * d,
    b: affine.a * b + affine.b * e,
    c: affine.a * c + affine.b * f + affine.c,
    d: affine.d * a + affine.e * d,
    e: affine.d * b + affine.e * e,
    f: affine.d * c + affine.e * f + affine.f,
  };
}
