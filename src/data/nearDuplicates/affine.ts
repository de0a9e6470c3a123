import { seeded } from "../../base/index.ts";
import type { Match } from "./match.ts";
import type { AffineMap } from "./types.ts";

export interface AffineFit {
  readonly affine: AffineMap;
  /** Matches that follow it. */
  readonly inliers: readonly Match[];
}

/**
 * Drawn pairs of matches. Where a fifth of the matches are right, 300 pairs miss a right one with probability (1 - 0.2²)³⁰⁰ = 5e-6;
 * test/data/nearDuplicates/affine.test.ts finds maps that a quarter of the matches follow.
 */
const tries = 300;
/** Chosen, not measured: an image at less than a third of its scale keeps too few corners to be found. */
const minScale = 0.3;
const maxScale = 1 / minScale;
/** Inlier distances in pixels: first under two matches' rotation and scale, then as the fit improves; chosen, not measured. */
const roughPixels = 5;
const growingPixels = [7, 4, 3] as const;
/** Three points define an affine map; the fourth is the first that can contradict it. */
const minMatches = 4;
/** Distance in pixels below which two points determine rotation and scale poorly; chosen, not measured. */
const minDistance = 20;

/**
 * The turn, scale, shear and shift that most matches follow: the best of many drawn pairs (RANSAC, Fischler & Bolles 1981),
 * then least squares over those that follow, again and again. `mirrored` looks among reflections.
 */
export function fitAffine(matches: readonly Match[], mirrored: boolean): AffineFit | undefined {
  if (matches.length < minMatches) return undefined;
  const start = bestSimilarity(matches, mirrored);
  if (!start) return undefined;
  let affine = start;
  let inliers = inliersOf(matches, affine, roughPixels);
  for (const pixels of growingPixels) {
    const better = leastSquares(inliers);
    if (!better || !isPlausible(better, mirrored)) return undefined;
    affine = better;
    inliers = inliersOf(matches, affine, pixels);
    if (inliers.length < minMatches) return undefined;
  }
  return { affine, inliers };
}

function bestSimilarity(matches: readonly Match[], mirrored: boolean): AffineMap | undefined {
  const drawn = drawnPairs(matches.length);
  const sign = mirrored ? -1 : 1;
  const points = pointsOf(matches);
  let best: AffineMap | undefined;
  let maxVotes = 0;
  for (let n = 0; n < tries; n++) {
    const p = 4 * (drawn[2 * n] ?? 0);
    const q = 4 * (drawn[2 * n + 1] ?? 0);
    const [fromX, fromY, toX, toY] = [
      points[p] ?? 0,
      points[p + 1] ?? 0,
      points[p + 2] ?? 0,
      points[p + 3] ?? 0,
    ];
    const [ux, uy] = [(points[q] ?? 0) - fromX, (points[q + 1] ?? 0) - fromY];
    const [vx, vy] = [(points[q + 2] ?? 0) - toX, (points[q + 3] ?? 0) - toY];
    const square = ux * ux + uy * uy;
    if (square < minDistance * minDistance) continue;
    // As complex numbers: v = z u, or v = z conj(u) where mirrored left to right before.
    const [wx, wy] = mirrored ? [-ux, uy] : [ux, uy];
    const [zx, zy] = [(vx * wx + vy * wy) / square, (vy * wx - vx * wy) / square];
    const scale = zx * zx + zy * zy;
    if (scale < minScale * minScale || scale > maxScale * maxScale) continue;
    const [a, b, d, e] = [sign * zx, -zy, sign * zy, zx];
    const c = toX - a * fromX - b * fromY;
    const f = toY - d * fromX - e * fromY;
    const affine = { a, b, c, d, e, f };
    const votes = countInliers(points, affine, maxVotes);
    if (votes > maxVotes) [maxVotes, best] = [votes, affine];
  }
  return maxVotes >= minMatches ? best : undefined;
}

const inliersOf = (matches: readonly Match[], affine: AffineMap, pixels: number): readonly Match[] =>
  matches.filter((match) => follows(match, affine, pixels));

const drawnByCount = new Map<number, Uint16Array>();

/** Indices of `tries` pairs out of so many matches, [tries, 2]; drawn once, for drawing takes longer than trying. */
function drawnPairs(count: number): Uint16Array {
  const known = drawnByCount.get(count);
  if (known) return known;
  const random = seeded(count);
  const drawn = Uint16Array.from({ length: 2 * tries }, () => random.integer(count));
  drawnByCount.set(count, drawn);
  return drawn;
}

/** fromX, fromY, toX, toY of each match, side by side. */
function pointsOf(matches: readonly Match[]): Float64Array {
  const points = new Float64Array(4 * matches.length);
  matches.forEach(({ fromX, fromY, toX, toY }, i) => {
    points[4 * i] = fromX;
    points[4 * i + 1] = fromY;
    points[4 * i + 2] = toX;
    points[4 * i + 3] = toY;
  });
  return points;
}

/** How many matches follow the map within `roughPixels`; some smaller number where it is no more than `toBeat`. */
function countInliers(points: Float64Array, { a, b, c, d, e, f }: AffineMap, toBeat: number): number {
  let votes = 0;
  // Matches that may fail before the map can no longer win.
  let spare = points.length / 4 - toBeat;
  for (let i = 0; i < points.length && spare > 0; i += 4) {
    const fromX = points[i] ?? 0;
    const fromY = points[i + 1] ?? 0;
    const x = a * fromX + b * fromY + c - (points[i + 2] ?? 0);
    const y = d * fromX + e * fromY + f - (points[i + 3] ?? 0);
    if (x * x + y * y <= roughPixels * roughPixels) votes++;
    else spare--;
  }
  return votes;
}

/** Whether the map brings a match to within `pixels` of where it is. */
function follows(
  { fromX, fromY, toX, toY }: Match,
  { a, b, c, d, e, f }: AffineMap,
  pixels: number,
): boolean {
  const x = a * fromX + b * fromY + c - toX;
  const y = d * fromX + e * fromY + f - toY;
  return x * x + y * y <= pixels * pixels;
}

/** Scales by the singular values of the linear part, smallest first. */
export function stretchOf({ a, b, d, e }: AffineMap): readonly [number, number] {
  const sum = Math.sqrt((a + e) * (a + e) + (d - b) * (d - b)) / 2;
  const difference = Math.sqrt((a - e) * (a - e) + (d + b) * (d + b)) / 2;
  return [Math.abs(sum - difference), sum + difference];
}

/** Larger over smaller singular value; chosen, not measured: the shear of 0.25 of common augmentations has 1.3. */
const maxStretch = 2;

/** Whether the map keeps the image recognisable: scale and stretch within limits. */
function isPlausible(affine: AffineMap, mirrored: boolean): boolean {
  const [small, large] = stretchOf(affine);
  const determinant = affine.a * affine.e - affine.b * affine.d;
  return (
    determinant < 0 === mirrored && small >= minScale && large <= maxScale && large <= maxStretch * small
  );
}

/** The affine that moves these matches best, around their middle for the sake of the digits. */
function leastSquares(matches: readonly Match[]): AffineMap | undefined {
  const n = matches.length;
  if (n < 3) return undefined;
  let [mx, my, mu, mv] = [0, 0, 0, 0];
  for (const { fromX, fromY, toX, toY } of matches) {
    mx += fromX;
    my += fromY;
    mu += toX;
    mv += toY;
  }
  [mx, my, mu, mv] = [mx / n, my / n, mu / n, mv / n];
  let [xx, xy, yy, xu, yu, xv, yv] = [0, 0, 0, 0, 0, 0, 0];
  for (const { fromX, fromY, toX, toY } of matches) {
    const [x, y] = [fromX - mx, fromY - my];
    const [u, v] = [toX - mu, toY - mv];
    xx += x * x;
    xy += x * y;
    yy += y * y;
    xu += x * u;
    yu += y * u;
    xv += x * v;
    yv += y * v;
  }
  const determinant = xx * yy - xy * xy;
  // Points on one line leave the other direction open.
  if (determinant <= 1e-3 * xx * yy + 1e-9) return undefined;
  const a = (xu * yy - yu * xy) / determinant;
  const b = (yu * xx - xu * xy) / determinant;
  const d = (xv * yy - yv * xy) / determinant;
  const e = (yv * xx - xv * xy) / determinant;
  return { a, b, c: mu - a * mx - b * my, d, e, f: mv - d * mx - e * my };
}
