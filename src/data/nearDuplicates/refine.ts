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
      const p = b.data[i]!;
      const q = b.data[i + 1]!;
      const r = b.data[i + b.width]!;
      const s = b.data[i + b.width + 1]!;
      if (p === 0 || q === 0 || r === 0 || s === 0) continue;
      const above = p + (q - p) * (u - left);
      const below = r + (s - r) * (u - left);
      out[at] = above + (below - above) * (v - (v | 0));
    }
  }
  return out;
}

const unknowns = 8;
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
      const value = warped[i]!;
      const [left, right, up, down] = [
        warped[i - 1]!,
        warped[i + 1]!,
        warped[i - width]!,
        warped[i + width]!,
      ];
      if (value < 0 || left < 0 || right < 0 || up < 0 || down < 0) continue;
      const gx = (gain * (right - left)) / 2;
      const gy = (gain * (down - up)) / 2;
      const miss = data[i]! - gain * value - offset;
      const weight = 1 / (1 + (miss * miss) / spread);
      const u = x / width - 0.5;
      const v = y / height - 0.5;
      row.set([gx * u, gx * v, gx, gy * u, gy * v, gy, value / 128, 1, miss]);
      count++;
      for (let p = 0; p < unknowns; p++) {
        const part = weight * row[p]!;
        for (let q = p; q <= unknowns; q++) sums[p * (unknowns + 1) + q]! += part * row[q]!;
      }
    }
  }
  if (count < minPixels) return undefined;
  for (let p = 0; p < unknowns; p++) {
    for (let q = 0; q < p; q++) sums[p * (unknowns + 1) + q] = sums[q * (unknowns + 1) + p]!;
    // A little towards standing still, so that flat images do not run away.
    sums[p * (unknowns + 1) + p]! += 1e-3 * sums[p * (unknowns + 1) + p]! + 1e-6;
  }
  return sums;
}

/** Gain and offset that bring b's mean and deviation to a's, and the mean square that remains. */
function brightness(data: Uint8Array, warped: Float32Array) {
  let [n, sa, sb, aa, bb, ab] = [0, 0, 0, 0, 0, 0];
  for (let i = 0; i < data.length; i++) {
    const q = warped[i]!;
    if (q < 0) continue;
    const p = data[i]!;
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
function solve(sums: Float64Array | undefined): Float64Array | undefined {
  if (!sums) return undefined;
  const wide = unknowns + 1;
  const m = Array.from({ length: unknowns }, (_, p) => sums.subarray(p * wide, (p + 1) * wide));
  for (let p = 0; p < unknowns; p++) {
    let best = p;
    for (let q = p + 1; q < unknowns; q++) if (Math.abs(m[q]![p]!) > Math.abs(m[best]![p]!)) best = q;
    [m[p], m[best]] = [m[best]!, m[p]!];
    const pivot = m[p]!;
    if (Math.abs(pivot[p]!) < 1e-12) return undefined;
    for (let q = p + 1; q < unknowns; q++) {
      const factor = m[q]![p]! / pivot[p]!;
      for (let k = p; k < wide; k++) m[q]![k]! -= factor * pivot[k]!;
    }
  }
  const x = new Float64Array(unknowns);
  for (let p = unknowns - 1; p >= 0; p--) {
    let value = m[p]![unknowns]!;
    for (let q = p + 1; q < unknowns; q++) value -= m[p]![q]! * x[q]!;
    x[p] = value / m[p]![p]!;
  }
  return x;
}

/** `affine` after a movement within a's frame: x' = x + p₀u + p₁v + p₂, y' = y + p₃u + p₄v + p₅, u and v being shares of the frame. */
function after(affine: AffineMap, { width, height }: Thumbnail, p: Float64Array): AffineMap {
  const a = 1 + p[0]! / width;
  const b = p[1]! / height;
  const c = p[2]! - (p[0]! + p[1]!) / 2;
  const d = p[3]! / width;
  const e = 1 + p[4]! / height;
  const f = p[5]! - (p[3]! + p[4]!) / 2;
  return {
    a: affine.a * a + affine.b * d,
    b: affine.a * b + affine.b * e,
    c: affine.a * c + affine.b * f + affine.c,
    d: affine.d * a + affine.e * d,
    e: affine.d * b + affine.e * e,
    f: affine.d * c + affine.e * f + affine.f,
  };
}
