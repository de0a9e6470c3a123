import { type Thumbnail, refineAffine, warpOnto } from "./refine.ts";
import type { AffineMap, Fingerprint } from "./types.ts";

/** How two images agree where both show something. */
export interface Agreement {
  /** Share of each image's shown area that the other shows too. */
  readonly ofA: number;
  readonly ofB: number;
  /** Share of the structure in both that is the same, in [0, 1]: correlation block by block. */
  readonly share: number;
}

/** Pixels of a thumbnail, as JPEG's blocks; chosen, not measured. */
const block = 8;
const minPixels = (block * block) / 2;
/** Of grey levels; below it a block is flat, and noise decides its correlation: the square of the 3 levels that sensor noise has. Chosen, not measured. */
const flatVariance = 9;

/**
 * Lays b's thumbnail over a's as `affine` says (working pixels of a to those of b), moves it to where it fits best,
 * and compares brightness block by block.
 */
export function agreementOf(a: Fingerprint, b: Fingerprint, affine: AffineMap): Agreement {
  const [small, other] = [thumbnailOf(a), thumbnailOf(b)];
  const rough = rescaled(affine, a, b);
  const first = compare(small, warpOnto(small, other, rough));
  if (first < hopeless || first > settled) return { share: first, ...overlapOf(small, other, rough) };
  const fine = refineAffine(small, other, { start: rough, steps: 4 });
  return { share: compare(small, warpOnto(small, other, fine)), ...overlapOf(small, other, fine) };
}

/**
 * Refining neither helps a hopeless fit nor a good one. Unlike images agree by 0.40 at most, near-duplicates by 0.92 or more
 * (test/data/nearDuplicates/separation.test.ts).
 */
const hopeless = 0.4;
const settled = 0.97;

function compare(a: Thumbnail, warped: Float32Array): number {
  const { width, height } = a;
  let [total, same] = [0, 0];
  for (let y = 0; y < height; y += block) {
    for (let x = 0; x < width; x += block) {
      const { weight, correlation } = compareBlock(a.data, warped, { x, y, width, height });
      total += weight;
      same += weight * Math.max(0, correlation);
    }
  }
  return total > 0 ? same / total : 0;
}

/** Shares of what each shows that lie within the other, counted on every fourth pixel. */
function overlapOf(
  a: Thumbnail,
  b: Thumbnail,
  affine: AffineMap,
): { readonly ofA: number; readonly ofB: number } {
  let [shown, both] = [0, 0];
  for (let y = 0; y < a.height; y += 2) {
    for (let x = 0; x < a.width; x += 2) {
      if (a.data[y * a.width + x] === 0) continue;
      shown++;
      const u = Math.round(affine.a * x + affine.b * y + affine.c);
      const v = Math.round(affine.d * x + affine.e * y + affine.f);
      if (u >= 0 && v >= 0 && u < b.width && v < b.height && b.data[v * b.width + u] !== 0) both++;
    }
  }
  const shownOfB = b.data.reduce((sum, byte) => sum + (byte > 0 ? 1 : 0), 0);
  const growth = 4 * Math.abs(affine.a * affine.e - affine.b * affine.d);
  return { ofA: both / Math.max(1, shown), ofB: Math.min(1, (both * growth) / Math.max(1, shownOfB)) };
}

interface BlockPosition {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

function compareBlock(
  a: Uint8Array,
  warped: Float32Array,
  { x, y, width, height }: BlockPosition,
): { readonly weight: number; readonly correlation: number } {
  let [n, sa, sb, aa, bb, ab] = [0, 0, 0, 0, 0, 0];
  for (let j = y; j < Math.min(y + block, height); j++) {
    for (let i = j * width + x; i < j * width + Math.min(x + block, width); i++) {
      const q = warped[i] ?? 0;
      if (q < 0) continue;
      const p = a[i] ?? 0;
      n++;
      sa += p;
      sb += q;
      aa += p * p;
      bb += q * q;
      ab += p * q;
    }
  }
  if (n < minPixels) return { weight: 0, correlation: 0 };
  const va = aa / n - (sa / n) * (sa / n);
  const vb = bb / n - (sb / n) * (sb / n);
  if (va < flatVariance && vb < flatVariance) return { weight: 0, correlation: 0 };
  const covariance = ab / n - (sa / n) * (sb / n);
  return {
    // Such that a few strong edges do not speak for the rest.
    weight: n * Math.sqrt(Math.sqrt(Math.max(va, vb))),
    correlation: covariance / Math.sqrt(Math.max(va, flatVariance) * Math.max(vb, flatVariance)),
  };
}

const thumbnailOf = (fingerprint: Fingerprint): Thumbnail => ({
  width: fingerprint.thumbnailWidth,
  height: fingerprint.thumbnailHeight,
  data: fingerprint.thumbnail,
});

/** A map between working images as one between thumbnails. */
function rescaled(m: AffineMap, a: Fingerprint, b: Fingerprint): AffineMap {
  const [fromX, fromY] = [a.width / a.thumbnailWidth, a.height / a.thumbnailHeight];
  const [toX, toY] = [b.thumbnailWidth / b.width, b.thumbnailHeight / b.height];
  // Pixel centres lie at whole numbers on both sides.
  const [x, y] = [0.5 * fromX - 0.5, 0.5 * fromY - 0.5];
  return {
    a: m.a * fromX * toX,
    b: m.b * fromY * toX,
    c: (m.a * x + m.b * y + m.c + 0.5) * toX - 0.5,
    d: m.d * fromX * toY,
    e: m.e * fromY * toY,
    f: (m.d * x + m.e * y + m.f + 0.5) * toY - 0.5,
  };
}
