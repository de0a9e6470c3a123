import { seeded } from "../../base/index.ts";
import type { Matches } from "./match.ts";
import type { AffineMap } from "./types.ts";

export interface Fit {
  readonly affine: AffineMap;
  /** Matches that follow it. */
  readonly inliers: Int32Array;
}

const tries = 300;
const minScale = 0.3;
const maxScale = 1 / minScale;
/** Inlier distances in pixels: first under two matches' rotation and scale, then as the fit improves. */
const roughPixels = 5;
const growingPixels = [7, 4, 3] as const;
const minMatches = 4;

/**
 * The turn, scale, shear and shift that most matches follow: the best of many drawn pairs (RANSAC, Fischler & Bolles 1981),
 * then least squares over those that follow, again and again. `mirrored` looks among reflections.
 */
export function fitAffine(matches: Matches, mirrored: boolean): Fit | undefined {
  if (matches.count < minMatches) return undefined;
  const start = bestSimilarity(matches, mirrored);
  if (!start) return undefined;
  let affine = start;
  let inliers = inliersOf(matches, affine, roughPixels);
  for (const pixels of growingPixels) {
    const better = leastSquares(matches, inliers);
    if (!better || !isPlausible(better, mirrored)) return undefined;
    affine = better;
    inliers = inliersOf(matches, affine, pixels);
    if (inliers.length < minMatches) return undefined;
  }
  return { affine, inliers };
}

function bestSimilarity({ count, from, to }: Matches, mirrored: boolean): AffineMap | undefined {
  const random = seeded(count);
  const sign = mirrored ? -1 : 1;
  let best: AffineMap | undefined;
  let maxVotes = 0;
  for (let n = 0; n < tries; n++) {
    const [p, q] = [random.integer(count), random.integer(count)];
    const [ux, uy] = [from[2 * q]! - from[2 * p]!, from[2 * q + 1]! - from[2 * p + 1]!];
    const [vx, vy] = [to[2 * q]! - to[2 * p]!, to[2 * q + 1]! - to[2 * p + 1]!];
    const square = ux * ux + uy * uy;
    // Points close together determine rotation and scale poorly.
    if (square < 400) continue;
    // As complex numbers: v = z u, or v = z conj(u) where mirrored left to right before.
    const [wx, wy] = mirrored ? [-ux, uy] : [ux, uy];
    const [zx, zy] = [(vx * wx + vy * wy) / square, (vy * wx - vx * wy) / square];
    const scale = zx * zx + zy * zy;
    if (scale < minScale * minScale || scale > maxScale * maxScale) continue;
    const [a, b, d, e] = [sign * zx, -zy, sign * zy, zx];
    const c = to[2 * p]! - a * from[2 * p]! - b * from[2 * p + 1]!;
    const f = to[2 * p + 1]! - d * from[2 * p]! - e * from[2 * p + 1]!;
    const affine = { a, b, c, d, e, f };
    const votes = countInliers({ count, from, to }, affine, roughPixels);
    if (votes > maxVotes) [maxVotes, best] = [votes, affine];
  }
  return maxVotes >= minMatches ? best : undefined;
}

function countInliers({ count, from, to }: Matches, { a, b, c, d, e, f }: AffineMap, pixels: number): number {
  let votes = 0;
  for (let i = 0; i < 2 * count; i += 2) {
    const x = a * from[i]! + b * from[i + 1]! + c - to[i]!;
    const y = d * from[i]! + e * from[i + 1]! + f - to[i + 1]!;
    if (x * x + y * y <= pixels * pixels) votes++;
  }
  return votes;
}

function inliersOf(
  { count, from, to }: Matches,
  { a, b, c, d, e, f }: AffineMap,
  pixels: number,
): Int32Array {
  const found: number[] = [];
  for (let i = 0; i < count; i++) {
    const x = a * from[2 * i]! + b * from[2 * i + 1]! + c - to[2 * i]!;
    const y = d * from[2 * i]! + e * from[2 * i + 1]! + f - to[2 * i + 1]!;
    if (x * x + y * y <= pixels * pixels) found.push(i);
  }
  return Int32Array.from(found);
}

/** Scales by the singular values of the linear part, smallest first. */
export function stretchOf({ a, b, d, e }: AffineMap): readonly [number, number] {
  const sum = Math.sqrt((a + e) * (a + e) + (d - b) * (d - b)) / 2;
  const difference = Math.sqrt((a - e) * (a - e) + (d + b) * (d + b)) / 2;
  return [Math.abs(sum - difference), sum + difference];
}

const maxStretch = 2;

/** Whether the map keeps the image recognisable: scale and stretch within limits. */
function isPlausible(affine: AffineMap, mirrored: boolean): boolean {
  const [small, large] = stretchOf(affine);
  const determinant = affine.a * affine.e - affine.b * affine.d;
  return (
    determinant < 0 === mirrored && small >= minScale && large <= maxScale && large <= maxStretch * small
  );
}

/** The affine that moves the chosen matches best, around their middle for the sake of the digits. */
function leastSquares({ from, to }: Matches, chosen: Int32Array): AffineMap | undefined {
  const n = chosen.length;
  if (n < 3) return undefined;
  let [mx, my, mu, mv] = [0, 0, 0, 0];
  for (const i of chosen) {
    mx += from[2 * i]!;
    my += from[2 * i + 1]!;
    mu += to[2 * i]!;
    mv += to[2 * i + 1]!;
  }
  [mx, my, mu, mv] = [mx / n, my / n, mu / n, mv / n];
  let [xx, xy, yy, xu, yu, xv, yv] = [0, 0, 0, 0, 0, 0, 0];
  for (const i of chosen) {
    const [x, y] = [from[2 * i]! - mx, from[2 * i + 1]! - my];
    const [u, v] = [to[2 * i]! - mu, to[2 * i + 1]! - mv];
    xx += x * x;
    xy += x * y;
    yy += y * y;
    xu += x * u;
    yu += y * u;
    xv += x * v;
    yv += y * v;
  }
  const determinant = xx * yy - xy * xy;
  // Places on one line leave the other direction open.
  if (determinant <= 1e-3 * xx * yy + 1e-9) return undefined;
  const a = (xu * yy - yu * xy) / determinant;
  const b = (yu * xx - xu * xy) / determinant;
  const d = (xv * yy - yv * xy) / determinant;
  const e = (yv * xx - xv * xy) / determinant;
  return { a, b, c: mu - a * mx - b * my, d, e, f: mv - d * mx - e * my };
}
