import type { Affine, Sketch } from "./types.ts";

/** How two pictures agree where both show something. */
export interface Agreement {
  /** Share of each picture's shown area that the other shows too. */
  readonly ofA: number;
  readonly ofB: number;
  /** Share of the structure in both that is the same, in [0, 1]: correlation block by block, weighted by contrast. */
  readonly share: number;
}

const block = 8;
const leastPixels = (block * block) / 2;
// Of grey; below it a block is flat, and noise decides its correlation.
const flatVariance = 9;

/** Lays b's thumbnail over a's as `affine` says (working pixels of a to those of b), and compares brightness block by block. */
export function agreementOf(a: Sketch, b: Sketch, affine: Affine): Agreement {
  const warped = warp(a, b, affine);
  const { thumbnailWidth: width, thumbnailHeight: height } = a;
  let [total, same] = [0, 0];
  for (let y = 0; y < height; y += block) {
    for (let x = 0; x < width; x += block) {
      const { weight, correlation } = compareBlock(a.thumbnail, warped, { x, y, width, height });
      total += weight;
      same += weight * Math.max(0, correlation);
    }
  }
  let [shown, both] = [0, 0];
  for (let i = 0; i < warped.length; i++) {
    if (a.thumbnail[i] === 0) continue;
    shown++;
    if (warped[i]! >= 0) both++;
  }
  const shownOfB = b.thumbnail.reduce((sum, byte) => sum + (byte > 0 ? 1 : 0), 0);
  const scales = (a.thumbnailWidth / a.width) * (a.thumbnailHeight / a.height);
  const scalesOfB = (b.thumbnailWidth / b.width) * (b.thumbnailHeight / b.height);
  const growth = (Math.abs(affine.a * affine.e - affine.b * affine.d) * scalesOfB) / scales;
  return {
    ofA: shown > 0 ? both / shown : 0,
    ofB: shownOfB > 0 ? Math.min(1, (both * growth) / shownOfB) : 0,
    share: total > 0 ? same / total : 0,
  };
}

/** b's brightness at each pixel of a's thumbnail by bilinear steps, -1 where b or a shows nothing. */
function warp(a: Sketch, b: Sketch, affine: Affine): Float32Array {
  const { thumbnailWidth: width, thumbnailHeight: height } = a;
  const [fromX, fromY] = [a.width / width, a.height / height];
  const [toX, toY] = [b.thumbnailWidth / b.width, b.thumbnailHeight / b.height];
  const out = new Float32Array(width * height).fill(-1);
  const dx = affine.a * fromX * toX;
  const dy = affine.d * fromX * toY;
  for (let y = 0; y < height; y++) {
    const [wx, wy] = [0.5 * fromX - 0.5, (y + 0.5) * fromY - 0.5];
    let u = (affine.a * wx + affine.b * wy + affine.c + 0.5) * toX - 0.5;
    let v = (affine.d * wx + affine.e * wy + affine.f + 0.5) * toY - 0.5;
    for (let x = 0; x < width; x++, u += dx, v += dy) {
      if (a.thumbnail[y * width + x] === 0) continue;
      if (u < 0 || v < 0 || u >= b.thumbnailWidth - 1 || v >= b.thumbnailHeight - 1) continue;
      const [left, top] = [Math.floor(u), Math.floor(v)];
      const i = top * b.thumbnailWidth + left;
      const [p, q] = [b.thumbnail[i]!, b.thumbnail[i + 1]!];
      const [r, s] = [b.thumbnail[i + b.thumbnailWidth]!, b.thumbnail[i + b.thumbnailWidth + 1]!];
      if (p === 0 || q === 0 || r === 0 || s === 0) continue;
      const above = p + (q - p) * (u - left);
      const below = r + (s - r) * (u - left);
      out[y * width + x] = above + (below - above) * (v - top);
    }
  }
  return out;
}

interface Place {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

function compareBlock(
  a: Uint8Array,
  warped: Float32Array,
  { x, y, width, height }: Place,
): { readonly weight: number; readonly correlation: number } {
  let [n, sa, sb, aa, bb, ab] = [0, 0, 0, 0, 0, 0];
  for (let j = y; j < Math.min(y + block, height); j++) {
    for (let i = j * width + x; i < j * width + Math.min(x + block, width); i++) {
      const q = warped[i]!;
      if (q < 0) continue;
      const p = a[i]!;
      n++;
      sa += p;
      sb += q;
      aa += p * p;
      bb += q * q;
      ab += p * q;
    }
  }
  if (n < leastPixels) return { weight: 0, correlation: 0 };
  const va = aa / n - (sa / n) * (sa / n);
  const vb = bb / n - (sb / n) * (sb / n);
  if (va < flatVariance && vb < flatVariance) return { weight: 0, correlation: 0 };
  const covariance = ab / n - (sa / n) * (sb / n);
  return {
    weight: n * Math.sqrt(Math.max(va, vb)),
    correlation: covariance / Math.sqrt(Math.max(va, flatVariance) * Math.max(vb, flatVariance)),
  };
}
